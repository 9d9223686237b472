"""The words of the key-specification sheet as types, in the sheet's own spelling.

The values of these enumerations are written into the corpus, into the messages of the adapter
protocol and into every report. They are what the sheet says, letter for letter, so that a reader
can hold any of them against it. The sheet is "Key specifications for symmetric and asymmetric
encryption" of Alibaba Cloud KMS, last updated on 31 March 2026.
"""

from enum import StrEnum, unique


@unique
class KeySpec(StrEnum):
    """What kind of key it is: algorithm family and size, or curve."""

    AES_256 = "Aliyun_AES_256"
    AES_192 = "Aliyun_AES_192"
    AES_128 = "Aliyun_AES_128"
    RSA_2048 = "RSA_2048"
    RSA_3072 = "RSA_3072"
    RSA_4096 = "RSA_4096"
    EC_P256 = "EC_P256"
    EC_P256K = "EC_P256K"

    @property
    def is_symmetric(self) -> bool:
        """Whether one secret key both encrypts and decrypts."""
        return self in SYMMETRIC_KEY_SPECS


SYMMETRIC_KEY_SPECS = frozenset({KeySpec.AES_128, KeySpec.AES_192, KeySpec.AES_256})
"""The key specs whose key is one secret."""

RSA_MODULUS_BITS = {KeySpec.RSA_2048: 2048, KeySpec.RSA_3072: 3072, KeySpec.RSA_4096: 4096}
"""Length in bits of the modulus of each RSA key spec."""

EC_CURVES = {KeySpec.EC_P256: "P-256", KeySpec.EC_P256K: "secp256k1"}
"""The curve of each EC key spec, under the name that its standard gives it (SP 800-186, SEC 2)."""

AES_KEY_LENGTHS = {KeySpec.AES_128: 16, KeySpec.AES_192: 24, KeySpec.AES_256: 32}
"""Key length in bytes of each AES key spec (FIPS 197 §5, Table 3: Nk = 4, 6, 8 words)."""


@unique
class ProtectionLevel(StrEnum):
    """Where the key lives, as the sheet's tables call it."""

    SOFTWARE = "Software-protected key"
    HARDWARE = "Hardware-protected key"
    EXTERNAL = "External Key"


@unique
class KeyUsage(StrEnum):
    """The purpose a key is made for; a key has exactly one."""

    ENCRYPT_DECRYPT = "ENCRYPT/DECRYPT"
    SIGN_VERIFY = "SIGN/VERIFY"


@unique
class KeyField(StrEnum):
    """What a caller may leave out when a key is made, because there is a default."""

    KEY_SPEC = "key_spec"
    USAGE = "usage"
    PROTECTION_LEVEL = "protection_level"


@unique
class KeyState(StrEnum):
    """The life of a key in a key management service."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"
    PENDING_DELETION = "PendingDeletion"
    PENDING_IMPORT = "PendingImport"


@unique
class Algorithm(StrEnum):
    """An encryption mode, encryption algorithm or signature algorithm of the sheet."""

    GCM = "GCM"
    ECB = "ECB"
    CBC = "CBC"
    RSAES_OAEP_SHA_256 = "RSAES_OAEP_SHA_256"
    ECIES_DH_SHA_1_XOR_HMAC = "ECIES_DH_SHA_1_XOR_HMAC"
    RSA_PSS_SHA_256 = "RSA_PSS_SHA_256"
    RSA_PKCS1_SHA_256 = "RSA_PKCS1_SHA_256"
    ECDSA_SHA_256 = "ECDSA_SHA_256"


SIGNATURE_ALGORITHMS = frozenset(
    {Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256, Algorithm.ECDSA_SHA_256}
)
"""The algorithms that sign and verify; all others encrypt and decrypt."""


@unique
class EciesDialect(StrEnum):
    """The two byte layouts of ECIES that SEC 1 allows, by the order of the derived keys."""

    EK_MK = "EK||MK"
    """The encryption key comes first: SEC 1 v1.0, and v2.0 in its backwards compatible mode."""
    MK_EK = "MK||EK"
    """The MAC key comes first: SEC 1 v2.0 without that mode."""


@unique
class Feature(StrEnum):
    """What a standard leaves to the implementation, so that a target says whether it has it."""

    OAEP_LABEL = "oaep-label"
    """RSAES-OAEP takes labels other than the empty one (RFC 8017 §7.1.1)."""
    MULTI_PRIME_KEY = "multi-prime-key"
    """RSA private keys may have more than two primes (RFC 8017 §3.2)."""
    DIGEST_INFO_WITHOUT_NULL = "digest-info-without-null"
    """RSASSA-PKCS1-v1_5 also takes a DigestInfo whose parameters are absent (RFC 8017 A.2.4)."""
    SMALL_PUBLIC_EXPONENT = "small-public-exponent"
    """RSA public keys may have an exponent from 3 to 65535, which RFC 8017 §3.1 allows and
    FIPS 186-5 A.1.1 does not."""
    LARGE_PUBLIC_EXPONENT = "large-public-exponent"
    """RSA public keys may have an exponent of 33 to 64 bits (RFC 8017 §3.1)."""
    HUGE_PUBLIC_EXPONENT = "huge-public-exponent"
    """RSA public keys may have an exponent of 65 to 256 bits (FIPS 186-5 A.1.1)."""
    KEY_PAIR_VALIDATION = "key-pair-validation"
    """A key whose numbers are out of range, or do not fit together, is refused. To look is the duty
    of who owns or receives it (SP 800-56A Rev. 3 §5.6.2.1.2, SP 800-56B Rev. 2 §6.4); RFC 8017 §5
    and FIPS 186-5 §6.4 assume that it was done."""
    STRICT_KEY_ENCODING = "strict-key-encoding"
    """Keys are imported in the one DER form of their standard only, and in none that a lenient
    reader can make the same key of. That is more than the standards ask of a reader: RFC 5958 §2
    and RFC 7468 §10 let it take BER."""
    COMPRESSED_POINT = "compressed-point"
    """ECIES takes a compressed ephemeral point (SEC 1 §2.3.4)."""
    HYBRID_POINT = "hybrid-point"
    """ECIES takes a hybrid ephemeral point (ANSI X9.62 §4.3.6)."""


@unique
class KeyPart(StrEnum):
    """A part of a key that can come from outside."""

    SECRET = "secret"
    PRIVATE = "private"
    PUBLIC = "public"


@unique
class PaddingMode(StrEnum):
    """How ECB and CBC fill the last block; GCM and the asymmetric algorithms take none."""

    PKCS7_PADDING = "PKCS7_PADDING"
    NO_PADDING = "NO_PADDING"


@unique
class Operation(StrEnum):
    """A cryptographic operation on a key."""

    ENCRYPT = "encrypt"
    DECRYPT = "decrypt"
    SIGN = "sign"
    VERIFY = "verify"


@unique
class MessageType(StrEnum):
    """What is handed to sign and verify: the message itself, or its SHA-256 digest."""

    RAW = "RAW"
    DIGEST = "DIGEST"


@unique
class RejectionClass(StrEnum):
    """Why a target refused, in the few words that every target's own codes are mapped to."""

    INVALID_CIPHERTEXT = "invalid-ciphertext"
    INVALID_SIGNATURE_ENCODING = "invalid-signature-encoding"
    INVALID_ARGUMENT = "invalid-argument"
    WRONG_KEY_USAGE = "wrong-key-usage"
    UNSUPPORTED_ALGORITHM = "unsupported-algorithm"
    KEY_STATE = "key-state"
    NOT_FOUND = "not-found"
    ACCESS_DENIED = "access-denied"
