"""The KDF of X9.63 against NIST and a library, and the counter at its limits."""

import hashlib
from importlib.resources import files

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.kdf_x963 import X963Kdf
from kmsproof_testing import cavp

HASHES = {
    "SHA-1": "sha1",
    "SHA-224": "sha224",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}


def nist_cases() -> list[cavp.Case]:
    """The cases of NIST without their indented lines, whose names come again in one case."""
    text = (files("cryptography_vectors") / "KDF" / "ansx963_2001.txt").read_text()
    lines = (line for line in text.splitlines() if not line.startswith("\t"))
    return list(cavp.parse("\n".join(lines)))


def test_the_vectors_of_nist() -> None:
    counts = dict.fromkeys(HASHES, 0)
    for case in nist_cases():
        name = next(name for name in HASHES if name in case.headings)
        length = int(case.headings["key data length"]) // 8
        derived = X963Kdf(HASHES[name]).derive(case.octets("Z"), length, case.octets("SharedInfo"))
        assert derived == case.octets("key_data")
        counts[name] += 1
    print(counts)
    assert counts["SHA-1"] == 20
    assert all(counts.values())


@given(st.binary(max_size=70), st.integers(1, 300), st.binary(max_size=30))
def test_it_agrees_with_cryptography(z: bytes, length: int, info: bytes) -> None:
    for name, algorithm in (("sha1", hashes.SHA1()), ("sha256", hashes.SHA256())):
        expected = X963KDF(algorithm, length, info).derive(z)
        assert X963Kdf(name).derive(z, length, info) == expected


@pytest.mark.parametrize("length", [5080, 5081, 5100, 5101, 5120, 5121])
def test_the_counter_goes_beyond_one_byte(length: int) -> None:
    """5,100 bytes are 255 pieces of SHA-1: the next one counts 00000100."""
    z = bytes(range(32))
    expected = X963KDF(hashes.SHA1(), length, None).derive(z)
    assert X963Kdf().derive(z, length) == expected
    pieces = [hashlib.sha1(z + i.to_bytes(4, "big")).digest() for i in range(1, 260)]
    assert b"".join(pieces)[:length] == expected


@given(st.binary(max_size=40), st.integers(0, 100), st.integers(0, 100))
def test_a_shorter_key_is_the_beginning_of_a_longer_one(z: bytes, left: int, right: int) -> None:
    short, long = sorted((left, right))
    assert X963Kdf().derive(z, long)[:short] == X963Kdf().derive(z, short)


def test_kdf1_starts_at_zero() -> None:
    z = b"secret"
    expected = hashlib.sha1(z + bytes(4)).digest() + X963Kdf().derive(z, 40)
    assert X963Kdf(first_counter=0).derive(z, 60) == expected


def test_no_bytes_are_derived_without_a_hash() -> None:
    recorder = Recorder()
    assert X963Kdf(show=recorder).derive(b"secret", 0) == b""
    assert recorder.values == []


def test_it_shows_every_piece() -> None:
    recorder = Recorder()
    derived = X963Kdf(show=recorder).derive(b"secret", 45, b"info")
    assert [name for name, _ in recorder.values] == ["Hash[1]", "Hash[2]", "Hash[3]"]
    assert b"".join(value for _, value in recorder.values)[:45] == derived


@pytest.mark.parametrize("length", [-1, 20 * (2**32 - 1), 20 * 2**32])
def test_a_length_outside_the_standard_is_refused(length: int) -> None:
    with pytest.raises(InvalidArgument, match="step 2"):
        X963Kdf().derive(b"secret", length)
