"""SoftHSM: the point at infinity is an EC public key, under which everybody can sign.

Demanded: RFC 5480 §2.2: the first byte of a public point is 04, 02 or 03. SP 800-56A Rev. 3
§5.6.2.3.3 step 1 and SEC 1 §3.2.2.1 step 1: a public key is not the point at infinity. PKCS#11 has
CKR_PUBLIC_KEY_INVALID for a key that fails such a validation (v2.40 §5.1.6).

Answered: C_CreateObject takes the point 00, which is infinity, as CKA_EC_POINT, and C_Verify takes
signatures under it that nobody needs a key for: r and s with r = x(u1 G), whatever the message.

Cause, as far as it shows from outside: the point is handed to OpenSSL, which decodes infinity, and
nothing looks for it.

What it is: a security problem where public keys come from others. Who registers this key can show
later that the signatures under it may be anybody's.

Usage: infinity_as_public_key.py [MODULE TOKEN_LABEL PIN_FILE], otherwise PKCS11_MODULE,
PKCS11_TOKEN_LABEL and PKCS11_PIN_FILE from the environment. SoftHSM also wants SOFTHSM2_CONF.
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import os
import re
import sys
from hashlib import sha256
from pathlib import Path
from typing import Protocol, cast

ENVIRONMENT = ("PKCS11_MODULE", "PKCS11_TOKEN_LABEL", "PKCS11_PIN_FILE")
MESSAGE = b"signed by nobody"
CURVES = {
    "P-256": (
        bytes.fromhex("06082a8648ce3d030107"),
        bytes.fromhex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
        bytes.fromhex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
    ),
    "secp256k1": (
        bytes.fromhex("06052b8104000a"),
        bytes.fromhex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
        bytes.fromhex("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"),
    ),
}
"""CKA_EC_PARAMS, and the coordinates of the base point."""


class EcPublicKey(Protocol):
    """What python-pkcs11 makes of a public key that verifies."""

    def verify(self, data: bytes, signature: bytes, *, mechanism: int) -> bool:
        """C_VerifyInit and C_Verify."""
        ...


def deviates(module_path: str, token_label: str, pin_file: str) -> bool:
    """Ask the token, say what it answers, and return whether it deviates."""
    import pkcs11

    module = pkcs11.lib(module_path)
    pin = Path(pin_file).read_text(encoding="utf-8").partition("\n")[0]
    print("Does: creates a public key that is infinity, and verifies a signature that nobody made.")
    print("Demanded by RFC 5480 §2.2 and SP 800-56A §5.6.2.3.3: that infinity is no public key.")
    print(f"Answered by version {'.'.join(map(str, module.library_version))} of the module:")
    there = False
    with module.get_token(token_label=token_label).open(user_pin=pin) as session:
        for name, (parameters, x, y) in CURVES.items():
            digest = sha256(MESSAGE).digest()
            # With infinity as key, R = u1 G. For u1 = 1, R is the base point, and s is the digest.
            signature = x + digest
            for what, point in (("infinity", b"\x04\x01\x00"), ("G", b"\x04\x41\x04" + x + y)):
                template = {
                    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PUBLIC_KEY,
                    pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.EC,
                    pkcs11.Attribute.TOKEN: False,
                    pkcs11.Attribute.VERIFY: True,
                    pkcs11.Attribute.EC_PARAMS: parameters,
                    pkcs11.Attribute.EC_POINT: point,
                }
                try:
                    key = cast("EcPublicKey", session.create_object(template))
                    valid = key.verify(digest, signature, mechanism=pkcs11.Mechanism.ECDSA)
                except pkcs11.PKCS11Error as error:
                    if what == "G":
                        raise
                    code = "CKR" + re.sub("([A-Z])", r"_\1", type(error).__name__).upper()
                    answer = f"refused, {code}"
                else:
                    there = there or (what == "infinity" and valid)
                    answer = f"taken, the signature of nobody is {'' if valid else 'not '}valid"
                    if what == "G" and valid:
                        raise RuntimeError("the token takes the signature under a good key, too")
                print(f"  {name}, {what}: {answer}")
    return there


def main(arguments: list[str]) -> int:
    """Return the exit code."""
    places = arguments or [os.environ.get(name, "") for name in ENVIRONMENT]
    try:
        if len(places) != 3 or not all(places):
            raise ValueError(f"give MODULE TOKEN_LABEL PIN_FILE, or set {', '.join(ENVIRONMENT)}")
        there = deviates(*places)
    except (
        Exception
    ) as error:  # whatever it is, it shows neither that the deviation is there nor not
        print(f"Could not be tried: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print("The deviation is there." if there else "The deviation is not there.")
    return 0 if there else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
