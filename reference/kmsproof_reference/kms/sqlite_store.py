"""A store in a file of SQLite: what is acknowledged is on disk, whatever happens to the process.

The file is in WAL mode with ``synchronous=FULL``: a write returns after the log has reached the
disk. One process has the file at a time and is refused if another has it. Reads are answered from
memory, which holds the same.

Secrets are in the file as they are, readable for its owner: this service is a test double.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import fields
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints

from kmsproof_reference.kms.store import (
    AliasRecord,
    ImportRecord,
    KeyRecord,
    MemoryStore,
    Record,
    StoreError,
    VersionRecord,
)

APPLICATION_ID = 0x6B6D7370
"""Marks the file as one of this store: ``kmsp`` in ASCII."""

SCHEMA_VERSION = 1
"""Version of the tables; the file bears it as ``user_version``."""

TABLES: dict[type[Record], tuple[str, str]] = {
    KeyRecord: ("keys", "key_id"),
    VersionRecord: ("versions", "version_id"),
    AliasRecord: ("aliases", "name"),
    ImportRecord: ("imports", "token"),
}
"""The table of each kind of record, and the column that names a record; each field is a column."""

_KEYS_GO_WITH = "REFERENCES keys ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"

SCHEMA = f"""
CREATE TABLE keys (
    key_id TEXT PRIMARY KEY NOT NULL,
    key_spec TEXT NOT NULL,
    usage TEXT NOT NULL,
    protection_level TEXT NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    description TEXT NOT NULL,
    creation_date TEXT NOT NULL,
    last_rotation_date TEXT NOT NULL,
    has_material INTEGER NOT NULL,
    initial_version_id TEXT,
    primary_version_id TEXT,
    material_digest BLOB,
    material_expire_time TEXT,
    rotation_interval INTEGER,
    next_rotation_date TEXT,
    delete_date TEXT
);
CREATE TABLE versions (
    version_id TEXT PRIMARY KEY NOT NULL,
    key_id TEXT NOT NULL {_KEYS_GO_WITH},
    creation_date TEXT NOT NULL,
    secret BLOB NOT NULL,
    public_key BLOB NOT NULL
);
CREATE INDEX versions_of_key ON versions (key_id);
CREATE TABLE aliases (
    name TEXT PRIMARY KEY NOT NULL,
    key_id TEXT NOT NULL {_KEYS_GO_WITH}
);
CREATE INDEX aliases_of_key ON aliases (key_id);
CREATE TABLE imports (
    token TEXT PRIMARY KEY NOT NULL,
    key_id TEXT NOT NULL {_KEYS_GO_WITH},
    algorithm TEXT NOT NULL,
    secret BLOB NOT NULL,
    expire_time TEXT NOT NULL
);
CREATE INDEX imports_of_key ON imports (key_id);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""
"""Times are ISO 8601 texts in UTC, intervals are in microseconds."""

_MICROSECOND = timedelta(microseconds=1)


class SqliteStore(MemoryStore):
    """Keeps records in a file, which is made if it is not there."""

    def __init__(self, path: str | Path) -> None:
        """Open the file.

        Raises `StoreError` if it cannot be opened, another process has it, or it is none of this
        store and version.
        """
        super().__init__()
        self._path = Path(path)
        self._connection = _connect(self._path)
        try:
            with _told(self._path):
                _prepare(self._connection, self._path)
                for kind in TABLES:
                    self._put(_read(self._connection, kind))
        except BaseException:
            self._connection.close()
            raise

    def write(self, *records: Record) -> None:
        """Add records, or replace those of the same name: all of them or none."""
        with self._changed() as connection:
            for record in records:
                columns = [field.name for field in fields(record)]
                values = [_encoded(getattr(record, column)) for column in columns]
                connection.execute(_upsert(type(record), columns), values)
            connection.execute("COMMIT")
            self._put(records)

    def remove_key(self, key_id: str) -> None:
        """Remove a key with its versions, aliases and wrapping keys."""
        with self._changed() as connection:
            connection.execute("DELETE FROM keys WHERE key_id = ?", (key_id,))
            connection.execute("COMMIT")
            super().remove_key(key_id)

    def remove_alias(self, name: str) -> None:
        """Remove an alias."""
        with self._changed() as connection:
            connection.execute("DELETE FROM aliases WHERE name = ?", (name,))
            connection.execute("COMMIT")
            super().remove_alias(name)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _changed(self) -> Generator[sqlite3.Connection, None, None]:
        """Begin a transaction, and take it back if it is not committed."""
        with self._lock, _told(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")


def _connect(path: Path) -> sqlite3.Connection:
    try:
        # Made here and not by SQLite, so that nobody else can read the secrets.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        # No waiting: who has the file keeps it.
        return sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"The key store {path} cannot be opened: {error}.", "Give a file in a folder of yours."
        ) from error


@contextmanager
def _told(path: Path) -> Generator[None, None, None]:
    """Turn errors of SQLite into a `StoreError`."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise StoreError(
                f"The key store {path} is in use by another process.", "Stop it, or give two files."
            ) from error
        raise StoreError(
            f"The key store {path} cannot be read or written: {error}.",
            "Make room on the disk, or give the file of a key store.",
        ) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Lock the file, and make the tables if it is new."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    tables = _number(connection, "SELECT count(*) FROM sqlite_schema")
    application = _number(connection, "PRAGMA application_id")
    version = _number(connection, "PRAGMA user_version")
    if (tables, application, version) == (0, 0, 0):
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
    elif application != APPLICATION_ID:
        raise StoreError(f"The file {path} is no key store.", "Give another file.")
    elif version != SCHEMA_VERSION:
        raise StoreError(
            f"The key store {path} has version {version} of its tables, not {SCHEMA_VERSION}.",
            "Give another file, or the release of kmsproof that made this one.",
        )
    connection.execute("COMMIT")


def _number(connection: sqlite3.Connection, statement: str) -> int:
    with closing(connection.execute(statement)) as cursor:
        return int(cursor.fetchone()[0])


def _upsert(kind: type[Record], columns: list[str]) -> str:
    table, name = TABLES[kind]
    places = ", ".join("?" for _ in columns)
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) "
        f"ON CONFLICT ({name}) DO UPDATE SET {changes}"
    )


def _encoded(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return value // _MICROSECOND
        case StrEnum():
            return value.value
        case _:
            return value


def _read(connection: sqlite3.Connection, kind: type[Record]) -> Iterator[Record]:
    table, _ = TABLES[kind]
    hints = get_type_hints(kind)
    columns = [field.name for field in fields(kind)]
    decoders = [_decoder(hints[column]) for column in columns]
    rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY rowid")
    for row in rows:
        values = zip(columns, decoders, row, strict=True)
        given: dict[str, Any] = {
            column: None if value is None else decode(value) for column, decode, value in values
        }
        yield kind(**given)


def _decoder(hint: Any) -> Callable[[Any], Any]:
    """Return what makes a value of this type from what is in a column; nothing stays nothing."""
    named = next((part for part in get_args(hint) if part is not type(None)), hint)
    if named is datetime:
        return datetime.fromisoformat
    if named is timedelta:
        return lambda microseconds: microseconds * _MICROSECOND
    return cast(Callable[[Any], Any], named)
