"""The decryption of imported key material, and the reading of what comes out.

Standard:  RFC 8017 (PKCS #1 v2.2), edition of November 2016.
Sections:  7.1.2 (RSAES-OAEP), 7.2.2 (RSAES-PKCS1-v1_5).
Page:      https://www.rfc-editor.org/rfc/rfc8017#section-7
Left out:  constant time. Whatever is wrong with material is one `InvalidKeyMaterial`.
"""

from __future__ import annotations

from kmsproof_reference import ec_key_encoding, rsa_key_encoding
from kmsproof_reference.errors import InvalidCiphertext, Refusal
from kmsproof_reference.kms.engine import KeyMaterial
from kmsproof_reference.kms.errors import InvalidKeyMaterial
from kmsproof_reference.kms.metadata import WrappingAlgorithm
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.rsa import Rsa, RsaPrivateKey
from kmsproof_reference.vocabulary import AES_KEY_LENGTHS, EC_CURVES, KeySpec

SHORTEST_PADDING = 8
"""Octets that PS has at least (RFC 8017 §7.2.2 step 3)."""

_OAEP_HASHES = {
    WrappingAlgorithm.RSAES_OAEP_SHA_1: "sha1",
    WrappingAlgorithm.RSAES_OAEP_SHA_256: "sha256",
}


def unwrap(algorithm: WrappingAlgorithm, wrapping_key: bytes, ciphertext: bytes) -> bytes:
    """Return the material that a ciphertext holds; the key is PKCS #8 DER of RSA.

    Raises `InvalidKeyMaterial`.
    """
    key = rsa_key_encoding.decode_private_key(wrapping_key)
    try:
        if algorithm in _OAEP_HASHES:
            hash_name = _OAEP_HASHES[algorithm]
            return Oaep(key, hash_name, Mgf1(hash_name)).decrypt(ciphertext)
        return decrypt_pkcs1(key, ciphertext)
    except InvalidCiphertext:
        raise InvalidKeyMaterial("the material is not encrypted to this wrapping key") from None


def decrypt_pkcs1(key: RsaPrivateKey, ciphertext: bytes) -> bytes:
    """RSAES-PKCS1-V1_5-DECRYPT (RFC 8017 §7.2.2). Raises `InvalidCiphertext`."""
    # 1. If the length of the ciphertext is not k octets, output "decryption error" and stop.
    # 2. RSA decryption. If the representative is out of range, "decryption error" as well.
    if len(ciphertext) != key.length or os2ip(ciphertext) >= key.n:
        raise InvalidCiphertext("decryption error (RFC 8017 §7.2.2)")
    encoded = i2osp(Rsa().rsadp(key, os2ip(ciphertext)), key.length)
    # 3. EM = 0x00 ‖ 0x02 ‖ PS ‖ 0x00 ‖ M, with eight octets or more in PS, none of them zero.
    separator = encoded.find(0, 2)
    if not encoded.startswith(b"\x00\x02") or separator < 2 + SHORTEST_PADDING:
        raise InvalidCiphertext("decryption error (RFC 8017 §7.2.2)")
    # 4. Output M.
    return encoded[separator + 1 :]


def read_material(key_spec: KeySpec, octets: bytes) -> KeyMaterial:
    """Return material for a key spec, as an engine takes it.

    Raises `InvalidKeyMaterial` unless the bytes are a key of this spec: the bytes of an AES key, or
    PKCS #8 DER.
    """
    if key_spec.is_symmetric:
        if len(octets) != AES_KEY_LENGTHS[key_spec]:
            raise InvalidKeyMaterial(f"a key of {key_spec} has {AES_KEY_LENGTHS[key_spec]} bytes")
        return KeyMaterial(octets)
    try:
        key = ec_key_encoding.decode_private_key(octets)
    except Refusal as error:
        raise InvalidKeyMaterial(f"the material is no private key of {key_spec}") from error
    if key.curve.name != EC_CURVES.get(key_spec):
        raise InvalidKeyMaterial(f"the material is no private key of {key_spec}")
    return KeyMaterial(
        ec_key_encoding.encode_private_key(key), ec_key_encoding.encode_public_key(key.public)
    )
