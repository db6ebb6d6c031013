"""What a reader of typed fields gives."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """`text`: the printed part that holds it.  `trust`: 0–1, how far the value's own rules speak for it."""

    text: str
    normalised: str
    trust: float = 1.0
