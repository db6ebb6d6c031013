"""The papers that a procedure asks for, out of the one glued string in which lists publish them.

The national list glues a table's cells: `<case>Tên giấy tờMẫu đơn, tờ khaiSố lượng<paper><form's file>1 bản chính,1
bản sao<paper>…`.  Lists of our own have a paper a line (or `; ` between them): `?` before one that only some cases
need, and `=kind|kind` behind one whose name doesn't say its kinds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from digitizer.classify.tables import UNKNOWN, Tables, Wording, written
from digitizer.model import Component
from digitizer.text import canonical, fold, squeeze

HEADS = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
"""The heads of the table's columns, as glued."""
_COUNT = re.compile(r"(\d+)\s*bản chính(?:\s*,\s*(\d+)\s*bản sao)?|(\d+)\s*bản sao")
_MANY = re.compile(r" @(\d+)\+(\d+)$")
_FORM = re.compile(
    r"(?<=[^\W\d_A-ZĐ.;:)\]”\"])(?=[A-ZĐ0-9])[^;]{0,120}\.(?:docx?|pdf|xlsx?|rtf|zip|rar|png|jpe?g)$", re.IGNORECASE
)
_LOOSE_FORM = re.compile(r"[^\s;,.]*\.(?:docx?|pdf|xlsx?|rtf|zip|rar|png|jpe?g)$", re.IGNORECASE)
_BULLET = re.compile(
    r"^(?:[\s\-–—+*•·.;:,)]+|\(?\d{1,2}(?:\.\d{1,2})*[.)/]\s*|\(?[a-zđ]\d?[.)]\s+|\(?[ivx]{1,4}\)\s*)+", re.IGNORECASE
)
_OPENERS = re.compile(
    r"^(?:(?:0?\d{1,2}|mot|hai|ba|bon)\s*(?:\(\w+\)\s*)?(?:ban|bo|to|tam|chiec|cai)?\s+|"
    r"ban (?:chinh|sao|goc|chup|photo|dien tu|scan)(?: dien tu| chung thuc| co chung thuc| duoc chung thuc)*\s+|"
    r"(?:hoac|va|hoac ban sao|cua|mau|co|chung thuc|cong chung|hop le)\s+)+"
)
_SPLIT = re.compile(r"[;.]\s+(?=[A-ZĐÀ-Ỹ\-+])|;\s")
_CONDITION = re.compile(
    r"\b(?:neu (?!duoc cap|con (?:hieu luc|gia tri|han)|ro)|truong hop|doi voi|tru khi|ap dung (?:cho|voi)|danh cho|"
    r"tuy (?:theo|tung)|khi co (?:yeu cau|thay doi|nhu cau)|ngoai ra)"
)
_FORM_NOTE = re.compile(r"\((?:theo )?mau [^()]*\)")
_DEMANDS = re.compile(r"\b(?:phai co|thi nop|phai nop|nop kem|kem theo|thi xuat trinh|cung cap|gui kem)(?: them)?\b")
_BY_HAND = re.compile(r"\(?neu [^()]*?(?:hinh thuc|nop)[^()]*?(?:truc tiep|buu chinh)[^()]*\)?")
_ONLINE = re.compile(r"\b(?:truc tuyen|moi truong dien tu|dien tu tuong tac|cong dich vu cong|qua mang)\b")
_NO_PAPER = re.compile(
    r"^(?:luu y|ghi chu|nguoi (?:co|yeu cau|tiep nhan|di)|truong hop [^.;]*? thi (?:khong|duoc|nguoi|co quan))\b"
)
_INSTEAD = re.compile(r"\b(?:truong hop|neu) khong co\b")
_ONE_OF = re.compile(r"\bmot trong (?:cac|nhung|so)\b")
_STAND_IN = re.compile(r"\b(?:hoac|/) ?(?:cac )?(?:giay to|van ban|tai lieu)\b|\btuong duong\b|\bthay the?\b")
_OR = re.compile(r"\bhoac\b|/")
_PLAIN_CASE = re.compile(
    r"^(?:giay to (?:phai nop|can nop)|cac giay to phai nop|thanh phan ho so|bao gom|gom|"
    r"ho so (?:gom|bao gom|cua|nang luc|de nghi)|"
    r"nhom \d|nguoi yeu cau .* nop \d|so luong|ho so$)"
)
_SHOWN = re.compile(r"\bxuat trinh\b")
_NOTES = re.compile(r"^(?:luu y|ghi chu)\b")
_WORD = re.compile(r"\w+")
_NONE: tuple[int, ...] = ()
_LONG, _LONGEST = 300, 1500
"""Characters of a component that are looked through: of its first sentence, and of one that offers a choice."""
_OURS = ("một cửa", "lưu trữ")
"""Sectors whose papers the offices write themselves."""


@dataclass(frozen=True, slots=True)
class Item:
    """One cell of the table: its words, the case that it stands under, how many papers."""

    text: str
    case: str = ""
    originals: int = 1
    copies: int = 0


def items(glued: str) -> list[Item]:
    """The cells of a published string, in order; [] when it holds nothing but dashes."""
    text = re.sub("[\u200b-\u200f\u2060\ufeff\xad]", "", glued)
    if HEADS not in text:
        return _lines(text)
    found: list[Item] = []
    case, *tables = text.split(HEADS)
    for table in tables:
        at = 0
        for match in _COUNT.finditer(table):
            originals, rest = _number(match.group(1)) if match.group(1) else (0, "")
            cell = squeeze(table[at : match.start()] + rest)
            copies = int((match.group(2) or match.group(3) or "0")[-2:])
            if cell:
                found.append(Item(cell, squeeze(case), originals, copies))
            at = match.end()
        case = table[at:]
    return found


def leftover(glued: str) -> str:
    """Words behind the last paper of a glued table, which belong to none; empty when there are none."""
    tail = glued.rpartition(HEADS)[2] if HEADS in glued else ""
    ends = [match.end() for match in _COUNT.finditer(tail)]
    rest = squeeze(tail[ends[-1] :] if ends else tail)
    return rest if any(map(str.isalnum, rest)) else ""


def _number(digits: str) -> tuple[int, str]:
    """How many originals, and the digits before that are the cell's: `Mẫu số 18` and `1 bản chính` are glued to 181."""
    if len(digits) == 2 and digits[0] == "0":
        return int(digits), ""
    return int(digits[-1]), digits[:-1]


def _lines(text: str) -> list[Item]:
    found = []
    for cell in map(squeeze, text.split("\n") if "\n" in text or _MANY.search(text) else text.split("; ")):
        many = _MANY.search(cell)
        if any(map(str.isalnum, cell)):
            counts = (int(many[1]), int(many[2])) if many else (1, 0)
            found.append(Item(_MANY.sub("", cell), "", *counts))
    return found


class Reader:
    """Reads components with the kinds of these tables."""

    def __init__(self, tables: Tables) -> None:
        self._wordings: dict[str, list[Wording]] = {}
        self._office = {kind.slug for kind in tables.kinds.values() if kind.layout == "office"}
        for kind in tables.kinds.values():
            if kind.slug != UNKNOWN and kind.sector not in _OURS:
                for title in (kind.title, *kind.aliases, *kind.titles):
                    self._wordings.setdefault(_key(title), []).append(Wording(texts=(title,), kinds=(kind.slug,)))
        for wording in tables.wordings:
            for text in wording.texts:
                self._wordings.setdefault(_key(text), []).insert(0, wording)
        sizes: dict[str, set[int]] = {}
        for key in self._wordings:
            words = key.split()
            sizes.setdefault(words[0], set()).add(len(words))
        self._sizes = {first: sorted(found, reverse=True) for first, found in sizes.items()}

    def components(self, glued: str, sector: str) -> tuple[Component, ...]:
        """The papers asked for; notes that ask for none are left out."""
        cells = items(glued)
        if HEADS not in glued and any("=" in cell.text or cell.text.startswith("?") for cell in cells):
            return tuple(written(cell.text) for cell in cells)
        unsaid = all(not (cell.originals or cell.copies) for cell in cells)
        cases = _cases(cells)
        choosing = {cell.case for cell in cells if cell.text.endswith(":") and _ONE_OF.search(fold(cell.text))}
        found = []
        for cell in cells:
            component = self._component(cell, sector, unsaid=unsaid)
            if component is None:
                continue
            if cell.case in choosing and cell.text.startswith("+"):
                component = replace(component, optional=True, condition="một trong các giấy tờ")
            found.append(replace(component, case=cases.get(cell.case, "")))
        return tuple(_in_every_case(found))

    def kinds_of(self, text: str, sector: str = "") -> tuple[str, ...]:
        """The kinds of paper that a wording begins with; () when it begins with none."""
        head, _ = self._spots(text[:_LONG], sector)
        return head.kinds if head else ()

    def results(self, text: str, sector: str) -> tuple[str, ...]:
        """The kinds of paper that a procedure gives, refusals left out."""
        parts = re.split(r"[;\n]|\.\s|\)(?=\w)|(?<=\w)(?=- )| hoặc ", text)
        kept = [_name(squeeze(part)) for part in parts if "từ chối" not in part and any(map(str.isalpha, part))]
        return tuple(dict.fromkeys(slug for part in kept for slug in self.kinds_of(part, sector)))

    def _component(self, cell: Item, sector: str, *, unsaid: bool) -> Component | None:
        """The cell as a component, or None for a note."""
        name, place = _name(cell.text), fold(cell.case).strip(" *-:.(")
        key = fold(name)
        none = not (cell.originals or cell.copies) and not unsaid
        if _NOTES.match(place) or _NO_PAPER.match(key):
            return None
        first = key[: _first_sentence(name)]
        choice = bool(_ONE_OF.search(key) or _INSTEAD.search(key))
        head, others = self._spots(name[:_LONGEST] if choice else name[: min(len(first), _LONG)], sector)
        if none and head is None:
            return None
        condition = _condition(name, first)
        shown = _SHOWN.search(place) is not None
        also = others if choice or condition or head is None or _OR.search(first) else []
        return Component(
            name=name,
            kinds=tuple(dict.fromkeys([*(head.kinds if head else ()), *(slug for one in also for slug in one.kinds)])),
            optional=bool(condition or none or shown or _online(first) or (head and head.optional)),
            condition=condition or ("xuất trình" if shown else ""),
            others=bool(_STAND_IN.search(first) or _INSTEAD.search(key)),
            originals=cell.originals,
            copies=cell.copies,
        )

    def _spots(self, name: str, sector: str) -> tuple[Wording | None, list[Wording]]:
        """What the text begins with or demands, and what else it names by more than one word.

        Compared with its marks, which lists have: `bản vẽ` is no `văn bản về`.
        """
        opener = _OPENERS.match(fold(name))
        begin = opener.end() if opener else 0
        head: Wording | None = None
        others: list[Wording] = []
        key = canonical(name)
        for start, size, wordings in self._found(key):
            wording = _fitting(wordings, sector)
            if wording is None:
                continue
            demanded = _DEMANDS.search(fold(name[max(0, start - 30) : start]))
            if head is None and (start <= begin + 1 or demanded):
                head = wording
            elif size > 1 and not self._office.issuperset(wording.kinds):
                others.append(wording)
        return head, others

    def _found(self, key: str) -> Iterator[tuple[int, int, Sequence[Wording]]]:
        """(start, words, meanings) of the longest wording at each place, from left to right."""
        tokens = list(_WORD.finditer(key))
        words = [token.group() for token in tokens]
        at = 0
        while at < len(words):
            for size in self._sizes.get(words[at], _NONE):
                wordings = self._wordings.get(" ".join(words[at : at + size]))
                if wordings:
                    yield tokens[at].start(), size, wordings
                    at += size - 1
                    break
            at += 1


def _fitting(wordings: Sequence[Wording], sector: str) -> Wording | None:
    place = fold(sector)
    return next((one for one in wordings if not one.sectors or any(fold(name) in place for name in one.sectors)), None)


def _key(wording: str) -> str:
    return " ".join(_WORD.findall(canonical(wording)))


def _name(text: str) -> str:
    """The paper's name without bullet and without the file of its form."""
    bare = _BULLET.sub("", text[:_LONGEST])
    cut = bare
    if re.search(r"\.\w{3,4}$", bare):
        cut = _LOOSE_FORM.sub("", _FORM.sub("", bare))
        cut = re.sub(r"[;.,]\s*\d{1,2}$", "", cut)
    return cut.strip(" .;:,-") or text


def _first_sentence(name: str) -> int:
    """Where the first sentence ends: what follows it explains or excuses, and asks for nothing else."""
    match = _SPLIT.search(name, 12)
    return match.start() if match else len(name)


def _condition(name: str, first: str) -> str:
    """The words of the first sentence from its condition on; empty when there is none.

    Whoever brings paper does so by hand: what is asked of those is asked of all.
    """
    plain = _FORM_NOTE.sub(_blank, _BY_HAND.sub(_blank, first))
    match = _CONDITION.search(plain)
    return squeeze(name[match.start() :])[:200].strip(" ();.") if match else ""


def _online(first: str) -> bool:
    return _ONLINE.search(first) is not None and _BY_HAND.search(first) is None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _cases(cells: Sequence[Item]) -> dict[str, str]:
    """The headings under which papers stand that only some cases need, and how to call them."""
    named = [case for case in dict.fromkeys(cell.case for cell in cells) if any(map(str.isalpha, case))]
    found = {}
    for case in named:
        key = _BULLET.sub("", fold(case)).strip(" *-:.(")
        if _NOTES.match(key) or _SHOWN.search(key):
            continue
        if _CONDITION.search(key) or (not _PLAIN_CASE.match(key) and len(named) > 1):
            found[case] = case.strip(" *-:")[:200]
    return found


def _in_every_case(components: Sequence[Component]) -> Iterator[Component]:
    """Papers that every case needs are needed: said once, without a case."""
    cases = {one.case for one in components if one.case}
    where: dict[tuple[str, ...], set[str]] = {}
    for one in components:
        if one.case and one.kinds and not one.optional:
            where.setdefault(one.kinds, set()).add(one.case)
    always = {kinds for kinds, found in where.items() if len(cases) > 1 and found == cases}
    said: set[tuple[str, ...]] = set()
    for one in components:
        if one.case and not one.optional and one.kinds in always:
            if one.kinds not in said:
                said.add(one.kinds)
                yield replace(one, case="")
        else:
            yield one
