"""Word and character errors: how two texts are made comparable, and the distances between them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from rapidfuzz.distance import Levenshtein

from digitizer.text import fold

# Typists differ in these and no reader is to blame; the same rule for both sides and every system.
_ALIKE = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "`": "'",
        "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-",
        "⁄": "/", "\u00a0": " ", "\f": " ",
        "\u00ad": None, "\u200b": None, "\ufeff": None,
    }
)  # fmt: skip
_RULE = re.compile(r"[._\-](?:[ \t]?[._\-]){3,}")
_NOT_LOOSE = re.compile(r"[\W_]")


def strict(text: str) -> str:
    """NFC; quotes, dashes and blanks unified; dotted lines to be filled in and typed rules (4 or more) left out."""
    alike = unicodedata.normalize("NFC", text).translate(_ALIKE).replace("…", "...")
    return " ".join(_RULE.sub(" ", alike).split())


def loose(text: str) -> list[str]:
    """The words of a strict text in lower case without punctuation; those without letter or digit are gone."""
    return [word for word in (_NOT_LOOSE.sub("", word) for word in text.lower().split()) if word]


@dataclass(frozen=True, slots=True)
class Errors:
    """Counts that add up over pages.  `order_free`: errors left when words may stand in any order."""

    words: int = 0
    strict: int = 0
    loose_words: int = 0
    loose: int = 0
    folded: int = 0
    order_free: int = 0
    chars: int = 0
    char_errors: int = 0

    def __add__(self, other: "Errors") -> "Errors":
        return Errors(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Errors)))

    @property
    def wer(self) -> float:
        """Strict word errors a word of truth."""
        return self.strict / max(1, self.words)

    @property
    def wer_loose(self) -> float:
        """Word errors with case and punctuation ignored, a word of truth."""
        return self.loose / max(1, self.loose_words)

    @property
    def wer_folded(self) -> float:
        """As loose, with marks ignored too (đ = d)."""
        return self.folded / max(1, self.loose_words)

    @property
    def wer_order_free(self) -> float:
        """Strict word errors that no other reading order would take away, a word of truth."""
        return self.order_free / max(1, self.words)

    @property
    def cer(self) -> float:
        """Strict character errors, blanks included, a character of truth."""
        return self.char_errors / max(1, self.chars)


def count_errors(truth: str, read: str) -> Errors:
    """The errors of one page: Levenshtein distances over words and characters (insertions count)."""
    truth, read = strict(truth), strict(read)
    told, got = truth.split(), read.split()
    told_loose, got_loose = loose(truth), loose(read)
    return Errors(
        words=len(told),
        strict=Levenshtein.distance(told, got),
        loose_words=len(told_loose),
        loose=Levenshtein.distance(told_loose, got_loose),
        folded=Levenshtein.distance([fold(word) for word in told_loose], [fold(word) for word in got_loose]),
        order_free=bag_distance(told, got),
        chars=len(truth),
        char_errors=Levenshtein.distance(truth, read),
    )


def word_errors(truth: str, read: str) -> int:
    """The strict word errors alone."""
    return Levenshtein.distance(strict(truth).split(), strict(read).split())


def bag_distance(one: Sequence[str], other: Sequence[str]) -> int:
    """The least number of words to put in, take out or replace when order doesn't count."""
    common = sum((Counter(one) & Counter(other)).values())
    return max(len(one), len(other)) - common


def total(errors: Iterable[Errors]) -> Errors:
    """The sum."""
    return sum(errors, Errors())
