"""A run of four targets that shows everything a report must show, in any size."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from kmsproof.outcome import ErrorKind
from kmsproof.results import Detail, Shape
from kmsproof.verdict import FailureKind, Verdict
from kmsproof.vocabulary import Algorithm, PaddingMode, RejectionClass
from kmsproof_testing.logs import FAMILIES, LogBuilder, detail

REFERENCE = "reference"
STRICT = "cryptography"
"""Refuses short IVs."""
NARROW = "pycryptodome"
"""Declares less than everything, and does that right."""
BROKEN = "pkcs11:token=kmsproof?module-path=/usr/lib/softhsm/libsofthsm2.so"
"""Has a defect of nearly every kind."""

TARGETS = (REFERENCE, STRICT, NARROW, BROKEN)

SHORT_IV = "initialization_vector must be between 8 and 128 bytes (64 and 1024 bits)."


@dataclass(frozen=True)
class Vector:
    """A vector as the sample makes it."""

    id: str
    case: str
    mode: Algorithm
    padding: PaddingMode | None
    operation: str
    valid: bool
    iv_length: int
    length: int

    @property
    def shape(self) -> Shape:
        """What the log's header says of it."""
        lengths = {"iv": self.iv_length} if self.mode is not Algorithm.ECB else {}
        lengths["plaintext" if self.operation == "encrypt" else "ciphertext"] = self.length
        return Shape(self.id, self.operation, self.valid, lengths)

    def detail(self) -> Detail:
        """What the log says of it where it is not green."""
        block = hashlib.shake_256(self.id.encode()).hexdigest(self.length)
        text = "plaintext" if self.operation == "encrypt" else "ciphertext"
        given = {"iv": "a0" * self.iv_length, text: block}
        if self.mode is Algorithm.ECB:
            del given["iv"]
        right = {"ciphertext" if self.operation == "encrypt" else "plaintext": _answer(self)}
        return detail(
            self.operation,
            valid=self.valid,
            case=self.case,
            flags=_FLAGS[self.case],
            given=given,
            expected=right if self.valid else {"rejected as": "invalid-ciphertext"},
            why=f"{_WHY[self.case]} ({self.length} bytes, IV of {self.iv_length}).",
            clause=_CLAUSE[self.case],
        )


def _answer(vector: Vector) -> str:
    return hashlib.shake_256(vector.id.encode() + b"answer").hexdigest(vector.length)


_FLAGS = {
    "G1": ("Basic",),
    "G3": ("SmallIv",),
    "G5": ("ModifiedTag",),
    "G9": ("ModifiedCiphertext",),
    "C2": ("BadPadding",),
}
_WHY = {
    "G1": "An ordinary message must come out exactly as the standard computes it",
    "G3": "GCM is defined for every IV length from one byte on",
    "G5": "One bit of the tag is flipped, so nothing may be decrypted",
    "G9": "One bit of the ciphertext is flipped, so nothing may be decrypted",
    "C2": "The last byte says how much padding there is, and here it cannot be right",
}
_CLAUSE = {
    "G1": "SP 800-38A §6.2",
    "G3": "SP 800-38D §7.1 step 2",
    "G5": "SP 800-38D §7.2 step 8",
    "G9": "SP 800-38D §7.2 step 8",
    "C2": "RFC 5652 §6.3",
}


def vectors(per_class: int) -> Iterator[Vector]:
    """Make so many vectors of every edge-case class of every parameter set."""
    for family, _, mode, padding in FAMILIES:
        for case in _cases(mode, padding):
            for number in range(per_class):
                iv = number % 16 + 1 if case == "G3" else (12 if mode is Algorithm.GCM else 16)
                yield Vector(
                    id=f"{family}/{_WORDS[case]}/{number:04}",
                    case=case,
                    mode=mode,
                    padding=padding,
                    operation="encrypt" if case in ("G1", "G3") and number % 2 else "decrypt",
                    valid=case in ("G1", "G3"),
                    iv_length=0 if mode is Algorithm.ECB else iv,
                    length=16 * (number % 9 + 1),
                )


_WORDS = {
    "G1": "message",
    "G3": "iv-length",
    "G5": "tag-bit",
    "G9": "ciphertext-bit",
    "C2": "padding-byte",
}


def _cases(mode: Algorithm, padding: PaddingMode | None) -> tuple[str, ...]:
    if mode is Algorithm.GCM:
        return ("G1", "G3", "G5", "G9")
    return ("G1", "C2") if padding is PaddingMode.PKCS7_PADDING else ("G1",)


def sample_run(per_class: int = 24) -> LogBuilder:
    """Make the log of a run of four targets over the AES part of the sheet."""
    made = tuple(vectors(per_class))
    log = LogBuilder(*TARGETS, shapes=(vector.shape for vector in made))
    log.start(REFERENCE, name="kmsproof reference", version="0.1.0")
    for vector in made:
        log.passed(vector.id, REFERENCE)
    log.end(REFERENCE)
    _strict(log, made)
    _narrow(log, made)
    _broken(log, made)
    log.finish(1, f"Not conformant: {STRICT}, {BROKEN}.")
    return log


def _strict(log: LogBuilder, made: tuple[Vector, ...]) -> None:
    log.start(STRICT, name="cryptography", version="50.0.2", notes=("OpenSSL 3.5.4",))
    for vector in made:
        if vector.case == "G3" and vector.iv_length < 8:
            log.failed(
                vector.id,
                FailureKind.WRONG_REJECT,
                STRICT,
                outcome="rejected",
                rejection=RejectionClass.INVALID_ARGUMENT,
                native_code="ValueError",
                message=SHORT_IV,
                detail=vector.detail(),
            )
        else:
            log.passed(vector.id, STRICT)
    log.warn("under-declared: GCM with tag length 8 is not declared, yet it works", STRICT)
    log.end(STRICT)


def _narrow(log: LogBuilder, made: tuple[Vector, ...]) -> None:
    log.start(NARROW, name="pycryptodome", version="4.4.0")
    for vector in made:
        if vector.mode is Algorithm.ECB:
            reason = f"{vector.mode} with {vector.padding} is not declared"
            log.verdict(vector.id, Verdict.UNSUPPORTED, NARROW, reason=reason)
        else:
            log.passed(vector.id, NARROW)
    log.end(NARROW)


def _broken(log: LogBuilder, made: tuple[Vector, ...]) -> None:
    log.start(
        BROKEN, name="SoftHSM", version="2.6.1", adapter="kmsproof pkcs11 0.1.0", notes=("OpenSSL",)
    )
    for number, vector in enumerate(made):
        _break(log, vector, number)
    log.incident(
        "the process ended with signal 11 while it was asked", BROKEN, ids=(made[3].id, made[4].id)
    )
    log.warn("over 90 % of refusals have the same native code", BROKEN)
    log.end(BROKEN)


def _break(log: LogBuilder, vector: Vector, number: int) -> None:
    if "192" in vector.id:
        reason = "import of a secret key of Aliyun_AES_192 is not declared"
        log.verdict(vector.id, Verdict.UNSUPPORTED, BROKEN, reason=reason)
    elif vector.case == "G5" and number % 3 == 0:
        value = {"plaintext": _answer(vector)}
        log.failed(vector.id, FailureKind.WRONG_ACCEPT, BROKEN, value=value, detail=vector.detail())
    elif vector.mode is Algorithm.CBC and vector.valid and vector.length == 64:
        right = _answer(vector)
        wrong = right[:34] + format(int(right[34:36], 16) ^ 1, "02x") + "00" + right[38:]
        field = "ciphertext" if vector.operation == "encrypt" else "plaintext"
        log.failed(
            vector.id,
            FailureKind.WRONG_OUTPUT,
            BROKEN,
            value={field: wrong},
            detail=vector.detail(),
        )
    elif vector.case == "C2" and number % 2:
        log.failed(
            vector.id,
            FailureKind.WRONG_ERROR,
            BROKEN,
            outcome="rejected",
            rejection=RejectionClass.INVALID_ARGUMENT,
            native_code="CKR_DATA_LEN_RANGE",
            reason="refused as invalid-argument, which is not why this input is invalid",
            detail=vector.detail(),
        )
    elif vector.case == "G3" and vector.iv_length == 16:
        log.error(vector.id, ErrorKind.CRASHED, "the process ended with signal 11", BROKEN)
    elif vector.case == "G9" and number % 40 == 7:
        reason = f"the valid form {vector.id} ended as fail, so the refusal proves nothing"
        log.verdict(vector.id, Verdict.SKIPPED, BROKEN, reason=reason)
    else:
        log.passed(vector.id, BROKEN)
