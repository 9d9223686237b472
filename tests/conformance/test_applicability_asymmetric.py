"""What applies to a target with asymmetric keys, and which part of a key is imported for it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kmsproof.applicability import Applicability, operation_of, usage_of
from kmsproof.capability import AlgorithmCapability, Description, KeyCapability, LengthRange
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    Feature,
    HexBytes,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
    Operation,
    ProtectionLevel,
)
from kmsproof_testing.corpora_asymmetric import (
    EC_PAIR,
    ECDSA_FILE,
    ECIES_FILE,
    OAEP_FILE,
    PKCS1_FILE,
    PSS_FILE,
    TINY_ASYMMETRIC,
    find_test,
)
from kmsproof_vectors.model import AnyTest, CorpusFile, Group, ImportTest

LEVELS = (ProtectionLevel.SOFTWARE,)
SIGNATURES: dict[str, Any] = {
    "operations": (Operation.SIGN, Operation.VERIFY),
    "message_types": tuple(MessageType),
}
CIPHERS: dict[str, Any] = {"operations": (Operation.ENCRYPT, Operation.DECRYPT)}

CAPABILITIES: dict[Algorithm, AlgorithmCapability] = {
    file.algorithm: AlgorithmCapability(
        algorithm=file.algorithm,
        key_specs=(file.key_spec,),
        protection_levels=LEVELS,
        dialects=(file.dialect,) if file.dialect else (),
        features=tuple(Feature),
        **(SIGNATURES if usage_of(file.algorithm) is KeyUsage.SIGN_VERIFY else CIPHERS),
    )
    for file in TINY_ASYMMETRIC
}
BOTH_PARTS = (KeyPart.PRIVATE, KeyPart.PUBLIC)


def describe(
    *importable: KeyPart, usages: tuple[KeyUsage, ...] = tuple(KeyUsage), **changes: Any
) -> Description:
    """A target with everything that the files use, except what is changed in each algorithm."""
    keys = KeyCapability(
        key_specs=(KeySpec.RSA_2048, KeySpec.EC_P256),
        protection_levels=LEVELS,
        usages=usages,
        importable=importable,
    )
    algorithms = [msgspec.structs.replace(one, **changes) for one in CAPABILITIES.values()]
    return Description(
        protocol=1, name="t", version="1", keys=(keys,), algorithms=tuple(algorithms)
    )


def undeclared(file: CorpusFile, description: Description) -> dict[str, str]:
    """What is missing for each test to which something is missing."""
    applicability = Applicability(description, file)
    return {
        test.id.partition("/")[2]: reason
        for group in file.groups
        for test in group.tests
        if (reason := applicability.undeclared(group, test))
    }


@pytest.mark.parametrize("file", TINY_ASYMMETRIC, ids=lambda file: file.family)
def test_everything_applies_to_a_target_that_declares_everything(file: CorpusFile) -> None:
    assert undeclared(file, describe(*BOTH_PARTS)) == {}


@pytest.mark.parametrize("file", TINY_ASYMMETRIC, ids=lambda file: file.family)
def test_nothing_applies_without_the_usage(file: CorpusFile) -> None:
    other = next(each for each in KeyUsage if each is not usage_of(file.algorithm))
    missing = undeclared(file, describe(*BOTH_PARTS, usages=(other,)))
    assert len(missing) == file.number_of_tests
    assert all("import of a p" in reason for reason in missing.values())


OPERATIONS = {
    "tiny-oaep/e1/encrypt": Operation.ENCRYPT,
    "tiny-oaep/d1/decrypt": Operation.DECRYPT,
    "tiny-pss/s1/sign-raw": Operation.SIGN,
    "tiny-pss/v1/verify-raw": Operation.VERIFY,
    "tiny-ecdsa/i1/private": Operation.SIGN,
    "tiny-ecdsa/i1/public": Operation.VERIFY,
    "tiny-ecies/i1/private": Operation.DECRYPT,
}


@pytest.mark.parametrize("vector", OPERATIONS)
def test_operation_of_an_import_is_its_use(vector: str) -> None:
    assert operation_of(find_test(vector)) is OPERATIONS[vector]


@pytest.mark.parametrize(
    ("importable", "tests", "part"),
    [
        (BOTH_PARTS, ["s1/sign-raw"], KeyPart.PRIVATE),
        (BOTH_PARTS, ["v1/verify-raw"], KeyPart.PUBLIC),
        (BOTH_PARTS, ["v1/verify-raw", "s1/sign-raw"], KeyPart.PRIVATE),
        ((KeyPart.PRIVATE,), ["v1/verify-raw"], KeyPart.PRIVATE),
        ((KeyPart.PUBLIC,), ["v1/verify-raw"], KeyPart.PUBLIC),
        ((KeyPart.PUBLIC,), ["s1/sign-raw"], KeyPart.PRIVATE),
        ((), ["v1/verify-raw"], KeyPart.PUBLIC),
        ((), ["s1/sign-raw"], KeyPart.PRIVATE),
    ],
)
def test_the_private_key_is_imported_only_where_it_is_needed(
    importable: tuple[KeyPart, ...], tests: list[str], part: KeyPart
) -> None:
    applicability = Applicability(describe(*importable), PSS_FILE)
    wanted = [find_test(f"tiny-pss/{name}") for name in tests]
    assert applicability.part(PSS_FILE.groups[0], wanted) is part


def test_encryption_takes_the_public_key_too() -> None:
    applicability = Applicability(describe(*BOTH_PARTS), OAEP_FILE)
    encrypt, decrypt = (find_test(f"tiny-oaep/{n}") for n in ("e1/encrypt", "d1/decrypt"))
    group = OAEP_FILE.groups[0]
    assert applicability.part(group, [encrypt]) is KeyPart.PUBLIC
    assert applicability.part(group, [encrypt, decrypt]) is KeyPart.PRIVATE


def test_a_key_of_which_only_the_public_part_is_known() -> None:
    missing = undeclared(PSS_FILE, describe(KeyPart.PRIVATE))
    told = "import of a public key of RSA_2048 is not declared"
    assert missing == {"v4/verify-public": told, "v5/verify-public-bit": told}


def test_who_takes_public_keys_only_verifies_only() -> None:
    missing = undeclared(PSS_FILE, describe(KeyPart.PUBLIC))
    assert set(missing) == {"s1/sign-raw", "s1/sign-digest", "s3/sign-digest-31"}
    assert set(missing.values()) == {"import of a private key of RSA_2048 is not declared"}


@pytest.mark.parametrize("part", BOTH_PARTS)
def test_an_import_needs_the_part_that_it_brings(part: KeyPart) -> None:
    missing = undeclared(ECDSA_FILE, describe(part))
    other = KeyPart.PUBLIC if part is KeyPart.PRIVATE else KeyPart.PRIVATE
    assert f"i1/{part}" not in missing
    assert missing[f"i1/{other}"] == f"import of a {other} key of EC_P256 is not declared"


@pytest.mark.parametrize("first", ["private", "public"])
def test_imports_that_differ_only_in_their_part_are_told_apart(first: str) -> None:
    """Both verify, and what is remembered of the one must not answer for the other."""
    public = find_test("tiny-ecdsa/i1/public")
    assert isinstance(public, ImportTest)
    private = msgspec.structs.replace(
        public, part=KeyPart.PRIVATE, material=HexBytes(EC_PAIR.private)
    )
    tests: dict[str, AnyTest] = {"private": private, "public": public}
    group = ECDSA_FILE.groups[0]
    applicability = Applicability(describe(KeyPart.PUBLIC), ECDSA_FILE)
    order = sorted(tests, key=lambda name: name != first)
    found = {name: applicability.undeclared(group, tests[name]) for name in order}
    assert found == {
        "private": "import of a private key of EC_P256 is not declared",
        "public": "",
    }


def test_feature_must_be_declared() -> None:
    missing = undeclared(PKCS1_FILE, describe(*BOTH_PARTS, features=()))
    told = "RSA_PKCS1_SHA_256 with digest-info-without-null is not declared"
    assert missing == {"v4/verify-without-null": told}
    labels = undeclared(OAEP_FILE, describe(*BOTH_PARTS, features=(Feature.MULTI_PRIME_KEY,)))
    assert set(labels) == {"e4/encrypt-label", "d4/decrypt-label", "d5/decrypt-label-bit"}
    assert set(labels.values()) == {"RSAES_OAEP_SHA_256 with oaep-label is not declared"}


@pytest.mark.parametrize("dialects", [(), (EciesDialect.MK_EK,)], ids=["none", "other"])
def test_dialect_must_be_declared(dialects: tuple[EciesDialect, ...]) -> None:
    missing = undeclared(ECIES_FILE, describe(*BOTH_PARTS, dialects=dialects))
    assert len(missing) == ECIES_FILE.number_of_tests
    assert set(missing.values()) == {
        "ECIES_DH_SHA_1_XOR_HMAC in the dialect EK||MK is not declared"
    }


@pytest.mark.parametrize("message_type", MessageType)
def test_message_type_must_be_declared(message_type: MessageType) -> None:
    missing = undeclared(ECDSA_FILE, describe(*BOTH_PARTS, message_types=(message_type,)))
    other = next(each for each in MessageType if each is not message_type)
    digests = {"s1/sign-digest", "s3/sign-digest-31", "v1/verify-digest", "v3/verify-digest-31"}
    everything = {test.id.partition("/")[2] for test in ECDSA_FILE.groups[0].tests}
    assert set(missing) == (digests if other is MessageType.DIGEST else everything - digests)
    assert set(missing.values()) == {f"ECDSA_SHA_256 on {other} is not declared"}


def test_message_length_is_declared_for_messages_and_not_for_digests() -> None:
    missing = undeclared(PSS_FILE, describe(*BOTH_PARTS, message_lengths=(LengthRange(0, 10),)))
    assert set(missing.values()) == {"RSA_PSS_SHA_256 with message length 24 is not declared"}
    assert not [vector for vector in missing if "digest" in vector]
    assert "s1/sign-raw" in missing


def test_plaintext_length_of_oaep_is_declared_unless_the_test_probes_it() -> None:
    short = describe(*BOTH_PARTS, plaintext_lengths=(LengthRange(0, 190),))
    assert undeclared(OAEP_FILE, short) == {}
    none = describe(*BOTH_PARTS, plaintext_lengths=(LengthRange(0, 10),))
    missing = undeclared(OAEP_FILE, none)
    assert "e1/encrypt" in missing
    assert "e3/encrypt-too-long" not in missing


def test_signatures_have_no_iv_and_ciphers_no_message_type() -> None:
    bare = describe(*BOTH_PARTS, iv_lengths=(), tag_lengths=(), aad_lengths=(), iv_chosen_by=())
    for file in TINY_ASYMMETRIC:
        assert undeclared(file, bare) == {}
    for file in (OAEP_FILE, ECIES_FILE):
        assert undeclared(file, describe(*BOTH_PARTS, message_types=())) == {}


def test_the_missing_part_is_named_whichever_it_is() -> None:
    """A private key comes to verify, and the group's own public key cannot be imported."""
    public = find_test("tiny-ecdsa/i1/public")
    assert isinstance(public, ImportTest)
    brought = msgspec.structs.replace(public, part=KeyPart.PRIVATE)
    whole = ECDSA_FILE.groups[0]
    key = msgspec.structs.replace(whole.key, private=None)
    group = Group(key=key, tests=(brought,))
    found = Applicability(describe(KeyPart.PRIVATE), ECDSA_FILE).undeclared(group, brought)
    assert found == "import of a public key of EC_P256 is not declared"
