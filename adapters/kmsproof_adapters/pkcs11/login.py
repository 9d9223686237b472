"""From a PKCS#11 URI to an open session: load the module, find the token, log in.

Each step that can go wrong has its own sentence. The PIN goes to C_Login and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pkcs11
from pkcs11.constants import TokenFlag
from pkcs11.exceptions import PKCS11Error

from kmsproof.errors import TargetStartError, UsageError
from kmsproof.text import printable, shortened
from kmsproof_adapters.pkcs11.codes import code_name
from kmsproof_adapters.pkcs11.functions import parametrised_module
from kmsproof_adapters.pkcs11.uri import LIBRARY_PARAMETERS, PIN_VARIABLE, TokenUri

if TYPE_CHECKING:
    from pathlib import Path

    from pkcs11._pkcs11 import lib as Module
    from pkcs11.types import Session, Token

TOKEN_VALUES: Mapping[str, Callable[[Token], str]] = {
    "token": lambda token: token.label,
    "manufacturer": lambda token: token.manufacturer_id,
    "serial": lambda token: token.serial.decode("utf-8", errors="replace"),
    "model": lambda token: token.model,
    "slot-id": lambda token: str(token.slot.slot_id),
    "slot-description": lambda token: token.slot.slot_description,
    "slot-manufacturer": lambda token: token.slot.manufacturer_id,
}
"""What a token has for each attribute of a URI's path (RFC 7512 §2.3)."""

LOGIN_FAULTS = {
    "CKR_PIN_INCORRECT": "the PIN is wrong",
    "CKR_PIN_INVALID": "the PIN holds characters that it does not take",
    "CKR_PIN_LEN_RANGE": "the PIN is too short or too long",
    "CKR_PIN_EXPIRED": "the PIN has expired",
    "CKR_PIN_LOCKED": "the PIN is locked after too many wrong ones",
    "CKR_USER_PIN_NOT_INITIALIZED": "its user PIN was never set",
}
"""Why a token lets nobody in, in words."""


def load_module(path: Path, library_parameters: bytes | None = None) -> Module:
    """Load and initialise a PKCS#11 module, with parameters if it wants some.

    Raises:
        UsageError: if there is no such file, or it is no PKCS#11 module.
        TargetStartError: if the module does not initialise.
    """
    shown = shortened(printable(str(path)))
    if not path.is_file():
        raise UsageError(
            f"There is no PKCS#11 module {shown}.",
            "Give the absolute path of the shared library as module-path.",
        )
    try:
        if library_parameters is None:
            return pkcs11.lib(str(path))
        return parametrised_module(str(path), library_parameters)
    except PKCS11Error as error:
        code = code_name(error)
        if code is None:
            said = shortened(printable(str(error).rpartition(": ")[2]))
            raise UsageError(
                f"{shown} cannot be loaded as a PKCS#11 module: {said}.",
                "Give the path of a PKCS#11 module for this machine as module-path.",
            ) from None
        raise TargetStartError(
            f"The PKCS#11 module {shown} does not initialise: {code}.",
            "See that it finds its configuration: for SoftHSM, SOFTHSM2_CONF must name a "
            f"readable file; NSS wants its parameters as {LIBRARY_PARAMETERS} in the URI.",
        ) from None


def find_token(module: Module, uri: TokenUri) -> Token:
    """Return the one token that a URI is about.

    Raises:
        UsageError: if there is none, or more than one.
        TargetStartError: if the module cannot say.
    """
    try:
        tokens = [token for token in module.get_tokens() if _usable(token)]
    except PKCS11Error as error:
        raise TargetStartError(
            f"The PKCS#11 module does not list its tokens: {_reason(error)}.",
            "See with another program, such as pkcs11-tool, whether the module works.",
        ) from None
    wanted = uri.attributes.items()
    fitting = [t for t in tokens if all(TOKEN_VALUES[name](t) == value for name, value in wanted)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UsageError(
            f"{len(fitting)} tokens fit the PKCS#11 URI: {_labels(fitting)}.",
            "Add token, serial or slot-id to it, so that it fits one.",
        )
    asked = ", ".join(f"{name} {shortened(printable(value), 64)!r}" for name, value in wanted)
    raise UsageError(
        f"The PKCS#11 module has no token with {asked}."
        if asked
        else "The PKCS#11 module has no initialised token.",
        f"Its tokens are: {_labels(tokens)}."
        if tokens
        else "It has no initialised token at all: initialise one.",
    )


def _usable(token: Token) -> bool:
    """Whether a token is initialised, or is one of those that need neither that nor a login."""
    flags = token.flags
    return TokenFlag.TOKEN_INITIALIZED in flags or TokenFlag.LOGIN_REQUIRED not in flags


def _labels(tokens: list[Token]) -> str:
    return ", ".join(repr(printable(token.label)) for token in tokens)


def log_in(token: Token, pin: str | None) -> Session:
    """Open a session that can make session objects and cannot write to the token.

    Raises:
        UsageError: if the PIN is missing, or the token refuses it.
        TargetStartError: if no session can be opened for another reason.
    """
    label = repr(printable(token.label))
    if not pin and TokenFlag.LOGIN_REQUIRED in token.flags:
        raise UsageError(
            f"The token {label} wants a PIN, and none is given.",
            f"Add pin-source=file:/path/to/pin to the URI, or put the PIN into {PIN_VARIABLE}.",
        )
    try:
        return token.open(user_pin=pin or None)
    except PKCS11Error as error:
        reason = _reason(error)
        if reason in LOGIN_FAULTS:
            raise UsageError(
                f"The token {label} does not let us in: {LOGIN_FAULTS[reason]} ({reason}).",
                "Give the right PIN; mind that most tokens lock themselves after a few wrong ones.",
            ) from None
        raise TargetStartError(
            f"The token {label} opens no session: {reason}.",
            "See that nobody else has it to themselves, and that this process is not logged in "
            "to it already.",
        ) from None


def _reason(error: PKCS11Error) -> str:
    """The return code, or what python-pkcs11 itself has to say."""
    return code_name(error) or shortened(printable(str(error)))
