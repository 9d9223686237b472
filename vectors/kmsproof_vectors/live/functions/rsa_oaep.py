"""Functions and checks of RSAES-OAEP recipes: what anybody can encrypt with the public key.

A public key is a SubjectPublicKeyInfo, DER; its modulus n has k bytes. The hash function is
SHA-256, also in MGF1, with hLen = 32 bytes, unless a function is told others (RFC 8017 §7.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.octets import i2osp, os2ip, xor
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_vectors.live.functions.registry import (
    FailureWord,
    NothingFound,
    RecipeFault,
    check,
    function,
)
from kmsproof_vectors.live.functions.rsa_keys import key_of
from kmsproof_vectors.live.functions.rsa_signatures import (
    rsa_special_signature,
    rsa_unreduced_signature,
)
from kmsproof_vectors.live.functions.statistics import bits_balanced

HASH_LENGTH: Final = 32
"""hLen: bytes of a SHA-256 digest, of the seed and of lHash."""

SEED: Final = bytes(range(0xA0, 0xA0 + HASH_LENGTH))
"""The seed where a recipe names none."""

HASH: Final = "sha256"

LUCK: Final = 16
"""A search for something of probability 1/p gives up after so many times p."""

ROOM_PROBABILITY: Final = 1 << 12
"""A modulus that leaves room to fewer than one ciphertext in so many is not searched for it."""


# Encryption in whole and in parts.


@function("oaep-ciphertext")
def oaep_ciphertext(
    public_key: bytes,
    message: bytes,
    seed: bytes = SEED,
    label: bytes = b"",
    hash: str = HASH,
    mask_hash: str = HASH,
) -> bytes:
    """Return the RSAES-OAEP ciphertext of a message, k bytes (RFC 8017 §7.1.1).

    The seed is as long as a digest, and the message at most k - 2 - two digests; without a seed it
    is a0 a1 ... bf. Hash functions are named as in Python's hashlib, such as ``sha1`` and
    ``sha3_256``: ``hash`` is that of the label, and ``mask_hash`` that of MGF1.
    """
    try:
        return Oaep(key_of(public_key), hash, Mgf1(mask_hash)).encrypt(message, seed, label)
    except (InvalidArgument, ValueError) as refusal:
        raise RecipeFault(str(refusal)) from None


@function("oaep-max-length")
def oaep_max_length(public_key: bytes) -> int:
    """Return k - 66: how many bytes the longest message has (RFC 8017 §7.1.1)."""
    return _oaep(public_key).max_length


@function("oaep-data-block")
def oaep_data_block(public_key: bytes, message: bytes, label: bytes = b"") -> bytes:
    """Return DB = lHash ‖ PS ‖ 01 ‖ message, k - 33 bytes (RFC 8017 §7.1.1 steps 2.a to 2.c)."""
    oaep = _oaep(public_key)
    if len(message) > oaep.max_length:
        raise RecipeFault(f"a message of {len(message)} bytes is too long for the key")
    return oaep.data_block(message, label)


@function("oaep-ciphertext-of-block")
def oaep_ciphertext_of_block(
    public_key: bytes, block: bytes, seed: bytes = SEED, first_octet: int = 0
) -> bytes:
    """Mask a data block of k - 33 bytes and encrypt it, whether or not it is well formed.

    ``first_octet`` is Y, which stands before the masked seed (RFC 8017 §7.1.1 steps 2.d to 3).
    """
    oaep = _oaep(public_key)
    try:
        return oaep.raw_encrypt(oaep.encode_data_block(block, seed, first_octet))
    except InvalidArgument as refusal:
        raise RecipeFault(str(refusal)) from None


@function("oaep-highest-first-octet")
def oaep_highest_first_octet(public_key: bytes) -> int:
    """Return the highest Y with which every encoded message is below n: n's first octet less 1."""
    key = key_of(public_key)
    return i2osp(key.n, key.length)[0] - 1


@function("oaep-message-for-tail")
def oaep_message_for_tail(public_key: bytes, tail: bytes, seed: bytes = SEED) -> bytes:
    """Return the longest message whose encoded message ends in ``tail``.

    Both have k - 66 bytes: the message is the tail, xored with the end of MGF1(seed, k - 33).
    """
    oaep = _oaep(public_key)
    if len(tail) != oaep.max_length:
        raise RecipeFault(f"the tail has {len(tail)} bytes instead of {oaep.max_length}")
    return xor(tail, Mgf1().mask(seed, oaep.key.length - HASH_LENGTH - 1)[-len(tail) :])


def _oaep(public_key: bytes) -> Oaep:
    try:
        return Oaep(key_of(public_key))
    except InvalidArgument as refusal:
        raise RecipeFault(str(refusal)) from None


# Searches.

Wanted = Callable[[RsaPublicKey, bytes, int], bool]
"""Whether a key, an encoded message and its ciphertext as a number are as they are wanted."""


def _zeros_first(zeros: int) -> Wanted:
    return lambda key, encoded, c: c >> 8 * (key.length - zeros) == 0


WANTED: Final[dict[str, tuple[int, Wanted]]] = {
    "one-leading-zero": (1 << 8, _zeros_first(1)),
    "two-leading-zeros": (1 << 16, _zeros_first(2)),
    "trailing-zero": (1 << 8, lambda key, encoded, c: c & 0xFF == 0),
    "room-for-n": (ROOM_PROBABILITY, lambda key, encoded, c: (c + key.n) >> 8 * key.length == 0),
    "encoded-one-zero": (1 << 8, lambda key, encoded, c: not any(encoded[:2])),
    "encoded-two-zeros": (1 << 16, lambda key, encoded, c: not any(encoded[:3])),
}
"""What can be searched for: one in how many it is at least, and how it is known."""


@function("oaep-chosen-ciphertext")
def oaep_chosen_ciphertext(public_key: bytes, message: bytes, wanted: str) -> bytes:
    """Return a ciphertext of a message that is as it is wanted: the first seed from 0 that does it.

    ``one-leading-zero``, ``two-leading-zeros``: it begins with zero bytes. ``trailing-zero``: it
    ends with one. ``room-for-n``: it still has k bytes when n is added. ``encoded-one-zero``,
    ``encoded-two-zeros``: the masked seed begins with zero bytes. Nothing can be concluded where
    none is found. Two leading zeros are there once in 65,536 encryptions.
    """
    if wanted not in WANTED:
        raise RecipeFault(f"no ciphertexts of the kind {wanted!r} can be searched for")
    return _first_found(public_key, message, wanted)


@lru_cache(maxsize=16)
def _first_found(public_key: bytes, message: bytes, wanted: str) -> bytes:
    (rarity, is_wanted), oaep = WANTED[wanted], _oaep(public_key)
    key = key_of(public_key)
    for number in range(LUCK * rarity):
        try:
            encoded = oaep.encode(message, i2osp(number, HASH_LENGTH))
        except InvalidArgument as refusal:
            raise RecipeFault(str(refusal)) from None
        # What depends on the encoded message alone is seen without the costly power.
        if wanted.startswith("encoded") and not is_wanted(key, encoded, 0):
            continue
        c = pow(os2ip(encoded), key.e, key.n)
        if is_wanted(key, encoded, c):
            return i2osp(c, key.length)
    raise NothingFound(f"{LUCK * rarity} seeds give no ciphertext of the kind {wanted!r}")


# RSA without a padding.


@function("rsa-encrypted")
def rsa_encrypted(public_key: bytes, encoded: bytes) -> bytes:
    """Return encoded^e mod n as k bytes, for a number below n (RFC 8017 §5.1.1)."""
    key = key_of(public_key)
    number = os2ip(encoded)
    if number >= key.n:
        raise RecipeFault("what is to be encrypted is not below n")
    return i2osp(pow(number, key.e, key.n), key.length)


@function("rsa-special-number")
def rsa_special_number(public_key: bytes, number: str) -> bytes:
    """Return a number that depends on n as k bytes: one of those of ``rsa-special-signature``."""
    return rsa_special_signature(public_key, number)


@function("rsa-unreduced")
def rsa_unreduced(public_key: bytes, ciphertext: bytes, times: int, length: int) -> bytes:
    """Return c + ``times`` n as k + ``length`` bytes; nothing can be concluded if it is larger."""
    return rsa_unreduced_signature(public_key, ciphertext, times, length)


@function("rsa-multiplied")
def rsa_multiplied(public_key: bytes, ciphertext: bytes, factor: int, divisor: int = 1) -> bytes:
    """Return the ciphertext of the ``factor``-fold of what is encrypted, over ``divisor``, mod n.

    It is c (factor / divisor)^e mod n as k bytes: RSA is multiplicative.
    """
    key = key_of(public_key)
    ratio = factor * pow(divisor, -1, key.n)
    return i2osp(os2ip(ciphertext) * pow(ratio, key.e, key.n) % key.n, key.length)


@function("rsa-added")
def rsa_added(public_key: bytes, ciphertext: bytes, number: int) -> bytes:
    """Return c + ``number``, which may be negative, mod n as k bytes."""
    key = key_of(public_key)
    return i2osp((os2ip(ciphertext) + number) % key.n, key.length)


# What the target encrypts.


@check("oaep-seeds-not-guessed", FailureWord.LEAK)
def oaep_seeds_not_guessed(public_key: bytes, message: bytes, ciphertexts: Sequence[bytes]) -> str:
    """No ciphertext of the message has a seed that can be guessed, and none lacks the padding.

    The seeds are the numbers 0 to 255 in either order of bytes, every byte 32 times, and SHA-256 of
    nothing, of the message and of the public key.
    """
    oaep, key = _oaep(public_key), key_of(public_key)
    found = set(ciphertexts)
    for what, seed in _guesses(public_key, message):
        if oaep.encrypt(message, seed) in found:
            return f"A seed is {what}."
    plain = i2osp(pow(os2ip(message), key.e, key.n), key.length)
    return "A message was encrypted without padding." if plain in found else ""


def _guesses(public_key: bytes, message: bytes) -> Iterator[tuple[str, bytes]]:
    for number in range(256):
        octets = i2osp(number, HASH_LENGTH)
        yield f"the number {number}", octets
        yield f"the number {number}, its lowest byte first", octets[::-1]
        yield f"the byte {number:02x} again and again", bytes([number]) * HASH_LENGTH
    for what, hashed in (("nothing", b""), ("the message", message), ("the key", public_key)):
        yield f"SHA-256 of {what}", sha256(hashed).digest()


@check("oaep-ciphertexts-balanced", FailureWord.LEAK)
def oaep_ciphertexts_balanced(ciphertexts: Sequence[bytes]) -> str:
    """In the last 32 bytes of the ciphertexts the bits are as in ``bits-balanced``.

    Ciphertexts with random seeds are spread evenly below n, and so is what ends them.
    """
    return bits_balanced([ciphertext[-HASH_LENGTH:] for ciphertext in ciphertexts])
