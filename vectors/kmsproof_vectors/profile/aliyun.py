"""The key-specification sheet of Alibaba Cloud KMS, edition of 31 March 2026: tables and sentences.

Every table cell and every sentence of the sheet is a requirement here, in words of our own, or is
excluded with the reason. The tables stand here as data of their own; a test holds them against the
policy of the reference KMS.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference.vocabulary import (
    Algorithm,
    KeySpec,
    KeyUsage,
    PaddingMode,
    ProtectionLevel,
)
from kmsproof_vectors.profile.cells import Row, requirements_of
from kmsproof_vectors.profile.families import (
    AES,
    EC,
    RSA,
    of_algorithm,
    of_keys,
    policy,
)
from kmsproof_vectors.profile.model import (
    Obligation,
    Place,
    Requirement,
    Selector,
    Source,
    Standard,
)

SHEET: Final = "sheet"
"""Key of the sheet among the sources."""

SHEET_SOURCE: Final = Source(
    title="Alibaba Cloud KMS: Key specifications for symmetric and asymmetric encryption",
    edition="2026-03-31",
    url="https://www.alibabacloud.com/help/en/kms/key-management-service/user-guide/"
    "key-types-and-specifications",
)

INTRODUCTION: Final = "Introduction"
SYMMETRIC: Final = "Symmetric encryption"
SYMMETRIC_TABLE: Final = "Symmetric encryption, Key specifications"
ASYMMETRIC: Final = "Asymmetric encryption"
ASYMMETRIC_TABLE: Final = "Asymmetric encryption, Key specifications"

ASYMMETRIC_KEY_SPECS: Final = (*RSA, *EC)

_MODES: Final = (Algorithm.GCM, Algorithm.ECB, Algorithm.CBC)
_PADDINGS: Final = (PaddingMode.PKCS7_PADDING, PaddingMode.NO_PADDING)
_OAEP: Final = (Algorithm.RSAES_OAEP_SHA_256,)
_RSA_SIGNATURES: Final = (Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256)
_ECIES: Final = (Algorithm.ECIES_DH_SHA_1_XOR_HMAC,)
_ECDSA: Final = (Algorithm.ECDSA_SHA_256,)
_AES_256: Final = (KeySpec.AES_256,)
_SOFTWARE: Final = ProtectionLevel.SOFTWARE
_HARDWARE: Final = ProtectionLevel.HARDWARE
_EXTERNAL: Final = ProtectionLevel.EXTERNAL
_ALL_AES: Final = (KeySpec.AES_256, KeySpec.AES_192, KeySpec.AES_128)

ROWS: Final = (
    Row(SHEET, SYMMETRIC_TABLE, 1, _SOFTWARE, _AES_256, (Algorithm.GCM,)),
    Row(SHEET, SYMMETRIC_TABLE, 2, _HARDWARE, _ALL_AES, _MODES, (), _PADDINGS),
    Row(SHEET, SYMMETRIC_TABLE, 3, _EXTERNAL, _AES_256, _MODES, (), _PADDINGS),
    Row(SHEET, ASYMMETRIC_TABLE, 1, _SOFTWARE, RSA, _OAEP, _RSA_SIGNATURES),
    Row(SHEET, ASYMMETRIC_TABLE, 2, _SOFTWARE, EC, _ECIES, _ECDSA),
    Row(SHEET, ASYMMETRIC_TABLE, 3, _HARDWARE, RSA, _OAEP, _RSA_SIGNATURES),
    Row(SHEET, ASYMMETRIC_TABLE, 4, _HARDWARE, EC, _ECIES, _ECDSA),
)
"""The rows of the two tables of key specifications."""


def sentence(
    name: str,
    section: str,
    number: int | str,
    text: str,
    *vectors: Selector,
    obligation: Obligation = Obligation.MUST,
    excluded: str = "",
    usage: KeyUsage | None = None,
    level: ProtectionLevel | None = None,
    key_specs: tuple[KeySpec, ...] = (),
    algorithms: tuple[Algorithm, ...] = (),
    standards: tuple[Standard, ...] = (),
    document: str = SHEET,
) -> Requirement:
    """Return a requirement that stands in a sentence, or the reason why it is none."""
    part = f"sentence {number}" if isinstance(number, int) else number
    return Requirement(
        id=name,
        text=text,
        place=Place(document=document, section=section, part=part),
        obligation=obligation,
        protection_level=level,
        key_specs=key_specs,
        algorithms=algorithms,
        usage=usage,
        at_any_level=level is not None,
        standards=standards,
        vectors=vectors,
        excluded=excluded,
    )


_ADVICE: Final = "advice to the reader on what to use; nothing that a target could do or not do"


def introduction() -> Iterator[Requirement]:
    """Yield what the introduction says."""
    yield sentence(
        "introduction/encryption",
        INTRODUCTION,
        1,
        "Symmetric and asymmetric keys encrypt data.",
        policy(tuple(KeySpec), "encrypts/*"),
    )
    yield sentence(
        "introduction/signatures",
        INTRODUCTION,
        1,
        "Asymmetric keys sign.",
        policy(ASYMMETRIC_KEY_SPECS, "signs/*"),
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "introduction/key-distribution",
        INTRODUCTION,
        1,
        "Keys can be distributed under an asymmetric key.",
        policy(ASYMMETRIC_KEY_SPECS, "carries/*"),
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "introduction/contents",
        INTRODUCTION,
        2,
        "The page describes key specifications, algorithms and standards.",
        excluded="says what the page is about",
        obligation=Obligation.MAY,
    )


def symmetric() -> Iterator[Requirement]:
    """Yield what the sentences on symmetric keys say."""
    yield sentence(
        "symmetric/same-key",
        SYMMETRIC,
        1,
        "The key that encrypts is the one that decrypts, and no other key does.",
        policy(AES, "encrypts/*", "other-key/*", "other-mode/*", "other-size/*"),
        key_specs=AES,
    )
    yield sentence(
        "symmetric/confidential",
        SYMMETRIC,
        2,
        "No part of a symmetric key is given out.",
        policy(AES, "public-key/*"),
        key_specs=AES,
    )
    yield sentence(
        "symmetric/default-key-spec",
        SYMMETRIC_TABLE,
        "sentence below the table",
        "A key that is made without a key spec is one of Aliyun_AES_256.",
        policy(_AES_256, "key-spec/*"),
        key_specs=_AES_256,
    )
    yield sentence(
        "software/nothing-else-symmetric",
        SYMMETRIC_TABLE,
        "row 1, what it leaves out",
        "Software-protected symmetric keys are of Aliyun_AES_256 and do GCM; nothing else.",
        policy(_AES_256, "software-mode/*"),
        policy((KeySpec.AES_192, KeySpec.AES_128), "level/*software*"),
        level=_SOFTWARE,
    )
    yield sentence(
        "external/nothing-else",
        SYMMETRIC_TABLE,
        "row 3, what both tables leave out",
        "External keys are of Aliyun_AES_256; there are no others.",
        policy((KeySpec.AES_192, KeySpec.AES_128, *ASYMMETRIC_KEY_SPECS), "level/*external*"),
        level=_EXTERNAL,
    )
    yield sentence(
        "symmetric/nothing-else",
        SYMMETRIC_TABLE,
        "column Encryption mode, what it leaves out",
        "A symmetric key does no algorithm of another key spec, and does not sign.",
        policy(AES, "algorithm/*", "symmetric-purpose/*"),
        key_specs=AES,
    )


def asymmetric() -> Iterator[Requirement]:
    """Yield what the sentences on asymmetric keys say."""
    yield sentence(
        "asymmetric/pair",
        ASYMMETRIC,
        1,
        "Public and private key belong together, and to no other pair.",
        of_keys(ASYMMETRIC_KEY_SPECS),
        policy(
            ASYMMETRIC_KEY_SPECS, "other-key/*", "other-signer/*", "other-size/*", "other-curve/*"
        ),
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "asymmetric/public-key-accessible",
        ASYMMETRIC,
        2,
        "The public key is given out to whoever may use the key.",
        policy(ASYMMETRIC_KEY_SPECS, "public-key/*"),
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "asymmetric/private-key-access",
        ASYMMETRIC,
        3,
        "The private key is used by its owner and those the owner trusts.",
        excluded="needs a second principal and an access policy, which an adapter does not have",
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "asymmetric/no-private-key-export",
        ASYMMETRIC,
        4,
        "No call gives a private key out.",
        policy(ASYMMETRIC_KEY_SPECS, "public-key/*"),
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "asymmetric/get-public-key",
        ASYMMETRIC,
        5,
        "GetPublicKey returns the public key of an asymmetric key.",
        policy(ASYMMETRIC_KEY_SPECS, "public-key/*", "missing-signer/*"),
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "asymmetric/console",
        ASYMMETRIC,
        5,
        "The console shows the public key of an asymmetric key.",
        obligation=Obligation.MAY,
        excluded="the console is a web page, and no call asks it",
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield from _purposes()


def _purposes() -> Iterator[Requirement]:
    """Yield what the sheet says of the two purposes."""
    yield sentence(
        "asymmetric/one-purpose",
        ASYMMETRIC,
        6,
        "An asymmetric key is used for the one of the two purposes that it was made for.",
        policy(ASYMMETRIC_KEY_SPECS, "purpose/*"),
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "asymmetric/encrypt-decrypt",
        ASYMMETRIC,
        "list item 1, sentence 1",
        "A key for ENCRYPT/DECRYPT encrypts with its public and decrypts with its private part.",
        policy(ASYMMETRIC_KEY_SPECS, "encrypts/*"),
        *(of_algorithm(RSA, each) for each in _OAEP),
        *(of_algorithm(EC, each) for each in _ECIES),
        usage=KeyUsage.ENCRYPT_DECRYPT,
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "asymmetric/small-amounts",
        ASYMMETRIC,
        "list item 1, sentence 2",
        "It encrypts small secrets, such as symmetric keys.",
        policy(ASYMMETRIC_KEY_SPECS, "carries/*"),
        obligation=Obligation.SHOULD,
        usage=KeyUsage.ENCRYPT_DECRYPT,
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "asymmetric/sign-verify",
        ASYMMETRIC,
        "list item 2",
        "A key for SIGN/VERIFY signs with its private and verifies with its public part.",
        policy(ASYMMETRIC_KEY_SPECS, "signs/*"),
        *(of_algorithm(RSA, each) for each in _RSA_SIGNATURES),
        *(of_algorithm(EC, each) for each in _ECDSA),
        usage=KeyUsage.SIGN_VERIFY,
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "asymmetric/purpose-at-creation",
        ASYMMETRIC,
        "sentence 1 below the list",
        "A key has the purpose that was named when it was made.",
        policy(ASYMMETRIC_KEY_SPECS, "described/*", "purpose/*"),
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "asymmetric/intensive",
        ASYMMETRIC,
        "sentence 2 below the list",
        "Asymmetric operations take much computing.",
        excluded=_ADVICE,
        key_specs=ASYMMETRIC_KEY_SPECS,
        obligation=Obligation.MAY,
    )
    yield sentence(
        "asymmetric/bulk-data",
        ASYMMETRIC,
        "sentence 3 below the list",
        "Much data is encrypted under a symmetric key, which goes under an asymmetric one.",
        obligation=Obligation.SHOULD,
        excluded=_ADVICE,
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "hardware/repeated-cell",
        ASYMMETRIC_TABLE,
        "row 3, below its own text",
        "The row of hardware-protected RSA keys holds the texts of the row below once more.",
        excluded="the same cells stand in row 4, and are requirements there",
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "asymmetric/nothing-else",
        ASYMMETRIC_TABLE,
        "columns of algorithms, what they leave out",
        "A key does no algorithm of another key spec.",
        policy(ASYMMETRIC_KEY_SPECS, "algorithm/*"),
        key_specs=ASYMMETRIC_KEY_SPECS,
    )


def cells() -> Iterator[Requirement]:
    """Yield what the cells of the two tables of key specifications say."""
    for row in ROWS:
        yield from requirements_of(row)


def sheet() -> Iterator[Requirement]:
    """Yield the requirements of the sheet but those of its tables of standards."""
    yield from introduction()
    yield from symmetric()
    yield from asymmetric()
    yield from cells()
