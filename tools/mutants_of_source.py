"""Make the mutants of a module with cosmic-ray, leaving out those that can change no behaviour.

Not made are mutants in annotations, in docstrings, in the texts of errors and in what is only shown
(the intermediate values), and those that come to the same code as another.
"""

from __future__ import annotations

import ast
import difflib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, cast

SHOWN = ("show", "_show")

_COMPARISONS = {
    "Eq": ("NotEq", "LtE", "GtE"),
    "NotEq": ("Eq", "Lt", "Gt"),
    "Lt": ("LtE", "GtE", "NotEq", "Eq"),
    "LtE": ("Lt", "Gt", "Eq", "NotEq"),
    "Gt": ("GtE", "LtE", "NotEq", "Eq"),
    "GtE": ("Gt", "Lt", "Eq", "NotEq"),
    "Is": ("IsNot",),
    "IsNot": ("Is",),
}
_BINARY = {
    "Add": ("Sub", "BitXor"),
    "Sub": ("Add", "BitXor"),
    "Mul": ("Add", "FloorDiv"),
    "FloorDiv": ("Mul", "Mod"),
    "Mod": ("FloorDiv", "Add"),
    "Pow": ("Mul", "Add"),
    "RShift": ("LShift",),
    "LShift": ("RShift",),
    "BitOr": ("BitAnd", "BitXor"),
    "BitAnd": ("BitOr", "BitXor"),
    "BitXor": ("BitOr", "BitAnd"),
}
OPERATORS = (
    "NumberReplacer",
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ExceptionReplacer",
    "RemoveDecorator",
    "ZeroIterationForLoop",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_USub",
    "ReplaceUnaryOperator_Delete_Invert",
    *(f"ReplaceComparisonOperator_{old}_{new}" for old, to in _COMPARISONS.items() for new in to),
    *(f"ReplaceBinaryOperator_{old}_{new}" for old, to in _BINARY.items() for new in to),
)
"""Those of cosmic-ray that are applied. Of the many replacements of an arithmetic operator one or
two are taken, those that are the likeliest mistakes."""


class _Operator(Protocol):
    def mutation_positions(self, node: object) -> Iterator[object]:
        """Yield the places in a node that can be mutated."""
        ...


class _Syntax(Protocol):
    def get_ast(self, source: str) -> object:
        """Parse a module."""
        ...

    def ast_nodes(self, node: object) -> Iterator[object]:
        """Yield all nodes."""
        ...


class _Plugins(Protocol):
    def get_operator(self, name: str) -> type[_Operator]:
        """Find an operator."""
        ...


class _Mutating(Protocol):
    def mutate_code(self, code: str, operator: _Operator, occurrence: int) -> str | None:
        """Apply a mutation."""
        ...


@dataclass(frozen=True)
class Mutant:
    """One mutant of a module."""

    operator: str
    occurrence: int
    source: str
    """The whole mutated module."""
    change: str
    """The lines that differ, as a diff without context."""
    line: int

    @property
    def name(self) -> str:
        """What identifies it within one state of the module."""
        return f"{self.operator}#{self.occurrence}"


def mutants_of(source: str) -> Iterator[Mutant]:
    """Yield the mutants of a module that differ from it, and from each other, in what they do."""
    syntax = cast("_Syntax", importlib.import_module("cosmic_ray.ast"))
    plugins = cast("_Plugins", importlib.import_module("cosmic_ray.plugins"))
    mutating = cast("_Mutating", importlib.import_module("cosmic_ray.mutating"))
    nodes = list(syntax.ast_nodes(syntax.get_ast(source)))
    seen = {essence(source)}
    for name in OPERATORS:
        operator = plugins.get_operator(f"core/{name}")()
        count = sum(len(list(operator.mutation_positions(node))) for node in nodes)
        for occurrence in range(count):
            mutated = mutating.mutate_code(source, operator, occurrence)
            if mutated is None:
                continue
            found = essence(mutated)
            if found not in seen:
                seen.add(found)
                line, change = difference(source, mutated)
                yield Mutant(name, occurrence, mutated, change, line)


class Functions:
    """The functions of a module, and which of them were called."""

    def __init__(self, source: str, entered: frozenset[int]) -> None:
        """``entered`` are the first lines of the called ones, decorators included."""
        self._entered = entered
        self._bodies: list[tuple[range, int]] = []
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                body = range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)
                self._bodies.append((body, first))

    def is_entered(self, line: int) -> bool:
        """Return whether a line may have been run: it is in no function, or in called ones."""
        return all(first in self._entered for body, first in self._bodies if line in body)


def difference(source: str, mutated: str) -> tuple[int, str]:
    """Return the first line that differs, and the lines before and after."""
    old, new = source.splitlines(), mutated.splitlines()
    first = next((n for n, (a, b) in enumerate(zip(old, new, strict=False), 1) if a != b), 0)
    lines = difflib.unified_diff(old, new, lineterm="", n=0)
    return first, "\n".join(line for line in lines if line[:3] not in ("---", "+++", "@@ "))


def essence(source: str) -> str:
    """Return what a module does, without annotations, docstrings and texts; empty if it is none."""
    try:
        return ast.dump(_Essence().visit(ast.parse(source)))
    except SyntaxError:
        return ""


class _Essence(ast.NodeTransformer):
    """Leaves out what no caller of an operation can see."""

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Drop the annotation of a parameter."""
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Drop the annotation of the result."""
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Drop the annotation of a variable."""
        self.generic_visit(node)
        node.annotation = ast.Constant(None)
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """Drop the text of an error and its cause; its class stays."""
        node.cause = None
        if isinstance(node.exc, ast.Call):
            self._drop_texts(node.exc)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Drop the text of an error that is made and not raised here."""
        if isinstance(node.func, ast.Name) and node.func.id.startswith("Invalid"):
            self._drop_texts(node)
        return self.generic_visit(node)

    def _drop_texts(self, call: ast.Call) -> None:
        call.args = [
            ast.Constant("") if isinstance(each, ast.Constant | ast.JoinedStr) else each
            for each in call.args
        ]

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """Drop docstrings and what shows intermediate values."""
        value = node.value
        if isinstance(value, ast.Constant):
            return ast.Pass()
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute | ast.Name):
            name = value.func.attr if isinstance(value.func, ast.Attribute) else value.func.id
            if name in SHOWN:
                return ast.Pass()
        return self.generic_visit(node)
