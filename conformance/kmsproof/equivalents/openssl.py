"""The same call with the command line of OpenSSL, 3.0 or newer."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof.equivalents.call import Call
from kmsproof.equivalents.shell import IN_A_FOLDER, command, shown, written
from kmsproof.vocabulary import Algorithm, Operation, PaddingMode

_BLOCK_MODES = frozenset({Algorithm.ECB, Algorithm.CBC})

_PADDINGS = {
    Algorithm.RSAES_OAEP_SHA_256: (
        *("-pkeyopt", "rsa_padding_mode:oaep"),
        *("-pkeyopt", "rsa_oaep_md:sha256"),
        *("-pkeyopt", "rsa_mgf1_md:sha256"),
    ),
    Algorithm.RSA_PSS_SHA_256: (
        *("-pkeyopt", "digest:sha256"),
        *("-pkeyopt", "rsa_padding_mode:pss"),
        *("-pkeyopt", "rsa_pss_saltlen:32"),
        *("-pkeyopt", "rsa_mgf1_md:sha256"),
    ),
    Algorithm.RSA_PKCS1_SHA_256: (
        *("-pkeyopt", "digest:sha256"),
        *("-pkeyopt", "rsa_padding_mode:pkcs1"),
    ),
    Algorithm.ECDSA_SHA_256: ("-pkeyopt", "digest:sha256"),
}


def openssl_lines(call: Call) -> list[str] | str:
    """Return the lines for a shell, or why there are none."""
    if call.algorithm in _BLOCK_MODES:
        return _block_mode(call)
    if call.algorithm in _PADDINGS:
        return list(_pair(call))
    return f"openssl has no command for {call.algorithm}"


def _block_mode(call: Call) -> list[str] | str:
    if call.algorithm is Algorithm.CBC and len(call.iv or b"") != 16:
        return "openssl enc fills an IV up or cuts it, so that it cannot ask for another length"
    secret = call.secret or b""
    cipher = f"-aes-{8 * len(secret)}-{call.algorithm.value.lower()}"
    words = ["openssl", "enc", cipher, "-K", secret.hex(), "-in", "input", "-out", "output"]
    if call.operation is Operation.DECRYPT:
        words.insert(3, "-d")
    if call.algorithm is Algorithm.CBC:
        words += ["-iv", (call.iv or b"").hex()]
    if call.padding is PaddingMode.NO_PADDING:
        words.append("-nopad")
    run = f"{command(*words)} && {shown('output')}"
    return [IN_A_FOLDER, written("input", call.data), run]


def _pair(call: Call) -> Iterator[str]:
    yield IN_A_FOLDER
    private = _private(call)
    material = call.private if private else call.public
    key = ("-keyform", "DER", "-inkey", "key.der", *(() if private else ("-pubin",)))
    yield written("key.der", material or b"")
    yield written("input", call.data)
    options = _PADDINGS[call.algorithm]
    if call.operation in (Operation.ENCRYPT, Operation.DECRYPT):
        if call.label:
            options = (*options, "-pkeyopt", f"rsa_oaep_label:{call.label.hex()}")
        words = ("openssl", "pkeyutl", f"-{call.operation}", *key, "-in", "input")
        yield f"{command(*words, '-out', 'output', *options)} && {shown('output')}"
        return
    name = "input"
    if not call.digest:
        name = "digest"
        yield command("openssl", "dgst", "-sha256", "-binary", "-out", "digest", "input")
    if call.operation is Operation.VERIFY:
        yield written("signature", call.signature)
        words = ("openssl", "pkeyutl", "-verify", *key, "-in", name, "-sigfile", "signature")
        yield command(*words, *options)
        return
    words = ("openssl", "pkeyutl", "-sign", *key, "-in", name, "-out", "output")
    yield f"{command(*words, *options)} && {shown('output')}"


def _private(call: Call) -> bool:
    """Whether the private key is used; a public key serves for the rest where there is one."""
    needs = call.operation in (Operation.DECRYPT, Operation.SIGN)
    return needs or call.public is None
