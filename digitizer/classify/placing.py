"""Which paper of a dossier is which component's: by kind, and where several take it, by what it says of itself."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from digitizer.classify.catalogue import bare
from digitizer.model import Component, Document

_SAME_TITLE = 80
"""How alike a paper's title and a component's name are, 0–100, to be the same paper."""
_SURE = 0.8
"""How well a paper's own words fit a component's name to leave it there."""
NAMED_IN = 160
"""Letters of a component that name the paper; what follows is about it."""


def by_kind(papers: Sequence[Document], components: Sequence[Component]) -> dict[int, list[Document]]:
    """Component → its papers: one to each component that takes its kind, needed ones first, as many as can be; then
    the rest.

    Where several components take a kind, the one whose name is nearest to what the paper says of itself gets it.
    """
    order = sorted(range(len(components)), key=lambda at: (components[at].optional, len(components[at].kinds)))
    pairs = [
        (_rank(paper, components[at]), place, at, paper)
        for place, at in enumerate(order)
        for paper in papers
        if paper.kind in components[at].kinds or (not components[at].kinds and _alike_by_title(paper, components[at]))
    ]
    # `Quyết định …` takes a decision before `văn bản của …`, which may be any.
    pairs.sort(key=lambda pair: (-pair[0], components[pair[2]].others, pair[1]))
    takes: dict[int, list[Document]] = defaultdict(list)
    held: dict[str, int] = {}
    for _, _, at, paper in pairs:
        takes[at].append(paper)
        if paper.id not in held and at not in held.values():
            held[paper.id] = at
    fixed = {paper.id for rank, _, at, paper in pairs if rank > _SURE and held.get(paper.id) == at}
    for at in order:
        if at not in held.values():
            _fill_by_moving(at, takes, held, set(fixed))
    for _, _, at, paper in pairs:
        held.setdefault(paper.id, at)
    placed: dict[int, list[Document]] = defaultdict(list)
    for paper in papers:
        if paper.id in held:
            placed[held[paper.id]].append(paper)
    return placed


def by_title(
    papers: Sequence[Document], open_: Sequence[int], components: Sequence[Component]
) -> Iterator[tuple[int, Document]]:
    """(place, paper) where a paper of no kind that is asked for says itself, in its title, what paper it is."""
    pairs = [
        (_rank(paper, components[at]), at, paper)
        for paper in papers
        for at in open_
        if _alike_by_title(paper, components[at])
    ]
    taken: set[int | str] = set()
    for _, at, paper in sorted(pairs, key=lambda pair: -pair[0]):
        if at not in taken and paper.id not in taken:
            taken |= {at, paper.id}
            yield at, paper


def rivals(
    component: Component, placed: dict[int, list[Document]], components: Sequence[Component]
) -> Iterator[Component]:
    """Other components whose paper may be this one's as well: one of them lacks, which isn't known."""
    for at, mine in placed.items():
        if any(_may_be(component, paper, components[at]) for paper in mine):
            yield components[at]


def _may_be(component: Component, paper: Document, other: Component) -> bool:
    """True for a paper of another component that fits this one no worse."""
    if paper.kind not in component.kinds:
        return False
    nearer = paper.kind in other.kinds and other.kinds.index(paper.kind) < component.kinds.index(paper.kind)
    return not nearer and _likeness(paper, component) >= _likeness(paper, other)


def _fill_by_moving(at: int, takes: dict[int, list[Document]], held: dict[str, int], tried: set[str]) -> bool:
    """Give this component a paper, if need be one of another component that can have another one instead."""
    for paper in takes[at]:
        if paper.id not in tried:
            tried.add(paper.id)
            if paper.id not in held or _fill_by_moving(held[paper.id], takes, held, tried):
                held[paper.id] = at
                return True
    return False


def _rank(paper: Document, component: Component) -> float:
    """How well the paper's own words fit the component's name, 0–1; a needed one goes before."""
    return round(_likeness(paper, component), 1) + (0.0 if component.optional or component.others else 0.1)


def _likeness(paper: Document, component: Component) -> float:
    """How well the paper's own words (its subject) fit the component's name, 0–1; 0.5 where it says none."""
    said = paper.field("subject")
    return fuzz.partial_ratio(bare(said.normalised), bare(component.name[:NAMED_IN])) / 100 if said else 0.5


def _alike_by_title(paper: Document, component: Component) -> bool:
    said = paper.field("subject")
    words = bare(said.normalised) if said else ""
    return len(words.split()) > 1 and fuzz.partial_ratio(words, bare(component.name[:NAMED_IN])) >= _SAME_TITLE
