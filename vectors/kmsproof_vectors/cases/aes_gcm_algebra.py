"""AES-GCM: equations over GHASH, solved for the input that makes an output what it shall be.

All of it needs the key: H is the encryption of the zero block. A target whose key cannot be seen
tells H all the same to whoever may encrypt single blocks with it (class G14).
"""

from __future__ import annotations

from kmsproof_reference import gf128
from kmsproof_reference.aes import BLOCK_LENGTH, BlockCipher
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.octets import os2ip, xor


def block_count(octets: bytes) -> int:
    """Return how many blocks a string fills, the last one perhaps in part."""
    return -(-len(octets) // BLOCK_LENGTH)


def iv_for(gcm: Gcm, j0: bytes) -> bytes:
    """Return the 16-byte IV that is hashed into a chosen pre-counter block.

    J0 = (IV · H ⊕ L) · H, so IV = (J0 · H^-1 ⊕ L) · H^-1 with the length block L.
    """
    inverse = gf128.inverse(os2ip(gcm.h))
    inner = gf128.multiply(os2ip(j0), inverse) ^ os2ip(gcm.length_block(0, BLOCK_LENGTH))
    return gf128.multiply(inner, inverse).to_bytes(BLOCK_LENGTH, "big")


def block_for(gcm: Gcm, j0: bytes, aad: bytes, ciphertext: bytes, tag: bytes) -> bytes:
    """Return the block with which the tag is the chosen one.

    It takes the place of the first block of ``aad``, or of ``ciphertext`` where there is no
    ``aad``; that block must be whole and zero.
    """
    blocks = block_count(aad) + block_count(ciphertext) + 1
    hashed = gcm.ghash(gcm.authenticated_string(aad, ciphertext))
    wanted = os2ip(tag) ^ os2ip(gcm.block_cipher.cipher(j0)) ^ os2ip(hashed)
    factor = gf128.inverse(gf128.power(os2ip(gcm.h), blocks))
    return gf128.multiply(wanted, factor).to_bytes(BLOCK_LENGTH, "big")


def block_for_both(first: Gcm, second: Gcm, iv: bytes, rest: bytes) -> bytes:
    """Return the block that, put before ``rest``, makes a ciphertext with one tag under two keys.

    There is no associated data. Either tag is X · H^n ⊕ G ⊕ E(J0), where X is the block and G the
    GHASH with a zero block in its place; n is its distance from the end.
    """
    zero = bytes(BLOCK_LENGTH) + rest
    masked = [
        os2ip(gcm.ghash(gcm.authenticated_string(b"", zero)))
        ^ os2ip(gcm.block_cipher.cipher(gcm.pre_counter_block(iv)))
        for gcm in (first, second)
    ]
    powers = [gf128.power(os2ip(gcm.h), block_count(zero) + 1) for gcm in (first, second)]
    factor = gf128.inverse(powers[0] ^ powers[1])
    return gf128.multiply(masked[0] ^ masked[1], factor).to_bytes(BLOCK_LENGTH, "big")


def from_blocks(cipher: BlockCipher, iv: bytes, message: bytes, aad: bytes) -> tuple[bytes, bytes]:
    """Return ciphertext and tag from single block encryptions, written apart from `Gcm`."""
    h = os2ip(cipher.cipher(bytes(BLOCK_LENGTH)))
    if len(iv) == 12:
        j0 = iv + b"\0\0\0\1"
    else:
        j0 = _hashed(h, iv, bytes(8) + (8 * len(iv)).to_bytes(8, "big"))
    stream = b"".join(
        cipher.cipher(j0[:12] + ((os2ip(j0[12:]) + number) % 2**32).to_bytes(4, "big"))
        for number in range(1, block_count(message) + 1)
    )
    ciphertext = xor(message, stream[: len(message)])
    lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    return ciphertext, xor(_hashed(h, aad, ciphertext, lengths), cipher.cipher(j0))


def _hashed(h: int, *parts: bytes) -> bytes:
    y = 0
    for part in parts:
        for start in range(0, len(part), BLOCK_LENGTH):
            block = part[start : start + BLOCK_LENGTH].ljust(BLOCK_LENGTH, b"\0")
            y = gf128.multiply(y ^ os2ip(block), h)
    return y.to_bytes(BLOCK_LENGTH, "big")
