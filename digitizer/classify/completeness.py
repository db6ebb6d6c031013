"""What a dossier has, lacks, perhaps needs, has twice, and what doesn't belong in it, against its procedure.  Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from digitizer.classify.asked import ANY_LETTER
from digitizer.classify.placing import NAMED_IN, by_kind, by_title, rivals
from digitizer.classify.sentences import is_application
from digitizer.classify.tables import UNKNOWN, Kind
from digitizer.model import Component, Document, Procedure, Role, Slot
from digitizer.text import canonical

_COMMON = ("hành chính", "khác", "")
"""Sectors whose papers are of all."""
_DESK = "một cửa"
"""That of the papers by which an office keeps track of a case."""
_LETTERS = ANY_LETTER | {"giay_uy_quyen"}
"""What may be handed in as an application or as a mere `văn bản`."""
EITHER = " / hoặc: "
"""Between the names of papers of which one lacks."""


@dataclass(slots=True)
class Slots:
    """The slots of a dossier while they are filled."""

    present: list[Slot] = field(default_factory=list)
    doubled: list[Slot] = field(default_factory=list)
    foreign: list[Slot] = field(default_factory=list)
    missing: list[Slot] = field(default_factory=list)
    perhaps: list[Slot] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Left:
    """The papers in no slot, but results; those of them that nobody asked for; and what may be any: of unknown kind, or
    one too many in a slot, without a subject.
    """

    loose: list[Document]
    foreign: list[Document]
    unread: list[Document]


def slots(documents: Sequence[Document], row: Procedure, kinds: Mapping[str, Kind]) -> Slots:
    """The papers in their slots.

    Missing is only what every case needs and what is surely not there: where one of several papers lacks and nothing
    says which, the slot names them all.  What only some cases need, what is shown and taken back, and what a paper of
    the dossier that is in no slot may be, is perhaps needed.
    """
    here = {one.id for one in documents}
    # A copy of a paper of another dossier is this one's own: it is reused, not doubled.
    own = [one for one in documents if one.duplicate_of not in here]
    placed = by_kind([one for one in own if one.role is Role.COMPONENT], row.components)
    open_ = [at for at in range(len(row.components)) if at not in placed]
    for at, one in by_title(_loose(own, placed, row), open_, row.components):
        placed[at].append(one)
    case = _case_of(placed, row.components)
    left = _left(own, placed, row)
    found = Slots()
    for index, component in enumerate(row.components):
        mine = placed.get(index, [])
        if mine:
            _fill(found, component, mine)
            continue
        if case and component.case not in ("", case):
            continue
        about = canonical(f"{row.sector} {row.name} {component.name}")
        proofs = [one for one in left.loose if one.kind in kinds and _may_prove(kinds[one.kind], about)]
        why = _doubt(component, left, proofs)
        slot = _gap(component, () if why else tuple(rivals(component, placed, row.components)), why)
        (found.perhaps if slot.why else found.missing).append(slot)
    found.foreign += [Slot(component=None, kind=one.kind, documents=(one.id,)) for one in left.foreign]
    return found


def _loose(own: Sequence[Document], placed: dict[int, list[Document]], row: Procedure) -> list[Document]:
    """The papers in no slot, of any role but a result: their titles may tell what they are, or they prove something."""
    held = {one.id for mine in placed.values() for one in mine}
    return [one for one in own if one.id not in held and one.kind not in row.results]


def _left(own: Sequence[Document], placed: dict[int, list[Document]], row: Procedure) -> _Left:
    loose = _loose(own, placed, row)
    strange = (Role.COMPONENT, Role.RESULT)
    return _Left(
        loose=loose,
        foreign=[one for one in loose if one.role in strange and one.kind != UNKNOWN],
        unread=[
            *(one for one in loose if one.kind == UNKNOWN),
            *(one for mine in placed.values() for one in mine[1:] if one.field("subject") is None),
        ],
    )


def needed(component: Component) -> bool:
    """True when every dossier needs such a paper."""
    return not component.optional and not component.case


def _gap(component: Component, others: Sequence[Component], why: str) -> Slot:
    """The slot of a component without a paper; with `others` one of them all lacks, for sure where all are needed."""
    some = next((one.name for one in others if not needed(one)), "")
    if some:
        why, others = f"có thể là giấy tờ đã xếp vào: {some[:NAMED_IN]}", ()
    name = EITHER.join(one.name for one in (component, *others))
    return Slot(component=name, kind=component.kinds[0] if component.kinds else UNKNOWN, why=why)


def _may_prove(kind: Kind, about: str) -> bool:
    """True for what may be handed in as a proof: what an office or a business wrote, and what is of a sector of which
    the procedure or the proof is (canonical words).  A driving licence proves nothing about land.
    """
    if kind.sector == _DESK:
        return False
    sectors = map(canonical, kind.sector.split(", "))
    return kind.layout == "office" or kind.sector in _COMMON or any(re.search(rf"\b{one}\b", about) for one in sectors)


def _doubt(component: Component, left: _Left, proofs: Sequence[Document]) -> str:
    """Why a paper that isn't there may not be missing: the list's words, or papers that may be it; else empty.

    `proofs`: of the papers that no component takes, those that may prove what it asks to be proven.
    """
    if not needed(component):
        return component.condition or component.case or "số lượng 0"
    if left.unread and (component.others or not component.kinds):
        return "có thể là giấy tờ chưa rõ loại trong hồ sơ"
    letter = is_application(component.name) or not ANY_LETTER.isdisjoint(component.kinds)
    if (component.others and not component.kinds and proofs) or (
        letter and any(one.kind in _LETTERS for one in left.foreign)
    ):
        return "có thể là giấy tờ khác trong hồ sơ"
    return ""


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
