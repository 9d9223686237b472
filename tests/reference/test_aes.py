"""AES against the intermediate values that FIPS 197 prints, and against a second library."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference import gf256
from kmsproof_reference.aes import INV_S_BOX, S_BOX, Aes
from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.intermediate import Recorder
from kmsproof_testing import cavp

APPENDIX_C = list(
    cavp.parse((Path(__file__).parent / "data" / "fips197_appendix_c.rsp").read_text())
)

keys = st.sampled_from([16, 24, 32]).flatmap(lambda n: st.binary(min_size=n, max_size=n))
blocks = st.binary(min_size=16, max_size=16)


def recorded_rounds(recorder: Recorder) -> dict[str, str]:
    """The values of the rounds, without those of the key expansion."""
    return {name: value.hex() for name, value in recorder.values if name.startswith("round")}


@pytest.mark.parametrize("case", APPENDIX_C, ids=["aes128", "aes192", "aes256"])
def test_cipher_shows_the_values_of_appendix_c(case: cavp.Case) -> None:
    recorder = Recorder()
    Aes(case.octets("KEY"), show=recorder).cipher(case.octets("round[ 0].input"))
    expected = {name: value for name, value in case.fields.items() if name != "KEY"}
    print(f"{len(expected)} values of FIPS 197 appendix {next(iter(case.headings))}")
    assert list(recorded_rounds(recorder).items()) == list(expected.items())
    assert len(expected) == {16: 52, 24: 62, 32: 72}[len(case.octets("KEY"))]


@pytest.mark.parametrize("case", APPENDIX_C, ids=["aes128", "aes192", "aes256"])
def test_inv_cipher_shows_the_same_values_backwards(case: cavp.Case) -> None:
    """INVCIPHER undoes the steps one by one, so that every state of appendix C comes again."""
    aes = Aes(case.octets("KEY"))
    last = aes.rounds
    recorder = Recorder()
    aes.show = recorder
    aes.inv_cipher(case.octets(f"round[{last:2}].output"))
    expected = {
        "round[ 0].iinput": case.fields[f"round[{last:2}].output"],
        "round[ 0].ik_sch": case.fields[f"round[{last:2}].k_sch"],
    }
    for i in range(1, last + 1):
        forward = f"round[{last + 1 - i:2}]"
        expected[f"round[{i:2}].istart"] = case.fields[f"{forward}.s_row"]
        expected[f"round[{i:2}].is_row"] = case.fields[f"{forward}.s_box"]
        expected[f"round[{i:2}].is_box"] = case.fields[f"{forward}.start"]
        expected[f"round[{i:2}].ik_sch"] = case.fields[f"round[{last - i:2}].k_sch"]
        if i < last:
            expected[f"round[{i:2}].ik_add"] = case.fields[f"round[{last - i:2}].m_col"]
    expected[f"round[{last:2}].ioutput"] = case.fields["round[ 0].input"]
    assert recorded_rounds(recorder) == expected


def test_the_first_inverse_round_of_appendix_c1() -> None:
    recorder = Recorder()
    ciphertext = bytes.fromhex("69c4e0d86a7b0430d8cdb78070b4c55a")
    Aes(bytes(range(16)), show=recorder).inv_cipher(ciphertext)
    assert list(recorded_rounds(recorder).items())[:7] == [
        ("round[ 0].iinput", "69c4e0d86a7b0430d8cdb78070b4c55a"),
        ("round[ 0].ik_sch", "13111d7fe3944a17f307a78b4d2b30c5"),
        ("round[ 1].istart", "7ad5fda789ef4e272bca100b3d9ff59f"),
        ("round[ 1].is_row", "7a9f102789d5f50b2beffd9f3dca4ea7"),
        ("round[ 1].is_box", "bd6e7c3df2b5779e0b61216e8b10b689"),
        ("round[ 1].ik_sch", "549932d1f08557681093ed9cbe2c974e"),
        ("round[ 1].ik_add", "e9f74eec023020f61bf2ccf2353c21c7"),
    ]


def test_the_cipher_example_of_appendix_b() -> None:
    recorder = Recorder()
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    Aes(key, show=recorder).cipher(bytes.fromhex("3243f6a8885a308d313198a2e0370734"))
    shown = recorded_rounds(recorder)
    assert shown["round[ 1].start"] == "193de3bea0f4e22b9ac68d2ae9f84808"
    assert shown["round[ 1].s_box"] == "d42711aee0bf98f1b8b45de51e415230"
    assert shown["round[ 1].s_row"] == "d4bf5d30e0b452aeb84111f11e2798e5"
    assert shown["round[ 1].m_col"] == "046681e5e0cb199a48f8d37a2806264c"
    assert shown["round[10].output"] == "3925841d02dc09fbdc118597196a0b32"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2b7e151628aed2a6abf7158809cf4f3c", {4: "a0fafe17", 43: "b6630ca6"}),
        (
            "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
            {6: "fe0c91f7", 51: "01002202"},
        ),
        (
            "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
            {8: "9ba35411", 12: "a8b09c1a", 59: "706c631e"},
        ),
    ],
    ids=["aes128", "aes192", "aes256"],
)
def test_the_key_expansion_examples_of_appendix_a(key: str, words: dict[int, str]) -> None:
    recorder = Recorder()
    Aes(bytes.fromhex(key), show=recorder)
    assert {i: recorder[f"w[{i:2}]"].hex() for i in words} == words


@given(keys, blocks)
def test_it_agrees_with_the_second_library(key: bytes, block: bytes) -> None:
    second = Cipher(algorithms.AES(key), modes.ECB())
    encryptor, decryptor = second.encryptor(), second.decryptor()
    assert Aes(key).cipher(block) == encryptor.update(block) + encryptor.finalize()
    assert Aes(key).inv_cipher(block) == decryptor.update(block) + decryptor.finalize()


@pytest.mark.parametrize("length", [0, 1, 15, 17, 23, 25, 31, 33, 64])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(InvalidArgument, match=f"16, 24 or 32 bytes, this one has {length} "):
        Aes(bytes(length))


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_a_block_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(InvalidArgument, match=f"16 bytes, this one has {length}"):
        Aes(bytes(16)).cipher(bytes(length))
    with pytest.raises(InvalidArgument, match=f"16 bytes, this one has {length}"):
        Aes(bytes(16)).inv_cipher(bytes(length))


def test_the_field_of_section_4() -> None:
    # The worked examples of FIPS 197 §4.2: {57} · {83} = {c1}, {57} · {13} = {fe}.
    assert gf256.multiply(0x57, 0x83) == 0xC1
    assert gf256.multiply(0x57, 0x13) == 0xFE
    assert [gf256.multiply(a, gf256.inverse(a)) for a in range(1, 256)] == [1] * 255
    assert gf256.inverse(0) == 0


def test_the_substitution_tables() -> None:
    # The worked example of FIPS 197 §5.1.1: {53} becomes {ed}.
    assert S_BOX[0x53] == 0xED
    assert S_BOX[:8] == bytes.fromhex("637c777bf26b6fc5")
    assert S_BOX[-8:] == bytes.fromhex("41992d0fb054bb16")
    assert sorted(S_BOX) == list(range(256))
    assert S_BOX.translate(INV_S_BOX) == bytes(range(256))
