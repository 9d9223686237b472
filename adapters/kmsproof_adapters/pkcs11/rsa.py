"""RSA of a PKCS#11 token: OAEP and the two kinds of signature, as far as the token has them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11.constants import Attribute, MechanismFlag, ObjectClass
from pkcs11.exceptions import PKCS11Error
from pkcs11.mechanisms import MGF, KeyType, Mechanism

from kmsproof.capability import AlgorithmCapability
from kmsproof.messages import ImportKey
from kmsproof.outcome import Outcome
from kmsproof.vocabulary import (
    Algorithm,
    Feature,
    KeyPart,
    KeySpec,
    KeyUsage,
    ProtectionLevel,
)
from kmsproof_adapters.asymmetric import (
    SHA_256_LENGTH,
    Decryptions,
    Encryptions,
    Signings,
    Verifications,
    signature_capability,
)
from kmsproof_adapters.local_target import HeldKey
from kmsproof_adapters.pkcs11 import material
from kmsproof_adapters.pkcs11.exponents import DIGEST_INFO, exponents_taken
from kmsproof_adapters.pkcs11.material import RsaPrivateMaterial, RsaPublicMaterial
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
    reason_of,
    rsa_key_specs,
    tried,
)
from kmsproof_adapters.pkcs11.refusal import AdapterRefusal
from kmsproof_adapters.pkcs11.rsa_probe import (
    probe_key,
    with_composite_factor,
    with_wrong_exponent,
)
from kmsproof_adapters.refusals import DIGEST_LENGTH
from kmsproof_adapters.rsa import (
    LABELS,
    SALT_LENGTH,
    LibraryRsaKey,
    oaep_capabilities,
    wrong_modulus_length,
)

if TYPE_CHECKING:
    from pkcs11.types import Session

PSS_PARAMETERS = (Mechanism.SHA256, MGF.SHA256, SALT_LENGTH)
"""CK_RSA_PKCS_PSS_PARAMS."""

USAGES = {
    KeyUsage.ENCRYPT_DECRYPT: (Attribute.ENCRYPT, Attribute.DECRYPT),
    KeyUsage.SIGN_VERIFY: (Attribute.SIGN, Attribute.VERIFY),
}
"""What a key may do, by what it was imported for."""

ALL_USAGES = tuple(usage for usages in USAGES.values() for usage in usages)


COMPOSITES = 8
"""Keys that are none, of which a token must refuse every one."""


# What is declared.


@dataclass(frozen=True)
class RsaOffer:
    """What a token does with RSA keys that come from outside."""

    key_specs: tuple[KeySpec, ...]
    imports: Imports
    oaep: bool
    oaep_refusal: str
    """The code with which OAEP with SHA-256 is refused, though the token has some OAEP."""
    labels: bool
    pss: SignatureMechanisms
    pkcs1: SignatureMechanisms
    validates: bool
    """Whether a private key whose parts do not fit together is refused."""
    exponents: Mapping[KeySpec, tuple[Feature, ...]]
    """Public exponents other than the usual ones that work in verification."""

    def capabilities(self, level: ProtectionLevel) -> tuple[AlgorithmCapability, ...]:
        """Declare it."""
        declared: list[AlgorithmCapability] = []
        validation = (Feature.KEY_PAIR_VALIDATION,) if self.validates else ()
        if self.oaep and self.key_specs:
            features = (*(LABELS if self.labels else ()), *validation)
            declared += oaep_capabilities(level, features, self.key_specs)
        for algorithm, mechanisms in (
            (Algorithm.RSA_PSS_SHA_256, self.pss),
            (Algorithm.RSA_PKCS1_SHA_256, self.pkcs1),
        ):
            types = mechanisms.message_types
            for key_specs, exponents in self._by_exponents() if types else ():
                features = (*exponents, *validation)
                declared.append(signature_capability(algorithm, level, key_specs, types, features))
        return tuple(declared)

    def _by_exponents(self) -> Iterator[tuple[tuple[KeySpec, ...], tuple[Feature, ...]]]:
        """Put together the key specs that take the same exponents."""
        for taken in dict.fromkeys(self.exponents.values()):
            yield tuple(spec for spec in self.key_specs if self.exponents[spec] == taken), taken

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know of what is not offered."""
        notes = [f"takes no RSA key from outside: {code}" for code in self.imports.refusals]
        if self.oaep_refusal:
            notes.append(f"has OAEP, and not with SHA-256: {self.oaep_refusal}")
        return tuple(notes)


def ask(session: Session, offer: Offer) -> RsaOffer:
    """Find out what a token does, where need be with a key that is made for this."""
    key_specs = _key_specs(offer)
    pss = SignatureMechanisms.offered(offer, Mechanism.SHA256_RSA_PKCS_PSS, Mechanism.RSA_PKCS_PSS)
    pkcs1 = SignatureMechanisms.offered(offer, Mechanism.SHA256_RSA_PKCS, Mechanism.RSA_PKCS)
    found = RsaOffer(key_specs, Imports((), ()), False, "", False, pss, pkcs1, False, {})
    return _try_keys(session, offer, found) if key_specs else found


def _try_keys(session: Session, offer: Offer, found: RsaOffer) -> RsaOffer:
    """Complete what the mechanism list says by what keys show."""
    probe = probe_key()
    imports = tried(
        {
            KeyPart.PRIVATE: lambda: create(session, *_private_templates(probe, ALL_USAGES)),
            KeyPart.PUBLIC: lambda: create(session, _public_template(probe.public, ALL_USAGES)),
        }
    )
    encrypting = (MechanismFlag.ENCRYPT, MechanismFlag.DECRYPT)
    oaep_refusal, oaep, labels = "", False, False
    if KeyPart.PUBLIC in imports.parts and offer.has(Mechanism.RSA_PKCS_OAEP, *encrypting):
        oaep_refusal = _oaep_refusal(session, probe.public, b"")
        oaep = not oaep_refusal
        labels = oaep and not _oaep_refusal(session, probe.public, b"label")
    validates = KeyPart.PRIVATE in imports.parts and _refuses_unfit_key(session, probe)
    return replace(
        found,
        imports=imports,
        oaep=oaep,
        oaep_refusal=oaep_refusal,
        labels=labels,
        validates=validates,
        exponents=_exponents(session, probe, found),
    )


def _key_specs(offer: Offer) -> tuple[KeySpec, ...]:
    """Return the key specs whose modulus fits the first mechanism that the token has."""
    info = (
        offer.info(Mechanism.RSA_PKCS)
        or offer.info(Mechanism.RSA_PKCS_PSS)
        or offer.info(Mechanism.RSA_PKCS_OAEP)
    )
    return () if info is None else rsa_key_specs(info)


def _exponents(
    session: Session, probe: RsaPrivateMaterial, found: RsaOffer
) -> dict[KeySpec, tuple[Feature, ...]]:
    """Verify a signature under each kind of exponent and each length of modulus."""

    def verifies(public: RsaPublicMaterial, message: bytes, signature: bytes) -> bool:
        mechanism, data = _pkcs1_input(found.pkcs1, message, digested=False)
        try:
            (key,) = create(session, _public_template(public, (Attribute.VERIFY,)))
            try:
                return key.verify(data, signature, mechanism=mechanism)
            finally:
                destroy((key,))
        except PKCS11Error:
            return False

    if not found.pkcs1.message_types:
        return dict.fromkeys(found.key_specs, ())
    primes = (int.from_bytes(probe.primes[0]), int.from_bytes(probe.primes[1]))
    return {spec: exponents_taken(spec, primes, verifies) for spec in found.key_specs}


def _oaep_refusal(session: Session, public: RsaPublicMaterial, label: bytes) -> str:
    """Encrypt once; return the code with which the token refuses, if it does."""
    try:
        (key,) = create(session, _public_template(public, (Attribute.ENCRYPT,)))
        try:
            key.encrypt(b"", mechanism=Mechanism.RSA_PKCS_OAEP, mechanism_param=oaep(label))
        finally:
            destroy((key,))
    except PKCS11Error as error:
        return reason_of(error)
    return ""


def _refuses_unfit_key(session: Session, probe: RsaPrivateMaterial) -> bool:
    """Try a key with one wrong bit in its private exponent, and some whose factor is no prime."""
    unfit = (with_composite_factor(probe) for _ in range(COMPOSITES))
    return all(_refuses(session, key) for key in (with_wrong_exponent(probe), *unfit))


def _refuses(session: Session, unfit: RsaPrivateMaterial) -> bool:
    try:
        destroy(create(session, *_private_templates(unfit, (Attribute.SIGN,))))
    except PKCS11Error:
        return True
    return False


# Keys.


def load_key(session: Session, offer: RsaOffer, request: ImportKey) -> Outcome[HeldKey]:
    """Create an RSA key on the token from its encoding."""
    return loaded(lambda: _load(session, offer, request))


def _load(session: Session, offer: RsaOffer, request: ImportKey) -> HeldKey:
    usages = USAGES[request.usage]
    templates: tuple[Template, ...]
    if request.part is KeyPart.PRIVATE:
        private = material.rsa_private(request.material)
        public, templates = private.public, _private_templates(private, usages)
    else:
        public = material.rsa_public(request.material)
        templates = (_public_template(public, usages),)
    refusal = wrong_modulus_length(request.key_spec, int.from_bytes(public.modulus).bit_length())
    if refusal is not None:
        raise AdapterRefusal(refusal)
    return TokenRsaKey(request.usage, request.part, create(session, *templates), offer)


def _private_templates(
    private: RsaPrivateMaterial, usages: Collection[Attribute]
) -> tuple[Template, Template]:
    """Return the templates of a private key and of the public key that belongs to it."""
    template: Template = {
        Attribute.CLASS: ObjectClass.PRIVATE_KEY,
        Attribute.KEY_TYPE: KeyType.RSA,
        Attribute.DECRYPT: Attribute.DECRYPT in usages,
        Attribute.SIGN: Attribute.SIGN in usages,
        Attribute.MODULUS: private.public.modulus,
        Attribute.PUBLIC_EXPONENT: private.public.public_exponent,
        Attribute.PRIVATE_EXPONENT: private.private_exponent,
        Attribute.PRIME_1: private.primes[0],
        Attribute.PRIME_2: private.primes[1],
        Attribute.EXPONENT_1: private.exponents[0],
        Attribute.EXPONENT_2: private.exponents[1],
        Attribute.COEFFICIENT: private.coefficient,
    }
    return template, _public_template(private.public, usages)


def _public_template(public: RsaPublicMaterial, usages: Collection[Attribute]) -> Template:
    return {
        Attribute.CLASS: ObjectClass.PUBLIC_KEY,
        Attribute.KEY_TYPE: KeyType.RSA,
        Attribute.ENCRYPT: Attribute.ENCRYPT in usages,
        Attribute.VERIFY: Attribute.VERIFY in usages,
        Attribute.MODULUS: public.modulus,
        Attribute.PUBLIC_EXPONENT: public.public_exponent,
    }


def oaep(label: bytes) -> tuple[Mechanism, MGF, bytes | None]:
    """Return CK_RSA_PKCS_OAEP_PARAMS; the empty label is no source data at all."""
    return Mechanism.SHA256, MGF.SHA256, label or None


class TokenRsaKey(TokenKeyPair, LibraryRsaKey):
    """An RSA key on a token.

    A digest of the wrong length is handed to the token for PSS, which knows from its parameters
    how long a digest is. For PKCS#1 v1.5 it only sees a DigestInfo, so the adapter looks.
    """

    def __init__(
        self,
        usage: KeyUsage,
        part: KeyPart,
        objects: tuple[TokenObject, ...],
        offer: RsaOffer,
    ) -> None:
        self._offer = offer
        super().__init__(usage, part, objects)

    def encryptions(self) -> Encryptions:
        """RSAES-OAEP, if the token has it."""
        return super().encryptions() if self._offer.oaep else {}

    def decryptions(self) -> Decryptions:
        """RSAES-OAEP, if the token has it."""
        return super().decryptions() if self._offer.oaep else {}

    def signings(self) -> Signings:
        """What the token has of the two."""
        return {a: call for a, call in super().signings().items() if a in self._signatures}

    def verifications(self) -> Verifications:
        """What the token has of the two."""
        return {a: call for a, call in super().verifications().items() if a in self._signatures}

    @property
    def _signatures(self) -> set[Algorithm]:
        mechanisms = {
            Algorithm.RSA_PSS_SHA_256: self._offer.pss,
            Algorithm.RSA_PKCS1_SHA_256: self._offer.pkcs1,
        }
        return {algorithm for algorithm, both in mechanisms.items() if both.message_types}

    def public_key_info(self) -> bytes:
        """CKA_MODULUS and CKA_PUBLIC_EXPONENT of the public object."""
        modulus = int.from_bytes(self._public[Attribute.MODULUS])
        exponent = int.from_bytes(self._public[Attribute.PUBLIC_EXPONENT])
        key = RSAPublicNumbers(exponent, modulus).public_key()
        return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def encrypt_oaep(self, plaintext: bytes, label: bytes) -> bytes:
        """CKM_RSA_PKCS_OAEP."""
        return self._public.encrypt(
            plaintext, mechanism=Mechanism.RSA_PKCS_OAEP, mechanism_param=oaep(label)
        )

    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """CKM_RSA_PKCS_OAEP."""
        return self._private.decrypt(
            ciphertext, mechanism=Mechanism.RSA_PKCS_OAEP, mechanism_param=oaep(label)
        )

    def sign_pss(self, message: bytes, *, digested: bool) -> bytes:
        """CKM_SHA256_RSA_PKCS_PSS, or CKM_RSA_PKCS_PSS."""
        mechanism, data = self._offer.pss.chosen(message, digested)
        return self._private.sign(data, mechanism=mechanism, mechanism_param=PSS_PARAMETERS)

    def verify_pss(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """CKM_SHA256_RSA_PKCS_PSS, or CKM_RSA_PKCS_PSS."""
        mechanism, data = self._offer.pss.chosen(message, digested)
        return self._public.verify(
            data, signature, mechanism=mechanism, mechanism_param=PSS_PARAMETERS
        )

    def sign_pkcs1(self, message: bytes, *, digested: bool) -> bytes:
        """CKM_SHA256_RSA_PKCS, or CKM_RSA_PKCS with the DigestInfo made here."""
        mechanism, data = self._pkcs1(message, digested)
        return self._private.sign(data, mechanism=mechanism)

    def verify_pkcs1(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """CKM_SHA256_RSA_PKCS, or CKM_RSA_PKCS with the DigestInfo made here."""
        mechanism, data = self._pkcs1(message, digested)
        return self._public.verify(data, signature, mechanism=mechanism)

    def _pkcs1(self, message: bytes, digested: bool) -> tuple[Mechanism, bytes]:
        if digested and len(message) != SHA_256_LENGTH:
            raise AdapterRefusal(DIGEST_LENGTH)
        return _pkcs1_input(self._offer.pkcs1, message, digested=digested)


def _pkcs1_input(
    mechanisms: SignatureMechanisms, message: bytes, *, digested: bool
) -> tuple[Mechanism, bytes]:
    """Return a mechanism and what it takes: the message, or the DigestInfo."""
    mechanism, data = mechanisms.chosen(message, digested)
    return mechanism, DIGEST_INFO + data if mechanism is Mechanism.RSA_PKCS else data
