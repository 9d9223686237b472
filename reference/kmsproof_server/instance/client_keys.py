"""Client keys: the RSA keys with which callers of the instance API sign, and their files.

Standard:  RFC 7292 (PKCS #12), as the official SDK reads it.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

MODULUS_BITS = 2048
PUBLIC_EXPONENT = 65537

TEST_KEY_ID = "KAAP.kmsproof-test-client-key"
"""The id of the client key that comes with the server."""

CLIENT_KEY_FILE = "kmsproof-test-client-key.json"
"""How its file is named unless somebody says otherwise."""


@dataclass(frozen=True)
class ClientKey:
    """A client key as the server knows it."""

    id: str
    public_key: RSAPublicKey
    permitted: bool = True
    """One without permission is answered with Forbidden.NoPermission."""


ClientKeys = Mapping[str, ClientKey]
"""Client keys by their ids."""


@dataclass(frozen=True)
class ClientKeyFile:
    """Where a client key is, and what opens it."""

    path: Path
    password: str = field(repr=False)


def new_private_key() -> RSAPrivateKey:
    """Return a new key of 2048 bits."""
    return generate_private_key(PUBLIC_EXPONENT, MODULUS_BITS)


def client_key_document(key_id: str, private_key: RSAPrivateKey, password: str) -> str:
    """Return the content of a client key file: JSON that holds the key as PKCS #12."""
    store = serialize_key_and_certificates(
        None, private_key, None, None, BestAvailableEncryption(password.encode())
    )
    fields = {"KeyId": key_id, "PrivateKeyData": base64.b64encode(store).decode("ascii")}
    return json.dumps(fields)


def write_client_key(file: ClientKeyFile, key_id: str = TEST_KEY_ID) -> ClientKey:
    """Make a client key and write its file, readable for its owner only.

    A file that is there is replaced. Raises `OSError` when it cannot be written.
    """
    private_key = new_private_key()
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.unlink(missing_ok=True)
    descriptor = os.open(file.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="ascii") as opened:
        opened.write(client_key_document(key_id, private_key, file.password))
    return ClientKey(key_id, private_key.public_key())
