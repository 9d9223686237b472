"""The fakes as targets: in this process, and as the command of an ``exec:`` target."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kmsproof.messages import ANSWERS, AnyRequest, Response
from kmsproof.outcome import Ok, Outcome, Value
from kmsproof.session import METHODS
from kmsproof.target import Target
from kmsproof_testing.fakes import program
from kmsproof_testing.fakes.program import SERVICES
from kmsproof_testing.fakes.service import Service
from kmsproof_vectors.encoding import json_decoder, json_encoder

_ENCODER = json_encoder()
_DECODER = json_decoder(Response)


def command(
    fault: str, on: Sequence[str] = (), state: Path | None = None, service: str = ""
) -> list[str]:
    """Return the command of a fake program, perhaps with another service behind it."""
    words = [sys.executable, "-E", "-s", str(Path(program.__file__)), fault]
    for text in on:
        words += ["--on", text]
    if service:
        words += ["--service", service]
    return words if state is None else [*words, "--state", str(state)]


def exec_target(
    fault: str, on: Sequence[str] = (), state: Path | None = None, service: str = ""
) -> str:
    """Return a fake program as a target of the command line."""
    return f"exec:{shlex.join(command(fault, on, state, service))}"


def in_process(fault: str | Service) -> Target:
    """Return a fake service, or the one of that name, as a target in this process."""
    service = SERVICES[fault]() if isinstance(fault, str) else fault

    def answer(request: AnyRequest) -> Outcome[Value]:
        message: dict[str, Any] = msgspec.json.decode(_ENCODER.encode(request))
        response = _DECODER.decode(_ENCODER.encode({"id": 0, **service.answer(message)}))
        if response.ok is not msgspec.UNSET:
            return Ok(json_decoder(ANSWERS[type(request)]).decode(response.ok))
        found = (response.rejected, response.unsupported, response.error)
        return next(outcome for outcome in found if outcome is not msgspec.UNSET)

    return made_of(dict.fromkeys(METHODS.values(), answer))


def made_of(methods: dict[str, Callable[[Any], Outcome[Any]]]) -> Target:
    """Return a target with these functions as its methods."""
    made = type("MadeTarget", (), {name: staticmethod(each) for name, each in methods.items()})()
    assert isinstance(made, Target)
    return made
