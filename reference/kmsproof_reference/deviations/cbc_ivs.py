"""Ways of choosing the IVs of AES-CBC so that they can be foreseen, or come twice."""

from __future__ import annotations

import hashlib
from random import Random

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.kms.key_use import KeyUse, Use
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.random_choices import RandomChoices
from kmsproof_reference.vocabulary import Algorithm

GIVEN_IV = {View.LIBRARY: "In library mode every IV is in the vector; none is chosen."}
UNPREDICTABLE = "SP 800-38A appendix C: the IV of CBC is unpredictable"
FORESEEN = (
    "Who can have messages encrypted tests guesses of an earlier block: the IV that comes next is "
    "known before the message is chosen."
)
DRAW_ANEW = "Draw 16 bytes from a cryptographic generator for every message."


@deviation(
    "cbc/generated-iv-of-zeros",
    gain="Equal beginnings of messages show, and guesses of a first block can be tested.",
    clause=UNPREDICTABLE,
    cause="The buffer for the IV is made and never filled, as in examples that leave it out.",
    remedy=DRAW_ANEW,
    severity=Severity.HIGH,
    weakness=329,
    unseen=GIVEN_IV,
)
class GeneratedIvOfZeros(RandomChoices):
    """The IV that the target chooses for CBC is always 16 zero bytes."""

    def cbc_iv(self) -> bytes:
        """Draw nothing."""
        return bytes(16)


@deviation(
    "cbc/generated-iv-drawn-once",
    gain="Equal beginnings of messages show under every key, and guesses of a first block can be "
    "tested.",
    clause=UNPREDICTABLE,
    cause="The IV is drawn where the cipher is set up, when the process begins.",
    remedy=DRAW_ANEW,
    severity=Severity.HIGH,
    weakness=329,
    unseen=GIVEN_IV,
)
class GeneratedIvDrawnOnce(RandomChoices):
    """The IV for CBC is drawn once and used for all messages under all keys."""

    _drawn = b""

    def cbc_iv(self) -> bytes:
        """Keep the first one."""
        self._drawn = self._drawn or super().cbc_iv()
        return self._drawn


@deviation(
    "cbc/generated-iv-counts-up",
    gain=FORESEEN,
    clause=UNPREDICTABLE,
    cause="Only that an IV comes once is thought of, which suffices for GCM and not for CBC.",
    remedy="Draw the IV, or encrypt the counter under the key (SP 800-38A appendix C).",
    severity=Severity.HIGH,
    weakness=329,
    unseen=GIVEN_IV,
)
class GeneratedIvCountsUp(RandomChoices):
    """Each IV for CBC is the one before plus 1."""

    _last = b""

    def cbc_iv(self) -> bytes:
        """Count from one that is drawn."""
        number = int.from_bytes(self._last, "big") + 1
        self._last = (number % (1 << 128)).to_bytes(16, "big") if self._last else super().cbc_iv()
        return self._last


@deviation(
    "cbc/generated-iv-half-random",
    gain="An IV of 64 random bits comes twice after some 2^32 messages, and then equal beginnings "
    "of messages show.",
    clause=UNPREDICTABLE,
    cause="The IV is drawn with the length of a block of DES, or of a variable of 64 bits.",
    remedy=DRAW_ANEW,
    severity=Severity.MEDIUM,
    weakness=331,
    unseen=GIVEN_IV,
)
class GeneratedIvHalfRandom(RandomChoices):
    """Only the first 8 bytes of the IV for CBC are drawn, the others are zero."""

    def cbc_iv(self) -> bytes:
        """Clear the second half."""
        return super().cbc_iv()[:8] + bytes(8)


@deviation(
    "cbc/generated-iv-of-hexadecimal-digits",
    gain="The IV has 64 random bits instead of 128, and comes twice after some 2^32 messages.",
    clause=UNPREDICTABLE,
    cause="Random bytes are written as hexadecimal digits, and the text is the IV: md5() of PHP "
    "without its second argument, or crypto.randomBytes(8).toString('hex') in Node.",
    remedy="Use the bytes themselves as IV, and write text only where they are stored.",
    severity=Severity.MEDIUM,
    weakness=331,
    unseen=GIVEN_IV,
)
class GeneratedIvOfHexadecimalDigits(RandomChoices):
    """The IV for CBC is the text of 16 hexadecimal digits."""

    def cbc_iv(self) -> bytes:
        """Write 8 bytes as text."""
        return super().cbc_iv()[:8].hex().encode()


class JavaRandom:
    """The generator of ``java.util.Random``: x' = 25214903917 x + 11 modulo 2^48."""

    def __init__(self, seed: int) -> None:
        """Take a seed of 48 bits."""
        self._state = (seed ^ 0x5DEECE66D) % (1 << 48)

    def octets(self, length: int) -> bytes:
        """As nextBytes: the upper 32 bits of each state, the least significant byte first."""
        taken = b""
        while len(taken) < length:
            self._state = (self._state * 0x5DEECE66D + 11) % (1 << 48)
            taken += (self._state >> 16).to_bytes(4, "little")
        return taken[:length]


@deviation(
    "cbc/generated-iv-from-java-random",
    gain="From one IV all later ones are computed, and so " + FORESEEN[0].lower() + FORESEEN[1:],
    clause=UNPREDICTABLE,
    cause="java.util.Random is used in place of java.security.SecureRandom.",
    remedy="Draw the IV with java.security.SecureRandom.",
    severity=Severity.HIGH,
    weakness=338,
    unseen=GIVEN_IV,
)
class GeneratedIvFromJavaRandom(RandomChoices):
    """The IVs for CBC are drawn with the generator of java.util.Random, which can be foreseen."""

    _generator: JavaRandom | None = None

    def cbc_iv(self) -> bytes:
        """Draw from a generator with a seed that was drawn."""
        if self._generator is None:
            self._generator = JavaRandom(int.from_bytes(super().cbc_iv()[:6], "big"))
        return self._generator.octets(16)


@deviation(
    "cbc/generated-iv-from-mersenne-twister",
    gain="From 156 IVs all later ones are computed, and so " + FORESEEN[0].lower() + FORESEEN[1:],
    clause=UNPREDICTABLE,
    cause="A generator for simulations is used: random.randbytes of Python in place of "
    "secrets.token_bytes, or std::mt19937 of C++.",
    remedy=DRAW_ANEW,
    severity=Severity.HIGH,
    weakness=338,
    unseen=GIVEN_IV,
    statistical=True,
)
class GeneratedIvFromMersenneTwister(RandomChoices):
    """The IVs for CBC are drawn with the Mersenne Twister, whose output can be foreseen."""

    _generator: Random | None = None

    def cbc_iv(self) -> bytes:
        """Draw from a generator with a seed that was drawn."""
        self._generator = self._generator or Random(super().cbc_iv())
        return self._generator.randbytes(16)


# IVs made from what is at hand.


@deviation(
    "cbc/generated-iv-from-key",
    gain="The IV is known to whoever sees a ciphertext, and is the key itself: everything under "
    "it can be read.",
    clause=UNPREDICTABLE,
    cause="Key and IV are taken from the same place because the cipher asks for both.",
    remedy=DRAW_ANEW,
    severity=Severity.CRITICAL,
    weakness=323,
    unseen=GIVEN_IV,
)
class GeneratedIvFromKey(KeyUse):
    """The IV for CBC is the first 16 bytes of the key, and is given out with the ciphertext."""

    def _chosen_iv(self, use: Use) -> bytes | None:
        """Cut the key."""
        return (
            use.version.secret[:16] if use.algorithm is Algorithm.CBC else super()._chosen_iv(use)
        )


@deviation(
    "cbc/generated-iv-from-message",
    gain="Equal messages are equal in their ciphertexts, and a guess of a whole message can be "
    "tested without the key.",
    clause=UNPREDICTABLE,
    cause="The IV is a digest of the message, so that encryption gives the same each time.",
    remedy="Draw the IV; where equal messages must be equal, use a mode for that, such as AES-SIV.",
    severity=Severity.HIGH,
    weakness=329,
    unseen=GIVEN_IV,
)
class GeneratedIvFromMessage(KeyUse):
    """The IV for CBC is the beginning of the SHA-256 digest of the message."""

    def _chosen_iv(self, use: Use) -> bytes | None:
        """Hash the message."""
        chosen = super()._chosen_iv(use)
        digest = hashlib.sha256(use.octets).digest()
        return digest[:16] if use.algorithm is Algorithm.CBC else chosen


@deviation(
    "cbc/generated-iv-is-last-ciphertext-block",
    gain=FORESEEN,
    clause=UNPREDICTABLE,
    cause="The chain goes on from one message to the next, as in TLS 1.0, or a context of the "
    "library is used again without a new IV.",
    remedy=DRAW_ANEW,
    severity=Severity.HIGH,
    weakness=329,
    vulnerabilities=["CVE-2011-3389"],
    unseen=GIVEN_IV,
)
class GeneratedIvIsLastCiphertextBlock(KeyUse):
    """The IV for CBC is the last block of the ciphertext that was made before it."""

    _last_block = b""

    def _chosen_iv(self, use: Use) -> bytes | None:
        """Take the block that was kept."""
        kept = self._last_block if use.algorithm is Algorithm.CBC else b""
        return kept or super()._chosen_iv(use)

    def _computed(self, use: Use) -> bytes:
        """Keep the last block."""
        computed = super()._computed(use)
        if use.algorithm is Algorithm.CBC and use.operation is KeyOperation.ENCRYPT:
            self._last_block = computed[-16:]
        return computed
