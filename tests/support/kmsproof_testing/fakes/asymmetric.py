"""A small key service with RSA and P-256 keys: right by default, its faults are elsewhere.

Like ``service`` it knows nothing of kmsproof and needs only ``cryptography``.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from kmsproof_testing.fakes.service import JsonObject, Refusal, Service

SHA_256 = hashes.SHA256()
TAG_LENGTH = 20
POINT_LENGTH = 65
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
DIGEST_INFO_WITHOUT_NULL = bytes.fromhex("302f300b0609608648016503040201" + "0420")

Key = Any
"""A private or a public key of ``cryptography``."""


def public_of(key: Key) -> Key:
    """The public key of either part."""
    private = isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    return key.public_key() if private else key


class AsymmetricService(Service):
    """The service without a fault."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: dict[str, Key] = {}

    def answer(self, request: JsonObject) -> JsonObject:
        """Return the outcome of a request, as one key and its value."""
        try:
            if request["op"] == "sign":
                return self.do_sign(request)
            if request["op"] == "verify":
                return self.do_verify(request)
        except Refusal as refusal:
            return refusal.body
        return super().answer(request)

    def description(self) -> JsonObject:
        """What the service says of itself."""
        rsa_keys: JsonObject = {
            "key_specs": ["RSA_2048"],
            "protection_levels": ["Software-protected key"],
        }
        ec_keys = {**rsa_keys, "key_specs": ["EC_P256"]}
        ciphers = {"operations": ["encrypt", "decrypt"]}
        signs = {"operations": ["sign", "verify"], "message_types": ["RAW", "DIGEST"]}
        oaep = {
            "features": ["oaep-label"],
            "plaintext_lengths": [{"maximum": 190}],
        }
        return {
            "protocol": 1,
            "name": self.name,
            "version": "1.0",
            "keys": [
                {
                    "key_specs": ["RSA_2048", "EC_P256"],
                    "protection_levels": ["Software-protected key"],
                    "usages": ["ENCRYPT/DECRYPT", "SIGN/VERIFY"],
                    "importable": ["private", "public"],
                }
            ],
            "algorithms": [
                {**rsa_keys, **ciphers, **oaep, "algorithm": "RSAES_OAEP_SHA_256"},
                {**rsa_keys, **signs, "algorithm": "RSA_PSS_SHA_256"},
                {
                    **rsa_keys,
                    **signs,
                    "algorithm": "RSA_PKCS1_SHA_256",
                    "features": ["digest-info-without-null"],
                },
                {**ec_keys, **signs, "algorithm": "ECDSA_SHA_256"},
                {
                    **ec_keys,
                    **ciphers,
                    "algorithm": "ECIES_DH_SHA_1_XOR_HMAC",
                    "dialects": ["EK||MK"],
                },
            ],
        }

    def do_import_key(self, request: JsonObject) -> JsonObject:
        """Answer ``import_key``."""
        key = self.loaded(request["part"], bytes.fromhex(request["material"]))
        handle = f"k{len(self.keys)}-{len(self.pairs)}"
        self.keys[handle] = b""
        self.pairs[handle] = key
        return {"ok": {"key": handle}}

    def loaded(self, part: str, material: bytes) -> Key:
        """The key that comes."""
        try:
            if part == "public":
                return serialization.load_der_public_key(material)
            return serialization.load_der_private_key(
                material, password=None, unsafe_skip_rsa_key_validation=True
            )
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise Refusal("invalid-argument", "BadKey", "no such key") from None

    def pair(self, request: JsonObject) -> Key:
        """The key of a request."""
        self._key(request)
        return self.pairs[request["key"]]

    def do_encrypt(self, request: JsonObject) -> JsonObject:
        """Answer ``encrypt``."""
        public, text = public_of(self.pair(request)), bytes.fromhex(request["plaintext"])
        return {"ok": {"ciphertext": self.encrypted(public, text, self.label(request)).hex()}}

    def encrypted(self, public: Key, text: bytes, label: bytes) -> bytes:
        """OAEP or ECIES, by the key."""
        if isinstance(public, ec.EllipticCurvePublicKey):
            ephemeral = ec.generate_private_key(public.curve)
            point = ephemeral.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
            keys = self.ecies_keys(ephemeral.exchange(ec.ECDH(), public), len(text))
            return point + self.enciphered(keys, text)
        try:
            found: bytes = public.encrypt(text, self.oaep(label))
        except ValueError:
            raise Refusal("invalid-argument", "TooLong", "the plaintext is too long") from None
        return found

    def do_decrypt(self, request: JsonObject) -> JsonObject:
        """Answer ``decrypt``."""
        key, ciphertext = self.pair(request), bytes.fromhex(request["ciphertext"])
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return {"ok": {"plaintext": self.opened(key, ciphertext).hex()}}
        try:
            text: bytes = key.decrypt(ciphertext, self.oaep(self.label(request)))
        except ValueError:
            raise self.bad_ciphertext("oaep", b"") from None
        return {"ok": {"plaintext": text.hex()}}

    def opened(self, key: ec.EllipticCurvePrivateKey, ciphertext: bytes) -> bytes:
        """ECIES decryption."""
        point, tag = ciphertext[:POINT_LENGTH], ciphertext[-TAG_LENGTH:]
        if len(ciphertext) < POINT_LENGTH + TAG_LENGTH:
            raise self.bad_ciphertext("length", b"")
        try:
            public = ec.EllipticCurvePublicKey.from_encoded_point(key.curve, point)
        except ValueError:
            raise self.bad_ciphertext("point", b"") from None
        body = ciphertext[POINT_LENGTH:-TAG_LENGTH]
        keys = self.ecies_keys(key.exchange(ec.ECDH(), public), len(body))
        text = self.enciphered(keys, body)[: len(body)]
        if not self.tag_is_right(keys, body, tag):
            raise self.bad_ciphertext("tag", text)
        return text

    def tag_is_right(self, keys: bytes, body: bytes, tag: bytes) -> bool:
        """Compare the tag of ECIES."""
        return hmac.digest(keys[len(body) :], body, "sha1") == tag

    def ecies_keys(self, z: bytes, length: int) -> bytes:
        """Encryption key and MAC key of ECIES, one behind the other."""
        blocks = range(1, (length + TAG_LENGTH) // TAG_LENGTH + 2)
        octets = b"".join(hashlib.sha1(z + n.to_bytes(4, "big")).digest() for n in blocks)
        return octets[: length + TAG_LENGTH]

    def enciphered(self, keys: bytes, text: bytes) -> bytes:
        """Text xor key, and the tag of the result."""
        body = bytes(one ^ other for one, other in zip(text, keys, strict=False))
        return body + hmac.digest(keys[len(text) :], body, "sha1")

    def bad_ciphertext(self, what: str, text: bytes) -> Refusal:
        """The refusal of a ciphertext; what was wrong and what was in it must stay inside."""
        return Refusal("invalid-ciphertext", "DecryptionFailed", "decryption failed")

    def label(self, request: JsonObject) -> bytes:
        """The OAEP label of a request."""
        return bytes.fromhex(request.get("label") or "")

    def oaep(self, label: bytes) -> padding.OAEP:
        """OAEP as the sheet has it."""
        return padding.OAEP(padding.MGF1(SHA_256), SHA_256, label or None)

    def digest(self, request: JsonObject) -> bytes:
        """The digest that is signed."""
        message = bytes.fromhex(request["message"])
        if request.get("message_type", "RAW") == "RAW":
            return hashlib.sha256(message).digest()
        if len(message) != SHA_256.digest_size:
            raise Refusal("invalid-argument", "DigestLength", "no digest of SHA-256")
        return message

    def do_sign(self, request: JsonObject) -> JsonObject:
        """Answer ``sign``."""
        key, digest = self.pair(request), self.digest(request)
        return {"ok": {"signature": self.signed(key, request["algorithm"], digest).hex()}}

    def signed(self, key: Key, algorithm: str, digest: bytes) -> bytes:
        """A signature of a digest."""
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(digest, ec.ECDSA(Prehashed(SHA_256)))
        found: bytes = key.sign(digest, self.scheme(algorithm), Prehashed(SHA_256))
        return found

    def scheme(self, algorithm: str) -> padding.PSS | padding.PKCS1v15:
        """The padding of an RSA signature."""
        if algorithm == "RSA_PSS_SHA_256":
            return padding.PSS(padding.MGF1(SHA_256), SHA_256.digest_size)
        return padding.PKCS1v15()

    def do_verify(self, request: JsonObject) -> JsonObject:
        """Answer ``verify``."""
        public, digest = public_of(self.pair(request)), self.digest(request)
        signature = bytes.fromhex(request["signature"])
        return {"ok": {"valid": self.verified(public, request["algorithm"], digest, signature)}}

    def verified(self, public: Key, algorithm: str, digest: bytes, signature: bytes) -> bool:
        """Whether a signature is right."""
        if algorithm == "RSA_PKCS1_SHA_256":
            return self.pkcs1_verified(public, digest, signature)
        try:
            if algorithm == "ECDSA_SHA_256":
                public.verify(signature, digest, ec.ECDSA(Prehashed(SHA_256)))
            else:
                public.verify(signature, digest, self.scheme(algorithm), Prehashed(SHA_256))
        except InvalidSignature:
            return False
        return True

    def pkcs1_verified(self, public: rsa.RSAPublicKey, digest: bytes, signature: bytes) -> bool:
        """Whether a signature of PKCS #1 v1.5 is right, with NULL in the DigestInfo or without."""
        numbers, length = public.public_numbers(), public.key_size // 8
        if len(signature) != length:
            return False
        found = pow(int.from_bytes(signature, "big"), numbers.e, numbers.n).to_bytes(length, "big")
        forms = (DIGEST_INFO + digest, DIGEST_INFO_WITHOUT_NULL + digest)
        return any(
            found == b"\x00\x01" + b"\xff" * (length - 3 - len(form)) + b"\x00" + form
            for form in forms
        )
