"""The functions of AES recipes give what another library gives; the checks see what is wrong."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from fractions import Fraction
from math import comb

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB
from cryptography.hazmat.primitives.padding import PKCS7
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_vectors.live.functions import aes, statistics
from kmsproof_vectors.live.functions import bytes as octets
from kmsproof_vectors.live.functions.registry import RecipeFault

KEY, OTHER_KEY = bytes(range(16)), bytes(range(32))


def ecb(key: bytes, text: bytes) -> bytes:
    """What an ECB oracle answers."""
    encryptor = Cipher(AES(key), ECB()).encryptor()
    return encryptor.update(text) + encryptor.finalize()


def ecb_decrypted(key: bytes, text: bytes) -> bytes:
    """What an ECB oracle answers in the other direction."""
    decryptor = Cipher(AES(key), ECB()).decryptor()
    return decryptor.update(text) + decryptor.finalize()


def cbc(key: bytes, iv: bytes, text: bytes) -> bytes:
    """What a CBC oracle answers."""
    encryptor = Cipher(AES(key), CBC(iv)).encryptor()
    return encryptor.update(text) + encryptor.finalize()


def cbc_decrypted(key: bytes, iv: bytes, text: bytes) -> bytes:
    """What a CBC oracle answers in the other direction."""
    decryptor = Cipher(AES(key), CBC(iv)).decryptor()
    return decryptor.update(text) + decryptor.finalize()


# GCM.

SUBKEY = ecb(KEY, bytes(16))


@pytest.mark.parametrize("iv_length", [8, 12, 13, 16, 20, 61, 128])
@pytest.mark.parametrize(("length", "aad_length"), [(0, 0), (0, 21), (16, 16), (77, 21)])
def test_gcm_follows_from_single_blocks(iv_length: int, length: int, aad_length: int) -> None:
    draw = random.Random(iv_length * 1000 + length)
    iv, message, aad = (draw.randbytes(count) for count in (iv_length, length, aad_length))
    counters = aes.gcm_counter_blocks(SUBKEY, iv, length)
    sealed = aes.gcm_seal(SUBKEY, ecb(KEY, counters), message, aad)
    assert sealed["ciphertext"] + sealed["tag"] == AESGCM(KEY).encrypt(iv, message, aad)


def test_the_iv_for_a_chosen_first_counter_block_is_hashed_into_it() -> None:
    for j0 in (bytes(16), b"\xff" * 16, bytes(range(12)) + b"\xff\xff\xff\xfe"):
        iv = aes.gcm_iv_for(SUBKEY, j0)
        assert aes.gcm_counter_blocks(SUBKEY, iv, 0) == j0
        wrapped = aes.gcm_counter_blocks(SUBKEY, iv, 48)
        keystream = AESGCM(KEY).encrypt(iv, bytes(48), None)[:48]
        assert ecb(KEY, wrapped)[16:] == keystream


@pytest.mark.parametrize("aad", [b"", b"associated data of 30 bytes...."])
@pytest.mark.parametrize("tag", [bytes(16), b"\xff" * 16])
def test_a_chosen_tag_is_the_right_one(tag: bytes, aad: bytes) -> None:
    iv, rest = bytes(range(12)), bytes(range(21))
    counters = ecb(KEY, aes.gcm_counter_blocks(SUBKEY, iv, 16 + len(rest)))
    ciphertext = aes.gcm_ciphertext_for_tag(SUBKEY, counters, rest, tag, aad)
    opened = AESGCM(KEY).decrypt(iv, ciphertext + tag, aad)
    assert octets.xor(opened, counters[16 : 16 + len(opened)]) == ciphertext
    assert aes.gcm_tag(SUBKEY, counters, ciphertext, aad) == tag


def test_one_ciphertext_is_right_under_two_keys() -> None:
    iv, rest = bytes(range(12)), bytes(range(40, 57))
    other_subkey = ecb(OTHER_KEY, bytes(16))
    first = ecb(KEY, aes.gcm_counter_blocks(SUBKEY, iv, 33))
    second = ecb(OTHER_KEY, aes.gcm_counter_blocks(other_subkey, iv, 33))
    made = aes.gcm_ciphertext_for_two_keys(SUBKEY, first, other_subkey, second, rest)
    sealed = made["ciphertext"] + made["tag"]
    opened = {AESGCM(key).decrypt(iv, sealed, None) for key in (KEY, OTHER_KEY)}
    assert len(opened) == 2
    with pytest.raises(RecipeFault):
        aes.gcm_ciphertext_for_two_keys(SUBKEY, first, SUBKEY, first, rest)


def test_moving_the_border_leaves_the_joined_bytes() -> None:
    moved = aes.gcm_move_border(b"abcd", b"efgh", 1)
    assert moved == {"aad": b"abc", "ciphertext": b"defgh"}
    assert aes.gcm_move_border(b"abcd", b"efgh", -2) == {"aad": b"abcdef", "ciphertext": b"gh"}
    with pytest.raises(RecipeFault):
        aes.gcm_move_border(b"abcd", b"efgh", 5)


def test_too_few_blocks_and_an_empty_iv_are_no_recipe() -> None:
    with pytest.raises(RecipeFault):
        aes.gcm_seal(SUBKEY, bytes(16), b"one byte needs a second block")
    with pytest.raises(RecipeFault):
        aes.gcm_counter_blocks(SUBKEY, b"", 16)
    with pytest.raises(RecipeFault):
        aes.gcm_counter_blocks(b"short", bytes(12), 16)


# Block modes.


@given(st.binary(max_size=80))
def test_the_padding_is_that_of_the_other_library(message: bytes) -> None:
    padder = PKCS7(128).padder()
    assert aes.pkcs7_pad(message) == padder.update(message) + padder.finalize()


@given(st.binary(min_size=16, max_size=16), st.lists(st.binary(min_size=16, max_size=16)))
def test_cbc_is_ecb_of_chained_blocks(iv: bytes, parts: list[bytes]) -> None:
    message = b"".join(parts)
    ciphertext = cbc(KEY, iv, message)
    assert ecb(KEY, aes.cbc_input_blocks(iv, message, ciphertext)) == ciphertext
    assert aes.cbc_plaintext(iv, ciphertext, ecb_decrypted(KEY, ciphertext)) == message


def test_an_iv_turns_a_known_block_into_the_wanted_one() -> None:
    iv, known, wanted = bytes(range(16)), b"0123456789abcdef", b"the wanted block"
    ciphertext = cbc(KEY, iv, known)
    chosen = aes.cbc_iv_for_block(iv, known, wanted)
    assert cbc_decrypted(KEY, chosen, ciphertext) == wanted


def test_ivs_for_blocks_show_them_one_by_one() -> None:
    iv, known = bytes(range(16)), b"0123456789abcdef"
    wanted = bytes(16) + b"\xff" * 16 + b"the wanted block"
    ciphertext = cbc(KEY, iv, known)
    ivs = aes.cbc_ivs_for_blocks(iv, known, wanted)
    assert list(ivs) == ["b1", "b2", "b3"]
    assert b"".join(cbc_decrypted(KEY, each, ciphertext) for each in ivs.values()) == wanted


def test_blocks_get_names() -> None:
    assert aes.named_blocks(bytes(33)) == {"b1": bytes(16), "b2": bytes(16), "b3": bytes(1)}


def test_a_keystream_that_is_used_twice_is_seen() -> None:
    first, second = b"a first message", b"and a second one"
    keystream = ecb(KEY, bytes(16))
    sealed = [octets.xor(each, keystream[: len(each)]) for each in (first, second)]
    assert aes.keystream_used_once(first, sealed[0], second, sealed[1]) != ""
    assert aes.keystream_used_once(first, sealed[0], second, None) == ""
    assert aes.keystream_used_once(first, sealed[0], second, ecb(KEY, second)) == ""
    assert aes.keystream_used_once(first, b"", second, b"") == ""


def test_two_answers_are_one_too_many() -> None:
    assert aes.not_both(b"", b"") != ""
    assert aes.not_both(None, b"") == aes.not_both(b"", None) == aes.not_both(None, None) == ""


# Byte strings.


@given(st.binary(min_size=1, max_size=40), st.integers())
def test_flipping_a_bit_twice_gives_it_back(value: bytes, bit: int) -> None:
    total = 8 * len(value)
    chosen = bit % (2 * total) - total
    once = octets.flip_bit(value, chosen)
    assert int.from_bytes(value, "big") ^ int.from_bytes(once, "big") == 1 << (-chosen - 1) % total
    assert octets.flip_bit(once, chosen) == value


def test_functions_over_bytes_do_what_they_say() -> None:
    assert octets.flip_bit(b"\0\0", 0) == b"\x80\0"
    assert octets.flip_bit(b"\0\0", -1) == b"\0\x01"
    assert octets.flip_bits(b"\0\0", [0, 15]) == b"\x80\x01"
    assert octets.concat([b"a", b"", b"bc"]) == b"abc"
    assert octets.cut(b"abcdef", 1, -1) == b"bcde"
    assert octets.cut(b"abcdef", -2) == b"ef"
    assert octets.replace(b"abcdef", -2, b"XY") == b"abcdXY"
    assert octets.replace(b"abcdef", 1, b"XY") == b"aXYdef"
    assert octets.insert(b"abc", 1, b"X") == b"aXbc"
    assert octets.reverse(b"abc") == b"cba"
    assert octets.repeat(b"ab", 3) == b"ababab"
    assert octets.complement(b"\x00\xa5") == b"\xff\x5a"
    assert octets.fill_like(b"abc", 255) == b"\xff\xff\xff"
    assert octets.length(b"abc") == 3
    assert octets.integer_to_bytes(258, 3) == b"\0\x01\x02"
    assert octets.bytes_to_integer(b"\x01\x02") == 258
    assert octets.sha_256(b"abc") == hashlib.sha256(b"abc").digest()
    assert octets.sha_1(b"abc") == hashlib.sha1(b"abc").digest()
    assert octets.item([b"a", b"b"], -1) == b"b"
    assert octets.permute_blocks(b"aabbcc", [2, 0], 2) == b"ccaa"
    assert octets.xor(b"\x0f", b"\xff") == b"\xf0"


def test_what_a_function_cannot_do_is_a_fault_of_the_recipe() -> None:
    broken: list[Callable[[], object]] = [
        lambda: octets.xor(b"a", b"ab"),
        lambda: octets.flip_bit(b"a", 8),
        lambda: octets.replace(b"abc", 2, b"XY"),
        lambda: octets.integer_to_bytes(256, 1),
        lambda: octets.integer_to_bytes(-1, 1),
        lambda: octets.item([b"a"], 1),
        lambda: octets.permute_blocks(b"aabb", [2], 2),
    ]
    for call in broken:
        with pytest.raises(RecipeFault):
            call()


def test_checks_say_what_is_wrong_and_nothing_when_it_is_right() -> None:
    assert octets.equal(b"a", b"a") == ""
    assert octets.equal(b"a", b"") == "61 is not nothing."
    assert octets.different(b"a", b"b") == ""
    assert octets.different(b"a", b"a") != ""
    assert octets.has_length(b"abc", 3) == ""
    assert "3 bytes instead of 4" in octets.has_length(b"abc", 4)
    assert octets.all_have_length([b"ab", b"cd"], 2) == ""
    assert octets.all_have_length([b"ab", b"c"], 2) != ""
    assert octets.all_equal([b"a", b"a"]) == ""
    assert octets.all_equal([b"a", b"b"]) != ""
    assert octets.all_distinct([b"a", b"b"]) == ""
    assert "Values 0 and 2 of 3" in octets.all_distinct([b"a", b"b", b"a"])
    assert octets.does_not_contain(b"abc", b"d") == ""
    assert octets.does_not_contain(b"abc", b"bc") != ""
    assert octets.shown(bytes(100)).endswith("... (100 bytes)")


# What is drawn at random.

HONEST = [random.Random(7).randbytes(16 * 1000)[at : at + 16] for at in range(0, 16000, 16)]


def test_honest_values_pass_all_checks() -> None:
    for sample in (HONEST, HONEST[:2], [value[:12] for value in HONEST]):
        assert octets.all_distinct(sample) == ""
        assert statistics.bits_balanced(sample) == ""
        assert statistics.not_a_counter(sample) == ""
        assert statistics.no_iv_from_ciphertext(sample, [bytes(32)]) == ""


@pytest.mark.parametrize("order", ["big", "little"])
def test_counters_are_seen_in_any_order(order: str) -> None:
    draw = random.Random(1)
    start = draw.getrandbits(90)
    counted = [(start + 3 * number).to_bytes(12, order) for number in range(200)]  # type: ignore[arg-type]  # a parameter is no literal
    draw.shuffle(counted)
    assert statistics.not_a_counter(counted) != ""
    behind_salt = [draw.randbytes(4) + number.to_bytes(8, "big") for number in range(200)]
    assert statistics.not_a_counter(behind_salt) != ""


def test_a_fixed_bit_a_biased_bit_and_a_toggling_bit_are_seen() -> None:
    draw = random.Random(2)
    fixed = [bytes([value[0] & 0x7F]) + value[1:] for value in HONEST]
    assert statistics.bits_balanced(fixed) == "Bit 0 is 1 in 0 of 1000 values."
    assert statistics.bits_balanced(fixed[:60]) != ""
    biased = [octets.replace(v, 5, bytes([v[5] | draw.getrandbits(1)])) for v in HONEST]
    assert statistics.bits_balanced(biased).startswith("Bit 47 is 1 in ")
    toggling = [
        octets.replace(value, 0, bytes([value[0] & 0xFE | number & 1]))
        for number, value in enumerate(HONEST)
    ]
    assert statistics.bits_balanced(toggling).startswith("Bit 7 changes in ")


def test_the_bound_is_as_rare_as_it_says() -> None:
    """For 55 values of 16 bytes no bit at all may be fixed, for 54 it may."""
    same = [value[:15] + bytes([0]) for value in HONEST]
    assert statistics.bits_balanced(same[:55]) != ""
    assert statistics.bits_balanced(same[:40]) == ""


@pytest.mark.parametrize(("count", "most"), [(16, 4), (8, 14), (2, 102)])
def test_a_fixed_part_is_seen_among_few_values(count: int, most: int) -> None:
    """As many bits as honest values have by chance, once in 10^12, are too many by one."""
    width = 128
    chance = Fraction(1, 2 ** (count - 1))
    tail = Fraction(0)
    for fixed in range(width, most, -1):
        tail += comb(width, fixed) * chance**fixed * (1 - chance) ** (width - fixed)
    assert tail < Fraction(1, 10**12)
    tail += comb(width, most) * chance**most * (1 - chance) ** (width - most)
    assert tail > Fraction(1, 10**12)
    for fixed in (most, most + 1):
        # Every bit that is not fixed has both values: the last value is the first one's opposite.
        mask = (1 << fixed) - 1
        values = [int.from_bytes(value, "big") & ~mask for value in HONEST[:count]]
        values[-1] = values[0] ^ ((1 << width) - 1 & ~mask)
        said = statistics.bits_change([value.to_bytes(16, "big") for value in values])
        text = f"{fixed} of 128 bits are the same in all of {count} values."
        assert said == (text if fixed > most else "")


@pytest.mark.parametrize("count", [2, 8, 16, 1000])
def test_few_honest_values_have_no_fixed_part(count: int) -> None:
    assert statistics.bits_change(HONEST[:count]) == ""
    assert statistics.bits_change([value[:8] + bytes(8) for value in HONEST[:16]]) != ""
    digits = [value[:8].hex().encode() for value in HONEST[:16]]
    assert statistics.bits_change(digits) != ""


def test_an_iv_from_the_ciphertext_before_is_seen() -> None:
    ciphertexts = [value + value[::-1] for value in HONEST[:20]]
    chained = [ciphertext[-16:] for ciphertext in ciphertexts]
    assert statistics.no_iv_from_ciphertext([HONEST[30], *chained], ciphertexts) != ""


def test_lists_are_joined() -> None:
    assert statistics.join_lists([[b"a"], [b"b", b"c"]]) == [b"a", b"b", b"c"]
