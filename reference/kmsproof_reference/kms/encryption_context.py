"""The encryption context: a map that GCM authenticates and that no ciphertext holds.

Source:    Alibaba Cloud KMS, "EncryptionContext"; the client library that decrypts blobs elsewhere.

Two contexts are the same if they are the same map, in whatever order. The associated data of one
is the SHA-256 hash of ``name=value&name=value`` with its names sorted, in lower-case hexadecimal
digits. Where a name or a value holds one of the separators that form would stand for several maps:
then canonical JSON is hashed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from kmsproof_reference.kms.errors import InvalidParameter

SEPARATORS = frozenset("&=\0")

NAME = "EncryptionContext"
"""The parameter."""


class EncryptionContext:
    """What becomes of a context."""

    def associated_data(self, context: Mapping[str, str]) -> bytes:
        """The associated data of a context, 64 bytes; none of an empty one.

        Raises `InvalidParameter` for what is no text, such as half of a surrogate pair.
        """
        if not context:
            return b""
        try:
            return hashlib.sha256(self.canonical(context).encode()).hexdigest().encode()
        except UnicodeEncodeError:
            raise InvalidParameter(NAME) from None

    def canonical(self, context: Mapping[str, str]) -> str:
        """The one text of a map."""
        if any(SEPARATORS & set(name + value) for name, value in context.items()):
            return "\0" + json.dumps(dict(context), sort_keys=True, separators=(",", ":"))
        return "&".join(f"{name}={value}" for name, value in self.ordered(context))

    def ordered(self, context: Mapping[str, str]) -> list[tuple[str, str]]:
        """The names with their values, in an order that depends on nothing but the map."""
        return sorted(context.items())
