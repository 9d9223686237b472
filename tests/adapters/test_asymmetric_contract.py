"""What every adapter keeps to with asymmetric keys, for whatever of them it declares."""

from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest

from kmsproof.messages import Decrypt, Encrypt
from kmsproof.outcome import Error, ErrorKind, Ok, Unsupported, Verified
from kmsproof.target import Adapter
from kmsproof.targets import find_adapter
from kmsproof.vocabulary import (
    EC_CURVES,
    RSA_MODULUS_BITS,
    SIGNATURE_ALGORITHMS,
    Algorithm,
    EciesDialect,
    Feature,
    HexBytes,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
    Operation,
    PaddingMode,
    RejectionClass,
)
from kmsproof_testing.asking import OAEP, Asker, Mode, value_of
from kmsproof_testing.asymmetric import (
    DIGEST,
    KEY_SPECS,
    LIBRARIES,
    MESSAGE,
    MESSAGES,
    QUICK_KEY_SPECS,
    assert_rejected,
    cipher_key,
    ciphers,
    declared,
    features,
    imported,
    signatures,
    signing_key,
)
from kmsproof_testing.key_pairs import key_pair

RSA_ALGORITHMS = {
    Algorithm.RSAES_OAEP_SHA_256,
    Algorithm.RSA_PSS_SHA_256,
    Algorithm.RSA_PKCS1_SHA_256,
}
EC_ALGORITHMS = {Algorithm.ECIES_DH_SHA_1_XOR_HMAC, Algorithm.ECDSA_SHA_256}

NO_WORD = Error(ErrorKind.INTERNAL, "CKR_GENERAL_ERROR")
"""What SoftHSM says of almost everything that goes wrong."""


# What is declared.


def test_algorithms_stand_with_their_own_key_specs(asker: Asker) -> None:
    for capability in asker.describe().algorithms:
        specs = set(capability.key_specs)
        assert (capability.algorithm in RSA_ALGORITHMS) == bool(specs & set(RSA_MODULUS_BITS))
        assert (capability.algorithm in EC_ALGORITHMS) == bool(specs & set(EC_CURVES))
        signs = capability.algorithm in SIGNATURE_ALGORITHMS
        assert bool(capability.message_types) == signs
        assert (Operation.VERIFY in capability.operations) == signs
        ecies = capability.algorithm is Algorithm.ECIES_DH_SHA_1_XOR_HMAC
        assert bool(capability.dialects) == ecies


@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries_declare_all_of_the_sheet(name: str) -> None:
    asker = Asker(find_adapter(name).open(""))
    for key_spec in KEY_SPECS:
        algorithms = {c.algorithm: c for c in declared(asker, key_spec)}
        rsa = key_spec in RSA_MODULUS_BITS
        assert algorithms.keys() == (RSA_ALGORITHMS if rsa else EC_ALGORITHMS)
        for capability in algorithms.values():
            signs = capability.algorithm in SIGNATURE_ALGORITHMS
            assert set(capability.message_types) == (set(MessageType) if signs else set())
            assert len(capability.operations) == 2
        if rsa:
            oaep = algorithms[Algorithm.RSAES_OAEP_SHA_256]
            assert Feature.OAEP_LABEL in oaep.features
            (lengths,) = oaep.plaintext_lengths
            assert (lengths.minimum, lengths.maximum) == (0, RSA_MODULUS_BITS[key_spec] // 8 - 66)
        else:
            ecies = algorithms[Algorithm.ECIES_DH_SHA_1_XOR_HMAC]
            assert set(ecies.dialects) == set(EciesDialect)
            assert Feature.COMPRESSED_POINT in ecies.features
        keys = [keys for keys in asker.describe().keys if key_spec in keys.key_specs]
        assert {part for k in keys for part in k.importable} == {KeyPart.PRIVATE, KeyPart.PUBLIC}
        assert {usage for k in keys for usage in k.usages} == set(KeyUsage)


# Round trips.


@pytest.mark.parametrize("key_spec", KEY_SPECS)
def test_what_is_signed_verifies(asker: Asker, key_spec: KeySpec) -> None:
    algorithms = list(signatures(asker, key_spec))
    if not algorithms:
        assert not isinstance(asker.import_private(b"", key_spec, KeyUsage.SIGN_VERIFY), Ok)
        return
    private = signing_key(asker, key_spec)
    public = signing_key(asker, key_spec, KeyPart.PUBLIC)
    for algorithm, message_type in algorithms:
        message = MESSAGES[message_type]
        signature = value_of(asker.sign(private, algorithm, message, message_type)).signature
        for key in (private, public):
            for name, text in MESSAGES.items():
                if (algorithm, name) in algorithms:
                    assert asker.verify(key, algorithm, text, signature, name) == Ok(Verified(True))
        broken = bytes([signature[0], *signature[1:-1], signature[-1] ^ 1])
        for wrong in (broken, signature[:-1], signature + b"\x00", b""):
            outcome = asker.verify(public, algorithm, message, wrong, message_type)
            if not isinstance(outcome, Ok):
                assert_rejected(outcome, RejectionClass.INVALID_SIGNATURE_ENCODING)
            else:
                assert not outcome.value.valid
        other = sha256(message).digest()
        outcome = asker.verify(public, algorithm, other, signature, message_type)
        assert outcome == Ok(Verified(False))


@pytest.mark.parametrize("key_spec", KEY_SPECS)
def test_what_is_encrypted_decrypts(asker: Asker, key_spec: KeySpec) -> None:
    modes = ciphers(asker, key_spec)
    if not modes:
        assert not isinstance(asker.import_private(b"", key_spec, KeyUsage.ENCRYPT_DECRYPT), Ok)
        return
    private = cipher_key(asker, key_spec)
    public = cipher_key(asker, key_spec, KeyPart.PUBLIC)
    for mode in modes:
        capability = next(c for c in declared(asker, key_spec) if c.algorithm is mode.algorithm)
        (lengths,) = capability.plaintext_lengths
        longest = 300 if lengths.maximum is None else lengths.maximum
        for length in (lengths.minimum, 1, 20, 21, longest):
            plaintext = bytes(range(256))[:length].ljust(length, b"\xff")
            for key in (private, public):
                sealed = value_of(asker.encrypt(key, mode, plaintext))
                assert (sealed.iv, sealed.tag) == (None, None)
                opened = value_of(asker.decrypt(private, mode, sealed.ciphertext))
                assert opened.plaintext == plaintext
        again = value_of(asker.encrypt(public, mode, b"twice"))
        assert again != value_of(asker.encrypt(public, mode, b"twice"))
        if lengths.maximum is not None:
            too_long = asker.encrypt(public, mode, bytes(lengths.maximum + 1))
            assert_rejected(too_long, RejectionClass.INVALID_ARGUMENT)


def test_label_must_be_the_same(asker: Asker) -> None:
    if Feature.OAEP_LABEL not in features(asker, KeySpec.RSA_2048, OAEP.algorithm):
        return
    key = cipher_key(asker, KeySpec.RSA_2048)
    sealed = value_of(asker.encrypt(key, OAEP, MESSAGE, label=b"label")).ciphertext
    assert value_of(asker.decrypt(key, OAEP, sealed, label=b"label")).plaintext == MESSAGE
    for other in (None, b"", b"Label", b"label "):
        outcome = asker.decrypt(key, OAEP, sealed, label=other)
        assert_rejected(outcome, RejectionClass.INVALID_CIPHERTEXT)
    without = value_of(asker.encrypt(key, OAEP, MESSAGE)).ciphertext
    assert value_of(asker.decrypt(key, OAEP, without, label=b"")).plaintext == MESSAGE


# What is refused.


@pytest.mark.parametrize("key_spec", QUICK_KEY_SPECS)
def test_digest_of_wrong_length_is_refused(
    asker: Asker, adapter: Adapter, key_spec: KeySpec
) -> None:
    algorithms = [a for a, kind in signatures(asker, key_spec) if kind is MessageType.DIGEST]
    for algorithm in algorithms:
        if adapter.name == "pkcs11" and algorithm is Algorithm.RSA_PSS_SHA_256:
            # It is the token that should know how long a digest is: see test_pkcs11_rsa.py.
            continue
        key = signing_key(asker, key_spec)
        signature = value_of(asker.sign(key, algorithm, DIGEST, MessageType.DIGEST)).signature
        for length in (0, 1, 20, 31, 33, 48, 64):
            digest = DIGEST.ljust(64, b"\x00")[:length]
            for outcome in (
                asker.sign(key, algorithm, digest, MessageType.DIGEST),
                asker.verify(key, algorithm, digest, signature, MessageType.DIGEST),
            ):
                assert_rejected(outcome, RejectionClass.INVALID_ARGUMENT)


@pytest.mark.parametrize("key_spec", QUICK_KEY_SPECS)
def test_key_does_only_what_it_was_imported_for(asker: Asker, key_spec: KeySpec) -> None:
    usages = {u for k in asker.describe().keys if key_spec in k.key_specs for u in k.usages}
    modes, algorithms = ciphers(asker, key_spec), {a for a, _ in signatures(asker, key_spec)}
    if KeyUsage.SIGN_VERIFY in usages:
        key = signing_key(asker, key_spec)
        for mode in modes:
            for outcome in (asker.encrypt(key, mode, MESSAGE), asker.decrypt(key, mode, DIGEST)):
                assert_rejected(outcome, RejectionClass.WRONG_KEY_USAGE)
    if KeyUsage.ENCRYPT_DECRYPT in usages:
        key = cipher_key(asker, key_spec)
        for algorithm in algorithms:
            for signed in (
                asker.sign(key, algorithm, MESSAGE),
                asker.verify(key, algorithm, MESSAGE, bytes(256)),
            ):
                assert_rejected(signed, RejectionClass.WRONG_KEY_USAGE)


@pytest.mark.parametrize("key_spec", QUICK_KEY_SPECS)
def test_public_key_neither_signs_nor_decrypts(asker: Asker, key_spec: KeySpec) -> None:
    for algorithm, _ in signatures(asker, key_spec):
        key = signing_key(asker, key_spec, KeyPart.PUBLIC)
        assert_rejected(asker.sign(key, algorithm, MESSAGE), RejectionClass.WRONG_KEY_USAGE)
    for mode in ciphers(asker, key_spec):
        key = cipher_key(asker, key_spec, KeyPart.PUBLIC)
        assert_rejected(asker.decrypt(key, mode, bytes(256)), RejectionClass.WRONG_KEY_USAGE)


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("key_spec", QUICK_KEY_SPECS)
def test_algorithm_of_another_family_is_unsupported(name: str, key_spec: KeySpec) -> None:
    asker = Asker(find_adapter(name).open(""))
    own = RSA_ALGORITHMS if key_spec in RSA_MODULUS_BITS else EC_ALGORITHMS
    for usage in KeyUsage:
        key = imported(asker, key_spec, usage, KeyPart.PRIVATE)
        for algorithm in set(Algorithm) - own:
            assert isinstance(asker.encrypt(key, Mode(algorithm), MESSAGE), Unsupported)
            assert isinstance(asker.decrypt(key, Mode(algorithm), MESSAGE), Unsupported)
            assert isinstance(asker.sign(key, algorithm, MESSAGE), Unsupported)
            assert isinstance(asker.verify(key, algorithm, MESSAGE, MESSAGE), Unsupported)


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("key_spec", [KeySpec.RSA_2048, KeySpec.EC_P256])
def test_parameters_of_other_algorithms_are_refused(name: str, key_spec: KeySpec) -> None:
    asker = Asker(find_adapter(name).open(""))
    key, mode = cipher_key(asker, key_spec), ciphers(asker, key_spec)[0]
    encrypt = Encrypt(
        key=key, algorithm=mode.algorithm, dialect=mode.dialect, plaintext=HexBytes(MESSAGE)
    )
    decrypt = Decrypt(
        key=key, algorithm=mode.algorithm, dialect=mode.dialect, ciphertext=HexBytes(DIGEST)
    )
    wrong: list[dict[str, object]] = [
        {"padding": PaddingMode.NO_PADDING},
        {"iv": HexBytes(bytes(16))},
        {"aad": HexBytes()},
        {"tag_length": 16},
        {"dialect": EciesDialect.EK_MK if mode is OAEP else None},
    ]
    if mode is not OAEP:
        wrong.append({"label": HexBytes()})
    for fields in wrong:
        encrypted = asker.target.encrypt(msgspec.structs.replace(encrypt, **fields))
        decrypted = asker.target.decrypt(msgspec.structs.replace(decrypt, **fields))
        assert_rejected(encrypted, RejectionClass.INVALID_ARGUMENT)
        assert encrypted == decrypted
    with_tag = msgspec.structs.replace(decrypt, tag=HexBytes(bytes(20)))
    assert_rejected(asker.target.decrypt(with_tag), RejectionClass.INVALID_ARGUMENT)


@pytest.mark.parametrize("key_spec", EC_CURVES)
def test_all_broken_ecies_ciphertexts_get_one_answer(
    asker: Asker, adapter: Adapter, key_spec: KeySpec
) -> None:
    for mode in ciphers(asker, key_spec):
        key = cipher_key(asker, key_spec)
        sealed = value_of(asker.encrypt(key, mode, MESSAGE)).ciphertext
        point, rest = sealed[:65], sealed[65:]
        broken = [
            b"",
            b"\x04",
            bytes(85),
            sealed[:-1],
            sealed[:84],
            sealed[1:],
            sealed + b"\x00",
            sealed[:-1] + bytes([sealed[-1] ^ 1]),
            sealed[:70] + bytes([sealed[70] ^ 1]) + sealed[71:],
            # Points: infinity, off the curve, not below p, of no known form, hybrid with the wrong
            # parity. The inverse of R is none of them: its x-coordinate, and so Z, is the same.
            b"\x00" + rest,
            b"\x04" + bytes(64) + rest,
            point[:64] + bytes([point[64] ^ 1]) + rest,
            b"\x04" + b"\xff" * 64 + rest,
            b"\x02" + b"\xff" * 32 + rest,
            b"\x05" + sealed[1:],
            bytes([7 - (point[64] & 1)]) + sealed[1:],
        ]
        outcomes = [asker.decrypt(key, mode, ciphertext) for ciphertext in broken]
        if adapter.name == "pkcs11":
            # SoftHSM has no word for a point that is none: see test_pkcs11_ec.py.
            outcomes = [outcomes[0] if outcome == NO_WORD else outcome for outcome in outcomes]
        for ciphertext, outcome in zip(broken, outcomes, strict=True):
            assert_rejected(outcome, RejectionClass.INVALID_CIPHERTEXT)
            assert outcome == outcomes[0], ciphertext.hex()


def test_ciphertexts_of_the_other_dialect_do_not_open(asker: Asker) -> None:
    modes = ciphers(asker, KeySpec.EC_P256)
    for mode in modes:
        key = cipher_key(asker, KeySpec.EC_P256)
        sealed = value_of(asker.encrypt(key, mode, MESSAGE)).ciphertext
        for other in modes:
            assert isinstance(asker.decrypt(key, other, sealed), Ok) == (other is mode)


def test_broken_oaep_ciphertexts_are_refused(asker: Asker) -> None:
    for mode in ciphers(asker, KeySpec.RSA_2048):
        key = cipher_key(asker, KeySpec.RSA_2048)
        sealed = value_of(asker.encrypt(key, mode, MESSAGE)).ciphertext
        for broken in (
            b"",
            sealed[:-1],
            sealed + b"\x00",
            b"\x00" + sealed,
            bytes(256),
            b"\xff" * 256,
            sealed[:-1] + bytes([sealed[-1] ^ 1]),
        ):
            outcome = asker.decrypt(key, mode, broken)
            # Everybody can see that it is not below the modulus; NSS has a word of its own for it.
            open_defect = broken == b"\xff" * 256
            also = [RejectionClass.INVALID_ARGUMENT] if open_defect else []
            assert_rejected(outcome, RejectionClass.INVALID_CIPHERTEXT, *also)


# Keys, and secrets.


def test_unknown_key_neither_signs_nor_verifies(asker: Asker) -> None:
    for outcome in (
        asker.sign("nobody", Algorithm.ECDSA_SHA_256, MESSAGE),
        asker.verify("nobody", Algorithm.ECDSA_SHA_256, MESSAGE, MESSAGE),
    ):
        assert_rejected(outcome, RejectionClass.NOT_FOUND)


def test_destroyed_key_neither_signs_nor_decrypts(asker: Asker) -> None:
    for algorithm, _ in signatures(asker, KeySpec.EC_P256):
        key = signing_key(asker, KeySpec.EC_P256)
        assert isinstance(asker.destroy(key), Ok)
        assert_rejected(asker.sign(key, algorithm, MESSAGE), RejectionClass.NOT_FOUND)
    for mode in ciphers(asker, KeySpec.EC_P256):
        key = cipher_key(asker, KeySpec.EC_P256)
        assert isinstance(asker.destroy(key), Ok)
        assert_rejected(asker.decrypt(key, mode, MESSAGE), RejectionClass.NOT_FOUND)


@pytest.mark.parametrize("key_spec", QUICK_KEY_SPECS)
def test_no_private_key_is_in_any_text(asker: Asker, key_spec: KeySpec) -> None:
    material = key_pair(key_spec).private
    texts = [repr(asker.target), repr(asker.describe())]
    for wrong in (material[:-1], material + b"\x00"):
        texts.append(repr(asker.import_private(wrong, key_spec, KeyUsage.SIGN_VERIFY)))
    other = KeySpec.RSA_2048 if key_spec in EC_CURVES else KeySpec.EC_P256
    texts.append(repr(asker.import_private(material, other, KeyUsage.SIGN_VERIFY)))
    for algorithm, _ in signatures(asker, key_spec):
        key = signing_key(asker, key_spec)
        texts.append(repr(asker.sign(key, algorithm, b"x", MessageType.DIGEST)))
    for mode in ciphers(asker, key_spec):
        key = cipher_key(asker, key_spec)
        texts += [repr(asker.decrypt(key, mode, b"x")), repr(asker.encrypt(key, mode, bytes(999)))]
    texts += [repr(held) for held in vars(asker.target).values()]
    # The last bytes of PKCS #8 are of the private key with RSA; with a curve it stands before.
    secrets = [material[-16:]] if key_spec in RSA_MODULUS_BITS else [material[40:56]]
    for text in texts:
        for secret in secrets:
            assert secret.hex() not in text
            assert str(int.from_bytes(secret)) not in text
            assert repr(secret)[2:-1] not in text
