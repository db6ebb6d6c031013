"""What a dossier has, lacks, perhaps needs, has twice, and what doesn't belong in it, against its procedure.  Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from digitizer.classify.catalogue import bare
from digitizer.classify.tables import UNKNOWN
from digitizer.model import Component, Document, Procedure, Role, Slot


@dataclass(slots=True)
class Slots:
    """The slots of a dossier while they are filled."""

    present: list[Slot] = field(default_factory=list)
    doubled: list[Slot] = field(default_factory=list)
    foreign: list[Slot] = field(default_factory=list)
    missing: list[Slot] = field(default_factory=list)
    perhaps: list[Slot] = field(default_factory=list)


def slots(documents: Sequence[Document], row: Procedure) -> Slots:
    """The papers in their slots.

    Missing is only what every such case needs and what we could recognise; a paper that only some cases need, that is
    shown and taken back, or whose kind the list's words don't tell, is perhaps needed.
    """
    here = {one.id for one in documents}
    # A copy of a paper of another dossier is this one's own: it is reused, not doubled.
    papers = [one for one in documents if one.role is Role.COMPONENT and one.duplicate_of not in here]
    placed = _placed(papers, row.components)
    case = _case_of(placed, row.components)
    found = Slots()
    strangers = any(one.kind == UNKNOWN for one in papers)
    for index, component in enumerate(row.components):
        mine = placed.get(index, [])
        if mine:
            _fill(found, component, mine)
        elif needed(component, case) and not (component.others and strangers):
            found.missing.append(Slot(component=component.name, kind=component.kinds[0]))
        elif not component.case or component.case == case or not case:
            kind = component.kinds[0] if component.kinds else UNKNOWN
            found.perhaps.append(Slot(component=component.name, kind=kind))
    held = {one.id for mine in placed.values() for one in mine}
    strange = [one for one in documents if one.role is Role.RESULT and one.kind not in row.results]
    for one in [*papers, *strange]:
        if one.id not in held and one.kind != UNKNOWN:
            found.foreign.append(Slot(component=None, kind=one.kind, documents=(one.id,)))
    return found


def needed(component: Component, case: str = "") -> bool:
    """True when a dossier (of that case) without such a paper lacks something that we could have recognised."""
    return bool(component.kinds) and not component.optional and component.case in ("", case)


def _placed(papers: Sequence[Document], components: Sequence[Component]) -> dict[int, list[Document]]:
    """Component → its papers: first one paper to each component that takes its kind, needed ones first; then the rest.

    Where several components take a kind, the one whose name is nearest to what the paper says of itself gets it.
    """
    order = sorted(range(len(components)), key=lambda at: (components[at].optional, len(components[at].kinds)))
    pairs = [
        (_rank(paper, components[at]), place, at, paper)
        for place, at in enumerate(order)
        for paper in papers
        if paper.kind in components[at].kinds
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1]))
    placed: dict[int, list[Document]] = defaultdict(list)
    held: set[str] = set()
    for alone in (True, False):
        for _, _, at, paper in pairs:
            if paper.id not in held and not (alone and at in placed):
                placed[at].append(paper)
                held.add(paper.id)
    return placed


def _rank(paper: Document, component: Component) -> float:
    """How well the paper's own words (its subject) fit the component's name, 0–1; a needed one goes before."""
    said = paper.field("subject")
    alike = fuzz.token_set_ratio(bare(said.normalised), bare(component.name)) / 100 if said else 0.5
    return round(alike, 1) + (0.0 if component.optional else 0.3)


def _case_of(placed: dict[int, list[Document]], components: Sequence[Component]) -> str:
    """The case whose needed papers are there more than any other's; empty when none stands out."""
    points: dict[str, int] = defaultdict(int)
    for at, component in enumerate(components):
        if component.case and component.kinds and at in placed:
            points[component.case] += 1
    ranked = sorted(points.values(), reverse=True)
    if not ranked or ranked[0] < 2 or (len(ranked) > 1 and ranked[0] == ranked[1]):
        return ""
    return max(points, key=lambda case: points[case])


def _fill(found: Slots, component: Component, mine: Sequence[Document]) -> None:
    by_kind: dict[str, list[Document]] = defaultdict(list)
    for one in mine:
        by_kind[one.kind].append(one)
    for kind, same in by_kind.items():
        ids = tuple(one.id for one in same)
        found.present.append(Slot(component=component.name, kind=kind, documents=ids))
        twice = [one.id for one in same if any(_alike(one, other) for other in same if other.id != one.id)]
        if twice:
            found.doubled.append(Slot(component=component.name, kind=kind, documents=tuple(twice)))


def _alike(one: Document, other: Document) -> bool:
    """The same paper twice, as far as can be told: no number or person that differs."""
    for name in ("number", "citizen_id", "certificate_serial", "person", "issued"):
        mine, theirs = one.field(name), other.field(name)
        if mine and theirs and mine.normalised.casefold() != theirs.normalised.casefold():
            return False
    return True
