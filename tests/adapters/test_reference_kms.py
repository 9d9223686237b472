"""The target ``reference-kms``: the contract, the declaration, and what refusals become."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kmsproof.capability import Chooser, CiphertextForm, Description, LengthRange
from kmsproof.errors import UsageError
from kmsproof.messages import (
    CancelKeyDeletion,
    Close,
    CreateKey,
    Decrypt,
    Describe,
    DescribeKey,
    DestroyKey,
    DisableKey,
    EnableKey,
    Encrypt,
    GetPublicKey,
    ImportKey,
    Sign,
    Verify,
)
from kmsproof.outcome import (
    Encrypted,
    Error,
    ErrorKind,
    KeyDescription,
    Rejected,
    Unsupported,
)
from kmsproof.target import Target
from kmsproof.targets import find_adapter
from kmsproof.vocabulary import (
    SIGNATURE_ALGORITHMS,
    Algorithm,
    EciesDialect,
    HexBytes,
    KeyField,
    KeyPart,
    KeySpec,
    KeyState,
    KeyUsage,
    MessageType,
    PaddingMode,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.reference_kms.refusals import outcome_of
from kmsproof_adapters.reference_kms.target import KmsTarget
from kmsproof_reference.kms import errors
from kmsproof_reference.kms.errors import KmsError
from kmsproof_reference.kms.policy import OFFERS
from kmsproof_testing.asking import value_of
from kmsproof_testing.kms import DAY, Kms
from kmsproof_vectors.encoding import json_decoder, json_encoder

SOFTWARE, HARDWARE, EXTERNAL = (
    ProtectionLevel.SOFTWARE,
    ProtectionLevel.HARDWARE,
    ProtectionLevel.EXTERNAL,
)
ENCRYPT, SIGN = KeyUsage.ENCRYPT_DECRYPT, KeyUsage.SIGN_VERIFY
TEXT = HexBytes(b"sixteen byte text"[:16])
CONTEXT = HexBytes(b"context")
OTHER_DIALECT = EciesDialect.MK_EK


@pytest.fixture
def kms() -> Kms:
    """The service behind the target, with keys at hand."""
    return Kms()


@pytest.fixture
def target(kms: Kms) -> Target:
    """The target on that service."""
    return KmsTarget(kms.service, kms.engine)


def make(
    target: Target,
    key_spec: KeySpec = KeySpec.AES_256,
    usage: KeyUsage = ENCRYPT,
    level: ProtectionLevel = HARDWARE,
    left_out: tuple[KeyField, ...] = (),
) -> str:
    """The handle of a new key."""
    return value_of(
        target.create_key(
            CreateKey(key_spec=key_spec, usage=usage, protection_level=level, left_out=left_out)
        )
    ).key


def gcm(key: str, iv: HexBytes | None = None, tag_length: int | None = 16) -> Encrypt:
    """A request to encrypt with GCM."""
    return Encrypt(
        key=key,
        algorithm=Algorithm.GCM,
        plaintext=TEXT,
        iv=iv,
        aad=CONTEXT,
        tag_length=tag_length,
    )


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


def rejection_of(outcome: object) -> tuple[RejectionClass, str]:
    """Class and code of a refusal."""
    assert isinstance(outcome, Rejected), outcome
    return outcome.rejection, outcome.native_code


# What is declared.


def test_the_command_line_finds_it() -> None:
    adapter = find_adapter("reference-kms")
    assert adapter.health().ready
    assert not adapter.native
    target = adapter.open("")
    assert isinstance(target, Target)
    assert value_of(target.describe(Describe())).name == "kmsproof reference KMS"
    with pytest.raises(UsageError):
        adapter.open("anything")


def test_two_targets_share_no_keys() -> None:
    adapter = find_adapter("reference-kms")
    first, second = adapter.open(""), adapter.open("")
    key = make(first)
    assert value_of(first.describe_key(DescribeKey(key=key)))
    rejection, _ = rejection_of(second.describe_key(DescribeKey(key=key)))
    assert rejection is RejectionClass.NOT_FOUND


def test_the_description_is_well_formed(target: Target) -> None:
    description = value_of(target.describe(Describe()))
    encoded = json_encoder().encode(description)
    assert json_decoder(Description).decode(encoded) == description
    assert description.version
    assert all(one.create and one.lifecycle and one.defaults for one in description.keys)
    assert all(one.importable == () for one in description.keys)


def test_what_each_level_declares_is_what_the_sheet_offers(target: Target) -> None:
    description = value_of(target.describe(Describe()))
    keys = {
        (level, spec): set(one.usages)
        for one in description.keys
        for level in one.protection_levels
        for spec in one.key_specs
    }
    algorithms = {
        (level, spec, one.algorithm)
        for one in description.algorithms
        for level in one.protection_levels
        for spec in one.key_specs
    }
    pairs = [(level, spec) for level in OFFERS for spec in OFFERS[level]]
    assert keys == {(level, spec): set(OFFERS[level][spec].usages) for level, spec in pairs}
    assert algorithms == {
        (level, spec, algorithm)
        for level, spec in pairs
        for algorithm in (*OFFERS[level][spec].encryption, *OFFERS[level][spec].signature)
    }
    assert len(algorithms) == len(description.algorithms)


def test_what_is_declared_of_the_algorithms(target: Target) -> None:
    description = value_of(target.describe(Describe()))
    for one in description.algorithms:
        assert one.ciphertext_form is CiphertextForm.PARTS
        with_iv = one.algorithm in (Algorithm.GCM, Algorithm.CBC)
        assert set(one.iv_chosen_by) == (set(Chooser) if with_iv else set())
        signs = one.algorithm in SIGNATURE_ALGORITHMS
        assert set(one.message_types) == (set(MessageType) if signs else set())
        is_ecies = one.algorithm is Algorithm.ECIES_DH_SHA_1_XOR_HMAC
        assert one.dialects == ((EciesDialect.EK_MK,) if is_ecies else ())
        block_mode = one.algorithm in (Algorithm.ECB, Algorithm.CBC)
        assert set(one.paddings) == (set(PaddingMode) if block_mode else set())
        if one.algorithm is Algorithm.GCM:
            assert one.tag_lengths == (LengthRange(16, 16),)
            assert one.iv_lengths == (LengthRange(12, 12),)
            assert one.aad_lengths == (LengthRange(0, 8192),)


# Keys.


@pytest.mark.parametrize("level", OFFERS)
def test_a_key_is_what_it_is_asked_to_be(target: Target, level: ProtectionLevel) -> None:
    for key_spec, offer in OFFERS[level].items():
        for usage in offer.usages:
            key = make(target, key_spec, usage, level)
            described = value_of(target.describe_key(DescribeKey(key=key)))
            assert described == KeyDescription(key_spec, usage, level, KeyState.ENABLED)


def test_what_is_left_out_has_the_default(target: Target) -> None:
    key = make(target, KeySpec.RSA_2048, SIGN, EXTERNAL, tuple(KeyField))
    described = value_of(target.describe_key(DescribeKey(key=key)))
    assert described == KeyDescription(KeySpec.AES_256, ENCRYPT, SOFTWARE, KeyState.ENABLED)
    key = make(target, KeySpec.RSA_2048, SIGN, HARDWARE, (KeyField.USAGE,))
    described = value_of(target.describe_key(DescribeKey(key=key)))
    assert described == KeyDescription(KeySpec.RSA_2048, ENCRYPT, HARDWARE, KeyState.ENABLED)


def test_keys_that_are_not_made(target: Target) -> None:
    def made(key_spec: KeySpec, usage: KeyUsage, level: ProtectionLevel) -> RejectionClass:
        request = CreateKey(key_spec=key_spec, usage=usage, protection_level=level)
        return rejection_of(target.create_key(request))[0]

    not_offered = RejectionClass.UNSUPPORTED_ALGORITHM
    assert made(KeySpec.AES_128, ENCRYPT, SOFTWARE) is not_offered
    assert made(KeySpec.RSA_2048, ENCRYPT, EXTERNAL) is not_offered
    assert made(KeySpec.AES_256, SIGN, HARDWARE) is RejectionClass.WRONG_KEY_USAGE


def test_keys_are_not_imported(target: Target) -> None:
    request = ImportKey(
        key_spec=KeySpec.AES_256,
        usage=ENCRYPT,
        protection_level=SOFTWARE,
        part=KeyPart.SECRET,
        material=HexBytes(bytes(32)),
    )
    assert isinstance(target.import_key(request), Unsupported)


def test_the_life_of_a_key(target: Target) -> None:
    key = make(target)

    def state() -> KeyState:
        return value_of(target.describe_key(DescribeKey(key=key))).state

    def refused() -> tuple[RejectionClass, str]:
        return rejection_of(target.encrypt(gcm(key)))

    key_state = RejectionClass.KEY_STATE
    value_of(target.disable_key(DisableKey(key=key)))
    assert (state(), refused()) == (KeyState.DISABLED, (key_state, "Rejected.Disabled"))
    value_of(target.enable_key(EnableKey(key=key)))
    assert state() is KeyState.ENABLED
    value_of(target.destroy_key(DestroyKey(key=key)))
    assert state() is KeyState.PENDING_DELETION
    assert refused() == (key_state, "Rejected.PendingDeletion")
    for again in (target.destroy_key(DestroyKey(key=key)), target.enable_key(EnableKey(key=key))):
        assert rejection_of(again) == (key_state, "Rejected.StateModifiedFailed")
    value_of(target.cancel_key_deletion(CancelKeyDeletion(key=key)))
    assert state() is KeyState.ENABLED
    value_of(target.encrypt(gcm(key)))
    cancelled = target.cancel_key_deletion(CancelKeyDeletion(key=key))
    assert rejection_of(cancelled) == (key_state, "Rejected.StateModifiedFailed")


def test_a_destroyed_key_goes_after_the_shortest_time(kms: Kms, target: Target) -> None:
    key = make(target)
    value_of(target.destroy_key(DestroyKey(key=key)))
    kms.clock.turn(7 * DAY)
    gone = (RejectionClass.NOT_FOUND, "Forbidden.KeyNotFound")
    assert rejection_of(target.describe_key(DescribeKey(key=key))) == gone


def test_a_key_that_is_not_there(target: Target) -> None:
    key = "key-0"
    text = HexBytes(b"text")
    asked: tuple[Callable[[], object], ...] = (
        lambda: target.describe_key(DescribeKey(key=key)),
        lambda: target.get_public_key(GetPublicKey(key=key)),
        lambda: target.encrypt(gcm(key)),
        lambda: target.sign(Sign(key=key, algorithm=Algorithm.ECDSA_SHA_256, message=text)),
        lambda: target.disable_key(DisableKey(key=key)),
        lambda: target.enable_key(EnableKey(key=key)),
        lambda: target.destroy_key(DestroyKey(key=key)),
        lambda: target.cancel_key_deletion(CancelKeyDeletion(key=key)),
    )
    for ask in asked:
        assert rejection_of(ask()) == (RejectionClass.NOT_FOUND, "Forbidden.KeyNotFound")


@pytest.mark.parametrize("key_spec", [KeySpec.RSA_3072, KeySpec.EC_P256K])
def test_public_keys(kms: Kms, target: Target, key_spec: KeySpec) -> None:
    key = make(target, key_spec)
    public_key = value_of(target.get_public_key(GetPublicKey(key=key))).public_key
    assert public_key == kms.service.get_public_key(key)


def test_an_aes_key_has_no_public_key(target: Target) -> None:
    outcome = target.get_public_key(GetPublicKey(key=make(target)))
    assert rejection_of(outcome)[1] == "UnsupportedOperation"


def test_close_is_answered(target: Target) -> None:
    value_of(target.close(Close()))


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
        make(target, level=SOFTWARE),
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


# Refusals.


@pytest.mark.parametrize(
    "kind",
    [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.RejectedState)
    ],
)
def test_every_refused_state_is_one_of_the_key(kind: type[KmsError]) -> None:
    outcome = outcome_of(kind())
    assert isinstance(outcome, Rejected)
    assert (outcome.rejection, outcome.native_code) == (RejectionClass.KEY_STATE, kind.code)


def test_a_failure_inside_is_no_rejection() -> None:
    for error in (errors.InternalFailure(), errors.ServiceUnavailableTemporary()):
        outcome = outcome_of(error)
        assert isinstance(outcome, Error)
        assert outcome.kind is ErrorKind.INTERNAL


def test_a_reason_for_a_log_is_not_told() -> None:
    outcome = outcome_of(errors.InvalidKeyMaterial("a reason"))
    assert "a reason" not in repr(outcome)
