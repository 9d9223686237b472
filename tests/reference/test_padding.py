"""The two paddings."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.padding import NoPadding, Pkcs7Padding


@given(st.binary(max_size=70))
def test_unpad_undoes_pad(message: bytes) -> None:
    padded = Pkcs7Padding().pad(message)
    assert len(padded) % 16 == 0
    assert 1 <= len(padded) - len(message) <= 16
    assert Pkcs7Padding().unpad(padded) == message


@given(st.binary(max_size=70))
def test_no_padding_changes_nothing(message: bytes) -> None:
    assert NoPadding().pad(message) == message == NoPadding().unpad(message)


def test_a_whole_block_is_appended_to_a_message_of_whole_blocks() -> None:
    assert Pkcs7Padding().pad(b"") == bytes([16]) * 16
    assert Pkcs7Padding().pad(bytes(16)) == bytes(16) + bytes([16]) * 16


def last_block(value: int, run: int) -> bytes:
    """A block that ends in ``run`` bytes of ``value``, with another value before them."""
    return bytes([value ^ 0xFF]) * (16 - run) + bytes([value]) * run


def test_every_run_of_every_value() -> None:
    """Accepted exactly when the value v is 1 to 16 and the run has v bytes or more."""
    accepted = refused = 0
    for value, run in itertools.product(range(256), range(1, 17)):
        block = last_block(value, run)
        if 1 <= value <= 16 and run >= value:
            assert Pkcs7Padding().unpad(block) == block[:-value]
            accepted += 1
        else:
            with pytest.raises(InvalidCiphertext):
                Pkcs7Padding().unpad(block)
            refused += 1
    print(f"{accepted} accepted, {refused} refused")
    assert (accepted, refused) == (136, 3960)


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        bytes([1]),
        bytes([15]) * 15,
        bytes([1]) * 17,
        bytes(16),
        bytes([17]) * 32,
        bytes([255]) * 256,
        bytes(14) + b"\x03\x02",
        bytes(13) + b"\x80\x00\x00",  # ISO/IEC 7816-4
        bytes(15) + b"\x03",  # ANSI X9.23
        bytes(13) + b"\x41\x42\x03",  # ISO 10126
        b"\x0f" + bytes([16]) * 15,
    ],
    ids=lambda padded: padded.hex()[-8:] + f"-{len(padded)}",
)
def test_every_cause_gives_the_same_words(padded: bytes) -> None:
    with pytest.raises(InvalidCiphertext) as refusal:
        Pkcs7Padding().unpad(padded)
    assert str(refusal.value) == "the padding is not the one of RFC 5652 §6.3"
