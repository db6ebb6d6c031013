"""Whose value it is: words in labels and headings that name a person or a side."""

from rapidfuzz.distance import Levenshtein

from digitizer.classify.layout import Row
from digitizer.classify.tables import Tables
from digitizer.classify.words import Finder, letters


class Parts:
    """The marks of all parts, ready to be looked for."""

    def __init__(self, tables: Tables) -> None:
        self._names = {letters(mark): part.name for part in tables.parts for mark in part.marks}
        self._finder = Finder(self._names)

    def first(self, key: str) -> str | None:
        """The part named first in the folded text, or None."""
        spots = self._finder.find(key)
        return self._names[spots[0].key] if spots else None

    def heading(self, row: Row) -> str | None:
        """The part that a heading opens: a short row, or one that ends in a colon, naming it at its beginning."""
        if len(row.text) > 90 or not (len(row.text) < 45 or row.text.rstrip().endswith(":") or row.capital > 0.6):
            return None
        return self.first(row.key)

    def alone(self, row: Row) -> str | None:
        """The part that a row names and nothing else, as the head of a column does."""
        spots = self._finder.find(row.key)
        if not spots:  # `Bên na`: a letter lost or wrong
            said = letters(row.key) if len(row.text) < 12 else ""
            near = [key for key in self._names if said and abs(len(key) - len(said)) < 2]
            near = [key for key in near if len(key) > 5 and Levenshtein.distance(key, said) == 1]
            near = [key for key in near if key.startswith(said)] or near
            return self._names[near[0]] if len(near) == 1 else None
        if len(spots) != 1 or spots[0].end - spots[0].start < len(letters(row.text)) - 3:
            return None
        return self._names[spots[0].key]
