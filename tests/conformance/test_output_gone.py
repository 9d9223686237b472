"""What a run showed does not depend on who reads its output."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kmsproof.errors import ExitCode
from kmsproof.log_reader import read_run
from kmsproof.run_options import DEFAULT_FLOOR_PERCENT

RUN = [sys.executable, "-c", "from kmsproof.cli import main; main()", "run", "-q"]
ONE = ["--id", "aes-128-gcm/tag-bit-flipped/bit-001", "--out"]


def reports(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


@pytest.mark.parametrize("redirection", ["| true", ">&-", "> /dev/full"])
def test_a_conformant_run_stays_conformant(redirection: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    command = subprocess.list2cmdline([*RUN, "cryptography", *ONE, str(folder)])
    ran = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} {redirection}"], capture_output=True, timeout=60
    )
    assert ran.returncode == ExitCode.CONFORMANT, ran.stderr
    assert {"events.jsonl", "report.html", "junit.xml", "summary.md"} == reports(folder)


def test_a_list_that_nobody_reads_to_its_end_is_no_verdict() -> None:
    command = subprocess.list2cmdline([*RUN[:-2], "list", "vectors"])
    ran = subprocess.run(
        ["bash", "-c", f"{command} | head -1; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        timeout=60,
    )
    assert ran.returncode in (ExitCode.CONFORMANT, ExitCode.HARNESS)
    assert ran.stdout.count(b"\n") == 1


def test_making_reports_again_ends_as_the_run_did(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    report = [*RUN[:-2], "report"]
    subprocess.run([*RUN, "cryptography", *ONE, str(folder)], check=True, timeout=60)
    whole = subprocess.run([*report, str(folder)], capture_output=True, timeout=60)
    assert whole.returncode == ExitCode.CONFORMANT
    log = folder / "events.jsonl"
    log.write_bytes(log.read_bytes()[:-40])
    cut = subprocess.run([*report, str(folder)], capture_output=True, timeout=60)
    assert cut.returncode == ExitCode.HARNESS
    assert b"could not be judged" in cut.stdout


def test_a_target_that_declares_next_to_nothing_is_not_conformant(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    adapter = tmp_path / "adapter.py"
    adapter.write_text(TINY)
    ran = subprocess.run(
        [*RUN, f"exec:'{sys.executable}' '{adapter}'", "--algorithm", "ECB", "--out", str(folder)],
        capture_output=True,
        timeout=60,
    )
    assert ran.returncode == ExitCode.COVERAGE
    assert f"{DEFAULT_FLOOR_PERCENT:g} % is the least".encode() in b" ".join(ran.stdout.split())
    assert b"warning: under-declared" in ran.stdout
    assert read_run(folder).started.floor_percent == DEFAULT_FLOOR_PERCENT


TINY = """
import json, sys
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
keys = {}
SPECS = ["Aliyun_AES_128"]
LEVELS = ["Software-protected key"]
for line in sys.stdin:
    request = json.loads(line)
    op = request["op"]
    ok = {}
    if op == "describe":
        ok = {"protocol": 1, "name": "tiny", "version": "1", "keys": [{
            "key_specs": SPECS, "protection_levels": LEVELS, "usages": ["ENCRYPT/DECRYPT"],
            "importable": ["secret"]}], "algorithms": [{
            "algorithm": "ECB", "key_specs": SPECS, "protection_levels": LEVELS,
            "operations": ["encrypt"], "paddings": ["PKCS7_PADDING"],
            "plaintext_lengths": [{"maximum": 0}]}]}
    elif op == "import_key":
        keys[str(request["id"])] = bytes.fromhex(request["material"])
        ok = {"key": str(request["id"])}
    elif op == "encrypt" and request["algorithm"] == "ECB":
        text = bytes.fromhex(request["plaintext"])
        if request["padding"] == "PKCS7_PADDING":
            padder = PKCS7(128).padder()
            text = padder.update(text) + padder.finalize()
        encryptor = Cipher(algorithms.AES(keys[request["key"]]), modes.ECB()).encryptor()
        try:
            ok = {"ciphertext": (encryptor.update(text) + encryptor.finalize()).hex()}
        except ValueError:
            ok = None
    answer = {"id": request["id"], "ok": ok}
    if ok is None or op == "decrypt":
        answer = {"id": request["id"], "unsupported": {"what": op}}
    print(json.dumps(answer), flush=True)
"""
