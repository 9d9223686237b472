"""The primitives of RSA: RSA Laboratories' intermediate values, both forms, many primes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.octets import os2ip
from kmsproof_reference.rsa import Rsa, RsaPrivateKey
from kmsproof_testing.rsa_material import (
    RSA_LABORATORIES,
    key_of,
    labelled_octets,
    three_primes,
)

KEYS: dict[str, Callable[[], RsaPrivateKey]] = {
    "two primes": lambda: key_of(1024),
    "three primes": three_primes,
}
any_key = st.sampled_from(sorted(KEYS)).map(lambda name: KEYS[name]())


def test_it_shows_the_values_of_rsa_laboratories() -> None:
    """``oaep-int.txt``: a decryption with the primes, step by step."""
    values = dict(
        takewhile(
            lambda pair: pair[0] != "============",
            labelled_octets(f"{RSA_LABORATORIES}/oaep-int.txt"),
        )
    )
    n, e, d, p, q, d_p, d_q, q_inv = (
        os2ip(values[name])
        for name in (
            *("Modulus", "Public exponent", "Private exponent", "Prime 1", "Prime 2"),
            *("Prime exponent 1", "Prime exponent 2", "Coefficient"),
        )
    )
    recorder = Recorder()
    key = RsaPrivateKey(n, e, d, p, q, d_p, d_q, q_inv)
    m = Rsa(show=recorder).rsadp(key, os2ip(values["c, the ciphertext"]))
    assert m == os2ip(values["m"])
    expected = {"m_1": values["m1"], "m_2": values["m2"], "h_2": values["h"]}
    print(f"{len(expected)} values")
    assert dict(recorder.values) == expected


@given(any_key, st.data())
def test_the_two_forms_of_the_private_operation_agree(
    key: RsaPrivateKey, data: st.DataObject
) -> None:
    c, rsa = data.draw(st.integers(0, key.n - 1)), Rsa()
    m = rsa.rsadp(key, c)
    assert m == rsa.rsadp_without_crt(key, c) == rsa.rsasp1(key, c)
    assert rsa.rsaep(key.public, m) == rsa.rsavp1(key.public, m) == c


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("number", ["0", "1", "n - 1", "p", "q", "n - p", "p - 1", "q + 1"])
def test_numbers_that_share_a_factor_with_n_or_are_at_a_border(name: str, number: str) -> None:
    key, rsa = KEYS[name](), Rsa()
    x = {
        **{"0": 0, "1": 1, "n - 1": key.n - 1, "p": key.p, "q": key.q},
        **{"n - p": key.n - key.p, "p - 1": key.p - 1, "q + 1": key.q + 1},
    }[number]
    assert rsa.rsadp(key, x) == rsa.rsadp_without_crt(key, x)
    assert rsa.rsaep(key.public, rsa.rsadp(key, x)) == x


def test_p_may_be_below_q() -> None:
    key = key_of(1024)
    swapped = RsaPrivateKey(
        key.n, key.e, key.d, key.q, key.p, key.d_q, key.d_p, pow(key.p, -1, key.q)
    )
    assert swapped.p < swapped.q
    assert Rsa().rsadp(swapped, 12345) == Rsa().rsadp(key, 12345)


def test_three_primes_are_shown_each() -> None:
    key, recorder = three_primes(), Recorder()
    m = Rsa(recorder).rsadp(key, 12345)
    assert [name for name, _ in recorder.values] == ["m_1", "m_2", "m_3", "h_2", "h_3"]
    primes = (key.p, key.q, *(other.r for other in key.other_primes))
    assert prod(primes) == key.n
    for i, prime in enumerate(primes, 1):
        assert os2ip(recorder[f"m_{i}"]) == m % prime


@pytest.mark.parametrize("number", [-1, 0, 1])
def test_a_number_out_of_range_is_refused(number: int) -> None:
    key, rsa = key_of(1024), Rsa()
    number = number if number < 0 else key.n + number
    words = "representative out of range"
    with pytest.raises(InvalidArgument, match=f"message {words}"):
        rsa.rsaep(key.public, number)
    with pytest.raises(InvalidArgument, match=f"ciphertext {words}"):
        rsa.rsadp(key, number)
    with pytest.raises(InvalidArgument, match=f"ciphertext {words}"):
        rsa.rsadp_without_crt(key, number)
    with pytest.raises(InvalidArgument, match=f"message {words}"):
        rsa.rsasp1(key, number)
    with pytest.raises(InvalidArgument, match=f"signature {words}"):
        rsa.rsavp1(key.public, number)


@pytest.mark.parametrize(
    ("bits", "length"), [(1024, 128), (1025, 129), (1031, 129), (1032, 129), (1033, 130)]
)
def test_the_length_in_bits_and_in_bytes(bits: int, length: int) -> None:
    key = key_of(bits)
    assert (key.bits, key.length) == (key.public.bits, key.public.length) == (bits, length)
    assert key.public.public is key.public or key.public.public == key.public


def test_a_printed_key_tells_no_secret() -> None:
    for key in (key_of(1024), three_primes()):
        secrets = [key.d, key.p, key.q, key.d_p, key.d_q, key.q_inv]
        secrets += [number for o in key.other_primes for number in (o.r, o.d, o.t)]
        assert not [s for s in secrets if str(s) in f"{key} {key.other_primes}"]
