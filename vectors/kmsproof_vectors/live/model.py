"""The shape of the live corpus: files, tests and recipes, as types.

A recipe is a straight list of steps over named values: a step computes one with a function, or asks
the target and names the answer. Any program can run it; kmsproof is one that does.

A value is written so: a string that begins with ``$`` names an earlier value (``$sealed``), a field
of one (``$opened.plaintext``) or of a key (``$main.public_key``); any other string is bytes in
lower-case hex; integers, truth values and lists stand for themselves; an object with the one member
``text`` is a word.
"""

from __future__ import annotations

from enum import StrEnum, unique

import msgspec

from kmsproof_reference.vocabulary import (
    Algorithm,
    KeySpec,
    KeyUsage,
    PaddingMode,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_vectors.model import Clause, Model, Note

LIVE_VERSION = "1.0"
"""Version of the live corpus: the first number changes when an old reader would break."""

PUBLIC_KEY = "public_key"
"""The field of a key that recipes may name: SubjectPublicKeyInfo, DER."""

DIALECT = "dialect"
"""``$dialect`` is the word for the dialect of ECIES that the target was found to speak."""

EVERY = "every"
EVERY_PUBLIC_KEY = "public_keys"
"""``$every.public_keys`` is the list of all public keys of the file's key spec that the run has
asked for so far, those of other files included; files of key rules have keys of their own."""

RESERVED = frozenset({DIALECT, EVERY})
"""Names that stand for something in every recipe."""


@unique
class LiveResult(StrEnum):
    """What is demanded of the last answer of a recipe."""

    VALID = "valid"
    INVALID = "invalid"
    REPORT = "report"
    """Nothing is demanded: what a check finds is told, and fails nothing."""


@unique
class Requirement(StrEnum):
    """What a target must declare for a recipe to apply to it."""

    CALLER_IV = "caller-iv"
    """The caller chooses the IV of an encryption."""
    TARGET_IV = "target-iv"
    """The target chooses the IV of an encryption that comes without one."""
    IV_LENGTHS = "iv-lengths"
    """IVs of other than 12 bytes."""
    SEPARATE_IV = "separate-iv"
    """IV and tag are apart from the ciphertext."""
    ECB_NO_PADDING_ORACLE = "ecb-no-padding-oracle"
    """The same key also serves ECB with NO_PADDING."""
    CBC_NO_PADDING_ORACLE = "cbc-no-padding-oracle"
    """The same key also serves CBC with NO_PADDING and an IV of the caller's."""
    DIGEST = "digest"
    """Sign and verify take a digest instead of a message."""
    RAW = "raw"
    """Sign and verify take the message itself."""
    AAD = "aad"
    """GCM takes associated data."""
    LIFECYCLE = "lifecycle"
    """Keys can be described, disabled, enabled, and taken back after their deletion."""
    DEFAULTS = "defaults"
    """Key spec, usage and algorithm can be left out of a call."""
    SECOND_KEY = "second-key"
    """More than one key of the key spec can be made."""
    ECIES_EK_MK = "ecies-ek-mk"
    """The target speaks the dialect of ECIES in which the encryption key comes first."""
    ECIES_MK_EK = "ecies-mk-ek"
    """The target speaks the dialect of ECIES in which the MAC key comes first."""
    COMPRESSED_POINT = "compressed-point"
    """ECIES takes a compressed ephemeral point."""
    HYBRID_POINT = "hybrid-point"
    """ECIES takes a hybrid ephemeral point."""
    LABEL = "label"
    """RSAES-OAEP takes a label."""
    SOFTWARE_LEVEL = "software-level"
    """Keys can be made at the level Software-protected key."""
    HARDWARE_LEVEL = "hardware-level"
    """Keys can be made at the level Hardware-protected key."""
    EXTERNAL_LEVEL = "external-level"
    """Keys can be made at the level External Key."""


@unique
class AskedOperation(StrEnum):
    """An operation of the adapter protocol that a recipe can ask."""

    CREATE_KEY = "create_key"
    DESCRIBE_KEY = "describe_key"
    GET_PUBLIC_KEY = "get_public_key"
    DISABLE_KEY = "disable_key"
    ENABLE_KEY = "enable_key"
    DESTROY_KEY = "destroy_key"
    CANCEL_KEY_DELETION = "cancel_key_deletion"
    ENCRYPT = "encrypt"
    DECRYPT = "decrypt"
    SIGN = "sign"
    VERIFY = "verify"


USES_OF_KEYS = frozenset(
    {AskedOperation.ENCRYPT, AskedOperation.DECRYPT, AskedOperation.SIGN, AskedOperation.VERIFY}
)
"""The operations that take an algorithm."""

_USE = ("algorithm", "algorithm_left_out")
_CIPHER = (*_USE, "padding", "iv", "aad", "tag_length", "label", "dialect")

IV_IF_WANTED = "iv_if_wanted"
"""The argument of ``encrypt`` that is the ``iv`` where the target wants one from the caller."""

REQUEST_FIELDS: dict[AskedOperation, tuple[str, ...]] = {
    **dict.fromkeys(AskedOperation, ()),
    AskedOperation.CREATE_KEY: ("key_spec", "usage", "protection_level", "left_out"),
    AskedOperation.ENCRYPT: (*_CIPHER, "plaintext", IV_IF_WANTED),
    AskedOperation.DECRYPT: (*_CIPHER, "ciphertext", "tag"),
    AskedOperation.SIGN: (*_USE, "message", "message_type"),
    AskedOperation.VERIFY: (*_USE, "message", "message_type", "signature"),
}
"""What each operation may be given, the key aside; as in the adapter protocol, but for
``iv_if_wanted``."""

ANSWER_FIELDS: dict[AskedOperation, tuple[str, ...]] = {
    **dict.fromkeys(AskedOperation, ()),
    AskedOperation.CREATE_KEY: ("key",),
    AskedOperation.DESCRIBE_KEY: ("key_spec", "usage", "protection_level", "state"),
    AskedOperation.GET_PUBLIC_KEY: (PUBLIC_KEY,),
    AskedOperation.ENCRYPT: ("ciphertext", "iv", "tag"),
    AskedOperation.DECRYPT: ("plaintext",),
    AskedOperation.SIGN: ("signature",),
    AskedOperation.VERIFY: ("valid",),
}
"""What the answer to each operation has; as in the adapter protocol."""


@unique
class ExpectedOutcome(StrEnum):
    """What a target may answer to an ask."""

    OK = "ok"
    """An answer whose fields hold the values named."""
    REJECTED = "rejected"
    """A rejection of one of the classes named; of ``verify``, ``valid: false`` as well."""
    EITHER = "either"
    """One of the two, where the standard leaves the choice. The fields of a rejection stand for
    nothing: see the check ``refused-or-equal``."""


class Word(Model, frozen=True, kw_only=True):
    """A literal word, which a string cannot be."""

    text: str


Argument = str | int | bool | Word | tuple[str | int | bool | Word, ...]
"""A value as it stands in a recipe."""


class Expectation(Model, frozen=True, kw_only=True):
    """What the answer to an ask must be."""

    outcome: ExpectedOutcome
    rejections: tuple[RejectionClass, ...] = ()
    values: dict[str, Argument] = msgspec.field(default_factory=dict[str, Argument])
    """Fields of the answer and what they must hold."""


class Step(Model, frozen=True, kw_only=True, tag_field="step"):
    """Base of the two kinds of step."""


class Compute(Step, frozen=True, kw_only=True, tag="compute"):
    """Compute a value from values."""

    function: str
    name: str = msgspec.field(name="as")
    """The name that the value gets."""
    arguments: dict[str, Argument] = msgspec.field(default_factory=dict[str, Argument])


class Ask(Step, frozen=True, kw_only=True, tag="ask"):
    """Ask the target; without an expectation the step only prepares."""

    operation: AskedOperation
    name: str = msgspec.field(name="as", default="")
    """The name that the answer gets; its fields are those of the adapter protocol."""
    key: str = ""
    """A key of the file by its name, or ``$made.key`` of an earlier ``create_key``."""
    arguments: dict[str, Argument] = msgspec.field(default_factory=dict[str, Argument])
    """Fields of the request. Algorithm and padding are those of the file unless they are here."""
    repeat: int = 1
    """More than 1: that many calls, and the name stands for the list of their answers."""
    expect: Expectation | None = None
    oracle: str | None = None
    """Name of the set of refusals that must look alike, to which this one belongs."""


class Check(Model, frozen=True, kw_only=True):
    """What must hold of the values at the end."""

    check: str
    """Name of a check."""
    arguments: dict[str, Argument] = msgspec.field(default_factory=dict[str, Argument])


AnyStep = Compute | Ask


class KeyRole(Model, frozen=True, kw_only=True):
    """A key that is made in the target, once per file, when a test first wants it."""

    usage: KeyUsage
    protection_level: ProtectionLevel | None = None
    """Absent: the level that is judged."""
    count: int = 1
    """More than 1: that many keys, and ``$name.public_key`` is the list of their public keys. Such
    keys are looked at only: no step names them as its ``key``."""


class LiveTest(Model, frozen=True, kw_only=True):
    """A live vector."""

    id: str
    """``family/case/slug``: stable for ever, never used again once withdrawn."""
    case: str = msgspec.field(name="class")
    """The edge-case class that the test belongs to, such as ``O2``."""
    result: LiveResult
    why: str
    """One sentence: what the test shows."""
    clause: Clause
    flags: tuple[str, ...]
    """Names of notes in the same file."""
    steps: tuple[AnyStep, ...] = ()
    checks: tuple[Check, ...] = ()
    control: str | None = None
    """Of an invalid test: the valid test of the file without whose pass it proves nothing."""
    requires: tuple[Requirement, ...] = ()
    """What a target must declare for the test to apply."""
    exhaustive: bool = False
    """Whether it goes through everything of which other tests take examples, at many calls or much
    time: a default run leaves it out."""

    @property
    def calls(self) -> int:
        """How many calls of the target the recipe costs, public keys aside."""
        return sum(step.repeat for step in self.steps if isinstance(step, Ask))


class LiveUniformity(Model, frozen=True, kw_only=True):
    """A set of refusals that must look alike."""

    id: str
    case: str = msgspec.field(name="class")
    name: str
    """What the member steps have as their ``oracle``."""
    why: str
    clause: Clause
    flags: tuple[str, ...]


class LiveFile(Model, frozen=True, kw_only=True):
    """All live vectors of one parameter set."""

    schema: str
    live_version: str
    family: str
    """The first part of every id in the file, and the file's name: ``live-rsa-2048-oaep``, or
    ``policy-rsa-2048`` where the rules of keys are judged."""
    key_spec: KeySpec
    algorithm: Algorithm | None = None
    """Absent in a file of key rules, whose steps say it themselves."""
    padding: PaddingMode | None = None
    description: str
    number_of_tests: int
    classes: dict[str, str]
    notes: dict[str, Note]
    keys: dict[str, KeyRole]
    tests: tuple[LiveTest, ...]
    uniformities: tuple[LiveUniformity, ...] = ()


class LiveEntry(Model, frozen=True, kw_only=True):
    """A file in the manifest."""

    path: str
    """Relative to the folder of the manifest."""
    family: str
    key_spec: KeySpec
    algorithm: Algorithm | None = None
    padding: PaddingMode | None = None
    number_of_tests: int
    sha256: str
    """Lower-case hex digest of the file's bytes."""


class LiveManifest(Model, frozen=True, kw_only=True):
    """The live corpus: its files and their digests."""

    live_version: str
    files: tuple[LiveEntry, ...]
    withdrawn: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    """Ids that must never be used again, with the reason."""
