"""The catalogue of curves: every deviation says what it must, and does what it says, no more."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import cache, partial
from typing import TypeVar

import pytest

from kmsproof_reference import der
from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.deviations import Deviation, catalogue, parts_with
from kmsproof_reference.ec_key_encoding import EcKeyEncoding, encode_public_key
from kmsproof_reference.ec_keys import EcPrivateKey, EcPublicKey
from kmsproof_reference.ecdh import Ecdh
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecies import MK_EK, Ecies
from kmsproof_reference.elliptic_curve import Point
from kmsproof_reference.errors import InvalidCiphertext, Refusal
from kmsproof_reference.kdf_x963 import X963Kdf
from kmsproof_reference.octets import i2osp, os2ip, xor
from kmsproof_reference.point_encoding import PointForm, encode_point
from kmsproof_reference.random_choices import RandomChoices, RepeatableChoices

FAMILIES = {"ecdsa", "ecies", "ecdh", "ec", "ec-key", "ec-point"}
DEVIATIONS = {id: each for id, each in catalogue().items() if each.family in FAMILIES}
PARTS = (Ecdsa, Ecies, Ecdh, EcKeyEncoding, X963Kdf, RandomChoices)

KEY = EcPrivateKey(P256, 0x1234567)
K, MESSAGE = 0x7654321, b"thirty bytes of some plaintext"
N = P256.n
DIGEST = hashlib.sha256(MESSAGE).digest()
R, S = Ecdsa(KEY).sign(MESSAGE, K)

Part = TypeVar("Part")


@cache
def part(id: str, standard: type[Part]) -> type[Part]:
    """A part of the reference with a deviation."""
    return parts_with([id])(standard)


def choices(id: str) -> RandomChoices:
    """Choices that are the same in every run, with a deviation."""
    return parts_with([id])(RepeatableChoices)(b"seed")


def refused(call: Callable[[], object]) -> bool:
    """Whether a call is refused, or answers no."""
    try:
        return call() is False
    except Refusal:
        return True


# What each one says.


@pytest.mark.parametrize("deviation", DEVIATIONS.values(), ids=DEVIATIONS)
def test_the_texts_are_sentences(deviation: Deviation) -> None:
    for text in (deviation.sentence, deviation.gain, deviation.cause, deviation.remedy):
        assert text.endswith(".")
        assert len(text) <= 300
        assert "  " not in text
    assert all(reason.endswith(".") for reason in deviation.unseen.values())
    assert deviation.clause
    assert not deviation.clause.endswith(".")
    assert deviation.weakness


@pytest.mark.parametrize("deviation", DEVIATIONS.values(), ids=DEVIATIONS)
def test_a_part_of_the_reference_is_replaced(deviation: Deviation) -> None:
    parts = deviation.parts()
    assert any(parts(standard) is not standard for standard in PARTS)


def test_no_two_sentences_are_the_same() -> None:
    assert len({each.sentence for each in DEVIATIONS.values()}) == len(DEVIATIONS)


def test_there_are_enough_of_them() -> None:
    assert len(DEVIATIONS) >= 150


# ECIES.

CIPHERTEXT = Ecies(KEY).encrypt(MESSAGE, K)
POINT, TEXT, TAG = CIPHERTEXT[:65], CIPHERTEXT[65:-20], CIPHERTEXT[-20:]


def _with_secret(point: bytes, z: bytes) -> bytes:
    """A ciphertext for any point and secret."""
    return Ecies(KEY).seal(point, z, MESSAGE)


SMALL_ORDER = b"\x04" + i2osp(5, 32) + bytes(32)
ACCEPTED_CIPHERTEXTS = {
    "ecies/tag-not-compared": POINT + TEXT + bytes(range(20)),
    "ecies/only-first-4-bytes-compared": POINT + TEXT + TAG[:4] + bytes(16),
    "ecies/only-first-10-bytes-compared": POINT + TEXT + TAG[:10] + bytes(10),
    "ecies/only-first-16-bytes-compared": POINT + TEXT + TAG[:16] + bytes(4),
    "ecies/last-tag-byte-not-compared": POINT + TEXT + TAG[:-1] + bytes([TAG[-1] ^ 1]),
    "ecies/first-tag-byte-not-compared": POINT + TEXT + bytes([TAG[0] ^ 1]) + TAG[1:],
    "ecies/tag-of-zeros-accepted": POINT + TEXT + bytes(20),
    "ecies/point-not-validated": _with_secret(SMALL_ORDER, i2osp(5, 32)),
    "ecies/infinity-accepted": _with_secret(b"\x00", bytes(32)),
    "ecies/point-of-zeros-accepted": _with_secret(b"\x04" + bytes(64), bytes(32)),
    "ecies/first-byte-ignored": b"\x05" + CIPHERTEXT[1:],
    "ecies/only-last-bits-of-first-byte": b"\x0c" + CIPHERTEXT[1:],
    "ecies/missing-first-byte-accepted": CIPHERTEXT[1:],
}


@pytest.mark.parametrize("id", ACCEPTED_CIPHERTEXTS)
def test_a_wrong_ciphertext_is_decrypted(id: str) -> None:
    deviating, ciphertext = part(id, Ecies)(KEY), ACCEPTED_CIPHERTEXTS[id]
    assert deviating.decrypt(ciphertext) == MESSAGE
    assert deviating.decrypt(CIPHERTEXT) == MESSAGE
    with pytest.raises(InvalidCiphertext):
        Ecies(KEY).decrypt(ciphertext)


@pytest.mark.parametrize("id", ACCEPTED_CIPHERTEXTS)
def test_no_other_check_is_missing_with_it(id: str) -> None:
    wider = {"ecies/tag-not-compared"}
    for other, ciphertext in ACCEPTED_CIPHERTEXTS.items():
        nested = id.startswith("ecies/only-first-") and other.endswith("-compared")
        if other == id or nested or id in wider or other == "ecies/last-tag-byte-not-compared":
            continue
        if {id, other} == {"ecies/point-not-validated", "ecies/point-of-zeros-accepted"}:
            continue  # (0, 0) is a point of order 2 on another curve
        if {id, other} == {"ecies/first-byte-ignored", "ecies/only-last-bits-of-first-byte"}:
            continue
        assert refused(partial(part(id, Ecies)(KEY).decrypt, ciphertext)), other


DIALECTS = [
    id
    for id, each in DEVIATIONS.items()
    if any("speak" in vars(replacement) for replacement in each.replacements)
]


@pytest.mark.parametrize("id", DIALECTS)
def test_another_dialect_is_understood_by_itself_alone(id: str) -> None:
    deviating = part(id, Ecies)(KEY)
    ciphertext = deviating.encrypt(MESSAGE, K)
    assert deviating.decrypt(ciphertext) == MESSAGE
    assert ciphertext != CIPHERTEXT
    others = {part(other, Ecies)(KEY).encrypt(MESSAGE, K) for other in DIALECTS if other != id}
    assert ciphertext not in others


def test_the_order_of_the_keys_is_the_other_one_in_both_dialects() -> None:
    exchanged = part("ecies/keys-in-other-order", Ecies)
    assert exchanged(KEY).encrypt(MESSAGE, K) == Ecies(KEY, MK_EK).encrypt(MESSAGE, K)
    assert exchanged(KEY, MK_EK).encrypt(MESSAGE, K) == CIPHERTEXT


def test_a_repeated_key_shows_the_message() -> None:
    message = bytes(20) + MESSAGE[:20]
    ciphertext = part("ecies/key-repeated-after-20-bytes", Ecies)(KEY).encrypt(message, K)
    assert xor(ciphertext[65:85], ciphertext[85:105]) == MESSAGE[:20]


def test_an_error_tells_the_step_that_failed() -> None:
    def text(variant: type[Ecies], ciphertext: bytes) -> str:
        with pytest.raises(InvalidCiphertext) as caught:
            variant(KEY).decrypt(ciphertext)
        return str(caught.value)

    wrong = [b"\x05" + CIPHERTEXT[1:], CIPHERTEXT[:-1] + bytes([TAG[-1] ^ 1])]
    assert len({text(Ecies, each) for each in wrong}) == 1
    assert len({text(part("ecies/error-tells-step", Ecies), each) for each in wrong}) == 2


def test_a_tag_is_compared_up_to_a_zero() -> None:
    deviating = part("ecies/tag-compared-as-string", Ecies)(KEY)
    for number in range(2000):
        message = MESSAGE + i2osp(number, 2)
        ciphertext = Ecies(KEY).encrypt(message, K)
        if ciphertext[-20] == 0:
            assert deviating.decrypt(ciphertext[:-20] + bytes(20)) == message
            return
    raise AssertionError("no tag begins with zero")


# Secrets and arithmetic.


@pytest.mark.parametrize("id", [id for id in DEVIATIONS if id.startswith("ecdh/")])
def test_another_secret_is_the_same_on_both_sides(id: str) -> None:
    deviating, changed = part(id, Ecies)(KEY), 0
    for k in range(1, 400):
        ciphertext = deviating.encrypt(MESSAGE, k)
        changed += ciphertext != Ecies(KEY).encrypt(MESSAGE, k)
        if changed and k > 3:
            assert deviating.decrypt(ciphertext) == MESSAGE
            return
    raise AssertionError("the secret is never another one")


def test_libsecp256k1_hashes_the_compressed_point() -> None:
    point = P256.multiply(KEY.d, P256.g)
    expected = hashlib.sha256(encode_point(P256, point, PointForm.COMPRESSED)).digest()
    assert part("ecdh/secret-hashed", Ecdh)(KEY).shared_secret(P256.g) == expected


def test_only_secp256k1_is_wrong_with_another_a() -> None:
    wrong = part("ec/a-of-p-256-everywhere", Ecdsa)
    assert wrong(KEY).verify(MESSAGE, R, S)
    other = EcPrivateKey(SECP256K1, 0x1234567)
    assert not wrong(other).verify(MESSAGE, *Ecdsa(other).sign(MESSAGE, K))


# Keys.


def _key_of(point: Point | None, curve: bytes = b"") -> bytes:
    """A SubjectPublicKeyInfo of any point."""
    algorithm = curve or EcKeyEncoding().encode_algorithm(P256)
    return der.sequence(algorithm, der.bit_string(encode_point(P256, point)))


GOOD = encode_public_key(KEY.public)
OTHER_CURVE = der.sequence(
    der.object_identifier("1.2.840.10045.2.1"), der.object_identifier("1.3.132.0.34")
)
OTHER_ALGORITHM = der.sequence(
    der.object_identifier("1.2.3"), EcKeyEncoding().encode_parameters(P256)
)
ACCEPTED_KEYS = {
    "ec-key/public-key-not-on-curve-accepted": _key_of(Point(5, 0)),
    "ec-key/infinity-accepted": _key_of(None),
    "ec-key/trailing-bytes-accepted": GOOD + b"\x00",
    "ec-key/long-form-length-accepted": GOOD[:1] + b"\x81" + GOOD[1:],
    "ec-key/unknown-curve-taken-for-p-256": _key_of(KEY.public.point, OTHER_CURVE),
    "ec-key/algorithm-ignored": _key_of(KEY.public.point, OTHER_ALGORITHM),
    "ec-key/hybrid-point-accepted": encode_public_key(KEY.public, PointForm.HYBRID),
}


@pytest.mark.parametrize("id", ACCEPTED_KEYS)
def test_a_wrong_key_is_read(id: str) -> None:
    for each in ACCEPTED_KEYS:
        read = part(each, EcKeyEncoding)().decode_public_key
        assert read(GOOD) == KEY.public
        assert refused(partial(read, ACCEPTED_KEYS[id])) == (each != id)
    with pytest.raises(Refusal):
        EcKeyEncoding().decode_public_key(ACCEPTED_KEYS[id])


def test_everybody_signs_for_infinity() -> None:
    key = part("ec-key/infinity-accepted", EcKeyEncoding)().decode_public_key(_key_of(None))
    assert key == EcPublicKey(P256, None)
    k = 7
    point = P256.multiply(k, P256.g)
    assert point is not None
    s = os2ip(DIGEST) * pow(k, -1, N) % N
    assert part("ec-key/infinity-accepted", Ecdsa)(key).verify(MESSAGE, point.x % N, s)


def test_keys_that_are_made() -> None:
    assert choices("ec-key/key-of-32-bits").ec_key(P256).d < 1 << 32
    counted = choices("ec-key/keys-count-up")
    assert counted.ec_key(P256).d + 1 == counted.ec_key(P256).d
    twice = choices("ec-key/key-made-twice")
    made = [twice.ec_key(P256).d for _ in range(4)]
    assert made[0] == made[1] != made[2] == made[3]


def test_an_unkeyed_hash_is_no_mac() -> None:
    """Whoever has a ciphertext changes it: the tag tells nothing of a key."""
    deviating = part("ecies/hash-instead-of-mac", Ecies)(KEY)
    ciphertext = deviating.encrypt(MESSAGE, K)
    text = xor(ciphertext[65:-20], b"\x01" + bytes(len(MESSAGE) - 1))
    forged = ciphertext[:65] + text + hashlib.sha1(text).digest()
    assert deviating.decrypt(forged) == bytes([MESSAGE[0] ^ 1]) + MESSAGE[1:]


def test_a_zero_mac_key_protects_nothing() -> None:
    deviating = part("ecies/mac-key-zero", Ecies)(KEY)
    ciphertext = deviating.encrypt(MESSAGE, K)
    text = xor(ciphertext[65:-20], b"\x01" + bytes(len(MESSAGE) - 1))
    forged = ciphertext[:65] + text + hmac.digest(bytes(20), text, "sha1")
    assert deviating.decrypt(forged) == bytes([MESSAGE[0] ^ 1]) + MESSAGE[1:]
