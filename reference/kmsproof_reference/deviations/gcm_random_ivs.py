"""Ways of choosing the IVs of AES-GCM so that one comes twice."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cached_property

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.kms.key_use import KeyUse, Use
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.octets import i2osp
from kmsproof_reference.random_choices import RandomChoices
from kmsproof_reference.vocabulary import Algorithm

GIVEN_IV = {View.LIBRARY: "In library mode every IV is in the vector; none is chosen."}
UNIQUE = "SP 800-38D §8: an IV comes twice under one key with probability 2^-32 at most"
REPEATED = (
    "Two messages under one IV give each other away, and from their tags the hash subkey is "
    "computed: further messages can be forged."
)
DRAW_ANEW = "Draw 12 bytes from a cryptographic generator for every message."


@deviation(
    "gcm/generated-iv-of-zeros",
    gain=REPEATED,
    clause=UNIQUE,
    cause="The buffer for the IV is made and never filled, as in examples that leave it out.",
    remedy=DRAW_ANEW,
    severity=Severity.CRITICAL,
    weakness=323,
    unseen=GIVEN_IV,
)
class GeneratedIvOfZeros(RandomChoices):
    """The IV that the target chooses for GCM is always 12 zero bytes."""

    def gcm_iv(self, length: int = 12) -> bytes:
        """Draw nothing."""
        return bytes(length)


@deviation(
    "gcm/generated-iv-drawn-once",
    gain=REPEATED,
    clause=UNIQUE,
    cause="The IV is drawn where the cipher is set up, when the process begins.",
    remedy=DRAW_ANEW,
    severity=Severity.CRITICAL,
    weakness=323,
    unseen=GIVEN_IV,
)
class GeneratedIvDrawnOnce(RandomChoices):
    """The IV for GCM is drawn once and used for all messages under all keys."""

    _drawn = b""

    def gcm_iv(self, length: int = 12) -> bytes:
        """Keep the first one."""
        self._drawn = self._drawn or super().gcm_iv(length)
        return self._drawn


@deviation(
    "gcm/generated-iv-counts-to-256",
    gain=REPEATED + " It happens after 256 messages.",
    clause=UNIQUE,
    cause="The invocation field is a variable of one byte, and its overflow is not noticed.",
    remedy="Count in 64 bits, and refuse to encrypt when they are used up (SP 800-38D §8.2.1).",
    severity=Severity.CRITICAL,
    weakness=190,
    unseen=GIVEN_IV,
)
class GeneratedIvCountsTo256(RandomChoices):
    """The IV for GCM is 11 fixed bytes and a counter of one byte, which comes round."""

    _count = -1

    def gcm_iv(self, length: int = 12) -> bytes:
        """Count modulo 256."""
        self._count = (self._count + 1) % 256
        return i2osp(self._count, length)


@deviation(
    "gcm/generated-iv-of-32-random-bits",
    gain=REPEATED + " It happens after some 2^16 messages.",
    clause="SP 800-38D §8.2.2: 96 bits at least are random",
    cause="A fixed field of 8 bytes is followed by random bytes where a counter should stand.",
    remedy="Draw all 12 bytes, or count in the last 8 (SP 800-38D §8.2.1).",
    severity=Severity.CRITICAL,
    weakness=331,
    unseen=GIVEN_IV,
    statistical=True,
)
class GeneratedIvOf32RandomBits(RandomChoices):
    """Only the last 4 bytes of the IV for GCM are drawn, the others never change."""

    def gcm_iv(self, length: int = 12) -> bytes:
        """Clear the first ones."""
        return bytes(length - 4) + super().gcm_iv(length)[-4:]


@deviation(
    "gcm/generated-iv-of-hexadecimal-digits",
    gain=REPEATED + " With 48 random bits it happens after some 2^24 messages.",
    clause="SP 800-38D §8.2.2: 96 bits at least are random",
    cause="Random bytes are written as hexadecimal digits, and the text is the IV: "
    "crypto.randomBytes(6).toString('hex') in Node.",
    remedy="Use the bytes themselves as IV, and write text only where they are stored.",
    severity=Severity.HIGH,
    weakness=331,
    unseen=GIVEN_IV,
    statistical=True,
)
class GeneratedIvOfHexadecimalDigits(RandomChoices):
    """The IV for GCM is the text of 12 hexadecimal digits."""

    def gcm_iv(self, length: int = 12) -> bytes:
        """Write half as many bytes as text."""
        return super().gcm_iv(length).hex().encode()[:length]


@deviation(
    "gcm/generated-iv-of-16-bytes",
    gain="Nobody is attacked; callers who expect an IV of 12 bytes cut it or refuse it, and a "
    "service that takes 12 bytes alone cannot decrypt what it encrypted.",
    clause="SP 800-38D §8.2.2; SP 800-38D §5.2.1.1 recommends 96 bits",
    cause="The IV is drawn with the length of a block, as in CBC: cipher.block_size.",
    remedy="Draw 12 bytes.",
    severity=Severity.LOW,
    weakness=131,
    unseen=GIVEN_IV,
)
class GeneratedIvOf16Bytes(RandomChoices):
    """The IV that the target chooses for GCM has 16 bytes."""

    def gcm_iv(self, length: int = 12) -> bytes:
        """Draw a whole block."""
        return super().gcm_iv(16)


# IVs made from what is at hand.


@deviation(
    "gcm/generated-iv-from-key",
    gain=REPEATED,
    clause=UNIQUE,
    cause="IV and key are derived together from one secret, as PBKDF2 or EVP_BytesToKey give "
    "both, and the key is kept for many messages.",
    remedy="Draw the IV for every message, whatever the key comes from.",
    severity=Severity.CRITICAL,
    weakness=323,
    unseen=GIVEN_IV,
)
class GeneratedIvFromKey(KeyUse):
    """The IV for GCM is the beginning of the SHA-256 digest of the key: each key has one."""

    def _chosen_iv(self, use: Use) -> bytes | None:
        """Hash the key."""
        chosen = super()._chosen_iv(use)
        digest = hashlib.sha256(use.version.secret).digest()
        return digest[:12] if use.algorithm is Algorithm.GCM else chosen


@deviation(
    "gcm/generated-iv-from-message",
    gain="Equal messages are equal in their ciphertexts, and a guess of a whole message can be "
    "tested without the key.",
    clause=UNIQUE,
    cause="The IV is a digest of the message, so that encryption gives the same each time.",
    remedy="Draw the IV; where equal messages must be equal, use a mode for that: AES-GCM-SIV.",
    severity=Severity.HIGH,
    weakness=323,
    unseen=GIVEN_IV,
)
class GeneratedIvFromMessage(KeyUse):
    """The IV for GCM is the beginning of the SHA-256 digest of the message."""

    def _chosen_iv(self, use: Use) -> bytes | None:
        """Hash the message."""
        chosen = super()._chosen_iv(use)
        digest = hashlib.sha256(use.octets).digest()
        return digest[:12] if use.algorithm is Algorithm.GCM else chosen


@deviation(
    "gcm/generated-iv-from-aad",
    gain=REPEATED,
    clause=UNIQUE,
    cause="The name of the record serves as associated data and, hashed, as IV; a record that is "
    "written twice has two messages under one IV.",
    remedy=DRAW_ANEW,
    severity=Severity.CRITICAL,
    weakness=323,
    unseen=GIVEN_IV,
)
class GeneratedIvFromAad(KeyUse):
    """The IV for GCM is the beginning of the SHA-256 digest of the associated data."""

    def _chosen_iv(self, use: Use) -> bytes | None:
        """Hash the associated data."""
        chosen = super()._chosen_iv(use)
        digest = hashlib.sha256(use.aad).digest()
        return digest[:12] if use.algorithm is Algorithm.GCM else chosen


@deviation(
    "gcm/generated-iv-starts-again-when-key-is-enabled",
    gain=REPEATED,
    clause=UNIQUE,
    cause="The counter is kept in memory, in the context of a loaded key, and not beside the key.",
    remedy="Keep the counter where the key is kept, or draw the IV.",
    severity=Severity.CRITICAL,
    weakness=323,
    unseen=GIVEN_IV,
)
class GeneratedIvStartsAgainWhenKeyIsEnabled(KeyManagementService):
    """The IV for GCM is a counter that begins again when a key was disabled and enabled."""

    @cached_property
    def _counts(self) -> Counter[str]:
        """How far each key has counted."""
        return Counter()

    def enable_key(self, key_id: str) -> None:
        """Forget how far the counter was."""
        super().enable_key(key_id)
        del self._counts[self.describe_key(key_id).key_id]

    def _chosen_iv(self, use: Use) -> bytes | None:
        """Count up."""
        if use.algorithm is not Algorithm.GCM:
            return super()._chosen_iv(use)
        self._counts[use.key.key_id] += 1
        return i2osp(self._counts[use.key.key_id], 12)
