"""ECIES: encryption to a public key of an elliptic curve, with XOR and HMAC.

Standard:  SEC 1 version 2.0, edition of 21 May 2009.
Sections:  5.1.3 (encryption), 5.1.4 (decryption), 3.8 (the XOR scheme), 3.7 (HMAC).
Page:      https://www.secg.org/sec1-v2.pdf
Left out:  the block ciphers of §3.8, the other MACs of §3.7, and the cofactor: it is 1 here.

The standard leaves choices open and implementations took others: `ecies_dialect` names them. The
scheme is the same for all; where a step looks at the dialect it says so.

Whatever is wrong with a ciphertext, decryption gives one error with one text. Intermediate values:
``R`` (as it is sent), ``Z``, ``K``, ``EK``, ``MK``, ``EM`` and ``D``.
"""

from __future__ import annotations

import hashlib
import hmac

from kmsproof_reference.ec_keys import (
    EcPrivateKey,
    EcPublicKey,
    PrivateKeyValidation,
    PublicKeyValidation,
)
from kmsproof_reference.ecdh import Ecdh
from kmsproof_reference.ecies_dialect import (
    EK_MK,
    MK_EK,
    Authenticator,
    Dialect,
    KdfInput,
    KeyOrder,
)
from kmsproof_reference.ecies_layout import EciesLayout
from kmsproof_reference.elliptic_curve import Point
from kmsproof_reference.errors import (
    InvalidArgument,
    InvalidCiphertext,
    InvalidPoint,
    MalformedDer,
)
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.kdf_x963 import X963Kdf
from kmsproof_reference.octets import i2osp, xor
from kmsproof_reference.point_encoding import EphemeralPointEncoding, PointForm

__all__ = ["EK_MK", "MK_EK", "Dialect", "Ecies"]


class Ecies(EciesLayout):
    """ECIES under one key (SEC 1 §5.1). A public key encrypts, a private one decrypts too."""

    ecdh_class: type[Ecdh] = Ecdh
    kdf_class: type[X963Kdf] = X963Kdf
    point_encoding_class: type[EphemeralPointEncoding] = EphemeralPointEncoding
    public_key_validation_class: type[PublicKeyValidation] = PublicKeyValidation
    private_key_validation_class: type[PrivateKeyValidation] = PrivateKeyValidation

    def __init__(
        self, key: EcPrivateKey | EcPublicKey, dialect: Dialect = EK_MK, show: Show = nobody
    ) -> None:
        """Take a key and a dialect; raise `InvalidKey` when the key is not valid."""
        self.key, self.curve = key, key.curve
        self.dialect = self.speak(dialect)
        self.show = show
        self.point_encoding = self.point_encoding_class(self.curve, self.dialect.read_forms)
        self.kdf = self.kdf_class(self.dialect.hash_name, self.dialect.first_counter)
        self.public_key_validation = self.public_key_validation_class()
        self.private_key_validation = self.private_key_validation_class()
        self.check_key()

    def encrypt(
        self, message: bytes, k: int, shared_info_1: bytes = b"", shared_info_2: bytes = b""
    ) -> bytes:
        """The ciphertext of a message of any length (SEC 1 §5.1.3).

        ``k`` is the ephemeral private key. Raises `InvalidArgument` unless 1 <= k < n.
        """
        # 1. The ephemeral key pair (k, R). 2. R as bytes.
        ephemeral = self.ephemeral_key(k)
        r = self.encode_point(ephemeral.public.point)
        # 3. and 4. Z. 5. to 7. K, EK and MK.
        z = self.shared_secret(ephemeral, self.public_key().point)
        return self.seal(r, z, message, shared_info_1, shared_info_2)

    def seal(
        self,
        r: bytes,
        z: bytes,
        message: bytes,
        shared_info_1: bytes = b"",
        shared_info_2: bytes = b"",
    ) -> bytes:
        """The ciphertext under a shared secret that is there already (SEC 1 §5.1.3 from step 5).

        Whoever has other points than those of the standard makes ciphertexts with them here.
        """
        ek, mk = self.keys(r, z, len(message), shared_info_1)
        # 7. EM = ENC(EK, M). 8. D = MAC(MK, EM ‖ SharedInfo2).
        em = self.encipher(ek, message)
        self.show("EM", em)
        tag = self.mac(mk, self.mac_input(r, z, message, em, shared_info_2))
        self.show("D", tag)
        # 9. C = R ‖ EM ‖ D.
        return self.compose(r, em, tag)

    def decrypt(
        self, ciphertext: bytes, shared_info_1: bytes = b"", shared_info_2: bytes = b""
    ) -> bytes:
        """The message (SEC 1 §5.1.4).

        Raises `InvalidCiphertext`, with one and the same text, whatever is wrong with it, and
        `InvalidArgument` when only the public key is there.
        """
        private = self.private_key()
        try:
            return self.open(private, ciphertext, shared_info_1, shared_info_2)
        except (InvalidCiphertext, InvalidPoint, MalformedDer):
            raise InvalidCiphertext(
                "invalid: the ciphertext does not open (SEC 1 §5.1.4)"
            ) from None

    def open(
        self, private: EcPrivateKey, ciphertext: bytes, shared_info_1: bytes, shared_info_2: bytes
    ) -> bytes:
        """The steps of SEC 1 §5.1.4; raises what the step that fails raises."""
        # 1. Take C apart. 2. and 3. The point R, which must be a valid public key.
        r, em, tag = self.parse(ciphertext)
        point = self.decode_point(r)
        # 4. and 5. Z. 6. and 7. K, EK and MK.
        z = self.shared_secret(private, point)
        ek, mk = self.keys(r, z, len(em), shared_info_1)
        # 9. M = DEC(EK, EM); it is not handed out before 8. The tag: if it differs, "invalid".
        message = self.encipher(ek, em)
        expected_tag = self.mac(mk, self.mac_input(r, z, message, em, shared_info_2))
        self.show("D", expected_tag)
        self.compare_tag(expected_tag, tag)
        # 10. Output M.
        return message

    # The ephemeral point.

    def ephemeral_key(self, k: int) -> EcPrivateKey:
        """The key pair (k, R) (SEC 1 §5.1.3 step 1). Raises `InvalidArgument` for a bad k."""
        if not 1 <= k < self.curve.n:
            raise InvalidArgument("k is not in 1 <= k < n (SEC 1 §5.1.3 step 1)")
        return EcPrivateKey(self.curve, k)

    def encode_point(self, point: Point | None) -> bytes:
        """R as the dialect sends it (SEC 1 §5.1.3 step 2)."""
        r = self.point_encoding.encode(point, self.dialect.point_form)
        self.show("R", r)
        return r

    def decode_point(self, r: bytes) -> Point:
        """The ephemeral point (SEC 1 §5.1.4 steps 2 and 3). Raises `InvalidPoint`."""
        self.show("R", r)
        return self.point_encoding.decode(r)

    # The keys.

    def shared_secret(self, private: EcPrivateKey, point: Point | None) -> bytes:
        """Z (SEC 1 §5.1.3 steps 3 and 4). The dialect may want both coordinates, or fewer zeros.

        Raises `InvalidPoint` when the point is not valid.
        """
        ecdh = self.ecdh_class(private)
        common = ecdh.agree(point)
        z = ecdh.encode_coordinate(common.x)
        if self.dialect.kdf_input is KdfInput.COMMON_POINT:
            z += ecdh.encode_coordinate(common.y)
        if self.dialect.strip_leading_zeros:
            z = z.lstrip(b"\x00")
        self.show("Z", z)
        return z

    def kdf_input(self, r: bytes, z: bytes) -> bytes:
        """What the KDF takes as its secret (SEC 1 §5.1.3 step 5): Z, or more, by the dialect."""
        match self.dialect.kdf_input:
            case KdfInput.R_Z:
                return r + z
            case KdfInput.COMPRESSED_R_Z:
                point = self.point_encoding.decode(r)
                return self.point_encoding.encode(point, PointForm.COMPRESSED) + z
            case KdfInput.Z | KdfInput.COMMON_POINT:
                return z

    def keys(self, r: bytes, z: bytes, length: int, shared_info_1: bytes) -> tuple[bytes, bytes]:
        """EK of ``length`` bytes and MK (SEC 1 §5.1.3 steps 5 and 6)."""
        secret = self.kdf_input(r, z)
        k = self.derive_keys(secret, length + self.dialect.mac_key_length, shared_info_1)
        self.show("K", k)
        ek, mk = self.split_keys(k, length)
        self.show("EK", ek)
        self.show("MK", mk)
        return ek, mk

    def derive_keys(self, secret: bytes, length: int, shared_info_1: bytes) -> bytes:
        """K = KDF(Z, enckeylen + mackeylen, SharedInfo1) (SEC 1 §5.1.3 step 5)."""
        return self.kdf.derive(secret, length, shared_info_1)

    def split_keys(self, k: bytes, length: int) -> tuple[bytes, bytes]:
        """EK and MK, in the order of the dialect (SEC 1 §5.1.3 step 6)."""
        if self.dialect.key_order is KeyOrder.EK_MK:
            return k[:length], k[length:]
        return k[self.dialect.mac_key_length :], k[: self.dialect.mac_key_length]

    # The message and its tag.

    def encipher(self, ek: bytes, text: bytes) -> bytes:
        """M ⊕ EK, which is its own inverse (SEC 1 §3.8: the XOR scheme)."""
        return xor(text, ek)

    def mac_input(
        self, r: bytes, z: bytes, message: bytes, em: bytes, shared_info_2: bytes
    ) -> bytes:
        """EM ‖ SharedInfo2 (SEC 1 §5.1.3 step 8), or what the dialect covers instead."""
        match self.dialect.authenticator:
            case Authenticator.HMAC:
                point = r if self.dialect.mac_includes_point else b""
                return point + em + shared_info_2 + self.length_field(shared_info_2)
            case Authenticator.HASH_OF_CIPHERTEXT:
                return em
            case Authenticator.HASH_OF_PLAINTEXT:
                half = len(z) // 2
                return z[:half] + message + z[half:]

    def length_field(self, shared_info_2: bytes) -> bytes:
        """The length of SharedInfo2 (IEEE 1363a): SEC 1 has none, then it is empty."""
        unit = 1 if self.dialect.mac_length_in_bytes else 8
        field_length = self.dialect.mac_length_field
        return i2osp(unit * len(shared_info_2), field_length) if field_length else b""

    def mac(self, mk: bytes, octets: bytes) -> bytes:
        """D: HMAC, cut to the length of the tag (SEC 1 §3.7, §5.1.3 step 8)."""
        if self.dialect.authenticator is Authenticator.HMAC:
            tag = hmac.digest(mk, octets, self.dialect.hash_name)
        else:
            tag = hashlib.new(self.dialect.hash_name, octets).digest()
        return tag[: self.dialect.tag_length]

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Raise `InvalidCiphertext` unless the tags are equal (SEC 1 §5.1.4 step 8)."""
        if tag != expected_tag:
            raise InvalidCiphertext("the tag does not verify (SEC 1 §5.1.4 step 8)")

    # Preconditions.

    def speak(self, dialect: Dialect) -> Dialect:
        """The dialect that is spoken: the one that is asked for."""
        return dialect

    def check_key(self) -> None:
        """Raise `InvalidKey` unless 1 <= d < n, or Q is a valid point (SEC 1 §5.1.2)."""
        if isinstance(self.key, EcPrivateKey):
            self.private_key_validation.validate(self.key)
        else:
            self.public_key_validation.validate_partially(self.key)

    def private_key(self) -> EcPrivateKey:
        """The private key; raises `InvalidArgument` when only the public one is there."""
        if not isinstance(self.key, EcPrivateKey):
            raise InvalidArgument("a public key does not decrypt; take the private one")
        return self.key

    def public_key(self) -> EcPublicKey:
        """The public key, which a private one has with it."""
        return self.key.public if isinstance(self.key, EcPrivateKey) else self.key
