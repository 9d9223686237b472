"""Prove the corpus and tell what came of it: the work of ``kmsproof mutants``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import click

from kmsproof.corpus import load_corpus
from kmsproof.deviating import chosen_deviations
from kmsproof.diagnosis.measuring import measure
from kmsproof.errors import ExitCode, UsageError
from kmsproof.live.corpus import load_live_corpus
from kmsproof.mutants.findings import Findings, findings
from kmsproof.mutants.matrix import (
    Ids,
    Matrix,
    ViewKills,
    load_matrix,
    matrix_path,
    seen_in,
    written,
)
from kmsproof.mutants.proving import Proof, prove
from kmsproof.mutants.repeating import repeat_or_remember
from kmsproof.tiers.model import load_tiers
from kmsproof.tiers.telling import lines_of, shortfalls
from kmsproof_reference.deviations import View, catalogue

SINGLES, PAIRS = 95, 80
"""Percent of the planted deviations that the diagnosis must name, alone and in pairs."""

SHOWN = 40
"""How many lines of a list are printed."""


def prove_and_tell(
    patterns: Sequence[str],
    *,
    jobs: int,
    write: bool,
    check: bool,
    cache_folder: Path,
    show_all: bool,
    every: int = 0,
    pairs: int = 0,
) -> int:
    """Judge the mutants, print what came of it, and return the exit code."""
    began = time.monotonic()
    wanted = [each.id for each in chosen_deviations(patterns)]
    if patterns and (write or check):
        raise UsageError("A part of the matrix is not the matrix.", "Leave the ids out.")
    proof = prove(wanted, jobs=jobs, cache_folder=cache_folder, told=lambda line: click.echo(line))
    ids = Ids(load_corpus(None), load_live_corpus(None))
    found = findings(proof.matrix, catalogue(), ids)
    _tell(proof, found, ids, show_all=show_all or bool(patterns), whole=not patterns)
    click.echo(f"{time.monotonic() - began:.0f} s, {proof.judged} mutants judged anew.")
    if write:
        matrix_path().write_bytes(written(proof.matrix))
    drifted = check and _drifted(proof.matrix)
    if drifted:
        click.echo(f"{matrix_path()} is not this matrix: write it with --write.", err=True)
    weak = (
        every and not patterns and _weak_diagnosis(proof.matrix, every, pairs, jobs, cache_folder)
    )
    click.echo(f"{time.monotonic() - began:.0f} s in all.")
    # A case that kills none of some deviations may kill another.
    lazy = not patterns and _lazy(found)
    wrong = found.survivors or proof.red or drifted or lazy or weak
    return ExitCode.NOT_CONFORMANT if wrong else ExitCode.CONFORMANT


def repeat_and_tell(*, jobs: int, cache_folder: Path, every: int, pairs: int) -> int:
    """Ask each mutant again some vectors of the matrix, print what came of it."""
    began = time.monotonic()
    matrix = load_matrix()
    corpus, live = load_corpus(None), load_live_corpus(None)
    stale = (matrix.corpus, matrix.live_corpus) != (corpus.digest, live.digest)
    if stale:
        click.echo(f"{matrix_path()} is of another corpus: write it with --write.", err=True)
    repeated = repeat_or_remember(matrix, jobs=jobs, cache_folder=cache_folder)
    for each in repeated.missed:
        click.echo(f"SURVIVES  {each.id} in {each.view} mode: {each.why}")
    found = findings(matrix, catalogue(), Ids(corpus, live))
    _tell(Proof(matrix, repeated.red, 0), found, Ids(corpus, live), show_all=False, whole=True)
    click.echo(
        f"Asked again by {repeated.asked} vectors of the matrix: {repeated.killed} times a mutant "
        f"was killed as it says, {len(repeated.missed)} times not. "
        f"{time.monotonic() - began:.0f} s."
    )
    weak = bool(every) and _weak_diagnosis(matrix, every, pairs, jobs, cache_folder)
    short = _short_tiers()
    click.echo(f"{time.monotonic() - began:.0f} s in all.")
    wrong = stale or repeated.missed or repeated.red or found.survivors or weak or short
    return ExitCode.NOT_CONFORMANT if wrong or _lazy(found) else ExitCode.CONFORMANT


def _short_tiers() -> bool:
    """Print what the tiers see, and return whether one of them does not keep what it promises."""
    tiers = load_tiers()
    for line in lines_of(tiers):
        click.echo(line)
    short = list(shortfalls(tiers))
    for line in short:
        click.echo(line, err=True)
    return bool(short)


def _lazy(found: Findings) -> bool:
    """Whether vectors kill nothing and nobody says why, or a reason fits none."""
    return bool(found.unjustified or found.unfitting)


def _weak_diagnosis(matrix: Matrix, every: int, pairs: int, jobs: int, cache: Path) -> bool:
    """Measure the diagnosis, print how often it is right, and return whether that is too rarely."""
    accuracy = measure(
        matrix, every=every, pairs=pairs, jobs=jobs, cache_folder=cache, told=click.echo
    )
    for trial in accuracy.wrong:
        planted, named = " + ".join(trial.planted.ids), " + ".join(trial.named) or "nothing"
        click.echo(f"not diagnosed: {planted} ({trial.planted.scope.name}): {named}")
    weak = False
    wanted = ((1, "single deviations", SINGLES), (2, "pairs", PAIRS))
    for size, word, floor in wanted if pairs else wanted[:1]:
        right, asked = accuracy.share(size)
        share = 100 * right / asked if asked else 0.0
        weak |= share < floor
        click.echo(f"diagnosis: {right} of {asked} {word} named, {share:.1f} % (floor {floor} %).")
    return weak


def _drifted(matrix: Matrix) -> bool:
    path = matrix_path()
    return not path.exists() or path.read_bytes() != written(matrix)


def _tell(proof: Proof, found: Findings, ids: Ids, *, show_all: bool, whole: bool) -> None:
    for vector in proof.red[:SHOWN]:
        click.echo(f"RED without any deviation: {vector}")
    for survivor in found.survivors:
        click.echo(f"SURVIVES  {survivor.id} in {survivor.view} mode: {survivor.why}")
    if show_all:
        for row in proof.matrix.rows:
            library, live = (_told(seen_in(row, view), ids) for view in View)
            click.echo(f"  {row.id:<50} library {library:<60} live {live}")
    for id, vector in found.by_one.items():
        click.echo(f"by one vector only: {id}, by {vector}")
    if whole:
        _tell_idle(found)
    for view, (killed, wanted) in found.rates.items():
        click.echo(f"{view} mode: {killed} of {wanted} deviations are killed.")
    click.echo(
        f"{found.deviations} deviations, {len(found.survivors)} survive; "
        f"{found.unseen} marks say, with a reason, that a mode cannot see one."
    )


def _tell_idle(found: Findings) -> None:
    for case in found.unjustified:
        click.echo(f"KILLS NOTHING  {case}, {found.idle[case]} vectors, and nobody says why")
    for each in found.unfitting:
        click.echo(f"FITS NOTHING  the justification of {each.cases}: take it away")
    idle = sum(found.idle.values())
    click.echo(
        f"{len(found.idle)} cases with {idle} vectors kill nothing; "
        f"of {len(found.justified)} it is said why they are kept."
    )


def _told(seen: tuple[ViewKills, ...], ids: Ids) -> str:
    """Return how many vectors kill, and the first of them."""
    if not seen:
        return "not asked"
    killed = {id for each in seen for id in ids.kills(each)}
    return f"{len(killed):>5} {min(killed)}" if killed else "    -"
