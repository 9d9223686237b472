"""AES of the package ``pycryptodome`` as keys of a target: GCM, ECB and CBC."""

from __future__ import annotations

from Crypto.Cipher import AES
from Crypto.Random import get_random_bytes
from Crypto.Util.Padding import pad, unpad

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
    LibraryAesKey,
    block_mode_capability,
    gcm_capability,
    wrong_key_length,
)
from kmsproof_adapters.local_target import HeldKey, NewKey
from kmsproof_adapters.refusals import LibraryRefusals

IV_LENGTHS = LengthRange(1)
"""Bytes of a GCM IV: the library documents no maximum."""

TAG_LENGTHS = (LengthRange(4, 16),)
"""Bytes of a GCM tag, the documented range of ``mac_len``."""

_ARGUMENT = RejectionClass.INVALID_ARGUMENT
_CIPHERTEXT = RejectionClass.INVALID_CIPHERTEXT

_PARAMETERS = {
    "Nonce cannot be empty": (_ARGUMENT, "IV length"),
    "Incorrect IV length": (_ARGUMENT, "IV length"),
    "Parameter 'mac_len' must be": (_ARGUMENT, "tag length"),
}
_PARTIAL_BLOCK_ECB = "Data must be aligned to block boundary in ECB mode"
_PARTIAL_BLOCK_CBC = "Data must be padded to 16 byte boundary in CBC mode"

REFUSALS = {
    Operation.ENCRYPT: LibraryRefusals(
        {
            **_PARAMETERS,
            _PARTIAL_BLOCK_ECB: (_ARGUMENT, "partial block"),
            _PARTIAL_BLOCK_CBC: (_ARGUMENT, "partial block"),
        }
    ),
    Operation.DECRYPT: LibraryRefusals(
        {
            "MAC check failed": (_CIPHERTEXT, "tag"),
            "Padding is incorrect": (_CIPHERTEXT, "padding"),
            "PKCS#7 padding is incorrect": (_CIPHERTEXT, "padding"),
            "Input data is not padded": (_CIPHERTEXT, "padding"),
            "Zero-length input cannot be unpadded": (_CIPHERTEXT, "padding"),
            _PARTIAL_BLOCK_ECB: (_CIPHERTEXT, "partial block"),
            _PARTIAL_BLOCK_CBC: (_CIPHERTEXT, "partial block"),
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
    return wrong_key_length(request) or Ok(PycryptodomeAesKey(request.material))


def make_key(key_spec: KeySpec) -> NewKey:
    """``get_random_bytes``: the library has no other generator for AES."""
    return NewKey(get_random_bytes(AES_KEY_LENGTHS[key_spec]))


class PycryptodomeAesKey(LibraryAesKey):
    """An AES key of ``pycryptodome``, whose cipher objects serve one message each, except ECB."""

    caught = (ValueError,)

    def __init__(self, material: bytes) -> None:
        super().__init__()
        self._material = material
        self._ecb = AES.new(material, AES.MODE_ECB)

    def refused(self, error: Exception, operation: Operation) -> Rejected | None:
        """Return the refusal that the library's exception stands for."""
        return REFUSALS[operation].find(error) if isinstance(error, ValueError) else None

    def encrypt_gcm(self, request: Encrypt, iv: HexBytes, tag_length: int) -> Outcome[Encrypted]:
        """``MODE_GCM``."""
        cipher = AES.new(self._material, AES.MODE_GCM, nonce=iv, mac_len=tag_length)
        if request.aad:
            cipher.update(request.aad)
        ciphertext, tag = cipher.encrypt_and_digest(request.plaintext)
        return Ok(Encrypted(HexBytes(ciphertext), iv, HexBytes(tag)))

    def decrypt_gcm(
        self, request: Decrypt, iv: HexBytes, tag: HexBytes, tag_length: int
    ) -> Outcome[Decrypted]:
        """``MODE_GCM``; the library compares the length of the tag too."""
        cipher = AES.new(self._material, AES.MODE_GCM, nonce=iv, mac_len=tag_length)
        if request.aad:
            cipher.update(request.aad)
        return Ok(Decrypted(HexBytes(cipher.decrypt_and_verify(request.ciphertext, tag))))

    def encrypt_ecb(self, plaintext: bytes, *, padded: bool) -> bytes:
        """``MODE_ECB``; the padding is the library's own."""
        return self._ecb.encrypt(pad(plaintext, AES.block_size) if padded else plaintext)

    def decrypt_ecb(self, ciphertext: bytes, *, padded: bool) -> bytes:
        """``MODE_ECB``; the padding is the library's own."""
        plaintext = self._ecb.decrypt(ciphertext)
        return unpad(plaintext, AES.block_size) if padded else plaintext

    def encrypt_cbc(self, iv: bytes, plaintext: bytes, *, padded: bool) -> bytes:
        """``MODE_CBC``; the padding is the library's own."""
        cipher = AES.new(self._material, AES.MODE_CBC, iv=iv)
        return cipher.encrypt(pad(plaintext, AES.block_size) if padded else plaintext)

    def decrypt_cbc(self, iv: bytes, ciphertext: bytes, *, padded: bool) -> bytes:
        """``MODE_CBC``; the padding is the library's own."""
        plaintext = AES.new(self._material, AES.MODE_CBC, iv=iv).decrypt(ciphertext)
        return unpad(plaintext, AES.block_size) if padded else plaintext
