"""Ways of getting the primitives of RSA wrong, which all schemes stand on."""

from __future__ import annotations

from collections.abc import Sequence

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.rsa import Rsa, RsaPrivateKey, RsaPublicKey

ONE_EXPONENT = {View.LIVE: "The public exponent of the keys that the service makes is 65537."}

# The range of the numbers.


@deviation(
    "rsa/ciphertext-above-modulus-accepted",
    gain="A message has several ciphertexts; whoever tells them apart by their bytes is deceived.",
    clause="RFC 8017 §5.1.2 step 1",
    cause="The number is reduced before use, as modular exponentiation does by itself: BN_mod_exp, "
    "BigInteger.modPow.",
    remedy="Compare the number with the modulus first.",
    severity=Severity.LOW,
    weakness=20,
)
class CiphertextAboveModulusAccepted(Rsa):
    """A ciphertext that stands for a number of n or more is reduced and decrypted."""

    def rsadp(self, private: RsaPrivateKey, c: int) -> int:
        """Reduce it."""
        return super().rsadp(private, c % private.n)


@deviation(
    "rsa/signature-above-modulus-accepted",
    gain="A signature to which the modulus was added is good as well, so that it has two forms.",
    clause="RFC 8017 §5.2.2 step 1",
    cause="The number is reduced before use, as modular exponentiation does by itself: BN_mod_exp, "
    "BigInteger.modPow.",
    remedy="Compare the number with the modulus first.",
    severity=Severity.LOW,
    weakness=347,
)
class SignatureAboveModulusAccepted(Rsa):
    """A signature that stands for a number of n or more is reduced and verified."""

    def rsavp1(self, public: RsaPublicKey, s: int) -> int:
        """Reduce it."""
        return super().rsavp1(public, s % public.n)


# The primes.


@deviation(
    "rsa/crt-difference-without-sign",
    gain="A wrong signature is right modulo one prime, so that its difference to the right one "
    "gives the private key away.",
    clause="RFC 8017 §5.1.2 step 2.b iii",
    cause="Numbers have no sign in the arithmetic, and p is not added before the subtraction.",
    remedy="Add p when m_1 is below m_2, and verify every signature before it is given out.",
    severity=Severity.CRITICAL,
    weakness=682,
)
class CrtDifferenceWithoutSign(Rsa):
    """The two halves of a private operation are combined wrong when m_1 is the smaller one."""

    def combine(self, private: RsaPrivateKey, m_1: int, m_2: int) -> int:
        """Take the difference without its sign."""
        return super().combine(private, m_2 + abs(m_1 - m_2), m_2)


@deviation(
    "rsa/crt-leading-zero-of-residue-lost",
    gain="About one signature in 100 is wrong modulo one prime, and so gives the private key away.",
    clause="RFC 8017 §5.1.2 step 2.b i",
    cause="A half is copied to the start of its buffer, with as many bytes as the number needs.",
    remedy="Write each half on the bytes of its prime, and verify every signature before it is "
    "given out.",
    severity=Severity.CRITICAL,
    weakness=682,
    statistical=True,
)
class CrtLeadingZeroOfResidueLost(Rsa):
    """A half of a private operation that begins with a zero byte is moved by one byte."""

    def residue(self, x: int, exponent: int, prime: int, number: int) -> int:
        """Move it."""
        residue = super().residue(x, exponent, prime, number)
        length = (prime.bit_length() + 7) // 8
        return residue << 8 if residue < 1 << 8 * (length - 1) else residue


@deviation(
    "rsa/further-primes-ignored",
    gain="With a key of three primes everything is computed wrong, and signatures give the other "
    "primes away.",
    clause="RFC 8017 §5.1.2 step 2.b v",
    cause="The structure of the key has places for two primes only.",
    remedy="Combine the residues of all primes, or refuse a key that has more than two.",
    severity=Severity.HIGH,
    weakness=682,
    unseen={View.LIVE: "The keys that the service makes have two primes."},
)
class FurtherPrimesIgnored(Rsa):
    """Of a key with three primes or more the first two alone are used."""

    def combine_others(self, private: RsaPrivateKey, m: int, residues: Sequence[int]) -> int:
        """Leave them out."""
        return m


# The public exponent.


@deviation(
    "rsa/exponent-65537-assumed",
    gain="Nobody is attacked; signatures under a key of another exponent are refused.",
    clause="RFC 8017 §5.2.2 step 2",
    cause="The exponent is a constant in the code or in the hardware.",
    remedy="Use the exponent of the key, or refuse keys with another.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONE_EXPONENT,
)
class Exponent65537Assumed(Rsa):
    """The public exponent is taken to be 65537, whatever the key says."""

    def raise_to_e(self, public: RsaPublicKey, x: int) -> int:
        """Take that one."""
        return super().raise_to_e(RsaPublicKey(public.n, 65_537), x)


@deviation(
    "rsa/exponent-cut-to-32-bits",
    gain="A key with an exponent of 2^32 + 1 has exponent 1, so that anybody can sign under it.",
    clause="RFC 8017 §5.2.2 step 2",
    cause="The exponent is kept in a variable of 32 bits, such as a DWORD of CryptoAPI.",
    remedy="Keep all of the exponent, or refuse keys with one that does not fit.",
    severity=Severity.HIGH,
    weakness=197,
    unseen=ONE_EXPONENT,
)
class ExponentCutTo32Bits(Rsa):
    """Of the public exponent the lowest 32 bits are used."""

    def raise_to_e(self, public: RsaPublicKey, x: int) -> int:
        """Cut it."""
        return super().raise_to_e(RsaPublicKey(public.n, public.e & 0xFFFF_FFFF), x)
