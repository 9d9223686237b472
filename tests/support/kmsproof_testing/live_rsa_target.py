"""A target that makes RSA keys itself, over ``cryptography``; `live_rsa_faults` has wrong ones."""

from __future__ import annotations

import itertools

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from kmsproof.capability import PROTOCOL_VERSION, AlgorithmCapability, Description
from kmsproof.messages import ImportKey
from kmsproof.outcome import Ok, Outcome, Rejected
from kmsproof.vocabulary import SIGNATURE_ALGORITHMS, KeySpec, MessageType, ProtectionLevel
from kmsproof_adapters.asymmetric import BOTH_MESSAGE_TYPES, asymmetric_keys
from kmsproof_adapters.local_target import HeldKey, LocalTarget, NewKey
from kmsproof_adapters.pyca.keys import load_material
from kmsproof_adapters.pyca.rsa import PycaRsaKey, capabilities, make_key
from kmsproof_adapters.rsa import RSA_KEY_SPECS
from kmsproof_testing.key_pairs import key_pair

LEVEL = ProtectionLevel.SOFTWARE


class MadeRsaKeys(LocalTarget):
    """Makes RSA keys: the first is the same in every run, and those after it come from the library.

    What is signed with the first one is judged by chance in nothing but the salts.
    """

    key_type: type[PycaRsaKey] = PycaRsaKey
    message_types: tuple[MessageType, ...] = BOTH_MESSAGE_TYPES

    def __init__(self) -> None:
        """Begin without keys."""
        description = Description(
            protocol=PROTOCOL_VERSION,
            name="RSA keys made over cryptography",
            version="1",
            keys=(asymmetric_keys(LEVEL, RSA_KEY_SPECS, create=True),),
            algorithms=tuple(self.declared(each) for each in capabilities(LEVEL)),
        )
        super().__init__(
            description,
            dict.fromkeys(RSA_KEY_SPECS, self.loaded),
            dict.fromkeys(RSA_KEY_SPECS, self.made),
        )
        self.numbers = itertools.count()

    def declared(self, capability: AlgorithmCapability) -> AlgorithmCapability:
        """Declare which messages there are."""
        if capability.algorithm not in SIGNATURE_ALGORITHMS:
            return capability
        return msgspec.structs.replace(capability, message_types=self.message_types)

    def made(self, key_spec: KeySpec) -> NewKey:
        """Make a key."""
        if next(self.numbers):
            return make_key(key_spec)
        pair = key_pair(key_spec)
        return NewKey(pair.private, pair.public)

    def loaded(self, request: ImportKey) -> Outcome[HeldKey]:
        """Make the object of a key."""
        key = load_material(request)
        if isinstance(key, Rejected):
            return key
        assert isinstance(key, RSAPrivateKey | RSAPublicKey)
        return Ok(self.key_type(request, key))


class MessagesOnly(MadeRsaKeys):
    """Signs messages only."""

    message_types = (MessageType.RAW,)


class DigestsOnly(MadeRsaKeys):
    """Signs digests only."""

    message_types = (MessageType.DIGEST,)
