"""What the errors of the service mean in the words of the protocol."""

from __future__ import annotations

from kmsproof.outcome import Error, ErrorKind, Rejected
from kmsproof.vocabulary import RejectionClass
from kmsproof_reference.kms.errors import (
    AliasNotFound,
    InvalidCiphertextBlob,
    KeyNotFound,
    KeyVersionNotFound,
    KmsError,
    LimitExceeded,
    ParameterError,
    RejectedState,
    UnsupportedOperation,
    UnsupportedProtectionLevel,
    WrongKeyUsage,
)

CLASSES: tuple[tuple[type[KmsError], RejectionClass], ...] = (
    (InvalidCiphertextBlob, RejectionClass.INVALID_CIPHERTEXT),
    (ParameterError, RejectionClass.INVALID_ARGUMENT),
    (WrongKeyUsage, RejectionClass.WRONG_KEY_USAGE),
    (UnsupportedOperation, RejectionClass.UNSUPPORTED_ALGORITHM),
    (UnsupportedProtectionLevel, RejectionClass.UNSUPPORTED_ALGORITHM),
    (RejectedState, RejectionClass.KEY_STATE),
    (KeyNotFound, RejectionClass.NOT_FOUND),
    (KeyVersionNotFound, RejectionClass.NOT_FOUND),
    (AliasNotFound, RejectionClass.NOT_FOUND),
    (LimitExceeded, RejectionClass.INVALID_ARGUMENT),
)
"""The classes of errors, the narrower before the wider."""


def outcome_of(error: KmsError) -> Rejected | Error:
    """Return what an error stands for: code and text are the documented ones.

    A kind of error that says nothing of the input passes nothing.
    """
    for kind, rejection in CLASSES:
        if isinstance(error, kind):
            return Rejected(rejection, error.code, error.message)
    return Error(ErrorKind.INTERNAL, f"{error.code}: {error.message}")
