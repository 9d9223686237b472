"""Initialise a PKCS#11 token in the first free slot; its order comes as JSON on standard input.

The order is ``{"module": ..., "label": ..., "so_pin": ..., "pin": ...}``. Done with ctypes, so that
neither a tool of the token's vendor nor .venv is needed, and no PIN appears on a command line.
"""

from __future__ import annotations

import ctypes
import json
import sys

# PKCS #11 v2.40: return values, flags and user types, with the names of pkcs11t.h.
_CKF_SERIAL_SESSION = 0x4
_CKF_RW_SESSION = 0x2
_CKU_SO = 0

_LABEL_LENGTH = 32
"""Bytes of CK_TOKEN_INFO.label, padded with blanks (PKCS #11 v2.40 §3.2)."""

_ULONG = ctypes.c_ulong


class TokenRefused(Exception):
    """A function of the module returned something other than CKR_OK."""


class Module:
    """The few functions of a module that making a token takes, called by name."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)

    def call(self, name: str, *arguments: object) -> None:
        """Call a function; every return value but CKR_OK raises ``TokenRefused``."""
        function = getattr(self._library, name)
        function.restype = _ULONG
        status: int = function(*arguments)
        if status != 0:
            raise TokenRefused(f"{name} returned 0x{status:08X}")

    def first_slot(self) -> ctypes.c_ulong:
        """The first slot with a token; SoftHSM always keeps one uninitialised token there."""
        count = _ULONG(1)
        self.call("C_GetSlotList", ctypes.c_ubyte(1), None, ctypes.byref(count))
        slots = (_ULONG * max(count.value, 1))()
        self.call("C_GetSlotList", ctypes.c_ubyte(1), slots, ctypes.byref(count))
        if count.value == 0:
            raise TokenRefused("the module shows no slot")
        return _ULONG(slots[0])


def initialise(module: Module, label: str, so_pin: bytes, pin: bytes) -> None:
    """C_InitToken, then C_InitPIN in a session of the security officer."""
    module.call("C_Initialize", None)
    slot = module.first_slot()
    padded = label.encode("utf-8").ljust(_LABEL_LENGTH)
    module.call("C_InitToken", slot, so_pin, _ULONG(len(so_pin)), padded)
    session = _ULONG()
    flags = _ULONG(_CKF_SERIAL_SESSION | _CKF_RW_SESSION)
    module.call("C_OpenSession", slot, flags, None, None, ctypes.byref(session))
    module.call("C_Login", session, _ULONG(_CKU_SO), so_pin, _ULONG(len(so_pin)))
    module.call("C_InitPIN", session, pin, _ULONG(len(pin)))
    module.call("C_Finalize", None)


def main() -> int:
    """Carry out the order on standard input."""
    order: dict[str, str] = json.load(sys.stdin)
    try:
        module = Module(order["module"])
        initialise(module, order["label"], order["so_pin"].encode(), order["pin"].encode())
    except (OSError, AttributeError, TokenRefused) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
