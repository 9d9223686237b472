"""Keys that are made in a PKCS#11 token: sensitive, and not extractable.

They are session objects, as those from outside are. Of a pair the public key is read from the
token's public object.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from pkcs11.constants import Attribute, MechanismFlag
from pkcs11.exceptions import PKCS11Error
from pkcs11.mechanisms import KeyType, Mechanism

from kmsproof.vocabulary import (
    AES_KEY_LENGTHS,
    EC_CURVES,
    RSA_MODULUS_BITS,
    KeySpec,
    KeyUsage,
)
from kmsproof_adapters.pkcs11.aes import CipherKey, aes_key_specs
from kmsproof_adapters.pkcs11.ec import PARAMETERS
from kmsproof_adapters.pkcs11.ecies import encoded_point
from kmsproof_adapters.pkcs11.material import octets
from kmsproof_adapters.pkcs11.pairs import TokenObject, destroy, rsa_key_specs
from kmsproof_adapters.pkcs11.rsa_probe import USUAL_EXPONENT

if TYPE_CHECKING:
    from pkcs11.types import MechanismInfo, Session, Slot

PROTECTED: dict[Attribute, Any] = {
    Attribute.TOKEN: False,
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
}
"""What every secret and private key is made with: it never comes out of the token."""

PUBLIC: dict[Attribute, Any] = {Attribute.TOKEN: False}

_GENERATORS = {
    **dict.fromkeys(AES_KEY_LENGTHS, (Mechanism.AES_KEY_GEN, MechanismFlag.GENERATE)),
    **dict.fromkeys(
        RSA_MODULUS_BITS, (Mechanism.RSA_PKCS_KEY_PAIR_GEN, MechanismFlag.GENERATE_KEY_PAIR)
    ),
    **dict.fromkeys(EC_CURVES, (Mechanism.EC_KEY_PAIR_GEN, MechanismFlag.GENERATE_KEY_PAIR)),
}
"""The mechanism that makes keys of each key spec, and the flag of it that says so."""

_ENCRYPTING, _SIGNING = KeyUsage.ENCRYPT_DECRYPT, KeyUsage.SIGN_VERIFY


@dataclass(frozen=True)
class MadePair:
    """A key pair in a token."""

    private: TokenObject
    public: TokenObject
    point: bytes = b""
    """The point of a key on a curve, uncompressed."""

    @property
    def objects(self) -> tuple[TokenObject, TokenObject]:
        """The private object and the public one, as keys from outside have them."""
        return self.private, self.public


def creatable(slot: Slot, session: Session, key_specs: Collection[KeySpec]) -> tuple[KeySpec, ...]:
    """Return of which key specs a token makes keys.

    It is asked for its mechanisms and their key sizes; of curves, which no flag tells apart, a pair
    is made and destroyed.

    Raises:
        PKCS11Error: if the token does not say.
    """
    offered = slot.get_mechanisms()
    found: list[KeySpec] = []
    for key_spec in key_specs:
        mechanism, flag = _GENERATORS[key_spec]
        if mechanism not in offered:
            continue
        info = slot.get_mechanism_info(mechanism)
        if flag in info.flags and _makes(session, info, key_spec):
            found.append(key_spec)
    return tuple(found)


def _makes(session: Session, info: MechanismInfo, key_spec: KeySpec) -> bool:
    if key_spec in AES_KEY_LENGTHS:
        return key_spec in aes_key_specs(info)
    if key_spec in RSA_MODULUS_BITS:
        return key_spec in rsa_key_specs(info)
    return _makes_pair(session, key_spec)


def _makes_pair(session: Session, key_spec: KeySpec) -> bool:
    try:
        destroy(make_ec_pair(session, key_spec, _SIGNING).objects)
    except PKCS11Error:
        return False
    return True


def make_aes_key(session: Session, key_spec: KeySpec) -> CipherKey:
    """CKM_AES_KEY_GEN.

    Raises:
        PKCS11Error: if the token makes none.
    """
    template = {**PROTECTED, Attribute.ENCRYPT: True, Attribute.DECRYPT: True}
    key = session.generate_key(
        KeyType.AES,
        8 * AES_KEY_LENGTHS[key_spec],
        store=False,
        capabilities=MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
        template=template,
    )
    return cast("CipherKey", key)


def make_rsa_pair(session: Session, key_spec: KeySpec, usage: KeyUsage) -> MadePair:
    """CKM_RSA_PKCS_KEY_PAIR_GEN with the usual public exponent.

    Raises:
        PKCS11Error: if the token makes none.
    """
    encrypts = usage is _ENCRYPTING
    public, private = session.generate_keypair(
        KeyType.RSA,
        RSA_MODULUS_BITS[key_spec],
        store=False,
        capabilities=MechanismFlag(0),
        public_template={
            **PUBLIC,
            Attribute.PUBLIC_EXPONENT: octets(USUAL_EXPONENT),
            Attribute.ENCRYPT: encrypts,
            Attribute.VERIFY: not encrypts,
        },
        private_template={
            **PROTECTED,
            Attribute.DECRYPT: encrypts,
            Attribute.SIGN: not encrypts,
        },
    )
    return MadePair(*cast("tuple[TokenObject, TokenObject]", (private, public)))


def make_ec_pair(session: Session, key_spec: KeySpec, usage: KeyUsage) -> MadePair:
    """CKM_EC_KEY_PAIR_GEN.

    Raises:
        PKCS11Error: if the token makes none on this curve.
    """
    derives = usage is _ENCRYPTING
    domain = session.create_domain_parameters(
        KeyType.EC, {Attribute.EC_PARAMS: PARAMETERS[key_spec]}, local=True
    )
    public, private = domain.generate_keypair(
        store=False,
        capabilities=MechanismFlag(0),
        public_template={**PUBLIC, Attribute.VERIFY: not derives},
        private_template={**PROTECTED, Attribute.DERIVE: derives, Attribute.SIGN: not derives},
    )
    pair = cast("tuple[TokenObject, TokenObject]", (private, public))
    point = encoded_point(pair[1][Attribute.EC_POINT])
    return MadePair(*pair, point)
