"""ECIES: the example of GEC 2, a composed second opinion, and everything that is refused."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsproof_reference.curves import P256, SECP160R1, SECP256K1
from kmsproof_reference.ec_keys import EcPrivateKey, EcPublicKey
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.ecies_dialect import (
    DIALECTS,
    EK_MK,
    MK_EK,
    Dialect,
    KdfInput,
    KeyOrder,
    core_dialects,
)
from kmsproof_reference.elliptic_curve import INFINITY, Curve, Point
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext, InvalidKey
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.octets import i2osp, xor
from kmsproof_reference.point_encoding import PREFIXED_FORMS, PointForm, encode_point

CURVES = {curve.name: curve for curve in (P256, SECP256K1)}
LIBRARY_CURVES = {P256: ec.SECP256R1(), SECP256K1: ec.SECP256K1()}
KEY, EPHEMERAL = EcPrivateKey(P256, 0x1234567890ABCDEF), 0xFEDCBA0987654321
MESSAGE = b"forty bytes of plaintext, two KDF blocks"
REFUSAL = "^invalid: the ciphertext does not open"

some_curve = st.sampled_from(list(CURVES.values()))
scalars = st.integers(1, min(P256.n, SECP256K1.n) - 1)


# GEC 2.

GEC2_KEY = EcPrivateKey(SECP160R1, 0x45FB58A92A17AD4B15101C66E74F277E2B460866)
GEC2_K = 702232148019446860144825009548118511996283736794
GEC2_MESSAGE = b"abcdefghijklmnopqrst"
GEC2_VALUES = {
    "R": "02CE2873E5BE449563391FEB47DDCBA2DC16379191",
    "Z": "1E0BFD2E66F97B3BE0343A6CD517DA9BA213933B",
    "K": "1041AB14C67CE6821CE9426176CF14B804E6469993CBCEBCA419FD5D582E03947E21D8796770AFFD",
    "EK": "1041AB14C67CE6821CE9426176CF14B804E64699",
    "MK": "93CBCEBCA419FD5D582E03947E21D8796770AFFD",
    "EM": "7123C870A31A81EA7583290D1BA17BC8759435ED",
    "D": "1CCDA9EB4ED27360BE896729AD185493622591E5",
}


def test_the_example_of_gec_2() -> None:
    compressed = replace(EK_MK, point_form=PointForm.COMPRESSED)
    public = encode_point(SECP160R1, GEC2_KEY.public.point, PointForm.COMPRESSED)
    assert public.hex().upper() == "0349B41E0E9C0369C2328739D90F63D56707C6E5BC"
    encryption, decryption = Recorder(), Recorder()
    ciphertext = Ecies(GEC2_KEY.public, compressed, encryption).encrypt(GEC2_MESSAGE, GEC2_K)
    assert ciphertext.hex().upper() == "".join(GEC2_VALUES[part] for part in ("R", "EM", "D"))
    assert Ecies(GEC2_KEY, EK_MK, decryption).decrypt(ciphertext) == GEC2_MESSAGE
    shown = {name: value.hex().upper() for name, value in encryption.values}
    assert shown == GEC2_VALUES
    shown = {name: value.hex().upper() for name, value in decryption.values}
    assert shown == {name: value for name, value in GEC2_VALUES.items() if name != "EM"}


def test_only_one_dialect_fits_gec_2() -> None:
    ciphertext = bytes.fromhex("".join(GEC2_VALUES[part] for part in ("R", "EM", "D")))
    readers = [
        dialect
        for dialect in (*core_dialects(), *DIALECTS.values())
        if opens(Ecies(GEC2_KEY, dialect), ciphertext) == GEC2_MESSAGE
    ]
    assert set(readers) == {EK_MK}


def opens(
    ecies: Ecies, ciphertext: bytes, info_1: bytes = b"", info_2: bytes = b""
) -> bytes | None:
    """The message, or nothing where the ciphertext is refused."""
    try:
        return ecies.decrypt(ciphertext, info_1, info_2)
    except InvalidCiphertext:
        return None


# Composed of another library's parts.


def composed(
    public: EcPublicKey, message: bytes, k: int, info_1: bytes, info_2: bytes, mk_first: bool
) -> bytes:
    """SEC 1 §5.1.3 out of the parts of `cryptography`."""
    curve = LIBRARY_CURVES[public.curve]
    ephemeral = ec.derive_private_key(k, curve)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(
        curve, encode_point(public.curve, public.point)
    )
    r = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    length = len(message) + 20
    keys = X963KDF(hashes.SHA1(), length, info_1).derive(ephemeral.exchange(ec.ECDH(), theirs))
    mk = keys[:20] if mk_first else keys[-20:]
    ek = keys[20:] if mk_first else keys[:-20]
    em = bytes(a ^ b for a, b in zip(message, ek, strict=True))
    return r + em + hmac.digest(mk, em + info_2, "sha1")


@settings(max_examples=60)
@given(
    some_curve,
    scalars,
    scalars,
    st.binary(max_size=100),
    st.binary(max_size=9),
    st.binary(max_size=9),
)
def test_it_agrees_with_what_cryptography_is_composed_to(
    curve: Curve, d: int, k: int, message: bytes, info_1: bytes, info_2: bytes
) -> None:
    key = EcPrivateKey(curve, d)
    for dialect, mk_first in ((EK_MK, False), (MK_EK, True)):
        ciphertext = composed(key.public, message, k, info_1, info_2, mk_first)
        assert Ecies(key.public, dialect).encrypt(message, k, info_1, info_2) == ciphertext
        assert Ecies(key, dialect).decrypt(ciphertext, info_1, info_2) == message


@pytest.mark.parametrize("length", [5080, 5081, 5100, 5101])
def test_a_message_that_needs_more_than_255_counters(length: int) -> None:
    """With a MAC key of 20 bytes, 5,081 bytes are the first to need 256 pieces of SHA-1."""
    message = bytes(i % 251 for i in range(length))
    for dialect, mk_first in ((EK_MK, False), (MK_EK, True)):
        ciphertext = composed(KEY.public, message, EPHEMERAL, b"", b"", mk_first)
        assert Ecies(KEY, dialect).encrypt(message, EPHEMERAL) == ciphertext
        assert Ecies(KEY, dialect).decrypt(ciphertext) == message


# What the point forms mean for decryption.


def test_sec_1_reads_both_of_its_forms_whichever_it_writes() -> None:
    for form in (PointForm.UNCOMPRESSED, PointForm.COMPRESSED):
        ciphertext = Ecies(KEY, replace(EK_MK, point_form=form)).encrypt(MESSAGE, EPHEMERAL)
        assert Ecies(KEY).decrypt(ciphertext) == MESSAGE


def test_a_hybrid_point_is_read_only_when_asked_for() -> None:
    hybrid = replace(EK_MK, point_form=PointForm.HYBRID)
    ciphertext = Ecies(KEY, hybrid).encrypt(MESSAGE, EPHEMERAL)
    assert opens(Ecies(KEY), ciphertext) is None
    assert Ecies(KEY, replace(EK_MK, accepted_forms=PREFIXED_FORMS)).decrypt(ciphertext) == MESSAGE


def test_a_compressed_point_can_be_excluded() -> None:
    compressed = replace(EK_MK, point_form=PointForm.COMPRESSED)
    only = replace(EK_MK, accepted_forms=frozenset({PointForm.UNCOMPRESSED}))
    assert opens(Ecies(KEY, only), Ecies(KEY, compressed).encrypt(MESSAGE, EPHEMERAL)) is None


def test_the_opposite_point_has_the_same_secret() -> None:
    """(x, p - y) is -R: Z is its x-coordinate, so that the ciphertext opens as well."""
    ciphertext = Ecies(KEY).encrypt(MESSAGE, EPHEMERAL)
    opposite = encode_point(P256, P256.negate(P256.multiply(EPHEMERAL, P256.g)))
    assert Ecies(KEY).decrypt(opposite + ciphertext[65:]) == MESSAGE
    in_the_kdf = replace(EK_MK, kdf_input=KdfInput.R_Z)
    ciphertext = Ecies(KEY, in_the_kdf).encrypt(MESSAGE, EPHEMERAL)
    assert opens(Ecies(KEY, in_the_kdf), opposite + ciphertext[65:]) is None


@pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)
@pytest.mark.parametrize("k", [1, 2, -1])
def test_the_smallest_ephemeral_keys(curve: Curve, k: int) -> None:
    key = EcPrivateKey(curve, 7)
    for message in (b"", MESSAGE):
        ciphertext = Ecies(key.public).encrypt(message, k % curve.n)
        assert ciphertext[:65] == encode_point(curve, curve.multiply(k, curve.g))
        assert Ecies(key).decrypt(ciphertext) == message


# The forgery that the order of the keys allows or prevents.


@pytest.mark.parametrize(
    ("dialect", "is_forged"),
    [(EK_MK, True), (MK_EK, False), (DIALECTS["CRYPTOPP_P1363"], True)],
)
def test_a_known_plaintext_forges_a_shorter_one(dialect: Dialect, is_forged: bool) -> None:
    known = bytes(range(64))
    ciphertext = Ecies(KEY.public, dialect).encrypt(known, EPHEMERAL)
    keystream = xor(known, ciphertext[65:-20])
    forged = b"thirty bytes of something else"
    mk = keystream[len(forged) : len(forged) + dialect.mac_key_length]
    em = xor(forged, keystream[: len(forged)])
    forgery = ciphertext[:65] + em + hmac.digest(mk, em, "sha1")
    assert opens(Ecies(KEY, dialect), forgery) == (forged if is_forged else None)


# Refusals.

CIPHERTEXT = Ecies(KEY.public).encrypt(MESSAGE, EPHEMERAL)


def malformed() -> Iterator[bytes]:
    """One thing wrong with a ciphertext: its tag, its text, its length, or its point."""
    r, em, tag = CIPHERTEXT[:65], CIPHERTEXT[65:-20], CIPHERTEXT[-20:]
    yield from (CIPHERTEXT[:length] for length in range(len(CIPHERTEXT)))
    for bit in range(160):
        yield r + em + i2osp(int.from_bytes(tag, "big") ^ 1 << bit, 20)
    for bit in range(0, 8 * len(em), 7):
        yield r + i2osp(int.from_bytes(em, "big") ^ 1 << bit, len(em)) + tag
    yield from (r + em + bytes(20), r + em + b"\xff" * 20, CIPHERTEXT + b"\x00")
    yield from (r + em[:-1] + tag, r + em + b"\x00" + tag, r + tag + em, em + tag)
    x, y = r[1:33], r[33:]
    yield from (bytes([first]) + x + y + em + tag for first in {*range(256)} - {4})
    yield from (bytes([first]) + x + em + tag for first in range(8))
    length = P256.field_length
    for point in (Point(0, 0), Point(P256.g.x, P256.g.y + 1), SECP256K1.g):
        yield b"\x04" + i2osp(point.x, length) + i2osp(point.y, length) + em + tag
    yield b"\x04" + i2osp(P256.p, length) + y + em + tag
    yield b"\x04" + x + b"\xff" * length + em + tag


def test_whatever_is_wrong_gives_the_same_words() -> None:
    texts, count = set[str](), 0
    ecies = Ecies(KEY)
    genuine = {
        encode_point(P256, point, form) + CIPHERTEXT[65:]
        for point in (P256.multiply(EPHEMERAL, P256.g), P256.multiply(-EPHEMERAL, P256.g))
        for form in (PointForm.UNCOMPRESSED, PointForm.COMPRESSED)
    }
    for ciphertext in malformed():
        if ciphertext in genuine:
            continue
        with pytest.raises(InvalidCiphertext) as refusal:
            ecies.decrypt(ciphertext)
        texts.add(str(refusal.value))
        assert refusal.value.__suppress_context__
        count += 1
    print(f"{count} malformed ciphertexts")
    assert texts == {"invalid: the ciphertext does not open (SEC 1 §5.1.4)"}
    assert count > 600


@pytest.mark.parametrize(
    "wrong", [(b"", b"two"), (b"one", b""), (b"two", b"one"), (b"onet", b"wo")]
)
def test_other_shared_information_is_refused(wrong: tuple[bytes, bytes]) -> None:
    ciphertext = Ecies(KEY).encrypt(MESSAGE, EPHEMERAL, b"one", b"two")
    assert Ecies(KEY).decrypt(ciphertext, b"one", b"two") == MESSAGE
    with pytest.raises(InvalidCiphertext, match=REFUSAL):
        Ecies(KEY).decrypt(ciphertext, *wrong)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(InvalidCiphertext, match=REFUSAL):
        Ecies(EcPrivateKey(P256, KEY.d + 1)).decrypt(CIPHERTEXT)
    with pytest.raises(InvalidCiphertext, match=REFUSAL):
        Ecies(EcPrivateKey(SECP256K1, KEY.d)).decrypt(CIPHERTEXT)


@pytest.mark.parametrize("k", [-1, 0, P256.n, P256.n + 1])
def test_a_k_outside_the_range_is_refused(k: int) -> None:
    with pytest.raises(InvalidArgument, match="k is not in 1 <= k < n"):
        Ecies(KEY).encrypt(MESSAGE, k)


def test_a_public_key_does_not_decrypt() -> None:
    with pytest.raises(InvalidArgument, match="does not decrypt"):
        Ecies(KEY.public).decrypt(CIPHERTEXT)


def test_a_key_that_is_not_valid_is_refused() -> None:
    for d in (0, -1, P256.n):
        with pytest.raises(InvalidKey):
            Ecies(EcPrivateKey(P256, d))
    for point in (INFINITY, Point(1, 1)):
        with pytest.raises(InvalidKey):
            Ecies(EcPublicKey(P256, point))


# What the parts are.


@pytest.mark.parametrize("dialect", [EK_MK, MK_EK, DIALECTS["CRYPTOPP_DEFAULT"]])
def test_the_shown_values_belong_together(dialect: Dialect) -> None:
    recorder = Recorder()
    ciphertext = Ecies(KEY, dialect, show=recorder).encrypt(MESSAGE, EPHEMERAL)
    assert [name for name, _ in recorder.values] == ["R", "Z", "K", "EK", "MK", "EM", "D"]
    shown = dict(recorder.values)
    assert ciphertext == shown["R"] + shown["EM"] + shown["D"]
    ek, mk = shown["EK"], shown["MK"]
    assert shown["K"] == (ek + mk if dialect.key_order is KeyOrder.EK_MK else mk + ek)
    assert shown["EM"] == xor(MESSAGE, ek)
    secret = shown["R"] + shown["Z"] if dialect.kdf_input is KdfInput.R_Z else shown["Z"]
    assert shown["K"][:20] == hashlib.sha1(secret + i2osp(1, 4)).digest()
