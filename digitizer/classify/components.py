"""The papers that a procedure asks for, out of the one glued string in which lists publish them.

The national list glues a table's cells: `<case>Tên giấy tờMẫu đơn, tờ khaiSố lượng<paper><form's file>1 bản chính,1
bản sao<paper>…`.  Lists of our own have a paper a line (or `; ` between them): `?` before one that only some cases
need, and `=kind|kind` behind one whose name doesn't say its kinds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from digitizer.classify.asked import (
    BULLET,
    BY_HAND,
    BY_NET,
    CONDITION,
    NOTES,
    ONE_OF,
    SHOWN,
    TAKEN_BACK,
    applications,
    cases,
    demanded,
    is_application,
    online,
)
from digitizer.classify.tables import UNKNOWN, Tables, Wording, written
from digitizer.model import Component
from digitizer.text import HIDDEN, canonical, fold, squeeze

HEADS = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
"""The heads of the table's columns, as glued."""
_COUNT = re.compile(r"(\d+)\s*bản chính(?:\s*,\s*(\d+)\s*bản sao)?|(\d+)\s*bản sao")
_RUNS_ON = re.compile(r"\s+[^\W\dA-ZĐÀ-Ỹ]|[;.,:]?\s*\d+\s*bản")
"""What follows the copies that a cell's own words ask for: `nộp 02 bản chính tờ khai` has no count of the table's."""
_MANY = re.compile(r" @(\d+)\+(\d+)$")
_EXTENSION = r"\.(?i:docx?|pdf|xlsx?|rtf|zip|rar|png|jpe?g)$"
_FORM = re.compile(r"(?<=[a-zà-ỹđ.;:)\]”\"])(?=[A-ZĐ0-9])[^;]{0,120}" + _EXTENSION)
_LOOSE_FORM = re.compile(r"[^\s;,.]*" + _EXTENSION)
_OPENERS = re.compile(
    r"^(?:(?:0?\d{1,2}|mot|hai|ba|bon)\s*(?:\(\w+\)\s*)?"
    r"(?:ban(?! (?:sao|chinh|goc|chup|photo|dien tu|scan)\b)|bo|to|tam|chiec|cai)?\s+|"
    r"ban (?:chinh|sao|goc|chup|photo|dien tu|scan)"
    r"(?: (?:dien tu|(?:co |duoc )?chung thuc|tu so goc|tu ban chinh|hop le|"
    r"kem (?:theo )?ban chinh(?: de doi chieu)?))*\s+|"
    r"(?:hoac|va|hoac ban sao|cua|mau|co|chung thuc|cong chung|hop le|dang ky(?= to khai)|"
    r"bieu mau dien tu(?: ky so)?|du thao|de xuat|van ban(?= hoac))\s+)+"
)
_SPLIT = re.compile(
    r"[;.]\s+(?=[A-ZĐÀ-Ỹ\-+])|;\s|"
    r" [-–+] (?=(?:Giấy|Văn bản|Bản|Đơn|Tờ khai|Danh|Hợp đồng|Quyết định|Báo cáo|Biên bản|Hồ sơ) )"
)
_OPTIONS = re.compile(r"[;:,]\s|\s[+*\-–]\s|\shoặc\s")
_LISTED = re.compile(r"\bgom ?: [^;+]*\bhoac\b")
"""`…, gồm: quyết định thành lập, giấy phép hoạt động hoặc giấy tờ tương đương` asks for one of them."""
_EXCUSED = re.compile(r"\bduoc mien tru trong truong hop\b")
_COPY_NOTE = re.compile(r"\((?:la )?(?:01 )?(?:ban|co) (?:chinh|sao|goc|chung thuc)[^()]*\)")
_NAMED_SO = re.compile(r"(?<=\w )doi voi(?! truong hop)")
"""`Đơn đề nghị hưởng chế độ đối với …` says what is applied for, not who must apply."""
_ASIDE = re.compile(r"(?<=\.) [^()]*(?=\))")
"""What follows a full stop inside brackets: it explains, and asks for nothing."""
_FORM_NOTE = re.compile(r"\((?:theo )?mau [^()]*\)")
_DEMANDS = re.compile(r"\b(?:phai co|thi nop|phai nop|nop kem|kem theo|thi xuat trinh|cung cap|gui kem)(?: them)?\b")
_NO_PAPER = re.compile(
    r"^(?:luu y|ghi chu|nguoi (?:co|yeu cau|tiep nhan|di)|truong hop [^.;]*? thi (?:khong|duoc|nguoi|co quan))\b"
)
_INSTEAD = re.compile(r"\b(?:truong hop|neu) (?:[\w ]{1,20} )?khong (?:co|con)\b")
_STAND_IN = re.compile(r"\b(?:hoac|/) ?(?:cac )?(?:giay to|van ban|tai lieu)\b|\btuong duong\b|\bthay the?\b")
_OR = re.compile(r"\bhoac\b|[a-z] ?/ ?[a-z]")
_WORD = re.compile(r"\w+")
_NONE: tuple[int, ...] = ()
_NONE_OF_THEM = re.compile(r"\bkhong co (?:cac )?giay to (?:neu )?tren\b")
_LONG, _LONGEST = 300, 1500
"""Characters of a component that are looked through: of its first sentence, and of one that offers a choice."""
_LAWS = frozenset(("luat", "phap_lenh", "nghi_dinh", "thong_tu", "thong_tu_lien_tich"))
"""What a list cites and nobody hands in."""
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
    text = HIDDEN.sub("", glued)
    if HEADS not in text:
        return _lines(text)
    found: list[Item] = []
    case, *tables = text.split(HEADS)
    for table in tables:
        at = 0
        for match in _counts(table):
            originals, rest = _number(match.group(1)) if match.group(1) else (0, "")
            cell = squeeze(table[at : match.start()] + rest)
            copies = int((match.group(2) or match.group(3) or "0")[-2:])
            parts = [part for part in _bulleted(cell) if any(map(str.isalnum, part))]
            found += [Item(part, squeeze(case), originals, copies) for part in parts]
            at = match.end()
        case = table[at:]
    return found


def _bulleted(cell: str) -> list[str]:
    """The papers of one cell, where it begins with a bullet and goes on with others: `- Đơn. - Biên bản.`"""
    if not cell.startswith(("-", "+")) or ONE_OF.search(fold(cell)):
        return [cell]
    return re.split(rf"(?<=[.;]) (?=[{cell[:1]}] ?\w)", cell)


def leftover(glued: str) -> str:
    """Words behind the last paper of a glued table, which belong to none; empty when there are none."""
    tail = glued.rpartition(HEADS)[2] if HEADS in glued else ""
    ends = [match.end() for match in _counts(tail)]
    rest = squeeze(tail[ends[-1] :] if ends else tail)
    return rest if any(map(str.isalnum, rest)) else ""


def _counts(table: str) -> Iterator[re.Match[str]]:
    return (match for match in _COUNT.finditer(table) if not _runs_on(table, match.end()))


def _runs_on(table: str, end: int) -> bool:
    """True where the cell's words go on behind a number of copies: no blank follows a count of the table's."""
    following = _RUNS_ON.match(table, end)
    return following is not None and (following[0][-1].islower() or following[0][0] in ";.,:")


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
        self._forms = applications(tables)
        self._office = {kind.slug for kind in tables.kinds.values() if kind.layout == "office"}
        for kind in tables.kinds.values():
            if kind.slug != UNKNOWN and kind.slug not in _LAWS and kind.sector not in _OURS:
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
        named = cases(list(dict.fromkeys(cell.case for cell in cells)))
        choosing = {cell.case for cell in cells if _offers_choice(fold(cell.text))}
        found: list[tuple[str, Component]] = []
        for cell in cells:
            component = self._component(cell, sector, unsaid=unsaid)
            if component is None:
                continue
            if cell.case in choosing and cell.text.startswith("+"):
                component = replace(component, optional=True, condition="một trong các giấy tờ")
            found.append((cell.case, replace(component, case=named.get(cell.case, ""))))
        return demanded(found, self._forms)

    def kinds_of(self, text: str, sector: str = "") -> tuple[str, ...]:
        """The kinds of paper that a wording begins with; () when it begins with none."""
        head, _, begins = self._spots(text[:_LONG], sector)
        return head.kinds if head and begins else ()

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
        if NOTES.match(place) or _NO_PAPER.match(key):
            return None
        first = _ASIDE.sub(_blank, key[: _first_sentence(name)])
        one_of = ONE_OF.search(first) or _LISTED.search(first)
        choice = one_of or _INSTEAD.search(key)
        head, others, begins = self._spots(name[:_LONGEST] if choice else name[: min(len(first), _LONG)], sector)
        if none and head is None:
            return None
        excused = _EXCUSED.search(key)
        condition = _condition(name, first) or (excused[0] if excused else "")
        shown = SHOWN.search(place) is not None
        # `Công dân đã ly hôn phải nộp …`: asked of those whom the sentence begins with.
        some = (head.optional or not begins) if head else not choice
        kinds = [] if head is None else [*head.kinds]
        if choice or condition or head is None or _OR.search(first):
            kinds += [slug for one in others for slug in one.kinds]
        if one_of or _OR.search(first):
            offered = _OPTIONS.split(name[: _LONGEST if one_of else len(first)])
            kinds += [slug for part in offered for slug in self.kinds_of(part, sector)]
        return Component(
            name=name,
            kinds=tuple(dict.fromkeys(kinds)),
            optional=bool(condition or none or shown or some or online(first)),
            condition=condition or (TAKEN_BACK if shown else ""),
            others=bool(_STAND_IN.search(first) or _INSTEAD.search(key)),
            originals=cell.originals,
            copies=cell.copies,
        )

    def _spots(self, name: str, sector: str) -> tuple[Wording | None, list[Wording], bool]:
        """What the text begins with or demands, what else it names by more than one word, and whether it began with it.

        Compared with its marks, which lists have: `bản vẽ` is no `văn bản về`.
        """
        opener = _OPENERS.match(fold(name))
        begin = opener.end() if opener else 0
        head: Wording | None = None
        others: list[Wording] = []
        begins = False
        for start, size, wording in self._found(canonical(name), sector):
            at_once = start <= begin + 1
            if head is None and (at_once or _DEMANDS.search(fold(name[max(0, start - 30) : start]))):
                head, begins = wording, at_once
            elif size > 1 and not self._office.issuperset(wording.kinds):
                others.append(wording)
        return head, others, begins

    def _found(self, key: str, sector: str) -> Iterator[tuple[int, int, Wording]]:
        """(start, words, meaning) of the longest wording of this sector at each place, from left to right."""
        tokens = list(_WORD.finditer(key))
        words = [token.group() for token in tokens]
        at = 0
        while at < len(words):
            for size in self._sizes.get(words[at], _NONE):
                wording = _fitting(self._wordings.get(" ".join(words[at : at + size]), ()), sector)
                if wording:
                    yield tokens[at].start(), size, wording
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
    bare = BULLET.sub("", text[:_LONGEST])
    cut = bare
    if re.search(r"\.\w{3,4}$", bare):
        cut = _LOOSE_FORM.sub("", _FORM.sub("", bare))
        cut = re.sub(r"[;.,]\s*\d{1,2}$", "", cut)
    return cut.strip(" .;:,-") or text


def _first_sentence(name: str) -> int:
    """Where the first sentence ends: what follows it explains or excuses, and asks for nothing else."""
    match = _SPLIT.search(re.sub(r"\([^()]*\)", _blank, name), 4)
    return match.start() if match else len(name)


def _condition(name: str, first: str) -> str:
    """The words of the first sentence from its condition on; empty when there is none.

    Whoever brings paper does so by hand: what is asked of those is asked of all.  Conditions of one of several papers
    that are offered are not those of all.
    """
    plain = _COPY_NOTE.sub(_blank, _FORM_NOTE.sub(_blank, BY_HAND.sub(_blank, first)))
    if BY_HAND.search(first):
        plain = BY_NET.sub(_blank, plain)
    if is_application(name):
        plain = _NAMED_SO.sub(_blank, plain)
    offered = ONE_OF.search(plain)
    end = plain.find(":", offered.end()) if offered else -1
    match = CONDITION.search(plain, 0, end if end > 0 else len(plain))
    return squeeze(name[match.start() :])[:200].strip(" ();.") if match else ""


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _offers_choice(key: str) -> bool:
    return (key.endswith(":") and ONE_OF.search(key) is not None) or _NONE_OF_THEM.search(key) is not None
