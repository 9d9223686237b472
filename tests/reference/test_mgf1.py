"""MGF1 against another library, and at its limit."""

from __future__ import annotations

import hashlib

import pytest
from Crypto.Signature.pss import MGF1
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_testing.rsa_material import hash_in_pycryptodome


@given(
    st.binary(max_size=80),
    st.integers(0, 300),
    st.sampled_from(["sha1", "sha224", "sha256", "sha384", "sha512"]),
)
def test_it_agrees_with_pycryptodome(seed: bytes, length: int, name: str) -> None:
    assert Mgf1(name).mask(seed, length) == MGF1(seed, length, hash_in_pycryptodome(name))


def test_the_counter_has_four_octets() -> None:
    assert Mgf1().block(b"seed", 256) == hashlib.sha256(b"seed\x00\x00\x01\x00").digest()
    with pytest.raises(InvalidArgument, match="integer too large"):
        Mgf1().block(b"seed", 2**32)


def test_a_mask_that_is_too_long() -> None:
    with pytest.raises(InvalidArgument, match="mask too long"):
        Mgf1().mask(b"seed", 32 * 2**32 + 1)
