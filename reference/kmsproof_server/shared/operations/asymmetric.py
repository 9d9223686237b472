"""Operations of asymmetric keys: each names the key version, since there is no primary one.

Elliptic curves only sign here: the API has no ECIES.
"""

from __future__ import annotations

import base64
from enum import StrEnum, unique

from kmsproof_reference.vocabulary import Algorithm, MessageType
from kmsproof_server.shared.call import Call
from kmsproof_server.shared.replies import Fields


@unique
class EncryptionAlgorithm(StrEnum):
    """The values of Algorithm of AsymmetricEncrypt and AsymmetricDecrypt."""

    RSAES_OAEP_SHA_256 = Algorithm.RSAES_OAEP_SHA_256.value


@unique
class SignatureAlgorithm(StrEnum):
    """The values of Algorithm of AsymmetricSign and AsymmetricVerify."""

    RSA_PSS_SHA_256 = Algorithm.RSA_PSS_SHA_256.value
    RSA_PKCS1_SHA_256 = Algorithm.RSA_PKCS1_SHA_256.value
    ECDSA_SHA_256 = Algorithm.ECDSA_SHA_256.value


def asymmetric_encrypt(call: Call) -> Fields:
    """AsymmetricEncrypt: of the bytes that the base64 text of the plaintext stands for."""
    encrypted = call.service.encrypt(
        call.key_id,
        call.parameters.octets("Plaintext"),
        algorithm=_encryption_algorithm(call),
        version_id=_version_id(call),
    )
    return {
        "KeyId": encrypted.key_id,
        "KeyVersionId": encrypted.version_id,
        "CiphertextBlob": _base64(encrypted.ciphertext),
    }


def asymmetric_decrypt(call: Call) -> Fields:
    """AsymmetricDecrypt."""
    decrypted = call.service.decrypt(
        call.key_id,
        call.parameters.octets("CiphertextBlob"),
        algorithm=_encryption_algorithm(call),
        version_id=_version_id(call),
    )
    return {
        "KeyId": decrypted.key_id,
        "KeyVersionId": decrypted.version_id,
        "Plaintext": _base64(decrypted.plaintext),
    }


def asymmetric_sign(call: Call) -> Fields:
    """AsymmetricSign: of a digest."""
    signed = call.service.sign(
        call.key_id,
        call.parameters.octets("Digest"),
        algorithm=_signature_algorithm(call),
        message_type=MessageType.DIGEST,
        version_id=_version_id(call),
    )
    return {
        "KeyId": signed.key_id,
        "KeyVersionId": signed.version_id,
        "Value": _base64(signed.signature),
    }


def asymmetric_verify(call: Call) -> Fields:
    """AsymmetricVerify: of a digest; the answer is a boolean."""
    verified = call.service.verify(
        call.key_id,
        call.parameters.octets("Digest"),
        call.parameters.octets("Value"),
        algorithm=_signature_algorithm(call),
        message_type=MessageType.DIGEST,
        version_id=_version_id(call),
    )
    return {
        "KeyId": verified.key_id,
        "KeyVersionId": verified.version_id,
        "Value": verified.valid,
    }


def _encryption_algorithm(call: Call) -> Algorithm:
    return Algorithm(call.parameters.word("Algorithm", EncryptionAlgorithm).value)


def _signature_algorithm(call: Call) -> Algorithm:
    return Algorithm(call.parameters.word("Algorithm", SignatureAlgorithm).value)


def _version_id(call: Call) -> str:
    return call.parameters.text("KeyVersionId")


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
