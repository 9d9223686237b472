"""RSASSA-PKCS1-v1_5: NIST, Wycheproof, two libraries, and encodings gone wrong."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from Crypto.Hash import SHA256
from Crypto.Signature import pkcs1_15
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference import der
from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.pkcs1_signature import OBJECT_IDENTIFIERS, Pkcs1Signature
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_encoding import decode_private_key, decode_public_key
from kmsproof_testing.rsa_material import (
    CRYPTOGRAPHY,
    PYCRYPTODOME,
    cavp_cases,
    hash_in_pycryptodome,
    hashlib_name,
    in_cryptography,
    in_pycryptodome,
    key_of,
    private_key_of,
    public_in_cryptography,
    public_key_of,
    three_primes,
    with_octet,
)
from kmsproof_testing.wycheproof import read_tests

KEY = key_of(1024)
DIGEST = hashlib.sha256(b"message").digest()
PKCS1 = padding.PKCS1v15()
FIPS_186_2 = "asymmetric/RSA/FIPS_186-2"

PREFIXES = {  # RFC 8017 §9.2 note 1
    "sha1": "3021300906052b0e03021a05000414",
    "sha224": "302d300d06096086480165030402040500041c",
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440",
}


@pytest.mark.parametrize("hash_name", OBJECT_IDENTIFIERS)
def test_the_encoding_of_digest_info_is_the_one_printed_in_rfc_8017(hash_name: str) -> None:
    digest = hashlib.new(hash_name, b"message").digest()
    recorder = Recorder()
    signature = Pkcs1Signature(KEY, hash_name, recorder)
    assert signature.digest_info(digest) == bytes.fromhex(PREFIXES[hash_name]) + digest
    signature.sign(b"message")
    assert [name for name, _ in recorder.values] == ["mHash", "T", "EM", "S"]
    assert recorder["T"] == signature.digest_info(digest)
    assert recorder["EM"].startswith(b"\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff")


def test_a_hash_function_without_an_object_identifier() -> None:
    with pytest.raises(InvalidArgument, match="one of sha1, sha224, sha256, sha384, sha512"):
        Pkcs1Signature(KEY, "md5").sign(b"message")


# NIST.

SIGNATURES = {
    # package, path, number of cases, whether d is printed, so that it can be signed
    "186-3": (CRYPTOGRAPHY, f"{FIPS_186_2}/SigGen15_186-3.rsp", 50, False),
    "186-2": (CRYPTOGRAPHY, f"{FIPS_186_2}/SigGen15_186-2.txt", 50, True),
    "186-3-pycryptodome": (PYCRYPTODOME, "Signature/PKCS1-v1.5/SigGen15_186-3.txt", 20, True),
}


@pytest.mark.slow
@pytest.mark.parametrize("file", SIGNATURES)
def test_every_signature_of_nist(file: str) -> None:
    package, path, total, can_sign = SIGNATURES[file]
    count = 0
    for case in cavp_cases(package, path):
        message, signature = case.octets("Msg"), case.octets("S")
        if can_sign:
            assert Pkcs1Signature(private_key_of(case)).sign(message) == signature
        assert Pkcs1Signature(public_key_of(case)).verify(message, signature)
        count += 1
    print(f"{count} signatures")
    assert count == total


VERIFICATIONS = {
    # package, path, number of cases, of those that are right
    "186-3": (CRYPTOGRAPHY, f"{FIPS_186_2}/SigVer15_186-3.rsp", 90, 15),
    "encodings": (CRYPTOGRAPHY, "asymmetric/RSA/SigVer15EMTest.txt", 30, 0),
    "186-3-pycryptodome": (PYCRYPTODOME, "Signature/PKCS1-v1.5/SigVer15_186-3.rsp", 54, 9),
}


@pytest.mark.parametrize("file", VERIFICATIONS)
def test_every_verification_of_nist(file: str) -> None:
    package, path, total, right = VERIFICATIONS[file]
    count, passed = 0, 0
    for case in cavp_cases(package, path):
        scheme = Pkcs1Signature(public_key_of(case))
        answer = scheme.verify(case.octets("Msg"), case.octets("S"))
        assert answer == case.fields["Result"].startswith("P"), case.fields
        count, passed = count + 1, passed + answer
    print(f"{count} verifications, {passed} right")
    assert (count, passed) == (total, right)


@pytest.mark.parametrize("hash_name", ["sha1", "sha224", "sha384", "sha512"])
def test_the_malformed_encodings_of_nist_with_other_hash_functions(hash_name: str) -> None:
    count = 0
    path = "asymmetric/RSA/SigVer15EMTest.txt"
    for case in cavp_cases(CRYPTOGRAPHY, path, hash_name.upper()):
        scheme = Pkcs1Signature(public_key_of(case), hash_name)
        assert not scheme.verify(case.octets("Msg"), case.octets("S"))
        count += 1
    print(f"{count} verifications")
    assert count == 30


# Wycheproof.


@pytest.mark.parametrize(("bits", "valid"), [(2048, 9), (3072, 8), (4096, 7), (8192, 7)])
def test_every_test_of_wycheproof(bits: int, valid: int) -> None:
    """The one "acceptable" test has a DigestInfo without NULL: EM is then not EM' (§8.2.2)."""
    counts = Counter[tuple[object, bool]]()
    vectors = read_tests(
        PYCRYPTODOME, f"Signature/wycheproof/rsa_signature_{bits}_sha256_test.json"
    )
    for vector in vectors:
        key = decode_public_key(bytes.fromhex(str(vector.group["publicKeyDer"])))
        answer = Pkcs1Signature(key).verify(vector.octets("msg"), vector.octets("sig"))
        counts[vector.fields["result"], answer] += 1
        assert answer == (vector.fields["result"] == "valid"), vector.id
    print(bits, dict(counts))
    invalid = len(vectors) - valid - 1
    assert counts == {("valid", True): valid, ("invalid", False): invalid, ("acceptable", False): 1}


@pytest.mark.parametrize(
    ("bits", "tests"), [(1024, 9), (1536, 8), (2048, 10), (3072, 9), (4096, 8)]
)
def test_every_signature_of_wycheproof(bits: int, tests: int) -> None:
    """Tests are "acceptable" where the key is short or its exponent small."""
    count = 0
    path = f"Signature/wycheproof/rsa_pkcs1_{bits}_sig_gen_test.json"
    for vector in read_tests(PYCRYPTODOME, path):
        hash_name = hashlib_name(vector.group["sha"])
        if hash_name == "sha256":
            key = decode_private_key(bytes.fromhex(str(vector.group["privateKeyPkcs8"])))
            assert Pkcs1Signature(key).sign(vector.octets("msg")) == vector.octets("sig")
            count += 1
    print(f"{count} signatures of {bits} bits")
    assert count == tests


# Two libraries.


def accepted(key: RsaPrivateKey, message: bytes, signature: bytes) -> bool:
    """Whether it verifies here; the two libraries must say the same."""
    answer = Pkcs1Signature(key.public).verify(message, signature)
    try:
        public_in_cryptography(key.public).verify(signature, message, PKCS1, hashes.SHA256())
        second = True
    except InvalidSignature:
        second = False
    try:
        pkcs1_15.new(in_pycryptodome(key)).verify(SHA256.new(message), signature)
        third = True
    except ValueError:
        third = False
    assert answer == second == third
    return answer


@given(st.sampled_from([1024, 1025, 1031, 1033]), st.binary(max_size=80))
def test_both_libraries_sign_the_same(bits: int, message: bytes) -> None:
    key = key_of(bits)
    signature = Pkcs1Signature(key).sign(message)
    assert in_cryptography(key).sign(message, PKCS1, hashes.SHA256()) == signature
    assert pkcs1_15.new(in_pycryptodome(key)).sign(SHA256.new(message)) == signature
    assert accepted(key, message, signature)
    digest = hashlib.sha256(message).digest()
    prehashed = in_cryptography(key).sign(digest, PKCS1, Prehashed(hashes.SHA256()))
    assert Pkcs1Signature(key).sign_digest(digest) == prehashed == signature
    assert Pkcs1Signature(key).verify_digest(digest, signature)


@pytest.mark.parametrize("hash_name", OBJECT_IDENTIFIERS)
def test_other_hash_functions(hash_name: str) -> None:
    signature = Pkcs1Signature(KEY, hash_name).sign(b"message")
    digest = hash_in_pycryptodome(hash_name).new(b"message")
    assert signature == pkcs1_15.new(in_pycryptodome(KEY)).sign(digest)
    for other in OBJECT_IDENTIFIERS:
        answer = Pkcs1Signature(KEY.public, other).verify(b"message", signature)
        assert answer == (other == hash_name)


def test_a_key_of_three_primes() -> None:
    signature = Pkcs1Signature(three_primes()).sign(b"message")
    assert Pkcs1Signature(three_primes().public).verify(b"message", signature)


# Encodings gone wrong.

SCHEME = Pkcs1Signature(KEY)
ENCODED = SCHEME.encode_digest(DIGEST)
T = SCHEME.digest_info(DIGEST)
SHA_256 = der.object_identifier(OBJECT_IDENTIFIERS["sha256"])


def block(t: bytes, first: bytes = b"\x00\x01", fill: int = 0xFF, end: bytes = b"\x00") -> bytes:
    """An EM of 128 bytes with other parts."""
    return first + bytes([fill]) * (128 - len(first) - len(end) - len(t)) + end + t


LONG_FORM = b"\x30\x81\x31" + T[2:]
MALFORMED: dict[str, bytes] = {
    "block type 2": block(T, first=b"\x00\x02"),
    "block type 0": block(T, first=b"\x00\x00"),
    "first octet 1": block(T, first=b"\x01\x01"),
    "padding of zeros": block(T, fill=0),
    "padding with another octet": with_octet(ENCODED, 20, 0xFE),
    "no zero after the padding": block(T, end=b""),
    "0x01 after the padding": block(T, end=b"\x01"),
    "padding of 8 octets, the rest after the hash": (
        b"\x00\x01" + b"\xff" * 8 + b"\x00" + T + bytes(128 - 11 - len(T))
    ),
    "no padding, the rest after the hash": b"\x00\x01\x00" + T + bytes(128 - 3 - len(T)),
    "rest within the parameters": block(
        der.sequence(
            der.sequence(SHA_256, der.encode(der.NULL, bytes(40))), der.octet_string(DIGEST)
        )
    ),
    "rest after the parameters": block(
        der.sequence(
            der.sequence(SHA_256, der.null(), der.octet_string(bytes(30))), der.octet_string(DIGEST)
        )
    ),
    "length in the long form": block(LONG_FORM),
    "hash alone": block(DIGEST),
    "hash as octet string alone": block(der.octet_string(DIGEST)),
    "no object identifier": block(der.sequence(der.sequence(der.null()), der.octet_string(DIGEST))),
    "object identifier of SHA-512": block(
        der.sequence(
            der.sequence(der.object_identifier(OBJECT_IDENTIFIERS["sha512"]), der.null()),
            der.octet_string(DIGEST),
        )
    ),
    "bit string": block(
        der.sequence(der.sequence(SHA_256, der.null()), der.encode(der.BIT_STRING, DIGEST))
    ),
    "another digest": block(SCHEME.digest_info(bytes(32))),
    "digest with an octet more": block(
        der.sequence(der.sequence(SHA_256, der.null()), der.octet_string(DIGEST + b"\x00"))
    ),
    "everything zero": bytes(128),
}


@pytest.mark.parametrize("encoded", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_encoding_is_no_signature(encoded: bytes) -> None:
    assert len(encoded) == 128
    if os2ip(encoded) < KEY.n:
        assert not accepted(KEY, b"message", SCHEME.sign_encoded(encoded))
    else:
        assert encoded[0] == 1
        assert not SCHEME.encoding_is_right(ENCODED, encoded)


def test_a_digest_info_without_parameters_is_no_signature() -> None:
    """RFC 8017 A.2.4 allows to take it as well, and a library does; §8.2.2 compares EM and EM'."""
    encoded = block(der.sequence(der.sequence(SHA_256), der.octet_string(DIGEST)))
    signature = SCHEME.sign_encoded(encoded)
    assert not SCHEME.verify(b"message", signature)
    # The library raises when it does not take a signature.
    pkcs1_15.new(in_pycryptodome(KEY)).verify(SHA256.new(b"message"), signature)


def test_the_good_encoding_is_one() -> None:
    assert block(T) == ENCODED
    assert accepted(KEY, b"message", SCHEME.sign_encoded(ENCODED))


@given(st.integers(0, 127), st.integers(0, 255))
def test_a_changed_encoding_gives_the_same_everywhere(position: int, value: int) -> None:
    encoded = with_octet(ENCODED, position, value)
    if os2ip(encoded) < KEY.n:
        signature = SCHEME.sign_encoded(encoded)
        assert accepted(KEY, b"message", signature) == (encoded == ENCODED)


@given(st.sampled_from([1024, 1025, 1033]), st.integers(0, 130), st.integers(0, 255))
def test_a_changed_signature_gives_the_same_everywhere(
    bits: int, position: int, value: int
) -> None:
    signature = Pkcs1Signature(key_of(bits)).sign(b"message")
    changed = with_octet(signature, position, value)
    assert accepted(key_of(bits), b"message", changed) == (changed == signature)


def test_a_signature_of_another_length_or_of_n_or_more() -> None:
    signature = SCHEME.sign(b"message")
    for wrong in (b"", signature[:-1], signature[1:], b"\x00" + signature, signature + b"\x00"):
        assert not accepted(KEY, b"message", wrong)
    for number in (0, 1, KEY.n - 1, KEY.n, 256**128 - 1):
        assert not accepted(KEY, b"message", i2osp(number, 128))
    # With one bit more than 128 bytes, a number of n or more still fits into k bytes.
    longer = key_of(1025)
    shifted = os2ip(Pkcs1Signature(longer).sign(b"message")) + longer.n
    assert not accepted(longer, b"message", i2osp(shifted, 129))


# What the caller chose.


@pytest.mark.parametrize("length", [0, 20, 31, 33, 64])
def test_a_digest_of_another_length(length: int) -> None:
    words = f"a digest of sha256 has 32 bytes, not {length}"
    with pytest.raises(InvalidArgument, match=words):
        SCHEME.sign_digest(bytes(length))
    with pytest.raises(InvalidArgument, match=words):
        SCHEME.verify_digest(bytes(length), bytes(128))


def test_a_modulus_that_is_too_short() -> None:
    """T has 83 bytes with SHA-512, so that k is 94 at least."""
    least, short = Pkcs1Signature(key_of(752), "sha512"), Pkcs1Signature(key_of(744), "sha512")
    assert least.verify(b"message", least.sign(b"message"))
    with pytest.raises(InvalidArgument, match="intended encoded message length too short"):
        short.sign(b"message")
    with pytest.raises(InvalidArgument, match="intended encoded message length too short"):
        short.verify(b"message", bytes(93))


def test_signing_with_the_public_key() -> None:
    with pytest.raises(InvalidArgument, match="takes the private key"):
        Pkcs1Signature(KEY.public).sign(b"message")
