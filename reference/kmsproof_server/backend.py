"""What stands behind the two APIs: the service and its engine, as they should be or deviating."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, unique
from textwrap import wrap

from kmsproof_reference.deviations import Deviation, find_deviation, parts_with
from kmsproof_reference.kms.engine import Engine
from kmsproof_reference.kms.reference_engine import ReferenceEngine
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.kms.service_base import Clock
from kmsproof_reference.kms.store import KeyStore
from kmsproof_reference.random_choices import RandomChoices
from kmsproof_reference.vocabulary import EciesDialect
from kmsproof_server.engine import FastEngine

WARNING_WIDTH = 90


@unique
class EngineName(StrEnum):
    """Which cryptographic engine the service has."""

    FAST = "fast"
    """The package ``cryptography``."""
    REFERENCE = "reference"
    """The reference in plain Python, which is slow."""


@dataclass(frozen=True)
class Backend:
    """Makes the service."""

    asked_engine: EngineName = EngineName.FAST
    dialect: EciesDialect = EciesDialect.EK_MK
    ids: tuple[str, ...] = ()
    """Of the deviations. One that is not known raises `InvalidArgument` when it is looked at."""

    @property
    def deviations(self) -> tuple[Deviation, ...]:
        """What is wrong on purpose."""
        return tuple(map(find_deviation, self.ids))

    @property
    def engine(self) -> EngineName:
        """The engine: that of the reference if an algorithm deviates, whatever is asked for."""
        is_fast = self.asked_engine is EngineName.FAST and all(
            each.of_service for each in self.deviations
        )
        return EngineName.FAST if is_fast else EngineName.REFERENCE

    def service(self, store: KeyStore, clock: Clock) -> KeyManagementService:
        """Make the service."""
        parts = parts_with(self.ids)
        choices = parts(RandomChoices)(secrets.token_bytes)
        engine: Engine = (
            FastEngine(self.dialect)
            if self.engine is EngineName.FAST
            else ReferenceEngine(choices, self.dialect, parts=parts)
        )
        return parts(KeyManagementService)(store, engine, clock, choices, parts=parts)

    @property
    def warning(self) -> Iterator[str]:
        """Yield lines that say what is wrong on purpose; none if nothing is."""
        if not self.ids:
            return
        rule = "!" * WARNING_WIDTH
        yield from (rule, "BROKEN ON PURPOSE. This server deviates from what it should do:", "")
        for deviation in self.deviations:
            yield f"  {deviation.id} ({deviation.severity})"
            yield from (f"    {line}" for line in wrap(deviation.sentence, WARNING_WIDTH - 4))
        if self.engine is not self.asked_engine:
            yield from ("", "An algorithm deviates: it computes with the reference, which is slow.")
        yield from (rule, "")
