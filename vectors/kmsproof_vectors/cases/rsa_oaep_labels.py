"""RSAES-OAEP with labels: of every form, and other ones than at encryption.

The standard leaves it to the implementation whether it takes a label. Where the label is another
than at encryption, it is the ciphertext that was made under another one, or the label that the
caller gives.
"""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.rsa_oaep import (
    DECODING,
    ENCRYPTION,
    HASH_LENGTH,
    LABEL_HASH,
    OaepMaker,
    decryption,
    message_of,
)
from kmsproof_vectors.encoding import HexBytes

LABELS = (
    ("zero-byte", b"\x00"),
    ("letter", b"a"),
    ("words", b"label of the message"),
    ("umlauts", "Schlüsselübergabe €".encode()),
    ("not-utf-8", b"\xff\xfe\xc0\x80\xed\xa0\x80"),
    ("8-zeros", bytes(8)),
    ("20-bytes", bytes(range(20))),
    ("32-bytes", bytes(range(32))),
    ("zero-inside", b"before\x00behind"),
    ("zero-at-end", b"label\x00"),
    ("line-feed-at-end", b"label\n"),
    ("55-bytes", bytes(range(55))),
    ("56-bytes", bytes(range(56))),
    ("63-bytes", bytes(range(63))),
    ("64-bytes", bytes(range(64))),
    ("65-bytes", bytes(range(65))),
    ("128-bytes", bytes(range(128))),
    ("256-bytes", bytes(range(256))),
    ("ones", b"\xff" * 32),
    ("1-kib", bytes(range(256)) * 4),
)
"""Labels by what is special about them: text and none, zeros, and the blocks of SHA-256."""

RIGHT = b"label of the message"
"""The label from which others deviate."""

OTHER_LABELS = (
    ("first-byte", b"Label of the message"),
    ("last-byte", b"label of the messagf"),
    ("capitals", RIGHT.upper()),
    ("first-byte-cut", RIGHT[1:]),
    ("last-byte-cut", RIGHT[:-1]),
    ("one-letter", RIGHT[:1]),
    ("zero-appended", RIGHT + b"\x00"),
    ("zero-prepended", b"\x00" + RIGHT),
    ("space-appended", RIGHT + b" "),
    ("line-feed-appended", RIGHT + b"\n"),
    ("twice", RIGHT + RIGHT),
    ("in-hexadecimal", RIGHT.hex().encode()),
    ("utf-16", RIGHT.decode().encode("utf-16-le")),
    ("same-length", b"other text altogether"[: len(RIGHT)]),
    ("zero-byte", b"\x00"),
)
"""What a caller gives instead of it."""

LABELS_OF_OTHERS = (
    ("none", b""),
    ("zero-byte", b"\x00"),
    ("other-text", b"another label"),
    ("beginning", b"label"),
    ("letter-changed", b"label of the massage"),
)
"""What a message was encrypted with instead of it."""


@case("O6", "label", flags=("OaepLabel",), clause=LABEL_HASH)
def label(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** Messages with labels of many forms are decrypted."""
    for number, (name, value) in enumerate(LABELS):
        size = (0, 20, family.max_length)[number % 3]
        why = f"A label is any string of bytes, here {name.replace('-', ' ')}."
        yield family.decrypt(name, why, message=family.random(size), label=value)


@case("O6", "encrypt-with-label", flags=("OaepLabel",), clause=ENCRYPTION)
def encrypt_with_label(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** A message is encrypted with a label, so that it is needed to decrypt it."""
    for name, value in LABELS[2:5]:
        why = f"A target encrypts under the label that it is given: {name.replace('-', ' ')}."
        yield family.encrypt(name, why, message=family.random(20), label=value)


@case("O6", "other-label", flags=("WrongOaepLabel",), clause=DECODING)
def other_label(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The caller gives another label than at encryption."""
    control = family.control(label=RIGHT)
    yield control
    for name, value in OTHER_LABELS:
        require(decryption(control).label == RIGHT != value, "the label is the same")
        yield family.refused(
            control,
            name,
            f"The message is bound to its label: {name.replace('-', ' ')}.",
            label=HexBytes(value),
            given_away=message_of(control),
        )


@case("O6", "made-with-label", flags=("WrongOaepLabel",), clause=DECODING)
def made_with_label(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The message was encrypted with a label, and none is given to decrypt it."""
    control = family.control()
    yield control
    message = message_of(control)
    for name, value in LABELS[:8]:
        encoded = family.oaep().encode(message, family.random(HASH_LENGTH), value)
        why = f"A message that has a label is refused without it: {name.replace('-', ' ')}."
        yield family.malformed(control, name, why, encoded, given_away=message)


@case("O6", "made-without-label", flags=("WrongOaepLabel",), clause=DECODING)
def made_without_label(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The message was encrypted without a label or with another than is given."""
    control = family.control(label=RIGHT)
    yield control
    message = message_of(control)
    for name, value in LABELS_OF_OTHERS:
        encoded = family.oaep().encode(message, family.random(HASH_LENGTH), value)
        why = f"A message without the label that is given is refused: {name.replace('-', ' ')}."
        yield family.malformed(control, name, why, encoded, given_away=message)


BOOK = case_book(label, encrypt_with_label, other_label, made_with_label, made_without_label)
"""The cases of this module."""
