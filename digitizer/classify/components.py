"""The papers that a procedure asks for, out of the words in which lists publish them.

A cell says one paper or several, each by its name, by other papers that do as well (`hoặc`, `một trong các`), and by
a condition.  Lists of our own put `?` before a paper that only some cases need, and `=kind|kind` behind one whose name
doesn't say its kinds.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from digitizer.classify.asked import applications, cases, demanded
from digitizer.classify.cells import HEADS, Item, items
from digitizer.classify.lists import by_mark, mark, placed
from digitizer.classify.sentences import (
    LONGEST,
    NOTES,
    ONE_OF_THEM,
    SHOWN,
    TAKEN_BACK,
    announced,
    by_net_only,
    condition_of,
    first_sentence,
    name_of,
    one_of,
    parts_cases,
)
from digitizer.classify.several import papers
from digitizer.classify.tables import Tables, Wording, written
from digitizer.classify.wordings import Wordings, opened
from digitizer.model import Component
from digitizer.text import canonical, fold, squeeze

_OPTIONS = re.compile(r"[;:,]\s|\s[+*\-–]\s|\shoặc\s|(?<=\w)/(?=[^\W\d])")
_EXCUSED = re.compile(r"\bduoc mien tru trong truong hop\b")
_DEMANDS = re.compile(r"\b(?:phai co|thi nop|phai nop|nop kem|kem theo|thi xuat trinh|cung cap|gui kem)(?: them)?\b")
_NO_PAPER = re.compile(
    r"^(?:luu y|ghi chu|nguoi (?:co|yeu cau|tiep nhan|di)|truong hop [^.;]*? thi (?:khong|duoc|nguoi|co quan))\b"
)
_INSTEAD = re.compile(r"\b(?:truong hop|neu) (?:[\w ]{1,20} )?khong (?:co|con)\b")
_STAND_IN = re.compile(r"\b(?:hoac|/) ?(?:cac )?(?:giay to|van ban|tai lieu)\b|\btuong duong\b|\bthay the?\b")
_OR = re.compile(r"\bhoac\b|[a-z] ?/ ?[a-z]")
_COUNTED = re.compile(r"\b\d+ (?:\(\w+\) )?ban\b")
_LONG = 300
"""Characters of a component's first sentence that are looked through; of one that offers a choice, LONGEST."""
_SOME = "(?:các |những |toàn bộ |bộ |một số )?"
_NAMED = 3
"""Words that tell papers apart that no kind names."""
_PROVES = r"(?:chứng minh|minh chứng|hợp pháp|pháp lý|hợp lệ|theo quy định|tương đương|liên quan)\b"
_FEW = 5
"""Kinds of a paper that is told; more are those of any letter."""
_FOR_ONE = "dùng cho một trong các trường hợp nêu trong danh sách"
_BELOW = "thuộc một mục khác của danh sách"
"""Why a `+` is perhaps where a `-` of its list names no paper: lists lose which of them it belongs to."""
_IDENTITY = ("can_cuoc", "chung_minh_nhan_dan", "ho_chieu")
_UNCLEAR = "không rõ là giấy tờ gì"


@dataclass(frozen=True, slots=True)
class _Said:
    """What a text says of a paper: the wording that it begins with or demands, and the kinds that it names besides.

    `begins`: with that wording.  `noun`: with what the name of some paper begins with; `loose`: with what any paper is
    called (`giấy tờ`, `tài liệu`).
    """

    head: Wording | None
    others: tuple[str, ...]
    begins: bool
    noun: str
    loose: bool


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of papers as lists of one sector use them."""

    reader: "Reader"
    sector: str

    def opens(self, text: str) -> str:
        said = self.reader.said(text[: opened(text) + _LONG // 3], self.sector)
        if said.head and said.begins and said.head.kinds:
            return "|".join(said.head.kinds)
        return "*" if said.loose else said.noun and f"~{' '.join(text[opened(text) :].split()[:_NAMED])}"

    def named(self, text: str) -> list[int]:
        return [start for start, _, _, wording in self.reader.wordings.found(text, self.sector) if wording.kinds]


class Reader:
    """Reads components with the kinds of these tables."""

    def __init__(self, tables: Tables) -> None:
        self.wordings = Wordings(tables)
        self._lists = by_mark(tables)
        self._forms = applications(tables)
        self._office = {kind.slug for kind in tables.kinds.values() if kind.layout == "office"}
        self._noun = re.compile(rf"{_SOME}({_any(tables.nouns)})\b")
        self._proof = re.compile(
            rf"{_SOME}(?:giấy tờ\b|văn bản, (?:tài liệu|giấy tờ)|"
            rf"(?:{_any(tables.proofs)})\b[^;.:()]{{0,60}}? {_PROVES})"
        )

    def components(self, glued: str, sector: str) -> tuple[Component, ...]:
        """The papers asked for; notes that ask for none are left out."""
        cells = items(glued)
        if HEADS not in glued and any("=" in cell.text or cell.text.startswith("?") for cell in cells):
            return tuple(written(cell.text) for cell in cells)
        read = self._lists.get(mark(glued))
        if read is not None:
            return tuple(self._widened(one, sector) for one in placed(read, cells))
        unsaid = all(not (cell.originals or cell.copies) for cell in cells)
        named = cases(list(dict.fromkeys(cell.case for cell in cells)))
        listed = {cell.case: why for cell in cells if (why := announced(cell.text))}
        parted = Counter(cell.case for cell in cells if parts_cases(cell.text))
        headed = {cell.case for cell in cells if cell.text.startswith("-") and not (cell.originals or cell.copies)}
        found: list[tuple[str, Component]] = []
        for cell in cells:
            above = ""
            if cell.text.startswith("+"):
                above = listed.get(cell.case, "") or (_BELOW if cell.case in headed else "")
            if parted[cell.case] > 1:
                above = above or _FOR_ONE
            beside: set[str] = set()
            for name, shared in papers(cell.text, _Names(self, sector)):
                component = self._component(replace(cell, text=name), sector, shared or above, unsaid=unsaid)
                if component is None:
                    continue
                if beside.intersection(component.kinds, _IDENTITY):
                    component = replace(component, optional=True, condition=component.condition or ONE_OF_THEM)
                beside.update(component.kinds)
                found.append((cell.case, replace(component, case=named.get(cell.case, ""))))
        return demanded(found, self._forms)

    def read_whole(self, glued: str) -> bool:
        """True for a list that a reader has read."""
        return mark(glued) in self._lists

    def _widened(self, one: Component, sector: str) -> Component:
        """A paper that a reader found also takes the other kinds that a paper of such a name may be."""
        kinds = self.kinds_of(one.name, sector)
        proof = one.others and not one.kinds
        if not kinds or proof or (one.kinds and not set(kinds).intersection(one.kinds)):
            return one
        return replace(one, kinds=tuple(dict.fromkeys([*one.kinds, *kinds])), others=one.others or not one.kinds)

    def kinds_of(self, text: str, sector: str = "") -> tuple[str, ...]:
        """The kinds of paper that a wording begins with; () when it begins with none."""
        said = self.said(text[:_LONG], sector)
        return said.head.kinds if said.head and said.begins else ()

    def results(self, text: str, sector: str) -> tuple[str, ...]:
        """The kinds of paper that a procedure gives, refusals left out."""
        parts = re.split(r"[;\n]|\.\s|\)(?=\w)|(?<=\w)(?=- )| hoặc ", text)
        kept = [name_of(squeeze(part)) for part in parts if "từ chối" not in part and any(map(str.isalpha, part))]
        return tuple(dict.fromkeys(slug for part in kept for slug in self.kinds_of(part, sector)))

    def _component(self, cell: Item, sector: str, shared: str, *, unsaid: bool) -> Component | None:
        """The paper of a cell as a component, or None for a note.  `shared`: the condition before all of the cell's."""
        name, place = cell.text, fold(cell.case).strip(" *-:.(")
        key = fold(name)
        if NOTES.match(place) or _NO_PAPER.match(key):
            return None
        first = first_sentence(name)
        choice = one_of(first)
        instead = _INSTEAD.search(key) is not None
        said = self.said(name[:LONGEST] if choice or instead else name[: min(len(first), _LONG)], sector)
        counted = bool(cell.originals or cell.copies or unsaid or _COUNTED.search(first))
        if not counted and said.head is None:
            return None
        condition = condition_of(name, first) or shared or _some(said, name, choice=choice)
        if self._of_another_form(first, condition, said, name, sector):
            condition = ""
        if by_net_only(first) or by_net_only(place):
            condition = "trực tuyến"
        elif SHOWN.search(place):
            condition = condition or TAKEN_BACK
        kinds, others = self._kinds(said, name[: LONGEST if choice else len(first)], sector, choice=choice)
        if len(kinds) > _FEW and ";" in name and not (condition or choice):
            condition = _UNCLEAR  # a mere `văn bản`, and more behind it that names no paper
        if condition or choice or instead:
            kinds += said.others
        return Component(
            name=name,
            kinds=tuple(dict.fromkeys(kinds)),
            optional=bool(condition or not counted),
            condition=condition,
            others=others or instead or bool(kinds and _STAND_IN.search(first)),
            originals=cell.originals,
            copies=cell.copies,
        )

    def _of_another_form(self, first: str, condition: str, said: _Said, name: str, sector: str) -> bool:
        """`Hợp đồng hoặc hợp đồng có công chứng trong trường hợp …`: in any case there is one."""
        at = first.find(" hoac ", opened(name)) + len(" hoac ")
        where = first.find(fold(condition), at)
        whole = where < 0 or first[where - 1] == "(" or first.startswith("tru ", where)
        if at < len(" hoac ") or whole or not said.head:
            return False
        return self.kinds_of(name[at:], sector) == said.head.kinds

    def _kinds(self, said: _Said, text: str, sector: str, *, choice: bool) -> tuple[tuple[str, ...], bool]:
        """The kinds that can be it, and whether papers that no kind names can."""
        kinds = said.head.kinds if said.head and (said.begins or not choice) else ()
        others = choice or said.loose or bool(said.head and said.head.others)
        if not choice and not _OR.search(fold(text)):
            return kinds, others
        for option in _OPTIONS.split(text):
            other = self.said(option[:_LONG], sector)
            if other.head and other.begins:
                kinds += other.head.kinds
            elif other.noun:
                others = True
        return kinds, others and bool(kinds or choice or said.loose)

    def said(self, name: str, sector: str) -> _Said:
        """What the text says of the paper that it begins with."""
        begin = opened(name)
        rest = canonical(name[begin:])
        bare = name.lstrip(" 0123456789")
        noun = self._noun.match(rest if opened(bare) else canonical(bare))  # `02 bản chà số máy`
        head: Wording | None = None
        others: list[str] = []
        begins = False
        end = 0
        for start, stop, size, wording in self.wordings.found(name, sector):
            at_once = start <= begin + 1
            if head and begins and name[end:start] in (", ", "/") and wording.kinds:
                head = head.model_copy(update={"kinds": head.kinds + wording.kinds})
                end = stop
                continue
            if head is None and (at_once or (not noun and _DEMANDS.search(fold(name[max(0, start - 30) : start])))):
                head, begins, end = wording, at_once, stop
            elif size > 1 and not self._office.issuperset(wording.kinds):
                others += wording.kinds
        loose = (head is None or head.others) and self._proof.match(rest) is not None
        if loose:
            head, begins = None, False
        return _Said(head, tuple(others), begins, noun[1] if noun else "", loose)


def _any(words: Sequence[str]) -> str:
    return "|".join(sorted(map(canonical, words), key=len, reverse=True))


def _some(said: _Said, name: str, *, choice: bool) -> str:
    """Why this is asked of some only, though no condition says so; empty when of all."""
    excused = _EXCUSED.search(fold(name))
    if excused:
        return name[excused.start() : excused.end()]
    if said.head is None:
        return "" if choice or said.noun else _UNCLEAR
    if said.head.optional:
        return "chỉ một số người"
    # `Công dân đã ly hôn phải nộp …`: asked of those whom the sentence begins with.
    return "" if said.begins or choice else name[:80]
