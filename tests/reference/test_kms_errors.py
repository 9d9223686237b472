"""The errors of the service: documented codes, one answer to a spoiled ciphertext, no secrets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.ec_key_encoding import decode_private_key as decode_ec_key
from kmsproof_reference.errors import Refusal
from kmsproof_reference.kms import errors
from kmsproof_reference.kms.errors import (
    InvalidCiphertextBlob,
    InvalidParameter,
    KmsError,
    MissingParameter,
    UnsupportedOperation,
)
from kmsproof_reference.kms.metadata import Encrypted
from kmsproof_reference.octets import i2osp
from kmsproof_reference.rsa_key_encoding import decode_private_key as decode_rsa_key
from kmsproof_reference.vocabulary import Algorithm, KeySpec, KeyUsage, PaddingMode
from kmsproof_testing.kms import Kms

DOCUMENTED = {
    "InternalFailure": 500,
    "ServiceUnavailableTemporary": 503,
    "Throttling": 400,
    "InvalidAccessKeyId.NotFound": 404,
    "Forbidden.AccessKey": 403,
    "Forbidden.NoPermission": 403,
    "IncompleteSignature": 400,
    "IllegalTimestamp": 400,
    "UnsupportedHTTPMethod": 403,
    "ParseRequestParameterException": 400,
    "MissingParameter": 400,
    "InvalidParameter": 400,
    "UnsupportedOperation": 400,
    "Rejected.UnsupportedOperation": 400,
    "Unsupported.ProtectionLevel": 400,
    "Unsupported.Origin": 400,
    "Unsupported.Alias": 400,
    "Rejected.LimitExceeded": 400,
    "AliasAlreadyExists": 400,
    "Forbidden.KeyNotFound": 404,
    "Forbidden.KeyVersionNotFound": 404,
    "Forbidden.AliasNotFound": 404,
    "InvalidKeyMaterial": 400,
    "InvalidImportToken": 400,
    "ExpiredImportToken": 400,
    "Rejected.Unavailable": 409,
    "Rejected.Disabled": 409,
    "Rejected.PendingDeletion": 409,
    "Rejected.PendingImport": 409,
    "Rejected.StateModifiedFailed": 409,
}
"""The page "Common error codes" and the error lists of the operations."""


def all_errors() -> Iterator[type[KmsError]]:
    """The classes of errors that the service module defines."""
    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, KmsError):
            yield value


def test_codes_and_statuses_are_the_documented_ones() -> None:
    assert {each.code: each.http_status for each in all_errors()} == DOCUMENTED


def test_every_error_has_a_text_and_is_a_refusal() -> None:
    for each in all_errors():
        assert each.text
        assert issubclass(each, Refusal)
        assert not issubclass(each, ValueError)


def test_the_text_for_the_caller_is_the_documented_one_whatever_the_reason() -> None:
    error = UnsupportedOperation("the reason, for a log")
    assert error.message == "This action is not supported."
    assert str(error) == "the reason, for a log"
    assert str(UnsupportedOperation()) == "This action is not supported."


def test_a_parameter_is_named() -> None:
    assert InvalidParameter("Iv").message == 'The specified parameter "Iv" is not valid.'
    missing = MissingParameter("Iv", "a reason")
    assert missing.message == 'The parameter "Iv" is needed but not provided.'
    assert (missing.parameter, str(missing)) == ("Iv", "a reason")
    assert str(InvalidCiphertextBlob()) == 'The specified parameter "CiphertextBlob" is not valid.'


# Whatever is wrong with a ciphertext, the answer is the same.


def answer(kms: Kms, sealed: Encrypted, ciphertext: bytes, **changed: bytes) -> tuple[object, ...]:
    """All that a caller learns of a ciphertext that is refused."""
    given: dict[str, bytes] = {"aad": b"context" if sealed.algorithm is Algorithm.GCM else b""}
    if sealed.iv is not None:
        given["iv"] = sealed.iv
    given.update(changed)
    with pytest.raises(KmsError) as caught:
        kms.service.decrypt(
            sealed.key_id,
            ciphertext,
            algorithm=sealed.algorithm,
            padding=sealed.padding,
            iv=given.get("iv"),
            aad=given["aad"],
        )
    error = caught.value
    assert error.__cause__ is None
    return type(error), error.code, error.http_status, error.message, str(error), error.args


ONE_ANSWER = (
    InvalidCiphertextBlob,
    "InvalidParameter",
    400,
    'The specified parameter "CiphertextBlob" is not valid.',
    'The specified parameter "CiphertextBlob" is not valid.',
    ('The specified parameter "CiphertextBlob" is not valid.',),
)


def sealed_with(kms: Kms, key_spec: KeySpec, algorithm: Algorithm) -> Encrypted:
    """A ciphertext of a new key."""
    aad = b"context" if algorithm is Algorithm.GCM else b""
    return kms.service.encrypt(kms.key(key_spec), b"attack at dawn", algorithm=algorithm, aad=aad)


@pytest.mark.parametrize(
    ("key_spec", "algorithm"),
    [
        (KeySpec.AES_256, Algorithm.GCM),
        (KeySpec.RSA_2048, Algorithm.RSAES_OAEP_SHA_256),
        (KeySpec.EC_P256, Algorithm.ECIES_DH_SHA_1_XOR_HMAC),
    ],
)
def test_a_ciphertext_that_is_changed_anywhere(key_spec: KeySpec, algorithm: Algorithm) -> None:
    kms = Kms()
    sealed = sealed_with(kms, key_spec, algorithm)
    text = sealed.ciphertext
    for position in range(0, len(text), max(1, len(text) // 24)):
        spoiled = text[:position] + bytes([text[position] ^ 1]) + text[position + 1 :]
        assert answer(kms, sealed, spoiled) == ONE_ANSWER
    for length in (0, 1, 15, 16, 17, len(text) - 1):
        assert answer(kms, sealed, text[:length]) == ONE_ANSWER
    for longer in (text + b"\0", b"\0" + text, text + text, bytes(3 * 1024 * 1024 + 1)):
        assert answer(kms, sealed, longer) == ONE_ANSWER


def test_another_iv_another_context_another_key() -> None:
    kms = Kms()
    sealed = sealed_with(kms, KeySpec.AES_256, Algorithm.GCM)
    assert answer(kms, sealed, sealed.ciphertext, iv=bytes(12)) == ONE_ANSWER
    assert answer(kms, sealed, sealed.ciphertext, aad=b"") == ONE_ANSWER
    assert answer(kms, sealed, sealed.ciphertext, aad=b"Context") == ONE_ANSWER
    other = sealed_with(kms, KeySpec.AES_256, Algorithm.GCM)
    assert answer(kms, other, sealed.ciphertext, iv=sealed.iv or b"") == ONE_ANSWER


@pytest.mark.parametrize("algorithm", [Algorithm.ECB, Algorithm.CBC])
def test_every_wrong_padding_and_every_wrong_length(algorithm: Algorithm) -> None:
    kms = Kms()
    sealed = sealed_with(kms, KeySpec.AES_256, algorithm)
    no_padding = PaddingMode.NO_PADDING
    for ending in (b"\0", b"\x11", b"\x10", b"\x03\x02", b"\xff", b"\x02\x01\x02"):
        block = ending.rjust(16, b"\x55")
        spoiled = kms.service.encrypt(
            sealed.key_id, block, algorithm=algorithm, padding=no_padding, iv=sealed.iv
        ).ciphertext
        assert answer(kms, sealed, spoiled) == ONE_ANSWER
    for length in (0, 1, 15, 17, 31):
        assert answer(kms, sealed, bytes(length)) == ONE_ANSWER


@given(ciphertext=st.binary(max_size=300))
def test_no_bytes_are_anything_but_refused(ciphertext: bytes) -> None:
    kms = SHARED
    for sealed in SEALED:
        assert answer(kms, sealed, ciphertext) == ONE_ANSWER


SHARED = Kms()
SEALED = [
    sealed_with(SHARED, KeySpec.AES_256, Algorithm.GCM),
    sealed_with(SHARED, KeySpec.RSA_2048, Algorithm.RSAES_OAEP_SHA_256),
    sealed_with(SHARED, KeySpec.EC_P256, Algorithm.ECIES_DH_SHA_1_XOR_HMAC),
]


@given(signature=st.binary(max_size=300))
def test_no_bytes_are_a_signature_and_none_is_an_error(signature: bytes) -> None:
    for key_id in SIGNERS:
        assert not SHARED.service.verify(key_id, b"message", signature).valid


SIGNERS = [
    SHARED.key(KeySpec.EC_P256K, KeyUsage.SIGN_VERIFY),
    SHARED.key(KeySpec.RSA_2048, KeyUsage.SIGN_VERIFY),
]


# Nothing of a secret is shown.


@pytest.mark.parametrize("key_spec", [KeySpec.AES_256, KeySpec.RSA_2048, KeySpec.EC_P256])
def test_what_is_printed_holds_no_secret(key_spec: KeySpec) -> None:
    kms = Kms()
    key_id = kms.key(key_spec)
    sealed = kms.service.encrypt(key_id, b"attack at dawn")
    opened = kms.service.decrypt(key_id, sealed.ciphertext, iv=sealed.iv)
    version = kms.store.versions(key_id)[0]
    material = kms.engine.generate(key_spec)
    loaded = kms.engine.load(key_spec, version.secret)
    printed = repr((kms.service.describe_key(key_id), sealed, opened, version, material, loaded))
    for secret in (version.secret, material.secret, b"attack at dawn"):
        assert repr(secret)[2:-1] not in printed
        assert secret.hex() not in printed


def test_no_public_key_holds_a_number_of_the_private_one() -> None:
    kms = Kms()
    rsa, ec = kms.key(KeySpec.RSA_2048), kms.key(KeySpec.EC_P256)
    private = decode_rsa_key(kms.store.versions(rsa)[0].secret)
    numbers = (private.p, private.q, private.d, private.d_p, private.d_q, private.q_inv)
    for number in numbers:
        octets = i2osp(number, (number.bit_length() + 7) // 8)
        assert octets not in kms.service.get_public_key(rsa)
    d = decode_ec_key(kms.store.versions(ec)[0].secret).d
    assert i2osp(d, 32) not in kms.service.get_public_key(ec)
