"""What the return codes of PKCS#11 mean: a refusal of the input, or no answer about it at all.

The classes follow the definitions of the codes in PKCS#11 (v2.40 §5.1, in v3.0 likewise). A code
that a token gives for *any* trouble, such as CKR_GENERAL_ERROR ("some horrible, unrecoverable
error"), says nothing about the input, even from a token that gives it for every bad ciphertext.
"""

from __future__ import annotations

import re

from kmsproof.outcome import Error, ErrorKind, Rejected, Unsupported
from kmsproof.text import printable, shortened
from kmsproof.vocabulary import RejectionClass

_ARGUMENT = RejectionClass.INVALID_ARGUMENT
_CIPHERTEXT = RejectionClass.INVALID_CIPHERTEXT
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
    "CKR_KEY_SIZE_RANGE": _ARGUMENT,
    "CKR_KEY_FUNCTION_NOT_PERMITTED": _USAGE,
    "CKR_KEY_TYPE_INCONSISTENT": _ALGORITHM,
    "CKR_MECHANISM_INVALID": _ALGORITHM,
    "CKR_KEY_HANDLE_INVALID": _NOT_FOUND,
    "CKR_OBJECT_HANDLE_INVALID": _NOT_FOUND,
}
"""The codes that say that the input was refused, and why."""

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
    0x0000001B: "CKR_ACTION_PROHIBITED",
    0x00000042: "CKR_AEAD_DECRYPT_FAILED",
    0x00000068: "CKR_KEY_FUNCTION_NOT_PERMITTED",
    0x00000200: "CKR_FUNCTION_REJECTED",
}
"""Codes for which python-pkcs11 has no class: it puts the number into the text."""

_UNMAPPED = re.compile(r"Unmapped error code (0x[0-9a-f]+)")


def code_name(error: Exception) -> str | None:
    """Return the name of the return code that an exception of python-pkcs11 stands for.

    Nothing if it stands for none: python-pkcs11 also raises its exceptions by itself, always with
    a text, while those that it makes of a return code have none.
    """
    text = str(error)
    if not text:
        name = type(error).__name__
        return IRREGULAR_NAMES.get(name) or "CKR" + re.sub(r"([A-Z])", r"_\1", name).upper()
    unmapped = _UNMAPPED.fullmatch(text)
    if unmapped is None:
        return None
    number = int(unmapped[1], 16)
    return NUMBERED_NAMES.get(number, f"CKR_0x{number:08X}")


def outcome_of(error: Exception) -> Rejected | Unsupported | Error:
    """Return what an exception of python-pkcs11 says about the call that raised it."""
    code = code_name(error)
    if code is None:
        said = shortened(printable(str(error)))
        return Error(ErrorKind.INTERNAL, f"python-pkcs11, not the token: {said}")
    rejection = REFUSALS.get(code)
    if rejection is not None:
        return Rejected(rejection, code)
    if code == NOT_OFFERED:
        return Unsupported(code)
    return Error(ERRORS.get(code, ErrorKind.INTERNAL), code)
