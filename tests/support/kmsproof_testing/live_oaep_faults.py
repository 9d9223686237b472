"""Targets that make RSA keys and are wrong in one way each of RSAES-OAEP."""

from __future__ import annotations

import itertools
import secrets

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from kmsproof.outcome import Rejected
from kmsproof.vocabulary import Operation, RejectionClass
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_testing.live_rsa_faults import OwnKey

SEED_LENGTH = 32

NO_SEPARATOR = "no separator"
TOO_LARGE = "integer too large"

OTHER_MASK = OAEP(MGF1(SHA1()), SHA256(), None)


class OwnOaep(OwnKey):
    """Computes with a scheme of its own, by default the right one."""

    scheme: type[Oaep] = Oaep

    @property
    def oaep(self) -> Oaep:
        """The scheme under the key."""
        return self.scheme(self.own)

    def seed(self) -> bytes:
        """Return the seed of an encryption."""
        return secrets.token_bytes(SEED_LENGTH)

    def can_be_decrypted(self, ciphertext: bytes) -> bool:
        """Return whether a ciphertext has the right length and is below n."""
        return len(ciphertext) == self.length and os2ip(ciphertext) < self.own.n

    def encrypt_oaep(self, plaintext: bytes, label: bytes) -> bytes:
        """Encrypt."""
        if len(plaintext) > self.oaep.max_length:
            raise ValueError("Encryption failed")
        return self.oaep.encrypt(plaintext, self.seed(), label)

    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """Decrypt."""
        try:
            return self.oaep.decrypt(ciphertext, label)
        except InvalidCiphertext:
            raise ValueError("Decryption failed") from None


# What is not looked at.


class IgnoresLabelHash(OwnOaep):
    """Takes every label hash."""

    class scheme(Oaep):
        """RSAES-OAEP without the comparison."""

        def label_hash_is_right(self, data_block: bytes, label: bytes) -> bool:
            """Say so."""
            return True


class IgnoresFirstOctet(OwnOaep):
    """Takes every Y."""

    class scheme(Oaep):
        """RSAES-OAEP without the comparison."""

        def first_octet_is_right(self, encoded: bytes) -> bool:
            """Say so."""
            return True


class IgnoresPadding(OwnOaep):
    """Looks for the separator, whatever stands before it."""

    class scheme(Oaep):
        """RSAES-OAEP with another search."""

        def find_separator(self, data_block: bytes) -> int | None:
            """Return the first 01."""
            place = data_block.find(b"\x01", self.hash_length)
            return None if place < 0 else place


class TakesAnySeparator(OwnOaep):
    """Takes the first byte that is not zero for the separator."""

    class scheme(Oaep):
        """RSAES-OAEP with another search."""

        def find_separator(self, data_block: bytes) -> int | None:
            """Return where it stands."""
            found = (i for i in range(self.hash_length, len(data_block)) if data_block[i])
            return next(found, None)


class LooksFromTheEnd(OwnOaep):
    """Takes the last 01 for the separator, if only zeros and the like stand before it."""

    class scheme(Oaep):
        """RSAES-OAEP with another search."""

        def find_separator(self, data_block: bytes) -> int | None:
            """Return the last one, if there is a right one."""
            right = super().find_separator(data_block)
            return None if right is None else data_block.rindex(b"\x01")


# What is taken besides.


class TakesPkcs1(OwnOaep):
    """Takes what RSAES-PKCS1-v1_5 has padded, too."""

    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """Decrypt with both."""
        try:
            return super().decrypt_oaep(ciphertext, label)
        except ValueError:
            if self.can_be_decrypted(ciphertext):
                encoded = self.oaep.raw_decrypt(ciphertext)
                end = encoded.find(b"\x00", 2)
                if encoded.startswith(b"\x00\x02") and end >= 10:
                    return encoded[end + 1 :]
            raise


class OtherMask(OwnOaep):
    """Encrypts and decrypts with MGF1 of SHA-1."""

    def encrypt_oaep(self, plaintext: bytes, label: bytes) -> bytes:
        """Encrypt."""
        return self._public.encrypt(plaintext, OTHER_MASK)

    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """Decrypt."""
        return self._private.decrypt(ciphertext, OTHER_MASK)


class TakesBothMasks(OwnOaep):
    """Decrypts with MGF1 of SHA-1, too."""

    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """Decrypt with both."""
        try:
            return super().decrypt_oaep(ciphertext, label)
        except ValueError:
            return self._private.decrypt(ciphertext, OTHER_MASK)


class Reduces(OwnOaep):
    """Takes the ciphertext for a number modulo n, however long it is."""

    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """Decrypt."""
        number = os2ip(ciphertext) % self.own.n
        return super().decrypt_oaep(i2osp(number, self.length), label)


class IgnoresLabels(OwnOaep):
    """Does not use the label that it is given."""

    def encrypt_oaep(self, plaintext: bytes, label: bytes) -> bytes:
        """Encrypt."""
        return super().encrypt_oaep(plaintext, b"")

    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """Decrypt."""
        return super().decrypt_oaep(ciphertext, b"")


# What comes out.


class LosesZeros(OwnOaep):
    """Takes messages for numbers, and their zeros for nothing."""

    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """Decrypt."""
        return super().decrypt_oaep(ciphertext, label).lstrip(b"\x00")


class RefusesZeros(OwnOaep):
    """Takes a ciphertext that begins with a zero for a short one."""

    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """Decrypt."""
        return super().decrypt_oaep(ciphertext.lstrip(b"\x00"), label)


class CutsMessages(OwnOaep):
    """Encrypts as much of a message as fits."""

    def encrypt_oaep(self, plaintext: bytes, label: bytes) -> bytes:
        """Encrypt."""
        return super().encrypt_oaep(plaintext[: self.oaep.max_length], label)


class ConstantSeed(OwnOaep):
    """Encrypts with one seed, which nobody can guess."""

    drawn = secrets.token_bytes(SEED_LENGTH)

    def seed(self) -> bytes:
        """Return it."""
        return self.drawn


class CountedSeed(OwnOaep):
    """Encrypts with the seeds 0, 1, 2, and so on."""

    counter = itertools.count()

    def seed(self) -> bytes:
        """Return the next one."""
        return i2osp(next(self.counter), SEED_LENGTH)


class TellsFirstOctet(OwnOaep):
    """Refuses in another way where the first octet is not zero: Manger's oracle."""

    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """Decrypt."""
        try:
            return super().decrypt_oaep(ciphertext, label)
        except ValueError:
            if self.can_be_decrypted(ciphertext) and self.oaep.raw_decrypt(ciphertext)[0]:
                raise ValueError(TOO_LARGE) from None
            raise

    def refused(self, error: Exception, operation: Operation) -> Rejected | None:
        """Say what it was."""
        if str(error) == TOO_LARGE:
            return Rejected(RejectionClass.INVALID_CIPHERTEXT, "integer")
        return super().refused(error, operation)


class TellsPadding(OwnOaep):
    """Refuses in another way where no separator is found: a padding oracle."""

    class scheme(Oaep):
        """RSAES-OAEP that says so."""

        def find_separator(self, data_block: bytes) -> int | None:
            """Return where it stands."""
            place = super().find_separator(data_block)
            if place is None:
                raise ValueError(NO_SEPARATOR)
            return place

    def refused(self, error: Exception, operation: Operation) -> Rejected | None:
        """Say what it was."""
        if str(error) == NO_SEPARATOR:
            return Rejected(RejectionClass.INVALID_CIPHERTEXT, "padding")
        return super().refused(error, operation)
