"""SoftHSM: C_GetMechanismInfo adds AES flags to whatever the caller's memory held.

Demanded: C_GetMechanismInfo obtains the information about a mechanism; the flags of
CK_MECHANISM_INFO say which functions the mechanism serves (PKCS#11 v2.40 §3.5 and §5.5). The memory
is an output, and what it held before has no part in the answer.

Answered: for CKM_AES_ECB, CKM_AES_CBC_PAD and CKM_AES_GCM the flags of before, with CKF_ENCRYPT and
CKF_DECRYPT added. For CKM_AES_CBC and CKM_AES_KEY_GEN they are set as they should be.

Cause, seen in the source of 2.6.1: SoftHSM::C_GetMechanismInfo (src/lib/SoftHSM.cpp) writes
"pInfo->flags |=" for these mechanisms, and clears the flags only on the way through CKM_AES_CBC.

What it is: an interoperability problem. A caller who does not clear the structure reads flags that
are chance: a mechanism seems to sign, to wrap or to be in hardware. No flag that should be there is
missing. It is no security problem.

Usage: mechanism_flags_not_cleared.py [MODULE TOKEN_LABEL], otherwise PKCS11_MODULE and
PKCS11_TOKEN_LABEL from the environment. SoftHSM also wants SOFTHSM2_CONF. No PIN is needed. The C
functions are called through ctypes, because the memory before the call is what matters here.
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import ctypes
import os
import sys

ENVIRONMENT = ("PKCS11_MODULE", "PKCS11_TOKEN_LABEL")
MECHANISMS = {
    "CKM_AES_KEY_GEN": 0x1080,
    "CKM_AES_ECB": 0x1081,
    "CKM_AES_CBC": 0x1082,
    "CKM_AES_CBC_PAD": 0x1085,
    "CKM_AES_GCM": 0x1087,
}
TOKEN_INFO_BYTES = 512
"""More than CK_TOKEN_INFO has; it begins with the label, 32 bytes filled up with blanks."""


class MechanismInfo(ctypes.Structure):
    """CK_MECHANISM_INFO."""

    _fields_ = (
        ("ulMinKeySize", ctypes.c_ulong),
        ("ulMaxKeySize", ctypes.c_ulong),
        ("flags", ctypes.c_ulong),
    )


def checked(name: str, code: int) -> None:
    """See that a call succeeded.

    Raises:
        RuntimeError: if it did not.
    """
    if code != 0:
        raise RuntimeError(f"{name} returned {code:#010x}")


def slot_of(module: ctypes.CDLL, token_label: str) -> int:
    """Return the slot of the token with a label.

    Raises:
        LookupError: if there is none.
    """
    count = ctypes.c_ulong()
    checked("C_GetSlotList", module.C_GetSlotList(ctypes.c_ubyte(1), None, ctypes.byref(count)))
    slots = (ctypes.c_ulong * count.value)()
    checked("C_GetSlotList", module.C_GetSlotList(ctypes.c_ubyte(1), slots, ctypes.byref(count)))
    for slot in slots:
        info = ctypes.create_string_buffer(TOKEN_INFO_BYTES)
        checked("C_GetTokenInfo", module.C_GetTokenInfo(ctypes.c_ulong(slot), info))
        if info.raw[:32].decode("utf-8", "replace").rstrip() == token_label:
            return slot
    raise LookupError(f"no token has the label {token_label}")


def flags_of(module: ctypes.CDLL, slot: int, mechanism: int, memory: int) -> int:
    """Return the flags of a mechanism, asked with memory that holds one byte all over."""
    info = MechanismInfo()
    ctypes.memset(ctypes.byref(info), memory, ctypes.sizeof(info))
    code = module.C_GetMechanismInfo(
        ctypes.c_ulong(slot), ctypes.c_ulong(mechanism), ctypes.byref(info)
    )
    checked("C_GetMechanismInfo", code)
    return int(info.flags)


def deviates(module_path: str, token_label: str) -> bool:
    """Ask the token, say what it answers, and return whether it deviates."""
    module = ctypes.CDLL(module_path)
    checked("C_Initialize", module.C_Initialize(None))
    slot = slot_of(module, token_label)
    print("Does: asks for the flags of AES mechanisms, with memory of zeros and with memory of ff.")
    print("Demanded: PKCS#11 v2.40 §5.5: what the memory held before has no part in the answer.")
    print("Answered:")
    differing: list[str] = []
    for name, mechanism in MECHANISMS.items():
        zeros = flags_of(module, slot, mechanism, 0x00)
        ones = flags_of(module, slot, mechanism, 0xFF)
        differing += [name] if zeros != ones else []
        print(f"  {name + ':':16} {zeros:#x} in zeros, {ones:#x} in ff")
    checked("C_Finalize", module.C_Finalize(None))
    return bool(differing)


def main(arguments: list[str]) -> int:
    """Return the exit code."""
    places = arguments or [os.environ.get(name, "") for name in ENVIRONMENT]
    try:
        if len(places) != 2 or not all(places):
            raise ValueError(f"give MODULE TOKEN_LABEL, or set {' and '.join(ENVIRONMENT)}")
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
