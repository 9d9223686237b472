"""The same call with the Python package ``cryptography``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kmsproof.equivalents.call import Call
from kmsproof.vocabulary import Algorithm, EciesDialect, Operation, PaddingMode

IV_LENGTHS_OF_GCM = range(8, 129)
"""What the package takes."""

_PRIMITIVES = "from cryptography.hazmat.primitives"


def python_lines(call: Call) -> list[str] | str:
    """Return the lines of a program, or why there are none."""
    if call.algorithm is Algorithm.GCM and len(call.iv or b"") not in IV_LENGTHS_OF_GCM:
        return (
            f"cryptography takes IVs for GCM of {IV_LENGTHS_OF_GCM.start} to "
            f"{IV_LENGTHS_OF_GCM.stop - 1} bytes only"
        )
    if call.algorithm is Algorithm.CBC and call.iv is None:
        return "cryptography does not choose an IV for CBC"
    return list(_OF_ALGORITHM[call.algorithm](call))


def _value(name: str, value: bytes) -> str:
    return f'{name} = bytes.fromhex("{value.hex()}")'


def _gcm(call: Call) -> Iterator[str]:
    yield f"{_PRIMITIVES}.ciphers import Cipher, algorithms, modes"
    yield _value("key", call.secret or b"")
    yield _value("iv", call.iv or b"")
    yield _value("aad", call.aad)
    if call.operation is Operation.ENCRYPT:
        yield _value("plaintext", call.data)
        yield "encryptor = Cipher(algorithms.AES(key), modes.GCM(iv)).encryptor()"
        yield "encryptor.authenticate_additional_data(aad)"
        yield "ciphertext = encryptor.update(plaintext) + encryptor.finalize()"
        yield f"print((ciphertext + encryptor.tag[:{call.tag_length}]).hex())"
        return
    yield _value("ciphertext", call.data)
    yield _value("tag", call.tag)
    yield f"if len(tag) != {call.tag_length}:"
    yield f'    raise ValueError("the caller relies on tags of {call.tag_length} bytes")'
    yield f"mode = modes.GCM(iv, tag, min_tag_length={call.tag_length})"
    yield "decryptor = Cipher(algorithms.AES(key), mode).decryptor()"
    yield "decryptor.authenticate_additional_data(aad)"
    yield "print((decryptor.update(ciphertext) + decryptor.finalize()).hex())"


def _block_mode(call: Call) -> Iterator[str]:
    padded = call.padding is PaddingMode.PKCS7_PADDING
    if padded:
        yield f"{_PRIMITIVES} import padding"
    yield f"{_PRIMITIVES}.ciphers import Cipher, algorithms, modes"
    yield _value("key", call.secret or b"")
    mode = "modes.ECB()"
    if call.algorithm is Algorithm.CBC:
        yield _value("iv", call.iv or b"")
        mode = "modes.CBC(iv)"
    yield _value("data", call.data)
    direction = "encryptor" if call.operation is Operation.ENCRYPT else "decryptor"
    if padded and call.operation is Operation.ENCRYPT:
        yield "padder = padding.PKCS7(128).padder()"
        yield "data = padder.update(data) + padder.finalize()"
    yield f"context = Cipher(algorithms.AES(key), {mode}).{direction}()"
    yield "data = context.update(data) + context.finalize()"
    if padded and call.operation is Operation.DECRYPT:
        yield "unpadder = padding.PKCS7(128).unpadder()"
        yield "data = unpadder.update(data) + unpadder.finalize()"
    yield "print(data.hex())"


def _key(call: Call) -> Iterator[str]:
    """Yield how the key is loaded, the private one only where it is needed."""
    private = call.operation in (Operation.DECRYPT, Operation.SIGN)
    if private or call.public is None:
        yield f"{_PRIMITIVES}.serialization import load_der_private_key"
        yield _value("private", call.private or b"")
        last = "" if private else ".public_key()"
        yield f"key = load_der_private_key(private, None){last}"
    else:
        yield f"{_PRIMITIVES}.serialization import load_der_public_key"
        yield _value("public", call.public)
        yield "key = load_der_public_key(public)"


def _oaep(call: Call) -> Iterator[str]:
    yield f"{_PRIMITIVES} import hashes"
    yield f"{_PRIMITIVES}.asymmetric import padding"
    yield from _key(call)
    yield _value("data", call.data)
    yield _value("label", call.label)
    yield "mgf1 = padding.MGF1(hashes.SHA256())"
    yield "oaep = padding.OAEP(mgf1, hashes.SHA256(), label)"
    yield f"print(key.{call.operation}(data, oaep).hex())"


def _signature(call: Call) -> Iterator[str]:
    yield f"{_PRIMITIVES} import hashes"
    modules = "ec" if call.algorithm is Algorithm.ECDSA_SHA_256 else "padding"
    yield f"{_PRIMITIVES}.asymmetric import {modules}, utils"
    yield from _key(call)
    yield _value("message", call.data)
    how = "utils.Prehashed(hashes.SHA256())" if call.digest else "hashes.SHA256()"
    match call.algorithm:
        case Algorithm.ECDSA_SHA_256:
            how = f"ec.ECDSA({how})"
        case Algorithm.RSA_PSS_SHA_256:
            how = f"padding.PSS(padding.MGF1(hashes.SHA256()), 32), {how}"
        case _:
            how = f"padding.PKCS1v15(), {how}"
    if call.operation is Operation.SIGN:
        yield f"print(key.sign(message, {how}).hex())"
        return
    yield _value("signature", call.signature)
    yield f"key.verify(signature, message, {how})"
    yield 'print("verified")'


def _ecies(call: Call) -> Iterator[str]:
    yield "import hmac"
    yield f"{_PRIMITIVES} import hashes"
    yield f"{_PRIMITIVES}.asymmetric import ec"
    yield f"{_PRIMITIVES}.kdf.x963kdf import X963KDF"
    if call.operation is Operation.ENCRYPT:
        yield f"{_PRIMITIVES}.serialization import Encoding, PublicFormat"
    yield from _key(call)
    yield _value("data", call.data)
    if call.operation is Operation.DECRYPT:
        yield "n = 65 if data[:1] in (b'\\4', b'\\6', b'\\7') else 33"
        yield "if len(data) < n + 20:"
        yield '    raise ValueError("too short")'
        yield "r, text, tag = data[:n], data[n:-20], data[-20:]"
        yield "point = ec.EllipticCurvePublicKey.from_encoded_point(key.curve, r)"
        yield "z = key.exchange(ec.ECDH(), point)"
    else:
        yield "ephemeral = ec.generate_private_key(key.curve)"
        yield "encoding = Encoding.X962, PublicFormat.UncompressedPoint"
        yield "r, text = ephemeral.public_key().public_bytes(*encoding), data"
        yield "z = ephemeral.exchange(ec.ECDH(), key)"
    yield "k = X963KDF(hashes.SHA1(), len(text) + 20, None).derive(z)"
    if call.dialect is EciesDialect.MK_EK:
        yield "mk, ek = k[:20], k[20:]"
    else:
        yield "ek, mk = k[:-20], k[-20:]"
    yield "masked = bytes(a ^ b for a, b in zip(ek, text))"
    if call.operation is Operation.DECRYPT:
        yield 'if not hmac.compare_digest(hmac.digest(mk, text, "sha1"), tag):'
        yield '    raise ValueError("the tag is another")'
        yield "print(masked.hex())"
    else:
        yield 'print((r + masked + hmac.digest(mk, masked, "sha1")).hex())'


_OF_ALGORITHM: dict[Algorithm, Callable[[Call], Iterator[str]]] = {
    Algorithm.GCM: _gcm,
    Algorithm.ECB: _block_mode,
    Algorithm.CBC: _block_mode,
    Algorithm.RSAES_OAEP_SHA_256: _oaep,
    Algorithm.RSA_PSS_SHA_256: _signature,
    Algorithm.RSA_PKCS1_SHA_256: _signature,
    Algorithm.ECDSA_SHA_256: _signature,
    Algorithm.ECIES_DH_SHA_1_XOR_HMAC: _ecies,
}
