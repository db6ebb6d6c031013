"""Which administrative procedure a paper names, by its code or its name, and which one a set of papers is for."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from digitizer.classify.catalogue import MOST_TOLD, Catalogue, Named, bare, holds
from digitizer.classify.completeness import needed
from digitizer.classify.tables import UNKNOWN, Tables
from digitizer.contracts import LoadPage
from digitizer.model import By, Document, Field, Procedure, Scan
from digitizer.text import fold

# Papers that the one-stop office writes about the case itself: what they name counts for the whole case.
SLIPS = ("giay_tiep_nhan", "phieu_kiem_soat", "phieu_bo_sung", "phieu_tu_choi", "phieu_xin_loi", "thong_bao_dung")
_DAY = re.compile(r"-(\d\d)(\d\d)(\d\d)-\d{4,6}$")
_LEVELS = (
    (re.compile(r"\b(?:xa|phuong|thi tran)\b"), "xã"),
    (re.compile(r"\b(?:so|tinh)\b"), "tỉnh"),
    (re.compile(r"\b(?:quan|huyen|thi xa)\b"), "huyện"),
    (re.compile(r"\b(?:bo|cuc)\b"), "bộ"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A procedure, how sure it is (0–1), and what told it: `code` or `name`; in doubt none, but `perhaps` some."""

    code: str | None = None
    confidence: float = 0.0
    by: str = ""
    perhaps: tuple[str, ...] = ()


class Procedures:
    """The stage `procedure`: notes on each document the procedure that it names itself."""

    def __init__(self, load_page: LoadPage, tables: Tables) -> None:
        self._load = load_page
        self._catalogue = tables.catalogue

    def __call__(self, scan: Scan) -> Scan:
        return replace(scan, documents=tuple(self._noted(document) for document in scan.documents))

    def _noted(self, document: Document) -> Document:
        """The document with its procedure.

        A code beside the name of another procedure, and a name that breaks off where its procedure's goes on, were
        misread: a person shall look.
        """
        choice = named_by(document, self._catalogue)
        named = choice.code
        doubted = {
            field.name for field in document.fields if self._contradicts(field, choice) and field.by is not By.CLERK
        }
        fields = tuple(replace(one, unsure=True) if one.name in doubted else one for one in document.fields)
        return replace(document, procedure=named, fields=fields, unsure=document.unsure or bool(doubted))

    def _contradicts(self, field: Field, choice: Choice) -> bool:
        named = choice.code
        if field.name == "procedure_code":
            return field.normalised != named and (named is not None or field.normalised in choice.perhaps)
        if field.name != "procedure_name" or named is None:
            return False
        row = self._catalogue.at(named)
        whole, part = bare(row.name) if row else "", bare(field.normalised)
        return whole.startswith(part) and len(part) < len(whole)


def named_by(document: Document, catalogue: Catalogue) -> Choice:
    """What the document names, by its code, else by its name.

    A name read whole goes before a code that is one digit off; where they tell of two procedures, it is either.
    """
    code, name = document.field("procedure_code"), document.field("procedure_name")
    issued = document.field("issued")
    day = received(_code_of(document), [document]) or (issued.normalised if issued else "")
    named = catalogue.by_name(name.normalised, day, _level(document)) if name else Named()
    if code is None:
        return Choice(named.code, named.sure, "name" if named.code else "", named.perhaps)
    told, known = code.normalised, code.normalised in catalogue
    agreed = told in (named.code, *named.perhaps)
    if code.by is By.CLERK or agreed:
        return Choice(told, 0.99, "code")
    if named.code is None:
        sure = 0.75 if code.unsure else 0.96 if known else 0.8
        return Choice(told, sure, "code") if known or not code.unsure else Choice(perhaps=named.perhaps)
    if Levenshtein.distance(told, named.code) <= 1 or (code.unsure and not known):
        return Choice(named.code, 0.9 * named.sure, "name")
    return Choice(perhaps=(told, named.code))


def received(code: str | None, documents: Sequence[Document]) -> str:
    """The ISO day on which the case came in: by its mã hồ sơ (TT 01/2018/TT-VPCP Điều 19), else its slip; else ""."""
    match = _DAY.search(code or "")
    if match:
        return f"20{match[1]}-{match[2]}-{match[3]}"
    dated = (one.field("issued") for one in documents if one.kind == "giay_tiep_nhan")
    return next((field.normalised for field in dated if field and len(field.normalised) == 10), "")


def chosen(documents: Sequence[Document], tables: Tables, day: str) -> Choice:
    """What the slips name, else what most papers name; else, perhaps, those that the set of papers fits best.

    Papers alone name none: a third of those that they fitted best were for a procedure that the list lacks.
    """
    for choice in ([one for one in documents if one.kind in SLIPS], documents):
        named = Counter(one.procedure for one in choice if one.procedure).most_common(2)
        if named and (len(named) == 1 or named[0][1] > named[1][1]):
            told = [named_by(one, tables.catalogue) for one in choice if one.procedure == named[0][0]]
            best = max(told, key=lambda one: one.confidence)
            return best if best.code == named[0][0] else Choice(named[0][0], 0.8, "code")
    telling = [one for one in documents if one.field("procedure_name") or one.field("procedure_code")]
    if telling:  # of a procedure named that we don't know: others may have such papers, too
        perhaps = (code for one in telling for code in named_by(one, tables.catalogue).perhaps)
        return Choice(perhaps=tuple(dict.fromkeys(perhaps)))
    return Choice(perhaps=fitting(documents, tables, day))


def fitting(documents: Iterable[Document], tables: Tables, day: str = "") -> tuple[str, ...]:
    """The procedures whose papers these may be, the likeliest first; () when none fits well or too many as well."""
    return _fits(tables).likely({one.kind for one in documents}, day)


class _Fits:
    """The procedures by the kinds of paper that they ask for and give, the rarer a kind the more it says."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._rows = list(catalogue)
        self._needs = [_needs(row) for row in self._rows]
        self._asks = [{slug for one in row.components for slug in one.kinds} for row in self._rows]
        self._by_kind: dict[str, list[int]] = defaultdict(list)
        for at, row in enumerate(self._rows):
            for slug in {*row.results, *self._asks[at]}:
                self._by_kind[slug].append(at)

    def likely(self, kinds: set[str], day: str) -> tuple[str, ...]:
        """The codes of the procedures that fit best.

        Two papers that it must have are the least: one form alone is asked for by procedures that we don't know, too.
        """
        kinds = {slug for slug in kinds if slug != UNKNOWN and slug not in SLIPS}
        near = {at for slug in kinds for at in self._by_kind.get(slug, ())}
        scored = [(self._score(at, kinds), self._rows[at].code) for at in near if self._possible(at, kinds, day)]
        best = max(scored, default=(0.0, ""))[0]
        if best < _ENOUGH or not self._telling(kinds):
            return ()
        found = [code for points, code in sorted(scored, reverse=True) if points > best - _LEAD]
        return tuple(found) if len(found) <= MOST_TOLD else ()

    def _telling(self, kinds: set[str]) -> bool:
        """True when one of the kinds is asked for by so few procedures that it says something."""
        return any(len(self._by_kind.get(slug, ())) <= max(_FEW, len(self._rows) * _RARE) for slug in kinds)

    def _possible(self, at: int, kinds: set[str], day: str) -> bool:
        return holds(self._rows[at], day) and sum(bool(kinds & need) for need in self._needs[at]) > 1

    def _score(self, at: int, kinds: set[str]) -> float:
        row = self._rows[at]
        points = self._weight(*row.results) if kinds & set(row.results) else 0.0
        for need in self._needs[at]:
            points += self._weight(*(kinds & need)) if kinds & need else -self._weight(*need)
        unseen = sum(not one.kinds for one in row.components if not one.optional)
        foreign = kinds - self._asks[at] - set(row.results)
        return points - 0.25 * unseen - sum(0.8 * self._weight(slug) for slug in foreign)

    def _weight(self, *slugs: str) -> float:
        """How much it says that one of these is asked for: more, the fewer procedures do."""
        most = min((len(self._by_kind.get(slug, ())) for slug in slugs), default=0)
        return 1.0 + math.log((len(self._rows) + 1) / (most + 1)) / 3


# Points that a set of papers must have, and more than those not told; how many may ask for its most telling kind.
_ENOUGH = 3.0
_LEAD = 1.0
_FEW, _RARE = 8, 0.004


@lru_cache(maxsize=4)
def _fits(tables: Tables) -> _Fits:
    """Made ready once for these tables."""
    return _Fits(tables.catalogue)


def _needs(row: Procedure) -> list[frozenset[str]]:
    return [frozenset(one.kinds) for one in row.components if one.kinds and needed(one)]


def _code_of(document: Document) -> str | None:
    found = document.field("dossier_code")
    return found.normalised if found else None


def _level(document: Document) -> str:
    """At which level the office that wrote the paper works; empty when it doesn't say."""
    issuer = document.field("issuer")
    if issuer is None or document.kind not in SLIPS:
        return ""
    key = fold(issuer.normalised)
    return next((level for pattern, level in _LEVELS if pattern.search(key)), "")
