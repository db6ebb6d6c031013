"""What a clerk says of papers that were scanned twice; each word is an event, and survives every redo."""

from dataclasses import replace
from typing import Any

from digitizer.app import face
from digitizer.app.shelf import state_of
from digitizer.errors import Conflict
from digitizer.model import By, Document, DocumentState
from digitizer.store import duplicates
from digitizer.store.records import Records
from digitizer.store.rows import beside_copy


def accept(records: Records, document: str, actor: str, first: str | None = None) -> Document:
    """It is another scan of `first`, or of the document that it was taken for; raises NotFound, Conflict."""
    found = records.document(document)
    if found.state is DocumentState.RELEASED:
        raise Conflict(f"{document} is released: its record counts already")
    first = first or found.duplicate_of
    if first is None:
        raise Conflict(f"{document} is taken for no duplicate: say of which document with --of")
    first = records.document(first).duplicate_of or first
    if first == document or _office(records, first) != _office(records, document):
        raise Conflict(f"{document} can't be a duplicate of {first}")
    changed = replace(
        found,
        duplicate_of=first,
        duplicate_by=By.CLERK,
        distinct_from=tuple(one for one in found.distinct_from if one != first),
        state=DocumentState.READY,
        problems=(*beside_copy(found), duplicates.problem_of(first, sure=True)),
    )
    duplicates.decide(records, changed, actor, "duplicate", first)
    return changed


def reject(records: Records, document: str, actor: str) -> Document:
    """It is a paper of its own, and is never again taken for that one; raises NotFound, Conflict."""
    found = records.document(document)
    if found.duplicate_of is None:
        raise Conflict(f"{document} is taken for no duplicate")
    changed = replace(
        found,
        duplicate_of=None,
        duplicate_by=By.RULE,
        distinct_from=(*found.distinct_from, found.duplicate_of),
        state=state_of(found, records.page),
        problems=beside_copy(found),
    )
    duplicates.decide(records, changed, actor, "no-duplicate", found.duplicate_of)
    return changed


def rows(records: Records, limit: int, after: str, *, every: bool) -> list[dict[str, Any]]:
    """The copies on which nobody has decided, or `every` one: what they are, and of what."""
    return [_row(records, one) for one in duplicates.waiting(records, limit, after, every=every)]


def _row(records: Records, document: Document) -> dict[str, Any]:
    first = records.document(document.duplicate_of or "")
    return {
        "type": "duplicate",
        "id": document.id,
        "duplicate_of": first.id,
        "state": document.state.value,
        "by": document.duplicate_by.value,
        "kind": document.kind,
        **{name: field.normalised if (field := document.field(name)) else None for name in ("number", "issued")},
        "at": _at(records, document),
        "first_at": _at(records, first),
        "first_state": first.state.value,
    }


def about(records: Records, document: Document) -> dict[str, Any]:
    """What `show` tells of copies: `copies` of this document, and the `first` one where it is a copy itself.

    Only papers of one office are ever taken for copies, so whoever may see the one may see, and reuse, the other.
    """
    row: dict[str, Any] = {"copies": duplicates.copies(records, document.id)}
    if document.duplicate_of is not None:
        first = records.document(document.duplicate_of)
        row["first"] = {"id": first.id, "state": first.state.value, "dossier": first.dossier, "at": _at(records, first)}
    return row


def _at(records: Records, document: Document) -> str:
    ref = document.pages[0]
    return f"{face.file_of(records.scan(ref.scan))}, trang {ref.page}"


def _office(records: Records, document: str) -> str:
    return records.scan(records.home_scan(document)).office
