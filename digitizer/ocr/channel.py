"""What it costs to believe that the engine misread the marks of a syllable."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Habits of the engine, learned by training/fit.py.

    `letters["ốô"]`: −ln probability that a printed ố is read as ô.  `other`: the same for a pair not listed.
    `rate`: −ln share of words wrong in their marks.  `edit`: −ln probability of one letter too many, too few or quite
    different, given that the word is wrong.  `doubt`: intercept and slope of the log-odds that a word is wrong in its
    marks, over the log-odds of the engine's confidence.
    """

    letters: dict[str, float]
    other: float
    rate: float
    edit: float
    doubt: tuple[float, float]

    def wrong(self, confidence: float) -> float:
        """Probability, 0–1, that a word of this confidence is wrong in its marks."""
        return 1 / (1 + math.exp(-(self.doubt[0] + self.doubt[1] * log_odds(confidence))))

    def misread(self, true: str, read: str) -> float:
        """ln p(read | true, wrong) for two different syllables of the same length in letters."""
        cost = -self.rate
        for a, b in zip(true, read, strict=True):
            if a != b:
                cost += self.letters.get(a + b, self.other)
        return min(-cost, 0.0)


def log_odds(confidence: float) -> float:
    """ln p / (1 − p), the ends cut off at 0.01 and 0.995."""
    sure = min(max(confidence, 0.01), 0.995)
    return math.log(sure / (1 - sure))
