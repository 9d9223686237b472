"""Diagnosis: from the verdicts on a target to the deviations that make it fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec
import pytest

from kmsproof.causes import Diagnosis
from kmsproof.corpus import Corpus, load_corpus
from kmsproof.diagnosis import diagnose
from kmsproof.diagnosis.diagnose import Diagnostician
from kmsproof.errors import CorpusError
from kmsproof.live.corpus import LiveCorpus, load_live_corpus
from kmsproof.mutants.judging import judge_mutant, kills
from kmsproof.mutants.matrix import Ids, Matrix, Row, load_matrix
from kmsproof.results import Run, RunStarted, TargetRun, VerdictRecorded
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_reference.deviations import View
from kmsproof_vectors.model import CorpusFile

FAMILY = "aes-128-ecb-pkcs7"
KNOWN = (
    "padding/none-for-whole-blocks",
    "padding/only-length-checked",
    "padding/iso-7816-4",
    "padding/ansi-x923",
    "ecb/chained-from-zeros",
)
OTHER_SEED = 77

HEADER = RunStarted(
    log_version=1,
    run_id="r",
    started_at="",
    suite="kmsproof",
    corpus_version="1.0",
    corpus_sha256="",
    families=(),
    filters=(),
    targets=("t",),
    environment={},
)


@cache
def file() -> CorpusFile:
    return load_corpus(None).file(FAMILY)


@cache
def judged(ids: tuple[str, ...], seed: int = 1) -> Mapping[str, VerdictRecorded]:
    return judge_mutant(View.LIBRARY, ids, [file()], seed=seed)


@cache
def diagnostician() -> Diagnostician:
    corpus, live = load_corpus(None), load_live_corpus(None)
    ids = Ids(corpus, live)
    rows = tuple(Row(id=id, library=ids.seen(kills(judged((id,)), judged(())))) for id in KNOWN)
    matrix = Matrix(
        corpus=corpus.digest,
        live_corpus=live.digest,
        judged={FAMILY: len(ids.of(FAMILY))},
        rows=rows,
    )
    return Diagnostician(corpus, live, matrix)


def diagnosed(verdicts: Sequence[VerdictRecorded]) -> Diagnosis:
    return diagnostician().diagnose(TargetRun("t", verdicts=list(verdicts)))


@pytest.mark.parametrize("id", KNOWN)
def test_a_planted_deviation_is_named_and_nothing_contradicts_it(id: str) -> None:
    verdicts = judged((id,), OTHER_SEED)
    found = diagnosed(list(verdicts.values()))
    assert [each.cause.id for each in found.explanations] == [id]
    (only,) = found.explanations
    red = {name for name, each in verdicts.items() if each.verdict is Verdict.FAIL}
    assert set(only.ids) == red
    assert only.contradicted_by == found.unexplained == ()
    assert only.compared == only.agreed > 0
    assert only.cause.remedy
    assert only.cause.sentence


def test_two_planted_deviations_are_both_named() -> None:
    pair = ("ecb/chained-from-zeros", "padding/only-length-checked")
    found = diagnosed(list(judged(pair, OTHER_SEED).values()))
    assert {each.cause.id for each in found.explanations} == set(pair)


@pytest.mark.slow
def test_eight_mistakes_at_once_are_all_named() -> None:
    """Those of SoftHSM, as the reference makes them together."""
    planted = (
        "cbc/wrong-iv-length-is-unsupported-algorithm",
        "ec-key/infinity-accepted",
        "ecies/bad-point-is-internal-failure",
        "gcm/empty-iv-is-16-zero-bytes",
        "gcm/iv-above-128-bytes-cut",
        "gcm/wrong-tag-is-internal-failure",
        "padding/malformed-is-internal-failure",
        "pss/wrong-digest-length-is-internal-failure",
    )
    corpus = load_corpus(None)
    files = [
        corpus.file(family)
        for family in (
            *("aes-128-gcm", "aes-128-gcm-iv-lengths", "aes-128-cbc-pkcs7"),
            *("ec-p256-ecdsa", "ec-p256-ecies-ek-mk", "rsa-2048-pss"),
        )
    ]
    verdicts = judge_mutant(View.LIBRARY, planted, files, seed=OTHER_SEED)
    known = Diagnostician(corpus, load_live_corpus(None), load_matrix())
    found = known.diagnose(TargetRun("t", verdicts=list(verdicts.values())))
    assert {each.cause.id for each in found.explanations} == set(planted)
    # An empty IV with a wrong tag fails as neither of the two mistakes alone makes it fail.
    assert all("/iv-empty/decrypt-" in each for each in found.unexplained)


def test_a_target_without_failures_needs_no_diagnosis() -> None:
    found = diagnosed(list(judged(()).values()))
    assert found.explanations == ()
    assert found.unexplained == ()


def test_failures_that_no_deviation_makes_are_left_unexplained() -> None:
    verdicts = list(judged(()).values())
    strange = [
        msgspec.structs.replace(each, verdict=Verdict.FAIL, failure=FailureKind.STATE_VIOLATION)
        for each in verdicts[::50]
    ]
    found = diagnosed([*strange, *(each for each in verdicts if each not in verdicts[::50])])
    assert found.explanations == ()
    assert set(found.unexplained) == {each.id for each in strange}


def test_vectors_of_another_corpus_are_left_unexplained() -> None:
    failed = VerdictRecorded(
        target="t", id="other/case/1", verdict=Verdict.FAIL, failure=FailureKind.WRONG_OUTPUT
    )
    assert diagnosed([failed]).unexplained == ("other/case/1",)


def test_bytes_decide_between_deviations_that_fail_the_same_vectors() -> None:
    """Both write other padding: the same vectors fail, and only the bytes tell which it is."""
    for id in ("padding/iso-7816-4", "padding/ansi-x923"):
        (first, *_) = diagnosed(list(judged((id,), OTHER_SEED).values())).explanations
        assert first.cause.id == id
        assert first.rivals == ()


def test_a_stale_matrix_is_told_and_names_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = VerdictRecorded(
        target="t", id="other/case/1", verdict=Verdict.FAIL, failure=FailureKind.WRONG_OUTPUT
    )
    run = Run(Path("log"), HEADER, {"t": TargetRun("t", verdicts=[failed])})

    def stale(corpus: Corpus, live: LiveCorpus) -> str:
        return "not known: it is stale"

    monkeypatch.setattr(diagnose, "known_kills", stale)
    with pytest.raises(CorpusError, match="it is stale"):
        diagnose.diagnose_run(run)
    run.targets["t"].verdicts.clear()
    assert diagnose.diagnose_run(run) == {}


def test_what_another_cause_changes_does_not_speak_against_a_deviation() -> None:
    """A long IV that is cut makes a right tag wrong, and a wrong tag is a failure inside here.

    Alone, the first deviation would have such messages refused: the second one, which is found,
    explains why they are not. Failures that nothing explains are there, too.
    """
    planted = {"gcm/iv-above-128-bytes-cut", "gcm/wrong-tag-is-internal-failure"}
    corpus, live = load_corpus(None), load_live_corpus(None)
    files = [corpus.file("aes-128-gcm-iv-lengths"), corpus.file("aes-256-ecb-no-padding")]
    verdicts = judge_mutant(View.LIBRARY, sorted(planted), files, seed=OTHER_SEED)
    passing = [each.id for each in verdicts.values() if each.verdict is Verdict.PASS]
    strange = set(passing[::100])
    observed = [
        msgspec.structs.replace(each, verdict=Verdict.FAIL, failure=FailureKind.STATE_VIOLATION)
        if each.id in strange
        else each
        for each in verdicts.values()
    ]
    knowing = Diagnostician(corpus, live, load_matrix())
    found = knowing.diagnose(TargetRun("t", verdicts=observed))
    assert {each.cause.id for each in found.explanations} == planted
    assert not any(each.contradicted_by for each in found.explanations)
    assert set(found.unexplained) == strange
