"""ECDSA: r and s outside their range, though perhaps right modulo n or in their last words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec_ecdsa import (
    RANGE_CHECK,
    EcdsaMaker,
    Signature,
    digest_message,
    signature_of,
    with_small,
)
from kmsproof_vectors.ec_numbers import (
    OVERFLOWS,
    border_values,
    multiples_of_n,
    negations,
    shifts,
    spoken,
)


@case("E2", "borders", flags=("SignatureRange",), clause=RANGE_CHECK)
def borders(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** r and s each of 0, 1, -1, n - 1, n, n + 1, p and p + 1; message and digest 0."""
    values = border_values(family.curve)
    for prefix, message in (("message", family.message()), ("zero-digest", digest_message(0))):
        control = family.control(prefix, message)
        yield control
        for (r_name, r), (s_name, s) in product(values.items(), repeat=2):
            yield family.refused(
                control,
                f"{prefix}-r-{r_name}-s-{s_name}",
                f"Nothing is signed by r = {spoken(r_name)} and s = {spoken(s_name)}.",
                Signature(r, s),
            )


@case("E2", "zero-modulo-n", flags=("SignatureRange",), clause=RANGE_CHECK)
def zero_modulo_n(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** r and s are 0 modulo n in many ways, or one of them is."""
    control = family.control()
    yield control
    right, named = signature_of(control), multiples_of_n(family.curve)
    border = {*border_values(family.curve)}
    for (r_name, r), (s_name, s) in product(named.items(), repeat=2):
        if not {r_name, s_name} <= border:  # those are asked by another case
            slug = f"r-{r_name}-s-{s_name}"
            why = f"Zeros in any form sign nothing: r = {spoken(r_name)}, s = {spoken(s_name)}."
            yield family.refused(control, slug, why, Signature(r, s))
    for name, value in named.items():
        why = f"A zero in any form is no part of a signature: {spoken(name)}."
        yield family.refused(control, f"only-r-{name}", why, Signature(value, right.s))
        yield family.refused(control, f"only-s-{name}", why, Signature(right.r, value))


@case("E2", "zero-digest-zero-modulo-n", flags=("SignatureRange",), clause=RANGE_CHECK)
def zero_digest_zero_modulo_n(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The digest is 0 and r is 0 modulo n, so that R would be infinity."""
    control = family.control(message=digest_message(0))
    yield control
    s = signature_of(control).s
    for name, value in multiples_of_n(family.curve).items():
        for s_name, other in (("right", s), ("1", 1), ("2", 2)):
            if (name, s_name) not in {("0", "1"), ("n", "1")}:  # asked by another case
                why = f"With r = {spoken(name)} the verification would come to infinity."
                slug = f"r-{name}-s-{s_name}"
                yield family.refused(control, slug, why, Signature(value, other))


@case("E2", "shifted", flags=("SignatureRange",), clause=RANGE_CHECK)
def shifted(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** A multiple of n, of p or a power of two is added to r or s."""
    control = family.control()
    yield control
    r, s = signature_of(control)
    for name, written, number in shifts(family.curve):
        if name not in OVERFLOWS:
            yield from _both(family, control, name, written, (r + number, s + number))


@case("E2", "overflow", flags=("IntegerOverflow",), clause=RANGE_CHECK)
def overflow(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** r or s has higher bits than 256, which a fixed number of words cuts off."""
    control = family.control()
    yield control
    r, s = signature_of(control)
    for name, written, number in shifts(family.curve):
        if name in OVERFLOWS:
            require((r + number) % (1 << 256) == r, "the lower bits are others")
            yield from _both(family, control, name, written, (r + number, s + number))


def _both(
    family: EcdsaMaker, control: Draft, name: str, written: str, other: tuple[int, int]
) -> Iterator[Draft]:
    r, s = signature_of(control)
    for slug, signature, what in (
        (f"r-{name}", Signature(other[0], s), f"r {written}"),
        (f"s-{name}", Signature(r, other[1]), f"s {written}"),
        (f"both-{name}", Signature(*other), f"r {written} and s {written}"),
    ):
        in_range = all(1 <= value < family.curve.n for value in signature)
        require(not in_range, f"{slug}: both are in the range")
        why = f"The range is checked before anything is reduced: {what} is refused."
        yield family.refused(control, slug, why, signature)


@case("E2", "changed-sign", flags=("ChangedInteger",), clause=RANGE_CHECK)
def changed_sign(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** r or s is negated, as integer or modulo n, so that only n - s stays valid."""
    control = family.control(message=family.message())
    yield control
    r, s = signature_of(control)
    for name, signature in negations(family.curve, r, s):
        why = f"The sign of the two integers counts: {name.replace('-', ' ')} is refused."
        yield family.refused(control, name, why, Signature(*signature))


@case("E2", "small-enough-for-n", flags=("SignatureRange",), clause=RANGE_CHECK)
def small_enough_for_n(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** r is small enough that r + n has 256 bits, too; s likewise."""
    curve, top = family.curve, 1 << 256
    for name in ("r", "s"):
        key, message, signature = with_small(family, name, ((1 << 256) - curve.n) >> 8)
        control = family.control(f"small-{name}", message, signature, key)
        yield control
        r, s = signature
        changed = Signature(r + curve.n, s) if name == "r" else Signature(r, s + curve.n)
        require(max(changed) < top, "it has more than 256 bits")
        why = f"{name} + n has the length of an ordinary {name}, and is refused."
        yield family.refused(control, f"{name}-plus-n", why, changed)


BOOK = case_book(
    borders,
    zero_modulo_n,
    zero_digest_zero_modulo_n,
    shifted,
    overflow,
    changed_sign,
    small_enough_for_n,
)
"""The cases of this module."""
