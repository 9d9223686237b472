"""The intermediate values of the right computation, from the reference, for one vector."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof.catalogue import Found
from kmsproof.vocabulary import Algorithm, PaddingMode
from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.errors import Refusal
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.padding import NoPadding, Pkcs7Padding
from kmsproof_vectors.model import DecryptTest, EncryptTest

MAX_VALUES = 400
"""Lines that are shown of a long computation."""


def intermediate_lines(found: Found) -> Iterator[str]:
    """Yield the values that the reference meets while it computes a vector, step by step."""
    _, group, test = found
    recorder = Recorder()
    refusal = ""
    if not isinstance(test, EncryptTest | DecryptTest) or group.key.secret is None:
        yield "  A chain of calls has no intermediate values of its own: explain one of its steps."
        return
    try:
        _compute(found, test, recorder, group.key.secret)
    except Refusal as refused:
        refusal = str(refused)
    yield "  intermediate values"
    lines = str(recorder).splitlines()
    for line in lines[:MAX_VALUES]:
        yield f"    {line}"
    if len(lines) > MAX_VALUES:
        yield f"    … and {len(lines) - MAX_VALUES} more"
    if refusal:
        yield f"  the reference refuses: {refusal}"


def _compute(found: Found, test: EncryptTest | DecryptTest, recorder: Recorder, key: bytes) -> None:
    file, group, _ = found
    if file.algorithm is Algorithm.GCM:
        gcm = Gcm(key, show=recorder)
        tag_length = group.tag_length or 16
        if isinstance(test, EncryptTest):
            gcm.encrypt(test.iv or b"", test.plaintext, test.aad or b"", tag_length)
        else:
            gcm.decrypt(
                test.iv or b"", test.ciphertext, test.aad or b"", test.tag or b"", tag_length
            )
        return
    padding = Pkcs7Padding() if file.padding is PaddingMode.PKCS7_PADDING else NoPadding()
    if file.algorithm is Algorithm.ECB:
        ecb = Ecb(key, padding, show=recorder)
        if isinstance(test, EncryptTest):
            ecb.encrypt(test.plaintext)
        else:
            ecb.decrypt(test.ciphertext)
        return
    cbc = Cbc(key, padding, show=recorder)
    if isinstance(test, EncryptTest):
        cbc.encrypt(test.iv or b"", test.plaintext)
    else:
        cbc.decrypt(test.iv or b"", test.ciphertext)
