"""Key pairs on a PKCS#11 token: what RSA and EC keys have in common."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol, cast

from pkcs11.constants import Attribute, MechanismFlag
from pkcs11.exceptions import PKCS11Error
from pkcs11.mechanisms import KeyType, Mechanism

from kmsproof.outcome import Done, Error, Ok, Outcome, PublicKey, Rejected, Unsupported
from kmsproof.text import printable, shortened
from kmsproof.vocabulary import (
    RSA_MODULUS_BITS,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
    Operation,
    RejectionClass,
)
from kmsproof_adapters.asymmetric import LibraryKeyPair
from kmsproof_adapters.local_target import DONE, HeldKey
from kmsproof_adapters.pkcs11.codes import code_name, outcome_of
from kmsproof_adapters.pkcs11.refusal import AdapterRefusal

if TYPE_CHECKING:
    from pkcs11.types import MechanismInfo, Session, Slot

NO_DIGESTS = Rejected(
    RejectionClass.UNSUPPORTED_ALGORITHM,
    "no-mechanism-for-digests",
    "the token signs messages with this algorithm, and no digests",
)

UNFIT_PUBLIC_KEY = Rejected(
    RejectionClass.INVALID_ARGUMENT,
    "unfit-public-key",
    "the token took a public key that has no encoding, such as a point beside the curve",
)

Template = Mapping[Attribute, object]


class TokenObject(Protocol):
    """Any object of a token, with what python-pkcs11 gives it by its CKA flags."""

    def encrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: object) -> bytes:
        """C_EncryptInit and C_Encrypt."""
        ...

    def decrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: object) -> bytes:
        """C_DecryptInit and C_Decrypt."""
        ...

    def sign(self, data: bytes, *, mechanism: Mechanism, mechanism_param: object = None) -> bytes:
        """C_SignInit and C_Sign."""
        ...

    def verify(
        self,
        data: bytes,
        signature: bytes,
        *,
        mechanism: Mechanism,
        mechanism_param: object = None,
    ) -> bool:
        """C_VerifyInit and C_Verify; false for CKR_SIGNATURE_INVALID, CKR_SIGNATURE_LEN_RANGE."""
        ...

    def derive_key(
        self,
        key_type: KeyType,
        key_length: int,
        *,
        mechanism: Mechanism,
        mechanism_param: object,
        template: Template,
    ) -> TokenObject:
        """C_DeriveKey; the length is in bits."""
        ...

    def __getitem__(self, attribute: Attribute) -> Any:
        """C_GetAttributeValue."""
        ...

    def destroy(self) -> None:
        """C_DestroyObject."""
        ...


# What a token offers.


class Offer:
    """The mechanism list of a token, with what it says of each mechanism."""

    def __init__(self, slot: Slot) -> None:
        """Ask the token.

        Raises:
            PKCS11Error: if it does not say.
        """
        offered = slot.get_mechanisms()
        self._infos: dict[Mechanism, MechanismInfo] = {
            mechanism: slot.get_mechanism_info(mechanism)
            for mechanism in ASYMMETRIC_MECHANISMS
            if mechanism in offered
        }

    def info(self, mechanism: Mechanism) -> MechanismInfo | None:
        """Return what the token says of a mechanism; nothing where it has none."""
        return self._infos.get(mechanism)

    def has(self, mechanism: Mechanism, *flags: MechanismFlag) -> bool:
        """Tell whether the token has a mechanism for all of these uses."""
        info = self._infos.get(mechanism)
        return info is not None and all(flag in info.flags for flag in flags)


def rsa_key_specs(info: MechanismInfo) -> tuple[KeySpec, ...]:
    """Return the key specs whose modulus fits; RSA is counted in bits (PKCS#11 v2.40 §2.1)."""
    least, most = info.min_key_length or 0, info.max_key_length or max(RSA_MODULUS_BITS.values())
    return tuple(spec for spec, bits in RSA_MODULUS_BITS.items() if least <= bits <= most)


SIGNING = (MechanismFlag.SIGN, MechanismFlag.VERIFY)

ASYMMETRIC_MECHANISMS = (
    Mechanism.RSA_PKCS,
    Mechanism.RSA_PKCS_OAEP,
    Mechanism.RSA_PKCS_PSS,
    Mechanism.SHA256_RSA_PKCS,
    Mechanism.SHA256_RSA_PKCS_PSS,
    Mechanism.ECDSA,
    Mechanism.ECDSA_SHA256,
    Mechanism.ECDH1_DERIVE,
    Mechanism.EC_KEY_PAIR_GEN,
    Mechanism.SHA_1_HMAC,
)
"""All that are asked about."""


@dataclass(frozen=True)
class SignatureMechanisms:
    """The two mechanisms of a signature algorithm: one takes messages, the other digests."""

    of_messages: Mechanism | None
    """None: the message is hashed outside the token."""
    of_digests: Mechanism | None

    @classmethod
    def offered(
        cls, offer: Offer, of_messages: Mechanism, of_digests: Mechanism
    ) -> SignatureMechanisms:
        """Take those of the two that the token has for both signing and verification."""
        return cls(
            of_messages if offer.has(of_messages, *SIGNING) else None,
            of_digests if offer.has(of_digests, *SIGNING) else None,
        )

    @property
    def message_types(self) -> tuple[MessageType, ...]:
        """What can be signed: messages with either mechanism, digests with one of them."""
        if self.of_digests is not None:
            return (MessageType.RAW, MessageType.DIGEST)
        return () if self.of_messages is None else (MessageType.RAW,)

    def chosen(self, message: bytes, digested: bool) -> tuple[Mechanism, bytes]:
        """Return the mechanism for a message, or for its digest, and what it takes.

        A message is hashed here where the token has no mechanism that does it.

        Raises:
            AdapterRefusal: if a digest is given and there is no mechanism for one.
        """
        if not digested and self.of_messages is not None:
            return self.of_messages, message
        if self.of_digests is None:
            raise AdapterRefusal(NO_DIGESTS)
        return self.of_digests, message if digested else sha256(message).digest()


@dataclass(frozen=True)
class Imports:
    """Which parts of a key a token takes, and with which codes it refuses the others."""

    parts: tuple[KeyPart, ...]
    refusals: tuple[str, ...]


def tried(attempts: Mapping[KeyPart, Callable[[], Collection[TokenObject]]]) -> Imports:
    """Create each part of a key and destroy it again: no flag of PKCS#11 says what is taken."""
    parts: list[KeyPart] = []
    refusals: list[str] = []
    for part, attempt in attempts.items():
        try:
            destroy(attempt())
            parts.append(part)
        except PKCS11Error as error:
            refusals.append(f"{part} {reason_of(error)}")
    return Imports(tuple(parts), tuple(refusals))


def reason_of(error: PKCS11Error) -> str:
    """Return the code, or what python-pkcs11 has to say."""
    return code_name(error) or shortened(printable(str(error)))


# Objects.


def create(session: Session, *templates: Template) -> tuple[TokenObject, ...]:
    """Create objects that live as long as the session at most: all of them, or none.

    Raises:
        PKCS11Error: if the token does not take one.
    """
    created: list[TokenObject] = []
    try:
        for template in templates:
            attributes: dict[Attribute, Any] = {Attribute.TOKEN: False, **template}
            created.append(cast("TokenObject", session.create_object(attributes)))
    except PKCS11Error:
        with contextlib.suppress(PKCS11Error):
            destroy(created)
        raise
    return tuple(created)


def destroy(objects: Collection[TokenObject]) -> None:
    """Destroy objects.

    Raises:
        PKCS11Error: if the token does not.
    """
    for one in objects:
        one.destroy()


# Keys.


class TokenKeyPair(LibraryKeyPair):
    """A key pair on a token, or its public key alone; all its objects end with it."""

    caught = (PKCS11Error, AdapterRefusal)

    def __init__(self, usage: KeyUsage, part: KeyPart, objects: tuple[TokenObject, ...]) -> None:
        super().__init__(usage, part)
        self._objects = objects
        # Without a private key there is no call in the tables that would look for it.
        self._private, self._public = objects[0], objects[-1]

    def refused(self, error: Exception, operation: Operation) -> Rejected | Unsupported | Error:
        """Return what the token's code or the adapter's refusal stands for."""
        if isinstance(error, AdapterRefusal):
            return error.refusal
        return outcome_of(error, operation)

    def get_public_key(self) -> Outcome[PublicKey]:
        """Give out the public key, or say why the token does not."""
        try:
            return super().get_public_key()
        except PKCS11Error as error:
            return outcome_of(error)
        except ValueError:
            return UNFIT_PUBLIC_KEY

    def destroy(self) -> Outcome[Done]:
        """C_DestroyObject for each object."""
        try:
            destroy(self._objects)
        except PKCS11Error as error:
            return outcome_of(error)
        return DONE


def loaded(load: Callable[[], HeldKey]) -> Outcome[HeldKey]:
    """Load a key, and put into an outcome why it is not taken."""
    try:
        return Ok(load())
    except AdapterRefusal as refusal:
        return refusal.refusal
    except PKCS11Error as error:
        return outcome_of(error)
