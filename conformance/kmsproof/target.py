"""The target contract: what anything that is judged must offer, in process: contract module.

A target that is a program of its own speaks the same messages as JSON Lines instead
(``docs/adapter-protocol.md``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from kmsproof.capability import Description
from kmsproof.messages import (
    CancelKeyDeletion,
    Close,
    CreateKey,
    Decrypt,
    Describe,
    DescribeKey,
    DestroyKey,
    DisableKey,
    EnableKey,
    Encrypt,
    GetPublicKey,
    ImportKey,
    Sign,
    Verify,
)
from kmsproof.outcome import (
    Decrypted,
    Done,
    Encrypted,
    KeyDescription,
    KeyHandle,
    Outcome,
    PublicKey,
    Signed,
    Unsupported,
    Verified,
)


@runtime_checkable
class Target(Protocol):
    """What is judged. Every method returns an outcome and raises nothing.

    An exception that leaves a method is taken as ``Error(internal)``: the adapter's fault, and
    never a rejection. What the target does not offer is answered with ``Unsupported``.
    """

    def describe(self, request: Describe) -> Outcome[Description]:
        """Say who the target is and what it can do; called first, without side effects."""
        ...

    def create_key(self, request: CreateKey) -> Outcome[KeyHandle]:
        """Make a key inside the target."""
        ...

    def import_key(self, request: ImportKey) -> Outcome[KeyHandle]:
        """Take a key from outside; load it once, since many calls will use it."""
        ...

    def describe_key(self, request: DescribeKey) -> Outcome[KeyDescription]:
        """Say what a key is and in which state."""
        ...

    def get_public_key(self, request: GetPublicKey) -> Outcome[PublicKey]:
        """Give out the public part of a key."""
        ...

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Encrypt."""
        ...

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        """Decrypt."""
        ...

    def sign(self, request: Sign) -> Outcome[Signed]:
        """Sign."""
        ...

    def verify(self, request: Verify) -> Outcome[Verified]:
        """Verify: ``Ok(Verified(False))`` for a well-formed signature that does not fit."""
        ...

    def disable_key(self, request: DisableKey) -> Outcome[Done]:
        """Refuse to use a key until it is enabled again."""
        ...

    def enable_key(self, request: EnableKey) -> Outcome[Done]:
        """Allow a key to be used again."""
        ...

    def destroy_key(self, request: DestroyKey) -> Outcome[Done]:
        """Remove a key."""
        ...

    def cancel_key_deletion(self, request: CancelKeyDeletion) -> Outcome[Done]:
        """Take a key back that is scheduled for removal."""
        ...

    def close(self, request: Close) -> Outcome[Done]:
        """Let go of everything, keys included."""
        ...


class BaseTarget:
    """A target that offers nothing: adapters override what their target has."""

    def create_key(self, request: CreateKey) -> Outcome[KeyHandle]:
        """Answer that keys cannot be made."""
        return Unsupported("create_key")

    def import_key(self, request: ImportKey) -> Outcome[KeyHandle]:
        """Answer that keys cannot be imported."""
        return Unsupported("import_key")

    def describe_key(self, request: DescribeKey) -> Outcome[KeyDescription]:
        """Answer that keys have no description."""
        return Unsupported("describe_key")

    def get_public_key(self, request: GetPublicKey) -> Outcome[PublicKey]:
        """Answer that there are no public keys."""
        return Unsupported("get_public_key")

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Answer that there is no encryption."""
        return Unsupported("encrypt")

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        """Answer that there is no decryption."""
        return Unsupported("decrypt")

    def sign(self, request: Sign) -> Outcome[Signed]:
        """Answer that there are no signatures."""
        return Unsupported("sign")

    def verify(self, request: Verify) -> Outcome[Verified]:
        """Answer that there is no verification."""
        return Unsupported("verify")

    def disable_key(self, request: DisableKey) -> Outcome[Done]:
        """Answer that keys have no states."""
        return Unsupported("disable_key")

    def enable_key(self, request: EnableKey) -> Outcome[Done]:
        """Answer that keys have no states."""
        return Unsupported("enable_key")

    def destroy_key(self, request: DestroyKey) -> Outcome[Done]:
        """Answer that keys cannot be removed."""
        return Unsupported("destroy_key")

    def cancel_key_deletion(self, request: CancelKeyDeletion) -> Outcome[Done]:
        """Answer that a removal is not scheduled, and so cannot be cancelled."""
        return Unsupported("cancel_key_deletion")


@dataclass(frozen=True)
class Health:
    """Whether an adapter can be used on this machine, and what to do if not."""

    ready: bool
    detail: str
    """Versions if it is ready, else what is missing."""
    remedy: str = ""


@dataclass(frozen=True)
class Adapter:
    """An entry point of the group ``kmsproof.adapters``: how the suite gets at a kind of target."""

    name: str
    """The first word of a target on the command line: ``cryptography``, ``pkcs11``."""
    summary: str
    usage: str
    """How such a target is written on the command line, with an example."""
    open: Callable[[str], Target]
    """Open a target from the rest of its name on the command line, after the colon.

    Raises ``UsageError`` for a wrong argument, ``MissingDependency`` for a package that is not
    installed, ``TargetStartError`` for a target that cannot be reached."""
    health: Callable[[], Health]
    """Look at the machine without opening anything."""
    native: bool = False
    """Whether foreign native code runs behind it; such a target gets a process of its own."""
