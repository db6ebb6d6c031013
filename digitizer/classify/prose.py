"""Running text and addresses: what they say, and how far they look like Vietnamese."""

import re

from rapidfuzz.distance import Levenshtein

from digitizer.classify.value import Value
from digitizer.text import canonical, fold, is_syllable, squeeze


def text(raw: str) -> Value | None:
    """Running text: leaders and blanks gone, no final full stop; trusted as far as it looks like Vietnamese."""
    joined = squeeze(re.sub(r"[.…_·]{3,}", " ", quarters(raw))).strip(" :;,-–|*'\"").removesuffix(".").strip()
    return Value(joined, joined, plain(joined)) if sum(char.isalpha() for char in joined) >= 2 else None


def quarters(text: str) -> str:
    """The text with the figures of its quarters right: `quý HI` is `quý III`, only Roman ones stand there."""
    return re.sub(r"\b([Qq]uý )([IHl1|V]{1,4})(?!\w)", _quarter, text)


_SPECK = re.compile(r"(?<=[a-zà-ỹ])[.:](?=[a-zà-ỹ]{2})|(?<=\w)\s[.,:;·'*]\s(?=\w)")
_YEARS = re.compile(r"\b((?:19|20)\d\d)\s?[:;.]\s?((?:19|20)\d\d)\b")


def mended(text: str) -> str:
    """Running text without specks read as signs (`Tổ.chức`, `giai đoạn . 2025`, `2016:2021`), and with a blank in a
    word that is no syllable but two in one way alone (`dụngquý`).
    """
    plain = _YEARS.sub(r"\1-\2", _SPECK.sub(" ", text))
    return " ".join(_parted(word) for word in plain.split(" "))


def _parted(word: str) -> str:
    if not word.isalpha() or not word.islower() or is_syllable(word):
        return word
    ways = [at for at in range(2, len(word) - 1) if is_syllable(word[:at]) and is_syllable(word[at:])]
    return f"{word[: ways[0]]} {word[ways[0] :]}" if len(ways) == 1 else word


def _quarter(found: re.Match[str]) -> str:
    figure = re.sub(r"[l1|]", "I", found[2]).replace("H", "II")
    return found[1] + figure if figure in ("I", "II", "III", "IV") else found[0]


def plain(joined: str) -> float:
    """How far running text looks like Vietnamese, 0–1: every odd word or stray sign tells of a misreading."""
    odd = sum(_odd(word) for word in joined.split())
    opened = fold(joined).endswith(_OPEN_ENDS) and not joined.lower().endswith("tặng cho")  # a gift of land
    return 0.95 * 0.72**odd * (0.6 if opened else 1.0)


_OPEN_ENDS = (
    " va",
    " cua",
    " ve",
    " cac",
    " tai",
    " cho",
    " voi",
    " doi",
    " theo",
    " do",
    " tren",
    " trong",
    " de",
    ",",
)
_TIDY = re.compile(r"^[(\"“‘]?(?:[\w/%.:+&-]+)[)\"”’,.;:?]*$")


def _odd(word: str) -> bool:
    """A lone sign, a sign inside a word, capitals inside it, or a small word that is no Vietnamese syllable."""
    if word in ("-", "–", "&", "/", "+"):
        return False
    if not _TIDY.match(word) or "_" in word or not any(map(str.isalnum, word)):
        return True
    bare = word.strip('()"“”‘’,.;:?')
    if not bare.isalpha():
        halves = bare.split("-")
        strange = len(halves) > 1 and any(half.islower() and not is_syllable(half) for half in halves)
        return strange or bool(re.search(r"[a-zà-ỹ][.:][A-Za-zà-ỹ]", bare)) or bare.startswith("-")
    mixed = not (bare.islower() or bare.isupper() or bare.istitle())
    return mixed or (bare.islower() and not is_syllable(bare))


_DESIGNATORS = {
    fold(word): word
    for word in (
        *("số", "đường", "quốc lộ", "đại lộ", "ngõ", "ngách", "hẻm", "lô", "khu dân cư"),
        *("tổ", "tổ dân phố", "khu phố", "khóm", "ấp", "thôn", "xóm", "bản", "buôn"),
        *("xã", "phường", "thị trấn", "đặc khu", "quận", "huyện", "thị xã", "thành phố", "tỉnh"),
    )
}
_BEFORE_FIGURES = ("số", "tổ", "ngõ", "hẻm", "lô", "khóm", "ấp", "thôn")
_NUMBERED = ("tổ", "tổ dân phố", "khu phố", "khóm", "ấp")
_UPPER = frozenset(map(fold, ("xã", "phường", "thị trấn", "đặc khu", "quận", "huyện", "thị xã", "thành phố", "tỉnh")))
_LABEL_REST = re.compile(r"^\s*[^\W\d_]+(?:\s[^\W\d_]+){0,5}\s?:\s")
"""Words before a colon at the beginning of a value: what is left of a label that says more than we know."""
_GLUED = re.compile(r"^(số|t[ổốồôo]|khu phố|ấp|thôn)(?=\d)", re.IGNORECASE)
"""A blank lost before a figure: `tổ26`."""
_EMPTY = re.compile(rf"(?:{'|'.join(map(fold, _NUMBERED))})(?: (?:xa|phuong|thi tran)\b.*)?$")
_STEP = re.compile(rf"^({'|'.join(sorted(map(re.escape, _DESIGNATORS), key=len, reverse=True))})(?=\s)")


def address(raw: str) -> Value | None:
    """An address, step by step: the words for its units regain their marks (`tố 33` is `tổ 33`), a full stop before
    one of them is a comma.
    """
    whole = text(_LABEL_REST.sub("", raw))
    if whole is None:
        return None
    # `Cây. Sao`, `Cây.Sao`: a speck between two words of a name; after TP, P and Q the full stop is the paper's own.
    plain_text = re.sub(r"(?<![TPQ])(?<=\w\w)\.\s?(?=[A-ZĐÀ-Ỹ])", " ", whole.text)
    plain_text = re.sub(r"\b(số|tổ|ấp|phố)[.:]\s?(?=\d)", r"\1 ", plain_text)
    # `thành:phố`, `tỉnh-Tây Ninh`, `Bàu Sen; huyện`: specks that are read as signs.
    plain_text = re.sub(r"(?<=[a-zà-ỹ])[:'](?=[A-ZĐÀ-Ỹa-zà-ỹ])", " ", plain_text)
    plain_text = re.sub(r"\b(tỉnh|huyện|xã|phường|phố|trấn)-(?=[A-ZĐÀ-Ỹ])", r"\1 ", plain_text)
    plain_text = re.sub(r"(?<![\w/])[!|](?=\d)", "1", plain_text)
    plain_text = re.sub(r"\s*;\s+(?=[a-zđ])", ", ", plain_text)
    steps = re.split(r"\s*,\s*|\.\s+(?=[a-zđ])", plain_text)
    mended = [_step(step) for step in steps if any(map(str.isalnum, step))]
    joined = ", ".join(mended)
    trust = plain(joined)
    last = _STEP.match(fold(mended[-1])) if mended else None
    if len(joined.split()) < 3 or (len(mended) > 1 and (last is None or last[1] not in _UPPER)):
        trust *= 0.7  # an address ends in a commune or above; this one lost its end
    if mended and not re.match(r"[^\W\d_]|\d\S*\s[^\W\d_]", mended[0]):
        trust *= 0.7  # `8, khu phố 8`, `/ổ 26, ấp 7`: the word before the figure is lost or torn
    if any(_EMPTY.match(fold(step)) for step in mended):
        trust *= 0.6  # `khu phố phường Lái Thiêu`, `tổ, ấp 7`: its figure is lost
    return Value(whole.text, joined, trust)


def _step(step: str) -> str:
    step = _GLUED.sub(r"\1 ", step.strip(" -–_`'‘’“”\"()").lstrip("."))
    found = _STEP.match(fold(step))
    if found is None:
        return _torn_designator(step)
    right = _DESIGNATORS[found[1]]
    first = step[: found.end()]
    # Hamlets and groups are numbered in figures; a lone stroke is a 1.
    rest = " 1" if right in _NUMBERED and step[found.end() :].strip() in ("I", "l", "|", "]") else step[found.end() :]
    return (right[:1].upper() + right[1:] if first[:1].isupper() else right) + rest


def _torn_designator(step: str) -> str:
    """`rổ 3`, `ổ 3` for `tổ 3`: of the words that stand before a figure one alone is a letter away."""
    word, _, figure = step.partition(" ")
    near = [one for one in _BEFORE_FIGURES if Levenshtein.distance(canonical(word), canonical(one)) == 1]
    return f"{near[0]} {figure}" if len(near) == 1 and figure[:1].isdigit() and fold(word) not in _DESIGNATORS else step
