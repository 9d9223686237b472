"""The corpus files of ECDSA, and how three libraries answer them with their own calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
)

from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.ec_key_encoding import decode_private_key, decode_public_key
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.errors import Refusal
from kmsproof_reference.vocabulary import KeyPart, MessageType
from kmsproof_vectors.load import corpus_folder, decode_file
from kmsproof_vectors.model import (
    AnyTest,
    CorpusFile,
    GroupKey,
    ImportTest,
    SignTest,
    VerifyTest,
)

CURVES: dict[str, Curve] = {"ec-p256-ecdsa": P256, "ec-p256k-ecdsa": SECP256K1}
FAMILIES = tuple(CURVES)

DIGEST_LENGTH = 32
"""Bytes of a digest that the interface takes; the libraries leave it to their caller."""


@cache
def ecdsa_file(family: str) -> CorpusFile:
    """Return one of the two files as it is published."""
    path = corpus_folder() / "ec" / f"{family}.json"
    return decode_file(path.read_bytes(), path)


def keyed(family: str) -> Iterator[tuple[GroupKey, AnyTest]]:
    """Yield each test of a file with its key."""
    for group in ecdsa_file(family).groups:
        for test in group.tests:
            yield group.key, test


def verifications(family: str) -> Iterator[tuple[GroupKey, VerifyTest]]:
    """Yield each verification of a file with its key."""
    for key, test in keyed(family):
        if isinstance(test, VerifyTest):
            yield key, test


def imports(family: str) -> Iterator[ImportTest]:
    """Yield each import of a file."""
    for _, test in keyed(family):
        if isinstance(test, ImportTest):
            yield test


def signings(family: str) -> Iterator[tuple[GroupKey, SignTest]]:
    """Yield each signature to be made of a file, with its key."""
    for key, test in keyed(family):
        if isinstance(test, SignTest):
            yield key, test


class Refused(Exception):
    """A library refuses what it is given; the text is its own."""


Verifier = Callable[[str, bytes, bytes, bytes, bool], bool]
"""From family, public key, message, signature, and whether the message is a digest, to the answer.

A key that is refused, or is on another curve, is `Refused`."""

Signer = Callable[[str, bytes, bytes], bool]
"""From family, private key and message to whether a signature was made; raises `Refused`."""


@lru_cache(maxsize=1024)
def _reference_key(family: str, public: bytes) -> Ecdsa:
    key = decode_public_key(public)
    if key.curve is not CURVES[family]:
        raise Refused("another curve")
    return Ecdsa(key)


def reference(family: str, public: bytes, message: bytes, signature: bytes, digested: bool) -> bool:
    """The reference's answer."""
    try:
        ecdsa = _reference_key(family, public)
        if digested:
            return ecdsa.verify_digest_der(message, signature)
        return ecdsa.verify_der(message, signature)
    except Refusal as refusal:
        raise Refused(str(refusal)) from None


def reference_signs(family: str, private: bytes, message: bytes) -> bool:
    """Whether the reference signs."""
    try:
        key = decode_private_key(private)
        if key.curve is not CURVES[family]:
            raise Refused("another curve")
        return len(Ecdsa(key).sign_der(message, 12345)) > 0
    except Refusal as refusal:
        raise Refused(str(refusal)) from None


PYCA_CURVES: dict[str, ec.EllipticCurve] = {
    "ec-p256-ecdsa": ec.SECP256R1(),
    "ec-p256k-ecdsa": ec.SECP256K1(),
}


@lru_cache(maxsize=1024)
def _pyca_key(family: str, public: bytes) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(public)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused(str(error)) from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != PYCA_CURVES[family].name:
        raise Refused("another kind of key")
    return key


def pyca(family: str, public: bytes, message: bytes, signature: bytes, digested: bool) -> bool:
    """The answer of ``cryptography``."""
    algorithm = Prehashed(hashes.SHA256()) if digested else hashes.SHA256()
    try:
        _pyca_key(family, public).verify(signature, message, ec.ECDSA(algorithm))
    except InvalidSignature:
        return False
    except ValueError as error:
        raise Refused(str(error)) from None
    return True


def pyca_signs(family: str, private: bytes, message: bytes) -> bool:
    """Whether ``cryptography`` signs."""
    try:
        key = load_der_private_key(private, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Refused(str(error)) from None
    if (
        not isinstance(key, ec.EllipticCurvePrivateKey)
        or key.curve.name != PYCA_CURVES[family].name
    ):
        raise Refused("another kind of key")
    return len(key.sign(message, ec.ECDSA(hashes.SHA256()))) > 0


PYCRYPTODOME_CURVES = {"ec-p256-ecdsa": "NIST P-256", "ec-p256k-ecdsa": "secp256k1"}


class Digested:
    """A digest in place of a hash object."""

    oid = SHA256.SHA256Hash.oid
    digest_size = DIGEST_LENGTH

    def __init__(self, digest: bytes) -> None:
        self._digest = digest

    def digest(self) -> bytes:
        """The digest."""
        return self._digest


@lru_cache(maxsize=1024)
def _pycryptodome_key(family: str, material: bytes, private: bool) -> ECC.EccKey:
    try:
        key = ECC.import_key(material)
    except (ValueError, IndexError, TypeError, NotImplementedError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from None
    if key.curve != PYCRYPTODOME_CURVES[family] or key.has_private() is not private:
        raise Refused("another kind of key")
    return key


def pycryptodome(
    family: str, public: bytes, message: bytes, signature: bytes, digested: bool
) -> bool:
    """The answer of ``pycryptodome``; it leaves it to its caller to insist on a digest's length."""
    if digested and len(message) != DIGEST_LENGTH:
        raise Refused("the digest has another length")
    scheme = DSS.new(_pycryptodome_key(family, public, False), "sec1", "der")
    hashed = Digested(message) if digested else SHA256.new(message)
    try:
        scheme.verify(hashed, signature)
    except ValueError:
        return False
    return True


def pycryptodome_signs(family: str, private: bytes, message: bytes) -> bool:
    """Whether ``pycryptodome`` signs."""
    scheme = DSS.new(_pycryptodome_key(family, private, True), "sec1", "der")
    return len(scheme.sign(SHA256.new(message))) > 0


LIBRARIES: dict[str, tuple[Verifier, Signer]] = {
    "reference": (reference, reference_signs),
    "cryptography": (pyca, pyca_signs),
    "pycryptodome": (pycryptodome, pycryptodome_signs),
}
"""The libraries that the files are replayed on: how they verify, and how they sign."""


def accepts(name: str, family: str, key: GroupKey, test: VerifyTest) -> bool:
    """Whether a library accepts the signature of a verification."""
    digested = test.message_type is MessageType.DIGEST
    if digested and len(test.message) != DIGEST_LENGTH:
        return False  # the interface, which is not the library's, has no such digest
    try:
        return LIBRARIES[name][0](family, key.public or b"", test.message, test.signature, digested)
    except Refused:
        return False


def imports_and_uses(name: str, family: str, test: ImportTest) -> bool:
    """Whether a library takes the key of an import, and its use comes out well."""
    verify, sign = LIBRARIES[name]
    message = test.message or b""
    try:
        if test.part is KeyPart.PRIVATE:
            return sign(family, test.material, message)
        return verify(family, test.material, message, test.signature or b"", False)
    except Refused:
        return False
