"""RSA signatures: what the cases of both schemes share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.octets import os2ip
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.vocabulary import Feature, MessageType, Operation, RejectionClass
from kmsproof_vectors.case import Case, Draft, case, require
from kmsproof_vectors.cases.rsa import MAIN, RsaMaker
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, flagged
from kmsproof_vectors.model import Clause, GroupKey, Result, SignTest, VerifyTest

HASH_LENGTH: Final = 32
"""hLen: bytes of a SHA-256 digest."""

NOT_VALID: Final = (RejectionClass.INVALID_SIGNATURE_ENCODING,)
"""What may stand for no: the signature cannot be taken apart."""

WRONG_LENGTH: Final = (RejectionClass.INVALID_SIGNATURE_ENCODING, RejectionClass.INVALID_ARGUMENT)
"""The same for an input of wrong length, which may be taken for a mistake of the caller."""

WRONG_ARGUMENT: Final = (RejectionClass.INVALID_ARGUMENT,)

CONTROL: Final = "The signature as it was made is valid."
"""Why a control is there."""

SIGNING_CONTROL: Final = "A digest of 32 bytes is signed."

Scheme = Pss | Pkcs1Signature


@dataclass(frozen=True)
class KeyPair:
    """A test key as a group has it, and the numbers to sign with."""

    group: GroupKey
    private: RsaPrivateKey
    needs: tuple[Feature, ...] = ()
    """What a target must declare to take the key."""


class SignatureMaker(RsaMaker):
    """Makes tests of one signature scheme; the right answers come from the reference."""

    @abstractmethod
    def scheme(self, private: RsaPrivateKey) -> Scheme:
        """Return the reference's scheme under a key."""

    @abstractmethod
    def signature_of_digest(self, private: RsaPrivateKey, digest: bytes) -> bytes:
        """Return a good signature on a digest; what the scheme draws at random is random."""

    @property
    @abstractmethod
    def is_deterministic(self) -> bool:
        """Whether there is one right signature."""

    @abstractmethod
    def of_other_schemes(self, message: bytes) -> Iterator[tuple[str, str, bytes]]:
        """Yield what other schemes make of a message: slug, what it is, and k bytes."""

    def pair(self, name: str = MAIN) -> KeyPair:
        """Return a test key of this key spec with its numbers."""
        return KeyPair(self.test_key(name), self.rsa_key(name))

    def genuine(
        self, message: bytes, message_type: MessageType = MessageType.RAW, name: str = MAIN
    ) -> HexBytes:
        """Return a good signature under a test key."""
        private = self.rsa_key(name)
        digest = message
        if message_type is MessageType.RAW:
            digest = self.scheme(private).digest(message)
        return HexBytes(self.signature_of_digest(private, digest))

    # Valid tests. Where no signature is given it is a good one.

    def verify(
        self,
        slug: str,
        why: str,
        *,
        message: bytes,
        message_type: MessageType = MessageType.RAW,
        signature: bytes | None = None,
        pair: KeyPair | None = None,
        needs: tuple[Feature, ...] = (),
    ) -> Draft:
        """Return a valid verification, which the reference must answer with yes."""
        pair = pair or self.pair()
        if signature is None:
            digest = message
            if message_type is MessageType.RAW:
                digest = self.scheme(pair.private).digest(message)
            signature = self.signature_of_digest(pair.private, digest)
        test = VerifyTest(
            **self.common(slug, Result.VALID, why),
            message=HexBytes(message),
            message_type=message_type,
            signature=HexBytes(signature),
            needs=(*pair.needs, *needs),
        )
        accepted = needs or self.answer(pair.private, test) is True
        require(bool(accepted), f"{slug}: the reference does not accept the signature")
        return Draft(pair.group, None, test)

    def control(
        self,
        slug: str = "control",
        *,
        message: bytes | None = None,
        message_type: MessageType = MessageType.RAW,
        signature: bytes | None = None,
        pair: KeyPair | None = None,
    ) -> Draft:
        """Return the verification from which invalid ones deviate, by default of 20 bytes."""
        message = self.random(20) if message is None else message
        made = self.verify(
            slug,
            CONTROL,
            message=message,
            message_type=message_type,
            signature=signature,
            pair=pair,
        )
        return flagged(made, CONTROL_FLAGS)

    def sign(
        self,
        slug: str,
        why: str,
        *,
        message: bytes,
        message_type: MessageType = MessageType.RAW,
    ) -> Draft:
        """Return a valid signing, with the one right signature if there is one."""
        signature = self.genuine(message, message_type) if self.is_deterministic else None
        test = SignTest(
            **self.common(slug, Result.VALID, why),
            message=HexBytes(message),
            message_type=message_type,
            signature=signature,
        )
        return Draft(self.key, None, test)

    # Invalid tests.

    def answer(self, private: RsaPrivateKey, test: VerifyTest) -> bool | RejectionClass:
        """Return what the reference says to a verification."""
        scheme = self.scheme(private)
        try:
            if test.message_type is MessageType.DIGEST:
                return scheme.verify_digest(test.message, test.signature)
            return scheme.verify(test.message, test.signature)
        except InvalidArgument:
            return RejectionClass.INVALID_ARGUMENT

    def refused(
        self,
        control: Draft,
        slug: str,
        why: str,
        *,
        rejections: tuple[RejectionClass, ...] = NOT_VALID,
        pair: KeyPair | None = None,
        **changes: HexBytes | MessageType,
    ) -> Draft:
        """Return the verification in which one input is another; the reference must refuse it."""
        draft = self.derived(
            control, slug, why, rejections=rejections, probes=(), oracle=None, **changes
        )
        answer = self.answer((pair or self.pair()).private, verification(draft))
        require(
            answer is False or answer in rejections,
            f"the reference answers {answer} to {slug}",
        )
        return draft

    def malformed(
        self, control: Draft, slug: str, why: str, encoded: bytes, pair: KeyPair | None = None
    ) -> Draft:
        """Return the verification of a signature made on an encoded message of k bytes."""
        pair = pair or self.pair()
        require(len(encoded) == self.key_length, f"{slug}: EM does not have k bytes")
        require(os2ip(encoded) < pair.private.n, f"{slug}: EM is not below n")
        signature = self.scheme(pair.private).sign_encoded(encoded)
        draft = self.refused(control, slug, why, pair=pair, signature=HexBytes(signature))
        recovered = self.scheme(pair.private).recover(signature)
        require(recovered == os2ip(encoded), f"{slug}: another EM was signed")
        return draft


def verification(draft: Draft) -> VerifyTest:
    """Return the test of a draft that is known to be a verification."""
    test = draft.test
    require(isinstance(test, VerifyTest), f"{test.id} is no verification")
    assert isinstance(test, VerifyTest)
    return test


def signature_of(draft: Draft) -> HexBytes:
    """Return the signature of a verification."""
    return verification(draft).signature


def message_of(draft: Draft) -> HexBytes:
    """Return the message, or the digest, of a verification."""
    return verification(draft).message


SharedCase = Callable[[str], Case[SignatureMaker]]
"""A case that both schemes have: makes it from the section of RFC 8017 about the scheme."""


def shared_case(
    edge_class: str,
    slug: str,
    *,
    flags: tuple[str, ...],
    operation: Operation = Operation.VERIFY,
    step: str = "",
) -> Callable[[Callable[[SignatureMaker], Iterator[Draft]]], SharedCase]:
    """Declare a function to be a case of both schemes, whose standard has the same steps for both.

    Args:
        edge_class: the edge-case class, such as ``S3``.
        slug: the middle part of the ids of its tests.
        flags: names of notes that all its tests bear.
        operation: whether the clause is that of signing or of verification.
        step: the step in it.
    """

    def decorate(function: Callable[[SignatureMaker], Iterator[Draft]]) -> SharedCase:
        def of_scheme(section: str) -> Case[SignatureMaker]:
            number = 1 if operation is Operation.SIGN else 2
            clause = Clause(ref="RFC 8017", section=f"{section}.{number}", step=step)
            return case(edge_class, slug, flags=flags, clause=clause)(function)

        return of_scheme

    return decorate
