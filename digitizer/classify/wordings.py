"""Names of papers in running text: the kinds that a wording means, and what makes words the name of a paper at all."""

import re
from collections.abc import Iterator
from functools import lru_cache

from digitizer.classify.tables import UNKNOWN, Tables, Wording
from digitizer.text import canonical, fold

_LAWS = frozenset(("luat", "phap_lenh", "nghi_dinh", "thong_tu", "thong_tu_lien_tich"))
"""What a list cites and nobody hands in."""
_OURS = ("một cửa", "lưu trữ")
"""Sectors whose papers the offices write themselves."""
_WORD = re.compile(r"\w+")
_COPIES = (
    r"ban (?:chinh|sao|goc|chup|photo(?:copy)?|dien tu|scan|chung thuc)"
    r"(?: (?:dien tu|(?:co |duoc )?chung thuc|(?:duoc cap )?tu so goc|(?:chup )?tu ban chinh|hop (?:le|phap)|"
    r"do chinh [^,;]{1,60}? xac thuc|(?:kem |va )?(?:theo |xuat trinh )?(?:kem )?ban chinh(?: de doi chieu)?))*"
    r"(?:,| \((?:hoac |ban sao|co chung thuc)[^()]*\)| \([^()]*dien tu[^()]*\))?"
)
_OPENERS = re.compile(
    r"^(?:(?:0?\d{1,2}|(?:mot|hai|ba|bon)(?! trong| so))\s*(?:\(\w+\)\s*)?"
    r"(?:ban(?! (?:sao|chinh|goc|chup|photo|dien tu|scan)\b)|bo|to|tam|chiec|cai)?\s+|"
    rf"{_COPIES}:?\s+|"
    r"(?:hoac|va|kem theo|kem|hoac ban sao|cua|tep tin|mau(?= \w+ (?!so))|co|chung thuc|cong chung|hop le|"
    r"dang ky(?= to khai)|"
    r"bieu mau dien tu(?: ky so)?|du thao(?! noi dung)|de xuat|van ban(?= hoac)|(?:cac|nhung)(?: loai)?|toan bo)\s+)+"
)
"""How many copies of what sort are asked for, before the paper's own name."""
_OPENED_IN = 400


class _Node:
    """What wordings that begin with some words go on with, and those that end with them."""

    __slots__ = ("after", "here")

    def __init__(self) -> None:
        self.after: dict[str, _Node] = {}
        self.here: list[Wording] = []


class Wordings:
    """The wordings of these tables, ready to be found."""

    def __init__(self, tables: Tables) -> None:
        self._root = _Node()
        for wording in reversed(tables.wordings):  # a later one goes before
            folded = wording.model_copy(update={"sectors": tuple(map(fold, wording.sectors))})
            for text in reversed(wording.texts):
                self._node(text).here.append(folded)
        for kind in tables.kinds.values():
            if kind.slug != UNKNOWN and kind.slug not in _LAWS and kind.sector not in _OURS:
                for title in (kind.title, *kind.aliases, *kind.titles):
                    self._node(title).here.append(Wording(texts=(title,), kinds=(kind.slug,)))

    def _node(self, text: str) -> _Node:
        node = self._root
        for word in _WORD.findall(canonical(text)):
            node = node.after.setdefault(word, _Node())
        return node

    def found(self, text: str, sector: str) -> Iterator[tuple[int, int, int, Wording]]:
        """(start, end, words, meaning) of the longest wording of this sector at each place, from left to right.

        Compared with its marks, which lists have: `bản vẽ` is no `văn bản về`.
        """
        place = _folded(sector)
        tokens = list(_WORD.finditer(canonical(text)))
        at = 0
        while at < len(tokens):
            node, longest = self._root, None
            for stop in range(at, len(tokens)):
                after = node.after.get(tokens[stop].group())
                if after is None:
                    break
                node = after
                longest = next(((stop, one) for one in node.here if _fits(one, place)), longest)
            if longest:
                yield tokens[at].start(), tokens[longest[0]].end(), longest[0] + 1 - at, longest[1]
            at = longest[0] + 1 if longest else at + 1


def opened(text: str) -> int:
    """Where the paper's own name begins, behind how many copies of what sort are asked for."""
    opener = _OPENERS.match(fold(text[:_OPENED_IN]))
    return opener.end() if opener else 0


@lru_cache(maxsize=512)
def _folded(sector: str) -> str:
    return fold(sector)


def _fits(wording: Wording, place: str) -> bool:
    return not wording.sectors or any(name in place for name in wording.sectors)
