"""What kind of paper it is, and which cues say so."""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from digitizer.classify import mrz
from digitizer.classify.features import features
from digitizer.classify.features import shown as shown_feature
from digitizer.classify.heading import Head, read_head
from digitizer.classify.layout import Row, Sheet, sheet
from digitizer.classify.model import KindModel, shipped
from digitizer.classify.numbers import Number, read_number
from digitizer.classify.tables import UNKNOWN, Tables
from digitizer.contracts import LoadPage
from digitizer.model import By, Document, Page, Scan
from digitizer.text import fold

# A kind said with less is a question to a person.
SURE = 0.8


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing that speaks for a kind.  `weight`: 1 is a doubt, 3 decides alone, 6 outweighs all but another title."""

    kind: str
    weight: float
    what: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A title, folded, that names a kind."""

    kind: str
    key: str
    shown: str


class Kinds:
    """The stage `kind`: Scan → Scan whose documents know their kind, confidence and cues."""

    def __init__(self, load_page: LoadPage, tables: Tables, model: KindModel | None = None) -> None:
        """`model`: the learned one; the shipped one when None."""
        self._load = load_page
        self._tables = tables
        self._titles = titles(tables)
        self._model = model or shipped()

    def __call__(self, scan: Scan) -> Scan:
        return replace(scan, documents=tuple(self._one(document) for document in scan.documents))

    def _one(self, document: Document) -> Document:
        if document.kind_by is By.CLERK:
            return replace(document, confidence=1.0, unsure=False)
        pages = [self._load(ref.scan, ref.page) for ref in document.pages[:3]]
        slug, confidence, cues = self.decide(pages)
        return replace(document, kind=slug, confidence=confidence, cues=cues, unsure=confidence < SURE)

    def decide(self, pages: list[Page]) -> tuple[str, float, tuple[str, ...]]:
        """(kind, confidence 0–1, cues) of a paper by its first pages; `khong_ro` when nothing decides."""
        sheets = [sheet(page) for page in pages if not page.blank]
        if not sheets:
            return UNKNOWN, 0.0, ()
        head = read_head(sheets[0])
        cues = self._titles.cues(sheets[0], head)
        if max((cue.weight for cue in cues), default=0) < 3 and len(sheets) > 1:
            cues += [replace(cue, weight=0.8 * cue.weight) for cue in self._titles.cues(sheets[1])]
        seen = features(sheets, head)
        learned = self._model.shares(seen) if self._model else {}
        slug, confidence = weigh(cues, learned)
        mine = sorted((cue for cue in cues if cue.kind == slug), key=lambda cue: -cue.weight)
        told = [*(cue.what for cue in mine), *self._learned(seen, slug, learned)]
        return slug, confidence, tuple(dict.fromkeys(told))[:6]

    def _learned(self, seen: list[str], slug: str, learned: dict[str, float]) -> list[str]:
        """What the model says of this kind, and which words made it say so."""
        if self._model is None or slug not in learned:
            return []
        why = ", ".join(shown_feature(one) for one in self._model.why(seen, slug))
        return [f"mô hình {learned[slug]:.0%}: {why}"] if why else []


# How much a cue's weight and the model's probability count, how much speaks for `khong_ro` when nothing does, and the
# floor of what the model gives; fitted on generated stacks (training/README.md).
_CUES, _MODEL, _NOTHING, _LEAST = 1.2, 0.8, 1.0, 0.001


def weigh(cues: Sequence[Cue], learned: Mapping[str, float]) -> tuple[str, float]:
    """(kind, its probability) by cues and by the model together."""
    sums: dict[str, float] = defaultdict(float)
    for cue in cues:
        sums[cue.kind] += cue.weight
    points = {
        kind: _CUES * min(sums.get(kind, 0.0), 9.0)
        + _MODEL * math.log(max(learned.get(kind, 0.0), _LEAST) / _LEAST)
        + (_NOTHING if kind == UNKNOWN else 0.0)
        for kind in {*sums, *learned, UNKNOWN}
    }
    best = max(points, key=points.__getitem__)
    # Kinds that nothing speaks for share what is left.
    others = sum(math.exp(points[kind] - points[best]) for kind in points) + 10 * math.exp(-points[best])
    return (best, round(1 / others, 3)) if best != UNKNOWN else (UNKNOWN, 0.0)


class Titles:
    """What the first page of a paper says about its kind."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._phrases = _phrases(tables)
        self._codes = [(_plain(code), kind.slug, code) for kind in tables.kinds.values() for code in kind.codes]
        self._words = [
            (kind.slug, [(_plain(word), word) for word in kind.words]) for kind in tables.kinds.values() if kind.words
        ]

    def cues(self, page: Sheet, head: Head | None = None) -> list[Cue]:
        """Every cue on this page, strongest titles first."""
        head = head or read_head(page)
        number = read_number(head.number.text, self._tables) if head.number else None
        return [
            *self.title(page, head),
            *_number_cues(number, head, self._tables),
            *self._form_codes(page),
            *_mrz(page.page),
            *self._body(page),
        ]

    def title(self, page: Sheet, head: Head) -> list[Cue]:
        """The titles that this page bears: the topmost weighs most; the longer the wording, the surer."""
        found: list[Cue] = []
        rank = 0
        for key, level in _candidates(page, head):
            match = self._match(key)
            if match is None:
                continue
            phrase, ratio = match
            high = 1.0 if rank == 0 and level < head.bottom + 0.35 else 0.35
            weight = (4.0 + min(len(phrase.key), 40) / 20) * high * max(0.2, 1 - (100 - ratio) / 18)
            where = "đầu trang" if level < 0.45 else "giữa trang"
            found.append(Cue(phrase.kind, weight, f"tên loại “{phrase.shown}” ở {where}"))
            rank += 1
            if rank == 3:
                break
        return found

    def _match(self, key: str) -> tuple[Phrase, float] | None:
        """The longest phrase that the text begins with, letter by letter or nearly so."""
        best: tuple[float, Phrase, float] | None = None
        for phrase in self._phrases:
            size = len(phrase.key)
            if len(key) < min(size - 2, 0.9 * size):
                continue
            ratio = _ratio(phrase.key, key)
            if ratio >= (92 if size < 9 else 86 if size < 16 else 83):
                score = size * ratio
                if best is None or score > best[0]:
                    best = score, phrase, ratio
        return (best[1], best[2]) if best else None

    def _form_codes(self, page: Sheet) -> list[Cue]:
        """Codes of printed forms, at the top."""
        found = []
        for row in page.rows:
            if row.level > 0.22:
                continue
            plain = _plain(row.text)
            for code, slug, shown in self._codes:
                at = plain.find(code)
                if at >= 0 and not plain[at + len(code) : at + len(code) + 1].isdigit():
                    found.append(Cue(slug, 2.2, f"mẫu {shown} ở đầu trang"))
        return found

    def _body(self, page: Sheet) -> list[Cue]:
        """Phrases that such papers have; each a little, two together something."""
        text = _plain(" ".join(row.key for row in page.rows))
        found = []
        for slug, words in self._words:
            hits = [shown for key, shown in words if key in text]
            weight = 0.7 * min(len(hits), 3) if len(hits) > 1 else 0.35 * len(hits)
            if weight:
                found.append(Cue(slug, weight, f"có “{'”, “'.join(hits[:3])}”"))
        return found


@lru_cache(maxsize=4)
def titles(tables: Tables) -> Titles:
    """The titles of these tables, made ready once: a new stage is made for every scan."""
    return Titles(tables)


def _ratio(phrase: str, key: str) -> float:
    """How well the text begins with the phrase, 0–100: the same length of text, cut at the end of a word."""
    if key.startswith(phrase):
        after = key[len(phrase) : len(phrase) + 1]
        return 0.0 if after.isalnum() else 100.0
    # A QR code or a stamp may eat the first letters of a long title; a short one must begin right.
    if len(phrase) < 16 and phrase[0] != key[0] and phrase[1:3] != key[1:3]:
        return 0.0
    size = len(phrase)
    end = min((at for at in (key.rfind(" ", 0, size + 3), key.find(" ", size)) if at > size - 4), default=len(key))
    piece = key[: len(key) if len(key) <= size + 2 else end]
    return fuzz.ratio(phrase, piece) if abs(len(piece) - size) <= max(3, size // 10) else 0.0


def _phrases(tables: Tables) -> list[Phrase]:
    found: dict[str, Phrase] = {}
    for kind in tables.kinds.values():
        if kind.slug in (UNKNOWN, "cong_van"):
            continue
        for shown in (kind.title, *kind.aliases, *kind.titles):
            key = _letters(fold(shown))
            found.setdefault(key, Phrase(kind.slug, key, shown))
    return list(found.values())


def _letters(key: str) -> str:
    """Words of letters and digits, single blanks between."""
    return " ".join(re.findall(r"[a-z0-9]+", key))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", fold(text)).replace(" /", "/").replace("/ ", "/")


def _candidates(page: Sheet, head: Head) -> list[tuple[str, float]]:
    """Texts that may be the title, top first: runs of capitals from each of their lines on, and centred lines."""
    found: list[tuple[str, float]] = []
    for title in head.titles:
        for index, row in enumerate(title.rows):
            key = _letters(" ".join(one.key for one in title.rows[index:]))
            if key:
                found.append((key, row.level))
    found += [(_letters(row.key), row.level) for row in page.rows if _centred(row)]
    return sorted(((key, level) for key, level in found if len(key) > 2), key=lambda item: item[1])[:24]


def _centred(row: Row) -> bool:
    """A short line in the middle that begins with a capital, as titles in small letters do."""
    middle = abs(row.middle - 0.5) < 0.14 and row.x1 - row.x0 < 0.62
    return middle and row.capital < 0.7 and row.level < 0.6 and row.text[:1].isupper()


def _number_cues(number: Number | None, head: Head, tables: Tables) -> list[Cue]:
    found = []
    if number and number.kind:
        found.append(Cue(number.kind, 2.6 * number.trust, f"ký hiệu “{number.symbol}”"))
    if head.about:
        weight = 4.2 if not (number and number.kind) else 1.2
        found.append(Cue("cong_van", weight, "“V/v” dưới số ký hiệu"))
    elif number and number.symbol and not number.kind and head.nation and "cong_van" in tables.kinds:
        found.append(Cue("cong_van", 1.2, f"ký hiệu “{number.symbol}” không có chữ viết tắt tên loại"))
    return found


def _mrz(page: Page) -> list[Cue]:
    """Machine-readable lines of cards and passports (ICAO 9303)."""
    found = []
    for line, _ in mrz.zone(page):
        if re.match(r"^[I1LT]{1,2}[D0O<]?VNM|^\d{7}[MF<]\d{7}VNM", line):
            found.append(Cue("can_cuoc", 5.0, "dòng MRZ của thẻ căn cước"))
        elif line.startswith(("P<", "PVNM")):
            found.append(Cue("ho_chieu", 5.0, "dòng MRZ của hộ chiếu"))
    qr = [code.value for code in page.codes if code.type == "qr" and re.match(r"^\d{12}\|\d*\|", code.value)]
    return found[:1] + [Cue("can_cuoc", 3.0, "mã QR của thẻ căn cước") for _ in qr[:1]]
