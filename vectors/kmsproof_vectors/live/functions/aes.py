"""Functions of AES recipes: GCM, CBC and PKCS #7 from single blocks that the target encrypts.

A key that also serves ECB or CBC without padding tells E(X), the encryption of any block X. From
E(0^128), E(J0) and the encrypted counter blocks all of GCM follows, without the key.
"""

from __future__ import annotations

from kmsproof_reference import gf128
from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.intermediate import nobody
from kmsproof_reference.octets import blocks, os2ip, xor
from kmsproof_reference.padding import Pkcs7Padding
from kmsproof_vectors.live.functions.registry import (
    FailureWord,
    RecipeFault,
    check,
    function,
)

PKCS7 = Pkcs7Padding()


class GcmWithoutKey(Gcm):
    """What of GCM needs the hash subkey H alone: GHASH, the counter blocks, the lengths."""

    def __init__(self, hash_subkey: bytes) -> None:
        """Take H, 16 bytes; raise `RecipeFault` for any other length."""
        _need(len(hash_subkey) == BLOCK_LENGTH, f"H has 16 bytes, not {len(hash_subkey)}")
        self.show = nobody
        self.h = hash_subkey

    def ghash_of(self, aad: bytes, ciphertext: bytes) -> int:
        """S: GHASH over associated data, ciphertext and lengths (SP 800-38D §7.1 step 5)."""
        return os2ip(self.ghash(self.authenticated_string(aad, ciphertext)))

    def power_at(self, block: int, aad: bytes, ciphertext: bytes) -> int:
        """The power of H by which GHASH multiplies block ``block``, counted from 0."""
        total = block_count(aad) + block_count(ciphertext) + 1
        return gf128.power(os2ip(self.h), total - block)


def block_count(value: bytes) -> int:
    """How many blocks a byte string fills, the last one perhaps in part."""
    return -(-len(value) // BLOCK_LENGTH)


def _need(holds: bool, what: str) -> None:
    """Raise `RecipeFault` unless a function is given what it can work on."""
    if not holds:
        raise RecipeFault(what)


def _block(element: int) -> bytes:
    """An element of GF(2^128) as the 16 bytes of a block."""
    return element.to_bytes(BLOCK_LENGTH, "big")


# GCM.


@function("gcm-counter-blocks")
def gcm_counter_blocks(hash_subkey: bytes, iv: bytes, length: int) -> bytes:
    """Return J0 and the counter blocks for ``length`` bytes of message, 16 bytes each.

    ``hash_subkey`` is E(0^128). J0 is SP 800-38D §7.1 step 2, for an IV of one byte or more; the
    others are inc32(J0), inc32(inc32(J0)), ... (§6.5).
    """
    _need(len(iv) > 0, "the IV is empty")
    gcm = GcmWithoutKey(hash_subkey)
    found = [gcm.pre_counter_block(iv)]
    for _ in range(-(-length // BLOCK_LENGTH)):
        found.append(gcm.inc32(found[-1]))
    return b"".join(found)


@function("gcm-seal")
def gcm_seal(
    hash_subkey: bytes, encrypted_counters: bytes, message: bytes, aad: bytes = b""
) -> dict[str, bytes]:
    """Return ``ciphertext`` and 16-byte ``tag`` of a message (SP 800-38D §7.1, Algorithm 4).

    ``encrypted_counters`` is E of every block that ``gcm-counter-blocks`` gave.
    """
    blocks_needed = 1 + block_count(message)
    _need(len(encrypted_counters) == 16 * blocks_needed, f"{blocks_needed} blocks are needed")
    keystream = encrypted_counters[BLOCK_LENGTH : BLOCK_LENGTH + len(message)]
    ciphertext = xor(message, keystream)
    tag = gcm_tag(hash_subkey, encrypted_counters[:BLOCK_LENGTH], ciphertext, aad)
    return {"ciphertext": ciphertext, "tag": tag}


@function("gcm-tag")
def gcm_tag(hash_subkey: bytes, encrypted_j0: bytes, ciphertext: bytes, aad: bytes = b"") -> bytes:
    """Return the 16-byte tag: GHASH ⊕ E(J0) (SP 800-38D §7.1 steps 4 to 6).

    ``encrypted_j0`` is E(J0), 16 bytes, or a longer string that begins with it.
    """
    hashed = GcmWithoutKey(hash_subkey).ghash_of(aad, ciphertext)
    return xor(_block(hashed), encrypted_j0[:BLOCK_LENGTH])


@function("gcm-iv-for")
def gcm_iv_for(hash_subkey: bytes, pre_counter_block: bytes) -> bytes:
    """Return the 16-byte IV whose J0 is the chosen block of 16 bytes.

    J0 = (IV · H ⊕ L) · H (SP 800-38D §7.1 step 2), so IV = (J0 · H^-1 ⊕ L) · H^-1, where L is the
    length block 0^64 ‖ [128]_64.
    """
    inverse = gf128.inverse(os2ip(hash_subkey))
    inner = gf128.multiply(os2ip(pre_counter_block), inverse) ^ 128
    return _block(gf128.multiply(inner, inverse))


@function("gcm-ciphertext-for-tag")
def gcm_ciphertext_for_tag(
    hash_subkey: bytes, encrypted_j0: bytes, rest: bytes, tag: bytes, aad: bytes = b""
) -> bytes:
    """Return the ciphertext X ‖ ``rest`` whose 16-byte block X makes the tag the chosen one.

    X = (T ⊕ E(J0) ⊕ g) · H^-n, where g is the GHASH with zeros in its place and n the distance of
    X from the end.
    """
    gcm, zero_first = GcmWithoutKey(hash_subkey), bytes(BLOCK_LENGTH) + rest
    wanted = os2ip(tag) ^ os2ip(encrypted_j0[:BLOCK_LENGTH]) ^ gcm.ghash_of(aad, zero_first)
    power = gcm.power_at(block_count(aad), aad, zero_first)
    return _block(gf128.multiply(wanted, gf128.inverse(power))) + rest


@function("gcm-ciphertext-for-two-keys")
def gcm_ciphertext_for_two_keys(
    first_subkey: bytes,
    first_encrypted_j0: bytes,
    second_subkey: bytes,
    second_encrypted_j0: bytes,
    rest: bytes,
) -> dict[str, bytes]:
    """Return a ``ciphertext`` X ‖ ``rest`` that has one and the same ``tag`` under two keys.

    There is no associated data. Either tag is X · H^n ⊕ g ⊕ E(J0), so
    X = (g1 ⊕ g2 ⊕ E1 ⊕ E2) · (H1^n ⊕ H2^n)^-1.
    """
    zero_first = bytes(BLOCK_LENGTH) + rest
    first, second = GcmWithoutKey(first_subkey), GcmWithoutKey(second_subkey)
    masks = os2ip(first_encrypted_j0[:16]) ^ os2ip(second_encrypted_j0[:16])
    hashed = first.ghash_of(b"", zero_first) ^ second.ghash_of(b"", zero_first)
    powers = first.power_at(0, b"", zero_first) ^ second.power_at(0, b"", zero_first)
    _need(powers != 0, "both keys have the same hash subkey")
    ciphertext = _block(gf128.multiply(masks ^ hashed, gf128.inverse(powers))) + rest
    return {
        "ciphertext": ciphertext,
        "tag": gcm_tag(first_subkey, first_encrypted_j0, ciphertext),
    }


@function("gcm-move-border")
def gcm_move_border(aad: bytes, ciphertext: bytes, count: int) -> dict[str, bytes]:
    """Return ``aad`` and ``ciphertext`` with the border between them moved.

    A positive ``count`` takes as many bytes from the end of the associated data, a negative one
    from the beginning of the ciphertext. GHASH then differs in nothing but padding and lengths.
    """
    joined, border = aad + ciphertext, len(aad) - count
    _need(0 <= border <= len(joined), f"the border cannot be moved by {count} bytes")
    return {"aad": joined[:border], "ciphertext": joined[border:]}


# ECB and CBC.


@function("pkcs7-pad")
def pkcs7_pad(message: bytes) -> bytes:
    """Return the message with its PKCS #7 padding, 1 to 16 bytes longer (RFC 5652 §6.3)."""
    return PKCS7.pad(message)


@function("cbc-input-blocks")
def cbc_input_blocks(iv: bytes, plaintext: bytes, ciphertext: bytes) -> bytes:
    """Return what the cipher is given in CBC: P_1 ⊕ IV, P_2 ⊕ C_1, ... (SP 800-38A §6.2).

    ECB of these blocks is the CBC ciphertext. ``plaintext`` is with its padding.
    """
    _need(len(iv) == BLOCK_LENGTH, f"the IV of CBC has 16 bytes, not {len(iv)}")
    _need(len(plaintext) == len(ciphertext), "plaintext and ciphertext have other lengths")
    return xor(plaintext, (iv + ciphertext)[: len(plaintext)])


@function("cbc-plaintext")
def cbc_plaintext(iv: bytes, ciphertext: bytes, output_blocks: bytes) -> bytes:
    """Return what CBC decrypts to, padding included (SP 800-38A §6.2).

    ``output_blocks`` is the ECB decryption of the ciphertext.
    """
    return cbc_input_blocks(iv, output_blocks, ciphertext)


@function("cbc-iv-for-block")
def cbc_iv_for_block(iv: bytes, known: bytes, wanted: bytes) -> bytes:
    """Return the IV under which a ciphertext of one block decrypts to the wanted block.

    Under ``iv`` it decrypts to ``known``, so the IV is IV ⊕ known ⊕ wanted; all have 16 bytes.
    """
    return xor(iv, xor(known, wanted))


@function("cbc-ivs-for-blocks")
def cbc_ivs_for_blocks(iv: bytes, known: bytes, wanted: bytes) -> dict[str, bytes]:
    """Return the IVs ``b1``, ``b2``, ... under which one block decrypts to each of ``wanted``.

    Under ``iv`` it decrypts to ``known``, as in `cbc-iv-for-block`.
    """
    made = named_blocks(wanted)
    return {name: cbc_iv_for_block(iv, known, block) for name, block in made.items()}


@function("named-blocks")
def named_blocks(value: bytes) -> dict[str, bytes]:
    """Return the 16-byte blocks of a byte string as ``b1``, ``b2``, ...; the last may be cut."""
    return {f"b{number}": block for number, block in enumerate(blocks(value), 1)}


# Checks.


@check("keystream-used-once", FailureWord.LEAK)
def keystream_used_once(
    first_message: bytes,
    first_ciphertext: bytes,
    second_message: bytes,
    second_ciphertext: bytes | None,
) -> str:
    """Two ciphertexts do not differ exactly where their messages do.

    The second is nothing where the target refused it; then the check holds.
    """
    if second_ciphertext is None:
        return ""
    length = min(len(first_message), len(second_message))
    if len(first_ciphertext) < length or len(second_ciphertext) < length:
        return ""
    messages = xor(first_message[:length], second_message[:length])
    ciphertexts = xor(first_ciphertext[:length], second_ciphertext[:length])
    if messages != ciphertexts:
        return ""
    return f"C1 ⊕ C2 = P1 ⊕ P2 = {messages[:BLOCK_LENGTH].hex()}..."


@check("not-both", FailureWord.WRONG_ACCEPT)
def not_both(left: bytes | None, right: bytes | None) -> str:
    """At least one of two answers is a refusal."""
    return "Both were answered." if left is not None and right is not None else ""
