"""Ways of writing an ECDSA signature wrong, and of reading what is not one of two integers."""

from __future__ import annotations

from kmsproof_reference import der
from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import SignatureEncoding
from kmsproof_reference.errors import InvalidSignatureEncoding
from kmsproof_reference.octets import i2osp, os2ip

ENCODING = "RFC 3279 §2.2.3"
LENGTH = 32
"""Bytes of an integer modulo n on both curves."""


@deviation(
    "ecdsa/malformed-accepted",
    gain="Any bytes that are not the DER of two integers are a signature of every message.",
    clause=ENCODING,
    cause="EVP_VerifyFinal of OpenSSL gives -1 for a malformed signature, and its caller takes "
    "everything but 0 for success.",
    remedy="Accept only 1 as success.",
    severity=Severity.CRITICAL,
    weakness=252,
    vulnerabilities=["CVE-2008-5077"],
)
class MalformedAccepted(Ecdsa):
    """A signature that cannot be decoded is accepted."""

    def verify_der(self, message: bytes, signature: bytes) -> bool:
        """Take the error for success."""
        try:
            return super().verify_der(message, signature)
        except InvalidSignatureEncoding:
            return True

    def verify_digest_der(self, digest: bytes, signature: bytes) -> bool:
        """Take the error for success."""
        try:
            return super().verify_digest_der(digest, signature)
        except InvalidSignatureEncoding:
            return True


@deviation(
    "ecdsa/integers-exchanged",
    gain="No other implementation accepts such a signature, or makes one that is accepted.",
    clause=ENCODING,
    cause="r and s change places between the code that signs and the code that encodes.",
    remedy="Write r first, then s.",
    severity=Severity.LOW,
    weakness=683,
)
class IntegersExchanged(SignatureEncoding):
    """A signature is written and read as s followed by r."""

    def encode(self, r: int, s: int) -> bytes:
        """Write s first."""
        return super().encode(s, r)

    def decode(self, signature: bytes) -> tuple[int, int]:
        """Read s first."""
        s, r = super().decode(signature)
        return r, s


@deviation(
    "ecdsa/plain-instead-of-der",
    gain="Callers who expect the form that the interface promises cannot use such a signature.",
    clause=ENCODING,
    cause="PKCS #11, Web Cryptography, JOSE and .NET have the form of IEEE P1363, and nobody "
    "converts it.",
    remedy="Convert r ‖ s into the DER of two integers, and back.",
    severity=Severity.LOW,
    weakness=838,
)
class PlainInsteadOfDer(SignatureEncoding):
    """A signature is written and read as r ‖ s, 32 bytes each, and not in DER."""

    def encode(self, r: int, s: int) -> bytes:
        """Write both without tags and lengths."""
        return i2osp(r, LENGTH) + i2osp(s, LENGTH)

    def decode(self, signature: bytes) -> tuple[int, int]:
        """Read two halves."""
        if len(signature) != 2 * LENGTH:
            raise InvalidSignatureEncoding("the signature has not 64 bytes")
        return os2ip(signature[:LENGTH]), os2ip(signature[LENGTH:])


@deviation(
    "ecdsa/plain-accepted-too",
    gain="Every signature has a second form, so that it does not identify what was signed.",
    clause=ENCODING,
    cause="A verifier that shall take what several kinds of clients send tells the form by the "
    "length.",
    remedy="Read DER alone, or let the caller name the form.",
    severity=Severity.LOW,
    weakness=436,
)
class PlainAcceptedToo(SignatureEncoding):
    """A signature of 64 bytes is read as r ‖ s when it is not DER."""

    def decode(self, signature: bytes) -> tuple[int, int]:
        """Read two halves when there is no DER."""
        try:
            return super().decode(signature)
        except InvalidSignatureEncoding:
            if len(signature) != 2 * LENGTH:
                raise
            return os2ip(signature[:LENGTH]), os2ip(signature[LENGTH:])


# What is written.


@deviation(
    "ecdsa/sign-zero-not-written",
    gain="Three of four signatures are refused by others, who read a negative number.",
    clause="X.690 §8.3.3",
    cause="The bytes of an unsigned number are taken as contents of an INTEGER.",
    remedy="Put a zero byte before a number whose first bit is set.",
    severity=Severity.LOW,
    weakness=196,
)
class SignZeroNotWritten(SignatureEncoding):
    """An integer whose first bit is set is written without the zero byte before it."""

    def encode(self, r: int, s: int) -> bytes:
        """Write such a number as the negative one that has its bytes."""
        r, s = (i - (1 << 8 * LENGTH) if i >> (8 * LENGTH - 1) else i for i in (r, s))
        return super().encode(r, s)


def _integer_of(content: bytes) -> bytes:
    return der.encode(der.INTEGER, content)


@deviation(
    "ecdsa/integers-of-33-bytes-written",
    gain="Three of four signatures are refused by those who read DER strictly.",
    clause="X.690 §8.3.2",
    cause="The encoding is a template in which the two integers have fixed places, with a zero "
    "byte before each.",
    remedy="Write each integer in as few bytes as there can be.",
    severity=Severity.LOW,
    weakness=684,
)
class IntegersOf33BytesWritten(SignatureEncoding):
    """Each integer is written in 33 bytes, with a zero byte first whether it is needed or not."""

    def encode(self, r: int, s: int) -> bytes:
        """Write 33 bytes."""
        return der.sequence(*(_integer_of(i2osp(i, LENGTH + 1)) for i in (r, s)))


@deviation(
    "ecdsa/leading-zeros-written",
    gain="One of 256 signatures is refused by those who read DER strictly.",
    clause="X.690 §8.3.2",
    cause="The numbers come as 32 bytes each, and only the zero byte for the sign is thought of.",
    remedy="Take leading zero bytes away before the number is written.",
    severity=Severity.LOW,
    weakness=684,
    unseen={View.LIBRARY: "It asks for too few signatures: one of 256 shows it."},
    statistical=True,
)
class LeadingZerosWritten(SignatureEncoding):
    """An integer of fewer than 32 bytes is filled up with zeros to 32."""

    def encode(self, r: int, s: int) -> bytes:
        """Write 32 bytes, and one more where the first bit is set."""
        contents = (i2osp(i, LENGTH + (i >> (8 * LENGTH - 1))) for i in (r, s))
        return der.sequence(*map(_integer_of, contents))


@deviation(
    "ecdsa/long-form-length-written",
    gain="Those who read DER strictly refuse every signature.",
    clause="X.690 §10.1",
    cause="The code was made for P-521, whose signatures need the long form of the length.",
    remedy="Write a length below 128 in one byte.",
    severity=Severity.LOW,
    weakness=684,
)
class LongFormLengthWritten(SignatureEncoding):
    """The length of the SEQUENCE is written in two bytes."""

    def encode(self, r: int, s: int) -> bytes:
        """Put 81 before the length."""
        signature = super().encode(r, s)
        return signature[:1] + b"\x81" + signature[1:]
