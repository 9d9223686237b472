"""SoftHSM: C_CreateObject takes AES keys of lengths that AES does not have.

Demanded: CKA_VALUE of a CKK_AES key has 16, 24 or 32 bytes (PKCS#11 v2.40, current mechanisms, AES
secret key objects; FIPS 197 §6.1). For another value there is CKR_ATTRIBUTE_VALUE_INVALID.

Answered: CKR_OK and a key object, which then refuses every call with CKR_MECHANISM_INVALID.

Cause, seen in the source of 2.6.1: P11AttrValue::updateAttr (src/lib/P11Attributes.cpp) stores any
value for any type of key; OSSLAES::getCipher (src/lib/crypto/OSSLAES.cpp) finds no cipher for it.

What it is: an interoperability problem. A wrong key is found out late, and under the name of
another fault. It is no security problem: nothing is encrypted with such a key.

Usage: aes_key_length_unchecked.py [MODULE TOKEN_LABEL PIN_FILE], otherwise PKCS11_MODULE,
PKCS11_TOKEN_LABEL and PKCS11_PIN_FILE from the environment. SoftHSM also wants SOFTHSM2_CONF.
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from pkcs11.types import Session

ENVIRONMENT = ("PKCS11_MODULE", "PKCS11_TOKEN_LABEL", "PKCS11_PIN_FILE")
LENGTHS = (16, 24, 32)
WRONG_LENGTHS = (1, 15, 17, 20, 33)


class AesKey(Protocol):
    """What python-pkcs11 makes of a secret key that encrypts."""

    def encrypt(self, data: bytes, *, mechanism: int) -> bytes:
        """C_EncryptInit and C_Encrypt."""
        ...


def answers(session: Session, length: int) -> tuple[str, str]:
    """Return the code of C_CreateObject for a key of some bytes, and that of its first use."""
    import pkcs11

    template = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.SECRET_KEY,
        pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.AES,
        pkcs11.Attribute.TOKEN: False,
        pkcs11.Attribute.ENCRYPT: True,
        pkcs11.Attribute.VALUE: bytes(length),
    }
    created = ""
    try:
        key = cast("AesKey", session.create_object(template))
        created = "CKR_OK"
        key.encrypt(bytes(16), mechanism=pkcs11.Mechanism.AES_ECB)
    except pkcs11.PKCS11Error as error:
        name = "CKR" + re.sub("([A-Z])", r"_\1", type(error).__name__).upper()
        return (created, name) if created else (name, "-")
    return created, "CKR_OK"


def deviates(module_path: str, token_label: str, pin_file: str) -> bool:
    """Ask the token, say what it answers, and return whether it deviates."""
    import pkcs11

    module = pkcs11.lib(module_path)
    pin = Path(pin_file).read_text(encoding="utf-8").partition("\n")[0]
    print("Does: creates CKK_AES session keys of several lengths, and encrypts a block with each.")
    print("Demanded: PKCS#11 v2.40, AES secret key objects: 16, 24 or 32 bytes, no others.")
    print(f"Answered by version {'.'.join(map(str, module.library_version))} of the module:")
    taken: list[int] = []
    with module.get_token(token_label=token_label).open(user_pin=pin) as session:
        for length in sorted(LENGTHS + WRONG_LENGTHS):
            created, used = answers(session, length)
            print(f"  {length:2} bytes: C_CreateObject {created}, C_EncryptInit {used}")
            taken += [length] if created == "CKR_OK" else []
    return not set(taken) <= set(LENGTHS)


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
