"""AES of a PKCS#11 token: what its mechanism list offers, and keys that use it."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, cast

from pkcs11.constants import Attribute, MechanismFlag, ObjectClass
from pkcs11.exceptions import PKCS11Error
from pkcs11.mechanisms import KeyType, Mechanism

from kmsproof.capability import AlgorithmCapability, LengthRange
from kmsproof.messages import Decrypt, Encrypt, ImportKey
from kmsproof.outcome import Decrypted, Done, Encrypted, Ok, Outcome
from kmsproof.vocabulary import (
    AES_KEY_LENGTHS,
    Algorithm,
    HexBytes,
    KeySpec,
    Operation,
    PaddingMode,
    ProtectionLevel,
)
from kmsproof_adapters.aes import (
    FULL_TAG_LENGTH,
    STANDARD_TAG_LENGTHS,
    ModeAndPadding,
    authenticated_part,
    block_mode_capability,
    gcm_capability,
    misfit,
    wrong_key_length,
)
from kmsproof_adapters.local_target import DONE, HeldKey
from kmsproof_adapters.pkcs11.codes import outcome_of
from kmsproof_adapters.pkcs11.functions import Functions, Structure
from kmsproof_adapters.refusals import MISSING_TAG

if TYPE_CHECKING:
    from pkcs11.types import MechanismInfo, Session, Slot

MECHANISMS: Mapping[ModeAndPadding, Mechanism] = {
    (Algorithm.GCM, None): Mechanism.AES_GCM,
    (Algorithm.ECB, PaddingMode.NO_PADDING): Mechanism.AES_ECB,
    (Algorithm.CBC, PaddingMode.NO_PADDING): Mechanism.AES_CBC,
    (Algorithm.CBC, PaddingMode.PKCS7_PADDING): Mechanism.AES_CBC_PAD,
}
"""Which mechanism is which mode; PKCS#11 has no ECB with padding."""

OPERATIONS = {
    Operation.ENCRYPT: MechanismFlag.ENCRYPT,
    Operation.DECRYPT: MechanismFlag.DECRYPT,
}

AAD_LENGTHS = LengthRange(0, 2**32 - 1)
"""ulAADLen of CK_GCM_PARAMS (PKCS#11 v2.40 and v3.0, CKM_AES_GCM), in bytes."""


ROOM_FOR_TAG = 2 * FULL_TAG_LENGTH
"""Bytes; more than a tag has, so that a token that writes too many of them is found out."""


def iv_lengths(cryptoki: tuple[int, int]) -> LengthRange:
    """Return the lengths in bytes that PKCS#11 promises for a GCM IV, by its version.

    A token does not say which lengths it takes, so the standard that it implements is its word:
    ulIvLen is 1 to 256 in v2.40, and 1 to 2^32 - 1 since v3.0.
    """
    return LengthRange(1, 2**32 - 1 if cryptoki >= (3, 0) else 256)


def capabilities(
    slot: Slot, level: ProtectionLevel, cryptoki: tuple[int, int]
) -> tuple[AlgorithmCapability, ...]:
    """Declare what the mechanism list of a token offers.

    PKCS#11 allows tags of 0 to 128 bits; declared are the lengths that GCM itself has.

    Raises:
        PKCS11Error: if the token does not say.
    """
    offered = slot.get_mechanisms()
    declared: list[AlgorithmCapability] = []
    for (algorithm, padding), mechanism in MECHANISMS.items():
        if mechanism not in offered:
            continue
        info = slot.get_mechanism_info(mechanism)
        key_specs = aes_key_specs(info)
        # SoftHSM 2.6.1 adds flags to whatever the memory for its answer held: one too many is
        # possible, none is missing.
        operations = tuple(way for way, flag in OPERATIONS.items() if flag in info.flags)
        if not (key_specs and operations):
            continue
        declared.append(
            gcm_capability(
                level,
                iv_lengths(cryptoki),
                STANDARD_TAG_LENGTHS,
                AAD_LENGTHS,
                key_specs=key_specs,
                operations=operations,
            )
            if padding is None
            else block_mode_capability(
                algorithm, level, (padding,), key_specs=key_specs, operations=operations
            )
        )
    return tuple(declared)


def aes_key_specs(info: MechanismInfo) -> tuple[KeySpec, ...]:
    """Return the key specs that fit the key sizes of a mechanism; all, if it tells none.

    PKCS#11 counts them in bytes for AES. Some tokens count in bits all the same, which shows in a
    least size of more than 32.
    """
    if not info.max_key_length:
        return tuple(AES_KEY_LENGTHS)
    least, most = info.min_key_length or 0, info.max_key_length
    unit = 8 if least > max(AES_KEY_LENGTHS.values()) else 1
    return tuple(
        key_spec for key_spec, length in AES_KEY_LENGTHS.items() if least <= unit * length <= most
    )


class GcmParameters(Structure):
    """CK_GCM_PARAMS (PKCS#11 v2.40, CKM_AES_GCM), for IVs of every length.

    It holds pointers into the byte strings that it is made of, and must outlive the call.
    """

    _fields_ = (
        ("pIv", ctypes.c_char_p),
        ("ulIvLen", ctypes.c_ulong),
        ("ulIvBits", ctypes.c_ulong),
        ("pAAD", ctypes.c_char_p),
        ("ulAADLen", ctypes.c_ulong),
        ("ulTagBits", ctypes.c_ulong),
    )

    @classmethod
    def of(cls, iv: bytes, aad: bytes | None, tag_length: int) -> GcmParameters:
        """Fill the structure; no associated data is a null pointer; the tag length is in bytes."""
        aad = aad or None
        return cls(iv, len(iv), 8 * len(iv), aad, len(aad or b""), 8 * tag_length)


class CipherKey(Protocol):
    """What python-pkcs11 makes of a secret key with CKA_ENCRYPT and CKA_DECRYPT."""

    @property
    def handle(self) -> int:
        """The handle of the object."""
        ...

    def encrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: bytes | None) -> bytes:
        """C_EncryptInit and C_Encrypt."""
        ...

    def decrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: bytes | None) -> bytes:
        """C_DecryptInit and C_Decrypt."""
        ...

    def destroy(self) -> None:
        """C_DestroyObject."""
        ...


def create_key(session: Session, material: bytes) -> CipherKey:
    """Create an AES key that lives as long as the session at most.

    Raises:
        PKCS11Error: if the token does not take it.
    """
    created = session.create_object(
        {
            Attribute.CLASS: ObjectClass.SECRET_KEY,
            Attribute.KEY_TYPE: KeyType.AES,
            Attribute.TOKEN: False,
            Attribute.ENCRYPT: True,
            Attribute.DECRYPT: True,
            Attribute.VALUE: material,
        }
    )
    return cast("CipherKey", created)


def load_key(session: Session, functions: Functions, request: ImportKey) -> Outcome[HeldKey]:
    """Create a key on the token from its material."""
    refusal = wrong_key_length(request)
    if refusal is not None:
        return refusal
    try:
        return Ok(TokenAesKey(session, functions, create_key(session, request.material)))
    except PKCS11Error as error:
        return outcome_of(error)


class TokenAesKey(HeldKey):
    """An AES key on a token.

    Whatever PKCS#11 has a place for is handed to the token to judge, also what is missing or does
    not belong: no IV is a mechanism without a parameter, an IV for ECB is one that has a parameter.
    """

    def __init__(self, session: Session, functions: Functions, key: CipherKey) -> None:
        self._session = session
        self._functions = functions
        self._key = key

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """C_EncryptInit and C_Encrypt; the tag of GCM is the end of what comes out."""
        mechanism = MECHANISMS.get((request.algorithm, request.padding))
        if mechanism is None:
            return misfit(request)
        if mechanism is Mechanism.AES_GCM:
            return self._encrypt_gcm(request)
        refusal = authenticated_part(request)
        if refusal is not None:
            return refusal
        iv = request.iv
        try:
            ciphertext = self._key.encrypt(
                request.plaintext, mechanism=mechanism, mechanism_param=iv
            )
        except PKCS11Error as error:
            return outcome_of(error)
        return Ok(Encrypted(HexBytes(ciphertext), iv))

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        """C_DecryptInit and C_Decrypt; GCM takes ciphertext and tag as one string."""
        mechanism = MECHANISMS.get((request.algorithm, request.padding))
        if mechanism is None:
            return misfit(request)
        if mechanism is Mechanism.AES_GCM:
            return self._decrypt_gcm(request)
        refusal = authenticated_part(request)
        if refusal is not None:
            return refusal
        try:
            plaintext = self._key.decrypt(
                request.ciphertext, mechanism=mechanism, mechanism_param=request.iv
            )
        except PKCS11Error as error:
            return outcome_of(error, Operation.DECRYPT)
        return Ok(Decrypted(HexBytes(plaintext)))

    def _encrypt_gcm(self, request: Encrypt) -> Outcome[Encrypted]:
        iv, tag_length = request.iv, _tag_length(request)
        parameters = _gcm_parameters(request)
        try:
            # Not through python-pkcs11, which asks for the length first: NSS 3.87 forgets the tag
            # in its answer.
            sealed = self._functions.encrypt(
                self._session,
                self._key,
                Mechanism.AES_GCM,
                bytes(parameters) if parameters else b"",
                request.plaintext,
                len(request.plaintext) + ROOM_FOR_TAG,
            )
        except PKCS11Error as error:
            return outcome_of(error)
        end = max(len(sealed) - tag_length, 0)
        return Ok(Encrypted(HexBytes(sealed[:end]), iv, HexBytes(sealed[end:])))

    def _decrypt_gcm(self, request: Decrypt) -> Outcome[Decrypted]:
        tag = request.tag
        if tag is None:
            return MISSING_TAG
        parameters = _gcm_parameters(request)
        try:
            plaintext = self._key.decrypt(
                request.ciphertext + tag,
                mechanism=Mechanism.AES_GCM,
                mechanism_param=bytes(parameters) if parameters else b"",
            )
        except PKCS11Error as error:
            return outcome_of(error, Operation.DECRYPT)
        return Ok(Decrypted(HexBytes(plaintext)))

    def destroy(self) -> Outcome[Done]:
        """C_DestroyObject."""
        try:
            self._key.destroy()
        except PKCS11Error as error:
            return outcome_of(error)
        return DONE


def _tag_length(request: Encrypt | Decrypt) -> int:
    return FULL_TAG_LENGTH if request.tag_length is None else request.tag_length


def _gcm_parameters(request: Encrypt | Decrypt) -> GcmParameters | None:
    """Return the parameters of a GCM call; nothing without an IV, without which there are none."""
    if request.iv is None:
        return None
    return GcmParameters.of(request.iv, request.aad, _tag_length(request))
