"""A small AES key service that speaks decoded messages: right by default, with faults to choose.

It knows nothing of kmsproof and needs only ``cryptography``, so that the program around it starts
quickly. A fault is a subclass that does one thing wrongly.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

JsonObject = dict[str, Any]
"""A decoded message, or a part of one."""

BLOCK = 16


class Refusal(Exception):
    """The service refuses what it was given."""

    def __init__(self, rejection: str, code: str, message: str = "") -> None:
        super().__init__(code)
        self.body: JsonObject = {
            "rejected": {"class": rejection, "native_code": code, "message": message}
        }


class Service:
    """The service without a fault."""

    name = "fake"

    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {}
        self.closed = False

    def answer(self, request: JsonObject) -> JsonObject:
        """Return the outcome of a request, as one key and its value."""
        methods: dict[str, Callable[[JsonObject], JsonObject]] = {
            "describe": self.do_describe,
            "import_key": self.do_import_key,
            "encrypt": self.do_encrypt,
            "decrypt": self.do_decrypt,
            "destroy_key": self.do_destroy_key,
            "close": self.do_close,
        }
        if request["op"] not in methods:
            return {"unsupported": {"what": request["op"]}}
        try:
            return methods[request["op"]](request)
        except Refusal as refusal:
            return refusal.body

    def description(self) -> JsonObject:
        """What the service says of itself."""
        on_aes: JsonObject = {
            "key_specs": ["Aliyun_AES_128"],
            "protection_levels": ["Software-protected key"],
            "operations": ["encrypt", "decrypt"],
            "iv_chosen_by": ["caller"],
        }
        return {
            "protocol": 1,
            "name": self.name,
            "version": "1.0",
            "keys": [
                {
                    "key_specs": ["Aliyun_AES_128"],
                    "protection_levels": ["Software-protected key"],
                    "usages": ["ENCRYPT/DECRYPT"],
                    "importable": ["secret"],
                }
            ],
            "algorithms": [
                {
                    **on_aes,
                    "algorithm": "GCM",
                    "iv_lengths": [{"minimum": 8, "maximum": 16}],
                    "tag_lengths": [{"minimum": 12, "maximum": 16}],
                    "aad_lengths": [{}],
                },
                {
                    **on_aes,
                    "algorithm": "CBC",
                    "paddings": ["PKCS7_PADDING", "NO_PADDING"],
                    "iv_lengths": [{"minimum": 16, "maximum": 16}],
                },
            ],
        }

    def do_describe(self, request: JsonObject) -> JsonObject:
        """Answer ``describe``."""
        return {"ok": self.description()}

    def do_import_key(self, request: JsonObject) -> JsonObject:
        """Answer ``import_key``."""
        handle = os.urandom(8).hex()
        self.keys[handle] = bytes.fromhex(request["material"])
        return {"ok": {"key": handle}}

    def do_destroy_key(self, request: JsonObject) -> JsonObject:
        """Answer ``destroy_key``."""
        self._key(request)
        del self.keys[request["key"]]
        return {"ok": {}}

    def do_close(self, request: JsonObject) -> JsonObject:
        """Answer ``close``."""
        self.keys.clear()
        self.closed = True
        return {"ok": {}}

    def do_encrypt(self, request: JsonObject) -> JsonObject:
        """Answer ``encrypt``."""
        key, plaintext = self._key(request), bytes.fromhex(request["plaintext"])
        if request["algorithm"] == "GCM":
            ciphertext, tag = self.seal(key, self.iv(request), self.aad(request), plaintext)
            return {
                "ok": {"ciphertext": ciphertext.hex(), "tag": tag[: request["tag_length"]].hex()}
            }
        if request["padding"] == "PKCS7_PADDING":
            count = BLOCK - len(plaintext) % BLOCK
            plaintext += bytes([count]) * count
        context = Cipher(algorithms.AES(key), modes.CBC(self.iv(request))).encryptor()
        return {"ok": {"ciphertext": (context.update(plaintext) + context.finalize()).hex()}}

    def do_decrypt(self, request: JsonObject) -> JsonObject:
        """Answer ``decrypt``."""
        key, ciphertext = self._key(request), bytes.fromhex(request["ciphertext"])
        iv = self.iv(request)
        if request["algorithm"] == "GCM":
            tag = bytes.fromhex(request["tag"])
            if len(tag) != request["tag_length"]:
                raise Refusal("invalid-ciphertext", "TagLength", "the tag has another length")
            return {
                "ok": {"plaintext": self.open(key, iv, self.aad(request), ciphertext, tag).hex()}
            }
        if not ciphertext or len(ciphertext) % BLOCK:
            raise Refusal("invalid-ciphertext", "Length", "no whole number of blocks")
        context = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        padded = context.update(ciphertext) + context.finalize()
        plain = self.unpadded(padded) if request["padding"] == "PKCS7_PADDING" else padded
        return {"ok": {"plaintext": plain.hex()}}

    def _key(self, request: JsonObject) -> bytes:
        try:
            return self.keys[request["key"]]
        except KeyError:
            raise Refusal("not-found", "NoSuchKey") from None

    def iv(self, request: JsonObject) -> bytes:
        """The IV of a request, of a length that is declared."""
        iv = bytes.fromhex(request["iv"])
        lengths = range(8, 17) if request["algorithm"] == "GCM" else (BLOCK,)
        if len(iv) not in lengths:
            raise Refusal("invalid-argument", "IvLength", "no such IV")
        return iv

    def aad(self, request: JsonObject) -> bytes:
        """The associated data of a request."""
        return bytes.fromhex(request.get("aad") or "")

    def seal(self, key: bytes, iv: bytes, aad: bytes, plaintext: bytes) -> tuple[bytes, bytes]:
        """GCM encryption: ciphertext and the whole tag."""
        context = Cipher(algorithms.AES(key), modes.GCM(iv)).encryptor()
        context.authenticate_additional_data(aad)
        return context.update(plaintext) + context.finalize(), context.tag

    def open(self, key: bytes, iv: bytes, aad: bytes, ciphertext: bytes, tag: bytes) -> bytes:
        """GCM decryption."""
        mode = modes.GCM(iv, tag, min_tag_length=len(tag))
        context = Cipher(algorithms.AES(key), mode).decryptor()
        context.authenticate_additional_data(aad)
        plaintext = context.update(ciphertext)
        try:
            return plaintext + context.finalize()
        except InvalidTag:
            raise self.bad_tag(plaintext) from None

    def bad_tag(self, plaintext: bytes) -> Refusal:
        """The refusal of a ciphertext that is not authentic; the plaintext must stay inside."""
        return Refusal("invalid-ciphertext", "InvalidTag", "not authentic")

    def unpadded(self, padded: bytes) -> bytes:
        """Remove PKCS#7."""
        count = padded[-1]
        if not 1 <= count <= BLOCK:
            raise self.bad_padding("count")
        if padded[-count:] != bytes([count]) * count:
            raise self.bad_padding("bytes")
        return padded[:-count]

    def bad_padding(self, what: str) -> Refusal:
        """The refusal of a padding; what exactly was wrong must stay inside."""
        return Refusal("invalid-ciphertext", "BadPadding", "the padding is wrong")


# Faults of judgement: the messages are well formed, and what they say is wrong.


class Constant(Service):
    """Answers every call with the same value."""

    def do_encrypt(self, request: JsonObject) -> JsonObject:
        """Answer a constant."""
        return {"ok": {"ciphertext": "00" * 32, "tag": "00" * 16}}

    def do_decrypt(self, request: JsonObject) -> JsonObject:
        """Answer a constant."""
        return {"ok": {"plaintext": "00" * 32}}


class _SameForAll(Service):
    """Answers every encryption and decryption with the same outcome."""

    body: ClassVar[JsonObject]

    def do_encrypt(self, request: JsonObject) -> JsonObject:
        """Answer the outcome."""
        return self.body

    def do_decrypt(self, request: JsonObject) -> JsonObject:
        """Answer the outcome."""
        return self.body


class RejectAll(_SameForAll):
    """Refuses everything, the way a wrong ciphertext is refused."""

    body = Refusal("invalid-ciphertext", "No").body


class ErrorAll(_SameForAll):
    """Is never available."""

    body: ClassVar[JsonObject] = {"error": {"kind": "transport", "message": "503 Unavailable"}}


class UnsupportedAll(_SameForAll):
    """Declares everything and then says that it does not offer it."""

    body: ClassVar[JsonObject] = {"unsupported": {"what": "not in this edition"}}


class RejectImport(Service):
    """Refuses every key, with a class that is right for some invalid inputs."""

    def do_import_key(self, request: JsonObject) -> JsonObject:
        """Refuse."""
        raise Refusal("invalid-ciphertext", "BadKey")


class ErrorImport(Service):
    """Cannot take keys at the moment."""

    def do_import_key(self, request: JsonObject) -> JsonObject:
        """Answer an error."""
        return {"error": {"kind": "throttled", "message": "429 Too Many Requests"}}


class ErrorDestroy(Service):
    """Never lets go of a key."""

    def do_destroy_key(self, request: JsonObject) -> JsonObject:
        """Answer an error."""
        return {"error": {"kind": "transport", "message": "503 Service Unavailable"}}


class AcceptEveryTag(Service):
    """Does not compare the tag."""

    def open(self, key: bytes, iv: bytes, aad: bytes, ciphertext: bytes, tag: bytes) -> bytes:
        """Decrypt without a look at the tag."""
        return self.seal(key, iv, aad, ciphertext)[0]


class IgnoreAad(Service):
    """Leaves the associated data out of the tag."""

    def aad(self, request: JsonObject) -> bytes:
        """Forget it."""
        return b""


class IgnorePadding(Service):
    """Returns the plaintext with whatever padding it has."""

    def unpadded(self, padded: bytes) -> bytes:
        """Leave the padding where it is."""
        return padded


class StripOnly(Service):
    """Removes as many bytes as the last one says, and checks nothing."""

    def unpadded(self, padded: bytes) -> bytes:
        """Strip."""
        return padded[: len(padded) - padded[-1]]


class LeakText(Service):
    """Writes the plaintext into the message of its refusal."""

    def bad_tag(self, plaintext: bytes) -> Refusal:
        """Tell the plaintext."""
        return Refusal("invalid-ciphertext", "InvalidTag", f"would be {plaintext.hex().upper()}")


class LeakCode(Service):
    """Writes the plaintext into the native code of its refusal."""

    def bad_tag(self, plaintext: bytes) -> Refusal:
        """Tell the plaintext."""
        return Refusal("invalid-ciphertext", plaintext.decode("latin-1"))


class PaddingOracle(Service):
    """Tells a wrong count from wrong padding bytes."""

    def bad_padding(self, what: str) -> Refusal:
        """Tell what was wrong."""
        return Refusal("invalid-ciphertext", f"BadPadding-{what}")


class DeclareNothing(Service):
    """Can do everything and declares nothing."""

    def description(self) -> JsonObject:
        """Leave everything out."""
        return {**super().description(), "keys": [], "algorithms": []}


class DeclareLess(Service):
    """Can do IVs of 8 bytes and does not declare them."""

    def description(self) -> JsonObject:
        """Leave the short IVs out."""
        described = super().description()
        described["algorithms"][0]["iv_lengths"] = [{"minimum": 12, "maximum": 12}]
        return described


class Tired(Service):
    """Works for a while and then refuses everything, as after the loss of a session."""

    def __init__(self, calls: int = 12) -> None:
        super().__init__()
        self.calls = calls

    def do_import_key(self, request: JsonObject) -> JsonObject:
        """Take a key and be fresh again."""
        self.left = self.calls
        return super().do_import_key(request)

    def do_decrypt(self, request: JsonObject) -> JsonObject:
        """Decrypt, as long as there is strength."""
        self._spend()
        return super().do_decrypt(request)

    def do_encrypt(self, request: JsonObject) -> JsonObject:
        """Encrypt, as long as there is strength."""
        self._spend()
        return super().do_encrypt(request)

    def _spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Refusal("invalid-ciphertext", "Tired")


FAULTS: dict[str, type[Service]] = {
    "good": Service,
    "constant": Constant,
    "reject-all": RejectAll,
    "error-all": ErrorAll,
    "unsupported-all": UnsupportedAll,
    "reject-import": RejectImport,
    "error-import": ErrorImport,
    "error-destroy": ErrorDestroy,
    "accept-every-tag": AcceptEveryTag,
    "ignore-aad": IgnoreAad,
    "ignore-padding": IgnorePadding,
    "strip-only": StripOnly,
    "leak-text": LeakText,
    "leak-code": LeakCode,
    "padding-oracle": PaddingOracle,
    "declare-nothing": DeclareNothing,
    "declare-less": DeclareLess,
    "tired": Tired,
}
"""Every service by the name of its fault."""
