"""Ways of getting the counter mode of AES-GCM wrong: counting, keystream and the last block."""

from __future__ import annotations

from kmsproof_reference.deviations.gcm_hashing import NOBODY_ELSE
from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.gcm import Gcm

WRONG_KEYSTREAM = (
    "Nobody is attacked; no other implementation decrypts such a message, and those of others "
    "come out as noise."
)

OUT_OF_REACH = {
    View.LIVE: "The service takes IVs of 12 bytes alone, after which counting begins at 1, and no "
    "message that it takes brings the counter so far."
}
ONE_MEBIBYTE = {
    View.LIVE: "The service takes IVs of 12 bytes alone, after which counting begins at 1; "
    "messages of more than a mebibyte are too long for most services, and for a run."
}

# Counting.


def _counted(block: bytes, bits: int) -> bytes:
    """The block with 1 added to its last bits, which come round to zero."""
    number = int.from_bytes(block, "big")
    return (number >> bits << bits | (number + 1) % (1 << bits)).to_bytes(16, "big")


@deviation(
    "gcm/message-begins-at-pre-counter-block",
    gain="A known first block of a message gives the mask of the tag away, and so the value of "
    "GHASH: the hash subkey can be found, and messages can be forged.",
    clause="SP 800-38D §7.1 step 3",
    cause="A plain counter mode is started with the pre-counter block.",
    remedy="Count up once before the first block of the message.",
    severity=Severity.CRITICAL,
    weakness=323,
)
class MessageBeginsAtPreCounterBlock(Gcm):
    """The first block of a message is encrypted with the block that masks the tag."""

    def initial_counter_block(self, j0: bytes) -> bytes:
        """Do not count up."""
        return j0


@deviation(
    "gcm/message-begins-one-block-late",
    gain=WRONG_KEYSTREAM,
    clause="SP 800-38D §7.1 step 3",
    cause="The counter is counted up when the tag is masked, and once more before the message.",
    remedy="Encrypt the first block with the counter block after the pre-counter block.",
    severity=Severity.LOW,
    weakness=193,
)
class MessageBeginsOneBlockLate(Gcm):
    """The counter is counted up twice before the first block of a message."""

    def initial_counter_block(self, j0: bytes) -> bytes:
        """Count up once more."""
        return self.inc32(super().initial_counter_block(j0))


@deviation(
    "gcm/counter-stands-still",
    gain="Equal blocks of a message are equal in its ciphertext, and one known block gives all "
    "others away.",
    clause="SP 800-38D §6.5 step 5",
    cause="A copy of the counter block is counted up, and the block itself encrypted again.",
    remedy="Count up before every block; test with messages of several blocks.",
    severity=Severity.CRITICAL,
    weakness=323,
)
class CounterStandsStill(Gcm):
    """All blocks of a message are encrypted with one block of keystream."""

    def next_counter_block(self, cb: bytes) -> bytes:
        """Do not count up."""
        return cb


@deviation(
    "gcm/counter-of-8-bits",
    gain="After 256 blocks the keystream comes again: the parts of a message of more than 4,096 "
    "bytes give each other away.",
    clause="SP 800-38D §6.2",
    cause="Only the last byte is counted up, without a carry.",
    remedy="Count in the last four bytes.",
    severity=Severity.CRITICAL,
    weakness=323,
)
class CounterOf8Bits(Gcm):
    """Only the last byte of the counter block counts."""

    def inc32(self, block: bytes) -> bytes:
        """Count modulo 256."""
        return _counted(block, 8)


@deviation(
    "gcm/counter-of-16-bits",
    gain="After 65,536 blocks the keystream comes again: the parts of a message of more than one "
    "mebibyte give each other away.",
    clause="SP 800-38D §6.2",
    cause="The counter is a variable of 16 bits, as in modes for small devices.",
    remedy="Count in the last four bytes.",
    severity=Severity.HIGH,
    weakness=323,
    unseen=ONE_MEBIBYTE,
)
class CounterOf16Bits(Gcm):
    """Only the last two bytes of the counter block count."""

    def inc32(self, block: bytes) -> bytes:
        """Count modulo 65,536."""
        return _counted(block, 16)


@deviation(
    "gcm/counter-of-64-bits",
    gain=WRONG_KEYSTREAM,
    clause="SP 800-38D §6.2",
    cause="The counter is a variable of 64 bits, or a machine word.",
    remedy="Count in the last four bytes and let the carry out of them go.",
    severity=Severity.LOW,
    weakness=682,
    unseen=OUT_OF_REACH,
)
class CounterOf64Bits(Gcm):
    """The counter carries into the four bytes before it."""

    def inc32(self, block: bytes) -> bytes:
        """Count modulo 2^64."""
        return _counted(block, 64)


@deviation(
    "gcm/counter-of-128-bits",
    gain=WRONG_KEYSTREAM,
    clause="SP 800-38D §6.2",
    cause="GCM is built on a counter mode that counts in the whole block, as AES/CTR of Java and "
    "EVP_aes_256_ctr of OpenSSL do.",
    remedy="Count in the last four bytes and let the carry out of them go.",
    severity=Severity.LOW,
    weakness=682,
    vulnerabilities=["CVE-2015-6644", "CVE-2018-2972"],
    unseen=OUT_OF_REACH,
)
class CounterOf128Bits(Gcm):
    """The counter carries into all bytes before it."""

    def inc32(self, block: bytes) -> bytes:
        """Count modulo 2^128."""
        return _counted(block, 128)


@deviation(
    "gcm/counter-stops-at-end",
    gain="Where the counter would come round, all further blocks have one keystream and give each "
    "other away.",
    clause="SP 800-38D §6.2",
    cause="Addition saturates, so that the counter does not overflow.",
    remedy="Count modulo 2^32.",
    severity=Severity.MEDIUM,
    weakness=323,
    unseen=OUT_OF_REACH,
)
class CounterStopsAtEnd(Gcm):
    """The counter stays at ffffffff instead of coming round to zero."""

    def inc32(self, block: bytes) -> bytes:
        """Count up to the end."""
        return block if block[12:] == b"\xff" * 4 else super().inc32(block)


@deviation(
    "gcm/counter-little-endian",
    gain=WRONG_KEYSTREAM,
    clause="SP 800-38D §6.2",
    cause="The counter is that of AES-GCM-SIV (RFC 8452), or of the machine.",
    remedy="Count with the most significant byte first.",
    severity=Severity.LOW,
    weakness=198,
)
class CounterLittleEndian(Gcm):
    """The counter has its least significant byte first."""

    def inc32(self, block: bytes) -> bytes:
        """Count in the first of the four bytes."""
        return block[:12] + super().inc32(block[:12] + block[:11:-1])[:11:-1]


# The keystream.


@deviation(
    "gcm/part-of-block-not-encrypted",
    gain="The last bytes of a message stand in the ciphertext as they are.",
    clause="SP 800-38D §6.5 step 7",
    cause="A loop works off whole blocks, and what remains after it is copied.",
    remedy="Add as many bytes of keystream as the last part has.",
    severity=Severity.CRITICAL,
    weakness=311,
)
class PartOfBlockNotEncrypted(Gcm):
    """A part of a block at the end of a message is not encrypted."""

    def add_keystream(self, x: bytes, keystream: bytes) -> bytes:
        """Copy it."""
        return super().add_keystream(x, keystream) if len(x) == len(keystream) else x


@deviation(
    "gcm/part-of-block-from-wrong-end",
    gain=WRONG_KEYSTREAM,
    clause="SP 800-38D §6.5 step 7",
    cause="The last part of a message is put at the end of a block that is filled up in front.",
    remedy="Add the first bytes of the last block of keystream.",
    severity=Severity.LOW,
    weakness=684,
)
class PartOfBlockFromWrongEnd(Gcm):
    """A part of a block is encrypted with the last bytes of the keystream, not the first."""

    def add_keystream(self, x: bytes, keystream: bytes) -> bytes:
        """Take the last bytes."""
        return super().add_keystream(x, keystream[-len(x) :])


@deviation(
    "gcm/part-of-block-lost",
    gain="The end of a message is lost, and nobody is told.",
    clause="SP 800-38D §6.5 step 7",
    cause="A loop works off whole blocks, and what remains after it is forgotten.",
    remedy="Add as many bytes of keystream as the last part has.",
    severity=Severity.HIGH,
    weakness=222,
)
class PartOfBlockLost(Gcm):
    """A part of a block at the end of a message is neither encrypted nor decrypted."""

    def add_keystream(self, x: bytes, keystream: bytes) -> bytes:
        """Drop it."""
        return super().add_keystream(x, keystream) if len(x) == len(keystream) else b""


@deviation(
    "gcm/message-filled-up",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §5.2.1.1: a ciphertext is as long as its plaintext",
    cause="The message is filled up to whole blocks, which only block modes need.",
    remedy="Encrypt a message as it is.",
    severity=Severity.LOW,
    weakness=684,
)
class MessageFilledUp(Gcm):
    """A message is filled up with zeros to whole blocks, and comes back with them."""

    def gctr(self, icb: bytes, octets: bytes) -> bytes:
        """Fill up."""
        return super().gctr(icb, octets + bytes(-len(octets) % 16))


@deviation(
    "gcm/message-cut-after-4096-bytes",
    gain="The end of a long message is lost, and nobody is told.",
    clause="SP 800-38D §6.5",
    cause="A buffer has the size of a page of memory, and the rest is neither encrypted nor "
    "refused.",
    remedy="Work off all of a message, or refuse one that is too long.",
    severity=Severity.HIGH,
    weakness=222,
)
class MessageCutAfter4096Bytes(Gcm):
    """Only the first 4,096 bytes of a message are encrypted or decrypted."""

    def gctr(self, icb: bytes, octets: bytes) -> bytes:
        """Cut the rest off."""
        return super().gctr(icb, octets[:4096])
