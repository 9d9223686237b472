"""The exceptions of the reference: what a standard refuses, and whose input was refused.

The story, in the order of an operation:

1. **Before anything is computed** the preconditions are checked: the length of the key, of the IV
   or of the message, a tag length the standard does not allow. What the *caller* chose is wrong:
   `InvalidArgument`. The remedy is always in the text.
2. **While data is taken apart** that somebody else may have made or changed, the standard finds
   it wrong: the tag does not verify (SP 800-38D §7.2: "return FAIL"), the padding is not the one
   RFC 5652 §6.3 describes, the ciphertext is not a whole number of blocks: `InvalidCiphertext`.
   Nothing of the plaintext is handed out. Whatever is wrong with a tag gives one and the same
   text, and so does whatever is wrong with a padding, since a difference would be an oracle.

Both are a `Refusal`: the standard says "output an error and stop". Whoever runs the reference as
a target catches `Refusal` and nothing wider: any other exception is a defect of the reference.
No text ever holds a byte of a key, of a plaintext or of a tag.
"""


class Refusal(Exception):
    """The standard says: output an error and stop. The root of all expected exceptions."""


class InvalidArgument(Refusal, ValueError):
    """A precondition is not met: the caller passed a length or a value that is not allowed."""


class InvalidCiphertext(Refusal):
    """The ciphertext, its tag or its padding is not one that the standard accepts."""


class InvalidKey(InvalidArgument):
    """A key does not pass the checks that its standard demands before it is used."""


class MalformedDer(Refusal):
    """Octets are not the DER encoding of what is expected (X.690 §10 and §11)."""


class InvalidPoint(Refusal):
    """Octets encode no point of the curve, or not in a form that is taken (SEC 1 §2.3.4)."""


class InvalidSignatureEncoding(Refusal):
    """A signature cannot be taken apart; nothing is thereby said of what is in it."""
