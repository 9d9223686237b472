"""Live recipes that must work on a length a target does not declare do not apply to it."""

from __future__ import annotations

import pytest

from kmsproof.capability import AlgorithmCapability, LengthRange
from kmsproof.judge import PASSED
from kmsproof.live.lengths import undeclared_length
from kmsproof.live.values import Setting, request_of
from kmsproof.live.verdicts import judge_step
from kmsproof.messages import Encrypt
from kmsproof.outcome import Decrypted, Ok
from kmsproof.verdict import FailureKind
from kmsproof.vocabulary import (
    Algorithm,
    HexBytes,
    KeySpec,
    MessageType,
    Operation,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_testing.live_files import CLAUSE, live_files
from kmsproof_vectors.live.maker import RecipeMaker, word
from kmsproof_vectors.live.model import AnyStep, LiveResult, LiveTest

ASK = RecipeMaker.ask
OK = RecipeMaker.ok()
REFUSED = RecipeMaker.rejected(RejectionClass.INVALID_ARGUMENT)
EITHER = RecipeMaker.either(RejectionClass.INVALID_ARGUMENT)

GCM = AlgorithmCapability(
    algorithm=Algorithm.GCM,
    key_specs=(KeySpec.AES_128,),
    protection_levels=(ProtectionLevel.SOFTWARE,),
    operations=(Operation.ENCRYPT, Operation.DECRYPT),
    iv_lengths=(LengthRange(12, 12),),
    aad_lengths=(LengthRange(8, 100),),
    plaintext_lengths=(LengthRange(1, 100),),
    message_lengths=(LengthRange(1, 100),),
)


def lengths_of(*steps: AnyStep) -> str:
    test = LiveTest(
        id="f/c/t",
        case="G1",
        result=LiveResult.VALID,
        why="Why.",
        clause=CLAUSE,
        flags=("Flag",),
        steps=steps,
    )
    return undeclared_length(test, GCM)


DECLARED: list[AnyStep] = [
    ASK("encrypt", plaintext=bytes(100), iv=bytes(12), aad=bytes(8), expect=OK),
    ASK("encrypt", plaintext=bytes(1), aad=b""),
    ASK("encrypt", plaintext=b"", expect=REFUSED),
    ASK("encrypt", plaintext=bytes(8), iv=bytes(8), expect=EITHER),
    ASK("encrypt", algorithm=word(Algorithm.ECB), plaintext=bytes(2000)),
    ASK("decrypt", ciphertext=bytes(2000), expect=OK),
    ASK("encrypt", plaintext="$unknown"),
    ASK("sign", message=b"", message_type=word(MessageType.DIGEST)),
]
"""What is declared, what may be refused, and what is not known or not the file's own."""

UNDECLARED: list[tuple[str, AnyStep]] = [
    ("plaintext length 0", ASK("encrypt", plaintext=b"", expect=OK)),
    ("plaintext length 101", ASK("encrypt", plaintext=bytes(101))),
    ("aad length 7", ASK("encrypt", plaintext=bytes(1), aad=bytes(7))),
    ("iv length 16", ASK("decrypt", ciphertext=bytes(1), iv=bytes(16), expect=OK)),
    ("message length 0", ASK("sign", message=b"", expect=OK)),
]


@pytest.mark.parametrize("step", DECLARED)
def test_what_is_declared_or_may_be_refused_applies(step: AnyStep) -> None:
    assert lengths_of(step) == ""


@pytest.mark.parametrize(("what", "step"), UNDECLARED)
def test_what_must_work_and_is_not_declared_does_not_apply(what: str, step: AnyStep) -> None:
    assert lengths_of(DECLARED[0], step) == f"GCM with {what} is not declared"


@pytest.mark.parametrize(("count", "what"), [(50, ""), (51, "plaintext length 102")])
def test_the_length_of_what_is_repeated_is_known(count: int, what: str) -> None:
    repeat = RecipeMaker.compute("repeat", "many", value=b"ab", count=count)
    found = lengths_of(repeat, ASK("encrypt", plaintext="$many", expect=OK))
    assert found == (f"GCM with {what} is not declared" if what else "")


@pytest.mark.parametrize(("target_iv", "sent"), [(False, bytes(12)), (True, None)])
def test_a_target_is_given_the_iv_that_it_wants(target_iv: bool, sent: bytes | None) -> None:
    step = ASK("encrypt", plaintext=b"a", iv_if_wanted=bytes(12))
    setting = Setting(live_files()[0], ProtectionLevel.SOFTWARE, 1000, target_iv)
    given = {"plaintext": b"a", "iv_if_wanted": bytes(12)}
    request = request_of(step, setting, given, "key", 1)
    assert isinstance(request, Encrypt)
    assert request.iv == sent


@pytest.mark.parametrize(
    ("rejections", "failure"),
    [
        ((RejectionClass.NOT_FOUND,), FailureKind.STATE_VIOLATION),
        (
            (RejectionClass.NOT_FOUND, RejectionClass.INVALID_CIPHERTEXT),
            FailureKind.WRONG_ACCEPT,
        ),
    ],
)
def test_a_changed_ciphertext_is_wrongly_accepted_even_if_it_may_name_another_key(
    rejections: tuple[RejectionClass, ...], failure: FailureKind
) -> None:
    step = ASK("decrypt", ciphertext=b"a", expect=RecipeMaker.rejected(*rejections))
    judgement = judge_step(step, Ok(Decrypted(HexBytes(b"b"))), {})
    assert judgement != PASSED
    assert judgement.failure is failure
