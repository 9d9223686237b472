"""What every adapter keeps to when an asymmetric key is imported."""

from __future__ import annotations

import pytest

from kmsproof.outcome import Ok, Unsupported, Verified
from kmsproof.vocabulary import (
    Algorithm,
    Feature,
    KeyPart,
    KeySpec,
    KeyUsage,
    RejectionClass,
)
from kmsproof_reference import rsa_key_encoding
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.rsa_key_generation import generate_rsa_key
from kmsproof_testing.asking import Asker, value_of
from kmsproof_testing.asymmetric import (
    KEY_SPECS,
    MESSAGES,
    QUICK_KEY_SPECS,
    assert_rejected,
    features,
    signatures,
)
from kmsproof_testing.key_pairs import key_pair


@pytest.mark.parametrize("part", [KeyPart.PRIVATE, KeyPart.PUBLIC])
@pytest.mark.parametrize("key_spec", QUICK_KEY_SPECS)
def test_unfit_material_is_refused(asker: Asker, key_spec: KeySpec, part: KeyPart) -> None:
    usages = {
        usage
        for keys in asker.describe().keys
        if key_spec in keys.key_specs and part in keys.importable
        for usage in keys.usages
    }
    material = key_pair(key_spec).part(part)
    other_part = KeyPart.PUBLIC if part is KeyPart.PRIVATE else KeyPart.PRIVATE
    unfit = [
        b"",
        b"no key at all",
        material[:-1],
        material[: len(material) // 2],
        material + b"\x00",
        bytes(len(material)),
        key_pair(key_spec).part(other_part),
        *(key_pair(other).part(part) for other in QUICK_KEY_SPECS if other is not key_spec),
    ]
    if key_spec is KeySpec.RSA_2048:
        unfit.append(key_pair(KeySpec.RSA_3072).part(part))
    for usage in usages:
        for wrong in unfit:
            outcome = asker.import_part(part, wrong, key_spec, usage)
            assert_rejected(outcome, RejectionClass.INVALID_ARGUMENT)


def test_secret_key_of_an_asymmetric_key_spec_is_unsupported(asker: Asker) -> None:
    for key_spec in KEY_SPECS:
        assert isinstance(asker.import_secret(bytes(32), key_spec), Unsupported)


def test_multi_prime_key_is_taken_where_it_is_declared(asker: Asker) -> None:
    algorithm = Algorithm.RSA_PSS_SHA_256
    is_declared = Feature.MULTI_PRIME_KEY in features(asker, KeySpec.RSA_2048, algorithm)
    key = generate_rsa_key(2048, Drbg(b"three primes"), primes=3)
    material = rsa_key_encoding.encode_private_key(key)
    outcome = asker.import_private(material, KeySpec.RSA_2048, KeyUsage.SIGN_VERIFY)
    assert isinstance(outcome, Ok) == is_declared
    if isinstance(outcome, Ok):
        for algorithm, message_type in signatures(asker, KeySpec.RSA_2048):
            message = MESSAGES[message_type]
            handle = outcome.value.key
            signed = value_of(asker.sign(handle, algorithm, message, message_type))
            verified = asker.verify(handle, algorithm, message, signed.signature, message_type)
            assert verified == Ok(Verified(True))
