"""Which packages an adapter finds on this machine, and what it says when one is missing."""

from __future__ import annotations

import importlib.metadata

from kmsproof.errors import MissingDependency, UsageError
from kmsproof.target import Health


def version_of(distribution: str) -> str | None:
    """Return the version of an installed distribution, or nothing."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def adapter_version() -> str:
    """Return name and version of these adapters, for descriptions."""
    return f"kmsproof_adapters {version_of('kmsproof') or 'not installed'}"


def install_command(extra: str = "") -> str:
    """Return the command that installs what an adapter needs."""
    return f"pip install 'kmsproof[{extra}]'" if extra else "pip install kmsproof"


def require(distribution: str, extra: str = "") -> str:
    """Return the version of a distribution.

    Raises:
        MissingDependency: if it is not installed.
    """
    version = version_of(distribution)
    if version is None:
        raise MissingDependency(
            f"The Python package {distribution} is not installed.",
            f"Install it with: {install_command(extra)}",
        )
    return version


def package_health(distribution: str, extra: str = "") -> Health:
    """Say whether the one package that an adapter needs is installed."""
    version = version_of(distribution)
    if version is None:
        return Health(False, f"{distribution} is not installed", install_command(extra))
    return Health(True, f"{distribution} {version}")


def refuse_argument(name: str, argument: str) -> None:
    """See that nothing follows the name of a target that has no variants.

    Raises:
        UsageError: if something does.
    """
    if argument:
        raise UsageError(
            f"The target {name} takes nothing after its name.", f"Write it as just {name!r}."
        )
