"""Every operation of the instance API, and what its replies hold."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kmsproof_server.instance.messages import (
    AdvanceDecryptRequest,
    AdvanceDecryptResponse,
    AdvanceEncryptRequest,
    AdvanceEncryptResponse,
    AdvanceGenerateDataKeyRequest,
    AdvanceGenerateDataKeyResponse,
    DecryptRequest,
    DecryptResponse,
    EncryptRequest,
    EncryptResponse,
    GenerateDataKeyRequest,
    GenerateDataKeyResponse,
    GenerateRandomRequest,
    GenerateRandomResponse,
    GetPublicKeyRequest,
    GetPublicKeyResponse,
    SignRequest,
    SignResponse,
    VerifyRequest,
    VerifyResponse,
)
from kmsproof_server.instance.operations import OPERATIONS
from kmsproof_server.serving import Server
from kmsproof_testing.aliyun import Caller
from kmsproof_testing.instance import KEY_VERSION_HEADER, InstanceCaller

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PLAINTEXT, MESSAGE = b"a plaintext", b"a message"
DIGEST = hashlib.sha256(MESSAGE).digest()
SIGN, ENCRYPT = "SIGN/VERIFY", "ENCRYPT/DECRYPT"
HARDWARE, EXTERNAL = "kst-hardware-protected-keys", "kst-external-keys"
BLOCKS = bytes(range(32))


def test_all_operations_are_there() -> None:
    assert set(OPERATIONS) == {
        "Encrypt",
        "Decrypt",
        "Sign",
        "Verify",
        "GetPublicKey",
        "GenerateDataKey",
        "GenerateRandom",
        "AdvanceEncrypt",
        "AdvanceDecrypt",
        "AdvanceGenerateDataKey",
    }


@pytest.mark.parametrize("algorithm", ["", "AES_GCM"])
@pytest.mark.parametrize("iv", [b"", bytes(12)])
@pytest.mark.parametrize("aad", [b"", b"associated data"])
def test_gcm(
    instance: InstanceCaller, caller: Caller, aes: str, algorithm: str, iv: bytes, aad: bytes
) -> None:
    asked = EncryptRequest(key_id=aes, plaintext=PLAINTEXT, algorithm=algorithm, iv=iv, aad=aad)
    reply = instance.reply(asked)
    sealed = reply.response(EncryptResponse)
    assert (sealed.key_id, sealed.algorithm, sealed.padding_mode) == (aes, "AES_GCM", "")
    assert UUID.fullmatch(sealed.request_id)
    assert len(sealed.ciphertext_blob) == len(PLAINTEXT) + 16
    assert len(sealed.iv) == 12
    assert not iv or sealed.iv == iv
    assert reply.version_id == caller.version_of(aes)
    right = DecryptRequest(
        key_id=aes,
        ciphertext_blob=sealed.ciphertext_blob,
        algorithm=algorithm,
        iv=sealed.iv,
        aad=aad,
    )
    opened = instance.reply(right)
    assert opened.version_id == reply.version_id
    response = opened.response(DecryptResponse)
    assert (response.key_id, response.plaintext) == (aes, PLAINTEXT)
    assert (response.algorithm, response.padding_mode) == ("AES_GCM", "")
    changed = sealed.ciphertext_blob[:-1] + bytes([sealed.ciphertext_blob[-1] ^ 1])
    for wrong in (
        DecryptRequest(key_id=aes, ciphertext_blob=changed, iv=sealed.iv, aad=aad),
        DecryptRequest(key_id=aes, ciphertext_blob=changed[:15], iv=sealed.iv, aad=aad),
        DecryptRequest(key_id=aes, ciphertext_blob=sealed.ciphertext_blob, iv=sealed.iv, aad=b"x"),
        DecryptRequest(key_id=aes, ciphertext_blob=sealed.ciphertext_blob, iv=bytes([9] * 12)),
    ):
        assert instance.reply(wrong).refusal == (400, "InvalidParameter")


@pytest.mark.parametrize("place", [HARDWARE, EXTERNAL])
@pytest.mark.parametrize("mode", ["", "PKCS7_PADDING", "NO_PADDING"])
@pytest.mark.parametrize("algorithm", ["AES_ECB", "AES_CBC"])
def test_block_modes(
    instance: InstanceCaller, caller: Caller, place: str, mode: str, algorithm: str
) -> None:
    key = caller.new_key(DKMSInstanceId=place)
    asked = EncryptRequest(key_id=key, plaintext=BLOCKS, algorithm=algorithm, padding_mode=mode)
    sealed = instance.answer(asked, EncryptResponse)
    assert sealed.algorithm == algorithm
    assert sealed.padding_mode == (mode or "PKCS7_PADDING")
    assert len(sealed.ciphertext_blob) == (32 if mode == "NO_PADDING" else 48)
    assert len(sealed.iv) == (16 if algorithm == "AES_CBC" else 0)
    opening = DecryptRequest(
        key_id=key,
        ciphertext_blob=sealed.ciphertext_blob,
        algorithm=algorithm,
        iv=sealed.iv,
        padding_mode=mode,
    )
    opened = instance.answer(opening, DecryptResponse)
    assert opened.plaintext == BLOCKS
    assert (opened.algorithm, opened.padding_mode) == (algorithm, mode or "PKCS7_PADDING")


@pytest.mark.parametrize(
    ("key_spec", "algorithm", "overhead"),
    [
        ("RSA_2048", "RSAES_OAEP_SHA_256", None),
        ("EC_P256", "ECIES_DH_SHA_1_XOR_HMAC", 85),
        ("EC_P256K", "ECIES_DH_SHA_1_XOR_HMAC", 85),
    ],
)
def test_public_key_encryption(
    instance: InstanceCaller, caller: Caller, key_spec: str, algorithm: str, overhead: int | None
) -> None:
    key = caller.new_key(KeySpec=key_spec, KeyUsage=ENCRYPT)
    for named in ("", algorithm):
        reply = instance.reply(EncryptRequest(key_id=key, plaintext=PLAINTEXT, algorithm=named))
        sealed = reply.response(EncryptResponse)
        assert (sealed.algorithm, sealed.iv) == (algorithm, b"")
        assert reply.version_id == caller.version_of(key)
        expected = 256 if overhead is None else len(PLAINTEXT) + overhead
        assert len(sealed.ciphertext_blob) == expected
        opening = DecryptRequest(
            key_id=key, ciphertext_blob=sealed.ciphertext_blob, algorithm=named
        )
        assert instance.answer(opening, DecryptResponse).plaintext == PLAINTEXT
    wrong = DecryptRequest(key_id=key, ciphertext_blob=bytes(100))
    assert instance.reply(wrong).refusal == (400, "InvalidParameter")


def test_what_was_encrypted_elsewhere_to_the_public_key(
    instance: InstanceCaller, caller: Caller
) -> None:
    key = caller.new_key(KeySpec="RSA_2048", KeyUsage=ENCRYPT)
    pem = instance.answer(GetPublicKeyRequest(key_id=key), GetPublicKeyResponse).public_key
    public = load_pem_public_key(pem.encode())
    assert isinstance(public, rsa.RSAPublicKey)
    oaep = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)
    for plaintext in (PLAINTEXT, b""):
        opening = DecryptRequest(key_id=key, ciphertext_blob=public.encrypt(plaintext, oaep))
        assert instance.answer(opening, DecryptResponse).plaintext == plaintext


@pytest.mark.parametrize(
    ("key_spec", "algorithm", "default"),
    [
        ("RSA_2048", "RSA_PSS_SHA_256", True),
        ("RSA_2048", "RSA_PKCS1_SHA_256", False),
        ("EC_P256", "ECDSA_SHA_256", True),
        ("EC_P256K", "ECDSA_SHA_256", True),
    ],
)
@pytest.mark.parametrize(("kind", "content"), [("", MESSAGE), ("RAW", MESSAGE), ("DIGEST", DIGEST)])
def test_signatures(
    instance: InstanceCaller,
    caller: Caller,
    key_spec: str,
    algorithm: str,
    default: bool,
    kind: str,
    content: bytes,
) -> None:
    key = caller.new_key(KeySpec=key_spec, KeyUsage=SIGN)
    named = "" if default else algorithm
    asked = SignRequest(key_id=key, message=content, message_type=kind, algorithm=named)
    reply = instance.reply(asked)
    signed = reply.response(SignResponse)
    assert (signed.key_id, signed.algorithm) == (key, algorithm)
    assert signed.message_type == (kind or "RAW")
    assert UUID.fullmatch(signed.request_id)
    assert reply.version_id == caller.version_of(key)
    got = instance.reply(GetPublicKeyRequest(key_id=key))
    assert got.version_id == reply.version_id
    check_signature(got.response(GetPublicKeyResponse).public_key, algorithm, signed.signature)
    for message, signature, right in (
        (content, signed.signature, True),
        (bytes(32), signed.signature, False),
        (content, b"no signature", False),
    ):
        question = VerifyRequest(
            key_id=key,
            message=message,
            signature=signature,
            message_type=kind,
            algorithm=algorithm,
        )
        found = instance.reply(question)
        assert found.version_id == reply.version_id
        response = found.response(VerifyResponse)
        assert response.value is right
        assert (response.algorithm, response.message_type) == (algorithm, kind or "RAW")


def check_signature(pem: str, algorithm: str, signature: bytes) -> None:
    """Verify with a library; raises if the signature of the message is wrong."""
    public = load_pem_public_key(pem.encode())
    if isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, DIGEST, ec.ECDSA(Prehashed(SHA256())))
        return
    assert isinstance(public, rsa.RSAPublicKey)
    form = (
        padding.PSS(padding.MGF1(SHA256()), 32)
        if algorithm == "RSA_PSS_SHA_256"
        else padding.PKCS1v15()
    )
    public.verify(signature, MESSAGE, form, SHA256())


@pytest.mark.parametrize("length", [1, 16, 32, 1024])
def test_data_keys(instance: InstanceCaller, aes: str, length: int) -> None:
    asked = GenerateDataKeyRequest(key_id=aes, number_of_bytes=length, aad=b"context")
    reply = instance.reply(asked)
    made = reply.response(GenerateDataKeyResponse)
    assert len(made.plaintext) == length
    assert len(made.ciphertext_blob) == length + 16
    assert (made.key_id, made.algorithm, len(made.iv)) == (aes, "AES_GCM", 12)
    assert reply.version_id is not None
    opening = DecryptRequest(
        key_id=aes, ciphertext_blob=made.ciphertext_blob, iv=made.iv, aad=b"context"
    )
    assert instance.answer(opening, DecryptResponse).plaintext == made.plaintext
    other = instance.answer(asked, GenerateDataKeyResponse)
    assert other.iv != made.iv
    if length >= 16:
        assert other.plaintext != made.plaintext


@pytest.mark.parametrize("length", [1, 32, 1024])
def test_random_bytes(instance: InstanceCaller, length: int) -> None:
    reply = instance.reply(GenerateRandomRequest(length=length))
    assert len(reply.response(GenerateRandomResponse).random) == length
    assert reply.version_id is None


@pytest.mark.parametrize("length", [0, -1, 1025, 2**31 - 1])
def test_lengths_that_are_not_offered(instance: InstanceCaller, aes: str, length: int) -> None:
    code = "MissingParameter" if length == 0 else "InvalidParameter"
    for asked in (
        GenerateRandomRequest(length=length),
        GenerateDataKeyRequest(key_id=aes, number_of_bytes=length),
        AdvanceGenerateDataKeyRequest(key_id=aes, number_of_bytes=length),
    ):
        assert instance.reply(asked).refusal == (400, code)


def test_what_says_itself_how_it_is_decrypted(
    instance: InstanceCaller, caller: Caller, aes: str
) -> None:
    asked = AdvanceEncryptRequest(key_id=aes, plaintext=PLAINTEXT, aad=b"context")
    reply = instance.reply(asked)
    sealed = reply.response(AdvanceEncryptResponse)
    version = caller.version_of(aes)
    assert sealed.key_version_id == reply.version_id == version
    blob = sealed.ciphertext_blob
    assert blob[:3] == b"$\x00\x02"
    assert blob[3:39] == version.encode()
    assert blob[39:51] == sealed.iv
    assert len(blob) == 51 + len(PLAINTEXT) + 16
    for right in (
        AdvanceDecryptRequest(ciphertext_blob=blob, aad=b"context"),
        AdvanceDecryptRequest(
            ciphertext_blob=blob,
            aad=b"context",
            key_id=aes,
            iv=sealed.iv,
            algorithm="AES_GCM",
        ),
    ):
        opened = instance.reply(right)
        response = opened.response(AdvanceDecryptResponse)
        assert response.plaintext == PLAINTEXT
        assert (response.key_id, response.algorithm) == (aes, "AES_GCM")
        assert response.key_version_id == opened.version_id == version
    plain = DecryptRequest(key_id=aes, ciphertext_blob=blob[51:], iv=sealed.iv, aad=b"context")
    assert instance.answer(plain, DecryptResponse).plaintext == PLAINTEXT


def test_what_does_not_fit_what_says_itself(
    instance: InstanceCaller, caller: Caller, aes: str
) -> None:
    asked = AdvanceEncryptRequest(key_id=aes, plaintext=PLAINTEXT)
    blob = instance.answer(asked, AdvanceEncryptResponse).ciphertext_blob
    other = caller.new_key()
    for wrong in (
        AdvanceDecryptRequest(ciphertext_blob=blob, key_id=other),
        AdvanceDecryptRequest(ciphertext_blob=blob, iv=bytes(12)),
        AdvanceDecryptRequest(ciphertext_blob=blob, aad=b"x"),
        AdvanceDecryptRequest(ciphertext_blob=blob, padding_mode="NO_PADDING"),
        AdvanceDecryptRequest(ciphertext_blob=blob[:-1]),
        AdvanceDecryptRequest(ciphertext_blob=blob[:40]),
        AdvanceDecryptRequest(ciphertext_blob=blob[:3] + bytes(36) + blob[39:]),
        AdvanceDecryptRequest(ciphertext_blob=blob[:3] + b"\xff" * 36 + blob[39:]),
    ):
        assert instance.code(wrong) == "InvalidParameter"
    for changed in (3, 38, 39, 51, len(blob) - 1):
        octets = bytearray(blob)
        octets[changed] ^= 1
        assert instance.code(AdvanceDecryptRequest(ciphertext_blob=bytes(octets))) == (
            "InvalidParameter"
        )
    named = AdvanceDecryptRequest(ciphertext_blob=blob, algorithm="AES_CBC")
    assert instance.code(named) == "UnsupportedOperation"
    unknown = AdvanceDecryptRequest(ciphertext_blob=blob, key_id="nobody")
    assert instance.reply(unknown).refusal == (404, "Forbidden.KeyNotFound")


def test_advanced_decryption_reads_what_encrypt_made(instance: InstanceCaller, aes: str) -> None:
    sealed = instance.answer(EncryptRequest(key_id=aes, plaintext=PLAINTEXT), EncryptResponse)
    right = AdvanceDecryptRequest(key_id=aes, ciphertext_blob=sealed.ciphertext_blob, iv=sealed.iv)
    opened = instance.reply(right)
    response = opened.response(AdvanceDecryptResponse)
    assert response.plaintext == PLAINTEXT
    assert response.key_version_id == opened.version_id
    without = AdvanceDecryptRequest(ciphertext_blob=sealed.ciphertext_blob, iv=sealed.iv)
    assert instance.code(without) == "MissingParameter"


def test_advanced_data_keys(instance: InstanceCaller, caller: Caller, aes: str) -> None:
    asked = AdvanceGenerateDataKeyRequest(key_id=aes, number_of_bytes=24, aad=b"context")
    made = instance.answer(asked, AdvanceGenerateDataKeyResponse)
    assert len(made.plaintext) == 24
    assert made.key_version_id == caller.version_of(aes)
    opening = AdvanceDecryptRequest(ciphertext_blob=made.ciphertext_blob, aad=b"context")
    assert instance.answer(opening, AdvanceDecryptResponse).plaintext == made.plaintext


def test_advanced_operations_are_for_symmetric_keys_in_software(
    instance: InstanceCaller, caller: Caller, hardware: str
) -> None:
    pair = caller.new_key(KeySpec="EC_P256", KeyUsage=ENCRYPT)
    for key in (pair, hardware):
        for asked in (
            AdvanceEncryptRequest(key_id=key, plaintext=PLAINTEXT),
            AdvanceGenerateDataKeyRequest(key_id=key, number_of_bytes=32),
        ):
            assert instance.reply(asked).refusal == (400, "UnsupportedOperation")


def test_an_alias_and_an_arn_are_names_of_a_key(
    instance: InstanceCaller, caller: Caller, aes: str
) -> None:
    caller.answer("CreateAlias", KeyId=aes, AliasName="alias/instance")
    arn = caller.answer("DescribeKey", KeyId=aes)["KeyMetadata"]["Arn"]
    for name in ("alias/instance", arn):
        asked = EncryptRequest(key_id=name, plaintext=PLAINTEXT)
        assert instance.answer(asked, EncryptResponse).key_id == aes
    missing = EncryptRequest(key_id="alias/nobody", plaintext=PLAINTEXT)
    assert instance.reply(missing).refusal == (404, "Forbidden.AliasNotFound")


def test_a_blob_of_the_shared_api_without_its_prefix(
    instance: InstanceCaller, caller: Caller, aes: str
) -> None:
    """As clients do it that turn calls of one API into calls of the other."""
    text = base64.b64encode(b"a secret").decode()
    blob = caller.answer("Encrypt", KeyId=aes, Plaintext=text)["CiphertextBlob"]
    advanced = AdvanceDecryptRequest(ciphertext_blob=b"$\x00\x02" + base64.b64decode(blob))
    assert instance.answer(advanced, AdvanceDecryptResponse).plaintext == text.encode()
    asked = AdvanceEncryptRequest(key_id=aes, plaintext=text.encode())
    sealed = instance.answer(asked, AdvanceEncryptResponse).ciphertext_blob
    shared = base64.b64encode(sealed[3:]).decode()
    assert caller.answer("Decrypt", CiphertextBlob=shared)["Plaintext"] == text


def test_a_key_version_that_a_header_names(
    instance: InstanceCaller, caller: Caller, server: Server, aes: str
) -> None:
    sealed = instance.answer(EncryptRequest(key_id=aes, plaintext=PLAINTEXT), EncryptResponse)
    opening = DecryptRequest(key_id=aes, ciphertext_blob=sealed.ciphertext_blob, iv=sealed.iv)
    version = caller.version_of(aes)
    headers = {KEY_VERSION_HEADER.replace("-", "_"): version}
    assert instance.answer(opening, DecryptResponse, **headers).plaintext == PLAINTEXT
    for other in (caller.version_of(caller.new_key()), "nobody"):
        headers = {KEY_VERSION_HEADER.replace("-", "_"): other}
        assert instance.reply(opening, **headers).refusal == (404, "Forbidden.KeyVersionNotFound")
