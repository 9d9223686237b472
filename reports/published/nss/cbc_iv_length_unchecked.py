"""NSS: CKM_AES_CBC and CKM_AES_CBC_PAD take IVs of wrong length, and use 16 bytes from there on.

Demanded: the parameter of both is an IV of 16 bytes (PKCS#11 v2.40, current mechanisms, AES-CBC
and AES-CBC with PKCS padding; SP 800-38A §5.3). For another one there is
CKR_MECHANISM_PARAM_INVALID.

Answered: CKR_OK, by CKM_AES_CBC for more than 16 bytes, of which the first 16 are the IV, and by
CKM_AES_CBC_PAD for any length. After fewer than 16, the bytes that follow in memory are used.

Cause, as far as it shows from outside: CKM_AES_CBC_PAD does not look at the length of the
parameter, and CKM_AES_CBC looks whether it is large enough.

What it is: a security problem after a mistake of the caller, because the module reads behind the
end of a buffer, and the IV is then not the one that the caller knows.

Usage: cbc_iv_length_unchecked.py [MODULE], otherwise NSS_MODULE from the environment:
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
CKR_OK = 0
CKM_AES_CBC, CKM_AES_CBC_PAD = 0x1082, 0x1085
CKO_SECRET_KEY, CKK_AES = 4, 0x1F
CKA_CLASS, CKA_VALUE, CKA_KEY_TYPE, CKA_ENCRYPT = 0x0, 0x11, 0x100, 0x104
ULONG = ctypes.c_ulong

MEMORY = bytes(range(1, 33))
"""What lies in memory where the IV is."""
WRONG_LENGTHS = (0, 8, 15, 17, 32)


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
    print("Does: encrypts a block with AES-128-CBC and IVs of several lengths.")
    print("Demanded: PKCS#11 v2.40, AES-CBC, and SP 800-38A §5.3: an IV of 16 bytes, no other.")
    print(f"Answered by version {module.version} of the module:")
    key = create_key(module)
    memory = ctypes.create_string_buffer(MEMORY, len(MEMORY))

    def encrypted(mechanism: int, length: int) -> bytes | int:
        how = Mechanism(mechanism, ctypes.addressof(memory), length)
        code = module.call(ENCRYPT_INIT, module.session, ctypes.byref(how), key)
        if code != CKR_OK:
            return code
        output, room = ctypes.create_string_buffer(64), ULONG(64)
        code = module.call(ENCRYPT, module.session, bytes(16), 16, output, ctypes.byref(room))
        return output.raw[: room.value] if code == CKR_OK else code

    there = False
    for name, mechanism in (("CBC", CKM_AES_CBC), ("CBC_PAD", CKM_AES_CBC_PAD)):
        right = encrypted(mechanism, 16)
        if isinstance(right, int):
            raise RuntimeError(f"CKM_AES_{name} answers 0x{right:X} to an IV of 16 bytes")
        for length in WRONG_LENGTHS:
            answer = encrypted(mechanism, length)
            if isinstance(answer, int):
                text = f"0x{answer:X}"
            else:
                there, same = True, answer == right
                text = f"CKR_OK, the IV is {'the' if same else 'not the'} 16 bytes from there on"
            print(f"  CKM_AES_{name + ',':8} {length:2} bytes: {text}")
    return there


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
