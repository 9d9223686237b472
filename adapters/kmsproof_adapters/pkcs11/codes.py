"""What the return codes of PKCS#11 mean: a refusal of the input, or no answer about it at all.

The classes follow the definitions of the codes in PKCS#11 (v2.40 §5.1, in v3.0 likewise). A code
that a token gives for *any* trouble, such as CKR_GENERAL_ERROR ("some horrible, unrecoverable
error"), says nothing about the input, even from a token that gives it for every bad ciphertext.
"""

from __future__ import annotations

import re

from pkcs11.exceptions import PKCS11Error

from kmsproof.outcome import Error, ErrorKind, Rejected, Unsupported
from kmsproof.text import printable, shortened
from kmsproof.vocabulary import Operation, RejectionClass

_ARGUMENT = RejectionClass.INVALID_ARGUMENT
_CIPHERTEXT = RejectionClass.INVALID_CIPHERTEXT
_SIGNATURE = RejectionClass.INVALID_SIGNATURE_ENCODING
_USAGE = RejectionClass.WRONG_KEY_USAGE
_ALGORITHM = RejectionClass.UNSUPPORTED_ALGORITHM
_NOT_FOUND = RejectionClass.NOT_FOUND

REFUSALS: dict[str, RejectionClass] = {
    "CKR_ENCRYPTED_DATA_INVALID": _CIPHERTEXT,
    "CKR_ENCRYPTED_DATA_LEN_RANGE": _CIPHERTEXT,
    "CKR_AEAD_DECRYPT_FAILED": _CIPHERTEXT,
    "CKR_DATA_INVALID": _ARGUMENT,
    "CKR_DATA_LEN_RANGE": _ARGUMENT,
    "CKR_ARGUMENTS_BAD": _ARGUMENT,
    "CKR_MECHANISM_PARAM_INVALID": _ARGUMENT,
    "CKR_ATTRIBUTE_VALUE_INVALID": _ARGUMENT,
    "CKR_TEMPLATE_INCOMPLETE": _ARGUMENT,
    "CKR_TEMPLATE_INCONSISTENT": _ARGUMENT,
    "CKR_DOMAIN_PARAMS_INVALID": _ARGUMENT,
    "CKR_CURVE_NOT_SUPPORTED": _ARGUMENT,
    "CKR_PUBLIC_KEY_INVALID": _ARGUMENT,
    "CKR_KEY_SIZE_RANGE": _ARGUMENT,
    "CKR_SIGNATURE_INVALID": _SIGNATURE,
    "CKR_SIGNATURE_LEN_RANGE": _SIGNATURE,
    "CKR_KEY_FUNCTION_NOT_PERMITTED": _USAGE,
    "CKR_KEY_TYPE_INCONSISTENT": _ALGORITHM,
    "CKR_MECHANISM_INVALID": _ALGORITHM,
    "CKR_KEY_HANDLE_INVALID": _NOT_FOUND,
    "CKR_OBJECT_HANDLE_INVALID": _NOT_FOUND,
}
"""The codes that say that the input was refused, and why.

The templates of this adapter always hold the same attributes: one that a token finds incomplete or
inconsistent holds a value that it does not like.
"""

OF_CIPHERTEXTS = ("CKR_DATA_INVALID", "CKR_DATA_LEN_RANGE")
"""Codes about the plaintext of C_Encrypt, which some tokens also have for the input of C_Decrypt.
There it is the ciphertext: nothing else comes in."""

ERRORS: dict[str, ErrorKind] = {
    "CKR_USER_NOT_LOGGED_IN": ErrorKind.AUTH,
    "CKR_USER_PIN_NOT_INITIALIZED": ErrorKind.AUTH,
    "CKR_PIN_EXPIRED": ErrorKind.AUTH,
    "CKR_PIN_LOCKED": ErrorKind.AUTH,
    "CKR_FUNCTION_REJECTED": ErrorKind.AUTH,
    "CKR_DEVICE_REMOVED": ErrorKind.TRANSPORT,
    "CKR_SESSION_CLOSED": ErrorKind.TRANSPORT,
    "CKR_SESSION_HANDLE_INVALID": ErrorKind.TRANSPORT,
    "CKR_TOKEN_NOT_PRESENT": ErrorKind.TRANSPORT,
}
"""The codes that say why there was no answer; all others are errors inside the token."""

NOT_OFFERED = "CKR_FUNCTION_NOT_SUPPORTED"

IRREGULAR_NAMES = {
    "AnotherUserAlreadyLoggedIn": "CKR_USER_ANOTHER_ALREADY_LOGGED_IN",
    "FunctionCancelled": "CKR_FUNCTION_CANCELED",
    "RandomNoRNG": "CKR_RANDOM_NO_RNG",
    "SessionReadWriteSOExists": "CKR_SESSION_READ_WRITE_SO_EXISTS",
    "SlotIDInvalid": "CKR_SLOT_ID_INVALID",
    "TokenNotRecognised": "CKR_TOKEN_NOT_RECOGNIZED",
}
"""The exception classes of python-pkcs11 that are not spelled as the code that they stand for."""

NUMBERED_NAMES = {
    0x00000002: "CKR_HOST_MEMORY",
    0x00000003: "CKR_SLOT_ID_INVALID",
    0x00000005: "CKR_GENERAL_ERROR",
    0x00000006: "CKR_FUNCTION_FAILED",
    0x00000007: "CKR_ARGUMENTS_BAD",
    0x00000009: "CKR_NEED_TO_CREATE_THREADS",
    0x0000000A: "CKR_CANT_LOCK",
    0x0000001B: "CKR_ACTION_PROHIBITED",
    0x00000020: "CKR_DATA_INVALID",
    0x00000021: "CKR_DATA_LEN_RANGE",
    0x00000030: "CKR_DEVICE_ERROR",
    0x00000031: "CKR_DEVICE_MEMORY",
    0x00000032: "CKR_DEVICE_REMOVED",
    0x00000042: "CKR_AEAD_DECRYPT_FAILED",
    0x00000050: "CKR_FUNCTION_CANCELED",
    0x00000054: "CKR_FUNCTION_NOT_SUPPORTED",
    0x00000060: "CKR_KEY_HANDLE_INVALID",
    0x00000062: "CKR_KEY_SIZE_RANGE",
    0x00000063: "CKR_KEY_TYPE_INCONSISTENT",
    0x00000068: "CKR_KEY_FUNCTION_NOT_PERMITTED",
    0x00000070: "CKR_MECHANISM_INVALID",
    0x00000071: "CKR_MECHANISM_PARAM_INVALID",
    0x00000090: "CKR_OPERATION_ACTIVE",
    0x00000091: "CKR_OPERATION_NOT_INITIALIZED",
    0x000000A3: "CKR_PIN_EXPIRED",
    0x000000B0: "CKR_SESSION_CLOSED",
    0x000000B3: "CKR_SESSION_HANDLE_INVALID",
    0x000000E0: "CKR_TOKEN_NOT_PRESENT",
    0x00000101: "CKR_USER_NOT_LOGGED_IN",
    0x00000140: "CKR_CURVE_NOT_SUPPORTED",
    0x00000150: "CKR_BUFFER_TOO_SMALL",
    0x00000190: "CKR_CRYPTOKI_NOT_INITIALIZED",
    0x00000191: "CKR_CRYPTOKI_ALREADY_INITIALIZED",
    0x00000200: "CKR_FUNCTION_REJECTED",
    0x00000202: "CKR_OPERATION_CANCEL_FAILED",
}
"""What the calls that do not go through python-pkcs11 return, and the codes for which it has no
class: it puts the number into the text."""

WORDED_NAMES = {
    "Buffer was too small.": "CKR_BUFFER_TOO_SMALL",
    "Initialisation error (already initialized).": "CKR_CRYPTOKI_ALREADY_INITIALIZED",
    "Initialisation error (not initialized).": "CKR_CRYPTOKI_NOT_INITIALIZED",
}
"""Codes that python-pkcs11 puts into words, by how the text begins."""

_UNMAPPED = re.compile(r"Unmapped error code (0x[0-9a-f]+)")


class ReturnCode(PKCS11Error):
    """What a function returned that was not called through python-pkcs11."""

    def __init__(self, number: int) -> None:
        """Take any code but CKR_OK."""
        super().__init__(f"return code 0x{number:08X}")
        self.number = number


def code_name(error: Exception) -> str | None:
    """Return the name of the return code that an exception of python-pkcs11 stands for.

    Nothing if it stands for none: python-pkcs11 also raises its exceptions by itself, always with
    a text, while those that it makes of a return code have none, with the exceptions above.
    """
    if isinstance(error, ReturnCode):
        return _named(error.number)
    text = str(error)
    if not text:
        name = type(error).__name__
        return IRREGULAR_NAMES.get(name) or "CKR" + re.sub(r"([A-Z])", r"_\1", name).upper()
    unmapped = _UNMAPPED.fullmatch(text)
    if unmapped is not None:
        return _named(int(unmapped[1], 16))
    return next((code for words, code in WORDED_NAMES.items() if text.startswith(words)), None)


def _named(number: int) -> str:
    return NUMBERED_NAMES.get(number, f"CKR_0x{number:08X}")


def outcome_of(
    error: Exception, operation: Operation | None = None
) -> Rejected | Unsupported | Error:
    """Return what an exception of python-pkcs11 says about the call that raised it."""
    code = code_name(error)
    if code is None:
        said = shortened(printable(str(error)))
        return Error(ErrorKind.INTERNAL, f"python-pkcs11, not the token: {said}")
    rejection = REFUSALS.get(code)
    if operation is Operation.DECRYPT and code in OF_CIPHERTEXTS:
        rejection = _CIPHERTEXT
    if rejection is not None:
        return Rejected(rejection, code)
    if code == NOT_OFFERED:
        return Unsupported(code)
    return Error(ERRORS.get(code, ErrorKind.INTERNAL), code)
