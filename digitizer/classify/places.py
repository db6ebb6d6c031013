"""Which units a paper's address, its issuer and the place before its date name.

The text of a paper is never rewritten; the units are noted beside it.
"""

import re
from dataclasses import replace

from digitizer.classify.gazetteer import Gazetteer
from digitizer.contracts import LoadPage
from digitizer.model import By, Check, Document, Field, Place, Scan
from digitizer.text import fold

_ISSUED_LINES = 14
_PLACED = ("address", "issuer")
_NO_ADDRESS = re.compile(r"[!|*#{}<>=~§^\\?]")
"""A sign that no address has: `số 3!A`."""
_OWN_BODY = re.compile(r"(?:ubnd|hdnd|cong an) (?:tinh|thanh pho|quan|huyen|thi xa|phuong|thi tran|xa)\b")
_DATED = re.compile(r"^\W*([^\d,]{2,40}?)\s*,\s*ngay\b")


class Places:
    """Notes on each document the units that its addresses, its issuer and the place before its date name."""

    def __init__(self, load_page: LoadPage, units: Gazetteer) -> None:
        self._load = load_page
        self._units = units

    def __call__(self, scan: Scan) -> Scan:
        return replace(scan, documents=tuple(self._noted(document) for document in scan.documents))

    def _noted(self, document: Document) -> Document:
        issued, issuer = document.field("issued"), document.field("issuer")
        day = issued.normalised if issued and len(issued.normalised) == 10 else ""
        home = issuer.normalised if issuer else ""
        found: list[Place] = []
        fields: list[Field] = []
        for field in map(self._unglued, document.fields):
            place = self._place(field, day, home)
            found += [replace(place, field=field.name, part=field.part)] if place else []
            fields.append(self._held(field, place))
        head = self._head(document)
        if head and (place := self._units.place(self._units.bare(head, home), day, home)):
            found.append(replace(place, field="issued", text=head))
        doubted = any(one.unsure and not before.unsure for one, before in zip(fields, document.fields, strict=True))
        unsure = document.unsure or doubted
        return replace(document, places=tuple(dict.fromkeys(found)), fields=tuple(fields), unsure=unsure)

    def _place(self, field: Field, day: str, home: str) -> Place | None:
        if field.name not in _PLACED or not field.normalised:
            return None
        return self._units.place(field.normalised, day, home if field.name == "issuer" else "")

    def _held(self, field: Field, place: Place | None) -> Field:
        """A value held against the table of units: an address whose communes and provinces are none is doubted, and a
        unit's own body whose name is a torn one; one that was gone before the table begins may be right.
        """
        text = field.normalised
        if field.by is By.CLERK:
            return field
        if field.name == "address":
            if _NO_ADDRESS.search(text):
                return replace(field, unsure=True, checks=(*field.checks, Check(code="odd_sign", passed=False)))
            known = self._units.spelled(text, place)
        else:
            known = field.name != "issuer" or not _OWN_BODY.match(fold(text)) or not self._units.torn(text)
        if known:
            return field
        return replace(field, unsure=True, checks=(*field.checks, Check(code="known_unit", passed=False)))

    def _unglued(self, field: Field) -> Field:
        if field.name not in _PLACED or field.by is By.CLERK:
            return field
        whole = self._units.unglued(field.normalised)
        if whole == field.normalised:
            return field
        return replace(field, normalised=whole, alternatives=(field.normalised, *field.alternatives))

    def _head(self, document: Document) -> str:
        """The place before the date, ô 4 of NĐ 30/2020 Phụ lục I; empty when there is none."""
        page = self._load(document.pages[0].scan, document.pages[0].page)
        for line in page.lines[:_ISSUED_LINES]:
            match = _DATED.match(fold(line.text))
            if match:
                return line.text[match.start(1) : match.end(1)].strip()
        return ""
