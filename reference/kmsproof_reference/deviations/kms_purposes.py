"""Ways of getting the purposes of keys wrong: what a key is for, and with which algorithms."""

from __future__ import annotations

from dataclasses import replace

from kmsproof_reference.deviations.kms_views import ONLY_LIVE
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.errors import InternalFailure, KeyNotFound, WrongKeyUsage
from kmsproof_reference.kms.key_rules import MakingRules
from kmsproof_reference.kms.metadata import KeyMetadata, Origin
from kmsproof_reference.kms.service_base import ServiceBase
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import KeyRecord
from kmsproof_reference.kms.use_rules import PurposeRules
from kmsproof_reference.vocabulary import Algorithm, KeySpec, KeyUsage, ProtectionLevel

PURPOSES = "key-specification sheet, key purposes: a key is for ENCRYPT/DECRYPT or SIGN/VERIFY"
CHECK_USAGE = "Compare the usage of the key with that of the operation before anything else."


@deviation(
    "purpose/signing-key-encrypts",
    gain="Data is encrypted to a key that others trust for signatures only, and whoever may sign "
    "can be made to open it.",
    clause=PURPOSES,
    cause="Encryption needs the public key alone, so that nobody thinks of a check there.",
    remedy=CHECK_USAGE,
    severity=Severity.MEDIUM,
    weakness=863,
    unseen=ONLY_LIVE,
)
class SigningKeyEncrypts(PurposeRules):
    """A key that was made for SIGN/VERIFY encrypts as well."""

    def check_usage(self, operation: KeyOperation, key: KeyRecord, usage: KeyUsage) -> None:
        """Leave encryption out."""
        if operation is not KeyOperation.ENCRYPT:
            super().check_usage(operation, key, usage)


@deviation(
    "purpose/signing-key-decrypts",
    gain="Raw RSA is the same in decryption and in signing: who may decrypt with a signing key "
    "has a step towards signatures that its owner never made.",
    clause=PURPOSES,
    cause="The usage is looked at when a permission is given and not when the key is used.",
    remedy=CHECK_USAGE,
    severity=Severity.CRITICAL,
    weakness=863,
    unseen=ONLY_LIVE,
)
class SigningKeyDecrypts(PurposeRules):
    """A key that was made for SIGN/VERIFY decrypts what is encrypted to its public key."""

    def check_usage(self, operation: KeyOperation, key: KeyRecord, usage: KeyUsage) -> None:
        """Leave decryption out."""
        if operation is not KeyOperation.DECRYPT:
            super().check_usage(operation, key, usage)


@deviation(
    "purpose/encryption-key-signs",
    gain="A key whose owner meant it for encryption makes signatures that count as the owner's.",
    clause=PURPOSES,
    cause="The type of the key is compared with the algorithm, and its usage is not.",
    remedy=CHECK_USAGE,
    severity=Severity.CRITICAL,
    weakness=863,
    unseen=ONLY_LIVE,
)
class EncryptionKeySigns(PurposeRules):
    """A key that was made for ENCRYPT/DECRYPT signs as well."""

    def check_usage(self, operation: KeyOperation, key: KeyRecord, usage: KeyUsage) -> None:
        """Leave signing out."""
        if operation is not KeyOperation.SIGN:
            super().check_usage(operation, key, usage)


@deviation(
    "purpose/encryption-key-verifies",
    gain="What verifies with a key for encryption passes as signed: a public key that everybody "
    "may encrypt to is taken for one that vouches for somebody.",
    clause=PURPOSES,
    cause="One function takes whatever key it is given, and the form of the input decides whether "
    "it is a signature or a ciphertext.",
    remedy=CHECK_USAGE,
    severity=Severity.HIGH,
    weakness=863,
    vulnerabilities=("CVE-2023-51774",),
    unseen=ONLY_LIVE,
)
class EncryptionKeyVerifies(PurposeRules):
    """A key that was made for ENCRYPT/DECRYPT verifies signatures as well."""

    def check_usage(self, operation: KeyOperation, key: KeyRecord, usage: KeyUsage) -> None:
        """Leave verification out."""
        if operation is not KeyOperation.VERIFY:
            super().check_usage(operation, key, usage)


@deviation(
    "purpose/symmetric-key-made-for-signatures",
    gain="A key is there that can do nothing; the mistake shows only when a signature is due.",
    clause=PURPOSES + "; symmetric keys are for ENCRYPT/DECRYPT",
    cause="Key spec and usage are each looked up in a list of their own, and never together.",
    remedy="Look up key spec and usage together, in the table of what is offered.",
    severity=Severity.LOW,
    weakness=1284,
    unseen=ONLY_LIVE,
)
class SymmetricKeyForSignatures(MakingRules):
    """A symmetric key is made for SIGN/VERIFY when that is asked for."""

    def check_offer(
        self, key_spec: KeySpec, usage: KeyUsage, level: ProtectionLevel, origin: Origin
    ) -> None:
        """Leave the usage of symmetric keys out."""
        looked_at = KeyUsage.ENCRYPT_DECRYPT if key_spec.is_symmetric else usage
        super().check_offer(key_spec, looked_at, level, origin)


@deviation(
    "purpose/usage-of-request-ignored",
    gain="Nobody gets a key for signatures, or finds out only when one refuses to sign.",
    clause="API document of CreateKey, KeyUsage",
    cause="A parameter is misspelt on its way to the backend, which then takes the default.",
    remedy="Hand the usage of the request on, and refuse parameters that are not known.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class UsageOfRequestIgnored(MakingRules):
    """Every key is made for ENCRYPT/DECRYPT, whatever usage is asked for."""

    def chosen_usage(self, usage: KeyUsage | None) -> KeyUsage:
        """Take the default one."""
        return super().chosen_usage(None)


@deviation(
    "purpose/usage-described-wrongly",
    gain="Who audits the keys of an account sees none that sign.",
    clause="API document of DescribeKey, KeyUsage",
    cause="The field of the answer is filled from a constant of the times when keys only "
    "encrypted.",
    remedy="Describe a key by what is stored of it.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class UsageDescribedWrongly(ServiceBase):
    """Every key is described as one for ENCRYPT/DECRYPT."""

    def _metadata(self, key: KeyRecord) -> KeyMetadata:
        return replace(super()._metadata(key), usage=KeyUsage.ENCRYPT_DECRYPT)


@deviation(
    "purpose/key-spec-described-wrongly",
    gain="A key that is shorter than its description passes an audit that demands 256 bits.",
    clause="API document of DescribeKey, KeySpec",
    cause="The description names the family of the key, or the default of it.",
    remedy="Describe a key by what is stored of it.",
    severity=Severity.MEDIUM,
    weakness=684,
    unseen=ONLY_LIVE,
)
class KeySpecDescribedWrongly(ServiceBase):
    """Every symmetric key is described as one of Aliyun_AES_256."""

    def _metadata(self, key: KeyRecord) -> KeyMetadata:
        told = super()._metadata(key)
        return replace(told, key_spec=KeySpec.AES_256) if key.key_spec.is_symmetric else told


@deviation(
    "purpose/protection-level-described-wrongly",
    gain="Who audits where keys are kept finds none in hardware, and cannot tell those that are.",
    clause="API document of DescribeKey, ProtectionLevel",
    cause="The field of the answer is filled from a constant of the times of a single level.",
    remedy="Describe a key by what is stored of it.",
    severity=Severity.MEDIUM,
    weakness=684,
    unseen=ONLY_LIVE,
)
class LevelDescribedWrongly(ServiceBase):
    """Every key is described as one that is protected by software."""

    def _metadata(self, key: KeyRecord) -> KeyMetadata:
        return replace(super()._metadata(key), protection_level=ProtectionLevel.SOFTWARE)


@deviation(
    "purpose/other-algorithm-is-default",
    gain="A caller who asks for one algorithm gets another, and believes in what it does not do.",
    clause="key-specification sheet: each key spec has its own algorithms",
    cause="A name that is not in the table of the key spec falls through to the default.",
    remedy="Refuse an algorithm that the key spec does not have.",
    severity=Severity.MEDIUM,
    weakness=757,
    unseen=ONLY_LIVE,
)
class OtherAlgorithmIsDefault(PurposeRules):
    """An algorithm that the key does not have is silently replaced by its default one."""

    def chosen_algorithm(
        self, key: KeyRecord, usage: KeyUsage, algorithm: Algorithm | None
    ) -> Algorithm:
        """Take the default one for all others."""
        known = algorithm if algorithm in self.algorithms(key, usage) else None
        return super().chosen_algorithm(key, usage, known)


@deviation(
    "purpose/wrong-usage-fails-inside",
    gain="A mistake of the caller looks like an outage: it is tried again and again, and pages "
    "somebody at night.",
    clause="API documents: a key of the wrong usage is answered with a code of class 400",
    cause="The cryptographic library throws, and nobody catches it on the way to the answer.",
    remedy="Check the usage first, and answer with a documented code.",
    severity=Severity.LOW,
    weakness=755,
    unseen=ONLY_LIVE,
)
class WrongUsageFailsInside(PurposeRules):
    """The use of a key for the other purpose is answered with an internal error."""

    def check_usage(self, operation: KeyOperation, key: KeyRecord, usage: KeyUsage) -> None:
        """Fail inside where it has to be refused."""
        try:
            super().check_usage(operation, key, usage)
        except WrongKeyUsage:
            raise InternalFailure from None


@deviation(
    "purpose/wrong-usage-reported-as-missing-key",
    gain="The caller looks for a key that is there, or makes another.",
    clause="API documents, error codes: Forbidden.KeyNotFound is for keys that are not there",
    cause="Keys are looked up by id and usage in one query, which then finds nothing.",
    remedy="Find the key by its id, then look at its usage.",
    severity=Severity.LOW,
    weakness=393,
    unseen=ONLY_LIVE,
)
class WrongUsageAsMissingKey(PurposeRules):
    """The use of a key for the other purpose is answered as if there were no such key."""

    def check_usage(self, operation: KeyOperation, key: KeyRecord, usage: KeyUsage) -> None:
        """Deny that there is such a key."""
        try:
            super().check_usage(operation, key, usage)
        except WrongKeyUsage:
            raise KeyNotFound("no key has this id and usage") from None
