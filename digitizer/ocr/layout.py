"""Lines as people see them: what stands in two columns is two lines, read in the order in which people read them."""

from dataclasses import replace
from itertools import pairwise

from digitizer.model import Line, Word
from digitizer.ocr.regions import enclosing
from digitizer.text import fold

_GAP = 1.1  # gap between two words, in heights of the line, from which they belong to different lines
_ODD_GAP = 0.8  # enough when the line's other gaps are much narrower
_ROOM = 1.6  # heights of a line that a signature takes, at least
_NATION = "cong hoa"
_RECIPIENTS = "noi nhan"
_RULES = frozenset("|[]{}—–_-=~¦")


def split_columns(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of an upright image, cut where a wide gap or a ruling stands between words; order kept.

    Issuer and quốc hiệu, number and date, Nơi nhận and signature stand side by side (NĐ 30/2020): engines join them.
    """
    return tuple(part for line in lines for part in _parts(line))


def in_order(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of an upright image with head and foot of a letter in order; elsewhere the order given stays.

    Issuer and quốc hiệu, and two who sign beside each other, are read across, row by row; Nơi nhận with its list before
    the signature (NĐ 30/2020: ô 9b bottom left, level with ô 7a on the right).
    """
    return _foot(_across(lines))


def _across(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Blocks side by side that were read one after the other, read row by row where people do."""
    ordered = list(lines)
    at = 1
    while at < len(ordered):
        left, right = _side_by_side(ordered, at)
        if left and right and (_is_head(right) or _sign_together(left, right)):
            ordered[at - len(left) : at + len(right)] = _by_rows(left + right)
            at += len(right)
        at += 1
    return tuple(ordered)


def _side_by_side(lines: list[Line], at: int) -> tuple[list[Line], list[Line]]:
    """The lines before and those from `at` on that stand side by side; none where reading does not jump up there."""
    first = lines[at]
    if _middle(first) >= 2 * lines[at - 1].box[1]:  # no line higher than the one before it
        return [], []
    right = [first]
    before = at
    while before and lines[before - 1].box[2] <= first.box[0] and lines[before - 1].box[3] > first.box[1]:
        before -= 1
    left = lines[before:at]
    edge = max((line.box[2] for line in left), default=0)
    bottom = max((line.box[3] for line in left), default=0)
    for line in lines[at + 1 :]:
        if line.box[0] < edge or line.box[1] > bottom or line.box[1] < right[-1].box[1]:
            break
        right.append(line)
    return left, right


def _is_head(right: list[Line]) -> bool:
    return fold(right[0].text).startswith(_NATION)


def _sign_together(left: list[Line], right: list[Line]) -> bool:
    """Both leave room for a signature on the same height: what running text in columns never does."""
    return any(
        min(a.box[1], b.box[1]) - max(c.box[3], d.box[3]) > _ROOM * (c.box[3] - c.box[1])
        for c, a in pairwise(left)
        for d, b in pairwise(right)
    )


def _by_rows(lines: list[Line]) -> list[Line]:
    """The lines row by row, each row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=_middle):
        if rows and _middle(line) - _middle(rows[-1][0]) < rows[-1][0].box[3] - rows[-1][0].box[1]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda one: one.box[0])]


def _foot(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Nơi nhận with its list, then what stands right of it."""
    starts = [line for line in lines if fold(line.text).startswith(_RECIPIENTS)]
    if not starts:
        return lines
    first = starts[-1]
    tall = first.box[3] - first.box[1]
    right_edge = max(line.box[2] for line in lines)
    middle = first.box[0] + 0.4 * (right_edge - first.box[0])
    foot = [line for line in lines if line.box[3] > first.box[1] - tall]
    body = [line for line in lines if line.box[3] <= first.box[1] - tall]
    left = sorted((line for line in foot if line.box[0] < middle), key=_middle)
    right = sorted((line for line in foot if line.box[0] >= middle), key=_middle)
    if any(line.box[3] < first.box[1] for line in left):  # running text beside it: no foot of a letter
        return lines
    return (*body, *left, *right)


def _middle(line: Line) -> int:
    return line.box[1] + line.box[3]


def _parts(line: Line) -> list[Line]:
    tall = sorted(word.box[3] - word.box[1] for word in line.words)[len(line.words) // 2]
    gaps = sorted(b.box[0] - a.box[2] for a, b in pairwise(line.words))
    wide = _GAP * tall if not gaps else min(_GAP * tall, max(_ODD_GAP * tall, 3.5 * gaps[len(gaps) // 2]))
    runs: list[list[Word]] = [[]]
    for word in line.words:
        if set(word.text) <= _RULES and len(word.text) > (0 if "|" in word.text else 2):
            runs.append([])  # a ruling between cells or under a heading, read as a character
            continue
        if runs[-1] and word.box[0] - runs[-1][-1].box[2] > wide:
            runs.append([])
        runs[-1].append(word)
    if len(runs) == 1:
        return [line]
    return [replace(line, words=tuple(run), box=enclosing([word.box for word in run])) for run in runs if run]
