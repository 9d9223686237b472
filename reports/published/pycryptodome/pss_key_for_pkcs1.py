"""pycryptodome: a key that is restricted to RSASSA-PSS signs and verifies with PKCS#1 v1.5.

Demanded: RFC 4055 §1.2: an owner who wishes to limit the use of a key exclusively to RSASSA-PSS
names id-RSASSA-PSS as its algorithm. Who uses it for something else passes over that wish.

Answered: RSA.import_key takes such keys, and makes of them ordinary RSA keys, for every scheme.

Cause, seen in the source of 4.4.0: both identifiers are allowed, and the import does not keep
which it was (Crypto/PublicKey/RSA.py).

What it is: a restriction of the owner's that is lost. It is no weakness of either algorithm; the
restriction is there to keep a key from being used in two schemes whose combination nobody proved.

Usage: pss_key_for_pkcs1.py
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import sys

RSA_ENCRYPTION = bytes.fromhex("300d06092a864886f70d0101010500")
"""The AlgorithmIdentifier of ordinary keys (RFC 8017 A.1)."""
RSASSA_PSS = bytes.fromhex("300b06092a864886f70d01010a")
"""That of keys for RSASSA-PSS with any parameters (RFC 4055 §3.1)."""


def with_identifier(material: bytes, identifier: bytes) -> bytes:
    """Return a key with another algorithm, and with the length that it then has."""
    content = material[4:].replace(RSA_ENCRYPTION, identifier, 1)
    return b"\x30\x82" + len(content).to_bytes(2, "big") + content


def deviates() -> bool:
    """Ask the library, say what it answers, and return whether it deviates."""
    import Crypto
    from Crypto.Hash import SHA256
    from Crypto.PublicKey import RSA
    from Crypto.Signature import pkcs1_15

    print("Does: imports keys whose algorithm is id-RSASSA-PSS, and uses them for PKCS#1 v1.5.")
    print("Demanded by RFC 4055 §1.2: that such a key is for RSASSA-PSS exclusively.")
    print(f"Answered by version {Crypto.__version__}:")
    good = RSA.generate(2048)
    digest = SHA256.new(b"message")
    signature = pkcs1_15.new(good).sign(digest)
    there = False
    for part, material in (
        ("private", good.export_key(format="DER", pkcs=8)),
        ("public", good.public_key().export_key(format="DER")),
    ):
        if RSA_ENCRYPTION not in material:
            raise RuntimeError("the library does not name rsaEncryption in an ordinary key")
        for identifier, name in ((RSA_ENCRYPTION, "rsaEncryption"), (RSASSA_PSS, "id-RSASSA-PSS")):
            try:
                key = RSA.import_key(with_identifier(material, identifier))
                if key.has_private():
                    pkcs1_15.new(key).sign(digest)
                pkcs1_15.new(key).verify(digest, signature)
            except ValueError as error:
                if identifier == RSA_ENCRYPTION:
                    raise
                answer = f"refused, ValueError: {error}"
            else:
                there = there or identifier == RSASSA_PSS
                answer = f"taken, and {'signs' if key.has_private() else 'verifies'}"
            print(f"  {part} key, {name}: {answer}")
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
