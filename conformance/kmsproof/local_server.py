"""Starts the local Alibaba Cloud KMS, whose packages need not be installed for anything else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kmsproof.errors import MissingDependency, UsageError
from kmsproof.vocabulary import EciesDialect


def serve(
    *,
    host: str,
    port: int,
    database: Path | None,
    tls_folder: Path | None,
    client_key_file: Path | None,
    other_addresses: bool,
    engine: str,
    dialect: str,
    deviations: tuple[str, ...] = (),
    tell: Callable[[str], None],
) -> None:
    """Run the server until it is interrupted; ``tell`` is handed what it says at start.

    Raises:
        MissingDependency: if its packages are not installed.
        UsageError: if it cannot be started with these options.
    """
    try:
        from kmsproof_server import backend, serving
        from kmsproof_server.errors import ServingError
    except ModuleNotFoundError as error:
        raise MissingDependency(
            f"The Python package {error.name} is not installed.",
            "Install it with: pip install 'kmsproof[server]'",
        ) from None
    options = serving.Options(
        host=host,
        port=port,
        database=database,
        tls_folder=tls_folder,
        client_key_file=client_key_file,
        other_addresses=other_addresses,
        engine=backend.EngineName(engine),
        dialect=EciesDialect(dialect),
        deviations=deviations,
    )
    try:
        serving.serve(options, tell)
    except ServingError as error:
        raise UsageError(error.message, error.remedy) from None
