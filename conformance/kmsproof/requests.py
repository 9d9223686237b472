"""From a test of the corpus to the request that asks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kmsproof.capability import KeyPart
from kmsproof.messages import Decrypt, Encrypt, ImportKey, Request
from kmsproof.vocabulary import HexBytes, KeyUsage, Operation, ProtectionLevel
from kmsproof_vectors.model import (
    AnyTest,
    CorpusFile,
    DecryptTest,
    EncryptTest,
    Group,
    MonteCarloTest,
)


@dataclass(frozen=True)
class RequestMaker:
    """Makes the requests of one group of tests."""

    file: CorpusFile
    group: Group
    protection_level: ProtectionLevel
    deadline_ms: int

    def import_key(self, number: int) -> ImportKey:
        """Return the request that loads the group's key."""
        key = self.group.key
        parts = (
            (KeyPart.SECRET, key.secret),
            (KeyPart.PRIVATE, key.private),
            (KeyPart.PUBLIC, key.public),
        )
        part, material = next((part, found) for part, found in parts if found is not None)
        return ImportKey(
            id=number,
            deadline_ms=self.deadline_ms,
            key_spec=self.file.key_spec,
            usage=KeyUsage.ENCRYPT_DECRYPT,
            protection_level=self.protection_level,
            part=part,
            material=material,
        )

    def maker(self, handle: str) -> Callable[[int, AnyTest], Request]:
        """Return the function that makes the request of a test; it is called for every vector."""
        algorithm, padding = self.file.algorithm, self.file.padding
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
            )

        return make

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
