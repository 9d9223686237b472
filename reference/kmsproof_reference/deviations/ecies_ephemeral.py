"""Ways of choosing the ephemeral key of ECIES badly."""

from __future__ import annotations

import hashlib

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.ec_keys import EcPrivateKey, generate_ec_key
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.octets import os2ip
from kmsproof_reference.random_choices import RandomChoices

CHOICE = "SEC 1 §5.1.3 step 1"
RIGHT_ALONE = {View.LIBRARY: "Each ciphertext by itself is right; only several together tell it."}
SECRET_ALONE = {View.LIBRARY: "A ciphertext by itself is right, and its point is not looked at."}
REMEDY = "Make a new key pair for each message, by a generator seeded with enough entropy."


@deviation(
    "ecies/ephemeral-key-constant",
    gain="Whoever finds it in the program reads all messages; and the ciphertexts of one recipient "
    "tell where the messages differ.",
    clause=CHOICE,
    cause="The key of a test stays in the code.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=321,
    unseen=RIGHT_ALONE,
)
class EphemeralKeyConstant(RandomChoices):
    """The ephemeral key is always the same, for every recipient."""

    def ephemeral_scalar(self, curve: Curve) -> int:
        """Take a fixed one."""
        return os2ip(hashlib.sha256(b"test").digest()) % curve.n


@deviation(
    "ecies/ephemeral-key-kept",
    gain="The ciphertexts of one recipient tell where the messages differ, and one known message "
    "tells all shorter ones.",
    clause=CHOICE,
    cause="The key pair is made with the object that encrypts, and that is used for many messages.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=323,
    unseen=RIGHT_ALONE,
)
class EphemeralKeyKept(RandomChoices):
    """The ephemeral key is made once and used for all messages."""

    _kept: int | None = None

    def ephemeral_scalar(self, curve: Curve) -> int:
        """Take the same again."""
        if self._kept is None:
            self._kept = super().ephemeral_scalar(curve)
        return self._kept


@deviation(
    "ecies/ephemeral-key-used-twice",
    gain="Two ciphertexts of one recipient tell where their messages differ, and one message tells "
    "the other.",
    clause=CHOICE,
    cause="The state of the generator is copied when a process forks or a machine is restored "
    "from a snapshot.",
    remedy=REMEDY,
    severity=Severity.HIGH,
    weakness=323,
    unseen=RIGHT_ALONE,
)
class EphemeralKeyUsedTwice(RandomChoices):
    """Each ephemeral key is used for two messages that follow each other."""

    _kept: int | None = None

    def ephemeral_scalar(self, curve: Curve) -> int:
        """Take the last one again, every second time."""
        last = self._kept
        self._kept = super().ephemeral_scalar(curve) if last is None else None
        return self._kept or last or 1


@deviation(
    "ecies/ephemeral-key-counter",
    gain="Whoever learns one ephemeral key can read the messages before and after it; and the "
    "points of the ciphertexts tell which of them belong together.",
    clause=CHOICE,
    cause="A counter with a random start is taken for a number that is used once.",
    remedy=REMEDY,
    severity=Severity.HIGH,
    weakness=330,
    unseen=RIGHT_ALONE,
)
class EphemeralKeyCounter(RandomChoices):
    """The first ephemeral key is random, and each further one is by 1 greater."""

    _last: int | None = None

    def ephemeral_scalar(self, curve: Curve) -> int:
        """Count."""
        if self._last is None:
            self._last = super().ephemeral_scalar(curve) >> 1
        self._last += 1
        return self._last


@deviation(
    "ecies/ephemeral-key-of-32-bits",
    gain="Everybody reads every message, after 2^16 steps with a table.",
    clause=CHOICE,
    cause="The key comes from rand(), from a clock, or from one word of the generator.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=334,
    unseen=SECRET_ALONE,
)
class EphemeralKeyOf32Bits(RandomChoices):
    """The ephemeral key is a number of 32 bits."""

    def ephemeral_scalar(self, curve: Curve) -> int:
        """Take few bits."""
        return super().ephemeral_scalar(curve) % (1 << 32) or 1


@deviation(
    "ecies/ephemeral-key-one",
    gain="Everybody reads every message: the shared secret is the public key of the recipient.",
    clause=CHOICE,
    cause="The key is set to 1 for a test, or stays so when the generator fails and nobody asks.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=321,
    unseen=SECRET_ALONE,
)
class EphemeralKeyOne(RandomChoices):
    """The ephemeral key is 1, so that the ephemeral point is the base point."""

    def ephemeral_scalar(self, curve: Curve) -> int:
        """Take 1."""
        return 1


@deviation(
    "ecies/ephemeral-key-of-few-seeds",
    gain="Everybody reads every message, after 256 attempts.",
    clause=CHOICE,
    cause="The generator gets a seed of far too few bits: a process number, a device that has "
    "just been switched on.",
    remedy="Seed the generator with as many bits of entropy as the key has strength.",
    severity=Severity.CRITICAL,
    weakness=335,
    unseen=RIGHT_ALONE,
)
class EphemeralKeyOfFewSeeds(RandomChoices):
    """The generator of the ephemeral key gets a seed of one random byte."""

    def ephemeral_scalar(self, curve: Curve) -> int:
        """Seed it so."""
        seed = self.octets("ephemeral key of ECIES", 1)
        return generate_ec_key(curve, Drbg(seed)).d


@deviation(
    "ecies/ephemeral-key-is-static",
    gain="All messages to the key have one secret: one known message tells all shorter ones.",
    clause=CHOICE,
    cause="The service, which holds both keys, passes its own pair as that of the sender: an "
    "IESEngine of Bouncy Castle can be set up so, with a static sender.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=323,
    unseen={View.LIBRARY: "It encrypts to public keys; there is no other pair to take."},
)
class EphemeralKeyIsStatic(Ecies):
    """The key pair of the recipient is used as the ephemeral one, where the target holds it."""

    def ephemeral_key(self, k: int) -> EcPrivateKey:
        """Take the own pair."""
        own = self.key
        return own if isinstance(own, EcPrivateKey) else super().ephemeral_key(k)
