"""Import the modules of a target anew, one of them mutated, beside those that the judge uses."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType

from kmsproof_reference import rsa, rsa_keys

PACKAGES = ("kmsproof_reference", "kmsproof_adapters.reference", "kmsproof_adapters.reference_kms")
"""Whose modules may be made anew. The catalogue of deviations is no part of a target that has
none."""

NOT_ANEW = "kmsproof_reference.deviations"


class _Mutated(MetaPathFinder, Loader):
    """Finds the mutated module, and nothing else."""

    def __init__(self, name: str, code: CodeType) -> None:
        self._name, self._code = name, code

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Answer for the one name."""
        return spec_from_loader(fullname, self) if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutated code as the module."""
        exec(self._code, vars(module))  # that is what it is for


@contextmanager
def mutated(module: str, source: str) -> Generator[None]:
    """Have a module of the reference mutated while a target is opened in here.

    Only the modules that stand on it are made anew; all others are those of the judge. Afterwards
    everything is as it was, so that the judge never sees the mutant.
    """
    name = mutated_file(module)
    finder = _Mutated(name, compile(source, name, "exec"))
    away = dependents(name)
    kept = {each: sys.modules.pop(each) for each in away}
    saved: list[tuple[ModuleType, str, object]] = []
    for each in away:
        parent, _, child = each.rpartition(".")
        owner = kept.get(parent) or sys.modules.get(parent)
        if owner is not None and hasattr(owner, child):
            saved.append((owner, child, getattr(owner, child)))
            delattr(owner, child)
    sys.meta_path.insert(0, finder)
    try:
        yield
        _remember_powers()
    finally:
        sys.meta_path.remove(finder)
        for each in list(sys.modules):
            if each in away:
                del sys.modules[each]
        sys.modules.update(kept)
        for owner, child, value in saved:
            setattr(owner, child, value)


def mutated_file(module: str) -> str:
    """Return what a module that is made anew has for the name of its file."""
    return f"kmsproof_reference.{module}"


def _remember_powers() -> None:
    """Powers are remembered in the new modules as well: they depend on their numbers alone."""
    for module in (rsa, rsa_keys):
        new = sys.modules[module.__name__]
        if "pow" in vars(module):
            vars(new)["pow"] = vars(module)["pow"]


@cache
def dependents(name: str) -> frozenset[str]:
    """Return a loaded module and all loaded modules of targets that stand on it."""
    loaded = [
        each
        for each in sys.modules
        if each.startswith(tuple(f"{package}." for package in PACKAGES) + PACKAGES[1:])
        and not each.startswith(NOT_ANEW)
    ]
    imports = {each: set(_imports(each)) for each in loaded}
    found, new = {name}, {name}
    while new:
        new = {each for each in loaded if each not in found and imports[each] & new}
        found |= new
    return frozenset(found)


def _imports(name: str) -> Iterator[str]:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return
    for node in ast.walk(ast.parse(Path(spec.origin).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)
