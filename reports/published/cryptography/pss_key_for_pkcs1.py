"""cryptography: a key that is restricted to RSASSA-PSS signs and verifies with PKCS#1 v1.5.

Demanded: RFC 4055 §1.2: an owner who wishes to limit the use of a key exclusively to RSASSA-PSS
names id-RSASSA-PSS as its algorithm. Who uses it for something else passes over that wish.

Answered: load_der_private_key and load_der_public_key take such keys, and make of them ordinary
RSA keys, for every padding.

Cause, as far as it shows from outside: the import does not keep which algorithm was named.

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
    from cryptography import __version__
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    print("Does: loads keys whose algorithm is id-RSASSA-PSS, and uses them for PKCS#1 v1.5.")
    print("Demanded by RFC 4055 §1.2: that such a key is for RSASSA-PSS exclusively.")
    print(f"Answered by version {__version__}:")
    good = rsa.generate_private_key(65537, 2048)
    scheme = padding.PKCS1v15(), hashes.SHA256()
    signature = good.sign(b"message", *scheme)
    private_info = good.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public_info = good.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    there = False
    for identifier, name in ((RSA_ENCRYPTION, "rsaEncryption"), (RSASSA_PSS, "id-RSASSA-PSS")):
        if RSA_ENCRYPTION not in private_info or RSA_ENCRYPTION not in public_info:
            raise RuntimeError("the library does not name rsaEncryption in an ordinary key")
        try:
            for material in (private_info, public_info):
                changed = with_identifier(material, identifier)
                if material is private_info:
                    private = serialization.load_der_private_key(changed, None)
                    assert isinstance(private, rsa.RSAPrivateKey)
                    done = "signs" if private.sign(b"message", *scheme) == signature else "differs"
                else:
                    public = serialization.load_der_public_key(changed)
                    assert isinstance(public, rsa.RSAPublicKey)
                    public.verify(signature, b"message", *scheme)
                    done = "verifies"
                there = there or identifier == RSASSA_PSS
                print(f"  {name}: taken, and {done} with PKCS#1 v1.5")
        except (ValueError, UnsupportedAlgorithm) as error:
            if identifier == RSA_ENCRYPTION:
                raise
            print(f"  {name}: refused, {type(error).__name__}: {error}")
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
