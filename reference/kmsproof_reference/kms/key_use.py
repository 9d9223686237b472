"""The use of keys: encrypt, decrypt, sign, verify, data keys and random bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.kms.encryption_context import EncryptionContext
from kmsproof_reference.kms.errors import InvalidCiphertextBlob, KmsError
from kmsproof_reference.kms.metadata import DataKey, Decrypted, Encrypted, Signed, Verified
from kmsproof_reference.kms.policy import DEFAULT_DATA_KEY_LENGTH
from kmsproof_reference.kms.service_base import ServiceBase
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import KeyRecord, VersionRecord
from kmsproof_reference.vocabulary import Algorithm, KeyUsage, MessageType, PaddingMode


@dataclass(frozen=True)
class Use:
    """What the engine is asked for, after all rules."""

    operation: KeyOperation
    key: KeyRecord
    version: VersionRecord
    algorithm: Algorithm
    octets: bytes = field(repr=False)
    """The plaintext, the ciphertext, or the digest."""
    padding: PaddingMode | None = None
    iv: bytes | None = None
    aad: bytes = b""


class KeyUse(ServiceBase):
    """The cryptographic operations.

    All of them raise `KeyNotFound`, `AliasNotFound` or `KeyVersionNotFound` if there is no such
    key, `RejectedState` if its state does not allow it, `WrongKeyUsage` if it was made for the
    other usage, `UnsupportedAlgorithm` if it does not have the algorithm, and `InvalidParameter` or
    `MissingParameter` for what is wrong with a parameter, in this order. Without a version they
    take the primary one of a symmetric key and the first one of an asymmetric key.
    """

    def encrypt(
        self,
        key_id: str,
        plaintext: bytes,
        *,
        algorithm: Algorithm | None = None,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
        version_id: str | None = None,
    ) -> Encrypted:
        """Encrypt; without an IV a random one is taken. The class says what is raised."""
        rules, operation = self._rules, KeyOperation.ENCRYPT
        key, version = self._usable(key_id, operation, KeyUsage.ENCRYPT_DECRYPT, version_id)
        chosen = rules.chosen_algorithm(key, KeyUsage.ENCRYPT_DECRYPT, algorithm)
        mode = rules.chosen_padding(chosen, padding)
        bound = rules.checked_aad(chosen, aad)
        given = rules.checked_iv(chosen, iv)
        octets = rules.checked_plaintext(key, chosen, mode, plaintext)
        use = Use(operation, key, version, chosen, octets, mode, given, bound)
        if given is None:
            use = replace(use, iv=self._chosen_iv(use))
        ciphertext = self._computed(use)
        return Encrypted(key.key_id, version.version_id, chosen, mode, use.iv, ciphertext)

    def _chosen_iv(self, use: Use) -> bytes | None:
        """A random IV for the modes that have one (SP 800-38D §8.2.2, SP 800-38A appendix C).

        Nothing else of the use is looked at; one who chooses otherwise may.
        """
        length = self._rules.iv_lengths.get(use.algorithm)
        if length is None:
            return None
        is_gcm = use.algorithm is Algorithm.GCM
        return self._choices.gcm_iv(length) if is_gcm else self._choices.cbc_iv()

    def decrypt(
        self,
        key_id: str,
        ciphertext: bytes,
        *,
        algorithm: Algorithm | None = None,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
        version_id: str | None = None,
    ) -> Decrypted:
        """Decrypt. Raises `InvalidCiphertextBlob` whatever is wrong with a ciphertext.

        For GCM and CBC the IV has to be there. The class says what else is raised.
        """
        rules, operation = self._rules, KeyOperation.DECRYPT
        key, version = self._usable(key_id, operation, KeyUsage.ENCRYPT_DECRYPT, version_id)
        chosen = rules.chosen_algorithm(key, KeyUsage.ENCRYPT_DECRYPT, algorithm)
        mode = rules.chosen_padding(chosen, padding)
        bound = rules.checked_aad(chosen, aad)
        given = rules.needed_iv(chosen, iv)
        octets = rules.checked_ciphertext(ciphertext)
        use = Use(operation, key, version, chosen, octets, mode, given, bound)
        try:
            plaintext = self._computed(use)
        except InvalidCiphertext:
            raise self._refusal(use) from None
        return Decrypted(key.key_id, version.version_id, chosen, mode, plaintext)

    def sign(
        self,
        key_id: str,
        message: bytes,
        *,
        algorithm: Algorithm | None = None,
        message_type: MessageType = MessageType.RAW,
        version_id: str | None = None,
    ) -> Signed:
        """Sign a message, or its SHA-256 digest. The class says what is raised."""
        operation = KeyOperation.SIGN
        key, version = self._usable(key_id, operation, KeyUsage.SIGN_VERIFY, version_id)
        chosen = self._rules.chosen_algorithm(key, KeyUsage.SIGN_VERIFY, algorithm)
        digest = self._rules.digest_of(message, message_type)
        signature = self._computed(Use(operation, key, version, chosen, digest))
        return Signed(key.key_id, version.version_id, chosen, signature)

    def verify(
        self,
        key_id: str,
        message: bytes,
        signature: bytes,
        *,
        algorithm: Algorithm | None = None,
        message_type: MessageType = MessageType.RAW,
        version_id: str | None = None,
    ) -> Verified:
        """Say whether a signature is right; a malformed one is not. The class says what is raised.

        Verifying is an operation of the service like signing: the state of the key decides.
        """
        operation = KeyOperation.VERIFY
        key, version = self._usable(key_id, operation, KeyUsage.SIGN_VERIFY, version_id)
        chosen = self._rules.chosen_algorithm(key, KeyUsage.SIGN_VERIFY, algorithm)
        digest = self._rules.digest_of(message, message_type)
        valid = self._is_right(Use(operation, key, version, chosen, digest), signature)
        return Verified(key.key_id, version.version_id, chosen, valid)

    def generate_data_key(
        self,
        key_id: str,
        number_of_bytes: int = DEFAULT_DATA_KEY_LENGTH,
        *,
        aad: bytes = b"",
        version_id: str | None = None,
    ) -> DataKey:
        """Make a data key of 1 to 1024 bytes, and encrypt it with GCM.

        Raises `UnsupportedOperation` for an asymmetric key. The class says what else is raised.
        """
        self._rules.check_data_key_length(number_of_bytes)
        key, version = self._usable(
            key_id, KeyOperation.GENERATE_DATA_KEY, KeyUsage.ENCRYPT_DECRYPT, version_id
        )
        self._rules.check_wraps_data_keys(key)
        plaintext = self._choices.data_key(number_of_bytes)
        encrypted = self.encrypt(
            key.key_id,
            plaintext,
            algorithm=Algorithm.GCM,
            aad=aad,
            version_id=version.version_id,
        )
        return DataKey(plaintext, encrypted)

    def associated_data(self, context: Mapping[str, str]) -> bytes:
        """Return the associated data that an encryption context stands for."""
        return self._parts(EncryptionContext)().associated_data(context)

    def generate_random(self, length: int) -> bytes:
        """Return 1 to 1024 random bytes. Raises `InvalidParameter`."""
        self._rules.check_random_length(length)
        return self._choices.octets("random bytes for the caller", length)

    def _usable(
        self, key_id: str, operation: KeyOperation, usage: KeyUsage, version_id: str | None
    ) -> tuple[KeyRecord, VersionRecord]:
        """Return a key that may be used like this; the lock is not held afterwards."""
        with self._lock:
            key = self._find(key_id)
            self._rules.check_state(operation, key.state)
            self._rules.check_usage(operation, key, usage)
            return key, self._find_version(key, version_id)

    # What the engine does; every use of a key passes here.

    def _computed(self, use: Use) -> bytes:
        """What comes of an encryption, a decryption or a signing. Raises `InvalidCiphertext`."""
        loaded = self._loaded.load(use.key.key_spec, use.version)
        if use.operation is KeyOperation.SIGN:
            return loaded.sign(use.algorithm, use.octets)
        encrypts = use.operation is KeyOperation.ENCRYPT
        compute = loaded.encrypt if encrypts else loaded.decrypt
        return compute(use.algorithm, use.octets, padding=use.padding, iv=use.iv, aad=use.aad)

    def _is_right(self, use: Use, signature: bytes) -> bool:
        """Whether a signature is one of the digest; one that is malformed is not."""
        loaded = self._loaded.load(use.key.key_spec, use.version)
        return loaded.verify(use.algorithm, use.octets, signature)

    def _refusal(self, use: Use) -> KmsError:
        """The answer to a ciphertext that does not decrypt: the same, whatever is wrong with it."""
        return InvalidCiphertextBlob()
