"""The rules of the corpus that no schema can state.

Each check gives a sentence, without its full stop, for every place where a rule is broken. The
build applies them before it writes anything, ``kmsproof vectors validate`` to what is there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from kmsproof_reference import ec_key_encoding, rsa_key_encoding
from kmsproof_reference.errors import Refusal
from kmsproof_reference.vocabulary import (
    AES_KEY_LENGTHS,
    EC_CURVES,
    RSA_MODULUS_BITS,
    SIGNATURE_ALGORITHMS,
    SYMMETRIC_KEY_SPECS,
    Algorithm,
    Feature,
    KeyPart,
    KeySpec,
    PaddingMode,
)
from kmsproof_vectors.load import MANIFEST_NAME, read, schema_folder
from kmsproof_vectors.model import (
    ANSWERS,
    AnyTest,
    CorpusFile,
    DecryptTest,
    EncryptTest,
    Group,
    GroupKey,
    ImportTest,
    Manifest,
    ManifestEntry,
    MonteCarloTest,
    Result,
    SignTest,
    VerifyTest,
)
from kmsproof_vectors.schemas import FILE_SCHEMA, MANIFEST_SCHEMA

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*){2}")
"""``family/case/slug``, each of lower-case words with hyphens."""

TEST_KEY = "kmsproof test key"
"""How the name of every asymmetric key begins."""

CLASS = re.compile(r"[A-Z][1-9][0-9]*")
"""How edge-case classes are named: ``G3``."""


def corpus_problems(
    manifest: Manifest, files: Sequence[tuple[ManifestEntry, CorpusFile]]
) -> list[str]:
    """Return what is wrong with a corpus; nothing if it is in order."""
    problems: list[str] = []
    for entry, file in files:
        problems += (f"{entry.path}: {problem}" for problem in file_problems(file))
        problems += (f"{entry.path}: {problem}" for problem in _entry_problems(entry, file))
    ids = Counter(name for _, file in files for name in set(_ids(file)))
    problems += (f"the id {name} is used in {n} files" for name, n in ids.items() if n > 1)
    problems += (
        f"the withdrawn id {one} is used again" for one in manifest.withdrawn if one in ids
    )
    return problems


def _entry_problems(entry: ManifestEntry, file: CorpusFile) -> Iterator[str]:
    for name in ("family", "key_spec", "algorithm", "padding", "number_of_tests"):
        if getattr(entry, name) != getattr(file, name):
            yield f"the manifest has another {name}"


def _ids(file: CorpusFile) -> Iterator[str]:
    yield from (test.id for group in file.groups for test in group.tests)
    yield from (uniformity.id for uniformity in file.uniformities)


def schema_problems(folder: Path, manifest: Manifest) -> list[str]:
    """Return where manifest and files of a corpus are against their published JSON Schemas.

    Raises:
        CorpusFault: if a schema or a file cannot be read.
    """
    paths = [entry.path for entry in manifest.files]
    documents = [(MANIFEST_SCHEMA, MANIFEST_NAME), *((FILE_SCHEMA, path) for path in paths)]
    return [
        f"{path}: {problem}"
        for schema, path in documents
        for problem in against_schema(read(folder / path), schema)
    ]


def against_schema(data: bytes, schema: str) -> Iterator[str]:
    """Yield where a JSON document is against the schema with that file name."""
    for error in _validator(schema).iter_errors(cast(object, msgspec.json.decode(data))):
        place = "/".join(str(part) for part in error.instance_path)
        text = error.message if len(error.message) <= 160 else f"{error.message[:160]}…"
        yield f"/{place}: {text}"


@cache
def _validator(schema: str) -> Draft202012Validator:
    from jsonschema_rs import Draft202012Validator

    document = msgspec.json.decode(read(schema_folder() / schema), type=dict[str, object])
    return Draft202012Validator(document)


def file_problems(file: CorpusFile) -> list[str]:
    """Return what is wrong within one corpus file."""
    tests = [test for group in file.groups for test in group.tests]
    problems = [*_head_problems(file, tests), *_parameter_set_problems(file)]
    problems += (*_id_problems(file), *_oracle_problems(file, tests))
    for number, group in enumerate(file.groups, start=1):
        problems += (f"group {number}: {problem}" for problem in _key_problems(file, group))
        problems += _group_problems(file, group)
    return problems


def _head_problems(file: CorpusFile, tests: Sequence[AnyTest]) -> Iterator[str]:
    if file.schema != FILE_SCHEMA:
        yield f"the schema is {file.schema}, not {FILE_SCHEMA}"
    if file.number_of_tests != len(tests):
        yield f"number_of_tests is {file.number_of_tests}, but there are {len(tests)}"
    flags = [flag for test in tests for flag in test.flags]
    flags += [flag for one in file.uniformities for flag in one.flags]
    yield from _used("flag", flags, file.notes)
    cases = [*(test.case for test in tests), *(one.case for one in file.uniformities)]
    yield from _used("class", cases, file.classes)
    for name in sorted(set(cases)):
        if CLASS.fullmatch(name) is None:
            yield f"the class {name} is not of the form of G3"


_ALGORITHMS: dict[Algorithm, frozenset[KeySpec]] = {
    **dict.fromkeys((Algorithm.GCM, Algorithm.ECB, Algorithm.CBC), SYMMETRIC_KEY_SPECS),
    **dict.fromkeys(
        (Algorithm.RSAES_OAEP_SHA_256, Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256),
        frozenset(RSA_MODULUS_BITS),
    ),
    **dict.fromkeys(
        (Algorithm.ECIES_DH_SHA_1_XOR_HMAC, Algorithm.ECDSA_SHA_256), frozenset(EC_CURVES)
    ),
}
"""The key specs that an algorithm takes."""


def _parameter_set_problems(file: CorpusFile) -> Iterator[str]:
    if file.key_spec not in _ALGORITHMS[file.algorithm]:
        yield f"{file.algorithm} does not take keys of {file.key_spec}"
    if (file.algorithm in (Algorithm.ECB, Algorithm.CBC)) != (file.padding is not None):
        yield "a padding is for ECB and CBC, and for nothing else"
    if (file.algorithm is Algorithm.ECIES_DH_SHA_1_XOR_HMAC) != (file.dialect is not None):
        yield "a dialect is for ECIES, and for nothing else"


def _used(what: str, used: Iterable[str], described: Iterable[str]) -> Iterator[str]:
    found, known = set(used), set(described)
    yield from (f"the {what} {name} is used but not described" for name in sorted(found - known))
    yield from (f"the {what} {name} is described but not used" for name in sorted(known - found))


def _id_problems(file: CorpusFile) -> Iterator[str]:
    for name, count in Counter(_ids(file)).items():
        if count > 1:
            yield f"the id {name} is used {count} times"
        if ID.fullmatch(name) is None:
            yield f"{name} is not of the form family/case/slug"
        if name.partition("/")[0] != file.family:
            yield f"{name} does not begin with the family {file.family}"


def _oracle_problems(file: CorpusFile, tests: Iterable[AnyTest]) -> Iterator[str]:
    members = Counter(test.oracle for test in tests if test.oracle is not None)
    names = Counter(one.name for one in file.uniformities)
    yield from _used("oracle", members, names)
    for name, count in names.items():
        if count > 1:
            yield f"{count} uniformities have the name {name}"
        if members[name] == 1:
            yield f"the uniformity {name} has one member, and nothing to compare it with"


def _key_problems(file: CorpusFile, group: Group) -> Iterator[str]:
    if file.key_spec in SYMMETRIC_KEY_SPECS:
        length = AES_KEY_LENGTHS[file.key_spec]
        if len(group.key.secret or b"") != length:
            yield f"its key is not a secret of {length} bytes"
        if group.key.private is not None or group.key.public is not None:
            yield "it has a secret and another key"
    else:
        yield from _asymmetric_key_problems(file.key_spec, group.key, group.tests)
    if (file.algorithm is Algorithm.GCM) != (group.tag_length is not None):
        yield "a tag length is for GCM, and for nothing else"
    if not group.tests:
        yield "it has no test"


def _asymmetric_key_problems(
    key_spec: KeySpec, key: GroupKey, tests: Iterable[AnyTest]
) -> Iterator[str]:
    if key.secret is not None or key.public is None:
        yield "an asymmetric key has a public part, and no secret"
    if not (key.name or "").startswith(TEST_KEY):
        yield f"the name of its key does not begin with {TEST_KEY!r}"
    if key.private is None and any(_needs_private_key(test) for test in tests):
        yield "it has tests that need the private key, and has none"
    if key_spec in RSA_MODULUS_BITS or key_spec in EC_CURVES:
        yield from _unreadable_key(key_spec, key)


def _needs_private_key(test: AnyTest) -> bool:
    """Whether a target needs the private key of the group, or whoever judges what it answers."""
    if isinstance(test, ImportTest):
        return test.signature is None
    return not isinstance(test, VerifyTest)


def _unreadable_key(key_spec: KeySpec, key: GroupKey) -> Iterator[str]:
    reader = rsa_key_encoding if key_spec in RSA_MODULUS_BITS else ec_key_encoding
    for part, decode, material in (
        ("private", reader.decode_private_key, key.private),
        ("public", reader.decode_public_key, key.public),
    ):
        if material is not None:
            try:
                decode(material)
            except Refusal as refused:
                yield f"its {part} key cannot be read: {refused}"


def _group_problems(file: CorpusFile, group: Group) -> Iterator[str]:
    before: dict[str, AnyTest] = {}
    for test in group.tests:
        problems = [*_common_problems(file, test)]
        if test.result is Result.VALID:
            problems += _valid_problems(file, test)
            if _tag_length(test) != group.tag_length:
                problems.append("is valid and its tag has another length than its group says")
        else:
            problems += _invalid_problems(test, before)
        yield from (f"{test.id}: {problem}" for problem in problems)
        before[test.id] = test


def _tag_length(test: AnyTest) -> int | None:
    tag = test.tag if isinstance(test, EncryptTest | DecryptTest) else None
    return None if tag is None else len(tag)


def _common_problems(file: CorpusFile, test: AnyTest) -> Iterator[str]:
    if not test.flags:
        yield "has no flag"
    if not test.why.endswith("."):
        yield "its why is no sentence"
    signs = file.algorithm in SIGNATURE_ALGORITHMS
    match test:
        case MonteCarloTest():
            if file.padding is not PaddingMode.NO_PADDING or test.result is not Result.VALID:
                yield "is a Monte Carlo test, which is valid and has no padding"
            if test.iterations < 1:
                yield "has no iterations"
        case EncryptTest() | DecryptTest():
            yield from _parameter_problems(file, test)
            if signs:
                yield f"encrypts or decrypts, which {file.algorithm} does not"
        case SignTest() | VerifyTest() if not signs:
            yield f"signs or verifies, which {file.algorithm} does not"
        case ImportTest() if file.key_spec in SYMMETRIC_KEY_SPECS:
            yield "imports an asymmetric key"
        case ImportTest():
            yield from _use_problems(file, test)
        case _:
            pass


def _use_problems(file: CorpusFile, test: ImportTest) -> Iterator[str]:
    """Yield why the key that a test imports cannot be used as the test says."""
    given = (test.message is not None, test.signature is not None, test.ciphertext is not None)
    if file.algorithm not in SIGNATURE_ALGORITHMS:
        wanted, part = [(False, False, True)], KeyPart.PRIVATE
    else:
        wanted = [(True, False, False), (True, True, False)]
        part = KeyPart.PUBLIC if test.signature is not None else KeyPart.PRIVATE
    if given not in wanted:
        yield f"its message, signature and ciphertext are no use of a key of {file.algorithm}"
    elif test.part is not part:
        yield f"imports a {test.part} key, and the use that follows takes a {part} one"


def _parameter_problems(file: CorpusFile, test: EncryptTest | DecryptTest) -> Iterator[str]:
    """Yield which parameters a test has that its algorithm does not know."""
    if file.algorithm is not Algorithm.GCM and (test.aad is not None or test.tag is not None):
        yield f"has associated data or a tag, which {file.algorithm} does not know"
    if test.label is not None and file.algorithm is not Algorithm.RSAES_OAEP_SHA_256:
        yield f"has a label, which {file.algorithm} does not know"
    if bool(test.label) != (Feature.OAEP_LABEL in test.needs):
        yield f"a label other than the empty one goes with the need for {Feature.OAEP_LABEL}"


def _valid_problems(file: CorpusFile, test: AnyTest) -> Iterator[str]:
    answer: bytes | None = b""
    match test:
        case EncryptTest() if file.key_spec in SYMMETRIC_KEY_SPECS:
            answer = test.ciphertext
        case DecryptTest():
            answer = test.plaintext
        case SignTest() if file.algorithm is Algorithm.RSA_PKCS1_SHA_256:
            answer = test.signature
        case ImportTest() if test.ciphertext is not None:
            answer = test.plaintext
        case _:
            pass
    if answer is None:
        yield "is valid and has no right answer"
    if test.rejections or test.control or test.oracle:
        yield "is valid and has what only invalid tests have"


def _invalid_problems(test: AnyTest, before: Mapping[str, AnyTest]) -> Iterator[str]:
    if not test.rejections:
        yield "is invalid and allows no class of rejection"
    if isinstance(test, EncryptTest | SignTest) and any(
        getattr(test, name) is not None for name in ANSWERS[type(test)]
    ):
        yield "is an invalid encryption or signature and has a right answer"
    control = before.get(test.control or "")
    if control is None:
        yield f"its control {test.control} does not stand before it in the same group"
    elif control.result is not Result.VALID or type(control) is not type(test):
        yield f"its control {test.control} is not a valid test of the same operation"
    elif _inputs(test) == _inputs(control):
        yield f"does not differ from its control {test.control}"


def _inputs(test: AnyTest) -> tuple[object, ...]:
    """Return what a test hands to the target."""
    match test:
        case EncryptTest():
            return test.plaintext, test.iv, test.aad, test.label
        case DecryptTest():
            return test.ciphertext, test.iv, test.aad, test.tag, test.label
        case MonteCarloTest():
            return test.text, test.iv
        case SignTest():
            return test.message, test.message_type
        case VerifyTest():
            return test.message, test.message_type, test.signature
        case ImportTest():
            return test.part, test.material, test.message, test.signature, test.ciphertext
