"""Deviations of the service that no vector can see: each is tried out here, beside the standard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kmsproof_reference.deviations import catalogue
from kmsproof_reference.kms.metadata import Origin, WrappingAlgorithm
from kmsproof_reference.kms.service_base import Account
from kmsproof_reference.vocabulary import Algorithm, KeySpec, KeyState, KeyUsage
from kmsproof_testing.kms import AES_MATERIAL, DAY, START, Kms, deviating, opened, told, wrap

OAEP = WrappingAlgorithm.RSAES_OAEP_SHA_256
TEXT = b"sixteen bytes ok"

NO_VIEW = {
    each.id
    for each in catalogue().values()
    if not each.seen and each.replacements[0].__module__.rpartition(".")[2].startswith("kms_")
}
"""The deviations of the rules that no vector sees."""


def padding(kms: Kms) -> object:
    """ECB without a padding."""
    return len(kms.service.encrypt(kms.key(), TEXT, algorithm=Algorithm.ECB).ciphertext)


def without_material(kms: Kms) -> object:
    """The use of a key that waits for its material."""
    key_id = kms.key_in(KeyState.PENDING_IMPORT)
    return told(lambda: kms.service.encrypt(key_id, TEXT, algorithm=Algorithm.ECB).ciphertext)


def aad_with_cbc(kms: Kms) -> object:
    """Associated data where there can be none."""
    key_id = kms.key()
    return told(
        lambda: len(kms.service.encrypt(key_id, TEXT, algorithm=Algorithm.CBC, aad=b"x").ciphertext)
    )


def empty_data_key(kms: Kms) -> object:
    """A data key of no bytes."""
    key_id = kms.key()
    return told(lambda: kms.service.generate_data_key(key_id, 0).plaintext)


def similar_id(kms: Kms) -> object:
    """A key id with another end."""
    key_id = kms.key()
    return told(lambda: kms.service.describe_key(key_id[:-1] + "x").key_id == key_id)


def foreign_arn(kms: Kms) -> object:
    """The ARN of another account."""
    key_id = kms.key()
    arn = Account(number="2000000000000002").arn(f"key/{key_id}")
    return told(lambda: kms.service.describe_key(arn).key_id == key_id)


def bad_ciphertext(kms: Kms) -> object:
    """A ciphertext that is too short: code, status and text of the refusal."""
    key_id = kms.key()
    return told(
        lambda: kms.service.decrypt(key_id, b"short", algorithm=Algorithm.GCM, iv=bytes(12))
    )


def scheduled_key(kms: Kms) -> object:
    """The code for a key that is scheduled for deletion."""
    key_id = kms.key_in(KeyState.PENDING_DELETION)
    return told(lambda: kms.service.encrypt(key_id, TEXT))


def rotated(kms: Kms) -> object:
    """A rotation: whether it changes the ciphertext and the version, and the old one is kept."""
    key_id = kms.key()
    before = kms.service.encrypt(key_id, TEXT, algorithm=Algorithm.ECB)
    kms.service.update_rotation_policy(key_id, enabled=True, interval=timedelta(days=7))
    kms.clock.turn(8 * DAY)
    after = kms.service.encrypt(key_id, TEXT, algorithm=Algorithm.ECB)
    return (
        before.ciphertext == after.ciphertext,
        before.version_id == after.version_id,
        opened(kms, key_id, before) == TEXT,
    )


def versions_of(kms: Kms, key_id: str) -> list[str]:
    """The versions of a key, after another one was made, the oldest first."""
    kms.clock.turn(8 * DAY)
    kms.service.create_key_version(key_id)
    return [each.version_id for each in reversed(kms.service.list_key_versions(key_id))]


def foreign_version(kms: Kms) -> object:
    """A version of another key."""
    one, other = (kms.key(KeySpec.EC_P256, KeyUsage.SIGN_VERIFY) for _ in range(2))
    version = kms.service.describe_key(other).initial_version_id
    return told(lambda: kms.service.sign(one, TEXT, version_id=version).version_id == version)


def unknown_version(kms: Kms) -> object:
    """A version that is not there."""
    key_id = kms.key(KeySpec.EC_P256, KeyUsage.SIGN_VERIFY)
    return told(lambda: kms.service.sign(key_id, TEXT, version_id="none").algorithm)


def default_public_key(kms: Kms) -> object:
    """Which version the public key is of."""
    key_id = kms.key(KeySpec.EC_P256, KeyUsage.SIGN_VERIFY)
    first, _ = versions_of(kms, key_id)
    return kms.service.get_public_key(key_id) == kms.service.get_public_key(key_id, first)


def version_of_symmetric(kms: Kms) -> object:
    """A version of a symmetric key."""
    key_id = kms.key()
    kms.clock.turn(8 * DAY)
    return told(lambda: kms.service.create_key_version(key_id).key_id == key_id)


def hasty_version(kms: Kms) -> object:
    """A version at once."""
    key_id = kms.key(KeySpec.EC_P256)
    return told(lambda: kms.service.create_key_version(key_id).key_id == key_id)


def taken_alias(kms: Kms) -> object:
    """An alias that is made twice."""
    one, other = kms.key(), kms.key()
    kms.service.create_alias("alias/x", one)
    made = told(lambda: kms.service.create_alias("alias/x", other))
    return made, kms.service.describe_key("alias/x").key_id == one


def moved_alias(kms: Kms) -> object:
    """An alias that was used and then moved."""
    one, other = kms.key(), kms.key()
    kms.service.create_alias("alias/x", one)
    kms.service.describe_key("alias/x")
    kms.service.update_alias("alias/x", other)
    return kms.service.describe_key("alias/x").key_id == other


def alias_in_capitals(kms: Kms) -> object:
    """An alias in another case."""
    key_id = kms.key()
    kms.service.create_alias("alias/x", key_id)
    return told(lambda: kms.service.describe_key("alias/X").key_id == key_id)


def alias_of_deleted_key(kms: Kms) -> object:
    """The alias of a key that is gone, for another one."""
    key_id = kms.key()
    kms.service.create_alias("alias/x", key_id)
    kms.service.schedule_key_deletion(key_id, 7)
    kms.clock.turn(8 * DAY)
    assert told(lambda: kms.service.describe_key(key_id)) != key_id
    return told(lambda: kms.service.create_alias("alias/x", kms.key()))


def reserved_alias(kms: Kms) -> object:
    """An alias that is reserved; one that is too long stays refused."""
    key_id = kms.key()
    too_long = told(lambda: kms.service.create_alias("alias/" + "x" * 255, key_id))
    assert isinstance(too_long, tuple)
    return told(lambda: kms.service.create_alias("alias/acs/oss", key_id))


def unknown_alias(kms: Kms) -> object:
    """An alias that is not there."""
    key_id = kms.key()
    return told(lambda: kms.service.describe_key("alias/none").key_id == key_id)


def waiting(kms: Kms) -> str:
    """The id of a key that waits for its material."""
    return kms.key(origin=Origin.EXTERNAL)


def foreign_token(kms: Kms) -> object:
    """A token of another key."""
    one, other = waiting(kms), waiting(kms)
    given = kms.service.get_parameters_for_import(one, OAEP)
    material = wrap(given.public_key, AES_MATERIAL)
    return told(lambda: kms.service.import_key_material(other, material, given.token))


def old_token(kms: Kms) -> object:
    """A token after 25 hours."""
    key_id = waiting(kms)
    given = kms.service.get_parameters_for_import(key_id, OAEP)
    kms.clock.turn(timedelta(hours=25))
    material = wrap(given.public_key, AES_MATERIAL)
    return told(lambda: kms.service.import_key_material(key_id, material, given.token))


def other_material(kms: Kms) -> object:
    """Other material than before."""
    key_id = waiting(kms)
    kms.import_material(key_id)
    kms.service.delete_key_material(key_id)
    return told(lambda: kms.import_material(key_id, bytes(32)).key_id == key_id)


def plain_material(kms: Kms) -> object:
    """Material that is not encrypted."""
    key_id = waiting(kms)
    given = kms.service.get_parameters_for_import(key_id, OAEP)
    return told(lambda: kms.service.import_key_material(key_id, AES_MATERIAL, given.token))


def material_of(length: int) -> Callable[[Kms], object]:
    """Material of a wrong length."""

    def probe(kms: Kms) -> object:
        key_id = waiting(kms)
        return told(lambda: kms.import_material(key_id, bytes(length)).key_id == key_id)

    return probe


def spoiled_wrapping(kms: Kms) -> object:
    """Material that is encrypted to nothing."""
    key_id = waiting(kms)
    given = kms.service.get_parameters_for_import(key_id, OAEP)
    spoiled = told(lambda: kms.service.import_key_material(key_id, bytes(256), given.token))
    return spoiled == told(lambda: kms.import_material(key_id, bytes(31)))


def expired_material(kms: Kms) -> object:
    """The state after the time for which material was imported."""
    key_id = waiting(kms)
    kms.import_material(key_id, expire_time=START + DAY)
    kms.clock.turn(2 * DAY)
    return kms.state(key_id)


def same_context(*contexts: dict[str, str]) -> Callable[[Kms], object]:
    """Whether contexts are one and the same."""

    def probe(kms: Kms) -> object:
        return len({kms.service.associated_data(each) for each in contexts})

    return probe


def unknown_blob(kms: Kms) -> object:
    """The code for a key version of which there is no key."""
    return told(lambda: kms.service.key_id_of_version("none"))


def rotated_answer(kms: Kms) -> object:
    """Whether what was encrypted after a rotation says so."""
    key_id = kms.key()
    kms.service.update_rotation_policy(key_id, enabled=True, interval=timedelta(days=7))
    kms.clock.turn(8 * DAY)
    return opened(kms, key_id, kms.service.encrypt(key_id, TEXT))


def short_interval(kms: Kms) -> object:
    """A rotation every hour."""
    key_id, hour = kms.key(), timedelta(hours=1)
    return told(lambda: kms.service.update_rotation_policy(key_id, enabled=True, interval=hour))


def deleted_material(kms: Kms) -> object:
    """The state of a key whose material is deleted."""
    key_id = waiting(kms)
    kms.import_material(key_id)
    kms.service.delete_key_material(key_id)
    return kms.state(key_id)


def quick_deletion(kms: Kms) -> object:
    """A deletion tomorrow."""
    key_id = kms.key()
    return told(lambda: kms.service.schedule_key_deletion(key_id, 1))


PROBES: dict[str, Callable[[Kms], object]] = {
    "default/padding-is-none": padding,
    "state/key-without-material-usable": without_material,
    "input/aad-without-gcm-ignored": aad_with_cbc,
    "limit/data-key-of-0-bytes": empty_data_key,
    "key-id/first-12-characters-decide": similar_id,
    "key-id/account-in-arn-ignored": foreign_arn,
    "error/undocumented-code": bad_ciphertext,
    "error/bad-ciphertext-with-status-500": bad_ciphertext,
    "error/deletion-reported-as-disabled": scheduled_key,
    "version/rotation-keeps-material": rotated,
    "version/old-version-still-encrypts": rotated,
    "version/named-version-ignored": rotated,
    "version/first-version-in-answer": rotated_answer,
    "version/rotation-interval-not-checked": short_interval,
    "import/material-stays-when-deleted": deleted_material,
    "state/deletion-after-any-number-of-days": quick_deletion,
    "version/of-another-key-accepted": foreign_version,
    "version/unknown-version-is-default": unknown_version,
    "version/public-key-of-newest": default_public_key,
    "version/of-symmetric-key-made": version_of_symmetric,
    "version/made-at-any-time": hasty_version,
    "alias/taken-alias-moved": taken_alias,
    "alias/old-key-after-update": moved_alias,
    "alias/case-ignored": alias_in_capitals,
    "alias/of-deleted-key-stays-taken": alias_of_deleted_key,
    "alias/reserved-name-accepted": reserved_alias,
    "alias/unknown-alias-is-first-key": unknown_alias,
    "import/token-of-another-key-accepted": foreign_token,
    "import/old-token-accepted": old_token,
    "import/other-material-accepted": other_material,
    "import/unencrypted-material-accepted": plain_material,
    "import/short-material-filled-up": material_of(31),
    "import/long-material-cut": material_of(33),
    "import/bad-wrapping-told-apart": spoiled_wrapping,
    "import/expiry-ignored": expired_material,
    "context/ignored": same_context({}, {"a": "b"}),
    "context/order-counts": same_context({"a": "b", "c": "d"}, {"c": "d", "a": "b"}),
    "context/values-not-authenticated": same_context({"a": "b"}, {"a": "c"}),
    "context/joined-without-separators": same_context({"a": "bc"}, {"ab": "c"}),
    "context/beyond-first-name-ignored": same_context({"a": "b"}, {"a": "b", "c": "d"}),
    "context/unknown-version-in-blob-told-apart": unknown_blob,
}
"""What shows a deviation that no vector can see."""


def test_there_is_a_probe_for_each_that_no_vector_sees() -> None:
    assert PROBES.keys() == NO_VIEW


@pytest.mark.parametrize(("id", "probe"), PROBES.items(), ids=list(PROBES))
def test_what_no_vector_sees_is_there_all_the_same(id: str, probe: Callable[[Kms], object]) -> None:
    assert probe(deviating(id)) != probe(deviating(""))


@pytest.mark.parametrize(("id", "probe"), PROBES.items(), ids=list(PROBES))
def test_it_changes_nothing_else(id: str, probe: Callable[[Kms], object]) -> None:
    """Another probe answers as ever, unless it asks about the same."""
    for other in (padding, hasty_version, moved_alias, aad_with_cbc, expired_material):
        if other is not probe:
            assert other(deviating(id)) == other(deviating(""))
