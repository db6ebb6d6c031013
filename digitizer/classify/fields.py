"""What a paper says: values by place, by label and from codes, checked against each other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from digitizer.classify import values
from digitizer.classify.across import across
from digitizer.classify.checks import checked, cited
from digitizer.classify.codes import against, code_fields, lettered
from digitizer.classify.forms import form_fields
from digitizer.classify.found import SURE, Found, from_words
from digitizer.classify.heading import Head, read_head
from digitizer.classify.kind import SURE as SURE_KIND
from digitizer.classify.layout import Sheet, sheet
from digitizer.classify.names import agreed
from digitizer.classify.office import office_fields, subject
from digitizer.classify.sealed import sealed
from digitizer.classify.signature import card_issuer, signature, signing_body
from digitizer.classify.tables import UNKNOWN, Kind, Tables
from digitizer.contracts import LoadPage
from digitizer.model import By, Document, Field, Page, PageRef, Scan
from digitizer.text import fold

# What the head of an office paper says by place (NĐ 30/2020 ô 2–4).
_PLACED = ("number", "issued", "issuer")
# What a paper of each layout can't do without; a missing one sends it to a person.
_NEEDED = {
    "office": (*_PLACED, "person"),
    "certificate": ("issuer", "person"),
    "form": ("person",),
    "card": ("citizen_id", "person"),
    "other": (),
}
# Labels are looked for on so many first pages; the rest of a long paper is running text.
_LABELLED = 4
_FIRST, _LAST = 64, 32


class Fields:
    """The stage `fields`: Scan → Scan whose documents carry their fields; a clerk's are kept and never doubled."""

    def __init__(self, load_page: LoadPage, tables: Tables) -> None:
        self._load = load_page
        self._tables = tables

    def __call__(self, scan: Scan) -> Scan:
        readings = self.readings(scan)
        return replace(scan, documents=tuple(map(self._one, scan.documents, readings)))

    def readings(self, scan: Scan) -> list[list[Found]]:
        """For each document, the reading chosen for each of its fields, held against those of the others."""
        papers = []
        for document in scan.documents:
            pages = [(self._load(ref.scan, ref.page), ref) for ref in _ends(document.pages)]
            papers.append(self.found(pages, self._kind(document)))
        return across(papers)

    def _kind(self, document: Document) -> Kind:
        return self._tables.kinds.get(document.kind, self._tables.kinds[UNKNOWN])

    def _one(self, document: Document, readings: Sequence[Found]) -> Document:
        clerk = tuple(field for field in document.fields if field.by is By.CLERK)
        taken = {(field.name, field.part) for field in clerk}
        fields = (*clerk, *(one.field() for one in readings if (one.name, one.part) not in taken))
        return replace(document, fields=fields, unsure=not sure(document, fields, self._kind(document)))

    def found(self, pages: Sequence[tuple[Page, PageRef]], kind: Kind) -> list[Found]:
        """The reading chosen for each field of a paper of this kind."""
        sheets = [(sheet(page), ref) for page, ref in pages if not page.blank]
        if not sheets:
            return []
        head = read_head(sheets[0][0])
        placed = list(self._by_place(sheets, head, kind))
        # A head that bears a date or should, be it one that can't be read: then no other will do.
        dated = kind.layout == "office" and (head.dated is not None or head.opens)
        if not dated and not any(one.name == "issued" for one in placed):
            placed += _dated_below(sheets)
        labelled = list(form_fields(sheets[:_LABELLED], kind, self._tables))
        if kind.layout == "office":
            # What its head says by place is not said again by a label: a doubt there stays a doubt.
            said = {one.name for one in placed} & set(_PLACED)
            labelled = [one for one in labelled if one.name not in said]
        # A certificate says in words what an office paper says by place.
        found = labelled + placed if kind.layout == "certificate" else placed + labelled
        found += _anywhere(sheets[:_LABELLED], kind)
        papers = [paper for paper, _ in sheets]
        named = agreed(_chosen(found, kind), papers, self._tables.office)
        coded = [one for page, ref in pages for one in code_fields(page, ref)]
        named = lettered(named, coded)
        for source in (By.MRZ, By.QR):
            named = against(named, _chosen([one for one in coded if one.by is source], kind))
        chosen = checked(cited(sealed(_in_order(named, kind), papers), papers), kind, self._tables)
        read_from = {ref: page for page, ref in pages}
        return [_of_page(one, read_from.get(one.at)) for one in chosen]

    def _by_place(self, sheets: Sequence[tuple[Sheet, PageRef]], head: Head, kind: Kind) -> Iterator[Found]:
        first, at = sheets[0]
        if kind.layout in ("office", "certificate") or (kind.slug == UNKNOWN and head.opens):
            yield from office_fields(first, head, kind, self._tables, at)
            yield from self._signed(sheets)
            if kind.layout == "certificate" and not head.issuer:
                yield from signing_body(sheets, self._tables.office)
        elif kind.layout == "card":
            yield from card_issuer(sheets)
        elif head.number is not None and not head.centred:
            yield from office_fields(first, head, kind, self._tables, at)
        elif kind.slug == UNKNOWN:
            yield from subject(first, head, kind, at)

    def _signed(self, sheets: Sequence[tuple[Sheet, PageRef]]) -> list[Found]:
        """The first signature with a name; else the last office that signs without one that can be read."""
        signed: list[Found] = []
        for page, ref in sheets:
            signed = list(signature(page, self._tables.office, ref)) or signed
            if any(one.name == "signer" for one in signed):
                break
        return signed


def _of_page(one: Found, page: Page | None) -> Found:
    """The reading with how well its page was printed and read."""
    if page is None:
        return replace(one, page=one.read)
    return replace(one, page=one.read if page.confidence is None else page.confidence, contrast=page.looks.contrast)


def _ends(refs: tuple[PageRef, ...]) -> tuple[PageRef, ...]:
    """The pages on which values are looked for: all but the middle of a very long paper, which would fill memory."""
    return refs if len(refs) <= _FIRST + _LAST else (*refs[:_FIRST], *refs[-_LAST:])


def sure(document: Document, fields: Sequence[Field], kind: Kind) -> bool:
    """Kind and every field stand firm, and nothing is missing that such a paper must have."""
    if kind.slug == UNKNOWN or (document.kind_by is not By.CLERK and document.confidence < SURE_KIND):
        return False
    if any(field.unsure and field.by is not By.CLERK for field in fields):
        return False
    given = {f"{field.name}/{field.part}" if field.part else field.name for field in fields}
    if "signer_title" in given and "signer" in kind.fields and "signer" not in given:
        return False  # somebody signed, and the name can't be read
    return all(entry in given for entry in kind.fields if entry.partition("/")[0] in _NEEDED[kind.layout])


def _dated_below(sheets: Sequence[tuple[Sheet, PageRef]]) -> Iterator[Found]:
    """The day written above a signature, where the head bears none."""
    for page, at in sheets[:1]:
        today = next((row for row in page.rows if row.key.lstrip(" -").startswith("hom nay")), None)
        found = values.date(today.text) if today else None
        if today and found and len(found.normalised) == 10:
            start = max(today.text.find(found.text), 0)
            yield from_words(
                "issued", found.text, found.normalised, today.words_at(start, start + len(found.text)), at, found.trust
            )
            return
    for page, at in reversed(sheets):
        for row in reversed(page.rows):
            found = values.date(row.text) if row.middle > 0.42 and "thang" in row.key and "nam" in row.key else None
            written = found is not None and fold(found.text).startswith("ngay") and len(found.normalised) == 10
            if found and written and len(row.text) < len(found.text) + 40:
                start = max(row.text.find(found.text), 0)
                words = row.words_at(start, start + len(found.text))
                yield from_words("issued", found.text, found.normalised, words, at, 0.9 * found.trust)
                return


def _anywhere(sheets: Sequence[tuple[Sheet, PageRef]], kind: Kind) -> Iterator[Found]:
    """Codes whose form alone tells them: mã hồ sơ and mã thủ tục; số phát hành and số định danh standing alone."""
    for page, at in sheets:
        for row in page.rows:
            for name, reader in (("dossier_code", values.dossier_code), ("procedure_code", values.procedure_code)):
                found = reader(row.text)
                if found:
                    start = max(row.text.find(found.text), 0)
                    words = row.words_at(start, start + len(found.text))
                    yield from_words(name, found.text, found.normalised, words, at, 0.95 * found.trust)
            # Alone on its row: a certificate's serial at the foot, the number across a card.
            lone = {"card": "citizen_id", "certificate": "certificate_serial"}.get(kind.layout)
            if lone and len(row.text) < 16:
                found = values.READERS[lone](row.text)
                if found and len(found.normalised) > 7:
                    yield from_words(lone, found.text, found.normalised, row.words, at, 0.8 * found.trust)


def _torn(one: Found) -> bool:
    """Days of issue, return and expiry are printed whole; a birth date may be a year."""
    return one.name in ("issued", "due", "valid_to") and len(one.normalised) < 10


def _of_holder(one: Found, found: Sequence[Found], kind: Kind) -> bool:
    """On a land certificate the holder's own address stands first and the parcel's, which counts, after its number."""
    if one.name != "address" or kind.layout not in ("certificate", "office") or not kind.parts("parcel"):
        return False
    # In reading order, in which readings come; boxes lie as delivered, maybe upside down.
    order = [other for other in found if other is one or other.name == "parcel"]
    return len(order) > 1 and order[0] is one and not _on_one_line(one, order[1])


def _on_one_line(one: Found, other: Found) -> bool:
    """`Vị trí xây dựng: thửa đất số 5, tờ bản đồ số 8, xã …`: the parcel is part of its address."""
    if one.at != other.at or one.box is None or other.box is None:
        return False
    return one.box[1] < other.box[3] and other.box[1] < one.box[3]


def _chosen(found: Sequence[Found], kind: Kind) -> list[Found]:
    """For each name and part that the kind has, its best reading, in the order of the kind's table."""
    best: dict[tuple[str, str | None], list[Found]] = {}
    for one in found:
        parts = kind.parts(one.name)
        if kind.slug == UNKNOWN:
            parts = (None,)
        if parts and one.part not in parts:
            # A code or a lone value names no part; where only one person can be meant, it is that one's.
            one = replace(one, part=parts[0]) if one.part is None and len(parts) == 1 else one  # noqa: PLW2901
        if one.part in parts and not _of_holder(one, found, kind) and not _torn(one):
            best.setdefault((one.name, one.part), []).append(one)
    chosen = {name: _best(best[name]) if name[0] != "due" else _latest(best[name]) for name in best}
    return _in_order([_in_full(one, best[name]) for name, one in chosen.items()], kind)


def _in_full(one: Found, readings: list[Found]) -> Found:
    """The issuer with the units above it, where the paper names them: `UBND xã …, huyện …, tỉnh …`."""
    start = f"{one.normalised.casefold()}, "
    longer = [other for other in readings if one.name == "issuer" and other.normalised.casefold().startswith(start)]
    return max(longer, key=lambda other: other.confidence, default=one)


def _in_order(found: list[Found], kind: Kind) -> list[Found]:
    order = {entry: index for index, entry in enumerate(kind.fields)}
    return sorted(found, key=lambda one: order.get(f"{one.name}/{one.part}" if one.part else one.name, len(order)))


def _latest(readings: list[Found]) -> Found:
    """Of several days of return the last one holds: the first was put off."""
    firm = [one for one in readings if one.confidence >= SURE]
    return max(firm or readings, key=lambda one: one.normalised)


def _best(readings: list[Found]) -> Found:
    """The first firm reading, else the firmest; a second one elsewhere that says the same makes it firmer."""
    firm = [one for one in readings if one.confidence >= SURE]
    # Behind a mere `Số` many things stand; a fuller label or a place is better, and trusted more.
    first = next((one for one in firm if one.trust >= 0.9), firm[0] if firm else None)
    best = first or max(readings, key=lambda one: one.confidence)
    same = sum(one.normalised.casefold() == best.normalised.casefold() and one.box != best.box for one in readings)
    return replace(best, trust=min(1.0, best.trust * 1.15)) if same else best
