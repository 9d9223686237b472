"""Choose the vectors of each tier from the kill matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kmsproof.corpus import Corpus
from kmsproof.live.corpus import LiveCorpus
from kmsproof.mutants.matrix import Matrix
from kmsproof.mutants.scopes import TWIN_OF
from kmsproof.tiers.cover import Cover, enough
from kmsproof.tiers.material import Material, material
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
    """Choose what sees 95 % of the deviations.

    Each key spec first gets what its own algorithms need. What is about the service is the same
    with all key specs, and is shared out among them, some of each family first; then each is
    filled up.
    """
    covers = _covers(found)
    own = {key_spec: _seen_with(found, key_spec) & found.observable for key_spec in covers}
    judged = {key_spec: cover for key_spec, cover in covers.items() if own[key_spec]}
    for key_spec, cover in judged.items():
        as_twin = _as_twin(found, key_spec, covers, SMOKE_CALLS)
        wanted = own[key_spec] & found.of_algorithms
        cover.grow(wanted, _enough(wanted), SMOKE_CALLS)
        if not as_twin:
            cover.prune(wanted, min(_enough(wanted), (wanted & cover.sees).bit_count()))
    for family in found.families():
        _share_out(family, [*judged.values()], least=1)
    _share_out(found.observable, [*judged.values()], least=_enough(found.observable))
    for key_spec, cover in covers.items():
        if key_spec in judged:
            cover.grow(own[key_spec], _enough(own[key_spec]), SMOKE_CALLS)
        else:
            _as_twin(found, key_spec, covers, SMOKE_CALLS)
    return covers


def _share_out(wanted: int, covers: Sequence[Cover], least: int) -> None:
    """Choose with each key spec in turn, until enough is seen with any of them."""
    grown = True
    while grown:
        grown = False
        for cover in covers:
            seen = wanted & _union(other.sees for other in covers)
            if seen.bit_count() >= least:
                return
            before = len(cover.chosen)
            cover.grow(wanted & ~seen, 1, SMOKE_CALLS)
            grown = grown or len(cover.chosen) > before


def _enough(wanted: int) -> int:
    return enough(wanted.bit_count(), SMOKE_PERCENT)


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


def _as_twin(found: Material, key_spec: KeySpec, covers: Covers, budget: int | None = None) -> bool:
    """Choose what is chosen for the key spec with the same recipes; return whether there is one."""
    twin = TWIN_OF.get(key_spec)
    if found.view is View.LIBRARY or twin is None or twin not in covers:
        return False
    cover = covers[key_spec]
    for id in covers[twin].chosen:
        own = id.replace(_word(twin), _word(key_spec), 1)
        if cover.has(own) and (budget is None or cover.calls + cover.cost(own) <= budget):
            cover.choose(own)
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
