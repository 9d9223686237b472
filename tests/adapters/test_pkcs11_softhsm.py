"""A session on a real SoftHSM: whose keys it leaves behind, and where SoftHSM leaves the standard.

The deviations are stated as what SoftHSM 2.6.1 over OpenSSL 3 does *or* what is right, so that a
SoftHSM that does right passes too, and one that does something else again is noticed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pkcs11
import pytest
from pkcs11.types import Session

from kmsproof.capability import LengthRange
from kmsproof.outcome import Error, ErrorKind, Ok, Rejected
from kmsproof_adapters.pkcs11 import ADAPTER
from kmsproof_adapters.pkcs11.aes import iv_lengths
from kmsproof_reference.gcm import Gcm
from kmsproof_testing.asking import CBC, CBC_PKCS7, ECB, GCM, Asker, value_of
from softhsm import SofthsmToken

pytestmark = pytest.mark.softhsm

KEY = bytes(range(16))
PLAINTEXT = b"a message of some bytes"


@pytest.fixture
def asker(softhsm_token: SofthsmToken) -> Iterator[Asker]:
    """The token, opened as a target."""
    asker = Asker(ADAPTER.open(softhsm_token.uri.removeprefix("pkcs11:")))
    yield asker
    asker.close()


def open_session(token: SofthsmToken, pin: str | None) -> Session:
    """A session of the test's own, in the same process; it sees the session objects of others."""
    module = pkcs11.lib(str(token.module))
    return module.get_token(token_label=token.label).open(user_pin=pin)


# Sessions and keys.


def test_keys_live_in_the_session_and_are_destroyed_one_by_one(
    softhsm_token: SofthsmToken, asker: Asker
) -> None:
    handles = [asker.key(KEY) for _ in range(3)]
    session = open_session(softhsm_token, None)
    assert len(list(session.get_objects())) == 3
    asker.destroy(handles[0])
    objects = list(session.get_objects())
    assert len(objects) == 2
    assert not any(one[pkcs11.Attribute.TOKEN] for one in objects)
    session.close()


def test_close_leaves_nothing_and_logs_out(softhsm_token: SofthsmToken) -> None:
    asker = Asker(ADAPTER.open(softhsm_token.uri.removeprefix("pkcs11:")))
    asker.key(KEY)
    assert isinstance(asker.close(), Ok)
    # A login would be refused if the target's session were still there.
    session = open_session(softhsm_token, softhsm_token.pin_file.read_text())
    assert list(session.get_objects()) == []
    session.close()


def test_key_that_left_the_token_is_not_found(softhsm_token: SofthsmToken, asker: Asker) -> None:
    key = asker.key(KEY)
    session = open_session(softhsm_token, None)
    for one in session.get_objects():
        one.destroy()
    session.close()
    for outcome in (asker.encrypt(key, ECB, bytes(16)), asker.destroy(key)):
        assert isinstance(outcome, Rejected)
        assert outcome.native_code in ("CKR_KEY_HANDLE_INVALID", "CKR_OBJECT_HANDLE_INVALID")


def test_no_pin_in_any_text_of_the_target(softhsm_token: SofthsmToken, asker: Asker) -> None:
    pin = softhsm_token.pin_file.read_text()
    texts = [repr(asker.target), repr(asker.describe()), repr(vars(asker.target))]
    assert not [text for text in texts if pin in text]


def test_iv_range_is_that_of_the_version_of_the_standard() -> None:
    assert iv_lengths((2, 40)) == LengthRange(1, 256)
    assert iv_lengths((3, 0)) == LengthRange(1, 2**32 - 1)


# Where SoftHSM leaves the standard.


@pytest.mark.parametrize("length", [129, 255, 256])
def test_softhsm_cuts_a_long_gcm_iv_to_its_first_12_bytes(asker: Asker, length: int) -> None:
    """Two IVs that begin alike give the same key stream; PKCS#11 v2.40 allows 256 bytes."""
    key, iv = asker.key(KEY), bytes(i % 256 for i in range(length))
    outcome = asker.encrypt(key, GCM, PLAINTEXT, iv)
    if isinstance(outcome, Rejected):
        return
    sealed = value_of(outcome)
    right, cut = Gcm(KEY).encrypt(iv, PLAINTEXT), Gcm(KEY).encrypt(iv[:12], PLAINTEXT)
    assert (sealed.ciphertext, sealed.tag) in (right, cut)


def test_softhsm_takes_an_empty_gcm_iv_for_16_zero_bytes(asker: Asker) -> None:
    """Every message under it has the same key stream; PKCS#11 and SP 800-38D want one byte."""
    outcome = asker.encrypt(asker.key(KEY), GCM, PLAINTEXT, b"")
    if isinstance(outcome, Rejected):
        return
    sealed = value_of(outcome)
    assert (sealed.ciphertext, sealed.tag) == Gcm(KEY).encrypt(bytes(16), PLAINTEXT)


@pytest.mark.parametrize("mode", [GCM, CBC_PKCS7], ids=str)
def test_softhsm_has_no_word_for_a_bad_ciphertext(asker: Asker, mode: object) -> None:
    """A wrong tag or padding is CKR_GENERAL_ERROR, which must not count as a refusal."""
    key = asker.key(KEY)
    if mode is GCM:
        outcome = asker.decrypt(key, GCM, PLAINTEXT, GCM.iv, tag=bytes(16))
    else:
        outcome = asker.decrypt(key, CBC_PKCS7, bytes(32), CBC.iv)
    if isinstance(outcome, Rejected):
        assert outcome.native_code == "CKR_ENCRYPTED_DATA_INVALID"
    else:
        assert outcome == Error(ErrorKind.INTERNAL, "CKR_GENERAL_ERROR")
    right, tag = Gcm(KEY).encrypt(bytes(12), PLAINTEXT)
    assert value_of(asker.decrypt(key, GCM, right, bytes(12), tag=tag)).plaintext == PLAINTEXT
