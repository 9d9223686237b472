"""How every operation shows its intermediate values.

An algorithm class calls ``self.show(name, value)`` after each step of its standard. By default
nobody listens and the call does nothing. A `Recorder` given as ``show=`` collects the values:

    recorder = Recorder()
    Aes(key, show=recorder).cipher(block)
    recorder["round[ 1].s_box"]

The names are those that the standard prints beside its examples (``round[ 1].s_box`` in FIPS 197
appendix C, ``H``, ``J0`` and ``S`` in SP 800-38D), so that the two can be laid side by side.
A number in a name is passed apart from it, as in ``self.show("round[%2d].s_box", state, 1)``,
and is put in only when somebody listens: showing must cost nothing when it is not used.
"""

from typing import Protocol


class Show(Protocol):
    """Whoever is told the intermediate values."""

    def __call__(self, name: str, value: bytes, *numbers: int) -> None:
        """Take the value of the step ``name % numbers``."""
        ...


def nobody(name: str, value: bytes, *numbers: int) -> None:
    """The default listener: does nothing."""


class Recorder:
    """A listener that keeps every value, in the order of the computation."""

    def __init__(self) -> None:
        self.values: list[tuple[str, bytes]] = []

    def __call__(self, name: str, value: bytes, *numbers: int) -> None:
        """Append ``(name % numbers, value)``."""
        self.values.append((name % numbers, value))

    def __getitem__(self, name: str) -> bytes:
        """The value last shown under this name; ``KeyError`` when there is none."""
        return dict(self.values)[name]

    def __str__(self) -> str:
        """One line for each value: its name, two spaces, its bytes in hexadecimal."""
        width = max((len(name) for name, _ in self.values), default=0)
        return "\n".join(f"{name:{width}}  {value.hex()}" for name, value in self.values)
