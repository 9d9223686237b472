"""AES recipes: the steps that files on GCM, CBC and ECB have in common, and their oracles.

No target is given a key here. A key that also serves ECB without padding encrypts any block, so
that every answer of another mode can be compared with what the block cipher alone makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from kmsproof_reference.vocabulary import Algorithm, KeySpec, KeyUsage, PaddingMode, RejectionClass
from kmsproof_vectors.live.maker import Given, RecipeMaker, argument, word
from kmsproof_vectors.live.model import (
    IV_IF_WANTED,
    Ask,
    AskedOperation,
    Check,
    Compute,
    Expectation,
    KeyRole,
    Requirement,
)
from kmsproof_vectors.model import BugType, Note

MAIN: Final = "main"
SECOND: Final = "second"

KEYS: Final = {name: KeyRole(usage=KeyUsage.ENCRYPT_DECRYPT) for name in (MAIN, SECOND)}
"""Two keys; files that ask nothing of the second never make it."""

BITS: Final = {128: KeySpec.AES_128, 192: KeySpec.AES_192, 256: KeySpec.AES_256}

IV_LENGTHS: Final = {Algorithm.GCM: 12, Algorithm.CBC: 16}
"""Bytes of the IV that every target takes."""

OWN: Final = "$own"
"""Stands for the part of what was encrypted; it never gets into a recipe."""

MANY: Final = 1000
"""Encryptions after which no IV may have come twice."""

ECB_ORACLE: Final = (Requirement.SEPARATE_IV, Requirement.ECB_NO_PADDING_ORACLE)
"""What it takes to derive an answer again: the parts of it, and the block cipher."""

NOT_THIS_LENGTH: Final = (RejectionClass.INVALID_ARGUMENT, RejectionClass.UNSUPPORTED_ALGORITHM)
"""How a length is refused that a target need not take."""

CLASSES: Final = {
    "G11": "GCM IVs that the target chooses, over many encryptions",
    "C10": "CBC IVs that the target chooses, over many encryptions",
    "K3": "AES keys that the target makes: none that others know, and no two alike",
}

NOTES: Final = {
    "RoundTrip": Note(
        bug_type=BugType.BASIC,
        description="What was encrypted is decrypted again.",
        effect="A message that does not come back is lost.",
    ),
    "UnusedIv": Note(
        bug_type=BugType.FUNCTIONALITY,
        description="An IV is given to ECB, which has none.",
        effect="A target that uses it does something else than ECB.",
    ),
    "GeneratedIv": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="The target chooses the IVs of many encryptions under one key.",
        effect="An IV that comes twice, or can be foreseen in CBC, gives messages away.",
        cves=("CVE-2016-10212",),
    ),
    "WeakAesKey": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="A key that the target made is tried to be found, or is held against another.",
        effect="Everything under a key that others know, or have as well, can be read and forged.",
    ),
    "Diffusion": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="Blocks that differ in one bit are encrypted.",
        effect="A cipher in which few bytes depend on each other is read with a table of blocks.",
    ),
}


# Steps.


def seal(
    recipe: RecipeMaker,
    plaintext: Given,
    name: str = "sealed",
    *,
    expect: Expectation | None = None,
    repeat: int = 1,
    key: str = MAIN,
    iv: Given | None = None,
    aad: Given | None = None,
) -> Ask:
    """Return an encryption, called ``name``, under an IV of whoever chooses it.

    Unless it is told an ``iv``, the target chooses one, or is given a new one if it wants that.
    """
    length = IV_LENGTHS.get(algorithm_of(recipe))
    wanted = recipe.random(length) if length is not None and iv is None else None
    given = {"plaintext": plaintext, "iv": iv, IV_IF_WANTED: wanted, "aad": aad}
    ask = _ask(AskedOperation.ENCRYPT, name, key, expect, given)
    return msgspec.structs.replace(ask, repeat=repeat)


def unseal(
    recipe: RecipeMaker,
    expect: Expectation | None,
    name: str = "",
    *,
    sealed: str = "sealed",
    key: str = MAIN,
    oracle: str | None = None,
    ciphertext: Given = OWN,
    iv: Given | None = OWN,
    tag: Given | None = OWN,
    aad: Given | None = None,
    padding: Given | None = None,
) -> Ask:
    """Return the decryption of what was called ``sealed``, or of what is given of it instead.

    What is given as None is left out.
    """
    algorithm = algorithm_of(recipe)
    given: dict[str, Given | None] = {"ciphertext": ciphertext}
    given |= {"iv": iv} if algorithm in IV_LENGTHS or iv != OWN else {}
    given |= {"tag": tag} if algorithm is Algorithm.GCM else {}
    own = {field: f"${sealed}.{field}" for field in given}
    found = {field: own[field] if value == OWN else value for field, value in given.items()}
    found |= {"aad": aad, "padding": padding}
    ask = _ask(AskedOperation.DECRYPT, name, key, expect, found)
    return msgspec.structs.replace(ask, oracle=oracle)


def _ask(
    operation: AskedOperation,
    name: str,
    key: str,
    expect: Expectation | None,
    given: Mapping[str, Given | None],
) -> Ask:
    """Return a step; what is given as None is left out."""
    arguments = {each: argument(value) for each, value in given.items() if value is not None}
    return Ask(operation=operation, name=name, key=key, expect=expect, arguments=arguments)


def encrypt_blocks(
    recipe: RecipeMaker,
    name: str,
    blocks: Given,
    expect: Expectation | None = None,
    key: str = MAIN,
) -> Ask:
    """Return the encryption of single blocks under a key, with ECB."""
    given = {**_mode(recipe, Algorithm.ECB), "plaintext": blocks}
    return _ask(AskedOperation.ENCRYPT, name, key, expect, given)


def decrypt_blocks(
    recipe: RecipeMaker, name: str, blocks: Given, expect: Expectation | None = None
) -> Ask:
    """Return the decryption of single blocks under the main key, with ECB."""
    given = {**_mode(recipe, Algorithm.ECB), "ciphertext": blocks}
    return _ask(AskedOperation.DECRYPT, name, MAIN, expect, given)


def encrypt_chain(
    recipe: RecipeMaker,
    name: str,
    iv: Given | None,
    blocks: Given,
    expect: Expectation | None = None,
) -> Ask:
    """Return the encryption of whole blocks under the main key, with CBC and the caller's IV."""
    given = {**_mode(recipe, Algorithm.CBC), "plaintext": blocks, "iv": iv}
    return _ask(AskedOperation.ENCRYPT, name, MAIN, expect, given)


def decrypt_chain(
    recipe: RecipeMaker, name: str, iv: Given, blocks: Given, expect: Expectation | None = None
) -> Ask:
    """Return the decryption of whole blocks under the main key, with CBC."""
    given = {**_mode(recipe, Algorithm.CBC), "ciphertext": blocks, "iv": iv}
    return _ask(AskedOperation.DECRYPT, name, MAIN, expect, given)


def _mode(recipe: RecipeMaker, algorithm: Algorithm) -> dict[str, Given | None]:
    """Return the words for a mode without padding, where it is not the file's own."""
    own = recipe.parameters
    other = algorithm is not own.algorithm
    unpadded = word(PaddingMode.NO_PADDING)
    return {
        "algorithm": word(algorithm) if other else None,
        "padding": unpadded if other or own.padding is not PaddingMode.NO_PADDING else None,
    }


def algorithm_of(recipe: RecipeMaker) -> Algorithm:
    """Return the mode of the recipe's file."""
    algorithm = recipe.parameters.algorithm
    assert algorithm is not None  # AES files are about one
    return algorithm


def equal(recipe: RecipeMaker, left: str, right: Given) -> Check:
    """Return the check that two byte strings are the same."""
    return recipe.check("equal", left=left, right=right)


def xor(recipe: RecipeMaker, name: str, left: Given, right: Given) -> Compute:
    """Return the step that adds two byte strings of one length without carry."""
    return recipe.compute("xor", name, left=left, right=right)


def part(recipe: RecipeMaker, name: str, value: str, start: int, end: int | None = None) -> Compute:
    """Return the step that takes the bytes from ``start`` up to, without, ``end``."""
    if end is None:
        return recipe.compute("slice", name, value=value, start=start)
    return recipe.compute("slice", name, value=value, start=start, end=end)


def flip(recipe: RecipeMaker, name: str, value: str, bit: int) -> Compute:
    """Return the step that changes one bit; negative ones count from the end."""
    return recipe.compute("flip-bit", name, value=value, bit=bit)


def joined(recipe: RecipeMaker, name: str, *parts: Given) -> Compute:
    """Return the step that joins byte strings, each given as a name or as bytes."""
    pieces = [each.hex() if isinstance(each, bytes) else str(each) for each in parts]
    return recipe.compute("concat", name, parts=pieces)
