"""Several papers in one cell: `A; B`, `a) A b) B`, `A và B`, `A kèm theo B`."""

import re
from collections.abc import Iterator
from typing import Protocol

from digitizer.classify.cells import BULLET
from digitizer.classify.sentences import blank, condition_of, first_sentence, name_of, one_of
from digitizer.classify.wordings import opened
from digitizer.text import fold

_POINT = re.compile(r"[;.:,]\s+(?:[-+*•–]\s*(?=\w)|\(?[a-zđ]\)\s*|\(?\d{1,2}[.)]\s+|\([ivx]{1,4}\)\s*)|;\s+")
_POINT_OR_COMMA = re.compile(rf"{_POINT.pattern}|,\s+")
_INTRO = re.compile(
    r"^(?:(?P<gathers>nop cho [^:;]*|(?:thanh phan )?ho so(?: de nghi [^:;]*)?(?: bao gom| gom| nhu sau)?|"
    r"ho so (?!thiet ke|ky thuat|nang luc)[\w ]{1,40} gom|ho so (?:ban )?giay|"
    r"(?:tai lieu |giay to )?(?:bao )?gom)|(?:rieng )?(?:doi voi|truong hop|neu) [^:]*) ?:\s"
)
"""What stands before papers: that they are handed in, or of whom they are asked."""
_JOINED = re.compile(
    r",? (?:va (?!xac nhan|chung nhan|quy dinh|de nghi|giai trinh|thiet ke|ket qua|tinh hinh)|"
    r"(?<!cap )(?<!hanh )(?<!dinh )(?<!gui )(?<!nop )"
    r"(?=kem (?!(?:theo )?(?:ban (?!sao)|bang )|theo (?:\w+ ){1,3}so\b)))(?=\w)"
)
_CONTENTS = re.compile(r":(?!\s*\d+ (?:\(\w+\) )?bản)")
_FIRST, _SECOND = re.compile(r"\ba\)"), re.compile(r"\bb\)")
"""What a paper contains begins with `a)`: the `b)` of others is another paper."""
_NO_NAMES = re.compile(r"theo (?:mẫu )?quy định|đề nghị|yêu cầu|trong đó[^;]*", re.IGNORECASE)
"""What may be the name of a paper elsewhere, in the midst of another's name is none."""
_COPIED = re.compile(r"ban (?:sao|chinh|goc)\b")
_NAMED = 4
"""Words that tell a paper by more than what all such are called."""
_TOGETHER = "nêu chung với giấy tờ khác trong một mục"
"""Why B of `A và B` is perhaps: it may be what A tells of."""
_SHORT = 7
"""Words of a paper's name behind which `và` joins another paper."""


class Names(Protocol):
    """What names papers in a text."""

    def opens(self, text: str) -> str:
        """What paper it begins with: its kinds, `~` and a noun, `*` where it may be any; empty where with none."""

    def named(self, text: str) -> list[int]:
        """Where papers of some kind are named."""


def papers(cell: str, names: Names) -> list[tuple[str, str]]:
    """The papers of one cell, (its words, the condition before all of them or why it is in doubt) each."""
    name, shared = name_of(cell), ""
    if one_of(first_sentence(name)):
        return [(name, "")]
    intro = _INTRO.match(fold(name))
    rest = BULLET.sub("", name[intro.end() :]) if intro else ""
    if intro and (intro["gathers"] or names.opens(rest)):
        name, shared = rest, "" if intro["gathers"] else name[: intro.end()].strip(" :")
    gathered = intro is not None and bool(intro["gathers"])
    parts = [part for point in _points(name, names, gathered=gathered) for part in _joined(point, names)]
    return [(part, shared or why) for part, why in parts if any(map(str.isalnum, part))] or [(name, shared)]


def _points(name: str, names: Names, *, gathered: bool) -> Iterator[str]:
    """`A; B` and `A. - B`, where each begins with another paper; what a paper contains, behind a colon, is none.

    `gathered`: the list says that all its points are papers.
    """
    first = names.opens(name) or ("*" if gathered else "")
    start = at = 0
    for match in (_POINT_OR_COMMA if gathered else _POINT).finditer(name):
        before, rest = name[start : match.start() + 1], name[match.end() :]
        other = names.opens(rest) or (match[0] if gathered and match[0].strip() not in ",;" else "")
        chosen = rest.startswith("hoặc ") or before.rstrip(" ;,.").endswith(" hoặc")
        contained = _CONTENTS.search(before) and not (_SECOND.search(match[0]) and not _FIRST.search(before))
        if not first or not other or chosen or contained or _open_bracket(before):
            continue
        if (other == first and not gathered) or (match[0][0] == "," and len(before.split()) < _NAMED):
            continue
        if match[0].strip() == ";" and rest[:1].islower() and _names_another(before, names):
            continue
        yield name[at : match.start()].strip()
        start = at = match.end()
        first = other
    yield name[at:].strip()


def _names_another(text: str, names: Names) -> bool:
    """True when a paper of a kind is named behind the one that the text begins with: what follows may belong to it."""
    plain = _NO_NAMES.sub(blank, text[opened(text) :])
    third = [word.start() for word in re.finditer(r"(?<=\s)\w", plain)][2:3]
    return bool(third) and any(start >= third[0] for start in names.named(plain))


def _stands_alone(before: str, behind: str, names: Names) -> bool:
    """True when `A và B` are two papers, and B is nothing that A is about: A is short, or B has copies of its own."""
    own = before[opened(before) :]
    short = len(own.split()) < _SHORT and " về " not in own
    return (short or _COPIED.match(behind) is not None) and not _names_another(before, names)


def _open_bracket(text: str) -> bool:
    return text.count("(") > text.count(")")


def _joined(name: str, names: Names) -> Iterator[tuple[str, str]]:
    """`A và B`, `A kèm theo B`, where no other paper stands between, to which B might belong; each with its doubt.

    A condition at the end is that of both, unless it is a mere `nếu có`.
    """
    first = names.opens(name)
    key = first_sentence(name)
    for match in _JOINED.finditer(key):
        other = names.opens(name[match.end() :]) if first else ""
        if other in ("", first) or _open_bracket(key[: match.start()]):
            continue
        rest = re.sub(r"^kèm (?:theo )?", "", name[match.end() :])
        condition = condition_of(rest, first_sentence(rest))
        shared = "" if condition.startswith("nếu có") else condition
        behind, with_and = key[match.end() :], "va" in match[0].split()
        if with_and and not (shared != condition or _stands_alone(name[: match.start()], behind, names)):
            break
        doubt = _TOGETHER if with_and and not _COPIED.match(behind) else ""
        yield f"{name[: match.start()]} {shared}".strip(), ""
        yield from ((part, why or doubt) for part, why in _joined(rest, names))
        return
    yield name, ""
