"""GCM against its specification's intermediate values, two libraries and tampering."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from Crypto.Cipher import AES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference import gf128
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_testing import cavp

SPECIFICATION = list(
    cavp.parse((Path(__file__).parent / "data" / "gcm_specification.rsp").read_text())
)
INPUTS_AND_OUTPUTS = ("Count", "Key", "IV", "PT", "AAD", "CT", "Tag")
TAG_LENGTHS = (4, 8, 12, 13, 14, 15, 16)


@dataclass(frozen=True)
class Message:
    """All inputs of one encryption."""

    key: bytes
    iv: bytes
    plaintext: bytes
    aad: bytes
    tag_length: int


def messages(iv_lengths: st.SearchStrategy[int]) -> st.SearchStrategy[Message]:
    """Messages with IVs of the given lengths, all key and tag lengths."""
    return st.builds(
        Message,
        key=st.sampled_from([16, 24, 32]).flatmap(lambda n: st.binary(min_size=n, max_size=n)),
        iv=iv_lengths.flatmap(lambda n: st.binary(min_size=n, max_size=n)),
        plaintext=st.binary(max_size=70),
        aad=st.binary(max_size=40),
        tag_length=st.sampled_from(TAG_LENGTHS),
    )


any_message = messages(st.integers(1, 150))


def encrypt(message: Message) -> tuple[bytes, bytes]:
    """The reference's ciphertext and tag."""
    gcm = Gcm(message.key)
    return gcm.encrypt(message.iv, message.plaintext, message.aad, message.tag_length)


def decrypt(message: Message, ciphertext: bytes, tag: bytes) -> bytes:
    """The reference's plaintext."""
    gcm = Gcm(message.key)
    return gcm.decrypt(message.iv, ciphertext, message.aad, tag, message.tag_length)


@pytest.mark.parametrize("case", SPECIFICATION, ids=lambda case: case.fields["Count"])
def test_it_shows_the_values_of_the_specification(case: cavp.Case) -> None:
    recorder = Recorder()
    gcm = Gcm(case.octets("Key"), show=recorder)
    result = gcm.encrypt(case.octets("IV"), case.octets("PT"), case.octets("AAD"))
    assert result == (case.octets("CT"), case.octets("Tag"))
    expected = {n: v for n, v in case.fields.items() if n not in INPUTS_AND_OUTPUTS}
    shown = {name: value.hex() for name, value in recorder.values}
    print(f"{len(expected)} values of test case {case.fields['Count']}")
    assert {name: shown[name] for name in expected} == expected
    # What the paper leaves out: the last step of either chain, which is J0 or S, and the tag.
    left_out = {name: value for name, value in shown.items() if name not in expected}
    assert set(left_out.values()) <= {expected["J0"], expected["S"], case.fields["Tag"]}


def test_all_values_of_the_specification_are_there() -> None:
    counts = {
        case.fields["Count"]: len(case.fields) - len(INPUTS_AND_OUTPUTS) for case in SPECIFICATION
    }
    assert counts == {"2": 6, "4": 17, "5": 18, "6": 21, "11": 18, "12": 21, "16": 17}


@given(messages(st.integers(8, 128)))
def test_it_agrees_with_cryptography(message: Message) -> None:
    mode = modes.GCM(message.iv, min_tag_length=4)
    encryptor = Cipher(algorithms.AES(message.key), mode).encryptor()
    encryptor.authenticate_additional_data(message.aad)
    ciphertext = encryptor.update(message.plaintext) + encryptor.finalize()
    tag = encryptor.tag[: message.tag_length]
    assert encrypt(message) == (ciphertext, tag)
    assert decrypt(message, ciphertext, tag) == message.plaintext


@given(any_message)
def test_it_agrees_with_pycryptodome(message: Message) -> None:
    second = AES.new(message.key, AES.MODE_GCM, nonce=message.iv, mac_len=message.tag_length)
    second.update(message.aad)
    ciphertext, tag = second.encrypt_and_digest(message.plaintext)
    assert encrypt(message) == (ciphertext, tag)
    assert decrypt(message, ciphertext, tag) == message.plaintext


def flip(octets: bytes, bit: int) -> bytes:
    """The byte string with one bit changed, counted from the left, cyclically."""
    bit %= 8 * len(octets)
    return i2osp(os2ip(octets) ^ 1 << (8 * len(octets) - 1 - bit), len(octets))


@given(any_message, st.integers(0, 2000))
def test_one_changed_bit_is_refused_wherever_it_is(message: Message, bit: int) -> None:
    message = Message(message.key, message.iv, message.plaintext, message.aad, 16)
    ciphertext, tag = encrypt(message)
    gcm = Gcm(message.key)
    with pytest.raises(InvalidCiphertext, match="FAIL"):
        gcm.decrypt(message.iv, ciphertext, message.aad, flip(tag, bit))
    with pytest.raises(InvalidCiphertext, match="FAIL"):
        gcm.decrypt(flip(message.iv, bit), ciphertext, message.aad, tag)
    if ciphertext:
        with pytest.raises(InvalidCiphertext, match="FAIL"):
            gcm.decrypt(message.iv, flip(ciphertext, bit), message.aad, tag)
    if message.aad:
        with pytest.raises(InvalidCiphertext, match="FAIL"):
            gcm.decrypt(message.iv, ciphertext, flip(message.aad, bit), tag)


def test_every_bit_of_the_tag_counts() -> None:
    gcm = Gcm(bytes(16))
    ciphertext, tag = gcm.encrypt(bytes(12), b"message", b"aad")
    for bit in range(128):
        with pytest.raises(InvalidCiphertext, match="FAIL"):
            gcm.decrypt(bytes(12), ciphertext, b"aad", flip(tag, bit))


def test_the_border_between_associated_data_and_ciphertext_counts() -> None:
    gcm = Gcm(bytes(16))
    ciphertext, tag = gcm.encrypt(bytes(12), b"message", b"aad")
    with pytest.raises(InvalidCiphertext, match="FAIL"):
        gcm.decrypt(bytes(12), b"d" + ciphertext, b"aa", tag)


@pytest.mark.parametrize("length", [*range(16), 17, 32])
def test_a_tag_of_another_length_than_agreed_is_refused(length: int) -> None:
    gcm = Gcm(bytes(16))
    ciphertext, tag = gcm.encrypt(bytes(12), b"message")
    with pytest.raises(InvalidCiphertext, match="FAIL"):
        gcm.decrypt(bytes(12), ciphertext, b"", (tag + tag)[:length])


def test_a_wrong_length_and_a_wrong_value_of_the_tag_give_the_same_words() -> None:
    gcm = Gcm(bytes(16))
    texts = set[str]()
    for tag in (b"", bytes(15), bytes(16), bytes(17)):
        with pytest.raises(InvalidCiphertext) as refusal:
            gcm.decrypt(bytes(12), b"", b"", tag)
        texts.add(str(refusal.value))
    assert texts == {"FAIL: the tag does not verify (SP 800-38D §7.2)"}


@pytest.mark.parametrize("tag_length", [-1, 0, 1, 3, 5, 7, 9, 10, 11, 17, 32])
def test_a_tag_length_outside_the_standard_is_refused(tag_length: int) -> None:
    gcm = Gcm(bytes(16))
    with pytest.raises(InvalidArgument, match=f"not {tag_length} "):
        gcm.encrypt(bytes(12), b"", b"", tag_length)
    with pytest.raises(InvalidArgument, match=f"not {tag_length} "):
        gcm.decrypt(bytes(12), b"", b"", bytes(max(tag_length, 0)), tag_length)


def test_an_empty_iv_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="one byte or more"):
        Gcm(bytes(16)).encrypt(b"", b"message")
    with pytest.raises(InvalidArgument, match="one byte or more"):
        Gcm(bytes(16)).decrypt(b"", b"message", b"", bytes(16))


def test_a_text_above_the_limit_is_refused() -> None:
    class SmallGcm(Gcm):
        """GCM with a limit that a test can reach."""

        max_text_length = 32

    assert Gcm.max_text_length == (2**39 - 256) // 8
    gcm = SmallGcm(bytes(16))
    ciphertext, tag = gcm.encrypt(bytes(12), bytes(32))
    assert gcm.decrypt(bytes(12), ciphertext, b"", tag) == bytes(32)
    with pytest.raises(InvalidArgument, match="at most 32 bytes under one IV, not 33"):
        gcm.encrypt(bytes(12), bytes(33))
    with pytest.raises(InvalidArgument, match="at most 32 bytes under one IV, not 33"):
        gcm.decrypt(bytes(12), bytes(33), b"", bytes(16))


@pytest.mark.parametrize("length", [0, 15, 17, 20])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(InvalidArgument, match=f"this one has {length}"):
        Gcm(bytes(length))


@pytest.mark.parametrize("tail", ["ffffffff", "fffffffe", "7fffffff", "ffff7fff"])
def test_the_counter_wraps_within_its_last_four_bytes(tail: str) -> None:
    """An IV of 16 bytes that leads to a chosen J0: IV = (J0 · H^-1 ⊕ L) · H^-1."""
    gcm = Gcm(bytes(range(32)))
    j0 = bytes(range(100, 112)) + bytes.fromhex(tail)
    inverse = gf128.inverse(os2ip(gcm.h))
    iv = i2osp(gf128.multiply(gf128.multiply(os2ip(j0), inverse) ^ 128, inverse), 16)
    assert gcm.pre_counter_block(iv) == j0
    encryptor = Cipher(algorithms.AES(bytes(range(32))), modes.GCM(iv)).encryptor()
    expected = encryptor.update(bytes(80)) + encryptor.finalize()
    assert gcm.encrypt(iv, bytes(80)) == (expected, encryptor.tag)
