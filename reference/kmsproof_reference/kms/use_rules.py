"""The rules on the use of keys: purposes, algorithms, defaults, and what goes in.

Source:    Alibaba Cloud KMS, "Key specifications for symmetric and asymmetric encryption", last
           updated on 31 March 2026; API documents of Encrypt, Decrypt, Sign, Verify.

Where a rule returns what it was given, that is what the operation goes on with. What passes here is
what an engine may take for granted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from kmsproof_reference.kms.errors import (
    InvalidCiphertextBlob,
    InvalidParameter,
    MissingParameter,
    UnsupportedAlgorithm,
    UnsupportedOperation,
    WrongKeyUsage,
)
from kmsproof_reference.kms.key_rules import MakingRules
from kmsproof_reference.kms.policy import (
    AAD_LIMIT,
    BLOCK_LENGTH,
    DATA_KEY_LIMIT,
    DIGEST_LENGTH,
    IV_LENGTHS,
    MESSAGE_LIMIT,
    PADDINGS,
    RANDOM_LIMIT,
    longest_plaintext,
)
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import KeyRecord
from kmsproof_reference.vocabulary import (
    Algorithm,
    KeySpec,
    KeyUsage,
    MessageType,
    PaddingMode,
)


class PurposeRules(MakingRules):
    """What a key is for, and with which algorithms."""

    def check_usage(self, operation: KeyOperation, key: KeyRecord, usage: KeyUsage) -> None:
        """Raise `WrongKeyUsage` unless the key was made for the usage of the operation."""
        if key.usage is not usage:
            raise WrongKeyUsage(f"the key was made for {key.usage}: take one for {usage}")

    def algorithms(self, key: KeyRecord, usage: KeyUsage) -> tuple[Algorithm, ...]:
        """The algorithms that a key has for a usage, the default first."""
        offered = self.offer(key.protection_level, key.key_spec)
        return () if offered is None else offered.algorithms(usage)

    def default_algorithm(self, key: KeyRecord, usage: KeyUsage) -> Algorithm | None:
        """The algorithm where none is asked for (sheet, "default")."""
        return next(iter(self.algorithms(key, usage)), None)

    def chosen_algorithm(
        self, key: KeyRecord, usage: KeyUsage, algorithm: Algorithm | None
    ) -> Algorithm:
        """The algorithm of a use, the default one of the key if there is none.

        Raises `UnsupportedAlgorithm` if the key's spec and protection level do not have it.
        """
        algorithms = self.algorithms(key, usage)
        chosen = self.default_algorithm(key, usage) if algorithm is None else algorithm
        if chosen is None or chosen not in algorithms:
            raise UnsupportedAlgorithm(
                f"{algorithm} is not for a {key.protection_level} of {key.key_spec} and {usage}; "
                f"take one of {', '.join(algorithms)}"
            )
        return chosen

    def chosen_padding(
        self, algorithm: Algorithm, padding: PaddingMode | None
    ) -> PaddingMode | None:
        """The padding of a use, the default one of the mode if there is none.

        Raises `InvalidParameter` for a padding given to an algorithm that takes none.
        """
        paddings = PADDINGS.get(algorithm, ())
        if padding is None:
            return next(iter(paddings), None)
        if padding not in paddings:
            raise InvalidParameter("PaddingMode", f"{algorithm} takes no {padding}: leave it out")
        return padding


class InputRules:
    """What an algorithm takes."""

    aad_limit = AAD_LIMIT
    message_limit = MESSAGE_LIMIT
    iv_lengths: Mapping[Algorithm, int] = IV_LENGTHS

    def checked_aad(self, algorithm: Algorithm, aad: bytes) -> bytes:
        """Return associated data; raise `InvalidParameter` unless GCM takes them."""
        if aad and algorithm is not Algorithm.GCM:
            raise InvalidParameter("Aad", f"{algorithm} takes no associated data")
        if len(aad) > self.aad_limit:
            raise InvalidParameter("Aad", f"associated data have {self.aad_limit} bytes at most")
        return aad

    def checked_iv(self, algorithm: Algorithm, iv: bytes | None) -> bytes | None:
        """Return an IV that may be missing; raise `InvalidParameter` if it does not fit."""
        length = self.iv_lengths.get(algorithm)
        if iv is None:
            return None
        if length is None:
            raise InvalidParameter("Iv", f"{algorithm} takes no IV")
        if len(iv) != length:
            raise InvalidParameter("Iv", f"the IV of {algorithm} has {length} bytes, not {len(iv)}")
        return iv

    def needed_iv(self, algorithm: Algorithm, iv: bytes | None) -> bytes | None:
        """Return the IV of a decryption as `checked_iv`; raise `MissingParameter` without one."""
        if iv is None and algorithm in self.iv_lengths:
            raise MissingParameter(
                "Iv", f"{algorithm} is decrypted with the IV it was encrypted with"
            )
        return self.checked_iv(algorithm, iv)

    def longest_plaintext(self, algorithm: Algorithm, key_spec: KeySpec) -> int:
        """The most bytes of a plaintext (RFC 8017 §7.1.1 for RSAES-OAEP)."""
        return longest_plaintext(algorithm, key_spec)

    def checked_plaintext(
        self, key: KeyRecord, algorithm: Algorithm, padding: PaddingMode | None, plaintext: bytes
    ) -> bytes:
        """Return a plaintext; raise `InvalidParameter` unless it has a length that is taken."""
        limit = self.longest_plaintext(algorithm, key.key_spec)
        if len(plaintext) > limit:
            raise InvalidParameter("Plaintext", f"{algorithm} takes {limit} bytes at most")
        fills_blocks = bool(plaintext) and len(plaintext) % BLOCK_LENGTH == 0
        if padding is PaddingMode.NO_PADDING and not fills_blocks:
            raise InvalidParameter(
                "Plaintext", f"without padding it fills one or more blocks of {BLOCK_LENGTH} bytes"
            )
        return plaintext

    def checked_ciphertext(self, ciphertext: bytes) -> bytes:
        """Return a ciphertext; raise `InvalidCiphertextBlob` if it is longer than any made here."""
        if len(ciphertext) > self.message_limit:
            raise InvalidCiphertextBlob
        return ciphertext

    def digest_of(self, message: bytes, message_type: MessageType) -> bytes:
        """The SHA-256 digest to sign: of the message, or what is given as one."""
        if message_type is MessageType.RAW:
            return hashlib.sha256(self.checked_message(message)).digest()
        return self.checked_digest(message)

    def checked_message(self, message: bytes) -> bytes:
        """Return a message to sign; raise `InvalidParameter` if it is too long."""
        if len(message) > self.message_limit:
            raise InvalidParameter("Message", f"a message has {self.message_limit} bytes at most")
        return message

    def checked_digest(self, digest: bytes) -> bytes:
        """Return a digest; raise `InvalidParameter` unless it has 32 bytes (FIPS 180-4 §6.2)."""
        if len(digest) != DIGEST_LENGTH:
            raise InvalidParameter("Digest", f"a SHA-256 digest has {DIGEST_LENGTH} bytes")
        return digest


class RandomRules:
    """Data keys and random bytes."""

    data_key_lengths = range(1, DATA_KEY_LIMIT + 1)
    random_lengths = range(1, RANDOM_LIMIT + 1)

    def check_data_key_length(self, length: int) -> None:
        """Raise `InvalidParameter` unless a data key may have so many bytes."""
        if length not in self.data_key_lengths:
            raise InvalidParameter("NumberOfBytes", f"a data key has 1 to {DATA_KEY_LIMIT} bytes")

    def check_wraps_data_keys(self, key: KeyRecord) -> None:
        """Raise `UnsupportedOperation` unless data keys are encrypted with such a key."""
        if not key.key_spec.is_symmetric:
            raise UnsupportedOperation("data keys are encrypted with a symmetric key")

    def check_random_length(self, length: int) -> None:
        """Raise `InvalidParameter` unless so many random bytes are given."""
        if length not in self.random_lengths:
            raise InvalidParameter("Length", f"1 to {RANDOM_LIMIT} bytes are given")
