"""The ECB and CBC files agree with each other, and a case that claims too much cannot be made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kmsproof_reference.octets import blocks, xor
from kmsproof_reference.padding import Pkcs7Padding
from kmsproof_reference.vocabulary import Algorithm, PaddingMode, RejectionClass
from kmsproof_testing.block_modes import FAMILIES, block_mode_file, keyed_tests, vectors_of
from kmsproof_vectors.case import BrokenCase, Draft, case
from kmsproof_vectors.cases.aes_block_modes import PADDING, BlockModeMaker, parameter_sets
from kmsproof_vectors.cases.aes_gcm import flipped
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import CipherTest, DecryptTest, EncryptTest, Result

BY_BITS = pytest.mark.parametrize("bits", [128, 192, 256])


def sealed(test: CipherTest) -> tuple[bytes, bytes]:
    assert isinstance(test, EncryptTest)
    assert test.ciphertext is not None
    return test.plaintext, test.ciphertext


def keys_of(family: str, name: str) -> set[bytes]:
    prefix = f"{family}/{name}/"
    tests = keyed_tests(block_mode_file(family))
    return {key for key, test in tests if test.id.startswith(prefix)}


@BY_BITS
def test_c7_cbc_is_ecb_of_the_chained_blocks(bits: int) -> None:
    cbc_family, ecb_family = f"aes-{bits}-cbc-no-padding", f"aes-{bits}-ecb-no-padding"
    cbc, ecb = vectors_of(cbc_family, "cbc-from-ecb"), vectors_of(ecb_family, "cbc-from-ecb")
    assert keys_of(cbc_family, "cbc-from-ecb") == keys_of(ecb_family, "cbc-from-ecb")
    assert set(cbc) == set(ecb)
    for name, test in cbc.items():
        if isinstance(test, EncryptTest):
            message, ciphertext = sealed(test)
            chained, same = sealed(ecb[name])
            assert same == ciphertext
            assert chained == xor(message, ((test.iv or b"") + ciphertext)[: len(message)])


@BY_BITS
@pytest.mark.parametrize("algorithm", ["ecb", "cbc"])
def test_c7_pkcs7_is_no_padding_of_the_padded_message(bits: int, algorithm: str) -> None:
    with_padding, without = f"aes-{bits}-{algorithm}-pkcs7", f"aes-{bits}-{algorithm}-no-padding"
    padded = vectors_of(with_padding, "padding-from-none")
    unpadded = vectors_of(without, "padding-from-none")
    assert keys_of(with_padding, "padding-from-none") == keys_of(without, "padding-from-none")
    assert set(padded) == set(unpadded)
    for name, test in padded.items():
        other = unpadded[name]
        assert isinstance(test, EncryptTest | DecryptTest)
        assert isinstance(other, EncryptTest | DecryptTest)
        assert (test.iv, test.ciphertext) == (other.iv, other.ciphertext)
        assert Pkcs7Padding().pad(test.plaintext or b"") == other.plaintext


@BY_BITS
def test_c2_one_block_is_the_same_in_both_modes_with_an_iv_of_zeros(bits: int) -> None:
    for name in ("variable-key", "variable-text"):
        cbc = vectors_of(f"aes-{bits}-cbc-no-padding", name)
        ecb = vectors_of(f"aes-{bits}-ecb-no-padding", name)
        assert {slug: sealed(cbc[slug]) for slug in encryptions(cbc)} == {
            slug: sealed(ecb[slug]) for slug in encryptions(ecb)
        }


def encryptions(tests: dict[str, CipherTest]) -> list[str]:
    return [slug for slug, test in tests.items() if isinstance(test, EncryptTest)]


@pytest.mark.parametrize("family", FAMILIES)
def test_c12_is_valid_throughout(family: str) -> None:
    results = {
        test.result for _, test in keyed_tests(block_mode_file(family)) if test.case == "C12"
    }
    assert results == {Result.VALID}


def opened(test: CipherTest) -> list[bytes]:
    assert isinstance(test, DecryptTest)
    return list(blocks(test.plaintext or b""))


@BY_BITS
@pytest.mark.parametrize("padding", ["pkcs7", "no-padding"])
def test_c12_a_bit_of_one_cbc_block_is_the_bit_of_the_next_message_block(
    bits: int, padding: str
) -> None:
    tests = vectors_of(f"aes-{bits}-cbc-{padding}", "cbc-bit-flip")
    before = opened(tests["control"])
    after = opened(tests["block-2-bit-63"])
    assert after[0] == before[0]
    assert after[1] != before[1]
    assert after[2] == flipped(before[2], 63)
    assert after[3] == before[3]


@BY_BITS
def test_c12_permuted_ecb_blocks_come_out_permuted(bits: int) -> None:
    tests = vectors_of(f"aes-{bits}-ecb-no-padding", "ecb-permutation")
    before = opened(tests["control"])
    assert opened(tests["order-4321"]) == before[::-1]


# What the maker refuses to make.


def made_by(
    padding: PaddingMode = PaddingMode.PKCS7_PADDING, algorithm: Algorithm = Algorithm.CBC
) -> BlockModeMaker:
    @case("C4", "only-a-test", flags=("BadPadding",), clause=PADDING)
    def only_a_test(family: BlockModeMaker) -> Iterator[Draft]:
        """**Invalid.** Nothing; this case is for its name."""
        yield from ()

    return BlockModeMaker(parameter_sets(algorithm, padding)[0], only_a_test)


def control_of(maker: BlockModeMaker) -> Draft:
    iv = maker.iv()
    ciphertext = maker.encrypted(b"sixteen bytes aah", iv)
    return maker.decrypt("control", "It works.", ciphertext=ciphertext, iv=iv)


def test_maker_insists_that_the_reference_refuses_an_invalid_test() -> None:
    maker = made_by()
    control = control_of(maker)
    assert isinstance(control.test, CipherTest)
    iv = flipped(control.test.iv or b"", 0)  # flips one bit of the message, which nobody notices
    with pytest.raises(BrokenCase, match="the reference answers None"):
        maker.refused(
            control, "slug", "Why.", rejections=(RejectionClass.INVALID_CIPHERTEXT,), iv=iv
        )


def test_maker_insists_that_the_reference_refuses_in_an_allowed_way() -> None:
    maker = made_by()
    with pytest.raises(BrokenCase, match="the reference answers invalid-argument"):
        maker.refused(
            control_of(maker),
            "slug",
            "Why.",
            rejections=(RejectionClass.INVALID_CIPHERTEXT,),
            iv=HexBytes(bytes(15)),
        )


def test_maker_insists_on_one_deviation() -> None:
    maker = made_by()
    with pytest.raises(BrokenCase, match="one input"):
        maker.refused(
            control_of(maker),
            "slug",
            "Why.",
            rejections=(RejectionClass.INVALID_ARGUMENT,),
            iv=HexBytes(bytes(15)),
            ciphertext=HexBytes(bytes(15)),
        )


def test_maker_gives_ecb_no_iv() -> None:
    maker = made_by(algorithm=Algorithm.ECB)
    assert maker.iv() is None
    assert maker.zero_iv() is None
    control = control_of(maker).test
    assert isinstance(control, CipherTest)
    assert control.iv is None
