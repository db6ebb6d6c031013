"""Fields of office papers by their place, NĐ 30/2020 Phụ lục I: ô 2 issuer, 3 number, 4 date, 5 subject."""

import re
from collections.abc import Iterator
from dataclasses import replace

from digitizer.classify import prose, values
from digitizer.classify.bodies import body_name, issuing_body
from digitizer.classify.found import Found, from_rows, from_words
from digitizer.classify.heading import Head, Title
from digitizer.classify.layout import Row, Sheet
from digitizer.classify.numbers import Number, read_number, sign_of
from digitizer.classify.tables import UNKNOWN, Kind, Tables
from digitizer.model import PageRef
from digitizer.text import canonical, fold, squeeze

_STOPS = (
    "can cu",
    "kinh gui",
    "kinh chuyen",
    "xet de nghi",
    "xet don",
    "theo de nghi",
    "hom nay",
    "i. ",
    "chuong",
)
_READ = 0.6  # what is read with less reads like no print
_PITCH = 1.6  # from line to line of one sentence, in heights of a line, at most
_ITEM = re.compile(r"\W*(?:dieu\s)?\d{1,2}\s?[.)]\s|dieu 1\b")
_ABOUT = re.compile(r"^\W*(?:(?:v\s?[/1il|,.]?\s?v|wv)\b|v\s?/(?=\s))[\s:.]*", re.IGNORECASE)


def office_fields(page: Sheet, head: Head, kind: Kind, tables: Tables, at: PageRef) -> Iterator[Found]:
    """What the head of the first page says."""
    number = read_number(head.number.text, tables) if head.number else None
    if head.number and number:
        yield _by_hand(_number(head.number, number, kind, at), head)
    yield from _issued(head, at)
    yield from _issuer(head, tables, at)
    yield from subject(page, head, kind, at)


def _number(row: Row, number: Number, kind: Kind, at: PageRef) -> Found:
    """Cross-check: the type group of the sign must be that of the title (domain §2).  Marks alone don't part them:
    on a HƯỚNG DẪN `HĐ` is a misread `HD`.
    """
    group = number.symbol.partition("-")[0]
    right = sign_of(group, kind)
    if right is not None and number.kind != kind.slug:
        symbol = right + number.symbol[len(group) :]
        number = replace(number, symbol=symbol, text=number.text.replace(number.symbol, symbol), kind=kind.slug)
    elif number.kind not in (None, kind.slug) and fold(number.as_read) != fold(number.symbol):
        # Mended into the sign of another kind of paper: it was right as read, `GBT` of a giấy báo tử.
        text = number.text.replace(number.symbol, number.as_read)
        number = replace(number, text=text, symbol=number.as_read, kind=None)
    agrees = number.kind == kind.slug or (
        number.kind is None and kind.slug in ("cong_van", "thu_cong") + (() if kind.numbers else (kind.slug,))
    )
    trust = number.trust * (1.0 if agrees else 0.6)
    words = [word for word in row.words if any(char.isalnum() for char in word.text)]
    kept = words[1:] if len(words) > 1 and "/" not in words[0].text else words
    return from_words("number", number.printed or number.text, number.text, kept, at, trust)


def _by_hand(found: Found, head: Head) -> Found:
    """Number and day are filled in by one hand: said of a number that can hardly be read beside such a day, and of one
    whose figures can't be read at all.
    """
    dated = head.dated is not None and any(word.handwritten for word in head.dated.words)
    said = any(check.code == "printed" for check in found.checks)
    written = found.normalised.startswith("/") or (dated and found.least < _READ)
    return found.held("printed", passed=False) if written and not said else found


def _issued(head: Head, at: PageRef) -> Iterator[Found]:
    if head.dated is None:
        return
    found = values.date(head.dated.text)
    if found and len(found.normalised) == 10:
        start = head.dated.text.find(found.text)
        words = head.dated.words_at(max(start, 0), max(start, 0) + len(found.text))
        yield from_words("issued", found.text, found.normalised, words, at, found.trust)


def _issuer(head: Head, tables: Tables, at: PageRef) -> Iterator[Found]:
    rows = issuing_body(head.issuer, tables.office)
    if rows:
        printed = squeeze(" ".join(row.text for row in rows)).strip(" -–—_.,*'\"|")
        name, trust = body_name(printed, tables.office)
        trust *= _borne_out(name, head)
        yield from_rows("issuer", printed, name, rows, at, trust)


def _borne_out(name: str, head: Head) -> float:
    """The place before the date is the body's own place: alike but for the marks, one of both is misread."""
    place = head.dated.text.split(",")[0].strip() if head.dated and "," in head.dated.text else ""
    tail = name[-len(place) :] if place else ""
    return 0.6 if place and fold(tail) == fold(place) and canonical(tail) != canonical(place) else 1.0


def subject(page: Sheet, head: Head, kind: Kind, at: PageRef) -> Iterator[Found]:
    """What the paper is about (ô 5); of a paper that no kind names its title, too, which says what it is."""
    title = _title(head) if kind.slug == UNKNOWN and not head.about else None
    rows = (*(title.rows if title else ()), *(head.about or subject_rows(page, head)))
    if not rows:
        return
    text = squeeze(" ".join(row.text for row in rows)).strip(" -–—_.,*:;'\"|`")
    plain = prose.mended(prose.quarters(_ABOUT.sub("", text)))
    if sum(char.isalpha() for char in plain) >= 4:
        sure = prose.plain(plain) / 0.95 * (1.0 if len(rows) < 7 else 0.8)
        if "quý năm" in plain.lower():
            sure *= 0.6  # which quarter: its figure was lost
        if not head.about and plain[:1].islower():
            sure *= 0.6  # the beginning was lost: below a title a subject begins with a capital
        yield from_rows("subject", text, plain, rows, at, sure)


def subject_rows(page: Sheet, head: Head) -> tuple[Row, ...]:
    """Ô 5a under the title: centred lines up to the grounds, a line in capitals or a wider gap."""
    title = _title(head)
    if title is None:
        return ()
    last = title.rows[-1] if len(title.rows) < 3 else title.rows[0]
    centre, right = last.middle, max(row.x1 for row in page.rows)
    first_gap = 0.0
    found: list[Row] = []
    for row in sorted((row for row in page.rows if row.level > last.level), key=lambda row: row.level):
        if not _middling(row) or not any(map(str.isalnum, row.text)):
            continue
        gap = row.level - (found[-1] if found else last).level
        # A paragraph's first line is indented on the left alone; centred lines and full ones stand in the middle.
        indented = bool(found) and row.x1 > right - 0.03 and row.middle - centre > 0.02
        # A line that goes on with a sentence may stand a little further off: levels of lines are not that exact.
        goes_on = _PITCH * row.height if found and row.text[:1].islower() else 0.0
        if (
            row.key.startswith(_STOPS)
            or _ITEM.match(row.key)
            or row.capital > 0.75
            or gap > max(1.45 * first_gap, goes_on, 0.045 * (not found))
            or indented
        ):
            break
        if re.search(r"\S:$", row.text):  # an opening of the body, not a subject; a speck stands apart
            break
        first_gap = first_gap or gap
        found.append(_without_stamp(row))
    return tuple(found)


def _title(head: Head) -> Title | None:
    """The first title below the head, across the middle."""
    below = (title for title in head.titles if title.rows[0].y0 >= head.bottom - 0.02)
    return next((title for title in below if _middling(title.rows[0])), None)


def _middling(row: Row) -> bool:
    """The row lies across the middle of the page, as centred lines do; stamps at the edge don't."""
    return row.x0 < 0.53 < row.x1 + 0.03 and abs(row.middle - 0.52) < 0.17


def _without_stamp(row: Row) -> Row:
    """A received stamp beside the subject is read into its line: drop leading words all in capitals."""
    count = 0
    while count < len(row.words) and row.words[count].text.isupper() and len(row.words[count].text) > 1:
        count += 1
    if count < 3 or count == len(row.words):
        return row
    words = row.words[count:]
    text = " ".join(word.text for word in words)
    return replace(row, words=words, text=text, key=row.key[-len(text) :], middles=row.middles[count:])
