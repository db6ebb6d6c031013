"""Finding papers, with or without tone marks, over the pages of documents: FTS5 in SQLite, a tsvector in PostgreSQL.

Three columns are indexed: the words as they are written (tone placement made equal), the words folded (no marks, đ as
d), and document numbers and codes as single tokens.  Hits come best way first (`query.ways`), then newest document
first: an order that doesn't change while somebody turns the pages of a long list.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    MetaData,
    Row,
    Select,
    String,
    Table,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    select,
    table,
    true,
    tuple_,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from digitizer.errors import Conflict
from digitizer.model import Document, Hit, Page
from digitizer.store import nouns
from digitizer.store.query import Term, Way, columns, fts5, terms, tsquery, tsvector, ways
from digitizer.store.records import Records
from digitizer.store.schema import documents, dossiers, scans, search_pages
from digitizer.store.snippet import snippet
from digitizer.text import fold, number_token

_CURSOR = re.compile(r"(\d+)-([a-z0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a hit must be.

    Kind slug, document number, dates (ISO), part of an issuer's name, procedure code, dossier id or code, status
    (REVIEW, READY, RELEASED).
    """

    kind: str | None = None
    number: str | None = None
    date_from: str | None = None
    date_to: str | None = None
    issuer: str | None = None
    procedure: str | None = None
    dossier: str | None = None
    status: str | None = None


_lexemes = Table(
    "search_words",
    MetaData(),
    Column("rowid", Integer),
    Column("document", String),
    Column("ordinal", Integer),
    Column("words", TSVECTOR),
)
"""PostgreSQL's index of a page; narrow, so that going through many documents does not read their texts."""
_fts5 = table("search_words", column("rowid"), column("marked"), column("folded"), column("numbers"))


def index(db: Connection, document: Document, pages: Iterable[Page]) -> None:
    """Make the document findable by its pages (in the order of its page list) and fields, in place of before."""
    db.execute(select(documents.c.id).where(documents.c.id == document.id).with_for_update(key_share=True))
    unindex(db, document.id)
    extra = "\n".join(dict.fromkeys(_extra(document)))
    for ordinal, (ref, page) in enumerate(zip(document.pages, pages, strict=True)):
        row = {"text": page.text, "extra": "" if ordinal else extra}
        row = {name: value.replace("\0", " ") for name, value in row.items()}  # PostgreSQL takes no NUL
        place = {"document": document.id, "ordinal": ordinal}
        made = db.execute(search_pages.insert().values(**place, **row, scan=ref.scan, page=ref.page))
        assert made.inserted_primary_key is not None  # for the type checker: one row always has one
        index_rows(db, [{"rowid": made.inserted_primary_key.rowid, **place, **row}])


def index_rows(db: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Put the words of rows of `search_pages`, which are there already, into the index."""
    if db.dialect.name == "postgresql":
        names = ("rowid", "document", "ordinal")
        found = [{name: row[name] for name in names} | {"vector": tsvector(_text(row))} for row in rows]
        words = cast(bindparam("vector"), TSVECTOR)
        db.execute(insert(_lexemes).values({name: bindparam(name) for name in names} | {"words": words}), found)
    else:
        db.execute(insert(_fts5), [{"rowid": row["rowid"], **columns(_text(row))} for row in rows])


def _text(row: dict[str, Any]) -> str:
    return _whole(row["text"], row["extra"])


def _extra(document: Document) -> Iterator[str]:
    """What a paper is found by beside its text: its values, and the names of its places' units before and after."""
    for field in document.fields:
        yield from (field.value, field.normalised)
    for place in document.places:
        yield from (unit.full for unit in (*place.then, *place.now, *place.were))


_DELETE = sql(
    "INSERT INTO search_words(search_words, rowid, marked, folded, numbers) "
    "VALUES ('delete', :rowid, :marked, :folded, :numbers)"
)


def unindex(db: Connection, document: str) -> None:
    """Take the document out of the index."""
    mine = search_pages.c.document == document
    if db.dialect.name == "sqlite":
        for row in db.execute(select(search_pages).where(mine)):
            db.execute(_DELETE, {"rowid": row.rowid, **columns(_whole(row.text, row.extra))})
    db.execute(delete(search_pages).where(mine))  # in PostgreSQL the words go with it


def search(records: Records, query: str, filters: Filters, most: int, after: str | None = None) -> list[Hit]:
    """The best hits, one a document (its best page); without words, the newest documents that the filters let through.

    `after`: the cursor of a hit, to go on behind it.  Raises Conflict for a query without any word, or a bad cursor.
    """
    found = terms(query)
    if query.strip() and not found:
        raise Conflict(f"nothing to look for in {query!r}: type a word or a number")
    known = ways(found) if found else []
    score, last = _place(after, len(known))
    places: dict[tuple[str, int], int] = {}
    with records.reading() as db:
        while len(places) < most and score >= 0:
            statement, document = _matching(db, known, score) if known else _all()
            statement = _filtered(statement, filters).order_by(document.desc()).limit(most - len(places))
            if last is not None:
                statement = statement.where(document < last)
            places |= dict.fromkeys(db.execute(statement), score)
            score, last = score - 1, None
        rows = {(row.document, row.ordinal): row for row in db.execute(_shown(list(places)))} if places else {}
    return [_hit(rows[place], found, score) for place, score in places.items()]


def _place(after: str | None, number: int) -> tuple[int, str | None]:
    """(score to begin with, document to begin behind): scores count down to 0, the least good way."""
    best = max(number - 1, 0)
    if after is None:
        return best, None
    match = _CURSOR.fullmatch(after)
    if match is None or int(match.group(1)) > best:
        raise Conflict(f"{after!r} is no cursor of a hit of this search")
    return int(match.group(1)), match.group(2)


def _whole(text: str, extra: str) -> str:
    return f"{text}\n{extra}"


def _matching(db: Connection, known: list[Way], score: int) -> tuple[Select[Any], Column[str]]:
    """(document, its first page that matches in this way), without what matches in a better one; and the first column.

    That column is the index's own, so that its order can be followed without a look at what is not wanted.
    """
    way = len(known) - 1 - score
    words = _lexemes if db.dialect.name == "postgresql" else search_pages
    better = words.alias("better")
    seen = select(true()).where(better.c.document == words.c.document, _holds(db, better, known[:way])).exists()
    statement = (
        select(words.c.document, func.min(words.c.ordinal))
        .join(documents, documents.c.id == words.c.document)
        .where(_holds(db, words, known[way : way + 1]), ~seen if way else true())
        .group_by(words.c.document)
    )
    return statement, words.c.document


def _holds(db: Connection, words: FromClause, chosen: list[Way]) -> ColumnElement[bool]:
    """True for a page that matches in one of the ways."""
    if db.dialect.name == "postgresql":
        return words.c.words.bool_op("@@")(cast(tsquery(chosen), TSQUERY))
    match = sql("search_words MATCH :expression").bindparams(bindparam("expression", fts5(chosen), unique=True))
    # + 0: else SQLite goes through all that match for each document whose few pages it is to look at.
    rowid = words.c.rowid if words is search_pages else words.c.rowid + 0
    return rowid.in_(select(_fts5.c.rowid).where(match))


def _all() -> tuple[Select[Any], Column[str]]:
    first = and_(search_pages.c.document == documents.c.id, search_pages.c.ordinal == 0)
    return select(documents.c.id, search_pages.c.ordinal).join(search_pages, first), documents.c.id


def _filtered(statement: Select[Any], given: Filters) -> Select[Any]:
    filters = Filters(**{name: value and value.replace("\0", " ") for name, value in asdict(given).items()})
    exact = {
        documents.c.kind: filters.kind,
        documents.c.procedure: filters.procedure,
        documents.c.state: filters.status and filters.status.upper(),
        documents.c.number_token: filters.number and number_token(filters.number),
    }
    for place, value in exact.items():
        if value is not None:
            statement = statement.where(place == value)
    if filters.date_from is not None:
        statement = statement.where(documents.c.issued >= filters.date_from)
    if filters.date_to is not None:
        # A year or a month covers all its days: `~` sorts after every digit and dash.
        statement = statement.where(documents.c.issued <= f"{filters.date_to}~")
    if filters.issuer is not None:
        statement = statement.where(documents.c.issuer.contains(fold(filters.issuer), autoescape=True))
    if filters.dossier is not None:
        coded = select(dossiers.c.id).where(dossiers.c.noun["code"].as_string() == filters.dossier.upper())
        statement = statement.where(documents.c.dossier.in_(coded) | (documents.c.dossier == filters.dossier))
    return statement


def _shown(places: list[tuple[str, int]]) -> Select[Any]:
    return (
        select(
            search_pages.c.document,
            search_pages.c.ordinal,
            search_pages.c.page,
            search_pages.c.text,
            documents.c.noun,
            scans.c.noun["file"].as_string().label("file"),
            scans.c.noun["member"].as_string().label("member"),
        )
        .join(documents, documents.c.id == search_pages.c.document)
        .join(scans, scans.c.id == search_pages.c.scan)
        .where(tuple_(search_pages.c.document, search_pages.c.ordinal).in_(places))
    )


def _hit(row: Row[Any], found: list[Term], score: int) -> Hit:
    document = nouns.DOCUMENT.validate_python(row.noun)

    def first(name: str) -> str | None:
        field = document.field(name)
        return field.normalised if field else None

    return Hit(
        document=row.document,
        file=f"{row.file}/{row.member}" if row.member else row.file,
        page=row.page,
        snippet=snippet(row.text, found),
        score=float(score),
        cursor=f"{score}-{row.document}",
        kind=document.kind,
        number=first("number"),
        issued=first("issued"),
        issuer=first("issuer"),
    )
