"""Everything that an operation chooses at random: keys, IVs, salts, seeds, secret numbers.

Standard:  FIPS 186-5, edition of February 2023; NIST SP 800-38D; RFC 8017; SEC 1 version 2.0.
Sections:  FIPS 186-5 A.1.3 (RSA keys), A.2.2 (EC keys), A.3.2 (per-message secret numbers);
           SP 800-38D 8.2.2 (IV of random bits); SP 800-38A appendix C (IV of CBC); RFC 8017 7.1.1
           and 9.1.1 (seed and salt); SEC 1 5.1.3 (ephemeral key).
Left out:  the source of the random bytes, which is an argument.

The algorithms of this package take what is random as arguments. It is chosen here, in one place, so
that every way of choosing badly is a step that can be overridden.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Callable
from threading import Lock

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.ec_keys import EcPrivateKey, generate_ec_key
from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.octets import i2osp
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_generation import RsaKeyGeneration

RandomSource = Callable[[int], bytes]
"""Gives as many random bytes as it is asked for."""

SEED_LENGTH = 48
"""Random bytes that seed the generator of a key or of a per-message secret: entropy and nonce of
HMAC_DRBG at a strength of 256 bits (SP 800-90A Rev. 1 §8.6.7)."""


class RandomChoices:
    """Chooses with the bytes of one random source."""

    rsa_key_generation_class: type[RsaKeyGeneration] = RsaKeyGeneration

    def __init__(self, source: RandomSource) -> None:
        """``source`` is called by one thread at a time."""
        self._source, self._lock = source, Lock()

    def octets(self, purpose: str, length: int) -> bytes:
        """``length`` random bytes; the purpose tells a repeatable source what they are for."""
        with self._lock:
            return self._source(length)

    # Keys.

    def aes_key(self, length: int) -> bytes:
        """An AES key of 16, 24 or 32 bytes."""
        return self.octets("AES key", length)

    def rsa_key(self, bits: int) -> RsaPrivateKey:
        """An RSA key whose modulus has ``bits`` bits (FIPS 186-5 A.1.3)."""
        drbg = Drbg(self.octets("RSA key", SEED_LENGTH))
        return self.rsa_key_generation_class().generate(bits, drbg)

    def ec_key(self, curve: Curve) -> EcPrivateKey:
        """A key of the curve (FIPS 186-5 A.2.2)."""
        return generate_ec_key(curve, self._drbg("EC key"))

    def data_key(self, length: int) -> bytes:
        """A data key."""
        return self.octets("data key", length)

    # What an operation needs anew each time.

    def gcm_iv(self, length: int = 12) -> bytes:
        """An IV of random bits (SP 800-38D §8.2.2)."""
        return self.octets("IV of GCM", length)

    def cbc_iv(self) -> bytes:
        """An unpredictable IV of 16 bytes (SP 800-38A appendix C)."""
        return self.octets("IV of CBC", 16)

    def oaep_seed(self, length: int) -> bytes:
        """The seed of hLen bytes (RFC 8017 §7.1.1 step 2.d)."""
        return self.octets("seed of OAEP", length)

    def pss_salt(self, length: int) -> bytes:
        """The salt of sLen bytes (RFC 8017 §9.1.1 step 4)."""
        return self.octets("salt of PSS", length)

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """The per-message secret number k, 1 <= k < n (FIPS 186-5 A.3.2).

        Neither the key nor the digest is looked at; one who chooses otherwise may.
        """
        return self._scalar(private.curve, "secret number of ECDSA")

    def ephemeral_scalar(self, curve: Curve) -> int:
        """The ephemeral private key k of ECIES, 1 <= k < n (SEC 1 §5.1.3 step 1)."""
        return self._scalar(curve, "ephemeral key of ECIES")

    def _scalar(self, curve: Curve, purpose: str) -> int:
        return generate_ec_key(curve, self._drbg(purpose)).d

    def _drbg(self, purpose: str) -> Drbg:
        return Drbg(self.octets(purpose, SEED_LENGTH))


class RepeatableChoices(RandomChoices):
    """Chooses the same in every run that has the same seed. Its keys are test keys.

    The n-th choice for a purpose does not depend on what was chosen for others, so that a run in
    which one step differs has the same keys all the same.
    """

    def __init__(self, seed: bytes) -> None:
        """Take a seed of one byte or more."""
        super().__init__(Drbg(seed).generate)
        self._seed, self._counts = seed, Counter[str]()

    def octets(self, purpose: str, length: int) -> bytes:
        """The next ``length`` bytes for this purpose."""
        with self._lock:
            self._counts[purpose] += 1
            number = i2osp(self._counts[purpose], 8)
        key = hmac.digest(self._seed, purpose.encode(), "sha256")
        return Drbg(hmac.digest(key, number, "sha256")).generate(length)
