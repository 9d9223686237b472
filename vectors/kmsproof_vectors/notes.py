"""What the flags and the edge-case classes of the corpus mean.

A CVE stands here only where its link to the class was found in a published corpus or in a library's
own security page.
"""

from __future__ import annotations

from typing import Final

from kmsproof_vectors import (
    notes_ec_ecdsa,
    notes_ec_ecies,
    notes_rsa_oaep,
    notes_rsa_signature,
)
from kmsproof_vectors.model import BugType, Note

CLASSES: Final[dict[str, str]] = {
    "G1": "GCM known answers: message and AAD lengths around every block boundary",
    "G2": "GCM tags replaced: constants, several bits, strings, tags of other computations",
    "G3": "GCM tags with one bit flipped: each of 128, in short tags each byte",
    "G4": "GCM ciphertexts with one bit flipped in each byte; cut, extended, reordered",
    "G5": "GCM associated data changed in each byte, cut, extended, moved into the ciphertext",
    "G6": "GCM IVs changed in each byte, exchanged, or like another one",
    "G7": "GCM tags cut or extended",
    "G8": "GCM IVs of every length that libraries treat differently",
    "G9": "GCM counters that wrap inside the message",
    "G10": "GCM messages whose right tag or GHASH value is all zeros or all ones",
    "G12": "GCM encryptions of two messages under one IV",
    "G13": "GCM with large associated data and large messages",
    "G14": "GCM derived again from single block encryptions under the same key",
    "G15": "GCM refusals that must look alike",
    "G16": "GCM ciphertexts that are valid under two keys",
    "C1": "PKCS #7 known answers: all lengths from 0 to 47 and around later block boundaries",
    "C2": "Known answers without padding: every input of the S-box, single bits, several blocks",
    "C3": "Monte Carlo chains of a thousand calls",
    "C4": "Bad padding of every kind that is known to have been accepted",
    "C5": "Ciphertexts whose length is not a multiple of the block",
    "C6": "Plaintexts without padding whose length is not a multiple of the block",
    "C7": "CBC derived again from ECB, PKCS #7 from no padding",
    "C8": "Every ending of a block: all run lengths and all values",
    "C9": "CBC IVs of wrong length, or none",
    "C11": "Padding refusals that must look alike",
    "C12": "What the modes do with flipped, moved and cut blocks",
    **notes_rsa_oaep.CLASSES,
    **notes_rsa_signature.CLASSES,
    **notes_ec_ecdsa.CLASSES,
    **notes_ec_ecies.CLASSES,
}
"""The edge-case classes that have vectors, each with what it is about."""

WAITING: Final[dict[str, str]] = {
    "G1": "live mode: without a known key only the round trip, or G14",
    "G7": "profile: tags of lengths that the standard does not have",
    "G8": "profile: whether a target must take IVs of other lengths; here its declaration decides",
    "G11": "live mode: IVs that the target chooses, over many encryptions",
    "G12": "profile: whether a target must refuse a repeated IV",
    "G13": "live mode: the limits that a target documents",
    "G15": "live mode: size and timing of the answers",
    "C5": "profile: the empty ciphertext without padding",
    "C6": "profile: the empty plaintext without padding",
    "C9": "profile: no IV at encryption, and an IV given with ECB",
    "C10": "live mode: IVs that the target chooses, over many encryptions",
    "C11": "live mode: size and timing of the answers",
    **notes_rsa_oaep.WAITING,
    **notes_rsa_signature.WAITING,
    **notes_ec_ecdsa.WAITING,
    **notes_ec_ecies.WAITING,
}
"""What of a class is not in the corpus yet, and what it waits for."""

NOTES: Final[dict[str, Note]] = {
    "KnownAnswer": Note(
        bug_type=BugType.BASIC,
        description="A computation with one right answer.",
        effect="A target that fails here does not compute the algorithm.",
    ),
    "SizeSweep": Note(
        bug_type=BugType.BASIC,
        description="One of many lengths around the block boundaries.",
        effect="Partial blocks, empty inputs and length counters go wrong at single lengths.",
    ),
    "ModifiedTag": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The authentication tag is not the right one.",
        effect="A target that compares only a part of the tag, or none, accepts forged messages.",
        cves=("CVE-2015-4550",),
    ),
    "ModifiedCiphertext": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The ciphertext was changed and the tag was not.",
        effect="A target that does not authenticate all of it lets an attacker change the message.",
    ),
    "ModifiedAad": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The associated data was changed, or its border to the ciphertext was moved.",
        effect="A target that ignores it, or its length, lets an attacker change the context.",
    ),
    "ModifiedIv": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The IV is another than at encryption.",
        effect="A target that does not bind the message to its IV accepts garbage as plaintext.",
    ),
    "TagLength": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The tag is shorter or longer than the caller relies on.",
        effect="A target that lets the input choose the length can be forged byte by byte.",
        cves=("CVE-2018-1000539", "CVE-2016-2427"),
    ),
    "EmptyIv": Note(
        bug_type=BugType.MODIFIED_PARAMETER,
        description="The IV is empty; SP 800-38D demands at least one bit.",
        effect="All messages under the key share one keystream, and the hash subkey leaks.",
        cves=("CVE-2017-7822",),
    ),
    "IvLength": Note(
        bug_type=BugType.EDGE_CASE,
        description="The IV does not have 12 bytes, so the first counter block is hashed from it.",
        effect="A wrong first counter block gives ciphertexts that nobody else can read.",
    ),
    "CounterWrap": Note(
        bug_type=BugType.EDGE_CASE,
        description="The 32-bit counter wraps inside the message.",
        effect="A counter that carries into the other 96 bits, or stops, gives a wrong keystream.",
        cves=("CVE-2015-6644", "CVE-2018-2972"),
    ),
    "SpecialTag": Note(
        bug_type=BugType.EDGE_CASE,
        description="The right tag is a value that programs take for absence or error.",
        effect="A target that treats such a tag as missing refuses good messages or accepts bad.",
    ),
    "RepeatedIv": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="Two messages are encrypted under the same key and IV.",
        effect="The ciphertexts differ exactly where the messages do.",
        cves=("CVE-2016-7798",),
    ),
    "LargeInput": Note(
        bug_type=BugType.FUNCTIONALITY,
        description="The input is larger than buffers and 16-bit lengths hold.",
        effect="Lengths that overflow give wrong results or read past the end.",
        cves=("CVE-2017-18330",),
    ),
    "BlockOracle": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="The answer was derived from single block encryptions under the same key.",
        effect="A key that also serves ECB or CBC gives away GCM's hash subkey and keystream.",
        cves=("CVE-2020-8912",),
    ),
    "KeyCommitment": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="One ciphertext with one tag is valid under two keys.",
        effect="GCM does not commit to its key: a ciphertext does not prove which key made it.",
        cves=("CVE-2020-8897",),
    ),
    "DistinguishableRefusal": Note(
        bug_type=BugType.ORACLE,
        description="Refusals for different causes must not be told apart.",
        effect="An attacker who learns the cause decrypts messages or forges them step by step.",
        cves=("CVE-2016-2107",),
    ),
    "BadPadding": Note(
        bug_type=BugType.MISSING_STEP,
        description="The last block does not end in a PKCS #7 padding.",
        effect="A target that accepts it returns a wrong message or opens a padding oracle.",
    ),
    "NoPadding": Note(
        bug_type=BugType.MISSING_STEP,
        description="The ciphertext holds no padding at all.",
        effect="A target that accepts it confuses the two padding modes.",
    ),
    "PaddingLookalike": Note(
        bug_type=BugType.EDGE_CASE,
        description="The message itself ends in bytes that a padding would add.",
        effect="A target that removes more than the one PKCS #7 padding cuts the message.",
    ),
    "PartialBlock": Note(
        bug_type=BugType.MISSING_STEP,
        description="The input is not a whole number of blocks.",
        effect="A target that pads or cuts silently changes the message.",
    ),
    "CbcIvLength": Note(
        bug_type=BugType.MODIFIED_PARAMETER,
        description="The IV of CBC does not have 16 bytes, or is missing.",
        effect="A target that fills it up uses an IV that the caller did not choose.",
    ),
    "MonteCarlo": Note(
        bug_type=BugType.FUNCTIONALITY,
        description="A thousand calls, each made from the answers before.",
        effect="State that leaks from one call into the next shows in the end.",
    ),
    "ModeProperty": Note(
        bug_type=BugType.MALLEABILITY,
        description="The ciphertext was changed in a way that the mode lets through.",
        effect="Nothing is authenticated: the change of the message can be foreseen.",
    ),
    "Composition": Note(
        bug_type=BugType.FUNCTIONALITY,
        description="The same answer follows from another mode or padding under the same key.",
        effect="Two modes that disagree about one key do not use the same block cipher.",
    ),
    **notes_rsa_oaep.NOTES,
    **notes_rsa_signature.NOTES,
    **notes_ec_ecdsa.NOTES,
    **notes_ec_ecies.NOTES,
}
"""Every flag, with what it means; a file carries those that its tests bear."""
