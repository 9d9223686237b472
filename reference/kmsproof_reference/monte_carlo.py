"""The Monte Carlo tests of ECB and CBC: a thousand dependent steps on one key, a hundred times.

Standard:  NIST, The Advanced Encryption Standard Algorithm Validation Suite (AESAVS),
           edition of 15 November 2002.
Sections:  6.4.1 (ECB), 6.4.2 (CBC), encryption and decryption.
Page:      https://csrc.nist.gov/projects/cryptographic-algorithm-validation-program/block-ciphers
Left out:  OFB and CFB (§6.4.3 to 6.4.6).

The inner chain takes the operation as an argument: the reference's own, or the call to a target
whose key cannot be seen. The outer loop changes the key and therefore needs to know it.
A note on AESAVS: after the inner loop its pseudocode still writes ``CT[j]``; j is then 999.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.octets import xor
from kmsproof_reference.padding import NoPadding

INNER_STEPS = 1000
OUTER_STEPS = 100

EcbStep = Callable[[bytes], bytes]
"""ECB on one block under a fixed key, NO_PADDING: text to result."""

CbcStep = Callable[[bytes, bytes], bytes]
"""CBC on one block under a fixed key, NO_PADDING: IV and text to result."""


@dataclass(frozen=True)
class Record:
    """One turn of the outer loop, as a CAVP response file prints it."""

    key: bytes
    iv: bytes
    """The chaining value the turn starts with; empty for ECB."""
    text: bytes
    """The input of the first step: PLAINTEXT when encrypting, CIPHERTEXT when decrypting."""
    result: bytes
    """The output of the last step."""


def ecb_chain(step: EcbStep, text: bytes, steps: int = INNER_STEPS) -> tuple[bytes, bytes]:
    """The outputs of the last two steps: each output is the next input (AESAVS §6.4.1)."""
    before_last = last = text
    for _ in range(steps):
        before_last, last = last, step(last)
    return before_last, last


def cbc_encrypt_chain(
    step: CbcStep, iv: bytes, text: bytes, steps: int = INNER_STEPS
) -> tuple[bytes, bytes]:
    """The outputs of the last two steps of an encryption (AESAVS §6.4.2).

    PT[1] = IV and PT[j+1] = CT[j-1]; step j is chained to CT[j-1], the first one to the IV.
    """
    before_last, last = text, iv
    for _ in range(steps):
        before_last, last = last, step(last, before_last)
    return before_last, last


def cbc_decrypt_chain(
    step: CbcStep, iv: bytes, text: bytes, steps: int = INNER_STEPS
) -> tuple[bytes, bytes]:
    """The outputs of the last two steps of a decryption (AESAVS §6.4.2).

    CT[1] = IV and CT[j+1] = PT[j-1]; step j is chained to CT[j-1], the first one to the IV.
    """
    before_last, last, previous = text, iv, iv
    for _ in range(steps):
        text = before_last
        before_last, last = last, step(previous, text)
        previous = text
    return before_last, last


def next_key(key: bytes, before_last: bytes, last: bytes) -> bytes:
    """The key of the next turn: key ⊕ the last bytes of both outputs (AESAVS §6.4.1, §6.4.2)."""
    return xor(key, (before_last + last)[-len(key) :])


class EcbMonteCarlo:
    """The outer loop for ECB (AESAVS §6.4.1). Each iterator is endless; AESAVS takes 100."""

    mode_class: type[Ecb] = Ecb

    def encrypt(self, key: bytes, text: bytes) -> Iterator[Record]:
        """Yield the turns that start from this key and plaintext block."""
        while True:
            before_last, last = ecb_chain(self.mode_class(key, NoPadding()).encrypt, text)
            yield Record(key, b"", text, last)
            key, text = next_key(key, before_last, last), last

    def decrypt(self, key: bytes, text: bytes) -> Iterator[Record]:
        """Yield the turns that start from this key and ciphertext block."""
        while True:
            before_last, last = ecb_chain(self.mode_class(key, NoPadding()).decrypt, text)
            yield Record(key, b"", text, last)
            key, text = next_key(key, before_last, last), last


class CbcMonteCarlo:
    """The outer loop for CBC (AESAVS §6.4.2). Each iterator is endless; AESAVS takes 100."""

    mode_class: type[Cbc] = Cbc

    def encrypt(self, key: bytes, iv: bytes, text: bytes) -> Iterator[Record]:
        """Yield the turns that start from this key, IV and plaintext block."""
        while True:
            step = self.mode_class(key, NoPadding()).encrypt
            before_last, last = cbc_encrypt_chain(step, iv, text)
            yield Record(key, iv, text, last)
            key, iv, text = next_key(key, before_last, last), last, before_last

    def decrypt(self, key: bytes, iv: bytes, text: bytes) -> Iterator[Record]:
        """Yield the turns that start from this key, IV and ciphertext block."""
        while True:
            step = self.mode_class(key, NoPadding()).decrypt
            before_last, last = cbc_decrypt_chain(step, iv, text)
            yield Record(key, iv, text, last)
            key, iv, text = next_key(key, before_last, last), last, before_last
