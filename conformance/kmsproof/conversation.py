"""Ask a target the tests of one group, and live through whatever the target does meanwhile.

When the process behind a target breaks, the tests that were in flight are the suspects. After a
restart they are asked again one by one: each that breaks it alone gets the error; if none does,
the first of them is called flaky, since the same question got different answers. Then the run goes
on, until the target has broken too often.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

from kmsproof.errors import KmsproofError
from kmsproof.log import LogWriter
from kmsproof.messages import DestroyKey, Request
from kmsproof.outcome import Decrypted, Encrypted, Error, ErrorKind, KeyHandle, Ok
from kmsproof.requests import RequestMaker
from kmsproof.results import Incident, Warned
from kmsproof.session import Answer, AnyOutcome, Session, SessionBroken, summary
from kmsproof.vocabulary import HexBytes, Operation
from kmsproof_reference.monte_carlo import cbc_decrypt_chain, cbc_encrypt_chain, ecb_chain
from kmsproof_vectors.model import AnyTest, ImportTest, MonteCarloTest

MAX_BREAKS = 60
"""After so many restarts a target is given up. A time-out counts for five, since it costs time."""

MAX_BREAKS_IN_A_ROW = 6
"""After so many restarts without an answer in between, the group of tests is given up."""

_OF_SEVERAL_CALLS = (MonteCarloTest, ImportTest)

GIVEN_UP = "not asked: the target broke {} times in a row on tests with this key"


class Abandoned(Exception):
    """The target broke too often, or did not start again; the text says so in a clause."""


class _ChainEnded(Exception):
    """A call of a Monte Carlo chain gave no output to go on with."""


class Asked(NamedTuple):
    """A test and what came of it."""

    test: AnyTest
    outcome: AnyOutcome
    microseconds: int
    flaky: bool = False
    """Whether the target broke while this was asked, and answered it the second time."""
    key_refused: bool = False
    """Whether this was not asked, and the outcome is that of the import of its key."""
    again: bool = False
    """Whether this was asked a second time, after all other tests with the key."""


class Conversation:
    """Asks tests over one session, restarts it when it breaks, and keeps count."""

    def __init__(self, session: Session, log: LogWriter, target: str) -> None:
        self._session = session
        self._log = log
        self._target = target
        self._ids = itertools.count(1)
        self._breaks = 0
        self._breaks_in_a_row = 0
        self._told_of_keys = False
        self.incidents = 0
        """How often the session broke."""

    def ask_group(
        self, maker: RequestMaker, tests: Sequence[AnyTest], closing: Sequence[AnyTest] = ()
    ) -> Iterator[Asked]:
        """Load the group's key, ask the tests, and destroy the key.

        Args:
            maker: makes the group's requests.
            tests: what is asked.
            closing: some of the tests, to be asked once more when all are answered.

        Yields:
            Every test once, with its outcome, in the order in which the answers came; then those
            of ``closing``, unless the target breaks too often or refuses the key.

        Raises:
            Abandoned: when the target broke too often.
        """
        self._breaks_in_a_row = 0
        waiting, last = list(tests), list(closing)
        suspects: list[AnyTest] = []
        convicted = False
        while waiting or suspects or last:
            if self._breaks_in_a_row >= MAX_BREAKS_IN_A_ROW:
                given_up = Error(ErrorKind.INTERNAL, GIVEN_UP.format(self._breaks_in_a_row))
                yield from (Asked(test, given_up, 0) for test in (*suspects, *waiting))
                return
            handle = self._import_key(maker)
            if handle is None:
                continue
            if not isinstance(handle, str):
                for test in (*suspects, *waiting):
                    yield Asked(test, handle, 0, key_refused=True)
                return
            if suspects:
                asked, broken = self._ask_suspects(maker, handle, suspects)
                if broken is None and not convicted:
                    asked[0] = asked[0]._replace(flaky=True)
                yield from asked
                suspects = suspects[len(asked) :]
                if broken is None:
                    self._let_go(maker, handle)
                else:
                    convicted = True
                    self._restart(broken, [asked[-1].test])
            else:
                convicted = False
                waiting, suspects = yield from self._ask_all(maker, handle, waiting, last)

    def _import_key(self, maker: RequestMaker) -> str | AnyOutcome | None:
        """Return the handle of the imported key, what came instead, or None if it broke."""
        try:
            outcome = self._ask_one(maker.import_key(next(self._ids))).outcome
        except SessionBroken as broken:
            self._restart(broken, (), "while a key was imported: ")
            return None
        if isinstance(outcome, Ok) and isinstance(outcome.value, KeyHandle):
            return outcome.value.key
        return outcome

    def _destroy_key(self, maker: RequestMaker, handle: str) -> None:
        """Destroy a key, and warn once if the target does not do it."""
        request = DestroyKey(id=next(self._ids), key=handle, deadline_ms=maker.deadline_ms)
        outcome = self._ask_one(request).outcome
        if not isinstance(outcome, Ok) and not self._told_of_keys:
            self._told_of_keys = True
            told = f"a key was not destroyed, the target answered {summary(outcome)}"
            self._log.write(Warned(target=self._target, message=told))

    def _let_go(self, maker: RequestMaker, handle: str) -> None:
        try:
            self._destroy_key(maker, handle)
        except SessionBroken as broken:
            self._restart(broken, (), "while a key was destroyed: ")

    def _ask_one(self, request: Request) -> Answer:
        [answer] = self._session.ask([request], 1)
        return answer

    def _ask_all(
        self, maker: RequestMaker, handle: str, tests: list[AnyTest], closing: list[AnyTest]
    ) -> Generator[Asked, None, tuple[list[AnyTest], list[AnyTest]]]:
        """Ask tests with a full window; return what is left when it broke, and the suspects.

        What is answered of ``closing`` is taken off that list.
        """
        chains = [test for test in tests if isinstance(test, _OF_SEVERAL_CALLS)]
        source = iter([test for test in tests if not isinstance(test, _OF_SEVERAL_CALLS)])
        in_flight: dict[int, AnyTest] = {}
        make = maker.maker(handle)

        def requests() -> Iterator[Request]:
            for test in source:
                number = next(self._ids)
                in_flight[number] = test
                yield make(number, test)

        try:
            for number, outcome, microseconds in self._session.ask(requests()):
                yield Asked(in_flight.pop(number), outcome, microseconds)
                self._breaks_in_a_row = 0
            while chains:
                in_flight[0] = chains.pop(0)
                yield self._ask_alone(maker, handle, in_flight[0])
                del in_flight[0]
            while closing:
                yield self._ask_alone(maker, handle, closing[0])._replace(again=True)
                del closing[0]
            self._destroy_key(maker, handle)
        except SessionBroken as broken:
            self._restart(broken, list(in_flight.values()))
        return [*source, *chains], list(in_flight.values())

    def _ask_suspects(
        self, maker: RequestMaker, handle: str, suspects: Sequence[AnyTest]
    ) -> tuple[list[Asked], SessionBroken | None]:
        """Ask one by one up to the test that breaks the target; return what came of them."""
        asked: list[Asked] = []
        for test in suspects:
            try:
                asked.append(self._ask_alone(maker, handle, test))
                self._breaks_in_a_row = 0
            except SessionBroken as broken:
                asked.append(Asked(test, Error(broken.kind, broken.message), 0))
                return asked, broken
        return asked, None

    def _ask_alone(self, maker: RequestMaker, handle: str, test: AnyTest) -> Asked:
        if isinstance(test, MonteCarloTest):
            return self._ask_chain(maker, handle, test)
        if isinstance(test, ImportTest):
            return self._ask_import(maker, test)
        answer = self._ask_one(maker.maker(handle)(next(self._ids), test))
        return Asked(test, answer.outcome, answer.microseconds)

    def _ask_import(self, maker: RequestMaker, test: ImportTest) -> Asked:
        """Import the key of a test, and if the target takes it, use it once and destroy it."""
        answer = self._ask_one(maker.import_other_key(next(self._ids), test))
        outcome, total = answer.outcome, answer.microseconds
        if isinstance(outcome, Ok) and isinstance(outcome.value, KeyHandle):
            handle = outcome.value.key
            answer = self._ask_one(maker.use_of_import(handle, test, next(self._ids)))
            outcome, total = answer.outcome, total + answer.microseconds
            self._destroy_key(maker, handle)
        return Asked(test, outcome, total)

    def _ask_chain(self, maker: RequestMaker, handle: str, test: MonteCarloTest) -> Asked:
        """Make the calls of a Monte Carlo chain; return the last answer, or the first bad one."""
        total = 0
        outcome: AnyOutcome = Error(ErrorKind.INTERNAL, "a chain without calls")

        def step(iv: bytes | None, text: bytes) -> bytes:
            nonlocal total, outcome
            chained = None if iv is None else HexBytes(iv)
            answer = self._ask_one(
                maker.monte_carlo_step(handle, test, next(self._ids), HexBytes(text), chained)
            )
            outcome, total = answer.outcome, total + answer.microseconds
            output = _output(outcome)
            if output is None:
                raise _ChainEnded
            return output

        with contextlib.suppress(_ChainEnded):
            if test.iv is None:
                ecb_chain(lambda text: step(None, text), test.text, test.iterations)
            elif test.direction is Operation.ENCRYPT:
                cbc_encrypt_chain(step, test.iv, test.text, test.iterations)
            else:
                cbc_decrypt_chain(step, test.iv, test.text, test.iterations)
        return Asked(test, outcome, total)

    def _restart(self, broken: SessionBroken, tests: Sequence[AnyTest], when: str = "") -> None:
        self._breaks += 5 if broken.kind is ErrorKind.TIMEOUT else 1
        self._breaks_in_a_row += 1
        self.incidents += 1
        self._log.write(
            Incident(
                target=self._target,
                whose_fault=broken.whose_fault,
                kind=broken.kind,
                message=f"{when}{broken.message}",
                line=broken.line,
                ids=tuple(test.id for test in tests),
            )
        )
        if self._breaks >= MAX_BREAKS:
            raise Abandoned(f"it broke too often, the last time: {broken.message}")
        try:
            self._session.restart()
        except KmsproofError as error:
            raise Abandoned(f"it did not start again: {error}") from None


def _output(outcome: AnyOutcome) -> HexBytes | None:
    if isinstance(outcome, Ok):
        if isinstance(outcome.value, Encrypted):
            return outcome.value.ciphertext
        if isinstance(outcome.value, Decrypted):
            return outcome.value.plaintext
    return None
