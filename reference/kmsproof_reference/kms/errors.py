"""The errors of the key management service: one class for each documented code.

Source:    Alibaba Cloud KMS, "Common error codes" and the error lists of the single operations.

A `KmsError` is an answer to the caller and never a defect. Its ``code`` and ``http_status`` are the
documented ones, its ``message`` the documented text. What ``str()`` gives may say more, for a log;
it holds nothing that the caller did not send, and nothing of a key or of a plaintext.

Whatever is wrong with a ciphertext, a tag or a padding is one `InvalidCiphertextBlob` with one
text: a difference would be an oracle. No code is documented for it, nor for a key of the wrong
usage and an algorithm that does not fit a key: these are classes of their own under the generic
codes InvalidParameter and UnsupportedOperation.
"""

from __future__ import annotations

from typing import ClassVar

from kmsproof_reference.errors import Refusal


class KmsError(Refusal):
    """A documented error of the service. Subclasses have a code, a status and a text."""

    code: ClassVar[str] = "InternalFailure"
    http_status: ClassVar[int] = 500
    text: ClassVar[str] = "Internal Failure."

    def __init__(self, reason: str = "") -> None:
        """``reason`` says to a reader of a log what was wrong and what to do instead."""
        super().__init__(reason or self.text)

    @property
    def message(self) -> str:
        """The documented text, for the reply."""
        return self.text


# The service itself.


class InternalFailure(KmsError):
    """The service failed inside."""


class ServiceUnavailableTemporary(KmsError):
    """The service cannot answer now."""

    code, http_status = "ServiceUnavailableTemporary", 503
    text = "Service Unavailable Temporary."


class Throttling(KmsError):
    """The caller asks too often."""

    code, http_status = "Throttling", 400
    text = "Request was denied due to request throttling."


# The caller.


class AccessKeyNotFound(KmsError):
    """No such AccessKey."""

    code, http_status = "InvalidAccessKeyId.NotFound", 404
    text = "The AccessKey ID provided does not exist in our records."


class AccessKeyDisabled(KmsError):
    """The AccessKey is disabled."""

    code, http_status = "Forbidden.AccessKey", 403
    text = "This AccessKey is not enabled."


class NoPermission(KmsError):
    """The caller may not do this."""

    code, http_status = "Forbidden.NoPermission", 403
    text = "This operation is forbidden by permission system."


class IncompleteSignature(KmsError):
    """The signature of the request is not right."""

    code, http_status = "IncompleteSignature", 400
    text = "The request signature does not conform to Alibaba Cloud standards."


class IllegalTimestamp(KmsError):
    """The time of the request is missing or too far off."""

    code, http_status = "IllegalTimestamp", 400
    text = (
        'The input parameter "Timestamp" that is required for processing this request is '
        "not supplied."
    )


class UnsupportedHttpMethod(KmsError):
    """Neither GET nor POST."""

    code, http_status = "UnsupportedHTTPMethod", 403
    text = "This http method is not supported."


# The parameters of the request.


class ParseRequestParameterException(KmsError):
    """The request cannot be read."""

    code, http_status = "ParseRequestParameterException", 400
    text = "Server parse parameters exception. Please check your input params."


class ParameterError(KmsError):
    """Something is wrong with one parameter, which the text names."""

    def __init__(self, parameter: str, reason: str = "") -> None:
        """``parameter`` is the documented name, such as ``Iv``."""
        self.parameter = parameter
        super().__init__(reason or self.message)

    @property
    def message(self) -> str:
        """The documented text, with the name of the parameter."""
        return self.text.format(name=self.parameter)


class MissingParameter(ParameterError):
    """A parameter that has no default is not there."""

    code, http_status = "MissingParameter", 400
    text = 'The parameter "{name}" is needed but not provided.'


class InvalidParameter(ParameterError):
    """A parameter has a value that is not allowed."""

    code, http_status = "InvalidParameter", 400
    text = 'The specified parameter "{name}" is not valid.'


class InvalidCiphertextBlob(InvalidParameter):
    """The ciphertext does not decrypt. One and the same, whatever is wrong with it."""

    def __init__(self) -> None:
        super().__init__("CiphertextBlob")


class UnsupportedOperation(KmsError):
    """This key, protection level or algorithm does not go with the operation.

    CreateKey, GenerateDataKey and Decrypt document this code, the other operations
    `RejectedUnsupportedOperation`: callers have to expect either.
    """

    code, http_status = "UnsupportedOperation", 400
    text = "This action is not supported."


class RejectedUnsupportedOperation(UnsupportedOperation):
    """The other spelling of the same, for key versions and rotation."""

    code = "Rejected.UnsupportedOperation"
    text = "Unsupported operation."


class WrongKeyUsage(UnsupportedOperation):
    """The key was made for the other usage."""


class UnsupportedAlgorithm(UnsupportedOperation):
    """The key spec does not have this algorithm at this protection level."""


class UnsupportedProtectionLevel(KmsError):
    """The protection level is not offered."""

    code, http_status = "Unsupported.ProtectionLevel", 400
    text = "This protection level is not valid for this region"


class UnsupportedOrigin(KmsError):
    """Key material is imported into keys of origin EXTERNAL only."""

    code, http_status = "Unsupported.Origin", 400
    text = "This key origin is not valid for this api."


class UnsupportedAlias(KmsError):
    """The operation takes a key id and no alias."""

    code, http_status = "Unsupported.Alias", 400
    text = "Alias is not valid for this api."


class LimitExceeded(KmsError):
    """There are as many keys, versions or aliases as there may be."""

    code, http_status = "Rejected.LimitExceeded", 400
    text = "The request was rejected because user create resource limit was exceeded."


class AliasAlreadyExists(KmsError):
    """The alias is taken."""

    code, http_status = "AliasAlreadyExists", 400
    text = "AliasName Already Exists."


# What is not there.


class KeyNotFound(KmsError):
    """No such key."""

    code, http_status = "Forbidden.KeyNotFound", 404
    text = "The specified Key is not found."


class KeyVersionNotFound(KmsError):
    """The key has no such version."""

    code, http_status = "Forbidden.KeyVersionNotFound", 404
    text = "The specified Key version is not found."


class AliasNotFound(KmsError):
    """No such alias."""

    code, http_status = "Forbidden.AliasNotFound", 404
    text = "The specified Alias is not found."


# The import of key material.


class InvalidKeyMaterial(KmsError):
    """The material cannot be unwrapped, or is none for this key."""

    code, http_status = "InvalidKeyMaterial", 400
    text = "key material is invalid."


class InvalidImportToken(KmsError):
    """The token is not one of this key."""

    code, http_status = "InvalidImportToken", 400
    text = "import token is invalid."


class ExpiredImportToken(KmsError):
    """The token is older than 24 hours."""

    code, http_status = "ExpiredImportToken", 400
    text = "import token is expired."


# The state of the key.


class RejectedState(KmsError):
    """The state of the key does not allow the operation."""

    code, http_status = "Rejected.Unavailable", 409
    text = "The request was rejected because the key state is Unavailable."


class RejectedDisabled(RejectedState):
    """The key is disabled."""

    code = "Rejected.Disabled"
    text = "The request was rejected because the key state is Disabled."


class RejectedPendingDeletion(RejectedState):
    """The key is scheduled for deletion."""

    code = "Rejected.PendingDeletion"
    text = "The request was rejected because the key state is PendingDeletion."


class RejectedPendingImport(RejectedState):
    """The key has no material yet."""

    code = "Rejected.PendingImport"
    text = "The request was rejected because the key state is PendingImport."


class StateModifiedFailed(RejectedState):
    """The key cannot go from its state to the one that is asked for."""

    code = "Rejected.StateModifiedFailed"
    text = "Keystate modified failed."
