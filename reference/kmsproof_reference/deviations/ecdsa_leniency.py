"""Ways of taking an ECDSA signature for DER that is not: each gives one more encodings."""

from __future__ import annotations

from kmsproof_reference import der
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.ecdsa_signature import SignatureEncoding, SignatureReader
from kmsproof_reference.octets import os2ip

MALLEABLE = (
    "A signature can be changed into another one that is accepted too, so that it does not "
    "identify what was signed: what is found by it, as in a block chain, can be renamed."
)


@deviation(
    "ecdsa/bytes-after-signature-accepted",
    gain=MALLEABLE,
    clause="X.690 §8.1",
    cause="The parser returns what is left over, and the caller does not look at it: d2i functions "
    "of OpenSSL, asn1.Unmarshal of Go.",
    remedy="Refuse a signature with anything after the SEQUENCE, or encode again and compare.",
    severity=Severity.MEDIUM,
    weakness=347,
)
class BytesAfterSignatureAccepted(SignatureEncoding):
    """Bytes after the SEQUENCE are ignored."""

    def check_end(self, reader: der.Reader) -> None:
        """Take anything."""


@deviation(
    "ecdsa/elements-after-s-accepted",
    gain=MALLEABLE,
    clause="X.690 §8.9",
    cause="The first two elements of the SEQUENCE are taken, and their number is not counted, as "
    "in Bouncy Castle before 1.56.",
    remedy="Refuse a SEQUENCE of more than two elements.",
    severity=Severity.MEDIUM,
    weakness=347,
    vulnerabilities=["CVE-2016-1000342"],
)
class ElementsAfterSAccepted(SignatureEncoding):
    """Anything that follows s in the SEQUENCE is ignored."""

    def check_inner_end(self, reader: der.Reader) -> None:
        """Take anything."""


@deviation(
    "ecdsa/sequence-length-ignored",
    gain=MALLEABLE,
    clause="X.690 §8.1.3",
    cause="A parser for signatures alone steps over the first two bytes.",
    remedy="Compare the length with the number of bytes that follow.",
    severity=Severity.MEDIUM,
    weakness=130,
)
class SequenceLengthIgnored(SignatureEncoding):
    """The length of the SEQUENCE is not looked at: all that follows belongs to it."""

    def decode(self, signature: bytes) -> tuple[int, int]:
        """Put the right length there."""
        rest = signature[2:]
        if len(rest) < 0x80:
            signature = signature[:1] + bytes([len(rest)]) + rest
        return super().decode(signature)


@deviation(
    "ecdsa/long-form-length-accepted",
    gain=MALLEABLE,
    clause="X.690 §10.1",
    cause="The parser reads BER, where a length may have more bytes than necessary: python-ecdsa "
    "before 0.13.3, elliptic for Node.js up to 6.5.6.",
    remedy="Refuse a length that is longer than it must be, or encode again and compare.",
    severity=Severity.MEDIUM,
    weakness=347,
    vulnerabilities=["CVE-2019-14859", "CVE-2024-42461"],
)
class LongFormLengthAccepted(SignatureReader):
    """A length in the long form is read also where the short form would do."""

    def check_length(self, octets: bytes) -> None:
        """Take any."""


@deviation(
    "ecdsa/indefinite-length-accepted",
    gain=MALLEABLE,
    clause="X.690 §10.1",
    cause="The parser reads BER, where a SEQUENCE may end with two zero bytes in place of having "
    "a length.",
    remedy="Read DER, or encode again and compare.",
    severity=Severity.MEDIUM,
    weakness=347,
)
class IndefiniteLengthAccepted(SignatureReader):
    """A SEQUENCE of indefinite length is read up to the zero bytes at its end."""

    def indefinite_length(self) -> int:
        """Take all up to the mark at the end, if there is one."""
        if self._octets[0] != der.SEQUENCE or self._octets[-2:] != bytes(2):
            return super().indefinite_length()
        self._octets = self._octets[:-2]
        return len(self._octets) - self._position


@deviation(
    "ecdsa/length-overflow",
    gain=MALLEABLE,
    clause="X.690 §8.1.3.5",
    cause="The bytes of the length are shifted into a number of 32 bits, and what does not fit is "
    "lost: elliptic for Node.js before 6.5.3.",
    remedy="Refuse a length that does not fit before it is computed.",
    severity=Severity.MEDIUM,
    weakness=190,
    vulnerabilities=["CVE-2020-13822"],
)
class LengthOverflow(SignatureReader):
    """Of a length in the long form only the last 4 bytes count."""

    def length_value(self, octets: bytes) -> int:
        """Let the others overflow."""
        return super().length_value(octets) % (1 << 32)


@deviation(
    "ecdsa/leading-zeros-accepted",
    gain=MALLEABLE,
    clause="X.690 §8.3.2",
    cause="The contents of an INTEGER go to a number as they are, and zeros at the beginning make "
    "no difference there: jsrsasign up to 8.0.18.",
    remedy="Refuse an INTEGER that is longer than it must be, or encode again and compare.",
    severity=Severity.MEDIUM,
    weakness=347,
    vulnerabilities=["CVE-2020-14966"],
)
class LeadingZerosAccepted(SignatureReader):
    """Zero bytes more than necessary before an integer are ignored."""

    def check_integer(self, content: bytes) -> None:
        """Look at those alone that do not begin with a zero."""
        if content[:1] != b"\x00":
            super().check_integer(content)


@deviation(
    "ecdsa/sign-bit-ignored",
    gain=MALLEABLE,
    clause="X.690 §8.3.3",
    cause="The contents of an INTEGER are read as an unsigned number: elliptic for Node.js up to "
    "6.5.6.",
    remedy="Refuse an INTEGER whose first bit is set.",
    severity=Severity.MEDIUM,
    weakness=347,
    vulnerabilities=["CVE-2024-42460"],
)
class SignBitIgnored(SignatureReader):
    """An integer whose first bit is set is read as a positive number."""

    def integer_value(self, content: bytes) -> int:
        """Read it without a sign."""
        return os2ip(content)


@deviation(
    "ecdsa/tags-ignored",
    gain=MALLEABLE,
    clause="X.690 §8.1.2",
    cause="A parser for signatures alone steps over the tags, since it knows them.",
    remedy="Compare each tag with the one that has to be there.",
    severity=Severity.MEDIUM,
    weakness=347,
)
class TagsIgnored(SignatureReader):
    """The tags of the SEQUENCE and of the integers are not looked at."""

    def is_tag(self, tag: int) -> bool:
        """Take any."""
        return True


@deviation(
    "ecdsa/only-tag-numbers-compared",
    gain=MALLEABLE,
    clause="X.690 §8.1.2",
    cause="The parser masks the identifier octet with 1f and looks at the number of the tag alone.",
    remedy="Compare the whole identifier octet.",
    severity=Severity.MEDIUM,
    weakness=347,
)
class OnlyTagNumbersCompared(SignatureReader):
    """Of a tag only the number counts, and neither its class nor whether it is constructed."""

    def is_tag(self, tag: int) -> bool:
        """Compare five bits."""
        found = self.peek()
        return found is not None and found & 0x1F == tag & 0x1F


@deviation(
    "ecdsa/integer-tags-ignored",
    gain=MALLEABLE,
    clause="X.690 §8.3",
    cause="The parser asks whether the signature is a SEQUENCE, and takes what is in it as bytes.",
    remedy="Compare each tag with the one that has to be there.",
    severity=Severity.MEDIUM,
    weakness=347,
)
class IntegerTagsIgnored(SignatureReader):
    """The tags of the two integers are not looked at."""

    def is_tag(self, tag: int) -> bool:
        """Take any where an integer has to be."""
        return tag == der.INTEGER or super().is_tag(tag)
