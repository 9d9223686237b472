"""EC keys that come from outside: what an import must take, and how its tests are made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import msgspec

from kmsproof_reference import der
from kmsproof_reference.curves import OBJECT_IDENTIFIERS
from kmsproof_reference.ec_key_encoding import (
    EC_PUBLIC_KEY,
    decode_private_key,
    decode_public_key,
    encode_private_key,
)
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import encode_signature
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.errors import Refusal
from kmsproof_reference.octets import i2osp
from kmsproof_reference.point_encoding import encode_point
from kmsproof_reference.vocabulary import Feature, KeyPart, RejectionClass
from kmsproof_vectors.case import Draft, require
from kmsproof_vectors.cases.ec_ecdsa import EcdsaMaker, Message, Signature
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, flagged
from kmsproof_vectors.model import Clause, ImportTest, Result

PUBLIC_VALIDATION: Final = Clause(ref="SP 800-56A Rev. 3", section="5.6.2.3.3")
PRIVATE_RANGE: Final = Clause(ref="SP 800-56A Rev. 3", section="5.6.2.1.2")
POINT_FORM: Final = Clause(ref="RFC 5480", section="2.2")
PUBLIC_ENCODING: Final = Clause(ref="RFC 5480", section="2")
PARAMETERS: Final = Clause(ref="RFC 5480", section="2.1.1")
RESTRICTION: Final = Clause(ref="RFC 5480", section="2.1.2")
PRIVATE_ENCODING: Final = Clause(ref="RFC 5915", section="3")

BAD_KEY: Final = (RejectionClass.INVALID_ARGUMENT, RejectionClass.INVALID_SIGNATURE_ENCODING)
"""How a key is refused when it comes, or the signature when it is used."""

OTHER_KIND: Final = (*BAD_KEY, RejectionClass.UNSUPPORTED_ALGORITHM)
"""The same for a key that may be a good one of another kind."""

RESTRICTED: Final = (*OTHER_KIND, RejectionClass.WRONG_KEY_USAGE)
"""The same for a key that is not made for signatures."""

CONTROL: Final = "The key as it should be is imported and used."


@dataclass(frozen=True)
class Use:
    """What an imported public key verifies."""

    message: Message
    signature: Signature


def imported_public(family: EcdsaMaker, slug: str, why: str, material: bytes, use: Use) -> Draft:
    """Return the import of a public key under which a signature is valid."""
    encoded = encode_signature(*use.signature)
    test = ImportTest(
        **family.common(slug, Result.VALID, why),
        part=KeyPart.PUBLIC,
        material=HexBytes(material),
        message=HexBytes(use.message.octets),
        signature=HexBytes(encoded),
    )
    require(reference_accepts(family.curve, test), f"the reference does not accept {test.id}")
    return Draft(family.key, None, test)


def imported_private(family: EcdsaMaker, slug: str, why: str, material: bytes) -> Draft:
    """Return the import of a private key, with which a message is signed."""
    test = ImportTest(
        **family.common(slug, Result.VALID, why),
        part=KeyPart.PRIVATE,
        material=HexBytes(material),
        message=family.random(20),
    )
    require(reference_accepts(family.curve, test), f"the reference does not accept {test.id}")
    return Draft(family.key, None, test)


def as_control(draft: Draft) -> Draft:
    """Return an import as the control of others."""
    return flagged(draft, CONTROL_FLAGS)


def refused_import(
    family: EcdsaMaker,
    control: Draft,
    slug: str,
    why: str,
    material: bytes,
    rejections: tuple[RejectionClass, ...] = BAD_KEY,
    needs: tuple[Feature, ...] = (),
) -> Draft:
    """Return the import of other key material, which the reference must not accept."""
    draft = family.derived(control, slug, why, rejections=rejections, material=HexBytes(material))
    test = draft.test
    assert isinstance(test, ImportTest)
    require(not reference_accepts(family.curve, test), f"the reference accepts {test.id}")
    return replace(draft, test=msgspec.structs.replace(test, needs=needs))


def reference_accepts(curve: Curve, test: ImportTest) -> bool:
    """Whether the reference imports the key for this curve, and its use comes out well."""
    message = test.message or b""
    try:
        if test.part is KeyPart.PRIVATE:
            private = decode_private_key(test.material)
            Ecdsa(private).sign(message, 1)
            return private.curve is curve
        public = decode_public_key(test.material)
        return public.curve is curve and Ecdsa(public).verify_der(message, test.signature or b"")
    except Refusal:
        return False


# Key material, right or not.


def curve_name(curve: Curve) -> bytes:
    """Return the OBJECT IDENTIFIER of a curve."""
    dotted = next(name for name, named in OBJECT_IDENTIFIERS.items() if named is curve)
    return der.object_identifier(dotted)


def broken_identifiers(good: bytes) -> dict[str, bytes]:
    """Return an OBJECT IDENTIFIER that goes on behind its end, and one with a byte too many.

    Both have the arcs of the good one for who reads them carelessly (X.690 §8.19.2).
    """
    content = der.Reader(good).read(der.OBJECT_IDENTIFIER)
    require(content[-2] < 0x80 and content[-1] < 0x80, "the last arc has more than one byte")
    changed = {
        "unfinished": content + b"\x81",
        "zero-in-front": content[:-1] + b"\x80" + content[-1:],
    }
    return {name: der.encode(der.OBJECT_IDENTIFIER, octets) for name, octets in changed.items()}


def algorithm(parameters: bytes, oid: str = EC_PUBLIC_KEY) -> bytes:
    """Return an AlgorithmIdentifier with parameters that are encoded already."""
    return der.sequence(der.object_identifier(oid), parameters)


def public_key_info(curve: Curve, point: bytes, parameters: bytes | None = None) -> bytes:
    """Return a SubjectPublicKeyInfo with any octets as point."""
    parameters = curve_name(curve) if parameters is None else parameters
    return der.sequence(algorithm(parameters), der.bit_string(point))


def uncompressed(x: int, y: int) -> bytes:
    """Return 04 ‖ x ‖ y, for any two integers of 256 bits."""
    return b"\x04" + i2osp(x, 32) + i2osp(y, 32)


def explicit_parameters(curve: Curve, base: Point) -> bytes:
    """Return ECParameters that spell out a curve, with a base point of the caller's (SEC 1 C.2)."""
    field = der.sequence(der.object_identifier("1.2.840.10045.1.1"), der.integer(curve.p))
    coefficients = (der.octet_string(i2osp(value, 32)) for value in (curve.a, curve.b))
    return der.sequence(
        der.integer(1),
        field,
        der.sequence(*coefficients),
        der.octet_string(encode_point(curve, base)),
        der.integer(curve.n),
        der.integer(curve.h),
    )


def ec_private_key(d: bytes, version: int = 1, rest: bytes = b"") -> bytes:
    """Return an ECPrivateKey with any octets as private key (RFC 5915 §3)."""
    return der.sequence(der.integer(version), der.octet_string(d), rest)


def private_key_info(
    curve: Curve, private: bytes, version: int = 0, identifier: bytes | None = None
) -> bytes:
    """Return a PrivateKeyInfo with any octets as ECPrivateKey (RFC 5958 §2)."""
    identifier = algorithm(curve_name(curve)) if identifier is None else identifier
    return der.sequence(der.integer(version), identifier, der.octet_string(private))


def whole_private_key(curve: Curve, d: int) -> bytes:
    """Return a private key with its public key."""
    return encode_private_key(EcPrivateKey(curve, d))
