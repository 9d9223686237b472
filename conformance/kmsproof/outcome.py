"""What a target can answer: typed outcomes and the values they carry: contract module.

A negative vector passes only on a proper ``Rejected``. A call that did not work for a reason that
says nothing about the input (network, login, rate limit, crash, time-out) is an ``Error``, and an
``Error`` never passes anything.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Generic, TypeVar

import msgspec

from kmsproof.vocabulary import (
    HexBytes,
    KeySpec,
    KeyState,
    KeyUsage,
    ProtectionLevel,
    RejectionClass,
)


@unique
class ErrorKind(StrEnum):
    """Why a call gave no answer about its input."""

    TRANSPORT = "transport"
    """The target could not be reached, or the connection broke."""
    AUTH = "auth"
    """The target refused the caller, not the input."""
    THROTTLED = "throttled"
    """The target asked to be called less often."""
    TIMEOUT = "timeout"
    """No answer came before the deadline."""
    CRASHED = "crashed"
    """The process that ran the target ended."""
    INTERNAL = "internal"
    """The target or its adapter failed inside: an unexpected exception, a 5xx, a broken message."""


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of the values that ``Ok`` carries."""


class Encrypted(Value, frozen=True, gc=False):
    """Answer to ``encrypt``."""

    ciphertext: HexBytes
    """The ciphertext without IV and tag, or the whole blob where the target's form is opaque."""
    iv: HexBytes | None = None
    """The IV that was used, where the ciphertext does not hold it; the suite compares it with
    the one it sent, if it sent one."""
    tag: HexBytes | None = None
    """GCM: the authentication tag, where the ciphertext does not hold it."""


class Decrypted(Value, frozen=True, gc=False):
    """Answer to ``decrypt``."""

    plaintext: HexBytes


class Signed(Value, frozen=True, gc=False):
    """Answer to ``sign``."""

    signature: HexBytes


class Verified(Value, frozen=True, gc=False):
    """Answer to ``verify``: false for a well-formed signature that does not fit."""

    valid: bool


class KeyHandle(Value, frozen=True, gc=False):
    """Answer to ``create_key`` and ``import_key``: the target's own name for the key."""

    key: str


class KeyDescription(Value, frozen=True, gc=False):
    """Answer to ``describe_key``."""

    key_spec: KeySpec
    usage: KeyUsage
    protection_level: ProtectionLevel
    state: KeyState


class PublicKey(Value, frozen=True, gc=False):
    """Answer to ``get_public_key``: SubjectPublicKeyInfo, DER."""

    public_key: HexBytes


class Done(Value, frozen=True, gc=False):
    """Answer to what returns nothing."""


V = TypeVar("V")


class Ok(msgspec.Struct, Generic[V], frozen=True, gc=False):
    """The call did what was asked."""

    value: V


class Rejected(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The target understood the call and refused it because of what it was given."""

    rejection: RejectionClass = msgspec.field(name="class")
    native_code: str
    """The target's own code, always kept: ``CKR_ENCRYPTED_DATA_INVALID``, ``InvalidTag``, …"""
    message: str = ""


class Unsupported(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The target does not offer this, whatever the input."""

    what: str


class Error(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The call gave no answer about its input."""

    kind: ErrorKind
    message: str = ""


Outcome = Ok[V] | Rejected | Unsupported | Error
"""What a method of a target returns; it does not raise."""

OUTCOME_TYPES = (Ok, Rejected, Unsupported, Error)
"""The same for checks at run time."""
