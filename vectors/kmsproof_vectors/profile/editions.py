"""The published editions: put together from their requirements, and frozen by their digests.

What an edition demands never changes: a new date makes a new edition beside the old one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from typing import Final

import msgspec

from kmsproof_vectors.case import require
from kmsproof_vectors.encoding import json_encoder
from kmsproof_vectors.profile import aliyun, aliyun_api, aliyun_standards, others
from kmsproof_vectors.profile.model import PROFILE_VERSION, Profile, Requirement, Source

PROFILE_SCHEMA: Final = "profile.schema.json"
"""The schema that every profile names."""

ALIYUN_KMS: Final = "aliyun-kms-2026-03-31"
CRYPTO_LIBRARY: Final = "crypto-library-2026-03-31"
PKCS11_TOKEN: Final = "pkcs11-token-2026-03-31"

FROZEN: Final = {
    ALIYUN_KMS: "e54022e4e72c6979a12d8d6b7dbd15c3423ca74c72874bb31c9842d8ae6e97d6",
    CRYPTO_LIBRARY: "f7ad784e17495d75bc0b86ba123f6bd23a893f90bf60e60f321e4dd5fb433e8c",
    PKCS11_TOKEN: "8d1163c29d12960a758085e7e12568d028842ff34e2a305c5486b0db2e5f7dcf",
}
"""The digest of each edition that was published."""


def digest_of(requirements: Iterable[Requirement]) -> str:
    """Return the SHA-256 over what requirements demand, in lower-case hex.

    Which vectors exercise them, or why none do, is not part of it.
    """
    demands = [msgspec.structs.replace(each, vectors=(), excluded="") for each in requirements]
    return hashlib.sha256(json_encoder().encode(demands)).hexdigest()


def _profile(
    name: str,
    title: str,
    description: str,
    floor_percent: float,
    sources: dict[str, Source],
    requirements: Iterable[Requirement],
) -> Profile:
    made = tuple(requirements)
    ids = [each.id for each in made]
    for each in made:
        require(ids.count(each.id) == 1, f"{name}: two requirements are called {each.id}")
        require(each.place.document in sources, f"{name}: nothing is called {each.place.document}")
        shown = bool(each.vectors) != bool(each.excluded)
        require(shown, f"{name}: {each.id} has vectors or else a reason why not")
    return Profile(
        schema=PROFILE_SCHEMA,
        profile_version=PROFILE_VERSION,
        id=name,
        title=title,
        edition=name[-len("2026-03-31") :],
        description=description,
        floor_percent=floor_percent,
        sources=sources,
        number_of_requirements=len(made),
        digest=digest_of(made),
        requirements=made,
    )


@cache
def profiles() -> tuple[Profile, ...]:
    """Return all editions, made from code.

    Raises:
        BrokenCase: if one is not in itself consistent.
    """
    sheet = {aliyun.SHEET: aliyun.SHEET_SOURCE}
    return (
        _profile(
            ALIYUN_KMS,
            "Alibaba Cloud KMS, key specifications of 31 March 2026",
            "Everything that the key-specification sheet promises, and what the API documents "
            "say of states, limits and errors of the keys it describes.",
            60.0,
            {**sheet, **aliyun_api.SOURCES},
            (
                *aliyun.sheet(),
                *aliyun_standards.key_standards(),
                *aliyun_standards.algorithm_descriptions(),
                *aliyun_api.api(),
            ),
        ),
        _profile(
            CRYPTO_LIBRARY,
            "Cryptographic library, algorithms of the sheet of 31 March 2026",
            "The algorithms of the sheet, with keys that the caller holds.",
            25.0,
            sheet,
            others.crypto_library(),
        ),
        _profile(
            PKCS11_TOKEN,
            "PKCS#11 token, algorithms of the sheet of 31 March 2026",
            "The algorithms of the sheet, with keys that are made and kept in a token.",
            25.0,
            {**sheet, others.PKCS11: others.PKCS11_SOURCE},
            others.pkcs11_token(),
        ),
    )
