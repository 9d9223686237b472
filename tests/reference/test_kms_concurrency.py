"""The service under many threads: every answer is a right one, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier

import pytest

from kmsproof_reference.kms.errors import (
    AliasAlreadyExists,
    KmsError,
    RejectedDisabled,
    RejectedUnsupportedOperation,
)
from kmsproof_reference.kms.sqlite_store import SqliteStore
from kmsproof_reference.kms.store import KeyStore, MemoryStore
from kmsproof_reference.vocabulary import Algorithm, KeySpec, KeyState, KeyUsage
from kmsproof_testing.kms import DAY, Kms

REQUESTS = 1000
THREADS = 16


def run(call: Callable[[int], str]) -> Counter[str]:
    """Make a thousand calls from all threads, and count what they answer."""
    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(call, range(REQUESTS)))


def stores(tmp_path: Path) -> dict[str, Callable[[], KeyStore]]:
    """How each kind of store is made."""
    return {"memory": MemoryStore, "file": lambda: SqliteStore(tmp_path / "keys.db")}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["memory", "file"])
def test_a_thousand_mixed_requests(kind: str, tmp_path: Path) -> None:
    kms = Kms(store=stores(tmp_path)[kind]())
    service = kms.service
    stable, signer = kms.key(), kms.key(KeySpec.EC_P256, KeyUsage.SIGN_VERIFY)
    changing, rsa = kms.key(), kms.key(KeySpec.RSA_2048)

    def seal(number: int) -> str:
        text = number.to_bytes(4, "big")
        algorithm = (Algorithm.GCM, Algorithm.CBC, Algorithm.ECB)[number % 3]
        sealed = service.encrypt(stable, text, algorithm=algorithm)
        opened = service.decrypt(stable, sealed.ciphertext, algorithm=algorithm, iv=sealed.iv)
        return "sealed" if opened.plaintext == text else "wrong plaintext"

    def sign(number: int) -> str:
        signature = service.sign(signer, number.to_bytes(4, "big")).signature
        valid = service.verify(signer, number.to_bytes(4, "big"), signature).valid
        return "signed" if valid else "wrong signature"

    def wrap(number: int) -> str:
        sealed = service.encrypt(rsa, number.to_bytes(4, "big"))
        opened = service.decrypt(rsa, sealed.ciphertext).plaintext
        return "wrapped" if opened == number.to_bytes(4, "big") else "wrong plaintext"

    def change(number: int) -> str:
        (service.disable_key if number % 2 else service.enable_key)(changing)
        return "changed"

    def use(number: int) -> str:
        with suppress(RejectedDisabled):
            service.encrypt(changing, b"text")
        return "used"

    def make(number: int) -> str:
        key_id = service.create_key().key_id
        service.create_alias(f"alias/{number}", key_id)
        return "made" if service.describe_key(f"alias/{number}").key_id == key_id else "lost"

    def look(number: int) -> str:
        listed = {key.key_id for key in service.list_keys()}
        return "looked" if {stable, signer, changing} <= listed else "missing"

    kinds = (seal, seal, seal, sign, change, use, make, look, wrap, use)
    answers = run(lambda number: kinds[number % 10](number))
    assert answers == {
        "sealed": 300,
        "signed": 100,
        "changed": 100,
        "used": 200,
        "made": 100,
        "looked": 100,
        "wrapped": 100,
    }
    assert len(service.list_keys()) == 104
    assert len(service.list_aliases()) == 100
    if kind == "file":
        service.close()
        assert len(SqliteStore(tmp_path / "keys.db").keys()) == 104


def together(*calls: Callable[[], object]) -> Counter[str]:
    """Make calls at the same moment; count how they end."""
    barrier = Barrier(len(calls))

    def ending(call: Callable[[], object]) -> str:
        barrier.wait()
        try:
            call()
        except KmsError as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(ending, calls))


def test_one_of_many_gets_an_alias() -> None:
    kms = Kms()
    keys = [kms.key() for _ in range(8)]
    ended = together(*(lambda key=key: kms.service.create_alias("alias/name", key) for key in keys))
    assert ended == {"done": 1, AliasAlreadyExists.__name__: 7}


def test_one_of_many_makes_a_version() -> None:
    kms = Kms()
    key_id = kms.key(KeySpec.EC_P256)
    kms.clock.turn(7 * DAY)
    ended = together(*8 * [lambda: kms.service.create_key_version(key_id)])
    assert ended == {"done": 1, RejectedUnsupportedOperation.__name__: 7}
    assert len(kms.service.list_key_versions(key_id)) == 2


def test_one_of_many_schedules_a_deletion() -> None:
    kms = Kms()
    key_id = kms.key()
    ended = together(*8 * [lambda: kms.service.schedule_key_deletion(key_id, 7)])
    assert ended == {"done": 1, "StateModifiedFailed": 7}
    assert kms.state(key_id) is KeyState.PENDING_DELETION


def test_a_rotation_that_is_due_happens_once() -> None:
    kms = Kms()
    key_id = kms.service.create_key(automatic_rotation=True, rotation_interval=7 * DAY).key_id
    kms.clock.turn(7 * DAY)
    ended = together(*8 * [lambda: kms.service.encrypt(key_id, b"text")])
    assert ended == {"done": 8}
    assert len(kms.service.list_key_versions(key_id)) == 2


def test_no_two_ivs_are_the_same() -> None:
    kms = Kms()
    key_id = kms.key()

    def iv_of(number: int) -> bytes | None:
        return kms.service.encrypt(key_id, b"").iv

    with ThreadPoolExecutor(THREADS) as pool:
        ivs = set(pool.map(iv_of, range(REQUESTS)))
    assert len(ivs) == REQUESTS
