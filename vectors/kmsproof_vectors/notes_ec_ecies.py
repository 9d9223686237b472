"""What the flags and edge-case classes of ECIES mean."""

from __future__ import annotations

from typing import Final

from kmsproof_vectors.model import BugType, Note

CLASSES: Final[dict[str, str]] = {
    "I1": "ECIES known answers in both conformant dialects",
    "I2": "ECIES messages around the ends of the key derivation's blocks, past its 255th",
    "I3": "ECIES with special shared secrets and ephemeral points: leading zeros, edges, own key",
    "I4": "ECIES ephemeral points in every form, of other curves, out of range, of wrong length",
    "I5": "ECIES ephemeral points of small order on other curves",
    "I6": "ECIES tags and ciphertexts changed in each bit and byte, cut, extended, exchanged",
    "I7": "ECIES messages forged from a known one by cutting it, where the MAC key comes last",
    "I8": "ECIES ciphertexts in every dialect that is not the one asked for",
    "I9": "ECIES refusals that must look alike",
    "I10": "ECIES encryptions of one message, several times",
}
"""The edge-case classes that have vectors."""

WAITING: Final[dict[str, str]] = {
    "I2": "live mode: the longest message that a target documents",
    "I9": "live mode: size and timing of the answers",
    "I10": "live mode: ephemeral points that repeat, over many encryptions",
}
"""What of a class is not in the corpus yet, and what it waits for."""

NOTES: Final[dict[str, Note]] = {
    "KeyDerivation": Note(
        bug_type=BugType.EDGE_CASE,
        description="The message needs another number of blocks of the key derivation function.",
        effect="A counter of one byte, or one that starts elsewhere, goes wrong at some length.",
    ),
    "SpecialSecret": Note(
        bug_type=BugType.EDGE_CASE,
        description="The shared secret has leading or trailing zeros, or is another special value.",
        effect="A target that handles it as a number loses bytes, and one message in 256 with it.",
    ),
    "SpecialPoint": Note(
        bug_type=BugType.EDGE_CASE,
        description="The ephemeral point, or one that is met on the way, is a special one.",
        effect="A carry or doubling that goes wrong gives a wrong secret, or tells the key.",
        cves=("CVE-2017-8932", "CVE-2019-6486", "CVE-2023-24532", "CVE-2017-18146"),
    ),
    "PointForm": Note(
        bug_type=BugType.FUNCTIONALITY,
        description="The ephemeral point is compressed or hybrid, which a target may take.",
        effect="A target that says so must find the same point.",
        cves=("CVE-2016-2194",),
    ),
    "InvalidPoint": Note(
        bug_type=BugType.MISSING_STEP,
        description="The octets where the ephemeral point should be are no point of the curve.",
        effect="Who computes with it all the same may break, or give away the private key.",
        cves=("CVE-2022-23806", "CVE-2016-2195", "CVE-2016-2194"),
    ),
    "InvalidCurve": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="The ephemeral point lies on another curve, where it may have a small order.",
        effect="An attacker learns the private key modulo that order, and so all of it.",
        cves=("CVE-2015-7940", "CVE-2015-6924", "CVE-2016-9121", "CVE-2017-16007", "CVE-2018-5383"),
    ),
    "ModifiedEciesTag": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The tag of the ciphertext is not the right one, or not whole.",
        effect="A target that compares a part of it, or nothing, accepts forged messages.",
        cves=("CVE-2026-32877",),
    ),
    "ModifiedEciesText": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="Ephemeral point or encrypted message were changed, and the tag was not.",
        effect="The message is enciphered by exclusive-or: an attacker flips what bits he wants.",
    ),
    "OtherKey": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The ciphertext was made for another key.",
        effect="A target that does not bind it to its key returns garbage as plaintext.",
    ),
    "TruncationForgery": Note(
        bug_type=BugType.MALLEABILITY,
        description="A shorter message under a MAC key that is read off a known, longer one.",
        effect="Inherent where the encryption key comes first; a defect where the MAC key does.",
    ),
    "OtherDialect": Note(
        bug_type=BugType.WRONG_PRIMITIVE,
        description="The ciphertext is of another dialect of ECIES than the one asked for.",
        effect="A target that takes several lets an attacker choose the weakest.",
    ),
}
"""The flags of ECIES."""
