"""Ways of verifying RSASSA-PKCS1-v1_5 in which DigestInfo is read, and read too leniently."""

from __future__ import annotations

from kmsproof_reference.der import Reader
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.deviations.pkcs1_padding import (
    COMPARE,
    KEY_NEEDED,
    SMALL_EXPONENT,
    is_padding,
    parts,
)
from kmsproof_reference.errors import MalformedDer
from kmsproof_reference.pkcs1_signature import Pkcs1Signature

NULL, OBJECT_IDENTIFIER = 0x05, 0x06


class DigestInfo:
    """A DigestInfo that is read; what is checked is up to whoever reads it."""

    def __init__(self, octets: bytes, reader: type[Reader] = Reader) -> None:
        """Read it; raises `MalformedDer` when that cannot be done."""
        outer = reader(octets)
        self.info = outer.sequence()
        outer.end()
        self.algorithm = self.info.sequence()
        self.identifier = self.algorithm.read(OBJECT_IDENTIFIER)
        self.digest = self.info.octet_string()

    def has_parameters(self) -> bool:
        """Return whether the parameters are NULL, and the last; raises `MalformedDer`."""
        self.algorithm.null()
        self.algorithm.end()
        return True

    def has_end(self) -> bool:
        """Return whether nothing follows on the digest; raises `MalformedDer`."""
        self.info.end()
        return True


def read(encoded: bytes, reader: type[Reader] = Reader) -> DigestInfo | None:
    """Return the DigestInfo in an encoded message, if there is one behind good padding."""
    head, padding, rest = parts(encoded)
    if not is_padding(head, padding):
        return None
    try:
        return DigestInfo(rest, reader)
    except MalformedDer:
        return None


def passes(check: DigestInfo, *, parameters: bool = True, end: bool = True) -> bool:
    """Return whether parameters and end of a DigestInfo are as they should be."""
    try:
        return (not parameters or check.has_parameters()) and (not end or check.has_end())
    except MalformedDer:
        return False


class AnyLengthForm(Reader):
    """Takes a length in more octets than necessary, as BER has it."""

    def check_length(self, octets: bytes) -> None:
        """Take it."""


@deviation(
    "pkcs1/long-lengths-accepted",
    gain=SMALL_EXPONENT + " The length octets are where the free bytes go (BERserk).",
    clause="RFC 8017 §8.2.2 step 4; X.690 §10.1",
    cause="DigestInfo is read by a parser for BER: NSS before 3.17.1.",
    remedy=COMPARE,
    severity=Severity.CRITICAL,
    weakness=347,
    vulnerabilities=["CVE-2014-1568"],
    unseen=KEY_NEEDED,
)
class LongLengthsAccepted(Pkcs1Signature):
    """Lengths in DigestInfo may have more octets than necessary."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Read both, and compare what is in them."""
        found, wanted = read(encoded, AnyLengthForm), read(expected)
        if not found or not wanted or not passes(found):
            return super().encoding_is_right(expected, encoded)
        return (found.identifier, found.digest) == (wanted.identifier, wanted.digest)


@deviation(
    "pkcs1/parameters-not-checked",
    gain=SMALL_EXPONENT + " The parameters are where the free bytes go.",
    clause="RFC 8017 §8.2.2 step 4, A.2.4",
    cause="The parameters of a hash function are skipped, since it has none: strongSwan before "
    "5.7.0.",
    remedy=COMPARE,
    severity=Severity.CRITICAL,
    weakness=347,
    vulnerabilities=["CVE-2018-16152"],
    unseen=KEY_NEEDED,
)
class ParametersNotChecked(Pkcs1Signature):
    """The parameters of the hash function in DigestInfo may be anything."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Read both, and compare the rest."""
        found, wanted = read(encoded), read(expected)
        if not found or not wanted or not passes(found, parameters=False):
            return super().encoding_is_right(expected, encoded)
        return (found.identifier, found.digest) == (wanted.identifier, wanted.digest)


@deviation(
    "pkcs1/bytes-after-identifier-accepted",
    gain=SMALL_EXPONENT + " The end of the object identifier is where the free bytes go.",
    clause="RFC 8017 §8.2.2 step 4",
    cause="As many bytes of the object identifier are compared as the known one has: strongSwan "
    "before 5.7.0.",
    remedy=COMPARE,
    severity=Severity.CRITICAL,
    weakness=347,
    vulnerabilities=["CVE-2018-16151"],
    unseen=KEY_NEEDED,
)
class BytesAfterIdentifierAccepted(Pkcs1Signature):
    """The object identifier in DigestInfo may have more bytes than that of the hash function."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Read both, and compare the beginning of the identifiers."""
        found, wanted = read(encoded), read(expected)
        if not found or not wanted or not passes(found):
            return super().encoding_is_right(expected, encoded)
        known = found.identifier.startswith(wanted.identifier)
        return known and found.digest == wanted.digest


@deviation(
    "pkcs1/hash-name-not-checked",
    gain="A digest is taken for one of another hash function of the same length, at worst of a "
    "broken one.",
    clause="RFC 8017 §8.2.2 step 4",
    cause="DigestInfo is read, and the object identifier in it is skipped.",
    remedy=COMPARE,
    severity=Severity.MEDIUM,
    weakness=347,
    unseen=KEY_NEEDED,
)
class HashNameNotChecked(Pkcs1Signature):
    """DigestInfo may name any hash function, if the digest is the one of SHA-256."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Read both, and compare the digests."""
        found, wanted = read(encoded), read(expected)
        if not found or not wanted or not passes(found):
            return super().encoding_is_right(expected, encoded)
        return found.digest == wanted.digest


@deviation(
    "pkcs1/fields-after-digest-accepted",
    gain=SMALL_EXPONENT + " The end of DigestInfo is where the free bytes go.",
    clause="RFC 8017 §8.2.2 step 4",
    cause="The fields of DigestInfo are read one by one, and nobody asks whether there are more.",
    remedy=COMPARE,
    severity=Severity.CRITICAL,
    weakness=347,
    unseen=KEY_NEEDED,
)
class FieldsAfterDigestAccepted(Pkcs1Signature):
    """More may follow on the digest inside DigestInfo."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Read both, and compare what is known of them."""
        found, wanted = read(encoded), read(expected)
        if not found or not wanted or not passes(found, end=False):
            return super().encoding_is_right(expected, encoded)
        return (found.identifier, found.digest) == (wanted.identifier, wanted.digest)


@deviation(
    "pkcs1/digest-compared-in-its-length",
    gain="A DigestInfo with an empty digest, signed once, is a signature of every message.",
    clause="RFC 8017 §8.2.2 step 4",
    cause="As many bytes are compared as the digest in the signature has.",
    remedy=COMPARE,
    severity=Severity.HIGH,
    weakness=187,
    unseen=KEY_NEEDED,
)
class DigestComparedInItsLength(Pkcs1Signature):
    """The digest in DigestInfo may be short, and is compared as far as it goes."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Read both, and compare the beginning of the digests."""
        found, wanted = read(encoded), read(expected)
        if not found or not wanted or not passes(found):
            return super().encoding_is_right(expected, encoded)
        same = found.identifier == wanted.identifier
        return same and wanted.digest.startswith(found.digest)


@deviation(
    "pkcs1/digest-info-missing-accepted",
    gain="A digest of any hash function of this length is taken, and whatever else of 32 bytes was "
    "signed.",
    clause="RFC 8017 §8.2.2 step 4",
    cause="For old signers a digest without DigestInfo is compared too.",
    remedy=COMPARE,
    severity=Severity.MEDIUM,
    weakness=347,
    unseen=KEY_NEEDED,
)
class DigestInfoMissingAccepted(Pkcs1Signature):
    """A digest without DigestInfo around it is accepted as well."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Compare the digest alone."""
        head, padding, rest = parts(encoded)
        is_digest = is_padding(head, padding) and rest == expected[-self.hash_length :]
        return is_digest or super().encoding_is_right(expected, encoded)
