"""A value on its way to becoming a Field: where it stood and how far it is to be trusted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from digitizer.classify.layout import Row, union
from digitizer.model import Box, Check, Field, PageRef, Word

# A field said with less is a question to a person.
SURE = 0.72


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One reading of one field.  `read`: mean OCR confidence of its words; `least`: that of the doubtfullest word;
    `trust`: what its own rules say; 0–1.
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
    checks: tuple[Check, ...] = ()
    alternatives: tuple[str, ...] = ()

    def held(self, code: str, *, passed: bool, factor: float = 1.0) -> "Found":
        """The reading after one more check; its trust times `factor`, at most 1."""
        checks = (*self.checks, Check(code=code, passed=passed))
        return replace(self, checks=checks, trust=min(1.0, self.trust * factor))

    @property
    def confidence(self) -> float:
        """Both together; a reading that every rule bears out outweighs some doubt of the engine."""
        return round(max(0.0, min(1.0, self.trust * (0.35 + 0.65 * self.read))), 3)

    def field(self) -> Field:
        """The field as it is kept."""
        return Field(
            name=self.name,
            value=self.value,
            normalised=self.normalised,
            part=self.part,
            at=self.at,
            box=self.box,
            confidence=self.confidence,
            unsure=self.confidence < SURE,
            checks=self.checks,
            alternatives=self.alternatives,
        )


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
    """A value that fills some words of a row."""
    given = tuple(words)
    return Found(
        name=name,
        value=value,
        normalised=normalised,
        part=part,
        at=at,
        box=union(given),
        read=mean(given),
        trust=trust,
        least=min((word.confidence for word in given), default=1.0),
    )
