"""Refusals that an adapter speaks itself, and the reading of a library's exceptions as refusals.

An adapter refuses by itself only what its library cannot be asked, because the call has no place
for it: an unknown handle, no IV where the call must have one, associated data for CBC. The native
code of such a refusal is in lower case with hyphens, which no library of ours uses.
"""

from __future__ import annotations

from collections.abc import Mapping

from kmsproof.outcome import Rejected
from kmsproof.vocabulary import RejectionClass

UNKNOWN_KEY = Rejected(
    RejectionClass.NOT_FOUND, "unknown-key", "no key has this handle, or it was destroyed"
)
NO_PUBLIC_KEY = Rejected(RejectionClass.INVALID_ARGUMENT, "no-public-key", "the key is symmetric")
WRONG_USAGE = Rejected(
    RejectionClass.WRONG_KEY_USAGE, "wrong-usage", "keys of this kind are not made for this usage"
)
MISSING_IV = Rejected(
    RejectionClass.INVALID_ARGUMENT, "missing-iv", "the IV comes from the caller, and none is given"
)
MISSING_TAG = Rejected(
    RejectionClass.INVALID_ARGUMENT,
    "missing-tag",
    "GCM decryption needs the tag, and none is given",
)
MISSING_PADDING = Rejected(
    RejectionClass.INVALID_ARGUMENT, "missing-padding", "ECB and CBC need a padding mode"
)
UNEXPECTED_PADDING = Rejected(
    RejectionClass.INVALID_ARGUMENT, "unexpected-padding", "GCM takes no padding mode"
)
UNEXPECTED_IV = Rejected(RejectionClass.INVALID_ARGUMENT, "unexpected-iv", "ECB takes no IV")
UNEXPECTED_AAD = Rejected(
    RejectionClass.INVALID_ARGUMENT,
    "unexpected-aad",
    "ECB and CBC authenticate nothing: they take neither associated data nor a tag",
)
LONG_TAG_REQUESTED = Rejected(
    RejectionClass.INVALID_ARGUMENT, "long-tag-requested", "a GCM tag has 16 bytes at most"
)
OTHER_TAG_LENGTH = Rejected(
    RejectionClass.INVALID_CIPHERTEXT,
    "other-tag-length",
    "the tag is longer than the caller relies on",
)
OTHER_USAGE = Rejected(
    RejectionClass.WRONG_KEY_USAGE, "other-usage", "the key was imported for another usage"
)
PUBLIC_PART_ONLY = Rejected(
    RejectionClass.WRONG_KEY_USAGE, "public-part-only", "only the public key was imported"
)
OTHER_PART = Rejected(
    RejectionClass.INVALID_ARGUMENT, "other-part", "the material is another part of a key"
)
OTHER_KEY_TYPE = Rejected(
    RejectionClass.INVALID_ARGUMENT, "other-key-type", "the material is a key of another type"
)
DIGEST_LENGTH = Rejected(
    RejectionClass.INVALID_ARGUMENT, "digest-length", "a SHA-256 digest has 32 bytes"
)
MISSING_DIALECT = Rejected(
    RejectionClass.INVALID_ARGUMENT, "missing-dialect", "ECIES needs a dialect"
)
UNEXPECTED_DIALECT = Rejected(
    RejectionClass.INVALID_ARGUMENT, "unexpected-dialect", "OAEP has no dialects"
)
UNEXPECTED_LABEL = Rejected(
    RejectionClass.INVALID_ARGUMENT, "unexpected-label", "ECIES takes no label"
)
UNEXPECTED_CIPHER_PARAMETER = Rejected(
    RejectionClass.INVALID_ARGUMENT,
    "unexpected-cipher-parameter",
    "a public-key algorithm takes no padding mode, no IV, no associated data and no tag",
)


class LibraryRefusals:
    """Which texts of a library's exceptions are refusals, by how they begin.

    A library raises ``ValueError`` for what it refuses and for what it trips over alike. Only the
    texts that it is known to refuse with count as refusals; a text that is not in the table, such
    as one that a later version words differently, becomes an error and never a passed test.
    """

    def __init__(self, table: Mapping[str, tuple[RejectionClass, str]]) -> None:
        """Take the beginnings of texts, each with its class and a short reason for the code."""
        self._table = tuple(table.items())

    def find(self, error: Exception) -> Rejected | None:
        """Return the refusal that an exception stands for, or nothing if it is not known as one."""
        text = str(error)
        for beginning, (rejection, reason) in self._table:
            if text.startswith(beginning):
                return Rejected(rejection, f"{type(error).__name__} ({reason})", text)
        return None
