"""Profiles in a run: the one that fits, what is shown of it, and the floor that is exit code 4."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kmsproof.capability import Description, KeyCapability
from kmsproof.corpus import load_corpus
from kmsproof.errors import ExitCode, UsageError
from kmsproof.log_reader import read_run
from kmsproof.profiles import below_floor, cover_for, floor_of, profile_kind, profile_of
from kmsproof.progress import Silent
from kmsproof.recorder import Concluded
from kmsproof.results import Mode
from kmsproof.run import run
from kmsproof.run_options import RunOptions, Subject
from kmsproof.selection import Filters
from kmsproof.vocabulary import Algorithm, KeySpec, KeyUsage, ProtectionLevel
from kmsproof_vectors.profile.load import load_profile, profile_folder

GCM = Filters(key_specs=(KeySpec.AES_128,), algorithms=(Algorithm.GCM,))


def described(*, lifecycle: bool = False) -> Description:
    levels, usages = (ProtectionLevel.SOFTWARE,), (KeyUsage.SIGN_VERIFY,)
    return Description(1, "t", "1", (KeyCapability((), levels, usages, lifecycle=lifecycle),), ())


@pytest.mark.parametrize(
    ("target", "lifecycle", "kind"),
    [
        ("cryptography", False, "crypto-library"),
        ("pkcs11:token=t", False, "pkcs11-token"),
        ("exec:./my-kms", True, "aliyun-kms"),
        ("exec:./my-library", False, "crypto-library"),
    ],
)
def test_profile_that_fits(target: str, lifecycle: bool, kind: str) -> None:
    description = described(lifecycle=lifecycle)
    assert profile_kind(target, description) == kind
    chosen = profile_of(options(target), target, description)
    assert chosen is not None
    assert chosen.id.startswith(kind)


def options(target: str = "cryptography", **more: Any) -> RunOptions:
    return RunOptions(targets=(target,), folder=Path("unused"), **more)


def test_profile_by_name_and_by_path() -> None:
    named = profile_of(options(profile="pkcs11-token"), "cryptography", described())
    assert named is not None
    assert named.id == "pkcs11-token-2026-03-31"
    path = profile_folder() / "aliyun-kms-2026-03-31.json"
    by_path = profile_of(options(profile=str(path)), "cryptography", described())
    assert by_path is not None
    assert by_path.id == "aliyun-kms-2026-03-31"
    assert profile_of(options(profile="none"), "cryptography", described()) is None
    assert profile_of(options(corpus="elsewhere"), "cryptography", described()) is None


def test_unknown_profile_is_told_before_anything_starts(tmp_path: Path) -> None:
    wanted = RunOptions(targets=("cryptography",), folder=tmp_path / "run", profile="azure")
    with pytest.raises(UsageError, match="There is no profile 'azure'") as error:
        run(wanted, load_corpus(None), Silent())
    assert "aliyun-kms-2026-03-31" in error.value.remedy
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("more", "held"),
    [
        ({}, True),
        ({"filters": GCM}, False),
        ({"filters": GCM, "profile": "crypto-library"}, True),
        ({"floor_percent": 5.0}, False),
        ({"modes": (Mode.POLICY,)}, False),
        ({"modes": (Mode.LIVE, Mode.POLICY)}, True),
    ],
)
def test_who_is_held_to_the_floor_of_a_profile(more: dict[str, Any], held: bool) -> None:
    profile, _ = load_profile("crypto-library")
    floor = floor_of(options(**more), profile)
    assert floor == (profile.floor_percent if held else None)


def test_too_little_of_a_profile_is_told() -> None:
    cover = cover_for(options(), Subject("cryptography"))
    found = cover(described(), ["aes-128-gcm/message/0"], [])
    assert found is not None
    assert found.percent_judged == 0
    assert "0.0 % of the requirements of the profile crypto-library" in below_floor(found)
    [whole] = [group for group in found.groups if group.kind == "whole"]
    assert (whole.judged, whole.passed) == (0, 0)


def test_verdicts_count_for_their_requirements() -> None:
    corpus = load_corpus(None)
    ids = [test.id for file in corpus.files(GCM) for group in file.groups for test in group.tests]
    cover = cover_for(options(filters=GCM), Subject("cryptography"))
    judged = [Concluded(each, True, ProtectionLevel.SOFTWARE) for each in ids]
    found = cover(described(), ids, judged)
    assert found is not None
    met = {each.id for each in found.requirements if each.status == "passed"}
    assert met
    judged[0] = judged[0]._replace(passed=False)
    after = cover(described(), ids, judged)
    assert after is not None
    failed = {each.id for each in after.requirements if each.status == "failed"}
    assert failed
    assert failed <= met
    assert below_floor(found) == "", "a narrowed run is not held to the floor"


def test_service_that_takes_no_keys_is_told_of_live_mode(tmp_path: Path) -> None:
    wanted = RunOptions(
        targets=("reference-kms",), folder=tmp_path, filters=GCM, profile="aliyun-kms"
    )
    conclusion = run(wanted, load_corpus(None), Silent())
    assert conclusion.exit_code is ExitCode.COVERAGE
    assert conclusion.sentence.endswith("judge it with --mode live --mode policy.")


def test_run_below_the_floor_of_its_profile_is_4(tmp_path: Path) -> None:
    wanted = RunOptions(
        targets=("cryptography",), folder=tmp_path, filters=GCM, profile="aliyun-kms"
    )
    conclusion = run(wanted, load_corpus(None), Silent())
    assert conclusion.exit_code is ExitCode.COVERAGE
    floor = load_profile("aliyun-kms")[0].floor_percent
    told = f"aliyun-kms-2026-03-31 were judged, and {floor:g} % is the least"
    assert told in conclusion.sentence
    target = read_run(tmp_path).targets["cryptography"]
    assert target.covered is not None
    assert target.covered.below_floor
    assert target.finished is not None
    assert target.finished.below_floor
