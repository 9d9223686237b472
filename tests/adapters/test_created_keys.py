"""Keys that a target has made itself: they work, they have one usage, and they stay inside."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kmsproof.capability import AlgorithmCapability, Description
from kmsproof.messages import (
    CreateKey,
    Decrypt,
    Describe,
    DestroyKey,
    Encrypt,
    GetPublicKey,
    Sign,
    Verify,
)
from kmsproof.outcome import (
    Decrypted,
    Encrypted,
    KeyHandle,
    Ok,
    PublicKey,
    Rejected,
    Signed,
    Unsupported,
    Verified,
)
from kmsproof.target import Target
from kmsproof.vocabulary import (
    RSA_MODULUS_BITS,
    SIGNATURE_ALGORITHMS,
    Algorithm,
    EciesDialect,
    HexBytes,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_reference.ec_key_encoding import decode_public_key
from kmsproof_reference.ecies import EK_MK, MK_EK, Ecies
from kmsproof_testing.asking import Asker, value_of
from kmsproof_testing.asymmetric import QUICK_KEY_SPECS
from kmsproof_testing.key_pairs import CURVES, key_pair

DIALECTS = {EciesDialect.EK_MK: EK_MK, EciesDialect.MK_EK: MK_EK}
EPHEMERAL = 0x5EED
"""The sender's private key: any will do."""
MESSAGE = HexBytes(b"signed in the target, verified outside")
PLAINTEXT = HexBytes(bytes(range(32)))
SLOW = {KeySpec.RSA_3072, KeySpec.RSA_4096}
KEY_SPECS = [
    pytest.param(spec, marks=pytest.mark.slow) if spec in SLOW else spec for spec in KeySpec
]
each_key_spec = pytest.mark.parametrize("key_spec", KEY_SPECS)


@pytest.fixture
def target(asker: Asker) -> Target:
    """The target that is open."""
    return asker.target


def described(target: Target) -> Description:
    outcome = target.describe(Describe())
    assert isinstance(outcome, Ok)
    return outcome.value


def capabilities(target: Target, key_spec: KeySpec) -> list[AlgorithmCapability]:
    """What the target declares for keys of a key spec that it makes, or skip the test."""
    description = described(target)
    if not any(keys.create and key_spec in keys.key_specs for keys in description.keys):
        pytest.skip(f"the target makes no keys of {key_spec}")
    return [each for each in description.algorithms if key_spec in each.key_specs]


Made = dict[tuple[int, KeySpec, KeyUsage], list[str]]


@pytest.fixture(scope="module")
def made() -> Made:
    """Keys that the tests of the module share: RSA keys of the reference take their time."""
    return {}


def shared(made: Made, target: Target, key_spec: KeySpec, usage: KeyUsage, count: int) -> list[str]:
    """Return so many keys, made when they are first wanted."""
    keys = made.setdefault((id(target), key_spec, usage), [])
    while len(keys) < count:
        keys.append(created(target, key_spec, usage))
    return keys[:count]


def created(target: Target, key_spec: KeySpec, usage: KeyUsage) -> str:
    outcome = target.create_key(request(target, key_spec, usage))
    assert isinstance(outcome, Ok), outcome
    assert isinstance(outcome.value, KeyHandle)
    return outcome.value.key


def request(target: Target, key_spec: KeySpec, usage: KeyUsage) -> CreateKey:
    keys = next(
        keys for keys in described(target).keys if keys.create and key_spec in keys.key_specs
    )
    return CreateKey(key_spec=key_spec, usage=usage, protection_level=keys.protection_levels[0])


def public_key_of(target: Target, key: str) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    outcome = target.get_public_key(GetPublicKey(key=key))
    assert isinstance(outcome, Ok), outcome
    assert isinstance(outcome.value, PublicKey)
    loaded = load_der_public_key(outcome.value.public_key)
    assert isinstance(loaded, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    return loaded


def usages(declared: list[AlgorithmCapability]) -> list[KeyUsage]:
    signs = {each.algorithm in SIGNATURE_ALGORITHMS for each in declared}
    return [usage for usage in KeyUsage if (usage is KeyUsage.SIGN_VERIFY) in signs]


@each_key_spec
def test_public_key_is_one_of_the_key_spec(target: Target, key_spec: KeySpec, made: Made) -> None:
    declared = capabilities(target, key_spec)
    if key_spec.is_symmetric:
        pytest.skip("the key spec has no public keys")
    good_for = usages(declared)
    # Two keys are enough to tell them apart, and the reference takes seconds for each.
    count = 2 // len(good_for)
    keys = [
        public_key_of(target, handle)
        for usage in good_for
        for handle in shared(made, target, key_spec, usage, count)
    ]
    assert keys[0] != keys[1]
    for key in keys:
        if isinstance(key, rsa.RSAPublicKey):
            assert key.key_size == RSA_MODULUS_BITS[key_spec]
            assert key.public_numbers().e == 65537
        else:
            curve = {KeySpec.EC_P256: "secp256r1", KeySpec.EC_P256K: "secp256k1"}[key_spec]
            assert key.curve.name == curve


@each_key_spec
def test_signature_verifies_outside(target: Target, key_spec: KeySpec, made: Made) -> None:
    declared = [
        each for each in capabilities(target, key_spec) if each.algorithm in SIGNATURE_ALGORITHMS
    ]
    for capability in declared:
        [key] = shared(made, target, key_spec, KeyUsage.SIGN_VERIFY, 1)
        outcome = target.sign(Sign(key=key, algorithm=capability.algorithm, message=MESSAGE))
        assert isinstance(outcome, Ok), outcome
        assert isinstance(outcome.value, Signed)
        signature = outcome.value.signature
        _verify_outside(public_key_of(target, key), capability.algorithm, signature)
        digest = HexBytes(hashlib.sha256(MESSAGE).digest())
        verified = target.verify(
            Verify(
                key=key,
                algorithm=capability.algorithm,
                message=digest if MessageType.DIGEST in capability.message_types else MESSAGE,
                message_type=capability.message_types[-1],
                signature=signature,
            )
        )
        assert verified == Ok(Verified(True))


def _verify_outside(
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, algorithm: Algorithm, signature: bytes
) -> None:
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, MESSAGE, ec.ECDSA(SHA256()))
    elif algorithm is Algorithm.RSA_PSS_SHA_256:
        key.verify(signature, MESSAGE, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
    else:
        key.verify(signature, MESSAGE, padding.PKCS1v15(), SHA256())


@each_key_spec
def test_ciphertext_from_outside_opens(target: Target, key_spec: KeySpec, made: Made) -> None:
    declared = capabilities(target, key_spec)
    if not any(each.algorithm is Algorithm.RSAES_OAEP_SHA_256 for each in declared):
        pytest.skip("no OAEP with keys of this key spec")
    [key] = shared(made, target, key_spec, KeyUsage.ENCRYPT_DECRYPT, 1)
    public = public_key_of(target, key)
    assert isinstance(public, rsa.RSAPublicKey)
    oaep = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)
    sealed = HexBytes(public.encrypt(PLAINTEXT, oaep))
    opened = target.decrypt(
        Decrypt(key=key, algorithm=Algorithm.RSAES_OAEP_SHA_256, ciphertext=sealed)
    )
    assert opened == Ok(Decrypted(PLAINTEXT))


@each_key_spec
def test_what_is_encrypted_opens_under_this_key_alone(
    target: Target, key_spec: KeySpec, made: Made
) -> None:
    declared = [
        each
        for each in capabilities(target, key_spec)
        if each.algorithm not in SIGNATURE_ALGORITHMS
    ]
    for capability in declared:
        key, other = shared(made, target, key_spec, KeyUsage.ENCRYPT_DECRYPT, 2)
        algorithm = capability.algorithm
        padded = capability.paddings[0] if capability.paddings else None
        length = {Algorithm.GCM: 12, Algorithm.CBC: 16}.get(algorithm)
        iv = HexBytes(bytes(length)) if length is not None else None
        dialect = capability.dialects[0] if capability.dialects else None
        sealed = target.encrypt(
            Encrypt(
                key=key,
                algorithm=algorithm,
                plaintext=PLAINTEXT,
                padding=padded,
                iv=iv,
                dialect=dialect,
            )
        )
        assert isinstance(sealed, Ok), sealed
        assert isinstance(sealed.value, Encrypted)
        outcomes = [
            target.decrypt(
                Decrypt(
                    key=each,
                    algorithm=algorithm,
                    ciphertext=sealed.value.ciphertext,
                    padding=padded,
                    iv=iv,
                    tag=sealed.value.tag,
                    dialect=dialect,
                )
            )
            for each in (key, other)
        ]
        assert outcomes[0] == Ok(Decrypted(PLAINTEXT))
        assert outcomes[1] != outcomes[0]


@each_key_spec
def test_key_has_one_usage(target: Target, key_spec: KeySpec, made: Made) -> None:
    declared = capabilities(target, key_spec)
    signing = [each for each in declared if each.algorithm in SIGNATURE_ALGORITHMS]
    if len(usages(declared)) < 2 or key_spec.is_symmetric:
        pytest.skip("such keys have one usage at most")
    [key] = shared(made, target, key_spec, KeyUsage.ENCRYPT_DECRYPT, 1)
    outcome = target.sign(Sign(key=key, algorithm=signing[0].algorithm, message=MESSAGE))
    assert isinstance(outcome, Rejected)
    assert outcome.rejection is RejectionClass.WRONG_KEY_USAGE


@each_key_spec
def test_key_to_sign_neither_encrypts_nor_decrypts(
    target: Target, key_spec: KeySpec, made: Made
) -> None:
    declared = capabilities(target, key_spec)
    ciphers = [each for each in declared if each.algorithm not in SIGNATURE_ALGORITHMS]
    if len(usages(declared)) < 2:
        pytest.skip("such keys have one usage at most")
    [key] = shared(made, target, key_spec, KeyUsage.SIGN_VERIFY, 1)
    for capability in ciphers:
        dialect = capability.dialects[0] if capability.dialects else None
        algorithm, text = capability.algorithm, HexBytes(bytes(256))
        for outcome in (
            target.encrypt(
                Encrypt(key=key, algorithm=algorithm, plaintext=PLAINTEXT, dialect=dialect)
            ),
            target.decrypt(Decrypt(key=key, algorithm=algorithm, ciphertext=text, dialect=dialect)),
        ):
            assert isinstance(outcome, Rejected)
            assert outcome.rejection is RejectionClass.WRONG_KEY_USAGE


@pytest.mark.parametrize("key_spec", list(CURVES))
def test_ecies_ciphertext_from_outside_opens(target: Target, key_spec: KeySpec, made: Made) -> None:
    declared = [each for each in capabilities(target, key_spec) if each.dialects]
    if not declared:
        pytest.skip("no ECIES with keys of this key spec")
    [key] = shared(made, target, key_spec, KeyUsage.ENCRYPT_DECRYPT, 1)
    public = target.get_public_key(GetPublicKey(key=key))
    assert isinstance(public, Ok)
    recipient = decode_public_key(public.value.public_key)
    for dialect in declared[0].dialects:
        sealed = Ecies(recipient, DIALECTS[dialect]).encrypt(PLAINTEXT, EPHEMERAL)
        opened = target.decrypt(
            Decrypt(
                key=key,
                algorithm=Algorithm.ECIES_DH_SHA_1_XOR_HMAC,
                ciphertext=HexBytes(sealed),
                dialect=dialect,
            )
        )
        assert opened == Ok(Decrypted(PLAINTEXT))


@pytest.mark.parametrize("part", [KeyPart.PRIVATE, KeyPart.PUBLIC])
@pytest.mark.parametrize("key_spec", QUICK_KEY_SPECS)
def test_imported_key_gives_its_public_key_out(
    asker: Asker, key_spec: KeySpec, part: KeyPart
) -> None:
    keys = [keys for keys in asker.describe().keys if key_spec in keys.key_specs]
    if not any(part in each.importable for each in keys):
        pytest.skip(f"the target takes no {part} keys of {key_spec}")
    usage = keys[0].usages[0]
    pair = key_pair(key_spec)
    key = value_of(asker.import_part(part, pair.part(part), key_spec, usage)).key
    outcome = asker.target.get_public_key(GetPublicKey(key=key))
    assert outcome == Ok(PublicKey(HexBytes(pair.public)))


def test_unknown_handle_is_refused(target: Target) -> None:
    sign = Sign(key="0123456789abcdef", algorithm=Algorithm.ECDSA_SHA_256, message=MESSAGE)
    for outcome in (
        target.sign(sign),
        target.get_public_key(GetPublicKey(key=sign.key)),
        target.destroy_key(DestroyKey(key=sign.key)),
    ):
        assert isinstance(outcome, Rejected)
        assert outcome.rejection is RejectionClass.NOT_FOUND


def test_symmetric_key_has_no_public_key(target: Target) -> None:
    capabilities(target, KeySpec.AES_256)
    key = created(target, KeySpec.AES_256, KeyUsage.ENCRYPT_DECRYPT)
    outcome = target.get_public_key(GetPublicKey(key=key))
    assert isinstance(outcome, Rejected)
    assert outcome.rejection is RejectionClass.INVALID_ARGUMENT


def test_symmetric_key_does_not_sign(target: Target) -> None:
    capabilities(target, KeySpec.AES_256)
    outcome = target.create_key(request(target, KeySpec.AES_256, KeyUsage.SIGN_VERIFY))
    assert isinstance(outcome, Rejected)
    assert outcome.rejection is RejectionClass.WRONG_KEY_USAGE


def test_destroyed_key_is_gone(target: Target) -> None:
    capabilities(target, KeySpec.EC_P256)
    key = created(target, KeySpec.EC_P256, KeyUsage.SIGN_VERIFY)
    assert isinstance(target.destroy_key(DestroyKey(key=key)), Ok)
    sign = Sign(key=key, algorithm=Algorithm.ECDSA_SHA_256, message=MESSAGE)
    for outcome in (
        target.sign(sign),
        target.get_public_key(GetPublicKey(key=key)),
        target.destroy_key(DestroyKey(key=key)),
    ):
        assert isinstance(outcome, Rejected)
        assert outcome.rejection is RejectionClass.NOT_FOUND


def test_level_that_is_not_there(target: Target) -> None:
    asked = request(target, KeySpec.AES_256, KeyUsage.ENCRYPT_DECRYPT)
    other = ProtectionLevel.EXTERNAL
    assert asked.protection_level is not other
    outcome = target.create_key(
        CreateKey(key_spec=asked.key_spec, usage=asked.usage, protection_level=other)
    )
    assert isinstance(outcome, Unsupported)
