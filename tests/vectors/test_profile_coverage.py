"""What verdicts show of a profile: counts, levels, standards, and the floor."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.vocabulary import ProtectionLevel
from kmsproof_vectors.profile.coverage import Coverage, Judged, Status, coverage
from kmsproof_vectors.profile.editions import profiles
from kmsproof_vectors.profile.model import Profile, Standard

ALIYUN, LIBRARY, _ = profiles()

SOFTWARE, HARDWARE, EXTERNAL = ProtectionLevel

GCM = "aes-256-gcm/control/one"
CBC = "aes-256-cbc-pkcs7/control/one"
OTHER_LEVEL = "policy-rsa-2048/level/external-encrypt-decrypt"
STRANGER = "des-56-ecb/known/one"
IDS = (GCM, CBC, OTHER_LEVEL, "aes-256-gcm/control/two")


def status(covered: Coverage, name: str) -> Status:
    return next(row.status for row in covered.requirements if row.requirement.id == name)


def row(covered: Coverage, name: str) -> tuple[int, int, int, int]:
    count = next(each.count for each in covered.requirements if each.requirement.id == name)
    return count.total, count.passed, count.failed, count.not_covered


def test_a_verdict_counts_at_its_level_alone() -> None:
    covered = coverage(ALIYUN, IDS, [Judged(GCM, True, SOFTWARE)])
    assert row(covered, "software/aes-256/gcm") == (2, 1, 0, 1)
    assert row(covered, "hardware/aes-256/gcm") == (2, 0, 0, 2)
    assert status(covered, "software/aes-256/gcm") is Status.PASSED
    assert status(covered, "hardware/aes-256/gcm") is Status.OUT_OF_SCOPE
    assert status(covered, "standards/aes-256") is Status.PASSED


def test_a_verdict_without_a_level_shows_nothing_of_levels() -> None:
    covered = coverage(ALIYUN, IDS, [Judged(GCM, True)])
    assert row(covered, "software/aes-256/gcm") == (2, 0, 0, 2)
    assert row(covered, "standards/aes-256")[1] == 1


def test_a_vector_that_makes_keys_at_its_own_level_counts_whatever_is_judged() -> None:
    covered = coverage(ALIYUN, IDS, [Judged(OTHER_LEVEL, False, SOFTWARE)])
    assert status(covered, "external/nothing-else") is Status.FAILED
    assert EXTERNAL not in covered.levels


def test_one_failure_fails_a_requirement_and_a_vector() -> None:
    judged = [Judged(GCM, True, HARDWARE), Judged(GCM, False, HARDWARE)]
    covered = coverage(ALIYUN, IDS, judged)
    assert row(covered, "hardware/aes-256/gcm") == (2, 0, 1, 1)
    assert status(covered, "hardware/aes-256/gcm") is Status.FAILED
    assert covered.standards[Standard.SP_800_38D].failed >= 1
    assert covered.levels[HARDWARE].failed >= 1


def test_levels_that_the_target_has_are_in_scope_though_not_judged() -> None:
    covered = coverage(ALIYUN, IDS, [Judged(GCM, True, SOFTWARE)], levels=[SOFTWARE, EXTERNAL])
    assert status(covered, "external/aes-256/gcm") is Status.NOT_COVERED
    assert status(covered, "hardware/aes-256/gcm") is Status.OUT_OF_SCOPE
    assert set(covered.levels) == {SOFTWARE, EXTERNAL, None}


def test_what_no_judged_level_offers_is_out_of_scope() -> None:
    covered = coverage(ALIYUN, IDS, [Judged(GCM, True, SOFTWARE)])
    assert status(covered, "standards/aes-192") is Status.OUT_OF_SCOPE
    assert status(covered, "limits/cbc-iv") is Status.OUT_OF_SCOPE
    assert status(covered, "limits/gcm-iv") is Status.NOT_COVERED
    assert status(covered, "asymmetric/pair") is Status.NOT_COVERED
    covered = coverage(ALIYUN, IDS, [Judged(GCM, True, EXTERNAL)])
    assert status(covered, "asymmetric/pair") is Status.OUT_OF_SCOPE


def test_excluded_requirements_are_neither_covered_nor_missing() -> None:
    covered = coverage(ALIYUN, (), ())
    excluded = sum(bool(each.excluded) for each in ALIYUN.requirements)
    assert covered.whole.excluded == excluded
    assert status(covered, "asymmetric/console") is Status.EXCLUDED


def test_nothing_judged_is_below_the_floor() -> None:
    covered = coverage(LIBRARY, IDS, ())
    assert (covered.percent_judged, covered.below_floor) == (0.0, True)


def test_a_profile_without_requirements_in_scope_is_below_the_floor() -> None:
    empty = msgspec.structs.replace(LIBRARY, requirements=(), floor_percent=0.0)
    assert coverage(empty, (), ()).below_floor


@pytest.mark.parametrize(("floor", "below"), [(1.0, False), (99.0, True)])
def test_the_floor_is_a_share_of_the_requirements(floor: float, below: bool) -> None:
    profile = msgspec.structs.replace(LIBRARY, floor_percent=floor)
    assert coverage(profile, IDS, [Judged(GCM, True)]).below_floor is below


def test_vectors_of_no_requirement_are_told() -> None:
    assert coverage(ALIYUN, (), [Judged(STRANGER, True, SOFTWARE)]).strangers == (STRANGER,)


def test_a_judged_vector_that_is_not_in_the_list_is_counted_all_the_same() -> None:
    covered = coverage(LIBRARY, (), [Judged(GCM, True)])
    assert row(covered, "aes-256/gcm") == (1, 1, 0, 0)


@given(
    st.lists(
        st.builds(
            Judged,
            st.sampled_from(IDS),
            st.booleans(),
            st.sampled_from([None, *ProtectionLevel]),
        )
    ),
    st.sampled_from([ALIYUN, LIBRARY]),
)
def test_numbers_add_up(judged: list[Judged], profile: Profile) -> None:
    covered = coverage(profile, IDS, judged)
    whole = covered.whole
    assert whole.passed + whole.failed + whole.not_covered == whole.requirements
    assert sum(group.requirements for group in covered.levels.values()) <= len(profile.requirements)
    for each in covered.requirements:
        assert each.count.not_covered >= 0
        assert (each.status is Status.FAILED) == bool(
            each.count.failed and not each.requirement.excluded
        )
    assert coverage(profile, IDS, [*judged, *judged]) == covered
