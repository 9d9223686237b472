"""ECB and CBC against SP 800-38A appendix F and against two libraries."""

import pytest
from Crypto.Cipher import AES
from Crypto.Util.Padding import pad
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.padding import NoPadding, Padding, Pkcs7Padding

KEYS = [
    bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c"),
    bytes.fromhex("8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"),
    bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
]
PLAINTEXT = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
IV = bytes(range(16))
ECB_CIPHERTEXTS = [  # SP 800-38A F.1.1, F.1.3, F.1.5
    "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
    "43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4",
    "bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eef"
    "ef7afd2270e2e60adce0ba2face6444e9a4b41ba738d6c72fb16691603c18e0e",
    "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870"
    "b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7",
]
CBC_CIPHERTEXTS = [  # SP 800-38A F.2.1, F.2.3, F.2.5
    "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
    "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7",
    "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"
    "571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd",
    "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
    "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b",
]
SIZES = ["aes128", "aes192", "aes256"]

keys = st.sampled_from([16, 24, 32]).flatmap(lambda n: st.binary(min_size=n, max_size=n))
blocks = st.binary(min_size=16, max_size=16)
texts = st.binary(max_size=70)
whole_texts = st.integers(1, 5).flatmap(lambda n: st.binary(min_size=16 * n, max_size=16 * n))


@pytest.mark.parametrize(
    ("key", "expected"), list(zip(KEYS, ECB_CIPHERTEXTS, strict=True)), ids=SIZES
)
def test_ecb_of_appendix_f1(key: bytes, expected: str) -> None:
    ecb = Ecb(key, NoPadding())
    assert ecb.encrypt(PLAINTEXT).hex() == expected
    assert ecb.decrypt(bytes.fromhex(expected)) == PLAINTEXT


@pytest.mark.parametrize(
    ("key", "expected"), list(zip(KEYS, CBC_CIPHERTEXTS, strict=True)), ids=SIZES
)
def test_cbc_of_appendix_f2(key: bytes, expected: str) -> None:
    cbc = Cbc(key, NoPadding())
    assert cbc.encrypt(IV, PLAINTEXT).hex() == expected
    assert cbc.decrypt(IV, bytes.fromhex(expected)) == PLAINTEXT


def test_cbc_shows_the_blocks_of_appendix_f2() -> None:
    recorder = Recorder()
    Cbc(KEYS[0], NoPadding(), show=recorder).encrypt(IV, PLAINTEXT)
    assert [(name, value.hex()) for name, value in recorder.values[1:]] == [
        ("block[1].input_block", "6bc0bce12a459991e134741a7f9e1925"),
        ("block[1].output_block", "7649abac8119b246cee98e9b12e9197d"),
        ("block[2].input_block", "d86421fb9f1a1eda505ee1375746972c"),
        ("block[2].output_block", "5086cb9b507219ee95db113a917678b2"),
        ("block[3].input_block", "604ed7ddf32efdff7020d0238b7c2a5d"),
        ("block[3].output_block", "73bed6b8e3c1743b7116e69e22229516"),
        ("block[4].input_block", "8521f2fd3c8eef2cdc3da7e5c44ea206"),
        ("block[4].output_block", "3ff1caa1681fac09120eca307586e1a7"),
    ]


def library_encrypt(key: bytes, mode: modes.ECB | modes.CBC, padded: bytes) -> bytes:
    """What `cryptography` makes of a text of whole blocks."""
    encryptor = Cipher(algorithms.AES(key), mode).encryptor()
    return encryptor.update(padded) + encryptor.finalize()


def library_pad(text: bytes) -> bytes:
    """The PKCS #7 padding of `cryptography`."""
    padder = PKCS7(128).padder()
    return padder.update(text) + padder.finalize()


@given(keys, texts)
def test_ecb_with_pkcs7_agrees_with_two_libraries(key: bytes, text: bytes) -> None:
    ciphertext = Ecb(key, Pkcs7Padding()).encrypt(text)
    assert ciphertext == library_encrypt(key, modes.ECB(), library_pad(text))
    assert ciphertext == AES.new(key, AES.MODE_ECB).encrypt(pad(text, 16))
    assert Ecb(key, Pkcs7Padding()).decrypt(ciphertext) == text


@given(keys, blocks, texts)
def test_cbc_with_pkcs7_agrees_with_two_libraries(key: bytes, iv: bytes, text: bytes) -> None:
    ciphertext = Cbc(key, Pkcs7Padding()).encrypt(iv, text)
    assert ciphertext == library_encrypt(key, modes.CBC(iv), library_pad(text))
    assert ciphertext == AES.new(key, AES.MODE_CBC, iv=iv).encrypt(pad(text, 16))
    assert Cbc(key, Pkcs7Padding()).decrypt(iv, ciphertext) == text


@given(keys, blocks, whole_texts)
def test_no_padding_agrees_with_two_libraries(key: bytes, iv: bytes, text: bytes) -> None:
    ecb, cbc = Ecb(key, NoPadding()), Cbc(key, NoPadding())
    assert ecb.encrypt(text) == library_encrypt(key, modes.ECB(), text)
    assert cbc.encrypt(iv, text) == library_encrypt(key, modes.CBC(iv), text)
    # In the other direction the same bytes are a ciphertext.
    assert ecb.decrypt(text) == AES.new(key, AES.MODE_ECB).decrypt(text)
    assert cbc.decrypt(iv, text) == AES.new(key, AES.MODE_CBC, iv=iv).decrypt(text)


@pytest.mark.parametrize("length", [0, 1, 15, 17, 31, 33])
def test_a_plaintext_that_fills_no_whole_blocks_is_refused_without_padding(length: int) -> None:
    with pytest.raises(InvalidArgument, match=f"this one has {length} bytes"):
        Ecb(KEYS[0], NoPadding()).encrypt(bytes(length))
    with pytest.raises(InvalidArgument, match=f"this one has {length} bytes"):
        Cbc(KEYS[0], NoPadding()).encrypt(IV, bytes(length))


@pytest.mark.parametrize("length", [0, 1, 15, 17, 31, 33])
@pytest.mark.parametrize("padding", [NoPadding(), Pkcs7Padding()], ids=["none", "pkcs7"])
def test_a_ciphertext_that_fills_no_whole_blocks_is_refused(padding: Padding, length: int) -> None:
    with pytest.raises(InvalidCiphertext, match=f"this one has {length} bytes"):
        Ecb(KEYS[0], padding).decrypt(bytes(length))
    with pytest.raises(InvalidCiphertext, match=f"this one has {length} bytes"):
        Cbc(KEYS[0], padding).decrypt(IV, bytes(length))


@pytest.mark.parametrize("length", [0, 8, 12, 15, 17, 32])
def test_an_iv_of_another_length_is_refused(length: int) -> None:
    cbc = Cbc(KEYS[0], NoPadding())
    with pytest.raises(InvalidArgument, match=f"16 bytes, this one has {length}"):
        cbc.encrypt(bytes(length), bytes(16))
    with pytest.raises(InvalidArgument, match=f"16 bytes, this one has {length}"):
        cbc.decrypt(bytes(length), bytes(16))


@pytest.mark.parametrize("mode", [Ecb, Cbc])
def test_a_key_of_another_length_is_refused(mode: type[Ecb] | type[Cbc]) -> None:
    with pytest.raises(InvalidArgument, match="16, 24 or 32 bytes, this one has 20"):
        mode(bytes(20), NoPadding())


@given(keys, blocks, st.binary(min_size=16, max_size=16))
def test_bad_padding_is_refused_in_both_modes(key: bytes, iv: bytes, block: bytes) -> None:
    """A block whose last byte is no padding length, encrypted without padding."""
    block = block[:-1] + bytes([block[-1] | 0x80])
    ecb = Ecb(key, NoPadding()).encrypt(block)
    cbc = Cbc(key, NoPadding()).encrypt(iv, block)
    with pytest.raises(InvalidCiphertext, match="padding"):
        Ecb(key, Pkcs7Padding()).decrypt(ecb)
    with pytest.raises(InvalidCiphertext, match="padding"):
        Cbc(key, Pkcs7Padding()).decrypt(iv, cbc)
