"""A program that speaks the adapter protocol with one named fault.

    program.py FAULT [--on TEXT]... [--state FILE] [--service NAME]

``FAULT`` is a fault of ``service``, ``process_faults`` or ``protocol_faults``. ``--on`` names a
text in a request that sets the fault off; without it every encryption and decryption does.
``--state`` is a file in which the program remembers from one start to the next. ``--service`` names
the service behind a program whose fault is none of judgement. Needs only the
standard library and ``cryptography``, and as little of both as it can, so that it starts quickly.
"""

from __future__ import annotations

import sys

sys.path.insert(0, __file__.rpartition("/kmsproof_testing/")[0])

from kmsproof_testing.fakes.asymmetric_faults import ASYMMETRIC_FAULTS
from kmsproof_testing.fakes.live import LIVE_FAULTS
from kmsproof_testing.fakes.loop import Program
from kmsproof_testing.fakes.process_faults import PROCESS_FAULTS
from kmsproof_testing.fakes.protocol_faults import PROTOCOL_FAULTS
from kmsproof_testing.fakes.service import FAULTS, Service

SERVICES: dict[str, type[Service]] = {**FAULTS, **ASYMMETRIC_FAULTS, **LIVE_FAULTS}
"""Every service by the name of its fault."""

PROGRAMS = {**PROCESS_FAULTS, **PROTOCOL_FAULTS}
"""Every program by the name of its fault."""


def main() -> None:
    """Run the program with the fault that the command line names."""
    fault, *options = sys.argv[1:]
    if fault not in SERVICES and fault not in PROGRAMS:
        sys.exit(f"there is no fault {fault!r}")
    marks: list[str] = []
    state, service = None, fault
    for option, value in zip(options[::2], options[1::2], strict=True):
        if option == "--on":
            marks.append(value)
        elif option == "--service":
            service = value
        else:
            state = value
    chosen = SERVICES.get(service, Service)()
    PROGRAMS.get(fault, Program)(chosen, marks, state).run()


if __name__ == "__main__":
    main()
