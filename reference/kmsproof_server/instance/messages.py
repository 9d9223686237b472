"""The messages of the instance API: names, field numbers and types of the official definition.

Source:    ``api.proto`` of the SDK ``alibabacloud-dkms-gcs``, version 1.0.2.

An operation ``X`` is asked with an ``XRequest`` and answered with an ``XResponse``, or with an
`Error`. The fields are spelled as Python does it: ``key_id`` is ``KeyId`` there. A class that is
made from another one has all of its fields.
"""

from __future__ import annotations

from dataclasses import dataclass

from kmsproof_server.instance.protobuf import Message, integer, octets, text, truth


@dataclass(frozen=True, kw_only=True, repr=False)
class Error(Message):
    """Why an operation was not performed; the body of every reply with a status of 400 or more."""

    status_code: int = integer(1)
    error_code: str = text(2)
    error_message: str = text(3)
    request_id: str = text(4)


# Encryption.


@dataclass(frozen=True, kw_only=True, repr=False)
class EncryptRequest(Message):
    """Encrypt with the first version of a key."""

    key_id: str = text(1)
    plaintext: bytes = octets(2)
    algorithm: str = text(3)
    """Empty for the default of the key."""
    aad: bytes = octets(4)
    iv: bytes = octets(5)
    """Empty to have one chosen."""
    padding_mode: str = text(6)


@dataclass(frozen=True, kw_only=True, repr=False)
class EncryptResponse(Message):
    """A ciphertext; for GCM with the tag of 16 bytes at its end."""

    key_id: str = text(1)
    ciphertext_blob: bytes = octets(2)
    iv: bytes = octets(3)
    request_id: str = text(4)
    algorithm: str = text(5)
    padding_mode: str = text(6)


@dataclass(frozen=True, kw_only=True, repr=False)
class DecryptRequest(Message):
    """Decrypt with the first version of a key, or the one that a header names."""

    ciphertext_blob: bytes = octets(1)
    key_id: str = text(2)
    algorithm: str = text(3)
    aad: bytes = octets(4)
    iv: bytes = octets(5)
    padding_mode: str = text(6)


@dataclass(frozen=True, kw_only=True, repr=False)
class DecryptResponse(Message):
    """A plaintext."""

    key_id: str = text(1)
    plaintext: bytes = octets(2)
    request_id: str = text(3)
    algorithm: str = text(4)
    padding_mode: str = text(5)


@dataclass(frozen=True, kw_only=True, repr=False)
class AdvanceEncryptRequest(EncryptRequest):
    """Encrypt with the newest version of a key."""


@dataclass(frozen=True, kw_only=True, repr=False)
class AdvanceEncryptResponse(EncryptResponse):
    """A ciphertext that says with what it is to be decrypted."""

    key_version_id: str = text(7)


@dataclass(frozen=True, kw_only=True, repr=False)
class AdvanceDecryptRequest(DecryptRequest):
    """Decrypt what AdvanceEncrypt or Encrypt made; the first of them needs nothing else."""


@dataclass(frozen=True, kw_only=True, repr=False)
class AdvanceDecryptResponse(DecryptResponse):
    """A plaintext."""

    key_version_id: str = text(6)


# Data keys and random bytes.


@dataclass(frozen=True, kw_only=True, repr=False)
class GenerateDataKeyRequest(Message):
    """Make a data key and encrypt it with the first version of a key."""

    key_id: str = text(1)
    algorithm: str = text(2)
    number_of_bytes: int = integer(3)
    aad: bytes = octets(4)


@dataclass(frozen=True, kw_only=True, repr=False)
class GenerateDataKeyResponse(Message):
    """A data key, plain and encrypted."""

    key_id: str = text(1)
    iv: bytes = octets(2)
    plaintext: bytes = octets(3)
    ciphertext_blob: bytes = octets(4)
    request_id: str = text(5)
    algorithm: str = text(6)


@dataclass(frozen=True, kw_only=True, repr=False)
class AdvanceGenerateDataKeyRequest(Message):
    """Make a data key and encrypt it with the newest version of a key."""

    key_id: str = text(1)
    number_of_bytes: int = integer(2)
    aad: bytes = octets(3)


@dataclass(frozen=True, kw_only=True, repr=False)
class AdvanceGenerateDataKeyResponse(GenerateDataKeyResponse):
    """A data key, plain, and encrypted so that AdvanceDecrypt reads it."""

    key_version_id: str = text(7)


@dataclass(frozen=True, kw_only=True, repr=False)
class GenerateRandomRequest(Message):
    """Give random bytes."""

    length: int = integer(1)


@dataclass(frozen=True, kw_only=True, repr=False)
class GenerateRandomResponse(Message):
    """Random bytes."""

    random: bytes = octets(1)
    request_id: str = text(2)


# Signatures and public keys.


@dataclass(frozen=True, kw_only=True, repr=False)
class SignRequest(Message):
    """Sign a message, or its digest."""

    key_id: str = text(1)
    digest: bytes = octets(2)
    """Not used: a digest is the message of a message type that says so."""
    algorithm: str = text(3)
    message: bytes = octets(4)
    message_type: str = text(5)


@dataclass(frozen=True, kw_only=True, repr=False)
class SignResponse(Message):
    """A signature."""

    key_id: str = text(1)
    signature: bytes = octets(2)
    request_id: str = text(3)
    algorithm: str = text(4)
    message_type: str = text(5)


@dataclass(frozen=True, kw_only=True, repr=False)
class VerifyRequest(Message):
    """Say whether a signature is right."""

    key_id: str = text(1)
    digest: bytes = octets(2)
    """Not used, as in `SignRequest`."""
    signature: bytes = octets(3)
    algorithm: str = text(4)
    message: bytes = octets(5)
    message_type: str = text(6)


@dataclass(frozen=True, kw_only=True, repr=False)
class VerifyResponse(Message):
    """Whether it is."""

    key_id: str = text(1)
    value: bool = truth(2)
    request_id: str = text(3)
    algorithm: str = text(4)
    message_type: str = text(5)


@dataclass(frozen=True, kw_only=True, repr=False)
class GetPublicKeyRequest(Message):
    """Give out the public key."""

    key_id: str = text(1)


@dataclass(frozen=True, kw_only=True, repr=False)
class GetPublicKeyResponse(Message):
    """A public key: SubjectPublicKeyInfo in PEM."""

    key_id: str = text(1)
    public_key: str = text(2)
    request_id: str = text(3)


OPERATION_MESSAGES: tuple[type[Message], ...] = (
    EncryptRequest,
    EncryptResponse,
    DecryptRequest,
    DecryptResponse,
    AdvanceEncryptRequest,
    AdvanceEncryptResponse,
    AdvanceDecryptRequest,
    AdvanceDecryptResponse,
    GenerateDataKeyRequest,
    GenerateDataKeyResponse,
    AdvanceGenerateDataKeyRequest,
    AdvanceGenerateDataKeyResponse,
    GenerateRandomRequest,
    GenerateRandomResponse,
    SignRequest,
    SignResponse,
    VerifyRequest,
    VerifyResponse,
    GetPublicKeyRequest,
    GetPublicKeyResponse,
)
"""All messages but `Error`."""
