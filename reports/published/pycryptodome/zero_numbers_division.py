"""pycryptodome: a private RSA key of zeros makes RSA.import_key divide by zero.

Demanded: RFC 8017 §3.1 and §3.2 have no key whose modulus is zero, so that it has to be refused.
The library's documentation says how: with ValueError, IndexError or TypeError.

Answered: ZeroDivisionError, of which the documentation says nothing.

Cause, seen in the traceback of 4.4.0: the import computes with the numbers, modulo one of them,
before it has looked at them.

What it is: an unhelpful error. A program that catches what is documented ends with a traceback
when somebody sends it such a key.

Usage: zero_numbers_division.py
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import sys


def deviates() -> bool:
    """Ask the library, say what it answers, and return whether it deviates."""
    import Crypto
    from Crypto.PublicKey import RSA
    from Crypto.Util.asn1 import DerSequence

    print("Does: imports an RSAPrivateKey all numbers of which are zero, bare and in PKCS #8.")
    print("Demanded by RFC 8017 §3.2: that it is refused, as the library says, by a ValueError.")
    print(f"Answered by version {Crypto.__version__}:")
    bare = DerSequence([0] * 9).encode()
    beginning = bytes.fromhex("020100300d06092a864886f70d010101050004")
    inner = beginning + bytes([len(bare)]) + bare
    there = False
    for name, material in (("bare", bare), ("PKCS #8", bytes([0x30, len(inner)]) + inner)):
        try:
            RSA.import_key(material)
            answer = "taken"
        except (ValueError, IndexError, TypeError) as error:
            answer = f"refused, {type(error).__name__}: {error}"
        except ZeroDivisionError as error:
            there, answer = True, f"ZeroDivisionError: {error}"
        print(f"  {name + ':':9} {answer}")
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
