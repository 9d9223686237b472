"""Seeds of OAEP that are not random, and messages of lengths that are not taken as they should."""

from __future__ import annotations

import hashlib
from itertools import count

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.kms.errors import InvalidParameter
from kmsproof_reference.kms.store import KeyRecord
from kmsproof_reference.kms.use_rules import InputRules
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.octets import i2osp
from kmsproof_reference.random_choices import RandomChoices, RandomSource
from kmsproof_reference.vocabulary import Algorithm, KeySpec, PaddingMode

GUESSABLE = (
    "Equal messages have equal ciphertexts, and whoever has the public key finds the message by "
    "encrypting guesses."
)
NOT_COMPARED = {
    View.LIBRARY: "A vector asks for one encryption: its seed is not looked at, and its ciphertext "
    "is not compared with others."
}
DRAW = "Draw every seed anew from a random bit generator of the strength of the key."

# The seed.


@deviation(
    "oaep/seed-zero",
    gain=GUESSABLE,
    clause="RFC 8017 §7.1.1 step 2.d",
    cause="The buffer of the seed is not filled: the result of the generator is not looked at, or "
    "a stub of the tests is left in.",
    remedy=DRAW,
    severity=Severity.CRITICAL,
    weakness=330,
    unseen=NOT_COMPARED,
    statistical=True,
)
class SeedZero(RandomChoices):
    """The seed consists of zeros, always."""

    def oaep_seed(self, length: int) -> bytes:
        """Take zeros."""
        return bytes(length)


@deviation(
    "oaep/seed-constant",
    gain=GUESSABLE,
    clause="RFC 8017 §7.1.1 step 2.d",
    cause="The seed is drawn once, when the process starts or the key is loaded, or is that of a "
    "test vector.",
    remedy=DRAW,
    severity=Severity.CRITICAL,
    weakness=323,
    unseen=NOT_COMPARED,
    statistical=True,
)
class SeedConstant(RandomChoices):
    """The seed looks random and is the same in all encryptions."""

    def oaep_seed(self, length: int) -> bytes:
        """Take one value."""
        return hashlib.shake_256(b"seed of OAEP").digest(length)


@deviation(
    "oaep/seed-of-message",
    gain=GUESSABLE,
    clause="RFC 8017 §7.1.1 step 2.d",
    cause="Encryption is made repeatable on purpose, for a search over encrypted values.",
    remedy=DRAW,
    severity=Severity.CRITICAL,
    weakness=330,
    unseen=NOT_COMPARED,
    statistical=True,
)
class SeedOfMessage(Oaep):
    """The seed is computed from the message, so that equal messages have equal ciphertexts."""

    def encrypt(self, message: bytes, seed: bytes, label: bytes = b"") -> bytes:
        """Hash the message."""
        seed = hashlib.new(self.hash_name, message).digest()
        return super().encrypt(message, seed, label)


@deviation(
    "oaep/seed-counter",
    gain="Whoever has the public key finds the message by encrypting guesses under the next "
    "numbers.",
    clause="RFC 8017 §7.1.1 step 2.d",
    cause="A seed is taken for a value that only must not come twice, like a nonce.",
    remedy=DRAW,
    severity=Severity.CRITICAL,
    weakness=340,
    unseen=NOT_COMPARED,
    statistical=True,
)
class SeedCounter(RandomChoices):
    """The seed is a number that is counted up."""

    def __init__(self, source: RandomSource) -> None:
        """Begin with zero."""
        super().__init__(source)
        self._seeds = count()

    def oaep_seed(self, length: int) -> bytes:
        """Take the next one."""
        return i2osp(next(self._seeds), length)


@deviation(
    "oaep/seed-of-8-bits",
    gain="Whoever has the public key finds the message by encrypting guesses under 256 seeds.",
    clause="RFC 8017 §7.1.1 step 2.d",
    cause="One random byte fills the whole buffer: memset with rand(), or a generator that is "
    "given the length 1.",
    remedy=DRAW,
    severity=Severity.CRITICAL,
    weakness=331,
    unseen=NOT_COMPARED,
    statistical=True,
)
class SeedOf8Bits(RandomChoices):
    """The seed is one random byte, as often as the seed is long."""

    def oaep_seed(self, length: int) -> bytes:
        """Repeat a byte."""
        return super().oaep_seed(1) * length


# The length of the message.


class EmptyPlaintextRefused(InputRules):
    """The service refuses an empty plaintext, as the algorithm does."""

    def checked_plaintext(
        self, key: KeyRecord, algorithm: Algorithm, padding: PaddingMode | None, plaintext: bytes
    ) -> bytes:
        """Refuse it for OAEP."""
        if algorithm is Algorithm.RSAES_OAEP_SHA_256 and not plaintext:
            raise InvalidParameter("Plaintext", "it is empty")
        return super().checked_plaintext(key, algorithm, padding, plaintext)


@deviation(
    "oaep/empty-message-not-encrypted",
    gain="Nobody is attacked; an empty message cannot be encrypted.",
    clause="RFC 8017 §7.1.1 step 1.b",
    cause="An argument without bytes counts as missing.",
    remedy="Take a message of no bytes.",
    severity=Severity.LOW,
    weakness=754,
    together_with=(EmptyPlaintextRefused,),
)
class EmptyMessageNotEncrypted(Oaep):
    """An empty message is not encrypted but refused."""

    def check_message(self, message: bytes) -> None:
        """Refuse it."""
        if not message:
            raise InvalidArgument("the message is empty")
        super().check_message(message)


class LongestPlaintextShorter(InputRules):
    """The service announces and takes one byte less, as the algorithm does."""

    def longest_plaintext(self, algorithm: Algorithm, key_spec: KeySpec) -> int:
        """Take one off for OAEP."""
        is_oaep = algorithm is Algorithm.RSAES_OAEP_SHA_256
        return super().longest_plaintext(algorithm, key_spec) - is_oaep


@deviation(
    "oaep/longest-message-not-encrypted",
    gain="Nobody is attacked; a message of the longest length cannot be encrypted.",
    clause="RFC 8017 §7.1.1 step 1.b",
    cause="One zero of padding is demanded, or 'less' stands for 'less or equal'.",
    remedy="Take messages of k - 2hLen - 2 bytes.",
    severity=Severity.LOW,
    weakness=193,
    together_with=(LongestPlaintextShorter,),
)
class LongestMessageNotEncrypted(Oaep):
    """A message of the longest length is not encrypted but refused."""

    def check_message(self, message: bytes) -> None:
        """Leave room for one octet."""
        super().check_message(message + b"\0")


class LongPlaintextTaken(InputRules):
    """The service leaves the length to the algorithm."""

    def longest_plaintext(self, algorithm: Algorithm, key_spec: KeySpec) -> int:
        """Take whatever fits into a request, for OAEP."""
        if algorithm is Algorithm.RSAES_OAEP_SHA_256:
            return self.message_limit
        return super().longest_plaintext(algorithm, key_spec)


@deviation(
    "oaep/long-message-cut",
    gain="The end of a long message is lost, and nobody is told.",
    clause="RFC 8017 §7.1.1 step 1.b",
    cause="The message is copied into a buffer of the longest length, as far as it goes.",
    remedy="Refuse a message of more than k - 2hLen - 2 bytes.",
    severity=Severity.MEDIUM,
    weakness=222,
    together_with=(LongPlaintextTaken,),
)
class LongMessageCut(Oaep):
    """A message that is too long is cut and encrypted."""

    def encode(self, message: bytes, seed: bytes, label: bytes = b"") -> bytes:
        """Cut it."""
        return super().encode(message[: self.max_length], seed, label)


@deviation(
    "oaep/long-message-in-pieces",
    gain="Pieces of messages can be left out, exchanged and mixed; nobody else understands the "
    "ciphertext.",
    clause="RFC 8017 §7.1.1 step 1.b",
    cause="Wrappers for long texts cut them and join the ciphertexts, as node-rsa does.",
    remedy="Refuse a long message; encrypt a data key with RSA, and the message with that.",
    severity=Severity.MEDIUM,
    weakness=353,
    together_with=(LongPlaintextTaken,),
)
class LongMessageInPieces(Oaep):
    """A message that is too long is encrypted in pieces, whose ciphertexts are joined."""

    def encrypt(self, message: bytes, seed: bytes, label: bytes = b"") -> bytes:
        """Encrypt the first piece, and then the others with seeds that follow."""
        first, rest = message[: self.max_length], message[self.max_length :]
        more = self.encrypt(rest, hashlib.sha256(seed).digest(), label) if rest else b""
        return super().encrypt(first, seed, label) + more
