"""Names of public bodies: which lines of ô 2 are the issuing body's own, and how its name is written."""

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from digitizer.classify import prose
from digitizer.classify.layout import Row
from digitizer.classify.tables import Office
from digitizer.text import canonical, fold, squeeze

_COUNCIL = re.compile(r"\b[ỦUỶ][YỶỲ]?[\s,.]*BAN\s*NH[ÂA]N\s*[DĐ][ÂA]N(?![^\W_])[\s_:.\-]*", re.IGNORECASE)
_BELOW = re.compile(
    r"UBND (?:huyện|thành phố|thị xã|quận|tỉnh)\s.*?[\s,]+(?:UBND )?((?:xã|phường|thị trấn)\s.*)", re.IGNORECASE
)
# A branch or a section has no name without the line above it.
_LEANING = ("chi nhanh", "bo phan")


def issuing_body(rows: Sequence[Row], office: Office) -> tuple[Row, ...]:
    """The last body named in ô 2, with all its lines: the lines before name who stands above it."""
    heads = _heads(office)
    groups: list[list[Row]] = []
    for row in rows:
        key = row.key.strip(" -–—_.,*'\"|")
        if not groups or (_opens(key, heads) and not _unfinished(groups[-1], office)):
            groups.append([row])
        else:
            groups[-1].append(row)
    while len(groups) > 1 and sum(map(str.isalpha, groups[-1][0].text)) < 4:
        groups.pop()
    if not groups:
        return ()
    last = groups[-1]
    if (
        len(groups) > 1
        and last[0].key.startswith(_LEANING)
        and groups[-2][0].key.startswith(("van phong", "trung tam", "bao hiem"))
    ):
        return (*groups[-2], *last)
    return tuple(last)


def body_name(printed: str, office: Office) -> tuple[str, float]:
    """(the name as it is written in running text, trust 0–1): `ỦY BAN NHÂN DÂN TỈNH PHÚ THỌ` → `UBND tỉnh Phú Thọ`."""
    printed = re.sub(r"(?<=\w\w)\s?[.·:]+\s?(?=\w)", " ", squeeze(printed)) if "TP." not in printed else printed
    printed = re.sub(r"(?<=\w)-\s+(?=\w)|(?<=\w)\s+-(?=\w)", " - ", printed)  # `LAO ĐỘNG- THƯƠNG BINH`
    printed = re.sub(r"\s*[.,]\s?-\s+", " - ", re.sub(r"\s-\s(?=và\b)", " ", printed, flags=re.IGNORECASE))
    printed = re.sub(r"\s*,\s*(?=chi nhánh\b)", " ", printed, flags=re.IGNORECASE)  # a speck at the end of a line
    text = _COUNCIL.sub("UBND ", squeeze(printed)).strip()
    # Of a heading whose lines run together the last body is the issuer: it stands below those above it.
    lower = _BELOW.match(text)
    text = f"UBND {lower[1]}" if lower else text
    text = re.sub(r"\bH[ỘO]I\s+[ĐD][ỒO]NG\s+NH[ÂA]N\s+D[ÂA]N\b", "HĐND", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=[^\W\d_]{2})\s*[^\w\s,.&()\-–/]+\s*", " ", text).strip()
    if sum(map(str.isupper, text)) < 0.6 * sum(map(str.isalpha, text)):
        # Written small on the paper: its capitals are the paper's own.
        name = _of_chain(_headed(text[:1].upper() + text[1:], office))
        known = any(fold(name).startswith(head) for head in _heads(office))
        return name, (1.0 if known else 0.8) * _likely(name, office)
    words = text.split()
    small = [word if word in ("UBND", "HĐND", "MTTQ", "UBMTTQ", "TP.", "TP") else word.lower() for word in words]
    name = " ".join(small)
    for right in office.names:
        name = _insert(name, right)
    name = _headed(_places(name, office), office)
    name = name[:1].upper() + name[1:]
    known = any(fold(name).startswith(head) for head in _heads(office))
    # A council or committee is that of a unit, named once.
    council = re.match(r"(?:UBND|HĐND) ?(.*)", name)
    whole = council is None or (
        _of_unit(council[1], office) and "ban nhan" not in fold(council[1]).replace("bannhan", "ban nhan")
    )
    torn = any(fold(full).startswith(fold(name) + " ") for full in office.names)  # `Khoa học` goes on, `và Công nghệ`
    return name, (1.0 if known and whole and not torn else 0.6) * _likely(name, office)


def _headed(name: str, office: Office) -> str:
    """The name with its opening word spelled as bodies spell it: `Thuê cơ sở 23` is a `Thuế`."""
    key = fold(name)
    heads = [head for head in office.heads if re.match(rf"{re.escape(fold(head))}(?!\w)", key)]
    longest = max(heads, key=len, default="")
    same = any(canonical(name[: len(head)]) == canonical(head) for head in heads if len(head) == len(longest))
    return name if same or not longest else longest + name[len(longest) :]


_CHAINED = re.compile(r"(?<=[^\W\d_]) (?=(?:thành phố|thị xã|huyện|quận|tỉnh) [^\W\d_])")
_ABOVE = re.compile(r"(?:xã|phường|thị trấn|thành phố|thị xã|huyện|quận) [A-ZĐÀ-Ỹ]")


def _of_chain(name: str) -> str:
    """Commas between the units of a chain: `UBND phường Tam Hiệp thành phố Biên Hòa`."""
    first = _ABOVE.search(name)
    return name if first is None else name[: first.end()] + _CHAINED.sub(", ", name[first.end() :])


def _likely(name: str, office: Office) -> float:
    """Less for words that no body's name has, and for a chain of units that ends in no province that there is."""
    last = name.rpartition(", tỉnh")
    torn = bool(last[1]) and not is_province(last[2], office)
    strange = re.search(r"[a-zà-ỹ]\d|[^\w\s.,&()\-–/]|(?<= )[b-df-np-tv-xzđi](?= )", name) is not None
    return prose.plain(name) / 0.95 * (0.6 if torn or strange else 1.0)


def is_province(name: str, office: Office) -> bool:
    """A province that there is or was, by its bare name."""
    return canonical(name.strip()) in _provinces(office)


@lru_cache(maxsize=8)
def _provinces(office: Office) -> frozenset[str]:
    return frozenset(map(canonical, office.provinces))


def _insert(name: str, right: str) -> str:
    """Every occurrence of the known name, whatever its case and tone placement, in its right spelling.

    A name of six letters or more may be misread by one or two marks: the list knows better.
    """
    key, wanted = fold(name), fold(right)
    at = key.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        whole = (at == 0 or not key[at - 1].isalnum()) and (end == len(key) or not key[end].isalnum())
        same = canonical(name[at:end]) == canonical(right) or (
            len(wanted) >= 6 and fuzz.ratio(name[at:end], right.lower()) > 75
        )
        if whole and same:
            name = name[:at] + right + name[end:]
        at = key.find(wanted, end)
    return name


def _places(name: str, office: Office) -> str:
    """Capitals for what follows `tỉnh`, `huyện` …, and for what follows `Chi nhánh`, `Bệnh viện` and the like."""
    words = name.split()
    before = {canonical(word) for word in office.before_places}
    capital = False
    out = []
    for index, word in enumerate(words):
        pair = canonical(" ".join(words[max(index - 1, 0) : index + 1]))
        if canonical(word) in before or pair in before:
            capital = True
            out.append(word)
        elif word in ("và", "-", "–"):
            capital = False
            out.append(word)
        else:
            first_of_pair = index + 1 < len(words) and canonical(f"{word} {words[index + 1]}") in before
            out.append(word[:1].upper() + word[1:] if capital and not first_of_pair else word)
    return " ".join(out)


def _of_unit(rest: str, office: Office) -> bool:
    return any(canonical(rest).startswith(f"{canonical(word)} ") for word in office.before_places)


@lru_cache(maxsize=8)
def _heads(office: Office) -> tuple[str, ...]:
    return tuple(fold(head) for head in office.heads)


def _opens(key: str, heads: tuple[str, ...]) -> bool:
    """The line begins with a word that opens a body; one letter of a long word may be misread."""
    joined = key.replace(" ", "")
    for head in heads:
        if len(head) > 5 and joined.startswith(head.replace(" ", "")):  # blanks are lost in narrow capitals
            return True
        if key.startswith(head) and not key[len(head) : len(head) + 1].isalpha():
            return True
        if len(head) >= 7 and fuzz.ratio(head, key[: len(head)]) >= 86:
            return True
    return False


def _unfinished(rows: list[Row], office: Office) -> bool:
    """The body's name goes on: it ends in `và` or the like, or is nothing but an opening word."""
    key = " ".join(row.key for row in rows).strip(" -–—_.*'\"|")
    ends = tuple(f" {fold(end)}" for end in office.open_ends)
    return key.endswith(ends) or key in (
        "van phong",
        "trung tam",
        "ban quan ly",
        "phong",
        "so",
        "chi nhanh",
        "truong",
        "hoi dong",
    )
