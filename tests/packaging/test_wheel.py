"""The wheel holds what the checkout holds, and works where there is no checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

PACKAGES = {
    "kmsproof": ROOT / "conformance" / "kmsproof",
    "kmsproof_reference": ROOT / "reference" / "kmsproof_reference",
    "kmsproof_server": ROOT / "reference" / "kmsproof_server",
    "kmsproof_vectors": ROOT / "vectors" / "kmsproof_vectors",
    "kmsproof_adapters": ROOT / "adapters" / "kmsproof_adapters",
    "kmsproof_reports": ROOT / "reports" / "kmsproof_reports",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution as a release would be, without network."""
    folder = tmp_path_factory.mktemp("dist")
    _demand([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)])
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an empty environment with the wheel, and of ours only the dependencies."""
    folder = tmp_path_factory.mktemp("environment")
    _demand([sys.executable, "-m", "venv", "--without-pip", str(folder)])
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    _demand([*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)])
    # A folder that a .pth file adds is not searched for .pth files itself. So the dependencies are
    # seen, but the editable installation, which is such a file, is not.
    question = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(_demand([str(python), "-c", question]).strip())
    ours = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "dependencies.pth").write_text("\n".join(sorted(ours)) + "\n", encoding="utf-8")
    return python


def test_wheel_holds_exactly_the_files_of_the_checkout(wheel: Path) -> None:
    checkout = _files_of_the_checkout()
    with zipfile.ZipFile(wheel) as archive:
        packed = {
            name: archive.read(name)
            for name in archive.namelist()
            if not name.split("/")[0].endswith(".dist-info")
        }
    assert sorted(packed) == sorted(checkout)
    assert [name for name, content in packed.items() if content != checkout[name]] == []


def test_wheel_has_only_our_packages_at_top_level(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        top = {name.split("/")[0] for name in archive.namelist()}
    assert top == {*PACKAGES, f"kmsproof-{version('kmsproof')}.dist-info"}


def test_wheel_has_all_json_of_the_vectors(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.endswith(".json")}
    checkout = {
        f"kmsproof_vectors/{path.relative_to(ROOT / 'vectors').as_posix()}"
        for path in (ROOT / "vectors").rglob("*.json")
    }
    assert {name for name in packed if name.startswith("kmsproof_vectors/")} == checkout
    assert any(name.startswith("kmsproof_vectors/corpus/") for name in checkout)
    assert any(name.startswith("kmsproof_vectors/schemas/") for name in checkout)
    assert any(name.startswith("kmsproof_vectors/profiles/") for name in checkout)


@pytest.mark.parametrize("package", PACKAGES)
def test_wheel_says_that_the_package_is_typed(wheel: Path, package: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert f"{package}/py.typed" in archive.namelist()


def test_wheel_holds_the_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/LICENSE")]
        assert archive.read(name) == (ROOT / "LICENSE").read_bytes()


@pytest.mark.parametrize("package", PACKAGES)
def test_installed_package_is_that_of_the_wheel(python: Path, package: str, tmp_path: Path) -> None:
    question = f"import {package}; print({package}.__file__)"
    imported = Path(_demand([str(python), "-c", question], tmp_path).strip())
    assert imported.is_relative_to(python.parents[1])


def test_installed_command_tells_its_version(python: Path, tmp_path: Path) -> None:
    assert version("kmsproof") in _kmsproof(python, tmp_path, "--version")


def test_installed_command_finds_the_corpus_of_the_wheel(python: Path, tmp_path: Path) -> None:
    report = _kmsproof(python, tmp_path, "vectors", "stats")
    families = {json.loads(path.read_bytes())["family"] for path in _corpus_files()}
    assert families
    assert [family for family in families if family not in report] == []


def test_installed_command_runs_a_vector(python: Path, tmp_path: Path) -> None:
    vector = json.loads(_corpus_files()[0].read_bytes())["groups"][0]["tests"][0]["id"]
    _kmsproof(python, tmp_path, "run", "reference", "--id", vector)


def _files_of_the_checkout() -> dict[str, bytes]:
    """What the wheel has to hold, by its name there."""
    places = {
        **PACKAGES,
        "kmsproof_vectors/corpus": ROOT / "vectors" / "corpus",
        "kmsproof_vectors/schemas": ROOT / "vectors" / "schemas",
        "kmsproof_vectors/profiles": ROOT / "vectors" / "profiles",
    }
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for name, folder in places.items()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def _corpus_files() -> list[Path]:
    files = sorted((ROOT / "vectors" / "corpus").rglob("*.json"))
    return [path for path in files if "groups" in json.loads(path.read_bytes())]


def _kmsproof(python: Path, folder: Path, *arguments: str) -> str:
    return _demand([str(python.with_name("kmsproof")), *arguments], folder)


def _demand(command: list[str], folder: Path | None = None) -> str:
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, (
        f"{command} ended with {done.returncode}\n{done.stdout}{done.stderr}"
    )
    return done.stdout
