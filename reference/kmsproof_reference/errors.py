"""The exceptions of the reference: what a standard refuses, and whose input was refused.

The story, in the order of an operation:

1. **A key is read.** It comes as octets that must be the DER encoding of a key: `MalformedDer`.
   The numbers in it must fit together as the standard demands of a key: `InvalidKey`. The point in
   it must be one of the curve: `InvalidPoint`.
2. **Before anything is computed** the preconditions are checked: the length of the key, of the IV
   or of the message, a tag length the standard does not allow. What the *caller* chose is wrong:
   `InvalidArgument`. The remedy is always in the text.
3. **While data is taken apart** that somebody else may have made or changed, the standard finds
   it wrong: the tag does not verify (SP 800-38D §7.2: "return FAIL"), the padding is not the one
   RFC 5652 §6.3 describes, the ciphertext is not a whole number of blocks, or what RSA decrypts is
   no OAEP encoding (RFC 8017 §7.1.2: "decryption error"): `InvalidCiphertext`.
   Nothing of the plaintext is handed out. Whatever is wrong with a tag gives one and the same
   text, and so does whatever is wrong with a padding, since a difference would be an oracle.
4. **A signature is verified.** That it does not belong to the message is an answer, `False`, and
   no exception. One that cannot even be taken apart into its numbers is an
   `InvalidSignatureEncoding`.

All are a `Refusal`: the standard says "output an error and stop". Whoever runs the reference as
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
    """Octets are not the DER encoding of what is expected, or a text not the PEM of one."""


class InvalidPoint(Refusal):
    """Octets encode no point of the curve, or not in a form that is taken (SEC 1 §2.3.4)."""


class InvalidSignatureEncoding(Refusal):
    """A signature cannot be taken apart; nothing is thereby said of what is in it."""
