"""Ways of taking a digest wrong in ECDSA: too few of its bits, too many hashes, another order."""

from __future__ import annotations

import hashlib

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.ecdsa import Ecdsa

DIGEST = "FIPS 186-5 §6.4.1 step 2"


@deviation(
    "ecdsa/digest-ignored",
    gain="A signature of one message is right for every other one.",
    clause=DIGEST,
    cause="The digest is left in another buffer, and the one that is read holds zeros.",
    remedy="Compute e from the digest, and test that a changed message is refused.",
    severity=Severity.CRITICAL,
    weakness=347,
)
class DigestIgnored(Ecdsa):
    """The digest counts as 0 in signing and verifying, whatever the message."""

    def digest_to_integer(self, digest: bytes) -> int:
        """Take zeros."""
        return super().digest_to_integer(bytes(len(digest)))


@deviation(
    "ecdsa/digest-cut-to-20-bytes",
    gain="Two messages with the same first 160 bits of their digests have one signature: "
    "collisions take 2^80 attempts instead of 2^128.",
    clause=DIGEST,
    cause="The buffer for the digest has the size of SHA-1.",
    remedy="Take as many bits of the digest as n has.",
    severity=Severity.HIGH,
    weakness=222,
)
class DigestCutTo20Bytes(Ecdsa):
    """Only the first 20 bytes of the digest are signed and verified."""

    def digest_to_integer(self, digest: bytes) -> int:
        """Cut it."""
        return super().digest_to_integer(digest[:20])


@deviation(
    "ecdsa/digest-last-byte-lost",
    gain="No other implementation accepts such a signature, or makes one that is accepted.",
    clause=DIGEST,
    cause="The bits are cut to len(n) - 1, as a scalar that is smaller than n without a doubt, or "
    "a loop ends one byte too early.",
    remedy="Take as many bits of the digest as n has.",
    severity=Severity.LOW,
    weakness=193,
)
class DigestLastByteLost(Ecdsa):
    """The last byte of the digest is neither signed nor verified."""

    def digest_to_integer(self, digest: bytes) -> int:
        """Cut it."""
        return super().digest_to_integer(digest[:-1])


@deviation(
    "ecdsa/digest-leading-zeros-cut",
    gain="Right signatures are refused when the digest begins with a zero byte, and other "
    "implementations refuse what is made for one: 1 message of 256.",
    clause=DIGEST,
    cause="The digest goes through a number, or through text, and loses its leading zeros before "
    "its leftmost bits are taken, as in elliptic for Node.js up to 6.5.7.",
    remedy="Take the leftmost bits of the bytes, whose number is fixed.",
    severity=Severity.LOW,
    weakness=682,
    vulnerabilities=["CVE-2024-48948"],
)
class DigestLeadingZerosCut(Ecdsa):
    """The digest loses its leading zero bytes, and the others move to the left."""

    def digest_to_integer(self, digest: bytes) -> int:
        """Move the others."""
        return super().digest_to_integer(digest.lstrip(b"\x00").ljust(len(digest), b"\x00"))


@deviation(
    "ecdsa/digest-trailing-zeros-cut",
    gain="Right signatures are refused when the digest ends with a zero byte, and other "
    "implementations refuse what is made for one: 1 message of 256.",
    clause=DIGEST,
    cause="The digest is stored in a database column or a string type that drops zeros at the end.",
    remedy="Store and compare digests as bytes of fixed length.",
    severity=Severity.LOW,
    weakness=682,
)
class DigestTrailingZerosCut(Ecdsa):
    """The digest loses its trailing zero bytes, and the others move to the right."""

    def digest_to_integer(self, digest: bytes) -> int:
        """Move the others."""
        return super().digest_to_integer(digest.rstrip(b"\x00"))


@deviation(
    "ecdsa/digest-as-string",
    gain="After a zero byte nothing of the digest counts. Of the digests of an attacker's messages "
    "one in 256 begins with zero, and all of those have the same signature.",
    clause=DIGEST,
    cause="The digest is copied with strcpy or strncpy, which end at a zero byte.",
    remedy="Copy bytes with memcpy and a length.",
    severity=Severity.CRITICAL,
    weakness=170,
)
class DigestAsString(Ecdsa):
    """What follows the first zero byte of the digest counts as zeros."""

    def digest_to_integer(self, digest: bytes) -> int:
        """Fill up with zeros from there."""
        return super().digest_to_integer(digest.partition(b"\x00")[0].ljust(len(digest), b"\x00"))


@deviation(
    "ecdsa/digest-signed-number",
    gain="Other implementations refuse half of the signatures, and have half of theirs refused.",
    clause=DIGEST,
    cause="The digest is read by new BigInteger(digest) of Java in place of "
    "new BigInteger(1, digest), so that its first bit is a sign.",
    remedy="Read the digest as an unsigned number.",
    severity=Severity.LOW,
    weakness=195,
)
class DigestSignedNumber(Ecdsa):
    """A digest whose first bit is set counts as a negative number."""

    def digest_to_integer(self, digest: bytes) -> int:
        """Subtract 2^256 when the first bit is set."""
        e, bits = super().digest_to_integer(digest), 8 * len(digest)
        return (e - (1 << bits)) % self.curve.n if e >> (bits - 1) else e


@deviation(
    "ecdsa/digest-little-endian",
    gain="No other implementation accepts such a signature, or makes one that is accepted.",
    clause=DIGEST,
    cause="The digest is read in the byte order of the processor, as micro-ecc does when it is "
    "built with uECC_VLI_NATIVE_LITTLE_ENDIAN.",
    remedy="Read the digest with its most significant byte first.",
    severity=Severity.LOW,
    weakness=198,
)
class DigestLittleEndian(Ecdsa):
    """The digest is read with its least significant byte first."""

    def digest_to_integer(self, digest: bytes) -> int:
        """Turn it round."""
        return super().digest_to_integer(digest[::-1])


@deviation(
    "ecdsa/digest-hashed-again",
    gain="No other implementation accepts such a signature, or makes one that is accepted.",
    clause="FIPS 186-5 §6.4.1 step 1",
    cause="The digest goes to a function that hashes what it gets, such as SHA256withECDSA of Java "
    "or sign() of Node, where NONEwithECDSA is meant.",
    remedy="Give a digest to a function that takes digests.",
    severity=Severity.LOW,
    weakness=684,
)
class DigestHashedAgain(Ecdsa):
    """The digest is hashed once more with SHA-256 before it is signed or verified."""

    def digest_to_integer(self, digest: bytes) -> int:
        """Hash it."""
        return super().digest_to_integer(hashlib.sha256(digest).digest())


@deviation(
    "ecdsa/digest-as-hex-text",
    gain="Only half of the digest counts: two messages with the same first 128 bits of their "
    "digests have one signature, and collisions take 2^64 attempts.",
    clause="FIPS 186-5 §6.4.1 step 2",
    cause="hexdigest() of Python is taken for digest(); of its 64 characters the first 32 count.",
    remedy="Sign the bytes of the digest.",
    severity=Severity.HIGH,
    weakness=838,
)
class DigestAsHexText(Ecdsa):
    """The hexadecimal text of the digest is signed and verified in place of its bytes."""

    def digest_to_integer(self, digest: bytes) -> int:
        """Take the text, of which the leftmost bits count."""
        return super().digest_to_integer(digest.hex().encode())
