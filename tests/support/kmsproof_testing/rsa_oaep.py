"""The corpus files of RSAES-OAEP, and how three libraries answer them with their own calls."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import cast

from Crypto.Cipher import PKCS1_OAEP
from Crypto.Hash import SHA256
from Crypto.PublicKey import RSA
from Crypto.Util.asn1 import DerOctetString, DerSequence
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

from kmsproof_reference.errors import Refusal
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_encoding import decode_private_key
from kmsproof_vectors.load import corpus_folder, decode_file
from kmsproof_vectors.model import CorpusFile, DecryptTest, EncryptTest, GroupKey

KEY_BITS = (2048, 3072, 4096)
FAMILIES = tuple(f"rsa-{bits}-oaep" for bits in KEY_BITS)

Keyed = tuple[GroupKey, EncryptTest | DecryptTest]
"""Key and test."""


@cache
def oaep_file(family: str) -> CorpusFile:
    """Return one of the three files as it is published."""
    path = corpus_folder() / "rsa" / f"{family}.json"
    return decode_file(path.read_bytes(), path)


def keyed(family: str) -> Iterator[Keyed]:
    """Yield each test of a file with its key."""
    for group in oaep_file(family).groups:
        for test in group.tests:
            assert isinstance(test, EncryptTest | DecryptTest)
            yield group.key, test


class Refused(Exception):
    """A library refuses what it is given; the text is its own."""


Library = Callable[[bytes, EncryptTest | DecryptTest], bytes]
"""From private key and test to the ciphertext or the message; raises `Refused`."""


@lru_cache(maxsize=16)
def _oaep(private: bytes) -> Oaep:
    return Oaep(decode_private_key(private))


def reference(private: bytes, test: EncryptTest | DecryptTest) -> bytes:
    """The reference's answer; the seed of an encryption is constant."""
    label = test.label or b""
    try:
        if isinstance(test, EncryptTest):
            return _oaep(private).encrypt(test.plaintext, bytes(range(32)), label)
        return _oaep(private).decrypt(test.ciphertext, label)
    except Refusal as refusal:
        raise Refused(str(refusal)) from None


@lru_cache(maxsize=16)
def _pyca_key(private: bytes) -> rsa.RSAPrivateKey:
    key = load_der_private_key(private, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def pyca(private: bytes, test: EncryptTest | DecryptTest) -> bytes:
    """The answer of ``cryptography``, which takes keys of two primes only."""
    key, sha256 = _pyca_key(private), hashes.SHA256()
    scheme = padding.OAEP(padding.MGF1(sha256), sha256, test.label)
    try:
        if isinstance(test, EncryptTest):
            return key.public_key().encrypt(test.plaintext, scheme)
        return key.decrypt(test.ciphertext, scheme)
    except ValueError as refusal:
        raise Refused(str(refusal)) from None


@lru_cache(maxsize=16)
def _pycryptodome_key(private: bytes) -> RSA.RsaKey:
    return RSA.import_key(private)


def pycryptodome(private: bytes, test: EncryptTest | DecryptTest) -> bytes:
    """The answer of ``pycryptodome``, which takes keys of two primes only."""
    cipher = PKCS1_OAEP.new(_pycryptodome_key(private), SHA256, label=test.label or b"")
    try:
        if isinstance(test, EncryptTest):
            return cipher.encrypt(test.plaintext)
        return cipher.decrypt(test.ciphertext)
    except ValueError as refusal:
        raise Refused(str(refusal)) from None


LIBRARIES: dict[str, Library] = {
    "reference": reference,
    "cryptography": pyca,
    "pycryptodome": pycryptodome,
}
"""The libraries that the files are replayed on."""


# A decoder that shares nothing with the reference: no Chinese remainders, hashes by hand.


@lru_cache(maxsize=16)
def _exponents(private: bytes) -> tuple[int, int]:
    """Return n and d of a PKCS #8 structure, read by ``pycryptodome``."""
    outer = DerSequence().decode(private)
    inner = DerOctetString().decode(cast(bytes, outer[2])).payload
    numbers = DerSequence().decode(inner)
    return cast(int, numbers[1]), cast(int, numbers[3])


def _masked(octets: bytes, seed: bytes) -> bytes:
    blocks = range(len(octets) // 32 + 1)
    mask = b"".join(hashlib.sha256(seed + bytes([0, 0, 0, i])).digest() for i in blocks)
    return bytes(a ^ b for a, b in zip(octets, mask, strict=False))


def opened(private: bytes, ciphertext: bytes) -> bytes | None:
    """Return EM by m = c^d mod n; nothing for a ciphertext of wrong length or out of range."""
    n, d = _exponents(private)
    number, length = int.from_bytes(ciphertext, "big"), (n.bit_length() + 7) // 8
    if len(ciphertext) != length or number >= n:
        return None
    return pow(number, d, n).to_bytes(length, "big")


def unmasked(encoded: bytes) -> tuple[int, bytes, bytes]:
    """Return Y, seed and DB of an encoded message."""
    block = encoded[33:]
    seed = _masked(encoded[1:33], block)
    return encoded[0], seed, _masked(block, seed)


def decoded(private: bytes, ciphertext: bytes, label: bytes) -> bytes | None:
    """Return the message of a ciphertext; nothing if there is none."""
    encoded = opened(private, ciphertext)
    if encoded is None:
        return None
    first, _, block = unmasked(encoded)
    head, separator, message = block[32:].partition(b"\x01")
    label_hash = hashlib.sha256(label).digest()
    good = first == 0 and block[:32] == label_hash and not any(head) and separator
    return message if good else None


def private_of(key: GroupKey) -> RsaPrivateKey:
    """Return the numbers of the private key of a group."""
    return decode_private_key(key.private or b"")


def quickly_opened(key: GroupKey, ciphertext: bytes) -> bytes:
    """Return EM by the reference, which is a few times as fast."""
    return _oaep(key.private or b"").raw_decrypt(ciphertext)
