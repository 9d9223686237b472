"""Lay what a target returned beside what is right: where they part, and what the bytes may be."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kmsproof.vocabulary import Algorithm

ROW = 16
"""Bytes in a row: a block of AES."""

ROWS_SHOWN = 4
"""Rows that are shown from the one before the first difference on."""

TELLING = 4
"""Fewer bytes are equal to others by chance."""

BLOCK_ALGORITHMS = frozenset({Algorithm.ECB, Algorithm.CBC, Algorithm.GCM})

Named = tuple[str, bytes]
"""A value of the computation: an input, a right answer, or what lies between."""


def first_difference(expected: bytes, actual: bytes) -> int | None:
    """Return where two byte strings part, counted from 0; the end of one, if the other goes on."""
    for offset, (one, other) in enumerate(zip(expected, actual, strict=False)):
        if one != other:
            return offset
    shorter = min(len(expected), len(actual))
    return None if len(expected) == len(actual) else shorter


def comparison_lines(
    name: str,
    expected: bytes,
    actual: bytes,
    known: Sequence[Named] = (),
    algorithm: Algorithm | None = None,
) -> Iterator[str]:
    """Yield a field of an answer beside the right one.

    Args:
        name: of the field: ``ciphertext``, ``tag``, ``plaintext`` or ``signature``.
        expected: what is right.
        actual: what the target returned.
        known: values to which the returned ones may be equal.
        algorithm: for the structure of the field.
    """
    offset = first_difference(expected, actual)
    if offset is None:
        yield f"  {name}: as expected, all {_bytes(len(expected))}"
        return
    yield f"  {name}: {_where(name, offset, expected, actual, algorithm)}"
    yield from _rows(expected, actual, offset)
    for found in likenesses(expected, actual, known):
        yield f"    the target's bytes are {found}"


def _where(
    name: str, offset: int, expected: bytes, actual: bytes, algorithm: Algorithm | None
) -> str:
    sizes = (
        f"{_bytes(len(actual))}"
        if len(expected) == len(actual)
        else f"{_bytes(len(actual))} instead of {len(expected)}"
    )
    block = ""
    if algorithm in BLOCK_ALGORITHMS and name in ("ciphertext", "plaintext"):
        block = f"block {offset // ROW}, byte {offset % ROW}; "
    if offset == len(actual):
        return f"{sizes}; equal to the end, where byte {offset} of the {name} is missing"
    if offset == len(expected):
        return f"{sizes}; equal to where the right {name} ends, at byte {offset}"
    differing = sum(a != b for a, b in zip(expected, actual, strict=False))
    differing += abs(len(expected) - len(actual))
    of_all = f"{differing} of {max(len(expected), len(actual))} bytes differ"
    at = f"byte {offset} of the {name} ({block}counted from 0)"
    return f"{sizes}; first difference at {at}; {of_all}"


def _rows(expected: bytes, actual: bytes, offset: int) -> Iterator[str]:
    """Yield rows of both, the first difference marked."""
    longest = max(len(expected), len(actual))
    start = max(0, offset // ROW - 1) * ROW
    end = min(longest, start + ROWS_SHOWN * ROW)
    if start:
        yield f"    {start} bytes before are equal"
    for at in range(start, end, ROW):
        right, wrong = expected[at : at + ROW], actual[at : at + ROW]
        if right == wrong:
            yield f"    0x{at:04x}  both      {right.hex(' ')}"
            continue
        yield f"    0x{at:04x}  expected  {right.hex(' ')}".rstrip()
        yield f"            target    {wrong.hex(' ')}".rstrip()
        if at <= offset < at + ROW:
            yield f"{'':22}{'':{3 * (offset - at)}}^^ byte {offset}"
    if end < longest:
        yield f"    … and {longest - end} bytes more"


def likenesses(expected: bytes, actual: bytes, known: Sequence[Named] = ()) -> list[str]:
    """Return in words what the wrong bytes are, as far as that can be seen."""
    found = [*_equal(actual, known), *_rearranged(expected, actual)]
    found += _longer(expected, actual, known) if len(actual) > len(expected) else ()
    found += _shorter(expected, actual) if len(actual) < len(expected) else ()
    return list(dict.fromkeys(found))


def _equal(actual: bytes, known: Sequence[Named]) -> Iterator[str]:
    if not actual:
        yield "none at all"
    elif not any(actual):
        yield "all zero"
    if len(actual) < TELLING:
        return
    for name, value in known:
        if value == actual:
            yield f"those of {name}"
        elif len(actual) < len(value) and value.startswith(actual):
            yield f"the first {len(actual)} of {name}"
    for (left, one), (right, other) in pairwise((*known, *known[:1])):
        for first, second in ((left, right), (right, left)):
            value = one + other if first == left else other + one
            if one and other and value == actual:
                yield f"those of {first} with those of {second} behind"


def _rearranged(expected: bytes, actual: bytes) -> Iterator[str]:
    """Yield how bytes of the same number come from the right ones."""
    size = len(expected)
    if len(actual) != size or size < TELLING:
        return
    if actual == expected[::-1]:
        yield "the right ones in reverse order"
    for width in (2, 4, 8, 16):
        words = [expected[at : at + width][::-1] for at in range(0, size, width)]
        if width < size and size % width == 0 and b"".join(words) == actual:
            yield f"the right ones with each word of {width} bytes reversed"
    for by in range(1, size):
        if actual == expected[by:] + expected[:by]:
            yield f"the right ones turned round by {_bytes(by)}"
            break
    for by in range(1, size // 2 + 1):
        if actual[by:] == expected[:-by]:
            yield f"the right ones shifted by {_bytes(by)} to the right, after {_hex(actual[:by])}"
            break
        if actual[:-by] == expected[by:]:
            yield f"the right ones shifted by {_bytes(by)} to the left, before {_hex(actual[-by:])}"
            break
    yield from _masked(expected, actual)


def _masked(expected: bytes, actual: bytes) -> Iterator[str]:
    masks = bytes(a ^ b for a, b in zip(expected, actual, strict=True))
    if len(set(masks)) == 1:
        yield f"the right ones, each XOR 0x{masks[0]:02x}"
    elif int.from_bytes(masks, "big").bit_count() == 1:
        yield "the right ones but for one bit"


def _longer(expected: bytes, actual: bytes, known: Sequence[Named]) -> Iterator[str]:
    more = len(actual) - len(expected)
    if actual.lower() in (expected.hex().encode(), base64.b64encode(expected).lower()):
        yield "the right ones as text, in hexadecimal or base64"
    if actual.endswith(expected):
        yield f"the right ones with {_bytes(more)} before them: {_named(actual[:more], known)}"
    if actual.startswith(expected):
        rest = actual[len(expected) :]
        yield f"the right ones with {_bytes(more)} behind them: {_named(rest, known)}"


def _named(part: bytes, known: Sequence[Named]) -> str:
    """Return what a part is called, or what it looks like."""
    if len(part) >= TELLING:
        for name, value in known:
            if value == part:
                return name
    if 0 < len(part) <= ROW and set(part) == {len(part)}:
        return f"{_hex(part)}, a PKCS #7 padding"
    return "zero bytes" if not any(part) else _hex(part)


def _shorter(expected: bytes, actual: bytes) -> Iterator[str]:
    missing = len(expected) - len(actual)
    if not actual:
        return
    if expected.startswith(actual):
        yield f"the right ones without the last {_bytes(missing)}"
    if expected.endswith(actual):
        without = expected[:missing]
        zeros = ", which are zero" if not any(without) else ""
        yield f"the right ones without the first {_bytes(missing)}{zeros}"


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count} bytes"


def _hex(part: bytes) -> str:
    return part.hex() if len(part) <= ROW else f"{part[:ROW].hex()}…"
