"""The target ``pkcs11``: a token behind any PKCS#11 module, named by an RFC 7512 URI."""

from __future__ import annotations

from pathlib import Path

from kmsproof.target import Adapter, Health, Target
from kmsproof_adapters.installed import install_command, require, version_of
from kmsproof_adapters.pkcs11.uri import EXAMPLE, parse_uri

NAME = "pkcs11"
PACKAGE = "python-pkcs11"

SOFTHSM_PLACES = (
    "usr/lib/softhsm",
    "usr/lib/*-linux-gnu*/softhsm",
    "usr/lib64/pkcs11",
    "usr/lib64/softhsm",
    "usr/local/lib/softhsm",
    "opt/homebrew/lib/softhsm",
)
"""Where distributions put the module of SoftHSM; Debian, Fedora, a build by hand, Homebrew."""


def _open(argument: str) -> Target:
    uri = parse_uri(argument)
    require(PACKAGE, extra=NAME)
    from kmsproof_adapters.pkcs11.target import open_token

    return open_token(uri)


def _health() -> Health:
    version = version_of(PACKAGE)
    if version is None:
        return Health(False, f"{PACKAGE} is not installed", install_command(NAME))
    module = find_softhsm()
    if module is None:
        return Health(
            True,
            f"{PACKAGE} {version}; no SoftHSM in the usual places, other modules by their path",
            "For a software token: apt-get install softhsm2",
        )
    return Health(True, f"{PACKAGE} {version}; SoftHSM: {module}")


def find_softhsm(root: Path = Path("/")) -> Path | None:
    """Return the module of SoftHSM, where a distribution would have put it."""
    found = (
        module
        for place in SOFTHSM_PLACES
        for module in sorted(root.glob(f"{place}/libsofthsm2.so"))
    )
    return next(found, None)


ADAPTER = Adapter(
    name=NAME,
    summary="a token behind a PKCS#11 module: HSM, TPM, smart card or SoftHSM",
    usage=EXAMPLE,
    open=_open,
    health=_health,
    native=True,
)
