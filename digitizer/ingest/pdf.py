"""What a PDF holds, without rendering it: pages, password, signatures, attachments, forms that are no paper."""

import logging
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pikepdf
import pypdf
import pypdfium2

from digitizer.ingest.refusals import refused
from digitizer.model import Level, Problem

_MOST_FIELDS = 20_000  # of a form, looked through for signatures
_DEEPEST = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFacts:
    """`signed`: a signature field holds a signature.  `attachments`: files inside.  `dynamic`: XFA without pages."""

    signed: bool = False
    attachments: int = 0
    dynamic: bool = False


def examine_pdf(path: Path) -> tuple[int, bool, tuple[Problem, ...]]:
    """(pages, signed, problems); raises Refused: password, no-pages, xfa-form, damaged."""
    problems: list[Problem] = []
    pages, facts, repaired = _by_pikepdf(path)
    if pages is None:
        pages, repaired = _by_pdfium(path), True
    if pages == 0:
        raise refused("damaged" if repaired else "no-pages")
    if facts.dynamic:
        raise refused("xfa-form")
    if repaired:
        problems.append(_notice("repaired", "Tệp PDF bị hỏng, đã được sửa khi đọc.",
                                "The PDF is damaged; it was repaired while reading."))  # fmt: skip
    if facts.attachments:
        problems.append(
            _notice(
                "attachments",
                f"Trong PDF có {facts.attachments} tệp đính kèm, chưa được số hóa.",
                f"The PDF holds {facts.attachments} attached files, which are not digitized.",
            )
        )
    return pages, facts.signed, tuple(problems)


def _by_pikepdf(path: Path) -> tuple[int | None, PdfFacts, bool]:
    """(pages, facts, repaired); pages None when the structure is beyond its repair."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pikepdf.open(path, suppress_warnings=True) as pdf:
                pages = len(pdf.pages)
                repaired = any("damaged" in str(warning) for warning in pdf.get_warnings())
                return pages, _facts(path, pdf), repaired
    except pikepdf.PasswordError:
        raise refused("password") from None
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, RecursionError):
        return None, PdfFacts(), True


def _by_pdfium(path: Path) -> int:
    """Pages that PDFium can open, at least the first; 0 when it can't."""
    try:
        with pypdfium2.PdfDocument(path) as document:
            document[0].get_size()
            return len(document)
    except (pypdfium2.PdfiumError, IndexError, RuntimeError):
        return 0


def _facts(path: Path, repaired: pikepdf.Pdf) -> PdfFacts:
    """Read by pypdf; from a repaired copy where the file itself is too damaged for it."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it names what it skips, and that may be document text
    with path.open("rb") as file:
        facts = _try(file)
    if facts is None:
        with tempfile.TemporaryFile() as copy:
            repaired.save(copy)
            copy.seek(0)
            facts = _try(copy)
    return facts or PdfFacts()


def _try(file: IO[bytes]) -> PdfFacts | None:
    try:
        return _read(file)
    except OSError:
        raise
    except Exception:  # noqa: BLE001  # whatever a parser raises on foreign bytes
        return None


def _read(file: IO[bytes]) -> PdfFacts:
    reader = pypdf.PdfReader(file, strict=False)
    if reader.is_encrypted:
        reader.decrypt("")
    root = reader.root_object
    form = _resolve(root.get("/AcroForm")) or {}
    if not isinstance(form, dict):
        form = {}
    fields = list(_fields(form.get("/Fields"), 0, [_MOST_FIELDS]))
    waiting = bool(_resolve(root.get("/NeedsRendering"))) or ("/XFA" in form and not fields)
    return PdfFacts(
        signed=any(_is_signature(field) for field in fields),
        attachments=sum(1 for _ in reader.attachment_list),
        dynamic=waiting,
    )


def _fields(kids: Any, depth: int, left: list[int]) -> Iterator[dict[str, Any]]:
    kids = _resolve(kids)
    if not isinstance(kids, list) or depth > _DEEPEST:
        return
    for kid in kids:
        field = _resolve(kid)
        if not isinstance(field, dict) or left[0] <= 0:
            continue
        left[0] -= 1
        yield field
        yield from _fields(field.get("/Kids"), depth + 1, left)


def _is_signature(field: dict[str, Any]) -> bool:
    value = _resolve(field.get("/V"))
    return isinstance(value, dict) and "/ByteRange" in value


def _resolve(thing: Any) -> Any:
    return thing.get_object() if thing is not None and hasattr(thing, "get_object") else thing


def _notice(code: str, vi: str, en: str) -> Problem:
    return Problem(code=code, level=Level.NOTICE, message=f"{vi} / {en}")
