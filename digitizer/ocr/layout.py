"""Lines as people see them: what stands in two columns is two lines, read in the order in which people read them."""

from dataclasses import replace
from itertools import pairwise

from digitizer.model import Line, Word
from digitizer.ocr.regions import enclosing
from digitizer.text import fold

_GAP = 1.1  # gap between two words, in heights of the line, from which they belong to different lines
_ODD_GAP = 0.8  # enough when the line's other gaps are much narrower
_RECIPIENTS = "noi nhan"
_RULES = frozenset("|[]{}—–_-=~¦")


def split_columns(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of an upright image, cut where a wide gap or a ruling stands between words; order kept.

    Issuer and quốc hiệu, number and date, Nơi nhận and signature stand side by side (NĐ 30/2020): engines join them.
    """
    return tuple(part for line in lines for part in _parts(line))


def in_order(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of an upright image with the foot of a letter in order: Nơi nhận with its list, then the signature.

    Elsewhere the order given stays (NĐ 30/2020: ô 9b bottom left, level with ô 7a on the right).
    """
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
