"""The command line: a clear sentence for every mistake, the right exit code, no traceback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kmsproof import cli
from kmsproof.cli import COMMANDS, run_arguments
from kmsproof.errors import ExitCode, KmsproofError, NothingSelected, UsageError
from kmsproof.log_reader import read_run
from kmsproof.results import TargetState
from kmsproof_testing.corpus_folders import write_corpus
from kmsproof_testing.fakes.targets import exec_target
from kmsproof_testing.live_files import write_live_corpus

GOOD = exec_target("good")


@dataclass(frozen=True)
class Said:
    """What a call of the command line came to."""

    exit_code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Call:
    """Call the command line in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Said:
        exit_code = run_arguments(list(arguments))
        said = capsys.readouterr()
        return Said(exit_code, said.out, said.err)

    return run


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A folder with the small live corpus."""
    return write_live_corpus(tmp_path / "live")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with the tiny corpus."""
    return write_corpus(tmp_path / "corpus")


def judge(call: Call, corpus: Path, *arguments: str) -> Said:
    return call(
        "run", *arguments, "--corpus", str(corpus), "--out", "out", "--report", "none", "-q"
    )


def assert_told(said: Said, exit_code: ExitCode, *told: str) -> None:
    """Assert that a mistake is answered with a sentence on standard error."""
    assert said.exit_code == exit_code
    assert "Traceback" not in said.err + said.out
    assert said.out == ""
    for text in told:
        assert text in said.err
    assert len(said.err.splitlines()) <= 6


def assert_remedied(said: Said, exit_code: ExitCode, message: str, remedy: str) -> None:
    """Assert that one line says what happened, and the next what to do."""
    assert_told(said, exit_code)
    first, second = said.err.splitlines()
    assert first.startswith(f"kmsproof: {message}")
    assert second.startswith("  ")
    assert remedy in second


def test_good_target_is_0(call: Call, corpus: Path) -> None:
    said = judge(call, corpus, GOOD)
    assert said.exit_code == ExitCode.CONFORMANT
    assert said.err == ""
    assert "out/events.jsonl" in said.out


@pytest.mark.parametrize(
    ("fault", "exit_code"),
    [
        ("strip-only", ExitCode.NOT_CONFORMANT),
        ("error-all", ExitCode.HARNESS),
        ("exit-127", ExitCode.HARNESS),
        ("declare-nothing", ExitCode.COVERAGE),
    ],
)
def test_other_targets_are_not_0(fault: str, exit_code: ExitCode, call: Call, corpus: Path) -> None:
    said = judge(call, corpus, exec_target(fault))
    assert said.exit_code == exit_code
    log = read_run(Path("out"))
    assert log.finished is not None
    assert log.finished.exit_code == exit_code


@pytest.mark.parametrize(
    ("fault", "modes", "exit_code"),
    [
        ("live-good", ("live", "policy"), ExitCode.CONFORMANT),
        ("live-accept-every-tag", ("live",), ExitCode.NOT_CONFORMANT),
        ("live-accept-every-tag", ("policy",), ExitCode.CONFORMANT),
        ("live-ignore-state", ("live",), ExitCode.CONFORMANT),
        ("live-ignore-state", ("policy",), ExitCode.NOT_CONFORMANT),
        ("good", ("live", "policy"), ExitCode.COVERAGE),
    ],
)
def test_modes_with_keys_of_the_target(
    fault: str, modes: tuple[str, ...], exit_code: ExitCode, call: Call, live: Path
) -> None:
    said = judge(call, live, exec_target(fault), *(f"--mode={mode}" for mode in modes))
    assert said.exit_code == exit_code
    run = read_run(Path("out"))
    assert [family.mode for family in run.started.families] == list(modes)


def test_levels_are_judged_one_after_the_other(call: Call, live: Path) -> None:
    levels = ("--protection-level", "software", "--protection-level", "hardware")
    target = exec_target("live-good")
    said = judge(call, live, target, "--mode", "live", "--floor", "0", *levels)
    assert said.exit_code == ExitCode.COVERAGE
    run = read_run(Path("out"))
    assert list(run.targets) == [f"{target} at software", f"{target} at hardware"]
    assert f"{target} at hardware was judged by 0 of 7 vectors" in run.finished.conclusion  # type: ignore[union-attr]  # the run has ended


def test_all_levels_are_those_that_the_target_declares(call: Call, live: Path) -> None:
    targets = (exec_target("live-good"), exec_target("good"))
    judge(call, live, *targets, "--mode", "live", "--protection-level", "all")
    assert list(read_run(Path("out")).targets) == [f"{targets[0]} at software", targets[1]]


def test_target_that_takes_no_keys_is_told_of_live_mode(call: Call, corpus: Path) -> None:
    judge(call, corpus, exec_target("live-good"))
    finished = read_run(Path("out")).finished
    assert finished is not None
    assert "--mode live --mode policy" in finished.conclusion


def test_one_corpus_for_all_modes_is_2(call: Call, live: Path) -> None:
    said = judge(call, live, GOOD, "--mode", "library", "--mode", "live")
    assert_told(said, ExitCode.USAGE, "One --corpus cannot serve", "Run library mode by itself.")


def test_sweep_without_a_journal_is_3(call: Call, tmp_path: Path) -> None:
    said = call("sweep", str(tmp_path), GOOD)
    assert_told(said, ExitCode.HARNESS, "There is no journal of keys")


def test_plan_of_a_target_that_makes_no_keys_is_4(call: Call) -> None:
    assert_told(call("plan", GOOD), ExitCode.COVERAGE, "Nothing would be asked")


def test_floor_is_4(call: Call, corpus: Path) -> None:
    target = exec_target("declare-less")
    assert judge(call, corpus, target, "--floor", "100").exit_code == ExitCode.COVERAGE


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["frobnicate"], "No such command 'frobnicate'"),
        (["--frobnicate"], "No such option '--frobnicate'"),
        (["run"], "Missing argument 'TARGET...'"),
        (["run", "reference", "--frobnicate"], "No such option '--frobnicate'"),
        (["run", "reference", "--key-spec", "AES"], "'AES' is not one of 'Aliyun_AES_256'"),
        (["run", "reference", "--algorithm", "gcm"], "'gcm' is not one of 'GCM'"),
        (["run", "reference", "--deadline", "0"], "not in the range"),
        (["run", "reference", "--deadline", "soon"], "'soon' is not a valid float"),
        (["run", "reference", "--deadline", "inf"], "inf is not a finite number"),
        (["run", "reference", "--floor", "nan"], "nan is not a finite number"),
        (["run", "reference", "--floor", "101"], "not in the range"),
        (["list", "nonsense"], "'nonsense' is not one of 'targets'"),
        (["explain"], "Missing argument 'ID'"),
        (["replay", "x"], "Missing argument 'TARGET'"),
        (["report"], "Missing argument 'RUN'"),
        (["vectors", "frobnicate"], "No such command 'frobnicate'"),
    ],
)
def test_command_line_that_cannot_be_understood(
    arguments: list[str], told: str, call: Call
) -> None:
    assert_told(call(*arguments), ExitCode.USAGE, told, "Try 'kmsproof")


def test_no_command_shows_the_overview(call: Call) -> None:
    said = call()
    assert said.exit_code == ExitCode.USAGE
    assert all(name in said.out + said.err for name in COMMANDS)


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help(name: str, call: Call) -> None:
    said = call(*filter(None, (name, "--help")))
    assert said.exit_code == 0
    assert said.out.startswith(f"Usage: kmsproof {name}".rstrip())
    assert said.err == ""


def test_help_documents_every_exit_code(call: Call) -> None:
    text = call("--help").out
    for code in ExitCode:
        assert f"\n    {int(code)}  " in text


@pytest.mark.parametrize(
    ("target", "message", "remedy"),
    [
        ("referense", "There is no target called 'referense'.", "Did you mean 'reference'?"),
        ("./a", "There is no target called './a'.", "write exec:./a"),
        ("exec:", "The target 'exec:' names no command.", "exec:./my-adapter"),
        ("exec:./a 'b", "The command of the target exec:./a 'b cannot be split", "Quote it"),
        ("exec:./a --pin '98", "The command of the target exec:./a --pin [redacted]", "Quote it"),
    ],
)
def test_unknown_target(target: str, message: str, remedy: str, call: Call, corpus: Path) -> None:
    assert_remedied(judge(call, corpus, target), ExitCode.USAGE, message, remedy)
    assert not Path("out").exists()


def test_target_named_twice(call: Call, corpus: Path) -> None:
    said = judge(call, corpus, "reference", "reference")
    message = "The target reference is named twice."
    assert_remedied(said, ExitCode.USAGE, message, "Name each target once.")


def test_program_that_is_not_there(call: Call, corpus: Path) -> None:
    said = judge(call, corpus, "exec:./no-such-adapter --pin 9876")
    assert said.exit_code == ExitCode.USAGE
    assert "'./no-such-adapter' cannot be run: No such file or directory" in said.out
    assert "9876" not in said.out + said.err
    [target] = read_run(Path("out")).targets.values()
    assert target.finished is not None
    assert target.finished.state is TargetState.NOT_STARTED


@pytest.mark.parametrize(
    ("filters", "message", "remedy"),
    [
        (["--id", "tiny-gcm/g3/none"], "No vector matches id=tiny-gcm/g3/none.", "list vectors"),
        (["--flag", "Modifed"], "No vector matches flag=Modifed.", "Did you mean Modified?"),
        (["--class", "G3", "--algorithm", "CBC"], "No vector matches class=G3, algorithm=CBC.", ""),
        (["--key-spec", "RSA_2048"], "No vector matches key-spec=RSA_2048.", ""),
    ],
)
def test_filter_that_matches_nothing_is_4(
    filters: list[str], message: str, remedy: str, call: Call, corpus: Path
) -> None:
    said = judge(call, corpus, GOOD, *filters)
    assert_remedied(said, ExitCode.COVERAGE, message, remedy)
    listed = call("list", "vectors", *filters, "--corpus", str(corpus))
    assert_remedied(listed, ExitCode.COVERAGE, message, remedy)


def test_empty_corpus_is_4(call: Call, tmp_path: Path) -> None:
    said = judge(call, write_corpus(tmp_path / "empty", ()), GOOD)
    assert_told(said, ExitCode.COVERAGE, "No vector matches an empty corpus.")


def test_log_that_exists_is_2(call: Call, corpus: Path) -> None:
    assert judge(call, corpus, GOOD).exit_code == 0
    assert_remedied(
        judge(call, corpus, GOOD),
        ExitCode.USAGE,
        "The event log out/events.jsonl cannot be made: File exists.",
        "Give another folder with --out",
    )


@pytest.mark.parametrize("command", [["run", GOOD, "--report"], ["report", ".", "--format"]])
def test_unknown_report_format_is_2(command: list[str], call: Call) -> None:
    said = call(*command, "htlm")
    message = "There is no report format called 'htlm'."
    assert_remedied(said, ExitCode.USAGE, message, "Did you mean 'html'?")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "The event log log.jsonl cannot be read: No such file or directory."),
        (b"", "log.jsonl is empty."),
        (b"PK\x03\x04", "Line 1 of log.jsonl is no event of a kmsproof log"),
        (b"\xff\xfe\n", "Line 1 of log.jsonl is no event of a kmsproof log"),
        (b'{"event":"warning","target":"t","message":"m"}\n', "log.jsonl does not begin with"),
    ],
    ids=["missing", "empty", "binary", "no text", "no header"],
)
def test_log_that_cannot_be_read_is_3(content: bytes | None, message: str, call: Call) -> None:
    if content is not None:
        Path("log.jsonl").write_bytes(content)
    assert_remedied(call("report", "log.jsonl"), ExitCode.HARNESS, message, "")


@pytest.mark.parametrize("command", [["explain"], ["replay"]])
def test_unknown_vector_is_2(command: list[str], call: Call, corpus: Path) -> None:
    target = [GOOD] if command == ["replay"] else []
    said = call(*command, "tiny-gcm/g3/tag-bit-1", *target, "--corpus", str(corpus))
    message = "There is no vector 'tiny-gcm/g3/tag-bit-1'."
    assert_remedied(said, ExitCode.USAGE, message, "Did you mean tiny-gcm/g3/tag-bit-")


def test_replay_has_an_exit_code_of_its_own(call: Call, corpus: Path) -> None:
    vector = "tiny-gcm/g3/tag-bit-0"
    for fault, exit_code in (("good", 0), ("accept-every-tag", 1), ("error-all", 3)):
        said = call("replay", vector, exec_target(fault), "--corpus", str(corpus))
        assert said.exit_code == exit_code
        assert f"verdict {vector}" in said.out


def raising(error: BaseException) -> Callable[..., object]:
    def main(*_: object, **__: object) -> object:
        raise error

    return main


def test_defect_of_ours_is_3_with_what_a_maintainer_needs(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli.kmsproof, "main", raising(RuntimeError("oops, pin-value=9876")))
    said = call("run", "reference")
    assert said.exit_code == ExitCode.HARNESS
    assert "RuntimeError: oops, pin-value=[redacted]" in said.err
    assert "this is a defect of kmsproof" in said.err


@pytest.mark.parametrize("code", [0, 1, None, "text"])
def test_exit_from_within_is_never_0(
    code: int | str | None, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli.kmsproof, "main", raising(SystemExit(code)))
    assert call("run", "reference").exit_code == ExitCode.HARNESS


def test_interrupt_is_3(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.kmsproof, "main", raising(KeyboardInterrupt()))
    assert call("run", "reference") == Said(ExitCode.HARNESS, "", "Interrupted.\n")


@pytest.mark.parametrize(
    "error",
    [
        UsageError("No token with pin=9876.", "Give another."),
        NothingSelected("Nothing.", ""),
        KmsproofError("Something \x1b[2J.", "Do \u202esomething."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_error_is_told_with_its_remedy_and_without_secrets(
    error: KmsproofError, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli.kmsproof, "main", raising(error))
    said = call("run", "reference")
    assert said.exit_code == error.exit_code
    assert "9876" not in said.err
    assert all(line.isprintable() for line in said.err.splitlines())
    assert len(said.err.splitlines()) == (2 if error.remedy else 1)
