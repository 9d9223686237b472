"""What the API documents of Alibaba Cloud KMS demand beyond the sheet: states, limits, errors.

The sheet names keys and algorithms; how a key lives, how long an input may be and how a call is
refused stands in the pages on the operations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference.vocabulary import (
    Algorithm,
    KeySpec,
)
from kmsproof_vectors.profile.aliyun import ASYMMETRIC_KEY_SPECS, sentence
from kmsproof_vectors.profile.families import AES, EC, RSA, policy
from kmsproof_vectors.profile.model import Obligation, Requirement, Source, Standard

STATES: Final = "states"
API: Final = "api"

SOURCES: Final = {
    STATES: Source(
        title="Alibaba Cloud KMS: Impact of key states on API operations", edition="2021-07-12"
    ),
    API: Source(title="Alibaba Cloud KMS: API reference 2016-01-20", edition="2016-01-20"),
}
"""The documents beside the sheet."""

ALL: Final = tuple(KeySpec)

_GCM, _ECB, _CBC = Algorithm.GCM, Algorithm.ECB, Algorithm.CBC


def states() -> Iterator[Requirement]:
    """Yield what the table of key states demands."""
    table = "Table of key states"
    yield sentence(
        "states/disabled-symmetric",
        table,
        "row Encrypt, Decrypt, column Disabled",
        "A disabled symmetric key neither encrypts nor decrypts until it is enabled.",
        policy(AES, "disabled/*"),
        document=STATES,
        key_specs=AES,
    )
    yield sentence(
        "states/disabled-asymmetric",
        table,
        "row Encrypt, Decrypt, column Disabled, by analogy",
        "The private part of a disabled asymmetric key is not used until it is enabled.",
        policy(ASYMMETRIC_KEY_SPECS, "disabled/*"),
        document=STATES,
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "states/pending-deletion-symmetric",
        table,
        "row Encrypt, Decrypt, column PendingDeletion",
        "A symmetric key that is scheduled for deletion neither encrypts nor decrypts.",
        policy(AES, "deletion/*"),
        document=STATES,
        key_specs=AES,
    )
    yield sentence(
        "states/pending-deletion-asymmetric",
        table,
        "row Encrypt, Decrypt, column PendingDeletion, by analogy",
        "The private part of an asymmetric key that is scheduled for deletion is not used.",
        policy(ASYMMETRIC_KEY_SPECS, "deletion/*"),
        document=STATES,
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "states/describe",
        table,
        "row DescribeKey",
        "A key says its state in every state.",
        policy(ALL, "described/*", "disabled/*", "deletion/*"),
        policy((*AES, *EC), "level-described/*"),
        document=STATES,
    )
    yield from _transitions(table)


def _transitions(table: str) -> Iterator[Requirement]:
    yield sentence(
        "states/enable-and-disable",
        table,
        "row EnableKey, DisableKey",
        "A key is enabled and disabled, again too, but not while it is scheduled for deletion.",
        policy(ALL, "disabled/*-twice", "transitions/*-while-pending"),
        document=STATES,
    )
    yield sentence(
        "states/schedule-deletion",
        table,
        "row ScheduleKeyDeletion",
        "An enabled or disabled key is scheduled for deletion, and not once more.",
        policy(ALL, "deletion/*", "transitions/schedule-while-pending"),
        document=STATES,
    )
    yield sentence(
        "states/cancel-deletion",
        table,
        "row CancelKeyDeletion",
        "Only a scheduled deletion is cancelled; the key is enabled then.",
        policy(ALL, "deletion/*", "transitions/cancel-*"),
        document=STATES,
    )
    yield sentence(
        "states/public-key",
        table,
        "GetPublicKey is not in it",
        "The public key of a disabled key is given out or refused, without an internal error.",
        policy(ASYMMETRIC_KEY_SPECS, "public-key-of-disabled/*"),
        obligation=Obligation.SHOULD,
        document=STATES,
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "states/pending-import",
        table,
        "column PendingImport",
        "A key without material is not used until its material is imported.",
        excluded="the adapter protocol has no import of material into a key that was made empty",
        document=STATES,
    )
    yield sentence(
        "versions",
        "CreateKeyVersion",
        "the page",
        "An asymmetric key has several versions, each of which is named in every call.",
        excluded="the adapter protocol has no key versions; the local server's own tests ask them",
        document=API,
        key_specs=ASYMMETRIC_KEY_SPECS,
    )


def limits() -> Iterator[Requirement]:
    """Yield what the pages on the operations demand of lengths."""
    for key_spec in RSA:
        yield sentence(
            f"limits/oaep-{key_spec.value.lower().replace('_', '-')}",
            "AsymmetricEncrypt",
            "table of algorithms, column of the longest plaintext",
            f"With {key_spec} the longest plaintext of {Algorithm.RSAES_OAEP_SHA_256} is k - 66 "
            "bytes.",
            policy([key_spec], "oaep-plaintext/*"),
            key_specs=(key_spec,),
            standards=(Standard.RFC_8017,),
            document=API,
        )
    yield sentence(
        "limits/digest",
        "AsymmetricSign",
        "parameter Digest",
        "What is signed or verified as a digest has the 32 bytes of SHA-256.",
        policy(ASYMMETRIC_KEY_SPECS, "digest/*"),
        standards=(Standard.FIPS_180_4,),
        document=API,
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "limits/signature",
        "AsymmetricVerify",
        "parameter Value",
        "Nothing at all is no signature.",
        policy(ASYMMETRIC_KEY_SPECS, "empty-signature/*"),
        document=API,
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    for name, text, tests, standards, modes in (
        ("cbc-iv", "The IV of CBC has 16 bytes.", "cbc-iv/*", (Standard.SP_800_38A,), (_CBC,)),
        ("gcm-iv", "The IV of GCM is not empty.", "gcm-iv/*", (Standard.SP_800_38D,), (_GCM,)),
        (
            "ecb-iv",
            "ECB has no IV: one that is given is refused or without effect.",
            "ecb-with-iv/*",
            (Standard.SP_800_38A,),
            (_ECB,),
        ),
        (
            "whole-blocks",
            "With NO_PADDING only whole blocks are encrypted and decrypted.",
            "partial-block/*",
            (Standard.SP_800_38A,),
            (_ECB, _CBC),
        ),
        (
            "empty-plaintext",
            "An empty plaintext with NO_PADDING gives nothing, or is refused.",
            "empty-without-padding/*",
            (Standard.SP_800_38A,),
            (_ECB, _CBC),
        ),
    ):
        yield sentence(
            f"limits/{name}",
            "Encrypt",
            "parameters Iv and PaddingMode",
            text,
            policy(AES, tests),
            key_specs=AES,
            algorithms=modes,
            standards=standards,
            document=API,
        )
    yield sentence(
        "limits/shared-plaintext",
        "Encrypt",
        "parameter Plaintext",
        "Encrypt of the shared API takes 6 KB.",
        excluded="the documents do not say whether these are 6,000 or 6,144 bytes, in base64 or "
        "before it",
        document=API,
    )


def errors() -> Iterator[Requirement]:
    """Yield what the lists of error codes demand."""
    yield sentence(
        "errors/missing-key",
        "Common error codes",
        "Forbidden.KeyNotFound",
        "A key that does not exist is not used, and the answer says that it is not there.",
        policy(ALL, "missing/*"),
        policy(ASYMMETRIC_KEY_SPECS, "missing-signer/*"),
        document=API,
    )
    yield sentence(
        "defaults/usage",
        "CreateKey",
        "parameter KeyUsage",
        "A symmetric key that is made without a usage encrypts and decrypts.",
        policy(AES, "usage/*"),
        document=API,
        key_specs=AES,
    )
    yield sentence(
        "defaults/usage-asymmetric",
        "CreateKey",
        "parameter KeyUsage",
        "An asymmetric key that is made without a usage has the default one.",
        excluded="the documents contradict each other on it, and the sheet wants the usage named",
        document=API,
        key_specs=ASYMMETRIC_KEY_SPECS,
    )
    yield sentence(
        "errors/level-echoed",
        "CreateKey",
        "parameter ProtectionLevel",
        "A key says the protection level that it was asked for.",
        excluded="the service may choose another level than the one that is asked for",
        obligation=Obligation.SHOULD,
        document=API,
    )


def api() -> Iterator[Requirement]:
    """Yield the requirements of the API documents."""
    yield from states()
    yield from limits()
    yield from errors()
