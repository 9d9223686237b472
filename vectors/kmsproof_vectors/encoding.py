"""Byte strings as lower-case hex in JSON: one type and one codec for corpus, messages and logs."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

HEX_PATTERN = "^([0-9a-f]{2})*$"
"""What a byte string looks like in every JSON file and message of the project."""


class HexBytes(bytes):
    """A byte string that JSON carries as lower-case hex, two digits to the byte."""

    __slots__ = ()


def encode_value(value: object) -> str:
    """Encode a byte string as lower-case hex (hook for msgspec encoders).

    Raises:
        TypeError: if the value is of a type that no message or file of ours carries.
    """
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"a value of type {type(value).__name__} cannot be written to JSON")


def decode_value(kind: type, value: object) -> object:
    """Decode lower-case hex into a byte string (hook for msgspec decoders).

    Raises:
        ValueError: if the text is not lower-case hex with two digits to the byte.
        TypeError: if the value is no text, or the type is not one of ours.
    """
    if kind is not HexBytes:
        raise TypeError(f"no decoder for {kind.__name__}")
    if not isinstance(value, str):
        raise TypeError("expected lower-case hex in a string")
    try:
        decoded = HexBytes.fromhex(value)
    except ValueError:
        raise ValueError("expected lower-case hex, two digits to the byte") from None
    if decoded.hex() != value:
        raise ValueError("expected lower-case hex without spaces")
    return decoded


def schema_of_value(kind: type) -> dict[str, Any]:
    """Return the JSON Schema of a byte string (hook for the schema generator)."""
    if kind is not HexBytes:
        raise TypeError(f"no schema for {kind.__name__}")
    return {"type": "string", "pattern": HEX_PATTERN}


def json_encoder() -> msgspec.json.Encoder:
    """Return an encoder for any of our types."""
    return msgspec.json.Encoder(enc_hook=encode_value)


def json_decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """Return a strict decoder for one of our types; it raises ``msgspec.ValidationError``."""
    return msgspec.json.Decoder(kind, dec_hook=decode_value)
