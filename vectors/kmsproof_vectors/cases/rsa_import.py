"""RSA keys that are imported: malformed, inconsistent, of another length, or for another purpose.

A key is refused when it comes, or when it is used. What is wrong with a modulus and an exponent can
be seen from themselves. Whether the other numbers of a private key belong to them has to be
computed, which the standards leave to the implementation: those tests apply to a target that says
that it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import lcm
from typing import Any, Final

import msgspec

from kmsproof_reference.curves import P256
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.ec_key_encoding import EC_PUBLIC_KEY
from kmsproof_reference.ec_key_encoding import encode_private_key as encode_ec_private_key
from kmsproof_reference.ec_key_encoding import encode_public_key as encode_ec_public_key
from kmsproof_reference.ec_keys import generate_ec_key
from kmsproof_reference.errors import Refusal
from kmsproof_reference.octets import os2ip
from kmsproof_reference.rsa import RsaPrivateKey, RsaPublicKey
from kmsproof_reference.rsa_key_encoding import (
    decode_private_key,
    decode_public_key,
    encode_private_key,
    encode_public_key,
)
from kmsproof_reference.rsa_key_generation import generate_prime
from kmsproof_reference.rsa_keys import (
    check_private_key,
    check_public_key,
    private_key_from_primes,
)
from kmsproof_reference.vocabulary import Feature, KeyPart, KeySpec, RejectionClass
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.rsa import MAIN, rsa_test_key
from kmsproof_vectors.cases.rsa_key_forms import (
    RSAES_OAEP,
    RSASSA_PSS,
    private_key_info,
    rsa_private_key,
    subject_public_key_info,
)
from kmsproof_vectors.cases.rsa_pkcs1 import Pkcs1Maker
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, SEED, flagged
from kmsproof_vectors.model import Clause, ImportTest, Result

PRIVATE_ENCODING: Final = Clause(ref="RFC 8017", section="A.1.2")
PUBLIC_ENCODING: Final = Clause(ref="RFC 8017", section="A.1.1")
PURPOSE: Final = Clause(ref="RFC 4055", section="1.2")
PUBLIC_KEY: Final = Clause(ref="RFC 8017", section="3.1")
PRIVATE_KEY: Final = Clause(ref="RFC 8017", section="3.2")
KEY_PAIR: Final = Clause(ref="SP 800-56B Rev. 2", section="6.4.1")
MODULUS_LENGTH: Final = Clause(ref="SP 800-56B Rev. 2", section="6.4.2.2")

NO_KEY: Final = (RejectionClass.INVALID_ARGUMENT, RejectionClass.INVALID_SIGNATURE_ENCODING)
OTHER_PURPOSE: Final = (
    *NO_KEY,
    RejectionClass.WRONG_KEY_USAGE,
    RejectionClass.UNSUPPORTED_ALGORITHM,
)
"""What a key of another algorithm may also be refused as."""

MESSAGE: Final = b"kmsproof import test"

NUMBERS: Final = ("n", "d", "p", "q", "d_p", "d_q", "q_inv")
"""The fields of a private key but its public exponent."""


READABLE: Final = ("trailing-byte", "trailing-key", "version-2", "modulus-without-sign")
"""Encodings that no standard obliges a reader to refuse: what it reads can only be the key."""


OUT_OF_RANGE: Final = (
    *("modulus-even", "exponent-zero", "exponent-one", "exponent-even", "exponent-negative"),
    "exponent-too-large",
)
"""Numbers with which the operation can be done all the same, as RFC 8017 §5 assumes a valid key."""


def _strictness(name: str, computable: tuple[str, ...] = ()) -> tuple[Feature, ...]:
    if name in computable:
        return (Feature.KEY_PAIR_VALIDATION,)
    return (Feature.STRICT_KEY_ENCODING,) if name in READABLE else ()


class Importer:
    """Makes the imports of one part of a key, for one case."""

    def __init__(self, family: Pkcs1Maker, part: KeyPart, message: bytes = MESSAGE) -> None:
        self.family, self.part, self.key = family, part, family.rsa_key()
        private = part is KeyPart.PRIVATE
        self.signature = b"" if private else family.genuine(message)
        good = encode_private_key(self.key) if private else encode_public_key(self.key.public)
        require(self.takes(good), "the reference does not take the good key")
        done = "signs" if private else "verifies"
        common = family.common("control", Result.VALID, f"The good key is imported, and {done}.")
        if message == MESSAGE:  # all cases of a part share one control
            common["id"] = f"{family.parameters.family}/import-{part}-encoding/control"
        test = ImportTest(
            **common,
            part=part,
            material=HexBytes(good),
            message=HexBytes(message),
            signature=None if private else HexBytes(self.signature),
        )
        self.control = flagged(Draft(family.key, None, test), CONTROL_FLAGS)

    def takes(self, material: bytes) -> bool:
        """Whether the reference takes a key of this key spec."""
        try:
            if self.part is KeyPart.PRIVATE:
                check_private_key(decode_private_key(material), self.family.bits)
            else:
                check_public_key(decode_public_key(material), self.family.bits)
        except Refusal:
            return False
        return True

    def refused(
        self,
        slug: str,
        why: str,
        material: bytes,
        *,
        rejections: tuple[RejectionClass, ...] = NO_KEY,
        needs: tuple[Feature, ...] = (),
    ) -> Draft:
        """Return the import of a bad key, which the reference must refuse."""
        require(not self.takes(material), f"{slug}: the reference takes the key")
        draft = self.family.derived(
            self.control, slug, why, rejections=rejections, material=HexBytes(material)
        )
        return replace(draft, test=msgspec.structs.replace(draft.test, needs=needs))

    def numbers(self, slug: str, what: str, **changed: Any) -> Draft:
        """Return the import of a private key with other numbers, to be seen by computing only."""
        key = replace(self.key, **changed)
        why = f"A private key is refused in which {what}."
        need = (Feature.KEY_PAIR_VALIDATION,)
        return self.refused(slug, why, encode_private_key(key), needs=need)


# Private keys.


@case("K1", "import-private-encoding", flags=("RsaKeyEncoding",), clause=PRIVATE_ENCODING)
def import_private_encoding(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Valid and invalid.** A good private key is imported, and what is no encoding of one."""
    importer = Importer(family, KeyPart.PRIVATE)
    yield importer.control
    key, good = importer.key, encode_private_key(importer.key)
    numbers = rsa_private_key(key)
    for name, what, material in (
        ("empty", "nothing at all", b""),
        ("cut", "a key whose last byte is missing", good[:-1]),
        ("half", "the first half of a key", good[: len(good) // 2]),
        ("trailing-byte", "a key with a byte behind it", good + b"\x00"),
        ("more-numbers", "a key with a number too many", private_key_info((*numbers, 1))),
        ("fewer-numbers", "a key without its last number", private_key_info(numbers[:-1])),
        ("version-2", "a key of a version that there is not", private_key_info((2, *numbers[1:]))),
        ("only-public", "a public key", encode_public_key(key.public)),
    ):
        why = f"No private key is {what}."
        yield importer.refused(name, why, material, needs=_strictness(name))


@case("K1", "import-private-purpose", flags=("RsaKeyPurpose",), clause=PURPOSE)
def import_private_purpose(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The private key names another algorithm than the one that it is used for."""
    importer = Importer(family, KeyPart.PRIVATE)
    numbers = rsa_private_key(importer.key)
    elliptic = encode_ec_private_key(generate_ec_key(P256, family.drbg))
    for name, what, material in (
        ("ec-key", "is one of an elliptic curve", elliptic),
        ("named-ec", "says that it is one of an elliptic curve", _named(numbers, EC_PUBLIC_KEY)),
        ("named-pss", "is for RSASSA-PSS only", _named(numbers, RSASSA_PSS)),
        ("named-oaep", "is for RSAES-OAEP only", _named(numbers, RSAES_OAEP)),
    ):
        why = f"A private key is refused that {what}."
        yield importer.refused(name, why, material, rejections=OTHER_PURPOSE)


def _named(numbers: tuple[int, ...], identifier: str) -> bytes:
    return private_key_info(numbers, identifier)


@case("K1", "import-private-numbers", flags=("InvalidRsaPrivateKey",), clause=PUBLIC_KEY)
def import_private_numbers(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The modulus or the public exponent of the private key can be none."""
    importer = Importer(family, KeyPart.PRIVATE)
    key = importer.key
    for name, what, changed in (
        ("modulus-zero", "the modulus is zero", replace(key, n=0)),
        ("modulus-negative", "the modulus is negative", replace(key, n=-key.n)),
        ("modulus-even", "the modulus is even", _even(family)),
        ("exponent-zero", "the public exponent is zero", replace(key, e=0)),
        ("exponent-one", "the exponents are 1, so that it does nothing", _doing_nothing(key)),
        ("exponent-even", "the public exponent is even", replace(key, e=65_536)),
        ("exponent-negative", "the public exponent is negative", replace(key, e=-key.e)),
        ("all-zero", "all numbers are zero", RsaPrivateKey(0, 0, 0, 0, 0, 0, 0, 0)),
    ):
        why = f"A private key is refused in which {what}."
        needs = _strictness(name, OUT_OF_RANGE)
        yield importer.refused(name, why, encode_private_key(changed), needs=needs)


def _doing_nothing(key: RsaPrivateKey) -> RsaPrivateKey:
    return replace(key, e=1, d=1, d_p=1, d_q=1)


def _even(family: Pkcs1Maker) -> RsaPrivateKey:
    """Return a key whose first factor is twice a prime, with an exponent that undoes e."""
    q, drbg = family.rsa_key().q, Drbg(SEED, f"{family.parameters.key_spec} even".encode())
    prime = generate_prime(family.bits // 2 - 1, drbg, 65_537)
    key = _of_factors(2 * prime, q, lcm(prime - 1, q - 1))
    require(key.n.bit_length() == family.bits and key.n % 2 == 0, "the modulus is not even")
    return key


@case("K1", "import-private-consistency", flags=("InconsistentRsaKey",), clause=KEY_PAIR)
def import_private_consistency(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The numbers of the private key do not fit together, as who computes sees."""
    importer = Importer(family, KeyPart.PRIVATE)
    key = importer.key
    p, q = key.p, key.q
    yield importer.numbers("modulus", "n is not p times q", n=key.n + 2)
    yield importer.numbers("private-exponent", "d is another", d=key.d + 2)
    yield importer.numbers("first-exponent", "dP is another", d_p=key.d_p + 2)
    yield importer.numbers("second-exponent", "dQ is another", d_q=key.d_q + 2)
    yield importer.numbers("coefficient", "qInv is another", q_inv=key.q_inv + 1)
    yield importer.numbers("primes-exchanged", "p and q are exchanged", p=q, q=p)
    yield importer.numbers("prime-one", "p is 1 and q is n", p=1, q=key.n)
    yield importer.numbers("public-exponent", "e is another than d belongs to", e=65_539)
    composite = _composite(family)
    fields = {name: getattr(composite, name) for name in NUMBERS}
    yield importer.numbers("prime-composite", "p is a product of two primes", **fields)
    square = _of_factors(p, p, p * (p - 1))
    fields = {name: getattr(square, name) for name in NUMBERS}
    yield importer.numbers("primes-equal", "p and q are the same", **fields)


def _of_factors(p: int, q: int, order: int) -> RsaPrivateKey:
    """Return the numbers of a key with any factors, from the order of the numbers modulo n."""
    d = pow(65_537, -1, order)
    coefficient = pow(q, -1, p) if p != q else 1
    return RsaPrivateKey(p * q, 65_537, d, p, q, d % (p - 1), d % (q - 1) or 1, coefficient)


def _composite(family: Pkcs1Maker) -> RsaPrivateKey:
    """Return a key of three primes, two of which pretend to be one."""
    q, drbg = family.rsa_key().q, Drbg(SEED, f"{family.parameters.key_spec} composite".encode())
    while True:
        a, b = (generate_prime(family.bits // 4, drbg, 65_537) for _ in range(2))
        if (a * b * q).bit_length() == family.bits:
            return _of_factors(a * b, q, lcm(a - 1, b - 1, q - 1))


@case("K1", "import-private-length", flags=("RsaModulusLength",), clause=MODULUS_LENGTH)
def import_private_length(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The private key is a good one of another length than the key spec says."""
    importer = Importer(family, KeyPart.PRIVATE)
    for name, key in _other_lengths(family):
        why = f"A private key of {key.bits} bits is refused where {family.bits} are agreed on."
        yield importer.refused(name, why, encode_private_key(key))


def _other_lengths(family: Pkcs1Maker) -> Iterator[tuple[str, RsaPrivateKey]]:
    """Yield good keys of other lengths: a bit less, a byte less, that of another key spec."""
    p, half = family.rsa_key().p, family.bits // 2
    for name, missing in (("bit-missing", 1), ("byte-missing", 8)):
        drbg = Drbg(SEED, f"{family.parameters.key_spec} {name}".encode())
        key = private_key_from_primes(p, generate_prime(half - missing, drbg, 65_537))
        require(key.bits == family.bits - missing, "the modulus has another length")
        yield name, key
    other = KeySpec.RSA_3072 if family.bits == 2048 else KeySpec.RSA_2048
    yield f"{other}".lower().replace("_", "-"), rsa_test_key(other, MAIN)


# Public keys.


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
        yield importer.refused(name, why, material, needs=_strictness(name))


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
        needs = _strictness(name, OUT_OF_RANGE[-1:])
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
    for name, key in _other_lengths(family):
        why = f"A public key of {key.bits} bits is refused where {family.bits} are agreed on."
        yield importer.refused(name, why, encode_public_key(key.public))


BOOK = case_book(
    import_private_encoding,
    import_private_purpose,
    import_private_numbers,
    import_private_consistency,
    import_private_length,
    import_public_encoding,
    import_public_purpose,
    import_public_numbers,
    import_public_exponent_one,
    import_public_length,
)
"""The cases about keys that are imported."""
