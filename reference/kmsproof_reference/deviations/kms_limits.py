"""Ways of getting lengths wrong: what is refused, cut or filled up."""

from __future__ import annotations

from kmsproof_reference.deviations.kms_views import ONLY_LIVE, unseen_because
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.errors import InternalFailure, InvalidParameter
from kmsproof_reference.kms.policy import BLOCK_LENGTH, DATA_KEY_LIMIT, DIGEST_LENGTH
from kmsproof_reference.kms.store import KeyRecord
from kmsproof_reference.kms.use_rules import InputRules, RandomRules
from kmsproof_reference.vocabulary import Algorithm, KeySpec, PaddingMode

ENCRYPT = "API document of Encrypt, Plaintext"
OAEP_LENGTH = "RFC 8017 §7.1.1 step 1.b: mLen <= k - 2 hLen - 2"
SIGN = "API document of AsymmetricSign, Digest: 32 bytes"
REFUSE = "Refuse an input of a wrong length; never change it."
OAEP = Algorithm.RSAES_OAEP_SHA_256


@deviation(
    "limit/oaep-plaintext-one-byte-short",
    gain="The longest plaintext that the standard allows is refused.",
    clause=OAEP_LENGTH,
    cause="The comparison is < in place of <=.",
    remedy="Allow k - 2 hLen - 2 bytes.",
    severity=Severity.LOW,
    weakness=193,
    unseen=ONLY_LIVE,
)
class OaepOneByteShort(InputRules):
    """RSAES-OAEP takes one byte less than the most that the key allows."""

    def longest_plaintext(self, algorithm: Algorithm, key_spec: KeySpec) -> int:
        """One byte less."""
        return super().longest_plaintext(algorithm, key_spec) - (algorithm is OAEP)


@deviation(
    "limit/oaep-limit-of-sha-1",
    gain="Plaintexts that are a little too long fail inside, and the caller tries again and again.",
    clause=OAEP_LENGTH,
    cause="The limit is computed as k - 42, with the 20 bytes of SHA-1, which is the default hash "
    "of most libraries.",
    remedy="Compute the limit from the length of the hash that is used.",
    severity=Severity.LOW,
    weakness=755,
    unseen=ONLY_LIVE,
)
class OaepLimitOfSha1(InputRules):
    """A plaintext that is too long by up to 24 bytes passes the check and fails inside."""

    def checked_plaintext(
        self, key: KeyRecord, algorithm: Algorithm, padding: PaddingMode | None, plaintext: bytes
    ) -> bytes:
        """Fail between the two limits."""
        over = len(plaintext) - self.longest_plaintext(algorithm, key.key_spec)
        if algorithm is OAEP and 0 < over <= 2 * (DIGEST_LENGTH - 20):
            raise InternalFailure
        return super().checked_plaintext(key, algorithm, padding, plaintext)


@deviation(
    "limit/oaep-plaintext-cut",
    gain="The end of a secret is lost, and nobody notices before it is needed.",
    clause=OAEP_LENGTH,
    cause="The plaintext is copied into a buffer of the right size, without a look at the rest.",
    remedy=REFUSE,
    severity=Severity.MEDIUM,
    weakness=222,
    unseen=ONLY_LIVE,
)
class OaepPlaintextCut(InputRules):
    """A plaintext that is too long for RSAES-OAEP is cut to the length that fits."""

    def checked_plaintext(
        self, key: KeyRecord, algorithm: Algorithm, padding: PaddingMode | None, plaintext: bytes
    ) -> bytes:
        """Cut it."""
        most = self.longest_plaintext(algorithm, key.key_spec)
        cut = plaintext[:most] if algorithm is OAEP else plaintext
        return super().checked_plaintext(key, algorithm, padding, cut)


@deviation(
    "limit/symmetric-plaintext-of-4096-bytes",
    gain="Programs that rely on the documented size stop working.",
    clause=f"{ENCRYPT}: up to 6 KB, and 3 MB over an instance",
    cause="The limit of another service is taken over; Encrypt of AWS KMS takes 4096 bytes.",
    remedy="Take the limits of the documents.",
    severity=Severity.LOW,
    weakness=1284,
    unseen=ONLY_LIVE,
)
class SymmetricPlaintextOf4096(InputRules):
    """Symmetric keys encrypt 4096 bytes at most."""

    def longest_plaintext(self, algorithm: Algorithm, key_spec: KeySpec) -> int:
        """4096 bytes."""
        return 4096 if key_spec.is_symmetric else super().longest_plaintext(algorithm, key_spec)


@deviation(
    "limit/symmetric-plaintext-cut-after-1024-bytes",
    gain="Whatever stood behind it is lost for good, without an error.",
    clause=ENCRYPT,
    cause="Plaintexts are copied into a buffer of fixed size that suits keys.",
    remedy=REFUSE,
    severity=Severity.HIGH,
    weakness=222,
    unseen=ONLY_LIVE,
)
class SymmetricPlaintextCut(InputRules):
    """A symmetric key encrypts the first 1024 bytes and leaves the rest out."""

    def checked_plaintext(
        self, key: KeyRecord, algorithm: Algorithm, padding: PaddingMode | None, plaintext: bytes
    ) -> bytes:
        """Cut it after the check."""
        taken = super().checked_plaintext(key, algorithm, padding, plaintext)
        return taken[:1024] if key.key_spec.is_symmetric else taken


@deviation(
    "limit/empty-plaintext-refused",
    gain="What may be empty, such as an optional field, cannot be encrypted.",
    clause="SP 800-38D §5.2.1.1 and RFC 8017 §7.1.1: a plaintext may be empty",
    cause="The code tests whether there is a plaintext by its truth, and an empty string is false.",
    remedy="Tell an empty parameter from one that is missing.",
    severity=Severity.LOW,
    weakness=1284,
    unseen=ONLY_LIVE,
)
class EmptyPlaintextRefused(InputRules):
    """An empty plaintext is refused as a missing one."""

    def checked_plaintext(
        self, key: KeyRecord, algorithm: Algorithm, padding: PaddingMode | None, plaintext: bytes
    ) -> bytes:
        """Refuse it."""
        if not plaintext:
            raise InvalidParameter("Plaintext", "there is none")
        return super().checked_plaintext(key, algorithm, padding, plaintext)


@deviation(
    "limit/partial-block-filled-up",
    gain="The plaintext that comes back has zeros behind it that nobody sent.",
    clause="SP 800-38A §5.2: ECB and CBC take whole blocks",
    cause="The library fills up by itself where padding is off: zero padding of old interfaces.",
    remedy=REFUSE,
    severity=Severity.LOW,
    weakness=1284,
    unseen=ONLY_LIVE,
)
class PartialBlockFilledUp(InputRules):
    """Without padding, a plaintext that ends within a block is filled up with zeros."""

    def checked_plaintext(
        self, key: KeyRecord, algorithm: Algorithm, padding: PaddingMode | None, plaintext: bytes
    ) -> bytes:
        """Fill it up."""
        if padding is PaddingMode.NO_PADDING:
            plaintext += bytes(-len(plaintext) % BLOCK_LENGTH)
        return super().checked_plaintext(key, algorithm, padding, plaintext)


@deviation(
    "limit/partial-block-cut",
    gain="The end of a plaintext is lost, without an error.",
    clause="SP 800-38A §5.2: ECB and CBC take whole blocks",
    cause="The update function of a library hands out whole blocks; the final one is not called.",
    remedy=REFUSE,
    severity=Severity.MEDIUM,
    weakness=222,
    unseen=ONLY_LIVE,
)
class PartialBlockCut(InputRules):
    """Without padding, the bytes of a plaintext behind its last whole block are left out."""

    def checked_plaintext(
        self, key: KeyRecord, algorithm: Algorithm, padding: PaddingMode | None, plaintext: bytes
    ) -> bytes:
        """Cut it, if a block is left."""
        whole = len(plaintext) // BLOCK_LENGTH * BLOCK_LENGTH
        if padding is PaddingMode.NO_PADDING and whole:
            plaintext = plaintext[:whole]
        return super().checked_plaintext(key, algorithm, padding, plaintext)


# Digests and messages.


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
    gain="A mistake of the caller looks like an outage.",
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


# Data keys.


@deviation(
    "limit/data-key-of-0-bytes",
    gain="A caller that computes the length wrong encrypts with an empty key.",
    clause="API document of GenerateDataKey, NumberOfBytes: 1 to 1024",
    cause="The range begins at zero.",
    remedy="Refuse a length of 0.",
    severity=Severity.LOW,
    weakness=1284,
    unseen=unseen_because("The adapter protocol has no data keys."),
)
class DataKeyOf0Bytes(RandomRules):
    """A data key of 0 bytes is given out."""

    data_key_lengths = range(DATA_KEY_LIMIT + 1)
