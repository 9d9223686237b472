"""PEM: the textual form of keys, which is base64 between two lines that name what is in it.

Standard:  RFC 7468, edition of April 2015.
Sections:  2 and 3 (general and strict grammar), 10 (PRIVATE KEY), 13 (PUBLIC KEY).
Page:      https://www.rfc-editor.org/rfc/rfc7468
Left out:  the lax grammar: text before the first line, white space, lines of other lengths; and
           the headers of RFC 1421 that older files have.

What is written is the strict form, and nothing else is read, except that a line may end in any of
the three ways of the grammar.
"""

from __future__ import annotations

import base64
import binascii

from kmsproof_reference.errors import InvalidArgument, MalformedDer

PRIVATE_KEY = "PRIVATE KEY"
"""The label of PKCS #8 (RFC 7468 §10)."""

PUBLIC_KEY = "PUBLIC KEY"
"""The label of SubjectPublicKeyInfo (RFC 7468 §13)."""

LINE_LENGTH = 64
"""Characters of base64 on each line but the last (RFC 7468 §2)."""


def encode_pem(label: str, der: bytes) -> str:
    """The text of a DER encoding, with its boundary lines (RFC 7468 §3, stricttextualmsg).

    Raises `InvalidArgument` when there is nothing to encode.
    """
    if not der:
        raise InvalidArgument("a textual encoding holds one octet or more (RFC 7468 §3)")
    text = base64.b64encode(der).decode("ascii")
    lines = [text[start : start + LINE_LENGTH] for start in range(0, len(text), LINE_LENGTH)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def decode_pem(text: str, label: str) -> bytes:
    """The DER encoding in a text with this label; whether it is DER is not looked at.

    Raises `MalformedDer` for anything but the strict form (RFC 7468 §3).
    """
    # eol = CRLF / CR / LF.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        der = base64.b64decode("".join(text.split("\n")[1:-2]), validate=True)
    except (binascii.Error, ValueError):
        der = b""
    # There is one strict form of every encoding, so that to write it again is the whole check.
    if not der or encode_pem(label, der) != text:
        raise MalformedDer(f"the text is not the strict PEM of a {label} (RFC 7468 §3)")
    return der
