"""What a target declares decides which tests apply; and the words for what is missing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kmsproof.applicability import Applicability, can_be_probed, operation_of
from kmsproof.capability import (
    AlgorithmCapability,
    Chooser,
    CiphertextForm,
    Description,
    KeyCapability,
    LengthRange,
)
from kmsproof.vocabulary import (
    Algorithm,
    KeyPart,
    KeySpec,
    KeyUsage,
    Operation,
    PaddingMode,
    ProtectionLevel,
)
from kmsproof_testing.corpora import CBC_FILE, CHAIN_FILE, GCM_FILE, TINY
from kmsproof_vectors.model import CorpusFile

SOFTWARE, HARDWARE = ProtectionLevel.SOFTWARE, ProtectionLevel.HARDWARE
BOTH = (Operation.ENCRYPT, Operation.DECRYPT)
ALL = (LengthRange(),)

KEYS = KeyCapability(
    key_specs=(KeySpec.AES_128,),
    protection_levels=(SOFTWARE,),
    usages=(KeyUsage.ENCRYPT_DECRYPT,),
    importable=(KeyPart.SECRET,),
)
GCM = AlgorithmCapability(
    algorithm=Algorithm.GCM,
    key_specs=(KeySpec.AES_128,),
    protection_levels=(SOFTWARE,),
    operations=BOTH,
    iv_chosen_by=(Chooser.CALLER,),
    iv_lengths=ALL,
    tag_lengths=ALL,
    aad_lengths=ALL,
)
CBC = AlgorithmCapability(
    algorithm=Algorithm.CBC,
    key_specs=(KeySpec.AES_128,),
    protection_levels=(SOFTWARE,),
    operations=BOTH,
    paddings=(PaddingMode.PKCS7_PADDING, PaddingMode.NO_PADDING),
    iv_chosen_by=(Chooser.CALLER,),
    iv_lengths=(LengthRange(16, 16),),
)


def describe(
    *algorithms: AlgorithmCapability, keys: tuple[KeyCapability, ...] = (KEYS,)
) -> Description:
    return Description(protocol=1, name="t", version="1", keys=keys, algorithms=algorithms)


def undeclared(file: CorpusFile, description: Description) -> dict[str, str]:
    """What is missing for each test to which something is missing."""
    applicability = Applicability(description, file)
    return {
        test.id.partition("/")[2]: reason
        for group in file.groups
        for test in group.tests
        if (reason := applicability.undeclared(group, test))
    }


def without(capability: AlgorithmCapability, **changes: Any) -> Description:
    return describe(msgspec.structs.replace(capability, **changes))


@pytest.mark.parametrize("file", TINY, ids=lambda file: file.family)
def test_everything_applies_to_a_target_that_declares_everything(file: CorpusFile) -> None:
    assert undeclared(file, describe(GCM, CBC)) == {}


@pytest.mark.parametrize("file", TINY, ids=lambda file: file.family)
def test_nothing_applies_to_a_target_that_declares_nothing(file: CorpusFile) -> None:
    missing = undeclared(file, describe(keys=()))
    assert len(missing) == file.number_of_tests
    assert set(missing.values()) == {"import of a secret key of Aliyun_AES_128 is not declared"}


@pytest.mark.parametrize(
    "keys",
    [
        msgspec.structs.replace(KEYS, key_specs=(KeySpec.AES_256,)),
        msgspec.structs.replace(KEYS, importable=()),
        msgspec.structs.replace(KEYS, importable=(KeyPart.PUBLIC,)),
        msgspec.structs.replace(KEYS, usages=(KeyUsage.SIGN_VERIFY,)),
    ],
    ids=["key spec", "import", "part", "usage"],
)
def test_key_must_be_importable(keys: KeyCapability) -> None:
    missing = undeclared(GCM_FILE, describe(GCM, keys=(keys,)))
    assert set(missing.values()) == {"import of a secret key of Aliyun_AES_128 is not declared"}
    assert len(missing) == GCM_FILE.number_of_tests


def test_algorithm_must_be_declared_with_the_key_spec() -> None:
    other = without(GCM, key_specs=(KeySpec.AES_256,))
    missing = undeclared(GCM_FILE, other)
    assert set(missing.values()) == {"GCM with Aliyun_AES_128 is not declared"}
    assert undeclared(GCM_FILE, describe(CBC)) == missing


@pytest.mark.parametrize("operation", BOTH)
@pytest.mark.parametrize("file", [CHAIN_FILE, CBC_FILE], ids=lambda file: file.family)
def test_operation_must_be_declared(operation: Operation, file: CorpusFile) -> None:
    """The Monte Carlo tests of both directions differ in nothing else."""
    missing = undeclared(file, without(CBC, operations=(operation,)))
    other = next(each for each in BOTH if each is not operation)
    left_out = {
        test.id.partition("/")[2]
        for group in file.groups
        for test in group.tests
        if operation_of(test) is other
    }
    assert missing == dict.fromkeys(left_out, f"{other} with CBC is not declared")


def test_padding_must_be_declared() -> None:
    only = without(CBC, paddings=(PaddingMode.PKCS7_PADDING,))
    assert undeclared(CBC_FILE, only) == {}
    assert set(undeclared(CHAIN_FILE, only).values()) == {"CBC with NO_PADDING is not declared"}


def test_iv_of_the_caller_must_be_declared_for_encryption_only() -> None:
    missing = undeclared(CBC_FILE, without(CBC, iv_chosen_by=(Chooser.TARGET,)))
    assert set(missing) == {"c1/encrypt-0", "c1/encrypt-15", "c1/encrypt-16"}
    assert set(missing.values()) == {"CBC with an IV of the caller's is not declared"}


def test_opaque_ciphertexts_cannot_be_compared_and_are_not_probed() -> None:
    missing = undeclared(GCM_FILE, without(GCM, ciphertext_form=CiphertextForm.OPAQUE))
    assert len(missing) == GCM_FILE.number_of_tests
    assert not any(can_be_probed(reason) for reason in missing.values())
    assert can_be_probed("GCM with IV length 8 is not declared")


def test_iv_length_must_be_declared_unless_the_test_probes_it() -> None:
    missing = undeclared(GCM_FILE, without(GCM, iv_lengths=(LengthRange(12, 12),)))
    assert missing == {
        "g1/encrypt-iv-64": "GCM with IV length 8 is not declared",
        "g1/decrypt-iv-64": "GCM with IV length 8 is not declared",
        "h1/encrypt-iv-64": "GCM with IV length 8 is not declared",
        "h1/decrypt-iv-64": "GCM with IV length 8 is not declared",
    }


def test_tag_length_is_that_of_the_group() -> None:
    missing = undeclared(GCM_FILE, without(GCM, tag_lengths=(LengthRange(13, 16),)))
    assert {vector[0] for vector in missing} == {"h"}
    assert set(missing.values()) == {"GCM with tag length 12 is not declared"}


def test_aad_that_is_not_given_has_length_0() -> None:
    missing = undeclared(GCM_FILE, without(GCM, aad_lengths=(LengthRange(1, 100),)))
    assert "g1/encrypt-plain" in missing
    assert "g1/encrypt-aad" not in missing
    assert set(missing.values()) == {"GCM with AAD length 0 is not declared"}


def test_plaintext_length_must_be_declared() -> None:
    steps = without(CBC, plaintext_lengths=(LengthRange(0, None, 16),))
    missing = undeclared(CBC_FILE, steps)
    assert set(missing) == {"c1/encrypt-15", "c1/decrypt-15"}
    assert set(missing.values()) == {"CBC with plaintext length 15 is not declared"}
    assert undeclared(CHAIN_FILE, steps) == {}


def test_ranges_are_a_union_and_so_are_entries() -> None:
    halves = (LengthRange(8, 8), LengthRange(12, 12))
    assert undeclared(GCM_FILE, without(GCM, iv_lengths=halves)) == {}
    entries = [msgspec.structs.replace(GCM, iv_lengths=(half,)) for half in halves]
    assert undeclared(GCM_FILE, describe(*entries)) == {}


@pytest.mark.parametrize(
    ("lengths", "inside", "outside"),
    [
        (LengthRange(), (0, 1, 10**9), (-1,)),
        (LengthRange(12, 16), (12, 16), (11, 17)),
        (LengthRange(4, 12, 4), (4, 8, 12), (0, 5, 16)),
        (LengthRange(1, None, 2), (1, 3, 999), (0, 2)),
    ],
)
def test_length_range(
    lengths: LengthRange, inside: tuple[int, ...], outside: tuple[int, ...]
) -> None:
    assert all(length in lengths for length in inside)
    assert not any(length in lengths for length in outside)


def test_keys_are_made_where_they_can_be_imported() -> None:
    made = KeyCapability(
        key_specs=(KeySpec.AES_128,),
        protection_levels=(HARDWARE,),
        usages=(KeyUsage.ENCRYPT_DECRYPT,),
        create=True,
    )
    assert Applicability(describe(GCM, keys=(made, KEYS)), GCM_FILE).protection_level is SOFTWARE


def test_keys_are_made_where_the_algorithm_is() -> None:
    keys = msgspec.structs.replace(KEYS, protection_levels=(SOFTWARE, HARDWARE))
    gcm = msgspec.structs.replace(GCM, protection_levels=(HARDWARE,))
    assert Applicability(describe(gcm, keys=(keys,)), GCM_FILE).protection_level is HARDWARE
    assert Applicability(describe(keys=(keys,)), GCM_FILE).protection_level is SOFTWARE
    assert Applicability(describe(keys=()), GCM_FILE).protection_level is SOFTWARE
