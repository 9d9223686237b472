"""The catalogue of AES: every deviation says what it must, changes its part, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from kmsproof_reference.aes import Aes
from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.deviations import Deviation, View, catalogue, parts_with
from kmsproof_reference.deviations.cbc_ivs import JavaRandom
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.kms.errors import InternalFailure
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.padding import NoPadding, Pkcs7Padding
from kmsproof_reference.random_choices import RandomChoices, RepeatableChoices

FAMILIES = {"gcm", "ecb", "cbc", "padding", "block-modes", "aes", "aes-key"}
DEVIATIONS = {id: each for id, each in catalogue().items() if each.family in FAMILIES}
PARTS = (Aes, Cbc, Ecb, Gcm, NoPadding, Pkcs7Padding, RandomChoices, KeyManagementService)

KEYS = [bytes(range(1, length + 1)) for length in (16, 24, 32)]
KEY, IV = KEYS[2], bytes(range(100, 116))
MESSAGE = bytes(range(48))
LONG = 4_128
"""Bytes of a message that is longer than a page of memory."""

Part = TypeVar("Part")


def part(id: str, standard: type[Part]) -> type[Part]:
    """A part of the reference with a deviation."""
    return parts_with([id])(standard)


def cbc(id: str, padded: bool = True) -> Cbc:
    """CBC with a deviation."""
    parts = parts_with([id])
    return parts(Cbc)(KEY, parts(Pkcs7Padding)() if padded else parts(NoPadding)())


def ecb(id: str, padded: bool = True) -> Ecb:
    """ECB with a deviation."""
    parts = parts_with([id])
    return parts(Ecb)(KEY, parts(Pkcs7Padding)() if padded else parts(NoPadding)())


def refused(call: Callable[[], object]) -> bool:
    """Whether a call is refused."""
    try:
        call()
    except (InvalidArgument, InvalidCiphertext):
        return True
    return False


# What each one says.


@pytest.mark.parametrize("deviation", DEVIATIONS.values(), ids=DEVIATIONS)
def test_the_texts_are_sentences(deviation: Deviation) -> None:
    for text in (deviation.sentence, deviation.gain, deviation.cause, deviation.remedy):
        assert text.endswith(".")
        assert len(text) <= 300
        assert "  " not in text
    assert deviation.clause
    assert not deviation.clause.endswith(".")


@pytest.mark.parametrize("deviation", DEVIATIONS.values(), ids=DEVIATIONS)
def test_a_part_of_the_reference_is_replaced(deviation: Deviation) -> None:
    parts = deviation.parts()
    assert any(parts(standard) is not standard for standard in PARTS)


def test_no_two_sentences_are_the_same() -> None:
    assert len({each.sentence for each in DEVIATIONS.values()}) == len(DEVIATIONS)


def test_every_reason_for_not_being_seen_is_a_sentence() -> None:
    for deviation in DEVIATIONS.values():
        assert all(reason.endswith(".") for reason in deviation.unseen.values())


# AES.


@pytest.mark.parametrize("id", [id for id in DEVIATIONS if id.startswith("aes/")])
def test_a_wrong_cipher_gives_another_block_in_one_direction_at_least(id: str) -> None:
    other = part(id, Aes)
    blocks = [bytes([octet]) * 16 for octet in range(64)]
    keys = [*KEYS, *(bytes([0, *key[1:]]) for key in KEYS)]
    assert any(
        other(key).cipher(block) != Aes(key).cipher(block)
        or other(key).inv_cipher(block) != Aes(key).inv_cipher(block)
        for key in keys
        for block in blocks
    )


@pytest.mark.parametrize(
    "id",
    [
        id
        for id, deviation in DEVIATIONS.items()
        if id.startswith("aes/") and View.LIVE in deviation.unseen
    ],
)
def test_a_cipher_that_live_mode_cannot_see_agrees_with_itself(id: str) -> None:
    for key in KEYS:
        aes = part(id, Aes)(key)
        assert aes.inv_cipher(aes.cipher(MESSAGE[:16])) == MESSAGE[:16]


@pytest.mark.parametrize(
    ("id", "key", "used"),
    [
        ("aes/key-cut-to-128-bits", KEY, KEY[:16]),
        ("aes/key-after-128-bits-zero", KEY, KEY[:16] + bytes(16)),
        ("aes/key-ends-at-zero-byte", KEY[:3] + b"\0" + KEY[4:], KEY[:3] + bytes(29)),
        ("aes/key-as-hexadecimal-digits", KEY, KEY.hex().encode()[:32]),
        ("aes/key-bytes-reversed", KEY, KEY[::-1]),
        ("aes/words-of-key-reversed", bytes(range(16)), bytes(i ^ 3 for i in range(16))),
        ("aes/parity-set-in-key", bytes([0, 1, 2, 3] * 4), bytes([1, 1, 2, 2] * 4)),
    ],
)
def test_another_key_is_used(id: str, key: bytes, used: bytes) -> None:
    assert part(id, Aes)(key).cipher(MESSAGE[:16]) == Aes(used).cipher(MESSAGE[:16])


def test_only_keys_of_256_bits_lack_the_extra_substitution() -> None:
    other = part("aes/extra-substitution-of-256-bit-keys-missing", Aes)
    same = [other(key).round_keys == Aes(key).round_keys for key in KEYS]
    assert same == [True, True, False]


# Modes.


def test_cbc_without_a_chain_is_ecb() -> None:
    assert cbc("cbc/blocks-not-chained").encrypt(IV, MESSAGE) == Ecb(KEY, Pkcs7Padding()).encrypt(
        MESSAGE
    )


def test_chained_ecb_is_cbc_from_zeros() -> None:
    expected = Cbc(KEY, Pkcs7Padding()).encrypt(bytes(16), MESSAGE)
    assert ecb("ecb/chained-from-zeros").encrypt(MESSAGE) == expected


@pytest.mark.parametrize(
    "id",
    [
        "cbc/iv-ignored",
        "cbc/iv-before-ciphertext",
        "cbc/only-first-8-iv-bytes-used",
        "cbc/blocks-not-chained",
        "cbc/all-blocks-chained-to-iv",
        "cbc/chained-to-plaintext",
        "cbc/chained-to-both",
        "cbc/chain-starts-again-after-4096-bytes",
        "cbc/last-two-blocks-exchanged",
        "block-modes/directions-exchanged",
        "padding/ansi-x923",
        "padding/iso-7816-4",
        "padding/counted-from-0",
    ],
)
@pytest.mark.parametrize("length", [0, 15, 16, 17, LONG])
def test_a_target_that_is_wrong_alike_understands_itself(id: str, length: int) -> None:
    message = bytes([7]) * length
    mode = cbc(id)
    ciphertext = mode.encrypt(IV, message)
    assert mode.decrypt(IV, ciphertext) == message
    if length == LONG:
        assert ciphertext != Cbc(KEY, Pkcs7Padding()).encrypt(IV, message)


@pytest.mark.parametrize(
    "id",
    ["ecb/chained-from-zeros", "ecb/only-first-block-encrypted", "ecb/last-block-not-encrypted"],
)
def test_wrong_ecb_understands_itself(id: str) -> None:
    mode = ecb(id)
    assert mode.decrypt(mode.encrypt(MESSAGE)) == MESSAGE
    assert mode.encrypt(MESSAGE) != Ecb(KEY, Pkcs7Padding()).encrypt(MESSAGE)


def test_what_is_not_encrypted_is_readable() -> None:
    assert MESSAGE[16:] in ecb("ecb/only-first-block-encrypted").encrypt(MESSAGE)
    assert ecb("ecb/last-block-not-encrypted", padded=False).encrypt(MESSAGE).endswith(MESSAGE[32:])


@pytest.mark.parametrize(
    ("id", "padded", "plaintext", "expected"),
    [
        ("block-modes/part-of-block-filled-with-zeros", False, MESSAGE[:20], 32),
        ("block-modes/part-of-block-lost", False, MESSAGE[:20], 16),
        ("block-modes/empty-message-encrypted-to-nothing", True, b"", 0),
        ("padding/added-to-no-padding", False, MESSAGE, 64),
        ("padding/none-for-whole-blocks", True, MESSAGE, 48),
        ("padding/none-at-all", True, MESSAGE, 48),
    ],
)
def test_the_ciphertext_has_another_length(
    id: str, padded: bool, plaintext: bytes, expected: int
) -> None:
    assert len(ecb(id, padded).encrypt(plaintext)) == expected


# Padding.


@pytest.mark.parametrize(
    ("id", "padded", "message"),
    [
        ("padding/nothing-checked", b"0123456789abcd\x09\x03", b"0123456789abc"),
        ("padding/nothing-checked", b"0123456789abcde\xff", b""),
        ("padding/only-length-checked", b"0123456789abcd\x09\x03", b"0123456789abc"),
        ("padding/first-byte-not-checked", b"0123456789abc\x09\x03\x03", b"0123456789abc"),
        ("padding/length-0-accepted", b"0123456789abcde\0", b"0123456789abcde\0"),
        ("padding/longer-than-a-block-accepted", bytes(15) + b"\x11" * 17, bytes(15)),
        ("padding/malformed-left-as-it-is", b"0123456789abcdef", b"0123456789abcdef"),
        ("padding/zeros-added", b"0123456789abc\0\0\0", b"0123456789abc"),
    ],
)
def test_a_malformed_padding_is_accepted(id: str, padded: bytes, message: bytes) -> None:
    assert refused(lambda: Pkcs7Padding().unpad(padded))
    assert part(id, Pkcs7Padding)().unpad(padded) == message


@pytest.mark.parametrize("length", [0, 1, 15, 16, 31])
@pytest.mark.parametrize(
    "id",
    [
        "padding/nothing-checked",
        "padding/only-length-checked",
        "padding/first-byte-not-checked",
        "padding/length-0-accepted",
        "padding/longer-than-a-block-accepted",
        "padding/malformed-left-as-it-is",
        "padding/malformed-is-internal-failure",
        "padding/refusal-tells-last-byte",
        "padding/refusal-tells-what-is-wrong",
    ],
)
def test_a_right_padding_is_still_removed(id: str, length: int) -> None:
    padding, message = part(id, Pkcs7Padding)(), bytes([3]) * length
    assert padding.pad(message) == Pkcs7Padding().pad(message)
    assert padding.unpad(padding.pad(message)) == message


def test_a_malformed_padding_can_be_a_failure_of_the_service() -> None:
    with pytest.raises(InternalFailure):
        part("padding/malformed-is-internal-failure", Pkcs7Padding)().unpad(bytes(16))


def test_a_refusal_can_say_too_much() -> None:
    with pytest.raises(InvalidCiphertext, match="the last byte is 2f"):
        part("padding/refusal-tells-last-byte", Pkcs7Padding)().unpad(bytes(15) + b"\x2f")
    with pytest.raises(InvalidCiphertext, match="length"):
        part("padding/refusal-tells-what-is-wrong", Pkcs7Padding)().unpad(bytes(16))


# What is chosen at random.


def chosen(id: str, name: str, count: int = 4, **given: int) -> list[bytes]:
    """What the choices with a deviation give, one after the other."""
    choices = part(id, RepeatableChoices)(b"seed")
    return [getattr(choices, name)(**given) for _ in range(count)]


@pytest.mark.parametrize("id", ["cbc/generated-iv-of-zeros", "cbc/generated-iv-drawn-once"])
def test_one_iv_for_all_messages_in_cbc(id: str) -> None:
    assert len(set(chosen(id, "cbc_iv"))) == 1


@pytest.mark.parametrize("id", ["gcm/generated-iv-of-zeros", "gcm/generated-iv-drawn-once"])
def test_one_iv_for_all_messages_in_gcm(id: str) -> None:
    assert len(set(chosen(id, "gcm_iv"))) == 1


def test_a_counter_of_one_byte_comes_round() -> None:
    ivs = chosen("gcm/generated-iv-counts-to-256", "gcm_iv", 257)
    assert len(set(ivs)) == 256
    assert ivs[0] == ivs[256]


def test_ivs_that_count_up() -> None:
    numbers = [int.from_bytes(iv, "big") for iv in chosen("cbc/generated-iv-counts-up", "cbc_iv")]
    assert [number - numbers[0] for number in numbers] == [0, 1, 2, 3]


def test_the_generator_of_java_gives_what_java_gives() -> None:
    assert JavaRandom(42).octets(4) == (-1170105035).to_bytes(4, "little", signed=True)


@pytest.mark.parametrize("length", [16, 24, 32])
@pytest.mark.parametrize(
    ("id", "different"),
    [
        ("aes-key/zeros", 1),
        ("aes-key/counted-bytes", 1),
        ("aes-key/same-for-all", 1),
        ("aes-key/one-byte-repeated", 4),
        ("aes-key/32-random-bits", 4),
    ],
)
def test_weak_keys_have_the_right_length(id: str, different: int, length: int) -> None:
    keys = chosen(id, "aes_key", length=length)
    assert len(set(keys)) == different
    assert {len(key) for key in keys} == {length}
