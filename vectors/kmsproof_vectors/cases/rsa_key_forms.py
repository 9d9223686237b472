"""RSA keys in DER with any numbers in them, and under any object identifier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from kmsproof_reference.curves import P256
from kmsproof_reference.der import (
    INTEGER,
    OBJECT_IDENTIFIER,
    Reader,
    bit_string,
    encode,
    integer,
    null,
    object_identifier,
    octet_string,
    sequence,
)
from kmsproof_reference.ec_key_encoding import EC_PUBLIC_KEY
from kmsproof_reference.ec_key_encoding import encode_algorithm as encode_ec_algorithm
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_encoding import RSA_ENCRYPTION

RSAES_OAEP: Final = "1.2.840.113549.1.1.7"
"""id-RSAES-OAEP: a key for nothing but this (RFC 8017 A.2.1, RFC 4055 §4.1)."""

RSA_SIGNATURE: Final = "1.2.840.113549.1.1.11"
"""sha256WithRSAEncryption: a signature, and no key (RFC 4055 §5)."""

DSA: Final = "1.2.840.10040.4.1"
"""id-dsa (RFC 3279 §2.3.2)."""

NULL_PARAMETERS: Final = (RSA_ENCRYPTION, RSA_SIGNATURE, DSA)
"""What is written with NULL behind it; id-dsa is, so that nothing but its name tells it."""


def algorithm(identifier: str) -> bytes:
    """Return an AlgorithmIdentifier with the parameters that belong to it, or may be there."""
    if identifier == EC_PUBLIC_KEY:
        return encode_ec_algorithm(P256)
    parameters = null() if identifier in NULL_PARAMETERS else b""
    return sequence(object_identifier(identifier), parameters)


def rsa_private_key(key: RsaPrivateKey) -> tuple[int, ...]:
    """Return the numbers of an RSAPrivateKey of two primes, the version first (RFC 8017 A.1.2)."""
    return (0, key.n, key.e, key.d, key.p, key.q, key.d_p, key.d_q, key.q_inv)


def private_key_info(
    numbers: Iterable[int], identifier: str = RSA_ENCRYPTION, version: int = 0
) -> bytes:
    """Return a PrivateKeyInfo (RFC 5958 §2) around an RSAPrivateKey of any numbers."""
    inner = sequence(*map(integer, numbers))
    return sequence(integer(version), algorithm(identifier), octet_string(inner))


def subject_public_key_info(numbers: Iterable[int], identifier: str = RSA_ENCRYPTION) -> bytes:
    """Return a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) around an RSAPublicKey of any numbers."""
    return sequence(algorithm(identifier), bit_string(sequence(*map(integer, numbers))))


# Keys in BER, and in what is neither.

OuterForm = Callable[[bytes, bytes], bytes]
"""What puts an AlgorithmIdentifier and the numbers of a key together."""


def public_form(identifier: bytes, numbers: bytes) -> bytes:
    """Return a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7)."""
    return sequence(identifier, bit_string(numbers))


def private_form(identifier: bytes, numbers: bytes) -> bytes:
    """Return a PrivateKeyInfo (RFC 5958 §2)."""
    return sequence(integer(0), identifier, octet_string(numbers))


def loose_forms(form: OuterForm, numbers: Sequence[int]) -> Iterator[tuple[str, str, bytes]]:
    """Yield encodings of a key that are no DER, but tell its numbers all the same.

    Each has a name, and what is said of it; ``numbers`` are those of the inner SEQUENCE.
    """
    identifier, inner = algorithm(RSA_ENCRYPTION), sequence(*map(integer, numbers))
    good = form(identifier, inner)
    named = object_identifier(RSA_ENCRYPTION)
    yield "outer-length-with-zero", "with a zero in front of its length", _longer(good)
    yield (
        "inner-length-with-zero",
        "with a zero in front of the length of its numbers",
        form(identifier, _longer(inner)),
    )
    for place, name in ((-1, "last-number"), (numbers.index(max(numbers)), "modulus")):
        encoded = list(map(integer, numbers))
        encoded[place] = _with_zero(numbers[place])
        what = f"with a zero too many in front of its {name.replace('-', ' ')}"
        yield f"{name}-with-zero", what, form(identifier, sequence(*encoded))
    for name, content in (
        ("name-unfinished", named[2:] + b"\x81"),
        ("name-zero-in-front", named[2:-1] + b"\x80" + named[-1:]),
    ):
        what = f"whose algorithm is no OBJECT IDENTIFIER: {name.replace('-', ' ')}"
        broken = sequence(encode(OBJECT_IDENTIFIER, content), null())
        yield name, what, form(broken, inner)
    for name, parameters in (("integer", integer(0)), ("two-nulls", null() + null())):
        what = f"whose algorithm has other parameters: {name.replace('-', ' ')}"
        yield f"parameters-{name}", what, form(sequence(named, parameters), inner)


def _longer(value: bytes) -> bytes:
    """Return a value whose length in the long form has a zero in front."""
    return value[:1] + bytes([value[1] + 1, 0]) + value[2:]


def _with_zero(number: int) -> bytes:
    """Return an INTEGER with one octet more than necessary, zero."""
    return encode(INTEGER, b"\x00" + Reader(integer(number)).read(INTEGER))
