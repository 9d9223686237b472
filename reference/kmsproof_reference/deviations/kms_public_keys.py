"""Ways of getting GetPublicKey wrong, up to giving away what is not public."""

from __future__ import annotations

from kmsproof_reference.deviations.kms_views import ONLY_LIVE
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.errors import UnsupportedOperation
from kmsproof_reference.kms.key_versions import KeyVersions
from kmsproof_reference.pem import PUBLIC_KEY, encode_pem
from kmsproof_reference.vocabulary import EC_CURVES, KeyUsage

GET_PUBLIC_KEY = "API document of GetPublicKey"
NOT_EXPORTED = "key-specification sheet: the private key is never given out"
PUBLIC_ONLY = "Keep what is public in a record of its own, and answer from that alone."

POINT_LENGTH = 65
"""Bytes of an uncompressed point, at the end of SubjectPublicKeyInfo (SEC 1 §2.3.3)."""
RSA_HEADER_LENGTH = 24
"""Bytes before RSAPublicKey in SubjectPublicKeyInfo, for the moduli of the sheet."""


@deviation(
    "public-key/secret-of-symmetric-key",
    gain="Everybody who may ask for public keys has the key.",
    clause="key-specification sheet: a symmetric key is never given out",
    cause="The answer is the field that holds the key, which for asymmetric ones is the public "
    "part.",
    remedy=PUBLIC_ONLY,
    severity=Severity.CRITICAL,
    weakness=200,
    unseen=ONLY_LIVE,
)
class SecretOfSymmetricKey(KeyVersions):
    """GetPublicKey of a symmetric key answers with the key itself."""

    def get_public_key(self, key_id: str, version_id: str | None = None) -> bytes:
        """Give it out."""
        try:
            return super().get_public_key(key_id, version_id)
        except UnsupportedOperation:
            return self._find_version(self._find(key_id), version_id).secret


@deviation(
    "public-key/empty-for-symmetric-key",
    gain="A caller takes nothing for a key.",
    clause=GET_PUBLIC_KEY,
    cause="The field of the answer is not set, and the call succeeds all the same.",
    remedy="Refuse the operation for keys that have no public part.",
    severity=Severity.LOW,
    weakness=393,
    unseen=ONLY_LIVE,
)
class EmptyForSymmetricKey(KeyVersions):
    """GetPublicKey of a symmetric key succeeds and answers with nothing."""

    def get_public_key(self, key_id: str, version_id: str | None = None) -> bytes:
        """Give nothing."""
        try:
            return super().get_public_key(key_id, version_id)
        except UnsupportedOperation:
            return b""


@deviation(
    "public-key/private-key-in-its-place",
    gain="Everybody who may ask for public keys has the private key.",
    clause=NOT_EXPORTED,
    cause="The key pair is one object, and its default encoding is that of the private key.",
    remedy=PUBLIC_ONLY,
    severity=Severity.CRITICAL,
    weakness=200,
    unseen=ONLY_LIVE,
)
class PrivateKeyInItsPlace(KeyVersions):
    """GetPublicKey answers with the private key."""

    def get_public_key(self, key_id: str, version_id: str | None = None) -> bytes:
        """Give it out."""
        super().get_public_key(key_id, version_id)
        return self._find_version(self._find(key_id), version_id).secret


@deviation(
    "public-key/private-key-behind-it",
    gain="Everybody who may ask for public keys has the private key; readers of DER pass over it.",
    clause=NOT_EXPORTED,
    cause="Both parts are in one file, and the whole file is sent.",
    remedy=PUBLIC_ONLY,
    severity=Severity.CRITICAL,
    weakness=200,
    unseen=ONLY_LIVE,
)
class PrivateKeyBehindIt(KeyVersions):
    """GetPublicKey answers with the public key, and the private key behind it."""

    def get_public_key(self, key_id: str, version_id: str | None = None) -> bytes:
        """Give both out."""
        public = super().get_public_key(key_id, version_id)
        return public + self._find_version(self._find(key_id), version_id).secret


@deviation(
    "public-key/of-first-key",
    gain="What is encrypted to it can be opened by the owner of another key, and not by one's own.",
    clause=GET_PUBLIC_KEY,
    cause="A cache of public keys is kept under the key spec, or under no name at all.",
    remedy="Keep public keys under the id of the key version.",
    severity=Severity.CRITICAL,
    weakness=706,
    unseen=ONLY_LIVE,
)
class OfFirstKey(KeyVersions):
    """GetPublicKey answers with the public key of the first key of the same key spec."""

    def get_public_key(self, key_id: str, version_id: str | None = None) -> bytes:
        """Take that of the oldest one."""
        super().get_public_key(key_id, version_id)
        wanted = self._find(key_id).key_spec
        first = next(key for key in self._all_keys() if key.key_spec is wanted)
        return self._find_version(first, None).public_key


@deviation(
    "public-key/encoded-as-pem",
    gain="Programs that expect DER cannot read it.",
    clause=f"{GET_PUBLIC_KEY}; RFC 5280 §4.1, SubjectPublicKeyInfo",
    cause="The form of one interface is sent over another, where the field is bytes.",
    remedy="Send DER.",
    severity=Severity.LOW,
    weakness=838,
    unseen=ONLY_LIVE,
)
class EncodedAsPem(KeyVersions):
    """Public keys are given out as PEM in place of DER."""

    def get_public_key(self, key_id: str, version_id: str | None = None) -> bytes:
        """Wrap it."""
        return encode_pem(PUBLIC_KEY, super().get_public_key(key_id, version_id)).encode()


@deviation(
    "public-key/without-its-algorithm",
    gain="Programs that expect SubjectPublicKeyInfo cannot read it, or guess the curve.",
    clause=f"{GET_PUBLIC_KEY}; RFC 5280 §4.1, SubjectPublicKeyInfo",
    cause="Libraries have an encoding of the bare key, such as RSAPublicKey of PKCS #1 and the EC "
    "point of CKA_EC_POINT.",
    remedy="Send SubjectPublicKeyInfo.",
    severity=Severity.LOW,
    weakness=838,
    unseen=ONLY_LIVE,
)
class WithoutItsAlgorithm(KeyVersions):
    """Public keys are given out bare: RSAPublicKey of PKCS #1, or the point of a curve."""

    def get_public_key(self, key_id: str, version_id: str | None = None) -> bytes:
        """Leave out the algorithm and the BIT STRING around the key."""
        public = super().get_public_key(key_id, version_id)
        is_point = self._find(key_id).key_spec in EC_CURVES
        return public[-POINT_LENGTH:] if is_point else public[RSA_HEADER_LENGTH:]


@deviation(
    "public-key/refused-for-encryption-keys",
    gain="Nobody can encrypt without a call to the service.",
    clause="key-specification sheet: the public key of an asymmetric key is given out",
    cause="Public keys are thought of as something to verify with.",
    remedy="Give the public keys of both usages out.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class RefusedForEncryption(KeyVersions):
    """The public key of a key for ENCRYPT/DECRYPT is not given out."""

    def get_public_key(self, key_id: str, version_id: str | None = None) -> bytes:
        """Refuse it."""
        public = super().get_public_key(key_id, version_id)
        if self._find(key_id).usage is KeyUsage.ENCRYPT_DECRYPT:
            raise UnsupportedOperation("it is for encryption")
        return public
