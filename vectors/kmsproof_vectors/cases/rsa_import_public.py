"""RSA public keys that are imported: malformed, no keys at all, or for another purpose."""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm
from typing import Final

from kmsproof_reference.curves import P256
from kmsproof_reference.ec_key_encoding import EC_PUBLIC_KEY
from kmsproof_reference.ec_key_encoding import encode_public_key as encode_ec_public_key
from kmsproof_reference.ec_keys import generate_ec_key
from kmsproof_reference.octets import os2ip
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_reference.rsa_key_encoding import (
    RSASSA_PSS,
    encode_private_key,
    encode_public_key,
)
from kmsproof_reference.vocabulary import KeyPart
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.rsa_import import (
    MESSAGE,
    MODULUS_LENGTH,
    OTHER_PURPOSE,
    PUBLIC_KEY,
    PURPOSE,
    VALIDATED,
    Importer,
    closeness,
    other_lengths,
    strictness,
)
from kmsproof_vectors.cases.rsa_key_forms import (
    DSA,
    RSA_SIGNATURE,
    RSAES_OAEP,
    loose_forms,
    public_form,
    subject_public_key_info,
)
from kmsproof_vectors.cases.rsa_pkcs1 import Pkcs1Maker
from kmsproof_vectors.model import Clause

PUBLIC_ENCODING: Final = Clause(ref="RFC 8017", section="A.1.1")


@case("K1", "import-public-encoding", flags=("RsaKeyEncoding",), clause=PUBLIC_ENCODING)
def import_public_encoding(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Valid and invalid.** A good public key is imported, and what is no encoding of one."""
    importer = Importer(family, KeyPart.PUBLIC)
    yield importer.control
    n, e = importer.key.n, importer.key.e
    good = encode_public_key(importer.key.public)
    for name, what, material in (
        ("empty", "nothing at all", b""),
        ("cut", "a key whose last byte is missing", good[:-1]),
        ("half", "the first half of a key", good[: len(good) // 2]),
        ("trailing-byte", "a key with a byte behind it", good + b"\x00"),
        ("trailing-key", "two keys in a row", good + good),
        ("more-numbers", "a key with a number too many", subject_public_key_info((n, e, 1))),
        ("fewer-numbers", "a key without its exponent", subject_public_key_info((n,))),
        ("no-numbers", "a key without numbers", subject_public_key_info(())),
        ("exchanged", "a key with modulus and exponent exchanged", subject_public_key_info((e, n))),
        ("private", "a private key", encode_private_key(importer.key)),
    ):
        why = f"No public key is {what}."
        yield importer.refused(name, why, material, needs=strictness(name))


@case("K1", "import-public-purpose", flags=("RsaKeyPurpose",), clause=PURPOSE)
def import_public_purpose(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The public key names another algorithm than the one that it is used for."""
    importer = Importer(family, KeyPart.PUBLIC)
    numbers = (importer.key.n, importer.key.e)
    elliptic = encode_ec_public_key(generate_ec_key(P256, family.drbg).public)
    for name, what, material in (
        ("ec-key", "is one of an elliptic curve", elliptic),
        (
            "named-ec",
            "says that it is one of an elliptic curve",
            subject_public_key_info(numbers, EC_PUBLIC_KEY),
        ),
        ("named-pss", "is for RSASSA-PSS only", subject_public_key_info(numbers, RSASSA_PSS)),
        ("named-oaep", "is for RSAES-OAEP only", subject_public_key_info(numbers, RSAES_OAEP)),
        (
            "named-signature",
            "names a signature, not a key",
            subject_public_key_info(numbers, RSA_SIGNATURE),
        ),
        ("named-dsa", "says that it is one of DSA", subject_public_key_info(numbers, DSA)),
    ):
        why = f"A public key is refused that {what}."
        yield importer.refused(name, why, material, rejections=OTHER_PURPOSE)


@case("K1", "import-public-numbers", flags=("InvalidRsaPublicKey",), clause=PUBLIC_KEY)
def import_public_numbers(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The modulus or the exponent of the public key can be none."""
    importer = Importer(family, KeyPart.PUBLIC)
    key = importer.key
    n, e = key.n, key.e
    order = lcm(key.p - 1, key.q - 1)
    large = e + (n // order + 1) * order
    require(pow(os2ip(importer.signature), large, n) == _encoded(family), "it is no e")
    for name, what, numbers in (
        ("modulus-zero", "the modulus is zero", (0, e)),
        ("modulus-one", "the modulus is 1", (1, e)),
        ("modulus-even", "the modulus is even", (n - 1, e)),
        ("modulus-power-of-two", "the modulus is a power of two", (1 << family.bits - 1, e)),
        ("modulus-negative", "the modulus is negative", (-n, e)),
        ("modulus-without-sign", "the zero is missing that makes n positive", (_signed(n), e)),
        ("exponent-zero", "the exponent is zero", (n, 0)),
        ("exponent-one", "the exponent is 1", (n, 1)),
        ("exponent-two", "the exponent is 2", (n, 2)),
        ("exponent-even", "the exponent is even", (n, 65_536)),
        ("exponent-negative", "the exponent is negative", (n, -e)),
        ("exponent-modulus", "the exponent is the modulus", (n, n)),
        ("exponent-too-large", "the exponent is larger than n", (n, large)),
    ):
        why = f"A public key is refused in which {what}."
        material = subject_public_key_info(numbers)
        needs = VALIDATED if name == "exponent-too-large" else strictness(name)
        yield importer.refused(name, why, material, needs=needs)


def _signed(n: int) -> int:
    """Return the negative number that a modulus is when its sign byte is left out."""
    return n - (1 << 8 * ((n.bit_length() + 7) // 8))


def _encoded(family: Pkcs1Maker, message: bytes = MESSAGE) -> int:
    scheme = family.scheme(family.rsa_key())
    return os2ip(scheme.encode_digest(scheme.digest(message)))


@case("K1", "import-public-exponent-one", flags=("InvalidRsaPublicKey",), clause=PUBLIC_KEY)
def import_public_exponent_one(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Valid and invalid.** The exponent is 1, and the signature modulo n is what it encodes."""
    while True:
        message = family.random(20)
        importer = Importer(family, KeyPart.PUBLIC, message)
        signature, encoded = os2ip(importer.signature), _encoded(family, message)
        n = signature - encoded
        if n.bit_length() == family.bits and n % 2 == 1:  # else it is no modulus of this key spec
            break
    require(n > encoded and signature % n == encoded, "the signature is not right modulo n")
    yield importer.control
    why = "A public key is refused whose exponent is 1, since anybody can sign under it."
    yield importer.refused("exponent-one", why, encode_public_key(RsaPublicKey(n, 1)))


@case("K1", "import-public-length", flags=("RsaModulusLength",), clause=MODULUS_LENGTH)
def import_public_length(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The public key is a good one of another length than the key spec says."""
    importer = Importer(family, KeyPart.PUBLIC)
    for name, key in other_lengths(family):
        why = f"A public key of {key.bits} bits is refused where {family.bits} are agreed on."
        yield importer.refused(name, why, encode_public_key(key.public))


@case("K1", "import-public-form", flags=("RsaKeyEncoding",), clause=PUBLIC_ENCODING)
def import_public_form(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The public key is encoded in BER, or with parameters of its algorithm."""
    importer = Importer(family, KeyPart.PUBLIC)
    for name, what, material in loose_forms(public_form, (importer.key.n, importer.key.e)):
        why = f"A public key is refused {what}."
        yield importer.refused(name, why, material, needs=closeness(name))


@case("K1", "import-public-even-exponent", flags=("InvalidRsaPublicKey",), clause=PUBLIC_KEY)
def import_public_even_exponent(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Valid and invalid.** The exponent is even, and the signature is right all the same."""
    key = family.rsa_key()
    order = lcm(key.p - 1, key.q - 1)
    odd_order = order // (order & -order)
    while True:
        message = family.random(20)
        if pow(_encoded(family, message), odd_order, key.n) == 1:
            break
    importer = Importer(family, KeyPart.PUBLIC, message)
    even = key.e + odd_order
    verified = pow(os2ip(importer.signature), even, key.n)
    require(verified == _encoded(family, message) and even % 2 == 0, "it verifies nothing")
    yield importer.control
    material = encode_public_key(RsaPublicKey(key.n, even))
    why = "A public key is refused whose exponent is even, also where it fits a signature."
    yield importer.refused("exponent-even", why, material, needs=VALIDATED)


BOOK = case_book(
    import_public_encoding,
    import_public_purpose,
    import_public_numbers,
    import_public_exponent_one,
    import_public_length,
    import_public_form,
    import_public_even_exponent,
)
"""The cases about public keys that are imported."""
