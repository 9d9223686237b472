"""A PKCS#11 token as a target: what it declares, how its keys are loaded, how it is let go."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

from pkcs11.constants import SlotFlag
from pkcs11.exceptions import PKCS11Error

from kmsproof.capability import PROTOCOL_VERSION, Description, KeyCapability, KeyPart
from kmsproof.errors import TargetStartError
from kmsproof.messages import Close
from kmsproof.outcome import Done, Outcome
from kmsproof.text import printable, shortened
from kmsproof.vocabulary import KeySpec, ProtectionLevel
from kmsproof_adapters.aes import AES_KEY_SPECS, aes_keys
from kmsproof_adapters.installed import adapter_version, version_of
from kmsproof_adapters.local_target import LocalTarget
from kmsproof_adapters.pkcs11 import aes
from kmsproof_adapters.pkcs11.codes import code_name, outcome_of
from kmsproof_adapters.pkcs11.login import find_token, load_module, log_in
from kmsproof_adapters.pkcs11.uri import TokenUri

if TYPE_CHECKING:
    from pkcs11._pkcs11 import lib as Module
    from pkcs11.types import Session, Token


def open_token(uri: TokenUri) -> TokenTarget:
    """Open a session on the token that a URI names.

    Raises:
        UsageError: if module, token or PIN are not right.
        TargetStartError: if module or token do not work.
    """
    module = load_module(uri.module_path)
    token = find_token(module, uri)
    session = log_in(token, uri.pin)
    try:
        return TokenTarget(session, describe_token(module, token, session))
    except PKCS11Error as error:
        with contextlib.suppress(PKCS11Error):
            session.close()
        raise TargetStartError(
            "The PKCS#11 token does not say what it can do: "
            f"{code_name(error) or shortened(printable(str(error)))}.",
            "See with another program, such as pkcs11-tool --list-mechanisms, whether it works.",
        ) from None


class TokenTarget(LocalTarget):
    """A session on a token; its keys are session objects and end with it at the latest."""

    def __init__(self, session: Session, description: Description) -> None:
        """Take a session that is logged in."""
        load_aes_key = partial(aes.load_key, session)
        super().__init__(description, dict.fromkeys(AES_KEY_SPECS, load_aes_key))
        self._session: Session | None = session

    def close(self, request: Close) -> Outcome[Done]:
        """Destroy all keys, log out, close the session."""
        destroyed = super().close(request)
        session, self._session = self._session, None
        if session is None:
            return destroyed
        try:
            session.close()
        except PKCS11Error as error:
            return outcome_of(error)
        return destroyed


def describe_token(module: Module, token: Token, session: Session) -> Description:
    """Gather what a token says of itself, and try whether it takes keys.

    Raises:
        PKCS11Error: if it does not say.
    """
    cryptoki = module.cryptoki_version
    hardware = SlotFlag.HW_SLOT in token.slot.flags
    level = ProtectionLevel.HARDWARE if hardware else ProtectionLevel.SOFTWARE
    algorithms = aes.capabilities(token.slot, level, cryptoki)
    key_specs = {key_spec for capability in algorithms for key_spec in capability.key_specs}
    refusal = import_refusal(session)
    maker = shortened(printable(f"{token.manufacturer_id} {token.model}".strip()), 80)
    library = shortened(printable(module.library_description), 80)
    notes = [f"Cryptoki {_dotted(cryptoki)}", f"library: {library}"]
    if refusal:
        notes.append(f"takes no AES key from outside: {refusal}")
    return Description(
        protocol=PROTOCOL_VERSION,
        name=maker or "PKCS#11 token",
        version=(
            f"library {_dotted(module.library_version)}, firmware {_dotted(token.firmware_version)}"
        ),
        keys=_keys(level, key_specs, () if refusal else (KeyPart.SECRET,)),
        algorithms=algorithms,
        adapter=f"{adapter_version()}, python-pkcs11 {version_of('python-pkcs11')}",
        notes=tuple(notes),
    )


def _keys(
    level: ProtectionLevel, key_specs: set[KeySpec], importable: tuple[KeyPart, ...]
) -> tuple[KeyCapability, ...]:
    declared = tuple(key_spec for key_spec in AES_KEY_SPECS if key_spec in key_specs)
    return (aes_keys(level, declared, importable),) if declared else ()


def import_refusal(session: Session) -> str:
    """Try to create a key on the token, and return the code with which it refuses, if it does.

    No flag of PKCS#11 says whether keys can come from outside; a TPM, for one, takes none.
    """
    try:
        aes.create_key(session, bytes(16)).destroy()
    except PKCS11Error as error:
        return code_name(error) or shortened(printable(str(error)))
    return ""


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
