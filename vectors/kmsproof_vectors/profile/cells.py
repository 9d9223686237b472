"""From a row of the sheet's tables to requirements: one for each thing that a cell says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kmsproof_reference.vocabulary import (
    Algorithm,
    KeySpec,
    KeyUsage,
    PaddingMode,
    ProtectionLevel,
)
from kmsproof_vectors.profile.families import of_algorithm, of_keys, policy, slug
from kmsproof_vectors.profile.model import Obligation, Place, Requirement, Standard

STANDARDS: Final[dict[Algorithm, tuple[Standard, ...]]] = {
    Algorithm.GCM: (Standard.FIPS_197, Standard.SP_800_38D),
    Algorithm.ECB: (Standard.FIPS_197, Standard.SP_800_38A),
    Algorithm.CBC: (Standard.FIPS_197, Standard.SP_800_38A),
    Algorithm.RSAES_OAEP_SHA_256: (Standard.RFC_8017,),
    Algorithm.RSA_PSS_SHA_256: (Standard.RFC_8017,),
    Algorithm.RSA_PKCS1_SHA_256: (Standard.RFC_8017,),
    Algorithm.ECIES_DH_SHA_1_XOR_HMAC: (Standard.SEC_1,),
    Algorithm.ECDSA_SHA_256: (Standard.FIPS_186_5, Standard.SEC_1),
}
"""What each algorithm rests on."""

PADDING_STANDARDS: Final[dict[PaddingMode, tuple[Standard, ...]]] = {
    PaddingMode.PKCS7_PADDING: (Standard.RFC_5652,),
    PaddingMode.NO_PADDING: (Standard.SP_800_38A,),
}


@dataclass(frozen=True)
class Row:
    """A row of one of the two tables of key specifications; the defaults come first."""

    document: str
    section: str
    number: int
    level: ProtectionLevel | None
    """None in a profile that knows no levels."""
    key_specs: tuple[KeySpec, ...]
    encryption: tuple[Algorithm, ...]
    signature: tuple[Algorithm, ...] = ()
    paddings: tuple[PaddingMode, ...] = ()
    """The paddings of ECB and CBC."""
    has_keys: bool = True
    """Whether keys are made in the target, so that there are defaults and key rules."""

    def place(self, column: str) -> Place:
        """Return where a cell of the row stands."""
        part = f"row {self.number}, column {column}"
        return Place(document=self.document, section=self.section, part=part)

    def prefix(self, key_spec: KeySpec) -> str:
        """Return how the ids of a key spec's requirements begin."""
        return slug(key_spec) if self.level is None else f"{self.level_word}/{slug(key_spec)}"

    @property
    def level_word(self) -> str:
        """The level as it stands in ids."""
        return "" if self.level is None else self.level.name.lower()

    @property
    def where(self) -> str:
        """The level in a sentence."""
        return "" if self.level is None else f" at the level {self.level.value}"


def requirements_of(row: Row) -> Iterator[Requirement]:
    """Yield the requirements of a row: key specs, algorithms, defaults, paddings."""
    for key_spec in row.key_specs:
        if row.has_keys:
            yield _key_spec(row, key_spec)
        for usage, algorithms in (
            (KeyUsage.ENCRYPT_DECRYPT, row.encryption),
            (KeyUsage.SIGN_VERIFY, row.signature),
        ):
            for algorithm in algorithms:
                yield _algorithm(row, key_spec, usage, algorithm)
                if key_spec.is_symmetric:
                    yield from _paddings(row, key_spec, algorithm)
            if algorithms and row.has_keys:
                yield _default(row, key_spec, usage, algorithms[0])


def _key_spec(row: Row, key_spec: KeySpec) -> Requirement:
    return Requirement(
        id=row.prefix(key_spec),
        text=f"Keys of {key_spec} are made{row.where}.",
        place=row.place("Key specification"),
        obligation=Obligation.MUST,
        protection_level=row.level,
        key_specs=(key_spec,),
        vectors=(
            (policy([key_spec], "described/*", "encrypts/*"),)
            if key_spec.is_symmetric
            else (of_keys([key_spec]), policy([key_spec], "described/*", "encrypts/*", "signs/*"))
        ),
    )


def _algorithm(row: Row, key_spec: KeySpec, usage: KeyUsage, algorithm: Algorithm) -> Requirement:
    case = "encrypts" if usage is KeyUsage.ENCRYPT_DECRYPT else "signs"
    rules = (policy([key_spec], f"{case}/{_word(algorithm)}*"),) if row.has_keys else ()
    return Requirement(
        id=f"{row.prefix(key_spec)}/{_word(algorithm)}",
        text=f"Keys of {key_spec}{row.where} work with {algorithm}.",
        place=row.place(_column(key_spec, usage)),
        obligation=Obligation.MUST,
        protection_level=row.level,
        key_specs=(key_spec,),
        usage=usage,
        algorithms=(algorithm,),
        standards=STANDARDS[algorithm],
        vectors=(of_algorithm([key_spec], algorithm), *rules),
    )


def _default(row: Row, key_spec: KeySpec, usage: KeyUsage, algorithm: Algorithm) -> Requirement:
    encrypts = usage is KeyUsage.ENCRYPT_DECRYPT
    name = "encryption-algorithm" if encrypts else "signature-algorithm"
    return Requirement(
        id=f"{row.prefix(key_spec)}/default-{name}",
        text=f"{algorithm} is what a key of {key_spec}{row.where} does unless told otherwise.",
        place=row.place(_column(key_spec, usage)),
        obligation=Obligation.MUST,
        protection_level=row.level,
        key_specs=(key_spec,),
        usage=usage,
        algorithms=(algorithm,),
        is_default=True,
        vectors=(policy([key_spec], f"{name}/*"),),
    )


def _paddings(row: Row, key_spec: KeySpec, algorithm: Algorithm) -> Iterator[Requirement]:
    if algorithm is Algorithm.GCM:
        rules = (policy([key_spec], "gcm-has-no-padding/*"),) if row.has_keys else ()
        yield Requirement(
            id=f"{row.prefix(key_spec)}/gcm/without-padding",
            text=f"GCM with keys of {key_spec}{row.where} pads nothing.",
            place=row.place("Padding mode"),
            obligation=Obligation.MUST,
            protection_level=row.level,
            key_specs=(key_spec,),
            algorithms=(algorithm,),
            standards=(Standard.SP_800_38D,),
            vectors=(of_algorithm([key_spec], algorithm), *rules),
        )
        return
    for padding in row.paddings:
        words = f"{_word(algorithm)}-{_word(padding)}"
        rules = (policy([key_spec], f"encrypts/{words}"),) if row.has_keys else ()
        yield Requirement(
            id=f"{row.prefix(key_spec)}/{_word(algorithm)}/{_word(padding)}",
            text=f"{algorithm} with keys of {key_spec}{row.where} has {padding}.",
            place=row.place("Padding mode"),
            obligation=Obligation.MUST,
            protection_level=row.level,
            key_specs=(key_spec,),
            algorithms=(algorithm,),
            padding=padding,
            standards=PADDING_STANDARDS[padding],
            vectors=(of_algorithm([key_spec], algorithm, padding), *rules),
        )


def _word(text: str) -> str:
    return text.lower().replace("_", "-")


def _column(key_spec: KeySpec, usage: KeyUsage) -> str:
    if key_spec.is_symmetric:
        return "Encryption mode"
    return "Encryption algorithm" if usage is KeyUsage.ENCRYPT_DECRYPT else "Signature algorithm"
