"""What the flags and the edge-case classes of RSAES-OAEP mean."""

from __future__ import annotations

from typing import Final

from kmsproof_vectors.model import BugType, Note

CLASSES: Final[dict[str, str]] = {
    "O1": "OAEP known answers: message lengths, special seeds and messages, messages too long",
    "O2": "OAEP encodings with a malformed field: first octet, label hash, padding, separator",
    "O3": "OAEP ciphertexts of wrong length, out of range, not reduced, changed",
    "O4": "OAEP encodings malformed at every position, and every separator",
    "O5": "OAEP ciphertexts that other schemes, or other hash functions, have made",
    "O6": "OAEP labels of every form, and wrong ones",
    "O7": "OAEP with special residues modulo one of the primes",
    "O8": "OAEP encoded messages that are small, or of very low or high weight",
    "O9": "OAEP ciphertexts with zeros at an end, and without them",
    "O10": "OAEP refusals that must look alike",
    "O11": "OAEP encryptions of one message, again and again",
}
"""The edge-case classes that have vectors, each with what it is about."""

WAITING: Final[dict[str, str]] = {
    "O1": "live mode: without a known private key only what the public key can make",
    "O6": "profile: what a target without labels does with one that is given",
    "O7": "live mode: a key that cannot be imported cannot be fitted",
    "O10": "live mode: size and timing of the answers",
    "O11": "live mode: whether all ciphertexts and seeds differ, over many encryptions",
}
"""What of a class is not in the corpus yet, and what it waits for."""

NOTES: Final[dict[str, Note]] = {
    "MessageTooLong": Note(
        bug_type=BugType.MODIFIED_PARAMETER,
        description="The message is longer than the modulus has room for.",
        effect="A target that cuts it, or leaves out padding, encrypts something else.",
    ),
    "SpecialSeed": Note(
        bug_type=BugType.EDGE_CASE,
        description="The seed of the encoding is constant or equal to another part of it.",
        effect="A target that takes such a seed for a missing one refuses good ciphertexts.",
    ),
    "RandomisedEncryption": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="One message is encrypted again and again, each time with a new seed.",
        effect="Where ciphertexts repeat, whoever sees them knows that the messages do.",
    ),
    "InvalidOaepEncoding": Note(
        bug_type=BugType.MISSING_STEP,
        description="What the ciphertext holds is not as EME-OAEP encodes a message.",
        effect="A target that skips the check takes forged ciphertexts, or tells where it failed.",
    ),
    "OaepSeparator": Note(
        bug_type=BugType.EDGE_CASE,
        description="The separator 01 stands further to the front than the message lets expect.",
        effect="A target that looks for it from the end, or at one place, cuts the message.",
    ),
    "RsaCiphertextRange": Note(
        bug_type=BugType.MISSING_STEP,
        description="The ciphertext is a number at the edges of the range, or not below n.",
        effect="A target that reduces it takes several ciphertexts for one, or fails otherwise.",
    ),
    "RsaCiphertextLength": Note(
        bug_type=BugType.MISSING_STEP,
        description="The ciphertext does not have the length of the modulus.",
        effect="A target that fills up or cuts takes several ciphertexts for one, or crashes.",
        cves=("CVE-2021-3580",),
    ),
    "ModifiedRsaCiphertext": Note(
        bug_type=BugType.MALLEABILITY,
        description="The ciphertext was changed, multiplied, or made for another key.",
        effect="RSA alone lets a product through; only the encoding shows that it is one.",
    ),
    "LeadingZeros": Note(
        bug_type=BugType.EDGE_CASE,
        description="The ciphertext begins or ends with zero bytes.",
        effect="Zeros lost on the way make one in 256 messages unreadable.",
    ),
    "OtherScheme": Note(
        bug_type=BugType.WRONG_PRIMITIVE,
        description="The message was encrypted with another scheme, hash or mask function.",
        effect="A target that takes it does not keep to its algorithm, or opens older attacks.",
    ),
    "MangerOracle": Note(
        bug_type=BugType.ORACLE,
        description="Refused decryptions must not be told apart by their cause.",
        effect="Whoever learns whether the first octet is zero decrypts any message.",
        cves=("CVE-2020-26939", "CVE-2012-5081", "CVE-2016-8871"),
    ),
    "OaepLabel": Note(
        bug_type=BugType.FUNCTIONALITY,
        description="The message has a label other than the empty one.",
        effect="A target that changes or cuts labels cannot read what others have written.",
    ),
    "WrongOaepLabel": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="The label is another than at encryption.",
        effect="A target that does not compare it lets a message be used in another context.",
    ),
    "SpecialResidue": Note(
        bug_type=BugType.EDGE_CASE,
        description="A number has a special residue modulo one of the primes.",
        effect="Arithmetic with the primes goes wrong at its edges, and may give away a prime.",
    ),
    "SpecialEncodedMessage": Note(
        bug_type=BugType.EDGE_CASE,
        description="The encoded message is small, or has very few or very many ones.",
        effect="Numbers that are shorter than the modulus, or sparse, are handled wrongly.",
    ),
    "MultiPrimeKey": Note(
        bug_type=BugType.FUNCTIONALITY,
        description="The modulus is the product of three primes.",
        effect="A target that leaves out the third prime decrypts wrongly.",
    ),
}
"""Every flag of RSAES-OAEP beside those of all families, with what it means."""
