"""Two tokens judged by keys that they make and never let out: what is found, vector by vector."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmsproof.live.corpus import load_live_corpus
from kmsproof.live.keys import JOURNAL_NAME, Journal
from kmsproof.results import Mode
from kmsproof.selection import Filters
from kmsproof.targets import open_session
from kmsproof.verdict import Verdict
from kmsproof.vocabulary import KeySpec
from kmsproof_testing.fakes.running import DEADLINE_MS, NAME, Ran
from kmsproof_testing.live_running import judged
from nss import NssToken
from softhsm import SofthsmToken

pytestmark = pytest.mark.slow

KEY_SPECS = Filters(key_specs=(KeySpec.AES_128, KeySpec.RSA_2048, KeySpec.EC_P256))
"""One of each kind: the longer keys take the same ways."""


def judged_token(uri: str, folder: Path) -> Ran:
    files = load_live_corpus().files(KEY_SPECS, (Mode.LIVE, Mode.POLICY))
    session = open_session(uri, isolate=False, deadline_ms=DEADLINE_MS)
    return judged(session, folder, filters=KEY_SPECS, files=files)


def cases(ran: Ran, verdict: Verdict) -> set[str]:
    """Return the families and cases with vectors of a verdict."""
    return {each.id.rpartition("/")[0] for each in ran.target.verdicts if each.verdict is verdict}


def assert_no_key_left(folder: Path) -> None:
    assert Journal(folder / JOURNAL_NAME).targets() == {NAME}
    assert Journal(folder / JOURNAL_NAME).left(NAME) == []


@pytest.mark.softhsm
def test_softhsm(softhsm_token: SofthsmToken, tmp_path: Path) -> None:
    ran = judged_token(softhsm_token.uri, tmp_path)
    assert cases(ran, Verdict.FAIL) == {
        "live-aes-128-gcm/caller-iv",
        "live-aes-128-gcm/iv-empty",
        "policy-aes-128/gcm-iv",
    }
    errors = {each.message for each in ran.target.verdicts if each.verdict is Verdict.ERROR}
    assert errors == {"CKR_GENERAL_ERROR"}
    assert ran.counts()[Verdict.PASS] > 2_500
    assert_no_key_left(tmp_path)


@pytest.mark.nss
def test_nss(nss_token: NssToken, tmp_path: Path) -> None:
    ran = judged_token(nss_token.uri, tmp_path)
    assert cases(ran, Verdict.FAIL) == {
        "live-aes-128-cbc-no-padding/decrypt-iv",
        "live-aes-128-cbc-no-padding/encrypt-iv",
        "live-aes-128-cbc-pkcs7/decrypt-iv",
        "live-aes-128-cbc-pkcs7/encrypt-iv",
        "live-rsa-2048-pss/digest-length",
        "live-rsa-2048-pss/sign-digest-length",
        "policy-aes-128/cbc-iv",
        "policy-rsa-2048/digest",
    }
    errors = {each.message for each in ran.target.verdicts if each.verdict is Verdict.ERROR}
    assert errors == {"CKR_HOST_MEMORY"}
    assert ran.counts()[Verdict.PASS] > 4_000
    assert_no_key_left(tmp_path)
