"""Finds wordings in folded text, word by word, however they are punctuated."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from digitizer.text import fold

_WORD = re.compile(r"[a-z0-9]+")
_VOWEL = re.compile(r"[aeiouy]")
LABEL_START = re.compile(
    r"^\W*(?:\[\d{1,3}[a-z]?\]\s*)?(?:\(?\d{1,2}(?:\.\d{1,2})*\s?[.)]|\(?[a-eg-z]\s?[.)](?=\s)|[ivx]{1,4}\.\s|[-–+•*])?\s*"
)
"""The number or sign of a list before a label; matches always, empty when there is none."""


def letters(text: str) -> str:
    """Folded words of letters and digits, single blanks between."""
    return " ".join(_WORD.findall(fold(text)))


@dataclass(frozen=True, slots=True)
class Spot:
    """A wording found in a text: characters `start` to `end`."""

    key: str
    start: int
    end: int


class Finder:
    """Looks for many wordings at once, the longest at each place; commas, slashes and brackets may part their words."""

    def __init__(self, wordings: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        self._by_second: dict[str, list[tuple[str, ...]]] = {}
        for wording in sorted(set(wordings), key=len, reverse=True):
            words = tuple(wording.split())
            self._by_first.setdefault(words[0], []).append(words)
            if len(words) > 1:
                self._by_second.setdefault(words[1], []).append(words)

    def find(self, key: str) -> list[Spot]:
        """All wordings in the folded text, from left to right, none inside another."""
        tokens = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(key)]
        found: list[Spot] = []
        at = 0
        while at < len(tokens):
            words = self._match(tokens, at, key)
            if words:
                found.append(Spot(" ".join(words), tokens[at][1], tokens[at + len(words) - 1][2]))
                at += len(words)
            else:
                at += 1
        return found

    def at(self, key: str, start: int) -> Spot | None:
        """The wording that begins at about this character, or None."""
        return next((spot for spot in self.find(key) if abs(spot.start - start) < 3), None)

    def _match(self, tokens: list[tuple[str, int, int]], at: int, key: str) -> tuple[str, ...] | None:
        exact = self._by_first.get(tokens[at][0], ())
        whole = next((words for words in exact if self._stands(words, tokens, at, key, odd=0)), None)
        if at + 1 == len(tokens) or (whole and len(whole) > 1):
            return whole
        # One long word of three or more may be misread by a letter (`họ tên chủ` is not `họ tên cha`), of two only an
        # acronym (`số CMNND`); a fold or a hole often eats the first letter of a line.
        near = [*exact, *self._by_second.get(tokens[at + 1][0], ())]
        longer = (words for words in near if len(words) > 1 and self._stands(words, tokens, at, key, odd=1))
        return next(longer, whole)

    @staticmethod
    def _stands(words: tuple[str, ...], tokens: list[tuple[str, int, int]], at: int, key: str, odd: int) -> bool:
        """The words stand there one after the other, at most `odd` of them off by one letter."""
        size = len(words)
        if at + size > len(tokens):
            return False
        wrong = [k for k in range(size) if tokens[at + k][0] != words[k]]
        if len(wrong) > odd or not all(_misread(tokens[at + k][0], words[k], first=k == 0) for k in wrong):
            return False
        if size < 3 and any(_VOWEL.search(tokens[at + k][0]) or len(words[k]) < 4 for k in wrong):
            return False
        gaps = (key[tokens[at + k][2] : tokens[at + k + 1][1]] for k in range(size - 1))
        return all(len(gap) <= 4 and ":" not in gap for gap in gaps)


def _misread(token: str, word: str, *, first: bool) -> bool:
    """One letter of a long word, or the first letter of the first."""
    return Levenshtein.distance(token, word) == 1 and (len(word) > 3 or (first and word.endswith(token)))
