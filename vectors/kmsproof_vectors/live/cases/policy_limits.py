"""Key rules: inputs that are a little longer or shorter than the algorithm allows."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.kms.policy import BLOCK_LENGTH, DIGEST_LENGTH, longest_plaintext
from kmsproof_reference.vocabulary import Algorithm, KeyUsage, PaddingMode
from kmsproof_vectors.live.cases.policy_words import (
    ENCRYPT_PAGE,
    NOT_THIS_CIPHERTEXT,
    NOT_THIS_SIGNATURE,
    NOT_THIS_SIZE,
    SIGN_PAGE,
    algorithms,
    decrypt,
    encryption_of,
    needs,
    seal,
    sign,
    slug_of,
    unseal,
    verify,
)
from kmsproof_vectors.live.maker import RecipeMaker, live_case
from kmsproof_vectors.live.model import Requirement
from kmsproof_vectors.model import Clause

DIGEST_LENGTHS: Final = (0, 1, 20, 31, 33, 48, 64)
"""Bytes of what is no SHA-256 digest: nothing, SHA-1, SHA-384, SHA-512, and next to it."""

CBC_IV_LENGTHS: Final = (0, 1, 8, 12, 15, 17, 32)

PARTIAL_BLOCKS: Final = (1, 15, 17, 31, 33)

PKCS7: Final = PaddingMode.PKCS7_PADDING
NO_PADDING: Final = PaddingMode.NO_PADDING


@live_case(
    "P5", "oaep-plaintext", flags=("KeyLimit",), clause=Clause(ref="RFC 8017", section="7.1.1")
)
def oaep_plaintext(recipe: RecipeMaker) -> None:
    """**Valid and invalid.** The longest plaintext of RSAES-OAEP, and longer ones."""
    key_spec = recipe.parameters.key_spec
    algorithm = encryption_of(key_spec)
    most = longest_plaintext(algorithm, key_spec)
    for length in (0, most):
        plaintext = recipe.random(length)
        recipe.valid(
            f"length-{length}",
            f"A plaintext of {length} bytes is encrypted.",
            seal("sealed", algorithm, plaintext, expect=recipe.ok()),
            unseal("sealed", algorithm, expect=recipe.ok(plaintext=plaintext)),
        )
    for length in (most + 1, most + 2, most + 2 * DIGEST_LENGTH + 2, 1024):
        recipe.invalid(
            f"length-{length}",
            f"A plaintext of {length} bytes is too long: the most is {most}.",
            seal(
                "sealed",
                algorithm,
                recipe.random(length),
                expect=recipe.rejected(*NOT_THIS_SIZE),
            ),
            control=f"length-{most}",
        )


@live_case("P5", "digest", flags=("KeyLimit",), clause=SIGN_PAGE, requires=[Requirement.DIGEST])
def digest(recipe: RecipeMaker) -> None:
    """**Invalid.** What is signed or verified as a digest does not have 32 bytes."""
    for algorithm in algorithms(recipe.parameters.key_spec, KeyUsage.SIGN_VERIFY):
        right = recipe.random(DIGEST_LENGTH)
        control = slug_of("control", algorithm)
        recipe.valid(
            control,
            "A digest of 32 bytes is signed and verified.",
            sign("signed", algorithm, right, expect=recipe.ok()),
            verify("signed", algorithm, right, expect=recipe.ok(valid=True)),
        )
        for length in DIGEST_LENGTHS:
            wrong = (right + recipe.random(DIGEST_LENGTH))[:length]
            refused = recipe.rejected(*NOT_THIS_SIZE)
            recipe.invalid(
                slug_of("sign", algorithm, f"{length}"),
                f"A digest of {length} bytes is signed.",
                sign("signed", algorithm, wrong, expect=refused),
                control=control,
            )
            refused = recipe.rejected(*NOT_THIS_SIGNATURE, *NOT_THIS_SIZE[1:])
            recipe.invalid(
                slug_of("verify", algorithm, f"{length}"),
                f"The signature of a digest is verified for {length} bytes.",
                sign("signed", algorithm, right),
                verify("signed", algorithm, wrong, expect=refused),
                control=control,
            )


@live_case("P5", "empty-signature", flags=("KeyLimit",), clause=SIGN_PAGE)
def empty_signature(recipe: RecipeMaker) -> None:
    """**Invalid.** Nothing at all is verified as a signature."""
    for algorithm in algorithms(recipe.parameters.key_spec, KeyUsage.SIGN_VERIFY):
        message, control = recipe.random(32), slug_of("control", algorithm)
        recipe.valid(
            control,
            "The key verifies what it has signed.",
            sign("signed", algorithm, message, expect=recipe.ok()),
            verify("signed", algorithm, message, expect=recipe.ok(valid=True)),
            requires=[Requirement.DIGEST],
        )
        recipe.invalid(
            slug_of(algorithm),
            "An empty signature is verified.",
            verify(b"", algorithm, message, expect=recipe.rejected(*NOT_THIS_SIGNATURE)),
            control=control,
            requires=[Requirement.DIGEST],
        )


@live_case(
    "P5",
    "cbc-iv",
    flags=("KeyLimit",),
    clause=Clause(ref="SP 800-38A", section="6.2"),
    requires=[Requirement.CALLER_IV],
)
def cbc_iv(recipe: RecipeMaker) -> None:
    """**Invalid.** The IV that is given for CBC does not have 16 bytes."""
    plaintext, right = recipe.random(32), recipe.random(BLOCK_LENGTH)
    cbc, refused = Algorithm.CBC, recipe.rejected(*NOT_THIS_SIZE)
    recipe.valid(
        "control",
        "An IV of 16 bytes is used.",
        seal("sealed", cbc, plaintext, padding=PKCS7, iv=right, expect=recipe.ok()),
        unseal("sealed", cbc, padding=PKCS7, iv=right, expect=recipe.ok(plaintext=plaintext)),
    )
    for length in CBC_IV_LENGTHS:
        wrong = (right + right)[:length]
        recipe.invalid(
            f"encrypt-{length}",
            f"An IV of {length} bytes is given for an encryption.",
            seal("sealed", cbc, plaintext, padding=PKCS7, iv=wrong, expect=refused),
            control="control",
        )
        recipe.invalid(
            f"decrypt-{length}",
            f"An IV of {length} bytes is given for a decryption.",
            seal("sealed", cbc, plaintext, padding=PKCS7, iv=right),
            unseal(
                "sealed",
                cbc,
                padding=PKCS7,
                iv=wrong,
                expect=recipe.rejected(*NOT_THIS_SIZE, NOT_THIS_CIPHERTEXT[0]),
            ),
            control="control",
        )


@live_case(
    "P5",
    "gcm-iv",
    flags=("KeyLimit",),
    clause=Clause(ref="SP 800-38D", section="5.2.1.1"),
    requires=[Requirement.CALLER_IV],
)
def gcm_iv(recipe: RecipeMaker) -> None:
    """**Invalid.** An empty IV is given for GCM, which SP 800-38D does not have."""
    plaintext, right, gcm = recipe.random(32), recipe.random(12), Algorithm.GCM
    recipe.valid(
        "control",
        "An IV of 12 bytes is used.",
        seal("sealed", gcm, plaintext, iv=right, expect=recipe.ok()),
        unseal("sealed", gcm, iv=right, expect=recipe.ok(plaintext=plaintext)),
    )
    recipe.invalid(
        "encrypt-empty",
        "An empty IV is given for an encryption.",
        seal("sealed", gcm, plaintext, iv=b"", expect=recipe.rejected(*NOT_THIS_SIZE)),
        control="control",
    )
    recipe.invalid(
        "decrypt-empty",
        "An empty IV is given for a decryption.",
        seal("sealed", gcm, plaintext, iv=right),
        unseal(
            "sealed",
            gcm,
            iv=b"",
            expect=recipe.rejected(*NOT_THIS_SIZE, NOT_THIS_CIPHERTEXT[0]),
        ),
        control="control",
    )


@live_case("P5", "ecb-with-iv", flags=("KeyLimit",), clause=ENCRYPT_PAGE)
def ecb_with_iv(recipe: RecipeMaker) -> None:
    """**Valid.** An IV that is given with ECB, which has none, is refused or without effect."""
    for padding in PaddingMode:
        plaintext, ecb = recipe.random(32), Algorithm.ECB
        either = recipe.either(*NOT_THIS_SIZE, ciphertext="$sealed.ciphertext")
        recipe.valid(
            slug_of(padding),
            "ECB with an IV gives what it gives without, or a refusal.",
            seal("sealed", ecb, plaintext, padding=padding, expect=recipe.ok()),
            seal(
                "",
                ecb,
                plaintext,
                padding=padding,
                iv=recipe.random(BLOCK_LENGTH),
                expect=either,
            ),
            unseal("sealed", ecb, padding=padding, expect=recipe.ok(plaintext=plaintext)),
        )


@live_case("P5", "partial-block", flags=("KeyLimit",), clause=ENCRYPT_PAGE)
def partial_block(recipe: RecipeMaker) -> None:
    """**Invalid.** Without padding, what is encrypted or decrypted is no whole number of blocks."""
    for algorithm in (Algorithm.ECB, Algorithm.CBC):
        plaintext, control = recipe.random(48), slug_of("control", algorithm)
        recipe.valid(
            control,
            "Three whole blocks are encrypted and decrypted.",
            seal("sealed", algorithm, plaintext, padding=NO_PADDING, expect=recipe.ok()),
            unseal(
                "sealed",
                algorithm,
                padding=NO_PADDING,
                expect=recipe.ok(plaintext=plaintext),
            ),
            requires=needs(algorithm),
        )
        iv = recipe.random(BLOCK_LENGTH) if algorithm is Algorithm.CBC else None
        for length in PARTIAL_BLOCKS:
            recipe.invalid(
                slug_of("encrypt", algorithm, f"{length}"),
                f"{length} bytes are encrypted without padding.",
                seal(
                    "sealed",
                    algorithm,
                    plaintext[:length],
                    padding=NO_PADDING,
                    expect=recipe.rejected(*NOT_THIS_SIZE),
                ),
                control=control,
            )
            recipe.invalid(
                slug_of("decrypt", algorithm, f"{length}"),
                f"{length} bytes are decrypted without padding.",
                decrypt(
                    algorithm,
                    plaintext[:length],
                    padding=NO_PADDING,
                    iv=iv,
                    expect=recipe.rejected(*NOT_THIS_CIPHERTEXT),
                ),
                control=control,
            )


@live_case("P5", "empty-without-padding", flags=("KeyLimit",), clause=ENCRYPT_PAGE)
def empty_without_padding(recipe: RecipeMaker) -> None:
    """**Valid.** Nothing at all, encrypted without padding, gives nothing or a refusal."""
    for algorithm in (Algorithm.ECB, Algorithm.CBC):
        plaintext = recipe.random(BLOCK_LENGTH)
        recipe.valid(
            slug_of(algorithm),
            f"{algorithm} without padding makes no block of an empty plaintext.",
            seal(
                "",
                algorithm,
                b"",
                padding=NO_PADDING,
                expect=recipe.either(*NOT_THIS_SIZE, ciphertext=b""),
            ),
            seal("sealed", algorithm, plaintext, padding=NO_PADDING, expect=recipe.ok()),
            unseal(
                "sealed",
                algorithm,
                padding=NO_PADDING,
                expect=recipe.ok(plaintext=plaintext),
            ),
            requires=needs(algorithm),
        )


@live_case(
    "P5",
    "gcm-has-no-padding",
    flags=("KeyLimit",),
    clause=Clause(ref="SP 800-38D", section="7.1"),
    requires=[Requirement.SEPARATE_IV, Requirement.TARGET_IV],
)
def gcm_has_no_padding(recipe: RecipeMaker) -> None:
    """**Valid.** A ciphertext of GCM is as long as the plaintext: nothing is filled up."""
    for length in (0, 1, 15, 16, 17):
        recipe.valid(
            f"length-{length}",
            f"The ciphertext of {length} bytes has {length} bytes, and a tag of 16.",
            seal("sealed", Algorithm.GCM, recipe.random(length), expect=recipe.ok()),
            checks=[
                recipe.check("has-length", value="$sealed.ciphertext", length=length),
                recipe.check("has-length", value="$sealed.tag", length=16),
            ],
        )


AES_CASES: Final = (
    cbc_iv,
    gcm_iv,
    ecb_with_iv,
    partial_block,
    empty_without_padding,
    gcm_has_no_padding,
)
RSA_CASES: Final = (oaep_plaintext, digest, empty_signature)
EC_CASES: Final = (digest, empty_signature)
