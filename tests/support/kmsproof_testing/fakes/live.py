"""A small key service that makes its keys itself: right by default, with faults to choose."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import ClassVar

from kmsproof_testing.fakes.service import JsonObject, Refusal, Service

STORE_VARIABLE = "KMSPROOF_TEST_STORE"
"""Names a file in which the keys outlive the program, as those of a real service do."""


class LiveService(Service):
    """Makes AES keys, which have a state; none comes in or out."""

    def __init__(self) -> None:
        super().__init__()
        self.disabled: set[str] = set()
        self.made: list[str] = []
        store = os.environ.get(STORE_VARIABLE)
        self.store = Path(store) if store else None
        if self.store is not None and self.store.exists():
            found: dict[str, str] = json.loads(self.store.read_text())
            self.keys.update({name: bytes.fromhex(key) for name, key in found.items()})

    def description(self) -> JsonObject:
        """Say that keys are made here."""
        described = super().description()
        [keys] = described["keys"]
        made: JsonObject = {**keys, "create": True, "importable": [], "lifecycle": True}
        for algorithm in described["algorithms"]:
            algorithm["iv_chosen_by"] = ["caller", "target"]
        return {**described, "keys": [made]}

    def answer(self, request: JsonObject) -> JsonObject:
        """Answer what has to do with the life of keys, and leave the rest to the service."""
        methods = {
            "create_key": self.do_create_key,
            "describe_key": self.do_describe_key,
            "disable_key": self.do_disable_key,
            "enable_key": self.do_enable_key,
        }
        if request["op"] not in methods:
            return super().answer(request)
        try:
            return methods[request["op"]](request)
        except Refusal as refusal:
            return refusal.body

    def do_create_key(self, request: JsonObject) -> JsonObject:
        """Make a key."""
        handle = os.urandom(8).hex()
        self.keys[handle] = os.urandom(16)
        self.made.append(handle)
        self._keep()
        return {"ok": {"key": handle}}

    def do_describe_key(self, request: JsonObject) -> JsonObject:
        """Describe a key."""
        self.key_of(request)
        state = "Disabled" if request["key"] in self.disabled else "Enabled"
        return {
            "ok": {
                "key_spec": "Aliyun_AES_128",
                "usage": "ENCRYPT/DECRYPT",
                "protection_level": "Software-protected key",
                "state": state,
            }
        }

    def do_disable_key(self, request: JsonObject) -> JsonObject:
        """Refuse to use a key from now on."""
        self.key_of(request)
        self.disabled.add(request["key"])
        return {"ok": {}}

    def do_enable_key(self, request: JsonObject) -> JsonObject:
        """Allow a key again."""
        self.key_of(request)
        self.disabled.discard(request["key"])
        return {"ok": {}}

    def do_destroy_key(self, request: JsonObject) -> JsonObject:
        """Remove a key."""
        outcome = super().do_destroy_key(request)
        self._keep()
        return outcome

    def do_close(self, request: JsonObject) -> JsonObject:
        """End the session; keys stay, as in a real service."""
        self.closed = True
        return {"ok": {}}

    def do_encrypt(self, request: JsonObject) -> JsonObject:
        """Encrypt with a key that is enabled."""
        self.refuse_disabled(request)
        iv = self.chosen_iv(request)
        answer = super().do_encrypt({**request, "iv": iv})
        return {"ok": {**answer["ok"], "iv": iv}} if "ok" in answer else answer

    def chosen_iv(self, request: JsonObject) -> str:
        """The IV of an encryption: the caller's, or a random one."""
        length = 12 if request["algorithm"] == "GCM" else 16
        return str(request.get("iv") or os.urandom(length).hex())

    def do_decrypt(self, request: JsonObject) -> JsonObject:
        """Decrypt with a key that is enabled."""
        self.refuse_disabled(request)
        return super().do_decrypt(request)

    def refuse_disabled(self, request: JsonObject) -> None:
        """Refuse a key that is disabled."""
        if request["key"] in self.disabled:
            raise Refusal("key-state", "Rejected.Disabled")

    def key_of(self, request: JsonObject) -> bytes:
        """The key that a request names."""
        return self._key(request)

    def _keep(self) -> None:
        if self.store is not None:
            kept = {name: key.hex() for name, key in self.keys.items()}
            self.store.write_text(json.dumps(kept))


class LiveAcceptEveryTag(LiveService):
    """Does not compare the tag."""

    def open(self, key: bytes, iv: bytes, aad: bytes, ciphertext: bytes, tag: bytes) -> bytes:
        """Decrypt without a look at the tag."""
        return self.seal(key, iv, aad, ciphertext)[0]


class LiveTalkative(LiveService):
    """Tells something else with each refusal."""

    def bad_tag(self, plaintext: bytes) -> Refusal:
        """Refuse, with a number."""
        self.refusals = getattr(self, "refusals", 0) + 1
        return Refusal("invalid-ciphertext", f"InvalidTag{self.refusals}")


class LiveLeak(LiveService):
    """Writes the plaintext into the message of its refusal."""

    def bad_tag(self, plaintext: bytes) -> Refusal:
        """Tell the plaintext."""
        return Refusal("invalid-ciphertext", "InvalidTag", f"would be {plaintext.hex()}")


class LiveRepeatIv(LiveService):
    """Takes the same IV for every encryption."""

    def chosen_iv(self, request: JsonObject) -> str:
        """The IV that it always takes."""
        return str(request.get("iv") or "07" * (12 if request["algorithm"] == "GCM" else 16))


class LiveIgnoreState(LiveService):
    """Uses keys that are disabled."""

    def refuse_disabled(self, request: JsonObject) -> None:
        """Refuse nothing."""


class LiveRefuseKeys(LiveService):
    """Makes no key, whatever it declares."""

    def do_create_key(self, request: JsonObject) -> JsonObject:
        """Refuse."""
        raise Refusal("access-denied", "Rejected.LimitExceeded")


class LiveKeepKeys(LiveService):
    """Does not let go of its keys."""

    def do_destroy_key(self, request: JsonObject) -> JsonObject:
        """Answer an error."""
        return {"error": {"kind": "transport", "message": "503 Service Unavailable"}}


class LiveTired(LiveService):
    """Refuses every decryption after some, as after the loss of a session."""

    calls: ClassVar[int] = 5

    def do_decrypt(self, request: JsonObject) -> JsonObject:
        """Decrypt, as long as there is strength."""
        self.used = getattr(self, "used", 0) + 1
        if self.used > self.calls:
            raise Refusal("invalid-ciphertext", "InvalidTag", "not authentic")
        return super().do_decrypt(request)


class LiveThrottled(LiveService):
    """Answers every second call that it is too fast."""

    def answer(self, request: JsonObject) -> JsonObject:
        """Answer, or ask for patience."""
        self.calls = getattr(self, "calls", 0) + 1
        if self.calls % 2 == 0:
            return {"error": {"kind": "throttled", "message": "429 Too Many Requests"}}
        return super().answer(request)


LIVE_FAULTS: dict[str, type[Service]] = {
    "live-good": LiveService,
    "live-accept-every-tag": LiveAcceptEveryTag,
    "live-talkative": LiveTalkative,
    "live-leak": LiveLeak,
    "live-repeat-iv": LiveRepeatIv,
    "live-ignore-state": LiveIgnoreState,
    "live-refuse-keys": LiveRefuseKeys,
    "live-keep-keys": LiveKeepKeys,
    "live-tired": LiveTired,
    "live-throttled": LiveThrottled,
}
"""Every service that makes keys, by the name of its fault."""
