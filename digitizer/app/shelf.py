"""The last two stages: the record's files (PDF/A, JSON, text), then the index and READY or REVIEW."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path

from digitizer import __version__
from digitizer.app import face
from digitizer.app.originals import original
from digitizer.bounded import Child
from digitizer.classify.tables import Tables
from digitizer.contracts import Blobs, LoadPage
from digitizer.errors import LeaseLost, PageFailed
from digitizer.model import Document, DocumentState, Level, Problem, Record, Scan
from digitizer.ocr.render import render_page
from digitizer.settings import Settings
from digitizer.store import nouns, search
from digitizer.store.events import timestamp
from digitizer.store.lots import lots
from digitizer.store.records import Records
from digitizer.store.rows import beside_copy, require
from digitizer.store.searchable import About, Leaf, Written, write

_NO_PDF = "no-pdf"
_LOT = 16
_UPLOADS = 3


class Shelf:
    """Writes and shelves documents."""

    def __init__(
        self,
        settings: Settings,
        records: Records,
        blobs: Blobs,
        child: Child,
        tables: Tables,
        load: LoadPage,
        drop: Callable[[Iterable[str]], None],
    ) -> None:
        """`load` gives pages with their lines; `drop` deletes blobs of what went into quarantine meanwhile."""
        self._settings = settings
        self._records = records
        self._blobs = blobs
        self._child = child
        self._tables = tables
        self._load = load
        self._drop = drop

    def write(self, scan: Scan) -> Scan:
        """Stage `searchable`: each document's PDF/A, JSON and text lie in the blob store, and a Record says where."""
        return replace(scan, documents=tuple(chain(*(self._lot(lot, scan) for lot in lots(scan.documents, _LOT)))))

    def shelve(self, scan: Scan) -> Scan:
        """Stage `shelve`: each document is in the index, and READY, or REVIEW with a reason to look at it."""
        documents = tuple(replace(one, state=state_of(one, self._load)) for one in scan.documents)
        with self._records.begin() as db:
            for document in documents:
                require(db, document.id, document.pages)
                search.index(db, document, (self._load(ref.scan, ref.page) for ref in document.pages))
        return replace(scan, documents=documents)

    def _lot(self, documents: list[Document], home: Scan) -> list[Document]:
        """The documents as they are now.

        Their files go to the store while the next PDF is written, and their records are saved together, because each
        of these waits for somebody's disk.
        """
        self._settings.scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._settings.scratch) as folder, ThreadPoolExecutor(_UPLOADS) as pool:
            written = [self._write(document, home, Path(folder, f"{document.id}.pdf"), pool) for document in documents]
        made = [record() for _, record in written]
        try:
            self._records.save_records(made, {document.id: document.pages for document, _ in written})
        except LeaseLost:
            self._drop([sha256 for record in made for sha256 in (record.pdf, record.json, record.text)])
            raise
        return [document for document, _ in written]

    def _write(
        self, document: Document, home: Scan, out: Path, pool: ThreadPoolExecutor
    ) -> tuple[Document, Callable[[], Record]]:
        """The document, and what gives its record once its files are stored."""
        ids = dict.fromkeys(ref.scan for ref in document.pages)
        scans = {id_: home if id_ == home.id else self._records.scan(id_) for id_ in ids}
        try:
            written = self._write_pdf(document, scans, out)
            pdf: Future[str] | None = pool.submit(self._put, out)
            problems = written.problems
        except PageFailed as failure:
            message = f"Không tạo được PDF/A của giấy tờ này / its PDF/A could not be written: {failure}"
            problems, pdf, written = (Problem(code=_NO_PDF, level=Level.BLOCKING, message=message),), None, None
        others = tuple(problem for problem in document.problems if problem.code not in {p.code for p in problems})
        document = replace(document, problems=(*others, *problems))
        files = {id_: face.file_of(scan) for id_, scan in scans.items()}
        text = "\n\f".join(self._load(ref.scan, ref.page).text for ref in document.pages)
        json_ = pool.submit(self._blobs.put_bytes, _json(document, files, scans))
        text_ = pool.submit(self._blobs.put_bytes, text.encode())

        def record() -> Record:
            return Record(
                document=document.id,
                version=document.version,
                pdf=pdf.result() if pdf else "",
                json=json_.result(),
                text=text_.result(),
                created=timestamp(),
                rendered=written.rendered if written else (),
            )

        return document, record

    def _put(self, path: Path) -> str:
        """Store a file that may be larger than memory, and remove it."""
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        self._blobs.put(path, sha256)
        path.unlink()
        return sha256

    def _write_pdf(self, document: Document, scans: dict[str, Scan], out: Path) -> Written:
        with ExitStack() as stack:
            originals = {id_: original(scan, self._blobs, stack) for id_, scan in scans.items()}
            leaves = []
            for ref in document.pages:
                path, number = originals[ref.scan].leaf(ref.page)
                page = self._load(ref.scan, ref.page)
                packed, bare = nouns.pack_lines(page.lines), replace(page, lines=())
                leaves.append(Leaf(page=bare, path=path, media=_media(scans[ref.scan]), number=number, packed=packed))
            limits = self._settings.limits
            return self._child.call(
                write,
                leaves,
                self._about(document, scans),
                out,
                render_page,
                seconds=limits.page_seconds * len(leaves),
                memory_mb=limits.page_memory_mb,
            )

    def _about(self, document: Document, scans: dict[str, Scan]) -> About:
        def value(name: str) -> str:
            field = document.field(name)
            return field.normalised if field else ""

        title = self._tables.kinds[document.kind].title
        return About(
            title=" ".join(part for part in (title, value("number")) if part),
            created=timestamp(),
            issuer=value("issuer"),
            subject=value("subject"),
            identifier=document.id,
            kind=title,
            keywords=tuple(part for part in (value("dossier_code"), document.procedure) if part),
            sources=tuple(scan.sha256 for scan in scans.values()),
            software=f"Digitizer {__version__}",
            signed_original=any(scan.signed for scan in scans.values()),
        )


def state_of(document: Document, load: LoadPage) -> DocumentState:
    """READY, or REVIEW where something is unsure or blocking; that it may be a copy of another one plays no part."""
    of_pages = (problem for ref in document.pages for problem in load(ref.scan, ref.page).problems)
    blocking = any(problem.level is Level.BLOCKING for problem in (*beside_copy(document), *of_pages))
    return DocumentState.REVIEW if document.unsure or blocking else DocumentState.READY


def _media(scan: Scan) -> str:
    return "image/*" if scan.files else scan.media


def _json(document: Document, files: dict[str, str], scans: dict[str, Scan]) -> bytes:
    """The machine face's row of the document, with the SHA-256 of its originals."""
    row = face.document_row(document, files) | {
        "version": document.version,
        "originals": [{"scan": id_, "file": files[id_], "sha256": scan.sha256} for id_, scan in scans.items()],
    }
    return json.dumps(row, ensure_ascii=False, indent=1).encode()
