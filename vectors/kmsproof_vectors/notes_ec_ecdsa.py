"""What the flags and edge-case classes of ECDSA and of EC keys mean."""

from __future__ import annotations

from typing import Final

from kmsproof_vectors.model import BugType, Note

CLASSES: Final[dict[str, str]] = {
    "E1": "ECDSA signatures that are not DER: lengths, tags, types, sizes, r and s without DER",
    "E2": "ECDSA integers out of range, equal modulo something, or changed",
    "E3": "ECDSA arithmetic: edges of u1, u2, s, 1/s, k, r and Q, doubling, infinity",
    "E4": "ECDSA with an x-coordinate of R that is n or more",
    "E5": "ECDSA signatures mirrored: n - s instead of s",
    "E7": "ECDSA with one digest signed again",
    "E8": "ECDSA messages and digests: lengths, special values, other hashes",
    "E9": "ECDSA signatures of the other curve",
    "K2": "EC keys that are malformed, of another curve, or no valid key at all",
}
"""The edge-case classes that have vectors."""

WAITING: Final[dict[str, str]] = {
    "E1": "live mode: whether the target still answers afterwards",
    "E5": "profile: whether a target takes and makes low s only",
    "E6": "live mode: repeated or biased k over many signatures",
    "E7": "live mode: whether equal digests give equal signatures",
    "K2": "profile: compressed points, explicit parameters of the named curve, a public key that"
    " does not belong to the private one, private keys with zero bytes more or fewer; live mode:"
    " keys that the target makes",
}
"""What of a class is not in the corpus yet, and what it waits for."""

NOTES: Final[dict[str, Note]] = {
    "SignatureEncoding": Note(
        bug_type=BugType.MALLEABILITY,
        description="The signature is not the DER of two integers.",
        effect="A target that reads it all the same has many signatures for one, or breaks.",
        cves=(
            *("CVE-2016-1000342", "CVE-2019-14859", "CVE-2020-13822", "CVE-2024-42459"),
            *("CVE-2025-0343", "CVE-2026-44378", "CVE-2016-9132"),
        ),
    ),
    "BerSignature": Note(
        bug_type=BugType.MALLEABILITY,
        description="The signature is BER, with lengths in a form that DER does not allow.",
        effect="A target that reads it accepts a signature that nobody made in this form.",
        cves=("CVE-2020-14966", "CVE-2024-42461"),
    ),
    "MissingSignZero": Note(
        bug_type=BugType.MALLEABILITY,
        description="The zero byte is missing that makes an INTEGER positive.",
        effect="A target that reads a negative integer as a positive one takes a second form.",
        cves=("CVE-2024-42460",),
    ),
    "SignatureTypes": Note(
        bug_type=BugType.MISSING_STEP,
        description="r or s has another type than INTEGER.",
        effect="A value of a type that the code does not expect crashes it or counts as zero.",
    ),
    "PlainSignature": Note(
        bug_type=BugType.MALLEABILITY,
        description="r and s stand there without DER, as in IEEE 1363.",
        effect="A target that guesses the form takes two forms of each signature.",
    ),
    "SignatureRange": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="r or s is not between 1 and n - 1.",
        effect="Without the check of the range, r = s = 0 signs every message.",
        cves=("CVE-2022-21449", "CVE-2021-43568", "CVE-2022-24884", "CVE-2022-41340"),
    ),
    "IntegerOverflow": Note(
        bug_type=BugType.MALLEABILITY,
        description="r or s has more than 256 bits, and the lowest 256 are right.",
        effect="A target that cuts integers off accepts signatures that nobody made.",
    ),
    "ChangedInteger": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="r or s is another integer than that of the signature.",
        effect="A target that accepts it does not check the signature, or not all of it.",
    ),
    "ChangedMessage": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The message or digest is another than the signed one.",
        effect="A target that accepts it does not bind the signature to the whole message.",
    ),
    "Arithmetic": Note(
        bug_type=BugType.EDGE_CASE,
        description="An intermediate value of the verification is at an edge.",
        effect="Carries that are lost give wrong results for few inputs, which attackers choose.",
        cves=("CVE-2017-8932", "CVE-2019-6486", "CVE-2023-24532"),
    ),
    "ModularInverse": Note(
        bug_type=BugType.EDGE_CASE,
        description="s or its inverse modulo n is at an edge.",
        effect="An inversion that is wrong there, or does not end, refuses good signatures.",
        cves=("CVE-2019-0865",),
    ),
    "SmallRAndS": Note(
        bug_type=BugType.EDGE_CASE,
        description="r or s is a small integer, so that its encoding is short.",
        effect="A target that expects a certain length refuses good signatures.",
        cves=("CVE-2020-13895",),
    ),
    "PointDuplication": Note(
        bug_type=BugType.EDGE_CASE,
        description="The two points that a verification adds are equal or opposite.",
        effect="An addition that does not treat this apart gives a wrong point.",
        cves=("CVE-2015-2730", "CVE-2020-12607", "CVE-2017-7781"),
    ),
    "PointAtInfinity": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The verification comes to the point at infinity.",
        effect="A target that goes on with some coordinate accepts what nobody signed.",
    ),
    "ShamirMultiplication": Note(
        bug_type=BugType.EDGE_CASE,
        description="A joint multiplication by u1 and u2 meets equal or opposite points midway.",
        effect="An addition without the special cases goes wrong in the middle.",
    ),
    "EdgePublicKey": Note(
        bug_type=BugType.EDGE_CASE,
        description="A coordinate of the public key is small, large, or has a run of equal bits.",
        effect="Field arithmetic or encodings that drop zeros go wrong for few keys.",
        cves=("CVE-2017-8932",),
    ),
    "ReducedX": Note(
        bug_type=BugType.EDGE_CASE,
        description="The x-coordinate of R and r differ, or would if r were not reduced.",
        effect="A comparison without the reduction modulo n refuses good or accepts bad ones.",
    ),
    "MirroredSignature": Note(
        bug_type=BugType.MALLEABILITY,
        description="n - s stands in place of s.",
        effect="Everybody can make the second signature, so a signature is no unique name.",
    ),
    "RepeatedDigest": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="One digest is signed more than once, and one that is almost equal.",
        effect="Two digests under one k give the private key away.",
    ),
    "SpecialDigest": Note(
        bug_type=BugType.EDGE_CASE,
        description="The digest is special as a number or has long runs of equal bits.",
        effect="A digest that loses its zeros, or counts as missing, gives a wrong answer.",
        cves=("CVE-2024-48948",),
    ),
    "WrongHash": Note(
        bug_type=BugType.WRONG_PRIMITIVE,
        description="The signature is one of another digest of the same message.",
        effect="A target that lets the signer choose the hash takes a weak one.",
    ),
    "DigestLength": Note(
        bug_type=BugType.MODIFIED_PARAMETER,
        description="The digest does not have the 32 bytes of SHA-256.",
        effect="A target that fills it up or cuts it off signs what the caller did not mean.",
    ),
    "OtherCurve": Note(
        bug_type=BugType.WRONG_PRIMITIVE,
        description="The signature was made on another curve.",
        effect="A target that confuses curves computes with wrong numbers.",
    ),
    "InvalidPublicKey": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The public key is no point of the curve other than infinity.",
        effect="Signatures under such a key can be forged, and private keys leak against it.",
        cves=("CVE-2022-23806", "CVE-2016-2195"),
    ),
    "InvalidPrivateKey": Note(
        bug_type=BugType.MISSING_STEP,
        description="The private key is not between 1 and n - 1, or not written as it must be.",
        effect="A target that reduces or cuts it off signs with a key that nobody knows of.",
    ),
    "KeyEncoding": Note(
        bug_type=BugType.MISSING_STEP,
        description="The key is not the DER that it must be.",
        effect="A target that reads it all the same has more than one form of a key.",
    ),
    "RestrictedKey": Note(
        bug_type=BugType.MODIFIED_PARAMETER,
        description="The key says that it is for key agreement only.",
        effect="A target that verifies with it ignores what the owner of the key allows.",
    ),
    "CurveParameters": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The key does not name the curve of its key spec.",
        effect="Who may choose the base point makes a private key for any public key.",
    ),
}
"""The flags of ECDSA and of EC keys, with what each means."""
