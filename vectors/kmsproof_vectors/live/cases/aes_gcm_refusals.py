"""AES-GCM recipes: a changed tag or ciphertext must be refused, whatever its form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kmsproof_reference.vocabulary import RejectionClass
from kmsproof_vectors.cases.aes_gcm import NOT_AUTHENTIC, ORACLE, TAG_CHECK
from kmsproof_vectors.cases.aes_gcm_refusals import BIT_PAIRS, ONES, READABLE, ZEROS
from kmsproof_vectors.live.cases.aes import (
    ECB_ORACLE,
    OWN,
    flip,
    joined,
    part,
    seal,
    unseal,
    xor,
)
from kmsproof_vectors.live.cases.aes_gcm_answers import masks, subkey
from kmsproof_vectors.live.functions.bytes import flipped
from kmsproof_vectors.live.maker import Given, RecipeMaker, live_case
from kmsproof_vectors.live.model import AnyStep, Requirement

PARTS = (Requirement.SEPARATE_IV,)
TAG = "$sealed.tag"
TEXT = "$sealed.ciphertext"

NOT_THIS_BLOB = (
    RejectionClass.INVALID_CIPHERTEXT,
    RejectionClass.INVALID_ARGUMENT,
    RejectionClass.NOT_FOUND,
    RejectionClass.ACCESS_DENIED,
)
"""How a changed ciphertext is refused that may hold more than GCM: the name of a key, a version."""

CONTROL = "The message as it was encrypted is accepted."


def control(
    recipe: RecipeMaker, message: bytes, slug: str = "control", aad: bytes | None = None
) -> str:
    """Add the valid form from which the invalid tests of a case deviate; return its id."""
    return recipe.valid(
        slug,
        CONTROL,
        seal(recipe, message, expect=recipe.ok(), aad=aad),
        unseal(recipe, recipe.ok(plaintext=message), aad=aad),
        flags=("RoundTrip",),
    )


def refused(
    recipe: RecipeMaker,
    slug: str,
    why: str,
    message: bytes,
    steps: Sequence[AnyStep],
    *,
    rejections: tuple[RejectionClass, ...] = NOT_AUTHENTIC,
    oracle: str | None = ORACLE,
    aad: bytes | None = None,
    ciphertext: Given = OWN,
    iv: Given = OWN,
    tag: Given = OWN,
) -> None:
    """Add a decryption in which one input is another, made by ``steps``; its control is there."""
    opened = unseal(
        recipe,
        recipe.rejected(*rejections),
        oracle=oracle,
        ciphertext=ciphertext,
        iv=iv,
        tag=tag,
        aad=aad,
    )
    sealed = seal(recipe, message, aad=aad)
    recipe.invalid(slug, why, sealed, *steps, opened, control="control")


@live_case("G2", "tag-replaced", flags=("ModifiedTag",), clause=TAG_CHECK, requires=PARTS)
def tag_replaced(recipe: RecipeMaker) -> None:
    """**Invalid.** The tag is another value: constant, complement, some bits or bytes other."""
    message = recipe.random(40)
    control(recipe, message)
    for name, mask in (
        ("complement", ONES),
        ("all-high-bits", bytes([0x80]) * 16),
        ("all-low-bits", bytes([0x01]) * 16),
        *((f"bits-{one}-and-{two}", flipped(ZEROS, one, two)) for one, two in BIT_PAIRS),
        ("first-four-bytes", ONES[:4] + ZEROS[4:]),
        ("last-four-bytes", ZEROS[:12] + ONES[12:]),
        ("first-half", ONES[:8] + ZEROS[8:]),
        ("last-half", ZEROS[:8] + ONES[8:]),
    ):
        why = f"A tag is refused that differs from the right one by {mask.hex()}."
        changed = xor(recipe, "changed", TAG, mask)
        refused(recipe, name, why, message, [changed], tag="$changed")
    for name, value in (
        ("zeros", ZEROS),
        ("ones", ONES),
        *((f"random-{number}", recipe.random(16)) for number in range(4)),
    ):
        why = f"The tag {value.hex()} is refused, since it is not the right one."
        refused(recipe, name, why, message, [], tag=value)


@live_case("G2", "tag-moved", flags=("ModifiedTag",), clause=TAG_CHECK, requires=PARTS)
def tag_moved(recipe: RecipeMaker) -> None:
    """**Invalid.** The tag is the right one in another order, or that of another message."""
    message = recipe.random(40)
    control(recipe, message)
    reverse = recipe.compute("reverse", "changed", value=TAG)
    refused(recipe, "reversed", "A reversed tag is refused.", message, [reverse], tag="$changed")
    halves = [
        part(recipe, "left", TAG, 0, 8),
        part(recipe, "right", TAG, 8),
        joined(recipe, "changed", "$right", "$left"),
    ]
    why = "A tag with exchanged halves is refused."
    refused(recipe, "halves-exchanged", why, message, halves, tag="$changed")
    other = seal(recipe, recipe.random(40), "other")
    why = "The tag of another message is refused."
    refused(recipe, "of-other-message", why, message, [other], tag="$other.tag")


@live_case("G2", "tag-without-ciphertext", flags=("ModifiedTag",), clause=TAG_CHECK, requires=PARTS)
def tag_without_ciphertext(recipe: RecipeMaker) -> None:
    """**Invalid.** The tag differs, or is constant, and there is no ciphertext."""
    control(recipe, b"")
    why = "The tag is compared even when there is no ciphertext."
    for bit in (0, 63, 64, 127):
        changed = flip(recipe, "changed", TAG, bit)
        refused(recipe, f"bit-{bit:03}", why, b"", [changed], tag="$changed")
    for name, value in (("zeros", ZEROS), ("ones", ONES)):
        refused(recipe, name, why, b"", [], tag=value)


@live_case(
    "G2",
    "tag-of-other-computation",
    flags=("ModifiedTag", "BlockOracle"),
    clause=TAG_CHECK,
    requires=[*ECB_ORACLE, Requirement.AAD],
)
def tag_of_other_computation(recipe: RecipeMaker) -> None:
    """**Invalid.** The tag is what GCM with one step left out would give, found from blocks."""
    message, aad = recipe.random(48), recipe.random(32)
    control(recipe, message, aad=aad)
    for name, what, steps in _other_tags(recipe, message, aad):
        oracle = [subkey(recipe), *masks(recipe, "$sealed.iv", 0)]
        why = f"The tag is refused that is {what}."
        refused(recipe, name, why, message, [*oracle, *steps], aad=aad, tag="$changed")


def _other_tags(
    recipe: RecipeMaker, message: bytes, aad: bytes
) -> Iterator[tuple[str, str, list[AnyStep]]]:
    def tag(ciphertext: Given, over: bytes) -> list[AnyStep]:
        given = {
            "hash_subkey": "$h.ciphertext",
            "encrypted_j0": "$masks.ciphertext",
            "ciphertext": ciphertext,
            "aad": over,
        }
        return [recipe.compute("gcm-tag", "changed", **given)]

    yield "not-masked", "GHASH without E(J0)", [xor(recipe, "changed", TAG, "$masks.ciphertext")]
    yield "only-mask", "E(J0) alone", [part(recipe, "changed", "$masks.ciphertext", 0, 16)]
    yield "no-aad", "without the associated data", tag(TEXT, b"")
    yield "no-ciphertext", "without the ciphertext", tag(b"", aad)
    yield "of-plaintext", "over the plaintext", tag(message, aad)


@live_case("G3", "tag-bit-flipped", flags=("ModifiedTag",), clause=TAG_CHECK, requires=PARTS)
def tag_bit_flipped(recipe: RecipeMaker) -> None:
    """**Invalid.** One bit of the tag is flipped: each of the 128 in turn, eight in each test."""
    message = recipe.random(40)
    control(recipe, message)
    for byte in range(16):
        steps: list[AnyStep] = [seal(recipe, message)]
        for bit in range(8 * byte, 8 * byte + 8):
            steps.append(flip(recipe, f"bit_{bit}", TAG, bit))
            expect = recipe.rejected(*NOT_AUTHENTIC)
            steps.append(unseal(recipe, expect, oracle=ORACLE, tag=f"$bit_{bit}"))
        why = f"All bits of byte {byte} of the tag are compared."
        recipe.invalid(f"byte-{byte:02}", why, *steps, control="control")


@live_case(
    "G4", "ciphertext-bit-flipped", flags=("ModifiedCiphertext",), clause=TAG_CHECK, requires=PARTS
)
def ciphertext_bit_flipped(recipe: RecipeMaker) -> None:
    """**Invalid.** One bit is flipped in the first or last byte of a block of the ciphertext."""
    message = recipe.random(77)
    control(recipe, message)
    ends = {end for start in range(0, 77, 16) for end in (start, min(start + 15, 76))}
    for byte in sorted(ends):
        changed = flip(recipe, "changed", TEXT, 8 * byte + byte % 8)
        why = f"Byte {byte} of the ciphertext is authenticated."
        refused(recipe, f"byte-{byte:02}", why, message, [changed], ciphertext="$changed")
    changed = flip(recipe, "changed", TEXT, -1)
    why = "The last bit of the ciphertext is authenticated."
    refused(recipe, "last-bit", why, message, [changed], ciphertext="$changed")


@live_case(
    "G4", "ciphertext-changed", flags=("ModifiedCiphertext",), clause=TAG_CHECK, requires=PARTS
)
def ciphertext_changed(recipe: RecipeMaker) -> None:
    """**Invalid.** The ciphertext is cut, extended, reordered or replaced, and the tag stays."""
    message = recipe.random(48)
    control(recipe, message)
    changes: tuple[tuple[str, list[AnyStep]], ...] = (
        ("last-byte-cut", [part(recipe, "changed", TEXT, 0, -1)]),
        ("first-byte-cut", [part(recipe, "changed", TEXT, 1)]),
        ("last-block-cut", [part(recipe, "changed", TEXT, 0, -16)]),
        ("first-block-cut", [part(recipe, "changed", TEXT, 16)]),
        ("zero-appended", [joined(recipe, "changed", TEXT, b"\0")]),
        ("zero-block-appended", [joined(recipe, "changed", TEXT, ZEROS)]),
        ("zero-block-prepended", [joined(recipe, "changed", ZEROS, TEXT)]),
        (
            "blocks-exchanged",
            [recipe.compute("permute-blocks", "changed", value=TEXT, order=(1, 0, 2))],
        ),
        (
            "last-block-repeated",
            [recipe.compute("permute-blocks", "changed", value=TEXT, order=(0, 1, 2, 2))],
        ),
        ("all-zeros", [recipe.compute("fill-like", "changed", value=TEXT, octet=0)]),
        (
            "of-other-message",
            [
                seal(recipe, recipe.random(48), "other"),
                part(recipe, "changed", "$other.ciphertext", 0),
            ],
        ),
    )
    for name, steps in changes:
        why = f"The ciphertext is refused when it is another one: {name.replace('-', ' ')}."
        refused(recipe, name, why, message, steps, ciphertext="$changed")
    why = "The ciphertext is refused when it is another one: the message itself."
    refused(recipe, "plaintext-itself", why, message, [], ciphertext=message)


@live_case("G4", "blob-byte-flipped", flags=("ModifiedCiphertext",), clause=TAG_CHECK)
def blob_byte_flipped(recipe: RecipeMaker) -> None:
    """**Invalid.** One bit of the ciphertext is flipped, whatever else the ciphertext holds.

    Where IV and tag are part of it, this changes them too: the first 64 bytes and the last 32 in
    turn, eight in each test. In the first ones it is the lowest bit, so that a name of a key in
    them becomes another name and not the same one in other letters.
    """
    message = recipe.random(64)
    control(recipe, message)
    first = [8 * byte + 7 for byte in range(64)]
    last = [8 * byte + (byte % 8) for byte in range(-32, 0)]
    for group in range(0, len(first), 8):
        why = f"Bytes {group} to {group + 7} of the ciphertext are authenticated."
        _flipped(recipe, f"first-{group:02}", why, message, first[group : group + 8])
    for group in range(0, len(last), 8):
        why = f"The bytes from the {32 - group}th before the end are authenticated."
        _flipped(recipe, f"last-{32 - group:02}", why, message, last[group : group + 8])


def _flipped(recipe: RecipeMaker, slug: str, why: str, message: bytes, bits: Sequence[int]) -> None:
    steps: list[AnyStep] = [seal(recipe, message)]
    for number, bit in enumerate(bits):
        steps.append(flip(recipe, f"changed_{number}", TEXT, bit))
        expect = recipe.rejected(*NOT_THIS_BLOB)
        steps.append(unseal(recipe, expect, ciphertext=f"$changed_{number}"))
    recipe.invalid(slug, why, *steps, control="control")


@live_case("G4", "blob-length", flags=("ModifiedCiphertext",), clause=TAG_CHECK)
def blob_length(recipe: RecipeMaker) -> None:
    """**Invalid.** The ciphertext is cut or extended, whatever else the ciphertext holds."""
    message = recipe.random(64)
    control(recipe, message)
    for name, step in (
        ("empty", part(recipe, "changed", TEXT, 0, 0)),
        ("one-byte", part(recipe, "changed", TEXT, 0, 1)),
        ("12-bytes", part(recipe, "changed", TEXT, 0, 12)),
        ("28-bytes", part(recipe, "changed", TEXT, 0, 28)),
        ("last-byte-cut", part(recipe, "changed", TEXT, 0, -1)),
        ("last-16-bytes-cut", part(recipe, "changed", TEXT, 0, -16)),
        ("first-byte-cut", part(recipe, "changed", TEXT, 1)),
        ("first-16-bytes-cut", part(recipe, "changed", TEXT, 16)),
        ("zero-appended", joined(recipe, "changed", TEXT, b"\0")),
        ("16-zeros-appended", joined(recipe, "changed", TEXT, ZEROS)),
        ("zero-prepended", joined(recipe, "changed", b"\0", TEXT)),
        ("twice", recipe.compute("repeat", "changed", value=TEXT, count=2)),
    ):
        why = f"A ciphertext of another length is refused: {name.replace('-', ' ')}."
        refused(
            recipe,
            name,
            why,
            message,
            [step],
            rejections=NOT_THIS_BLOB,
            oracle=None,
            ciphertext="$changed",
        )


@live_case("G15", "readable-message", flags=("DistinguishableRefusal",), clause=TAG_CHECK)
def readable_message(recipe: RecipeMaker) -> None:
    """**Invalid.** One input is changed; the message is text, which no answer may hold."""
    control(recipe, READABLE)
    aad = b"associated data"
    authenticated = recipe.valid(
        "control-aad",
        CONTROL,
        seal(recipe, READABLE, expect=recipe.ok(), aad=aad),
        unseal(recipe, recipe.ok(plaintext=READABLE), aad=aad),
        flags=("RoundTrip",),
        requires=[Requirement.AAD],
    )
    why = "A refusal says nothing of the message, and not which input was changed."
    expect = recipe.rejected(*NOT_AUTHENTIC)
    for name, bit, opened in (
        ("tag", 0, unseal(recipe, expect, oracle=ORACLE, tag="$changed")),
        ("ciphertext", -1, unseal(recipe, expect, oracle=ORACLE, ciphertext="$changed")),
        ("iv", 95, unseal(recipe, expect, oracle=ORACLE, iv="$changed")),
    ):
        changed = flip(recipe, "changed", f"$sealed.{name}", bit)
        sealed = seal(recipe, READABLE)
        recipe.invalid(name, why, sealed, changed, opened, control="control", requires=PARTS)
    recipe.invalid(
        "aad",
        why,
        seal(recipe, READABLE, aad=aad),
        unseal(recipe, recipe.rejected(*NOT_AUTHENTIC), oracle=ORACLE, aad=flipped(aad, 0)),
        control=authenticated,
        requires=[Requirement.AAD],
    )
    recipe.invalid(
        "end-of-blob",
        why,
        seal(recipe, READABLE),
        flip(recipe, "changed", TEXT, -1),
        unseal(recipe, recipe.rejected(*NOT_AUTHENTIC), oracle=ORACLE, ciphertext="$changed"),
        control="control",
    )


CASES = (
    tag_replaced,
    tag_moved,
    tag_without_ciphertext,
    tag_of_other_computation,
    tag_bit_flipped,
    ciphertext_bit_flipped,
    ciphertext_changed,
    blob_byte_flipped,
    blob_length,
    readable_message,
)
"""The cases of this module."""
