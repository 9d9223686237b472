"""Dataclasses as protocol buffer messages: encoded and decoded by the library ``protobuf``.

Standard:  Protocol Buffers, language version ``proto3``, and the encoding that goes with it.

A message is a frozen dataclass whose fields bear their numbers. The descriptor that the library
wants is made from the dataclass, so that no code is generated and every field has its type. As in
``proto3``, a field that is absent is the same as one that is empty, zero or false.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TypeVar

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message import Message as LibraryMessage
from google.protobuf.message_factory import GetMessageClass

PACKAGE = "protobuf"
"""The package that the official definition gives its messages."""

_NUMBER, _TYPE = "number", "type"


class MalformedMessage(Exception):
    """The bytes are no such message."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Message:
    """Base of all messages. None of them shows what it holds: it may be a plaintext."""


M = TypeVar("M", bound=Message)
Content = TypeVar("Content", str, bytes, int, bool)


def text(number: int) -> str:
    """A field of type ``string``."""
    return _field("", number, FieldDescriptorProto.TYPE_STRING)


def octets(number: int) -> bytes:
    """A field of type ``bytes``."""
    return _field(b"", number, FieldDescriptorProto.TYPE_BYTES)


def integer(number: int) -> int:
    """A field of type ``int32``."""
    return _field(0, number, FieldDescriptorProto.TYPE_INT32)


def truth(number: int) -> bool:
    """A field of type ``bool``."""
    return _field(False, number, FieldDescriptorProto.TYPE_BOOL)


def encode(message: Message) -> bytes:
    """Return a message as bytes. Raises ``ValueError`` for a number of more than 32 bits."""
    form = _form(type(message))
    values = {name: getattr(message, attribute) for attribute, name in form.names}
    return form.library_class(**values).SerializeToString(deterministic=True)


def decode(kind: type[M], encoded: bytes) -> M:
    """Read a message; fields that it does not have are passed over. Raises `MalformedMessage`."""
    form = _form(kind)
    parsed = form.library_class()
    try:
        parsed.ParseFromString(encoded)
    except DecodeError as error:
        raise MalformedMessage(f"the bytes are no {kind.__name__}") from error
    return kind(**{attribute: getattr(parsed, name) for attribute, name in form.names})


def field_numbers(kind: type[Message]) -> dict[str, int]:
    """Return the numbers of the fields of a message by their names in the definition."""
    return {_camel_case(each.name): each.metadata[_NUMBER] for each in fields(kind)}


def _field(default: Content, number: int, kind: FieldDescriptorProto.Type.ValueType) -> Content:
    # What is returned stands for the default until the dataclass is made, as with ``field``.
    return field(default=default, metadata={_NUMBER: number, _TYPE: kind})


@dataclass(frozen=True)
class _Form:
    """What the library needs to know of a message."""

    names: tuple[tuple[str, str], ...]
    """The fields: as attributes, and as the definition names them."""
    library_class: type[LibraryMessage]


_FORMS: dict[type[Message], _Form] = {}
"""Those that were made already. To make one twice does no harm."""


def _form(kind: type[Message]) -> _Form:
    form = _FORMS.get(kind)
    if form is None:
        names = tuple((each.name, _camel_case(each.name)) for each in fields(kind))
        form = _FORMS[kind] = _Form(names, _library_class(kind))
    return form


def _camel_case(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _library_class(kind: type[Message]) -> type[LibraryMessage]:
    """Make the class of the library for a message, from a descriptor in a pool of its own."""
    file = FileDescriptorProto(name=f"{kind.__name__}.proto", package=PACKAGE, syntax="proto3")
    described = file.message_type.add(name=kind.__name__)
    for each in fields(kind):
        described.field.add(
            name=_camel_case(each.name),
            number=each.metadata[_NUMBER],
            type=each.metadata[_TYPE],
            label=FieldDescriptorProto.LABEL_OPTIONAL,
        )
    pool = DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{kind.__name__}"))
