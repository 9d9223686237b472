"""Targets that make RSA keys and are wrong in one way each."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace

import msgspec
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from kmsproof.messages import ImportKey, Sign, Verify
from kmsproof.outcome import Outcome, Rejected, Signed, Verified
from kmsproof.vocabulary import HexBytes, KeySpec, MessageType, RejectionClass
from kmsproof_adapters.local_target import NewKey
from kmsproof_adapters.pyca.keys import HASHES
from kmsproof_adapters.pyca.rsa import PycaRsaKey
from kmsproof_reference import pss
from kmsproof_reference.der import (
    INTEGER,
    bit_string,
    encode,
    integer,
    object_identifier,
    octet_string,
    sequence,
)
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.pkcs1_signature import OBJECT_IDENTIFIERS, Pkcs1Signature
from kmsproof_reference.rsa import RsaPrivateKey, RsaPublicKey
from kmsproof_reference.rsa_key_encoding import (
    decode_private_key,
    encode_algorithm,
    encode_public_key,
)
from kmsproof_testing.live_rsa_target import MadeRsaKeys

DIGEST = 32
DIGEST_LENGTH = Rejected(RejectionClass.INVALID_ARGUMENT, "digest-length")


class OwnKey(PycaRsaKey):
    """A key whose numbers are at hand; what it does itself, it does right."""

    def __init__(self, request: ImportKey, key: RSAPrivateKey | RSAPublicKey) -> None:
        super().__init__(request, key)
        self.own: RsaPrivateKey = decode_private_key(request.material)

    @property
    def length(self) -> int:
        """Bytes of a signature."""
        return self.own.length

    def sign(self, request: Sign) -> Outcome[Signed]:
        """Sign a digest of the right length, or a message."""
        return DIGEST_LENGTH if misfit(request) else super().sign(request)

    def verify(self, request: Verify) -> Outcome[Verified]:
        """Verify a digest of the right length, or a message."""
        return DIGEST_LENGTH if misfit(request) else super().verify(request)


def misfit(request: Sign | Verify) -> bool:
    """Return whether a digest has another length than 32 bytes."""
    return request.message_type is MessageType.DIGEST and len(request.message) != DIGEST


def digest_of(message: bytes, digested: bool) -> bytes:
    """Return the digest that is signed."""
    return message if digested else hashlib.sha256(message).digest()


def target_with(kind: type[PycaRsaKey]) -> type[MadeRsaKeys]:
    """Return the target whose keys are of a kind."""

    class Faulty(MadeRsaKeys):
        key_type = kind

    return Faulty


# Signing.


class ConstantSalt(OwnKey):
    """Signs with one salt, always."""

    def sign_pss(self, message: bytes, *, digested: bool) -> bytes:
        """Sign."""
        return pss.Pss(self.own).sign_digest(digest_of(message, digested), b"\x5a" * DIGEST)


class CountedSalt(OwnKey):
    """Signs with salts that are counted, from a random one."""

    counter = secrets.randbits(255)

    def sign_pss(self, message: bytes, *, digested: bool) -> bytes:
        """Sign."""
        CountedSalt.counter += 1
        salt = i2osp(CountedSalt.counter, DIGEST)
        return pss.Pss(self.own).sign_digest(digest_of(message, digested), salt)


class ShortSalt(PycaRsaKey):
    """Signs with a salt of 20 bytes, and verifies a salt of any length."""

    padding = PSS(MGF1(SHA256()), 20)
    taken = PSS(MGF1(SHA256()), PSS.AUTO)

    def sign_pss(self, message: bytes, *, digested: bool) -> bytes:
        """Sign."""
        return self._private.sign(message, self.padding, HASHES[digested])

    def verify_pss(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """Verify."""
        return self._verify(message, signature, self.taken, digested)


class OtherMask(ShortSalt):
    """Signs and verifies with MGF1 of SHA-1."""

    padding = taken = PSS(MGF1(SHA1()), DIGEST)


class MissingNull(OwnKey):
    """Leaves the NULL out of the DigestInfo, and takes it so."""

    def sign_pkcs1(self, message: bytes, *, digested: bool) -> bytes:
        """Sign."""
        return self.scheme.sign_digest(digest_of(message, digested))

    def verify_pkcs1(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """Verify."""
        return self.scheme.verify_digest(digest_of(message, digested), signature)

    @property
    def scheme(self) -> Pkcs1Signature:
        """The scheme without NULL."""

        class WithoutNull(Pkcs1Signature):
            def digest_info(self, digest: bytes) -> bytes:
                algorithm = sequence(object_identifier(OBJECT_IDENTIFIERS["sha256"]))
                return sequence(algorithm, octet_string(digest))

        return WithoutNull(self.own)


class FaultyPrime(OwnKey):
    """Computes one in eight signatures wrong modulo q."""

    def sign_pkcs1(self, message: bytes, *, digested: bool) -> bytes:
        """Sign."""
        digest = digest_of(message, digested)
        if digest[0] % 8:
            return super().sign_pkcs1(message, digested=digested)
        spoilt = replace(self.own, d_q=self.own.d_q ^ 4)
        return Pkcs1Signature(spoilt).sign_digest(digest)


class Randomised(OwnKey):
    """Puts random bytes where the padding of PKCS #1 v1.5 has ff; does not verify them."""

    def sign_pkcs1(self, message: bytes, *, digested: bool) -> bytes:
        """Sign."""
        scheme = Pkcs1Signature(self.own)
        encoded = bytearray(scheme.encode_digest(digest_of(message, digested)))
        encoded[2:10] = secrets.token_bytes(8)
        return scheme.sign_encoded(bytes(encoded))

    def verify_pkcs1(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """Verify all but what is random."""
        scheme = Pkcs1Signature(self.own)
        m = scheme.recover(signature)
        expected = scheme.encode_digest(digest_of(message, digested))
        return m is not None and i2osp(m, self.length)[10:] == expected[10:]


# Verification.


class Rewriting(OwnKey):
    """Makes other signatures of a signature, and takes it if one of them is good."""

    def candidates(self, signature: bytes) -> Iterator[bytes]:
        """Yield what is verified instead."""
        yield signature

    def verify_pss(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """Verify."""
        verify = super().verify_pss
        return any(verify(message, each, digested=digested) for each in self.candidates(signature))

    def verify_pkcs1(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """Verify."""
        verify = super().verify_pkcs1
        return any(verify(message, each, digested=digested) for each in self.candidates(signature))


class Reduces(Rewriting):
    """Takes the signature modulo n, however long it is."""

    def candidates(self, signature: bytes) -> Iterator[bytes]:
        """Yield the number in k bytes."""
        yield i2osp(os2ip(signature) % self.own.n, self.length)


class RestoresFirstByte(Rewriting):
    """Takes a signature without its first byte."""

    def candidates(self, signature: bytes) -> Iterator[bytes]:
        """Yield it with every first byte."""
        yield signature
        if len(signature) == self.length - 1:
            yield from (bytes([first]) + signature for first in range(256))


class CutsSignatures(Rewriting):
    """Takes the first k bytes of a signature."""

    def candidates(self, signature: bytes) -> Iterator[bytes]:
        """Yield them."""
        yield signature[: self.length]


class TakesNegatives(Rewriting):
    """Takes n - s for s."""

    def candidates(self, signature: bytes) -> Iterator[bytes]:
        """Yield both."""
        yield signature
        number = os2ip(signature)
        if len(signature) == self.length and 0 < number < self.own.n:
            yield i2osp(self.own.n - number, self.length)


class TakesBothSchemes(PycaRsaKey):
    """Takes a signature of PSS for one of PKCS #1 v1.5."""

    def verify_pkcs1(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """Verify with both."""
        taken = super().verify_pkcs1(message, signature, digested=digested)
        return taken or self.verify_pss(message, signature, digested=digested)


class TakesEverything(PycaRsaKey):
    """Takes whatever it is."""

    def verify_pss(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """Verify."""
        return True

    verify_pkcs1 = verify_pss


class FitsDigests(PycaRsaKey):
    """Cuts digests, or fills them up with zeros."""

    def sign(self, request: Sign) -> Outcome[Signed]:
        """Sign."""
        return super().sign(msgspec.structs.replace(request, message=fitted(request)))

    def verify(self, request: Verify) -> Outcome[Verified]:
        """Verify."""
        return super().verify(msgspec.structs.replace(request, message=fitted(request)))


def fitted(request: Sign | Verify) -> HexBytes:
    """Return a digest with 32 bytes."""
    if request.message_type is MessageType.RAW:
        return request.message
    return HexBytes(request.message[:DIGEST].ljust(DIGEST, b"\x00"))


class HashesDigests(PycaRsaKey):
    """Takes every digest for a message."""

    def sign(self, request: Sign) -> Outcome[Signed]:
        """Sign."""
        return super().sign(msgspec.structs.replace(request, message_type=MessageType.RAW))

    def verify(self, request: Verify) -> Outcome[Verified]:
        """Verify."""
        return super().verify(msgspec.structs.replace(request, message_type=MessageType.RAW))


# Keys.


class OddKeys(MadeRsaKeys):
    """Gives out another public key than that of the key it has made."""

    def made(self, key_spec: KeySpec) -> NewKey:
        """Make a key."""
        made = super().made(key_spec)
        return NewKey(made.material, self.instead(decode_private_key(made.material)))

    def instead(self, key: RsaPrivateKey) -> bytes:
        """Return another public key, by default the same."""
        return encode_public_key(key.public)


class ExponentThree(OddKeys):
    """Has the public exponent 3."""

    def instead(self, key: RsaPrivateKey) -> bytes:
        """Return it."""
        return encode_public_key(RsaPublicKey(key.n, 3))


class SharedPrime(OddKeys):
    """Takes one prime for all its keys."""

    prime = 0

    def instead(self, key: RsaPrivateKey) -> bytes:
        """Return a product with the first prime of the first key."""
        self.prime = self.prime or key.p
        return encode_public_key(RsaPublicKey(self.prime * key.q, key.e))


class OneKey(OddKeys):
    """Makes one key, again and again."""

    first = b""

    def instead(self, key: RsaPrivateKey) -> bytes:
        """Return the first one."""
        self.first = self.first or encode_public_key(key.public)
        return self.first


class LongForm(OddKeys):
    """Puts a zero byte before the modulus that need not be there."""

    def instead(self, key: RsaPrivateKey) -> bytes:
        """Return it so."""
        numbers = sequence(encode(INTEGER, bytes(2) + i2osp(key.n, key.length)), integer(key.e))
        return sequence(encode_algorithm(), bit_string(numbers))


class OtherModulus(OddKeys):
    """Makes moduli of primes that are found in another way."""

    def __init__(self, modulus: Callable[[RsaPrivateKey], int]) -> None:
        super().__init__()
        self.modulus = modulus

    def instead(self, key: RsaPrivateKey) -> bytes:
        """Return the other modulus."""
        return encode_public_key(RsaPublicKey(self.modulus(key), key.e))
