"""The whole catalogue of deviations: what every entry has, whatever its family."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from kmsproof_reference.deviations import Deviation, View, catalogue
from kmsproof_reference.deviations.families import FAMILIES, Group

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9+]+(-[a-z0-9+]+)*")
VULNERABILITY = re.compile(r"CVE-(1999|20\d\d)-\d{4,7}")
TEXTS = ("sentence", "gain", "cause", "remedy")

entries = pytest.mark.parametrize("deviation", catalogue().values(), ids=list(catalogue()))


@entries
def test_an_id_is_well_formed(deviation: Deviation) -> None:
    assert ID.fullmatch(deviation.id)
    assert catalogue()[deviation.id] is deviation


@entries
def test_texts_are_sentences(deviation: Deviation) -> None:
    texts = {name: getattr(deviation, name) for name in TEXTS}
    for name, text in texts.items():
        assert text.endswith("."), name
        assert len(text) < 300, name
    # The others may begin with the name of a function.
    assert deviation.sentence[0].isupper()
    assert deviation.gain[0].isupper()
    reasons = deviation.unseen.values()
    assert all(reason.endswith(".") for reason in reasons)
    for text in (*texts.values(), deviation.clause, *reasons):
        assert text == " ".join(text.split()), "no space too many"
    assert deviation.clause
    assert not deviation.clause.endswith(".")


@entries
def test_weaknesses_and_vulnerabilities_are_numbers_of_their_lists(deviation: Deviation) -> None:
    assert deviation.weakness is None or 0 < deviation.weakness < 2000
    assert all(VULNERABILITY.fullmatch(name) for name in deviation.vulnerabilities)
    assert len(set(deviation.vulnerabilities)) == len(deviation.vulnerabilities)


@entries
def test_only_a_rule_that_no_target_of_ours_shows_is_unseen_in_both_modes(
    deviation: Deviation,
) -> None:
    if not deviation.seen:
        assert set(deviation.unseen) == set(View)
        assert len(set(deviation.unseen.values())) == 2, "each mode has a reason of its own"


def test_families_are_described_and_none_is_empty() -> None:
    assert {each.family for each in catalogue().values()} == set(FAMILIES)
    assert {family.group for family in FAMILIES.values()} == set(Group)
    for family in FAMILIES.values():
        assert not family.about.endswith(".")
    assert len({family.about for family in FAMILIES.values()}) == len(FAMILIES)
    assert len({group.heading for group in Group}) == len(Group)


def test_no_two_deviations_are_the_same_code() -> None:
    replacements = Counter(each.replacements for each in catalogue().values())
    assert [parts for parts, count in replacements.items() if count > 1] == []


def test_no_two_of_a_family_say_the_same() -> None:
    said = Counter((each.family, each.sentence) for each in catalogue().values())
    assert [each for each, count in said.items() if count > 1] == []
