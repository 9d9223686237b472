"""What can go wrong outside a verdict, typed by whose fault it is: contract module.

The story of a run: the *user* names targets, options and a corpus (``UsageError``); the *harness*
loads the corpus and finds what it needs on the machine (``CorpusError``, ``MissingDependency``); it
starts the *target* (``TargetStartError``); the *adapter* answers (``AdapterFault``). What a target
answers to a vector is never an exception: it is an outcome, and becomes a verdict. Everything else
that is raised is a defect of this suite and is reported as one.

Every error says in one sentence what happened and where, and in another what to do about it.
"""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class ExitCode(IntEnum):
    """The exit codes of the command line; never 0 when something failed to load."""

    CONFORMANT = 0
    NOT_CONFORMANT = 1
    USAGE = 2
    HARNESS = 3
    COVERAGE = 4
    BASELINE = 5


class KmsproofError(Exception):
    """Root of the errors that the command line shows as a sentence instead of a traceback."""

    exit_code: ExitCode = ExitCode.HARNESS
    whose_fault = "suite"

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()

    def __reduce__(self) -> tuple[type[KmsproofError], tuple[str, str]]:
        """Let it cross from one process to another with both of its sentences."""
        return type(self), (self.message, self.remedy)


class UsageError(KmsproofError):
    """The user asked for something that cannot be: an unknown target, option, id or format."""

    exit_code = ExitCode.USAGE
    whose_fault = "user"


class NothingSelected(KmsproofError):
    """No vector is left to run, so nothing could be shown."""

    exit_code = ExitCode.COVERAGE
    whose_fault = "user"


class CorpusError(KmsproofError):
    """A corpus file is missing, unreadable, against its schema, or not what the manifest says."""

    whose_fault = "corpus"


class LogError(KmsproofError):
    """An event log is missing, unreadable, cut short, or of another format version."""

    whose_fault = "user"


class MissingDependency(KmsproofError):
    """Something that has to be installed for this is not there."""

    whose_fault = "machine"


class TargetStartError(KmsproofError):
    """The target could not be started, or would not say what it is."""

    whose_fault = "target"


class AdapterFault(KmsproofError):
    """An adapter broke the protocol; nothing is thereby known about the target behind it."""

    whose_fault = "adapter"


class SuiteDefect(KmsproofError):
    """The suite contradicts itself: our fault."""
