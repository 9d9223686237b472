"""The three parts of an ECIES ciphertext as one byte string, and the way back.

Standard:  SEC 1 version 2.0, edition of 21 May 2009.
Sections:  5.1.3 step 9, 5.1.4 step 1; appendix C for the DER form.
Page:      https://www.secg.org/sec1-v2.pdf
Left out:  what is in the parts, which is `ecies`.
"""

from __future__ import annotations

from kmsproof_reference import der
from kmsproof_reference.ecies_dialect import Dialect, Layout
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.point_encoding import EphemeralPointEncoding


class EciesLayout:
    """Puts R, EM and D together, and takes them apart, as a dialect has it."""

    dialect: Dialect
    point_encoding: EphemeralPointEncoding

    def compose(self, r: bytes, em: bytes, tag: bytes) -> bytes:
        """R ‖ EM ‖ D (SEC 1 §5.1.3 step 9), or the layout of the dialect."""
        match self.dialect.layout:
            case Layout.R_EM_D:
                return r + em + tag
            case Layout.R_D_EM:
                return r + tag + em
            case Layout.DER:
                return der.sequence(*map(der.octet_string, (r, em, tag)))

    def parse(self, ciphertext: bytes) -> tuple[bytes, bytes, bytes]:
        """R, EM and D (SEC 1 §5.1.4 step 1).

        Raises `InvalidCiphertext`, `InvalidPoint` or `MalformedDer` when there are no such parts.
        """
        if self.dialect.layout is Layout.DER:
            return self.parse_der(ciphertext)
        r_end = self.point_encoding.length(self.point_encoding.form_of(ciphertext))
        r, rest = ciphertext[:r_end], ciphertext[r_end:]
        em_length = len(rest) - self.dialect.tag_length
        if em_length < 0:
            raise InvalidCiphertext("the ciphertext is too short (SEC 1 §5.1.4 step 1)")
        if self.dialect.layout is Layout.R_EM_D:
            return r, rest[:em_length], rest[em_length:]
        return r, rest[self.dialect.tag_length :], rest[: self.dialect.tag_length]

    def parse_der(self, ciphertext: bytes) -> tuple[bytes, bytes, bytes]:
        """The three OCTET STRINGs of an ECIES-Ciphertext-Value. Raises `MalformedDer`."""
        outer = der.Reader(ciphertext)
        inner = outer.sequence()
        outer.end()
        parts = inner.octet_string(), inner.octet_string(), inner.octet_string()
        inner.end()
        return parts
