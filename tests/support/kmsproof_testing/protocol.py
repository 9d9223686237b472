"""One message of every type of the adapter protocol, and a program that speaks it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self, get_args

from kmsproof.capability import (
    AlgorithmCapability,
    Chooser,
    Description,
    KeyCapability,
    LengthRange,
)
from kmsproof.messages import (
    AnyRequest,
    CancelKeyDeletion,
    Close,
    CreateKey,
    Decrypt,
    Describe,
    DescribeKey,
    DestroyKey,
    DisableKey,
    EnableKey,
    Encrypt,
    GetPublicKey,
    ImportKey,
    Request,
    Sign,
    Verify,
)
from kmsproof.outcome import (
    Decrypted,
    Done,
    Encrypted,
    KeyDescription,
    KeyHandle,
    PublicKey,
    Signed,
    Value,
    Verified,
)
from kmsproof.vocabulary import (
    Algorithm,
    HexBytes,
    KeyPart,
    KeySpec,
    KeyState,
    KeyUsage,
    MessageType,
    Operation,
    PaddingMode,
    ProtectionLevel,
)

REQUEST_TYPES: tuple[type[Request], ...] = get_args(AnyRequest)
"""Every type of request."""

REQUESTS: tuple[AnyRequest, ...] = (
    Describe(id=1),
    CreateKey(
        id=2,
        key_spec=KeySpec.AES_256,
        usage=KeyUsage.ENCRYPT_DECRYPT,
        protection_level=ProtectionLevel.HARDWARE,
    ),
    ImportKey(
        id=3,
        key_spec=KeySpec.AES_128,
        usage=KeyUsage.ENCRYPT_DECRYPT,
        protection_level=ProtectionLevel.SOFTWARE,
        part=KeyPart.SECRET,
        material=HexBytes(range(16)),
    ),
    DescribeKey(id=4, key="k1"),
    GetPublicKey(id=5, key="k1"),
    DisableKey(id=6, key="k1"),
    EnableKey(id=7, key="k1"),
    DestroyKey(id=8, key="k1", deadline_ms=500),
    CancelKeyDeletion(id=13, key="k1"),
    Encrypt(
        id=9,
        key="k1",
        algorithm=Algorithm.CBC,
        plaintext=HexBytes(b"\x00\xff"),
        padding=PaddingMode.PKCS7_PADDING,
        iv=HexBytes(bytes(16)),
    ),
    Decrypt(
        id=10,
        key="k1",
        algorithm=Algorithm.GCM,
        ciphertext=HexBytes(),
        iv=HexBytes(bytes(12)),
        aad=HexBytes(b"aad"),
        tag=HexBytes(bytes(16)),
        tag_length=16,
    ),
    Sign(id=11, key="k1", algorithm=Algorithm.ECDSA_SHA_256, message=HexBytes(b"m")),
    Verify(
        id=12,
        key="k1",
        algorithm=Algorithm.RSA_PSS_SHA_256,
        message=HexBytes(bytes(32)),
        signature=HexBytes(b"s"),
        message_type=MessageType.DIGEST,
    ),
    Close(id=13),
)
"""One request of every type, in the order of the union."""

VALUES: tuple[Value, ...] = (
    Description(
        protocol=1,
        name="sample",
        version="1.0",
        keys=(
            KeyCapability(
                key_specs=(KeySpec.AES_128,),
                protection_levels=(ProtectionLevel.SOFTWARE,),
                usages=(KeyUsage.ENCRYPT_DECRYPT,),
                importable=(KeyPart.SECRET,),
            ),
        ),
        algorithms=(
            AlgorithmCapability(
                algorithm=Algorithm.GCM,
                key_specs=(KeySpec.AES_128,),
                protection_levels=(ProtectionLevel.SOFTWARE,),
                operations=(Operation.ENCRYPT, Operation.DECRYPT),
                iv_chosen_by=(Chooser.CALLER,),
                iv_lengths=(LengthRange(minimum=12, maximum=12),),
                tag_lengths=(LengthRange(minimum=12, maximum=16),),
                aad_lengths=(LengthRange(),),
            ),
        ),
    ),
    KeyHandle("k1"),
    KeyDescription(
        KeySpec.EC_P256, KeyUsage.SIGN_VERIFY, ProtectionLevel.EXTERNAL, KeyState.ENABLED
    ),
    PublicKey(HexBytes(b"\x30")),
    Done(),
    Encrypted(HexBytes(b"c"), iv=HexBytes(bytes(12)), tag=HexBytes(bytes(16))),
    Decrypted(HexBytes()),
    Signed(HexBytes(b"s")),
    Verified(valid=False),
)
"""One value of every type that an answer carries."""


class JsonLinesProgram:
    """A program that is spoken to in lines of JSON, for tests that do so by hand."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()

    def send(self, *messages: bytes | Mapping[str, object]) -> None:
        """Send lines in one piece: objects as JSON, bytes as they are."""
        lines = [m if isinstance(m, bytes) else json.dumps(m).encode() for m in messages]
        assert self.process.stdin
        self.process.stdin.write(b"\n".join(lines) + b"\n")
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """Wait for one line and decode it."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line.endswith(b"\n"), f"no whole line, but {line!r}"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, message: Mapping[str, object]) -> dict[str, Any]:
        """Send one object and wait for its answer."""
        self.send(message)
        return self.receive()

    def end(self) -> tuple[int, str]:
        """Close its input, wait for its end, and return the exit code and what it said."""
        stdout, stderr = self.process.communicate(timeout=30)
        assert stdout == b""
        return self.process.returncode, stderr.decode()
