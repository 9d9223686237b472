"""The keys of a live run: made when first wanted, written down before they are used, destroyed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from kmsproof.errors import LogError
from kmsproof.messages import CreateKey, DestroyKey, Request
from kmsproof.outcome import KeyHandle, Ok, Rejected
from kmsproof.session import AnyOutcome
from kmsproof.vocabulary import KeySpec, KeyUsage, ProtectionLevel, RejectionClass

JOURNAL_NAME = "keys.jsonl"
"""Name of the journal in a run's folder."""


class KeyEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the journal: a key was made, or is gone."""

    event: Literal["made", "destroyed"]
    target: str
    """The target as the log names it, without secrets."""
    key: str
    """The handle."""


class Journal:
    """Which keys a run has made and not destroyed; every line is on disk before a key is used."""

    def __init__(self, path: Path) -> None:
        """Take the file; it is made with the first key."""
        self.path = path
        self._encoder = msgspec.json.Encoder()

    def write(self, entry: KeyEntry) -> None:
        """Append a line and wait until it is on disk.

        Raises:
            LogError: if that is not possible.
        """
        try:
            number = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(number, self._encoder.encode(entry) + b"\n")
                os.fsync(number)
            finally:
                os.close(number)
        except OSError as error:
            raise LogError(
                f"The journal of keys {self.path} cannot be written: {error.strerror}.",
                "Make room, or give another folder with --out: no key is made without it.",
            ) from None

    def left(self, target: str) -> list[str]:
        """Return the handles of the keys of a target that were made and not destroyed.

        Raises:
            LogError: if the journal cannot be read.
        """
        keys: dict[str, None] = {}
        for entry in self._entries():
            if entry.target == target and entry.event == "made":
                keys[entry.key] = None
            elif entry.target == target:
                keys.pop(entry.key, None)
        return list(keys)

    def targets(self) -> set[str]:
        """Return the targets whose keys are in the journal.

        Raises:
            LogError: if the journal cannot be read.
        """
        return {entry.target for entry in self._entries()}

    def _entries(self) -> Iterator[KeyEntry]:
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return
        except OSError as error:
            raise LogError(
                f"The journal of keys {self.path} cannot be read: {error.strerror}.",
                "Give the folder of a run.",
            ) from None
        for number, line in enumerate(lines, start=1):
            try:
                yield msgspec.json.decode(line, type=KeyEntry)
            except (msgspec.DecodeError, UnicodeDecodeError):
                if number == len(lines):  # half a line is what a killed run leaves
                    return
                raise LogError(
                    f"Line {number} of {self.path} is no entry of a journal of keys.",
                    "The file is damaged: look for keys of the run in the target itself.",
                ) from None


@dataclass(frozen=True)
class Role:
    """What a key of a live file is: files whose keys are the same in this share them."""

    name: str
    key_spec: KeySpec
    usage: KeyUsage
    protection_level: ProtectionLevel
    count: int


@dataclass
class RoleKeys:
    """The keys that files name, and their public keys, as far as they were wanted."""

    handles: dict[Role, tuple[str, ...]] = field(default_factory=dict[Role, tuple[str, ...]])
    public_keys: dict[Role, list[bytes]] = field(default_factory=dict[Role, list[bytes]])

    def forget(self) -> None:
        """Make all keys anew when they are wanted: what held them has ended."""
        self.handles.clear()
        self.public_keys.clear()


class KeyMaker:
    """Makes keys in one target, and destroys them all."""

    def __init__(
        self, target: str, journal: Journal, ask: Callable[[Request], AnyOutcome], most: int | None
    ) -> None:
        """Prepare.

        Args:
            target: the target as the log names it.
            journal: where keys are written down.
            ask: asks the target one request.
            most: how many keys may be made, None for any number.
        """
        self._target = target
        self._journal = journal
        self._ask = ask
        self._most = most
        self.made = 0
        self._alive: dict[str, None] = {}

    def leaves(self, keys: int) -> bool:
        """Whether so many more keys may be made."""
        return self._most is None or self.made + keys <= self._most

    def create(self, request: CreateKey) -> AnyOutcome:
        """Make a key, and write it down before anybody uses it."""
        outcome = self._ask(request)
        if isinstance(outcome, Ok) and isinstance(outcome.value, KeyHandle):
            self.made += 1
            self._alive[outcome.value.key] = None
            self._journal.write(KeyEntry("made", self._target, outcome.value.key))
        return outcome

    def take_over(self, keys: Iterable[str]) -> None:
        """Take keys as one's own that an earlier run has made."""
        self._alive.update(dict.fromkeys(keys))

    def destroyed(self, key: str) -> None:
        """Take note that a key is gone."""
        if key in self._alive:
            del self._alive[key]
            self._journal.write(KeyEntry("destroyed", self._target, key))

    def taken_back(self, key: str) -> None:
        """Take note that the deletion of a key was cancelled, so that it is there again."""
        if key not in self._alive:
            self._alive[key] = None
            self._journal.write(KeyEntry("made", self._target, key))

    def destroy(self, key: str, number: int, deadline_ms: int) -> AnyOutcome:
        """Destroy a key; it stays in the journal if the target does not do it."""
        outcome = self._ask(DestroyKey(id=number, deadline_ms=deadline_ms, key=key))
        if isinstance(outcome, Ok) or _is_unknown(outcome):
            self.destroyed(key)
        return outcome

    @property
    def alive(self) -> list[str]:
        """Handles of the keys that were made and not destroyed, the oldest first."""
        return list(self._alive)


def _is_unknown(outcome: AnyOutcome) -> bool:
    return isinstance(outcome, Rejected) and outcome.rejection is RejectionClass.NOT_FOUND
