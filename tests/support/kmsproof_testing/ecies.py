"""The corpus files of ECIES, and a decryption that is composed of another library's primitives."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.serialization import load_der_private_key

from kmsproof_reference.vocabulary import EciesDialect
from kmsproof_vectors.load import corpus_folder, decode_file
from kmsproof_vectors.model import CorpusFile, DecryptTest, GroupKey

FAMILIES = tuple(
    f"ec-{curve}-ecies-{dialect}" for dialect in ("ek-mk", "mk-ek") for curve in ("p256", "p256k")
)

POINT_LENGTHS = {0x02: 33, 0x03: 33, 0x04: 65}
"""Bytes of a point by its first octet, in the forms that the library takes."""

TAG = 20


class Refused(Exception):
    """The ciphertext does not open."""


@cache
def ecies_file(family: str) -> CorpusFile:
    """Return one of the four files as it is published."""
    path = corpus_folder() / "ec" / f"{family}.json"
    return decode_file(path.read_bytes(), path)


def decryptions(family: str) -> Iterator[tuple[GroupKey, DecryptTest]]:
    """Yield each decryption of a file with its key."""
    for group in ecies_file(family).groups:
        for test in group.tests:
            if isinstance(test, DecryptTest):
                yield group.key, test


@lru_cache(maxsize=64)
def _private_key(private: bytes) -> ec.EllipticCurvePrivateKey:
    key = load_der_private_key(private, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def opened(private: bytes, ciphertext: bytes, dialect: EciesDialect) -> bytes:
    """Decrypt with the primitives of ``cryptography``; raises `Refused`."""
    key = _private_key(private)
    end = POINT_LENGTHS.get(ciphertext[0] if ciphertext else 0, 0)
    text, tag = ciphertext[end:-TAG], ciphertext[-TAG:]
    if not end or len(ciphertext) < end + TAG:
        raise Refused
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(key.curve, ciphertext[:end])
    except ValueError:
        raise Refused from None
    secret = key.exchange(ec.ECDH(), point)
    derived = X963KDF(hashes.SHA1(), len(text) + TAG, None).derive(secret)
    if dialect is EciesDialect.MK_EK:
        derived = derived[TAG:] + derived[:TAG]
    mac = hmac.HMAC(derived[len(text) :], hashes.SHA1())
    mac.update(text)
    try:
        mac.verify(tag)
    except InvalidSignature:
        raise Refused from None
    return bytes(a ^ b for a, b in zip(text, derived, strict=False))
