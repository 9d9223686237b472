"""Find the pkcs11-tool of OpenSC, for whose command line a vector can be replayed."""

from __future__ import annotations

import shutil
from pathlib import Path

PACKAGE = "opensc"


def find() -> Path | None:
    """The pkcs11-tool on ``PATH``, if there is one."""
    found = shutil.which("pkcs11-tool")
    return Path(found) if found else None
