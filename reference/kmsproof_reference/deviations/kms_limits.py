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
