"""Số ký hiệu of office papers, NĐ 30/2020 Phụ lục I: `123/QĐ-UBND`, `05/TTr-SNV`, `28/2023/QĐ-UBND`, `12/UBND-VX`."""

import re
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from digitizer.classify.tables import Kind, Tables
from digitizer.classify.values import digits, dossier_code
from digitizer.text import fold, squeeze

# Agencies whose sign has its own letter case, by their folded form.
_AGENCIES = {"ttg": "TTg", "ctn": "CTN", "hdnd": "HĐND", "ubnd": "UBND", "bcd": "BCĐ", "hdbc": "HĐBC", "hdqt": "HĐQT"}
_UBND = "ubnd"
_RUN = re.compile(r"(.)\1{2,}")
_STRANGE = re.compile(r"[^\W\d_A-Za-zĐđÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĨĩŨũƠơƯưẠ-ỹ]")
"""Letters that Vietnamese doesn't have: Ñ is an N with dirt above."""
_BEFORE = re.compile(r"^.*?(?:\bs\S{0,3}?\s?[:;]|\bso\b\s*[.,:;]?|\bnumber\s*:)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """`text`: as it should stand, without blanks.  `kind`: slug that its type group says.  `trust`: 0–1.

    `symbol`: letters of type and agency; `as_read`: with those of the type as they were read.
    """

    text: str
    symbol: str
    as_read: str
    kind: str | None
    trust: float
    printed: str


def read_number(text: str, tables: Tables) -> Number | None:
    """The số ký hiệu in a line such as `Số: 123/QĐ-UBND`; None when there is none."""
    if dossier_code(text) is not None:
        return None
    cut = _BEFORE.match(fold(text))
    printed = squeeze(text[cut.end() :] if cut else text).strip(" :.,;_*-–—'\"“”‘’`~|")
    # A slash between a figure and a type group may be lost: 55GGT-SXD.
    printed = re.sub(r"^(\d+)\s?(?=[A-ZĐ][A-Za-zĐđ]{1,5}\s?-)", r"\1/", printed)
    groups = [group.strip(" .,_") for group in printed.replace("\\", "/").split("/")]
    first = groups[0].replace(" ", "")
    count, letter = digits(first), ""
    if re.fullmatch(r"\d+[a-zA-Z]", first):
        count, letter = first[:-1], first[-1]
    year = digits(groups[1]) if len(groups) > 2 else ""
    year = year if re.fullmatch(r"(?:19|20)\d\d", year) else ""
    rest = groups[2 if year else 1 :]
    symbol, as_read, kind, known = _symbol("/".join(rest), tables) if rest else ("", "", None, 0.0)
    if not count and not symbol:
        return None
    trust = min(_plainness(first, count), known if symbol else 0.75)
    parts = [count + letter, *([year] if year else []), *([symbol] if symbol else [])]
    return Number("/".join(parts), symbol, as_read, kind, trust, printed)


def _plainness(first: str, count: str) -> float:
    """How far the digits were read as digits."""
    if not count:
        return 0.1
    strange = sum(not char.isdigit() for char in first)
    return 1.0 if strange == 0 or re.fullmatch(r"\d+[a-z]", first) else max(0.3, 0.75 - 0.15 * strange)


def _symbol(raw: str, tables: Tables) -> tuple[str, str, str | None, float]:
    """(ký hiệu in the letter case of NĐ 30, with its type as read, kind of its type group, trust)."""
    plain = _STRANGE.sub(lambda strange: fold(strange.group()).upper(), raw)
    groups = [re.sub(r"[^\w&,.]", "", group).strip(".,") for group in re.split(r"[-–—~]", plain)]
    # Papers of the Quốc hội bear the number of its term in figures: QH15, UBTVQH14.
    groups = [re.sub(r"(?<=QH)[\dOIlLZS|]{1,3}$", lambda term: digits(term.group())[-2:], group) for group in groups]
    groups = [group for group in groups if group]
    if not groups:
        return "", "", None, 0.0
    found = _type(groups[0], tables)
    kind = found[1] if found else None
    spelled = [found[0] if found else groups[0], *groups[1:]]
    spelled = [_agency(group, whose=index > 0) if index or not found else group for index, group in enumerate(spelled)]
    # A law passed by the Quốc hội, 33/2024/QH15, and signs such as UBND-VX have no type group.
    usual = all(re.fullmatch(r"[A-ZĐƯÂÊÔƠĂ][A-Za-zĐđƯưÂâ0-9&,]*(?:\.[A-ZĐ]{2,})?", group) for group in spelled)
    mended = any(fold(right) != fold(group) for right, group in zip(spelled, groups, strict=True)) or plain != raw
    trust = (0.6 if mended else 1.0) * (1.0 if usual else 0.6)
    return "-".join(spelled), "-".join((groups[0], *spelled[1:])), kind, trust


def _agency(group: str, *, whose: bool) -> str:
    """An agency's sign as it is spelled.  `whose`: it stands behind the type; then one letter of UBND may be misread
    (there are too many councils, HĐTD and HĐGD, to mend theirs).
    """
    key = fold(group)
    torn = whose and len(key) == len(_UBND) and Levenshtein.distance(_UBND, key) == 1
    return _AGENCIES.get(_UBND if torn else key, group)


def nearly(group: str, sign: str) -> bool:
    """True for what OCR makes of a sign: marks lost, one letter of three misread, a letter said three times (CĐĐĐ)."""
    mine, right = fold(group), fold(sign)
    return (len(mine) > 2 and Levenshtein.distance(mine, right) < 2) or right in (mine, _RUN.sub(r"\1", mine))


def sign_of(group: str, kind: Kind) -> str | None:
    """The sign of this kind of paper that a type group is a misreading of; None for its own, and for none."""
    signs = kind.numbers or (kind.abbreviation,)
    return next((sign for sign in signs if sign and sign != group and nearly(group, sign)), None)


def _type(group: str, tables: Tables) -> tuple[str, str] | None:
    """The type group's right spelling and kind: marks may be lost, and one letter of three or more be wrong."""
    key = fold(group)
    exact = [(right, slug) for right, slug in tables.numbers.values() if right == group]
    if exact:
        return exact[0]
    if key in tables.numbers:
        return tables.numbers[key]
    if key in _AGENCIES:
        return None
    near = [
        value
        for other, value in tables.numbers.items()
        if nearly(key, other) and (len(other) > 2 or len(key) > len(other) + 1)
    ]
    return near[0] if len(near) == 1 else None
