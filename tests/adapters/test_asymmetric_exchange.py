"""What one library makes, every other one takes; and of what is changed all say the same.

They differ in nothing but what they declare: labels, and the hybrid form of a point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmsproof.outcome import Decrypted, Ok, Outcome, Rejected, Verified
from kmsproof.targets import open_in_process
from kmsproof.vocabulary import (
    EC_CURVES,
    Algorithm,
    Feature,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
)
from kmsproof_reference import ec_key_encoding
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.ec_keys import generate_ec_key
from kmsproof_testing.asking import ECIES, OAEP, Asker, Mode, value_of
from kmsproof_testing.asymmetric import LIBRARIES, features
from kmsproof_testing.key_pairs import CURVES, KeyPair, key_pair


def _ec_pair(key_spec: KeySpec, name: str) -> KeyPair:
    key = generate_ec_key(CURVES[key_spec], Drbg(b"pool of keys", f"{key_spec} {name}".encode()))
    private = ec_key_encoding.encode_private_key(key)
    return KeyPair(key_spec, private, ec_key_encoding.encode_public_key(key.public))


POOL: list[KeyPair] = [
    key_pair(KeySpec.RSA_2048),
    key_pair(KeySpec.RSA_3072),
    *(_ec_pair(key_spec, name) for key_spec in EC_CURVES for name in ("one", "two")),
]
"""A few keys of each kind: to load one costs more than to use it."""

USAGES = {True: KeyUsage.SIGN_VERIFY, False: KeyUsage.ENCRYPT_DECRYPT}
SCHEMES = {
    True: (Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256),
    False: (Algorithm.ECDSA_SHA_256,),
}

EXAMPLES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MORE = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Library:
    """An open library; its keys are imported when they are wanted for the first time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asker = Asker(open_in_process(name))
        self._handles: dict[tuple[int, KeyPart, bool], str] = {}
        self.labels = Feature.OAEP_LABEL in features(
            self.asker, KeySpec.RSA_2048, Algorithm.RSAES_OAEP_SHA_256
        )
        self.takes_hybrid_points = Feature.HYBRID_POINT in features(
            self.asker, KeySpec.EC_P256, Algorithm.ECIES_DH_SHA_1_XOR_HMAC
        )

    def key(self, number: int, part: KeyPart, *, signs: bool) -> str:
        """The handle of a key of the pool."""
        wanted = (number, part, signs)
        if wanted not in self._handles:
            pair = POOL[number]
            taken = self.asker.import_part(part, pair.part(part), pair.key_spec, USAGES[signs])
            self._handles[wanted] = value_of(taken).key
        return self._handles[wanted]


@pytest.fixture(scope="module")
def libraries() -> Iterator[list[Library]]:
    """The three libraries, open."""
    opened = [Library(name) for name in LIBRARIES]
    yield opened
    for library in opened:
        library.asker.close()


def is_rsa(number: int) -> bool:
    return POOL[number].key_spec not in EC_CURVES


KEYS = st.integers(0, len(POOL) - 1)
TEXTS = st.binary(max_size=60)
LABELS = st.none() | st.binary(max_size=20)


@dataclass(frozen=True)
class Change:
    """A change of octets that is drawn before the octets are there, since they differ each time."""

    at: int
    left_out: int
    put_in: bytes
    bit: int | None = None
    cut: bool = False

    def of(self, octets: bytes) -> bytes:
        """Return the changed octets; the position is counted cyclically."""
        at = self.at % len(octets)
        if self.cut:
            return octets[:at]
        if self.bit is not None:
            return octets[:at] + bytes([octets[at] ^ (1 << self.bit)]) + octets[at + 1 :]
        return octets[:at] + self.put_in + octets[at + self.left_out :]


POSITIONS = st.integers(-3, 3) | st.integers(0, 400)
CHANGES = st.one_of(
    st.builds(Change, POSITIONS, st.just(1), st.just(b""), st.integers(0, 7)),
    st.builds(Change, POSITIONS, st.integers(0, 2), st.binary(max_size=2)),
    st.builds(Change, POSITIONS, st.just(0), st.just(b""), cut=st.just(True)),
)


def modes_of(number: int) -> list[Mode]:
    return [OAEP] if is_rsa(number) else list(ECIES.values())


@given(number=KEYS, text=TEXTS, label=LABELS, part=st.sampled_from(["private", "public"]))
@EXAMPLES
def test_what_one_encrypts_every_other_decrypts(
    libraries: list[Library], number: int, text: bytes, label: bytes | None, part: str
) -> None:
    for mode in modes_of(number):
        used = label if mode is OAEP else None
        able = [library for library in libraries if library.labels or not used]
        assert len(able) > 1
        for sender in able:
            key = sender.key(number, KeyPart(part), signs=False)
            sealed = value_of(sender.asker.encrypt(key, mode, text, label=used)).ciphertext
            for receiver in able:
                own = receiver.key(number, KeyPart.PRIVATE, signs=False)
                opened = receiver.asker.decrypt(own, mode, sealed, label=used)
                assert value_of(opened).plaintext == text, (sender.name, receiver.name)


@given(
    number=KEYS,
    message=TEXTS,
    message_type=st.sampled_from(list(MessageType)),
    part=st.sampled_from(["private", "public"]),
)
@EXAMPLES
def test_what_one_signs_every_other_verifies(
    libraries: list[Library], number: int, message: bytes, message_type: MessageType, part: str
) -> None:
    digest = message_type is MessageType.DIGEST
    given = sha256(message).digest() if digest else message
    for algorithm in SCHEMES[is_rsa(number)]:
        signatures: set[bytes] = set()
        for signer in libraries:
            key = signer.key(number, KeyPart.PRIVATE, signs=True)
            signed = value_of(signer.asker.sign(key, algorithm, given, message_type)).signature
            signatures.add(signed)
            for verifier in libraries:
                other = verifier.key(number, KeyPart(part), signs=True)
                names = (signer.name, verifier.name, algorithm)
                for form, text in ((message_type, given), (MessageType.RAW, message)):
                    found = verifier.asker.verify(other, algorithm, text, signed, form)
                    assert value_of(found).valid, names
                wrong = verifier.asker.verify(other, algorithm, message + b"\x00", signed)
                assert not accepted(wrong), names
        assert len(signatures) == (1 if algorithm is Algorithm.RSA_PKCS1_SHA_256 else 3)


def accepted(outcome: Outcome[Decrypted] | Outcome[Verified]) -> bool:
    """Whether a call was done; a signature found wrong is refused, and nothing else may come."""
    assert isinstance(outcome, Ok | Rejected), outcome
    return isinstance(outcome, Ok) and outcome.value != Verified(False)


def is_hybrid_form(changed: bytes, sealed: bytes) -> bool:
    """Whether of an ECIES ciphertext only the form of R is another: 06 or 07 for 04, by y.

    R is not under the MAC, so that this is no forgery: it says the same point (ANSI X9.62 §4.3.6).
    """
    return changed[:1] == bytes([6 + sealed[64] % 2]) and changed[1:] == sealed[1:]


def is_short_form(changed: bytes, signed: bytes) -> bool:
    """Whether of an RSA signature only leading zero bytes are left out: the same number."""
    return len(changed) < len(signed) and changed.rjust(len(signed), b"\x00") == signed


TAKES_SHORT_PSS = ("cryptography", Algorithm.RSA_PSS_SHA_256)
"""Who does not look at the length: reports/published/cryptography/pss_signature_short.py."""


WHO = st.sampled_from(range(len(LIBRARIES)))


@given(number=KEYS, text=TEXTS, who=WHO, which=st.integers(0, 1), change=CHANGES)
@MORE
def test_all_say_the_same_of_a_changed_ciphertext(
    libraries: list[Library], number: int, text: bytes, who: int, which: int, change: Change
) -> None:
    mode, sender = modes_of(number)[which % len(modes_of(number))], libraries[who]
    key = sender.key(number, KeyPart.PUBLIC, signs=False)
    sealed = value_of(sender.asker.encrypt(key, mode, text)).ciphertext
    changed = change.of(sealed)
    hybrid = mode is not OAEP and is_hybrid_form(changed, sealed)
    for receiver in libraries:
        own = receiver.key(number, KeyPart.PRIVATE, signs=False)
        outcome = receiver.asker.decrypt(own, mode, changed)
        taken = changed == sealed or (hybrid and receiver.takes_hybrid_points)
        assert accepted(outcome) is taken, (receiver.name, mode, changed.hex())
        assert not isinstance(outcome, Ok) or outcome.value.plaintext == text


@given(number=KEYS, message=TEXTS, who=WHO, which=st.integers(0, 1), change=CHANGES)
@MORE
def test_all_say_the_same_of_a_changed_signature(
    libraries: list[Library], number: int, message: bytes, who: int, which: int, change: Change
) -> None:
    schemes = SCHEMES[is_rsa(number)]
    algorithm, signer = schemes[which % len(schemes)], libraries[who]
    key = signer.key(number, KeyPart.PRIVATE, signs=True)
    signed = value_of(signer.asker.sign(key, algorithm, message)).signature
    changed = change.of(signed)
    for verifier in libraries:
        other = verifier.key(number, KeyPart.PUBLIC, signs=True)
        outcome = verifier.asker.verify(other, algorithm, message, changed)
        short = (verifier.name, algorithm) == TAKES_SHORT_PSS and is_short_form(changed, signed)
        taken = changed == signed or short
        assert accepted(outcome) is taken, (verifier.name, algorithm, changed.hex())


def test_a_signature_without_its_leading_zero_is_taken_by_the_one_named(
    libraries: list[Library],
) -> None:
    """One signature in 256 begins with a zero byte, too rare for the changes above."""
    signer = libraries[0]
    for algorithm in SCHEMES[True]:
        key = signer.key(0, KeyPart.PRIVATE, signs=True)
        message, signed = b"", b"\x01"
        while signed[0]:
            message += b"."
            signed = value_of(signer.asker.sign(key, algorithm, message)).signature
        for verifier in libraries:
            other = verifier.key(0, KeyPart.PUBLIC, signs=True)
            outcome = verifier.asker.verify(other, algorithm, message, signed[1:])
            assert accepted(outcome) is ((verifier.name, algorithm) == TAKES_SHORT_PSS)


@pytest.mark.slow
@given(number=KEYS, text=TEXTS, label=st.binary(min_size=1, max_size=20), other=LABELS)
@EXAMPLES
def test_all_say_the_same_of_another_label(
    libraries: list[Library], number: int, text: bytes, label: bytes, other: bytes | None
) -> None:
    number %= 2
    assert is_rsa(number)
    able = [library for library in libraries if library.labels]
    for sender in able:
        key = sender.key(number, KeyPart.PUBLIC, signs=False)
        sealed = value_of(sender.asker.encrypt(key, OAEP, text, label=label)).ciphertext
        for receiver in able:
            own = receiver.key(number, KeyPart.PRIVATE, signs=False)
            opened = receiver.asker.decrypt(own, OAEP, sealed, label=other)
            assert accepted(opened) is (other == label), (sender.name, receiver.name)


@given(number=st.integers(2, len(POOL) - 1), text=TEXTS, which=st.integers(0, 1))
@EXAMPLES
def test_the_hybrid_form_of_a_point_is_taken_where_it_is_declared(
    libraries: list[Library], number: int, text: bytes, which: int
) -> None:
    """The one change of a ciphertext about which libraries may differ; the wrong one is refused."""
    mode = modes_of(number)[which]
    for sender in libraries:
        key = sender.key(number, KeyPart.PUBLIC, signs=False)
        sealed = value_of(sender.asker.encrypt(key, mode, text)).ciphertext
        for first in (6, 7):
            changed = bytes([first]) + sealed[1:]
            right = is_hybrid_form(changed, sealed)
            assert right is (first % 2 == sealed[64] % 2)
            for receiver in libraries:
                own = receiver.key(number, KeyPart.PRIVATE, signs=False)
                outcome = receiver.asker.decrypt(own, mode, changed)
                assert accepted(outcome) is (right and receiver.takes_hybrid_points)


@given(number=KEYS, other=KEYS, text=TEXTS)
@EXAMPLES
def test_all_refuse_what_was_made_with_another_key(
    libraries: list[Library], number: int, other: int, text: bytes
) -> None:
    if number == other or POOL[number].key_spec is not POOL[other].key_spec:
        number, other = 2, 3
    for library in libraries:
        key = library.key(number, KeyPart.PUBLIC, signs=False)
        own = library.key(other, KeyPart.PRIVATE, signs=False)
        signer = library.key(number, KeyPart.PRIVATE, signs=True)
        verifier = library.key(other, KeyPart.PUBLIC, signs=True)
        for mode in modes_of(number):
            sealed = value_of(library.asker.encrypt(key, mode, text)).ciphertext
            assert not accepted(library.asker.decrypt(own, mode, sealed))
        for algorithm in SCHEMES[is_rsa(number)]:
            signed = value_of(library.asker.sign(signer, algorithm, text)).signature
            assert not accepted(library.asker.verify(verifier, algorithm, text, signed))
