"""Points as byte strings and back: uncompressed, compressed, hybrid, and the bare coordinates.

Standard:  SEC 1 version 2.0, edition of 21 May 2009; ANSI X9.62-1998 for the hybrid form.
Sections:  SEC 1 2.3.3 (EllipticCurvePoint-to-OctetString), 2.3.4 (OctetString-to-
           EllipticCurvePoint), 2.3.5 and 2.3.6 (field elements); X9.62 4.3.6 and 4.3.7.
Page:      https://www.secg.org/sec1-v2.pdf
Left out:  the point at infinity is written as 00, but never read: no public key and no ephemeral
           key is that point (SEC 1 §3.2.2.1), so a 00 from outside is refused.

Which forms are read is an argument, since standards and targets differ. SEC 1 knows the first two.
"""

from __future__ import annotations

from enum import Enum, unique

from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.errors import InvalidPoint
from kmsproof_reference.octets import i2osp, os2ip


@unique
class PointForm(Enum):
    """The ways of writing a point that is not infinity; L is the length of a coordinate."""

    UNCOMPRESSED = "uncompressed"
    """04 ‖ x ‖ y: 2 L + 1 bytes (SEC 1 §2.3.3 step 3)."""
    COMPRESSED = "compressed"
    """02 or 03 ‖ x: L + 1 bytes; the first byte tells the parity of y (SEC 1 §2.3.3 step 2)."""
    HYBRID = "hybrid"
    """06 or 07 ‖ x ‖ y: 2 L + 1 bytes, with the parity of y in the first (X9.62 §4.3.6)."""
    RAW = "raw"
    """x ‖ y: 2 L bytes. No standard has it for points; some implementations do."""


SEC1_FORMS = frozenset({PointForm.UNCOMPRESSED, PointForm.COMPRESSED})
"""What SEC 1 §2.3.4 reads."""

PREFIXED_FORMS = SEC1_FORMS | {PointForm.HYBRID}
"""The forms that the first byte tells apart."""

RAW_FORM = frozenset({PointForm.RAW})
"""The form without a first byte, which can only be read alone."""

FORMS_BY_FIRST_BYTE = {
    2: PointForm.COMPRESSED,
    3: PointForm.COMPRESSED,
    4: PointForm.UNCOMPRESSED,
    6: PointForm.HYBRID,
    7: PointForm.HYBRID,
}
"""SEC 1 §2.3.4 steps 2.2 and 3.1, X9.62 §4.3.7."""


class PointEncoding:
    """Reads and writes the points of one curve (SEC 1 §2.3.3 and §2.3.4)."""

    def __init__(self, curve: Curve, forms: frozenset[PointForm] = SEC1_FORMS) -> None:
        """``forms`` are those that `decode` reads; `encode` writes any."""
        self.curve = curve
        self.forms = forms

    def encode(self, point: Point | None, form: PointForm = PointForm.UNCOMPRESSED) -> bytes:
        """The point as bytes (SEC 1 §2.3.3, X9.62 §4.3.6); infinity is 00 in every form."""
        if point is None:
            return b"\x00"
        x, y = self.encode_coordinate(point.x), self.encode_coordinate(point.y)
        parity = point.y & 1
        match form:
            case PointForm.COMPRESSED:
                return bytes([2 + parity]) + x
            case PointForm.UNCOMPRESSED:
                return b"\x04" + x + y
            case PointForm.HYBRID:
                return bytes([6 + parity]) + x + y
            case PointForm.RAW:
                return x + y

    def decode(self, octets: bytes) -> Point:
        """The point that the bytes stand for (SEC 1 §2.3.4, X9.62 §4.3.7).

        Raises `InvalidPoint` when they stand for none, or are in a form that is not read.
        """
        form = self.form_of(octets)
        self.check_form(form)
        self.check_length(octets, form)
        if form is PointForm.COMPRESSED:
            return self.decompress(octets[0], self.decode_coordinate(octets[1:]))
        coordinates, half = octets[-2 * self.curve.field_length :], self.curve.field_length
        x, y = coordinates[:half], coordinates[half:]
        point = Point(self.decode_coordinate(x), self.decode_coordinate(y))
        if form is PointForm.HYBRID:
            self.check_parity(octets[0], point)
        self.check_on_curve(point)
        return point

    # The steps.

    def form_of(self, octets: bytes) -> PointForm:
        """The form that the first byte tells; a bare pair of coordinates has no such byte.

        Raises `InvalidPoint` when it tells none.
        """
        if self.forms == RAW_FORM:
            return PointForm.RAW
        if octets[:1] == b"\x00":
            raise InvalidPoint("the point at infinity is no key (SEC 1 §3.2.2.1)")
        if not octets or octets[0] not in FORMS_BY_FIRST_BYTE:
            raise InvalidPoint("the first byte tells no form of a point (SEC 1 §2.3.4)")
        return FORMS_BY_FIRST_BYTE[octets[0]]

    def check_form(self, form: PointForm) -> None:
        """Raise `InvalidPoint` unless the form is one of those that are read."""
        if form not in self.forms:
            raise InvalidPoint(f"a point in {form.value} form is not read here")

    def check_length(self, octets: bytes, form: PointForm) -> None:
        """Raise `InvalidPoint` unless the length is that of the form (SEC 1 §2.3.4)."""
        expected = self.length(form)
        if len(octets) != expected:
            raise InvalidPoint(
                f"a point of {self.curve.name} in {form.value} form has {expected} bytes, "
                f"not {len(octets)} (SEC 1 §2.3.4)"
            )

    def length(self, form: PointForm) -> int:
        """Bytes of a point in this form (SEC 1 §2.3.3)."""
        coordinates = 1 if form is PointForm.COMPRESSED else 2
        return coordinates * self.curve.field_length + (form is not PointForm.RAW)

    def encode_coordinate(self, coordinate: int) -> bytes:
        """FieldElement-to-OctetString (SEC 1 §2.3.5): L bytes."""
        return i2osp(coordinate, self.curve.field_length)

    def decode_coordinate(self, octets: bytes) -> int:
        """OctetString-to-FieldElement (SEC 1 §2.3.6).

        Raises `InvalidPoint` unless the integer is below p.
        """
        coordinate = os2ip(octets)
        if coordinate >= self.curve.p:
            raise InvalidPoint("a coordinate is not below p (SEC 1 §2.3.6)")
        return coordinate

    def decompress(self, first_byte: int, x: int) -> Point:
        """The point with this x, and the y that the first byte tells (SEC 1 §2.3.4 step 2).

        Raises `InvalidPoint` when there is none.
        """
        return self.curve.lift_x(x, first_byte == 3)

    def check_parity(self, first_byte: int, point: Point) -> None:
        """Raise `InvalidPoint` unless the first byte of a hybrid form fits y (X9.62 §4.3.7)."""
        if first_byte & 1 != point.y & 1:
            raise InvalidPoint("the first byte contradicts the parity of y (X9.62 §4.3.7)")

    def check_on_curve(self, point: Point) -> None:
        """Raise `InvalidPoint` unless the equation holds (SEC 1 §2.3.4 step 3)."""
        if not self.curve.satisfies_equation(point):
            raise InvalidPoint("the point is not on the curve (SEC 1 §2.3.4 step 3)")


class KeyPointEncoding(PointEncoding):
    """Reads and writes the points of public keys (RFC 5480 §2.2)."""


class EphemeralPointEncoding(PointEncoding):
    """Reads and writes the ephemeral points of ECIES (SEC 1 §5.1.3 step 2, §5.1.4 step 2)."""


def encode_point(
    curve: Curve, point: Point | None, form: PointForm = PointForm.UNCOMPRESSED
) -> bytes:
    """The point as bytes; see `PointEncoding.encode`."""
    return PointEncoding(curve).encode(point, form)


def decode_point(curve: Curve, octets: bytes, forms: frozenset[PointForm] = SEC1_FORMS) -> Point:
    """The point that the bytes stand for; see `PointEncoding.decode`. Raises `InvalidPoint`."""
    return PointEncoding(curve, forms).decode(octets)
