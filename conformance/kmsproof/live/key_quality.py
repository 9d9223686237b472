"""Ask the package ``badkeys`` what it knows against public keys, if it is installed.

It is an optional extra beside the checks of the live vectors. Nothing is fetched: its list of keys
that leaked is consulted only if ``badkeys --update-bl`` has brought it to this machine before.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from contextlib import redirect_stderr
from importlib import import_module
from io import StringIO
from types import ModuleType
from typing import Any

PACKAGE = "badkeys"

BLOCKLIST = "blocklist"
"""Its one check that needs data that do not come with the package."""


def badkeys_findings(public_keys: Sequence[bytes]) -> list[str]:
    """Return what ``badkeys`` has against keys, a sentence for each finding.

    Args:
        public_keys: SubjectPublicKeyInfo, DER.

    Returns:
        Nothing if it has nothing against them, or is not installed.
    """
    checks = _checks()
    if checks is None:
        return []
    names = [*checks.defaultchecks, *checks.warningchecks]
    if not _has_blocklist(checks):
        names.remove(BLOCKLIST)
    found: list[str] = []
    for number, public_key in enumerate(public_keys):
        told = checks.checkpubkey(_pem(public_key), names)
        found += _sentences(f"Key {number} of {len(public_keys)}", told, checks)
    return found


def has_badkeys() -> bool:
    """Return whether the package is installed."""
    return _checks() is not None


def _checks() -> ModuleType | None:
    try:
        return import_module(f"{PACKAGE}.checks")
    except ImportError:
        return None


def _has_blocklist(checks: ModuleType) -> bool:
    """Return whether the list is there; if it is not, the package says so and ends the program."""
    try:
        with redirect_stderr(StringIO()):
            checks.defaultchecks[BLOCKLIST]["function"](0)
    except SystemExit:
        return False
    return True


def _pem(public_key: bytes) -> str:
    """Return a SubjectPublicKeyInfo as text (RFC 7468 §13)."""
    lines = base64.encodebytes(public_key).decode().replace("\n", "")
    body = "\n".join(lines[start : start + 64] for start in range(0, len(lines), 64))
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


def _sentences(what: str, told: dict[str, Any], checks: ModuleType) -> Iterable[str]:
    """Yield the findings about one key; numbers that would give it away are left out."""
    if told["type"] in ("unparseable", "unsupported"):
        yield f"{what} is {told['type']} for {PACKAGE}."
    for name, result in told["results"].items():
        kind = f" ({result['subtest']})" if result.get("subtest") else ""
        yield f"{what}: {checks.allchecks[name]['desc']}{kind}."
