"""Mutate the reference's algorithm modules and see which mutants the corpus does not notice.

The mutants are those of cosmic-ray. The only test is the corpus: the target is a reference in
which one module is mutated, the judge keeps the right one. A mutant runs in a fork of a process
that has everything loaded, so that most take well under a second. With --survivors those of the
first round are tried once more, with all key specs and with the live corpus.

Everything runs in a copy of a commit, so that the tree can be worked on meanwhile. Results are kept
as they come: a second start goes on where the first was stopped.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "mutation"
PACKAGES = ("conformance", "reference", "vectors", "adapters", "reports", "tools")

MODULES = {
    "gcm": "gcm",
    "oaep": "oaep",
    "pss": "pss",
    "pkcs1_signature": "pkcs1",
    "ecdsa": "ecdsa",
    "ecdsa_signature": "ecdsa",
    "ecies": "ecies",
    "block_modes": "ecb cbc",
    "padding": "ecb cbc",
    "point_encoding": "ecies ecdsa",
    "kdf_x963": "ecies",
    "rsa": "pkcs1 pss oaep",
    "mgf1": "oaep pss",
    "aes": "ecb cbc",
    "ec_keys": "ecdsa ecies",
    "ec_key_encoding": "ecdsa ecies",
    "rsa_keys": "oaep pkcs1 pss",
    "rsa_key_encoding": "oaep pkcs1 pss",
    "der": "ecdsa pkcs1 oaep pss ecies",
    "ecies_layout": "ecies",
    "ecies_dialect": "ecies",
    "ecdh": "ecies",
    "octets": "gcm pkcs1 pss oaep ecdsa ecies cbc",
    "gf128": "gcm",
    "gf256": "ecb",
    "elliptic_curve": "ecdsa ecies",
    "jacobian": "ecdsa ecies",
}
"""The modules in the order of their value, and the parts of the corpus that their mutants are
judged by, the likeliest to notice first."""


@dataclass(frozen=True)
class Result:
    """What came of one mutant."""

    module: str
    digest: str
    """Of the module that was mutated, so that a changed one is done again."""
    name: str
    line: int
    change: str
    outcome: str
    """killed, does-not-load, timeout, or survived."""
    by: str = ""
    """The vector that noticed it."""
    seconds: float = 0.0
    round: int = 1
    """1: the chosen key specs; 2: all key specs and the live corpus."""
    commit: str = ""


class Results:
    """The results so far, in a file of JSON lines; the last line on a mutant counts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.found: dict[tuple[str, str, str], Result] = {}
        if path.exists():
            for line in path.read_bytes().splitlines():
                self._take(msgspec.json.decode(line, type=Result))

    def add(self, result: Result) -> None:
        """Keep a result, in the file too."""
        self._take(result)
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(asdict(result)) + b"\n")

    def _take(self, result: Result) -> None:
        self.found[result.module, result.digest, result.name] = result


def copy_of(commit: str) -> Path:
    """Return a folder with the files of a commit."""
    folder = FOLDER / f"tree-{commit[:12]}"
    if not folder.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER) as place:
            archive = Path(place) / "tree.tar"
            subprocess.run(
                ["git", "archive", "-o", str(archive), commit, *PACKAGES], cwd=ROOT, check=True
            )
            with tarfile.open(archive) as tar:
                tar.extractall(Path(place) / "tree", filter="data")
            try:
                (Path(place) / "tree").rename(folder)
            except OSError:  # another part that was started at the same time came first
                if not folder.exists():
                    raise
    return folder


def commit_of(revision: str) -> str:
    """Return the full name of a commit."""
    command = ["git", "rev-parse", "--verify", f"{revision}^{{commit}}"]
    return subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


def in_copy(commit: str, arguments: Sequence[str]) -> int:
    """Run this program once more, with the code and the corpus of a commit."""
    tree = copy_of(commit)
    path = [str(tree / name) for name in PACKAGES if name != "tools"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([*path, str(ROOT / "tools")]),
        "KMSPROOF_MUTATION_TREE": str(tree),
        "KMSPROOF_MUTATION_COMMIT": commit,
        "PYTHONHASHSEED": "0",
    }
    command = [sys.executable, __file__, *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


def mutate(options: argparse.Namespace, tree: Path, commit: str) -> int:
    """Judge the mutants of the modules that are wanted."""
    from mutant_judge import Judge
    from mutants_of_source import mutants_of

    results = Results(FOLDER / f"results-{options.part or 'all'}.jsonl")
    for module in options.modules or MODULES:
        path = tree / "reference" / "kmsproof_reference" / f"{module}.py"
        source = path.read_text(encoding="utf-8")
        digest = sha256(source.encode()).hexdigest()[:16]
        judge: Judge | None = None
        number, count = options.share
        for mutant in islice(mutants_of(source), number - 1, None, count):
            known = results.found.get((module, digest, mutant.name))
            again = options.survivors and known is not None and known.outcome == "survived"
            if (known is not None and not again) or (known is None and options.survivors):
                continue
            if judge is None:
                judge = Judge(module, MODULES[module].split(), widely=options.survivors)
            found = judge.judge_line(mutant.source, mutant.line)
            result = Result(
                module, digest, mutant.name, mutant.line, mutant.change, found.outcome, found.by
            )
            results.add(
                replace(
                    result,
                    seconds=found.seconds,
                    round=2 if options.survivors else 1,
                    commit=commit,
                )
            )
        told = Counter(each.outcome for each in results.found.values() if each.module == module)
        print(module, dict(told), flush=True)
    return 0


def summarise(options: argparse.Namespace) -> int:
    """Print the figures by module, and the survivors."""
    found: dict[tuple[str, str, str], Result] = {}
    for path in sorted(FOLDER.glob("results-*.jsonl")):
        found |= Results(path).found
    for module in options.modules or MODULES:
        mine = [each for each in found.values() if each.module == module]
        told = Counter(each.outcome for each in mine)
        print(f"{module}: {len(mine)} mutants, " + ", ".join(f"{n} {k}" for k, n in told.items()))
        for each in sorted(mine, key=lambda each: each.line):
            if each.outcome in ("survived", "timeout"):
                print(f"  {each.outcome} (round {each.round}) line {each.line} {each.name}")
                print("    " + each.change.replace("\n", "\n    "))
    return 0


def share(text: str) -> tuple[int, int]:
    """Read I/N: every Nth mutant, from the Ith on."""
    number, _, count = text.partition("/")
    found = int(number), int(count)
    if not 1 <= found[0] <= found[1]:
        raise ValueError(text)
    return found


def main() -> int:
    """Do what is asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", help="modules of the reference, by default all")
    parser.add_argument("--commit", default="HEAD", help="the commit whose files are taken")
    parser.add_argument("--part", default="", help="a name for the results, to run several at once")
    parser.add_argument(
        "--share", type=share, default=(1, 1), help="1/2 for every other mutant, 2/2 for the others"
    )
    parser.add_argument("--survivors", action="store_true", help="try the survivors more widely")
    parser.add_argument("--summary", action="store_true", help="print the results so far")
    options = parser.parse_args()
    unknown = set(options.modules) - set(MODULES)
    if unknown:
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    if options.summary:
        return summarise(options)
    tree = os.environ.get("KMSPROOF_MUTATION_TREE")
    if tree is None:
        return in_copy(commit_of(options.commit), sys.argv[1:])
    return mutate(options, Path(tree), os.environ["KMSPROOF_MUTATION_COMMIT"])


if __name__ == "__main__":
    sys.exit(main())
