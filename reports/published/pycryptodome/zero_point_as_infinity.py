"""pycryptodome: the bytes of two zero coordinates are a public key, the point at infinity.

Demanded: SEC 1 §2.3.4: coordinates that do not satisfy the equation of the curve are no point;
those of (0, 0) do not, on P-256 as on secp256k1. RFC 5480 §2.2 has no other form for a key, and SP
800-56A Rev. 3 §5.6.2.3.3 step 1 does not have infinity for one.

Answered: ECC.import_key takes 04 and 64 zero bytes in a SubjectPublicKeyInfo, and
ECC.construct(point_x=0, point_y=0) takes the numbers. Under this key everybody can sign
everything: r and s with r = x(u1 G) are valid, whatever the message.

Cause, as far as it shows from outside: an EccPoint of (0, 0) stands for infinity inside the
library, and no import looks for it.

What it is: a security problem where keys come from others. Who registers this key can show later
that the signatures under it may be anybody's; and a program that takes a key of zeros by mistake,
such as memory that was never filled, accepts signatures of everybody.

Usage: zero_point_as_infinity.py
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import sys

KEY_INFO = {
    "P-256": bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200"),
    "secp256k1": bytes.fromhex("3056301006072a8648ce3d020106052b8104000a034200"),
}
"""A SubjectPublicKeyInfo up to the point."""
MESSAGE = b"signed by nobody"


def forged(curve: str) -> bytes:
    """Return a signature of the message for which nobody needs a key."""
    from Crypto.Hash import SHA256
    from Crypto.PublicKey import ECC
    from Crypto.Util.asn1 import DerSequence

    # With infinity as key, R = u1 G. For u1 = 1, R is the base point, and s is the digest.
    base = ECC.construct(curve=curve, d=1).pointQ
    digest = int.from_bytes(SHA256.new(MESSAGE).digest(), "big")
    return DerSequence([int(base.x), digest]).encode()


def deviates() -> bool:
    """Ask the library, say what it answers, and return whether it deviates."""
    import Crypto
    from Crypto.Hash import SHA256
    from Crypto.PublicKey import ECC
    from Crypto.Signature import DSS

    print("Does: imports the public key (0, 0), and verifies a signature that nobody made.")
    print("Demanded by SEC 1 §2.3.4: that coordinates which are no point of the curve are refused.")
    print(f"Answered by version {Crypto.__version__}:")
    there = False
    for curve, beginning in KEY_INFO.items():
        good = ECC.generate(curve=curve)
        point = good.public_key().export_key(format="SEC1")
        if ECC.import_key(beginning + point) != good.public_key():
            raise RuntimeError("the library does not take a good key")
        for name in ("import_key", "construct"):
            try:
                if name == "import_key":
                    key = ECC.import_key(beginning + b"\x04" + bytes(64))
                else:
                    key = ECC.construct(curve=curve, point_x=0, point_y=0)
            except ValueError as error:
                answer = f"refused, ValueError: {error}"
            else:
                there, answer = True, "taken"
                try:
                    DSS.new(key, "sec1", "der").verify(SHA256.new(MESSAGE), forged(curve))
                    answer += ", and the signature of nobody is valid"
                except ValueError as error:
                    answer += f", and the signature of nobody is refused: {error}"
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
