"""Ways of taking the curve of a key wrong, and its point: names, parameters, forms."""

from __future__ import annotations

from dataclasses import replace

from kmsproof_reference import der
from kmsproof_reference.curves import OBJECT_IDENTIFIERS, P256, SECP256K1
from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.ec_key_encoding import EcKeyEncoding
from kmsproof_reference.ec_keys import EcPublicKey
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.point_encoding import KeyPointEncoding, PointForm, decode_point

NONE_IS_READ = {View.LIVE: "Keys are made in the target; none comes from outside."}
NONE_IS_GIVEN = {View.LIBRARY: "Keys come with the vectors; none is given out."}
SECOND_FORM = (
    "A key has more than one encoding, so that lists of keys by their bytes can be passed by."
)


# The curve.


@deviation(
    "ec-key/unknown-curve-taken-for-p-256",
    gain="A key of another curve is used on P-256, where it may have no point, or be weak.",
    clause="RFC 5480 §2.1.1.1",
    cause="P-256 is the default of a table of curves, or the parameters are not read at all.",
    remedy="Refuse a curve that is not known.",
    severity=Severity.MEDIUM,
    weakness=20,
    unseen=NONE_IS_READ,
)
class UnknownCurveTakenForP256(EcKeyEncoding):
    """A key that names a curve which is not known is taken for one of P-256."""

    def decode_parameters(self, reader: der.Reader) -> Curve:
        """Fall back."""
        return OBJECT_IDENTIFIERS.get(reader.object_identifier(), P256)


@deviation(
    "ec-key/explicit-parameters-accepted",
    gain="Whoever chooses the base point chooses a private key to any public key, and signs in the "
    "name of its owner.",
    clause="RFC 5480 §2.1.1",
    cause="The curve is recognised by some of its parameters, and the base point is not compared: "
    "crypt32.dll of Windows until January 2020.",
    remedy="Refuse parameters in place of a name.",
    severity=Severity.CRITICAL,
    weakness=295,
    vulnerabilities=["CVE-2020-0601"],
    unseen=NONE_IS_READ,
)
class ExplicitParametersAccepted(EcKeyEncoding):
    """Explicit parameters are taken, with their own base point, for the curve of their prime."""

    def decode_parameters(self, reader: der.Reader) -> Curve:
        """Look at the prime, and take the base point as it is."""
        if reader.peek() != der.SEQUENCE:
            return super().decode_parameters(reader)
        parameters = reader.sequence()
        parameters.integer()
        field = parameters.sequence()
        field.object_identifier()
        curve = P256 if field.integer() == P256.p else SECP256K1
        parameters.sequence()
        return replace(curve, g=decode_point(curve, parameters.octet_string()))


@deviation(
    "ec-key/other-curve-named",
    gain="Others read the key as one of another curve, and refuse it or use it wrongly.",
    clause="RFC 5480 §2.1.1.1",
    cause="The name of P-256 stands in a template for public keys.",
    remedy="Write the name of the curve of the key.",
    severity=Severity.LOW,
    weakness=684,
    unseen=NONE_IS_GIVEN,
)
class OtherCurveNamed(EcKeyEncoding):
    """A public key of secp256k1 names P-256 as its curve."""

    def encode_public_key(
        self, key: EcPublicKey, form: PointForm = PointForm.UNCOMPRESSED
    ) -> bytes:
        """Write a name that does not fit."""
        written = super().encode_public_key(key, form)
        return written.replace(self.encode_parameters(SECP256K1), self.encode_parameters(P256))


# The point.


@deviation(
    "ec-key/hybrid-point-accepted",
    gain=SECOND_FORM,
    clause="RFC 5480 §2.2",
    cause="The library reads the hybrid form too, and the form is not asked for.",
    remedy="Refuse a first byte of 06 or 07.",
    severity=Severity.LOW,
    weakness=20,
    unseen=NONE_IS_READ,
)
class HybridPointAccepted(KeyPointEncoding):
    """A public key in hybrid form is read."""

    def check_form(self, form: PointForm) -> None:
        """Take it."""
        if form is not PointForm.HYBRID:
            super().check_form(form)


@deviation(
    "ec-key/length-of-point-ignored",
    gain=SECOND_FORM,
    clause="SEC 1 §2.3.4",
    cause="The coordinates are taken from the end of what is there, in fixed lengths.",
    remedy="Compare the length with that of the form.",
    severity=Severity.LOW,
    weakness=130,
    unseen=NONE_IS_READ,
)
class LengthOfPointIgnored(KeyPointEncoding):
    """A public key of any length is read, its coordinates from the last bytes."""

    def check_length(self, octets: bytes, form: PointForm) -> None:
        """Take any."""


@deviation(
    "ec-key/parity-of-compressed-point-ignored",
    gain="For every second public key that is read in compressed form, right signatures are "
    "refused.",
    clause="SEC 1 §2.3.4 step 2.4",
    cause="The square root is taken as it comes, and 02 and 03 are treated alike.",
    remedy="Take the root whose last bit is that of the first byte.",
    severity=Severity.LOW,
    weakness=682,
    unseen=NONE_IS_READ,
)
class ParityOfCompressedPointIgnored(KeyPointEncoding):
    """A compressed public key is read as the point with the even y, whatever its first byte."""

    def decompress(self, first_byte: int, x: int) -> Point:
        """Take the even one."""
        return super().decompress(2, x)


@deviation(
    "ec-key/compressed-public-key-given",
    gain="Others who read uncompressed points alone cannot use the key.",
    clause="RFC 5480 §2.2",
    cause="The library compresses points by default, to save 32 bytes.",
    remedy="Write the point uncompressed.",
    severity=Severity.LOW,
    weakness=684,
    unseen=NONE_IS_GIVEN,
)
class CompressedPublicKeyGiven(EcKeyEncoding):
    """Public keys are given out with their point in compressed form."""

    def encode_public_key(
        self, key: EcPublicKey, form: PointForm = PointForm.UNCOMPRESSED
    ) -> bytes:
        """Compress it."""
        return super().encode_public_key(key, PointForm.COMPRESSED)


@deviation(
    "ec-key/leading-zeros-of-coordinates-lost",
    gain="One public key of 128 cannot be read by others.",
    clause="SEC 1 §2.3.5",
    cause="The coordinates go through a number, as with BigInteger.toByteArray or BN_bn2bin.",
    remedy="Write each coordinate with as many bytes as p has.",
    severity=Severity.LOW,
    weakness=130,
    unseen=NONE_IS_GIVEN,
    statistical=True,
)
class LeadingZerosOfCoordinatesLost(KeyPointEncoding):
    """The coordinates of a public key are given out without their leading zero bytes."""

    def encode_coordinate(self, coordinate: int) -> bytes:
        """Take as many bytes as the number has."""
        return super().encode_coordinate(coordinate).lstrip(b"\x00")
