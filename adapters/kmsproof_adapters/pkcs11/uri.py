"""RFC 7512: the URI that names a PKCS#11 token, its module and where its PIN is.

Read strictly: what is not understood is refused, since a part that is passed over could have been
what the user cared about. No message shows a value of the query but the module's path and the PIN
file's, because a PIN may stand anywhere in a URI that is written wrongly.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote_to_bytes

from kmsproof.errors import UsageError
from kmsproof.text import printable, shortened

PIN_VARIABLE = "KMSPROOF_PKCS11_PIN"
"""Environment variable with the PIN, for a URI that does not say where it is."""

TOKEN_ATTRIBUTES = (
    "token",
    "manufacturer",
    "serial",
    "model",
    "slot-id",
    "slot-description",
    "slot-manufacturer",
)
"""The attributes of the path that choose a token (RFC 7512 §2.3)."""

LIBRARY_PARAMETERS = "x-library-parameters"
"""What the module is handed when it is initialised; a vendor attribute, as RFC 7512 §2.3 allows."""

QUERY_ATTRIBUTES = ("module-path", "pin-source", "pin-value", LIBRARY_PARAMETERS)
"""The attributes of the query that are understood (RFC 7512 §2.3, but for our own one)."""

EXAMPLE = "pkcs11:token=LABEL?module-path=/path/to/module.so&pin-source=file:/path/to/pin"

_UNREADABLE_REMEDY = f"Write it like this: {EXAMPLE} (RFC 7512)."

# RFC 7512 §2.3: pk11-pchar and pk11-qchar.
_ALLOWED = r"A-Za-z0-9\-._~:\[\]@!$'()*+,="
_PATH_VALUE = re.compile(rf"(?:[{_ALLOWED}&]|%[0-9A-Fa-f]{{2}})*")
_QUERY_VALUE = re.compile(rf"(?:[{_ALLOWED}/?|]|%[0-9A-Fa-f]{{2}})*")


@dataclass(frozen=True)
class TokenUri:
    """A token, its module and its PIN."""

    module_path: Path
    attributes: Mapping[str, str]
    """What the token must have, by the names of RFC 7512; empty for whatever token there is."""
    pin: str | None = field(default=None, repr=False)
    library_parameters: bytes | None = field(default=None, repr=False)
    """The string that C_Initialize gets, for a module that wants one; without a final NUL."""


def parse_uri(text: str) -> TokenUri:
    """Read what follows ``pkcs11:`` in the name of a target, and the PIN where it says.

    Raises:
        UsageError: if it is not such a URI, names no module, or the PIN cannot be read.
    """
    path, _, query = text.partition("?")
    attributes = _attributes(path, ";", _PATH_VALUE, TOKEN_ATTRIBUTES, "path")
    options = _attributes(query, "&", _QUERY_VALUE, QUERY_ATTRIBUTES, "query")
    module_path = options.get("module-path")
    if not module_path:
        raise UsageError("The PKCS#11 URI names no module.", f"Add module-path: {EXAMPLE}")
    return TokenUri(
        Path(os.path.abspath(module_path)), attributes, _pin(options), _library_parameters(options)
    )


def _attributes(
    text: str, separator: str, value_form: re.Pattern[str], known: tuple[str, ...], part: str
) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, attribute in enumerate(text.split(separator), 1) if text else ():
        name, equals, value = attribute.partition("=")
        if not equals or name not in known:
            _refuse_attribute(name, equals, number, part, known)
        if name in found:
            raise UsageError(f"The PKCS#11 URI has {name} twice.", "Leave one of them out.")
        if not value_form.fullmatch(value):
            raise UsageError(
                f"The value of {name} in the PKCS#11 URI holds a character that may not stand "
                "there as it is.",
                "Write it as % and two hexadecimal digits: %20 for a blank, %3B for a semicolon.",
            )
        found[name] = _decoded(name, value)
    return found


def _refuse_attribute(
    name: str, equals: str, number: int, part: str, known: tuple[str, ...]
) -> NoReturn:
    """Refuse a part that is no attribute, or one that is not understood."""
    # What has the form of a name can be shown; anything else might be a piece of the PIN.
    if not equals or not re.fullmatch(r"[a-z][a-z-]{0,30}", name):
        raise UsageError(
            f"Part {number} of the {part} of the PKCS#11 URI is no attribute.", _UNREADABLE_REMEDY
        )
    if name in ("object", "id", "type"):
        raise UsageError(
            f"The PKCS#11 URI names an object on the token ({name}), but the suite makes its own "
            "keys.",
            f"Leave {name} out; the URI needs to name the token only.",
        )
    raise UsageError(
        f"The attribute {name} in the {part} of the PKCS#11 URI is not understood.",
        f"Understood in the {part} are: {', '.join(known)}.",
    )


def _decoded(name: str, value: str) -> str:
    try:
        return unquote_to_bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(
            f"The value of {name} in the PKCS#11 URI is not UTF-8.",
            "Percent-encode the bytes of its UTF-8 form.",
        ) from None


def _library_parameters(options: Mapping[str, str]) -> bytes | None:
    parameters = options.get(LIBRARY_PARAMETERS)
    if parameters is None:
        return None
    if not parameters or "\0" in parameters:
        raise UsageError(
            f"The value of {LIBRARY_PARAMETERS} in the PKCS#11 URI is empty or holds a NUL.",
            "Give the string that the module is to be initialised with, or leave it out.",
        )
    return parameters.encode("utf-8")


def _pin(options: Mapping[str, str]) -> str | None:
    if "pin-value" in options and "pin-source" in options:
        raise UsageError(
            "The PKCS#11 URI has both pin-value and pin-source.",
            "Leave one of them out; pin-source keeps the PIN off the command line.",
        )
    if "pin-source" in options:
        return _pin_from_file(options["pin-source"])
    if "pin-value" in options:
        return options["pin-value"]
    return os.environ.get(PIN_VARIABLE) or None


def _pin_from_file(source: str) -> str:
    """Read the first line of the file that ``pin-source`` names."""
    match = re.fullmatch(r"(?:file:(?://)?)?(/[^/].*)", source, re.DOTALL)
    if match is None:
        raise UsageError(
            "The pin-source of the PKCS#11 URI is not a file with an absolute path.",
            f"Write pin-source=file:/path/to/pin, or put the PIN into {PIN_VARIABLE}.",
        )
    path = shortened(printable(match[1]))
    try:
        content = Path(match[1]).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"The PIN file {path} cannot be read: {error.strerror or 'no such file'}.",
            "Name a readable file that holds the PIN on its first line.",
        ) from None
    except UnicodeDecodeError:
        raise UsageError(f"The PIN file {path} is not UTF-8.", "PKCS#11 wants UTF-8.") from None
    pin = content.partition("\n")[0].removesuffix("\r")
    if not pin:
        raise UsageError(
            f"The PIN file {path} has an empty first line.", "Write the PIN on its first line."
        )
    return pin
