"""The same paper scanned twice: who is whose copy, found by marks that lie in an index, and never over all papers.

A mark is a hash of something that hardly another paper says (`contracts.Likeness`), and of the office: nobody is told
of a paper of another one.  What many papers bear says nothing, and costs no more than a glance at the index.  Papers
compared are those that share several marks; the first one stays what it is, the later is marked `duplicate_of` it.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, delete, select, text

from digitizer.contracts import Likeness
from digitizer.model import By, Document, DocumentState, Level, Paper, Problem, Scan
from digitizer.store import events, nouns
from digitizer.store.database import retried
from digitizer.store.records import Records
from digitizer.store.rows import DUPLICATE, arrival_of, beside_copy, change_document, gather_again
from digitizer.store.schema import document_marks, document_pages, documents, scans, search_pages

_COMMON = 40
"""A mark that so many papers bear is none."""
_SHARED, _SHARE = 2, 0.3
"""So many of its marks, and such a share of them, has another scan of a paper at least."""
_COMPARED = 4


def recognise(db: Connection, scan: Scan, likeness: Likeness) -> None:
    """Mark which documents of the scan are copies of earlier ones, as they and their index are now; what is released
    stays.
    """
    twins = _same_bytes(db, scan)
    mine = select(documents.c.noun).where(documents.c.id.in_([one.id for one in scan.documents]))
    for row in db.execute(mine.order_by(documents.c.ordinal)).all():
        paper = _paper(db, nouns.DOCUMENT.validate_python(row.noun))
        _remember(db, scan.office, paper, likeness)
        if paper.document.state is not DocumentState.RELEASED:
            _settle(db, paper.document, *_first(db, paper, twins.get(paper.document.id), likeness))


@retried
def decide(records: Records, document: Document, actor: str, what: str, first: str) -> None:
    """Save what a clerk decided of a copy of `first`, with its event; its dossier is gathered again."""
    with records.alone() as db:
        change_document(db, document)
        gather_again(db, [document.dossier])
        events.append(db, arrival_of(db, document.id), actor, what, {"document": document.id, "of": first})


def copies(records: Records, document: str) -> list[str]:
    """The documents that are copies of this one."""
    with records.reading() as db:
        return [one.id for one in _copies(db, document)]


def waiting(records: Records, limit: int, after: str = "", *, every: bool = False) -> list[Document]:
    """Copies on which nobody has decided yet, or `every` one, behind the id `after`, in the order of their ids."""
    query = select(documents.c.noun).where(documents.c.duplicate_of.is_not(None), documents.c.id > after)
    if not every:
        query = query.where(documents.c.state == DocumentState.REVIEW)
    with records.reading() as db:
        rows = db.execute(query.order_by(documents.c.id).limit(limit))
        return [nouns.DOCUMENT.validate_python(row.noun) for row in rows]


# ---- finding


def _same_bytes(db: Connection, scan: Scan) -> dict[str, str]:
    """Document of this scan → the first scan's document that lies on the same pages of the same bytes."""
    mates = select(scans.c.id).where(
        scans.c.sha256 == scan.sha256, scans.c.office == scan.office, scans.c.id != scan.id, scans.c.sha256 != ""
    )
    query = (
        select(document_pages.c.document, document_pages.c.page)
        .join(documents, documents.c.id == document_pages.c.document)
        .where(document_pages.c.scan.in_(mates), documents.c.duplicate_of.is_(None))
        .order_by(document_pages.c.document)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for row in db.execute(query):
        found[row.page].append(row.document)
    twins = {}
    for document in scan.documents if found else ():
        shared = Counter(id_ for ref in document.pages if ref.scan == scan.id for id_ in found[ref.page])
        if shared:
            twins[document.id] = shared.most_common(1)[0][0]
    return twins


def _paper(db: Connection, document: Document) -> Paper:
    query = select(search_pages.c.text).where(search_pages.c.document == document.id).order_by(search_pages.c.ordinal)
    return Paper(document=document, texts=tuple(db.execute(query).scalars()))


def _remember(db: Connection, office: str, paper: Paper, likeness: Likeness) -> None:
    mine = document_marks.c.document == paper.document.id
    marks = {_hash(office, mark) for mark in likeness.marks(paper)}
    if set(db.execute(select(document_marks.c.mark).where(mine)).scalars()) != marks:
        db.execute(delete(document_marks).where(mine))
        if marks:
            rows = [{"mark": mark, "document": paper.document.id} for mark in sorted(marks)]
            db.execute(document_marks.insert(), rows)


def _hash(office: str, mark: str) -> int:
    """64 bits, signed."""
    digest = hashlib.blake2b(f"{office}\0{mark}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _first(db: Connection, paper: Paper, twin: str | None, likeness: Likeness) -> tuple[str | None, float]:
    """(the document of which this one is a copy or None, how alike they are): 1 only for the same bytes."""
    mine = paper.document
    if mine.duplicate_of and mine.duplicate_by is By.CLERK and _load(db, mine.duplicate_of) is not None:
        return mine.duplicate_of, 1.0
    if twin is not None and (its := _load(db, twin)) is not None and not _told_apart(mine, its):
        return twin, 1.0
    best: tuple[str | None, float] = None, 0.0
    for other in _alike(db, mine.id):
        first = other if other.duplicate_of is None else _load(db, other.duplicate_of)
        if first is None or first.id == mine.id or _told_apart(mine, first):
            continue
        how = likeness.same(paper, _paper(db, other))
        if how > best[1]:
            best = first.id, min(how, 0.99)
    return best


def _told_apart(one: Document, other: Document) -> bool:
    return other.id in one.distinct_from or one.id in other.distinct_from


def _alike(db: Connection, document: str) -> Iterator[Document]:
    """Documents that share enough of its marks, those with most of them first."""
    marks = list(db.execute(select(document_marks.c.mark).where(document_marks.c.document == document)).scalars())
    if len(marks) < _SHARED:
        return
    bearers: dict[int, list[str]] = defaultdict(list)
    for mark, other in db.execute(_bearers(len(marks)), {f"mark{at}": mark for at, mark in enumerate(marks)}):
        bearers[mark].append(other)
    rare = [bearing for bearing in bearers.values() if len(bearing) < _COMMON]
    shared = Counter(other for bearing in rare for other in bearing if other != document)
    least = max(_SHARED, len(rare) * _SHARE)
    ranked = sorted(shared.items(), key=lambda item: (-item[1], item[0]))
    for other in [other for other, number in ranked if number >= least][:_COMPARED]:
        found = _load(db, other)
        if found is not None:
            yield found


@lru_cache(maxsize=64)
def _bearers(number: int) -> TextClause:
    """(mark, document) for so many marks, of each the first few: what many bear costs no more."""
    each = "SELECT mark, document FROM document_marks WHERE mark = :mark{at} LIMIT {most}"
    parts = (f"SELECT * FROM ({each.format(at=at, most=_COMMON)}) AS b{at}" for at in range(number))  # noqa: S608
    return text(" UNION ALL ".join(parts))


def _load(db: Connection, document: str) -> Document | None:
    row = db.execute(select(documents.c.noun).where(documents.c.id == document)).first()
    return nouns.DOCUMENT.validate_python(row.noun) if row else None


# ---- what comes of it


def _settle(db: Connection, document: Document, first: str | None, how: float) -> None:
    """The document as a copy of `first`, or of none; where the other was released or came later, it is the first."""
    other = _load(db, first) if first is not None else None
    if other is not None and document.duplicate_by is not By.CLERK and _before(document, other):
        _mark(db, document, None, how)
        if other.state is not DocumentState.RELEASED:
            _mark(db, other, document.id, how)
        return
    _mark(db, document, first, how)


def _before(one: Document, other: Document) -> bool:
    """True when `one` is rather the first: what was released before what was not, then the older one."""
    return (one.version == 1, one.id) < (other.state is not DocumentState.RELEASED and other.version == 1, other.id)


def _mark(db: Connection, document: Document, first: str | None, how: float) -> None:
    """Save it when it changes; copies of what turns out to be a copy become copies of the first."""
    sure = how == 1.0
    problems = beside_copy(document)
    changed = replace(document, duplicate_of=first, problems=problems)
    if first is not None:
        state = DocumentState.READY if sure else DocumentState.REVIEW
        changed = replace(changed, state=state, problems=(*problems, problem_of(first, sure=sure)))
    if changed != document:
        change_document(db, changed)
    if first == document.duplicate_of:
        return
    about: dict[str, Any] = {"document": document.id, "of": first or document.duplicate_of}
    if first is not None:
        about["likeness"] = round(how, 2)
    events.append(db, arrival_of(db, document.id), "digitizer", "duplicate" if first else "no-duplicate", about)
    if first is not None:
        for copy in _copies(db, document.id):
            change_document(db, replace(copy, duplicate_of=first))


def problem_of(first: str, *, sure: bool) -> Problem:
    """What a copy's problem says."""
    if sure:
        message = f"Bản quét khác của {first} / another scan of {first}"
        return Problem(code=DUPLICATE, level=Level.NOTICE, message=message)
    message = (
        f"Có vẻ là bản quét khác của {first}: `digitizer duplicates accept` hoặc `reject` / "
        f"it seems to be another scan of {first}: accept or reject"
    )
    return Problem(code=DUPLICATE, level=Level.BLOCKING, message=message)


def _copies(db: Connection, document: str) -> list[Document]:
    query = select(documents.c.noun).where(documents.c.duplicate_of == document).order_by(documents.c.id)
    return [nouns.DOCUMENT.validate_python(row.noun) for row in db.execute(query)]
