"""The cells of the one glued string in which lists publish the papers that a procedure asks for.

The national list glues a table's cells: `<case>Tên giấy tờMẫu đơn, tờ khaiSố lượng<paper><form's file>1 bản chính,1
bản sao<paper>…`.  Lists of our own have a paper a line (or `; ` between them).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from digitizer.text import HIDDEN, fold, squeeze

HEADS = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
"""The heads of the table's columns, as glued."""
BULLET = re.compile(
    r"^(?:[\s\-–—+*•·.;:,)]+|\(?\d{1,2}(?:\.\d{1,2})*[.)/]\s*|\(?[a-zđ]\d?[.)]\s+|\(?[ivx]{1,4}\)\s*)+", re.IGNORECASE
)
ONE_OF = re.compile(r"\bmot trong (?:cac|nhung|so)\b(?! (?:nguoi|truong hop|doi tuong|hanh vi|dieu kien|to chuc))")
_COUNT = re.compile(r"(\d+)\s*bản chính(?:\s*,\s*(\d+)\s*bản sao)?|(\d+)\s*bản sao")
_RUNS_ON = re.compile(r"\s+(?:[^\W\d]|\(|\d+\s*bản)|[;.,:]\s*\d+\s*bản|\s*\)")
"""What follows the copies that a cell's own words ask for: `nộp 02 bản chính tờ khai` has no count of the table's."""
_MANY = re.compile(r" @(\d+)\+(\d+)$")


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


def leftover(glued: str) -> str:
    """Words behind the last paper of a glued table, which belong to none; empty when there are none."""
    tail = glued.rpartition(HEADS)[2] if HEADS in glued else ""
    ends = [match.end() for match in _counts(tail)]
    rest = squeeze(tail[ends[-1] :] if ends else tail)
    return rest if any(map(str.isalnum, rest)) else ""


def _bulleted(cell: str) -> list[str]:
    """The papers of one cell, where it begins with a bullet and goes on with others: `- Đơn. - Biên bản.`"""
    if not cell.startswith(("-", "+")) or ONE_OF.search(fold(cell)):
        return [cell]
    return re.split(rf"(?<=[.;]) (?=[{cell[:1]}] ?\w)", cell)


def _counts(table: str) -> Iterator[re.Match[str]]:
    return (match for match in _COUNT.finditer(table) if not _runs_on(table, match.end()))


def _runs_on(table: str, end: int) -> bool:
    """True where the cell's words go on behind a number of copies: no blank follows a count of the table's."""
    following = _RUNS_ON.match(table, end)
    return following is not None and (following[0][-1].islower() or following[0].strip()[0] in "();.,:")


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
