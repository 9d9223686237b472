"""NSS: a missing IV of CKM_AES_CBC_PAD, or an empty one of CKM_AES_GCM, is "not enough memory".

Demanded: CKM_AES_CBC_PAD has an IV of 16 bytes as its parameter, and an IV of GCM has 1 byte at
least (PKCS#11 v2.40, current mechanisms, AES-CBC with PKCS padding and CK_GCM_PARAMS; SP 800-38D
§5.2.1.1). For another parameter there is CKR_MECHANISM_PARAM_INVALID (v2.40 §5.1.6).

Answered: CKR_HOST_MEMORY, which says that the computer has not enough memory (v2.40 §5.1.1).

What it is: an unhelpful error code, nothing more. The call is refused, as it must be; a caller who
believes the code tries again.

Usage: missing_iv_host_memory.py [MODULE], otherwise NSS_MODULE from the environment:
the path of libsoftokn3.so.
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import ctypes
import os
import sys

PARAMETERS = b"configdir='' certPrefix='' keyPrefix='' secmod='' flags=readOnly,noCertDB,noModDB"
SLOT = 1  # "NSS Generic Crypto Services", whose objects live in the session

INITIALIZE, GET_INFO, OPEN_SESSION = 0, 2, 12
CREATE_OBJECT, ENCRYPT_INIT, ENCRYPT = 20, 29, 30
CKR_OK, CKR_HOST_MEMORY = 0, 0x2
CKM_AES_CBC_PAD, CKM_AES_GCM = 0x1085, 0x1087
CKO_SECRET_KEY, CKK_AES = 4, 0x1F
CKA_CLASS, CKA_VALUE, CKA_KEY_TYPE, CKA_ENCRYPT = 0x0, 0x11, 0x100, 0x104
ULONG = ctypes.c_ulong


class InitializeArguments(ctypes.Structure):
    """CK_C_INITIALIZE_ARGS with the field in which NSS takes its parameters."""

    _fields_ = (
        ("mutexes", ctypes.c_void_p * 4),
        ("flags", ULONG),
        ("parameters", ctypes.c_char_p),
        ("reserved", ctypes.c_void_p),
    )


class Mechanism(ctypes.Structure):
    """CK_MECHANISM."""

    _fields_ = (("mechanism", ULONG), ("parameter", ctypes.c_void_p), ("length", ULONG))


class Attribute(ctypes.Structure):
    """CK_ATTRIBUTE."""

    _fields_ = (("type", ULONG), ("value", ctypes.c_void_p), ("length", ULONG))


class Module:
    """The functions of the module by their place in CK_FUNCTION_LIST, and one session."""

    def __init__(self, path: str) -> None:
        self._functions = ctypes.POINTER(ctypes.c_void_p)()
        ctypes.CDLL(path).C_GetFunctionList(ctypes.byref(self._functions))
        arguments, info = InitializeArguments(flags=2, parameters=PARAMETERS), bytearray(88)
        self.demand(INITIALIZE, ctypes.byref(arguments))
        self.demand(GET_INFO, (ctypes.c_char * 88).from_buffer(info))
        self.version = f"{info[80]}.{info[81]}"
        self.session = ULONG()
        self.demand(OPEN_SESSION, SLOT, 4, None, None, ctypes.byref(self.session))

    def call(self, place: int, *arguments: object) -> int:
        """Call a function, whose numbers are all of type CK_ULONG, and return its code."""
        function = ctypes.CFUNCTYPE(ULONG)(self._functions[1 + place] or 0)
        code: int = function(*(ULONG(each) if type(each) is int else each for each in arguments))
        return code

    def demand(self, place: int, *arguments: object) -> None:
        """Call a function that has to succeed."""
        code = self.call(place, *arguments)
        if code != CKR_OK:
            raise RuntimeError(f"function {place} of CK_FUNCTION_LIST answers 0x{code:X}")


class GcmParameters(ctypes.Structure):
    """CK_GCM_PARAMS."""

    _fields_ = (
        ("pIv", ctypes.c_char_p),
        ("ulIvLen", ULONG),
        ("ulIvBits", ULONG),
        ("pAAD", ctypes.c_char_p),
        ("ulAADLen", ULONG),
        ("ulTagBits", ULONG),
    )


def create_key(module: Module) -> int:
    """Return the handle of an AES key."""
    numbers = [ULONG(CKO_SECRET_KEY), ULONG(CKK_AES), ctypes.c_ubyte(1)]
    value = ctypes.create_string_buffer(bytes(range(16)), 16)
    kinds = (CKA_CLASS, CKA_KEY_TYPE, CKA_ENCRYPT, CKA_VALUE)
    template = (Attribute * 4)(
        *(
            Attribute(kind, ctypes.addressof(each), ctypes.sizeof(each))
            for kind, each in zip(kinds, (*numbers, value), strict=True)
        )
    )
    key = ULONG()
    module.demand(CREATE_OBJECT, module.session, template, 4, ctypes.byref(key))
    return key.value


def deviates(module_path: str) -> bool:
    """Ask the module, say what it answers, and return whether it deviates."""
    module = Module(module_path)
    print(
        "Does: begins to encrypt with CKM_AES_CBC_PAD and with CKM_AES_GCM, with an IV and without."
    )
    print("Demanded: PKCS#11 v2.40 §5.1.6: CKR_MECHANISM_PARAM_INVALID, 0x71, without.")
    print(f"Answered by version {module.version} of the module:")
    key = create_key(module)
    output = ctypes.create_string_buffer(64)
    block = ctypes.create_string_buffer(bytes(16), 16)

    def code(mechanism: int, parameter: int | None, length: int) -> int:
        how, room = Mechanism(mechanism, parameter, length), ULONG(64)
        begun = module.call(ENCRYPT_INIT, module.session, ctypes.byref(how), key)
        if begun != CKR_OK:
            return begun
        return module.call(ENCRYPT, module.session, bytes(16), 16, output, ctypes.byref(room))

    def gcm(iv: bytes) -> int:
        parameters = GcmParameters(iv, len(iv), 8 * len(iv), None, 0, 128)
        return code(CKM_AES_GCM, ctypes.addressof(parameters), ctypes.sizeof(parameters))

    right = {
        "CKM_AES_CBC_PAD, 16 bytes": code(CKM_AES_CBC_PAD, ctypes.addressof(block), 16),
        "CKM_AES_GCM, 12 bytes": gcm(bytes(12)),
    }
    wrong = {
        "CKM_AES_CBC_PAD, no parameter": code(CKM_AES_CBC_PAD, None, 0),
        "CKM_AES_GCM, empty IV": gcm(b""),
    }
    for name, answer in (right | wrong).items():
        print(f"  {name + ':':31} 0x{answer:X}")
    if set(right.values()) != {CKR_OK}:
        raise RuntimeError("the module does not encrypt with an IV")
    return CKR_HOST_MEMORY in wrong.values()


def main(arguments: list[str]) -> int:
    """Return the exit code."""
    module_path = arguments[0] if arguments else os.environ.get("NSS_MODULE", "")
    try:
        if not module_path:
            raise ValueError("give MODULE, or set NSS_MODULE")
        there = deviates(module_path)
    except (
        Exception
    ) as error:  # whatever it is, it shows neither that the deviation is there nor not
        print(f"Could not be tried: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print("The deviation is there." if there else "The deviation is not there.")
    return 0 if there else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
