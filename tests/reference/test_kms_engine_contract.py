"""What every engine of the service keeps to: the same answers, and the same one refusal.

An engine is put under the contract by one line in ENGINES.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference import ec_key_encoding, rsa_key_encoding
from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.kms.engine import Engine, EngineKey
from kmsproof_reference.kms.policy import OFFERS
from kmsproof_reference.kms.reference_engine import ReferenceEngine
from kmsproof_reference.padding import NoPadding, Padding, Pkcs7Padding
from kmsproof_reference.random_choices import RandomChoices
from kmsproof_reference.vocabulary import (
    AES_KEY_LENGTHS,
    EC_CURVES,
    RSA_MODULUS_BITS,
    SIGNATURE_ALGORITHMS,
    Algorithm,
    EciesDialect,
    KeySpec,
    PaddingMode,
    ProtectionLevel,
)
from kmsproof_server.engine import FastEngine
from kmsproof_testing.key_pairs import key_pair

ENGINES: dict[str, Callable[[EciesDialect], Engine]] = {
    "reference": lambda dialect: ReferenceEngine(RandomChoices(secrets.token_bytes), dialect),
    "fast": FastEngine,
}

EK_MK, MK_EK = EciesDialect.EK_MK, EciesDialect.MK_EK
SECRETS = {
    **{spec: bytes(range(length)) for spec, length in AES_KEY_LENGTHS.items()},
    **{spec: key_pair(spec).private for spec in (*RSA_MODULUS_BITS, *EC_CURVES)},
}
IVS = {Algorithm.GCM: bytes(range(12)), Algorithm.CBC: bytes(range(16))}
PADDINGS: dict[PaddingMode, Padding] = {
    PaddingMode.PKCS7_PADDING: Pkcs7Padding(),
    PaddingMode.NO_PADDING: NoPadding(),
}
DIGEST = hashlib.sha256(b"message").digest()

OFFERED = OFFERS[ProtectionLevel.HARDWARE]
ENCRYPTIONS = [(spec, algorithm) for spec in OFFERED for algorithm in OFFERED[spec].encryption]
SIGNATURES = [(spec, algorithm) for spec in OFFERED for algorithm in OFFERED[spec].signature]

PAIRS_OF_ENGINES = list(product(ENGINES, ENGINES))

engines = pytest.mark.parametrize("name", ENGINES)


def key_of(name: str, key_spec: KeySpec, dialect: EciesDialect = EK_MK) -> EngineKey:
    """The key of a key spec, loaded by an engine."""
    return ENGINES[name](dialect).load(key_spec, SECRETS[key_spec])


def padding_of(algorithm: Algorithm) -> PaddingMode | None:
    """A padding for the modes that want one."""
    return PaddingMode.PKCS7_PADDING if algorithm in (Algorithm.ECB, Algorithm.CBC) else None


def aad_of(algorithm: Algorithm) -> bytes:
    """Associated data for the mode that takes them."""
    return b"context" if algorithm is Algorithm.GCM else b""


def seal(key: EngineKey, algorithm: Algorithm, plaintext: bytes) -> bytes:
    """Encrypt with what the algorithm needs."""
    return key.encrypt(
        algorithm,
        plaintext,
        padding=padding_of(algorithm),
        iv=IVS.get(algorithm),
        aad=aad_of(algorithm),
    )


def unseal(key: EngineKey, algorithm: Algorithm, ciphertext: bytes) -> bytes:
    """Decrypt with what the algorithm needs."""
    return key.decrypt(
        algorithm,
        ciphertext,
        padding=padding_of(algorithm),
        iv=IVS.get(algorithm),
        aad=aad_of(algorithm),
    )


# Keys.


@engines
@pytest.mark.parametrize("key_spec", [spec for spec in KeySpec if spec not in RSA_MODULUS_BITS])
def test_makes_keys_of_the_key_spec_and_no_two_alike(name: str, key_spec: KeySpec) -> None:
    engine = ENGINES[name](EK_MK)
    first, second = engine.generate(key_spec), engine.generate(key_spec)
    assert first.secret != second.secret
    if key_spec.is_symmetric:
        assert len(first.secret) == AES_KEY_LENGTHS[key_spec]
        assert first.public_key == b""
        return
    private = ec_key_encoding.decode_private_key(first.secret)
    assert private.curve.name == EC_CURVES[key_spec]
    assert ec_key_encoding.encode_public_key(private.public) == first.public_key
    assert ENGINES[name](EK_MK).load(key_spec, first.secret)


@engines
@pytest.mark.parametrize(
    "key_spec",
    [
        KeySpec.RSA_2048,
        pytest.param(KeySpec.RSA_3072, marks=pytest.mark.slow),
        pytest.param(KeySpec.RSA_4096, marks=pytest.mark.slow),
    ],
)
def test_makes_rsa_keys(name: str, key_spec: KeySpec) -> None:
    engine = ENGINES[name](EK_MK)
    made = engine.generate(key_spec)
    private = rsa_key_encoding.decode_private_key(made.secret)
    assert (private.bits, private.e) == (RSA_MODULUS_BITS[key_spec], 65537)
    assert rsa_key_encoding.encode_public_key(private.public) == made.public_key
    key = engine.load(key_spec, made.secret)
    sealed = seal(key, Algorithm.RSAES_OAEP_SHA_256, b"text")
    assert unseal(key, Algorithm.RSAES_OAEP_SHA_256, sealed) == b"text"


@engines
@pytest.mark.parametrize("key_spec", KeySpec)
def test_a_secret_of_another_key_spec_is_refused(name: str, key_spec: KeySpec) -> None:
    engine = ENGINES[name](EK_MK)
    for other, secret in SECRETS.items():
        if other is not key_spec and other.is_symmetric == key_spec.is_symmetric:
            with pytest.raises(InvalidArgument):
                engine.load(key_spec, secret)


@engines
@pytest.mark.parametrize("dialect", EciesDialect)
def test_says_its_dialect(name: str, dialect: EciesDialect) -> None:
    assert ENGINES[name](dialect).dialect is dialect


@engines
@pytest.mark.parametrize(
    ("key_spec", "algorithm"),
    [(KeySpec.AES_128, Algorithm.RSA_PSS_SHA_256), (KeySpec.AES_256, Algorithm.ECDSA_SHA_256)],
)
def test_aes_keys_do_not_sign(name: str, key_spec: KeySpec, algorithm: Algorithm) -> None:
    key = key_of(name, key_spec)
    with pytest.raises(InvalidArgument):
        key.sign(algorithm, DIGEST)
    with pytest.raises(InvalidArgument):
        key.verify(algorithm, DIGEST, b"")


# Encryption.


@pytest.mark.parametrize(("sealer", "opener"), PAIRS_OF_ENGINES)
@pytest.mark.parametrize(("key_spec", "algorithm"), ENCRYPTIONS)
def test_each_opens_what_each_has_sealed(
    sealer: str, opener: str, key_spec: KeySpec, algorithm: Algorithm
) -> None:
    sealing, opening = key_of(sealer, key_spec), key_of(opener, key_spec)
    for length in (0, 1, 15, 16, 17, 100, 190):
        plaintext = bytes(range(length))
        assert unseal(opening, algorithm, seal(sealing, algorithm, plaintext)) == plaintext


@engines
@pytest.mark.parametrize("key_spec", AES_KEY_LENGTHS)
@given(blocks=st.binary(min_size=1, max_size=4).map(lambda seed: 16 * seed))
def test_aes_gives_the_bytes_of_the_standards(name: str, key_spec: KeySpec, blocks: bytes) -> None:
    key, secret = key_of(name, key_spec), SECRETS[key_spec]
    iv = IVS[Algorithm.GCM]
    ciphertext, tag = Gcm(secret).encrypt(iv, blocks, b"context")
    assert key.encrypt(Algorithm.GCM, blocks, iv=iv, aad=b"context") == ciphertext + tag
    iv = IVS[Algorithm.CBC]
    for mode, padding in PADDINGS.items():
        ecb, cbc = Ecb(secret, padding), Cbc(secret, padding)
        assert key.encrypt(Algorithm.ECB, blocks, padding=mode) == ecb.encrypt(blocks)
        assert key.encrypt(Algorithm.CBC, blocks, padding=mode, iv=iv) == cbc.encrypt(iv, blocks)
        assert key.decrypt(Algorithm.ECB, ecb.encrypt(blocks), padding=mode) == blocks
        opened = key.decrypt(Algorithm.CBC, cbc.encrypt(iv, blocks), padding=mode, iv=iv)
        assert opened == blocks


@engines
@pytest.mark.parametrize(
    ("key_spec", "algorithm"),
    [pair for pair in ENCRYPTIONS if pair[0] not in AES_KEY_LENGTHS],
)
def test_public_key_encryption_is_never_the_same(
    name: str, key_spec: KeySpec, algorithm: Algorithm
) -> None:
    key = key_of(name, key_spec)
    assert len({seal(key, algorithm, b"text") for _ in range(4)}) == 4


@engines
@pytest.mark.parametrize("key_spec", EC_CURVES)
def test_the_dialects_of_ecies_are_two(name: str, key_spec: KeySpec) -> None:
    algorithm = Algorithm.ECIES_DH_SHA_1_XOR_HMAC
    keys = {dialect: key_of(name, key_spec, dialect) for dialect in EciesDialect}
    others = {dialect: key_of("reference", key_spec, dialect) for dialect in EciesDialect}
    for dialect, other in ((EK_MK, MK_EK), (MK_EK, EK_MK)):
        sealed = seal(keys[dialect], algorithm, b"some text")
        assert len(sealed) == 65 + 9 + 20
        assert sealed[0] == 4
        assert unseal(others[dialect], algorithm, sealed) == b"some text"
        with pytest.raises(InvalidCiphertext):
            unseal(keys[other], algorithm, sealed)


@engines
@pytest.mark.parametrize(("key_spec", "algorithm"), ENCRYPTIONS)
def test_what_is_wrong_with_a_ciphertext_is_one_error(
    name: str, key_spec: KeySpec, algorithm: Algorithm
) -> None:
    key = key_of(name, key_spec)
    sealed = seal(key, algorithm, b"attack at dawn")
    lengths = {0, 1, 12, 15, 17, 31, 33, 64, 65, 84, len(sealed) - 1}
    wrong = [sealed[:length] for length in lengths if length < len(sealed)]
    wrong += [sealed + b"\0", b"\0" + sealed, bytes(len(sealed) + 3), b"\xff" * (len(sealed) + 3)]
    if algorithm not in (Algorithm.ECB, Algorithm.CBC):
        wrong += [
            sealed[:i] + bytes([sealed[i] ^ 0x80]) + sealed[i + 1 :]
            for i in range(0, len(sealed), 1 + len(sealed) // 16)
        ]
    texts: set[str] = set()
    for ciphertext in wrong:
        with pytest.raises(InvalidCiphertext) as caught:
            unseal(key, algorithm, ciphertext)
        texts.add(str(caught.value))
    assert not any("attack" in text for text in texts)


@engines
@pytest.mark.parametrize("algorithm", [Algorithm.ECB, Algorithm.CBC])
@given(block=st.binary(min_size=16, max_size=16))
def test_every_padding_is_looked_at(name: str, algorithm: Algorithm, block: bytes) -> None:
    key, iv = key_of(name, KeySpec.AES_128), IVS.get(algorithm)
    sealed = key.encrypt(algorithm, block, padding=PaddingMode.NO_PADDING, iv=iv)
    count = block[-1]
    if 1 <= count <= 16 and block.endswith(bytes([count]) * count):
        assert unseal(key, algorithm, sealed) == block[:-count]
        return
    with pytest.raises(InvalidCiphertext):
        unseal(key, algorithm, sealed)


# Signatures.


@pytest.mark.parametrize(("signer", "verifier"), PAIRS_OF_ENGINES)
@pytest.mark.parametrize(("key_spec", "algorithm"), SIGNATURES)
def test_each_verifies_what_each_has_signed(
    signer: str, verifier: str, key_spec: KeySpec, algorithm: Algorithm
) -> None:
    signature = key_of(signer, key_spec).sign(algorithm, DIGEST)
    key = key_of(verifier, key_spec)
    assert key.verify(algorithm, DIGEST, signature)
    assert not key.verify(algorithm, DIGEST[::-1], signature)
    if key_spec in RSA_MODULUS_BITS:
        assert len(signature) == RSA_MODULUS_BITS[key_spec] // 8
    for other in SIGNATURE_ALGORITHMS - {algorithm}:
        if other in OFFERED[key_spec].signature:
            assert not key.verify(other, DIGEST, signature)


@engines
@pytest.mark.parametrize(("key_spec", "algorithm"), SIGNATURES)
def test_a_malformed_signature_is_not_valid(
    name: str, key_spec: KeySpec, algorithm: Algorithm
) -> None:
    key = key_of(name, key_spec)
    signature = key.sign(algorithm, DIGEST)
    wrong = [b"", b"\0", signature[:-1], signature + b"\0", b"\0" + signature, bytes(256)]
    wrong += [b"\xff" * len(signature), b"\x30\x06\x02\x01\x00\x02\x01\x00", bytes(len(signature))]
    for each in wrong:
        assert key.verify(algorithm, DIGEST, each) is False


@pytest.mark.parametrize("key_spec", RSA_MODULUS_BITS)
def test_pkcs1_signatures_are_the_same_everywhere(key_spec: KeySpec) -> None:
    made = {key_of(name, key_spec).sign(Algorithm.RSA_PKCS1_SHA_256, DIGEST) for name in ENGINES}
    assert len(made) == 1


# What only the engine of the reference has.


def test_the_same_random_bytes_give_the_same_results() -> None:
    def results(seed: bytes) -> list[bytes]:
        engine = ReferenceEngine(RandomChoices(Drbg(seed).generate))
        found: list[bytes] = []
        for key_spec in (KeySpec.AES_256, KeySpec.EC_P256, KeySpec.EC_P256K):
            found.append(engine.generate(key_spec).secret)
        for key_spec, algorithm in ENCRYPTIONS:
            found.append(seal(engine.load(key_spec, SECRETS[key_spec]), algorithm, b"text"))
        for key_spec, algorithm in SIGNATURES:
            found.append(engine.load(key_spec, SECRETS[key_spec]).sign(algorithm, DIGEST))
        return found

    assert results(b"one") == results(b"one")
    assert results(b"one") != results(b"two")


@pytest.mark.parametrize(
    ("key_spec", "algorithm", "shown"),
    [
        (KeySpec.AES_256, Algorithm.GCM, "J0"),
        (KeySpec.AES_256, Algorithm.CBC, "block[1].input_block"),
        (KeySpec.RSA_2048, Algorithm.RSAES_OAEP_SHA_256, "maskedDB"),
        (KeySpec.EC_P256, Algorithm.ECIES_DH_SHA_1_XOR_HMAC, "EK"),
    ],
)
def test_intermediate_values_of_an_encryption_are_shown(
    key_spec: KeySpec, algorithm: Algorithm, shown: str
) -> None:
    recorder = Recorder()
    engine = ReferenceEngine(RandomChoices(secrets.token_bytes), show=recorder)
    seal(engine.load(key_spec, SECRETS[key_spec]), algorithm, b"text")
    assert recorder[shown]


@pytest.mark.parametrize(
    ("key_spec", "algorithm", "shown"),
    [
        (KeySpec.RSA_2048, Algorithm.RSA_PSS_SHA_256, "salt"),
        (KeySpec.RSA_2048, Algorithm.RSA_PKCS1_SHA_256, "T"),
        (KeySpec.EC_P256K, Algorithm.ECDSA_SHA_256, "k_inverse"),
    ],
)
def test_intermediate_values_of_a_signature_are_shown(
    key_spec: KeySpec, algorithm: Algorithm, shown: str
) -> None:
    recorder = Recorder()
    engine = ReferenceEngine(RandomChoices(secrets.token_bytes), show=recorder)
    engine.load(key_spec, SECRETS[key_spec]).sign(algorithm, DIGEST)
    assert recorder[shown]
