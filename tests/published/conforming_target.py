"""Run a reproduction on a stand-in that does right: conforming_target.py SCRIPT [ARGUMENT]...

No version of these targets without the deviations is at hand. The stand-in shows that a script can
also say that a deviation is not there; it is `cryptography` behind the calls that the scripts make.
"""

from __future__ import annotations

import ctypes
import runpy
import sys
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import Crypto.PublicKey.ECC
import Crypto.PublicKey.RSA
import Crypto.Util.Padding
import pkcs11
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from pkcs11 import Mechanism

TAG_LENGTH = 16
LONGEST_IV = 128
TOKEN_LABEL = "conforming"
SLOT = 7
FLAGS = 0x300

INFINITY = b"\x04\x01\x00"
"""The point at infinity as CKA_EC_POINT."""
RESTRICTED = {
    "ec": (bytes.fromhex("06052b8104010c"), bytes.fromhex("06052b8104010d")),
    "rsa": (bytes.fromhex("06092a864886f70d01010a"),),
}
"""The names of algorithms to which a key is restricted: id-ecDH and id-ecMQV, id-RSASSA-PSS."""

CURVES = (bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06052b81040022"))
"""The names of P-256 and P-384."""

Fill = Callable[[int, int, int], int]


class ParametersHead(ctypes.Structure):
    """The beginning of CK_GCM_PARAMS, as far as it is needed."""

    _fields_ = (("pIv", ctypes.POINTER(ctypes.c_ubyte)), ("ulIvLen", ctypes.c_ulong))


def gcm_iv(parameter: object) -> bytes:
    """Return the IV out of the packed parameters, or of those of python-pkcs11."""
    if not isinstance(parameter, bytes):
        return bytes(12)
    head = ParametersHead.from_buffer_copy(parameter)
    iv = bytes(head.pIv[: head.ulIvLen])
    if not 8 <= len(iv) <= LONGEST_IV:
        raise pkcs11.MechanismParamInvalid
    return iv


def block_mode(mechanism: Mechanism, parameter: object) -> modes.ECB | modes.CBC:
    """Return ECB or CBC; an IV that is no block is refused."""
    if mechanism is Mechanism.AES_ECB:
        return modes.ECB()
    if not isinstance(parameter, bytes) or len(parameter) != 16:
        raise pkcs11.MechanismParamInvalid
    return modes.CBC(parameter)


class Key:
    """An AES key that refuses with the codes of PKCS#11 v2.40."""

    def __init__(self, value: bytes) -> None:
        if len(value) not in (16, 24, 32):
            raise pkcs11.AttributeValueInvalid
        self._aes = algorithms.AES(value)

    def encrypt(
        self, data: bytes, *, mechanism: Mechanism, mechanism_param: object = None
    ) -> bytes:
        """C_EncryptInit and C_Encrypt."""
        if mechanism is Mechanism.AES_GCM:
            gcm = Cipher(self._aes, modes.GCM(gcm_iv(mechanism_param))).encryptor()
            return gcm.update(data) + gcm.finalize() + gcm.tag
        encryptor = Cipher(self._aes, block_mode(mechanism, mechanism_param)).encryptor()
        if mechanism is Mechanism.AES_CBC_PAD:
            padder = PKCS7(128).padder()
            data = padder.update(data) + padder.finalize()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(
        self, data: bytes, *, mechanism: Mechanism, mechanism_param: object = None
    ) -> bytes:
        """C_DecryptInit and C_Decrypt."""
        if mechanism is Mechanism.AES_GCM:
            mode = modes.GCM(gcm_iv(mechanism_param), data[-TAG_LENGTH:])
            opener = Cipher(self._aes, mode).decryptor()
            try:
                return opener.update(data[:-TAG_LENGTH]) + opener.finalize()
            except InvalidTag:
                raise pkcs11.EncryptedDataInvalid from None
        decryptor = Cipher(self._aes, block_mode(mechanism, mechanism_param)).decryptor()
        if len(data) % 16:
            raise pkcs11.EncryptedDataLenRange
        data = decryptor.update(data) + decryptor.finalize()
        return unpadded(data) if mechanism is Mechanism.AES_CBC_PAD else data


def unpadded(data: bytes) -> bytes:
    """Remove PKCS #7 padding."""
    unpadder = PKCS7(128).unpadder()
    try:
        return unpadder.update(data) + unpadder.finalize()
    except ValueError:
        raise pkcs11.EncryptedDataInvalid from None


class EcKey:
    """An EC key that takes only points, and verifies nothing."""

    def __init__(self, template: Mapping[pkcs11.Attribute, object]) -> None:
        if template.get(pkcs11.Attribute.EC_POINT) == INFINITY:
            raise pkcs11.PublicKeyInvalid

    def verify(self, data: bytes, signature: bytes, *, mechanism: Mechanism) -> bool:
        """C_VerifyInit and C_Verify."""
        return False

    def derive_key(
        self,
        key_type: int,
        key_length: int,
        *,
        mechanism: Mechanism,
        mechanism_param: tuple[object, object, bytes],
        template: object,
    ) -> None:
        """C_DeriveKey."""
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), mechanism_param[2])
        except ValueError:
            raise pkcs11.MechanismParamInvalid from None


class RsaKey:
    """An RSA key that looks at the length of a digest."""

    def sign(self, data: bytes, *, mechanism: Mechanism, mechanism_param: object) -> bytes:
        """C_SignInit and C_Sign."""
        if len(data) != 32:
            raise pkcs11.DataLenRange
        return bytes(256)


class Module:
    """A module, its one token, and a session on it, in one object."""

    library_version = (3, 0)

    def __init__(self, path: str) -> None:
        pass

    def get_token(self, *, token_label: str) -> Self:
        """Return the token."""
        return self

    def open(self, *, user_pin: str) -> Self:
        """Return a session."""
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def generate_keypair(self, key_type: int, bits: int, *, store: bool) -> tuple[None, RsaKey]:
        """C_GenerateKeyPair."""
        return None, RsaKey()

    def create_object(self, template: Mapping[pkcs11.Attribute, object]) -> Key | EcKey:
        """C_CreateObject."""
        if template[pkcs11.Attribute.KEY_TYPE] is pkcs11.KeyType.EC:
            return EcKey(template)
        value = template[pkcs11.Attribute.VALUE]
        assert isinstance(value, bytes)
        return Key(value)


class Reference:
    """What ``ctypes.byref`` is to a function of C: here, the object itself."""

    def __init__(self, target: ctypes.c_ulong | ctypes.Structure) -> None:
        self.target = target


def memset(place: Reference, byte: int, length: int, fill: Fill = ctypes.memset) -> None:
    """Fill what a reference stands for."""
    fill(ctypes.addressof(place.target), byte, length)


class SharedLibrary:
    """The functions that are called through ctypes."""

    def __init__(self, path: str) -> None:
        self.C_Initialize: Callable[[None], int] = self.C_Finalize

    def C_Finalize(self, reserved: None) -> int:
        """Succeed."""
        return 0

    def C_GetSlotList(
        self, present: ctypes.c_ubyte, slots: ctypes.Array[ctypes.c_ulong] | None, count: Reference
    ) -> int:
        """Name one slot."""
        assert isinstance(count.target, ctypes.c_ulong)
        count.target.value = 1
        if slots is not None:
            slots[0] = SLOT
        return 0

    def C_GetTokenInfo(self, slot: ctypes.c_ulong, info: ctypes.Array[ctypes.c_char]) -> int:
        """Name the token's label."""
        info.value = TOKEN_LABEL.ljust(32).encode()
        return 0

    def C_GetMechanismInfo(
        self, slot: ctypes.c_ulong, mechanism: ctypes.c_ulong, info: Reference
    ) -> int:
        """Tell the flags, whatever the memory held."""
        assert isinstance(info.target, ctypes.Structure)
        info.target.flags = FLAGS
        return 0


def unpad(padded: bytes, block_size: int) -> bytes:
    """Remove PKCS #7 padding, or refuse with the one text that there is."""
    try:
        return unpadded(padded)
    except pkcs11.EncryptedDataInvalid:
        raise ValueError("Padding is incorrect.") from None


class PublicKey:
    """A public key of `cryptography` that takes only signatures as long as its modulus."""

    def __init__(self, key: Any) -> None:
        self._key = key

    def verify(self, signature: bytes, *arguments: Any) -> None:
        """Verify a signature."""
        length = self._key.key_size // 8
        if isinstance(self._key, rsa.RSAPublicKey) and len(signature) != length:
            raise InvalidSignature
        self._key.verify(signature, *arguments)


rsa.RSAPublicKey.register(PublicKey)
ec.EllipticCurvePublicKey.register(PublicKey)


def load_der_public_key(
    data: bytes, load: Callable[..., Any] = serialization.load_der_public_key
) -> PublicKey:
    """Load a public key that is in no hybrid form, and for every use."""
    key = load(data)
    hybrid = isinstance(key, ec.EllipticCurvePublicKey) and data[-65] in (6, 7)
    if hybrid or RESTRICTED["rsa"][0] in data:
        raise ValueError("no such key")
    return PublicKey(key)


def load_der_private_key(
    data: bytes, password: None, load: Callable[..., Any] = serialization.load_der_private_key
) -> Any:
    """Load a private key for every use."""
    if RESTRICTED["rsa"][0] in data:
        raise ValueError("no such key")
    return load(data, password)


def import_ec_key(data: bytes, load: Callable[..., Any] = Crypto.PublicKey.ECC.import_key) -> Any:
    """Import a key that is a point on one curve, and for every use."""
    two_curves = all(name in data for name in CURVES)
    restricted = any(name in data for name in RESTRICTED["ec"])
    if data.endswith(bytes(64)) or restricted or two_curves:
        raise ValueError("no such key")
    return load(data)


def construct(load: Callable[..., Any] = Crypto.PublicKey.ECC.construct, **numbers: Any) -> Any:
    """Make a key that is a point."""
    if numbers.get("point_x") == 0:
        raise ValueError("no such key")
    return load(**numbers)


def import_rsa_key(data: bytes, load: Callable[..., Any] = Crypto.PublicKey.RSA.import_key) -> Any:
    """Import a key for every use, or refuse it as documented."""
    if RESTRICTED["rsa"][0] in data:
        raise ValueError("no such key")
    try:
        return load(data)
    except ZeroDivisionError:
        raise ValueError("no such key") from None


def main(script: str) -> None:
    """Put the stand-in in place of the targets, and run the script."""
    for package, name, stand_in in (
        (pkcs11, "lib", Module),
        (Crypto.Util.Padding, "unpad", unpad),
        (Crypto.PublicKey.ECC, "import_key", import_ec_key),
        (Crypto.PublicKey.ECC, "construct", construct),
        (Crypto.PublicKey.RSA, "import_key", import_rsa_key),
        (serialization, "load_der_public_key", load_der_public_key),
        (serialization, "load_der_private_key", load_der_private_key),
        (ctypes, "CDLL", SharedLibrary),
        (ctypes, "byref", Reference),
        (ctypes, "memset", memset),
    ):
        setattr(package, name, stand_in)
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    del sys.argv[0]
    main(sys.argv[0])
