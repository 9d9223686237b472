"""AES of the package ``cryptography`` as keys of a target: GCM, ECB and CBC."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.padding import PKCS7

from kmsproof.capability import AlgorithmCapability, LengthRange
from kmsproof.messages import Decrypt, Encrypt, ImportKey
from kmsproof.outcome import Decrypted, Encrypted, Ok, Outcome, Rejected
from kmsproof.vocabulary import (
    AES_KEY_LENGTHS,
    Algorithm,
    HexBytes,
    KeySpec,
    Operation,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.aes import (
    FULL_TAG_LENGTH,
    LibraryAesKey,
    block_mode_capability,
    gcm_capability,
    wrong_key_length,
)
from kmsproof_adapters.local_target import HeldKey, NewKey
from kmsproof_adapters.refusals import LONG_TAG_REQUESTED, OTHER_TAG_LENGTH, LibraryRefusals

IV_LENGTHS = LengthRange(8, 128)
"""Bytes of a GCM IV, as the library's documentation has it for ``modes.GCM``."""

TAG_LENGTHS = (LengthRange(4, 16),)
"""Bytes of a GCM tag: ``min_tag_length`` is 4 or more, and a tag is never longer than 16."""

PKCS7_PADDING = PKCS7(128)
"""The padding for a block of 128 bits."""

INVALID_TAG = Rejected(RejectionClass.INVALID_CIPHERTEXT, "InvalidTag")

_ARGUMENT = RejectionClass.INVALID_ARGUMENT
_CIPHERTEXT = RejectionClass.INVALID_CIPHERTEXT

_PARAMETERS = {
    "Nonce must be between": (_ARGUMENT, "IV length"),
    "initialization_vector must be between": (_ARGUMENT, "IV length"),
    "Invalid IV size": (_ARGUMENT, "IV length"),
    "min_tag_length must be": (_ARGUMENT, "minimum tag length"),
}
_PARTIAL_BLOCK = "The length of the provided data is not a multiple of the block length"

REFUSALS = {
    Operation.ENCRYPT: LibraryRefusals(
        {**_PARAMETERS, _PARTIAL_BLOCK: (_ARGUMENT, "partial block")}
    ),
    Operation.DECRYPT: LibraryRefusals(
        {
            "Invalid padding bytes": (_CIPHERTEXT, "padding"),
            _PARTIAL_BLOCK: (_CIPHERTEXT, "partial block"),
            "Authentication tag must be": (_CIPHERTEXT, "tag length"),
            "Authentication tag cannot be": (_CIPHERTEXT, "tag length"),
            **_PARAMETERS,
        }
    ),
}


def capabilities(level: ProtectionLevel) -> tuple[AlgorithmCapability, ...]:
    """Declare the ranges that the library documents."""
    return (
        gcm_capability(level, IV_LENGTHS, TAG_LENGTHS),
        block_mode_capability(Algorithm.ECB, level),
        block_mode_capability(Algorithm.CBC, level),
    )


def load_key(request: ImportKey) -> Outcome[HeldKey]:
    """Load an AES key."""
    return wrong_key_length(request) or Ok(PycaAesKey(request.material))


def make_key(key_spec: KeySpec) -> NewKey:
    """``AESGCM.generate_key``."""
    return NewKey(AESGCM.generate_key(8 * AES_KEY_LENGTHS[key_spec]))


class PycaAesKey(LibraryAesKey):
    """An AES key of ``cryptography``, with the objects that can be kept between calls."""

    caught = (InvalidTag, ValueError)

    def __init__(self, material: bytes) -> None:
        super().__init__()
        self._aes = algorithms.AES(material)
        self._aesgcm = AESGCM(material)
        self._ecb = Cipher(self._aes, modes.ECB())

    def refused(self, error: Exception, operation: Operation) -> Rejected | None:
        """Return the refusal that the library's exception stands for."""
        if isinstance(error, InvalidTag):
            return INVALID_TAG
        return REFUSALS[operation].find(error) if isinstance(error, ValueError) else None

    def encrypt_gcm(self, request: Encrypt, iv: HexBytes, tag_length: int) -> Outcome[Encrypted]:
        """``AESGCM`` for the full tag; otherwise ``Cipher``, whose tag the caller cuts."""
        if tag_length == FULL_TAG_LENGTH:
            sealed = self._aesgcm.encrypt(iv, request.plaintext, request.aad)
            return Ok(Encrypted(HexBytes(sealed[:-16]), iv, HexBytes(sealed[-16:])))
        if tag_length > FULL_TAG_LENGTH:
            return LONG_TAG_REQUESTED
        mode = modes.GCM(iv, None, min_tag_length=tag_length)
        encryptor = Cipher(self._aes, mode).encryptor()
        if request.aad is not None:
            encryptor.authenticate_additional_data(request.aad)
        ciphertext = encryptor.update(request.plaintext) + encryptor.finalize()
        return Ok(Encrypted(HexBytes(ciphertext), iv, HexBytes(encryptor.tag[:tag_length])))

    def decrypt_gcm(
        self, request: Decrypt, iv: HexBytes, tag: HexBytes, tag_length: int
    ) -> Outcome[Decrypted]:
        """``AESGCM`` for the full tag; otherwise ``Cipher``, which is told the least length.

        Between the least length and 16 bytes the library accepts every length of a right tag, and
        leaves it to its caller to insist on one.
        """
        if tag_length == FULL_TAG_LENGTH == len(tag):
            sealed = request.ciphertext + tag
            return Ok(Decrypted(HexBytes(self._aesgcm.decrypt(iv, sealed, request.aad))))
        if tag_length > FULL_TAG_LENGTH:
            return LONG_TAG_REQUESTED
        mode = modes.GCM(iv, tag, min_tag_length=tag_length)
        if len(tag) != tag_length:
            return OTHER_TAG_LENGTH
        decryptor = Cipher(self._aes, mode).decryptor()
        if request.aad is not None:
            decryptor.authenticate_additional_data(request.aad)
        plaintext = decryptor.update(request.ciphertext) + decryptor.finalize()
        return Ok(Decrypted(HexBytes(plaintext)))

    def encrypt_ecb(self, plaintext: bytes, *, padded: bool) -> bytes:
        """ECB; the padding is the library's own."""
        return _encrypted(self._ecb.encryptor(), plaintext, padded)

    def decrypt_ecb(self, ciphertext: bytes, *, padded: bool) -> bytes:
        """ECB; the padding is the library's own."""
        return _decrypted(self._ecb.decryptor(), ciphertext, padded)

    def encrypt_cbc(self, iv: bytes, plaintext: bytes, *, padded: bool) -> bytes:
        """CBC; the padding is the library's own."""
        return _encrypted(Cipher(self._aes, modes.CBC(iv)).encryptor(), plaintext, padded)

    def decrypt_cbc(self, iv: bytes, ciphertext: bytes, *, padded: bool) -> bytes:
        """CBC; the padding is the library's own."""
        return _decrypted(Cipher(self._aes, modes.CBC(iv)).decryptor(), ciphertext, padded)


def _encrypted(encryptor: CipherContext, plaintext: bytes, padded: bool) -> bytes:
    if padded:
        padder = PKCS7_PADDING.padder()
        plaintext = padder.update(plaintext) + padder.finalize()
    return encryptor.update(plaintext) + encryptor.finalize()


def _decrypted(decryptor: CipherContext, ciphertext: bytes, padded: bool) -> bytes:
    plaintext = decryptor.update(ciphertext) + decryptor.finalize()
    if padded:
        unpadder = PKCS7_PADDING.unpadder()
        plaintext = unpadder.update(plaintext) + unpadder.finalize()
    return plaintext
