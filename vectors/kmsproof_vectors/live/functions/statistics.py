"""Checks of recipes on what a target draws at random: repeats, counters, bits that are not even.

Each check that is a matter of chance says how likely it is to speak against an honest generator.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import comb

from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_reference.octets import xor
from kmsproof_vectors.live.functions.registry import FailureWord, check, function

ONE_IN = 10**12
"""The checks of bits speak against an honest generator once in so many calls."""

WIDE_ENOUGH = 8
"""Bytes in which IVs have to differ that are no counter: those of an invocation field (SP 800-38D
§8.2.1)."""

MANY_VALUES = 64
"""Values that a drawn byte has at least in 200 IVs; that it has fewer comes once in 10^30."""


@function("join-lists")
def join_lists(lists: Sequence[Sequence[bytes]]) -> list[bytes]:
    """Return one list with the entries of several, in their order."""
    return [entry for entries in lists for entry in entries]


@check("bits-balanced", FailureWord.LEAK)
def bits_balanced(values: Sequence[bytes]) -> str:
    """Every bit of the values is 0 about as often as 1, and changes about as often as it stays.

    All values have one length. For each bit the number of ones among N values is held against the
    binomial distribution B(N, 1/2), exactly; likewise the number of changes from one value to the
    next. The bound is so that a run of this check speaks against an honest generator once in 10^12,
    all bits taken together. A bit that never changes shows from 55 values on.
    """
    if len(values) < 2:
        return ""
    changes = [xor(left, right) for left, right in pairwise(values)]
    for what, sample in (("is 1", values), ("changes", changes)):
        counts = _ones(sample)
        margin = _margin(len(sample), 2 * len(counts))
        for bit, ones in enumerate(counts):
            if not margin <= ones <= len(sample) - margin:
                return f"Bit {bit} {what} in {ones} of {len(sample)} values."
    return ""


@check("bits-change", FailureWord.LEAK)
def bits_change(values: Sequence[bytes]) -> str:
    """No more bits have one value in all of the values than chance has it.

    All values have one length. Among N values of w bits the number of those that never change is
    held against the binomial distribution B(w, 2^(1 - N)); the bound speaks against an honest
    generator once in 10^12. So few values that ``bits-balanced`` shows nothing are enough to see
    a part that is fixed, or bytes that are digits.
    """
    if len(values) < 2:
        return ""
    width, trials = 8 * len(values[0]), len(values)
    fixed = sum(ones in (0, trials) for ones in _ones(values))
    if fixed < _too_many(width, trials - 1):
        return ""
    return f"{fixed} of {width} bits are the same in all of {trials} values."


def _too_many(width: int, halvings: int) -> int:
    """Return the smallest k with P(X >= k) * ONE_IN <= 1 for X of B(width, 2^-halvings)."""
    every = 2**halvings
    tail, k = 0, width + 1
    while True:
        tail += comb(width, k - 1) * (every - 1) ** (width - k + 1)
        if tail * ONE_IN > every**width:
            return k
        k -= 1


def _ones(sample: Sequence[bytes]) -> list[int]:
    """Return for each bit, the most significant of the first byte first, how often it is 1."""
    width = 8 * len(sample[0])
    counts = [0] * width
    for value in sample:
        for bit, digit in enumerate(f"{int.from_bytes(value, 'big'):0{width}b}"):
            counts[bit] += digit == "1"
    return counts


def _margin(trials: int, tests: int) -> int:
    """Return the smallest number of ones that is not too few, in one of so many tests.

    It is the smallest k with P(X <= k) * 2 * tests * ONE_IN > 1 for X of B(trials, 1/2).
    """
    total, cumulated = 2**trials, 0
    for k in range(trials // 2 + 1):
        cumulated += comb(trials, k)
        if cumulated * 2 * tests * ONE_IN > total:
            return k
    return trials // 2


@check("not-a-counter", FailureWord.LEAK)
def not_a_counter(values: Sequence[bytes]) -> str:
    """The values do not follow each other in steps of one size, in whatever order they came.

    The whole values and the last and first eight bytes of each are sorted as numbers, in either
    order of bytes, and no distance between neighbours may occur in more than a hundredth of the
    pairs, and twice. Among 1,000 random values of 12 or 16 bytes even two equal distances come
    less than once in 10^9.
    """
    for what, numbers in _as_numbers(values):
        found = _counter(numbers)
        if found:
            step, times = found
            return f"{what} are {step} apart {times} times among {len(values)} values."
    return ""


def _counter(numbers: Sequence[int]) -> tuple[int, int] | None:
    """Return the distance between neighbours that occurs too often, and how often it does."""
    steps = Counter(b - a for a, b in pairwise(sorted(numbers)))
    step, times = next(iter(steps.most_common(1)), (0, 0))
    return (step, times) if times > max(1, len(numbers) // 100) else None


def _as_numbers(values: Sequence[bytes]) -> Iterator[tuple[str, list[int]]]:
    """Yield the values, and their first and last eight bytes, as numbers of both byte orders."""
    for what, part in (
        ("They", slice(None)),
        ("Their first 8 bytes", slice(8)),
        ("Their last 8 bytes", slice(-8, None)),
    ):
        yield what, [int.from_bytes(value[part], "big") for value in values]
        yield what, [int.from_bytes(value[part], "little") for value in values]


@check("drawn-or-counted", FailureWord.LEAK)
def drawn_or_counted(values: Sequence[bytes]) -> str:
    """IVs that are no counter differ in eight bytes or more, and each of those is drawn.

    A byte that is drawn has 64 values or more in 200 IVs; one that is a digit has 16 at most
    (SP 800-38D §8.2: an IV is drawn with 96 bits or more, or it has a counter in it).
    """
    found = [_counter(numbers) for _, numbers in _as_numbers(values)]
    if any(step[0] for step in found if step):
        return ""
    kinds = [len(set(column)) for column in zip(*values, strict=True)]
    varying = [kind for kind in kinds if kind > 1]
    if len(varying) < WIDE_ENOUGH:
        return f"Only {len(varying)} of {len(kinds)} bytes ever change, and they are no counter."
    if min(varying) < MANY_VALUES:
        return f"One byte has only {min(varying)} values in {len(values)} IVs."
    return ""


@check("no-iv-from-ciphertext", FailureWord.LEAK)
def no_iv_from_ciphertext(ivs: Sequence[bytes], ciphertexts: Sequence[bytes]) -> str:
    """No IV is a block of an earlier or later ciphertext (SP 800-38A appendix C: unpredictable).

    The last block of one ciphertext as the IV of the next is known to whoever saw it before the
    next message is chosen.
    """
    known = {
        ciphertext[start : start + BLOCK_LENGTH]
        for ciphertext in ciphertexts
        for start in range(0, len(ciphertext), BLOCK_LENGTH)
    }
    taken = [number for number, iv in enumerate(ivs) if iv in known]
    if not taken:
        return ""
    return f"{len(taken)} of {len(ivs)} IVs are blocks of a ciphertext, first number {taken[0]}."
