"""Ways of making AES keys that can be found, or are the same."""

from __future__ import annotations

import hashlib

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.random_choices import RandomChoices

WEAK = "SP 800-133 Rev. 2 §4: keys come from a generator of the strength that they are to have"
DRAW = "Draw every bit of every key from a cryptographic generator, and check that two differ."
KEY_IS_GIVEN = "In library mode every key is in the vector; none is made."


@deviation(
    "aes-key/zeros",
    gain="Everybody knows the key, and reads and makes everything under it.",
    clause=WEAK,
    cause="The buffer for the key is made and never filled, or the result of the generator is not "
    "looked at.",
    remedy=DRAW,
    severity=Severity.CRITICAL,
    weakness=1394,
    unseen={View.LIBRARY: KEY_IS_GIVEN},
)
class Zeros(RandomChoices):
    """The AES keys that are made consist of zeros."""

    def aes_key(self, length: int) -> bytes:
        """Draw nothing."""
        return bytes(length)


@deviation(
    "aes-key/counted-bytes",
    gain="Everybody knows the key, and reads and makes everything under it.",
    clause=WEAK,
    cause="A key from the examples of a standard or a test has stayed in the program: 00 01 02 03 "
    "and so on is that of FIPS 197 appendix C.",
    remedy=DRAW,
    severity=Severity.CRITICAL,
    weakness=321,
    unseen={View.LIBRARY: KEY_IS_GIVEN},
)
class CountedBytes(RandomChoices):
    """The AES keys that are made are the bytes 00, 01, 02 and so on."""

    def aes_key(self, length: int) -> bytes:
        """Draw nothing."""
        return bytes(range(length))


@deviation(
    "aes-key/same-for-all",
    gain="Whoever may use one key uses those of all others.",
    clause=WEAK,
    cause="The generator is seeded anew with the same seed for every key, or the state of a "
    "machine is copied with it.",
    remedy=DRAW,
    severity=Severity.CRITICAL,
    weakness=335,
    unseen={View.LIBRARY: KEY_IS_GIVEN},
)
class SameForAll(RandomChoices):
    """All AES keys of one length that are made are the same."""

    _drawn = b""

    def aes_key(self, length: int) -> bytes:
        """Keep what was drawn first."""
        self._drawn = self._drawn or super().aes_key(32)
        return self._drawn[:length]


@deviation(
    "aes-key/one-byte-repeated",
    gain="There are 256 keys, which are tried at once.",
    clause=WEAK,
    cause="A function that fills memory with one value is given one random byte: memset.",
    remedy=DRAW,
    severity=Severity.CRITICAL,
    weakness=331,
    unseen={View.LIBRARY: KEY_IS_GIVEN},
)
class OneByteRepeated(RandomChoices):
    """The AES keys that are made consist of one random byte, repeated."""

    def aes_key(self, length: int) -> bytes:
        """Draw one byte."""
        return super().aes_key(length)[:1] * length


@deviation(
    "aes-key/32-random-bits",
    gain="There are 2^32 keys, which are tried in an hour: everything is read.",
    clause=WEAK,
    cause="The key comes from a generator with a seed of 32 bits, such as the time, mt_rand of "
    "PHP, or rand of C.",
    remedy=DRAW,
    severity=Severity.CRITICAL,
    weakness=331,
    unseen={
        View.LIBRARY: KEY_IS_GIVEN,
        View.LIVE: "A key is not given out, and 2^32 trials, or as many keys as make two equal, "
        "are too many for a run.",
    },
)
class Only32RandomBits(RandomChoices):
    """The AES keys that are made depend on 32 random bits alone."""

    def aes_key(self, length: int) -> bytes:
        """Hash 4 bytes."""
        return hashlib.sha256(super().aes_key(4)).digest()[:length]
