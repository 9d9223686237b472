"""A server that is wrong on purpose: it is wrong as it says, and says so before anything else."""

from __future__ import annotations

import base64

import pytest

from kmsproof_reference.kms.policy import DELETION_WINDOW
from kmsproof_server.backend import Backend, EngineName
from kmsproof_server.serving import Options, running
from kmsproof_testing.aliyun import ByHand, Caller, send_signed

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


# What no vector sees, a program that uses the API can meet.


def test_an_sdk_meets_a_context_that_is_not_authenticated() -> None:
    with running(Options(port=0, deviations=("context/ignored",))) as server:
        caller = Caller.of(server)
        key_id, context = caller.new_key(), {"user": "one"}
        sealed = caller.answer(
            "Encrypt", KeyId=key_id, Plaintext=_text(b"Hello"), EncryptionContext=context
        )
        for other in (context, {"user": "two"}, {}):
            opened = caller.answer(
                "Decrypt", CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=other
            )
            assert base64.b64decode(opened["Plaintext"]) == b"Hello"


def test_an_sdk_meets_an_alias_that_others_can_take() -> None:
    with running(Options(port=0, deviations=("alias/taken-alias-moved",))) as server:
        caller = Caller.of(server)
        one, other = caller.new_key(), caller.new_key()
        for key_id in (one, other):
            caller.answer("CreateAlias", AliasName="alias/app", KeyId=key_id)
        described = caller.answer("DescribeKey", KeyId="alias/app")
        assert described["KeyMetadata"]["KeyId"] == other


@pytest.mark.parametrize(
    ("deviation", "status", "code"),
    [
        ("error/bad-ciphertext-with-status-500", 500, "InvalidParameter"),
        ("error/undocumented-code", 400, "DecryptError"),
        ("context/unknown-version-in-blob-told-apart", 404, "Forbidden.KeyNotFound"),
        ("error/key-in-refusal", 400, "InvalidParameter"),
    ],
)
def test_a_request_meets_a_wrong_refusal(deviation: str, status: int, code: str) -> None:
    """A blob with a changed tag; or with another version, where the deviation is about that."""
    place = 0 if deviation.startswith("context/") else -1
    with running(Options(port=0, deviations=(deviation,))) as server:
        caller = Caller.of(server)
        key_id = caller.new_key()
        sealed = caller.answer("Encrypt", KeyId=key_id, Plaintext=_text(b"Hello"))
        blob = bytearray(base64.b64decode(sealed["CiphertextBlob"]))
        blob[place] ^= 1
        received = send_signed(server, ByHand("Decrypt", {"CiphertextBlob": _text(blob)}))
        assert (received.status, received.code) == (status, code)
        told_a_key = "cannot decrypt with" in received.fields["Message"]
        assert told_a_key == (deviation == "error/key-in-refusal")


def test_a_fault_now_and_then_comes_at_the_same_calls() -> None:
    """Of 21 answers the twentieth is wrong, whoever asks."""
    with running(Options(port=0, deviations=("service/one-answer-in-20-wrong",))) as server:
        caller = Caller.of(server)
        key_id = caller.new_key()
        sealed = caller.answer("Encrypt", KeyId=key_id, Plaintext=_text(b"Hello"))
        blob = sealed["CiphertextBlob"]
        answers = [caller.answer("Decrypt", CiphertextBlob=blob)["Plaintext"] for _ in range(20)]
        assert [answer == _text(b"Hello") for answer in answers] == [True] * 18 + [False, True]
