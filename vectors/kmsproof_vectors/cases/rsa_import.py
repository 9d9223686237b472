"""RSA keys that are imported: malformed, inconsistent, of another length, or for another purpose.

A key is refused when it comes, or when it is used. What is wrong with a modulus and an exponent can
be seen from themselves. Whether the other numbers of a private key belong to them has to be
computed, which the standards leave to the implementation: those tests apply to a target that says
that it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import msgspec

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.errors import Refusal
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_encoding import (
    decode_private_key,
    decode_public_key,
    encode_private_key,
    encode_public_key,
)
from kmsproof_reference.rsa_key_generation import generate_prime
from kmsproof_reference.rsa_keys import (
    check_private_key,
    check_public_key,
    private_key_from_primes,
)
from kmsproof_reference.vocabulary import Feature, KeyPart, KeySpec, RejectionClass
from kmsproof_vectors.case import Draft, require
from kmsproof_vectors.cases.rsa import MAIN, rsa_test_key
from kmsproof_vectors.cases.rsa_pkcs1 import Pkcs1Maker
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, SEED, flagged
from kmsproof_vectors.model import Clause, ImportTest, Result

PURPOSE: Final = Clause(ref="RFC 4055", section="1.2")
PUBLIC_KEY: Final = Clause(ref="RFC 8017", section="3.1")
MODULUS_LENGTH: Final = Clause(ref="SP 800-56B Rev. 2", section="6.4.2.2")

NO_KEY: Final = (RejectionClass.INVALID_ARGUMENT, RejectionClass.INVALID_SIGNATURE_ENCODING)
OTHER_PURPOSE: Final = (
    *NO_KEY,
    RejectionClass.WRONG_KEY_USAGE,
    RejectionClass.UNSUPPORTED_ALGORITHM,
)
"""What a key of another algorithm may also be refused as."""

MESSAGE: Final = b"kmsproof import test"

READABLE: Final = (
    "trailing-byte",
    "trailing-key",
    "version-2",
    "modulus-without-sign",
    "info-version-7",
)
"""Encodings that no standard obliges a reader to refuse: what it reads can only be the key."""


VALIDATED: Final = (Feature.KEY_PAIR_VALIDATION,)
"""What a target says that looks at numbers with which the operation can be done all the same.

RFC 8017 §5 assumes that a key is valid."""

LOOSE: Final = (
    "outer-length-with-zero",
    "inner-length-with-zero",
    "parameters-two-nulls",
    "name-unfinished",
    "name-zero-in-front",
)
"""Encodings of `loose_forms` that every strict reader refuses; some read numbers less closely."""


def closeness(name: str) -> tuple[Feature, ...]:
    """Return what a target says that refuses an encoding of `loose_forms`."""
    strict = (Feature.STRICT_KEY_ENCODING,)
    return strict if name in LOOSE else (*strict, *VALIDATED)


def strictness(name: str) -> tuple[Feature, ...]:
    """Return what a target says that refuses an encoding."""
    return (Feature.STRICT_KEY_ENCODING,) if name in READABLE else ()


class Importer:
    """Makes the imports of one part of a key, for one case."""

    def __init__(self, family: Pkcs1Maker, part: KeyPart, message: bytes = MESSAGE) -> None:
        self.family, self.part, self.key = family, part, family.rsa_key()
        private = part is KeyPart.PRIVATE
        self.signature = b"" if private else family.genuine(message)
        good = encode_private_key(self.key) if private else encode_public_key(self.key.public)
        require(self.takes(good), "the reference does not take the good key")
        done = "signs" if private else "verifies"
        common = family.common("control", Result.VALID, f"The good key is imported, and {done}.")
        if message == MESSAGE:  # all cases of a part share one control
            common["id"] = f"{family.parameters.family}/import-{part}-encoding/control"
        test = ImportTest(
            **common,
            part=part,
            material=HexBytes(good),
            message=HexBytes(message),
            signature=None if private else HexBytes(self.signature),
        )
        self.control = flagged(Draft(family.key, None, test), CONTROL_FLAGS)

    def takes(self, material: bytes) -> bool:
        """Whether the reference takes a key of this key spec."""
        try:
            if self.part is KeyPart.PRIVATE:
                check_private_key(decode_private_key(material), self.family.bits)
            else:
                check_public_key(decode_public_key(material), self.family.bits)
        except Refusal:
            return False
        return True

    def refused(
        self,
        slug: str,
        why: str,
        material: bytes,
        *,
        rejections: tuple[RejectionClass, ...] = NO_KEY,
        needs: tuple[Feature, ...] = (),
    ) -> Draft:
        """Return the import of a bad key, which the reference must refuse."""
        require(not self.takes(material), f"{slug}: the reference takes the key")
        draft = self.family.derived(
            self.control, slug, why, rejections=rejections, material=HexBytes(material)
        )
        return replace(draft, test=msgspec.structs.replace(draft.test, needs=needs))

    def numbers(self, slug: str, what: str, **changed: Any) -> Draft:
        """Return the import of a private key with other numbers, to be seen by computing only."""
        key = replace(self.key, **changed)
        why = f"A private key is refused in which {what}."
        return self.refused(slug, why, encode_private_key(key), needs=VALIDATED)


def other_lengths(family: Pkcs1Maker) -> Iterator[tuple[str, RsaPrivateKey]]:
    """Yield good keys of other lengths: a bit less, a byte less, that of another key spec."""
    p, half = family.rsa_key().p, family.bits // 2
    for name, missing in (("bit-missing", 1), ("byte-missing", 8)):
        drbg = Drbg(SEED, f"{family.parameters.key_spec} {name}".encode())
        key = private_key_from_primes(p, generate_prime(half - missing, drbg, 65_537))
        require(key.bits == family.bits - missing, "the modulus has another length")
        yield name, key
    other = KeySpec.RSA_3072 if family.bits == 2048 else KeySpec.RSA_2048
    yield f"{other}".lower().replace("_", "-"), rsa_test_key(other, MAIN)
