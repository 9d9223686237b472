"""Run one command so that a request to end reaches it, and it can clean up first."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType


class Child:
    """One command, to which a request to end is passed on."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)

    def run(self, command: Sequence[str], environment: dict[str, str]) -> int:
        """Run it and return its status as a shell would, 128 + n after signal n."""
        try:
            self._process = subprocess.Popen(command, env=environment)
        except OSError as error:
            print(f"{command[0]} cannot be started: {error.strerror}", file=sys.stderr)
            return 127
        status = self._process.wait()
        return 128 - status if status < 0 else status

    def _end(self, number: int, _frame: FrameType | None) -> None:
        if self._process is None:
            sys.exit(128 + number)
        # The terminal sends Ctrl-C to the command too; the other signals come to us alone.
        if number != signal.SIGINT:
            self._process.send_signal(number)
