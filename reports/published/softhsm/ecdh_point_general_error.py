"""SoftHSM: a bad public point is answered with CKR_GENERAL_ERROR by C_DeriveKey.

Demanded: a point of the other party that is not on the curve is invalid (SP 800-56A Rev. 3
§5.6.2.3.3 step 3). PKCS#11 has CKR_MECHANISM_PARAM_INVALID for it, or CKR_PUBLIC_KEY_INVALID,
which C_DeriveKey may prefer (v2.40 §5.1.6). CKR_GENERAL_ERROR is for an unrecoverable error that
may leave the token in an inconsistent state (§5.1.1).

Answered: CKR_GENERAL_ERROR for every point that is none. The token is in order all the same: the
right point is taken before and after.

Cause, as far as it shows from outside: whatever fails in the computation has this code.

What it is: an unhelpful error code, and with that an interoperability problem: a caller cannot
tell an attack from a broken token. It is no security problem: the points are refused, all with one
code.

Usage: ecdh_point_general_error.py [MODULE TOKEN_LABEL PIN_FILE], otherwise PKCS11_MODULE,
PKCS11_TOKEN_LABEL and PKCS11_PIN_FILE from the environment. SoftHSM also wants SOFTHSM2_CONF.
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Protocol, cast

ENVIRONMENT = ("PKCS11_MODULE", "PKCS11_TOKEN_LABEL", "PKCS11_PIN_FILE")
P256 = bytes.fromhex("06082a8648ce3d030107")
G = bytes.fromhex(
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
POINTS = {
    "the base point": G,
    "another y": G[:-1] + bytes([G[-1] ^ 1]),
    "another x": G[:1] + bytes([G[1] ^ 1]) + G[2:],
    "coordinates of zero": b"\x04" + bytes(64),
    "infinity": b"\x00",
    "a byte less": G[:-1],
    "the base point again": G,
}


class EcPrivateKey(Protocol):
    """What python-pkcs11 makes of a private key that derives."""

    def derive_key(
        self,
        key_type: int,
        key_length: int,
        *,
        mechanism: int,
        mechanism_param: object,
        template: object,
    ) -> object:
        """C_DeriveKey."""
        ...


def deviates(module_path: str, token_label: str, pin_file: str) -> bool:
    """Ask the token, say what it answers, and return whether it deviates."""
    import pkcs11

    module = pkcs11.lib(module_path)
    pin = Path(pin_file).read_text(encoding="utf-8").partition("\n")[0]
    print("Does: derives keys with CKM_ECDH1_DERIVE from points that are none.")
    print("Demanded by PKCS#11 v2.40 §5.1.6: MECHANISM_PARAM_INVALID or PUBLIC_KEY_INVALID.")
    print(f"Answered by version {'.'.join(map(str, module.library_version))} of the module:")
    answers: dict[str, str] = {}
    with module.get_token(token_label=token_label).open(user_pin=pin) as session:
        template = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
            pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.EC,
            pkcs11.Attribute.TOKEN: False,
            pkcs11.Attribute.DERIVE: True,
            pkcs11.Attribute.EC_PARAMS: P256,
            pkcs11.Attribute.VALUE: bytes(range(1, 33)),
        }
        key = cast("EcPrivateKey", session.create_object(template))
        for name, point in POINTS.items():
            try:
                key.derive_key(
                    pkcs11.KeyType.GENERIC_SECRET,
                    256,
                    mechanism=pkcs11.Mechanism.ECDH1_DERIVE,
                    mechanism_param=(pkcs11.KDF.NULL, None, point),
                    template={pkcs11.Attribute.TOKEN: False},
                )
                answers[name] = "CKR_OK"
            except pkcs11.PKCS11Error as error:
                code = re.sub("([A-Z])", r"_\1", type(error).__name__).upper()
                answers[name] = f"CKR{code}"
            print(f"  {name + ':':21} {answers[name]}")
    if {answers["the base point"], answers["the base point again"]} != {"CKR_OK"}:
        raise RuntimeError("the token does not take the right point")
    return "CKR_GENERAL_ERROR" in answers.values()


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
