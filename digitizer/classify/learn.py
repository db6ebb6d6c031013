"""Fits the model of kinds: multinomial logistic regression by AdaGrad, pulled towards what was known before."""

import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitizer.classify.model import BUCKETS, KindModel, buckets

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Example:
    """One paper to learn from: the buckets of its features and its kind."""

    rows: Ints
    kind: str


def example(features: Sequence[str], kind: str) -> Example:
    """An example of a paper with these features."""
    return Example(rows=buckets(features), kind=kind)


def fit(
    examples: Sequence[Example],
    kinds: Sequence[str],
    *,
    before: KindModel | None = None,
    epochs: int = 8,
    rate: float = 2.0,
    pull: float = 1.5e-4,
    seed: int = 1,
) -> KindModel:
    """The model of these kinds after `epochs` passes over the examples in random order.

    `before`: start from its weights, and stay near them; `pull`: how strongly at each step.
    """
    order = np.random.default_rng(seed)
    place = {kind: at for at, kind in enumerate(kinds)}
    start, bias = _start(kinds, before)
    weights = start.copy()
    squares = np.full(weights.shape, 1e-2, dtype=np.float32)
    bias_squares = np.full(bias.shape, 1e-2, dtype=np.float32)
    known = [one for one in examples if one.kind in place and len(one.rows)]
    for _ in range(epochs):
        for at in order.permutation(len(known)):
            rows, size = known[at].rows, np.float32(len(known[at].rows) ** 0.5)
            scores = bias + weights[rows].sum(axis=0) / size
            slope = np.exp(scores - scores.max())
            slope /= slope.sum()
            slope[place[known[at].kind]] -= 1.0
            step = slope / size + pull * (weights[rows] - start[rows])
            squares[rows] += step * step
            weights[rows] -= rate * step / np.sqrt(squares[rows])
            bias_squares += slope * slope
            bias -= 0.1 * rate * slope / np.sqrt(bias_squares)
    return KindModel(kinds=tuple(kinds), bias=bias, weights=weights)


def write_examples(examples: Sequence[Example]) -> bytes:
    """The examples as one file: a JSON line of kinds and sizes, then all buckets (uint16), xz-compressed."""
    head = json.dumps([[one.kind, len(one.rows)] for one in examples])
    rows = np.concatenate([np.sort(one.rows) for one in examples]).astype("<u2")
    return head.encode() + b"\n" + lzma.compress(rows.tobytes())


def read_examples(data: bytes) -> list[Example]:
    """The examples in such a file."""
    head, _, packed = data.partition(b"\n")
    rows = np.frombuffer(lzma.decompress(packed), "<u2").astype(np.int64)
    found: list[Example] = []
    at = 0
    for kind, size in json.loads(head):
        found.append(Example(rows=rows[at : at + size], kind=kind))
        at += size
    return found


@lru_cache(maxsize=2)
def shipped_examples(name: str) -> tuple[Example, ...]:
    """Invented papers that come with the program: `rehearsal`, to learn from again, and `held`, to judge by."""
    return tuple(read_examples(Path(__file__).with_name(f"kinds.{name}").read_bytes()))


def _start(kinds: Sequence[str], before: KindModel | None) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights and biases to start from; kinds that the model before didn't know begin at nothing."""
    weights = np.zeros((BUCKETS, len(kinds)), dtype=np.float32)
    bias = np.zeros(len(kinds), dtype=np.float32)
    if before is not None:
        for at, kind in enumerate(kinds):
            if kind in before.kinds:
                weights[:, at] = before.weights[:, before.kinds.index(kind)]
                bias[at] = before.bias[before.kinds.index(kind)]
    return weights, bias


def accuracy(model: KindModel, examples: Sequence[Example]) -> float:
    """Share of the examples that the model names right, 0–1; 1 for none."""
    right = sum(model.kinds[int(model.scores(one.rows).argmax())] == one.kind for one in examples)
    return right / len(examples) if examples else 1.0
