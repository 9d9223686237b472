"""Ways of taking what is no signature of RSASSA-PSS, and of choosing its salt badly."""

from __future__ import annotations

import hashlib

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.octets import i2osp
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import TRAILER, Pss
from kmsproof_reference.random_choices import RandomChoices, RandomSource

KEY_NEEDED = {
    View.LIVE: "Encoded messages of this kind are signed with the private key, which never leaves "
    "the service, and the service itself makes good ones only."
}
NOT_PROVED = (
    "More is accepted than a signer makes; the proof of security does not hold, and one signature "
    "may have several forms."
)
CHECK_ALL = "Check the trailer, the top bits, all of PS, the separator and H."


@deviation(
    "pss/hash-not-compared",
    gain="A signature of one message is a signature of every message.",
    clause="RFC 8017 §9.1.2 step 14",
    cause="The result of the last comparison is not looked at, or only the form is verified.",
    remedy="Compute H' from the digest and compare all of it with H.",
    severity=Severity.CRITICAL,
    weakness=347,
)
class HashNotCompared(Pss):
    """A verification looks at the form of the encoding, and does not compare H with H'."""

    def hash_is_right(self, expected: bytes, h: bytes) -> bool:
        """Always."""
        return True


@deviation(
    "pss/hash-compared-in-8-bytes",
    gain="A second message with the same 8 bytes is found in 2^64 attempts instead of 2^256.",
    clause="RFC 8017 §9.1.2 step 14",
    cause="memcmp is given the size of a pointer (sizeof) instead of that of the hash.",
    remedy="Compare as many bytes as the hash function has.",
    severity=Severity.HIGH,
    weakness=467,
    unseen=KEY_NEEDED,
)
class HashComparedIn8Bytes(Pss):
    """Only the first 8 bytes of H are compared."""

    def hash_is_right(self, expected: bytes, h: bytes) -> bool:
        """Compare the beginning."""
        return expected[:8] == h[:8]


@deviation(
    "pss/trailer-not-checked",
    gain=NOT_PROVED,
    clause="RFC 8017 §9.1.2 step 4",
    cause="The last octet is a constant that carries nothing, and is skipped.",
    remedy=CHECK_ALL,
    severity=Severity.MEDIUM,
    weakness=347,
    unseen=KEY_NEEDED,
)
class TrailerNotChecked(Pss):
    """The last octet of the encoded message is not looked at."""

    def trailer_is_right(self, encoded: bytes) -> bool:
        """Always."""
        return True


@deviation(
    "pss/trailer-cc-accepted",
    gain=NOT_PROVED,
    clause="RFC 8017 §9.1.2 step 4",
    cause="The code also verifies signatures of ISO/IEC 9796-2, whose trailer names the hash "
    "function and ends with cc.",
    remedy=CHECK_ALL,
    severity=Severity.LOW,
    weakness=347,
    unseen=KEY_NEEDED,
)
class TrailerCcAccepted(Pss):
    """An encoded message may end with cc as well as with bc."""

    def trailer_is_right(self, encoded: bytes) -> bool:
        """Take either."""
        other = encoded[:-1] + TRAILER if encoded[-1:] == b"\xcc" else encoded
        return super().trailer_is_right(other)


@deviation(
    "pss/top-bits-not-checked",
    gain=NOT_PROVED,
    clause="RFC 8017 §9.1.2 step 6",
    cause="The bits are cleared after unmasking in any case, and the check seems to be in vain.",
    remedy=CHECK_ALL,
    severity=Severity.LOW,
    weakness=347,
    unseen=KEY_NEEDED,
)
class TopBitsNotChecked(Pss):
    """The highest bit of the encoded message may be set."""

    def top_bits_are_zero(self, masked: bytes) -> bool:
        """Always."""
        return True


@deviation(
    "pss/padding-not-checked",
    gain=NOT_PROVED,
    clause="RFC 8017 §9.1.2 step 10",
    cause="The salt has a known length, and only the octet before it is looked at.",
    remedy=CHECK_ALL,
    severity=Severity.MEDIUM,
    weakness=347,
    unseen=KEY_NEEDED,
)
class PaddingNotChecked(Pss):
    """The octets of PS may have any values if 01 stands before the salt."""

    def find_separator(self, data_block: bytes) -> int | None:
        """Look where it should stand."""
        place = len(data_block) - (self.salt_length or 0) - 1
        return place if data_block[place] == 1 else super().find_separator(data_block)


@deviation(
    "pss/separator-not-checked",
    gain=NOT_PROVED,
    clause="RFC 8017 §9.1.2 step 10",
    cause="The loop stops at the first octet that is not zero, and nobody looks at its value.",
    remedy=CHECK_ALL,
    severity=Severity.MEDIUM,
    weakness=347,
    unseen=KEY_NEEDED,
)
class SeparatorNotChecked(Pss):
    """The first octet behind the zeros of PS is the separator, whatever it is."""

    def find_separator(self, data_block: bytes) -> int | None:
        """Take it."""
        return next((place for place, octet in enumerate(data_block) if octet), None)


@deviation(
    "pss/any-salt-length-accepted",
    gain="Whoever agrees on a length gets signatures of another, at worst without salt, taken "
    "for good.",
    clause="RFC 8017 §9.1.2 step 10",
    cause="The length is recovered from the signature: RSA_PSS_SALTLEN_AUTO of OpenSSL, PSS.AUTO "
    "of the Python package cryptography, PSSSaltLengthAuto of Go.",
    remedy="Name the length in verification as well.",
    severity=Severity.LOW,
    weakness=347,
    unseen=KEY_NEEDED,
)
class AnySaltLengthAccepted(Pss):
    """A verification takes a salt of whatever length it finds."""

    def salt_length_is_right(self, salt: bytes) -> bool:
        """Always."""
        return True


@deviation(
    "pss/short-salt-accepted",
    gain="Whoever agrees on a length gets signatures with fewer bytes of salt taken for good.",
    clause="RFC 8017 §9.1.2 step 10",
    cause="The length in the parameters is taken for the most that is allowed.",
    remedy="Compare the length of the salt with the one agreed on.",
    severity=Severity.LOW,
    weakness=697,
    unseen=KEY_NEEDED,
)
class ShortSaltAccepted(Pss):
    """A verification takes a salt that is shorter than agreed on, but none that is longer."""

    def salt_length_is_right(self, salt: bytes) -> bool:
        """Take fewer bytes."""
        return self.salt_length is None or len(salt) <= self.salt_length


@deviation(
    "pss/pkcs1-accepted",
    gain="Whoever demands PSS, for its proof of security, gets the other scheme taken for it.",
    clause="RFC 8017 §8.1.2 step 3",
    cause="The scheme is recognised from the signature, or the other one is tried when the first "
    "fails.",
    remedy="Verify with the scheme that the caller names.",
    severity=Severity.MEDIUM,
    weakness=347,
)
class Pkcs1Accepted(Pss):
    """A signature of RSASSA-PKCS1-v1_5 is accepted where PSS is asked for."""

    def verify_hashed(self, digest: bytes, signature: bytes) -> bool:
        """Try the other one."""
        right = super().verify_hashed(digest, signature)
        return right or Pkcs1Signature(self.key).verify_digest(digest, signature)


# The salt that is signed with.

REPEATED = (
    "Signatures are not randomised as the proof of security needs; the salt may give away a state "
    "of the generator."
)
DRAW = "Draw every salt anew from a random bit generator."


@deviation(
    "pss/salt-constant",
    gain=REPEATED,
    clause="RFC 8017 §9.1.1 step 4",
    cause="The buffer of the salt is not filled: the result of the generator is not looked at, or "
    "a stub of the tests is left in.",
    remedy=DRAW,
    severity=Severity.MEDIUM,
    weakness=323,
    unseen={View.LIBRARY: "One signature is made of a message, and its salt looks like any."},
    statistical=True,
)
class SaltConstant(RandomChoices):
    """All signatures have one and the same salt."""

    def pss_salt(self, length: int) -> bytes:
        """Take one value."""
        return hashlib.shake_256(b"salt of PSS").digest(length)


@deviation(
    "pss/salt-of-digest",
    gain=REPEATED,
    clause="RFC 8017 §9.1.1 step 4",
    cause="Signing is made repeatable on purpose, so that no generator is needed.",
    remedy=DRAW,
    severity=Severity.LOW,
    weakness=330,
    unseen={View.LIBRARY: "One signature is made of a message, and its salt looks like any."},
    statistical=True,
)
class SaltOfDigest(Pss):
    """The salt is computed from the digest, so that a message has one signature."""

    def sign_hashed(self, digest: bytes, salt: bytes) -> bytes:
        """Hash the digest."""
        salt = hashlib.shake_256(b"salt" + digest).digest(len(salt))
        return super().sign_hashed(digest, salt)


@deviation(
    "pss/salt-counter",
    gain=REPEATED,
    clause="RFC 8017 §9.1.1 step 4",
    cause="A salt is taken for a value that only must not come twice, like a nonce.",
    remedy=DRAW,
    severity=Severity.LOW,
    weakness=340,
    unseen={View.LIBRARY: "One signature is made of a message, and its salt is not looked at."},
    statistical=True,
)
class SaltCounter(RandomChoices):
    """The salt is a number that is counted up."""

    def __init__(self, source: RandomSource) -> None:
        """Begin with zero."""
        super().__init__(source)
        self._salt = 0

    def pss_salt(self, length: int) -> bytes:
        """Take the next one."""
        self._salt += 1
        return i2osp(self._salt, length)


@deviation(
    "pss/salt-of-8-bytes-filled-up",
    gain=REPEATED,
    clause="RFC 8017 §9.1.1 step 4",
    cause="The default length of a salt elsewhere, 64 bits, is drawn, and the rest stays zero.",
    remedy=DRAW,
    severity=Severity.LOW,
    weakness=331,
    unseen={View.LIBRARY: "One signature is made of a message, and its salt is not looked at."},
    statistical=True,
)
class SaltOf8BytesFilledUp(RandomChoices):
    """Of the salt 8 bytes are random, and the others are zeros."""

    def pss_salt(self, length: int) -> bytes:
        """Fill up."""
        return super().pss_salt(8).ljust(length, b"\0")
