"""What only time shows: the clock of the server is moved, and requests are signed at its time."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from kmsproof_server.serving import Options, Server, running
from kmsproof_testing.aliyun import ByHand, Received, send_signed


@dataclass
class MovedClock:
    """The time, and how far it was moved."""

    by: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        """Return the time of the server."""
        return datetime.now(UTC) + self.by


@dataclass(frozen=True)
class Moved:
    """A server whose clock can be moved."""

    server: Server
    clock: MovedClock

    def ask(self, action: str, **parameters: str) -> Received:
        """Ask at the time of the server."""
        return send_signed(self.server, ByHand(action, parameters, time=self.clock()))

    def new_key(self, **parameters: str) -> str:
        """Return the id of a new key."""
        made = self.ask("CreateKey", **parameters)
        assert made.status == 200, made.body
        return str(made.fields["KeyMetadata"]["KeyId"])


@pytest.fixture
def moved() -> Iterator[Moved]:
    """A server of its own, at the time that it is."""
    clock = MovedClock()
    with running(Options(port=0), clock) as server:
        yield Moved(server, clock)


def test_import_token_expires_after_a_day(moved: Moved) -> None:
    key = moved.new_key(KeyUsage="ENCRYPT/DECRYPT", Origin="EXTERNAL")
    wrapping = {"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"}
    token = moved.ask("GetParametersForImport", KeyId=key, **wrapping).fields["ImportToken"]
    moved.clock.by = timedelta(hours=24, minutes=1)
    material = base64.b64encode(bytes(256)).decode()
    refused = moved.ask(
        "ImportKeyMaterial",
        KeyId=key,
        EncryptedKeyMaterial=material,
        ImportToken=token,
        KeyMaterialExpireUnix="0",
    )
    assert (refused.status, refused.code) == (400, "ExpiredImportToken")


def test_version_can_be_made_after_a_week(moved: Moved) -> None:
    key = moved.new_key(KeySpec="RSA_2048", KeyUsage="SIGN/VERIFY")
    early = moved.ask("CreateKeyVersion", KeyId=key)
    assert early.code == "Rejected.UnsupportedOperation"
    moved.clock.by = timedelta(days=7, minutes=1)
    made = moved.ask("CreateKeyVersion", KeyId=key)
    assert made.status == 200, made.body
    versions = moved.ask("ListKeyVersions", KeyId=key).fields["KeyVersions"]["KeyVersion"]
    assert len(versions) == 2
    assert versions[0]["KeyVersionId"] == made.fields["KeyVersion"]["KeyVersionId"]


def test_key_is_gone_when_its_deletion_is_due(moved: Moved) -> None:
    key = moved.new_key(KeyUsage="ENCRYPT/DECRYPT")
    assert moved.ask("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays="7").status == 200
    moved.clock.by = timedelta(days=6, hours=23)
    assert moved.ask("DescribeKey", KeyId=key).fields["KeyMetadata"]["KeyState"] == (
        "PendingDeletion"
    )
    moved.clock.by = timedelta(days=7, minutes=1)
    gone = moved.ask("DescribeKey", KeyId=key)
    assert (gone.status, gone.code) == (404, "Forbidden.KeyNotFound")
