"""Every step is really in use: a subclass that spoils it changes what the algorithm answers.

A deviation overrides one step. Were a step computed in two places, or not called at all, its
deviation would be an algorithm without a fault.
"""

from collections.abc import Callable

import pytest

from kmsproof_reference.aes import Aes
from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.monte_carlo import CbcMonteCarlo, EcbMonteCarlo
from kmsproof_reference.padding import NoPadding, Pkcs7Padding
from kmsproof_testing.spoiled_steps import outcomes, steps_of, with_spoiled_step

KEY, IV, TEXT = bytes(range(32)), bytes(range(16)), bytes(range(100, 140))


def aes(variant: type[Aes]) -> tuple[object, ...]:
    """Both directions and a block that is too short."""
    return outcomes(
        lambda: variant(KEY).cipher(IV),
        lambda: variant(KEY).inv_cipher(IV),
        lambda: variant(KEY).cipher(IV[1:]),
    )


def pkcs7(variant: type[Pkcs7Padding]) -> tuple[object, ...]:
    """Good padding, and every way of being bad."""
    padding = variant()
    return outcomes(
        lambda: padding.pad(TEXT),
        lambda: padding.unpad(IV + bytes(14) + bytes([2, 2])),
        lambda: padding.unpad(b""),
        lambda: padding.unpad(bytes([17]) * 32),
        lambda: padding.unpad(bytes(14) + bytes([3, 2])),
    )


def ecb(variant: type[Ecb]) -> tuple[object, ...]:
    """Both directions with padding, and lengths that are refused."""
    return outcomes(
        lambda: variant(KEY, Pkcs7Padding()).encrypt(TEXT),
        lambda: variant(KEY, NoPadding()).decrypt(KEY),
        lambda: variant(KEY, NoPadding()).decrypt(b""),
    )


def cbc(variant: type[Cbc]) -> tuple[object, ...]:
    """The same with an IV, and an IV that is too long."""
    return outcomes(
        lambda: variant(KEY, Pkcs7Padding()).encrypt(IV, TEXT),
        lambda: variant(KEY, NoPadding()).decrypt(IV, KEY),
        lambda: variant(KEY, NoPadding()).decrypt(IV, b""),
        lambda: variant(KEY, NoPadding()).encrypt(IV + IV, KEY),
    )


def gcm(variant: type[Gcm]) -> tuple[object, ...]:
    """Both directions with both forms of J0, and what must be refused."""
    return outcomes(
        lambda: variant(KEY).encrypt(IV[:12], TEXT, IV[:5], 12),
        lambda: variant(KEY).encrypt(IV, TEXT),
        lambda: variant(KEY).encrypt(b"", TEXT),
        lambda: variant(KEY).decrypt(IV, TEXT, IV[:5], bytes(16)),
        lambda: variant(KEY).decrypt(IV, b"", b"", Gcm(KEY).encrypt(IV, b"")[1] + b"\x00"),
    )


def drbg(variant: type[Drbg]) -> tuple[object, ...]:
    """One stream and what is drawn from it."""
    return outcomes(lambda: variant(b"seed").generate(40), lambda: variant(b"seed").integer(1000))


SUBJECTS: list[tuple[type, Callable[..., tuple[object, ...]], set[str]]] = [
    # class, what is asked of it, its methods that are operations rather than steps
    (Aes, aes, {"cipher", "inv_cipher"}),
    (Pkcs7Padding, pkcs7, {"pad", "unpad"}),
    (Ecb, ecb, {"encrypt", "decrypt"}),
    (Cbc, cbc, {"encrypt", "decrypt"}),
    (Gcm, gcm, {"encrypt", "decrypt"}),
    (Drbg, drbg, {"generate", "integer", "choice"}),
]


STEPS = [
    (subject, ask, name)
    for subject, ask, operations in SUBJECTS
    for name in steps_of(subject, operations)
]


@pytest.mark.parametrize(
    ("subject", "ask", "name"),
    STEPS,
    ids=[f"{subject.__name__}.{name}" for subject, _, name in STEPS],
)
def test_a_spoiled_step_changes_the_outcome(
    subject: type, ask: Callable[..., tuple[object, ...]], name: str
) -> None:
    assert ask(with_spoiled_step(subject, name)) != ask(subject)


def test_the_number_of_steps() -> None:
    print(f"{len(STEPS)} steps")
    assert len(STEPS) == 60


class NoShift(Aes):
    """AES without SHIFTROWS: a collaborator that is easy to tell from the right one."""

    def shift_rows(self, state: bytes) -> bytes:
        """The state unchanged."""
        return state

    def inv_shift_rows(self, state: bytes) -> bytes:
        """The state unchanged."""
        return state


class OtherCbc(Cbc):
    """CBC with that block cipher."""

    block_cipher_class = NoShift


class OtherEcb(Ecb):
    """ECB with that block cipher."""

    block_cipher_class = NoShift


class OtherGcm(Gcm):
    """GCM with that block cipher."""

    block_cipher_class = NoShift


def test_the_block_cipher_can_be_swapped() -> None:
    assert ecb(OtherEcb) != ecb(Ecb)
    assert cbc(OtherCbc) != cbc(Cbc)
    assert gcm(OtherGcm) != gcm(Gcm)


def test_the_tables_of_aes_can_be_swapped() -> None:
    class OtherBox(Aes):
        s_box = bytes(range(256))

    class OtherInverseBox(Aes):
        inv_s_box = bytes(range(256))

    assert OtherBox(KEY).cipher(IV) != Aes(KEY).cipher(IV)
    assert OtherInverseBox(KEY).inv_cipher(IV) != Aes(KEY).inv_cipher(IV)


def test_the_modes_of_the_monte_carlo_tests_can_be_swapped() -> None:
    class OtherEcbMonteCarlo(EcbMonteCarlo):
        mode_class = OtherEcb

    class OtherCbcMonteCarlo(CbcMonteCarlo):
        mode_class = OtherCbc

    assert next(OtherEcbMonteCarlo().encrypt(KEY, IV)) != next(EcbMonteCarlo().encrypt(KEY, IV))
    assert next(OtherEcbMonteCarlo().decrypt(KEY, IV)) != next(EcbMonteCarlo().decrypt(KEY, IV))
    arguments = (KEY, IV, IV)
    assert next(OtherCbcMonteCarlo().encrypt(*arguments)) != next(
        CbcMonteCarlo().encrypt(*arguments)
    )
    assert next(OtherCbcMonteCarlo().decrypt(*arguments)) != next(
        CbcMonteCarlo().decrypt(*arguments)
    )


def test_the_hash_function_of_the_drbg_can_be_swapped() -> None:
    class OtherDrbg(Drbg):
        hash_name = "sha1"

    assert drbg(OtherDrbg) != drbg(Drbg)
