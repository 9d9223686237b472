"""ECIES: what its cases share, and the parameter sets that they are made for."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kmsproof_reference import ec_key_encoding
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.ecies_dialect import EK_MK, MK_EK, Dialect
from kmsproof_reference.elliptic_curve import Point
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.octets import i2osp
from kmsproof_reference.point_encoding import PointForm, encode_point
from kmsproof_reference.vocabulary import Algorithm, EciesDialect, Feature, RejectionClass
from kmsproof_vectors.case import Draft, require
from kmsproof_vectors.cases.ec import EcMaker, parameter_sets
from kmsproof_vectors.ec_small_orders import multiple
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, ParameterSet, flagged
from kmsproof_vectors.model import (
    Clause,
    DecryptTest,
    EncryptTest,
    GroupKey,
    Result,
    Uniformity,
)

ENCRYPTION: Final = Clause(ref="SEC 1", section="5.1.3")
DECRYPTION: Final = Clause(ref="SEC 1", section="5.1.4")
PARSING: Final = Clause(ref="SEC 1", section="5.1.4", step="1")
POINT_DECODING: Final = Clause(ref="SEC 1", section="2.3.4")
POINT_VALIDATION: Final = Clause(ref="SEC 1", section="5.1.4", step="3")
SHARED_SECRET: Final = Clause(ref="SEC 1", section="3.3.1")
FIELD_ELEMENT: Final = Clause(ref="SEC 1", section="2.3.5")
KEY_DERIVATION: Final = Clause(ref="SEC 1", section="3.6.1")
KEY_ORDER: Final = Clause(ref="SEC 1", section="5.1.4", step="7")
TAG_CHECK: Final = Clause(ref="SEC 1", section="5.1.4", step="8")

NOT_OPENED: Final = (RejectionClass.INVALID_CIPHERTEXT,)
WRONG_LENGTH: Final = (RejectionClass.INVALID_CIPHERTEXT, RejectionClass.INVALID_ARGUMENT)

ORACLE: Final = "opening"
"""Name of the set of refusals that must look alike: all of ciphertexts that are long enough."""

CONTROL: Final = "The ciphertext as it was made is decrypted."
"""Why a control is there."""

COORDINATE: Final = 32
"""Bytes of a coordinate."""

POINT: Final = 1 + 2 * COORDINATE
"""Bytes of an uncompressed point."""

TAG: Final = 20
"""Bytes of a tag, and of the MAC key."""

SHORTEST: Final = POINT + TAG
"""Bytes of the ciphertext of an empty message."""

DIALECTS: Final = {EciesDialect.EK_MK: EK_MK, EciesDialect.MK_EK: MK_EK}
"""The dialects of the reference by the names that the protocol has for them."""

NAMES: Final = {EciesDialect.EK_MK: "ek-mk", EciesDialect.MK_EK: "mk-ek"}
"""How the dialects stand in the names of families."""

MESSAGE_LENGTH: Final = 50
"""Bytes of a message where its length does not matter: more than two blocks of SHA-1."""


@lru_cache(maxsize=64)
def scheme_of(private: bytes, dialect: Dialect) -> Ecies:
    """Return the reference's ECIES under a private key in PKCS #8."""
    return Ecies(ec_key_encoding.decode_private_key(private), dialect)


class EciesMaker(EcMaker):
    """Makes ECIES tests; the right answers come from the reference."""

    @property
    def dialect(self) -> Dialect:
        """The dialect of this parameter set."""
        name = self.parameters.dialect
        require(name is not None, "a file of ECIES is in one dialect")
        return DIALECTS[name or EciesDialect.EK_MK]

    def scheme(self, key: GroupKey | None = None, dialect: Dialect | None = None) -> Ecies:
        """Return the reference's ECIES under a key, by default the main one in this dialect."""
        return scheme_of((key or self.key).private or b"", dialect or self.dialect)

    def private(self, key: GroupKey | None = None) -> EcPrivateKey:
        """Return the numbers of a key, by default of the main one."""
        return self.scheme(key).private_key()

    def message(self, length: int = MESSAGE_LENGTH) -> HexBytes:
        """Return a random message."""
        return self.random(length)

    # Valid tests. Where no k is given it is random.

    def decrypt(
        self,
        slug: str,
        why: str,
        *,
        message: bytes | None = None,
        k: int | None = None,
        key: GroupKey | None = None,
    ) -> Draft:
        """Return a valid decryption of what k encrypts."""
        message = self.message() if message is None else message
        scheme = self.scheme(key)
        ciphertext = scheme.encrypt(message, self.random_scalar() if k is None else k)
        return self.opened(slug, why, ciphertext, message=message, key=key)

    def opened(
        self,
        slug: str,
        why: str,
        ciphertext: bytes,
        *,
        message: bytes,
        key: GroupKey | None = None,
        needs: tuple[Feature, ...] = (),
    ) -> Draft:
        """Return the valid decryption of a ciphertext, which the reference must open."""
        scheme = self.scheme(key)
        if needs:
            forms = frozenset(PointForm) - {PointForm.RAW}
            scheme = widened(scheme, forms)
        require(scheme.decrypt(ciphertext) == message, f"{slug}: another message comes out")
        test = DecryptTest(
            **self.common(slug, Result.VALID, why),
            ciphertext=HexBytes(ciphertext),
            plaintext=HexBytes(message),
            needs=needs,
        )
        return Draft(key or self.key, None, test)

    def sealed(
        self,
        point: bytes,
        z: bytes,
        message: bytes,
        *,
        key: GroupKey | None = None,
        dialect: Dialect | None = None,
    ) -> bytes:
        """Return a ciphertext with any octets for a point and any shared secret."""
        return self.scheme(key, dialect).seal(point, z, message)

    def with_point(
        self, slug: str, why: str, point: Point, *, key: GroupKey | None = None
    ) -> Draft:
        """Return the valid decryption of a ciphertext with this ephemeral point."""
        message = self.message()
        octets = encode_point(self.curve, point, PointForm.UNCOMPRESSED)
        ciphertext = self.sealed(octets, self.secret_of(point, key), message, key=key)
        return self.opened(slug, why, ciphertext, message=message, key=key)

    def secret_of(self, point: Point, key: GroupKey | None = None) -> bytes:
        """Return Z for an ephemeral point: the x-coordinate of d times it, on 32 bytes.

        The addition rule does not look at b, so that this also tells what a target would compute
        with a point of another curve, which it should refuse.

        Raises:
            BrokenCase: if the common point is infinity.
        """
        common = multiple(self.curve, self.private(key).d, point)
        require(common is not None, "the common point is infinity")
        return i2osp(common.x if common else 0, COORDINATE)

    def encrypt(self, slug: str, why: str, message: bytes) -> Draft:
        """Return a valid encryption; the target draws k, so that there is no one right answer."""
        test = EncryptTest(**self.common(slug, Result.VALID, why), plaintext=HexBytes(message))
        return Draft(self.key, None, test)

    def control(
        self, slug: str = "control", *, message: bytes | None = None, k: int | None = None
    ) -> Draft:
        """Return the decryption from which invalid ones deviate, by default of 50 bytes."""
        return flagged(self.decrypt(slug, CONTROL, message=message, k=k), CONTROL_FLAGS)

    # Invalid tests.

    def refused(
        self,
        control: Draft,
        slug: str,
        why: str,
        ciphertext: bytes,
        *,
        given_away: bytes | None = None,
    ) -> Draft:
        """Return the decryption of another ciphertext, which the reference must refuse.

        ``given_away`` is what a target that skips the check would give away. A ciphertext that is
        too short for its parts may be refused in another way: its length is no secret.
        """
        try:
            self.scheme(control.key).decrypt(ciphertext)
        except InvalidCiphertext:
            pass
        else:
            require(False, f"{slug}: the reference decrypts it")
        enough = len(ciphertext) >= SHORTEST
        return self.derived(
            control,
            slug,
            why,
            rejections=NOT_OPENED if enough else WRONG_LENGTH,
            oracle=ORACLE if enough else None,
            ciphertext=HexBytes(ciphertext),
            plaintext=None if given_away is None else HexBytes(given_away),
        )


def widened(scheme: Ecies, forms: frozenset[PointForm]) -> Ecies:
    """Return the same scheme, which also takes R in other forms."""
    from dataclasses import replace

    return Ecies(scheme.key, replace(scheme.dialect, accepted_forms=forms))


def parts(draft: Draft) -> tuple[bytes, bytes, bytes]:
    """Return R, C and T of the ciphertext of a valid decryption with an uncompressed point."""
    test = draft.test
    require(isinstance(test, DecryptTest), f"{test.id} is no decryption")
    assert isinstance(test, DecryptTest)
    text = bytes(test.ciphertext)
    require(len(text) >= SHORTEST and text[0] == 4, f"{test.id} has no uncompressed point")
    return text[:POINT], text[POINT:-TAG], text[-TAG:]


def plaintext_of(draft: Draft) -> bytes:
    """Return the message of a valid decryption."""
    test = draft.test
    require(isinstance(test, DecryptTest), f"{test.id} is no decryption")
    assert isinstance(test, DecryptTest)
    return bytes(test.plaintext or b"")


def flipped(octets: bytes, bit: int) -> bytes:
    """Return the octets with one bit changed; bit 0 is the most significant of the first."""
    changed = bytearray(octets)
    changed[bit // 8] ^= 0x80 >> (bit % 8)
    return bytes(changed)


def ecies_parameter_sets() -> list[ParameterSet]:
    """Return one parameter set for each curve in each dialect."""
    return [
        parameters
        for dialect, name in NAMES.items()
        for parameters in parameter_sets(
            f"ecies-{name}",
            Algorithm.ECIES_DH_SHA_1_XOR_HMAC,
            f"ECIES with KDF2, XOR and HMAC of SHA-1, keys in the order {dialect}",
            _uniformities,
            dialect,
        )
    ]


def _uniformities(family: str) -> tuple[Uniformity, ...]:
    return (
        Uniformity(
            id=f"{family}/uniform-refusals/opening",
            case="I9",
            name=ORACLE,
            why="Whatever is wrong, a ciphertext that does not open is refused in one way.",
            clause=DECRYPTION,
            flags=("DistinguishableRefusal",),
        ),
    )
