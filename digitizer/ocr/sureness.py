"""How sure one may be of a word: the evidence, and the probability fitted to it."""

import math
from dataclasses import dataclass

from digitizer.model import Word
from digitizer.ocr.channel import log_odds
from digitizer.ocr.ngrams import Ngrams
from digitizer.ocr.readings import Piece

FEATURES = ("one", "engine", "posterior", "fit", "changed", "unknown", "short", "digits", "capitals", "page")
"""Names of the values of an Evidence: 1; log-odds of the engine's confidence; of the chosen syllable against all
others; mean ln p of it and its neighbours; changed or not; a syllable unknown to the model; letters: 2 none, 1 one;
has a digit; in capitals; log-odds of the page's mean confidence."""

Evidence = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided for a piece: its key, ln odds of it against all others, and ln p(it | its neighbours)."""

    key: str
    odds: float
    fit: float


def probability(weights: tuple[float, ...], evidence: Evidence) -> float:
    """Probability, 0–1, that a word with this evidence is right."""
    total = sum(a * b for a, b in zip(weights, evidence, strict=True))
    return 1 / (1 + math.exp(-min(max(total, -30.0), 30.0)))


def evidence_of(word: Word, judged: list[tuple[Piece, Verdict]], grams: Ngrams, page: float) -> Evidence:
    """The values of `FEATURES` for one word; the weakest piece speaks for the word."""
    odds = min((verdict.odds for _, verdict in judged), default=0.0)
    fit = min((verdict.fit for _, verdict in judged), default=-8.0)
    changed = any(verdict.key != piece.key for piece, verdict in judged)
    unknown = any(verdict.key not in grams.ids for _, verdict in judged) or not judged
    letters = sum(char.isalnum() for char in word.text)
    return (
        1.0,
        log_odds(word.confidence),
        min(max(odds, -4.0), 10.0),
        max(fit, -14.0),
        float(changed),
        float(unknown),
        float(letters <= 1) + float(letters == 0),
        float(any(char.isdigit() for char in word.text)),
        float(word.text.isupper() and letters > 1),
        page,
    )
