"""Ask the target ``reference-kms`` for keys, and take its refusals apart."""

from __future__ import annotations

from kmsproof.messages import CreateKey, Encrypt
from kmsproof.outcome import Rejected
from kmsproof.target import Target
from kmsproof.vocabulary import (
    Algorithm,
    HexBytes,
    KeyField,
    KeySpec,
    KeyUsage,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_testing.asking import value_of

TEXT = HexBytes(b"sixteen byte text"[:16])
CONTEXT = HexBytes(b"context")


def make(
    target: Target,
    key_spec: KeySpec = KeySpec.AES_256,
    usage: KeyUsage = KeyUsage.ENCRYPT_DECRYPT,
    level: ProtectionLevel = ProtectionLevel.HARDWARE,
    left_out: tuple[KeyField, ...] = (),
) -> str:
    """The handle of a new key."""
    return value_of(
        target.create_key(
            CreateKey(key_spec=key_spec, usage=usage, protection_level=level, left_out=left_out)
        )
    ).key


def gcm(key: str, iv: HexBytes | None = None, tag_length: int | None = 16) -> Encrypt:
    """A request to encrypt with GCM."""
    return Encrypt(
        key=key,
        algorithm=Algorithm.GCM,
        plaintext=TEXT,
        iv=iv,
        aad=CONTEXT,
        tag_length=tag_length,
    )


def rejection_of(outcome: object) -> tuple[RejectionClass, str]:
    """Class and code of a refusal."""
    assert isinstance(outcome, Rejected), outcome
    return outcome.rejection, outcome.native_code
