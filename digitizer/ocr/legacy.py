"""Text set in fonts from before Unicode: TCVN3 (.VnTime, ABC) and VNI (VNI-Times).

Tables: TCVN 5712-1 as in glibc; VNI as its fonts draw it (domain facts §7).  Applied per font run, never per file:
the same bytes mean other letters in another font.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import combinations

from digitizer.text import is_syllable

Coding = Callable[[str], str]
"""Characters as extracted → Unicode."""

_TCVN3 = str.maketrans(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
)
# VNI: a base letter, then a character that draws its mark over it.
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303",
    "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303",
    "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_MARK = re.compile(rf"([AEOUYaeouyÔÖôö])([{''.join(_VNI_MARKS)}{''.join(_VNI_MARKS).upper()}])")
_TCVN3_FONT = re.compile(r"(^|\+)\.?Vn[A-Z]")
_CAPITALS_FONT = re.compile(r"H(?=$|[-, ]|Bold|Italic)")
_VNI_FONT = re.compile(r"(^|\+)VNI[-_ ]?", re.IGNORECASE)
_VIETNAMESE = re.compile("[ăĂđĐĩĨũŨơƠưƯ\u0300-\u0303\u0306\u0309\u031b\u0323\u1ea0-\u1ef9]")  # no byte of old fonts
_HIGH = re.compile("[\u00a0-\u00ff\uf0a0-\uf0ff]")
_HYPHENED = re.compile(r"(?=-*[^\W\d])[^\W\d]*(?:-[^\W\d]*)+")
_DOUBLES = str.maketrans({"\u03bc": "µ", "\u2219": "·", "\u02c9": "¯"})
_AROUND = ".,;:!?()[]\"'“”‘’-–/…"
_FOREIGN = 0.6  # share of syllables below which a text is no Vietnamese
_CERTAIN = 0.9
_ENOUGH = 6  # words


def coding(font: str, text: str) -> Coding:
    """How the characters of one font of a page become Unicode, told from its name and from all of its `text`.

    A name is believed unless the text is Unicode already (files that were converted keep their fonts' names).  Without
    a telling name, text is converted that reads as Vietnamese only so.
    """
    if _VIETNAMESE.search(text):
        return unchanged
    if _TCVN3_FONT.search(font):
        read = from_tcvn3 if "\u00ad" in text else _from_windows
        return _upper(read) if _CAPITALS_FONT.search(font) else read
    if _VNI_FONT.search(font):
        return from_vni
    if _HIGH.search(text) and _syllables(text) < _FOREIGN:
        best = max((from_tcvn3, from_vni), key=lambda each: _syllables(each(text)))
        if _syllables(best(text)) > _CERTAIN:
            return best
    return unchanged


def unchanged(text: str) -> str:
    """A soft hyphen that PDFium made of a hyphen at a line's end is one again."""
    return text[:-1] + "-" if text.endswith("\u00ad") else text


def _upper(read: Coding) -> Coding:
    return lambda text: read(text).upper()


def _syllables(text: str) -> float:
    """Share of the words that are Vietnamese syllables; 0 for fewer than _ENOUGH words."""
    words = [word for word in (word.strip(_AROUND) for word in text.split()) if len(word) > 1 and not word.isdigit()]
    return sum(map(is_syllable, words)) / len(words) if len(words) >= _ENOUGH else 0.0


def from_tcvn3(text: str) -> str:
    """TCVN3 bytes shown as Latin-1 → Unicode, NFC; capitals of an …H font come out lower case."""
    return _bytes(text).translate(_TCVN3)


def _from_windows(text: str) -> str:
    """The same, where Windows-1252 has made hyphens of byte AD."""
    return _HYPHENED.sub(_horned, from_tcvn3(text.replace("\u00ad", "-")))


def _horned(match: re.Match[str]) -> str:
    """ư where a hyphen was extracted: byte AD is ư in TCVN3, but a hyphen to Windows-1252 (PDF 32000-1, D.2)."""
    word = match.group()
    spots = [at for at, char in enumerate(word) if char == "-"][:3]
    for count in range(len(spots), 0, -1):
        for chosen in combinations(spots, count):
            tried = "".join("ư" if at in chosen else char for at, char in enumerate(word))
            if all(is_syllable(part) for part in tried.split("-") if part):
                return tried
    return word


def _bytes(text: str) -> str:
    """The characters that stand for the bytes: symbol fonts show them above F000, and µ has a double."""
    return "".join(chr(ord(char) - 0xF000) if "\uf020" <= char <= "\uf0ff" else char for char in text).translate(
        _DOUBLES
    )


def from_vni(text: str) -> str:
    """VNI bytes shown as Latin-1 → Unicode, NFC."""

    def marked(match: re.Match[str]) -> str:
        base, mark = match.groups()
        return _letter(base) + _VNI_MARKS[mark.lower()]

    placed = _VNI_MARK.sub(marked, _bytes(text))
    return unicodedata.normalize("NFC", "".join(_letter(char) for char in placed))


def _letter(char: str) -> str:
    plain = _VNI_LETTERS.get(char.lower(), char)
    return plain.upper() if char.isupper() else plain
