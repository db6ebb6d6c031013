"""From words as an engine read them to the syllables a model can judge, and back with case and punctuation kept."""

import re
import unicodedata
from dataclasses import dataclass

from digitizer.model import Word
from digitizer.text import canonical, fold, is_syllable

_LETTERS = re.compile(r"[^\W\d_]+")
_FROZEN = re.compile(r"[\d<>@_\\/|{}=+*#&%$€£©®~^]|://|www\.|\w\.\w")
_CODE = re.compile(r"[A-ZĐƯ]{2,}-[A-ZĐƯ]|[A-ZĐƯ]-[A-ZĐƯ]{2,}")
_OLD_STYLE = re.compile(r"([oOuU])([\u0300\u0301\u0303\u0309\u0323])([aAeEyY])(?![a-zA-Z\u0300-\u036f])")
_SENTENCE_END = (".", ":", ";", "!", "?", "-", "–", "+")
_FREQUENT = (
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ ngô dương lý đinh đoàn trịnh trương lâm đào hà lương"
)
_FAMILIES = frozenset(_FREQUENT.split())


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of letters inside a word: `start:end` in the text of word `word` of line `line`.

    `key`: lower case with canonical tone placement.  `name`: capitalised where running text would not be, so perhaps
    a name.
    `frozen`: may not be changed (codes, acronyms, addresses of the internet).  `number`: stands for a run with digits.
    """

    line: int
    word: int
    start: int
    end: int
    read: str
    key: str
    fold: str
    confidence: float
    name: bool = False
    frozen: bool = False
    number: bool = False


def pieces_of(word: Word, line: int, index: int, *, sentence: bool, capitals: bool, person: bool) -> list[Piece]:
    """The pieces of a word; `sentence`: one starts here; `capitals`: so the line is set; `person`: it is a name."""
    text = word.text
    whole = bool(_FROZEN.search(text) or _CODE.search(text))
    if whole and any(char.isdigit() for char in text):
        return [Piece(line, index, 0, len(text), text, "0", "0", word.confidence, frozen=True, number=True)]
    found = []
    for match in _LETTERS.finditer(text):
        read = match.group()
        acronym = read.isupper() and not capitals and (len(read) <= 2 or not is_syllable(read))
        shouted = read.isupper() and len(read) > 1
        start = sentence and match.start() <= 1
        name = person or (read[0].isupper() and not (capitals if shouted else start))
        key = canonical(read)
        found.append(
            Piece(
                line,
                index,
                match.start(),
                match.end(),
                read,
                key,
                fold(key),
                word.confidence,
                name=name,
                frozen=whole or (acronym and read.isascii()),
            )
        )
    return found


def is_person(words: tuple[Word, ...]) -> bool:
    """True for a line that is a full name: two to five words, the first a frequent family name, all capitalised."""
    texts = [word.text for word in words]
    return 2 <= len(texts) <= 5 and canonical(texts[0]) in _FAMILIES and all(text[0].isupper() for text in texts)


def ends_sentence(text: str) -> bool:
    """True when a capital after this word says nothing about the next one."""
    return text.endswith(_SENTENCE_END)


def printed(key: str, read: str, *, modern: bool) -> str:
    """The syllable `key` in the letter case of `read`; `modern`: hoà, not hòa."""
    text = _modern(key) if modern else key
    if len(text) == len(read):
        return "".join(new.upper() if old.isupper() else new for new, old in zip(text, read, strict=True))
    if read.isupper() and len(read) > 1:
        return text.upper()
    return text[0].upper() + text[1:] if read[0].isupper() else text


def _modern(key: str) -> str:
    decomposed = unicodedata.normalize("NFD", key)

    def second_vowel(match: re.Match[str]) -> str:
        if match.string[match.start() - 1 : match.start()] == "q":
            return match.group()
        return match.group(1) + match.group(3) + match.group(2)

    return unicodedata.normalize("NFC", _OLD_STYLE.sub(second_vowel, decomposed))


def is_modern(pieces: list[Piece]) -> bool:
    """True when this page prints `hoà` rather than `hòa` (both are correct; the printed habit is kept)."""
    modern = sum(piece.read.lower() != piece.key for piece in pieces)
    old = sum(_modern(piece.key) != piece.key and piece.read.lower() == piece.key for piece in pieces)
    return modern > old
