"""RSA keys that are read though they are no DER of a key, or written in another form."""

from __future__ import annotations

from kmsproof_reference.der import INTEGER, Reader, encode, object_identifier, sequence
from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.deviations.rsa_keys import MADE_THERE
from kmsproof_reference.octets import i2osp
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_reference.rsa_key_encoding import RSA_ENCRYPTION, RSASSA_PSS, RsaKeyEncoding

SHA256_WITH_RSA_ENCRYPTION = "1.2.840.113549.1.1.11"
"""A signature (RFC 4055 §5), which names no key."""

SEVERAL = (
    "One key has several encodings, so that lists of keys and their digests miss it; others refuse "
    "to read it."
)
STRICT = "Read the encoding strictly, or encode the key again and compare."
NOT_ASKED = {
    View.LIBRARY: "Keys are given to the target there, so that it is not asked for their public "
    "half."
}


@deviation(
    "rsa-key/bytes-after-key-ignored",
    gain=SEVERAL,
    clause="X.690 §8.1; RFC 8017 A.1",
    cause="A parser reads one value and tells where it ends (d2i_PUBKEY of OpenSSL), and nobody "
    "asks.",
    remedy=STRICT,
    severity=Severity.LOW,
    weakness=20,
    unseen=MADE_THERE,
)
class BytesAfterKeyIgnored(RsaKeyEncoding):
    """What follows on a key is not looked at."""

    def check_nothing_behind(self, outer: Reader) -> None:
        """Take it."""


@deviation(
    "rsa-key/further-fields-ignored",
    gain=SEVERAL,
    clause="RFC 8017 A.1",
    cause="The fields of a SEQUENCE are read one by one, and nobody asks whether there are more.",
    remedy=STRICT,
    severity=Severity.LOW,
    weakness=20,
    unseen=MADE_THERE,
)
class FurtherFieldsIgnored(RsaKeyEncoding):
    """More numbers than a key has are not looked at."""

    def check_end(self, content: Reader) -> None:
        """Take them."""


@deviation(
    "rsa-key/version-not-checked",
    gain="A key of a form that is not known is read as if it were one of two primes.",
    clause="RFC 8017 A.1.2",
    cause="The version is skipped, since it is always the same.",
    remedy="Refuse other versions than 0, and 1 where further primes are read.",
    severity=Severity.LOW,
    weakness=20,
    unseen=MADE_THERE,
)
class VersionNotChecked(RsaKeyEncoding):
    """The version of RSAPrivateKey is not looked at."""

    def check_version(self, version: int) -> None:
        """Take it."""


@deviation(
    "rsa-key/purpose-not-checked",
    gain="A key that its owner has bound to one scheme is used in another.",
    clause="RFC 4055 §1.2; RFC 8017 A.1",
    cause="The object identifiers of RSASSA-PSS and RSAES-OAEP are read as other names of "
    "rsaEncryption.",
    remedy="Keep the scheme that a key is bound to, or refuse the key.",
    severity=Severity.MEDIUM,
    weakness=20,
    unseen=MADE_THERE,
)
class PurposeNotChecked(RsaKeyEncoding):
    """A key that names another algorithm is read as one of RSA."""

    def check_algorithm(self, algorithm: Reader) -> None:
        """Check the parameters of rsaEncryption, and nothing of others."""
        if algorithm.object_identifier() == RSA_ENCRYPTION:
            self.check_parameters(algorithm)


@deviation(
    "rsa-key/pss-key-taken-for-any-scheme",
    gain="A key that its owner has bound to RSASSA-PSS signs and verifies with PKCS#1 v1.5 too.",
    clause="RFC 4055 §1.2",
    cause="The import takes id-RSASSA-PSS for another name of rsaEncryption and does not keep it: "
    "cryptography, pycryptodome and Bouncy Castle.",
    remedy="Keep the scheme that a key is bound to, or refuse the key.",
    severity=Severity.LOW,
    weakness=20,
    unseen=MADE_THERE,
)
class PssKeyTakenForAnyScheme(RsaKeyEncoding):
    """A key that names RSASSA-PSS is read as one of RSA; other algorithms are refused."""

    def check_algorithm(self, algorithm: Reader) -> None:
        """Check nothing more of that one."""
        identifier = algorithm.object_identifier()
        if identifier != RSASSA_PSS:
            self.check_identifier(identifier)
            self.check_parameters(algorithm)


@deviation(
    "rsa-key/signature-name-taken-for-key",
    gain=SEVERAL,
    clause="RFC 8017 A.1",
    cause="The name is looked up among all algorithms of RSA that the library knows: KeyFactory "
    "of the JDK.",
    remedy="Take rsaEncryption alone.",
    severity=Severity.LOW,
    weakness=20,
    unseen=MADE_THERE,
)
class SignatureNameTakenForKey(RsaKeyEncoding):
    """A key that names sha256WithRSAEncryption as its algorithm is read as one of RSA."""

    def check_identifier(self, identifier: str) -> None:
        """Take that name too."""
        if identifier != SHA256_WITH_RSA_ENCRYPTION:
            super().check_identifier(identifier)


@deviation(
    "rsa-key/algorithm-parameters-not-checked",
    gain=SEVERAL,
    clause="RFC 8017 A.1",
    cause="The parameters of rsaEncryption are skipped, since there are none.",
    remedy="Refuse other parameters than NULL.",
    severity=Severity.LOW,
    weakness=20,
    unseen=MADE_THERE,
)
class AlgorithmParametersNotChecked(RsaKeyEncoding):
    """The parameters of rsaEncryption may be missing or anything."""

    def check_parameters(self, algorithm: Reader) -> None:
        """Take them."""


class AnyLengthForm(Reader):
    """Takes a length in more octets than necessary, as BER has it."""

    def check_length(self, octets: bytes) -> None:
        """Take it."""


@deviation(
    "rsa-key/long-lengths-accepted",
    gain=SEVERAL,
    clause="X.690 §10.1",
    cause="The parser is one for BER.",
    remedy=STRICT,
    severity=Severity.LOW,
    weakness=20,
    unseen=MADE_THERE,
)
class LongLengthsAccepted(RsaKeyEncoding):
    """Lengths in the encoding of a key may have more octets than necessary."""

    reader_class: type[Reader] = AnyLengthForm


class AnyIntegerLength(Reader):
    """Takes an INTEGER with more octets than necessary."""

    def check_integer(self, content: bytes) -> None:
        """Check what does not begin with a zero."""
        if content[:1] != b"\0":
            super().check_integer(content)


@deviation(
    "rsa-key/zeros-before-numbers-accepted",
    gain=SEVERAL,
    clause="X.690 §8.3.2",
    cause="The octets of an INTEGER are made a number, and nobody asks how many there were.",
    remedy=STRICT,
    severity=Severity.LOW,
    weakness=20,
    unseen=MADE_THERE,
)
class ZerosBeforeNumbersAccepted(RsaKeyEncoding):
    """The numbers of a key may have more zeros in front than necessary."""

    reader_class: type[Reader] = AnyIntegerLength


@deviation(
    "rsa-key/numbers-without-sign-accepted",
    gain=SEVERAL,
    clause="X.690 §8.3.3",
    cause="The octets of an INTEGER are read as a number without sign: BN_bin2bn of OpenSSL, "
    "new BigInteger(1, ...) of Java.",
    remedy="Refuse a negative modulus or exponent.",
    severity=Severity.LOW,
    weakness=195,
    unseen=MADE_THERE,
)
class NumbersWithoutSignAccepted(RsaKeyEncoding):
    """A number whose leading zero is missing is read as positive."""

    def read_number(self, content: Reader) -> int:
        """Add what the sign is worth."""
        number = super().read_number(content)
        length = (number if number >= 0 else ~number).bit_length() // 8 + 1
        return number % (1 << 8 * length)


# What is written.

OTHERS = "Nobody is attacked; others cannot read the public key."


@deviation(
    "rsa-key/public-key-without-null",
    gain=OTHERS,
    clause="RFC 3279 §2.3.1; RFC 8017 A.1",
    cause="The parameters are left out, as for the signature algorithms with elliptic curves.",
    remedy="Write NULL as the parameters of rsaEncryption.",
    severity=Severity.LOW,
    weakness=684,
    unseen=NOT_ASKED,
)
class PublicKeyWithoutNull(RsaKeyEncoding):
    """A public key is given out without the parameters NULL of its algorithm."""

    def encode_public_key(self, key: RsaPublicKey) -> bytes:
        """Leave them out."""
        good = super().encode_public_key(key)
        body = Reader(good).read(good[0])[len(self.encode_algorithm()) :]
        return sequence(sequence(object_identifier(RSA_ENCRYPTION)), body)


@deviation(
    "rsa-key/public-key-without-info",
    gain=OTHERS,
    clause="RFC 5280 §4.1.2.7",
    cause="The older form of PKCS #1 is written: i2d_RSAPublicKey instead of i2d_PUBKEY of "
    "OpenSSL.",
    remedy="Write a SubjectPublicKeyInfo.",
    severity=Severity.LOW,
    weakness=684,
    unseen=NOT_ASKED,
)
class PublicKeyWithoutInfo(RsaKeyEncoding):
    """A public key is given out as RSAPublicKey, not as SubjectPublicKeyInfo."""

    def encode_public_key(self, key: RsaPublicKey) -> bytes:
        """Leave the outer part out."""
        return self.encode_rsa_public_key(key)


@deviation(
    "rsa-key/modulus-without-sign-byte",
    gain="Others read a negative modulus, and refuse the key or compute wrong with it.",
    clause="X.690 §8.3.3",
    cause="The bytes of the number are put into an INTEGER as they are: BN_bn2bin of OpenSSL, "
    "CKA_MODULUS of a token.",
    remedy="Put a zero in front of a number whose highest bit is set.",
    severity=Severity.LOW,
    weakness=195,
    unseen=NOT_ASKED,
)
class ModulusWithoutSignByte(RsaKeyEncoding):
    """The modulus of a public key is given out without the zero that makes it positive."""

    def encode_number(self, number: int) -> bytes:
        """Leave it out."""
        return encode(INTEGER, i2osp(number, (number.bit_length() + 7) // 8))
