"""The messages that an instance is asked with and answers, as protocol buffers.

Source:    ``api.proto`` of the SDK ``alibabacloud-dkms-gcs``, version 1.0.2.

The SDK itself wants versions of its packages that nothing else works with. So the messages are made
from the table below by the library ``protobuf``. The local server has a table of its own: what one
of the two has wrong shows when they talk.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

Fields = Mapping[str, Any]
"""A message by the names of its fields. What is absent is empty, zero or false."""

MESSAGES = MappingProxyType(
    {
        "EncryptRequest": ("KeyId", "Plaintext", "Algorithm", "Aad", "Iv", "PaddingMode"),
        "EncryptResponse": (
            "KeyId",
            "CiphertextBlob",
            "Iv",
            "RequestId",
            "Algorithm",
            "PaddingMode",
        ),
        "DecryptRequest": ("CiphertextBlob", "KeyId", "Algorithm", "Aad", "Iv", "PaddingMode"),
        "DecryptResponse": ("KeyId", "Plaintext", "RequestId", "Algorithm", "PaddingMode"),
        "SignRequest": ("KeyId", "Digest", "Algorithm", "Message", "MessageType"),
        "SignResponse": ("KeyId", "Signature", "RequestId", "Algorithm", "MessageType"),
        "VerifyRequest": (
            "KeyId",
            "Digest",
            "Signature",
            "Algorithm",
            "Message",
            "MessageType",
        ),
        "VerifyResponse": ("KeyId", "Value", "RequestId", "Algorithm", "MessageType"),
        "GetPublicKeyRequest": ("KeyId",),
        "GetPublicKeyResponse": ("KeyId", "PublicKey", "RequestId"),
        "Error": ("StatusCode", "ErrorCode", "ErrorMessage", "RequestId"),
    }
)
"""The fields of each message in the order of their numbers, which begin with 1."""

_BYTES = FieldDescriptorProto.TYPE_BYTES
_TYPES = {
    **dict.fromkeys(("Plaintext", "CiphertextBlob", "Iv", "Aad"), _BYTES),
    **dict.fromkeys(("Message", "Digest", "Signature"), _BYTES),
    "Value": FieldDescriptorProto.TYPE_BOOL,
    "StatusCode": FieldDescriptorProto.TYPE_INT32,
}
"""The types of fields that are no texts."""


class UnreadableReply(Exception):
    """What came back is no such message."""


def encode(name: str, fields: Fields) -> bytes:
    """Return a message as bytes."""
    return _message_class(name)(**fields).SerializeToString()


def decode(name: str, encoded: bytes) -> Fields:
    """Return the fields of a message. Raises `UnreadableReply`."""
    message = _message_class(name)()
    try:
        message.ParseFromString(encoded)
    except DecodeError:
        raise UnreadableReply(f"a reply that is no {name}") from None
    return {field: getattr(message, field) for field in MESSAGES[name]}


@cache
def _message_class(name: str) -> type[Message]:
    file = FileDescriptorProto(name=f"{name}.proto", package="protobuf", syntax="proto3")
    described = file.message_type.add(name=name)
    for number, field in enumerate(MESSAGES[name], 1):
        described.field.add(
            name=field,
            number=number,
            type=_TYPES.get(field, FieldDescriptorProto.TYPE_STRING),
            label=FieldDescriptorProto.LABEL_OPTIONAL,
        )
    pool = DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return GetMessageClass(pool.FindMessageTypeByName(f"protobuf.{name}"))
