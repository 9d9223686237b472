"""pycryptodome: bad PKCS #7 padding is refused with one of two texts, which tell what was wrong.

Demanded: that refusals of bad padding look alike, after the padding-oracle attacks on CBC. It is
the suite that demands it: RFC 5652 §6.3 says what a padding is, not how a wrong one is refused.

Answered: unpad raises ValueError("Padding is incorrect.") where the last byte is not 1 to 16, and
ValueError("PKCS#7 padding is incorrect.") where it is and another byte of the padding is wrong.

Cause, seen in the source of 4.4.0: unpad (Crypto/Util/Padding.py) checks the last byte and then the
whole padding, each with a text of its own.

What it is: no fault of an algorithm, and no security problem in itself, because whoever calls unpad
holds the plaintext already. It becomes one in a program that passes the text on to whoever sent the
ciphertext. Such a program is a padding oracle in any case, since it says that the padding is bad;
the second text makes the attack cheaper: one answer tells that the last byte is one of 16 values.

Usage: pkcs7_two_refusals.py
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import sys

KEY = bytes(range(16))
IV = bytes(16)
LAST_BLOCKS = {
    "right padding of 4": b"twelve bytes" + b"\x04\x04\x04\x04",
    "last byte 0": b"fifteen bytes.." + b"\x00",
    "last byte 17": b"fifteen bytes.." + b"\x11",
    "last byte 255": b"fifteen bytes.." + b"\xff",
    "last byte 4, first of the padding wrong": b"twelve bytes" + b"\x05\x04\x04\x04",
    "last byte 2, the one before wrong": b"fourteen bytes" + b"\x03\x02",
    "last byte 16, all others wrong": b"fifteen bytes.." + b"\x10",
}


def deviates() -> bool:
    """Ask the library, say what it answers, and return whether it deviates."""
    import Crypto
    from Crypto.Cipher import AES
    from Crypto.Util.Padding import unpad

    print(
        "Does: decrypts AES-128-CBC ciphertexts whose last blocks end in bad padding, and unpads."
    )
    print("Demanded by the suite, not by RFC 5652 §6.3: that all refusals of padding look alike.")
    print(f"Answered by version {Crypto.__version__}:")
    refusals: set[str] = set()
    for name, block in LAST_BLOCKS.items():
        ciphertext = AES.new(KEY, AES.MODE_CBC, iv=IV).encrypt(block)
        try:
            plaintext = unpad(AES.new(KEY, AES.MODE_CBC, iv=IV).decrypt(ciphertext), 16)
        except ValueError as error:
            answer = f"{type(error).__name__}: {error}"
            refusals.add(answer)
        else:
            answer = f"accepted, {plaintext!r}"
        print(f"  {name + ':':41} {answer}")
    return len(refusals) > 1


def main() -> int:
    """Return the exit code."""
    try:
        there = deviates()
    except (
        Exception
    ) as error:  # whatever it is, it shows neither that the deviation is there nor not
        print(f"Could not be tried: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print("The deviation is there." if there else "The deviation is not there.")
    return 0 if there else 1


if __name__ == "__main__":
    sys.exit(main())
