"""cryptography: an RSASSA-PSS signature is valid without its leading zero byte.

Demanded: RFC 8017 §8.1.2 step 1: a signature is as long as the modulus; if it is not, the answer
is "invalid signature".

Answered: RSAPublicKey.verify takes a signature that begins with zero bytes also without them. It
does not with PKCS#1 v1.5, and it takes no longer ones.

Cause, as far as it shows from outside: the length is left to OpenSSL, which reads a number.

What it is: malleability, and an interoperability problem. One signature in 256 can be written in
another way that is valid here; a program that knows signatures by their bytes takes it for
another. Nobody can sign a message by it that was not signed.

Usage: pss_signature_short.py
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import sys


def deviates() -> bool:
    """Ask the library, say what it answers, and return whether it deviates."""
    from cryptography import __version__
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    print("Does: makes signatures until one begins with a zero byte, and verifies it without that.")
    print("Demanded by RFC 8017 §8.1.2 step 1: that a signature of another length is invalid.")
    print(f"Answered by version {__version__}:")
    private = rsa.generate_private_key(65537, 2048)
    der = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    public = serialization.load_der_public_key(der)
    assert isinstance(public, rsa.RSAPublicKey)
    accepted: dict[str, bool] = {}
    for name, scheme in (
        ("RSASSA-PSS", padding.PSS(padding.MGF1(hashes.SHA256()), 32)),
        ("PKCS#1 v1.5", padding.PKCS1v15()),
    ):
        number, message, signature = 0, b"", b"\x01"
        while signature[0]:
            number += 1
            message = b"message %d" % number
            signature = private.sign(message, scheme, hashes.SHA256())
        public.verify(signature, message, scheme, hashes.SHA256())
        try:
            public.verify(signature[1:], message, scheme, hashes.SHA256())
        except InvalidSignature:
            accepted[name] = False
        else:
            accepted[name] = True
        answer = "valid" if accepted[name] else "invalid"
        print(f"  {name + ',':12} {len(signature) - 1} bytes instead of {len(signature)}: {answer}")
    return any(accepted.values())


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
