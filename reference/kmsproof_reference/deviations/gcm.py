"""Ways of getting AES-GCM wrong."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.gcm import Gcm


@deviation(
    "gcm/tag-not-compared",
    gain="Anybody can change a ciphertext, its IV and its associated data without being noticed.",
    clause="SP 800-38D §7.2 step 8",
    cause="The plaintext of an incremental decryption is taken and its end, which compares the "
    "tag, never called: OpenSSL without EVP_DecryptFinal_ex, Node without decipher.final().",
    remedy="Compare the whole tag, in constant time, before anything of the plaintext is returned.",
    severity=Severity.CRITICAL,
    weakness=354,
)
class TagNotCompared(Gcm):
    """Decryption gives out the plaintext without comparing the tag."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any tag."""
