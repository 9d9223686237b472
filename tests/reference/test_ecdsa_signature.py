"""Encodings of ECDSA signatures: DER to the last byte, and the plain pair."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsproof_reference import der
from kmsproof_reference.curves import P256, SECP160R1, SECP256K1
from kmsproof_reference.ecdsa_signature import (
    decode_plain_signature,
    decode_signature,
    encode_plain_signature,
    encode_signature,
)
from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.errors import InvalidArgument, InvalidSignatureEncoding

SIGNATURE = encode_signature(P256.n - 1, 5)

numbers = st.one_of(st.integers(0, 300), st.integers(0, 1 << 260))


@given(numbers, numbers)
def test_it_writes_and_reads_as_cryptography_does(r: int, s: int) -> None:
    octets = encode_dss_signature(r, s)
    assert encode_signature(r, s) == octets
    assert decode_signature(octets) == (r, s)


@given(st.integers(-(1 << 300), 1 << 300), st.integers(-300, 300))
def test_any_two_integers_survive(r: int, s: int) -> None:
    assert decode_signature(encode_signature(r, s)) == (r, s)


R, S = der.integer(P256.n - 1), der.integer(5)


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"", id="empty"),
        pytest.param(SIGNATURE[:-1], id="cut"),
        pytest.param(SIGNATURE + b"\x00", id="byte after"),
        pytest.param(der.sequence(R, S, der.null()), id="element after"),
        pytest.param(der.sequence(R), id="one integer"),
        pytest.param(der.sequence(), id="no integer"),
        pytest.param(R + S, id="no sequence"),
        pytest.param(der.encode(0x31, R + S), id="set"),
        pytest.param(der.sequence(der.sequence(R, S)), id="sequence in sequence"),
        pytest.param(der.sequence(R, der.octet_string(b"\x05")), id="octet string"),
        pytest.param(der.sequence(R, b"\x02\x00"), id="integer without bytes"),
        pytest.param(der.sequence(R, b"\x02\x02\x00\x05"), id="zero too many"),
        pytest.param(der.sequence(R, b"\x02\x02\xff\x85"), id="ff too many"),
        pytest.param(der.sequence(R, b"\x02\x81\x01\x05"), id="long form of a short length"),
        pytest.param(b"\x30\x81" + SIGNATURE[1:], id="long form of the sequence"),
        pytest.param(b"\x30\x80" + SIGNATURE[2:] + b"\x00\x00", id="indefinite length"),
        pytest.param(der.sequence(R, b"\x22\x03\x02\x01\x05"), id="constructed integer"),
    ],
)
def test_everything_else_is_refused(octets: bytes) -> None:
    with pytest.raises(InvalidSignatureEncoding, match="not the DER of two integers"):
        decode_signature(octets)


@settings(max_examples=300)
@given(st.data())
def test_a_mutated_signature_has_no_second_encoding(data: st.DataObject) -> None:
    """What is still read encodes back to the very same bytes, and the library reads the same."""
    octets = bytearray(SIGNATURE)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(octets) - 1))
        octets[place : place + data.draw(st.integers(0, 1))] = data.draw(st.binary(max_size=2))
        octets = octets or bytearray(1)
    try:
        r, s = decode_signature(bytes(octets))
    except InvalidSignatureEncoding:
        return
    assert encode_signature(r, s) == octets
    if r >= 0 and s >= 0:
        assert decode_dss_signature(bytes(octets)) == (r, s)


@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(octets: bytes) -> None:
    try:
        r, s = decode_signature(octets)
    except InvalidSignatureEncoding:
        return
    assert encode_signature(r, s) == octets


@pytest.mark.parametrize(("curve", "length"), [(P256, 32), (SECP256K1, 32), (SECP160R1, 21)])
def test_the_plain_pair(curve: Curve, length: int) -> None:
    octets = encode_plain_signature(curve, curve.n - 1, 1)
    assert len(octets) == 2 * length
    assert decode_plain_signature(curve, octets) == (curve.n - 1, 1)
    assert decode_plain_signature(curve, bytes(2 * length)) == (0, 0)
    for wrong in ({*range(2 * length + 3)} - {2 * length}) | {4 * length}:
        with pytest.raises(InvalidSignatureEncoding, match=f"not {wrong} "):
            decode_plain_signature(curve, bytes(wrong))
    with pytest.raises(InvalidArgument, match="too large"):
        encode_plain_signature(curve, 1, 256**length)
    with pytest.raises(InvalidArgument, match="too large"):
        encode_plain_signature(curve, -1, 1)
