"""Ways of doing RSAES-OAEP with other functions than SHA-256, or with another padding."""

from __future__ import annotations

import hashlib

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.rsa import RsaPrivateKey, RsaPublicKey

OTHERS = (
    "Nobody is attacked; messages of others are refused, and others refuse what the target makes."
)
NAME_BOTH = "Set the hash function and that of MGF1, both, to SHA-256."

Key = RsaPublicKey | RsaPrivateKey


@deviation(
    "oaep/mgf1-sha1",
    gain=OTHERS,
    clause="RFC 8017 §7.1.1 step 2.e",
    cause="The hash of MGF1 has a default of its own: Java's OAEPWithSHA-256AndMGF1Padding "
    "without OAEPParameterSpec, and CKG_MGF1_SHA1 in CK_RSA_PKCS_OAEP_PARAMS.",
    remedy=NAME_BOTH,
    severity=Severity.LOW,
    weakness=684,
)
class Mgf1Sha1(Oaep):
    """The label is hashed with SHA-256, and the masks are made with SHA-1."""

    def mask(self, name: str, seed: bytes, length: int) -> bytes:
        """Use SHA-1."""
        mask = self.mgf_class("sha1").mask(seed, length)
        self.show(name, mask)
        return mask


@deviation(
    "oaep/mgf1-sha512",
    gain=OTHERS,
    clause="RFC 8017 §7.1.1 step 2.e",
    cause="One setting for the masks of all keys, chosen for the longest of them.",
    remedy=NAME_BOTH,
    severity=Severity.LOW,
    weakness=684,
)
class Mgf1Sha512(Oaep):
    """The label is hashed with SHA-256, and the masks are made with SHA-512."""

    def mask(self, name: str, seed: bytes, length: int) -> bytes:
        """Use SHA-512."""
        mask = self.mgf_class("sha512").mask(seed, length)
        self.show(name, mask)
        return mask


@deviation(
    "oaep/label-hash-sha1",
    gain=OTHERS,
    clause="RFC 8017 §7.1.1 step 2.a",
    cause="Only the hash of MGF1 is set, with EVP_PKEY_CTX_set_rsa_mgf1_md of OpenSSL or mgfunc of "
    "PyCryptodome, and the other stays SHA-1.",
    remedy=NAME_BOTH,
    severity=Severity.LOW,
    weakness=684,
)
class LabelHashSha1(Oaep):
    """The masks are made with SHA-256; label hash and seed have the 20 bytes of SHA-1."""

    def __init__(
        self,
        key: Key,
        hash_name: str = "sha256",
        mgf: Mgf1 | None = None,
        show: Show = nobody,
    ) -> None:
        """Take SHA-1."""
        super().__init__(key, "sha1", mgf, show)


@deviation(
    "oaep/sha1",
    gain=OTHERS,
    clause="RFC 8017 §7.1, A.2.1",
    cause="SHA-1 is the default of RSAES-OAEP-params, and so of RSA_public_encrypt with "
    "RSA_PKCS1_OAEP_PADDING in OpenSSL and of PKCS1_OAEP.new in PyCryptodome.",
    remedy=NAME_BOTH,
    severity=Severity.LOW,
    weakness=684,
)
class Sha1(Oaep):
    """SHA-1 is used throughout, for the label and for the masks."""

    def __init__(
        self,
        key: Key,
        hash_name: str = "sha256",
        mgf: Mgf1 | None = None,
        show: Show = nobody,
    ) -> None:
        """Take SHA-1."""
        super().__init__(key, "sha1", self.mgf_class("sha1"), show)


@deviation(
    "oaep/sha384",
    gain=OTHERS,
    clause="RFC 8017 §7.1",
    cause="The hash follows from the length of the key, or from another setting of the service.",
    remedy=NAME_BOTH,
    severity=Severity.LOW,
    weakness=684,
)
class Sha384(Oaep):
    """SHA-384 is used throughout, for the label and for the masks."""

    def __init__(
        self,
        key: Key,
        hash_name: str = "sha256",
        mgf: Mgf1 | None = None,
        show: Show = nobody,
    ) -> None:
        """Take SHA-384."""
        super().__init__(key, "sha384", self.mgf_class("sha384"), show)


@deviation(
    "oaep/sha512",
    gain=OTHERS,
    clause="RFC 8017 §7.1",
    cause="The option for the hash means that of another scheme, or its value is the strongest "
    "that there is.",
    remedy=NAME_BOTH,
    severity=Severity.LOW,
    weakness=684,
)
class Sha512(Oaep):
    """SHA-512 is used throughout, for the label and for the masks."""

    def __init__(
        self,
        key: Key,
        hash_name: str = "sha256",
        mgf: Mgf1 | None = None,
        show: Show = nobody,
    ) -> None:
        """Take SHA-512."""
        super().__init__(key, "sha512", self.mgf_class("sha512"), show)


# Another padding.


def opened_by_pkcs1_v15(encoded: bytes) -> bytes | None:
    """Return the message that RSAES-PKCS1-v1_5 has padded, if it has (RFC 8017 §7.2.2 step 3)."""
    padding, separator, message = encoded[2:].partition(b"\0")
    is_padded = encoded[:2] == b"\0\2" and separator and len(padding) >= 8
    return message if is_padded else None


@deviation(
    "oaep/pkcs1-v1-5-accepted",
    gain="Bleichenbacher's attack: whoever can ask for decryptions decrypts any ciphertext, those "
    "of OAEP among them.",
    clause="RFC 8017 §7.1.2 step 3.g",
    cause="For old clients the other padding is tried when the first one fails.",
    remedy="Use one padding with a key, and refuse all others.",
    severity=Severity.CRITICAL,
    weakness=327,
)
class Pkcs1V15Accepted(Oaep):
    """What is no encoding of OAEP is opened as one of PKCS #1 v1.5."""

    def decode(self, encoded: bytes, label: bytes = b"") -> bytes:
        """Try the other padding."""
        try:
            return super().decode(encoded, label)
        except InvalidCiphertext:
            message = opened_by_pkcs1_v15(encoded)
            if message is None:
                raise
            return message


@deviation(
    "oaep/pkcs1-v1-5-instead",
    gain="Bleichenbacher's attack: whoever can ask for decryptions decrypts any ciphertext.",
    clause="RFC 8017 §7.1.1 step 2",
    cause='The name of the padding is left out, and the default applies: Cipher.getInstance("RSA") '
    "of Java, RSAES_PKCS1 as the default of a token.",
    remedy="Name OAEP and its hash functions in every call.",
    severity=Severity.CRITICAL,
    weakness=780,
)
class Pkcs1V15Instead(Oaep):
    """Messages are padded and opened as in RSAES-PKCS1-v1_5, not with OAEP."""

    def encode(self, message: bytes, seed: bytes, label: bytes = b"") -> bytes:
        """Pad with nonzero octets, which come from the seed."""
        self.check_message(message)
        octets = Mgf1().mask(seed, self.key.length - 3 - len(message))
        return b"\0\2" + bytes(octet or 1 for octet in octets) + b"\0" + message

    def decode(self, encoded: bytes, label: bytes = b"") -> bytes:
        """Open that padding alone."""
        message = opened_by_pkcs1_v15(encoded)
        if message is None:
            raise self.decryption_error()
        return message


@deviation(
    "oaep/no-padding",
    gain="Equal messages have equal ciphertexts, short ones are found by guessing, and products of "
    "ciphertexts decrypt to products of messages.",
    clause="RFC 8017 §7.1.1 step 2",
    cause="RSA/ECB/NoPadding of Java, RSA_NO_PADDING of OpenSSL or CKM_RSA_X_509 of a token.",
    remedy="Name OAEP and its hash functions in every call.",
    severity=Severity.CRITICAL,
    weakness=780,
)
class NoPadding(Oaep):
    """Messages are not padded: the message is the number that RSA is applied to."""

    def encode(self, message: bytes, seed: bytes, label: bytes = b"") -> bytes:
        """Take the message."""
        self.check_message(message)
        return message.rjust(self.key.length, b"\0")

    def decode(self, encoded: bytes, label: bytes = b"") -> bytes:
        """Take the number without its leading zeros."""
        return encoded.lstrip(b"\0")


# What a decryption gives that fails.


@deviation(
    "oaep/failure-gives-random-bytes",
    gain="The caller takes random bytes for the message, or for a key.",
    clause="RFC 8017 §7.1.2 step 3.g",
    cause="Implicit rejection, the defence of RSAES-PKCS1-v1_5 in TLS and in OpenSSL 3.2, is "
    "applied to OAEP.",
    remedy="Report one decryption error, as the standard says.",
    severity=Severity.MEDIUM,
    weakness=393,
)
class FailureGivesRandomBytes(Oaep):
    """What is no encoding of OAEP decrypts to bytes that look random."""

    def decode(self, encoded: bytes, label: bytes = b"") -> bytes:
        """Make bytes from the encoding."""
        try:
            return super().decode(encoded, label)
        except InvalidCiphertext:
            return hashlib.sha256(encoded).digest()


@deviation(
    "oaep/failure-gives-nothing",
    gain="The caller takes the failure for an empty message, so that anybody can make one.",
    clause="RFC 8017 §7.1.2 step 3.g",
    cause="The return value of the decryption is not looked at, and the length of the output is 0.",
    remedy="Look at the return value, and report one decryption error.",
    severity=Severity.MEDIUM,
    weakness=252,
)
class FailureGivesNothing(Oaep):
    """What is no encoding of OAEP decrypts to the empty message."""

    def decode(self, encoded: bytes, label: bytes = b"") -> bytes:
        """Return no bytes."""
        try:
            return super().decode(encoded, label)
        except InvalidCiphertext:
            return b""
