"""Which parameters a cryptographic operation takes, asked from the tables of `policy`.

What passes here is what an engine may take for granted.
"""

from __future__ import annotations

import hashlib

from kmsproof_reference.kms.errors import (
    InvalidCiphertextBlob,
    InvalidParameter,
    MissingParameter,
    UnsupportedAlgorithm,
)
from kmsproof_reference.kms.policy import (
    AAD_LIMIT,
    BLOCK_LENGTH,
    DIGEST_LENGTH,
    IV_LENGTHS,
    MESSAGE_LIMIT,
    PADDINGS,
    longest_plaintext,
    offer,
)
from kmsproof_reference.kms.store import KeyRecord
from kmsproof_reference.vocabulary import Algorithm, MessageType, PaddingMode


def chosen_algorithm(key: KeyRecord, algorithm: Algorithm | None) -> Algorithm:
    """Return the algorithm, the default one of the key if there is none.

    Raises `UnsupportedAlgorithm` if the key's spec, usage and protection level do not have it.
    """
    offered = offer(key.protection_level, key.key_spec)
    algorithms = () if offered is None else offered.algorithms(key.usage)
    chosen = algorithms[0] if algorithm is None and algorithms else algorithm
    if chosen is None or chosen not in algorithms:
        raise UnsupportedAlgorithm(
            f"{algorithm} is not for a {key.protection_level} of {key.key_spec} and {key.usage}; "
            f"take one of {', '.join(algorithms)}"
        )
    return chosen


def chosen_padding(algorithm: Algorithm, padding: PaddingMode | None) -> PaddingMode | None:
    """Return the padding, the default one of the mode if there is none.

    Raises `InvalidParameter` for a padding given to an algorithm that takes none.
    """
    paddings = PADDINGS.get(algorithm, ())
    if padding is None:
        return paddings[0] if paddings else None
    if padding not in paddings:
        raise InvalidParameter("PaddingMode", f"{algorithm} takes no {padding}: leave it out")
    return padding


def check_aad(algorithm: Algorithm, aad: bytes) -> None:
    """Raise `InvalidParameter` unless the associated data are for GCM, and not too long."""
    if aad and algorithm is not Algorithm.GCM:
        raise InvalidParameter("Aad", f"{algorithm} takes no associated data")
    if len(aad) > AAD_LIMIT:
        raise InvalidParameter("Aad", f"associated data have {AAD_LIMIT} bytes at most")


def check_iv(algorithm: Algorithm, iv: bytes | None) -> None:
    """Raise `InvalidParameter` unless an IV that is given has the length of the mode."""
    length = IV_LENGTHS.get(algorithm)
    if iv is None:
        return
    if length is None:
        raise InvalidParameter("Iv", f"{algorithm} takes no IV")
    if len(iv) != length:
        raise InvalidParameter("Iv", f"the IV of {algorithm} has {length} bytes, not {len(iv)}")


def check_iv_is_there(algorithm: Algorithm, iv: bytes | None) -> None:
    """Raise `MissingParameter` if a decryption lacks its IV, else as `check_iv`."""
    if iv is None and algorithm in IV_LENGTHS:
        raise MissingParameter("Iv", f"{algorithm} is decrypted with the IV it was encrypted with")
    check_iv(algorithm, iv)


def check_plaintext(
    key: KeyRecord, algorithm: Algorithm, padding: PaddingMode | None, plaintext: bytes
) -> None:
    """Raise `InvalidParameter` unless the algorithm takes a plaintext of this length."""
    limit = longest_plaintext(algorithm, key.key_spec)
    if len(plaintext) > limit:
        raise InvalidParameter("Plaintext", f"{algorithm} takes {limit} bytes at most")
    fills_blocks = bool(plaintext) and len(plaintext) % BLOCK_LENGTH == 0
    if padding is PaddingMode.NO_PADDING and not fills_blocks:
        raise InvalidParameter(
            "Plaintext", f"without padding it fills one or more blocks of {BLOCK_LENGTH} bytes"
        )


def check_ciphertext(ciphertext: bytes) -> None:
    """Raise `InvalidCiphertextBlob` if it is longer than any that is made here."""
    if len(ciphertext) > MESSAGE_LIMIT:
        raise InvalidCiphertextBlob


def digest_of(message: bytes, message_type: MessageType) -> bytes:
    """Return the SHA-256 digest to sign: of the message, or what is given as one.

    Raises `InvalidParameter` for a digest of other than 32 bytes, and a message that is too long.
    """
    if message_type is MessageType.RAW:
        if len(message) > MESSAGE_LIMIT:
            raise InvalidParameter("Message", f"a message has {MESSAGE_LIMIT} bytes at most")
        return hashlib.sha256(message).digest()
    if len(message) != DIGEST_LENGTH:
        raise InvalidParameter("Digest", f"a SHA-256 digest has {DIGEST_LENGTH} bytes")
    return message
