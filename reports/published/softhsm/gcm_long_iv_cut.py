"""SoftHSM: of a GCM IV of more than 128 bytes only the first 12 bytes are used, without a word.

Demanded: SP 800-38D §7.1 step 2 hashes the whole of an IV that does not have 96 bits into the first
counter block. PKCS#11 v2.40 (CK_GCM_PARAMS) lets ulIvLen be 1 to 256. A token that does not take so
long an IV refuses it.

Answered: CKR_OK, and the result of the first 12 bytes alone.

Cause, seen in the source of 2.6.1: OSSLEVPSymmetricAlgorithm::encryptInit and ::decryptInit
(src/lib/crypto/OSSLEVPSymmetricAlgorithm.cpp) do not look at what EVP_CIPHER_CTX_ctrl returns for
EVP_CTRL_GCM_SET_IVLEN. OpenSSL has room for 128 bytes (GCM_IV_MAX_SIZE) and refuses more
(ossl_gcm_set_ctx_params, providers/implementations/ciphers/ciphercommon_gcm.c, seen in a later
source than Debian's 3.0), so that its default of 12 bytes stays in force.

What it is: a security problem, but only for callers with IVs of more than 128 bytes, which are
rare. Two such IVs with the same first 12 bytes share their key stream (SP 800-38D §8 forbids that),
and an implementation that hashes the whole IV does not decrypt the result. Shorter IVs are safe.

Usage: gcm_long_iv_cut.py [MODULE TOKEN_LABEL PIN_FILE], otherwise PKCS11_MODULE, PKCS11_TOKEN_LABEL
and PKCS11_PIN_FILE from the environment. SoftHSM also wants SOFTHSM2_CONF.
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
BEGINNING = b"twelve bytes"
MESSAGE = b"attack at dawn"
OTHER_MESSAGE = b"retreat slowly"


class AesKey(Protocol):
    """What python-pkcs11 makes of a secret key that encrypts."""

    def encrypt(self, data: bytes, *, mechanism: int, mechanism_param: bytes) -> bytes:
        """C_EncryptInit and C_Encrypt."""
        ...


class GcmParameters(ctypes.Structure):
    """CK_GCM_PARAMS; python-pkcs11's own GCMParams takes no IV of more than 12 bytes."""

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
        print(f"Does: AES-128-GCM on {MESSAGE!r} under IVs that begin with the same 12 bytes.")
        print("Demanded: SP 800-38D §7.1 step 2 hashes the whole IV, so all results differ.")
        print(f"Answered by version {'.'.join(map(str, module.library_version))} of the module:")
        short = encrypted(key, BEGINNING, MESSAGE)
        cut: list[int] = []
        for length in (12, 13, 128, 129, 255, 256):
            answer = encrypted(key, BEGINNING.ljust(length, b"."), MESSAGE)
            same = length > 12 and isinstance(answer, bytes) and answer == short
            cut += [length] if same else []
            shown = answer.hex() if isinstance(answer, bytes) else answer
            print(f"  IV of {length:3} bytes: {shown}{'  as with 12 bytes' if same else ''}")
        if cut:
            show_harm(key, cut[0])
    return bool(cut)


def show_harm(key: AesKey, length: int) -> None:
    """Show that two different IVs give one key stream."""
    one = encrypted(key, BEGINNING.ljust(length, b"1"), MESSAGE)
    two = encrypted(key, BEGINNING.ljust(length, b"2"), OTHER_MESSAGE)
    if isinstance(one, bytes) and isinstance(two, bytes):
        read = bytes(a ^ b ^ c for a, b, c in zip(one, two, MESSAGE, strict=False))
        print(f"  With two IVs of {length} bytes, who knows one message reads the other: {read!r}")


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
