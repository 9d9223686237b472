"""Why cases that kill no deviation are in the corpus: each with a reason, or it is removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Justification:
    """Why cases are kept although no deviation needs them."""

    cases: str
    """``family/case``, where ``*`` stands for any text."""
    why: str
    """One sentence."""


def _kept(why: str, cases: Iterable[str]) -> Iterator[Justification]:
    """Yield a justification for each of several cases."""
    return (Justification(each, why) for each in cases)


JUSTIFIED: tuple[Justification, ...] = (
    *_kept(
        "A report: it shows what an algorithm gives away by its nature, or what is left to the "
        "target, and fails nobody.",
        (
            "live-aes-*/cbc-bit-flip",
            "live-aes-*/cbc-iv-bit-flip",
            "live-aes-*/cbc-splice",
            "live-aes-*/cbc-suffix",
            "live-aes-*/ecb-bit-flip",
            "live-aes-*/ecb-equal-blocks",
            "live-aes-*/ecb-permutation",
            "live-aes-*/ecb-splice",
            "live-aes-*/prefix",
            "live-aes-*-gcm/one-key-two-modes",
            "live-aes-*-gcm/repeated-iv",
            "live-ec-*-ecdsa/low-s",
            "live-ec-*-ecies/key-order",
        ),
    ),
    *_kept(
        "It needs IVs of other lengths than 12 bytes, which the service of the reference does not "
        "take; in library mode the same questions kill.",
        (
            "live-aes-*-gcm/counter-wrap",
            "live-aes-*-gcm/iv-round-trip",
        ),
    ),
    *_kept(
        "It needs a label, for which the service of the reference has no place; in library mode "
        "the same questions kill.",
        (
            "live-rsa-*-oaep/encrypt-with-label",
            "live-rsa-*-oaep/label",
            "live-rsa-*-oaep/made-without-label",
            "live-rsa-*-oaep/other-label",
        ),
    ),
    *_kept(
        "Exhaustive: it takes many calls and is asked with --full only; the proof does not ask it.",
        (
            "live-aes-*-no-padding/chain",
            "live-aes-*-pkcs7/padding-exhaustive",
            "live-ec-*-ecdsa/many-messages",
            "live-rsa-*-oaep/more-zeros-first",
            "live-rsa-*-oaep/rest-of-long-padding",
            "live-rsa-*-oaep/two-leading-zeros",
        ),
    ),
    Justification(
        "live-aes-*-ecb-no-padding/iv-with-ecb",
        "It gives ECB an IV, which has to be refused or left unused. The service of the reference "
        "refuses it before any step that a deviation changes.",
    ),
    Justification(
        "live-ec-*-ecies/truncation-forgery",
        "It needs a target whose MAC key comes first, and the service of the reference has the key "
        "of the cipher first.",
    ),
    Justification(
        "rsa-*-pkcs1/null-missing",
        "It needs a target that declares to take signatures without NULL, and the reference does "
        "not.",
    ),
    Justification(
        "rsa-*-pkcs1/import-public-length",
        "Libraries verify with public keys of any length, so that taking one is no failure here: "
        "only calling a signature of another key right would be. Private keys of other lengths "
        "kill.",
    ),
)
