"""What tests ask of a target with asymmetric keys, for whatever of them it declares."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from kmsproof.capability import AlgorithmCapability
from kmsproof.outcome import Rejected
from kmsproof.vocabulary import (
    EC_CURVES,
    RSA_MODULUS_BITS,
    Algorithm,
    Feature,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
    RejectionClass,
)
from kmsproof_testing.asking import ECIES, OAEP, Asker, Mode, value_of
from kmsproof_testing.key_pairs import key_pair

LIBRARIES = ("reference", "cryptography", "pycryptodome")
"""The targets that have all of the sheet."""

KEY_SPECS = (*RSA_MODULUS_BITS, *EC_CURVES)
QUICK_KEY_SPECS = (KeySpec.RSA_2048, *EC_CURVES)
"""One for each family and curve, with the RSA key that is quickest to load."""

MESSAGE = b"a message that is longer than one block of the KDF of ECIES"
DIGEST = sha256(MESSAGE).digest()
MESSAGES = {MessageType.RAW: MESSAGE, MessageType.DIGEST: DIGEST}


def declared(asker: Asker, key_spec: KeySpec) -> list[AlgorithmCapability]:
    """What a target declares for a key spec."""
    return [c for c in asker.describe().algorithms if key_spec in c.key_specs]


def features(asker: Asker, key_spec: KeySpec, algorithm: Algorithm) -> set[Feature]:
    """The features that a target declares for an algorithm; none if it has not even that."""
    capabilities = [c for c in declared(asker, key_spec) if c.algorithm is algorithm]
    return {feature for capability in capabilities for feature in capability.features}


def signatures(asker: Asker, key_spec: KeySpec) -> Iterator[tuple[Algorithm, MessageType]]:
    """The signature algorithms of a target, with each message type it takes."""
    for capability in declared(asker, key_spec):
        for message_type in capability.message_types:
            yield capability.algorithm, message_type


def message_types(asker: Asker, key_spec: KeySpec, algorithm: Algorithm) -> set[MessageType]:
    """The message types that a target takes; none if it has not the algorithm."""
    return {kind for name, kind in signatures(asker, key_spec) if name is algorithm}


def ciphers(asker: Asker, key_spec: KeySpec) -> list[Mode]:
    """The public-key ciphers of a target, ECIES in each dialect it speaks."""
    modes = [OAEP] if key_spec in RSA_MODULUS_BITS else list(ECIES.values())
    return [
        mode
        for mode in modes
        if any(
            capability.algorithm is mode.algorithm
            and (mode.dialect is None or mode.dialect in capability.dialects)
            for capability in declared(asker, key_spec)
        )
    ]


def imported(asker: Asker, key_spec: KeySpec, usage: KeyUsage, part: KeyPart) -> str:
    """The handle of the test key of a key spec."""
    return value_of(asker.import_part(part, key_pair(key_spec).part(part), key_spec, usage)).key


def signing_key(asker: Asker, key_spec: KeySpec, part: KeyPart = KeyPart.PRIVATE) -> str:
    """The test key, to sign and verify."""
    return imported(asker, key_spec, KeyUsage.SIGN_VERIFY, part)


def cipher_key(asker: Asker, key_spec: KeySpec, part: KeyPart = KeyPart.PRIVATE) -> str:
    """The test key, to encrypt and decrypt."""
    return imported(asker, key_spec, KeyUsage.ENCRYPT_DECRYPT, part)


def assert_rejected(outcome: object, *classes: RejectionClass) -> None:
    """See that an outcome is a refusal of one of the classes, with a code."""
    assert isinstance(outcome, Rejected), outcome
    assert outcome.rejection in classes, outcome
    assert outcome.native_code
