"""Every requirement has vectors, every vector has a requirement, and the editions are frozen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from kmsproof_reference.kms import policy
from kmsproof_reference.vocabulary import KeySpec, ProtectionLevel
from kmsproof_vectors.encoding import json_decoder
from kmsproof_vectors.live.build import build_live_file
from kmsproof_vectors.live.cases.catalogue import recipes
from kmsproof_vectors.load import CorpusFault, corpus_folder, load_manifest, schema_folder
from kmsproof_vectors.profile import build, editions
from kmsproof_vectors.profile.load import load_profile, profile_folder, profile_names
from kmsproof_vectors.profile.membership import Membership
from kmsproof_vectors.profile.model import Profile, Requirement, Selector

ID_FIELD = re.compile(rb'"id":"([^"]+)"')

ALIYUN = editions.ALIYUN_KMS


def profile_of(name: str) -> Profile:
    """Return an edition as the code makes it."""
    return next(each for each in editions.profiles() if each.id == name)


@cache
def library_ids() -> tuple[str, ...]:
    """Return the ids of the published library corpus."""
    folder = corpus_folder()
    return tuple(
        found.decode()
        for entry in load_manifest(folder)[0].files
        for found in ID_FIELD.findall((folder / entry.path).read_bytes())
    )


@cache
def live_ids(begins: str = "") -> tuple[str, ...]:
    """Return the ids of the live corpus, of the families that begin so, made anew."""
    files = [
        build_live_file(recipe)
        for recipe in recipes()
        if recipe.parameters.family.startswith(begins)
    ]
    tests = [each.id for file in files for each in file.tests]
    return (*tests, *(each.id for file in files for each in file.uniformities))


def without_vectors(profile: Profile, ids: tuple[str, ...]) -> set[str]:
    membership = Membership(profile)
    shown = {number for each in ids for number in membership.numbers_of(each)}
    return {
        requirement.id
        for number, requirement in enumerate(profile.requirements)
        if number not in shown and not requirement.excluded
    }


# Vectors and requirements.


def test_every_library_vector_has_a_requirement() -> None:
    for profile in editions.profiles():
        membership = Membership(profile)
        assert [each for each in library_ids() if not membership.numbers_of(each)] == []


def test_every_policy_vector_has_a_requirement() -> None:
    membership = Membership(profile_of(ALIYUN))
    found = live_ids("policy-")
    assert len(found) > 500
    assert [each for each in found if not membership.numbers_of(each)] == []


@pytest.mark.slow
def test_every_live_vector_has_a_requirement() -> None:
    for name in (ALIYUN, editions.PKCS11_TOKEN):
        membership = Membership(profile_of(name))
        found = [each for each in live_ids() if each.startswith("live-")]
        assert [each for each in found if not membership.numbers_of(each)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(editions.FROZEN))
def test_every_requirement_has_a_vector_or_a_reason(name: str) -> None:
    assert without_vectors(profile_of(name), (*library_ids(), *live_ids())) == set()


@pytest.mark.slow
def test_every_pattern_of_every_selector_fits_a_vector() -> None:
    ids = (*library_ids(), *live_ids())
    tests = {each.partition("/")[2] for each in ids}
    for profile in editions.profiles():
        for requirement in profile.requirements:
            for selector in requirement.vectors:
                lone = [
                    Selector(families=selector.families, tests=(each,)) for each in selector.tests
                ]
                for one in lone or [selector]:
                    changed = msgspec.structs.replace(requirement, vectors=(one,))
                    alone = msgspec.structs.replace(profile, requirements=(changed,))
                    assert without_vectors(alone, ids) == set(), (requirement.id, one)
    assert tests


def test_a_vector_of_nothing_has_no_requirement() -> None:
    membership = Membership(profile_of(ALIYUN))
    assert membership.requirements_of("des-56-ecb/known-answer/one") == ()
    assert membership.requirements_of("policy-aes-256/unheard-of/one") == ()


def test_a_vector_belongs_to_the_cell_of_its_key_spec_mode_and_padding() -> None:
    found = Membership(profile_of(ALIYUN)).requirements_of("aes-192-cbc-pkcs7/any/one")
    assert {each.id for each in found} == {
        "hardware/aes-192/cbc",
        "hardware/aes-192/cbc/pkcs7-padding",
        "standards/aes-192",
    }


# The sheet's cells and the policy of the reference.


def cells(profile: Profile) -> set[tuple[object, ...]]:
    """Return what the profile says in its tables of key specifications."""
    return set(_cells(profile))


def _cells(profile: Profile) -> Iterator[tuple[object, ...]]:
    for each in profile.requirements:
        if each.protection_level is None or each.at_any_level:
            continue
        if each.padding is not None:
            yield each.protection_level, *each.key_specs, *each.algorithms, each.padding
        elif each.usage is not None:
            kind = "default" if each.is_default else "offer"
            yield each.protection_level, *each.key_specs, each.usage, *each.algorithms, kind
        elif not each.algorithms:
            yield each.protection_level, *each.key_specs


def policy_cells() -> Iterator[tuple[object, ...]]:
    """Yield the same from the tables that the reference KMS goes by."""
    for level, row in policy.OFFERS.items():
        for key_spec, offer in row.items():
            yield level, key_spec
            for usage in offer.usages:
                algorithms = offer.algorithms(usage)
                yield level, key_spec, usage, algorithms[0], "default"
                yield from ((level, key_spec, usage, each, "offer") for each in algorithms)
                for algorithm in algorithms:
                    paddings = policy.PADDINGS.get(algorithm, ())
                    yield from ((level, key_spec, algorithm, padding) for padding in paddings)


def test_the_profile_has_the_cells_of_the_reference_and_no_others() -> None:
    assert cells(profile_of(ALIYUN)) == set(policy_cells())


def test_what_takes_no_padding_says_so() -> None:
    found = [
        each for each in profile_of(ALIYUN).requirements if each.id.endswith("/without-padding")
    ]
    levels = [
        level for level in ProtectionLevel for spec in policy.OFFERS[level] if spec.is_symmetric
    ]
    assert [each.protection_level for each in found] == levels
    assert all(policy.PADDINGS.keys().isdisjoint(each.algorithms) for each in found)


def test_the_default_key_spec_is_that_of_the_reference() -> None:
    (found,) = (
        each for each in profile_of(ALIYUN).requirements if each.id == "symmetric/default-key-spec"
    )
    assert found.key_specs == (policy.DEFAULT_KEY_SPEC,)


def test_every_key_spec_and_algorithm_has_a_standard() -> None:
    requirements = profile_of(ALIYUN).requirements
    standing = [each.key_specs for each in requirements if each.id.startswith("standards/")]
    assert {key_spec for each in standing for key_spec in each} == set(KeySpec)
    offers = [each for each in requirements if each.usage is not None and each.algorithms]
    assert all(each.standards or each.is_default for each in offers if each.protection_level)


def test_each_sentence_of_the_introduction_to_asymmetric_keys_is_there() -> None:
    places = {
        each.place.part
        for each in profile_of(ALIYUN).requirements
        if each.place.section == "Asymmetric encryption"
    }
    assert places >= {f"sentence {number}" for number in range(1, 7)}
    assert places >= {f"sentence {number} below the list" for number in range(1, 4)}


# The files.


def test_the_published_profiles_are_what_the_code_makes() -> None:
    assert build.main(["--check"]) == 0
    assert profile_names() == sorted(editions.FROZEN)


@pytest.mark.parametrize("name", sorted(editions.FROZEN))
def test_a_published_profile_fits_its_schema_and_loads(name: str) -> None:
    profile, _ = load_profile(name)
    assert profile == profile_of(name)
    assert profile.digest == editions.FROZEN[name]
    schema = msgspec.json.decode((schema_folder() / profile.schema).read_bytes())
    data = msgspec.json.decode((profile_folder() / f"{name}.json").read_bytes())
    validator = Draft202012Validator(schema)
    errors = validator.iter_errors(data)  # pyright: ignore[reportUnknownMemberType]  # the stubs leave one overload untyped
    assert list(errors) == []


def test_a_profile_is_found_without_its_date() -> None:
    assert load_profile("aliyun-kms")[0].id == ALIYUN


def test_a_profile_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(CorpusFault, match=r"no profile 'nothing'.*aliyun-kms-2026-03-31"):
        load_profile("nothing")


def test_a_published_requirement_that_is_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / f"{ALIYUN}.json"
    data = (profile_folder() / path.name).read_bytes()
    path.write_bytes(data.replace(b'"obligation":"MUST"', b'"obligation":"MAY"', 1))
    with pytest.raises(CorpusFault, match="something else than its digest says"):
        load_profile(ALIYUN, tmp_path)


def test_more_vectors_do_not_change_the_digest_of_an_edition() -> None:
    profile = profile_of(ALIYUN)
    first = profile.requirements[0]
    more = msgspec.structs.replace(
        first, vectors=(*first.vectors, Selector(families=("policy-new",)))
    )
    assert editions.digest_of((more, *profile.requirements[1:])) == profile.digest
    other = msgspec.structs.replace(first, text="Something else is demanded.")
    assert editions.digest_of((other, *profile.requirements[1:])) != profile.digest


def test_a_profile_that_drifted_is_named(tmp_path: Path) -> None:
    build.update_profiles(tmp_path)
    assert build.profile_drift(tmp_path) == []
    (tmp_path / "old.json").write_text("{}")
    path = tmp_path / f"{ALIYUN}.json"
    path.write_bytes(path.read_bytes() + b"\n")
    problems = build.profile_drift(tmp_path)
    assert [problem.partition(": ")[0].rpartition("/")[2] for problem in problems] == [
        "old.json is made by nobody",
        f"{ALIYUN}.json is not what the code makes",
    ]


def test_the_encoding_of_a_profile_is_read_back() -> None:
    for profile in editions.profiles():
        assert json_decoder(Profile).decode(build.encoded_profile(profile)) == profile


def test_texts_are_sentences_and_reasons_are_none() -> None:
    for profile in editions.profiles():
        for each in profile.requirements:
            assert each.text.endswith("."), each.id
            assert not each.excluded.endswith("."), each.id


def test_levels_beside_the_cells_are_judged_at_any_level() -> None:
    found: list[Requirement] = [
        each for each in profile_of(ALIYUN).requirements if each.at_any_level
    ]
    assert {each.protection_level for each in found} == {
        ProtectionLevel.SOFTWARE,
        ProtectionLevel.EXTERNAL,
    }
    assert all(not each.key_specs for each in found)
