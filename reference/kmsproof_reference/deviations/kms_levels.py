"""Ways of getting the protection levels wrong: what each of them offers."""

from __future__ import annotations

from dataclasses import replace

from kmsproof_reference.deviations.kms_views import ONLY_LIVE
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.key_lifecycle import KeyLifecycle
from kmsproof_reference.kms.key_rules import MakingRules
from kmsproof_reference.kms.metadata import Origin
from kmsproof_reference.kms.policy import Offer
from kmsproof_reference.kms.store import KeyRecord
from kmsproof_reference.vocabulary import Algorithm, KeySpec, KeyUsage, ProtectionLevel

OFFERS = "key-specification sheet, key specifications and protection levels"
LOOK_UP = "Look up key spec, algorithm and level together, in the table of the sheet."
SOFTWARE, HARDWARE = ProtectionLevel.SOFTWARE, ProtectionLevel.HARDWARE
EXTERNAL = ProtectionLevel.EXTERNAL
SHORT_AES = (KeySpec.AES_128, KeySpec.AES_192)


@deviation(
    "level/short-aes-keys-in-software",
    gain="Keys of 128 and 192 bits are made where the sheet promises 256.",
    clause=OFFERS,
    cause="One list of key specs is kept for all levels.",
    remedy=LOOK_UP,
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class ShortAesInSoftware(MakingRules):
    """Software-protected keys of Aliyun_AES_128 and Aliyun_AES_192 are made."""

    def offer(self, level: ProtectionLevel, key_spec: KeySpec) -> Offer | None:
        """Look up these two at the hardware level."""
        there = HARDWARE if level is SOFTWARE and key_spec in SHORT_AES else level
        return super().offer(there, key_spec)


@deviation(
    "level/block-modes-in-software",
    gain="What was to be authenticated is encrypted with ECB or CBC, and can be changed unseen.",
    clause=OFFERS,
    cause="The modes are those of the library, and the level is not looked at when a key is used.",
    remedy=LOOK_UP,
    severity=Severity.MEDIUM,
    weakness=757,
    unseen=ONLY_LIVE,
)
class BlockModesInSoftware(MakingRules):
    """Software-protected keys of Aliyun_AES_256 encrypt with ECB and CBC as well."""

    def offer(self, level: ProtectionLevel, key_spec: KeySpec) -> Offer | None:
        """Look up this one at the hardware level."""
        there = HARDWARE if level is SOFTWARE and key_spec is KeySpec.AES_256 else level
        return super().offer(there, key_spec)


@deviation(
    "level/short-aes-keys-external",
    gain="External keys of 128 and 192 bits are made where the sheet promises 256.",
    clause=OFFERS,
    cause="One list of key specs is kept for all levels.",
    remedy=LOOK_UP,
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class ShortAesExternal(MakingRules):
    """External keys of Aliyun_AES_128 and Aliyun_AES_192 are made."""

    def offer(self, level: ProtectionLevel, key_spec: KeySpec) -> Offer | None:
        """Look up these two at the hardware level."""
        there = HARDWARE if level is EXTERNAL and key_spec in SHORT_AES else level
        return super().offer(there, key_spec)


@deviation(
    "level/asymmetric-keys-external",
    gain="A key that was to stay with its owner outside is made inside instead.",
    clause=OFFERS,
    cause="A level that does not have a key spec falls back to one that has it.",
    remedy="Refuse what a level does not offer; never take another level.",
    severity=Severity.MEDIUM,
    weakness=636,
    unseen=ONLY_LIVE,
)
class AsymmetricExternal(MakingRules):
    """Asymmetric keys are made at the external level, which has none."""

    def offer(self, level: ProtectionLevel, key_spec: KeySpec) -> Offer | None:
        """Look up these at the hardware level."""
        there = level if key_spec.is_symmetric else HARDWARE
        return super().offer(there if level is EXTERNAL else level, key_spec)


@deviation(
    "level/block-modes-missing-external",
    gain="What was encrypted with ECB or CBC elsewhere cannot be moved to an external key.",
    clause=OFFERS,
    cause="The proxy to the external key store knows GCM alone.",
    remedy=LOOK_UP,
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class BlockModesMissingExternal(MakingRules):
    """External keys encrypt with GCM alone."""

    def offer(self, level: ProtectionLevel, key_spec: KeySpec) -> Offer | None:
        """Leave the other modes out."""
        offered = super().offer(level, key_spec)
        if offered is None or level is not EXTERNAL:
            return offered
        return replace(offered, encryption=(Algorithm.GCM,))


@deviation(
    "level/aes-192-missing",
    gain="A key spec of the sheet cannot be had.",
    clause=OFFERS,
    cause="Nothing in TLS uses keys of 192 bits, so that libraries and devices leave them out.",
    remedy=LOOK_UP,
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class Aes192Missing(MakingRules):
    """Keys of Aliyun_AES_192 are not made at all."""

    def offer(self, level: ProtectionLevel, key_spec: KeySpec) -> Offer | None:
        """Leave it out."""
        return None if key_spec is KeySpec.AES_192 else super().offer(level, key_spec)


@deviation(
    "level/cbc-missing",
    gain="A mode of the sheet cannot be had.",
    clause=OFFERS,
    cause="A policy against unauthenticated modes switches CBC off for all keys.",
    remedy=LOOK_UP,
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class CbcMissing(MakingRules):
    """No symmetric key encrypts with CBC."""

    def offer(self, level: ProtectionLevel, key_spec: KeySpec) -> Offer | None:
        """Leave the mode out."""
        return _without(super().offer(level, key_spec), Algorithm.CBC)


@deviation(
    "level/pss-missing",
    gain="RSA keys sign with the older scheme alone.",
    clause=OFFERS,
    cause="The device has the mechanism CKM_RSA_PKCS and not CKM_RSA_PKCS_PSS.",
    remedy=LOOK_UP,
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class PssMissing(MakingRules):
    """RSA keys sign with RSA_PKCS1_SHA_256 alone."""

    def offer(self, level: ProtectionLevel, key_spec: KeySpec) -> Offer | None:
        """Leave the algorithm out."""
        return _without(super().offer(level, key_spec), Algorithm.RSA_PSS_SHA_256)


@deviation(
    "level/ec-keys-only-sign",
    gain="A use of EC keys that the sheet promises cannot be had.",
    clause=OFFERS,
    cause="Libraries have ECDSA and ECDH, and no ECIES that is put together from them.",
    remedy=LOOK_UP,
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class EcKeysOnlySign(MakingRules):
    """Keys of elliptic curves are made for SIGN/VERIFY alone."""

    def offer(self, level: ProtectionLevel, key_spec: KeySpec) -> Offer | None:
        """Leave ECIES out."""
        return _without(super().offer(level, key_spec), Algorithm.ECIES_DH_SHA_1_XOR_HMAC)


@deviation(
    "level/p256k-missing",
    gain="A key spec of the sheet cannot be had.",
    clause=OFFERS,
    cause="The curve secp256k1 is not among those that SP 800-186 recommends, so that validated "
    "modules leave it out.",
    remedy=LOOK_UP,
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class P256kMissing(MakingRules):
    """Keys of EC_P256K are not made at all."""

    def offer(self, level: ProtectionLevel, key_spec: KeySpec) -> Offer | None:
        """Leave it out."""
        return None if key_spec is KeySpec.EC_P256K else super().offer(level, key_spec)


@deviation(
    "level/p256-made-for-p256k",
    gain="Signatures are on another curve than the one that their verifiers expect.",
    clause=OFFERS,
    cause="The two names differ in one letter, and a lookup by prefix finds the first.",
    remedy="Compare whole names, and look at the curve of the key that was made.",
    severity=Severity.MEDIUM,
    weakness=697,
    unseen=ONLY_LIVE,
)
class P256MadeForP256k(MakingRules):
    """A key that is asked for as EC_P256K is made on P-256."""

    def chosen_key_spec(self, key_spec: KeySpec | None) -> KeySpec:
        """Take the shorter name."""
        chosen = super().chosen_key_spec(key_spec)
        return KeySpec.EC_P256 if chosen is KeySpec.EC_P256K else chosen


@deviation(
    "level/aes-128-made-for-aes-192",
    gain="A key has 64 bits fewer than the caller asked for.",
    clause=OFFERS,
    cause="The size is rounded down to one that the backend has.",
    remedy="Refuse what cannot be made; never make another.",
    severity=Severity.MEDIUM,
    weakness=326,
    unseen=ONLY_LIVE,
)
class Aes128MadeForAes192(MakingRules):
    """A key that is asked for as Aliyun_AES_192 is made as Aliyun_AES_128."""

    def chosen_key_spec(self, key_spec: KeySpec | None) -> KeySpec:
        """Round down."""
        chosen = super().chosen_key_spec(key_spec)
        return KeySpec.AES_128 if chosen is KeySpec.AES_192 else chosen


@deviation(
    "level/level-of-request-ignored",
    gain="Keys that were to be in hardware are in software, and leak with the memory of a server.",
    clause="API document of CreateKey, ProtectionLevel",
    cause="The parameter is not known to an older version of the backend, which ignores it.",
    remedy="Refuse parameters that are not known, and describe keys by what is stored of them.",
    severity=Severity.HIGH,
    weakness=636,
    unseen=ONLY_LIVE,
)
class LevelIgnored(MakingRules):
    """Every key is made as a software-protected one, whatever level is asked for."""

    def chosen_protection_level(self, level: ProtectionLevel | None) -> ProtectionLevel:
        """Take the default one."""
        return super().chosen_protection_level(None)


@deviation(
    "level/hardware-falls-back-to-software",
    gain="Private keys that were to be in hardware are in software; the description says so, if "
    "anybody reads it.",
    clause=OFFERS,
    cause="The hardware module refuses, and the next provider of a list is tried; so does "
    "KeyPairGenerator.getInstance without a provider.",
    remedy="Bind the level to its provider, and hand its errors on.",
    severity=Severity.HIGH,
    weakness=636,
    unseen=ONLY_LIVE,
)
class HardwareFallsBack(KeyLifecycle):
    """Asymmetric keys that are asked for at the hardware level are made in software."""

    def _new_key(
        self, key_spec: KeySpec, usage: KeyUsage, level: ProtectionLevel, origin: Origin
    ) -> KeyRecord:
        falls = level is HARDWARE and not key_spec.is_symmetric
        return super()._new_key(key_spec, usage, SOFTWARE if falls else level, origin)


def _without(offered: Offer | None, algorithm: Algorithm) -> Offer | None:
    """An offer without an algorithm; nothing, if nothing is left."""
    if offered is None:
        return None
    left = replace(
        offered,
        encryption=tuple(each for each in offered.encryption if each is not algorithm),
        signature=tuple(each for each in offered.signature if each is not algorithm),
    )
    return left if left.usages else None
