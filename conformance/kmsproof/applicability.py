"""Which tests apply to a target, by what the target declares."""

from __future__ import annotations

from kmsproof.capability import (
    AlgorithmCapability,
    Chooser,
    CiphertextForm,
    Description,
    KeyPart,
    LengthRange,
)
from kmsproof.vocabulary import Algorithm, KeyUsage, Operation, ProtectionLevel
from kmsproof_vectors.model import (
    AnyTest,
    CorpusFile,
    DecryptTest,
    Group,
    MonteCarloTest,
    Parameter,
)

_NEEDS_IV = frozenset({Algorithm.GCM, Algorithm.CBC})

_OPAQUE = "gives opaque ciphertexts, so known answers say nothing"


def operation_of(test: AnyTest) -> Operation:
    """Return the operation that a test calls."""
    if type(test) is MonteCarloTest:
        return test.direction
    return Operation.DECRYPT if type(test) is DecryptTest else Operation.ENCRYPT


def can_be_probed(undeclared: str) -> bool:
    """Whether the answer to a probe of what is not declared would say anything."""
    return not undeclared.endswith(_OPAQUE)


class Applicability:
    """What one target declares for one corpus file, in a form that is quick to ask."""

    def __init__(self, description: Description, file: CorpusFile) -> None:
        self._file = file
        self._keys = [
            keys
            for keys in description.keys
            if file.key_spec in keys.key_specs and KeyUsage.ENCRYPT_DECRYPT in keys.usages
        ]
        self._algorithms = [
            capability
            for capability in description.algorithms
            if capability.algorithm is file.algorithm and file.key_spec in capability.key_specs
        ]
        self._known: dict[tuple[object, ...], str] = {}

    @property
    def protection_level(self) -> ProtectionLevel:
        """The protection level at which keys of this file are made.

        It is the first one declared at which keys can be imported, if possible one at which the
        algorithm is declared, too.
        """
        levels = [
            level for keys in self._keys if keys.importable for level in keys.protection_levels
        ]
        usable = {level for each in self._algorithms for level in each.protection_levels}
        preferred = [level for level in levels if level in usable]
        return next(iter((*preferred, *levels)), ProtectionLevel.SOFTWARE)

    def undeclared(self, group: Group, test: AnyTest) -> str:
        """Return what the target would have to declare for the test to apply, empty if nothing.

        The text is the same for all tests that lack the same thing, so that one of them can be
        asked as a probe for all. Most tests of a file differ in nothing that matters here, so the
        answers are remembered by what does.
        """
        key = group.key
        kind = (operation_of(test), key.secret is None, key.private is None)
        seen = (*kind, test.probes, group.tag_length, *_lengths(test))
        reason = self._known.get(seen)
        if reason is None:
            reason = self._known[seen] = self._find_undeclared(group, test)
        return reason

    def _find_undeclared(self, group: Group, test: AnyTest) -> str:
        missing = self._undeclared_key(group)
        if missing:
            return missing
        if not self._algorithms:
            return f"{self._file.algorithm} with {self._file.key_spec} is not declared"
        reasons = [self._undeclared_use(capability, group, test) for capability in self._algorithms]
        return "" if "" in reasons else reasons[0]

    def _undeclared_key(self, group: Group) -> str:
        key = group.key
        needed = (
            (KeyPart.SECRET, key.secret),
            (KeyPart.PRIVATE, key.private),
            (KeyPart.PUBLIC, key.public),
        )
        part = next(part for part, material in needed if material is not None)
        if any(part in keys.importable for keys in self._keys):
            return ""
        return f"import of a {part} key of {self._file.key_spec} is not declared"

    def _undeclared_use(self, capability: AlgorithmCapability, group: Group, test: AnyTest) -> str:
        operation = operation_of(test)
        padding = self._file.padding
        if operation not in capability.operations:
            return f"{operation} with {capability.algorithm} is not declared"
        if padding is not None and padding not in capability.paddings:
            return f"{capability.algorithm} with {padding} is not declared"
        if capability.ciphertext_form is CiphertextForm.OPAQUE:
            return f"{capability.algorithm} {_OPAQUE}"
        needs_iv = capability.algorithm in _NEEDS_IV
        if (
            needs_iv
            and operation is Operation.ENCRYPT
            and Chooser.CALLER not in capability.iv_chosen_by
        ):
            return f"{capability.algorithm} with an IV of the caller's is not declared"
        return _undeclared_length(capability, group, test)


def _undeclared_length(capability: AlgorithmCapability, group: Group, test: AnyTest) -> str:
    iv, aad, plaintext = _lengths(test)
    lengths: list[tuple[Parameter, tuple[LengthRange, ...], int | None]] = [
        (Parameter.PLAINTEXT_LENGTH, capability.plaintext_lengths, plaintext)
    ]
    if capability.algorithm in _NEEDS_IV:
        lengths.append((Parameter.IV_LENGTH, capability.iv_lengths, iv))
    if capability.algorithm is Algorithm.GCM:
        lengths.append((Parameter.TAG_LENGTH, capability.tag_lengths, group.tag_length))
        lengths.append((Parameter.AAD_LENGTH, capability.aad_lengths, aad or 0))
    for parameter, declared, length in lengths:
        if length is None or parameter in test.probes:
            continue
        if not any(length in accepted for accepted in declared):
            return f"{capability.algorithm} with {_NAMES[parameter]} {length} is not declared"
    return ""


_NAMES = {
    Parameter.IV_LENGTH: "IV length",
    Parameter.TAG_LENGTH: "tag length",
    Parameter.AAD_LENGTH: "AAD length",
    Parameter.PLAINTEXT_LENGTH: "plaintext length",
}


def _lengths(test: AnyTest) -> tuple[int | None, int | None, int | None]:
    """Return the lengths in bytes of IV, AAD and plaintext, where the test has them."""
    iv = None if test.iv is None else len(test.iv)
    if isinstance(test, MonteCarloTest):
        return iv, None, len(test.text)
    aad = None if test.aad is None else len(test.aad)
    return iv, aad, None if test.plaintext is None else len(test.plaintext)
