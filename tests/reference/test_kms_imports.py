"""Keys whose material comes from outside: wrapping, tokens, expiry, and the same material again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding as paddings
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.kms.errors import (
    ExpiredImportToken,
    InvalidImportToken,
    InvalidKeyMaterial,
    InvalidParameter,
    RejectedPendingImport,
    UnsupportedOperation,
    UnsupportedOrigin,
)
from kmsproof_reference.kms.metadata import Origin, WrappingAlgorithm
from kmsproof_reference.kms.reference_engine import ReferenceEngine
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.kms.wrapping import decrypt_pkcs1
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.rsa_key_encoding import decode_private_key, decode_public_key
from kmsproof_reference.vocabulary import (
    AES_KEY_LENGTHS,
    KeySpec,
    KeyState,
    KeyUsage,
    ProtectionLevel,
)
from kmsproof_testing.key_pairs import key_pair
from kmsproof_testing.kms import AES_MATERIAL, DAY, MOMENT, START, Kms, wrap

OAEP = WrappingAlgorithm.RSAES_OAEP_SHA_256
LIFETIME = timedelta(hours=24)
CURVES = (KeySpec.EC_P256, KeySpec.EC_P256K)


def waiting(kms: Kms, key_spec: KeySpec = KeySpec.AES_256) -> str:
    """The id of a new key that waits for its material."""
    return kms.key(key_spec, origin=Origin.EXTERNAL)


def test_a_key_waits_for_its_material_and_is_enabled_with_it() -> None:
    kms = Kms()
    key_id = waiting(kms)
    key = kms.service.describe_key(key_id)
    assert (key.state, key.origin) == (KeyState.PENDING_IMPORT, Origin.EXTERNAL)
    assert (key.primary_version_id, key.initial_version_id) == (None, None)
    assert kms.service.list_key_versions(key_id) == []
    with pytest.raises(RejectedPendingImport):
        kms.service.encrypt(key_id, b"text")
    kms.import_material(key_id)
    key = kms.service.describe_key(key_id)
    assert key.state is KeyState.ENABLED
    assert key.primary_version_id == key.initial_version_id is not None
    sealed = kms.service.encrypt(key_id, b"text", aad=b"context")
    ciphertext, tag = Gcm(AES_MATERIAL).encrypt(sealed.iv or b"", b"text", b"context")
    assert sealed.ciphertext == ciphertext + tag


@pytest.mark.parametrize("key_spec", AES_KEY_LENGTHS)
def test_aes_keys_of_every_length_at_the_hardware_level(key_spec: KeySpec) -> None:
    kms = Kms()
    key_id = waiting(kms, key_spec)
    for length in (0, 15, 16, 24, 32, 33):
        if length != AES_KEY_LENGTHS[key_spec]:
            with pytest.raises(InvalidKeyMaterial):
                kms.import_material(key_id, bytes(length))
    assert kms.state(key_id) is KeyState.PENDING_IMPORT
    kms.import_material(key_id, bytes(AES_KEY_LENGTHS[key_spec]))
    assert kms.state(key_id) is KeyState.ENABLED


@pytest.mark.parametrize("key_spec", CURVES)
@pytest.mark.parametrize("usage", KeyUsage)
def test_private_keys_of_the_curves_at_the_hardware_level(
    key_spec: KeySpec, usage: KeyUsage
) -> None:
    kms, pair = Kms(), key_pair(key_spec)
    key_id = kms.key(key_spec, usage, origin=Origin.EXTERNAL)
    other = key_pair(CURVES[1 - CURVES.index(key_spec)])
    for wrong in (b"", bytes(32), other.private, pair.private[:-1], pair.private + b"\0"):
        with pytest.raises(InvalidKeyMaterial):
            kms.import_material(key_id, wrong)
    kms.import_material(key_id, pair.private)
    assert kms.service.get_public_key(key_id) == pair.public
    if usage is KeyUsage.SIGN_VERIFY:
        signature = kms.service.sign(key_id, b"message").signature
        assert kms.service.verify(key_id, b"message", signature).valid
    else:
        sealed = kms.service.encrypt(key_id, b"text")
        assert kms.service.decrypt(key_id, sealed.ciphertext).plaintext == b"text"


@pytest.mark.parametrize(
    ("key_spec", "level"),
    [
        (KeySpec.EC_P256, ProtectionLevel.SOFTWARE),
        (KeySpec.RSA_2048, ProtectionLevel.SOFTWARE),
        (KeySpec.RSA_2048, ProtectionLevel.HARDWARE),
        (KeySpec.AES_256, ProtectionLevel.EXTERNAL),
    ],
)
def test_other_keys_are_not_imported(key_spec: KeySpec, level: ProtectionLevel) -> None:
    with pytest.raises(UnsupportedOperation):
        Kms().key(key_spec, level=level, origin=Origin.EXTERNAL)


def test_material_of_our_own_is_not_replaced() -> None:
    kms = Kms()
    key_id = kms.key()
    for call in (
        lambda: kms.service.get_parameters_for_import(key_id, OAEP),
        lambda: kms.service.import_key_material(key_id, bytes(256), bytes(64)),
        lambda: kms.service.delete_key_material(key_id),
    ):
        with pytest.raises(UnsupportedOrigin):
            call()


@pytest.mark.parametrize("algorithm", WrappingAlgorithm)
def test_another_library_wraps_the_material(algorithm: WrappingAlgorithm) -> None:
    kms = Kms()
    key_id = waiting(kms)
    parameters = kms.service.get_parameters_for_import(key_id, algorithm)
    public_key = load_der_public_key(parameters.public_key)
    assert isinstance(public_key, RSAPublicKey)
    assert public_key.key_size == 2048
    sha1, sha256 = hashes.SHA1(), hashes.SHA256()
    wrapping = {
        WrappingAlgorithm.RSAES_PKCS1_V1_5: paddings.PKCS1v15(),
        WrappingAlgorithm.RSAES_OAEP_SHA_1: paddings.OAEP(paddings.MGF1(sha1), sha1, None),
        WrappingAlgorithm.RSAES_OAEP_SHA_256: paddings.OAEP(paddings.MGF1(sha256), sha256, None),
    }
    for other, wrong in wrapping.items():
        if other is not algorithm:
            with pytest.raises(InvalidKeyMaterial):
                kms.service.import_key_material(
                    key_id, public_key.encrypt(AES_MATERIAL, wrong), parameters.token
                )
    kms.service.import_key_material(
        key_id, public_key.encrypt(AES_MATERIAL, wrapping[algorithm]), parameters.token
    )
    assert kms.state(key_id) is KeyState.ENABLED


# Tokens.


def test_a_token_is_good_for_24_hours_and_for_its_key_alone() -> None:
    kms = Kms()
    first, second = waiting(kms), waiting(kms)
    parameters = kms.service.get_parameters_for_import(first, OAEP)
    assert parameters.token_expire_time == START + LIFETIME
    wrapped = wrap(parameters.public_key, AES_MATERIAL)
    for key_id, token in (
        (second, parameters.token),
        (first, bytes(64)),
        (first, b""),
        (first, parameters.token[:-1]),
        (first, parameters.token + b"\0"),
    ):
        with pytest.raises(InvalidImportToken):
            kms.service.import_key_material(key_id, wrapped, token)
    kms.clock.turn(LIFETIME - MOMENT)
    kms.service.import_key_material(first, wrapped, parameters.token)
    kms.clock.turn(MOMENT)
    with pytest.raises(ExpiredImportToken):
        kms.service.import_key_material(first, wrapped, parameters.token)


@pytest.mark.slow
def test_every_call_makes_another_pair_and_they_do_not_mix() -> None:
    # Here the wrapping keys have to be different ones: they are made, and not at hand.
    kms = Kms()
    engine = ReferenceEngine(kms.random)
    service = KeyManagementService(kms.store, engine, kms.clock, kms.random)
    key_id = waiting(kms)
    first = service.get_parameters_for_import(key_id, OAEP)
    second = service.get_parameters_for_import(key_id, OAEP)
    assert first.public_key != second.public_key
    assert first.token != second.token
    wrapped = wrap(first.public_key, AES_MATERIAL)
    with pytest.raises(InvalidKeyMaterial):
        service.import_key_material(key_id, wrapped, second.token)
    service.import_key_material(key_id, wrapped, first.token)
    assert service.describe_key(key_id).state is KeyState.ENABLED


@pytest.mark.parametrize("octets", [b"", bytes(255), bytes(256), b"\xff" * 256, bytes(257)])
@pytest.mark.parametrize("algorithm", WrappingAlgorithm)
def test_what_is_not_encrypted_to_the_wrapping_key_is_one_error(
    algorithm: WrappingAlgorithm, octets: bytes
) -> None:
    kms = Kms()
    key_id = waiting(kms)
    parameters = kms.service.get_parameters_for_import(key_id, algorithm)
    with pytest.raises(InvalidKeyMaterial) as caught:
        kms.service.import_key_material(key_id, octets, parameters.token)
    assert str(caught.value) == "the material is not encrypted to this wrapping key"
    assert caught.value.message == "key material is invalid."


@pytest.mark.parametrize(
    "encoded",
    [
        b"\x00\x02" + 7 * b"\x01" + b"\x00" + 246 * b"\x07",
        b"\x00\x01" + 100 * b"\x01" + b"\x00" + 153 * b"\x07",
        b"\x01\x02" + 100 * b"\x01" + b"\x00" + 153 * b"\x07",
        b"\x00\x02" + 254 * b"\x01",
    ],
)
def test_pkcs1_encodings_that_are_none(encoded: bytes) -> None:
    private = decode_private_key(key_pair(KeySpec.RSA_2048).private)
    ciphertext = i2osp(pow(os2ip(encoded), private.e, private.n), 256)
    with pytest.raises(InvalidCiphertext):
        decrypt_pkcs1(private, ciphertext)


@pytest.mark.parametrize("length", [0, 1, 245])
def test_pkcs1_encodings_of_every_length(length: int) -> None:
    private = decode_private_key(key_pair(KeySpec.RSA_2048).private)
    encoded = b"\x00\x02" + (253 - length) * b"\x01" + b"\x00" + bytes(length)
    ciphertext = i2osp(pow(os2ip(encoded), private.e, private.n), 256)
    assert decrypt_pkcs1(private, ciphertext) == bytes(length)
    with pytest.raises(InvalidCiphertext):
        decrypt_pkcs1(private, ciphertext + b"\0")
    with pytest.raises(InvalidCiphertext):
        decrypt_pkcs1(private, i2osp(private.n, 256))


# The end of material, and the same again.


def test_deleted_material_may_come_again_and_no_other() -> None:
    kms = Kms()
    key_id = waiting(kms)
    kms.import_material(key_id)
    before = kms.service.describe_key(key_id)
    sealed = kms.service.encrypt(key_id, b"text")
    kms.service.delete_key_material(key_id)
    assert kms.state(key_id) is KeyState.PENDING_IMPORT
    assert kms.service.describe_key(key_id).primary_version_id is None
    with pytest.raises(RejectedPendingImport):
        kms.service.decrypt(key_id, sealed.ciphertext, iv=sealed.iv)
    with pytest.raises(InvalidKeyMaterial):
        kms.import_material(key_id, bytes(32))
    kms.import_material(key_id)
    assert kms.service.describe_key(key_id) == before
    assert kms.service.decrypt(key_id, sealed.ciphertext, iv=sealed.iv).plaintext == b"text"


def test_deleted_material_is_gone_from_the_store() -> None:
    kms = Kms()
    key_id = waiting(kms)
    kms.import_material(key_id)
    kms.service.delete_key_material(key_id)
    assert [version.secret for version in kms.store.versions(key_id)] == [b""]


def test_material_ends_at_its_time() -> None:
    kms = Kms()
    key_id = waiting(kms)
    kms.import_material(key_id, expire_time=START + DAY)
    assert kms.service.describe_key(key_id).material_expire_time == START + DAY
    sealed = kms.service.encrypt(key_id, b"text")
    kms.clock.turn(DAY - MOMENT)
    kms.service.encrypt(key_id, b"text")
    kms.clock.turn(MOMENT)
    with pytest.raises(RejectedPendingImport):
        kms.service.decrypt(key_id, sealed.ciphertext, iv=sealed.iv)
    assert kms.service.describe_key(key_id).material_expire_time is None
    kms.import_material(key_id)
    kms.clock.turn(400 * DAY)
    assert kms.service.decrypt(key_id, sealed.ciphertext, iv=sealed.iv).plaintext == b"text"


@pytest.mark.parametrize("since", [timedelta(0), DAY])
def test_material_that_has_ended_is_not_imported(since: timedelta) -> None:
    kms = Kms()
    key_id = waiting(kms)
    with pytest.raises(InvalidParameter) as caught:
        kms.import_material(key_id, expire_time=START - since)
    assert caught.value.parameter == "KeyMaterialExpireUnix"
    assert kms.state(key_id) is KeyState.PENDING_IMPORT


def test_a_disabled_key_stays_so_when_its_material_comes_again() -> None:
    kms = Kms()
    key_id = waiting(kms)
    kms.import_material(key_id)
    kms.service.disable_key(key_id)
    kms.import_material(key_id, expire_time=START + DAY)
    assert kms.state(key_id) is KeyState.DISABLED
    kms.clock.turn(DAY)
    assert kms.state(key_id) is KeyState.PENDING_IMPORT


def test_material_ends_while_the_key_waits_for_its_deletion() -> None:
    kms = Kms()
    key_id = waiting(kms)
    kms.import_material(key_id)
    kms.service.schedule_key_deletion(key_id, 7)
    kms.service.delete_key_material(key_id)
    assert kms.state(key_id) is KeyState.PENDING_DELETION
    kms.service.cancel_key_deletion(key_id)
    assert kms.state(key_id) is KeyState.PENDING_IMPORT


def test_the_public_key_of_a_wrapping_key_is_no_private_one() -> None:
    kms = Kms()
    parameters = kms.service.get_parameters_for_import(waiting(kms), OAEP)
    assert decode_public_key(parameters.public_key).bits == 2048
    assert key_pair(KeySpec.RSA_2048).private not in (parameters.public_key, parameters.token)
