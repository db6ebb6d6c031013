"""Vietnamese text: one place for NFC, folding, document numbers and the shape of syllables."""

import re
import unicodedata

HIDDEN = re.compile("[\u200b-\u200f\u2060\ufeff\xad]")
"""Characters that nobody sees: joiners, marks of direction, soft hyphens."""
# Tone placement differs only in the open rimes oa, oe, uy (domain: NĐ 30/2020 itself prints both HÒA and HOÀ).
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_OPEN_RIME = re.compile(rf"([oOuU])([aAeEyY])([{_TONES}])(?![a-zA-Z\u0300-\u036f])")
_NUMBER = re.compile(
    r"(?<![\w/])(\d{1,6}[a-z]?)\s*/\s*((?:(?:19|20)\d{2}\s*/\s*)?[A-ZĐa-zđ][A-Za-zĐđƯưÂâ]*\d{0,2}"
    r"(?:\s*[-–]\s*[A-ZĐa-zđ][0-9A-Za-zĐđƯưÂâ]*(?:[,&][A-ZĐa-zđ][0-9A-Za-zĐđ]*)*)*)"
)


def nfc(text: str) -> str:
    """The text in NFC, the only form in which text is kept."""
    return unicodedata.normalize("NFC", text)


def squeeze(text: str) -> str:
    """NFC with white space joined to single spaces and none at the ends."""
    return " ".join(nfc(text).split())


def fold(text: str) -> str:
    """Lower case without marks, đ as d.  As long as the NFC text given: position i here is position i there."""
    return text.translate(_FOLDED)


class _Folded(dict[int, str]):
    """Each character's folded one, worked out when it first comes."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        first = "d" if char in "đĐ" else unicodedata.normalize("NFD", char)[0]
        lowered = first.lower()
        self[code] = lowered if len(lowered) == 1 else first
        return self[code]


_FOLDED = _Folded()


def canonical(text: str) -> str:
    """Lower case, NFC, the tone of open oa/oe/uy on its first vowel: hoà → hòa.

    Equal when only spelling habits differ.

    `quý` keeps its tone on y: its u belongs to the onset qu.
    """
    decomposed = unicodedata.normalize("NFD", text.lower())

    def first_vowel(match: re.Match[str]) -> str:
        before = match.string[match.start() - 1 : match.start()]
        if before == "q":
            return match.group()
        return match.group(1) + match.group(3) + match.group(2)

    return unicodedata.normalize("NFC", _OPEN_RIME.sub(first_vowel, decomposed))


def number_token(number: str) -> str:
    """One token for a document number or code however it is typed: `123/QĐ-UBND` and `123 qd ubnd` → `123qdubnd`."""
    return re.sub(r"[^0-9a-z]", "", fold(number))


def numbers_in(text: str) -> list[str]:
    """Document numbers (số ký hiệu, NĐ 30/2020 ô 3) as they stand in the text."""
    return [match.group() for match in _NUMBER.finditer(text)]


# Syllables: (onset)(glide)(nucleus)(coda) + tone; the tables are phonology, not a word list.
_ONSET = "ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx]"
_VOWELS = "aăâeêioôơuưy"
_RIME = re.compile(
    rf"^({_ONSET})?([{_VOWELS}]{{1,3}})(ch|nh|ng|[cmnpt])?$",
)
_NUCLEI = frozenset(
    """
    a ă â e ê i o ô ơ u ưa ưu ươ ươi ươu ư y ai ao au ay âu ây eo êu ia iê iêu iu oa oă oai oao oay oe oeo oi oo ôi ơi
    ua uâ uây uê ui uô uôi uơ uy uya uyê uyu ưi yê yêu
    """.split()  # noqa: SIM905  # a list of 60 quoted strings is no better to read
)


def is_syllable(word: str) -> bool:
    """True for a well-formed Vietnamese syllable in any case.

    Evidence, not proof: it rejects `Đắk`-type names and acronyms, and accepts real-word errors.
    """
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = [char for char in decomposed if char in _TONES]
    if len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(char for char in decomposed if char not in _TONES))
    match = _RIME.match(bare)
    if match is None:
        return False
    onset, nucleus, coda = match.group(1) or "", match.group(2), match.group(3) or ""
    front = nucleus[0] in "eêiy"
    if onset in ("k", "gh", "ngh") and not front:
        return False
    if onset in ("c", "g", "ng") and front and not (onset == "g" and nucleus[0] == "i"):
        return False
    if coda in ("p", "t", "c", "ch") and tones not in (["\u0301"], ["\u0323"]):
        return False
    return nucleus in _NUCLEI
