"""Names of people against what else the paper says: the same name elsewhere on it, and known family names."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

from digitizer.classify.found import Found
from digitizer.classify.layout import Sheet
from digitizer.classify.tables import Office
from digitizer.model import Word
from digitizer.text import canonical, fold

NAMES = ("person", "signer")
_SIGNS = ".,:;()\"'-"
Keyed: TypeAlias = list[tuple[str, Word]]
"""The words of a row, each with its folded letters."""


def agreed(found: Iterable[Found], sheets: Sequence[Sheet], office: Office) -> list[Found]:
    """The readings, names settled by what is printed of them all over the paper and by their family name."""
    found = list(found)
    if not any(one.name in NAMES for one in found):
        return found
    rows = [[(fold(word.text).strip(_SIGNS), word) for word in row.words] for page in sheets for row in page.rows]
    return [_given(_once(_settled(one, rows, office)), office) if one.name in NAMES else one for one in found]


def _once(one: Found) -> Found:
    """A word that was read twice, `Cao Tấn Tấn Phát`, is there once; doubted, for some are called so."""
    words = one.normalised.split()
    kept = [word for word, before in zip(words, ["", *words], strict=False) if canonical(word) != canonical(before)]
    if len(kept) == len(words) or len(words) < 4 or not _of_a_person(one):  # `Tấn Tấn Phát` may be whole
        return one
    once = replace(one, normalised=" ".join(kept), alternatives=(one.normalised, *one.alternatives))
    return once.held("given_name", passed=False, factor=0.8)


def _settled(one: Found, rows: Sequence[Keyed], office: Office) -> Found:
    """Names that differ in marks alone are one name; the reading that most and surest words bear out is taken."""
    words = one.normalised.split()
    votes = _votes([fold(word) for word in words], rows)
    if not votes:
        return _surnamed(one, office)
    spelled = [max(place, key=lambda text: place[text]) for place in votes]
    best = " ".join(spelled)
    if one.normalised.isupper():
        best = best.upper()
    times = min(sum(place.values()) for place in votes)
    if canonical(best) != canonical(one.normalised):
        mended = replace(one, normalised=best, value=best, alternatives=(one.normalised, *one.alternatives))
        return _surnamed(mended.held("same_name_elsewhere", passed=False, factor=0.8), office)
    if times > 1.6 and all(len(place) == 1 for place in votes):
        one = one.held("same_name_elsewhere", passed=True, factor=1.1)
    elif any(len(place) > 1 for place in votes):
        one = one.held("same_name_elsewhere", passed=False, factor=0.8)
    return _surnamed(one, office)


def _votes(keys: list[str], rows: Sequence[Keyed]) -> list[dict[str, float]]:
    """For each word of the name, its spellings (title case) and the confidence they have in sum, wherever it stands."""
    votes: list[dict[str, float]] = [defaultdict(float) for _ in keys]
    for row in rows:
        read = [key for key, _ in row]
        for start in range(len(read) - len(keys) + 1):
            if read[start : start + len(keys)] == keys:
                for place, (_, word) in zip(votes, row[start : start + len(keys)], strict=True):
                    place[word.text.strip(_SIGNS).lower().capitalize()] += word.confidence
    return votes if all(votes) else []


def _of_a_person(one: Found) -> bool:
    return not one.normalised.startswith(("Công ty", "CÔNG TY", "Hộ", "HỘ"))


def _surnamed(one: Found, office: Office) -> Found:
    """The family name against those that there are: with other marks it is put right, an unknown one is doubted."""
    first, _, rest = one.normalised.partition(" ")
    known = _surnames(office)
    right = known.get(fold(first))
    if not rest or not _of_a_person(one):
        return one
    if right is None:
        return one.held("family_name", passed=False, factor=0.6 if fold(first) == "thi" else 0.85)
    if len(rest.split()) == 1 and (fold(first) == "van" or canonical(first) in _givens(office).get(fold(first), ())):
        return one.held("family_name", passed=False, factor=0.6)  # `Văn An`, `Kim Chi` with the family name lost
    if is_surname(first, office):
        # A family name that was mended is a guess.
        return one.held("family_name", passed=fold(first) in fold(one.value))
    name = f"{right[0].upper() if first.isupper() else right[0]} {rest}"
    mended = replace(one, normalised=name, alternatives=(one.normalised, *one.alternatives))
    return mended.held("family_name", passed=False, factor=0.9 if len(right) == 1 else 0.6)


def _given(one: Found, office: Office) -> Found:
    """The given name by its syllables: one that differs from every known one of its letters in marks alone is taken for
    that without marks, `Chi` of `Chỉ`, or the only one, and doubted; one whose letters no known one has says nothing.
    """
    known = _givens(office)
    family, *words = one.normalised.split()
    if len(words) > 1 and words[0] in ("Thi", "THI"):  # between family and given name it is hardly ever no Thị
        words[0] = "Thị" if words[0] == "Thi" else "THỊ"
        one = replace(one, normalised=" ".join((family, *words)), alternatives=(one.normalised, *one.alternatives))
        one = one.held("given_name", passed=False, factor=0.8)
    strange = [word for word in words if fold(word) in known and canonical(word) not in known[fold(word)]]
    if not strange or not one.normalised.replace(" ", "").isalpha() or len(words) > 3:
        return one
    mended = " ".join((family, *(_known(word, known) if word in strange else word for word in words)))
    if mended != one.normalised:
        one = replace(one, normalised=mended, alternatives=(one.normalised, *one.alternatives))
    return one.held("given_name", passed=False, factor=0.8)


def _known(word: str, known: dict[str, set[str]]) -> str:
    """Specks and dots are read as marks more often than marks are lost: `Chỉ` is `Chi`, not `Chí`."""
    right, bare = known[fold(word)], fold(word)
    chosen = bare if bare in right else min(right) if len(right) == 1 else word
    return chosen.upper() if word.isupper() else chosen.capitalize()


@lru_cache(maxsize=4)
def _givens(office: Office) -> dict[str, set[str]]:
    known: dict[str, set[str]] = defaultdict(set)
    for name in office.given:
        known[fold(name)].add(canonical(name))
    return known


def is_surname(word: str, office: Office) -> bool:
    """A family name, marks and all."""
    return any(canonical(name) == canonical(word) for name in _surnames(office).get(fold(word), ()))


@lru_cache(maxsize=4)
def _surnames(office: Office) -> dict[str, list[str]]:
    known: dict[str, list[str]] = defaultdict(list)
    for name in office.surnames:
        known[fold(name)].append(name)
    return known
