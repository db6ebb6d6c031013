"""Lines as people see them: what stands in two columns is two lines."""

from dataclasses import replace
from itertools import pairwise

from digitizer.model import Line, Word
from digitizer.ocr.regions import enclosing

_GAP = 1.1  # gap between two words, in heights of the line, from which they belong to different lines
_ODD_GAP = 0.8  # enough when the line's other gaps are much narrower
_RULES = frozenset("|[]{}—–_-=~¦")


def split_columns(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of an upright image, cut where a wide gap or a ruling stands between words; order kept.

    Issuer and quốc hiệu, number and date, Nơi nhận and signature stand side by side (NĐ 30/2020): engines join them.
    """
    return tuple(part for line in lines for part in _parts(line))


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
