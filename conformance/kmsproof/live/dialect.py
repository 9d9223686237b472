"""Find out which dialect of ECIES a target speaks: encrypt to its public key in each of them."""

from __future__ import annotations

from kmsproof.live.interpreter import Interpreter, RoleRefused
from kmsproof.messages import Decrypt
from kmsproof.outcome import Decrypted, Ok
from kmsproof.vocabulary import Algorithm, EciesDialect, HexBytes
from kmsproof_vectors.live.functions.registry import FUNCTIONS, RecipeFault

PLAINTEXT = b"kmsproof asks which dialect of ECIES this is"
"""Longer than a block of the key derivation, so that the order of the keys shows."""


def find_dialect(interpreter: Interpreter) -> EciesDialect | None:
    """Return the first dialect in which the target opens a ciphertext, None if in neither.

    Raises:
        SessionBroken: if the process behind the target breaks meanwhile.
    """
    encrypt = FUNCTIONS["ecies-ciphertext"].call
    for dialect in EciesDialect:
        try:
            public_key = interpreter.public_keys("main")[0]
            sealed = encrypt(public_key=public_key, message=PLAINTEXT, dialect=dialect.value)
        except (RoleRefused, RecipeFault):
            return None
        request = Decrypt(
            id=next(interpreter.numbers),
            deadline_ms=interpreter.deadline_ms,
            key=interpreter.handles("main")[0],
            algorithm=Algorithm.ECIES_DH_SHA_1_XOR_HMAC,
            ciphertext=HexBytes(sealed),
            dialect=dialect,
        )
        outcome = interpreter.ask_one(request)
        if isinstance(outcome, Ok) and outcome.value == Decrypted(HexBytes(PLAINTEXT)):
            return dialect
    return None
