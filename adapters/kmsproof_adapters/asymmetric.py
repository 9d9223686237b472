"""Asymmetric keys for every adapter: what is declared, and which key may be used for what."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar, Protocol

from kmsproof.capability import AlgorithmCapability, KeyCapability
from kmsproof.messages import Decrypt, Encrypt, Sign, Verify
from kmsproof.outcome import (
    Decrypted,
    Encrypted,
    Error,
    Ok,
    Outcome,
    PublicKey,
    Rejected,
    Signed,
    Unsupported,
    Verified,
)
from kmsproof.vocabulary import (
    Algorithm,
    Feature,
    HexBytes,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
    Operation,
    ProtectionLevel,
)
from kmsproof_adapters.local_target import HeldKey
from kmsproof_adapters.refusals import (
    DIGEST_LENGTH,
    OTHER_USAGE,
    PUBLIC_PART_ONLY,
    UNEXPECTED_CIPHER_PARAMETER,
)

BOTH_PARTS = (KeyPart.PRIVATE, KeyPart.PUBLIC)
BOTH_USAGES = (KeyUsage.ENCRYPT_DECRYPT, KeyUsage.SIGN_VERIFY)
BOTH_MESSAGE_TYPES = (MessageType.RAW, MessageType.DIGEST)
SIGN_AND_VERIFY = (Operation.SIGN, Operation.VERIFY)

SHA_256_LENGTH = 32
"""Bytes of a SHA-256 digest (FIPS 180-4 §1, Figure 1)."""

VALID: Ok[Verified] = Ok(Verified(True))
NOT_VALID: Ok[Verified] = Ok(Verified(False))

_ENCRYPTING = frozenset({Operation.ENCRYPT, Operation.DECRYPT})


# What is declared.


def asymmetric_keys(
    level: ProtectionLevel,
    key_specs: tuple[KeySpec, ...],
    importable: tuple[KeyPart, ...] = BOTH_PARTS,
    usages: tuple[KeyUsage, ...] = BOTH_USAGES,
    *,
    create: bool = False,
) -> KeyCapability:
    """Declare key pairs that come from outside, whole or with the public key alone.

    ``create`` declares that they are made in the target as well.
    """
    return KeyCapability(
        key_specs=key_specs,
        protection_levels=(level,),
        usages=usages,
        importable=importable,
        create=create,
    )


STRICT_KEYS = (Feature.STRICT_KEY_ENCODING,)
"""What a target declares whose import reads keys as strictly as their standards write them."""

CHECKED_KEYS = (*STRICT_KEYS, Feature.KEY_PAIR_VALIDATION)
"""What a target declares whose import also looks at their numbers."""


def signature_capability(
    algorithm: Algorithm,
    level: ProtectionLevel,
    key_specs: tuple[KeySpec, ...],
    message_types: tuple[MessageType, ...] = BOTH_MESSAGE_TYPES,
    features: tuple[Feature, ...] = (),
    operations: tuple[Operation, ...] = SIGN_AND_VERIFY,
) -> AlgorithmCapability:
    """Declare a signature algorithm for messages of every length."""
    return AlgorithmCapability(
        algorithm=algorithm,
        key_specs=key_specs,
        protection_levels=(level,),
        operations=operations,
        message_types=message_types,
        features=features,
    )


# What is asked.


def cipher_parameter(request: Encrypt | Decrypt) -> Rejected | None:
    """Refuse what belongs to AES: no public-key algorithm would look at it."""
    if (
        request.padding is not None
        or request.iv is not None
        or request.aad is not None
        or request.tag_length is not None
    ):
        return UNEXPECTED_CIPHER_PARAMETER
    if type(request) is Decrypt and request.tag is not None:
        return UNEXPECTED_CIPHER_PARAMETER
    return None


class Signing(Protocol):
    """Signs a message, or its digest."""

    def __call__(self, message: bytes, *, digested: bool) -> bytes:
        """Return the signature."""
        ...


class Verification(Protocol):
    """Verifies the signature of a message, or of its digest."""

    def __call__(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """Return whether the signature is right."""
        ...


Encryptions = Mapping[Algorithm, Callable[[Encrypt], Outcome[Encrypted]]]
Decryptions = Mapping[Algorithm, Callable[[Decrypt], Outcome[Decrypted]]]
Signings = Mapping[Algorithm, Signing]
Verifications = Mapping[Algorithm, Verification]


class LibraryKeyPair(HeldKey, ABC):
    """A key pair of a library, or its public key alone, imported for one usage.

    What it may be used for is settled when it is imported: a call that it may not make is not in
    its tables. A subclass names the calls and knows the library's refusals.
    """

    family: ClassVar[str]
    """What kind of key it is, for a reader."""
    caught: ClassVar[tuple[type[Exception], ...]]
    """The exceptions with which the library may refuse."""
    takes_any_digest: ClassVar[bool] = False
    """Whether the library takes a digest of any length, so that the adapter has to look."""

    def __init__(self, usage: KeyUsage, part: KeyPart) -> None:
        encrypts, private = usage is KeyUsage.ENCRYPT_DECRYPT, part is KeyPart.PRIVATE
        self._encrypts = encrypts
        self._encryptions: Encryptions = self.encryptions() if encrypts else {}
        self._decryptions: Decryptions = self.decryptions() if encrypts and private else {}
        self._signings: Signings = self.signings() if private and not encrypts else {}
        self._verifications: Verifications = {} if encrypts else self.verifications()

    # The calls of the library.

    @abstractmethod
    def refused(
        self, error: Exception, operation: Operation
    ) -> Rejected | Unsupported | Error | None:
        """Return the outcome that an exception stands for; nothing lets it rise further."""

    @abstractmethod
    def encryptions(self) -> Encryptions:
        """Return how keys of this family encrypt."""

    @abstractmethod
    def decryptions(self) -> Decryptions:
        """Return how keys of this family decrypt."""

    @abstractmethod
    def signings(self) -> Signings:
        """Return how keys of this family sign."""

    @abstractmethod
    def verifications(self) -> Verifications:
        """Return how keys of this family verify."""

    @abstractmethod
    def public_key_info(self) -> bytes:
        """Return the public key as SubjectPublicKeyInfo DER (RFC 5280 §4.1)."""

    # The way to them.

    def get_public_key(self) -> Outcome[PublicKey]:
        """Give out the public key."""
        return Ok(PublicKey(HexBytes(self.public_key_info())))

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Encrypt with the algorithm that is asked for."""
        operation = self._encryptions.get(request.algorithm)
        if operation is None:
            return self._barred(Operation.ENCRYPT, request.algorithm, self.encryptions())
        try:
            return operation(request)
        except self.caught as error:
            refusal = self.refused(error, Operation.ENCRYPT)
            if refusal is None:
                raise
            return refusal

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        """Decrypt with the algorithm that is asked for."""
        operation = self._decryptions.get(request.algorithm)
        if operation is None:
            return self._barred(Operation.DECRYPT, request.algorithm, self.decryptions())
        try:
            return operation(request)
        except self.caught as error:
            refusal = self.refused(error, Operation.DECRYPT)
            if refusal is None:
                raise
            return refusal

    def sign(self, request: Sign) -> Outcome[Signed]:
        """Sign with the algorithm that is asked for."""
        operation = self._signings.get(request.algorithm)
        if operation is None:
            return self._barred(Operation.SIGN, request.algorithm, self.signings())
        message, digested = request.message, request.message_type is MessageType.DIGEST
        if digested and self.takes_any_digest and len(message) != SHA_256_LENGTH:
            return DIGEST_LENGTH
        try:
            return Ok(Signed(HexBytes(operation(message, digested=digested))))
        except self.caught as error:
            refusal = self.refused(error, Operation.SIGN)
            if refusal is None:
                raise
            return refusal

    def verify(self, request: Verify) -> Outcome[Verified]:
        """Verify with the algorithm that is asked for."""
        operation = self._verifications.get(request.algorithm)
        if operation is None:
            return self._barred(Operation.VERIFY, request.algorithm, self.verifications())
        message, digested = request.message, request.message_type is MessageType.DIGEST
        if digested and self.takes_any_digest and len(message) != SHA_256_LENGTH:
            return DIGEST_LENGTH
        try:
            return VALID if operation(message, request.signature, digested=digested) else NOT_VALID
        except self.caught as error:
            refusal = self.refused(error, Operation.VERIFY)
            if refusal is None:
                raise
            return refusal

    def _barred(
        self, operation: Operation, algorithm: Algorithm, known: Mapping[Algorithm, object]
    ) -> Rejected | Unsupported:
        """Say why this key has no call for an operation."""
        if algorithm not in known:
            return Unsupported(f"{operation} with {algorithm} on {self.family}")
        if self._encrypts is not (operation in _ENCRYPTING):
            return OTHER_USAGE
        return PUBLIC_PART_ONLY
