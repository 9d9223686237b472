"""RSAES-OAEP under a key of three primes, which the standard leaves to the implementation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.rsa import THREE_PRIMES, with_bit_flipped, with_byte
from kmsproof_vectors.cases.rsa_oaep import (
    CIPHERTEXT_LENGTH,
    DECODING,
    DECRYPTION,
    HASH_LENGTH,
    LABEL_HASH,
    RSA_DECRYPTION,
    RSADP,
    SEED,
    OaepMaker,
    ciphertext_of,
    message_of,
)
from kmsproof_vectors.cases.rsa_oaep_constructed import of_residue, primes_of, residues
from kmsproof_vectors.cases.rsa_oaep_encodings import Malformer
from kmsproof_vectors.cases.rsa_oaep_labels import LABELS
from kmsproof_vectors.encoding import HexBytes


@case("O1", "three-primes-message-length", flags=("MultiPrimeKey",), clause=DECRYPTION)
def message_length(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** Messages of lengths from none to the longest, under a key of three primes."""
    key, private = family.test_key(THREE_PRIMES), family.rsa_key(THREE_PRIMES)
    require(len(private.other_primes) == 1, "the key does not have three primes")
    for length in (0, 1, 4, 6, 7, 20, 32, family.max_length - 1, family.max_length):
        why = f"A message of {length} bytes is decrypted by a key of three primes."
        message = family.random(length)
        yield family.decrypt(f"{length:03}-bytes", why, message=message, key=key)


@case("O1", "three-primes-seed", flags=("MultiPrimeKey", "SpecialSeed"), clause=SEED)
def special_seed(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** The seed is all zeros or all ones, under a key of three primes."""
    key = family.test_key(THREE_PRIMES)
    for name, octet in (("zeros", b"\x00"), ("ones", b"\xff")):
        message, seed = family.random(6), octet * HASH_LENGTH
        require(len(set(seed)) == 1, "the seed is not constant")
        why = "A seed of a special form is a seed like any other."
        yield family.decrypt(name, why, message=message, seed=seed, key=key)


@case(
    "O2", "three-primes-encoding", flags=("MultiPrimeKey", "InvalidOaepEncoding"), clause=DECODING
)
def encoding(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** A field of the encoded message is another, under a key of three primes."""
    malformer = Malformer(family, key=family.test_key(THREE_PRIMES))
    yield malformer.control
    fields, ones = malformer.fields, b"\xff"
    label_hash, padding = fields.label_hash, fields.padding
    for name, made in (
        ("first-octet-01", replace(fields, first=1)),
        ("label-hash-first-byte", replace(fields, label_hash=with_bit_flipped(label_hash, 7))),
        ("label-hash-last-byte", replace(fields, label_hash=with_bit_flipped(label_hash, 255))),
        ("label-hash-zeros", replace(fields, label_hash=bytes(HASH_LENGTH))),
        ("label-hash-ones", replace(fields, label_hash=ones * HASH_LENGTH)),
        ("padding-first-byte", replace(fields, padding=with_byte(padding, 0, 0x80))),
        ("padding-last-byte", replace(fields, padding=with_byte(padding, -1, 0x02))),
        ("padding-ones", replace(fields, padding=ones * len(padding))),
        ("separator-ff", replace(fields, separator=ones)),
        ("separator-00", replace(fields, separator=b"\x00")),
    ):
        why = f"A malformed encoding is refused under any key: {name.replace('-', ' ')}."
        yield malformer.changed(name, why, made)
    zeros = label_hash + bytes(len(fields.block) - HASH_LENGTH)
    yield malformer.block("nothing-but-zeros", "DB without separator is refused.", zeros)
    yield malformer.block("block-zeros", "DB of zeros is refused.", bytes(len(zeros)))
    n = family.rsa_key(THREE_PRIMES).n
    for name, number in (("0", 0), ("1", 1), ("n-minus-1", n - 1)):
        why = f"The integer {name.replace('-', ' ')} is no encoded message."
        encoded = i2osp(number, family.key_length)
        yield family.malformed(malformer.control, f"integer-{name}", why, encoded)


@case(
    "O3",
    "three-primes-ciphertext",
    flags=("MultiPrimeKey", "RsaCiphertextRange"),
    clause=RSA_DECRYPTION,
)
def ciphertext_out_of_range(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The ciphertext is not below n, or changed, and the key has three primes."""
    key, n, k = family.test_key(THREE_PRIMES), family.rsa_key(THREE_PRIMES).n, family.key_length
    while True:
        control = family.control(key=key)
        number = os2ip(ciphertext_of(control))
        if number + n < 1 << 8 * k:
            break
    yield control
    good = ciphertext_of(control)
    for name, changed in (
        ("n", i2osp(n, k)),
        ("n-plus-1", i2osp(n + 1, k)),
        ("c-plus-n", i2osp(number + n, k)),
        ("minus-c", i2osp(n - number, k)),
        ("bit-flipped", with_bit_flipped(good, 8 * k - 1)),
    ):
        why = f"A ciphertext is refused under any key: {name.replace('-', ' ')}."
        given_away = message_of(control) if name == "c-plus-n" else None
        yield family.refused(
            control, name, why, ciphertext=HexBytes(changed), given_away=given_away
        )


@case(
    "O3",
    "three-primes-length",
    flags=("MultiPrimeKey", "RsaCiphertextLength"),
    clause=CIPHERTEXT_LENGTH,
)
def ciphertext_length(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The ciphertext is empty, cut or extended, and the key has three primes."""
    control = family.control(key=family.test_key(THREE_PRIMES))
    yield control
    good = ciphertext_of(control)
    for name, changed in (
        ("empty", b""),
        ("last-byte-cut", good[:-1]),
        ("zero-before", b"\x00" + good),
        ("zero-after", good + b"\x00"),
    ):
        require(len(changed) != family.key_length, "the ciphertext has the right length")
        why = f"A ciphertext of {len(changed)} bytes is refused: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, ciphertext=HexBytes(changed))


@case("O6", "three-primes-label", flags=("MultiPrimeKey", "OaepLabel"), clause=LABEL_HASH)
def label(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** Messages with labels are decrypted by a key of three primes."""
    for name, value in LABELS[::4]:
        why = f"A label is any string of bytes, here {name.replace('-', ' ')}."
        message, key = family.random(6), family.test_key(THREE_PRIMES)
        yield family.decrypt(name, why, message=message, label=value, key=key)


@case("O7", "three-primes-residue", flags=("MultiPrimeKey", "SpecialResidue"), clause=RSADP)
def residue(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** The encoded message has a special residue modulo one of three primes."""
    key = family.test_key(THREE_PRIMES)
    for name, prime in primes_of(family.rsa_key(THREE_PRIMES)):
        for special in list(residues(prime))[:4]:
            yield of_residue(family, name, prime, special, key)


BOOK = case_book(
    message_length,
    special_seed,
    encoding,
    ciphertext_out_of_range,
    ciphertext_length,
    label,
    residue,
)
"""The cases of this module."""
