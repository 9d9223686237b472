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
)
from kmsproof_vectors.der_mutations import Mutation, Node, mutations

BER: Final = ("length-long-form", "length-leading-zero", "length-many-zeros", "indefinite")
"""The mutations that BER allows and DER does not."""

NOT_BER: Final = (("r", "indefinite"), ("s", "indefinite"))

SIGN_ZERO: Final = "missing-sign-zero"
"""The mutation that has a case of its own."""


def tree(signature: Signature) -> Node:
    """Return a signature as a tree of DER: a SEQUENCE of two INTEGERs."""
    r, s = (der.Reader(der.integer(value)).read(der.INTEGER) for value in signature)
    parts = (Node("r", "r", der.INTEGER, r), Node("s", "s", der.INTEGER, s))
    return Node("sequence", "the SEQUENCE", der.SEQUENCE, parts)


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
    require(tree(signature).encode() == verification(control).signature, "the tree is another")
    for mutation in mutations(tree(signature)):
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


TYPES: Final = {
    "real-quarter": b"\x09\x03\x80\xfe\x01",
    "real-not-a-number": b"\x09\x01\x42",
    "real-infinity": b"\x09\x01\x40",
    "real-zero": b"\x09\x00",
    "true": b"\x01\x01\xff",
    "false": b"\x01\x01\x00",
    "null": b"\x05\x00",
    "empty-string": b"\x0c\x00",
    "string-0": b"\x0c\x010",
    "enumerated-1": b"\x0a\x01\x01",
    "bit-string": b"\x03\x02\x00\x01",
    "object-identifier": b"\x06\x01\x01",
    "empty-sequence": b"\x30\x00",
    "sequence-of-0": b"\x30\x03\x02\x01\x00",
    "set-of-1": b"\x31\x03\x02\x01\x01",
}
"""Values of other types than INTEGER."""


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
    r, s = (der.integer(value) for value in signature_of(control))
    whole = verification(control).signature
    for name, octets in (
        ("nothing", der.sequence()),
        ("r-alone", der.sequence(r)),
        ("s-alone", der.sequence(s)),
        ("third-integer", der.sequence(r, s, der.integer(0))),
        ("r-and-s-twice", der.sequence(r, s, r, s)),
        ("zero-first", der.sequence(der.integer(0), r, s)),
        ("empty-sequence-first", der.sequence(der.sequence(), r, s)),
        ("empty-sequence-last", der.sequence(r, s, der.sequence())),
        ("null-last", der.sequence(r, s, der.null())),
        ("explicit-null-last", der.sequence(r, s, der.context(0, der.null()))),
        ("implicit-null-last", der.sequence(r, s, der.context(0, b"", constructed=False))),
        ("high-tag-last", der.sequence(r, s, b"\xbf\x7f\x00")),
        ("end-of-contents-last", der.sequence(r, s, b"\x00\x00")),
        ("integers-in-one", der.sequence(der.encode(der.INTEGER, r[2:] + s[2:]))),
        ("integers-in-sequences", der.sequence(der.sequence(r), der.sequence(s))),
        ("sequence-in-sequence", der.sequence(whole)),
        ("set", der.encode(0x31, r + s)),
        ("octet-string", der.octet_string(whole)),
        ("bit-string", der.bit_string(whole)),
        ("no-sequence", r + s),
        ("with-algorithm", der.sequence(der.object_identifier("1.2.840.10045.4.3.2"), r, s)),
        ("context-tags", der.sequence(der.context(0, r), der.context(1, s))),
        ("signature-twice", whole + whole),
        ("hexadecimal", whole.hex().encode()),
        ("newline-after", whole + b"\n"),
        ("zero-byte-before", b"\x00" + whole),
        ("hash-type-after", whole + b"\x01"),
        ("without-first-byte", whole[1:]),
        ("first-half", whole[: len(whole) // 2]),
        ("empty", b""),
        ("sequence-length-cut", b"\x30\x81"),
        ("r-length-cut", der.sequence(b"\x02\x81", s)),
        ("s-length-cut", der.sequence(r, b"\x02\x81")),
        ("sequence-composed-wrong-tag", b"\x30\x80\x31" + whole[1:] + b"\x00\x00"),
        ("r-composed-wrong-tag", der.sequence(b"\x22\x80\x03" + r[1:] + b"\x00\x00", s)),
        ("s-composed-wrong-tag", der.sequence(r, b"\x22\x80\x03" + s[1:] + b"\x00\x00")),
        ("composed-with-undefined-tag", der.sequence(b"\xaa\x02\xaa\xbb", whole)),
    ):
        why = f"A signature is a SEQUENCE of two INTEGERs: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, octets)


@case("E1", "large", flags=("SignatureEncoding",), clause=ENCODING)
def large(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** An INTEGER or the SEQUENCE has kilobytes, or a length of a mebibyte."""
    control = family.control()
    yield control
    numbers = signature_of(control)
    r, s = (der.Reader(der.integer(value)).read(der.INTEGER) for value in numbers)
    first, second = der.encode(der.INTEGER, r), der.encode(der.INTEGER, s)
    zeros, mebibyte = bytes(4096), b"\x83\x10\x00\x00"
    for name, octets in (
        ("r-zeros-after", der.sequence(der.encode(der.INTEGER, r + zeros), second)),
        ("s-zeros-after", der.sequence(first, der.encode(der.INTEGER, s + zeros))),
        ("r-zeros-before", der.sequence(der.encode(der.INTEGER, zeros + r), second)),
        ("s-zeros-before", der.sequence(first, der.encode(der.INTEGER, zeros + s))),
        ("r-ones", der.sequence(der.encode(der.INTEGER, b"\x7f" + b"\xff" * 4095), second)),
        ("s-ones", der.sequence(first, der.encode(der.INTEGER, b"\x7f" + b"\xff" * 4095))),
        ("sequence-zeros-last", der.sequence(first, second, zeros)),
        ("zeros-after-sequence", der.sequence(first, second) + zeros),
        ("r-length-1-mib", der.sequence(b"\x02" + mebibyte + r, second)),
        ("s-length-1-mib", der.sequence(first, b"\x02" + mebibyte + s)),
        ("sequence-length-1-mib", b"\x30" + mebibyte + first + second),
        ("length-of-126-bytes", b"\x30\xfe" + b"\x00" * 124 + b"\x00\x46" + first + second),
        ("nested-sequences", _nested(first + second, 500, definite=True)),
        ("nested-indefinite", _nested(first + second, 500, definite=False)),
    ):
        require(name.endswith("mib") or len(octets) > 190, f"{name} is not large")
        why = f"What is too large is refused, and promptly: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, octets)


def _nested(content: bytes, depth: int, *, definite: bool) -> bytes:
    """Return content in so many SEQUENCEs, one in the other."""
    if not definite:
        return b"\x30\x80" * depth + content + b"\x00\x00" * depth
    for _ in range(depth):
        content = der.sequence(content)
    return content


@case("E1", "plain", flags=("PlainSignature",), clause=ENCODING)
def plain(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** r and s stand side by side without DER, in many lengths."""
    control = family.control()
    yield control
    signature = signature_of(control)
    octets = encode_plain_signature(family.curve, *signature)
    require(len(octets) == 64 and os2ip(octets[:32]) == signature.r, "it is not r and s")
    r, s = octets[:32], octets[32:]
    for name, value in (
        ("64-bytes", octets),
        ("1-byte", octets[:1]),
        ("32-bytes", r),
        ("62-bytes", r[1:] + s[1:]),
        ("63-bytes", octets[1:]),
        ("63-bytes-cut", octets[:-1]),
        ("65-bytes-recovery", octets + b"\x00"),
        ("65-bytes-header", b"\x1b" + octets),
        ("66-bytes", b"\x00" + r + b"\x00" + s),
        ("128-bytes", octets + octets),
        ("128-bytes-padded", bytes(32) + r + bytes(32) + s),
        ("little-endian", r[::-1] + s[::-1]),
        ("exchanged", s + r),
        ("zeros", bytes(64)),
        ("one-zero-byte", b"\x00"),
    ):
        why = f"r and s without DER are no signature here: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, value)


BOOK = case_book(broken_der, ber, missing_sign_zero, low_integers, types, elements, large, plain)
"""The cases of this module."""
