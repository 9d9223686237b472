"""A target that makes EC keys itself, over ``cryptography``; ``live_ec_faults`` has wrong ones."""

from __future__ import annotations

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)

from kmsproof.capability import PROTOCOL_VERSION, AlgorithmCapability, Description
from kmsproof.messages import ImportKey
from kmsproof.outcome import Ok, Outcome, Rejected
from kmsproof.vocabulary import EciesDialect, KeySpec, MessageType, ProtectionLevel
from kmsproof_adapters.asymmetric import BOTH_MESSAGE_TYPES, asymmetric_keys
from kmsproof_adapters.ec import BOTH_DIALECTS, EC_KEY_SPECS
from kmsproof_adapters.local_target import HeldKey, LocalTarget, NewKey
from kmsproof_adapters.pyca.ec import PycaEcKey, capabilities, make_key
from kmsproof_adapters.pyca.keys import load_material

LEVEL = ProtectionLevel.SOFTWARE


class MadeEcKeys(LocalTarget):
    """Makes EC keys; ECIES is composed of the library's ECDH, KDF and HMAC."""

    key_type: type[PycaEcKey] = PycaEcKey
    message_types: tuple[MessageType, ...] = BOTH_MESSAGE_TYPES
    dialects: tuple[EciesDialect, ...] = BOTH_DIALECTS

    def __init__(self) -> None:
        """Begin without keys."""
        description = Description(
            protocol=PROTOCOL_VERSION,
            name="EC keys made over cryptography",
            version="1",
            keys=(asymmetric_keys(LEVEL, EC_KEY_SPECS, create=True),),
            algorithms=tuple(self.declared(each) for each in capabilities(LEVEL)),
        )
        super().__init__(
            description,
            dict.fromkeys(EC_KEY_SPECS, self.loaded),
            dict.fromkeys(EC_KEY_SPECS, self.made),
        )

    def declared(self, capability: AlgorithmCapability) -> AlgorithmCapability:
        """Declare which messages and dialects there are."""
        if capability.dialects:
            return msgspec.structs.replace(capability, dialects=self.dialects)
        return msgspec.structs.replace(capability, message_types=self.message_types)

    def made(self, key_spec: KeySpec) -> NewKey:
        """Make a key."""
        return make_key(key_spec)

    def loaded(self, request: ImportKey) -> Outcome[HeldKey]:
        """Make the object of a key."""
        key = load_material(request)
        if isinstance(key, Rejected):
            return key
        assert isinstance(key, EllipticCurvePrivateKey | EllipticCurvePublicKey)
        return Ok(self.key_type(request, key))


class MessagesOnly(MadeEcKeys):
    """Signs messages only."""

    message_types = (MessageType.RAW,)


class DigestsOnly(MadeEcKeys):
    """Signs digests only."""

    message_types = (MessageType.DIGEST,)


class MacKeyFirst(MadeEcKeys):
    """Speaks the dialect with the MAC key first, and no other."""

    dialects = (EciesDialect.MK_EK,)

    class Key(PycaEcKey):
        """A key of it."""

        def decrypt_ecies(self, ciphertext: bytes, dialect: EciesDialect) -> bytes | Rejected:
            """Decrypt, whatever dialect is asked for."""
            return super().decrypt_ecies(ciphertext, EciesDialect.MK_EK)

        def encrypt_ecies(self, plaintext: bytes, dialect: EciesDialect) -> bytes:
            """Encrypt, whatever dialect is asked for."""
            return super().encrypt_ecies(plaintext, EciesDialect.MK_EK)

    key_type = Key
