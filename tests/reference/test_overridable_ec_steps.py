"""Every step on elliptic curves is really in use: spoiling it changes what the algorithm answers.

The same as `test_overridable_steps`, with the types that these steps return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import cast

import pytest

from kmsproof_reference import der
from kmsproof_reference.curves import OBJECT_IDENTIFIERS, P256, SECP256K1
from kmsproof_reference.ec_key_encoding import EcKeyEncoding
from kmsproof_reference.ec_keys import (
    EcPrivateKey,
    EcPublicKey,
    PrivateKeyValidation,
    PublicKeyValidation,
)
from kmsproof_reference.ecdh import Ecdh
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import SignatureEncoding, encode_signature
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.ecies_dialect import EK_MK, MK_EK, Dialect, Layout
from kmsproof_reference.elliptic_curve import INFINITY, Curve, Point
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.kdf_x963 import X963Kdf
from kmsproof_reference.octets import i2osp
from kmsproof_reference.point_encoding import PREFIXED_FORMS, PointEncoding, PointForm, encode_point
from kmsproof_reference.rfc6979 import DeterministicNonce

KEY, K, MESSAGE = EcPrivateKey(P256, 0x1234567), 0x7654321, b"thirty bytes of some plaintext"
OFF_CURVE = Point(P256.g.x, P256.g.y + 1)
PARAMETERS = (P256.p, P256.a, P256.b, P256.g, P256.n, P256.h)
COFACTOR_CURVE = Curve("small", p=23, a=1, b=1, g=Point(13, 16), n=7, h=4)
"""A curve whose points are not all of order n."""

Ask = Callable[..., tuple[object, ...]]


def outcomes(*operations: Callable[[], object]) -> tuple[object, ...]:
    """What each operation returns, or the type of what it raises."""

    def outcome(operation: Callable[[], object]) -> object:
        try:
            return operation()
        except Exception as error:
            return type(error)

    return tuple(outcome(operation) for operation in operations)


def curve(variant: type[Curve]) -> tuple[object, ...]:
    """Both forms of the law, and points on the curve and off it."""
    subject = variant("P-256", *PARAMETERS)
    second = P256.multiply_by_the_rule(2, P256.g)
    return outcomes(
        lambda: subject.multiply(5, subject.g),
        lambda: subject.multiply(5, second),
        lambda: subject.multiply(-5, second),
        lambda: subject.multiply_by_the_rule(5, subject.g),
        lambda: subject.multiply_by_the_rule(-5, subject.g),
        lambda: subject.multiply_sum(3, subject.g, 4, second),
        lambda: subject.lift_x(subject.g.x, True),
        lambda: subject.is_on_curve(subject.g),
    )


def point_encoding(variant: type[PointEncoding]) -> tuple[object, ...]:
    """Every form, and every way of being no point."""
    subject = variant(P256, PREFIXED_FORMS)
    narrow = variant(P256, frozenset({PointForm.COMPRESSED}))
    good = encode_point(P256, P256.g)
    hybrid = encode_point(P256, P256.g, PointForm.HYBRID)
    too_large = b"\x02" + i2osp(P256.p + 5, 32)  # 5 itself is the x of a point
    return outcomes(
        lambda: subject.encode(P256.g, PointForm.HYBRID),
        lambda: subject.decode(good),
        lambda: subject.decode(b"\x04\x00" + good[1:]),
        lambda: narrow.decode(good),
        lambda: subject.decode(bytes([hybrid[0] ^ 1]) + hybrid[1:]),
        lambda: subject.decode(good[:-1] + bytes([good[-1] ^ 1])),
        lambda: subject.decode(too_large),
        lambda: subject.decode(encode_point(P256, P256.g, PointForm.COMPRESSED)),
    )


def public_key_validation(variant: type[PublicKeyValidation]) -> tuple[object, ...]:
    """A good key, and a key for each check."""
    subject = variant()
    x, y = P256.g
    return outcomes(
        lambda: subject.validate(KEY.public),
        lambda: subject.validate_partially(EcPublicKey(P256, INFINITY)),
        lambda: subject.validate_partially(EcPublicKey(P256, Point(x + P256.p, y))),
        lambda: subject.validate_partially(EcPublicKey(P256, OFF_CURVE)),
        lambda: subject.validate(EcPublicKey(COFACTOR_CURVE, Point(0, 1))),
    )


def private_key_validation(variant: type[PrivateKeyValidation]) -> tuple[object, ...]:
    """A good key, one out of range, and one with another public key."""
    subject = variant()
    return outcomes(
        lambda: subject.validate(KEY, KEY.public),
        lambda: subject.validate(EcPrivateKey(P256, P256.n)),
        lambda: subject.validate(KEY, EcPublicKey(P256, P256.g)),
    )


def key_encoding(variant: type[EcKeyEncoding]) -> tuple[object, ...]:
    """Both directions of both kinds of key, and what must be refused."""
    subject = variant()
    public, private = EcKeyEncoding().encode_public_key, EcKeyEncoding().encode_private_key
    algorithm = EcKeyEncoding().encode_algorithm(P256)
    other = der.sequence(der.object_identifier("1.2.3"), EcKeyEncoding().encode_parameters(P256))
    names = {curve.name: der.object_identifier(name) for name, curve in OBJECT_IDENTIFIERS.items()}
    octets = der.octet_string(i2osp(KEY.d, 32))
    other_public = der.context(1, der.bit_string(encode_point(P256, P256.g)))

    def whole(inner: bytes, version: int = 0, identifier: bytes = algorithm) -> bytes:
        return der.sequence(der.integer(version), identifier, der.octet_string(inner))

    inner = der.sequence(der.integer(1), octets)
    other_name = der.sequence(der.integer(1), octets, der.context(0, names[SECP256K1.name]))
    return outcomes(
        lambda: subject.encode_public_key(KEY.public),
        lambda: subject.decode_public_key(public(KEY.public)),
        lambda: subject.encode_private_key(KEY),
        lambda: subject.decode_private_key(private(KEY)),
        lambda: subject.decode_private_key(whole(inner)),
        lambda: subject.decode_private_key(whole(inner, version=1)),
        lambda: subject.decode_private_key(whole(inner, identifier=other)),
        lambda: subject.decode_private_key(whole(other_name)),
        lambda: subject.decode_private_key(
            whole(der.sequence(der.integer(1), octets, other_public))
        ),
    )


def ecdsa(variant: type[Ecdsa]) -> tuple[object, ...]:
    """Both directions, shown values, and what must be refused."""
    recorder = Recorder()
    signer = variant(KEY, show=recorder)
    r, s = Ecdsa(KEY).sign(MESSAGE, K)
    return outcomes(
        lambda: signer.sign(MESSAGE, K),
        lambda: signer.sign(MESSAGE, P256.n + K),
        lambda: variant(KEY, show=recorder).verify(MESSAGE, r, s),
        lambda: variant(KEY).verify(MESSAGE, r + P256.n, s),
        lambda: variant(KEY).verify_digest(i2osp(-r * KEY.d % P256.n, 32), r, s),
        lambda: variant(KEY.public).sign(MESSAGE, K),
        lambda: variant(EcPrivateKey(P256, P256.n + 1)).sign(MESSAGE, K),
        lambda: variant(EcPublicKey(P256, OFF_CURVE)).verify(MESSAGE, r, s),
        lambda: recorder.values,
    )


def signature_encoding(variant: type[SignatureEncoding]) -> tuple[object, ...]:
    """Both directions, and a byte too many."""
    subject = variant()
    return outcomes(
        lambda: subject.encode(5, 6),
        lambda: subject.decode(encode_signature(5, 6)),
        lambda: subject.decode(encode_signature(5, 6) + b"\x00"),
        lambda: subject.decode(der.sequence(*map(der.integer, (5, 6, 7)))),
    )


def nonce(variant: type[DeterministicNonce]) -> tuple[object, ...]:
    """The k on a small curve, where many candidates are out of range."""
    small = EcPrivateKey(COFACTOR_CURVE, 3)
    return outcomes(lambda: list(islice(variant().candidates(small, bytes(32)), 8)))


def ecdh(variant: type[Ecdh]) -> tuple[object, ...]:
    """A shared secret, and what must be refused."""
    return outcomes(
        lambda: variant(KEY).shared_secret(P256.g),
        lambda: variant(KEY).shared_secret(OFF_CURVE),
        lambda: variant(EcPrivateKey(P256, P256.n)).shared_secret(P256.g),
    )


def kdf(variant: type[X963Kdf]) -> tuple[object, ...]:
    """Two pieces, and a length that is refused."""
    return outcomes(
        lambda: variant().derive(b"secret", 33, b"info"),
        lambda: variant().derive(b"secret", -1),
    )


def ecies(variant: type[Ecies]) -> tuple[object, ...]:
    """Both directions in three dialects, and what must be refused."""
    recorder = Recorder()
    with_length = replace(MK_EK, mac_length_field=8)
    as_der = replace(EK_MK, layout=Layout.DER)

    def both(key: EcPrivateKey | EcPublicKey, dialect: Dialect) -> tuple[object, ...]:
        subject = variant(key, dialect, show=recorder)
        good = Ecies(KEY, dialect).encrypt(MESSAGE, K)
        return outcomes(
            lambda: subject.encrypt(MESSAGE, K),
            lambda: subject.decrypt(good),
            lambda: subject.decrypt(good[:-1] + bytes([good[-1] ^ 1])),
        )

    return outcomes(
        lambda: both(KEY, EK_MK),
        lambda: both(KEY, with_length),
        lambda: both(KEY, as_der),
        lambda: both(KEY.public, EK_MK),
        lambda: both(EcPrivateKey(P256, P256.n + KEY.d), EK_MK),
        lambda: variant(KEY).encrypt(MESSAGE, P256.n + K),
        lambda: recorder.values,
    )


SUBJECTS: list[tuple[type, Ask, set[str]]] = [
    # class, what is asked of it, its methods that are operations rather than steps
    (Curve, curve, {"multiply", "multiply_sum", "multiply_by_the_rule", "lift_x"}),
    (PointEncoding, point_encoding, {"encode", "decode"}),
    (PublicKeyValidation, public_key_validation, {"validate", "validate_partially"}),
    (PrivateKeyValidation, private_key_validation, {"validate"}),
    (
        EcKeyEncoding,
        key_encoding,
        {"encode_public_key", "decode_public_key", "encode_private_key", "decode_private_key"}
        | {"decode_ec_private_key", "only_sequence"},
    ),
    (
        Ecdsa,
        ecdsa,
        {"sign", "verify", "sign_digest", "verify_digest", "show_scalar", "show_point"}
        | {"sign_der", "sign_digest_der", "verify_der", "verify_digest_der"},
    ),
    (SignatureEncoding, signature_encoding, {"encode", "decode"}),
    (DeterministicNonce, nonce, {"nonce", "candidates"}),
    (Ecdh, ecdh, {"shared_secret"}),
    (X963Kdf, kdf, {"derive"}),
    (Ecies, ecies, {"encrypt", "decrypt"}),
]


def steps() -> Iterator[tuple[type, Ask, str]]:
    """Every public method of the subjects that is a step of its standard."""
    for subject, ask, operations in SUBJECTS:
        for name in dir(subject):
            attribute = getattr(subject, name)
            is_method = callable(attribute) and not isinstance(attribute, type)
            if is_method and not name.startswith("_") and name not in operations:
                yield subject, ask, name


def changed(value: object) -> object:
    """A value of the same type that is not the same."""
    match value:
        case None:
            return P256.g
        case bool():
            return not value
        case int():
            return value ^ 1
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1]) if value else b"\x01"
        case Point(x, y):
            return Point(y, x)
        case tuple():
            items = cast(tuple[object, ...], value)
            return *items[:-1], changed(items[-1])
        case PointForm():
            return PointForm.UNCOMPRESSED if value is PointForm.HYBRID else PointForm.HYBRID
        case EcPrivateKey():
            return EcPrivateKey(value.curve, value.d ^ 1)
        case Curve():
            return SECP256K1
        case Dialect():
            return replace(value, mac_key_length=16)
        case EcPublicKey():
            return EcPublicKey(value.curve, value.curve.g)
        case _:
            raise AssertionError(f"a step returns {type(value).__name__}")


def with_spoiled_step(subject: type, name: str) -> type:
    """A subclass whose step ``name`` does nothing, or returns a changed value."""
    step: Callable[..., object] = getattr(subject, name)

    def spoiled(*arguments: object) -> object:
        return None if returns_nothing else changed(step(*arguments))

    returns_nothing = step.__annotations__["return"] == "None"
    return type(f"Spoiled{subject.__name__}", (subject,), {name: spoiled})


STEPS = list(steps())


@pytest.mark.parametrize(
    ("subject", "ask", "name"),
    STEPS,
    ids=[f"{subject.__name__}.{name}" for subject, _, name in STEPS],
)
def test_a_spoiled_step_changes_the_outcome(subject: type, ask: Ask, name: str) -> None:
    assert ask(with_spoiled_step(subject, name)) != ask(subject)


def test_the_number_of_steps() -> None:
    print(f"{len(STEPS)} steps")
    assert len(STEPS) == 90
