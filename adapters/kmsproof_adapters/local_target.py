"""A target whose keys are objects in this process, as all adapters of this package have it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kmsproof.capability import Description
from kmsproof.messages import (
    Close,
    CreateKey,
    Decrypt,
    Describe,
    DestroyKey,
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
    KeyHandle,
    Ok,
    Outcome,
    PublicKey,
    Rejected,
    Signed,
    Unsupported,
    Verified,
)
from kmsproof.target import BaseTarget
from kmsproof.vocabulary import HexBytes, KeyPart, KeySpec
from kmsproof_adapters.refusals import NO_PUBLIC_KEY, UNKNOWN_KEY, WRONG_USAGE

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

    def get_public_key(self) -> Outcome[PublicKey]:
        """Answer that such keys have no public part."""
        return NO_PUBLIC_KEY

    def destroy(self) -> Outcome[Done]:
        """Remove the key from wherever it is beside this object."""
        return DONE


KeyLoader = Callable[[ImportKey], Outcome[HeldKey]]
"""Makes a key of one family from its material, and sees that it fits the key spec."""


@dataclass(frozen=True)
class NewKey:
    """What a library has made, in the forms in which keys are imported."""

    material: bytes = field(repr=False)
    """AES: the key. Else the private key, PKCS #8 DER."""
    public_key: bytes = b""
    """SubjectPublicKeyInfo, DER; empty for AES."""


KeyMaker = Callable[[KeySpec], NewKey]
"""Makes a key of a key spec with the library's own generator."""


class LocalTarget(BaseTarget):
    """Hands each request to the key that it names."""

    def __init__(
        self,
        description: Description,
        loaders: Mapping[KeySpec, KeyLoader],
        makers: Mapping[KeySpec, KeyMaker] | None = None,
    ) -> None:
        """Prepare.

        Args:
            description: what the target says of itself.
            loaders: how keys of each key spec are loaded.
            makers: how keys of each key spec are made; none where they only come from outside.
        """
        self._description = description
        self._loaders = loaders
        self._makers = makers or {}
        self._keys: dict[str, HeldKey] = {}
        self._public_keys: dict[str, bytes] = {}

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
        public_key = request.material if request.part is KeyPart.PUBLIC else b""
        return Ok(KeyHandle(self.hold(loaded.value, public_key)))

    def hold(self, key: HeldKey, public_key: bytes = b"") -> str:
        """Take a key among those that are held, and return its handle."""
        handle = secrets.token_hex(HANDLE_BYTES)
        self._keys[handle] = key
        if public_key:
            self._public_keys[handle] = public_key
        return handle

    def create_key(self, request: CreateKey) -> Outcome[KeyHandle]:
        """Make a key with the library's own generator, and load it like one from outside.

        It stays in this process, and no answer ever holds its private part.
        """
        refusal = self.unfit_to_create(request)
        if refusal is not None:
            return refusal
        if request.key_spec not in self._makers:
            return Unsupported(f"the making of keys of {request.key_spec}")
        made = self._makers[request.key_spec](request.key_spec)
        loaded = self._loaders[request.key_spec](
            ImportKey(
                key_spec=request.key_spec,
                usage=request.usage,
                protection_level=request.protection_level,
                part=KeyPart.SECRET if request.key_spec.is_symmetric else KeyPart.PRIVATE,
                material=HexBytes(made.material),
            )
        )
        if not isinstance(loaded, Ok):
            return loaded
        return Ok(KeyHandle(self.hold(loaded.value, made.public_key)))

    def unfit_to_create(self, request: CreateKey) -> Rejected | Unsupported | None:
        """Compare a key that is to be made with what the target declares."""
        declared = [
            keys
            for keys in self._description.keys
            if keys.create and request.key_spec in keys.key_specs
        ]
        if not declared:
            return Unsupported(f"the making of keys of {request.key_spec}")
        declared = [keys for keys in declared if request.protection_level in keys.protection_levels]
        if not declared:
            return Unsupported(f"the making of keys at the level {request.protection_level}")
        if not any(request.usage in keys.usages for keys in declared):
            return WRONG_USAGE
        return None

    def get_public_key(self, request: GetPublicKey) -> Outcome[PublicKey]:
        """Give out the public part: as the generator gave it, as it came, or as the key has it."""
        key = self._keys.get(request.key)
        if key is None:
            return UNKNOWN_KEY
        known = self._public_keys.get(request.key)
        return key.get_public_key() if known is None else Ok(PublicKey(HexBytes(known)))

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
            self._public_keys.pop(request.key, None)
        return destroyed

    def close(self, request: Close) -> Outcome[Done]:
        """Destroy all keys; the first failure is the answer, after all have had their turn."""
        outcomes = [key.destroy() for key in self._keys.values()]
        self._keys.clear()
        self._public_keys.clear()
        return next((outcome for outcome in outcomes if not isinstance(outcome, Ok)), DONE)
