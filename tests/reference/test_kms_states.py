"""The state table: cell by cell as it is documented, and as the service answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kmsproof_reference.kms.errors import (
    RejectedDisabled,
    RejectedPendingDeletion,
    RejectedPendingImport,
    RejectedState,
    StateModifiedFailed,
)
from kmsproof_reference.kms.metadata import Origin, WrappingAlgorithm
from kmsproof_reference.kms.rules import Rules
from kmsproof_reference.kms.states import STATE_TABLE, KeyOperation
from kmsproof_reference.vocabulary import KeySpec, KeyState, KeyUsage
from kmsproof_testing.kms import Kms, refusal_of, wrap

OK = ""
STATES = (
    KeyState.ENABLED,
    KeyState.DISABLED,
    KeyState.PENDING_DELETION,
    KeyState.PENDING_IMPORT,
)
USE = (OK, "Rejected.Disabled", "Rejected.PendingDeletion", "Rejected.PendingImport")
FAILED = "Rejected.StateModifiedFailed"
ALWAYS = (OK, OK, OK, OK)

DOCUMENTED: dict[str, tuple[str, str, str, str]] = {
    "Encrypt": USE,
    "Decrypt": USE,
    "GenerateDataKey": USE,
    "CreateKeyVersion": USE,
    "UpdateRotationPolicy": USE,
    "DescribeKey": ALWAYS,
    "DescribeKeyVersion": ALWAYS,
    "ListKeyVersions": ALWAYS,
    "DeleteAlias": ALWAYS,
    "UpdateKeyDescription": (OK, OK, "Rejected.PendingDeletion", OK),
    "EnableKey": (OK, OK, FAILED, FAILED),
    "DisableKey": (OK, OK, FAILED, FAILED),
    "ScheduleKeyDeletion": (OK, OK, FAILED, OK),
    "CreateAlias": (OK, OK, FAILED, OK),
    "CancelKeyDeletion": (FAILED, FAILED, OK, FAILED),
    "GetParametersForImport": ALWAYS,
    "DeleteKeyMaterial": ALWAYS,
    "ImportKeyMaterial": (OK, OK, FAILED, OK),
    "UpdateAlias": (OK, OK, "Rejected.PendingDeletion", OK),
}
"""The page "Impact of key states on API operations", in the order of STATES."""

OF_OUR_OWN = {"Sign": USE, "Verify": USE, "GetPublicKey": ALWAYS, "ListAliasesByKeyId": ALWAYS}
"""What the page does not name."""

CELLS = [
    pytest.param(name, state, code, id=f"{name}-{state}")
    for name, codes in {**DOCUMENTED, **OF_OUR_OWN}.items()
    for state, code in zip(STATES, codes, strict=True)
]


def test_every_operation_and_state_has_a_cell() -> None:
    assert set(STATE_TABLE) == {KeyOperation(name) for name in {**DOCUMENTED, **OF_OUR_OWN}}
    assert set(STATE_TABLE) == set(KeyOperation)
    assert set(STATES) == set(KeyState)


@pytest.mark.parametrize(("name", "state", "code"), CELLS)
def test_cell(name: str, state: KeyState, code: str) -> None:
    refused = refusal_of(lambda: Rules().check_state(KeyOperation(name), state))
    assert (refused.code if refused else OK) == code
    assert refused is None or (issubclass(refused, RejectedState) and refused.http_status == 409)


# The service answers what the table says.


class Calls:
    """One call of the service for each operation that the table has, all else being right."""

    def __init__(self, kms: Kms, key_id: str) -> None:
        self.kms, self.service, self.key_id = kms, kms.service, key_id
        self.service.create_alias("alias/other", kms.key())

    def all(self) -> dict[KeyOperation, Callable[[], object]]:
        """The calls by their operations."""
        service, key_id = self.service, self.key_id
        return {
            KeyOperation.ENCRYPT: lambda: service.encrypt(key_id, b"text"),
            KeyOperation.DECRYPT: lambda: service.decrypt(key_id, bytes(16), iv=bytes(12)),
            KeyOperation.GENERATE_DATA_KEY: lambda: service.generate_data_key(key_id),
            KeyOperation.CREATE_KEY_VERSION: lambda: service.create_key_version(key_id),
            KeyOperation.UPDATE_ROTATION_POLICY: lambda: service.update_rotation_policy(
                key_id, enabled=True
            ),
            KeyOperation.DESCRIBE_KEY: lambda: service.describe_key(key_id),
            KeyOperation.LIST_KEY_VERSIONS: lambda: service.list_key_versions(key_id),
            KeyOperation.LIST_ALIASES_BY_KEY_ID: lambda: service.list_aliases_by_key_id(key_id),
            KeyOperation.UPDATE_KEY_DESCRIPTION: lambda: service.update_key_description(
                key_id, "words"
            ),
            KeyOperation.ENABLE_KEY: lambda: service.enable_key(key_id),
            KeyOperation.DISABLE_KEY: lambda: service.disable_key(key_id),
            KeyOperation.SCHEDULE_KEY_DELETION: lambda: service.schedule_key_deletion(key_id, 7),
            KeyOperation.CANCEL_KEY_DELETION: lambda: service.cancel_key_deletion(key_id),
            KeyOperation.CREATE_ALIAS: lambda: service.create_alias("alias/new", key_id),
            KeyOperation.UPDATE_ALIAS: lambda: service.update_alias("alias/other", key_id),
            KeyOperation.GET_PARAMETERS_FOR_IMPORT: self._parameters,
            KeyOperation.IMPORT_KEY_MATERIAL: self._import,
            KeyOperation.DELETE_KEY_MATERIAL: lambda: service.delete_key_material(key_id),
        }

    def _parameters(self) -> object:
        algorithm = WrappingAlgorithm.RSAES_OAEP_SHA_256
        return self.service.get_parameters_for_import(self.key_id, algorithm)

    def _import(self) -> None:
        self.kms.import_material(self.key_id)


def state_refusal(call: Callable[[], object]) -> type[RejectedState] | None:
    """The refusal of a call on account of the state, which is looked at before anything else."""
    refused = refusal_of(call)
    return refused if refused is not None and issubclass(refused, RejectedState) else None


@pytest.mark.parametrize("state", STATES)
def test_the_service_asks_the_table(state: KeyState) -> None:
    operations = Calls(Kms(), "").all()
    for operation in operations:
        kms = Kms()
        key_id = kms.key(origin=Origin.EXTERNAL)
        if state is not KeyState.PENDING_IMPORT:
            kms.import_material(key_id)
            kms.bring(key_id, state)
        assert kms.state(key_id) is state
        refused = state_refusal(Calls(kms, key_id).all()[operation])
        assert refused is STATE_TABLE[operation].get(state), operation


@pytest.mark.parametrize("state", STATES[:3])
def test_signatures_are_treated_like_encryption(state: KeyState) -> None:
    kms = Kms()
    key_id = kms.key(KeySpec.EC_P256, KeyUsage.SIGN_VERIFY)
    signature = kms.service.sign(key_id, b"message").signature
    kms.bring(key_id, state)
    wanted = STATE_TABLE[KeyOperation.SIGN].get(state)
    assert refusal_of(lambda: kms.service.sign(key_id, b"message")) is wanted
    assert refusal_of(lambda: kms.service.verify(key_id, b"message", signature)) is wanted


@pytest.mark.parametrize("state", STATES[:3])
def test_public_keys_are_given_out_in_every_state(state: KeyState) -> None:
    kms = Kms()
    key_id = kms.key(KeySpec.EC_P256)
    public_key = kms.service.get_public_key(key_id)
    kms.bring(key_id, state)
    assert kms.service.get_public_key(key_id) == public_key


def test_there_is_no_public_key_before_material() -> None:
    kms = Kms()
    key_id = kms.key(KeySpec.EC_P256, origin=Origin.EXTERNAL)
    with pytest.raises(RejectedPendingImport):
        kms.service.get_public_key(key_id)


@pytest.mark.parametrize("state", STATES)
def test_an_alias_can_be_taken_away_in_every_state(state: KeyState) -> None:
    kms = Kms()
    key_id = kms.key_in(KeyState.ENABLED if state is not KeyState.PENDING_IMPORT else state)
    kms.service.create_alias("alias/name", key_id)
    kms.bring(key_id, state)
    assert [alias.name for alias in kms.service.list_aliases_by_key_id(key_id)] == ["alias/name"]
    kms.service.delete_alias("alias/name")
    assert kms.service.list_aliases_by_key_id(key_id) == []


# Ways from state to state.


def test_a_new_key_is_enabled_and_can_be_disabled_and_enabled() -> None:
    kms = Kms()
    key_id = kms.key()
    assert kms.state(key_id) is KeyState.ENABLED
    for _ in range(2):
        kms.service.disable_key(key_id)
        assert kms.state(key_id) is KeyState.DISABLED
    for _ in range(2):
        kms.service.enable_key(key_id)
        assert kms.state(key_id) is KeyState.ENABLED


@pytest.mark.parametrize("state", [KeyState.ENABLED, KeyState.DISABLED])
def test_a_cancelled_deletion_leaves_the_key_enabled(state: KeyState) -> None:
    kms = Kms()
    key_id = kms.key()
    sealed = kms.service.encrypt(key_id, b"text")
    kms.bring(key_id, state)
    kms.service.schedule_key_deletion(key_id, 7)
    with pytest.raises(RejectedPendingDeletion):
        kms.service.decrypt(key_id, sealed.ciphertext, iv=sealed.iv)
    kms.service.cancel_key_deletion(key_id)
    assert kms.state(key_id) is KeyState.ENABLED
    assert kms.service.describe_key(key_id).delete_date is None
    assert kms.service.decrypt(key_id, sealed.ciphertext, iv=sealed.iv).plaintext == b"text"


def test_a_cancelled_deletion_without_material_leaves_the_key_waiting() -> None:
    kms = Kms()
    key_id = kms.key(origin=Origin.EXTERNAL)
    kms.service.schedule_key_deletion(key_id, 7)
    kms.service.cancel_key_deletion(key_id)
    assert kms.state(key_id) is KeyState.PENDING_IMPORT


def test_a_key_scheduled_for_deletion_takes_no_material() -> None:
    kms = Kms()
    key_id = kms.key(origin=Origin.EXTERNAL)
    parameters = kms.service.get_parameters_for_import(key_id, WrappingAlgorithm.RSAES_OAEP_SHA_256)
    kms.service.schedule_key_deletion(key_id, 7)
    with pytest.raises(StateModifiedFailed):
        kms.service.import_key_material(
            key_id, wrap(parameters.public_key, bytes(32)), parameters.token
        )


def test_a_disabled_key_keeps_its_description_and_name() -> None:
    kms = Kms()
    key_id = kms.key()
    kms.service.disable_key(key_id)
    kms.service.update_key_description(key_id, "other words")
    kms.service.create_alias("alias/name", key_id)
    assert kms.service.describe_key("alias/name").description == "other words"
    with pytest.raises(RejectedDisabled):
        kms.service.encrypt("alias/name", b"text")
