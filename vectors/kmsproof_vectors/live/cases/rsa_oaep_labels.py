"""RSAES-OAEP recipes with labels: of every form, and other ones than at encryption."""

from __future__ import annotations

from typing import Final

from kmsproof_vectors.cases.rsa_oaep import DECODING, ENCRYPTION, LABEL_HASH
from kmsproof_vectors.cases.rsa_oaep_labels import LABELS, LABELS_OF_OTHERS, OTHER_LABELS, RIGHT
from kmsproof_vectors.live.cases.rsa_opening import (
    accept,
    control,
    draw_message,
    longest_message,
    refuse,
    seal,
    unseal,
)
from kmsproof_vectors.live.maker import RecipeMaker, live_case
from kmsproof_vectors.live.model import Requirement

LABELLED: Final = (Requirement.LABEL,)


@live_case("O6", "label", flags=("OaepLabel",), clause=LABEL_HASH, requires=LABELLED)
def label(recipe: RecipeMaker) -> None:
    """**Valid.** Messages with labels of many forms are decrypted."""
    for number, (name, value) in enumerate(LABELS):
        message = recipe.random((0, 20, longest_message(recipe))[number % 3])
        why = f"A label is any string of bytes, here {name.replace('-', ' ')}."
        accept(recipe, name, why, message, seal(recipe, message, label=value), label=value)


@live_case("O6", "encrypt-with-label", flags=("OaepLabel",), clause=ENCRYPTION, requires=LABELLED)
def encrypt_with_label(recipe: RecipeMaker) -> None:
    """**Valid.** A message is encrypted with a label, so that it is needed to decrypt it."""
    for name, value in LABELS[2:5]:
        message = recipe.random(20)
        encrypted = recipe.ask(
            "encrypt", "encrypted", expect=recipe.ok(), plaintext=message, label=value
        )
        recipe.valid(
            name,
            f"A target encrypts under the label that it is given: {name.replace('-', ' ')}.",
            encrypted,
            unseal(recipe.ok(plaintext=message), "$encrypted.ciphertext", label=value),
        )
        refuse(
            recipe,
            f"{name}-left-out",
            f"What was encrypted with a label is refused without it: {name.replace('-', ' ')}.",
            encrypted,
            ciphertext="$encrypted.ciphertext",
            control=name,
        )


@live_case("O6", "other-label", flags=("WrongOaepLabel",), clause=DECODING, requires=LABELLED)
def other_label(recipe: RecipeMaker) -> None:
    """**Invalid.** The caller gives another label than at encryption."""
    message = draw_message(recipe)
    control(recipe, message, label=RIGHT)
    for name, value in OTHER_LABELS:
        why = f"The message is bound to its label: {name.replace('-', ' ')}."
        made = seal(recipe, message, label=RIGHT)
        refuse(recipe, name, why, made, ciphertext="$sealed", label=value)


@live_case("O6", "made-with-label", flags=("WrongOaepLabel",), clause=DECODING)
def made_with_label(recipe: RecipeMaker) -> None:
    """**Invalid.** The message was encrypted with a label, and none is given to decrypt it."""
    message = draw_message(recipe)
    control(recipe, message)
    for name, value in LABELS[:8]:
        why = f"A message that has a label is refused without it: {name.replace('-', ' ')}."
        made = seal(recipe, message, label=value)
        refuse(recipe, name, why, made, ciphertext="$sealed")


@live_case(
    "O6", "made-without-label", flags=("WrongOaepLabel",), clause=DECODING, requires=LABELLED
)
def made_without_label(recipe: RecipeMaker) -> None:
    """**Invalid.** The message was encrypted without a label or with another than is given."""
    message = draw_message(recipe)
    control(recipe, message, label=RIGHT)
    for name, value in LABELS_OF_OTHERS:
        why = f"A message without the label that is given is refused: {name.replace('-', ' ')}."
        made = seal(recipe, message, label=value)
        refuse(recipe, name, why, made, ciphertext="$sealed", label=RIGHT)


CASES: Final = (label, encrypt_with_label, other_label, made_with_label, made_without_label)
"""The cases of this module."""
