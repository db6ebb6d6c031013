"""What clerks change in the pages of papers: each change is one transaction, kept with what was before and after."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, select, update

from digitizer.errors import Conflict
from digitizer.model import IDENTITY, Document, LeftOut, Matrix, Page, PageRef, Scan, ScanState
from digitizer.pipeline import STAGES, STEPS
from digitizer.store import events, leases, nouns, search
from digitizer.store.database import retried
from digitizer.store.records import Records
from digitizer.store.rows import add_document, gather_again, let_go, load_page, load_scan, remove_documents, retire
from digitizer.store.schema import changed, changes, document_pages, documents, dossiers, pages, records, scans
from digitizer.store.turns import LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A document, the scan that it is counted to, and its place among that scan's documents."""

    document: Document
    scan: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What a clerk decides about a page beside its place, and what follows from it (model.Page)."""

    at: PageRef
    left_out: LeftOut | None = None
    turned: int = 0
    upright: int | None = None
    matrix: Matrix = IDENTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: the documents and pages that it touches.  A document that it makes or takes away is on one side only.

    `reread`: pages to be read again; `settled`: pages whose words stand right when they are turned.  `number` counts
    the changes of all records; 0 before it is made.
    """

    what: str
    before: tuple[Placed, ...] = ()
    after: tuple[Placed, ...] = ()
    sides_before: tuple[Side, ...] = ()
    sides_after: tuple[Side, ...] = ()
    reread: tuple[PageRef, ...] = ()
    settled: tuple[PageRef, ...] = ()
    number: int = 0
    at: str = ""
    actor: str = ""
    undone_at: str | None = None
    undone_by: str | None = None

    @property
    def scans(self) -> list[str]:
        """The scans of its pages."""
        refs = [ref for placed in (*self.before, *self.after) for ref in placed.document.pages]
        return list(dict.fromkeys(ref.scan for ref in (*refs, *(side.at for side in self.sides_after))))


_CHANGE = TypeAdapter(Change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is in the records at this moment: the documents asked for, those of the pages asked for, all their scans.

    `page` gives a page with its lines, and `official` says whether a record of this document was ever released.
    """

    papers: dict[str, Placed]
    scans: dict[str, Scan]
    page: Callable[[PageRef], Page]
    official: Callable[[str], bool]


Plan = Callable[[Seen], Change]
"""Makes the change out of what there is; raises Conflict."""


@retried
def make(
    store: Records, plan: Plan, actor: str, ids: Iterable[str], refs: Iterable[PageRef] = (), undoes: int = 0
) -> tuple[Change, list[str]]:
    """Change the pages of papers as planned; gives the change as it is kept, and the scans to work on.

    `ids`, `refs`: the documents and pages that the plan must see.  `undoes`: the change that this one takes back.
    Raises Conflict, NotFound; nothing is changed then.
    """
    with store.alone() as db:
        change = plan(_seen(db, list(ids), list(refs)))
        if not undoes:
            change = _kept(db, replace(change, actor=actor, at=events.timestamp()))
        else:
            mine = update(changes).where(changes.c.number == undoes, changes.c.undone_at.is_(None))
            if not db.execute(mine.values(undone_at=events.timestamp(), undone_by=actor)).rowcount:
                raise Conflict(f"lần sửa {undoes} đã được hoàn tác / change {undoes} was undone already")
            change = replace(change, number=undoes)
        back = _write(db, change)
        _tell(db, change, actor, undoes)
    return change, back


def of(store: Records, ids: Iterable[str]) -> list[Change]:
    """The changes about any of these scans and documents, the newest first."""
    about = select(changed.c.number).where(changed.c.id.in_(list(ids)))
    query = select(changes).where(changes.c.number.in_(about)).order_by(changes.c.number.desc())
    with store.reading() as db:
        return [_change(row._mapping) for row in db.execute(query)]  # noqa: SLF001  # SQLAlchemy's public name


def _change(row: Any) -> Change:
    columns = ("number", "at", "actor", "what", "undone_at", "undone_by")
    return replace(_CHANGE.validate_python(row["noun"]), **{name: row[name] for name in columns})


def _seen(db: Connection, ids: Sequence[str], refs: Sequence[PageRef]) -> Seen:
    here = [_holder(db, ref) for ref in refs]
    rows = db.execute(select(documents).where(documents.c.id.in_([*ids, *(one for one in here if one)]))).all()
    order = {scan: _order(db, scan) for scan in {row.scan for row in rows}}
    papers = {
        row.id: Placed(
            document=nouns.DOCUMENT.validate_python(row.noun), scan=row.scan, place=list(order[row.scan]).index(row.id)
        )
        for row in rows
    }
    every = [*refs, *(ref for one in papers.values() for ref in one.document.pages)]

    def official(document: str) -> bool:
        made = db.execute(select(records.c.noun).where(records.c.document == document)).scalars()
        return any(noun["official"] for noun in made)

    loaded = {scan: load_scan(db, scan) for scan in dict.fromkeys(ref.scan for ref in every)}
    return Seen(papers=papers, scans=loaded, page=lambda ref: load_page(db, ref.scan, ref.page), official=official)


def _holder(db: Connection, at: PageRef) -> str | None:
    """The document that a page is in."""
    mine = document_pages.c.scan == at.scan, document_pages.c.page == at.page
    return db.execute(select(document_pages.c.document).where(*mine)).scalar()


def _order(db: Connection, scan: str) -> dict[str, int]:
    """The documents counted to a scan, in order, and their ordinals."""
    query = select(documents.c.id, documents.c.ordinal).where(documents.c.scan == scan)
    return {row.id: row.ordinal for row in db.execute(query.order_by(documents.c.ordinal, documents.c.id))}


def _kept(db: Connection, change: Change) -> Change:
    """The change with its number, written down."""
    last = db.execute(select(func.max(changes.c.number))).scalar() or 0
    change = replace(change, number=last + 1)
    noun = _CHANGE.dump_python(change, mode="json")
    columns = {name: getattr(change, name) for name in ("number", "at", "actor", "what")}
    db.execute(changes.insert().values(**columns, noun=noun))
    about = {placed.document.id for placed in (*change.before, *change.after)} | set(change.scans)
    db.execute(changed.insert(), [{"number": change.number, "id": one} for one in sorted(about)])
    return change


def _write(db: Connection, change: Change) -> list[str]:
    """Put what is after in the place of what was before; gives the scans to work on."""
    before = {placed.document.id: placed for placed in change.before}
    after = {placed.document.id: placed for placed in change.after}
    gone = before.keys() - after.keys()
    remove_documents(db, before)
    for document in gone:
        search.unindex(db, document)
        retire(db, document, before[document].scan)
    for scan in sorted({placed.scan for placed in (*before.values(), *after.values())}):
        _place(db, scan, [placed for placed in change.after if placed.scan == scan])
    let_go(db, gone | _missing(db, after.values()))
    for side in change.sides_after:
        _set(db, side, change)
    gather_again(db, (placed.document.dossier for placed in (*before.values(), *after.values())))
    return _send_back(db, change)


def _place(db: Connection, scan: str, given: list[Placed]) -> None:
    """Add the documents to those of the scan, each at its place, and number all of them anew."""
    known = _order(db, scan)
    order = list(known)
    for placed in sorted(given, key=lambda one: one.place):
        order.insert(placed.place, placed.document.id)
    mine = {placed.document.id: placed.document for placed in given}
    for place, id_ in enumerate(order):
        if id_ in mine:
            add_document(db, _at_home(db, mine[id_]), scan, place)
        elif known[id_] != place:
            db.execute(update(documents).where(documents.c.id == id_).values(ordinal=place))


def _at_home(db: Connection, document: Document) -> Document:
    """The document, in no dossier when its own is gone."""
    here = db.execute(select(dossiers.c.id).where(dossiers.c.id == document.dossier)).first()
    return document if here else replace(document, dossier=None)


def _missing(db: Connection, given: Iterable[Placed]) -> set[str]:
    """Documents that some of these were copies of, and that are gone by now."""
    of = {placed.document.duplicate_of for placed in given} - {None}
    return {str(id_) for id_ in of} - set(db.execute(select(documents.c.id).where(documents.c.id.in_(of))).scalars())


def _set(db: Connection, side: Side, change: Change) -> None:
    """What a clerk says of the page.  Whoever reads it now lost his lease: he would write what was before.

    A page to be read again keeps the turn that its words were read in until then.
    """
    mine = pages.c.scan == side.at.scan, pages.c.number == side.at.page
    noun = db.execute(select(pages.c.noun).where(*mine)).scalar_one()
    page = replace(nouns.PAGE.validate_python(noun), left_out=side.left_out, upright=side.upright)
    values: dict[str, Any] = {"owner": None, "until": 0}
    if side.at in change.settled:
        page = replace(page, turned=side.turned, matrix=side.matrix, step=STEPS[-1])
        values["pending"] = False
    db.execute(update(pages).where(*mine).values(noun=nouns.page_row(page), **values))


def _send_back(db: Connection, change: Change) -> list[str]:
    """Have the documents worked out again from what was read: by a scan whose pages are read again, else by theirs."""
    for_scan: dict[str, list[str]] = {scan: [] for scan in change.scans}
    for placed in change.after:
        reread = [ref.scan for ref in placed.document.pages if ref in change.reread]
        for_scan[reread[0] if reread else placed.scan].append(placed.document.id)
    back = []
    for scan, only in for_scan.items():
        again = {ref.page for ref in change.reread if ref.scan == scan}
        state = db.execute(select(scans.c.state).where(scans.c.id == scan)).scalar_one()
        if only or again or state != ScanState.DONE:
            which = partial(_one_of, again)
            leases.send_back(db, scan, passed=STAGES[:1], which=which, lane=LIVE, only=only)
            back.append(scan)
    return back


def _one_of(numbers: set[int], page: Page) -> bool:
    return page.number in numbers


def _tell(db: Connection, change: Change, actor: str, undoes: int) -> None:
    """One event in the history of each arrival whose papers are touched: pages and ids, no word of any paper."""
    sides = {one.document.id: {"before": _refs(one), "after": []} for one in change.before}
    for one in change.after:
        sides.setdefault(one.document.id, {"before": [], "after": []})["after"] = _refs(one)
    pages_ = {f"{side.at.scan}:{side.at.page}": [side.left_out, side.upright] for side in change.sides_after}
    about = {"change": change.number, "documents": sides, "pages": pages_}
    what = "pages-undo" if undoes else f"pages-{change.what}"
    arrivals = select(scans.c.arrival).where(scans.c.id.in_(change.scans)).distinct().order_by(scans.c.arrival)
    for arrival in db.execute(arrivals).scalars().all():
        events.append(db, arrival, actor, what, about)


def _refs(placed: Placed) -> list[str]:
    return [f"{ref.scan}:{ref.page}" for ref in placed.document.pages]
