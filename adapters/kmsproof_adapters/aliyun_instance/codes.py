"""What the error codes of a KMS instance mean in the words of the protocol.

Source:    Alibaba Cloud KMS, error codes of the instance API; codes that both APIs have mean the
           same as in the shared one.
"""

from __future__ import annotations

from kmsproof.outcome import Error, ErrorKind, Rejected
from kmsproof.text import printable, shortened
from kmsproof.vocabulary import RejectionClass
from kmsproof_adapters.aliyun.codes import outcome_of as shared_outcome_of

TOO_LARGE = 413
"""The status of a request of more than 3 MB, which has no code."""

_CALLER = frozenset(
    {
        "InvalidApiName",
        "InvalidApiVersion",
        "InvalidParam",
        "RequestTimeTooSkewed",
        "SignatureNotMatch",
        "Unauthorized",
    }
)
"""The codes that say something of how the request was made, and nothing of what is in it."""


def outcome_of(status: int, code: str, message: str) -> Rejected | Error:
    """Return what a refusal of the instance stands for."""
    text = shortened(printable(message))
    if status == TOO_LARGE:
        return Rejected(RejectionClass.INVALID_ARGUMENT, code or f"HTTP {status}", text)
    if code in _CALLER:
        return Error(ErrorKind.AUTH, f"{code} (HTTP {status}): {text}")
    return shared_outcome_of(status, code, message)
