"""The functions and checks of RSAES-OAEP recipes, against ``cryptography``."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.oaep import Oaep
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_reference.rsa_key_encoding import encode_public_key
from kmsproof_testing.rsa_material import in_cryptography, key_of
from kmsproof_vectors.live.functions import rsa_oaep as functions
from kmsproof_vectors.live.functions.registry import NothingFound, RecipeFault

KEY = key_of(1024)
N, K = KEY.n, KEY.length
LONGEST = K - 66
LIBRARY = in_cryptography(KEY)
PUBLIC = LIBRARY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
SEED = bytes(range(32))
MESSAGE = b"the message"


def opened(
    ciphertext: bytes,
    label: bytes | None = None,
    hash_function: hashes.HashAlgorithm | None = None,
    mask_function: hashes.HashAlgorithm | None = None,
) -> bytes:
    """Decrypt with the library."""
    mask = MGF1(mask_function or hashes.SHA256())
    return LIBRARY.decrypt(ciphertext, OAEP(mask, hash_function or hashes.SHA256(), label))


def encoded_in(ciphertext: bytes) -> bytes:
    """Return what is encrypted, unpadded."""
    return i2osp(pow(os2ip(ciphertext), KEY.d, N), K)


# Encryption.


@given(
    message=st.binary(max_size=LONGEST),
    seed=st.binary(min_size=32, max_size=32),
    label=st.binary(max_size=20),
)
def test_the_library_opens_what_is_made(message: bytes, seed: bytes, label: bytes) -> None:
    made = functions.oaep_ciphertext(PUBLIC, message, seed, label)
    assert opened(made, label) == message


def test_other_hash_functions_are_taken() -> None:
    for name, function in (("sha1", hashes.SHA1()), ("sha256", hashes.SHA256())):
        for mask_name, mask_function in (("sha1", hashes.SHA1()), ("sha384", hashes.SHA384())):
            seed = bytes(hashlib.new(name).digest_size)
            made = functions.oaep_ciphertext(PUBLIC, b"m", seed, b"", name, mask_name)
            assert opened(made, None, function, mask_function) == b"m"


def test_what_cannot_be_encrypted_is_a_fault() -> None:
    for message, seed, name in (
        (bytes(LONGEST + 1), SEED, "sha256"),
        (MESSAGE, SEED[:-1], "sha256"),
        (MESSAGE, SEED, "no-such-function"),
    ):
        with pytest.raises(RecipeFault):
            functions.oaep_ciphertext(PUBLIC, message, seed, b"", name)
    small = encode_public_key(RsaPublicKey((1 << 511) + 1, 65537))
    with pytest.raises(RecipeFault):
        functions.oaep_max_length(small)


def test_the_longest_message_is_the_longest() -> None:
    longest = functions.oaep_max_length(PUBLIC)
    assert longest == LONGEST
    assert opened(functions.oaep_ciphertext(PUBLIC, bytes(longest))) == bytes(longest)


def test_a_data_block_is_encrypted_as_it_is() -> None:
    block = functions.oaep_data_block(PUBLIC, MESSAGE, b"label")
    assert block[:32] == hashlib.sha256(b"label").digest()
    assert block[32:] == bytes(K - 33 - 32 - 1 - len(MESSAGE)) + b"\x01" + MESSAGE
    whole = functions.oaep_ciphertext_of_block(PUBLIC, block, SEED)
    assert whole == functions.oaep_ciphertext(PUBLIC, MESSAGE, SEED, b"label")
    malformed = functions.oaep_ciphertext_of_block(PUBLIC, bytes(len(block)), SEED)
    with pytest.raises(ValueError, match="Decryption failed"):
        opened(malformed)
    assert Oaep(KEY).unmask(encoded_in(malformed)) == bytes(len(block))
    with pytest.raises(RecipeFault):
        functions.oaep_ciphertext_of_block(PUBLIC, block[1:], SEED)
    with pytest.raises(RecipeFault):
        functions.oaep_data_block(PUBLIC, bytes(LONGEST + 1))


def test_the_first_octet_is_what_it_is_told() -> None:
    block = functions.oaep_data_block(PUBLIC, MESSAGE)
    highest = functions.oaep_highest_first_octet(PUBLIC)
    assert highest == os2ip(i2osp(N, K)[:1]) - 1
    for octet in (0, 1, highest):
        made = functions.oaep_ciphertext_of_block(PUBLIC, block, SEED, octet)
        assert encoded_in(made)[0] == octet
    assert opened(functions.oaep_ciphertext_of_block(PUBLIC, block, SEED, 0)) == MESSAGE
    with pytest.raises(RecipeFault):
        functions.oaep_ciphertext_of_block(PUBLIC, block, SEED, highest + 2)


def test_an_encoded_message_gets_the_tail_that_is_wanted() -> None:
    tail = bytes(LONGEST)
    message = functions.oaep_message_for_tail(PUBLIC, tail, SEED)
    made = functions.oaep_ciphertext(PUBLIC, message, SEED)
    assert opened(made) == message
    assert encoded_in(made).endswith(tail)
    with pytest.raises(RecipeFault):
        functions.oaep_message_for_tail(PUBLIC, tail[1:], SEED)


# Searches.


@pytest.mark.parametrize("wanted", ["one-leading-zero", "trailing-zero", "encoded-one-zero"])
def test_what_is_searched_for_is_found(wanted: str) -> None:
    made = functions.oaep_chosen_ciphertext(PUBLIC, MESSAGE, wanted)
    assert opened(made) == MESSAGE
    assert {
        "one-leading-zero": made[0] == 0,
        "trailing-zero": made[-1] == 0,
        "encoded-one-zero": encoded_in(made)[:2] == bytes(2),
    }[wanted]


@pytest.mark.slow
@pytest.mark.parametrize("wanted", ["two-leading-zeros", "encoded-two-zeros"])
def test_what_is_rare_is_found(wanted: str) -> None:
    made = functions.oaep_chosen_ciphertext(PUBLIC, MESSAGE, wanted)
    assert opened(made) == MESSAGE
    assert not any(made[:2] if wanted == "two-leading-zeros" else encoded_in(made)[:3])


def test_room_for_the_modulus_is_found_where_there_is_any() -> None:
    made = functions.oaep_chosen_ciphertext(PUBLIC, MESSAGE, "room-for-n")
    unreduced = functions.rsa_unreduced(PUBLIC, made, 1, 0)
    assert len(unreduced) == K
    assert os2ip(unreduced) == os2ip(made) + N
    with pytest.raises(NothingFound):
        functions.rsa_unreduced(PUBLIC, made, 2, 0)


def test_a_search_for_what_is_not_there_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(functions.WANTED, "nothing", (1, lambda key, encoded, c: False))
    with pytest.raises(NothingFound, match="16 seeds"):
        functions.oaep_chosen_ciphertext(PUBLIC, MESSAGE, "nothing")
    with pytest.raises(RecipeFault):
        functions.oaep_chosen_ciphertext(PUBLIC, MESSAGE, "everything")
    with pytest.raises(RecipeFault):
        functions.oaep_chosen_ciphertext(PUBLIC, bytes(LONGEST + 1), "trailing-zero")


# RSA without a padding.


def test_what_is_padded_elsewhere_is_encrypted() -> None:
    padded = b"\x00\x02" + b"\x5a" * (K - 3 - len(MESSAGE)) + b"\x00" + MESSAGE
    assert LIBRARY.decrypt(functions.rsa_encrypted(PUBLIC, padded), PKCS1v15()) == MESSAGE
    with pytest.raises(RecipeFault):
        functions.rsa_encrypted(PUBLIC, i2osp(N, K))


@given(message=st.integers(0, N - 1), factor=st.integers(-300, 300), divisor=st.integers(1, 300))
def test_what_is_encrypted_is_multiplied(message: int, factor: int, divisor: int) -> None:
    good = functions.rsa_encrypted(PUBLIC, i2osp(message, K))
    made = encoded_in(functions.rsa_multiplied(PUBLIC, good, factor, divisor))
    assert os2ip(made) * divisor % N == message * factor % N


def test_ciphertexts_are_changed_as_numbers() -> None:
    good = i2osp(5, K)
    assert os2ip(functions.rsa_added(PUBLIC, good, -6)) == N - 1
    assert os2ip(functions.rsa_added(PUBLIC, good, 1)) == 6
    assert os2ip(functions.rsa_special_number(PUBLIC, "n-plus-1")) == N + 1


# What the target encrypts.


def found_seed(seed: bytes, message: bytes = MESSAGE) -> str:
    good = functions.oaep_ciphertext(PUBLIC, message, hashlib.sha256(b"any other").digest())
    wrong = functions.oaep_ciphertext(PUBLIC, message, seed)
    return functions.oaep_seeds_not_guessed(PUBLIC, message, [good, wrong])


def test_seeds_are_guessed() -> None:
    for seed, what in (
        (bytes(32), "the number 0"),
        (i2osp(200, 32), "the number 200"),
        (i2osp(7, 32)[::-1], "lowest byte first"),
        (b"\xff" * 32, "ff again and again"),
        (hashlib.sha256(MESSAGE).digest(), "SHA-256 of the message"),
        (hashlib.sha256(PUBLIC).digest(), "SHA-256 of the key"),
    ):
        assert what in found_seed(seed)
    assert found_seed(hashlib.sha256(b"drawn").digest()) == ""


def test_a_message_without_padding_is_seen() -> None:
    plain = functions.rsa_encrypted(PUBLIC, MESSAGE)
    assert "without padding" in functions.oaep_seeds_not_guessed(PUBLIC, MESSAGE, [plain])


def test_bits_that_stand_still_are_seen() -> None:
    made = [
        functions.oaep_ciphertext(PUBLIC, MESSAGE, hashlib.sha256(i2osp(i, 4)).digest())
        for i in range(100)
    ]
    assert functions.oaep_ciphertexts_balanced(made) == ""
    assert functions.oaep_ciphertexts_balanced([each[:-1] + b"\x01" for each in made])
