"""RSASSA-PKCS1-v1_5: encoded messages with one thing wrong, signed all the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from kmsproof_reference.der import null, object_identifier, octet_string, sequence
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.pkcs1_signature import OBJECT_IDENTIFIERS
from kmsproof_reference.vocabulary import Feature
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.rsa import differing_positions, with_bit_flipped, with_byte
from kmsproof_vectors.cases.rsa_pkcs1 import (
    COMPARISON,
    DIGEST_INFO,
    ENCODING,
    PADDING,
    PARAMETERS,
    SHA_256,
    SHORTEST_PADDING,
    Pkcs1Maker,
    Signed,
    digest_info,
)
from kmsproof_vectors.cases.rsa_signature import HASH_LENGTH
from kmsproof_vectors.der_mutations import mutations
from kmsproof_vectors.maker import flagged

MODIFIED: Final = ("ModifiedPkcs1Padding",)

EVERY_POSITION_AT: Final = 2048
"""The modulus length at which every byte of PS is changed; at others some are."""

BER: Final = ("InvalidAsnInPadding", "BerEncodedPadding")
"""Flags of a DigestInfo that is BER all the same."""

SHORT: Final = ("Bleichenbacher2006", "ShortPadding")
"""Flags of an encoded message whose PS is too short."""

NULL_MISSING: Final = "null-removed"
"""The one mutation that a target may take, which is a test of its own."""

HASHES: Final = {
    "md5": "1.2.840.113549.2.5",
    **{name: oid for name, oid in OBJECT_IDENTIFIERS.items() if name != "sha256"},
    "sha512_224": "2.16.840.1.101.3.4.2.5",
    "sha512_256": "2.16.840.1.101.3.4.2.6",
    "sha3_224": "2.16.840.1.101.3.4.2.7",
    "sha3_256": "2.16.840.1.101.3.4.2.8",
    "sha3_384": "2.16.840.1.101.3.4.2.9",
    "sha3_512": "2.16.840.1.101.3.4.2.10",
}
"""Object identifiers of hash functions other than SHA-256, by their names in hashlib."""

OTHER_IDENTIFIERS: Final = (
    ("rsa-encryption", "rsaEncryption", "1.2.840.113549.1.1.1"),
    ("sha256-with-rsa", "sha256WithRSAEncryption", "1.2.840.113549.1.1.11"),
    ("rsassa-pss", "id-RSASSA-PSS", "1.2.840.113549.1.1.10"),
    ("ecdsa-with-sha256", "ecdsa-with-SHA256", "1.2.840.10045.4.3.2"),
    ("shake128", "SHAKE128", "2.16.840.1.101.3.4.2.11"),
    ("arc-missing", "that of SHA-256 without its last arc", "2.16.840.1.101.3.4.2"),
    ("arc-added", "that of SHA-256 with another arc", "2.16.840.1.101.3.4.2.1.1"),
    ("last-arc-zero", "that of SHA-256 with the last arc 0", "2.16.840.1.101.3.4.2.0"),
)
"""Object identifiers of no hash function: slug, what it is, and the identifier."""


@case("S2", "der-mutation", flags=("InvalidAsnInPadding",), clause=DIGEST_INFO)
def der_mutation(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** One node of the DigestInfo is encoded wrongly, in every way known of DER."""
    signed = Signed(family)
    yield signed.control
    for mutation in mutations(digest_info(signed.digest)):
        if mutation.slug == NULL_MISSING:
            continue
        why = f"A DigestInfo is refused in which {mutation.what}."
        made = family.malformed(signed.control, mutation.slug, why, family.encoded(mutation.octets))
        yield flagged(made, BER) if mutation.is_ber else made


@case("S2", "null-missing", flags=("MissingNull",), clause=PARAMETERS)
def null_missing(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Valid.** The DigestInfo has no parameters, which a target may take if it says so."""
    message = family.random(20)
    digest = hashlib.sha256(message).digest()
    t = sequence(sequence(object_identifier(SHA_256)), octet_string(digest))
    require(any(each.octets == t for each in mutations(digest_info(digest))), "it is no mutation")
    yield family.verify(
        "parameters-absent",
        "A DigestInfo without NULL is valid for a target that takes it.",
        message=message,
        signature=family.scheme(family.rsa_key()).sign_encoded(family.encoded(t)),
        needs=(Feature.DIGEST_INFO_WITHOUT_NULL,),
    )


@case("S2", "other-hash", flags=("WrongHash",), clause=DIGEST_INFO)
def other_hash(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The DigestInfo names another hash function, or holds the digest of one."""
    signed = Signed(family)
    yield signed.control
    for name, identifier in HASHES.items():
        slug, spoken = name.replace("_", "-"), name.upper().replace("_", "-")
        digest = hashlib.new(name, signed.message).digest()
        for form, what, node in (
            ("whole", f"A signature with {spoken}", digest_info(digest, identifier)),
            (
                "only-name",
                f"A SHA-256 digest named {spoken}",
                digest_info(signed.digest, identifier),
            ),
            ("only-digest", f"A digest of {spoken} named SHA-256", digest_info(digest)),
        ):
            encoded = family.encoded(node.encode())
            yield family.malformed(signed.control, f"{slug}-{form}", f"{what} is refused.", encoded)
    for slug, what, identifier in OTHER_IDENTIFIERS:
        encoded = family.encoded(digest_info(signed.digest, identifier).encode())
        why = f"The object identifier is refused that is {what}."
        yield family.malformed(signed.control, f"named-{slug}", why, encoded)


@case("S2", "no-digest-info", flags=("NoHash",), clause=DIGEST_INFO)
def no_digest_info(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** There is no DigestInfo, or only a part of it."""
    signed = Signed(family)
    yield signed.control
    identifier = sequence(object_identifier(SHA_256), null())
    for name, what, t in (
        ("digest", "the digest alone", signed.digest),
        ("octet-string", "the digest in an OCTET STRING alone", octet_string(signed.digest)),
        ("sequence", "the digest in a SEQUENCE alone", sequence(octet_string(signed.digest))),
        ("algorithm-only", "the AlgorithmIdentifier alone", identifier),
        ("without-sequence", "no SEQUENCE around both", identifier + octet_string(signed.digest)),
        ("digest-first", "both in the other order", _other_order(signed.digest, identifier)),
        ("message", "the message instead", signed.message),
        ("hex-digest", "the digest in hexadecimal", signed.digest.hex().encode()),
        ("digest-of-digest", "the digest of the digest", _hashed_twice(signed.digest)),
        ("header-only", "everything but the digest", signed.t[:-HASH_LENGTH]),
        ("nothing", "nothing at all", b""),
    ):
        why = f"An encoded message is refused that holds {what}."
        yield family.malformed(signed.control, name, why, family.encoded(t))


def _other_order(digest: bytes, identifier: bytes) -> bytes:
    return sequence(octet_string(digest), identifier)


def _hashed_twice(digest: bytes) -> bytes:
    return digest_info(hashlib.sha256(digest).digest()).encode()


@case("S2", "digest-changed", flags=("InvalidSignature",), clause=COMPARISON)
def digest_changed(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The digest in the DigestInfo differs in one byte, or is constant."""
    signed = Signed(family)
    yield signed.control
    for position in range(HASH_LENGTH):
        digest = with_bit_flipped(signed.digest, 8 * position + position % 8)
        encoded = family.encoded(digest_info(digest).encode())
        why = f"Byte {position} of the digest counts."
        yield family.malformed(signed.control, f"byte-{position:02}", why, encoded)
    for name, digest in (("zeros", bytes(HASH_LENGTH)), ("ones", b"\xff" * HASH_LENGTH)):
        encoded = family.encoded(digest_info(digest).encode())
        yield family.malformed(signed.control, name, f"A digest of {name} is refused.", encoded)


@case("S2", "padding-byte", flags=MODIFIED, clause=PADDING)
def padding_byte(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** One byte of PS is not ff: all of them at one modulus length, some at others."""
    signed = Signed(family)
    yield signed.control
    end = family.key_length - len(signed.t) - 1
    positions = {*range(2, 12), *range(2, end, 19), *range(end - 10, end)}
    if family.bits == EVERY_POSITION_AT:
        positions = set(range(2, end))
    for position in sorted(positions):
        value = (0xFE, 0x7F, 0x00, 0x01)[position % 4]
        encoded = with_byte(signed.encoded, position, value)
        require(differing_positions(encoded, signed.encoded) == [position], "others differ")
        why = f"Byte {position - 2} of PS is refused when it is {value:02x}."
        yield family.malformed(signed.control, f"byte-{position - 2:03}", why, encoded)
    for place, position in (("first", 2), ("last", end - 1)):
        for value in (0x00, 0x01, 0x02, 0x7F, 0x80, 0xEF, 0xF7, 0xFD):
            encoded = with_byte(signed.encoded, position, value)
            if value != (0xFE, 0x7F, 0x00, 0x01)[position % 4]:
                why = f"The {place} byte of PS is refused when it is {value:02x}."
                yield family.malformed(signed.control, f"{place}-{value:02x}", why, encoded)


@case("S2", "padding", flags=MODIFIED, clause=ENCODING)
def padding(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The block type, the separator or all of PS is another, or missing."""
    signed = Signed(family)
    yield signed.control
    good, end = signed.encoded, family.key_length - len(signed.t) - 1
    ps, t, k = end - 2, signed.t, family.key_length
    nonzero = bytes(octet or 0x55 for octet in family.random(ps))
    for value in (0x00, 0x02, 0x03, 0x04, 0x11, 0x21, 0x41, 0x81, 0xFE, 0xFF):
        why = f"The block type {value:02x} is refused."
        encoded = with_byte(good, 1, value)
        yield family.malformed(signed.control, f"block-type-{value:02x}", why, encoded)
    for value in (0x01, 0x02, 0x10, 0x40, 0x7F):  # EM stays below n
        why = f"The first byte {value:02x} is refused."
        encoded = with_byte(good, 0, value)
        yield family.malformed(signed.control, f"first-byte-{value:02x}", why, encoded)
    for value in (0x01, 0x02, 0x10, 0x30, 0x7F, 0x80, 0xFE, 0xFF):
        why = f"The byte {value:02x} is no separator after PS."
        encoded = with_byte(good, end, value)
        yield family.malformed(signed.control, f"separator-{value:02x}", why, encoded)
    for name, what, encoded in (
        ("zeros", "PS of zeros", b"\x00\x01" + bytes(ps + 1) + t),
        ("ones", "PS of 01", b"\x00\x01" + b"\x01" * ps + b"\x00" + t),
        ("fe", "PS of fe", b"\x00\x01" + b"\xfe" * ps + b"\x00" + t),
        ("random", "random PS", b"\x00\x01" + nonzero + b"\x00" + t),
        ("type-0", "block type 0", bytes(end + 1) + t),
        ("type-2", "block type 2 with random PS", b"\x00\x02" + nonzero + b"\x00" + t),
        ("eight-then-zeros", "PS of 8 bytes, then zeros", _zeros_after(family, t, 8)),
        ("type-before-separator", "PS missing behind zeros", bytes(ps) + b"\x00\x01\x00" + t),
        ("at-the-end-8", "everything moved to the end, PS of 8", _right_aligned(k, t, 8)),
        ("at-the-end-7", "everything moved to the end, PS of 7", _right_aligned(k, t, 7)),
        ("first-zero-missing", "00 in front missing", good[1:] + b"\x00"),
        ("first-zero-doubled", "00 in front twice", _shorter(good)),
        ("shifted", "a zero byte before it, and its last byte missing", b"\x00" + good[:-1]),
        ("without-t", "PS up to the end", b"\x00\x01" + b"\xff" * (k - 2)),
    ):
        why = f"An encoded message is refused with this: {what}."
        yield family.malformed(signed.control, name, why, encoded)


def _zeros_after(family: Pkcs1Maker, t: bytes, padding_length: int) -> bytes:
    rest = family.key_length - 2 - padding_length - len(t)
    return b"\x00\x01" + b"\xff" * padding_length + bytes(rest) + t


def _right_aligned(k: int, t: bytes, padding_length: int) -> bytes:
    """Return 00 ‖ 01 ‖ PS ‖ 00 ‖ T with a short PS, behind zeros up to k bytes."""
    short = b"\x00\x01" + b"\xff" * padding_length + b"\x00" + t
    return i2osp(os2ip(short), k)


def _shorter(good: bytes) -> bytes:
    """Return the encoding for a modulus of one byte less, on as many bytes as this one."""
    return b"\x00" + good[:2] + good[3:]


@case("S2", "garbage-after-digest", flags=("Bleichenbacher2006",), clause=PADDING)
def garbage_after_digest(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** PS is shorter than it must be, and garbage follows the DigestInfo."""
    signed = Signed(family)
    yield signed.control
    longest = family.key_length - len(signed.t) - 3
    lengths = (0, 1, 2, 7, SHORTEST_PADDING, 9, 16, 64, longest - 8, longest - 2, longest - 1)
    for length in lengths:
        rest = longest - length
        for name, garbage in (
            ("zeros", bytes(rest)),
            ("ones", b"\xff" * rest),
            ("random", family.random(rest)),
        ):
            made = family.encoded(signed.t, padding=b"\xff" * length, after=garbage)
            why = f"PS of {length} bytes and {rest} bytes of garbage behind all are refused."
            slug = f"padding-{length}-{name}"
            draft = family.malformed(signed.control, slug, why, made)
            yield flagged(draft, SHORT) if length < SHORTEST_PADDING else draft


@case("S2", "garbage-elsewhere", flags=("Bleichenbacher2006",), clause=PADDING)
def garbage_elsewhere(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** PS is 8 bytes, and garbage stands between the parts or in their place."""
    signed = Signed(family)
    yield signed.control
    digest, t, k = signed.digest, signed.t, family.key_length
    head = b"\x00\x01" + b"\xff" * SHORTEST_PADDING
    room = k - len(head) - 1 - len(t)
    garbage = bytes(octet or 0x5A for octet in family.random(room))
    header = t[:-HASH_LENGTH]
    for name, what, encoded in (
        ("before-separator", "between PS and the separator", head + garbage + b"\x00" + t),
        (
            "after-separator",
            "between the separator and the DigestInfo",
            head + b"\x00" + garbage + t,
        ),
        ("before-digest", "before the digest", head + b"\x00" + header + garbage + digest),
        (
            "around-digest-info",
            "before and after the DigestInfo",
            head + b"\x00" + garbage[: room // 2] + t + garbage[room // 2 :],
        ),
        (
            "two-digest-infos",
            "in form of another DigestInfo",
            family.encoded(t + t),
        ),
        (
            "other-digest-first",
            "in form of the DigestInfo of another digest",
            family.encoded(digest_info(family.random(32)).encode() + t),
        ),
    ):
        why = f"Garbage is refused that stands {what}."
        yield family.malformed(signed.control, name, why, encoded)


BOOK = case_book(
    der_mutation,
    null_missing,
    other_hash,
    no_digest_info,
    digest_changed,
    padding_byte,
    padding,
    garbage_after_digest,
    garbage_elsewhere,
)
"""The cases about the fields of an encoded message."""
