"""The client key: the RSA key with which requests to a KMS instance are signed.

Standard:  RFC 7292 (PKCS #12); RFC 8017 §8.2 for the signature.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

from kmsproof.errors import UsageError

SIGNED_PREFIX = "x-kms-"
"""How the headers begin that are all signed."""


@dataclass(frozen=True)
class ClientKey:
    """A client key, opened."""

    id: str
    private_key: RSAPrivateKey

    def authorization(self, headers: Mapping[str, str]) -> str:
        """Return the header that authorizes a request with these headers, in lower case."""
        return f"Bearer {base64.b64encode(self._signature(headers)).decode('ascii')}"

    def _signature(self, headers: Mapping[str, str]) -> bytes:
        signed = [f"{name}:{headers[name]}" for name in sorted(headers) if _is_signed(name)]
        names = ("content-sha256", "content-type", "date")
        lines = ["POST", *(headers[name] for name in names), *signed, "/"]
        return self.private_key.sign("\n".join(lines).encode("ascii"), PKCS1v15(), SHA256())


def _is_signed(name: str) -> bool:
    return name.startswith(SIGNED_PREFIX)


def read_client_key(path: Path, password: str) -> ClientKey:
    """Read a client key file: JSON with the id of the key and the key as PKCS #12.

    Raises:
        UsageError: if it is not there, is none, or the password does not open it.
    """
    try:
        fields = json.loads(path.read_bytes())
        key_id, store = fields["KeyId"], base64.b64decode(fields["PrivateKeyData"], validate=True)
        private_key, *_ = load_key_and_certificates(store, password.encode())
    except OSError as error:
        raise UsageError(
            f"The client key file {path} cannot be read ({error.strerror}).",
            "Give the path of the file that came with the client key.",
        ) from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(
            f"The file {path} holds no client key that the password opens.",
            "Give the file and the password that came with the client key, both as they are.",
        ) from None
    if not isinstance(private_key, RSAPrivateKey) or not isinstance(key_id, str):
        raise UsageError(
            f"The client key in {path} is no RSA key with an id.",
            "Make a new client key for the instance.",
        )
    return ClientKey(key_id, private_key)
