"""The nouns.  Frozen; changed only by `dataclasses.replace`.

    Arrival ──has──▶ Scan ──has──▶ Page ──has──▶ Line ──has──▶ Word
                       └──────▶ Document ──has──▶ Field        Dossier ◀── groups ── Document

States, and what moves them (docs/walk.md tells the story):

    Arrival   TAKEN | REFUSED | QUARANTINED
    Scan      RECEIVED ─claim─▶ WORKING ─last stage─▶ DONE
                  ▲               │ └─no page readable, or stages out of attempts─▶ FAILED ─retry─▶ RECEIVED
                  └─no live lease─┘
    Document  REVIEW ◀─shelve, correct─▶ READY ─release─▶ RELEASED

Boxes are (x0, y0, x1, y1) in pixels of the page image as delivered (after EXIF, before any turning of ours), origin
top left.  Confidences are 0–1.  Times are ISO 8601 with offset.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Box: TypeAlias = tuple[int, int, int, int]
Quad: TypeAlias = tuple[float, float, float, float, float, float, float, float]
"""Corners x, y of: top left, top right, bottom right, bottom left, as the *text* runs, in delivered pixels."""
Matrix: TypeAlias = tuple[float, float, float, float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


class ArrivalState(StrEnum):
    TAKEN = "TAKEN"
    REFUSED = "REFUSED"
    QUARANTINED = "QUARANTINED"


class ScanState(StrEnum):
    RECEIVED = "RECEIVED"
    WORKING = "WORKING"
    DONE = "DONE"
    FAILED = "FAILED"


class DocumentState(StrEnum):
    REVIEW = "REVIEW"
    READY = "READY"
    RELEASED = "RELEASED"


class Level(StrEnum):
    NOTICE = "notice"
    BLOCKING = "blocking"


class Role(StrEnum):
    """What a paper is to its dossier: thành phần, kết quả, or nội bộ."""

    COMPONENT = "component"
    RESULT = "result"
    INTERNAL = "internal"


class LineRole(StrEnum):
    BODY = "body"
    PAGE_NUMBER = "page_number"
    STAMP = "stamp"
    SIGNATURE = "signature"
    HANDWRITING = "handwriting"


class TextSource(StrEnum):
    """Where the words of a page came from."""

    OCR = "ocr"
    TEXT_LAYER = "text-layer"
    CONVERTED = "converted"


class By(StrEnum):
    """Who said so; `qr` and `mrz`: the code or the machine-readable lines on the paper itself."""

    RULE = "rule"
    MODEL = "model"
    CLERK = "clerk"
    QR = "qr"
    MRZ = "mrz"


class LeftOut(StrEnum):
    """Why a page of a DONE scan is in no document."""

    BLANK = "blank"
    SEPARATOR = "separator"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a file was refused, for a person: `code` is stable, `vi` and `en` say what to do."""

    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A fault that travels with its scan, page or document.  `page` counts from 1 in the scan; None = all of it."""

    code: str
    level: Level
    message: str
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word: `text` as corrected, `read` as the engine gave it, both NFC.  `handwritten`: a part of it was.

    `other`: a second reading, where it tells other figures.
    """

    text: str
    read: str
    box: Box
    quad: Quad
    confidence: float
    handwritten: bool = False
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Words that stand together.  A signature has none: it was found, and nobody guessed what it says."""

    role: LineRole = LineRole.BODY
    words: tuple[Word, ...]
    box: Box

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """The mean of the words' confidences; 0 for an empty line."""
        return sum(word.confidence for word in self.words) / len(self.words) if self.words else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A machine-readable mark: `type` is `qr`, `barcode` or `mrz`."""

    type: str
    value: str
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table: the first row and column that it takes, from 0, how many it takes (merged cells take more than
    one), and the lines of its page that stand in it, by their index.
    """

    row: int
    column: int
    rows: int = 1
    columns: int = 1
    box: Box
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A ruled table: `rows` × `columns`, its cells row by row; what they say: `Page.cell_text`."""

    box: Box
    rows: int
    columns: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What a page looks like, measured once by `look` on the pixels and used by every later step.

    `phash`: 64-bit perceptual hash as 16 hex digits.  `paper_mm`: (width, height) when the dpi is known.
    `text_height`: x-height in pixels of the delivered image, or None when no text was seen.  `seals`: boxes of red
    seals.  `rulings`: number of long straight lines.  `bilevel`: 1-bit.  `coloured`: share of coloured pixels, 0–1.
    `ink`: share of dark pixels, 0–1.  `contrast`: paper minus ink grey level, 0–1.
    """

    phash: str = ""
    paper_mm: tuple[float, float] | None = None
    text_height: float | None = None
    seals: tuple[Box, ...] = ()
    rulings: int = 0
    bilevel: bool = False
    coloured: float = 0.0
    ink: float = 0.0
    contrast: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One side of paper.  In a Scan its `lines` are left empty; they are loaded by page.

    `turned`: degrees clockwise that we turned it (0, 90, 180, 270); `upright`: the turn that a clerk chose, None where
    it is ours to find.  `skew`: degrees that the upright page was slanted, positive clockwise.  `matrix`: 3×3, row by
    row, from delivered to prepared image.  `seals`: what round seals say, no part of the text; without words where that
    can't be read.  `step`: last page step passed.  `failed`: nobody could read it.
    """

    number: int
    file: str | None = None
    width: int = 0
    height: int = 0
    dpi: float | None = None
    turned: int = 0
    upright: int | None = None
    skew: float = 0.0
    matrix: Matrix = IDENTITY
    blank: bool = False
    left_out: LeftOut | None = None
    source: TextSource = TextSource.OCR
    confidence: float | None = None
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    seals: tuple[Line, ...] = ()
    codes: tuple[Code, ...] = ()
    looks: Looks = Looks()
    preview: str | None = None
    step: str | None = None
    failed: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def text(self) -> str:
        """All lines that say something in reading order, one a row."""
        return "\n".join(line.text for line in self.lines if line.words)

    def cell_text(self, cell: Cell) -> str:
        """What stands in the cell of a table of this page, on one line."""
        return " ".join(self.lines[at].text for at in cell.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """A page of a scan: `page` counts from 1."""

    scan: str
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something that a value was held against (docs/json.md lists the codes), and whether it held."""

    code: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value found on a paper.  `normalised` as docs/json.md says; `by` a clerk is never overwritten.

    `checks`: what it was held against; `alternatives`: other readings of it, normalised, the likeliest first.
    """

    name: str
    value: str
    normalised: str
    part: str | None = None
    at: PageRef | None = None
    box: Box | None = None
    confidence: float = 1.0
    unsure: bool = False
    by: By = By.RULE
    checks: tuple[Check, ...] = ()
    alternatives: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """A clerk gave it, or nothing speaks against it."""
        return self.by is By.CLERK or not self.unsure


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An administrative unit: its code, its name, and its name with those of the units above.

    `since`, `until`: the ISO days between which there is such a unit, both included, "" where open or not known.
    """

    code: str
    name: str
    full: str
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place as printed, and the units that it names: `then` on the paper's day, `now`, and what `now`'s were before.

    Several in `then`: the name is ambiguous; several in `now`: the unit was divided, or is a district that is gone.
    `field`, `part`: where it stands (`issued`: before the date).
    """

    text: str
    then: tuple[Unit, ...]
    now: tuple[Unit, ...]
    were: tuple[Unit, ...] = ()
    field: str = ""
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One paper.  `cues`: what decided its kind, as short strings.  `unsure`: a person should look at kind or fields.

    A kind given by a clerk (`kind_by`), fields given by a clerk, and pages laid by one (`pages_by`) survive every
    stage.  `duplicate_of`: the document of which it is another scan, `duplicate_by` whose word that is;
    `distinct_from`: those of which a clerk says that it is none.
    """

    id: str
    pages: tuple[PageRef, ...]
    pages_by: By = By.RULE
    kind: str = "khong_ro"
    kind_by: By = By.RULE
    confidence: float = 0.0
    unsure: bool = True
    cues: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    places: tuple[Place, ...] = ()
    dossier: str | None = None
    procedure: str | None = None
    role: Role | None = None
    state: DocumentState = DocumentState.REVIEW
    duplicate_of: str | None = None
    duplicate_by: By = By.RULE
    distinct_from: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    version: int = 1

    @property
    def code(self) -> str | None:
        """The mã hồ sơ that the paper itself bears; None for one that may be misread, which must not draw papers into
        another's dossier.
        """
        found = self.field("dossier_code")
        return found.normalised if found and found.sure else None

    def field(self, name: str, part: str | None = None) -> Field | None:
        """The first field of that name (and part, when given), or None."""
        for field in self.fields:
            if field.name == name and (part is None or field.part == part):
                return field
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document with what its pages say, in order."""

    document: Document
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFile:
    """One image of a run of numbered page images."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What one arrival gave to digitize.

    `media`: MIME type of the bytes; `image/*` runs are `multipart/x-image-run` with `files` in order.  `member`: the
    name inside a ZIP.  `passed`: stages passed; `again`: the documents that the others run for, all when None.
    `labels`: the folders it lay in, outermost first; the last is its dossier's.
    """

    id: str
    arrival: str
    file: str
    sha256: str
    media: str
    count: int
    member: str | None = None
    files: tuple[RunFile, ...] = ()
    labels: tuple[str, ...] = ()
    office: str = ""
    state: ScanState = ScanState.RECEIVED
    passed: tuple[str, ...] = ()
    again: tuple[str, ...] | None = None
    problems: tuple[Problem, ...] = ()
    pages: tuple[Page, ...] = ()
    documents: tuple[Document, ...] = ()
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One delivery of bytes by a source.  `sha256` is empty when a refused file could not even be read.

    `campaign`: the backfill campaign that it was fed into as it came.
    """

    id: str
    source: str
    file: str
    sha256: str
    size: int
    received: str
    office: str = ""
    labels: tuple[str, ...] = ()
    operator: str = ""
    lane: str = "live"
    campaign: str = ""
    state: ArrivalState = ArrivalState.TAKEN
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A paper that a procedure asks for, as its list words it.

    `kinds`: the kinds of paper that can be it; () where its name tells none.  `optional`: only some cases need it, or
    it is shown and taken back; `condition`: the words that say when.  `others`: papers that no kind names may stand
    in.  `case`: the heading it stands under, where a procedure asks for other papers in each case.  `originals`,
    `copies`: how many of each.
    """

    name: str
    kinds: tuple[str, ...] = ()
    optional: bool = False
    condition: str = ""
    case: str = ""
    others: bool = False
    originals: int = 1
    copies: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a case may be handed in, how long it then takes and what it costs, as published."""

    how: str
    time: str = ""
    fee: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One version of an administrative procedure: what the catalogue says of it from one day to another.

    `code`: national (`1.001193`), or a local one for procedures inside the offices.  `results`: kinds of what it gives.
    `valid_from`, `valid_to`: ISO days, both included, "" where open or not known.  `replaces`: codes it took the place
    of.  `read_whole`: readers understood which papers its list asks for; else rules guessed.
    """

    code: str
    name: str
    sector: str = ""
    levels: tuple[str, ...] = ()
    authority: str = ""
    decision: str = ""
    components: tuple[Component, ...] = ()
    read_whole: bool = False
    results: tuple[str, ...] = ()
    result: str = ""
    ways: tuple[Way, ...] = ()
    valid_from: str = ""
    valid_to: str = ""
    replaces: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place in a dossier: a component (or None where foreign; of several of which one lacks, all their names), the
    kind it takes, the documents that fill it.

    `why`: why it may be open although nothing is missing, in the words of the list.
    """

    component: str | None
    kind: str
    documents: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The documents of one case.

    `procedure_by`: what told its procedure: `code` or `name`; `procedure_perhaps`: the codes of those that it may be
    where none is sure, the likeliest first.
    """

    id: str
    office: str = ""
    code: str | None = None
    label: str | None = None
    procedure: str | None = None
    procedure_confidence: float = 0.0
    procedure_by: str = ""
    procedure_perhaps: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    present: tuple[Slot, ...] = ()
    doubled: tuple[Slot, ...] = ()
    foreign: tuple[Slot, ...] = ()
    missing: tuple[Slot, ...] = ()
    perhaps: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The electronic record of a document version: SHA-256 of its PDF/A, JSON and text in the blob store.

    `official` once RELEASED.  `signature`, `conversion_mark` and `packages` stay empty until the copy is signed: until
    then the record is an unsigned copy, and says so.
    """

    document: str
    version: int
    pdf: str
    json: str
    text: str
    created: str
    official: bool = False
    rendered: tuple[int, ...] = ()
    signature: str | None = None
    conversion_mark: str | None = None
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One page found by a search.  `snippet` marks the match with `[` `]`; `cursor` is where the next hits begin."""

    document: str
    file: str
    page: int
    snippet: str
    score: float
    cursor: str
    kind: str
    number: str | None = None
    issued: str | None = None
    issuer: str | None = None
