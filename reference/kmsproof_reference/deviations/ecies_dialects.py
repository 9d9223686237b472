"""Ways of speaking another dialect of ECIES than the declared one, as libraries do it."""

from __future__ import annotations

from dataclasses import replace

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.ecies_dialect import (
    Authenticator,
    Dialect,
    KdfInput,
    Layout,
)
from kmsproof_reference.point_encoding import PointForm

ALONE = "No other implementation decrypts what is made, or makes what is decrypted."


@deviation(
    "ecies/mac-key-of-16-bytes",
    gain=ALONE,
    clause="SEC 1 §3.7",
    cause="HMAC of Crypto++ has a default key length of 16 bytes, and ECIES there takes it, in "
    "the mode of P1363 without DHAES.",
    remedy="Derive a key of 20 bytes for HMAC-SHA-1.",
    severity=Severity.LOW,
    weakness=684,
)
class MacKeyOf16Bytes(Ecies):
    """The key of the MAC has 16 bytes instead of 20."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Shorten it."""
        return replace(super().speak(dialect), mac_key_length=16)


@deviation(
    "ecies/mac-key-of-hash-block",
    gain=ALONE,
    clause="SEC 1 §3.7",
    cause="A key for HMAC is taken to be as long as a block of the hash function.",
    remedy="Derive a key of 20 bytes for HMAC-SHA-1.",
    severity=Severity.LOW,
    weakness=684,
)
class MacKeyOfHashBlock(Ecies):
    """The key of the MAC has 64 bytes instead of 20."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Lengthen it."""
        return replace(super().speak(dialect), mac_key_length=64)


@deviation(
    "ecies/point-in-kdf",
    gain=ALONE,
    clause="SEC 1 §5.1.3 step 5",
    cause="DHAES, IEEE 1363a and ISO/IEC 18033-2 hash the ephemeral point with the secret, and "
    "SEC 1 does not.",
    remedy="Derive the keys from the secret alone.",
    severity=Severity.LOW,
    weakness=684,
)
class PointInKdf(Ecies):
    """The KDF takes the ephemeral point before the secret."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Put R before Z."""
        return replace(super().speak(dialect), kdf_input=KdfInput.R_Z)


@deviation(
    "ecies/compressed-point-in-kdf",
    gain=ALONE,
    clause="SEC 1 §5.1.3 step 5",
    cause="The ephemeral point is hashed with the secret, in another form than it is sent in.",
    remedy="Derive the keys from the secret alone.",
    severity=Severity.LOW,
    weakness=684,
)
class CompressedPointInKdf(Ecies):
    """The KDF takes the compressed ephemeral point before the secret."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Put R before Z."""
        return replace(super().speak(dialect), kdf_input=KdfInput.COMPRESSED_R_Z)


@deviation(
    "ecies/point-in-mac",
    gain=ALONE,
    clause="SEC 1 §5.1.3 step 8",
    cause="The whole ciphertext up to the tag is given to the MAC, so as to protect all of it.",
    remedy="Compute the tag over the encrypted message and SharedInfo2 alone.",
    severity=Severity.LOW,
    weakness=684,
)
class PointInMac(Ecies):
    """The tag covers the ephemeral point as well as the message."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Put R before EM."""
        return replace(super().speak(dialect), mac_includes_point=True)


@deviation(
    "ecies/length-of-8-bytes-in-mac",
    gain=ALONE,
    clause="SEC 1 §5.1.3 step 8",
    cause="IEEE 1363a appends the length of SharedInfo2 in its DHAES mode, with 8 bytes.",
    remedy="Append nothing.",
    severity=Severity.LOW,
    weakness=684,
)
class LengthOf8BytesInMac(Ecies):
    """The tag covers the length of SharedInfo2 too, in 8 bytes that are all zero here."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Append it."""
        return replace(super().speak(dialect), mac_length_field=8)


@deviation(
    "ecies/length-of-4-bytes-in-mac",
    gain=ALONE,
    clause="SEC 1 §5.1.3 step 8",
    cause="The length of SharedInfo2 is appended in 4 bytes, as old versions of Bouncy Castle do.",
    remedy="Append nothing.",
    severity=Severity.LOW,
    weakness=684,
)
class LengthOf4BytesInMac(Ecies):
    """The tag covers the length of SharedInfo2 too, in 4 bytes that are all zero here."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Append it."""
        return replace(super().speak(dialect), mac_length_field=4)


@deviation(
    "ecies/hash-instead-of-mac",
    gain="Anybody can change a message and compute the hash that fits.",
    clause="SEC 1 §5.1.3 step 8",
    cause="A checksum is taken for a MAC: CKMS_SHA1 of the PKCS #11 mechanism CKM_ECIES.",
    remedy="Use HMAC with the derived key.",
    severity=Severity.CRITICAL,
    weakness=353,
)
class HashInsteadOfMac(Ecies):
    """The tag is the SHA-1 of the encrypted message, without a key."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Take no key."""
        unkeyed = Authenticator.HASH_OF_CIPHERTEXT
        return replace(super().speak(dialect), authenticator=unkeyed, mac_key_length=0)


@deviation(
    "ecies/sha-256-everywhere",
    gain=ALONE,
    clause="SEC 1 §5.1",
    cause="SHA-256 is the default of the library for KDF and MAC, and stronger.",
    remedy="Use SHA-1 in both, as the key specification says.",
    severity=Severity.LOW,
    weakness=684,
)
class Sha256Everywhere(Ecies):
    """KDF and MAC use SHA-256, and the tag has 32 bytes."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Take another hash function."""
        spoken = super().speak(dialect)
        return replace(spoken, hash_name="sha256", mac_key_length=32, tag_length=32)


@deviation(
    "ecies/tag-of-10-bytes",
    gain="A tag protects like one of 80 bits. " + ALONE,
    clause="SEC 1 §3.7",
    cause="SEC 1 has HMAC-SHA-1-80 beside HMAC-SHA-1-160.",
    remedy="Use tags of 20 bytes.",
    severity=Severity.LOW,
    weakness=326,
)
class TagOf10Bytes(Ecies):
    """A tag has 10 bytes instead of 20."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Cut it."""
        return replace(super().speak(dialect), tag_length=10)


@deviation(
    "ecies/tag-before-message",
    gain=ALONE,
    clause="SEC 1 §5.1.3 step 9",
    cause="SM2 has the hash before the message since 2012.",
    remedy="Put the tag after the encrypted message.",
    severity=Severity.LOW,
    weakness=684,
)
class TagBeforeMessage(Ecies):
    """The tag stands between the point and the encrypted message."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Exchange both."""
        return replace(super().speak(dialect), layout=Layout.R_D_EM)


@deviation(
    "ecies/parts-in-der",
    gain=ALONE,
    clause="SEC 1 §5.1.3 step 9",
    cause="SEC 1 has an ASN.1 syntax for ciphertexts in appendix C.",
    remedy="Put the three parts together without tags and lengths.",
    severity=Severity.LOW,
    weakness=684,
)
class PartsInDer(Ecies):
    """A ciphertext is a SEQUENCE of three OCTET STRINGs."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Take another layout."""
        return replace(super().speak(dialect), layout=Layout.DER)


@deviation(
    "ecies/compressed-point-sent",
    gain="Others who read uncompressed points alone cannot decrypt what is made.",
    clause="SEC 1 §5.1.3 step 2",
    cause="The library compresses points by default, to save 32 bytes.",
    remedy="Send the point uncompressed.",
    severity=Severity.LOW,
    weakness=684,
    unseen={View.LIBRARY: "SEC 1 leaves the form to the sender, and library mode takes both."},
)
class CompressedPointSent(Ecies):
    """The ephemeral point is sent in compressed form."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Compress it."""
        return replace(super().speak(dialect), point_form=PointForm.COMPRESSED)


@deviation(
    "ecies/hybrid-point-sent",
    gain="Others who do not read the hybrid form cannot decrypt what is made.",
    clause="SEC 1 §5.1.3 step 2",
    cause="The form is set so in the library: POINT_CONVERSION_HYBRID of OpenSSL.",
    remedy="Send the point uncompressed.",
    severity=Severity.LOW,
    weakness=684,
)
class HybridPointSent(Ecies):
    """The ephemeral point is sent in hybrid form."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Take another form."""
        return replace(super().speak(dialect), point_form=PointForm.HYBRID)


@deviation(
    "ecies/bare-point",
    gain=ALONE,
    clause="SEC 1 §5.1.3 step 2",
    cause="The interface below takes the two coordinates as 64 bytes, as micro-ecc and many chips "
    "do, and nobody puts 04 before them.",
    remedy="Send the point as SEC 1 §2.3.3 writes it.",
    severity=Severity.LOW,
    weakness=684,
)
class BarePoint(Ecies):
    """The ephemeral point is sent and read without the byte 04 before it."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Take another form."""
        return replace(super().speak(dialect), point_form=PointForm.RAW)
