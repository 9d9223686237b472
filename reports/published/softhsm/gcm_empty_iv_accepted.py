"""SoftHSM: an empty GCM IV is accepted, and 16 zero bytes are used in its place.

Demanded: SP 800-38D §5.2.1.1: an IV has at least one bit. PKCS#11 v2.40 (CK_GCM_PARAMS) lets
ulIvLen be 1 to 256, so that the answer to 0 is CKR_MECHANISM_PARAM_INVALID. (PKCS#11 is not quite
at one with itself: the steps of AES-GCM say, in v2.30 and in a draft of v2.41, that pIv may be NULL
if ulIvLen is 0. Nowhere does it say that this means an IV of zeros.)

Answered: CKR_OK, with the result that 16 zero bytes as the IV give.

Cause, seen in the source of 2.6.1: OSSLEVPSymmetricAlgorithm::encryptInit and ::decryptInit
(src/lib/crypto/OSSLEVPSymmetricAlgorithm.cpp) replace an empty IV by a block of zeros, in GCM too.

What it is: a security problem for a program that by mistake gives no IV: nothing stops it, and all
messages under the key then share one key stream. A program that gives its IVs is not affected.

Usage: gcm_empty_iv_accepted.py [MODULE TOKEN_LABEL PIN_FILE], otherwise PKCS11_MODULE,
PKCS11_TOKEN_LABEL and PKCS11_PIN_FILE from the environment. SoftHSM also wants SOFTHSM2_CONF.
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from pathlib import Path
from typing import Protocol, cast

ENVIRONMENT = ("PKCS11_MODULE", "PKCS11_TOKEN_LABEL", "PKCS11_PIN_FILE")
MESSAGE = b"attack at dawn"
OTHER_MESSAGE = b"retreat slowly"


class AesKey(Protocol):
    """What python-pkcs11 makes of a secret key that encrypts."""

    def encrypt(self, data: bytes, *, mechanism: int, mechanism_param: bytes) -> bytes:
        """C_EncryptInit and C_Encrypt."""
        ...


class GcmParameters(ctypes.Structure):
    """CK_GCM_PARAMS; python-pkcs11's own GCMParams is not asked what it makes of an empty IV."""

    _fields_ = (
        ("pIv", ctypes.c_char_p),
        ("ulIvLen", ctypes.c_ulong),
        ("ulIvBits", ctypes.c_ulong),
        ("pAAD", ctypes.c_char_p),
        ("ulAADLen", ctypes.c_ulong),
        ("ulTagBits", ctypes.c_ulong),
    )


def encrypted(key: AesKey, iv: bytes, message: bytes) -> bytes | str:
    """Return ciphertext and tag, or the name of the return code."""
    from pkcs11 import Mechanism, PKCS11Error

    parameters = GcmParameters(iv, len(iv), 8 * len(iv), None, 0, 128)
    try:
        return key.encrypt(message, mechanism=Mechanism.AES_GCM, mechanism_param=bytes(parameters))
    except PKCS11Error as error:
        return "CKR" + re.sub("([A-Z])", r"_\1", type(error).__name__).upper()


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
            pkcs11.Attribute.VALUE: bytes(range(16)),
        }
        key = cast("AesKey", session.create_object(template))
        print(f"Does: AES-128-GCM on {MESSAGE!r} under an empty IV.")
        print("Demanded: SP 800-38D §5.2.1.1: an IV has at least one bit; it must be refused.")
        print(f"Answered by version {'.'.join(map(str, module.library_version))} of the module:")
        ivs = {"one zero byte": bytes(1), "12 zero bytes": bytes(12), "16 zero bytes": bytes(16)}
        empty = encrypted(key, b"", MESSAGE)
        print(f"  IV empty:         {empty.hex() if isinstance(empty, bytes) else empty}")
        for name, iv in ivs.items():
            answer = encrypted(key, iv, MESSAGE)
            shown = answer.hex() if isinstance(answer, bytes) else answer
            print(f"  IV {name}: {shown}{'  as with none' if answer == empty else ''}")
        other = encrypted(key, b"", OTHER_MESSAGE)
        if isinstance(empty, bytes) and isinstance(other, bytes):
            read = bytes(a ^ b ^ c for a, b, c in zip(empty, other, MESSAGE, strict=False))
            print(f"  Two messages without an IV: who knows one reads the other: {read!r}")
    return isinstance(empty, bytes)


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
