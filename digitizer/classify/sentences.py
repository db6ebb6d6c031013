"""How the words of a cell fall apart: the name of a paper, its first sentence, its condition; several papers in one."""

import re
from collections.abc import Callable, Iterator

from digitizer.classify.cells import BULLET, ONE_OF
from digitizer.text import fold, squeeze

_TOWARDS = "".join(
    f"(?<!{word} )"
    for word in (
        *("quyen", "nghia vu", "trach nhiem", "tin nhiem", "phap luat", "dieu kien", "tieu chuan", "kinh nghiem"),
        *("y kien", "tuong duong", "danh gia", "trao", "chinh sach", "che do", "phat trien", "tham dinh"),
    )
) + "doi voi"
"""`quyền đối với giống cây trồng` is no condition."""
CONDITION = re.compile(
    rf"(?<!\w)(?:neu (?!duoc cap|con (?:hieu luc|gia tri|han)|ro)|truong hop|{_TOWARDS}|tru khi|ap dung (?:cho|voi)|"
    r"(?:danh|(?<!su )dung) cho|\(tru |tru (?:nhung|cac|nguoi|doi tuong) |tuy (?:theo|tung)|"
    r"^kem (?:theo )?|la (?:to chuc|ca nhan|phap nhan|nguoi nuoc ngoai)\b|"
    r"khi co (?:yeu cau|thay doi|nhu cau)|ngoai ra|nop lan dau)|"
    r"^(?:ban [\w ]{1,40}? )?(?:cac|nhung) (?:\S+ ){1,6}?(?:khac|lien quan)\b"
)
NOTES = re.compile(r"^(?:luu y|ghi chu)\b")
SHOWN = re.compile(r"\bxuat trinh\b")
TAKEN_BACK = "xuất trình"
"""The condition of papers that are shown and taken back."""
_ONLINE = re.compile(r"\b(?:truc tuyen|moi truong dien tu|dien tu tuong tac|cong dich vu cong|qua mang)\b")
_APPLICATION = re.compile(
    r"^(?:don\b(?! (?:dat )?hang)|(?:dang ky )?(?:to|ban|phieu) khai\b|"
    r"(?:(?:giay|van ban|cong van|phieu) )?(?:de nghi|yeu cau)|"
    r"(?:giay|phieu) dang ky (?!ket|xe|phuong|kinh|doanh|hoat|luu|thanh|khai))"
)
LONGEST = 1500
"""Characters of a component that are looked through at most."""
_EXTENSION = r"\.(?i:docx?|pdf|xlsx?|rtf|zip|rar|png|jpe?g)$"
_FORM = re.compile(r"(?<=[a-zà-ỹđ.;:)\]”\"])(?=[A-ZĐ0-9])[^;]{0,120}" + _EXTENSION)
_LOOSE_FORM = re.compile(r"[^\s;,.]*" + _EXTENSION)
_END = re.compile(
    r"[;.]\s+(?=[A-ZĐÀ-Ỹ\-+])|;\s|"
    r" [-–+] (?=(?:Giấy|Văn bản|Bản|Đơn|Tờ khai|Danh|Hợp đồng|Quyết định|Báo cáo|Biên bản|Hồ sơ) )"
)
_COPY_NOTE = re.compile(r"\((?:la )?(?:01 )?(?:ban|co) (?:chinh|sao|goc|chung thuc)[^()]*\)")
_NAMED_SO = re.compile(r"(?<=\w )doi voi(?! truong hop)")
"""`Đơn đề nghị hưởng chế độ đối với …` says what is applied for, not who must apply."""
_FORM_NOTE = re.compile(r"\((?:theo )?mau [^()]*\)")
_ASIDE = re.compile(r"(?<=\.) [^()]*(?=\))")
"""What follows a full stop inside brackets: it explains, and asks for nothing."""
_BY_HAND = re.compile(
    r"\(?(?:neu|(?:doi voi )?truong hop nop) [^()]*?(?:(?:hinh thuc|nop)[^()]*?)?(?:truc tiep|buu chinh)[^(),]*\)?"
)
_BY_NET = re.compile(r"\(?(?:neu|(?:doi voi )?truong hop) nop [^(),;]*?(?:truc tuyen|dien tu|cong dich vu)[^(),;]*\)?")
_LISTED = re.compile(r"\bgom ?: [^;+]*\bhoac\b")
"""`…, gồm: quyết định thành lập, giấy phép hoạt động hoặc giấy tờ tương đương` asks for one of them."""
_POINT = re.compile(r"[;.:,]\s+(?:[-+*•–]\s*(?=\w)|\(?[a-zđ]\)\s*|\(?\d{1,2}[.)]\s+|\([ivx]{1,4}\)\s*)|;\s+")
_HANDED_IN = re.compile(
    r"^(?:nop cho [^:;]*|(?:thanh phan )?ho so(?: de nghi [^:;]*)?(?: bao gom| gom| nhu sau)?|bao gom|gom) ?:"
)
_JOINED = re.compile(
    r",? (?:va (?!xac nhan|chung nhan|de nghi|giai trinh|thiet ke|ket qua)|(?=kem (?!theo ban|ban)))(?=\w)"
)
_CONTENTS = re.compile(r":(?!\s*\d+ (?:\(\w+\) )?bản)")
_IF_ANY = re.compile(r"\(?\b(?:neu co)\b")


def name_of(text: str) -> str:
    """The paper's name without bullet and without the file of its form."""
    bare = BULLET.sub("", text[:LONGEST])
    cut = bare
    if re.search(r"\.\w{3,4}$", bare):
        cut = _LOOSE_FORM.sub("", _FORM.sub("", bare))
        cut = re.sub(r"[;.,]\s*\d{1,2}$", "", cut)
    return cut.strip(" .;:,-") or text


def is_application(name: str) -> bool:
    """True for a component's name that says that it is the application itself: `Đơn đề nghị …`, `Tờ khai …`."""
    return _APPLICATION.match(fold(name[:40])) is not None


def first_sentence(name: str) -> str:
    """The first sentence, folded: what follows it explains or excuses, and asks for nothing else."""
    match = _END.search(re.sub(r"\([^()]*\)", blank, name), 4)
    return _ASIDE.sub(blank, fold(name)[: match.start() if match else None])


def one_of(first: str) -> bool:
    """True when a (folded) sentence asks for one of several papers."""
    return ONE_OF.search(first) is not None or _LISTED.search(first) is not None


def by_net_only(first: str) -> bool:
    """True for folded words that ask it only of those who don't come by hand."""
    return _ONLINE.search(first) is not None and _BY_HAND.search(first) is None


def condition_of(name: str, first: str) -> str:
    """The words of the first sentence from its condition on; empty when there is none.

    Whoever brings paper does so by hand: what is asked of those is asked of all.  Conditions of one of several papers
    that are offered are not those of all.
    """
    plain = _COPY_NOTE.sub(blank, _FORM_NOTE.sub(blank, _BY_HAND.sub(blank, first)))
    if _BY_HAND.search(first):
        plain = _BY_NET.sub(blank, plain)
    if is_application(name):
        plain = _NAMED_SO.sub(blank, plain)
    offered = ONE_OF.search(plain)
    end = plain.find(":", offered.end()) if offered else -1
    match = CONDITION.search(plain, 0, end if end > 0 else len(plain))
    return squeeze(name[match.start() :])[:200].strip(" ();.") if match else ""


def papers(cell: str, opens: Callable[[str], str]) -> list[str]:
    """The papers of one cell, a text each.  `opens`: what paper a text begins with, empty when with none."""
    name = name_of(cell)
    key = fold(name)
    if one_of(first_sentence(name)) or not key:
        return [name]
    intro = _HANDED_IN.match(key)
    if intro:
        name = BULLET.sub("", name[intro.end() :].strip())
    parts = [part for point in _points(name, opens) for part in _joined(point, opens)]
    return [part for part in parts if any(map(str.isalnum, part))] or [name]


def _points(name: str, opens: Callable[[str], str]) -> Iterator[str]:
    """`A; B` and `A. - B`, where each begins with another paper; what a paper contains, behind a colon, is none."""
    first = opens(name)
    start = at = 0
    for match in _POINT.finditer(name):
        before, rest = name[start : match.start() + 1], name[match.end() :]
        other = opens(rest)
        chosen = rest.startswith("hoặc ") or before.rstrip(" ;,.").endswith(" hoặc")
        if not first or other in ("", first) or chosen or _CONTENTS.search(before) or _open_bracket(before):
            continue
        yield name[at : match.start()].strip()
        start = at = match.end()
        first = other
    yield name[at:].strip()


def _open_bracket(text: str) -> bool:
    return text.count("(") > text.count(")")


def _joined(name: str, opens: Callable[[str], str]) -> Iterator[str]:
    """`A và B`, `A kèm theo B`, where no other paper stands between, to which B might belong.

    A condition at the end is that of both, unless it is a mere `nếu có`.
    """
    first = opens(name)
    key = first_sentence(name)
    for match in _JOINED.finditer(key):
        other = opens(name[match.end() :]) if first else ""
        if not other or other in (first, "*") or _open_bracket(key[: match.start()]):
            continue
        between = key[: match.start()]
        if any(opens(name[found.end() :]) for found in re.finditer(r"\s", between)):
            break
        rest = name[match.end() :]
        condition = condition_of(rest, first_sentence(rest))
        shared = "" if _IF_ANY.match(fold(condition)) else condition
        yield f"{name[: match.start()]} {shared}".strip()
        yield from _joined(rest, opens)
        return
    yield name


def blank(match: re.Match[str]) -> str:
    """As many blanks as the match has characters, so that places stay."""
    return " " * len(match.group())
