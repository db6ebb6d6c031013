"""Ô 7 of NĐ 30/2020 Phụ lục I: on whose behalf (TM., KT., TL., TUQ., Q.), office held, name; and who else signs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from digitizer.classify import values
from digitizer.classify.bodies import body_name
from digitizer.classify.found import Found, from_rows
from digitizer.classify.heading import piece
from digitizer.classify.layout import Row, Sheet
from digitizer.classify.names import is_surname
from digitizer.classify.tables import Office
from digitizer.classify.value import Value
from digitizer.model import PageRef
from digitizer.text import fold, is_syllable, squeeze

_BEHALF = re.compile(
    r"^\W{0,2}(?:t\.?\s?m|k\.?\s?t|t\.?\s?l|t\.?\s?u\.?\s?q|q)\s?[./,]\s?\s*(?=[a-z])|^\W{0,2}(?:tm|kt|tl|tuq)\s+[a-z]"
)
_INSTEAD = re.compile(r"\W*(?:k\.?\s?)?t\b\W*")
"""`KT.` (ký thay): only a deputy signs under it, whose line begins `PHÓ` or `THỨ`."""
_TORN = {"TỊCH": "CHỦ TỊCH", "ĐỐC": "GIÁM ĐỐC"}
"""What seals leave of titles that end so."""
_READ = 0.6  # a first word read with more is no torn family name, if it looks like a name
_SIGNS = ".,-–_—'\"“”‘’"
_NOTE = re.compile(r"^\W*\(?(?:ky|da ky|chu ky|signature|dong dau)\b")


def signature(page: Sheet, office: Office, at: PageRef) -> Iterator[Found]:
    """The signer and his office on this page; nothing when no signature block stands on it."""
    block = signature_rows(page, office)
    if not block:
        yield from _untitled(page, office, at)
        return
    title = block[-1]
    found = _name(page, block, office)
    if found is not None:
        row, name = found
        # Titles and name are centred on each other; a name that stands aside lost its beginning or end.
        aside = all(abs(row.middle - above.middle) > 0.03 for above in block)
        yield from_rows("signer", row.text, name.normalised, [row], at, name.trust * (0.65 if aside else 1.0))
    text, trust = _office_held(block, office)
    if found is not None or _title(fold(text), office):
        yield from_rows("signer_title", text, text, [title], at, trust)


def _untitled(page: Sheet, office: Office, at: PageRef) -> Iterator[Found]:
    """A signer whose office can't be read, under its seal: a name with a known family name where signatures stand,
    alone on its line beside or under the recipients, and nothing below it.
    """
    top = next((row.y0 for row in page.rows if row.key.startswith("noi nhan")), None)
    right = [row for row in page.rows if top is not None and row.y0 > top and row.middle > 0.6 and row.x0 > 0.5]
    for row in sorted(right, key=lambda row: -row.level)[:2]:
        name = values.person(row.text)
        if name and name.trust > 0.7 and row.capital < 0.6 and _surnamed(name, office):
            yield from_rows("signer", row.text, name.normalised, [row], at, 0.7 * name.trust)
            return


def _surnamed(name: Value, office: Office) -> bool:
    return is_surname(name.normalised.partition(" ")[0], office)


def _office_held(block: tuple[Row, ...], office: Office) -> tuple[str, float]:
    """(title, trust 0–1) of a block; of a deputy whose own line can't be read it is guessed from whom he signs for."""
    title = block[-1]
    if instead := _INSTEAD.match(title.key):
        return _as_known(f"PHÓ {_bare(title.text[instead.end() :])}", office), 0.5
    text = _as_known(_bare(title.text[_behalf_ends(title) if len(block) == 1 else 0 :]), office)
    if text in _TORN:
        return _TORN[text], 0.5
    known = _title(fold(text), office) and text == text.upper()
    deputy = fold(text).startswith(("pho", "thu truong"))
    lost = not deputy and any(_INSTEAD.match(row.key) for row in block[:-1])
    return text, (1.0 if known else 0.3) * (0.65 if lost else 1.0)


def _bare(text: str) -> str:
    return squeeze(text).strip(" -–—_.,*'\"|:;“”()‘’ˆ")


def signature_rows(page: Sheet, office: Office) -> tuple[Row, ...]:
    """The lines of ô 7a on the right half, in capitals, last block of the page."""
    headed = any(row.key.startswith(("cong hoa xa hoi", "doc lap")) for row in page.rows)
    right = sorted(
        (row for row in page.rows if row.middle > 0.5 and row.x0 > 0.33 and row.level > (0.25 if headed else 0.03)),
        key=lambda row: row.level,
    )
    blocks: list[list[Row]] = []
    for row in (_from_title(row, office) for row in right):
        opens = row.capital > 0.65 and (bool(_BEHALF.search(row.key)) or _title(row.key, office))
        if not opens:
            goes_on = bool(blocks) and row.capital > 0.75 and sum(map(str.isalpha, row.text)) > 3
            if not goes_on or not _near(blocks[-1][-1], row):
                continue
        if blocks and _near(blocks[-1][-1], row):
            blocks[-1].append(row)
        elif opens:
            blocks.append([row])
    return tuple(blocks[-1]) if blocks else ()


def _from_title(row: Row, office: Office) -> Row:
    """The row from the office's title on: a seal or a recipient beside it may be read into its line."""
    if _title(row.key, office) or _BEHALF.search(row.key):
        return row
    for start in range(1, min(6, len(row.words))):
        tail = piece(row, start, len(row.words))
        if tail.capital > 0.8 and (_BEHALF.search(tail.key) or _title(tail.key, office)):
            return _deputy(row, start) or tail
    return row


def _deputy(row: Row, start: int) -> Row | None:
    """`Ó CHỦ TỊCH`: the title with its `PHÓ`, of which a seal ate a part; None where nothing is left of one."""
    torn = row.words[start - 1]
    if fold(torn.text.strip(_SIGNS)) not in ("o", "ho", "ph", "po"):
        return None
    words = (*row.words[: start - 1], replace(torn, text="PHÓ"), *row.words[start:])
    return piece(replace(row, words=words, key=" ".join(fold(word.text) for word in words)), start - 1, len(words))


def _as_known(text: str, office: Office) -> str:
    """A title that is a known one but for a letter or a sign, as the known one is written."""
    text = squeeze(re.sub(r"(?<=\w\w)\s?[.,]\s?(?=\w\w)", " ", text)) if text.isupper() else text
    near = [title.upper() for title in office.titles if text.isupper() and fuzz.ratio(fold(title), fold(text)) >= 88]
    return max(near, key=lambda title: fuzz.ratio(title, text)) if near else text


def signing_body(sheets: Sequence[tuple[Sheet, PageRef]], office: Office) -> Iterator[Found]:
    """The body that signs a certificate whose head names none: above the signature, behind `TM.`, or with its head's
    title on a line of the front, `GIÁM ĐỐC SỞ …`.
    """
    for page, at in sheets:
        block = signature_rows(page, office)
        if not block:
            continue
        above = [
            row for row in page.rows if 0 < block[0].y0 - row.y0 < 0.05 and row.middle > 0.45 and row.capital > 0.8
        ]
        rows = [max(above, key=lambda row: row.y0)] if above else [block[0]]
        printed = squeeze(rows[0].text[_behalf_ends(rows[0]) :])
        name, known = body_name(printed, office)
        if known == 1.0 and not _title(fold(printed), office):
            yield from_rows("issuer", printed, name, rows, at, 0.95)
            return
    first, at = sheets[0]
    for row in first.rows:
        titled = _HEADED.search(row.key) if row.capital > 0.8 else None
        if titled:
            printed = squeeze(row.text[titled.end() :])
            yield from_rows("issuer", printed, body_name(printed, office)[0], [row], at, 0.95)
            return


def _behalf_ends(row: Row) -> int:
    found = _BEHALF.search(row.key)
    return found.end() - (0 if row.key[found.end() - 1] in " ." else 1) if found else 0


_HEADED = re.compile(
    r"^(?:cuc truong|giam doc|hieu truong|thu truong|chu tich)\s+"
    r"(?=cuc|cong an|bo|so|truong|uy ban|dai hoc|hoc vien)"
)


def card_issuer(sheets: Sequence[tuple[Sheet, PageRef]]) -> Iterator[Found]:
    """Who gives out a card: the body that its back names after the head's title, with the line that goes on with it."""
    for page, at in sheets:
        for row in page.rows:
            titled = _HEADED.search(row.key)
            if titled is None and row.key != "bo cong an":
                continue
            below = page.below(row) if titled else None
            rows = [row, below] if below is not None and below.capital > 0.8 else [row]
            printed = squeeze(" ".join(one.text for one in rows)[titled.end() if titled else 0 :])
            printed = re.sub(r"(?<=\w\w)\s?[.,·]\s(?=\w)", " ", printed)  # a speck between two words
            name = printed[:1].upper() + printed[1:].lower().replace("cảnh sát", "Cảnh sát").replace(
                "công an", "Công an"
            )
            cut = fold(printed) in ("cuc canh sat", "cong an")  # whose: a line is lost
            yield from_rows("issuer", printed, name, rows, at, 0.6 if cut else 1.0)
            return


def _near(above: Row, below: Row) -> bool:
    return below.y0 - above.y1 < 1.4 * max(above.height, 0.012) and below.x0 < above.x1 and below.x1 > above.x0


def _near_family(row: Row, office: Office) -> Value | None:
    """`âm Sỹ Hoạch`, `Đặn§ Mai Hương`: a seal or a signature ate or changed letters of the family name.  Of those that
    are nearest the commonest is taken; a guess, and said to be one.
    """
    first, _, rest = squeeze(row.text).partition(" ")
    if first[:1].isupper() and is_syllable(first) and row.words[0].confidence > _READ:
        return None
    if rest[:1].islower():  # `Ph ấn Duy Mạnh`
        second, _, rest = rest.partition(" ")
        first += second
    far = {name: Levenshtein.distance(name.lower(), first.lower()) for name in office.surnames}
    nearest = min(office.surnames, key=lambda name: far[name])  # they stand in the order of how common they are
    name = values.person(f"{nearest} {rest}") if far[nearest] <= max(1, (len(first) + 1) // 3) and rest else None
    return replace(name, trust=0.75 * name.trust) if name else None


def _name(page: Sheet, block: tuple[Row, ...], office: Office) -> tuple[Row, Value] | None:
    """The first line below the block that reads as a name, within a quarter of the page."""
    title = block[-1]
    under = sorted(
        (row for row in page.rows if 0 < row.y0 - title.y1 < 0.27 and row.x1 > title.x0 - 0.05 and row.middle > 0.45),
        key=lambda row: row.level,
    )
    for line in _lines(under):
        names = [found for row in line if row.y0 - title.y1 > 0.6 * title.height and (found := _named(row, office))]
        if names:
            return max(names, key=lambda found: (_surnamed(found[1], office), found[1].trust))
    return None


def _lines(rows: Sequence[Row]) -> list[list[Row]]:
    """What may be read on each level: the pieces of a line as one, for a ring between the words of a name parts them,
    then each by itself.
    """
    lines: list[list[Row]] = []
    for row in rows:
        if lines and abs(row.level - lines[-1][-1].level) < 0.4 * row.height:
            lines[-1].append(row)
        else:
            lines.append([row])
    return [[_one_row(line), *line] if len(line) > 1 else line for line in lines]


def _one_row(line: Sequence[Row]) -> Row:
    ordered = sorted(line, key=lambda row: row.x0)
    return Row(
        text=" ".join(row.text for row in ordered),
        key=" ".join(row.key for row in ordered),
        words=tuple(word for row in ordered for word in row.words),
        x0=ordered[0].x0,
        y0=min(row.y0 for row in ordered),
        x1=max(row.x1 for row in ordered),
        y1=max(row.y1 for row in ordered),
        middles=tuple(middle for row in ordered for middle in row.middles),
    )


def _named(row: Row, office: Office) -> tuple[Row, Value] | None:
    """The name on a line, from its family name on; None when it reads as no name of a person."""
    if _NOTE.search(row.key) or (row.capital > 0.9 and len(row.words) > 6):
        return None
    row = _from_family(row, office)
    name = values.person(row.text)
    if name is None or not _surnamed(name, office):
        name = _near_family(row, office) or name
    if not name or not 2 <= len(name.normalised.split()) <= 6 or not _of_person(name.normalised) or name.trust <= 0.7:
        return None
    shown = name.normalised.title() if name.normalised.isupper() else name.normalised
    return row, Value(name.text, shown, name.trust)


def _from_family(row: Row, office: Office) -> Row:
    """The row from a family name on: a piece of a ring or a stroke before it is no part of a name."""
    for start in range(1, min(3, len(row.words) - 1)):
        before, name = [word.text.strip(_SIGNS) for word in row.words[:start]], row.words[start].text.strip(_SIGNS)
        named = any(word[:1].isupper() and is_syllable(word) for word in before)
        if is_surname(name, office) and not named:
            return piece(row, start, len(row.words))
    return row


def _of_person(name: str) -> bool:
    """Every word with a capital, as no body's name has."""
    return all(word[:1].isupper() for word in name.split()) and not name.lower().startswith("trường ")


@lru_cache(maxsize=8)
def _titles(office: Office) -> tuple[str, ...]:
    return tuple(fold(title) for title in office.titles)


def _title(key: str, office: Office) -> bool:
    """The line begins with an office that signs."""
    plain = key.strip(" -–—_.,*'\"|:;()")
    for title in _titles(office):
        if plain.startswith(title) or (len(plain) >= len(title) - 1 and fuzz.ratio(plain[: len(title)], title) >= 88):
            return True
    return False
