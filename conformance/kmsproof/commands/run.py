"""The command ``kmsproof run``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof.commands.options import (
    FiniteRange,
    corpus_option,
    deadline_option,
    deviation_option,
    filter_options,
    filters_from,
    isolate_option,
    jobs_option,
    live_options,
    live_options_from,
)
from kmsproof.deviating import deviating_targets
from kmsproof.jobs import load_corpora
from kmsproof.progress import progress_for
from kmsproof.reporting import format_names, show_and_write
from kmsproof.results import Mode
from kmsproof.run import new_run_id, run, utc_now
from kmsproof.run_options import DEFAULT_FLOOR_PERCENT, RunOptions
from kmsproof.tiers.model import told_of_tier

EPILOG = """
\b
Targets:
  reference                      the reference implementation, in pure Python
  cryptography, pycryptodome     the libraries of these names
  'pkcs11:token=T?module-path=M&pin-source=file:F'
                                 a PKCS#11 token (RFC 7512)
  reference-kms                  a key management service in pure Python, in this process
  'aliyun:endpoint=URL,...'      Alibaba Cloud KMS, or what 'kmsproof serve' starts; it prints
                                 its name
  'exec:./my-adapter --option'   any program that speaks the adapter protocol

\b
Modes:
  library   the vectors bring their keys, and the target imports them
  live      keys are made in the target; inputs come from its public keys and its own answers
  policy    likewise, for the rules of keys: usages, states, defaults, limits
Keys that a run has made are destroyed at its end, and after Ctrl-C; see 'kmsproof plan' for
what a run will cost, and 'kmsproof sweep' for what a killed one has left.

\b
Examples:
  kmsproof run cryptography
  kmsproof run cryptography pycryptodome --algorithm GCM --key-spec Aliyun_AES_256
  kmsproof run 'exec:./my-adapter' --flag ModifiedTag --out my-run
  kmsproof run 'exec:./my-kms' --mode live --mode policy --max-keys 40 --rate 20
  kmsproof run cryptography --tier smoke
  kmsproof run reference --deviation gcm/tag-not-compared --algorithm GCM
  kmsproof run cryptography --corpus wycheproof/testvectors_v1/aes_gcm_test.json

The exit code is 0 only if every target was judged and did nothing wrong; see 'kmsproof --help'.
"""


@click.command("run", epilog=EPILOG)
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@filter_options
@corpus_option
@live_options
@isolate_option
@deadline_option
@deviation_option
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder for the event log and the reports.  [default: kmsproof-runs/<time>]",
)
@click.option(
    "--report",
    "formats",
    multiple=True,
    metavar="FORMAT",
    help="Report to write beside the log, or 'none'.  [default: all that are installed]",
)
@click.option(
    "--floor",
    "floor_percent",
    type=FiniteRange(0, 100),
    help="Percentage of the selected vectors that must judge each target; else exit code 4.  "
    "[default: what the profile demands of a whole run; "
    f"{DEFAULT_FLOOR_PERCENT:g} of one that filters narrow]",
)
@click.option(
    "--profile",
    default="",
    metavar="NAME",
    help="What targets are held against as a whole: aliyun-kms, crypto-library, pkcs11-token, a "
    "file, or 'none'.  [default: the one that fits each target]",
)
@jobs_option
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def command(
    targets: tuple[str, ...],
    ids: tuple[str, ...],
    flags: tuple[str, ...],
    classes: tuple[str, ...],
    key_specs: tuple[str, ...],
    algorithms: tuple[str, ...],
    tier: str,
    corpus: Path | None,
    modes: tuple[str, ...],
    protection_levels: tuple[str, ...],
    full: bool,
    max_keys: int | None,
    max_calls: int | None,
    rate: float | None,
    isolate: bool,
    deadline_seconds: float,
    deviations: tuple[str, ...],
    folder: Path | None,
    formats: tuple[str, ...],
    floor_percent: float | None,
    profile: str,
    jobs: int,
    quiet: bool,
) -> int:
    """Judge one or more TARGETs with the corpus.

    Every vector that a target declares to support is asked; what it does not declare is probed and
    counted as not covered. The event log is written while the run goes on, and every report is
    made from it.
    """
    wanted = format_names(formats)
    chosen_modes = tuple(Mode(mode) for mode in Mode if mode in modes)
    options = RunOptions(
        targets=deviating_targets(targets, deviations),
        folder=folder or Path("kmsproof-runs") / new_run_id(utc_now()),
        filters=filters_from(ids, flags, classes, key_specs, algorithms, tier, full, corpus),
        deadline_ms=round(deadline_seconds * 1000),
        isolate=isolate,
        corpus=str(corpus or ""),
        floor_percent=floor_percent,
        profile=profile,
        jobs=jobs,
        modes=chosen_modes,
        live=live_options_from(protection_levels, max_keys, max_calls, rate),
        tier=told_of_tier(tier, chosen_modes),
    )
    exit_code = _judge(options, quiet)
    show_and_write(options.folder, wanted)
    return exit_code


def _judge(options: RunOptions, quiet: bool) -> int:
    """Run; the corpus is let go of before the reports are made, which need memory of their own."""
    with progress_for(quiet=quiet) as progress:
        corpora = load_corpora(options)
        return run(options, corpora.library, progress, corpora.live).exit_code
