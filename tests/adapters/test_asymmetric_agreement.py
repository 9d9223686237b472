"""Whatever an asymmetric key is asked, the libraries answer; and where two accept, they agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmsproof.outcome import Ok, Rejected, Verified
from kmsproof.targets import open_in_process
from kmsproof.vocabulary import (
    EC_CURVES,
    Algorithm,
    EciesDialect,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
)
from kmsproof_testing.asking import ECIES, OAEP, Asker
from kmsproof_testing.asymmetric import LIBRARIES, cipher_key, signing_key
from kmsproof_testing.key_pairs import key_pair

RSA_2048 = KeySpec.RSA_2048


@dataclass(frozen=True)
class Library:
    """An open library with a key of each kind."""

    asker: Asker
    signing: dict[KeySpec, str]
    encrypting: dict[KeySpec, str]


@pytest.fixture(scope="module")
def libraries() -> Iterator[list[Library]]:
    """The three libraries, open."""
    opened: list[Library] = []
    for name in LIBRARIES:
        asker = Asker(open_in_process(name))
        key_specs = (RSA_2048, *EC_CURVES)
        opened.append(
            Library(
                asker,
                {key_spec: signing_key(asker, key_spec) for key_spec in key_specs},
                {key_spec: cipher_key(asker, key_spec) for key_spec in key_specs},
            )
        )
    yield opened
    for library in opened:
        library.asker.close()


EXAMPLES = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _joined(first: int, rest: bytes) -> bytes:
    return bytes([first]) + rest


POINTS = st.builds(
    _joined,
    st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 0x30, 0x2D]),
    st.binary(min_size=32, max_size=32) | st.binary(min_size=64, max_size=64),
)
"""A first byte that may tell the form of a point, and as much as the coordinates have."""


@given(point=POINTS | st.binary(max_size=70), rest=st.binary(max_size=60))
@EXAMPLES
def test_any_ecies_ciphertext_is_refused_alike(
    libraries: list[Library], point: bytes, rest: bytes
) -> None:
    for key_spec in EC_CURVES:
        for dialect in EciesDialect:
            for library in libraries:
                key = library.encrypting[key_spec]
                outcome = library.asker.decrypt(key, ECIES[dialect], point + rest)
                nothing = library.asker.decrypt(key, ECIES[dialect], b"")
                assert isinstance(outcome, Rejected)
                assert outcome == nothing


@given(ciphertext=st.binary(max_size=300) | st.binary(min_size=256, max_size=256))
@EXAMPLES
def test_any_oaep_ciphertext_is_refused(libraries: list[Library], ciphertext: bytes) -> None:
    for library in libraries:
        outcome = library.asker.decrypt(library.encrypting[RSA_2048], OAEP, ciphertext)
        assert isinstance(outcome, Rejected)


@given(
    algorithm=st.sampled_from([Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256]),
    message=st.binary(max_size=40),
    signature=st.binary(max_size=300) | st.binary(min_size=256, max_size=256),
    message_type=st.sampled_from(list(MessageType)),
)
@EXAMPLES
def test_any_rsa_signature_is_wrong(
    libraries: list[Library],
    algorithm: Algorithm,
    message: bytes,
    signature: bytes,
    message_type: MessageType,
) -> None:
    for library in libraries:
        key = library.signing[RSA_2048]
        outcome = library.asker.verify(key, algorithm, message, signature, message_type)
        if message_type is MessageType.DIGEST and len(message) != 32:
            assert isinstance(outcome, Rejected)
        else:
            assert outcome == Ok(Verified(False))


@given(
    key_spec=st.sampled_from(list(EC_CURVES)),
    message=st.binary(max_size=40),
    position=st.integers(0, 63),
    value=st.integers(0, 255),
)
@EXAMPLES
def test_libraries_agree_on_changed_ecdsa_signatures(
    libraries: list[Library], key_spec: KeySpec, message: bytes, position: int, value: int
) -> None:
    algorithm = Algorithm.ECDSA_SHA_256
    signer = libraries[1]
    signed = signer.asker.sign(signer.signing[key_spec], algorithm, message)
    assert isinstance(signed, Ok)
    signature = signed.value.signature
    changed = signature[:position] + bytes([value]) + signature[position + 1 :]
    for library in libraries:
        outcome = library.asker.verify(library.signing[key_spec], algorithm, message, changed)
        if isinstance(outcome, Ok):
            assert outcome.value.valid == (changed == signature)
        else:
            assert isinstance(outcome, Rejected)


@given(
    key_spec=st.sampled_from(list(EC_CURVES)),
    part=st.sampled_from([KeyPart.PRIVATE, KeyPart.PUBLIC]),
    position=st.integers(0, 90),
    value=st.integers(0, 255),
    length=st.integers(0, 140),
)
@EXAMPLES
def test_every_import_is_answered(
    libraries: list[Library],
    key_spec: KeySpec,
    part: KeyPart,
    position: int,
    value: int,
    length: int,
) -> None:
    material = key_pair(key_spec).part(part)
    changed = material[:position] + bytes([value]) + material[position + 1 :]
    for library in libraries:
        for wrong in (changed, material[:length]):
            outcome = library.asker.import_part(part, wrong, key_spec, KeyUsage.SIGN_VERIFY)
            assert isinstance(outcome, Ok | Rejected)
