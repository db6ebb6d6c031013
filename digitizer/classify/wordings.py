"""Names of papers in running text: the kinds that a wording means, and what makes words the name of a paper at all."""

import re
from collections.abc import Iterator, Sequence

from digitizer.classify.tables import UNKNOWN, Tables, Wording
from digitizer.text import canonical, fold

_LAWS = frozenset(("luat", "phap_lenh", "nghi_dinh", "thong_tu", "thong_tu_lien_tich"))
"""What a list cites and nobody hands in."""
_OURS = ("một cửa", "lưu trữ")
"""Sectors whose papers the offices write themselves."""
_WORD = re.compile(r"\w+")
_NONE: tuple[int, ...] = ()
_COPIES = (
    r"ban (?:chinh|sao|goc|chup|photo(?:copy)?|dien tu|scan|chung thuc)"
    r"(?: (?:dien tu|(?:co |duoc )?chung thuc|(?:duoc cap )?tu so goc|(?:chup )?tu ban chinh|hop (?:le|phap)|"
    r"do chinh [^,;]{1,60}? xac thuc|(?:kem |va )?(?:theo |xuat trinh )?(?:kem )?ban chinh(?: de doi chieu)?))*"
    r"(?:,| \((?:hoac |ban sao|co chung thuc)[^()]*\)| \([^()]*dien tu[^()]*\))?"
)
_OPENERS = re.compile(
    r"^(?:(?:0?\d{1,2}|(?:mot|hai|ba|bon)(?! trong| so))\s*(?:\(\w+\)\s*)?"
    r"(?:ban(?! (?:sao|chinh|goc|chup|photo|dien tu|scan)\b)|bo|to|tam|chiec|cai)?\s+|"
    rf"{_COPIES}\s+|"
    r"(?:hoac|va|kem theo|kem|hoac ban sao|cua|tep tin|mau(?= \w+ (?!so))|co|chung thuc|cong chung|hop le|"
    r"dang ky(?= to khai)|"
    r"bieu mau dien tu(?: ky so)?|du thao|de xuat|van ban(?= hoac)|(?:cac|nhung)(?: loai)?|toan bo)\s+)+"
)
"""How many copies of what sort are asked for, before the paper's own name."""


class Wordings:
    """The wordings of these tables, ready to be found."""

    def __init__(self, tables: Tables) -> None:
        self._wordings: dict[str, list[Wording]] = {}
        for kind in tables.kinds.values():
            if kind.slug != UNKNOWN and kind.slug not in _LAWS and kind.sector not in _OURS:
                for title in (kind.title, *kind.aliases, *kind.titles):
                    self._wordings.setdefault(_key(title), []).append(Wording(texts=(title,), kinds=(kind.slug,)))
        for wording in tables.wordings:
            for text in wording.texts:
                self._wordings.setdefault(_key(text), []).insert(0, wording)
        sizes: dict[str, set[int]] = {}
        for key in self._wordings:
            words = key.split()
            sizes.setdefault(words[0], set()).add(len(words))
        self._sizes = {first: sorted(found, reverse=True) for first, found in sizes.items()}

    def found(self, text: str, sector: str) -> Iterator[tuple[int, int, int, Wording]]:
        """(start, end, words, meaning) of the longest wording of this sector at each place, from left to right.

        Compared with its marks, which lists have: `bản vẽ` is no `văn bản về`.
        """
        tokens = list(_WORD.finditer(canonical(text)))
        words = [token.group() for token in tokens]
        at = 0
        while at < len(words):
            for size in self._sizes.get(words[at], _NONE):
                wording = _fitting(self._wordings.get(" ".join(words[at : at + size]), ()), sector)
                if wording and at + size <= len(words):
                    yield tokens[at].start(), tokens[at + size - 1].end(), size, wording
                    at += size - 1
                    break
            at += 1


def opened(text: str) -> int:
    """Where the paper's own name begins, behind how many copies of what sort are asked for."""
    opener = _OPENERS.match(fold(text))
    return opener.end() if opener else 0


def _fitting(wordings: Sequence[Wording], sector: str) -> Wording | None:
    place = fold(sector)
    return next((one for one in wordings if not one.sectors or any(fold(name) in place for name in one.sectors)), None)


def _key(wording: str) -> str:
    return " ".join(_WORD.findall(canonical(wording)))
