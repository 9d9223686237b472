"""The errors of the server that the service behind it does not know.

`ServingError` is for whoever starts the server; all others are answers to a caller.
"""

from __future__ import annotations

from kmsproof_reference.kms.errors import KmsError


class ServingError(Exception):
    """The server cannot be started like this."""

    def __init__(self, message: str, remedy: str) -> None:
        """``message`` says what is wrong, ``remedy`` what to do about it."""
        super().__init__(f"{message} {remedy}")
        self.message, self.remedy = message, remedy


class InstanceNotFound(KmsError):
    """There is no such KMS instance."""

    code, http_status = "Forbidden.DKMSInstanceNotFound", 403
    text = "The specified DKMS Instance is not found."


class DryRunOperation(KmsError):
    """A dry run: the operation would have been performed."""

    code, http_status = "DryRunOperationError", 400
    text = "The request would have succeeded, but the DryRun parameter is set."


class DryRunValidation(KmsError):
    """A dry run: the operation would have been refused because of what was sent."""

    code, http_status = "ValidationError", 400
    text = "The request would have failed: a parameter or the state of the key does not allow it."


class DryRunAccessDenied(KmsError):
    """A dry run: the caller may not do this."""

    code, http_status = "AccessDeniedError", 403
    text = "The request would have failed: the caller has no permission."
