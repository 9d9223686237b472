"""Key rules: what a protection level does not offer, keys that are missing, and public keys."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.kms.policy import PADDINGS, offer
from kmsproof_reference.vocabulary import Algorithm, KeySpec, KeyUsage, ProtectionLevel
from kmsproof_vectors.live.cases.policy_words import (
    GONE,
    KEY_ERRORS,
    LEVEL_NEEDED,
    MAIN,
    NO_SUCH_KEY,
    NOT_FOR_THIS_KEY,
    OFFERED,
    PUBLIC_KEYS,
    SECOND,
    SECOND_SIGNER,
    SIGNER,
    SOFTWARE_KEY,
    SYMMETRIC,
    decrypt,
    encryption_of,
    needs,
    seal,
    sign,
    signature_of,
    slug_of,
    unseal,
)
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import Ask, Requirement

# Protection levels.


def _made_at(
    level: ProtectionLevel, key_spec: KeySpec, usage: KeyUsage, recipe: RecipeMaker, *, ok: bool
) -> Ask:
    return recipe.ask(
        "create_key",
        "made",
        key_spec=word(key_spec),
        usage=word(usage),
        protection_level=word(level),
        expect=recipe.ok() if ok else recipe.rejected(*NOT_FOR_THIS_KEY),
    )


OF_A_SERVICE: Final = (Requirement.LIFECYCLE,)
"""Who has states of keys is a service, to which the sheet's offers apply; a token or library may
make whatever keys it likes."""


@live_case("P6", "level", flags=("KeyOffer",), clause=OFFERED)
def key_spec_not_offered(recipe: RecipeMaker) -> None:
    """**Invalid.** A key is asked for at a protection level that does not offer its key spec.

    The control makes a key of Aliyun_AES_256, which every level offers.
    """
    key_spec = recipe.parameters.key_spec
    usages = list(dict.fromkeys(role.usage for role in recipe.parameters.keys.values()))
    for level in ProtectionLevel:
        if offer(level, key_spec) is not None:
            continue
        slug, needed = level.name.lower(), [LEVEL_NEEDED[level], *OF_A_SERVICE]
        recipe.valid(
            f"control-{slug}",
            f"A key of {KeySpec.AES_256} is made at the level {level}.",
            _made_at(level, KeySpec.AES_256, KeyUsage.ENCRYPT_DECRYPT, recipe, ok=True),
            requires=needed,
        )
        for usage in usages:
            recipe.invalid(
                slug_of(slug, usage),
                f"A key of {key_spec} for {usage} is asked for at the level {level}.",
                _made_at(level, key_spec, usage, recipe, ok=False),
                control=f"control-{slug}",
                requires=needed,
            )


@live_case(
    "P6",
    "software-mode",
    flags=("KeyOffer",),
    clause=OFFERED,
    requires=[Requirement.SOFTWARE_LEVEL, *OF_A_SERVICE],
)
def mode_not_offered(recipe: RecipeMaker) -> None:
    """**Invalid.** A key at the software level, which offers GCM alone, is used with ECB or CBC."""
    plaintext = recipe.random(32)
    recipe.valid(
        "control",
        "The key encrypts and decrypts with GCM.",
        seal("sealed", Algorithm.GCM, plaintext, key=SOFTWARE_KEY, expect=recipe.ok()),
        unseal("sealed", Algorithm.GCM, key=SOFTWARE_KEY, expect=recipe.ok(plaintext=plaintext)),
        requires=needs(Algorithm.GCM),
    )
    refused = recipe.rejected(*NOT_FOR_THIS_KEY)
    for algorithm, paddings in PADDINGS.items():
        iv = recipe.random(16) if algorithm is Algorithm.CBC else None
        for padding in paddings:
            recipe.invalid(
                slug_of("encrypt", algorithm, padding),
                f"A key at the software level is asked to encrypt with {algorithm}.",
                seal(
                    "sealed",
                    algorithm,
                    plaintext,
                    key=SOFTWARE_KEY,
                    padding=padding,
                    expect=refused,
                ),
                control="control",
            )
            recipe.invalid(
                slug_of("decrypt", algorithm, padding),
                f"A key at the software level is asked to decrypt with {algorithm}.",
                decrypt(
                    algorithm,
                    plaintext,
                    key=SOFTWARE_KEY,
                    padding=padding,
                    iv=iv,
                    expect=refused,
                ),
                control="control",
            )


# Keys that are not there.


@live_case("P7", "missing", flags=("KeyMissing",), clause=KEY_ERRORS)
def missing(recipe: RecipeMaker) -> None:
    """**Invalid.** A key is used whose handle nobody was given, or which is destroyed."""
    key_spec, plaintext = recipe.parameters.key_spec, recipe.random(32)
    algorithm = encryption_of(key_spec)
    handle = recipe.compute("handle-of-no-key", "handle", key=f"${MAIN}.key")
    refused, right = recipe.rejected(*NO_SUCH_KEY), recipe.ok(plaintext=plaintext)
    recipe.valid(
        "control",
        "The key encrypts and decrypts.",
        seal("sealed", algorithm, plaintext, expect=recipe.ok()),
        unseal("sealed", algorithm, expect=right),
        requires=needs(algorithm),
    )
    recipe.invalid(
        "encrypt",
        "A handle that no key has is asked to encrypt.",
        handle,
        seal("sealed", algorithm, plaintext, key="$handle", expect=refused),
        control="control",
    )
    recipe.invalid(
        "decrypt",
        "A handle that no key has is asked to decrypt what another key has encrypted.",
        handle,
        seal("sealed", algorithm, plaintext),
        unseal("sealed", algorithm, key="$handle", expect=refused),
        control="control",
    )
    recipe.invalid(
        "describe",
        "A handle that no key has is asked to be described.",
        handle,
        recipe.ask("describe_key", key="$handle", expect=refused),
        control="control",
        requires=[Requirement.LIFECYCLE],
    )
    recipe.invalid(
        "destroyed",
        "A key that was destroyed, or scheduled to be, is asked to decrypt.",
        recipe.ask("create_key", "made", usage=word(KeyUsage.ENCRYPT_DECRYPT)),
        seal("sealed", algorithm, plaintext, key="$made.key"),
        recipe.ask("destroy_key", key="$made.key", expect=recipe.ok()),
        unseal("sealed", algorithm, key="$made.key", expect=recipe.rejected(*GONE)),
        control="control",
    )


@live_case(
    "P7",
    "missing-signer",
    flags=("KeyMissing",),
    clause=KEY_ERRORS,
    requires=[Requirement.DIGEST],
)
def missing_signer(recipe: RecipeMaker) -> None:
    """**Invalid.** A handle that no key has is asked to sign, or for its public key."""
    algorithm, message = signature_of(recipe.parameters.key_spec), recipe.random(32)
    handle = recipe.compute("handle-of-no-key", "handle", key=f"${SIGNER}.key")
    refused = recipe.rejected(*NO_SUCH_KEY)
    recipe.valid(
        "control",
        "The key signs, and gives its public key out.",
        sign("signed", algorithm, message, expect=recipe.ok()),
        recipe.ask("get_public_key", key=SIGNER, expect=recipe.ok()),
    )
    recipe.invalid(
        "sign",
        "A handle that no key has is asked to sign.",
        handle,
        sign("signed", algorithm, message, key="$handle", expect=refused),
        control="control",
    )
    recipe.invalid(
        "public-key",
        "A handle that no key has is asked for its public key.",
        handle,
        recipe.ask("get_public_key", key="$handle", expect=refused),
        control="control",
    )


# Public keys.


@live_case("P8", "public-key", flags=("PublicKeyOnly",), clause=PUBLIC_KEYS)
def public_key(recipe: RecipeMaker) -> None:
    """**Valid.** The public key is given out, always the same, and with nothing private in it."""
    key_spec = word(recipe.parameters.key_spec)
    for role, made_for in recipe.parameters.keys.items():
        if role in (MAIN, SIGNER):
            recipe.valid(
                slug_of(made_for.usage),
                f"The public key of a key for {made_for.usage} is one, and nothing more.",
                recipe.ask("get_public_key", "first", key=role, expect=recipe.ok()),
                recipe.ask(
                    "get_public_key",
                    key=role,
                    expect=recipe.ok(public_key="$first.public_key"),
                ),
                checks=[
                    recipe.check(
                        "is-public-key-of", public_key="$first.public_key", key_spec=key_spec
                    )
                ],
            )
    for name, left, right in (
        ("encryption-keys-differ", MAIN, SECOND),
        ("signing-keys-differ", SIGNER, SECOND_SIGNER),
        ("purposes-differ", MAIN, SIGNER),
    ):
        recipe.valid(
            name,
            "Two keys do not have the same public key.",
            recipe.ask("get_public_key", "left", key=left, expect=recipe.ok()),
            recipe.ask("get_public_key", "right", key=right, expect=recipe.ok()),
            checks=[recipe.check("different", left="$left.public_key", right="$right.public_key")],
        )


@live_case("P8", "public-key", flags=("PublicKeyOnly",), clause=SYMMETRIC)
def no_public_key(recipe: RecipeMaker) -> None:
    """**Invalid.** The public key of a symmetric key is asked for; it has a secret one only."""
    plaintext = recipe.random(32)
    recipe.valid(
        "control",
        "The key encrypts and decrypts.",
        seal("sealed", Algorithm.GCM, plaintext, expect=recipe.ok()),
        unseal("sealed", Algorithm.GCM, expect=recipe.ok(plaintext=plaintext)),
        requires=needs(Algorithm.GCM),
    )
    recipe.invalid(
        "of-symmetric-key",
        "A symmetric key is asked for its public key.",
        recipe.ask("get_public_key", expect=recipe.rejected(*NOT_FOR_THIS_KEY)),
        control="control",
    )


SYMMETRIC_CASES: Final = (missing, no_public_key)
ASYMMETRIC_CASES: Final = (missing, missing_signer, public_key)
