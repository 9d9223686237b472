"""Elliptic curves of a PKCS#11 token: ECDSA, and ECIES with what the token has of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256K1,
    SECP256R1,
    EllipticCurve,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pkcs11.constants import Attribute, MechanismFlag, ObjectClass
from pkcs11.exceptions import PKCS11Error
from pkcs11.mechanisms import KeyType, Mechanism

from kmsproof.capability import AlgorithmCapability, LengthRange
from kmsproof.messages import ImportKey
from kmsproof.outcome import Outcome, Rejected
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    KeyPart,
    KeySpec,
    KeyUsage,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.asymmetric import (
    Decryptions,
    Encryptions,
    Signings,
    Verifications,
    signature_capability,
)
from kmsproof_adapters.ec import LibraryEcKey, ecies_capability, wrong_curve
from kmsproof_adapters.local_target import HeldKey
from kmsproof_adapters.pkcs11 import ecies, material
from kmsproof_adapters.pkcs11.ecies import SECRET_LENGTH, EciesOffer, TokenEcies
from kmsproof_adapters.pkcs11.material import EcMaterial
from kmsproof_adapters.pkcs11.pairs import (
    Imports,
    Offer,
    SignatureMechanisms,
    Template,
    TokenKeyPair,
    TokenObject,
    create,
    destroy,
    loaded,
    tried,
)
from kmsproof_adapters.pkcs11.refusal import AdapterRefusal

if TYPE_CHECKING:
    from pkcs11.types import Session

CURVES: Mapping[KeySpec, EllipticCurve] = {
    KeySpec.EC_P256: SECP256R1(),
    KeySpec.EC_P256K: SECP256K1(),
}

PARAMETERS: Mapping[KeySpec, bytes] = {
    KeySpec.EC_P256: bytes.fromhex("06082a8648ce3d030107"),
    KeySpec.EC_P256K: bytes.fromhex("06052b8104000a"),
}
"""CKA_EC_PARAMS: the DER of the curve's name, secp256r1 or secp256k1 (SEC 2 appendix A)."""

NOT_A_SIGNATURE = Rejected(
    RejectionClass.INVALID_SIGNATURE_ENCODING,
    "invalid-signature-encoding",
    "the signature is not the DER of two integers that fit into 32 bytes each, and PKCS #11 "
    "takes nothing else",
)
POINT_UNKNOWN = Rejected(
    RejectionClass.INVALID_ARGUMENT,
    "point-unknown",
    "the material holds no public key, and none belongs to its private key",
)


# What is declared.


@dataclass(frozen=True)
class CurveOffer:
    """What a token does on one curve with keys that come from outside."""

    key_spec: KeySpec
    imports: Imports
    ecdsa: SignatureMechanisms
    ecies: EciesOffer | None

    def capabilities(self, level: ProtectionLevel) -> tuple[AlgorithmCapability, ...]:
        """Declare it."""
        declared: list[AlgorithmCapability] = []
        if self.ecdsa.message_types:
            declared.append(
                signature_capability(
                    Algorithm.ECDSA_SHA_256, level, (self.key_spec,), self.ecdsa.message_types
                )
            )
        if self.ecies is not None:
            lengths = (LengthRange(0, self.ecies.longest_plaintext),)
            capability = ecies_capability(level, self.ecies.features, key_specs=(self.key_spec,))
            declared.append(msgspec.structs.replace(capability, plaintext_lengths=lengths))
        return tuple(declared)

    @property
    def note(self) -> str:
        """What a reader should know of how ECIES is done."""
        if self.ecies is None:
            return ""
        parts = "ECDH, KDF and HMAC" if self.ecies.derives_keys else "ECDH and HMAC"
        return f"ECIES on {self.key_spec} is put together by the adapter, of the token's {parts}"


def ask(session: Session, offer: Offer) -> tuple[CurveOffer, ...]:
    """Find out on which curves a token takes keys, and what it does with them."""
    ecdsa = SignatureMechanisms.offered(offer, Mechanism.ECDSA_SHA256, Mechanism.ECDSA)
    composable = (
        offer.has(Mechanism.ECDH1_DERIVE, MechanismFlag.DERIVE)
        and offer.has(Mechanism.EC_KEY_PAIR_GEN, MechanismFlag.GENERATE_KEY_PAIR)
        and offer.has(Mechanism.SHA_1_HMAC, MechanismFlag.SIGN)
    )
    if not composable and not ecdsa.message_types:
        return ()
    asked = (_ask_about(session, key_spec, ecdsa, composable) for key_spec in CURVES)
    return tuple(curve for curve in asked if curve.imports.parts)


def _ask_about(
    session: Session, key_spec: KeySpec, ecdsa: SignatureMechanisms, composable: bool
) -> CurveOffer:
    key = generate_private_key(CURVES[key_spec])
    probe = material.ec_private(
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    )
    imports = tried(
        {
            KeyPart.PRIVATE: lambda: create(session, _private_template(probe, Attribute.SIGN)),
            KeyPart.PUBLIC: lambda: create(session, _public_template(probe, verifies=True)),
        }
    )
    offered = None
    if composable and KeyPart.PRIVATE in imports.parts:
        try:
            objects = create(session, _private_template(probe, Attribute.DERIVE))
        except PKCS11Error:
            pass
        else:
            point = generate_private_key(CURVES[key_spec]).public_key()
            encoded = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            offered = ecies.ask(objects[0], encoded)
            destroy(objects)
    return CurveOffer(key_spec, imports, ecdsa, offered)


# Keys.


def load_key(session: Session, offer: CurveOffer, request: ImportKey) -> Outcome[HeldKey]:
    """Create a key on a curve from its encoding."""
    return loaded(lambda: _load(session, offer, request))


def _load(session: Session, offer: CurveOffer, request: ImportKey) -> HeldKey:
    read = material.ec_private if request.part is KeyPart.PRIVATE else material.ec_public
    key = read(request.material)
    refusal = wrong_curve(request.key_spec, key.parameters == PARAMETERS[request.key_spec])
    if refusal is not None:
        raise AdapterRefusal(refusal)
    signs = request.usage is KeyUsage.SIGN_VERIFY
    key = _with_point(request.key_spec, key)
    templates = [_public_template(key, verifies=signs)]
    if key.value is not None:
        usage = Attribute.SIGN if signs else Attribute.DERIVE
        templates.insert(0, _private_template(key, usage))
    objects = create(session, *templates)
    return TokenEcKey(session, request.usage, request.part, key, objects, offer)


def _with_point(key_spec: KeySpec, key: EcMaterial) -> EcMaterial:
    """Return a key with its point, which PKCS #8 may leave out and PKCS#11 does not compute."""
    if key.point is not None or key.value is None:
        return key
    try:
        private = derive_private_key(int.from_bytes(key.value), CURVES[key_spec])
    except ValueError:
        raise AdapterRefusal(POINT_UNKNOWN) from None
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return EcMaterial(key.parameters, point, key.value)


def _private_template(key: EcMaterial, usage: Attribute) -> Template:
    return {
        Attribute.CLASS: ObjectClass.PRIVATE_KEY,
        Attribute.KEY_TYPE: KeyType.EC,
        Attribute.SIGN: usage is Attribute.SIGN,
        Attribute.DERIVE: usage is Attribute.DERIVE,
        Attribute.EC_PARAMS: key.parameters,
        Attribute.VALUE: key.value,
    }


def _public_template(key: EcMaterial, *, verifies: bool) -> Template:
    return {
        Attribute.CLASS: ObjectClass.PUBLIC_KEY,
        Attribute.KEY_TYPE: KeyType.EC,
        Attribute.VERIFY: verifies,
        Attribute.EC_PARAMS: key.parameters,
        Attribute.EC_POINT: material.octet_string(key.point or b""),
    }


class TokenEcKey(TokenKeyPair, LibraryEcKey):
    """A key on a curve.

    ECDSA takes a digest of any length in PKCS#11, so the adapter looks. The token's signatures are
    r and s, 32 bytes each (PKCS#11 v2.40 §2.3.1); those of the protocol are DER.
    """

    takes_any_digest = True

    def __init__(
        self,
        session: Session,
        usage: KeyUsage,
        part: KeyPart,
        key: EcMaterial,
        objects: tuple[TokenObject, ...],
        offer: CurveOffer,
    ) -> None:
        self._offer = offer
        super().__init__(usage, part, objects)
        self._curve, self._point = CURVES[offer.key_spec], key.point
        self._ecies = TokenEcies(
            session,
            key.parameters,
            objects[0] if part is KeyPart.PRIVATE else None,
            key.point,
            derives_keys=offer.ecies is not None and offer.ecies.derives_keys,
        )

    def encryptions(self) -> Encryptions:
        """ECIES, if the token has the parts."""
        return {} if self._offer.ecies is None else super().encryptions()

    def decryptions(self) -> Decryptions:
        """ECIES, if the token has the parts."""
        return {} if self._offer.ecies is None else super().decryptions()

    def signings(self) -> Signings:
        """ECDSA, if the token has it."""
        return super().signings() if self._offer.ecdsa.message_types else {}

    def verifications(self) -> Verifications:
        """ECDSA, if the token has it."""
        return super().verifications() if self._offer.ecdsa.message_types else {}

    def public_key_info(self) -> bytes:
        """The point, which the key came with or which was read from the public object."""
        if self._point is None:
            raise RuntimeError("a key on a token has its point")
        key = EllipticCurvePublicKey.from_encoded_point(self._curve, self._point)
        return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign_ecdsa(self, message: bytes, *, digested: bool) -> bytes:
        """CKM_ECDSA_SHA256, or CKM_ECDSA."""
        mechanism, data = self._offer.ecdsa.chosen(message, digested)
        return to_der(self._private.sign(data, mechanism=mechanism))

    def verify_ecdsa(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """CKM_ECDSA_SHA256, or CKM_ECDSA."""
        mechanism, data = self._offer.ecdsa.chosen(message, digested)
        return self._public.verify(data, from_der(signature), mechanism=mechanism)

    def encrypt_ecies(self, plaintext: bytes, dialect: EciesDialect) -> bytes:
        """ECIES of the token's parts."""
        return self._ecies.encrypt(plaintext, dialect)

    def decrypt_ecies(self, ciphertext: bytes, dialect: EciesDialect) -> bytes | Rejected:
        """ECIES of the token's parts."""
        return self._ecies.decrypt(ciphertext, dialect)


def to_der(signature: bytes) -> bytes:
    """Return the DER of a signature of the token's, of whatever length it is."""
    half = len(signature) // 2
    return encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))


def from_der(signature: bytes) -> bytes:
    """Return r and s, 32 bytes each.

    Raises:
        AdapterRefusal: if that is no DER of two such integers.
    """
    try:
        r, s = decode_dss_signature(signature)
        return r.to_bytes(SECRET_LENGTH) + s.to_bytes(SECRET_LENGTH)
    except (ValueError, OverflowError):
        raise AdapterRefusal(NOT_A_SIGNATURE) from None
