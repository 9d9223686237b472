"""The families of vectors, by what they are about: how profiles select them.

A family of the live corpus is called like that of the library corpus, with ``live-`` before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kmsproof_reference.vocabulary import (
    AES_KEY_LENGTHS,
    EC_CURVES,
    RSA_MODULUS_BITS,
    Algorithm,
    KeySpec,
    PaddingMode,
)
from kmsproof_vectors.profile.model import Selector

_SUFFIXES: dict[Algorithm, tuple[str, ...]] = {
    Algorithm.GCM: ("gcm", "gcm-*"),
    Algorithm.ECB: ("ecb-*",),
    Algorithm.CBC: ("cbc-*",),
    Algorithm.RSAES_OAEP_SHA_256: ("oaep", "oaep-*"),
    Algorithm.RSA_PSS_SHA_256: ("pss", "pss-*"),
    Algorithm.RSA_PKCS1_SHA_256: ("pkcs1", "pkcs1-*"),
    Algorithm.ECIES_DH_SHA_1_XOR_HMAC: ("ecies", "ecies-*"),
    Algorithm.ECDSA_SHA_256: ("ecdsa", "ecdsa-*"),
}

_PADDINGS = {PaddingMode.PKCS7_PADDING: "pkcs7", PaddingMode.NO_PADDING: "no-padding"}

AES = tuple(AES_KEY_LENGTHS)
RSA = tuple(RSA_MODULUS_BITS)
EC = tuple(EC_CURVES)


def slug(key_spec: KeySpec) -> str:
    """Return how a key spec stands in the names of families: ``aes-256``, ``ec-p256k``."""
    return key_spec.value.lower().replace("_", "-").removeprefix("aliyun-")


def of_algorithm(
    key_specs: Iterable[KeySpec], algorithm: Algorithm, padding: PaddingMode | None = None
) -> Selector:
    """Return all vectors of an algorithm with keys of some key specs, keys in and out of vectors.

    Args:
        key_specs: the key specs.
        algorithm: the algorithm.
        padding: only those of this padding of ECB or CBC.
    """
    suffixes: Sequence[str] = _SUFFIXES[algorithm]
    if padding is not None:
        suffixes = [suffixes[0].replace("*", _PADDINGS[padding] + end) for end in ("", "-*")]
    names = [f"{slug(key_spec)}-{suffix}" for key_spec in key_specs for suffix in suffixes]
    return Selector(families=tuple(each for name in names for each in (name, f"live-{name}")))


def of_keys(key_specs: Iterable[KeySpec]) -> Selector:
    """Return the vectors about the keys of some key specs themselves, as the target makes them."""
    return Selector(families=tuple(f"live-{slug(key_spec)}-keys" for key_spec in key_specs))


def of_key_specs(key_specs: Iterable[KeySpec]) -> Selector:
    """Return all vectors with keys of some key specs but those about the rules of keys."""
    names = [f"{slug(key_spec)}-*" for key_spec in key_specs]
    return Selector(families=tuple(each for name in names for each in (name, f"live-{name}")))


def policy(key_specs: Iterable[KeySpec], *tests: str) -> Selector:
    """Return vectors about the rules of keys: those whose ``case/slug`` fits a pattern."""
    return Selector(families=tuple(f"policy-{slug(each)}" for each in key_specs), tests=tests)
