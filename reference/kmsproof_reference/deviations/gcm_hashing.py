"""Ways of getting GHASH of AES-GCM wrong: its field, and the order and padding of its input."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.gcm import Gcm

NOBODY_ELSE = (
    "Nobody is attacked; no other implementation accepts such a tag, or makes one that is accepted."
)

# The field.


def _mirrored(x: int) -> int:
    """The 128 bits of a block in reverse order."""
    return int(f"{x:0128b}"[::-1], 2)


def _reversed(x: int) -> int:
    """The 16 bytes of a block in reverse order."""
    return int.from_bytes(x.to_bytes(16, "big"), "little")


@deviation(
    "gcm/field-bits-mirrored",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §6.3",
    cause="A multiplication for another mode is used, in which the leftmost bit is the highest "
    "coefficient; in GHASH it is that of x^0.",
    remedy="Read the leftmost bit of a block as the coefficient of x^0.",
    severity=Severity.LOW,
    weakness=682,
)
class FieldBitsMirrored(Gcm):
    """GHASH multiplies in the field whose blocks have their bits in the other order."""

    def multiply(self, x: int, y: int) -> int:
        """Mirror what goes in and what comes out."""
        return _mirrored(super().multiply(_mirrored(x), _mirrored(y)))


@deviation(
    "gcm/field-bytes-reversed",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §6.3",
    cause="A multiplication for XTS is used, or a block is read as a number with the least "
    "significant byte first.",
    remedy="Read the first byte of a block as that with the lowest coefficients.",
    severity=Severity.LOW,
    weakness=198,
)
class FieldBytesReversed(Gcm):
    """GHASH multiplies blocks whose bytes are in reverse order."""

    def multiply(self, x: int, y: int) -> int:
        """Reverse what goes in and what comes out."""
        return _reversed(super().multiply(_reversed(x), _reversed(y)))


@deviation(
    "gcm/reduction-constant-not-mirrored",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §6.3",
    cause="The constant is copied from code for CMAC or XTS, where it is 87.",
    remedy="Reduce with the block that begins with e1 and ends in zeros.",
    severity=Severity.LOW,
    weakness=682,
)
class ReductionConstantNotMirrored(Gcm):
    """The reduction in the field of GHASH adds a block that begins with 87 instead of e1."""

    reduction = 0x87 << 120


@deviation(
    "gcm/product-not-reduced",
    gain="The tag does not depend on all bits of a message, so that forgeries are easier to find. "
    "No other implementation accepts such a tag.",
    clause="SP 800-38D §6.3",
    cause="The upper half of a product of 256 bits is dropped.",
    remedy="Reduce the product modulo x^128 + x^7 + x^2 + x + 1.",
    severity=Severity.MEDIUM,
    weakness=325,
)
class ProductNotReduced(Gcm):
    """GHASH cuts its products to 128 bits and does not reduce them."""

    reduction = 0


# The string that is hashed.


@deviation(
    "gcm/aad-after-ciphertext",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §7.1 step 5",
    cause="The associated data are fed to GHASH at the end, because they are known last.",
    remedy="Hash the associated data first.",
    severity=Severity.LOW,
    weakness=696,
)
class AadAfterCiphertext(Gcm):
    """GHASH gets the ciphertext before the associated data."""

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Exchange the two; the lengths keep their places."""
        lengths = super().authenticated_string(aad, ciphertext)[-16:]
        return super().authenticated_string(ciphertext, aad)[:-16] + lengths


@deviation(
    "gcm/aad-not-filled-up",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §7.1 steps 4 and 5",
    cause="An incremental hash function keeps the part of a block until more comes.",
    remedy="Fill the associated data up to a whole block before the ciphertext begins.",
    severity=Severity.LOW,
    weakness=684,
)
class AadNotFilledUp(Gcm):
    """Between associated data and ciphertext nothing is filled up: their blocks run on."""

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Fill up at the end alone."""
        lengths = super().authenticated_string(aad, ciphertext)[-16:]
        return self.pad_block(aad + ciphertext) + lengths


@deviation(
    "gcm/whole-blocks-filled-up",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §7.1 steps 2 and 4",
    cause="The number of zeros is computed as 16 - n % 16, which is 16 for whole blocks.",
    remedy="Compute it as -n % 16.",
    severity=Severity.LOW,
    weakness=193,
)
class WholeBlocksFilledUp(Gcm):
    """What fills whole blocks gets a further block of zeros before it is hashed."""

    def pad_block(self, octets: bytes) -> bytes:
        """Append 16 zeros where nothing is to be appended."""
        return super().pad_block(octets + b"\0" if len(octets) % 16 == 0 else octets)


@deviation(
    "gcm/filled-up-with-a-one",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §7.1 steps 2 and 4",
    cause="The padding is that of CMAC: 80 and zeros.",
    remedy="Fill up with zeros; the length block tells where the data end.",
    severity=Severity.LOW,
    weakness=684,
)
class FilledUpWithAOne(Gcm):
    """A part of a block is filled up with a one bit and zeros before it is hashed."""

    def pad_block(self, octets: bytes) -> bytes:
        """Begin with 80 where something is to be appended."""
        return super().pad_block(octets + b"\x80" if len(octets) % 16 else octets)


@deviation(
    "gcm/part-of-block-not-hashed",
    gain="The end of a message, and of its associated data, can be changed without being noticed.",
    clause="SP 800-38D §7.1 steps 2, 4 and 5",
    cause="A loop works off whole blocks, and what remains after it is forgotten.",
    remedy="Fill the last part of a block up with zeros and hash it.",
    severity=Severity.CRITICAL,
    weakness=345,
)
class PartOfBlockNotHashed(Gcm):
    """A part of a block at the end of ciphertext, associated data or IV is not hashed."""

    def pad_block(self, octets: bytes) -> bytes:
        """Drop it instead of filling it up."""
        return octets[: len(octets) // 16 * 16]


@deviation(
    "gcm/block-before-length-not-hashed",
    gain="The last block of every message can be changed without being noticed.",
    clause="SP 800-38D §6.4 step 3",
    cause="A loop over the blocks ends one too early, and the length block is handled apart.",
    remedy="Hash every block; test with messages of one block and of none.",
    severity=Severity.CRITICAL,
    weakness=193,
)
class BlockBeforeLengthNotHashed(Gcm):
    """The last block before the length block is not hashed when the tag is computed."""

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Leave one block out, where there is one."""
        string = super().authenticated_string(aad, ciphertext)
        return string[:-32] + string[-16:]
