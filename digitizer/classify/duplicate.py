"""Are two documents scans of the same paper?  By what identifies them, and by what their pages say.  Pure."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import Levenshtein

from digitizer.model import Document, Paper
from digitizer.text import fold, number_token

_DATE = re.compile(r"(?<!\d)(\d{1,2})(?: ?[/.-] ?| thang )(\d{1,2})(?: ?[/.-] ?| nam )((?:19|20)\d\d)(?!\d)")
_GROUPED = re.compile(r"(?<=\d)[.,](?=\d)")
_TOKEN = re.compile(r"[^\W_]+")
# What a copy bears that was certified (NĐ 23/2015, phụ lục) or made by an office (NĐ 30/2020, điều 25), however much of
# it is read.
_COPIED = re.compile(r"dung voi ban chinh|chung thuc ban sao|so chung thuc|sct[ /-]?bs|sao y|sao luc|trich sao")
_COPY = re.compile(r"^[^\w(]*ban sao[^\w)]*$", re.MULTILINE)
# What tells a paper from all others of its kind, and whose it is.
_IDENTIFIERS = (
    "number", "register_number", "certificate_serial", "dossier_code", "citizen_id", "tax_code", "issued", "valid_to",
    "birth_date", "person", "parcel", "map_sheet",
)  # fmt: skip
_APART = ("citizen_id", "tax_code")
"""Values that are hardly ever a digit away from another's: that digit is misread.  Other numbers follow each other."""
_FIGURES, _RUNS, _PEOPLE = 10, 6, 4
_ALIKE, _ALIKE_PAGE = 0.9, 0.8
# Cards bear small print over a guilloche, of which each scan reads another part: number and day of issue tell more.
_CARDS, _ALIKE_CARD = ("can_cuoc", "chung_minh_nhan_dan"), 0.75
_FIGURE_WEIGHT = 3
_HOPELESS = 0.4
"""Of the words, above which it is no matter of letters."""
_FEW_WORDS = 12


class SamePaper:
    """`contracts.Likeness` by identifiers and by what was read."""

    def marks(self, paper: Paper) -> frozenset[str]:
        """Long figures and dates, people's names, and some runs of three words: the same few from every scan of it."""
        pages = [said(text) for text in paper.texts]
        figures = {figure for page in pages for figure in page.long}
        runs = {" ".join(page.order[at : at + 3]) for page in pages for at in range(len(page.order) - 2)}
        people = {fold(field.normalised) for field in paper.document.fields if field.name == "person"}
        return frozenset([*_some(figures, _FIGURES), *_some(runs, _RUNS), *_some(people, _PEOPLE)])

    def same(self, one: Paper, other: Paper) -> float:
        """The share of words and figures that both have; 0 for two papers."""
        texts, others = ([text for text in paper.texts if text.strip()] for paper in (one, other))
        if len(texts) != len(others) or contradict(one.document, other.document):
            return 0.0
        mine, its = [said(text) for text in texts], [said(text) for text in others]
        if sum(len(page.order) for page in mine) < _FEW_WORDS:
            return 0.0
        pairs = list(zip(mine, its, strict=True))
        if any(page.copied != second.copied for page, second in pairs):
            return 0.0
        losses = [loss(page, second) for page, second in pairs]
        whole = 1 - sum(lost for lost, _ in losses) / sum(of for _, of in losses)
        if same_card(one.document, other.document):
            return whole if whole >= _ALIKE_CARD else 0.0
        return whole if whole >= _ALIKE and all(1 - lost / of >= _ALIKE_PAGE for lost, of in losses if of) else 0.0


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says, without marks: its words in `order`, how often each, how often each figure; the `long` ones
    among these, with dates as yyyymmdd; `copied`: it says that it is a copy.
    """

    order: tuple[str, ...]
    words: Counter[str]
    figures: Counter[str]
    long: frozenset[str]
    copied: bool


@lru_cache(maxsize=64)
def said(text: str) -> Said:
    """What the text of a page says."""
    folded = fold(text)
    plain = " ".join(folded.split())
    copied = bool(_COPIED.search(plain) or _COPY.search(folded))
    tokens = _TOKEN.findall(_GROUPED.sub("", plain))
    # Patterned paper is read as single letters.
    order = tuple(token for token in tokens if token.isalpha() and len(token) > 1)
    figures = Counter(token.lstrip("0") or "0" for token in tokens if token.isdecimal() and len(token) > 1)
    days = {f"{year}{int(month):02d}{int(day):02d}" for day, month, year in _DATE.findall(plain)}
    long = days | {token for token in tokens if len(token) > 4 and not token.isalpha()}
    return Said(order, Counter(order), figures, frozenset(long), copied)


def loss(one: Said, other: Said) -> tuple[float, float]:
    """(how much of what both say the other does not, of how much), in words; a figure counts as several."""
    figures = ((one.figures - other.figures) + (other.figures - one.figures)).total()
    lost = _lost(one.words, other.words) + _FIGURE_WEIGHT * figures
    of = (one.words + other.words).total() + _FIGURE_WEIGHT * (one.figures + other.figures).total()
    return lost, of


def _lost(one: Counter[str], other: Counter[str]) -> int:
    """How many words of both the other has not, also not with a letter misread."""
    left, right = list((one - other).elements()), list((other - one).elements())
    unread = len(left) + len(right)
    if unread > _HOPELESS * (one.total() + other.total()):
        return unread
    for word in left:
        match = next((again for again in right if _near(word, again)), None)
        if match is not None:
            right.remove(match)
            unread -= 2
    return unread


def _near(one: str, other: str) -> bool:
    """The same but for a letter."""
    return abs(len(one) - len(other)) <= 1 and Levenshtein.distance(one, other, score_cutoff=1) <= 1


def same_card(one: Document, other: Document) -> bool:
    """Both are cards of the same person, given on the same day, all of it sure."""
    mine, its = _values(one), _values(other)
    keys = [(name, None) for name in ("citizen_id", "issued")]
    return one.kind == other.kind in _CARDS and all(
        any(sure and its.get(key, {}).get(value) for value, sure in mine.get(key, {}).items()) for key in keys
    )


def contradict(one: Document, other: Document) -> bool:
    """A value that identifies a paper, or whose it is, stands on both, and is another."""
    mine, its = _values(one), _values(other)
    return any(_differ(mine[key], its[key], key[0]) for key in mine.keys() & its.keys())


def _differ(mine: dict[str, bool], its: dict[str, bool], name: str) -> bool:
    """No value of one is one of the other's; a doubted one may be a letter off, a number only in its letters."""
    for value, again in product(mine, its):
        sure = mine[value] and its[again]
        if name == "number":
            alike = not sure and (_torn(value, again, mine[value]) or _torn(again, value, its[again]))
        else:
            alike = (name in _APART or not sure) and _near(value, again)
        if value == again or alike:
            return False
    return name == "number" or (any(mine.values()) and any(its.values()))


def _torn(value: str, whole: str, sure: bool) -> bool:
    """True when the doubted first number may be what was read of the other: its digits, or some of them, or one more.

    A digit that is another makes it another number: those of an office follow each other.
    """
    (digits, letters), (others, symbol) = _parted(value), _parted(whole)
    if digits == others:
        return not letters or not symbol or _near(letters, symbol)
    part = digits in others or (others in digits and len(digits) == len(others) + 1)
    return not sure and part and bool(digits and others)


def _parted(number: str) -> tuple[str, str]:
    letters = number.lstrip("0123456789")
    return number[: len(number) - len(letters)], letters


def _values(document: Document) -> dict[tuple[str, str | None], dict[str, bool]]:
    """(name, whose) → value without marks and signs → it is sure."""
    found: dict[tuple[str, str | None], dict[str, bool]] = defaultdict(dict)
    for field in document.fields:
        if field.name in _IDENTIFIERS and field.normalised:
            found[field.name, field.part][number_token(field.normalised)] = field.sure
    return found


def _some(things: Iterable[str], most: int) -> list[str]:
    """At most so many of them, chosen by their hash, so that another reading chooses mostly the same."""
    return sorted(things, key=lambda thing: hashlib.blake2b(thing.encode(), digest_size=8).digest())[:most]
