"""Which recipes on the rules of keys apply: what must work must be declared, at its level."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest

from kmsproof.capability import (
    PROTOCOL_VERSION,
    AlgorithmCapability,
    Chooser,
    CiphertextForm,
    Description,
    KeyCapability,
    LengthRange,
)
from kmsproof.live.plan import LivePlan, plan_live
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    KeySpec,
    KeyUsage,
    MessageType,
    Operation,
    PaddingMode,
    ProtectionLevel,
)
from kmsproof_vectors.live.build import build_live_file
from kmsproof_vectors.live.cases.policy_files import FILES
from kmsproof_vectors.live.model import LiveFile

SOFTWARE, HARDWARE, EXTERNAL = ProtectionLevel
ENCRYPTS, SIGNS = KeyUsage
CIPHER = (Operation.ENCRYPT, Operation.DECRYPT)
SIGNATURE = (Operation.SIGN, Operation.VERIFY)


@cache
def file_of(key_spec: KeySpec) -> LiveFile:
    return next(
        build_live_file(recipe) for recipe in FILES if recipe.parameters.key_spec is key_spec
    )


def gcm(
    key_spec: KeySpec,
    level: ProtectionLevel,
    chosen_by: tuple[Chooser, ...] = (Chooser.TARGET,),
    form: CiphertextForm = CiphertextForm.OPAQUE,
) -> AlgorithmCapability:
    return AlgorithmCapability(
        Algorithm.GCM,
        (key_spec,),
        (level,),
        CIPHER,
        iv_chosen_by=chosen_by,
        iv_lengths=(LengthRange(12, 12),),
        ciphertext_form=form,
    )


def keys(
    key_spec: KeySpec,
    level: ProtectionLevel,
    usages: tuple[KeyUsage, ...] = (ENCRYPTS,),
    *,
    lifecycle: bool = False,
    defaults: bool = False,
) -> KeyCapability:
    return KeyCapability(
        (key_spec,), (level,), usages, create=True, lifecycle=lifecycle, defaults=defaults
    )


def plan(
    key_spec: KeySpec,
    made: Iterable[KeyCapability],
    algorithms: Iterable[AlgorithmCapability],
    level: ProtectionLevel | None = None,
) -> LivePlan:
    description = Description(
        protocol=PROTOCOL_VERSION,
        name="fake",
        version="1",
        keys=tuple(made),
        algorithms=tuple(algorithms),
    )
    file = file_of(key_spec)
    found = plan_live(file, file.tests, description, level)
    assert len(found.asked) + len(found.undeclared) == file.number_of_tests
    return found


def cases(found: LivePlan) -> set[str]:
    """Return what is asked, by the slugs of the cases."""
    return {test.id.split("/")[1] for test in found.asked}


def slugs(found: LivePlan, case: str) -> set[str]:
    return {test.id.split("/")[2] for test in found.asked if test.id.split("/")[1] == case}


OPAQUE = plan(KeySpec.AES_128, [keys(KeySpec.AES_128, HARDWARE)], [gcm(KeySpec.AES_128, HARDWARE)])


def test_a_target_of_one_mode_is_asked_what_needs_that_mode_alone() -> None:
    assert slugs(OPAQUE, "encrypts") == {"gcm"}
    assert {"symmetric-purpose", "algorithm", "other-key", "missing", "public-key"} <= cases(OPAQUE)
    assert cases(OPAQUE).isdisjoint({"partial-block", "cbc-iv", "ecb-with-iv", "other-mode"})


def test_states_and_defaults_are_asked_of_those_who_declare_them() -> None:
    states = {"disabled", "deletion", "transitions", "described"}
    defaults = {"encryption-algorithm", "usage"}
    assert cases(OPAQUE).isdisjoint(states | defaults)
    made = keys(KeySpec.AES_128, HARDWARE, lifecycle=True, defaults=True)
    found = plan(KeySpec.AES_128, [made], [gcm(KeySpec.AES_128, HARDWARE)])
    assert cases(found) >= states | defaults


def test_who_wants_an_iv_from_the_caller_is_not_asked_to_choose_one() -> None:
    capability = gcm(KeySpec.AES_128, HARDWARE, (Chooser.CALLER,), CiphertextForm.PARTS)
    found = plan(KeySpec.AES_128, [keys(KeySpec.AES_128, HARDWARE)], [capability])
    assert "gcm-iv" in cases(found)
    assert cases(found).isdisjoint({"encrypts", "other-key", "gcm-has-no-padding"})


def test_an_invalid_test_whose_control_does_not_apply_does_not_apply() -> None:
    assert "gcm-iv" not in cases(OPAQUE)
    reasons = {test.id: told for test, told in OPAQUE.undeclared}
    told = reasons["policy-aes-128/partial-block/encrypt-ecb-1"]
    assert told == "encrypt with ECB with NO_PADDING is not declared"


def test_padding_counts() -> None:
    ecb = AlgorithmCapability(
        Algorithm.ECB, (KeySpec.AES_128,), (HARDWARE,), CIPHER, (PaddingMode.NO_PADDING,)
    )
    found = plan(KeySpec.AES_128, [keys(KeySpec.AES_128, HARDWARE)], [ecb])
    assert slugs(found, "encrypts") == {"ecb-no-padding"}


def test_a_level_that_does_not_offer_the_key_spec_is_asked_to_refuse_it() -> None:
    made = [
        keys(KeySpec.AES_256, SOFTWARE, lifecycle=True),
        keys(KeySpec.AES_128, HARDWARE, lifecycle=True),
    ]
    algorithms = [gcm(KeySpec.AES_256, SOFTWARE), gcm(KeySpec.AES_128, HARDWARE)]
    found = plan(KeySpec.AES_128, made, algorithms, SOFTWARE)
    assert cases(found) == {"level", "level-described"}
    assert slugs(found, "level-described") == {"hardware"}
    assert slugs(found, "level") == {"control-software", "software-encrypt-decrypt"}
    at_hardware = plan(KeySpec.AES_128, made, algorithms)
    assert at_hardware.level is HARDWARE
    assert slugs(at_hardware, "level") == slugs(found, "level")


def test_a_token_may_make_keys_that_the_sheet_does_not_offer() -> None:
    made = [keys(KeySpec.AES_256, SOFTWARE), keys(KeySpec.AES_128, SOFTWARE)]
    algorithms = [gcm(KeySpec.AES_256, SOFTWARE), gcm(KeySpec.AES_128, SOFTWARE)]
    assert "level" not in cases(plan(KeySpec.AES_128, made, algorithms))


def test_a_level_at_which_no_keys_are_made_has_nothing_to_be_asked() -> None:
    made, algorithms = [keys(KeySpec.AES_128, HARDWARE)], [gcm(KeySpec.AES_128, HARDWARE)]
    found = plan(KeySpec.AES_128, made, algorithms, EXTERNAL)
    assert (found.level, found.asked) == (None, [])
    assert found.undeclared[0][1] == "the making of keys at this protection level is not declared"


@pytest.mark.parametrize("kind", MessageType)
def test_keys_of_one_purpose_are_asked_what_needs_no_other(kind: MessageType) -> None:
    ecdsa = AlgorithmCapability(
        Algorithm.ECDSA_SHA_256,
        (KeySpec.EC_P256,),
        (SOFTWARE,),
        SIGNATURE,
        message_types=(kind,),
    )
    found = plan(KeySpec.EC_P256, [keys(KeySpec.EC_P256, SOFTWARE, (SIGNS,))], [ecdsa])
    assert slugs(found, "signs") == {f"ecdsa-sha-256-{kind.lower()}"}
    assert slugs(found, "public-key") == {"sign-verify", "signing-keys-differ"}
    of_digests = {"digest", "empty-signature", "missing-signer", "other-signer", "algorithm"}
    of_digests |= {"other-curve", "purpose"}
    assert cases(found) == {"signs", "public-key"} | (
        of_digests if kind is MessageType.DIGEST else set[str]()
    )


@pytest.mark.parametrize("dialects", [(EciesDialect.EK_MK,), tuple(EciesDialect)])
def test_the_dialect_is_looked_for_where_recipes_name_it(
    dialects: tuple[EciesDialect, ...],
) -> None:
    ecies = AlgorithmCapability(
        Algorithm.ECIES_DH_SHA_1_XOR_HMAC,
        (KeySpec.EC_P256,),
        (SOFTWARE,),
        CIPHER,
        dialects=dialects,
    )
    found = plan(KeySpec.EC_P256, [keys(KeySpec.EC_P256, SOFTWARE)], [ecies])
    assert found.names_dialect
    assert not OPAQUE.names_dialect
    assert slugs(found, "encrypts") == {"ecies-dh-sha-1-xor-hmac"}
