"""What belongs together: cards of two files, the papers of one case, its procedure, roles and completeness.  Pure."""

from collections.abc import Sequence
from dataclasses import replace

from digitizer.classify.completeness import Slots, needed, slots
from digitizer.classify.procedure import SLIPS, chosen, received
from digitizer.classify.tables import Kind, Tables
from digitizer.model import By, Document, DocumentState, Dossier, Field, Procedure, Role


def joined(documents: Sequence[Document], tables: Tables) -> tuple[tuple[Document, ...], dict[str, str]]:
    """Cards whose front and back came in two files, made one.

    Gives the documents that remain, in order, and which ids went into which: {back: front}.
    """
    remaining = {document.id: document for document in documents}
    into: dict[str, str] = {}
    for document in documents:
        whole = next(
            (
                other
                for other in remaining.values()
                if other.id != document.id and set(document.pages) < set(other.pages)
            ),
            None,
        )
        if whole is not None and document.id in remaining:
            into[document.id] = whole.id
            del remaining[document.id]
    sides = [
        one
        for one in remaining.values()
        if len(one.pages) == 1
        and _is_card(one, tables)
        and one.state is not DocumentState.RELEASED
        and one.pages_by is not By.CLERK
    ]
    for front in [one for one in sides if _is_front(one)]:
        backs = [one for one in sides if not _is_front(one) and one.id in remaining and _fits(front, one)]
        sure = [one for one in backs if _number_of(one) and _number_of(one) == _number_of(front)]
        fronts = [
            one for one in sides if _is_front(one) and one.kind == front.kind and len(remaining[one.id].pages) == 1
        ]
        back = sure[0] if sure else (backs[0] if len(backs) == 1 and len(fronts) == 1 else None)
        if back is not None:
            remaining[front.id] = _one_card(front, back)
            into[back.id] = front.id
            del remaining[back.id]
    return tuple(remaining.values()), into


def _is_card(document: Document, tables: Tables) -> bool:
    return tables.kinds[document.kind].layout == "card" if document.kind in tables.kinds else False


def _is_front(document: Document) -> bool:
    """The front bears the name in print or the card's title; the back has MRZ, features and the day of issue."""
    if any("MRZ" in cue for cue in document.cues):
        return False
    return document.field("person") is not None or any("tên loại" in cue for cue in document.cues)


def _fits(front: Document, back: Document) -> bool:
    if front.kind != back.kind or front.pages[0].scan == back.pages[0].scan:
        return False
    mine, other = _number_of(front), _number_of(back)
    return mine is None or other is None or mine == other


def _number_of(document: Document) -> str | None:
    found = document.field("citizen_id")
    return found.normalised if found else None


def _one_card(front: Document, back: Document) -> Document:
    held = {(one.name, one.part): one for one in back.fields}
    for one in front.fields:
        other = held.get((one.name, one.part))
        held[one.name, one.part] = one if other is None else _firmer(one, other)
    fields = tuple(held.values())
    confidence = max(front.confidence, back.confidence)
    unsure = any(one.unsure for one in fields) or (front.unsure and back.unsure)
    return replace(
        front,
        pages=front.pages + back.pages,
        fields=fields,
        confidence=confidence,
        unsure=unsure,
        cues=(*front.cues, *back.cues)[:6],
    )


def _firmer(one: Field, other: Field) -> Field:
    if By.CLERK in (one.by, other.by):
        return one if one.by is By.CLERK else other
    return one if one.confidence >= other.confidence else other


def assemble(dossier: Dossier, documents: Sequence[Document], tables: Tables) -> tuple[Dossier, tuple[Document, ...]]:
    """The dossier with its code, procedure and slots, and its documents with their dossier and role."""
    code = dossier.code or next((one.code for one in documents if one.code), None)
    day = received(code, documents)
    choice = chosen(documents, tables, day)
    row = tables.catalogue.at(choice.code, day) if choice.code else None
    placed = tuple(replace(one, dossier=dossier.id, role=role_of(one, documents, row, tables)) for one in documents)
    found = slots(placed, row, tables.kinds) if row else Slots()
    return (
        replace(
            dossier,
            code=code,
            procedure=choice.code,
            procedure_confidence=choice.confidence,
            procedure_by=choice.by,
            procedure_perhaps=choice.perhaps,
            documents=tuple(one.id for one in placed),
            present=tuple(found.present),
            doubled=tuple(found.doubled),
            foreign=tuple(found.foreign),
            missing=tuple(found.missing),
            perhaps=tuple(found.perhaps),
        ),
        placed,
    )


def role_of(document: Document, documents: Sequence[Document], row: Procedure | None, tables: Tables) -> Role | None:
    """Result, component or internal: by the procedure, else by what the kind can be in such company."""
    kind = tables.kinds.get(document.kind)
    if kind is None or not kind.roles:
        return None
    if row is not None:
        asked = {slug for component in row.components for slug in component.kinds}
        if (
            document.kind in row.results
            and Role.RESULT in kind.roles
            and not (document.kind in asked and _asked_for(document, documents, row))
        ):
            return Role.RESULT
        if document.kind in asked:
            return Role.COMPONENT
        return next((role for role in (Role.COMPONENT, Role.INTERNAL) if role in kind.roles), kind.roles[0])
    if len(kind.roles) == 1 or len(documents) == 1:
        return kind.roles[0]
    return _by_company(kind, documents, tables)


def _asked_for(document: Document, documents: Sequence[Document], row: Procedure) -> bool:
    """Of the papers of a kind that a procedure both asks for and gives, the first issued were asked for, the last is
    its result; a single one was handed in where a slip says that the case has only begun.
    """
    same = sorted((one for one in documents if one.kind == document.kind), key=_issued)
    if len(same) == 1:
        return any(one.kind in SLIPS for one in documents)
    wanted = sum(needed(one) and document.kind in one.kinds for one in row.components)
    return document.id in {one.id for one in same[: max(wanted, 1)]}


def _issued(document: Document) -> str:
    found = document.field("issued")
    return found.normalised if found else ""


def _by_company(kind: Kind, documents: Sequence[Document], tables: Tables) -> Role:
    """A paper that can be both is the result when somebody asks for it in the same dossier."""
    if Role.RESULT in kind.roles:
        asked = any(
            tables.kinds[one.kind].layout == "form" and tables.kinds[one.kind].sector == kind.sector
            for one in documents
            if one.kind in tables.kinds
        )
        if asked or Role.COMPONENT not in kind.roles:
            return Role.RESULT
    return Role.COMPONENT if Role.COMPONENT in kind.roles else kind.roles[0]
