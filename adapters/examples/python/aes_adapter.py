#!/usr/bin/env python3
"""Example adapter: lets kmsproof judge the AES of the Python package ``cryptography``.

It needs Python 3.11 and ``cryptography``, and nothing of kmsproof: the two talk through standard
input and output, in the protocol that docs/adapter-protocol.md explains. Run it with::

    kmsproof run "exec:python3 aes_adapter.py"

The file is meant to be copied. Its four parts are: what the target can do, how it says no, what it
does, and the loop. For a target of your own you change the first three and keep the loop.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Callable
from typing import Any

import cryptography
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

# A request as it comes, and the value that goes back under "ok". Both are JSON objects.
Request = dict[str, Any]
Value = dict[str, Any]

# Part 1: what the target can do -------------------------------------------------------------------

KEY_LENGTHS = {"Aliyun_AES_128": 16, "Aliyun_AES_192": 24, "Aliyun_AES_256": 32}

ON_AES_KEYS: Value = {
    "key_specs": list(KEY_LENGTHS),
    "protection_levels": ["Software-protected key"],
    "operations": ["encrypt", "decrypt"],
}
BOTH_PADDINGS = ["PKCS7_PADDING", "NO_PADDING"]

# Declare all that the target does and nothing else. What is declared is tested, and failing it is a
# failure. What works without being declared gets a warning, and counts as not covered.
DESCRIPTION: Value = {
    "protocol": 1,
    "name": "cryptography",
    "version": cryptography.__version__,
    "adapter": "example adapter in Python 1.0",
    "keys": [
        {
            "key_specs": list(KEY_LENGTHS),
            "protection_levels": ["Software-protected key"],
            "usages": ["ENCRYPT/DECRYPT"],
            "create": True,
            "importable": ["secret"],
        }
    ],
    "algorithms": [
        {**ON_AES_KEYS, "algorithm": "ECB", "paddings": BOTH_PADDINGS},
        {
            **ON_AES_KEYS,
            "algorithm": "CBC",
            "paddings": BOTH_PADDINGS,
            "iv_chosen_by": ["caller"],
            "iv_lengths": [{"minimum": 16, "maximum": 16}],
        },
        {
            **ON_AES_KEYS,
            "algorithm": "GCM",
            "iv_chosen_by": ["caller"],
            "iv_lengths": [{"minimum": 8, "maximum": 128}],
            "tag_lengths": [{"minimum": 4, "maximum": 16}],
            "aad_lengths": [{}],  # a range without bounds: every length
        },
    ],
    "window": 256,
}

# Part 2: how the target says no -------------------------------------------------------------------


class Rejection(Exception):
    """The target understood the call and refused what it was given."""

    def __init__(self, rejection: str, native_code: str, message: str = "") -> None:
        super().__init__(native_code)
        self.outcome = {"class": rejection, "native_code": native_code, "message": message}


class NotOffered(Exception):
    """The target does not do this, whatever the input."""


# The library raises ValueError both for what it refuses and for what goes wrong in the call. So
# only those texts count as refusals that it is known to refuse with. Everything else is an error:
# it passes no test, and its text says what is missing here.
WRONG_PARAMETERS = {
    "Invalid IV size": "invalid-argument",
    "initialization_vector must be between": "invalid-argument",
    "min_tag_length must be": "invalid-argument",
}
PARTIAL_BLOCK = "The length of the provided data is not a multiple of the block length"
REFUSALS = {
    "encrypt": {**WRONG_PARAMETERS, PARTIAL_BLOCK: "invalid-argument"},
    "decrypt": {
        **WRONG_PARAMETERS,
        PARTIAL_BLOCK: "invalid-ciphertext",
        "Invalid padding bytes": "invalid-ciphertext",
    },
}


def refusal_of(error: Exception, operation: str) -> Rejection | None:
    """Return the rejection that an error of the library stands for, if it is known as one."""
    native_code, text = type(error).__name__, str(error)
    if isinstance(error, InvalidTag):
        return Rejection("invalid-ciphertext", native_code, text)
    if isinstance(error, ValueError):
        for beginning, rejection in REFUSALS.get(operation, {}).items():
            if text.startswith(beginning):
                return Rejection(rejection, native_code, text)
    return None


def refuse(what: str) -> Rejection:
    """Return a refusal of the adapter's own, for a call that the library has no way to express.

    Such native codes are in lower case with hyphens, so that nobody takes them for the library's.
    """
    return Rejection("invalid-argument", what)


# Part 3: what the target does ---------------------------------------------------------------------

keys: dict[str, algorithms.AES] = {}


def describe(request: Request) -> Value:
    return DESCRIPTION


def create_key(request: Request) -> Value:
    return store(os.urandom(key_length(request)))


def import_key(request: Request) -> Value:
    length = key_length(request)
    if request["part"] != "secret":
        raise NotOffered(f"import of a {request['part']} key")
    material = bytes.fromhex(request["material"])
    if len(material) != length:
        raise refuse("key-length")
    return store(material)


def key_length(request: Request) -> int:
    """Return the length of a key that is to be made, or say that there are no such keys here."""
    key_spec = request["key_spec"]
    if key_spec not in KEY_LENGTHS:
        raise NotOffered(f"keys of {key_spec}")
    if request["protection_level"] != "Software-protected key":
        raise NotOffered(request["protection_level"])
    if request["usage"] != "ENCRYPT/DECRYPT":
        raise Rejection("wrong-key-usage", "wrong-usage")
    return KEY_LENGTHS[key_spec]


def store(material: bytes) -> Value:
    """Prepare a key once, since thousands of calls will name it by its handle.

    The handle is random, so that one of a process that crashed never names a key of the next.
    """
    handle = secrets.token_hex(8)
    keys[handle] = algorithms.AES(material)
    return {"key": handle}


def find_key(request: Request) -> algorithms.AES:
    key = keys.get(request["key"])
    if key is None:
        raise Rejection("not-found", "unknown-key")
    return key


def destroy_key(request: Request) -> Value:
    find_key(request)
    del keys[request["key"]]
    return {}


def encrypt(request: Request) -> Value:
    key = find_key(request)
    plaintext = bytes.fromhex(request["plaintext"])
    if request["algorithm"] == "GCM":
        iv, tag_length = gcm_parameters(request)
        gcm = Cipher(key, modes.GCM(iv, None, min_tag_length=tag_length)).encryptor()
        gcm.authenticate_additional_data(bytes.fromhex(request.get("aad") or ""))
        ciphertext = gcm.update(plaintext) + gcm.finalize()
        return {"ciphertext": ciphertext.hex(), "tag": gcm.tag[:tag_length].hex()}
    mode, padding = block_parameters(request)
    if padding is not None:
        padder = padding.padder()
        plaintext = padder.update(plaintext) + padder.finalize()
    context = Cipher(key, mode).encryptor()
    return {"ciphertext": (context.update(plaintext) + context.finalize()).hex()}


def decrypt(request: Request) -> Value:
    key = find_key(request)
    ciphertext = bytes.fromhex(request["ciphertext"])
    if request["algorithm"] == "GCM":
        iv, tag_length = gcm_parameters(request)
        tag = expected_tag(request, tag_length)
        gcm = Cipher(key, modes.GCM(iv, tag, min_tag_length=tag_length)).decryptor()
        gcm.authenticate_additional_data(bytes.fromhex(request.get("aad") or ""))
        return {"plaintext": (gcm.update(ciphertext) + gcm.finalize()).hex()}
    mode, padding = block_parameters(request)
    context = Cipher(key, mode).decryptor()
    plaintext = context.update(ciphertext) + context.finalize()
    if padding is not None:
        unpadder = padding.unpadder()
        plaintext = unpadder.update(plaintext) + unpadder.finalize()
    return {"plaintext": plaintext.hex()}


def gcm_parameters(request: Request) -> tuple[bytes, int]:
    """Return the IV and the tag length, which is 16 if the caller names none."""
    if request.get("padding") is not None:
        raise refuse("unexpected-padding")
    tag_length = request.get("tag_length")
    if tag_length is None:
        tag_length = 16
    if tag_length > 16:
        raise refuse("long-tag-requested")
    return given_iv(request), tag_length


def expected_tag(request: Request, tag_length: int) -> bytes:
    """Return the tag, which must have the length that the caller relies on.

    Otherwise whoever sends a ciphertext could choose how much of the tag is compared. The library
    only takes a least length and leaves the rest to its caller, and here that is the adapter.
    """
    tag = request.get("tag")
    if tag is None:
        raise refuse("missing-tag")
    if len(tag) != 2 * tag_length:
        raise Rejection("invalid-ciphertext", "other-tag-length")
    return bytes.fromhex(tag)


def block_parameters(request: Request) -> tuple[modes.ECB | modes.CBC, PKCS7 | None]:
    """Return mode of operation and padding."""
    if request["algorithm"] not in ("ECB", "CBC"):
        raise NotOffered(request["algorithm"])
    if request.get("padding") not in BOTH_PADDINGS:
        raise refuse("missing-padding")
    if any(request.get(name) is not None for name in ("aad", "tag", "tag_length")):
        raise refuse("unexpected-aad")
    padding = PKCS7(128) if request["padding"] == "PKCS7_PADDING" else None
    if request["algorithm"] == "CBC":
        return modes.CBC(given_iv(request)), padding
    if request.get("iv") is not None:
        raise refuse("unexpected-iv")
    return modes.ECB(), padding


def given_iv(request: Request) -> bytes:
    """Return the IV of the request; this library never chooses one by itself."""
    iv = request.get("iv")
    if iv is None:
        raise refuse("missing-iv")
    return bytes.fromhex(iv)


def close(request: Request) -> Value:
    keys.clear()
    return {}


# Part 4: the loop ---------------------------------------------------------------------------------

OPERATIONS: dict[str, Callable[[Request], Value]] = {
    function.__name__: function
    for function in (describe, create_key, import_key, encrypt, decrypt, destroy_key, close)
}
encode = json.JSONEncoder(separators=(",", ":")).encode


def answer(request: Request) -> str:
    """Do what a request asks and return the line to answer: its id and one of four outcomes."""
    number = request["id"]
    try:
        operation = OPERATIONS.get(request["op"])
        if operation is None:
            raise NotOffered(request["op"])
        return encode({"id": number, "ok": operation(request)})
    except Rejection as rejection:
        return encode({"id": number, "rejected": rejection.outcome})
    except NotOffered as missing:
        return encode({"id": number, "unsupported": {"what": str(missing)}})
    except Exception as error:
        known = refusal_of(error, request.get("op", ""))
        if known is not None:
            return encode({"id": number, "rejected": known.outcome})
        # Whatever else happens is no answer to the question. Say so, and go on.
        text = f"{type(error).__name__}: {error}"
        return encode({"id": number, "error": {"kind": "internal", "message": text}})


def read_request(line: bytes) -> Request:
    """Decode a line; one that bears no id cannot be answered, so it ends the adapter."""
    try:
        request: Request = json.loads(line)
        request["id"]
    except (ValueError, TypeError, KeyError):
        sys.exit(f"aes_adapter: this is no request: {line[:200]!r}")
    return request


def main() -> None:
    # Whatever a library prints to standard output would garble the protocol. So the adapter keeps
    # a copy of standard output for itself, and turns the original into standard error.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    rest = b""
    while chunk := os.read(0, 1 << 16):
        # Many requests arrive together. Answer all of them, then write and flush once.
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            request = read_request(line)
            answers.write(answer(request).encode() + b"\n")
            if request.get("op") == "close":
                answers.flush()
                return
        answers.flush()


if __name__ == "__main__":
    main()
