"""The fast engine of the service: its cryptographic operations by the package ``cryptography``.

It gives the same answers as the engine of the reference, up to what is random. Everything that is
wrong with a ciphertext is one `InvalidCiphertext` with one text for each kind of key.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from kmsproof_reference import curves
from kmsproof_reference.ecies_dialect import EK_MK, MK_EK
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.kms.engine import EngineKey, KeyMaterial, RefusingKey
from kmsproof_reference.vocabulary import (
    AES_KEY_LENGTHS,
    RSA_MODULUS_BITS,
    Algorithm,
    EciesDialect,
    KeySpec,
    PaddingMode,
)
from kmsproof_server.ecies import FastEcies

PUBLIC_EXPONENT = 65537
"""The public exponent of the RSA keys that are made (FIPS 186-5 A.1.1)."""

DIALECTS = {EciesDialect.EK_MK: EK_MK, EciesDialect.MK_EK: MK_EK}

_CURVES: dict[KeySpec, ec.EllipticCurve] = {
    KeySpec.EC_P256: ec.SECP256R1(),
    KeySpec.EC_P256K: ec.SECP256K1(),
}
_REFERENCE_CURVES = {KeySpec.EC_P256: curves.P256, KeySpec.EC_P256K: curves.SECP256K1}

_SHA_256 = SHA256()
_DIGEST = Prehashed(_SHA_256)
_BLOCK_PADDING = PKCS7(128)
_OAEP = OAEP(MGF1(_SHA_256), _SHA_256, None)
_SIGNATURE_PADDINGS = {
    Algorithm.RSA_PSS_SHA_256: PSS(MGF1(_SHA_256), _SHA_256.digest_size),
    Algorithm.RSA_PKCS1_SHA_256: PKCS1v15(),
}


class FastEngine:
    """Makes and loads keys of ``cryptography``."""

    def __init__(self, dialect: EciesDialect = EciesDialect.EK_MK) -> None:
        """``dialect`` is the byte layout of ECIES that the keys speak."""
        self._dialect = dialect

    @property
    def dialect(self) -> EciesDialect:
        """The byte layout of ECIES that its keys speak."""
        return self._dialect

    def generate(self, key_spec: KeySpec) -> KeyMaterial:
        """Make a key with the random source of the operating system."""
        if key_spec.is_symmetric:
            return KeyMaterial(secrets.token_bytes(AES_KEY_LENGTHS[key_spec]))
        key = (
            ec.generate_private_key(_CURVES[key_spec])
            if key_spec in _CURVES
            else rsa.generate_private_key(PUBLIC_EXPONENT, RSA_MODULUS_BITS[key_spec])
        )
        return KeyMaterial(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
            key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        )

    def load(self, key_spec: KeySpec, secret: bytes) -> EngineKey:
        """Make a key ready for use.

        Raises `InvalidArgument` when the secret is not one of the key spec.
        """
        if key_spec.is_symmetric:
            if len(secret) != AES_KEY_LENGTHS[key_spec]:
                raise InvalidArgument(f"a key of {key_spec} has {AES_KEY_LENGTHS[key_spec]} bytes")
            return FastAesKey(secret)
        # Its numbers were checked when it was made, and to do so again takes longer than to sign.
        try:
            key = load_der_private_key(secret, None, unsafe_skip_rsa_key_validation=True)
        except ValueError as error:
            raise InvalidArgument(f"the private key is not one of {key_spec}") from error
        if isinstance(key, rsa.RSAPrivateKey) and RSA_MODULUS_BITS.get(key_spec) == key.key_size:
            return FastRsaKey(key)
        if isinstance(key, ec.EllipticCurvePrivateKey) and key_spec in _CURVES:
            return FastEcKey(key, key_spec, self._dialect)
        raise InvalidArgument(f"the private key is not one of {key_spec}")


class FastAesKey(RefusingKey):
    """AES: GCM, ECB and CBC (SP 800-38D, SP 800-38A)."""

    def __init__(self, secret: bytes) -> None:
        """``secret`` has 16, 24 or 32 bytes."""
        self._aes, self._gcm = algorithms.AES(secret), AESGCM(secret)

    def encrypt(
        self,
        algorithm: Algorithm,
        plaintext: bytes,
        *,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
    ) -> bytes:
        """Return the ciphertext; for GCM the tag of 16 bytes follows it."""
        if algorithm is Algorithm.GCM:
            return self._gcm.encrypt(_present(iv), plaintext, aad)
        if padding is PaddingMode.PKCS7_PADDING:
            padder = _BLOCK_PADDING.padder()
            plaintext = padder.update(plaintext) + padder.finalize()
        return _finished(Cipher(self._aes, _block_mode(algorithm, iv)).encryptor(), plaintext)

    def decrypt(
        self,
        algorithm: Algorithm,
        ciphertext: bytes,
        *,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
    ) -> bytes:
        """Return the plaintext. Raises `InvalidCiphertext`."""
        try:
            if algorithm is Algorithm.GCM:
                return self._gcm.decrypt(_present(iv), ciphertext, aad)
            decryptor = Cipher(self._aes, _block_mode(algorithm, iv)).decryptor()
            plaintext = _finished(decryptor, ciphertext)
            if padding is PaddingMode.PKCS7_PADDING:
                unpadder = _BLOCK_PADDING.unpadder()
                plaintext = unpadder.update(plaintext) + unpadder.finalize()
            return plaintext
        except (InvalidTag, ValueError):
            raise InvalidCiphertext("the ciphertext does not decrypt") from None


class FastRsaKey(RefusingKey):
    """RSA: OAEP, PSS and PKCS #1 v1.5, all with SHA-256 (RFC 8017)."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        """Take the private key."""
        self._private, self._public = key, key.public_key()

    def encrypt(
        self,
        algorithm: Algorithm,
        plaintext: bytes,
        *,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
    ) -> bytes:
        """RSAES-OAEP with the empty label (RFC 8017 §7.1.1)."""
        return self._public.encrypt(plaintext, _OAEP)

    def decrypt(
        self,
        algorithm: Algorithm,
        ciphertext: bytes,
        *,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
    ) -> bytes:
        """RSAES-OAEP with the empty label (RFC 8017 §7.1.2). Raises `InvalidCiphertext`."""
        try:
            return self._private.decrypt(ciphertext, _OAEP)
        except ValueError:
            raise InvalidCiphertext("decryption error (RFC 8017 §7.1.2)") from None

    def sign(self, algorithm: Algorithm, digest: bytes) -> bytes:
        """A signature of modulus length (RFC 8017 §8.1.1, §8.2.1); PSS with a salt of 32 bytes."""
        return self._private.sign(digest, _SIGNATURE_PADDINGS[algorithm], _DIGEST)

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> bool:
        """Whether the signature is right (RFC 8017 §8.1.2, §8.2.2)."""
        try:
            self._public.verify(signature, digest, _SIGNATURE_PADDINGS[algorithm], _DIGEST)
        except InvalidSignature:
            return False
        return True


class FastEcKey(RefusingKey):
    """Elliptic curves: ECIES (SEC 1 §5.1) and ECDSA (FIPS 186-5 §6.4)."""

    def __init__(
        self, key: ec.EllipticCurvePrivateKey, key_spec: KeySpec, dialect: EciesDialect
    ) -> None:
        """Take the private key. Raises `InvalidArgument` when it is on another curve."""
        if key.curve.name != _CURVES[key_spec].name:
            raise InvalidArgument(f"the private key is not one of {key_spec}")
        self._private, self._public = key, key.public_key()
        self._ecies = FastEcies(key, _REFERENCE_CURVES[key_spec], DIALECTS[dialect])
        self._ecdsa = ec.ECDSA(_DIGEST)

    def encrypt(
        self,
        algorithm: Algorithm,
        plaintext: bytes,
        *,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
    ) -> bytes:
        """ECIES with an uncompressed ephemeral point: 85 bytes more than the plaintext."""
        return self._ecies.encrypt_with_new_key(plaintext)

    def decrypt(
        self,
        algorithm: Algorithm,
        ciphertext: bytes,
        *,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
    ) -> bytes:
        """ECIES. Raises `InvalidCiphertext`."""
        return self._ecies.decrypt(ciphertext)

    def sign(self, algorithm: Algorithm, digest: bytes) -> bytes:
        """ECDSA, in DER, with a random k."""
        return self._private.sign(digest, self._ecdsa)

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> bool:
        """Whether the signature is right; one that is no DER is not."""
        try:
            self._public.verify(signature, digest, self._ecdsa)
        except InvalidSignature:
            return False
        return True


def _block_mode(algorithm: Algorithm, iv: bytes | None) -> modes.ECB | modes.CBC:
    return modes.CBC(_present(iv)) if algorithm is Algorithm.CBC else modes.ECB()


def _present(iv: bytes | None) -> bytes:
    if iv is None:
        raise InvalidArgument("GCM and CBC need an IV")
    return iv


def _finished(context: CipherContext, data: bytes) -> bytes:
    return context.update(data) + context.finalize()
