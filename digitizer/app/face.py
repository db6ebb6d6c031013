"""The machine face: what other programs are told (docs/json.md, docs/face.schema.json).  Nothing is ever renamed."""

from collections.abc import Iterable, Iterator
from typing import Any

from digitizer.model import (
    Arrival,
    ArrivalState,
    Document,
    Dossier,
    Field,
    Hit,
    Line,
    Page,
    PageRef,
    Place,
    Problem,
    Scan,
    Slot,
    Table,
    Unit,
)
from digitizer.store.records import Records

Row = dict[str, Any]


def lines_of(records: Records, arrivals: Iterable[str], *, words: bool = False) -> Iterator[Row]:
    """All that these arrivals became: `arrival`, `scan`, `document` and `dossier` rows, in this order."""
    taken = [records.arrival(id_) for id_ in arrivals]
    ids = {arrival.id: records.scans_of(arrival.id) for arrival in taken}
    for arrival in taken:
        yield arrival_row(arrival, ids[arrival.id])
    documents: dict[str, Document] = {}
    files: dict[str, str] = {}
    for arrival in taken:
        if arrival.state is not ArrivalState.TAKEN:
            continue
        for id_ in ids[arrival.id]:
            scan = records.scan(id_)
            files[id_] = file_of(scan)
            documents |= {document.id: document for document in scan.documents}
            yield scan_row(scan, records, words=words)
    for document in documents.values():
        for ref in document.pages:
            if ref.scan not in files:
                files[ref.scan] = file_of(records.scan(ref.scan))
        yield document_row(document, files)
    for id_ in dict.fromkeys(document.dossier for document in documents.values() if document.dossier):
        yield dossier_row(records.dossier(id_))


def file_of(scan: Scan) -> str:
    """The scan's name for people: its file, and behind a `/` the member of a ZIP."""
    return f"{scan.file}/{scan.member}" if scan.member else scan.file


def arrival_row(arrival: Arrival, scans: list[str]) -> Row:
    """An arrival."""
    reason = arrival.reason
    return {
        "type": "arrival",
        "id": arrival.id,
        "file": arrival.file,
        "sha256": arrival.sha256,
        "state": arrival.state.value,
        "reason": {"code": reason.code, "vi": reason.vi, "en": reason.en} if reason else None,
        "scans": scans,
    }


def scan_row(scan: Scan, records: Records, *, words: bool) -> Row:
    """A scan with its pages, their lines, and with `words` their words."""
    return {
        "type": "scan",
        "id": scan.id,
        "arrival": scan.arrival,
        "file": scan.file,
        "member": scan.member,
        "sha256": scan.sha256,
        "state": scan.state.value,
        "problems": [problem_row(problem) for problem in scan.problems],
        "pages": [
            page_row(records.page(scan.id, page.number), run=bool(scan.files), words=words)
            for page in scan.pages
            if page.step is not None
        ],
    }


def page_row(page: Page, *, run: bool, words: bool) -> Row:
    """A page of a scan; `file` only where the scan is a run of images."""
    row: Row = {"number": page.number}
    if run:
        row["file"] = page.file
    return row | {
        "width": page.width,
        "height": page.height,
        "dpi": page.dpi,
        "turned": page.turned,
        "skew": page.skew,
        "blank": page.blank,
        "left_out": page.left_out.value if page.left_out else None,
        "source": page.source.value,
        "confidence": page.confidence,
        "failed": page.failed,
        "problems": [problem_row(problem) for problem in page.problems],
        "codes": [{"type": code.type, "value": code.value, "box": list(code.box)} for code in page.codes],
        "seals": [_line_row(seal, words=words) for seal in page.seals],
        "tables": [_table_row(table, page) for table in page.tables],
        "text": page.text,
        "lines": [_line_row(line, words=words) for line in page.lines],
    }


def _table_row(table: Table, page: Page) -> Row:
    return {
        "box": list(table.box),
        "rows": table.rows,
        "columns": table.columns,
        "cells": [
            {
                "row": cell.row,
                "column": cell.column,
                "rows": cell.rows,
                "columns": cell.columns,
                "box": list(cell.box),
                "text": page.cell_text(cell),
            }
            for cell in table.cells
        ],
    }


def _line_row(line: Line, *, words: bool) -> Row:
    row: Row = {
        "role": line.role.value,
        "box": list(line.box),
        "text": line.text,
        "confidence": round(line.confidence, 4),
    }
    if words:
        row["words"] = [
            {
                "text": word.text,
                "read": word.read,
                "box": list(word.box),
                "quad": list(word.quad),
                "confidence": round(word.confidence, 4),
                "handwritten": word.handwritten,
            }
            for word in line.words
        ]
    return row


def document_row(document: Document, files: dict[str, str]) -> Row:
    """A document; `files`: the name of each scan that its pages are in."""
    fields: dict[str, list[Row]] = {}
    for field in document.fields:
        fields.setdefault(field.name, []).append(_field_row(field, files))
    return {
        "type": "document",
        "id": document.id,
        "pages": [{"scan": ref.scan, "file": files[ref.scan], "page": ref.page} for ref in document.pages],
        "pages_by": document.pages_by.value,
        "kind": document.kind,
        "confidence": round(document.confidence, 4),
        "unsure": document.unsure,
        "cues": list(document.cues),
        "fields": fields,
        "places": [place_row(place) for place in document.places],
        "dossier": document.dossier,
        "procedure": document.procedure,
        "role": document.role.value if document.role else None,
        "state": document.state.value,
        "duplicate_of": document.duplicate_of,
        "problems": [problem_row(problem) for problem in document.problems],
    }


def _field_row(field: Field, files: dict[str, str]) -> Row:
    at: PageRef | None = field.at
    return {
        "value": field.value,
        "normalised": field.normalised,
        "part": field.part,
        "file": files.get(at.scan) if at else None,
        "page": at.page if at else None,
        "box": list(field.box) if field.box else None,
        "confidence": round(field.confidence, 4),
        "unsure": field.unsure,
        "checks": [{"code": check.code, "passed": check.passed} for check in field.checks],
        "alternatives": list(field.alternatives),
        "by": field.by.value,
    }


def place_row(place: Place) -> Row:
    """A place as printed, with the units that it names then and now."""

    def units(found: tuple[Unit, ...]) -> list[Row]:
        return [{"code": unit.code, "name": unit.full} for unit in found]

    return {
        "field": place.field,
        "part": place.part,
        "text": place.text,
        "then": units(place.then),
        "now": units(place.now),
        "were": units(place.were),
    }


def dossier_row(dossier: Dossier) -> Row:
    """A dossier."""

    def filled(slots: tuple[Slot, ...]) -> list[Row]:
        return [{"component": slot.component, "kind": slot.kind, "documents": list(slot.documents)} for slot in slots]

    def empty(slots: tuple[Slot, ...]) -> list[Row]:
        return [{"component": slot.component, "kind": slot.kind, "why": slot.why or None} for slot in slots]

    return {
        "type": "dossier",
        "id": dossier.id,
        "code": dossier.code,
        "label": dossier.label,
        "procedure": dossier.procedure,
        "procedure_confidence": round(dossier.procedure_confidence, 4),
        "procedure_by": dossier.procedure_by or None,
        "procedure_perhaps": list(dossier.procedure_perhaps),
        "documents": list(dossier.documents),
        "present": filled(dossier.present),
        "doubled": filled(dossier.doubled),
        "foreign": filled(dossier.foreign),
        "missing": empty(dossier.missing),
        "perhaps": empty(dossier.perhaps),
    }


def problem_row(problem: Problem) -> Row:
    """A problem."""
    return {"code": problem.code, "level": problem.level.value, "page": problem.page, "message": problem.message}


def hit_row(hit: Hit) -> Row:
    """A hit of a search."""
    return {
        "type": "hit",
        "document": hit.document,
        "file": hit.file,
        "page": hit.page,
        "snippet": hit.snippet,
        "score": hit.score,
        "cursor": hit.cursor,
        "kind": hit.kind,
        "number": hit.number,
        "issued": hit.issued,
        "issuer": hit.issuer,
    }
