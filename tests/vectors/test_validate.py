"""The rules of the corpus find every defect that is planted, and nothing in the real one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from kmsproof_reference.vocabulary import Algorithm, PaddingMode
from kmsproof_vectors.builder import encode, manifest_entry
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.load import corpus_folder, load_file
from kmsproof_vectors.model import (
    CORPUS_VERSION,
    AnyTest,
    CorpusFile,
    DecryptTest,
    EncryptTest,
    GroupKey,
    Manifest,
    ManifestEntry,
    MonteCarloTest,
    Result,
)
from kmsproof_vectors.validate import corpus_problems, file_problems, schema_problems

FAMILY = "aes-128-gcm-tag-lengths"

replace = msgspec.structs.replace


def with_tests(
    file: CorpusFile, change: Callable[[Sequence[AnyTest]], Sequence[Any]]
) -> CorpusFile:
    """Return the file with other tests in its first group, and the number that goes with them."""
    first, *others = file.groups
    groups = (replace(first, tests=tuple(change(first.tests))), *others)
    number = sum(len(group.tests) for group in groups)
    return replace(file, groups=groups, number_of_tests=number)


def with_test(file: CorpusFile, wanted: Callable[[AnyTest], bool], **fields: object) -> CorpusFile:
    """Return the file in which the first test of a kind has other fields."""

    def change(tests: Sequence[AnyTest]) -> list[AnyTest]:
        changed = list(tests)
        number = next(number for number, test in enumerate(changed) if wanted(test))
        changed[number] = replace(changed[number], **fields)
        return changed

    return with_tests(file, change)


def with_group(file: CorpusFile, **fields: object) -> CorpusFile:
    first, *others = file.groups
    return replace(file, groups=(replace(first, **fields), *others))


def is_invalid(test: AnyTest) -> bool:
    return test.result is Result.INVALID


def is_control(test: AnyTest) -> bool:
    return test.result is Result.VALID and test.id.endswith("-control")


def is_encryption(test: AnyTest) -> bool:
    return isinstance(test, EncryptTest)


def is_decryption(test: AnyTest) -> bool:
    return isinstance(test, DecryptTest) and test.result is Result.VALID


def controls_of(tests: Sequence[AnyTest]) -> set[str | None]:
    return {test.control for test in tests}


def like_its_control(file: CorpusFile) -> CorpusFile:
    tests = file.groups[0].tests
    test = next(test for test in tests if is_invalid(test))
    control = next(one for one in tests if one.id == test.control)
    assert isinstance(control, DecryptTest)
    return with_test(
        file,
        is_invalid,
        ciphertext=control.ciphertext,
        iv=control.iv,
        aad=control.aad,
        tag=control.tag,
    )


def encryption_of(file: CorpusFile) -> str:
    return next(test.id for test in file.groups[0].tests if is_encryption(test))


def monte_carlo(file: CorpusFile) -> CorpusFile:
    model = file.groups[0].tests[0]
    chain = MonteCarloTest(
        id=f"{FAMILY}/chain/one",
        case=model.case,
        result=Result.VALID,
        why="A chain.",
        clause=model.clause,
        flags=model.flags,
        direction="encrypt",  # type: ignore[arg-type]  # the value of the enumeration # pyright: ignore[reportArgumentType]
        text=HexBytes(16),
        iterations=0,
        expected=HexBytes(16),
    )
    return with_tests(file, lambda tests: [*tests, chain])


@dataclass(frozen=True)
class Defect:
    """A way to spoil a file, and what the rules must say of it."""

    spoil: Callable[[CorpusFile], CorpusFile]
    says: str


DEFECTS = {
    "duplicate id": Defect(
        lambda file: with_tests(file, lambda tests: [*tests, tests[0]]), "is used 2 times"
    ),
    "id of another family": Defect(
        lambda file: with_test(file, is_control, id="aes-128-gcm/case/slug"),
        "does not begin with the family",
    ),
    "id in upper case": Defect(
        lambda file: with_test(file, is_control, id=f"{FAMILY}/Case/slug"),
        "is not of the form family/case/slug",
    ),
    "id of two parts": Defect(
        lambda file: with_test(file, is_control, id=f"{FAMILY}/slug"),
        "is not of the form family/case/slug",
    ),
    "wrong count": Defect(
        lambda file: replace(file, number_of_tests=file.number_of_tests + 1), "number_of_tests is"
    ),
    "other schema": Defect(lambda file: replace(file, schema="other.json"), "the schema is other"),
    "unknown flag": Defect(
        lambda file: with_test(file, is_invalid, flags=("Unheard",)),
        "the flag Unheard is used but not described",
    ),
    "no flag": Defect(lambda file: with_test(file, is_invalid, flags=()), "has no flag"),
    "unused note": Defect(
        lambda file: replace(file, notes={**file.notes, "Spare": file.notes["TagLength"]}),
        "the flag Spare is described but not used",
    ),
    "unknown class": Defect(
        lambda file: with_test(file, is_invalid, case="G99"),
        "the class G99 is used but not described",
    ),
    "unused class": Defect(
        lambda file: replace(file, classes={**file.classes, "G99": "nothing"}),
        "the class G99 is described but not used",
    ),
    "odd class": Defect(
        lambda file: with_test(file, is_invalid, case="g3"), "the class g3 is not of the form"
    ),
    "why that is no sentence": Defect(
        lambda file: with_test(file, is_control, why="because"), "its why is no sentence"
    ),
    "missing control": Defect(
        lambda file: with_test(file, is_invalid, control=f"{FAMILY}/no/such"),
        "does not stand before it in the same group",
    ),
    "no control": Defect(
        lambda file: with_test(file, is_invalid, control=None),
        "its control None does not stand before it",
    ),
    "control in another group": Defect(
        lambda file: with_test(
            file, is_invalid, control=next(t.id for t in file.groups[1].tests if is_decryption(t))
        ),
        "does not stand before it in the same group",
    ),
    "control that stands behind": Defect(
        lambda file: with_tests(file, lambda tests: [*tests[::-1]]),
        "does not stand before it in the same group",
    ),
    "invalid control": Defect(
        lambda file: with_test(
            file,
            lambda test: is_invalid(test) and test.id.endswith("byte-01"),
            control=next(test.id for test in file.groups[0].tests if is_invalid(test)),
        ),
        "is not a valid test of the same operation",
    ),
    "control of another operation": Defect(
        lambda file: with_test(file, is_invalid, control=encryption_of(file)),
        "is not a valid test of the same operation",
    ),
    "no difference from the control": Defect(like_its_control, "does not differ from its control"),
    "invalid without rejections": Defect(
        lambda file: with_test(file, is_invalid, rejections=()), "allows no class of rejection"
    ),
    "valid with rejections": Defect(
        lambda file: with_test(file, is_control, rejections=("invalid-argument",)),
        "is valid and has what only invalid tests have",
    ),
    "valid with oracle": Defect(
        lambda file: with_test(file, is_control, oracle="authentication"),
        "is valid and has what only invalid tests have",
    ),
    "valid decryption without plaintext": Defect(
        lambda file: with_test(file, is_decryption, plaintext=None), "has no right answer"
    ),
    "valid encryption without ciphertext": Defect(
        lambda file: with_test(file, is_encryption, ciphertext=None), "has no right answer"
    ),
    "valid with a tag of another length": Defect(
        lambda file: with_test(file, is_encryption, tag=HexBytes(5)),
        "its tag has another length than its group says",
    ),
    "invalid encryption with a right answer": Defect(
        lambda file: with_test(
            file,
            is_encryption,
            result=Result.INVALID,
            control=encryption_of(file),
            rejections=("invalid-argument",),
        ),
        "is an invalid encryption or signature and has a right answer",
    ),
    "oracle without uniformity": Defect(
        lambda file: with_test(file, is_invalid, oracle="other"),
        "the oracle other is used but not described",
    ),
    "uniformity without members": Defect(
        lambda file: with_tests(
            replace(file, groups=file.groups[:1]),
            lambda tests: [replace(test, oracle=None) for test in tests],
        ),
        "the oracle authentication is described but not used",
    ),
    "two uniformities of one name": Defect(
        lambda file: replace(
            file,
            uniformities=(
                *file.uniformities,
                replace(file.uniformities[0], id=f"{FAMILY}/uniform-refusals/second"),
            ),
        ),
        "2 uniformities have the name authentication",
    ),
    "key of another length": Defect(
        lambda file: with_group(file, key=GroupKey(secret=HexBytes(32))),
        "its key is not a secret of 16 bytes",
    ),
    "no key": Defect(
        lambda file: with_group(file, key=GroupKey()), "its key is not a secret of 16 bytes"
    ),
    "two keys": Defect(
        lambda file: with_group(
            file, key=GroupKey(secret=HexBytes(16), public=HexBytes(b"\x30\x00"))
        ),
        "it has a secret and another key",
    ),
    "no tag length": Defect(
        lambda file: with_group(file, tag_length=None), "a tag length is for GCM"
    ),
    "empty group": Defect(lambda file: with_tests(file, lambda tests: []), "it has no test"),
    "associated data in CBC": Defect(
        lambda file: replace(file, algorithm=Algorithm.CBC, padding=PaddingMode.PKCS7_PADDING),
        "has associated data or a tag, which CBC does not know",
    ),
    "Monte Carlo test of GCM": Defect(monte_carlo, "which is valid and has no padding"),
    "Monte Carlo test without turns": Defect(monte_carlo, "has no iterations"),
}


def test_a_file_as_it_is_made_is_in_order(small_file: CorpusFile) -> None:
    assert file_problems(small_file) == []


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_found(small_file: CorpusFile, name: str) -> None:
    problems = file_problems(DEFECTS[name].spoil(small_file))
    assert [problem for problem in problems if DEFECTS[name].says in problem]


def test_the_problem_names_the_test(small_file: CorpusFile) -> None:
    spoilt = with_test(small_file, is_invalid, rejections=())
    name = next(test.id for test in small_file.groups[0].tests if is_invalid(test))
    assert file_problems(spoilt) == [f"{name}: is invalid and allows no class of rejection"]


@pytest.mark.slow
def test_the_published_corpus_is_in_order(manifest: Manifest) -> None:
    files = [(entry, load_file(corpus_folder(), entry)) for entry in manifest.files]
    assert corpus_problems(manifest, files) == []


# Rules over several files.


def manifest_over(files: Sequence[CorpusFile], **fields: Any) -> Manifest:
    entries = tuple(manifest_entry(file, encode(file), f"{file.family}.json") for file in files)
    return replace(Manifest(corpus_version=CORPUS_VERSION, files=entries), **fields)


def test_an_id_in_two_files_is_found(small_file: CorpusFile) -> None:
    manifest = manifest_over([small_file, small_file])
    problems = corpus_problems(manifest, [(entry, small_file) for entry in manifest.files])
    assert len(problems) == small_file.number_of_tests + 1
    assert "is used in 2 files" in problems[0]


def test_a_withdrawn_id_that_is_used_again_is_found(small_file: CorpusFile) -> None:
    name = small_file.groups[0].tests[0].id
    manifest = manifest_over([small_file], withdrawn={name: "It was wrong."})
    problems = corpus_problems(manifest, [(manifest.files[0], small_file)])
    assert problems == [f"the withdrawn id {name} is used again"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("family", "other"),
        ("key_spec", "Aliyun_AES_256"),
        ("algorithm", Algorithm.CBC),
        ("padding", PaddingMode.NO_PADDING),
        ("number_of_tests", 1),
    ],
)
def test_a_manifest_that_describes_another_file_is_found(
    small_file: CorpusFile, field: str, value: object
) -> None:
    manifest = manifest_over([small_file])
    entry: ManifestEntry = replace(manifest.files[0], **{field: value})
    problems = corpus_problems(manifest, [(entry, small_file)])
    assert problems == [f"{entry.path}: the manifest has another {field}"]


def test_the_published_corpus_fits_its_schemas(manifest: Manifest) -> None:
    small = [entry for entry in manifest.files if entry.family == FAMILY]
    assert schema_problems(corpus_folder(), replace(manifest, files=tuple(small))) == []
