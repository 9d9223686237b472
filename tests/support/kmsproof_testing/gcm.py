"""The corpus files of AES-GCM, and how three libraries answer them with their own calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from Crypto.Cipher import AES
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kmsproof_reference.errors import Refusal
from kmsproof_reference.gcm import Gcm
from kmsproof_vectors.load import corpus_folder, decode_file
from kmsproof_vectors.model import AnyTest, CorpusFile, DecryptTest, EncryptTest

KEY_BITS = (128, 192, 256)
FAMILIES = tuple(
    f"aes-{bits}-gcm{suffix}" for suffix in ("", "-iv-lengths", "-tag-lengths") for bits in KEY_BITS
)

PYCA_IV_LENGTHS = range(8, 129)
"""Bytes of an IV that ``cryptography`` takes."""


Keyed = tuple[bytes, int, EncryptTest | DecryptTest]
"""Key, tag length and test."""


@cache
def gcm_file(family: str) -> CorpusFile:
    """Return one of the nine files as it is published."""
    path = corpus_folder() / "aes" / f"{family}.json"
    return decode_file(path.read_bytes(), path)


def keyed(family: str) -> Iterator[Keyed]:
    """Yield each test of a file with its key and tag length."""
    for group in gcm_file(family).groups:
        for test in group.tests:
            assert isinstance(test, EncryptTest | DecryptTest)
            yield group.key.secret or b"", group.tag_length or 0, test


class Refused(Exception):
    """A library refuses what it is given; the text is its own."""


Answer = bytes | tuple[bytes, bytes]
"""A plaintext, or ciphertext and tag."""

Library = Callable[[bytes, int, EncryptTest | DecryptTest], Answer]
"""From key, tag length and test to the answer; raises `Refused`."""


@lru_cache(maxsize=8)
def _gcm(key: bytes) -> Gcm:
    return Gcm(key)


def reference(key: bytes, tag_length: int, test: EncryptTest | DecryptTest) -> Answer:
    """The reference's answer."""
    gcm, iv, aad = _gcm(key), test.iv or b"", test.aad or b""
    try:
        if isinstance(test, EncryptTest):
            return gcm.encrypt(iv, test.plaintext, aad, tag_length)
        return gcm.decrypt(iv, test.ciphertext, aad, test.tag or b"", tag_length)
    except Refusal as refusal:
        raise Refused(str(refusal)) from None


def pyca(key: bytes, tag_length: int, test: EncryptTest | DecryptTest) -> Answer:
    """The answer of ``cryptography``; it leaves it to its caller to insist on a tag length."""
    iv, aad, algorithm = test.iv or b"", test.aad or b"", algorithms.AES(key)
    try:
        if isinstance(test, EncryptTest):
            sealing = Cipher(algorithm, modes.GCM(iv)).encryptor()
            sealing.authenticate_additional_data(aad)
            ciphertext = sealing.update(test.plaintext) + sealing.finalize()
            return ciphertext, sealing.tag[:tag_length]
        tag = test.tag or b""
        opening = Cipher(algorithm, modes.GCM(iv, tag, min_tag_length=tag_length)).decryptor()
        if len(tag) != tag_length:
            raise Refused("the tag is longer than the caller relies on")
        opening.authenticate_additional_data(aad)
        return opening.update(test.ciphertext) + opening.finalize()
    except InvalidTag:
        raise Refused("InvalidTag") from None
    except ValueError as refusal:
        raise Refused(str(refusal)) from None


def pycryptodome(key: bytes, tag_length: int, test: EncryptTest | DecryptTest) -> Answer:
    """The answer of ``pycryptodome``."""
    try:
        cipher = AES.new(key, AES.MODE_GCM, nonce=test.iv or b"", mac_len=tag_length)
        cipher.update(test.aad or b"")
        if isinstance(test, EncryptTest):
            return cipher.encrypt_and_digest(test.plaintext)
        return cipher.decrypt_and_verify(test.ciphertext, test.tag or b"")
    except ValueError as refusal:
        raise Refused(str(refusal)) from None


LIBRARIES: dict[str, Library] = {
    "reference": reference,
    "cryptography": pyca,
    "pycryptodome": pycryptodome,
}
"""The libraries that the files are replayed on."""


def expected(test: AnyTest) -> Answer | None:
    """The right answer of a valid test."""
    if isinstance(test, EncryptTest):
        assert test.ciphertext is not None
        assert test.tag is not None
        return test.ciphertext, test.tag
    assert isinstance(test, DecryptTest)
    return test.plaintext
