"""Each refusal that an adapter knows is one that its library really speaks, and no other counts."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

import pytest
from Crypto.PublicKey import RSA

from kmsproof.messages import Decrypt, Encrypt, ImportKey, Sign, Verify
from kmsproof.outcome import Ok, Rejected
from kmsproof.targets import find_adapter
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    HexBytes,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.local_target import HeldKey
from kmsproof_adapters.pyca import ec as pyca_ec
from kmsproof_adapters.pyca import rsa as pyca_rsa
from kmsproof_adapters.pycryptodome import ec as pycryptodome_ec
from kmsproof_adapters.pycryptodome import rsa as pycryptodome_rsa
from kmsproof_adapters.reference import ec as reference_ec
from kmsproof_adapters.reference import rsa as reference_rsa
from kmsproof_reference import der, rsa_key_encoding
from kmsproof_reference.ec_key_encoding import EC_PUBLIC_KEY
from kmsproof_reference.errors import Refusal
from kmsproof_reference.parts import STANDARD
from kmsproof_reference.random_choices import RandomChoices
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_testing.asking import ECIES, OAEP, Asker, value_of
from kmsproof_testing.key_pairs import key_pair

RSA_2048, EC_P256 = KeySpec.RSA_2048, KeySpec.EC_P256
PRIVATE, PUBLIC = KeyPart.PRIVATE, KeyPart.PUBLIC

P256_IDENTIFIER = "1.2.840.10045.3.1.7"
UNKNOWN_IDENTIFIER = "1.2.3.4"


def asker_of(name: str) -> Asker:
    """An open library."""
    return Asker(find_adapter(name).open(""))


# Keys that are not as they should be.


def rsa_with_wrong_exponent() -> bytes:
    """A private key whose d is not the inverse of e."""
    key = rsa_key_encoding.decode_private_key(key_pair(RSA_2048).private)
    return rsa_key_encoding.encode_private_key(replace(key, d=key.d + 2))


def rsa_public(n: int, e: int) -> bytes:
    """A SubjectPublicKeyInfo of any two numbers."""
    return rsa_key_encoding.encode_public_key(RsaPublicKey(n, e))


def ec_public(point: bytes, curve: str = P256_IDENTIFIER, algorithm: str = EC_PUBLIC_KEY) -> bytes:
    """A SubjectPublicKeyInfo of any octets that should be a point."""
    identifiers = der.sequence(der.object_identifier(algorithm), der.object_identifier(curve))
    return der.sequence(identifiers, der.bit_string(point))


def ec_private(
    scalar: bytes, curve: str = P256_IDENTIFIER, algorithm: str = EC_PUBLIC_KEY
) -> bytes:
    """A PrivateKeyInfo of any octets that should be a private key."""
    identifiers = der.sequence(der.object_identifier(algorithm), der.object_identifier(curve))
    private = der.sequence(der.integer(1), der.octet_string(scalar))
    return der.sequence(der.integer(0), identifiers, der.octet_string(private))


def explicit_parameters() -> bytes:
    """A public key on a curve without a name."""
    path = "asymmetric/EC/secp256k1-pub-explicit-no-seed.pem"
    text = (files("cryptography_vectors") / path).read_text(encoding="ascii")
    return base64.b64decode("".join(text.splitlines()[1:-1]))


def encrypted_private_key() -> bytes:
    """A private key behind a passphrase."""
    key = RSA.import_key(key_pair(RSA_2048).private)
    return key.export_key("DER", passphrase="passphrase", pkcs=8)


INFINITY = b"\x04" + bytes(64)
"""No point of P-256, and how some libraries write the point at infinity."""

OFF_CURVE = b"\x04" + bytes(63) + b"\x01"

IMPORTS: list[tuple[str, KeySpec, KeyPart, Callable[[], bytes], str, str]] = [
    ("cryptography", RSA_2048, PRIVATE, lambda: b"", "encoding", "Could not deserialize"),
    (
        "cryptography",
        RSA_2048,
        PRIVATE,
        rsa_with_wrong_exponent,
        "private key",
        "Invalid private key",
    ),
    ("cryptography", RSA_2048, PRIVATE, encrypted_private_key, "encrypted", "Password was not"),
    ("cryptography", RSA_2048, PUBLIC, lambda: rsa_public(2**2047 + 1, 1), "public exponent", "e "),
    ("cryptography", RSA_2048, PUBLIC, lambda: rsa_public(1, 65537), "modulus", "n must be"),
    ("cryptography", EC_P256, PUBLIC, lambda: ec_public(OFF_CURVE), "key", "Invalid key"),
    ("cryptography", EC_P256, PUBLIC, lambda: ec_public(b"\x00"), "infinity", "Cannot load"),
    ("cryptography", EC_P256, PUBLIC, explicit_parameters, "curve", "ECDSA keys with explicit"),
    (
        "cryptography",
        EC_P256,
        PRIVATE,
        lambda: ec_private(b"\x05"),
        "private key length",
        "EC private key is not encoded properly",
    ),
    (
        "cryptography",
        EC_P256,
        PUBLIC,
        lambda: ec_public(OFF_CURVE, UNKNOWN_IDENTIFIER),
        "curve",
        "Curve 1.2.3.4 is not supported",
    ),
    (
        "cryptography",
        EC_P256,
        PUBLIC,
        lambda: ec_public(OFF_CURVE, algorithm=UNKNOWN_IDENTIFIER),
        "key type",
        "Unknown key type",
    ),
    ("pycryptodome", RSA_2048, PRIVATE, lambda: b"", "encoding", "RSA key format"),
    ("pycryptodome", RSA_2048, PRIVATE, lambda: b"\x30\x80", "encoding", "index out of range"),
    ("pycryptodome", RSA_2048, PRIVATE, encrypted_private_key, "encrypted", "The private key is"),
    ("pycryptodome", EC_P256, PUBLIC, lambda: b"-----BEGIN", "encoding", "Not a valid PEM"),
    ("pycryptodome", EC_P256, PUBLIC, lambda: b"", "encoding", "ECC key format"),
    ("pycryptodome", EC_P256, PUBLIC, lambda: OFF_CURVE, "encoding", "No curve name"),
    ("pycryptodome", EC_P256, PUBLIC, lambda: ec_public(OFF_CURVE), "encoding", "Not an ECC DER"),
    (
        "pycryptodome",
        EC_P256,
        PUBLIC,
        lambda: ec_public(OFF_CURVE, UNKNOWN_IDENTIFIER),
        "curve",
        "Unsupported ECC curve",
    ),
    (
        "pycryptodome",
        EC_P256,
        PUBLIC,
        lambda: ec_public(OFF_CURVE, algorithm=UNKNOWN_IDENTIFIER),
        "key type",
        "Unsupported ECC OID",
    ),
    (
        "pycryptodome",
        EC_P256,
        PRIVATE,
        lambda: ec_private(bytes(32), algorithm=UNKNOWN_IDENTIFIER),
        "key type",
        "Unsupported ECC purpose",
    ),
]
"""Library, key spec, part, material; then the reason in the native code, and how the text begins.

All texts that the tables of imports have.
"""


@pytest.mark.parametrize(("name", "key_spec", "part", "material", "reason", "text"), IMPORTS)
def test_each_known_refusal_of_an_import(
    name: str,
    key_spec: KeySpec,
    part: KeyPart,
    material: Callable[[], bytes],
    reason: str,
    text: str,
) -> None:
    outcome = asker_of(name).import_part(part, material(), key_spec, KeyUsage.SIGN_VERIFY)
    assert isinstance(outcome, Rejected), outcome
    assert outcome.rejection is RejectionClass.INVALID_ARGUMENT
    assert outcome.native_code.endswith(f"({reason})")
    assert outcome.message.startswith(text)


@pytest.mark.parametrize("name", ["reference", "cryptography", "pycryptodome"])
def test_adapter_compares_what_no_library_knows(name: str) -> None:
    asker, usage = asker_of(name), KeyUsage.SIGN_VERIFY
    length_code = "InvalidKey" if name == "reference" else "modulus-length"
    expected = [
        (asker.import_public(key_pair(KeySpec.RSA_3072).public, RSA_2048, usage), length_code),
        (asker.import_public(key_pair(KeySpec.EC_P256K).public, EC_P256, usage), "curve"),
    ]
    if name == "pycryptodome":
        expected.append(
            (asker.import_public(key_pair(EC_P256).private, EC_P256, usage), "other-part")
        )
    if name == "cryptography":
        expected.append(
            (asker.import_public(key_pair(EC_P256).public, RSA_2048, usage), "other-key-type")
        )
    for outcome, code in expected:
        assert isinstance(outcome, Rejected), outcome
        assert (outcome.rejection, outcome.native_code) == (RejectionClass.INVALID_ARGUMENT, code)


@pytest.mark.parametrize(
    ("name", "code"),
    [("reference", "InvalidArgument"), ("cryptography", "encryption"), ("pycryptodome", "length")],
)
def test_refusal_of_a_long_plaintext(name: str, code: str) -> None:
    asker = asker_of(name)
    usage = KeyUsage.ENCRYPT_DECRYPT
    key = value_of(asker.import_public(key_pair(RSA_2048).public, RSA_2048, usage)).key
    outcome = asker.encrypt(key, OAEP, bytes(191))
    assert isinstance(outcome, Rejected)
    assert outcome.rejection is RejectionClass.INVALID_ARGUMENT
    assert code in outcome.native_code


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("reference", ["InvalidCiphertext"] * 3),
        ("cryptography", ["(ciphertext length)", "(decryption)", "(decryption)"]),
        ("pycryptodome", ["(ciphertext length)", "(decryption)", "(ciphertext range)"]),
    ],
)
def test_refusals_of_oaep_ciphertexts(name: str, codes: list[str]) -> None:
    asker = asker_of(name)
    usage = KeyUsage.ENCRYPT_DECRYPT
    key = value_of(asker.import_private(key_pair(RSA_2048).private, RSA_2048, usage)).key
    for ciphertext, code in zip((b"", bytes(256), b"\xff" * 256), codes, strict=True):
        outcome = asker.decrypt(key, OAEP, ciphertext)
        assert isinstance(outcome, Rejected)
        assert outcome.rejection is RejectionClass.INVALID_CIPHERTEXT
        assert outcome.native_code.endswith(code)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("reference", {None: "InvalidArgument", Algorithm.ECDSA_SHA_256: "digest-length"}),
        ("cryptography", {None: "ValueError (digest length)"}),
        ("pycryptodome", {None: "digest-length"}),
    ],
)
@pytest.mark.parametrize(
    ("key_spec", "algorithm"),
    [
        (RSA_2048, Algorithm.RSA_PSS_SHA_256),
        (RSA_2048, Algorithm.RSA_PKCS1_SHA_256),
        (EC_P256, Algorithm.ECDSA_SHA_256),
    ],
)
def test_refusal_of_a_short_digest_is_the_librarys_where_it_has_one(
    name: str, codes: dict[Algorithm | None, str], key_spec: KeySpec, algorithm: Algorithm
) -> None:
    asker, usage = asker_of(name), KeyUsage.SIGN_VERIFY
    key = value_of(asker.import_private(key_pair(key_spec).private, key_spec, usage)).key
    for outcome in (
        asker.sign(key, algorithm, bytes(31), MessageType.DIGEST),
        asker.verify(key, algorithm, bytes(31), bytes(256), MessageType.DIGEST),
    ):
        assert isinstance(outcome, Rejected)
        assert outcome.rejection is RejectionClass.INVALID_ARGUMENT
        assert outcome.native_code == codes.get(algorithm, codes[None])


def test_pycryptodome_does_not_encrypt_to_infinity() -> None:
    """It imports the point at infinity where the two coordinates are zero."""
    asker, usage = asker_of("pycryptodome"), KeyUsage.ENCRYPT_DECRYPT
    key = value_of(asker.import_public(ec_public(INFINITY), EC_P256, usage)).key
    outcome = asker.encrypt(key, ECIES[EciesDialect.EK_MK], b"plaintext")
    assert outcome == Rejected(
        RejectionClass.INVALID_ARGUMENT, "ValueError (infinity)", "Invalid ECDH point"
    )


# What a library trips over.


class Tripping:
    """Fails inside with whatever it is told to, however it is called."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __call__(self, *arguments: object, **options: object) -> bytes:
        raise self._error


CHOICES = RandomChoices(secrets.token_bytes)

LOADERS = {
    "cryptography": (pyca_rsa.load_key, pyca_ec.load_key, ValueError("tripped")),
    "pycryptodome": (pycryptodome_rsa.load_key, pycryptodome_ec.load_key, ValueError("tripped")),
    "reference": (
        reference_rsa.RsaKeys(STANDARD, CHOICES).load,
        reference_ec.EcKeys(STANDARD, CHOICES).load,
        Refusal("tripped"),
    ),
}

HOOKS = {
    RSA_2048: ("encrypt_oaep", "decrypt_oaep", "sign_pss", "verify_pkcs1"),
    EC_P256: ("encrypt_ecies", "decrypt_ecies", "sign_ecdsa", "verify_ecdsa"),
}


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("key_spec", HOOKS)
def test_what_a_library_trips_over_is_not_made_a_refusal(
    name: str, key_spec: KeySpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_rsa, load_ec, error = LOADERS[name]
    load = load_rsa if key_spec is RSA_2048 else load_ec
    kind = type(value_of(load(import_request(key_spec, KeyUsage.SIGN_VERIFY))))
    for hook in HOOKS[key_spec]:
        monkeypatch.setattr(kind, hook, Tripping(error))
    cipher = value_of(load(import_request(key_spec, KeyUsage.ENCRYPT_DECRYPT)))
    signer = value_of(load(import_request(key_spec, KeyUsage.SIGN_VERIFY)))
    for call in calls_of(cipher, signer, key_spec):
        with pytest.raises((ValueError, Refusal), match="tripped"):
            call()


def import_request(key_spec: KeySpec, usage: KeyUsage) -> ImportKey:
    """The request that imports the private test key."""
    return ImportKey(
        key_spec=key_spec,
        usage=usage,
        protection_level=ProtectionLevel.SOFTWARE,
        part=PRIVATE,
        material=HexBytes(key_pair(key_spec).private),
    )


def calls_of(cipher: HeldKey, signer: HeldKey, key_spec: KeySpec) -> list[Callable[[], object]]:
    """One call of each operation."""
    text = HexBytes(b"some text")
    rsa = key_spec is RSA_2048
    algorithm = Algorithm.RSAES_OAEP_SHA_256 if rsa else Algorithm.ECIES_DH_SHA_1_XOR_HMAC
    dialect = None if rsa else EciesDialect.EK_MK
    signing = Algorithm.RSA_PSS_SHA_256 if rsa else Algorithm.ECDSA_SHA_256
    verifying = Algorithm.RSA_PKCS1_SHA_256 if rsa else Algorithm.ECDSA_SHA_256
    encrypt = Encrypt(key="k", algorithm=algorithm, dialect=dialect, plaintext=text)
    decrypt = Decrypt(key="k", algorithm=algorithm, dialect=dialect, ciphertext=text)
    sign = Sign(key="k", algorithm=signing, message=text)
    verify = Verify(key="k", algorithm=verifying, message=text, signature=text)
    return [
        lambda: cipher.encrypt(encrypt),
        lambda: cipher.decrypt(decrypt),
        lambda: signer.sign(sign),
        lambda: signer.verify(verify),
    ]


def test_a_signature_that_a_library_trips_over_is_not_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With ``pycryptodome`` a wrong signature and a failure inside are the same exception."""
    asker = asker_of("pycryptodome")
    monkeypatch.setattr(RSA.RsaKey, "_encrypt", Tripping(ValueError("tripped")))
    usage = KeyUsage.SIGN_VERIFY
    key = value_of(asker.import_public(key_pair(RSA_2048).public, RSA_2048, usage)).key
    for algorithm in (Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256):
        with pytest.raises(ValueError, match="tripped"):
            asker.verify(key, algorithm, b"message", bytes(256))


def test_known_digest_is_not_hashed_again() -> None:
    asker, usage = asker_of("pycryptodome"), KeyUsage.SIGN_VERIFY
    key = value_of(asker.import_private(key_pair(RSA_2048).private, RSA_2048, usage)).key
    digest = bytes(range(32))
    signature = value_of(
        asker.sign(key, Algorithm.RSA_PKCS1_SHA_256, digest, MessageType.DIGEST)
    ).signature
    public = rsa_key_encoding.decode_public_key(key_pair(RSA_2048).public)
    encoded = pow(int.from_bytes(signature), public.e, public.n).to_bytes(256)
    assert encoded.endswith(digest)
    assert isinstance(
        asker.verify(key, Algorithm.RSA_PKCS1_SHA_256, digest, signature, MessageType.DIGEST), Ok
    )
