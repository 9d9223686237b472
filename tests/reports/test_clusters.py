"""Clusters: verdicts with one cause are one line, the worst first."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kmsproof.clusters import MANY_TEXTS, Cluster, case_name, clusters, masked
from kmsproof.outcome import ErrorKind
from kmsproof.results import Run, RunStarted, Shape, TargetRun, VerdictRecorded
from kmsproof.verdict import NOT_GREEN, FailureKind, Verdict
from kmsproof.vocabulary import RejectionClass
from kmsproof_testing.logs import LogBuilder, detail
from kmsproof_testing.sample_run import BROKEN, REFERENCE, SHORT_IV, STRICT, sample_run, vectors

GCM = "aes-128-gcm"


def only(log: LogBuilder, folder: Path) -> tuple[Cluster, ...]:
    """The clusters of a log with one target."""
    return next(iter(clusters(log.run(folder)).values()))


def test_thousands_of_refusals_with_one_cause_are_one_line(tmp_path: Path) -> None:
    shapes = [Shape(f"{GCM}/g3/iv-{n}", "encrypt", True, {"iv": n % 16 + 1}) for n in range(11_794)]
    log = LogBuilder(shapes=shapes)
    for shape in shapes:
        if shape.lengths["iv"] >= 8:
            log.passed(shape.id)
            continue
        log.failed(
            shape.id,
            FailureKind.WRONG_REJECT,
            outcome="rejected",
            native_code="ValueError",
            message=SHORT_IV,
            detail=detail("encrypt", given={"iv": "00" * shape.lengths["iv"]}),
        )
    (cluster,) = only(log, tmp_path)
    assert cluster.count == sum(shape.lengths["iv"] < 8 for shape in shapes)
    assert cluster.rule == "IV length at most 7 bytes"


def test_a_rule_that_a_passing_vector_breaks_is_not_stated(tmp_path: Path) -> None:
    shapes = [Shape(f"{GCM}/g3/iv-{n}", "encrypt", True, {"iv": n}) for n in range(1, 17)]
    log = LogBuilder(shapes=shapes)
    for shape in shapes:
        if shape.lengths["iv"] >= 8 or shape.lengths["iv"] == 4:
            log.passed(shape.id)
        else:
            log.failed(shape.id, FailureKind.WRONG_REJECT, message=SHORT_IV)
    (cluster,) = only(log, tmp_path)
    assert cluster.rule == ""


def test_without_the_inputs_of_passing_vectors_no_rule_about_lengths_is_stated(
    tmp_path: Path,
) -> None:
    log = LogBuilder()
    for number in range(16):
        vector = f"{GCM}/g3/iv-{number}"
        if number >= 8:
            log.passed(vector)
        else:
            given = {"iv": "00" * number}
            log.failed(vector, FailureKind.WRONG_REJECT, detail=detail(given=given))
    assert [cluster.rule for cluster in only(log, tmp_path)] == [""]


def test_a_broken_key_spec_is_named(tmp_path: Path) -> None:
    made = tuple(vectors(4))
    log = LogBuilder(shapes=[vector.shape for vector in made])
    for vector in made:
        if "192" in vector.id and vector.valid:
            log.failed(vector.id, FailureKind.WRONG_OUTPUT, detail=vector.detail())
        elif "192" not in vector.id:
            log.passed(vector.id)
    (rule,) = {cluster.rule for cluster in only(log, tmp_path)}
    assert rule == "key spec Aliyun_AES_192"


def test_one_length_that_fails_is_named(tmp_path: Path) -> None:
    rules = {
        cluster.example.failure: cluster.rule
        for cluster in clusters(sample_run(24).run(tmp_path))[BROKEN]
    }
    assert rules[FailureKind.WRONG_OUTPUT] == ""
    shapes = [Shape(f"{GCM}/g1/{n}", "encrypt", True, {"plaintext": n % 33}) for n in range(330)]
    log = LogBuilder(shapes=shapes)
    for shape in shapes:
        if shape.lengths["plaintext"] % 16:
            log.failed(shape.id, FailureKind.WRONG_OUTPUT, detail=detail("encrypt"))
        else:
            log.passed(shape.id)
    (cluster,) = only(log, tmp_path)
    assert cluster.rule == "plaintext length not a multiple of 16 bytes"


def test_two_facts_together_can_be_the_rule(tmp_path: Path) -> None:
    shapes = [
        Shape(f"{family}/g1/{operation}-{n}", operation, True, {"plaintext": 16})
        for family in ("aes-128-cbc-pkcs7", "aes-128-ecb-pkcs7")
        for operation in ("encrypt", "decrypt")
        for n in range(4)
    ]
    log = LogBuilder(shapes=shapes)
    for shape in shapes:
        if "cbc" in shape.id and shape.operation == "decrypt":
            log.failed(shape.id, FailureKind.WRONG_OUTPUT)
        else:
            log.passed(shape.id)
    (cluster,) = only(log, tmp_path)
    assert cluster.rule == "mode CBC and operation decrypt"


def test_comparisons_of_refusals_are_held_against_each_other(tmp_path: Path) -> None:
    made = tuple(vectors(4))
    log = LogBuilder(shapes=[vector.shape for vector in made])
    for vector in made:
        if vector.case == "G3" and vector.iv_length < 3:
            log.failed(vector.id, FailureKind.WRONG_REJECT, detail=vector.detail())
        else:
            log.passed(vector.id)
    for family in ("aes-128-gcm", "aes-128-cbc-pkcs7", "aes-256-ecb-pkcs7"):
        look = f"{family}/uniform-refusals/look"
        if "pkcs7" in family:
            about = detail("compare", valid=False, case="C11")
            log.failed(look, FailureKind.ORACLE, outcome="", detail=about)
        else:
            log.passed(look)
    rules = {cluster.example.failure: cluster.rule for cluster in only(log, tmp_path)}
    assert rules == {
        FailureKind.ORACLE: "padding PKCS7_PADDING",
        FailureKind.WRONG_REJECT: "IV length at most 2 bytes",
    }


def test_a_target_that_accepts_everything_is_one_line(tmp_path: Path) -> None:
    made = tuple(vectors(4))
    log = LogBuilder(shapes=[vector.shape for vector in made])
    for vector in made:
        kind = FailureKind.WRONG_OUTPUT if vector.valid else FailureKind.WRONG_ACCEPT
        log.failed(vector.id, kind, detail=vector.detail())
    found = only(log, tmp_path)
    assert [cluster.rule for cluster in found] == ["invalid input", "valid input"]


def test_the_worst_kind_comes_first_and_errors_last(tmp_path: Path) -> None:
    log = LogBuilder()
    log.error(f"{GCM}/g1/a", ErrorKind.TIMEOUT, "no answer")
    log.verdict(f"{GCM}/g1/b", Verdict.FLAKY, outcome="ok", detail=detail())
    for number, kind in enumerate(reversed(FailureKind)):
        log.failed(f"{GCM}/g5/{number}", kind, detail=detail(case="G5"))
    found = only(log, tmp_path)
    assert [cluster.example.failure for cluster in found] == [*FailureKind, None, None]
    assert [cluster.example.verdict for cluster in found[-2:]] == [Verdict.FLAKY, Verdict.ERROR]


def test_larger_clusters_of_a_kind_come_first(tmp_path: Path) -> None:
    log = LogBuilder()
    for number, message in enumerate(["rare", *["often"] * 3]):
        log.failed(f"{GCM}/g1/{number}", FailureKind.WRONG_REJECT, message=message)
    assert [cluster.example.message for cluster in only(log, tmp_path)] == ["often", "rare"]


def test_answers_without_a_message_are_split_by_class_but_not_by_parameter_set(
    tmp_path: Path,
) -> None:
    log = LogBuilder()
    for family in ("aes-128-gcm", "aes-256-gcm"):
        log.passed(f"{family}/g1/x")
        for case in ("G5", "G9"):
            about = detail(valid=False, case=case)
            log.failed(f"{family}/{case.lower()}/y", FailureKind.WRONG_ACCEPT, detail=about)
            log.passed(f"{family}/{case.lower()}/z")
    found = only(log, tmp_path)
    assert [cluster.classes for cluster in found] == [("G5",), ("G9",)]
    assert {cluster.families for cluster in found} == {("aes-128-gcm", "aes-256-gcm")}


def test_a_flag_that_all_share_joins_classes(tmp_path: Path) -> None:
    log = LogBuilder()
    for case in ("G5", "G9"):
        about = detail(valid=False, case=case, flags=("ModifiedTag", case))
        log.failed(f"{GCM}/{case.lower()}/y", FailureKind.WRONG_ACCEPT, detail=about)
        log.passed(f"{GCM}/{case.lower()}/z")
    (cluster,) = only(log, tmp_path)
    assert cluster.flags == ("ModifiedTag",)
    assert cluster.classes == ("G5", "G9")


def test_different_native_codes_are_different_clusters(tmp_path: Path) -> None:
    log = LogBuilder()
    for number, code in enumerate(("CKR_DATA_INVALID", "CKR_GENERAL_ERROR")):
        log.failed(f"{GCM}/g1/{number}", FailureKind.WRONG_REJECT, native_code=code)
    assert len(only(log, tmp_path)) == 2


def test_different_classes_of_rejection_are_different_clusters(tmp_path: Path) -> None:
    log = LogBuilder()
    for number, kind in enumerate((RejectionClass.NOT_FOUND, RejectionClass.KEY_STATE)):
        log.failed(f"{GCM}/g1/{number}", FailureKind.WRONG_ERROR, rejection=kind, message="no")
    assert len(only(log, tmp_path)) == 2


def test_messages_that_never_repeat_do_not_make_a_cluster_each(tmp_path: Path) -> None:
    log = LogBuilder()
    for number in range(10 * MANY_TEXTS):
        word = format(number, "b").replace("0", "x").replace("1", "y")
        log.failed(f"{GCM}/g1/{number}", FailureKind.WRONG_REJECT, native_code="E", message=word)
    (cluster,) = only(log, tmp_path)
    assert cluster.texts == 10 * MANY_TEXTS


def test_numbers_and_ids_in_a_message_do_not_split_a_cluster(tmp_path: Path) -> None:
    log = LogBuilder()
    for number in range(20):
        message = f"request {number} on key 8f14e45fceea167a5a36dedd4bea2543 failed"
        log.error(f"{GCM}/g1/{number}", ErrorKind.INTERNAL, message)
    assert [cluster.count for cluster in only(log, tmp_path)] == [20]


def test_masking_hides_what_varies_and_keeps_what_tells() -> None:
    assert masked("IV of 7 bytes") == "IV of # bytes"
    assert masked("key 123e4567-e89b-12d3-a456-426614174000 gone") == "key # gone"
    assert masked("tag deadbeefdeadbeef") == "tag #"
    assert masked("aes-128-gcm/g3/iv-length-7 refused") == "# refused"
    assert masked("CKR_DATA_INVALID") == "CKR_DATA_INVALID"
    assert masked("facade") == "facade"


def test_the_case_is_the_second_part_of_the_id() -> None:
    assert case_name("aes-128-gcm/iv-length/7") == "iv-length"
    assert case_name("no-parts") == ""


def test_the_same_log_gives_the_same_clusters(tmp_path: Path) -> None:
    run = sample_run(12).run(tmp_path)
    assert clusters(run) == clusters(run)


def test_a_green_target_has_no_cluster(tmp_path: Path) -> None:
    found = clusters(sample_run(2).run(tmp_path))
    assert found[REFERENCE] == ()
    assert len(found[STRICT]) == 1


_TEXTS = st.sampled_from(["", "bad iv", "request 7", "request 8", "<script>"])
_RECORDED = st.builds(
    VerdictRecorded,
    target=st.just("t"),
    id=st.integers(0, 9_999).map(lambda n: f"aes-{128 + 64 * (n % 3)}-gcm/g{n % 5}/{n}"),
    verdict=st.sampled_from(Verdict),
    failure=st.none() | st.sampled_from(FailureKind),
    error=st.none() | st.sampled_from(ErrorKind),
    message=_TEXTS,
    native_code=_TEXTS,
    reason=_TEXTS,
)


@given(st.lists(_RECORDED, unique_by=lambda recorded: recorded.id))
def test_every_verdict_that_is_not_green_is_in_exactly_one_cluster(
    verdicts: list[VerdictRecorded],
) -> None:
    run = Run(Path("log"), _header(), {"t": TargetRun("t", verdicts=verdicts)})
    found = clusters(run)["t"]
    red = sorted(each.id for each in verdicts if each.verdict in NOT_GREEN)
    assert sorted(vector for cluster in found for vector in cluster.ids) == red
    assert [cluster.rank for cluster in found] == sorted(cluster.rank for cluster in found)


def _header() -> RunStarted:
    return RunStarted(
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
