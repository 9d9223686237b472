"""The policy tables against the sheet, and the service against the tables."""

from __future__ import annotations

from functools import partial
from itertools import product

import pytest

from kmsproof_reference.kms.errors import (
    InvalidParameter,
    KmsError,
    MissingParameter,
    UnsupportedAlgorithm,
    UnsupportedOperation,
    WrongKeyUsage,
)
from kmsproof_reference.kms.policy import OFFERS, PADDINGS, longest_plaintext, offer
from kmsproof_reference.vocabulary import (
    SIGNATURE_ALGORITHMS,
    Algorithm,
    KeySpec,
    KeyUsage,
    MessageType,
    PaddingMode,
    ProtectionLevel,
)
from kmsproof_testing.kms import Kms, refusal_of

ENCRYPT, SIGN = KeyUsage.ENCRYPT_DECRYPT, KeyUsage.SIGN_VERIFY

SHEET = {
    "Software-protected key": {
        "Aliyun_AES_256": "GCM",
        "RSA_2048": "RSAES_OAEP_SHA_256 | RSA_PSS_SHA_256 RSA_PKCS1_SHA_256",
        "RSA_3072": "RSAES_OAEP_SHA_256 | RSA_PSS_SHA_256 RSA_PKCS1_SHA_256",
        "RSA_4096": "RSAES_OAEP_SHA_256 | RSA_PSS_SHA_256 RSA_PKCS1_SHA_256",
        "EC_P256": "ECIES_DH_SHA_1_XOR_HMAC | ECDSA_SHA_256",
        "EC_P256K": "ECIES_DH_SHA_1_XOR_HMAC | ECDSA_SHA_256",
    },
    "Hardware-protected key": {
        "Aliyun_AES_256": "GCM ECB CBC",
        "Aliyun_AES_192": "GCM ECB CBC",
        "Aliyun_AES_128": "GCM ECB CBC",
        "RSA_2048": "RSAES_OAEP_SHA_256 | RSA_PSS_SHA_256 RSA_PKCS1_SHA_256",
        "RSA_3072": "RSAES_OAEP_SHA_256 | RSA_PSS_SHA_256 RSA_PKCS1_SHA_256",
        "RSA_4096": "RSAES_OAEP_SHA_256 | RSA_PSS_SHA_256 RSA_PKCS1_SHA_256",
        "EC_P256": "ECIES_DH_SHA_1_XOR_HMAC | ECDSA_SHA_256",
        "EC_P256K": "ECIES_DH_SHA_1_XOR_HMAC | ECDSA_SHA_256",
    },
    "External Key": {"Aliyun_AES_256": "GCM ECB CBC"},
}
"""The two tables of key specifications: encryption, a bar, signatures; the default comes first."""

PAIRS = list(product(ProtectionLevel, KeySpec))
OFFERED = [(level, spec) for level, spec in PAIRS if offer(level, spec)]
NOT_OFFERED = [pair for pair in PAIRS if pair not in OFFERED]


def test_the_tables_are_those_of_the_sheet() -> None:
    told = {
        level.value: {
            spec.value: " | ".join(
                " ".join(algorithms)
                for algorithms in (found.encryption, found.signature)
                if algorithms
            )
            for spec, found in offers.items()
        }
        for level, offers in OFFERS.items()
    }
    assert told == SHEET


@pytest.mark.parametrize(("level", "spec"), NOT_OFFERED)
def test_a_level_makes_no_other_keys(level: ProtectionLevel, spec: KeySpec) -> None:
    kms = Kms()
    for usage in KeyUsage:
        with pytest.raises(UnsupportedOperation):
            kms.key(spec, usage, level)
    assert kms.service.list_keys() == []


@pytest.mark.parametrize("level", ProtectionLevel)
def test_symmetric_keys_do_not_sign(level: ProtectionLevel) -> None:
    with pytest.raises(WrongKeyUsage):
        Kms().key(KeySpec.AES_256, SIGN, level)


def operate(kms: Kms, key_id: str, algorithm: Algorithm) -> bool:
    """Do with a key what an algorithm does, there and back."""
    if algorithm in SIGNATURE_ALGORITHMS:
        signature = kms.service.sign(key_id, b"message", algorithm=algorithm).signature
        return kms.service.verify(key_id, b"message", signature, algorithm=algorithm).valid
    sealed = kms.service.encrypt(key_id, b"message", algorithm=algorithm)
    opened = kms.service.decrypt(key_id, sealed.ciphertext, algorithm=algorithm, iv=sealed.iv)
    return opened.plaintext == b"message"


@pytest.mark.parametrize(("level", "spec"), OFFERED)
def test_a_key_does_what_the_tables_offer_and_nothing_else(
    level: ProtectionLevel, spec: KeySpec
) -> None:
    kms = Kms()
    found = offer(level, spec)
    assert found is not None
    for usage in found.usages:
        key_id = kms.key(spec, usage, level)
        for algorithm in Algorithm:
            if algorithm in found.algorithms(usage):
                assert operate(kms, key_id, algorithm)
                continue
            other_usage = (algorithm in SIGNATURE_ALGORITHMS) != (usage is SIGN)
            refused = refusal_of(partial(operate, kms, key_id, algorithm))
            assert refused is (WrongKeyUsage if other_usage else UnsupportedAlgorithm)


@pytest.mark.parametrize(("level", "spec"), OFFERED)
def test_a_default_algorithm_is_the_first_of_the_table(
    level: ProtectionLevel, spec: KeySpec
) -> None:
    kms = Kms()
    found = offer(level, spec)
    assert found is not None
    sealed = kms.service.encrypt(kms.key(spec, ENCRYPT, level), b"text")
    assert sealed.algorithm is found.encryption[0]
    if found.signature:
        signed = kms.service.sign(kms.key(spec, SIGN, level), b"text")
        assert signed.algorithm is found.signature[0]


@pytest.mark.parametrize("algorithm", [Algorithm.ECB, Algorithm.CBC])
def test_the_default_padding_is_that_of_pkcs7(algorithm: Algorithm) -> None:
    kms = Kms()
    key_id = kms.key()
    sealed = kms.service.encrypt(key_id, b"text", algorithm=algorithm)
    assert sealed.padding is PADDINGS[algorithm][0] is PaddingMode.PKCS7_PADDING
    opened = kms.service.decrypt(
        key_id, sealed.ciphertext, algorithm=algorithm, iv=sealed.iv, padding=sealed.padding
    )
    assert opened.plaintext == b"text"


# Parameters.


def refused_parameter(error: KmsError) -> str:
    """The parameter that an error names."""
    assert isinstance(error, InvalidParameter | MissingParameter)
    return error.parameter


SYMMETRIC_MISFITS = [
    (Algorithm.GCM, {"padding": PaddingMode.PKCS7_PADDING}, "PaddingMode"),
    (Algorithm.GCM, {"padding": PaddingMode.NO_PADDING}, "PaddingMode"),
    (Algorithm.GCM, {"iv": b""}, "Iv"),
    (Algorithm.GCM, {"iv": bytes(11)}, "Iv"),
    (Algorithm.GCM, {"iv": bytes(16)}, "Iv"),
    (Algorithm.CBC, {"iv": bytes(12)}, "Iv"),
    (Algorithm.CBC, {"iv": b""}, "Iv"),
    (Algorithm.ECB, {"iv": bytes(16)}, "Iv"),
    (Algorithm.ECB, {"iv": b""}, "Iv"),
    (Algorithm.ECB, {"aad": b"a"}, "Aad"),
    (Algorithm.CBC, {"aad": b"a"}, "Aad"),
    (Algorithm.GCM, {"aad": bytes(8193)}, "Aad"),
    (Algorithm.ECB, {"padding": PaddingMode.NO_PADDING}, "Plaintext"),
    (Algorithm.CBC, {"padding": PaddingMode.NO_PADDING}, "Plaintext"),
]


@pytest.mark.parametrize(("algorithm", "given", "parameter"), SYMMETRIC_MISFITS)
def test_a_parameter_that_does_not_fit_is_named(
    algorithm: Algorithm, given: dict[str, object], parameter: str
) -> None:
    kms = Kms()
    key_id = kms.key()
    with pytest.raises(InvalidParameter) as caught:
        kms.service.encrypt(key_id, b"text", algorithm=algorithm, **given)  # type: ignore[arg-type]
    assert refused_parameter(caught.value) == parameter
    assert caught.value.message == f'The specified parameter "{parameter}" is not valid.'
    if parameter in ("PaddingMode", "Aad"):
        with pytest.raises(InvalidParameter) as caught:
            kms.service.decrypt(
                key_id,
                bytes(16),
                algorithm=algorithm,
                **given,  # type: ignore[arg-type]
            )
        assert refused_parameter(caught.value) == parameter


@pytest.mark.parametrize("spec", [KeySpec.RSA_2048, KeySpec.EC_P256])
@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"padding": PaddingMode.PKCS7_PADDING}, "PaddingMode"),
        ({"iv": bytes(12)}, "Iv"),
        ({"aad": b"a"}, "Aad"),
    ],
)
def test_asymmetric_keys_take_no_parameters_of_aes(
    spec: KeySpec, given: dict[str, object], parameter: str
) -> None:
    kms = Kms()
    key_id = kms.key(spec)
    for call in (kms.service.encrypt, kms.service.decrypt):
        with pytest.raises(InvalidParameter) as caught:
            call(key_id, b"text", **given)  # type: ignore[arg-type]
        assert refused_parameter(caught.value) == parameter


@pytest.mark.parametrize(("algorithm", "length"), [(Algorithm.GCM, 12), (Algorithm.CBC, 16)])
def test_an_iv_is_chosen_or_taken_and_needed_for_decryption(
    algorithm: Algorithm, length: int
) -> None:
    kms = Kms()
    key_id = kms.key()
    chosen = [kms.service.encrypt(key_id, b"text", algorithm=algorithm).iv for _ in range(5)]
    assert [len(iv or b"") for iv in chosen] == [length] * 5
    assert len(set(chosen)) == 5
    iv = bytes(range(length))
    assert kms.service.encrypt(key_id, b"text", algorithm=algorithm, iv=iv).iv == iv
    with pytest.raises(MissingParameter) as caught:
        kms.service.decrypt(key_id, bytes(16), algorithm=algorithm)
    assert refused_parameter(caught.value) == "Iv"


@pytest.mark.parametrize(
    ("spec", "longest"),
    [(KeySpec.RSA_2048, 190), (KeySpec.RSA_3072, 318), (KeySpec.RSA_4096, 446)],
)
def test_oaep_takes_what_fits(spec: KeySpec, longest: int) -> None:
    kms = Kms()
    key_id = kms.key(spec)
    for length in (0, longest):
        sealed = kms.service.encrypt(key_id, bytes(length))
        assert kms.service.decrypt(key_id, sealed.ciphertext).plaintext == bytes(length)
    with pytest.raises(InvalidParameter) as caught:
        kms.service.encrypt(key_id, bytes(longest + 1))
    assert refused_parameter(caught.value) == "Plaintext"
    assert longest_plaintext(Algorithm.RSAES_OAEP_SHA_256, spec) == longest


@pytest.mark.parametrize("spec", [KeySpec.AES_256, KeySpec.EC_P256])
def test_plaintexts_and_messages_have_a_limit(spec: KeySpec) -> None:
    kms = Kms()
    limit = longest_plaintext(Algorithm.GCM, KeySpec.AES_256)
    assert limit == 3 * 1024 * 1024
    with pytest.raises(InvalidParameter):
        kms.service.encrypt(kms.key(spec), bytes(limit + 1))
    signer = kms.key(KeySpec.EC_P256, SIGN)
    for call in (
        lambda: kms.service.sign(signer, bytes(limit + 1)),
        lambda: kms.service.verify(signer, bytes(limit + 1), b""),
    ):
        with pytest.raises(InvalidParameter):
            call()


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_digest_has_32_bytes(length: int) -> None:
    kms = Kms()
    key_id = kms.key(KeySpec.RSA_2048, SIGN)
    with pytest.raises(InvalidParameter) as caught:
        kms.service.sign(key_id, bytes(length), message_type=MessageType.DIGEST)
    assert refused_parameter(caught.value) == "Digest"
    with pytest.raises(InvalidParameter):
        kms.service.verify(key_id, bytes(length), b"", message_type=MessageType.DIGEST)


@pytest.mark.parametrize("length", [1, 32, 1024])
def test_data_keys_and_random_bytes(length: int) -> None:
    kms = Kms()
    key_id = kms.key()
    made = kms.service.generate_data_key(key_id, length, aad=b"context")
    assert len(made.plaintext) == length
    assert made.encrypted.algorithm is Algorithm.GCM
    opened = kms.service.decrypt(
        key_id, made.encrypted.ciphertext, iv=made.encrypted.iv, aad=b"context"
    )
    assert opened.plaintext == made.plaintext
    assert len(kms.service.generate_random(length)) == length


@pytest.mark.parametrize("length", [-1, 0, 1025])
def test_data_keys_and_random_bytes_have_limits(length: int) -> None:
    kms = Kms()
    key_id = kms.key()
    with pytest.raises(InvalidParameter):
        kms.service.generate_data_key(key_id, length)
    with pytest.raises(InvalidParameter):
        kms.service.generate_random(length)


def test_data_keys_are_for_symmetric_keys() -> None:
    kms = Kms()
    with pytest.raises(UnsupportedOperation):
        kms.service.generate_data_key(kms.key(KeySpec.RSA_2048))
    with pytest.raises(WrongKeyUsage):
        kms.service.generate_data_key(kms.key(KeySpec.RSA_2048, SIGN))


def test_only_asymmetric_keys_have_public_keys() -> None:
    kms = Kms()
    with pytest.raises(UnsupportedOperation):
        kms.service.get_public_key(kms.key())
