"""The same call with ``pkcs11-tool`` of OpenSC, for a token that takes the key of the vector.

The PIN is never written down: the tool takes it from the environment variable that the target takes
it from.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from kmsproof.equivalents.call import Call
from kmsproof.equivalents.shell import IN_A_FOLDER, command, shown, written
from kmsproof.vocabulary import Algorithm, Operation, PaddingMode

PIN_VARIABLE = "KMSPROOF_PKCS11_PIN"

ID = "6b70"
"""The id of the key in the token while the commands run."""

_SHA_256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""What stands before a SHA-256 digest in a DigestInfo (RFC 8017 §9.2 note 1)."""

_BLOCK_MODES = {
    (Algorithm.ECB, PaddingMode.NO_PADDING): "AES-ECB",
    (Algorithm.CBC, PaddingMode.NO_PADDING): "AES-CBC",
    (Algorithm.CBC, PaddingMode.PKCS7_PADDING): "AES-CBC-PAD",
}

_SIGNATURES = {
    Algorithm.RSA_PSS_SHA_256: ("SHA256-RSA-PKCS-PSS", "RSA-PKCS-PSS"),
    Algorithm.RSA_PKCS1_SHA_256: ("SHA256-RSA-PKCS", "RSA-PKCS"),
    Algorithm.ECDSA_SHA_256: ("ECDSA", "ECDSA"),
}
"""The mechanisms for a message, and for what was hashed before. Many tokens have only the second
one for ECDSA: there openssl hashes."""

_SHA_256 = ("--hash-algorithm", "SHA256", "--mgf", "MGF1-SHA256")


def pkcs11_tool_lines(call: Call, target: str) -> list[str] | str:
    """Return the lines for a shell, or why there are none."""
    mechanism = _mechanism(call)
    if isinstance(mechanism, str):
        return mechanism
    private = call.operation in (Operation.DECRYPT, Operation.SIGN)
    material, kind = call.secret, "secrkey"
    if call.asymmetric:
        material, kind = (call.private, "privkey") if private else (call.public, "pubkey")
    if material is None:
        return "pkcs11-tool needs the public key apart from the private one"
    return list(_lines(call, target, mechanism, material, kind))


def _mechanism(call: Call) -> tuple[str, ...] | str:
    """Return mechanism and parameters, or what the tool has no word for."""
    if call.algorithm in (Algorithm.ECB, Algorithm.CBC):
        name = _BLOCK_MODES.get((call.algorithm, call.padding or PaddingMode.NO_PADDING))
        if name is None:
            return "PKCS #11 has no mechanism for ECB with padding: the adapter pads by itself"
        if call.algorithm is Algorithm.ECB:
            return ("--mechanism", name)
        if len(call.iv or b"") != 16:
            return "pkcs11-tool takes IVs of 16 bytes only"
        return ("--mechanism", name, "--iv", (call.iv or b"").hex())
    if call.algorithm is Algorithm.RSAES_OAEP_SHA_256:
        if call.operation is Operation.ENCRYPT or call.label:
            return "pkcs11-tool has neither labels nor public-key encryption in all its versions"
        return ("--mechanism", "RSA-PKCS-OAEP", *_SHA_256)
    if call.algorithm in _SIGNATURES:
        return _signature(call)
    return f"pkcs11-tool has no option for all parameters of {call.algorithm}"


def _signature(call: Call) -> tuple[str, ...]:
    mechanism = ("--mechanism", _SIGNATURES[call.algorithm][call.digest])
    if call.algorithm is Algorithm.ECDSA_SHA_256:
        return (*mechanism, "--signature-format", "sequence")
    if call.algorithm is Algorithm.RSA_PSS_SHA_256:
        return (*mechanism, "--salt-len", "32", *(_SHA_256 if call.digest else ()))
    return mechanism


def _lines(
    call: Call, target: str, mechanism: tuple[str, ...], material: bytes, kind: str
) -> Iterator[str]:
    tool = ("pkcs11-tool", *token_words(target), "--login", "--pin", f"env:{PIN_VARIABLE}")
    usage = "--usage-sign" if call.algorithm in _SIGNATURES else "--usage-decrypt"
    key_type = ("--key-type", f"AES:{len(material)}") if kind == "secrkey" else ()
    yield f"# {PIN_VARIABLE} in the environment holds the PIN"
    yield IN_A_FOLDER
    yield written("key", material)
    of_key = ("--type", kind, "--id", ID)
    yield command(*tool, "--write-object", "key", *of_key, *key_type, usage)
    data = call.data
    if call.digest and call.algorithm is Algorithm.RSA_PKCS1_SHA_256:
        data = _SHA_256_INFO + data
    yield written("input", data)
    name = "input"
    if call.algorithm is Algorithm.ECDSA_SHA_256 and not call.digest:
        name = "digest"
        yield command("openssl", "dgst", "-sha256", "-binary", "-out", "digest", "input")
    words = (*tool, f"--{call.operation}", "--id", ID, *mechanism, "--input-file", name)
    if call.operation is Operation.VERIFY:
        yield written("signature", call.signature)
        yield command(*words, "--signature-file", "signature")
    else:
        yield f"{command(*words, '--output-file', 'output')} && {shown('output')}"
        yield "echo"
    yield command(*tool, "--delete-object", *of_key)


def token_words(target: str) -> tuple[str, ...]:
    """Return the options that choose module and token, from the URI that names the target."""
    path, _, query = target.partition(":")[2].partition("?")
    named, options = _attributes(path, ";"), _attributes(query, "&")
    words: list[str] = []
    if options.get("module-path"):
        words += ["--module", unquote(options["module-path"])]
    if named.get("token"):
        words += ["--token-label", unquote(named["token"])]
    elif named.get("slot-id"):
        words += ["--slot", unquote(named["slot-id"])]
    return tuple(words)


def _attributes(text: str, separator: str) -> dict[str, str]:
    parts = (part.partition("=") for part in text.split(separator))
    return {name: value for name, _, value in parts}
