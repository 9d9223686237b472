"""Ways of making the first counter block of AES-GCM wrong from an IV."""

from __future__ import annotations

from kmsproof_reference.deviations.gcm_hashing import NOBODY_ELSE
from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.gcm import Gcm

ONE_IV_LENGTH = {
    View.LIVE: "The service takes IVs of 12 bytes alone, and refuses others before the cipher "
    "sees them."
}

# IVs of 12 bytes.


@deviation(
    "gcm/iv-ignored",
    gain="All messages under a key share one keystream: two of them give each other away, and the "
    "hash subkey can be computed.",
    clause="SP 800-38D §7.1 step 2",
    cause="The IV is sent with the ciphertext but not given to the cipher, which takes zeros.",
    remedy="Start every encryption with its IV, and test that another one gives another "
    "ciphertext.",
    severity=Severity.CRITICAL,
    weakness=323,
)
class IvIgnored(Gcm):
    """Whatever the IV, the first counter block is made from 12 zero bytes."""

    def pre_counter_block(self, iv: bytes) -> bytes:
        """Take zeros."""
        return super().pre_counter_block(bytes(12))


@deviation(
    "gcm/only-first-8-iv-bytes-used",
    gain="IVs that differ in their last four bytes share one keystream; a counter there repeats "
    "it at once.",
    clause="SP 800-38D §7.1 step 2",
    cause="The counter mode below has an IV of 64 bits and a counter of 64.",
    remedy="Put all 12 bytes into the counter block, and a counter of 32 bits after them.",
    severity=Severity.CRITICAL,
    weakness=323,
)
class OnlyFirst8IvBytesUsed(Gcm):
    """The last 4 of the 12 bytes of an IV are replaced by zeros."""

    def counted_iv(self, iv: bytes) -> bytes:
        """Clear them."""
        return super().counted_iv(iv[:8] + bytes(4))


@deviation(
    "gcm/12-byte-iv-hashed",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §7.1 step 2",
    cause="All IVs are handled in one way; that those of 12 bytes are not hashed was overlooked.",
    remedy="Append 00 00 00 01 to an IV of 12 bytes.",
    severity=Severity.LOW,
    weakness=684,
)
class Iv12BytesHashed(Gcm):
    """An IV of 12 bytes is hashed like those of other lengths."""

    def counted_iv(self, iv: bytes) -> bytes:
        """Hash it."""
        return self.hashed_iv(iv)


@deviation(
    "gcm/pre-counter-block-ends-in-0",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §7.1 step 2",
    cause="Counting begins at 0, as in a plain counter mode.",
    remedy="Append 00 00 00 01 to an IV of 12 bytes.",
    severity=Severity.LOW,
    weakness=193,
)
class PreCounterBlockEndsIn0(Gcm):
    """To an IV of 12 bytes 00000000 is appended instead of 00000001."""

    def counted_iv(self, iv: bytes) -> bytes:
        """Append zeros."""
        return super().counted_iv(iv)[:-1] + b"\0"


@deviation(
    "gcm/pre-counter-block-begins-with-counter",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §7.1 step 2",
    cause="The layout comes from a mode whose blocks begin with flags or a counter, such as CCM.",
    remedy="Put the IV first and the counter after it.",
    severity=Severity.LOW,
    weakness=684,
)
class PreCounterBlockBeginsWithCounter(Gcm):
    """The 4 bytes 00000001 come before an IV of 12 bytes instead of after it."""

    def counted_iv(self, iv: bytes) -> bytes:
        """Exchange the two."""
        return super().counted_iv(iv)[12:] + iv


# IVs of other lengths.


@deviation(
    "gcm/empty-iv-accepted",
    gain="A caller who gives no IV by mistake has all messages encrypted under one keystream, and "
    "the mask of their tags is the hash subkey itself: messages can be forged.",
    clause="SP 800-38D §5.2.1.1",
    cause="The length of the IV is not looked at; PKCS #11 modules and WebCrypto have let it pass.",
    remedy="Refuse an IV without bytes.",
    severity=Severity.HIGH,
    weakness=20,
    vulnerabilities=["CVE-2017-7822"],
    unseen=ONE_IV_LENGTH,
)
class EmptyIvAccepted(Gcm):
    """An empty IV is hashed like any other instead of being refused."""

    def check_lengths(self, iv: bytes, text: bytes, tag_length: int) -> None:
        """Check the others."""
        super().check_lengths(iv or b"\0", text, tag_length)


@deviation(
    "gcm/long-iv-cut",
    gain="IVs with the same first 12 bytes share one keystream.",
    clause="SP 800-38D §7.1 step 2",
    cause="OpenSSL takes 12 bytes from an IV of any length unless EVP_CTRL_AEAD_SET_IVLEN is set, "
    "and a failure to set it goes unnoticed: SoftHSM with more than 128 bytes.",
    remedy="Set the length of the IV and look at the result, or refuse other lengths than 12.",
    severity=Severity.HIGH,
    weakness=222,
    unseen=ONE_IV_LENGTH,
)
class LongIvCut(Gcm):
    """Of an IV of more than 12 bytes only the first 12 are used."""

    def pre_counter_block(self, iv: bytes) -> bytes:
        """Cut it."""
        return super().pre_counter_block(iv[:12])


@deviation(
    "gcm/iv-above-128-bytes-cut",
    gain="IVs of more than 128 bytes with the same first 12 share one keystream.",
    clause="SP 800-38D §7.1 step 2",
    cause="OpenSSL 3 has room for 128 bytes and refuses to set a longer length; that refusal goes "
    "unnoticed, and the default of 12 bytes stays: SoftHSM.",
    remedy="Look at the result of EVP_CTRL_AEAD_SET_IVLEN, or refuse such IVs.",
    severity=Severity.HIGH,
    weakness=252,
    unseen=ONE_IV_LENGTH,
)
class IvAbove128BytesCut(Gcm):
    """Of an IV of more than 128 bytes only the first 12 are used."""

    def pre_counter_block(self, iv: bytes) -> bytes:
        """Cut a long one."""
        return super().pre_counter_block(iv if len(iv) <= 128 else iv[:12])


@deviation(
    "gcm/empty-iv-is-16-zero-bytes",
    gain="A caller who gives no IV by mistake has all messages encrypted under one keystream.",
    clause="SP 800-38D §5.2.1.1",
    cause="A default IV of a block of zeros stands in for the one that is missing: SoftHSM.",
    remedy="Refuse an IV without bytes.",
    severity=Severity.HIGH,
    weakness=20,
    unseen=ONE_IV_LENGTH,
)
class EmptyIvIs16ZeroBytes(Gcm):
    """An empty IV is taken for one of 16 zero bytes instead of being refused."""

    def check_lengths(self, iv: bytes, text: bytes, tag_length: int) -> None:
        """Check the others."""
        super().check_lengths(iv or b"\0", text, tag_length)

    def pre_counter_block(self, iv: bytes) -> bytes:
        """Put zeros there."""
        return super().pre_counter_block(iv or bytes(16))


@deviation(
    "gcm/short-iv-filled-with-zeros",
    gain="IVs that differ only in zeros at their end share one keystream; no other implementation "
    "decrypts such a message.",
    clause="SP 800-38D §7.1 step 2",
    cause="The IV is copied into a buffer of 12 zero bytes.",
    remedy="Hash it, or refuse other lengths than 12.",
    severity=Severity.MEDIUM,
    weakness=684,
    unseen=ONE_IV_LENGTH,
)
class ShortIvFilledWithZeros(Gcm):
    """An IV of fewer than 12 bytes is filled up with zeros to 12."""

    def pre_counter_block(self, iv: bytes) -> bytes:
        """Fill it up."""
        return super().pre_counter_block(iv.ljust(12, b"\0"))


@deviation(
    "gcm/16-byte-iv-as-counter-block",
    gain="IVs that are near to each other share parts of their keystream.",
    clause="SP 800-38D §7.1 step 2",
    cause="The IV has as many bytes as the counter block of the counter mode below, and is handed "
    "on as one.",
    remedy="Hash it, or refuse other lengths than 12.",
    severity=Severity.HIGH,
    weakness=323,
    unseen=ONE_IV_LENGTH,
)
class Iv16BytesAsCounterBlock(Gcm):
    """An IV of 16 bytes is itself the first counter block."""

    def hashed_iv(self, iv: bytes) -> bytes:
        """Take it as it is."""
        return iv if len(iv) == 16 else super().hashed_iv(iv)


@deviation(
    "gcm/iv-length-not-hashed",
    gain="IVs that differ only in zeros at their end share one keystream.",
    clause="SP 800-38D §7.1 step 2",
    cause="The IV is hashed like a message whose length block is added by somebody else.",
    remedy="Hash the block with the length of the IV after it.",
    severity=Severity.MEDIUM,
    weakness=325,
    unseen=ONE_IV_LENGTH,
)
class IvLengthNotHashed(Gcm):
    """The length of an IV is not hashed after it."""

    def iv_string(self, iv: bytes) -> bytes:
        """Leave the last block out."""
        return super().iv_string(iv)[:-16]


@deviation(
    "gcm/iv-length-in-first-half",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §7.1 step 2",
    cause="The IV is given to GHASH as associated data.",
    remedy="Put 8 zero bytes before the length of the IV.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONE_IV_LENGTH,
)
class IvLengthInFirstHalf(Gcm):
    """The length of an IV is hashed in the place where that of associated data stands."""

    def iv_string(self, iv: bytes) -> bytes:
        """Exchange the halves of the last block."""
        string = super().iv_string(iv)
        return string[:-16] + string[-8:] + string[-16:-8]


@deviation(
    "gcm/hashed-iv-with-counter",
    gain=NOBODY_ELSE,
    clause="SP 800-38D §7.1 step 2",
    cause="The counter is set to 1 in both cases.",
    remedy="Take the hash as it is, with its last four bytes.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONE_IV_LENGTH,
)
class HashedIvWithCounter(Gcm):
    """The last 4 bytes of a hashed IV are replaced by 00000001."""

    def hashed_iv(self, iv: bytes) -> bytes:
        """Begin to count at 1."""
        return self.counted_iv(super().hashed_iv(iv)[:12])
