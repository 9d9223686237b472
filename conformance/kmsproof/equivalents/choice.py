"""Which tool repeats a vector on a target: the target's own where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kmsproof.catalogue import Found
from kmsproof.equivalents.aliyun import aliyun_lines
from kmsproof.equivalents.call import REFUSED, VERIFIED, Call, call_of, call_of_request
from kmsproof.equivalents.openssl import openssl_lines
from kmsproof.equivalents.pkcs11_tool import pkcs11_tool_lines
from kmsproof.equivalents.python import python_lines
from kmsproof.messages import OnKey, Request
from kmsproof.text import printable, shortened
from kmsproof.vocabulary import KeySpec

LONGEST = 8192
"""Bytes of input and signature that are printed; more does not go through a terminal."""

_SHOWN = 400


def equivalents_of_vector(found: Found, target: str) -> Iterator[str]:
    """Yield how a vector that brings its key is repeated by hand."""
    call = call_of(found)
    if call is None:
        yield "by hand: a chain of thousands of calls, for which there is no one command"
        return
    if len(call.data) + len(call.signature) + len(call.aad) > LONGEST:
        yield f"by hand: the input is too long to be printed; {found.test.id} in the corpus has it"
        return
    word = target.partition(":")[0]
    made: list[str] = []
    if word == "pkcs11":
        made += _told("pkcs11-tool", pkcs11_tool_lines(call, target))
    openssl = openssl_lines(call)
    if word == "cryptography" or isinstance(openssl, str):
        python = python_lines(call)
        if isinstance(python, str) and word != "cryptography":
            made += _told("openssl", openssl)
        made += _told("the Python package cryptography", python)
    else:
        made += _told("openssl", openssl)
    yield from made
    yield f"right:  {_right(call)}"


def _right(call: Call) -> str:
    if call.right == REFUSED:
        return "it ends with an error, or says that the signature is wrong"
    if call.right == VERIFIED:
        return "it says that the signature is right"
    if call.right is None:
        return "it prints something else each time, which the other side takes back to the input"
    return f"it prints {shortened(call.right, _SHOWN) or 'nothing, since the answer is empty'}"


def equivalents_of_requests(
    requests: Sequence[Request], key_spec: KeySpec, target: str
) -> Iterator[str]:
    """Yield how the last use of a key that the target has made is repeated by hand."""
    word = target.partition(":")[0]
    uses = ((each, call_of_request(each, key_spec)) for each in reversed(requests))
    request, call = next(((each, call) for each, call in uses if call), (None, None))
    if call is None or not isinstance(request, OnKey):
        return
    if word != "aliyun":
        yield "by hand: the key was made in the target for this replay, and is gone with it"
        return
    lines = aliyun_lines(call, target, request.key)
    yield from _told("the Python package alibabacloud-kms20160120", lines)


def _told(tool: str, lines: list[str] | str) -> Iterator[str]:
    if isinstance(lines, str):
        yield f"with {tool}: not possible, {printable(lines)}"
        return
    yield f"with {tool}:"
    yield from (f"    {printable(line)}" for line in lines)
