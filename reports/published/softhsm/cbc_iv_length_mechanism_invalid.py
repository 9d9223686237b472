"""SoftHSM: a CBC IV of wrong length is answered with CKR_MECHANISM_INVALID.

Demanded: the parameter of CKM_AES_CBC and CKM_AES_CBC_PAD is an IV of 16 bytes (PKCS#11 v2.40,
current mechanisms, AES-CBC; SP 800-38A §5.3). For another one PKCS#11 has
CKR_MECHANISM_PARAM_INVALID; CKR_MECHANISM_INVALID says that the mechanism is unknown or cannot be
used with the function (v2.40 §5.1.6).

Answered: CKR_MECHANISM_INVALID, by C_EncryptInit and C_DecryptInit alike.

Cause, seen in the source of 2.6.1: SymEncryptInit and SymDecryptInit (src/lib/SoftHSM.cpp) return
CKR_MECHANISM_INVALID whenever the cipher's encryptInit or decryptInit fails, and there the length
of the IV is compared (src/lib/crypto/OSSLEVPSymmetricAlgorithm.cpp).

What it is: an unhelpful error code, nothing more. The IV is refused, as it must be; a caller who
believes the code looks for the fault in the wrong place.

Usage: cbc_iv_length_mechanism_invalid.py [MODULE TOKEN_LABEL PIN_FILE], otherwise PKCS11_MODULE,
PKCS11_TOKEN_LABEL and PKCS11_PIN_FILE from the environment. SoftHSM also wants SOFTHSM2_CONF.
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

ENVIRONMENT = ("PKCS11_MODULE", "PKCS11_TOKEN_LABEL", "PKCS11_PIN_FILE")
WRONG_LENGTHS = (0, 8, 15, 17, 32)


class AesKey(Protocol):
    """What python-pkcs11 makes of a secret key that encrypts and decrypts."""

    def encrypt(self, data: bytes, *, mechanism: int, mechanism_param: bytes) -> bytes:
        """C_EncryptInit and C_Encrypt."""
        ...

    def decrypt(self, data: bytes, *, mechanism: int, mechanism_param: bytes) -> bytes:
        """C_DecryptInit and C_Decrypt."""
        ...


def code(call: Callable[..., bytes], data: bytes, mechanism: int, iv: bytes) -> str:
    """Return the name of the return code."""
    from pkcs11 import PKCS11Error

    try:
        call(data, mechanism=mechanism, mechanism_param=iv)
    except PKCS11Error as error:
        return "CKR" + re.sub("([A-Z])", r"_\1", type(error).__name__).upper()
    return "CKR_OK"


def deviates(module_path: str, token_label: str, pin_file: str) -> bool:
    """Ask the token, say what it answers, and return whether it deviates."""
    import pkcs11

    module = pkcs11.lib(module_path)
    pin = Path(pin_file).read_text(encoding="utf-8").partition("\n")[0]
    with module.get_token(token_label=token_label).open(user_pin=pin) as session:
        template = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.SECRET_KEY,
            pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.AES,
            pkcs11.Attribute.TOKEN: False,
            pkcs11.Attribute.ENCRYPT: True,
            pkcs11.Attribute.DECRYPT: True,
            pkcs11.Attribute.VALUE: bytes(range(16)),
        }
        key = cast("AesKey", session.create_object(template))
        print("Does: AES-128-CBC on one block, with IVs of 16 bytes and of other lengths.")
        print("Demanded: PKCS#11 v2.40 §5.1.6: CKR_MECHANISM_PARAM_INVALID for all but 16 bytes.")
        print(f"Answered by version {'.'.join(map(str, module.library_version))} of the module:")
        wrong: list[str] = []
        for mechanism in (pkcs11.Mechanism.AES_CBC, pkcs11.Mechanism.AES_CBC_PAD):
            block = key.encrypt(
                bytes(15 if mechanism == pkcs11.Mechanism.AES_CBC_PAD else 16),
                mechanism=mechanism,
                mechanism_param=bytes(16),
            )
            for name, call in (("C_EncryptInit", key.encrypt), ("C_DecryptInit", key.decrypt)):
                for length in (16, *WRONG_LENGTHS):
                    answer = code(call, block, mechanism, bytes(length))
                    wrong += [answer] if length != 16 else []
                    print(f"  {mechanism.name + ',':12} {name}, IV of {length:2} bytes: {answer}")
    return "CKR_MECHANISM_INVALID" in wrong


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
