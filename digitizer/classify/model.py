"""The learned part of knowing a kind: multinomial logistic regression over hashed features, kept as plain numbers.

File: the line `DGKM1`, a JSON line with the kinds and the figures it was accepted with, then the biases (float32, one a
kind) and the weights (int8, one row of kinds a bucket, × `scale`), xz-compressed.
"""

import json
import lzma
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitizer.errors import DigitizerError

Floats = NDArray[np.float32]
MAGIC = b"DGKM1\n"
BUCKETS = 1 << 14
SHIPPED = Path(__file__).with_name("kinds.model")


def buckets(features: Sequence[str]) -> NDArray[np.int64]:
    """The rows of the weights that these features stand for."""
    return np.array([zlib.crc32(one.encode()) % BUCKETS for one in features], dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KindModel:
    """`weights`: (BUCKETS, kinds); `bias`: (kinds,); `about`: how it was made and what it came to."""

    kinds: tuple[str, ...]
    bias: Floats
    weights: Floats
    about: dict[str, Any] = field(default_factory=dict)

    def scores(self, rows: NDArray[np.int64]) -> Floats:
        """Log-odds of every kind, in the order of `kinds`; long papers don't shout: the sum is scaled by its root."""
        total: Floats = self.bias + self.weights[rows].sum(axis=0) / np.float32(max(len(rows), 1) ** 0.5)
        return total

    def shares(self, features: Sequence[str]) -> dict[str, float]:
        """Kind → probability, all that reach one in a thousand; {} for no features."""
        if not features:
            return {}
        scores = self.scores(buckets(features))
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        return {self.kinds[at]: float(shares[at]) for at in np.flatnonzero(shares >= 0.001)}

    def why(self, features: Sequence[str], kind: str, count: int = 3) -> list[str]:
        """The features that speak most for this kind against the mean of all."""
        if kind not in self.kinds or not features:
            return []
        rows = self.weights[buckets(features)]
        lead = rows[:, self.kinds.index(kind)] - rows.mean(axis=1)
        return [features[at] for at in np.argsort(-lead)[:count] if lead[at] > 0]

    def dump(self) -> bytes:
        """The bytes of its file."""
        scale = float(np.abs(self.weights).max()) / 127 or 1.0
        head = json.dumps({"kinds": self.kinds, "scale": scale, "buckets": len(self.weights), "about": self.about})
        numbers = self.bias.astype("<f4").tobytes() + np.rint(self.weights / scale).astype("<i1").tobytes()
        return MAGIC + head.encode() + b"\n" + lzma.compress(numbers)


def parse(data: bytes) -> KindModel:
    """The model in these bytes; raises DigitizerError when they are none."""
    try:
        magic, head, numbers = data.split(b"\n", 2)
        told = json.loads(head)
        raw = lzma.decompress(numbers)
        kinds = tuple(told["kinds"])
        bias = np.frombuffer(raw, "<f4", len(kinds)).astype(np.float32)
        weights = np.frombuffer(raw, "<i1", offset=4 * len(kinds)).reshape(told["buckets"], len(kinds))
    except (ValueError, KeyError, TypeError, lzma.LZMAError) as error:
        raise DigitizerError(f"not a model of kinds: {error}") from error
    if magic + b"\n" != MAGIC or told["buckets"] != BUCKETS:
        raise DigitizerError("not a model of kinds of this version")
    return KindModel(
        kinds=kinds, bias=bias, weights=weights.astype(np.float32) * np.float32(told["scale"]), about=told["about"]
    )


@lru_cache(maxsize=1)
def shipped() -> KindModel | None:
    """The model that comes with the program; None when it is not there."""
    return parse(SHIPPED.read_bytes()) if SHIPPED.is_file() else None
