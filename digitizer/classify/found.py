"""A value on its way to becoming a Field: where it stood and how far it is to be trusted."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from digitizer.classify.layout import Row, union
from digitizer.model import Box, By, Check, Field, PageRef, Word

# A reading ranked lower is taken only where there is no better one.
SURE = 0.72
# A field that is right less often than this is a question to a person.
SURE_FIELD = 0.97
# On a pale page (its contrast) the question comes sooner: one word's fault is its neighbours'.
_PALE, _SURE_THERE = 0.75, 0.985
# And so is what a hand wrote into print: engines guess at it, and are sure of their guess.
BY_HAND = 0.5
# What contradicts the paper or its neighbours is one, however well it was read.
_CONTRADICTIONS = frozenset(
    (
        *("type_letters", "own_number", "open_end", "year_of_issue", "same_on_other_paper"),
        *("birth_year_of_id", "sex_of_id", "qr", "mrz"),
    )
)
# So is a name that nobody bears, and figures of which two readings tell two things, unless something else says it too.
NO_NAMES = frozenset(("family_name", "given_name"))
_TWICE = "second_reading"
_ELSEWHERE = frozenset(("same_on_other_paper", "qr", "mrz"))
_DASHES = ("-", "–", "—")
"""Engines are never sure of them."""
_FIGURES = frozenset(
    (
        *("number", "issued", "birth_date", "due", "valid_to", "citizen_id", "old_citizen_id", "tax_code", "parcel"),
        *("map_sheet", "area", "book", "dossier_code", "procedure_code", "register_number", "certificate_serial"),
    )
)
"""Engines' confidence means something else for figures than for words: no word is there to tell them by."""
_FITTED = Path(__file__).with_name("sureness.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One reading of one field.  `read`: mean OCR confidence of its words; `least`: that of the doubtfullest word;
    `mended`: share of its words that the language model changed; `page`: mean confidence of the page; `contrast`: its
    contrast; `trust`: what its own rules say; all 0–1.  `confidence` ranks readings; how often such a value is right,
    `sureness` says.  `proven`: check digits cover all of it.  `twice`: (word, second reading) of words whose figures
    were read in two ways.  `unmatched`: other papers have such values, and none is like it.
    """

    name: str
    value: str
    normalised: str
    part: str | None
    at: PageRef
    box: Box | None
    read: float
    trust: float
    least: float = 1.0
    mended: float = 0.0
    page: float = 1.0
    contrast: float = 1.0
    checks: tuple[Check, ...] = ()
    alternatives: tuple[str, ...] = ()
    by: By = By.RULE
    proven: bool = False
    twice: tuple[tuple[str, str], ...] = ()
    unmatched: bool = False

    def held(self, code: str, *, passed: bool, factor: float = 1.0) -> "Found":
        """The reading after one more check; its trust times `factor`, at most 1."""
        checks = (*self.checks, Check(code=code, passed=passed))
        return replace(self, checks=checks, trust=min(1.0, self.trust * factor))

    @property
    def confidence(self) -> float:
        """Both together; a reading that every rule bears out outweighs some doubt of the engine."""
        return round(max(0.0, min(1.0, self.trust * (0.35 + 0.65 * self.read))), 3)

    @property
    def contradicted(self) -> bool:
        """The paper, its neighbours or what names there are say otherwise."""
        settled = any(check.code in _ELSEWHERE and check.passed for check in self.checks)
        torn = self.name == "number" and self.failed("agency_letters")
        return torn or self.failed(*_CONTRADICTIONS) or (not settled and self.failed(*NO_NAMES, _TWICE))

    def failed(self, *codes: str) -> bool:
        """It did not pass one of these checks."""
        return any(check.code in codes and not check.passed for check in self.checks)

    def field(self) -> Field:
        """The field as it is kept."""
        sure = sureness(self)
        wanted = _SURE_THERE if self.contrast < _PALE else SURE_FIELD
        return Field(
            name=self.name,
            value=self.value,
            normalised=self.normalised,
            part=self.part,
            at=self.at,
            box=self.box,
            confidence=round(sure, 3),
            unsure=sure < wanted or self.contradicted,
            by=self.by,
            checks=self.checks,
            alternatives=self.alternatives,
        )


def traits(one: Found) -> dict[str, float]:
    """What tells how often such a reading is right; the weights of each are fitted (training/sureness.py)."""
    sort = "figures" if one.name in _FIGURES else "name" if one.name in ("person", "signer") else "text"
    return {
        "bias": 1.0,
        f"name:{one.name}": 1.0,
        "read": _odds(one.read),
        "least": _odds(one.least),
        f"read:{sort}": _odds(one.read),
        f"least:{sort}": _odds(one.least),
        "single": float(sort == "figures" and len(one.normalised) == 1),  # others may be lost
        "seven": float(sort == "figures" and "7" in one.normalised),  # a slanted 1 is read so
        "page": _odds(one.page),
        "trust": one.trust,
        "distrust": float(one.trust < 0.7),
        "firm": float(one.trust > 0.94),
        "mended": one.mended,
        "long": math.log(len(one.normalised.split()) + 1),
        **{f"{'+' if check.passed else '-'}{check.code}": 1.0 for check in one.checks},
        "others": float(bool(one.alternatives)),
        **({"unmatched": 1.0, f"unmatched:{one.name}": 1.0} if one.unmatched else {}),
        "code": float(one.read == 1.0 and one.least == 1.0),
    }


def sureness(one: Found) -> float:
    """The share of such readings that are right, 0–1."""
    weights = _weights()
    total = sum(weights.get(name, 0.0) * value for name, value in traits(one).items())
    most = BY_HAND if one.failed("printed") else 1.0
    return min(most, 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))))


def _odds(share: float) -> float:
    held = min(max(share, 0.02), 0.999)
    return math.log(held / (1 - held))


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    told: dict[str, float] = json.loads(_FITTED.read_text(encoding="utf-8"))["weights"]
    return told


def mean(words: Iterable[Word]) -> float:
    """Mean confidence of the words, 1 for none."""
    given = [word.confidence for word in words]
    return sum(given) / len(given) if given else 1.0


def from_rows(
    name: str,
    value: str,
    normalised: str,
    rows: Iterable[Row],
    at: PageRef,
    trust: float = 1.0,
    part: str | None = None,
) -> Found:
    """A value that fills whole rows."""
    words = [word for row in rows for word in row.words]
    return from_words(name, value, normalised, words, at, trust, part)


def from_words(
    name: str,
    value: str,
    normalised: str,
    words: Iterable[Word],
    at: PageRef,
    trust: float = 1.0,
    part: str | None = None,
) -> Found:
    """A value that fills some words of a row; dashes say nothing of how well it was read."""
    given = tuple(words)
    said = [word for word in given if word.text not in _DASHES] or given
    found = Found(
        name=name,
        value=value,
        normalised=normalised,
        part=part,
        at=at,
        box=union(given),
        read=mean(said),
        trust=trust,
        least=min((word.confidence for word in said), default=1.0),
        mended=sum(word.text != word.read for word in given) / max(len(given), 1),
        twice=tuple((word.text, word.other) for word in given if word.other),
    )
    if found.twice:
        found = found.held(_TWICE, passed=False)
    by_hand = any(word.handwritten for word in given)
    return found.held("printed", passed=False) if by_hand else found
