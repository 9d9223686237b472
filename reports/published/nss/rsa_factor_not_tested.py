"""NSS: an RSA private key is taken whose factor is the product of two primes, and it signs.

Demanded: the factors of a modulus are primes (RFC 8017 §3.2; SP 800-56B Rev. 2 §6.4.1.2.3 step 5
tests them). For a key that is none there is CKR_DOMAIN_PARAMS_INVALID or
CKR_ATTRIBUTE_VALUE_INVALID (PKCS#11 v2.40 §5.7, C_CreateObject), which NSS answers to keys whose
numbers do not fit together.

Answered: CKR_OK, and the key signs. Some of the times C_Sign ends with CKR_DEVICE_ERROR; which
ones differs from run to run.

Cause, as far as it shows from outside: the numbers of a key are held against each other, and the
factors are not tested.

What it is: a security problem where keys come from others. Whoever made such a key, or knows how,
may factor it, and its owner takes it for one of 2,048 bits.

Usage: rsa_factor_not_tested.py [MODULE], otherwise NSS_MODULE from the environment:
the path of libsoftokn3.so.
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
from collections import Counter
from math import lcm

PARAMETERS = b"configdir='' certPrefix='' keyPrefix='' secmod='' flags=readOnly,noCertDB,noModDB"
SLOT = 1  # "NSS Generic Crypto Services", whose objects live in the session

INITIALIZE, GET_INFO, OPEN_SESSION = 0, 2, 12
CREATE_OBJECT, DESTROY_OBJECT, SIGN_INIT, SIGN = 20, 22, 42, 43
CKR_OK = 0
CKM_SHA256_RSA_PKCS = 0x40
CKO_PRIVATE_KEY, CKK_RSA = 3, 0
CKA_CLASS, CKA_KEY_TYPE, CKA_SIGN = 0x0, 0x100, 0x108
NUMBERS = range(0x120, 0x129)
"""CKA_MODULUS, CKA_MODULUS_BITS (left out), CKA_PUBLIC_EXPONENT, and the private numbers."""
ULONG = ctypes.c_ulong

TRIES = 40
"""Imports of the key, of which some are refused."""

K = int(
    "a3eba43aee451990674bd9e38115fb122e19d92715f59b086d87bb4058949013"
    "bf00632d65aaad0b1eea6b9b47e8bb4acadf13b710aec880f102eee879264ffa",
    16,
)
"""k + 1 and 2 k + 1 are primes. Every fourth base tells no difference from a prime."""

Q = int(
    "cf9f9d7bfc83ac6f4480193af19b765c0e34205f685c385f7707d5c3f5d5452c"
    "c46f9f670c41f6d6195cd085b1762ab6e49ee90012fc91a560abadee0ef47edd"
    "41f978dce6a1dc7d21b118e3c3fb9a84b4a3ba9894b01b2a1d37bd77f2e1e4d2"
    "21011635e7d4f2d19f9c7796b5743ba3acdf987df7135e2adedd450c2210c397",
    16,
)
"""A prime."""

E = 65537


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


def numbers_of_key() -> tuple[int, ...]:
    """Return n, e, d, p, q, dP, dQ and qInv; e and d undo each other modulo every factor."""
    p = (K + 1) * (2 * K + 1)
    d = pow(E, -1, lcm(K, 2 * K, p - 1, Q - 1))
    return p * Q, E, d, p, Q, d % (p - 1), d % (Q - 1), pow(Q, -1, p)


def create_key(module: Module, numbers: tuple[int, ...]) -> int | ULONG:
    """Return the handle of the key, or the code with which it is refused."""
    fixed = [ULONG(CKO_PRIVATE_KEY), ULONG(CKK_RSA), ctypes.c_ubyte(1)]
    octets = [each.to_bytes((each.bit_length() + 7) // 8, "big") for each in numbers]
    values = [ctypes.create_string_buffer(each, len(each)) for each in octets]
    kinds = (CKA_CLASS, CKA_KEY_TYPE, CKA_SIGN, *(each for each in NUMBERS if each != 0x121))
    template = (Attribute * len(kinds))(
        *(
            Attribute(kind, ctypes.addressof(each), ctypes.sizeof(each))
            for kind, each in zip(kinds, (*fixed, *values), strict=True)
        )
    )
    key = ULONG()
    code = module.call(CREATE_OBJECT, module.session, template, len(kinds), ctypes.byref(key))
    return key if code == CKR_OK else code


def signature(module: Module, key: int) -> int | bytes:
    """Return a signature, or the code that comes instead."""
    how = Mechanism(CKM_SHA256_RSA_PKCS, None, 0)
    code = module.call(SIGN_INIT, module.session, ctypes.byref(how), key)
    if code != CKR_OK:
        return code
    output, room = ctypes.create_string_buffer(512), ULONG(512)
    message = b"message"
    code = module.call(SIGN, module.session, message, len(message), output, ctypes.byref(room))
    return output.raw[: room.value] if code == CKR_OK else code


def deviates(module_path: str) -> bool:
    """Ask the module, say what it answers, and return whether it deviates."""
    numbers = numbers_of_key()
    module = Module(module_path)
    print("Does: imports an RSA key whose p is the product of two primes, and signs with it.")
    print("Demanded by RFC 8017 §3.2: that the factors are primes.")
    print(f"Answered by version {module.version} of the module, {TRIES} times:")
    padded = hashlib.sha256(b"message").digest()
    answers: Counter[str] = Counter()
    for _ in range(TRIES):
        key = create_key(module, numbers)
        if isinstance(key, int):
            answers[f"C_CreateObject 0x{key:X}"] += 1
            continue
        signed = signature(module, key.value)
        module.demand(DESTROY_OBJECT, module.session, key.value)
        if isinstance(signed, int):
            answers[f"C_CreateObject CKR_OK, C_Sign 0x{signed:X}"] += 1
            continue
        opened = pow(int.from_bytes(signed, "big"), E, numbers[0]).to_bytes(256, "big")
        right = "right" if opened.endswith(padded) else "wrong"
        answers[f"C_CreateObject CKR_OK, and a signature that is {right}"] += 1
    for answer, times in answers.most_common():
        print(f"  {times:2} times {answer}")
    return any("CKR_OK" in answer for answer in answers)


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
