"""What people do to records: correct, release, redo, retry, export.  Each is an event in the arrival's history."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from digitizer import pipeline
from digitizer.app import copies, face
from digitizer.classify.tables import Tables
from digitizer.classify.values import READERS
from digitizer.contracts import Blobs
from digitizer.errors import Conflict, NotFound
from digitizer.model import By, Document, DocumentState, Field, Level, Scan, ScanState
from digitizer.queue import LANES
from digitizer.store import leases
from digitizer.store.records import Records

_AFTER_CORRECTION = ("split", "kind")


def correct(records: Records, tables: Tables, document: str, change: str, actor: str) -> str:
    """Apply `kind=SLUG` or `NAME[/PART]=VALUE` (an empty value takes the field away); gives the scan to work on again.

    The clerk's word survives every redo.  Raises NotFound, Conflict.
    """
    name, equals, value = change.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name:
        raise Conflict(f"{change!r} is no correction: write kind=SLUG or NAME=VALUE or NAME/PART=VALUE")
    found = records.document(document)
    if name == "kind":
        if value not in tables.kinds:
            raise Conflict(f"there is no kind {value!r}: `digitizer kinds` lists them")
        changed = replace(found, kind=value, kind_by=By.CLERK, confidence=1.0, cues=(f"clerk: {actor}",))
        about = {"kind": value, "before": found.kind}
    else:
        field, _, part = name.partition("/")
        changed = replace(found, fields=_with(found, tables, field, part or None, value))
        about = {"field": name, "value": value}
    if found.state is DocumentState.RELEASED:
        changed = replace(changed, version=found.version + 1)
    records.change(replace(changed, state=DocumentState.REVIEW), "corrected", actor, about)
    scan = records.home_scan(document)
    leases.restart(records, scan, "again", actor, passed=_AFTER_CORRECTION, only=[document], lane=LANES[0])
    return scan


def _with(document: Document, tables: Tables, name: str, part: str | None, value: str) -> tuple[Field, ...]:
    """The fields with the clerk's value in place of all others of this name and part."""
    known = document.field(name, part)
    normalised = _normalised(tables, name, value)
    rest = tuple(field for field in document.fields if (field.name, field.part) != (name, part))
    mine = Field(
        name=name,
        part=part,
        value=value,
        normalised=normalised,
        at=known.at if known else None,
        box=known.box if known else None,
        by=By.CLERK,
    )
    return (*rest, mine)


def _normalised(tables: Tables, name: str, value: str) -> str:
    if name not in tables.fields:
        raise Conflict(f"there is no field {name!r}: {', '.join(tables.fields)}")
    if not value:  # a clerk may say that there is none
        return ""
    read = READERS[tables.fields[name].value](value)
    if read is None:
        raise Conflict(f"{value!r} can't be a {name} ({tables.fields[name].vi})")
    return read.normalised


def release(
    records: Records, blobs: Blobs, documents: Sequence[str], actor: str, *, reviewed: bool = False
) -> list[Document]:
    """Make the documents' records official and hold their originals; `reviewed`: a person vouches for REVIEW too.

    All or none: raises NotFound, or Conflict naming the first one that can't be released.
    """
    found = [records.document(document) for document in documents]
    for document in found:
        blocking = [problem.message for problem in document.problems if problem.level is Level.BLOCKING]
        if document.state is DocumentState.REVIEW and (blocking or not reviewed):
            why = "; ".join(blocking) or "a person has to look at it first (then --reviewed)"
            raise Conflict(f"{document.id} is in REVIEW: {why}")
        if document.duplicate_of is not None:
            raise Conflict(f"{document.id} is a duplicate of {document.duplicate_of}, whose record counts")
    done = []
    for document in found:
        if document.state is not DocumentState.RELEASED:
            for sha256 in originals_of(records, document):  # first: what is released must not be without
                blobs.hold(sha256)
            released = replace(document, state=DocumentState.RELEASED)
            records.save_records([replace(records.record(document.id), official=True)])
            records.change(released, "released", actor, {"version": document.version})
            done.append(released)
    return done


def originals_of(records: Records, document: Document) -> set[str]:
    """SHA-256 of the files that the document's pages lie in."""
    scans = [records.scan(id_) for id_ in {ref.scan for ref in document.pages}]
    return {sha256 for scan in scans for sha256 in ([file.sha256 for file in scan.files] or [scan.sha256])}


def redo(records: Records, target: str, step: str, actor: str) -> list[str]:
    """Run again from a step or stage on (`pipeline.STEPS`, `STAGES`, `gather`); gives the scans to work on.

    `target`: a scan, a document or an arrival.  Raises NotFound, Conflict.
    """
    names = (*pipeline.STEPS, *pipeline.STAGES, pipeline.GATHER)
    if step not in names:
        raise Conflict(f"there is no step {step!r}: choose one of {', '.join(names)}")
    scans = scans_of(records, target)
    for scan in scans:
        if records.scan(scan).state in (ScanState.RECEIVED, ScanState.WORKING):
            raise Conflict(f"{scan} is still being worked on: wait for it, or run `digitizer run` to finish it")
    for scan in scans:
        if step in pipeline.STEPS:
            before = pipeline.STEPS[: pipeline.STEPS.index(step)]
            leases.restart(records, scan, "redo", actor, step=before[-1] if before else None, which=lambda _: True)
        else:
            cut = pipeline.STAGES.index(step) if step in pipeline.STAGES else len(pipeline.STAGES)
            leases.restart(records, scan, "redo", actor, passed=pipeline.STAGES[:cut])
    return scans


def retry(records: Records, target: str, actor: str, lane: str | None = None) -> list[str]:
    """Try the FAILED scans, and the failed pages of the others, once more; gives the scans to work on.

    `lane`: where they go from now on, as before when None.  Raises NotFound, Conflict.
    """
    again = []
    for scan in scans_of(records, target):
        found = records.scan(scan)
        if not found.media:
            raise Conflict(f"{scan}: the file itself could not be read; deliver it again")
        if found.state is ScanState.FAILED or any(page.failed for page in found.pages):
            leases.restart(records, scan, "retry", actor, which=lambda page: page.failed, lane=lane)
            again.append(scan)
    if not again:
        raise Conflict(f"{target}: nothing in it has failed")
    return again


def scans_of(records: Records, target: str) -> list[str]:
    """The scans that an arrival, scan or document id means; raises NotFound."""
    match target[:1]:
        case "a":
            records.arrival(target)
            return records.scans_of(target)
        case "s":
            return [records.scan(target).id]
        case "d":
            return list(dict.fromkeys(ref.scan for ref in records.document(target).pages))
        case _:
            raise NotFound(f"{target!r} is no id of an arrival (a…), scan (s…) or document (d…)")


def export(records: Records, blobs: Blobs, target: str, folder: Path) -> list[Path]:
    """Write PDF/A, JSON, text and originals of a document, or of all in a scan, arrival or dossier; gives the files.

    Raises NotFound, Conflict when a file of that name is there already.
    """
    if target.startswith("h"):
        ids = list(records.dossier(target).documents)
    elif target.startswith("d"):
        ids = [target]
    else:
        ids = [one.id for scan in scans_of(records, target) for one in records.scan(scan).documents]
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for id_ in dict.fromkeys(ids):
        document, record = records.document(id_), records.record(id_)
        stem = "_".join(part for part in (document.kind, _number(document), id_) if part)
        for suffix, sha256 in ((".pdf", record.pdf), (".json", record.json), (".txt", record.text)):
            if sha256:
                written.append(_write(folder / f"{stem}{suffix}", blobs.get(sha256)))
        for scan in dict.fromkeys(ref.scan for ref in document.pages):
            written += _originals(records.scan(scan), blobs, folder / "originals")
    return list(dict.fromkeys(written))


def _originals(scan: Scan, blobs: Blobs, folder: Path) -> list[Path]:
    folder.mkdir(exist_ok=True)
    files = {file.name: file.sha256 for file in scan.files} or {face.file_of(scan): scan.sha256}
    return [
        _write(folder / f"{scan.id}_{_safe(name.rpartition('/')[2])}", blobs.get(sha256))
        for name, sha256 in files.items()
    ]


def _write(path: Path, data: bytes) -> Path:
    if path.exists() and path.read_bytes() != data:
        raise Conflict(f"{path} is there already and differs: choose another folder")
    path.write_bytes(data)
    return path


def _number(document: Document) -> str:
    field = document.field("number")
    return _safe(field.normalised) if field else ""


def _safe(name: str) -> str:
    """A file name made of an outside name: letters, digits, dot, dash and underscore only."""
    return re.sub(r"[^\w.-]+", "-", name).strip(".-")[-80:]


def about(records: Records, blobs: Blobs, target: str) -> dict[str, Any]:
    """What is known of an arrival, scan, document or dossier, its history, and where its files lie; raises NotFound."""
    if target.startswith("h"):
        return face.dossier_row(records.dossier(target))
    if target.startswith("d"):
        document, record = records.document(target), records.record(target)
        names = {ref.scan: face.file_of(records.scan(ref.scan)) for ref in document.pages}
        files = {"pdf": record.pdf, "json": record.json, "text": record.text}
        return face.document_row(document, names) | {
            "version": document.version,
            "record": {
                "official": record.official,
                "unsigned": record.signature is None,
                "signed_original": any(records.scan(ref.scan).signed for ref in document.pages),
                "rendered": list(record.rendered),
                "created": record.created,
            },
            "files": {name: _place(blobs, sha256) for name, sha256 in files.items() if sha256},
            **copies.about(records, document),
            "history": records.history(records.scan(document.pages[0].scan).arrival),
        }
    scans = [records.scan(id_) for id_ in scans_of(records, target)]
    arrival = records.arrival(scans[0].arrival if target.startswith("s") else target)
    return face.arrival_row(arrival, [scan.id for scan in scans]) | {
        "received": arrival.received,
        "operator": arrival.operator,
        "scans": [
            {key: value for key, value in face.scan_row(scan, records, words=False).items() if key != "pages"}
            | {
                "pages": scan.count,
                "passed": list(scan.passed),
                "signed": scan.signed,
                "documents": [document.id for document in scan.documents],
                "page_problems": [face.problem_row(problem) for page in scan.pages for problem in page.problems],
                "original": _place(blobs, scan.sha256) if not scan.files else None,
            }
            for scan in scans
        ],
        "history": records.history(arrival.id),
    }


def _place(blobs: Blobs, sha256: str) -> str:
    """A path for a store on this disk, else the SHA-256 to ask the store for."""
    try:
        with blobs.local(sha256) as path:
            return str(path)
    except NotFound:
        return f"{sha256} (?)"
