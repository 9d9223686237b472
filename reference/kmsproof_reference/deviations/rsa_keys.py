"""RSA keys that are no keys and are imported all the same."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.errors import InvalidKey
from kmsproof_reference.rsa import RsaPrivateKey, RsaPublicKey
from kmsproof_reference.rsa_keys import RsaKeyValidation

MADE_THERE = {
    View.LIVE: "RSA keys are made in the service: they cannot be imported, and it reads none but "
    "its own."
}
CHECK = "Check a key when it is imported, as SP 800-56B Rev. 2 §6.4 does."

# The public numbers.


@deviation(
    "rsa-key/modulus-length-not-checked",
    gain="A key that is too short for the key spec is used under its name, and may be factored.",
    clause="SP 800-56B Rev. 2 §6.4.2.2",
    cause="The length is a property of the key spec and is not compared with the key.",
    remedy=CHECK,
    severity=Severity.HIGH,
    weakness=326,
    unseen=MADE_THERE,
)
class ModulusLengthNotChecked(RsaKeyValidation):
    """A key of another length than the key spec says is imported."""

    def check_length(self, public: RsaPublicKey, bits: int) -> None:
        """Take it."""


@deviation(
    "rsa-key/modulus-length-in-bytes",
    gain="A key that is up to 7 bits shorter than the key spec says is used under its name.",
    clause="SP 800-56B Rev. 2 §6.4.2.2",
    cause="The length is compared in bytes, as RSA_size and EVP_PKEY_get_size give it.",
    remedy="Compare the length in bits.",
    severity=Severity.LOW,
    weakness=326,
    unseen=MADE_THERE,
)
class ModulusLengthInBytes(RsaKeyValidation):
    """A key is imported whose modulus has the right number of bytes, but fewer bits."""

    def check_length(self, public: RsaPublicKey, bits: int) -> None:
        """Round up."""
        if 8 * public.length != bits:
            super().check_length(public, bits)


@deviation(
    "rsa-key/exponent-1-accepted",
    gain="Under a key with exponent 1 an encryption leaves the message as it is, and anybody can "
    "sign.",
    clause="RFC 8017 §3.1",
    cause="The exponent is taken as it comes.",
    remedy="Refuse a public exponent below 3, better below 65537.",
    severity=Severity.CRITICAL,
    weakness=20,
    unseen=MADE_THERE,
)
class Exponent1Accepted(RsaKeyValidation):
    """A key whose public exponent is 1 is imported."""

    def check_exponent(self, public: RsaPublicKey) -> None:
        """Check the others."""
        if public.e != 1:
            super().check_exponent(public)


@deviation(
    "rsa-key/even-exponent-accepted",
    gain="Nothing can be decrypted or signed under such a key; a signature may be verified under "
    "exponent 2 by a square root.",
    clause="RFC 8017 §3.1",
    cause="Only the size of the exponent is looked at.",
    remedy="Refuse an even public exponent.",
    severity=Severity.MEDIUM,
    weakness=20,
    unseen=MADE_THERE,
)
class EvenExponentAccepted(RsaKeyValidation):
    """A public key whose exponent is even is imported."""

    def check_exponent(self, public: RsaPublicKey) -> None:
        """Look at the next odd number instead, if it is not zero."""
        super().check_exponent(RsaPublicKey(public.n, public.e | 1 if public.e > 1 else public.e))


@deviation(
    "rsa-key/exponent-above-modulus-accepted",
    gain="Whoever sends a key with a huge exponent keeps the service busy for long.",
    clause="RFC 8017 §3.1",
    cause="The exponent is taken as it comes.",
    remedy="Refuse an exponent of n or more, better one of more than 64 bits.",
    severity=Severity.LOW,
    weakness=400,
    unseen=MADE_THERE,
)
class ExponentAboveModulusAccepted(RsaKeyValidation):
    """A key whose public exponent is larger than the modulus is imported."""

    def check_exponent(self, public: RsaPublicKey) -> None:
        """Look at whether it is odd and not too small."""
        if public.e % 2 == 0 or public.e < public.n:
            super().check_exponent(public)


@deviation(
    "rsa-key/exponent-3-refused",
    gain="Nobody is attacked; keys of others cannot be used.",
    clause="RFC 8017 §3.1",
    cause="FIPS 186-5 and SP 800-56B want 65537 at least, which is not said of keys that are "
    "imported here.",
    remedy="Take every odd exponent from 3, or declare that small ones are refused.",
    severity=Severity.LOW,
    weakness=684,
    unseen=MADE_THERE,
)
class Exponent3Refused(RsaKeyValidation):
    """A key whose public exponent is below 65537 is refused, though small ones are declared."""

    def check_exponent(self, public: RsaPublicKey) -> None:
        """Refuse it."""
        super().check_exponent(public)
        if public.e < 65_537:
            raise InvalidKey("e is below 65537 (SP 800-56B Rev. 2 §6.4.2.2)")


# The private numbers.

INCONSISTENT = (
    "Signatures of such a key are wrong, and may be right modulo one prime, which gives the "
    "private key away."
)


@deviation(
    "rsa-key/product-not-checked",
    gain=INCONSISTENT,
    clause="SP 800-56B Rev. 2 §6.4.1.2",
    cause="The numbers of a private key are taken as they come: RSA_check_key of OpenSSL is for "
    "the caller to call.",
    remedy=CHECK,
    severity=Severity.MEDIUM,
    weakness=20,
    unseen=MADE_THERE,
)
class ProductNotChecked(RsaKeyValidation):
    """A private key is imported whose modulus is not the product of its primes."""

    def check_product(self, private: RsaPrivateKey) -> None:
        """Take it."""


@deviation(
    "rsa-key/primes-not-checked",
    gain="A modulus of three or more primes, made on purpose or by a weak test, is factored more "
    "easily; and with equal primes by a square root.",
    clause="SP 800-56B Rev. 2 §6.4.1.2",
    cause="A test of the primes is left out, since it takes time.",
    remedy=CHECK,
    severity=Severity.MEDIUM,
    weakness=20,
    unseen=MADE_THERE,
)
class PrimesNotChecked(RsaKeyValidation):
    """A private key is imported whose factors are not prime, or the same."""

    def check_primes(self, private: RsaPrivateKey) -> None:
        """Take it."""

    def check_further_numbers(self, private: RsaPrivateKey) -> None:
        """Leave out what cannot be computed with equal factors."""
        if private.p != private.q:
            super().check_further_numbers(private)


@deviation(
    "rsa-key/private-exponent-not-checked",
    gain=INCONSISTENT,
    clause="SP 800-56B Rev. 2 §6.4.1.2",
    cause="The operations use dP and dQ, so that nobody misses a wrong d.",
    remedy=CHECK,
    severity=Severity.LOW,
    weakness=20,
    unseen=MADE_THERE,
)
class PrivateExponentNotChecked(RsaKeyValidation):
    """A private key is imported whose d does not belong to e."""

    def check_private_exponent(self, private: RsaPrivateKey) -> None:
        """Take it."""


@deviation(
    "rsa-key/crt-numbers-not-checked",
    gain=INCONSISTENT,
    clause="SP 800-56B Rev. 2 §6.4.1.3",
    cause="The numbers of a private key are taken as they come: RSA_check_key of OpenSSL is for "
    "the caller to call.",
    remedy=CHECK,
    severity=Severity.HIGH,
    weakness=20,
    unseen=MADE_THERE,
)
class CrtNumbersNotChecked(RsaKeyValidation):
    """A private key is imported whose dP, dQ or qInv does not fit its primes."""

    def check_further_numbers(self, private: RsaPrivateKey) -> None:
        """Take it."""
