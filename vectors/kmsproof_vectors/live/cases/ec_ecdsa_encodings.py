"""ECDSA recipes: a good signature whose two integers are encoded in another way than DER."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Final, NamedTuple

from kmsproof_reference import der
from kmsproof_reference.vocabulary import RejectionClass
from kmsproof_vectors.cases.ec_ecdsa import ENCODING
from kmsproof_vectors.cases.rsa_signature import NOT_VALID, WRONG_LENGTH
from kmsproof_vectors.der_mutations import mutations
from kmsproof_vectors.ec_broken_signatures import (
    TYPES,
    oversized,
    rearranged,
    signature_tree,
    undelimited,
)
from kmsproof_vectors.live.cases.ec_signing import offered, offered_with
from kmsproof_vectors.live.cases.signing import Change, Good, refuse_changes
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import Compute

HIGH, LOW = int("f1" * 32, 16), int("5a" * 32, 16)
"""Integers whose encodings begin with a zero byte, and with none. What can be done to an encoding
depends on nothing else."""

SIGN_ZERO: Final = "missing-sign-zero"
"""The mutation that takes away the zero byte that makes an integer positive."""

SHORTER: Final = "without-first-byte"
"""The mutation that is the same where there is such a byte."""

PADDED: Final = ("leading-zero", "leading-ff", "many-leading-zeros")
"""What is put before an integer, which ought to be refused whether it has a zero byte or not."""


NOTHING_LEFT: Final = ("sequence-removed", "empty")
"""The changes that leave no octet of the signature."""


class Mutated(NamedTuple):
    """A mutation of a node of the signature, as it can be asked for."""

    name: str
    """What is done, whichever the node."""
    change: Change
    is_ber: bool


def _broken(kind: str, change: str) -> Callable[[str, str], Compute]:
    def make(name: str, signature: str) -> Compute:
        given = {"kind": word(kind), "change": word(change)}
        return RecipeMaker.compute("ecdsa-broken", name, signature=signature, **given)

    return make


def _literal(octets: bytes) -> Callable[[str, str], Compute]:
    """Return what makes the same octets of any signature."""
    return lambda name, signature: RecipeMaker.compute("concat", name, parts=[octets])


def _change(kind: str, name: str) -> Change:
    return Change(name, name.replace("-", " "), _broken(kind, name), _rejections(name))


def _rejections(name: str) -> tuple[RejectionClass, ...]:
    """Return what may stand for no; no signature at all is perhaps an argument that is missing."""
    return WRONG_LENGTH if name in NOTHING_LEFT else NOT_VALID


@cache
def _mutated(integer: int) -> tuple[Mutated, ...]:
    """Return all mutations of a signature with this r and s."""
    return tuple(
        Mutated(
            each.name,
            Change(
                each.slug,
                each.what,
                _broken("mutation", each.slug),
                _rejections(each.slug),
            ),
            each.is_ber,
        )
        for each in mutations(signature_tree(integer, integer))
    )


def _refuse_mutations(recipe: RecipeMaker, chosen: Iterable[Mutated], good: Good = offered) -> None:
    groups: dict[str, list[Change]] = {}
    for each in chosen:
        groups.setdefault(each.name, []).append(each.change)
    for name, changes in groups.items():
        refuse_changes(recipe, name, changes, good)


@live_case("E1", "der", flags=("SignatureEncoding",), clause=ENCODING)
def broken_der(recipe: RecipeMaker) -> None:
    """**Invalid.** The SEQUENCE, r or s is encoded wrongly: length, tag, content, neighbours."""
    apart = (SIGN_ZERO, SHORTER, *PADDED)
    _refuse_mutations(
        recipe, (each for each in _mutated(HIGH) if not each.is_ber and each.name not in apart)
    )


@live_case("E1", "ber", flags=("BerSignature",), clause=ENCODING)
def ber(recipe: RecipeMaker) -> None:
    """**Invalid.** Right integers in an encoding that BER allows and DER does not."""
    _refuse_mutations(recipe, (each for each in _mutated(HIGH) if each.is_ber))


@live_case("E1", "missing-sign-zero", flags=("MissingSignZero",), clause=ENCODING)
def missing_sign_zero(recipe: RecipeMaker) -> None:
    """**Invalid.** The zero byte is missing that makes r or s positive, or another is too many."""
    chosen = (each for each in _mutated(HIGH) if each.name in (SIGN_ZERO, *PADDED))
    _refuse_mutations(recipe, chosen, partial(offered_with, high=True))


@live_case("E1", "low-integers", flags=("SignatureEncoding",), clause=ENCODING)
def low_integers(recipe: RecipeMaker) -> None:
    """**Invalid.** r and s are positive without a zero byte in front, and get some, or lose one."""
    chosen = (each for each in _mutated(LOW) if each.name in (SHORTER, *PADDED))
    _refuse_mutations(recipe, chosen, partial(offered_with, high=False))


@live_case("E1", "types", flags=("SignatureTypes",), clause=ENCODING)
def types(recipe: RecipeMaker) -> None:
    """**Invalid.** r, s or both are of another type; the other one is right, 0 or 1."""
    for name, value in TYPES.items():
        changes = [_change("type", f"{part}-{name}") for part in ("r", "s", "both")]
        refuse_changes(recipe, name, [*changes, *_beside(name, value)], offered)


def _beside(name: str, value: bytes) -> Iterator[Change]:
    """Yield values of another type beside an INTEGER 0 or 1, which no signature has."""
    for number in (0, 1):
        other = der.integer(number)
        for slug, octets in (
            (f"r-{name}-s-{number}", der.sequence(value, other)),
            (f"s-{name}-r-{number}", der.sequence(other, value)),
        ):
            yield Change(slug, slug.replace("-", " "), _literal(octets))


def _refuse_each(recipe: RecipeMaker, kind: str, names: Iterable[tuple[str, bytes]]) -> None:
    for name, _ in names:
        refuse_changes(recipe, name, [_change(kind, name)], offered)


@live_case("E1", "elements", flags=("SignatureEncoding",), clause=ENCODING)
def elements(recipe: RecipeMaker) -> None:
    """**Invalid.** The SEQUENCE holds more, fewer or other elements than two INTEGERs."""
    _refuse_each(recipe, "elements", rearranged(LOW, LOW))


@live_case("E1", "large", flags=("SignatureEncoding",), clause=ENCODING)
def large(recipe: RecipeMaker) -> None:
    """**Invalid.** An INTEGER or the SEQUENCE has kilobytes, or a length of a mebibyte."""
    _refuse_each(recipe, "size", oversized(LOW, LOW))


@live_case("E1", "plain", flags=("PlainSignature",), clause=ENCODING)
def plain(recipe: RecipeMaker) -> None:
    """**Invalid.** r and s stand side by side without DER, in many lengths."""
    _refuse_each(recipe, "plain", undelimited(LOW, LOW))


CASES: Final = (
    broken_der,
    ber,
    missing_sign_zero,
    low_integers,
    types,
    elements,
    large,
    plain,
)
"""The cases of this module."""
