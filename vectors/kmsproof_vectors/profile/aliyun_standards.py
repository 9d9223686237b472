"""The tables of standards and algorithms of the sheet: what each description of a row demands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference.vocabulary import (
    AES_KEY_LENGTHS,
    RSA_MODULUS_BITS,
    Algorithm,
    KeySpec,
)
from kmsproof_vectors.profile.families import (
    EC,
    RSA,
    of_algorithm,
    of_key_specs,
    of_keys,
    policy,
    slug,
)
from kmsproof_vectors.profile.model import Obligation, Place, Requirement, Selector, Standard

SYMMETRIC_STANDARDS: Final = "Symmetric encryption, Technical standards"
ASYMMETRIC_STANDARDS: Final = "Asymmetric encryption, Technical standards"
ENCRYPTION_ALGORITHMS: Final = "Asymmetric encryption, Encryption algorithms"
SIGNATURE_ALGORITHMS: Final = "Asymmetric encryption, Signature algorithms"

PUBLIC_KEYS: Final = ("public-key/*",)


def _cell(
    name: str,
    place: tuple[str, str],
    text: str,
    standards: tuple[Standard, ...],
    *vectors: Selector,
    key_specs: tuple[KeySpec, ...] = (),
    algorithms: tuple[Algorithm, ...] = (),
) -> Requirement:
    section, part = place
    return Requirement(
        id=name,
        text=text,
        place=Place(document="sheet", section=section, part=part),
        obligation=Obligation.MUST,
        key_specs=key_specs,
        algorithms=algorithms,
        standards=standards,
        vectors=vectors,
    )


def key_standards(*, has_keys: bool = True) -> Iterator[Requirement]:
    """Yield what the two tables of technical standards say of each key spec.

    Args:
        has_keys: whether the target makes keys, so that their rules are judged too.
    """
    rows = enumerate((KeySpec.AES_256, KeySpec.AES_192, KeySpec.AES_128), start=1)
    for row, key_spec in rows:
        yield _cell(
            f"standards/{slug(key_spec)}",
            (SYMMETRIC_STANDARDS, f"row {row}"),
            f"Keys of {key_spec} are AES keys of {8 * AES_KEY_LENGTHS[key_spec]} bits.",
            (Standard.FIPS_197,),
            of_key_specs([key_spec]),
            key_specs=(key_spec,),
        )
    for row, key_spec in enumerate(RSA, start=1):
        rules = (policy([key_spec], *PUBLIC_KEYS),) if has_keys else ()
        yield _cell(
            f"standards/{slug(key_spec)}",
            (ASYMMETRIC_STANDARDS, f"row {row}"),
            f"Keys of {key_spec} are RSA key pairs of {RSA_MODULUS_BITS[key_spec]} bits.",
            (Standard.RFC_8017,),
            of_key_specs([key_spec]),
            *rules,
            key_specs=(key_spec,),
        )
    yield from _curves(has_keys=has_keys)


def _curves(*, has_keys: bool) -> Iterator[Requirement]:
    for row, key_spec, curve, standard in (
        (4, KeySpec.EC_P256, "P-256, also called secp256r1 and prime256v1", Standard.SP_800_186),
        (5, KeySpec.EC_P256K, "secp256k1", Standard.SEC_2),
    ):
        rules = (policy([key_spec], *PUBLIC_KEYS),) if has_keys else ()
        yield _cell(
            f"standards/{slug(key_spec)}",
            (ASYMMETRIC_STANDARDS, f"row {row}"),
            f"Keys of {key_spec} are key pairs on the curve {curve}.",
            (standard,),
            of_key_specs([key_spec]),
            of_keys([key_spec]),
            *rules,
            key_specs=(key_spec,),
        )


def algorithm_descriptions() -> Iterator[Requirement]:
    """Yield what the tables of encryption and of signature algorithms say."""
    yield from _oaep()
    yield from _ecies()
    yield from _rsa_signatures()
    ecdsa = Algorithm.ECDSA_SHA_256
    for name, text, standards in (
        ("ecdsa", "ECDSA_SHA_256 is the ECDSA signature scheme.", (Standard.FIPS_186_5,)),
        ("sha-256", "ECDSA_SHA_256 hashes the message with SHA-256.", (Standard.FIPS_180_4,)),
    ):
        yield _cell(
            f"algorithms/ecdsa-sha-256/{name}",
            (SIGNATURE_ALGORITHMS, "row 3"),
            text,
            standards,
            of_algorithm(EC, ecdsa),
            key_specs=EC,
            algorithms=(ecdsa,),
        )


def _oaep() -> Iterator[Requirement]:
    oaep = Algorithm.RSAES_OAEP_SHA_256
    for name, text, standards in (
        ("oaep", "RSAES_OAEP_SHA_256 is the scheme RSAES-OAEP.", (Standard.RFC_8017,)),
        ("mgf1", "RSAES_OAEP_SHA_256 masks with MGF1.", (Standard.RFC_8017,)),
        (
            "sha-256",
            "RSAES_OAEP_SHA_256 uses SHA-256, in MGF1 too.",
            (Standard.RFC_8017, Standard.FIPS_180_4),
        ),
    ):
        yield _cell(
            f"algorithms/rsaes-oaep-sha-256/{name}",
            (ENCRYPTION_ALGORITHMS, "row 1"),
            text,
            standards,
            of_algorithm(RSA, oaep),
            key_specs=RSA,
            algorithms=(oaep,),
        )


def _ecies() -> Iterator[Requirement]:
    ecies = Algorithm.ECIES_DH_SHA_1_XOR_HMAC
    for sentence, name, text, standards in (
        (1, "sec-1", "is the ECIES of SEC 1, version 2.0.", (Standard.SEC_1,)),
        (2, "ecdh", "agrees on the secret with elliptic-curve Diffie-Hellman.", (Standard.SEC_1,)),
        (
            2,
            "kdf2-sha-1",
            "derives its keys with KDF2 and SHA-1.",
            (Standard.SEC_1, Standard.X9_63, Standard.FIPS_180_4),
        ),
        (
            2,
            "hmac-sha-1",
            "authenticates with HMAC-SHA-1.",
            (Standard.SEC_1, Standard.FIPS_198_1, Standard.FIPS_180_4),
        ),
        (2, "xor", "encrypts by exclusive or.", (Standard.SEC_1,)),
    ):
        yield _cell(
            f"algorithms/ecies-dh-sha-1-xor-hmac/{name}",
            (ENCRYPTION_ALGORITHMS, f"row 2, sentence {sentence}"),
            f"{ecies} {text}",
            standards,
            of_algorithm(EC, ecies),
            key_specs=EC,
            algorithms=(ecies,),
        )


def _rsa_signatures() -> Iterator[Requirement]:
    pss, pkcs1 = Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256
    for row, algorithm, name, text, standards in (
        (1, pss, "rsassa-pss", "is the scheme RSASSA-PSS.", (Standard.RFC_8017,)),
        (1, pss, "sha-256", "hashes the message with SHA-256.", (Standard.FIPS_180_4,)),
        (
            1,
            pss,
            "mgf1-sha-256",
            "masks with MGF1 and SHA-256.",
            (Standard.RFC_8017, Standard.FIPS_180_4),
        ),
        (2, pkcs1, "rsassa-pkcs1", "is the scheme RSASSA-PKCS1-v1_5.", (Standard.RFC_8017,)),
        (2, pkcs1, "sha-256", "hashes the message with SHA-256.", (Standard.FIPS_180_4,)),
    ):
        yield _cell(
            f"algorithms/{_word(algorithm)}/{name}",
            (SIGNATURE_ALGORITHMS, f"row {row}"),
            f"{algorithm} {text}",
            standards,
            of_algorithm(RSA, algorithm),
            key_specs=RSA,
            algorithms=(algorithm,),
        )


def _word(text: str) -> str:
    return text.lower().replace("_", "-")
