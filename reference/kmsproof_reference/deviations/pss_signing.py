"""Ways of making signatures of RSASSA-PSS wrong, and of demanding what is made so."""

from __future__ import annotations

import hashlib

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import TRAILER, Pss
from kmsproof_reference.rsa import RsaPrivateKey, RsaPublicKey

OTHERS = (
    "Nobody is attacked; signatures of others are refused, and others refuse what the target makes."
)

# Parameters.


@deviation(
    "pss/mgf1-sha1",
    gain=OTHERS,
    clause="RFC 8017 §9.1.1 step 9",
    cause="The hash of MGF1 has a default of its own: CKG_MGF1_SHA1 in CK_RSA_PKCS_PSS_PARAMS, "
    "MGF1ParameterSpec.SHA1 in Java.",
    remedy="Set the hash function and that of MGF1, both, to SHA-256.",
    severity=Severity.LOW,
    weakness=684,
)
class Mgf1Sha1(Pss):
    """The message is hashed with SHA-256, and the mask is made with SHA-1."""

    def mask(self, h: bytes, length: int) -> bytes:
        """Use SHA-1."""
        mask = self.mgf_class("sha1").mask(h, length)
        self.show("dbMask", mask)
        return mask


@deviation(
    "pss/default-parameters",
    gain=OTHERS,
    clause="RFC 8017 §9.1, A.2.3",
    cause="RSASSA-PSS-params without fields means SHA-1, MGF1 with SHA-1 and 20 bytes of salt, and "
    "PSSParameterSpec.DEFAULT of Java does as well.",
    remedy="Set hash function, mask generation and length of the salt.",
    severity=Severity.MEDIUM,
    weakness=328,
)
class DefaultParameters(Pss):
    """The parameters are the defaults of RFC 8017: SHA-1 for both, and a salt of 20 bytes."""

    def __init__(
        self,
        key: RsaPublicKey | RsaPrivateKey,
        hash_name: str = "sha256",
        mgf: Mgf1 | None = None,
        salt_length: int | None = 32,
        show: Show = nobody,
    ) -> None:
        """Take the defaults."""
        super().__init__(key, "sha1", self.mgf_class("sha1"), 20, show)

    def check_digest(self, digest: bytes) -> None:
        """Take a digest of SHA-256 too, which the caller has made."""
        super().check_digest(digest[:20] if len(digest) == 32 else digest)

    def chosen_salt(self, salt: bytes) -> bytes:
        """Take 20 bytes."""
        return super().chosen_salt(salt[:20])


@deviation(
    "pss/salt-empty",
    gain="Signatures are not randomised, which the tight proof of security needs; others refuse "
    "them, and theirs are refused.",
    clause="RFC 8017 §9.1.1 step 4",
    cause="The length of the salt is not set: a structure of zeros in C, saltLength 0 in "
    "RsaPssParams of WebCrypto.",
    remedy="Set the length of the salt to 32 bytes.",
    severity=Severity.LOW,
    weakness=684,
)
class SaltEmpty(Pss):
    """Signatures are made and demanded with a salt of no bytes."""

    def chosen_salt(self, salt: bytes) -> bytes:
        """Take none."""
        super().chosen_salt(salt)
        return b""

    def salt_length_is_right(self, salt: bytes) -> bool:
        """Take none."""
        return not salt


@deviation(
    "pss/salt-of-20-bytes",
    gain=OTHERS,
    clause="RFC 8017 §9.1.1 step 4",
    cause="The default length of RSASSA-PSS-params stays, while the hash function is set.",
    remedy="Set the length of the salt to 32 bytes.",
    severity=Severity.LOW,
    weakness=684,
)
class SaltOf20Bytes(Pss):
    """Signatures are made and demanded with a salt of 20 bytes."""

    def chosen_salt(self, salt: bytes) -> bytes:
        """Cut it."""
        return super().chosen_salt(salt)[:20]

    def salt_length_is_right(self, salt: bytes) -> bool:
        """Demand 20."""
        return len(salt) == 20


@deviation(
    "pss/salt-longest",
    gain=OTHERS,
    clause="RFC 8017 §9.1.1 step 4",
    cause="The length of the salt is set to the longest: PSS.MAX_LENGTH of the Python package "
    "cryptography, RSA_PSS_SALTLEN_MAX of OpenSSL.",
    remedy="Set the length of the salt to 32 bytes.",
    severity=Severity.LOW,
    weakness=684,
)
class SaltLongest(Pss):
    """Signatures are made and demanded with the longest salt that fits."""

    @property
    def longest_salt(self) -> int:
        """The bytes that fit."""
        return self.encoded_length - self.hash_length - 2

    def chosen_salt(self, salt: bytes) -> bytes:
        """Make more of it."""
        return Mgf1().mask(super().chosen_salt(salt), self.longest_salt)

    def salt_length_is_right(self, salt: bytes) -> bool:
        """Demand as many."""
        return len(salt) == self.longest_salt


@deviation(
    "pss/pkcs1-instead",
    gain="Signatures are deterministic and without a tight proof of security; others refuse them.",
    clause="RFC 8017 §8.1.1 step 1",
    cause="The name of the algorithm is lost on the way, and the default of the library applies: "
    "RSA_PKCS1_PADDING of OpenSSL.",
    remedy="Hand the padding on, and test what is made with another library.",
    severity=Severity.MEDIUM,
    weakness=684,
)
class Pkcs1Instead(Pss):
    """Signatures are made and verified as those of RSASSA-PKCS1-v1_5."""

    def sign_hashed(self, digest: bytes, salt: bytes) -> bytes:
        """Sign in the other way."""
        return Pkcs1Signature(self.key).sign_digest(digest)

    def verify_hashed(self, digest: bytes, signature: bytes) -> bool:
        """Verify in the other way."""
        return Pkcs1Signature(self.key).verify_digest(digest, signature)


# The encoding.


@deviation(
    "pss/eight-zeros-missing",
    gain=OTHERS,
    clause="RFC 8017 §9.1.1 step 5",
    cause="The encoding of a draft (PSS of 1998 hashed message and salt alone), or a field that "
    "is taken for optional.",
    remedy="Hash eight zero bytes before the digest.",
    severity=Severity.LOW,
    weakness=325,
)
class EightZerosMissing(Pss):
    """H is the hash of digest and salt, without the eight zero bytes in front."""

    def salted_hash(self, digest: bytes, salt: bytes) -> bytes:
        """Leave them out."""
        return hashlib.new(self.hash_name, digest + salt).digest()


@deviation(
    "pss/salt-before-digest",
    gain=OTHERS,
    clause="RFC 8017 §9.1.1 step 5",
    cause="A salt is put first by habit, as with passwords.",
    remedy="Hash the digest first, then the salt.",
    severity=Severity.LOW,
    weakness=696,
)
class SaltBeforeDigest(Pss):
    """In what H is the hash of, the salt stands before the digest."""

    def salted_hash(self, digest: bytes, salt: bytes) -> bytes:
        """Exchange them."""
        return super().salted_hash(salt, digest)


@deviation(
    "pss/salt-not-hashed",
    gain="H does not depend on the salt: signatures are not randomised where the proof of "
    "security needs it.",
    clause="RFC 8017 §9.1.1 step 5",
    cause="The second update of the hash is left out.",
    remedy="Hash the salt behind the digest.",
    severity=Severity.MEDIUM,
    weakness=325,
)
class SaltNotHashed(Pss):
    """H is the hash of eight zeros and the digest, without the salt."""

    def salted_hash(self, digest: bytes, salt: bytes) -> bytes:
        """Leave it out."""
        return super().salted_hash(digest, b"")


@deviation(
    "pss/digest-instead-of-hash",
    gain="The proof of security does not hold, since H is the digest that everybody knows.",
    clause="RFC 8017 §9.1.1 step 6",
    cause="The digest that the caller gives is taken for H.",
    remedy="Hash eight zeros, the digest and the salt.",
    severity=Severity.MEDIUM,
    weakness=325,
)
class DigestInsteadOfHash(Pss):
    """H is the digest of the message itself."""

    def salted_hash(self, digest: bytes, salt: bytes) -> bytes:
        """Take the digest."""
        super().salted_hash(digest, salt)
        return digest


@deviation(
    "pss/top-bit-not-cleared",
    gain="Half of the messages cannot be signed or get a wrong signature, and half of what others "
    "sign is refused.",
    clause="RFC 8017 §8.1.1 step 1, §9.1.1 step 11",
    cause="emBits is taken as the length of the modulus instead of one bit less.",
    remedy="Encode for modBits - 1 bits.",
    severity=Severity.MEDIUM,
    weakness=193,
)
class TopBitNotCleared(Pss):
    """The message is encoded for as many bits as the modulus has, not for one less."""

    @property
    def encoded_bits(self) -> int:
        """All bits."""
        return self.key.public.bits


@deviation(
    "pss/trailer-cc",
    gain=OTHERS,
    clause="RFC 8017 §9.1.1 step 12",
    cause="The trailer is that of ISO/IEC 9796-2 and IEEE P1363a with the identifier of the hash "
    "function before it.",
    remedy="Let EM end with bc.",
    severity=Severity.LOW,
    weakness=684,
)
class TrailerCc(Pss):
    """The encoded message ends with cc instead of bc."""

    def mask_data_block(self, data_block: bytes, h: bytes) -> bytes:
        """Exchange the last octet."""
        return super().mask_data_block(data_block, h)[:-1] + b"\xcc"

    def trailer_is_right(self, encoded: bytes) -> bool:
        """Demand the other one."""
        return super().trailer_is_right(encoded[:-1] + TRAILER) and encoded[-1:] == b"\xcc"


@deviation(
    "pss/leading-zeros-of-digest-lost",
    gain="One message in 256 is signed as others do not, and is verified by nobody else.",
    clause="RFC 8017 §9.1.1 step 5",
    cause="The digest is kept as a number in between.",
    remedy="Keep the digest as bytes.",
    severity=Severity.LOW,
    weakness=704,
)
class LeadingZerosOfDigestLost(Pss):
    """Of a digest that begins with zero bytes the others alone are hashed for H."""

    def salted_hash(self, digest: bytes, salt: bytes) -> bytes:
        """Strip them."""
        return super().salted_hash(digest.lstrip(b"\0"), salt)
