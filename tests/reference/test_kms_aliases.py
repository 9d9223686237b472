"""Aliases: made, given to another key, listed and taken away."""

from __future__ import annotations

import pytest

from kmsproof_reference.kms.errors import (
    AliasAlreadyExists,
    AliasNotFound,
    InvalidParameter,
    KeyNotFound,
    LimitExceeded,
    RejectedPendingDeletion,
    UnsupportedAlias,
)
from kmsproof_reference.kms.metadata import Alias
from kmsproof_reference.kms.policy import Quotas
from kmsproof_testing.kms import DAY, Kms


def test_aliases_are_listed_with_their_keys() -> None:
    kms = Kms()
    first, second = kms.key(), kms.key()
    kms.service.create_alias("alias/one", first)
    kms.service.create_alias("alias/two/parts", second)
    kms.service.create_alias("alias/three", first)
    arn = "acs:kms:local:1000000000000001:"
    of_first = [
        Alias("alias/one", f"{arn}alias/one", first),
        Alias("alias/three", f"{arn}alias/three", first),
    ]
    assert kms.service.list_aliases_by_key_id(first) == of_first
    assert kms.service.list_aliases_by_key_id("alias/one") == of_first
    assert kms.service.list_aliases() == [
        of_first[0],
        Alias("alias/two/parts", f"{arn}alias/two/parts", second),
        of_first[1],
    ]


def test_an_alias_is_given_to_another_key() -> None:
    kms = Kms()
    first, second = kms.key(), kms.key()
    kms.service.create_alias("alias/name", first)
    kms.service.update_alias("alias/name", second)
    assert kms.service.describe_key("alias/name").key_id == second
    assert kms.service.list_aliases_by_key_id(first) == []


def test_an_alias_goes_and_its_key_stays() -> None:
    kms = Kms()
    key_id = kms.key()
    kms.service.create_alias("alias/name", key_id)
    kms.service.delete_alias("alias/name")
    with pytest.raises(AliasNotFound):
        kms.service.encrypt("alias/name", b"text")
    assert kms.service.encrypt(key_id, b"text").key_id == key_id


def test_an_alias_is_taken_until_its_key_is_gone() -> None:
    kms = Kms()
    first, second = kms.key(), kms.key()
    kms.service.create_alias("alias/name", first)
    with pytest.raises(AliasAlreadyExists):
        kms.service.create_alias("alias/name", second)
    kms.service.schedule_key_deletion(first, 7)
    with pytest.raises(AliasAlreadyExists):
        kms.service.create_alias("alias/name", second)
    kms.clock.turn(7 * DAY)
    kms.service.create_alias("alias/name", second)
    assert kms.service.describe_key("alias/name").key_id == second


@pytest.mark.parametrize(
    "name", ["", "name", "alias/", "Alias/name", "alias/acs", "alias/acs/kms", "alias/" + 250 * "a"]
)
def test_other_names_are_no_aliases(name: str) -> None:
    kms = Kms()
    with pytest.raises(InvalidParameter) as caught:
        kms.service.create_alias(name, kms.key())
    assert caught.value.parameter == "AliasName"


def test_the_longest_alias() -> None:
    kms = Kms()
    name = "alias/" + 249 * "a"
    kms.service.create_alias(name, kms.key())
    assert [alias.name for alias in kms.service.list_aliases()] == [name]


def test_what_is_not_there_is_not_found() -> None:
    kms = Kms()
    key_id = kms.key()
    for call in (
        lambda: kms.service.update_alias("alias/nobody", key_id),
        lambda: kms.service.delete_alias("alias/nobody"),
        lambda: kms.service.describe_key("alias/nobody"),
    ):
        with pytest.raises(AliasNotFound):
            call()
    kms.service.create_alias("alias/name", key_id)
    with pytest.raises(KeyNotFound):
        kms.service.update_alias("alias/name", "key-0")


def test_an_alias_is_for_a_key_and_not_for_an_alias() -> None:
    kms = Kms()
    kms.service.create_alias("alias/name", kms.metadata().arn)
    arn = kms.service.list_aliases()[0].arn
    for named in ("alias/name", arn):
        with pytest.raises(UnsupportedAlias):
            kms.service.create_alias("alias/other", named)
        with pytest.raises(UnsupportedAlias):
            kms.service.update_alias("alias/name", named)


def test_the_new_key_of_an_alias_must_not_be_going() -> None:
    kms = Kms()
    first, second = kms.key(), kms.key()
    kms.service.create_alias("alias/name", first)
    kms.service.schedule_key_deletion(second, 7)
    with pytest.raises(RejectedPendingDeletion):
        kms.service.update_alias("alias/name", second)
    assert kms.service.describe_key("alias/name").key_id == first


def test_there_may_be_a_limit() -> None:
    kms = Kms(quotas=Quotas(aliases=1))
    key_id = kms.key()
    kms.service.create_alias("alias/one", key_id)
    with pytest.raises(LimitExceeded):
        kms.service.create_alias("alias/two", key_id)
    kms.service.delete_alias("alias/one")
    kms.service.create_alias("alias/two", key_id)
