"""Values of one scan's papers against each other: people, their numbers and addresses come back from paper to paper.

What another paper says the same way is firmer; what is said almost the same way is misread on one of both, and both are
doubted.  A reading that its own rules or its engine doubt gives way to the one that stands firm elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from digitizer.classify.found import NO_NAMES, Found
from digitizer.text import canonical, fold, is_syllable

_KINDS = {
    "person": "name",
    "signer": "name",
    "citizen_id": "id",
    "address": "address",
    "parcel": "parcel",
    "certificate_serial": "serial",
    "dossier_code": "code",
}
"""Names whose values mean the same things."""
_FIRM = 0.9
"""A reading that the engine and its rules give so much is a witness against a doubtful one."""
_WITH_BIRTH = 12
"""Figures of a số định danh, which holds sex and birth year; of two CMND of 9 nothing tells the right one."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A value as one paper gives it.  `paper`: which one; `key`: its canonical form."""

    paper: int
    key: str
    found: Found


def across(papers: Sequence[Sequence[Found]]) -> list[list[Found]]:
    """The readings of each paper, held against those of the others."""
    said: dict[str, list[_Said]] = {}
    for index, paper in enumerate(papers):
        for one in paper:
            if one.name in _KINDS:
                said.setdefault(_KINDS[one.name], []).append(_Said(index, canonical(one.normalised), one))
    return [[_held(index, one, said) for one in paper] for index, paper in enumerate(papers)]


def _held(paper: int, one: Found, said: dict[str, list[_Said]]) -> Found:
    kind = _KINDS.get(one.name, "")
    others = [other for other in said.get(kind, ()) if other.paper != paper or _of_another(other.found, one)]
    key = canonical(one.normalised)
    if any(other.key == key and not _guessed(other.found) for other in others):
        return one.held("same_on_other_paper", passed=True, factor=1.1)
    alike = _ALIKE.get(kind)
    near = [
        other
        for other in others
        if alike is not None and other.key != key and (alike(key, other.key) or _of_signer(one, other.found))
    ]
    if not near:
        return replace(one, unmatched=bool(others))
    best = max(near, key=lambda other: other.found.confidence)
    votes = len({other.paper for other in near if other.key == best.key})
    doubted = _guessed(one) or (one.least < best.found.least and one.confidence < best.found.confidence)
    tellable = kind != "id" or len(key) == _WITH_BIRTH
    if doubted and tellable and (votes > 1 or best.found.confidence >= _FIRM):
        right = _cased(best.found.normalised, like=one.normalised)
        mended = replace(one, normalised=right, alternatives=(one.normalised, *one.alternatives))
        # Two people may have the same given names: whose family name was guessed stays a question.
        return mended.held("same_on_other_paper", passed=not _guessed(one))
    other = replace(one, alternatives=(*one.alternatives, best.found.normalised))
    return other.held("same_on_other_paper", passed=False, factor=0.8)


def _of_another(other: Found, one: Found) -> bool:
    """Father's and mother's addresses on one paper bear each other out as those of two papers do."""
    return one.name == "address" and other.part != one.part


def _of_signer(one: Found, other: Found) -> bool:
    """A signer whose family name was guessed, where another paper has a signer of the same given names."""
    if not one.name == other.name == "signer" or not one.failed("family_name") or _guessed(other):
        return False
    return fold(one.normalised).partition(" ")[2] == fold(other.normalised).partition(" ")[2]


def _guessed(one: Found) -> bool:
    """A name that was put right by what names there are: it bears nothing out."""
    return one.failed(*NO_NAMES)


def _cased(name: str, *, like: str) -> str:
    if like.isupper():
        return name.upper()
    return name.title() if name.isupper() else name


def _same_name(one: str, other: str) -> bool:
    """Alike but for marks, for a family name that is lost or none, or for one letter behind it."""
    if fold(one) == fold(other) or other.endswith(f" {one}"):
        return True
    family, _, given = fold(one).partition(" ")
    theirs, _, names = fold(other).partition(" ")
    if given == names and not is_syllable(one.partition(" ")[0]):
        return True
    return family == theirs and len(given) > 4 and Levenshtein.distance(given, names) == 1


def _same_number(one: str, other: str) -> bool:
    return len(one) == len(other) in (9, 12) and Levenshtein.distance(one, other) == 1


def _same_place(one: str, other: str) -> bool:
    # `8, khu phố 8 …` lost the word before its figure; one that begins with a later step is merely shorter.
    torn = other.endswith(one) and not other.removesuffix(one).endswith(", ")
    part = len(one) > 12 and (other.startswith(one) or torn)
    return part or Levenshtein.distance(one, other, score_cutoff=2) < 3


_ALIKE = {"name": _same_name, "id": _same_number, "address": _same_place}
"""Do two values say almost the same, so near that it can hardly be another person, number or place?"""
