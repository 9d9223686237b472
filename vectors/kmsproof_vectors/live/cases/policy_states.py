"""Key rules: what a key does in each state, and how it comes from one state to another.

Each recipe begins and ends with a key that is enabled and works, so that a target that refuses
everything, or that loses the key, does not pass. If it does not work at the beginning, a recipe
before has failed, and nothing can be concluded.
"""

from __future__ import annotations

from typing import Final

from kmsproof_reference.vocabulary import KeyState
from kmsproof_vectors.live.cases.policy_words import (
    CHANGING,
    CHANGING_SIGNER,
    NOT_IN_THIS_STATE,
    NOT_IN_THIS_STATE_ASYMMETRIC,
    STATES,
    encryption_of,
    needs,
    seal,
    sign,
    signature_of,
    unseal,
    verify,
)
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import Ask, AskedOperation, Expectation, Requirement

DISABLE: Final = (AskedOperation.DISABLE_KEY,)
ENABLE: Final = (AskedOperation.ENABLE_KEY,)
DELETE: Final = (AskedOperation.DESTROY_KEY,)
CANCEL: Final = (AskedOperation.CANCEL_KEY_DELETION,)


class Life:
    """Writes the steps of one recipe that changes the state of a key."""

    def __init__(self, recipe: RecipeMaker, *, signs: bool = False) -> None:
        """``signs``: whether it is a key for signatures."""
        self._recipe = recipe
        self._key = CHANGING_SIGNER if signs else CHANGING
        self._signs = signs
        spec = recipe.parameters.key_spec
        self._symmetric = spec.is_symmetric
        self._algorithm = signature_of(spec) if signs else encryption_of(spec)
        self._message = recipe.random(32)
        self.requires = [Requirement.DIGEST] if signs else needs(self._algorithm)

    @property
    def in_wrong_state(self) -> Expectation:
        """The refusal of a use of the key in a state that does not allow it."""
        refusals = NOT_IN_THIS_STATE if self._symmetric else NOT_IN_THIS_STATE_ASYMMETRIC
        return self._recipe.rejected(*refusals)

    def first_use(self) -> list[Ask]:
        """The key is enabled, which it should be already, and works: it encrypts, or signs."""
        enabled = self._recipe.ask(*ENABLE, key=self._key)
        if self._signs:
            return [enabled, sign("first", self._algorithm, self._message, key=self._key)]
        return [enabled, seal("first", self._algorithm, self._message, key=self._key)]

    def works(self) -> list[Ask]:
        """The key decrypts what it has encrypted at first; or it signs."""
        ok = self._recipe.ok
        if self._signs:
            right = ok(valid=True)
            return [
                sign("", self._algorithm, self._message, key=self._key, expect=ok()),
                verify("first", self._algorithm, self._message, key=self._key, expect=right),
            ]
        right = ok(plaintext=self._message)
        return [unseal("first", self._algorithm, key=self._key, expect=right)]

    def refused(self) -> list[Ask]:
        """The key neither encrypts nor decrypts, nor signs.

        What needs the public key alone, anybody can do without the target; so the target may.
        """
        wrong = self.in_wrong_state
        either = self._recipe.either
        if self._signs:
            public = either(*wrong.rejections, valid=True)
            return [
                sign("", self._algorithm, self._message, key=self._key, expect=wrong),
                verify("first", self._algorithm, self._message, key=self._key, expect=public),
            ]
        encrypts = wrong if self._symmetric else either(*wrong.rejections)
        return [
            seal("", self._algorithm, self._message, key=self._key, expect=encrypts),
            unseal("first", self._algorithm, key=self._key, expect=wrong),
        ]

    def state(self, state: KeyState) -> list[Ask]:
        """The key says that it is in a state; it does so in every state."""
        expect = self._recipe.ok(state=word(state))
        return [self._recipe.ask("describe_key", key=self._key, expect=expect)]

    def does(self, *operations: AskedOperation) -> list[Ask]:
        """The state of the key is changed."""
        return [
            self._recipe.ask(each, key=self._key, expect=self._recipe.ok()) for each in operations
        ]

    def does_not(self, *operations: AskedOperation) -> list[Ask]:
        """The state table does not allow the change."""
        refused = self._recipe.rejected(*NOT_IN_THIS_STATE)
        return [self._recipe.ask(each, key=self._key, expect=refused) for each in operations]

    def public_key_or_refusal(self) -> list[Ask]:
        """The public key is given out, or not: the documents do not say."""
        expect = self._recipe.either(*NOT_IN_THIS_STATE_ASYMMETRIC)
        return [self._recipe.ask("get_public_key", key=self._key, expect=expect)]

    def add(self, slug: str, why: str, *parts: list[Ask]) -> None:
        """Add the recipe: the key works, then these steps, then it works again."""
        middle = [step for part in parts for step in part]
        steps = [*self.first_use(), *middle, *self.works()]
        self._recipe.valid(slug, why, *steps, requires=self.requires)


def _lives(recipe: RecipeMaker) -> dict[str, Life]:
    """Return a key of each purpose by how the ids call it."""
    lives = {"encryption-key": Life(recipe)}
    if not recipe.parameters.key_spec.is_symmetric:
        lives["signing-key"] = Life(recipe, signs=True)
    return lives


@live_case("P2", "disabled", flags=("KeyState",), clause=STATES, requires=[Requirement.LIFECYCLE])
def disabled(recipe: RecipeMaker) -> None:
    """**Valid.** A key is used, disabled, refused, enabled, and used again."""
    for name, life in _lives(recipe).items():
        life.add(
            name,
            "A disabled key is not used until it is enabled again, and always says its state.",
            life.state(KeyState.ENABLED),
            life.does(*DISABLE),
            life.state(KeyState.DISABLED),
            life.refused(),
            life.does(*ENABLE),
            life.state(KeyState.ENABLED),
        )
        life.add(
            f"{name}-twice",
            "To disable a disabled key and to enable an enabled one changes nothing.",
            life.does(*ENABLE),
            life.does(*DISABLE, *DISABLE),
            life.state(KeyState.DISABLED),
            life.refused(),
            life.does(*ENABLE, *ENABLE),
            life.state(KeyState.ENABLED),
        )


@live_case(
    "P2",
    "public-key-of-disabled",
    flags=("KeyState", "PublicKeyOnly"),
    clause=STATES,
    requires=[Requirement.LIFECYCLE],
)
def public_key_of_disabled(recipe: RecipeMaker) -> None:
    """**Valid.** The public key of a disabled key is given out or refused, without an error."""
    for name, life in _lives(recipe).items():
        life.add(
            name,
            "To ask a disabled key for its public part is no internal error.",
            life.does(*DISABLE),
            life.public_key_or_refusal(),
            life.does(*ENABLE),
        )


@live_case("P3", "deletion", flags=("KeyState",), clause=STATES, requires=[Requirement.LIFECYCLE])
def deletion(recipe: RecipeMaker) -> None:
    """**Valid.** A key is used, scheduled for deletion, refused, taken back, and used again."""
    for name, life in _lives(recipe).items():
        life.add(
            name,
            "A key that is scheduled for deletion is not used; taken back, it is.",
            life.does(*DELETE),
            life.state(KeyState.PENDING_DELETION),
            life.refused(),
            life.does(*CANCEL),
            life.state(KeyState.ENABLED),
        )
        life.add(
            f"{name}-disabled",
            "A disabled key that is scheduled for deletion and taken back is enabled.",
            life.does(*DISABLE, *DELETE),
            life.state(KeyState.PENDING_DELETION),
            life.refused(),
            life.does(*CANCEL),
            life.state(KeyState.ENABLED),
        )


@live_case(
    "P3", "transitions", flags=("KeyState",), clause=STATES, requires=[Requirement.LIFECYCLE]
)
def transitions(recipe: RecipeMaker) -> None:
    """**Valid.** Changes of state that the table does not allow are refused and change nothing."""
    life = Life(recipe)
    for slug, operation, text in (
        ("enable", AskedOperation.ENABLE_KEY, "enabled"),
        ("disable", AskedOperation.DISABLE_KEY, "disabled"),
        ("schedule", AskedOperation.DESTROY_KEY, "scheduled for deletion again"),
    ):
        life.add(
            f"{slug}-while-pending",
            f"A key that is scheduled for deletion cannot be {text}.",
            life.does(*DELETE),
            life.does_not(operation),
            life.state(KeyState.PENDING_DELETION),
            life.refused(),
            life.does(*CANCEL),
        )
    life.add(
        "cancel-enabled",
        "The deletion of an enabled key cannot be cancelled, since there is none.",
        life.does_not(*CANCEL),
        life.state(KeyState.ENABLED),
    )
    life.add(
        "cancel-disabled",
        "The deletion of a disabled key cannot be cancelled, and it stays disabled.",
        life.does(*DISABLE),
        life.does_not(*CANCEL),
        life.state(KeyState.DISABLED),
        life.refused(),
        life.does(*ENABLE),
    )


SYMMETRIC_CASES: Final = (disabled, deletion, transitions)
ASYMMETRIC_CASES: Final = (*SYMMETRIC_CASES, public_key_of_disabled)
