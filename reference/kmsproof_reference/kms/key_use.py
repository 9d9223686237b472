"""The use of keys: encrypt, decrypt, sign, verify, data keys and random bytes."""

from __future__ import annotations

from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.kms.errors import (
    InvalidCiphertextBlob,
    InvalidParameter,
    UnsupportedOperation,
    WrongKeyUsage,
)
from kmsproof_reference.kms.metadata import DataKey, Decrypted, Encrypted, Signed, Verified
from kmsproof_reference.kms.parameter_checks import (
    check_aad,
    check_ciphertext,
    check_iv,
    check_iv_is_there,
    check_plaintext,
    chosen_algorithm,
    chosen_padding,
    digest_of,
)
from kmsproof_reference.kms.policy import (
    DATA_KEY_LIMIT,
    DEFAULT_DATA_KEY_LENGTH,
    IV_LENGTHS,
    RANDOM_LIMIT,
)
from kmsproof_reference.kms.service_base import ServiceBase
from kmsproof_reference.kms.states import KeyOperation, check_state
from kmsproof_reference.kms.store import KeyRecord, VersionRecord
from kmsproof_reference.vocabulary import Algorithm, KeyUsage, MessageType, PaddingMode


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
        key, version = self._usable(
            key_id, KeyOperation.ENCRYPT, KeyUsage.ENCRYPT_DECRYPT, version_id
        )
        chosen = chosen_algorithm(key, algorithm)
        mode = chosen_padding(chosen, padding)
        check_aad(chosen, aad)
        check_iv(chosen, iv)
        check_plaintext(key, chosen, mode, plaintext)
        if iv is None and chosen in IV_LENGTHS:
            iv = self._choices.gcm_iv() if chosen is Algorithm.GCM else self._choices.cbc_iv()
        ciphertext = self._loaded.load(key.key_spec, version).encrypt(
            chosen, plaintext, padding=mode, iv=iv, aad=aad
        )
        return Encrypted(key.key_id, version.version_id, chosen, mode, iv, ciphertext)

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
        key, version = self._usable(
            key_id, KeyOperation.DECRYPT, KeyUsage.ENCRYPT_DECRYPT, version_id
        )
        chosen = chosen_algorithm(key, algorithm)
        mode = chosen_padding(chosen, padding)
        check_aad(chosen, aad)
        check_iv_is_there(chosen, iv)
        check_ciphertext(ciphertext)
        try:
            plaintext = self._loaded.load(key.key_spec, version).decrypt(
                chosen, ciphertext, padding=mode, iv=iv, aad=aad
            )
        except InvalidCiphertext:
            raise InvalidCiphertextBlob from None
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
        key, version = self._usable(key_id, KeyOperation.SIGN, KeyUsage.SIGN_VERIFY, version_id)
        chosen = chosen_algorithm(key, algorithm)
        digest = digest_of(message, message_type)
        signature = self._loaded.load(key.key_spec, version).sign(chosen, digest)
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
        key, version = self._usable(key_id, KeyOperation.VERIFY, KeyUsage.SIGN_VERIFY, version_id)
        chosen = chosen_algorithm(key, algorithm)
        digest = digest_of(message, message_type)
        valid = self._loaded.load(key.key_spec, version).verify(chosen, digest, signature)
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
        if not 1 <= number_of_bytes <= DATA_KEY_LIMIT:
            raise InvalidParameter("NumberOfBytes", f"a data key has 1 to {DATA_KEY_LIMIT} bytes")
        key, version = self._usable(
            key_id, KeyOperation.GENERATE_DATA_KEY, KeyUsage.ENCRYPT_DECRYPT, version_id
        )
        if not key.key_spec.is_symmetric:
            raise UnsupportedOperation("data keys are encrypted with a symmetric key")
        plaintext = self._choices.data_key(number_of_bytes)
        encrypted = self.encrypt(
            key.key_id,
            plaintext,
            algorithm=Algorithm.GCM,
            aad=aad,
            version_id=version.version_id,
        )
        return DataKey(plaintext, encrypted)

    def generate_random(self, length: int) -> bytes:
        """Return 1 to 1024 random bytes. Raises `InvalidParameter`."""
        if not 1 <= length <= RANDOM_LIMIT:
            raise InvalidParameter("Length", f"1 to {RANDOM_LIMIT} bytes are given")
        return self._choices.octets("random bytes for the caller", length)

    def _usable(
        self, key_id: str, operation: KeyOperation, usage: KeyUsage, version_id: str | None
    ) -> tuple[KeyRecord, VersionRecord]:
        """Return a key that may be used like this; the lock is not held afterwards."""
        with self._lock:
            key = self._find(key_id)
            check_state(operation, key.state)
            if key.usage is not usage:
                raise WrongKeyUsage(f"the key was made for {key.usage}: take one for {usage}")
            return key, self._find_version(key, version_id)
