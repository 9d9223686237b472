"""What of an answer stands in the log: little of a pass, all of a failure, and never too much."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from kmsproof.session import InProcessSession
from kmsproof.verdict import Verdict
from kmsproof_testing.corpora import GCM_FAMILY
from kmsproof_testing.fakes.running import Ran, run_session
from kmsproof_testing.fakes.service import AcceptEveryTag, JsonObject, Refusal, Service
from kmsproof_testing.fakes.targets import in_process


def in_process_session(service: Service) -> InProcessSession:
    return InProcessSession(in_process(service), deadline_ms=1000)


def recorded(ran: Ran, vector: str) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(ran.verdicts[vector])
    return fields


def test_pass_is_short_and_failure_has_the_detail(tmp_path: Path) -> None:
    class OneWrong(Service):
        def do_decrypt(self, request: JsonObject) -> JsonObject:
            wrong = request["algorithm"] == "CBC" and request["padding"] == "NO_PADDING"
            return {"ok": {"plaintext": "00"}} if wrong else super().do_decrypt(request)

    ran = run_session(in_process_session(OneWrong()), tmp_path)
    passed = recorded(ran, f"{GCM_FAMILY}/g1/decrypt-plain")
    assert passed.keys() <= {"event", "target", "id", "verdict", "outcome", "microseconds"}
    refused = recorded(ran, f"{GCM_FAMILY}/g3/tag-zero")
    assert refused["native_code"] == "InvalidTag"
    assert "detail" not in refused
    failed = recorded(ran, "tiny-cbc-chain/m1/decrypt")
    assert failed["value"] == {"plaintext": "00"}
    assert failed["detail"]["given"]["iterations"] == "5"
    assert failed["detail"]["expected"].keys() == {"expected"}
    assert failed["detail"]["operation"] == "decrypt"


def test_invalid_vector_that_fails_says_what_was_expected(tmp_path: Path) -> None:
    ran = run_session(in_process_session(AcceptEveryTag()), tmp_path)
    failed = recorded(ran, f"{GCM_FAMILY}/g3/tag-zero")
    assert failed["failure"] == "wrong-accept"
    assert failed["value"].keys() == {"plaintext"}
    assert failed["detail"]["expected"] == {"rejected as": "invalid-ciphertext"}
    assert failed["detail"]["given"]["tag"] == "00" * 16


def test_value_of_a_target_cannot_fill_the_disk(tmp_path: Path) -> None:
    class Long(Service):
        def do_decrypt(self, request: JsonObject) -> JsonObject:
            return {"ok": {"plaintext": "00" * 500_000}}

    ran = run_session(in_process_session(Long()), tmp_path)
    value = ran.verdicts[f"{GCM_FAMILY}/g1/decrypt-plain"].value["plaintext"]
    assert len(value) < 20_000
    assert value.endswith("more characters)")


def test_texts_of_a_target_are_kept_short(tmp_path: Path) -> None:
    class Wordy(Service):
        def bad_tag(self, plaintext: bytes) -> Refusal:
            return Refusal("invalid-ciphertext", "C" * 10_000, "m" * 10_000)

    ran = run_session(in_process_session(Wordy()), tmp_path)
    kept = ran.verdicts[f"{GCM_FAMILY}/g3/tag-zero"]
    assert kept.verdict is Verdict.PASS
    assert len(kept.native_code) == len(kept.message) == 500
