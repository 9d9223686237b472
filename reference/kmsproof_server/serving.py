"""Starts the server: where it listens, what it tells at start, and how it ends."""

from __future__ import annotations

import ipaddress
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from starlette.applications import Starlette

from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.kms.sqlite_store import SqliteStore
from kmsproof_reference.kms.store import MemoryStore, StoreError
from kmsproof_reference.vocabulary import EciesDialect
from kmsproof_server.announcement import (
    Access,
    announcement,
    instance_target_name,
    target_name,
)
from kmsproof_server.application import make_application
from kmsproof_server.backend import Backend, EngineName
from kmsproof_server.certificate import CertificateFiles, write_certificate
from kmsproof_server.credentials import TEST_SECRET, Credentials, credentials_for_tests
from kmsproof_server.errors import ServingError
from kmsproof_server.instance.application import instance_application
from kmsproof_server.instance.client_keys import (
    CLIENT_KEY_FILE,
    ClientKey,
    ClientKeyFile,
    write_client_key,
)
from kmsproof_server.listening import listening_socket
from kmsproof_server.shared.authentication import Clock

REQUEST_LINE_LIMIT = 256 * 1024
"""The most bytes of a request line with its headers: parameters come in the URL."""

DEFAULT_PORT = 20160
"""The port, unless another is asked for."""

_SHUTDOWN_SECONDS = 5


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the server is to be started."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    """0 for one that is free."""
    database: Path | None = None
    """The file in which keys are kept; without it they are gone when the server ends."""
    tls_folder: Path | None = None
    """Where the certificate of TLS is written; without it there is no TLS."""
    other_addresses: bool = False
    """Whether an address may be taken that other machines can reach."""
    engine: EngineName = EngineName.FAST
    dialect: EciesDialect = EciesDialect.EK_MK
    """The byte layout of ECIES."""
    client_key_file: Path | None = None
    """Where the client key of the instance API is written; without it, into a folder that is gone
    when the server ends."""
    deviations: tuple[str, ...] = ()
    """Ids of the deviations with which it is wrong on purpose."""

    @property
    def backend(self) -> Backend:
        """What the service is made of."""
        return Backend(self.engine, self.dialect, self.deviations)


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class Server:
    """A server that has its address and can be run, here or in a thread of its own."""

    def __init__(self, options: Options, clock: Clock = utc_now) -> None:
        """Take the address and open the store; nothing is answered yet.

        Raises `ServingError` when the server cannot be started with these options.
        """
        check_address(options)
        self.options = options
        self._certificate = _certificate(options)
        secret = secret_for(options.host)
        self.credentials: Credentials = credentials_for_tests(secret)
        self._folder = TemporaryDirectory(prefix="kmsproof-serve-")
        path = options.client_key_file or Path(self._folder.name) / CLIENT_KEY_FILE
        self.client_key_file = ClientKeyFile(path.absolute(), secret)
        client_key = _client_key(self.client_key_file)
        self._socket = listening_socket(options.host, options.port)
        try:
            self.service = _service(options, clock)
        except ServingError:
            self._socket.close()
            raise
        instance = instance_application(self.service, {client_key.id: client_key}, clock)
        application = make_application(self.service, self.credentials, clock, instance)
        self._server = _AnnouncedServer(_configuration(application, self._certificate))

    @property
    def place(self) -> str:
        """Host and port."""
        host, port = self._socket.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    @property
    def endpoint(self) -> str:
        """The address with its protocol."""
        return f"{'https' if self._certificate else 'http'}://{self.place}"

    @property
    def certificate(self) -> Path | None:
        """The certificate that clients need to trust."""
        return self._certificate.certificate if self._certificate else None

    @property
    def access(self) -> Access:
        """What a program needs to get in."""
        access_key = next(iter(self.credentials.values()))
        return Access(self.place, access_key, self.client_key_file, self.certificate)

    @property
    def target(self) -> str:
        """The server as a target of kmsproof, over the shared API."""
        return target_name(self.access)

    @property
    def instance_target(self) -> str:
        """The server as a target of kmsproof, over the instance API."""
        return instance_target_name(self.access, self.options.dialect)

    @property
    def announcement(self) -> str:
        """What whoever started the server needs to know."""
        told = announcement(self.access, self.options.dialect, self.options.database)
        return "".join(f"{line}\n" for line in self.options.backend.warning) + told

    def run(self, started: Callable[[], None]) -> None:
        """Answer requests until `stop` or a signal; ``started`` is called when it begins."""
        self._server.when_started = started
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self.service.close()
            self._folder.cleanup()

    def stop(self) -> None:
        """Let the requests that are under way end, and no others begin."""
        self._server.should_exit = True


class _AnnouncedServer(uvicorn.Server):
    """Says when it has started."""

    when_started: Callable[[], None] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.when_started()


def serve(options: Options, tell: Callable[[str], None]) -> None:
    """Run a server until it is interrupted or terminated, and tell where it is.

    Raises `ServingError` when it cannot be started with these options.
    """
    server = Server(options)
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        with suppress(KeyboardInterrupt):
            server.run(lambda: tell(server.announcement))
    finally:
        signal.signal(signal.SIGTERM, before)
    tell("Stopped.")


@contextmanager
def running(options: Options, clock: Clock = utc_now) -> Generator[Server]:
    """Run a server in a thread of this process for as long as the block lasts."""
    server = Server(options, clock)
    started = threading.Event()
    thread = threading.Thread(target=server.run, args=(started.set,), daemon=True)
    thread.start()
    started.wait()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


def check_address(options: Options) -> None:
    """Raise `ServingError` for an address that other machines can reach, unless it is allowed."""
    if not options.other_addresses and not is_loopback(options.host):
        raise ServingError(
            f"The address {options.host} is not a loopback address, and this server protects "
            "nothing: it is a test double.",
            "Take 127.0.0.1, or allow other addresses with --allow-other-addresses.",
        )


def is_loopback(host: str) -> bool:
    """Return whether an address can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def secret_for(host: str) -> str:
    """Return the secret of the AccessKeys: one that everybody knows is for this machine only."""
    return TEST_SECRET if is_loopback(host) else secrets.token_urlsafe(24)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _configuration(application: Starlette, files: CertificateFiles | None) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=REQUEST_LINE_LIMIT,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        ssl_certfile=None if files is None else files.certificate,
        ssl_keyfile=None if files is None else files.private_key,
    )


def _service(options: Options, clock: Clock) -> KeyManagementService:
    try:
        store = MemoryStore() if options.database is None else SqliteStore(options.database)
    except StoreError as error:
        raise ServingError(error.message, error.remedy) from error
    return options.backend.service(store, clock)


def _certificate(options: Options) -> CertificateFiles | None:
    if options.tls_folder is None:
        return None
    try:
        return write_certificate(options.tls_folder, options.host)
    except OSError as error:
        raise ServingError(
            f"The certificate cannot be written to {options.tls_folder} ({error.strerror}).",
            "Give a folder that can be written to.",
        ) from error


def _client_key(file: ClientKeyFile) -> ClientKey:
    try:
        return write_client_key(file)
    except OSError as error:
        raise ServingError(
            f"The client key cannot be written to {file.path} ({error.strerror}).",
            "Give a file that can be written.",
        ) from error
