"""NSS: CKM_RSA_PKCS_PSS takes digests of any length, and reads 32 bytes wherever they end.

Demanded: the data of CKM_RSA_PKCS_PSS is a digest of the hash function that its parameters name
(PKCS#11 v2.40, current mechanisms, §2.1.10; RFC 8017 §9.1.1 step 2 knows no other length). For
another length PKCS#11 has CKR_DATA_LEN_RANGE (v2.40 §5.1.6).

Answered: CKR_OK. Of more than 32 bytes the first 32 are signed. Where there are fewer, the bytes
that follow in memory are signed with them: the signature is valid for the 32 bytes at that place.

Cause, as far as it shows from outside: the length that the caller gives is not looked at.

What it is: a security problem after a mistake of the caller. All data with the same first 32 bytes
share their signatures; and after too few bytes the module reads behind the end of a buffer.

Usage: pss_digest_length_unchecked.py [MODULE], otherwise NSS_MODULE from the environment:
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
SIGN_INIT, SIGN, VERIFY_INIT, VERIFY, GENERATE_KEY_PAIR = 42, 43, 48, 49, 59
CKR_OK = 0
CKM_RSA_PKCS_KEY_PAIR_GEN, CKM_RSA_PKCS_PSS, CKM_SHA256, CKG_MGF1_SHA256 = 0, 0xD, 0x250, 2
CKA_MODULUS_BITS, CKA_PUBLIC_EXPONENT = 0x121, 0x122
ULONG = ctypes.c_ulong

MEMORY = bytes(range(1, 65))
"""What lies in memory where the digest is."""
WRONG_LENGTHS = (0, 1, 20, 28, 31, 33, 48, 64)


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


def generate_key_pair(module: Module) -> tuple[int, int]:
    """Return the handles of a public and of a private key of 2048 bits."""
    bits, exponent = ULONG(2048), ctypes.create_string_buffer(b"\x01\x00\x01", 3)
    template = (Attribute * 2)(
        Attribute(CKA_MODULUS_BITS, ctypes.addressof(bits), ctypes.sizeof(bits)),
        Attribute(CKA_PUBLIC_EXPONENT, ctypes.addressof(exponent), 3),
    )
    how, public, private = Mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN, None, 0), ULONG(), ULONG()
    keys = ctypes.byref(public), ctypes.byref(private)
    templates = template, 2, (Attribute * 1)(), 0
    module.demand(GENERATE_KEY_PAIR, module.session, ctypes.byref(how), *templates, *keys)
    return public.value, private.value


def deviates(module_path: str) -> bool:
    """Ask the module, say what it answers, and return whether it deviates."""
    module = Module(module_path)
    print(
        "Does: signs data of several lengths with CKM_RSA_PKCS_PSS, SHA-256 and salts of 32 bytes."
    )
    print("Demanded: PKCS#11 v2.40 §2.1.10: 32 bytes, else CKR_DATA_LEN_RANGE.")
    print(f"Answered by version {module.version} of the module:")
    public, private = generate_key_pair(module)
    parameters = (ULONG * 3)(CKM_SHA256, CKG_MGF1_SHA256, 32)
    pss = Mechanism(CKM_RSA_PKCS_PSS, ctypes.addressof(parameters), ctypes.sizeof(parameters))
    memory = ctypes.create_string_buffer(MEMORY, len(MEMORY))

    def init(place: int, key: int) -> None:
        module.demand(place, module.session, ctypes.byref(pss), key)

    def verification(data: bytes, signature: ctypes.Array[ctypes.c_char]) -> int:
        init(VERIFY_INIT, public)
        return module.call(VERIFY, module.session, data, len(data), signature, len(signature))

    there = False
    for length in (32, *WRONG_LENGTHS):
        signature, room = ctypes.create_string_buffer(256), ULONG(256)
        init(SIGN_INIT, private)
        code = module.call(SIGN, module.session, memory, length, signature, ctypes.byref(room))
        answer = f"0x{code:X}"
        if code == CKR_OK:
            valid = verification(MEMORY[:32], signature) == CKR_OK
            answer = (
                f"CKR_OK, a signature {'' if valid else 'not '}valid for 32 bytes from there on"
            )
            there = there or (length != 32 and valid)
            if length == 32 and (not valid or verification(bytes(32), signature) == CKR_OK):
                raise RuntimeError("the module does not verify its own signature, or any")
        print(f"  {length:2} bytes: {answer}")
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
