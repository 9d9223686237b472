"""What a live case is, and what it is handed to write recipes with.

A case is a short function; its docstring is its published description::

    @live_case("O2", "first-octet", flags=("ModifiedPadding",), clause=DECODING)
    def first_octet(recipe: RecipeMaker) -> None:
        \"\"\"**Invalid.** The first octet of the encoded message is not zero.\"\"\"
        sealed = recipe.compute("oaep-ciphertext", "sealed", public_key="$main.public_key", ...)
        opened = recipe.ask("decrypt", ciphertext="$sealed", expect=recipe.rejected(...))
        recipe.invalid("01", "The first octet is 01.", sealed, opened, control="control")

A recipe that names what does not exist is refused when it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import cleandoc

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.vocabulary import (
    SIGNATURE_ALGORITHMS,
    Algorithm,
    KeySpec,
    KeyUsage,
    PaddingMode,
    RejectionClass,
)
from kmsproof_vectors.case import SLUG, BrokenCase, require
from kmsproof_vectors.live.model import (
    AnyStep,
    Argument,
    Ask,
    AskedOperation,
    Check,
    Compute,
    Expectation,
    ExpectedOutcome,
    KeyRole,
    LiveResult,
    LiveTest,
    LiveUniformity,
    Requirement,
    Word,
)
from kmsproof_vectors.live.validate import Surroundings, recipe_problems
from kmsproof_vectors.maker import SEED
from kmsproof_vectors.model import Clause, Note

Given = Argument | bytes | Sequence[str | int | bool | Word | bytes]
"""A value as cases write it; bytes become hex."""


def key_of(algorithm: Algorithm) -> KeyRole:
    """Return a key for an algorithm, of the usage that the algorithm takes."""
    signs = algorithm in SIGNATURE_ALGORITHMS
    return KeyRole(usage=KeyUsage.SIGN_VERIFY if signs else KeyUsage.ENCRYPT_DECRYPT)


@dataclass(frozen=True)
class LiveParameters:
    """What one live file is about."""

    family: str
    key_spec: KeySpec
    algorithm: Algorithm | None
    """None in a file of key rules, whose steps say it themselves."""
    padding: PaddingMode | None
    description: str
    keys: Mapping[str, KeyRole]
    """The keys that the recipes name; ``main`` is what ``ask`` takes unless told otherwise."""
    uniformities: tuple[LiveUniformity, ...] = ()

    @property
    def surroundings(self) -> Surroundings:
        """What the recipes of the file can name beside their own steps."""
        oracles = frozenset(each.name for each in self.uniformities)
        return Surroundings(self.key_spec, self.algorithm, self.keys, oracles)


@dataclass(frozen=True)
class LiveCase:
    """What the decorator makes of a function."""

    edge_class: str
    slug: str
    flags: tuple[str, ...]
    clause: Clause
    requires: tuple[Requirement, ...]
    exhaustive: bool
    description: str
    """The first paragraph of the docstring, on one line."""
    make: Callable[[RecipeMaker], None]


@dataclass(frozen=True)
class LiveRecipe:
    """A live file to be made: what it is about, and its cases.

    ``notes`` and ``classes`` hold those that the library corpus does not have.
    """

    parameters: LiveParameters
    cases: tuple[LiveCase, ...]
    notes: Mapping[str, Note] = field(default_factory=dict[str, Note])
    classes: Mapping[str, str] = field(default_factory=dict[str, str])


def live_case(
    edge_class: str,
    slug: str | None = None,
    *,
    flags: tuple[str, ...],
    clause: Clause,
    requires: Sequence[Requirement] = (),
    exhaustive: bool = False,
) -> Callable[[Callable[[RecipeMaker], None]], LiveCase]:
    """Declare a function to be a live case.

    Args:
        edge_class: the edge-case class, such as ``O2``.
        slug: the middle part of the ids of its tests; by default the name of the function.
        flags: names of notes that all its tests bear.
        clause: where the standard says what must happen.
        requires: what a target must declare for any of its tests to apply.
        exhaustive: whether a default run leaves its tests out.

    Raises:
        BrokenCase: if the slug is malformed or there is no description.
    """

    def decorate(make: Callable[[RecipeMaker], None]) -> LiveCase:
        middle = make.__name__.replace("_", "-") if slug is None else slug
        require(SLUG.fullmatch(middle) is not None, f"{middle!r} is no slug")
        description = cleandoc(make.__doc__ or "").split("\n\n")[0].replace("\n", " ")
        require(bool(description), f"the live case {middle} has no description")
        return LiveCase(
            edge_class, middle, flags, clause, tuple(requires), exhaustive, description, make
        )

    return decorate


def argument(given: Given) -> Argument:
    """Return a value as it stands in a recipe."""
    match given:
        case bytes():
            return given.hex()
        case str() | int() | Word():
            return given
        case _:
            return tuple(each.hex() if isinstance(each, bytes) else each for each in given)


def word(text: str) -> Word:
    """Return a literal word."""
    return Word(text=str(text))


def _arguments(given: Mapping[str, Given]) -> dict[str, Argument]:
    return {name: argument(each) for name, each in given.items()}


@dataclass
class RecipeMaker:
    """Writes the tests of one case of one file."""

    parameters: LiveParameters
    case: LiveCase
    tests: list[LiveTest] = field(default_factory=list[LiveTest])

    def __post_init__(self) -> None:
        self.drbg = Drbg(SEED, f"{self.parameters.family}/{self.case.slug}".encode())

    def random(self, length: int) -> bytes:
        """Return the next bytes of this case's generator."""
        return self.drbg.generate(length)

    def id_of(self, slug: str) -> str:
        """Return the id of a test of this case."""
        require(SLUG.fullmatch(slug) is not None, f"{slug!r} is no slug")
        return f"{self.parameters.family}/{self.case.slug}/{slug}"

    # The parts of a recipe.

    @staticmethod
    def compute(function: str, name: str, /, **arguments: Given) -> Compute:
        """Return a step that computes a value and calls it ``name``."""
        return Compute(function=function, name=name, arguments=_arguments(arguments))

    @staticmethod
    def ask(
        operation: AskedOperation | str,
        name: str = "",
        /,
        *,
        key: str = "main",
        repeat: int = 1,
        expect: Expectation | None = None,
        oracle: str | None = None,
        **arguments: Given,
    ) -> Ask:
        """Return a step that asks the target and calls the answer ``name``.

        ``create_key`` takes no key; every other operation takes the file's ``main`` unless it is
        told a key's name, or ``$made.key`` of an earlier ``create_key``.
        """
        kind = AskedOperation(operation)
        return Ask(
            operation=kind,
            name=name,
            key="" if kind is AskedOperation.CREATE_KEY else key,
            repeat=repeat,
            expect=expect,
            oracle=oracle,
            arguments=_arguments(arguments),
        )

    @staticmethod
    def check(name: str, /, **arguments: Given) -> Check:
        """Return what must hold at the end."""
        return Check(check=name, arguments=_arguments(arguments))

    @staticmethod
    def ok(**values: Given) -> Expectation:
        """Return the expectation that an answer is given, with these values in its fields."""
        return Expectation(outcome=ExpectedOutcome.OK, values=_arguments(values))

    @staticmethod
    def rejected(*rejections: RejectionClass) -> Expectation:
        """Return the expectation of a refusal of one of these classes."""
        return Expectation(outcome=ExpectedOutcome.REJECTED, rejections=rejections)

    @staticmethod
    def either(*rejections: RejectionClass, **values: Given) -> Expectation:
        """Return the expectation of an answer with these values, or of one of these refusals."""
        return Expectation(
            outcome=ExpectedOutcome.EITHER, rejections=rejections, values=_arguments(values)
        )

    # Whole tests.

    def valid(
        self,
        slug: str,
        why: str,
        *steps: AnyStep,
        checks: Sequence[Check] = (),
        requires: Sequence[Requirement] = (),
        flags: tuple[str, ...] | None = None,
    ) -> str:
        """Add a test of something that the target must do; see ``add``."""
        return self.add(
            slug,
            why,
            *steps,
            result=LiveResult.VALID,
            checks=checks,
            requires=requires,
            flags=flags,
        )

    def invalid(
        self,
        slug: str,
        why: str,
        *steps: AnyStep,
        control: str,
        checks: Sequence[Check] = (),
        requires: Sequence[Requirement] = (),
        flags: tuple[str, ...] | None = None,
    ) -> str:
        """Add a test of something that the target must refuse; see ``add``."""
        return self.add(
            slug,
            why,
            *steps,
            result=LiveResult.INVALID,
            checks=checks,
            control=control,
            requires=requires,
            flags=flags,
        )

    def report(
        self,
        slug: str,
        why: str,
        *steps: AnyStep,
        checks: Sequence[Check] = (),
        requires: Sequence[Requirement] = (),
        flags: tuple[str, ...] | None = None,
    ) -> str:
        """Add a test whose finding is told and fails nothing; see ``add``."""
        return self.add(
            slug,
            why,
            *steps,
            result=LiveResult.REPORT,
            checks=checks,
            requires=requires,
            flags=flags,
        )

    def add(
        self,
        slug: str,
        why: str,
        *steps: AnyStep,
        result: LiveResult,
        checks: Sequence[Check] = (),
        control: str | None = None,
        requires: Sequence[Requirement] = (),
        flags: tuple[str, ...] | None = None,
    ) -> str:
        """Add a test.

        Args:
            slug: the last part of its id.
            why: one sentence: what it shows.
            steps: the recipe.
            result: what is demanded of the target.
            checks: what must hold at the end.
            control: of an invalid test: the slug of a valid test of this case, or a whole id.
            requires: what a target must declare, beside what the case requires.
            flags: names of notes, where they are not those of the case.

        Returns:
            The id of the test.

        Raises:
            BrokenCase: if the recipe names what does not exist, or could show nothing.
        """
        whole = control if control is None or "/" in control else self.id_of(control)
        test = LiveTest(
            id=self.id_of(slug),
            case=self.case.edge_class,
            result=result,
            why=why,
            clause=self.case.clause,
            flags=self.case.flags if flags is None else flags,
            steps=steps,
            checks=tuple(checks),
            control=whole,
            requires=tuple(dict.fromkeys((*self.case.requires, *requires))),
            exhaustive=self.case.exhaustive,
        )
        for problem in recipe_problems(test, self.parameters.surroundings):
            raise BrokenCase(f"{test.id}: {problem}")
        require(test.id not in {each.id for each in self.tests}, f"{test.id}: there are two")
        self.tests.append(test)
        return test.id
