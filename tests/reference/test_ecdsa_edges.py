"""ECDSA at the edges of its arithmetic, and what it must refuse."""

import hashlib
from collections.abc import Iterator, Mapping
from itertools import islice, product

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from kmsproof_reference.curves import P256, SECP160R1, SECP256K1
from kmsproof_reference.ec_keys import EcPrivateKey, EcPublicKey
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import (
    encode_signature,
)
from kmsproof_reference.elliptic_curve import INFINITY, Curve, Point
from kmsproof_reference.errors import InvalidArgument, InvalidKey, InvalidSignatureEncoding
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.point_encoding import encode_point
from kmsproof_reference.rfc6979 import DeterministicNonce

CURVES = [P256, SECP256K1]
LIBRARY_CURVES = {P256: ec.SECP256R1(), SECP256K1: ec.SECP256K1()}
PREHASHED = ec.ECDSA(Prehashed(hashes.SHA256()))


def agrees(key: EcPublicKey, digest: bytes, r: int, s: int) -> bool:
    """The verdict of `cryptography` on a signature that is well encoded."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(
        LIBRARY_CURVES[key.curve], encode_point(key.curve, key.point)
    )
    try:
        theirs.verify(encode_signature(r, s), digest, PREHASHED)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_r_and_s_outside_the_range_are_refused(curve: Curve) -> None:
    n, p = curve.n, curve.p
    ecdsa = Ecdsa(EcPrivateKey(curve, 7))
    numbers = (0, -1, n, n + 1, p, p + 1, 1 << 256, 1 << 320)
    for r, s in (*product(numbers, numbers), *product(numbers, [1]), *product([1], numbers)):
        assert not ecdsa.verify_digest(bytes(32), r, s)
        assert not ecdsa.verify_digest_der(bytes(32), encode_signature(r, s))


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_both_signs_of_s_are_valid(curve: Curve) -> None:
    ecdsa = Ecdsa(EcPrivateKey(curve, 7))
    r, s = ecdsa.sign(b"message", 1234567)
    assert ecdsa.verify(b"message", r, curve.n - s)
    assert not ecdsa.verify(b"message", curve.n - r, s)
    assert not ecdsa.verify(b"message", s, r)


def fitted_signatures(curve: Curve, key: EcPublicKey) -> Iterator[tuple[int, int, int, int, int]]:
    """(u1, u2, digest, r, s) with chosen u1 and u2: R = u1 G + u2 Q, r = x mod n, s = r / u2."""
    n = curve.n
    edges = [0, 1, 2, 3, n - 1, n - 2, (n + 1) // 2, n >> 1, 1 << 128, (1 << 255) % n]
    edges += [int("55" * 32, 16), (1 << 224) - 1]
    for u1, u2 in product(edges, edges[1:]):
        point = curve.add(
            curve.multiply_by_the_rule(u1, curve.g), curve.multiply_by_the_rule(u2, key.point)
        )
        assert point is not None
        r = point.x % n
        s = r * pow(u2, -1, n) % n
        yield u1, u2, u1 * s % n, r, s


@pytest.mark.slow
@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_signatures_with_chosen_multipliers_are_valid(curve: Curve) -> None:
    key = EcPrivateKey(curve, 0xABCDEF123456789).public
    count = 0
    for u1, u2, e, r, s in islice(fitted_signatures(curve, key), 0, None, 3):
        recorder = Recorder()
        assert Ecdsa(key, show=recorder).verify_digest(i2osp(e, 32), r, s)
        assert os2ip(recorder["u1"]) == u1
        assert os2ip(recorder["u2"]) == u2
        count += 1
    print(f"{count} signatures")
    assert count == 44


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_a_sum_at_infinity_is_refused(curve: Curve) -> None:
    """u1 G = -u2 Q: with Q = d G and any r, s it takes e = -r d modulo n."""
    n, d, r, s = curve.n, 99, 12345, 67890
    recorder = Recorder()
    ecdsa = Ecdsa(EcPrivateKey(curve, d).public, show=recorder)
    assert not ecdsa.verify_digest(i2osp(-r * d % n, 32), r, s)
    assert recorder["R"] == b"\x00"
    # One beside it is an ordinary point.
    assert not ecdsa.verify_digest(i2osp((-r * d + 1) % n, 32), r, s)
    assert len(recorder["R"]) == 65


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_an_x_above_n_gives_a_small_r(curve: Curve) -> None:
    """r = x - n for an x of n < x < p, where the other side must reduce as well."""
    r, point = next(
        (x - curve.n, curve.lift_x(x, False))
        for x in range(curve.n + 1, curve.n + 1000)
        if pow(curve.right_side(x), (curve.p - 1) // 2, curve.p) == 1
    )
    # R = u1 G + u2 Q with u1 = u2 = 1: Q = R - G, s = r, e = r.
    key = EcPublicKey(curve, curve.add(point, curve.negate(curve.g)))
    recorder = Recorder()
    assert Ecdsa(key, show=recorder).verify_digest(i2osp(r, 32), r, r)
    assert os2ip(recorder["R"][1:33]) == r + curve.n
    assert agrees(key, i2osp(r, 32), r, r)
    assert not Ecdsa(key).verify_digest(i2osp(r, 32), r + curve.n, r)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_digests_at_the_edges(curve: Curve) -> None:
    n, key = curve.n, EcPrivateKey(curve, 0x1337)
    theirs = ec.derive_private_key(key.d, LIBRARY_CURVES[curve]).public_key()
    for e in (0, 1, n - 1, n, n + 1, 2**256 - 1, 2**247, 2**223):
        digest = i2osp(e, 32)
        signature = Ecdsa(key).sign_digest_der(digest, 0x4711)
        assert Ecdsa(key.public).verify_digest_der(digest, signature)
        theirs.verify(signature, digest, PREHASHED)
    # e and e + n are the same to the arithmetic, 0 and n and 1 and n + 1.
    assert Ecdsa(key).sign_digest(bytes(32), 5) == Ecdsa(key).sign_digest(i2osp(n, 32), 5)
    assert Ecdsa(key).sign_digest(i2osp(1, 32), 5) == Ecdsa(key).sign_digest(i2osp(n + 1, 32), 5)


def test_the_leftmost_bits_of_a_long_digest_count() -> None:
    key = EcPrivateKey(P256, 0x1337)
    digest = bytes(range(1, 65))
    assert Ecdsa(key).sign_digest(digest, 5) == Ecdsa(key).sign_digest(digest[:32], 5)
    assert Ecdsa(key).digest_to_integer(digest[:20]) == os2ip(digest[:20])
    # On secp160r1 n has 161 bits: of 256 bits the first 161 count.
    assert Ecdsa(EcPrivateKey(SECP160R1, 5)).digest_to_integer(digest[:32]) == os2ip(
        digest[:21]
    ) >> (8 * 21 - 161)


@pytest.mark.parametrize("curve", [*CURVES, SECP160R1], ids=lambda curve: curve.name)
def test_every_curve_signs_with_several_hash_functions(curve: Curve) -> None:
    key = EcPrivateKey(curve, 0xDEADBEEF)
    for hash_name in ("sha1", "sha256", "sha384", "sha512"):
        k = DeterministicNonce(hash_name).nonce(key, hashlib.new(hash_name, b"m").digest())
        signature = Ecdsa(key, hash_name).sign(b"m", k)
        assert Ecdsa(key.public, hash_name).verify(b"m", *signature)
        assert not Ecdsa(key.public, hash_name).verify(b"n", *signature)


@pytest.mark.parametrize("k", [-1, 0, P256.n, P256.n + 1])
def test_a_k_outside_the_range_is_refused(k: int) -> None:
    with pytest.raises(InvalidArgument, match="k is not in 1 <= k < n"):
        Ecdsa(EcPrivateKey(P256, 7)).sign(b"message", k)


def test_a_k_that_gives_a_zero_is_refused() -> None:
    """s = 0 where e = -r d: the standard then takes another k."""
    key, k = EcPrivateKey(P256, 7), 1
    r = P256.g.x % P256.n
    with pytest.raises(InvalidArgument, match="take another"):
        Ecdsa(key).sign_digest(i2osp(-r * key.d % P256.n, 32), k)


def test_a_public_key_does_not_sign() -> None:
    with pytest.raises(InvalidArgument, match="does not sign"):
        Ecdsa(EcPrivateKey(P256, 7).public).sign(b"message", 1)


def test_a_key_that_is_not_valid_is_refused() -> None:
    for d in (0, -1, P256.n):
        with pytest.raises(InvalidKey):
            Ecdsa(EcPrivateKey(P256, d))
    for point in (INFINITY, Point(1, 1), Point(P256.g.x + P256.p, P256.g.y)):
        with pytest.raises(InvalidKey):
            Ecdsa(EcPublicKey(P256, point))


def test_a_signature_that_is_not_der_is_told_apart() -> None:
    ecdsa = Ecdsa(EcPrivateKey(P256, 7))
    for verify in (ecdsa.verify_der, ecdsa.verify_digest_der):
        with pytest.raises(InvalidSignatureEncoding):
            verify(bytes(32), b"\x30\x00")


def test_it_shows_the_values_of_a_signature_and_of_its_verification() -> None:
    signing, verifying = Recorder(), Recorder()
    key, k = EcPrivateKey(P256, 0x1337), 0x4711
    r, s = Ecdsa(key, show=signing).sign(b"sample", k)
    assert Ecdsa(key.public, show=verifying).verify(b"sample", r, s)
    assert [name for name, _ in signing.values] == ["e", "k_inverse", "R", "r", "s"]
    assert [name for name, _ in verifying.values] == ["e", "w", "u1", "u2", "R", "v"]
    shown: Mapping[str, bytes] = dict(signing.values)
    assert shown["e"] == hashlib.sha256(b"sample").digest()
    assert os2ip(shown["k_inverse"]) * k % P256.n == 1
    assert shown["R"] == verifying["R"] == encode_point(P256, P256.multiply(k, P256.g))
    assert (shown["r"], shown["s"]) == (i2osp(r, 32), i2osp(s, 32))
    assert os2ip(verifying["w"]) * s % P256.n == 1
    assert verifying["v"] == shown["r"]
