"""What the reports say of a diagnosis: the cause first, how sure it is, and what to change."""

from __future__ import annotations

from pathlib import Path

from kmsproof.causes import Cause, Diagnosis, Explanation, Rival
from kmsproof.clusters import clusters
from kmsproof.results import Run
from kmsproof.verdict import FailureKind
from kmsproof_reports.diagnosis import left_words, pairs, verdict_words
from kmsproof_reports.html import FORMAT as HTML
from kmsproof_reports.markdown import FORMAT as MARKDOWN
from kmsproof_reports.terminal import FORMAT as TERMINAL
from kmsproof_testing.logs import LogBuilder, detail

GCM = "aes-128-gcm"
CAUSE = Cause(
    id="gcm/tag-not-compared",
    sentence="Decryption gives out the plaintext <b>without</b> comparing the tag.",
    gain="Anybody can change a ciphertext.",
    clause="SP 800-38D §7.2 step 8",
    usual_cause="The last call of the decryption is missing.",
    remedy="Compare the whole tag.",
    severity="critical",
    weakness="CWE-354",
    vulnerabilities=("CVE-2015-4550",),
)


def explained(ids: tuple[str, ...], **more: object) -> Explanation:
    values = {"cause": CAUSE, "ids": ids, "observations": 1234, "compared": 6, "agreed": 6, **more}
    return Explanation(**values)  # type: ignore[arg-type]  # the test says what it changes


def run(folder: Path) -> Run:
    log = LogBuilder()
    log.passed(f"{GCM}/g1/right")
    about = detail(valid=False, case="G5")
    for number in range(3):
        log.failed(f"{GCM}/g5/tag-{number}", FailureKind.WRONG_ACCEPT, detail=about)
    log.failed(f"{GCM}/g3/iv", FailureKind.WRONG_REJECT, detail=detail("encrypt", case="G3"))
    made = log.run(folder)
    (target,) = made.targets
    ids = tuple(f"{GCM}/g5/tag-{number}" for number in range(3))
    near = explained((f"{GCM}/g3/iv",), contradicted_by=(f"{GCM}/g1/right",))
    made.diagnoses = {
        target: Diagnosis(target, (explained(ids),), (f"{GCM}/g3/iv",), near),
    }
    return made


def test_what_a_cause_explains_is_one_cluster_and_the_rest_is_as_before(tmp_path: Path) -> None:
    ((first, second),) = clusters(run(tmp_path)).values()
    assert first.explanation is not None
    assert first.count == 3
    assert second.explanation is None
    assert second.ids == (f"{GCM}/g3/iv",)


def test_every_report_names_the_cause_and_the_remedy(tmp_path: Path) -> None:
    made = run(tmp_path)
    for text in (TERMINAL.render(made), MARKDOWN.render(made), HTML.render(made)):
        words = " ".join(text.split())
        assert "All 3 failures are explained by gcm/tag-not-compared" in words.replace("\\", "")
        assert "Compare the whole tag." in words
        assert "No known deviation explains 1 failure" in words


def test_a_cause_is_escaped_in_html(tmp_path: Path) -> None:
    text = HTML.render(run(tmp_path))
    assert "<b>without</b>" not in text
    assert "&lt;b&gt;without&lt;/b&gt;" in text


def test_the_words_count() -> None:
    one = explained(("a",), contradicted_by=("b",), compared=1, agreed=1)
    assert verdict_words(one) == (
        "The failure is explained by gcm/tag-not-compared; 1 of 1,234 observations contradicts it. "
        "The reference with this deviation was asked again, and gave the same one answer."
    )
    some = explained(("a", "b"), compared=6, agreed=4)
    assert verdict_words(some).endswith("gave the same answer to 4 of 6 vectors.")
    assert verdict_words(explained(("a", "b"), compared=0)).endswith("contradict it.")


def test_rivals_are_named_with_the_vector_that_tells_them_apart() -> None:
    rivals = tuple(Rival(f"gcm/other-{n}", "Another.", f"v{n}") for n in range(6))
    told = [words for title, words in pairs(explained(("a",), rivals=rivals)) if "Fits" in title]
    assert told[0] == "gcm/other-0: Another. Told apart by v0."
    assert told[-1] == "gcm/other-4, gcm/other-5"


def test_nothing_is_said_of_a_diagnosis_that_leaves_nothing_open() -> None:
    assert left_words(None) == left_words(Diagnosis("t", (), ())) == ""
    assert left_words(Diagnosis("t", (), ("a", "b"))) == "No known deviation explains 2 failures."
