"""Keys of elliptic curves: what they are, when they are valid, and how they are made.

Standard:  NIST SP 800-56A Revision 3, April 2018; FIPS 186-5, edition of 3 February 2023.
Sections:  SP 800-56A 5.6.2.1.2 (private key), 5.6.2.1.4 (pair-wise consistency), 5.6.2.3.3 (full
           validation of a public key), 5.6.2.3.4 (partial validation); FIPS 186-5 A.2.2.
Pages:     https://csrc.nist.gov/pubs/sp/800/56/a/r3/final
           https://csrc.nist.gov/pubs/fips/186-5/final
Left out:  the validation of curves: the curves are given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.errors import InvalidKey


@dataclass(frozen=True)
class EcPublicKey:
    """A public key Q (SEC 1 §3.2.1). Nothing is checked here; see `check_public_key`."""

    curve: Curve
    point: Point | None


@dataclass(frozen=True)
class EcPrivateKey:
    """A private key d, 1 <= d < n (SEC 1 §3.2.1). Nothing is checked here."""

    curve: Curve
    d: int = field(repr=False)

    @cached_property
    def public(self) -> EcPublicKey:
        """Q = d G."""
        return EcPublicKey(self.curve, self.curve.multiply(self.d, self.curve.g))


class PublicKeyValidation:
    """The validation of a public key (SP 800-56A Rev. 3 §5.6.2.3.3). One method for one step."""

    def validate(self, key: EcPublicKey) -> None:
        """ECC full public-key validation. Raises `InvalidKey`."""
        self.validate_partially(key)
        # 4. Check that n Q = O.
        self.check_order(key)

    def validate_partially(self, key: EcPublicKey) -> None:
        """ECC partial public-key validation (SP 800-56A Rev. 3 §5.6.2.3.4). Raises `InvalidKey`.

        On a curve with h = 1 every point that passes has order n: then it is the full one.
        """
        # 1. Q is not the point at infinity. 2. x and y are below p. 3. The equation holds.
        point = self.check_not_infinity(key)
        self.check_coordinates(key.curve, point)
        self.check_on_curve(key.curve, point)

    def check_not_infinity(self, key: EcPublicKey) -> Point:
        """The point of the key, unless it is infinity (SP 800-56A Rev. 3 §5.6.2.3.3 step 1)."""
        if key.point is None:
            raise InvalidKey("the public key is the point at infinity (§5.6.2.3.3 step 1)")
        return key.point

    def check_coordinates(self, curve: Curve, point: Point) -> None:
        """0 <= x < p and 0 <= y < p (SP 800-56A Rev. 3 §5.6.2.3.3 step 2)."""
        if not (0 <= point.x < curve.p and 0 <= point.y < curve.p):
            raise InvalidKey("a coordinate of the public key is not below p (§5.6.2.3.3 step 2)")

    def check_on_curve(self, curve: Curve, point: Point) -> None:
        """y² = x³ + a x + b (SP 800-56A Rev. 3 §5.6.2.3.3 step 3)."""
        if not curve.satisfies_equation(point):
            raise InvalidKey("the public key is not on the curve (§5.6.2.3.3 step 3)")

    def check_order(self, key: EcPublicKey) -> None:
        """n Q = O (SP 800-56A Rev. 3 §5.6.2.3.3 step 4)."""
        if key.curve.multiply(key.curve.n, key.point) is not None:
            raise InvalidKey("the public key has not the order n (§5.6.2.3.3 step 4)")


class PrivateKeyValidation:
    """The validation of a private key, alone or with its public key. One method for one step."""

    def validate(self, key: EcPrivateKey, public: EcPublicKey | None = None) -> None:
        """1 <= d < n, and Q = d G if a public key is given. Raises `InvalidKey`."""
        self.check_range(key)
        if public is not None:
            self.check_pair(key, public)

    def check_range(self, key: EcPrivateKey) -> None:
        """1 <= d < n (SP 800-56A Rev. 3 §5.6.2.1.2)."""
        if not 1 <= key.d < key.curve.n:
            raise InvalidKey("the private key is not in 1 <= d < n (SP 800-56A Rev. 3 §5.6.2.1.2)")

    def check_pair(self, key: EcPrivateKey, public: EcPublicKey) -> None:
        """Q = d G (SP 800-56A Rev. 3 §5.6.2.1.4)."""
        if public != key.public:
            raise InvalidKey("the public key is not that of the private key (§5.6.2.1.4)")


def check_public_key(key: EcPublicKey) -> None:
    """ECC full public-key validation (SP 800-56A Rev. 3 §5.6.2.3.3). Raises `InvalidKey`."""
    PublicKeyValidation().validate(key)


def check_private_key(key: EcPrivateKey, public: EcPublicKey | None = None) -> None:
    """The checks of `PrivateKeyValidation.validate`. Raises `InvalidKey`."""
    PrivateKeyValidation().validate(key, public)


def generate_ec_key(curve: Curve, drbg: Drbg) -> EcPrivateKey:
    """A key pair by rejection sampling (FIPS 186-5 §A.2.2). Whoever knows the seed knows it."""
    # 4. to 7. c of len(n) bits, again while c > n - 2; d = c + 1.
    return EcPrivateKey(curve, drbg.integer(curve.n - 1) + 1)
