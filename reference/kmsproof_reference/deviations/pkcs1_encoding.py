"""Ways of encoding a message wrong for RSASSA-PKCS1-v1_5, in signing and verification alike."""

from __future__ import annotations

from kmsproof_reference.der import null, object_identifier, octet_string, sequence
from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.deviations.pss_signing import OTHERS
from kmsproof_reference.pkcs1_signature import OBJECT_IDENTIFIERS, Pkcs1Signature
from kmsproof_reference.pss import Pss

SHA_256 = OBJECT_IDENTIFIERS["sha256"]
WHOLE = "Let T be the DER encoding of DigestInfo, as RFC 8017 §9.2 note 1 has it."


@deviation(
    "pkcs1/digest-info-missing",
    gain="The signature does not say which hash function it is of; others refuse it.",
    clause="RFC 8017 §9.2 step 2",
    cause="CKM_RSA_PKCS of a token, RSA_private_encrypt and EVP_PKEY_sign of OpenSSL without "
    "EVP_PKEY_CTX_set_signature_md pad what they are given.",
    remedy="Build the DigestInfo, or use the mechanism that does: CKM_SHA256_RSA_PKCS.",
    severity=Severity.MEDIUM,
    weakness=325,
)
class DigestInfoMissing(Pkcs1Signature):
    """The digest alone is signed and demanded, without a DigestInfo around it."""

    def digest_info(self, digest: bytes) -> bytes:
        """Leave it out."""
        return digest


@deviation(
    "pkcs1/null-missing",
    gain=OTHERS,
    clause="RFC 8017 §9.2 step 2, A.2.4",
    cause="RFC 5754 has the parameters of SHA-256 absent, which is meant for other structures than "
    "DigestInfo.",
    remedy=WHOLE,
    severity=Severity.LOW,
    weakness=684,
)
class NullMissing(Pkcs1Signature):
    """DigestInfo is signed and demanded without the parameters NULL."""

    def digest_info(self, digest: bytes) -> bytes:
        """Leave them out."""
        return sequence(sequence(object_identifier(SHA_256)), octet_string(digest))


@deviation(
    "pkcs1/sha1-named",
    gain=OTHERS,
    clause="RFC 8017 §9.2 step 2",
    cause="The constant in front of the digest is that of SHA-1, with its lengths made to fit.",
    remedy=WHOLE,
    severity=Severity.LOW,
    weakness=684,
)
class Sha1Named(Pkcs1Signature):
    """DigestInfo names SHA-1, and holds a digest of SHA-256."""

    def digest_info(self, digest: bytes) -> bytes:
        """Name the other one."""
        algorithm = sequence(object_identifier(OBJECT_IDENTIFIERS["sha1"]), null())
        return sequence(algorithm, octet_string(digest))


@deviation(
    "pkcs1/signature-algorithm-named",
    gain=OTHERS,
    clause="RFC 8017 §9.2 step 2",
    cause="sha256WithRSAEncryption, which names the signature, is taken for the identifier of the "
    "hash function.",
    remedy=WHOLE,
    severity=Severity.LOW,
    weakness=684,
)
class SignatureAlgorithmNamed(Pkcs1Signature):
    """DigestInfo names sha256WithRSAEncryption instead of SHA-256."""

    def digest_info(self, digest: bytes) -> bytes:
        """Name the other one."""
        algorithm = sequence(object_identifier("1.2.840.113549.1.1.11"), null())
        return sequence(algorithm, octet_string(digest))


@deviation(
    "pkcs1/leading-zeros-of-digest-lost",
    gain="One message in 256 is signed as others do not, and is verified by nobody else.",
    clause="RFC 8017 §9.2 step 2",
    cause="The digest is kept as a number in between.",
    remedy="Keep the digest as bytes.",
    severity=Severity.LOW,
    weakness=704,
)
class LeadingZerosOfDigestLost(Pkcs1Signature):
    """A digest that begins with zero bytes stands in DigestInfo without them."""

    def digest_info(self, digest: bytes) -> bytes:
        """Strip them."""
        return super().digest_info(digest.lstrip(b"\0"))


@deviation(
    "pkcs1/padding-of-8-octets",
    gain="The rest of the encoded message is free, which helps whoever wants to forge; others "
    "refuse it.",
    clause="RFC 8017 §9.2 step 4",
    cause="The least length of PS is taken for its length, and the rest of the buffer stays zero.",
    remedy="Fill PS up to the length of the modulus.",
    severity=Severity.MEDIUM,
    weakness=684,
)
class PaddingOf8Octets(Pkcs1Signature):
    """PS consists of 8 octets ff, and zeros behind them."""

    def padding(self, length: int) -> bytes:
        """Fill up with zeros."""
        return super().padding(8).ljust(length, b"\0")


@deviation(
    "pkcs1/block-type-2",
    gain="Signatures look like encryptions, so that one key in both uses gives one for the other; "
    "others refuse them.",
    clause="RFC 8017 §9.2 step 5",
    cause="RSA_public_encrypt, or Cipher.ENCRYPT_MODE with a public key of Java, pads with block "
    "type 2.",
    remedy="Let EM begin with 00 01 and octets ff.",
    severity=Severity.MEDIUM,
    weakness=684,
)
class BlockType2(Pkcs1Signature):
    """The encoded message begins with 00 02, as an encryption of PKCS #1 v1.5 does."""

    def encode_digest(self, digest: bytes) -> bytes:
        """Exchange the second octet."""
        return b"\0\2" + super().encode_digest(digest)[2:]


# Other schemes and other hash functions.


@deviation(
    "pkcs1/pss-accepted",
    gain="Whoever demands one scheme gets the other taken for it.",
    clause="RFC 8017 §8.2.2 step 4",
    cause="The scheme is recognised from the signature, or the other one is tried when the first "
    "fails.",
    remedy="Verify with the scheme that the caller names.",
    severity=Severity.LOW,
    weakness=347,
)
class PssAccepted(Pkcs1Signature):
    """A signature of RSASSA-PSS is accepted where PKCS #1 v1.5 is asked for."""

    def verify_hashed(self, digest: bytes, signature: bytes) -> bool:
        """Try the other one."""
        right = super().verify_hashed(digest, signature)
        return right or Pss(self.key).verify_digest(digest, signature)


@deviation(
    "pkcs1/any-hash-accepted",
    gain="Signatures with broken hash functions are accepted, so that collisions of SHA-1 are "
    "forgeries.",
    clause="RFC 8017 §8.2.2 step 3",
    cause="The hash function is taken from the DigestInfo of the signature, not from the call.",
    remedy="Take the hash function that the caller names.",
    severity=Severity.HIGH,
    weakness=328,
    unseen={View.LIVE: "The service hashes a message itself, with SHA-256."},
)
class AnyHashAccepted(Pkcs1Signature):
    """A verification hashes the message with the function that the signature names."""

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Try all of them."""
        return super().verify(message, signature) or any(
            Pkcs1Signature(self.key, name).verify(message, signature)
            for name in OBJECT_IDENTIFIERS
            if name != self.hash_name
        )


@deviation(
    "pkcs1/negative-representative-accepted",
    gain="The negative of a signature is good as well, so that it has two forms.",
    clause="RFC 8017 §8.2.2 step 2",
    cause="The verification of ANSI X9.31 and ISO/IEC 9796, where m and n - m stand for the same, "
    "is used for this scheme too.",
    remedy="Take the representative as it is.",
    severity=Severity.LOW,
    weakness=347,
)
class NegativeRepresentativeAccepted(Pkcs1Signature):
    """Of a recovered representative m the lesser of m and n - m is taken."""

    def recover(self, signature: bytes) -> int | None:
        """Take the lesser."""
        m = super().recover(signature)
        return None if m is None else min(m, self.key.n - m)
