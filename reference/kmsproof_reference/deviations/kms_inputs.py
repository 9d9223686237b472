"""Ways of getting inputs wrong: IVs, associated data, and what a message is taken for."""

from __future__ import annotations

import hashlib

from kmsproof_reference.deviations.kms_views import ONLY_LIVE, unseen_because
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.errors import InvalidParameter
from kmsproof_reference.kms.policy import DIGEST_LENGTH
from kmsproof_reference.kms.use_rules import InputRules
from kmsproof_reference.vocabulary import Algorithm, MessageType

IV = "API document of Encrypt, Iv: 12 bytes for GCM and 16 for CBC"
AAD = "API document of Encrypt, Aad"
MESSAGE_TYPE = "API document of Sign, MessageType: RAW or DIGEST"
REFUSE = "Refuse an input of a wrong length; never change it."


@deviation(
    "input/long-iv-cut",
    gain="Two IVs that differ behind their 16th byte are one and the same.",
    clause=IV,
    cause="The code copies as many bytes as it needs; so does EVP_CipherInit_ex, which is told no "
    "length.",
    remedy=REFUSE,
    severity=Severity.LOW,
    weakness=1284,
    unseen=ONLY_LIVE,
)
class LongIvCut(InputRules):
    """An IV that is too long is cut."""

    def checked_iv(self, algorithm: Algorithm, iv: bytes | None) -> bytes | None:
        """Cut it."""
        length = self.iv_lengths.get(algorithm)
        return super().checked_iv(algorithm, iv if iv is None else iv[:length])


@deviation(
    "input/short-iv-filled-up",
    gain="IVs have fewer random bytes than the mode needs; an empty one is always the same.",
    clause=IV,
    cause="The IV is copied into a buffer of zeros; so does PHP's openssl_encrypt, with a warning.",
    remedy=REFUSE,
    severity=Severity.MEDIUM,
    weakness=1204,
    unseen=ONLY_LIVE,
)
class ShortIvFilledUp(InputRules):
    """An IV that is too short is filled up with zeros."""

    def checked_iv(self, algorithm: Algorithm, iv: bytes | None) -> bytes | None:
        """Fill it up."""
        length = self.iv_lengths.get(algorithm, 0)
        return super().checked_iv(algorithm, iv if iv is None else iv.ljust(length, b"\x00"))


@deviation(
    "input/iv-of-caller-ignored",
    gain="What is encrypted with an agreed IV cannot be decrypted with it.",
    clause=IV,
    cause="The service always chooses IVs, and passes over the parameter in silence.",
    remedy="Use the IV, or refuse the parameter.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class IvIgnored(InputRules):
    """The IV that a caller gives for an encryption is replaced by another."""

    def checked_iv(self, algorithm: Algorithm, iv: bytes | None) -> bytes | None:
        """Look at it and forget it."""
        super().checked_iv(algorithm, iv)
        return None

    def needed_iv(self, algorithm: Algorithm, iv: bytes | None) -> bytes | None:
        """Keep the one of a decryption."""
        super().needed_iv(algorithm, iv)
        return iv


@deviation(
    "input/missing-iv-is-zeros",
    gain="A forgotten IV is not noticed: the first block comes out wrong, or all of it.",
    clause=IV,
    cause="The library takes a null pointer for zeros, as CCCrypt of CommonCrypto does.",
    remedy="Refuse a decryption without an IV.",
    severity=Severity.LOW,
    weakness=1284,
    unseen=ONLY_LIVE,
)
class MissingIvIsZeros(InputRules):
    """A decryption without an IV takes one of zeros."""

    def needed_iv(self, algorithm: Algorithm, iv: bytes | None) -> bytes | None:
        """Take zeros."""
        length = self.iv_lengths.get(algorithm)
        zeros = None if length is None else bytes(length)
        return super().needed_iv(algorithm, zeros if iv is None else iv)


@deviation(
    "input/aad-without-gcm-ignored",
    gain="The caller believes that associated data are authenticated, and they are not.",
    clause=f"{AAD}: GCM alone takes them",
    cause="The parameter is read in the branch of GCM alone.",
    remedy="Refuse associated data where the mode has none.",
    severity=Severity.MEDIUM,
    weakness=353,
    unseen=unseen_because("The adapter protocol sends associated data with GCM alone."),
)
class AadWithoutGcmIgnored(InputRules):
    """Associated data that are given for another algorithm than GCM are ignored."""

    def checked_aad(self, algorithm: Algorithm, aad: bytes) -> bytes:
        """Leave them out."""
        return super().checked_aad(algorithm, aad if algorithm is Algorithm.GCM else b"")


@deviation(
    "input/aad-never-used",
    gain="A ciphertext can be moved from one context to another.",
    clause=f"{AAD}, and SP 800-38D §7.1",
    cause="The parameter is checked and not handed on.",
    remedy="Hand it on, and test with other associated data in decryption.",
    severity=Severity.CRITICAL,
    weakness=353,
    unseen=ONLY_LIVE,
)
class AadNeverUsed(InputRules):
    """Associated data are checked for their length and then left out."""

    def checked_aad(self, algorithm: Algorithm, aad: bytes) -> bytes:
        """Forget them."""
        super().checked_aad(algorithm, aad)
        return b""


@deviation(
    "input/aad-hashed-first",
    gain="Nobody else can decrypt it, nor the service what others have encrypted.",
    clause=f"{AAD}, and SP 800-38D §7.1",
    cause="Associated data of any length are brought to a fixed one, as with an encryption context "
    "that is hashed.",
    remedy="Authenticate the bytes as they are.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class AadHashedFirst(InputRules):
    """Associated data are replaced by their SHA-256 digest."""

    def checked_aad(self, algorithm: Algorithm, aad: bytes) -> bytes:
        """Hash them."""
        taken = super().checked_aad(algorithm, aad)
        return hashlib.sha256(taken).digest() if taken else taken


@deviation(
    "input/aad-of-128-bytes",
    gain="Programs that rely on the documented size stop working.",
    clause=f"{AAD}: up to 8192 bytes",
    cause="The buffer of a device is handed on as the limit.",
    remedy="Take the limit of the documents.",
    severity=Severity.LOW,
    weakness=1284,
    unseen=ONLY_LIVE,
)
class AadOf128Bytes(InputRules):
    """Associated data have 128 bytes at most."""

    aad_limit = 128


@deviation(
    "input/message-of-32-bytes-taken-as-digest",
    gain="Who has a message of 32 bytes signed has a signature of every message with that digest.",
    clause=MESSAGE_TYPE,
    cause="The length tells what it is, and the parameter is not looked at.",
    remedy="Let the parameter decide, and nothing else.",
    severity=Severity.HIGH,
    weakness=843,
    unseen=ONLY_LIVE,
)
class MessageTakenAsDigest(InputRules):
    """A message of 32 bytes is signed as if it were a digest."""

    def digest_of(self, message: bytes, message_type: MessageType) -> bytes:
        """Take it as it is."""
        if len(message) == DIGEST_LENGTH:
            return message
        return super().digest_of(message, message_type)


@deviation(
    "input/digest-hashed-again",
    gain="No verifier elsewhere accepts the signature.",
    clause=MESSAGE_TYPE,
    cause="The library's sign function hashes by itself, and the digest is given to it as a "
    "message, such as to Signature.update of the JDK.",
    remedy="Sign the digest without hashing, and verify with another library.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class DigestHashedAgain(InputRules):
    """A digest is hashed once more before it is signed."""

    def checked_digest(self, digest: bytes) -> bytes:
        """Hash it."""
        return hashlib.sha256(super().checked_digest(digest)).digest()


@deviation(
    "input/message-type-refused",
    gain="Only what the client has hashed itself can be signed.",
    clause=MESSAGE_TYPE,
    cause="The backend has one of the two forms alone.",
    remedy="Hash the message before the backend is called.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class RawRefused(InputRules):
    """Messages are not signed, only digests."""

    def checked_message(self, message: bytes) -> bytes:
        """Refuse it."""
        raise InvalidParameter("MessageType", "give a digest")
