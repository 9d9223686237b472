"""Ways of reading as the DER of a key what is not: lengths, ends, versions, other algorithms."""

from __future__ import annotations

from kmsproof_reference import der
from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.ec_key_encoding import EC_DH, EC_MQV, EcKeyEncoding, KeyReader
from kmsproof_reference.elliptic_curve import Curve

NONE_IS_READ = {View.LIVE: "Keys are made in the target; none comes from outside."}
SECOND_FORM = (
    "A key has more than one encoding, so that lists of keys by their bytes can be passed by."
)


# The DER.


@deviation(
    "ec-key/trailing-bytes-accepted",
    gain=SECOND_FORM,
    clause="X.690 §8.1",
    cause="The parser returns what is left over, and the caller does not look at it.",
    remedy="Refuse a key with anything after it or after the last element of a SEQUENCE.",
    severity=Severity.LOW,
    weakness=20,
    unseen=NONE_IS_READ,
)
class TrailingBytesAccepted(KeyReader):
    """Whatever follows the elements of a key is ignored."""

    def end(self) -> None:
        """Take anything."""


@deviation(
    "ec-key/long-form-length-accepted",
    gain=SECOND_FORM,
    clause="X.690 §10.1",
    cause="The parser reads BER, where a length may have more bytes than necessary.",
    remedy="Read DER.",
    severity=Severity.LOW,
    weakness=20,
    unseen=NONE_IS_READ,
)
class LongFormLengthAccepted(KeyReader):
    """A length in the DER of a key is read in the long form also where the short one would do."""

    def check_length(self, octets: bytes) -> None:
        """Take any."""


@deviation(
    "ec-key/unused-bits-ignored",
    gain=SECOND_FORM,
    clause="X.690 §8.6.2",
    cause="The first byte of a BIT STRING, which tells how many bits are unused, is stepped over.",
    remedy="Refuse a BIT STRING that does not begin with zero.",
    severity=Severity.LOW,
    weakness=20,
    unseen=NONE_IS_READ,
)
class UnusedBitsIgnored(KeyReader):
    """The number of unused bits before the point is not looked at."""

    def bit_string(self) -> bytes:
        """Step over it."""
        return self.read(der.BIT_STRING)[1:]


@deviation(
    "ec-key/version-ignored",
    gain="A structure of another version is read as if it were known.",
    clause="RFC 5958 §2, RFC 5915 §3",
    cause="The version is read and thrown away.",
    remedy="Refuse versions that are not known.",
    severity=Severity.LOW,
    weakness=20,
    unseen=NONE_IS_READ,
)
class VersionIgnored(EcKeyEncoding):
    """The version of a private key is not looked at."""

    def check_version(self, version: int, expected: int) -> None:
        """Take any."""


@deviation(
    "ec-key/algorithm-ignored",
    gain="A key of another algorithm is used, with which it was not made to be safe.",
    clause="RFC 5480 §2.1.1",
    cause="Only the parameters of the AlgorithmIdentifier are looked at: they tell the curve.",
    remedy="Refuse an algorithm that is not id-ecPublicKey.",
    severity=Severity.LOW,
    weakness=20,
    unseen=NONE_IS_READ,
)
class AlgorithmIgnored(EcKeyEncoding):
    """A key is read whatever algorithm it names."""

    def check_algorithm(self, name: str) -> None:
        """Take any."""


@deviation(
    "ec-key/agreement-key-accepted",
    gain="A key that its owner has bound to key agreement verifies and makes signatures.",
    clause="RFC 5480 §2.1.2",
    cause="All object identifiers of elliptic curves are taken for one: pycryptodome.",
    remedy="Keep the use that a key is bound to, or refuse the key.",
    severity=Severity.LOW,
    weakness=20,
    unseen=NONE_IS_READ,
)
class AgreementKeyAccepted(EcKeyEncoding):
    """A key that names ECDH or ECMQV is read for every use; other algorithms are refused."""

    def check_algorithm(self, name: str) -> None:
        """Take those two."""
        if name not in (EC_DH, EC_MQV):
            super().check_algorithm(name)


@deviation(
    "ec-key/second-curve-ignored",
    gain="Two programs may read one private key on two curves, and use it on both.",
    clause="RFC 5915 §3; RFC 5958 §2",
    cause="The parameters inside the private key are skipped, since the curve is known from "
    "outside: pycryptodome, Bouncy Castle and the JDK.",
    remedy="Compare the two names of the curve.",
    severity=Severity.LOW,
    weakness=20,
    unseen=NONE_IS_READ,
)
class SecondCurveIgnored(EcKeyEncoding):
    """A private key may name another curve inside than outside."""

    def check_same_curve(self, name: str, curve: Curve) -> None:
        """Take any."""
