"""Byte strings and integers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.octets import blocks, i2osp, os2ip, xor


@given(st.binary(max_size=40))
def test_i2osp_undoes_os2ip(octets: bytes) -> None:
    assert i2osp(os2ip(octets), len(octets)) == octets


@pytest.mark.parametrize(("integer", "length"), [(256, 1), (2**128, 16), (1, 0), (-1, 4)])
def test_i2osp_refuses_what_does_not_fit(integer: int, length: int) -> None:
    with pytest.raises(InvalidArgument, match=f"does not fit in {length} bytes"):
        i2osp(integer, length)


def test_i2osp_fills_the_length_with_leading_zeros() -> None:
    assert i2osp(258, 4) == b"\x00\x00\x01\x02"


@given(st.binary(max_size=40))
def test_xor_with_itself_is_zero(octets: bytes) -> None:
    assert xor(octets, octets) == bytes(len(octets))


def test_xor_refuses_unequal_lengths() -> None:
    with pytest.raises(InvalidArgument, match="equal lengths, got 1 and 2 bytes"):
        xor(b"a", b"bc")


@given(st.binary(max_size=100), st.integers(1, 20))
def test_blocks_are_the_string_cut_up(octets: bytes, length: int) -> None:
    pieces = list(blocks(octets, length))
    assert b"".join(pieces) == octets
    assert all(len(piece) == length for piece in pieces[:-1])
    assert all(1 <= len(piece) <= length for piece in pieces)
