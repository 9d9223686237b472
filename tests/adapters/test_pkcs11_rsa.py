"""RSA on real tokens: how keys get there, and where the tokens leave the standards.

What every adapter keeps to is in test_asymmetric_contract.py. The deviations are stated as what
the token does *or* what is right, so that a token that does right passes too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256

import pkcs11
import pytest

from kmsproof.outcome import Error, ErrorKind, Ok, Rejected, Verified
from kmsproof.vocabulary import (
    RSA_MODULUS_BITS,
    Algorithm,
    Feature,
    KeySpec,
    KeyUsage,
    MessageType,
    RejectionClass,
)
from kmsproof_adapters.pkcs11 import ADAPTER, material
from kmsproof_adapters.pkcs11.exponents import EXPONENTS, SQUARED, PrimePower, signature_of
from kmsproof_adapters.pkcs11.refusal import AdapterRefusal
from kmsproof_adapters.pkcs11.rsa_probe import probe_key, with_composite_factor
from kmsproof_reference import der, rsa_key_encoding
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_reference.rsa_key_generation import generate_rsa_key
from kmsproof_testing.asking import OAEP, Asker
from kmsproof_testing.asymmetric import assert_rejected, cipher_key, declared, signing_key
from kmsproof_testing.key_pairs import key_pair
from nss import NssToken
from softhsm import SofthsmToken

DIGEST = sha256(b"a message for RSA").digest()
PAIR = key_pair(KeySpec.RSA_2048)
KEY = rsa_key_encoding.decode_private_key(PAIR.private)

PSS = Algorithm.RSA_PSS_SHA_256


@pytest.fixture
def softhsm(softhsm_token: SofthsmToken) -> Iterator[Asker]:
    """SoftHSM, opened as a target."""
    asker = Asker(ADAPTER.open(softhsm_token.uri.removeprefix("pkcs11:")))
    yield asker
    asker.close()


@pytest.fixture(scope="module")
def nss(nss_token: NssToken) -> Iterator[Asker]:
    """NSS, opened as a target."""
    asker = Asker(ADAPTER.open(nss_token.uri.removeprefix("pkcs11:")))
    yield asker
    asker.close()


def features(asker: Asker) -> set[Feature]:
    """What a target declares of RSA, whatever the algorithm."""
    return {f for c in declared(asker, KeySpec.RSA_2048) for f in c.features}


# What is declared is what was tried.


@pytest.mark.softhsm
def test_oaep_that_the_token_has_with_sha_1_only_is_not_declared(softhsm: Asker) -> None:
    description = softhsm.describe()
    offered = OAEP.algorithm in {c.algorithm for c in description.algorithms}
    note = "has OAEP, and not with SHA-256: CKR_ARGUMENTS_BAD"
    assert (note in description.notes) is not offered
    usages = {u for k in description.keys if KeySpec.RSA_2048 in k.key_specs for u in k.usages}
    assert (KeyUsage.ENCRYPT_DECRYPT in usages) is offered
    if not offered:
        outcome = softhsm.import_private(PAIR.private, KeySpec.RSA_2048, KeyUsage.ENCRYPT_DECRYPT)
        assert_rejected(outcome, RejectionClass.WRONG_KEY_USAGE)


@pytest.mark.nss
def test_oaep_with_labels_is_declared(nss: Asker) -> None:
    assert OAEP.algorithm in {c.algorithm for c in nss.describe().algorithms}
    assert Feature.OAEP_LABEL in features(nss)


def unfit_key() -> bytes:
    """A key whose private exponent does not belong to the rest of it."""
    return rsa_key_encoding.encode_private_key(replace(KEY, d=KEY.d ^ 2))


@pytest.mark.nss
def test_nss_looks_whether_numbers_fit_but_not_whether_factors_are_primes(nss: Asker) -> None:
    """So it does not declare to validate: see reports/published/nss/rsa_factor_not_tested.py."""
    assert Feature.KEY_PAIR_VALIDATION not in features(nss)
    outcome = nss.import_private(unfit_key(), KeySpec.RSA_2048, KeyUsage.SIGN_VERIFY)
    assert isinstance(outcome, Rejected)
    assert outcome.rejection is RejectionClass.INVALID_ARGUMENT
    assert outcome.native_code == "CKR_TEMPLATE_INCOMPLETE"


def test_factor_with_which_a_token_is_tried_is_no_prime_and_all_else_fits() -> None:
    key = with_composite_factor(probe_key())
    n, e, d = (
        int.from_bytes(each)
        for each in (key.public.modulus, key.public.public_exponent, key.private_exponent)
    )
    p, q = map(int.from_bytes, key.primes)
    assert p % 15 == 0
    assert p * q == n
    assert n.bit_length() == 2048
    assert d * e % (p - 1) == d * e % (q - 1) == 1


@pytest.mark.softhsm
def test_softhsm_takes_any_numbers_for_a_key(softhsm: Asker) -> None:
    outcome = softhsm.import_private(unfit_key(), KeySpec.RSA_2048, KeyUsage.SIGN_VERIFY)
    assert isinstance(outcome, Ok) == (Feature.KEY_PAIR_VALIDATION not in features(softhsm))


@pytest.mark.parametrize("key_spec", RSA_MODULUS_BITS)
@pytest.mark.parametrize("feature", EXPONENTS)
def test_signature_with_which_exponents_are_tried_is_right(
    key_spec: KeySpec, feature: Feature
) -> None:
    """The primes are small ones here, for which 3 has an inverse, too."""
    primes = (2**1279 - 1, 2**521 - 1)
    factors = [PrimePower(*pair) for pair in zip(primes, SQUARED[key_spec], strict=True)]
    exponent = {**EXPONENTS, Feature.SMALL_PUBLIC_EXPONENT: 257}[feature]
    signature = signature_of(b"message", factors[0], factors[1], exponent)
    public = RsaPublicKey(factors[0].value * factors[1].value, exponent)
    assert Pkcs1Signature(public).verify(b"message", signature)


@pytest.mark.softhsm
def test_exponents_are_those_of_openssl_in_softhsm(softhsm: Asker) -> None:
    """Beyond 3072 bits it takes no public exponent of more than 64 bits."""
    for capability in softhsm.describe().algorithms:
        if set(capability.key_specs) & set(RSA_MODULUS_BITS):
            taken = set(capability.features) & set(EXPONENTS)
            huge = KeySpec.RSA_4096 not in capability.key_specs
            words = {Feature.SMALL_PUBLIC_EXPONENT, Feature.LARGE_PUBLIC_EXPONENT}
            assert taken == words | ({Feature.HUGE_PUBLIC_EXPONENT} if huge else set())


# Objects of the token.


@pytest.mark.softhsm
def test_both_objects_of_a_key_pair_are_destroyed(
    softhsm_token: SofthsmToken, softhsm: Asker
) -> None:
    session = pkcs11.lib(str(softhsm_token.module)).get_token(token_label=softhsm_token.label)
    with session.open() as seen:
        assert list(seen.get_objects()) == []  # What was tried at the start is gone, too.
        key = signing_key(softhsm, KeySpec.RSA_2048)
        objects = list(seen.get_objects())
        assert len(objects) == 2
        assert not any(one[pkcs11.Attribute.TOKEN] for one in objects)
        assert isinstance(softhsm.destroy(key), Ok)
        assert list(seen.get_objects()) == []


# Where the tokens leave the standards.


@pytest.mark.softhsm
def test_softhsm_has_no_word_for_a_digest_of_wrong_length(softhsm: Asker) -> None:
    key = signing_key(softhsm, KeySpec.RSA_2048)
    outcome = softhsm.sign(key, PSS, DIGEST[:-1], MessageType.DIGEST)
    if not isinstance(outcome, Rejected):
        assert outcome == Error(ErrorKind.INTERNAL, "CKR_GENERAL_ERROR")


@pytest.mark.nss
@pytest.mark.parametrize("length", [33, 64])
def test_nss_signs_32_bytes_however_long_the_digest_is(nss: Asker, length: int) -> None:
    """Of a longer one it takes the beginning, of a shorter one also what comes after its end."""
    key = signing_key(nss, KeySpec.RSA_2048)
    digest = bytes(range(length))
    signed = nss.sign(key, PSS, digest, MessageType.DIGEST)
    if isinstance(signed, Ok):
        signature = signed.value.signature
        assert Pss(KEY.public).verify_digest(digest[:32], signature)
        verified = nss.verify(key, PSS, digest[:32], signature, MessageType.DIGEST)
        assert verified == Ok(Verified(True))
    else:
        assert_rejected(signed, RejectionClass.INVALID_ARGUMENT)


@pytest.mark.nss
def test_length_of_a_ciphertext_is_about_the_ciphertext(nss: Asker) -> None:
    """NSS has for it the code that PKCS#11 keeps for plaintexts."""
    key = cipher_key(nss, KeySpec.RSA_2048)
    outcome = nss.decrypt(key, OAEP, bytes(255))
    assert isinstance(outcome, Rejected)
    assert outcome.rejection is RejectionClass.INVALID_CIPHERTEXT
    assert outcome.native_code in ("CKR_DATA_LEN_RANGE", "CKR_ENCRYPTED_DATA_LEN_RANGE")
    too_long = nss.encrypt(key, OAEP, bytes(191))
    assert_rejected(too_long, RejectionClass.INVALID_ARGUMENT)


# Encodings.


def test_numbers_are_read_as_they_stand() -> None:
    private = material.rsa_private(PAIR.private)
    public = material.rsa_public(PAIR.public)
    assert private.public == public
    assert int.from_bytes(public.modulus) == KEY.n
    assert public.modulus[0] >= 0x80  # no sign byte
    assert public.public_exponent == b"\x01\x00\x01"
    numbers = (private.private_exponent, *private.primes, *private.exponents, private.coefficient)
    assert [int.from_bytes(number) for number in numbers] == [
        *(KEY.d, KEY.p, KEY.q, KEY.d_p, KEY.d_q, KEY.q_inv)
    ]


def test_no_number_of_a_private_key_is_shown() -> None:
    shown = repr(material.rsa_private(PAIR.private))
    assert "private_exponent" not in shown
    assert "primes" not in shown


def refusal(read: Callable[[bytes], object], octets: bytes) -> str:
    """The native code with which material is not taken apart."""
    with pytest.raises(AdapterRefusal) as caught:
        read(octets)
    assert caught.value.refusal.rejection is RejectionClass.INVALID_ARGUMENT
    return caught.value.refusal.native_code


def test_key_with_three_primes_has_no_place() -> None:
    key = generate_rsa_key(2048, Drbg(b"three primes"), primes=3)
    encoded = rsa_key_encoding.encode_private_key(key)
    assert refusal(material.rsa_private, encoded) == "other-primes"


RSA = der.object_identifier("1.2.840.113549.1.1.1")
PUBLIC = der.sequence(der.integer(KEY.n), der.integer(KEY.e))


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        PAIR.public[:-1],
        PAIR.public + b"\0",
        PAIR.private,
        der.sequence(der.sequence(RSA), der.bit_string(PUBLIC)),
        der.sequence(der.sequence(RSA, der.null(), der.null()), der.bit_string(PUBLIC)),
        der.sequence(der.sequence(RSA, der.null()), der.bit_string(PUBLIC + b"\0")),
        der.sequence(der.sequence(RSA, der.null()), der.encode(0x03, b"\1" + PUBLIC)),
        der.sequence(der.sequence(RSA, der.null()), der.bit_string(PUBLIC), der.null()),
        der.sequence(
            der.sequence(RSA, der.null()),
            der.bit_string(der.sequence(der.integer(-KEY.n), der.integer(KEY.e))),
        ),
        der.sequence(
            der.sequence(RSA, der.null()),
            der.bit_string(der.sequence(der.integer(KEY.n), der.encode(0x02, b"\0\3"))),
        ),
        PAIR.public.replace(b"\x30\x82\x01\x0a", b"\x30\x83\x00\x01\x0a"),
    ],
)
def test_public_key_must_be_der(octets: bytes) -> None:
    assert refusal(material.rsa_public, octets) == "not-der"


def test_other_algorithm_is_another_type_of_key() -> None:
    other = key_pair(KeySpec.EC_P256)
    assert refusal(material.rsa_public, other.public) == "other-key-type"
    assert refusal(material.rsa_private, other.private) == "other-key-type"


def test_private_key_must_be_der() -> None:
    for octets in (PAIR.private[:-1], PAIR.private + b"\0", PAIR.public, b"\x30\x80"):
        assert refusal(material.rsa_private, octets) == "not-der"


def test_encoded_content_of_any_length_is_an_octet_string() -> None:
    for length in (0, 1, 65, 127, 128, 255, 256, 70_000):
        assert material.octet_string(bytes(length)) == der.octet_string(bytes(length))
