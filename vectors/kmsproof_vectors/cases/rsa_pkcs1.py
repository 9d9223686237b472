"""RSASSA-PKCS1-v1_5 with SHA-256: its maker, parts of an encoded message, and parameter sets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from kmsproof_reference.der import NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, Reader
from kmsproof_reference.der import object_identifier as encode_object_identifier
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.pkcs1_signature import OBJECT_IDENTIFIERS, Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.vocabulary import Algorithm
from kmsproof_vectors.case import Draft, require
from kmsproof_vectors.cases import rsa
from kmsproof_vectors.cases.rsa_signature import SignatureMaker, message_of
from kmsproof_vectors.der_mutations import Node
from kmsproof_vectors.maker import ParameterSet
from kmsproof_vectors.model import Clause

SECTION: Final = "8.2"
"""The section of RFC 8017 about the scheme."""

ENCODING: Final = Clause(ref="RFC 8017", section="9.2", step="5")
DIGEST_INFO: Final = Clause(ref="RFC 8017", section="9.2", step="2")
PADDING: Final = Clause(ref="RFC 8017", section="9.2", step="4")
COMPARISON: Final = Clause(ref="RFC 8017", section="8.2.2", step="4")
PARAMETERS: Final = Clause(ref="RFC 8017", section="A.2.4")

SHA_256: Final = OBJECT_IDENTIFIERS["sha256"]

SHORTEST_PADDING: Final = 8
"""Octets that PS has at least."""


class Pkcs1Maker(SignatureMaker):
    """Makes tests of RSASSA-PKCS1-v1_5."""

    def scheme(self, private: RsaPrivateKey) -> Pkcs1Signature:
        """Return RSASSA-PKCS1-v1_5 with SHA-256."""
        return Pkcs1Signature(private)

    def signature_of_digest(self, private: RsaPrivateKey, digest: bytes) -> bytes:
        """Return the signature on a digest."""
        return self.scheme(private).sign_digest(digest)

    @property
    def is_deterministic(self) -> bool:
        """Yes: nothing is drawn at random."""
        return True

    def of_other_schemes(self, message: bytes) -> Iterator[tuple[str, str, bytes]]:
        """Yield PSS with several hash functions, X9.31, and no padding at all."""
        key = self.rsa_key()
        digest = hashlib.sha256(message).digest()
        for name, spoken in (("sha256", "SHA-256"), ("sha1", "SHA-1"), ("sha512", "SHA-512")):
            length = hashlib.new(name).digest_size
            made = Pss(key, name, Mgf1(name), length).sign(message, self.random(length))
            yield f"pss-{name}", f"RSASSA-PSS with {spoken}", made
        for name, what, encoded in (
            ("no-padding", "that of the digest without any padding", digest),
            ("only-digest-info", "that of the DigestInfo alone", digest_info(digest).encode()),
            ("zero-padding", "that of the digest before zeros", digest + bytes(64)),
            ("x9-31", "that of ANSI X9.31", self._x9_31(digest)),
            ("encryption", "that of an encryption block", self._encryption_block(digest)),
        ):
            octets = i2osp(os2ip(encoded), self.key_length)
            yield name, what, self.scheme(key).sign_encoded(octets)

    def _x9_31(self, digest: bytes) -> bytes:
        """Return a message representative of ANSI X9.31: 6b bb … ba, the digest, 34 cc."""
        return (
            b"\x6b" + b"\xbb" * (self.key_length - len(digest) - 4) + b"\xba" + digest + b"\x34\xcc"
        )

    def _encryption_block(self, digest: bytes) -> bytes:
        """Return the digest in a block of RSAES-PKCS1-v1_5 (RFC 8017 §7.2.1)."""
        padding = bytes(octet or 0xA5 for octet in self.random(self.key_length - len(digest) - 3))
        return b"\x00\x02" + padding + b"\x00" + digest

    # Encoded messages.

    def encoded(self, t: bytes, *, padding: bytes | None = None, after: bytes = b"") -> bytes:
        """Return 00 ‖ 01 ‖ PS ‖ 00 ‖ T ‖ what comes after; PS fills up to k bytes."""
        if padding is None:
            padding = b"\xff" * (self.key_length - 3 - len(t) - len(after))
        made = b"\x00\x01" + padding + b"\x00" + t + after
        require(len(made) == self.key_length, "EM does not have k bytes")
        return made


class Signed:
    """A control, and what its encoded message is made of."""

    def __init__(self, family: Pkcs1Maker, message: bytes | None = None) -> None:
        self.control: Draft = family.control(message=message)
        self.message = message_of(self.control)
        self.digest = hashlib.sha256(self.message).digest()
        self.t = digest_info(self.digest).encode()
        self.encoded = family.encoded(self.t)
        expected = family.scheme(family.rsa_key()).encode_digest(self.digest)
        require(self.encoded == expected, "EM is not the right one")


def digest_info(digest: bytes, identifier: str = SHA_256) -> Node:
    """Return a DigestInfo as a tree of which a node can be changed."""
    oid = Reader(encode_object_identifier(identifier)).read(OBJECT_IDENTIFIER)
    algorithm = (
        Node("object-identifier", "the OBJECT IDENTIFIER", OBJECT_IDENTIFIER, oid),
        Node("null", "the NULL", NULL, b""),
    )
    return Node(
        "digest-info",
        "the DigestInfo",
        SEQUENCE,
        (
            Node("algorithm-identifier", "the AlgorithmIdentifier", SEQUENCE, algorithm),
            Node("digest", "the digest", OCTET_STRING, digest),
        ),
    )


def parameter_sets() -> list[ParameterSet]:
    """Return one parameter set for each length of the modulus."""
    return rsa.parameter_sets(
        "pkcs1", Algorithm.RSA_PKCS1_SHA_256, "RSASSA-PKCS1-v1_5 with SHA-256"
    )
