"""DER: the examples of X.690, the encodings of another library, and octets that are not DER."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from Crypto.Util.asn1 import DerInteger, DerObjectId, DerOctetString, DerSequence
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference import der
from kmsproof_reference.der import Reader
from kmsproof_reference.errors import InvalidArgument, MalformedDer

INTEGERS = {  # X.690 §8.3, and the borders between lengths
    0: "020100",
    1: "020101",
    127: "02017f",
    128: "02020080",
    255: "020200ff",
    256: "02020100",
    32767: "02027fff",
    32768: "0203008000",
    -1: "0201ff",
    -128: "020180",
    -129: "0202ff7f",
    -32768: "02028000",
    -32769: "0203ff7fff",
}
LENGTHS = {
    0: "00",
    1: "01",
    127: "7f",
    128: "8180",
    255: "81ff",
    256: "820100",
    65535: "82ffff",
    65536: "83010000",
}
OBJECT_IDENTIFIERS = {
    "1.2.840.113549": "06062a864886f70d",
    "1.2.840.113549.1.1.1": "06092a864886f70d010101",
    "1.2.840.10045.3.1.7": "06082a8648ce3d030107",
    "2.16.840.1.101.3.4.2.1": "0609608648016503040201",
    "2.999.3": "0603883703",  # the example of X.690 §8.19.5
    "0.39": "060127",
    "1.39": "06014f",
    "2.0": "060150",
    f"2.25.{2**128 - 1}": "06146983ffffffffffffffffffffffffffffffffff7f",
}
READINGS: dict[str, Callable[[Reader], object]] = {
    "integer": Reader.integer,
    "octet string": Reader.octet_string,
    "bit string": Reader.bit_string,
    "null": Reader.null,
    "object identifier": Reader.object_identifier,
    "sequence": Reader.sequence,
}


@pytest.mark.parametrize(("value", "encoding"), INTEGERS.items())
def test_integers(value: int, encoding: str) -> None:
    assert der.integer(value).hex() == encoding
    assert Reader(bytes.fromhex(encoding)).integer() == value


@pytest.mark.parametrize(("length", "encoding"), LENGTHS.items())
def test_lengths(length: int, encoding: str) -> None:
    octets = der.octet_string(bytes(length))
    assert octets == b"\x04" + bytes.fromhex(encoding) + bytes(length)
    reader = Reader(octets)
    assert reader.octet_string() == bytes(length)
    reader.end()


@pytest.mark.parametrize(("dotted", "encoding"), OBJECT_IDENTIFIERS.items())
def test_object_identifiers(dotted: str, encoding: str) -> None:
    assert der.object_identifier(dotted).hex() == encoding
    assert Reader(bytes.fromhex(encoding)).object_identifier() == dotted


@pytest.mark.parametrize("dotted", ["3.1", "0.40", "1.40", "-1.2", "1.-2", "2.-1"])
def test_an_object_identifier_that_cannot_be(dotted: str) -> None:
    with pytest.raises(InvalidArgument, match="no object identifier begins"):
        der.object_identifier(dotted)


def test_the_other_types() -> None:
    assert der.null().hex() == "0500"
    assert der.bit_string(b"\x80").hex() == "03020080"
    assert der.sequence(der.null(), der.integer(1)).hex() == "30050500020101"
    assert der.context(0, der.null()).hex() == "a0020500"
    assert der.context(1, b"\x05", constructed=False).hex() == "810105"
    reader = Reader(bytes.fromhex("3009 0500 03020080 020105".replace(" ", ""))).sequence()
    assert reader.peek() == der.NULL
    reader.null()
    assert reader.bit_string() == b"\x80"
    assert reader.integer() == 5
    assert reader.peek() is None
    reader.end()


@pytest.mark.parametrize("number", [-1, 31])
def test_a_context_tag_of_more_octets_is_not_written(number: int) -> None:
    with pytest.raises(InvalidArgument, match=f"0 to 30, not {number}"):
        der.context(number, b"")


MALFORMED = {
    # what is read, octets, words of the refusal
    "nothing there": ("integer", "", "nothing is there"),
    "another tag": ("integer", "040100", "0x04 is there"),
    "no length": ("integer", "02", "longer than what is there"),
    "cut in the length": ("integer", "0282", "longer than what is there"),
    "cut in the contents": ("integer", "020201", "longer than what is there"),
    "indefinite length": ("sequence", "308005000000", "indefinite form"),
    "length in two octets for one": ("integer", "02810101", "a length has more octets"),
    "length with leading zero": ("octet string", "04820080" + "00" * 128, "a length has more"),
    "reserved first octet": ("integer", "02ff" + "00" * 127, "longer than what is there"),
    "length of nine octets": ("integer", "0289" + "01" * 9, "longer than what is there"),
    "length of 2^64 - 1": ("integer", "0288" + "ff" * 8, "longer than what is there"),
    "integer without octets": ("integer", "0200", "no octets"),
    "integer with leading zeros": ("integer", "02020001", "an INTEGER has more octets"),
    "integer with leading ones": ("integer", "0202ff80", "an INTEGER has more octets"),
    "bit string without octets": ("bit string", "0300", "whole octets"),
    "bit string with unused bits": ("bit string", "03020780", "whole octets"),
    "null with contents": ("null", "050100", "a NULL has contents"),
    "no arc": ("object identifier", "0600", "cut short"),
    "cut in an arc": ("object identifier", "06022a86", "cut short"),
    "arc with leading zeros": ("object identifier", "06032a8001", "an arc has more octets than"),
    "first arc with leading zeros": ("object identifier", "0602802a", "an arc has more octets"),
    "arc of 20 octets": ("object identifier", "06152a" + "81" * 19 + "01", "more than 19 octets"),
    "constructed octet string": ("octet string", "2403040100", "0x24 is there"),
}


@pytest.mark.parametrize(("what", "octets", "words"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_der(what: str, octets: str, words: str) -> None:
    with pytest.raises(MalformedDer, match=words):
        READINGS[what](Reader(bytes.fromhex(octets)))


def test_what_follows_is_refused() -> None:
    reader = Reader(bytes.fromhex("050000"))
    reader.null()
    with pytest.raises(MalformedDer, match="something follows"):
        reader.end()


@given(st.integers(-(2**300), 2**300))
def test_integers_agree_with_another_library(value: int) -> None:
    assert der.integer(value) == DerInteger(value).encode()
    assert Reader(der.integer(value)).integer() == value


@given(st.binary(max_size=300), st.integers(0, 2**70))
def test_sequences_agree_with_another_library(octets: bytes, value: int) -> None:
    inner = DerSequence([value, DerOctetString(octets)]).encode()
    assert der.sequence(der.integer(value), der.octet_string(octets)) == inner


@given(st.integers(0, 1), st.integers(0, 39), st.lists(st.integers(0, 2**128 - 1), max_size=5))
def test_object_identifiers_agree_with_another_library(
    first: int, second: int, others: list[int]
) -> None:
    dotted = ".".join(map(str, (first, second, *others)))
    assert der.object_identifier(dotted) == DerObjectId(dotted).encode()
    assert Reader(der.object_identifier(dotted)).object_identifier() == dotted


def rewritten_null(reader: Reader) -> bytes:
    """NULL, after it has been read."""
    reader.null()
    return der.null()


REWRITTEN: dict[str, Callable[[Reader], bytes]] = {
    "integer": lambda reader: der.integer(reader.integer()),
    "octet string": lambda reader: der.octet_string(reader.octet_string()),
    "bit string": lambda reader: der.bit_string(reader.bit_string()),
    "null": rewritten_null,
    "object identifier": lambda reader: der.object_identifier(reader.object_identifier()),
}
TAGS = {"integer": 2, "octet string": 4, "bit string": 3, "null": 5, "object identifier": 6}


@given(st.sampled_from(sorted(TAGS)), st.integers(0, 6), st.binary(max_size=40))
def test_what_is_read_is_written_again_with_the_same_octets(
    what: str, length: int, content: bytes
) -> None:
    """Nothing but DER is read: every value has one encoding, and any other octets are refused."""
    octets = bytes([TAGS[what], length]) + content
    reader = Reader(octets)
    try:
        written = REWRITTEN[what](reader)
    except MalformedDer:
        return
    assert octets.startswith(written)
    assert len(written) == 2 + length


def read_everything(reader: Reader) -> int:
    """Read values by their tags down to the end, and count them; raises `MalformedDer`."""
    count = 0
    by_tag = {2: "integer", 3: "bit string", 4: "octet string", 5: "null", 6: "object identifier"}
    while (tag := reader.peek()) is not None:
        if tag == der.SEQUENCE:
            count += read_everything(reader.sequence())
        else:
            READINGS[by_tag.get(tag, "null")](reader)
        count += 1
    return count


SAMPLE = der.sequence(
    der.integer(2**70),
    der.sequence(der.object_identifier("1.2.840.113549.1.1.1"), der.null()),
    der.bit_string(bytes(200)),
    der.octet_string(der.integer(-5)),
)


def count_of_values(octets: bytes) -> int | None:
    """How many values there are; none if they are refused. No other exception may come."""
    try:
        return read_everything(Reader(octets))
    except MalformedDer:
        return None


@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    count = count_of_values(octets)
    assert count is None or count <= len(octets) // 2


@given(st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=4))
def test_a_changed_encoding_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    octets = bytearray(SAMPLE)
    for position, value in changes:
        octets[position] = value
    count = count_of_values(bytes(octets))
    assert count is None or count <= len(octets) // 2
    assert bytes(octets) != SAMPLE or count == 7


@pytest.mark.parametrize("length", range(len(SAMPLE)))
def test_every_truncation_is_refused(length: int) -> None:
    reader = Reader(SAMPLE[:length])
    with pytest.raises(MalformedDer):
        reader.sequence()
