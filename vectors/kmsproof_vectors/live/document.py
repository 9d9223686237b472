"""The page that describes the recipe language, made from the code that runs it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from kmsproof_vectors.live.functions.registry import CHECKS, FUNCTIONS, CheckFunction, Function
from kmsproof_vectors.live.maker import LiveRecipe
from kmsproof_vectors.live.model import ANSWER_FIELDS, REQUEST_FIELDS, Requirement

INTRODUCTION = """# Live vectors

A live vector is a recipe. It judges a key that was made in the target and can be neither imported
nor exported: the input is built from the target's public key, or from what the target itself has
answered. `kmsproof run --mode live` runs these files; any other program can, with this page and
`schemas/live_file.schema.json`. The files in `corpus/live` and this page are made by
code: `make vectors`.

## How a recipe is run

Make the keys that the file names under `keys` when a test first wants them, each once, with its
usage; destroy all of them at the end. Take the steps of a test in their order:

* `compute`: call the `function` with the `arguments`; the result gets the name in `as`.
* `ask`: send the `operation` of the [adapter protocol](../docs/adapter-protocol.md) with the
  `arguments` as its fields, to the `key` that is named. Algorithm and padding are those of the file
  unless they are among the arguments; GCM tags have 16 bytes unless `tag_length` says otherwise;
  `iv_if_wanted` is sent as `iv` to a target that never chooses the IV itself, and else left out;
  a key that is made has the file's key spec and the protection level that is judged. The answer
  gets the name in `as`. With `repeat` the request is sent so often, and the name stands for the
  list of the answers.

An argument is written so:

| | |
|---|---|
| `"$sealed"` | what an earlier step has called `sealed` |
| `"$opened.plaintext"` | a field of it; of a list of answers, the list of that field |
| `"$main.public_key"` | the public key of the key `main`: SubjectPublicKeyInfo, DER |
| `"$every.public_keys"` | all public keys of the file's key spec that the run has asked for |
| `"$dialect"` | the word for the dialect of ECIES that the target was found to speak |
| `"00ff"` | bytes, in lower-case hex |
| `{"text": "CBC"}` | the word CBC |
| `16`, `true`, `[…]` | an integer, a truth value, a list of these |

What an answer leaves out, such as the IV of an opaque ciphertext, is left out of a request that
names it.

## How it is judged

* A test passes if every answer is as its `expect` says and every check holds.
* `ok`: the answer is given, and its fields hold the `values`. Else a wrong reject, or a wrong
  output.
* `rejected`: the target refuses for a reason of one of the classes in `rejections`; `verify` may
  say no instead. An answer is a wrong accept, another class of refusal a wrong error. An error,
  such as a broken connection, is never a refusal. A refusal whose text holds the plaintext is a
  leak. Where `key-state`, `wrong-key-usage` or `not-found` is among the classes, a rule about the
  key itself is judged, and an answer is a state violation. Where `unsupported-algorithm` is among
  them, the answer that the target does not offer this at all is a refusal too.
* `either`: one or the other, where the standard leaves the choice.
* An ask without `expect` only prepares: if it is refused, nothing can be concluded.
* A check that does not hold fails the test; each says below as what.
* A test whose `result` is `invalid` proves something only if its `control` passes, before and, once
  for each operation, again at the end.
* In a test whose `result` is `report`, what a check finds is told and fails nothing.
* All refusals of steps with the same `oracle` must look alike: one class, one native code, one
  message. Whether they do is the verdict on the entry of `uniformities` with that name.
* A test whose `requires` the target does not declare is not covered. Never count it as passed. In a
  file without an algorithm, what must work must be declared as well: every key that is made and
  every use of a key that is expected to be answered, of the test and of its control. What must be
  refused is asked whether it is declared or not.
* A test that is `exhaustive` goes through everything of which others take examples. Leave it out
  where calls are dear.
* A function that finds what it is given unfit fails the test as a wrong output: all it is given
  comes from the target, or from the recipe, which was tried out.
"""


def document(recipes: Sequence[LiveRecipe]) -> str:
    """Return the page."""
    parts = [INTRODUCTION, "## Operations\n", *_operations(), ""]
    parts += ["## What a test may require of a target\n", *_requirements(), ""]
    parts += ["## Functions\n", *_entries(FUNCTIONS.values())]
    parts += ["## Checks\n", *_entries(CHECKS.values())]
    parts += ["## Files\n", *_files(recipes)]
    parts += ["## Cases\n", *_cases(recipes)]
    return "\n".join(parts).rstrip() + "\n"


def _operations() -> Iterator[str]:
    yield "| operation | arguments | fields of the answer |\n|---|---|---|"
    for operation, fields in REQUEST_FIELDS.items():
        answers = ANSWER_FIELDS[operation]
        yield f"| `{operation}` | {', '.join(fields)} | {', '.join(answers)} |"


def _requirements() -> Iterator[str]:
    texts = _member_texts()
    for each in Requirement:
        yield f"* `{each}`: {texts[each.name]}"


def _member_texts() -> dict[str, str]:
    """Return the strings below the requirements, by the name of the member."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(Requirement))).body
    assert isinstance(definition, ast.ClassDef)
    return {
        member.targets[0].id: " ".join(str(below.value.value).split())
        for member, below in pairwise(definition.body)
        if isinstance(member, ast.Assign)
        and isinstance(member.targets[0], ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
    }


def _entries(functions: Iterable[Function]) -> Iterator[str]:
    for each in sorted(functions, key=lambda each: each.name):
        failure = f"\n\nElse: {each.failure}." if isinstance(each, CheckFunction) else ""
        signature = ", ".join(
            name if name in each.required else f"[{name}]" for name in each.arguments
        )
        yield f"### {each.name}({signature})\n\n{each.description}{failure}\n"


def _files(recipes: Sequence[LiveRecipe]) -> Iterator[str]:
    for recipe in recipes:
        parameters = recipe.parameters
        yield f"* `{parameters.family}`: {parameters.description}"
    yield ""


def _cases(recipes: Sequence[LiveRecipe]) -> Iterator[str]:
    found = dict.fromkeys(case for recipe in recipes for case in recipe.cases)
    for case in sorted(found, key=lambda case: (case.edge_class[:1], int(case.edge_class[1:]))):
        yield f"* **{case.edge_class} {case.slug}** ({case.clause}): {case.description}"
