"""Text set in fonts from before Unicode: TCVN3 (.VnTime, ABC) and VNI (VNI-Times).

Tables: TCVN 5712-1 as in glibc; VNI as its fonts draw it (domain facts §7).  Applied per font run, never per file:
the same bytes mean other letters in another font.
"""

import re
import unicodedata

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
_VNI_FONT = re.compile(r"(^|\+)VNI[- ]", re.IGNORECASE)


def to_unicode(text: str, font: str) -> str:
    """The text as the font draws it: Unicode when the font's name says TCVN3 or VNI, else unchanged."""
    if _TCVN3_FONT.search(font):
        converted = from_tcvn3(text)
        return converted.upper() if font.rstrip().split("-")[0].split(",")[0].endswith("H") else converted
    if _VNI_FONT.search(font):
        return from_vni(text)
    return text


def is_legacy(font: str) -> bool:
    """True for the name of a font that needs `to_unicode`."""
    return bool(_TCVN3_FONT.search(font) or _VNI_FONT.search(font))


def from_tcvn3(text: str) -> str:
    """TCVN3 bytes shown as Latin-1 → Unicode, NFC; capitals of an …H font come out lower case."""
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """VNI bytes shown as Latin-1 → Unicode, NFC."""

    def marked(match: re.Match[str]) -> str:
        base, mark = match.groups()
        return _letter(base) + _VNI_MARKS[mark.lower()]

    placed = _VNI_MARK.sub(marked, text)
    return unicodedata.normalize("NFC", "".join(_letter(char) for char in placed))


def _letter(char: str) -> str:
    plain = _VNI_LETTERS.get(char.lower(), char)
    return plain.upper() if char.isupper() else plain
