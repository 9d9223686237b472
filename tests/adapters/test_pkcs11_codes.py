"""PKCS#11 return codes: the name is always kept, and only some of them are refusals."""

from __future__ import annotations

import pkcs11.exceptions
import pytest
from pkcs11.exceptions import PKCS11Error

from kmsproof.outcome import Error, ErrorKind, Rejected, Unsupported
from kmsproof.vocabulary import Operation, RejectionClass
from kmsproof_adapters.pkcs11.codes import ReturnCode, code_name, outcome_of


@pytest.mark.parametrize(
    ("error", "code", "rejection"),
    [
        ("EncryptedDataInvalid", "CKR_ENCRYPTED_DATA_INVALID", "invalid-ciphertext"),
        ("EncryptedDataLenRange", "CKR_ENCRYPTED_DATA_LEN_RANGE", "invalid-ciphertext"),
        ("DataLenRange", "CKR_DATA_LEN_RANGE", "invalid-argument"),
        ("ArgumentsBad", "CKR_ARGUMENTS_BAD", "invalid-argument"),
        ("MechanismParamInvalid", "CKR_MECHANISM_PARAM_INVALID", "invalid-argument"),
        ("MechanismInvalid", "CKR_MECHANISM_INVALID", "unsupported-algorithm"),
        ("KeyTypeInconsistent", "CKR_KEY_TYPE_INCONSISTENT", "unsupported-algorithm"),
        ("KeyHandleInvalid", "CKR_KEY_HANDLE_INVALID", "not-found"),
        ("ObjectHandleInvalid", "CKR_OBJECT_HANDLE_INVALID", "not-found"),
        ("SignatureInvalid", "CKR_SIGNATURE_INVALID", "invalid-signature-encoding"),
        ("SignatureLenRange", "CKR_SIGNATURE_LEN_RANGE", "invalid-signature-encoding"),
        ("TemplateIncomplete", "CKR_TEMPLATE_INCOMPLETE", "invalid-argument"),
        ("TemplateInconsistent", "CKR_TEMPLATE_INCONSISTENT", "invalid-argument"),
        ("DomainParamsInvalid", "CKR_DOMAIN_PARAMS_INVALID", "invalid-argument"),
        ("PublicKeyInvalid", "CKR_PUBLIC_KEY_INVALID", "invalid-argument"),
    ],
)
def test_code_about_the_input_is_a_refusal(error: str, code: str, rejection: str) -> None:
    raised: PKCS11Error = getattr(pkcs11.exceptions, error)()
    assert outcome_of(raised) == Rejected(RejectionClass(rejection), code)


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [
        ("GeneralError", "CKR_GENERAL_ERROR", ErrorKind.INTERNAL),
        ("FunctionFailed", "CKR_FUNCTION_FAILED", ErrorKind.INTERNAL),
        ("DeviceError", "CKR_DEVICE_ERROR", ErrorKind.INTERNAL),
        ("DeviceMemory", "CKR_DEVICE_MEMORY", ErrorKind.INTERNAL),
        ("HostMemory", "CKR_HOST_MEMORY", ErrorKind.INTERNAL),
        ("OperationActive", "CKR_OPERATION_ACTIVE", ErrorKind.INTERNAL),
        ("DeviceRemoved", "CKR_DEVICE_REMOVED", ErrorKind.TRANSPORT),
        ("SessionHandleInvalid", "CKR_SESSION_HANDLE_INVALID", ErrorKind.TRANSPORT),
        ("TokenNotPresent", "CKR_TOKEN_NOT_PRESENT", ErrorKind.TRANSPORT),
        ("UserNotLoggedIn", "CKR_USER_NOT_LOGGED_IN", ErrorKind.AUTH),
        ("PinExpired", "CKR_PIN_EXPIRED", ErrorKind.AUTH),
    ],
)
def test_code_that_says_nothing_about_the_input_is_an_error(
    error: str, code: str, kind: ErrorKind
) -> None:
    raised: PKCS11Error = getattr(pkcs11.exceptions, error)()
    assert outcome_of(raised) == Error(kind, code)


def test_function_that_is_not_there_is_unsupported() -> None:
    raised = pkcs11.exceptions.FunctionNotSupported()
    assert outcome_of(raised) == Unsupported("CKR_FUNCTION_NOT_SUPPORTED")


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        ("0x42", Rejected(RejectionClass.INVALID_CIPHERTEXT, "CKR_AEAD_DECRYPT_FAILED")),
        ("0x140", Rejected(RejectionClass.INVALID_ARGUMENT, "CKR_CURVE_NOT_SUPPORTED")),
        ("0x68", Rejected(RejectionClass.WRONG_KEY_USAGE, "CKR_KEY_FUNCTION_NOT_PERMITTED")),
        ("0x200", Error(ErrorKind.AUTH, "CKR_FUNCTION_REJECTED")),
        ("0x80000031", Error(ErrorKind.INTERNAL, "CKR_0x80000031")),
    ],
)
def test_code_without_a_class_is_known_by_its_number(
    number: str, outcome: Rejected | Error
) -> None:
    assert outcome_of(PKCS11Error(f"Unmapped error code {number}")) == outcome


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("SlotIDInvalid", "CKR_SLOT_ID_INVALID"),
        ("RandomNoRNG", "CKR_RANDOM_NO_RNG"),
        ("TokenNotRecognised", "CKR_TOKEN_NOT_RECOGNIZED"),
        ("FunctionCancelled", "CKR_FUNCTION_CANCELED"),
        ("SessionReadWriteSOExists", "CKR_SESSION_READ_WRITE_SO_EXISTS"),
        ("AnotherUserAlreadyLoggedIn", "CKR_USER_ANOTHER_ALREADY_LOGGED_IN"),
    ],
)
def test_code_that_its_class_spells_otherwise_has_its_own_name(error: str, code: str) -> None:
    assert code_name(getattr(pkcs11.exceptions, error)()) == code


def test_what_the_wrapper_raises_by_itself_is_no_answer_of_the_token() -> None:
    outcome = outcome_of(pkcs11.exceptions.ArgumentsBad("IV must be less than 12 bytes\x1b[2J"))
    assert isinstance(outcome, Error)
    assert outcome.kind is ErrorKind.INTERNAL
    assert "not the token" in outcome.message
    assert "\x1b" not in outcome.message


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (0x05, "CKR_GENERAL_ERROR"),
        (0x71, "CKR_MECHANISM_PARAM_INVALID"),
        (0x191, "CKR_CRYPTOKI_ALREADY_INITIALIZED"),
        (0x80000031, "CKR_0x80000031"),
    ],
)
def test_code_that_did_not_come_through_the_wrapper_has_the_same_name(
    number: int, code: str
) -> None:
    assert code_name(ReturnCode(number)) == code


def test_codes_that_the_wrapper_puts_into_words_are_codes() -> None:
    for words, code in (
        ("Buffer was too small. Should never see this.", "CKR_BUFFER_TOO_SMALL"),
        (
            "Initialisation error (already initialized). Should never see this.",
            "CKR_CRYPTOKI_ALREADY_INITIALIZED",
        ),
    ):
        assert outcome_of(PKCS11Error(words)) == Error(ErrorKind.INTERNAL, code)


@pytest.mark.parametrize("error", ["DataInvalid", "DataLenRange"])
def test_code_about_plaintexts_is_about_the_ciphertext_of_a_decryption(error: str) -> None:
    raised: PKCS11Error = getattr(pkcs11.exceptions, error)()
    for operation, rejection in (
        (None, RejectionClass.INVALID_ARGUMENT),
        (Operation.ENCRYPT, RejectionClass.INVALID_ARGUMENT),
        (Operation.DECRYPT, RejectionClass.INVALID_CIPHERTEXT),
    ):
        outcome = outcome_of(raised, operation)
        assert isinstance(outcome, Rejected)
        assert outcome.rejection is rejection
