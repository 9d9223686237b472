"""What the flags and the edge-case classes of RSA signatures and of RSA keys mean."""

from __future__ import annotations

from typing import Final

from kmsproof_vectors.model import BugType, Note

CLASSES: Final[dict[str, str]] = {
    "S1": "RSA signatures that are good, and changed ones; other public exponents",
    "S2": "RSA signatures on malformed encoded messages: every field, every node of the DigestInfo",
    "S3": "RSA signatures out of range, not reduced, or of wrong length",
    "S4": "RSA signatures of the other scheme, or of none",
    "S5": "RSA signatures on digests: of wrong length, or taken for messages",
    "S6": "RSA signing: what is encoded",
    "S7": "RSA signing of one message, twice",
    "S8": "RSA signatures on messages of all lengths around the block boundaries",
    "S9": "RSA signatures on special digests",
    "K1": "RSA keys that are malformed, inconsistent, or of another length",
}
"""The edge-case classes that have vectors, each with what it is about."""

WAITING: Final[dict[str, str]] = {
    "S1": "live mode: a key that cannot be imported has signatures of its own only",
    "S2": "live mode: without a known private key nothing malformed can be signed",
    "S6": "live mode: whether all salts differ, over many signatures",
    "S7": "live mode: a fault in one of many signatures",
    "S9": "out of reach: residues modulo the primes, since the encoded message follows from a hash",
    "K1": "profile: private keys in BER, with attributes or of another version, PKCS #1 without a"
    " frame, absent NULL; live mode: keys that the target makes",
}
"""What of a class is not in the corpus yet, and what it waits for."""

NOTES: Final[dict[str, Note]] = {
    "RepeatedSigning": Note(
        bug_type=BugType.FUNCTIONALITY,
        description="One message is signed more than once, also as its digest.",
        effect="State that is left from one call spoils the next; a fault gives away a prime.",
    ),
    "MessageTypeConfusion": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The signature is on the same bytes, hashed where they must not be or reverse.",
        effect="A target that confuses message and digest lets one be forged from the other.",
    ),
    "InvalidSignature": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The signature is another than a good one for this message and key.",
        effect="A target that accepts it does not verify, or not all of it.",
    ),
    "PublicExponent": Note(
        bug_type=BugType.FUNCTIONALITY,
        description="The public exponent is another than 65537.",
        effect="A target that has the exponent built in, or cuts it off, verifies wrongly.",
    ),
    "EdgeCaseSignature": Note(
        bug_type=BugType.EDGE_CASE,
        description="The signature is a small number, or n minus a small one.",
        effect="Arithmetic that expects numbers as long as n gives a wrong result.",
    ),
    "RsaSignatureRange": Note(
        bug_type=BugType.MALLEABILITY,
        description="The signature is a number at the edges of the range, or not below n.",
        effect="A target that reduces it takes several signatures for one, or crashes at zero.",
        cves=("CVE-2017-11185",),
    ),
    "RsaSignatureLength": Note(
        bug_type=BugType.MALLEABILITY,
        description="The signature does not have the length of the modulus.",
        effect="A target that fills up or cuts takes several signatures for one, or crashes.",
        cves=("CVE-2020-14967",),
    ),
    "SmallSignature": Note(
        bug_type=BugType.EDGE_CASE,
        description="The signature begins or ends with a zero byte.",
        effect="Zeros lost on the way make one in 256 signatures useless.",
    ),
    "WrongPrimitive": Note(
        bug_type=BugType.WRONG_PRIMITIVE,
        description="The signature is one of another scheme under the same key.",
        effect="A target that takes it does not keep to its algorithm: the weaker one counts.",
    ),
    "SpecialSalt": Note(
        bug_type=BugType.EDGE_CASE,
        description="The salt is constant, or looks like the padding before it.",
        effect="A target that takes such a salt for padding refuses good signatures.",
    ),
    "PssSaltLength": Note(
        bug_type=BugType.MODIFIED_PARAMETER,
        description="The salt has another length than the one that is agreed on.",
        effect="A target that takes the length from the signature lets the signer choose it.",
    ),
    "ModifiedPssEncoding": Note(
        bug_type=BugType.MISSING_STEP,
        description="One field of the encoded message is not as EMSA-PSS makes it.",
        effect="Each check that is left out gives a forger freedom; together they are the proof.",
    ),
    "WrongMask": Note(
        bug_type=BugType.WRONG_PRIMITIVE,
        description="The data block is masked by something else than MGF1 with SHA-256.",
        effect="A target that takes it lets the signer choose the mask function.",
    ),
    "InvalidAsnInPadding": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The DigestInfo is not the one DER encoding that it can be.",
        effect="What a verifier skips, a forger fills in: with a small exponent he needs no key.",
    ),
    "BerEncodedPadding": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The DigestInfo is encoded in a form that BER allows and DER does not.",
        effect="Long lengths leave room for the bits that a forgery needs.",
    ),
    "MissingNull": Note(
        bug_type=BugType.FUNCTIONALITY,
        description="The DigestInfo has no parameters where it should have NULL.",
        effect="Some old programs sign so; a verifier that takes it has two forms of a signature.",
    ),
    "NoHash": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The encoded message does not say which hash function made the digest.",
        effect="A target that takes it accepts digests of any function of the same length.",
    ),
    "ModifiedPkcs1Padding": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The padding in front of the DigestInfo is not 00 01 ff … ff 00.",
        effect="Padding that is not read leaves a forger the bits that he needs.",
    ),
    "ShortPadding": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="PS has fewer than the eight bytes that it must have.",
        effect="A shorter padding leaves a forger more bits.",
    ),
    "Bleichenbacher2006": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="Garbage stands where a careless verifier does not look.",
        effect="With the exponent 3 anybody signs any message for such a verifier.",
        cves=("CVE-2006-4339",),
    ),
    "RsaKeyEncoding": Note(
        bug_type=BugType.MISSING_STEP,
        description="The key is not the DER of the structure that it must be.",
        effect="A target that reads it all the same has more than one form of a key, or breaks.",
    ),
    "RsaKeyPurpose": Note(
        bug_type=BugType.WRONG_PRIMITIVE,
        description="The key names another algorithm that it is for, and for nothing else.",
        effect="A target that does not read it uses a key for what its owner has ruled out.",
    ),
    "RsaModulusLength": Note(
        bug_type=BugType.MODIFIED_PARAMETER,
        description="The modulus does not have the length that the key spec says.",
        effect="A target that takes it gives less security than its user relies on.",
    ),
    "InvalidRsaPublicKey": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="Modulus and exponent are no RSA public key: even, negative, or too small.",
        effect="Signatures under such a key can be forged; even moduli crash programs.",
    ),
    "InvalidRsaPrivateKey": Note(
        bug_type=BugType.MISSING_STEP,
        description="There is no private key to these numbers, whatever is computed from them.",
        effect="A target that signs with it gives away signatures that nobody can verify.",
    ),
    "InconsistentRsaKey": Note(
        bug_type=BugType.MISSING_STEP,
        description="One number of the private key does not belong to the others.",
        effect="A signature with one wrong exponent and one right gives away a prime.",
    ),
}
"""Every flag of RSA signatures and keys beside those of all families, with what it means."""
