"""The two paddings of the sheet: none, and PKCS #7.

Standard:  RFC 5652 (Cryptographic Message Syntax), September 2009, section 6.3.
Page:      https://www.rfc-editor.org/rfc/rfc5652#section-6.3
Left out:  block lengths other than 16 bytes; and the paddings of ISO/IEC 7816-4, ANSI X9.23 and
           ISO 10126, which a target must not mistake for this one.

RFC 5652 says how to pad. That the removal checks every byte is not said there but follows from
"the padding can be removed unambiguously": a string that `Pkcs7Padding.pad` cannot have made has
no removal.
"""

from typing import Protocol

from kmsproof_reference.errors import InvalidCiphertext


class Padding(Protocol):
    """What a block mode needs of a padding."""

    def pad(self, message: bytes) -> bytes:
        """The message with its padding."""
        ...

    def unpad(self, padded: bytes) -> bytes:
        """The message without its padding; raises `InvalidCiphertext` when that is malformed."""
        ...


class NoPadding:
    """NO_PADDING: the message as it is. That it fills whole blocks is for the mode to check."""

    def pad(self, message: bytes) -> bytes:
        """The message unchanged."""
        return message

    def unpad(self, padded: bytes) -> bytes:
        """The message unchanged."""
        return padded


class Pkcs7Padding:
    """PKCS7_PADDING: n bytes of value n, 1 <= n <= 16 (RFC 5652 §6.3)."""

    block_length = 16
    """The k of RFC 5652: bytes in a block of the cipher."""

    def pad(self, message: bytes) -> bytes:
        """Append k - (lth mod k) bytes of that value; a whole block when lth mod k is 0."""
        return message + self.padding_string(len(message))

    def padding_string(self, length: int) -> bytes:
        """The bytes to append to a message of ``length`` bytes (RFC 5652 §6.3)."""
        count = self.block_length - length % self.block_length
        return bytes([count]) * count

    def unpad(self, padded: bytes) -> bytes:
        """Remove the padding, after checking its length and every one of its bytes.

        Raises `InvalidCiphertext` with one and the same text whatever is wrong.
        """
        self.check_whole_blocks(padded)
        count = self.padding_length(padded)
        self.check_padding_length(count)
        self.check_padding_bytes(padded[-count:], count)
        return padded[:-count]

    def check_whole_blocks(self, padded: bytes) -> None:
        """A padded message fills one block or more (RFC 5652 §6.3)."""
        self.require(len(padded) > 0 and len(padded) % self.block_length == 0)

    def padding_length(self, padded: bytes) -> int:
        """The last byte says how many bytes to remove (RFC 5652 §6.3)."""
        return padded[-1]

    def check_padding_length(self, count: int) -> None:
        """1 to k bytes are removed (RFC 5652 §6.3)."""
        self.require(1 <= count <= self.block_length)

    def check_padding_bytes(self, padding: bytes, count: int) -> None:
        """All bytes of the padding have the same value, its length (RFC 5652 §6.3)."""
        self.require(padding == bytes([count]) * count)

    def require(self, condition: bool) -> None:
        """Raise the one error of this padding unless the condition holds."""
        if not condition:
            raise InvalidCiphertext("the padding is not the one of RFC 5652 §6.3")
