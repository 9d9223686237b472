"""RSAES-OAEP: RSA Laboratories' values, Wycheproof, two libraries, and encodings gone wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import takewhile

import pytest
from Crypto.Cipher import PKCS1_OAEP
from Crypto.Hash import SHA256
from Crypto.Signature.pss import MGF1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_encoding import decode_private_key
from kmsproof_testing.cavp import read_cases
from kmsproof_testing.rsa_material import (
    CRYPTOGRAPHY,
    PYCRYPTODOME,
    RSA_LABORATORIES,
    examples,
    hash_in_pycryptodome,
    hashlib_name,
    in_cryptography,
    in_pycryptodome,
    key_of,
    labelled_octets,
    private_key_from_exponents,
    public_in_cryptography,
    three_primes,
    with_octet,
)
from kmsproof_testing.wycheproof import Vector, read_tests

KEY = key_of(1024)
OAEP = Oaep(KEY)
SEED = bytes(range(32))
MISCELLANY = "Cipher/wycheproof/rsa_oaep_misc_test.json"
DECRYPTION_ERROR = "decryption error (RFC 8017 §7.1.2)"

messages = st.binary(max_size=OAEP.max_length)
seeds = st.binary(min_size=32, max_size=32)
labels = st.one_of(st.just(b""), st.binary(max_size=40))


def with_label(label: bytes) -> padding.OAEP:
    """The parameters of `cryptography` for a label."""
    return padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label)


def pycryptodome(
    key: RsaPrivateKey, label: bytes = b"", seed: bytes = b""
) -> PKCS1_OAEP.PKCS1OAEP_Cipher:
    """The cipher of pycryptodome, which draws this seed."""
    return PKCS1_OAEP.new(in_pycryptodome(key), SHA256, None, label, randfunc=lambda _length: seed)


def test_it_shows_the_values_of_rsa_laboratories() -> None:
    """``oaep-int.txt``: SHA-1, one encryption."""
    values = dict(
        takewhile(
            lambda pair: pair[0] != "============",
            labelled_octets(f"{RSA_LABORATORIES}/oaep-int.txt"),
        )
    )
    key = private_key_from_exponents(
        *(os2ip(values[name]) for name in ("Modulus", "Public exponent", "Private exponent"))
    )
    expected = {
        "lHash": values["pHash"],
        **{name: values[name] for name in ("DB", "seed", "dbMask", "maskedDB", "seedMask")},
        "maskedSeed": values["maskedSeed"],
        "EM": b"\x00" + values["EM"],  # printed there without its first octet
        "C": values["Ciphertext, the RSA encryption of EM"],
    }
    recorder = Recorder()
    oaep = Oaep(key, "sha1", Mgf1("sha1"), show=recorder)
    assert oaep.encrypt(values["Message to be encrypted"], values["seed"]) == expected["C"]
    print(f"{len(expected)} values")
    assert recorder.values == list(expected.items())
    # A decryption shows the same values as far as it sees them.
    oaep.show = recorder = Recorder()
    assert oaep.decrypt(expected["C"]) == values["Message to be encrypted"]
    assert {name: expected[name] for name, _ in recorder.values} == dict(recorder.values)


def test_every_example_of_rsa_laboratories() -> None:
    labels = ("Message", "Seed", "Encryption")
    count = 0
    for key, octets in examples(f"{RSA_LABORATORIES}/oaep-vect.txt", labels):
        oaep = Oaep(key, "sha1", Mgf1("sha1"))
        message, seed, ciphertext = (octets[label] for label in labels)
        assert oaep.encrypt(message, seed) == ciphertext
        assert oaep.decrypt(ciphertext) == message
        count += 1
    print(f"{count} examples with SHA-1")
    assert count == 60


def test_every_example_of_sha_256() -> None:
    """Made by the authors of `cryptography`, and checked by them with Bouncy Castle."""
    count = 0
    path = "asymmetric/RSA/oaep-custom/oaep-sha256-sha256.txt"
    for key, octets in examples(path, ("Message", "Encryption")):
        assert Oaep(key).decrypt(octets["Encryption"]) == octets["Message"]
        count += 1
    print(f"{count} examples with SHA-256")
    assert count == 60


def test_the_example_with_a_label() -> None:
    case = read_cases(CRYPTOGRAPHY, "asymmetric/RSA/oaep-label.txt")[0]
    oaep = Oaep(decode_private_key(case.octets("KEY")), "sha512", Mgf1("sha512"))
    message = oaep.decrypt(case.octets("Input"), case.octets("OAEPLabel"))
    assert f'"{message.decode()}"' == case.fields["Output"]
    with pytest.raises(InvalidCiphertext):
        oaep.decrypt(case.octets("Input"))


@pytest.mark.slow
@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_every_test_of_wycheproof(bits: int) -> None:
    path = f"Cipher/wycheproof/rsa_oaep_{bits}_sha256_mgf1sha256_test.json"
    vectors = read_tests(PYCRYPTODOME, path)
    oaep = Oaep(decode_private_key(bytes.fromhex(str(vectors[0].group["privateKeyPkcs8"]))))
    counts = {"decrypted": 0, "refused": 0}
    texts = set[str]()
    for vector in vectors:
        if vector.is_valid:
            plaintext = oaep.decrypt(vector.octets("ct"), vector.octets("label"))
            assert plaintext == vector.octets("msg"), vector.id
            counts["decrypted"] += 1
        else:
            with pytest.raises(InvalidCiphertext) as refusal:
                oaep.decrypt(vector.octets("ct"), vector.octets("label"))
            texts.add(str(refusal.value))
            counts["refused"] += 1
    print(bits, counts)
    assert counts == {"decrypted": 18, "refused": 19}
    assert texts == {DECRYPTION_ERROR}


def check_valid(vectors: list[Vector]) -> int:
    """Decrypt the tests of Wycheproof's file of many parameters, which are all to be decrypted.

    Three of them are "acceptable" there, since their ciphertexts are small numbers.
    """
    keys = dict[str, RsaPrivateKey]()
    for vector in vectors:
        encoded = str(vector.group["privateKeyPkcs8"])
        if encoded not in keys:
            keys[encoded] = decode_private_key(bytes.fromhex(encoded))
        hash_name, mgf = (hashlib_name(vector.group[name]) for name in ("sha", "mgfSha"))
        oaep = Oaep(keys[encoded], hash_name, Mgf1(mgf))
        plaintext = oaep.decrypt(vector.octets("ct"), vector.octets("label"))
        assert plaintext == vector.octets("msg"), vector.id
    print(f"{len(vectors)} tests with {len(keys)} keys")
    return len(vectors)


def test_wycheproof_with_short_moduli_and_small_ciphertexts() -> None:
    vectors = [
        vector
        for vector in read_tests(PYCRYPTODOME, MISCELLANY)
        if (vector.group["sha"], vector.group["mgfSha"]) == ("SHA-256", "SHA-256")
    ]
    assert check_valid(vectors) == 34


@pytest.mark.slow
def test_wycheproof_with_other_hash_functions() -> None:
    assert check_valid(read_tests(PYCRYPTODOME, MISCELLANY)) == 395


@given(messages, seeds, labels)
def test_both_libraries_decrypt_what_is_encrypted_here(
    message: bytes, seed: bytes, label: bytes
) -> None:
    ciphertext = Oaep(KEY.public).encrypt(message, seed, label)
    assert in_cryptography(KEY).decrypt(ciphertext, with_label(label)) == message
    assert pycryptodome(KEY, label).decrypt(ciphertext) == message
    assert OAEP.decrypt(ciphertext, label) == message


@given(messages, seeds, labels)
def test_what_both_libraries_encrypt_is_decrypted_here(
    message: bytes, seed: bytes, label: bytes
) -> None:
    public = public_in_cryptography(KEY.public)
    assert OAEP.decrypt(public.encrypt(message, with_label(label)), label) == message
    # With the same seed pycryptodome makes the same octets.
    ciphertext = pycryptodome(KEY, label, seed).encrypt(message)
    assert ciphertext == OAEP.encrypt(message, seed, label)


@pytest.mark.parametrize("bits", [1024, 1025, 1031, 1032, 1033])
@pytest.mark.parametrize("mgf", ["sha1", "sha384"])
@pytest.mark.parametrize("name", ["sha1", "sha224", "sha256", "sha384"])
def test_other_hash_functions_and_lengths(name: str, mgf: str, bits: int) -> None:
    key = key_of(bits)
    oaep = Oaep(key, name, Mgf1(mgf))
    seed = bytes(range(oaep.hash_length))
    second = PKCS1_OAEP.new(
        in_pycryptodome(key),
        hash_in_pycryptodome(name),
        lambda octets, length: MGF1(octets, length, hash_in_pycryptodome(mgf)),
        b"label",
        randfunc=lambda _length: seed,
    )
    for length in (0, 1, oaep.max_length):
        ciphertext = oaep.encrypt(bytes(length), seed, b"label")
        assert ciphertext == second.encrypt(bytes(length))
        assert oaep.decrypt(ciphertext, b"label") == bytes(length)


def test_a_key_of_three_primes() -> None:
    oaep = Oaep(three_primes())
    assert oaep.decrypt(oaep.encrypt(b"message", SEED)) == b"message"


@pytest.mark.parametrize(("bits", "length"), [(2048, 190), (3072, 318), (4096, 446)])
def test_the_longest_message(bits: int, length: int) -> None:
    """What the key-specification sheet says of RSAES_OAEP_SHA_256."""
    path = f"Cipher/wycheproof/rsa_oaep_{bits}_sha256_mgf1sha256_test.json"
    group = read_tests(PYCRYPTODOME, path)[0].group
    oaep = Oaep(decode_private_key(bytes.fromhex(str(group["privateKeyPkcs8"]))))
    assert oaep.max_length == length
    assert oaep.decrypt(oaep.encrypt(bytes(length), SEED)) == bytes(length)
    with pytest.raises(InvalidArgument, match=f"{length + 1} bytes, at most {length} fit"):
        oaep.encrypt(bytes(length + 1), SEED)


def test_a_modulus_that_has_room_for_the_empty_message_only() -> None:
    oaep = Oaep(key_of(528))
    assert oaep.max_length == 0
    assert oaep.decrypt(oaep.encrypt(b"", SEED)) == b""
    with pytest.raises(InvalidArgument, match="at most 0 fit"):
        oaep.encrypt(b"\x00", SEED)
    with pytest.raises(InvalidArgument, match="too short for the hash"):
        Oaep(key_of(520))


# Encodings gone wrong. `refused` asks both libraries as well.


def decrypted(ciphertext: bytes, label: bytes) -> bytes | None:
    """The plaintext; nothing if it is refused, which has one text and no cause."""
    try:
        return OAEP.decrypt(ciphertext, label)
    except InvalidCiphertext as error:
        refusal = error
    assert str(refusal) == DECRYPTION_ERROR
    assert refusal.__suppress_context__ or refusal.__context__ is None
    return None


def refused(ciphertext: bytes, label: bytes = b"") -> bool:
    """Whether it is refused here; the two libraries must say the same, and find the same M."""
    plaintext = decrypted(ciphertext, label)
    libraries: list[Callable[[], bytes]] = [
        lambda: in_cryptography(KEY).decrypt(ciphertext, with_label(label)),
        lambda: pycryptodome(KEY, label).decrypt(ciphertext),
    ]
    for decrypt in libraries:
        try:
            answer = decrypt()
        except ValueError:
            answer = None
        assert answer == plaintext
    return plaintext is None


GOOD_BLOCK = OAEP.data_block(b"message", b"")
BLOCKS: dict[str, tuple[bytes, int]] = {
    "first octet 1": (GOOD_BLOCK, 1),
    "first octet 0x40": (GOOD_BLOCK, 0x40),
    "no separator": (GOOD_BLOCK[:32] + bytes(len(GOOD_BLOCK) - 32), 0),
    "separator 2": (GOOD_BLOCK.replace(b"\x01message", b"\x02message"), 0),
    "separator 0xff": (GOOD_BLOCK.replace(b"\x01message", b"\xffmessage"), 0),
    "octet before the separator": (GOOD_BLOCK.replace(b"\x00\x01message", b"\x02\x01message"), 0),
    "first octet of the padding": (with_octet(GOOD_BLOCK, 32, 0x80), 0),
    "first octet of lHash": (with_octet(GOOD_BLOCK, 0, GOOD_BLOCK[0] ^ 1), 0),
    "last octet of lHash": (with_octet(GOOD_BLOCK, 31, GOOD_BLOCK[31] ^ 0x80), 0),
    "all of lHash": (bytes(32) + GOOD_BLOCK[32:], 0),
    "lHash of another label": (OAEP.data_block(b"message", b"label"), 0),
    "lHash of another hash function": (
        hashlib.sha512(b"").digest()[:32] + GOOD_BLOCK[32:],
        0,
    ),
    "everything": (bytes(len(GOOD_BLOCK)), 1),
}


@pytest.mark.parametrize(("block", "first"), BLOCKS.values(), ids=BLOCKS)
def test_a_malformed_encoding_is_refused_with_the_one_text(block: bytes, first: int) -> None:
    assert refused(OAEP.raw_encrypt(OAEP.encode_data_block(block, SEED, first)))


def test_a_separator_in_the_first_place_is_taken() -> None:
    block = GOOD_BLOCK[:32] + b"\x01" + bytes(len(GOOD_BLOCK) - 33)
    encoded = OAEP.encode_data_block(block, SEED)
    assert not refused(OAEP.raw_encrypt(encoded))
    assert OAEP.decode(encoded) == bytes(OAEP.max_length)


def test_a_ciphertext_of_another_length_is_refused() -> None:
    ciphertext = OAEP.encrypt(b"message", SEED)
    for wrong in (b"", ciphertext[:-1], ciphertext[1:], b"\x00" + ciphertext, ciphertext + b"\x00"):
        assert refused(wrong)


def test_a_ciphertext_of_n_or_more_is_refused() -> None:
    for wrong in (KEY.n, KEY.n + 1, 256**KEY.length - 1):
        assert refused(i2osp(wrong, KEY.length))
    # With one bit more than 128 bytes, c + n still fits into k bytes.
    longer = Oaep(key_of(1025))
    c = os2ip(longer.encrypt(b"message", SEED))
    with pytest.raises(InvalidCiphertext):
        longer.decrypt(i2osp(c + longer.key.public.n, 129))
    for small in (0, 1, KEY.n - 1):
        assert refused(i2osp(small, KEY.length))


@given(st.integers(0, 127), st.integers(0, 255))
def test_a_changed_ciphertext_gives_the_same_everywhere(position: int, value: int) -> None:
    ciphertext = OAEP.encrypt(b"message", SEED, b"label")
    changed = with_octet(ciphertext, position, value)
    assert refused(changed, b"label") == (changed != ciphertext)


@given(st.integers(0, len(GOOD_BLOCK) - 1), st.integers(0, 255), seeds)
def test_a_changed_data_block_gives_the_same_everywhere(
    position: int, value: int, seed: bytes
) -> None:
    """The change is under the mask, so that it hits one field and not all."""
    changed = with_octet(GOOD_BLOCK, position, value)
    is_refused = refused(OAEP.raw_encrypt(OAEP.encode_data_block(changed, seed)))
    padding_end = GOOD_BLOCK.index(b"\x01message")
    is_message = position > padding_end
    is_earlier_separator = 32 <= position < padding_end and value == 1
    assert is_refused != (is_message or is_earlier_separator or changed == GOOD_BLOCK)


@given(messages, seeds, labels, labels)
def test_another_label_is_refused(message: bytes, seed: bytes, label: bytes, other: bytes) -> None:
    assert refused(OAEP.encrypt(message, seed, label), other) == (label != other)


# What the caller chose.


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_of_another_length(length: int) -> None:
    with pytest.raises(InvalidArgument, match=f"a seed has 32 bytes, not {length}"):
        OAEP.encrypt(b"message", bytes(length))


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_data_block_or_an_encoding_of_another_length(difference: int) -> None:
    with pytest.raises(InvalidArgument, match=f"has 95 bytes, not {95 + difference}"):
        OAEP.encode_data_block(bytes(95 + difference), SEED)
    with pytest.raises(InvalidArgument, match=f"EM has 128 bytes, not {128 + difference}"):
        OAEP.decode(bytes(128 + difference))


def test_an_encoding_of_n_or_more() -> None:
    with pytest.raises(InvalidArgument, match="message representative out of range"):
        OAEP.raw_encrypt(OAEP.encode_data_block(GOOD_BLOCK, SEED, 0xFF))
    with pytest.raises(InvalidArgument, match="does not fit in 1 bytes"):
        OAEP.encode_data_block(GOOD_BLOCK, SEED, 256)


def test_decryption_with_the_public_key() -> None:
    with pytest.raises(InvalidArgument, match="takes the private key"):
        Oaep(KEY.public).decrypt(bytes(128))
