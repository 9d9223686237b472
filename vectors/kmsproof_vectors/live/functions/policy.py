"""Functions and checks of recipes on the rules of keys: handles of no key, and public keys."""

from __future__ import annotations

from typing import Final

from kmsproof_reference import ec_key_encoding, rsa_key_encoding
from kmsproof_reference.errors import Refusal
from kmsproof_reference.point_encoding import PointForm
from kmsproof_reference.vocabulary import EC_CURVES, RSA_MODULUS_BITS, KeySpec
from kmsproof_vectors.live.functions.registry import FailureWord, RecipeFault, check, function

SHORT_HANDLE: Final = 16
"""Characters of a handle that is no longer a mere number of a few digits."""

_OTHER_DIGIT: Final = str.maketrans("0123456789", "9876543210")


@function("handle-of-no-key")
def handle_of_no_key(key: str) -> str:
    """Return a handle in the form of the target's own that no key has.

    Each digit d of ``key`` becomes 9 - d; a handle of fewer than 16 characters gets zeros at its
    end, since a short one may be the number of another key.
    """
    return key.translate(_OTHER_DIGIT) + "0" * (SHORT_HANDLE - len(key))


@check("is-public-key-of", FailureWord.LEAK)
def is_public_key_of(public_key: bytes, key_spec: str) -> str:
    """The bytes are the SubjectPublicKeyInfo of a key of the key spec, in DER, and nothing more.

    The key is read and written again: what holds anything else, such as a private key, is another
    encoding.
    """
    try:
        again = _encoded_again(bytes(public_key), KeySpec(key_spec))
    except Refusal as refusal:
        return f"It is no public key of {key_spec}: {refusal}."
    except ValueError as error:
        raise RecipeFault(f"there is no key spec {key_spec!r}: {error}") from None
    return "" if again == public_key else f"It is not the one DER encoding of a key of {key_spec}."


def _encoded_again(public_key: bytes, key_spec: KeySpec) -> bytes:
    """Return the encoding of the key that was given; raise `Refusal` if it is of another kind."""
    if key_spec in RSA_MODULUS_BITS:
        rsa = rsa_key_encoding.decode_public_key(public_key)
        if rsa.bits != RSA_MODULUS_BITS[key_spec]:
            raise Refusal(f"its modulus has {rsa.bits} bits")
        return rsa_key_encoding.encode_public_key(rsa)
    if key_spec not in EC_CURVES:
        raise Refusal("such keys have no public part")
    uncompressed = frozenset({PointForm.UNCOMPRESSED})
    key = ec_key_encoding.decode_public_key(public_key, uncompressed)
    if key.curve.name != EC_CURVES[key_spec]:
        raise Refusal(f"it is one of {key.curve.name}")
    return ec_key_encoding.encode_public_key(key)


@check("refused-or-different", FailureWord.WRONG_OUTPUT)
def refused_or_different(left: bytes | None, right: bytes) -> str:
    """The field of an answer holds something else than ``right``, or the answer is a refusal.

    It goes with an ask whose expectation is ``either``.
    """
    return "" if left is None or left != right else "Both are the same."
