"""Ways of chaining the blocks of AES-CBC wrong, and of using its IV wrong."""

from __future__ import annotations

from kmsproof_reference.block_modes import Cbc
from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.octets import xor

NOT_READ = "Nobody is attacked; no other implementation decrypts such a message."
ONE_IV_LENGTH = {
    View.LIVE: "The service takes IVs of 16 bytes alone, and refuses others before the cipher "
    "sees them."
}

# The IV.


@deviation(
    "cbc/iv-ignored",
    gain="Equal beginnings of messages are equal beginnings of their ciphertexts, as in ECB.",
    clause="SP 800-38A §6.2",
    cause="The IV is sent with the ciphertext but not given to the cipher: CCCrypt of Apple's "
    "CommonCrypto takes zeros when its pointer is NULL.",
    remedy="Start every encryption with its IV, and test that another one gives another "
    "ciphertext.",
    severity=Severity.HIGH,
    weakness=329,
)
class IvIgnored(Cbc):
    """Whatever the IV, encryption and decryption begin with a block of zeros."""

    def first_chaining_block(self, iv: bytes) -> bytes:
        """Check the IV and take zeros."""
        return bytes(len(super().first_chaining_block(iv)))


@deviation(
    "cbc/iv-not-used-in-encryption",
    gain="Equal beginnings of messages are equal beginnings of their ciphertexts, and the first "
    "block of every message comes back garbled.",
    clause="SP 800-38A §6.2, CBC Encryption",
    cause="The IV is put into the context for decryption alone.",
    remedy="Give the IV to the cipher in both directions.",
    severity=Severity.HIGH,
    weakness=329,
)
class IvNotUsedInEncryption(Cbc):
    """Encryption begins with a block of zeros instead of the IV, and decryption does not."""

    def encrypt(self, iv: bytes, plaintext: bytes) -> bytes:
        """Check the IV and take zeros."""
        return super().encrypt(bytes(len(self.first_chaining_block(iv))), plaintext)


@deviation(
    "cbc/iv-not-used-in-decryption",
    gain="The first block of every message comes back garbled.",
    clause="SP 800-38A §6.2, CBC Decryption",
    cause="The IV of a decryption is left out of the call, and the library takes zeros.",
    remedy="Give the IV to the cipher in both directions.",
    severity=Severity.LOW,
    weakness=684,
)
class IvNotUsedInDecryption(Cbc):
    """Decryption begins with a block of zeros instead of the IV, and encryption does not."""

    def decrypt(self, iv: bytes, ciphertext: bytes) -> bytes:
        """Check the IV and take zeros."""
        return super().decrypt(bytes(len(self.first_chaining_block(iv))), ciphertext)


@deviation(
    "cbc/only-first-8-iv-bytes-used",
    gain="IVs that differ in their last eight bytes are one; no other implementation decrypts the "
    "first block of a message.",
    clause="SP 800-38A §5.3",
    cause="The IV is kept in a variable for a cipher with blocks of 64 bits, such as DES.",
    remedy="Use all 16 bytes of the IV.",
    severity=Severity.MEDIUM,
    weakness=222,
)
class OnlyFirst8IvBytesUsed(Cbc):
    """The last 8 of the 16 bytes of an IV are replaced by zeros."""

    def first_chaining_block(self, iv: bytes) -> bytes:
        """Clear them."""
        return super().first_chaining_block(iv)[:8] + bytes(8)


@deviation(
    "cbc/long-iv-cut",
    gain="IVs with the same first 16 bytes are one, though they are given as different.",
    clause="SP 800-38A §5.3",
    cause="The length of the IV is not looked at, and as many bytes are read as are needed: "
    "openssl_encrypt of PHP cuts a long IV with no more than a warning.",
    remedy="Refuse an IV that has not 16 bytes.",
    severity=Severity.LOW,
    weakness=130,
    unseen=ONE_IV_LENGTH,
)
class LongIvCut(Cbc):
    """Of an IV of more than 16 bytes only the first 16 are used."""

    def first_chaining_block(self, iv: bytes) -> bytes:
        """Cut it."""
        return super().first_chaining_block(iv[:16])


@deviation(
    "cbc/short-iv-filled-with-zeros",
    gain="A caller who gives too short an IV, or none by mistake, is not told that the IV can be "
    "foreseen.",
    clause="SP 800-38A §5.3",
    cause="The IV is copied into a buffer of zeros: openssl_encrypt of PHP fills a short IV up "
    "with no more than a warning.",
    remedy="Refuse an IV that has not 16 bytes.",
    severity=Severity.MEDIUM,
    weakness=130,
    unseen=ONE_IV_LENGTH,
)
class ShortIvFilledWithZeros(Cbc):
    """An IV of fewer than 16 bytes is filled up with zeros."""

    def first_chaining_block(self, iv: bytes) -> bytes:
        """Fill it up."""
        return super().first_chaining_block(iv.ljust(16, b"\0"))


@deviation(
    "cbc/iv-before-ciphertext",
    gain=NOT_READ,
    clause="SP 800-38A §6.2: a ciphertext has as many blocks as the padded plaintext",
    cause="Many libraries and formats put the IV in front of the ciphertext; here it is given "
    "apart as well.",
    remedy="Give the IV out once, in its own field.",
    severity=Severity.LOW,
    weakness=684,
)
class IvBeforeCiphertext(Cbc):
    """The IV is put in front of the ciphertext, and taken from there in decryption."""

    def encrypt(self, iv: bytes, plaintext: bytes) -> bytes:
        """Put it in front."""
        return iv + super().encrypt(iv, plaintext)

    def decrypt(self, iv: bytes, ciphertext: bytes) -> bytes:
        """Take the first block for it."""
        self.first_chaining_block(iv)
        return super().decrypt(ciphertext[:16].ljust(16, b"\0"), ciphertext[16:])


# The chain.


@deviation(
    "cbc/blocks-not-chained",
    gain="Equal blocks of messages are equal blocks of their ciphertexts, and blocks can be moved: "
    "the mode is ECB under another name.",
    clause="SP 800-38A §6.2",
    cause="The cipher is called for each block, and the mode is only a name: AES without a mode "
    "is AES/ECB/PKCS5Padding in Java.",
    remedy="Name the mode to the library: AES/CBC/PKCS5Padding in Java.",
    severity=Severity.HIGH,
    weakness=327,
)
class BlocksNotChained(Cbc):
    """Blocks are encrypted one by one as in ECB; the IV is not used."""

    def chain(self, block: bytes, previous: bytes) -> bytes:
        """Leave it as it is."""
        return block


@deviation(
    "cbc/all-blocks-chained-to-iv",
    gain="Equal blocks of a message are equal blocks of its ciphertext.",
    clause="SP 800-38A §6.2",
    cause="The variable with the block before is set once, before the loop.",
    remedy="Chain each block to the ciphertext before it; test with messages of three blocks.",
    severity=Severity.HIGH,
    weakness=327,
)
class AllBlocksChainedToIv(Cbc):
    """Every block is chained to the IV instead of the block before it."""

    def next_chaining_block(
        self, previous: bytes, plaintext: bytes, ciphertext: bytes, number: int
    ) -> bytes:
        """Keep what the block before was chained to."""
        return previous


@deviation(
    "cbc/chained-to-plaintext",
    gain="What a block hides depends on two blocks of the message alone: equal pairs of blocks "
    "show. No other implementation decrypts such a message.",
    clause="SP 800-38A §6.2",
    cause="The buffer that is encrypted in place is copied before, not after.",
    remedy="Chain each block to the ciphertext of the block before it.",
    severity=Severity.MEDIUM,
    weakness=327,
)
class ChainedToPlaintext(Cbc):
    """Every block is chained to the plaintext of the block before it, not to its ciphertext."""

    def next_chaining_block(
        self, previous: bytes, plaintext: bytes, ciphertext: bytes, number: int
    ) -> bytes:
        """Take the plaintext."""
        return plaintext


@deviation(
    "cbc/chained-to-both",
    gain=NOT_READ,
    clause="SP 800-38A §6.2",
    cause="The mode is PCBC, that of Kerberos 4.",
    remedy="Chain each block to the ciphertext of the block before it alone.",
    severity=Severity.LOW,
    weakness=684,
)
class ChainedToBoth(Cbc):
    """Every block is chained to both plaintext and ciphertext of the block before it."""

    def next_chaining_block(
        self, previous: bytes, plaintext: bytes, ciphertext: bytes, number: int
    ) -> bytes:
        """Take both."""
        return xor(plaintext, ciphertext)


@deviation(
    "cbc/chain-starts-again-after-4096-bytes",
    gain="Later parts of 4,096 bytes that begin alike show that, and can be exchanged. No other "
    "implementation decrypts a long message.",
    clause="SP 800-38A §6.2",
    cause="A long message is worked off in parts, and the calls for all parts but the first get "
    "no IV.",
    remedy="Keep the last block of ciphertext between two parts, or the context of the library.",
    severity=Severity.MEDIUM,
    weakness=329,
)
class ChainStartsAgainAfter4096Bytes(Cbc):
    """After every 4,096 bytes the chain begins again with a block of zeros."""

    def next_chaining_block(
        self, previous: bytes, plaintext: bytes, ciphertext: bytes, number: int
    ) -> bytes:
        """Forget the ciphertext after 256 blocks."""
        kept = super().next_chaining_block(previous, plaintext, ciphertext, number)
        return kept if number % 256 else bytes(16)


def _with_last_two_exchanged(ciphertext: bytes) -> bytes:
    return ciphertext[:-32] + ciphertext[-16:] + ciphertext[-32:-16]


@deviation(
    "cbc/last-two-blocks-exchanged",
    gain=NOT_READ,
    clause="SP 800-38A §6.2; its addendum of October 2010 calls such a form CBC-CS3",
    cause="The mode is CBC with ciphertext stealing as Kerberos has it (RFC 3962), which "
    "exchanges the last two blocks even when both are whole.",
    remedy="Use CBC without ciphertext stealing.",
    severity=Severity.LOW,
    weakness=684,
)
class LastTwoBlocksExchanged(Cbc):
    """The last two blocks of a ciphertext change places, as in one form of ciphertext stealing."""

    def encrypt(self, iv: bytes, plaintext: bytes) -> bytes:
        """Exchange them at the end."""
        return _with_last_two_exchanged(super().encrypt(iv, plaintext))

    def decrypt(self, iv: bytes, ciphertext: bytes) -> bytes:
        """Exchange them at the beginning."""
        whole = len(ciphertext) % 16 == 0
        return super().decrypt(iv, _with_last_two_exchanged(ciphertext) if whole else ciphertext)
