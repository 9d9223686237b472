"""The imports of RSA keys are wrong in the one thing that they name, and refused for it."""

from __future__ import annotations

from math import lcm

import pytest

from kmsproof_reference.errors import Refusal
from kmsproof_reference.octets import os2ip
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_reference.rsa_key_encoding import decode_private_key, decode_public_key
from kmsproof_reference.rsa_keys import (
    SMALL_PRIMES,
    RsaKeyValidation,
    check_private_key,
    check_public_key,
    is_probably_prime,
)
from kmsproof_reference.vocabulary import Feature, KeyPart
from kmsproof_testing.rsa_signatures import (
    KEY_BITS,
    PKCS1_FAMILIES,
    PSS_FAMILIES,
    case_of,
    imports,
)
from kmsproof_vectors.model import ImportTest, Result

SIZES = list(zip(PKCS1_FAMILIES, KEY_BITS, strict=True))

USABLE_NUMBERS = {
    "import-private-numbers/modulus-even",
    "import-private-numbers/exponent-zero",
    "import-private-numbers/exponent-one",
    "import-private-numbers/exponent-even",
    "import-private-numbers/exponent-negative",
    "import-public-numbers/exponent-too-large",
    "import-public-even-exponent/exponent-even",
}
"""Keys that are none, and that compute all the same: RFC 8017 §5 assumes that a key is valid."""

READ_CLOSELY = ("last-number-with-zero", "modulus-with-zero", "parameters-integer")
"""Encodings that also some strict readers take who do not look at the numbers one by one."""

MOST_PRIVATE_KEYS = 28
"""Private keys whose numbers a target may check, which takes it up to a quarter of a second."""


def takes(test: ImportTest, bits: int) -> bool:
    """Whether the reference takes the key."""
    try:
        if test.part is KeyPart.PRIVATE:
            check_private_key(decode_private_key(test.material), bits)
        else:
            check_public_key(decode_public_key(test.material), bits)
    except Refusal:
        return False
    return True


def named(family: str, name: str) -> ImportTest:
    """Return the import whose id ends so."""
    (test,) = (test for test in imports(family) if test.id.endswith(f"/{name}"))
    return test


@pytest.mark.slow
@pytest.mark.parametrize(("family", "bits"), SIZES)
def test_the_reference_takes_the_good_keys_and_no_other(family: str, bits: int) -> None:
    for test in imports(family):
        assert takes(test, bits) == (test.result is Result.VALID), test.id


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_both_parts_are_imported_and_the_use_fits_the_part(family: str) -> None:
    tests = imports(family)
    for test in tests:
        assert (test.part is KeyPart.PUBLIC) == (test.signature is not None), test.id
        assert case_of(test).startswith(f"import-{test.part}"), test.id
    assert len([one for one in tests if one.part is KeyPart.PRIVATE]) > 30
    assert sum(test.result is Result.VALID for test in tests) == 4
    assert len([one for one in tests if one.part is KeyPart.PUBLIC]) > 30


def test_the_other_scheme_leaves_the_imports_to_this_one() -> None:
    assert [test.id for family in PSS_FAMILIES for test in imports(family)] == []


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_few_private_keys_can_be_loaded_and_looked_at(family: str) -> None:
    loadable = 0
    for test in imports(family):
        if test.part is KeyPart.PRIVATE:
            try:
                decode_private_key(test.material)
            except Refusal:
                continue
            loadable += 1
    assert 15 < loadable <= MOST_PRIVATE_KEYS


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_numbers_with_which_can_be_signed_need_a_target_that_looks_at_them(family: str) -> None:
    for test in imports(family):
        is_consistency = case_of(test) == "import-private-consistency"
        is_usable = test.id.removeprefix(f"{family}/") in USABLE_NUMBERS
        is_close = test.id.endswith(READ_CLOSELY)
        needed = test.result is Result.INVALID and (is_consistency or is_usable or is_close)
        assert (Feature.KEY_PAIR_VALIDATION in test.needs) == needed, test.id


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_the_signature_is_the_encoded_message_modulo_n_where_the_exponent_is_one(
    family: str,
) -> None:
    test = named(family, "import-public-exponent-one/exponent-one")
    public = decode_public_key(test.material)
    assert public.e == 1
    scheme = Pkcs1Signature(public)
    encoded = scheme.encode_digest(scheme.digest(test.message or b""))
    assert os2ip(test.signature or b"") % public.n == os2ip(encoded)


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_a_signature_is_right_under_the_exponent_that_is_too_large(family: str) -> None:
    test = named(family, "exponent-too-large")
    public = decode_public_key(test.material)
    assert public.e > public.n
    assert Pkcs1Signature(public).verify(test.message or b"", test.signature or b"")


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_the_missing_sign_makes_the_same_number_negative(family: str) -> None:
    test = named(family, "modulus-without-sign")
    public, good = decode_public_key(test.material), named(family, "import-public-encoding/control")
    n = decode_public_key(good.material).n
    assert public.n < 0
    assert public.n % (1 << 8 * ((n.bit_length() + 7) // 8)) == n
    signed = RsaPublicKey(n, public.e)
    assert Pkcs1Signature(signed).verify(test.message or b"", test.signature or b"")


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_each_inconsistent_key_differs_in_what_it_names(family: str) -> None:
    good = decode_private_key(named(family, "import-private-encoding/control").material)
    order = lcm(good.p - 1, good.q - 1)
    for name, field in (
        ("modulus", "n"),
        ("private-exponent", "d"),
        ("first-exponent", "d_p"),
        ("second-exponent", "d_q"),
        ("coefficient", "q_inv"),
        ("public-exponent", "e"),
    ):
        bad = decode_private_key(named(family, f"import-private-consistency/{name}").material)
        fields = ("n", "e", "d", "p", "q", "d_p", "d_q", "q_inv")
        assert [one for one in fields if getattr(bad, one) != getattr(good, one)] == [field]
    square = decode_private_key(named(family, "primes-equal").material)
    assert square.n == square.p**2 == square.q**2
    assert good.d * good.e % order == 1
    composite = decode_private_key(named(family, "prime-composite").material)
    assert not is_probably_prime(composite.p)
    assert is_probably_prime(composite.q)
    assert composite.p * composite.q == composite.n


@pytest.mark.parametrize(("family", "bits"), SIZES)
def test_keys_of_other_lengths_are_good_keys(family: str, bits: int) -> None:
    lengths: set[int] = set()
    for test in imports(family):
        if case_of(test) == "import-private-length" and test.result is Result.INVALID:
            key = decode_private_key(test.material)
            check_private_key(key, key.bits)
            lengths.add(key.bits)
    assert lengths == {bits - 1, bits - 8, 3072 if bits == 2048 else 2048}


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_the_signature_of_every_public_key_is_that_of_its_control(family: str) -> None:
    good = {test.id: test for test in imports(family) if test.result is Result.VALID}
    for test in imports(family):
        if test.control is not None:
            control = good[test.control]
            assert (test.message, test.signature) == (control.message, control.signature)
            assert test.material != control.material
        elif test.signature is not None:
            public = decode_public_key(test.material)
            number = pow(os2ip(test.signature), public.e, public.n)
            assert number >> 8 * (public.length - 3) == 0x0001FF


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_only_squarings_tell_that_a_fitting_composite_is_no_prime(family: str) -> None:
    """All numbers fit, no small prime divides p, and Miller-Rabin squares before it knows."""
    test = named(family, "import-private-consistency/prime-composite-fitting")
    private = decode_private_key(test.material)
    for name in ("check_private_exponent", "check_product", "check_further_numbers"):
        getattr(RsaKeyValidation(), name)(private)
    assert private.p % 4 == 1
    assert all(private.p % prime for prime in SMALL_PRIMES)
    assert not is_probably_prime(private.p)


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_only_bases_tell_that_a_factor_with_strong_liars_is_no_prime(family: str) -> None:
    """The key signs, and all of its numbers fit; about every fourth base calls p a prime."""
    test = named(family, "import-private-consistency/prime-with-strong-liars")
    private = decode_private_key(test.material)
    for name in ("check_private_exponent", "check_product", "check_further_numbers"):
        getattr(RsaKeyValidation(), name)(private)
    message = b"message"
    assert Pkcs1Signature(private.public).verify(message, Pkcs1Signature(private).sign(message))
    p, odd = private.p, (private.p - 1) // 2
    assert p % 4 == 3
    liars = [base for base in range(2, 202) if pow(base, odd, p) in (1, p - 1)]
    assert 20 < len(liars) < 90
    assert not is_probably_prime(p)
