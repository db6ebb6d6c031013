"""Corrects Vietnamese marks by what usually stands beside what, and says how sure one may be of each word.

    language = open_language()
    lines = language.correct(lines)

A reading's syllables are compared with all syllables of the same letters (`tham quyen`: thẩm, thâm, thầm … quyền,
quyên, quyển …).  A beam finds the row of syllables that is most probable under a trigram model and the engine's habits
of misreading; changing a mark costs more the surer the engine was.  Codes, numbers and acronyms are never touched, and
what may be a name needs much more evidence than other words.
"""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path

from digitizer.model import Line, LineRole, Word
from digitizer.ocr import beam, enumerators, spacing
from digitizer.ocr.beam import Choice
from digitizer.ocr.channel import Channel, log_odds
from digitizer.ocr.ngrams import NUMBER, UNKNOWN, Ngrams
from digitizer.ocr.readings import Piece, ends_sentence, is_modern, is_person, pieces_of, printed
from digitizer.ocr.sureness import Evidence, Verdict, evidence_of, probability
from digitizer.text import is_syllable

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
LONGEST = 7
"""Letters of the longest syllable (nghiêng)."""
CHOICES = 8
"""Most syllables compared with one reading."""
_UNTOUCHED = (LineRole.HANDWRITING,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Numbers fitted by training/fit.py on typeset, aged and read pages.

    `weight` of the model against the engine.  `unknown`: nats that a word unknown to the model costs, `marked` that one
    with Vietnamese letters does (foreign words have none).  `margin`: nats by which another syllable must beat the
    reading; `name_margin`: the same for names.  `sure`: weights of the log-odds that a word is right, in the order of
    `sureness.FEATURES`.
    """

    weight: float
    unknown: float
    marked: float
    margin: float
    name_margin: float
    channel: Channel
    sure: tuple[float, ...]


class Language:
    """A language model and its tuning.  Reads only; may be shared by threads and, being mapped, by processes."""

    def __init__(self, ngrams: Ngrams, tuning: Tuning) -> None:
        self.ngrams = ngrams
        self._tuning = tuning
        self._same_letters: dict[str, list[tuple[int, str, float]]] = {}

    def correct(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines with `text` corrected and `confidence` calibrated; order, boxes of lines and `read` are kept."""
        corrected, evidence = self.examine(lines)
        known = iter(evidence)
        out = []
        for line in corrected:
            if line.role not in _UNTOUCHED:
                words = [replace(word, confidence=self.probability(next(known))) for word in line.words]
                line = replace(line, words=tuple(words))  # noqa: PLW2901 a fuller copy of the same line
            out.append(line)
        return tuple(out)

    def probability(self, evidence: Evidence) -> float:
        """Probability, 0–1, that the word is right."""
        return probability(self._tuning.sure, evidence)

    def examine(self, lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], list[Evidence]]:
        """The corrected lines with the engine's confidence kept, and the evidence for each of their words in order."""
        lines = spacing.mend(lines, self.ngrams)
        pieces = _pieces(lines)
        judged: dict[tuple[int, int], list[tuple[Piece, Verdict]]] = {}
        for piece, verdict in zip(pieces, self._judge(pieces), strict=True):
            judged.setdefault((piece.line, piece.word), []).append((piece, verdict))
        modern = is_modern(pieces)
        corrected = tuple(
            replace(
                line,
                words=tuple(_rewritten(word, judged.get((i, j), []), modern) for j, word in enumerate(line.words)),
            )
            for i, line in enumerate(lines)
        )
        return enumerators.mend(corrected), self._evidence(lines, judged)

    def _judge(self, pieces: list[Piece]) -> list[Verdict]:
        """One verdict a piece: the best row, then each piece again between its neighbours; doubtful changes go back."""
        tuning, grams = self._tuning, self.ngrams
        choices = [self._choices(piece) for piece in pieces]
        path = beam.best(grams, tuning.weight, choices)
        row = [options[n].index for options, n in zip(choices, path, strict=True)]
        ids = [UNKNOWN, UNKNOWN, *row, UNKNOWN, UNKNOWN]
        verdicts = []
        for i, (piece, options, number) in enumerate(zip(pieces, choices, path, strict=True)):
            around = (ids[i], ids[i + 1], ids[i + 3], ids[i + 4])
            scores, fits = beam.weigh(grams, tuning.weight, around, options, last=len(pieces) - i)
            needed = tuning.name_margin if piece.name else tuning.margin
            chosen = number if scores[number] - scores[0] >= needed else 0
            top = scores[chosen]
            rest = sum(math.exp(min(score - top, 50.0)) for n, score in enumerate(scores) if n != chosen)
            verdicts.append(Verdict(options[chosen].key, -math.log(rest + 1e-7), fits[chosen]))
        return verdicts

    def _choices(self, piece: Piece) -> list[Choice]:
        """The ways to read a piece, the reading itself first."""
        if piece.number:
            return [Choice(NUMBER, piece.key, 0.0)]
        own = self.ngrams.ids.get(piece.key, UNKNOWN)
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
            grams, channel = self.ngrams, self._tuning.channel
            same = grams.by_fold.get(piece.fold, ())
            known = [(i, grams.words[i], channel.misread(grams.words[i], piece.key)) for i in same]
            known = [one for one in known if one[1] != piece.key]
            if not same and not piece.key.isascii() and len(piece.key) <= LONGEST + 1:
                near = [key for key in _near(piece.key) if key in grams.ids and is_syllable(key)]
                known = [(grams.ids[key], key, -channel.edit) for key in near]
            known.sort(key=lambda one: -(one[2] + 0.5 * grams.one(one[0])))
            known = known[:CHOICES]
            if len(self._same_letters) < 100_000:
                self._same_letters[piece.key] = known
        return known

    def _evidence(
        self, lines: tuple[Line, ...], judged: dict[tuple[int, int], list[tuple[Piece, Verdict]]]
    ) -> list[Evidence]:
        """The evidence for every word of the lines that may be touched, in order."""
        words = [word for line in lines for word in line.words]
        page = log_odds(sum(word.confidence for word in words) / len(words)) if words else 0.0
        return [
            evidence_of(word, judged.get((i, j), []), self.ngrams, page)
            for i, line in enumerate(lines)
            if line.role not in _UNTOUCHED
            for j, word in enumerate(line.words)
        ]


def _near(key: str) -> set[str]:
    """Every run of letters that is one letter away: put in, left out or replaced."""
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


def _rewritten(word: Word, judged: list[tuple[Piece, Verdict]], modern: bool) -> Word:
    """The word with its changed pieces; later pieces first, so that places stay right."""
    text = word.text
    for piece, verdict in reversed(judged):
        if verdict.key != piece.key:
            text = text[: piece.start] + printed(verdict.key, piece.read, modern=modern) + text[piece.end :]
    return word if text == word.text else replace(word, text=text)


def open_language(path: Path | None = None) -> Language:
    """The model of this package, or the one at `path` with its `.json` of tuning beside it."""
    path = path or Path(__file__).with_name("language.bin")
    numbers = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    channel = Channel(**numbers.pop("channel"))
    return Language(Ngrams(path), Tuning(**numbers, channel=channel))
