"""Keys of the service: how they are made, named, listed, and how they go."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from kmsproof_reference.kms.errors import (
    AliasNotFound,
    InvalidParameter,
    KeyNotFound,
    KeyVersionNotFound,
    LimitExceeded,
)
from kmsproof_reference.kms.metadata import AutomaticRotation, KeyMetadata, Origin
from kmsproof_reference.kms.policy import Quotas
from kmsproof_reference.kms.reference_engine import ReferenceEngine
from kmsproof_reference.kms.service import Account, KeyManagementService
from kmsproof_reference.kms.store import MemoryStore
from kmsproof_reference.vocabulary import KeySpec, KeyState, KeyUsage, ProtectionLevel
from kmsproof_testing.kms import DAY, MOMENT, START, Kms, TurnedClock


def test_the_defaults_make_a_software_key_that_encrypts() -> None:
    key = Kms().service.create_key()
    assert key == KeyMetadata(
        key_id=key.key_id,
        arn=f"acs:kms:local:1000000000000001:key/{key.key_id}",
        creator="1000000000000001",
        key_spec=KeySpec.AES_256,
        usage=KeyUsage.ENCRYPT_DECRYPT,
        protection_level=ProtectionLevel.SOFTWARE,
        origin=Origin.ALIYUN_KMS,
        state=KeyState.ENABLED,
        description="",
        creation_date=START,
        last_rotation_date=START,
        automatic_rotation=AutomaticRotation.DISABLED,
        rotation_interval=None,
        next_rotation_date=None,
        delete_date=None,
        material_expire_time=None,
        primary_version_id=key.primary_version_id,
        initial_version_id=key.primary_version_id,
    )
    assert re.fullmatch(r"key-[0-9a-f]{20}", key.key_id)
    uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(uuid, str(key.primary_version_id))


@pytest.mark.parametrize("key_spec", [spec for spec in KeySpec if not spec.is_symmetric])
def test_an_asymmetric_key_has_no_primary_version(key_spec: KeySpec) -> None:
    kms = Kms()
    key = kms.metadata(key_spec)
    assert key.primary_version_id is None
    assert [v.version_id for v in kms.service.list_key_versions(key.key_id)] == [
        key.initial_version_id
    ]


def test_the_same_random_bytes_make_the_same_keys() -> None:
    first, second, other = Kms(), Kms(), Kms(seed=b"other")
    assert first.metadata() == second.metadata()
    assert first.metadata().key_id != other.metadata().key_id


def test_a_key_is_found_by_id_alias_and_both_arns() -> None:
    kms = Kms()
    key = kms.metadata()
    kms.service.create_alias("alias/mine", key.key_id)
    arn_of_alias = kms.service.list_aliases()[0].arn
    for name in (key.key_id, "alias/mine", key.arn, arn_of_alias):
        assert kms.service.describe_key(name) == key
        sealed = kms.service.encrypt(name, b"text")
        assert sealed.key_id == key.key_id


@pytest.mark.parametrize(
    "name",
    [
        "",
        "key-0",
        "key/{key}",
        "{key} ",
        "acs:kms:local:1000000000000001:{key}",
        "acs:kms:local:2000000000000002:key/{key}",
        "acs:kms:elsewhere:1000000000000001:key/{key}",
        "acs:kms:local:1000000000000001:key/",
    ],
)
def test_other_names_find_nothing(name: str) -> None:
    kms = Kms()
    key_id = kms.key()
    with pytest.raises(KeyNotFound):
        kms.service.describe_key(name.format(key=key_id))


def test_the_account_is_in_the_arns() -> None:
    kms = Kms()
    account = Account("cn-hangzhou", "42")
    service = KeyManagementService(
        MemoryStore(), kms.engine, kms.clock, kms.random, account=account
    )
    key = service.create_key()
    assert (key.arn, key.creator) == (f"acs:kms:cn-hangzhou:42:key/{key.key_id}", "42")
    assert service.describe_key(key.arn) == key


def test_keys_are_listed_the_oldest_first() -> None:
    kms = Kms()
    keys = [kms.metadata() for _ in range(5)]
    kms.service.disable_key(keys[0].key_id)
    kms.service.enable_key(keys[0].key_id)
    assert kms.service.list_keys() == keys


def test_a_description_has_a_limit() -> None:
    kms = Kms()
    long = "ü" * 8192
    key_id = kms.service.create_key(description=long).key_id
    assert kms.service.describe_key(key_id).description == long
    kms.service.update_key_description(key_id, "")
    for call in (
        lambda: kms.service.create_key(description=long + "."),
        lambda: kms.service.update_key_description(key_id, long + "."),
    ):
        with pytest.raises(InvalidParameter):
            call()
    assert kms.service.describe_key(key_id).description == ""


def test_there_may_be_a_limit_of_keys_which_gone_ones_leave() -> None:
    kms = Kms(quotas=Quotas(keys=2))
    first, _ = kms.key(), kms.key()
    with pytest.raises(LimitExceeded):
        kms.key()
    kms.service.schedule_key_deletion(first, 7)
    with pytest.raises(LimitExceeded):
        kms.key()
    kms.clock.turn(7 * DAY)
    kms.key()
    assert len(kms.service.list_keys()) == 2


# Deletion.


@pytest.mark.parametrize("days", [7, 30, 366])
def test_a_key_is_gone_when_its_day_has_come(days: int) -> None:
    kms = Kms()
    key = kms.metadata()
    kms.service.create_alias("alias/mine", key.key_id)
    kms.service.schedule_key_deletion("alias/mine", days)
    assert kms.service.describe_key(key.key_id).delete_date == START + days * DAY
    kms.clock.turn(days * DAY - MOMENT)
    assert kms.state(key.key_id) is KeyState.PENDING_DELETION
    kms.clock.turn(MOMENT)
    with pytest.raises(AliasNotFound):
        kms.service.describe_key("alias/mine")
    for call in (
        lambda: kms.service.describe_key(key.key_id),
        lambda: kms.service.cancel_key_deletion(key.key_id),
        lambda: kms.service.encrypt(key.key_id, b"text"),
        lambda: kms.service.list_key_versions(key.key_id),
    ):
        with pytest.raises(KeyNotFound):
            call()
    with pytest.raises(KeyVersionNotFound):
        kms.service.key_id_of_version(str(key.initial_version_id))
    assert kms.service.list_keys() == []
    assert kms.service.list_aliases() == []


def test_nothing_of_a_gone_key_is_left_in_the_store() -> None:
    kms = Kms()
    key = kms.metadata()
    kms.service.schedule_key_deletion(key.key_id, 7)
    kms.clock.turn(7 * DAY)
    assert kms.service.list_keys() == []
    assert kms.store.version(str(key.initial_version_id)) is None
    assert kms.store.versions(key.key_id) == []


@pytest.mark.parametrize("days", [-7, 0, 6, 367, 10**9])
def test_a_deletion_is_neither_too_soon_nor_too_late(days: int) -> None:
    kms = Kms()
    key_id = kms.key()
    with pytest.raises(InvalidParameter) as caught:
        kms.service.schedule_key_deletion(key_id, days)
    assert caught.value.parameter == "PendingWindowInDays"
    assert kms.state(key_id) is KeyState.ENABLED


def test_a_cancelled_deletion_does_not_come_about() -> None:
    kms = Kms()
    key_id = kms.key()
    kms.service.schedule_key_deletion(key_id, 7)
    kms.clock.turn(timedelta(days=6))
    kms.service.cancel_key_deletion(key_id)
    kms.clock.turn(400 * DAY)
    assert kms.state(key_id) is KeyState.ENABLED


def test_an_rsa_key_that_is_made_in_plain_python_works() -> None:
    kms = Kms()
    engine = ReferenceEngine(kms.random)
    service = KeyManagementService(MemoryStore(), engine, TurnedClock(), kms.random)
    key = service.create_key(key_spec=KeySpec.RSA_2048)
    sealed = service.encrypt(key.key_id, b"text")
    assert service.decrypt(key.key_id, sealed.ciphertext).plaintext == b"text"
