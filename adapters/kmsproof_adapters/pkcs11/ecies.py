"""ECIES with the parts of a PKCS#11 token: ephemeral key, ECDH and HMAC, and the KDF if it has it.

PKCS#11 v2.40 has no ECIES mechanism. The XOR is always the adapter's, the KDF where the token
derives with CKD_NULL only.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha1
from typing import TYPE_CHECKING, cast

from pkcs11.constants import Attribute, MechanismFlag, ObjectClass
from pkcs11.exceptions import PKCS11Error
from pkcs11.mechanisms import KDF, KeyType, Mechanism

from kmsproof.outcome import Rejected
from kmsproof.vocabulary import Feature
from kmsproof_adapters.ecies import MAC_LENGTH, Ecies
from kmsproof_adapters.pkcs11.codes import outcome_of
from kmsproof_adapters.pkcs11.pairs import Template, TokenObject, create, destroy

if TYPE_CHECKING:
    from pkcs11.types import Session

SECRET_LENGTH = 32
"""Bytes of a coordinate on the curves that there are here."""

HASH_LENGTH = 20
"""Bytes of SHA-1."""

BLOCKS_OF_ONE_BYTE_COUNTER = 254
"""The most blocks of key data from a token whose counter is four bytes of which it moves one."""

READABLE: Template = {
    Attribute.TOKEN: False,
    Attribute.PRIVATE: False,
    Attribute.SENSITIVE: False,
    Attribute.EXTRACTABLE: True,
}
"""What is derived has to come out of the token."""


@dataclass(frozen=True)
class EciesOffer:
    """What a token has of ECIES on one curve."""

    derives_keys: bool
    """Whether it has CKD_SHA1_KDF; else the KDF is the adapter's."""
    longest_plaintext: int | None
    """In bytes; nothing for any length."""
    features: tuple[Feature, ...]


class TokenEcies(Ecies):
    """ECIES under a key on a token, or under the recipient's point alone."""

    def __init__(
        self,
        session: Session,
        parameters: bytes,
        private: TokenObject | None,
        point: bytes | None,
        *,
        derives_keys: bool,
    ) -> None:
        self._session = session
        self._parameters = parameters
        self._private = private
        self._point = point
        self._derives_keys = derives_keys

    def ephemeral_key_data(self, length: int) -> tuple[bytes, bytes]:
        """CKM_EC_KEY_PAIR_GEN and CKM_ECDH1_DERIVE."""
        if self._point is None:
            raise RuntimeError("a key that encrypts has its point")
        public, private = generate_key_pair(self._session, self._parameters)
        try:
            point = encoded_point(public[Attribute.EC_POINT])
            return point, derive(private, self._point, length, derives_keys=self._derives_keys)
        finally:
            destroy((public, private))

    def key_data(self, point: bytes, length: int) -> bytes | None:
        """CKM_ECDH1_DERIVE; a point that the token refuses is none."""
        if self._private is None:
            raise RuntimeError("a key that decrypts has its private part")
        try:
            return derive(self._private, point, length, derives_keys=self._derives_keys)
        except PKCS11Error as error:
            # Whatever else the token says is no refusal, and goes to the caller as it is.
            if isinstance(outcome_of(error), Rejected):
                return None
            raise

    def mac(self, key: bytes, data: bytes) -> bytes:
        """CKM_SHA_1_HMAC."""
        template: Template = {
            Attribute.CLASS: ObjectClass.SECRET_KEY,
            Attribute.KEY_TYPE: KeyType.GENERIC_SECRET,
            Attribute.SIGN: True,
            Attribute.VALUE: key,
        }
        objects = create(self._session, template)
        try:
            return objects[0].sign(data, mechanism=Mechanism.SHA_1_HMAC)
        finally:
            destroy(objects)


def generate_key_pair(session: Session, parameters: bytes) -> tuple[TokenObject, TokenObject]:
    """Return a new public and a new private key that derive, and live in the session.

    Raises:
        PKCS11Error: if the token makes none.
    """
    domain = session.create_domain_parameters(
        KeyType.EC, {Attribute.EC_PARAMS: parameters}, local=True
    )
    pair = domain.generate_keypair(store=False, capabilities=MechanismFlag.DERIVE)
    return cast("tuple[TokenObject, TokenObject]", pair)


def encoded_point(attribute: bytes) -> bytes:
    """Return the point in CKA_EC_POINT: the DER of an OCTET STRING (PKCS#11 v2.40 §2.3.3).

    Some tokens give the point as it is.
    """
    if len(attribute) == 2 * SECRET_LENGTH + 3:
        return attribute[2:]
    return attribute


def derive(private: TokenObject, point: bytes, length: int, *, derives_keys: bool) -> bytes:
    """Return key data shared with the owner of a point.

    Raises:
        PKCS11Error: if the token does not take the point, or derives nothing of this length.
    """
    kdf, derived = (KDF.SHA1, length) if derives_keys else (KDF.NULL, SECRET_LENGTH)
    key = private.derive_key(
        KeyType.GENERIC_SECRET,
        8 * derived,
        mechanism=Mechanism.ECDH1_DERIVE,
        mechanism_param=(kdf, None, point),
        template=READABLE,
    )
    try:
        value: bytes = key[Attribute.VALUE]
    finally:
        destroy((key,))
    return value if derives_keys else x963_kdf(value, length)


def x963_kdf(secret: bytes, length: int) -> bytes:
    """Return key data of a shared secret (SEC 1 §3.6.1 with SHA-1)."""
    blocks = -(-length // HASH_LENGTH)
    counters = range(1, blocks + 1)
    return b"".join(sha1(secret + c.to_bytes(4)).digest() for c in counters)[:length]


def ask(private: TokenObject, point: bytes) -> EciesOffer | None:
    """Try a key with a point, and return what works; nothing if nothing does."""
    derives_keys = _derives(private, point, MAC_LENGTH, derives_keys=True)
    if not derives_keys and not _derives(private, point, MAC_LENGTH, derives_keys=False):
        return None
    longest = BLOCKS_OF_ONE_BYTE_COUNTER * HASH_LENGTH
    limited = derives_keys and not _derives(private, point, longest + 1, derives_keys=True)
    parity = point[-1] & 1
    forms = {
        Feature.COMPRESSED_POINT: bytes([0x02 + parity]) + point[1 : 1 + SECRET_LENGTH],
        Feature.HYBRID_POINT: bytes([0x06 + parity]) + point[1:],
    }
    return EciesOffer(
        derives_keys=derives_keys,
        longest_plaintext=longest - MAC_LENGTH if limited else None,
        features=tuple(
            feature
            for feature, form in forms.items()
            if _derives(private, form, MAC_LENGTH, derives_keys=derives_keys)
        ),
    )


def _derives(private: TokenObject, point: bytes, length: int, *, derives_keys: bool) -> bool:
    try:
        derive(private, point, length, derives_keys=derives_keys)
    except PKCS11Error:
        return False
    return True
