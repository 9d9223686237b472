"""RSAES-OAEP: encoded messages that were chosen as numbers, such as multiples of a prime.

An encoded message looks random, but with the label seed ‖ 00000000 it does not have to. The first
block of MGF1(seed) is then the label hash itself, so that 32 bytes of maskedDB are zero whatever
the seed is, and all other bytes may be chosen: the seed follows from them, and the label from the
seed. What is left to chance is that DB goes on like a padding; one in 256 does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.octets import i2osp, os2ip, xor
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_vectors.case import BrokenCase, Draft, case, case_book, require
from kmsproof_vectors.cases.rsa import EXCHANGED_PRIMES, MAIN
from kmsproof_vectors.cases.rsa_oaep import (
    ENCODED_MESSAGE,
    HASH_LENGTH,
    RSADP,
    OaepMaker,
    ciphertext_of,
    unmasked,
)
from kmsproof_vectors.model import GroupKey

FIRST_COUNTER: Final = bytes(4)
"""What MGF1 appends to its seed for the first block of the mask."""

Residue = tuple[str, int]
"""A residue modulo a prime, by name."""


def free_length(family: OaepMaker) -> int:
    """Return how many bytes at the end of an encoded message may be chosen: k - 65."""
    return family.key_length - 1 - 2 * HASH_LENGTH


def constructed(
    family: OaepMaker, slug: str, why: str, numbers: Iterable[int], key: GroupKey | None = None
) -> Draft:
    """Return the decryption of the first of these integers that is an encoded message.

    The 32 bytes behind the masked seed must be zero in each of them, as is the first byte.

    Raises:
        BrokenCase: if none of them is one.
    """
    mgf, oaep = Mgf1(), family.oaep(key)
    for number in numbers:
        encoded = i2osp(number, family.key_length)
        masked_seed, masked = encoded[1 : 1 + HASH_LENGTH], encoded[1 + HASH_LENGTH :]
        require(not encoded[0] and not any(masked[:HASH_LENGTH]), f"{slug}: a zero is missing")
        label = xor(masked_seed, mgf.mask(masked, HASH_LENGTH)) + FIRST_COUNTER
        try:
            message = oaep.decode(encoded, label)
        except InvalidCiphertext:
            continue
        return family.decoded(slug, why, encoded, message=message, label=label, key=key)
    raise BrokenCase(f"{slug}: none of the integers is an encoded message")


def encoded_integer(family: OaepMaker, draft: Draft) -> int:
    """Return the integer that a ciphertext is the power of, by the private key."""
    return os2ip(family.oaep(draft.key).raw_decrypt(ciphertext_of(draft)))


def with_residue(family: OaepMaker, residue: int, prime: int) -> Iterator[int]:
    """Yield integers of the right form that leave a residue modulo a prime."""
    high = os2ip(family.random(HASH_LENGTH)) << 8 * (free_length(family) + HASH_LENGTH)
    low = (residue - high) % prime
    steps = (1 << 8 * free_length(family)) // prime - 1
    require(steps > 1 << 64, "the prime is too long for the bytes that may be chosen")
    start = family.drbg.integer(steps >> 1)
    for step in range(start, start + 10_000):
        yield high + low + step * prime


def residues(prime: int) -> Iterator[Residue]:
    """Yield the residues modulo a prime at which arithmetic has its edges."""
    bits = prime.bit_length()
    yield "0", 0
    yield "1", 1
    yield "minus-1", prime - 1
    yield "2", 2
    yield "minus-2", prime - 2
    yield "half-rounded-down", (prime - 1) // 2
    yield "half-rounded-up", (prime + 1) // 2
    yield "highest-bit", 1 << (bits - 1)
    yield "all-but-highest-bit", (1 << (bits - 1)) - 1
    yield "2-to-64", 1 << 64


def primes_of(key: RsaPrivateKey) -> Iterator[tuple[str, int]]:
    """Yield the primes of a private key, by their names in RFC 8017."""
    yield from (("p", key.p), ("q", key.q))
    yield from ((f"r{number}", each.r) for number, each in enumerate(key.other_primes, start=3))


def of_residue(
    family: OaepMaker, name: str, prime: int, residue: Residue, key: GroupKey | None = None
) -> Draft:
    """Return the decryption of an encoded message that leaves a residue modulo a prime."""
    what, value = residue
    made = constructed(
        family,
        f"{what}-modulo-{name}",
        f"An encoded message is decrypted that is {what.replace('-', ' ')} modulo {name}.",
        with_residue(family, value, prime),
        key,
    )
    require(encoded_integer(family, made) % prime == value, "the residue is another")
    return made


@case("O7", "encoded-residue", flags=("SpecialResidue",), clause=RSADP)
def encoded_residue(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** The encoded message has a special residue modulo one prime: 0, 1, -1, a half."""
    for name, prime in primes_of(family.rsa_key(MAIN)):
        for residue in residues(prime):
            yield of_residue(family, name, prime, residue)


@case("O7", "ciphertext-residue", flags=("SpecialResidue",), clause=RSADP)
def ciphertext_residue(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** The ciphertext has a special residue modulo one prime: 2, -2, a half, a power."""
    private = family.rsa_key(MAIN)
    for name, prime in primes_of(private):
        for what, value in list(residues(prime))[3:]:
            root = pow(value, private.d % (prime - 1), prime)
            why = f"A ciphertext is decrypted that is {what.replace('-', ' ')} modulo {name}."
            numbers = with_residue(family, root, prime)
            made = constructed(family, f"{what}-modulo-{name}", why, numbers)
            found = os2ip(ciphertext_of(made)) % prime
            require(found == value, "the ciphertext has another residue")
            yield made


@case("O7", "recombination", flags=("SpecialResidue",), clause=RSADP)
def recombination(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** Put together from its residues, it is a small multiple of q and a rest."""
    private = family.rsa_key(MAIN)
    p, q = private.p, private.q
    start = family.drbg.integer(min(p, q) >> 16)
    few = range(1, 10_000)
    series: tuple[tuple[str, Iterable[int], Callable[[int], bool]], ...] = (
        ("below-both-primes", (start + i for i in few), lambda m: m % p == m % q == m),
        ("h-1", (q + start + i for i in few), lambda m: m // q == 1),
        ("h-2", (2 * q + start + i for i in few), lambda m: m // q == 2),
        ("right-above-q", (q + i for i in few), lambda m: 0 < m - q < 10_000),
        ("right-below-q", (q - i for i in few), lambda m: 0 < q - m < 10_000),
        ("right-above-p", (p + i for i in few), lambda m: 0 < m - p < 10_000),
        ("right-below-p", (p - i for i in few), lambda m: 0 < p - m < 10_000),
        ("small-multiple-of-q", (i * q for i in few), lambda m: m % q == 0),
        ("small-multiple-of-p", (i * p for i in few), lambda m: m % p == 0),
        ("right-above-multiple-of-q", (i * q + 1 for i in few), lambda m: m % q == 1),
        ("right-below-multiple-of-q", (i * q - 1 for i in few), lambda m: m % q == q - 1),
    )
    for name, numbers, holds in series:
        why = f"The residues are put together rightly: {name.replace('-', ' ')}."
        made = constructed(family, name, why, numbers)
        require(holds(encoded_integer(family, made)), f"{name}: the number is another one")
        yield made


@case("O7", "primes-exchanged", flags=("SpecialResidue",), clause=RSADP)
def primes_exchanged(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** The first prime of the key is the smaller one, so that m1 - m2 may be below -p."""
    key, private = family.test_key(EXCHANGED_PRIMES), family.rsa_key(EXCHANGED_PRIMES)
    require(private.p < private.q, "the first prime is the larger one")
    for size in (0, 40, family.max_length):
        why = "The order of the primes does not matter."
        yield family.decrypt(f"message-{size}", why, message=family.random(size), key=key)
    for residue in (("0", 0), ("1", 1)):
        yield of_residue(family, "p", private.p, residue, key)
    yield of_residue(family, "q", private.q, ("minus-1", private.q - 1), key)


@case("O8", "small-integer", flags=("SpecialEncodedMessage",), clause=ENCODED_MESSAGE)
def small_integer(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** The encoded message is an integer of one to eight bytes, all others being zero."""
    for bits in (1, 8, 16, 24, 32, 64):
        numbers = range(1 << bits - 1, (1 << bits - 1) + 10_000)
        why = f"An encoded message is decrypted that is an integer of about {bits} bits."
        made = constructed(family, f"{bits:02}-bits", why, numbers)
        require(encoded_integer(family, made).bit_length() <= bits + 14, "it is not small")
        yield made


@case("O8", "low-weight", flags=("SpecialEncodedMessage",), clause=ENCODED_MESSAGE)
def low_weight(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** The encoded message has one, two or three bits that are not zero."""
    end = 8 * free_length(family)
    third = end // 3
    series: tuple[tuple[str, int, Iterable[int]], ...] = (
        ("one-bit-low", 1, (1 << i for i in range(end))),
        ("one-bit-middle", 1, (1 << i for i in range(end // 2, end))),
        ("one-bit-high", 1, (1 << i for i in reversed(range(end)))),
        ("two-bits-with-lowest", 2, (1 | 1 << i for i in range(third, end))),
        ("two-bits-side-by-side", 2, (3 << i for i in range(third, end - 1))),
        ("three-bits", 3, (1 | 1 << third | 1 << i for i in range(third + 1, end))),
        ("in-masked-seed", 2, _with_bit_of_masked_seed(end)),
    )
    for name, weight, numbers in series:
        why = f"An encoded message is decrypted with a weight of {weight}."
        made = constructed(family, name, why, numbers)
        require(encoded_integer(family, made).bit_count() == weight, "it has another weight")
        yield made


def _with_bit_of_masked_seed(end: int) -> Iterator[int]:
    """Yield integers with one bit in the masked seed and one in the bytes that may be chosen."""
    for high in range(8 * HASH_LENGTH):
        for low in (0, 1, 7, end // 2, end - 1):
            yield 1 << end + 8 * HASH_LENGTH + high | 1 << low


@case("O8", "high-weight", flags=("SpecialEncodedMessage",), clause=ENCODED_MESSAGE)
def high_weight(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** All bits of the encoded message that may be chosen are ones, but one or none."""
    end = 8 * free_length(family)
    seed_ones = ((1 << 8 * HASH_LENGTH) - 1) << end + 8 * HASH_LENGTH
    ones = (1 << end) - 1
    series: tuple[tuple[str, int, Iterable[int]], ...] = (
        ("one-zero-low", end + 255, (seed_ones | ones ^ 1 << i for i in range(end))),
        ("one-zero-high", end + 255, (seed_ones | ones ^ 1 << i for i in reversed(range(end)))),
        ("ones-behind-zeros", end // 2, ((1 << i) - 1 for i in range(end // 2, end))),
        ("ones-before-zeros", 256, (seed_ones | ones ^ (1 << i) - 1 for i in range(end))),
    )
    for name, weight, numbers in series:
        why = f"An encoded message of many ones is decrypted: {name.replace('-', ' ')}."
        made = constructed(family, name, why, numbers)
        require(encoded_integer(family, made).bit_count() >= weight, "it has a lower weight")
        yield made


# Without a label only the end of an encoded message may be chosen, by the message.


def chosen_ends(length: int) -> tuple[tuple[str, bytes], ...]:
    """Return what an encoded message ends in, ``length`` bytes each, after their names."""
    return (
        ("zeros", bytes(length)),
        ("ones", b"\xff" * length),
        ("one", i2osp(1, length)),
        ("highest-bit", b"\x80" + bytes(length - 1)),
        ("all-but-lowest-bit", b"\xff" * (length - 1) + b"\xfe"),
        ("55", b"\x55" * length),
        ("aa", b"\xaa" * length),
        ("words-in-turn", (bytes(8) + b"\xff" * 8) * (length // 16) + bytes(length % 16)),
    )


@case("O8", "chosen-end", flags=("SpecialEncodedMessage",), clause=ENCODED_MESSAGE)
def chosen_end(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** The last k - 66 bytes of the encoded message are constant or almost, no label."""
    length = family.max_length
    for name, end in chosen_ends(length):
        seed = family.random(HASH_LENGTH)
        mask = Mgf1().mask(seed, family.key_length - 1 - HASH_LENGTH)
        message = xor(end, mask[-length:])
        encoded = family.oaep().encode(message, seed)
        require(encoded.endswith(end), "the encoded message has another end")
        why = f"An encoded message is decrypted that ends in a pattern: {name.replace('-', ' ')}."
        yield family.decoded(name, why, encoded, message=message)


@case("O8", "zeros-first", flags=("SpecialEncodedMessage",), clause=ENCODED_MESSAGE)
def zeros_first(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** The masked seed begins with one or two zero bytes, behind that of Y, no label."""
    message = family.message(40)
    for zeros in (1, 2):
        while True:
            seed = family.random(HASH_LENGTH)
            encoded = family.oaep().encode(message, seed)
            if not any(encoded[: 1 + zeros]):
                break
        require(unmasked(encoded)[1] == seed, "the seed is another one")
        why = f"An encoded message is decrypted that begins with {1 + zeros} zero bytes."
        yield family.decoded(f"{zeros}-zeros", why, encoded, message=message)


BOOK = case_book(
    encoded_residue,
    ciphertext_residue,
    recombination,
    primes_exchanged,
    small_integer,
    low_weight,
    high_weight,
    chosen_end,
    zeros_first,
)
"""The cases of this module."""
