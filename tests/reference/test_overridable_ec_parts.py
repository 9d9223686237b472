"""What an algorithm on curves is built on can be swapped, and known faults are one step each."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest

from kmsproof_reference.curves import P256
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.ec_keys import EcPrivateKey, EcPublicKey, PublicKeyValidation
from kmsproof_reference.ecdh import Ecdh
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import SignatureEncoding, SignatureReader
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.ecies_dialect import EK_MK
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.errors import Refusal
from kmsproof_reference.kdf_x963 import X963Kdf
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.point_encoding import (
    PREFIXED_FORMS,
    EphemeralPointEncoding,
    PointEncoding,
    PointForm,
    encode_point,
)
from kmsproof_reference.rfc6979 import DeterministicNonce

KEY, K, MESSAGE = EcPrivateKey(P256, 0x1234567), 0x7654321, b"thirty bytes of some plaintext"
OFF_CURVE = Point(P256.g.x, P256.g.y + 1)


class OtherKdf(X963Kdf):
    """A KDF with a counter of two bytes."""

    counter_length = 2


class Unvalidated(PublicKeyValidation):
    """A validation that lets every point pass."""

    def check_on_curve(self, curve: Curve, point: Point) -> None:
        """Take any point."""


class UncheckedEncoding(EphemeralPointEncoding):
    """An encoding that lets every point pass."""

    def check_on_curve(self, point: Point) -> None:
        """Take any point."""


class UncheckedEcdh(Ecdh):
    """A primitive that lets every point pass."""

    public_key_validation_class = Unvalidated


def test_the_kdf_of_ecies_can_be_swapped() -> None:
    class OtherEcies(Ecies):
        kdf_class = OtherKdf

    assert OtherEcies(KEY).encrypt(MESSAGE, K) != Ecies(KEY).encrypt(MESSAGE, K)


def test_an_invalid_curve_is_used_only_where_both_checks_are_missing() -> None:
    """The order of the point (5, 0) is two: whoever multiplies it tells whether d is odd."""

    class OnlyEncoding(Ecies):
        point_encoding_class = UncheckedEncoding

    class OnlyEcdh(Ecies):
        ecdh_class = UncheckedEcdh

    class Both(Ecies):
        point_encoding_class = UncheckedEncoding
        ecdh_class = UncheckedEcdh

    r, z = b"\x04" + i2osp(5, 32) + bytes(32), i2osp(5, 32)
    keys = X963Kdf().derive(z, len(MESSAGE) + 20)
    em = bytes(a ^ b for a, b in zip(MESSAGE, keys, strict=False))
    ciphertext = r + em + hmac.digest(keys[len(MESSAGE) :], em, "sha1")
    assert KEY.d % 2 == 1
    for refusing in (Ecies, OnlyEncoding, OnlyEcdh):
        with pytest.raises(Refusal):
            refusing(KEY).decrypt(ciphertext)
    assert Both(KEY).decrypt(ciphertext) == MESSAGE


def test_the_validation_of_keys_can_be_swapped() -> None:
    class OtherEcdsa(Ecdsa):
        public_key_validation_class = Unvalidated

    class OtherEcies(Ecies):
        public_key_validation_class = Unvalidated

    key = EcPublicKey(P256, OFF_CURVE)
    assert not OtherEcdsa(key).verify(MESSAGE, 1, 1)
    assert OtherEcies(key).key == key
    for refusing in (Ecdsa, Ecies):
        with pytest.raises(Refusal):
            refusing(key)


def test_the_reader_of_signatures_can_be_swapped() -> None:
    class Lenient(SignatureReader):
        """Takes whatever follows."""

        def end(self) -> None:
            """Do not look."""

    class LenientEncoding(SignatureEncoding):
        reader_class = Lenient

    class LenientEcdsa(Ecdsa):
        signature_encoding_class = LenientEncoding

    signature = Ecdsa(KEY).sign_der(MESSAGE, K) + b"\x00"
    assert LenientEcdsa(KEY).verify_der(MESSAGE, signature)
    with pytest.raises(Refusal):
        Ecdsa(KEY).verify_der(MESSAGE, signature)


# Deviations of real implementations, each one step.


def test_zero_as_r_and_s_without_the_range_check() -> None:
    """CVE-2022-21449: with no check and 0 as the inverse of 0, (0, 0) signs everything."""

    class Psychic(Ecdsa):
        def check_range(self, r: int, s: int) -> bool:
            """Take any."""
            return True

        def invert(self, s: int) -> int:
            """The inverse by Fermat, which gives 0 for 0."""
            return pow(s, self.curve.n - 2, self.curve.n)

        def check_commitment(self, point: Point | None) -> bool:
            """Take infinity too, with 0 as its x-coordinate."""
            return True

    assert Psychic(KEY).verify(MESSAGE, *Ecdsa(KEY).sign(MESSAGE, K))
    assert Psychic(KEY).verify(b"anything", 0, 0)
    assert not Ecdsa(KEY).verify(b"anything", 0, 0)


def test_a_digest_that_is_not_cut() -> None:
    class Whole(Ecdsa):
        def digest_to_integer(self, digest: bytes) -> int:
            """All bits."""
            return os2ip(digest)

    digest = hashlib.sha512(MESSAGE).digest()
    signature = Whole(KEY).sign_digest(digest, K)
    assert Whole(KEY).verify_digest(digest, *signature)
    assert not Ecdsa(KEY).verify_digest(digest, *signature)
    assert Whole(KEY).sign(MESSAGE, K) == Ecdsa(KEY).sign(MESSAGE, K)


def test_a_secret_without_its_leading_zeros() -> None:
    class Short(Ecdh):
        def encode_coordinate(self, x: int) -> bytes:
            """As long as the number."""
            return i2osp(x, (x.bit_length() + 7) // 8)

    class ShortEcies(Ecies):
        ecdh_class = Short

    k = next(k for k in range(1, 5000) if Ecdh(KEY).shared_secret(ephemeral(k))[0] == 0)
    assert len(Short(KEY).shared_secret(ephemeral(k))) == 31
    dialect = replace(EK_MK, strip_leading_zeros=True)
    assert ShortEcies(KEY).encrypt(MESSAGE, k) == Ecies(KEY, dialect).encrypt(MESSAGE, k)
    assert ShortEcies(KEY).encrypt(MESSAGE, K) == Ecies(KEY).encrypt(MESSAGE, K)


def ephemeral(k: int) -> Point | None:
    """The point of an ephemeral key."""
    return P256.multiply(k, P256.g)


def test_a_tag_that_is_compared_in_part() -> None:
    class FirstBytes(Ecies):
        def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
            """Look at four bytes."""
            super().compare_tag(expected_tag[:4], tag[:4])

    ciphertext = Ecies(KEY).encrypt(MESSAGE, K)
    changed_tag = ciphertext[:-1] + bytes([ciphertext[-1] ^ 1])
    assert FirstBytes(KEY).decrypt(changed_tag) == MESSAGE
    with pytest.raises(Refusal):
        FirstBytes(KEY).decrypt(ciphertext[:-20] + bytes(20))


def test_a_parity_that_is_not_compared() -> None:
    class AnyParity(PointEncoding):
        def check_parity(self, first_byte: int, point: Point) -> None:
            """Take either."""

    hybrid = encode_point(P256, P256.g, PointForm.HYBRID)
    wrong = bytes([hybrid[0] ^ 1]) + hybrid[1:]
    assert AnyParity(P256, PREFIXED_FORMS).decode(wrong) == P256.g


def test_a_nonce_that_is_repeated_tells_the_key() -> None:
    class Constant(DeterministicNonce):
        def seed_material(self, private: EcPrivateKey, digest: bytes) -> bytes:
            """Leave the digest out."""
            return super().seed_material(private, bytes(32))

    first, second = b"first", b"second"
    (r1, s1), (r2, s2) = (
        Ecdsa(KEY).sign(text, Constant().nonce(KEY, hashlib.sha256(text).digest()))
        for text in (first, second)
    )
    e1, e2 = (os2ip(hashlib.sha256(text).digest()) for text in (first, second))
    assert r1 == r2
    k = (e1 - e2) * pow(s1 - s2, -1, P256.n) % P256.n
    assert (s1 * k - e1) * pow(r1, -1, P256.n) % P256.n == KEY.d


def test_randomness_comes_from_the_generator_alone() -> None:
    """Nothing of the reference draws on its own: the same seed gives the same signature."""
    signatures = {
        Ecdsa(KEY).sign_der(MESSAGE, Drbg(b"seed").integer(P256.n - 1) + 1) for _ in range(3)
    }
    assert len(signatures) == 1
