"""The stores: what they keep, in memory and in a file, and what a file survives."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from kmsproof_reference.kms.metadata import Origin, WrappingAlgorithm
from kmsproof_reference.kms.sqlite_store import SqliteStore
from kmsproof_reference.kms.store import (
    AliasRecord,
    ImportRecord,
    KeyRecord,
    KeyStore,
    MemoryStore,
    StoreError,
    VersionRecord,
)
from kmsproof_reference.vocabulary import KeySpec, KeyState, KeyUsage, ProtectionLevel
from kmsproof_testing import kms_writer
from kmsproof_testing.kms import AES_MATERIAL, DAY, MOMENT, START, Kms

KEY = KeyRecord(
    key_id="key-1",
    key_spec=KeySpec.EC_P256,
    usage=KeyUsage.SIGN_VERIFY,
    protection_level=ProtectionLevel.HARDWARE,
    origin=Origin.EXTERNAL,
    state=KeyState.PENDING_DELETION,
    description="ünïcode, \"quotes\"; 'and' a\0zero",
    creation_date=START,
    last_rotation_date=START + MOMENT,
    has_material=True,
    initial_version_id="version-1",
    primary_version_id="version-2",
    material_digest=bytes(range(256)),
    material_expire_time=START + DAY,
    rotation_interval=7 * DAY + MOMENT,
    next_rotation_date=START + 7 * DAY,
    delete_date=START + 8 * DAY,
)
"""A record with something in every field."""

BARE = KeyRecord(
    key_id="key-2",
    key_spec=KeySpec.AES_256,
    usage=KeyUsage.ENCRYPT_DECRYPT,
    protection_level=ProtectionLevel.SOFTWARE,
    origin=Origin.ALIYUN_KMS,
    state=KeyState.ENABLED,
    description="",
    creation_date=START,
    last_rotation_date=START,
    has_material=False,
)
"""A record with nothing where nothing may be."""

FIRST = VersionRecord("version-1", "key-1", START, b"\0secret\xff", b"public")
SECOND = VersionRecord("version-2", "key-1", START + DAY, b"", b"")
OTHER = VersionRecord("version-0", "key-2", START, b"other", b"")
ALIASES = (AliasRecord("alias/b", "key-1"), AliasRecord("alias/a", "key-2"))
IMPORT = ImportRecord("00ff", "key-1", WrappingAlgorithm.RSAES_OAEP_SHA_1, b"wrapping", START)

Reopen = Callable[[KeyStore], KeyStore]


@pytest.fixture(params=["memory", "file", "reopened"])
def store_and_reopen(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[KeyStore, Reopen]:
    """A new store, and how to have it again: the same, or from its file."""

    def same(store: KeyStore) -> KeyStore:
        return store

    def again(store: KeyStore) -> KeyStore:
        store.close()
        return SqliteStore(tmp_path / "keys.db")

    if request.param == "memory":
        return MemoryStore(), same
    return SqliteStore(tmp_path / "keys.db"), again if request.param == "reopened" else same


def test_what_is_written_is_there(store_and_reopen: tuple[KeyStore, Reopen]) -> None:
    store, reopen = store_and_reopen
    store.write(KEY, FIRST, SECOND)
    store.write(BARE, OTHER, *ALIASES, IMPORT)
    store = reopen(store)
    assert store.keys() == [KEY, BARE]
    assert [store.key("key-1"), store.key("key-2"), store.key("key-3")] == [KEY, BARE, None]
    assert store.versions("key-1") == [FIRST, SECOND]
    assert store.versions("key-2") == [OTHER]
    assert store.versions("key-3") == []
    assert [store.version("version-1"), store.version("version-9")] == [FIRST, None]
    assert store.aliases() == list(ALIASES)
    assert [store.alias("alias/a"), store.alias("alias/c")] == [ALIASES[1], None]
    assert [store.import_record("00ff"), store.import_record("")] == [IMPORT, None]


def test_types_are_kept(store_and_reopen: tuple[KeyStore, Reopen]) -> None:
    store, reopen = store_and_reopen
    store.write(KEY, FIRST)
    store = reopen(store)
    key, version = store.key("key-1"), store.version("version-1")
    assert key is not None
    assert version is not None
    assert key.state is KeyState.PENDING_DELETION
    assert key.has_material is True
    assert key.creation_date.tzinfo is not None
    assert type(version.secret) is bytes


def test_a_record_is_replaced_where_it_stands(store_and_reopen: tuple[KeyStore, Reopen]) -> None:
    store, reopen = store_and_reopen
    store.write(KEY, FIRST, SECOND, BARE, *ALIASES)
    changed = replace(KEY, state=KeyState.ENABLED, delete_date=None)
    moved, emptied = AliasRecord("alias/b", "key-2"), replace(FIRST, secret=b"")
    store.write(changed, emptied, moved)
    store = reopen(store)
    assert store.keys() == [changed, BARE]
    assert store.versions("key-1") == [emptied, SECOND]
    assert store.aliases() == [moved, ALIASES[1]]


def test_a_key_goes_with_all_that_is_its(store_and_reopen: tuple[KeyStore, Reopen]) -> None:
    store, reopen = store_and_reopen
    store.write(KEY, FIRST, SECOND, BARE, OTHER, *ALIASES, IMPORT)
    store.remove_key("key-1")
    store.remove_key("key-9")
    store = reopen(store)
    assert store.keys() == [BARE]
    assert store.versions("key-1") == []
    assert [store.version("version-1"), store.version("version-0")] == [None, OTHER]
    assert store.aliases() == [ALIASES[1]]
    assert store.import_record("00ff") is None


def test_an_alias_goes_alone(store_and_reopen: tuple[KeyStore, Reopen]) -> None:
    store, reopen = store_and_reopen
    store.write(KEY, BARE, *ALIASES)
    store.remove_alias("alias/b")
    store.remove_alias("alias/z")
    store = reopen(store)
    assert store.aliases() == [ALIASES[1]]
    assert store.keys() == [KEY, BARE]


# The file.


def test_a_write_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    store = SqliteStore(path)
    store.write(KEY)
    with pytest.raises(StoreError):
        store.write(BARE, AliasRecord("alias/a", "key-9"))
    assert store.keys() == [KEY]
    assert store.aliases() == []
    store.write(BARE)
    store.close()
    assert SqliteStore(path).keys() == [KEY, BARE]


def test_nobody_else_reads_the_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "keys.db")
    store.write(KEY, FIRST)
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_one_process_has_the_file_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    store = SqliteStore(path)
    with pytest.raises(StoreError, match="in use by another process"):
        SqliteStore(path)
    store.write(KEY)
    store.close()
    assert SqliteStore(path).keys() == [KEY]


def test_every_commit_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[sqlite3.Connection] = []
    connect = cast(Callable[..., sqlite3.Connection], sqlite3.connect)

    def connecting(*arguments: object, **options: object) -> sqlite3.Connection:
        opened.append(connect(*arguments, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", connecting)
    SqliteStore(tmp_path / "keys.db")
    settings = {
        name: opened[0].execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "user_version")
    }
    full = 2
    assert settings == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "user_version": 1,
    }


def other_file(path: Path, *statements: str) -> None:
    """Make a file of SQLite."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_later_version_of_the_tables_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    SqliteStore(path).close()
    other_file(path, "PRAGMA user_version = 2")
    with pytest.raises(StoreError, match="version 2") as caught:
        SqliteStore(path)
    assert caught.value.remedy


def test_another_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other_file(path, "CREATE TABLE letters (letter TEXT)", "INSERT INTO letters VALUES ('a')")
    with pytest.raises(StoreError, match="is no key store"):
        SqliteStore(path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT letter FROM letters").fetchall() == [("a",)]
    connection.close()


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"not a database, but long enough to be looked at by SQLite" * 20)
    with pytest.raises(StoreError):
        SqliteStore(path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        SqliteStore(tmp_path / "no such folder" / "keys.db")


# The service on a file.


def test_a_service_goes_on_where_it_stopped(tmp_path: Path) -> None:
    before = Kms(store=SqliteStore(tmp_path / "keys.db"))
    key_id, imported = before.key(), before.key(origin=Origin.EXTERNAL)
    before.import_material(imported, expire_time=START + DAY)
    before.service.create_alias("alias/name", key_id)
    sealed = before.service.encrypt(key_id, b"text")
    before.service.disable_key(key_id)
    keys = before.service.list_keys()
    before.service.close()

    after = Kms(store=SqliteStore(tmp_path / "keys.db"), seed=b"after")
    assert after.service.list_keys() == keys
    after.service.enable_key("alias/name")
    opened = after.service.decrypt("alias/name", sealed.ciphertext, iv=sealed.iv)
    assert opened.plaintext == b"text"
    after.clock.turn(DAY)
    assert after.state(imported) is KeyState.PENDING_IMPORT
    after.import_material(imported, AES_MATERIAL)
    assert after.state(imported) is KeyState.ENABLED


def test_a_killed_process_loses_no_key_that_it_has_named(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    with subprocess.Popen(
        [sys.executable, kms_writer.__file__, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(20)]
        writer.kill()
        lines += writer.stdout.readlines()
    # The last line may be half a one.
    named = [line.split() for line in lines if line.endswith("\n")]
    assert len(named) >= 20
    service = Kms(store=SqliteStore(path)).service
    for key_id, iv, ciphertext in named:
        opened = service.decrypt(key_id, bytes.fromhex(ciphertext), iv=bytes.fromhex(iv))
        assert opened.plaintext == key_id.encode()
