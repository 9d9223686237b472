"""Ways of getting the encryption context wrong, and what a ciphertext blob says of its key."""

from __future__ import annotations

from collections.abc import Mapping

from kmsproof_reference.deviations.kms_views import unseen_because
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.encryption_context import EncryptionContext
from kmsproof_reference.kms.errors import KeyNotFound, KeyVersionNotFound
from kmsproof_reference.kms.key_versions import KeyVersions

UNSEEN = unseen_because(
    "The target reference-kms has associated data and ciphertexts without a blob; contexts "
    "and blobs are of the API over which kmsproof serve is judged."
)
CONTEXT = "API document of Encrypt, EncryptionContext"
WHOLE_MAP = "Authenticate the whole map in one canonical form."


@deviation(
    "context/ignored",
    gain="A ciphertext can be moved from one context to another, such as from user to user.",
    clause=CONTEXT,
    cause="The parameter is written to the log of calls and not handed to GCM.",
    remedy="Hand the context on as associated data, and test with another one in decryption.",
    severity=Severity.CRITICAL,
    weakness=353,
    unseen=UNSEEN,
)
class ContextIgnored(EncryptionContext):
    """The encryption context is not authenticated: any other decrypts as well."""

    def associated_data(self, context: Mapping[str, str]) -> bytes:
        """There are none."""
        return b""


@deviation(
    "context/order-counts",
    gain="What was encrypted cannot be decrypted when a library writes the same map differently.",
    clause=f"{CONTEXT}: a map",
    cause="The text of the JSON object is authenticated as it came.",
    remedy=WHOLE_MAP,
    severity=Severity.MEDIUM,
    weakness=684,
    unseen=UNSEEN,
)
class OrderCounts(EncryptionContext):
    """Two contexts that differ in the order of their names alone are not the same."""

    def ordered(self, context: Mapping[str, str]) -> list[tuple[str, str]]:
        """Keep the order."""
        return list(context.items())


@deviation(
    "context/values-not-authenticated",
    gain="A ciphertext can be moved to another value, which is what tells users apart.",
    clause=CONTEXT,
    cause="A loop goes over a map and gets its names alone.",
    remedy=WHOLE_MAP,
    severity=Severity.CRITICAL,
    weakness=353,
    unseen=UNSEEN,
)
class ValuesNotAuthenticated(EncryptionContext):
    """Of the encryption context the names are authenticated, and the values are not."""

    def canonical(self, context: Mapping[str, str]) -> str:
        """Leave the values out."""
        return super().canonical(dict.fromkeys(context, ""))


@deviation(
    "context/joined-without-separators",
    gain="A ciphertext can be moved to a context whose texts join to the same one.",
    clause=CONTEXT,
    cause="Names and values are fed to a hash function one after the other.",
    remedy=WHOLE_MAP,
    severity=Severity.HIGH,
    weakness=1289,
    unseen=UNSEEN,
)
class JoinedWithoutSeparators(EncryptionContext):
    """Contexts are the same when their names and values make the same text in one row."""

    def canonical(self, context: Mapping[str, str]) -> str:
        """Join everything."""
        return "".join(name + value for name, value in self.ordered(context))


@deviation(
    "context/beyond-first-name-ignored",
    gain="A ciphertext can be moved to a context that is the same in one name and no other.",
    clause=CONTEXT,
    cause="The backend has one field for associated data, and the rest has no place.",
    remedy=WHOLE_MAP,
    severity=Severity.HIGH,
    weakness=353,
    unseen=UNSEEN,
)
class BeyondFirstIgnored(EncryptionContext):
    """Of the encryption context the first name and its value are authenticated, and no others."""

    def canonical(self, context: Mapping[str, str]) -> str:
        """Take the first in alphabetical order."""
        return super().canonical(dict(self.ordered(context)[:1]))


@deviation(
    "context/unknown-version-in-blob-told-apart",
    gain="Whoever changes blobs learns which bytes name the key version, and which versions exist.",
    clause="Common error codes: whatever is wrong with a ciphertext is InvalidParameter",
    cause="The lookup of the key comes before decryption and has an error of its own.",
    remedy="Answer whatever is wrong with a blob with one code and one text.",
    severity=Severity.LOW,
    weakness=204,
    unseen=UNSEEN,
)
class UnknownVersionToldApart(KeyVersions):
    """A blob that names a key version which is not there is refused as a missing key."""

    def key_id_of_version(self, version_id: str) -> str:
        """Deny that there is such a key."""
        try:
            return super().key_id_of_version(version_id)
        except KeyVersionNotFound:
            raise KeyNotFound("no key has such a version") from None
