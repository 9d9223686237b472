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
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import cryptography
from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

# A request as it comes, and the value that goes back under "ok". Both are JSON objects.
Request = dict[str, Any]
Value = dict[str, Any]

# Part 1: what the target can do -------------------------------------------------------------------

KEY_LENGTHS = {"Aliyun_AES_128": 16, "Aliyun_AES_192": 24, "Aliyun_AES_256": 32}
TAG_LENGTHS = (4, 8, 12, 13, 14, 15, 16)  # SP 800-38D §5.2.1.2, in bytes

ON_AES_KEYS: Value = {
    "key_specs": list(KEY_LENGTHS),
    "protection_levels": ["Software-protected key"],
    "operations": ["encrypt", "decrypt"],
}
ANY_LENGTH: Value = {}
WHOLE_BLOCKS: Value = {"step": 16}

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
        {**ON_AES_KEYS, "algorithm": "ECB", "paddings": ["PKCS7_PADDING"]},
        {
            **ON_AES_KEYS,
            "algorithm": "ECB",
            "paddings": ["NO_PADDING"],
            "plaintext_lengths": [WHOLE_BLOCKS],
        },
        {
            **ON_AES_KEYS,
            "algorithm": "CBC",
            "paddings": ["PKCS7_PADDING"],
            "iv_chosen_by": ["caller"],
            "iv_lengths": [{"minimum": 16, "maximum": 16}],
        },
        {
            **ON_AES_KEYS,
            "algorithm": "CBC",
            "paddings": ["NO_PADDING"],
            "plaintext_lengths": [WHOLE_BLOCKS],
            "iv_chosen_by": ["caller"],
            "iv_lengths": [{"minimum": 16, "maximum": 16}],
        },
        {
            **ON_AES_KEYS,
            "algorithm": "GCM",
            "iv_chosen_by": ["caller"],
            "iv_lengths": [{"minimum": 8, "maximum": 128}],
            "tag_lengths": [{"minimum": n, "maximum": n} for n in TAG_LENGTHS],
            "aad_lengths": [ANY_LENGTH],
        },
    ],
    "window": 256,
}

# Part 2: how the target says no -------------------------------------------------------------------


class Rejection(Exception):
    """The target understood the call and refused what it was given."""

    def __init__(self, rejection: str, native_code: str, message: str) -> None:
        super().__init__(message)
        self.outcome = {"class": rejection, "native_code": native_code, "message": message}


class NotOffered(Exception):
    """The target does not do this, whatever the input."""


def reject(rejection: str, error: Exception) -> NoReturn:
    """Report a refusal of the library's: its class of error is its native code."""
    raise Rejection(rejection, type(error).__name__, str(error)) from None


def refuse(what: str) -> NoReturn:
    """Refuse a call that the library's interface has no way to express."""
    raise Rejection("invalid-argument", f"adapter:{what}", "")


# Part 3: what the target does ---------------------------------------------------------------------

keys: dict[str, algorithms.AES] = {}
number_of_keys = 0


def describe(request: Request) -> Value:
    return DESCRIPTION


def create_key(request: Request) -> Value:
    return store(request, os.urandom(KEY_LENGTHS[offered(request)]))


def import_key(request: Request) -> Value:
    key_spec = offered(request)
    if request["part"] != "secret":
        raise NotOffered(f"import of a {request['part']} key")
    material = bytes.fromhex(request["material"])
    if len(material) != KEY_LENGTHS[key_spec]:
        refuse("key-length")
    return store(request, material)


def offered(request: Request) -> str:
    """Return the key spec of a key to be made, or say that there are no such keys here."""
    key_spec: str = request["key_spec"]
    if key_spec not in KEY_LENGTHS:
        raise NotOffered(f"keys of {key_spec}")
    if request["protection_level"] != "Software-protected key":
        raise NotOffered(request["protection_level"])
    if request["usage"] != "ENCRYPT/DECRYPT":
        raise NotOffered(f"{request['usage']} with {key_spec}")
    return key_spec


def store(request: Request, material: bytes) -> Value:
    """Prepare a key once: thousands of calls will use it by its handle."""
    global number_of_keys
    number_of_keys += 1
    handle = f"key-{number_of_keys}"
    keys[handle] = algorithms.AES(material)
    return {"key": handle}


def destroy_key(request: Request) -> Value:
    find_key(request)
    del keys[request["key"]]
    return {}


def find_key(request: Request) -> algorithms.AES:
    key = keys.get(request["key"])
    if key is None:
        raise Rejection("not-found", "adapter:unknown-key", "")
    return key


def encrypt(request: Request) -> Value:
    key = find_key(request)
    plaintext = bytes.fromhex(request["plaintext"])
    if request["algorithm"] == "GCM":
        return encrypt_gcm(key, plaintext, request)
    pad, mode = padding(request), block_mode(request)
    # Only the calls into the library stand inside "try". An error of the adapter's own, such as a
    # field that is missing, must never look like a refusal of the target's.
    try:
        context = Cipher(key, mode).encryptor()
        if pad is not None:
            padder = pad.padder()
            plaintext = padder.update(plaintext) + padder.finalize()
        ciphertext = context.update(plaintext) + context.finalize()
    except ValueError as error:  # IV of a wrong length, or no whole number of blocks
        reject("invalid-argument", error)
    return {"ciphertext": ciphertext.hex()}


def decrypt(request: Request) -> Value:
    key = find_key(request)
    ciphertext = bytes.fromhex(request["ciphertext"])
    if request["algorithm"] == "GCM":
        return decrypt_gcm(key, ciphertext, request)
    pad, mode = padding(request), block_mode(request)
    try:
        context = Cipher(key, mode).decryptor()
    except ValueError as error:  # IV of a wrong length
        reject("invalid-argument", error)
    try:
        plaintext = context.update(ciphertext) + context.finalize()
        if pad is not None:
            unpadder = pad.unpadder()
            plaintext = unpadder.update(plaintext) + unpadder.finalize()
    except ValueError as error:  # no whole number of blocks, or bad padding
        reject("invalid-ciphertext", error)
    return {"plaintext": plaintext.hex()}


def encrypt_gcm(key: algorithms.AES, plaintext: bytes, request: Request) -> Value:
    iv, aad, tag_length = gcm_parameters(request)
    try:
        context = Cipher(key, modes.GCM(iv)).encryptor()
    except ValueError as error:  # IV of a length that the library does not take
        reject("invalid-argument", error)
    context.authenticate_additional_data(aad)
    ciphertext = context.update(plaintext) + context.finalize()
    return {"ciphertext": ciphertext.hex(), "tag": context.tag[:tag_length].hex()}


def decrypt_gcm(key: algorithms.AES, ciphertext: bytes, request: Request) -> Value:
    iv, aad, tag_length = gcm_parameters(request)
    tag = bytes.fromhex(request.get("tag") or "")
    # The caller of the library has to fix the tag length, or else whoever sends a ciphertext
    # chooses how much of the tag is compared. Here the adapter is that caller.
    if len(tag) != tag_length:
        reject("invalid-ciphertext", InvalidTag())
    try:
        context = Cipher(key, modes.GCM(iv, tag, min_tag_length=tag_length)).decryptor()
    except ValueError as error:  # IV of a length that the library does not take
        reject("invalid-argument", error)
    context.authenticate_additional_data(aad)
    try:
        plaintext = context.update(ciphertext) + context.finalize()
    except InvalidTag as error:
        reject("invalid-ciphertext", error)
    return {"plaintext": plaintext.hex()}


def gcm_parameters(request: Request) -> tuple[bytes, bytes, int]:
    """Return IV, AAD and tag length; the library has no name for some wrong ones."""
    if request.get("padding") is not None:
        refuse("padding-with-gcm")
    tag_length = request.get("tag_length") or 16
    if tag_length not in TAG_LENGTHS:
        refuse("tag-length")
    return given_iv(request), bytes.fromhex(request.get("aad") or ""), tag_length


def block_mode(request: Request) -> modes.ECB | modes.CBC:
    """Return the mode of operation; an IV of a wrong length is found out when it is used."""
    if request["algorithm"] == "CBC":
        return modes.CBC(given_iv(request))
    if request["algorithm"] != "ECB":
        raise NotOffered(request["algorithm"])
    if request.get("iv") is not None:
        refuse("iv-with-ecb")
    return modes.ECB()


def given_iv(request: Request) -> bytes:
    iv = request.get("iv")
    if iv is None:
        refuse("iv-missing")  # the library never chooses one
    return bytes.fromhex(iv)


PADDINGS = {"PKCS7_PADDING": PKCS7(128), "NO_PADDING": None}


def padding(request: Request) -> PKCS7 | None:
    name = request.get("padding")
    if name not in PADDINGS:
        refuse("padding-missing")
    return PADDINGS[name]


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
    """Do what a request asks and return the answer: a line with exactly one of four outcomes."""
    number = request["id"]
    try:
        operation = OPERATIONS.get(request["op"])
        if operation is None:
            raise NotOffered(request["op"])
        return encode({"id": number, "ok": operation(request)})
    except Rejection as rejection:
        return encode({"id": number, "rejected": rejection.outcome})
    except (NotOffered, UnsupportedAlgorithm) as missing:
        return encode({"id": number, "unsupported": {"what": str(missing)}})
    except Exception as error:
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
