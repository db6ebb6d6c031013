"""Running text and addresses: what they say, and how far they look like Vietnamese."""

import re

from digitizer.classify.value import Value
from digitizer.text import fold, is_syllable, squeeze


def text(raw: str) -> Value | None:
    """Running text: leaders and blanks gone, no final full stop; trusted as far as it looks like Vietnamese."""
    joined = squeeze(re.sub(r"[.…_·]{3,}", " ", raw)).strip(" :;,-–|*'\"").removesuffix(".").strip()
    return Value(joined, joined, plain(joined)) if sum(char.isalpha() for char in joined) >= 2 else None


def plain(joined: str) -> float:
    """How far running text looks like Vietnamese, 0–1: every odd word or stray sign tells of a misreading."""
    odd = sum(_odd(word) for word in joined.split())
    opened = fold(joined).endswith(_OPEN_ENDS)
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
    if not _TIDY.match(word) or "_" in word:
        return True
    bare = word.strip('()"“”‘’,.;:?')
    if not bare.isalpha():
        return bool(re.search(r"[a-zà-ỹ][.:][A-Za-zà-ỹ]", bare)) or bare.startswith("-")
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
_UPPER = frozenset(map(fold, ("xã", "phường", "thị trấn", "đặc khu", "quận", "huyện", "thị xã", "thành phố", "tỉnh")))
_STEP = re.compile(rf"^({'|'.join(sorted(map(re.escape, _DESIGNATORS), key=len, reverse=True))})(?=\s)")


def address(raw: str) -> Value | None:
    """An address, step by step: the words for its units regain their marks (`tố 33` is `tổ 33`), a full stop before
    one of them is a comma.
    """
    whole = text(raw)
    if whole is None:
        return None
    # `Cây. Sao`, `Cây.Sao`: a speck between two words of a name; after TP, P and Q the full stop is the paper's own.
    plain_text = re.sub(r"(?<![TPQ])(?<=\w\w)\.\s?(?=[A-ZĐÀ-Ỹ])", " ", whole.text)
    steps = re.split(r"\s*,\s*|\.\s+(?=[a-zđ])", plain_text)
    mended = [_step(step) for step in steps if any(map(str.isalnum, step))]
    joined = ", ".join(mended)
    trust = plain(joined)
    last = _STEP.match(fold(mended[-1])) if mended else None
    if len(joined.split()) < 3 or (len(mended) > 1 and (last is None or last[1] not in _UPPER)):
        trust *= 0.7  # an address ends in a commune or above; this one lost its end
    return Value(whole.text, joined, trust)


def _step(step: str) -> str:
    step = step.strip(" -–_`'‘’“”\"()")
    found = _STEP.match(fold(step))
    if found is None:
        return step
    right = _DESIGNATORS[found[1]]
    first = step[: found.end()]
    return (right[:1].upper() + right[1:] if first[:1].isupper() else right) + step[found.end() :]
