"""Functions and checks of ECIES recipes: ciphertexts of every kind, from the public key alone.

The sender knows everything: the ephemeral key, the shared secret, the derived keys. A dialect is
given by its word, ``EK||MK`` or ``MK||EK``; a ciphertext is R ‖ EM ‖ D (SEC 1 §5.1.3).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final, TypeVar

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.ecies_dialect import EK_MK, MK_EK, Dialect, KdfInput, KeyOrder, Layout
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.errors import InvalidPoint
from kmsproof_reference.octets import i2osp, os2ip, xor
from kmsproof_reference.point_encoding import SEC1_FORMS, PointEncoding, PointForm
from kmsproof_reference.vocabulary import EciesDialect
from kmsproof_vectors.case import BrokenCase
from kmsproof_vectors.ec_points import Wanted, begins_with_zeros, multiples_where, progression
from kmsproof_vectors.live.functions.ec import (
    COORDINATE,
    decoded,
    key_of,
    point_of,
    small_logarithm,
)
from kmsproof_vectors.live.functions.registry import (
    FailureWord,
    NothingFound,
    RecipeFault,
    check,
    function,
)

DIALECTS: Final = {EciesDialect.EK_MK.value: EK_MK, EciesDialect.MK_EK.value: MK_EK}
"""The two dialects that conform, by their words."""

OTHER_ORDER: Final = {KeyOrder.EK_MK: KeyOrder.MK_EK, KeyOrder.MK_EK: KeyOrder.EK_MK}

TAG: Final = 20
"""Bytes of the tag and of the MAC key in both dialects that conform."""

DEFAULT_SEED: Final = b"kmsproof"


def dialect_of(word: str) -> Dialect:
    """Return the dialect that a word stands for; raise `RecipeFault` for another word."""
    if word not in DIALECTS:
        raise RecipeFault(f"{word!r} is no dialect of ECIES that conforms to SEC 1")
    return DIALECTS[word]


def _scalar(curve: Curve, seed: bytes) -> int:
    return Drbg(seed, b"ephemeral key").integer(curve.n - 1) + 1


# Ciphertexts.


@function("ecies-ciphertext")
def ecies_ciphertext(
    public_key: bytes,
    message: bytes,
    dialect: str,
    seed: bytes = DEFAULT_SEED,
    scalar: bytes = b"",
    form: str = "uncompressed",
) -> bytes:
    """Return the ciphertext of a message (SEC 1 §5.1.3).

    The ephemeral private key is ``scalar``, big-endian and modulo n, or else drawn from ``seed``.
    The ephemeral point is ``uncompressed``, ``compressed``, ``hybrid`` or ``raw`` (x ‖ y).
    """
    key = key_of(public_key)
    k = os2ip(scalar) % key.curve.n if scalar else _scalar(key.curve, seed)
    return Ecies(key, replace(dialect_of(dialect), point_form=_meant(POINT_FORMS, form))).encrypt(
        message, k
    )


@function("ecies-ciphertext-with-zeros")
def ecies_ciphertext_with_zeros(
    public_key: bytes, message: bytes, dialect: str, part: str, zeros: int, seed: bytes
) -> bytes:
    """Return a ciphertext where ``part`` begins with so many zero bytes, 1 or 2.

    ``part`` is ``secret`` (Z = x of k Q), or ``x`` or ``y`` of the ephemeral point. From the k that
    the seed gives, the first suitable one is taken: k + 1, k + 2 and so on.
    """
    key = key_of(public_key)
    base = point_of(key) if part == "secret" else key.curve.g
    wanted = begins_with_zeros("y" if part == "y" else "x", zeros)
    k = _suitable_scalar(key.curve, base, seed, wanted)
    return Ecies(key, dialect_of(dialect)).encrypt(message, k)


@function("ecies-ciphertext-with-zero-tag")
def ecies_ciphertext_with_zero_tag(
    public_key: bytes, message: bytes, dialect: str, seed: bytes
) -> bytes:
    """Return a ciphertext whose tag begins with a zero byte.

    The ephemeral key is drawn from the seed. Bytes that count up are appended to the message until
    the tag is such a one.
    """
    key, number = key_of(public_key), 0
    while True:
        extended = message + i2osp(number, 4)
        ciphertext = Ecies(key, dialect_of(dialect)).encrypt(extended, _scalar(key.curve, seed))
        if ciphertext[-TAG] == 0:
            return ciphertext
        number += 1


def _suitable_scalar(curve: Curve, base: Point, seed: bytes, wanted: Wanted) -> int:
    """Return the first k after the one that the seed gives for which k times a point is wanted."""
    first = _scalar(curve, seed) >> 1  # leaves room below n
    try:
        return next(multiples_where(curve, base, first, wanted))
    except BrokenCase as broken:
        raise NothingFound(str(broken)) from None


@function("ecies-sealed")
def ecies_sealed(
    public_key: bytes, message: bytes, dialect: str, point: bytes, secret: bytes
) -> bytes:
    """Return the ciphertext with any bytes as ephemeral point, and tag and text for any secret Z.

    A target that takes the point and comes to this secret accepts it.
    """
    return Ecies(key_of(public_key), dialect_of(dialect)).seal(point, secret, message)


KDF_INPUTS: Final = {
    "z": KdfInput.Z,
    "r-z": KdfInput.R_Z,
    "compressed-r-z": KdfInput.COMPRESSED_R_Z,
    "point": KdfInput.COMMON_POINT,
}
"""The words for what the KDF takes as its secret."""

LAYOUTS: Final = {"text-first": Layout.R_EM_D, "tag-first": Layout.R_D_EM}
"""The words for the order of the three parts."""

POINT_FORMS: Final = {form.value: form for form in PointForm}
"""The words for the forms of the ephemeral point."""

Meaning = TypeVar("Meaning")


def _meant(words: Mapping[str, Meaning], word: str) -> Meaning:
    """Return what a word stands for; raise `RecipeFault` for one that is not there."""
    if word not in words:
        raise RecipeFault(f"{word!r} is none of {', '.join(words)}")
    return words[word]


@function("ecies-ciphertext-of-dialect")
def ecies_ciphertext_of_dialect(
    public_key: bytes,
    message: bytes,
    dialect: str,
    seed: bytes,
    kdf_input: str = "z",
    other_order: bool = False,
    mac_key_length: int = TAG,
    mac_length_field: int = 0,
    point_form: str = "uncompressed",
    tag_length: int = TAG,
    layout: str = "text-first",
    first_counter: int = 1,
    hash_name: str = "sha1",
    mac_includes_point: bool = False,
) -> bytes:
    """Return the ciphertext in a dialect that differs from the given one in what else is given.

    ``kdf_input`` is ``z``, ``r-z`` (R before it, as in DHAES), ``compressed-r-z``, or ``point``,
    which is both coordinates; with ``other_order`` the two keys change places; the MAC key may have
    16 bytes; 4 or 8 bytes of length may follow EM in what the MAC covers; the tag may be cut;
    ``layout`` is ``text-first`` or ``tag-first``; the counter of the KDF may start at 0.
    """
    own = dialect_of(dialect)
    other = replace(
        own,
        kdf_input=_meant(KDF_INPUTS, kdf_input),
        key_order=OTHER_ORDER[own.key_order] if other_order else own.key_order,
        mac_key_length=mac_key_length,
        mac_length_field=mac_length_field,
        point_form=_meant(POINT_FORMS, point_form),
        tag_length=tag_length,
        layout=_meant(LAYOUTS, layout),
        first_counter=first_counter,
        hash_name=hash_name,
        mac_includes_point=mac_includes_point,
    )
    key = key_of(public_key)
    return Ecies(key, other).encrypt(message, _scalar(key.curve, seed))


@function("ecies-ciphertext-of-stripped-secret")
def ecies_ciphertext_of_stripped_secret(
    public_key: bytes, message: bytes, dialect: str, seed: bytes
) -> bytes:
    """Return a ciphertext whose secret began with a zero byte, and lost it.

    It is the one of ``ecies-ciphertext-with-zeros`` with ``secret`` and 1, in a dialect that takes
    the secret as a number (SEC 1 §2.3.5 does not).
    """
    right = ecies_ciphertext_with_zeros(public_key, message, dialect, "secret", 1, seed)
    key, own = key_of(public_key), dialect_of(dialect)
    k = _suitable_scalar(key.curve, point_of(key), seed, begins_with_zeros("x", 1))
    stripped = Ecies(key, replace(own, strip_leading_zeros=True)).encrypt(message, k)
    if stripped == right:
        raise RecipeFault("the secret has lost nothing")
    return stripped


# What is done with ciphertexts.


@function("ecies-parts")
def ecies_parts(ciphertext: bytes) -> dict[str, bytes]:
    """Return ``point``, ``text`` and ``tag`` of a ciphertext: R, EM and the 20 bytes of D.

    The first byte tells the length of the point: 65 bytes, or 33 of a compressed one.
    """
    length = 1 + (COORDINATE if ciphertext[:1] in (b"\x02", b"\x03") else 2 * COORDINATE)
    if ciphertext[:1] not in (b"\x02", b"\x03", b"\x04", b"\x06", b"\x07"):
        raise RecipeFault("the ciphertext does not begin with a point")
    if len(ciphertext) < length + TAG:
        raise RecipeFault(f"a ciphertext of {len(ciphertext)} bytes has no room for its parts")
    return {
        "point": ciphertext[:length],
        "text": ciphertext[length:-TAG],
        "tag": ciphertext[-TAG:],
    }


@function("ecies-forgery-by-truncation")
def ecies_forgery_by_truncation(
    plaintext: bytes, ciphertext: bytes, message: bytes, dialect: str, where: str
) -> bytes:
    """Return a ciphertext of a shorter message, forged from a known one without any key.

    With the encryption key first, the key stream of a known message holds the MAC key of every
    message that is 20 bytes shorter or more. ``where`` is the dialect that is looked at: nothing
    can be concluded if the target speaks the other one.
    """
    if dialect != where:
        raise NothingFound(f"the target speaks {dialect}, and this is about {where}")
    if len(message) + TAG > len(plaintext):
        raise RecipeFault("the forged message is too long")
    parts = ecies_parts(ciphertext)
    stream, length = xor(parts["text"], plaintext), len(message)
    text = xor(message, stream[:length])
    tag = hmac.digest(stream[length : length + TAG], text, "sha1")
    return parts["point"] + text + tag


@function("ecies-points")
def ecies_points(ciphertexts: Sequence[bytes]) -> list[bytes]:
    """Return the ephemeral point of each ciphertext, as it is sent."""
    return [ecies_parts(each)["point"] for each in ciphertexts]


@function("ecies-x-coordinates")
def ecies_x_coordinates(ciphertexts: Sequence[bytes]) -> list[bytes]:
    """Return the x-coordinate of the ephemeral point of each ciphertext, 32 bytes."""
    return [point[1 : 1 + COORDINATE] for point in ecies_points(ciphertexts)]


# Checks.


@check("ecies-forgery-refused", FailureWord.WRONG_ACCEPT)
def ecies_forgery_refused(plaintext: bytes | None, message: bytes) -> str:
    """A message that was forged by truncation is not decrypted; a refusal has no plaintext."""
    if plaintext != message:
        return ""
    return "The forged message is decrypted, so the encryption key comes first."


@check("ecies-none-opens", FailureWord.WRONG_ACCEPT)
def ecies_none_opens(
    plaintexts: Sequence[bytes | None], message: bytes, names: Sequence[str]
) -> str:
    """None of the ciphertexts, which have these names, was decrypted to the message.

    A plaintext is nothing where the target refused.
    """
    opened = [name for each, name in zip(plaintexts, names, strict=True) if each == message]
    if not opened:
        return ""
    return f"{len(opened)} of {len(names)} are decrypted: {', '.join(opened)}."


@check("ecies-points-valid", FailureWord.WRONG_OUTPUT)
def ecies_points_valid(public_key: bytes, ciphertexts: Sequence[bytes]) -> str:
    """Every ephemeral point is one of the curve, not infinity, and in a form of SEC 1 (§2.3.3)."""
    encoding = PointEncoding(key_of(public_key).curve, SEC1_FORMS)
    for number, point in enumerate(ecies_points(ciphertexts)):
        try:
            encoding.decode(point)
        except InvalidPoint as error:
            return f"The ephemeral point of ciphertext {number} is none: {error}."
    return ""


@check("ecies-points-fresh", FailureWord.LEAK)
def ecies_points_fresh(public_key: bytes, ciphertexts: Sequence[bytes]) -> str:
    """No ephemeral point occurs twice or is Q, G or 2 G, also not with the other sign.

    With one secret for two messages the ciphertexts differ exactly where the messages do. An
    ephemeral key that everybody knows hides nothing.
    """
    key = key_of(public_key)
    known = {_x(key.point): "the public key", _x(key.curve.g): "the base point"}
    known[_x(key.curve.double(key.curve.g))] = "twice the base point"
    first_at: dict[bytes, int] = {}
    for number, x in enumerate(ecies_x_coordinates(ciphertexts)):
        if x in known:
            return f"The ephemeral point of ciphertext {number} is {known[x]} or opposite to it."
        if x in first_at:
            return f"Ciphertexts {first_at[x]} and {number} have one ephemeral point."
        first_at[x] = number
    return ""


def _x(point: Point | None) -> bytes:
    return i2osp(point.x if point else 0, COORDINATE)


@check("ecies-points-not-shared", FailureWord.LEAK)
def ecies_points_not_shared(left: Sequence[bytes], right: Sequence[bytes]) -> str:
    """No ciphertext of one key has the ephemeral point of a ciphertext of another key."""
    shared = set(ecies_x_coordinates(left)) & set(ecies_x_coordinates(right))
    return f"{len(shared)} ephemeral points occur under both keys." if shared else ""


@check("ecies-ephemeral-keys-not-tiny", FailureWord.LEAK)
def ecies_ephemeral_keys_not_tiny(public_key: bytes, ciphertexts: Sequence[bytes]) -> str:
    """No ephemeral key is one of the first 1,000 numbers, nor one of the first 1,000 after another.

    That is what a counter gives, or a generator that was never seeded. The first one is not below
    2^32 either.
    """
    curve = key_of(public_key).curve
    points = [decoded(curve, each) for each in ecies_points(ciphertexts)]
    small = _first_multiples(curve)
    for number, point in enumerate(points):
        if point.x in small:
            return f"The ephemeral key of ciphertext {number} is a small number."
    for number, (left, right) in enumerate(pairwise(points)):
        between = curve.add(right, curve.negate(left))
        if between is not None and between.x in small:
            return f"The ephemeral keys of ciphertexts {number} and {number + 1} are close."
    if points and small_logarithm(curve, points[0]) is not None:
        return "The ephemeral key of ciphertext 0 is below 2^32, and was found."
    return ""


@lru_cache(maxsize=2)
def _first_multiples(curve: Curve) -> set[int]:
    return {point.x for point in islice(progression(curve, curve.g, curve.g), 1000) if point}
