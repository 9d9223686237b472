"""Ways of refusing what is right in AES-GCM."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.kms.errors import InvalidParameter
from kmsproof_reference.kms.store import KeyRecord
from kmsproof_reference.kms.use_rules import InputRules
from kmsproof_reference.vocabulary import Algorithm, PaddingMode


@deviation(
    "gcm/right-tag-of-zeros-refused",
    gain="Nobody is attacked; one message of 2^128 cannot be decrypted, or one that was made for "
    "it.",
    clause="SP 800-38D §7.2 step 8",
    cause="A buffer of zeros stands for a tag that is not there.",
    remedy="Let the type of the argument tell that there is no tag.",
    severity=Severity.LOW,
    weakness=697,
)
class RightTagOfZerosRefused(Gcm):
    """A tag whose bytes are all zero is refused even where it is the right one."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take it for missing."""
        if tag == bytes(len(tag)):
            raise InvalidCiphertext("FAIL: there is no tag (SP 800-38D §7.2)")
        super().compare_tag(expected_tag, tag)


class ServiceRefusesEmptyMessage(InputRules):
    """The rule of the service that goes with it."""

    def checked_plaintext(
        self, key: KeyRecord, algorithm: Algorithm, padding: PaddingMode | None, plaintext: bytes
    ) -> bytes:
        """Refuse an empty message for GCM."""
        if algorithm is Algorithm.GCM and not plaintext:
            raise InvalidParameter("Plaintext", "it is empty")
        return super().checked_plaintext(key, algorithm, padding, plaintext)


@deviation(
    "gcm/empty-message-refused",
    gain="Nobody is attacked; associated data cannot be authenticated alone (GMAC).",
    clause="SP 800-38D §5.2.1.1: a plaintext may be empty",
    cause="A check for a missing message takes an empty one for missing, or an accelerator starts "
    "only when there is a message.",
    remedy="Tell a message that is not there from one that is empty.",
    severity=Severity.LOW,
    weakness=20,
    together_with=(ServiceRefusesEmptyMessage,),
)
class EmptyMessageRefused(Gcm):
    """An empty message is not encrypted."""

    def encrypt(
        self, iv: bytes, plaintext: bytes, aad: bytes = b"", tag_length: int = 16
    ) -> tuple[bytes, bytes]:
        """Refuse it."""
        if not plaintext:
            raise InvalidArgument("there is no message")
        return super().encrypt(iv, plaintext, aad, tag_length)
