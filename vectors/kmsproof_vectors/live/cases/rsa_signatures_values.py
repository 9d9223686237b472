"""RSA signature recipes: signatures as numbers and as strings, and those of the other scheme."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_vectors.cases.rsa_signature import WRONG_LENGTH
from kmsproof_vectors.cases.rsa_signature_values import LARGE
from kmsproof_vectors.live.cases.rsa_signing import (
    OTHER,
    algorithm_of,
    key_length,
    offered,
    offered_among,
    shared_case,
    to_sign,
)
from kmsproof_vectors.live.cases.signing import (
    KINDS,
    PUBLIC_KEY,
    Change,
    Made,
    Offered,
    accepted,
    by,
    control_of,
    refuse_changes,
    refused,
    refused_length,
    sign,
    slug_of,
    under,
    verify,
)
from kmsproof_vectors.live.functions.rsa_signatures import RELATED, SPECIAL
from kmsproof_vectors.live.maker import RecipeMaker, word
from kmsproof_vectors.live.model import AnyStep, Compute


@shared_case("S3", "special-integer", flags=("RsaSignatureRange",), step="2.b")
def special_integer(recipe: RecipeMaker) -> None:
    """**Invalid.** The signature is 0, 1, 2, next to n, next to 2^8k, or a power of two."""
    for kind, requirement in KINDS.items():
        for number in SPECIAL:
            recipe.invalid(
                slug_of(kind, number),
                f"The signature {number.replace('-', ' ')} is refused: it encodes nothing.",
                recipe.compute(
                    "rsa-special-signature", "bad", public_key=PUBLIC_KEY, number=word(number)
                ),
                verify(kind, to_sign(recipe, kind), "$bad", refused()),
                control=control_of(recipe, kind),
                requires=[requirement],
            )


@shared_case("S3", "related-integer", flags=("RsaSignatureRange",), step="3")
def related_integer(recipe: RecipeMaker) -> None:
    """**Invalid.** The signature is another number that can be computed from a good one."""
    changes = [
        Change(
            name,
            f"{name.replace('-', ' ')} in place of a good one",
            by("rsa-related-signature", "signature", public_key=PUBLIC_KEY, relation=word(name)),
        )
        for name in RELATED
    ]
    refuse_changes(recipe, "all", changes, offered)


@shared_case("S3", "not-reduced", flags=("RsaSignatureRange",), step="2.b")
def not_reduced(recipe: RecipeMaker) -> None:
    """**Invalid.** The modulus is added to a good signature, within k bytes and beyond."""
    for kind, requirement in KINDS.items():
        good = offered_among(recipe, kind, "room-for-n")
        recipe.invalid(
            slug_of(kind, "signature-plus-n"),
            "A signature that would have to be reduced first is refused: with n added, in k bytes "
            "and in k + 1, and with 2 n added.",
            *good.steps,
            *_unreduced(good),
            control=control_of(recipe, kind),
            requires=[requirement],
        )


def _unreduced(good: Offered) -> Iterator[AnyStep]:
    for name, times, length in (("once", 1, 0), ("once_and_zero", 1, 1), ("twice", 2, 1)):
        yield RecipeMaker.compute(
            "rsa-unreduced-signature",
            name,
            public_key=PUBLIC_KEY,
            signature=good.signature,
            times=times,
            length=length,
        )
        yield verify(good.kind, good.message, f"${name}", refused_length())


@shared_case("S3", "signature-length", flags=("RsaSignatureLength",), step="1")
def signature_length(recipe: RecipeMaker) -> None:
    """**Invalid.** The signature is empty, cut, extended, doubled, or 64 KiB long."""
    k = key_length(recipe)
    cut = [
        Change("empty", "no bytes", _cut(0, 0), WRONG_LENGTH),
        Change("one-byte", "its first byte", _cut(0, 1), WRONG_LENGTH),
        Change("first-half", "its first half", _cut(0, k // 2), WRONG_LENGTH),
        Change("second-half", "its second half", _cut(k // 2, k), WRONG_LENGTH),
        Change("last-byte-cut", "all but its last byte", _cut(0, k - 1), WRONG_LENGTH),
    ]
    refuse_changes(recipe, "cut", cut, offered)
    first = Change(
        "first-byte-cut",
        "all but its first byte",
        by("rsa-first-byte-cut", "signature"),
        WRONG_LENGTH,
    )
    refuse_changes(recipe, "first-byte-cut", [first], offered)
    refuse_changes(recipe, "extended", [*_extended(k)], offered)
    framed = [
        Change("as-integer", "an INTEGER of DER", _framed(0x02), WRONG_LENGTH),
        Change("as-bit-string", "a BIT STRING of DER", _framed(0x03), WRONG_LENGTH),
        Change("as-octet-string", "an OCTET STRING of DER", _framed(0x04), WRONG_LENGTH),
    ]
    refuse_changes(recipe, "framed", framed, offered)


def _cut(start: int, end: int) -> Made:
    """Return what takes the bytes from a first one up to, without, an end."""
    return by("slice", "value", start=start, end=end)


def _framed(tag: int) -> Made:
    """Return what puts the signature into an element of DER."""
    return by("rsa-framed", "signature", tag=tag)


def _joined(*parts: bytes) -> Made:
    """Return what joins bytes and the signature, which an empty part stands for."""

    def make(made: str, good: str) -> Compute:
        return RecipeMaker.compute("concat", made, parts=[each or good for each in parts])

    return make


def _extended(k: int) -> Iterator[Change]:
    """Yield signatures that are too long."""
    own = b""
    for slug, what, parts in (
        ("zero-before", "a zero byte before it", (b"\x00", own)),
        ("two-zeros-before", "two zero bytes before it", (bytes(2), own)),
        ("zero-after", "a zero byte after it", (own, b"\x00")),
        ("two-zeros-after", "two zero bytes after it", (own, bytes(2))),
        ("twice", "the signature twice", (own, own)),
        ("k-zeros-before", "k zero bytes before it", (bytes(k), own)),
        ("k-zeros-after", "k zero bytes after it", (own, bytes(k))),
    ):
        yield Change(slug, what, _joined(*parts), WRONG_LENGTH)


@shared_case("S3", "large-signature", flags=("RsaSignatureLength",), step="1")
def large_signature(recipe: RecipeMaker) -> None:
    """**Invalid.** The signature is lengthened to 64 KiB by zero bytes."""
    count = LARGE - key_length(recipe)
    zeros = recipe.compute("repeat", "zeros", value=b"\x00", count=count)
    for kind, requirement in KINDS.items():
        for slug, parts in (("before", ("$zeros", "")), ("after", ("", "$zeros"))):
            good = offered(recipe, kind)
            joined = [part or good.signature for part in parts]
            recipe.invalid(
                slug_of(kind, slug),
                f"Zero bytes stand {slug} a good signature, 64 KiB in all.",
                *good.steps,
                zeros,
                recipe.compute("concat", "bad", parts=joined),
                verify(kind, good.message, "$bad", refused_length()),
                control=control_of(recipe, kind),
                requires=[requirement],
            )


@shared_case("S4", "other-scheme", flags=("WrongPrimitive",), step="3")
def other_scheme(recipe: RecipeMaker) -> None:
    """**Invalid.** The signature is of the other scheme, by the same key on the same digest."""
    algorithm = algorithm_of(recipe)
    for kind, requirement in KINDS.items():
        message = to_sign(recipe, kind)
        recipe.invalid(
            slug_of(kind, "other-as-this"),
            f"A signature of {OTHER[algorithm]} is none of {algorithm}.",
            under(OTHER[algorithm], sign("signed", kind, message)),
            verify(kind, message, "$signed.signature", refused()),
            control=control_of(recipe, kind),
            requires=[requirement],
        )
        recipe.invalid(
            slug_of(kind, "this-as-other"),
            f"A signature of {algorithm} is none of {OTHER[algorithm]}.",
            under(OTHER[algorithm], sign("other", kind, message)),
            under(OTHER[algorithm], verify(kind, message, "$other.signature", accepted())),
            sign("signed", kind, message),
            under(OTHER[algorithm], verify(kind, message, "$signed.signature", refused())),
            control=control_of(recipe, kind),
            requires=[requirement],
        )


SHARED: Final = (
    special_integer,
    related_integer,
    not_reduced,
    signature_length,
    large_signature,
    other_scheme,
)
"""The cases of both schemes."""
