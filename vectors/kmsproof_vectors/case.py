"""A case: a short function that makes the vectors of one edge case, and what it needs for that.

A case is decorated with the edge-case class it belongs to, its slug, flags and clause. Its docstring
is its published description. It yields drafts; a draft is a test and the key that it belongs to::

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

from kmsproof_vectors.model import AnyTest, Clause, GroupKey

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""What the parts of an id look like."""


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
    make: Callable[[F], Iterator[Draft]]


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
        BrokenCase: if the function has no docstring or the slug is malformed.
    """

    def decorate(function: Callable[[F], Iterator[Draft]]) -> Case[F]:
        require(bool(function.__doc__), f"the case {slug} has no description")
        require(SLUG.fullmatch(slug) is not None, f"{slug!r} is no slug")
        return Case(edge_class, slug, flags, clause, cleandoc(function.__doc__ or ""), function)

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
