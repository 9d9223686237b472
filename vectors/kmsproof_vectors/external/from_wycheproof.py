"""Tests of Wycheproof as tests of ours.

Page:      https://github.com/C2SP/wycheproof
Read:      AeadTest and IndCpaTest of AES, RsaesOaepDecrypt, RsassaPssVerify, RsassaPkcs1Verify,
           RsassaPkcs1Generate, EcdsaVerify, EcdsaP1363Verify, and of ECDH what an ECIES ciphertext
           can carry: its shared secret then stands for the ECDH inside ECIES.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from kmsproof_reference import ec_key_encoding, rsa_key_encoding
from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.ecdsa_signature import encode_signature
from kmsproof_reference.ecies import EK_MK, MK_EK, Ecies
from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.errors import Refusal
from kmsproof_reference.octets import os2ip
from kmsproof_reference.point_encoding import PointForm, encode_point
from kmsproof_reference.vocabulary import (
    RSA_MODULUS_BITS,
    Algorithm,
    EciesDialect,
    Feature,
    KeySpec,
    PaddingMode,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.external.collector import Collector, Common, LeftOut, Parameters
from kmsproof_vectors.external.wycheproof_format import Vector, parse
from kmsproof_vectors.model import (
    BugType,
    DecryptTest,
    EncryptTest,
    GroupKey,
    Note,
    Parameter,
    SignTest,
    VerifyTest,
)

ORIGIN = "Wycheproof"

NO_FLAG = "NoFlag"
"""What stands for the flags of a test that has none."""

BUG_TYPES: Final = {
    "BER_ENCODING": BugType.MALLEABILITY,
    "SIGNATURE_MALLEABILITY": BugType.MALLEABILITY,
    "LEGACY": BugType.FUNCTIONALITY,
    "WEAK_PARAMS": BugType.MODIFIED_PARAMETER,
}
"""The kinds of bug that have other names here; one that is not known is an edge case."""

CURVES: Final = {"secp256r1": (KeySpec.EC_P256, P256), "secp256k1": (KeySpec.EC_P256K, SECP256K1)}

ECIES_MESSAGE = b"A message as long as three blocks of the key derivation function."
"""What is encrypted under the shared secret of an ECDH test."""


def read_wycheproof(text: str, file_name: str) -> Collector:
    """Read a file of Wycheproof.

    Raises:
        ValueError: if it is not one; the text says why.
    """
    collector = Collector(file_name, ORIGIN, "W1")
    document = cast(Mapping[str, Any], json.loads(text))
    if not isinstance(document, dict) or not isinstance(document.get("testGroups"), list):
        raise ValueError("it has no testGroups")
    number: object = "before the first"
    try:
        _take_notes(collector, document)
        for vector in parse(text):
            number = vector.fields.get("tcId")
            _take(collector, vector, str(document.get("algorithm", "")))
    except (KeyError, TypeError, AttributeError, ValueError, Refusal) as error:
        told = f"test {number} lacks a field, or has one of another form"
        raise ValueError(f"{told}: {error}") from None
    return collector


def _take(collector: Collector, vector: Vector, algorithm: str) -> None:
    try:
        _add(collector, vector, algorithm)
    except LeftOut as reason:
        collector.left_out[str(reason)] += 1


def _take_notes(collector: Collector, document: Mapping[str, Any]) -> None:
    for flag, note in document.get("notes", {}).items():
        kind = str(note.get("bugType", ""))
        known = kind in BugType.__members__
        collector.note(
            flag,
            Note(
                bug_type=BugType(kind) if known else BUG_TYPES.get(kind, BugType.EDGE_CASE),
                description=str(note.get("description", flag)),
                effect=str(note.get("effect", "")),
                cves=tuple(note.get("cves", ())),
                links=tuple(note.get("links", ())),
            ),
        )
    described = f"A test of {ORIGIN} without a flag."
    collector.note(NO_FLAG, Note(bug_type=BugType.BASIC, description=described, effect=""))


def _add(collector: Collector, vector: Vector, algorithm: str) -> None:
    kind = str(vector.group["type"])
    reader = _READERS.get((kind, algorithm)) or _READERS.get((kind, ""))
    if reader is None:
        raise LeftOut(f"{kind} of {algorithm or 'an unknown algorithm'} is not on the sheet")
    reader(collector, vector)


def _common(collector: Collector, vector: Vector, parameters: Parameters, way: str) -> Common:
    flags = cast(list[str], vector.fields.get("flags") or [NO_FLAG])
    comment = str(vector.fields.get("comment") or flags[0]).rstrip(".")
    common = collector.common(
        parameters,
        flags[0],
        f"tc-{vector.id}{way}",
        valid=vector.is_valid,
        why=f"{ORIGIN}: {comment}.",
        place=f"tcId {vector.id}",
    )
    common["flags"] = tuple(flags)
    return common


def _decided(vector: Vector) -> None:
    """Leave out what the corpus itself leaves open."""
    if vector.fields["result"] == "acceptable":
        raise LeftOut("the corpus calls it acceptable: neither right nor wrong")


# AES.


def _gcm(collector: Collector, vector: Vector) -> None:
    _decided(vector)
    parameters = Parameters(_aes(vector), Algorithm.GCM)
    key, tag_length = _secret(vector), cast(int, vector.group["tagSize"]) // 8
    sealed: dict[str, Any] = {
        "iv": _hex(vector, "iv"),
        "aad": _hex(vector, "aad"),
        "plaintext": _hex(vector, "msg"),
        "ciphertext": _hex(vector, "ct"),
        "tag": _hex(vector, "tag"),
    }
    probes = (Parameter.IV_LENGTH,) if not sealed["iv"] else ()
    if vector.is_valid:
        common = _common(collector, vector, parameters, "-encrypt")
        collector.add(parameters, key, EncryptTest(**common, **sealed), tag_length)
    common = _common(collector, vector, parameters, "-decrypt")
    test = DecryptTest(**common, **sealed, probes=probes)
    collector.add(parameters, key, test, tag_length)


def _cbc(collector: Collector, vector: Vector) -> None:
    _decided(vector)
    parameters = Parameters(_aes(vector), Algorithm.CBC, PaddingMode.PKCS7_PADDING)
    key = _secret(vector)
    padded: dict[str, Any] = {
        "iv": _hex(vector, "iv"),
        "plaintext": _hex(vector, "msg"),
        "ciphertext": _hex(vector, "ct"),
    }
    if vector.is_valid:
        common = _common(collector, vector, parameters, "-encrypt")
        collector.add(parameters, key, EncryptTest(**common, **padded))
    common = _common(collector, vector, parameters, "-decrypt")
    collector.add(parameters, key, DecryptTest(**common, **padded))


def _aes(vector: Vector) -> KeySpec:
    return KeySpec(f"Aliyun_AES_{vector.group['keySize']}")


def _secret(vector: Vector) -> GroupKey:
    key = _hex(vector, "key")
    if 8 * len(key) != vector.group["keySize"]:
        raise ValueError(f"the key has {len(key)} bytes")
    return GroupKey(secret=key)


def _hex(vector: Vector, name: str) -> HexBytes:
    return HexBytes(vector.octets(name))


# RSA.


def _oaep(collector: Collector, vector: Vector) -> None:
    _decided(vector)
    _demand(vector, sha="SHA-256", mgfSha="SHA-256")
    parameters = Parameters(_rsa(vector), Algorithm.RSAES_OAEP_SHA_256)
    private = bytes.fromhex(str(vector.group["privateKeyPkcs8"]))
    label = _hex(vector, "label")
    needs = [Feature.OAEP_LABEL] if label else []
    if rsa_key_encoding.decode_private_key(private).other_primes:
        needs.append(Feature.MULTI_PRIME_KEY)
    test = DecryptTest(
        **_common(collector, vector, parameters, ""),
        ciphertext=_hex(vector, "ct"),
        label=label or None,
        plaintext=_hex(vector, "msg"),
        needs=tuple(needs),
    )
    collector.add(parameters, _private_key(collector, private), test)


def _verification(collector: Collector, vector: Vector, parameters: Parameters) -> None:
    """Add the verification of a signature that is as the protocol wants it."""
    _decided(vector)
    _add_verification(collector, vector, parameters, _hex(vector, "sig"))


def _add_verification(
    collector: Collector, vector: Vector, parameters: Parameters, signature: HexBytes
) -> None:
    public = bytes.fromhex(str(vector.group["publicKeyDer"]))
    test = VerifyTest(
        **_common(collector, vector, parameters, ""),
        message=_hex(vector, "msg"),
        signature=signature,
    )
    collector.add(parameters, _public_key(collector, public), test)


def _pss(collector: Collector, vector: Vector) -> None:
    _demand(vector, sha="SHA-256", mgfSha="SHA-256", sLen=32)
    parameters = Parameters(_rsa(vector), Algorithm.RSA_PSS_SHA_256)
    public = bytes.fromhex(str(vector.group["publicKeyDer"]))
    try:
        rsa_key_encoding.decode_public_key(public)
    except Refusal:
        raise LeftOut("the key is bound to RSASSA-PSS by its object identifier") from None
    _verification(collector, vector, parameters)


def _pkcs1_verify(collector: Collector, vector: Vector) -> None:
    _demand(vector, sha="SHA-256")
    parameters = Parameters(_rsa(vector), Algorithm.RSA_PKCS1_SHA_256)
    if "MissingNull" not in cast(list[str], vector.fields.get("flags") or []):
        _verification(collector, vector, parameters)
        return
    # RFC 8017 leaves it open, and so does the corpus; here the target says whether it takes it.
    common = _common(
        collector, Vector(vector.group, {**vector.fields, "result": "valid"}), parameters, ""
    )
    test = VerifyTest(
        **common,
        message=_hex(vector, "msg"),
        signature=_hex(vector, "sig"),
        needs=(Feature.DIGEST_INFO_WITHOUT_NULL,),
    )
    public = bytes.fromhex(str(vector.group["publicKeyDer"]))
    collector.add(parameters, _public_key(collector, public), test)


def _pkcs1_sign(collector: Collector, vector: Vector) -> None:
    _decided(vector)
    _demand(vector, sha="SHA-256")
    parameters = Parameters(_rsa(vector), Algorithm.RSA_PKCS1_SHA_256)
    test = SignTest(
        **_common(collector, vector, parameters, ""),
        message=_hex(vector, "msg"),
        signature=_hex(vector, "sig"),
    )
    private = bytes.fromhex(str(vector.group["privateKeyPkcs8"]))
    collector.add(parameters, _private_key(collector, private), test)


def _rsa(vector: Vector) -> KeySpec:
    size = vector.group["keySize"]
    for key_spec, bits in RSA_MODULUS_BITS.items():
        if bits == size:
            return key_spec
    raise LeftOut(f"RSA keys of {size} bits are not on the sheet")


def _demand(vector: Vector, **parameters: object) -> None:
    """Leave out what has another hash function or salt than the sheet's algorithms."""
    for name, wanted in parameters.items():
        if vector.group[name] != wanted:
            raise LeftOut(f"{name} {vector.group[name]} is not on the sheet")


# Elliptic curves.


def _ecdsa(collector: Collector, vector: Vector) -> None:
    _demand(vector, sha="SHA-256")
    _verification(collector, vector, Parameters(_curve(vector)[0], Algorithm.ECDSA_SHA_256))


def _ecdsa_p1363(collector: Collector, vector: Vector) -> None:
    """Two integers of 32 bytes each are carried over into DER; other lengths have no such form."""
    _decided(vector)
    _demand(vector, sha="SHA-256")
    parameters = Parameters(_curve(vector)[0], Algorithm.ECDSA_SHA_256)
    signature = vector.octets("sig")
    if len(signature) != 64:
        raise LeftOut("a signature r ‖ s of another length than 64 bytes has no form in DER")
    encoded = encode_signature(os2ip(signature[:32]), os2ip(signature[32:]))
    _add_verification(collector, vector, parameters, HexBytes(encoded))


def _curve(vector: Vector) -> tuple[KeySpec, Curve]:
    key = vector.group.get("publicKey")
    name = cast(Mapping[str, str], key)["curve"] if isinstance(key, Mapping) else ""
    name = name or str(vector.group.get("curve", ""))
    if name not in CURVES:
        raise LeftOut(f"the curve {name} is not on the sheet")
    return CURVES[name]


def _ecdh_point(collector: Collector, vector: Vector) -> None:
    _ecdh(collector, vector, vector.octets("public"))


def _ecdh_key(collector: Collector, vector: Vector) -> None:
    _, curve = _curve(vector)
    try:
        public = ec_key_encoding.decode_public_key(vector.octets("public"))
    except Refusal:
        raise LeftOut("the public key has a form that no ECIES ciphertext carries") from None
    if public.curve is not curve:
        raise LeftOut("the public key is of another curve, which no ECIES ciphertext can say")
    _ecdh(collector, vector, encode_point(curve, public.point, PointForm.UNCOMPRESSED))


def _ecdh(collector: Collector, vector: Vector, point: bytes) -> None:
    """Ask the ECDH inside ECIES: the public key of the test is the R of a ciphertext."""
    _decided(vector)
    key_spec, curve = _curve(vector)
    d = os2ip(vector.octets("private"))
    key = EcPrivateKey(curve, d)
    private = HexBytes(ec_key_encoding.encode_private_key(key))
    for dialect, name in ((EK_MK, EciesDialect.EK_MK), (MK_EK, EciesDialect.MK_EK)):
        scheme = Ecies(key, dialect)
        shared = vector.octets("shared").rjust(32, b"\x00")
        parameters = Parameters(key_spec, Algorithm.ECIES_DH_SHA_1_XOR_HMAC, None, name)
        test = DecryptTest(
            **_common(collector, vector, parameters, ""),
            ciphertext=HexBytes(scheme.seal(point, shared, ECIES_MESSAGE)),
            plaintext=HexBytes(ECIES_MESSAGE),
            needs=(Feature.COMPRESSED_POINT,) if point[:1] in (b"\x02", b"\x03") else (),
        )
        collector.add(parameters, _private_key(collector, private), test)


def _private_key(collector: Collector, private: bytes) -> GroupKey:
    return GroupKey(name=f"test key of {collector.file_name}", private=HexBytes(private))


def _public_key(collector: Collector, public: bytes) -> GroupKey:
    return GroupKey(name=f"test key of {collector.file_name}", public=HexBytes(public))


_READERS: Final[dict[tuple[str, str], Callable[[Collector, Vector], None]]] = {
    ("AeadTest", "AES-GCM"): _gcm,
    ("IndCpaTest", "AES-CBC-PKCS5"): _cbc,
    ("RsaesOaepDecrypt", ""): _oaep,
    ("RsassaPssVerify", ""): _pss,
    ("RsassaPkcs1Verify", ""): _pkcs1_verify,
    ("RsassaPkcs1Generate", ""): _pkcs1_sign,
    ("EcdsaVerify", ""): _ecdsa,
    ("EcdsaP1363Verify", ""): _ecdsa_p1363,
    ("EcdhEcpointTest", ""): _ecdh_point,
    ("EcdhTest", ""): _ecdh_key,
}
"""How a group of tests is read, by its type, and where that is not enough by the algorithm."""
