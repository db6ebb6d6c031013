"""Nouns to rows and back."""

import hashlib
import zlib
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from digitizer.model import Arrival, Document, Dossier, Line, Page, Procedure, Record, Scan
from digitizer.text import fold, number_token

ARRIVAL = TypeAdapter(Arrival)
SCAN = TypeAdapter(Scan)
PAGE = TypeAdapter(Page)
DOCUMENT = TypeAdapter(Document)
DOSSIER = TypeAdapter(Dossier)
RECORD = TypeAdapter(Record)
PROCEDURE = TypeAdapter(Procedure)
_LINES = TypeAdapter(tuple[Line, ...])


def hidden_key(key: str) -> str:
    """What stands in the records for the key of a quarantined delivery, which holds its path."""
    return f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def scan_row(scan: Scan) -> dict[str, Any]:
    """The scan as JSON, without its pages and documents, which have rows of their own."""
    row: dict[str, Any] = SCAN.dump_python(replace(scan, pages=(), documents=()), mode="json")
    return row


def page_row(page: Page) -> dict[str, Any]:
    """The page as JSON, without its lines."""
    row: dict[str, Any] = PAGE.dump_python(replace(page, lines=()), mode="json")
    return row


def pack_lines(lines: tuple[Line, ...]) -> bytes:
    """Lines as compressed JSON."""
    return zlib.compress(_LINES.dump_json(lines), 6)


def unpack_lines(packed: bytes) -> tuple[Line, ...]:
    """What `pack_lines` packed."""
    return _LINES.validate_json(zlib.decompress(packed))


def page_from_row(noun: dict[str, Any], lines: bytes | None) -> Page:
    """The page with its lines."""
    page = PAGE.validate_python(noun)
    return replace(page, lines=unpack_lines(lines)) if lines else page


def document_row(document: Document, scan: str, ordinal: int) -> dict[str, Any]:
    """The values of a row of `documents`: the noun, and beside it what searches filter by."""

    def first(name: str) -> str | None:
        field = document.field(name)
        return field.normalised if field else None

    return {
        "id": document.id,
        "scan": scan,
        "ordinal": ordinal,
        "state": document.state,
        "kind": document.kind,
        "number_token": number_token(first("number") or "") or None,
        "issued": first("issued"),
        "issuer": fold(first("issuer") or ""),  # found without marks
        "procedure": document.procedure,
        "code": document.code,
        "dossier": document.dossier,
        "duplicate_of": document.duplicate_of,
        "noun": DOCUMENT.dump_python(document, mode="json"),
    }
