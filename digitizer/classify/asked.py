"""Which of the papers that a published list asks for are needed in every case: cases, papers said again, forms."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from digitizer.classify.cells import BULLET, ONE_OF
from digitizer.classify.sentences import BY_HAND, NOTES, SHOWN, TAKEN_BACK, by_net_only, condition_of, is_application
from digitizer.classify.tables import Tables
from digitizer.classify.wordings import opened
from digitizer.model import Component
from digitizer.text import fold

_PLAIN_CASE = re.compile(
    r"^(?:(?:cac )?giay to (?:(?:phai|can) )?nop|thanh phan ho so|bao gom|gom|"
    r"ho so (?:gom|bao gom|cua|nang luc|de nghi)|"
    r"nhom \d|nguoi yeu cau .* nop \d|so luong|ho so$)"
)
_ONE_DOSSIER = re.compile(r"^ho so (?!gom|bao gom|nang luc|cua)\w+")
_FORM_TITLES = ("Tờ khai", "Đơn", "Giấy đề nghị")
_INSTEAD_OF = re.compile(r"\buy quyen\b|\bbuu chinh\b")
_ON_TOP = re.compile(r"\bngoai (?:cac |thanh phan |ho so |giay to |tai lieu )")
_LETTERS = frozenset(("don", "cong_van", "to_trinh"))
ANY_LETTER = _LETTERS | {"to_khai", "to_khai_thue"}
"""What somebody may apply by, whatever the list calls it."""
_WHOSE = re.compile(r"\(?(?:danh|dung) cho")
_TOLD = 40
"""Letters by which a paper is known again."""
_OR_ALIKE = "hoặc giấy tờ tương tự cũng được nêu"
_CASE = 400
"""Letters of a heading that tell a case."""
_OTHERWISE = "trường hợp khác"
_ALIKE, _SAME, _WITHIN, _ALIKE_IN = 78, 90, 97, 90
"""How alike two wordings of a kind are, 0–100, to be one need; of no one kind; to say the same for short; in how many
of their first letters."""


def applications(tables: Tables) -> frozenset[str]:
    """The kinds of paper with which somebody applies."""
    forms = {kind.slug for kind in tables.kinds.values() if kind.layout == "form"}
    return _LETTERS | {slug for slug in forms if tables.kinds[slug].title.startswith(_FORM_TITLES)}


def cases(headings: Sequence[str]) -> dict[str, str]:
    """The headings under which papers stand that only some cases need, and how to call them."""
    named = [heading for heading in headings if any(map(str.isalpha, heading))]
    keys = {heading: BULLET.sub("", fold(heading)).strip(" *-:.(") for heading in named}
    dossiers = sum(_ONE_DOSSIER.match(key) is not None for key in keys.values()) > 1
    found = {}
    for heading, key in keys.items():
        if NOTES.match(key) or SHOWN.search(key) or BY_HAND.search(key):
            continue
        plain = _PLAIN_CASE.match(key) and not (dossiers and _ONE_DOSSIER.match(key))
        if condition_of(heading, fold(heading)) or (not plain and len(named) > 1):
            found[heading] = heading.strip(" *-:")[:_CASE]
    return found


def demanded(found: Sequence[tuple[str, Component]], forms: frozenset[str]) -> tuple[Component, ...]:
    """The components, of each what it is asked of, out of (heading, component) in their order."""
    said = _alternatives(list(_apart(found)))
    return tuple(_with_application(list(_in_every_case(said)), forms))


def _apart(found: Sequence[tuple[str, Component]]) -> Iterator[Component]:
    """What stands under no case and again under one is asked of the other cases: so is all that stands beside it."""
    again = {
        heading
        for heading, one in found
        if heading and not one.case and is_application(one.name)
        for _, other in found
        if other.case and one.kinds == other.kinds and is_application(other.name)
    }
    for heading, one in found:
        yield replace(one, case=_OTHERWISE) if heading in again and not one.case else one


def _alternatives(components: Sequence[Component]) -> list[Component]:
    """A paper asked for again in nearly the same words is another form of it: one of them is needed, not all.

    None is needed for sure where the list says that one of several papers must be there in some cases.
    """
    kept = list(components)
    for at, one in enumerate(components):
        twin = next((before for before, other in enumerate(components[:at]) if _same_need(one, other)), None)
        if twin is not None:
            kept[at] = replace(one, optional=True, condition=_OR_ALIKE)
            if one.optional:  # two forms, each for some: one of them for all
                kept[twin] = replace(kept[twin], optional=False, condition="")
    chosen = [one for one in kept if ONE_OF.search(fold(one.name))]
    doubtful = [one for one in kept if one.condition == _OR_ALIKE or (one.others and not one.kinds)]
    if not any(one.optional for one in chosen):
        doubtful = []
    return [
        replace(one, optional=True, condition=_OR_ALIKE)
        if _one_of(one, [other for other in chosen if not other.optional])
        or any(one.kinds == other.kinds and (one.kinds or _alike(one, other)) for other in doubtful)
        else one
        for one in kept
    ]


def _one_of(one: Component, needed: Sequence[Component]) -> bool:
    """True for a paper that is one of those of which these say that one will do."""
    return one not in needed and any(
        fold(one.name[opened(one.name) :][:_TOLD]) in fold(other.name)
        if ":" in other.name  # the list of them follows
        else set(one.kinds).intersection(other.kinds)
        for other in needed
    )


def _same_need(one: Component, other: Component) -> bool:
    return (
        _alike(one, other)
        and one.case == other.case
        and one.optional == other.optional
        and (not one.optional or bool(_WHOSE.match(fold(one.condition)) and _WHOSE.match(fold(other.condition))))
    )


def _alike(one: Component, other: Component) -> bool:
    """Nearly the same words; or the one says no more than the other, for short."""
    if one.kinds != other.kinds:
        return False
    mine, theirs = (fold(name[opened(name) :][:_ALIKE_IN]) for name in (one.name, other.name))
    if not one.kinds or one.others:
        return fuzz.ratio(mine, theirs) >= _SAME
    return fuzz.ratio(mine, theirs) >= _ALIKE or fuzz.token_set_ratio(mine, theirs) >= _WITHIN


def _in_every_case(components: Sequence[Component]) -> Iterator[Component]:
    """Papers that every case needs are needed: said once, without a case.

    That somebody else comes in one's place is no other case, but comes on top of it, as do papers that are asked for
    beside those of a case.
    """
    every = _own_cases(components)
    headings = {one.case for one in components if one.case}
    on_top = any(_ON_TOP.search(fold(one.case)) for one in components)
    counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
    needs: list[tuple[int, Component]] = []  # the first, second … paper of its kind in its case
    for one in components:
        if not one.optional:
            counts[one.case, one.kinds] += 1
            needs.append((counts[one.case, one.kinds], one))
    said: list[tuple[int, Component]] = []
    rest = iter(needs)
    for one in components:
        need = (0, one) if one.optional else next(rest)
        same = [other for other in needs if not one.optional and _same_paper(need, other)]
        where = {other.case for _, other in same}
        if not ((len(every) > 1 or on_top) and where >= every) and not (len(where) > 1 and where >= headings):
            yield one
        elif not any(_same_paper(need, other) for other in said):
            said.append(need)
            yield replace(one, case="")


def _own_cases(components: Sequence[Component]) -> set[str]:
    """The cases, without those that come on top of others."""
    found = {one.case: fold(one.case) for one in components if one.case}
    return {case for case, key in found.items() if not _INSTEAD_OF.search(key) and not _ON_TOP.search(key)}


def _same_paper(one: tuple[int, Component], other: tuple[int, Component]) -> bool:
    if not one[1].kinds:
        return _alike(one[1], other[1])
    return (one[0], one[1].kinds) == (other[0], other[1].kinds)


def _with_application(components: list[Component], forms: frozenset[str]) -> Iterator[Component]:
    """Every case begins with an application: where each is asked of some cases only, one of them is needed.

    (Lists leave the form out of some cases, or say of two forms for whom each is.  A mere letter that most cases are
    without may be theirs alone.)
    """
    asked = [one for one in components if forms.intersection(one.kinds) and _applies(one)]
    every = _own_cases(components)
    few = len(every.intersection(one.case for one in asked)) <= len(every) / 2
    some = few and all(one.case and one.kinds[0] in ANY_LETTER for one in asked)
    if not asked or some or any(not one.optional and not one.case for one in asked):
        yield from components
        return
    often = Counter(one.kinds for one in asked)
    chief = max(asked, key=lambda one: (not _LETTERS.intersection(one.kinds[:1]), often[one.kinds], not one.optional))
    kinds = [slug for one in (chief, *asked) for slug in one.kinds if slug in forms]
    for one in components:
        if one is chief:
            yield replace(one, kinds=tuple(dict.fromkeys(kinds)), optional=False, condition="", case="")
        elif one in asked and not one.optional:
            yield replace(one, optional=True, condition=_OR_ALIKE)
        else:
            yield one


def _applies(one: Component) -> bool:
    return is_application(one.name) and one.condition != TAKEN_BACK and not by_net_only(fold(one.name))
