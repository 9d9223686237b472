"""The target ``aliyun-instance`` against the server: what each request becomes and returns."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kmsproof.capability import AlgorithmCapability, CiphertextForm
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
from kmsproof.outcome import (
    Decrypted,
    KeyDescription,
    Ok,
    Outcome,
    Rejected,
    Unsupported,
)
from kmsproof.target import Target
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    Feature,
    HexBytes,
    KeySpec,
    KeyState,
    KeyUsage,
    MessageType,
    PaddingMode,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.aliyun_instance import ADAPTER
from kmsproof_server.serving import Options, Server, running
from kmsproof_testing.aliyun import Caller
from kmsproof_testing.asking import CBC, CBC_PKCS7, ECB, ECB_PKCS7, Asker, Mode, value_of
from kmsproof_testing.instance import argument_of

SOFTWARE, HARDWARE, EXTERNAL = ProtectionLevel
GCM, OAEP = Algorithm.GCM, Algorithm.RSAES_OAEP_SHA_256
ECIES = Algorithm.ECIES_DH_SHA_1_XOR_HMAC
PLAINTEXT, MESSAGE = HexBytes(b"a plaintext"), HexBytes(b"a message")
DIGEST = HexBytes(hashlib.sha256(MESSAGE).digest())
IV = HexBytes(bytes(range(12)))


@pytest.fixture(scope="module")
def target(server: Server) -> Iterator[Target]:
    """A target that destroys what the tests have made."""
    target = ADAPTER.open(argument_of(server))
    yield target
    assert isinstance(target.close(Close()), Ok)


def new_key(
    target: Target,
    key_spec: KeySpec = KeySpec.AES_256,
    usage: KeyUsage = KeyUsage.ENCRYPT_DECRYPT,
    level: ProtectionLevel = SOFTWARE,
) -> str:
    request = CreateKey(key_spec=key_spec, usage=usage, protection_level=level)
    return value_of(target.create_key(request)).key


def class_of(outcome: object) -> RejectionClass:
    assert isinstance(outcome, Rejected), outcome
    return outcome.rejection


def algorithms(target: Target, level: ProtectionLevel) -> dict[Algorithm, AlgorithmCapability]:
    """What the target declares at a level, by algorithm."""
    return {
        capability.algorithm: capability
        for capability in value_of(target.describe(Describe())).algorithms
        if level in capability.protection_levels
    }


def test_what_it_declares(target: Target, server: Server) -> None:
    description = value_of(target.describe(Describe()))
    assert any(server.place in note for note in description.notes)
    assert all("kmsproof-test-secret" not in note for note in description.notes)
    asymmetric = {
        OAEP,
        ECIES,
        Algorithm.RSA_PSS_SHA_256,
        Algorithm.RSA_PKCS1_SHA_256,
        Algorithm.ECDSA_SHA_256,
    }
    modes = {GCM, Algorithm.ECB, Algorithm.CBC}
    assert algorithms(target, SOFTWARE).keys() == {GCM, *asymmetric}
    assert algorithms(target, HARDWARE).keys() == modes | asymmetric
    assert algorithms(target, EXTERNAL).keys() == modes
    for capability in description.algorithms:
        assert capability.ciphertext_form is CiphertextForm.PARTS
    assert all(
        keys.create and keys.lifecycle and keys.defaults and not keys.importable
        for keys in description.keys
    )
    ecies = algorithms(target, SOFTWARE)[ECIES]
    assert ecies.dialects == (EciesDialect.EK_MK,)
    assert ecies.features == (Feature.COMPRESSED_POINT,)


def test_only_the_levels_whose_instances_are_named(server: Server) -> None:
    argument = ",".join(
        part for part in argument_of(server).split(",") if not part.startswith(("hard", "exte"))
    )
    target = ADAPTER.open(argument)
    description = value_of(target.describe(Describe()))
    assert {level for keys in description.keys for level in keys.protection_levels} == {SOFTWARE}
    assert all(each.protection_levels == (SOFTWARE,) for each in description.algorithms)


def test_each_key_that_it_declares_is_made(target: Target) -> None:
    slow = {KeySpec.RSA_3072, KeySpec.RSA_4096}
    for keys in value_of(target.describe(Describe())).keys:
        for key_spec in set(keys.key_specs) - slow:
            for level in keys.protection_levels:
                for usage in keys.usages:
                    key = new_key(target, key_spec, usage, level)
                    described = value_of(target.describe_key(DescribeKey(key=key)))
                    assert described == KeyDescription(key_spec, usage, level, KeyState.ENABLED)


@pytest.mark.parametrize("level", ProtectionLevel)
@pytest.mark.parametrize("aad", [None, b"", b"\0\xff context"])
@pytest.mark.parametrize("iv", [None, IV])
def test_gcm(
    target: Target, level: ProtectionLevel, aad: bytes | None, iv: HexBytes | None
) -> None:
    key, data = new_key(target, level=level), None if aad is None else HexBytes(aad)
    sealed = value_of(
        target.encrypt(Encrypt(key=key, algorithm=GCM, plaintext=PLAINTEXT, aad=data, iv=iv))
    )
    assert sealed.iv is not None
    assert sealed.tag is not None
    assert len(sealed.ciphertext) == len(PLAINTEXT)
    assert (len(sealed.iv), len(sealed.tag)) == (12, 16)
    assert iv is None or sealed.iv == iv

    def opened(
        ciphertext: bytes = sealed.ciphertext,
        iv: bytes = sealed.iv or b"",
        tag: bytes = sealed.tag or b"",
        aad: bytes | None = aad,
    ) -> Outcome[Decrypted]:
        return Asker(target).decrypt(key, Mode(GCM), ciphertext, iv, aad, tag)

    assert value_of(opened()) == value_of(opened(aad=aad or b""))
    for wrong in (
        opened(ciphertext=bytes(len(PLAINTEXT))),
        opened(iv=bytes([7] * 12)),
        opened(tag=bytes(16)),
        opened(aad=b"other"),
        opened(tag=b""),
        opened(tag=sealed.tag[:15]),
        opened(tag=sealed.tag + b"\0"),
    ):
        assert class_of(wrong) is RejectionClass.INVALID_CIPHERTEXT
    assert class_of(opened(iv=bytes(16))) is RejectionClass.INVALID_ARGUMENT
    assert class_of(opened(aad=bytes(8193))) is RejectionClass.INVALID_ARGUMENT


def test_an_empty_iv_is_not_one_that_the_instance_chooses(target: Target) -> None:
    key, empty = new_key(target), HexBytes(b"")
    refused = target.encrypt(Encrypt(key=key, algorithm=GCM, plaintext=PLAINTEXT, iv=empty))
    assert class_of(refused) is RejectionClass.INVALID_ARGUMENT
    opening = Decrypt(key=key, algorithm=GCM, ciphertext=PLAINTEXT, iv=empty, tag=HexBytes(IV * 2))
    assert isinstance(target.decrypt(opening), Rejected)


def test_a_tag_that_is_moved_into_the_ciphertext(target: Target) -> None:
    key = new_key(target)
    sealed = value_of(target.encrypt(Encrypt(key=key, algorithm=GCM, plaintext=PLAINTEXT)))
    assert sealed.tag is not None
    whole = HexBytes(sealed.ciphertext + sealed.tag)
    missing = Decrypt(key=key, algorithm=GCM, ciphertext=whole, iv=sealed.iv)
    assert class_of(target.decrypt(missing)) is RejectionClass.INVALID_ARGUMENT
    empty = Decrypt(key=key, algorithm=GCM, ciphertext=whole, iv=sealed.iv, tag=HexBytes(b""))
    assert class_of(target.decrypt(empty)) is RejectionClass.INVALID_CIPHERTEXT


@pytest.mark.parametrize("level", [HARDWARE, EXTERNAL])
@pytest.mark.parametrize("mode", [ECB, ECB_PKCS7, CBC, CBC_PKCS7], ids=str)
def test_block_modes(target: Target, level: ProtectionLevel, mode: Mode) -> None:
    asker, key = Asker(target), new_key(target, level=level)
    plaintext = bytes(range(32))
    for given in {None, mode.iv}:
        sealed = value_of(asker.encrypt(key, mode, plaintext, given))
        assert (sealed.iv is None) is (mode.iv is None)
        assert given is None or sealed.iv == given
        opened = asker.decrypt(key, mode, sealed.ciphertext, sealed.iv)
        assert value_of(opened).plaintext == plaintext
        short = asker.decrypt(key, mode, sealed.ciphertext[:-1], sealed.iv)
        assert class_of(short) is RejectionClass.INVALID_CIPHERTEXT
    if mode.padding is PaddingMode.NO_PADDING:
        rest = asker.encrypt(key, mode, b"seven b")
        assert class_of(rest) is RejectionClass.INVALID_ARGUMENT
    if mode.algorithm is Algorithm.CBC:
        without = asker.decrypt(key, mode, plaintext)
        assert class_of(without) is RejectionClass.INVALID_ARGUMENT
    tagged = asker.decrypt(key, mode, plaintext, mode.iv, tag=bytes(16))
    assert class_of(tagged) is RejectionClass.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("key_spec", "algorithm", "dialect"),
    [
        (KeySpec.RSA_2048, OAEP, None),
        (KeySpec.EC_P256, ECIES, EciesDialect.EK_MK),
        (KeySpec.EC_P256K, ECIES, EciesDialect.EK_MK),
    ],
)
def test_public_key_encryption(
    target: Target, key_spec: KeySpec, algorithm: Algorithm, dialect: EciesDialect | None
) -> None:
    asker, mode = Asker(target), Mode(algorithm, dialect=dialect)
    key = new_key(target, key_spec, level=HARDWARE)
    sealed = value_of(asker.encrypt(key, mode, PLAINTEXT))
    assert (sealed.iv, sealed.tag) == (None, None)
    assert value_of(asker.decrypt(key, mode, sealed.ciphertext)).plaintext == PLAINTEXT
    for wrong in (b"", bytes(100), bytes(256), sealed.ciphertext[:-1]):
        refusal = asker.decrypt(key, mode, wrong)
        assert class_of(refusal) is RejectionClass.INVALID_CIPHERTEXT
    for unfit in (
        asker.decrypt(key, mode, sealed.ciphertext, iv=bytes(12)),
        asker.decrypt(key, mode, sealed.ciphertext, aad=b"x"),
        asker.encrypt(key, mode, PLAINTEXT, iv=bytes(12)),
        asker.encrypt(key, mode, PLAINTEXT, tag_length=16),
        asker.encrypt(key, mode, b""),
    ):
        assert class_of(unfit) is RejectionClass.INVALID_ARGUMENT
    gcm = asker.encrypt(key, Mode(GCM), PLAINTEXT)
    assert class_of(gcm) is RejectionClass.UNSUPPORTED_ALGORITHM


def test_the_dialect_that_the_instance_speaks_shows_when_it_decrypts() -> None:
    with running(Options(port=0, dialect=EciesDialect.MK_EK)) as server:
        asker = Asker(ADAPTER.open(argument_of(server)))
        key = new_key(asker.target, KeySpec.EC_P256)
        one, other = (Mode(ECIES, dialect=dialect) for dialect in EciesDialect)
        assert isinstance(asker.encrypt(key, one, PLAINTEXT), Unsupported)
        sealed = value_of(asker.encrypt(key, other, PLAINTEXT)).ciphertext
        for mode in (one, other):  # the instance cannot be told which
            assert value_of(asker.decrypt(key, mode, sealed)).plaintext == PLAINTEXT


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
    asker, key = Asker(target), new_key(target, key_spec, KeyUsage.SIGN_VERIFY)
    raw, digest = MessageType.RAW, MessageType.DIGEST
    for content, kind in ((MESSAGE, raw), (DIGEST, digest)):
        signature = value_of(asker.sign(key, algorithm, content, kind)).signature
        for message, message_type, valid in (
            (MESSAGE, raw, True),
            (DIGEST, digest, True),
            (DIGEST, raw, False),
            (bytes(32), digest, False),
        ):
            found = asker.verify(key, algorithm, message, signature, message_type)
            assert value_of(found).valid is valid
        missing = asker.verify(key, algorithm, content, b"", kind)
        assert class_of(missing) is RejectionClass.INVALID_SIGNATURE_ENCODING
    for short in (
        asker.sign(key, algorithm, b"x", digest),
        asker.verify(key, algorithm, b"x", signature, digest),
        asker.sign(key, algorithm, b""),
        asker.verify(key, algorithm, b"", signature),
    ):
        assert class_of(short) is RejectionClass.INVALID_ARGUMENT
    der = value_of(target.get_public_key(GetPublicKey(key=key))).public_key
    public = load_der_public_key(der)
    assert isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    assert public.key_size == (2048 if key_spec is KeySpec.RSA_2048 else 256)
    sealing = asker.encrypt(key, Mode(OAEP), PLAINTEXT)
    assert class_of(sealing) is RejectionClass.WRONG_KEY_USAGE


def test_algorithms_that_are_left_out(target: Target) -> None:
    key = new_key(target)
    request = Encrypt(key=key, algorithm=GCM, plaintext=PLAINTEXT, algorithm_left_out=True)
    sealed = value_of(target.encrypt(request))
    assert sealed.tag is not None
    opening = Decrypt(
        key=key,
        algorithm=GCM,
        ciphertext=sealed.ciphertext,
        iv=sealed.iv,
        tag=sealed.tag,
        algorithm_left_out=True,
    )
    assert value_of(target.decrypt(opening)).plaintext == PLAINTEXT
    pair = new_key(target, KeySpec.RSA_2048, KeyUsage.SIGN_VERIFY)
    pss = Algorithm.RSA_PSS_SHA_256
    signing = Sign(key=pair, algorithm=pss, message=MESSAGE, algorithm_left_out=True)
    signature = value_of(target.sign(signing)).signature
    for left_out in (True, False):
        question = Verify(
            key=pair,
            algorithm=pss,
            message=MESSAGE,
            signature=signature,
            algorithm_left_out=left_out,
        )
        assert value_of(target.verify(question)).valid


def test_the_declared_lengths(target: Target) -> None:
    asker, key = Asker(target), new_key(target)
    capability = algorithms(target, SOFTWARE)[GCM]
    longest = bytes(capability.plaintext_lengths[0].maximum or 0)
    aad = bytes(capability.aad_lengths[0].maximum or 0)
    assert (len(longest), len(aad)) == (2_900_000, 8192)
    sealed = value_of(asker.encrypt(key, Mode(GCM), longest, aad=aad))
    opened = asker.decrypt(key, Mode(GCM), sealed.ciphertext, sealed.iv, aad, sealed.tag)
    assert value_of(opened).plaintext == longest
    too_large = asker.encrypt(key, Mode(GCM), bytes(3 * 1024 * 1024))
    assert class_of(too_large) is RejectionClass.INVALID_ARGUMENT


def test_the_life_of_a_key(target: Target) -> None:
    key = new_key(target)
    encrypt = Encrypt(key=key, algorithm=GCM, plaintext=PLAINTEXT)
    changes: list[tuple[Callable[[], object], bool]] = [
        (lambda: target.disable_key(DisableKey(key=key)), False),
        (lambda: target.enable_key(EnableKey(key=key)), True),
        (lambda: target.destroy_key(DestroyKey(key=key)), False),
        (lambda: target.cancel_key_deletion(CancelKeyDeletion(key=key)), False),
        (lambda: target.enable_key(EnableKey(key=key)), True),
    ]
    for change, usable in changes:
        assert isinstance(change(), Ok)
        state = value_of(target.describe_key(DescribeKey(key=key))).state
        outcome = target.encrypt(encrypt)
        if usable or state is KeyState.ENABLED:
            assert isinstance(outcome, Ok)
        else:
            assert class_of(outcome) is RejectionClass.KEY_STATE


def test_a_key_that_is_not_there(target: Target) -> None:
    for outcome in (
        target.get_public_key(GetPublicKey(key="nobody")),
        target.encrypt(Encrypt(key="nobody", algorithm=GCM, plaintext=PLAINTEXT)),
        target.sign(Sign(key="nobody", algorithm=Algorithm.ECDSA_SHA_256, message=MESSAGE)),
    ):
        assert class_of(outcome) is RejectionClass.NOT_FOUND


def test_what_the_api_has_no_place_for(target: Target) -> None:
    asker, key = Asker(target), new_key(target)
    for outcome in (
        asker.encrypt(key, Mode(OAEP), PLAINTEXT, label=b"label"),
        asker.decrypt(key, Mode(OAEP), PLAINTEXT, label=b"label"),
        asker.encrypt(key, Mode(GCM), PLAINTEXT, tag_length=12),
        asker.encrypt(key, Mode(Algorithm.ECDSA_SHA_256), PLAINTEXT),
        asker.sign(key, GCM, MESSAGE),
        asker.verify(key, GCM, MESSAGE, MESSAGE),
    ):
        assert isinstance(outcome, Unsupported), outcome


def test_closing_schedules_the_deletion_of_what_is_left(server: Server) -> None:
    target = ADAPTER.open(argument_of(server))
    key = new_key(target)
    assert isinstance(target.close(Close()), Ok)
    metadata = Caller.of(server).answer("DescribeKey", KeyId=key)["KeyMetadata"]
    assert metadata["KeyState"] == "PendingDeletion"
