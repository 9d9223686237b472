"""Whether what a target answered to a valid test is right.

Where an algorithm draws something at random there is no one right answer. What the target made is
then undone by the reference: a ciphertext must decrypt under the group's private key, a signature
must verify under its public key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kmsproof.applicability import operation_of
from kmsproof.outcome import Decrypted, Encrypted, Signed, Verified
from kmsproof.vocabulary import Algorithm, EciesDialect, MessageType, Operation
from kmsproof_reference.errors import Refusal
from kmsproof_vectors.model import (
    AnyTest,
    CorpusFile,
    DecryptTest,
    EncryptTest,
    Group,
    ImportTest,
    MonteCarloTest,
    SignTest,
    VerifyTest,
)

if TYPE_CHECKING:
    from kmsproof_reference.ec_keys import EcPublicKey
    from kmsproof_reference.rsa import RsaPublicKey

Opener = Callable[[bytes, bytes], bytes]
"""Decrypts a ciphertext; the second argument is the label."""

Verifier = Callable[[bytes, bytes, bool], bool]
"""Says whether a signature is right for a message, or if told so for a digest."""


class RightAnswers:
    """Tells right answers from wrong ones for one group of tests."""

    def __init__(self, file: CorpusFile, group: Group) -> None:
        self._file = file
        self._group = group
        self._opener: Opener | None = None
        self._verifier: Verifier | None = None

    def accepts(self, test: AnyTest, value: object) -> bool:
        """Whether a value is a right answer to a valid test."""
        if type(test) is DecryptTest:
            return type(value) is Decrypted and value.plaintext == test.plaintext
        if type(test) is EncryptTest:
            return type(value) is Encrypted and self._accepts_encryption(test, value)
        if type(test) is VerifyTest:
            return type(value) is Verified and value.valid
        if type(test) is SignTest:
            return type(value) is Signed and self._accepts_signature(test, value.signature)
        if type(test) is ImportTest:
            return self._accepts_use(test, value)
        assert type(test) is MonteCarloTest
        if type(value) is Encrypted:
            return value.ciphertext == test.expected
        return type(value) is Decrypted and value.plaintext == test.expected

    def _accepts_encryption(self, test: EncryptTest, value: Encrypted) -> bool:
        if test.ciphertext is None:
            return value.tag is None and self._opens(value.ciphertext, test)
        return (
            value.ciphertext == test.ciphertext
            and value.tag == test.tag
            and (value.iv is None or value.iv == test.iv)
        )

    def _opens(self, ciphertext: bytes, test: EncryptTest) -> bool:
        if self._opener is None:
            self._opener = _opener(self._file, self._group.key.private or b"")
        try:
            return self._opener(ciphertext, test.label or b"") == test.plaintext
        except Refusal:
            return False

    def _accepts_signature(self, test: SignTest, signature: bytes) -> bool:
        if test.signature is not None:
            return signature == test.signature
        if self._verifier is None:
            self._verifier = _verifier(self._file.algorithm, self._group.key.public or b"")
        digest = test.message_type is MessageType.DIGEST
        return _verifies(self._verifier, test.message, signature, digest=digest)

    def _accepts_use(self, test: ImportTest, value: object) -> bool:
        use = operation_of(test)
        if use is Operation.DECRYPT:
            return type(value) is Decrypted and value.plaintext == test.plaintext
        if use is Operation.VERIFY:
            return type(value) is Verified and value.valid
        return type(value) is Signed and self._accepts_signature_of_import(test, value.signature)

    def _accepts_signature_of_import(self, test: ImportTest, signature: bytes) -> bool:
        try:
            verifier = _verifier_of_private(self._file.algorithm, test.material)
        except Refusal:  # no key that the reference can read, so nothing is right under it
            return False
        return _verifies(verifier, test.message or b"", signature, digest=False)


def _opener(file: CorpusFile, private: bytes) -> Opener:
    if file.algorithm is Algorithm.RSAES_OAEP_SHA_256:
        return _oaep_opener(private)
    from kmsproof_reference import ec_key_encoding, ecies

    dialect = ecies.MK_EK if file.dialect is EciesDialect.MK_EK else ecies.EK_MK
    scheme = ecies.Ecies(ec_key_encoding.decode_private_key(private), dialect)
    return lambda ciphertext, _: scheme.decrypt(ciphertext)


def _oaep_opener(private: bytes) -> Opener:
    """Return what decrypts RSAES-OAEP: a library, and where it refuses, the reference.

    A private operation takes the reference up to a hundred times as long. The library answers every
    OAEP vector of the corpus as it must, so that what it decrypts is rightly encrypted; what it
    does not, and keys that it does not take, the reference decides.
    """
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    from kmsproof_reference.oaep import Oaep
    from kmsproof_reference.rsa_key_encoding import decode_private_key

    reference = Oaep(decode_private_key(private))
    try:
        key = load_der_private_key(private, None, unsafe_skip_rsa_key_validation=True)
    except ValueError:
        return reference.decrypt
    assert isinstance(key, RSAPrivateKey)

    def opens(ciphertext: bytes, label: bytes) -> bytes:
        try:
            return key.decrypt(ciphertext, padding.OAEP(padding.MGF1(SHA256()), SHA256(), label))
        except ValueError:
            return reference.decrypt(ciphertext, label)

    return opens


def _verifies(verifier: Verifier, message: bytes, signature: bytes, *, digest: bool) -> bool:
    try:
        return verifier(message, signature, digest)
    except Refusal:
        return False


def _verifier(algorithm: Algorithm, public: bytes) -> Verifier:
    """Return what verifies under a SubjectPublicKeyInfo."""
    if algorithm is Algorithm.ECDSA_SHA_256:
        from kmsproof_reference import ec_key_encoding

        return _ecdsa_verifier(ec_key_encoding.decode_public_key(public))
    from kmsproof_reference import rsa_key_encoding

    return _rsa_verifier(algorithm, rsa_key_encoding.decode_public_key(public))


def _verifier_of_private(algorithm: Algorithm, private: bytes) -> Verifier:
    """Return what verifies under the public key of a PKCS #8 structure."""
    if algorithm is Algorithm.ECDSA_SHA_256:
        from kmsproof_reference import ec_key_encoding

        return _ecdsa_verifier(ec_key_encoding.decode_private_key(private).public)
    from kmsproof_reference import rsa_key_encoding

    return _rsa_verifier(algorithm, rsa_key_encoding.decode_private_key(private).public)


def _ecdsa_verifier(key: EcPublicKey) -> Verifier:
    from kmsproof_reference.ecdsa import Ecdsa
    from kmsproof_reference.ecdsa_signature import decode_signature

    ecdsa = Ecdsa(key)

    def verify(message: bytes, signature: bytes, digest: bool) -> bool:
        r, s = decode_signature(signature)
        return ecdsa.verify_digest(message, r, s) if digest else ecdsa.verify(message, r, s)

    return verify


def _rsa_verifier(algorithm: Algorithm, key: RsaPublicKey) -> Verifier:
    from kmsproof_reference.pkcs1_signature import Pkcs1Signature
    from kmsproof_reference.pss import Pss

    scheme = Pss(key) if algorithm is Algorithm.RSA_PSS_SHA_256 else Pkcs1Signature(key)

    def verify(message: bytes, signature: bytes, digest: bool) -> bool:
        if digest:
            return scheme.verify_digest(message, signature)
        return scheme.verify(message, signature)

    return verify
