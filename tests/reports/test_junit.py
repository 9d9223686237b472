"""JUnit XML: well formed, small, and never green where something is missing."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from kmsproof.outcome import ErrorKind
from kmsproof.results import TargetState
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_reports import junit
from kmsproof_testing.logs import LogBuilder
from kmsproof_testing.sample_run import BROKEN, NARROW, REFERENCE, STRICT, sample_run

GCM = "aes-128-gcm"


def parsed(log: LogBuilder, folder: Path) -> ElementTree.Element:
    """The report of a log, parsed."""
    return ElementTree.fromstring(junit.render(log.run(folder)))


def suite(root: ElementTree.Element, name: str) -> ElementTree.Element:
    """A suite of the report."""
    (found,) = (each for each in root if each.get("name") == name)
    return found


def case(root: ElementTree.Element, target: str, name: str) -> ElementTree.Element:
    """A case of a target."""
    (found,) = (each for each in suite(root, target).iter("testcase") if each.get("name") == name)
    return found


def test_each_target_is_a_suite_and_each_case_of_a_parameter_set_a_test_case(
    tmp_path: Path,
) -> None:
    root = parsed(sample_run(24), tmp_path)
    assert [each.get("name") for each in root] == [
        junit.RUN_SUITE,
        REFERENCE,
        STRICT,
        NARROW,
        BROKEN,
    ]
    names = [
        (each.get("classname"), each.get("name"))
        for each in suite(root, STRICT).iter("testcase")
        if each.find("failure") is not None
    ]
    assert names == [(f"{STRICT}: aes-{size}-gcm", "iv-length") for size in (128, 192, 256)]


def test_names_are_unique_in_the_whole_file(tmp_path: Path) -> None:
    root = parsed(sample_run(4), tmp_path)
    names = [(each.get("classname"), each.get("name")) for each in root.iter("testcase")]
    assert len(names) == len(set(names))


def test_counts_in_the_head_are_those_of_the_cases(tmp_path: Path) -> None:
    root = parsed(sample_run(8), tmp_path)
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert root.get(attribute) == str(len(list(root.iter(tag))))
    assert root.get("tests") == str(len(list(root.iter("testcase"))))


def test_a_failure_names_counts_and_first_ids(tmp_path: Path) -> None:
    log = LogBuilder()
    log.start()
    log.passed(f"{GCM}/g3/ok")
    for number in range(30):
        log.failed(f"{GCM}/g3/{number}", FailureKind.WRONG_REJECT, message="no")
    log.end()
    log.finish(1)
    failure = case(parsed(log, tmp_path), "reference", "g3").find("failure")
    assert failure is not None
    assert failure.get("type") == "wrong-reject"
    assert failure.get("message") == (
        "30 wrong-reject in 31 vectors (30 failed, 1 passed): "
        f"{GCM}/g3/0, {GCM}/g3/1, {GCM}/g3/2 and 27 more"
    )
    assert failure.text is not None
    assert f"kmsproof replay {GCM}/g3/0 reference" in failure.text
    assert "and 10 more" in failure.text


def test_errors_are_errors_and_gaps_are_skipped(tmp_path: Path) -> None:
    log = LogBuilder()
    log.start()
    log.passed(f"{GCM}/g1/a")
    log.error(f"{GCM}/g5/a", ErrorKind.TIMEOUT, "no answer")
    log.verdict(f"{GCM}/g9/a", Verdict.UNSUPPORTED, reason="GCM is not declared")
    log.end()
    log.finish(3)
    root = parsed(log, tmp_path)
    assert case(root, "reference", "g1").find("*") is None
    assert case(root, "reference", "g5").find("error") is not None
    skipped = case(root, "reference", "g9").find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "1 × GCM is not declared"


def test_a_log_that_was_cut_short_is_an_error(tmp_path: Path) -> None:
    log = LogBuilder()
    log.start()
    log.passed(f"{GCM}/g1/a")
    root = parsed(log, tmp_path)
    assert case(root, junit.RUN_SUITE, junit.COMPLETE).find("error") is not None
    assert case(root, "reference", junit.COMPLETE).find("error") is not None


def test_a_target_that_did_not_start_is_an_error(tmp_path: Path) -> None:
    log = LogBuilder()
    log.end(state=TargetState.NOT_STARTED, message="no such module")
    log.finish(3, "A target did not start.")
    error = case(parsed(log, tmp_path), "reference", junit.COMPLETE).find("error")
    assert error is not None
    assert "no such module" in str(error.get("message"))


def test_a_target_of_which_nothing_passed_is_an_error(tmp_path: Path) -> None:
    log = LogBuilder()
    log.start()
    log.verdict(f"{GCM}/g1/a", Verdict.UNSUPPORTED, reason="nothing is declared")
    log.end()
    log.finish(4, "too few")
    root = parsed(log, tmp_path)
    assert case(root, "reference", junit.COMPLETE).find("error") is not None


def test_a_run_that_asked_too_little_is_an_error(tmp_path: Path) -> None:
    log = LogBuilder()
    log.start()
    log.passed(f"{GCM}/g1/a")
    log.end()
    log.finish(4, "which is too few to call it conformant")
    error = case(parsed(log, tmp_path), junit.RUN_SUITE, junit.COMPLETE).find("error")
    assert error is not None
    assert error.get("message") == "which is too few to call it conformant"


def test_a_green_run_has_no_error_and_no_failure(tmp_path: Path) -> None:
    log = LogBuilder()
    log.start()
    log.passed(f"{GCM}/g1/a")
    log.end()
    log.finish()
    root = parsed(log, tmp_path)
    assert (root.get("errors"), root.get("failures")) == ("0", "0")
    assert root.get("tests") == "3"
