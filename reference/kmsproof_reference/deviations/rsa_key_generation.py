"""Ways of making RSA keys that can be factored, or are not what the key spec says."""

from __future__ import annotations

from math import gcd, prod

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.octets import os2ip
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_generation import RsaKeyGeneration
from kmsproof_reference.rsa_keys import SMALL_PRIMES, is_probably_prime

IMPORTED = {View.LIBRARY: "Keys are imported there, and none is made."}
FACTORED = "Whoever has the public key factors it, and has the private key."
STANDARD = "Make keys as in FIPS 186-5 A.1.3, from a generator of enough strength."


@deviation(
    "rsa-key/exponent-3",
    gain="Mistakes in padding and verification become forgeries; a message without padding is "
    "found as a cube root.",
    clause="FIPS 186-5 A.1.1 criterion 1",
    cause="The exponent is the fastest one, which was the default for long.",
    remedy="Take 65537.",
    severity=Severity.MEDIUM,
    weakness=326,
    unseen=IMPORTED,
)
class Exponent3(RsaKeyGeneration):
    """Keys are made with the public exponent 3."""

    exponent = 3


@deviation(
    "rsa-key/exponent-1",
    gain="Ciphertexts are the encoded messages themselves, and anybody can sign.",
    clause="FIPS 186-5 A.1.1 criterion 1",
    cause="The exponent is a number without checks: the program genkey of the web server Alibaba "
    "2.0 made such keys.",
    remedy="Take 65537.",
    severity=Severity.CRITICAL,
    weakness=326,
    vulnerabilities=["CVE-1999-1444"],
    unseen=IMPORTED,
)
class Exponent1(RsaKeyGeneration):
    """Keys are made with the public exponent 1."""

    def generate(
        self, bits: int, drbg: Drbg, e: int | None = None, primes: int = 2
    ) -> RsaPrivateKey:
        """Take the primes, and exponents that do nothing."""
        key = super().generate(bits, drbg, e, primes)
        return RsaPrivateKey(key.n, 1, 1, key.p, key.q, 1, 1, key.q_inv)


# Moduli.


@deviation(
    "rsa-key/modulus-one-bit-short",
    gain="Some keys have a bit less than their key spec says; others refuse them.",
    clause="FIPS 186-5 A.1.3 step 4.4",
    cause="Only the highest bit of each prime is set, and the product may have a bit less than "
    "both together.",
    remedy="Set the two highest bits of each prime, or draw until it is above 2^(nlen/2 - 1/2).",
    severity=Severity.LOW,
    weakness=193,
    statistical=True,
    unseen=IMPORTED,
)
class ModulusOneBitShort(RsaKeyGeneration):
    """The primes have the right length, and the modulus may have a bit less."""

    def least_prime(self, bits: int) -> int:
        """Take every number of this length."""
        return 1 << (bits - 1)


@deviation(
    "rsa-key/primality-not-tested",
    gain="The modulus has many factors and some of them small; decryptions and signatures are "
    "wrong.",
    clause="FIPS 186-5 A.1.3 step 4.5",
    cause="Trial division is taken to be enough, or the result of the test is not looked at.",
    remedy="Test with as many rounds of Miller-Rabin as FIPS 186-5 Table B.1 says.",
    severity=Severity.CRITICAL,
    weakness=325,
    unseen=IMPORTED,
)
class PrimalityNotTested(RsaKeyGeneration):
    """Numbers without small factors are taken for primes."""

    def is_prime(self, candidate: int, bits: int, drbg: Drbg) -> bool:
        """Take it."""
        return True


@deviation(
    "rsa-key/close-primes",
    gain=FACTORED + " Fermat's method takes a moment.",
    clause="FIPS 186-5 A.1.3 step 5.4",
    cause="The second prime is searched for from the first one on: SafeZone of Rambus, in "
    "printers of Canon and Fujifilm.",
    remedy="Draw both primes anew, and compare their difference with 2^(nlen/2 - 100).",
    severity=Severity.CRITICAL,
    weakness=338,
    vulnerabilities=["CVE-2022-26320"],
    unseen=IMPORTED,
)
class ClosePrimes(RsaKeyGeneration):
    """The second prime is the next one after the first."""

    def second_prime(self, p: int, bits: int, drbg: Drbg, e: int) -> int:
        """Search on."""
        q = p + 2
        while gcd(q - 1, e) != 1 or not is_probably_prime(q):
            q += 2
        return q

    def are_distant(self, p: int, q: int, bits: int) -> bool:
        """Never mind."""
        return True


@deviation(
    "rsa-key/prime-shared",
    gain="Whoever has two public keys finds the prime that they share, and both private keys.",
    clause="FIPS 186-5 A.1.3 step 4.2",
    cause="The generator has the same state at every start of a device, and gets entropy only "
    "while the second prime is drawn.",
    remedy=STANDARD,
    severity=Severity.CRITICAL,
    weakness=331,
    unseen=IMPORTED,
)
class PrimeShared(RsaKeyGeneration):
    """The first prime of all keys is the same."""

    def first_prime(self, bits: int, drbg: Drbg, e: int) -> int:
        """Draw it from a constant state."""
        return super().first_prime(bits, Drbg(bytes(48)), e)


@deviation(
    "rsa-key/key-repeated",
    gain="All have the same private key.",
    clause="FIPS 186-5 A.1.3 step 4.2",
    cause="The generator is seeded with a constant or with a few bits of time and process id: "
    "Debian's OpenSSL from 2006 to 2008.",
    remedy=STANDARD,
    severity=Severity.CRITICAL,
    weakness=335,
    vulnerabilities=["CVE-2008-0166"],
    unseen=IMPORTED,
)
class KeyRepeated(RsaKeyGeneration):
    """All keys that are made are the same."""

    def generate(
        self, bits: int, drbg: Drbg, e: int | None = None, primes: int = 2
    ) -> RsaPrivateKey:
        """Make it from a constant state."""
        return super().generate(bits, Drbg(bytes(48)), e, primes)


# Primes.

PRIMORIAL = 2 * prod(prime for prime in SMALL_PRIMES if prime <= 701)
"""The product of the first 126 primes, which the weak generator uses for 2048 bits."""


@deviation(
    "rsa-key/roca",
    gain=FACTORED + " Coppersmith's method takes 140 years of one processor at most, for 2048 "
    "bits, and as many processors as one has share them.",
    clause="FIPS 186-5 A.1.3 step 4.2",
    cause="Infineon's library RSALib makes candidates k M + (65537^a mod M) that have no small "
    "factors.",
    remedy=STANDARD,
    severity=Severity.CRITICAL,
    weakness=338,
    vulnerabilities=["CVE-2017-15361"],
    unseen=IMPORTED,
)
class Roca(RsaKeyGeneration):
    """Primes are powers of 65537 modulo the product of the small primes."""

    def candidate(self, bits: int, drbg: Drbg) -> int:
        """Draw k and a."""
        k = super().candidate(bits, drbg) // PRIMORIAL
        a = os2ip(drbg.generate(32))
        return k * PRIMORIAL + pow(65_537, a, PRIMORIAL)


@deviation(
    "rsa-key/primes-of-few-random-bits",
    gain=FACTORED + " Both primes are near a number that is known.",
    clause="FIPS 186-5 A.1.3 step 4.2",
    cause="The generator gives fewer bytes than asked for, and the rest of the buffer is zero.",
    remedy="Look at how many bytes the generator has given.",
    severity=Severity.CRITICAL,
    weakness=331,
    unseen=IMPORTED,
)
class PrimesOfFewRandomBits(RsaKeyGeneration):
    """Only the lowest 128 bits of each prime are random, and the two highest are set."""

    def candidate(self, bits: int, drbg: Drbg) -> int:
        """Draw them."""
        return 3 << (bits - 2) | os2ip(drbg.generate(16)) | 1

    def are_distant(self, p: int, q: int, bits: int) -> bool:
        """Never mind."""
        return p != q


@deviation(
    "rsa-key/primes-of-repeated-word",
    gain=FACTORED + " The pattern shows in the modulus.",
    clause="FIPS 186-5 A.1.3 step 4.2",
    cause="A generator that is not ready gives the same word for every read of its register.",
    remedy="Compare successive words, as the health tests of SP 800-90B do.",
    severity=Severity.CRITICAL,
    weakness=331,
    unseen=IMPORTED,
)
class PrimesOfRepeatedWord(RsaKeyGeneration):
    """A prime consists of one random word of 32 bits, repeated, but for its last word."""

    def candidate(self, bits: int, drbg: Drbg) -> int:
        """Repeat a word, and draw the last one."""
        words = drbg.generate(4) * (bits // 32 - 1) + drbg.generate(4)
        return os2ip(words) | 1
