"""AES-GCM with 12-byte IV and 16-byte tag: messages that must be encrypted and decrypted exactly."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof_reference import gf128
from kmsproof_reference.aes import Aes
from kmsproof_reference.octets import xor
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_gcm import (
    COUNTER,
    DECRYPTION,
    EMPTY,
    ENCRYPTION,
    IV_UNIQUENESS,
    TAG_CHECK,
    GcmMaker,
    as_decryption,
    decryption,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import DecryptTest, GroupKey, Result

MESSAGE_LENGTHS = (
    *(0, 1, 2, 4, 8, 10, 12, 15, 16, 17, 20, 24, 31, 32, 33, 40, 47, 48, 49, 63, 64, 65),
    *(127, 128, 129, 255, 256, 257, 511, 512, 513),
)
AAD_LENGTHS = (
    *(0, 1, 6, 8, 12, 15, 16, 17, 24, 31, 32, 33, 63, 64, 65, 127, 128, 129),
    *(255, 256, 257, 511, 512, 513),
)


@case("G1", "message-length", flags=("KnownAnswer", "SizeSweep"), clause=ENCRYPTION)
def message_length(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** Messages of every length around the block boundaries, with some associated data."""
    for length in MESSAGE_LENGTHS:
        why = f"A message of {length} bytes is encrypted and decrypted exactly."
        message, aad = family.random(length), family.random(length % 7)
        drafts = family.both(f"{length}-bytes", why, plaintext=message, aad=aad)
        require(len(decryption(drafts[1]).ciphertext) == length, "GCM changed the length")
        yield from drafts


@case("G1", "aad-length", flags=("KnownAnswer", "SizeSweep"), clause=ENCRYPTION)
def aad_length(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** Associated data of every length around the block boundaries."""
    for length in AAD_LENGTHS:
        why = f"Associated data of {length} bytes is authenticated exactly."
        message, aad = family.random(20), family.random(length)
        yield from family.both(f"{length}-bytes", why, plaintext=message, aad=aad)


@case("G1", "both-lengths", flags=("KnownAnswer", "SizeSweep"), clause=ENCRYPTION)
def both_lengths(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** Message and associated data each end before, at and after a block boundary."""
    for message in (0, 1, 15, 16, 17, 31, 32, 33):
        for aad in (0, 1, 15, 16, 17, 32):
            why = f"{message} bytes of message and {aad} of associated data are handled exactly."
            yield from family.both(
                f"{message}-and-{aad}",
                why,
                plaintext=family.random(message),
                aad=family.random(aad),
            )


@case("G1", "special-values", flags=("KnownAnswer",), clause=ENCRYPTION)
def special_values(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** Keys, IVs, messages and associated data of all zeros, all ones, one bit."""
    zero, ones = bytes(33), bytes([255]) * 33
    for name, iv, message, aad in (
        ("zero-iv", zero[:12], family.random(33), b""),
        ("ones-iv", ones[:12], family.random(33), b""),
        ("zero-message", family.random(12), zero, b""),
        ("ones-message", family.random(12), ones, b""),
        ("zero-aad", family.random(12), family.random(17), zero),
        ("ones-aad", family.random(12), family.random(17), ones),
        ("all-zero", zero[:12], zero, zero),
        ("all-ones", ones[:12], ones, ones),
        ("empty-message-and-aad", family.random(12), b"", b""),
    ):
        why = "Inputs of a special form are handled like all others."
        yield from family.both(name, why, plaintext=message, iv=iv, aad=aad)


@case("G1", "zero-ciphertext", flags=("KnownAnswer",), clause=DECRYPTION)
def zero_ciphertext(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** The message equals the keystream, or its complement: the ciphertext is constant."""
    for name, octet in (("zeros", 0), ("ones", 255)):
        iv = family.random(12)
        gcm = family.gcm()
        keystream = gcm.encrypt(iv, bytes(48))[0]
        message = xor(keystream, bytes([octet]) * 48)
        why = f"A ciphertext whose bytes are all {octet:02x} is a ciphertext like any other."
        drafts = family.both(name, why, plaintext=message, iv=iv)
        constant = bytes([octet]) * 48
        require(decryption(drafts[1]).ciphertext == constant, "the ciphertext is not constant")
        yield from drafts


@case("G10", "special-tag", flags=("SpecialTag",), clause=TAG_CHECK)
def special_tag(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** One block is chosen so that the right tag is all zeros or all ones."""
    for name, tag in (("zeros", bytes(16)), ("ones", bytes([255]) * 16)):
        for place in ("aad", "ciphertext"):
            test = _with_tag(family, f"{name}-by-{place}", tag, place)
            require(test.tag == tag, "the tag is not the chosen one")
            yield Draft(family.key, family.tag_length, test)


def _with_tag(family: GcmMaker, slug: str, tag: bytes, place: str) -> DecryptTest:
    """Solve the GHASH equation for the first block of AAD or ciphertext."""
    gcm, iv = family.gcm(), family.random(12)
    aad, ciphertext = bytearray(family.random(16)), bytearray(family.random(32))
    free = aad if place == "aad" else ciphertext
    free[:16] = bytes(16)
    blocks = 4
    index = 1 if place == "aad" else 2
    e_j0 = encrypted_block(family, gcm.pre_counter_block(iv))
    hashed = gcm.ghash(gcm.authenticated_string(bytes(aad), bytes(ciphertext)))
    h = int.from_bytes(gcm.hash_subkey(), "big")
    factor = gf128.inverse(gf128.power(h, blocks - index + 1))
    target = int.from_bytes(xor(xor(tag, e_j0), hashed), "big")
    free[:16] = gf128.multiply(target, factor).to_bytes(16, "big")
    plaintext = gcm.decrypt(iv, bytes(ciphertext), bytes(aad), tag, 16)
    why = f"The right tag is {tag.hex()}, which is a tag like any other."
    return DecryptTest(
        **family.common(slug, Result.VALID, why),
        iv=HexBytes(iv),
        aad=HexBytes(aad),
        ciphertext=HexBytes(ciphertext),
        tag=HexBytes(tag),
        plaintext=HexBytes(plaintext),
    )


def encrypted_block(family: GcmMaker, block: bytes) -> bytes:
    """Return E_K of one block, computed by the block cipher alone."""
    return Aes(family.key.secret or b"").cipher(block)


@case("G12", "repeated-iv", flags=("RepeatedIv",), clause=IV_UNIQUENESS)
def repeated_iv(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** Two messages under one IV: where the caller may choose it, both are exact."""
    iv, first, second = family.random(12), family.random(40), family.random(40)
    why = "A target that takes the IV from its caller computes what the standard says."
    one = family.encrypt("first", why, plaintext=first, iv=iv)
    two = family.encrypt("second", why, plaintext=second, iv=iv)
    left, right = as_decryption(one, "first-decrypt", family), as_decryption(
        two, "second-decrypt", family
    )
    ciphertexts = xor(decryption(left).ciphertext, decryption(right).ciphertext)
    require(ciphertexts == xor(first, second), "the keystream is not the same")
    yield from (one, two, left, right)


@case("G13", "large-aad", flags=("LargeInput",), clause=ENCRYPTION)
def large_aad(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** Associated data of 64 KiB, one byte less and one byte more."""
    for length in (65_535, 65_536, 65_537):
        why = f"Associated data of {length} bytes is authenticated exactly."
        octets = (family.random(251) * (length // 251 + 1))[:length]
        yield from family.both(
            f"{length}-bytes", why, plaintext=family.random(16), aad=octets
        )


@case("G13", "large-message", flags=("LargeInput",), clause=COUNTER)
def large_message(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** Messages of 4 KiB, of 6,144 bytes, and around 64 KiB."""
    for length in (4096, 6144, 65_535, 65_536, 65_537):
        why = f"A message of {length} bytes, {length // 16} blocks and more, is handled exactly."
        octets = (family.random(251) * (length // 251 + 1))[:length]
        yield from family.both(f"{length}-bytes", why, plaintext=octets)


@case("G14", "from-blocks", flags=("BlockOracle",), clause=ENCRYPTION)
def from_blocks(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** The answer equals what single block encryptions under the same key give."""
    for length, aad_bytes in ((0, 0), (1, 1), (16, 16), (77, 21), (160, 33)):
        iv, message, aad = family.random(12), family.random(length), family.random(aad_bytes)
        why = "Encryption is what single block encryptions under the same key make it."
        drafts = family.both(
            f"{length}-bytes-and-{aad_bytes}", why, plaintext=message, iv=iv, aad=aad
        )
        test = decryption(drafts[1])
        expected = _from_blocks(family, iv, message, aad)
        require((test.ciphertext, test.tag) == expected, "the block cipher says otherwise")
        yield from drafts


def _from_blocks(
    family: GcmMaker, iv: bytes, message: bytes, aad: bytes
) -> tuple[bytes, bytes]:
    """Compute GCM with a 12-byte IV from E_K alone, written apart from the reference's GCM."""
    h = int.from_bytes(encrypted_block(family, bytes(16)), "big")
    counters = [iv + number.to_bytes(4, "big") for number in range(1, len(message) // 16 + 3)]
    stream = b"".join(encrypted_block(family, counter) for counter in counters[1:])
    ciphertext = xor(message, stream[: len(message)])
    y = 0
    for text in (aad, ciphertext):
        for start in range(0, len(text), 16):
            block = text[start : start + 16].ljust(16, b"\0")
            y = gf128.multiply(y ^ int.from_bytes(block, "big"), h)
    lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    y = gf128.multiply(y ^ int.from_bytes(lengths, "big"), h)
    return ciphertext, xor(y.to_bytes(16, "big"), encrypted_block(family, counters[0]))


@case("G16", "two-keys", flags=("KeyCommitment",), clause=DECRYPTION)
def two_keys(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** One ciphertext and tag that decrypt under two keys, to different messages."""
    second = family.test_key("second")
    iv, rest = family.random(12), family.random(16)
    keys = (family.key, second)
    gcms = [family.gcm(key) for key in keys]
    masks = [Aes(key.secret or b"").cipher(gcm.pre_counter_block(iv)) for key, gcm in
             zip(keys, gcms, strict=True)]
    subkeys = [int.from_bytes(gcm.hash_subkey(), "big") for gcm in gcms]
    hashes = [gcm.ghash(gcm.authenticated_string(b"", bytes(16) + rest)) for gcm in gcms]
    powers = [gf128.power(subkey, 3) for subkey in subkeys]
    difference = int.from_bytes(xor(xor(*hashes), xor(*masks)), "big")
    free = gf128.multiply(difference, gf128.inverse(powers[0] ^ powers[1]))
    ciphertext = free.to_bytes(16, "big") + rest
    tags = [_tag(family, key, iv, ciphertext) for key in keys]
    require(tags[0] == tags[1], "the two tags do not coincide")
    for name, key, gcm in zip(("first-key", "second-key"), keys, gcms, strict=True):
        why = "GCM does not commit to a key, so this ciphertext is valid under both."
        test = DecryptTest(
            **family.common(name, Result.VALID, why),
            iv=HexBytes(iv),
            aad=EMPTY,
            ciphertext=HexBytes(ciphertext),
            tag=HexBytes(tags[0]),
            plaintext=HexBytes(gcm.decrypt(iv, ciphertext, b"", tags[0], 16)),
        )
        yield Draft(key, family.tag_length, test)


def _tag(family: GcmMaker, key: GroupKey, iv: bytes, ciphertext: bytes) -> bytes:
    gcm = family.gcm(key)
    return gcm.authenticate(gcm.pre_counter_block(iv), b"", ciphertext, 16)


BOOK = case_book(
    message_length,
    aad_length,
    both_lengths,
    special_values,
    zero_ciphertext,
    special_tag,
    repeated_iv,
    large_aad,
    large_message,
    from_blocks,
    two_keys,
)
"""The cases of this module."""
