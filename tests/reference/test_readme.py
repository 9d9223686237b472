"""The examples in the README of the reference are what the code really answers."""

import doctest
from pathlib import Path

README = Path(__file__).parents[2] / "reference" / "README.md"


def test_the_examples_of_the_readme() -> None:
    failed, attempted = doctest.testfile(str(README), module_relative=False)
    print(f"{attempted} examples")
    assert failed == 0
    assert attempted >= 15


def test_it_says_first_what_it_is_not_for() -> None:
    _, _, text = README.read_text(encoding="utf-8").partition("\n\n")
    assert text.startswith("This code is slow and leaks by timing: nobody runs production on it.")
