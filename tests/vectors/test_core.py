"""The core refuses cases that do not make what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from kmsproof_reference.vocabulary import Algorithm, KeySpec, RejectionClass
from kmsproof_vectors.builder import Recipe, build, encode
from kmsproof_vectors.case import BrokenCase, Case, Draft, case, case_book, require
from kmsproof_vectors.cases.aes_gcm import (
    TAG_CHECK,
    GcmMaker,
    aad_of,
    decryption,
    flipped,
    iv_of,
    parameter_sets,
    tag_of,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.load import decode_file
from kmsproof_vectors.maker import ParameterSet
from kmsproof_vectors.model import CorpusFile, Result

(PARAMETERS, *_) = parameter_sets("-tag-lengths", "for tests of the core")

Function = Callable[[GcmMaker], Iterator[Draft]]


def declared(
    function: Function, slug: str = "some-case", flags: tuple[str, ...] = ("ModifiedTag",)
) -> Case[GcmMaker]:
    return case("G3", slug, flags=flags, clause=TAG_CHECK)(function)


def built(*cases: Case[GcmMaker]) -> CorpusFile:
    return build(Recipe(PARAMETERS, cases, GcmMaker, "aes"))


def a_flip(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of the tag is flipped."""
    control = family.control()
    yield control
    yield family.refused(control, "flip", "It is compared.", tag=flipped(tag_of(control), 3))


def another(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** A message is encrypted."""
    yield family.encrypt("message", "It is exact.", plaintext=family.random(30))


def test_a_case_becomes_tests_with_its_class_flags_clause_and_ids() -> None:
    file = built(declared(a_flip))
    control, flip = file.groups[0].tests
    assert flip.id == "aes-128-gcm-tag-lengths/some-case/flip"
    assert flip.control == control.id == "aes-128-gcm-tag-lengths/some-case/control"
    assert (flip.case, flip.flags, flip.clause) == ("G3", ("ModifiedTag",), TAG_CHECK)
    assert control.flags == ("KnownAnswer",)
    assert file.number_of_tests == 2
    assert set(file.notes) == {"ModifiedTag", "KnownAnswer", "DistinguishableRefusal"}
    assert list(file.classes) == ["G3", "G15"]


def test_the_description_is_the_first_paragraph_of_the_docstring() -> None:
    def function(family: GcmMaker) -> Iterator[Draft]:
        """**Invalid.** One thing
        is wrong.

        More about it.
        """
        yield from a_flip(family)

    made = declared(function)
    assert made.description == "**Invalid.** One thing is wrong."
    assert made.results == {Result.INVALID}


@pytest.mark.parametrize("text", [None, "", "One thing is wrong.", "**Wrong.** One thing is."])
def test_a_case_must_say_whether_its_tests_are_valid(text: str | None) -> None:
    def function(family: GcmMaker) -> Iterator[Draft]:
        yield from a_flip(family)

    function.__doc__ = text
    with pytest.raises(BrokenCase, match="does not begin with"):
        declared(function)


@pytest.mark.parametrize("slug", ["", "Tag", "tag_bit", "-tag", "tag-", "tag--bit", "tag/bit"])
def test_a_slug_is_lower_case_words_with_hyphens(slug: str) -> None:
    with pytest.raises(BrokenCase, match="is no slug"):
        declared(a_flip, slug)


def test_two_cases_of_one_slug_are_refused() -> None:
    with pytest.raises(BrokenCase, match="two cases are called 'some-case'"):
        case_book(declared(a_flip), declared(another))
    with pytest.raises(BrokenCase, match="two cases are called 'some-case'"):
        built(declared(a_flip), declared(another))


def test_results_other_than_promised_are_refused() -> None:
    def valid_only(family: GcmMaker) -> Iterator[Draft]:
        """**Invalid.** Something is wrong."""
        yield from another(family)

    def invalid_too(family: GcmMaker) -> Iterator[Draft]:
        """**Valid.** Nothing is wrong."""
        yield from a_flip(family)

    for function in (valid_only, invalid_too):
        with pytest.raises(BrokenCase, match="aes-128-gcm-tag-lengths/some-case: the results"):
            built(declared(function))


def test_require_names_the_family_and_the_case() -> None:
    def function(family: GcmMaker) -> Iterator[Draft]:
        """**Valid.** A message is encrypted."""
        require(len(family.random(1)) == 2, "a property does not hold")
        yield from another(family)

    with pytest.raises(BrokenCase, match=r"^aes-128-gcm-tag-lengths/some-case: a property does"):
        built(declared(function))


def invalid(make: Callable[[GcmMaker, Draft], Draft]) -> CorpusFile:
    """Build a case with one control and one test that is derived from it."""

    def function(family: GcmMaker) -> Iterator[Draft]:
        """**Invalid.** Something is wrong."""
        control = family.control()
        yield control
        yield make(family, control)

    return built(declared(function))


def test_an_invalid_test_differs_in_one_input() -> None:
    with pytest.raises(BrokenCase, match=r"'aad', 'tag'.*instead of one input"):
        invalid(
            lambda family, control: family.refused(
                control, "two", "Why.", tag=flipped(tag_of(control), 0), aad=HexBytes(b"other")
            )
        )
    with pytest.raises(BrokenCase, match="nothing instead of one input"):
        invalid(lambda family, control: family.refused(control, "none", "W.", tag=tag_of(control)))


def test_what_moves_between_two_inputs_keeps_its_bytes() -> None:
    with pytest.raises(BrokenCase, match="bytes are not only moved"):
        invalid(
            lambda family, control: family.border_moved(
                control, "lost", "W.", aad=HexBytes(b"a"), ciphertext=HexBytes(b"b")
            )
        )
    with pytest.raises(BrokenCase, match="instead of two inputs"):
        invalid(
            lambda family, control: family.border_moved(
                control, "one", "W.", aad=HexBytes(aad_of(control)[:-1])
            )
        )


def test_an_invalid_test_is_one_that_the_reference_refuses() -> None:
    with pytest.raises(BrokenCase, match="the reference answers None"):
        invalid(
            lambda family, control: family.exposed(
                Draft(
                    control.key,
                    control.tag_length,
                    msgspec.structs.replace(
                        control.test, rejections=(RejectionClass.INVALID_CIPHERTEXT,)
                    ),
                )
            )
        )


def test_an_invalid_test_is_refused_for_a_reason_that_it_allows() -> None:
    def empty_iv(family: GcmMaker, control: Draft) -> Draft:
        return family.refused(control, "empty-iv", "Why.", iv=HexBytes())

    with pytest.raises(BrokenCase, match="the reference answers invalid-argument"):
        invalid(empty_iv)


def test_a_control_is_valid() -> None:
    def twice(family: GcmMaker, control: Draft) -> Draft:
        first = family.refused(control, "first", "Why.", tag=flipped(tag_of(control), 0))
        return family.refused(first, "second", "Why.", iv=flipped(iv_of(control), 0))

    with pytest.raises(BrokenCase, match="the control is not valid"):
        invalid(twice)


def test_a_reason_is_a_sentence() -> None:
    with pytest.raises(BrokenCase, match="the reason must be a sentence"):
        invalid(lambda family, control: family.refused(control, "s", "why", tag=HexBytes(16)))


def test_an_invalid_decryption_carries_what_would_be_given_away() -> None:
    file = invalid(
        lambda family, control: family.refused(
            control, "text", "Why.", ciphertext=flipped(decryption(control).ciphertext, 0)
        )
    )
    control, changed = (msgspec.structs.asdict(test) for test in file.groups[0].tests)
    assert changed["plaintext"] == flipped(control["plaintext"], 0)


def test_a_group_has_controls_before_valid_before_invalid() -> None:
    def mixed(family: GcmMaker) -> Iterator[Draft]:
        """**Invalid.** In an odd order."""
        yield family.encrypt("valid", "It is exact.", plaintext=b"")
        control = family.control()
        yield family.refused(control, "flip", "Why.", tag=flipped(tag_of(control), 3))
        yield control

    tests = built(declared(mixed)).groups[0].tests
    assert [test.id.split("/")[2] for test in tests] == ["control", "valid", "flip"]


def test_one_more_case_leaves_the_bytes_of_the_others_alone() -> None:
    alone = built(declared(a_flip)).groups[0].tests
    with_more = (
        built(declared(another, "new-case", ("SizeSweep",)), declared(a_flip)).groups[0].tests
    )
    assert set(alone) < set(with_more)


def test_families_and_cases_have_bytes_of_their_own() -> None:
    def random(parameters: ParameterSet, slug: str) -> bytes:
        return GcmMaker(parameters, declared(another, slug)).random(16)

    other = parameter_sets("", "another family")[0]
    drawn = {random(PARAMETERS, "one"), random(PARAMETERS, "two"), random(other, "one")}
    assert len(drawn) == 3
    assert random(PARAMETERS, "one") in drawn


def test_a_test_key_depends_on_family_and_name() -> None:
    maker = GcmMaker(PARAMETERS, declared(another))
    assert maker.key == maker.test_key("main") == GcmMaker(PARAMETERS, declared(a_flip)).key
    assert maker.key != maker.test_key("second")
    assert len(maker.key.secret or b"") == 16


def test_one_test_stands_on_one_line() -> None:
    file = built(declared(a_flip), declared(another, "another"))
    data = encode(file)
    lines = data.splitlines()
    tests = [line for line in lines if b'"id":"' in line and b'"operation"' in line]
    assert len(tests) == file.number_of_tests == 3
    assert data.endswith(b"\n")
    assert not data.endswith(b"\n\n")
    assert msgspec.json.decode(data, type=dict[str, object])["number_of_tests"] == 3


def test_a_file_is_what_it_was_before_it_was_written(small_file: CorpusFile) -> None:
    assert decode_file(encode(small_file), Path("small.json")) == small_file


def test_parameter_sets_are_those_of_the_sheet() -> None:
    found = [(one.family, one.key_spec, one.algorithm) for one in parameter_sets("", "x")]
    assert found == [
        ("aes-128-gcm", KeySpec.AES_128, Algorithm.GCM),
        ("aes-192-gcm", KeySpec.AES_192, Algorithm.GCM),
        ("aes-256-gcm", KeySpec.AES_256, Algorithm.GCM),
    ]
