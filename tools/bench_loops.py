"""The bare loops of the bench: the calls that ask ``cryptography`` all vectors, and nothing else.

A key is loaded once for its group, and a test is one call. The answer is compared where there is
one to compare with; what the library draws at random is made and not looked at. Nothing is planned,
judged or recorded. Where an answer differs from what the corpus says, the suite finds it as well.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from kmsproof.applicability import operation_of
from kmsproof.vocabulary import (
    RSA_MODULUS_BITS,
    Algorithm,
    EciesDialect,
    KeyPart,
    KeySpec,
    MessageType,
    Operation,
    PaddingMode,
)
from kmsproof_reference.monte_carlo import cbc_decrypt_chain, cbc_encrypt_chain, ecb_chain
from kmsproof_vectors.model import (
    AnyTest,
    CorpusFile,
    DecryptTest,
    EncryptTest,
    Group,
    ImportTest,
    MonteCarloTest,
    Result,
    SignTest,
    VerifyTest,
)

REFUSALS = (ValueError, TypeError, InvalidTag, InvalidSignature, UnsupportedAlgorithm)
"""How the library says no."""

SHA_256 = SHA256()
DIGEST_OF_SHA_256 = Prehashed(SHA_256)
MASK = MGF1(SHA_256)

CURVES: dict[KeySpec, ec.EllipticCurve] = {
    KeySpec.EC_P256: ec.SECP256R1(),
    KeySpec.EC_P256K: ec.SECP256K1(),
}

MAC_LENGTH = 20
"""Bytes of HMAC-SHA-1, both of its key and of the tag."""

POINT_LENGTHS = {b"\0": 1, b"\2": 33, b"\3": 33, b"\4": 65}
"""Bytes of a point of a 256-bit curve, by its first one (SEC 1 §2.3.3)."""


class BareLoop(ABC):
    """A key, and the calls with it."""

    def ask(self, test: AnyTest) -> bool:
        """Make the call of a test and say whether the answer is what the corpus says."""
        try:
            return self.call(test) and test.result is Result.VALID
        except REFUSALS:
            return test.result is Result.INVALID

    @abstractmethod
    def call(self, test: AnyTest) -> bool:
        """Make the call and compare the answer; a refusal is raised."""


def differing(file: CorpusFile, group: Group, tests: Sequence[AnyTest]) -> list[str]:
    """Ask tests of a group; return the ids of those that are answered otherwise than they say."""
    try:
        loop = bare_loop(file, group, tests)
    except REFUSALS:
        return [test.id for test in tests if test.result is Result.VALID]
    return [test.id for test in tests if not loop.ask(test)]


def bare_loop(file: CorpusFile, group: Group, tests: Sequence[AnyTest]) -> BareLoop:
    """Load the key of a group, the private one only where a test needs it."""
    key = group.key
    if key.secret is not None:
        return AesLoop(file, key.secret, group.tag_length or 16)
    loop = RsaLoop if file.key_spec in RSA_MODULUS_BITS else EcLoop
    private = {operation_of(test) for test in tests} & {Operation.DECRYPT, Operation.SIGN}
    if key.private is not None and (private or key.public is None):
        return loop(file, key.private, KeyPart.PRIVATE)
    return loop(file, key.public or b"", KeyPart.PUBLIC)


class AesLoop(BareLoop):
    """ECB, CBC and GCM."""

    def __init__(self, file: CorpusFile, key: bytes, tag_length: int) -> None:
        self._key = algorithms.AES(key)
        self._aead = AESGCM(key)
        self._tag_length = tag_length
        self._pkcs7 = file.padding is PaddingMode.PKCS7_PADDING
        self._algorithm = file.algorithm

    def call(self, test: AnyTest) -> bool:
        """Encrypt, decrypt, or go through a chain."""
        if isinstance(test, EncryptTest):
            return self._encrypt(test)
        if isinstance(test, DecryptTest):
            return self._decrypt(test)
        assert isinstance(test, MonteCarloTest)
        return self._chain(test)

    def _encrypt(self, test: EncryptTest) -> bool:
        if self._algorithm is not Algorithm.GCM:
            return self._encrypt_blocks(test.iv, test.plaintext) == test.ciphertext
        iv = test.iv or b""
        if self._tag_length == 16:
            sealed = self._aead.encrypt(iv, test.plaintext, test.aad)
            return sealed == (test.ciphertext or b"") + (test.tag or b"")
        context = Cipher(self._key, modes.GCM(iv, None)).encryptor()
        context.authenticate_additional_data(test.aad or b"")
        ciphertext = context.update(test.plaintext) + context.finalize()
        return ciphertext == test.ciphertext and context.tag[: self._tag_length] == test.tag

    def _decrypt(self, test: DecryptTest) -> bool:
        if self._algorithm is not Algorithm.GCM:
            return self._decrypt_blocks(test.iv, test.ciphertext) == test.plaintext
        iv, tag = test.iv or b"", test.tag or b""
        if len(tag) != self._tag_length:  # the library takes longer ones than it is told to expect
            raise ValueError("a tag of another length")
        if len(tag) == 16:
            return self._aead.decrypt(iv, test.ciphertext + tag, test.aad) == test.plaintext
        mode = modes.GCM(iv, tag, min_tag_length=self._tag_length)
        context = Cipher(self._key, mode).decryptor()
        context.authenticate_additional_data(test.aad or b"")
        return context.update(test.ciphertext) + context.finalize() == test.plaintext

    def _cipher(self, iv: bytes | None) -> Cipher[modes.ECB] | Cipher[modes.CBC]:
        if self._algorithm is Algorithm.ECB:
            return Cipher(self._key, modes.ECB())
        return Cipher(self._key, modes.CBC(iv or b""))

    def _encrypt_blocks(self, iv: bytes | None, text: bytes) -> bytes:
        if self._pkcs7:
            padder = PKCS7(128).padder()
            text = padder.update(text) + padder.finalize()
        context = self._cipher(iv).encryptor()
        return context.update(text) + context.finalize()

    def _decrypt_blocks(self, iv: bytes | None, text: bytes) -> bytes:
        context = self._cipher(iv).decryptor()
        padded = context.update(text) + context.finalize()
        if not self._pkcs7:
            return padded
        unpadder = PKCS7(128).unpadder()
        return unpadder.update(padded) + unpadder.finalize()

    def _chain(self, test: MonteCarloTest) -> bool:
        encrypts = test.direction is Operation.ENCRYPT
        block = self._encrypt_blocks if encrypts else self._decrypt_blocks
        if test.iv is None:
            _, last = ecb_chain(lambda text: block(None, text), test.text, test.iterations)
        else:
            chain = cbc_encrypt_chain if encrypts else cbc_decrypt_chain
            _, last = chain(block, test.iv, test.text, test.iterations)
        return last == test.expected


class KeyPairLoop(BareLoop):
    """What RSA and elliptic curves have in common: a function for each kind of test."""

    def __init__(self, file: CorpusFile, material: bytes, part: KeyPart) -> None:
        """Load a key; as in the adapter, only a private one can decrypt and sign.

        Raises:
            ValueError: or another refusal, if the library does not take it, or it is none of the
                key spec.
        """
        self.file = file
        if part is KeyPart.PRIVATE:
            self.take(load_der_private_key(material, None))
        else:
            self.take(load_der_public_key(material))

    @abstractmethod
    def take(self, key: PrivateKeyTypes | PublicKeyTypes) -> None:
        """Keep a key that was loaded."""

    @abstractmethod
    def encrypt(self, plaintext: bytes, label: bytes | None) -> bytes:
        """Encrypt with the algorithm of the file."""

    @abstractmethod
    def decrypt(self, ciphertext: bytes, label: bytes | None) -> bytes:
        """Decrypt with the algorithm of the file."""

    @abstractmethod
    def sign(self, message: bytes, message_type: MessageType) -> bytes:
        """Sign with the algorithm of the file."""

    @abstractmethod
    def verify(self, message: bytes, message_type: MessageType, signature: bytes) -> None:
        """Verify with the algorithm of the file."""

    def call(self, test: AnyTest) -> bool:
        """Make the one call; of a test that brings a key the two."""
        if isinstance(test, VerifyTest):
            return self._verify(test)
        if isinstance(test, DecryptTest):
            return self._decrypt(test)
        if isinstance(test, EncryptTest):
            return self._encrypt(test)
        if isinstance(test, SignTest):
            return self._sign(test)
        assert isinstance(test, ImportTest)
        return self._import(test)

    def _verify(self, test: VerifyTest) -> bool:
        self.verify(test.message, test.message_type, test.signature)
        return True

    def _decrypt(self, test: DecryptTest) -> bool:
        return self.decrypt(test.ciphertext, test.label) == test.plaintext

    def _encrypt(self, test: EncryptTest) -> bool:
        made = self.encrypt(test.plaintext, test.label)
        return test.ciphertext is None or made == test.ciphertext

    def _sign(self, test: SignTest) -> bool:
        made = self.sign(test.message, test.message_type)
        return test.signature is None or made == test.signature

    def _import(self, test: ImportTest) -> bool:
        other = type(self)(self.file, test.material, test.part)
        message = test.message or b""
        if test.ciphertext is not None:
            return other.decrypt(test.ciphertext, None) == test.plaintext
        if test.signature is None:
            other.sign(message, MessageType.RAW)
        else:
            other.verify(message, MessageType.RAW, test.signature)
        return True


class RsaLoop(KeyPairLoop):
    """RSAES-OAEP and the two kinds of signature."""

    def take(self, key: PrivateKeyTypes | PublicKeyTypes) -> None:
        """Keep the key, and what says how to sign."""
        if isinstance(key, RSAPrivateKey):
            self._private = key
            key = key.public_key()
        if not isinstance(key, RSAPublicKey):
            raise ValueError("no RSA key")
        if key.key_size != RSA_MODULUS_BITS[self.file.key_spec]:
            raise ValueError("a modulus of another length")
        self._public = key
        pss = self.file.algorithm is Algorithm.RSA_PSS_SHA_256
        self._padding = PSS(MASK, SHA_256.digest_size) if pss else PKCS1v15()

    def encrypt(self, plaintext: bytes, label: bytes | None) -> bytes:
        """``OAEP``."""
        return self._public.encrypt(plaintext, OAEP(MASK, SHA_256, label))

    def decrypt(self, ciphertext: bytes, label: bytes | None) -> bytes:
        """``OAEP``."""
        return self._private.decrypt(ciphertext, OAEP(MASK, SHA_256, label))

    def sign(self, message: bytes, message_type: MessageType) -> bytes:
        """``PSS`` or ``PKCS1v15``."""
        return self._private.sign(message, self._padding, _hash(message_type))

    def verify(self, message: bytes, message_type: MessageType, signature: bytes) -> None:
        """``PSS`` or ``PKCS1v15``."""
        self._public.verify(signature, message, self._padding, _hash(message_type))


class EcLoop(KeyPairLoop):
    """ECDSA, and ECIES of ``ECDH``, ``X963KDF`` and ``HMAC``."""

    def take(self, key: PrivateKeyTypes | PublicKeyTypes) -> None:
        """Keep the key."""
        if isinstance(key, ec.EllipticCurvePrivateKey):
            self._private = key
            key = key.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise ValueError("no key of an elliptic curve")
        if key.curve.name != CURVES[self.file.key_spec].name:
            raise ValueError("a key of another curve")
        self._public = key

    def encrypt(self, plaintext: bytes, label: bytes | None) -> bytes:
        """SEC 1 v2.0 §5.1.3."""
        sender = ec.generate_private_key(self._public.curve)
        point = sender.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        secret = sender.exchange(ec.ECDH(), self._public)
        encryption_key, mac = self._derive(secret, len(plaintext))
        masked = _xor(plaintext, encryption_key)
        mac.update(masked)
        return point + masked + mac.finalize()

    def decrypt(self, ciphertext: bytes, label: bytes | None) -> bytes:
        """SEC 1 v2.0 §5.1.4."""
        length = POINT_LENGTHS.get(ciphertext[:1], 0)
        masked, tag = ciphertext[length:-MAC_LENGTH], ciphertext[-MAC_LENGTH:]
        point = ec.EllipticCurvePublicKey.from_encoded_point(
            self._private.curve, ciphertext[:length]
        )
        secret = self._private.exchange(ec.ECDH(), point)
        encryption_key, mac = self._derive(secret, len(masked))
        mac.update(masked)
        mac.verify(tag)
        return _xor(masked, encryption_key)

    def _derive(self, secret: bytes, length: int) -> tuple[bytes, HMAC]:
        data = X963KDF(SHA1(), length + MAC_LENGTH, None).derive(secret)
        if self.file.dialect is EciesDialect.EK_MK:
            return data[:length], HMAC(data[length:], SHA1())
        return data[MAC_LENGTH:], HMAC(data[:MAC_LENGTH], SHA1())

    def sign(self, message: bytes, message_type: MessageType) -> bytes:
        """``ECDSA``."""
        return self._private.sign(message, ec.ECDSA(_hash(message_type)))

    def verify(self, message: bytes, message_type: MessageType, signature: bytes) -> None:
        """``ECDSA``."""
        self._public.verify(signature, message, ec.ECDSA(_hash(message_type)))


def _hash(message_type: MessageType) -> SHA256 | Prehashed:
    return SHA_256 if message_type is MessageType.RAW else DIGEST_OF_SHA_256


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left) ^ int.from_bytes(right)).to_bytes(len(left))
