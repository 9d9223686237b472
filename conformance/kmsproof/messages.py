"""The messages between suite and target, in process and on the wire: contract module.

In process a request is handed to the method of ``kmsproof.target.Target`` that has its name, and
the method returns an outcome. On the wire it is one line of JSON on the adapter's standard input,
and the answer is one line of JSON on its standard output::

    {"op":"decrypt","id":7,"deadline_ms":10000,"key":"k1","algorithm":"CBC",...}
    {"id":7,"ok":{"plaintext":"00010203"}}

The published schema in ``vectors/schemas`` is generated from these types.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from kmsproof.capability import PROTOCOL_VERSION, Description
from kmsproof.outcome import (
    Decrypted,
    Done,
    Encrypted,
    Error,
    KeyDescription,
    KeyHandle,
    PublicKey,
    Rejected,
    Signed,
    Unsupported,
    Value,
    Verified,
)
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    HexBytes,
    KeyField,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
    PaddingMode,
    ProtectionLevel,
)

DEFAULT_DEADLINE_MS = 10_000
"""How long the suite waits for an answer unless the user says otherwise."""

MAX_LINE_BYTES = 16 * 1024 * 1024
"""The longest line the suite reads from an adapter."""


class Request(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="op",
):
    """What every request carries."""

    id: int = msgspec.field(default=0)
    """Number of the request; the answer bears the same. Never used twice in one session."""
    deadline_ms: int = DEFAULT_DEADLINE_MS
    """How long the suite will wait for the answer, in milliseconds."""


class Describe(Request, frozen=True, kw_only=True, tag="describe", omit_defaults=False):
    """Say who you are and what you can do: the first request of every session."""

    protocol: int = PROTOCOL_VERSION
    """The version of these messages that the suite speaks."""


class CreateKey(Request, frozen=True, kw_only=True, tag="create_key"):
    """Make a key inside the target; answered with a handle."""

    key_spec: KeySpec
    usage: KeyUsage
    protection_level: ProtectionLevel
    left_out: tuple[KeyField, ...] = ()
    """What the adapter leaves out of the target's own call, so that the target takes its default;
    the fields above say what that default ought to be. Sent only where ``defaults`` is declared."""


class ImportKey(Request, frozen=True, kw_only=True, tag="import_key"):
    """Take a key from outside; answered with a handle. Sent where declared, and else as a probe."""

    key_spec: KeySpec
    usage: KeyUsage
    protection_level: ProtectionLevel
    part: KeyPart
    material: HexBytes
    """``secret``: the key itself. ``private``: PKCS #8 DER. ``public``: SubjectPublicKeyInfo
    DER."""


class OnKey(Request, frozen=True, kw_only=True):
    """A request about one key."""

    key: str
    """The handle that ``create_key`` or ``import_key`` gave."""


class DescribeKey(OnKey, frozen=True, kw_only=True, tag="describe_key"):
    """Say what the key is and in which state."""


class GetPublicKey(OnKey, frozen=True, kw_only=True, tag="get_public_key"):
    """Give out the public part of an asymmetric key."""


class DisableKey(OnKey, frozen=True, kw_only=True, tag="disable_key"):
    """Refuse to use the key until it is enabled again."""


class EnableKey(OnKey, frozen=True, kw_only=True, tag="enable_key"):
    """Allow the key to be used again."""


class DestroyKey(OnKey, frozen=True, kw_only=True, tag="destroy_key"):
    """Remove the key, or schedule it for removal where the target only does that."""


class CancelKeyDeletion(OnKey, frozen=True, kw_only=True, tag="cancel_key_deletion"):
    """Take a key back that is scheduled for removal. Sent only where ``lifecycle`` is declared."""


class OperateOnKey(OnKey, frozen=True, kw_only=True):
    """A cryptographic operation."""

    algorithm: Algorithm
    algorithm_left_out: bool = False
    """Leave algorithm and padding out of the target's own call, so that it takes its default;
    ``algorithm`` says what that ought to be. Sent only where ``defaults`` is declared."""


class Encrypt(OperateOnKey, frozen=True, kw_only=True, tag="encrypt", gc=False):
    """Encrypt; answered with ciphertext, and IV and tag where these are apart."""

    plaintext: HexBytes
    padding: PaddingMode | None = None
    """ECB and CBC."""
    iv: HexBytes | None = None
    """GCM and CBC; absent: the target chooses, or refuses if it wants one from the caller."""
    aad: HexBytes | None = None
    """GCM; absent and empty mean the same."""
    tag_length: int | None = None
    """GCM: the tag length in bytes that is wanted."""
    label: HexBytes | None = None
    """RSAES-OAEP; absent means the empty label. Sent only where labels are declared."""
    dialect: EciesDialect | None = None
    """ECIES: the byte layout that is wanted; always one that is declared, or a probe."""


class Decrypt(OperateOnKey, frozen=True, kw_only=True, tag="decrypt", gc=False):
    """Decrypt; answered with the plaintext."""

    ciphertext: HexBytes
    padding: PaddingMode | None = None
    iv: HexBytes | None = None
    aad: HexBytes | None = None
    tag: HexBytes | None = None
    tag_length: int | None = None
    """GCM: the tag length in bytes that the caller relies on. A ``tag`` of another length
    must be refused: the input's own length never decides."""
    label: HexBytes | None = None
    """RSAES-OAEP; absent means the empty label. Sent only where labels are declared."""
    dialect: EciesDialect | None = None
    """ECIES: the byte layout that the caller relies on."""


class Sign(OperateOnKey, frozen=True, kw_only=True, tag="sign", gc=False):
    """Sign a message, or its digest."""

    message: HexBytes
    message_type: MessageType = MessageType.RAW


class Verify(OperateOnKey, frozen=True, kw_only=True, tag="verify", gc=False):
    """Say whether a signature is right."""

    message: HexBytes
    signature: HexBytes
    message_type: MessageType = MessageType.RAW


class Close(Request, frozen=True, kw_only=True, tag="close"):
    """Let go of everything; the last request of a session."""


AnyRequest = (
    Describe
    | CreateKey
    | ImportKey
    | DescribeKey
    | GetPublicKey
    | DisableKey
    | EnableKey
    | DestroyKey
    | CancelKeyDeletion
    | Encrypt
    | Decrypt
    | Sign
    | Verify
    | Close
)

ANSWERS: Final[Mapping[type[Request], type[Value]]] = {
    Describe: Description,
    CreateKey: KeyHandle,
    ImportKey: KeyHandle,
    DescribeKey: KeyDescription,
    GetPublicKey: PublicKey,
    DisableKey: Done,
    EnableKey: Done,
    DestroyKey: Done,
    CancelKeyDeletion: Done,
    Encrypt: Encrypted,
    Decrypt: Decrypted,
    Sign: Signed,
    Verify: Verified,
    Close: Done,
}
"""Which value ``ok`` carries for which request."""


class Response(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The answer to a request on the wire: its id and exactly one of the four outcomes."""

    id: int
    ok: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    """The value, of the type that ``ANSWERS`` has for the request."""
    rejected: Rejected | msgspec.UnsetType = msgspec.UNSET
    unsupported: Unsupported | msgspec.UnsetType = msgspec.UNSET
    error: Error | msgspec.UnsetType = msgspec.UNSET


def operation_name(kind: type[Request]) -> str:
    """Return the ``op`` of a request type, which is also the name of the method that answers it."""
    return str(kind.__struct_config__.tag)
