"""Finding papers, with or without tone marks: SQLite FTS5 over the pages of documents.

Three columns are indexed: the words as they are written (tone placement made equal), the words folded (no marks, đ as
d), and document numbers and codes as single tokens.  A query typed with marks finds what is written so first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, column, delete, literal_column, select, table
from sqlalchemy import text as sql

from digitizer.errors import Conflict
from digitizer.model import Document, Hit, Page
from digitizer.store import nouns
from digitizer.store.records import Records
from digitizer.store.schema import documents, dossiers, scans, search_pages
from digitizer.text import canonical, fold, number_token, numbers_in

_BEFORE, _AFTER = 60, 140
"""Characters of a snippet before and after the start of its match."""
_CODES = re.compile(
    r"\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}-\d{6}-\d{4,6}"  # mã hồ sơ, TT 01/2018/TT-VPCP Điều 19
    r"|[A-Y]\d{2}(?:\.\d{1,4}){0,4}-\d{6}-\d{4,6}"  # the same, agency code from left to right
    r"|\d\.\d{6}"  # mã thủ tục
    r"|\d{9,13}"  # CCCD, CMND, MST
    r"|[A-ZĐ]{2} ?\d{6,8}"  # số phát hành of a GCN
)
# `123 QĐ UBND`: a number and one to three abbreviations, typed with blanks.
_LOOSE_NUMBER = re.compile(r"\b\d{1,6}(?:[\s/-]+(?:\d{4}[\s/-]+)?[A-Za-zĐđ][A-Za-zĐđ&]{1,9}){1,3}\b")
_PART = re.compile(r'"([^"]+)"|(\S+)')
_WORD = re.compile(r"\w+")


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


def index(db: Connection, document: Document, pages: Iterable[Page]) -> None:
    """Make the document findable by its pages (in the order of its page list) and fields, in place of before."""
    unindex(db, document.id)
    extra = "\n".join(dict.fromkeys(value for field in document.fields for value in (field.value, field.normalised)))
    for ordinal, (ref, page) in enumerate(zip(document.pages, pages, strict=True)):
        row = {"text": page.text, "extra": "" if ordinal else extra}
        place = {"document": document.id, "ordinal": ordinal, "scan": ref.scan, "page": ref.page}
        made = db.execute(search_pages.insert().values(**place, **row))
        assert made.inserted_primary_key is not None  # for the type checker: one row always has one
        db.execute(_INSERT, {"rowid": made.inserted_primary_key.rowid, **_columns(**row)})


_INSERT = sql("INSERT INTO search_words(rowid, marked, folded, numbers) VALUES (:rowid, :marked, :folded, :numbers)")
_DELETE = sql(
    "INSERT INTO search_words(search_words, rowid, marked, folded, numbers) "
    "VALUES ('delete', :rowid, :marked, :folded, :numbers)"
)


def unindex(db: Connection, document: str) -> None:
    """Take the document out of the index."""
    rows = db.execute(select(search_pages).where(search_pages.c.document == document)).all()
    for row in rows:
        db.execute(_DELETE, {"rowid": row.rowid, **_columns(row.text, row.extra)})
    db.execute(delete(search_pages).where(search_pages.c.document == document))


def search(records: Records, query: str, filters: Filters, most: int) -> list[Hit]:
    """The best hits, one a document (its best page); without words, the newest documents that the filters let through.

    `"…"` is a phrase, `từ*` a prefix; all words must stand on one page.  Raises Conflict for a query without any word.
    """
    terms = _terms(query)
    if query.strip() and not terms:
        raise Conflict(f"nothing to look for in {query!r}: type a word or a number")
    statement = _matching(_expression(terms)) if terms else _newest()
    best: dict[str, Row[Any]] = {}
    with records.reading() as db:
        for row in db.execute(_filtered(statement, filters)):
            best.setdefault(row.document, row)
            if len(best) == most:
                break
    return [_hit(row, terms) for row in best.values()]


@dataclass(frozen=True, slots=True)
class _Term:
    """`words` as typed; `number`: one token to look for among document numbers."""

    words: tuple[str, ...]
    prefix: bool = False
    number: str = ""


def _terms(query: str) -> list[_Term]:
    terms = [
        _Term(words=tuple(_WORD.findall(match.group())), number=number_token(match.group()))
        for match in _LOOSE_NUMBER.finditer(query)
    ]
    for phrase, bare in _PART.findall(_LOOSE_NUMBER.sub(" ", query)):
        words = tuple(_WORD.findall(phrase or bare))
        if words:
            number = number_token(bare) if any(char.isdigit() for char in bare) and len(bare) > 3 else ""
            terms.append(_Term(words=words, prefix=bare.endswith("*"), number=number))
    return terms


def _expression(terms: list[_Term]) -> str:
    """FTS5: every term folded; what was typed with marks also as written, and the whole as a phrase, to rank better."""
    every = " AND ".join(_one(term) for term in terms)
    words = [word for term in terms for word in term.words]
    if len(words) == 1:
        return every
    return f"({every}) OR ({every} AND {_phrase('folded', fold(' '.join(words)))}) OR ({every} AND {_marked(words)})"


def _one(term: _Term) -> str:
    written = " ".join(term.words)
    ways = [_phrase("folded", fold(written)) + (" *" if term.prefix else "")]
    if fold(written) != written.lower():
        ways.append(_marked(term.words))
    if term.number:
        ways.append(_phrase("numbers", term.number) + (" *" if term.prefix else ""))
    return f"({' OR '.join(ways)})"


def _marked(words: Iterable[str]) -> str:
    return _phrase("marked", canonical(" ".join(words)))


def _phrase(column: str, words: str) -> str:
    # Only letters, digits and blanks come here (_WORD), so nothing can end the quotes.
    return f'{column}:"{words}"'


def _columns(text: str, extra: str) -> dict[str, str]:
    whole = f"{text}\n{extra}"
    tokens = {number_token(found) for found in (*numbers_in(whole), *_CODES.findall(whole))}
    return {"marked": canonical(whole), "folded": fold(whole), "numbers": " ".join(sorted(tokens))}


_FOUND = (
    search_pages.c.document,
    search_pages.c.page,
    search_pages.c.text,
    documents.c.noun,
    scans.c.noun["file"].as_string().label("file"),
    scans.c.noun["member"].as_string().label("member"),
)


def _joined(score: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*_FOUND, score.label("score"))
        .select_from(search_pages)
        .join(documents, documents.c.id == search_pages.c.document)
        .join(scans, scans.c.id == search_pages.c.scan)
    )


def _matching(expression: str) -> Select[Any]:
    words = table("search_words", column("rowid"))
    score: ColumnElement[Any] = literal_column("-bm25(search_words, 3.0, 1.0, 6.0)")
    return (
        _joined(score)
        .join(words, words.c.rowid == search_pages.c.rowid)
        .where(sql("search_words MATCH :expression").bindparams(expression=expression))
        .order_by(score.desc(), search_pages.c.rowid)
    )


def _newest() -> Select[Any]:
    return (
        _joined(literal_column("0.0"))
        .where(search_pages.c.ordinal == 0)
        .order_by(documents.c.id.desc(), search_pages.c.rowid)
    )


def _filtered(statement: Select[Any], filters: Filters) -> Select[Any]:
    exact = {
        documents.c.kind: filters.kind,
        documents.c.procedure: filters.procedure,
        documents.c.state: filters.status and filters.status.upper(),
    }
    for place, value in exact.items():
        if value is not None:
            statement = statement.where(place == value)
    if filters.number is not None:
        statement = statement.where(documents.c.number_token == number_token(filters.number))
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


def _hit(row: Row[Any], terms: list[_Term]) -> Hit:
    document = nouns.DOCUMENT.validate_python(row.noun)

    def first(name: str) -> str | None:
        field = document.field(name)
        return field.normalised if field else None

    return Hit(
        document=row.document,
        file=f"{row.file}/{row.member}" if row.member else row.file,
        page=row.page,
        snippet=_snippet(row.text, terms),
        score=round(float(row.score), 4),
        kind=document.kind,
        number=first("number"),
        issued=first("issued"),
        issuer=first("issuer"),
    )


def _snippet(page: str, terms: list[_Term]) -> str:
    """The piece of the page with most of the terms in it, each match in square brackets, on one line."""
    folded = fold(page)  # as long as the page: a place in one is the place in the other
    spans = sorted({span for term in terms for span in _spans(page, folded, term)})
    if not spans:
        return " ".join(page[: _BEFORE + _AFTER].split())
    start = max(spans, key=lambda span: len({folded[s:e] for s, e in spans if span[0] <= s < span[0] + _AFTER}))[0]
    begin, end = max(0, start - _BEFORE), min(len(page), start + _AFTER)
    begin = page.rfind(" ", 0, begin) + 1 if begin else 0
    out, place = [], begin
    for first, last in _touching(page, spans):
        if first >= place and last <= end:
            out += [page[place:first], "[", page[first:last], "]"]
            place = last
    out.append(page[place:end])
    text = " ".join("".join(out).split())
    return f"{'… ' if begin else ''}{text}{' …' if end < len(page) else ''}"


def _touching(page: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those with nothing but blanks between them made one."""
    whole: list[tuple[int, int]] = []
    for first, last in spans:
        if whole and not page[whole[-1][1] : first].strip():
            whole[-1] = (whole[-1][0], max(last, whole[-1][1]))
        else:
            whole.append((first, last))
    return whole


def _spans(page: str, folded: str, term: _Term) -> list[tuple[int, int]]:
    pattern = r"\W+".join(re.escape(fold(word)) for word in term.words)
    end = "" if term.prefix else r"(?!\w)"
    spans = [match.span() for match in re.finditer(rf"(?<!\w){pattern}{end}", folded)]
    if term.number and not spans:
        for found in (*numbers_in(page), *_CODES.findall(page)):
            if number_token(found) == term.number:
                place = page.index(found)
                spans.append((place, place + len(found)))
    return spans
