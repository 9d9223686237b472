"""Elliptic curves: the test keys and parameter sets that all their files share."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.ec_key_encoding import encode_private_key, encode_public_key
from kmsproof_reference.ec_keys import EcPrivateKey, EcPublicKey, generate_ec_key
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.vocabulary import Algorithm, EciesDialect, KeySpec
from kmsproof_vectors.case import require
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import SEED, Maker, ParameterSet
from kmsproof_vectors.model import GroupKey, Uniformity

CURVES: Final = {KeySpec.EC_P256: P256, KeySpec.EC_P256K: SECP256K1}
"""The curve of each key spec."""

SHORT_NAMES: Final = {KeySpec.EC_P256: "p256", KeySpec.EC_P256K: "p256k"}
"""How the key specs stand in the names of families."""

MAIN: Final = "main"
"""The key of nearly all tests."""

SECOND: Final = "second"
"""A key on the same curve, for what was made under another key."""


@lru_cache(maxsize=256)
def ec_test_key(key_spec: KeySpec, name: str) -> EcPrivateKey:
    """Return the test key with a name; all files of a key spec share it."""
    return generate_ec_key(CURVES[key_spec], Drbg(SEED, f"{key_spec} test key {name}".encode()))


@lru_cache(maxsize=256)
def group_key(key_spec: KeySpec, name: str, key: EcPrivateKey) -> GroupKey:
    """Return a key pair in the form in which a group has it, named as a test key."""
    return GroupKey(
        name=f"kmsproof test key {key_spec} {name}",
        private=HexBytes(encode_private_key(key)),
        public=HexBytes(encode_public_key(key.public)),
    )


def public_group_key(key_spec: KeySpec, name: str, point: Point | None) -> GroupKey:
    """Return a public key whose private key nobody knows, in the form in which a group has it.

    Raises:
        BrokenCase: if the point is not one of the curve other than infinity.
    """
    curve = CURVES[key_spec]
    usable = point is not None and curve.is_on_curve(point)
    require(usable, f"the test key {name} is no point of the curve")
    return GroupKey(
        name=f"kmsproof test key {key_spec} {name}",
        public=HexBytes(encode_public_key(EcPublicKey(curve, point))),
    )


class EcMaker(Maker):
    """Makes tests on an elliptic curve; what is done with a key, each scheme's maker says."""

    @property
    def curve(self) -> Curve:
        """The curve of this parameter set."""
        return CURVES[self.parameters.key_spec]

    def test_key(self, name: str) -> GroupKey:
        """Return a test key of this key spec; the same name gives the same key."""
        key_spec = self.parameters.key_spec
        return group_key(key_spec, name, ec_test_key(key_spec, name))

    def ec_key(self, name: str = MAIN) -> EcPrivateKey:
        """Return the numbers of a test key of this key spec."""
        return ec_test_key(self.parameters.key_spec, name)

    def chosen_key(self, name: str, d: int) -> GroupKey:
        """Return a test key whose private key is chosen."""
        return group_key(self.parameters.key_spec, name, EcPrivateKey(self.curve, d))

    def fitted_key(self, name: str, point: Point | None) -> GroupKey:
        """Return a test key of which only the public part is known, since it was fitted."""
        return public_group_key(self.parameters.key_spec, name, point)

    def random_scalar(self) -> int:
        """Return the next 1 <= k < n of this case's generator."""
        return self.drbg.integer(self.curve.n - 1) + 1


def other_key_spec(key_spec: KeySpec) -> KeySpec:
    """Return the key spec of the other curve."""
    return next(other for other in CURVES if other is not key_spec)


def no_uniformities(family: str) -> tuple[Uniformity, ...]:
    """Return nothing: what the files have in which no refusals must look alike."""
    return ()


def parameter_sets(
    scheme: str,
    algorithm: Algorithm,
    description: str,
    uniformities: Callable[[str], tuple[Uniformity, ...]] = no_uniformities,
    dialect: EciesDialect | None = None,
) -> list[ParameterSet]:
    """Return one parameter set for each curve.

    Args:
        scheme: how their names end: ``ecdsa`` gives ``ec-p256-ecdsa``.
        algorithm: the algorithm of all of them.
        description: what they are, put behind the name of the curve.
        uniformities: makes the uniformities of a family from its name.
        dialect: ECIES: the byte layout of every ciphertext.
    """
    sets: list[ParameterSet] = []
    for key_spec, curve in CURVES.items():
        family = f"ec-{SHORT_NAMES[key_spec]}-{scheme}"
        sets.append(
            ParameterSet(
                family=family,
                key_spec=key_spec,
                algorithm=algorithm,
                padding=None,
                description=f"{curve.name} {description}",
                uniformities=uniformities(family),
                dialect=dialect,
            )
        )
    return sets
