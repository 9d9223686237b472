"""AES in ECB and CBC: what the modes do with flipped, moved and cut blocks.

None of this is a defect of a target. Nothing is authenticated in these modes, so that a changed
ciphertext has an exact answer too, and a target that answers otherwise does something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_reference.octets import blocks, xor
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_block_modes import (
    CBC,
    ECB,
    ERROR_PROPERTIES,
    BlockModeMaker,
    ciphertext_of,
    joined,
    plaintext_of,
)
from kmsproof_vectors.cases.aes_block_modes_bad_padding import PKCS7
from kmsproof_vectors.cases.aes_gcm import differing_bits, flipped
from kmsproof_vectors.maker import CONTROL_FLAGS, flagged

BLOCKS = 4
"""Blocks of the ciphertexts that are changed."""

FLIPPED_BITS = (0, 7, 8, 63, 64, 87)
"""Bits of a block that are flipped, none of them in the five bytes of padding at its end."""

GARBLED_BITS = 24
"""At least so many of the 128 bits differ in a garbled block, all but certainly."""

Blocks = list[bytes]


def _split(text: bytes) -> Blocks:
    return list(blocks(text))


class _Sealed:
    """A message of four blocks, the last one with five bytes of padding, and its ciphertext."""

    def __init__(self, family: BlockModeMaker, message: bytes | None = None) -> None:
        self.family = family
        length = BLOCK_LENGTH * BLOCKS - (5 if family.pads else 0)
        self.message = family.random(length) if message is None else message
        self.iv = family.iv()
        self.ciphertext = _split(family.encrypted(self.message, self.iv))
        self.padded = _split(PKCS7.pad(self.message) if family.pads else self.message)

    def unpadded(self, padded: Sequence[bytes]) -> bytes:
        """Return the message that must come out when the blocks decrypt to these."""
        text = joined(padded)
        return PKCS7.unpad(text) if self.family.pads else text

    def opened(
        self, slug: str, why: str, ciphertext: Sequence[bytes], padded: Sequence[bytes]
    ) -> Draft:
        """Return the decryption of a changed ciphertext, to which these blocks are foreseen."""
        draft = self.family.decrypt(slug, why, ciphertext=joined(ciphertext), iv=self.iv)
        require(plaintext_of(draft) == self.unpadded(padded), f"{slug} is not as foreseen")
        return draft


def _control(sealed: _Sealed) -> Draft:
    why = "The message as it was encrypted comes out."
    draft = sealed.opened("control", why, sealed.ciphertext, sealed.padded)
    return flagged(draft, CONTROL_FLAGS)


@case("C12", "cbc-bit-flip", flags=("ModeProperty",), clause=ERROR_PROPERTIES)
def cbc_bit_flip(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** A bit of C_j is flipped: P_j is garbled, the same bit of P_(j+1) is flipped."""
    sealed = _Sealed(family)
    yield _control(sealed)
    for j in range(BLOCKS - family.pads):  # a garbled last block has no padding any more
        for bit in FLIPPED_BITS:
            changed = [*sealed.ciphertext]
            changed[j] = flipped(changed[j], bit)
            why = f"Bit {bit} of C_{j + 1} garbles P_{j + 1} and flips that bit of the next block."
            draft = family.decrypt(
                f"block-{j + 1}-bit-{bit:02}", why, ciphertext=joined(changed), iv=sealed.iv
            )
            foreseen = [*sealed.padded]
            foreseen[j] = _split(plaintext_of(draft))[j]
            if j + 1 < BLOCKS:
                foreseen[j + 1] = flipped(foreseen[j + 1], bit)
            _require_garbled(sealed.padded[j], foreseen[j])
            require(plaintext_of(draft) == sealed.unpadded(foreseen), "another block has changed")
            yield draft


@case("C12", "cbc-iv-bit-flip", flags=("ModeProperty",), clause=ERROR_PROPERTIES)
def cbc_iv_bit_flip(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** A bit of the IV is flipped: the same bit of P_1 is flipped, and nothing else."""
    sealed = _Sealed(family)
    yield _control(sealed)
    for bit in range(8 * BLOCK_LENGTH):
        sealed_again = flipped(sealed.iv or b"", bit)
        why = f"Bit {bit} of the IV flips that bit of the first block and nothing else."
        draft = family.decrypt(
            f"bit-{bit:03}", why, ciphertext=joined(sealed.ciphertext), iv=sealed_again
        )
        foreseen = [flipped(sealed.padded[0], bit), *sealed.padded[1:]]
        require(plaintext_of(draft) == sealed.unpadded(foreseen), "another bit has changed")
        yield draft


@case("C12", "ecb-bit-flip", flags=("ModeProperty",), clause=ERROR_PROPERTIES)
def ecb_bit_flip(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** A bit of C_j is flipped: P_j is garbled, and nothing else."""
    sealed = _Sealed(family)
    yield _control(sealed)
    for j in range(BLOCKS - family.pads):
        for bit in FLIPPED_BITS:
            changed = [*sealed.ciphertext]
            changed[j] = flipped(changed[j], bit)
            why = f"Bit {bit} of C_{j + 1} garbles P_{j + 1} and nothing else."
            draft = family.decrypt(
                f"block-{j + 1}-bit-{bit:02}", why, ciphertext=joined(changed), iv=None
            )
            foreseen = [*sealed.padded]
            foreseen[j] = _split(plaintext_of(draft))[j]
            _require_garbled(sealed.padded[j], foreseen[j])
            require(plaintext_of(draft) == sealed.unpadded(foreseen), "another block has changed")
            yield draft


def _require_garbled(before: bytes, after: bytes) -> None:
    require(differing_bits(before, after) >= GARBLED_BITS, "the block is hardly changed")


@case("C12", "prefix", flags=("ModeProperty",), clause=ERROR_PROPERTIES)
def prefix(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** The first blocks of a ciphertext decrypt to the first blocks of the message.

    With padding, every block of the message ends in a padding of its own.
    """
    pieces = [PKCS7.pad(family.random(BLOCK_LENGTH - 1 - j)) for j in range(BLOCKS)]
    sealed = _Sealed(family, joined(pieces) if not family.pads else PKCS7.unpad(joined(pieces)))
    for count in range(1, BLOCKS + 1):
        why = f"The first {count} of {BLOCKS} blocks decrypt to the message's first {count}."
        yield sealed.opened(
            f"{count}-blocks", why, sealed.ciphertext[:count], sealed.padded[:count]
        )


@case("C12", "cbc-suffix", flags=("ModeProperty",), clause=CBC)
def cbc_suffix(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** The last blocks decrypt to the last blocks, with the block before them as IV."""
    sealed = _Sealed(family)
    for start in range(1, BLOCKS):
        why = f"With C_{start} as IV the blocks after it decrypt to the end of the message."
        draft = family.decrypt(
            f"after-block-{start}",
            why,
            ciphertext=joined(sealed.ciphertext[start:]),
            iv=sealed.ciphertext[start - 1],
        )
        foreseen = sealed.unpadded(sealed.padded[start:])
        require(plaintext_of(draft) == foreseen, "the end of the message does not come out")
        yield draft


@case("C12", "cbc-splice", flags=("ModeProperty",), clause=CBC)
def cbc_splice(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** The start of one ciphertext with the end of another: one block is garbled."""
    one, two = _Sealed(family), _Sealed(family)
    for cut in range(1, BLOCKS):
        spliced = one.ciphertext[:cut] + two.ciphertext[cut:]
        joint = xor(two.padded[cut], xor(two.ciphertext[cut - 1], one.ciphertext[cut - 1]))
        foreseen = [*one.padded[:cut], joint, *two.padded[cut + 1 :]]
        if family.pads and cut == BLOCKS - 1:
            continue  # the garbled block would be the one with the padding
        why = f"{cut} blocks of one message, then another one's: only block {cut + 1} is garbled."
        draft = one.opened(f"after-block-{cut}", why, spliced, foreseen)
        _require_garbled(two.padded[cut], joint)
        yield draft


@case("C12", "ecb-splice", flags=("ModeProperty",), clause=ECB)
def ecb_splice(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** The start of one ciphertext with the end of another: every block comes out."""
    one, two = _Sealed(family), _Sealed(family)
    for cut in range(1, BLOCKS):
        why = f"{cut} blocks of one message and {BLOCKS - cut} of another come out unharmed."
        yield one.opened(
            f"after-block-{cut}",
            why,
            one.ciphertext[:cut] + two.ciphertext[cut:],
            one.padded[:cut] + two.padded[cut:],
        )


@case("C12", "ecb-equal-blocks", flags=("ModeProperty",), clause=ECB)
def ecb_equal_blocks(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** Equal blocks of the message are equal blocks of the ciphertext."""
    block, other = family.random(BLOCK_LENGTH), family.random(BLOCK_LENGTH)
    for pattern in ("aa", "aaaa", "aba", "abab", "abba", "aabb"):
        why = f"Blocks that are equal stay equal: {pattern}."
        message = joined(block if letter == "a" else other for letter in pattern)
        drafts = family.both(pattern, why, plaintext=message, iv=None)
        sealed = _split(ciphertext_of(drafts[0]))[: len(pattern)]
        equal = [a == b for a in pattern for b in pattern]
        require([a == b for a in sealed for b in sealed] == equal, "equal blocks do not stay so")
        yield from drafts


@case("C12", "ecb-permutation", flags=("ModeProperty",), clause=ECB)
def ecb_permutation(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** Blocks of the ciphertext in another order are the message's in that order.

    With padding, the last block stays where it is.
    """
    sealed = _Sealed(family)
    yield _control(sealed)
    for order in ((1, 0, 2, 3), (2, 1, 0, 3), (1, 2, 0, 3), (0, 0, 0, 3), (3, 2, 1, 0)):
        if family.pads and order[-1] != BLOCKS - 1:
            continue
        why = "The blocks of the message come out in the order of the ciphertext's."
        yield sealed.opened(
            "order-" + "".join(str(place + 1) for place in order),
            why,
            [sealed.ciphertext[place] for place in order],
            [sealed.padded[place] for place in order],
        )


CBC_BOOK = case_book(cbc_bit_flip, cbc_iv_bit_flip, prefix, cbc_suffix, cbc_splice)
"""Properties of CBC."""

ECB_BOOK = case_book(ecb_bit_flip, prefix, ecb_equal_blocks, ecb_permutation, ecb_splice)
"""Properties of ECB."""
