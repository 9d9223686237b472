"""The deviations of RSA: each is described, sits in its part, and does what its sentence says."""

from __future__ import annotations

import hashlib
from math import gcd

import pytest

from kmsproof_reference.der import integer, null, object_identifier, octet_string, sequence
from kmsproof_reference.deviations import Deviation, View, catalogue, parts_with
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext, InvalidKey, MalformedDer
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.pkcs1_signature import OBJECT_IDENTIFIERS, Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_reference.random_choices import RandomChoices, RepeatableChoices
from kmsproof_reference.rsa import Rsa, RsaPublicKey
from kmsproof_reference.rsa_key_encoding import RsaKeyEncoding, encode_public_key
from kmsproof_reference.rsa_key_generation import RsaKeyGeneration
from kmsproof_reference.rsa_keys import RsaKeyValidation
from kmsproof_testing.rsa_material import key_of

FAMILIES = ("oaep", "mgf1", "pss", "pkcs1", "rsa", "rsa-key")
DEVIATIONS = [each for each in catalogue().values() if each.family in FAMILIES]
PARTS = (
    *(Oaep, Mgf1, Pss, Pkcs1Signature, Rsa, RandomChoices),
    *(RsaKeyEncoding, RsaKeyGeneration, RsaKeyValidation),
)

KEY = key_of(1024)
SEED, SALT, MESSAGE = bytes(range(32)), bytes(range(32, 64)), b"message"
DIGEST = hashlib.sha256(MESSAGE).digest()

every = pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda each: each.id)


@every
def test_a_deviation_is_described_in_short_sentences(deviation: Deviation) -> None:
    for text in (deviation.sentence, deviation.gain, deviation.cause, deviation.remedy):
        assert text.endswith(".")
        assert len(text) <= 300
    assert deviation.clause
    assert deviation.weakness


@every
def test_a_deviation_changes_a_part_of_rsa(deviation: Deviation) -> None:
    parts = deviation.parts()
    assert any(parts(part) is not part for part in PARTS)
    assert all(parts(part).__name__ == part.__name__ for part in PARTS)


@every
def test_a_deviation_is_seen_in_one_view_at_least(deviation: Deviation) -> None:
    assert deviation.seen
    assert all(reason.endswith(".") for reason in deviation.unseen.values())


def test_no_two_deviations_have_the_same_sentence() -> None:
    sentences = [each.sentence for each in DEVIATIONS]
    assert len(set(sentences)) == len(sentences)


def test_there_are_deviations_of_every_family() -> None:
    assert {each.family for each in DEVIATIONS} == set(FAMILIES)
    assert {view for each in DEVIATIONS for view in each.seen} == set(View)


# OAEP.

OAEP_ROUND_TRIPS = [
    "oaep/mgf1-sha1",
    "oaep/label-hash-sha1",
    "oaep/sha1",
    "oaep/pkcs1-v1-5-instead",
    "oaep/no-padding",
    "oaep/label-with-final-zero",
    "oaep/label-not-hashed",
    "oaep/label-hashed-twice",
    "oaep/seed-not-masked",
    "oaep/data-block-before-seed",
    "oaep/message-before-padding",
    *(each.id for each in DEVIATIONS if each.family == "mgf1"),
]
"""What does it wrong in both directions."""


@pytest.mark.parametrize("id", OAEP_ROUND_TRIPS)
def test_what_is_encrypted_otherwise_is_decrypted_only_otherwise(id: str) -> None:
    other = parts_with([id])(Oaep)(KEY)
    seed = SEED[: other.hash_length]
    ciphertext = other.encrypt(MESSAGE, seed)
    assert other.decrypt(ciphertext) == MESSAGE
    with pytest.raises(InvalidCiphertext):
        Oaep(KEY).decrypt(ciphertext)


def oaep_block(block: bytes, first: int = 0) -> bytes:
    """Return the ciphertext of a data block."""
    scheme = Oaep(KEY)
    encoded = scheme.encode_data_block(block.ljust(KEY.length - 33, b"\x05"), SEED, first)
    return scheme.raw_encrypt(encoded)


LABEL = hashlib.sha256(b"").digest()
ROOM = bytes(KEY.length - 33 - 32 - 1 - len(MESSAGE))
GOOD_BLOCK = LABEL + ROOM + b"\1" + MESSAGE
PKCS1_V15 = Oaep(KEY).raw_encrypt(
    b"\0\2" + b"\5" * (KEY.length - 3 - len(MESSAGE)) + b"\0" + MESSAGE
)

OAEP_ACCEPTED = {
    "oaep/first-octet-not-checked": (oaep_block(GOOD_BLOCK, 1), MESSAGE),
    "oaep/label-hash-not-compared": (oaep_block(bytes(32) + GOOD_BLOCK[32:]), MESSAGE),
    "oaep/label-hash-compared-in-20-bytes": (
        oaep_block(LABEL[:20] + bytes(12) + GOOD_BLOCK[32:]),
        MESSAGE,
    ),
    "oaep/padding-not-checked": (
        oaep_block(LABEL + b"\2" + ROOM[1:] + b"\1" + MESSAGE),
        MESSAGE,
    ),
    "oaep/any-separator-accepted": (oaep_block(LABEL + ROOM + b"\2" + MESSAGE), MESSAGE),
    "oaep/separator-only-odd": (oaep_block(LABEL + ROOM + b"\3" + MESSAGE), MESSAGE),
    "oaep/missing-separator-accepted": (oaep_block(LABEL + bytes(KEY.length - 65)), b""),
    "oaep/pkcs1-v1-5-accepted": (PKCS1_V15, MESSAGE),
    "oaep/failure-gives-nothing": (bytes(KEY.length), b""),
    "oaep/zeros-before-ciphertext-accepted": (b"\0" + oaep_block(GOOD_BLOCK), MESSAGE),
    "oaep/bytes-after-ciphertext-ignored": (oaep_block(GOOD_BLOCK) + b"\5", MESSAGE),
}


@pytest.mark.parametrize("id", OAEP_ACCEPTED)
def test_a_check_of_oaep_that_is_left_out_accepts_more(id: str) -> None:
    ciphertext, message = OAEP_ACCEPTED[id]
    with pytest.raises(InvalidCiphertext):
        Oaep(KEY).decrypt(ciphertext)
    lenient = parts_with([id])(Oaep)(KEY)
    assert lenient.decrypt(ciphertext) == message
    assert lenient.decrypt(oaep_block(GOOD_BLOCK)) == MESSAGE


def test_two_deviations_of_one_part_work_together() -> None:
    both = parts_with(["oaep/first-octet-not-checked", "oaep/mgf1-sha1"])(Oaep)(KEY)
    encoded = both.encode_data_block(GOOD_BLOCK, SEED, first=1)
    assert both.decrypt(both.raw_encrypt(encoded)) == MESSAGE


WRONG_FIRST_OCTET = oaep_block(GOOD_BLOCK, 1)
WRONG_LABEL = oaep_block(bytes(KEY.length - 33))
WRONG_PADDING = oaep_block(LABEL + b"\2" * (KEY.length - 65))


@pytest.mark.parametrize(
    ("id", "told", "others"),
    [
        ("oaep/first-octet-told", WRONG_FIRST_OCTET, (WRONG_LABEL, WRONG_PADDING)),
        ("oaep/label-hash-told", WRONG_LABEL, (WRONG_FIRST_OCTET, WRONG_PADDING)),
        ("oaep/padding-told", WRONG_PADDING, (WRONG_FIRST_OCTET, WRONG_LABEL)),
    ],
)
def test_a_refusal_tells_one_reason_and_no_other(
    id: str, told: bytes, others: tuple[bytes, bytes]
) -> None:
    def refusal(scheme: Oaep, ciphertext: bytes) -> str:
        with pytest.raises(InvalidCiphertext) as raised:
            scheme.decrypt(ciphertext)
        return str(raised.value)

    telling, usual = parts_with([id])(Oaep)(KEY), refusal(Oaep(KEY), told)
    assert refusal(telling, told) != usual
    assert {refusal(telling, other) for other in others} == {usual}


def test_a_long_message_is_cut_or_encrypted_in_pieces() -> None:
    message = bytes(range(100))
    with pytest.raises(InvalidArgument):
        Oaep(KEY).encrypt(message, SEED)
    longest = Oaep(KEY).max_length
    cut = parts_with(["oaep/long-message-cut"])(Oaep)(KEY).encrypt(message, SEED)
    assert Oaep(KEY).decrypt(cut) == message[:longest]
    pieces = parts_with(["oaep/long-message-in-pieces"])(Oaep)(KEY).encrypt(message, SEED)
    assert len(pieces) == 2 * KEY.length
    assert Oaep(KEY).decrypt(pieces[KEY.length :]) == message[longest:]


def test_seeds_and_salts_are_chosen_badly() -> None:
    assert parts_with(["oaep/seed-zero"])(RepeatableChoices)(b"1").oaep_seed(32) == bytes(32)
    counter = parts_with(["oaep/seed-counter"])(RepeatableChoices)(b"1")
    assert [os2ip(counter.oaep_seed(32)) for _ in range(3)] == [0, 1, 2]
    constant = parts_with(["pss/salt-constant"])(RepeatableChoices)(b"1")
    assert constant.pss_salt(32) == constant.pss_salt(32)
    assert constant.oaep_seed(32) != constant.oaep_seed(32)


# Signatures.

SIGNED_OTHERWISE = [
    *((Pss, id) for id in ("pss/mgf1-sha1", "pss/salt-empty", "pss/salt-of-20-bytes")),
    *((Pss, id) for id in ("pss/salt-longest", "pss/eight-zeros-missing", "pss/salt-not-hashed")),
    *((Pss, id) for id in ("pss/salt-before-digest", "pss/trailer-cc", "pss/pkcs1-instead")),
    *((Pss, id) for id in ("pss/digest-instead-of-hash", "pss/default-parameters")),
    *((Pkcs1Signature, id) for id in ("pkcs1/digest-info-missing", "pkcs1/null-missing")),
    *((Pkcs1Signature, id) for id in ("pkcs1/sha1-named", "pkcs1/signature-algorithm-named")),
    *((Pkcs1Signature, id) for id in ("pkcs1/padding-of-8-octets", "pkcs1/block-type-2")),
    (Pkcs1Signature, "rsa/signature-little-endian"),
]


@pytest.mark.parametrize(("part", "id"), SIGNED_OTHERWISE)
def test_what_is_signed_otherwise_is_verified_only_otherwise(
    part: type[Pss] | type[Pkcs1Signature], id: str
) -> None:
    other = parts_with([id])(part)(KEY)
    signature = other.sign(MESSAGE, SALT) if isinstance(other, Pss) else other.sign(MESSAGE)
    assert other.verify(MESSAGE, signature)
    assert not other.verify(b"another message", signature)
    assert not part(KEY).verify(MESSAGE, signature)


def pkcs1_signature(t: bytes, *, padding: int | None = None, start: bytes = b"\0\1") -> bytes:
    """Return the signature of an encoded message; what remains behind T is filled with 05."""
    length = KEY.length - len(start) - len(t) - 1 if padding is None else padding
    encoded = (start + b"\xff" * length + b"\0" + t).ljust(KEY.length, b"\5")
    return Pkcs1Signature(KEY).sign_encoded(encoded)


def info(*, name: str = "sha256", digest: bytes = DIGEST, parameters: bytes | None = None) -> bytes:
    """Return a DigestInfo."""
    algorithm = object_identifier(OBJECT_IDENTIFIERS[name])
    behind = null() if parameters is None else parameters
    return sequence(sequence(algorithm, behind), octet_string(digest))


PKCS1_ACCEPTED = {
    "pkcs1/bytes-after-digest-ignored": pkcs1_signature(info(), padding=8),
    "pkcs1/short-padding-with-bytes-after": pkcs1_signature(info(), padding=0),
    "pkcs1/padding-not-checked": pkcs1_signature(info(), start=b"\0\1\5"),
    "pkcs1/only-end-compared": pkcs1_signature(info(), start=b"\5\5\0"),
    "pkcs1/only-digest-compared": pkcs1_signature(DIGEST),
    "pkcs1/encoding-not-compared": bytes(KEY.length),
    "pkcs1/digest-not-compared": pkcs1_signature(info(digest=bytes(32))),
    "pkcs1/block-type-not-checked": pkcs1_signature(info(), start=b"\0\2"),
    "pkcs1/first-octet-not-checked": pkcs1_signature(info(), start=b"\1\1"),
    "pkcs1/parameters-not-checked": pkcs1_signature(info(parameters=integer(5))),
    "pkcs1/hash-name-not-checked": pkcs1_signature(info(name="sha512")),
    "pkcs1/digest-compared-in-its-length": pkcs1_signature(info(digest=b"")),
    "pkcs1/digest-info-missing-accepted": pkcs1_signature(DIGEST),
    "pkcs1/negative-representative-accepted": i2osp(
        KEY.n - os2ip(Pkcs1Signature(KEY).sign(MESSAGE)), KEY.length
    ),
    "pkcs1/pss-accepted": Pss(KEY).sign(MESSAGE, SALT),
    "pkcs1/any-hash-accepted": Pkcs1Signature(KEY, "sha1").sign(MESSAGE),
}


@pytest.mark.parametrize("id", PKCS1_ACCEPTED)
def test_a_check_of_pkcs1_that_is_left_out_accepts_more(id: str) -> None:
    assert not Pkcs1Signature(KEY).verify(MESSAGE, PKCS1_ACCEPTED[id])
    lenient = parts_with([id])(Pkcs1Signature)(KEY)
    assert lenient.verify(MESSAGE, PKCS1_ACCEPTED[id])
    assert lenient.verify(MESSAGE, Pkcs1Signature(KEY).sign(MESSAGE))


def pss_signature(block: bytes, end: bytes = b"\xbc", h: bytes | None = None) -> bytes:
    """Return the signature of a DB that ends in the salt."""
    scheme = Pss(KEY, salt_length=None)
    h = scheme.salted_hash(DIGEST, SALT) if h is None else h
    return scheme.sign_encoded(scheme.mask_data_block(block, h)[:-1] + end)


PSS_ROOM = bytes(KEY.length - 33 - 33)
PSS_ACCEPTED = {
    "pss/hash-not-compared": pss_signature(PSS_ROOM + b"\1" + SALT, h=bytes(32)),
    "pss/trailer-not-checked": pss_signature(PSS_ROOM + b"\1" + SALT, b"\xbd"),
    "pss/trailer-cc-accepted": pss_signature(PSS_ROOM + b"\1" + SALT, b"\xcc"),
    "pss/padding-not-checked": pss_signature(b"\5" + PSS_ROOM[1:] + b"\1" + SALT),
    "pss/separator-not-checked": pss_signature(PSS_ROOM + b"\2" + SALT),
    "pss/any-salt-length-accepted": Pss(KEY, salt_length=40).sign(MESSAGE, bytes(40)),
    "pss/short-salt-accepted": Pss(KEY, salt_length=0).sign(MESSAGE, b""),
    "pss/pkcs1-accepted": Pkcs1Signature(KEY).sign(MESSAGE),
    "rsa/zeros-before-signature-accepted": b"\0" + Pss(KEY).sign(MESSAGE, SALT),
    "rsa/bytes-after-signature-ignored": Pss(KEY).sign(MESSAGE, SALT) + b"\5",
}


@pytest.mark.parametrize("id", PSS_ACCEPTED)
def test_a_check_of_pss_that_is_left_out_accepts_more(id: str) -> None:
    assert not Pss(KEY).verify(MESSAGE, PSS_ACCEPTED[id])
    lenient = parts_with([id])(Pss)(KEY)
    assert lenient.verify(MESSAGE, PSS_ACCEPTED[id])
    assert lenient.verify(MESSAGE, Pss(KEY).sign(MESSAGE, SALT))


def test_numbers_above_the_modulus_are_reduced() -> None:
    lenient = parts_with(["rsa/signature-above-modulus-accepted"])(Rsa)()
    assert lenient.rsavp1(KEY.public, KEY.n + 2) == Rsa().rsavp1(KEY.public, 2)
    with pytest.raises(InvalidArgument):
        lenient.rsadp(KEY, KEY.n + 2)


def test_a_fault_in_the_chinese_remainders_gives_a_prime_away() -> None:
    faulty = parts_with(["rsa/crt-difference-without-sign"])(Rsa)()
    differences = {m: faulty.rsasp1(KEY, m) - Rsa().rsasp1(KEY, m) for m in range(2, 22)}
    found = {gcd(difference, KEY.n) for difference in differences.values() if difference}
    assert found == {KEY.q}
    assert 0 in differences.values()


# Keys.


@pytest.mark.parametrize(
    ("id", "public"),
    [
        ("rsa-key/exponent-1-accepted", RsaPublicKey(KEY.n, 1)),
        ("rsa-key/even-exponent-accepted", RsaPublicKey(KEY.n, 65_536)),
        ("rsa-key/exponent-above-modulus-accepted", RsaPublicKey(KEY.n, KEY.n + 2)),
        ("rsa-key/modulus-length-not-checked", RsaPublicKey(KEY.n >> 8 | 1, KEY.e)),
        ("rsa-key/modulus-length-in-bytes", RsaPublicKey(KEY.n >> 1 | 1, KEY.e)),
    ],
)
def test_a_check_of_a_key_that_is_left_out_accepts_more(id: str, public: RsaPublicKey) -> None:
    with pytest.raises(InvalidKey):
        RsaKeyValidation().check_public_key(public, KEY.bits)
    parts_with([id])(RsaKeyValidation)().check_public_key(public, KEY.bits)


@pytest.mark.parametrize(
    ("id", "octets"),
    [
        ("rsa-key/bytes-after-key-ignored", encode_public_key(KEY.public) + b"\5"),
        (
            "rsa-key/long-lengths-accepted",
            b"\x30\x82\x00" + encode_public_key(KEY.public)[2:],
        ),
    ],
)
def test_an_encoding_is_read_leniently(id: str, octets: bytes) -> None:
    with pytest.raises(MalformedDer):
        RsaKeyEncoding().decode_public_key(octets)
    assert parts_with([id])(RsaKeyEncoding)().decode_public_key(octets) == KEY.public


def generated(id: str, seed: bytes = bytes(48)) -> tuple[int, int, int]:
    """Return p, q and e of a key of 512 bits."""
    key = parts_with([id])(RsaKeyGeneration)().generate(512, Drbg(seed))
    assert key.n == key.p * key.q
    return key.p, key.q, key.e


def test_keys_are_made_weak() -> None:
    assert generated("rsa-key/exponent-3")[2] == 3
    p, q, _ = generated("rsa-key/close-primes")
    assert p - q < 10_000
    other = b"1" * 48
    assert generated("rsa-key/key-repeated") == generated("rsa-key/key-repeated", other)
    shared = {*generated("rsa-key/prime-shared")[:2]} & {
        *generated("rsa-key/prime-shared", other)[:2]
    }
    assert len(shared) == 1
    assert generated("rsa-key/exponent-1")[2] == 1
