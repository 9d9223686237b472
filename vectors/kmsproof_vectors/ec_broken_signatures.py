"""ECDSA signatures that are not the DER of two integers, though r and s may be the right ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference import der
from kmsproof_reference.octets import i2osp
from kmsproof_vectors.der_mutations import Node

Named = tuple[str, bytes]
"""What is wrong with it, and the octets."""

SCALAR: Final = 32
"""Bytes of r and of s."""


def signature_tree(r: int, s: int) -> Node:
    """Return a signature as a tree of DER: a SEQUENCE of two INTEGERs."""
    first, second = _contents(r), _contents(s)
    parts = (Node("r", "r", der.INTEGER, first), Node("s", "s", der.INTEGER, second))
    return Node("sequence", "the SEQUENCE", der.SEQUENCE, parts)


def _contents(value: int) -> bytes:
    return der.Reader(der.integer(value)).read(der.INTEGER)


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


def mistyped(name: str, *numbers: int) -> Iterator[Named]:
    """Yield what has a value of another type in place of r, of s, or of both."""
    r, s = (der.integer(value) for value in numbers)
    other = TYPES[name]
    yield f"r-{name}", der.sequence(other, s)
    yield f"s-{name}", der.sequence(r, other)
    yield f"both-{name}", der.sequence(other, other)


def rearranged(*numbers: int) -> Iterator[Named]:
    """Yield what has more, fewer or other elements than r and s, or is cut."""
    r, s = (der.integer(value) for value in numbers)
    whole = der.sequence(r, s)
    yield from (
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
    )


def oversized(*numbers: int) -> Iterator[Named]:
    """Yield what has kilobytes, a length of a mebibyte, or hundreds of levels."""
    r, s = (_contents(value) for value in numbers)
    first, second = (der.integer(value) for value in numbers)
    zeros, mebibyte = bytes(4096), b"\x83\x10\x00\x00"
    yield from (
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
    )


def _nested(content: bytes, depth: int, *, definite: bool) -> bytes:
    """Return content in so many SEQUENCEs, one in the other."""
    if not definite:
        return b"\x30\x80" * depth + content + b"\x00\x00" * depth
    for _ in range(depth):
        content = der.sequence(content)
    return content


def undelimited(*numbers: int) -> Iterator[Named]:
    """Yield r and s side by side without DER, in many lengths."""
    r, s = (i2osp(value, SCALAR) for value in numbers)
    octets = r + s
    yield from (
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
    )
