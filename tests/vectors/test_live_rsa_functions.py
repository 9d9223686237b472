"""The functions and checks of RSA signature recipes, against keys of ``cryptography``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_testing.rsa_material import in_cryptography, key_of
from kmsproof_vectors.live.functions import rsa_signatures as functions
from kmsproof_vectors.live.functions.registry import NothingFound, RecipeFault

KEY = key_of(1024)
N, K = KEY.n, KEY.length
LIBRARY = in_cryptography(KEY)
PUBLIC = LIBRARY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
MASK = MGF1(SHA256())
MESSAGES = [b"message %d" % number for number in range(20)]
DIGESTS = [hashlib.sha256(each).digest() for each in MESSAGES]


def signed_pss(message: bytes, salt_length: int = 32) -> bytes:
    return LIBRARY.sign(message, PSS(MASK, salt_length), SHA256())


def signed_pkcs1(message: bytes) -> bytes:
    return LIBRARY.sign(message, PKCS1v15(), SHA256())


# Functions.


def test_special_numbers_are_those_of_their_names() -> None:
    made = {
        name: os2ip(functions.rsa_special_signature(PUBLIC, name)) for name in functions.SPECIAL
    }
    assert [made[name] for name in ("0", "1", "2")] == [0, 1, 2]
    near = ("n-minus-2", "n-minus-1", "n", "n-plus-1", "n-plus-2")
    assert [made[name] - N for name in near] == [-2, -1, 0, 1, 2]
    assert made["all-ones"] == made["all-ones-but-one"] + 1 == 256**K - 1
    assert made["power-of-two"] == 2 ** (8 * K - 1)
    assert 0 <= N - 2 * made["half-of-n"] <= 1
    with pytest.raises(RecipeFault):
        functions.rsa_special_signature(PUBLIC, "3")


def test_related_numbers_are_no_signatures() -> None:
    good = signed_pkcs1(MESSAGES[0])
    s = os2ip(good)
    made = {
        name: os2ip(functions.rsa_related_signature(PUBLIC, good, name))
        for name in functions.RELATED
    }
    assert made["n-minus-s"] + s == N
    assert made["inverse"] * s % N == 1
    assert made["encoded-message"] == os2ip(Pkcs1Signature(KEY).encode_digest(DIGESTS[0]))
    assert made["encrypted-twice"] == pow(made["encoded-message"], KEY.e, N)
    assert (made["square"], made["twice"]) == (s * s % N, 2 * s % N)
    assert (made["plus-one"], made["minus-one"]) == ((s + 1) % N, s - 1)
    assert s not in made.values()
    with pytest.raises(RecipeFault):
        functions.rsa_related_signature(PUBLIC, good, "half")


def test_the_modulus_is_added_where_there_is_room() -> None:
    small, large = i2osp(5, K), i2osp(N - 1, K)
    assert functions.rsa_unreduced_signature(PUBLIC, small, 1, 0) == i2osp(N + 5, K)
    assert functions.rsa_unreduced_signature(PUBLIC, large, 2, 1) == i2osp(3 * N - 1, K + 1)
    with pytest.raises(NothingFound):
        functions.rsa_unreduced_signature(PUBLIC, large, 1, 0)


def test_the_first_signature_that_is_wanted_is_chosen() -> None:
    signatures = [i2osp(number, K) for number in (N - 1, 256**K - N, 256**K - N - 1, 3)]
    chosen = functions.rsa_chosen_signature(PUBLIC, MESSAGES[:4], signatures, "room-for-n")
    assert chosen == {"message": MESSAGES[2], "signature": signatures[2]}
    chosen = functions.rsa_chosen_signature(PUBLIC, MESSAGES[:4], signatures, "leading-zero")
    assert chosen == {"message": MESSAGES[3], "signature": signatures[3]}
    with pytest.raises(NothingFound):
        functions.rsa_chosen_signature(PUBLIC, MESSAGES[:2], signatures[:2], "room-for-n")
    with pytest.raises(RecipeFault):
        functions.rsa_chosen_signature(PUBLIC, MESSAGES[:1], [b"\x01"], "room-for-n")


def test_the_first_byte_is_cut_where_it_counts() -> None:
    assert functions.rsa_first_byte_cut(b"\x01\x02\x03") == b"\x02\x03"
    with pytest.raises(NothingFound):
        functions.rsa_first_byte_cut(b"\x00\x02\x03")


def test_framed_signatures_are_elements_of_der() -> None:
    good = signed_pkcs1(MESSAGES[0])
    assert functions.rsa_framed(good, 4) == b"\x04\x82\x00\x80" + good
    assert functions.rsa_framed(good, 3) == b"\x03\x82\x00\x81\x00" + good


def test_the_encoded_message_is_opened() -> None:
    good = signed_pkcs1(MESSAGES[0])
    expected = Pkcs1Signature(KEY).encode_digest(DIGESTS[0])
    assert functions.rsa_encoded_message(PUBLIC, good) == expected
    for bad in (good[1:], i2osp(N, K)):
        with pytest.raises(RecipeFault):
            functions.rsa_encoded_message(PUBLIC, bad)


@pytest.mark.parametrize("length", [0, 20, 32, 50])
def test_salts_are_read(length: int) -> None:
    salts = [bytes([number]) * length for number in range(3)]
    scheme = Pss(KEY, salt_length=length)
    signatures = [scheme.sign(MESSAGES[0], salt) for salt in salts]
    assert functions.rsa_pss_salts(PUBLIC, signatures) == salts
    (salt,) = functions.rsa_pss_salts(PUBLIC, [signed_pss(MESSAGES[0], length)])
    assert len(salt) == length


def test_no_salt_is_read_where_there_is_none() -> None:
    with pytest.raises(RecipeFault):
        functions.rsa_pss_salts(PUBLIC, [signed_pkcs1(MESSAGES[0])])


# Checks.


def test_what_the_library_signs_is_right() -> None:
    own = [signed_pss(each) for each in MESSAGES]
    assert functions.rsa_pss_encoding(PUBLIC, DIGESTS, own) == ""
    own = [signed_pkcs1(each) for each in MESSAGES]
    assert functions.rsa_pkcs1_encoding(PUBLIC, DIGESTS, own) == ""
    assert functions.rsa_no_prime_revealed(PUBLIC, DIGESTS, own) == ""


def spoilt_pss(change: Callable[[bytearray], None]) -> bytes:
    """Return a signature on an encoded message that was changed after it was made."""
    scheme = Pss(KEY)
    encoded = bytearray(scheme.encode_digest(DIGESTS[0], bytes(range(32))))
    change(encoded)
    return scheme.sign_encoded(bytes(encoded))


def xor_at(place: int, value: int) -> Callable[[bytearray], None]:
    def change(encoded: bytearray) -> None:
        encoded[place] ^= value

    return change


@pytest.mark.parametrize(
    ("signature", "told"),
    [
        (signed_pss(MESSAGES[0], 20), "the salt has 20 bytes instead of 32"),
        (spoilt_pss(xor_at(-1, 0x70)), "the trailer is cc instead of bc"),
        (spoilt_pss(xor_at(-2, 1)), "the data block"),
        (spoilt_pss(xor_at(0, 2)), "the data block"),
        (spoilt_pss(xor_at(0, 1)), "the salt has 94 bytes instead of 32"),
        (spoilt_pss(xor_at(-34, 1)), "H is not the hash"),
        (signed_pss(MESSAGES[1]), "H is not the hash"),
        (signed_pss(MESSAGES[0])[1:], f"the signature has {K - 1} bytes"),
        (i2osp(N, K), "not below the modulus"),
        # Under another mask the data block is random, and now and then begins like a right one.
        (LIBRARY.sign(MESSAGES[0], PSS(MGF1(SHA1()), 32), SHA256()), "the data block|the salt has"),
        (signed_pkcs1(MESSAGES[0]), "the trailer is"),
    ],
)
def test_every_part_of_an_encoding_of_pss_is_looked_at(signature: bytes, told: str) -> None:
    found = functions.rsa_pss_encoding(PUBLIC, DIGESTS[:1], [signature])
    assert found.startswith("Signature 0 of 1: ")
    assert any(each in found for each in told.split("|"))


def test_a_top_bit_that_is_set_is_seen() -> None:
    # Only some encoded messages are below n with it.
    made = 2 ** (8 * K - 1) + 0xBC
    signature = i2osp(pow(made, KEY.d, N), K)
    found = functions.rsa_pss_encoding(PUBLIC, DIGESTS[:1], [signature])
    assert "the top bit of the encoded message is set" in found


def test_other_encodings_of_pkcs1_are_told_with_the_place() -> None:
    scheme = Pkcs1Signature(KEY)
    encoded = bytearray(scheme.encode_digest(DIGESTS[0]))
    encoded[9] = encoded[11] = 0
    spoilt = scheme.sign_encoded(bytes(encoded))
    found = functions.rsa_pkcs1_encoding(PUBLIC, DIGESTS[:2], [spoilt, spoilt])
    assert found == "Signature 0 of 2: the encoded message is wrong at 2 bytes, the first at 9."
    good = signed_pkcs1(MESSAGES[0])
    assert "Signature 1" in functions.rsa_pkcs1_encoding(PUBLIC, DIGESTS[:2], [good, good])
    assert "bytes, not" in functions.rsa_pkcs1_encoding(PUBLIC, DIGESTS[:1], [good[:-1]])


@pytest.mark.parametrize("prime", [KEY.p, KEY.q])
def test_a_fault_modulo_one_prime_is_seen(prime: int) -> None:
    good = [signed_pkcs1(each) for each in MESSAGES[:3]]
    faulty = i2osp((os2ip(good[1]) + prime) % N, K)
    # A signature that is wrong modulo both primes gives neither away.
    wrong = i2osp((os2ip(good[2]) + 1) % N, K)
    found = functions.rsa_no_prime_revealed(PUBLIC, DIGESTS[:3], [wrong, faulty, good[2]])
    assert found == "Signature 1 of 3 is wrong and gives a prime away."
    assert functions.rsa_no_prime_revealed(PUBLIC, DIGESTS[:2], [wrong, good[1]]) == ""
