"""What a dossier has, lacks, perhaps needs, has twice, and what doesn't belong in it, against its procedure.  Pure."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from digitizer.classify.asked import ANY_LETTER
from digitizer.classify.catalogue import bare
from digitizer.classify.sentences import is_application
from digitizer.classify.tables import UNKNOWN, Kind
from digitizer.model import Component, Document, Procedure, Role, Slot
from digitizer.text import canonical

_SAME_TITLE = 80
"""How alike a paper's title and a component's name are, 0–100, to be the same paper."""
_SURE = 0.8
"""How well a paper's own words fit a component's name to leave it there."""
_COMMON = ("hành chính", "khác", "")
"""Sectors whose papers are of all."""
_DESK = "một cửa"
"""That of the papers by which an office keeps track of a case."""
_LETTERS = ANY_LETTER | {"giay_uy_quyen"}
"""What may be handed in as an application or as a mere `văn bản`."""
_EITHER = " / hoặc: "
"""Between the names of papers of which one lacks."""
_NAMED_IN = 160
"""Letters of a component that name the paper; what follows is about it."""


@dataclass(slots=True)
class Slots:
    """The slots of a dossier while they are filled."""

    present: list[Slot] = field(default_factory=list)
    doubled: list[Slot] = field(default_factory=list)
    foreign: list[Slot] = field(default_factory=list)
    missing: list[Slot] = field(default_factory=list)
    perhaps: list[Slot] = field(default_factory=list)


def slots(documents: Sequence[Document], row: Procedure, kinds: Mapping[str, Kind]) -> Slots:
    """The papers in their slots.

    Missing is only what every case needs and what is surely not there: where one of several papers lacks and nothing
    says which, the slot names them all.  What only some cases need, what is shown and taken back, and what a paper of
    the dossier that is in no slot may be, is perhaps needed.
    """
    here = {one.id for one in documents}
    # A copy of a paper of another dossier is this one's own: it is reused, not doubled.
    papers = [one for one in documents if one.role is Role.COMPONENT and one.duplicate_of not in here]
    unknown = [one for one in documents if one.kind == UNKNOWN and one.duplicate_of not in here]
    placed = _placed(papers, row.components)
    held = {one.id for mine in placed.values() for one in mine}
    # What says itself what it is, or proves something, may be of any role but a result.
    own = [one for one in documents if one.duplicate_of not in here and one.kind not in row.results]
    left = [one for one in own if one.id not in held]
    for at, one in _titled(left, [at for at in range(len(row.components)) if at not in placed], row.components):
        placed[at].append(one)
    case = _case_of(placed, row.components)
    found = Slots()
    held = {one.id for mine in placed.values() for one in mine}
    unread = [one for one in unknown if one.id not in held]
    strange = [one for one in documents if one.role is Role.RESULT and one.kind not in row.results]
    foreign = [one for one in [*papers, *strange] if one.id not in held and one.kind != UNKNOWN]
    spare = [one for one in own if one.id not in held and one.kind in kinds]
    surplus = [one for mine in placed.values() for one in mine[1:] if one.field("subject") is None]
    for index, component in enumerate(row.components):
        mine = placed.get(index, [])
        if mine:
            _fill(found, component, mine)
            continue
        if case and component.case not in ("", case):
            continue
        about = canonical(f"{row.sector} {row.name} {component.name}")
        proofs = [one for one in spare if _may_prove(kinds[one.kind], about)]
        why = _doubt(component, [*unread, *surplus], foreign, proofs)
        slot = _gap(component, () if why else tuple(_rivals(component, placed, row.components)), why)
        (found.perhaps if slot.why else found.missing).append(slot)
    found.foreign += [Slot(component=None, kind=one.kind, documents=(one.id,)) for one in foreign]
    return found


def needed(component: Component) -> bool:
    """True when every dossier needs such a paper."""
    return not component.optional and not component.case


def _gap(component: Component, rivals: Sequence[Component], why: str) -> Slot:
    """The slot of a component without a paper; with `rivals` one of them all lacks, for sure where all are needed."""
    some = next((one.name for one in rivals if not needed(one)), "")
    if some:
        why, rivals = f"có thể là giấy tờ đã xếp vào: {some[:_NAMED_IN]}", ()
    name = _EITHER.join(one.name for one in (component, *rivals))
    return Slot(component=name, kind=component.kinds[0] if component.kinds else UNKNOWN, why=why)


def _may_prove(kind: Kind, about: str) -> bool:
    """True for what may be handed in as a proof: what an office or a business wrote, and what is of a sector of which
    the procedure or the proof is (canonical words).  A driving licence proves nothing about land.
    """
    if kind.sector == _DESK:
        return False
    sectors = map(canonical, kind.sector.split(", "))
    return kind.layout == "office" or kind.sector in _COMMON or any(re.search(rf"\b{one}\b", about) for one in sectors)


def _doubt(
    component: Component, unread: Sequence[Document], foreign: Sequence[Document], proofs: Sequence[Document]
) -> str:
    """Why a paper that isn't there may not be missing: the list's words, or papers that may be it; else empty.

    `proofs`: of the papers that no component takes, those that may prove what it asks to be proven.
    """
    if not needed(component):
        return component.condition or component.case or "số lượng 0"
    if unread and (component.others or not component.kinds):
        return "có thể là giấy tờ chưa rõ loại trong hồ sơ"
    letter = is_application(component.name) or not ANY_LETTER.isdisjoint(component.kinds)
    if (component.others and not component.kinds and proofs) or (
        letter and any(one.kind in _LETTERS for one in foreign)
    ):
        return "có thể là giấy tờ khác trong hồ sơ"
    return ""


def _rivals(
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


def _titled(
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


def _placed(papers: Sequence[Document], components: Sequence[Component]) -> dict[int, list[Document]]:
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
    return fuzz.partial_ratio(bare(said.normalised), bare(component.name[:_NAMED_IN])) / 100 if said else 0.5


def _alike_by_title(paper: Document, component: Component) -> bool:
    said = paper.field("subject")
    words = bare(said.normalised) if said else ""
    return len(words.split()) > 1 and fuzz.partial_ratio(words, bare(component.name[:_NAMED_IN])) >= _SAME_TITLE


def _case_of(placed: dict[int, list[Document]], components: Sequence[Component]) -> str:
    """The case for which papers are there that no other case asks for, more than for any other; empty when none is."""
    points: dict[str, int] = defaultdict(int)
    for at, component in enumerate(components):
        others = {slug for one in components if one.case != component.case for slug in one.kinds}
        if component.case and at in placed and any(one.kind not in others for one in placed[at]):
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
