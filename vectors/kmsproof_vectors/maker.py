"""What every case is handed: ids, randomness, test keys, and the way to derive an invalid test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypedDict

import msgspec

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.vocabulary import (
    AES_KEY_LENGTHS,
    Algorithm,
    EciesDialect,
    KeySpec,
    MessageType,
    PaddingMode,
    RejectionClass,
)
from kmsproof_vectors.case import SLUG, Case, Draft, require
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import (
    ANSWERS,
    AnyTest,
    Clause,
    EncryptTest,
    GroupKey,
    Parameter,
    Result,
    SignTest,
    Uniformity,
)

SEED = b"kmsproof corpus 1.0: every key made from this is a test key"
"""The seed of everything random in the corpus. The personalisation string is the family and the
case, so that a new case does not change the bytes of the others."""

CONTROL_FLAGS = ("KnownAnswer",)
"""Flags of a control in a case whose own flags say what is wrong with its other tests."""


@dataclass(frozen=True)
class ParameterSet:
    """What one corpus file is about."""

    family: str
    key_spec: KeySpec
    algorithm: Algorithm
    padding: PaddingMode | None
    description: str
    uniformities: tuple[Uniformity, ...] = ()
    dialect: EciesDialect | None = None


class Common(TypedDict):
    """The fields that every test has."""

    id: str
    case: str
    result: Result
    why: str
    clause: Clause
    flags: tuple[str, ...]


class Maker:
    """Makes the tests of one case in one parameter set.

    The test key here is an AES key; a family with other keys overrides ``test_key``.
    """

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

    def common(self, slug: str, result: Result, why: str) -> Common:
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
        **changes: HexBytes | MessageType | None,
    ) -> Draft:
        """Return the invalid test that differs from a valid one in the one input named.

        ``plaintext`` among the changes of a decryption is no input: it is what a target that skips
        the check would give away.

        Raises:
            BrokenCase: if another number of inputs is changed, or the control is no valid test.
        """
        changed = changed_inputs(control.test, changes)
        require(len(changed) == 1, f"{slug}: {sorted(changed) or 'nothing'} instead of one input")
        return self._invalid(control, slug, why, rejections, probes, oracle, changes)

    def moved(
        self,
        control: Draft,
        slug: str,
        why: str,
        *,
        rejections: tuple[RejectionClass, ...],
        oracle: str | None = None,
        **changes: HexBytes | None,
    ) -> Draft:
        """Return the invalid test in which bytes of a valid one stand in another of two inputs.

        Raises:
            BrokenCase: if other than two inputs are changed, or together they have other bytes.
        """
        changed = changed_inputs(control.test, changes)
        require(len(changed) == 2, f"{slug}: {sorted(changed) or 'nothing'} instead of two inputs")
        before = sorted(b"".join(getattr(control.test, name) or b"" for name in changed))
        after = sorted(b"".join(changes[name] or b"" for name in changed))
        require(before == after, f"{slug}: bytes are not only moved")
        return self._invalid(control, slug, why, rejections, (), oracle, changes)

    def _invalid(
        self,
        control: Draft,
        slug: str,
        why: str,
        rejections: tuple[RejectionClass, ...],
        probes: tuple[Parameter, ...],
        oracle: str | None,
        changes: Mapping[str, HexBytes | MessageType | None],
    ) -> Draft:
        before = control.test
        require(before.result is Result.VALID, f"{slug}: the control is not valid")
        fields = msgspec.structs.asdict(before)
        fields.update(self.common(slug, Result.INVALID, why))
        fields.update(changes)
        fields.update(control=before.id, rejections=rejections, probes=probes, oracle=oracle)
        if isinstance(before, EncryptTest | SignTest):  # an invalid one has no right answer
            fields.update(dict.fromkeys(ANSWERS[type(before)]))
        test: AnyTest = type(before)(**fields)
        return Draft(control.key, control.tag_length, test)


def changed_inputs(test: AnyTest, changes: Mapping[str, HexBytes | MessageType | None]) -> set[str]:
    """Return the names of what the target is given that would be other than in a test."""
    answers = ANSWERS[type(test)]
    return {
        name
        for name, value in changes.items()
        if name not in answers and getattr(test, name) != value
    }


def flagged(draft: Draft, flags: tuple[str, ...]) -> Draft:
    """Return the same test with flags of its own instead of its case's."""
    return replace(draft, test=msgspec.structs.replace(draft.test, flags=flags))
