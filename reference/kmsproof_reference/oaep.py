"""RSAES-OAEP: encryption with RSA and the optimal asymmetric encryption padding.

Standard:  RFC 8017 (PKCS #1 v2.2), edition of November 2016.
Sections:  7.1 (RSAES-OAEP).
Page:      https://www.rfc-editor.org/rfc/rfc8017#section-7.1
Left out:  constant time. Whoever can tell by its time at which step a decryption fails can decrypt
           (Manger's attack); here all failures have one text, and not one time. And the limit on
           the label of §7.1.1 step 1.a, which with SHA-256 is 2^61 - 1 bytes.

Intermediate values, under the names of RSA Laboratories' own examples: ``lHash``, ``DB``, ``seed``,
``dbMask``, ``maskedDB``, ``seedMask``, ``maskedSeed``, ``EM`` and ``C``.
"""

from __future__ import annotations

import hashlib

from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.octets import i2osp, os2ip, xor
from kmsproof_reference.rsa import Rsa, RsaPrivateKey, RsaPublicKey


class Oaep:
    """RSAES-OAEP under one key (RFC 8017 §7.1)."""

    rsa_class: type[Rsa] = Rsa
    mgf_class: type[Mgf1] = Mgf1

    def __init__(
        self,
        key: RsaPublicKey | RsaPrivateKey,
        hash_name: str = "sha256",
        mgf: Mgf1 | None = None,
        show: Show = nobody,
    ) -> None:
        """Take either half of a key pair; the private one is needed to decrypt.

        Raises `InvalidArgument` for a modulus that is too short for the hash function.
        """
        self.key, self.hash_name, self.show = key, hash_name, show
        self.rsa = self.rsa_class()
        self.mgf = self.mgf_class() if mgf is None else mgf
        self.hash_length = hashlib.new(hash_name).digest_size
        if self.max_length < 0:
            raise InvalidArgument("the modulus is too short for the hash (RFC 8017 §7.1.2 step 1)")

    @property
    def max_length(self) -> int:
        """k - 2hLen - 2: the longest message in bytes (RFC 8017 §7.1.1)."""
        return self.key.length - 2 * self.hash_length - 2

    def encrypt(self, message: bytes, seed: bytes, label: bytes = b"") -> bytes:
        """RSAES-OAEP-ENCRYPT with a seed of hLen bytes (RFC 8017 §7.1.1).

        Raises `InvalidArgument` when the message is too long or the seed has another length.
        """
        # 2. EME-OAEP encoding, 3. RSA encryption.
        return self.raw_encrypt(self.encode(message, seed, label))

    def decrypt(self, ciphertext: bytes, label: bytes = b"") -> bytes:
        """RSAES-OAEP-DECRYPT (RFC 8017 §7.1.2).

        Raises `InvalidCiphertext` with one and the same text whatever is wrong.
        """
        # 1.b. If the length of the ciphertext is not k octets, output "decryption error".
        if not self.has_right_length(ciphertext):
            raise self.decryption_error()
        # 2. RSA decryption, 3. EME-OAEP decoding.
        return self.decode(self.raw_decrypt(ciphertext), label)

    # RSA, on strings of k octets.

    def raw_encrypt(self, encoded: bytes) -> bytes:
        """RSAEP of an encoded message, on k bytes (RFC 8017 §7.1.1 step 3).

        Raises `InvalidArgument` when it stands for a number of n or more.
        """
        self.show("EM", encoded)
        c = self.rsa.rsaep(self.key.public, os2ip(encoded))
        ciphertext = i2osp(c, self.key.length)
        self.show("C", ciphertext)
        return ciphertext

    def raw_decrypt(self, ciphertext: bytes) -> bytes:
        """RSADP of a ciphertext, on k bytes (RFC 8017 §7.1.2 step 2).

        Raises `InvalidCiphertext` when it stands for a number of n or more.
        """
        if not isinstance(self.key, RsaPrivateKey):
            raise InvalidArgument("decryption takes the private key (RFC 8017 §7.1.2)")
        try:
            m = self.rsa.rsadp(self.key, os2ip(ciphertext))
        except InvalidArgument:
            # 2.b. If RSADP outputs "ciphertext representative out of range", "decryption error".
            raise self.decryption_error() from None
        encoded = i2osp(m, self.key.length)
        self.show("EM", encoded)
        return encoded

    # EME-OAEP encoding.

    def encode(self, message: bytes, seed: bytes, label: bytes = b"") -> bytes:
        """EM = 0x00 ‖ maskedSeed ‖ maskedDB, k bytes (RFC 8017 §7.1.1 step 2).

        Raises `InvalidArgument` when the message is too long or the seed has another length.
        """
        # 1.b. If mLen > k - 2hLen - 2, output "message too long" and stop.
        self.check_message(message)
        return self.encode_data_block(self.data_block(message, label), seed)

    def check_message(self, message: bytes) -> None:
        """Raise `InvalidArgument` when a message is too long (RFC 8017 §7.1.1 step 1.b)."""
        if len(message) > self.max_length:
            raise InvalidArgument(
                f"message too long: {len(message)} bytes, at most {self.max_length} fit "
                "(RFC 8017 §7.1.1 step 1.b)"
            )

    def data_block(self, message: bytes, label: bytes) -> bytes:
        """DB = lHash ‖ PS ‖ 0x01 ‖ M (RFC 8017 §7.1.1 steps 2.a to 2.c)."""
        padding = bytes(self.max_length - len(message))
        return self.label_hash(label) + padding + b"\x01" + message

    def encode_data_block(self, data_block: bytes, seed: bytes, first: int = 0) -> bytes:
        """Mask a data block of k - hLen - 1 bytes (RFC 8017 §7.1.1 steps 2.d to 2.i).

        ``first`` is the first octet, Y; anything but 0 makes an encoding that is refused.
        Raises `InvalidArgument` for other lengths.
        """
        self.check_lengths(data_block, seed)
        self.show("DB", data_block)
        # d. Generate a random octet string seed of length hLen: it is an argument.
        self.show("seed", seed)
        # e. and f. maskedDB = DB ⊕ MGF(seed, k - hLen - 1).
        masked = xor(data_block, self.mask("dbMask", seed, len(data_block)))
        self.show("maskedDB", masked)
        # g. and h. maskedSeed = seed ⊕ MGF(maskedDB, hLen).
        masked_seed = xor(seed, self.mask("seedMask", masked, self.hash_length))
        self.show("maskedSeed", masked_seed)
        # i. EM = 0x00 ‖ maskedSeed ‖ maskedDB.
        return i2osp(first, 1) + self.join(masked_seed, masked)

    def join(self, masked_seed: bytes, masked: bytes) -> bytes:
        """MaskedSeed ‖ maskedDB (RFC 8017 §7.1.1 step 2.i)."""
        return masked_seed + masked

    def mask(self, name: str, seed: bytes, length: int) -> bytes:
        """MGF(seed, length), which both directions use twice (§7.1.1 steps 2.e and 2.g)."""
        mask = self.mgf.mask(seed, length)
        self.show(name, mask)
        return mask

    def check_lengths(self, data_block: bytes, seed: bytes) -> None:
        """Raise `InvalidArgument` unless DB has k - hLen - 1 bytes, and the seed hLen."""
        if len(seed) != self.hash_length:
            raise InvalidArgument(f"a seed has {self.hash_length} bytes, not {len(seed)}")
        length = self.key.length - self.hash_length - 1
        if len(data_block) != length:
            raise InvalidArgument(f"a data block has {length} bytes, not {len(data_block)}")

    # EME-OAEP decoding.

    def decode(self, encoded: bytes, label: bytes = b"") -> bytes:
        """M, from an EM of k bytes (RFC 8017 §7.1.2 step 3).

        Raises `InvalidCiphertext` when it is no encoding, `InvalidArgument` for another length.
        """
        if len(encoded) != self.key.length:
            raise InvalidArgument(f"EM has {self.key.length} bytes, not {len(encoded)}")
        data_block = self.unmask(encoded)
        # g. If there is no octet 0x01 to separate PS from M, if lHash' is not lHash, or if Y is
        #    nonzero, output "decryption error" and stop. All three are computed, then one is said.
        separator = self.find_separator(data_block)
        label_hash_is_right = self.label_hash_is_right(data_block, label)
        first_octet_is_right = self.first_octet_is_right(encoded)
        if separator is None or not label_hash_is_right or not first_octet_is_right:
            raise self.decryption_error()
        # 4. Output the message M.
        return data_block[separator + 1 :]

    def unmask(self, encoded: bytes) -> bytes:
        """DB, from Y ‖ maskedSeed ‖ maskedDB (RFC 8017 §7.1.2 steps 3.b to 3.f)."""
        # b. Separate EM into Y of one octet, maskedSeed of hLen octets, and maskedDB.
        masked_seed, masked = self.separate(encoded[1:])
        # c. and d. seed = maskedSeed ⊕ MGF(maskedDB, hLen).
        seed = xor(masked_seed, self.mask("seedMask", masked, self.hash_length))
        self.show("seed", seed)
        # e. and f. DB = maskedDB ⊕ MGF(seed, k - hLen - 1).
        data_block = xor(masked, self.mask("dbMask", seed, len(masked)))
        self.show("DB", data_block)
        return data_block

    def separate(self, joined: bytes) -> tuple[bytes, bytes]:
        """MaskedSeed and maskedDB, from what follows Y (RFC 8017 §7.1.2 step 3.b)."""
        return joined[: self.hash_length], joined[self.hash_length :]

    def has_right_length(self, ciphertext: bytes) -> bool:
        """Whether a ciphertext has k octets (RFC 8017 §7.1.2 step 1.b)."""
        return len(ciphertext) == self.key.length

    def first_octet_is_right(self, encoded: bytes) -> bool:
        """Whether Y is zero (RFC 8017 §7.1.2 step 3.g)."""
        return encoded[0] == 0

    def label_hash_is_right(self, data_block: bytes, label: bytes) -> bool:
        """Whether lHash' is the hash of the label (RFC 8017 §7.1.2 step 3.g)."""
        return data_block[: self.hash_length] == self.label_hash(label)

    def find_separator(self, data_block: bytes) -> int | None:
        """Where the octet 0x01 stands that ends the zeros of PS (RFC 8017 §7.1.2 step 3.g).

        The position is counted from the start of DB; there may be none.
        """
        for position in range(self.hash_length, len(data_block)):
            if data_block[position] == 1:
                return position
            if data_block[position] != 0:
                return None
        return None

    def label_hash(self, label: bytes) -> bytes:
        """lHash = Hash(L) (RFC 8017 §7.1.1 step 2.a, §7.1.2 step 3.a)."""
        label_hash = hashlib.new(self.hash_name, label).digest()
        self.show("lHash", label_hash)
        return label_hash

    def decryption_error(self) -> InvalidCiphertext:
        """The one failure of a decryption, whatever its cause (RFC 8017 §7.1.2)."""
        return InvalidCiphertext("decryption error (RFC 8017 §7.1.2)")
