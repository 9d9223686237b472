"""RSASSA-PKCS1-v1_5: forgeries that were made without the private key, under the exponent 3.

A signature that is a small number is found in the same way.

A verifier that takes the encoded message apart, and does not look at all of it, leaves room for a
number whose cube has the right bits where it does look. The number is found as a cube root, of the
bits in front as of an integer, of those at the end modulo a power of two. Nothing is reduced modulo
n, so that the forgery holds for any modulus of this length.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from math import gcd, prod
from typing import Final

from kmsproof_reference.der import NULL, OCTET_STRING, null, object_identifier, octet_string
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_reference.rsa_key_encoding import encode_public_key
from kmsproof_reference.rsa_keys import SMALL_PRIMES
from kmsproof_reference.vocabulary import Feature
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.rsa_pkcs1 import COMPARISON, SHA_256, Pkcs1Maker, digest_info
from kmsproof_vectors.cases.rsa_signature import HASH_LENGTH, message_of
from kmsproof_vectors.cases.rsa_signature_exponents import exponent_pair
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import GroupKey, Result, VerifyTest

HEAD: Final = b"\x00\x01" + b"\xff" * 8 + b"\x00"
"""What stands in front of T when PS is as short as it may be."""

IDENTIFIER: Final = object_identifier(SHA_256)

CANDIDATES: Final = 1000
"""How many numbers are tried at most for one forgery."""

Check = Callable[[bytes], bool]

SMALL_FACTORS: Final = 2 * prod(SMALL_PRIMES)
"""The product of all primes below 2000."""


def integer_cube_root(number: int) -> int:
    """Return the largest integer whose cube is not larger than a number."""
    low, high = 0, 1 << (number.bit_length() // 3 + 1)
    while low < high - 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle)
    return low


def cube_root_modulo_power_of_two(number: int, bits: int) -> int:
    """Return the one cube root of an odd number modulo 2^bits."""
    require(number % 2 == 1, "an even number has no cube root modulo a power of two")
    return pow(number, pow(3, -1, 1 << bits), 1 << bits)


def forged(k: int, front: bytes, end: bytes, check: Check = lambda _: True) -> int:
    """Return a number whose cube, on k bytes, begins and ends as given and passes a check.

    Raises:
        BrokenCase: if there is none, because too little of it is free.
    """
    free = 8 * (k - len(front))
    lowest = integer_cube_root((os2ip(front) << free) - 1) + 1 if os2ip(front) else 1
    highest = integer_cube_root((os2ip(front) + 1 << free) - 1)
    step = 1 << 8 * len(end)
    root = cube_root_modulo_power_of_two(os2ip(end), 8 * len(end)) if end else 0
    # Candidates lie far apart, so that all the free bytes of their cubes differ.
    stride = max((highest - lowest) // CANDIDATES // step, 1) * step
    for candidate in range(highest - (highest - root) % step, lowest - 1, -stride):
        if check(i2osp(candidate**3, k)):
            return candidate
    require(False, "no cube begins and ends so")
    return 0


def _forgeries(k: int, digest: bytes) -> Iterator[tuple[str, str, bytes, bytes, Check]]:
    """Yield slug, what is not looked at, the front of EM, its end, and a check of the rest."""
    t = digest_info(digest).encode()
    for length in (0, 1, 7, 8, 16, 32):
        what = f"what follows the digest, behind PS of {length} bytes"
        front = b"\x00\x01" + b"\xff" * length + b"\x00" + t
        yield f"garbage-after-digest-{length}", what, front, b"", _anything
    for name, what, tag in (
        ("null-with-content", "the content of the NULL", NULL),
        ("octet-string-parameters", "parameters that are an OCTET STRING", OCTET_STRING),
    ):
        yield f"garbage-in-{name}", what, *_in_parameters(k, digest, b"", tag), _anything
    what = "what follows the NULL in the AlgorithmIdentifier"
    yield "garbage-after-null", what, *_in_parameters(k, digest, null(), OCTET_STRING), _anything
    what = "what stands between the AlgorithmIdentifier and the digest"
    yield "garbage-before-digest", what, *_before_digest(k, digest), _anything
    what = "what follows the digest in the DigestInfo"
    yield "garbage-in-digest-info", what, _after_digest(k, digest, 0), b"", _anything
    what = "how long the digest is"
    yield "digest-too-long", what, _after_digest(k, digest, 1), b"", _anything
    end = b"\x00" + t
    yield "padding-not-read", "PS", b"\x00\x01", end, lambda em: 0 not in em[2 : -len(end)]
    yield "block-type-not-read", "the block type, nor PS", b"\x00", end, _anything
    yield "only-end-read", "anything before the DigestInfo", bytes(2), t, _anything
    yield "only-digest-read", "anything between PS and the digest", HEAD, digest, _anything


def _anything(_: bytes) -> bool:
    return True


def _long(tag: int, length: int) -> bytes:
    """Return a tag and a length on two octets."""
    return bytes([tag]) + b"\x82" + i2osp(length, 2)


def _in_parameters(k: int, digest: bytes, before: bytes, tag: int) -> tuple[bytes, bytes]:
    """Return front and end of a DigestInfo, right but for one long value in the parameters."""
    room = k - len(HEAD)
    end = octet_string(digest)
    algorithm = room - 4 - len(end)
    garbage = algorithm - 4 - len(IDENTIFIER) - len(before) - 4
    inner = _long(0x30, algorithm - 4) + IDENTIFIER + before + _long(tag, garbage)
    return HEAD + _long(0x30, room - 4) + inner, end


def _before_digest(k: int, digest: bytes) -> tuple[bytes, bytes]:
    room = k - len(HEAD)
    end = octet_string(digest)
    algorithm = b"\x30\x0d" + IDENTIFIER + null()
    garbage = room - 4 - len(algorithm) - 4 - len(end)
    return HEAD + _long(0x30, room - 4) + algorithm + _long(OCTET_STRING, garbage), end


def _after_digest(k: int, digest: bytes, inside: int) -> bytes:
    """Return the front of a DigestInfo with a long value after the digest, or in the same value."""
    room = k - len(HEAD)
    front = HEAD + _long(0x30, room - 4) + b"\x30\x0d" + IDENTIFIER + null()
    if inside:
        return front + _long(OCTET_STRING, k - len(front) - 4) + digest
    front += octet_string(digest)
    return front + _long(OCTET_STRING, k - len(front) - 4)


@case("S2", "worked-forgery", flags=("Bleichenbacher2006",), clause=COMPARISON)
def worked_forgery(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** Forged without the private key, under the exponent 3, for careless verifiers."""
    pair = exponent_pair(family.parameters.key_spec, "3")
    while True:
        message = b"forged " + family.random(4).hex().encode()
        digest = hashlib.sha256(message).digest()
        if digest[-1] % 2:  # else there is no cube root of the end
            break
    control = family.control(message=message, pair=pair)
    yield control
    k, n = family.key_length, pair.private.n
    require(message_of(control) == message and len(digest) == HASH_LENGTH, "another message")
    for name, what, front, end, check in _forgeries(k, digest):
        number = forged(k, front, end, check)
        encoded = i2osp(number**3, k)
        require(number**3 < n, f"{name}: the cube is not below n")
        require(encoded.startswith(front) and encoded.endswith(end), f"{name} is no forgery")
        why = f"A forgery is refused that a verifier accepts who does not look at {what}."
        yield family.refused(control, name, why, pair=pair, signature=HexBytes(i2osp(number, k)))


@case("S1", "edge-signature", flags=("EdgeCaseSignature",), clause=COMPARISON)
def edge_signature(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Valid.** The signature is small, or n minus something small, under a fitted modulus."""
    n_bits = family.bits
    for name, what, sign in (
        ("small", "that has a third of the bits of n", 1),
        ("near-modulus", "that is n minus a number of a third of its bits", -1),
    ):
        message = family.random(20)
        encoded = os2ip(family.encoded(digest_info(hashlib.sha256(message).digest()).encode()))
        root = _fitting_root(n_bits, encoded, sign)
        n = root**3 - sign * encoded
        signature = root if sign > 0 else n - root
        require(pow(signature, 3, n) == encoded, "the signature is not right")
        group = GroupKey(
            name=f"kmsproof test key {family.parameters.key_spec} {name} signature",
            public=HexBytes(encode_public_key(RsaPublicKey(n, 3))),
        )
        test = VerifyTest(
            **family.common(name, Result.VALID, f"A signature is valid {what}."),
            message=message,
            signature=HexBytes(i2osp(signature, family.key_length)),
            needs=(Feature.SMALL_PUBLIC_EXPONENT,),
        )
        accepted = Pkcs1Signature(RsaPublicKey(n, 3)).verify(message, test.signature)
        require(accepted, "the reference refuses the signature")
        yield Draft(group, None, test)


def _fitting_root(bits: int, encoded: int, sign: int) -> int:
    """Return a number for which its cube minus or plus EM can be a modulus of these bits.

    Its factors are not known. It passes for a modulus: it is odd, composite and without factors
    that a partial validation would find (SP 800-89 §5.3.3).
    """
    root = integer_cube_root(3 << bits - 2)
    while True:
        n = root**3 - sign * encoded
        if gcd(n, SMALL_FACTORS) == 1 and pow(2, n - 1, n) != 1:
            require(n.bit_length() == bits, "the modulus has another length")
            return root
        root -= 1


BOOK = case_book(worked_forgery, edge_signature)
"""The forgeries, and the signatures that are found in the same way."""
