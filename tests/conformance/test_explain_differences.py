"""A target's bytes beside the right ones: where they part, and what the wrong ones are."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof.explaining.comparison import comparison_lines, first_difference, likenesses
from kmsproof.vocabulary import Algorithm

RIGHT = bytes(range(0x20, 0x40))
TAG = b"the tag of sixty"
IV = b"initial vect"


def test_the_first_difference_is_named_and_marked() -> None:
    wrong = bytearray(RIGHT)
    wrong[18] ^= 1
    told = list(comparison_lines("ciphertext", RIGHT, bytes(wrong), (), Algorithm.CBC))
    assert told[0] == (
        "  ciphertext: 32 bytes; first difference at byte 18 of the ciphertext "
        "(block 1, byte 2; counted from 0); 1 of 32 bytes differ"
    )
    [at] = [number for number, line in enumerate(told) if "^^" in line]
    column = told[at].index("^^")
    assert told[at - 2][column : column + 2] == "32"
    assert told[at - 1][column : column + 2] == "33"
    assert "the right ones but for one bit" in told[-1]


def test_tags_and_signatures_have_no_blocks() -> None:
    [first, *_] = comparison_lines("tag", TAG, TAG[:12] + b"SIXT", (), Algorithm.GCM)
    assert "byte 12 of the tag (counted from 0)" in first


def test_rows_that_are_equal_are_left_out() -> None:
    wrong = bytes(1000) + b"x" + bytes(999)
    told = list(comparison_lines("plaintext", bytes(2000), wrong))
    assert "    976 bytes before are equal" in told
    assert "    … and 960 bytes more" in told
    assert sum("0x" in line for line in told) == 4


@pytest.mark.parametrize(
    ("actual", "says"),
    [
        (RIGHT[::-1], "the right ones in reverse order"),
        (RIGHT[:20], "the right ones without the last 12 bytes"),
        (RIGHT[1:], "the right ones without the first 1 byte"),
        (IV + RIGHT, "the right ones with 12 bytes before them: the iv put in"),
        (RIGHT + TAG, "the right ones with 16 bytes behind them: the right tag"),
        (
            RIGHT + b"\x04" * 4,
            "the right ones with 4 bytes behind them: 04040404, a PKCS #7 padding",
        ),
        (RIGHT + b"\0\0", "the right ones with 2 bytes behind them: zero bytes"),
        (RIGHT[4:] + RIGHT[:4], "the right ones turned round by 4 bytes"),
        (b"\0" + RIGHT[:-1], "the right ones shifted by 1 byte to the right, after 00"),
        (RIGHT[2:] + b"ab", "the right ones shifted by 2 bytes to the left, before 6162"),
        (bytes(each ^ 0xFF for each in RIGHT), "the right ones, each XOR 0xff"),
        (
            b"".join(RIGHT[at : at + 4][::-1] for at in range(0, 32, 4)),
            "the right ones with each word of 4 bytes reversed",
        ),
        (RIGHT.hex().encode(), "the right ones as text, in hexadecimal or base64"),
        (base64.b64encode(RIGHT), "the right ones as text, in hexadecimal or base64"),
        (bytes(32), "all zero"),
        (b"", "none at all"),
        (TAG, "those of the right tag"),
        (TAG[:8], "the first 8 of the right tag"),
        (IV + TAG, "those of the iv put in with those of the right tag behind"),
        (TAG + IV, "those of the right tag with those of the iv put in behind"),
    ],
)
def test_what_the_wrong_bytes_are_is_said(actual: bytes, says: str) -> None:
    known = [("the iv put in", IV), ("the right tag", TAG)]
    assert says in likenesses(RIGHT, actual, known)


def test_zeros_that_were_lost_are_named() -> None:
    assert likenesses(b"\0\0abcdef", b"abcdef") == [
        "the right ones without the first 2 bytes, which are zero"
    ]


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_a_difference_is_where_the_bytes_differ(expected: bytes, actual: bytes) -> None:
    offset = first_difference(expected, actual)
    told = list(comparison_lines("plaintext", expected, actual, [("x", expected)]))
    if offset is None:
        assert expected == actual
        assert told == [f"  plaintext: as expected, all {told[0].rpartition('all ')[2]}"]
        return
    assert expected[:offset] == actual[:offset]
    assert expected[offset : offset + 1] != actual[offset : offset + 1]
    assert sum("^^" in line for line in told) == 1
    assert all(line.isprintable() for line in told)
