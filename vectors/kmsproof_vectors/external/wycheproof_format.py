"""Read test vector files in the format of Wycheproof: file, groups, tests."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True)
class Vector:
    """One test of a file, with the fields of its group."""

    group: Mapping[str, object]
    fields: Mapping[str, object]

    @property
    def id(self) -> int:
        """The number of the test, unique in its file."""
        return cast(int, self.fields["tcId"])

    @property
    def is_valid(self) -> bool:
        """Whether the result is "valid"; raises `ValueError` for a file with a third result."""
        if self.fields["result"] not in ("valid", "invalid"):
            raise ValueError(f"test {self.id}: the result is {self.fields['result']!r}")
        return self.fields["result"] == "valid"

    def octets(self, name: str) -> bytes:
        """The value of a hexadecimal field."""
        return bytes.fromhex(cast(str, self.fields[name]))


def parse(text: str) -> Iterator[Vector]:
    """Yield the tests of a file in their order."""
    document = cast(Mapping[str, object], json.loads(text))
    for group in cast(list[Mapping[str, object]], document["testGroups"]):
        for fields in cast(list[Mapping[str, object]], group["tests"]):
            yield Vector(group, fields)
