"""A live file and a file of key rules, small enough to know every verdict by heart."""

from __future__ import annotations

from pathlib import Path

from kmsproof_reference.vocabulary import (
    Algorithm,
    KeySpec,
    KeyUsage,
    RejectionClass,
)
from kmsproof_vectors.live.build import build_live_file, live_contents
from kmsproof_vectors.live.maker import (
    LiveParameters,
    LiveRecipe,
    RecipeMaker,
    key_of,
    live_case,
    word,
)
from kmsproof_vectors.live.model import Ask, Expectation, KeyRole, LiveFile, LiveUniformity
from kmsproof_vectors.model import BugType, Clause, Note

GCM = "live-aes-128-gcm"
POLICY = "policy-aes-128"
CLAUSE = Clause(ref="SP 800-38D", section="7.2")
STATES = Clause(ref="KMS", section="key states")
MESSAGE = b"a message that nobody has sent before"
NOTES = {
    "Changed": Note(
        bug_type=BugType.AUTH_BYPASS,
        description="Something was changed.",
        effect="Changed data passes.",
    )
}
REFUSED = RecipeMaker.rejected(RejectionClass.INVALID_CIPHERTEXT)

ROUND_TRIP = f"{GCM}/round-trip/plain"
TAGS = tuple(f"{GCM}/tags/bit-{bit}" for bit in (0, 64, 127))
REFUSALS = f"{GCM}/refusals/tags"
IVS = f"{GCM}/ivs/distinct"
TWO_KEYS = f"{GCM}/two-keys/exchanged"
TOLD = f"{GCM}/one-iv/twice"
USED = f"{POLICY}/states/used"
DISABLED = f"{POLICY}/states/disabled"
ENABLED = f"{POLICY}/states/enabled-again"
ALL = {ROUND_TRIP, *TAGS, REFUSALS, IVS, TWO_KEYS, TOLD, USED, DISABLED, ENABLED}


@live_case("G1", "round-trip", flags=("Changed",), clause=CLAUSE)
def round_trip(recipe: RecipeMaker) -> None:
    """**Valid.** What is encrypted can be decrypted."""
    sealed = recipe.ask("encrypt", "sealed", plaintext=MESSAGE, expect=recipe.ok())
    opened = _opened(recipe, recipe.ok(plaintext=MESSAGE))
    recipe.valid("plain", "A ciphertext of the target's own.", sealed, opened)


def _opened(
    recipe: RecipeMaker, expect: Expectation, tag: str = "$sealed.tag", oracle: str | None = None
) -> Ask:
    return recipe.ask(
        "decrypt",
        ciphertext="$sealed.ciphertext",
        iv="$sealed.iv",
        tag=tag,
        expect=expect,
        oracle=oracle,
    )


@live_case("G3", "tags", flags=("Changed",), clause=CLAUSE)
def tags(recipe: RecipeMaker) -> None:
    """**Invalid.** One bit of the tag is flipped."""
    for bit in (0, 64, 127):
        sealed = recipe.ask("encrypt", "sealed", plaintext=MESSAGE)
        flipped = recipe.compute("flip-bit", "flipped", value="$sealed.tag", bit=bit)
        opened = _opened(recipe, REFUSED, "$flipped", "tags")
        recipe.invalid(
            f"bit-{bit}", f"Bit {bit} is flipped.", sealed, flipped, opened, control=ROUND_TRIP
        )


@live_case("G11", "ivs", flags=("Changed",), clause=CLAUSE)
def ivs(recipe: RecipeMaker) -> None:
    """**Valid.** No IV comes twice."""
    sealed = recipe.ask("encrypt", "sealed", plaintext=MESSAGE, repeat=5, expect=recipe.ok())
    distinct = recipe.check("all-distinct", values="$sealed.iv")
    recipe.valid("distinct", "Five encryptions.", sealed, checks=[distinct])


@live_case("G16", "two-keys", flags=("Changed",), clause=CLAUSE)
def two_keys(recipe: RecipeMaker) -> None:
    """**Invalid.** A ciphertext of another key."""
    sealed = recipe.ask("encrypt", "sealed", key="other", plaintext=MESSAGE)
    opened = _opened(recipe, REFUSED)
    recipe.invalid("exchanged", "Of another key.", sealed, opened, control=ROUND_TRIP)


@live_case("G12", "one-iv", flags=("Changed",), clause=CLAUSE)
def one_iv(recipe: RecipeMaker) -> None:
    """**Report.** One IV twice."""
    asks = [
        recipe.ask("encrypt", name, plaintext=MESSAGE, iv=bytes(12), expect=recipe.ok())
        for name in ("first", "second")
    ]
    other = recipe.check("different", left="$first.ciphertext", right="$second.ciphertext")
    recipe.report("twice", "One IV for two messages.", *asks, checks=[other])


@live_case("A1", "states", flags=("Changed",), clause=STATES)
def states(recipe: RecipeMaker) -> None:
    """A key is used, disabled, and enabled again."""

    def use(expect: Expectation) -> Ask:
        gcm = word(Algorithm.GCM)
        return recipe.ask(
            "encrypt", key="$made.key", algorithm=gcm, plaintext=MESSAGE, expect=expect
        )

    made = recipe.ask("create_key", "made", usage=word(KeyUsage.ENCRYPT_DECRYPT))
    disable = recipe.ask("disable_key", key="$made.key", expect=recipe.ok())
    refused = use(recipe.rejected(RejectionClass.KEY_STATE))
    enable = recipe.ask("enable_key", key="$made.key", expect=recipe.ok())
    used = use(recipe.ok())
    recipe.valid("used", "A new key.", made, used)
    recipe.invalid("disabled", "Disabled.", made, disable, refused, control="used")
    recipe.valid("enabled-again", "Enabled again.", made, disable, enable, used)


def live_recipe() -> LiveRecipe:
    """Return the file about GCM."""
    role = key_of(Algorithm.GCM)
    uniformity = LiveUniformity(
        id=REFUSALS, case="G15", name="tags", why="Alike.", clause=CLAUSE, flags=("Changed",)
    )
    parameters = LiveParameters(
        GCM,
        KeySpec.AES_128,
        Algorithm.GCM,
        None,
        "GCM",
        {"main": role, "other": role},
        (uniformity,),
    )
    return LiveRecipe(
        parameters,
        (round_trip, tags, ivs, two_keys, one_iv),
        NOTES,
        {name: name for name in ("G1", "G3", "G11", "G12", "G15", "G16")},
    )


def policy_recipe() -> LiveRecipe:
    """Return the file about states."""
    usage = KeyRole(usage=KeyUsage.ENCRYPT_DECRYPT)
    parameters = LiveParameters(POLICY, KeySpec.AES_128, None, None, "States", {"main": usage})
    return LiveRecipe(parameters, (states,), NOTES, {"A1": "States"})


def live_files() -> list[LiveFile]:
    """Return both files."""
    return [build_live_file(live_recipe()), build_live_file(policy_recipe())]


def write_live_corpus(folder: Path) -> Path:
    """Write both files and their manifest to a folder."""
    folder.mkdir(parents=True)
    for name, data in live_contents([live_recipe(), policy_recipe()]).items():
        (folder / name).write_bytes(data)
    return folder
