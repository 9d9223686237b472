"""A target that makes AES keys itself, over ``cryptography``; ``live_faults`` has wrong ones."""

from __future__ import annotations

import os
from typing import ClassVar

import msgspec

from kmsproof.capability import (
    PROTOCOL_VERSION,
    AlgorithmCapability,
    Chooser,
    CiphertextForm,
    Description,
    KeyCapability,
    LengthRange,
)
from kmsproof.messages import (
    CreateKey,
    Decrypt,
    DisableKey,
    EnableKey,
    Encrypt,
    ImportKey,
)
from kmsproof.outcome import (
    Decrypted,
    Done,
    Encrypted,
    KeyHandle,
    Ok,
    Outcome,
    Rejected,
)
from kmsproof.vocabulary import (
    AES_KEY_LENGTHS,
    Algorithm,
    HexBytes,
    KeyPart,
    KeyUsage,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.local_target import DONE, HeldKey, LocalTarget
from kmsproof_adapters.pyca.aes import PycaAesKey, capabilities

LEVEL = ProtectionLevel.HARDWARE
IV_LENGTHS = {Algorithm.GCM: 12, Algorithm.CBC: 16}
BOTH = (Chooser.CALLER, Chooser.TARGET)
DISABLED = Rejected(RejectionClass.KEY_STATE, "Disabled")
NOT_A_BLOB = Rejected(RejectionClass.INVALID_CIPHERTEXT, "NotABlob")
NO_SUCH_KEY = Rejected(RejectionClass.NOT_FOUND, "NoSuchKey")


class MadeKeys(LocalTarget):
    """Makes AES keys; IV, ciphertext and tag are separate."""

    key_type: ClassVar[type[PycaAesKey]] = PycaAesKey

    def __init__(self, chosen_by: tuple[Chooser, ...] = BOTH) -> None:
        """Take who chooses IVs."""
        self.chosen_by = chosen_by
        self.disabled: set[str] = set()
        keys = KeyCapability(
            key_specs=tuple(AES_KEY_LENGTHS),
            protection_levels=(LEVEL,),
            usages=(KeyUsage.ENCRYPT_DECRYPT,),
            create=True,
            importable=(KeyPart.SECRET,),
            lifecycle=True,
        )
        description = Description(
            protocol=PROTOCOL_VERSION,
            name="keys made over cryptography",
            version="1",
            keys=(keys,),
            algorithms=tuple(self.declared(each) for each in capabilities(LEVEL)),
        )
        super().__init__(description, dict.fromkeys(AES_KEY_LENGTHS, self.loaded))

    def declared(self, capability: AlgorithmCapability) -> AlgorithmCapability:
        """Declare who chooses IVs."""
        if capability.algorithm not in IV_LENGTHS:
            return capability
        return msgspec.structs.replace(capability, iv_chosen_by=self.chosen_by)

    def loaded(self, request: ImportKey) -> Outcome[HeldKey]:
        """Make the object of a key."""
        return Ok(self.key_type(request.material))

    def create_key(self, request: CreateKey) -> Outcome[KeyHandle]:
        """Make a key."""
        length = AES_KEY_LENGTHS[request.key_spec]
        return self.import_key(
            ImportKey(
                key_spec=request.key_spec,
                usage=request.usage,
                protection_level=request.protection_level,
                part=KeyPart.SECRET,
                material=HexBytes(os.urandom(length)),
            )
        )

    def disable_key(self, request: DisableKey) -> Outcome[Done]:
        """Refuse the key from now on."""
        self.disabled.add(request.key)
        return DONE

    def enable_key(self, request: EnableKey) -> Outcome[Done]:
        """Allow the key again."""
        self.disabled.discard(request.key)
        return DONE

    def new_iv(self, length: int) -> bytes:
        """Draw an IV."""
        return os.urandom(length)

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Encrypt, with an IV of its own where none is given."""
        if request.key in self.disabled:
            return DISABLED
        length = IV_LENGTHS.get(request.algorithm)
        if length is not None and request.iv is None and Chooser.TARGET in self.chosen_by:
            request = msgspec.structs.replace(request, iv=HexBytes(self.new_iv(length)))
        return super().encrypt(request)

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        """Decrypt with a key that is enabled."""
        return DISABLED if request.key in self.disabled else super().decrypt(request)


class OpaqueKeys(MadeKeys):
    """GCM alone, with ciphertexts that hold the name of the key, the IV and the tag."""

    def __init__(self) -> None:
        super().__init__((Chooser.TARGET,))

    def declared(self, capability: AlgorithmCapability) -> AlgorithmCapability:
        """Declare opaque ciphertexts; empty messages are not taken."""
        declared = super().declared(capability)
        if capability.algorithm is not Algorithm.GCM:
            return msgspec.structs.replace(declared, key_specs=())
        return msgspec.structs.replace(
            declared,
            ciphertext_form=CiphertextForm.OPAQUE,
            plaintext_lengths=(LengthRange(1, 6000),),
            aad_lengths=(LengthRange(0, 8192),),
        )

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Pack all parts in one."""
        made = super().encrypt(request)
        if not isinstance(made, Ok):
            return made
        parts = made.value
        blob = request.key.encode() + (parts.iv or b"") + parts.ciphertext + (parts.tag or b"")
        return Ok(Encrypted(HexBytes(blob)))

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        """Take the parts from the whole."""
        blob, name = request.ciphertext, request.key.encode()
        if len(blob) < len(name) + 28:
            return NOT_A_BLOB
        if blob[: len(name)] != name:
            return NO_SUCH_KEY
        start = len(name)
        return super().decrypt(
            msgspec.structs.replace(
                request,
                iv=HexBytes(blob[start : start + 12]),
                ciphertext=HexBytes(blob[start + 12 : -16]),
                tag=HexBytes(blob[-16:]),
            )
        )
