"""Key rules: what one key, mode or key size has made is handed to another."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.ec_key_encoding import encode_public_key
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.rfc6979 import DeterministicNonce
from kmsproof_reference.vocabulary import (
    AES_KEY_LENGTHS,
    EC_CURVES,
    RSA_MODULUS_BITS,
    Algorithm,
    KeySpec,
    KeyUsage,
    PaddingMode,
)
from kmsproof_vectors.cases.ec import MAIN as TEST_KEY
from kmsproof_vectors.cases.ec import ec_test_key
from kmsproof_vectors.live.cases.policy_purposes import sealed_to
from kmsproof_vectors.live.cases.policy_words import (
    NOT_THIS_CIPHERTEXT,
    NOT_THIS_SIGNATURE,
    PURPOSES,
    SECOND,
    SECOND_SIGNER,
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
)
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import Requirement

NO_PADDING: Final = PaddingMode.NO_PADDING


# Other keys.


@live_case("A1", "other-key", flags=("KeyConfusion",), clause=SYMMETRIC)
def other_key(recipe: RecipeMaker) -> None:
    """**Invalid.** A ciphertext of one key is decrypted with another of the same key spec."""
    algorithm, plaintext = encryption_of(recipe.parameters.key_spec), recipe.random(32)
    requires = [*needs(algorithm), Requirement.SECOND_KEY]
    right = recipe.ok(plaintext=plaintext)
    recipe.valid(
        "control",
        "Each of the two keys decrypts what it has encrypted.",
        seal("by_second", algorithm, plaintext, key=SECOND, expect=recipe.ok()),
        unseal("by_second", algorithm, key=SECOND, expect=right),
        seal("by_first", algorithm, plaintext, expect=recipe.ok()),
        unseal("by_first", algorithm, expect=right),
        requires=requires,
    )
    recipe.invalid(
        slug_of(algorithm),
        "A key decrypts what another key has encrypted.",
        seal("sealed", algorithm, plaintext),
        unseal("sealed", algorithm, key=SECOND, expect=recipe.rejected(*NOT_THIS_CIPHERTEXT)),
        control="control",
        requires=requires,
    )


@live_case(
    "A1",
    "other-signer",
    flags=("KeyConfusion",),
    clause=PURPOSES,
    requires=[Requirement.SECOND_KEY, Requirement.DIGEST],
)
def other_signer(recipe: RecipeMaker) -> None:
    """**Invalid.** A signature of one key is verified with another of the same key spec."""
    for algorithm in algorithms(recipe.parameters.key_spec, KeyUsage.SIGN_VERIFY):
        message, right = recipe.random(32), recipe.ok(valid=True)
        recipe.valid(
            slug_of("control", algorithm),
            "Each of the two keys verifies what it has signed.",
            sign("by_second", algorithm, message, key=SECOND_SIGNER, expect=recipe.ok()),
            verify("by_second", algorithm, message, key=SECOND_SIGNER, expect=right),
            sign("by_first", algorithm, message, expect=recipe.ok()),
            verify("by_first", algorithm, message, expect=right),
        )
        recipe.invalid(
            slug_of(algorithm),
            "A key verifies what another key has signed.",
            sign("signed", algorithm, message),
            verify(
                "signed",
                algorithm,
                message,
                key=SECOND_SIGNER,
                expect=recipe.rejected(*NOT_THIS_SIGNATURE),
            ),
            control=slug_of("control", algorithm),
        )


# Other modes.


@live_case(
    "A1",
    "other-mode",
    flags=("KeyConfusion",),
    clause=SYMMETRIC,
    requires=[Requirement.SEPARATE_IV, Requirement.TARGET_IV],
)
def other_mode(recipe: RecipeMaker) -> None:
    """**Valid and invalid.** A ciphertext of one mode is decrypted in another.

    GCM must refuse. ECB and CBC cannot tell; what they give must be anything but the plaintext.
    """
    plaintext = recipe.random(48)
    recipe.valid(
        "control",
        "The key encrypts and decrypts with GCM.",
        seal("sealed", Algorithm.GCM, plaintext, expect=recipe.ok()),
        unseal("sealed", Algorithm.GCM, expect=recipe.ok(plaintext=plaintext)),
    )
    for made, opened in (
        (Algorithm.GCM, Algorithm.ECB),
        (Algorithm.GCM, Algorithm.CBC),
        (Algorithm.CBC, Algorithm.ECB),
        (Algorithm.ECB, Algorithm.CBC),
    ):
        _to_unauthenticated(recipe, made, opened, plaintext)
    for made in (Algorithm.ECB, Algorithm.CBC):
        refused = recipe.rejected(*NOT_THIS_CIPHERTEXT)
        recipe.invalid(
            slug_of(made, "as", Algorithm.GCM),
            f"A ciphertext of {made} is given to GCM, its last block as the tag.",
            seal("sealed", made, plaintext, padding=NO_PADDING),
            recipe.compute("slice", "ciphertext", value="$sealed.ciphertext", end=32),
            recipe.compute("slice", "tag", value="$sealed.ciphertext", start=32),
            decrypt(
                Algorithm.GCM,
                "$ciphertext",
                tag="$tag",
                iv=recipe.random(12),
                expect=refused,
            ),
            control="control",
        )


def _to_unauthenticated(
    recipe: RecipeMaker, made: Algorithm, opened: Algorithm, plaintext: bytes
) -> None:
    padding = None if made is Algorithm.GCM else NO_PADDING
    iv = recipe.random(16) if opened is Algorithm.CBC else None
    recipe.valid(
        slug_of(made, "as", opened),
        f"A ciphertext of {made} is given to {opened}, which does not give its plaintext.",
        seal("sealed", made, plaintext, padding=padding, expect=recipe.ok()),
        decrypt(
            opened,
            "$sealed.ciphertext",
            name="opened",
            padding=NO_PADDING,
            iv=iv,
            expect=recipe.either(*NOT_THIS_CIPHERTEXT),
        ),
        checks=[recipe.check("refused-or-different", left="$opened.plaintext", right=plaintext)],
    )


# Other sizes and curves.


@live_case("A1", "other-size", flags=("KeyConfusion",), clause=SYMMETRIC)
def other_key_size(recipe: RecipeMaker) -> None:
    """**Invalid.** A ciphertext of a key of another size is decrypted."""
    plaintext, gcm = recipe.random(32), Algorithm.GCM
    recipe.valid(
        "control",
        "The key encrypts and decrypts.",
        seal("sealed", gcm, plaintext, expect=recipe.ok()),
        unseal("sealed", gcm, expect=recipe.ok(plaintext=plaintext)),
        requires=needs(gcm),
    )
    for other in AES_KEY_LENGTHS:
        if other is not recipe.parameters.key_spec:
            recipe.invalid(
                slug_of(other),
                f"A ciphertext of a key of {other} is decrypted.",
                recipe.ask(
                    "create_key",
                    "made",
                    key_spec=word(other),
                    usage=word(KeyUsage.ENCRYPT_DECRYPT),
                ),
                seal("sealed", gcm, plaintext, key="$made.key"),
                unseal("sealed", gcm, expect=recipe.rejected(*NOT_THIS_CIPHERTEXT)),
                control="control",
                requires=needs(gcm),
            )


def _controls(recipe: RecipeMaker, message: bytes) -> None:
    key_spec = recipe.parameters.key_spec
    encrypts, signs = encryption_of(key_spec), signature_of(key_spec)
    recipe.valid(
        "control-decrypt",
        "The key encrypts and decrypts.",
        seal("sealed", encrypts, message, expect=recipe.ok()),
        unseal("sealed", encrypts, expect=recipe.ok(plaintext=message)),
    )
    recipe.valid(
        "control-verify",
        "The key verifies what it has signed.",
        sign("signed", signs, message, expect=recipe.ok()),
        verify("signed", signs, message, expect=recipe.ok(valid=True)),
        requires=[Requirement.DIGEST],
    )


@live_case("A1", "other-size", flags=("KeyConfusion",), clause=PURPOSES)
def other_modulus_length(recipe: RecipeMaker) -> None:
    """**Invalid.** A ciphertext, or a signature, as long as the modulus of another key spec."""
    key_spec, message = recipe.parameters.key_spec, recipe.random(32)
    _controls(recipe, message)
    for other, bits in RSA_MODULUS_BITS.items():
        if other is key_spec:
            continue
        recipe.invalid(
            slug_of("ciphertext", other),
            f"A ciphertext as long as those of {other} is decrypted.",
            decrypt(
                encryption_of(key_spec),
                recipe.random(bits // 8),
                expect=recipe.rejected(*NOT_THIS_CIPHERTEXT),
            ),
            control="control-decrypt",
        )
        for algorithm in algorithms(key_spec, KeyUsage.SIGN_VERIFY):
            recipe.invalid(
                slug_of("signature", other, algorithm),
                f"A signature as long as those of {other} is verified.",
                verify(
                    recipe.random(bits // 8),
                    algorithm,
                    message,
                    expect=recipe.rejected(*NOT_THIS_SIGNATURE),
                ),
                control="control-verify",
                requires=[Requirement.DIGEST],
            )


@live_case("A1", "other-curve", flags=("KeyConfusion",), clause=PURPOSES)
def other_curve(recipe: RecipeMaker) -> None:
    """**Invalid.** A ciphertext for a key on the other curve is decrypted, a signature verified."""
    key_spec, message = recipe.parameters.key_spec, recipe.random(32)
    (other,) = EC_CURVES.keys() - {key_spec}
    _controls(recipe, message)
    recipe.invalid(
        "ciphertext",
        f"A ciphertext for a key of {other} is decrypted.",
        sealed_to(recipe, _public_key(other), message),
        decrypt(encryption_of(key_spec), "$sealed", expect=recipe.rejected(*NOT_THIS_CIPHERTEXT)),
        control="control-decrypt",
    )
    recipe.invalid(
        "signature",
        f"A signature of a key of {other} is verified.",
        verify(
            _signature(other, message),
            signature_of(key_spec),
            message,
            expect=recipe.rejected(*NOT_THIS_SIGNATURE),
        ),
        control="control-verify",
        requires=[Requirement.DIGEST],
    )


def _public_key(key_spec: KeySpec) -> bytes:
    return encode_public_key(ec_test_key(key_spec, TEST_KEY).public)


def _signature(key_spec: KeySpec, digest: bytes) -> bytes:
    """Return the signature of the test key of a curve, deterministic (RFC 6979 §3.2)."""
    private = ec_test_key(key_spec, TEST_KEY)
    return Ecdsa(private).sign_digest_der(digest, DeterministicNonce().nonce(private, digest))


AES_CASES: Final = (other_key, other_mode, other_key_size)
RSA_CASES: Final = (other_key, other_signer, other_modulus_length)
EC_CASES: Final = (other_key, other_signer, other_curve)
