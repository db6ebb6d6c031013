"""Corrects Vietnamese marks by what usually stands beside what, and says how sure one may be of each word.

    language = open_language()
    lines = language.correct(lines)

A reading's syllables are compared with all syllables of the same letters (`tham quyen`: thẩm, thâm, thầm … quyền,
quyên, quyển …).  A beam finds the row of syllables that is most probable under a trigram model and the engine's habits
of misreading; changing a mark costs more the surer the engine was.  Codes, numbers and acronyms are never touched, and
a capitalised syllable in running text (a name) that is itself a syllable needs much more evidence than another.
"""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from digitizer.model import Line, LineRole, Word
from digitizer.ocr import enumerators, spacing
from digitizer.ocr.channel import Channel, log_odds
from digitizer.ocr.ngrams import NUMBER, UNKNOWN, Ngrams
from digitizer.ocr.readings import Piece, ends_sentence, is_modern, is_person, pieces_of, printed
from digitizer.text import is_syllable

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
_UNTOUCHED = (LineRole.HANDWRITING,)
_HERE = Path(__file__).parent
WIDTH = 5
"""Rows of syllables kept at each step of the beam."""
CHOICES = 8
"""Most syllables compared for one reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Numbers fitted by training/fit.py on typeset, aged and read pages.

    `weight` of the model against the engine.  `unknown`: nats that a word unknown to the model costs, `marked` that one
    with Vietnamese letters does (foreign words have none).  `margin`: nats by which another syllable must beat the
    reading; `name_margin`: the same for names.  `sure`: weights of the log-odds
    that a word is right, in the order of `Evidence.features`, the first being the constant.
    """

    weight: float
    unknown: float
    marked: float
    margin: float
    name_margin: float
    channel: Channel
    sure: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about one word after correction: `features` for the confidence (see `FEATURES`)."""

    features: tuple[float, ...]


FEATURES = ("one", "engine", "posterior", "fit", "changed", "unknown", "short", "digits", "capitals", "page")


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to read a piece: index of the word in the model, its key, and ln p(reading | it)."""

    index: int
    key: str
    cost: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided for a piece: its key, ln odds of it against all others, and ln p(it | its neighbours)."""

    key: str
    odds: float
    fit: float


class Language:
    """A language model and its tuning.  Reads only; may be shared by threads and, being mapped, by processes."""

    def __init__(self, ngrams: Ngrams, tuning: Tuning) -> None:
        self._ngrams = ngrams
        self._tuning = tuning
        self._same_letters: dict[str, list[tuple[int, str, float]]] = {}

    def correct(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines with `text` corrected and `confidence` calibrated; order, boxes of lines and `read` are kept."""
        corrected, evidence = self.examine(lines)
        out, at = [], 0
        for line in corrected:
            if line.role in _UNTOUCHED:
                out.append(line)
                continue
            words = []
            for word in line.words:
                words.append(replace(word, confidence=self.probability(evidence[at])))
                at += 1
            out.append(replace(line, words=tuple(words)))
        return tuple(out)

    def probability(self, evidence: Evidence) -> float:
        """Probability, 0–1, that the word is right."""
        total = sum(a * b for a, b in zip(self._tuning.sure, evidence.features, strict=True))
        return 1 / (1 + math.exp(-min(max(total, -30.0), 30.0)))

    def examine(self, lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], list[Evidence]]:
        """The corrected lines with the engine's confidence kept, and the evidence for each of their words in order."""
        lines = tuple(
            line if line.role in _UNTOUCHED else replace(line, words=spacing.mend(line.words, self._ngrams))
            for line in lines
        )
        pieces = _pieces(lines)
        verdicts = self._judge(pieces)
        modern = is_modern(pieces)
        changes: dict[tuple[int, int], list[tuple[Piece, str]]] = {}
        for piece, verdict in zip(pieces, verdicts, strict=True):
            if verdict.key != piece.key:
                new = printed(verdict.key, piece.read, modern=modern)
                changes.setdefault((piece.line, piece.word), []).append((piece, new))
        corrected = tuple(
            replace(
                line,
                words=tuple(_rewritten(word, changes.get((i, j), [])) for j, word in enumerate(line.words)),
            )
            for i, line in enumerate(lines)
        )
        return enumerators.mend(corrected), self._evidence(lines, pieces, verdicts)

    def _judge(self, pieces: list[Piece]) -> list[Verdict]:
        """One verdict a piece."""
        choices = [self._choices(piece) for piece in pieces]
        path = self._best(choices)
        return self._verdicts(pieces, choices, path)

    def _choices(self, piece: Piece) -> list[Choice]:
        """The ways to read a piece, the reading itself first."""
        ids = self._ngrams.ids
        if piece.number:
            return [Choice(NUMBER, piece.key, 0.0)]
        own = ids.get(piece.key, UNKNOWN)
        strange = self._tuning.unknown if piece.key.isascii() else self._tuning.marked
        penalty = 0.0 if own != UNKNOWN else -strange
        if piece.frozen:
            return [Choice(own, piece.key, penalty)]
        wrong = self._tuning.channel.wrong(piece.confidence)
        found = [Choice(own, piece.key, penalty + math.log(1 - wrong))]
        doubt = math.log(wrong)
        found.extend(Choice(index, key, doubt + cost) for index, key, cost in self._others(piece))
        return found

    def _others(self, piece: Piece) -> list[tuple[int, str, float]]:
        """The likeliest other syllables of the same letters: (index, key, ln p(reading | it, wrong))."""
        known = self._same_letters.get(piece.key)
        if known is None:
            grams, channel = self._ngrams, self._tuning.channel
            same = grams.by_fold.get(piece.fold, ())
            known = [(i, grams.words[i], channel.misread(grams.words[i], piece.key)) for i in same]
            known = [one for one in known if one[1] != piece.key]
            if not same and not piece.key.isascii():
                near = [key for key in _near(piece.key) if key in grams.ids and is_syllable(key)]
                known = [(grams.ids[key], key, -channel.edit) for key in near]
            known.sort(key=lambda one: -(one[2] + 0.5 * grams.one(one[0])))
            known = known[:CHOICES]
            self._same_letters[piece.key] = known
        return known

    def _best(self, choices: list[list[Choice]]) -> list[int]:
        """The index of the choice on the best row of syllables, for each piece."""
        grams, weight = self._ngrams, self._tuning.weight
        beam: list[tuple[float, int, int, Any]] = [(0.0, UNKNOWN, UNKNOWN, None)]
        for options in choices:
            found: dict[tuple[int, int], tuple[float, int, int, Any]] = {}
            for score, first, second, trail in beam:
                row = grams.row(first, second)
                for number, option in enumerate(options):
                    total = score + option.cost + weight * grams.three(row, second, option.index)
                    state = (second, option.index)
                    known = found.get(state)
                    if known is None or known[0] < total:
                        found[state] = (total, second, option.index, (trail, number))
            beam = sorted(found.values(), key=lambda one: -one[0])[:WIDTH]
        path = []
        trail = beam[0][3]
        while trail is not None:
            trail, number = trail
            path.append(number)
        return path[::-1]

    def _verdicts(self, pieces: list[Piece], choices: list[list[Choice]], path: list[int]) -> list[Verdict]:
        """Judge each piece again with its neighbours on the best row fixed; doubtful changes are taken back."""
        row = [options[n].index for options, n in zip(choices, path, strict=True)]
        ids = [UNKNOWN, UNKNOWN, *row, UNKNOWN, UNKNOWN]
        verdicts = []
        for i, (piece, options) in enumerate(zip(pieces, choices, strict=True)):
            scores, fits = self._local(ids[i], ids[i + 1], ids[i + 3], ids[i + 4], options, last=len(pieces) - i)
            chosen = path[i]
            tuning = self._tuning
            needed = tuning.name_margin if piece.name else tuning.margin
            if chosen and scores[chosen] - scores[0] < needed:
                chosen = 0
            top = scores[chosen]
            rest = sum(math.exp(min(score - top, 50.0)) for n, score in enumerate(scores) if n != chosen)
            verdicts.append(Verdict(options[chosen].key, -math.log(rest + 1e-7), fits[chosen]))
        return verdicts

    def _local(
        self, before: int, previous: int, following: int, after: int, options: list[Choice], *, last: int
    ) -> tuple[list[float], list[float]]:
        """For each choice: ln score with its neighbours, and the model's share of it a neighbour."""
        grams, weight = self._ngrams, self._tuning.weight
        row = grams.row(before, previous)
        scores, fits = [], []
        for option in options:
            index = option.index
            fit = grams.three(row, previous, index)
            count = 1
            if last > 1:
                fit += grams.three(grams.row(previous, index), index, following)
                count = 2
            if last > 2:
                fit += grams.three(grams.row(index, following), following, after)
                count = 3
            scores.append(option.cost + weight * fit)
            fits.append(fit / count)
        return scores, fits

    def _evidence(self, lines: tuple[Line, ...], pieces: list[Piece], verdicts: list[Verdict]) -> list[Evidence]:
        """The evidence for every word of the lines that may be touched, in order."""
        judged: dict[tuple[int, int], list[tuple[Piece, Verdict]]] = {}
        for piece, verdict in zip(pieces, verdicts, strict=True):
            judged.setdefault((piece.line, piece.word), []).append((piece, verdict))
        words = [word for line in lines for word in line.words]
        page = log_odds(sum(word.confidence for word in words) / len(words)) if words else 0.0
        return [
            Evidence(_features(word, judged.get((i, j), []), self._ngrams, page))
            for i, line in enumerate(lines)
            if line.role not in _UNTOUCHED
            for j, word in enumerate(line.words)
        ]


def _features(word: Word, judged: list[tuple[Piece, Verdict]], grams: Ngrams, page: float) -> tuple[float, ...]:
    """The values of `FEATURES` for one word; the weakest piece speaks for the word."""
    odds = min((verdict.odds for _, verdict in judged), default=0.0)
    fit = min((verdict.fit for _, verdict in judged), default=-8.0)
    changed = any(verdict.key != piece.key for piece, verdict in judged)
    unknown = any(verdict.key not in grams.ids for _, verdict in judged) or not judged
    letters = sum(char.isalnum() for char in word.text)
    digits = any(char.isdigit() for char in word.text)
    return (
        1.0,
        log_odds(word.confidence),
        min(max(odds, -4.0), 10.0),
        max(fit, -14.0),
        float(changed),
        float(unknown),
        float(letters <= 1) + float(letters == 0),
        float(digits),
        float(word.text.isupper() and letters > 1),
        page,
    )


def _near(key: str) -> set[str]:
    """Every syllable that is one letter away: put in, left out or replaced."""
    found = set()
    for i in range(len(key) + 1):
        head, tail = key[:i], key[i:]
        found.add(head + tail[1:])
        for letter in LETTERS:
            found.add(head + letter + tail)
            found.add(head + letter + tail[1:])
    return found - {key, *LETTERS}


def _pieces(lines: tuple[Line, ...]) -> list[Piece]:
    """The pieces of all lines that may be touched, in reading order."""
    pieces: list[Piece] = []
    for i, line in enumerate(lines):
        if line.role in _UNTOUCHED:
            continue
        letters = [char for word in line.words for char in word.text if char.isalpha()]
        capitals = sum(char.isupper() for char in letters) * 10 >= len(letters) * 7
        person = is_person(line.words)
        sentence = True
        for j, word in enumerate(line.words):
            pieces.extend(pieces_of(word, i, j, sentence=sentence, capitals=capitals, person=person))
            sentence = ends_sentence(word.text)
    return pieces


def _rewritten(word: Word, changes: list[tuple[Piece, str]]) -> Word:
    """The word with its changed pieces; later pieces first, so that places stay right."""
    text = word.text
    for piece, new in reversed(changes):
        text = text[: piece.start] + new + text[piece.end :]
    return replace(word, text=text) if changes else word


def open_language(path: Path | None = None) -> Language:
    """The model of this package, or the one at `path` with its `.json` of tuning beside it."""
    path = path or _HERE / "language.bin"
    tuning = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return Language(Ngrams(path), TypeAdapter(Tuning).validate_python(tuning))
