"""The dialects of ECIES: what implementations do differently, one field for one choice.

Standard:  SEC 1 version 2.0, edition of 21 May 2009, for the two dialects that conform; IEEE
           1363a-2004 (DHAES mode) and ISO/IEC 18033-2 are where the others come from.
Section:   SEC 1 5.1.
Page:      https://www.secg.org/sec1-v2.pdf
Left out:  ciphers other than XOR, MACs other than HMAC, and the cofactor, which is 1 here.

In the descriptions R is the ephemeral point as it is sent, Z the shared secret, EK and MK the keys
that are derived, EM the encrypted message and D the tag.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, unique
from itertools import product
from types import MappingProxyType

from kmsproof_reference.point_encoding import RAW_FORM, SEC1_FORMS, PointForm


@unique
class KeyOrder(Enum):
    """Which of the two keys is the left part of what the KDF gives (SEC 1 §5.1.3 step 6)."""

    EK_MK = "EK‖MK"
    MK_EK = "MK‖EK"


@unique
class KdfInput(Enum):
    """What the KDF takes as the secret (SEC 1 §5.1.3 step 5: Z)."""

    Z = "Z"
    """The x-coordinate of the common point."""
    R_Z = "R‖Z"
    """Before it the ephemeral point as it is sent: the DHAES mode of IEEE 1363a."""
    COMPRESSED_R_Z = "compressed R‖Z"
    """Before it the ephemeral point in compressed form, however it is sent."""
    COMMON_POINT = "x‖y"
    """Both coordinates of the common point."""


@unique
class Authenticator(Enum):
    """What makes the tag (SEC 1 §5.1.3 step 8: a MAC of EM ‖ SharedInfo2)."""

    HMAC = "HMAC of EM"
    HASH_OF_CIPHERTEXT = "hash of EM"
    """No key and no SharedInfo2: CKMS_SHA1 of the PKCS #11 mechanism CKM_ECIES."""
    HASH_OF_PLAINTEXT = "hash of x‖M‖y"
    """As in SM2, with the coordinates of the common point around the plaintext."""


@unique
class Layout(Enum):
    """How the three parts become one byte string (SEC 1 §5.1.3 step 9)."""

    R_EM_D = "R‖EM‖D"
    R_D_EM = "R‖D‖EM"
    DER = "DER"
    """SEQUENCE of three OCTET STRINGs: ECIES-Ciphertext-Value of SEC 1, appendix C."""


@dataclass(frozen=True)
class Dialect:
    """One way of doing ECIES with KDF2, XOR and HMAC. Lengths are in bytes."""

    key_order: KeyOrder = KeyOrder.EK_MK
    kdf_input: KdfInput = KdfInput.Z
    strip_leading_zeros: bool = False
    """Whether Z loses its leading zero bytes, as a number does that is turned into bytes."""
    first_counter: int = 1
    """The first counter of the KDF: 0 makes KDF1 of it."""
    hash_name: str = "sha1"
    """The hash function of the KDF and of the MAC."""
    mac_key_length: int = 20
    authenticator: Authenticator = Authenticator.HMAC
    mac_includes_point: bool = False
    """Whether R stands before EM in what the MAC covers."""
    mac_length_field: int = 0
    """Bytes of the length of SharedInfo2 behind it in what the MAC covers: 0, 4 or 8."""
    mac_length_in_bytes: bool = False
    """Whether that field counts bytes instead of bits."""
    tag_length: int = 20
    layout: Layout = Layout.R_EM_D
    point_form: PointForm = PointForm.UNCOMPRESSED
    """How R is sent."""
    accepted_forms: frozenset[PointForm] = SEC1_FORMS
    """How R may come, beside ``point_form``. A bare pair of coordinates excludes all others."""

    @property
    def read_forms(self) -> frozenset[PointForm]:
        """The forms of R that decryption reads."""
        if self.point_form is PointForm.RAW:
            return RAW_FORM
        return self.accepted_forms | {self.point_form}


EK_MK = Dialect()
"""SEC 1 v1.0, v2.0 in its backwards compatible mode, ANSI X9.63, and the example of GEC 2."""

MK_EK = Dialect(key_order=KeyOrder.MK_EK)
"""SEC 1 v2.0 without that mode: the MAC key first, so that a known plaintext tells no MAC key."""

_DHAES = Dialect(kdf_input=KdfInput.R_Z, key_order=KeyOrder.MK_EK, mac_length_field=8)
_SM2 = Dialect(
    kdf_input=KdfInput.COMMON_POINT,
    mac_key_length=0,
    authenticator=Authenticator.HASH_OF_PLAINTEXT,
)

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        "EK_MK": EK_MK,
        "MK_EK": MK_EK,
        # Crypto++ takes HMAC's DEFAULT_KEYLENGTH, and has the DHAES mode since 5.7.
        "CRYPTOPP_P1363": replace(EK_MK, mac_key_length=16),
        "CRYPTOPP_DEFAULT": replace(_DHAES, mac_key_length=16),
        "CRYPTOPP_LABEL_OCTETS": replace(_DHAES, mac_key_length=16, mac_length_in_bytes=True),
        # IESEngine with R as its V; the length of the MAC key is a parameter there.
        "BOUNCY_CASTLE_DHAES": _DHAES,
        "BOUNCY_CASTLE_DHAES_KDF1": replace(_DHAES, first_counter=0),
        "BOUNCY_CASTLE_OLD_DHAES": replace(_DHAES, mac_length_field=4),
        "ISO_18033_2": replace(EK_MK, kdf_input=KdfInput.R_Z, mac_length_field=8),
        "CKMS_SHA1": replace(
            EK_MK, mac_key_length=0, authenticator=Authenticator.HASH_OF_CIPHERTEXT
        ),
        "SM2_C1C2C3": _SM2,
        "SM2_C1C3C2": replace(_SM2, layout=Layout.R_D_EM),
    }
)
"""The dialects that have a name. Only the first two conform to SEC 1."""


def core_dialects() -> Iterator[Dialect]:
    """The 36 combinations of KDF input, key order, MAC key of 16 or 20 bytes, and length field."""
    inputs = (KdfInput.Z, KdfInput.R_Z, KdfInput.COMPRESSED_R_Z)
    for kdf_input, key_order, mac_key_length, mac_length_field in product(
        inputs, KeyOrder, (16, 20), (0, 4, 8)
    ):
        yield Dialect(
            kdf_input=kdf_input,
            key_order=key_order,
            mac_key_length=mac_key_length,
            mac_length_field=mac_length_field,
        )


def all_dialects() -> Iterator[Dialect]:
    """The 576: the core ones in each point form, with tags of 20 and 10 bytes, in two layouts."""
    layouts = (Layout.R_EM_D, Layout.R_D_EM)
    for point_form, tag_length, layout in product(PointForm, (20, 10), layouts):
        for dialect in core_dialects():
            yield replace(dialect, point_form=point_form, tag_length=tag_length, layout=layout)
