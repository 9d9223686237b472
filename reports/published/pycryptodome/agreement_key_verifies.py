"""pycryptodome: a public key that is restricted to ECDH or ECMQV verifies ECDSA signatures.

Demanded: RFC 5480 §2.1.2: a key whose algorithm is id-ecDH or id-ecMQV is restricted to this
algorithm. (The unrestricted one is id-ecPublicKey, §2.1.1.)

Answered: ECC.import_key takes all three, and makes the same key of them.

Cause, seen in the source of 4.4.0: the three identifiers stand in one list, and the import does
not keep which it was (Crypto/PublicKey/ECC.py).

What it is: a restriction of the owner's that is lost. It is no weakness of an algorithm.

Usage: agreement_key_verifies.py
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import sys

UNRESTRICTED = bytes.fromhex("06072a8648ce3d0201")
IDENTIFIERS = {
    "id-ecPublicKey": UNRESTRICTED,
    "id-ecDH": bytes.fromhex("06052b8104010c"),
    "id-ecMQV": bytes.fromhex("06052b8104010d"),
}


def with_identifier(key_info: bytes, identifier: bytes) -> bytes:
    """Return a SubjectPublicKeyInfo with another algorithm, and the lengths that it then has."""
    parameters = key_info[4 + len(UNRESTRICTED) : 4 + key_info[3]]
    algorithm = identifier + parameters
    algorithm = bytes([0x30, len(algorithm)]) + algorithm
    whole = algorithm + key_info[4 + key_info[3] :]
    return bytes([0x30, len(whole)]) + whole


def deviates() -> bool:
    """Ask the library, say what it answers, and return whether it deviates."""
    import Crypto
    from Crypto.Hash import SHA256
    from Crypto.PublicKey import ECC
    from Crypto.Signature import DSS

    print("Does: imports public keys for key agreement, and verifies a signature with them.")
    print("Demanded by RFC 5480 §2.1.2: that such a key is for ECDH, or for ECMQV, only.")
    print(f"Answered by version {Crypto.__version__}:")
    there = False
    for curve in ("P-256", "secp256k1"):
        private = ECC.generate(curve=curve)
        digest = SHA256.new(b"message")
        signature = DSS.new(private, "sec1", "der").sign(digest)
        key_info = private.public_key().export_key(format="DER")
        for name, identifier in IDENTIFIERS.items():
            try:
                key = ECC.import_key(with_identifier(key_info, identifier))
                DSS.new(key, "sec1", "der").verify(digest, signature)
            except ValueError as error:
                if identifier == UNRESTRICTED:
                    raise
                answer = f"refused, ValueError: {error}"
            else:
                there = there or identifier != UNRESTRICTED
                answer = "taken, and verifies"
            print(f"  {curve}, {name}: {answer}")
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
