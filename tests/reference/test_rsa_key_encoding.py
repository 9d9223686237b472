"""RSA keys in DER: the octets of another library, Wycheproof's keys, and whatever is not DER."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference import der
from kmsproof_reference.errors import InvalidKey, MalformedDer, Refusal
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_encoding import (
    decode_private_key,
    decode_public_key,
    decode_rsa_private_key,
    encode_algorithm,
    encode_private_key,
    encode_public_key,
    encode_rsa_private_key,
)
from kmsproof_reference.rsa_keys import check_private_key
from kmsproof_testing.rsa_material import (
    PYCRYPTODOME,
    in_cryptography,
    in_pycryptodome,
    key_of,
    three_primes,
)
from kmsproof_testing.wycheproof import read_tests

KEY = key_of(1024)
PRIVATE, PUBLIC = encode_private_key(KEY), encode_public_key(KEY.public)


@pytest.mark.parametrize("bits", [1024, 1025, 2048])
def test_cryptography_and_pycryptodome_write_the_same_octets(bits: int) -> None:
    key = key_of(bits)
    second, third = in_cryptography(key), in_pycryptodome(key)
    private = second.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert encode_private_key(key) == private == third.export_key("DER", pkcs=8)
    traditional = second.private_bytes(
        Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    assert encode_rsa_private_key(key) == traditional
    public = second.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert encode_public_key(key.public) == public == third.public_key().export_key("DER")


@pytest.mark.parametrize("primes", [2, 3, 4])
def test_what_is_written_is_read(primes: int) -> None:
    key = {2: key_of(1024), 3: three_primes(), 4: three_primes(1026)}[primes]
    assert decode_private_key(encode_private_key(key)) == key
    assert decode_public_key(encode_public_key(key.public)) == key.public


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_the_keys_of_wycheproof(bits: int) -> None:
    path = f"Cipher/wycheproof/rsa_oaep_{bits}_sha256_mgf1sha256_test.json"
    octets = bytes.fromhex(str(read_tests(PYCRYPTODOME, path)[0].group["privateKeyPkcs8"]))
    key = decode_private_key(octets)
    check_private_key(key, bits)
    assert encode_private_key(key) == octets


def private_key_info(
    version: int = 0, algorithm: bytes = encode_algorithm(), key: bytes | None = None
) -> bytes:
    """A PrivateKeyInfo with other parts."""
    key = encode_rsa_private_key(KEY) if key is None else key
    return der.sequence(der.integer(version), algorithm, der.octet_string(key))


def rsa_private_key(version: int, *others: bytes) -> bytes:
    """An RSAPrivateKey with another version, and with other parts at its end."""
    numbers = (KEY.n, KEY.e, KEY.d, KEY.p, KEY.q, KEY.d_p, KEY.d_q, KEY.q_inv)
    return der.sequence(der.integer(version), *map(der.integer, numbers), *others)


RSASSA_PSS = der.sequence(der.object_identifier("1.2.840.113549.1.1.10"))
NO_PARAMETERS = der.sequence(der.object_identifier("1.2.840.113549.1.1.1"))
TWO_PARAMETERS = der.sequence(der.object_identifier("1.2.840.113549.1.1.1"), der.null(), der.null())
REFUSED: dict[str, tuple[bytes, type[Refusal]]] = {
    "version 1 of PKCS #8": (private_key_info(version=1), InvalidKey),
    "key of RSASSA-PSS": (private_key_info(algorithm=RSASSA_PSS), InvalidKey),
    "no parameters": (private_key_info(algorithm=NO_PARAMETERS), MalformedDer),
    "two parameters": (private_key_info(algorithm=TWO_PARAMETERS), MalformedDer),
    "version 2 of RSAPrivateKey": (private_key_info(key=rsa_private_key(2)), InvalidKey),
    "version -1 of RSAPrivateKey": (private_key_info(key=rsa_private_key(-1)), InvalidKey),
    "version 1 without other primes": (private_key_info(key=rsa_private_key(1)), MalformedDer),
    "version 1 with no other prime": (
        private_key_info(key=rsa_private_key(1, der.sequence())),
        MalformedDer,
    ),
    "version 0 with other primes": (
        private_key_info(key=encode_rsa_private_key(three_primes()).replace(b"\1", b"\0", 1)),
        MalformedDer,
    ),
    "no key": (private_key_info(key=b""), MalformedDer),
    "octets after RSAPrivateKey": (
        private_key_info(key=encode_rsa_private_key(KEY) + b"\0"),
        MalformedDer,
    ),
    "octets after PrivateKeyInfo": (PRIVATE + b"\0", MalformedDer),
    "RSAPrivateKey alone": (encode_rsa_private_key(KEY), MalformedDer),
    "public key": (PUBLIC, MalformedDer),
    "attributes": (der.sequence(der.Reader(PRIVATE).read(0x30), der.context(0, b"")), MalformedDer),
    "nothing": (b"", MalformedDer),
}


@pytest.mark.parametrize(("octets", "error"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_private_key(octets: bytes, error: type[Refusal]) -> None:
    with pytest.raises(error) as refusal:
        decode_private_key(octets)
    assert type(refusal.value) is error


REFUSED_PUBLIC: dict[str, tuple[bytes, type[Refusal]]] = {
    "key of RSASSA-PSS": (
        der.sequence(RSASSA_PSS, der.bit_string(b"")),
        InvalidKey,
    ),
    "private key": (PRIVATE, MalformedDer),
    "octets after it": (PUBLIC + b"\0", MalformedDer),
    "one number": (
        der.sequence(encode_algorithm(), der.bit_string(der.sequence(der.integer(5)))),
        MalformedDer,
    ),
    "three numbers": (
        der.sequence(encode_algorithm(), der.bit_string(der.sequence(*[der.integer(5)] * 3))),
        MalformedDer,
    ),
    "octets after the numbers": (
        der.sequence(
            encode_algorithm(), der.bit_string(der.sequence(*[der.integer(5)] * 2) + b"\0")
        ),
        MalformedDer,
    ),
    "nothing": (b"", MalformedDer),
}


@pytest.mark.parametrize(("octets", "error"), REFUSED_PUBLIC.values(), ids=REFUSED_PUBLIC)
def test_what_is_no_public_key(octets: bytes, error: type[Refusal]) -> None:
    with pytest.raises(error) as refusal:
        decode_public_key(octets)
    assert type(refusal.value) is error


def test_the_key_that_is_bound_to_pss_by_wycheproof_is_refused() -> None:
    path = "Signature/wycheproof/rsa_pss_2048_sha256_mgf1_32_params_test.json"
    octets = bytes.fromhex(str(read_tests(PYCRYPTODOME, path)[0].group["publicKeyDer"]))
    with pytest.raises(InvalidKey, match="not one of rsaEncryption"):
        decode_public_key(octets)


@given(st.lists(st.tuples(st.integers(0, len(PRIVATE) - 1), st.integers(0, 255)), max_size=3))
def test_a_changed_private_key_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    octets = bytearray(PRIVATE)
    for position, value in changes:
        octets[position] = value
    try:
        key = decode_private_key(bytes(octets))
    except (MalformedDer, InvalidKey):
        return
    assert encode_private_key(key) == bytes(octets)
    if bytes(octets) != PRIVATE:
        with pytest.raises(InvalidKey):
            check_private_key(key, 1024)


@given(st.lists(st.tuples(st.integers(0, len(PUBLIC) - 1), st.integers(0, 255)), max_size=3))
def test_a_changed_public_key_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    octets = bytearray(PUBLIC)
    for position, value in changes:
        octets[position] = value
    try:
        key = decode_public_key(bytes(octets))
    except (MalformedDer, InvalidKey):
        return
    assert encode_public_key(key) == bytes(octets)


def test_every_truncation_is_refused() -> None:
    for length in range(len(PRIVATE)):
        with pytest.raises(MalformedDer):
            decode_private_key(PRIVATE[:length])
    for length in range(len(PUBLIC)):
        with pytest.raises(MalformedDer):
            decode_public_key(PUBLIC[:length])


def test_numbers_without_sense_are_read_as_they_are() -> None:
    numbers = RsaPrivateKey(-1, 0, -(2**70), 1, 2, 3, 4, 5)
    assert decode_rsa_private_key(encode_rsa_private_key(numbers)) == numbers
