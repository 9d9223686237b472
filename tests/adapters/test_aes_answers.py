"""The right answers and the right refusals of AES, asked of every adapter over a real target."""

from __future__ import annotations

import pytest

from kmsproof.outcome import Error, Ok, Rejected, Unsupported
from kmsproof.target import Adapter
from kmsproof.vocabulary import Algorithm, KeySpec, PaddingMode, RejectionClass
from kmsproof_reference.padding import Pkcs7Padding
from kmsproof_testing.asking import (
    CBC,
    CBC_PKCS7,
    ECB,
    ECB_PKCS7,
    GCM,
    Asker,
    Mode,
    offered,
    value_of,
)

KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")

KEYS = {
    KeySpec.AES_128: KEY,
    KeySpec.AES_192: bytes.fromhex("8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"),
    KeySpec.AES_256: bytes.fromhex(
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
    ),
}
"""The keys of SP 800-38A appendix F."""

PLAINTEXT = bytes.fromhex("6bc1bee22e409f96e93d7e117393172a")
"""The first block of SP 800-38A appendix F."""

FIRST_BLOCKS = {
    (KeySpec.AES_128, ECB): "3ad77bb40d7a3660a89ecaf32466ef97",  # F.1.1
    (KeySpec.AES_192, ECB): "bd334f1d6e45f25ff712a214571fa5cc",  # F.1.3
    (KeySpec.AES_256, ECB): "f3eed1bdb5d2a03c064b5a7e3db181f8",  # F.1.5
    (KeySpec.AES_128, CBC): "7649abac8119b246cee98e9b12e9197d",  # F.2.1
    (KeySpec.AES_192, CBC): "4f021db243bc633d7178183a9fa071e8",  # F.2.3
    (KeySpec.AES_256, CBC): "f58c4c04d6e5f1ba779eabfb5f7bfbd6",  # F.2.5
}

GCM_EXAMPLE = {
    "key": "feffe9928665731c6d6a8f9467308308",
    "iv": "cafebabefacedbaddecaf888",
    "aad": "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    "plaintext": "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    "ciphertext": "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
    "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
    "tag": "5bc94fbc3221a5db94fae95ae7121a47",
}
"""Test case 4 of the GCM specification by McGrew and Viega."""


def assert_bad_ciphertext(adapter: Adapter, outcome: object) -> None:
    """See that a ciphertext was refused as one, or not answered as SoftHSM does not answer it."""
    if adapter.name == "pkcs11" and isinstance(outcome, Error):
        # SoftHSM 2.6.1 says CKR_GENERAL_ERROR, which stands for any trouble whatever.
        assert outcome.message == "CKR_GENERAL_ERROR"
    else:
        assert isinstance(outcome, Rejected), outcome
        assert outcome.rejection is RejectionClass.INVALID_CIPHERTEXT
        assert outcome.native_code


# Known answers.


@pytest.mark.parametrize(("key_spec", "mode"), FIRST_BLOCKS, ids=str)
def test_block_modes_give_the_answers_of_the_standard(
    asker: Asker, key_spec: KeySpec, mode: Mode
) -> None:
    key, iv = asker.key(KEYS[key_spec]), mode.iv
    expected = bytes.fromhex(FIRST_BLOCKS[key_spec, mode])
    encrypted = value_of(asker.encrypt(key, mode, PLAINTEXT, iv))
    assert (encrypted.ciphertext, encrypted.iv, encrypted.tag) == (expected, iv, None)
    assert value_of(asker.decrypt(key, mode, expected, iv)).plaintext == PLAINTEXT


def test_gcm_gives_the_answer_of_its_specification(asker: Asker) -> None:
    example = {name: bytes.fromhex(text) for name, text in GCM_EXAMPLE.items()}
    key, iv, aad = asker.key(example["key"]), example["iv"], example["aad"]
    sealed = value_of(asker.encrypt(key, GCM, example["plaintext"], iv, aad, 16))
    assert (sealed.ciphertext, sealed.iv, sealed.tag) == (
        example["ciphertext"],
        iv,
        example["tag"],
    )
    opened = asker.decrypt(key, GCM, example["ciphertext"], iv, aad, example["tag"], 16)
    assert value_of(opened).plaintext == example["plaintext"]


def test_gcm_tag_has_16_bytes_unless_asked_otherwise(asker: Asker) -> None:
    key, iv = asker.key(KEY), bytes(12)
    sealed = value_of(asker.encrypt(key, GCM, PLAINTEXT, iv))
    assert sealed.tag is not None
    assert len(sealed.tag) == 16
    assert value_of(asker.decrypt(key, GCM, sealed.ciphertext, iv, tag=sealed.tag)).plaintext


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 48])
def test_pkcs7_is_the_unpadded_mode_of_the_padded_text(asker: Asker, length: int) -> None:
    key, plaintext = asker.key(KEY), bytes(range(length))
    for mode in offered(asker.describe(), ECB_PKCS7, CBC_PKCS7):
        iv = mode.iv
        bare = Mode(mode.algorithm, PaddingMode.NO_PADDING)
        padded = Pkcs7Padding().pad(plaintext)
        expected = value_of(asker.encrypt(key, bare, padded, iv)).ciphertext
        assert value_of(asker.encrypt(key, mode, plaintext, iv)).ciphertext == expected
        assert value_of(asker.decrypt(key, mode, expected, iv)).plaintext == plaintext


# Refusals.


def changed(data: bytes) -> bytes:
    """The data with its last bit flipped."""
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize("tag_length", [4, 12, 16])
def test_gcm_tampering_is_refused(asker: Asker, adapter: Adapter, tag_length: int) -> None:
    key, iv, aad = asker.key(KEY), bytes(12), b"associated"
    sealed = value_of(asker.encrypt(key, GCM, PLAINTEXT, iv, aad, tag_length))
    text, tag = sealed.ciphertext, sealed.tag
    assert tag is not None
    for outcome in (
        asker.decrypt(key, GCM, text, iv, aad, changed(tag), tag_length),
        asker.decrypt(key, GCM, changed(text), iv, aad, tag, tag_length),
        asker.decrypt(key, GCM, text, changed(iv), aad, tag, tag_length),
        asker.decrypt(key, GCM, text, iv, changed(aad), tag, tag_length),
        asker.decrypt(key, GCM, text, iv, None, tag, tag_length),
    ):
        assert_bad_ciphertext(adapter, outcome)


@pytest.mark.parametrize("tag_length", [12, 16])
def test_gcm_tag_of_another_length_is_refused(
    asker: Asker, adapter: Adapter, tag_length: int
) -> None:
    key, iv = asker.key(KEY), bytes(12)
    full = value_of(asker.encrypt(key, GCM, PLAINTEXT, iv, tag_length=16))
    tag = full.tag
    assert tag is not None
    for length in (0, 1, 4, 11, 13, 15, 17, 32):
        wrong = (tag + tag)[:length]
        outcome = asker.decrypt(key, GCM, full.ciphertext, iv, tag=wrong, tag_length=tag_length)
        assert_bad_ciphertext(adapter, outcome)
    if tag_length < 16:
        outcome = asker.decrypt(key, GCM, full.ciphertext, iv, tag=tag, tag_length=tag_length)
        assert_bad_ciphertext(adapter, outcome)


def test_bad_padding_is_refused(asker: Asker, adapter: Adapter) -> None:
    key = asker.key(KEY)
    for mode in offered(asker.describe(), ECB_PKCS7, CBC_PKCS7):
        iv, bare = mode.iv, Mode(mode.algorithm, PaddingMode.NO_PADDING)
        for last in (bytes(16), bytes([17]) * 16, bytes(13) + b"\x02\x03\x03", b"\x80" + bytes(15)):
            ciphertext = value_of(asker.encrypt(key, bare, PLAINTEXT + last, iv)).ciphertext
            assert_bad_ciphertext(adapter, asker.decrypt(key, mode, ciphertext, iv))


@pytest.mark.parametrize("length", [1, 15, 17, 31])
def test_partial_blocks_are_refused(asker: Asker, adapter: Adapter, length: int) -> None:
    key, data = asker.key(KEY), bytes(length)
    outcome: object
    for mode in offered(asker.describe(), ECB, CBC):
        outcome = asker.encrypt(key, mode, data, mode.iv)
        assert isinstance(outcome, Rejected)
        assert outcome.rejection is RejectionClass.INVALID_ARGUMENT
    for mode in offered(asker.describe(), ECB, CBC, ECB_PKCS7, CBC_PKCS7):
        outcome = asker.decrypt(key, mode, data, mode.iv)
        assert_bad_ciphertext(adapter, outcome)


def test_empty_ciphertext_has_no_padding_to_remove(asker: Asker, adapter: Adapter) -> None:
    key = asker.key(KEY)
    for mode in offered(asker.describe(), ECB_PKCS7, CBC_PKCS7):
        assert_bad_ciphertext(adapter, asker.decrypt(key, mode, b"", mode.iv))


@pytest.mark.parametrize("length", [0, 8, 12, 15, 17, 32])
def test_cbc_iv_of_wrong_length_is_refused(asker: Asker, length: int) -> None:
    if asker.describe().name == "Mozilla Foundation NSS 3":
        return  # NSS does not look at the length: see test_pkcs11_nss.py.
    key, iv = asker.key(KEY), bytes(length)
    for mode in (CBC, CBC_PKCS7):
        for outcome in (
            asker.encrypt(key, mode, PLAINTEXT, iv),
            asker.decrypt(key, mode, PLAINTEXT, iv),
        ):
            assert isinstance(outcome, Rejected)
            # SoftHSM 2.6.1 says CKR_MECHANISM_INVALID, as if it knew no CBC.
            assert outcome.rejection is RejectionClass.INVALID_ARGUMENT or (
                outcome.native_code == "CKR_MECHANISM_INVALID"
            )


def test_missing_iv_and_tag_are_refused(asker: Asker) -> None:
    key = asker.key(KEY)
    for outcome in (
        asker.encrypt(key, GCM, PLAINTEXT),
        asker.encrypt(key, CBC, PLAINTEXT),
        asker.decrypt(key, GCM, PLAINTEXT, tag=bytes(16)),
        asker.decrypt(key, CBC, PLAINTEXT),
        asker.decrypt(key, GCM, PLAINTEXT, GCM.iv),
    ):
        assert isinstance(outcome, Rejected)
        assert outcome.rejection is RejectionClass.INVALID_ARGUMENT


def test_arguments_that_nobody_would_look_at_are_refused(asker: Asker) -> None:
    key, iv = asker.key(KEY), bytes(16)
    gcm_padded = Mode(Algorithm.GCM, PaddingMode.PKCS7_PADDING)
    for outcome in (
        asker.encrypt(key, CBC, PLAINTEXT, iv, aad=b"a"),
        asker.encrypt(key, ECB, PLAINTEXT, aad=b"a"),
        asker.encrypt(key, CBC, PLAINTEXT, iv, tag_length=16),
        asker.decrypt(key, CBC, PLAINTEXT, iv, aad=b"a"),
        asker.decrypt(key, CBC, PLAINTEXT, iv, tag=bytes(16)),
        asker.encrypt(key, gcm_padded, PLAINTEXT, iv),
        asker.encrypt(key, Mode(Algorithm.CBC), PLAINTEXT, iv),
        asker.decrypt(key, Mode(Algorithm.ECB), PLAINTEXT),
    ):
        assert isinstance(outcome, Rejected)
        assert outcome.rejection is RejectionClass.INVALID_ARGUMENT


def test_what_is_not_declared_is_unsupported(asker: Asker) -> None:
    key = asker.key(KEY)
    oaep = Mode(Algorithm.RSAES_OAEP_SHA_256)
    assert isinstance(asker.encrypt(key, oaep, PLAINTEXT), Unsupported)
    assert isinstance(asker.decrypt(key, oaep, PLAINTEXT), Unsupported)
    for mode in (ECB_PKCS7, CBC_PKCS7):
        declared = bool(offered(asker.describe(), mode))
        outcome = asker.encrypt(key, mode, PLAINTEXT, mode.iv)
        assert isinstance(outcome, Ok if declared else Unsupported)
