"""Key rules: what a key is made for works, and a key is used for nothing else."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.kms.policy import (
    DIGEST_LENGTH,
    GCM_TAG_LENGTH,
    IV_LENGTHS,
    OFFERS,
    PADDINGS,
    offer,
)
from kmsproof_reference.vocabulary import (
    EC_CURVES,
    SIGNATURE_ALGORITHMS,
    Algorithm,
    EciesDialect,
    KeyState,
    KeyUsage,
    MessageType,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_vectors.live.cases.policy_words import (
    LEVEL_NEEDED,
    MAIN,
    NOT_FOR_THIS_KEY,
    NOT_THIS_SIGNATURE,
    OFFERED,
    PURPOSES,
    SIGNER,
    SYMMETRIC,
    algorithms,
    decrypt,
    encryption_of,
    needs,
    seal,
    sign,
    signature_of,
    slug_of,
    unseal,
    verify,
    ways_to_encrypt,
)
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import DIALECT, Ask, Compute, Expectation, Requirement

CARRIED: Final = {"Aliyun_AES_128": 16, "Aliyun_AES_192": 24, "Aliyun_AES_256": 32}

ALL_ALGORITHMS: Final = tuple(
    dict.fromkeys(
        algorithm
        for row in OFFERS[ProtectionLevel.HARDWARE].values()
        for algorithm in (*row.encryption, *row.signature)
    )
)
"""Every algorithm of the sheet."""


@live_case("P1", "encrypts", flags=("KeyPurpose",), clause=PURPOSES)
def encrypts(recipe: RecipeMaker) -> None:
    """**Valid.** A key for encryption decrypts what it has encrypted, in every mode it has."""
    for algorithm, padding in ways_to_encrypt(recipe.parameters.key_spec):
        plaintext = recipe.random(32)
        recipe.valid(
            slug_of(algorithm, padding),
            f"{algorithm} with the key gives the plaintext back.",
            seal("sealed", algorithm, plaintext, padding=padding, expect=recipe.ok()),
            unseal("sealed", algorithm, padding=padding, expect=recipe.ok(plaintext=plaintext)),
            requires=needs(algorithm),
        )


@live_case("P1", "signs", flags=("KeyPurpose",), clause=PURPOSES)
def signs(recipe: RecipeMaker) -> None:
    """**Valid.** A key for signatures verifies what it has signed, with every algorithm it has."""
    refused = recipe.rejected(*NOT_THIS_SIGNATURE)
    for kind, needed in (
        (MessageType.DIGEST, Requirement.DIGEST),
        (MessageType.RAW, Requirement.RAW),
    ):
        for algorithm in algorithms(recipe.parameters.key_spec, KeyUsage.SIGN_VERIFY):
            one, other = recipe.random(DIGEST_LENGTH), recipe.random(DIGEST_LENGTH)
            right = recipe.ok(valid=True)
            recipe.valid(
                slug_of(algorithm, kind),
                f"A signature of {algorithm} is verified for what was signed as {kind} alone.",
                sign("signed", algorithm, one, expect=recipe.ok(), message_type=kind),
                verify("signed", algorithm, other, expect=refused, message_type=kind),
                verify("signed", algorithm, one, expect=right, message_type=kind),
                requires=[needed],
            )


@live_case("P1", "carries", flags=("KeyPurpose",), clause=PURPOSES)
def carries(recipe: RecipeMaker) -> None:
    """**Valid.** An asymmetric key encrypts a symmetric key of each size of the sheet."""
    algorithm = encryption_of(recipe.parameters.key_spec)
    for carried, length in CARRIED.items():
        secret = recipe.random(length)
        recipe.valid(
            slug_of(carried),
            f"The bytes of a key of {carried} are encrypted and come back.",
            seal("sealed", algorithm, secret, expect=recipe.ok()),
            unseal("sealed", algorithm, expect=recipe.ok(plaintext=secret)),
        )


@live_case(
    "P1", "described", flags=("KeyPurpose",), clause=PURPOSES, requires=[Requirement.LIFECYCLE]
)
def described(recipe: RecipeMaker) -> None:
    """**Valid.** A key says its key spec and the purpose it was made for, and is enabled."""
    for role, made_for in recipe.parameters.keys.items():
        if role in (MAIN, SIGNER):
            recipe.valid(
                slug_of(made_for.usage),
                f"A key made for {made_for.usage} says so.",
                recipe.ask(
                    "describe_key",
                    key=role,
                    expect=recipe.ok(
                        key_spec=word(recipe.parameters.key_spec),
                        usage=word(made_for.usage),
                        state=word(KeyState.ENABLED),
                    ),
                ),
            )


@live_case(
    "P1",
    "level-described",
    flags=("KeyOffer",),
    clause=OFFERED,
    requires=[Requirement.LIFECYCLE],
)
def level_described(recipe: RecipeMaker) -> None:
    """**Valid.** A key says at which protection level it was made, at each that offers it."""
    key_spec, usage = recipe.parameters.key_spec, KeyUsage.ENCRYPT_DECRYPT
    for level in ProtectionLevel:
        if offer(level, key_spec) is not None:
            recipe.valid(
                slug_of(level.name),
                f"A key that is made at the level {level} says so.",
                recipe.ask(
                    "create_key",
                    "made",
                    usage=word(usage),
                    protection_level=word(level),
                    expect=recipe.ok(),
                ),
                recipe.ask(
                    "describe_key",
                    key="$made.key",
                    expect=recipe.ok(
                        key_spec=word(key_spec),
                        usage=word(usage),
                        protection_level=word(level),
                    ),
                ),
                requires=[LEVEL_NEEDED[level]],
            )


# Purposes.


def _steps_that_sign(recipe: RecipeMaker, key: str, message: bytes) -> tuple[Ask, Ask]:
    algorithm = signature_of(recipe.parameters.key_spec)
    return (
        sign("signed", algorithm, message, key=key, expect=recipe.ok()),
        verify("signed", algorithm, message, key=key, expect=recipe.ok(valid=True)),
    )


@live_case("A1", "purpose", flags=("KeyPurpose",), clause=PURPOSES)
def purpose(recipe: RecipeMaker) -> None:
    """**Invalid.** A key for encryption is asked to sign; one for signatures to encrypt, decrypt.

    The ciphertext is made for the public key of the key for signatures, so that it would decrypt.
    """
    key_spec = recipe.parameters.key_spec
    algorithm, message = encryption_of(key_spec), recipe.random(32)
    recipe.valid(
        "control-sign",
        "The key for signatures signs.",
        *_steps_that_sign(recipe, SIGNER, message),
        requires=[Requirement.DIGEST],
    )
    recipe.valid(
        "control-decrypt",
        "The key for encryption encrypts and decrypts.",
        seal("sealed", algorithm, message, expect=recipe.ok()),
        unseal("sealed", algorithm, expect=recipe.ok(plaintext=message)),
    )
    refused = recipe.rejected(*NOT_FOR_THIS_KEY)
    for other in algorithms(key_spec, KeyUsage.SIGN_VERIFY):
        recipe.invalid(
            slug_of("encryption-key-signs", other),
            f"A key for encryption is asked to sign with {other}.",
            sign("signed", other, message, key=MAIN, expect=refused),
            control="control-sign",
            requires=[Requirement.DIGEST],
        )
    recipe.invalid(
        slug_of("signing-key-encrypts", algorithm),
        f"A key for signatures is asked to encrypt with {algorithm}.",
        seal("sealed", algorithm, message, key=SIGNER, expect=refused),
        control="control-decrypt",
    )
    opened = decrypt(algorithm, "$sealed", key=SIGNER, expect=refused)
    recipe.invalid(
        slug_of("signing-key-decrypts", algorithm),
        "A key for signatures is asked to decrypt what is encrypted to its public key.",
        sealed_to(recipe, f"${SIGNER}.public_key", message),
        opened,
        control="control-decrypt",
    )
    if key_spec in EC_CURVES:
        _verification(recipe)


def _verification(recipe: RecipeMaker) -> None:
    """A signature is made from a public key alone, so that it is right for either purpose."""
    seed, requires = recipe.random(32), [Requirement.DIGEST]
    recipe.valid(
        "control-verify",
        "The key for signatures verifies a signature that is made from its public key.",
        recipe.compute("ecdsa-signature", "made", public_key=f"${SIGNER}.public_key", seed=seed),
        _verified(recipe, SIGNER, recipe.ok(valid=True)),
        requires=requires,
    )
    recipe.invalid(
        slug_of("encryption-key-verifies", signature_of(recipe.parameters.key_spec)),
        "A key for encryption is asked to verify a signature that is right for its public key.",
        recipe.compute("ecdsa-signature", "made", public_key=f"${MAIN}.public_key", seed=seed),
        _verified(recipe, MAIN, recipe.rejected(*NOT_FOR_THIS_KEY)),
        control="control-verify",
        requires=requires,
    )


def _verified(recipe: RecipeMaker, key: str, expect: Expectation) -> Ask:
    return recipe.ask(
        "verify",
        key=key,
        algorithm=word(signature_of(recipe.parameters.key_spec)),
        message="$made.digest",
        message_type=word(MessageType.DIGEST),
        signature="$made.signature",
        expect=expect,
    )


def sealed_to(recipe: RecipeMaker, public_key: str | bytes, message: bytes) -> Compute:
    """Return the encryption of a message to a public key, called ``sealed``."""
    if encryption_of(recipe.parameters.key_spec) is Algorithm.RSAES_OAEP_SHA_256:
        given = {"public_key": public_key, "message": message, "seed": recipe.random(32)}
        return recipe.compute("oaep-ciphertext", "sealed", **given)
    given = {"public_key": public_key, "message": message, "dialect": f"${DIALECT}"}
    return recipe.compute("ecies-ciphertext", "sealed", **given)


@live_case("A1", "symmetric-purpose", flags=("KeyPurpose",), clause=SYMMETRIC)
def symmetric_purpose(recipe: RecipeMaker) -> None:
    """**Invalid.** A symmetric key is asked to sign, or a symmetric key to be made for that."""
    key_spec, message = recipe.parameters.key_spec, recipe.random(32)
    recipe.valid(
        "control",
        "The key encrypts and decrypts.",
        seal("sealed", Algorithm.GCM, message, expect=recipe.ok()),
        unseal("sealed", Algorithm.GCM, expect=recipe.ok(plaintext=message)),
        requires=needs(Algorithm.GCM),
    )
    refused = recipe.rejected(*NOT_FOR_THIS_KEY)
    for algorithm in ALL_ALGORITHMS:
        if algorithm in SIGNATURE_ALGORITHMS:
            recipe.invalid(
                slug_of("signs", algorithm),
                f"A symmetric key is asked to sign with {algorithm}.",
                sign("signed", algorithm, message, key=MAIN, expect=refused),
                control="control",
            )
    recipe.invalid(
        "made-for-signatures",
        f"A key of {key_spec} is asked for that signs.",
        recipe.ask("create_key", "made", usage=word(KeyUsage.SIGN_VERIFY), expect=refused),
        control="control",
    )


# Algorithms.


@live_case("A1", "algorithm", flags=("KeyPurpose",), clause=PURPOSES)
def algorithm_of_another_key_spec(recipe: RecipeMaker) -> None:
    """**Invalid.** A key is used with each algorithm of the sheet that its key spec has not."""
    key_spec, message = recipe.parameters.key_spec, recipe.random(32)
    default = encryption_of(key_spec)
    recipe.valid(
        "control-encrypt",
        "The key for encryption encrypts and decrypts with its default.",
        seal("sealed", default, message, expect=recipe.ok()),
        unseal("sealed", default, expect=recipe.ok(plaintext=message)),
        requires=needs(default),
    )
    own = set(algorithms(key_spec, KeyUsage.ENCRYPT_DECRYPT))
    for algorithm in ALL_ALGORITHMS:
        if algorithm not in SIGNATURE_ALGORITHMS and algorithm not in own:
            _other_encryption(recipe, algorithm, message)
    if not key_spec.is_symmetric:
        _other_signatures(recipe, message)


def _other_encryption(recipe: RecipeMaker, algorithm: Algorithm, message: bytes) -> None:
    padding = next(iter(PADDINGS.get(algorithm, ())), None)
    is_ecies = algorithm is Algorithm.ECIES_DH_SHA_1_XOR_HMAC
    dialect = word(EciesDialect.EK_MK) if is_ecies else None
    refused = recipe.rejected(*NOT_FOR_THIS_KEY)
    recipe.invalid(
        slug_of("encrypts", algorithm),
        f"A key of {recipe.parameters.key_spec} is asked to encrypt with {algorithm}.",
        seal("sealed", algorithm, message, padding=padding, expect=refused, dialect=dialect),
        control="control-encrypt",
    )
    iv_length, tag_length = IV_LENGTHS.get(algorithm), GCM_TAG_LENGTH
    recipe.invalid(
        slug_of("decrypts", algorithm),
        f"A key of {recipe.parameters.key_spec} is asked to decrypt with {algorithm}.",
        decrypt(
            algorithm,
            recipe.random(256),
            padding=padding,
            iv=None if iv_length is None else recipe.random(iv_length),
            tag=recipe.random(tag_length) if algorithm is Algorithm.GCM else None,
            expect=recipe.rejected(*NOT_FOR_THIS_KEY, RejectionClass.INVALID_CIPHERTEXT),
            dialect=dialect,
        ),
        control="control-encrypt",
    )


def _other_signatures(recipe: RecipeMaker, message: bytes) -> None:
    key_spec = recipe.parameters.key_spec
    recipe.valid(
        "control-sign",
        "The key for signatures signs with its default.",
        *_steps_that_sign(recipe, SIGNER, message),
        requires=[Requirement.DIGEST],
    )
    for algorithm in ALL_ALGORITHMS:
        own = algorithm in algorithms(key_spec, KeyUsage.SIGN_VERIFY)
        if algorithm in SIGNATURE_ALGORITHMS and not own:
            recipe.invalid(
                slug_of("signs", algorithm),
                f"A key of {key_spec} is asked to sign with {algorithm}.",
                sign("signed", algorithm, message, expect=recipe.rejected(*NOT_FOR_THIS_KEY)),
                control="control-sign",
                requires=[Requirement.DIGEST],
            )


SYMMETRIC_CASES: Final = (
    encrypts,
    described,
    level_described,
    symmetric_purpose,
    algorithm_of_another_key_spec,
)
ASYMMETRIC_CASES: Final = (
    encrypts,
    signs,
    carries,
    described,
    purpose,
    algorithm_of_another_key_spec,
)
