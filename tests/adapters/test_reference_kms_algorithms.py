"""The target ``reference-kms``: its algorithms, and which inputs they refuse."""

from __future__ import annotations

import pytest

from kmsproof.messages import (
    Decrypt,
    Encrypt,
    Sign,
    Verify,
)
from kmsproof.outcome import (
    Encrypted,
    Rejected,
    Unsupported,
)
from kmsproof.target import Target
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    HexBytes,
    KeySpec,
    KeyUsage,
    MessageType,
    PaddingMode,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.reference_kms.target import KmsTarget
from kmsproof_testing.asking import value_of
from kmsproof_testing.kms import Kms
from kmsproof_testing.reference_kms import CONTEXT, TEXT, gcm, make, rejection_of

ENCRYPT, SIGN = KeyUsage.ENCRYPT_DECRYPT, KeyUsage.SIGN_VERIFY
OTHER_DIALECT = EciesDialect.MK_EK


@pytest.fixture
def target(kms: Kms) -> Target:
    """The target on that service."""
    return KmsTarget(kms.service, kms.engine)


def ungcm(key: str, sealed: Encrypted, tag: bytes | None, tag_length: int | None = 16) -> Decrypt:
    """A request to decrypt with GCM."""
    return Decrypt(
        key=key,
        algorithm=Algorithm.GCM,
        ciphertext=sealed.ciphertext,
        iv=sealed.iv,
        aad=CONTEXT,
        tag=None if tag is None else HexBytes(tag),
        tag_length=tag_length,
    )


# GCM.


def test_the_service_chooses_an_iv_or_takes_one(target: Target) -> None:
    key = make(target)
    chosen = [value_of(target.encrypt(gcm(key))) for _ in range(3)]
    assert len({sealed.iv for sealed in chosen}) == 3
    assert {len(sealed.iv or b"") for sealed in chosen} == {12}
    iv = HexBytes(bytes(12))
    assert value_of(target.encrypt(gcm(key, iv))).iv == iv
    for wrong in (b"", bytes(11), bytes(16)):
        refused = rejection_of(target.encrypt(gcm(key, HexBytes(wrong))))
        assert refused == (RejectionClass.INVALID_ARGUMENT, "InvalidParameter")


def test_ciphertext_and_tag_are_parted_and_put_together(kms: Kms, target: Target) -> None:
    key = make(target)
    sealed = value_of(target.encrypt(gcm(key, tag_length=None)))
    assert sealed.tag is not None
    assert (len(sealed.ciphertext), len(sealed.tag)) == (16, 16)
    opened = kms.service.decrypt(key, sealed.ciphertext + sealed.tag, iv=sealed.iv, aad=b"context")
    assert opened.plaintext == TEXT
    for tag_length in (16, None):
        outcome = target.decrypt(ungcm(key, sealed, sealed.tag, tag_length))
        assert value_of(outcome).plaintext == TEXT


def test_the_length_of_a_tag_is_never_the_input_s_choice(target: Target) -> None:
    key = make(target)
    sealed = value_of(target.encrypt(gcm(key)))
    tag = sealed.tag or b""
    for wrong, relied in (
        (tag[:12], 16),
        (tag[:12], 12),
        (tag, 12),
        (b"", 16),
        (tag + b"\0", 16),
        (tag + b"\0", 17),
    ):
        rejection, _ = rejection_of(target.decrypt(ungcm(key, sealed, wrong, relied)))
        assert rejection is RejectionClass.INVALID_CIPHERTEXT
    # The end of the ciphertext does not become the tag.
    shifted = Encrypted(HexBytes(sealed.ciphertext + tag[:4]), sealed.iv)
    rejection, _ = rejection_of(target.decrypt(ungcm(key, shifted, tag[4:], None)))
    assert rejection is RejectionClass.INVALID_CIPHERTEXT
    assert rejection_of(target.decrypt(ungcm(key, sealed, None)))[1] == "missing-tag"
    assert isinstance(target.encrypt(gcm(key, tag_length=12)), Unsupported)


def test_a_spoiled_ciphertext_is_told_with_the_documented_code(target: Target) -> None:
    key = make(target)
    sealed = value_of(target.encrypt(gcm(key)))
    outcome = target.decrypt(ungcm(key, sealed, bytes(16)))
    assert outcome == Rejected(
        RejectionClass.INVALID_CIPHERTEXT,
        "InvalidParameter",
        'The specified parameter "CiphertextBlob" is not valid.',
    )


# The other algorithms.


@pytest.mark.parametrize("algorithm", [Algorithm.ECB, Algorithm.CBC])
@pytest.mark.parametrize("padding", PaddingMode)
def test_block_modes(target: Target, algorithm: Algorithm, padding: PaddingMode) -> None:
    key = make(target, KeySpec.AES_192)
    sealed = value_of(
        target.encrypt(Encrypt(key=key, algorithm=algorithm, padding=padding, plaintext=TEXT))
    )
    assert sealed.tag is None
    assert len(sealed.ciphertext) == (32 if padding is PaddingMode.PKCS7_PADDING else 16)
    request = Decrypt(
        key=key,
        algorithm=algorithm,
        padding=padding,
        ciphertext=sealed.ciphertext,
        iv=sealed.iv,
    )
    assert value_of(target.decrypt(request)).plaintext == TEXT
    for outcome in (
        target.encrypt(Encrypt(key=key, algorithm=algorithm, plaintext=TEXT, tag_length=16)),
        target.decrypt(
            Decrypt(key=key, algorithm=algorithm, ciphertext=TEXT, iv=sealed.iv, tag=TEXT)
        ),
    ):
        assert rejection_of(outcome)[1] == "unexpected-aad"


@pytest.mark.parametrize(
    ("key_spec", "algorithm"),
    [
        (KeySpec.RSA_2048, Algorithm.RSAES_OAEP_SHA_256),
        (KeySpec.EC_P256, Algorithm.ECIES_DH_SHA_1_XOR_HMAC),
        (KeySpec.EC_P256K, Algorithm.ECIES_DH_SHA_1_XOR_HMAC),
    ],
)
def test_public_key_encryption(target: Target, key_spec: KeySpec, algorithm: Algorithm) -> None:
    key = make(target, key_spec)
    is_ecies = algorithm is Algorithm.ECIES_DH_SHA_1_XOR_HMAC
    dialect = EciesDialect.EK_MK if is_ecies else None
    sealed = value_of(
        target.encrypt(Encrypt(key=key, algorithm=algorithm, plaintext=TEXT, dialect=dialect))
    )
    assert (sealed.iv, sealed.tag) == (None, None)
    opened = target.decrypt(
        Decrypt(key=key, algorithm=algorithm, ciphertext=sealed.ciphertext, dialect=dialect)
    )
    assert value_of(opened).plaintext == TEXT


@pytest.mark.parametrize(
    ("key_spec", "algorithm"),
    [
        (KeySpec.RSA_2048, Algorithm.RSA_PSS_SHA_256),
        (KeySpec.RSA_2048, Algorithm.RSA_PKCS1_SHA_256),
        (KeySpec.EC_P256, Algorithm.ECDSA_SHA_256),
        (KeySpec.EC_P256K, Algorithm.ECDSA_SHA_256),
    ],
)
def test_signatures(target: Target, key_spec: KeySpec, algorithm: Algorithm) -> None:
    key = make(target, key_spec, SIGN)
    for message_type, message in ((MessageType.RAW, TEXT), (MessageType.DIGEST, TEXT + TEXT)):
        given = HexBytes(message)
        signature = value_of(
            target.sign(
                Sign(key=key, algorithm=algorithm, message=given, message_type=message_type)
            )
        ).signature
        for offered, valid in ((signature, True), (HexBytes(b"nonsense"), False)):
            verified = target.verify(
                Verify(
                    key=key,
                    algorithm=algorithm,
                    message=given,
                    message_type=message_type,
                    signature=offered,
                )
            )
            assert value_of(verified).valid is valid


def test_an_algorithm_is_left_out(kms: Kms, target: Target) -> None:
    key, signer = make(target), make(target, KeySpec.RSA_2048, SIGN)
    ecb, padding = Algorithm.ECB, PaddingMode.PKCS7_PADDING
    sealed = value_of(
        target.encrypt(
            Encrypt(
                key=key,
                algorithm=Algorithm.GCM,
                algorithm_left_out=True,
                padding=padding,
                plaintext=TEXT,
            )
        )
    )
    assert sealed.tag is not None
    # What the field names is not what is asked for.
    sealed = value_of(
        target.encrypt(Encrypt(key=key, algorithm=ecb, algorithm_left_out=True, plaintext=TEXT))
    )
    assert sealed.tag is not None
    signed = target.sign(
        Sign(
            key=signer,
            algorithm=Algorithm.RSA_PKCS1_SHA_256,
            algorithm_left_out=True,
            message=TEXT,
        )
    )
    verified = kms.service.verify(
        signer, TEXT, value_of(signed).signature, algorithm=Algorithm.RSA_PSS_SHA_256
    )
    assert verified.valid


def test_keys_for_another_usage_or_algorithm(target: Target) -> None:
    rsa, signer, software = (
        make(target, KeySpec.RSA_2048),
        make(target, KeySpec.RSA_2048, SIGN),
        make(target, level=ProtectionLevel.SOFTWARE),
    )
    oaep, pss = Algorithm.RSAES_OAEP_SHA_256, Algorithm.RSA_PSS_SHA_256
    wrong_usage = (RejectionClass.WRONG_KEY_USAGE, "UnsupportedOperation")
    unsupported = (RejectionClass.UNSUPPORTED_ALGORITHM, "UnsupportedOperation")
    wanted = (
        (target.sign(Sign(key=rsa, algorithm=pss, message=TEXT)), wrong_usage),
        (target.encrypt(Encrypt(key=signer, algorithm=oaep, plaintext=TEXT)), wrong_usage),
        (target.encrypt(Encrypt(key=rsa, algorithm=pss, plaintext=TEXT)), unsupported),
        (
            target.encrypt(Encrypt(key=software, algorithm=Algorithm.CBC, plaintext=TEXT)),
            unsupported,
        ),
    )
    for outcome, refusal in wanted:
        assert rejection_of(outcome) == refusal


def test_what_the_api_has_no_place_for(target: Target) -> None:
    rsa, ec = make(target, KeySpec.RSA_2048), make(target, KeySpec.EC_P256)
    oaep, ecies = Algorithm.RSAES_OAEP_SHA_256, Algorithm.ECIES_DH_SHA_1_XOR_HMAC
    outcomes: tuple[object, ...] = (
        target.encrypt(Encrypt(key=rsa, algorithm=oaep, plaintext=TEXT, label=TEXT)),
        target.decrypt(Decrypt(key=rsa, algorithm=oaep, ciphertext=TEXT, label=TEXT)),
        target.encrypt(Encrypt(key=ec, algorithm=ecies, plaintext=TEXT, dialect=OTHER_DIALECT)),
        target.decrypt(Decrypt(key=ec, algorithm=ecies, ciphertext=TEXT, dialect=OTHER_DIALECT)),
    )
    for outcome in outcomes:
        assert isinstance(outcome, Unsupported)


def test_what_one_key_has_sealed_no_other_opens(target: Target) -> None:
    first, second = make(target), make(target)
    sealed = value_of(target.encrypt(gcm(first)))
    rejection, _ = rejection_of(target.decrypt(ungcm(second, sealed, sealed.tag)))
    assert rejection is RejectionClass.INVALID_CIPHERTEXT
