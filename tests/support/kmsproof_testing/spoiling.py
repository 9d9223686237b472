"""Strategies that spoil what a JSON reader has: documents, and texts of lines."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from hypothesis import strategies as st

from kmsproof_testing.acceptance import Json, containers

_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.sampled_from(["", "00", "ff0A", "0", "GCM", "secret", "describe", "auth", "\n"])
    | st.text(max_size=6)
    # 1.0 is an integer to JSON Schema and none to the suite; the document forbids it.
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not x.is_integer())
)

json_values: st.SearchStrategy[Json] = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
"""Any JSON value, small."""


@st.composite
def spoiled(draw: st.DrawFn, messages: st.SearchStrategy[Json], names: Sequence[str] = ()) -> Json:
    """Return one of the messages with one or two places changed, removed or added.

    Args:
        draw: given by hypothesis.
        messages: what is spoilt; it is copied before.
        names: fields that may be added.
    """
    message = copy.deepcopy(draw(messages))
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(list(containers(message))))
        if isinstance(place, list):
            place.append(draw(json_values))
            continue
        name = draw(st.sampled_from([*place, *names, "x"]) | st.text(max_size=4))
        if name in place and draw(st.booleans()):
            del place[name]
        elif isinstance(place.get(name), str) and draw(st.booleans()):
            place[name] = draw(spoiled_text(place[name]))
        else:
            place[name] = draw(json_values)
    return message


@st.composite
def spoiled_text(draw: st.DrawFn, text: str) -> str:
    """Return a text with a few characters replaced, removed or added."""
    for _ in range(draw(st.integers(1, 3))):
        at, width = draw(st.integers(0, len(text))), draw(st.integers(0, 3))
        new = draw(st.text("0123456789abcdefF =[]-\n", max_size=3) | st.text(max_size=3))
        text = text[:at] + new + text[at + width :]
    return text


_MARKS = (b'"', b"{", b"[", b"}", b"]", b",", b":", b"\\u", b"9" * 30, b"null", b"-", b"\n")


@st.composite
def spoiled_bytes(draw: st.DrawFn, octets: bytes) -> bytes:
    """Return a byte string with a few bytes replaced, removed or added."""
    for _ in range(draw(st.integers(1, 3))):
        at, width = draw(st.integers(0, len(octets))), draw(st.integers(0, 3))
        new = draw(
            st.binary(max_size=3) | st.sampled_from([b'"', b"{", b"[", b",", b"\\u", b"9" * 30])
        )
        octets = octets[:at] + new + octets[at + width :]
    return octets
