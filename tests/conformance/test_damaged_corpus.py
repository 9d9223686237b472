"""A corpus that is missing, damaged or tampered with is refused with a sentence, and never run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from kmsproof.cli import run_arguments
from kmsproof.errors import ExitCode
from kmsproof_testing.corpora import GCM_FILE
from kmsproof_testing.corpus_folders import write_corpus
from kmsproof_testing.fakes.targets import exec_target

COMMANDS = {
    "run": ["run", exec_target("good"), "--out", "out", "--report", "none", "-q"],
    "list": ["list", "vectors"],
    "replay": ["replay", "tiny-gcm/g1/encrypt-plain", exec_target("good")],
}


def damage_nothing(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def damage_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"corpus_version":"1.0","files":[{}]}')


def damage_manifest_bytes(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"\xff\xfe\x00")


def damage_version(folder: Path) -> None:
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace('"1.0"', '"9.0"', 1))


def damage_file(folder: Path) -> None:
    path = folder / "tiny-gcm.json"
    path.write_text(path.read_text().replace("valid", "dilav", 1))


def damage_absent(folder: Path) -> None:
    (folder / "tiny-gcm.json").unlink()


def damage_format(folder: Path) -> None:
    """A file that is not in the format, and a manifest that says that this is right."""
    write_corpus(folder, [GCM_FILE])
    path, manifest = folder / "tiny-gcm.json", folder / "manifest.json"
    before = _digest(path)
    path.write_text('{"family":"tiny-gcm"}')
    manifest.write_text(manifest.read_text().replace(before, _digest(path)))


def damage_rules(folder: Path) -> None:
    """A well-formed corpus in which an invalid test has lost its control."""
    first, *others = GCM_FILE.groups
    tests = tuple(test for test in first.tests if not test.id.endswith("/decrypt-plain"))
    group = msgspec.structs.replace(first, tests=tests)
    changed = msgspec.structs.replace(
        GCM_FILE, groups=(group, *others), number_of_tests=GCM_FILE.number_of_tests - 1
    )
    write_corpus(folder, [changed])


def damage_double(folder: Path) -> None:
    first, *others = GCM_FILE.groups
    twice = msgspec.structs.replace(first, tests=first.tests + first.tests[:1])
    number = GCM_FILE.number_of_tests + 1
    changed = msgspec.structs.replace(GCM_FILE, groups=(twice, *others), number_of_tests=number)
    write_corpus(folder, [changed])


def damage_family(folder: Path) -> None:
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"family":"tiny-gcm"', '"family":"tiny-x"'))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


DAMAGES: list[tuple[Callable[[Path], None], str, str]] = [
    (damage_nothing, "manifest.json cannot be read: No such file or directory", "Give the folder"),
    (damage_manifest, "manifest.json is no manifest of a corpus", "make vectors"),
    (damage_manifest_bytes, "manifest.json is no manifest of a corpus", "make vectors"),
    (damage_version, "has version 9.0, this program reads version 1.0", "the same first number"),
    (damage_file, "is not the file that the manifest describes", "make vectors"),
    (damage_absent, "tiny-gcm.json cannot be read: No such file or directory", "make vectors"),
    (damage_format, "tiny-gcm.json is not in the corpus format", "make vectors"),
    (damage_rules, "breaks the rules of a corpus: tiny-gcm.json: tiny-gcm/g3/", "vectors validate"),
    (damage_double, "the id tiny-gcm/g1/encrypt-plain is used 2 times", "vectors validate"),
    (damage_family, "tiny-x", "make vectors"),
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("damage", "message", "remedy"), DAMAGES, ids=[each[0].__name__ for each in DAMAGES]
)
def test_damaged_corpus_is_3(
    damage: Callable[[Path], None],
    message: str,
    remedy: str,
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    damage(write_corpus(tmp_path / "corpus"))
    assert run_arguments([*COMMANDS[command], "--corpus", "corpus"]) == ExitCode.HARNESS
    out, err = capsys.readouterr()
    first, second = err.splitlines()
    assert first.startswith("kmsproof: ")
    assert message in first
    assert remedy in second
    assert out == ""
    assert not Path("out").exists()
