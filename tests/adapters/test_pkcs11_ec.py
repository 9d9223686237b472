"""Elliptic curves on real tokens: how keys get there, signatures, points, and what tokens do wrong.

What every adapter keeps to is in test_asymmetric_contract.py. The deviations are stated as what
the token does *or* what is right, so that a token that does right passes too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from kmsproof.outcome import Error, ErrorKind, Ok, Rejected, Verified
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    Feature,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
    RejectionClass,
)
from kmsproof_adapters.pkcs11 import ADAPTER, material
from kmsproof_adapters.pkcs11.ec import from_der, to_der
from kmsproof_adapters.pkcs11.ecies import x963_kdf
from kmsproof_adapters.pkcs11.refusal import AdapterRefusal
from kmsproof_reference import der, ec_key_encoding
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.ecies import EK_MK, MK_EK, Ecies
from kmsproof_reference.ecies_dialect import Dialect
from kmsproof_reference.elliptic_curve import Point
from kmsproof_reference.kdf_x963 import X963Kdf
from kmsproof_testing.asking import ECIES, Asker, value_of
from kmsproof_testing.asymmetric import assert_rejected, cipher_key, declared, signing_key
from kmsproof_testing.key_pairs import CURVES, key_pair
from nss import NssToken
from softhsm import SofthsmToken

MESSAGE = b"a message for a curve"
DIGEST = sha256(MESSAGE).digest()
ECDSA = Algorithm.ECDSA_SHA_256
DIALECTS: dict[EciesDialect, Dialect] = {EciesDialect.EK_MK: EK_MK, EciesDialect.MK_EK: MK_EK}
P256 = KeySpec.EC_P256


@pytest.fixture(scope="module")
def softhsm(softhsm_token: SofthsmToken) -> Iterator[Asker]:
    """SoftHSM, opened as a target."""
    asker = Asker(ADAPTER.open(softhsm_token.uri.removeprefix("pkcs11:")))
    yield asker
    asker.close()


@pytest.fixture(scope="module")
def nss(nss_token: NssToken) -> Iterator[Asker]:
    """NSS, opened as a target."""
    asker = Asker(ADAPTER.open(nss_token.uri.removeprefix("pkcs11:")))
    yield asker
    asker.close()


@pytest.fixture(
    params=[
        pytest.param("softhsm", marks=pytest.mark.softhsm),
        pytest.param("nss", marks=pytest.mark.nss),
    ]
)
def asker(request: pytest.FixtureRequest) -> Asker:
    """Each of them in turn."""
    token: Asker = request.getfixturevalue(request.param)
    return token


def private_key(key_spec: KeySpec) -> EcPrivateKey:
    """The reference's form of the key that the tests import."""
    return ec_key_encoding.decode_private_key(key_pair(key_spec).private)


# What is declared is what was tried.


@pytest.mark.nss
def test_curve_that_the_token_does_not_know_is_not_declared(nss: Asker) -> None:
    assert declared(nss, P256)
    assert not declared(nss, KeySpec.EC_P256K)
    pair = key_pair(KeySpec.EC_P256K)
    outcome = nss.import_private(pair.private, KeySpec.EC_P256K, KeyUsage.SIGN_VERIFY)
    assert not isinstance(outcome, Ok)


@pytest.mark.nss
def test_token_derives_keys_up_to_254_blocks(nss: Asker) -> None:
    """NSS moves one byte of the counter; the note says that the KDF is the token's."""
    capability = next(c for c in declared(nss, P256) if c.dialects)
    (lengths,) = capability.plaintext_lengths
    assert lengths.maximum in (254 * 20 - 20, None)
    assert any("ECDH, KDF and HMAC" in note for note in nss.describe().notes)
    key = cipher_key(nss, P256)
    for dialect, mode in ECIES.items():
        sealed = value_of(nss.encrypt(key, mode, bytes(5060))).ciphertext
        assert Ecies(private_key(P256), DIALECTS[dialect]).decrypt(sealed) == bytes(5060)


@pytest.mark.softhsm
def test_softhsm_knows_all_forms_of_a_point(softhsm: Asker) -> None:
    for key_spec in CURVES:
        capability = next(c for c in declared(softhsm, key_spec) if c.dialects)
        assert set(capability.features) == {Feature.COMPRESSED_POINT, Feature.HYBRID_POINT}
    assert sum("ECDH and HMAC" in note for note in softhsm.describe().notes) == 2


# Keys.


def test_key_without_its_point_gets_it(asker: Asker) -> None:
    """RFC 5915 lets a private key leave it out, and PKCS#11 does not compute it."""
    algorithm = der.sequence(
        der.object_identifier("1.2.840.10045.2.1"), der.object_identifier("1.2.840.10045.3.1.7")
    )
    value = private_key(P256).d
    for d, fits in ((value, True), (0, False), (CURVES[P256].n, False)):
        inner = der.sequence(der.integer(1), der.octet_string(d.to_bytes(32)))
        encoded = der.sequence(der.integer(0), algorithm, der.octet_string(inner))
        outcome = asker.import_private(encoded, P256, KeyUsage.SIGN_VERIFY)
        if not fits:
            assert isinstance(outcome, Rejected)
            assert outcome.native_code == "point-unknown"
            continue
        key = value_of(outcome).key
        signature = value_of(asker.sign(key, ECDSA, MESSAGE)).signature
        assert asker.verify(key, ECDSA, MESSAGE, signature) == Ok(Verified(True))


@pytest.mark.softhsm
def test_nothing_is_left_behind_on_the_token(softhsm_token: SofthsmToken, softhsm: Asker) -> None:
    token = pkcs11.lib(str(softhsm_token.module)).get_token(token_label=softhsm_token.label)
    with token.open() as seen:
        before = len(list(seen.get_objects()))
        key = cipher_key(softhsm, P256)
        mode = ECIES[EciesDialect.EK_MK]
        sealed = value_of(softhsm.encrypt(key, mode, MESSAGE)).ciphertext
        assert value_of(softhsm.decrypt(key, mode, sealed)).plaintext == MESSAGE
        assert isinstance(softhsm.decrypt(key, mode, sealed[:-1]), Rejected)
        assert len(list(seen.get_objects())) == before + 2  # the key pair itself
        assert isinstance(softhsm.destroy(key), Ok)
        assert len(list(seen.get_objects())) == before


def public_key(point: bytes) -> bytes:
    """A SubjectPublicKeyInfo on P-256 with any bytes for its point."""
    algorithm = der.sequence(
        der.object_identifier("1.2.840.10045.2.1"), der.object_identifier("1.2.840.10045.3.1.7")
    )
    return der.sequence(algorithm, der.bit_string(point))


@pytest.mark.parametrize(
    "point",
    [
        b"\x04" + bytes(range(1, 65)),
        b"\x04" + b"\xff" * 64,
        b"\x00",
        b"",
        b"\x04" + bytes(300),
    ],
    ids=["off-curve", "not-below-p", "infinity", "empty", "long"],
)
def test_softhsm_takes_any_point_for_a_key(asker: Asker, point: bytes) -> None:
    """NSS refuses what is no point; SoftHSM 2.6.1 does not look before the key is used."""
    outcome = asker.import_public(public_key(point), P256, KeyUsage.SIGN_VERIFY)
    if isinstance(outcome, Ok):
        assert asker.describe().name.startswith("SoftHSM")
    else:
        assert_rejected(outcome, RejectionClass.INVALID_ARGUMENT)


# Signatures.


def test_signature_that_the_token_cannot_be_asked_about_is_refused(asker: Asker) -> None:
    key = signing_key(asker, P256, KeyPart.PUBLIC)
    signature = Ok(Verified(True)), Ok(Verified(False))
    for wrong in (
        b"",
        b"no signature",
        bytes(64),
        encode_dss_signature(1 << 256, 1),
        encode_dss_signature(1, 1 << 256),
        encode_dss_signature(1, 1) + b"\0",
        der.sequence(der.integer(-1), der.integer(1)),
        der.sequence(der.integer(1)),
        der.sequence(der.integer(1), der.integer(1), der.integer(1)),
    ):
        outcome = asker.verify(key, ECDSA, MESSAGE, wrong)
        assert outcome not in signature
        assert isinstance(outcome, Rejected)
        assert outcome.rejection is RejectionClass.INVALID_SIGNATURE_ENCODING
        assert outcome.native_code == "invalid-signature-encoding"


@pytest.mark.parametrize("numbers", [(0, 0), (0, 1), (1, 0), (2**256 - 1, 2**256 - 1)])
def test_numbers_out_of_range_are_for_the_token_to_judge(
    asker: Asker, numbers: tuple[int, int]
) -> None:
    key = signing_key(asker, P256, KeyPart.PUBLIC)
    outcome = asker.verify(key, ECDSA, MESSAGE, encode_dss_signature(*numbers))
    assert outcome == Ok(Verified(False))


def test_digest_and_message_have_the_same_signatures(asker: Asker) -> None:
    key = signing_key(asker, P256)
    of_message = value_of(asker.sign(key, ECDSA, MESSAGE)).signature
    of_digest = value_of(asker.sign(key, ECDSA, DIGEST, MessageType.DIGEST)).signature
    assert asker.verify(key, ECDSA, MESSAGE, of_digest) == Ok(Verified(True))
    verified = asker.verify(key, ECDSA, DIGEST, of_message, MessageType.DIGEST)
    assert verified == Ok(Verified(True))


def test_der_and_plain_signatures_are_converted() -> None:
    for r, s in ((1, 2), (0, 0), (2**255, 2**256 - 1), (0x80, 0x7F)):
        plain = r.to_bytes(32) + s.to_bytes(32)
        assert to_der(plain) == encode_dss_signature(r, s)
        assert from_der(to_der(plain)) == plain


# Points.


@pytest.mark.parametrize("first", [0x00, 0x3F, 0x41])
def test_point_that_looks_like_an_octet_string_is_a_point(asker: Asker, first: int) -> None:
    """R is 04 3F … where its x-coordinate begins so, which is also the DER of 63 bytes."""
    mode, curve = ECIES[EciesDialect.EK_MK], CURVES[P256]
    k = 1
    point: Point | None = curve.g
    while point is None or point.x >> 248 != first:
        k += 1
        point = curve.add(point, curve.g)
    key = cipher_key(asker, P256)
    sealed = Ecies(private_key(P256).public).encrypt(MESSAGE, k)
    assert sealed[:2] == bytes([4, first])
    assert value_of(asker.decrypt(key, mode, sealed)).plaintext == MESSAGE


def test_shared_secret_keeps_its_leading_zeros(asker: Asker) -> None:
    mode, curve, private = ECIES[EciesDialect.EK_MK], CURVES[P256], private_key(P256)
    k, shared = 1, private.public.point
    while shared is None or shared.x >> 248:
        k += 1
        shared = curve.add(shared, private.public.point)
    key = cipher_key(asker, P256)
    sealed = Ecies(private.public).encrypt(MESSAGE, k)
    assert value_of(asker.decrypt(key, mode, sealed)).plaintext == MESSAGE


@pytest.mark.softhsm
@pytest.mark.parametrize("key_spec", CURVES)
def test_softhsm_has_no_word_for_a_point_that_is_none(softhsm: Asker, key_spec: KeySpec) -> None:
    mode = ECIES[EciesDialect.EK_MK]
    key = cipher_key(softhsm, key_spec)
    for point in (b"\x00", b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, b"\x02" + b"\xff" * 32):
        outcome = softhsm.decrypt(key, mode, point + bytes(40))
        if not isinstance(outcome, Rejected):
            assert outcome == Error(ErrorKind.INTERNAL, "CKR_GENERAL_ERROR")


def test_kdf_is_that_of_the_standard() -> None:
    for length in (0, 1, 19, 20, 21, 5120, 5141):
        assert x963_kdf(b"secret", length) == X963Kdf().derive(b"secret", length)


# Encodings.


def refusal(read: Callable[[bytes], object], octets: bytes) -> str:
    """The native code with which material is not taken apart."""
    with pytest.raises(AdapterRefusal) as caught:
        read(octets)
    return caught.value.refusal.native_code


def test_parts_are_read_as_they_stand() -> None:
    pair, key = key_pair(P256), private_key(P256)
    private, public = material.ec_private(pair.private), material.ec_public(pair.public)
    assert private.parameters == public.parameters
    assert private.point == public.point
    assert private.value == key.d.to_bytes(32)
    assert "value" not in repr(private)


def test_hybrid_points_are_refused_in_a_subject_public_key_info() -> None:
    good = key_pair(P256).public
    for first in (b"\6", b"\7"):
        assert refusal(material.ec_public, good[:-65] + first + good[-64:]) == "hybrid-point"


def test_what_is_not_der_is_refused() -> None:
    pair = key_pair(P256)
    for octets in (b"", pair.private[:-1], pair.private + b"\0", pair.public):
        assert refusal(material.ec_private, octets) == "not-der"
    for octets in (b"", pair.public[:-1], pair.public + b"\0", pair.private):
        assert refusal(material.ec_public, octets) == "not-der"
    assert refusal(material.ec_public, key_pair(KeySpec.RSA_2048).public) == "other-key-type"
    other_curve = der.context(0, der.object_identifier("1.3.132.0.10"))
    algorithm = der.sequence(
        der.object_identifier("1.2.840.10045.2.1"), der.object_identifier("1.2.840.10045.3.1.7")
    )
    for inner in (
        der.sequence(der.integer(1), der.octet_string(bytes(32)), other_curve),
        der.sequence(der.integer(2), der.octet_string(bytes(32))),
        der.sequence(der.integer(1), der.octet_string(bytes(32)), der.null()),
    ):
        encoded = der.sequence(der.integer(0), algorithm, der.octet_string(inner))
        assert refusal(material.ec_private, encoded) == "not-der"
