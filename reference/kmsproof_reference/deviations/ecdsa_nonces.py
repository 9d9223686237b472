"""Ways of choosing the per-message secret number k of ECDSA badly: each gives the key away."""

from __future__ import annotations

import hashlib
import hmac

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.ec_keys import EcPrivateKey, generate_ec_key
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.random_choices import RandomChoices

CHOICE = "FIPS 186-5 §A.3"
RIGHT_ALONE = {View.LIBRARY: "Each signature by itself is right; only several together tell it."}
REMEDY = "Take k from a generator seeded with enough entropy (§A.3.2), or derive it by RFC 6979."


def _below_n(octets: bytes, private: EcPrivateKey) -> int:
    """A number of 1 to n - 1 from at least 32 bytes."""
    return os2ip(octets) % (private.curve.n - 1) + 1


@deviation(
    "ecdsa/nonce-constant",
    gain="Two signatures of different messages give the private key.",
    clause=CHOICE,
    cause="A number that was meant as a placeholder stays in the code, as in the signing keys of "
    "the PlayStation 3.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=323,
    unseen=RIGHT_ALONE,
)
class NonceConstant(RandomChoices):
    """The number k is always the same, under every key."""

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """Take a fixed one."""
        return _below_n(hashlib.sha256(b"k").digest(), private)


@deviation(
    "ecdsa/nonce-one-per-key",
    gain="Two signatures of different messages give the private key.",
    clause=CHOICE,
    cause="k is derived from the private key, so as to be secret, and the message is left out.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=323,
    unseen=RIGHT_ALONE,
)
class NonceOnePerKey(RandomChoices):
    """The number k is derived from the private key alone and so the same for every message."""

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """Hash the key."""
        return _below_n(hashlib.sha256(i2osp(private.d, 32)).digest(), private)


@deviation(
    "ecdsa/nonce-used-twice",
    gain="Each such pair of signatures gives the private key.",
    clause=CHOICE,
    cause="The state of the generator is copied when a process forks or a machine is restored from "
    "a snapshot, or the generator gives the same again, as that of Android did in 2013.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=323,
    vulnerabilities=["CVE-2013-7372"],
    unseen=RIGHT_ALONE,
)
class NonceUsedTwice(RandomChoices):
    """Each number k is used for two signatures that follow each other."""

    _kept: int | None = None

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """Take the last one again, every second time."""
        last = self._kept
        self._kept = super().nonce(private, digest) if last is None else None
        return self._kept or last or 1


@deviation(
    "ecdsa/nonce-from-digest",
    gain="One signature gives the private key to whoever knows the message.",
    clause=CHOICE,
    cause="k is derived from the message, so as to be different each time, and the key is left "
    "out.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=330,
    unseen=RIGHT_ALONE,
)
class NonceFromDigest(RandomChoices):
    """The number k is the SHA-256 of the digest."""

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """Hash the digest."""
        return os2ip(hashlib.sha256(digest).digest()) % private.curve.n


@deviation(
    "ecdsa/nonce-shared-by-keys",
    gain="Two messages that were signed with two keys each give both private keys.",
    clause=CHOICE,
    cause="k is derived from the digest and a secret of the service in place of the private key.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=323,
    unseen=RIGHT_ALONE,
)
class NonceSharedByKeys(RandomChoices):
    """The number k is derived from the digest and a secret that all keys share."""

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """Leave the key out."""
        return _below_n(hmac.digest(b"secret of the service", digest, "sha256"), private)


@deviation(
    "ecdsa/nonce-from-part-of-digest",
    gain="Two messages whose digests begin alike are signed with one k, which gives the private "
    "key. Whoever may have digests signed can choose them so.",
    clause="RFC 6979 §3.2",
    cause="k is derived from the key and a digest that is cut, to fill one block of the hash "
    "function or a buffer.",
    remedy="Derive k from the whole digest.",
    severity=Severity.CRITICAL,
    weakness=323,
    unseen=RIGHT_ALONE,
)
class NonceFromPartOfDigest(RandomChoices):
    """The number k is derived from the private key and the first 16 bytes of the digest."""

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """Leave the second half out."""
        key = i2osp(private.d, 32)
        return _below_n(hmac.digest(key, digest[:16], "sha256"), private)


@deviation(
    "ecdsa/nonce-counter",
    gain="Two signatures in a row give the private key.",
    clause=CHOICE,
    cause="A counter with a random start is taken for a number that is used once: that it does "
    "not repeat is not enough for k.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=330,
    unseen=RIGHT_ALONE,
)
class NonceCounter(RandomChoices):
    """The first number k is random, and each further one is by 1 greater."""

    _last: int | None = None

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """Count."""
        if self._last is None:
            self._last = super().nonce(private, digest) >> 1
        self._last += 1
        return self._last


@deviation(
    "ecdsa/nonce-linear",
    gain="Four signatures in a row give the private key.",
    clause=CHOICE,
    cause="A generator for simulations is used, whose numbers follow from each other by a "
    "multiplication and an addition.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=338,
    unseen=RIGHT_ALONE,
)
class NonceLinear(RandomChoices):
    """Each number k is a multiple of the one before plus a constant, modulo n."""

    _last: int | None = None

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """Take the next one of a linear congruential generator."""
        if self._last is None:
            self._last = super().nonce(private, digest)
        self._last = (0x5DEECE66D * self._last + 11) % private.curve.n
        return self._last


@deviation(
    "ecdsa/nonce-of-32-bits",
    gain="One signature gives the private key, after 2^32 attempts or much less with two.",
    clause=CHOICE,
    cause="k comes from rand(), from a clock, or from one word of the generator.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=334,
    unseen=RIGHT_ALONE,
)
class NonceOf32Bits(RandomChoices):
    """The number k has 32 bits."""

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """Take few bits."""
        return super().nonce(private, digest) % (1 << 32) or 1


@deviation(
    "ecdsa/nonce-begins-with-zeros",
    gain="Some twenty signatures give the private key, by the reduction of a lattice.",
    clause=CHOICE,
    cause="k comes from fewer bits than n has: PuTTY before 0.81 took the 512 bits of SHA-512 for "
    "the 521 of P-521.",
    remedy="Take as many bits as n has, and again when k is not below n; or 64 more, modulo n - 1.",
    severity=Severity.CRITICAL,
    weakness=330,
    vulnerabilities=["CVE-2024-31497"],
    unseen=RIGHT_ALONE,
)
class NonceBeginsWithZeros(RandomChoices):
    """The first 16 bits of k are zero."""

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """Take 240 bits."""
        return super().nonce(private, digest) >> 16 or 1


@deviation(
    "ecdsa/nonce-ends-with-zeros",
    gain="Some twenty signatures give the private key, by the reduction of a lattice.",
    clause=CHOICE,
    cause="A buffer is not filled up to its end, or k is made in words of which one "
    "stays partly empty.",
    remedy="Fill the whole buffer, and check the number of bytes that the generator gave.",
    severity=Severity.CRITICAL,
    weakness=330,
    unseen=RIGHT_ALONE,
)
class NonceEndsWithZeros(RandomChoices):
    """The last 16 bits of k are zero."""

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """Move 240 bits to the left."""
        return (super().nonce(private, digest) >> 17 or 1) << 16


@deviation(
    "ecdsa/nonce-half-fixed",
    gain="A few signatures give the private key, by the reduction of a lattice.",
    clause=CHOICE,
    cause="k is put together of a number of the device, or of the process, and a random one.",
    remedy=REMEDY,
    severity=Severity.CRITICAL,
    weakness=330,
    unseen=RIGHT_ALONE,
)
class NonceHalfFixed(RandomChoices):
    """The upper 128 bits of k are the same in every signature."""

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """Put fixed bits before the others."""
        fixed = os2ip(hashlib.sha256(b"device").digest()[:16]) >> 1
        return fixed << 128 | super().nonce(private, digest) % (1 << 128)


@deviation(
    "ecdsa/nonce-seed-of-one-byte",
    gain="There are 256 numbers k: one signature gives the private key, after as many attempts.",
    clause=CHOICE,
    cause="The generator gets a seed of far too few bits: a process number, a device that has "
    "just been switched on, as in the OpenSSL of Debian from 2006 to 2008.",
    remedy="Seed the generator with as many bits of entropy as the key has strength.",
    severity=Severity.CRITICAL,
    weakness=335,
    vulnerabilities=["CVE-2008-0166"],
    unseen=RIGHT_ALONE,
)
class NonceSeedOfOneByte(RandomChoices):
    """The generator of k gets a seed of one random byte."""

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """Seed it so."""
        seed = self.octets("secret number of ECDSA", 1)
        return generate_ec_key(private.curve, Drbg(seed)).d
