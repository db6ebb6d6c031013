"""Several readings of one line, combined word by word: what most readings, surely, and Vietnamese speak for.

    words = combined([first.words, again.words], grams)

Readings may come from any engine; only their boxes must be in the same pixels.  Where words of two readings overlap
they stand for the same ink, be it one word or two (a blank lost or put in).  Of the ways to read that ink the one wins
under which all readings are likeliest, times the model's probability of it between its neighbours.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from digitizer.model import Word
from digitizer.ocr.channel import log_odds
from digitizer.ocr.ngrams import NUMBER, UNKNOWN, Ngrams
from digitizer.ocr.readings import pieces_of
from digitizer.text import fold, is_syllable

Words = tuple[Word, ...]

_MISREAD = -2.5  # ln of the chance that a wrong reading is this one, when it differs in marks or by a sign
_STRANGE = -6.0  # the same when its letters differ
_UNKNOWN = -4.0  # nats that a syllable unknown to the model costs
_MODEL = 0.4  # weight of the model: its say comes once more when marks are corrected
_MARGIN = 1.5  # nats by which another way must beat the first reading
_SIGNS = ".,;:!?()[]\"'“”‘’-–/…"
_SHORT = 4  # letters of a run of capitals that stays
_OVERLAP = 0.25  # share of the narrower word under the other from which both stand for the same ink


def combined(readings: Sequence[Words], grams: Ngrams) -> Words:
    """The words of one line, left to right; the first reading stays where no other one clearly beats it.

    Each word is one that some reading gave, with that reading's box; its confidence is the highest among the readings
    that gave this text.
    """
    first = readings[0]
    if not first or not any(readings[1:]):
        return first
    blocks = _blocks(readings)
    keys = [_ids(ways[0], grams) for ways in blocks]
    chosen: list[Word] = []
    for i, ways in enumerate(blocks):
        before = [UNKNOWN, UNKNOWN, *(key for part in keys[:i] for key in part)][-2:]
        after = [key for part in keys[i + 1 :] for key in part][:2]
        best = _best(ways, before, after, grams)
        keys[i] = _ids(best, grams)
        chosen.extend(best)
    return tuple(chosen)


def _blocks(readings: Sequence[Words]) -> list[list[Words]]:
    """The line cut into the smallest parts that no word crosses: for each part the words of every reading."""
    marked = [(word, number) for number, words in enumerate(readings) for word in words]
    marked.sort(key=lambda one: one[0].box[0] + one[0].box[2])
    parts: list[list[tuple[Word, int]]] = []
    for one in marked:
        while len(parts) > 1 and _meet(one[0], parts[-2]):
            parts[-2:] = [parts[-2] + parts[-1]]
        if parts and _meet(one[0], parts[-1]):
            parts[-1].append(one)
        else:
            parts.append([one])
    return [[tuple(word for word, n in part if n == number) for number in range(len(readings))] for part in parts]


def _meet(word: Word, part: list[tuple[Word, int]]) -> bool:
    left, _, right, _ = word.box
    for other, _ in part:
        under = min(right, other.box[2]) - max(left, other.box[0])
        if under > _OVERLAP * min(right - left, other.box[2] - other.box[0]):
            return True
    return False


def _best(ways: list[Words], before: list[int], after: list[int], grams: Ngrams) -> Words:
    """Of the ways to read one part the one that wins; the first unless another beats it clearly."""
    texts = [_text(way) for way in ways]
    if len(set(texts)) == 1:
        return _surest(ways[0], [way for way in ways if way])
    if not texts[0] and not _plausible(ways):
        return ()
    scores: dict[str, float] = {}
    for way, text in zip(ways, texts, strict=True):
        if text not in scores and (text == texts[0] or _may_replace(text, texts[0])) and text:
            heard = sum(_heard(other, text) for other in ways)
            scores[text] = heard + _MODEL * _fit(_ids(way, grams), before, after, grams)
    if not scores:
        return ways[0]
    winner = max(scores, key=lambda text: scores[text] + (_MARGIN if text == texts[0] else 0.0))
    agreeing = [way for way, text in zip(ways, texts, strict=True) if text == winner]
    return _surest(agreeing[0], agreeing)


def _may_replace(text: str, first: str) -> bool:
    """Not by signs alone; never other digits, and no short run of capitals (II., TP): the model can't judge those."""
    solid = [char for char in text if char.isalnum()]
    kept = first.isupper() and first.isascii() and len(first) <= _SHORT
    worse = _vietnamese(first) and not _vietnamese(text)
    return bool(solid) and not kept and not worse and _digits(text) == _digits(first)


def _vietnamese(text: str) -> bool:
    bare = [part.strip(_SIGNS) for part in text.split()]
    return all(not part or is_syllable(part) for part in bare)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _plausible(ways: list[Words]) -> bool:
    """Whether to believe words that the first reading passed over."""
    found = [word for way in ways for word in way]
    return all(word.confidence > 0.7 and sum(map(str.isalnum, word.text)) > 1 for word in found) and all(
        is_syllable(word.text.strip(_SIGNS)) for word in found
    )


def _heard(way: Words, text: str) -> float:
    """ln probability of what one reading says of a part, given that `text` stands there."""
    if not way:
        return -1.0
    sure = 1 / (1 + math.exp(-0.8 * log_odds(min(word.confidence for word in way))))
    said = _text(way)
    if said == text:
        return math.log(sure)
    near = fold(said).replace(" ", "").strip(".,;:") == fold(text).replace(" ", "").strip(".,;:")
    return math.log(1 - sure) + (_MISREAD if near else _STRANGE)


def _fit(ids: list[int], before: list[int], after: list[int], grams: Ngrams) -> float:
    """ln probability of the syllables `ids` and of those after them, a syllable; unknown ones cost more."""
    row = [*before, *ids, *after]
    total = 0.0
    for i in range(2, len(row)):
        total += grams.three(grams.row(row[i - 2], row[i - 1]), row[i - 1], row[i])
    return total + _UNKNOWN * ids.count(UNKNOWN)


def _ids(words: Words, grams: Ngrams) -> list[int]:
    """The model's indices of the syllables and numbers in these words."""
    pieces = [
        piece
        for i, word in enumerate(words)
        for piece in pieces_of(word, 0, i, sentence=False, capitals=False, person=False)
    ]
    return [NUMBER if piece.number else grams.ids.get(piece.key, UNKNOWN) for piece in pieces]


def _surest(words: Words, agreeing: list[Words]) -> Words:
    """The words, each as sure as the surest of the readings that agree, word by word."""
    same = [way for way in agreeing if len(way) == len(words)]
    return tuple(
        replace(word, confidence=max(way[i].confidence for way in same)) if same else word
        for i, word in enumerate(words)
    )


def _text(words: Words) -> str:
    return " ".join(word.text for word in words)


def is_left_to_right(words: Words) -> bool:
    """Whether each word begins right of the one before; what is not so may not be combined by boxes."""
    return all(a.box[0] < b.box[0] for a, b in pairwise(words))
