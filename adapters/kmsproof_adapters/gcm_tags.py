"""The tag of GCM where a service has it at the end of the ciphertext, and the protocol apart."""

from __future__ import annotations

from kmsproof.messages import Decrypt
from kmsproof.outcome import Encrypted, Rejected
from kmsproof.vocabulary import Algorithm, HexBytes
from kmsproof_adapters.refusals import MISSING_TAG, OTHER_TAG_LENGTH, UNEXPECTED_AAD

TAG_LENGTH = 16
"""Bytes of the tag; such a service has no other length."""


def parted(algorithm: Algorithm, ciphertext: bytes, iv: bytes | None) -> Encrypted:
    """Part ciphertext and tag; other algorithms than GCM have none."""
    tag: HexBytes | None = None
    if algorithm is Algorithm.GCM:
        ciphertext, tag = ciphertext[:-TAG_LENGTH], HexBytes(ciphertext[-TAG_LENGTH:])
    return Encrypted(HexBytes(ciphertext), None if iv is None else HexBytes(iv), tag)


def joined(request: Decrypt) -> bytes:
    """Put the tag behind the ciphertext."""
    return request.ciphertext + (request.tag or b"")


def wrong_tag(request: Decrypt) -> Rejected | None:
    """Refuse a tag whose length is not the one that is relied on, and one where none belongs.

    The service would take as the tag whatever stands last.
    """
    if request.algorithm is not Algorithm.GCM:
        has_tag = request.tag is not None or request.tag_length is not None
        return UNEXPECTED_AAD if has_tag else None
    if request.tag is None:
        return MISSING_TAG
    wanted = TAG_LENGTH if request.tag_length is None else request.tag_length
    return None if len(request.tag) == wanted == TAG_LENGTH else OTHER_TAG_LENGTH
