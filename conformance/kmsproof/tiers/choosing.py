"""Choose the vectors of each tier from the kill matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kmsproof.corpus import Corpus
from kmsproof.live.corpus import LiveCorpus
from kmsproof.mutants.matrix import Matrix
from kmsproof.tiers.cover import Cover, enough
from kmsproof.tiers.material import TWIN_OF, Material, material
from kmsproof.tiers.model import Part, Sight, TierChoice, TierName, Tiers
from kmsproof.vocabulary import KeySpec
from kmsproof_reference.deviations import View

SMOKE_PERCENT = 95
SMOKE_CALLS = 100
"""The most calls for a key spec, in library mode, and in live and policy mode together."""

Covers = Mapping[KeySpec, Cover]


def chosen_tiers(matrix: Matrix, digest: str, corpus: Corpus, live: LiveCorpus) -> Tiers:
    """Return the tiers of a corpus.

    Args:
        matrix: what each vector kills.
        digest: of the matrix.
        corpus: that of library mode.
        live: that of live mode.
    """
    views = [material(view, matrix, corpus, live) for view in (View.LIBRARY, View.LIVE)]
    choose = {TierName.SMOKE: smoke, TierName.STANDARD: standard, TierName.FULL: full}
    return Tiers(
        corpus=corpus.digest,
        live_corpus=live.digest,
        matrix=digest,
        tiers={
            name: _choice([(found, pick(found)) for found in views], name)
            for name, pick in choose.items()
        },
    )


def smoke(found: Material) -> Covers:
    """Choose what sees 95 % of the deviations, with each key spec and in all."""
    covers = _covers(found)
    for key_spec, cover in covers.items():
        as_twin = _as_twin(found, key_spec, covers)
        wanted = _seen_with(found, key_spec) & found.observable
        enough_here = enough(wanted.bit_count(), SMOKE_PERCENT)
        cover.grow(wanted, enough_here, SMOKE_CALLS)
        if not as_twin:
            cover.prune(wanted, min(enough_here, (wanted & cover.sees).bit_count()))
    wanted = found.observable
    least = enough(wanted.bit_count(), SMOKE_PERCENT)
    for cover in covers.values():
        others = _union(other.sees for other in covers.values()) & wanted
        missing = least - others.bit_count()
        if missing > 0:
            left = wanted & ~others
            cover.grow(left, missing, SMOKE_CALLS)
    return covers


def standard(found: Material) -> Covers:
    """Choose what sees every deviation with each key spec, twice where that is possible."""
    covers = _covers(found)
    for key_spec, cover in covers.items():
        _as_twin(found, key_spec, covers)
        wanted = _seen_with(found, key_spec) & found.all_bits
        cover.grow(wanted, wanted.bit_count())
        cover.double(wanted)
    return covers


def full(found: Material) -> Covers:
    """Choose everything."""
    covers = _covers(found)
    for key_spec, cover in covers.items():
        for part in found.parts(key_spec):
            cover.choose(part.id)
    return covers


def _covers(found: Material) -> dict[KeySpec, Cover]:
    """Return an empty choice for each key spec, those with twins first."""
    there = [key_spec for key_spec in KeySpec if key_spec in found.files]
    there.sort(key=lambda key_spec: key_spec in TWIN_OF)
    return {key_spec: Cover(found.parts(key_spec)) for key_spec in there}


def _as_twin(found: Material, key_spec: KeySpec, covers: Covers) -> bool:
    """Choose what is chosen for the key spec with the same recipes; return whether there is one."""
    twin = TWIN_OF.get(key_spec)
    if found.view is View.LIBRARY or twin is None or twin not in covers:
        return False
    for id in covers[twin].chosen:
        own = id.replace(_word(twin), _word(key_spec), 1)
        if covers[key_spec].has(own):
            covers[key_spec].choose(own)
    return True


def _word(key_spec: KeySpec) -> str:
    """Return a key spec as families name it: ``aes-256``."""
    return key_spec.removeprefix("Aliyun_").lower().replace("_", "-")


def _seen_with(found: Material, key_spec: KeySpec) -> int:
    return _union(part.sees for part in found.parts(key_spec))


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _choice(views: list[tuple[Material, Covers]], name: TierName) -> TierChoice:
    sights = dict[Part, Sight]()
    seen, of = set[str](), set[str]()
    calls: dict[str, int] = {}
    for found, covers in views:
        sees = {*found.names(_union(cover.sees for cover in covers.values()))}
        costs = {
            str(key_spec): covers[key_spec].calls for key_spec in KeySpec if key_spec in covers
        }
        sights[Part(str(found.view))] = _sight(sees, {*found.bits}, costs)
        seen |= sees
        of |= {*found.bits}
        calls |= {spec: calls.get(spec, 0) + number for spec, number in costs.items()}
    sights[Part.BOTH] = _sight(seen, of, calls)
    ids = [id for _, covers in views for cover in covers.values() for id in cover.chosen]
    return TierChoice(sight=sights, vectors=_by_family(ids) if name is not TierName.FULL else {})


def _sight(seen: set[str], of: set[str], calls: dict[str, int]) -> Sight:
    return Sight(seen=len(seen), of=len(of), unseen=tuple(sorted(of - seen)), calls=calls)


def _by_family(ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for id in ids:
        family, _, rest = id.partition("/")
        found.setdefault(family, []).append(rest)
    return {family: tuple(sorted(rests)) for family, rests in sorted(found.items())}
