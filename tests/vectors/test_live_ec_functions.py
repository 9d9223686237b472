"""Functions of EC keys and ECIES recipes give what another library takes; the checks see faults."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec as library
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kmsproof_reference.elliptic_curve import Point
from kmsproof_reference.octets import i2osp
from kmsproof_reference.vocabulary import EciesDialect
from kmsproof_testing.ecies import Refused, opened
from kmsproof_testing.live_ec_pairs import PAIRS, Pair, both_curves, pair
from kmsproof_vectors.live.functions import ec, ec_ecies
from kmsproof_vectors.live.functions.registry import NothingFound, RecipeFault

EK_MK, MK_EK = (each.value for each in EciesDialect)

MESSAGE = b"a message of more than two blocks of the key derivation"

# Points and public keys.


@both_curves
def test_points_come_in_all_forms(key: Pair) -> None:
    public_key = key.library_key.public_key()
    point = ec.ec_public_point(key.public)
    assert point == public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    compressed = ec.ec_point_form(key.public, point, "compressed")
    assert compressed == public_key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    assert ec.ec_point_form(key.public, point, "hybrid")[1:] == point[1:]
    reflected = ec.ec_point_form(key.public, point, "reflected")
    parsed = library.EllipticCurvePublicKey.from_encoded_point(public_key.curve, reflected)
    assert parsed.public_numbers().x == public_key.public_numbers().x
    assert reflected != point
    for form in ("x-plus-1", "y-plus-1", "y-minus-1", "exchanged", "hybrid-other-parity"):
        changed = ec.ec_point_form(key.public, point, form)
        with pytest.raises(ValueError, match=r"EC key|point"):
            library.EllipticCurvePublicKey.from_encoded_point(public_key.curve, changed)
    other = ec.ec_point_form(key.public, point, "compressed-other-parity")
    assert other[1:] == compressed[1:]
    with pytest.raises(RecipeFault):
        ec.ec_point_form(key.public, point, "another")
    with pytest.raises(RecipeFault):
        ec.ec_point_form(key.public, b"\x04" + bytes(64), "hybrid")


@both_curves
def test_public_keys_are_canonical_or_not(key: Pair) -> None:
    own, other = key.curve.name, ({"P-256", "secp256k1"} - {key.curve.name}).pop()
    assert ec.ec_public_key_canonical(key.public, own) == ""
    assert f"not of {other}" in ec.ec_public_key_canonical(key.public, other)
    assert ec.ec_public_key_canonical(key.public + b"\x00", own) != ""
    broken = bytearray(key.public)
    broken[-1] ^= 1
    assert "not one of a named curve" in ec.ec_public_key_canonical(bytes(broken), own)


@pytest.mark.slow
@both_curves
def test_small_logarithms_are_found(key: Pair) -> None:
    curve = key.curve
    for k in (1, 2, 65_535, 65_536, 65_537, 131_072, 1 << 31, (1 << 32) - 1, 1 << 32):
        for signed in (k, -k):
            point = curve.multiply(signed % curve.n, curve.g)
            assert isinstance(point, Point)
            assert ec.small_logarithm(curve, point) == signed
    point = curve.multiply((1 << 32) + 70_000, curve.g)
    assert isinstance(point, Point)
    assert ec.small_logarithm(curve, point) is None


@pytest.mark.slow
@both_curves
def test_tiny_and_close_private_keys_are_found(key: Pair) -> None:
    close, far, tiny = (pair(key.curve, d) for d in (key.d + 3, key.d ^ 1 << 100, 12_345))
    check = ec.ec_private_keys_not_tiny
    assert check([key.public, far.public]) == ""
    assert "keys 0 and 1 differ" in check([key.public, close.public])
    assert "keys 0 and 1 differ" in check([key.public, key.public])
    assert "key 1 is a small number" in check([key.public, tiny.public])


# ECIES.


def opens(key: Pair, ciphertext: bytes, dialect: str) -> bytes:
    return opened(key.private, ciphertext, EciesDialect(dialect))


@both_curves
@pytest.mark.parametrize("dialect", [EK_MK, MK_EK])
def test_ciphertexts_open_in_their_dialect_alone(key: Pair, dialect: str) -> None:
    other = MK_EK if dialect == EK_MK else EK_MK
    for form in ("uncompressed", "compressed"):
        made = ec_ecies.ecies_ciphertext(key.public, MESSAGE, dialect, b"seed", form=form)
        assert opens(key, made, dialect) == MESSAGE
        with pytest.raises(Refused):
            opens(key, made, other)
    scalar = i2osp(key.curve.n - 1, 32)
    made = ec_ecies.ecies_ciphertext(key.public, MESSAGE, dialect, scalar=scalar)
    assert opens(key, made, dialect) == MESSAGE
    assert ec_ecies.ecies_parts(made)["point"][1:33] == i2osp(key.curve.g.x, 32)


@both_curves
@pytest.mark.parametrize(("part", "zeros"), [("secret", 1), ("x", 1), ("y", 1), ("secret", 2)])
def test_zeros_are_where_they_are_wanted(key: Pair, part: str, zeros: int) -> None:
    made = ec_ecies.ecies_ciphertext_with_zeros(key.public, MESSAGE, EK_MK, part, zeros, b"seed")
    assert opens(key, made, EK_MK) == MESSAGE
    curve = key.library_key.curve
    sender = library.EllipticCurvePublicKey.from_encoded_point(curve, made[:65])
    secret = key.library_key.exchange(library.ECDH(), sender)
    shown = {"secret": secret, "x": made[1:33], "y": made[33:65]}[part]
    assert shown.startswith(bytes(zeros))


@both_curves
def test_a_stripped_secret_is_another_dialect(key: Pair) -> None:
    made = ec_ecies.ecies_ciphertext_of_stripped_secret(key.public, MESSAGE, EK_MK, b"seed")
    right = ec_ecies.ecies_ciphertext_with_zeros(key.public, MESSAGE, EK_MK, "secret", 1, b"seed")
    assert made[:65] == right[:65]
    with pytest.raises(Refused):
        opens(key, made, EK_MK)


@both_curves
def test_other_dialects_do_not_open_but_for_what_is_the_same(key: Pair) -> None:
    def made(**changes: str | int | bool) -> bytes:
        return ec_ecies.ecies_ciphertext_of_dialect(key.public, MESSAGE, EK_MK, b"seed", **changes)  # type: ignore[arg-type]  # each has its own type

    assert opens(key, made(), EK_MK) == MESSAGE
    assert opens(key, made(other_order=True), MK_EK) == MESSAGE
    assert opens(key, made(point_form="compressed"), EK_MK) == MESSAGE
    changes: list[dict[str, str | int | bool]] = [
        {"kdf_input": "r-z"},
        {"kdf_input": "compressed-r-z"},
        {"kdf_input": "point"},
        {"mac_key_length": 16},
        {"mac_length_field": 8},
        {"tag_length": 10},
        {"layout": "tag-first"},
        {"first_counter": 0},
        {"hash_name": "sha256"},
        {"mac_includes_point": True},
        {"point_form": "raw"},
    ]
    for change in changes:
        with pytest.raises(Refused):
            opens(key, made(**change), EK_MK)
    with pytest.raises(RecipeFault):
        made(kdf_input="another")


@both_curves
def test_what_is_sealed_with_the_right_secret_opens(key: Pair) -> None:
    ephemeral = pair(key.curve, 99 << 222)
    point = ec.ec_public_point(ephemeral.public)
    secret = key.library_key.exchange(library.ECDH(), ephemeral.library_key.public_key())
    made = ec_ecies.ecies_sealed(key.public, MESSAGE, EK_MK, point, secret)
    assert opens(key, made, EK_MK) == MESSAGE


@both_curves
def test_a_shorter_message_is_forged_where_the_encryption_key_comes_first(key: Pair) -> None:
    known, forged = bytes(range(64)), b"forged, and short"
    for dialect, works in ((EK_MK, True), (MK_EK, False)):
        ciphertext = ec_ecies.ecies_ciphertext(key.public, known, dialect)
        made = ec_ecies.ecies_forgery_by_truncation(known, ciphertext, forged, dialect, dialect)
        if works:
            assert opens(key, made, dialect) == forged
        else:
            with pytest.raises(Refused):
                opens(key, made, dialect)
    with pytest.raises(NothingFound):
        ec_ecies.ecies_forgery_by_truncation(known, b"", forged, EK_MK, MK_EK)
    with pytest.raises(RecipeFault):
        ec_ecies.ecies_forgery_by_truncation(b"short", b"", forged, EK_MK, EK_MK)
    assert ec_ecies.ecies_forgery_refused(None, forged) == ""
    assert "the encryption key comes first" in ec_ecies.ecies_forgery_refused(forged, forged)


def test_parts_are_what_was_joined() -> None:
    for point in (b"\x04" + bytes(64), b"\x02" + bytes(32), b"\x07" + bytes(64)):
        parts = ec_ecies.ecies_parts(point + b"text" + b"t" * 20)
        assert parts == {"point": point, "text": b"text", "tag": b"t" * 20}
    for broken in (b"", b"\x05" + bytes(100), b"\x04" + bytes(83)):
        with pytest.raises(RecipeFault):
            ec_ecies.ecies_parts(broken)
    with pytest.raises(RecipeFault):
        ec_ecies.ecies_ciphertext(PAIRS[0].public, b"", "EK-MK")


def encrypted(key: Pair, *scalars: int) -> list[bytes]:
    return [
        ec_ecies.ecies_ciphertext(key.public, MESSAGE, EK_MK, scalar=i2osp(each, 32))
        for each in scalars
    ]


@both_curves
def test_ephemeral_points_are_looked_at(key: Pair) -> None:
    fresh = encrypted(key, 5 << 200, 9 << 210, 11 << 220)
    coordinates = ec_ecies.ecies_x_coordinates(fresh)
    assert [len(each) for each in coordinates] == [32, 32, 32]
    for check in (
        ec_ecies.ecies_points_valid,
        ec_ecies.ecies_points_fresh,
        ec_ecies.ecies_ephemeral_keys_not_tiny,
    ):
        assert check(key.public, fresh) == ""
    assert ec_ecies.ecies_points_not_shared(fresh[:2], fresh[2:]) == ""
    assert "1 ephemeral points" in ec_ecies.ecies_points_not_shared(fresh[:2], fresh[1:])
    mirrored = encrypted(key, 5 << 200, key.curve.n - (5 << 200))
    assert "0 and 1 have one" in ec_ecies.ecies_points_fresh(key.public, mirrored)
    for scalar, what in ((key.d, "the public key"), (1, "the base point"), (2, "twice")):
        found = ec_ecies.ecies_points_fresh(key.public, encrypted(key, 7 << 99, scalar))
        assert f"ciphertext 1 is {what}" in found
    counted = encrypted(key, 5 << 200, (5 << 200) + 7)
    assert "are close" in ec_ecies.ecies_ephemeral_keys_not_tiny(key.public, counted)
    small = encrypted(key, 5 << 200, 999)
    assert "is a small number" in ec_ecies.ecies_ephemeral_keys_not_tiny(key.public, small)
    broken = [fresh[0], fresh[1][:60] + b"\x00" + fresh[1][61:]]
    assert "ciphertext 1 is none" in ec_ecies.ecies_points_valid(key.public, broken)


def test_what_opens_is_named() -> None:
    check = ec_ecies.ecies_none_opens
    assert check([None, b"another"], MESSAGE, ["one", "two"]) == ""
    assert check([None, MESSAGE], MESSAGE, ["one", "two"]) == "1 of 2 are decrypted: two."
