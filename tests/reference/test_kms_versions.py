"""Versions of keys: made for asymmetric keys, by rotation for symmetric ones."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kmsproof_reference.kms.errors import (
    InvalidCiphertextBlob,
    InvalidParameter,
    KeyVersionNotFound,
    LimitExceeded,
    RejectedDisabled,
    RejectedUnsupportedOperation,
    UnsupportedOperation,
)
from kmsproof_reference.kms.metadata import AutomaticRotation, Origin
from kmsproof_reference.kms.policy import Quotas
from kmsproof_reference.vocabulary import KeySpec, KeyUsage, ProtectionLevel
from kmsproof_testing.kms import DAY, MOMENT, START, Kms

WEEK = 7 * DAY
YEAR = 365 * DAY


def test_a_second_version_leaves_the_first_as_it_is() -> None:
    kms = Kms()
    key = kms.metadata(KeySpec.EC_P256)
    first, sealed = key.initial_version_id, kms.service.encrypt(key.key_id, b"first")
    public_key = kms.service.get_public_key(key.key_id)
    kms.clock.turn(WEEK)
    second = kms.service.create_key_version(key.key_id)
    assert (second.key_id, second.creation_date) == (key.key_id, START + WEEK)
    listed = kms.service.list_key_versions(key.key_id)
    assert [version.version_id for version in listed] == [second.version_id, first]
    assert kms.service.describe_key_version(key.key_id, second.version_id) == second
    assert kms.service.get_public_key(key.key_id) == public_key
    assert kms.service.get_public_key(key.key_id, second.version_id) != public_key
    assert kms.service.describe_key(key.key_id).last_rotation_date == START + WEEK
    # Without a version it is the first one.
    assert kms.service.decrypt(key.key_id, sealed.ciphertext).version_id == first
    assert kms.service.encrypt(key.key_id, b"").version_id == first


def test_each_version_opens_its_own_ciphertexts() -> None:
    kms = Kms()
    key_id = kms.key(KeySpec.EC_P256K)
    kms.clock.turn(WEEK)
    second = kms.service.create_key_version(key_id).version_id
    sealed = kms.service.encrypt(key_id, b"text", version_id=second)
    opened = kms.service.decrypt(key_id, sealed.ciphertext, version_id=second)
    assert (opened.plaintext, opened.version_id) == (b"text", second)
    with pytest.raises(InvalidCiphertextBlob):
        kms.service.decrypt(key_id, sealed.ciphertext)


def test_each_version_verifies_its_own_signatures() -> None:
    kms = Kms()
    key_id = kms.key(KeySpec.EC_P256, KeyUsage.SIGN_VERIFY)
    kms.clock.turn(WEEK)
    second = kms.service.create_key_version(key_id).version_id
    signature = kms.service.sign(key_id, b"message", version_id=second).signature
    verified = kms.service.verify(key_id, b"message", signature, version_id=second)
    assert (verified.valid, verified.version_id) == (True, second)
    assert not kms.service.verify(key_id, b"message", signature).valid


@pytest.mark.parametrize("since", [timedelta(0), WEEK - MOMENT])
def test_versions_are_seven_days_apart(since: timedelta) -> None:
    kms = Kms()
    key_id = kms.key(KeySpec.EC_P256)
    kms.clock.turn(since)
    with pytest.raises(RejectedUnsupportedOperation):
        kms.service.create_key_version(key_id)
    kms.clock.turn(WEEK - since)
    kms.service.create_key_version(key_id)
    with pytest.raises(RejectedUnsupportedOperation):
        kms.service.create_key_version(key_id)


def test_a_key_has_fifty_versions_at_most() -> None:
    kms = Kms()
    key_id = kms.key(KeySpec.RSA_2048)
    for _ in range(49):
        kms.clock.turn(WEEK)
        kms.service.create_key_version(key_id)
    kms.clock.turn(WEEK)
    with pytest.raises(LimitExceeded):
        kms.service.create_key_version(key_id)
    assert len(kms.service.list_key_versions(key_id)) == 50


def test_symmetric_and_imported_keys_get_no_versions() -> None:
    kms = Kms()
    imported = kms.key(origin=Origin.EXTERNAL)
    kms.import_material(imported)
    kms.clock.turn(WEEK)
    for key_id in (kms.key(), imported):
        with pytest.raises(RejectedUnsupportedOperation) as caught:
            kms.service.create_key_version(key_id)
        assert caught.value.code == "Rejected.UnsupportedOperation"


@pytest.mark.parametrize("version_id", ["nothing", "00000000-0000-4000-8000-000000000000"])
def test_a_version_that_is_not_there_is_not_found(version_id: str) -> None:
    kms = Kms()
    key_id = kms.key()
    for call in (
        lambda: kms.service.describe_key_version(key_id, version_id),
        lambda: kms.service.encrypt(key_id, b"text", version_id=version_id),
        lambda: kms.service.decrypt(key_id, bytes(16), iv=bytes(12), version_id=version_id),
        lambda: kms.service.key_id_of_version(version_id),
    ):
        with pytest.raises(KeyVersionNotFound):
            call()


def test_a_version_belongs_to_one_key() -> None:
    kms = Kms()
    first, second = kms.metadata(), kms.metadata()
    version_id = str(first.initial_version_id)
    assert kms.service.key_id_of_version(version_id) == first.key_id
    with pytest.raises(KeyVersionNotFound):
        kms.service.describe_key_version(second.key_id, version_id)
    with pytest.raises(KeyVersionNotFound):
        kms.service.encrypt(second.key_id, b"text", version_id=version_id)


# Rotation.


def rotating(kms: Kms, interval: timedelta | None = WEEK) -> str:
    """The id of a new key that is rotated."""
    key = kms.service.create_key(automatic_rotation=True, rotation_interval=interval)
    return key.key_id


def test_rotation_makes_a_new_primary_version_and_keeps_the_old_ones() -> None:
    kms = Kms()
    key_id = rotating(kms)
    before = kms.service.describe_key(key_id)
    assert before.automatic_rotation is AutomaticRotation.ENABLED
    assert before.next_rotation_date == START + WEEK
    sealed = kms.service.encrypt(key_id, b"old")
    kms.clock.turn(WEEK - MOMENT)
    assert kms.service.encrypt(key_id, b"").version_id == sealed.version_id
    kms.clock.turn(MOMENT)
    after = kms.service.describe_key(key_id)
    assert after.primary_version_id != before.primary_version_id
    assert after.initial_version_id == before.initial_version_id
    assert after.last_rotation_date == START + WEEK
    assert after.next_rotation_date == START + 2 * WEEK
    assert kms.service.encrypt(key_id, b"new").version_id == after.primary_version_id
    opened = kms.service.decrypt(
        key_id, sealed.ciphertext, iv=sealed.iv, version_id=sealed.version_id
    )
    assert opened.plaintext == b"old"
    with pytest.raises(InvalidCiphertextBlob):
        kms.service.decrypt(key_id, sealed.ciphertext, iv=sealed.iv)


def test_a_long_absence_is_one_rotation() -> None:
    kms = Kms()
    key_id = rotating(kms)
    kms.clock.turn(10 * WEEK)
    assert len(kms.service.list_key_versions(key_id)) == 2
    assert kms.service.describe_key(key_id).next_rotation_date == START + 11 * WEEK


def test_rotation_waits_until_the_key_is_enabled() -> None:
    kms = Kms()
    key_id = rotating(kms)
    kms.service.disable_key(key_id)
    kms.clock.turn(2 * WEEK)
    key = kms.service.describe_key(key_id)
    assert key.automatic_rotation is AutomaticRotation.SUSPENDED
    assert len(kms.service.list_key_versions(key_id)) == 1
    kms.service.enable_key(key_id)
    assert len(kms.service.list_key_versions(key_id)) == 2


def test_the_interval_has_a_default_and_limits() -> None:
    kms = Kms()
    assert kms.service.describe_key(rotating(kms, None)).rotation_interval == YEAR
    for interval in (WEEK, YEAR):
        assert kms.service.describe_key(rotating(kms, interval)).rotation_interval == interval
    for interval in (timedelta(0), WEEK - MOMENT, YEAR + MOMENT):
        with pytest.raises(InvalidParameter) as caught:
            rotating(kms, interval)
        assert caught.value.parameter == "RotationInterval"


def test_a_policy_is_changed_and_taken_back() -> None:
    kms = Kms()
    key_id = kms.key()
    kms.service.update_rotation_policy(key_id, enabled=True, interval=WEEK)
    kms.clock.turn(DAY)
    kms.service.update_rotation_policy(key_id, enabled=True)
    key = kms.service.describe_key(key_id)
    assert (key.rotation_interval, key.next_rotation_date) == (WEEK, START + WEEK)
    kms.service.update_rotation_policy(key_id, enabled=False, interval=WEEK)
    key = kms.service.describe_key(key_id)
    assert key.automatic_rotation is AutomaticRotation.DISABLED
    assert (key.rotation_interval, key.next_rotation_date) == (None, None)
    kms.clock.turn(2 * YEAR)
    assert len(kms.service.list_key_versions(key_id)) == 1


@pytest.mark.parametrize(
    ("spec", "level", "origin"),
    [
        (KeySpec.RSA_2048, ProtectionLevel.SOFTWARE, Origin.ALIYUN_KMS),
        (KeySpec.EC_P256, ProtectionLevel.HARDWARE, Origin.ALIYUN_KMS),
        (KeySpec.AES_256, ProtectionLevel.EXTERNAL, Origin.ALIYUN_KMS),
        (KeySpec.AES_256, ProtectionLevel.HARDWARE, Origin.EXTERNAL),
    ],
)
def test_other_keys_are_not_rotated(spec: KeySpec, level: ProtectionLevel, origin: Origin) -> None:
    kms = Kms()
    with pytest.raises(UnsupportedOperation):
        kms.service.create_key(
            key_spec=spec, protection_level=level, origin=origin, automatic_rotation=True
        )
    key_id = kms.key(spec, level=level, origin=origin)
    if origin is Origin.EXTERNAL:
        kms.import_material(key_id)
    with pytest.raises(RejectedUnsupportedOperation):
        kms.service.update_rotation_policy(key_id, enabled=True)


def test_a_disabled_key_gets_neither_version_nor_policy() -> None:
    kms = Kms(quotas=Quotas(between_versions=timedelta(0)))
    key_id = kms.key(KeySpec.EC_P256)
    kms.service.create_key_version(key_id)
    kms.service.disable_key(key_id)
    with pytest.raises(RejectedDisabled):
        kms.service.create_key_version(key_id)
    with pytest.raises(RejectedDisabled):
        kms.service.update_rotation_policy(key_id, enabled=True)
