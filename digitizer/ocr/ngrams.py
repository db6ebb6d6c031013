"""Syllable trigrams in one memory-mapped file: flat sorted arrays, no parsing, shared between processes.

File: the line `DGLM1`, a JSON line `[[name, type code, offset, bytes], …]`, then the arrays, each 8-byte aligned.
`words` and `folds` are text, one word a line, sorted by folded form; word 0 is the unknown word, word 1 any number.
The successors of word u are rows `bi_start[u]:bi_start[u + 1]` of `bi_word`, those of bigram row r rows
`tri_start[r]:tri_start[r + 1]` of `tri_word`, ascending.  Probabilities are bytes: 12 × −ln p, rounded.
"""

import json
import mmap
from bisect import bisect_left
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitizer.errors import DigitizerError

MAGIC = b"DGLM1\n"
UNKNOWN, NUMBER = 0, 1
STEP = 1 / 12
"""Nats that one step of a stored probability stands for."""
TYPES = {"bi_start": "I", "bi_word": "H", "tri_start": "I", "tri_word": "H"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrays:
    """What is stored; natural logarithms where the name ends in `prob` or `back`, indices elsewhere."""

    uni_prob: NDArray[np.float64]
    uni_back: NDArray[np.float64]
    bi_start: NDArray[np.int64]
    bi_word: NDArray[np.int64]
    bi_prob: NDArray[np.float64]
    bi_back: NDArray[np.float64]
    tri_start: NDArray[np.int64]
    tri_word: NDArray[np.int64]
    tri_prob: NDArray[np.float64]


def write(path: Path, words: list[str], folds: list[str], arrays: Arrays) -> None:
    """Write the model file."""
    parts: list[tuple[str, str, bytes]] = [
        ("words", "B", "\n".join(words).encode()),
        ("folds", "B", "\n".join(folds).encode()),
    ]
    for field in fields(arrays):
        values = getattr(arrays, field.name)
        code = TYPES.get(field.name, "B")
        stored = np.clip(np.rint(values / -STEP), 0, 255) if code == "B" else values
        parts.append((field.name, code, stored.astype(np.dtype(code)).tobytes()))
    table, offset = [], 0
    for name, code, data in parts:
        table.append([name, code, offset, len(data)])
        offset += -(-len(data) // 8) * 8
    head = MAGIC + json.dumps(table).encode()
    head += b" " * (-(len(head) + 1) % 8) + b"\n"
    with path.open("wb") as file:
        file.write(head)
        for _, _, data in parts:
            file.write(data.ljust(-(-len(data) // 8) * 8, b"\0"))


class Ngrams:
    """A model file held open.  Scores are natural logarithms of probabilities."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        if bytes(data[: len(MAGIC)]) != MAGIC:
            raise DigitizerError(f"{path} is not a language model")
        end = bytes(data[: 1 << 16]).index(b"\n", len(MAGIC)) + 1
        view = {}
        for name, code, offset, length in json.loads(bytes(data[len(MAGIC) : end])):
            view[name] = data[end + offset : end + offset + length].cast(code)
        self.words = bytes(view["words"]).decode().split("\n")
        self.ids = {word: index for index, word in enumerate(self.words)}
        self.by_fold: dict[str, list[int]] = {}
        for index, fold in enumerate(bytes(view["folds"]).decode().split("\n")[2:], 2):
            self.by_fold.setdefault(fold, []).append(index)
        self._uni_prob, self._uni_back = view["uni_prob"], view["uni_back"]
        self._bi_start, self._bi_word = view["bi_start"], view["bi_word"]
        self._bi_prob, self._bi_back = view["bi_prob"], view["bi_back"]
        self._tri_start, self._tri_word, self._tri_prob = view["tri_start"], view["tri_word"], view["tri_prob"]

    def one(self, word: int) -> float:
        """ln p(word) without context."""
        return -STEP * int(self._uni_prob[word])

    def row(self, first: int, second: int) -> int:
        """The row of a bigram, −1 when it is not stored."""
        start, stop = self._bi_start[first], self._bi_start[first + 1]
        at = bisect_left(self._bi_word, second, start, stop)
        return at if at < stop and self._bi_word[at] == second else -1

    def two(self, first: int, word: int) -> float:
        """ln p(word | first)."""
        at = self.row(first, word)
        if at >= 0:
            return -STEP * int(self._bi_prob[at])
        return -STEP * int(self._uni_back[first] + self._uni_prob[word])

    def three(self, row: int, second: int, word: int) -> float:
        """ln p(word | the bigram at `row`, which ends in `second`); `row` −1 when that bigram is not stored."""
        if row < 0:
            return self.two(second, word)
        start, stop = self._tri_start[row], self._tri_start[row + 1]
        at = bisect_left(self._tri_word, word, start, stop)
        if at < stop and self._tri_word[at] == word:
            return -STEP * int(self._tri_prob[at])
        return -STEP * int(self._bi_back[row]) + self.two(second, word)
