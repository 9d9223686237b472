"""DER: the one encoding of ASN.1 values that keys, DigestInfo and ECDSA signatures have.

Standard:  ITU-T X.690, edition of February 2021.
Sections:  8.1 to 8.3, 8.6 to 8.8, 8.19 (BER); 10 and 11 (what DER allows of it).
Page:      https://www.itu.int/rec/T-REC-X.690
Left out:  tags above 30, and all types that the standards of this package do not use.

What is written is DER, and nothing else is read: a length in a longer form than necessary, an
integer with a superfluous octet, anything that follows the value are `MalformedDer`.
"""

from __future__ import annotations

from kmsproof_reference.errors import InvalidArgument, MalformedDer
from kmsproof_reference.octets import os2ip

INTEGER, BIT_STRING, OCTET_STRING = 0x02, 0x03, 0x04
NULL, OBJECT_IDENTIFIER, SEQUENCE = 0x05, 0x06, 0x30
CONTEXT, CONSTRUCTED = 0x80, 0x20

LONGEST_LENGTH = 8
"""Octets of a length in the long form that are looked at; more stand for no octets there are."""

LONGEST_ARC = 19
"""Octets of one arc of an object identifier; the longest that anybody is given have 128 bits."""


# What is written.


def encode(tag: int, content: bytes) -> bytes:
    """Identifier, length and contents octets (X.690 §8.1.2 to §8.1.4, §10.1)."""
    return bytes([tag]) + encode_length(len(content)) + content


def encode_length(length: int) -> bytes:
    """The length in the definite form, in as few octets as there can be (X.690 §10.1)."""
    if length < 0x80:
        return bytes([length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE of values that are encoded already (X.690 §8.9)."""
    return encode(SEQUENCE, b"".join(parts))


def integer(value: int) -> bytes:
    """INTEGER: two's complement in as few octets as there can be (X.690 §8.3)."""
    length = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return encode(INTEGER, value.to_bytes(length, "big", signed=True))


def octet_string(octets: bytes) -> bytes:
    """OCTET STRING, primitive (X.690 §8.7, §10.2)."""
    return encode(OCTET_STRING, octets)


def bit_string(octets: bytes) -> bytes:
    """BIT STRING of whole octets: no bit of the last one is unused (X.690 §8.6)."""
    return encode(BIT_STRING, b"\x00" + octets)


def null() -> bytes:
    """NULL (X.690 §8.8)."""
    return encode(NULL, b"")


def object_identifier(dotted: str) -> bytes:
    """OBJECT IDENTIFIER, written ``1.2.840.113549`` (X.690 §8.19).

    Raises `InvalidArgument` when the first two arcs are none that exist (§8.19.4).
    """
    first, second, *others = (int(arc) for arc in dotted.split("."))
    if first not in (0, 1, 2) or second < 0 or (first < 2 and second > 39):
        raise InvalidArgument(f"no object identifier begins {first}.{second} (X.690 §8.19.4)")
    content = b"".join(_base128(arc) for arc in (40 * first + second, *others))
    return encode(OBJECT_IDENTIFIER, content)


def _base128(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(0x80 | arc & 0x7F)
    return bytes(reversed(octets))


def context(number: int, content: bytes, constructed: bool = True) -> bytes:
    """A value with the context-specific tag [number] (X.690 §8.14)."""
    if not 0 <= number <= 30:
        raise InvalidArgument(f"a context-specific tag here is 0 to 30, not {number}")
    return encode(CONTEXT | (CONSTRUCTED if constructed else 0) | number, content)


# What is read.


class Reader:
    """Takes values off a string of octets, one after the other; every method may raise
    `MalformedDer`."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._position = 0

    def peek(self) -> int | None:
        """The identifier octet of the next value; nothing at the end."""
        return self._octets[self._position] if self._position < len(self._octets) else None

    def read(self, tag: int) -> bytes:
        """The contents octets of the next value, which must have this identifier octet."""
        if self.peek() is None or not self.is_tag(tag):
            found = "nothing" if self.peek() is None else f"the tag {self.peek():#04x}"
            raise MalformedDer(f"the tag {tag:#04x} is expected, and {found} is there (X.690 §8.1)")
        self._position += 1
        return self.take(self.length())

    def is_tag(self, tag: int) -> bool:
        """Whether the next value, of which there is one, has this identifier octet."""
        return self.peek() == tag

    def take(self, length: int) -> bytes:
        """The next octets, which must be there."""
        content = self._octets[self._position : self._position + length]
        if len(content) != length:
            raise MalformedDer("a value is longer than what is there (X.690 §8.1.3)")
        self._position += length
        return content

    def length(self) -> int:
        """The length of a value (X.690 §8.1.3, §10.1)."""
        first = self.take(1)[0]
        if first < 0x80:
            return first
        if first == 0x80:
            return self.indefinite_length()
        if first & 0x7F > LONGEST_LENGTH:
            raise MalformedDer("a value is longer than what is there (X.690 §8.1.3)")
        octets = self.take(first & 0x7F)
        self.check_length(octets)
        return self.length_value(octets)

    def indefinite_length(self) -> int:
        """No length: DER does not have the indefinite form (X.690 §10.1)."""
        raise MalformedDer("a length is of the indefinite form (X.690 §10.1)")

    def check_length(self, octets: bytes) -> None:
        """A length of the long form has no octets more than necessary (X.690 §10.1)."""
        if octets[0] == 0 or os2ip(octets) < 0x80:
            raise MalformedDer("a length has more octets than necessary (X.690 §10.1)")

    def length_value(self, octets: bytes) -> int:
        """What the octets of a length of the long form say (X.690 §8.1.3.5)."""
        return os2ip(octets)

    def sequence(self) -> Reader:
        """A SEQUENCE, to be read on its own."""
        return type(self)(self.read(SEQUENCE))

    def integer(self) -> int:
        """An INTEGER of whatever sign (X.690 §8.3)."""
        content = self.read(INTEGER)
        self.check_integer(content)
        return self.integer_value(content)

    def check_integer(self, content: bytes) -> None:
        """An INTEGER has an octet, and no more than necessary (X.690 §8.3.1, §8.3.2)."""
        if not content:
            raise MalformedDer("an INTEGER has no octets (X.690 §8.3.1)")
        if len(content) > 1 and (content[0], content[1] >> 7) in ((0x00, 0), (0xFF, 1)):
            raise MalformedDer("an INTEGER has more octets than necessary (X.690 §8.3.2)")

    def integer_value(self, content: bytes) -> int:
        """Two's complement (X.690 §8.3.3)."""
        return int.from_bytes(content, "big", signed=True)

    def octet_string(self) -> bytes:
        """An OCTET STRING."""
        return self.read(OCTET_STRING)

    def bit_string(self) -> bytes:
        """A BIT STRING of whole octets."""
        content = self.read(BIT_STRING)
        if content[:1] != b"\x00":
            raise MalformedDer("a BIT STRING is not of whole octets (X.690 §8.6.2)")
        return content[1:]

    def null(self) -> None:
        """A NULL."""
        if self.read(NULL):
            raise MalformedDer("a NULL has contents (X.690 §8.8.2)")

    def object_identifier(self) -> str:
        """An OBJECT IDENTIFIER, as ``1.2.840.113549``."""
        joined, *others = _arcs(self.read(OBJECT_IDENTIFIER))
        # The first subidentifier is 40 X + Y, and only X = 2 has a Y above 39 (§8.19.4).
        first = min(joined // 40, 2)
        return ".".join(str(arc) for arc in (first, joined - 40 * first, *others))

    def end(self) -> None:
        """Nothing may follow."""
        if self.peek() is not None:
            raise MalformedDer("something follows the value (X.690 §8.1)")


def _arcs(content: bytes) -> list[int]:
    """The subidentifiers of an OBJECT IDENTIFIER, one or more (X.690 §8.19.2)."""
    if not content or content[-1] & 0x80:
        raise MalformedDer("an OBJECT IDENTIFIER is cut short (X.690 §8.19.2)")
    arcs, octets = list[int](), list[int]()
    for octet in content:
        octets.append(octet)
        if octets[0] == 0x80:
            raise MalformedDer("an arc has more octets than necessary (X.690 §8.19.2)")
        if len(octets) > LONGEST_ARC:
            raise MalformedDer(f"an arc has more than {LONGEST_ARC} octets")
        if not octet & 0x80:
            arcs.append(sum((each & 0x7F) << 7 * i for i, each in enumerate(reversed(octets))))
            octets = list[int]()
    return arcs
