"""What ``reference-kms`` declares: read off the tables that the service itself asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmsproof.capability import AlgorithmCapability, Chooser, KeyCapability, LengthRange
from kmsproof.vocabulary import (
    SIGNATURE_ALGORITHMS,
    Algorithm,
    EciesDialect,
    Feature,
    KeySpec,
    KeyUsage,
    MessageType,
    Operation,
    ProtectionLevel,
)
from kmsproof_reference.kms.policy import (
    AAD_LIMIT,
    GCM_TAG_LENGTH,
    IV_LENGTHS,
    MESSAGE_LIMIT,
    OFFERS,
    PADDINGS,
    Offer,
    longest_plaintext,
)

CHOOSERS = (Chooser.TARGET, Chooser.CALLER)
"""The service chooses an IV unless the caller brings one."""


def key_capabilities() -> tuple[KeyCapability, ...]:
    """Declare the keys of all protection levels; key specs with the same usages stand together."""
    return tuple(
        KeyCapability(
            key_specs=key_specs,
            protection_levels=(level,),
            usages=usages,
            create=True,
            lifecycle=True,
            defaults=True,
        )
        for level, offers in OFFERS.items()
        for usages, key_specs in _by_usages(offers).items()
    )


def _by_usages(
    offers: Mapping[KeySpec, Offer],
) -> dict[tuple[KeyUsage, ...], tuple[KeySpec, ...]]:
    found: dict[tuple[KeyUsage, ...], tuple[KeySpec, ...]] = {}
    for key_spec, offer in offers.items():
        found[offer.usages] = (*found.get(offer.usages, ()), key_spec)
    return found


def algorithm_capabilities(dialect: EciesDialect) -> tuple[AlgorithmCapability, ...]:
    """Declare the algorithms of each key spec at each protection level; ECIES in one dialect."""
    return tuple(
        _capability(algorithm, key_spec, level, dialect)
        for level, offers in OFFERS.items()
        for key_spec, offer in offers.items()
        for algorithm in _algorithms(offer)
    )


def _algorithms(offer: Offer) -> Iterator[Algorithm]:
    for usage in offer.usages:
        yield from offer.algorithms(usage)


def _capability(
    algorithm: Algorithm, key_spec: KeySpec, level: ProtectionLevel, dialect: EciesDialect
) -> AlgorithmCapability:
    if algorithm in SIGNATURE_ALGORITHMS:
        return AlgorithmCapability(
            algorithm=algorithm,
            key_specs=(key_spec,),
            protection_levels=(level,),
            operations=(Operation.SIGN, Operation.VERIFY),
            message_types=(MessageType.RAW, MessageType.DIGEST),
            message_lengths=(LengthRange(0, MESSAGE_LIMIT),),
        )
    is_gcm, is_ecies = (
        algorithm is Algorithm.GCM,
        algorithm is Algorithm.ECIES_DH_SHA_1_XOR_HMAC,
    )
    iv_length = IV_LENGTHS.get(algorithm)
    return AlgorithmCapability(
        algorithm=algorithm,
        key_specs=(key_spec,),
        protection_levels=(level,),
        operations=(Operation.ENCRYPT, Operation.DECRYPT),
        paddings=PADDINGS.get(algorithm, ()),
        iv_chosen_by=() if iv_length is None else CHOOSERS,
        iv_lengths=() if iv_length is None else (LengthRange(iv_length, iv_length),),
        tag_lengths=(LengthRange(GCM_TAG_LENGTH, GCM_TAG_LENGTH),) if is_gcm else (),
        aad_lengths=(LengthRange(0, AAD_LIMIT),) if is_gcm else (),
        plaintext_lengths=(LengthRange(0, longest_plaintext(algorithm, key_spec)),),
        dialects=(dialect,) if is_ecies else (),
        features=(Feature.COMPRESSED_POINT,) if is_ecies else (),
    )
