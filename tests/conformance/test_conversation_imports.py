"""Asking tests that import a key of their own: two calls, one answer, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmsproof.conversation import Asked, Conversation
from kmsproof.log import LogWriter
from kmsproof.log_reader import read_events
from kmsproof.messages import Decrypt, DestroyKey, ImportKey, Request, Sign, Verify
from kmsproof.outcome import Decrypted, Error, ErrorKind, Ok, Rejected, Signed, Verified
from kmsproof.requests import RequestMaker
from kmsproof.results import Incident, Warned
from kmsproof.session import AnyOutcome
from kmsproof.vocabulary import (
    EciesDialect,
    KeyPart,
    KeyUsage,
    MessageType,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_testing.corpora_asymmetric import (
    EC_PAIR,
    ECDSA_FILE,
    ECIES_FILE,
    MESSAGE,
    find_test,
)
from kmsproof_testing.fakes.breaking import BreakingSession, Breaks, never
from kmsproof_vectors.model import AnyTest, CorpusFile, ImportTest

DEADLINE_MS = 4321
SIGN = find_test("tiny-ecdsa/s1/sign-raw")
PRIVATE, PUBLIC = (find_test(f"tiny-ecdsa/i1/{part}") for part in ("private", "public"))
BAD_PRIVATE, BAD_PUBLIC = (find_test(f"tiny-ecdsa/i2/{n}") for n in ("private-cut", "public-0"))
DECRYPTING = find_test("tiny-ecies/i1/private")
TESTS = (PRIVATE, SIGN, PUBLIC, BAD_PRIVATE, BAD_PUBLIC)


def session(breaks: Breaks = never, kind: ErrorKind = ErrorKind.CRASHED) -> BreakingSession:
    return BreakingSession(breaks, kind, "asymmetric")


def ask(
    opened: BreakingSession,
    folder: Path,
    tests: tuple[AnyTest, ...] = TESTS,
    closing: tuple[AnyTest, ...] = (),
    file: CorpusFile = ECDSA_FILE,
) -> tuple[list[Asked], list[Incident | Warned]]:
    """Ask tests of a file's first group; return the answers and what was written into the log."""
    level, part = ProtectionLevel.SOFTWARE, KeyPart.PRIVATE
    maker = RequestMaker(file, file.groups[0], level, part, DEADLINE_MS)
    path = folder / "events.jsonl"
    with LogWriter(path) as log:
        asked = list(Conversation(opened, log, "fake").ask_group(maker, tests, closing))
    events = [event for event in read_events(path) if isinstance(event, Incident | Warned)]
    return asked, events


def outcome_of(asked: list[Asked], test: AnyTest) -> AnyOutcome:
    [found] = [each.outcome for each in asked if each.test is test]
    return found


def test_imports_come_after_the_tests_of_the_groups_own_key(tmp_path: Path) -> None:
    opened = session()
    asked, events = ask(opened, tmp_path)
    assert [each.test for each in asked] == [SIGN, PRIVATE, PUBLIC, BAD_PRIVATE, BAD_PUBLIC]
    assert [type(request) for request in opened.asked] == [
        ImportKey,
        Sign,
        *(ImportKey, Sign, DestroyKey),
        *(ImportKey, Verify, DestroyKey),
        *(ImportKey, ImportKey),
        DestroyKey,
    ]
    assert not opened.live_keys
    assert not events
    ids = [request.id for request in opened.asked]
    assert len(set(ids)) == len(ids)
    assert all(request.deadline_ms == DEADLINE_MS for request in opened.asked)


def test_the_answer_is_that_of_the_use_or_the_refusal_of_the_key(tmp_path: Path) -> None:
    asked, _ = ask(session(), tmp_path)
    private, public = outcome_of(asked, PRIVATE), outcome_of(asked, PUBLIC)
    assert isinstance(private, Ok)
    assert isinstance(private.value, Signed)
    assert public == Ok(Verified(True))
    for test in (BAD_PRIVATE, BAD_PUBLIC):
        refused = outcome_of(asked, test)
        assert isinstance(refused, Rejected)
        assert refused.rejection is RejectionClass.INVALID_ARGUMENT


def test_the_request_brings_the_key_of_the_test(tmp_path: Path) -> None:
    opened = session()
    ask(opened, tmp_path, (PUBLIC,))
    own, other, use, *_ = opened.asked
    assert isinstance(own, ImportKey)
    assert (own.part, own.material) == (KeyPart.PRIVATE, EC_PAIR.private)
    assert isinstance(other, ImportKey)
    assert (other.part, other.material) == (KeyPart.PUBLIC, EC_PAIR.public)
    assert own.usage is other.usage is KeyUsage.SIGN_VERIFY
    assert own.key_spec is other.key_spec is ECDSA_FILE.key_spec
    assert isinstance(use, Verify)
    assert isinstance(PUBLIC, ImportTest)
    assert (use.message, use.signature) == (MESSAGE, PUBLIC.signature)
    assert use.message_type is MessageType.RAW


def test_a_key_to_decrypt_is_used_in_the_dialect_of_the_file(tmp_path: Path) -> None:
    opened = session()
    asked, _ = ask(opened, tmp_path, (DECRYPTING,), file=ECIES_FILE)
    [use] = [request for request in opened.asked if isinstance(request, Decrypt)]
    assert use.dialect is EciesDialect.EK_MK
    assert isinstance(DECRYPTING, ImportTest)
    assert outcome_of(asked, DECRYPTING) == Ok(Decrypted(DECRYPTING.plaintext))  # type: ignore[arg-type]  # a valid test has one # pyright: ignore[reportArgumentType]
    assert not opened.live_keys


@pytest.mark.parametrize("kind", [ErrorKind.CRASHED, ErrorKind.TIMEOUT, ErrorKind.INTERNAL])
@pytest.mark.parametrize("step", [ImportKey, Verify, DestroyKey], ids=lambda step: step.__name__)
def test_break_in_any_step_of_an_import_blames_the_import(
    step: type[Request], kind: ErrorKind, tmp_path: Path
) -> None:
    """The steps of the public key are told from the others by their handle or material."""
    handles: list[str] = []

    def breaks(request: Request, restarts: int) -> bool:
        if isinstance(request, Verify):
            handles.append(request.key)
        if isinstance(request, ImportKey):
            return step is ImportKey and request.part is KeyPart.PUBLIC
        of_import = isinstance(request, Verify | DestroyKey) and request.key in handles
        return of_import and isinstance(request, step)

    opened = session(breaks, kind)
    asked, events = ask(opened, tmp_path, (SIGN, PRIVATE, PUBLIC, BAD_PRIVATE))
    assert outcome_of(asked, PUBLIC) == Error(kind, "it broke.")
    assert {type(outcome_of(asked, test)) for test in (SIGN, PRIVATE)} == {Ok}
    assert isinstance(outcome_of(asked, BAD_PRIVATE), Rejected)
    assert [event.ids for event in events] == [(PUBLIC.id,), (PUBLIC.id,)]
    assert not opened.live_keys


def test_break_that_does_not_come_again_is_flaky(tmp_path: Path) -> None:
    opened = session(lambda request, restarts: isinstance(request, Verify) and not restarts)
    asked, events = ask(opened, tmp_path)
    assert [each.test for each in asked if each.flaky] == [PUBLIC]
    assert len(events) == 1


def test_an_error_of_the_use_is_the_answer(tmp_path: Path) -> None:
    throttled = Error(ErrorKind.THROTTLED, "429")
    opened = session()
    opened.override = lambda request: throttled if isinstance(request, Verify) else None
    asked, _ = ask(opened, tmp_path)
    assert outcome_of(asked, PUBLIC) is throttled
    assert not opened.live_keys


def test_key_that_is_taken_and_not_destroyed_is_told(tmp_path: Path) -> None:
    gone = Rejected(RejectionClass.NOT_FOUND, "NoSuchKey")
    opened = session()
    opened.override = lambda request: gone if isinstance(request, DestroyKey) else None
    _, events = ask(opened, tmp_path)
    [warned] = events
    assert isinstance(warned, Warned)
    assert warned.message == "a key was not destroyed, the target answered rejected: NoSuchKey"


def test_imports_are_asked_again_at_the_end(tmp_path: Path) -> None:
    asked, _ = ask(session(), tmp_path, closing=(SIGN, PRIVATE))
    assert [each.test for each in asked if each.again] == [SIGN, PRIVATE]
    assert all(isinstance(each.outcome, Ok) for each in asked if each.again)
