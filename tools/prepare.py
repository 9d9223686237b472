"""Set a machine up for the make targets: prepare.py [run | dev] [softhsm] [chromium].

Runs before .venv exists, so it imports the standard library and its neighbours only. What is there
already is left alone: a second start does nothing and takes a fraction of a second.
"""

from __future__ import annotations

import ctypes.util
import os
import platform
import sys
from collections.abc import Sequence

import chromium
import debian_packages
import softhsm
import virtual_environment
from debian_packages import PackagesUnavailable

EXIT_ENVIRONMENT = 3
"""The status of kmsproof for trouble with the environment (docs: exit codes)."""


def main(arguments: Sequence[str]) -> int:
    """Prepare what is asked for; what cannot be had is an error only for the environment itself."""
    unknown = set(arguments) - {*virtual_environment.LOCKS, "softhsm", "chromium"}
    if unknown or not arguments:
        print("usage: prepare.sh [run | dev] [softhsm] [chromium]", file=sys.stderr)
        return 2
    try:
        for kind in virtual_environment.LOCKS:
            if kind in arguments:
                virtual_environment.ensure(kind)
        if "softhsm" in arguments:
            _provide_softhsm()
        if "chromium" in arguments:
            _provide_chromium()
    except virtual_environment.EnvironmentFailure as failure:
        _say(str(failure))
        return EXIT_ENVIRONMENT
    finally:
        debian_packages.forget_lists()
    return 0


def _provide_softhsm() -> None:
    if softhsm.find_module() is not None or os.environ.get(softhsm.MODULE_VARIABLE):
        return
    try:
        if os.geteuid() == 0:
            _say("installing libsofthsm2")
            debian_packages.install("libsofthsm2")
        else:
            _say("unpacking libsofthsm2 in .setup/ (installing it would need root)")
            debian_packages.unpack("libsofthsm2", with_dependencies=True)
    except PackagesUnavailable as reason:
        _say(f"SoftHSM cannot be had, what needs it will be left out: {reason}")


def _provide_chromium() -> None:
    missing = [] if chromium.find() else ["chromium"]
    if ctypes.util.find_library("atomic") is None:  # what drives the browser is linked against it
        missing.append("libatomic1")
    if not missing:
        return
    try:
        if platform.freedesktop_os_release().get("ID") == "ubuntu":
            raise PackagesUnavailable(chromium.SNAP_ONLY)
        if os.geteuid() == 0:
            _say(f"installing {' and '.join(missing)}")
        debian_packages.install(*missing)
    except (PackagesUnavailable, OSError) as reason:
        _say(f"without {' and '.join(missing)} the browser test cannot run: {reason}")


def _say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
