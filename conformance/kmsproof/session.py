"""A conversation with one target: requests in, outcomes out, whatever the transport."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from kmsproof.capability import PROTOCOL_VERSION, Description
from kmsproof.errors import TargetStartError
from kmsproof.messages import ANSWERS, Close, Describe, Request, operation_name
from kmsproof.outcome import (
    OUTCOME_TYPES,
    Decrypted,
    Encrypted,
    Error,
    ErrorKind,
    KeyHandle,
    Ok,
    Outcome,
    Rejected,
    Signed,
    Unsupported,
    Value,
    Verified,
)
from kmsproof.target import Target
from kmsproof.text import printable, shortened
from kmsproof.vocabulary import RejectionClass
from kmsproof_vectors.encoding import json_decoder, json_encoder

AnyOutcome = Outcome[Value]
"""The outcome of any request."""

METHODS = {kind: operation_name(kind) for kind in ANSWERS}
"""Name of the target's method for each kind of request."""

_LENGTHS = ("iv_lengths", "tag_lengths", "aad_lengths", "plaintext_lengths", "message_lengths")
"""The fields of a capability that hold ranges of lengths."""

_OPTIONAL = (bytes, type(None))
_FIELDS: dict[type, tuple[tuple[str, type | tuple[type, ...]], ...]] = {
    Encrypted: (("ciphertext", bytes), ("iv", _OPTIONAL), ("tag", _OPTIONAL)),
    Decrypted: (("plaintext", bytes),),
    Signed: (("signature", bytes),),
    Verified: (("valid", bool),),
    KeyHandle: (("key", str),),
    Rejected: (("rejection", RejectionClass), ("native_code", str), ("message", str)),
    Unsupported: (("what", str),),
    Error: (("kind", ErrorKind), ("message", str)),
}
"""Types of the fields that a run looks at. On the wire the decoder sees to them; an adapter in this
process may put anything there."""


class Answer(NamedTuple):
    """The outcome of one request."""

    id: int
    outcome: AnyOutcome
    microseconds: int


class SessionBroken(Exception):
    """The process behind a session ended, hung or broke the protocol; it can be restarted.

    Attributes:
        kind: ``crashed``, ``timeout``, or ``internal`` for a broken protocol.
        whose_fault: ``target`` or ``adapter``.
        message: one sentence.
        line: the offending line of an adapter, shortened and escaped.
        in_flight: ids of the requests that had been sent and not answered, oldest first.
    """

    def __init__(
        self,
        kind: ErrorKind,
        whose_fault: str,
        message: str,
        *,
        line: str = "",
        in_flight: tuple[int, ...] = (),
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.whose_fault = whose_fault
        self.message = message
        self.line = line
        self.in_flight = in_flight


class Session(Protocol):
    """A conversation with one target."""

    def start(self) -> Description:
        """Begin, and return what the target says of itself.

        Raises:
            KmsproofError: if the target does not start.
        """
        ...

    def ask(self, requests: Iterable[Request], window: int | None = None) -> Iterator[Answer]:
        """Send requests and yield their answers as they come, not always in order.

        Args:
            requests: taken one by one as the window has room; ids are not used twice.
            window: requests in flight; by default what the target declared.

        Raises:
            SessionBroken: when the process behind the session breaks; call ``restart``.
        """
        ...

    def restart(self) -> None:
        """Begin anew after ``SessionBroken``; all keys are gone.

        Raises:
            KmsproofError: if the target does not start again.
        """
        ...

    def close(self) -> None:
        """End the conversation, whatever its state; never raises."""
        ...


def described(outcome: AnyOutcome) -> Description:
    """Return the description that a target answered with.

    Raises:
        TargetStartError: if it answered anything else, speaks another protocol version, or declares
            what cannot be.
    """
    if not isinstance(outcome, Ok) or not isinstance(outcome.value, Description):
        raise TargetStartError(
            f"The target does not describe itself: it answered {summary(outcome)}.",
            "See docs/adapter-protocol.md, section describe.",
        )
    if outcome.value.protocol != PROTOCOL_VERSION:
        raise TargetStartError(
            f"The target speaks protocol version {outcome.value.protocol}, "
            f"this suite version {PROTOCOL_VERSION}.",
            "Use an adapter and a suite of the same protocol version.",
        )
    description = outcome.value
    try:  # as it would come over the wire, so that an adapter here is held to the same types
        description = json_decoder(Description).decode(json_encoder().encode(description))
        wrong = _wrong_in(description)
    except (ValueError, TypeError, RecursionError) as error:
        wrong = str(error)
    if wrong:
        raise TargetStartError(
            f"The target's description cannot be used: {shortened(printable(wrong))}.",
            "See docs/adapter-protocol.md, section describe.",
        )
    return description


def _wrong_in(description: Description) -> str:
    """Return what is wrong with the numbers in a description, empty if nothing."""
    if description.window < 1:
        return f"the window is {description.window}, and at least 1 request must be in flight"
    for capability in description.algorithms:
        for name in _LENGTHS:
            for lengths in getattr(capability, name):
                top = lengths.minimum if lengths.maximum is None else lengths.maximum
                if not 0 <= lengths.minimum <= top or lengths.step < 1:
                    return f"{name} of {capability.algorithm} has a range that goes nowhere"
    return ""


def summary(outcome: AnyOutcome) -> str:
    """Tell an outcome in a few words that are safe to print."""
    match outcome:
        case Ok():
            return "ok"
        case Error():
            return f"error ({outcome.kind}): {shortened(printable(outcome.message))}"
        case _:
            text = getattr(outcome, "native_code", "") or getattr(outcome, "what", "")
            return f"{type(outcome).__name__.lower()}: {shortened(printable(text))}"


class InProcessSession:
    """A session with a target that is a Python object in this process."""

    def __init__(self, target: Target, *, deadline_ms: int) -> None:
        self._target = target
        self._deadline_ms = deadline_ms
        self._methods: dict[type[Request], Callable[[Request], AnyOutcome]] = {
            kind: getattr(target, name) for kind, name in METHODS.items()
        }

    def start(self) -> Description:
        """Ask the target what it is."""
        return described(self._call(Describe(id=0, deadline_ms=self._deadline_ms)))

    def ask(self, requests: Iterable[Request], window: int | None = None) -> Iterator[Answer]:
        """Call the target's methods one after the other."""
        clock = time.perf_counter_ns
        call = self._call
        for request in requests:
            began = clock()
            outcome = call(request)
            yield Answer(request.id, outcome, (clock() - began) // 1000)

    def _call(self, request: Request) -> AnyOutcome:
        kind = type(request)
        try:
            outcome = self._methods[kind](request)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # sys.exit included: its fault, never a rejection
            text = shortened(printable(f"{type(error).__name__}: {error}"))
            return Error(ErrorKind.INTERNAL, f"the adapter raised {text}")
        if type(outcome) is Ok:
            if type(outcome.value) is ANSWERS[kind] and _well_formed(outcome.value):
                return outcome
        elif type(outcome) in OUTCOME_TYPES and _well_formed(outcome):
            return outcome
        return Error(
            ErrorKind.INTERNAL,
            f"the adapter answered {METHODS[kind]} with {shortened(printable(repr(outcome)))}",
        )

    def restart(self) -> None:
        """Do nothing: a session in this process does not break."""

    def close(self) -> None:
        """Tell the target to let go of everything."""
        self._call(Close(id=0))


def _well_formed(answer: object) -> bool:
    for name, kind in _FIELDS.get(type(answer), ()):
        if not isinstance(getattr(answer, name), kind):
            return False
    return True
