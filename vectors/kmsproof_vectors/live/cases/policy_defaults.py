"""Key rules: what a target takes where a call leaves something out."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.kms.policy import DEFAULT_KEY_SPEC, DEFAULT_PROTECTION_LEVEL
from kmsproof_reference.vocabulary import KeyField, KeyUsage
from kmsproof_vectors.live.cases.policy_words import (
    NOT_THIS_SIGNATURE,
    OFFERED,
    SYMMETRIC,
    algorithms,
    encryption_of,
    needs,
    seal,
    sign,
    signature_of,
    slug_of,
    unseal,
    verify,
)
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import Ask, Requirement


@live_case(
    "P4",
    "encryption-algorithm",
    flags=("KeyDefault",),
    clause=OFFERED,
    requires=[Requirement.DEFAULTS],
)
def default_encryption(recipe: RecipeMaker) -> None:
    """**Valid.** Without an algorithm, the default mode or encryption algorithm is used.

    What is encrypted without one decrypts with the default named, and the other way round.
    """
    default, plaintext = encryption_of(recipe.parameters.key_spec), recipe.random(32)
    right, ok = recipe.ok(plaintext=plaintext), recipe.ok()
    recipe.valid(
        slug_of("encrypt", default),
        f"What is encrypted without an algorithm decrypts with {default}.",
        seal("sealed", default, plaintext, expect=ok, algorithm_left_out=True),
        unseal("sealed", default, expect=right),
        requires=needs(default),
    )
    recipe.valid(
        slug_of("decrypt", default),
        f"What is encrypted with {default} decrypts without an algorithm.",
        seal("sealed", default, plaintext, expect=ok),
        unseal("sealed", default, expect=right, algorithm_left_out=True),
        requires=needs(default),
    )


@live_case(
    "P4",
    "signature-algorithm",
    flags=("KeyDefault",),
    clause=OFFERED,
    requires=[Requirement.DEFAULTS, Requirement.DIGEST],
)
def default_signature(recipe: RecipeMaker) -> None:
    """**Valid.** Without an algorithm, the default signature algorithm is used, and no other."""
    key_spec, message = recipe.parameters.key_spec, recipe.random(32)
    default, right, ok = signature_of(key_spec), recipe.ok(valid=True), recipe.ok()
    refused = recipe.rejected(*NOT_THIS_SIGNATURE)
    others = [each for each in algorithms(key_spec, KeyUsage.SIGN_VERIFY) if each is not default]
    recipe.valid(
        slug_of("sign", default),
        f"What is signed without an algorithm is verified with {default} and no other.",
        sign("signed", default, message, expect=ok, algorithm_left_out=True),
        *(verify("signed", other, message, expect=refused) for other in others),
        verify("signed", default, message, expect=right),
    )
    recipe.valid(
        slug_of("verify", default),
        f"What is signed with {default} is verified without an algorithm.",
        sign("signed", default, message, expect=ok),
        verify("signed", default, message, expect=right, algorithm_left_out=True),
    )


def _made(recipe: RecipeMaker, *left_out: KeyField) -> Ask:
    """Return the making of a key for encryption, with something left out."""
    return recipe.ask(
        "create_key",
        "made",
        usage=word(KeyUsage.ENCRYPT_DECRYPT),
        left_out=[word(each) for each in left_out],
        expect=recipe.ok(),
    )


def _used(recipe: RecipeMaker) -> tuple[Ask, Ask]:
    """Return the use of the key that was made, with the default mode."""
    algorithm, plaintext = encryption_of(recipe.parameters.key_spec), recipe.random(32)
    right = recipe.ok(plaintext=plaintext)
    return (
        seal("sealed", algorithm, plaintext, key="$made.key", expect=recipe.ok()),
        unseal("sealed", algorithm, key="$made.key", expect=right),
    )


def _described(recipe: RecipeMaker) -> Ask:
    """Return the description of the key that was made."""
    key_spec, usage = word(recipe.parameters.key_spec), word(KeyUsage.ENCRYPT_DECRYPT)
    expect = recipe.ok(key_spec=key_spec, usage=usage)
    return recipe.ask("describe_key", key="$made.key", expect=expect)


@live_case(
    "P4", "key-spec", flags=("KeyDefault",), clause=SYMMETRIC, requires=[Requirement.DEFAULTS]
)
def default_key_spec(recipe: RecipeMaker) -> None:
    """**Valid.** Without a key spec, a key of Aliyun_AES_256 is made."""
    left_out = KeyField.KEY_SPEC
    recipe.valid(
        "used",
        f"A key that is made without a key spec encrypts and decrypts like {DEFAULT_KEY_SPEC}.",
        _made(recipe, left_out),
        *_used(recipe),
        requires=needs(encryption_of(DEFAULT_KEY_SPEC)),
    )
    recipe.valid(
        "described",
        f"A key that is made without a key spec says that it is one of {DEFAULT_KEY_SPEC}.",
        _made(recipe, left_out),
        _described(recipe),
        requires=[Requirement.LIFECYCLE],
    )
    recipe.valid(
        "without-usage-too",
        "A key that is made without key spec and usage encrypts and decrypts.",
        _made(recipe, left_out, KeyField.USAGE),
        *_used(recipe),
        requires=needs(encryption_of(DEFAULT_KEY_SPEC)),
    )
    recipe.valid(
        "without-level-too",
        "A key that is made without key spec and protection level says that it is a "
        f"{DEFAULT_PROTECTION_LEVEL} of {DEFAULT_KEY_SPEC}.",
        _made(recipe, left_out, KeyField.PROTECTION_LEVEL),
        recipe.ask(
            "describe_key",
            key="$made.key",
            expect=recipe.ok(
                key_spec=word(DEFAULT_KEY_SPEC), protection_level=word(DEFAULT_PROTECTION_LEVEL)
            ),
        ),
        requires=[Requirement.LIFECYCLE, Requirement.SOFTWARE_LEVEL],
    )


@live_case("P4", "usage", flags=("KeyDefault",), clause=SYMMETRIC, requires=[Requirement.DEFAULTS])
def default_usage(recipe: RecipeMaker) -> None:
    """**Valid.** Without a usage, a symmetric key is made for the only one that it can have.

    For asymmetric keys the documents contradict each other; the sheet wants the usage named.
    """
    recipe.valid(
        "symmetric",
        "A symmetric key that is made without a usage encrypts and decrypts.",
        _made(recipe, KeyField.USAGE),
        *_used(recipe),
        requires=needs(encryption_of(recipe.parameters.key_spec)),
    )


SYMMETRIC_CASES: Final = (default_encryption, default_usage)
DEFAULT_KEY_SPEC_CASES: Final = (default_key_spec,)
ASYMMETRIC_CASES: Final = (default_encryption, default_signature)
