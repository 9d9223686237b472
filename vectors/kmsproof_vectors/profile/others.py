"""What is expected of targets that are no key management service: a library, a PKCS#11 token.

The sheet is theirs too as far as it speaks of algorithms. It has no say on how they keep keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference.vocabulary import Algorithm, KeySpec, PaddingMode
from kmsproof_vectors.profile.aliyun import ASYMMETRIC_KEY_SPECS, SHEET, sentence
from kmsproof_vectors.profile.aliyun_standards import algorithm_descriptions, key_standards
from kmsproof_vectors.profile.cells import Row, requirements_of
from kmsproof_vectors.profile.families import AES, EC, RSA, of_keys, policy
from kmsproof_vectors.profile.model import Obligation, Requirement, Source

PKCS11: Final = "pkcs11"

PKCS11_SOURCE: Final = Source(
    title="PKCS #11 Specification Version 3.1 (OASIS Standard)",
    edition="2023-07-23",
    url="https://docs.oasis-open.org/pkcs11/pkcs11-spec/v3.1/os/pkcs11-spec-v3.1-os.html",
)

ROWS: Final = (
    Row(
        SHEET,
        "Symmetric encryption, Key specifications",
        2,
        None,
        (KeySpec.AES_256, KeySpec.AES_192, KeySpec.AES_128),
        (Algorithm.GCM, Algorithm.ECB, Algorithm.CBC),
        (),
        (PaddingMode.PKCS7_PADDING, PaddingMode.NO_PADDING),
        has_keys=False,
    ),
    Row(
        SHEET,
        "Asymmetric encryption, Key specifications",
        3,
        None,
        RSA,
        (Algorithm.RSAES_OAEP_SHA_256,),
        (Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256),
        has_keys=False,
    ),
    Row(
        SHEET,
        "Asymmetric encryption, Key specifications",
        4,
        None,
        EC,
        (Algorithm.ECIES_DH_SHA_1_XOR_HMAC,),
        (Algorithm.ECDSA_SHA_256,),
        has_keys=False,
    ),
)
"""The tables of the sheet without protection levels and defaults: the widest row of each kind."""

_NO_KEYS: Final = "a library holds no keys: whoever calls it does, and may do anything with them"


def algorithms() -> Iterator[Requirement]:
    """Yield what the sheet says of algorithms, without keys, levels and defaults."""
    for row in ROWS:
        yield from requirements_of(row)
    yield from key_standards(has_keys=False)
    yield from algorithm_descriptions()


def crypto_library() -> Iterator[Requirement]:
    """Yield what is expected of a cryptographic library, which is handed its keys."""
    yield from algorithms()
    for name, text in (
        ("keys/purpose", "A key is used only for what it was made for."),
        ("keys/states", "A key can be disabled and destroyed."),
        ("keys/confidential", "No secret or private key is given out."),
        ("keys/defaults", "Key spec and algorithm have defaults."),
        ("keys/levels", "Keys are protected at one of three levels."),
    ):
        yield sentence(name, "The sheet as a whole", "all of it", text, excluded=_NO_KEYS)


def pkcs11_token() -> Iterator[Requirement]:
    """Yield what is expected of a PKCS#11 token, which makes and keeps keys."""
    yield from algorithms()
    yield sentence(
        "keys/quality",
        "C_GenerateKeyPair",
        "the function",
        "Key pairs that are made in the token are as their key spec says, and strong.",
        of_keys(ASYMMETRIC_KEY_SPECS),
        document=PKCS11,
    )
    yield sentence(
        "keys/usage",
        "Object attributes",
        "CKA_ENCRYPT, CKA_DECRYPT, CKA_SIGN, CKA_VERIFY",
        "A key that may not do something does not do it.",
        policy(AES, "encrypts/*", "symmetric-purpose/*", "algorithm/*"),
        policy(ASYMMETRIC_KEY_SPECS, "encrypts/*", "signs/*", "carries/*"),
        policy(ASYMMETRIC_KEY_SPECS, "purpose/*", "algorithm/*"),
        document=PKCS11,
    )
    yield sentence(
        "keys/other-keys",
        "C_DecryptInit, C_VerifyInit",
        "parameter hKey",
        "What one key has made, no other key takes.",
        policy(AES, "other-*"),
        policy(ASYMMETRIC_KEY_SPECS, "other-*"),
        document=PKCS11,
    )
    yield sentence(
        "keys/public-key",
        "C_GetAttributeValue",
        "CKA_SENSITIVE, CKA_EXTRACTABLE",
        "The public key is given out, and nothing private or secret.",
        policy(AES, "public-key/*"),
        policy(ASYMMETRIC_KEY_SPECS, "public-key/*"),
        document=PKCS11,
    )
    yield sentence(
        "keys/handles",
        "Return values",
        "CKR_KEY_HANDLE_INVALID",
        "A handle that no key has is refused.",
        policy(AES, "missing/*"),
        policy(ASYMMETRIC_KEY_SPECS, "missing/*", "missing-signer/*"),
        document=PKCS11,
    )
    yield sentence(
        "keys/lengths",
        "Return values",
        "CKR_DATA_LEN_RANGE, CKR_MECHANISM_PARAM_INVALID",
        "Inputs and parameters of a length that the mechanism does not have are refused.",
        policy(AES, "*-iv/*", "partial-block/*", "empty-without-padding/*"),
        policy(AES, "gcm-has-no-padding/*"),
        policy(RSA, "oaep-plaintext/*"),
        policy(ASYMMETRIC_KEY_SPECS, "digest/*", "empty-signature/*"),
        document=PKCS11,
    )
    yield sentence(
        "keys/states",
        "The whole of it",
        "no function",
        "A key can be disabled, and a deletion taken back.",
        obligation=Obligation.MAY,
        excluded="PKCS#11 knows no such states",
        document=PKCS11,
    )
