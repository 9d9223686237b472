"""Key pairs on both curves, in the package ``cryptography`` and in the reference."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec as library
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.elliptic_curve import Curve


@dataclass(frozen=True)
class Pair:
    """A key pair, in the library and in the reference."""

    curve: Curve
    library_key: library.EllipticCurvePrivateKey

    @property
    def d(self) -> int:
        """The private key."""
        return self.library_key.private_numbers().private_value

    @property
    def own(self) -> EcPrivateKey:
        """The same in the reference."""
        return EcPrivateKey(self.curve, self.d)

    @property
    def public(self) -> bytes:
        """SubjectPublicKeyInfo, DER."""
        public_key = self.library_key.public_key()
        return public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def private(self) -> bytes:
        """PKCS #8, DER."""
        return self.library_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def verifies(self, digest: bytes, signature: bytes) -> bool:
        """Return what the library says to a signature in DER."""
        scheme = library.ECDSA(Prehashed(hashes.SHA256()))
        try:
            self.library_key.public_key().verify(signature, digest, scheme)
        except InvalidSignature:
            return False
        return True

    def signed(self, nonces: Iterator[int], count: int) -> tuple[list[bytes], list[bytes]]:
        """Return digests and their signatures with these k."""
        scheme, draw = Ecdsa(self.own), random.Random(count)
        digests = [draw.randbytes(32) for _ in range(count)]
        ks = itertools.islice(nonces, count)
        return digests, [scheme.sign_digest_der(e, k) for e, k in zip(digests, ks, strict=True)]


def pair(curve: Curve, d: int) -> Pair:
    """Return the pair with a chosen private key."""
    kind = library.SECP256R1() if curve is P256 else library.SECP256K1()
    return Pair(curve, library.derive_private_key(d, kind))


PAIRS = [pair(P256, 0x1F << 247 | 0x1234567), pair(SECP256K1, 0x1D << 248 | 0x7654321)]
both_curves = pytest.mark.parametrize("key", PAIRS, ids=lambda key: key.curve.name)


def drawn(seed: int, bits: int = 255) -> Iterator[int]:
    """Yield numbers of so many bits."""
    draw = random.Random(seed)
    while True:
        yield draw.getrandbits(bits) | 1
