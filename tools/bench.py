"""Measure what the suite adds to the bare calls: in process, through a child, at start, in memory.

Every figure comes from the same run on the same machine, the variants taking turns, so that only
ratios and differences matter. The bare loop makes the same calls to ``cryptography`` on the same
inputs, with keys loaded once, and compares the answers; it plans, judges and records nothing.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.padding import PKCS7

from kmsproof.applicability import Applicability
from kmsproof.corpus import Corpus, load_corpus
from kmsproof.errors import ExitCode
from kmsproof.outcome import KeyHandle, Ok
from kmsproof.progress import Silent
from kmsproof.requests import RequestMaker
from kmsproof.run import run
from kmsproof.run_options import RunOptions
from kmsproof.runner import plan_file
from kmsproof.selection import Filters, selected_groups
from kmsproof.targets import open_session
from kmsproof.vocabulary import Algorithm, KeyPart, Operation, PaddingMode, ProtectionLevel
from kmsproof_reference.monte_carlo import cbc_decrypt_chain, cbc_encrypt_chain, ecb_chain
from kmsproof_vectors.model import (
    AnyTest,
    CorpusFile,
    DecryptTest,
    EncryptTest,
    Group,
    MonteCarloTest,
)

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "adapters" / "examples" / "python" / "aes_adapter.py"

ADDED_MICROSECONDS = 20.0
IN_PROCESS = 40_000
EXEC_PER_SECOND = 50_000
START_MILLISECONDS = 150
PEAK_MEBIBYTES = 150

Work = list[tuple[CorpusFile, Group, tuple[AnyTest, ...]]]


class BareLoop:
    """The same calls without a suite around them."""

    def __init__(self, file: CorpusFile, group: Group) -> None:
        self.key = algorithms.AES(group.key.secret or b"")
        self.aead = AESGCM(group.key.secret or b"")
        self.tag_length = group.tag_length or 16
        self.pkcs7 = file.padding is PaddingMode.PKCS7_PADDING
        self.algorithm = file.algorithm

    def ask(self, test: AnyTest) -> bool:
        """Make the call of a test and say whether the answer is the right one."""
        try:
            if isinstance(test, EncryptTest):
                return self._encrypt(test)
            if isinstance(test, DecryptTest):
                return self._decrypt(test)
            assert isinstance(test, MonteCarloTest)
            return self._chain(test)
        except (ValueError, InvalidTag):
            return test.result == "invalid"

    def _encrypt(self, test: EncryptTest) -> bool:
        if self.algorithm is not Algorithm.GCM:
            return self._encrypt_blocks(test.iv, test.plaintext) == test.ciphertext
        iv = test.iv or b""
        if self.tag_length == 16:
            sealed = self.aead.encrypt(iv, test.plaintext, test.aad)
            return sealed == (test.ciphertext or b"") + (test.tag or b"")
        context = Cipher(self.key, modes.GCM(iv, None)).encryptor()
        context.authenticate_additional_data(test.aad or b"")
        ciphertext = context.update(test.plaintext) + context.finalize()
        return ciphertext == test.ciphertext and context.tag[: self.tag_length] == test.tag

    def _decrypt(self, test: DecryptTest) -> bool:
        if self.algorithm is not Algorithm.GCM:
            return self._decrypt_blocks(test.iv, test.ciphertext) == test.plaintext
        iv, tag = test.iv or b"", test.tag or b""
        if self.tag_length == 16 == len(tag):
            return self.aead.decrypt(iv, test.ciphertext + tag, test.aad) == test.plaintext
        mode = modes.GCM(iv, tag, min_tag_length=self.tag_length)
        context = Cipher(self.key, mode).decryptor()
        context.authenticate_additional_data(test.aad or b"")
        return context.update(test.ciphertext) + context.finalize() == test.plaintext

    def _cipher(self, iv: bytes | None) -> Cipher[modes.ECB] | Cipher[modes.CBC]:
        if self.algorithm is Algorithm.ECB:
            return Cipher(self.key, modes.ECB())
        return Cipher(self.key, modes.CBC(iv or b""))

    def _encrypt_blocks(self, iv: bytes | None, text: bytes) -> bytes:
        if self.pkcs7:
            padder = PKCS7(128).padder()
            text = padder.update(text) + padder.finalize()
        context = self._cipher(iv).encryptor()
        return context.update(text) + context.finalize()

    def _decrypt_blocks(self, iv: bytes | None, text: bytes) -> bytes:
        context = self._cipher(iv).decryptor()
        padded = context.update(text) + context.finalize()
        if not self.pkcs7:
            return padded
        unpadder = PKCS7(128).unpadder()
        return unpadder.update(padded) + unpadder.finalize()

    def _chain(self, test: MonteCarloTest) -> bool:
        encrypts = test.direction is Operation.ENCRYPT
        block = self._encrypt_blocks if encrypts else self._decrypt_blocks
        if test.iv is None:
            _, last = ecb_chain(lambda text: block(None, text), test.text, test.iterations)
        else:
            chain = cbc_encrypt_chain if encrypts else cbc_decrypt_chain
            _, last = chain(block, test.iv, test.text, test.iterations)
        return last == test.expected


def applicable(corpus: Corpus) -> Work:
    """Return what the suite would ask the target ``cryptography``."""
    session = open_session("cryptography", isolate=False, deadline_ms=10_000)
    description = session.start()
    session.close()
    work: Work = []
    for file in corpus.files(Filters()):
        plan = plan_file(file, Filters(), Applicability(description, file))
        work += [(file, group, tests) for group, tests in plan.asked]
    return work


CHAINS = "C3"
"""The class of Monte Carlo chains: each call waits for the one before, so nothing is pipelined."""


def without_chains(corpus: Corpus) -> Filters:
    """Return the filters that leave out the chains."""
    names = {name for file in corpus.files(Filters()) for name in file.classes}
    return Filters(classes=tuple(sorted(names - {CHAINS})))


def bare(work: Work) -> float:
    """Run the bare loop and return its seconds."""
    began = time.perf_counter()
    wrong = 0
    for file, group, tests in work:
        loop = BareLoop(file, group)
        wrong += sum(not loop.ask(test) for test in tests)
    seconds = time.perf_counter() - began
    print(f"    bare loop {seconds:.3f} s, {wrong} answers differ from the corpus")
    return seconds


def suite(target: str, corpus: Corpus, filters: Filters) -> float:
    """Run the suite on one target, event log included, and return the seconds."""
    with tempfile.TemporaryDirectory(prefix="kmsproof-") as folder:
        options = RunOptions(targets=(target,), folder=Path(folder) / "run", filters=filters)
        began = time.perf_counter()
        conclusion = run(options, corpus, Silent())
        seconds = time.perf_counter() - began
    word = target.split(":")[0]
    print(f"    {word} {seconds:.3f} s, exit code {int(conclusion.exit_code)}")
    if conclusion.exit_code is not ExitCode.CONFORMANT:
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


def measure(rounds: int, folder: Path | None) -> bool:
    """Measure everything, print the figures, and return whether all goals are reached."""
    corpus = load_corpus(folder)
    work, single = applicable(corpus), without_chains(corpus)
    vectors = sum(len(tests) for _, _, tests in work)
    pipelined = vectors - sum(
        isinstance(test, MonteCarloTest) for _, _, tests in work for test in tests
    )
    child = f"exec:{sys.executable} {EXAMPLE}"
    print(f"{vectors} vectors, {rounds} rounds, the variants taking turns")
    variants: dict[str, tuple[int, Callable[[], float]]] = {
        "bare loop": (vectors, lambda: bare(work)),
        "in process": (vectors, lambda: suite("cryptography", corpus, Filters())),
        "exec, no chains": (pipelined, lambda: suite(child, corpus, single)),
    }
    through_exec: list[float] = []
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, (_, variant) in variants.items():
            times[name].append(variant())
        through_exec.append(round_trips_per_second(child, corpus))
    middle = {name: statistics.median(found) for name, found in times.items()}
    rates = {name: count / middle[name] for name, (count, _) in variants.items()}
    added = 1e6 * (middle["in process"] - middle["bare loop"]) / vectors
    version, memory = start_milliseconds(2 * rounds + 1), peak_mebibytes()
    print()
    for name, rate in rates.items():
        ratio = rates["bare loop"] / rate
        print(f"{name:<16} {middle[name]:7.3f} s  {rate:9,.0f} vectors/s  {ratio:5.2f} x bare")
    trips = statistics.median(through_exec)
    goals = (
        (f"the runner adds {added:.1f} µs per vector", added <= ADDED_MICROSECONDS),
        (f"in process: {rates['in process']:,.0f} vectors/s", rates["in process"] >= IN_PROCESS),
        (f"exec: {trips:,.0f} pipelined round trips/s", trips >= EXEC_PER_SECOND),
        (f"kmsproof --version takes {version:.0f} ms", version <= START_MILLISECONDS),
        (f"a run with its reports peaks at {memory:.0f} MiB", memory <= PEAK_MEBIBYTES),
    )
    for sentence, reached in goals:
        print(f"{'reached' if reached else 'MISSED '}  {sentence}")
    return all(reached for _, reached in goals)


def main() -> int:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="repetitions of each variant")
    parser.add_argument("--corpus", type=Path, help="folder of another corpus")
    chosen = parser.parse_args()
    return 0 if measure(chosen.rounds, chosen.corpus) else 1


if __name__ == "__main__":
    sys.exit(main())
