"""The shape of the corpus: manifest, files, groups and tests, as types.

The JSON Schemas in ``vectors/schemas`` are generated from these types, and a check in the build
fails when the two drift apart.
"""

from __future__ import annotations

from enum import StrEnum, unique

import msgspec

from kmsproof_reference.vocabulary import (
    Algorithm,
    EciesDialect,
    Feature,
    KeyPart,
    KeySpec,
    MessageType,
    Operation,
    PaddingMode,
    RejectionClass,
)
from kmsproof_vectors.encoding import HexBytes

CORPUS_VERSION = "1.0"
"""Version of the corpus: the first number changes when a reader of the old one would break."""


@unique
class Result(StrEnum):
    """What the standard says of an input; there is no third value."""

    VALID = "valid"
    INVALID = "invalid"


@unique
class BugType(StrEnum):
    """What kind of defect a flag stands for."""

    BASIC = "BASIC"
    EDGE_CASE = "EDGE_CASE"
    AUTH_BYPASS = "AUTH_BYPASS"
    CONFIDENTIALITY = "CONFIDENTIALITY"
    MALLEABILITY = "MALLEABILITY"
    MISSING_STEP = "MISSING_STEP"
    MODIFIED_PARAMETER = "MODIFIED_PARAMETER"
    WRONG_PRIMITIVE = "WRONG_PRIMITIVE"
    FUNCTIONALITY = "FUNCTIONALITY"
    ORACLE = "ORACLE"
    KNOWN_BUG = "KNOWN_BUG"


@unique
class Parameter(StrEnum):
    """A parameter for which a target declares the lengths that it takes."""

    IV_LENGTH = "iv_length"
    TAG_LENGTH = "tag_length"
    AAD_LENGTH = "aad_length"
    PLAINTEXT_LENGTH = "plaintext_length"
    MESSAGE_LENGTH = "message_length"


class Model(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """Base of everything in a corpus file: closed, immutable, defaults left out."""


class Clause(Model, frozen=True, kw_only=True):
    """Where the standard says so."""

    ref: str
    """The document, such as ``SP 800-38D``."""
    section: str
    """The section in it, such as ``7.2``."""
    step: str = ""
    """The step of the section, where it numbers them."""

    def __str__(self) -> str:
        if self.ref == "CWE":
            return f"CWE-{self.section}"
        if self.ref.endswith((".json", ".rsp", ".txt")):  # a test of an external corpus
            return f"{self.ref} {self.section}"
        step = f" step {self.step}" if self.step else ""
        return f"{self.ref} §{self.section}{step}"


class Note(Model, frozen=True, kw_only=True):
    """What a flag means: the kind of bug, what it is, and what it lets an attacker do."""

    bug_type: BugType
    description: str
    effect: str
    cves: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


class GroupKey(Model, frozen=True, kw_only=True):
    """The key of a group; every key in the corpus is a test key.

    A symmetric key is a secret. An asymmetric one is public; the private key stands beside it where
    somebody knows it, and is imported only for tests that need it.
    """

    name: str | None = None
    """Asymmetric keys: says that it is a test key, and which one."""

    secret: HexBytes | None = None
    """A symmetric key, 16, 24 or 32 bytes."""
    private: HexBytes | None = None
    """A private key as PKCS #8 DER."""
    public: HexBytes | None = None
    """A public key as SubjectPublicKeyInfo DER."""


class Test(Model, frozen=True, kw_only=True, gc=False):
    """What every test carries, whatever it asks."""

    id: str
    """``family/case/slug``: stable for ever, never used again once withdrawn."""
    case: str = msgspec.field(name="class")
    """The edge-case class that the test belongs to, such as ``G3``."""
    result: Result
    why: str
    """One sentence: what the test shows."""
    clause: Clause
    flags: tuple[str, ...]
    """Names of notes in the same file."""
    control: str | None = None
    """Of an invalid test: the valid test of the same group and operation from which it deviates in
    one thing. A rejection proves something only if the target accepts that one."""
    rejections: tuple[RejectionClass, ...] = ()
    """Of an invalid test: the classes of rejection that are proper answers."""
    probes: tuple[Parameter, ...] = ()
    """The parameters that the test itself puts out of range, so that what a target declares of
    them does not excuse it from the test."""
    oracle: str | None = None
    """The uniformity (see ``CorpusFile``) that this rejection belongs to."""
    needs: tuple[Feature, ...] = ()
    """What the standard leaves open and a target must declare for the test to apply."""


class EncryptTest(Test, frozen=True, kw_only=True, tag_field="operation", tag="encrypt", gc=False):
    """Encrypt with parameters that the caller chooses."""

    plaintext: HexBytes
    iv: HexBytes | None = None
    aad: HexBytes | None = None
    label: HexBytes | None = None
    """RSAES-OAEP: the label, if it is not the empty one."""
    ciphertext: HexBytes | None = None
    """The one right answer of a valid test. Absent where the algorithm draws something at random:
    right is then what the private key of the group decrypts to the plaintext."""
    tag: HexBytes | None = None


class DecryptTest(Test, frozen=True, kw_only=True, tag_field="operation", tag="decrypt", gc=False):
    """Decrypt what is given."""

    ciphertext: HexBytes
    iv: HexBytes | None = None
    aad: HexBytes | None = None
    tag: HexBytes | None = None
    label: HexBytes | None = None
    """RSAES-OAEP: the label, if it is not the empty one."""
    plaintext: HexBytes | None = None
    """The one right answer of a valid test. An invalid test may carry what a target that skips
    the check would give away."""


class MonteCarloTest(
    Test, frozen=True, kw_only=True, tag_field="operation", tag="monte-carlo", gc=False
):
    """A chain of calls in which each input is made from the answers before (AESAVS §6.4).

    ECB: the next input is the last output. CBC: the first call takes ``iv``; in every later call
    the IV is what the mode would have chained, and the input is the output of the call before the
    last, at first the IV.
    """

    direction: Operation
    """``encrypt`` or ``decrypt``."""
    text: HexBytes
    """The first input, 16 bytes."""
    iv: HexBytes | None = None
    iterations: int
    expected: HexBytes
    """The output of the last call."""


class SignTest(Test, frozen=True, kw_only=True, tag_field="operation", tag="sign", gc=False):
    """Sign a message, or its digest."""

    message: HexBytes
    """The message, or where ``message_type`` says so its SHA-256 digest."""
    message_type: MessageType = MessageType.RAW
    signature: HexBytes | None = None
    """The one right answer of a valid test. Absent where the algorithm draws something at random:
    right is then what the public key of the group verifies."""


class VerifyTest(Test, frozen=True, kw_only=True, tag_field="operation", tag="verify", gc=False):
    """Verify a signature: a valid test is answered with yes.

    An invalid one is answered with no, or refused in one of the ways that ``rejections`` allows.
    """

    message: HexBytes
    """The message, or where ``message_type`` says so its SHA-256 digest."""
    message_type: MessageType = MessageType.RAW
    signature: HexBytes


class ImportTest(Test, frozen=True, kw_only=True, tag_field="operation", tag="import", gc=False):
    """Import another key than the group's, and if the target takes it, use it once.

    A target may look at a key when it comes or when it is used. So an invalid test passes when
    either is refused, or when a verification is answered with no. What the use is, follows from
    what is given: ``signature`` to verify it, ``ciphertext`` to decrypt it, else ``message`` to
    sign it.
    """

    part: KeyPart
    """``private`` or ``public``."""
    material: HexBytes
    """PKCS #8 DER or SubjectPublicKeyInfo DER, perhaps malformed."""
    message: HexBytes | None = None
    """A message, always ``RAW``."""
    signature: HexBytes | None = None
    ciphertext: HexBytes | None = None
    plaintext: HexBytes | None = None
    """What a valid test decrypts to."""


CipherTest = EncryptTest | DecryptTest | MonteCarloTest
"""The tests that a symmetric key can have."""

AnyTest = EncryptTest | DecryptTest | MonteCarloTest | SignTest | VerifyTest | ImportTest

ANSWERS: dict[type[AnyTest], tuple[str, ...]] = {
    EncryptTest: ("ciphertext", "tag"),
    DecryptTest: ("plaintext",),
    MonteCarloTest: ("expected",),
    SignTest: ("signature",),
    VerifyTest: (),
    ImportTest: ("plaintext",),
}
"""Which fields of a test are the right answer, and no input."""


class Group(Model, frozen=True, kw_only=True):
    """Tests that share a key, so that a target loads it once."""

    key: GroupKey
    tag_length: int | None = None
    """GCM: the tag length in bytes that the caller asks for in each call of the group."""
    tests: tuple[AnyTest, ...]


class Uniformity(Model, frozen=True, kw_only=True):
    """Rejections that must look alike: same class, same native code, same message."""

    id: str
    """``family/case/slug``, of the same kind as a test's."""
    case: str = msgspec.field(name="class")
    name: str
    """What the member tests name in their field ``oracle``."""
    why: str
    clause: Clause
    flags: tuple[str, ...]


class CorpusFile(Model, frozen=True, kw_only=True):
    """All tests of one exact parameter set."""

    schema: str
    corpus_version: str
    family: str
    """The first part of every id in the file, and the file's name."""
    key_spec: KeySpec
    algorithm: Algorithm
    padding: PaddingMode | None = None
    dialect: EciesDialect | None = None
    """ECIES: the byte layout of every ciphertext in the file."""
    description: str
    number_of_tests: int
    notes: dict[str, Note]
    classes: dict[str, str]
    """The edge-case classes of the file and what each is about."""
    uniformities: tuple[Uniformity, ...] = ()
    groups: tuple[Group, ...]


class ManifestEntry(Model, frozen=True, kw_only=True):
    """One corpus file: where it is, and what it must be."""

    path: str
    """Relative to the corpus folder, with forward slashes."""
    family: str
    key_spec: KeySpec
    algorithm: Algorithm
    padding: PaddingMode | None = None
    number_of_tests: int
    sha256: str
    """Lower-case hex digest of the file's bytes."""


class Manifest(Model, frozen=True, kw_only=True):
    """What the corpus consists of; a file that is not as described here is not used."""

    corpus_version: str
    files: tuple[ManifestEntry, ...]
    withdrawn: dict[str, str] = {}
    """Ids that must never be used again, with the reason."""
