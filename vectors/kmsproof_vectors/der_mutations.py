"""Broken encodings: every way known to have been accepted in which one node of a DER tree is off.

A mutation touches one node. Whatever holds that node is encoded again around it with right lengths,
so that only a reader that is strict at this very place refuses the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kmsproof_reference.der import (
    CONSTRUCTED,
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    encode,
)


@dataclass(frozen=True)
class Node:
    """One value of a DER encoding: a leaf with octets, or one that holds other nodes."""

    name: str
    """Its name in slugs, such as ``digest-info``."""
    title: str
    """Its name in sentences, such as ``the DigestInfo``."""
    tag: int
    """The identifier octet."""
    content: bytes | tuple[Node, ...]

    @property
    def octets(self) -> bytes:
        """The content octets, without tag and length."""
        if isinstance(self.content, bytes):
            return self.content
        return b"".join(child.encode() for child in self.content)

    def encode(self) -> bytes:
        """Return the DER encoding of the node and all that it holds."""
        return encode(self.tag, self.octets)


@dataclass(frozen=True)
class Mutation:
    """One broken encoding of a whole tree."""

    node: str
    """The name of the node that is off."""
    name: str
    """What is done to it, such as ``length-plus-one``; the same for every node."""
    what: str
    """The same as a part of a sentence: ``the length of the DigestInfo is one too large``."""
    octets: bytes
    is_ber: bool
    """Whether BER allows it, and DER does not."""

    @property
    def slug(self) -> str:
        """Both names: unique among the mutations of a tree."""
        return f"{self.node}-{self.name}"


LENGTHS_OF_BER: Final = ("length-long-form", "length-leading-zero", "length-many-zeros")
"""The mutations that BER allows of every node (X.690 §8.1.3.5)."""

CONSTRUCTED_STRINGS: Final = ("constructed", "constructed-of-two", "constructed-indefinite")
"""Those that it allows of strings only (X.690 §8.7.3)."""

Change = tuple[str, str, bytes]
"""The name of a mutation, what it does as a sentence part with ``{}`` for the node, its octets."""


def mutations(tree: Node) -> Iterator[Mutation]:
    """Yield every mutation of every node, from the outermost to the last leaf.

    No two have the same octets, and none has those of the tree itself.
    """
    seen = {tree.encode()}
    for path in _paths(tree):
        node = path[-1]
        for name, what, changed in _changes(node):
            octets = _rebuilt(path, changed)
            if octets not in seen:
                seen.add(octets)
                text = what.format(node.title)
                yield Mutation(node.name, name, text, octets, _is_ber(node, name))


def _is_ber(node: Node, name: str) -> bool:
    if name == "indefinite":
        return bool(node.tag & CONSTRUCTED)
    is_string = name in CONSTRUCTED_STRINGS and node.tag == OCTET_STRING
    return is_string or name in LENGTHS_OF_BER


def _paths(node: Node, above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, ...]]:
    """Yield for each node the way to it from the root."""
    path = (*above, node)
    yield path
    if not isinstance(node.content, bytes):
        for child in node.content:
            yield from _paths(child, path)


def _rebuilt(path: tuple[Node, ...], changed: bytes) -> bytes:
    """Return the whole tree with other octets in place of the last node of a path."""
    inner = path[-1]
    for outer in reversed(path[:-1]):
        assert not isinstance(outer.content, bytes)
        parts = (changed if child is inner else child.encode() for child in outer.content)
        changed, inner = encode(outer.tag, b"".join(parts)), outer
    return changed


def _changes(node: Node) -> Iterator[Change]:
    if node.tag == INTEGER:
        yield from _integers(node)
    if node.tag == OBJECT_IDENTIFIER:
        yield from _object_identifiers(node)
    yield from _lengths(node)
    yield from _indefinite_lengths(node)
    yield from _tags(node)
    yield from _replacements(node)
    yield from _contents(node)
    yield from _garbage(node)


def _lengths(node: Node) -> Iterator[Change]:
    """Yield wrong and unusual lengths (X.690 §8.1.3, §10.1)."""
    length, octets = len(node.octets), node.octets
    width = (length.bit_length() + 7) // 8 or 1
    shortest = length.to_bytes(width, "big")
    huge = 1 << 64
    for name, what, field in (
        ("length-plus-one", "the length of {} is one too large", _definite(length + 1)),
        ("length-minus-one", "the length of {} is one too small", _definite(max(length - 1, 0))),
        ("length-zero", "the length of {} says that it is empty", b"\x00"),
        ("length-long-form", "the length of {} is in the long form", _long(shortest)),
        ("length-leading-zero", "the length of {} begins with a zero", _long(b"\x00" + shortest)),
        (
            "length-many-zeros",
            "the length of {} begins with eight zeros",
            _long(bytes(8) + shortest),
        ),
        ("length-2-31-minus-1", "the length of {} is 2^31 - 1", _long(b"\x7f" + b"\xff" * 3)),
        ("length-2-31", "the length of {} is 2^31", _long(b"\x80" + bytes(3))),
        ("length-2-32-minus-1", "the length of {} is 2^32 - 1", _long(b"\xff" * 4)),
        ("length-2-40-minus-1", "the length of {} is 2^40 - 1", _long(b"\xff" * 5)),
        ("length-2-63-minus-1", "the length of {} is 2^63 - 1", _long(b"\x7f" + b"\xff" * 7)),
        ("length-2-64-minus-1", "the length of {} is 2^64 - 1", _long(b"\xff" * 8)),
        ("length-overflow-8", "the length of {} is 2^8 too large", _definite(length + (1 << 8))),
        ("length-overflow-16", "the length of {} is 2^16 too large", _definite(length + (1 << 16))),
        ("length-overflow-32", "the length of {} is 2^32 too large", _definite(length + (1 << 32))),
        ("length-overflow-64", "the length of {} is 2^64 too large", _definite(length + huge)),
        ("length-reserved-form", "the length of {} is the reserved octet ff", b"\xff"),
        ("length-missing", "{} has no length octet", b""),
    ):
        yield name, what, _tag(node) + field + octets


def _definite(length: int) -> bytes:
    """Return the length octets of DER, also for lengths that nothing has."""
    if length < 0x80:
        return bytes([length])
    return _long(length.to_bytes((length.bit_length() + 7) // 8, "big"))


def _long(octets: bytes) -> bytes:
    """Return length octets in the long form."""
    return bytes([0x80 | len(octets)]) + octets


def _tag(node: Node) -> bytes:
    return bytes([node.tag])


def _indefinite_lengths(node: Node) -> Iterator[Change]:
    """Yield indefinite lengths, which DER does not have (X.690 §10.1), and broken ones."""
    for name, what, end in (
        ("indefinite", "{} has indefinite length", b"\x00\x00"),
        ("indefinite-not-ended", "{} has indefinite length and no end", b""),
        ("indefinite-end-cut", "{} has indefinite length and half of an end", b"\x00"),
        ("indefinite-end-not-empty", "{} has indefinite length and an end with content", b"\0\1\0"),
        (
            "indefinite-garbage",
            "{} has indefinite length and garbage before its end",
            b"\x49\x81\x77\x00\x00",
        ),
    ):
        yield name, what, _tag(node) + b"\x80" + node.octets + end
    if not node.tag & CONSTRUCTED:
        pieces = bytes([node.tag | CONSTRUCTED, 0x80]) + node.encode() + b"\x00\x00"
        what = "{} is constructed, of indefinite length"
        yield "constructed-indefinite", what, pieces


def _tags(node: Node) -> Iterator[Change]:
    """Yield other identifier octets before the same content (X.690 §8.1.2)."""
    for name, what, tag in (
        ("tag-class-application", "{} is of the class application", node.tag ^ 0x40),
        ("tag-class-context", "{} is of the context-specific class", node.tag ^ 0x80),
        ("tag-class-private", "{} is of the class private", node.tag ^ 0xC0),
        ("tag-next", "the tag of {} is the next one", node.tag + 1),
        ("tag-before", "the tag of {} is the one before", node.tag - 1),
        ("tag-other-form", "{} has the other of primitive and constructed", node.tag ^ CONSTRUCTED),
        ("tag-00", "the tag of {} is 00", 0x00),
        ("tag-ff", "the tag of {} is ff", 0xFF),
    ):
        yield name, what, bytes([tag]) + _definite(len(node.octets)) + node.octets
    high = bytes([node.tag | 0x1F, node.tag & 0x1F])
    what = "the tag of {} is in the form for high numbers"
    yield "tag-high-form", what, high + _definite(len(node.octets)) + node.octets
    if not node.tag & CONSTRUCTED:
        constructed = node.tag | CONSTRUCTED
        yield "constructed", "{} is constructed", encode(constructed, node.encode())
        what = "{} is constructed, of two pieces"
        yield "constructed-of-two", what, encode(constructed, _in_two_pieces(node))


def _in_two_pieces(node: Node) -> bytes:
    middle = len(node.octets) // 2
    return encode(node.tag, node.octets[:middle]) + encode(node.tag, node.octets[middle:])


def _replacements(node: Node) -> Iterator[Change]:
    """Yield other nodes in place of this one, none, or more than one."""
    own = node.encode()
    head = own[: len(own) - len(node.octets)]
    yield from (
        ("removed", "{} is missing", b""),
        ("only-tag", "of {} only the tag is there", own[:1]),
        ("only-tag-and-length", "of {} only tag and length are there", head),
        ("empty", "{} is empty", encode(node.tag, b"")),
        ("repeated", "{} stands there twice", own + own),
        ("in-sequence", "{} is wrapped in a SEQUENCE", encode(SEQUENCE, own)),
        ("in-itself", "{} is wrapped in one of its own tag", encode(node.tag, own)),
        ("replaced-by-boolean", "{} is replaced by a BOOLEAN", b"\x01\x01\xff"),
        ("replaced-by-integer", "{} is replaced by an INTEGER", b"\x02\x01\x00"),
        ("replaced-by-null", "{} is replaced by NULL", b"\x05\x00"),
        ("replaced-by-real", "{} is replaced by a REAL", b"\x09\x03\x80\x00\x01"),
        ("replaced-by-utf8-string", "{} is replaced by a UTF8String", b"\x0c\x01\x30"),
        ("replaced-by-sequence", "{} is replaced by an empty SEQUENCE", b"\x30\x00"),
        ("replaced-by-set", "{} is replaced by an empty SET", b"\x31\x00"),
    )


def _contents(node: Node) -> Iterator[Change]:
    """Yield other contents with the length that belongs to them."""
    octets = node.octets
    if not octets:
        return
    for name, what, changed in (
        ("without-first-byte", "the first byte of {} is cut off", octets[1:]),
        ("without-last-byte", "the last byte of {} is cut off", octets[:-1]),
        ("first-byte-changed", "the first byte in {} is another", _flipped(octets, 0)),
        ("last-byte-changed", "the last byte in {} is another", _flipped(octets, -1)),
        ("leading-zero", "a zero byte stands at the start of {}", b"\x00" + octets),
        ("leading-ff", "a byte ff stands at the start of {}", b"\xff" + octets),
        ("trailing-zero", "a zero byte stands at the end of {}", octets + b"\x00"),
    ):
        yield name, what, encode(node.tag, changed)
    what = "{} has a byte less than its length says, and nothing follows"
    yield "truncated", what, node.encode()[:-1]


def _flipped(octets: bytes, position: int) -> bytes:
    changed = bytearray(octets)
    changed[position] ^= 0x01
    return bytes(changed)


GARBAGE: Final = (
    ("zeros", "two zero bytes", b"\x00\x00"),
    ("null", "a NULL", b"\x05\x00"),
    ("malformed", "octets that are no DER", b"\x49\x81\x77"),
    ("undefined-tags", "values with undefined tags", b"\xaa\x00\xbb\x00\xcd\x00"),
    ("octet-string", "an OCTET STRING", b"\x04\x04\x6b\x6d\x73\x70"),
    ("empty-sequence", "an empty SEQUENCE", b"\x30\x00"),
    ("high-tag-number", "a value with a high tag number", b"\xbf\x7f\x00"),
    ("explicit-null", "a NULL with an explicit tag", b"\xa0\x02\x05\x00"),
    ("implicit-null", "a NULL with an implicit tag", b"\xa0\x00"),
)
"""What is put where nothing belongs."""


def _garbage(node: Node) -> Iterator[Change]:
    """Yield garbage before and after a node, and inside it before and after its content."""
    own, octets = node.encode(), node.octets
    for name, what, garbage in GARBAGE:
        for place, where, changed in (
            ("before", "before {}", garbage + own),
            ("after", "after {}", own + garbage),
            ("inside-first", "inside {} at its start", encode(node.tag, garbage + octets)),
            ("inside-last", "inside {} at its end", encode(node.tag, octets + garbage)),
        ):
            yield f"{place}-{name}", f"garbage is put {where}: {what}", changed


def _integers(node: Node) -> Iterator[Change]:
    """Yield forms of an INTEGER that are not the shortest (X.690 §8.3.2), or of other sign."""
    octets = node.octets
    if octets[:1] == b"\x00" and len(octets) > 1:
        what = "the zero byte is missing that makes {} positive"
        yield "missing-sign-zero", what, encode(node.tag, octets[1:])
    padded = encode(node.tag, bytes(256) + octets)
    yield "many-leading-zeros", "256 zero bytes stand at the start of {}", padded


def _object_identifiers(node: Node) -> Iterator[Change]:
    """Yield other arcs, and arcs that are not in the shortest form (X.690 §8.19.2)."""
    octets = node.octets
    middle = len(octets) // 2
    for name, what, changed in (
        ("arc-changed", "an arc in the middle of {} is another", _flipped(octets, middle)),
        ("arc-added", "{} has an arc more", octets + b"\x01"),
        ("arc-padded", "the last arc of {} begins with 80", octets[:-1] + b"\x80" + octets[-1:]),
        ("arc-first-padded", "{} begins with 80", b"\x80" + octets),
        ("arc-not-ended", "the last arc of {} goes on", octets[:-1] + bytes([octets[-1] | 0x80])),
        (
            "arc-overflow-32",
            "the last arc of {} is 2^32 too large",
            octets[:-1] + b"\x90\x80\x80\x80" + octets[-1:],
        ),
        (
            "arc-overflow-64",
            "the last arc of {} is 2^64 too large",
            octets[:-1] + b"\x82" + b"\x80" * 8 + octets[-1:],
        ),
    ):
        yield name, what, encode(node.tag, changed)
