"""The corpus files of ECB and CBC, and how three libraries answer them with their own calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from Crypto.Cipher import AES
from Crypto.Util.Padding import pad, unpad
from cryptography.hazmat.primitives import padding as pyca_padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.errors import Refusal
from kmsproof_reference.monte_carlo import cbc_decrypt_chain, cbc_encrypt_chain, ecb_chain
from kmsproof_reference.padding import NoPadding, Pkcs7Padding
from kmsproof_reference.vocabulary import Algorithm, Operation, PaddingMode
from kmsproof_vectors.load import corpus_folder, decode_file
from kmsproof_vectors.model import CipherTest, CorpusFile, DecryptTest, EncryptTest, MonteCarloTest

KEY_BITS = (128, 192, 256)

PADDED = tuple(f"aes-{bits}-{mode}-pkcs7" for mode in ("ecb", "cbc") for bits in KEY_BITS)
UNPADDED = tuple(f"aes-{bits}-{mode}-no-padding" for mode in ("ecb", "cbc") for bits in KEY_BITS)
FAMILIES = (*PADDED, *UNPADDED)


@cache
def block_mode_file(family: str) -> CorpusFile:
    """Return one of the twelve files as it is published."""
    path = corpus_folder() / "aes" / f"{family}.json"
    return decode_file(path.read_bytes(), path)


def keyed_tests(file: CorpusFile) -> Iterator[tuple[bytes, CipherTest]]:
    """Yield each test of a file with its key."""
    for group in file.groups:
        for test in group.tests:
            assert isinstance(test, CipherTest)
            yield group.key.secret or b"", test


def vectors_of(family: str, case: str) -> dict[str, CipherTest]:
    """Return the tests of one case of a file by the last part of their ids."""
    start = f"{family}/{case}/"
    return {
        test.id.removeprefix(start): test
        for _, test in keyed_tests(block_mode_file(family))
        if test.id.startswith(start)
    }


class Refused(Exception):
    """A library refuses what it is given; the text is its own."""


Call = Callable[[bytes, bytes | None, bytes, bool], bytes]
"""From key, IV, text and whether there is a padding to the answer; raises `Refused`."""


@dataclass(frozen=True)
class Library:
    """A library's own calls for one mode."""

    encrypt: Call
    decrypt: Call


def _reference(algorithm: Algorithm) -> Library:
    def mode(key: bytes, padded: bool) -> Ecb | Cbc:
        kind = Cbc if algorithm is Algorithm.CBC else Ecb
        return kind(key, Pkcs7Padding() if padded else NoPadding())

    def encrypt(key: bytes, iv: bytes | None, text: bytes, padded: bool) -> bytes:
        by = mode(key, padded)
        try:
            return by.encrypt(iv or b"", text) if isinstance(by, Cbc) else by.encrypt(text)
        except Refusal as refusal:
            raise Refused(str(refusal)) from None

    def decrypt(key: bytes, iv: bytes | None, text: bytes, padded: bool) -> bytes:
        by = mode(key, padded)
        try:
            return by.decrypt(iv or b"", text) if isinstance(by, Cbc) else by.decrypt(text)
        except Refusal as refusal:
            raise Refused(str(refusal)) from None

    return Library(encrypt, decrypt)


def _pyca(algorithm: Algorithm) -> Library:
    def cipher(key: bytes, iv: bytes | None) -> Cipher[modes.CBC] | Cipher[modes.ECB]:
        if algorithm is Algorithm.ECB:
            return Cipher(algorithms.AES(key), modes.ECB())
        return Cipher(algorithms.AES(key), modes.CBC(iv))  # type: ignore[arg-type]  # None is for the library to refuse  # pyright: ignore[reportArgumentType]

    def encrypt(key: bytes, iv: bytes | None, text: bytes, padded: bool) -> bytes:
        try:
            if padded:
                padder = pyca_padding.PKCS7(128).padder()
                text = padder.update(text) + padder.finalize()
            by = cipher(key, iv).encryptor()
            return by.update(text) + by.finalize()
        except (ValueError, TypeError) as refusal:
            raise Refused(str(refusal)) from None

    def decrypt(key: bytes, iv: bytes | None, text: bytes, padded: bool) -> bytes:
        try:
            by = cipher(key, iv).decryptor()
            text = by.update(text) + by.finalize()
            if padded:
                unpadder = pyca_padding.PKCS7(128).unpadder()
                text = unpadder.update(text) + unpadder.finalize()
        except (ValueError, TypeError) as refusal:
            raise Refused(str(refusal)) from None
        return text

    return Library(encrypt, decrypt)


def _pycryptodome(algorithm: Algorithm) -> Library:
    def encrypt(key: bytes, iv: bytes | None, text: bytes, padded: bool) -> bytes:
        text = pad(text, AES.block_size) if padded else text
        try:
            if algorithm is Algorithm.ECB:
                return AES.new(key, AES.MODE_ECB).encrypt(text)
            return AES.new(key, AES.MODE_CBC, iv=iv).encrypt(text)
        except ValueError as refusal:
            raise Refused(str(refusal)) from None

    def decrypt(key: bytes, iv: bytes | None, text: bytes, padded: bool) -> bytes:
        try:
            if algorithm is Algorithm.ECB:
                text = AES.new(key, AES.MODE_ECB).decrypt(text)
            else:
                text = AES.new(key, AES.MODE_CBC, iv=iv).decrypt(text)
            return unpad(text, AES.block_size) if padded else text
        except ValueError as refusal:
            raise Refused(str(refusal)) from None

    return Library(encrypt, decrypt)


LIBRARIES: dict[str, Callable[[Algorithm], Library]] = {
    "reference": _reference,
    "cryptography": _pyca,
    "pycryptodome": _pycryptodome,
}
"""The libraries that the files are replayed on."""


def answer(library: Library, padded: bool, key: bytes, test: CipherTest) -> bytes:
    """Return what a library answers to a test; raises `Refused`."""
    if isinstance(test, MonteCarloTest):
        return _last_of_chain(library, key, test)
    if isinstance(test, EncryptTest):
        return library.encrypt(key, test.iv, test.plaintext, padded)
    return library.decrypt(key, test.iv, test.ciphertext, padded)


def _last_of_chain(library: Library, key: bytes, test: MonteCarloTest) -> bytes:
    encrypts = test.direction is Operation.ENCRYPT
    call = library.encrypt if encrypts else library.decrypt
    if test.iv is None:
        return ecb_chain(lambda text: call(key, None, text, False), test.text, test.iterations)[1]
    chain = cbc_encrypt_chain if encrypts else cbc_decrypt_chain
    return chain(lambda iv, text: call(key, iv, text, False), test.iv, test.text, test.iterations)[
        1
    ]


def is_padded(file: CorpusFile) -> bool:
    """Return whether a file is about PKCS #7."""
    return file.padding is PaddingMode.PKCS7_PADDING


def padded_text(file: CorpusFile, key: bytes, test: CipherTest) -> bytes:
    """Return the padded message that a decryption meets, by the reference without padding."""
    assert isinstance(test, DecryptTest)
    return LIBRARIES["reference"](file.algorithm).decrypt(key, test.iv, test.ciphertext, False)
