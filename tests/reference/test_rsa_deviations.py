"""Each known way of getting RSA wrong is one step: a subclass takes what the standard refuses.

The deviations are those of real implementations. Each accepts one input that the standard and all
the other deviations refuse, and still accepts what is right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TypeVar

import pytest

from kmsproof_reference import der
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.octets import os2ip
from kmsproof_reference.pkcs1_signature import OBJECT_IDENTIFIERS, Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_testing.rsa_material import key_of, with_octet

KEY = key_of(1030)  # 129 bytes, of which the first three bits are zero in an EM of PSS
SEED, SALT, DIGEST = bytes(32), bytes(range(32)), hashlib.sha256(b"message").digest()
OAEP_CIPHERTEXT = Oaep(KEY).encrypt(b"message", SEED, b"label")
PKCS1_SIGNATURE = Pkcs1Signature(KEY).sign(b"message")

Scheme = TypeVar("Scheme")


def others(
    standard: type[Scheme],
    deviations: Mapping[str, tuple[type[Scheme], bytes]],
    variant: type[Scheme],
) -> Iterator[type[Scheme]]:
    """The standard, and all deviations but one."""
    yield standard
    yield from (deviation for deviation, _ in deviations.values() if deviation is not variant)


# OAEP.


class AnyLabel(Oaep):
    """lHash is not compared."""

    def label_hash_is_right(self, data_block: bytes, label: bytes) -> bool:
        """Always."""
        return True


class AnyFirstOctet(Oaep):
    """Y is not looked at."""

    def first_octet_is_right(self, encoded: bytes) -> bool:
        """Always."""
        return True


class AnySeparator(Oaep):
    """Whatever octet is not zero ends the padding."""

    def find_separator(self, data_block: bytes) -> int | None:
        """The first octet that is not zero."""
        found = (i for i in range(32, len(data_block)) if data_block[i])
        return next(found, None)


class AnyLength(Oaep):
    """The length of the ciphertext is not compared with k."""

    def has_right_length(self, ciphertext: bytes) -> bool:
        """Always."""
        return True


def oaep_block(block: bytes, first: int = 0) -> bytes:
    """The ciphertext of a data block."""
    scheme = Oaep(KEY)
    return scheme.raw_encrypt(scheme.encode_data_block(block, SEED, first))


OAEP_BLOCK = Oaep(KEY).data_block(b"message", b"label")
OAEP_DEVIATIONS: dict[str, tuple[type[Oaep], bytes]] = {
    "label": (AnyLabel, oaep_block(Oaep(KEY).data_block(b"message", b"another label"))),
    "first octet": (AnyFirstOctet, oaep_block(OAEP_BLOCK, first=1)),
    "separator": (AnySeparator, oaep_block(OAEP_BLOCK.replace(b"\x01message", b"\x02message"))),
    "length": (AnyLength, b"\x00" + OAEP_CIPHERTEXT),
}


@pytest.mark.parametrize("name", OAEP_DEVIATIONS)
def test_a_deviation_of_oaep_decrypts_what_the_standard_refuses(name: str) -> None:
    variant, ciphertext = OAEP_DEVIATIONS[name]
    assert variant(KEY).decrypt(OAEP_CIPHERTEXT, b"label") == b"message"
    assert variant(KEY).decrypt(ciphertext, b"label") == b"message"
    for scheme in others(Oaep, OAEP_DEVIATIONS, variant):
        with pytest.raises(InvalidCiphertext, match="decryption error"):
            scheme(KEY).decrypt(ciphertext, b"label")


def test_an_error_that_tells_the_step() -> None:
    class Telling(Oaep):
        def first_octet_is_right(self, encoded: bytes) -> bool:
            if not super().first_octet_is_right(encoded):
                raise InvalidArgument("integer too large")
            return True

    with pytest.raises(InvalidArgument, match="integer too large"):
        Telling(KEY).decrypt(oaep_block(OAEP_BLOCK, first=1), b"label")
    with pytest.raises(InvalidCiphertext):
        Telling(KEY).decrypt(OAEP_CIPHERTEXT, b"another label")


# PSS.


class AnyTrailer(Pss):
    """The last octet is not compared."""

    def trailer_is_right(self, encoded: bytes) -> bool:
        """Always."""
        return True


class AnyTopBits(Pss):
    """The bits to the left of emBits are not looked at."""

    def top_bits_are_zero(self, masked: bytes) -> bool:
        """Always."""
        return True


class AnyPadding(Pss):
    """The octets before the salt are not looked at."""

    def find_separator(self, data_block: bytes) -> int | None:
        """Where the separator of a salt of the agreed length stands."""
        return len(data_block) - (self.salt_length or 0) - 1


class AnySaltLength(Pss):
    """The length of the salt is whatever is found."""

    def salt_length_is_right(self, salt: bytes) -> bool:
        """Always."""
        return True


class AnyHash(Pss):
    """H is not compared with H'."""

    def hash_is_right(self, expected: bytes, h: bytes) -> bool:
        """Always."""
        return True


class AnySignatureLength(Pss):
    """The length of the signature is not compared with k."""

    def has_right_length(self, signature: bytes) -> bool:
        """Always."""
        return True


PSS = Pss(KEY)
PSS_ENCODED, PSS_BLOCK = PSS.encode_digest(DIGEST, SALT), PSS.data_block(SALT)
PSS_HASH = PSS.salted_hash(DIGEST, SALT)


def with_top_bit_set() -> bytes:
    """The signature of an EM that has a bit to the left of emBits, and is below n all the same."""
    for octet in range(256):
        encoded = PSS.encode_digest(DIGEST, bytes([octet]) * 32)
        encoded = with_octet(encoded, 0, encoded[0] | 0x20)
        if os2ip(encoded) < KEY.n:
            return PSS.sign_encoded(encoded)
    raise AssertionError("no salt gives an EM below n")


PSS_DEVIATIONS: dict[str, tuple[type[Pss], bytes]] = {
    "trailer": (AnyTrailer, PSS.sign_encoded(with_octet(PSS_ENCODED, -1, 0xCC))),
    "top bits": (AnyTopBits, with_top_bit_set()),
    "padding": (
        AnyPadding,
        PSS.sign_encoded(PSS.mask_data_block(with_octet(PSS_BLOCK, 5, 7), PSS_HASH)),
    ),
    "salt length": (AnySaltLength, Pss(KEY, salt_length=20).sign(b"message", bytes(20))),
    "hash": (AnyHash, PSS.sign(b"another message", SALT)),
    "length": (AnySignatureLength, b"\x00" + PSS.sign(b"message", SALT)),
}


@pytest.mark.parametrize("name", PSS_DEVIATIONS)
def test_a_deviation_of_pss_takes_what_the_standard_refuses(name: str) -> None:
    variant, signature = PSS_DEVIATIONS[name]
    assert variant(KEY.public).verify(b"message", PSS.sign(b"message", SALT))
    assert variant(KEY.public).verify(b"message", signature)
    for scheme in others(Pss, PSS_DEVIATIONS, variant):
        assert not scheme(KEY.public).verify(b"message", signature)


# PKCS #1 v1.5.


def digest_info(*parameters: bytes) -> bytes:
    """A DigestInfo of SHA-256 with other parameters."""
    oid = der.object_identifier(OBJECT_IDENTIFIERS["sha256"])
    return der.sequence(der.sequence(oid, *parameters), der.octet_string(DIGEST))


class RestIgnored(Pkcs1Signature):
    """What follows the hash is not looked at, nor how long the padding is (CVE-2006-4339)."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Whether EM begins like an encoding, with padding of any length."""
        start = len(encoded) - len(encoded[2:].lstrip(b"\xff"))
        return encoded[:2] == b"\x00\x01" and encoded[start:].startswith(
            b"\x00" + self.digest_info(DIGEST)
        )


class MissingNullTaken(Pkcs1Signature):
    """A DigestInfo without parameters is taken as well."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Whether EM is one of the two."""
        length = len(encoded) - 3 - len(digest_info())
        without = b"\x00\x01" + self.padding(length) + b"\x00" + digest_info()
        return encoded in (expected, without)


class PaddingIgnored(Pkcs1Signature):
    """The padding is not looked at."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Whether EM ends in T."""
        return encoded.endswith(b"\x00" + self.digest_info(DIGEST))


def signed(encoded: bytes) -> bytes:
    """The signature of an EM."""
    assert len(encoded) == KEY.length
    return Pkcs1Signature(KEY).sign_encoded(encoded)


T, LENGTH = digest_info(der.null()), KEY.length
PKCS1_DEVIATIONS: dict[str, tuple[type[Pkcs1Signature], bytes]] = {
    "rest after the hash": (
        RestIgnored,
        signed(b"\x00\x01" + b"\xff" * 8 + b"\x00" + T + bytes(LENGTH - 11 - len(T))),
    ),
    "missing null": (
        MissingNullTaken,
        signed(b"\x00\x01" + b"\xff" * (LENGTH - 3 - len(digest_info())) + b"\x00" + digest_info()),
    ),
    "padding": (PaddingIgnored, signed(b"\x00\x01" + bytes(LENGTH - 2 - len(T)) + T)),
}


@pytest.mark.parametrize("name", PKCS1_DEVIATIONS)
def test_a_deviation_of_pkcs1_takes_what_the_standard_refuses(name: str) -> None:
    variant, signature = PKCS1_DEVIATIONS[name]
    assert variant(KEY.public).verify(b"message", PKCS1_SIGNATURE)
    assert variant(KEY.public).verify(b"message", signature)
    for scheme in others(Pkcs1Signature, PKCS1_DEVIATIONS, variant):
        assert not scheme(KEY.public).verify(b"message", signature)


def test_a_digest_info_without_null_is_signed() -> None:
    class WithoutNull(Pkcs1Signature):
        def digest_info(self, digest: bytes) -> bytes:
            return digest_info()

    signature = WithoutNull(KEY).sign(b"message")
    assert signature == PKCS1_DEVIATIONS["missing null"][1]
    assert not Pkcs1Signature(KEY).verify(b"message", signature)
