"""A case: a short function that makes the vectors of one edge case, and what it needs for that.

A case is decorated with the edge-case class it belongs to, its slug, flags and clause. Its
docstring is its published description. It yields drafts; a draft is a test and its key::

    @case("G3", "tag-bit-flipped", flags=("ModifiedTag",), clause=TAG_CHECK)
    def tag_bit_flipped(family: Gcm) -> Iterator[Draft]:
        \"\"\"**Invalid.** One bit of the tag is flipped, each of the 128 in turn.\"\"\"
        base = family.decrypt("control", ...)
        yield base
        for bit in range(128):
            yield family.refused(base, f"bit-{bit:03}", tag=..., ...)

Every case asserts with ``require`` the property that its vectors exist for, so that a corpus that
does not show what it claims cannot be made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from typing import Generic, TypeVar

from kmsproof_vectors.model import AnyTest, Clause, GroupKey, Result

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""What the parts of an id look like."""


OPENING = re.compile(r"\*\*(Valid|Invalid|Valid and invalid)\.\*\* ")
"""How a description begins."""


class BrokenCase(Exception):
    """A case does not make what it says; a defect of the corpus's code."""


def require(holds: bool, what: str) -> None:
    """Insist on the property that a vector exists for.

    Raises:
        BrokenCase: if it does not hold. Unlike ``assert``, this is never optimised away.
    """
    if not holds:
        raise BrokenCase(what)


@dataclass(frozen=True)
class Draft:
    """A test and the group it goes to."""

    key: GroupKey
    tag_length: int | None
    test: AnyTest


F = TypeVar("F")


@dataclass(frozen=True)
class Case(Generic[F]):
    """What the decorator makes of a function."""

    edge_class: str
    slug: str
    flags: tuple[str, ...]
    clause: Clause
    description: str
    """The first paragraph of the docstring, on one line."""
    make: Callable[[F], Iterator[Draft]]

    @property
    def results(self) -> frozenset[Result]:
        """The results that the description promises."""
        opening = OPENING.match(self.description)
        words = opening[1].lower().split(" and ") if opening else ()
        return frozenset(Result(word) for word in words)


def case(
    edge_class: str, slug: str, *, flags: tuple[str, ...], clause: Clause
) -> Callable[[Callable[[F], Iterator[Draft]]], Case[F]]:
    """Declare a function to be a case.

    Args:
        edge_class: the edge-case class, such as ``G3``.
        slug: the middle part of the ids of its tests.
        flags: names of notes that all its tests bear.
        clause: where the standard says what must happen.

    Raises:
        BrokenCase: if the docstring does not begin as it must, or the slug is malformed.
    """

    def decorate(function: Callable[[F], Iterator[Draft]]) -> Case[F]:
        require(SLUG.fullmatch(slug) is not None, f"{slug!r} is no slug")
        description = cleandoc(function.__doc__ or "").split("\n\n")[0].replace("\n", " ")
        require(
            OPENING.match(description) is not None,
            f"the description of the case {slug} does not begin with **Valid.** or **Invalid.**",
        )
        return Case(edge_class, slug, flags, clause, description, function)

    return decorate


def case_book(*cases: Case[F]) -> tuple[Case[F], ...]:
    """Return cases as a book, after looking for slugs that are taken twice.

    Raises:
        BrokenCase: if two cases have the same slug.
    """
    slugs = [found.slug for found in cases]
    for slug in slugs:
        require(slugs.count(slug) == 1, f"two cases are called {slug!r}")
    return cases
