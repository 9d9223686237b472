"""What the error codes of Alibaba Cloud KMS mean in the words of the protocol.

Source:    Alibaba Cloud KMS, "Common error codes" and the error lists of the single operations.

Status and code decide, never the message: the official texts disagree with each other. A code that
is not known is an error and no rejection, so that it passes nothing.
"""

from __future__ import annotations

from types import MappingProxyType

from kmsproof.outcome import Error, ErrorKind, Rejected
from kmsproof.text import printable, shortened
from kmsproof.vocabulary import RejectionClass

UNSUPPORTED_CODES = frozenset({"UnsupportedOperation", "Rejected.UnsupportedOperation"})
"""The two spellings of one error."""

INVALID_PARAMETER = "InvalidParameter"

REJECTIONS = MappingProxyType(
    {
        **dict.fromkeys(UNSUPPORTED_CODES, RejectionClass.UNSUPPORTED_ALGORITHM),
        "Unsupported.ProtectionLevel": RejectionClass.UNSUPPORTED_ALGORITHM,
        "Unsupported.Origin": RejectionClass.INVALID_ARGUMENT,
        "Unsupported.Alias": RejectionClass.INVALID_ARGUMENT,
        INVALID_PARAMETER: RejectionClass.INVALID_ARGUMENT,
        "MissingParameter": RejectionClass.INVALID_ARGUMENT,
        "ParseRequestParameterException": RejectionClass.INVALID_ARGUMENT,
        "InvalidKeyMaterial": RejectionClass.INVALID_ARGUMENT,
        "InvalidImportToken": RejectionClass.INVALID_ARGUMENT,
        "ExpiredImportToken": RejectionClass.INVALID_ARGUMENT,
        "AliasAlreadyExists": RejectionClass.INVALID_ARGUMENT,
        "Rejected.LimitExceeded": RejectionClass.INVALID_ARGUMENT,
        "Rejected.ShareQuotaExceedLimit": RejectionClass.INVALID_ARGUMENT,
        "Forbidden.KeyNotFound": RejectionClass.NOT_FOUND,
        "Forbidden.KeyVersionNotFound": RejectionClass.NOT_FOUND,
        "Forbidden.AliasNotFound": RejectionClass.NOT_FOUND,
        "Forbidden.DKMSInstanceNotFound": RejectionClass.NOT_FOUND,
        "Forbidden.NoPermission": RejectionClass.ACCESS_DENIED,
        "Rejected.Disabled": RejectionClass.KEY_STATE,
        "Rejected.Enabled": RejectionClass.KEY_STATE,
        "Rejected.PendingDeletion": RejectionClass.KEY_STATE,
        "Rejected.PendingImport": RejectionClass.KEY_STATE,
        "Rejected.Unavailable": RejectionClass.KEY_STATE,
        "Rejected.StateModifiedFailed": RejectionClass.KEY_STATE,
    }
)
"""The codes that say something of what the service was given."""

_CALLER = (
    "InvalidAccessKeyId",
    "IncompleteSignature",
    "SignatureDoesNotMatch",
    "SignatureNonceUsed",
    "IllegalTimestamp",
    "InvalidTimeStamp",
    "InvalidSecurityToken",
    "Forbidden.AccessKey",
    "Forbidden.UbsmsInvalid",
    "Forbidden.KmsServiceNotEnabled",
    "Forbidden.ProhibitedByRiskControl",
    "Forbidden.InDebt",
)
"""How codes begin that say something of the caller."""

_THROTTLED = ("Throttling", "Rejected.Throttling")


def outcome_of(status: int, code: str, message: str) -> Rejected | Error:
    """Return what a refusal of the service stands for."""
    text = shortened(printable(message))
    told = f"{code} (HTTP {status}): {text}"
    if status == 429 or code.startswith(_THROTTLED):
        return Error(ErrorKind.THROTTLED, told)
    if status >= 500:
        return Error(ErrorKind.INTERNAL, told)
    if code.startswith(_CALLER):
        return Error(ErrorKind.AUTH, told)
    rejection = REJECTIONS.get(code)
    if rejection is None:
        return Error(ErrorKind.INTERNAL, f"an unknown code: {told}")
    return Rejected(rejection, code, text)
