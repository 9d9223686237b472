"""Ways of taking what is no ephemeral point of ECIES."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.ecdh import Ecdh
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.errors import InvalidCiphertext, InvalidPoint
from kmsproof_reference.kms.errors import InternalFailure
from kmsproof_reference.octets import os2ip
from kmsproof_reference.point_encoding import EphemeralPointEncoding, PointForm

POINT = "SEC 1 §2.3.4"
VALIDATION = "SEC 1 §5.1.4 step 3"
SECRET_UNKNOWN = {View.LIVE: "Nobody knows the secret that such a point leads to."}


class _AnyPoint(Ecdh):
    """Multiplies whatever point is there."""

    def check_public_point(self, public_point: Point | None) -> None:
        """Take any."""


@deviation(
    "ecies/point-not-validated",
    gain="Points of small order on other curves give the private key away, some bits with each "
    "ciphertext, in some tens of calls.",
    clause=VALIDATION,
    cause="The point is read without asking whether it is on the curve: Bouncy Castle before 1.51, "
    "HSMs of Utimaco.",
    remedy="Check that the coordinates are below p and satisfy the equation, before the "
    "multiplication.",
    severity=Severity.CRITICAL,
    weakness=20,
    vulnerabilities=["CVE-2015-7940", "CVE-2015-6924"],
    together_with=(_AnyPoint,),
)
class PointNotValidated(EphemeralPointEncoding):
    """The ephemeral point may be on any curve."""

    def check_on_curve(self, point: Point) -> None:
        """Take any."""


def _any_lift(curve: Curve, x: int, odd: bool) -> Point:
    """What the formula for the square root gives, be it a root or not."""
    root = pow(curve.right_side(x), (curve.p + 1) // 4, curve.p)
    return Point(x, root if root % 2 == odd else curve.p - root)


@deviation(
    "ecies/square-root-not-checked",
    gain="An x-coordinate without a point is taken, and the multiplication runs on another curve, "
    "whose order may have small factors.",
    clause="SEC 1 §2.3.4 step 2.4",
    cause="The power that gives the root is not squared again to see whether it is one.",
    remedy="Square the root and compare, or check the equation of the curve afterwards.",
    severity=Severity.HIGH,
    weakness=20,
    unseen=SECRET_UNKNOWN,
    together_with=(_AnyPoint,),
)
class SquareRootNotChecked(EphemeralPointEncoding):
    """A compressed ephemeral point whose x-coordinate has no point on the curve is taken."""

    def decompress(self, first_byte: int, x: int) -> Point:
        """Take what the formula gives."""
        return _any_lift(self.curve, x, first_byte == 3)


@deviation(
    "ecies/coordinates-of-p-or-more-accepted",
    gain="A point has a second encoding, so that a ciphertext can be changed without notice; and "
    "code that relies on coordinates below p may go wrong.",
    clause="SEC 1 §2.3.6",
    cause="The coordinates are reduced modulo p as they are read. IsOnCurve of Go once said yes "
    "to such ones.",
    remedy="Refuse a coordinate of p or more.",
    severity=Severity.LOW,
    weakness=20,
    vulnerabilities=["CVE-2022-23806"],
    unseen=SECRET_UNKNOWN,
)
class LargeCoordinatesAccepted(EphemeralPointEncoding):
    """A coordinate of p or more is reduced modulo p instead of being refused."""

    def decode_coordinate(self, octets: bytes) -> int:
        """Reduce it."""
        return os2ip(octets) % self.curve.p


@deviation(
    "ecies/infinity-accepted",
    gain="Anybody makes ciphertexts for every key at once, with a secret that is known: it is no "
    "harm by itself, but a check is missing.",
    clause=VALIDATION,
    cause="The library reads 00 as the point at infinity, and its x-coordinate is taken for zeros.",
    remedy="Refuse infinity as ephemeral point and as common point.",
    severity=Severity.MEDIUM,
    weakness=20,
)
class InfinityAccepted(Ecies):
    """The byte 00 is taken for an ephemeral point, and gives a secret of zeros."""

    def parse(self, ciphertext: bytes) -> tuple[bytes, bytes, bytes]:
        """Take one byte for the point."""
        if ciphertext[:1] != b"\x00" or len(ciphertext) <= self.dialect.tag_length:
            return super().parse(ciphertext)
        end = len(ciphertext) - self.dialect.tag_length
        return ciphertext[:1], ciphertext[1:end], ciphertext[end:]

    def decode_point(self, r: bytes) -> Point:
        """Let zeros stand for infinity."""
        return Point(0, 0) if r == b"\x00" else super().decode_point(r)

    def shared_secret(self, private: EcPrivateKey, point: Point | None) -> bytes:
        """Take zeros for the secret of infinity."""
        if point == (0, 0):
            return bytes(self.curve.field_length)
        return super().shared_secret(private, point)


@deviation(
    "ecies/point-of-zeros-accepted",
    gain="Anybody makes ciphertexts for every key at once, with a secret that is known: it is no "
    "harm by itself, but a check is missing.",
    clause=VALIDATION,
    cause="The library writes infinity with the coordinates 0 and 0, and takes them for it.",
    remedy="Check that the point is on the curve, which (0, 0) is not.",
    severity=Severity.MEDIUM,
    weakness=20,
)
class PointOfZerosAccepted(Ecies):
    """An ephemeral point with the coordinates 0 and 0 is taken, and gives a secret of zeros."""

    def decode_point(self, r: bytes) -> Point:
        """Take it."""
        zeros = bytes(2 * self.curve.field_length)
        return Point(0, 0) if r == b"\x04" + zeros else super().decode_point(r)

    def shared_secret(self, private: EcPrivateKey, point: Point | None) -> bytes:
        """Take zeros for its secret."""
        if point == (0, 0):
            return bytes(self.curve.field_length)
        return super().shared_secret(private, point)


@deviation(
    "ecies/first-byte-ignored",
    gain="A ciphertext can be changed without notice.",
    clause=POINT,
    cause="The first byte is stepped over, since it is always 04.",
    remedy="Refuse a first byte that tells no form of a point.",
    severity=Severity.LOW,
    weakness=20,
)
class FirstByteIgnored(EphemeralPointEncoding):
    """An ephemeral point whose first byte tells no form is read as an uncompressed one."""

    def form_of(self, octets: bytes) -> PointForm:
        """Step over the byte."""
        try:
            return super().form_of(octets)
        except InvalidPoint:
            if not octets:
                raise
            return PointForm.UNCOMPRESSED


@deviation(
    "ecies/only-last-bits-of-first-byte",
    gain="A ciphertext can be changed without notice.",
    clause=POINT,
    cause="The form is told by a mask of the first byte, and its other bits are not looked at.",
    remedy="Compare the whole first byte.",
    severity=Severity.LOW,
    weakness=20,
)
class OnlyLastBitsOfFirstByte(EphemeralPointEncoding):
    """Only the last three bits of the first byte of an ephemeral point are looked at."""

    def form_of(self, octets: bytes) -> PointForm:
        """Clear the others."""
        return super().form_of(octets[:1] and bytes([octets[0] & 7]))


@deviation(
    "ecies/missing-first-byte-accepted",
    gain="A ciphertext has a second form, and can be changed into it without notice.",
    clause=POINT,
    cause="What is sent by clients with chips, which know bare coordinates alone, shall be taken "
    "too.",
    remedy="Demand the byte 04 from clients.",
    severity=Severity.LOW,
    weakness=436,
)
class MissingFirstByteAccepted(Ecies):
    """An ephemeral point without the byte 04 before it is taken when the other reading fails."""

    def decrypt(
        self, ciphertext: bytes, shared_info_1: bytes = b"", shared_info_2: bytes = b""
    ) -> bytes:
        """Put 04 before it."""
        try:
            return super().decrypt(ciphertext, shared_info_1, shared_info_2)
        except InvalidCiphertext:
            return super().decrypt(b"\x04" + ciphertext, shared_info_1, shared_info_2)


@deviation(
    "ecies/hybrid-parity-ignored",
    gain="A ciphertext can be changed without notice.",
    clause="X9.62 §4.3.7",
    cause="06 and 07 are both taken for 04.",
    remedy="Compare the last bit of the first byte with that of y.",
    severity=Severity.LOW,
    weakness=20,
    unseen={View.LIVE: "The service of the reference does not read the hybrid form."},
)
class HybridParityIgnored(EphemeralPointEncoding):
    """The first byte of an ephemeral point in hybrid form need not fit its y-coordinate."""

    def check_parity(self, first_byte: int, point: Point) -> None:
        """Take either."""


@deviation(
    "ecies/leading-zeros-of-point-lost",
    gain="One message of 128 cannot be decrypted by others.",
    clause="SEC 1 §2.3.5",
    cause="The coordinates go through a number, as with BigInteger.toByteArray or BN_bn2bin.",
    remedy="Write each coordinate with as many bytes as p has.",
    severity=Severity.LOW,
    weakness=130,
    statistical=True,
)
class LeadingZerosOfPointLost(EphemeralPointEncoding):
    """The coordinates of the ephemeral point lose their leading zero bytes in encryption."""

    def encode_coordinate(self, coordinate: int) -> bytes:
        """Take as many bytes as the number has."""
        return super().encode_coordinate(coordinate).lstrip(b"\x00")


@deviation(
    "ecies/compressed-point-of-other-length",
    gain="A compressed point is refused; a target that declares to take it does not.",
    clause="SEC 1 §2.3.4 step 2",
    cause="The length of the point is taken to be 65 bytes before its form is looked at.",
    remedy="Look at the first byte to tell where the point ends.",
    severity=Severity.LOW,
    weakness=130,
)
class CompressedPointOfOtherLength(EphemeralPointEncoding):
    """A compressed ephemeral point is taken to be 65 bytes long, and so refused."""

    def length(self, form: PointForm) -> int:
        """Take the length of the uncompressed form."""
        return super().length(PointForm.UNCOMPRESSED if form is PointForm.COMPRESSED else form)


@deviation(
    "ecies/bad-point-is-internal-failure",
    gain="A point that is refused can be told from a tag that is, and a caller who meets it tries "
    "again.",
    clause=VALIDATION,
    cause="The exception of the library is not caught; in PKCS #11 modules it becomes "
    "CKR_GENERAL_ERROR.",
    remedy="Answer it like every other ciphertext that does not decrypt.",
    severity=Severity.MEDIUM,
    weakness=203,
)
class BadPointIsInternalFailure(Ecies):
    """What is no ephemeral point is answered as a failure inside the target, not as a refusal."""

    def decode_point(self, r: bytes) -> Point:
        """Fail."""
        try:
            return super().decode_point(r)
        except InvalidPoint:
            raise InternalFailure from None
