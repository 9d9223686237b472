"""The bare loops that the bench measures against: they ask what the suite asks."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

import wycheproof_files
from bench_loops import differing
from kmsproof.corpus import Corpus, load_corpus
from kmsproof.selection import Filters
from kmsproof_vectors.model import AnyTest, DecryptTest, Result, VerifyTest

pytestmark = pytest.mark.slow

WYCHEPROOF = (
    "rsa_oaep_2048_sha256_mgf1sha256",
    "rsa_pss_2048_sha256_mgf1_32",
    "rsa_pkcs1_2048_sig_gen",
    "ecdsa_secp256r1_sha256",
    "ecdh_secp256k1",
)
ECIES = ("ec-p256-ecies-ek-mk", "ec-p256-ecies-mk-ek")


def wycheproof(name: str, folder: Path) -> Corpus:
    """A file of Wycheproof as a corpus."""
    paths = [path for path in wycheproof_files.FILES if path.endswith(f"/{name}_test.json")]
    wycheproof_files.copy_files(wycheproof_files.PACKAGE, paths, folder)
    return load_corpus(folder)


@pytest.mark.parametrize("name", WYCHEPROOF)
def test_the_library_answers_as_wycheproof_says(name: str, tmp_path: Path) -> None:
    files = wycheproof(name, tmp_path).files(Filters())
    groups = [(file, group) for file in files for group in file.groups]
    assert groups
    assert [differing(file, group, group.tests) for file, group in groups] == [[]] * len(groups)


@pytest.mark.parametrize("family", ECIES)
def test_ecies_is_put_together_as_the_corpus_says(family: str) -> None:
    """Hybrid points apart: the library does not declare that it takes them."""
    file = load_corpus(None).file(family)
    for group in file.groups:
        tests = [test for test in group.tests if "hybrid-point" not in test.needs]
        assert differing(file, group, tests) == []


def spoiled(test: AnyTest) -> AnyTest:
    """The same test with another answer, or where that is yes with another verdict."""
    if isinstance(test, DecryptTest):
        return msgspec.structs.replace(test, plaintext=(test.plaintext or b"") + b"!")
    assert isinstance(test, VerifyTest)
    return msgspec.structs.replace(test, result=Result.INVALID)


@pytest.mark.parametrize("name", [WYCHEPROOF[0], WYCHEPROOF[3]])
def test_another_answer_is_named(name: str, tmp_path: Path) -> None:
    [file] = wycheproof(name, tmp_path).files(Filters())
    group = file.groups[0]
    valid = next(test for test in group.tests if test.result is Result.VALID)
    assert differing(file, group, [spoiled(valid)]) == [valid.id]


@pytest.mark.parametrize("result", Result)
def test_without_its_key_only_invalid_tests_are_right(result: Result, tmp_path: Path) -> None:
    [file] = wycheproof(WYCHEPROOF[3], tmp_path).files(Filters())
    group = file.groups[0]
    key = msgspec.structs.replace(group.key, public=b"no key", private=None)
    tests = [test for test in group.tests if test.result is result]
    wanted = [test.id for test in tests] if result is Result.VALID else []
    assert tests
    assert differing(file, msgspec.structs.replace(group, key=key), tests) == wanted
