"""PEM: Wycheproof's keys and two libraries, and every deviation from the strict form."""

from __future__ import annotations

import pytest
from Crypto.IO import PEM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import example, given
from hypothesis import strategies as st

from kmsproof_reference.errors import InvalidArgument, MalformedDer
from kmsproof_reference.pem import PRIVATE_KEY, PUBLIC_KEY, decode_pem, encode_pem
from kmsproof_reference.rsa_key_encoding import encode_private_key, encode_public_key
from kmsproof_testing.rsa_material import PYCRYPTODOME, in_cryptography, key_of
from kmsproof_testing.wycheproof import read_tests

TEXT = encode_pem(PUBLIC_KEY, bytes(range(100)))


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_the_keys_of_wycheproof(bits: int) -> None:
    path = f"Cipher/wycheproof/rsa_oaep_{bits}_sha256_mgf1sha256_test.json"
    group = read_tests(PYCRYPTODOME, path)[0].group
    text, octets = str(group["privateKeyPem"]), bytes.fromhex(str(group["privateKeyPkcs8"]))
    assert decode_pem(text, PRIVATE_KEY) == octets
    assert encode_pem(PRIVATE_KEY, octets) == text


def test_cryptography_writes_the_same_text() -> None:
    key = key_of(1024)
    second = in_cryptography(key)
    private = second.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert encode_pem(PRIVATE_KEY, encode_private_key(key)) == private.decode()
    public = second.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert encode_pem(PUBLIC_KEY, encode_public_key(key.public)) == public.decode()


@given(st.binary(min_size=1, max_size=200))
@example(bytes(48))  # one full line and nothing else
@example(bytes(49))
def test_it_is_read_as_it_was_written(octets: bytes) -> None:
    text = encode_pem(PUBLIC_KEY, octets)
    assert decode_pem(text, PUBLIC_KEY) == octets
    assert PEM.decode(text)[0] == octets
    assert all(len(line) <= 64 for line in text.splitlines())


@pytest.mark.parametrize("end_of_line", ["\n", "\r\n", "\r"])
def test_the_three_ends_of_a_line(end_of_line: str) -> None:
    text = TEXT.replace("\n", end_of_line)
    assert decode_pem(text, PUBLIC_KEY) == bytes(range(100))


LINES = TEXT.splitlines(keepends=True)
NOT_STRICT = {
    "nothing": "",
    "no boundaries": "".join(LINES[1:-1]),
    "no first boundary": "".join(LINES[1:]),
    "no last boundary": "".join(LINES[:-1]),
    "no end of the last line": TEXT[:-1],
    "an empty line after it": TEXT + "\n",
    "an empty line before it": "\n" + TEXT,
    "an empty line in it": TEXT.replace("-----\n", "-----\n\n", 1),
    "text before it": "a key\n" + TEXT,
    "text after it": TEXT + "a key\n",
    "another key after it": TEXT + TEXT,
    "another label at the end": TEXT.replace("END PUBLIC", "END PRIVATE"),
    "a label in small letters": TEXT.replace("PUBLIC KEY", "public key"),
    "four hyphens": TEXT.replace("-----BEGIN", "----BEGIN"),
    "a space at the end of a line": TEXT.replace("-----\n", "----- \n", 1),
    "a space in the base64": TEXT.replace("AAEC", "AA EC"),
    "a header": TEXT.replace("-----\n", "-----\nProc-Type: 4,ENCRYPTED\n\n", 1),
    "short lines": LINES[0] + LINES[1][:32] + "\n" + LINES[1][32:] + "".join(LINES[2:]),
    "one long line": LINES[0] + LINES[1][:-1] + "".join(LINES[2:]),
    "no base64": LINES[0] + LINES[-1],
    "no padding": TEXT.replace("=", ""),
    "padding in the middle": TEXT.replace("AAEC", "AA=="),
    "set bits in the padding": TEXT.replace("Yw==", "Yx=="),
    "a character outside the alphabet": TEXT.replace("AAEC", "AA*C"),
    "a character outside ASCII": TEXT.replace("AAEC", "AAÉC"),
    "base64 for addresses": encode_pem(PUBLIC_KEY, b"\xff\xff\xff").replace("//", "__"),
}


@pytest.mark.parametrize("text", NOT_STRICT.values(), ids=NOT_STRICT)
def test_what_is_not_strict_is_refused(text: str) -> None:
    with pytest.raises(MalformedDer, match="not the strict PEM of a PUBLIC KEY"):
        decode_pem(text, PUBLIC_KEY)


def test_the_label_is_part_of_what_is_expected() -> None:
    with pytest.raises(MalformedDer, match="of a PRIVATE KEY"):
        decode_pem(TEXT, PRIVATE_KEY)


def test_nothing_is_not_written() -> None:
    with pytest.raises(InvalidArgument, match="one octet or more"):
        encode_pem(PUBLIC_KEY, b"")


@given(st.lists(st.tuples(st.integers(0, len(TEXT) - 1), st.characters()), max_size=3))
def test_a_changed_text_is_read_or_refused(changes: list[tuple[int, str]]) -> None:
    characters = list(TEXT)
    for position, character in changes:
        characters[position] = character
    text = "".join(characters)
    try:
        octets = decode_pem(text, PUBLIC_KEY)
    except MalformedDer:
        return
    assert encode_pem(PUBLIC_KEY, octets).splitlines() == text.splitlines()
