"""cryptography: a public key in the hybrid form is taken from a SubjectPublicKeyInfo.

Demanded: RFC 5480 §2.2: the first byte of the point is 04, or 02 or 03, and the key must be
rejected if it is any other.

Answered: load_der_public_key takes points that begin with 06 and 07 (the hybrid form of ANSI
X9.62), and what they sign verifies. The library's from_encoded_point refuses the same points.

Cause, as far as it shows from outside: OpenSSL reads the form, and nothing looks at the first
byte.

What it is: an interoperability problem. The point is checked, also against the parity that its
first byte tells; but one key has two encodings more than the standard gives it, and a program that
looks for a key by its encoding does not find it.

Usage: hybrid_point_accepted.py
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import sys

HYBRID = 6


def deviates() -> bool:
    """Ask the library, say what it answers, and return whether it deviates."""
    from cryptography import __version__
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    print("Does: loads a SubjectPublicKeyInfo in the hybrid form, and verifies a signature.")
    print("Demanded by RFC 5480 §2.2: that a key whose first byte is not 02, 03 or 04 is rejected.")
    print(f"Answered by version {__version__}:")
    there = False
    for curve in (ec.SECP256R1(), ec.SECP256K1()):
        private = ec.generate_private_key(curve)
        signature = private.sign(b"message", ec.ECDSA(hashes.SHA256()))
        der = private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        if der[-65] != 4:
            raise RuntimeError("the library does not write the uncompressed form")
        for first in (4, HYBRID + der[-1] % 2, HYBRID + 1 - der[-1] % 2):
            try:
                public = serialization.load_der_public_key(der[:-65] + bytes([first]) + der[-64:])
                assert isinstance(public, ec.EllipticCurvePublicKey)
                public.verify(signature, b"message", ec.ECDSA(hashes.SHA256()))
            except (ValueError, InvalidSignature) as error:
                if first == 4:
                    raise
                answer = f"refused, {type(error).__name__}: {error}"
            else:
                there = there or first != 4
                answer = "taken, and its signature is valid"
            print(f"  {curve.name}, first byte {first:02x}: {answer}")
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
