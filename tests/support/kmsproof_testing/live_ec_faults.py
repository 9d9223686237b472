"""Targets that make EC keys and are wrong in one way each."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)

from kmsproof.messages import ImportKey
from kmsproof.vocabulary import KeySpec
from kmsproof_adapters.local_target import NewKey
from kmsproof_adapters.pyca.ec import CURVES as LIBRARY_CURVES
from kmsproof_adapters.pyca.ec import PycaEcKey
from kmsproof_adapters.pyca.keys import new_key
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import decode_signature, encode_signature
from kmsproof_reference.elliptic_curve import Point
from kmsproof_reference.errors import InvalidSignatureEncoding
from kmsproof_reference.octets import os2ip
from kmsproof_reference.rfc6979 import DeterministicNonce
from kmsproof_testing.live_ec_target import MadeEcKeys
from kmsproof_vectors.cases.ec import CURVES


class OwnKey(PycaEcKey):
    """A key that does itself what the library does right; signs with a k of its own."""

    def __init__(
        self, request: ImportKey, key: EllipticCurvePrivateKey | EllipticCurvePublicKey
    ) -> None:
        super().__init__(request, key)
        assert isinstance(key, EllipticCurvePrivateKey)
        curve = CURVES[request.key_spec]
        self.own = EcPrivateKey(curve, key.private_numbers().private_value)
        self.curve, self.ecdsa = curve, Ecdsa(self.own)
        self.draw = random.Random(self.own.d)

    def sign_ecdsa(self, message: bytes, *, digested: bool) -> bytes:
        """Sign with a k of its own."""
        digest = digest_of(message, digested)
        return self.ecdsa.sign_digest_der(digest, self.nonce(digest) % self.curve.n)

    def nonce(self, digest: bytes) -> int:
        """Draw k, the same in every run of a test."""
        return self.draw.randrange(1, self.curve.n)

    def verify_ecdsa(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """Read the signature, and verify it."""
        try:
            return self.verify_integers(digest_of(message, digested), *self.read(signature))
        except InvalidSignatureEncoding:
            return False

    def read(self, signature: bytes) -> tuple[int, int]:
        """Return r and s of a signature."""
        return decode_signature(signature)

    def verify_integers(self, digest: bytes, r: int, s: int) -> bool:
        """Verify."""
        return self.ecdsa.verify_digest(digest, r, s)


def digest_of(message: bytes, digested: bool) -> bytes:
    """Return the digest that is signed; raise what the library does for one of another length."""
    digest = message if digested else hashlib.sha256(message).digest()
    if len(digest) != 32:
        raise ValueError("The provided data must be the same length as the hash algorithm's digest")
    return digest


class Deterministic(OwnKey):
    """Derives k, as RFC 6979 has it; that is no fault."""

    def nonce(self, digest: bytes) -> int:
        """Derive k."""
        return DeterministicNonce().nonce(self.own, digest)


class LowS(OwnKey):
    """Makes and takes low s only; that is no fault either."""

    def sign_ecdsa(self, message: bytes, *, digested: bool) -> bytes:
        """Sign, and take the lower of the two s."""
        r, s = decode_signature(super().sign_ecdsa(message, digested=digested))
        return encode_signature(r, min(s, self.curve.n - s))

    def verify_integers(self, digest: bytes, r: int, s: int) -> bool:
        """Verify a low s."""
        return s <= self.curve.n // 2 and super().verify_integers(digest, r, s)


# Nonces.


class RepeatsNonce(OwnKey):
    """Signs everything with one k."""

    def nonce(self, digest: bytes) -> int:
        """The k that it always takes."""
        return self.own.d ^ 0x1234


class SharedNonce(OwnKey):
    """Derives k from the digest alone, so that all keys have the same."""

    def nonce(self, digest: bytes) -> int:
        """Derive k."""
        return os2ip(hashlib.sha256(b"k" + digest).digest())


class CountsNonces(OwnKey):
    """Begins with a random k, and counts."""

    counter = itertools.count(0x1234567 << 220)

    def nonce(self, digest: bytes) -> int:
        """Count."""
        return next(self.counter)


class SmallNonces(OwnKey):
    """Draws k of 16 bits."""

    def nonce(self, digest: bytes) -> int:
        """Draw."""
        return self.draw.randrange(1, 1 << 16)


class ShortNonces(OwnKey):
    """Draws k that has 240 bits."""

    def nonce(self, digest: bytes) -> int:
        """Draw."""
        return self.draw.getrandbits(240) | 1


class EvenNonces(OwnKey):
    """Draws k whose last byte is always one and the same."""

    def nonce(self, digest: bytes) -> int:
        """Draw."""
        return self.draw.getrandbits(247) << 8 | 0x5A


# Signatures.


class UncheckedEcdsa(Ecdsa):
    """Does not check that r and s are in their range, nor that R is not infinity."""

    def check_range(self, r: int, s: int) -> bool:
        """Whatever they are."""
        return True

    def check_commitment(self, point: Point | None) -> bool:
        """Whatever it is."""
        return True

    def invert(self, s: int) -> int:
        """The inverse by Fermat's theorem, which is 0 for 0."""
        return pow(s, self.curve.n - 2, self.curve.n)

    def compare(self, v: int, r: int) -> bool:
        """Compare modulo n."""
        return (v - r) % self.curve.n == 0


class RangeUnchecked(OwnKey):
    """Verifies whatever r and s are, modulo n."""

    def verify_integers(self, digest: bytes, r: int, s: int) -> bool:
        """Verify."""
        return UncheckedEcdsa(self.own.public).verify_digest(digest, r, s)


class LaxDer(OwnKey):
    """Reads lengths in any form, unsigned integers, and nothing of what follows."""

    def read(self, signature: bytes) -> tuple[int, int]:
        """Return what stands there as r and s."""
        try:
            content, _ = lax_value(signature)
            r, rest = lax_value(content)
            s, _ = lax_value(rest)
        except IndexError:
            raise InvalidSignatureEncoding("it is cut") from None
        return os2ip(r), os2ip(s)


def lax_value(octets: bytes) -> tuple[bytes, bytes]:
    """Return the content of the first value and what follows it, whatever its tag is."""
    length, start = octets[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = os2ip(octets[2:start])
    return octets[start : start + length], octets[start + length :]


class UnreducedDigest(OwnKey):
    """Refuses a digest that is no number below n."""

    def verify_integers(self, digest: bytes, r: int, s: int) -> bool:
        """Verify digests that are small enough."""
        return os2ip(digest) < self.curve.n and super().verify_integers(digest, r, s)


class NoZeroMultiplier(OwnKey):
    """Cannot multiply by 0."""

    def verify_integers(self, digest: bytes, r: int, s: int) -> bool:
        """Verify digests that are not 0."""
        return os2ip(digest) % self.curve.n != 0 and super().verify_integers(digest, r, s)


def target_with(kind: type[PycaEcKey]) -> Callable[[], MadeEcKeys]:
    """Return what makes a target whose keys are of a kind, and the same in every run of a test."""

    class Faulty(SeededKeys):
        key_type = kind

    return Faulty


# Keys.


class SeededKeys(MadeEcKeys):
    """Makes the same keys in every run of a test."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = itertools.count()

    def made(self, key_spec: KeySpec) -> NewKey:
        """Make the next key."""
        d = hashlib.sha256(b"key %d" % next(self.numbers)).digest()
        return new_key(derive_private_key(os2ip(d), LIBRARY_CURVES[key_spec]))


class SmallKeys(MadeEcKeys):
    """Makes keys whose private numbers have 31 bits."""

    numbers = itertools.count(0x4567_89AB, 0x123_4567)

    def made(self, key_spec: KeySpec) -> NewKey:
        """Make a key."""
        return new_key(derive_private_key(next(self.numbers), LIBRARY_CURVES[key_spec]))


class CountedKeys(MadeEcKeys):
    """Counts private keys, from a random one."""

    def __init__(self) -> None:
        super().__init__()
        self.counter = itertools.count(0x1234567 << 200, 3)

    def made(self, key_spec: KeySpec) -> NewKey:
        """Make a key."""
        return new_key(derive_private_key(next(self.counter), LIBRARY_CURVES[key_spec]))


class OneKey(MadeEcKeys):
    """Makes one key only, again and again."""

    def made(self, key_spec: KeySpec) -> NewKey:
        """Make the key."""
        return new_key(derive_private_key(0x1234567 << 200, LIBRARY_CURVES[key_spec]))


class OtherCurve(MadeEcKeys):
    """Says P-256 and makes keys on the other curve, and reverse."""

    def made(self, key_spec: KeySpec) -> NewKey:
        """Make a key of the key spec, and give out the public key of another one."""
        made = super().made(key_spec)
        other = next(each for each in CURVES if each is not key_spec)
        return NewKey(made.material, super().made(other).public_key)
