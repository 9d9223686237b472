"""ECDSA: a signature that is not DER, though its integers may be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from kmsproof_reference import der
from kmsproof_reference.ecdsa_signature import encode_plain_signature
from kmsproof_reference.octets import os2ip
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec_ecdsa import (
    ENCODING,
    EcdsaMaker,
    Message,
    Signature,
    signature_of,
    verification,
    with_small,
)
from kmsproof_vectors.der_mutations import Mutation, mutations
from kmsproof_vectors.ec_broken_signatures import (
    TYPES,
    oversized,
    rearranged,
    signature_tree,
    undelimited,
)

BER: Final = ("length-long-form", "length-leading-zero", "length-many-zeros", "indefinite")
"""The mutations that BER allows and DER does not."""

NOT_BER: Final = (("r", "indefinite"), ("s", "indefinite"))

SIGN_ZERO: Final = "missing-sign-zero"
"""The mutation that has a case of its own."""


def _drawn(family: EcdsaMaker, suits: Callable[[Signature], bool]) -> tuple[Message, Signature]:
    """Return a message and the first of its signatures that suits."""
    message = family.message()
    while True:
        signature = family.sign(message, k=family.random_scalar())
        if suits(signature):
            return message, signature


def _is_high(value: int) -> bool:
    """Whether the encoding of r or s begins with a zero byte, which keeps it positive."""
    return value >> 255 == 1


def _is_ber(mutation: Mutation) -> bool:
    """Whether a mutation is still BER: a primitive value has no indefinite length."""
    return mutation.name in BER and (mutation.node, mutation.name) not in NOT_BER


def _mutated(family: EcdsaMaker, wanted: Callable[[Mutation], bool]) -> Iterator[Draft]:
    """Yield the mutations with names that are wanted, of a signature with r and s both high."""
    message, signature = _drawn(family, lambda pair: all(map(_is_high, pair)))
    control = family.control(message=message, signature=signature)
    yield control
    require(
        signature_tree(*signature).encode() == verification(control).signature,
        "the tree is another",
    )
    for mutation in mutations(signature_tree(*signature)):
        if wanted(mutation):
            why = f"Only DER is a signature: {mutation.what}."
            yield family.refused(control, mutation.slug, why, mutation.octets)


@case("E1", "der", flags=("SignatureEncoding",), clause=ENCODING)
def broken_der(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The SEQUENCE, r or s is encoded wrongly: length, tag, content, neighbours."""
    yield from _mutated(family, lambda each: not _is_ber(each) and each.name != SIGN_ZERO)


@case("E1", "ber", flags=("BerSignature",), clause=ENCODING)
def ber(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** Right integers in an encoding that BER allows and DER does not."""
    yield from _mutated(family, _is_ber)


@case("E1", "missing-sign-zero", flags=("MissingSignZero",), clause=ENCODING)
def missing_sign_zero(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The zero byte is missing that makes r or s positive."""
    message, signature = _drawn(family, lambda pair: all(map(_is_high, pair)))
    control = family.control(message=message, signature=signature)
    yield control
    r, s = (value.to_bytes(32, "big") for value in signature)
    for name, first, second in (
        ("r", r, b"\x00" + s),
        ("s", b"\x00" + r, s),
        ("both", r, s),
    ):
        octets = der.sequence(der.encode(der.INTEGER, first), der.encode(der.INTEGER, second))
        reader = der.Reader(octets).sequence()
        require(min(reader.integer(), reader.integer()) < 0, "none is negative")
        why = f"An INTEGER with its first bit set is negative, and is not read otherwise: {name}."
        yield family.refused(control, name, why, octets)


@case("E1", "low-integers", flags=("SignatureEncoding",), clause=ENCODING)
def low_integers(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** r and s are positive without a zero byte in front, and get one, two, or ff."""
    message, signature = _drawn(family, lambda pair: not any(map(_is_high, pair)))
    control = family.control(message=message, signature=signature)
    yield control
    r, s = (der.Reader(der.integer(value)).read(der.INTEGER) for value in signature)
    require(0 < r[0] < 0x80 and 0 < s[0] < 0x80, "a sign byte stands there")
    for name, front in (("00", b"\x00"), ("00-00", b"\x00\x00"), ("ff", b"\xff")):
        for part, first, second in (
            ("r", front + r, s),
            ("s", r, front + s),
            ("both", front + r, front + s),
        ):
            octets = der.sequence(der.encode(der.INTEGER, first), der.encode(der.INTEGER, second))
            why = f"An INTEGER has no byte that it does not need: {front.hex()} before {part}."
            yield family.refused(control, f"{part}-{name}", why, octets)


@case("E1", "one-byte-integers", flags=("SignatureEncoding",), clause=ENCODING)
def one_byte_integers(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** r or s is a number of one byte, and has a zero byte before it."""
    for name in ("r", "s"):
        key, message, signature = with_small(family, name, 1, "one byte")
        control = family.control(f"{name}-control", message, signature, key)
        yield control
        r, s = (der.Reader(der.integer(value)).read(der.INTEGER) for value in signature)
        require(min(len(r), len(s)) == 1, "none has one byte")
        first, second = (b"\x00" + r, s) if name == "r" else (r, b"\x00" + s)
        octets = der.sequence(der.encode(der.INTEGER, first), der.encode(der.INTEGER, second))
        why = f"An INTEGER has no byte that it does not need: 00 before {name}, which has one byte."
        yield family.refused(control, f"{name}-00", why, octets)


@case("E1", "types", flags=("SignatureTypes",), clause=ENCODING)
def types(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** r, s or both are of another type; the other one is right, 0 or 1."""
    control = family.control()
    yield control
    signature = signature_of(control)
    for name, value in TYPES.items():
        for beside, other in (("right", None), ("0", 0), ("1", 1)):
            r, s = (der.integer(own if other is None else other) for own in signature)
            why = f"r is an INTEGER, and no {name.replace('-', ' ')}; s is {beside}."
            yield family.refused(control, f"r-{name}-s-{beside}", why, der.sequence(value, s))
            why = f"s is an INTEGER, and no {name.replace('-', ' ')}; r is {beside}."
            yield family.refused(control, f"s-{name}-r-{beside}", why, der.sequence(r, value))
        why = f"r and s are INTEGERs, and no {name.replace('-', ' ')}."
        yield family.refused(control, f"both-{name}", why, der.sequence(value, value))


@case("E1", "elements", flags=("SignatureEncoding",), clause=ENCODING)
def elements(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The SEQUENCE holds more, fewer or other elements than two INTEGERs."""
    control = family.control()
    yield control
    for name, octets in rearranged(*signature_of(control)):
        why = f"A signature is a SEQUENCE of two INTEGERs: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, octets)


@case("E1", "large", flags=("SignatureEncoding",), clause=ENCODING)
def large(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** An INTEGER or the SEQUENCE has kilobytes, or a length of a mebibyte."""
    control = family.control()
    yield control
    for name, octets in oversized(*signature_of(control)):
        require(name.endswith("mib") or len(octets) > 190, f"{name} is not large")
        why = f"What is too large is refused, and promptly: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, octets)


@case("E1", "plain", flags=("PlainSignature",), clause=ENCODING)
def plain(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** r and s stand side by side without DER, in many lengths."""
    control = family.control()
    yield control
    signature = signature_of(control)
    octets = encode_plain_signature(family.curve, *signature)
    require(len(octets) == 64 and os2ip(octets[:32]) == signature.r, "it is not r and s")
    for name, value in undelimited(*signature):
        why = f"r and s without DER are no signature here: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, value)


BOOK = case_book(
    broken_der,
    ber,
    missing_sign_zero,
    low_integers,
    one_byte_integers,
    types,
    elements,
    large,
    plain,
)
"""The cases of this module."""
