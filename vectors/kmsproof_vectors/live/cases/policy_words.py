"""What all files of key rules share: their keys, classes and flags, and the refusals they allow.

The vendor documents codes for states and for keys that are not there. For a key of the wrong
purpose, an algorithm that does not fit and an input of the wrong size there are only the generic
InvalidParameter and UnsupportedOperation; so several classes of refusal are proper answers to
those, and an internal error never is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kmsproof_reference.kms.policy import OFFERS, PADDINGS
from kmsproof_reference.vocabulary import (
    Algorithm,
    KeySpec,
    KeyUsage,
    MessageType,
    PaddingMode,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_vectors.live.maker import Given, LiveParameters, argument, word
from kmsproof_vectors.live.model import (
    DIALECT,
    Ask,
    AskedOperation,
    Expectation,
    KeyRole,
    Requirement,
    Word,
)
from kmsproof_vectors.model import BugType, Clause, Note

MAIN: Final = "main"
"""The key of most recipes, for encryption."""
SECOND: Final = "second"
"""Another key for encryption."""
SIGNER: Final = "signer"
"""A key for signatures."""
SECOND_SIGNER: Final = "second_signer"
"""Another key for signatures."""
CHANGING: Final = "changing"
"""A key for encryption whose state is changed. Nothing else is done with it, since a target that
is wrong about states may leave it in any."""
CHANGING_SIGNER: Final = "changing_signer"
"""The same for signatures."""
SOFTWARE_KEY: Final = "software_key"
"""A key for encryption at the software level, whatever level is judged."""

# Where it is written down.

SHEET: Final = "Alibaba Cloud KMS, Key specifications"
PURPOSES: Final = Clause(ref=SHEET, section="Asymmetric encryption, key purposes")
SYMMETRIC: Final = Clause(ref=SHEET, section="Symmetric encryption")
OFFERED: Final = Clause(ref=SHEET, section="Key specifications, protection levels")
PUBLIC_KEYS: Final = Clause(ref=SHEET, section="Asymmetric encryption, public and private key")
STATES: Final = Clause(ref="Alibaba Cloud KMS, Key states", section="Impact on API operations")
ENCRYPT_PAGE: Final = Clause(ref="Alibaba Cloud KMS, API reference", section="Encrypt")
SIGN_PAGE: Final = Clause(ref="Alibaba Cloud KMS, API reference", section="AsymmetricSign")
KEY_ERRORS: Final = Clause(ref="Alibaba Cloud KMS, API reference", section="Common error codes")

# Which refusals are proper.

NOT_FOR_THIS_KEY: Final = (
    RejectionClass.WRONG_KEY_USAGE,
    RejectionClass.UNSUPPORTED_ALGORITHM,
    RejectionClass.INVALID_ARGUMENT,
)
"""The key has another purpose, or key spec or level do not offer this."""

NOT_THIS_CIPHERTEXT: Final = (RejectionClass.INVALID_CIPHERTEXT, RejectionClass.INVALID_ARGUMENT)
"""The ciphertext is not one of this key and mode."""

NOT_THIS_SIGNATURE: Final = (
    RejectionClass.INVALID_SIGNATURE_ENCODING,
    RejectionClass.INVALID_ARGUMENT,
)
"""The signature is not one of this key; to answer that it is not valid is as good."""

NOT_THIS_SIZE: Final = (RejectionClass.INVALID_ARGUMENT, RejectionClass.UNSUPPORTED_ALGORITHM)
"""A plaintext, digest or IV has a length that is not allowed."""

NOT_IN_THIS_STATE: Final = (RejectionClass.KEY_STATE,)
"""The documented answer to every operation that the state table refuses."""

NOT_IN_THIS_STATE_ASYMMETRIC: Final = (RejectionClass.KEY_STATE, *NOT_THIS_SIZE)
"""The state table is silent on asymmetric operations; their pages have the generic codes only."""

NO_SUCH_KEY: Final = (
    RejectionClass.NOT_FOUND,
    RejectionClass.INVALID_ARGUMENT,
    RejectionClass.ACCESS_DENIED,
)
"""There is no key of that name, or it is not the caller's."""

GONE: Final = (RejectionClass.NOT_FOUND, RejectionClass.KEY_STATE)
"""The key is destroyed, or scheduled to be."""

CLASSES: Final[dict[str, str]] = {
    "A1": "Keys used for another purpose, algorithm, mode, key or key size than they are made for",
    "P1": "What keys are made for: each purpose with each algorithm, and what the key says of it",
    "P2": "Keys disabled and enabled again",
    "P3": "Keys scheduled for deletion and taken back",
    "P4": "Defaults: what is left out of a call",
    "P5": "Limits: lengths of plaintexts, digests and IVs",
    "P6": "Key specs and modes that a protection level does not offer",
    "P7": "Keys that are not there, or no longer",
    "P8": "Public keys are given out, and nothing else",
}

NOTES: Final[dict[str, Note]] = {
    "KeyPurpose": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="A key is used for a purpose, or with an algorithm, that it is not made for.",
        effect="A key that does both lets whoever may do the one also do the other.",
    ),
    "KeyConfusion": Note(
        bug_type=BugType.WRONG_PRIMITIVE,
        description="What one key, mode or key size has made is handed to another.",
        effect="A target that takes it does not bind a ciphertext to its key and mode.",
    ),
    "KeyState": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="A key is used after it was disabled or scheduled for deletion, or again.",
        effect="A key that still works cannot be withdrawn; one that does not come back is lost.",
    ),
    "KeyDefault": Note(
        bug_type=BugType.FUNCTIONALITY,
        description="Key spec, usage or algorithm are left out, so that the default is taken.",
        effect="Another default than the documented one gives keys or ciphertexts nobody expects.",
    ),
    "KeyLimit": Note(
        bug_type=BugType.MISSING_STEP,
        description="An input is one byte longer or shorter than the algorithm allows.",
        effect="A target that cuts or fills up silently works on another input than the caller's.",
    ),
    "KeyOffer": Note(
        bug_type=BugType.MISSING_STEP,
        description="The protection level does not offer this key spec or mode.",
        effect="A key is not protected as its level says, or is used in a mode it is not made for.",
    ),
    "KeyMissing": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The key does not exist, or was destroyed.",
        effect="A target that answers all the same uses another key than the caller named.",
    ),
    "PublicKeyOnly": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="The public key is asked for; no other part of a key may ever be given out.",
        effect="An answer that holds more than the public key gives the private one away.",
    ),
}


LEVEL_NEEDED: Final = {
    ProtectionLevel.SOFTWARE: Requirement.SOFTWARE_LEVEL,
    ProtectionLevel.HARDWARE: Requirement.HARDWARE_LEVEL,
    ProtectionLevel.EXTERNAL: Requirement.EXTERNAL_LEVEL,
}
"""What a target must declare so that a key can be asked for at a level."""


def algorithms(key_spec: KeySpec, usage: KeyUsage) -> tuple[Algorithm, ...]:
    """Return the algorithms of a key spec for a usage at the hardware level, the default first."""
    return OFFERS[ProtectionLevel.HARDWARE][key_spec].algorithms(usage)


def encryption_of(key_spec: KeySpec) -> Algorithm:
    """Return the default mode or encryption algorithm of a key spec."""
    return algorithms(key_spec, KeyUsage.ENCRYPT_DECRYPT)[0]


def signature_of(key_spec: KeySpec) -> Algorithm:
    """Return the default signature algorithm of an asymmetric key spec."""
    return algorithms(key_spec, KeyUsage.SIGN_VERIFY)[0]


def ways_to_encrypt(key_spec: KeySpec) -> list[tuple[Algorithm, PaddingMode | None]]:
    """Return the encryption algorithms of a key spec, each with each of its paddings."""
    return [
        (algorithm, padding)
        for algorithm in algorithms(key_spec, KeyUsage.ENCRYPT_DECRYPT)
        for padding in PADDINGS.get(algorithm, (None,))
    ]


def slug_of(*parts: str | None) -> str:
    """Return words of the sheet as part of an id."""
    text = "-".join(part for part in parts if part)
    return text.lower().replace("_", "-").replace("/", "-").removeprefix("aliyun-")


def parameters(key_spec: KeySpec) -> LiveParameters:
    """Return what the file of key rules of a key spec is about."""
    encrypts = KeyRole(usage=KeyUsage.ENCRYPT_DECRYPT)
    keys = {MAIN: encrypts, SECOND: encrypts, CHANGING: encrypts}
    if not key_spec.is_symmetric:
        signs = KeyRole(usage=KeyUsage.SIGN_VERIFY)
        keys |= {SIGNER: signs, SECOND_SIGNER: signs, CHANGING_SIGNER: signs}
    if key_spec is KeySpec.AES_256:
        keys[SOFTWARE_KEY] = KeyRole(
            usage=KeyUsage.ENCRYPT_DECRYPT, protection_level=ProtectionLevel.SOFTWARE
        )
    return LiveParameters(
        family=f"policy-{slug_of(key_spec)}",
        key_spec=key_spec,
        algorithm=None,
        padding=None,
        description=f"Rules of keys of {key_spec}: purposes, states, defaults, limits",
        keys=keys,
    )


# Steps that most recipes have.


def _use(
    operation: AskedOperation,
    name: str,
    key: str,
    expect: Expectation | None,
    given: Mapping[str, Given | None],
) -> Ask:
    """Return the use of a key; what is given as None is left out."""
    arguments = {each: argument(value) for each, value in given.items() if value is not None}
    return Ask(operation=operation, name=name, key=key, expect=expect, arguments=arguments)


def _word(padding: PaddingMode | None) -> Word | None:
    return None if padding is None else word(padding)


def _dialect(algorithm: Algorithm) -> str | None:
    """Return the dialect of ECIES that the target was found to speak."""
    return f"${DIALECT}" if algorithm is Algorithm.ECIES_DH_SHA_1_XOR_HMAC else None


def seal(
    name: str,
    algorithm: Algorithm,
    plaintext: bytes,
    *,
    key: str = MAIN,
    padding: PaddingMode | None = None,
    expect: Expectation | None = None,
    dialect: Given | None = None,
    **more: Given,
) -> Ask:
    """Return an encryption, called ``name``; without ``iv`` the target chooses one."""
    given: dict[str, Given | None] = {
        "algorithm": word(algorithm),
        "padding": _word(padding),
        "plaintext": plaintext,
        "dialect": _dialect(algorithm) if dialect is None else dialect,
    }
    return _use(AskedOperation.ENCRYPT, name, key, expect, {**given, **more})


def unseal(
    sealed: str,
    algorithm: Algorithm,
    *,
    key: str = MAIN,
    padding: PaddingMode | None = None,
    expect: Expectation | None = None,
    iv: bytes | None = None,
    algorithm_left_out: bool = False,
) -> Ask:
    """Return the decryption of what ``seal`` has called ``sealed``, with its IV or another."""
    return decrypt(
        algorithm,
        f"${sealed}.ciphertext",
        key=key,
        padding=padding,
        expect=expect,
        iv=f"${sealed}.iv" if iv is None and algorithm in CHAINED else iv,
        tag=f"${sealed}.tag" if algorithm is Algorithm.GCM else None,
        algorithm_left_out=algorithm_left_out or None,
    )


def decrypt(
    algorithm: Algorithm,
    ciphertext: str | bytes,
    *,
    name: str = "",
    key: str = MAIN,
    padding: PaddingMode | None = None,
    expect: Expectation | None = None,
    iv: str | bytes | None = None,
    tag: str | bytes | None = None,
    algorithm_left_out: bool | None = None,
    dialect: Given | None = None,
) -> Ask:
    """Return the decryption of some bytes, or of what a name stands for."""
    given: dict[str, Given | None] = {
        "algorithm": word(algorithm),
        "padding": _word(padding),
        "dialect": _dialect(algorithm) if dialect is None else dialect,
        "ciphertext": ciphertext,
        "iv": iv,
        "tag": tag,
        "algorithm_left_out": algorithm_left_out,
    }
    return _use(AskedOperation.DECRYPT, name, key, expect, given)


def sign(
    name: str,
    algorithm: Algorithm,
    digest: bytes,
    *,
    key: str = SIGNER,
    expect: Expectation | None = None,
    message_type: MessageType = MessageType.DIGEST,
    algorithm_left_out: bool = False,
) -> Ask:
    """Return the signing of a digest, or of a message, called ``name``."""
    given: dict[str, Given | None] = {
        "algorithm": word(algorithm),
        "algorithm_left_out": algorithm_left_out or None,
        "message": digest,
        "message_type": word(message_type),
    }
    return _use(AskedOperation.SIGN, name, key, expect, given)


def verify(
    signature: str | bytes,
    algorithm: Algorithm,
    digest: bytes,
    *,
    key: str = SIGNER,
    expect: Expectation | None = None,
    message_type: MessageType = MessageType.DIGEST,
    algorithm_left_out: bool = False,
) -> Ask:
    """Return the verification of what ``sign`` has given a name, or of some bytes."""
    given: dict[str, Given | None] = {
        "algorithm": word(algorithm),
        "algorithm_left_out": algorithm_left_out or None,
        "message": digest,
        "message_type": word(message_type),
        "signature": signature if isinstance(signature, bytes) else f"${signature}.signature",
    }
    return _use(AskedOperation.VERIFY, "", key, expect, given)


CHAINED: Final = frozenset({Algorithm.GCM, Algorithm.CBC})
"""The modes that take an IV."""


def needs(*used: Algorithm) -> Sequence[Requirement]:
    """Return what a target must declare so that ``seal`` works without an IV."""
    return [Requirement.TARGET_IV] if CHAINED.intersection(used) else []
