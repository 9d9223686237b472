"""The rules of the corpus find every defect that is planted in files with asymmetric keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import pytest

from kmsproof_reference.vocabulary import (
    Algorithm,
    EciesDialect,
    Feature,
    KeyPart,
    KeySpec,
    PaddingMode,
    RejectionClass,
)
from kmsproof_testing.corpora_asymmetric import (
    EC_PAIR,
    ECDSA_FILE,
    ECIES_FILE,
    OAEP_FILE,
    PKCS1_FILE,
    PSS_FILE,
    RSA_PAIR,
    TINY_ASYMMETRIC,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import AnyTest, CorpusFile, Result
from kmsproof_vectors.validate import file_problems

replace = msgspec.structs.replace


def with_test(file: CorpusFile, name: str, **fields: object) -> CorpusFile:
    """Return the file in which the test whose id ends so has other fields."""
    groups = tuple(
        replace(
            group,
            tests=tuple(
                replace(test, **fields) if test.id.endswith(f"/{name}") else test
                for test in group.tests
            ),
        )
        for group in file.groups
    )
    changed = replace(file, groups=groups)
    assert changed != file
    return changed


def with_key(file: CorpusFile, **fields: object) -> CorpusFile:
    """Return the file in which the key of the first group has other fields."""
    first, *others = file.groups
    return replace(file, groups=(replace(first, key=replace(first.key, **fields)), *others))


def without_tests(file: CorpusFile, unwanted: Callable[[AnyTest], bool]) -> CorpusFile:
    """Return the file without some of its tests."""
    groups = tuple(
        replace(group, tests=tuple(test for test in group.tests if not unwanted(test)))
        for group in file.groups
    )
    return replace(file, groups=groups, number_of_tests=sum(len(g.tests) for g in groups))


def as_like_its_control(file: CorpusFile, name: str, control: str) -> CorpusFile:
    """Return the file in which an invalid test has the inputs of its control."""
    tests = {test.id.rpartition("/")[2]: test for group in file.groups for test in group.tests}
    inputs = ("part", "material", "message", "message_type", "signature", "ciphertext", "label")
    fields = {n: getattr(tests[control], n) for n in inputs if hasattr(tests[control], n)}
    return with_test(file, name, **fields)


@dataclass(frozen=True)
class Defect:
    """A file that is spoilt, and what the rules must say of it."""

    file: CorpusFile
    says: str


NO_USE = "its message, signature and ciphertext are no use of a key of "

DEFECTS = {
    "no public key": Defect(with_key(PSS_FILE, public=None), "has a public part, and no secret"),
    "secret": Defect(with_key(ECDSA_FILE, secret=HexBytes(16)), "has a public part, and no secret"),
    "no name": Defect(with_key(PSS_FILE, name=None), "does not begin with 'kmsproof test key'"),
    "other name": Defect(
        with_key(PSS_FILE, name="production"), "does not begin with 'kmsproof test key'"
    ),
    "signature without private key": Defect(
        with_key(PSS_FILE, private=None), "it has tests that need the private key, and has none"
    ),
    "decryption without private key": Defect(
        with_key(OAEP_FILE, private=None), "it has tests that need the private key, and has none"
    ),
    "encryption without private key": Defect(
        with_key(without_tests(ECIES_FILE, lambda test: "/e1/" not in test.id), private=None),
        "it has tests that need the private key, and has none",
    ),
    "import that signs without private key": Defect(
        with_key(
            without_tests(ECDSA_FILE, lambda test: not test.id.endswith("i1/private")),
            private=None,
        ),
        "it has tests that need the private key, and has none",
    ),
    "private key that cannot be read": Defect(
        with_key(PSS_FILE, private=HexBytes(RSA_PAIR.private[:-1])),
        "its private key cannot be read: ",
    ),
    "public key that cannot be read": Defect(
        with_key(ECDSA_FILE, public=HexBytes(b"\x30\x00")), "its public key cannot be read: "
    ),
    "key of another algorithm": Defect(
        with_key(PSS_FILE, public=HexBytes(EC_PAIR.public)), "its public key cannot be read: "
    ),
    "algorithm of other keys": Defect(
        replace(PSS_FILE, key_spec=KeySpec.EC_P256),
        "RSA_PSS_SHA_256 does not take keys of EC_P256",
    ),
    "symmetric key spec": Defect(
        replace(ECIES_FILE, key_spec=KeySpec.AES_256),
        "ECIES_DH_SHA_1_XOR_HMAC does not take keys of Aliyun_AES_256",
    ),
    "padding": Defect(
        replace(OAEP_FILE, padding=PaddingMode.NO_PADDING), "a padding is for ECB and CBC"
    ),
    "dialect of OAEP": Defect(
        replace(OAEP_FILE, dialect=EciesDialect.EK_MK), "a dialect is for ECIES"
    ),
    "ECIES without dialect": Defect(replace(ECIES_FILE, dialect=None), "a dialect is for ECIES"),
    "tag length": Defect(
        replace(PSS_FILE, groups=tuple(replace(g, tag_length=16) for g in PSS_FILE.groups)),
        "a tag length is for GCM",
    ),
    "label without need": Defect(
        with_test(OAEP_FILE, "encrypt-label", needs=()),
        "a label other than the empty one goes with the need for oaep-label",
    ),
    "need without label": Defect(
        with_test(OAEP_FILE, "decrypt-label", label=None),
        "a label other than the empty one goes with the need for oaep-label",
    ),
    "label of ECIES": Defect(
        with_test(ECIES_FILE, "encrypt", label=HexBytes(b"l"), needs=(Feature.OAEP_LABEL,)),
        "has a label, which ECIES_DH_SHA_1_XOR_HMAC does not know",
    ),
    "associated data": Defect(
        with_test(ECIES_FILE, "decrypt", aad=HexBytes()), "has associated data or a tag"
    ),
    "tag": Defect(
        with_test(OAEP_FILE, "decrypt", tag=HexBytes(16)), "has associated data or a tag"
    ),
    "encryption with a signature algorithm": Defect(
        replace(OAEP_FILE, algorithm=Algorithm.RSA_PSS_SHA_256),
        "encrypts or decrypts, which RSA_PSS_SHA_256 does not",
    ),
    "signature with a cipher": Defect(
        replace(PSS_FILE, algorithm=Algorithm.RSAES_OAEP_SHA_256),
        "signs or verifies, which RSAES_OAEP_SHA_256 does not",
    ),
    "PKCS #1 v1.5 without its one right answer": Defect(
        with_test(PKCS1_FILE, "sign-raw", signature=None), "is valid and has no right answer"
    ),
    "decryption without plaintext": Defect(
        with_test(ECIES_FILE, "d1/decrypt", plaintext=None), "is valid and has no right answer"
    ),
    "import that decrypts without plaintext": Defect(
        with_test(ECIES_FILE, "i1/private", plaintext=None), "is valid and has no right answer"
    ),
    "import without use": Defect(
        with_test(ECDSA_FILE, "i1/private", message=None), f"{NO_USE}ECDSA_SHA_256"
    ),
    "import that signs with a cipher": Defect(
        with_test(ECIES_FILE, "i1/private", message=HexBytes(), ciphertext=None),
        f"{NO_USE}ECIES_DH_SHA_1_XOR_HMAC",
    ),
    "import that decrypts with a signature algorithm": Defect(
        with_test(ECDSA_FILE, "i1/private", message=None, ciphertext=HexBytes()),
        f"{NO_USE}ECDSA_SHA_256",
    ),
    "import with two uses": Defect(
        with_test(ECDSA_FILE, "i1/public", ciphertext=HexBytes()), f"{NO_USE}ECDSA_SHA_256"
    ),
    "import of a public key that signs": Defect(
        with_test(ECDSA_FILE, "i1/public", signature=None),
        "imports a public key, and the use that follows takes a private one",
    ),
    "import of a private key that verifies": Defect(
        with_test(ECDSA_FILE, "i1/public", part=KeyPart.PRIVATE),
        "imports a private key, and the use that follows takes a public one",
    ),
    "import of a secret": Defect(
        with_test(ECDSA_FILE, "i1/private", part=KeyPart.SECRET),
        "imports a secret key, and the use that follows takes a private one",
    ),
    "import of a public key that decrypts": Defect(
        with_test(ECIES_FILE, "i1/private", part=KeyPart.PUBLIC),
        "imports a public key, and the use that follows takes a private one",
    ),
    "import into a file of symmetric keys": Defect(
        replace(ECDSA_FILE, key_spec=KeySpec.AES_128, algorithm=Algorithm.GCM),
        "imports an asymmetric key",
    ),
    "invalid signature with a right answer": Defect(
        with_test(PSS_FILE, "sign-digest-31", signature=HexBytes(256)),
        "is an invalid encryption or signature and has a right answer",
    ),
    "invalid encryption with a right answer": Defect(
        with_test(OAEP_FILE, "encrypt-too-long", ciphertext=HexBytes(256)),
        "is an invalid encryption or signature and has a right answer",
    ),
    "valid verification with rejections": Defect(
        with_test(PSS_FILE, "verify-raw", rejections=(RejectionClass.INVALID_ARGUMENT,)),
        "is valid and has what only invalid tests have",
    ),
    "verification that is like its control": Defect(
        as_like_its_control(PSS_FILE, "verify-bit", "verify-raw"), "does not differ from"
    ),
    "digest that is like its control": Defect(
        as_like_its_control(PSS_FILE, "sign-digest-31", "sign-digest"), "does not differ from"
    ),
    "import that is like its control": Defect(
        as_like_its_control(ECDSA_FILE, "private-cut", "private"), "does not differ from"
    ),
    "label that is like its control": Defect(
        as_like_its_control(OAEP_FILE, "decrypt-label-bit", "decrypt-label"),
        "does not differ from",
    ),
    "verification held against a signature": Defect(
        with_test(PSS_FILE, "verify-bit", control="tiny-pss/s1/sign-raw"),
        "is not a valid test of the same operation",
    ),
    "import held against a verification": Defect(
        with_test(ECDSA_FILE, "public-0", control="tiny-ecdsa/v1/verify-raw"),
        "is not a valid test of the same operation",
    ),
    "control in another group": Defect(
        with_test(PSS_FILE, "verify-public-bit", control="tiny-pss/v1/verify-raw"),
        "does not stand before it in the same group",
    ),
}


@pytest.mark.parametrize("file", TINY_ASYMMETRIC, ids=lambda file: file.family)
def test_the_files_are_in_order(file: CorpusFile) -> None:
    assert file_problems(file) == []
    assert any(test.result is Result.INVALID for test in file.groups[0].tests)


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_found(name: str) -> None:
    problems = file_problems(DEFECTS[name].file)
    assert [problem for problem in problems if DEFECTS[name].says in problem], problems
