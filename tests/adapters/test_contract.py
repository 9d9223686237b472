"""What every adapter of the suite keeps to, asked of each of them over a real target."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kmsproof.capability import PROTOCOL_VERSION, Description, LengthRange
from kmsproof.errors import UsageError
from kmsproof.messages import (
    DescribeKey,
    DisableKey,
    EnableKey,
    Sign,
    Verify,
)
from kmsproof.outcome import Ok, Rejected, Unsupported
from kmsproof.target import Adapter, Target
from kmsproof.targets import find_adapter
from kmsproof.vocabulary import (
    AES_KEY_LENGTHS,
    Algorithm,
    HexBytes,
    KeyPart,
    KeySpec,
    KeyUsage,
    RejectionClass,
)
from kmsproof_reference.gcm import Gcm
from kmsproof_testing.asking import (
    CBC,
    ECB,
    GCM,
    Asker,
    value_of,
)
from kmsproof_vectors.encoding import json_decoder, json_encoder

UNLIMITED = 65_537
"""Bytes that stand for a range without an end, or with one that does not fit into memory."""

KEY = bytes(range(16))
PLAINTEXT = b"sixteen byte text"[:16]

# What is declared.


def test_description_is_well_formed(asker: Asker, adapter: Adapter) -> None:
    description = asker.describe()
    assert isinstance(asker.target, Target)
    assert description.protocol == PROTOCOL_VERSION
    assert description.name
    assert description.version
    aes = {Algorithm.GCM, Algorithm.ECB, Algorithm.CBC}
    assert {c.algorithm for c in description.algorithms} >= aes
    for capability in description.algorithms:
        on_aes_keys = capability.algorithm in aes
        assert (set(capability.key_specs) == set(AES_KEY_LENGTHS)) == on_aes_keys
    encoded = json_encoder().encode(description)
    assert json_decoder(Description).decode(encoded) == description
    assert adapter.native == (adapter.name == "pkcs11")


def ends(ranges: tuple[LengthRange, ...]) -> list[int]:
    """The first and the last length of each range."""
    return [
        end
        for one in ranges
        for end in (one.minimum, UNLIMITED if one.maximum is None else one.maximum)
    ]


def test_ends_of_declared_gcm_ranges_work(asker: Asker, adapter: Adapter) -> None:
    capability = next(c for c in asker.describe().algorithms if c.algorithm is Algorithm.GCM)
    key, reference = asker.key(KEY), Gcm(KEY)
    iv_lengths = ends(capability.iv_lengths)
    if adapter.name == "pkcs11":
        # SoftHSM does not keep what PKCS#11 promises of longer ones: see test_pkcs11_softhsm.py.
        iv_lengths = [length for length in iv_lengths if length <= 128]
    calls = [(n, 0, 16) for n in iv_lengths]
    calls += [(12, min(n, UNLIMITED), 16) for n in ends(capability.aad_lengths)]
    calls += [(12, 7, n) for n in ends(capability.tag_lengths)]
    for iv_length, aad_length, tag_length in calls:
        iv, aad = bytes(iv_length), bytes(aad_length)
        right, tag = reference.encrypt(iv, PLAINTEXT, aad, tag_length)
        sealed = value_of(asker.encrypt(key, GCM, PLAINTEXT, iv, aad, tag_length))
        assert (sealed.ciphertext, sealed.tag) == (right, tag), (iv_length, aad_length, tag_length)
        opened = asker.decrypt(key, GCM, right, iv, aad, tag, tag_length)
        assert value_of(opened).plaintext == PLAINTEXT


@pytest.mark.parametrize("name", ["reference", "cryptography", "pycryptodome"])
def test_nothing_just_outside_declared_gcm_ranges_works(name: str) -> None:
    asker = Asker(find_adapter(name).open(""))
    capability = next(c for c in asker.describe().algorithms if c.algorithm is Algorithm.GCM)
    key = asker.key(KEY)
    for parameter, ranges in (("iv", capability.iv_lengths), ("tag", capability.tag_lengths)):
        for length in range(300):
            iv_length, tag_length = (length, 16) if parameter == "iv" else (12, length)
            outcome = asker.encrypt(key, GCM, PLAINTEXT, bytes(iv_length), None, tag_length)
            declared = any(length in one for one in ranges)
            assert isinstance(outcome, Ok if declared else Rejected), (parameter, length)


# Keys.


def test_unknown_key_is_not_found(asker: Asker) -> None:
    for outcome in (
        asker.encrypt("nobody", ECB, PLAINTEXT),
        asker.decrypt("nobody", ECB, PLAINTEXT),
        asker.destroy("nobody"),
    ):
        assert isinstance(outcome, Rejected)
        assert outcome.rejection is RejectionClass.NOT_FOUND


def test_destroyed_key_is_not_found_and_others_live_on(asker: Asker) -> None:
    destroyed, kept = asker.key(KEY), asker.key(KEY)
    assert destroyed != kept
    assert isinstance(asker.destroy(destroyed), Ok)
    for outcome in (asker.encrypt(destroyed, ECB, PLAINTEXT), asker.destroy(destroyed)):
        assert isinstance(outcome, Rejected)
        assert outcome.rejection is RejectionClass.NOT_FOUND
    assert value_of(asker.encrypt(kept, ECB, PLAINTEXT)).ciphertext


@pytest.mark.usefixtures("nothing_open")
def test_handles_are_fresh_in_every_session(adapter: Adapter, argument: str) -> None:
    handles: list[str] = []
    for _ in range(2):
        asker = Asker(adapter.open(argument))
        handles.append(asker.key(KEY))
        asker.close()
    assert handles[0] != handles[1]


@pytest.mark.parametrize("length", [0, 1, 15, 17, 24, 32, 33])
def test_key_of_wrong_length_is_refused(asker: Asker, length: int) -> None:
    outcome = asker.import_secret(bytes(length), KeySpec.AES_128)
    assert isinstance(outcome, Rejected)
    assert outcome.rejection is RejectionClass.INVALID_ARGUMENT


def test_aes_key_for_signing_is_refused(asker: Asker) -> None:
    outcome = asker.import_secret(KEY, usage=KeyUsage.SIGN_VERIFY)
    assert isinstance(outcome, Rejected)
    assert outcome.rejection is RejectionClass.WRONG_KEY_USAGE


def test_keys_that_are_not_declared_are_unsupported(asker: Asker) -> None:
    assert isinstance(asker.import_secret(KEY, part=KeyPart.PRIVATE), Unsupported)
    assert isinstance(asker.import_secret(KEY, KeySpec.RSA_2048), Unsupported)


# What is not offered.


def test_methods_that_are_not_offered_answer_unsupported(asker: Asker) -> None:
    target, key = asker.target, asker.key(KEY)
    message = HexBytes(b"message")
    calls: list[Callable[[], object]] = [
        lambda: target.describe_key(DescribeKey(key=key)),
        lambda: target.disable_key(DisableKey(key=key)),
        lambda: target.enable_key(EnableKey(key=key)),
        lambda: target.sign(Sign(key=key, algorithm=Algorithm.RSA_PSS_SHA_256, message=message)),
        lambda: target.verify(
            Verify(key=key, algorithm=Algorithm.RSA_PSS_SHA_256, message=message, signature=message)
        ),
    ]
    for call in calls:
        assert isinstance(call(), Unsupported)


# The end, and secrets.


@pytest.mark.usefixtures("nothing_open")
def test_close_lets_go_of_all_keys_and_can_be_repeated(adapter: Adapter, argument: str) -> None:
    asker = Asker(adapter.open(argument))
    key = asker.key(KEY)
    assert isinstance(asker.close(), Ok)
    outcome = asker.encrypt(key, ECB, PLAINTEXT)
    assert isinstance(outcome, Rejected)
    assert outcome.rejection is RejectionClass.NOT_FOUND
    assert isinstance(asker.close(), Ok)
    again = Asker(adapter.open(argument))
    assert value_of(again.encrypt(again.key(KEY), ECB, PLAINTEXT)).ciphertext
    again.close()


def test_no_key_is_in_any_text(asker: Asker) -> None:
    secret = bytes.fromhex("00deadbeefcafe0123456789abcdef99")
    key = asker.key(secret)
    texts = [repr(asker.target), repr(asker.describe()), key]
    texts += [repr(asker.import_secret(secret, KeySpec.AES_256))]
    texts += [repr(asker.encrypt(key, CBC, b"x", bytes(3))), repr(asker.decrypt(key, ECB, b"x"))]
    texts += [repr(held) for held in vars(asker.target).values()]
    for text in texts:
        assert secret.hex() not in text
        assert repr(secret)[2:-1] not in text


def test_targets_without_variants_take_no_argument(adapter: Adapter) -> None:
    with pytest.raises(UsageError):
        adapter.open("something")


def test_health_says_what_is_installed(adapter: Adapter) -> None:
    health = adapter.health()
    assert health.ready
    assert any(character.isdigit() for character in health.detail)
