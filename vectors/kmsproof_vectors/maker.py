"""What every case is handed: ids, randomness, test keys, and the way to derive an invalid test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.vocabulary import (
    AES_KEY_LENGTHS,
    Algorithm,
    KeySpec,
    PaddingMode,
    RejectionClass,
)
from kmsproof_vectors.case import SLUG, Case, Draft, require
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import (
    AnyTest,
    EncryptTest,
    GroupKey,
    Parameter,
    Result,
    Uniformity,
)

SEED = b"kmsproof corpus 1.0: every key made from this is a test key"
"""The seed of everything random in the corpus. The personalisation string is the family and the
case, so that a new case does not change the bytes of the others."""


@dataclass(frozen=True)
class ParameterSet:
    """What one corpus file is about."""

    family: str
    key_spec: KeySpec
    algorithm: Algorithm
    padding: PaddingMode | None
    description: str
    uniformities: tuple[Uniformity, ...] = ()


class Maker:
    """Makes the tests of one case in one parameter set."""

    def __init__(self, parameters: ParameterSet, made: Case[Any]) -> None:
        self.parameters = parameters
        self._case = made
        self.drbg = Drbg(SEED, f"{parameters.family}/{made.slug}".encode())
        self.key = self.test_key("main")

    def test_key(self, name: str) -> GroupKey:
        """Return a test key of this parameter set; the same name gives the same key."""
        drbg = Drbg(SEED, f"{self.parameters.family} test key {name}".encode())
        return GroupKey(secret=HexBytes(drbg.generate(self.key_length)))

    @property
    def key_length(self) -> int:
        """Length in bytes of a key of this parameter set."""
        return AES_KEY_LENGTHS[self.parameters.key_spec]

    def random(self, length: int) -> HexBytes:
        """Return the next bytes of this case's generator."""
        return HexBytes(self.drbg.generate(length))

    def common(self, slug: str, result: Result, why: str) -> dict[str, Any]:
        """Return the fields that every test has, from the case that makes it."""
        require(SLUG.fullmatch(slug) is not None, f"{slug!r} is no slug")
        require(why.endswith("."), f"{slug}: the reason must be a sentence")
        return {
            "id": f"{self.parameters.family}/{self._case.slug}/{slug}",
            "case": self._case.edge_class,
            "result": result,
            "why": why,
            "clause": self._case.clause,
            "flags": self._case.flags,
        }

    def derived(
        self,
        control: Draft,
        slug: str,
        why: str,
        *,
        rejections: tuple[RejectionClass, ...],
        probes: tuple[Parameter, ...] = (),
        oracle: str | None = None,
        **changes: HexBytes | None,
    ) -> Draft:
        """Return the invalid test that differs from a valid one in what ``changes`` names.

        Raises:
            BrokenCase: if nothing is changed, or the control is no valid test.
        """
        before = control.test
        require(before.result is Result.VALID, f"{slug}: the control is not valid")
        changed = [name for name, value in changes.items() if getattr(before, name) != value]
        require(bool(changed), f"{slug}: nothing differs from {before.id}")
        fields = msgspec.structs.asdict(before)
        fields.update(self.common(slug, Result.INVALID, why))
        fields.update(changes)
        fields.update(control=before.id, rejections=rejections, probes=probes, oracle=oracle)
        if isinstance(before, EncryptTest):  # an invalid encryption has no right answer
            fields["ciphertext"] = fields["tag"] = None
        test: AnyTest = type(before)(**fields)
        return Draft(control.key, control.tag_length, test)
