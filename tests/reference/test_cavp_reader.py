"""The readers of public vectors: what the other tests rest on."""

import pytest

from kmsproof_testing import cavp, wycheproof

TEXT = """\
# CAVS 14.0

[Keylen = 128]
[Taglen = 32]

Count = 0
Key = 00ff
CT =
FAIL

Count = 1
Key = 01
[DECRYPT]
Count = 2
"""


def test_headings_hold_for_the_cases_below_and_are_replaced_together() -> None:
    assert [case.headings for case in cavp.parse(TEXT)] == [
        {"Keylen": "128", "Taglen": "32"},
        {"Keylen": "128", "Taglen": "32"},
        {"DECRYPT": ""},
    ]


def test_fields_flags_and_empty_values() -> None:
    first, second, third = cavp.parse(TEXT)
    assert first.fields == {"Count": "0", "Key": "00ff", "CT": ""}
    assert (first.octets("Key"), first.octets("CT")) == (b"\x00\xff", b"")
    assert [case.flags for case in (first, second, third)] == [{"FAIL"}, set(), set()]


def test_a_missing_field_is_an_error() -> None:
    with pytest.raises(KeyError, match="Tag"):
        next(cavp.parse(TEXT)).octets("Tag")


def test_a_field_given_twice_is_an_error_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 2: the field A is given twice"):
        list(cavp.parse("A = 1\nA = 2\n"))


def test_a_text_without_cases_has_none() -> None:
    assert list(cavp.parse("# nothing\n[ENCRYPT]\n\n")) == []


def test_wycheproof_knows_two_results_only() -> None:
    text = '{"testGroups": [{"keySize": 128, "tests": [{"tcId": 7, "result": "acceptable"}]}]}'
    (vector,) = wycheproof.parse(text)
    assert vector.group["keySize"] == 128
    with pytest.raises(ValueError, match="test 7: the result is 'acceptable'"):
        _ = vector.is_valid
