"""A target whose keys are objects in this process, as all adapters of this package have it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from kmsproof.capability import Description
from kmsproof.messages import (
    Close,
    Decrypt,
    Describe,
    DestroyKey,
    Encrypt,
    ImportKey,
    Sign,
    Verify,
)
from kmsproof.outcome import (
    Decrypted,
    Done,
    Encrypted,
    KeyHandle,
    Ok,
    Outcome,
    Rejected,
    Signed,
    Unsupported,
    Verified,
)
from kmsproof.target import BaseTarget
from kmsproof.vocabulary import KeySpec
from kmsproof_adapters.refusals import UNKNOWN_KEY, WRONG_USAGE

DONE: Ok[Done] = Ok(Done())
"""The answer of what returns nothing."""

HANDLE_BYTES = 8
"""Random bytes in a handle: no handle of one process is ever that of another key in the next."""


class HeldKey:
    """A key that a target holds, loaded and ready; a family overrides what its keys can do."""

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Answer that such keys do not encrypt."""
        return Unsupported(f"encrypt with {request.algorithm} on this kind of key")

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        """Answer that such keys do not decrypt."""
        return Unsupported(f"decrypt with {request.algorithm} on this kind of key")

    def sign(self, request: Sign) -> Outcome[Signed]:
        """Answer that such keys do not sign."""
        return Unsupported(f"sign with {request.algorithm} on this kind of key")

    def verify(self, request: Verify) -> Outcome[Verified]:
        """Answer that such keys do not verify."""
        return Unsupported(f"verify with {request.algorithm} on this kind of key")

    def destroy(self) -> Outcome[Done]:
        """Remove the key from wherever it is beside this object."""
        return DONE


KeyLoader = Callable[[ImportKey], Outcome[HeldKey]]
"""Makes a key of one family from its material, and sees that it fits the key spec."""


class LocalTarget(BaseTarget):
    """Hands each request to the key that it names."""

    def __init__(self, description: Description, loaders: Mapping[KeySpec, KeyLoader]) -> None:
        """Take what the target says of itself, and how keys of each key spec are loaded."""
        self._description = description
        self._loaders = loaders
        self._keys: dict[str, HeldKey] = {}

    def describe(self, request: Describe) -> Outcome[Description]:
        """Say who the target is and what it can do."""
        return Ok(self._description)

    def import_key(self, request: ImportKey) -> Outcome[KeyHandle]:
        """Load a key once for all calls to come."""
        refusal = self._unfit(request)
        if refusal is not None:
            return refusal
        loaded = self._loaders[request.key_spec](request)
        if not isinstance(loaded, Ok):
            return loaded
        handle = secrets.token_hex(HANDLE_BYTES)
        self._keys[handle] = loaded.value
        return Ok(KeyHandle(handle))

    def _unfit(self, request: ImportKey) -> Rejected | Unsupported | None:
        """Compare what is to be imported with what the target declares of keys."""
        declared = [
            keys
            for keys in self._description.keys
            if request.key_spec in keys.key_specs and request.part in keys.importable
        ]
        if not declared or request.key_spec not in self._loaders:
            return Unsupported(f"import of a {request.part} key of {request.key_spec}")
        declared = [keys for keys in declared if request.protection_level in keys.protection_levels]
        if not declared:
            return Unsupported(f"import at the protection level {request.protection_level}")
        if not any(request.usage in keys.usages for keys in declared):
            return WRONG_USAGE
        return None

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Encrypt with the key that is named."""
        key = self._keys.get(request.key)
        return UNKNOWN_KEY if key is None else key.encrypt(request)

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        """Decrypt with the key that is named."""
        key = self._keys.get(request.key)
        return UNKNOWN_KEY if key is None else key.decrypt(request)

    def sign(self, request: Sign) -> Outcome[Signed]:
        """Sign with the key that is named."""
        key = self._keys.get(request.key)
        return UNKNOWN_KEY if key is None else key.sign(request)

    def verify(self, request: Verify) -> Outcome[Verified]:
        """Verify with the key that is named."""
        key = self._keys.get(request.key)
        return UNKNOWN_KEY if key is None else key.verify(request)

    def destroy_key(self, request: DestroyKey) -> Outcome[Done]:
        """Remove a key; one that could not be removed keeps its handle."""
        key = self._keys.get(request.key)
        if key is None:
            return UNKNOWN_KEY
        destroyed = key.destroy()
        if isinstance(destroyed, Ok):
            del self._keys[request.key]
        return destroyed

    def close(self, request: Close) -> Outcome[Done]:
        """Destroy all keys; the first failure is the answer, after all have had their turn."""
        outcomes = [key.destroy() for key in self._keys.values()]
        self._keys.clear()
        return next((outcome for outcome in outcomes if not isinstance(outcome, Ok)), DONE)
