"""RSAES-OAEP: ciphertexts of another length, out of range, changed, or with zeros at an end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.rsa import MAIN, SECOND, differing_positions, with_bit_flipped
from kmsproof_vectors.cases.rsa_oaep import (
    CIPHERTEXT_LENGTH,
    DECRYPTION,
    HASH_LENGTH,
    RSA_DECRYPTION,
    OaepMaker,
    ciphertext_of,
    message_of,
    oaep_under,
)
from kmsproof_vectors.encoding import HexBytes


@case("O3", "special-integer", flags=("RsaCiphertextRange",), clause=RSA_DECRYPTION)
def special_integer(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The ciphertext is the number 0, 1, 2, n - 1, or one that is not below n."""
    control = family.control()
    yield control
    n, k = family.rsa_key(MAIN).n, family.key_length
    for name, number in (
        ("0", 0),
        ("1", 1),
        ("2", 2),
        ("n-minus-2", n - 2),
        ("n-minus-1", n - 1),
        ("n", n),
        ("n-plus-1", n + 1),
        ("n-plus-2", n + 2),
        ("all-ones", (1 << 8 * k) - 1),
    ):
        why = f"The ciphertext {name.replace('-', ' ')} is refused like any that is not decrypted."
        yield family.refused(control, name, why, ciphertext=HexBytes(i2osp(number, k)))


@case("O3", "not-reduced", flags=("RsaCiphertextRange",), clause=RSA_DECRYPTION)
def not_reduced(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The modulus is added to a good ciphertext, within k bytes and beyond."""
    n, k = family.rsa_key(MAIN).n, family.key_length
    while True:
        control = family.control()
        number = os2ip(ciphertext_of(control))
        if number + n < 1 << 8 * k:
            break
    yield control
    for name, times, length in (("once", 1, k), ("once-and-zero", 1, k + 1), ("twice", 2, k + 1)):
        made = i2osp(number + times * n, length)
        require(os2ip(made) % n == number and os2ip(made) >= n, "it is not c plus n")
        yield family.refused(
            control,
            name,
            "A ciphertext that would have to be reduced first is refused.",
            ciphertext=HexBytes(made),
            given_away=message_of(control),
        )


@case("O3", "length", flags=("RsaCiphertextLength",), clause=CIPHERTEXT_LENGTH)
def length(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The ciphertext is empty, cut, extended, doubled, or 64 KiB long."""
    control = family.control()
    yield control
    good, k, large = ciphertext_of(control), family.key_length, 65_536
    for name, changed in (
        ("empty", b""),
        ("one-byte", good[:1]),
        ("first-half", good[: k // 2]),
        ("second-half", good[k // 2 :]),
        ("last-byte-cut", good[:-1]),
        ("first-byte-cut", good[1:]),
        ("zero-before", b"\x00" + good),
        ("zero-after", good + b"\x00"),
        ("two-zeros-before", bytes(2) + good),
        ("two-zeros-after", good + bytes(2)),
        ("twice", good + good),
        ("zeros-before-to-twice", bytes(k) + good),
        ("zeros-after-to-twice", good + bytes(k)),
        ("zeros-before-to-64-kib", good.rjust(large, b"\x00")),
        ("zeros-after-to-64-kib", good.ljust(large, b"\x00")),
    ):
        require(len(changed) != k, "the ciphertext has the right length")
        why = f"A ciphertext of {len(changed)} bytes is refused: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, ciphertext=HexBytes(changed))


@case("O3", "changed", flags=("ModifiedRsaCiphertext",), clause=DECRYPTION)
def changed_ciphertext(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of the ciphertext is flipped; its bytes are reversed or complemented."""
    control = family.control()
    yield control
    good, n, bits = ciphertext_of(control), family.rsa_key(MAIN).n, 8 * family.key_length
    for bit in (7, bits // 4, bits // 2 - 1, bits // 2, bits - 8, bits - 1):
        changed = with_bit_flipped(good, bit)
        require(len(differing_positions(good, changed)) == 1, "more than one byte differs")
        why = f"A ciphertext whose bit {bit} is flipped is refused."
        yield family.refused(control, f"bit-{bit:04}", why, ciphertext=HexBytes(changed))
    for name, number in (
        ("reversed", os2ip(good[::-1]) % n),
        ("plus-one", os2ip(good) + 1),
        ("minus-one", os2ip(good) - 1),
    ):
        why = f"A ciphertext that was changed as a number is refused: {name.replace('-', ' ')}."
        changed = i2osp(number, family.key_length)
        yield family.refused(control, name, why, ciphertext=HexBytes(changed))


@case("O3", "multiplied", flags=("ModifiedRsaCiphertext",), clause=DECRYPTION)
def multiplied(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The ciphertext is multiplied, so that the encoded message is, by a factor."""
    control = family.control()
    yield control
    public, good = family.rsa_key(MAIN).public, os2ip(ciphertext_of(control))
    oaep = family.oaep()
    encoded = os2ip(oaep.raw_decrypt(ciphertext_of(control)))
    for name, factor in (
        ("minus-1", -1),
        ("2", 2),
        ("3", 3),
        ("256", 256),
        ("one-half", pow(2, -1, public.n)),
        ("one-256th", pow(256, -1, public.n)),
    ):
        product = good * pow(factor, public.e, public.n) % public.n
        made = HexBytes(i2osp(product, family.key_length))
        found = os2ip(oaep.raw_decrypt(made))
        require(found == encoded * factor % public.n, "the encoded message is not the product")
        why = f"A multiple of an encoded message is none: the factor is {name.replace('-', ' ')}."
        yield family.refused(control, f"by-{name}", why, ciphertext=made)


@case("O3", "of-other-key", flags=("ModifiedRsaCiphertext",), clause=DECRYPTION)
def of_other_key(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The message was encrypted under another key of the same length."""
    control = family.control()
    yield control
    message, n = message_of(control), family.rsa_key(MAIN).n
    other = oaep_under(family.test_key(SECOND))
    while True:
        made = other.encrypt(message, family.random(HASH_LENGTH))
        if os2ip(made) < n:
            break
    require(other.decrypt(made) == message, "the other key does not decrypt it")
    why = "A ciphertext for somebody else is refused."
    yield family.refused(control, "whole", why, ciphertext=HexBytes(made))


# Zeros at the beginning of a ciphertext belong to it.

FIRST_TRIED: Final = {
    2048: {1: 43, 2: 46044},
    3072: {1: 25, 2: 33958},
    4096: {1: 251, 2: 51457},
}
"""By bits and number of zero bytes: the seed with which the search begins. The number found once
stands here, since 65,536 encryptions take their time; the case sees that the zeros are there."""


def seed_with_zeros(family: OaepMaker, message: bytes, zeros: int) -> bytes:
    """Return a seed under which the ciphertext of a message begins with so many zero bytes."""
    number = FIRST_TRIED[family.bits][zeros]
    oaep, public = family.oaep(), family.rsa_key(MAIN).public
    bound = 1 << 8 * (family.key_length - zeros)
    while True:
        seed = i2osp(number, HASH_LENGTH)
        if pow(os2ip(oaep.encode(message, seed)), public.e, public.n) < bound:
            return seed
        number += 1


@case("O9", "leading-zeros", flags=("LeadingZeros",), clause=CIPHERTEXT_LENGTH)
def leading_zeros(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** The ciphertext begins with one or two zero bytes, and is decrypted."""
    for zeros in (1, 2):
        message = f"a ciphertext with {zeros} zero bytes first".encode()
        seed = seed_with_zeros(family, message, zeros)
        why = f"A ciphertext is decrypted that begins with zeros, here {zeros}."
        made = family.decrypt(f"{zeros}-zeros", why, message=message, seed=seed)
        require(not any(ciphertext_of(made)[:zeros]), "the ciphertext does not begin with zeros")
        yield made


@case("O9", "leading-zeros-stripped", flags=("LeadingZeros",), clause=CIPHERTEXT_LENGTH)
def leading_zeros_stripped(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The zeros that a ciphertext begins with are left out, added to, or replaced."""
    for zeros in (1, 2):
        message = f"a ciphertext with {zeros} zero bytes first".encode()
        seed = seed_with_zeros(family, message, zeros)
        control = family.control(f"{zeros}-zeros", message=message, seed=seed)
        yield control
        good = ciphertext_of(control)
        for name, changed in (
            *((f"{left}-left-out", good[left:]) for left in range(1, zeros + 1)),
            ("one-more", b"\x00" + good),
            ("other-bytes-instead", b"\x01" * zeros + good[zeros:]),
        ):
            why = f"The zeros that a ciphertext begins with belong to it: {name.replace('-', ' ')}."
            yield family.refused(
                control,
                f"{zeros}-zeros-{name}",
                why,
                ciphertext=HexBytes(changed),
                given_away=None if len(changed) == len(good) else message,
            )


@case("O9", "trailing-zeros", flags=("LeadingZeros",), clause=CIPHERTEXT_LENGTH)
def trailing_zeros(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** The ciphertext ends with a zero byte, and is decrypted."""
    message = family.message(40)
    while True:
        made = family.decrypt("one-zero", "A zero that ends it belongs to it.", message=message)
        if ciphertext_of(made).endswith(b"\x00"):
            break
    yield made


@case("O9", "trailing-zeros-stripped", flags=("LeadingZeros",), clause=CIPHERTEXT_LENGTH)
def trailing_zeros_stripped(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The zero that a ciphertext ends with is left out, or another byte instead."""
    message = family.message(40)
    while True:
        control = family.control(message=message, seed=family.random(HASH_LENGTH))
        good = ciphertext_of(control)
        if good.endswith(b"\x00"):
            break
    yield control
    for name, changed in (("left-out", good[:-1]), ("other-byte-instead", good[:-1] + b"\x01")):
        why = f"The zero that a ciphertext ends with belongs to it: {name.replace('-', ' ')}."
        yield family.refused(
            control,
            name,
            why,
            ciphertext=HexBytes(changed),
            given_away=None if len(changed) == len(good) else message,
        )


BOOK = case_book(
    special_integer,
    not_reduced,
    length,
    changed_ciphertext,
    multiplied,
    of_other_key,
    leading_zeros,
    leading_zeros_stripped,
    trailing_zeros,
    trailing_zeros_stripped,
)
"""The cases of this module."""
