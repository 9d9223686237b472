"""The right answers on elliptic curves, asked of every adapter over a real target."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import cast

import pytest

from kmsproof.outcome import Ok, Rejected, Verified
from kmsproof.targets import open_in_process
from kmsproof.vocabulary import (
    EC_CURVES,
    Algorithm,
    EciesDialect,
    Feature,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
    RejectionClass,
)
from kmsproof_reference.ec_key_encoding import encode_private_key
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_testing.asking import Asker, value_of
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
from kmsproof_testing.key_pairs import CURVES, VECTORS
from kmsproof_testing.wycheproof import Vector, read_tests

ECDSA = Algorithm.ECDSA_SHA_256
ECIES_ALGORITHM = Algorithm.ECIES_DH_SHA_1_XOR_HMAC

NAMES = {KeySpec.EC_P256: "secp256r1", KeySpec.EC_P256K: "secp256k1"}
SIGNATURE_FILE = "Signature/wycheproof/ecdsa_{}_sha256_test.json"
AGREEMENT_FILE = "Protocol/wycheproof/ecdh_{}_test.json"

POINT_LENGTH = 65
"""Bytes of an uncompressed point, with which a SubjectPublicKeyInfo ends."""


def sealed(point: bytes, secret: bytes, dialect: EciesDialect) -> bytes:
    """The message in ECIES, computed from the shared secret without anything of ours."""
    keys = b"".join(
        hashlib.sha1(secret + counter.to_bytes(4)).digest() for counter in range(1, 10)
    )[: len(MESSAGE) + 20]
    if dialect is EciesDialect.EK_MK:
        encryption_key, mac_key = keys[:-20], keys[-20:]
    else:
        mac_key, encryption_key = keys[:20], keys[20:]
    masked = bytes(a ^ b for a, b in zip(MESSAGE, encryption_key, strict=True))
    return point + masked + hmac.digest(mac_key, masked, "sha1")


def agreements(key_spec: KeySpec) -> list[Vector]:
    """Wycheproof's tests of ECDH on a curve that are valid, whose points are uncompressed."""
    tests = read_tests(VECTORS, AGREEMENT_FILE.format(NAMES[key_spec]))
    return [test for test in tests if test.fields["result"] == "valid"]


def compressed(point: bytes) -> bytes:
    """The point with its x-coordinate alone (SEC 1 §2.3.3)."""
    return bytes([2 + (point[-1] & 1)]) + point[1:33]


def hybrid(point: bytes) -> bytes:
    """The point in hybrid form (ANSI X9.62)."""
    return bytes([6 + (point[-1] & 1)]) + point[1:]


# Known answers.


@pytest.mark.slow
@pytest.mark.parametrize("key_spec", EC_CURVES)
def test_signatures_of_wycheproof(asker: Asker, key_spec: KeySpec) -> None:
    types = message_types(asker, key_spec, ECDSA)
    if not types:
        return
    keys: dict[str, str] = {}
    for test in read_tests(VECTORS, SIGNATURE_FILE.format(NAMES[key_spec])):
        material = cast(str, test.group["publicKeyDer"])
        if material not in keys:
            imported = asker.import_public(bytes.fromhex(material), key_spec, KeyUsage.SIGN_VERIFY)
            keys[material] = value_of(imported).key
        key, message, signature = keys[material], test.octets("msg"), test.octets("sig")
        outcome = asker.verify(key, ECDSA, message, signature)
        if test.is_valid or isinstance(outcome, Ok):
            assert outcome == Ok(Verified(test.is_valid)), test.id
        else:
            assert isinstance(outcome, Rejected), test.id
            assert outcome.rejection is RejectionClass.INVALID_SIGNATURE_ENCODING, test.id
        if MessageType.DIGEST in types:
            digest = hashlib.sha256(message).digest()
            assert asker.verify(key, ECDSA, digest, signature, MessageType.DIGEST) == outcome


@pytest.mark.slow
@pytest.mark.parametrize("key_spec", EC_CURVES)
def test_ecies_over_the_shared_secrets_of_wycheproof(asker: Asker, key_spec: KeySpec) -> None:
    """Secrets with leading zeros, doublings, ephemeral keys at the edge: Z decides everything."""
    modes, forms_read = ciphers(asker, key_spec), features(asker, key_spec, ECIES_ALGORITHM)
    keys: dict[bytes, str] = {}
    tests = agreements(key_spec) if modes else []
    for number, test in enumerate(tests):
        material = encode_private_key(
            EcPrivateKey(CURVES[key_spec], int.from_bytes(test.octets("private")))
        )
        if material not in keys:
            imported = asker.import_private(material, key_spec, KeyUsage.ENCRYPT_DECRYPT)
            keys[material] = value_of(imported).key
        point, secret = test.octets("public")[-POINT_LENGTH:], test.octets("shared")
        forms = [point]
        forms += [compressed(point)] if Feature.COMPRESSED_POINT in forms_read else []
        forms += [hybrid(point)] if Feature.HYBRID_POINT in forms_read else []
        mode, form = modes[number % len(modes)], forms[number % len(forms)]
        assert mode.dialect is not None
        outcome = asker.decrypt(keys[material], mode, sealed(form, secret, mode.dialect))
        assert value_of(outcome).plaintext == MESSAGE, test.id
    assert len(tests) > 300 or not modes


@pytest.mark.parametrize("key_spec", EC_CURVES)
def test_point_forms_that_are_not_declared_are_refused(asker: Asker, key_spec: KeySpec) -> None:
    forms_read = features(asker, key_spec, ECIES_ALGORITHM)
    for mode in ciphers(asker, key_spec):
        key = cipher_key(asker, key_spec)
        whole = value_of(asker.encrypt(key, mode, MESSAGE)).ciphertext
        point, rest = whole[:POINT_LENGTH], whole[POINT_LENGTH:]
        for feature, form in (
            (Feature.COMPRESSED_POINT, compressed(point)),
            (Feature.HYBRID_POINT, hybrid(point)),
        ):
            outcome = asker.decrypt(key, mode, form + rest)
            assert isinstance(outcome, Ok) == (feature in forms_read)


# From one library to the other.


@pytest.fixture(scope="module")
def libraries() -> Iterator[dict[str, Asker]]:
    """The three libraries, open."""
    askers = {name: Asker(open_in_process(name)) for name in LIBRARIES}
    yield askers
    for asker in askers.values():
        asker.close()


@pytest.mark.parametrize("key_spec", EC_CURVES)
def test_what_one_encrypts_every_other_decrypts(
    asker: Asker, libraries: dict[str, Asker], key_spec: KeySpec
) -> None:
    for mode in ciphers(asker, key_spec):
        public = cipher_key(asker, key_spec, KeyPart.PUBLIC)
        private = cipher_key(asker, key_spec)
        for other in libraries.values():
            theirs = cipher_key(other, key_spec)
            for length in (0, 1, 20, 100, 5000):
                plaintext = (MESSAGE * 100)[:length]
                there = value_of(asker.encrypt(public, mode, plaintext)).ciphertext
                assert len(there) == length + 85
                assert value_of(other.decrypt(theirs, mode, there)).plaintext == plaintext
                back = value_of(other.encrypt(theirs, mode, plaintext)).ciphertext
                assert value_of(asker.decrypt(private, mode, back)).plaintext == plaintext


@pytest.mark.parametrize("key_spec", EC_CURVES)
def test_what_one_signs_every_other_verifies(
    asker: Asker, libraries: dict[str, Asker], key_spec: KeySpec
) -> None:
    for message_type in message_types(asker, key_spec, ECDSA):
        private, message = signing_key(asker, key_spec), MESSAGES[message_type]
        for _ in range(5):
            signature = value_of(asker.sign(private, ECDSA, message, message_type)).signature
            for other in libraries.values():
                public = signing_key(other, key_spec, KeyPart.PUBLIC)
                verified = other.verify(public, ECDSA, MESSAGE, signature)
                assert verified == Ok(Verified(True))
