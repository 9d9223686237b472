"""What the exceptions of the reference mean in the words of the protocol."""

from __future__ import annotations

from kmsproof.outcome import Rejected
from kmsproof.vocabulary import RejectionClass
from kmsproof_reference.errors import (
    InvalidArgument,
    InvalidCiphertext,
    InvalidKey,
    InvalidSignatureEncoding,
    MalformedDer,
)
from kmsproof_reference.kms.errors import UnsupportedAlgorithm

CLASSES: dict[type[Exception], RejectionClass] = {
    InvalidArgument: RejectionClass.INVALID_ARGUMENT,
    InvalidCiphertext: RejectionClass.INVALID_CIPHERTEXT,
    InvalidKey: RejectionClass.INVALID_ARGUMENT,
    InvalidSignatureEncoding: RejectionClass.INVALID_SIGNATURE_ENCODING,
    MalformedDer: RejectionClass.INVALID_ARGUMENT,
    # An algorithm never says this of itself; a deviation does.
    UnsupportedAlgorithm: RejectionClass.UNSUPPORTED_ALGORITHM,
}


def find_refusal(error: Exception) -> Rejected | None:
    """Return the refusal that an exception stands for, or nothing if it is not known as one."""
    rejection = CLASSES.get(type(error))
    if rejection is None:
        return None
    return Rejected(rejection, type(error).__name__, str(error))
