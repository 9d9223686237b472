"""Key services with asymmetric keys that do one thing wrongly, each by the name of its fault."""

from __future__ import annotations

import hashlib
from typing import ClassVar

from kmsproof_testing.fakes.asymmetric import TAG_LENGTH, AsymmetricService, Key
from kmsproof_testing.fakes.service import JsonObject, Refusal

CONSTANT = b"always the same"


class AsymmetricConstant(AsymmetricService):
    """Answers every call with the same value."""

    def do_encrypt(self, request: JsonObject) -> JsonObject:
        """Answer a constant."""
        return {"ok": {"ciphertext": "00" * 256}}

    def do_decrypt(self, request: JsonObject) -> JsonObject:
        """Answer a constant."""
        return {"ok": {"plaintext": "00" * 32}}

    def do_sign(self, request: JsonObject) -> JsonObject:
        """Answer a constant."""
        return {"ok": {"signature": "00" * 256}}

    def do_verify(self, request: JsonObject) -> JsonObject:
        """Answer a constant."""
        return {"ok": {"valid": True}}


class _SameForAll(AsymmetricService):
    """Answers everything about a key with the same outcome."""

    body: ClassVar[JsonObject]

    def answer(self, request: JsonObject) -> JsonObject:
        """Answer the outcome."""
        if request["op"] in ("encrypt", "decrypt", "sign", "verify"):
            return self.body
        return super().answer(request)


class AsymmetricRejectAll(_SameForAll):
    """Refuses everything, in a way that is right for a bad ciphertext."""

    body = Refusal("invalid-ciphertext", "No").body


class AsymmetricArgumentAll(_SameForAll):
    """Refuses everything, in a way that is right for a bad key or digest."""

    body = Refusal("invalid-argument", "No").body


class AsymmetricErrorAll(_SameForAll):
    """Is never available."""

    body: ClassVar[JsonObject] = {"error": {"kind": "transport", "message": "503 Unavailable"}}


class AsymmetricUnsupportedAll(_SameForAll):
    """Declares everything and then says that it does not offer it."""

    body: ClassVar[JsonObject] = {"unsupported": {"what": "not in this edition"}}


class AsymmetricRejectImport(AsymmetricService):
    """Refuses every key, with the class that is right for a bad one."""

    def do_import_key(self, request: JsonObject) -> JsonObject:
        """Refuse."""
        raise Refusal("invalid-argument", "BadKey")


class AsymmetricErrorImport(AsymmetricService):
    """Cannot take keys at the moment."""

    def do_import_key(self, request: JsonObject) -> JsonObject:
        """Answer an error."""
        return {"error": {"kind": "throttled", "message": "429 Too Many Requests"}}


class FullStore(AsymmetricService):
    """Takes four keys and from then on refuses every one, as a store that is full."""

    def do_import_key(self, request: JsonObject) -> JsonObject:
        """Take a key as long as there is room; a group's own key always has its place."""
        if len(self.pairs) >= 4:
            raise Refusal("invalid-argument", "NoSpace")
        return super().do_import_key(request)

    def do_destroy_key(self, request: JsonObject) -> JsonObject:
        """Forget the key, and if it is the first one all others with it."""
        body = super().do_destroy_key(request)
        if request["key"] == next(iter(self.pairs)):
            self.pairs.clear()
        return body


class ImportAll(AsymmetricService):
    """Takes whatever comes as a key, and answers for it with the last one that was good."""

    def loaded(self, part: str, material: bytes) -> Key:
        """Take it."""
        try:
            self.last = super().loaded(part, material)
        except Refusal:
            return self.last
        return self.last


class VerifyTrue(AsymmetricService):
    """Finds every signature right."""

    def verified(self, public: Key, algorithm: str, digest: bytes, signature: bytes) -> bool:
        """Say yes."""
        return True


class VerifyFalse(AsymmetricService):
    """Finds every signature wrong."""

    def verified(self, public: Key, algorithm: str, digest: bytes, signature: bytes) -> bool:
        """Say no."""
        return False


class SignConstant(AsymmetricService):
    """Signs the same message whatever it is given, rightly."""

    def signed(self, key: Key, algorithm: str, digest: bytes) -> bytes:
        """Sign something else."""
        return super().signed(key, algorithm, hashlib.sha256(CONSTANT).digest())


class EncryptConstant(AsymmetricService):
    """Encrypts the same plaintext whatever it is given, rightly."""

    def encrypted(self, public: Key, text: bytes, label: bytes) -> bytes:
        """Encrypt something else."""
        super().encrypted(public, text, label)
        return super().encrypted(public, CONSTANT, label)


class HashAgain(AsymmetricService):
    """Takes a digest for a message."""

    def digest(self, request: JsonObject) -> bytes:
        """Hash whatever comes."""
        super().digest(request)
        return hashlib.sha256(bytes.fromhex(request["message"])).digest()


class IgnoreLabel(AsymmetricService):
    """Leaves the label out."""

    def label(self, request: JsonObject) -> bytes:
        """Forget it."""
        return b""


class IgnoreTag(AsymmetricService):
    """Does not look at the tag of ECIES."""

    def tag_is_right(self, keys: bytes, body: bytes, tag: bytes) -> bool:
        """Say yes."""
        return True


class OtherDialect(AsymmetricService):
    """Has the keys of ECIES in the other order."""

    def ecies_keys(self, z: bytes, length: int) -> bytes:
        """Turn them round."""
        keys = super().ecies_keys(z, length)
        return keys[TAG_LENGTH:] + keys[:TAG_LENGTH]


class DecryptionOracle(AsymmetricService):
    """Tells what was wrong with a ciphertext."""

    def bad_ciphertext(self, what: str, text: bytes) -> Refusal:
        """Tell it."""
        return Refusal("invalid-ciphertext", "DecryptionFailed", what)


class DecryptionLeak(AsymmetricService):
    """Writes the plaintext into the message of its refusal."""

    def bad_ciphertext(self, what: str, text: bytes) -> Refusal:
        """Tell it."""
        return Refusal("invalid-ciphertext", "DecryptionFailed", text.hex())


class AsymmetricDeclareNothing(AsymmetricService):
    """Can do everything and declares nothing."""

    def description(self) -> JsonObject:
        """Leave everything out."""
        return {**super().description(), "keys": [], "algorithms": []}


class NoDigests(AsymmetricService):
    """Can do labels, digests and the other DigestInfo, and declares none of them."""

    def description(self) -> JsonObject:
        """Leave them out."""
        described = super().description()
        for capability in described["algorithms"]:
            capability.pop("features", None)
            if "message_types" in capability:
                capability["message_types"] = ["RAW"]
        return described


ASYMMETRIC_FAULTS: dict[str, type[AsymmetricService]] = {
    "asymmetric": AsymmetricService,
    "asymmetric-constant": AsymmetricConstant,
    "asymmetric-reject-all": AsymmetricRejectAll,
    "asymmetric-argument-all": AsymmetricArgumentAll,
    "asymmetric-error-all": AsymmetricErrorAll,
    "asymmetric-unsupported-all": AsymmetricUnsupportedAll,
    "asymmetric-reject-import": AsymmetricRejectImport,
    "asymmetric-error-import": AsymmetricErrorImport,
    "full-store": FullStore,
    "import-all": ImportAll,
    "verify-true": VerifyTrue,
    "verify-false": VerifyFalse,
    "sign-constant": SignConstant,
    "encrypt-constant": EncryptConstant,
    "hash-again": HashAgain,
    "ignore-label": IgnoreLabel,
    "ignore-tag": IgnoreTag,
    "other-dialect": OtherDialect,
    "decryption-oracle": DecryptionOracle,
    "decryption-leak": DecryptionLeak,
    "asymmetric-declare-nothing": AsymmetricDeclareNothing,
    "no-digests": NoDigests,
}
"""Every such service by the name of its fault."""
