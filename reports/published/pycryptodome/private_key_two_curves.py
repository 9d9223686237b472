"""pycryptodome: an EC private key that names two curves is taken.

Demanded: RFC 5915 §3: the parameters in an ECPrivateKey are those of the key; RFC 5958 §2: so are
those of the PrivateKeyInfo around it. A key has one curve, so that a file with two is none.

Answered: ECC.import_key takes such a key, as one of the outer curve.

Cause, seen in the source of 4.4.0: the import compares the two names and raises ValueError where
they differ, inside a block that catches ValueError (Crypto/PublicKey/ECC.py).

What it is: a check that is there and does nothing. Another program may take the inner name: then
two programs have different keys from one file.

Usage: private_key_two_curves.py
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import sys

P256 = bytes.fromhex("06082a8648ce3d030107")
"""The object identifiers of the two curves, in DER (RFC 5480 §2.1.1.1)."""
P384 = bytes.fromhex("06052b81040022")

PUBLIC_KEY = bytes.fromhex("06072a8648ce3d0201")
"""id-ecPublicKey (RFC 5480 §2.1.1)."""


def tagged(tag: int, content: bytes) -> bytes:
    """Return an element of DER with less than 128 bytes."""
    return bytes([tag, len(content)]) + content


def private_key(inside: bytes) -> bytes:
    """Return the PrivateKeyInfo of the private key 1 on P-256, which names a curve inside as well.

    Its parts are those of RFC 5958 §2 and RFC 5915 §3.
    """
    number = tagged(0x04, (1).to_bytes(32, "big"))
    private = tagged(0x30, tagged(0x02, b"\x01") + number + tagged(0xA0, inside))
    algorithm = tagged(0x30, PUBLIC_KEY + P256)
    return tagged(0x30, tagged(0x02, b"\x00") + algorithm + tagged(0x04, private))


def deviates() -> bool:
    """Ask the library, say what it answers, and return whether it deviates."""
    import Crypto
    from Crypto.PublicKey import ECC

    print("Does: imports a private key on P-256 in which another curve is named.")
    print("Demanded by RFC 5915 §3: that a key has one curve.")
    print(f"Answered by version {Crypto.__version__}:")
    there = False
    for name, inside in (("P-256", P256), ("P-384", P384)):
        try:
            key = ECC.import_key(private_key(inside))
        except ValueError as error:
            if inside == P256:
                raise
            answer = f"refused, ValueError: {error}"
        else:
            there = there or inside == P384
            answer = f"taken, as a key on {key.curve}"
        print(f"  {name} is named inside: {answer}")
    return there


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
