"""The few calls of PKCS#11 that python-pkcs11 cannot make, through the module's own function list.

python-pkcs11 hands nothing to C_Initialize, where NSS wants its parameters. And before it encrypts
it always asks for the length of the output, a question that NSS answers wrongly for AES-GCM.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

from pkcs11._pkcs11 import lib as Module

from kmsproof_adapters.pkcs11.codes import ReturnCode

if TYPE_CHECKING:
    from pkcs11.mechanisms import Mechanism
    from pkcs11.types import Session

CKF_OS_LOCKING_OK = 0x2
"""The module may use the locks of the operating system (PKCS#11 v2.40 §5.4, C_Initialize)."""

_NAMES = (
    *("C_Initialize", "C_Finalize", "C_GetInfo", "C_GetFunctionList", "C_GetSlotList"),
    *("C_GetSlotInfo", "C_GetTokenInfo", "C_GetMechanismList", "C_GetMechanismInfo"),
    *("C_InitToken", "C_InitPIN", "C_SetPIN", "C_OpenSession", "C_CloseSession"),
    *("C_CloseAllSessions", "C_GetSessionInfo", "C_GetOperationState", "C_SetOperationState"),
    *("C_Login", "C_Logout", "C_CreateObject", "C_CopyObject", "C_DestroyObject"),
    *("C_GetObjectSize", "C_GetAttributeValue", "C_SetAttributeValue", "C_FindObjectsInit"),
    *("C_FindObjects", "C_FindObjectsFinal", "C_EncryptInit", "C_Encrypt"),
)
"""The functions of CK_FUNCTION_LIST in their order, as far as they are needed."""

_ULONG = ctypes.c_ulong
_POINTER = ctypes.c_void_p
_FUNCTION = ctypes.CFUNCTYPE


class Structure(ctypes.Structure):
    """A structure of PKCS#11, which is packed on Windows (PKCS#11 v2.40 §2.1)."""

    if sys.platform == "win32":
        _pack_ = 1


class FunctionList(Structure):
    """The beginning of CK_FUNCTION_LIST."""

    _fields_ = (
        ("version", ctypes.c_ubyte * 2),
        *((name, _POINTER) for name in _NAMES),
    )


class InitializeArguments(Structure):
    """CK_C_INITIALIZE_ARGS as NSS has it: what is reserved elsewhere are the parameters.

    The last field exists only for NSS; other modules end before it.
    """

    _fields_ = (
        ("CreateMutex", _POINTER),
        ("DestroyMutex", _POINTER),
        ("LockMutex", _POINTER),
        ("UnlockMutex", _POINTER),
        ("flags", _ULONG),
        ("LibraryParameters", ctypes.c_char_p),
        ("pReserved", _POINTER),
    )


class MechanismStructure(Structure):
    """CK_MECHANISM."""

    _fields_ = (
        ("mechanism", _ULONG),
        ("pParameter", ctypes.c_char_p),
        ("ulParameterLen", _ULONG),
    )


class HasHandle(Protocol):
    """An object of python-pkcs11 that stands for one of the token; also a session is one."""

    @property
    def handle(self) -> int:
        """The number by which the token knows it."""
        ...


class Functions:
    """The functions of one module that are called here; one call at a time in each session."""

    def __init__(self, path: str) -> None:
        """Take the path of a module that python-pkcs11 has loaded already.

        Raises:
            ReturnCode: if the module does not give its function list.
        """
        get_function_list = ctypes.CDLL(path).C_GetFunctionList
        get_function_list.restype = _ULONG
        found = ctypes.POINTER(FunctionList)()
        _demand(get_function_list(ctypes.byref(found)))
        functions = found.contents
        self._initialize = _FUNCTION(_ULONG, _POINTER)(functions.C_Initialize)
        self._encrypt_init = _FUNCTION(_ULONG, _ULONG, _POINTER, _ULONG)(functions.C_EncryptInit)
        self._encrypt = _FUNCTION(
            _ULONG, _ULONG, ctypes.c_char_p, _ULONG, ctypes.c_char_p, _POINTER
        )(functions.C_Encrypt)

    def initialize(self, library_parameters: bytes) -> None:
        """C_Initialize with the string that the module wants.

        Raises:
            ReturnCode: if the module does not initialise, or was initialised before.
        """
        arguments = InitializeArguments(
            flags=CKF_OS_LOCKING_OK, LibraryParameters=library_parameters
        )
        _demand(self._initialize(ctypes.addressof(arguments)))

    def encrypt(
        self,
        session: Session,
        key: HasHandle,
        mechanism: Mechanism,
        parameter: bytes,
        data: bytes,
        room: int,
    ) -> bytes:
        """C_EncryptInit and one C_Encrypt into a buffer with ``room`` for so many bytes.

        Raises:
            ReturnCode: if the token refuses.
        """
        chosen = MechanismStructure(mechanism, parameter, len(parameter))
        handle = cast("HasHandle", session).handle
        _demand(self._encrypt_init(handle, ctypes.addressof(chosen), key.handle))
        output, length = ctypes.create_string_buffer(room), _ULONG(room)
        _demand(self._encrypt(handle, data, len(data), output, ctypes.addressof(length)))
        return output.raw[: length.value]


def _demand(code: int) -> None:
    if code:
        raise ReturnCode(code)


@cache
def parametrised_module(path: str, library_parameters: bytes) -> Module:
    """Return a module that is initialised with parameters, once in a process.

    Raises:
        PKCS11Error: if it is no module, or does not initialise.
    """

    class Parametrised(Module):
        """A module whose C_Initialize, to which its constructor comes, is called with them."""

        def initialize(self) -> None:
            """Do what python-pkcs11 would do without parameters."""
            Functions(self.so).initialize(library_parameters)

    return Parametrised(path)
