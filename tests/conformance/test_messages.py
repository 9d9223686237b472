"""The messages between suite and target: complete, strict, and as the document shows them."""

from __future__ import annotations

import inspect
from typing import get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof.messages import (
    ANSWERS,
    DEFAULT_DEADLINE_MS,
    AnyRequest,
    Decrypt,
    Describe,
    Encrypt,
    Request,
    Response,
    operation_name,
)
from kmsproof.outcome import Error, ErrorKind, Rejected, Unsupported, Value
from kmsproof.target import BaseTarget, Target
from kmsproof.vocabulary import Algorithm, HexBytes, RejectionClass
from kmsproof_testing.protocol import REQUEST_TYPES, REQUESTS, VALUES
from kmsproof_vectors.encoding import json_decoder, json_encoder

encode = json_encoder().encode
decode_request = json_decoder(AnyRequest).decode  # type: ignore[arg-type, var-annotated]  # msgspec takes unions
decode_response = json_decoder(Response).decode


def test_there_is_a_sample_of_every_request_and_value() -> None:
    assert [type(request) for request in REQUESTS] == list(REQUEST_TYPES)
    assert {type(value) for value in VALUES} == set(ANSWERS.values())


def test_every_request_has_an_answer() -> None:
    assert list(ANSWERS) == list(REQUEST_TYPES)


@pytest.mark.parametrize("kind", REQUEST_TYPES, ids=operation_name)
def test_every_request_has_its_method_in_the_target_contract(kind: type[Request]) -> None:
    method = getattr(Target, operation_name(kind))
    hints = get_type_hints(method)
    assert hints["request"] is kind
    ok, *others = get_args(hints["return"])
    assert get_args(ok) == (ANSWERS[kind],)
    assert others == [Rejected, Unsupported, Error]


def test_target_has_no_method_without_a_request() -> None:
    methods = {name for name, _ in inspect.getmembers(Target, inspect.isfunction) if name[0] != "_"}
    assert methods == {operation_name(kind) for kind in REQUEST_TYPES}


@pytest.mark.parametrize(
    "request_", [r for r in REQUESTS if hasattr(BaseTarget, operation_name(type(r)))], ids=repr
)
def test_base_target_answers_unsupported(request_: Request) -> None:
    name = operation_name(type(request_))
    assert getattr(BaseTarget(), name)(request_) == Unsupported(name)


@pytest.mark.parametrize("request_", REQUESTS, ids=repr)
def test_requests_survive_the_wire(request_: Request) -> None:
    line = encode(request_)
    assert b"\n" not in line
    assert decode_request(line) == request_


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_survive_the_wire(value: Value) -> None:
    response = decode_response(encode({"id": 1, "ok": value}))
    assert isinstance(response.ok, msgspec.Raw)
    assert json_decoder(type(value)).decode(response.ok) == value


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("rejected", Rejected(RejectionClass.KEY_STATE, "CKR_X", "no")),
        ("unsupported", Unsupported("sign")),
        ("error", Error(ErrorKind.THROTTLED, "503")),
    ],
)
def test_other_outcomes_survive_the_wire(
    name: str, outcome: Rejected | Unsupported | Error
) -> None:
    response = decode_response(encode({"id": 1, name: outcome}))
    assert getattr(response, name) == outcome
    assert response.ok is msgspec.UNSET


def test_a_rejection_calls_its_class_class() -> None:
    rejected = Rejected(RejectionClass.NOT_FOUND, "NoSuchKey")
    assert encode(rejected) == b'{"class":"not-found","native_code":"NoSuchKey","message":""}'


def test_the_first_request_always_carries_id_and_protocol_version() -> None:
    assert encode(Describe()) == (
        b'{"op":"describe","id":0,"deadline_ms":%d,"protocol":1}' % DEFAULT_DEADLINE_MS
    )


def test_what_is_not_given_is_not_sent() -> None:
    request = Encrypt(id=7, key="k1", algorithm=Algorithm.ECB, plaintext=HexBytes(b"\xab"))
    assert encode(request) == (
        b'{"op":"encrypt","id":7,"key":"k1","algorithm":"ECB","plaintext":"ab"}'
    )


def test_an_empty_byte_string_is_sent() -> None:
    request = Decrypt(
        id=7, key="k1", algorithm=Algorithm.GCM, ciphertext=HexBytes(), aad=HexBytes()
    )
    assert b'"ciphertext":"","aad":""' in encode(request)
    assert decode_request(encode(request)) == request


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b'{"op":"describe","id":1,"more":2}', "unknown field `more`"),
        (b'{"op":"descend","id":1}', "Invalid value 'descend'"),
        (b'{"id":1}', "missing required field `op`"),
        (b'{"op":"describe_key","id":1}', "missing required field `key`"),
        (b'{"op":"describe","id":"1"}', "Expected `int`, got `str`"),
        (b'{"op":"describe","id":1.0}', "Expected `int`, got `float`"),
        (b'{"op":"describe","id":true}', "Expected `int`, got `bool`"),
        (b'{"op":"sign","id":1,"key":"k","algorithm":"GCM","message":"AB"}', "lower-case hex"),
        (b'{"op":"sign","id":1,"key":"k","algorithm":"GCM","message":"a"}', "two digits"),
        (b'{"op":"sign","id":1,"key":"k","algorithm":"GCM","message":"a b"}', "two digits"),
        (b'{"op":"sign","id":1,"key":"k","algorithm":"GCM","message":"ab cd"}', "without spaces"),
        (b'{"op":"sign","id":1,"key":"k","algorithm":"gcm","message":""}', "Invalid enum value"),
    ],
)
def test_decoding_is_strict(line: bytes, complaint: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=complaint):
        decode_request(line)


@given(st.binary(max_size=64))
def test_every_byte_string_survives_the_wire(octets: bytes) -> None:
    request = Encrypt(id=1, key="k", algorithm=Algorithm.ECB, plaintext=HexBytes(octets))
    assert octets.hex().encode() in encode(request)
    assert decode_request(encode(request)) == request
