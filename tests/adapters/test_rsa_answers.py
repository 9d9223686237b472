"""The right answers of RSA, asked of every adapter over a real target: Wycheproof's, and ours."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import cast

import pytest

from kmsproof.outcome import Ok, Rejected, Verified
from kmsproof.targets import open_in_process
from kmsproof.vocabulary import (
    RSA_MODULUS_BITS,
    Algorithm,
    Feature,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
    RejectionClass,
)
from kmsproof_testing.asking import OAEP, Asker, value_of
from kmsproof_testing.asymmetric import (
    LIBRARIES,
    MESSAGE,
    MESSAGES,
    cipher_key,
    ciphers,
    features,
    message_types,
    signing_key,
)
from kmsproof_testing.key_pairs import VECTORS, oaep_tests
from kmsproof_testing.wycheproof import Vector, read_tests

PSS, PKCS1 = Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256

VERIFICATION_FILES = {
    PSS: "Signature/wycheproof/rsa_pss_{bits}_sha256_mgf1_32_test.json",
    PKCS1: "Signature/wycheproof/rsa_signature_{bits}_sha256_test.json",
}
SIGNING_FILE = "Signature/wycheproof/rsa_pkcs1_{bits}_sig_gen_test.json"


def group_octets(test: Vector, *names: str) -> bytes:
    """The first of some hexadecimal fields that the group of a test has."""
    return bytes.fromhex(cast(str, next(test.group[name] for name in names if name in test.group)))


def is_right(test: Vector, takes_missing_null: bool) -> bool:
    """Whether a signature is right; Wycheproof leaves an absent NULL open."""
    if test.fields["result"] == "acceptable":
        assert test.fields["flags"] == ["MissingNull"]
        return takes_missing_null
    return test.is_valid


# Known answers.


@pytest.mark.slow
@pytest.mark.parametrize("key_spec", RSA_MODULUS_BITS)
def test_oaep_of_wycheproof(asker: Asker, key_spec: KeySpec) -> None:
    if not ciphers(asker, key_spec):
        return
    key = cipher_key(asker, key_spec)
    takes_label = Feature.OAEP_LABEL in features(asker, key_spec, OAEP.algorithm)
    asked = 0
    for test in oaep_tests(key_spec):
        label = test.octets("label") or None
        if label is not None and not takes_label:
            continue
        asked += 1
        outcome = asker.decrypt(key, OAEP, test.octets("ct"), label=label)
        if test.is_valid:
            assert value_of(outcome).plaintext == test.octets("msg"), test.id
        else:
            assert isinstance(outcome, Rejected), test.id
            # NSS has a word of its own for a ciphertext that is not below the modulus.
            assert outcome.rejection is RejectionClass.INVALID_CIPHERTEXT or (
                outcome.native_code == "CKR_ARGUMENTS_BAD"
            ), test.id
    assert asked > 20


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", VERIFICATION_FILES)
@pytest.mark.parametrize("key_spec", RSA_MODULUS_BITS)
def test_signatures_of_wycheproof(asker: Asker, key_spec: KeySpec, algorithm: Algorithm) -> None:
    types = message_types(asker, key_spec, algorithm)
    if not types:
        return
    missing_null = Feature.DIGEST_INFO_WITHOUT_NULL in features(asker, key_spec, algorithm)
    path = VERIFICATION_FILES[algorithm].format(bits=RSA_MODULUS_BITS[key_spec])
    keys: dict[bytes, str] = {}
    for test in read_tests(VECTORS, path):
        material = group_octets(test, "publicKeyDer")
        if material not in keys:
            imported = asker.import_public(material, key_spec, KeyUsage.SIGN_VERIFY)
            keys[material] = value_of(imported).key
        key, message, signature = keys[material], test.octets("msg"), test.octets("sig")
        right = is_right(test, missing_null)
        outcome = asker.verify(key, algorithm, message, signature)
        if right or isinstance(outcome, Ok):
            assert outcome == Ok(Verified(right)), test.id
        else:
            assert isinstance(outcome, Rejected), test.id
            assert outcome.rejection is RejectionClass.INVALID_SIGNATURE_ENCODING, test.id
        if MessageType.DIGEST in types:
            digest = sha256(message).digest()
            assert asker.verify(key, algorithm, digest, signature, MessageType.DIGEST) == outcome


@pytest.mark.slow
@pytest.mark.parametrize("key_spec", RSA_MODULUS_BITS)
def test_pkcs1_signatures_are_those_of_wycheproof(asker: Asker, key_spec: KeySpec) -> None:
    types = message_types(asker, key_spec, PKCS1)
    if not types:
        return
    tests = [
        test
        for test in read_tests(VECTORS, SIGNING_FILE.format(bits=RSA_MODULUS_BITS[key_spec]))
        if test.group["sha"] == "SHA-256" and test.fields["result"] == "valid"
    ]
    assert len(tests) == 8
    material = group_octets(tests[0], "privateKeyPkcs8")
    key = value_of(asker.import_private(material, key_spec, KeyUsage.SIGN_VERIFY)).key
    for test in tests:
        message, signature = test.octets("msg"), test.octets("sig")
        assert value_of(asker.sign(key, PKCS1, message)).signature == signature
        if MessageType.DIGEST in types:
            digest = sha256(message).digest()
            signed = asker.sign(key, PKCS1, digest, MessageType.DIGEST)
            assert value_of(signed).signature == signature


# From one library to the other.


@pytest.fixture(scope="module")
def libraries() -> Iterator[dict[str, Asker]]:
    """The three libraries, open."""
    askers = {name: Asker(open_in_process(name)) for name in LIBRARIES}
    yield askers
    for asker in askers.values():
        asker.close()


@pytest.mark.parametrize("label", [None, b"a label"])
def test_what_one_encrypts_every_other_decrypts(
    asker: Asker, libraries: dict[str, Asker], label: bytes | None
) -> None:
    takes_label = Feature.OAEP_LABEL in features(asker, KeySpec.RSA_2048, OAEP.algorithm)
    if not ciphers(asker, KeySpec.RSA_2048) or (label is not None and not takes_label):
        return
    private = cipher_key(asker, KeySpec.RSA_2048)
    for other in libraries.values():
        public = cipher_key(other, KeySpec.RSA_2048, KeyPart.PUBLIC)
        sealed = value_of(other.encrypt(public, OAEP, MESSAGE, label=label)).ciphertext
        opened = value_of(asker.decrypt(private, OAEP, sealed, label=label))
        assert opened.plaintext == MESSAGE


@pytest.mark.parametrize("algorithm", [PSS, PKCS1])
def test_what_one_signs_every_other_verifies(
    asker: Asker, libraries: dict[str, Asker], algorithm: Algorithm
) -> None:
    for message_type in message_types(asker, KeySpec.RSA_2048, algorithm):
        private, message = signing_key(asker, KeySpec.RSA_2048), MESSAGES[message_type]
        signature = value_of(asker.sign(private, algorithm, message, message_type)).signature
        assert len(signature) == 256
        for other in libraries.values():
            public = signing_key(other, KeySpec.RSA_2048, KeyPart.PUBLIC)
            assert other.verify(public, algorithm, MESSAGE, signature) == Ok(Verified(True))
