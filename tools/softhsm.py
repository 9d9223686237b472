"""Give a command a throwaway SoftHSM token: softhsm.py COMMAND [ARGUMENT | {softhsm}]...

The argument ``{softhsm}`` becomes the token's RFC 7512 URI. Where SoftHSM cannot be had it is left
out, the command runs without it, and the end of the output says so. The token lies in a temporary
folder that is removed when the command ends, also after Ctrl-C. Standard library only.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from debian_packages import ROOT, UNPACKED, find_file, unpacked_libraries
from running import Child

PLACEHOLDER = "{softhsm}"

MODULE_VARIABLE = "KMSPROOF_SOFTHSM_MODULE"
"""Names the module to use; without it the usual folders are searched."""

_LIBRARY_FOLDERS = ("usr/lib/*-linux-gnu*/softhsm", "usr/lib/softhsm", "usr/lib64/softhsm")
_LABEL = "kmsproof"


class SofthsmUnavailable(Exception):
    """There is no SoftHSM, or it makes no token; the text says why, in one sentence."""


@dataclass(frozen=True)
class SofthsmToken:
    """A token in a temporary folder, with a random PIN of its own."""

    module: Path
    label: str
    pin_file: Path
    """Holds the PIN and nothing else; a PIN on a command line could be read by every user."""
    environment: dict[str, str]
    """What a process that loads the module needs in its environment, beside what it has."""

    @property
    def uri(self) -> str:
        """The token as an RFC 7512 URI."""
        return (
            f"pkcs11:token={quote(self.label, safe='')}"
            f"?module-path={quote(str(self.module))}&pin-source=file:{quote(str(self.pin_file))}"
        )


def find_module() -> Path | None:
    """The module that the environment names, else that of the system, else the unpacked one."""
    return find_file(MODULE_VARIABLE, _LIBRARY_FOLDERS, "libsofthsm2.so")


@contextmanager
def throwaway_token() -> Generator[SofthsmToken]:
    """An initialised token that is gone when the block ends.

    Raises:
        SofthsmUnavailable: no module, or the module refused.
    """
    module = find_module()
    if module is None:
        raise SofthsmUnavailable(
            "its module is not installed; as root: apt-get install libsofthsm2; without root: "
            f"sh tools/prepare.sh run softhsm; elsewhere: {MODULE_VARIABLE}=/path/to/libsofthsm2.so"
        )
    with tempfile.TemporaryDirectory(prefix="kmsproof-softhsm-") as name:
        yield _make_token(module, Path(name))


def _make_token(module: Path, folder: Path) -> SofthsmToken:
    (folder / "tokens").mkdir(mode=0o700)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {folder / 'tokens'}\n"
        "objectstore.backend = file\n"
        "log.level = ERROR\n",
        encoding="utf-8",
    )
    environment = {"SOFTHSM2_CONF": str(configuration)}
    if module.is_relative_to(UNPACKED):
        environment["LD_LIBRARY_PATH"] = unpacked_libraries()
    pin = secrets.token_hex(16)
    _initialise(module, environment, pin)
    pin_file = folder / "pin"
    pin_file.touch(mode=0o600)
    pin_file.write_text(pin, encoding="ascii")
    return SofthsmToken(module, _LABEL, pin_file, environment)


def _initialise(module: Path, environment: dict[str, str], pin: str) -> None:
    """Initialise the token in a process of its own, because a module is native code."""
    order = {"module": str(module), "label": _LABEL, "pin": pin, "so_pin": secrets.token_hex(16)}
    try:
        done = subprocess.run(
            [sys.executable, str(ROOT / "tools" / "pkcs11_init_token.py")],
            input=json.dumps(order),
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
    except subprocess.TimeoutExpired:
        raise SofthsmUnavailable("SoftHSM did not make a token within 60 seconds") from None
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise SofthsmUnavailable(f"SoftHSM ({module}) made no token: {reason}")


def main(command: Sequence[str]) -> int:
    """Run a command with a token; the result is the command's own exit status."""
    if not command:
        print("usage: softhsm.py COMMAND [ARGUMENT | {softhsm}]...", file=sys.stderr)
        return 2
    child = Child()
    try:
        with throwaway_token() as token:
            words = [token.uri if word == PLACEHOLDER else word for word in command]
            return child.run(words, os.environ | token.environment)
    except SofthsmUnavailable as reason:
        status = child.run([word for word in command if word != PLACEHOLDER], dict(os.environ))
        print(f"\nSoftHSM was NOT tested and is not covered: {reason}", file=sys.stderr)
        return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
