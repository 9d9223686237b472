"""A tiny corpus for tests of the runner: GCM, CBC with PKCS#7, and a Monte Carlo chain.

Every expected value is computed by the reference when the module is imported. The families are
small enough that a test can say what each vector must come to, and have all that a rule of the
runner can depend on: controls, uniformities, probes, two keys, and both directions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Unpack

from kmsproof_reference.block_modes import Cbc
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.monte_carlo import cbc_decrypt_chain, cbc_encrypt_chain
from kmsproof_reference.octets import xor
from kmsproof_reference.padding import NoPadding, Pkcs7Padding
from kmsproof_reference.vocabulary import Algorithm, Operation, PaddingMode
from kmsproof_testing.corpus_parts import (
    INVALID_ARGUMENT,
    INVALID_CIPHERTEXT,
    Options,
    corpus_file,
    flipped,
    invalid,
    uniformity,
    valid,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import (
    AnyTest,
    CorpusFile,
    DecryptTest,
    EncryptTest,
    Group,
    GroupKey,
    MonteCarloTest,
    Parameter,
)

GCM_FAMILY = "tiny-gcm"
CBC_FAMILY = "tiny-cbc-pkcs7"
CHAIN_FAMILY = "tiny-cbc-chain"

KEY = HexBytes(range(16))
OTHER_KEY = HexBytes(range(16, 32))
IV = HexBytes(range(0x40, 0x4C))
SHORT_IV = HexBytes(range(0x40, 0x48))
CBC_IV = HexBytes(range(0x60, 0x70))
AAD = HexBytes(b"associated data")
TEXT = HexBytes(b"sixteen bytes aah and then some")
CHAIN_STEPS = 5


def _gcm_valid(key: bytes, tag_length: int, prefix: str) -> list[AnyTest]:
    tests: list[AnyTest] = []
    for name, iv, aad in (("plain", IV, None), ("aad", IV, AAD), ("iv-64", SHORT_IV, None)):
        ciphertext, tag = Gcm(key).encrypt(iv, TEXT, aad or b"", tag_length)
        sealed, mark = HexBytes(ciphertext), HexBytes(tag)
        tests += [
            EncryptTest(
                **valid(f"{GCM_FAMILY}/{prefix}1/encrypt-{name}"),
                plaintext=TEXT,
                iv=iv,
                aad=aad,
                ciphertext=sealed,
                tag=mark,
            ),
            DecryptTest(
                **valid(f"{GCM_FAMILY}/{prefix}1/decrypt-{name}"),
                plaintext=TEXT,
                iv=iv,
                aad=aad,
                ciphertext=sealed,
                tag=mark,
            ),
        ]
    return tests


def _gcm_invalid() -> list[AnyTest]:
    plain = f"{GCM_FAMILY}/g1/decrypt-plain"
    with_aad = f"{GCM_FAMILY}/g1/decrypt-aad"
    ciphertext, tag = (HexBytes(part) for part in Gcm(KEY).encrypt(IV, TEXT))
    _, aad_tag = Gcm(KEY).encrypt(IV, TEXT, AAD)

    def broken(
        slug: str,
        control: str = plain,
        *,
        sealed: HexBytes = ciphertext,
        mark: bytes = tag,
        iv: HexBytes | None = IV,
        aad: HexBytes | None = None,
        **options: Unpack[Options],
    ) -> DecryptTest:
        return DecryptTest(
            **invalid(f"{GCM_FAMILY}/{slug}", control, **options),
            ciphertext=sealed,
            iv=iv,
            aad=aad,
            tag=HexBytes(mark),
            plaintext=TEXT,
        )

    return [
        broken("g3/tag-bit-0", mark=flipped(tag), oracle="tag", flags=("Modified", "Tag")),
        broken("g3/tag-bit-127", mark=flipped(tag, 127), oracle="tag"),
        broken("g3/tag-zero", mark=bytes(16), oracle="tag"),
        broken("g4/ciphertext-bit-0", sealed=flipped(ciphertext), oracle="tag"),
        broken("g5/aad-bit-0", with_aad, mark=aad_tag, aad=flipped(AAD), oracle="tag"),
        broken("g5/aad-missing", with_aad, mark=aad_tag, oracle="tag"),
        broken(
            "g6/iv-empty",
            iv=HexBytes(),
            probes=(Parameter.IV_LENGTH,),
            rejections=INVALID_ARGUMENT,
        ),
        EncryptTest(
            **invalid(
                f"{GCM_FAMILY}/g6/encrypt-iv-empty",
                f"{GCM_FAMILY}/g1/encrypt-plain",
                probes=(Parameter.IV_LENGTH,),
                rejections=INVALID_ARGUMENT,
            ),
            plaintext=TEXT,
            iv=HexBytes(),
        ),
        broken(
            "g7/tag-cut",
            mark=tag[:12],
            rejections=(*INVALID_CIPHERTEXT, *INVALID_ARGUMENT),
        ),
    ]


def gcm_file() -> CorpusFile:
    """The GCM family: one group with everything, and a small one with another key."""
    return corpus_file(
        GCM_FAMILY,
        Algorithm.GCM,
        None,
        groups=(
            Group(
                key=GroupKey(secret=KEY),
                tag_length=16,
                tests=(*_gcm_valid(KEY, 16, "g"), *_gcm_invalid()),
            ),
            Group(
                key=GroupKey(secret=OTHER_KEY),
                tag_length=12,
                tests=tuple(_gcm_valid(OTHER_KEY, 12, "h")),
            ),
        ),
        uniformities=(uniformity(GCM_FAMILY, "tag", "G9"),),
    )


def _cbc_valid() -> list[AnyTest]:
    tests: list[AnyTest] = []
    for length in (0, 15, 16):
        plaintext = HexBytes(TEXT[:length])
        ciphertext = HexBytes(Cbc(KEY, Pkcs7Padding()).encrypt(CBC_IV, plaintext))
        tests += [
            EncryptTest(
                **valid(f"{CBC_FAMILY}/c1/encrypt-{length}"),
                plaintext=plaintext,
                iv=CBC_IV,
                ciphertext=ciphertext,
            ),
            DecryptTest(
                **valid(f"{CBC_FAMILY}/c1/decrypt-{length}"),
                plaintext=plaintext,
                iv=CBC_IV,
                ciphertext=ciphertext,
            ),
        ]
    return tests


def _badly_padded(padding: bytes) -> HexBytes:
    """Encrypt two blocks that end with a padding of the caller's."""
    padded = (TEXT + bytes(32))[: 32 - len(padding)] + padding
    return HexBytes(Cbc(KEY, NoPadding()).encrypt(CBC_IV, padded))


BAD_PADDINGS = {
    "zero": bytes(16),
    "seventeen": b"\x11" * 17,
    "first-byte": b"\x00\x04\x04\x04",
    "inner-byte": b"\x04\x00\x04\x04",
    "last-byte": b"\x04\x04\x04\xff",
}
"""Ends of a padded plaintext that are no PKCS#7 padding."""


def _cbc_invalid() -> list[AnyTest]:
    control = f"{CBC_FAMILY}/c1/decrypt-16"
    whole = Cbc(KEY, Pkcs7Padding()).encrypt(CBC_IV, TEXT[:16])

    def broken(
        slug: str, ciphertext: bytes, iv: bytes = CBC_IV, **options: Unpack[Options]
    ) -> DecryptTest:
        return DecryptTest(
            **invalid(f"{CBC_FAMILY}/{slug}", control, **options),
            ciphertext=HexBytes(ciphertext),
            iv=HexBytes(iv),
        )

    return [
        *(
            broken(f"c2/padding-{name}", _badly_padded(padding), oracle="padding")
            for name, padding in BAD_PADDINGS.items()
        ),
        broken("c3/cut-block", whole[:-1]),
        broken("c3/empty", b""),
        broken(
            "c4/iv-15",
            whole,
            CBC_IV[:15],
            probes=(Parameter.IV_LENGTH,),
            rejections=INVALID_ARGUMENT,
        ),
    ]


def cbc_file() -> CorpusFile:
    """The family of CBC with PKCS#7."""
    tests = (*_cbc_valid(), *_cbc_invalid())
    return corpus_file(
        CBC_FAMILY,
        Algorithm.CBC,
        PaddingMode.PKCS7_PADDING,
        groups=(Group(key=GroupKey(secret=KEY), tests=tests),),
        uniformities=(uniformity(CBC_FAMILY, "padding", "C9"),),
    )


def chain_file() -> CorpusFile:
    """The family with a Monte Carlo chain in each direction, and one ordinary test."""
    cbc = Cbc(KEY, NoPadding())
    block = HexBytes(xor(KEY, OTHER_KEY))
    _, encrypted = cbc_encrypt_chain(cbc.encrypt, CBC_IV, block, CHAIN_STEPS)
    _, decrypted = cbc_decrypt_chain(cbc.decrypt, CBC_IV, block, CHAIN_STEPS)
    chains = tuple(
        MonteCarloTest(
            **valid(f"{CHAIN_FAMILY}/m1/{direction}"),
            direction=direction,
            text=block,
            iv=CBC_IV,
            iterations=CHAIN_STEPS,
            expected=HexBytes(expected),
        )
        for direction, expected in (
            (Operation.ENCRYPT, encrypted),
            (Operation.DECRYPT, decrypted),
        )
    )
    single = EncryptTest(
        **valid(f"{CHAIN_FAMILY}/m2/encrypt-block"),
        plaintext=block,
        iv=CBC_IV,
        ciphertext=HexBytes(cbc.encrypt(CBC_IV, block)),
    )
    return corpus_file(
        CHAIN_FAMILY,
        Algorithm.CBC,
        PaddingMode.NO_PADDING,
        groups=(Group(key=GroupKey(secret=KEY), tests=(single, *chains)),),
    )


GCM_FILE = gcm_file()
CBC_FILE = cbc_file()
CHAIN_FILE = chain_file()

TINY: tuple[CorpusFile, ...] = (GCM_FILE, CBC_FILE, CHAIN_FILE)
"""The whole tiny corpus."""


def all_tests(files: Iterable[CorpusFile] = TINY) -> dict[str, AnyTest]:
    """Every test of some files by its id."""
    return {test.id: test for file in files for group in file.groups for test in group.tests}


def uniformity_ids(files: Iterable[CorpusFile] = TINY) -> frozenset[str]:
    """The ids of the uniformities of some files; each gets a verdict of its own."""
    return frozenset(each.id for file in files for each in file.uniformities)
