"""AES-GCM: messages constructed so that a tag or the inside of the computation is a chosen one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kmsproof_reference.aes import Aes
from kmsproof_reference.octets import i2osp, os2ip, xor
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_gcm import (
    CONTROL,
    COUNTER,
    DECRYPTION,
    ENCRYPTION,
    GHASH,
    LENGTH_CHECK,
    TAG_CHECK,
    GcmMaker,
    decryption,
    tag_of,
)
from kmsproof_vectors.cases.aes_gcm_algebra import block_for, block_for_both, from_blocks, iv_for
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, flagged

ZEROS, ONES = bytes(16), bytes([0xFF]) * 16
PLACES = ("aad", "ciphertext")
"""Where the block is that is solved for."""


def with_tag(
    family: GcmMaker, slug: str, why: str, place: str, iv: bytes, tag: bytes
) -> tuple[Draft, Draft]:
    """Return encryption and decryption of a message whose tag of 16 bytes is chosen."""
    gcm, rest = family.gcm(), family.random(20)
    j0 = gcm.pre_counter_block(iv)
    aad, ciphertext = (ZEROS, rest) if place == "aad" else (b"", ZEROS + rest)
    block = block_for(gcm, j0, aad, ciphertext, tag)
    aad, ciphertext = (block, rest) if place == "aad" else (b"", block + rest)
    plaintext = gcm.gctr(gcm.inc32(j0), ciphertext)
    drafts = family.both(slug, why, plaintext=plaintext, iv=iv, aad=aad)
    require(tag_of(drafts[0]) == tag, f"{slug}: the tag is not the chosen one")
    return drafts


@case("G10", "special-tag", flags=("SpecialTag",), clause=TAG_CHECK)
def special_tag(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** One block is chosen so that the right tag is all zeros or all ones."""
    for name, tag in (("zeros", ZEROS), ("ones", ONES)):
        for place in PLACES:
            why = f"The right tag is {tag.hex()}, which is a tag like any other."
            yield from with_tag(family, f"{name}-by-{place}", why, place, family.random(12), tag)


@case("G10", "special-hash", flags=("SpecialTag",), clause=GHASH)
def special_hash(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** One block is chosen so that the value of GHASH is all zeros or all ones."""
    gcm = family.gcm()
    for name, s in (("zeros", ZEROS), ("ones", ONES)):
        for place in PLACES:
            iv = family.random(12)
            tag = xor(s, gcm.block_cipher.cipher(gcm.pre_counter_block(iv)))
            why = f"The value of GHASH is {s.hex()}, which is a value like any other."
            drafts = with_tag(family, f"{name}-by-{place}", why, place, iv, tag)
            test = decryption(drafts[1])
            hashed = gcm.ghash(gcm.authenticated_string(test.aad or b"", test.ciphertext))
            require(hashed == s, "the value of GHASH is not the chosen one")
            yield from drafts


@case("G2", "tag-equal-up-to-zero", flags=("SpecialTag", "ModifiedTag"), clause=TAG_CHECK)
def tag_equal_up_to_zero(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The tag is the right one up to its first zero byte, and another after it.

    Whoever compares tags as strings that end with a zero byte takes the two for equal.
    """
    for position in (0, 1, 3, 7, 14):
        tag = bytearray(byte or 1 for byte in family.random(16))
        tag[position] = 0
        _, opened = with_tag(
            family, f"zero-at-{position:02}", CONTROL, "aad", family.random(12), bytes(tag)
        )
        yield flagged(opened, CONTROL_FLAGS)
        end = position + 1
        changed = bytes(tag[:end]) + xor(bytes(tag[end:]), ONES[end:])
        require(changed.split(b"\0")[0] == bytes(tag).split(b"\0")[0], "the tags differ before")
        yield family.refused(
            opened,
            f"zero-at-{position:02}-others-differ",
            f"The tag is compared beyond the zero byte at {position}.",
            tag=HexBytes(changed),
        )


@case("G7", "tag-ends-in-zeros", flags=("SpecialTag", "TagLength"), clause=LENGTH_CHECK)
def tag_ends_in_zeros(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The right tag ends in zeros, and these are left out.

    Whoever copies the tag into a buffer of zeros finds it right.
    """
    for length in (4, 8, 12, 15):
        tag = bytes(byte or 1 for byte in family.random(length)).ljust(16, b"\0")
        slug = f"{length:02}-bytes"
        iv = family.random(12)
        _, opened = with_tag(family, f"{slug}-and-zeros", CONTROL, "ciphertext", iv, tag)
        yield flagged(opened, CONTROL_FLAGS)
        why = f"A tag of {length} bytes is refused by a caller who relies on 16."
        yield family.refused_for_length(opened, slug, why, tag=HexBytes(tag[:length]))


@case("G14", "from-blocks", flags=("BlockOracle",), clause=ENCRYPTION)
def from_blocks_12(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** The answer equals what single block encryptions under the same key give."""
    for length, aad_length in ((0, 0), (0, 20), (1, 1), (16, 16), (77, 21), (160, 33), (513, 0)):
        yield from _derived_again(family, 12, length, aad_length)


@case("G14", "from-blocks", flags=("BlockOracle", "IvLength"), clause=ENCRYPTION)
def from_blocks_of_other_ivs(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** The answer equals what single block encryptions under the same key give."""
    for iv_length in (1, 8, 16, 20, 61):
        yield from _derived_again(family, iv_length, 77, 21)


def _derived_again(
    family: GcmMaker, iv_length: int, length: int, aad_length: int
) -> tuple[Draft, Draft]:
    iv, message, aad = (family.random(count) for count in (iv_length, length, aad_length))
    drafts = family.both(
        f"iv-{iv_length}-message-{length}-aad-{aad_length}",
        "Encryption is what single block encryptions under the same key make it.",
        plaintext=message,
        iv=iv,
        aad=aad,
    )
    test = decryption(drafts[1])
    expected = from_blocks(Aes(family.key.secret or b""), iv, message, aad)
    require((test.ciphertext, test.tag) == expected, "the block cipher alone says otherwise")
    return drafts


@case("G16", "two-keys", flags=("KeyCommitment",), clause=DECRYPTION)
def two_keys(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** One ciphertext with one tag is right under two keys, for two messages."""
    keys = {"first-key": family.key, "second-key": family.test_key("second")}
    iv, rest = family.random(12), family.random(16)
    gcms = [family.gcm(key) for key in keys.values()]
    ciphertext = block_for_both(gcms[0], gcms[1], iv, rest) + rest
    made: list[Draft] = []
    for (name, key), gcm in zip(keys.items(), gcms, strict=True):
        plaintext = gcm.gctr(gcm.inc32(gcm.pre_counter_block(iv)), ciphertext)
        why = "GCM does not commit to a key, so that this ciphertext is right under both."
        made += family.both(name, why, plaintext=plaintext, iv=iv, key=key)
    opened = [decryption(draft) for draft in made[1::2]]
    sealed = {(test.iv, test.aad, test.ciphertext, test.tag) for test in opened}
    require(len(sealed) == 1, "the two ciphertexts do not coincide")
    require(opened[0].plaintext != opened[1].plaintext, "the two messages are the same")
    yield from made


class CounterStart(NamedTuple):
    """A pre-counter block from which counting soon changes more than the last bits."""

    name: str
    j0: bytes
    bits: int
    """How many of the last bits overflow within the message."""


def counter_starts(x: bytes) -> Iterator[CounterStart]:
    """Yield pre-counter blocks; ``x`` is 12 bytes that counting must not change."""
    yield CounterStart("zeros", ZEROS, 0)
    yield CounterStart("consecutive-bytes", bytes(range(16)), 0)
    yield CounterStart("ones", ONES, 32)
    for before in (2, 3):
        yield CounterStart(f"ones-minus-{before - 1}", i2osp(2**128 - before, 16), 32)
    distances = {
        32: (1, 2, 3, 4, 5, 8, 9, 16, 17),
        31: (1, 2, 3),
        24: (1, 2),
        16: (1, 2),
        8: (1, 2),
    }
    for bits, befores in distances.items():
        for before in befores:
            end = i2osp(2**bits - before, 4)
            yield CounterStart(f"any-{end.hex()}", x + end, bits)
    for number, bits in ((0xFFFF7FFF, 15), (0xFFFF7FFE, 15), (0xFFFFFF7F, 7), (0xFFFFFEFF, 8)):
        yield CounterStart(f"any-{number:08x}", x + i2osp(number, 4), bits)


@case("G9", "counter-wrap", flags=("CounterWrap", "IvLength"), clause=COUNTER)
def counter_wrap(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** The IV is solved for, so that the counter starts just before a boundary."""
    gcm, x, blocks = family.gcm(), family.random(12), 21
    for name, j0, bits in counter_starts(x):
        iv, message = iv_for(gcm, j0), family.random(16 * blocks - 11)
        require(gcm.pre_counter_block(iv) == j0, "the IV does not give the counter block")
        require(os2ip(j0) % 2**bits + blocks >= 2**bits, "the counter does not overflow")
        why = f"With the first counter block …{j0[12:].hex()} only the last four bytes count up."
        yield from family.both(name, why, plaintext=message, iv=iv, aad=family.random(5))


BOOK = case_book(
    special_tag, special_hash, tag_equal_up_to_zero, tag_ends_in_zeros, from_blocks_12, two_keys
)
"""The cases with a 12-byte IV."""

IV_BOOK = case_book(counter_wrap, from_blocks_of_other_ivs)
"""The cases with other IVs."""
