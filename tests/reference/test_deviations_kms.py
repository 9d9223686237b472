"""Deviations of the rules and of the service: each changes what it says, and what it says is short.

What vectors see is proved by the kill matrix; what none can see is in the module beside this one.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kmsproof_reference.deviations import Deviation, View, catalogue
from kmsproof_reference.errors import Refusal
from kmsproof_reference.kms.errors import InvalidCiphertextBlob
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.vocabulary import (
    Algorithm,
    KeyState,
    ProtectionLevel,
)
from kmsproof_testing.kms import Kms, deviating, opened, told

FAMILIES = frozenset(
    {
        "alias",
        "context",
        "default",
        "error",
        "import",
        "input",
        "key-id",
        "level",
        "limit",
        "public-key",
        "purpose",
        "service",
        "state",
        "version",
    }
)

OURS = [each for each in catalogue().values() if each.family in FAMILIES]

TEXT = b"sixteen bytes ok"


# What all have in common.


@pytest.mark.parametrize("deviation", OURS, ids=lambda each: each.id)
def test_texts_are_sentences(deviation: Deviation) -> None:
    for text in (deviation.sentence, deviation.gain, deviation.cause, deviation.remedy):
        assert text.endswith(".")
        assert len(text) < 300
        assert text[0].isupper() or text[0].isdigit()
    assert deviation.clause
    assert not deviation.clause.endswith(".")


@pytest.mark.parametrize("deviation", OURS, ids=lambda each: each.id)
def test_parts_change_and_the_service_can_be_made(deviation: Deviation) -> None:
    kms = deviating(deviation.id)
    for replacement in deviation.replacements:
        part: type[object] = replacement.__bases__[0]
        made = deviation.parts()(part)
        assert issubclass(made, replacement)
        assert made is not part
    assert isinstance(kms.service, KeyManagementService)
    assert View.LIBRARY in deviation.unseen


@pytest.mark.parametrize("deviation", OURS, ids=lambda each: each.id)
def test_each_class_is_of_one_deviation(deviation: Deviation) -> None:
    others = [each for each in OURS if each.id != deviation.id]
    theirs = {replacement for each in others for replacement in each.replacements}
    assert not theirs.intersection(deviation.replacements)


def test_there_are_as_many_as_were_wanted() -> None:
    assert len(OURS) >= 100
    assert {each.family for each in OURS} == FAMILIES


def test_all_together_do_not_stand_in_each_others_way() -> None:
    """Replacements of one part are put before it in their order, and call each other."""
    several = (
        "state/disabled-key-decrypts",
        "state/disabled-key-encrypts",
        "default/padding-is-none",
    )
    kms = Kms(deviations=several)
    key_id = kms.key_in(KeyState.DISABLED)
    sealed = kms.service.encrypt(key_id, TEXT, algorithm=Algorithm.ECB)
    assert len(sealed.ciphertext) == 16
    assert opened(kms, key_id, sealed) == TEXT
    kms.service.enable_key(key_id)
    kms.service.schedule_key_deletion(key_id, 7)
    assert told(lambda: kms.service.encrypt(key_id, TEXT)) != TEXT


# Some that vectors see as well, by hand.


def test_a_fault_comes_at_the_same_calls_each_time() -> None:
    def wrong(kms: Kms) -> list[int]:
        key_id = kms.key()
        sealed = kms.service.encrypt(key_id, TEXT, algorithm=Algorithm.ECB)
        answers = [opened(kms, key_id, sealed) for _ in range(60)]
        return [number for number, each in enumerate(answers) if each != TEXT]

    faults = wrong(deviating("service/one-answer-in-20-wrong"))
    assert faults == [18, 38, 58]
    assert faults == wrong(deviating("service/one-answer-in-20-wrong"))
    assert not wrong(deviating(""))


def test_services_do_not_share_what_they_remember() -> None:
    id = "service/ciphertext-cached"
    one, other = deviating(id), Kms(seed=b"other", deviations=(id,))
    key_id = one.key()
    first = one.service.encrypt(key_id, TEXT)
    assert one.service.encrypt(key_id, TEXT) == first
    assert deviating("").service is not one.service
    assert other.service.encrypt(other.key(), TEXT).ciphertext != first.ciphertext


def test_a_change_of_state_comes_late() -> None:
    kms = deviating("state/changes-come-late")
    key_id = kms.key()
    kms.service.disable_key(key_id)
    answers = [told(lambda: kms.service.encrypt(key_id, TEXT).key_id) for _ in range(5)]
    assert [answer == key_id for answer in answers] == [True] * 3 + [False] * 2


def test_keys_are_lost_in_the_end() -> None:
    kms = deviating("service/keys-lost-after-300-uses")
    key_id = kms.key()
    answers = [told(lambda: kms.service.encrypt(key_id, b"").key_id) for _ in range(301)]
    assert answers[:299] == [key_id] * 299
    assert key_id not in answers[299:]


def test_a_key_that_was_taken_back_is_another() -> None:
    kms = deviating("state/key-taken-back-is-another")
    key_id = kms.key()
    sealed = kms.service.encrypt(key_id, TEXT)
    kms.service.schedule_key_deletion(key_id, 7)
    kms.service.cancel_key_deletion(key_id)
    assert opened(kms, key_id, sealed) != TEXT
    assert opened(kms, key_id, kms.service.encrypt(key_id, TEXT)) == TEXT


def test_a_refusal_is_still_one_and_the_same() -> None:
    kms = deviating("error/key-in-refusal")
    key_id = kms.key()
    with pytest.raises(InvalidCiphertextBlob) as caught:
        kms.service.decrypt(key_id, b"short", algorithm=Algorithm.GCM, iv=bytes(12))
    assert isinstance(caught.value, Refusal)
    assert kms.store.versions(key_id)[0].secret.hex() in caught.value.message


@pytest.mark.parametrize("level", ProtectionLevel)
def test_levels_are_told_wrongly(level: ProtectionLevel) -> None:
    kms = deviating("purpose/protection-level-described-wrongly")
    assert kms.metadata(level=level).protection_level is ProtectionLevel.SOFTWARE
    assert described(kms) == [ProtectionLevel.SOFTWARE]


def described(kms: Kms) -> Iterable[ProtectionLevel]:
    """The levels of all keys, as they are described."""
    return [key.protection_level for key in kms.service.list_keys()]
