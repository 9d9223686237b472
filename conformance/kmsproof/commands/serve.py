"""The command ``kmsproof serve``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof.commands.options import deviation_option
from kmsproof.deviating import known_ids
from kmsproof.errors import ExitCode
from kmsproof.local_server import serve
from kmsproof.vocabulary import EciesDialect


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=20160,
    show_default=True,
    help="Port to listen on; 0 for one that is free.",
)
@click.option(
    "--database",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep keys in this SQLite file; without it they are in memory.",
)
@click.option(
    "--tls",
    "tls_folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Speak TLS, with a self-signed test certificate that is written into FOLDER.",
)
@click.option(
    "--client-key",
    "client_key_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the client key of the instance API into FILE; else into a temporary folder.",
)
@click.option(
    "--allow-other-addresses",
    "other_addresses",
    is_flag=True,
    help="Allow a --host that other machines can reach; the secret is a random one then.",
)
@click.option(
    "--engine",
    type=click.Choice(["fast", "reference"]),
    default="fast",
    show_default=True,
    help="Compute with the package cryptography, or with the slow reference.",
)
@click.option(
    "--ecies-dialect",
    "dialect",
    type=click.Choice([dialect.value for dialect in EciesDialect]),
    default=EciesDialect.EK_MK.value,
    show_default=True,
    help="The order of the two keys of ECIES.",
)
@deviation_option
def command(
    host: str,
    port: int,
    database: Path | None,
    tls_folder: Path | None,
    client_key_file: Path | None,
    other_addresses: bool,
    engine: str,
    dialect: str,
    deviations: tuple[str, ...],
) -> int:
    """Run a local Alibaba Cloud KMS for tests, until it is interrupted.

    It is a test double: it keeps keys unprotected, and on this machine only. With --deviation it
    is wrong on purpose, so that you can see whether a program notices.
    """
    serve(
        host=host,
        port=port,
        database=database,
        tls_folder=tls_folder,
        client_key_file=client_key_file,
        other_addresses=other_addresses,
        engine=engine,
        dialect=dialect,
        deviations=known_ids(deviations),
        tell=click.echo,
    )
    return ExitCode.CONFORMANT
