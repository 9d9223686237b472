"""Ways of getting wrong what both signature schemes of RSA have in common."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.kms.errors import InternalFailure
from kmsproof_reference.pss import Pss
from kmsproof_reference.rsa_signature import RsaSignature

MANY_FORMS = "One signature has many forms; whoever tells them apart by their bytes is deceived."
SAME_LENGTH = "Refuse a signature that has not exactly k bytes."
HASHED_BY_SERVICE = {View.LIVE: "The service hashes a message itself, with SHA-256."}
TOO_RARE = {
    View.LIVE: "One in 256 signatures of the service begins with a zero byte, and a run does not "
    "ask for so many to take it off."
}
OUTAGE = "A mistake of the caller looks like an outage."
ONE_CODE = (
    "The module below has one error for all: CKR_GENERAL_ERROR of SoftHSM, where PKCS #11 has "
    "CKR_DATA_LEN_RANGE."
)
REFUSE_DIGEST = "Refuse a digest that has not 32 bytes before the signer gets it."
CHECKED_BY_SERVICE = {
    View.LIVE: "The service looks at the length of a digest before the algorithm gets it."
}

# The length of a signature.


@deviation(
    "rsa/short-signature-accepted",
    gain=MANY_FORMS,
    clause="RFC 8017 §8.1.2 step 1, §8.2.2 step 1",
    cause="The signature is made a number, which is the same without the leading zeros.",
    remedy=SAME_LENGTH,
    severity=Severity.LOW,
    weakness=1284,
    unseen=TOO_RARE,
)
class ShortSignatureAccepted(RsaSignature):
    """A signature whose leading zeros are missing is accepted."""

    def has_right_length(self, signature: bytes) -> bool:
        """Take fewer bytes."""
        return super().has_right_length(signature.rjust(self.key.length, b"\0"))


@deviation(
    "pss/short-signature-accepted",
    gain=MANY_FORMS,
    clause="RFC 8017 §8.1.2 step 1",
    cause="EVP_PKEY_verify of OpenSSL looks at the length with PKCS#1 v1.5 alone, and so do "
    "Node.js and cryptography.",
    remedy=SAME_LENGTH,
    severity=Severity.LOW,
    weakness=1284,
    unseen=TOO_RARE,
)
class PssShortSignatureAccepted(Pss):
    """A signature of PSS is accepted whose leading zeros are missing, one of PKCS#1 is not."""

    def has_right_length(self, signature: bytes) -> bool:
        """Take fewer bytes."""
        return super().has_right_length(signature.rjust(self.key.length, b"\0"))


@deviation(
    "rsa/zeros-before-signature-accepted",
    gain=MANY_FORMS,
    clause="RFC 8017 §8.1.2 step 1, §8.2.2 step 1",
    cause="The signature is made a number before its length is looked at: jsrsasign before 8.0.17.",
    remedy=SAME_LENGTH,
    severity=Severity.LOW,
    weakness=1284,
    vulnerabilities=["CVE-2020-14968"],
)
class ZerosBeforeSignatureAccepted(RsaSignature):
    """A signature is accepted that has more zeros in front than it should."""

    def has_right_length(self, signature: bytes) -> bool:
        """Take zeros off."""
        more = max(len(signature) - self.key.length, 0)
        return super().has_right_length(signature[:more].lstrip(b"\0") + signature[more:])


@deviation(
    "rsa/bytes-after-signature-ignored",
    gain=MANY_FORMS,
    clause="RFC 8017 §8.1.2 step 1, §8.2.2 step 1",
    cause="The first k bytes are read from the buffer, and nobody asks whether there are more.",
    remedy=SAME_LENGTH,
    severity=Severity.LOW,
    weakness=130,
)
class BytesAfterSignatureIgnored(RsaSignature):
    """Of a signature that is too long the first k bytes are verified."""

    def recover(self, signature: bytes) -> int | None:
        """Cut it."""
        return super().recover(signature[: self.key.length])


@deviation(
    "rsa/leading-zeros-of-signature-lost",
    gain="Nobody is attacked; one signature in 256 is refused by others.",
    clause="RFC 8017 §8.1.1 step 2.c, §8.2.1 step 2.c",
    cause="The number is written with as many bytes as it needs: BN_bn2bin of OpenSSL, "
    "toByteArray of Java.",
    remedy="Write k bytes, with zeros in front: BN_bn2binpad.",
    severity=Severity.LOW,
    weakness=704,
    statistical=True,
)
class LeadingZerosOfSignatureLost(RsaSignature):
    """A signature that begins with zero bytes is made without them."""

    def sign_encoded(self, encoded: bytes) -> bytes:
        """Strip them."""
        return super().sign_encoded(encoded).lstrip(b"\0")


@deviation(
    "rsa/signature-little-endian",
    gain="Nobody is attacked; others refuse the signatures, and theirs are refused.",
    clause="RFC 8017 §4.1",
    cause="CryptSignHash and CryptVerifySignature of Windows CryptoAPI have the lowest byte first.",
    remedy="Reverse the bytes that come from CryptoAPI, and those that go to it.",
    severity=Severity.LOW,
    weakness=198,
)
class SignatureLittleEndian(RsaSignature):
    """The lowest byte of a signature comes first, when it is made and when it is verified."""

    def sign_encoded(self, encoded: bytes) -> bytes:
        """Reverse it."""
        return super().sign_encoded(encoded)[::-1]

    def recover(self, signature: bytes) -> int | None:
        """Reverse it back."""
        return super().recover(signature[::-1])


# The digest.


@deviation(
    "rsa/given-digest-hashed-again",
    gain="Nobody is attacked; a signature of a digest is none of its message, and others refuse "
    "it.",
    clause="RFC 8017 §9.1.1 step 2, §9.2 step 1",
    cause="A mechanism that hashes is given the digest: SHA256withRSA of Java, CKM_SHA256_RSA_PKCS "
    "of a token.",
    remedy="Give the message to what hashes, and the digest to what does not.",
    severity=Severity.MEDIUM,
    weakness=684,
)
class GivenDigestHashedAgain(RsaSignature):
    """A digest that the caller gives is hashed like a message."""

    def given_digest(self, digest: bytes) -> bytes:
        """Hash it."""
        return self.digest(super().given_digest(digest))


@deviation(
    "rsa/long-digest-cut",
    gain="Digests that differ in their last bytes have the same signature.",
    clause="RFC 8017 §8.1, §8.2",
    cause="As many bytes are copied as the hash function has.",
    remedy="Refuse a digest that has not the length of the hash function.",
    severity=Severity.MEDIUM,
    weakness=222,
    unseen=CHECKED_BY_SERVICE,
)
class LongDigestCut(RsaSignature):
    """Of a digest that is too long the first bytes are signed and verified."""

    def given_digest(self, digest: bytes) -> bytes:
        """Cut it."""
        return super().given_digest(digest[: self.hash_length])


@deviation(
    "rsa/short-digest-filled-up",
    gain="Digests that differ in zeros at their front have the same signature; a short one of "
    "another hash function is taken.",
    clause="RFC 8017 §8.1, §8.2",
    cause="The digest is copied into the end of a buffer of zeros, or made a number in between.",
    remedy="Refuse a digest that has not the length of the hash function.",
    severity=Severity.MEDIUM,
    weakness=130,
    unseen=CHECKED_BY_SERVICE,
)
class ShortDigestFilledUp(RsaSignature):
    """A digest that is too short is filled up with zeros in front."""

    def given_digest(self, digest: bytes) -> bytes:
        """Fill it up."""
        return super().given_digest(digest.rjust(self.hash_length, b"\0"))


@deviation(
    "rsa/message-ends-at-zero-byte",
    gain="Messages that differ behind their first zero byte have the same signature.",
    clause="RFC 8017 §9.1.1 step 2, §9.2 step 1",
    cause="The message is handed over as a string of C, and strlen finds its length.",
    remedy="Hand the length of the message over.",
    severity=Severity.CRITICAL,
    weakness=170,
    unseen=HASHED_BY_SERVICE,
)
class MessageEndsAtZeroByte(RsaSignature):
    """Only what stands before the first zero byte of a message is signed and verified."""

    def digest(self, message: bytes) -> bytes:
        """Cut it."""
        return super().digest(message.partition(b"\0")[0])


@deviation(
    "pss/wrong-digest-length-is-internal-failure",
    gain=OUTAGE,
    clause="RFC 8017 §9.1.1 step 2",
    cause=ONE_CODE,
    remedy=REFUSE_DIGEST,
    severity=Severity.LOW,
    weakness=755,
    unseen=CHECKED_BY_SERVICE,
)
class WrongDigestLengthIsInternalFailure(Pss):
    """To sign a digest of a wrong length is a failure inside the target, and no refusal."""

    def sign_digest(self, digest: bytes, salt: bytes) -> bytes:
        """Fail."""
        try:
            return super().sign_digest(digest, salt)
        except InvalidArgument:
            raise InternalFailure from None
