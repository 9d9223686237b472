"""Whatever is asked, the targets answer, and those that say Ok say what the reference says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmsproof.outcome import Decrypted, Encrypted, Ok, Rejected
from kmsproof.targets import open_in_process
from kmsproof.vocabulary import Algorithm, PaddingMode
from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.padding import NoPadding, Pkcs7Padding
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

LIBRARIES = ("reference", "cryptography", "pycryptodome")

KEYS = st.sampled_from((16, 24, 32)).flatmap(lambda n: st.binary(min_size=n, max_size=n))
TEXTS = st.binary(max_size=70)
MODES = st.sampled_from((GCM, ECB, ECB_PKCS7, CBC, CBC_PKCS7))
IVS = st.none() | st.binary(max_size=40) | st.just(bytes(12)) | st.just(bytes(16))
LENGTHS = st.none() | st.integers(0, 20)


@pytest.fixture(scope="module")
def libraries() -> Iterator[list[Asker]]:
    """The three libraries, open."""
    askers = [Asker(open_in_process(name)) for name in LIBRARIES]
    yield askers
    for asker in askers:
        asker.close()


@given(key=KEYS, mode=MODES, text=TEXTS, iv=IVS, aad=st.none() | TEXTS, tag=IVS, tag_length=LENGTHS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_libraries_answer_everything_and_agree(
    libraries: list[Asker],
    key: bytes,
    mode: Mode,
    text: bytes,
    iv: bytes | None,
    aad: bytes | None,
    tag: bytes | None,
    tag_length: int | None,
) -> None:
    encrypted: list[Encrypted] = []
    decrypted: list[Decrypted] = []
    for asker in libraries:
        handle = asker.key(key)
        sealed = asker.encrypt(handle, mode, text, iv, aad, tag_length)
        opened = asker.decrypt(handle, mode, text, iv, aad, tag, tag_length)
        asker.destroy(handle)
        assert isinstance(sealed, Ok | Rejected)
        assert isinstance(opened, Ok | Rejected)
        encrypted += [sealed.value] if isinstance(sealed, Ok) else []
        decrypted += [opened.value] if isinstance(opened, Ok) else []
    assert all(value == encrypted[0] for value in encrypted)
    assert all(value == decrypted[0] for value in decrypted)


ON_EACH_TARGET = settings(
    max_examples=60,
    deadline=None,
    # One open target serves all examples: every example has keys of its own.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@given(
    key=KEYS,
    text=TEXTS,
    iv=st.binary(min_size=8, max_size=40),
    aad=TEXTS,
    tag_length=st.integers(12, 16),
)
@ON_EACH_TARGET
def test_gcm_of_every_target_is_that_of_the_reference(
    asker: Asker, key: bytes, text: bytes, iv: bytes, aad: bytes, tag_length: int
) -> None:
    ciphertext, tag = Gcm(key).encrypt(iv, text, aad, tag_length)
    handle = asker.key(key)
    sealed = value_of(asker.encrypt(handle, GCM, text, iv, aad, tag_length))
    opened = value_of(asker.decrypt(handle, GCM, ciphertext, iv, aad, tag, tag_length))
    asker.destroy(handle)
    assert (sealed.ciphertext, sealed.tag) == (ciphertext, tag)
    assert opened.plaintext == text


@given(key=KEYS, text=TEXTS, iv=st.binary(min_size=16, max_size=16))
@ON_EACH_TARGET
def test_block_modes_of_every_target_are_those_of_the_reference(
    asker: Asker, key: bytes, text: bytes, iv: bytes
) -> None:
    handle, whole = asker.key(key), text[:16].ljust(16) + text[16 : len(text) // 16 * 16]
    for mode in offered(asker.describe(), ECB, ECB_PKCS7, CBC, CBC_PKCS7):
        padding = Pkcs7Padding() if mode.padding is PaddingMode.PKCS7_PADDING else NoPadding()
        plaintext = text if mode.padding is PaddingMode.PKCS7_PADDING else whole
        chained = mode.algorithm is Algorithm.CBC
        ciphertext = (
            Cbc(key, padding).encrypt(iv, plaintext)
            if chained
            else Ecb(key, padding).encrypt(plaintext)
        )
        given_iv = iv if chained else None
        sealed = value_of(asker.encrypt(handle, mode, plaintext, given_iv))
        opened = value_of(asker.decrypt(handle, mode, ciphertext, given_iv))
        assert sealed.ciphertext == ciphertext
        assert opened.plaintext == plaintext
    asker.destroy(handle)
