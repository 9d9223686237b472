"""Ways of getting the lengths of digests and messages to sign wrong."""

from __future__ import annotations

from kmsproof_reference.deviations.kms_limits import REFUSE
from kmsproof_reference.deviations.kms_views import ONLY_LIVE
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.deviations.rsa_signatures import ONE_CODE, OUTAGE, REFUSE_DIGEST
from kmsproof_reference.kms.errors import InternalFailure, InvalidParameter
from kmsproof_reference.kms.key_use import KeyUse
from kmsproof_reference.kms.metadata import Signed
from kmsproof_reference.kms.policy import DIGEST_LENGTH
from kmsproof_reference.kms.use_rules import InputRules
from kmsproof_reference.vocabulary import Algorithm, MessageType

SIGN = "API document of AsymmetricSign, Digest: 32 bytes"


@deviation(
    "limit/long-digest-cut",
    gain="A signature of a digest is one of all digests that begin like it: SHA-512 counts as "
    "SHA-256.",
    clause=SIGN,
    cause="The code copies 32 bytes of what it is given.",
    remedy=REFUSE,
    severity=Severity.MEDIUM,
    weakness=1284,
    unseen=ONLY_LIVE,
)
class LongDigestCut(InputRules):
    """A digest of more than 32 bytes is cut to 32."""

    def checked_digest(self, digest: bytes) -> bytes:
        """Cut it."""
        return super().checked_digest(digest[:DIGEST_LENGTH])


@deviation(
    "limit/short-digest-filled-up",
    gain="Digests of other hash functions, and nothing at all, are signed as SHA-256.",
    clause=SIGN,
    cause="The digest is read as a number, or copied into a buffer of 32 zeros.",
    remedy=REFUSE,
    severity=Severity.MEDIUM,
    weakness=1284,
    unseen=ONLY_LIVE,
)
class ShortDigestFilledUp(InputRules):
    """A digest of fewer than 32 bytes is filled up with zeros."""

    def checked_digest(self, digest: bytes) -> bytes:
        """Fill it up."""
        return super().checked_digest(digest.ljust(DIGEST_LENGTH, b"\x00"))


@deviation(
    "limit/digest-of-wrong-length-fails-inside",
    gain=OUTAGE,
    clause=SIGN,
    cause="The length is left to the cryptographic library, whose error nobody translates.",
    remedy="Look at the length first.",
    severity=Severity.LOW,
    weakness=755,
    unseen=ONLY_LIVE,
)
class WrongDigestFailsInside(InputRules):
    """A digest that does not have 32 bytes is answered with an internal error."""

    def checked_digest(self, digest: bytes) -> bytes:
        """Fail."""
        try:
            return super().checked_digest(digest)
        except InvalidParameter:
            raise InternalFailure from None


@deviation(
    "limit/pss-digest-of-wrong-length-fails-inside",
    gain=OUTAGE,
    clause=SIGN,
    cause=ONE_CODE,
    remedy=REFUSE_DIGEST,
    severity=Severity.LOW,
    weakness=755,
    unseen=ONLY_LIVE,
)
class WrongPssDigestFailsInside(KeyUse):
    """A digest to sign with RSASSA-PSS that does not have 32 bytes gets an internal error."""

    def sign(
        self,
        key_id: str,
        message: bytes,
        *,
        algorithm: Algorithm | None = None,
        message_type: MessageType = MessageType.RAW,
        version_id: str | None = None,
    ) -> Signed:
        """Fail."""
        length = len(message) if message_type is MessageType.DIGEST else DIGEST_LENGTH
        if algorithm is Algorithm.RSA_PSS_SHA_256 and length != DIGEST_LENGTH:
            raise InternalFailure
        return super().sign(
            key_id,
            message,
            algorithm=algorithm,
            message_type=message_type,
            version_id=version_id,
        )


@deviation(
    "limit/message-of-4096-bytes",
    gain="Programs that rely on the documented size stop working.",
    clause="API document of Sign of an instance: a message of up to 3 MB",
    cause="The limit of another service is taken over; Sign of AWS KMS takes 4096 bytes.",
    remedy="Take the limits of the documents.",
    severity=Severity.LOW,
    weakness=1284,
    unseen=ONLY_LIVE,
)
class MessageOf4096(InputRules):
    """A message to sign has 4096 bytes at most."""

    def checked_message(self, message: bytes) -> bytes:
        """Refuse longer ones."""
        if len(message) > 4096:
            raise InvalidParameter("Message", "a message has 4096 bytes at most")
        return super().checked_message(message)


@deviation(
    "limit/message-cut-after-4096-bytes",
    gain="Whatever stands behind it in a message can be changed, and the signature stays right.",
    clause="FIPS 186-5 §6.4.1 and RFC 8017 §9: the whole message is hashed",
    cause="One buffer is read and hashed, without a loop until the end.",
    remedy="Hash until the input ends.",
    severity=Severity.CRITICAL,
    weakness=345,
    unseen=ONLY_LIVE,
)
class MessageCut(InputRules):
    """Of a message, the first 4096 bytes are signed and verified."""

    def checked_message(self, message: bytes) -> bytes:
        """Cut it."""
        return super().checked_message(message)[:4096]


@deviation(
    "limit/empty-message-refused",
    gain="An empty file or body cannot be signed.",
    clause="FIPS 180-4 §1: a message may have 0 bits",
    cause="The code tests whether there is a message by its truth, and an empty string is false.",
    remedy="Tell an empty parameter from one that is missing.",
    severity=Severity.LOW,
    weakness=1284,
    unseen=ONLY_LIVE,
)
class EmptyMessageRefused(InputRules):
    """An empty message is neither signed nor verified."""

    def checked_message(self, message: bytes) -> bytes:
        """Refuse it."""
        if not message:
            raise InvalidParameter("Message", "there is none")
        return super().checked_message(message)
