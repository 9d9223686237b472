"""Ways of checking an ECDSA signature wrong: the range of r and s."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.elliptic_curve import Point

NEEDS_PRIVATE_KEY = {View.LIVE: "Such a signature cannot be made without the private key."}
RANGE = "FIPS 186-5 §6.4.2 step 1"


@deviation(
    "ecdsa/range-not-checked",
    gain="The pair (0, 0) is a signature of every message under every key.",
    clause=RANGE,
    cause="The check is lost when the code is written anew, and s is inverted by the theorem of "
    "Fermat, which gives 0 for 0: Java 15 to 18, whose infinity has the x-coordinate 0.",
    remedy="Refuse r and s outside 1 to n - 1 before anything is computed with them.",
    severity=Severity.CRITICAL,
    weakness=347,
    vulnerabilities=["CVE-2022-21449"],
)
class RangeNotChecked(Ecdsa):
    """Any r and s are taken: zeros, negative ones, and ones of n or more."""

    def check_range(self, r: int, s: int) -> bool:
        """Take any."""
        return True

    def invert(self, s: int) -> int:
        """Invert by Fermat, which gives 0 for 0."""
        return pow(s, self.curve.n - 2, self.curve.n)

    def check_commitment(self, point: Point | None) -> bool:
        """Take infinity, whose x-coordinate is 0 here."""
        return True


@deviation(
    "ecdsa/zero-accepted",
    gain="The pair (0, 0) is a signature of every message under every key.",
    clause=RANGE,
    cause="The range is checked from 0, since the numbers are unsigned; only the upper limit is "
    "thought of.",
    remedy="Refuse r = 0 and s = 0, and a sum of points that is infinity.",
    severity=Severity.CRITICAL,
    weakness=347,
)
class ZeroAccepted(Ecdsa):
    """The integers r and s may be zero; all other limits are kept."""

    def check_range(self, r: int, s: int) -> bool:
        """Take zero as well."""
        return super().check_range(r or 1, s or 1)

    def invert(self, s: int) -> int:
        """Invert by Fermat, which gives 0 for 0."""
        return super().invert(s) if s else 0

    def check_commitment(self, point: Point | None) -> bool:
        """Take infinity, whose x-coordinate is 0 here."""
        return True


@deviation(
    "ecdsa/r-of-n-or-more-accepted",
    gain="A signature can be changed into other ones that are accepted too, so that it does not "
    "identify what was signed.",
    clause=RANGE,
    cause="Both r and x are reduced modulo n before they are compared, and only s is checked.",
    remedy="Refuse r of n or more; reduce x alone.",
    severity=Severity.MEDIUM,
    weakness=347,
)
class LargeRAccepted(Ecdsa):
    """An r of n or more is reduced modulo n instead of being refused."""

    def check_range(self, r: int, s: int) -> bool:
        """Look at the reduced r."""
        return super().check_range(r % self.curve.n if r > 0 else r, s)

    def compare(self, v: int, r: int) -> bool:
        """Compare with the reduced r."""
        return super().compare(v, r % self.curve.n)


@deviation(
    "ecdsa/s-of-n-or-more-accepted",
    gain="A signature can be changed into other ones that are accepted too, so that it does not "
    "identify what was signed.",
    clause=RANGE,
    cause="Only r is checked; the function that inverts s reduces it.",
    remedy="Refuse s of n or more.",
    severity=Severity.MEDIUM,
    weakness=347,
)
class LargeSAccepted(Ecdsa):
    """An s of n or more is reduced modulo n instead of being refused."""

    def check_range(self, r: int, s: int) -> bool:
        """Look at the reduced s."""
        return super().check_range(r, s % self.curve.n if s > 0 else s)


@deviation(
    "ecdsa/negative-reduced",
    gain="A signature can be changed into other ones that are accepted too, so that it does not "
    "identify what was signed.",
    clause=RANGE,
    cause="The integers are reduced modulo n as they are read, which makes negative ones positive.",
    remedy="Refuse a negative integer as it stands in the signature.",
    severity=Severity.MEDIUM,
    weakness=347,
)
class NegativeReduced(Ecdsa):
    """A negative r or s is reduced modulo n instead of being refused."""

    def check_range(self, r: int, s: int) -> bool:
        """Look at the reduced ones."""
        r, s = (i % self.curve.n if i < 0 else i for i in (r, s))
        return super().check_range(r, s)

    def compare(self, v: int, r: int) -> bool:
        """Compare with the reduced one."""
        return super().compare(v, r % self.curve.n if r < 0 else r)


@deviation(
    "ecdsa/sign-of-s-ignored",
    gain="To every signature (r, s) there is a second one (r, -s) that is accepted as well.",
    clause=RANGE,
    cause="The range is checked with BN_ucmp of OpenSSL or the like, which compares amounts, and "
    "nothing asks whether the number is negative.",
    remedy="Ask for the sign too, as with BN_is_negative, or read the integer as unsigned and "
    "refuse one whose first bit is set.",
    severity=Severity.MEDIUM,
    weakness=347,
)
class SignOfSIgnored(Ecdsa):
    """The amount of s alone is held against the limits, so that a negative s passes."""

    def check_range(self, r: int, s: int) -> bool:
        """Look at the amount of s."""
        return super().check_range(r, abs(s))


@deviation(
    "ecdsa/range-checked-against-p",
    gain="Two signatures of one message stand for the same pair modulo n, and both are accepted.",
    clause=RANGE,
    cause="The prime of the field is taken for the order of the base point; they differ in the "
    "lower half alone.",
    remedy="Check r and s against n.",
    severity=Severity.LOW,
    weakness=347,
    unseen=NEEDS_PRIVATE_KEY,
)
class RangeCheckedAgainstP(Ecdsa):
    """The integers r and s are held against p instead of n."""

    def check_range(self, r: int, s: int) -> bool:
        """Take what is below p."""
        return 1 <= r < self.curve.p and 1 <= s < self.curve.p

    def invert(self, s: int) -> int:
        """Invert by Fermat, which fails for no s."""
        return pow(s, self.curve.n - 2, self.curve.n)
