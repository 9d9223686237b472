"""The life of keys against a model: any order of operations, and of days that go by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from kmsproof_reference.kms.errors import (
    KeyNotFound,
    KmsError,
    RejectedDisabled,
    RejectedPendingDeletion,
    RejectedPendingImport,
    StateModifiedFailed,
)
from kmsproof_reference.kms.metadata import Encrypted, Origin
from kmsproof_reference.vocabulary import KeyState
from kmsproof_testing.kms import DAY, Kms, refusal_of

USE: dict[KeyState, type[KmsError]] = {
    KeyState.DISABLED: RejectedDisabled,
    KeyState.PENDING_DELETION: RejectedPendingDeletion,
    KeyState.PENDING_IMPORT: RejectedPendingImport,
}


@dataclass
class Model:
    """What a key is expected to be."""

    state: KeyState
    external: bool
    has_material: bool
    delete_date: datetime | None = None
    expire_time: datetime | None = None
    sealed: Encrypted | None = None


class KeyLives(RuleBasedStateMachine):
    """Keys that are made, used, disabled, enabled, scheduled, taken back, filled and emptied."""

    keys: Bundle[str] = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.kms = Kms()
        self.models: dict[str, Model] = {}

    # What the model expects.

    def expected(self, key: str) -> Model | None:
        """The model of a key at this time; nothing if it is gone."""
        model, now = self.models[key], self.kms.clock.now
        if model.delete_date is not None and model.delete_date <= now:
            return None
        if model.expire_time is not None and model.expire_time <= now:
            self.empty(model)
        return model

    def empty(self, model: Model) -> None:
        """Take the material of a key away."""
        model.has_material, model.expire_time = False, None
        if model.state is not KeyState.PENDING_DELETION:
            model.state = KeyState.PENDING_IMPORT

    def refused(self, key: str, model: Model | None, *states: KeyState) -> type[KmsError] | None:
        """The error of a change of state that is not possible from these states."""
        if model is None:
            return KeyNotFound
        return StateModifiedFailed if model.state in states else None

    # What is done.

    @rule(target=keys, external=st.booleans())
    def make(self, external: bool) -> str:
        key = self.kms.key(origin=Origin.EXTERNAL if external else Origin.ALIYUN_KMS)
        state = KeyState.PENDING_IMPORT if external else KeyState.ENABLED
        self.models[key] = Model(state, external, has_material=not external)
        return key

    @rule(key=keys)
    def use(self, key: str) -> None:
        model, service = self.expected(key), self.kms.service
        wanted = KeyNotFound if model is None else USE.get(model.state)
        assert refusal_of(lambda: service.generate_data_key(key)) is wanted
        if model is None or wanted is not None:
            assert refusal_of(lambda: service.encrypt(key, b"text")) is wanted
            assert refusal_of(lambda: service.decrypt(key, bytes(32), iv=bytes(12))) is wanted
            return
        if model.sealed is not None:
            opened = service.decrypt(key, model.sealed.ciphertext, iv=model.sealed.iv)
            assert opened.plaintext == key.encode()
        model.sealed = service.encrypt(key, key.encode())

    @rule(key=keys)
    def disable(self, key: str) -> None:
        model = self.expected(key)
        wanted = self.refused(key, model, KeyState.PENDING_DELETION, KeyState.PENDING_IMPORT)
        assert refusal_of(lambda: self.kms.service.disable_key(key)) is wanted
        if model is not None and wanted is None:
            model.state = KeyState.DISABLED

    @rule(key=keys)
    def enable(self, key: str) -> None:
        model = self.expected(key)
        wanted = self.refused(key, model, KeyState.PENDING_DELETION, KeyState.PENDING_IMPORT)
        assert refusal_of(lambda: self.kms.service.enable_key(key)) is wanted
        if model is not None and wanted is None:
            model.state = KeyState.ENABLED

    @rule(key=keys, days=st.integers(7, 12))
    def schedule(self, key: str, days: int) -> None:
        model = self.expected(key)
        wanted = self.refused(key, model, KeyState.PENDING_DELETION)
        assert refusal_of(lambda: self.kms.service.schedule_key_deletion(key, days)) is wanted
        if model is not None and wanted is None:
            model.state = KeyState.PENDING_DELETION
            model.delete_date = self.kms.clock.now + days * DAY

    @rule(key=keys)
    def cancel(self, key: str) -> None:
        model = self.expected(key)
        others = set(KeyState) - {KeyState.PENDING_DELETION}
        wanted = self.refused(key, model, *others)
        assert refusal_of(lambda: self.kms.service.cancel_key_deletion(key)) is wanted
        if model is not None and wanted is None:
            model.delete_date = None
            model.state = KeyState.ENABLED if model.has_material else KeyState.PENDING_IMPORT

    @rule(key=keys, days=st.none() | st.integers(1, 6))
    def fill(self, key: str, days: int | None) -> None:
        model = self.expected(key)
        if model is None or not model.external or model.state is KeyState.PENDING_DELETION:
            return
        expire_time = None if days is None else self.kms.clock.now + days * DAY
        self.kms.import_material(key, expire_time=expire_time)
        model.has_material, model.expire_time = True, expire_time
        if model.state is KeyState.PENDING_IMPORT:
            model.state = KeyState.ENABLED

    @rule(key=keys)
    def drain(self, key: str) -> None:
        model = self.expected(key)
        if model is not None and model.external:
            self.kms.service.delete_key_material(key)
            self.empty(model)

    @rule(hours=st.integers(1, 100))
    def wait(self, hours: int) -> None:
        self.kms.clock.turn(timedelta(hours=hours))

    # What is always so.

    @invariant()
    def the_service_says_what_the_model_says(self) -> None:
        alive: list[tuple[str, KeyState, datetime | None, datetime | None]] = []
        for key in self.models:
            model = self.expected(key)
            if model is not None:
                alive.append((key, model.state, model.delete_date, model.expire_time))
        assert alive == [
            (key.key_id, key.state, key.delete_date, key.material_expire_time)
            for key in self.kms.service.list_keys()
        ]


TestKeyLives = KeyLives.TestCase
TestKeyLives.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
