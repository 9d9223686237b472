"""Keys that are made in a target behind ``exec:``: the same messages, as lines of JSON."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kmsproof.messages import CreateKey, Decrypt, Encrypt, GetPublicKey, Request, Sign
from kmsproof.outcome import Decrypted, Encrypted, KeyHandle, Ok, PublicKey, Rejected, Signed
from kmsproof.session import AnyOutcome, Session
from kmsproof.targets import SERVE_TARGET_VARIABLE, open_session
from kmsproof.vocabulary import (
    Algorithm,
    HexBytes,
    KeySpec,
    KeyUsage,
    PaddingMode,
    ProtectionLevel,
    RejectionClass,
)

EXAMPLE = Path(__file__).parents[2] / "adapters" / "examples" / "python" / "aes_adapter.py"
DEADLINE_MS = 10_000
MESSAGE = HexBytes(b"signed behind a pipe")
BLOCK = HexBytes(bytes(range(16)))
LIBRARIES = ["reference", "cryptography", "pycryptodome"]


def served(name: str) -> str:
    """A target of an adapter of the suite as a program of its own."""
    return command(
        "env", f"{SERVE_TARGET_VARIABLE}={name}", sys.executable, "-m", "kmsproof.serving"
    )


def command(*words: str) -> str:
    return f"exec:{shlex.join(words)}"


SERVED = [served(name) for name in LIBRARIES]
EXAMPLE_TARGET = command(sys.executable, str(EXAMPLE))


class Talk:
    """A session in which one request waits for the answer to the one before."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.numbers = count(1)

    def number(self) -> int:
        """Return an id that was not used yet."""
        return next(self.numbers)

    def ask(self, request: Request) -> AnyOutcome:
        """Return the outcome of one request."""
        [answer] = self.session.ask([request])
        assert answer.id == request.id
        return answer.outcome

    def created(self, key_spec: KeySpec, usage: KeyUsage) -> str:
        """Return the handle of a key that the target makes."""
        outcome = self.ask(
            CreateKey(
                id=self.number(),
                key_spec=key_spec,
                usage=usage,
                protection_level=ProtectionLevel.SOFTWARE,
            )
        )
        assert isinstance(outcome, Ok), outcome
        assert isinstance(outcome.value, KeyHandle)
        return outcome.value.key


@pytest.fixture
def talk(request: pytest.FixtureRequest) -> Iterator[Talk]:
    """A conversation with the target that the test is parametrised with."""
    session = open_session(request.param, isolate=False, deadline_ms=DEADLINE_MS)
    description = session.start()
    assert any(keys.create for keys in description.keys)
    yield Talk(session)
    session.close()


@pytest.mark.parametrize("talk", SERVED, indirect=True, ids=LIBRARIES)
def test_made_key_pair_signs_and_gives_its_public_key_out(talk: Talk) -> None:
    key = talk.created(KeySpec.EC_P256, KeyUsage.SIGN_VERIFY)
    given = talk.ask(GetPublicKey(id=talk.number(), key=key))
    assert isinstance(given, Ok)
    assert isinstance(given.value, PublicKey)
    signed = talk.ask(
        Sign(id=talk.number(), key=key, algorithm=Algorithm.ECDSA_SHA_256, message=MESSAGE)
    )
    assert isinstance(signed, Ok)
    assert isinstance(signed.value, Signed)
    public_key = load_der_public_key(given.value.public_key)
    assert isinstance(public_key, ec.EllipticCurvePublicKey)
    public_key.verify(signed.value.signature, MESSAGE, ec.ECDSA(SHA256()))


@pytest.mark.parametrize(
    "talk",
    [*SERVED, EXAMPLE_TARGET],
    indirect=True,
    ids=[*LIBRARIES, "example"],
)
def test_made_aes_key_encrypts_and_decrypts(talk: Talk) -> None:
    key = talk.created(KeySpec.AES_256, KeyUsage.ENCRYPT_DECRYPT)
    algorithm, padding = Algorithm.ECB, PaddingMode.NO_PADDING
    sealed = talk.ask(
        Encrypt(id=talk.number(), key=key, algorithm=algorithm, padding=padding, plaintext=BLOCK)
    )
    assert isinstance(sealed, Ok)
    assert isinstance(sealed.value, Encrypted)
    ciphertext = sealed.value.ciphertext
    assert ciphertext != BLOCK
    opened = talk.ask(
        Decrypt(
            id=talk.number(),
            key=key,
            algorithm=algorithm,
            padding=padding,
            ciphertext=ciphertext,
        )
    )
    assert opened == Ok(Decrypted(BLOCK))


@pytest.mark.parametrize("talk", SERVED, indirect=True, ids=LIBRARIES)
def test_made_aes_key_has_no_public_key(talk: Talk) -> None:
    key = talk.created(KeySpec.AES_128, KeyUsage.ENCRYPT_DECRYPT)
    outcome = talk.ask(GetPublicKey(id=talk.number(), key=key))
    assert isinstance(outcome, Rejected)
    assert outcome.rejection is RejectionClass.INVALID_ARGUMENT
