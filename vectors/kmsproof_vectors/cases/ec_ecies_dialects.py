"""ECIES: the same message in every other dialect, which a target that speaks this one refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from kmsproof_reference.ecies import Ecies
from kmsproof_reference.ecies_dialect import (
    DIALECTS,
    Dialect,
    KdfInput,
    KeyOrder,
    Layout,
    all_dialects,
    core_dialects,
)
from kmsproof_reference.point_encoding import PointForm
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec_ecies import DECRYPTION, EciesMaker, plaintext_of
from kmsproof_vectors.ec_points import begins_with_zeros, multiples_where

FORMS = {
    PointForm.UNCOMPRESSED: "04",
    PointForm.COMPRESSED: "02",
    PointForm.HYBRID: "06",
    PointForm.RAW: "bare",
}
"""How the forms of a point are called in ids."""


@case("I8", "core-dialect", flags=("OtherDialect",), clause=DECRYPTION)
def core_dialect(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The dialect has another KDF input, key order, MAC key length or length field."""
    yield from _others(family, core_dialects())


@case("I8", "any-dialect", flags=("OtherDialect",), clause=DECRYPTION)
def any_dialect(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** Beside these the point form, the tag length and the layout are others."""
    core = set(core_dialects())
    yield from _others(family, (each for each in all_dialects() if each not in core))


def _others(family: EciesMaker, dialects: Iterator[Dialect]) -> Iterator[Draft]:
    control = family.control(k=(k := family.random_scalar()))
    yield control
    message = plaintext_of(control)
    seen = {family.scheme().encrypt(message, k)}
    for dialect in dialects:
        if replace(dialect, point_form=PointForm.UNCOMPRESSED) == family.dialect:
            continue  # the dialect asked for; its point forms are a class of their own
        ciphertext = family.scheme(dialect=dialect).encrypt(message, k)
        if ciphertext in seen:
            continue  # with a compressed point, two inputs of the KDF are one
        seen.add(ciphertext)
        why = f"A ciphertext in another dialect is refused: {_words(dialect)}."
        yield family.refused(control, _slug(dialect), why, ciphertext, given_away=message)


def _slug(dialect: Dialect) -> str:
    order = "ek-mk" if dialect.key_order is KeyOrder.EK_MK else "mk-ek"
    secret = {
        KdfInput.Z: "z",
        KdfInput.R_Z: "r-z",
        KdfInput.COMPRESSED_R_Z: "compressed-r-z",
        KdfInput.COMMON_POINT: "point",
    }[dialect.kdf_input]
    words = [secret, order, f"mk{dialect.mac_key_length}", f"len{dialect.mac_length_field}"]
    if dialect.point_form is not PointForm.UNCOMPRESSED:
        words.append(FORMS[dialect.point_form])
    if dialect.tag_length != 20:
        words.append(f"tag{dialect.tag_length}")
    if dialect.layout is not Layout.R_EM_D:
        words.append("tag-first")
    return "-".join(words)


def _words(dialect: Dialect) -> str:
    return (
        f"KDF over {dialect.kdf_input.value}, {dialect.key_order.value}, MAC key of "
        f"{dialect.mac_key_length} bytes, length field of {dialect.mac_length_field}, "
        f"{dialect.point_form.name.lower()} point, tag of {dialect.tag_length} bytes, "
        f"{dialect.layout.value}"
    )


@case("I8", "named-dialect", flags=("OtherDialect",), clause=DECRYPTION)
def named_dialect(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The dialect is that of a library or standard, or differs in one thing more."""
    control = family.control(k=(k := family.random_scalar()))
    yield control
    message = plaintext_of(control)
    for name, dialect in _named(family.dialect):
        if dialect == family.dialect:
            continue
        ciphertext = family.scheme(dialect=dialect).encrypt(message, k)
        why = f"A ciphertext in another dialect is refused: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, ciphertext, given_away=message)


def _named(own: Dialect) -> Iterator[tuple[str, Dialect]]:
    """Yield dialects with names; whatever differs from the one asked for in one thing."""
    for name, dialect in DIALECTS.items():
        yield name.lower().replace("_", "-"), dialect
    yield "counter-from-zero", replace(own, first_counter=0)
    yield "counter-from-two", replace(own, first_counter=2)
    yield "sha-256", replace(own, hash_name="sha256")
    yield "sha-224", replace(own, hash_name="sha224")
    yield "mac-over-point", replace(own, mac_includes_point=True)
    yield "both-coordinates", replace(own, kdf_input=KdfInput.COMMON_POINT)
    yield "der", replace(own, layout=Layout.DER)
    for length in (10, 32, 64):
        yield f"mac-key-of-{length}", replace(own, mac_key_length=length)
    for length in (4, 8, 12, 16):
        yield f"tag-of-{length}", replace(own, tag_length=length)


@case("I8", "zeros-stripped", flags=("OtherDialect", "SpecialSecret"), clause=DECRYPTION)
def zeros_stripped(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The dialect strips the leading zeros of the secret, and it begins with some."""
    curve, public = family.curve, family.private().public.point
    assert public is not None
    wanted = begins_with_zeros("x", 1)
    found = multiples_where(curve, public, family.random_scalar() >> 1, wanted)
    for number, k in enumerate(islice(found, 2)):
        control = family.control(f"control-{number}", k=k)
        yield control
        message = plaintext_of(control)
        stripped = Ecies(family.private(), replace(family.dialect, strip_leading_zeros=True))
        ciphertext = stripped.encrypt(message, k)
        require(ciphertext != family.scheme().encrypt(message, k), "nothing is stripped")
        why = "A ciphertext whose secret lost its leading zeros is refused."
        yield family.refused(control, f"secret-{number}", why, ciphertext, given_away=message)


BOOK = case_book(core_dialect, any_dialect, named_dialect, zeros_stripped)
"""The cases of this module."""
