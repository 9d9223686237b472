"""Measure what the suite adds to the bare calls: in process, through a child, at start, in memory.

Every figure comes from the same run on the same machine, the variants taking turns, so that only
ratios and differences matter. The vectors are those of the corpus, in three parts that make up the
whole, and those of Wycheproof on the same algorithms. The bare loop (``bench_loops``) makes the
calls of the adapter for ``cryptography`` on the same inputs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import wycheproof_files
from bench_loops import differing
from kmsproof.applicability import Applicability
from kmsproof.corpus import Corpus, load_corpus
from kmsproof.errors import ExitCode
from kmsproof.outcome import KeyHandle, Ok
from kmsproof.plan import plan_file
from kmsproof.progress import Silent
from kmsproof.requests import RequestMaker
from kmsproof.run import run
from kmsproof.run_options import RunOptions
from kmsproof.selection import Filters, selected_groups
from kmsproof.targets import open_session
from kmsproof.vocabulary import (
    AES_KEY_LENGTHS,
    EC_CURVES,
    RSA_MODULUS_BITS,
    KeyPart,
    ProtectionLevel,
)
from kmsproof_vectors.model import AnyTest, CorpusFile, Group, MonteCarloTest

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "adapters" / "examples" / "python" / "aes_adapter.py"

ADDED_MICROSECONDS = 20.0
IN_PROCESS = 3_000
IN_PROCESS_AES = 40_000
TIMES_BARE = 1.2
EXEC_PER_SECOND = 50_000
START_MILLISECONDS = 150
PEAK_MEBIBYTES = 300

AES = Filters(key_specs=tuple(AES_KEY_LENGTHS))
RSA = Filters(key_specs=tuple(RSA_MODULUS_BITS))
EC = Filters(key_specs=tuple(EC_CURVES))

CHAINS = "C3"
"""The class of Monte Carlo chains: each call waits for the one before, so nothing is pipelined."""

Work = list[tuple[CorpusFile, Group, tuple[AnyTest, ...]]]


@dataclass
class Part:
    """Vectors that are asked by the bare loop and by the suite in turn."""

    name: str
    corpus: Corpus
    filters: Filters
    work: Work
    differing: Sequence[str] = ()
    """Ids of the vectors that the bare loop answers otherwise than they say."""
    bare: list[float] = field(default_factory=list[float])
    """Seconds of each round."""
    suite: list[float] = field(default_factory=list[float])

    @property
    def vectors(self) -> int:
        """How many vectors the target is asked."""
        return sum(len(tests) for _, _, tests in self.work)


@dataclass(frozen=True)
class Figures:
    """What bare loop and suite come to, as the medians of all rounds."""

    vectors: int
    bare: float
    suite: float

    @property
    def rate(self) -> float:
        """Vectors per second in the suite."""
        return self.vectors / self.suite

    @property
    def ratio(self) -> float:
        """How many times as long as the bare loop the suite takes."""
        return self.suite / self.bare

    @property
    def added(self) -> float:
        """Microseconds that the suite adds to a vector."""
        return 1e6 * (self.suite - self.bare) / self.vectors


def figures(parts: Sequence[Part]) -> Figures:
    """Return the figures of parts taken together, each round as a whole."""
    bare, suite = (
        statistics.median(map(sum, zip(*rounds, strict=True)))
        for rounds in ([part.bare for part in parts], [part.suite for part in parts])
    )
    return Figures(sum(part.vectors for part in parts), bare, suite)


def applicable(corpus: Corpus, filters: Filters) -> Work:
    """Return what the suite would ask the target ``cryptography``."""
    session = open_session("cryptography", isolate=False, deadline_ms=10_000)
    description = session.start()
    session.close()
    work: Work = []
    for file in corpus.files(filters):
        plan = plan_file(file, filters, Applicability(description, file))
        work += [(file, group, tests) for group, tests in plan.asked]
    return work


def parts_of(corpus: Corpus, wycheproof: Corpus) -> list[Part]:
    """Return the three parts of the corpus, and what Wycheproof has."""
    chosen = (
        ("AES", corpus, AES),
        ("RSA", corpus, RSA),
        ("EC", corpus, EC),
        ("Wycheproof", wycheproof, Filters()),
    )
    return [Part(name, of, filters, applicable(of, filters)) for name, of, filters in chosen]


@contextmanager
def wycheproof_corpus() -> Generator[Corpus]:
    """Read the files of Wycheproof as ``kmsproof run --corpus`` reads them."""
    with tempfile.TemporaryDirectory(prefix="kmsproof-") as folder:
        wycheproof_files.copy_files(wycheproof_files.PACKAGE, wycheproof_files.FILES, Path(folder))
        began = time.perf_counter()
        corpus = load_corpus(Path(folder))
        print(f"{corpus.total} vectors of Wycheproof, read in {time.perf_counter() - began:.2f} s")
        yield corpus


def without_chains(corpus: Corpus) -> Filters:
    """Return the filters that leave AES without the chains."""
    names = {name for file in corpus.files(AES) for name in file.classes}
    return Filters(classes=tuple(sorted(names - {CHAINS})), key_specs=AES.key_specs)


def bare(part: Part) -> float:
    """Run the bare loop and return its seconds."""
    began = time.perf_counter()
    part.differing = [name for each in part.work for name in differing(*each)]
    return time.perf_counter() - began


def suite(target: str, corpus: Corpus, filters: Filters) -> float:
    """Run the suite on one target, event log included, and return the seconds.

    Raises:
        SystemExit: if the target could not be judged.
    """
    other = str(corpus.folder) if corpus.is_external else ""
    with tempfile.TemporaryDirectory(prefix="kmsproof-") as folder:
        options = RunOptions((target,), Path(folder) / "run", filters, corpus=other)
        began = time.perf_counter()
        conclusion = run(options, corpus, Silent())
        seconds = time.perf_counter() - began
    if conclusion.exit_code is ExitCode.NOT_CONFORMANT:
        print(f"    {conclusion.sentence}")
    elif conclusion.exit_code is not ExitCode.CONFORMANT:
        raise SystemExit(f"{target}: {conclusion.sentence}")
    return seconds


def round_trips_per_second(command: str, corpus: Corpus, count: int = 40_000) -> float:
    """Return how many requests a child answers in a second with a full window on one key."""
    filters = Filters(ids=("aes-256-cbc-pkcs7/padding-exhaustive/*",))
    [file] = corpus.files(filters)
    group, tests = max(selected_groups(file, filters), key=lambda pair: len(pair[1]))
    maker = RequestMaker(file, group, ProtectionLevel.SOFTWARE, KeyPart.SECRET, 10_000)
    session = open_session(command, isolate=False, deadline_ms=10_000)
    session.start()
    [answer] = session.ask([maker.import_key(1)])
    assert isinstance(answer.outcome, Ok)
    assert isinstance(answer.outcome.value, KeyHandle)
    make = maker.maker(answer.outcome.value.key)
    requests = (make(number, tests[number % len(tests)]) for number in range(2, count + 2))
    began = time.perf_counter()
    answered = sum(1 for _ in session.ask(requests))
    seconds = time.perf_counter() - began
    session.close()
    return answered / seconds


def start_milliseconds(rounds: int) -> float:
    """Return the median time of ``kmsproof --version`` as a whole process."""
    command = [str(Path(sys.executable).with_name("kmsproof")), "--version"]
    times: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def peak_mebibytes() -> float:
    """Return the peak memory of a whole run on ``cryptography``, reports included."""
    code = (
        "import json, resource, sys\n"
        "from kmsproof import cli\n"
        "code = cli.run_arguments(sys.argv[1:])\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(json.dumps([code, peak]))\n"
    )
    with tempfile.TemporaryDirectory(prefix="kmsproof-") as folder:
        command = ["run", "cryptography", "--quiet", "--out", f"{folder}/run"]
        done = subprocess.run(
            [sys.executable, "-c", code, *command], check=True, capture_output=True, text=True
        )
    _, peak = json.loads(done.stdout.splitlines()[-1])
    return float(peak) / 1024


def take_turns(parts: Sequence[Part], rounds: int, others: Sequence[Callable[[], None]]) -> None:
    """Measure everything once in each round."""
    for number in range(1, rounds + 1):
        for part in parts:
            part.bare.append(bare(part))
            part.suite.append(suite("cryptography", part.corpus, part.filters))
            print(
                f"    round {number}, {part.name}: bare loop {part.bare[-1]:.3f} s, "
                f"kmsproof run {part.suite[-1]:.3f} s",
                flush=True,
            )
        for other in others:
            other()


def tell(parts: Sequence[Part], rows: dict[str, Figures]) -> None:
    """Print the figures as a table, and what the bare loop found otherwise."""
    print(f"\n{'':<16} vectors  bare loop  kmsproof run  vectors/s  x bare  added to a vector")
    for name, row in rows.items():
        print(
            f"{name:<16} {row.vectors:7} {row.bare:8.3f} s {row.suite:11.3f} s "
            f"{row.rate:10,.0f} {row.ratio:7.2f} {row.added:13,.1f} µs"
        )
    for part in parts:
        found = Counter(name.rpartition("/")[0] for name in part.differing)
        print(f"{part.name}: {found.total()} answers of the bare loop differ from the corpus")
        for case, count in found.items():
            print(f"    {count} in {case}")


def measure(rounds: int, folder: Path | None) -> bool:
    """Measure everything, print the figures, and return whether all goals are reached."""
    corpus = load_corpus(folder)
    child = f"exec:{sys.executable} {EXAMPLE}"
    through_exec: list[float] = []
    trips: list[float] = []
    with wycheproof_corpus() as wycheproof:
        parts = parts_of(corpus, wycheproof)
        aes, rsa, curves, _ = parts
        single = without_chains(corpus)
        print(f"{sum(part.vectors for part in parts)} vectors, {rounds} rounds")
        take_turns(
            parts,
            rounds,
            (
                lambda: through_exec.append(suite(child, corpus, single)),
                lambda: trips.append(round_trips_per_second(child, corpus)),
            ),
        )
    rows = {part.name: figures([part]) for part in parts}
    whole = rows["whole corpus"] = figures((aes, rsa, curves))
    tell(parts, rows)
    pipelined = sum(
        not isinstance(test, MonteCarloTest) for _, _, tests in aes.work for test in tests
    )
    seconds = statistics.median(through_exec)
    print(f"AES through exec, without chains: {pipelined / seconds:,.0f} vectors/s")
    return told(goals(whole, rows[aes.name], statistics.median(trips), rounds))


def goals(whole: Figures, aes: Figures, trips: float, rounds: int) -> Iterator[tuple[str, bool]]:
    """Yield what is to be reached, and whether it is."""
    yield f"a run takes {whole.ratio:.2f} x the bare loop", whole.ratio <= TIMES_BARE
    yield f"a run asks {whole.rate:,.0f} vectors/s", whole.rate >= IN_PROCESS
    yield f"a run of AES asks {aes.rate:,.0f} vectors/s", aes.rate >= IN_PROCESS_AES
    # Of AES alone: elsewhere what it adds is for the most part the check of answers that are drawn
    # at random, which the bare loop does not make.
    added = f"the runner adds {aes.added:.1f} µs per vector of AES"
    yield added, aes.added <= ADDED_MICROSECONDS
    yield f"exec: {trips:,.0f} pipelined round trips/s", trips >= EXEC_PER_SECOND
    version = start_milliseconds(4 * rounds + 1)
    yield f"kmsproof --version takes {version:.0f} ms", version <= START_MILLISECONDS
    memory = peak_mebibytes()
    yield f"a run with its reports peaks at {memory:.0f} MiB", memory <= PEAK_MEBIBYTES


def told(found: Iterator[tuple[str, bool]]) -> bool:
    """Print the goals and return whether all are reached."""
    missed = 0
    for sentence, reached in found:
        print(f"{'reached' if reached else 'MISSED '}  {sentence}", flush=True)
        missed += not reached
    return not missed


def main() -> int:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="repetitions of each variant")
    parser.add_argument("--corpus", type=Path, help="folder of another corpus")
    chosen = parser.parse_args()
    return 0 if measure(chosen.rounds, chosen.corpus) else 1


if __name__ == "__main__":
    sys.exit(main())
