"""Ways of making the masks of MGF1 wrong, which both OAEP and PSS use."""

from __future__ import annotations

import hashlib

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.mgf1 import Mgf1

OTHERS = (
    "Nobody is attacked; ciphertexts and signatures of others are refused, and others refuse "
    "what the target makes."
)
COUNT = "Write the counter on 4 bytes, the highest first, and begin with 0."


@deviation(
    "mgf1/counter-from-one",
    gain=OTHERS,
    clause="RFC 8017 B.2.1 step 3",
    cause="The code of another function is taken: KDF2 and the KDF of ANSI X9.63 count from 1.",
    remedy=COUNT,
    severity=Severity.LOW,
    weakness=193,
)
class CounterFromOne(Mgf1):
    """The counter in MGF1 begins with 1 instead of 0."""

    def counter_octets(self, counter: int) -> bytes:
        """Add one."""
        return super().counter_octets(counter + 1)


@deviation(
    "mgf1/counter-little-endian",
    gain=OTHERS,
    clause="RFC 8017 B.2.1 step 3.a",
    cause="The counter is hashed as it lies in the memory of the processor.",
    remedy=COUNT,
    severity=Severity.LOW,
    weakness=198,
)
class CounterLittleEndian(Mgf1):
    """The lowest byte of the counter in MGF1 comes first."""

    def counter_octets(self, counter: int) -> bytes:
        """Reverse it."""
        return super().counter_octets(counter)[::-1]


@deviation(
    "mgf1/counter-of-1-byte",
    gain=OTHERS,
    clause="RFC 8017 B.2.1 step 3.a",
    cause="The counter is kept in a variable of one byte, which is enough for all keys.",
    remedy=COUNT,
    severity=Severity.LOW,
    weakness=684,
)
class CounterOf1Byte(Mgf1):
    """The counter in MGF1 has one byte instead of four."""

    def counter_octets(self, counter: int) -> bytes:
        """Take the last byte."""
        return super().counter_octets(counter)[-1:]


@deviation(
    "mgf1/counter-of-8-bytes",
    gain=OTHERS,
    clause="RFC 8017 B.2.1 step 3.a",
    cause="The counter is of the type size_t, and all of it is hashed.",
    remedy=COUNT,
    severity=Severity.LOW,
    weakness=684,
)
class CounterOf8Bytes(Mgf1):
    """The counter in MGF1 has eight bytes instead of four."""

    def counter_octets(self, counter: int) -> bytes:
        """Put zeros in front."""
        return bytes(4) + super().counter_octets(counter)


@deviation(
    "mgf1/counter-before-seed",
    gain=OTHERS,
    clause="RFC 8017 B.2.1 step 3.b",
    cause="The order is that of the one-step key derivation of SP 800-56C, counter first.",
    remedy="Hash the seed first, then the counter.",
    severity=Severity.LOW,
    weakness=696,
)
class CounterBeforeSeed(Mgf1):
    """The counter in MGF1 is hashed before the seed."""

    def block(self, seed: bytes, counter: int) -> bytes:
        """Exchange them."""
        return hashlib.new(self.hash_name, self.counter_octets(counter) + seed).digest()


@deviation(
    "mgf1/counter-missing",
    gain="The mask repeats itself, so that differences of the masked block show through.",
    clause="RFC 8017 B.2.1 step 3.b",
    cause="One digest is taken for as long as it has to be.",
    remedy="Hash seed and counter for every block.",
    severity=Severity.MEDIUM,
    weakness=325,
)
class CounterMissing(Mgf1):
    """Every block of a mask is the hash of the seed alone."""

    def counter_octets(self, counter: int) -> bytes:
        """Take no bytes."""
        return b""


@deviation(
    "mgf1/first-block-repeated",
    gain="The mask repeats itself, so that differences of the masked block show through.",
    clause="RFC 8017 B.2.1 step 3",
    cause="The counter is not counted up.",
    remedy="Count up after every block.",
    severity=Severity.MEDIUM,
    weakness=684,
)
class FirstBlockRepeated(Mgf1):
    """A mask repeats its first block, as long as it has to be."""

    def counter_octets(self, counter: int) -> bytes:
        """Take zero."""
        return super().counter_octets(0)


@deviation(
    "mgf1/only-first-block",
    gain="Of an encrypted message everything but the first bytes stands in the encoded message "
    "unmasked; the proofs of security do not hold.",
    clause="RFC 8017 B.2.1 step 3",
    cause="One digest is made, and the rest of the buffer keeps its zeros.",
    remedy="Make ceil(maskLen / hLen) blocks.",
    severity=Severity.HIGH,
    weakness=325,
)
class OnlyFirstBlock(Mgf1):
    """A mask consists of one block, and zeros behind it."""

    def mask(self, seed: bytes, length: int) -> bytes:
        """Fill up."""
        return super().mask(seed, min(length, self.hash_length)).ljust(length, b"\0")


@deviation(
    "mgf1/last-block-missing",
    gain="The last bytes of an encrypted message stand in the encoded message unmasked.",
    clause="RFC 8017 B.2.1 step 3",
    cause="The number of blocks is maskLen / hLen, rounded down.",
    remedy="Make ceil(maskLen / hLen) blocks.",
    severity=Severity.MEDIUM,
    weakness=193,
)
class LastBlockMissing(Mgf1):
    """The end of a mask that is shorter than a block consists of zeros."""

    def mask(self, seed: bytes, length: int) -> bytes:
        """Make whole blocks only."""
        whole = length - length % self.hash_length
        return super().mask(seed, whole).ljust(length, b"\0")


@deviation(
    "mgf1/last-octets-taken",
    gain=OTHERS,
    clause="RFC 8017 B.2.1 step 4",
    cause="The mask is kept as a number, and reduced to its lowest bytes.",
    remedy="Take the first maskLen octets of all blocks.",
    severity=Severity.LOW,
    weakness=684,
)
class LastOctetsTaken(Mgf1):
    """A mask is the end of its blocks, where they are longer than it, not their beginning."""

    def mask(self, seed: bytes, length: int) -> bytes:
        """Cut at the front."""
        whole = length + -length % self.hash_length
        return super().mask(seed, whole)[whole - length :]
