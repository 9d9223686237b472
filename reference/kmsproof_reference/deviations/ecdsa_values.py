"""Ways of refusing good ECDSA signatures: for their numbers, their points, their digests."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.elliptic_curve import Point
from kmsproof_reference.errors import InvalidArgument

NEEDS_PRIVATE_KEY = {View.LIVE: "Such a signature cannot be made without the private key."}
RANGE = "FIPS 186-5 §6.4.2 step 1"
DIGEST = "FIPS 186-5 §6.4.1 step 2"


@deviation(
    "ecdsa/high-s-refused",
    gain="About half of all right signatures of other signers are refused.",
    clause=RANGE,
    cause="The rule of BIP 146 for Bitcoin is applied to other signatures: libsecp256k1 verifies "
    "only signatures with a low s.",
    remedy="Accept s up to n - 1, or make s low at signing and say in the manual what is refused.",
    severity=Severity.LOW,
    weakness=684,
)
class HighSRefused(Ecdsa):
    """A signature whose s is more than n / 2 is refused."""

    def check_range(self, r: int, s: int) -> bool:
        """Take a low s only."""
        return super().check_range(r, s) and s <= self.curve.n // 2


@deviation(
    "ecdsa/small-integers-refused",
    gain="Some right signatures are refused. Nobody meets one by chance.",
    clause=RANGE,
    cause="An integer of fewer bytes than expected is taken for a broken one, as in Crypt::Perl "
    "before 0.32.",
    remedy="Take every r and s from 1 to n - 1.",
    severity=Severity.LOW,
    weakness=684,
    vulnerabilities=["CVE-2020-13895"],
    unseen=NEEDS_PRIVATE_KEY,
)
class SmallIntegersRefused(Ecdsa):
    """A signature is refused whose r or s has 128 bits or fewer."""

    def check_range(self, r: int, s: int) -> bool:
        """Take large ones only."""
        return super().check_range(r, s) and min(r, s) >> 128 > 0


@deviation(
    "ecdsa/doubling-in-sum-missing",
    gain="A right signature is refused. Whoever holds a key can make one that this target refuses "
    "and others accept.",
    clause="FIPS 186-5 §6.4.2 step 6",
    cause="The formulas for adding points give infinity for two equal ones, and there is no "
    "branch to those for doubling, as in the mixed addition of NSS.",
    remedy="Double when the points are equal, or use formulas that are complete.",
    severity=Severity.LOW,
    weakness=682,
    vulnerabilities=["CVE-2017-7781"],
    unseen=NEEDS_PRIVATE_KEY,
)
class DoublingInSumMissing(Ecdsa):
    """The sum [u1]G + [u2]Q is infinity when both points are equal."""

    def recover_commitment(self, u1: int, u2: int) -> Point | None:
        """Find infinity in place of the doubled point."""
        left = self.curve.multiply(u1, self.curve.g)
        if left is not None and left == self.curve.multiply(u2, self.public_key().point):
            return None
        return super().recover_commitment(u1, u2)


@deviation(
    "ecdsa/opposite-points-in-table",
    gain="All signatures under some keys are refused; they are keys that nobody should have.",
    clause="FIPS 186-5 §6.4.2 step 6",
    cause="Both multiples are computed together with a table that holds G + Q and G - Q, and one "
    "of the two is infinity, or a doubled point, which the table cannot hold.",
    remedy="Compute the table with formulas that are complete.",
    severity=Severity.LOW,
    weakness=682,
    unseen={View.LIVE: "No target makes the base point, or its reflection, as a public key."},
)
class OppositePointsInTable(Ecdsa):
    """Every signature is refused when the public key is the base point or opposite to it."""

    def recover_commitment(self, u1: int, u2: int) -> Point | None:
        """Find infinity when the table has a hole."""
        point = self.public_key().point
        if point is not None and point.x == self.curve.g.x:
            return None
        return super().recover_commitment(u1, u2)


@deviation(
    "ecdsa/zero-digest-not-verified",
    gain="Right signatures of one digest are refused. It is that of no known message.",
    clause=DIGEST,
    cause="A multiplier of 0 is refused as if it came from r or s, or [0]G is an error.",
    remedy="Take every digest; u1 may be 0.",
    severity=Severity.LOW,
    weakness=684,
)
class ZeroDigestNotVerified(Ecdsa):
    """A signature of a digest that is 0 modulo n is refused."""

    def verify_digest(self, digest: bytes, r: int, s: int) -> bool:
        """Refuse it."""
        zero = self.digest_to_integer(digest) % self.curve.n == 0
        return not zero and super().verify_digest(digest, r, s)


@deviation(
    "ecdsa/zero-digest-not-signed",
    gain="One digest is not signed. It is that of no known message.",
    clause=DIGEST,
    cause="A digest of zeros is taken for one that was never set.",
    remedy="Sign every digest of the right length.",
    severity=Severity.LOW,
    weakness=684,
)
class ZeroDigestNotSigned(Ecdsa):
    """Signing refuses a digest whose bytes are all zero."""

    def sign_digest(self, digest: bytes, k: int) -> tuple[int, int]:
        """Refuse it."""
        if not any(digest):
            raise InvalidArgument("the digest is not set")
        return super().sign_digest(digest, k)


@deviation(
    "ecdsa/digest-of-n-or-more-refused",
    gain="Right signatures of some digests are refused. Nobody meets such a digest by chance on "
    "secp256k1, and one of 4 thousand million on P-256.",
    clause=DIGEST,
    cause="The digest is read with the function that reads private keys, which refuses n and more.",
    remedy="Take the leftmost bits of every digest; whether e is reduced makes no difference.",
    severity=Severity.LOW,
    weakness=684,
)
class LargeDigestRefused(Ecdsa):
    """A signature of a digest that is n or more, as a number, is refused."""

    def verify_digest(self, digest: bytes, r: int, s: int) -> bool:
        """Refuse it."""
        large = self.digest_to_integer(digest) >= self.curve.n
        return not large and super().verify_digest(digest, r, s)
