"""Set a machine up for the make targets: prepare.py [run | dev] [STEP]...

The steps are softhsm, nss, java, bouncycastle, node, opensc, chromium and dkms.
Runs before .venv exists, so it imports the standard library and its neighbours only. What is there
already is left alone: a second start does nothing and takes a fraction of a second.
"""

from __future__ import annotations

import ctypes.util
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

import chromium
import debian_packages
import dkms
import java
import node
import nss
import opensc
import softhsm
import virtual_environment
from debian_packages import PackagesUnavailable

STEPS = ("softhsm", "nss", "java", "bouncycastle", "node", "opensc", "chromium", "dkms")
"""What can be had beside the environment, in the order in which it is."""

EXIT_ENVIRONMENT = 3
"""The status of kmsproof for trouble with the environment (docs: exit codes)."""


def main(arguments: Sequence[str]) -> int:
    """Prepare what is asked for; what cannot be had is an error only for the environment itself."""
    unknown = set(arguments) - {*virtual_environment.LOCKS, *STEPS}
    if unknown or not arguments:
        print(f"usage: prepare.sh [run | dev] {' '.join(f'[{s}]' for s in STEPS)}", file=sys.stderr)
        return 2
    try:
        for kind in virtual_environment.LOCKS:
            if kind in arguments:
                virtual_environment.ensure(kind)
        if "softhsm" in arguments:
            _provide_module(
                "SoftHSM", "libsofthsm2", softhsm.find_module(), softhsm.MODULE_VARIABLE
            )
        if "nss" in arguments:
            _provide_module("NSS", nss.PACKAGE, nss.find_module(), nss.MODULE_VARIABLE)
        if "java" in arguments and java.find() is None:
            _install("Java", java.PACKAGE)
        if "bouncycastle" in arguments:
            _provide_module(
                "Bouncy Castle",
                java.BOUNCY_CASTLE_PACKAGE,
                java.find_bouncy_castle(),
                java.JAR_VARIABLE,
            )
        if "node" in arguments and node.find() is None:
            _install("Node.js", node.PACKAGE)
        if "opensc" in arguments and opensc.find() is None:
            _install("OpenSC", opensc.PACKAGE)
        if "chromium" in arguments:
            _provide_chromium()
        if "dkms" in arguments:
            _provide_dkms()
    except virtual_environment.EnvironmentFailure as failure:
        _say(str(failure))
        return EXIT_ENVIRONMENT
    finally:
        debian_packages.forget_lists()
    return 0


def _provide_module(name: str, package: str, found: Path | None, variable: str) -> None:
    if found is not None or os.environ.get(variable):
        return
    try:
        if os.geteuid() == 0:
            _say(f"installing {package}")
            debian_packages.install(package)
        else:
            _say(f"unpacking {package} in .setup/ (installing it would need root)")
            debian_packages.unpack(package, with_dependencies=True)
    except PackagesUnavailable as reason:
        _say(f"{name} cannot be had, what needs it will be left out: {reason}")


def _install(name: str, package: str) -> None:
    """Install what only root can: it does not run from a folder of its own."""
    try:
        if os.geteuid() == 0:
            _say(f"installing {package}")
        debian_packages.install(package)
    except PackagesUnavailable as reason:
        _say(f"{name} cannot be had, what needs it will be left out: {reason}")


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


def _provide_dkms() -> None:
    if dkms.find() is not None:
        return
    _say(f"installing {dkms.LOCK} into {dkms.FOLDER.name}, every file checked against its hash")
    try:
        dkms.ensure()
    except dkms.SdkUnavailable as reason:
        _say(f"the SDK of the instance API cannot be had, its tests will be left out: {reason}")


def _say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
