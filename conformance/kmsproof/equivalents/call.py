"""What is asked of a target, apart from how: the one call that a command or a program repeats."""

from __future__ import annotations

from dataclasses import dataclass

from kmsproof.applicability import operation_of
from kmsproof.catalogue import Found
from kmsproof.messages import Decrypt, Encrypt, Request, Sign, Verify
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    KeyPart,
    KeySpec,
    MessageType,
    Operation,
    PaddingMode,
)
from kmsproof_vectors.model import (
    DecryptTest,
    EncryptTest,
    GroupKey,
    ImportTest,
    Result,
    SignTest,
    VerifyTest,
)


@dataclass(frozen=True)
class Call:
    """One use of a key."""

    operation: Operation
    key_spec: KeySpec
    algorithm: Algorithm
    data: bytes
    """The plaintext, ciphertext or message."""
    digest: bool = False
    """Whether the message is a digest already."""
    signature: bytes = b""
    padding: PaddingMode | None = None
    dialect: EciesDialect | None = None
    secret: bytes | None = None
    private: bytes | None = None
    """PKCS #8 DER."""
    public: bytes | None = None
    """SubjectPublicKeyInfo DER."""
    iv: bytes | None = None
    aad: bytes = b""
    tag: bytes = b""
    tag_length: int = 16
    label: bytes = b""
    right: str | None = None
    """What comes of it when it goes right, in words or hex; nothing where that is not known."""

    @property
    def asymmetric(self) -> bool:
        """Whether the key is a pair."""
        return self.secret is None


REFUSED = "refused"
"""What ``Call.right`` is for an input that is not to be accepted."""

VERIFIED = "verified"


def call_of(found: Found) -> Call | None:
    """Return the call of a vector that brings its key; none for a chain of calls."""
    file, group, test = found
    key = group.key
    if isinstance(test, ImportTest):
        key = (
            GroupKey(private=test.material)
            if test.part is KeyPart.PRIVATE
            else GroupKey(public=test.material)
        )
    if not isinstance(test, EncryptTest | DecryptTest | SignTest | VerifyTest | ImportTest):
        return None
    operation = operation_of(test)
    data, signature = _inputs(found, operation)
    return Call(
        operation=operation,
        key_spec=file.key_spec,
        algorithm=file.algorithm,
        data=data,
        digest=getattr(test, "message_type", None) is MessageType.DIGEST,
        signature=signature,
        padding=file.padding,
        dialect=file.dialect,
        secret=key.secret,
        private=key.private,
        public=key.public,
        iv=getattr(test, "iv", None),
        aad=getattr(test, "aad", None) or b"",
        tag=(getattr(test, "tag", None) or b"") if operation is Operation.DECRYPT else b"",
        tag_length=group.tag_length or 16,
        label=getattr(test, "label", None) or b"",
        right=_right(found, operation),
    )


def _inputs(found: Found, operation: Operation) -> tuple[bytes, bytes]:
    test = found.test
    names = {Operation.ENCRYPT: "plaintext", Operation.DECRYPT: "ciphertext"}
    data = getattr(test, names.get(operation, "message"), None) or b""
    signature = getattr(test, "signature", None) if operation is Operation.VERIFY else None
    return data, signature or b""


def _right(found: Found, operation: Operation) -> str | None:
    test = found.test
    if test.result is Result.INVALID:
        return REFUSED
    if operation is Operation.VERIFY:
        return VERIFIED
    names = {Operation.ENCRYPT: "ciphertext", Operation.DECRYPT: "plaintext"}
    answer = getattr(test, names.get(operation, "signature"), None)
    if answer is None:
        return None
    tag = getattr(test, "tag", None) if operation is Operation.ENCRYPT else None
    octets: bytes = answer + (tag or b"")
    return octets.hex()


def call_of_request(request: Request, key_spec: KeySpec) -> Call | None:
    """Return the call of a request to a target that has the key; none if it is no use of a key."""
    match request:
        case Encrypt():
            operation, data = Operation.ENCRYPT, request.plaintext
        case Decrypt():
            operation, data = Operation.DECRYPT, request.ciphertext
        case Sign():
            operation, data = Operation.SIGN, request.message
        case Verify():
            operation, data = Operation.VERIFY, request.message
        case _:
            return None
    return Call(
        operation=operation,
        key_spec=key_spec,
        algorithm=request.algorithm,
        data=data,
        digest=getattr(request, "message_type", None) is MessageType.DIGEST,
        signature=getattr(request, "signature", b""),
        padding=getattr(request, "padding", None),
        dialect=getattr(request, "dialect", None),
        iv=getattr(request, "iv", None),
        aad=getattr(request, "aad", None) or b"",
        tag=getattr(request, "tag", None) or b"",
        tag_length=getattr(request, "tag_length", None) or 16,
        label=getattr(request, "label", None) or b"",
    )
