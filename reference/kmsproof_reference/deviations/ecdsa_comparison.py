"""Ways of ending the verification of an ECDSA signature wrong: infinity, and x against r."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.elliptic_curve import Point

NEEDS_PRIVATE_KEY = {View.LIVE: "Such a signature cannot be made without the private key."}
COMPARISON = "FIPS 186-5 §6.4.2 step 9"


@deviation(
    "ecdsa/x-not-reduced",
    gain="A right signature is refused when x is n or more. Nobody meets one by chance, but "
    "whoever holds a key can make one that this target refuses and others accept.",
    clause="FIPS 186-5 §6.4.2 step 8",
    cause="x is compared with r as it comes from the point; tests with random keys never show it.",
    remedy="Reduce x modulo n, or compare with r + n too when that is below p.",
    severity=Severity.LOW,
    weakness=682,
    unseen=NEEDS_PRIVATE_KEY,
)
class XNotReduced(Ecdsa):
    """The x-coordinate is not reduced modulo n before it is compared with r."""

    def point_to_r(self, point: Point | None) -> int:
        """Take x as it is."""
        return 0 if point is None else point.x


@deviation(
    "ecdsa/r-plus-n-reduced-modulo-p",
    gain="A signature is accepted whose r is not that of the point.",
    clause="FIPS 186-5 §6.4.2 step 8",
    cause="To spare an inversion, r and r + n are compared with x in projective coordinates, and "
    "nobody asks whether r + n is below p.",
    remedy="Compare with r + n only when r is below p - n.",
    severity=Severity.LOW,
    weakness=682,
    unseen=NEEDS_PRIVATE_KEY,
)
class RPlusNReducedModuloP(Ecdsa):
    """The sum r + n is compared with x modulo p also when it is not below p."""

    def compare(self, v: int, r: int) -> bool:
        """Compare with r + n - p too."""
        sum_of_both = r + self.curve.n
        wrapped = sum_of_both >= self.curve.p and v == sum_of_both - self.curve.p
        return wrapped or super().compare(v, r)


@deviation(
    "ecdsa/infinity-accepted",
    gain="Whoever holds a key can make a signature whose r is any number.",
    clause="FIPS 186-5 §6.4.2 step 6",
    cause="The conversion to affine coordinates fails for infinity, and its error is taken for "
    "no difference.",
    remedy="Refuse a signature whose sum of points is infinity.",
    severity=Severity.MEDIUM,
    weakness=754,
    unseen=NEEDS_PRIVATE_KEY,
)
class InfinityAccepted(Ecdsa):
    """A signature is accepted whose sum of points is infinity, whatever its r."""

    def check_commitment(self, point: Point | None) -> bool:
        """Take infinity too."""
        return True

    def compare(self, v: int, r: int) -> bool:
        """Find no difference: only infinity gives 0 here."""
        return v == 0 or super().compare(v, r)


@deviation(
    "ecdsa/last-byte-of-r-not-compared",
    gain="To a pair of a digest and a signature there are others with another r. No message is "
    "known that has such a digest.",
    clause=COMPARISON,
    cause="A loop over the bytes ends one too early.",
    remedy="Compare all of r.",
    severity=Severity.LOW,
    weakness=193,
)
class LastByteOfRNotCompared(Ecdsa):
    """All bytes of r but the last are compared with x."""

    def compare(self, v: int, r: int) -> bool:
        """Leave the last byte out."""
        return super().compare(v >> 8, r >> 8)


@deviation(
    "ecdsa/only-low-half-of-r-compared",
    gain="A forged signature is found after 2^128 attempts instead of 2^256, and r can be changed "
    "without being noticed when the digest is chosen for it.",
    clause=COMPARISON,
    cause="The numbers are compared word by word, and the loop has the number of words of a "
    "smaller curve or of half the size.",
    remedy="Compare all words of r.",
    severity=Severity.MEDIUM,
    weakness=187,
)
class OnlyLowHalfOfRCompared(Ecdsa):
    """Only the lower 128 bits of r are compared with x."""

    def compare(self, v: int, r: int) -> bool:
        """Leave the upper half out."""
        mask = (1 << 128) - 1
        return super().compare(v & mask, r & mask)


@deviation(
    "ecdsa/only-high-word-of-r-compared",
    gain="A signature of any digest is found after 2^64 attempts, without the key.",
    clause=COMPARISON,
    cause="memcmp gets the size of a pointer or of one word in place of that of the number.",
    remedy="Compare all bytes of r.",
    severity=Severity.HIGH,
    weakness=467,
)
class OnlyHighWordOfRCompared(Ecdsa):
    """Only the first 8 bytes of r are compared with x."""

    def compare(self, v: int, r: int) -> bool:
        """Leave all but the first word out."""
        return super().compare(v >> 192, r >> 192)


@deviation(
    "ecdsa/signature-not-compared",
    gain="Every pair of integers in the range is a signature of every message.",
    clause=COMPARISON,
    cause="The function that verifies tells a failure from a wrong signature, and the caller looks "
    "at failures alone: EVP_DigestVerify gives less than 0 for the first and 0 for the second.",
    remedy="Accept only the one value that means success.",
    severity=Severity.CRITICAL,
    weakness=347,
)
class SignatureNotCompared(Ecdsa):
    """The x-coordinate is computed and not compared with r."""

    def compare(self, v: int, r: int) -> bool:
        """Find no difference."""
        return True
