"""AES in ECB and CBC without padding: the Monte Carlo chains of AESAVS on one key."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kmsproof_reference.monte_carlo import (
    INNER_STEPS,
    cbc_decrypt_chain,
    cbc_encrypt_chain,
    ecb_chain,
)
from kmsproof_reference.vocabulary import Operation
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_block_modes import MONTE_CARLO, BlockModeMaker
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import GroupKey, MonteCarloTest, Result

KEYS = 3
"""Chains in each direction, each on a key of its own."""


@case("C3", "chain", flags=("MonteCarlo",), clause=MONTE_CARLO)
def chain(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** A thousand calls on one key, each made from the answers before."""
    for number in range(1, KEYS + 1):
        key = family.test_key(f"chain {number}")
        for direction in (Operation.ENCRYPT, Operation.DECRYPT):
            text, iv = family.random(16), family.iv()
            test = MonteCarloTest(
                **family.common(
                    f"key-{number}-{direction}",
                    Result.VALID,
                    f"A thousand calls of {direction} end where the standard says.",
                ),
                direction=direction,
                text=text,
                iv=iv,
                iterations=INNER_STEPS,
                expected=_last(family, key, direction, text, iv),
            )
            yield Draft(key, None, test)


def _last(
    family: BlockModeMaker,
    key: GroupKey,
    direction: Operation,
    text: bytes,
    iv: bytes | None,
) -> HexBytes:
    """Return the output of the last call; no two outputs of the chain may be equal."""
    answer = family.encrypted if direction is Operation.ENCRYPT else family.decrypted
    outputs: list[bytes] = []

    def step(chaining: bytes | None, block: bytes) -> bytes:
        outputs.append(answer(block, chaining, key))
        return outputs[-1]

    if iv is None:
        _, last = ecb_chain(lambda block: step(None, block), text)
    else:
        _, last = _cbc_chain(direction)(step, iv, text)
    require(len(set(outputs)) == INNER_STEPS, "the chain runs in a circle")
    return HexBytes(last)


def _cbc_chain(
    direction: Operation,
) -> Callable[[Callable[[bytes, bytes], bytes], bytes, bytes], tuple[bytes, bytes]]:
    return cbc_encrypt_chain if direction is Operation.ENCRYPT else cbc_decrypt_chain


BOOK = case_book(chain)
"""The cases of this module."""
