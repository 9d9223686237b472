"""How the server starts, what it says, and how it ends: as a program where that matters."""

from __future__ import annotations

import base64
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kmsproof.cli import run_arguments
from kmsproof.errors import ExitCode
from kmsproof.messages import Close, CreateKey, Encrypt
from kmsproof.outcome import ErrorKind
from kmsproof.targets import open_in_process
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    HexBytes,
    KeySpec,
    KeyUsage,
    ProtectionLevel,
)
from kmsproof_adapters.aliyun.sdk import Sdk
from kmsproof_adapters.aliyun.settings import parse_settings
from kmsproof_adapters.aliyun_instance.settings import (
    parse_settings as parse_instance_settings,
)
from kmsproof_server.backend import EngineName
from kmsproof_server.credentials import TEST_SECRET
from kmsproof_server.errors import ServingError
from kmsproof_server.serving import Options, check_address, running, secret_for
from kmsproof_testing.aliyun import Caller, access_key_of
from kmsproof_testing.asking import value_of


@dataclass(frozen=True)
class Program:
    """``kmsproof serve`` as a process, and what it said at start."""

    process: subprocess.Popen[str]
    announcement: str

    @property
    def caller(self) -> Caller:
        """The SDK, set up with the target that the announcement names."""
        found = re.search(r"kmsproof run 'aliyun:([^']+)'", self.announcement)
        assert found is not None
        return Caller(Sdk(parse_settings(found[1])))

    @property
    def snippet(self) -> str:
        """The program of the announcement."""
        return self.announcement.partition("Use it:\n\n")[2]


@contextmanager
def program(*arguments: str) -> Generator[Program]:
    """Run ``kmsproof serve`` on a port that is free."""
    command = [sys.executable, "-m", "kmsproof.cli", "serve", "--port", "0", *arguments]
    command[1:3] = ["-c", "import kmsproof.cli; kmsproof.cli.main()"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines: list[str] = []
            while not lines or lines[-1] != "print(key.key_id)\n":
                line = process.stdout.readline()
                assert line, "it ended before it had started"
                lines.append(line)
            yield Program(process, "".join(lines))
        finally:
            process.kill()


def test_it_says_what_it_is_and_its_snippet_works() -> None:
    with program() as served:
        assert served.announcement.startswith("This is a test double")
        assert "kmsproof-test-id" in served.announcement
        for name in ("kst-software-protected-keys", "kst-hardware-protected-keys"):
            assert name in served.announcement
        done = subprocess.run(
            [sys.executable, "-c", served.snippet], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        key_id = done.stdout.strip()
        assert served.caller.answer("DescribeKey", KeyId=key_id)["KeyMetadata"]["KeyId"] == key_id


def test_it_names_itself_as_a_target_over_both_apis(tmp_path: Path) -> None:
    """Also where a file has a comma and a percent sign in its path."""
    file = tmp_path / "a,b%2C" / "client-key.json"
    with program("--client-key", str(file), "--ecies-dialect", "MK||EK") as served:
        found = re.search(r"kmsproof run 'aliyun-instance:([^']+)'", served.announcement)
        assert found is not None
        settings = parse_instance_settings(found[1])
        assert settings.client_key == file
        assert settings.dialect is EciesDialect.MK_EK
        target = open_in_process(f"aliyun-instance:{found[1]}")
        key_spec, usage = KeySpec.AES_256, KeyUsage.ENCRYPT_DECRYPT
        for level in ProtectionLevel:
            request = CreateKey(key_spec=key_spec, usage=usage, protection_level=level)
            key = value_of(target.create_key(request)).key
            sealing = Encrypt(key=key, algorithm=Algorithm.GCM, plaintext=HexBytes(b"x"))
            assert len(value_of(target.encrypt(sealing)).ciphertext) == 1
        target.close(Close())
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_client_key_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(ServingError, match=r"client key cannot be written"),
        running(Options(port=0, client_key_file=tmp_path / "file" / "key.json")),
    ):
        pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_well_when_it_is_interrupted(number: int) -> None:
    with program() as served:
        served.caller.new_key()
        served.process.send_signal(number)
        assert served.process.stdout is not None
        assert served.process.stdout.read().strip() == "Stopped."
        assert served.process.wait(timeout=10) == 0


def test_over_tls(tmp_path: Path) -> None:
    with program("--tls", str(tmp_path / "tls")) as served:
        assert "https://127.0.0.1:" in served.announcement
        key_id = served.caller.new_key()
        blob = served.caller.answer("Encrypt", KeyId=key_id, Plaintext="SGVsbG8=")
        opened = served.caller.answer("Decrypt", CiphertextBlob=blob["CiphertextBlob"])
        assert opened["Plaintext"] == "SGVsbG8="
        done = subprocess.run(
            [sys.executable, "-c", served.snippet], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
    private_key = tmp_path / "tls" / "kmsproof-test-private-key.pem"
    assert private_key.stat().st_mode & 0o777 == 0o600


def test_the_certificate_is_trusted_under_the_strict_rules(tmp_path: Path) -> None:
    with running(Options(port=0, tls_folder=tmp_path)) as server:
        context = ssl.create_default_context(cafile=str(server.certificate))
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        host, _, port = server.place.rpartition(":")
        for name in (host, "localhost"):
            with (
                socket.create_connection((host, int(port)), timeout=10) as plain,
                context.wrap_socket(plain, server_hostname=name) as secured,
            ):
                assert secured.version() == "TLSv1.3"


def test_an_unknown_certificate_is_not_trusted(tmp_path: Path) -> None:
    with running(Options(port=0, tls_folder=tmp_path)) as server:
        key = access_key_of(server)
        settings = parse_settings(
            f"endpoint={server.endpoint},access-key-id={key.id},access-key-secret={key.secret}"
        )
        error = Caller(Sdk(settings)).error("ListKeys")
        assert error.kind == "transport"
        assert "certificate" in error.message.lower()


def test_keys_stay_in_the_database(tmp_path: Path) -> None:
    options = Options(port=0, database=tmp_path / "keys.sqlite")
    with running(options) as server:
        caller = Caller.of(server)
        key_id = caller.new_key()
        blob = caller.answer("Encrypt", KeyId=key_id, Plaintext="SGVsbG8=")["CiphertextBlob"]
        caller.answer("CreateAlias", KeyId=key_id, AliasName="alias/kept")
    with running(options) as server:
        caller = Caller.of(server)
        assert caller.answer("Decrypt", CiphertextBlob=blob)["Plaintext"] == "SGVsbG8="
        answer = caller.answer("DescribeKey", KeyId="alias/kept")
        assert answer["KeyMetadata"]["KeyId"] == key_id


def test_a_database_that_another_server_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "keys.sqlite"
    with running(Options(port=0, database=database)):
        arguments = ["serve", "--port", "0", "--database", str(database)]
        assert run_arguments(arguments) == ExitCode.USAGE
    assert "in use by another process" in capsys.readouterr().err


def test_the_reference_as_engine_and_the_other_dialect() -> None:
    options = Options(port=0, engine=EngineName.REFERENCE, dialect=EciesDialect.MK_EK)
    with running(options) as server:
        caller = Caller.of(server)
        key_id = caller.new_key(KeySpec="EC_P256", KeyUsage="SIGN/VERIFY")
        named = {
            "KeyId": key_id,
            "KeyVersionId": caller.version_of(key_id),
            "Algorithm": "ECDSA_SHA_256",
        }
        digest = base64.b64encode(bytes(32)).decode()
        value = caller.answer("AsymmetricSign", Digest=digest, **named)["Value"]
        answer = caller.answer("AsymmetricVerify", Digest=digest, Value=value, **named)
        assert answer["Value"] is True


def test_a_store_that_fails_is_an_outage_and_no_defect(tmp_path: Path) -> None:
    options = Options(port=0, database=tmp_path / "keys.sqlite")
    with running(options) as server:
        caller = Caller.of(server)
        caller.new_key()
        server.service.close()
        error = caller.error("CreateKey")
        assert error.kind is ErrorKind.INTERNAL
        assert "ServiceUnavailableTemporary (HTTP 503)" in error.message


@pytest.mark.slow
def test_a_killed_server_has_lost_no_key_that_it_acknowledged(tmp_path: Path) -> None:
    database = tmp_path / "keys.sqlite"
    kept: dict[str, str] = {}
    for _ in range(3):
        with program("--database", str(database)) as served:
            for number in range(40):
                key_id = served.caller.new_key()
                answer = served.caller.answer("Encrypt", KeyId=key_id, Plaintext="SGVsbG8=")
                kept[key_id] = answer["CiphertextBlob"]
                if number == 39:
                    os.kill(served.process.pid, signal.SIGKILL)
            assert served.process.wait(timeout=10) == -signal.SIGKILL
    with program("--database", str(database)) as served:
        for key_id, blob in kept.items():
            opened = served.caller.answer("Decrypt", CiphertextBlob=blob)
            assert (opened["KeyId"], opened["Plaintext"]) == (key_id, "SGVsbG8=")
    assert len(kept) == 120


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", "", "127.0.0.1.x"])
def test_other_addresses_are_refused(host: str) -> None:
    with pytest.raises(ServingError, match=r"not a loopback address"):
        check_address(Options(host=host))
    check_address(Options(host=host, other_addresses=True))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.5.6.7", "::1", "localhost"])
def test_loopback_addresses_are_taken(host: str) -> None:
    check_address(Options(host=host))


def test_the_command_refuses_other_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_arguments(["serve", "--host", "0.0.0.0"]) == ExitCode.USAGE
    told = capsys.readouterr().err
    assert "not a loopback address" in told
    assert "--allow-other-addresses" in told


def test_a_secret_that_other_machines_can_use_is_random() -> None:
    assert secret_for("127.0.0.1") == TEST_SECRET
    first, second = secret_for("192.0.2.1"), secret_for("192.0.2.1")
    assert first != second
    assert len(first) >= 32


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with running(Options(port=0)) as server:
        port = server.place.rpartition(":")[2]
        assert run_arguments(["serve", "--port", port]) == ExitCode.USAGE
    assert "Take another port" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(ServingError, match=r"cannot be written"),
        running(Options(port=0, tls_folder=tmp_path / "file" / "tls")),
    ):
        pass


@pytest.mark.slow
def test_it_starts_within_a_second() -> None:
    """The best of five, since the machine may have other things to do."""
    times: list[float] = []
    for _ in range(5):
        began = time.monotonic()
        with program() as served:
            times.append(time.monotonic() - began)
            assert served.announcement
    assert min(times) <= 1.0, times
