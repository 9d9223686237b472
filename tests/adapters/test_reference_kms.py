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
    Describe,
    DescribeKey,
    DestroyKey,
    DisableKey,
    EnableKey,
    GetPublicKey,
    ImportKey,
    Sign,
)
from kmsproof.outcome import (
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
from kmsproof_testing.reference_kms import gcm, make, rejection_of
from kmsproof_vectors.encoding import json_decoder, json_encoder

SOFTWARE, HARDWARE, EXTERNAL = (
    ProtectionLevel.SOFTWARE,
    ProtectionLevel.HARDWARE,
    ProtectionLevel.EXTERNAL,
)
ENCRYPT, SIGN = KeyUsage.ENCRYPT_DECRYPT, KeyUsage.SIGN_VERIFY
OTHER_DIALECT = EciesDialect.MK_EK


@pytest.fixture
def target(kms: Kms) -> Target:
    """The target on that service."""
    return KmsTarget(kms.service, kms.engine)


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
