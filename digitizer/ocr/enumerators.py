"""Enumerators at the head of lines are a sequence, so a misread one can be told from its neighbours.

Order of points (điểm) in Vietnamese texts: a b c d đ e g h i k l m n o p q r s t u v x y (NĐ 34/2016, Điều 62).
"""

import re
from dataclasses import replace

from digitizer.model import Line

LETTERS = "abcdđeghiklmnopqrstuvxy"
_HEAD = re.compile(r"^['‘’„_,.\-–]?([^\s()])\)$")
_CONFUSED = {
    "d": "đ",
    "đ": "d",
    "1": "li",
    "l": "i",
    "i": "l",
    "í": "il",
    "ì": "il",
    "ï": "i",
    "j": "i",
    "t": "i",
    "0": "o",
    "ó": "o",
    "e": "c",
    "c": "e",
    "é": "e",
    "è": "e",
    "ẻ": "e",
    "ê": "e",
    "à": "a",
    "á": "a",
    "ä": "a",
    "â": "a",
    "6": "b",
    "ð": "đ",
    "8": "g",
    "9": "g",
    "q": "g",
    "ñ": "n",
    "ù": "u",
    "ú": "u",
    "ỹ": "y",
    "ý": "y",
}
"""What a letter was read as → letters that it may be."""
_FAR = 6.0


def mend(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines with the letters of `a)`, `b)` … made a sequence where one reading stands out; else unchanged."""
    heads = []
    for i, line in enumerate(lines):
        match = _HEAD.match(line.words[0].text) if line.words else None
        if match:
            heads.append((i, match.group(1)))
    if len(heads) < 2:
        return lines
    out = list(lines)
    for (i, read), letter in zip(heads, _sequence([read for _, read in heads]), strict=True):
        first, *rest = out[i].words
        if letter != read or (len(first.text) > 2 and letter in LETTERS):
            out[i] = replace(out[i], words=(replace(first, text=f"{letter})"), *rest))
    return tuple(out)


def _sequence(reads: list[str]) -> list[str]:
    """The cheapest row of letters: a misreading costs 1, a new list 0.5, a jump much more."""
    rows: dict[str, tuple[float, list[str]]] = {}
    for number, read in enumerate(reads):
        # What is no letter of the sequence may be any of them: © ] ø.
        known = read in LETTERS or read in _CONFUSED or read.isdigit()
        options = {read: 0.0} | dict.fromkeys(_CONFUSED.get(read, "") if known else LETTERS, 1.0)
        nxt: dict[str, tuple[float, list[str]]] = {}
        for letter, price in options.items():
            if not number:
                nxt[letter] = (price, [letter])
                continue
            before = min(
                ((cost + _step(last, letter), row) for last, (cost, row) in rows.items()), key=lambda one: one[0]
            )
            nxt[letter] = (before[0] + price, [*before[1], letter])
        rows = nxt
    return min(rows.values(), key=lambda one: one[0])[1]


def _step(last: str, letter: str) -> float:
    """What it costs that `letter` follows `last`."""
    if last.isdigit() and letter.isdigit():
        return 0.0
    if letter in ("a", "1"):
        return 0.5
    at, to = LETTERS.find(last), LETTERS.find(letter)
    if at < 0 or to < 0:
        return _FAR
    return 0.0 if to == at + 1 else 3.0
