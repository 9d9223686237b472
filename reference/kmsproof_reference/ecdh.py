"""ECDH: the secret that two key pairs have in common.

Standard:  SEC 1 version 2.0, edition of 21 May 2009; NIST SP 800-56A Revision 3, April 2018.
Sections:  SEC 1 3.3.1 (elliptic curve Diffie-Hellman primitive); SP 800-56A 5.7.1.2.
Pages:     https://www.secg.org/sec1-v2.pdf
           https://csrc.nist.gov/pubs/sp/800/56/a/r3/final
Left out:  the cofactor: it is 1 on all curves here, so that the two primitives of SEC 1 are one.

Intermediate values: ``P``, the common point (uncompressed), and ``Z``, its x-coordinate.
"""

from __future__ import annotations

from kmsproof_reference.ec_keys import EcPrivateKey, EcPublicKey, PublicKeyValidation
from kmsproof_reference.elliptic_curve import Point
from kmsproof_reference.errors import InvalidKey, InvalidPoint
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.octets import i2osp
from kmsproof_reference.point_encoding import encode_point


class Ecdh:
    """The primitive under one private key (SEC 1 §3.3.1)."""

    public_key_validation_class: type[PublicKeyValidation] = PublicKeyValidation

    def __init__(self, private: EcPrivateKey, show: Show = nobody) -> None:
        """The private key is taken as it is; see `ec_keys.check_private_key`."""
        self.private, self.curve = private, private.curve
        self.show = show
        self.public_key_validation = self.public_key_validation_class()

    def shared_secret(self, public_point: Point | None) -> bytes:
        """Z, as long as a coordinate (SEC 1 §3.3.1).

        Raises `InvalidPoint` when the other's point is not valid or the common one is infinity.
        """
        # 3. Output z = x_P.
        z = self.encode_coordinate(self.agree(public_point).x)
        self.show("Z", z)
        return z

    def agree(self, public_point: Point | None) -> Point:
        """The common point P (SEC 1 §3.3.1 steps 1 and 2). Raises `InvalidPoint`."""
        self.check_public_point(public_point)
        # 1. and 2. P = d Q; if P = O, output "invalid" and stop.
        point = self.check_not_infinity(self.common_point(public_point))
        self.show("P", encode_point(self.curve, point))
        return point

    # The steps.

    def check_public_point(self, public_point: Point | None) -> None:
        """Raise `InvalidPoint` unless the point is a valid public key (SEC 1 §3.2.2.1)."""
        try:
            self.public_key_validation.validate_partially(EcPublicKey(self.curve, public_point))
        except InvalidKey as error:
            raise InvalidPoint(str(error)) from error

    def common_point(self, public_point: Point | None) -> Point | None:
        """P = d Q (SEC 1 §3.3.1 step 1)."""
        return self.curve.multiply(self.private.d, public_point)

    def check_not_infinity(self, point: Point | None) -> Point:
        """The point, unless it is infinity, which raises `InvalidPoint` (SEC 1 §3.3.1 step 2)."""
        if point is None:
            raise InvalidPoint("the common point is the point at infinity (SEC 1 §3.3.1 step 2)")
        return point

    def encode_coordinate(self, x: int) -> bytes:
        """x_P with all its leading zeros (SEC 1 §3.3.1 step 3, §2.3.5)."""
        return i2osp(x, self.curve.field_length)


def shared_secret(private: EcPrivateKey, public_point: Point | None) -> bytes:
    """Z of the two keys; see `Ecdh.shared_secret`. Raises `InvalidPoint`."""
    return Ecdh(private).shared_secret(public_point)
