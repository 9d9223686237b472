"""Give a command the token of NSS: nss.py COMMAND [ARGUMENT | {nss}]...

The argument ``{nss}`` becomes the RFC 7512 URI of NSS's own cryptographic module. Where NSS cannot
be had it is left out, the command runs without it, and the end of the output says so. The module
keeps its keys in memory and reads and writes no file. Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from debian_packages import UNPACKED, find_file, unpacked_libraries
from running import Child

PLACEHOLDER = "{nss}"

MODULE_VARIABLE = "KMSPROOF_NSS_MODULE"
"""Names the module to use; without it the usual folders are searched."""

PACKAGE = "libnss3"

_LIBRARY_FOLDERS = (
    "usr/lib/*-linux-gnu*",
    "usr/lib/*-linux-gnu*/nss",
    "usr/lib64",
    "usr/lib",
)
_TOKEN = "NSS Generic Crypto Services"
_PARAMETERS = "flags=readOnly,noCertDB,noModDB"
"""No folder and no data base: what the module needs to hear when it is initialised."""

_NEEDED = ("nspr4", "plc4", "plds4", "nssutil3", "sqlite3")
"""The libraries that the module is linked against, in the order of their own needs."""


class NssUnavailable(Exception):
    """There is no NSS; the text says why, in one sentence."""


@dataclass(frozen=True)
class NssToken:
    """The token of NSS for everything but certificates; it wants no PIN."""

    module: Path
    label: str
    environment: dict[str, str]
    """What a process that loads the module needs in its environment, beside what it has."""

    @property
    def uri(self) -> str:
        """The token as an RFC 7512 URI."""
        return (
            f"pkcs11:token={quote(self.label, safe='')}?module-path={quote(str(self.module))}"
            f"&x-library-parameters={quote(_PARAMETERS, safe='=,')}"
        )


def find_module() -> Path | None:
    """The module that the environment names, else that of the system, else the unpacked one."""
    return find_file(MODULE_VARIABLE, _LIBRARY_FOLDERS, "libsoftokn3.so")


def token() -> NssToken:
    """The token of the module that is here.

    Raises:
        NssUnavailable: no module.
    """
    module = find_module()
    if module is None:
        raise NssUnavailable(
            f"its module is not installed; as root: apt-get install {PACKAGE}; without root: "
            f"sh tools/prepare.sh run nss; elsewhere: {MODULE_VARIABLE}=/path/to/libsoftokn3.so"
        )
    unpacked = module.is_relative_to(UNPACKED)
    return NssToken(module, _TOKEN, {"LD_LIBRARY_PATH": unpacked_libraries()} if unpacked else {})


def load_needed_libraries(module: Path) -> None:
    """Load what an unpacked module needs into this process, for which the environment is late."""
    if module.is_relative_to(UNPACKED):
        for name in _NEEDED:
            for library in sorted(module.parent.glob(f"lib{name}.so*")):
                ctypes.CDLL(str(library))


def main(command: Sequence[str]) -> int:
    """Run a command with the token; the result is the command's own exit status."""
    if not command:
        print("usage: nss.py COMMAND [ARGUMENT | {nss}]...", file=sys.stderr)
        return 2
    child = Child()
    try:
        found = token()
    except NssUnavailable as reason:
        status = child.run([word for word in command if word != PLACEHOLDER], dict(os.environ))
        print(f"\nNSS was NOT tested and is not covered: {reason}", file=sys.stderr)
        return status
    words = [found.uri if word == PLACEHOLDER else word for word in command]
    return child.run(words, os.environ | found.environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
