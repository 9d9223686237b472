"""Lists in pages: ``PageNumber`` from 1 and ``PageSize``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from kmsproof_reference.kms.errors import InvalidParameter
from kmsproof_server.shared.parameters import Parameters
from kmsproof_server.shared.replies import Fields

Item = TypeVar("Item")

DEFAULT_SIZE = 10
PAGE_SIZES = range(1, 101)
"""The sizes of pages of keys and aliases (API document of ListKeys)."""
VERSION_PAGE_SIZES = range(0, 102)
"""The sizes of pages of key versions (API document of ListKeyVersions)."""


def page(
    parameters: Parameters, items: Sequence[Item], sizes: range = PAGE_SIZES
) -> tuple[Sequence[Item], Fields]:
    """Return the items of the page that is asked for, and what the reply says of it.

    Raises `InvalidParameter`.
    """
    number = parameters.optional_integer("PageNumber")
    size = parameters.optional_integer("PageSize")
    number = 1 if number is None else number
    size = DEFAULT_SIZE if size is None else size
    if number < 1:
        raise InvalidParameter("PageNumber")
    if size not in sizes:
        raise InvalidParameter("PageSize")
    start = (number - 1) * size
    fields: Fields = {"PageNumber": number, "PageSize": size, "TotalCount": len(items)}
    return items[start : start + size], fields
