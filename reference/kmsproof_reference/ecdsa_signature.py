"""ECDSA signatures as bytes: DER, read strictly, and the plain pair of IEEE P1363.

Standard:  RFC 3279, edition of April 2002 (Ecdsa-Sig-Value); ITU-T X.690 (DER); IEEE 1363-2000.
Sections:  RFC 3279 2.2.3; X.690 8.3 and 10; IEEE 1363 E.3.1.
Page:      https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3
Left out:  BER, which X9.62 allows and which makes many encodings of one signature.

Only the encoding is judged here. An r or s that is zero, negative or too large is well encoded;
`ecdsa` refuses it.
"""

from __future__ import annotations

from kmsproof_reference import der
from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.errors import InvalidSignatureEncoding, MalformedDer
from kmsproof_reference.octets import i2osp, os2ip


class SignatureReader(der.Reader):
    """Reads the DER of signatures."""


class SignatureEncoding:
    """Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER } (RFC 3279 §2.2.3)."""

    reader_class: type[SignatureReader] = SignatureReader

    def encode(self, r: int, s: int) -> bytes:
        """The two integers in DER, of any sign and size."""
        return der.sequence(der.integer(r), der.integer(s))

    def decode(self, signature: bytes) -> tuple[int, int]:
        """r and s; raises `InvalidSignatureEncoding` unless the signature is DER."""
        try:
            outer = self.reader_class(signature)
            inner = self.reader_class(outer.read(der.SEQUENCE))
            self.check_end(outer)
            r, s = inner.integer(), inner.integer()
            self.check_inner_end(inner)
        except MalformedDer as error:
            raise InvalidSignatureEncoding(
                f"the signature is not the DER of two integers (RFC 3279 §2.2.3): {error}"
            ) from error
        return r, s

    def check_end(self, reader: der.Reader) -> None:
        """Raise `MalformedDer` when something follows the SEQUENCE (X.690 §8.1)."""
        reader.end()

    def check_inner_end(self, reader: der.Reader) -> None:
        """Raise `MalformedDer` when something follows s in the SEQUENCE (X.690 §8.9)."""
        reader.end()


def encode_signature(r: int, s: int) -> bytes:
    """The signature in DER; see `SignatureEncoding.encode`."""
    return SignatureEncoding().encode(r, s)


def decode_signature(signature: bytes) -> tuple[int, int]:
    """r and s; see `SignatureEncoding.decode`. Raises `InvalidSignatureEncoding`."""
    return SignatureEncoding().decode(signature)


def encode_plain_signature(curve: Curve, r: int, s: int) -> bytes:
    """r ‖ s, each as long as n (IEEE 1363 §E.3.1). Raises `InvalidArgument` for larger ones."""
    return i2osp(r, curve.order_length) + i2osp(s, curve.order_length)


def decode_plain_signature(curve: Curve, signature: bytes) -> tuple[int, int]:
    """r and s of r ‖ s (IEEE 1363 §E.3.1).

    Raises `InvalidSignatureEncoding` unless each half is as long as n.
    """
    length = curve.order_length
    if len(signature) != 2 * length:
        raise InvalidSignatureEncoding(
            f"r ‖ s has {2 * length} bytes on {curve.name}, not {len(signature)} (IEEE 1363 §E.3.1)"
        )
    return os2ip(signature[:length]), os2ip(signature[length:])
