"""The intermediate values of the right computation, from the reference, for one vector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from kmsproof.catalogue import Found
from kmsproof.vocabulary import Algorithm, EciesDialect, MessageType, PaddingMode
from kmsproof_reference.errors import Refusal
from kmsproof_reference.intermediate import Recorder, Show
from kmsproof_vectors.model import (
    CorpusFile,
    DecryptTest,
    EncryptTest,
    Group,
    ImportTest,
    SignTest,
    VerifyTest,
)

MAX_VALUES = 400
"""Lines that are shown of a long computation."""

Computed = EncryptTest | DecryptTest | SignTest | VerifyTest

NO_VALUES = {
    "chain": "A chain of calls has no intermediate values of its own: explain one of its steps.",
    "import": "An import has no values of its own: explain a test that uses the group's key.",
    "random": "What a target draws at random has no values before it draws: explain a decryption "
    "or a verification.",
}

LIVE_HAS_NO_VALUES = (
    "The key of a live vector is made in the target, so there are no values before it runs: "
    "kmsproof replay shows the bytes of every call, and the vectors of library mode with the same "
    "class have values."
)


def intermediate_lines(found: Found) -> Iterator[str]:
    """Yield the values that the reference meets while it computes a vector, step by step."""
    file, group, test = found
    recorder = Recorder()
    refusal = ""
    if not isinstance(test, Computed):
        yield f"  {NO_VALUES['import' if isinstance(test, ImportTest) else 'chain']}"
        return
    if file.algorithm not in _OF_AES and _draws(file, test):
        yield f"  {NO_VALUES['random']}"
        return
    try:
        _compute(file, group, test, recorder)
    except Refusal as refused:
        refusal = str(refused)
    yield "  intermediate values"
    lines = str(recorder).splitlines()
    for line in lines[:MAX_VALUES]:
        yield f"    {line}"
    if len(lines) > MAX_VALUES:
        yield f"    … and {len(lines) - MAX_VALUES} more"
    if refusal:
        yield f"  the reference refuses: {refusal}"


def computed(found: Found) -> list[tuple[str, bytes]]:
    """Return the values that the reference meets, by their names; none where there are none."""
    file, group, test = found
    recorder = Recorder()
    if isinstance(test, Computed) and (file.algorithm in _OF_AES or not _draws(file, test)):
        with suppress(Refusal):
            _compute(file, group, test, recorder)
    return recorder.values


def _draws(file: CorpusFile, test: Computed) -> bool:
    """Whether the computation takes something at random, which no vector holds."""
    signs = isinstance(test, SignTest) and file.algorithm is not Algorithm.RSA_PKCS1_SHA_256
    return signs or isinstance(test, EncryptTest)


def _compute(file: CorpusFile, group: Group, test: Computed, show: Show) -> None:
    _COMPUTATIONS[file.algorithm](file, group, test, show)


def _gcm(file: CorpusFile, group: Group, test: Computed, show: Show) -> None:
    from kmsproof_reference.gcm import Gcm

    assert isinstance(test, EncryptTest | DecryptTest)
    gcm = Gcm(group.key.secret or b"", show=show)
    iv, aad, tag_length = test.iv or b"", test.aad or b"", group.tag_length or 16
    if isinstance(test, EncryptTest):
        gcm.encrypt(iv, test.plaintext, aad, tag_length)
    else:
        gcm.decrypt(iv, test.ciphertext, aad, test.tag or b"", tag_length)


def _block_mode(file: CorpusFile, group: Group, test: Computed, show: Show) -> None:
    from kmsproof_reference.block_modes import Cbc, Ecb
    from kmsproof_reference.padding import NoPadding, Pkcs7Padding

    assert isinstance(test, EncryptTest | DecryptTest)
    key = group.key.secret or b""
    padding = Pkcs7Padding() if file.padding is PaddingMode.PKCS7_PADDING else NoPadding()
    if file.algorithm is Algorithm.ECB:
        ecb = Ecb(key, padding, show=show)
        if isinstance(test, EncryptTest):
            ecb.encrypt(test.plaintext)
        else:
            ecb.decrypt(test.ciphertext)
        return
    cbc = Cbc(key, padding, show=show)
    if isinstance(test, EncryptTest):
        cbc.encrypt(test.iv or b"", test.plaintext)
    else:
        cbc.decrypt(test.iv or b"", test.ciphertext)


def _oaep(file: CorpusFile, group: Group, test: Computed, show: Show) -> None:
    from kmsproof_reference.oaep import Oaep
    from kmsproof_reference.rsa_key_encoding import decode_private_key

    assert isinstance(test, DecryptTest)
    oaep = Oaep(decode_private_key(group.key.private or b""), show=show)
    oaep.decrypt(test.ciphertext, test.label or b"")


def _rsa_signature(file: CorpusFile, group: Group, test: Computed, show: Show) -> None:
    from kmsproof_reference import rsa_key_encoding
    from kmsproof_reference.pkcs1_signature import Pkcs1Signature
    from kmsproof_reference.pss import Pss

    assert isinstance(test, SignTest | VerifyTest)
    kind = Pss if file.algorithm is Algorithm.RSA_PSS_SHA_256 else Pkcs1Signature
    digest = test.message_type is MessageType.DIGEST
    if isinstance(test, SignTest):
        private = rsa_key_encoding.decode_private_key(group.key.private or b"")
        signer = Pkcs1Signature(private, show=show)
        (signer.sign_digest if digest else signer.sign)(test.message)
        return
    scheme = kind(rsa_key_encoding.decode_public_key(group.key.public or b""), show=show)
    (scheme.verify_digest if digest else scheme.verify)(test.message, test.signature)


def _ecdsa(file: CorpusFile, group: Group, test: Computed, show: Show) -> None:
    from kmsproof_reference.ec_key_encoding import decode_public_key
    from kmsproof_reference.ecdsa import Ecdsa
    from kmsproof_reference.ecdsa_signature import decode_signature

    assert isinstance(test, VerifyTest)
    ecdsa = Ecdsa(decode_public_key(group.key.public or b""), show=show)
    digest = test.message_type is MessageType.DIGEST
    r, s = decode_signature(test.signature)
    (ecdsa.verify_digest if digest else ecdsa.verify)(test.message, r, s)


def _ecies(file: CorpusFile, group: Group, test: Computed, show: Show) -> None:
    from kmsproof_reference.ec_key_encoding import decode_private_key
    from kmsproof_reference.ecies import EK_MK, MK_EK, Ecies

    assert isinstance(test, DecryptTest)
    dialect = MK_EK if file.dialect is EciesDialect.MK_EK else EK_MK
    key = decode_private_key(group.key.private or b"")
    Ecies(key, dialect, show=show).decrypt(test.ciphertext)


_OF_AES = frozenset({Algorithm.GCM, Algorithm.ECB, Algorithm.CBC})

_COMPUTATIONS: dict[Algorithm, Callable[[CorpusFile, Group, Computed, Show], None]] = {
    Algorithm.GCM: _gcm,
    Algorithm.ECB: _block_mode,
    Algorithm.CBC: _block_mode,
    Algorithm.RSAES_OAEP_SHA_256: _oaep,
    Algorithm.RSA_PSS_SHA_256: _rsa_signature,
    Algorithm.RSA_PKCS1_SHA_256: _rsa_signature,
    Algorithm.ECDSA_SHA_256: _ecdsa,
    Algorithm.ECIES_DH_SHA_1_XOR_HMAC: _ecies,
}
