"""The corpus files of RSA signatures, and how two libraries answer them with their own calls."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from Crypto.Hash import SHA256
from Crypto.PublicKey import RSA
from Crypto.Signature import pkcs1_15, pss
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kmsproof_reference.errors import Refusal
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_reference.rsa_key_encoding import decode_public_key
from kmsproof_reference.vocabulary import MessageType
from kmsproof_vectors.load import corpus_folder, decode_file
from kmsproof_vectors.model import AnyTest, CorpusFile, GroupKey, ImportTest, SignTest, VerifyTest

KEY_BITS = (2048, 3072, 4096)
PSS_FAMILIES = tuple(f"rsa-{bits}-pss" for bits in KEY_BITS)
PKCS1_FAMILIES = tuple(f"rsa-{bits}-pkcs1" for bits in KEY_BITS)
FAMILIES = (*PSS_FAMILIES, *PKCS1_FAMILIES)


@cache
def signature_file(family: str) -> CorpusFile:
    """Return one of the six files as it is published."""
    path = corpus_folder() / "rsa" / f"{family}.json"
    return decode_file(path.read_bytes(), path)


def keyed(family: str) -> Iterator[tuple[GroupKey, AnyTest]]:
    """Yield each test of a file with its key."""
    for group in signature_file(family).groups:
        for test in group.tests:
            yield group.key, test


def verifications(family: str, case: str | None = None) -> Iterator[tuple[GroupKey, VerifyTest]]:
    """Yield the verifications of a file, or of one case of it, each with its key."""
    for key, test in keyed(family):
        if isinstance(test, VerifyTest) and case in (None, case_of(test)):
            yield key, test


def signings(family: str) -> Iterator[tuple[GroupKey, SignTest]]:
    """Yield the signings of a file, each with its key."""
    for key, test in keyed(family):
        if isinstance(test, SignTest):
            yield key, test


def imports(family: str) -> list[ImportTest]:
    """Return the imports of a file."""
    return [test for _, test in keyed(family) if isinstance(test, ImportTest)]


def case_of(test: AnyTest) -> str:
    """Return the case that made a test."""
    return test.id.split("/")[1]


def is_pss(family: str) -> bool:
    """Whether a file is about RSASSA-PSS."""
    return family.endswith("-pss")


@lru_cache(maxsize=64)
def public_of(key: GroupKey) -> RsaPublicKey:
    """Return the numbers of the public key of a group."""
    return decode_public_key(key.public or b"")


def encoded_message(key: GroupKey, signature: bytes) -> bytes:
    """Return s^e mod n on k bytes."""
    public = public_of(key)
    number = pow(int.from_bytes(signature, "big"), public.e, public.n)
    return number.to_bytes(public.length, "big")


def digest_of(test: VerifyTest | SignTest) -> bytes:
    """Return the digest that a test is about."""
    if test.message_type is MessageType.DIGEST:
        return test.message
    return hashlib.sha256(test.message).digest()


Library = Callable[[str, GroupKey, VerifyTest], bool]
"""From family, key and test to whether the library accepts the signature."""


def reference(family: str, key: GroupKey, test: VerifyTest) -> bool:
    """The reference's answer."""
    public = public_of(key)
    scheme = Pss(public) if is_pss(family) else Pkcs1Signature(public)
    try:
        if test.message_type is MessageType.DIGEST:
            return scheme.verify_digest(test.message, test.signature)
        return scheme.verify(test.message, test.signature)
    except Refusal:
        return False


@lru_cache(maxsize=64)
def _pyca_key(public: bytes) -> rsa.RSAPublicKey:
    key = load_der_public_key(public)
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def pyca(family: str, key: GroupKey, test: VerifyTest) -> bool:
    """The answer of ``cryptography``."""
    sha256 = hashes.SHA256()
    digested = test.message_type is MessageType.DIGEST
    scheme = padding.PSS(padding.MGF1(sha256), 32) if is_pss(family) else padding.PKCS1v15()
    algorithm = utils.Prehashed(sha256) if digested else sha256
    try:
        _pyca_key(key.public or b"").verify(test.signature, test.message, scheme, algorithm)
    except (InvalidSignature, ValueError):
        return False
    return True


class Digested:
    """A digest in the form in which ``pycryptodome`` takes a hash object."""

    digest_size, block_size, oid = 32, 64, SHA256.SHA256Hash.oid

    def __init__(self, digest: bytes) -> None:
        self._digest = digest

    def digest(self) -> bytes:
        """Return the digest."""
        return self._digest

    def new(self, data: bytes = b"") -> SHA256.SHA256Hash:
        """Return a fresh hash object, which PSS needs for H."""
        return SHA256.new(data)


@lru_cache(maxsize=64)
def _pycryptodome_key(public: bytes) -> RSA.RsaKey:
    return RSA.import_key(public)


def _mask(seed: bytes, length: int) -> bytes:
    return pss.MGF1(seed, length, SHA256)


def pycryptodome(family: str, key: GroupKey, test: VerifyTest) -> bool:
    """The answer of ``pycryptodome``, which takes what looks like a hash object for one."""
    if test.message_type is MessageType.DIGEST and len(test.message) != SHA256.digest_size:
        return False  # there is no call for it
    loaded = _pycryptodome_key(key.public or b"")
    is_digest = test.message_type is MessageType.DIGEST
    hashed = Digested(test.message) if is_digest else SHA256.new(test.message)
    scheme = pss.new(loaded, salt_bytes=32, mask_func=_mask) if is_pss(family) else None
    try:
        (scheme or pkcs1_15.new(loaded)).verify(hashed, test.signature)  # type: ignore[arg-type]  # it looks like one
    except ValueError:
        return False
    return True


LIBRARIES: dict[str, Library] = {
    "reference": reference,
    "cryptography": pyca,
    "pycryptodome": pycryptodome,
}
"""The libraries that the files are replayed on."""
