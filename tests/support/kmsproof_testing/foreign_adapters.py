"""The adapters in other languages: how to run them, ask them and judge them by the real corpus."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from itertools import count
from pathlib import Path
from typing import cast

import msgspec

from kmsproof.child import ChildSession
from kmsproof.corpus import Corpus, load_corpus
from kmsproof.log_reader import read_run
from kmsproof.messages import Request
from kmsproof.outcome import Ok, Verified
from kmsproof.progress import Silent
from kmsproof.results import TargetRun
from kmsproof.run import run
from kmsproof.run_options import RunOptions
from kmsproof.selection import Filters
from kmsproof.session import AnyOutcome
from kmsproof.target import Target
from kmsproof.verdict import Verdict
from kmsproof.vocabulary import Algorithm, KeyPart, KeySpec
from kmsproof_testing import machine
from kmsproof_testing.asking import Asker, value_of
from kmsproof_testing.asymmetric import (
    MESSAGE,
    MESSAGES,
    QUICK_KEY_SPECS,
    cipher_key,
    ciphers,
    signatures,
    signing_key,
)

ROOT = Path(__file__).parents[3]
NODE = ROOT / "adapters" / "examples" / "node" / "kmsproof-adapter.js"
JAVA = ROOT / "adapters" / "examples" / "java" / "KmsproofAdapter.java"

COMMANDS: dict[str, Callable[[], list[str]]] = {
    "node": lambda: machine.node_program(NODE),
    "java": lambda: machine.java_program(JAVA),
    "bouncycastle": machine.bouncy_castle_program,
}
"""How each adapter is run, or why it cannot be run here."""

LAX_KEYS = (
    "rsa-*-pkcs1/import-*-purpose/named-pss",
    "ec-*-ecdsa/public-key-point-form/*",
)
"""All three take keys that the standards forbid, each some others."""

SHORT_CIPHERTEXTS = "rsa-*-oaep/leading-zeros-stripped/*"
"""All three take RSA ciphertexts without their leading zeros."""

SHORT_PSS_SIGNATURES = "rsa-*-pss/leading-zero/stripped"

TWO_CURVES = "ec-*-ecdsa/private-key-two-curves/*"
"""The curve that a private key names inside is not compared with the one outside."""

FINDINGS: dict[str, tuple[str, ...]] = {
    "node": (*LAX_KEYS, SHORT_CIPHERTEXTS, SHORT_PSS_SIGNATURES),
    "java": (
        *LAX_KEYS,
        SHORT_CIPHERTEXTS,
        # The empty ciphertext decrypts to the empty plaintext where there should be padding.
        "aes-*-pkcs7/ciphertext-length/00-bytes",
        # r and s that have the sign of a negative number are read as positive.
        "ec-p256-ecdsa/missing-sign-zero/*",
        "ec-p256-ecdsa/overflow/s-minus-2-256",
        # Signatures are refused in which the x-coordinate of R is not below n.
        "ec-p256-ecdsa/x-above-n/valid-*",
        "ec-p256-ecdsa/x-not-reduced/control-*",
        "ec-p256-ecdsa/extreme-public-key/x-*",
        # The name of a signature is taken for the name of a key.
        "rsa-*-pkcs1/import-*-purpose/named-signature",
        TWO_CURVES,
    ),
    "bouncycastle": (
        *LAX_KEYS,
        SHORT_CIPHERTEXTS,
        SHORT_PSS_SIGNATURES,
        "rsa-*-pkcs1/leading-zero/stripped",
        TWO_CURVES,
    ),
}
"""Patterns of the vectors that a target fails, for reasons that are the target's own."""

QUICK = Filters(key_specs=(KeySpec.AES_128,), algorithms=(Algorithm.ECB,))
"""Seconds, and both answers and refusals."""

THOROUGH = Filters(key_specs=(KeySpec.AES_128, KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.EC_P256K))
"""Every algorithm, with one key length of each."""


class SessionTarget:
    """A target whose every method asks a session, so that a program can be asked like a library."""

    def __init__(self, session: ChildSession) -> None:
        self._session = session
        self._numbers = count(1)

    def __getattr__(self, operation: str) -> Callable[[Request], AnyOutcome]:
        return self._ask

    def _ask(self, request: Request) -> AnyOutcome:
        numbered = msgspec.structs.replace(request, id=next(self._numbers))
        [answer] = self._session.ask([numbered], 1)
        return answer.outcome


@contextmanager
def asking(command: Sequence[str]) -> Generator[Asker]:
    """Run an adapter as kmsproof does, to be asked by hand."""
    session = ChildSession(command, deadline_ms=30_000, whose="adapter")
    session.start()
    try:
        yield Asker(cast(Target, SessionTarget(session)))
    finally:
        session.close()


def assert_signatures_agree(asker: Asker, other: Asker) -> None:
    """See that what one signs the other verifies, and that neither verifies it cut."""
    for key_spec in QUICK_KEY_SPECS:
        for algorithm, message_type in signatures(asker, key_spec):
            message = MESSAGES[message_type]
            for signer, verifier in ((asker, other), (other, asker)):
                secret, public = (
                    signing_key(signer, key_spec),
                    signing_key(verifier, key_spec, KeyPart.PUBLIC),
                )
                made = value_of(signer.sign(secret, algorithm, message, message_type)).signature
                for signature, valid in ((bytes(made), True), (bytes(made)[:-1], False)):
                    answer = verifier.verify(public, algorithm, message, signature, message_type)
                    assert (answer == Ok(Verified(True))) is valid, answer


def assert_ciphers_agree(asker: Asker, other: Asker) -> None:
    """See that what one encrypts the other decrypts, in every dialect of the first."""
    for key_spec in QUICK_KEY_SPECS:
        for mode in ciphers(asker, key_spec):
            for sender, recipient in ((asker, other), (other, asker)):
                public = cipher_key(sender, key_spec, KeyPart.PUBLIC)
                sealed = value_of(sender.encrypt(public, mode, MESSAGE))
                secret = cipher_key(recipient, key_spec)
                opened = value_of(recipient.decrypt(secret, mode, sealed.ciphertext))
                assert opened.plaintext == MESSAGE


def judged(
    command: Sequence[str], folder: Path, filters: Filters, corpus: Corpus | None = None
) -> TargetRun:
    """Judge an adapter by the corpus, as ``kmsproof run`` does."""
    options = RunOptions(
        targets=(f"exec:{shlex.join(command)}",),
        folder=folder,
        filters=filters,
        deadline_ms=60_000,
    )
    run(options, corpus or load_corpus(None), Silent())
    [target] = read_run(folder).targets.values()
    return target


def unexplained(name: str, target: TargetRun) -> Iterator[str]:
    """Yield what went wrong in a run and is not known of the target."""
    for each in target.verdicts:
        wrong = each.verdict in (Verdict.ERROR, Verdict.FLAKY) or each.failure is not None
        known = any(fnmatchcase(each.id, pattern) for pattern in FINDINGS[name])
        if wrong and not (known and each.verdict is Verdict.FAIL):
            yield f"{each.verdict} {each.id}"
    for incident in target.incidents:
        yield f"incident: {incident.message}"
    yield from (f"warning: {warning}" for warning in target.warnings)
