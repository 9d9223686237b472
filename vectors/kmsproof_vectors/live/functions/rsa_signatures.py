"""Functions and checks of RSA signature recipes: other numbers than a good one, what is encoded.

A signature is a byte string as long as the modulus (k bytes). What the signer has encoded is open
to everybody: EM = s^e mod n.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import gcd
from typing import Final

from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_vectors.live.functions.registry import (
    FailureWord,
    NothingFound,
    RecipeFault,
    check,
    function,
)
from kmsproof_vectors.live.functions.rsa_keys import key_of

SALT_LENGTH: Final = 32
"""sLen: bytes of the salt."""

Related = Callable[[RsaPublicKey, int], int]
"""Makes another number from a key and a good signature."""

SPECIAL: Final[dict[str, Callable[[RsaPublicKey], int]]] = {
    "0": lambda key: 0,
    "1": lambda key: 1,
    "2": lambda key: 2,
    "half-of-n": lambda key: key.n // 2,
    "power-of-two": lambda key: 1 << 8 * key.length - 1,
    "n-minus-2": lambda key: key.n - 2,
    "n-minus-1": lambda key: key.n - 1,
    "n": lambda key: key.n,
    "n-plus-1": lambda key: key.n + 1,
    "n-plus-2": lambda key: key.n + 2,
    "all-ones": lambda key: (1 << 8 * key.length) - 1,
    "all-ones-but-one": lambda key: (1 << 8 * key.length) - 2,
}
"""Numbers that stand for themselves, and encode nothing."""

RELATED: Final[dict[str, Related]] = {
    "n-minus-s": lambda key, s: key.n - s,
    "inverse": lambda key, s: pow(s, -1, key.n),
    "square": lambda key, s: s * s % key.n,
    "twice": lambda key, s: 2 * s % key.n,
    "plus-one": lambda key, s: (s + 1) % key.n,
    "minus-one": lambda key, s: (s - 1) % key.n,
    "encoded-message": lambda key, s: pow(s, key.e, key.n),
    "encrypted-twice": lambda key, s: pow(s, key.e * key.e, key.n),
}
"""Numbers that anybody can compute from a good signature."""


# Other signatures.


@function("rsa-special-signature")
def rsa_special_signature(public_key: bytes, number: str) -> bytes:
    """Return a number as a signature of k bytes.

    The numbers are ``0``, ``1``, ``2``, ``half-of-n``, ``power-of-two``, ``n-minus-2``,
    ``n-minus-1``, ``n``, ``n-plus-1``, ``n-plus-2``, ``all-ones`` and ``all-ones-but-one``.
    """
    key = key_of(public_key)
    if number not in SPECIAL:
        raise RecipeFault(f"there is no special number {number!r}")
    return _octets(key, SPECIAL[number](key), key.length)


@function("rsa-related-signature")
def rsa_related_signature(public_key: bytes, signature: bytes, relation: str) -> bytes:
    """Return another number than that of a good signature, k bytes, computed from it.

    The relations are ``n-minus-s``, ``inverse``, ``square``, ``twice``, ``plus-one``,
    ``minus-one``, ``encoded-message`` (s^e), and ``encrypted-twice`` (s^(e e)), all modulo n.
    """
    key = key_of(public_key)
    if relation not in RELATED:
        raise RecipeFault(f"there is no relation {relation!r} to a signature")
    return _octets(key, RELATED[relation](key, os2ip(signature)), key.length)


@function("rsa-unreduced-signature")
def rsa_unreduced_signature(public_key: bytes, signature: bytes, times: int, length: int) -> bytes:
    """Return s + ``times`` n as k + ``length`` bytes; nothing can be concluded if it is larger."""
    key = key_of(public_key)
    return _octets(key, os2ip(signature) + times * key.n, key.length + length)


def _octets(key: RsaPublicKey, number: int, length: int) -> bytes:
    if number >> 8 * length:
        raise NothingFound(f"the number has more than {length} bytes under this key")
    return i2osp(number, length)


@function("rsa-chosen-signature")
def rsa_chosen_signature(
    public_key: bytes, messages: Sequence[bytes], signatures: Sequence[bytes], wanted: str
) -> dict[str, bytes]:
    """Return the first of several signatures that is as it is wanted, and its ``message``.

    ``room-for-n``: the ``signature`` has k bytes still when n is added. ``leading-zero``: it begins
    with a zero byte. Nothing can be concluded if there is none; none may have another length.
    """
    key = key_of(public_key)
    for message, signature in zip(messages, signatures, strict=True):
        if len(signature) != key.length:
            raise RecipeFault(f"a signature has {len(signature)} bytes, not {key.length}")
        fits = (os2ip(signature) + key.n) >> 8 * key.length == 0
        if {"room-for-n": fits, "leading-zero": signature[:1] == b"\x00"}[wanted]:
            return {"message": message, "signature": signature}
    raise NothingFound(f"none of {len(signatures)} signatures is of the kind {wanted!r}")


@function("rsa-first-byte-cut")
def rsa_first_byte_cut(signature: bytes) -> bytes:
    """Return a signature without its first byte.

    Nothing can be concluded if that is zero, as of one signature in 256: the number would be the
    same.
    """
    if signature[:1] == b"\x00":
        raise NothingFound("the first byte of the signature is zero")
    return signature[1:]


@function("rsa-framed")
def rsa_framed(signature: bytes, tag: int) -> bytes:
    """Return a signature as the content of a DER element with a tag and a length of two bytes.

    Of a BIT STRING (tag 3) the content begins with the number of unused bits, 0.
    """
    content = b"\x00" * (tag == 3) + signature
    return bytes([tag, 0x82]) + i2osp(len(content), 2) + content


# What is encoded.


@function("rsa-encoded-message")
def rsa_encoded_message(public_key: bytes, signature: bytes) -> bytes:
    """Return EM = s^e mod n, k bytes (RFC 8017 §8.1.2 and §8.2.2, steps 1 and 2).

    It is the recipe's fault if the signature has another length or is not below n.
    """
    key = key_of(public_key)
    return i2osp(_recovered(Pss(key), signature), key.length)


def _recovered(scheme: Pss | Pkcs1Signature, signature: bytes) -> int:
    if len(signature) != scheme.key.length:
        raise RecipeFault(f"the signature has {len(signature)} bytes, not {scheme.key.length}")
    m = scheme.recover(signature)
    if m is None:
        raise RecipeFault("the signature is not below the modulus")
    return m


@function("rsa-pss-salts")
def rsa_pss_salts(public_key: bytes, signatures: Sequence[bytes]) -> list[bytes]:
    """Return the salts of PSS signatures, of whatever lengths (RFC 8017 §9.1.2 steps 5 to 11).

    The signer is at fault if there is no salt: DB is not zeros, 01 and the salt.
    """
    scheme = Pss(key_of(public_key), salt_length=None)
    return [_salt(scheme, _encoded(scheme, each)) for each in signatures]


def _encoded(scheme: Pss, signature: bytes) -> bytes:
    m = _recovered(scheme, signature)
    if m >> 8 * scheme.encoded_length:
        raise RecipeFault("the encoded message is too long")
    return i2osp(m, scheme.encoded_length)


def _salt(scheme: Pss, encoded: bytes) -> bytes:
    masked, h = _taken_apart(scheme, encoded)
    salt = scheme.recover_salt(scheme.unmask_data_block(masked, h))
    if salt is None:
        raise RecipeFault("the data block of the encoded message is not zeros, 01 and a salt")
    return salt


def _taken_apart(scheme: Pss, encoded: bytes) -> tuple[bytes, bytes]:
    """Return maskedDB and H."""
    length = scheme.encoded_length - scheme.hash_length - 1
    return encoded[:length], encoded[length:-1]


# Checks.


@check("rsa-pss-encoding", FailureWord.WRONG_OUTPUT)
def rsa_pss_encoding(
    public_key: bytes, digests: Sequence[bytes], signatures: Sequence[bytes]
) -> str:
    """Every signature encodes the digest in the same place as EMSA-PSS does (RFC 8017 §9.1.1).

    The trailer is bc, the top bit is clear, DB is zeros, 01 and a salt of 32 bytes, and H is the
    hash of 8 zero bytes, the digest and the salt. Hash function and MGF1 are of SHA-256.
    """
    scheme = Pss(key_of(public_key), salt_length=None)
    return _first_fault(digests, signatures, lambda d, s: _pss_fault(scheme, d, s))


def _pss_fault(scheme: Pss, digest: bytes, signature: bytes) -> str:
    try:
        encoded = _encoded(scheme, signature)
        masked, h = _taken_apart(scheme, encoded)
        if not scheme.trailer_is_right(encoded):
            return f"the trailer is {encoded[-1:].hex()} instead of bc"
        if not scheme.top_bits_are_zero(masked):
            return "the top bit of the encoded message is set"
        salt = _salt(scheme, encoded)
    except RecipeFault as fault:
        return str(fault)
    if len(salt) != SALT_LENGTH:
        return f"the salt has {len(salt)} bytes instead of {SALT_LENGTH}"
    right = scheme.hash_is_right(scheme.salted_hash(digest, salt), h)
    return "" if right else "H is not the hash of the digest and the salt"


@check("rsa-pkcs1-encoding", FailureWord.WRONG_OUTPUT)
def rsa_pkcs1_encoding(
    public_key: bytes, digests: Sequence[bytes], signatures: Sequence[bytes]
) -> str:
    """Every signature encodes the digest in the same place as EMSA-PKCS1-v1_5 does.

    The whole EM is compared (RFC 8017 §9.2): 00 01, ff, 00, the DigestInfo of SHA-256 with NULL.
    """
    scheme = Pkcs1Signature(key_of(public_key))
    return _first_fault(digests, signatures, lambda d, s: _pkcs1_fault(scheme, d, s))


def _pkcs1_fault(scheme: Pkcs1Signature, digest: bytes, signature: bytes) -> str:
    try:
        encoded = i2osp(_recovered(scheme, signature), scheme.key.length)
    except RecipeFault as fault:
        return str(fault)
    expected = scheme.encode_digest(digest)
    if encoded == expected:
        return ""
    places = [i for i, (a, b) in enumerate(zip(encoded, expected, strict=True)) if a != b]
    return f"the encoded message is wrong at {len(places)} bytes, the first at {places[0]}"


def _first_fault(
    digests: Sequence[bytes], signatures: Sequence[bytes], fault: Callable[[bytes, bytes], str]
) -> str:
    for number, (digest, signature) in enumerate(zip(digests, signatures, strict=True)):
        found = fault(digest, signature)
        if found:
            return f"Signature {number} of {len(signatures)}: {found}."
    return ""


@check("rsa-no-prime-revealed", FailureWord.LEAK)
def rsa_no_prime_revealed(
    public_key: bytes, digests: Sequence[bytes], signatures: Sequence[bytes]
) -> str:
    """No PKCS #1 v1.5 signature is right modulo one of the two primes and wrong modulo the other.

    gcd(s^e - EM, n) would be that prime: a fault in one half of the computation gives it away.
    """
    key = key_of(public_key)
    scheme = Pkcs1Signature(key)
    for number, (digest, signature) in enumerate(zip(digests, signatures, strict=True)):
        expected = os2ip(scheme.encode_digest(digest))
        if 1 < gcd(pow(os2ip(signature), key.e, key.n) - expected, key.n) < key.n:
            return f"Signature {number} of {len(signatures)} is wrong and gives a prime away."
    return ""
