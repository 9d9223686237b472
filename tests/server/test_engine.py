"""The fast engine gives the answers of the reference, and refuses what the reference refuses."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference import ec_key_encoding, rsa_key_encoding
from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecies import EK_MK, MK_EK, Ecies
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.kms.engine import EngineKey, KeyMaterial
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.padding import NoPadding, Padding, Pkcs7Padding
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.point_encoding import PointForm
from kmsproof_reference.pss import Pss
from kmsproof_reference.vocabulary import (
    AES_KEY_LENGTHS,
    RSA_MODULUS_BITS,
    Algorithm,
    EciesDialect,
    KeySpec,
    PaddingMode,
)
from kmsproof_server.engine import FastEngine

AES = (KeySpec.AES_128, KeySpec.AES_192, KeySpec.AES_256)
EC = (KeySpec.EC_P256, KeySpec.EC_P256K)
RSA = (
    KeySpec.RSA_2048,
    pytest.param(KeySpec.RSA_3072, marks=pytest.mark.slow),
    pytest.param(KeySpec.RSA_4096, marks=pytest.mark.slow),
)
DIALECTS = {EciesDialect.EK_MK: EK_MK, EciesDialect.MK_EK: MK_EK}
PADDINGS: dict[PaddingMode, Padding] = {
    PaddingMode.PKCS7_PADDING: Pkcs7Padding(),
    PaddingMode.NO_PADDING: NoPadding(),
}
DIGEST = hashlib.sha256(b"a message").digest()
BLOCKS = bytes(range(48))
AES_REFUSAL = r"^the ciphertext does not decrypt$"


def made(
    key_spec: KeySpec, dialect: EciesDialect = EciesDialect.EK_MK
) -> tuple[KeyMaterial, EngineKey]:
    """A new key, and the same ready for use."""
    engine = FastEngine(dialect)
    material = engine.generate(key_spec)
    return material, engine.load(key_spec, material.secret)


@pytest.mark.parametrize("key_spec", AES)
def test_makes_aes_keys_of_their_length_and_no_two_alike(key_spec: KeySpec) -> None:
    first, second = FastEngine().generate(key_spec), FastEngine().generate(key_spec)
    assert len(first.secret) == AES_KEY_LENGTHS[key_spec]
    assert first.secret != second.secret
    assert first.public_key == b""


@pytest.mark.parametrize("key_spec", RSA)
def test_makes_rsa_keys_that_the_reference_finds_valid(key_spec: KeySpec) -> None:
    material, _ = made(key_spec)
    private = rsa_key_encoding.decode_private_key(material.secret)
    assert private.public.bits == RSA_MODULUS_BITS[key_spec]
    assert private.public.e == 65537
    assert rsa_key_encoding.decode_public_key(material.public_key) == private.public


@pytest.mark.parametrize("key_spec", EC)
def test_makes_ec_keys_that_the_reference_finds_valid(key_spec: KeySpec) -> None:
    material, _ = made(key_spec)
    private = ec_key_encoding.decode_private_key(material.secret)
    assert ec_key_encoding.decode_public_key(material.public_key) == private.public


@given(
    plaintext=st.binary(max_size=100),
    aad=st.binary(max_size=40),
    iv=st.binary(min_size=12, max_size=12),
)
def test_gcm(plaintext: bytes, aad: bytes, iv: bytes) -> None:
    material, key = made(KeySpec.AES_256)
    expected, tag = Gcm(material.secret).encrypt(iv, plaintext, aad, 16)
    sealed = key.encrypt(Algorithm.GCM, plaintext, iv=iv, aad=aad)
    assert sealed == expected + tag
    assert key.decrypt(Algorithm.GCM, sealed, iv=iv, aad=aad) == plaintext


@pytest.mark.parametrize("key_spec", AES)
@pytest.mark.parametrize("padding", PADDINGS)
def test_block_modes(key_spec: KeySpec, padding: PaddingMode) -> None:
    material, key = made(key_spec)
    iv = bytes(range(16))
    ecb, cbc = Ecb(material.secret, PADDINGS[padding]), Cbc(material.secret, PADDINGS[padding])
    sealed = key.encrypt(Algorithm.ECB, BLOCKS, padding=padding)
    assert sealed == ecb.encrypt(BLOCKS)
    assert key.decrypt(Algorithm.ECB, sealed, padding=padding) == BLOCKS
    sealed = key.encrypt(Algorithm.CBC, BLOCKS, padding=padding, iv=iv)
    assert sealed == cbc.encrypt(iv, BLOCKS)
    assert key.decrypt(Algorithm.CBC, sealed, padding=padding, iv=iv) == BLOCKS


@pytest.mark.parametrize("ciphertext", [b"", b"short", bytes(15), bytes(16), bytes(17), bytes(32)])
def test_whatever_is_wrong_with_a_gcm_ciphertext_is_one_error(ciphertext: bytes) -> None:
    _, key = made(KeySpec.AES_128)
    with pytest.raises(InvalidCiphertext, match=AES_REFUSAL):
        key.decrypt(Algorithm.GCM, ciphertext, iv=bytes(12))


def test_whatever_is_wrong_with_a_padding_is_one_error() -> None:
    _, key = made(KeySpec.AES_128)
    iv, pkcs7 = bytes(range(16)), PaddingMode.PKCS7_PADDING
    for last in (0, 17, 255):  # no padding ends like this
        block = bytes([*range(15), last])
        sealed = key.encrypt(Algorithm.CBC, block, padding=PaddingMode.NO_PADDING, iv=iv)
        with pytest.raises(InvalidCiphertext, match=AES_REFUSAL):
            key.decrypt(Algorithm.CBC, sealed, padding=pkcs7, iv=iv)
    for length in (0, 1, 15, 17):
        for padding in PADDINGS if length else [pkcs7]:
            with pytest.raises(InvalidCiphertext, match=AES_REFUSAL):
                key.decrypt(Algorithm.ECB, bytes(length), padding=padding)


def test_oaep_and_both_signatures_go_back_and_forth() -> None:
    material, key = made(KeySpec.RSA_2048)
    private = rsa_key_encoding.decode_private_key(material.secret)
    sealed = key.encrypt(Algorithm.RSAES_OAEP_SHA_256, b"secret")
    assert Oaep(private).decrypt(sealed) == b"secret"
    sealed = Oaep(private.public).encrypt(b"from outside", DIGEST)
    assert key.decrypt(Algorithm.RSAES_OAEP_SHA_256, sealed) == b"from outside"
    signed = key.sign(Algorithm.RSA_PKCS1_SHA_256, DIGEST)
    assert signed == Pkcs1Signature(private).sign_digest(DIGEST)
    assert key.verify(Algorithm.RSA_PKCS1_SHA_256, DIGEST, signed)
    signed = key.sign(Algorithm.RSA_PSS_SHA_256, DIGEST)
    assert Pss(private.public).verify_digest(DIGEST, signed)
    assert key.verify(
        Algorithm.RSA_PSS_SHA_256, DIGEST, Pss(private).sign_digest(DIGEST, bytes(32))
    )
    for algorithm in (Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256):
        for wrong in (b"", bytes(256), bytes(255), signed + b"\0"):
            assert not key.verify(algorithm, DIGEST, wrong)


@pytest.mark.parametrize("length", [0, 1, 255, 256, 257])
def test_whatever_is_wrong_with_an_rsa_ciphertext_is_one_error(length: int) -> None:
    _, key = made(KeySpec.RSA_2048)
    for octet in (b"\0", b"\xff"):
        with pytest.raises(InvalidCiphertext, match=r"^decryption error \(RFC 8017 §7\.1\.2\)$"):
            key.decrypt(Algorithm.RSAES_OAEP_SHA_256, octet * length)


@pytest.mark.parametrize("key_spec", EC)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_ecies_goes_back_and_forth(key_spec: KeySpec, dialect: EciesDialect) -> None:
    material, key = made(key_spec, dialect)
    ecies = Ecies(ec_key_encoding.decode_private_key(material.secret), DIALECTS[dialect])
    algorithm = Algorithm.ECIES_DH_SHA_1_XOR_HMAC
    for plaintext in (b"", b"x", bytes(range(100))):
        sealed = key.encrypt(algorithm, plaintext)
        assert len(sealed) == len(plaintext) + 85
        assert ecies.decrypt(sealed) == plaintext
        sealed = ecies.encrypt(plaintext, 12345)
        assert key.decrypt(algorithm, sealed) == plaintext
        compressed = ecies.point_encoding.encode(
            ecies.decode_point(sealed[:65]), PointForm.COMPRESSED
        )
        assert key.decrypt(algorithm, compressed + sealed[65:]) == plaintext


@pytest.mark.parametrize("key_spec", EC)
def test_whatever_is_wrong_with_an_ecies_ciphertext_is_one_error(key_spec: KeySpec) -> None:
    _, key = made(key_spec)
    algorithm = Algorithm.ECIES_DH_SHA_1_XOR_HMAC
    sealed = key.encrypt(algorithm, b"a plaintext")
    changed = [
        sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        for place in (0, 1, 64, 65, 80, -1)
    ]
    for wrong in (b"", b"\x04", sealed[:84], sealed[:-1], sealed + b"\0", bytes(96), *changed):
        with pytest.raises(InvalidCiphertext, match=r"^invalid: the ciphertext does not open"):
            key.decrypt(algorithm, wrong)


@pytest.mark.parametrize("key_spec", EC)
def test_ecdsa(key_spec: KeySpec) -> None:
    material, key = made(key_spec)
    ecdsa = Ecdsa(ec_key_encoding.decode_private_key(material.secret))
    assert ecdsa.verify_digest_der(DIGEST, key.sign(Algorithm.ECDSA_SHA_256, DIGEST))
    assert key.verify(Algorithm.ECDSA_SHA_256, DIGEST, ecdsa.sign_digest_der(DIGEST, 54321))
    for wrong in (b"", b"\x30", bytes(70), key.sign(Algorithm.ECDSA_SHA_256, bytes(32))):
        assert not key.verify(Algorithm.ECDSA_SHA_256, DIGEST, wrong)


def test_a_secret_of_another_key_spec_is_refused() -> None:
    engine = FastEngine()
    rsa, p256 = engine.generate(KeySpec.RSA_2048).secret, engine.generate(KeySpec.EC_P256).secret
    for key_spec, secret in (
        (KeySpec.AES_256, bytes(16)),
        (KeySpec.RSA_3072, rsa),
        (KeySpec.EC_P256, rsa),
        (KeySpec.RSA_2048, p256),
        (KeySpec.EC_P256K, p256),
        (KeySpec.EC_P256, b"no DER"),
    ):
        with pytest.raises(InvalidArgument, match=key_spec):
            engine.load(key_spec, secret)


def test_a_key_refuses_what_is_not_for_its_kind() -> None:
    _, aes = made(KeySpec.AES_256)
    _, pair = made(KeySpec.EC_P256)
    with pytest.raises(InvalidArgument):
        aes.sign(Algorithm.ECDSA_SHA_256, DIGEST)
    with pytest.raises(InvalidArgument):
        aes.verify(Algorithm.ECDSA_SHA_256, DIGEST, b"")
    with pytest.raises(InvalidArgument, match="IV"):
        aes.encrypt(Algorithm.GCM, b"")
    assert FastEngine(EciesDialect.MK_EK).dialect is EciesDialect.MK_EK
    assert pair.verify(Algorithm.ECDSA_SHA_256, DIGEST, pair.sign(Algorithm.ECDSA_SHA_256, DIGEST))
