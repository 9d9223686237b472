"""Read the response files of NIST's Cryptographic Algorithm Validation Program (CAVP).

The format is described by example only. What its files have in common:

* ``#`` starts a comment line.
* ``[NAME = VALUE]`` or ``[NAME]`` is a heading. Headings without a case between them belong
  together and replace the ones before: they hold for all the cases that follow.
* ``NAME = VALUE`` is a field, ``NAME`` alone (such as ``FAIL``) a flag of the case.
* A case is a run of fields and flags; an empty line or a heading ends it, and so does a repeated
  field after ``Result``.

Names are kept as they are written (``KEY`` in one file is ``Key`` in another).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """One case of a response file, with the headings it stands under."""

    headings: Mapping[str, str]
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    flags: frozenset[str] = frozenset()

    def octets(self, name: str) -> bytes:
        """The value of a hexadecimal field; ``KeyError`` when the case has no such field.

        Some files were written by a program that dropped a first digit 0; it is put back.
        """
        value = self.fields[name]
        return bytes.fromhex(value if len(value) % 2 == 0 else f"0{value}")


def parse(text: str) -> Iterator[Case]:
    """Yield the cases of a response file in their order.

    Raises `ValueError` with the line number when a field is given twice in one case.
    """
    headings: dict[str, str] = {}
    fields: dict[str, str] = {}
    flags = set[str]()
    fresh = True  # no case has followed the headings yet, so that the next one joins them
    for number, line in enumerate([*text.splitlines(), ""], 1):
        line = line.strip()
        if (not line or line.startswith("[")) and (fields or flags):
            yield Case(headings, fields, frozenset(flags))
            fields, flags, fresh = {}, set[str](), False
        if not line or line.startswith("#"):
            continue
        name, equals, value = (part.strip() for part in line.strip("[]").partition("="))
        if line.startswith("["):
            headings, fresh = {**(headings if fresh else {}), name: value}, True
        elif not equals:
            flags.add(name)
        elif name in fields and "Result" in fields:  # the last field of a case, with no empty line
            yield Case(headings, fields, frozenset(flags))
            fields, flags, fresh = {name: value}, set[str](), False
        elif name in fields:
            raise ValueError(f"line {number}: the field {name} is given twice in one case")
        else:
            fields[name] = value
