"""Targets that make AES keys and are wrong in one way each."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kmsproof.messages import CreateKey, Decrypt, EnableKey, Encrypt
from kmsproof.outcome import Decrypted, Done, Encrypted, KeyHandle, Ok, Outcome, Rejected
from kmsproof.vocabulary import Algorithm, HexBytes
from kmsproof_adapters.pyca.aes import INVALID_TAG, PycaAesKey
from kmsproof_reference.gcm import Gcm
from kmsproof_testing.live_target import MadeKeys, OpaqueKeys

# Faults of targets.


class RepeatsIvs(MadeKeys):
    """Takes one IV for all messages."""

    def new_iv(self, length: int) -> bytes:
        """The IV that it always takes."""
        return b"\x07" * length


class RepeatsOpaqueIvs(OpaqueKeys):
    """Takes one IV for all messages, which nobody sees."""

    def new_iv(self, length: int) -> bytes:
        """The IV that it always takes."""
        return b"\x07" * length


class ForgetsIvs(MadeKeys):
    """Begins to count again when a key is made or enabled."""

    counter = 0

    def create_key(self, request: CreateKey) -> Outcome[KeyHandle]:
        """Begin."""
        self.counter = 0
        return super().create_key(request)

    def new_iv(self, length: int) -> bytes:
        """Count."""
        self.counter += 1
        return self.counter.to_bytes(length, "big")

    def enable_key(self, request: EnableKey) -> Outcome[Done]:
        """Forget where the counter was."""
        self.counter = 0
        return super().enable_key(request)


class CountsIvs(MadeKeys):
    """Counts IVs up, which is fine in GCM alone."""

    counter = 2**90

    def new_iv(self, length: int) -> bytes:
        """Count."""
        self.counter += 1
        return self.counter.to_bytes(length, "big")


class ChainsIvs(MadeKeys):
    """Takes the last block of the message before as IV."""

    last = bytes(16)

    def new_iv(self, length: int) -> bytes:
        """The end of the ciphertext before."""
        return self.last[:length] if any(self.last) else super().new_iv(length)

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Encrypt, and keep the end."""
        made = super().encrypt(request)
        if isinstance(made, Ok) and len(made.value.ciphertext) >= 16:
            self.last = bytes(made.value.ciphertext[-16:])
        return made


class LosesParts(MadeKeys):
    """Gives out neither IV nor tag, and empty ciphertexts."""

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Encrypt, and lose it."""
        made = super().encrypt(request)
        return Ok(Encrypted(HexBytes())) if isinstance(made, Ok) else made


class ShortensParts(MadeKeys):
    """Gives out all but the last byte of everything."""

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Encrypt, and cut."""
        made = super().encrypt(request)
        if not isinstance(made, Ok):
            return made
        parts = (made.value.ciphertext, made.value.iv, made.value.tag)
        text, iv, tag = (None if each is None else HexBytes(each[:-1]) for each in parts)
        return Ok(Encrypted(text or HexBytes(), iv, tag))


# Faults of keys.


class ComparesTag(PycaAesKey):
    """Compares the tag in its own way; a subclass says how."""

    def decrypt_gcm(
        self, request: Decrypt, iv: HexBytes, tag: HexBytes, tag_length: int
    ) -> Outcome[Decrypted]:
        """Find the right tag, and compare; encrypting twice is decrypting."""
        plaintext, _ = self.sealed(request.ciphertext, iv, None)
        _, right = self.sealed(plaintext, iv, request.aad)
        return Ok(Decrypted(plaintext)) if self.same(right, tag) else INVALID_TAG

    def sealed(
        self, text: HexBytes, iv: HexBytes, aad: HexBytes | None
    ) -> tuple[HexBytes, HexBytes]:
        """Return ciphertext and tag."""
        request = Encrypt(key="", algorithm=Algorithm.GCM, plaintext=text, aad=aad)
        made = self.encrypt_gcm(request, iv, 16)
        assert isinstance(made, Ok)
        assert made.value.tag is not None
        return made.value.ciphertext, made.value.tag

    def same(self, right: bytes, given: bytes) -> bool:
        """Compare all."""
        return right == given


class IgnoresTag(ComparesTag):
    """Does not compare the tag."""

    def same(self, right: bytes, given: bytes) -> bool:
        """Take every tag."""
        return True


class ComparesHead(ComparesTag):
    """Compares the first 15 bytes of the tag."""

    def same(self, right: bytes, given: bytes) -> bool:
        """Leave the last byte out."""
        return len(given) == len(right) and right[:15] == given[:15]


class ComparesString(ComparesTag):
    """Compares tags as strings that end with a zero byte."""

    def same(self, right: bytes, given: bytes) -> bool:
        """Stop at the first zero."""
        return len(given) == 16 and right.split(b"\0")[0] == given.split(b"\0")[0]


class ComparesAsMuch(ComparesTag):
    """Compares as much of the tag as there is."""

    def same(self, right: bytes, given: bytes) -> bool:
        """Let the input decide."""
        return right[: len(given)] == given


class IgnoresAad(ComparesTag):
    """Neither authenticates nor checks associated data."""

    def encrypt_gcm(self, request: Encrypt, iv: HexBytes, tag_length: int) -> Outcome[Encrypted]:
        """Leave it out."""
        return super().encrypt_gcm(msgspec.structs.replace(request, aad=None), iv, tag_length)


class CarriesCounter(PycaAesKey):
    """Lets the counter carry into the IV."""

    def __init__(self, material: bytes) -> None:
        super().__init__(material)
        self._gcm = _Carrying(material)

    def encrypt_gcm(self, request: Encrypt, iv: HexBytes, tag_length: int) -> Outcome[Encrypted]:
        """Encrypt with another counter where it wraps, under an IV that is hashed."""
        if len(iv) != 16:
            return super().encrypt_gcm(request, iv, tag_length)
        text, tag = self._gcm.encrypt(iv, request.plaintext, request.aad or b"", tag_length)
        return Ok(Encrypted(HexBytes(text), iv, HexBytes(tag)))


class _Carrying(Gcm):
    def inc32(self, block: bytes) -> bytes:
        """Count in all 16 bytes."""
        return ((int.from_bytes(block, "big") + 1) % 2**128).to_bytes(16, "big")


class TrustsPadding(PycaAesKey):
    """Removes as many bytes as the last one says."""

    def decrypt_cbc(self, iv: bytes, ciphertext: bytes, *, padded: bool) -> bytes:
        """Look at the last byte alone."""
        return _stripped(super().decrypt_cbc(iv, ciphertext, padded=False), padded)

    def decrypt_ecb(self, ciphertext: bytes, *, padded: bool) -> bytes:
        """Look at the last byte alone."""
        return _stripped(super().decrypt_ecb(ciphertext, padded=False), padded)


def _stripped(text: bytes, padded: bool) -> bytes:
    return text[: -text[-1] or None] if padded and text else text


class TellsPadding(PycaAesKey):
    """Tells why a padding is refused."""

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        """Look at the padding again, and say more."""
        outcome = super().decrypt(request)
        if not isinstance(outcome, Rejected) or not request.ciphertext:
            return outcome
        if outcome.native_code != "ValueError (padding)":
            return outcome
        iv = request.iv
        shown = (
            self.decrypt_ecb(request.ciphertext, padded=False)
            if iv is None
            else self.decrypt_cbc(iv, request.ciphertext, padded=False)
        )
        code = "PaddingLength" if not 1 <= shown[-1] <= 16 else "PaddingBytes"
        return msgspec.structs.replace(outcome, native_code=code)


class FillsBlocks(PycaAesKey):
    """Fills a message up with zeros where there is to be no padding."""

    def encrypt_cbc(self, iv: bytes, plaintext: bytes, *, padded: bool) -> bytes:
        """Fill up."""
        return super().encrypt_cbc(iv, _filled(plaintext, padded), padded=padded)

    def encrypt_ecb(self, plaintext: bytes, *, padded: bool) -> bytes:
        """Fill up."""
        return super().encrypt_ecb(_filled(plaintext, padded), padded=padded)


def _filled(text: bytes, padded: bool) -> bytes:
    return text if padded else text + bytes(-len(text) % 16)


class FillsIvs(PycaAesKey):
    """Fills an IV up with zeros, or cuts it."""

    def encrypt_cbc(self, iv: bytes, plaintext: bytes, *, padded: bool) -> bytes:
        """Make it 16 bytes."""
        return super().encrypt_cbc(iv.ljust(16, b"\0")[:16], plaintext, padded=padded)

    def decrypt_cbc(self, iv: bytes, ciphertext: bytes, *, padded: bool) -> bytes:
        """Make it 16 bytes."""
        return super().decrypt_cbc(iv.ljust(16, b"\0")[:16], ciphertext, padded=padded)


class CutsCiphertexts(PycaAesKey):
    """Ignores a part of a block at the end of a ciphertext."""

    def decrypt_cbc(self, iv: bytes, ciphertext: bytes, *, padded: bool) -> bytes:
        """Cut it."""
        return super().decrypt_cbc(iv, _cut(ciphertext), padded=padded)

    def decrypt_ecb(self, ciphertext: bytes, *, padded: bool) -> bytes:
        """Cut it."""
        return super().decrypt_ecb(_cut(ciphertext), padded=padded)


def _cut(text: bytes) -> bytes:
    return text[: len(text) // 16 * 16]


class OtherKeyForCbc(PycaAesKey):
    """Uses another key for CBC than for ECB."""

    def __init__(self, material: bytes) -> None:
        super().__init__(material)
        self._other = PycaAesKey(bytes(octet ^ 1 for octet in material))

    def encrypt_cbc(self, iv: bytes, plaintext: bytes, *, padded: bool) -> bytes:
        """Use the other key."""
        return self._other.encrypt_cbc(iv, plaintext, padded=padded)

    def decrypt_cbc(self, iv: bytes, ciphertext: bytes, *, padded: bool) -> bytes:
        """Use the other key."""
        return self._other.decrypt_cbc(iv, ciphertext, padded=padded)


def with_keys(key_type: type[PycaAesKey]) -> Callable[[], MadeKeys]:
    """Return how a target with keys of such a kind is made."""

    def make() -> MadeKeys:
        made = type(f"Made{key_type.__name__}", (MadeKeys,), {"key_type": key_type})()
        assert isinstance(made, MadeKeys)
        return made

    return make
