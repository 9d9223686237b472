"""Remember what the slow functions have computed, in a process that proves mutants.

Hundreds of mutants ask for the same powers, points and blocks: a deviation is rarely in the
arithmetic. Only functions without state are remembered, by all of their arguments, so that a mutant
gets what it would have computed. A class that a deviation has changed computes for itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import cache
from typing import Any, cast

from kmsproof_reference import gf128, rsa, rsa_keys
from kmsproof_reference.aes import Aes
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.intermediate import nobody
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_generation import RsaKeyGeneration
from kmsproof_vectors.live.functions.registry import CHECKS, FUNCTIONS

WORTH_SECONDS = 0.001
"""What a function of the recipes must take for its value to be remembered."""


class Remembered:
    """The values of a function by its arguments."""

    def __init__(self, function: Callable[..., object], limit: int) -> None:
        """``limit`` is the most values that are kept; then all are forgotten."""
        self._function, self._limit = function, limit
        self._values: dict[Hashable, object] = {}

    def __call__(self, *arguments: Hashable) -> object:
        """Return the value, computed or remembered."""
        found = self._values.get(arguments, self)
        if found is self:
            if len(self._values) >= self._limit:
                self._values.clear()
            found = self._values[arguments] = self._function(*arguments)
        return found


@cache
def remember_slow_functions() -> None:
    """Do so from now on in this process."""
    power = Remembered(pow, 1_000_000)
    for module in (rsa, rsa_keys):
        setattr(module, "pow", power)  # noqa: B010  # the name is that of a builtin
    for name in ("multiply", "multiply_sum", "lift_x"):
        _remember_method(Curve, name)
    setattr(gf128, "multiply", Remembered(gf128.multiply, 2_000_000))  # noqa: B010
    _remember_rsa_keys()
    for name, function in FUNCTIONS.items():
        FUNCTIONS[name] = replace(function, call=RememberedRecipeFunction(function.call))
    for name, check in CHECKS.items():
        CHECKS[name] = replace(check, call=RememberedRecipeFunction(check.call))
    _remember_blocks("cipher")
    _remember_blocks("inv_cipher")


def _remember_method(owner: type, name: str) -> None:
    remembered = Remembered(getattr(owner, name), 500_000)

    def method(self: Hashable, *arguments: Hashable) -> object:
        return remembered(self, *arguments)

    setattr(owner, name, method)


def _remember_blocks(name: str) -> None:
    original = cast("Callable[[Aes, bytes], bytes]", getattr(Aes, name))
    values: dict[Hashable, bytes] = {}

    def method(self: Aes, block: bytes) -> bytes:
        if type(self) is not Aes or self.show is not nobody:
            return original(self, block)
        given = (*self.round_keys, block)
        found = values.get(given)
        if found is None:
            if len(values) >= 1_000_000:
                values.clear()
            found = values[given] = original(self, block)
        return found

    setattr(Aes, name, method)


class RememberedRecipeFunction:
    """A function of the recipes, with the values that took long."""

    def __init__(self, function: Callable[..., object]) -> None:
        self._function = function
        self._values: dict[Hashable, object] = {}

    def __call__(self, **given: object) -> object:
        """Return the value, computed or remembered."""
        frozen = _frozen(given)
        try:
            found = self._values.get(frozen, self)
        except TypeError:  # something in it has no hash
            return self._function(**given)
        if found is not self:
            return found
        began = time.perf_counter()
        found = self._function(**given)
        if time.perf_counter() - began > WORTH_SECONDS:
            self._values[frozen] = found
        return found


def _frozen(value: Any) -> Any:
    """Return a value with tuples in the place of lists and dictionaries."""
    if isinstance(value, dict):
        return tuple(
            (name, _frozen(each)) for name, each in cast("dict[str, object]", value).items()
        )
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, cast("list[object]", value)))
    return value


_rsa_keys: dict[tuple[int, bytes, bytes, int | None, int], RsaPrivateKey] = {}


def _remember_rsa_keys() -> None:
    original = RsaKeyGeneration.generate

    def generate(
        self: RsaKeyGeneration, bits: int, drbg: Drbg, e: int | None = None, primes: int = 2
    ) -> RsaPrivateKey:
        if type(self) is not RsaKeyGeneration:
            return original(self, bits, drbg, e, primes)
        given = bits, drbg.key, drbg.v, e, primes
        if given not in _rsa_keys:
            _rsa_keys[given] = original(self, bits, drbg, e, primes)
        return _rsa_keys[given]

    setattr(RsaKeyGeneration, "generate", generate)  # noqa: B010
