"""From a test of the corpus to the request that asks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kmsproof.applicability import usage_of
from kmsproof.messages import Decrypt, Encrypt, ImportKey, Request, Sign, Verify
from kmsproof.vocabulary import HexBytes, KeyPart, Operation, ProtectionLevel
from kmsproof_vectors.model import (
    AnyTest,
    CorpusFile,
    DecryptTest,
    EncryptTest,
    Group,
    ImportTest,
    MonteCarloTest,
    SignTest,
    VerifyTest,
)


@dataclass(frozen=True)
class RequestMaker:
    """Makes the requests of one group of tests."""

    file: CorpusFile
    group: Group
    protection_level: ProtectionLevel
    part: KeyPart
    """The part of the group's key that is imported."""
    deadline_ms: int

    def import_key(self, number: int) -> ImportKey:
        """Return the request that loads the group's key."""
        material: HexBytes = getattr(self.group.key, self.part)
        return self._import(number, self.part, material)

    def import_other_key(self, number: int, test: ImportTest) -> ImportKey:
        """Return the request that loads the key of a test that brings its own."""
        return self._import(number, test.part, test.material)

    def _import(self, number: int, part: KeyPart, material: HexBytes) -> ImportKey:
        return ImportKey(
            id=number,
            deadline_ms=self.deadline_ms,
            key_spec=self.file.key_spec,
            usage=usage_of(self.file.algorithm),
            protection_level=self.protection_level,
            part=part,
            material=material,
        )

    def maker(self, handle: str) -> Callable[[int, AnyTest], Request]:
        """Return the function that makes the request of a test; it is called for every vector."""
        algorithm, padding, dialect = self.file.algorithm, self.file.padding, self.file.dialect
        tag_length, deadline_ms = self.group.tag_length, self.deadline_ms

        def make(number: int, test: AnyTest) -> Request:
            if type(test) is DecryptTest:
                return Decrypt(
                    id=number,
                    deadline_ms=deadline_ms,
                    key=handle,
                    algorithm=algorithm,
                    padding=padding,
                    tag_length=tag_length,
                    ciphertext=test.ciphertext,
                    iv=test.iv,
                    aad=test.aad,
                    tag=test.tag,
                    label=test.label,
                    dialect=dialect,
                )
            if type(test) is VerifyTest:
                return Verify(
                    id=number,
                    deadline_ms=deadline_ms,
                    key=handle,
                    algorithm=algorithm,
                    message=test.message,
                    message_type=test.message_type,
                    signature=test.signature,
                )
            if type(test) is SignTest:
                return Sign(
                    id=number,
                    deadline_ms=deadline_ms,
                    key=handle,
                    algorithm=algorithm,
                    message=test.message,
                    message_type=test.message_type,
                )
            assert type(test) is EncryptTest
            return Encrypt(
                id=number,
                deadline_ms=deadline_ms,
                key=handle,
                algorithm=algorithm,
                padding=padding,
                tag_length=tag_length,
                plaintext=test.plaintext,
                iv=test.iv,
                aad=test.aad,
                label=test.label,
                dialect=dialect,
            )

        return make

    def use_of_import(self, handle: str, test: ImportTest, number: int) -> Request:
        """Return the request that uses the key which an import test has brought."""
        if test.ciphertext is not None:
            return Decrypt(
                id=number,
                deadline_ms=self.deadline_ms,
                key=handle,
                algorithm=self.file.algorithm,
                ciphertext=test.ciphertext,
                dialect=self.file.dialect,
            )
        message = test.message or HexBytes()
        if test.signature is None:
            return Sign(
                id=number,
                deadline_ms=self.deadline_ms,
                key=handle,
                algorithm=self.file.algorithm,
                message=message,
            )
        return Verify(
            id=number,
            deadline_ms=self.deadline_ms,
            key=handle,
            algorithm=self.file.algorithm,
            message=message,
            signature=test.signature,
        )

    def monte_carlo_step(
        self, handle: str, test: MonteCarloTest, number: int, text: HexBytes, iv: HexBytes | None
    ) -> Request:
        """Return the request for one call of a Monte Carlo chain."""
        if test.direction is Operation.ENCRYPT:
            return Encrypt(
                id=number,
                deadline_ms=self.deadline_ms,
                key=handle,
                algorithm=self.file.algorithm,
                padding=self.file.padding,
                plaintext=text,
                iv=iv,
            )
        return Decrypt(
            id=number,
            deadline_ms=self.deadline_ms,
            key=handle,
            algorithm=self.file.algorithm,
            padding=self.file.padding,
            ciphertext=text,
            iv=iv,
        )
