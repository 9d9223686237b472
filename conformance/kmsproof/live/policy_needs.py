"""What a recipe on the rules of keys needs of a target: read from its steps.

What must work, must be declared: every key that is made, and every use of a key that is expected to
be answered. What must be refused is asked whether it is declared or not; that is what such a
recipe is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kmsproof.capability import AlgorithmCapability, Description, KeyCapability
from kmsproof.live.interpreter import named_keys
from kmsproof.live.lengths import undeclared_length_of
from kmsproof.live.requirements import LEVELS, OF_ALGORITHM, of_keys
from kmsproof.vocabulary import (
    SIGNATURE_ALGORITHMS,
    Algorithm,
    KeySpec,
    KeyUsage,
    Operation,
    PaddingMode,
    ProtectionLevel,
)
from kmsproof_vectors.live.model import (
    USES_OF_KEYS,
    Argument,
    Ask,
    AskedOperation,
    ExpectedOutcome,
    LiveFile,
    LiveTest,
    Requirement,
    Word,
)

_ECIES = frozenset({Algorithm.ECIES_DH_SHA_1_XOR_HMAC})

_ABOUT: Mapping[Requirement, frozenset[Algorithm]] = {
    **dict.fromkeys((Requirement.DIGEST, Requirement.RAW), SIGNATURE_ALGORITHMS),
    **dict.fromkeys(
        (
            Requirement.CALLER_IV,
            Requirement.TARGET_IV,
            Requirement.IV_LENGTHS,
            Requirement.SEPARATE_IV,
        ),
        frozenset({Algorithm.GCM, Algorithm.CBC}),
    ),
    Requirement.AAD: frozenset({Algorithm.GCM}),
    Requirement.LABEL: frozenset({Algorithm.RSAES_OAEP_SHA_256}),
}
"""Of which algorithms a word speaks, among those that a recipe uses; else of ECIES, used or not."""


class MadeKey(NamedTuple):
    """A key that a recipe works on."""

    key_spec: KeySpec
    usage: KeyUsage
    level: ProtectionLevel


class PolicyNeeds:
    """Holds the recipes of a file of key rules against what a target declares."""

    def __init__(
        self, description: Description, file: LiveFile, level: ProtectionLevel | None
    ) -> None:
        """Find the level of the keys.

        Args:
            description: what the target says of itself.
            file: the file of key rules.
            level: the protection level to judge; None for the first that fits.
        """
        self._description = description
        self._file = file
        self._tests = {test.id: test for test in file.tests}
        self._used: list[AlgorithmCapability] = []
        makers = [keys for keys in description.keys if keys.create]
        of_spec = [keys for keys in makers if file.key_spec in keys.key_specs]
        levels = [each for keys in (*of_spec, *makers) for each in keys.protection_levels]
        found = level if level in levels else next(iter(levels), None)
        self.level = found if level in (None, found) else None
        """The level of keys that do not say theirs; None if the target makes no keys there."""

    def undeclared(self, test: LiveTest) -> str:
        """Return what a target would have to declare for a test to apply, empty if it does.

        A test that must be refused needs what its control needs.
        """
        if self.level is None:
            return "the making of keys at this protection level is not declared"
        asked = [test, *([self._tests[test.control]] if test.control else [])]
        told = (self._missing(each, self.level) or self._without(each) for each in asked)
        return next((each for each in told if each), "")

    def _without(self, test: LiveTest) -> str:
        """Return the word of what the test requires that the target does not declare."""
        for requirement in test.requires:
            if not self._has(requirement):
                return f"{self._file.key_spec} with {requirement} is not declared"
        return ""

    def _has(self, requirement: Requirement) -> bool:
        if requirement in OF_ALGORITHM:
            about = _ABOUT.get(requirement, _ECIES)
            declared = self._used if about is not _ECIES else self._description.algorithms
            return all(
                OF_ALGORITHM[requirement](each)
                for each in declared
                if each.algorithm in about and self._file.key_spec in each.key_specs
            )
        made_here = [
            keys
            for keys in self._description.keys
            if requirement in LEVELS or self._file.key_spec in keys.key_specs
        ]
        return any(of_keys(requirement, keys) for keys in made_here)

    def _missing(self, test: LiveTest, level: ProtectionLevel) -> str:
        """Return what is not declared of what must work; empty if all is."""
        self._used.clear()
        keys: dict[str, MadeKey] = {}
        for name in sorted(named_keys(test) & self._file.keys.keys()):
            role = self._file.keys[name]
            made_at = role.protection_level or level
            keys[name] = MadeKey(self._file.key_spec, role.usage, made_at)
        told = [self._key(key) for key in keys.values()]
        told += self._steps(test, level, keys)
        return next((each for each in told if each), "")

    def _steps(
        self, test: LiveTest, level: ProtectionLevel, keys: dict[str, MadeKey]
    ) -> Iterator[str]:
        for step in test.steps:
            if not isinstance(step, Ask) or _is_refused(step):
                continue
            if step.operation is AskedOperation.CREATE_KEY:
                made = self._made(step.arguments, level)
                keys[step.name] = made
                yield self._key(made)
            elif step.operation in USES_OF_KEYS:
                key = keys.get(step.key.removeprefix("$").partition(".")[0])
                yield self._use(step, key) if key is not None else ""

    def _made(self, arguments: Mapping[str, Argument], level: ProtectionLevel) -> MadeKey:
        key_spec, made_at = _text(arguments, "key_spec"), _text(arguments, "protection_level")
        return MadeKey(
            KeySpec(key_spec) if key_spec else self._file.key_spec,
            KeyUsage(_text(arguments, "usage")),
            ProtectionLevel(made_at) if made_at else level,
        )

    def _key(self, key: MadeKey) -> str:
        if any(makes(each, key) for each in self._description.keys):
            return ""
        return (
            f"the making of keys of {key.key_spec} for {key.usage} at {key.level} is not declared"
        )

    def _use(self, ask: Ask, key: MadeKey) -> str:
        algorithm = Algorithm(_text(ask.arguments, "algorithm"))
        padding = _text(ask.arguments, "padding")
        for each in self._description.algorithms:
            if (
                each.algorithm is algorithm
                and key.key_spec in each.key_specs
                and key.level in each.protection_levels
                and Operation(ask.operation) in each.operations
                and (not padding or PaddingMode(padding) in each.paddings)
            ):
                self._used.append(each)
                return undeclared_length_of(ask, each)
        with_padding = f" with {padding}" if padding else ""
        return f"{ask.operation} with {algorithm}{with_padding} is not declared"


def makes(keys: KeyCapability, key: MadeKey) -> bool:
    """Return whether a declaration says that such a key is made."""
    return (
        keys.create
        and key.key_spec in keys.key_specs
        and key.usage in keys.usages
        and key.level in keys.protection_levels
    )


def _is_refused(ask: Ask) -> bool:
    return ask.expect is not None and ask.expect.outcome is ExpectedOutcome.REJECTED


def _text(arguments: Mapping[str, Argument], name: str) -> str:
    found = arguments.get(name)
    return found.text if isinstance(found, Word) else ""
