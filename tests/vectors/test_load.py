"""The loader takes the corpus as it was published, and says plainly what is wrong with another."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import msgspec
import pytest

from kmsproof_vectors.live.load import FOLDER_NAME
from kmsproof_vectors.load import (
    MANIFEST_NAME,
    CorpusFault,
    corpus_folder,
    load_file,
    load_manifest,
    schema_folder,
)
from kmsproof_vectors.model import Manifest, ManifestEntry


@pytest.fixture
def entry(manifest: Manifest) -> ManifestEntry:
    (found,) = (one for one in manifest.files if one.family == "aes-128-gcm-tag-lengths")
    return found


@pytest.fixture
def folder(tmp_path: Path, entry: ManifestEntry) -> Path:
    """A folder with the manifest and one file of the corpus."""
    (tmp_path / entry.path).parent.mkdir()
    for path in (MANIFEST_NAME, entry.path):
        shutil.copy(corpus_folder() / path, tmp_path / path)
    return tmp_path


def fault_of(folder: Path, entry: ManifestEntry) -> CorpusFault:
    with pytest.raises(CorpusFault) as fault:
        load_file(folder, entry)
    return fault.value


def test_the_corpus_and_its_schemas_are_found() -> None:
    assert (corpus_folder() / MANIFEST_NAME).is_file()
    assert (schema_folder() / "corpus_file.schema.json").is_file()


@pytest.mark.parametrize("number", range(21))
def test_every_file_of_the_manifest_loads(manifest: Manifest, number: int) -> None:
    entry = manifest.files[number]
    file = load_file(corpus_folder(), entry)
    assert sum(len(group.tests) for group in file.groups) == entry.number_of_tests


def test_the_manifest_names_every_file(manifest: Manifest) -> None:
    paths = {path.relative_to(corpus_folder()) for path in corpus_folder().rglob("*.json")}
    # The live corpus has a manifest of its own.
    found = {path.as_posix() for path in paths if path.parts[0] != FOLDER_NAME}
    named = {entry.path for entry in manifest.files}
    assert found - named <= {MANIFEST_NAME, "witnesses.json", "mutants.json", "tiers.json"}
    assert named - found == set()


def test_a_copy_elsewhere_loads_alike(folder: Path, entry: ManifestEntry) -> None:
    assert load_manifest(folder) == load_manifest(corpus_folder())
    assert load_file(folder, entry) == load_file(corpus_folder(), entry)


def test_a_tampered_file_is_refused(folder: Path, entry: ManifestEntry) -> None:
    path = folder / entry.path
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"invalid"', b'"valid"', 1))
    fault = fault_of(folder, entry)
    assert str(path) in fault.message
    assert "SHA-256" in fault.message
    assert "make vectors" in fault.remedy


def test_a_truncated_file_is_refused(folder: Path, entry: ManifestEntry) -> None:
    path = folder / entry.path
    path.write_bytes(path.read_bytes()[:-100])
    assert "SHA-256" in fault_of(folder, entry).message


def test_a_missing_file_is_refused(folder: Path, entry: ManifestEntry) -> None:
    (folder / entry.path).unlink()
    fault = fault_of(folder, entry)
    assert fault.message == f"{folder / entry.path} cannot be read: No such file or directory."
    assert fault.remedy


def test_a_folder_in_place_of_a_file_is_refused(folder: Path, entry: ManifestEntry) -> None:
    (folder / entry.path).unlink()
    (folder / entry.path).mkdir()
    assert "cannot be read" in fault_of(folder, entry).message


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no manifest"),
        (b"{", "no manifest"),
        (b"\xff\xfe", "no manifest"),
        (b"[]", "no manifest"),
        (b'{"corpus_version":"1.0"}', "no manifest"),
        (b'{"corpus_version":"1.0","files":[],"more":1}', "no manifest"),
        (b'{"corpus_version":"2.0","files":[]}', "version 2.0"),
    ],
)
def test_a_broken_manifest_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / MANIFEST_NAME).write_bytes(data)
    with pytest.raises(CorpusFault, match=reason) as fault:
        load_manifest(tmp_path)
    assert str(tmp_path) in fault.value.message
    assert fault.value.remedy


def test_a_missing_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusFault, match="No such file") as fault:
        load_manifest(tmp_path)
    assert MANIFEST_NAME in fault.value.remedy


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"result":"invalid"', b'"result":"acceptable"'),
        (b'"plaintext":"', b'"plaintext":"F'),
        (b'"secret":"', b'"secret":"ABCD'),
        (b'"operation":"encrypt"', b'"operation":"sign"'),
        (b'"why":"', b'"because":"'),
        (b'"flags":["', b'"flags":[1,"'),
        (b'"number_of_tests": ', b'"number_of_tests": "'),
        (b"}\n", b"\n"),
    ],
)
def test_a_file_that_fits_its_digest_but_not_the_format_is_refused(
    folder: Path, entry: ManifestEntry, old: bytes, new: bytes
) -> None:
    _, spoilt = respelt(folder, entry, old, new)
    fault = fault_of(folder, spoilt)
    assert "is not in the corpus format" in fault.message
    assert fault.remedy


def test_a_file_about_something_else_is_refused(folder: Path, entry: ManifestEntry) -> None:
    old = f'"number_of_tests": {entry.number_of_tests}'.encode()
    path, spoilt = respelt(folder, entry, old, b'"number_of_tests": 7')
    fault = fault_of(folder, spoilt)
    assert fault.message.startswith(f"The manifest says that {path} holds")
    assert "it holds 7 of" in fault.message


def respelt(
    folder: Path, entry: ManifestEntry, old: bytes, new: bytes
) -> tuple[Path, ManifestEntry]:
    """Change a file and give its entry the new digest, as somebody would who changes it by hand."""
    path = folder / entry.path
    data = path.read_bytes()
    assert old in data
    changed = data.replace(old, new, 1)
    path.write_bytes(changed)
    return path, msgspec.structs.replace(entry, sha256=hashlib.sha256(changed).hexdigest())
