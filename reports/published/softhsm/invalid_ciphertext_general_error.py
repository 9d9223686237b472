"""SoftHSM: a forged or damaged ciphertext is answered with CKR_GENERAL_ERROR.

Demanded: PKCS#11 v2.40 §5.9.2 (C_Decrypt) has CKR_ENCRYPTED_DATA_INVALID and
CKR_ENCRYPTED_DATA_LEN_RANGE for an input that is no valid ciphertext, such as one whose GCM tag or
whose PKCS #7 padding (RFC 5652 §6.3) is wrong. CKR_GENERAL_ERROR is for an unrecoverable error that
may leave the token in an inconsistent state (§5.1.1).

Answered: CKR_GENERAL_ERROR for a wrong tag, for a wrong padding, and for an empty ciphertext with
CKM_AES_CBC_PAD. The token is in order all the same: the right ciphertext is decrypted before and
after.

Cause, seen in the source of 2.6.1: SymDecrypt (src/lib/SoftHSM.cpp) returns CKR_GENERAL_ERROR
whenever the cipher's decryptUpdate or decryptFinal fails. Issue 689 of the project says the same,
and its pull request 690, merged after 2.6.1, is to mend it.

What it is: an unhelpful error code, and with that an interoperability problem: a caller cannot tell
a forged message from a broken token. It is no security problem: everything invalid is refused, and
all with one code, so that the code tells an attacker nothing about the padding.

Usage: invalid_ciphertext_general_error.py [MODULE TOKEN_LABEL PIN_FILE], otherwise PKCS11_MODULE,
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
MESSAGE = b"attack at dawn"
BLOCK_IV = bytes(16)


class AesKey(Protocol):
    """What python-pkcs11 makes of a secret key that encrypts and decrypts."""

    def encrypt(self, data: bytes, *, mechanism: int, mechanism_param: object) -> bytes:
        """C_EncryptInit and C_Encrypt."""
        ...

    def decrypt(self, data: bytes, *, mechanism: int, mechanism_param: object) -> bytes:
        """C_DecryptInit and C_Decrypt."""
        ...


def decrypted(key: AesKey, ciphertext: bytes, mechanism: int, parameter: object) -> str:
    """Return ``CKR_OK`` and the plaintext, or the name of another return code."""
    from pkcs11 import PKCS11Error

    try:
        plaintext = key.decrypt(ciphertext, mechanism=mechanism, mechanism_param=parameter)
    except PKCS11Error as error:
        return "CKR" + re.sub("([A-Z])", r"_\1", type(error).__name__).upper()
    return f"CKR_OK {plaintext!r}"


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
        gcm = (pkcs11.Mechanism.AES_GCM, pkcs11.GCMParams(nonce=bytes(12), tag_bits=128))
        padded = (pkcs11.Mechanism.AES_CBC_PAD, BLOCK_IV)
        sealed = key.encrypt(MESSAGE, mechanism=gcm[0], mechanism_param=gcm[1])
        whole = key.encrypt(MESSAGE, mechanism=padded[0], mechanism_param=BLOCK_IV)
        bad = key.encrypt(bytes(16), mechanism=pkcs11.Mechanism.AES_CBC, mechanism_param=BLOCK_IV)
        forged = sealed[:-1] + bytes([sealed[-1] ^ 1])
        print("Does: decrypts with an AES-128 key what is no valid ciphertext, and what is.")
        print("Demanded: PKCS#11 v2.40 §5.9.2: CKR_ENCRYPTED_DATA_INVALID or _LEN_RANGE.")
        print(f"Answered by version {'.'.join(map(str, module.library_version))} of the module:")
        questions = {
            "GCM, right": (sealed, *gcm, False),
            "GCM, last bit of the tag flipped": (forged, *gcm, True),
            "CBC_PAD, right": (whole, *padded, False),
            "CBC_PAD, a block of zeros as its last": (bad, *padded, True),
            "CBC_PAD, empty": (b"", *padded, True),
            "CBC_PAD, 15 bytes": (whole[:15], *padded, True),
            "GCM, right, once more": (sealed, *gcm, False),
        }
        answers = {
            name: decrypted(key, ciphertext, mechanism, parameter)
            for name, (ciphertext, mechanism, parameter, _) in questions.items()
        }
    for name, answer in answers.items():
        print(f"  {name + ':':38} {answer}")
    return any(
        answers[name] == "CKR_GENERAL_ERROR" for name, (*_, invalid) in questions.items() if invalid
    )


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
