"""Ways of getting defaults wrong: what is taken where a call leaves something out."""

from __future__ import annotations

from kmsproof_reference.deviations.kms_views import ONLY_LIVE, unseen_because
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.errors import UnsupportedAlgorithm
from kmsproof_reference.kms.key_rules import MakingRules
from kmsproof_reference.kms.store import KeyRecord
from kmsproof_reference.kms.use_rules import PurposeRules
from kmsproof_reference.vocabulary import (
    Algorithm,
    KeySpec,
    KeyUsage,
    PaddingMode,
    ProtectionLevel,
)

CREATE_KEY = "API document of CreateKey"
SHEET = "key-specification sheet, the default algorithm of each key specification"
ONE_TABLE = "Read defaults from the table of the sheet, and nowhere else."


@deviation(
    "default/key-spec-is-aes-128",
    gain="Keys that were to have 256 bits have 128, and nobody asked for it.",
    clause="key-specification sheet, symmetric encryption: the default is Aliyun_AES_256",
    cause="A library's or a token's own default is left in place, such as the 128 bits of the "
    "KeyGenerator for AES in older versions of Java.",
    remedy="Name the key spec of every key that is made, the default one too.",
    severity=Severity.MEDIUM,
    weakness=1188,
    unseen=ONLY_LIVE,
)
class KeySpecIsAes128(MakingRules):
    """A key that is made without a key spec is one of Aliyun_AES_128."""

    default_key_spec = KeySpec.AES_128


@deviation(
    "default/key-spec-is-rsa-2048",
    gain="Who asks for a key and encrypts with GCM is refused, or sends data to RSA in pieces.",
    clause="key-specification sheet, symmetric encryption: the default is Aliyun_AES_256",
    cause="Another service's default is taken over, or the first entry of a list that was sorted.",
    remedy=ONE_TABLE,
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class KeySpecIsRsa2048(MakingRules):
    """A key that is made without a key spec is one of RSA_2048."""

    default_key_spec = KeySpec.RSA_2048


@deviation(
    "default/usage-is-sign-verify",
    gain="A symmetric key cannot be made without a usage, and an asymmetric one is for the other.",
    clause=f"{CREATE_KEY}, KeyUsage: the default is ENCRYPT/DECRYPT",
    cause="The default follows the asymmetric keys, most of which sign.",
    remedy=ONE_TABLE,
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class UsageIsSignVerify(MakingRules):
    """A key that is made without a usage is one for SIGN/VERIFY."""

    default_usage = KeyUsage.SIGN_VERIFY


@deviation(
    "default/protection-level-is-hardware",
    gain="Keys cost what hardware costs, and are not where the caller looks for them.",
    clause=f"{CREATE_KEY}, ProtectionLevel: the default is SOFTWARE",
    cause="The strongest level is taken for the safest default.",
    remedy=ONE_TABLE,
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class LevelIsHardware(MakingRules):
    """A key that is made without a protection level is a hardware-protected one."""

    default_protection_level = ProtectionLevel.HARDWARE


@deviation(
    "default/encryption-mode-is-ecb",
    gain="Equal blocks of a plaintext stay equal, and nothing is authenticated.",
    clause=SHEET,
    cause='The library is asked for AES and no mode: Cipher.getInstance("AES") is ECB in the '
    "providers of the JDK.",
    remedy="Name the mode, GCM.",
    severity=Severity.HIGH,
    weakness=1188,
    unseen=ONLY_LIVE,
)
class ModeIsEcb(PurposeRules):
    """Without an algorithm, a symmetric key that has ECB encrypts with it."""

    def default_algorithm(self, key: KeyRecord, usage: KeyUsage) -> Algorithm | None:
        """Prefer ECB."""
        has_it = Algorithm.ECB in self.algorithms(key, usage)
        return Algorithm.ECB if has_it else super().default_algorithm(key, usage)


@deviation(
    "default/encryption-mode-is-cbc",
    gain="Ciphertexts are not authenticated: they can be changed, and errors of the padding may "
    "tell the plaintext.",
    clause=SHEET,
    cause="The default dates from before the mode GCM was there, and old ciphertexts depend on it.",
    remedy="Name the mode, GCM.",
    severity=Severity.HIGH,
    weakness=1188,
    unseen=ONLY_LIVE,
)
class ModeIsCbc(PurposeRules):
    """Without an algorithm, a symmetric key that has CBC encrypts with it."""

    def default_algorithm(self, key: KeyRecord, usage: KeyUsage) -> Algorithm | None:
        """Prefer CBC."""
        has_it = Algorithm.CBC in self.algorithms(key, usage)
        return Algorithm.CBC if has_it else super().default_algorithm(key, usage)


@deviation(
    "default/rsa-signature-is-pkcs1",
    gain="Who relies on PSS gets signatures that its verifiers refuse, and an older scheme.",
    clause=SHEET,
    cause="Most libraries sign with PKCS #1 v1.5 where no padding is named; so does OpenSSL's "
    "EVP_DigestSign without EVP_PKEY_CTX_set_rsa_padding.",
    remedy="Name the padding of the signature.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class RsaSignatureIsPkcs1(PurposeRules):
    """Without an algorithm, an RSA key signs and verifies with RSA_PKCS1_SHA_256."""

    def default_algorithm(self, key: KeyRecord, usage: KeyUsage) -> Algorithm | None:
        """Prefer PKCS #1 v1.5."""
        has_it = Algorithm.RSA_PKCS1_SHA_256 in self.algorithms(key, usage)
        return Algorithm.RSA_PKCS1_SHA_256 if has_it else super().default_algorithm(key, usage)


@deviation(
    "default/algorithm-demanded",
    gain="Programs that rely on the default stop working.",
    clause="API document of Encrypt, Algorithm: optional",
    cause="A validator of requests marks the parameter as required.",
    remedy="Take the default of the key spec where the parameter is missing.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class AlgorithmDemanded(PurposeRules):
    """A call without an algorithm is refused."""

    def default_algorithm(self, key: KeyRecord, usage: KeyUsage) -> Algorithm | None:
        """There is none."""
        raise UnsupportedAlgorithm("name an algorithm")


@deviation(
    "default/algorithm-of-request-ignored",
    gain="A ciphertext or signature is of another kind than the caller asked for, and says "
    "nothing of it.",
    clause="API document of Encrypt, Algorithm",
    cause="The parameter is lost between the interface and the backend, which has a default.",
    remedy="Hand the algorithm on, and answer with the one that was used.",
    severity=Severity.MEDIUM,
    weakness=757,
    unseen=ONLY_LIVE,
)
class AlgorithmIgnored(PurposeRules):
    """Every key works with its default algorithm, whatever algorithm of its own is named."""

    def chosen_algorithm(
        self, key: KeyRecord, usage: KeyUsage, algorithm: Algorithm | None
    ) -> Algorithm:
        """Take the default one after the check."""
        super().chosen_algorithm(key, usage, algorithm)
        return super().chosen_algorithm(key, usage, None)


@deviation(
    "default/padding-is-none",
    gain="Plaintexts that do not fill their last block are refused unless a padding is named.",
    clause="API document of Encrypt, PaddingMode: the default is PKCS7_PADDING",
    cause="The library's default is no padding, as with the mode objects of PyCryptodome.",
    remedy="Take PKCS7_PADDING where none is named.",
    severity=Severity.LOW,
    weakness=684,
    unseen=unseen_because(
        "The adapter protocol names the padding in every call with ECB and CBC; without an "
        "algorithm the mode is GCM, which has none."
    ),
)
class PaddingIsNone(PurposeRules):
    """ECB and CBC without a named padding take NO_PADDING."""

    def chosen_padding(
        self, algorithm: Algorithm, padding: PaddingMode | None
    ) -> PaddingMode | None:
        """Prefer none."""
        is_block_mode = algorithm in (Algorithm.ECB, Algorithm.CBC)
        missing = PaddingMode.NO_PADDING if is_block_mode else None
        return super().chosen_padding(algorithm, padding or missing)
