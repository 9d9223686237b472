"""A server that is wrong on purpose: it is wrong as it says, and says so before anything else."""

from __future__ import annotations

import base64

import pytest

from kmsproof_reference.kms.policy import DELETION_WINDOW
from kmsproof_server.backend import Backend, EngineName
from kmsproof_server.serving import Options, running
from kmsproof_testing.aliyun import Caller

TAG, SIGNS = "gcm/tag-not-compared", "purpose/encryption-key-signs"


def test_a_server_that_is_right_says_nothing_of_deviations() -> None:
    assert not list(Backend().warning)
    with running(Options(port=0)) as server:
        assert server.announcement.startswith("This is a test double")


def test_the_warning_comes_first_and_names_everything() -> None:
    with running(Options(port=0, deviations=(TAG, SIGNS))) as server:
        warning = server.announcement.partition("This is a test double")[0]
    assert "BROKEN ON PURPOSE" in warning
    for part in (
        TAG,
        SIGNS,
        "critical",
        "without comparing the tag",
        "computes with the reference",
    ):
        assert part in warning


@pytest.mark.parametrize(
    ("asked", "ids", "engine"),
    [
        (EngineName.FAST, (), EngineName.FAST),
        (EngineName.FAST, (SIGNS,), EngineName.FAST),
        (EngineName.FAST, (SIGNS, TAG), EngineName.REFERENCE),
        (EngineName.REFERENCE, (SIGNS,), EngineName.REFERENCE),
    ],
)
def test_an_algorithm_that_deviates_takes_the_reference(
    asked: EngineName, ids: tuple[str, ...], engine: EngineName
) -> None:
    assert Backend(asked, ids=ids).engine is engine


def test_an_sdk_meets_a_broken_algorithm() -> None:
    """A changed tag: refused by a server that is right, and taken by this one."""
    for deviations in ((), (TAG,)):
        with running(Options(port=0, deviations=deviations)) as server:
            caller = Caller.of(server)
            key_id = caller.new_key()
            sealed = caller.answer("Encrypt", KeyId=key_id, Plaintext=_text(b"Hello"))
            blob = bytearray(base64.b64decode(sealed["CiphertextBlob"]))
            blob[-1] ^= 1
            if deviations:
                opened = caller.answer("Decrypt", CiphertextBlob=_text(blob))
                assert base64.b64decode(opened["Plaintext"]) == b"Hello"
            else:
                refused = caller.refusal("Decrypt", CiphertextBlob=_text(blob))
                assert refused == "InvalidParameter"


def test_an_sdk_meets_a_broken_rule() -> None:
    """A key for encryption that signs, while its state is still looked at."""
    with running(Options(port=0, deviations=(SIGNS,))) as server:
        caller = Caller.of(server)
        key_id = caller.new_key(KeySpec="EC_P256", KeyUsage="ENCRYPT/DECRYPT", **_HARDWARE)
        signing = {
            "KeyId": key_id,
            "KeyVersionId": caller.version_of(key_id),
            "Algorithm": "ECDSA_SHA_256",
            "Digest": _text(bytes(32)),
        }
        assert caller.answer("AsymmetricSign", **signing)["Value"]
        caller.answer(
            "ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays=DELETION_WINDOW.start
        )
        assert caller.refusal("AsymmetricSign", **signing) == "Rejected.PendingDeletion"


_HARDWARE = {"DKMSInstanceId": "kst-hardware-protected-keys"}


def _text(octets: bytes | bytearray) -> str:
    return base64.b64encode(octets).decode()
