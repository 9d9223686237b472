"""Ways of taking what is no valid key of a curve, and of making keys that can be found."""

from __future__ import annotations

import hashlib

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.ec_key_encoding import EcKeyEncoding
from kmsproof_reference.ec_keys import (
    EcPrivateKey,
    EcPublicKey,
    PrivateKeyValidation,
    PublicKeyValidation,
)
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.octets import os2ip
from kmsproof_reference.point_encoding import KeyPointEncoding, PointForm
from kmsproof_reference.random_choices import RandomChoices

NONE_IS_READ = {View.LIVE: "Keys are made in the target; none comes from outside."}
NONE_IS_MADE = {View.LIBRARY: "Keys come with the vectors; none is made."}
VALIDATION = "SP 800-56A Rev. 3 §5.6.2.3.3"
MAKING = "FIPS 186-5 §A.2"


# Public keys.


class _AnyKeyPoint(KeyPointEncoding):
    """Reads a point of any curve."""

    def check_on_curve(self, point: Point) -> None:
        """Take any."""


@deviation(
    "ec-key/public-key-not-on-curve-accepted",
    gain="A public key on a weak curve is taken for one of the target's curve: whoever supplies "
    "it can find logarithms there, and so forge signatures.",
    clause=f"{VALIDATION} step 3",
    cause="Keys are read and not validated: EC_KEY_check_key of OpenSSL and the like are a call "
    "of their own.",
    remedy="Validate each public key as it is read.",
    severity=Severity.HIGH,
    weakness=20,
    unseen=NONE_IS_READ,
    together_with=(_AnyKeyPoint,),
)
class KeyNotOnCurveAccepted(PublicKeyValidation):
    """A public key is taken whose point is not on the curve."""

    def check_on_curve(self, curve: Curve, point: Point) -> None:
        """Take any."""

    def check_order(self, key: EcPublicKey) -> None:
        """Do not multiply it."""


class _AnyInfinity(PublicKeyValidation):
    """Lets infinity pass."""

    def validate_partially(self, key: EcPublicKey) -> None:
        """Look at other points alone."""
        if key.point is not None:
            super().validate_partially(key)


@deviation(
    "ec-key/infinity-accepted",
    gain="Under such a key everybody makes signatures of every message.",
    clause=f"{VALIDATION} step 1",
    cause="The library reads 00 as the point at infinity, which satisfies the checks of the group.",
    remedy="Refuse infinity as a public key.",
    severity=Severity.HIGH,
    weakness=20,
    unseen=NONE_IS_READ,
    together_with=(_AnyInfinity,),
)
class InfinityAccepted(EcKeyEncoding):
    """The byte 00 is taken for a public key, which is the point at infinity."""

    def decode_key_point(
        self, curve: Curve, octets: bytes, forms: frozenset[PointForm]
    ) -> EcPublicKey:
        """Take infinity."""
        if octets == b"\x00":
            return EcPublicKey(curve, None)
        return super().decode_key_point(curve, octets, forms)


@deviation(
    "ec-key/zero-point-accepted",
    gain="Under such a key everybody makes signatures of every message.",
    clause=f"{VALIDATION} step 1",
    cause="The library stores infinity as two zeros, and reads those of a caller as infinity: "
    "pycryptodome.",
    remedy="Refuse coordinates that do not satisfy the equation, and infinity as a public key.",
    severity=Severity.HIGH,
    weakness=20,
    unseen=NONE_IS_READ,
    together_with=(_AnyInfinity,),
)
class ZeroPointAccepted(EcKeyEncoding):
    """Two coordinates of zero are taken for a public key, which is the point at infinity."""

    def decode_key_point(
        self, curve: Curve, octets: bytes, forms: frozenset[PointForm]
    ) -> EcPublicKey:
        """Take them for infinity."""
        if octets == b"\x04" + bytes(2 * curve.field_length):
            return EcPublicKey(curve, None)
        return super().decode_key_point(curve, octets, forms)


# Private keys.


@deviation(
    "ec-key/private-key-zero-accepted",
    gain="The public key of such a key is infinity: everybody makes its signatures.",
    clause="SP 800-56A Rev. 3 §5.6.2.1.2",
    cause="Only the upper limit of a private key is checked.",
    remedy="Refuse a private key that is 0.",
    severity=Severity.MEDIUM,
    weakness=20,
    unseen=NONE_IS_READ,
)
class PrivateKeyZeroAccepted(PrivateKeyValidation):
    """A private key that is 0 is taken."""

    def check_range(self, key: EcPrivateKey) -> None:
        """Look at others alone."""
        if key.d:
            super().check_range(key)


@deviation(
    "ec-key/private-key-of-n-or-more-accepted",
    gain="A private key has a second encoding; and code that relies on d below n may go wrong.",
    clause="SP 800-56A Rev. 3 §5.6.2.1.2",
    cause="32 bytes are taken for a private key, whatever they are.",
    remedy="Refuse a private key of n or more.",
    severity=Severity.LOW,
    weakness=20,
    unseen=NONE_IS_READ,
)
class LargePrivateKeyAccepted(PrivateKeyValidation):
    """A private key that is n or more is taken."""

    def check_range(self, key: EcPrivateKey) -> None:
        """Look at smaller ones alone."""
        if key.d < key.curve.n:
            super().check_range(key)


@deviation(
    "ec-key/private-key-of-n-accepted",
    gain="The public key of such a key is infinity: everybody makes its signatures.",
    clause="SP 800-56A Rev. 3 §5.6.2.1.2",
    cause="The limit is compared with <= in place of <.",
    remedy="Refuse a private key that is n.",
    severity=Severity.LOW,
    weakness=193,
    unseen=NONE_IS_READ,
)
class PrivateKeyOfNAccepted(PrivateKeyValidation):
    """A private key that is n is taken, and only larger ones are refused."""

    def check_range(self, key: EcPrivateKey) -> None:
        """Look at others alone."""
        if key.d != key.curve.n:
            super().check_range(key)


# Keys that are made.


@deviation(
    "ec-key/constant-key",
    gain="All who make a key have the same one: each reads and signs for the others.",
    clause=MAKING,
    cause="The key of a test stays in the code, or the generator has a constant seed.",
    remedy="Make each key with a generator seeded with enough entropy.",
    severity=Severity.CRITICAL,
    weakness=321,
    unseen=NONE_IS_MADE,
)
class ConstantKey(RandomChoices):
    """Every key that is made is the same."""

    def ec_key(self, curve: Curve) -> EcPrivateKey:
        """Take a fixed one."""
        return EcPrivateKey(curve, os2ip(hashlib.sha256(b"key").digest()) % curve.n)


@deviation(
    "ec-key/key-of-32-bits",
    gain="Everybody computes the private key from the public one, in less than a second.",
    clause=MAKING,
    cause="The key comes from rand(), from a clock, or from one word of the generator.",
    remedy="Make each key with as many random bits as n has.",
    severity=Severity.CRITICAL,
    weakness=334,
    unseen=NONE_IS_MADE,
)
class KeyOf32Bits(RandomChoices):
    """A private key that is made has 32 bits."""

    def ec_key(self, curve: Curve) -> EcPrivateKey:
        """Take few bits."""
        return EcPrivateKey(curve, super().ec_key(curve).d % (1 << 32) or 1)


@deviation(
    "ec-key/keys-count-up",
    gain="Whoever gets one private key has all others of the target.",
    clause=MAKING,
    cause="Keys are derived from a master key by adding a number, or the candidate is incremented "
    "in place of being drawn anew.",
    remedy="Make each key anew; derive keys by a KDF.",
    severity=Severity.CRITICAL,
    weakness=330,
    unseen=NONE_IS_MADE,
)
class KeysCountUp(RandomChoices):
    """The first private key is random, and each further one of the curve is by 1 greater."""

    _last: EcPrivateKey | None = None

    def ec_key(self, curve: Curve) -> EcPrivateKey:
        """Count."""
        if self._last is None or self._last.curve != curve:
            self._last = EcPrivateKey(curve, super().ec_key(curve).d >> 1)
        self._last = EcPrivateKey(curve, self._last.d + 1)
        return self._last


@deviation(
    "ec-key/key-made-twice",
    gain="Two who each made a key have the same one: each reads and signs for the other.",
    clause=MAKING,
    cause="The state of the generator is copied when a process forks or a machine is restored "
    "from a snapshot.",
    remedy="Seed the generator anew in each process.",
    severity=Severity.CRITICAL,
    weakness=335,
    unseen=NONE_IS_MADE,
)
class KeyMadeTwice(RandomChoices):
    """Each key of a curve is made twice, one time after the other."""

    _kept: EcPrivateKey | None = None

    def ec_key(self, curve: Curve) -> EcPrivateKey:
        """Take the last one again, every second time."""
        last, self._kept = self._kept, None
        if last is not None and last.curve == curve:
            return last
        self._kept = super().ec_key(curve)
        return self._kept
