"""Which live vectors apply to a target, by what the target declares."""

from __future__ import annotations

from kmsproof.capability import AlgorithmCapability, Chooser, Description
from kmsproof.live.corpus import mode_of
from kmsproof.live.lengths import undeclared_length
from kmsproof.live.policy_needs import PolicyNeeds
from kmsproof.live.requirements import OF_ALGORITHM, of_keys
from kmsproof.results import Mode
from kmsproof.vocabulary import Algorithm, Operation, PaddingMode, ProtectionLevel
from kmsproof_vectors.live.model import LiveFile, LiveTest, Requirement

_ORACLES = {
    Requirement.ECB_NO_PADDING_ORACLE: Algorithm.ECB,
    Requirement.CBC_NO_PADDING_ORACLE: Algorithm.CBC,
}


class LiveApplicability:
    """What one target declares for one live file."""

    def __init__(
        self, description: Description, file: LiveFile, level: ProtectionLevel | None = None
    ) -> None:
        """Look up what the target declares of the file's keys and algorithm.

        Args:
            description: what the target says of itself.
            file: the live file.
            level: the protection level to judge; None for the first that fits.
        """
        self._file = file
        self._usages = {role.usage for role in file.keys.values()}
        self._keys = [
            keys
            for keys in description.keys
            if keys.create and file.key_spec in keys.key_specs and self._usages <= set(keys.usages)
        ]
        self._algorithms = [c for c in description.algorithms if file.key_spec in c.key_specs]
        policy = mode_of(file) is Mode.POLICY
        self._policy = PolicyNeeds(description, file, level) if policy else None
        self.protection_level = self._policy.level if self._policy else self._level(level)
        self._known: dict[frozenset[Requirement], str] = {}

    def _level(self, wanted: ProtectionLevel | None) -> ProtectionLevel | None:
        levels = [
            level
            for keys in self._keys
            for level in keys.protection_levels
            if wanted in (None, level)
        ]
        fitting = [level for level in levels if self._of_file(level) is not None]
        return next(iter(fitting or levels), None)

    def _of_file(self, level: ProtectionLevel) -> AlgorithmCapability | None:
        """Return what is declared of the file's algorithm at a protection level."""
        return self._capability(self._file.algorithm, self._file.padding, level)

    def _capability(
        self, algorithm: Algorithm | None, padding: PaddingMode | None, level: ProtectionLevel
    ) -> AlgorithmCapability | None:
        for capability in self._algorithms:
            if (
                capability.algorithm is algorithm
                and level in capability.protection_levels
                and (padding is None or padding in capability.paddings)
            ):
                return capability
        return None

    @property
    def target_iv(self) -> bool:
        """Whether the target itself chooses the IV of an encryption that comes without one."""
        level = self.protection_level
        capability = None if level is None else self._of_file(level)
        return capability is not None and Chooser.TARGET in capability.iv_chosen_by

    def undeclared(self, test: LiveTest) -> str:
        """Return what a target would have to declare for a test to apply, empty if it does."""
        if self._policy is not None:
            return self._policy.undeclared(test)
        wanted = frozenset(test.requires)
        if wanted not in self._known:
            self._known[wanted] = self._missing(test.requires)
        return self._known[wanted] or self._undeclared_length(test)

    def _undeclared_length(self, test: LiveTest) -> str:
        level = self.protection_level
        capability = None if level is None else self._of_file(level)
        return "" if capability is None else undeclared_length(test, capability)

    def _missing(self, requires: tuple[Requirement, ...]) -> str:
        file, level = self._file, self.protection_level
        if level is None:
            return f"the making of keys of {file.key_spec} is not declared"
        capability = self._of_file(level)
        if file.algorithm is not None and capability is None:
            padding = f" with {file.padding}" if file.padding else ""
            return f"{file.algorithm}{padding} is not declared"
        for requirement in requires:
            if not self._has(requirement, capability, level):
                return f"{file.algorithm or file.key_spec} with {requirement} is not declared"
        return ""

    def _has(
        self,
        requirement: Requirement,
        capability: AlgorithmCapability | None,
        level: ProtectionLevel,
    ) -> bool:
        if requirement in _ORACLES:
            oracle = self._capability(_ORACLES[requirement], PaddingMode.NO_PADDING, level)
            return (
                oracle is not None
                and Operation.ENCRYPT in oracle.operations
                and (
                    requirement is not Requirement.CBC_NO_PADDING_ORACLE
                    or Chooser.CALLER in oracle.iv_chosen_by
                )
            )
        if requirement in OF_ALGORITHM:
            return capability is not None and OF_ALGORITHM[requirement](capability)
        return any(of_keys(requirement, keys) for keys in self._keys)
