"""ECIES recipes: one message in every other dialect, and which dialects the target opens at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple

from kmsproof_reference.vocabulary import EciesDialect
from kmsproof_vectors.cases.ec_ecies import DECRYPTION, NOT_OPENED, TAG
from kmsproof_vectors.live.cases.ec_opening import (
    PUBLIC_KEY,
    SPOKEN,
    control_of,
    decrypt,
    message_of,
    refuses,
)
from kmsproof_vectors.live.maker import Given, RecipeMaker, live_case, word
from kmsproof_vectors.live.model import AnyStep, Compute

INPUTS: Final = ("z", "r-z", "compressed-r-z")
"""What the key derivation function takes as its secret."""

FORMS: Final = ("uncompressed", "compressed", "hybrid", "raw")
LAYOUTS: Final = ("text-first", "tag-first")
TAG_LENGTHS: Final = (TAG, 10)

SHORT_MAC_KEY: Final = 16


class Variant(NamedTuple):
    """A dialect by what it does otherwise than SEC 1, apart from the order of the two keys."""

    kdf_input: str = "z"
    mac_key_length: int = TAG
    mac_length_field: int = 0
    point_form: str = "uncompressed"
    tag_length: int = TAG
    layout: str = "text-first"

    @property
    def slug(self) -> str:
        """Its name in ids, without what is usual."""
        words = [self.kdf_input, f"mk{self.mac_key_length}", f"len{self.mac_length_field}"]
        words += [self.point_form] if self.point_form != "uncompressed" else []
        words += [f"tag{self.tag_length}"] if self.tag_length != TAG else []
        words += [self.layout] if self.layout != "text-first" else []
        return "-".join(words)

    def arguments(self) -> dict[str, Given]:
        """Return what the function that encrypts is told, without what is usual."""
        usual = Variant()
        told = {
            name: value for name, value in self._asdict().items() if value != getattr(usual, name)
        }
        return {n: word(value) if isinstance(value, str) else value for n, value in told.items()}


CORE: Final = tuple(Variant(*chosen) for chosen in product(INPUTS, (SHORT_MAC_KEY, TAG), (0, 4, 8)))
"""With either order of the keys these are the 36 core dialects."""

OUTER: Final = tuple(
    Variant(point_form=form, tag_length=length, layout=layout)
    for form, length, layout in product(FORMS, TAG_LENGTHS, LAYOUTS)
)
"""The usual dialect in every point form, tag length and layout."""

MAY_BE_TAKEN: Final = (Variant(), Variant(point_form="compressed"), Variant(point_form="hybrid"))
"""What is no other dialect, since a target may read these forms of points."""


def _in_dialect(
    recipe: RecipeMaker,
    message: bytes,
    differs: Mapping[str, Given],
    name: str = "sealed",
    dialect: Given = SPOKEN,
) -> Compute:
    """Return the making of a ciphertext in what differs from a dialect in what is given."""
    given: dict[str, Given] = {"public_key": PUBLIC_KEY, "message": message, "dialect": dialect}
    given["seed"] = recipe.random(16)
    return recipe.compute("ecies-ciphertext-of-dialect", name, **{**given, **differs})


def _refused(recipe: RecipeMaker, slug: str, sealed: Compute) -> None:
    recipe.invalid(
        slug,
        f"A ciphertext in another dialect is refused: {slug.replace('-', ' ')}.",
        sealed,
        refuses(recipe, "$sealed"),
        control=control_of(recipe),
    )


@live_case("I8", "core-dialect", flags=("OtherDialect",), clause=DECRYPTION)
def core_dialect(recipe: RecipeMaker) -> None:
    """**Invalid.** The dialect has another KDF input, key order, MAC key length or length field."""
    for other_order, variant in product((False, True), CORE):
        if other_order or variant != Variant():
            differs = {**variant.arguments(), "other_order": other_order}
            sealed = _in_dialect(recipe, message_of(recipe), differs)
            _refused(recipe, f"{'other' if other_order else 'own'}-order-{variant.slug}", sealed)


@live_case("I8", "outer-dialect", flags=("OtherDialect",), clause=DECRYPTION)
def outer_dialect(recipe: RecipeMaker) -> None:
    """**Invalid.** The dialect has another point form, tag length or layout."""
    for variant in OUTER:
        if variant not in MAY_BE_TAKEN:
            sealed = _in_dialect(recipe, message_of(recipe), variant.arguments())
            _refused(recipe, variant.slug, sealed)


@live_case("I8", "named-dialect", flags=("OtherDialect",), clause=DECRYPTION)
def named_dialect(recipe: RecipeMaker) -> None:
    """**Invalid.** The dialect differs in one thing that no list of usual ones has."""
    changes: Mapping[str, Mapping[str, Given]] = {
        "counter-from-zero": {"first_counter": 0},
        "counter-from-two": {"first_counter": 2},
        "sha-256": {"hash_name": word("sha256")},
        "sha-224": {"hash_name": word("sha224")},
        "mac-over-point": {"mac_includes_point": True},
        "both-coordinates": {"kdf_input": word("point")},
        **{f"mac-key-of-{length}": {"mac_key_length": length} for length in (10, 32, 64)},
        **{f"tag-of-{length}": {"tag_length": length} for length in (4, 8, 12, 16)},
    }
    for slug, change in changes.items():
        _refused(recipe, slug, _in_dialect(recipe, message_of(recipe), change))


@live_case("I8", "zeros-stripped", flags=("OtherDialect", "SpecialSecret"), clause=DECRYPTION)
def zeros_stripped(recipe: RecipeMaker) -> None:
    """**Invalid.** The dialect strips the leading zeros of the secret, and it begins with some."""
    for number in range(2):
        sealed = recipe.compute(
            "ecies-ciphertext-of-stripped-secret",
            "sealed",
            public_key=PUBLIC_KEY,
            message=message_of(recipe),
            dialect=SPOKEN,
            seed=recipe.random(16),
        )
        _refused(recipe, f"secret-{number}", sealed)


# Which dialects the target opens, whether it is one of SEC 1 or not.


def _fingerprint(recipe: RecipeMaker, slug: str, why: str, variants: Sequence[Variant]) -> None:
    message = message_of(recipe)
    named = list(_in_both_orders(variants))
    steps: list[AnyStep] = [recipe.compute("slice", "message", value=message)]
    for number, (_, order, variant) in enumerate(named):
        sealed, opened = f"sealed_{number}", f"opened_{number}"
        steps.append(_in_dialect(recipe, message, variant.arguments(), sealed, word(order)))
        steps.append(decrypt(recipe, f"${sealed}", recipe.either(*NOT_OPENED), opened))
    recipe.report(
        slug,
        why,
        *steps,
        checks=[
            recipe.check(
                "ecies-none-opens",
                plaintexts=[f"$opened_{number}.plaintext" for number in range(len(named))],
                message="$message",
                names=[word(name) for name, _, _ in named],
            )
        ],
    )


def _in_both_orders(variants: Sequence[Variant]) -> Iterator[tuple[str, EciesDialect, Variant]]:
    for order, variant in product(EciesDialect, variants):
        yield f"{order.value.lower().replace('||', '-')}-{variant.slug}", order, variant


@live_case("I8", "fingerprint", flags=("OtherDialect",), clause=DECRYPTION)
def fingerprint(recipe: RecipeMaker) -> None:
    """**Report.** Which of many dialects the target opens: exactly one for each form of points.

    All 36 core dialects are tried; in the other forms, tag lengths and layouts those of SEC 1 and
    of the DHAES mode, which are 60 of the remaining 540.
    """
    _fingerprint(recipe, "core", "A target speaks one of the 36 core dialects.", CORE)
    dhaes = tuple(each._replace(kdf_input="r-z", mac_length_field=8) for each in OUTER)
    further = [each for each in (*OUTER, *dhaes) if each not in CORE]
    why = "A target may also send points, tags and parts in another form."
    _fingerprint(recipe, "further", why, further)


CASES: Final = (core_dialect, outer_dialect, named_dialect, zeros_stripped, fingerprint)
"""The cases of this module."""
