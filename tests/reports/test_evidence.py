"""Evidence: expected against actual bytes, and commands that can be pasted."""

from __future__ import annotations

import shlex
from itertools import zip_longest
from typing import Unpack

from hypothesis import given
from hypothesis import strategies as st

from kmsproof.results import VerdictRecorded
from kmsproof.verdict import FailureKind, Verdict
from kmsproof.vocabulary import RejectionClass
from kmsproof_reports.evidence import (
    SHOWN_BYTES,
    actual_words,
    comparisons,
    expected_words,
    explain_command,
    first_difference,
    inputs,
    replay_command,
)
from kmsproof_testing.logs import Answer, detail

RIGHT = bytes(range(64)).hex()


def wrong(**answer: Unpack[Answer]) -> VerdictRecorded:
    """A failed decryption that should have given 64 bytes."""
    about = detail(expected={"plaintext": RIGHT})
    given: Answer = {"outcome": "ok", "detail": about, "failure": FailureKind.WRONG_OUTPUT}
    given = {**given, **answer}
    return VerdictRecorded(target="t", id="aes-128-gcm/g1/x", verdict=Verdict.FAIL, **given)


def test_the_first_byte_that_differs_is_marked() -> None:
    flipped = RIGHT[:40] + "ff" + RIGHT[42:]
    (found,) = comparisons(wrong(value={"plaintext": flipped}))
    assert found.field == "plaintext"
    assert found.remark == "byte 21 of 64 is the first that differs"
    assert (found.expected.differing, found.actual.differing) == ("14", "ff")
    assert found.expected.before == found.actual.before == "… 0c0d0e0f 10111213 "
    assert found.expected.after.startswith("151617 18191a1b")


def test_both_sides_are_cut_at_the_same_place() -> None:
    flipped = RIGHT[:40] + "ff" + RIGHT[42:]
    (found,) = comparisons(wrong(value={"plaintext": flipped}))
    sides = [
        f"{side.before}{side.differing}{side.after}" for side in (found.expected, found.actual)
    ]
    assert len(sides[0]) == len(sides[1])
    assert len(sides[0].replace(" ", "").strip("…")) == 2 * SHOWN_BYTES


def test_a_value_that_is_too_short_differs_at_its_end() -> None:
    (found,) = comparisons(wrong(value={"plaintext": RIGHT[:-2]}))
    assert found.remark == "64 bytes expected, 63 returned; byte 64 is the first that differs"
    assert (found.expected.differing, found.actual.differing) == ("3f", "")


def test_a_missing_field_is_told() -> None:
    about = detail("encrypt", expected={"ciphertext": "00", "tag": "11" * 16})
    found = comparisons(wrong(detail=about, value={"ciphertext": "00"}))
    assert [each.remark for each in found] == [
        "1 byte, equal",
        "16 bytes expected, 0 returned; byte 1 is the first that differs",
    ]


def test_an_iv_that_was_changed_is_held_against_the_one_that_was_sent() -> None:
    about = detail("encrypt", given={"iv": "00" * 12}, expected={"ciphertext": "00", "tag": "11"})
    value = {"ciphertext": "00", "tag": "11", "iv": "00" * 11 + "01"}
    found = comparisons(wrong(detail=about, value=value))
    assert found[-1].field == "iv"
    assert found[-1].remark == "byte 12 of 12 is the first that differs"


def test_the_answer_of_a_chain_of_calls_is_compared_whatever_its_name() -> None:
    about = detail("encrypt", expected={"expected": "00" * 16})
    (found,) = comparisons(wrong(detail=about, value={"ciphertext": "00" * 15 + "01"}))
    assert found.remark == "byte 16 of 16 is the first that differs"


def test_a_value_of_which_the_log_keeps_the_beginning_is_compared_with_it() -> None:
    long = "ab" * 100
    value = {"plaintext": f"{long[:50]}… (150 more characters)"}
    (found,) = comparisons(wrong(detail=detail(expected={"plaintext": long}), value=value))
    assert found.remark.startswith("byte 26 is the first that differs; returned was more")


def test_what_was_accepted_is_shown_against_a_rejection() -> None:
    about = detail(valid=False)
    (found,) = comparisons(wrong(detail=about, value={"plaintext": "aabb"}))
    assert found.expected.before == "a rejection"
    assert found.actual.differing == "aabb"
    assert found.remark == "2 bytes where a rejection is due"


def test_a_refusal_of_a_valid_input_is_shown_against_the_right_answer() -> None:
    refused = wrong(
        outcome="rejected", rejection=RejectionClass.INVALID_ARGUMENT, message="IV too short"
    )
    (found,) = comparisons(refused)
    assert found.actual.before == "a rejection"
    assert actual_words(refused) == "rejected as invalid-argument: IV too short"


def test_words_for_what_is_right() -> None:
    assert expected_words(detail()) == "decrypt succeeds with exactly this value"
    assert expected_words(detail(valid=False)) == "decrypt: rejected as invalid-ciphertext"
    assert expected_words(None) == ""


def test_a_verdict_without_detail_has_no_evidence() -> None:
    bare = VerdictRecorded(target="t", id="x", verdict=Verdict.ERROR)
    assert comparisons(bare) == ()
    assert inputs(None) == ()


def test_inputs_come_with_their_size_and_long_ones_are_cut() -> None:
    given = {"iv": "", "plaintext": "ab" * 100, "iterations": "1000"}
    shown = inputs(detail("encrypt", given=given))
    assert shown[0] == ("iv", "", "empty")
    assert shown[1][1].endswith(" …")
    assert shown[1][2] == "100 bytes"
    assert shown[2] == ("iterations", "1000", "")


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_the_first_difference_is_the_first(one: bytes, other: bytes) -> None:
    place = first_difference(one.hex(), other.hex())
    pairs = [left == right for left, right in zip_longest(one, other)]
    assert place == (pairs.index(False) if False in pairs else None)


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_what_is_shown_is_a_part_of_the_value(one: bytes, other: bytes) -> None:
    about = detail(expected={"plaintext": one.hex()})
    (found,) = comparisons(wrong(detail=about, value={"plaintext": other.hex()}))
    for side, value in ((found.expected, one), (found.actual, other)):
        shown = f"{side.before}{side.differing}{side.after}".replace(" ", "").strip("…")
        assert shown in value.hex()


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=60))
def test_commands_survive_the_shell(target: str) -> None:
    assert shlex.split(replay_command("f/g1/x", target)) == ["kmsproof", "replay", "f/g1/x", target]
    assert shlex.split(explain_command(target)) == ["kmsproof", "explain", target]


def test_a_command_holds_no_control_characters() -> None:
    assert "\x1b" not in replay_command("f/g1/x", "exec:\x1b[2J./adapter")
