"""Ways of getting associated data of AES-GCM wrong, and the lengths at the end of GHASH."""

from __future__ import annotations

from kmsproof_reference.deviations.gcm_hashing import NOBODY_ELSE
from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.gcm import Gcm

# Associated data.


@deviation(
    "gcm/aad-ignored",
    gain="A ciphertext can be used in another context than that for which it was made: for "
    "another user, in another place, with another header.",
    clause="SP 800-38D §7.1 step 5",
    cause="The argument is accepted and not handed on: no call of EVP_EncryptUpdate without "
    "output buffer, of updateAAD or of setAAD.",
    remedy="Hand the associated data to the cipher before the message.",
    severity=Severity.CRITICAL,
    weakness=345,
)
class AadIgnored(Gcm):
    """Associated data are accepted and not authenticated."""

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Leave them out."""
        return super().authenticated_string(b"", ciphertext)


@deviation(
    "gcm/aad-cut-after-16-bytes",
    gain="All but the first 16 bytes of the associated data can be changed without being noticed.",
    clause="SP 800-38D §7.1 step 5",
    cause="Hardware and code for one protocol have room for one block: the header of TLS has 13 "
    "bytes.",
    remedy="Hash all associated data, or refuse more than there is room for.",
    severity=Severity.HIGH,
    weakness=222,
)
class AadCutAfter16Bytes(Gcm):
    """Only the first 16 bytes of the associated data are authenticated."""

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Cut the rest off."""
        return super().authenticated_string(aad[:16], ciphertext)


@deviation(
    "gcm/aad-length-in-8-bits",
    gain="Long associated data are authenticated in part or not at all: 256 bytes count as none.",
    clause="SP 800-38D §7.1 step 5",
    cause="The length of the associated data is kept in a variable of one byte.",
    remedy="Keep lengths in variables of 64 bits, or refuse what does not fit.",
    severity=Severity.HIGH,
    weakness=190,
)
class AadLengthIn8Bits(Gcm):
    """Of associated data as many bytes are authenticated as the low 8 bits of their length say."""

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Take the length modulo 256."""
        return super().authenticated_string(aad[: len(aad) % 256], ciphertext)


@deviation(
    "gcm/aad-length-in-16-bits",
    gain="Long associated data are authenticated in part or not at all: 65,536 bytes count as "
    "none.",
    clause="SP 800-38D §7.1 step 5",
    cause="The length of the associated data is kept in a variable of 16 bits.",
    remedy="Keep lengths in variables of 64 bits, or refuse what does not fit.",
    severity=Severity.HIGH,
    weakness=190,
    unseen={View.LIVE: "The service takes 8,192 bytes of associated data at most."},
)
class AadLengthIn16Bits(Gcm):
    """Of associated data as many bytes are authenticated as the low 16 bits of their length say."""

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Take the length modulo 65,536."""
        return super().authenticated_string(aad[: len(aad) % 65_536], ciphertext)


@deviation(
    "gcm/aad-ends-at-zero-byte",
    gain="What follows the first zero byte of associated data can be changed without being "
    "noticed.",
    clause="SP 800-38D §7.1 step 5",
    cause="Associated data are handed over as a string of C, and strlen finds their length.",
    remedy="Hand the length over with the bytes.",
    severity=Severity.HIGH,
    weakness=158,
)
class AadEndsAtZeroByte(Gcm):
    """Associated data are authenticated up to their first zero byte."""

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Cut at the first zero."""
        return super().authenticated_string(aad.split(b"\0")[0], ciphertext)


# The length block.


@deviation(
    "gcm/length-block-missing",
    gain="Zeros can be put at the end of a message and taken away without being noticed, and "
    "blocks moved between associated data and ciphertext.",
    clause="SP 800-38D §7.1 step 5",
    cause="GHASH is computed over the data alone.",
    remedy="Hash the block with the two lengths at the end.",
    severity=Severity.HIGH,
    weakness=325,
)
class LengthBlockMissing(Gcm):
    """The two lengths at the end are not hashed when the tag is computed."""

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Leave the last block out."""
        return super().authenticated_string(aad, ciphertext)[:-16]


@deviation(
    "gcm/aad-length-missing",
    gain="Zeros can be put at the end of associated data and taken away without being noticed.",
    clause="SP 800-38D §7.1 step 5",
    cause="Only the bytes that are encrypted are counted.",
    remedy="Count the bytes of the associated data, too.",
    severity=Severity.MEDIUM,
    weakness=325,
)
class AadLengthMissing(Gcm):
    """The length block says that there are no associated data."""

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Put zero for the first length."""
        string = super().authenticated_string(aad, ciphertext)
        return string[:-16] + bytes(8) + string[-8:]


@deviation(
    "gcm/ciphertext-length-missing",
    gain="Zeros can be put at the end of a ciphertext and taken away without being noticed.",
    clause="SP 800-38D §7.1 step 5",
    cause="Only the associated data are counted, or the length is written before the message has "
    "come.",
    remedy="Count the bytes of the ciphertext, too, and write the length at the end.",
    severity=Severity.MEDIUM,
    weakness=325,
)
class CiphertextLengthMissing(Gcm):
    """The length block says that there is no ciphertext."""

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Put zero for the second length."""
        return super().authenticated_string(aad, ciphertext)[:-8] + bytes(8)


@deviation(
    "gcm/lengths-exchanged",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §7.1 step 5",
    cause="The two arguments of the function that makes the block change places.",
    remedy="Write the length of the associated data first.",
    severity=Severity.LOW,
    weakness=683,
)
class LengthsExchanged(Gcm):
    """The length of the ciphertext comes before that of the associated data."""

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Exchange the two halves of the last block."""
        string = super().authenticated_string(aad, ciphertext)
        return string[:-16] + string[-8:] + string[-16:-8]


@deviation(
    "gcm/lengths-in-bytes",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §7.1 steps 2 and 5",
    cause="The lengths are written as the language gives them: in bytes.",
    remedy="Write the numbers of bits: eight times as much.",
    severity=Severity.LOW,
    weakness=682,
)
class LengthsInBytes(Gcm):
    """The lengths that are hashed count bytes instead of bits."""

    def length_block(self, first: int, second: int) -> bytes:
        """Divide what will be multiplied by eight."""
        octets = super().length_block(first, second)
        return (int.from_bytes(octets, "big") >> 3).to_bytes(16, "big")


@deviation(
    "gcm/lengths-little-endian",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §7.1 steps 2 and 5",
    cause="The two numbers are copied as the machine has them in memory.",
    remedy="Write the most significant byte first.",
    severity=Severity.LOW,
    weakness=198,
)
class LengthsLittleEndian(Gcm):
    """The lengths that are hashed have their least significant byte first."""

    def length_block(self, first: int, second: int) -> bytes:
        """Reverse each."""
        octets = super().length_block(first, second)
        return octets[7::-1] + octets[:7:-1]


@deviation(
    "gcm/lengths-of-4-bytes",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §7.1 steps 2 and 5",
    cause="Lengths are variables of 32 bits, and are copied one after the other.",
    remedy="Write each length as 8 bytes.",
    severity=Severity.LOW,
    weakness=684,
)
class LengthsOf4Bytes(Gcm):
    """Each length that is hashed has 4 bytes, and zeros follow."""

    def length_block(self, first: int, second: int) -> bytes:
        """Take the lower half of each."""
        octets = super().length_block(first, second)
        return octets[4:8] + octets[12:] + bytes(8)


@deviation(
    "gcm/lengths-in-16-bits",
    gain="A long message and one that is 8,192 bytes longer can have the same tag. No other "
    "implementation accepts the tag of a long message.",
    clause="SP 800-38D §7.1 steps 2 and 5",
    cause="The number of bits is kept in a variable of 16 bits, which 8,192 bytes overflow.",
    remedy="Count in 64 bits.",
    severity=Severity.MEDIUM,
    weakness=190,
)
class LengthsIn16Bits(Gcm):
    """The numbers of bits that are hashed are cut to their low 16 bits."""

    def length_block(self, first: int, second: int) -> bytes:
        """Clear the other bits."""
        octets = super().length_block(first, second)
        return bytes(6) + octets[6:8] + bytes(6) + octets[14:]
