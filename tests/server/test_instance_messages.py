"""The messages of the instance API as bytes."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_server.instance.messages import (
    OPERATION_MESSAGES,
    EncryptRequest,
    EncryptResponse,
    Error,
    GenerateDataKeyRequest,
    VerifyResponse,
)
from kmsproof_server.instance.protobuf import (
    MalformedMessage,
    Message,
    decode,
    encode,
    field_numbers,
)

CONTENTS: dict[type[object], st.SearchStrategy[object]] = {
    str: st.text(),
    bytes: st.binary(),
    int: st.integers(-(2**31), 2**31 - 1),
    bool: st.booleans(),
}


@st.composite
def messages(draw: st.DrawFn) -> Message:
    kind = draw(st.sampled_from((*OPERATION_MESSAGES, Error)))
    values: dict[str, Any] = {
        each.name: draw(CONTENTS[type(each.default)]) for each in fields(kind)
    }
    message: Message = kind(**values)
    return message


@given(messages())
def test_what_is_encoded_is_decoded(message: Message) -> None:
    encoded = encode(message)
    assert decode(type(message), encoded) == message
    assert encode(decode(type(message), encoded)) == encoded


@pytest.mark.parametrize(
    ("message", "encoded"),
    [
        (EncryptRequest(), ""),
        (EncryptRequest(key_id="ab", plaintext=b"\xff"), "0a0261621201ff"),
        (EncryptRequest(padding_mode="é"), "3202c3a9"),
        (GenerateDataKeyRequest(number_of_bytes=300), "18ac02"),
        (VerifyResponse(value=True), "1001"),
        (Error(status_code=-1, request_id="r"), "08ffffffffffffffffff01220172"),
    ],
)
def test_the_encoding_of_the_standard(message: Message, encoded: str) -> None:
    assert encode(message).hex() == encoded
    assert decode(type(message), bytes.fromhex(encoded)) == message


@pytest.mark.parametrize(
    "encoded",
    [
        "0a05",  # a field that ends too early
        "0a",
        "ff",
        "0aff",
        "0a02fffe",  # a text that is no UTF-8
        "0a01ff",
        "07",  # a kind of field that there is not
        "00",  # field number 0
        "0b",  # a group without end
        "0affffffff7f",
    ],
)
def test_bytes_that_are_no_message(encoded: str) -> None:
    with pytest.raises(MalformedMessage):
        decode(EncryptRequest, bytes.fromhex(encoded))


@given(st.binary())
def test_any_bytes_are_a_message_or_malformed(encoded: bytes) -> None:
    for kind in (EncryptRequest, GenerateDataKeyRequest, Error):
        try:
            message = decode(kind, encoded)
        except MalformedMessage:
            continue
        assert decode(kind, encode(message)) == message


def test_fields_that_a_message_does_not_have_are_passed_over() -> None:
    more = bytes.fromhex("0a0161") + bytes.fromhex("fa0103616263") + bytes.fromhex("f80101")
    assert decode(EncryptRequest, more) == EncryptRequest(key_id="a")


def test_the_last_of_two_counts() -> None:
    assert decode(EncryptRequest, bytes.fromhex("0a01610a0162")) == EncryptRequest(key_id="b")


def test_a_message_does_not_show_what_it_holds() -> None:
    assert "hidden" not in repr(EncryptRequest(plaintext=b"hidden", key_id="hidden"))


def test_the_names_are_those_of_the_definition() -> None:
    assert field_numbers(EncryptResponse) == {
        "KeyId": 1,
        "CiphertextBlob": 2,
        "Iv": 3,
        "RequestId": 4,
        "Algorithm": 5,
        "PaddingMode": 6,
    }
    for kind in OPERATION_MESSAGES:
        numbers = field_numbers(kind).values()
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
