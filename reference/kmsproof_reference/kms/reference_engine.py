"""The engine of the reference: every operation by the algorithms of this package, in plain Python.

Random bytes come from an argument: given the same bytes it makes the same keys, IVs being the
service's. Intermediate values go to ``show`` under the names that the schemes document. The
numbers of a key are checked when it is made or imported and not again when it is loaded.

An RSA key of 4096 bits takes many seconds to make here.
"""

from __future__ import annotations

from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.ec_key_encoding import EcKeyEncoding
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.ecies_dialect import EK_MK, MK_EK
from kmsproof_reference.errors import (
    InvalidArgument,
    InvalidCiphertext,
    InvalidSignatureEncoding,
)
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.kms.engine import EngineKey, KeyMaterial, RefusingKey
from kmsproof_reference.kms.policy import DIGEST_LENGTH, GCM_TAG_LENGTH
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.padding import NoPadding, Padding, Pkcs7Padding
from kmsproof_reference.parts import STANDARD, Parts
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_reference.random_choices import RandomChoices
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_encoding import RsaKeyEncoding
from kmsproof_reference.rsa_keys import RsaKeyValidation
from kmsproof_reference.vocabulary import (
    AES_KEY_LENGTHS,
    EC_CURVES,
    RSA_MODULUS_BITS,
    Algorithm,
    EciesDialect,
    KeySpec,
    PaddingMode,
)

DIALECTS = {EciesDialect.EK_MK: EK_MK, EciesDialect.MK_EK: MK_EK}

CURVES = {KeySpec.EC_P256: P256, KeySpec.EC_P256K: SECP256K1}


class ReferenceEngine:
    """Makes and loads keys."""

    def __init__(
        self,
        choices: RandomChoices,
        dialect: EciesDialect = EciesDialect.EK_MK,
        show: Show = nobody,
        parts: Parts = STANDARD,
    ) -> None:
        """``choices`` are what is random, ``show`` is told intermediate values.

        ``dialect`` is the byte layout of ECIES that the keys speak, ``parts`` are those of the
        algorithms.
        """
        self._choices, self._dialect, self._show, self._parts = choices, dialect, show, parts

    @property
    def dialect(self) -> EciesDialect:
        """The byte layout of ECIES that its keys speak."""
        return self._dialect

    def generate(self, key_spec: KeySpec) -> KeyMaterial:
        """Make a key."""
        if key_spec.is_symmetric:
            return KeyMaterial(self._choices.aes_key(AES_KEY_LENGTHS[key_spec]))
        if key_spec in CURVES:
            ec_key = self._choices.ec_key(CURVES[key_spec])
            encoding = self._parts(EcKeyEncoding)()
            return KeyMaterial(
                encoding.encode_private_key(ec_key), encoding.encode_public_key(ec_key.public)
            )
        rsa_key = self._choices.rsa_key(RSA_MODULUS_BITS[key_spec])
        rsa_encoding = self._parts(RsaKeyEncoding)()
        return KeyMaterial(
            rsa_encoding.encode_private_key(rsa_key), rsa_encoding.encode_public_key(rsa_key.public)
        )

    def load(self, key_spec: KeySpec, secret: bytes) -> EngineKey:
        """Make a key ready for use.

        Raises `InvalidArgument` or `MalformedDer` when the secret is not one of the key spec.
        """
        if key_spec.is_symmetric:
            if len(secret) != AES_KEY_LENGTHS[key_spec]:
                raise InvalidArgument(f"a key of {key_spec} has {AES_KEY_LENGTHS[key_spec]} bytes")
            return ReferenceAesKey(secret, self._show, self._parts)
        if key_spec in CURVES:
            ec_key = self._parts(EcKeyEncoding)().decode_private_key(secret)
            if ec_key.curve.name != EC_CURVES[key_spec]:
                raise InvalidArgument(f"the private key is not one of {key_spec}")
            return ReferenceEcKey(ec_key, self._choices, self._dialect, self._show, self._parts)
        rsa_key = self._parts(RsaKeyEncoding)().decode_private_key(secret)
        self._parts(RsaKeyValidation)().check_length(rsa_key.public, RSA_MODULUS_BITS[key_spec])
        return ReferenceRsaKey(rsa_key, self._choices, self._show, self._parts)


class ReferenceAesKey(RefusingKey):
    """AES: GCM, ECB and CBC (SP 800-38D, SP 800-38A)."""

    def __init__(self, secret: bytes, show: Show = nobody, parts: Parts = STANDARD) -> None:
        """``secret`` has 16, 24 or 32 bytes."""
        paddings: dict[PaddingMode, Padding] = {
            PaddingMode.PKCS7_PADDING: parts(Pkcs7Padding)(),
            PaddingMode.NO_PADDING: parts(NoPadding)(),
        }
        ecb, cbc = parts(Ecb), parts(Cbc)
        self._gcm = parts(Gcm)(secret, show)
        self._ecb = {mode: ecb(secret, padding, show) for mode, padding in paddings.items()}
        self._cbc = {mode: cbc(secret, padding, show) for mode, padding in paddings.items()}

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
            return b"".join(self._gcm.encrypt(_present(iv), plaintext, aad, GCM_TAG_LENGTH))
        if algorithm is Algorithm.CBC:
            return self._cbc[_chosen(padding)].encrypt(_present(iv), plaintext)
        return self._ecb[_chosen(padding)].encrypt(plaintext)

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
        if algorithm is Algorithm.GCM:
            if len(ciphertext) < GCM_TAG_LENGTH:
                raise InvalidCiphertext("the ciphertext is shorter than a tag")
            text, tag = ciphertext[:-GCM_TAG_LENGTH], ciphertext[-GCM_TAG_LENGTH:]
            return self._gcm.decrypt(_present(iv), text, aad, tag, GCM_TAG_LENGTH)
        if algorithm is Algorithm.CBC:
            return self._cbc[_chosen(padding)].decrypt(_present(iv), ciphertext)
        return self._ecb[_chosen(padding)].decrypt(ciphertext)


class ReferenceRsaKey(RefusingKey):
    """RSA: OAEP, PSS and PKCS #1 v1.5, all with SHA-256 (RFC 8017)."""

    def __init__(
        self,
        key: RsaPrivateKey,
        choices: RandomChoices,
        show: Show = nobody,
        parts: Parts = STANDARD,
    ) -> None:
        """Take the private key, and where seeds and salts come from."""
        self._choices = choices
        self._oaep, self._pss = parts(Oaep)(key, show=show), parts(Pss)(key, show=show)
        self._pkcs1 = parts(Pkcs1Signature)(key, show=show)

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
        return self._oaep.encrypt(plaintext, self._choices.oaep_seed(self._oaep.hash_length))

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
        return self._oaep.decrypt(ciphertext)

    def sign(self, algorithm: Algorithm, digest: bytes) -> bytes:
        """A signature of modulus length (RFC 8017 §8.1.1, §8.2.1); PSS with a salt of 32 bytes."""
        if algorithm is Algorithm.RSA_PSS_SHA_256:
            return self._pss.sign_digest(digest, self._choices.pss_salt(DIGEST_LENGTH))
        return self._pkcs1.sign_digest(digest)

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> bool:
        """Whether the signature is right (RFC 8017 §8.1.2, §8.2.2)."""
        scheme = self._pss if algorithm is Algorithm.RSA_PSS_SHA_256 else self._pkcs1
        return scheme.verify_digest(digest, signature)


class ReferenceEcKey(RefusingKey):
    """Elliptic curves: ECIES (SEC 1 §5.1) and ECDSA (FIPS 186-5 §6.4)."""

    def __init__(
        self,
        key: EcPrivateKey,
        choices: RandomChoices,
        dialect: EciesDialect,
        show: Show = nobody,
        parts: Parts = STANDARD,
    ) -> None:
        """Take the private key, and where ephemeral keys and per-message secrets come from."""
        self._choices, self._key = choices, key
        self._ecies = parts(Ecies)(key, DIALECTS[dialect], show)
        self._ecdsa = parts(Ecdsa)(key, show=show)

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
        return self._ecies.encrypt(plaintext, self._choices.ephemeral_scalar(self._key.curve))

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
        return self._ecdsa.sign_digest_der(digest, self._choices.nonce(self._key, digest))

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> bool:
        """Whether the signature is right; one that is no DER is not."""
        try:
            return self._ecdsa.verify_digest_der(digest, signature)
        except InvalidSignatureEncoding:
            return False


def _present(iv: bytes | None) -> bytes:
    if iv is None:
        raise InvalidArgument("GCM and CBC need an IV")
    return iv


def _chosen(padding: PaddingMode | None) -> PaddingMode:
    if padding is None:
        raise InvalidArgument("ECB and CBC need a padding mode")
    return padding
