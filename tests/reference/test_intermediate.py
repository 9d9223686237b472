"""The recorder of intermediate values."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.aes import Aes
from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.intermediate import Recorder, Show
from kmsproof_reference.padding import Pkcs7Padding

KEY, IV = bytes(range(16)), bytes(16)

OPERATIONS: dict[str, Callable[[Show, bytes], object]] = {
    "aes": lambda show, text: Aes(KEY, show=show).cipher(text[:16].ljust(16)),
    "aes-inverse": lambda show, text: Aes(KEY, show=show).inv_cipher(text[:16].ljust(16)),
    "ecb": lambda show, text: Ecb(KEY, Pkcs7Padding(), show=show).encrypt(text),
    "cbc": lambda show, text: Cbc(KEY, Pkcs7Padding(), show=show).encrypt(IV, text),
    "gcm": lambda show, text: Gcm(KEY, show=show).encrypt(IV, text, text),
}


def silent(name: str, value: bytes, *numbers: int) -> None:
    """A listener that does nothing."""


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
@given(text=st.binary(max_size=50))
def test_listening_does_not_change_the_result(
    operation: Callable[[Show, bytes], object], text: bytes
) -> None:
    recorder = Recorder()
    assert operation(recorder, text) == operation(silent, text)
    assert recorder.values


def test_values_are_kept_in_order_and_found_by_their_names() -> None:
    recorder = Recorder()
    recorder("H", b"\x01")
    recorder("round[%2d].start", b"\x02", 1)
    recorder("round[%2d].start", b"\x03", 10)
    assert recorder.values == [
        ("H", b"\x01"),
        ("round[ 1].start", b"\x02"),
        ("round[10].start", b"\x03"),
    ]
    assert recorder["round[10].start"] == b"\x03"


def test_the_last_value_of_a_name_counts() -> None:
    recorder = Recorder()
    recorder("T", b"\x01")
    recorder("T", b"\x02")
    assert recorder["T"] == b"\x02"


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="J0"):
        _ = Recorder()["J0"]


def test_it_prints_one_aligned_line_for_each_value() -> None:
    recorder = Recorder()
    assert str(recorder) == ""
    recorder("H", b"\x0a\x0b")
    recorder("keystream[%d]", b"\x00", 1)
    recorder("T", b"\xff")
    assert str(recorder).splitlines() == [
        "H             0a0b",
        "keystream[1]  00",
        "T             ff",
    ]


def test_cbc_shows_the_padded_text_and_both_sides_of_the_cipher() -> None:
    recorder = Recorder()
    ciphertext = Cbc(KEY, Pkcs7Padding(), show=recorder).encrypt(IV, b"abc")
    assert [name for name, _ in recorder.values] == [
        "padded",
        "block[1].input_block",
        "block[1].output_block",
    ]
    assert recorder["padded"] == b"abc" + bytes([13]) * 13
    assert recorder["block[1].output_block"] == ciphertext
