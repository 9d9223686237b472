"""The target ``aliyun`` against the server: what each request becomes, and what comes back."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kmsproof.capability import CiphertextForm
from kmsproof.messages import (
    CancelKeyDeletion,
    Close,
    CreateKey,
    Decrypt,
    Describe,
    DescribeKey,
    DestroyKey,
    DisableKey,
    EnableKey,
    Encrypt,
    GetPublicKey,
    Sign,
    Verify,
)
from kmsproof.outcome import Error, ErrorKind, KeyDescription, Ok, Rejected, Unsupported
from kmsproof.target import Target
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    HexBytes,
    KeyField,
    KeySpec,
    KeyState,
    KeyUsage,
    MessageType,
    PaddingMode,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.aliyun import ADAPTER
from kmsproof_server.serving import Server
from kmsproof_testing.aliyun import Caller, access_key_of
from kmsproof_testing.asking import value_of

SOFTWARE, HARDWARE, EXTERNAL = ProtectionLevel
GCM, OAEP = Algorithm.GCM, Algorithm.RSAES_OAEP_SHA_256
DIGEST = HexBytes(hashlib.sha256(b"a message").digest())
PLAINTEXT = HexBytes(b"a plaintext")


def argument_of(server: Server) -> str:
    """How a server is named, with its instance for external keys."""
    key = access_key_of(server)
    return (
        f"endpoint={server.endpoint},access-key-id={key.id},access-key-secret={key.secret},"
        "hardware-instance=kst-hardware-protected-keys,external-instance=kst-external-keys"
    )


@pytest.fixture
def target(server: Server) -> Iterator[Target]:
    """A target that destroys what the test has made."""
    target = ADAPTER.open(argument_of(server))
    yield target
    assert isinstance(target.close(Close()), Ok)


def new_key(
    target: Target,
    key_spec: KeySpec = KeySpec.AES_256,
    usage: KeyUsage = KeyUsage.ENCRYPT_DECRYPT,
    level: ProtectionLevel = SOFTWARE,
    left_out: tuple[KeyField, ...] = (),
) -> str:
    request = CreateKey(key_spec=key_spec, usage=usage, protection_level=level, left_out=left_out)
    return value_of(target.create_key(request)).key


def class_of(outcome: object) -> RejectionClass:
    assert isinstance(outcome, Rejected), outcome
    return outcome.rejection


def test_what_it_declares(target: Target, server: Server) -> None:
    description = value_of(target.describe(Describe()))
    assert any(server.place in note for note in description.notes)
    for capability in description.algorithms:
        assert capability.algorithm not in (Algorithm.ECB, Algorithm.ECIES_DH_SHA_1_XOR_HMAC)
        if capability.algorithm is GCM:
            assert capability.ciphertext_form is CiphertextForm.OPAQUE
        if capability.message_types:
            assert capability.message_types == (MessageType.DIGEST,)
    assert all(keys.create and keys.lifecycle and not keys.importable for keys in description.keys)
    curves = {
        keys.protection_levels: keys.usages
        for keys in description.keys
        if KeySpec.EC_P256 in keys.key_specs
    }
    assert curves == {(SOFTWARE,): (KeyUsage.SIGN_VERIFY,), (HARDWARE,): tuple(KeyUsage)}
    without = ADAPTER.open(argument_of(server).rpartition(",hardware-")[0])
    levels = {
        level
        for keys in value_of(without.describe(Describe())).keys
        for level in keys.protection_levels
    }
    assert levels == {SOFTWARE, HARDWARE}
    request = CreateKey(
        key_spec=KeySpec.AES_256, usage=KeyUsage.ENCRYPT_DECRYPT, protection_level=EXTERNAL
    )
    assert isinstance(without.create_key(request), Unsupported)


def test_each_key_that_it_declares_is_made(target: Target) -> None:
    slow = {KeySpec.RSA_3072, KeySpec.RSA_4096}
    for keys in value_of(target.describe(Describe())).keys:
        for key_spec in set(keys.key_specs) - slow:
            for level in keys.protection_levels:
                for usage in keys.usages:
                    key = new_key(target, key_spec, usage, level)
                    described = value_of(target.describe_key(DescribeKey(key=key)))
                    assert described == KeyDescription(key_spec, usage, level, KeyState.ENABLED)


def test_fields_that_are_left_out(target: Target, server: Server) -> None:
    key = new_key(
        target, KeySpec.RSA_2048, KeyUsage.SIGN_VERIFY, HARDWARE, left_out=tuple(KeyField)
    )
    described = value_of(target.describe_key(DescribeKey(key=key)))
    assert described.key_spec is KeySpec.AES_256
    assert described.usage is KeyUsage.ENCRYPT_DECRYPT
    assert described.protection_level is SOFTWARE


@pytest.mark.parametrize("level", ProtectionLevel)
@pytest.mark.parametrize("aad", [None, b"", b"\0\xff context"])
def test_gcm(target: Target, level: ProtectionLevel, aad: bytes | None) -> None:
    key, data = new_key(target, level=level), None if aad is None else HexBytes(aad)
    sealed = value_of(
        target.encrypt(Encrypt(key=key, algorithm=GCM, plaintext=PLAINTEXT, aad=data))
    )
    assert sealed.iv is None
    assert sealed.tag is None
    request = Decrypt(key=key, algorithm=GCM, ciphertext=sealed.ciphertext, aad=data)
    assert value_of(target.decrypt(request)).plaintext == PLAINTEXT
    other = HexBytes((aad or b"") + b"x")
    request = Decrypt(key=key, algorithm=GCM, ciphertext=sealed.ciphertext, aad=other)
    assert class_of(target.decrypt(request)) is RejectionClass.INVALID_CIPHERTEXT
    for place in (0, 36, 48, -1):
        changed = bytearray(sealed.ciphertext)
        changed[place] ^= 1
        request = Decrypt(key=key, algorithm=GCM, ciphertext=HexBytes(changed), aad=data)
        assert class_of(target.decrypt(request)) is RejectionClass.INVALID_CIPHERTEXT


def test_the_declared_lengths_of_plaintext_and_associated_data(target: Target) -> None:
    key = new_key(target)
    (capability,) = (
        capability
        for capability in value_of(target.describe(Describe())).algorithms
        if capability.algorithm is GCM and SOFTWARE in capability.protection_levels
    )
    for lengths in (capability.plaintext_lengths, capability.aad_lengths):
        assert lengths[0].maximum is not None
    longest = HexBytes(bytes(capability.plaintext_lengths[0].maximum or 0))
    aad = HexBytes(bytes(capability.aad_lengths[0].maximum or 0))
    sealed = value_of(target.encrypt(Encrypt(key=key, algorithm=GCM, plaintext=longest, aad=aad)))
    request = Decrypt(key=key, algorithm=GCM, ciphertext=sealed.ciphertext, aad=aad)
    assert value_of(target.decrypt(request)).plaintext == longest


def test_a_ciphertext_of_another_key(target: Target) -> None:
    one, two = new_key(target), new_key(target)
    sealed = value_of(target.encrypt(Encrypt(key=one, algorithm=GCM, plaintext=PLAINTEXT)))
    request = Decrypt(key=two, algorithm=GCM, ciphertext=sealed.ciphertext)
    assert class_of(target.decrypt(request)) is RejectionClass.INVALID_CIPHERTEXT


def test_oaep(target: Target) -> None:
    key = new_key(target, KeySpec.RSA_2048)
    sealed = value_of(target.encrypt(Encrypt(key=key, algorithm=OAEP, plaintext=PLAINTEXT)))
    request = Decrypt(key=key, algorithm=OAEP, ciphertext=sealed.ciphertext)
    assert value_of(target.decrypt(request)).plaintext == PLAINTEXT
    request = Decrypt(key=key, algorithm=OAEP, ciphertext=HexBytes(bytes(256)))
    assert class_of(target.decrypt(request)) is RejectionClass.INVALID_CIPHERTEXT
    long = Encrypt(key=key, algorithm=OAEP, plaintext=HexBytes(bytes(191)))
    assert class_of(target.encrypt(long)) is RejectionClass.INVALID_ARGUMENT
    gcm = Encrypt(key=key, algorithm=GCM, plaintext=PLAINTEXT)
    assert class_of(target.encrypt(gcm)) is RejectionClass.UNSUPPORTED_ALGORITHM


@pytest.mark.parametrize(
    ("key_spec", "algorithm"),
    [
        (KeySpec.RSA_2048, Algorithm.RSA_PSS_SHA_256),
        (KeySpec.RSA_2048, Algorithm.RSA_PKCS1_SHA_256),
        (KeySpec.EC_P256, Algorithm.ECDSA_SHA_256),
        (KeySpec.EC_P256K, Algorithm.ECDSA_SHA_256),
    ],
)
def test_signatures(target: Target, key_spec: KeySpec, algorithm: Algorithm) -> None:
    key = new_key(target, key_spec, KeyUsage.SIGN_VERIFY)
    digest = MessageType.DIGEST
    request = Sign(key=key, algorithm=algorithm, message=DIGEST, message_type=digest)
    signature = value_of(target.sign(request)).signature
    for message, signed, valid in (
        (DIGEST, signature, True),
        (HexBytes(bytes(32)), signature, False),
    ):
        asked = Verify(
            key=key, algorithm=algorithm, message=message, signature=signed, message_type=digest
        )
        assert value_of(target.verify(asked)).valid is valid
    short = Sign(key=key, algorithm=algorithm, message=HexBytes(b"x"), message_type=digest)
    assert class_of(target.sign(short)) is RejectionClass.INVALID_ARGUMENT
    der = value_of(target.get_public_key(GetPublicKey(key=key))).public_key
    public = load_der_public_key(der)
    assert isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    assert public.key_size == (2048 if key_spec is KeySpec.RSA_2048 else 256)
    if algorithm is Algorithm.RSA_PSS_SHA_256:
        sealing = Encrypt(key=key, algorithm=OAEP, plaintext=PLAINTEXT)
        assert class_of(target.encrypt(sealing)) is RejectionClass.WRONG_KEY_USAGE


def test_the_life_of_a_key(target: Target) -> None:
    key = new_key(target)
    encrypt = Encrypt(key=key, algorithm=GCM, plaintext=PLAINTEXT)
    state = DescribeKey(key=key)
    changes: list[tuple[Callable[[], object], KeyState]] = [
        (lambda: target.disable_key(DisableKey(key=key)), KeyState.DISABLED),
        (lambda: target.enable_key(EnableKey(key=key)), KeyState.ENABLED),
        (lambda: target.destroy_key(DestroyKey(key=key)), KeyState.PENDING_DELETION),
        (lambda: target.cancel_key_deletion(CancelKeyDeletion(key=key)), KeyState.ENABLED),
    ]
    for change, expected in changes:
        assert isinstance(change(), Ok)
        assert value_of(target.describe_key(state)).state is expected
        if expected is KeyState.ENABLED:
            value_of(target.encrypt(encrypt))
        else:
            assert class_of(target.encrypt(encrypt)) is RejectionClass.KEY_STATE
    cancel = target.cancel_key_deletion(CancelKeyDeletion(key=key))
    assert class_of(cancel) is RejectionClass.KEY_STATE


def test_a_key_that_is_not_there(target: Target) -> None:
    key = "nobody"
    for outcome in (
        target.describe_key(DescribeKey(key=key)),
        target.get_public_key(GetPublicKey(key=key)),
        target.encrypt(Encrypt(key=key, algorithm=GCM, plaintext=PLAINTEXT)),
        target.encrypt(Encrypt(key=key, algorithm=OAEP, plaintext=PLAINTEXT)),
        target.destroy_key(DestroyKey(key=key)),
    ):
        assert class_of(outcome) is RejectionClass.NOT_FOUND


def test_a_ciphertext_for_a_key_that_is_not_there(target: Target) -> None:
    key = new_key(target)
    sealed = value_of(target.encrypt(Encrypt(key=key, algorithm=GCM, plaintext=PLAINTEXT)))
    request = Decrypt(key="nobody", algorithm=GCM, ciphertext=sealed.ciphertext)
    assert class_of(target.decrypt(request)) is RejectionClass.NOT_FOUND


def test_what_the_api_has_no_place_for(target: Target) -> None:
    key, iv = new_key(target), HexBytes(bytes(12))
    for outcome in (
        target.encrypt(Encrypt(key=key, algorithm=GCM, plaintext=PLAINTEXT, iv=iv)),
        target.encrypt(Encrypt(key=key, algorithm=GCM, plaintext=PLAINTEXT, tag_length=12)),
        target.encrypt(
            Encrypt(
                key=key,
                algorithm=Algorithm.ECB,
                plaintext=PLAINTEXT,
                padding=PaddingMode.PKCS7_PADDING,
            )
        ),
        target.encrypt(
            Encrypt(
                key=key,
                algorithm=Algorithm.ECIES_DH_SHA_1_XOR_HMAC,
                plaintext=PLAINTEXT,
                dialect=EciesDialect.EK_MK,
            )
        ),
        target.encrypt(Encrypt(key=key, algorithm=OAEP, plaintext=PLAINTEXT, label=iv)),
        target.encrypt(Encrypt(key=key, algorithm=OAEP, plaintext=PLAINTEXT, aad=iv)),
        target.decrypt(Decrypt(key=key, algorithm=GCM, ciphertext=PLAINTEXT, tag=iv)),
        target.sign(Sign(key=key, algorithm=Algorithm.ECDSA_SHA_256, message=DIGEST)),
        target.sign(Sign(key=key, algorithm=GCM, message=DIGEST)),
        target.verify(
            Verify(key=key, algorithm=Algorithm.ECDSA_SHA_256, message=DIGEST, signature=DIGEST)
        ),
    ):
        assert isinstance(outcome, Unsupported), outcome


def test_closing_schedules_the_deletion_of_what_is_left(server: Server) -> None:
    target = ADAPTER.open(argument_of(server))
    left, destroyed, taken_back = (new_key(target) for _ in range(3))
    for key in (destroyed, taken_back):
        value_of(target.destroy_key(DestroyKey(key=key)))
    value_of(target.cancel_key_deletion(CancelKeyDeletion(key=taken_back)))
    assert isinstance(target.close(Close()), Ok)
    caller = Caller.of(server)
    for key in (left, destroyed, taken_back):
        metadata = caller.answer("DescribeKey", KeyId=key)["KeyMetadata"]
        assert metadata["KeyState"] == "PendingDeletion"


def test_credentials_and_endpoint_from_the_environment(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = access_key_of(server)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", key.id)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key.secret)
    monkeypatch.setenv("KMSPROOF_ALIYUN_ENDPOINT", server.endpoint)
    assert new_key(ADAPTER.open(""))
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "another")
    outcome = ADAPTER.open("").describe_key(DescribeKey(key="any"))
    assert isinstance(outcome, Error)
    assert outcome.kind is ErrorKind.AUTH


def test_a_service_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    target = ADAPTER.open(
        f"endpoint=http://127.0.0.1:{port},access-key-id=me,access-key-secret=mine"
    )
    outcome = target.describe_key(DescribeKey(key="any"))
    assert isinstance(outcome, Error)
    assert outcome.kind is ErrorKind.TRANSPORT


def test_a_service_that_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        target = ADAPTER.open(
            f"endpoint=http://127.0.0.1:{port},access-key-id=me,access-key-secret=mine"
        )
        outcome = target.describe_key(DescribeKey(key="any", deadline_ms=50))
    assert isinstance(outcome, Error)
    assert outcome.kind is ErrorKind.TIMEOUT
