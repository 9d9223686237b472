"""RSA signatures as numbers and as strings: out of range, special, too short or too long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_vectors.case import Draft, require
from kmsproof_vectors.cases.rsa import MAIN
from kmsproof_vectors.cases.rsa_signature import (
    NOT_VALID,
    WRONG_LENGTH,
    SignatureMaker,
    message_of,
    shared_case,
    signature_of,
)
from kmsproof_vectors.encoding import HexBytes

LARGE: Final = 1 << 16
"""Bytes of a signature that no buffer for one holds."""


@shared_case("S3", "special-integer", flags=("RsaSignatureRange",), step="2.b")
def special_integer(family: SignatureMaker) -> Iterator[Draft]:
    """**Invalid.** The signature is 0, 1, 2, next to n, next to 2^8k, or a power of two."""
    control = family.control()
    yield control
    n, k = family.rsa_key(MAIN).n, family.key_length
    for name, number in (
        ("0", 0),
        ("1", 1),
        ("2", 2),
        ("half-of-n", n // 2),
        ("power-of-two", 1 << 8 * k - 1),
        ("n-minus-2", n - 2),
        ("n-minus-1", n - 1),
        ("n", n),
        ("n-plus-1", n + 1),
        ("n-plus-2", n + 2),
        ("all-ones", (1 << 8 * k) - 1),
        ("all-ones-but-one", (1 << 8 * k) - 2),
    ):
        why = f"The signature {name.replace('-', ' ')} is refused: it encodes nothing."
        yield family.refused(control, name, why, signature=HexBytes(i2osp(number, k)))


@shared_case("S3", "related-integer", flags=("RsaSignatureRange",), step="3")
def related_integer(family: SignatureMaker) -> Iterator[Draft]:
    """**Invalid.** The signature is another number that can be computed from a good one."""
    control = family.control()
    yield control
    key, k, s = family.rsa_key(MAIN), family.key_length, os2ip(signature_of(control))
    for name, what, number in (
        ("n-minus-s", "n minus a good one", key.n - s),
        ("inverse", "the inverse of a good one", pow(s, -1, key.n)),
        ("square", "the square of a good one", s * s % key.n),
        ("twice", "twice a good one", 2 * s % key.n),
        ("plus-one", "a good one plus 1", (s + 1) % key.n),
        ("minus-one", "a good one minus 1", s - 1),
        ("encoded-message", "the encoded message, not signed at all", pow(s, key.e, key.n)),
        ("encrypted-twice", "the encoded message, encrypted", pow(s, key.e * key.e, key.n)),
        ("signed-twice", "a good one, signed again", pow(s, key.d, key.n)),
    ):
        require(number != s, f"{name} is the good signature")
        why = f"The signature is refused that is {what}."
        yield family.refused(control, name, why, signature=HexBytes(i2osp(number, k)))


@shared_case("S3", "not-reduced", flags=("RsaSignatureRange",), step="2.b")
def not_reduced(family: SignatureMaker) -> Iterator[Draft]:
    """**Invalid.** The modulus is added to a good signature, within k bytes and beyond."""
    n, k = family.rsa_key(MAIN).n, family.key_length
    while True:
        control = family.control()
        number = os2ip(signature_of(control))
        if number + n < 1 << 8 * k:
            break
    yield control
    for name, times, length in (("once", 1, k), ("once-and-zero", 1, k + 1), ("twice", 2, k + 1)):
        made = i2osp(number + times * n, length)
        require(os2ip(made) % n == number and os2ip(made) >= n, "it is not s plus n")
        yield family.refused(
            control,
            name,
            "A signature that would have to be reduced first is refused.",
            rejections=WRONG_LENGTH,
            signature=HexBytes(made),
        )


@shared_case("S3", "signature-length", flags=("RsaSignatureLength",), step="1")
def signature_length(family: SignatureMaker) -> Iterator[Draft]:
    """**Invalid.** The signature is empty, cut, extended, doubled, or 64 KiB long."""
    control = family.control()
    yield control
    good, k = signature_of(control), family.key_length
    for name, changed in (
        ("empty", b""),
        ("one-zero", b"\x00"),
        ("one-byte", good[:1]),
        ("first-half", good[: k // 2]),
        ("second-half", good[k // 2 :]),
        ("first-byte-cut", good[1:]),
        ("last-byte-cut", good[:-1]),
        ("zero-before", b"\x00" + good),
        ("two-zeros-before", b"\x00\x00" + good),
        ("zero-after", good + b"\x00"),
        ("two-zeros-after", good + b"\x00\x00"),
        ("twice", good + good),
        ("k-zeros-before", bytes(k) + good),
        ("k-zeros-after", good + bytes(k)),
        ("as-hex", good.hex().encode()),
        ("as-integer", b"\x02\x82" + i2osp(k, 2) + good),
        ("as-bit-string", b"\x03\x82" + i2osp(k + 1, 2) + b"\x00" + good),
        ("as-octet-string", b"\x04\x82" + i2osp(k, 2) + good),
        ("64-kib-zeros-before", bytes(LARGE - k) + good),
        ("64-kib-zeros-after", good + bytes(LARGE - k)),
    ):
        require(len(changed) != k, f"{name} has k bytes")
        why = f"A signature of {len(changed)} bytes is refused, however it was made."
        yield family.refused(
            control, name, why, rejections=WRONG_LENGTH, signature=HexBytes(changed)
        )


@shared_case("S3", "leading-zero", flags=("RsaSignatureLength", "SmallSignature"), step="1")
def leading_zero(family: SignatureMaker) -> Iterator[Draft]:
    """**Valid and invalid.** A good signature begins with a zero byte, which must stay there."""
    k = family.key_length
    while True:  # about 256 times
        message = family.random(20)
        good = family.genuine(message)
        if good[0] == 0:
            break
    why = "A signature is valid that begins with a zero byte."
    control = family.verify("full", why, message=message, signature=good)
    yield control
    for name, what, changed in (
        ("stripped", "without it", good[1:]),
        ("moved", "with it at the other end", good[1:] + b"\x00"),
        ("doubled", "with another before it", b"\x00" + good),
    ):
        yield family.refused(
            control,
            name,
            f"The zero byte in front belongs to the signature, which is refused {what}.",
            rejections=NOT_VALID if len(changed) == k else WRONG_LENGTH,
            signature=HexBytes(changed),
        )


@shared_case("S4", "other-scheme", flags=("WrongPrimitive",), step="3")
def other_scheme(family: SignatureMaker) -> Iterator[Draft]:
    """**Invalid.** The signature is that of another scheme, or of none, on the same message."""
    control = family.control()
    yield control
    message = message_of(control)
    for name, what, signature in family.of_other_schemes(message):
        why = f"The signature is refused that is {what} on the same message."
        yield family.refused(control, name, why, signature=HexBytes(signature))


BOOK = (
    special_integer,
    related_integer,
    not_reduced,
    signature_length,
    leading_zero,
    other_scheme,
)
"""The cases that both schemes have about signatures as numbers and strings."""
