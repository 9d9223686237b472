"""The deterministic k: the examples of RFC 6979, OpenSSL's vectors, and two libraries."""

import base64
import hashlib
import re
from importlib.resources import files
from itertools import islice

import pytest

from kmsproof_reference.curves import P256
from kmsproof_reference.ec_key_encoding import (
    decode_private_key,
    decode_public_key,
)
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.rfc6979 import DeterministicNonce

RFC6979_KEY = EcPrivateKey(P256, 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721)


def rfc6979_file() -> str:
    """OpenSSL's file of the vectors of RFC 6979."""
    path = "asymmetric/ECDSA/RFC6979/evppkey_ecdsa_rfc6979.txt"
    return (files("cryptography_vectors") / path).read_text()


def pem_block(text: str, name: str) -> bytes:
    """The DER of the key of this name."""
    block = re.search(rf"={name}\n-----BEGIN [A-Z ]+-----\n([^-]+)", text)
    assert block is not None
    return base64.b64decode(block[1])


def test_the_deterministic_signatures_of_openssl() -> None:
    text = rfc6979_file()
    key = decode_private_key(pem_block(text, "P-256_PRIV"))
    public = decode_public_key(pem_block(text, "P-256_PUB"))
    assert key == RFC6979_KEY
    assert public == key.public
    pattern = (
        r"Digest(Sign|Verify) = (SHA\d+)\nKey = P-256_(?:PRIV|PUB)\n"
        r"(?:NonceType = deterministic\n)?"
        r"Input = \"(\w+)\"\nOutput = ([0-9A-F]+)\n(Result = VERIFY_ERROR)?"
    )
    counts = {"Sign": 0, "Verify": 0, "refused": 0}
    for operation, hash_name, message, output, error in re.findall(pattern, text):
        signature, octets = bytes.fromhex(output), message.encode()
        if operation == "Sign":
            nonce = DeterministicNonce(hash_name)
            k = nonce.nonce(key, hashlib.new(hash_name, octets).digest())
            assert Ecdsa(key, hash_name).sign_der(octets, k) == signature
        else:
            assert Ecdsa(public, hash_name).verify_der(octets, signature) == (not error)
        counts["refused" if error else operation] += 1
    print(counts)
    assert counts == {"Sign": 10, "Verify": 10, "refused": 10}


RFC6979_EXAMPLES = [
    # Hash function, message, k, r and s: RFC 6979 §A.2.5.
    (
        "sha1",
        "sample",
        "882905F1227FD620FBF2ABF21244F0BA83D0DC3A9103DBBEE43A1FB858109DB4",
        "61340C88C3AAEBEB4F6D667F672CA9759A6CCAA9FA8811313039EE4A35471D32",
        "6D7F147DAC089441BB2E2FE8F7A3FA264B9C475098FDCF6E00D7C996E1B8B7EB",
    ),
    (
        "sha256",
        "sample",
        "A6E3C57DD01ABE90086538398355DD4C3B17AA873382B0F24D6129493D8AAD60",
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    ),
    (
        "sha512",
        "sample",
        "5FA81C63109BADB88C1F367B47DA606DA28CAD69AA22C4FE6AD7DF73A7173AA5",
        "8496A60B5E9B47C825488827E0495B0E3FA109EC4568FD3F8D1097678EB97F00",
        "2362AB1ADBE2B8ADF9CB9EDAB740EA6049C028114F2460F96554F61FAE3302FE",
    ),
    (
        "sha256",
        "test",
        "D16B6AE827F17175E040871A1C7EC3500192C4C92677336EC2537ACAEE0008E0",
        "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
        "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
    ),
]


@pytest.mark.parametrize(("hash_name", "message", "k", "r", "s"), RFC6979_EXAMPLES)
def test_the_examples_of_rfc_6979(hash_name: str, message: str, k: str, r: str, s: str) -> None:
    digest = hashlib.new(hash_name, message.encode()).digest()
    assert DeterministicNonce(hash_name).nonce(RFC6979_KEY, digest) == int(k, 16)
    signature = Ecdsa(RFC6979_KEY, hash_name).sign(message.encode(), int(k, 16))
    assert signature == (int(r, 16), int(s, 16))


def test_the_candidates_of_the_nonce_go_on() -> None:
    digest = hashlib.sha256(b"sample").digest()
    nonce = DeterministicNonce()
    first = list(islice(nonce.candidates(RFC6979_KEY, digest), 5))
    assert first[0] == nonce.nonce(RFC6979_KEY, digest)
    assert len(set(first)) == 5
    assert next(nonce.candidates(RFC6979_KEY, digest, b"more")) not in first


def test_a_candidate_outside_the_range_is_passed_over() -> None:
    """On a curve with a small n many candidates are too large; the next ones are as they were."""
    curve = Curve("small", p=23, a=1, b=1, g=Point(13, 16), n=7, h=4)

    class EveryCandidate(DeterministicNonce):
        def is_in_range(self, k: int, n: int) -> bool:
            """Take any."""
            return True

    key, digest = EcPrivateKey(curve, 3), bytes(32)
    every = list(islice(EveryCandidate().candidates(key, digest), 60))
    in_range = [k for k in every if 1 <= k < 7]
    assert len(in_range) < len(every)
    good = islice(DeterministicNonce().candidates(key, digest), len(in_range))
    assert list(good) == in_range
