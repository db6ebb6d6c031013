"""How texts name administrative units: `P. Phú Cường, TP Thủ Dầu Một`, `xã Tứ Xã`, `phườnq 5`."""

import re
from collections.abc import Container, Sequence

from rapidfuzz import fuzz, process

from digitizer.classify.words import letters
from digitizer.text import canonical, fold, squeeze

# A marker of a unit's level, written out or short, before its name.
_MARK = re.compile(
    r"(?<![a-z0-9])(?:(tinh|quan|huyen|thi xa|thanh pho|dac khu|phuong|thi tran|xa)(?![a-z0-9])|"
    r"(tp|tx|tt|t|q|h|p|x)(?:\s?[.,](?=\s?[a-z0-9])|(?<=[pq])(?=\s?\d)|(?<=t[pxt])(?=\s)))\s*"
)
_SHORT = {
    "tp": "thanh pho",
    "tx": "thi xa",
    "tt": "thi tran",
    "t": "tinh",
    "q": "quan",
    "h": "huyen",
    "p": "phuong",
    "x": "xa",
}
_MARKED = ("tỉnh", "quận", "huyện", "thị xã", "thành phố", "đặc khu", "phường", "thị trấn", "xã")
_FIRST_WORDS = frozenset(word.split()[0] for word in (*_SHORT.values(), "tp", "tx", "h", "q", "t"))
_BLUR = str.maketrans({"l": "i", "1": "i", "0": "o", "q": "g", "c": "e", "b": "h", "f": "t", "u": "n"})
_BODIES = re.compile(r"\b(?:ubnd|nhan dan|cong an|hdnd|tai|thuoc)\s+")
_BODY = re.compile(_BODIES.pattern + "$")
_LONG_MARKS = {
    _key.replace("rn", "m").replace("ri", "n").translate(_BLUR): _key
    for _key in ("tinh", "quan", "huyen", "thi xa", "thanh pho", "phuong", "thi tran")
}


def units_named(text: str, known: Container[str] = ()) -> list[tuple[str, str]]:
    """(level, name) of the units that a text names, in its order; level `""` for a part that doesn't say which."""
    found: list[tuple[str, str]] = []
    for part in _parts(squeeze(text), known):
        key = fold(part)
        marks = [] if letters(part) in known else _marks(part, key, known)
        if not marks and len(key.strip(" .")) > 1:
            found.append(("", part.strip(" .")))
        for at, (_, end, level) in enumerate(marks):
            name = part[end : marks[at + 1][0] if at + 1 < len(marks) else len(key)].strip(" .:()")
            if name:
                found.append((level, name))
    return found


def tail(named: Sequence[tuple[str, str]], known: Container[str]) -> list[tuple[str, str]]:
    """The unit that an office's name ends in, `Sở Tư pháp Bình Dương`; [] when it ends in none."""
    words = named[-1][1].split() if named and not named[-1][0] else []
    tails = (" ".join(words[-size:]) for size in (4, 3, 2) if size < len(words))
    return [("", tail) for tail in tails if letters(tail) in known][:1]


def _parts(text: str, known: Container[str]) -> list[str]:
    """The text parted at commas and dashes; a dash inside a name (`Phan Rang - Tháp Chàm`) parts nothing."""
    parts: list[str] = []
    for piece in re.split(r"[,;]", text):
        first, *more = re.split(r"\s[-–—]\s", piece)
        parts.append(first)
        for one in more:
            words = letters(f"{parts[-1]} {one}").split()
            whole = any(" ".join(words[at:]) in known for at in range(min(3, len(words))))
            parts[-1:] = [f"{parts[-1]} - {one}"] if whole else [parts[-1], one]
    return parts


def _marks(part: str, key: str, known: Container[str]) -> list[tuple[int, int, str]]:
    """(start, end, level) of the words that say which unit follows.

    `Xá`, `Quan`, `Phương` are names, not `xã`, `quận`, `phường`: inside a part such a word must have its own marks, or
    the name of a unit behind it.
    """
    found: list[tuple[int, int, str]] = []
    for mark in _MARK.finditer(key):
        own = canonical(part[mark.start() : mark.end()]).strip() in _MARKED
        at_once = bool(found) and mark.start() <= found[-1][1]
        if mark.end() >= len(key.rstrip()) or (at_once and (len(found) == 1 or not own)):
            continue  # a name may end or begin so: `Xã Tứ Xã`, `Phường Phương Mai`
        if at_once:
            found.pop()  # `Xã Tứ Xã Huyện Lâm Thao`: the mark before was the end of a name
        first = not key[: mark.start()].strip() or _BODY.search(key[: mark.start()]) is not None
        if mark[2] or first or own or _begins_known(key[mark.end() :], known):
            found.append((mark.start(), mark.end(), mark[1] or _SHORT[mark[2]]))
    if not found or not (found[0][0] == 0 or _BODY.search(key[: found[0][0]])):
        found = [*_misread_mark(key, found[0][0] if found else len(key)), *found]
    return found


def _begins_known(key: str, known: Container[str]) -> bool:
    words = letters(key).split()
    return any(
        " ".join(words[:size]) in known and (size == len(words) or words[size] in _FIRST_WORDS)
        for size in range(1, min(5, len(words) + 1))
    )


def _misread_mark(key: str, before: int) -> list[tuple[int, int, str]]:
    """The word that says the level at the beginning, when it was misread: `phườnq`."""
    begin = _BODIES.search(key)
    at = begin.end() if begin else len(key) - len(key.lstrip())
    for size in (1, 2):
        words = re.match(r"\S+\s+" * size, key[at:])
        if words and at + words.end() <= before:
            word = blurred(words.group().strip())
            near = process.extractOne(word, list(_LONG_MARKS), scorer=fuzz.ratio, score_cutoff=80)
            if near:
                return [(at, at + words.end(), _LONG_MARKS[near[0]])]
    return []


def blurred(key: str) -> str:
    """The letters that OCR takes for each other made one."""
    return key.replace("rn", "m").replace("ri", "n").translate(_BLUR)


def ward_key(name: str) -> str:
    key = letters(name)
    return key.lstrip("0") or key if key.isdigit() else key


_NAME = re.compile(r"^(?:Phường|Xã|xã|Thị trấn|Đặc khu|Quận|Huyện|Thị xã|Thành phố|Tỉnh) ")


def bare(name: str) -> str:
    """The name of a unit without the word for its level."""
    return _NAME.sub("", name)


def with_marks(name: str) -> str:
    """The bare name in canonical letters, marks and all."""
    return canonical(bare(name))
