"""What a target does not declare is probed: works, works wrongly, or is refused as it should be."""

from __future__ import annotations

from pathlib import Path

from kmsproof.errors import ExitCode
from kmsproof.session import InProcessSession
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_testing.corpora import GCM_FAMILY
from kmsproof_testing.fakes.expectations import TESTS
from kmsproof_testing.fakes.running import run_session
from kmsproof_testing.fakes.service import DeclareLess, DeclareNothing, JsonObject, Service
from kmsproof_testing.fakes.targets import in_process


def in_process_session(service: Service) -> InProcessSession:
    return InProcessSession(in_process(service), deadline_ms=1000)


def test_each_undeclared_thing_is_probed_once_in_each_operation(tmp_path: Path) -> None:
    class Counting(DeclareLess):
        ivs = 0

        def iv(self, request: JsonObject) -> bytes:
            found = super().iv(request)
            self.ivs += len(found) == 8
            return found

    service = Counting()
    ran = run_session(in_process_session(service), tmp_path)
    assert service.ivs == 2
    assert len(ran.ids(Verdict.UNSUPPORTED)) == 4
    assert ran.target.started is not None
    assert ran.target.started.planned == len(TESTS) - 4
    assert ran.target.started.not_applicable == 4
    assert ran.finished.concluded == len(TESTS) - 4


def test_undeclared_and_refused_is_no_warning(tmp_path: Path) -> None:
    class Nothing(DeclareNothing):
        def do_import_key(self, request: JsonObject) -> JsonObject:
            return {"unsupported": {"what": "keys"}}

    ran = run_session(in_process_session(Nothing()), tmp_path)
    assert ran.ids(Verdict.UNSUPPORTED) >= set(TESTS)
    assert not ran.target.warnings
    assert ran.conclusion.exit_code is ExitCode.COVERAGE


def test_undeclared_and_wrong_is_a_failure(tmp_path: Path) -> None:
    class Wrong(DeclareLess):
        def seal(self, key: bytes, iv: bytes, aad: bytes, plaintext: bytes) -> tuple[bytes, bytes]:
            return super().seal(key, iv + bytes(12 - len(iv)), aad, plaintext)

    ran = run_session(in_process_session(Wrong()), tmp_path)
    assert ran.failures() == {f"{GCM_FAMILY}/g1/encrypt-iv-64": FailureKind.WRONG_OUTPUT}
    assert ran.conclusion.exit_code is ExitCode.NOT_CONFORMANT


def test_opaque_ciphertexts_are_not_probed(tmp_path: Path) -> None:
    class Opaque(Service):
        calls = 0

        def description(self) -> JsonObject:
            described = super().description()
            for algorithm in described["algorithms"]:
                algorithm["ciphertext_form"] = "opaque"
            return described

        def do_encrypt(self, request: JsonObject) -> JsonObject:
            self.calls += 1
            return {"ok": {"ciphertext": "00"}}

    service = Opaque()
    ran = run_session(in_process_session(service), tmp_path)
    assert service.calls == 0
    assert not ran.failures()
    assert ran.conclusion.exit_code is ExitCode.COVERAGE
