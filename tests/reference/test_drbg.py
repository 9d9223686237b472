"""HMAC_DRBG: against RFC 6979, whose nonce is its output, and the helpers of the generator."""

from collections import Counter

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.octets import i2osp, os2ip

N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256."""


def sha256(message: bytes) -> bytes:
    """SHA-256 by the second library, like everything else the DRBG is held against."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(message)
    return digest.finalize()


def rfc6979_nonce(d: int, message: bytes) -> int:
    """k of RFC 6979 §3.2: HMAC_DRBG seeded with int2octets(x) ‖ bits2octets(h1)."""
    drbg = Drbg(i2osp(d, 32) + i2osp(os2ip(sha256(message)) % N, 32))
    while not 1 <= (k := os2ip(drbg.generate(32))) < N:
        continue
    return k


def r_of_deterministic_signature(d: int, message: bytes) -> int:
    """The r that the second library's deterministic ECDSA writes."""
    algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    key = ec.derive_private_key(d, ec.SECP256R1())
    return decode_dss_signature(key.sign(message, algorithm))[0]


@settings(max_examples=500)
@given(st.integers(1, N - 1), st.binary(max_size=100))
def test_it_gives_the_nonce_of_rfc_6979(d: int, message: bytes) -> None:
    k = rfc6979_nonce(d, message)
    x = ec.derive_private_key(k, ec.SECP256R1()).public_key().public_numbers().x
    assert x % N == r_of_deterministic_signature(d, message)


def test_the_example_of_rfc_6979_a_2_5() -> None:
    d = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    k = 0xA6E3C57DD01ABE90086538398355DD4C3B17AA873382B0F24D6129493D8AAD60
    assert rfc6979_nonce(d, b"sample") == k


@given(st.binary(min_size=1, max_size=80), st.binary(max_size=80))
def test_the_personalisation_follows_the_seed(seed: bytes, personalisation: bytes) -> None:
    """seed_material = entropy_input ‖ nonce ‖ personalization_string (§10.1.2.3 step 1)."""
    assert Drbg(seed, personalisation).generate(48) == Drbg(seed + personalisation).generate(48)


@given(st.binary(min_size=1, max_size=40), st.lists(st.integers(0, 200), max_size=6))
def test_the_same_requests_give_the_same_bytes(seed: bytes, lengths: list[int]) -> None:
    one, two = Drbg(seed), Drbg(seed)
    first = [one.generate(length) for length in lengths]
    assert first == [two.generate(length) for length in lengths]
    assert [len(octets) for octets in first] == lengths


def test_another_seed_another_stream() -> None:
    streams = {Drbg(b"seed", bytes([i])).generate(16) for i in range(200)}
    assert len(streams) == 200


def test_two_requests_are_not_one_long_request() -> None:
    one, two = Drbg(b"seed"), Drbg(b"seed")
    assert one.generate(32) == (long := two.generate(64))[:32]
    assert one.generate(32) != long[32:]


def test_generate_beyond_one_request_makes_several() -> None:
    one, two = Drbg(b"seed"), Drbg(b"seed")
    pieces = [two.request(65_536), two.request(65_536), two.request(1)]
    assert one.generate(131_073) == b"".join(pieces)
    assert one.generate(5) == two.generate(5)


@pytest.mark.parametrize("length", [-1, 65_537])
def test_a_request_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(InvalidArgument, match=f"0 to 65536 bytes, not {length}"):
        Drbg(b"seed").request(length)


def test_a_negative_length_and_an_empty_seed_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="not -1"):
        Drbg(b"seed").generate(-1)
    with pytest.raises(InvalidArgument, match="one byte or more"):
        Drbg(b"", b"personalisation")


@given(st.binary(min_size=1, max_size=20), st.integers(1, 2**70))
def test_integers_stay_below_the_bound(seed: bytes, below: int) -> None:
    drbg = Drbg(seed)
    assert all(0 <= drbg.integer(below) < below for _ in range(5))


@pytest.mark.parametrize("below", [1, 2, 3, 5, 8, 200, 256, 257])
def test_every_integer_below_the_bound_is_as_likely(below: int) -> None:
    """Pearson's chi-squared statistic stays within five standard deviations of its mean."""
    drbg, draws = Drbg(b"likely"), 40 * below
    counts = Counter(drbg.integer(below) for _ in range(draws))
    expected = draws / below
    statistic = sum((counts[value] - expected) ** 2 / expected for value in range(below))
    assert sum(counts[value] for value in range(below)) == draws
    assert abs(statistic - (below - 1)) <= 5 * (2 * (below - 1)) ** 0.5


def test_choice_takes_every_item() -> None:
    drbg = Drbg(b"choice")
    assert {drbg.choice("abc") for _ in range(50)} == {"a", "b", "c"}
    assert drbg.choice([7]) == 7


def test_nothing_to_choose_from_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="nothing to choose from"):
        Drbg(b"seed").choice([])
    with pytest.raises(InvalidArgument, match="no integer"):
        Drbg(b"seed").integer(0)
