"""AES of the reference as keys of a target: GCM, ECB and CBC."""

from __future__ import annotations

from functools import cached_property

from kmsproof.capability import AlgorithmCapability, LengthRange
from kmsproof.messages import Decrypt, Encrypt, ImportKey
from kmsproof.outcome import Decrypted, Encrypted, Ok, Outcome, Rejected
from kmsproof.vocabulary import (
    AES_KEY_LENGTHS,
    Algorithm,
    HexBytes,
    KeySpec,
    Operation,
    ProtectionLevel,
)
from kmsproof_adapters.aes import (
    STANDARD_TAG_LENGTHS,
    LibraryAesKey,
    block_mode_capability,
    gcm_capability,
    wrong_key_length,
)
from kmsproof_adapters.local_target import HeldKey, NewKey
from kmsproof_adapters.reference.refusals import find_refusal
from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.errors import Refusal
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.padding import NoPadding, Padding, Pkcs7Padding
from kmsproof_reference.parts import Parts
from kmsproof_reference.random_choices import RandomChoices


def capabilities(level: ProtectionLevel) -> tuple[AlgorithmCapability, ...]:
    """Declare what the standards allow; the reference has no limits of its own."""
    return (
        gcm_capability(level, LengthRange(1), STANDARD_TAG_LENGTHS),
        block_mode_capability(Algorithm.ECB, level),
        block_mode_capability(Algorithm.CBC, level),
    )


class AesKeys:
    """Loads and makes AES keys."""

    def __init__(self, parts: Parts, choices: RandomChoices) -> None:
        """Take the parts of the reference, and what chooses at random."""
        self._parts, self._choices = parts, choices

    def load(self, request: ImportKey) -> Outcome[HeldKey]:
        """Load an AES key."""
        return wrong_key_length(request) or Ok(ReferenceAesKey(request.material, self._parts))

    def make(self, key_spec: KeySpec) -> NewKey:
        """Make an AES key of random bytes."""
        return NewKey(self._choices.aes_key(AES_KEY_LENGTHS[key_spec]))


class ReferenceAesKey(LibraryAesKey):
    """An AES key of the reference; a mode expands it once, when it is first used."""

    caught = (Refusal,)

    def __init__(self, material: bytes, parts: Parts) -> None:
        super().__init__()
        self._material, self._parts = material, parts

    def refused(self, error: Exception, operation: Operation) -> Rejected | None:
        """Return the class that the reference's own exception stands for."""
        return find_refusal(error)

    @cached_property
    def _gcm(self) -> Gcm:
        return self._parts(Gcm)(self._material)

    @cached_property
    def _ecb(self) -> dict[bool, Ecb]:
        ecb = self._parts(Ecb)
        return {padded: ecb(self._material, each) for padded, each in self._paddings.items()}

    @cached_property
    def _cbc(self) -> dict[bool, Cbc]:
        cbc = self._parts(Cbc)
        return {padded: cbc(self._material, each) for padded, each in self._paddings.items()}

    @cached_property
    def _paddings(self) -> dict[bool, Padding]:
        return {True: self._parts(Pkcs7Padding)(), False: self._parts(NoPadding)()}

    def encrypt_gcm(self, request: Encrypt, iv: HexBytes, tag_length: int) -> Outcome[Encrypted]:
        """GCM-AE."""
        ciphertext, tag = self._gcm.encrypt(iv, request.plaintext, request.aad or b"", tag_length)
        return Ok(Encrypted(HexBytes(ciphertext), iv, HexBytes(tag)))

    def decrypt_gcm(
        self, request: Decrypt, iv: HexBytes, tag: HexBytes, tag_length: int
    ) -> Outcome[Decrypted]:
        """GCM-AD."""
        plaintext = self._gcm.decrypt(iv, request.ciphertext, request.aad or b"", tag, tag_length)
        return Ok(Decrypted(HexBytes(plaintext)))

    def encrypt_ecb(self, plaintext: bytes, *, padded: bool) -> bytes:
        """ECB encryption."""
        return self._ecb[padded].encrypt(plaintext)

    def decrypt_ecb(self, ciphertext: bytes, *, padded: bool) -> bytes:
        """ECB decryption."""
        return self._ecb[padded].decrypt(ciphertext)

    def encrypt_cbc(self, iv: bytes, plaintext: bytes, *, padded: bool) -> bytes:
        """CBC encryption."""
        return self._cbc[padded].encrypt(iv, plaintext)

    def decrypt_cbc(self, iv: bytes, ciphertext: bytes, *, padded: bool) -> bytes:
        """CBC decryption."""
        return self._cbc[padded].decrypt(iv, ciphertext)
