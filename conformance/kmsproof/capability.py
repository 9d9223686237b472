"""What a target says it can do, with ranges: contract module.

A declaration decides which vectors apply. It cannot be used to score better: a declared thing that
fails is a failure, an undeclared thing that works is a warning, and what is not declared counts
as not covered. No capability is named after a weakness.
"""

from __future__ import annotations

from enum import StrEnum, unique

import msgspec

from kmsproof.outcome import Value
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    Feature,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
    Operation,
    PaddingMode,
    ProtectionLevel,
)

PROTOCOL_VERSION = 1
"""Version of the messages; a suite and an adapter that differ in it do not talk."""

DEFAULT_WINDOW = 64
"""Requests in flight unless the target asks for fewer or more."""


@unique
class Chooser(StrEnum):
    """Who chooses the IV of an encryption."""

    CALLER = "caller"
    TARGET = "target"


@unique
class CiphertextForm(StrEnum):
    """How a ciphertext is handed over."""

    PARTS = "parts"
    """IV, ciphertext and tag are separate byte strings."""
    OPAQUE = "opaque"
    """One byte string whose layout is the target's own."""


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of what a target declares."""


class LengthRange(Declaration, frozen=True):
    """Lengths in bytes from ``minimum`` to ``maximum``, both included, in steps."""

    minimum: int = 0
    maximum: int | None = None
    step: int = 1

    def __contains__(self, length: object) -> bool:
        return (
            isinstance(length, int)
            and length >= self.minimum
            and (self.maximum is None or length <= self.maximum)
            and (length - self.minimum) % self.step == 0
        )


class KeyCapability(Declaration, frozen=True):
    """Which keys the target makes and takes."""

    key_specs: tuple[KeySpec, ...]
    protection_levels: tuple[ProtectionLevel, ...]
    usages: tuple[KeyUsage, ...]
    create: bool = False
    """Whether ``create_key`` makes such keys."""
    importable: tuple[KeyPart, ...] = ()
    """Which parts ``import_key`` takes; empty where keys never come from outside."""
    lifecycle: bool = False
    """Whether such keys can be described, disabled, enabled, and taken back after
    ``destroy_key``."""
    defaults: bool = False
    """Whether key spec, usage and algorithm may be left out of a call."""


class AlgorithmCapability(Declaration, frozen=True):
    """What the target does with an algorithm, on some key specs and protection levels."""

    algorithm: Algorithm
    key_specs: tuple[KeySpec, ...]
    protection_levels: tuple[ProtectionLevel, ...]
    operations: tuple[Operation, ...]
    paddings: tuple[PaddingMode, ...] = ()
    """ECB and CBC only."""
    iv_chosen_by: tuple[Chooser, ...] = ()
    """GCM and CBC encryption only."""
    iv_lengths: tuple[LengthRange, ...] = ()
    """GCM and CBC only."""
    tag_lengths: tuple[LengthRange, ...] = ()
    """GCM only."""
    aad_lengths: tuple[LengthRange, ...] = ()
    """GCM only."""
    plaintext_lengths: tuple[LengthRange, ...] = (LengthRange(),)
    """What one call takes; everything unless said otherwise."""
    ciphertext_form: CiphertextForm = CiphertextForm.PARTS
    message_types: tuple[MessageType, ...] = ()
    """Signature algorithms only."""
    message_lengths: tuple[LengthRange, ...] = (LengthRange(),)
    """Signature algorithms: what one call takes as ``RAW``; everything unless said otherwise."""
    dialects: tuple[EciesDialect, ...] = ()
    """ECIES only: the byte layouts that the target speaks."""
    features: tuple[Feature, ...] = ()
    """What the standard leaves open and the target has."""


class Description(Value, frozen=True):
    """Answer to ``describe``: who the target is and what it can do."""

    protocol: int
    """Must be ``PROTOCOL_VERSION``."""
    name: str
    version: str
    """Version of the target itself, as exact as it can be had."""
    keys: tuple[KeyCapability, ...]
    algorithms: tuple[AlgorithmCapability, ...]
    adapter: str = ""
    """Name and version of the adapter, where it is not the target itself."""
    window: int = DEFAULT_WINDOW
    """How many requests may be in flight; 1 for a target that wants them one by one."""
    notes: tuple[str, ...] = ()
    """What a reader of the report should know, such as a build option."""
