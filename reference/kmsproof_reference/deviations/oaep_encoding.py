"""Ways of putting the parts of an OAEP encoding together wrong, its label among them."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.deviations.oaep_functions import OTHERS
from kmsproof_reference.oaep import Oaep

NO_LABELS = {View.LIVE: "The service has no place for a label, so that all labels are empty."}

# The label.


@deviation(
    "oaep/label-ignored",
    gain="A ciphertext can be used in another context than that for which it was made.",
    clause="RFC 8017 §7.1.1 step 2.a",
    cause="The argument is accepted and not handed on: no EVP_PKEY_CTX_set0_rsa_oaep_label, no "
    "pSourceData, no PSource.PSpecified.",
    remedy="Hand the label on, or refuse one that is not empty.",
    severity=Severity.HIGH,
    weakness=345,
    unseen=NO_LABELS,
)
class LabelIgnored(Oaep):
    """A label is accepted and taken for the empty one."""

    def label_hash(self, label: bytes) -> bytes:
        """Hash nothing."""
        return super().label_hash(b"")


@deviation(
    "oaep/label-ends-at-zero-byte",
    gain="Labels that differ only behind their first zero byte are the same.",
    clause="RFC 8017 §7.1.1 step 2.a",
    cause="The label is handed over as a string of C, and strlen finds its length.",
    remedy="Hand the length of the label over.",
    severity=Severity.MEDIUM,
    weakness=170,
    unseen=NO_LABELS,
)
class LabelEndsAtZeroByte(Oaep):
    """The label is cut at its first zero byte."""

    def label_hash(self, label: bytes) -> bytes:
        """Cut it."""
        return super().label_hash(label.partition(b"\0")[0])


@deviation(
    "oaep/label-with-final-zero",
    gain=OTHERS,
    clause="RFC 8017 §7.1.1 step 2.a",
    cause="The zero byte that ends a string of C is counted as part of the label.",
    remedy="Hash the bytes of the label and no more.",
    severity=Severity.LOW,
    weakness=193,
)
class LabelWithFinalZero(Oaep):
    """A zero byte is hashed behind the label, the empty one too."""

    def label_hash(self, label: bytes) -> bytes:
        """Add it."""
        return super().label_hash(label + b"\0")


@deviation(
    "oaep/label-not-hashed",
    gain="A label of more than 32 bytes is cut, and others do not understand the message.",
    clause="RFC 8017 §7.1.1 step 2.a",
    cause="The caller is expected to have hashed the label, or the field for its hash is filled "
    "with what is given.",
    remedy="Hash the label, the empty one too.",
    severity=Severity.LOW,
    weakness=325,
)
class LabelNotHashed(Oaep):
    """The label itself, filled up with zeros, stands where its hash belongs."""

    def label_hash(self, label: bytes) -> bytes:
        """Fill it up."""
        return label[: self.hash_length].ljust(self.hash_length, b"\0")


@deviation(
    "oaep/label-hashed-twice",
    gain=OTHERS,
    clause="RFC 8017 §7.1.1 step 2.a",
    cause="The caller hashes the label, as the interface seems to demand, and the library does it "
    "again.",
    remedy="Hash the label once.",
    severity=Severity.LOW,
    weakness=684,
)
class LabelHashedTwice(Oaep):
    """The label hash is the hash of the label's hash."""

    def label_hash(self, label: bytes) -> bytes:
        """Hash again."""
        return super().label_hash(super().label_hash(label))


# The masks and the order of the parts.


@deviation(
    "oaep/seed-not-masked",
    gain="The seed, and with it the message, is known to whoever learns the low half of the "
    "encoded message; the proof of security does not hold.",
    clause="RFC 8017 §7.1.1 steps 2.g and 2.h",
    cause="The second mask is taken to be without use, since the first one hides the message.",
    remedy="Mask the seed with MGF of the masked data block.",
    severity=Severity.MEDIUM,
    weakness=325,
)
class SeedNotMasked(Oaep):
    """The seed stands in the encoded message as it is."""

    def mask(self, name: str, seed: bytes, length: int) -> bytes:
        """Leave the seed's mask zero."""
        mask = super().mask(name, seed, length)
        return bytes(length) if name == "seedMask" else mask


@deviation(
    "oaep/data-block-before-seed",
    gain=OTHERS,
    clause="RFC 8017 §7.1.1 step 2.i",
    cause="The parts are put together in the order in which they are masked.",
    remedy="Put the masked seed before the masked data block.",
    severity=Severity.LOW,
    weakness=696,
)
class DataBlockBeforeSeed(Oaep):
    """The masked data block stands before the masked seed."""

    def join(self, masked_seed: bytes, masked: bytes) -> bytes:
        """Exchange them."""
        return masked + masked_seed

    def separate(self, joined: bytes) -> tuple[bytes, bytes]:
        """Exchange them again."""
        return joined[-self.hash_length :], joined[: -self.hash_length]


@deviation(
    "oaep/message-before-padding",
    gain="The end of a message that itself ends with 01 and zeros is lost, and others do not "
    "understand the message.",
    clause="RFC 8017 §7.1.1 step 2.c",
    cause="The padding is put behind the message, as that of a block cipher is (ISO/IEC 7816-4).",
    remedy="Put the zeros and 01 between label hash and message.",
    severity=Severity.LOW,
    weakness=696,
)
class MessageBeforePadding(Oaep):
    """Behind the label hash stands the message first, then 01 and the zeros."""

    def data_block(self, message: bytes, label: bytes) -> bytes:
        """Put the padding last."""
        return self.label_hash(label) + (message + b"\1").ljust(self.max_length + 1, b"\0")

    def decode(self, encoded: bytes, label: bytes = b"") -> bytes:
        """Take it off."""
        data_block = self.unmask(encoded)
        message, separator, padding = data_block[self.hash_length :].rpartition(b"\1")
        is_right = separator and not any(padding) and self.first_octet_is_right(encoded)
        if not is_right or not self.label_hash_is_right(data_block, label):
            raise self.decryption_error()
        return message
