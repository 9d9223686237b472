"""Which tests apply to a target, by what the target declares."""

from __future__ import annotations

from collections.abc import Sequence

from kmsproof.capability import (
    AlgorithmCapability,
    Chooser,
    CiphertextForm,
    Description,
    LengthRange,
)
from kmsproof.vocabulary import (
    SIGNATURE_ALGORITHMS,
    Algorithm,
    KeyPart,
    KeyUsage,
    MessageType,
    Operation,
    ProtectionLevel,
)
from kmsproof_vectors.model import (
    AnyTest,
    CorpusFile,
    DecryptTest,
    EncryptTest,
    Group,
    ImportTest,
    MonteCarloTest,
    Parameter,
    SignTest,
    VerifyTest,
)

_NEEDS_IV = frozenset({Algorithm.GCM, Algorithm.CBC})

_OPAQUE = "gives opaque ciphertexts, so known answers say nothing"

_IN_THE_DIALECT = "in the dialect"

_OPERATIONS: dict[type[AnyTest], Operation] = {
    EncryptTest: Operation.ENCRYPT,
    DecryptTest: Operation.DECRYPT,
    SignTest: Operation.SIGN,
    VerifyTest: Operation.VERIFY,
}

_OF_PRIVATE_KEY = frozenset({Operation.DECRYPT, Operation.SIGN})

_PARTS = {
    True: (KeyPart.SECRET, KeyPart.PRIVATE),
    False: (KeyPart.SECRET, KeyPart.PUBLIC, KeyPart.PRIVATE),
}
"""The parts of a key that serve an operation, by whether it takes the private one; best first."""


def operation_of(test: AnyTest) -> Operation:
    """Return the operation that a test calls; of an import, that of the use which follows."""
    if type(test) is MonteCarloTest:
        return test.direction
    if type(test) is ImportTest:
        if test.ciphertext is not None:
            return Operation.DECRYPT
        return Operation.SIGN if test.signature is None else Operation.VERIFY
    return _OPERATIONS[type(test)]


def usage_of(algorithm: Algorithm) -> KeyUsage:
    """Return the purpose of the keys that an algorithm takes."""
    if algorithm in SIGNATURE_ALGORITHMS:
        return KeyUsage.SIGN_VERIFY
    return KeyUsage.ENCRYPT_DECRYPT


def can_be_probed(undeclared: str) -> bool:
    """Whether the answer to a probe of what is not declared would say anything."""
    return not undeclared.endswith(_OPAQUE)


def is_of_dialect(undeclared: str) -> bool:
    """Whether what is not declared is a dialect, which a target of one dialect need not look at."""
    return _IN_THE_DIALECT in undeclared


class Applicability:
    """What one target declares for one corpus file, in a form that is quick to ask."""

    def __init__(self, description: Description, file: CorpusFile) -> None:
        self._file = file
        self._keys = [
            keys
            for keys in description.keys
            if file.key_spec in keys.key_specs and usage_of(file.algorithm) in keys.usages
        ]
        self._importable = {part for keys in self._keys for part in keys.importable}
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

    def part(self, group: Group, tests: Sequence[AnyTest]) -> KeyPart:
        """Return the part of a group's key that serves all of these tests.

        The private key is imported only where a test needs it, or the target takes no other.
        """
        private = any(operation_of(test) in _OF_PRIVATE_KEY for test in tests)
        there = [part for part in _PARTS[private] if _has(group, part)]
        return next((part for part in there if part in self._importable), there[0])

    def undeclared(self, group: Group, test: AnyTest) -> str:
        """Return what the target would have to declare for the test to apply, empty if nothing.

        The text is the same for all tests that lack the same thing, so that one of them can be
        asked as a probe for all. Most tests of a file differ in nothing that matters here, so the
        answers are remembered by what does.
        """
        key = group.key
        brought = test.part if isinstance(test, ImportTest) else None
        kind = (type(test), brought, operation_of(test), key.private is None, key.public is None)
        seen = (*kind, test.probes, test.needs, group.tag_length, *_lengths(test))
        reason = self._known.get(seen)
        if reason is None:
            reason = self._known[seen] = self._find_undeclared(group, test)
        return reason

    def _find_undeclared(self, group: Group, test: AnyTest) -> str:
        missing = self._undeclared_key(group, test)
        if missing:
            return missing
        if not self._algorithms:
            return f"{self._file.algorithm} with {self._file.key_spec} is not declared"
        reasons = [self._undeclared_use(capability, group, test) for capability in self._algorithms]
        return "" if "" in reasons else reasons[0]

    def _undeclared_key(self, group: Group, test: AnyTest) -> str:
        needed = [self.part(group, [test])]
        if isinstance(test, ImportTest):
            needed.insert(0, test.part)
        for part in needed:
            if part not in self._importable:
                return f"import of a {part} key of {self._file.key_spec} is not declared"
        return ""

    def _undeclared_use(self, capability: AlgorithmCapability, group: Group, test: AnyTest) -> str:
        algorithm, operation = capability.algorithm, operation_of(test)
        padding, dialect = self._file.padding, self._file.dialect
        if operation not in capability.operations:
            return f"{operation} with {algorithm} is not declared"
        if padding is not None and padding not in capability.paddings:
            return f"{algorithm} with {padding} is not declared"
        if dialect is not None and dialect not in capability.dialects:
            return f"{algorithm} {_IN_THE_DIALECT} {dialect} is not declared"
        if capability.ciphertext_form is CiphertextForm.OPAQUE:
            return f"{algorithm} {_OPAQUE}"
        needs_iv = algorithm in _NEEDS_IV
        if (
            needs_iv
            and operation is Operation.ENCRYPT
            and Chooser.CALLER not in capability.iv_chosen_by
        ):
            return f"{algorithm} with an IV of the caller's is not declared"
        for feature in test.needs:
            if feature not in capability.features:
                return f"{algorithm} with {feature} is not declared"
        message_type = _message_type(test)
        if message_type is not None and message_type not in capability.message_types:
            return f"{algorithm} on {message_type} is not declared"
        return _undeclared_length(capability, group, test)


def _has(group: Group, part: KeyPart) -> bool:
    return getattr(group.key, part) is not None


def _message_type(test: AnyTest) -> MessageType | None:
    if isinstance(test, SignTest | VerifyTest):
        return test.message_type
    if type(test) is ImportTest and test.message is not None:
        return MessageType.RAW
    return None


def _undeclared_length(capability: AlgorithmCapability, group: Group, test: AnyTest) -> str:
    iv, aad, plaintext, message, _ = _lengths(test)
    lengths: list[tuple[Parameter, tuple[LengthRange, ...], int | None]] = [
        (Parameter.PLAINTEXT_LENGTH, capability.plaintext_lengths, plaintext),
        (Parameter.MESSAGE_LENGTH, capability.message_lengths, message),
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
    Parameter.MESSAGE_LENGTH: "message length",
}

Lengths = tuple[int | None, int | None, int | None, int | None, MessageType | None]


def _lengths(test: AnyTest) -> Lengths:
    """Return the lengths in bytes of IV, AAD, plaintext and message, where the test has them.

    A digest has no length that a target declares; what it is instead of a message stands last.
    """
    if isinstance(test, SignTest | VerifyTest):
        raw = test.message_type is MessageType.RAW
        return None, None, None, len(test.message) if raw else None, test.message_type
    if isinstance(test, ImportTest):
        return None, None, None, None, None
    iv = None if test.iv is None else len(test.iv)
    if isinstance(test, MonteCarloTest):
        return iv, None, len(test.text), None, None
    aad = None if test.aad is None else len(test.aad)
    plaintext = None if test.plaintext is None else len(test.plaintext)
    return iv, aad, plaintext, None, None
