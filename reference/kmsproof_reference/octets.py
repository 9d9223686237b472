"""Byte strings and integers: the few functions that every standard of the field presumes.

Standard:  RFC 8017 (PKCS #1 v2.2), edition of November 2016; NIST SP 800-38D, November 2007.
Sections:  RFC 8017 4.1 and 4.2; SP 800-38D 4.2.2.
Pages:     https://www.rfc-editor.org/rfc/rfc8017#section-4
           https://csrc.nist.gov/pubs/sp/800/38/d/final
Left out:  bit strings that are not whole bytes.
"""

from collections.abc import Iterator

from kmsproof_reference.errors import InvalidArgument


def i2osp(integer: int, length: int) -> bytes:
    """The integer as ``length`` bytes, most significant byte first (RFC 8017 §4.1).

    Raises `InvalidArgument` when the integer is negative or needs more than ``length`` bytes.
    """
    # 1. If x >= 256^xLen, output "integer too large" and stop.
    if not 0 <= integer < 256**length:
        raise InvalidArgument(f"integer too large: it does not fit in {length} bytes")
    # 2. and 3. Write x in base 256.
    return integer.to_bytes(length, "big")


def os2ip(octets: bytes) -> int:
    """The bytes as a non-negative integer, most significant byte first (RFC 8017 §4.2)."""
    return int.from_bytes(octets, "big")


def xor(left: bytes, right: bytes) -> bytes:
    """The bitwise exclusive-or of two byte strings of the same length (SP 800-38D §4.2.2).

    Raises `InvalidArgument` when the lengths differ.
    """
    if len(left) != len(right):
        raise InvalidArgument(f"xor needs equal lengths, got {len(left)} and {len(right)} bytes")
    return (os2ip(left) ^ os2ip(right)).to_bytes(len(left), "big")


def blocks(octets: bytes, length: int = 16) -> Iterator[bytes]:
    """The byte string cut into pieces of ``length`` bytes; the last one may be shorter."""
    for start in range(0, len(octets), length):
        yield octets[start : start + length]
