"""Tesseract's line network, run for all lines of a page at once.

Tesseract runs its network line by line and column by column, one small product of a matrix and a vector after the
other.  The same weights, read from the same `.traineddata` file, applied to all lines together are a few large products
of matrices: a quarter of the time, and the probability of every letter at every place instead of one string.

Only networks of Tesseract's fast models are understood (`[1,36,0,1Ct3,3,16Mp3,3Lfys48Lfx96Lrx96Lfx192O1c1]` and the
like): one convolution, one pooling, LSTMs, one output.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitizer.contracts import Image

Floats: TypeAlias = NDArray[np.float32]
_LSTM, _UNICHARS, _RECODER = 17, 21, 22  # entries of a .traineddata file (tessdatamanager.h)
_LAYER_RATES, _INT8, _DOUBLES = 64, 1, 128
_CLIP = 100.0  # of an LSTM's state
_COLUMNS = 1024  # worked on together, so that the arrays stay in the cache
_WAYS = {"Series": "", "RTLReversed": "r", "XYTranspose": "y"}  # which way the LSTMs in it run
POOL = 3
"""Columns of a line image for one step of the output."""


class UnknownNetworkError(ValueError):
    """The file holds no network of the sort that this module runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lstm:
    """Weights (inputs + states + 1, 4 × states) with the gates cell, input, forget, output side by side.

    `by`: `x` along the line, `r` against it, `y` down each column, of which the last state is the output.
    """

    weights: Floats
    states: int
    by: str


class Network:
    """A network and the letters that it knows.  Reads only; safe to share between threads."""

    def __init__(self, file: Path) -> None:
        """Read the weights; raises UnknownNetworkError, OSError."""
        parts = _entries(file.read_bytes())
        reader = _Reader(parts[_LSTM])
        kind, self.height, layers = "", 0, []
        for kind, value in reader.network():
            if kind == "Input":
                self.height = value
            elif kind in ("Convolve", "Maxpool"):
                if value != (1 if kind == "Convolve" else POOL):
                    raise UnknownNetworkError(f"a {kind} of another size")
            else:
                layers.append((kind, value))
        kinds = [kind for kind, _ in layers]
        lstms = [value for _, value in layers[1:-1] if isinstance(value, Lstm)]
        if kinds[0] != "Tanh" or kinds[-1] != "Softmax" or len(lstms) != len(layers) - 2 or lstms[0].by != "y":
            raise UnknownNetworkError(f"layers {kinds}")
        if any(lstm.by == "y" for lstm in lstms[1:]):
            raise UnknownNetworkError("more than one LSTM down the columns")
        self._first = _pooled_weights(layers[0][1])
        self._columns, self._rows = lstms[0], lstms[1:]
        self._last: Floats = layers[-1][1]
        self.null = reader.null_code()
        self.letters = _letters(parts[_UNICHARS], parts[_RECODER], self._last.shape[1])
        self._noise = np.random.default_rng(7).uniform(-1, 1, (self.height + 2, 1024)).astype(np.float32)

    def read(self, lines: Sequence[Image]) -> list[Floats]:
        """For each grey line image `height` pixels high: (width // 3, letters) probabilities, rows sum to 1."""
        widths = np.array([line.shape[1] // POOL for line in lines])
        if not len(lines):
            return []
        starts = np.concatenate([[0], np.cumsum(widths + 1)])
        planes = self._planes(lines, starts)
        state = self._down(planes, int(starts[-1]))
        keep = np.concatenate([np.arange(start, start + wide) for start, wide in zip(starts, widths, strict=False)])
        state = state[keep]
        ends = np.cumsum(widths)
        for lstm in self._rows:
            state = _along(lstm, state, widths, ends - widths)
        out = state @ self._last[:-1] + self._last[-1]
        out -= out.max(axis=1, keepdims=True)
        np.exp(out, out=out)
        out /= out.sum(axis=1, keepdims=True)
        return np.split(out, ends[:-1])

    def _planes(self, lines: Sequence[Image], starts: NDArray[np.int64]) -> Floats:
        """(26, rows, columns): what lies at each of the 5 × 5 places that a pooled column sees, and ones for the bias.

        Outside of a line lies noise, as it did when the network was trained; the same for each line, so that nobody's
        reading depends on its neighbours.
        """
        total, rows = int(starts[-1]), self.height // POOL
        wide = total * POOL + 2
        strip = np.zeros((self.height + 2, wide), np.float32)
        for line, start, end in zip(lines, starts * POOL, starts[1:] * POOL, strict=False):
            strip[:, start:end] = self._noise[:, np.arange(end - start) % self._noise.shape[1]]
            strip[1:-1, start + 1 : start + 1 + line.shape[1]] = levelled(line)
        planes = np.ones((26, rows, total), np.float32)
        for at in range(25):
            y, x = divmod(at, 5)
            planes[at] = strip[y : y + self.height - 2 : POOL, x : x + wide - 4 : POOL]
        return planes

    def _down(self, planes: Floats, total: int) -> Floats:
        """(columns, states) after convolution, pooling and the LSTM that runs down each column."""
        lstm, rows = self._columns, planes.shape[1]
        result = np.empty((total, lstm.states), np.float32)
        filters = self._first.shape[0] // 9
        for left in range(0, total, _COLUMNS):
            part = planes[:, :, left : left + _COLUMNS]
            wide = part.shape[2]
            seen = (self._first @ part.reshape(26, -1)).reshape(9, filters, -1).max(axis=0)
            np.tanh(seen, out=seen)
            steps = np.ascontiguousarray(seen.reshape(filters, rows, wide).transpose(1, 2, 0))
            projected = steps.reshape(-1, filters) @ lstm.weights[:filters] + lstm.weights[-1]
            hidden = np.zeros((wide, lstm.states), np.float32)
            cell = np.zeros_like(hidden)
            for step in projected.reshape(rows, wide, -1):
                _step(lstm, step, hidden, cell, filters)
            result[left : left + wide] = hidden
        return result


def levelled(line: Image) -> Floats:
    """The line's pixels as the network sees them: ink −1, paper 1 (Tesseract: NetworkIO::ComputeBlackWhite).

    Black and white are quartiles of the dips and peaks along the middle row.
    """
    row = line[line.shape[0] // 2].astype(np.int16)
    before, at, after = row[:-2], row[1:-1], row[2:]
    dips = at[((at < before) & (at <= after)) | ((at <= before) & (at < after))]
    peaks = at[((at > before) & (at >= after)) | ((at >= before) & (at > after))]
    black = float(np.percentile(dips, 25)) if len(dips) else 0.0
    white = float(np.percentile(peaks, 75)) if len(peaks) else 255.0
    contrast = (white - black) / 2 if white > black else 1.0
    levels = (np.arange(256, dtype=np.float32) - black) / contrast - 1
    found: Floats = np.clip(levels, -1, 1)[line]
    return found


def _step(lstm: Lstm, step: Floats, hidden: Floats, cell: Floats, inputs: int) -> None:
    """One step of an LSTM for all rows, in place.  `step`: inputs times weights, overwritten.

    Weights of the three gates are halved (`_Reader`), so that one tanh serves all: σ(x) = ½ tanh(x/2) + ½.
    """
    step += hidden @ lstm.weights[inputs:-1]
    np.tanh(step, out=step)
    states = lstm.states
    gates = step[:, states:]
    gates += 1
    gates *= 0.5
    cell *= gates[:, states : 2 * states]
    cell += step[:, :states] * gates[:, :states]
    np.clip(cell, -_CLIP, _CLIP, out=cell)
    np.tanh(cell, out=hidden)
    hidden *= gates[:, 2 * states :]


def _along(lstm: Lstm, state: Floats, widths: NDArray[np.int64], starts: NDArray[np.int64]) -> Floats:
    """The outputs of an LSTM that runs along every line; lines lie one behind the other in `state`."""
    order = np.argsort(-widths, kind="stable")
    width, start = widths[order], starts[order]
    active = [int(np.searchsorted(-width, -step, side="left")) for step in range(int(width[0]) if len(width) else 0)]
    at = [start[:n] + (width[:n] - 1 - step if lstm.by == "r" else step) for step, n in enumerate(active)]
    places = np.concatenate(at) if at else np.empty(0, np.int64)
    inputs = state.shape[1]
    projected = state[places] @ lstm.weights[:inputs] + lstm.weights[-1]
    packed = np.empty((len(places), lstm.states), np.float32)
    hidden = np.zeros((len(width), lstm.states), np.float32)
    cell = np.zeros_like(hidden)
    done = 0
    for n in active:
        _step(lstm, projected[done : done + n], hidden[:n], cell[:n], inputs)
        packed[done : done + n] = hidden[:n]
        done += n
    result = np.empty_like(packed)
    result[places] = packed
    return result


def _pooled_weights(weights: Floats) -> Floats:
    """(9 × filters, 26): the convolution at each of the nine places of a pool, over what `_planes` gives."""
    filters = weights.shape[1]
    result = np.zeros((9, filters, 26), np.float32)
    for place in range(9):
        down, right = divmod(place, 3)
        for tap in range(9):
            x, y = divmod(tap, 3)  # Tesseract stacks columns first
            result[place, :, (down + y) * 5 + right + x] = weights[tap]
        result[place, :, 25] = weights[-1]
    return result.reshape(-1, 26)


def _entries(data: bytes) -> dict[int, bytes]:
    (count,) = struct.unpack_from("<i", data)
    if not _LSTM < count < 100:
        raise UnknownNetworkError("no .traineddata file")
    offsets = struct.unpack_from(f"<{count}q", data, 4)
    known = sorted((offset, number) for number, offset in enumerate(offsets) if offset >= 0)
    ends = [offset for offset, _ in known[1:]] + [len(data)]
    found = {number: data[offset:end] for (offset, number), end in zip(known, ends, strict=True)}
    if not all(found.get(number) for number in (_LSTM, _UNICHARS, _RECODER)):
        raise UnknownNetworkError("a model without line network")
    return found


def _letters(unichars: bytes, recoder: bytes, outputs: int) -> list[str]:
    """What each output stands for; empty for the blank and for what is no letter."""
    rows = unichars.decode("utf-8").split("\n")
    names = [row.split(" ", 1)[0] for row in rows[1 : 1 + int(rows[0])]]
    names = [" " if name == "NULL" else name for name in names]
    reader = _Reader(recoder)
    letters = [""] * outputs
    for number in range(reader.take("<I")):
        reader.take("<b")
        codes = [reader.take("<i") for _ in range(reader.take("<i"))]
        if len(codes) != 1:
            raise UnknownNetworkError("letters of several codes")
        if number < len(names) and codes[0] < outputs:
            letters[codes[0]] = letters[codes[0]] or names[number]
    return letters


class _Reader:
    """Tesseract's serialisation, from its sources (network.cpp, plumbing.cpp, lstm.cpp, weightmatrix.cpp)."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, shape: str) -> Any:
        """One number."""
        (value,) = struct.unpack_from(shape, self._data, self._at)
        self._at += struct.calcsize(shape)
        return value

    def null_code(self) -> int:
        """The code of the blank, from what follows the network."""
        self._text()
        for _ in range(3):
            self.take("<i")
        return int(self.take("<i"))

    def network(self, by: str = "x") -> list[tuple[str, Any]]:
        """(kind, value) of each layer, in order: weights, or for Input its height, for Convolve and Maxpool a size."""
        kind, flags = self._header()
        if kind in _WAYS:
            found = [layer for _ in range(self.take("<I")) for layer in self.network(_WAYS[kind] or by)]
            if flags & _LAYER_RATES:
                rates = self.take("<I")
                self._at += 4 * rates
            return found
        if kind == "Input":
            sizes = [self.take("<i") for _ in range(5)]
            return [(kind, sizes[1])]
        if kind in ("Convolve", "Maxpool"):
            sizes = [self.take("<i"), self.take("<i")]
            return [(kind, sizes[0] if sizes[0] == sizes[1] else 0)]
        if kind in ("LSTM", "SummLSTM"):
            self.take("<i")
            gates = [self._weights() for _ in range(4)]
            gates[1:] = [0.5 * gate for gate in gates[1:]]
            return [("LSTM", Lstm(weights=np.concatenate(gates, axis=1), states=gates[0].shape[1], by=by))]
        if kind in ("Tanh", "Softmax"):
            return [(kind, self._weights())]
        raise UnknownNetworkError(f"a layer {kind}")

    def _header(self) -> tuple[str, int]:
        self.take("<b")
        kind = self._text()
        self.take("<b")
        self.take("<b")
        flags = self.take("<i")
        for _ in range(3):
            self.take("<i")
        self._text()
        return kind, int(flags)

    def _text(self) -> str:
        size = self.take("<I")
        self._at += size
        return self._data[self._at - size : self._at].decode("utf-8", "replace")

    def _weights(self) -> Floats:
        """(inputs + 1, outputs), the last row the bias."""
        mode = self.take("<B")
        if not mode & _INT8 or not mode & _DOUBLES:
            raise UnknownNetworkError("weights that are no whole numbers")
        rows, columns = self.take("<I"), self.take("<I")
        self.take("<b")
        whole = np.frombuffer(self._data, np.int8, rows * columns, self._at).reshape(rows, columns)
        self._at += rows * columns
        count = self.take("<I")
        scales = np.frombuffer(self._data, "<f8", count, self._at)
        self._at += 8 * count
        return np.ascontiguousarray((whole * scales[:rows, None]).T, dtype=np.float32)
