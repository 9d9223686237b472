"""RSASSA-PSS: RSA Laboratories' values, NIST, Wycheproof, two libraries, malformed encodings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import cast

import pytest
from Crypto.Hash import SHA256, SHA384
from Crypto.Signature import pss as pycryptodome_pss
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.pss import Pss
from kmsproof_reference.rsa import RsaPrivateKey, RsaPublicKey
from kmsproof_testing.rsa_material import (
    CRYPTOGRAPHY,
    PYCRYPTODOME,
    RSA_LABORATORIES,
    cavp_cases,
    examples,
    hash_in_pycryptodome,
    hashlib_name,
    in_cryptography,
    in_pycryptodome,
    key_of,
    labelled_octets,
    private_key_from_exponents,
    private_key_of,
    public_in_cryptography,
    public_key_of,
    three_primes,
    with_octet,
)
from kmsproof_testing.wycheproof import read_tests

KEY = key_of(1024)
SALT = bytes(range(32))
FIPS_186_2 = "asymmetric/RSA/FIPS_186-2"
SHA_256 = padding.PSS(padding.MGF1(hashes.SHA256()), 32)

any_bits = st.sampled_from([1024, 1025, 1026, 1030, 1031, 1032, 1033])
salts = st.binary(min_size=32, max_size=32)


def test_it_shows_the_values_of_rsa_laboratories() -> None:
    """``pss-int.txt``: SHA-1, one signature."""
    values = dict(labelled_octets(f"{RSA_LABORATORIES}/pss-int.txt"))
    key = private_key_from_exponents(
        *(os2ip(values[name]) for name in ("Modulus", "Public exponent", "Exponent"))
    )
    expected = {
        "mHash": values["Message hash"],
        "salt": values["salt"],
        "M'": values["inBlock"],
        "H": values["hash"],
        **{name: values[name] for name in ("DB", "dbMask", "maskedDB", "EM")},
        "S": values["Signature, the RSA decryption of EM"],
    }
    recorder = Recorder()
    pss = Pss(key, "sha1", Mgf1("sha1"), 20, recorder)
    assert pss.sign(values["Message to be signed"], values["salt"]) == expected["S"]
    print(f"{len(expected)} values")
    assert dict(recorder.values) == expected
    # A verification shows the same values as far as it sees them.
    pss.show = recorder = Recorder()
    assert pss.verify(values["Message to be signed"], expected["S"])
    shown = dict(recorder.values)
    assert shown.pop("m") == expected["EM"]
    assert shown == {name: expected[name] for name in shown}
    assert set(expected) - set(shown) == {"S", "maskedDB"}


def test_every_example_of_rsa_laboratories() -> None:
    """Ten keys, among them moduli of 1025 to 1031 bits: with 1025, EM is shorter than k."""
    labels = ("Message to be signed", "Salt", "Signature")
    count, lengths = 0, set[int]()
    for key, octets in examples(f"{RSA_LABORATORIES}/pss-vect.txt", labels):
        pss = Pss(key, "sha1", Mgf1("sha1"), 20)
        message, salt, signature = (octets[label] for label in labels)
        assert pss.sign(message, salt) == signature
        assert pss.verify(message, signature)
        count += 1
        lengths.add(key.bits)
    print(f"{count} examples with SHA-1")
    assert count == 60
    assert lengths == {*range(1024, 1032), 1536, 2048}


# NIST.

SIGNATURES = {
    # package, path, number of cases, whether d is printed, so that it can be signed
    "186-3": (CRYPTOGRAPHY, f"{FIPS_186_2}/SigGenPSS_186-3.rsp", 50, False),
    "186-2": (CRYPTOGRAPHY, f"{FIPS_186_2}/SigGenPSS_186-2.txt", 50, True),
    "186-3-pycryptodome": (PYCRYPTODOME, "Signature/PKCS1-PSS/SigGenPSS_186-3.txt", 20, True),
}


@pytest.mark.slow
@pytest.mark.parametrize("file", SIGNATURES)
def test_every_signature_of_nist(file: str) -> None:
    package, path, total, can_sign = SIGNATURES[file]
    count, salt_lengths = 0, dict[int, int]()
    for case in cavp_cases(package, path):
        key: RsaPrivateKey | RsaPublicKey = (
            private_key_of(case) if can_sign else public_key_of(case)
        )
        salt = case.octets("SaltVal") if can_sign else b""
        pss = Pss(key, salt_length=len(salt))
        assert pss.verify(case.octets("Msg"), case.octets("S"))
        if can_sign:
            assert pss.sign(case.octets("Msg"), salt) == case.octets("S")
        count += 1
        salt_lengths[len(salt)] = salt_lengths.get(len(salt), 0) + 1
    print(f"{count} signatures, salt lengths {salt_lengths}")
    assert count == total


VERIFICATIONS = {
    # package, path, number of cases, of those that are right
    "186-3": (CRYPTOGRAPHY, f"{FIPS_186_2}/SigVerPSS_186-3.rsp", 90, 15),
    "186-3-pycryptodome": (PYCRYPTODOME, "Signature/PKCS1-PSS/SigVerPSS_186-3.rsp", 54, 9),
}


@pytest.mark.parametrize("file", VERIFICATIONS)
def test_every_verification_of_nist(file: str) -> None:
    package, path, total, right = VERIFICATIONS[file]
    count, passed = 0, 0
    for case in cavp_cases(package, path):
        # A salt of no octets is printed as 00.
        salt = case.octets("SaltVal") if case.fields["SaltVal"] != "00" else b""
        answer = Pss(public_key_of(case), salt_length=len(salt)).verify(
            case.octets("Msg"), case.octets("S")
        )
        assert answer == case.fields["Result"].startswith("P"), case.fields
        count, passed = count + 1, passed + answer
    print(f"{count} verifications, {passed} right")
    assert (count, passed) == (total, right)


# Wycheproof.

WYCHEPROOF = {
    # tests, of those valid
    "2048_sha256_mgf1_32": (108, 63),
    "3072_sha256_mgf1_32": (108, 63),
    "4096_sha256_mgf1_32": (108, 63),
    "2048_sha256_mgf1_0": (103, 61),
    "2048_sha256_mgf1_32_params": (108, 63),
    "3072_sha256_mgf1_32_params": (108, 63),
    "2048_sha256_mgf1_0_params": (103, 61),
    "misc_params": (150, 150),
    "2048_sha256_mgf1sha1_20": (108, 63),
    "misc": (150, 150),
}


@pytest.mark.parametrize("file", WYCHEPROOF)
def test_every_test_of_wycheproof(file: str) -> None:
    count, valid = 0, 0
    for vector in read_tests(PYCRYPTODOME, f"Signature/wycheproof/rsa_pss_{file}_test.json"):
        numbers = cast(Mapping[str, str], vector.group["publicKey"])
        n, e = (int(numbers[name], 16) for name in ("modulus", "publicExponent"))
        hash_name, mgf = (hashlib_name(vector.group[name]) for name in ("sha", "mgfSha"))
        salt_length = int(str(vector.group["sLen"]))
        pss = Pss(RsaPublicKey(n, e), hash_name, Mgf1(mgf), salt_length)
        answer = pss.verify(vector.octets("msg"), vector.octets("sig"))
        assert answer == vector.is_valid, vector.id
        count, valid = count + 1, valid + answer
    print(f"{count} tests, {valid} valid")
    assert (count, valid) == WYCHEPROOF[file]


# Two libraries.


def accepted(key: RsaPrivateKey, message: bytes, signature: bytes) -> bool:
    """Whether it verifies here, with 32 bytes of salt; the two libraries must say the same."""
    answer = Pss(key.public).verify(message, signature)
    try:
        public_in_cryptography(key.public).verify(signature, message, SHA_256, hashes.SHA256())
        second = True
    except InvalidSignature:
        second = False
    verifier = pycryptodome_pss.new(in_pycryptodome(key), salt_bytes=32)
    try:
        verifier.verify(SHA256.new(message), signature)
        third = True
    except ValueError:
        third = False
    assert answer == second == third
    return answer


@given(any_bits, st.binary(max_size=80), salts)
def test_both_libraries_verify_what_is_signed_here(bits: int, message: bytes, salt: bytes) -> None:
    signature = Pss(key_of(bits)).sign(message, salt)
    assert accepted(key_of(bits), message, signature)
    # With the same salt pycryptodome makes the same octets.
    second = pycryptodome_pss.new(
        in_pycryptodome(key_of(bits)), salt_bytes=32, rand_func=lambda _length: salt
    )
    assert second.sign(SHA256.new(message)) == signature


@given(any_bits, st.binary(max_size=80))
def test_what_cryptography_signs_is_verified_here(bits: int, message: bytes) -> None:
    key = in_cryptography(key_of(bits))
    signature = key.sign(message, SHA_256, hashes.SHA256())
    assert Pss(key_of(bits).public).verify(message, signature)
    digest = hashlib.sha256(message).digest()
    signature = key.sign(digest, SHA_256, Prehashed(hashes.SHA256()))
    assert Pss(key_of(bits).public).verify_digest(digest, signature)


@pytest.mark.parametrize("bits", [1024, 1025, 1031, 1032, 1033])
@pytest.mark.parametrize("salt_length", [0, 1, 20, 48])
@pytest.mark.parametrize("mgf", ["sha1", "sha384"])
def test_other_hash_functions_salts_and_lengths(bits: int, salt_length: int, mgf: str) -> None:
    key, salt = key_of(bits), bytes(range(salt_length))
    signature = Pss(key, "sha384", Mgf1(mgf), salt_length).sign(b"message", salt)
    second = pycryptodome_pss.new(
        in_pycryptodome(key),
        mask_func=lambda octets, length: pycryptodome_pss.MGF1(
            octets, length, hash_in_pycryptodome(mgf)
        ),
        salt_bytes=salt_length,
        rand_func=lambda _length: salt,
    )
    assert second.sign(SHA384.new(b"message")) == signature
    assert Pss(key.public, "sha384", Mgf1(mgf), salt_length).verify(b"message", signature)
    assert Pss(key.public, "sha384", Mgf1(mgf), None).verify(b"message", signature)
    other = Pss(key.public, "sha384", Mgf1(mgf), salt_length + 1)
    assert not other.verify(b"message", signature)


def test_a_key_of_three_primes() -> None:
    signature = Pss(three_primes()).sign(b"message", SALT)
    assert Pss(three_primes().public).verify(b"message", signature)


def test_a_message_and_its_digest_are_signed_alike() -> None:
    pss, digest = Pss(KEY), hashlib.sha256(b"message").digest()
    signature = pss.sign(b"message", SALT)
    assert pss.sign_digest(digest, SALT) == signature
    assert pss.verify_digest(digest, signature)
    assert not pss.verify(digest, signature)


# Encodings gone wrong.

ENCODED = Pss(KEY).encode_digest(hashlib.sha256(b"message").digest(), SALT)
BLOCK = Pss(KEY).data_block(SALT)
HASH = Pss(KEY).salted_hash(hashlib.sha256(b"message").digest(), SALT)
MALFORMED: dict[str, bytes] = {
    "trailer 0xbb": with_octet(ENCODED, -1, 0xBB),
    "trailer 0xcc of ISO/IEC 9796-2": with_octet(ENCODED, -1, 0xCC),
    "first bit set": with_octet(ENCODED, 0, ENCODED[0] | 0x80),
    "octet of H": with_octet(ENCODED, -2, ENCODED[-2] ^ 1),
    "first octet of the padding": Pss(KEY).mask_data_block(with_octet(BLOCK, 0, 1), HASH),
    "separator 2": Pss(KEY).mask_data_block(BLOCK.replace(b"\x01" + SALT, b"\x02" + SALT), HASH),
    "separator 0": Pss(KEY).mask_data_block(BLOCK.replace(b"\x01" + SALT, b"\x00" + SALT), HASH),
    "no separator": Pss(KEY).mask_data_block(bytes(len(BLOCK)), HASH),
    "separator earlier": Pss(KEY).mask_data_block(
        BLOCK.replace(b"\x00\x01" + SALT, b"\x01\x01" + SALT), HASH
    ),
    "another salt": Pss(KEY).mask_data_block(with_octet(BLOCK, -1, 0xFF), HASH),
    "salt of 31 octets": Pss(KEY, salt_length=31).encode_digest(
        hashlib.sha256(b"message").digest(), SALT[:31]
    ),
    "salt of 33 octets": Pss(KEY, salt_length=33).encode_digest(
        hashlib.sha256(b"message").digest(), SALT + b"\x00"
    ),
    "no salt": Pss(KEY, salt_length=0).encode_digest(hashlib.sha256(b"message").digest(), b""),
    "digest in place of H": ENCODED[:-33] + hashlib.sha256(b"message").digest() + b"\xbc",
    "everything zero": bytes(128),
}


@pytest.mark.parametrize("encoded", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_encoding_is_no_signature(encoded: bytes) -> None:
    pss = Pss(KEY)
    assert not pss.verify_encoded(hashlib.sha256(b"message").digest(), encoded)
    if os2ip(encoded) < KEY.n:
        assert not accepted(KEY, b"message", pss.sign_encoded(encoded))


def test_the_good_encoding_is_one() -> None:
    pss = Pss(KEY)
    assert pss.verify_encoded(hashlib.sha256(b"message").digest(), ENCODED)
    assert accepted(KEY, b"message", pss.sign_encoded(ENCODED))


@given(st.integers(0, len(ENCODED) - 1), st.integers(0, 255))
def test_a_changed_encoding_gives_the_same_everywhere(position: int, value: int) -> None:
    encoded = with_octet(ENCODED, position, value)
    if os2ip(encoded) < KEY.n:
        signature = Pss(KEY).sign_encoded(encoded)
        assert accepted(KEY, b"message", signature) == (encoded == ENCODED)


@given(any_bits, st.integers(0, 130), st.integers(0, 255))
def test_a_changed_signature_gives_the_same_everywhere(
    bits: int, position: int, value: int
) -> None:
    signature = Pss(key_of(bits)).sign(b"message", SALT)
    changed = with_octet(signature, position, value)
    assert accepted(key_of(bits), b"message", changed) == (changed == signature)


@pytest.mark.parametrize("bits", [1024, 1025, 1032])
def test_a_signature_of_another_length_or_of_n_or_more(bits: int) -> None:
    key = key_of(bits)
    signature = Pss(key).sign(b"message", SALT)
    assert accepted(key, b"message", signature)
    for wrong in (b"", signature[:-1], signature[1:], b"\x00" + signature, signature + b"\x00"):
        assert not accepted(key, b"message", wrong)
    for number in (0, 1, key.n - 1, key.n, 256**key.length - 1):
        assert not accepted(key, b"message", i2osp(number, key.length))
    shifted = os2ip(signature) + key.n
    assert shifted >= 256**key.length or not accepted(key, b"message", i2osp(shifted, key.length))


def test_a_representative_that_does_not_fit_into_em() -> None:
    """A modulus of 1025 bits: EM has 128 bytes and m may need 129."""
    key = key_of(1025)
    pss = Pss(key)
    encoded = os2ip(pss.encode_digest(hashlib.sha256(b"message").digest(), SALT))
    assert (pss.encoded_length, pss.key.length) == (128, 129)
    assert pss.verify(b"message", pss.sign_encoded(i2osp(encoded, 129)))
    with_bit_more = encoded + 256**128
    if with_bit_more < key.n:
        assert not accepted(key, b"message", pss.sign_encoded(i2osp(with_bit_more, 129)))
    assert not accepted(key, b"message", pss.sign_encoded(i2osp(key.n - 1, 129)))


# What the caller chose.


@pytest.mark.parametrize("length", [0, 20, 31, 33, 64])
def test_a_digest_of_another_length(length: int) -> None:
    words = f"a digest of sha256 has 32 bytes, not {length}"
    with pytest.raises(InvalidArgument, match=words):
        Pss(KEY).sign_digest(bytes(length), SALT)
    with pytest.raises(InvalidArgument, match=words):
        Pss(KEY).verify_digest(bytes(length), bytes(128))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_salt_of_another_length(length: int) -> None:
    with pytest.raises(InvalidArgument, match=f"the salt has 32 bytes, not {length}"):
        Pss(KEY).sign(b"message", bytes(length))
    assert Pss(KEY, salt_length=None).sign(b"message", bytes(length))


def test_a_modulus_that_is_too_short() -> None:
    """EM needs 66 bytes with 32 bytes of salt."""
    assert Pss(key_of(522)).verify(b"message", Pss(key_of(522)).sign(b"message", SALT))
    short = key_of(520)
    assert Pss(short, salt_length=31).verify(
        b"message", Pss(short, salt_length=31).sign(b"message", SALT[:31])
    )
    with pytest.raises(InvalidArgument, match="the modulus is too short"):
        Pss(short).sign(b"message", SALT)
    assert not Pss(short).verify(b"message", bytes(short.length))
    # Not even the hash fits, whatever the salt is.
    for salt_length in (32, 0, None):
        pss = Pss(key_of(512), "sha512", salt_length=salt_length)
        assert not pss.verify(b"message", bytes(64))


def test_signing_with_the_public_key() -> None:
    with pytest.raises(InvalidArgument, match="takes the private key"):
        Pss(KEY.public).sign(b"message", SALT)
    with pytest.raises(InvalidArgument, match="message representative out of range"):
        Pss(KEY).sign_encoded(b"\xff" * 128)
