"""Recipes on RSA keys and their checks: random moduli stand them, each weak one fails its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import lcm
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kmsproof.session import InProcessSession
from kmsproof.target import Target
from kmsproof.targets import open_in_process
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_reference.der import bit_string, encode, integer, sequence
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.octets import i2osp
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_reference.rsa_key_encoding import encode_algorithm, encode_public_key
from kmsproof_reference.rsa_key_generation import generate_prime
from kmsproof_reference.rsa_keys import SMALL_PRIMES, is_probably_prime
from kmsproof_testing import live_rsa_faults as faults
from kmsproof_testing.fakes.running import DEADLINE_MS, Ran
from kmsproof_testing.live_rsa_target import MadeRsaKeys
from kmsproof_testing.live_running import judged
from kmsproof_testing.rsa_material import key_of
from kmsproof_vectors.live.build import build_live_file
from kmsproof_vectors.live.cases import rsa_keys
from kmsproof_vectors.live.functions import rsa_keys as checks
from kmsproof_vectors.live.functions.registry import RecipeFault
from kmsproof_vectors.live.model import LiveFile

SMALL = "live-rsa-2048-keys"
HALF = 512
"""Bits of the primes of most moduli here."""

RELATED, CLOSE = "rsa-primes-not-related", "rsa-primes-not-close"

ALONE: dict[str, Callable[[list[bytes]], str]] = {
    "rsa-no-small-factors": checks.rsa_no_small_factors,
    "rsa-not-roca": checks.rsa_not_roca,
    CLOSE: checks.rsa_primes_not_close,
    RELATED: checks.rsa_primes_not_related,
    "rsa-primes-not-smooth": checks.rsa_primes_not_smooth,
    "rsa-modulus-no-pattern": checks.rsa_modulus_no_pattern,
    "rsa-modulus-weight": checks.rsa_modulus_weight,
}
"""The checks that look at one modulus after the other."""


def public(n: int, e: int = 65537) -> bytes:
    return encode_public_key(RsaPublicKey(n, e))


@cache
def prime(name: str, bits: int = HALF) -> int:
    return generate_prime(bits, Drbg(b"primes of weak keys", name.encode()), 65537)


def next_prime(number: int, step: int = 2) -> int:
    """Return the first prime from a number on, in steps."""
    while not is_probably_prime(number):
        number += step
    return number


# Moduli.


def close() -> int:
    return prime("p") * next_prime(prime("p") + (1 << 250))


def related_by_ratio() -> int:
    return prime("p", HALF - 2) * next_prime(13 * prime("p", HALF - 2) // 4 | 1)


def high_and_low_bits_equal() -> int:
    p = prime("p", 256)
    while not is_probably_prime(p + (5 << 200)):
        p = next_prime(p + 2)
    return p * (p + (5 << 200))


def roca() -> int:
    """Return a modulus of two primes that are powers of 65537 modulo the product of primes."""
    product = 2
    for each in checks.ROCA_PRIMES:
        product *= each
    found = [
        next_prime(pow(65537, power, product) + (factor << 30) * product, product)
        for power, factor in ((1234, 3), (98765, 7))
    ]
    return found[0] * found[1]


def smooth() -> int:
    """Return a modulus with a p such that p - 1 has small prime factors only, each of them once."""
    drbg = Drbg(b"smooth numbers, thirty-two bytes")
    while True:
        p_minus_1 = 2
        while p_minus_1.bit_length() < HALF:
            p_minus_1 = lcm(p_minus_1, drbg.choice(SMALL_PRIMES))
        if is_probably_prime(p_minus_1 + 1):
            return (p_minus_1 + 1) * prime("q")


def repeated(word: int, width: int) -> int:
    """Return a prime near a number that repeats a word."""
    number = sum(word << place for place in range(0, HALF, width))
    return next_prime(number | 1)


def pattern() -> int:
    return repeated(0xC9A5, 16) * repeated(0xB3, 8)


def long_runs() -> int:
    return next_prime((0xC3A1 << 496) + 1) * next_prime((0xB7F5 << 496) + 1)


def light() -> int:
    def few_bits(name: bytes) -> int:
        drbg = Drbg(b"few bits of weight, many of zero", name)
        while True:
            number = 1 | 1 << HALF - 1
            for _ in range(8):
                number |= 1 << drbg.integer(HALF)
            if is_probably_prime(number):
                return number

    return few_bits(b"p") * few_bits(b"q")


WEAK: dict[str, tuple[Callable[[], int], str, str]] = {
    "even": (lambda: 2 * prime("p"), "rsa-no-small-factors", "a factor in common with 2"),
    "small-factor": (lambda: 1999 * prime("p"), "rsa-no-small-factors", "with 1999"),
    "square": (lambda: prime("p") ** 2, "rsa-no-small-factors", "is a square"),
    "prime": (lambda: prime("p"), "rsa-no-small-factors", "is a prime"),
    "roca": (roca, "rsa-not-roca", "CVE-2017-15361"),
    "close": (close, CLOSE, "close to each other"),
    "ratio": (related_by_ratio, RELATED, "near 13 to 4"),
    "difference": (high_and_low_bits_equal, RELATED, "near 5 times 2^200"),
    "smooth": (smooth, "rsa-primes-not-smooth", "small factors only"),
    "pattern": (pattern, "rsa-modulus-no-pattern", "a pattern"),
    "runs": (long_runs, "rsa-modulus-no-pattern", "a pattern"),
    "light": (light, "rsa-modulus-weight", "nonzero digits"),
}
"""Moduli that can be factored, the check that says so, and what it says."""


@pytest.mark.parametrize("name", WEAK)
def test_weak_moduli_are_found_among_others(name: str) -> None:
    modulus, check, told = WEAK[name]
    found = ALONE[check]([public(usual()), public(modulus())])
    assert found.startswith("Key 1 of 2: ")
    assert told in found


@pytest.mark.parametrize("check", ALONE)
def test_random_moduli_stand_every_check(check: str) -> None:
    moduli = [key_of(1024).n, usual(), prime("r") * prime("s")]
    assert ALONE[check]([public(n) for n in moduli]) == ""


def test_random_moduli_of_the_library_stand_every_check() -> None:
    keys = [
        generate_private_key(65537, 1024)
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for _ in range(2)
    ]
    assert [check(keys) for check in ALONE.values()] == [""] * len(ALONE)
    assert checks.rsa_moduli_unrelated(keys) == ""
    for key in keys:
        assert checks.rsa_public_key_canonical(key) == ""
        assert checks.rsa_modulus_length(key, 1024) == ""
        assert checks.rsa_public_exponent(key, 65537) == ""


def test_factors_are_found_near_any_difference() -> None:
    p, q = prime("p"), prime("q")
    assert checks.factored_near(p * q, 1, abs(p - q), 4) in (p, q)
    assert checks.factored_near(p * q, 1, abs(p - q) - 2, 4) in (p, q)
    assert checks.factored_near(p * q, 1, 0, 1000) == 0


def test_partial_quotients_are_those_of_the_continued_fraction() -> None:
    # 415 / 93 = [4; 2, 6, 7]
    assert checks.largest_partial_quotient(93, 415) == 7
    assert checks.largest_partial_quotient(0, 415) == 0


# Several moduli.


def usual() -> int:
    return prime("p") * prime("q")


def with_factor(name: str, times: int) -> int:
    """Return a number n with a prime of 80 bits in n - 1."""
    return 1 + times * prime("f", 80) * prime(name, 900)


PAIRS: dict[str, Callable[[], tuple[int, int]]] = {
    "are the same": lambda: (usual(), usual()),
    "have a prime in common": lambda: (usual(), prime("p") * prime("r")),
    "begin with the same bits": lambda: (usual(), usual() + 2 * 3**500),
    "end in the same bits": lambda: (usual(), usual() ^ prime("r", 500) << 520),
    "have a large factor of n - 1 in common": lambda: (with_factor("g", 6), with_factor("h", 2)),
}
"""Two moduli, by what is told of them."""


@pytest.mark.parametrize("told", PAIRS)
def test_related_moduli_are_found(told: str) -> None:
    keys = [public(n) for n in (prime("s") * prime("t"), *PAIRS[told]())]
    assert checks.rsa_moduli_unrelated(keys) == f"The moduli of keys 1 and 2 {told}."
    assert checks.rsa_moduli_unrelated(keys[:2]) == ""


# The form.


def test_form_length_and_exponent_are_checked() -> None:
    n = key_of(1024).n
    assert checks.rsa_modulus_length(public(n >> 1 | 1), 1024).startswith("The modulus has 1023")
    assert checks.rsa_modulus_length(public(n - 1), 1024) == "The modulus is even."
    assert checks.rsa_public_exponent(public(n, 3), 65537).startswith("The public exponent is 3")


def test_other_encodings_are_found() -> None:
    n, e = key_of(1024).n, integer(65537)
    padded = sequence(
        encode_algorithm(), bit_string(sequence(encode(2, bytes(2) + i2osp(n, 128)), e))
    )
    for octets in (padded, public(n) + b"\x00", public(n)[:-1], b""):
        assert checks.rsa_public_key_canonical(octets).startswith("The public key cannot be read")
        with pytest.raises(RecipeFault):
            checks.key_of(octets)
    with pytest.raises(RecipeFault):
        checks.key_of(public(-n))


# The recipes.


@cache
def files() -> dict[str, LiveFile]:
    return {file.family: file for file in map(build_live_file, rsa_keys.FILES)}


def judged_by(target: Target, folder: Path, *cases: str, family: str = SMALL) -> Ran:
    """Judge a target with the cases that are named, or with all."""
    file = files()[family]
    tests = tuple(test for test in file.tests if not cases or test.id.split("/")[1] in cases)
    chosen = msgspec.structs.replace(file, tests=tests, number_of_tests=len(tests))
    return judged(InProcessSession(target, deadline_ms=DEADLINE_MS), folder, files=[chosen])


def test_there_is_a_file_for_each_length_that_asks_nothing() -> None:
    assert set(files()) == {f"live-rsa-{bits}-keys" for bits in (2048, 3072, 4096)}
    for file in files().values():
        assert set(file.classes) == {"K1"}
        assert all(test.calls == 0 and test.checks for test in file.tests)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cryptography", "pycryptodome"])
def test_the_libraries_pass(name: str, tmp_path: Path) -> None:
    ran = judged_by(open_in_process(name), tmp_path)
    assert ran.ids(Verdict.PASS) == {test.id for test in files()[SMALL].tests}


@pytest.mark.slow
def test_longer_keys_pass(tmp_path: Path) -> None:
    family = "live-rsa-3072-keys"
    ran = judged_by(MadeRsaKeys(), tmp_path, family=family)
    assert ran.ids(Verdict.PASS) == {test.id for test in files()[family].tests}


LEAK, OUTPUT = FailureKind.LEAK, FailureKind.WRONG_OUTPUT

FAULTS: dict[str, tuple[Callable[[], Target], dict[str, FailureKind]]] = {
    "shared-prime": (faults.SharedPrime, {"unrelated": LEAK}),
    "one-key": (faults.OneKey, {"unrelated": LEAK}),
    "exponent-three": (faults.ExponentThree, {"public-exponent": OUTPUT}),
    "long-form": (faults.LongForm, {"form": OUTPUT, "modulus-length": OUTPUT}),
    "close-primes": (
        lambda: faults.OtherModulus(lambda key: key.p * next_prime(key.p + (1 << 100))),
        {"close-primes": LEAK},
    ),
    "short-modulus": (
        lambda: faults.OtherModulus(lambda key: key.n >> 1 | 1),
        {"modulus-length": OUTPUT},
    ),
    "small-factor": (
        lambda: faults.OtherModulus(lambda key: 3 * key.n),
        {"small-factors": LEAK},
    ),
}
"""How targets are wrong, and the cases that find it out."""


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_wrong_targets_are_found(fault: str, tmp_path: Path) -> None:
    target, expected = FAULTS[fault]
    ran = judged_by(target(), tmp_path, *expected)
    found = {each.id.split("/")[1]: each.failure for each in ran.verdicts.values()}
    assert found == expected
