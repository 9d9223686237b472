"""AES for every adapter: what is declared in which words, and which call is for which mode."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from kmsproof.capability import AlgorithmCapability, Chooser, KeyCapability, LengthRange
from kmsproof.messages import Decrypt, Encrypt, ImportKey
from kmsproof.outcome import Decrypted, Encrypted, Ok, Outcome, Rejected, Unsupported
from kmsproof.vocabulary import (
    AES_KEY_LENGTHS,
    Algorithm,
    HexBytes,
    KeyPart,
    KeySpec,
    KeyUsage,
    Operation,
    PaddingMode,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.local_target import HeldKey
from kmsproof_adapters.refusals import (
    MISSING_IV,
    MISSING_PADDING,
    MISSING_TAG,
    UNEXPECTED_AAD,
    UNEXPECTED_IV,
    UNEXPECTED_PADDING,
)

AES_KEY_SPECS = tuple(AES_KEY_LENGTHS)
"""All AES key specs."""

FULL_TAG_LENGTH = 16
"""Bytes of a GCM tag, and what a caller means who asks for no length."""

STANDARD_TAG_LENGTHS = (LengthRange(4, 4), LengthRange(8, 8), LengthRange(12, 16))
"""The lengths in bytes that SP 800-38D §5.2.1.2 and appendix C know."""

ANY_LENGTH = LengthRange()

BLOCK_IV_LENGTH = (LengthRange(16, 16),)
"""Bytes of the IV of CBC (SP 800-38A §5.3)."""

BOTH_WAYS = (Operation.ENCRYPT, Operation.DECRYPT)
BOTH_PADDINGS = (PaddingMode.PKCS7_PADDING, PaddingMode.NO_PADDING)

ModeAndPadding = tuple[Algorithm, PaddingMode | None]
"""What decides which call of a library an AES request needs."""


# What is declared.


def aes_keys(
    level: ProtectionLevel,
    key_specs: tuple[KeySpec, ...] = AES_KEY_SPECS,
    importable: tuple[KeyPart, ...] = (KeyPart.SECRET,),
    *,
    create: bool = False,
) -> KeyCapability:
    """Declare AES keys that come from outside, or are made in the target."""
    return KeyCapability(
        key_specs=key_specs,
        protection_levels=(level,),
        usages=(KeyUsage.ENCRYPT_DECRYPT,),
        importable=importable,
        create=create,
    )


def gcm_capability(
    level: ProtectionLevel,
    iv_lengths: LengthRange,
    tag_lengths: tuple[LengthRange, ...],
    aad_lengths: LengthRange = ANY_LENGTH,
    key_specs: tuple[KeySpec, ...] = AES_KEY_SPECS,
    operations: tuple[Operation, ...] = BOTH_WAYS,
) -> AlgorithmCapability:
    """Declare GCM with an IV of the caller's; all lengths in bytes."""
    return AlgorithmCapability(
        algorithm=Algorithm.GCM,
        key_specs=key_specs,
        protection_levels=(level,),
        operations=operations,
        iv_chosen_by=(Chooser.CALLER,),
        iv_lengths=(iv_lengths,),
        tag_lengths=tag_lengths,
        aad_lengths=(aad_lengths,),
    )


def block_mode_capability(
    algorithm: Algorithm,
    level: ProtectionLevel,
    paddings: tuple[PaddingMode, ...] = BOTH_PADDINGS,
    key_specs: tuple[KeySpec, ...] = AES_KEY_SPECS,
    operations: tuple[Operation, ...] = BOTH_WAYS,
) -> AlgorithmCapability:
    """Declare ECB, or CBC with an IV of the caller's."""
    chained = algorithm is Algorithm.CBC
    return AlgorithmCapability(
        algorithm=algorithm,
        key_specs=key_specs,
        protection_levels=(level,),
        operations=operations,
        paddings=paddings,
        iv_chosen_by=(Chooser.CALLER,) if chained else (),
        iv_lengths=BLOCK_IV_LENGTH if chained else (),
    )


# What is asked.


def wrong_key_length(request: ImportKey) -> Rejected | None:
    """Compare the material with the key spec, which a library that only sees bytes cannot."""
    length, expected = len(request.material), AES_KEY_LENGTHS[request.key_spec]
    if length == expected:
        return None
    return Rejected(
        RejectionClass.INVALID_ARGUMENT,
        "key-length",
        f"a key of {request.key_spec} has {expected} bytes, this one has {length}",
    )


def misfit(request: Encrypt | Decrypt) -> Rejected | Unsupported:
    """Say why no call of the library is for this algorithm with this padding."""
    algorithm, padding = request.algorithm, request.padding
    if algorithm is Algorithm.GCM and padding is not None:
        return UNEXPECTED_PADDING
    if algorithm in (Algorithm.ECB, Algorithm.CBC) and padding is None:
        return MISSING_PADDING
    suffix = "" if padding is None else f" and {padding}"
    return Unsupported(f"{algorithm}{suffix} on an AES key")


def authenticated_part(request: Encrypt | Decrypt) -> Rejected | None:
    """Refuse associated data or a tag given to ECB or CBC: nobody would look at them."""
    if request.aad is not None or request.tag_length is not None:
        return UNEXPECTED_AAD
    if type(request) is Decrypt and request.tag is not None:
        return UNEXPECTED_AAD
    return None


class LibraryAesKey(HeldKey, ABC):
    """An AES key of a library that takes every argument in the call: what remains is the call.

    Whether IV, tag and associated data are there is looked at here; what they are is for the
    library to judge. A subclass makes the calls and knows the library's refusals.
    """

    caught: ClassVar[tuple[type[Exception], ...]]
    """The exceptions with which the library may refuse."""

    def __init__(self) -> None:
        ecb, cbc = Algorithm.ECB, Algorithm.CBC
        self._encryptions: dict[ModeAndPadding, Callable[[Encrypt], Outcome[Encrypted]]] = {
            (Algorithm.GCM, None): self._encrypt_gcm,
            **{(ecb, padding): self._encrypt_ecb for padding in BOTH_PADDINGS},
            **{(cbc, padding): self._encrypt_cbc for padding in BOTH_PADDINGS},
        }
        self._decryptions: dict[ModeAndPadding, Callable[[Decrypt], Outcome[Decrypted]]] = {
            (Algorithm.GCM, None): self._decrypt_gcm,
            **{(ecb, padding): self._decrypt_ecb for padding in BOTH_PADDINGS},
            **{(cbc, padding): self._decrypt_cbc for padding in BOTH_PADDINGS},
        }

    # The calls of the library.

    @abstractmethod
    def refused(self, error: Exception, operation: Operation) -> Rejected | None:
        """Return the refusal that an exception stands for; nothing lets it rise further."""

    @abstractmethod
    def encrypt_gcm(self, request: Encrypt, iv: HexBytes, tag_length: int) -> Outcome[Encrypted]:
        """Encrypt with GCM, for a tag of ``tag_length`` bytes."""

    @abstractmethod
    def decrypt_gcm(
        self, request: Decrypt, iv: HexBytes, tag: HexBytes, tag_length: int
    ) -> Outcome[Decrypted]:
        """Decrypt with GCM; a tag of other than ``tag_length`` bytes must be refused."""

    @abstractmethod
    def encrypt_ecb(self, plaintext: bytes, *, padded: bool) -> bytes:
        """Encrypt with ECB, with PKCS #7 padding or none."""

    @abstractmethod
    def decrypt_ecb(self, ciphertext: bytes, *, padded: bool) -> bytes:
        """Decrypt with ECB, with PKCS #7 padding or none."""

    @abstractmethod
    def encrypt_cbc(self, iv: bytes, plaintext: bytes, *, padded: bool) -> bytes:
        """Encrypt with CBC, with PKCS #7 padding or none."""

    @abstractmethod
    def decrypt_cbc(self, iv: bytes, ciphertext: bytes, *, padded: bool) -> bytes:
        """Decrypt with CBC, with PKCS #7 padding or none."""

    # The way to them.

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Encrypt in the mode and with the padding that are asked for."""
        operation = self._encryptions.get((request.algorithm, request.padding))
        if operation is None:
            return misfit(request)
        try:
            return operation(request)
        except self.caught as error:
            refusal = self.refused(error, Operation.ENCRYPT)
            if refusal is None:
                raise
            return refusal

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        """Decrypt in the mode and with the padding that are asked for."""
        operation = self._decryptions.get((request.algorithm, request.padding))
        if operation is None:
            return misfit(request)
        try:
            return operation(request)
        except self.caught as error:
            refusal = self.refused(error, Operation.DECRYPT)
            if refusal is None:
                raise
            return refusal

    def _encrypt_gcm(self, request: Encrypt) -> Outcome[Encrypted]:
        iv, tag_length = request.iv, request.tag_length
        if iv is None:
            return MISSING_IV
        return self.encrypt_gcm(request, iv, FULL_TAG_LENGTH if tag_length is None else tag_length)

    def _decrypt_gcm(self, request: Decrypt) -> Outcome[Decrypted]:
        iv, tag, tag_length = request.iv, request.tag, request.tag_length
        if iv is None:
            return MISSING_IV
        if tag is None:
            return MISSING_TAG
        return self.decrypt_gcm(
            request, iv, tag, FULL_TAG_LENGTH if tag_length is None else tag_length
        )

    def _encrypt_ecb(self, request: Encrypt) -> Outcome[Encrypted]:
        if request.iv is not None:
            return UNEXPECTED_IV
        padded = request.padding is PaddingMode.PKCS7_PADDING
        return authenticated_part(request) or Ok(
            Encrypted(HexBytes(self.encrypt_ecb(request.plaintext, padded=padded)))
        )

    def _decrypt_ecb(self, request: Decrypt) -> Outcome[Decrypted]:
        if request.iv is not None:
            return UNEXPECTED_IV
        padded = request.padding is PaddingMode.PKCS7_PADDING
        return authenticated_part(request) or Ok(
            Decrypted(HexBytes(self.decrypt_ecb(request.ciphertext, padded=padded)))
        )

    def _encrypt_cbc(self, request: Encrypt) -> Outcome[Encrypted]:
        iv = request.iv
        if iv is None:
            return MISSING_IV
        padded = request.padding is PaddingMode.PKCS7_PADDING
        return authenticated_part(request) or Ok(
            Encrypted(HexBytes(self.encrypt_cbc(iv, request.plaintext, padded=padded)), iv)
        )

    def _decrypt_cbc(self, request: Decrypt) -> Outcome[Decrypted]:
        iv = request.iv
        if iv is None:
            return MISSING_IV
        padded = request.padding is PaddingMode.PKCS7_PADDING
        return authenticated_part(request) or Ok(
            Decrypted(HexBytes(self.decrypt_cbc(iv, request.ciphertext, padded=padded)))
        )
