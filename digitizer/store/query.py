"""What a person types, understood: terms, and the ways a page may hold them, best first, for either database.

`"…"` is a phrase, `từ*` a prefix; all terms must stand on one page.  Words typed without marks find all; what stands as
it was typed, marks and order, comes first.  The same pages in the same order whichever database is asked.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from digitizer.text import canonical, fold, nfc, number_token, numbers_in

_CODES = re.compile(
    r"\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}-\d{6}-\d{4,6}"  # mã hồ sơ, TT 01/2018/TT-VPCP Điều 19
    r"|[A-Y]\d{2}(?:\.\d{1,4}){0,4}-\d{6}-\d{4,6}"  # the same, agency code from left to right
    r"|\d\.\d{6}"  # mã thủ tục
    r"|\d{9,13}"  # CCCD, CMND, MST
    r"|[A-ZĐ]{2} ?\d{6,8}"  # số phát hành of a GCN
)
# `123 QĐ UBND`: a number and one to three abbreviations, typed with blanks.
_LOOSE_NUMBER = re.compile(r"\b\d{1,6}(?:[\s/-]+(?:\d{4}[\s/-]+)?[A-Za-zĐđ][A-Za-zĐđ&]{1,9}){1,3}\b")
_PART = re.compile(r'"([^"]+)"|(\S+)')
WORD = re.compile(r"[^\W_]+")
"""A word as both indexes understand it: what FTS5's unicode61 calls a token."""
_LEAST_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Term:
    """`words` as typed; `number`: one token to look for among document numbers."""

    words: tuple[str, ...]
    prefix: bool = False
    number: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand together in a column of the index: `marked`, `folded` or `numbers`."""

    column: str
    words: str
    prefix: bool = False


Way: TypeAlias = frozenset[tuple[Phrase, ...]]
"""Every one of these; of each, one of its phrases is enough."""


def terms(query: str) -> list[Term]:
    """The terms of a query; [] when it holds no word."""
    query = nfc(query)
    found = [
        Term(words=tuple(WORD.findall(match.group())), number=number_token(match.group()))
        for match in _LOOSE_NUMBER.finditer(query)
    ]
    for phrase, bare in _PART.findall(_LOOSE_NUMBER.sub(" ", query)):
        words = tuple(WORD.findall(phrase or bare))
        if words:
            number = number_token(bare) if any(char.isdigit() for char in bare) and len(bare) >= _LEAST_NUMBER else ""
            found.append(Term(words=words, prefix=bare.endswith("*"), number=number))
    return found


def ways(found: list[Term]) -> list[Way]:
    """The ways in which a page may hold all terms, best first; a page holds them at all when the last one holds."""
    every = frozenset((_folded(term.words, term), *_number(term)) for term in found)
    plain = [term for term in found if not term.number]
    words = tuple(word for term in plain for word in term.words)
    better: list[Way] = [frozenset()]
    if words:
        better.insert(0, frozenset([(_folded(words, plain[-1]),)]))
    if fold(" ".join(words)) != " ".join(words).lower():  # typed with marks
        better.insert(0, frozenset([(_marked(words, plain[-1]),)]))
        better.insert(2, frozenset((_marked(term.words, term),) for term in plain))
    numbered: Way = frozenset(_number(term) for term in found if term.number)
    either = [every | way for way in better]
    return list(dict.fromkeys([*(way | numbered for way in either), *either]))


def _folded(words: tuple[str, ...], last: Term) -> Phrase:
    return Phrase("folded", fold(" ".join(words)), prefix=last.prefix)


def _marked(words: tuple[str, ...], last: Term) -> Phrase:
    return Phrase("marked", canonical(" ".join(words)), prefix=last.prefix)


def _number(term: Term) -> tuple[Phrase, ...]:
    return (Phrase("numbers", term.number, prefix=term.prefix),) if term.number else ()


def numbers_of(text: str) -> Iterator[tuple[str, str]]:
    """Document numbers and codes as they stand in the text, each with its token."""
    return ((found, number_token(found)) for found in (*numbers_in(text), *_CODES.findall(text)))


def columns(text: str) -> dict[str, str]:
    """What an index holds of a page: the text as written, folded, and its numbers as tokens."""
    tokens = {token for _, token in numbers_of(text)}
    return {"marked": canonical(text), "folded": fold(text), "numbers": " ".join(sorted(tokens))}


def fts5(chosen: Iterable[Way]) -> str:
    """An expression of SQLite's FTS5 that holds when one of the ways does."""

    def phrase(one: Phrase) -> str:
        # Only letters, digits and blanks come here (WORD), so nothing can end the quotes.
        return f'{one.column}:"{one.words}"{" *" if one.prefix else ""}'

    return _expression(chosen, phrase, "AND", "OR")


_SIGNS = {"marked": "=", "folded": "", "numbers": "#"}
"""PostgreSQL keeps all columns in one tsvector: signs keep them apart."""
_MOST_POSITIONS = 16_383
_MOST_LETTERS = 200


def tsquery(chosen: Iterable[Way]) -> str:
    """A tsquery of PostgreSQL that holds when one of the ways does."""

    def phrase(one: Phrase) -> str:
        words = " <-> ".join(f"'{_SIGNS[one.column]}{word[:_MOST_LETTERS]}'" for word in one.words.split())
        return f"({words}{':*' if one.prefix else ''})"

    return _expression(chosen, phrase, "&", "|")


def tsvector(text: str) -> str:
    """A tsvector of PostgreSQL that holds the same columns, as far as it can count places."""
    lexemes: dict[str, list[str]] = {}
    whole = columns(text)
    for name in ("marked", "folded"):
        for place, word in enumerate(WORD.findall(whole[name])[:_MOST_POSITIONS], 1):
            lexemes.setdefault(f"{_SIGNS[name]}{word[:_MOST_LETTERS]}", []).append(str(place))
    for token in whole["numbers"].split():
        lexemes[f"{_SIGNS['numbers']}{token}"] = []
    return " ".join(f"'{word}'" + (f":{','.join(places)}" if places else "") for word, places in lexemes.items())


def _expression(chosen: Iterable[Way], phrase: Callable[[Phrase], str], every: str, either: str) -> str:
    def joined(sign: str, parts: Iterable[str]) -> str:
        return f"({f' {sign} '.join(parts)})"

    def written(way: Way) -> str:
        return joined(every, (joined(either, map(phrase, phrases)) for phrases in sorted(way, key=repr)))

    return joined(either, map(written, chosen))
