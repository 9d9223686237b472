"""Asymmetric keys from outside, taken apart as PKCS#11 wants them: strict DER and no arithmetic.

What the numbers are worth is for the token to judge; here they are only found.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kmsproof.outcome import Rejected
from kmsproof.vocabulary import RejectionClass
from kmsproof_adapters.pkcs11.refusal import AdapterRefusal
from kmsproof_adapters.refusals import OTHER_KEY_TYPE

INTEGER, BIT_STRING, OCTET_STRING = 0x02, 0x03, 0x04
NULL, OBJECT_IDENTIFIER, SEQUENCE = 0x05, 0x06, 0x30
CONTEXT_0, CONTEXT_1, CONTEXT_1_PRIMITIVE = 0xA0, 0xA1, 0x81

RSA_ENCRYPTION = bytes.fromhex("2a864886f70d010101")
"""rsaEncryption, 1.2.840.113549.1.1.1 (RFC 8017 appendix A.1)."""

EC_PUBLIC_KEY = bytes.fromhex("2a8648ce3d0201")
"""id-ecPublicKey, 1.2.840.10045.2.1 (RFC 5480 §2.1.1)."""

NOT_DER = Rejected(
    RejectionClass.INVALID_ARGUMENT, "not-der", "the material is not the DER of such a key"
)
HYBRID_POINT = Rejected(
    RejectionClass.INVALID_ARGUMENT, "hybrid-point", "a public key is in no hybrid form"
)
OTHER_PRIMES = Rejected(
    RejectionClass.INVALID_ARGUMENT, "other-primes", "PKCS #11 has room for two primes only"
)


@dataclass(frozen=True)
class RsaPublicMaterial:
    """Modulus and public exponent, big endian."""

    modulus: bytes
    public_exponent: bytes


@dataclass(frozen=True)
class RsaPrivateMaterial:
    """The numbers of RSAPrivateKey with two primes (RFC 8017 A.1.2), big endian."""

    public: RsaPublicMaterial
    private_exponent: bytes = field(repr=False)
    primes: tuple[bytes, bytes] = field(repr=False)
    exponents: tuple[bytes, bytes] = field(repr=False)
    coefficient: bytes = field(repr=False)


@dataclass(frozen=True)
class EcMaterial:
    """A public point, a private value, or both; parameters and point as DER holds them."""

    parameters: bytes
    """The DER of the parameters: an object identifier, where a named curve is meant."""
    point: bytes | None
    value: bytes | None = field(default=None, repr=False)


class Reader:
    """Reads DER from its beginning (X.690 §8 and §10); every defect is refused."""

    def __init__(self, encoded: bytes) -> None:
        self._rest = encoded

    def next_tag(self) -> int | None:
        """Return the tag that comes next; nothing at the end."""
        return self._rest[0] if self._rest else None

    def read(self, tag: int) -> bytes:
        """Return the content of the next element, which must have this tag."""
        return self._element(tag)[1]

    def read_whole(self, tag: int) -> bytes:
        """Return the next element with its tag and its length."""
        return self._element(tag)[0]

    def sequence(self) -> Reader:
        """Return a reader of the next element, a SEQUENCE."""
        return Reader(self.read(SEQUENCE))

    def natural(self) -> bytes:
        """Return an INTEGER that is not negative, big endian and without leading zeros."""
        content = self.read(INTEGER)
        padded = content[:1] == b"\0" and len(content) > 1
        if not content or content[0] & 0x80 or (padded and not content[1] & 0x80):
            raise AdapterRefusal(NOT_DER)
        return content[1:] if padded else content

    def bit_string(self) -> bytes:
        """Return a BIT STRING of whole bytes."""
        return _whole_bytes(self.read(BIT_STRING))

    def end(self) -> None:
        """Refuse what follows."""
        if self._rest:
            raise AdapterRefusal(NOT_DER)

    def _element(self, tag: int) -> tuple[bytes, bytes]:
        rest = self._rest
        if len(rest) < 2 or rest[0] != tag:
            raise AdapterRefusal(NOT_DER)
        length, start = rest[1], 2
        if length & 0x80:
            start += length & 0x7F
            encoded = rest[2:start]
            length = int.from_bytes(encoded)
            # X.690 §10.1: the definite form with the least number of bytes.
            if len(encoded) != start - 2 or encoded[:1] in (b"", b"\0") or length < 0x80:
                raise AdapterRefusal(NOT_DER)
        end = start + length
        if len(rest) < end:
            raise AdapterRefusal(NOT_DER)
        self._rest = rest[end:]
        return rest[:end], rest[start:end]


def octets(number: int) -> bytes:
    """Return a natural number as PKCS#11 has it: big endian, without leading zeros."""
    return number.to_bytes((number.bit_length() + 7) // 8)


def octet_string(content: bytes) -> bytes:
    """Return the DER of an OCTET STRING, as CKA_EC_POINT wants it (PKCS#11 v2.40 §2.3.3)."""
    length = len(content)
    if length < 0x80:
        return bytes([OCTET_STRING, length]) + content
    encoded = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([OCTET_STRING, 0x80 | len(encoded)]) + encoded + content


def rsa_public(material: bytes) -> RsaPublicMaterial:
    """Read the SubjectPublicKeyInfo of an RSA key (RFC 8017 A.1.1).

    Raises:
        AdapterRefusal: if it is none.
    """
    parameters, key = _public_key_info(material, RSA_ENCRYPTION)
    _require_null(parameters)
    numbers = _only_sequence(key)
    public = RsaPublicMaterial(numbers.natural(), numbers.natural())
    numbers.end()
    return public


def rsa_private(material: bytes) -> RsaPrivateMaterial:
    """Read the PKCS #8 of an RSA key (RFC 8017 A.1.2).

    Raises:
        AdapterRefusal: if it is none, or has more than two primes.
    """
    parameters, key = _private_key_info(material, RSA_ENCRYPTION)
    _require_null(parameters)
    numbers = _only_sequence(key)
    version = numbers.natural()
    if version == b"\1":
        raise AdapterRefusal(OTHER_PRIMES)
    n, e, d, p, q, d_p, d_q, q_inv = (numbers.natural() for _ in range(8))
    numbers.end()
    if version != b"\0":
        raise AdapterRefusal(NOT_DER)
    return RsaPrivateMaterial(RsaPublicMaterial(n, e), d, (p, q), (d_p, d_q), q_inv)


def ec_public(material: bytes) -> EcMaterial:
    """Read the SubjectPublicKeyInfo of an EC key (RFC 5480 §2).

    Raises:
        AdapterRefusal: if it is none.
    """
    parameters, point = _public_key_info(material, EC_PUBLIC_KEY)
    if point[:1] in (b"\6", b"\7"):
        # RFC 5480 §2.2 refuses it. CKA_EC_POINT may have it (ANSI X9.62 §4.3.6), so that a token
        # that takes it is right.
        raise AdapterRefusal(HYBRID_POINT)
    return EcMaterial(parameters, point)


def ec_private(material: bytes) -> EcMaterial:
    """Read the PKCS #8 of an EC key (RFC 5915 §3).

    Raises:
        AdapterRefusal: if it is none.
    """
    parameters, key = _private_key_info(material, EC_PUBLIC_KEY)
    fields = _only_sequence(key)
    if fields.natural() != b"\1":
        raise AdapterRefusal(NOT_DER)
    value, point = fields.read(OCTET_STRING), None
    if fields.next_tag() == CONTEXT_0 and fields.read(CONTEXT_0) != parameters:
        raise AdapterRefusal(NOT_DER)
    if fields.next_tag() == CONTEXT_1:
        inner = Reader(fields.read(CONTEXT_1))
        point = inner.bit_string()
        inner.end()
    fields.end()
    return EcMaterial(parameters, point, value)


def _public_key_info(material: bytes, expected: bytes) -> tuple[bytes, bytes]:
    """Return the parameters and the key of a SubjectPublicKeyInfo (RFC 5280 §4.1)."""
    fields = _only_sequence(material)
    parameters = _parameters(fields, expected)
    key = fields.bit_string()
    fields.end()
    return parameters, key


def _private_key_info(material: bytes, expected: bytes) -> tuple[bytes, bytes]:
    """Return the parameters and the key of a OneAsymmetricKey (RFC 5958 §2)."""
    fields = _only_sequence(material)
    version = fields.natural()
    parameters = _parameters(fields, expected)
    key = fields.read(OCTET_STRING)
    if fields.next_tag() == CONTEXT_0:
        fields.read(CONTEXT_0)
    if version == b"\1" and fields.next_tag() == CONTEXT_1_PRIMITIVE:
        _whole_bytes(fields.read(CONTEXT_1_PRIMITIVE))
    fields.end()
    if version not in (b"\0", b"\1"):
        raise AdapterRefusal(NOT_DER)
    return parameters, key


def _parameters(fields: Reader, expected: bytes) -> bytes:
    """Return the parameters of an AlgorithmIdentifier, which must be the expected one."""
    algorithm = fields.sequence()
    if algorithm.read(OBJECT_IDENTIFIER) != expected:
        raise AdapterRefusal(OTHER_KEY_TYPE)
    tag = algorithm.next_tag()
    parameters = b"" if tag is None else algorithm.read_whole(tag)
    algorithm.end()
    return parameters


def _require_null(parameters: bytes) -> None:
    """RFC 8017 A.1: the parameters field of rsaEncryption must be NULL."""
    if parameters != bytes([NULL, 0]):
        raise AdapterRefusal(NOT_DER)


def _only_sequence(encoded: bytes) -> Reader:
    reader = Reader(encoded)
    fields = reader.sequence()
    reader.end()
    return fields


def _whole_bytes(content: bytes) -> bytes:
    if content[:1] != b"\0":
        raise AdapterRefusal(NOT_DER)
    return content[1:]
