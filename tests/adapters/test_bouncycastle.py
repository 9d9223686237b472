"""The witness that nobody here wrote: Bouncy Castle, whose ECIES is its own engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kmsproof.outcome import Rejected, Unsupported
from kmsproof.targets import open_in_process
from kmsproof.vocabulary import (
    AES_KEY_LENGTHS,
    Algorithm,
    EciesDialect,
    KeySpec,
    RejectionClass,
)
from kmsproof_testing.asking import ECIES, Asker, value_of
from kmsproof_testing.asymmetric import KEY_SPECS, MESSAGE, cipher_key
from kmsproof_testing.foreign_adapters import (
    COMMANDS,
    QUICK,
    THOROUGH,
    asking,
    assert_ciphers_agree,
    assert_signatures_agree,
    judged,
    unexplained,
)

NAME = "bouncycastle"
EC_KEY_SPECS = (KeySpec.EC_P256, KeySpec.EC_P256K)


@pytest.fixture(scope="module")
def command() -> list[str]:
    """The command that runs the adapter."""
    return COMMANDS[NAME]()


@pytest.fixture(scope="module")
def asker(command: list[str]) -> Iterator[Asker]:
    """The adapter, run as kmsproof runs it."""
    with asking(command) as opened:
        yield opened


@pytest.fixture(scope="module")
def reference() -> Iterator[Asker]:
    """The reference."""
    opened = Asker(open_in_process("reference"))
    yield opened
    opened.close()


def test_it_has_every_algorithm_on_every_key(asker: Asker) -> None:
    description = asker.describe()
    assert description.name == "Bouncy Castle"
    assert {each.algorithm for each in description.algorithms} == set(Algorithm)
    assert {spec for each in description.keys for spec in each.key_specs} == {
        *AES_KEY_LENGTHS,
        *KEY_SPECS,
    }


def test_signatures_agree_with_the_reference(asker: Asker, reference: Asker) -> None:
    assert_signatures_agree(asker, reference)


def test_ciphers_agree_with_the_reference(asker: Asker, reference: Asker) -> None:
    assert_ciphers_agree(asker, reference)


@pytest.mark.parametrize("key_spec", EC_KEY_SPECS)
@pytest.mark.parametrize("length", [0, 1, 19, 20, 21, 5_200])
def test_its_ecies_is_that_of_sec_1(
    asker: Asker, reference: Asker, key_spec: KeySpec, length: int
) -> None:
    plaintext, mode = bytes(range(256)) * 21, ECIES[EciesDialect.EK_MK]
    for sender, recipient in ((asker, reference), (reference, asker)):
        sealed = value_of(sender.encrypt(cipher_key(sender, key_spec), mode, plaintext[:length]))
        assert len(sealed.ciphertext) == length + 85
        opened = recipient.decrypt(cipher_key(recipient, key_spec), mode, sealed.ciphertext)
        assert value_of(opened).plaintext == plaintext[:length]


@pytest.mark.parametrize("key_spec", EC_KEY_SPECS)
def test_it_has_no_other_dialect(asker: Asker, reference: Asker, key_spec: KeySpec) -> None:
    mode = ECIES[EciesDialect.MK_EK]
    sealed = value_of(reference.encrypt(cipher_key(reference, key_spec), mode, MESSAGE))
    key = cipher_key(asker, key_spec)
    assert isinstance(asker.encrypt(key, mode, MESSAGE), Unsupported)
    assert isinstance(asker.decrypt(key, mode, sealed.ciphertext), Unsupported)


@pytest.mark.parametrize("key_spec", EC_KEY_SPECS)
def test_whatever_is_wrong_with_a_ciphertext_looks_alike(asker: Asker, key_spec: KeySpec) -> None:
    key, mode = cipher_key(asker, key_spec), ECIES[EciesDialect.EK_MK]
    sealed = bytes(value_of(asker.encrypt(key, mode, MESSAGE)).ciphertext)
    wrong = {
        "tag": sealed[:-1] + bytes([sealed[-1] ^ 1]),
        "text": sealed[:65] + bytes([sealed[65] ^ 1]) + sealed[66:],
        "no point": sealed[:64] + bytes([sealed[64] ^ 1]) + sealed[65:],
        "no form": b"\x05" + sealed[1:],
        "infinity": b"\x00" + sealed[65:],
        "short": sealed[:84],
        "empty": b"",
    }
    answers = {asker.decrypt(key, mode, ciphertext) for ciphertext in wrong.values()}
    [answer] = answers
    assert isinstance(answer, Rejected)
    assert answer.rejection is RejectionClass.INVALID_CIPHERTEXT


def test_it_is_judged_as_kmsproof_judges(command: list[str], tmp_path: Path) -> None:
    assert not list(unexplained(NAME, judged(command, tmp_path / "run", QUICK)))


@pytest.mark.slow
def test_every_failure_is_known(command: list[str], tmp_path: Path) -> None:
    assert not list(unexplained(NAME, judged(command, tmp_path / "run", THOROUGH)))
