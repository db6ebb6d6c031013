"""Does one of these words stand in a box?  How likely each is by the line network, against whatever is likeliest there.

A reading says one letter for each place and forgets by how little another lost.  The network's probabilities don't: a
worn MẬT that is read `MÂS` was nearly read MẬT, `MẪU 01` read `MẬU` was not.
"""

import math
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from digitizer.contracts import Image
from digitizer.model import Box, Line, Word
from digitizer.ocr.network import Floats, Network
from digitizer.ocr.regions import box_quad
from digitizer.ocr.strips import cut
from digitizer.text import fold

_SMALL = 0.2  # what the small letter counts where a capital is asked for
_HAT = 0.1  # what a letter with another hat counts: Ă is no Â; tones and no hat are faint marks
_BEST = 0.7  # of ln probability of what is likeliest at a step that is taken off: in noise nothing is likely
_TELLS, _SHORT = 2.0, 3  # ln of what each letter after the third adds to the likelihood that it is no chance
_LEAST = 1e-6  # probability
_NEVER = -1e9
_HATS = "\u0302\u0306\u031b"


def read_words(grey: Image, boxes: Sequence[Box], words: Sequence[str], network: Network) -> list[Line]:
    """One Line for each box: the word that fits it best, as confident as `fits` says."""
    reads = network.read([cut(grey, box, network.height).image for box in boxes])
    found = []
    for box, likely in zip(boxes, fits(reads, words, network), strict=True):
        at = int(likely.argmax())
        sure, quad = math.exp(likely[at]), box_quad(box)
        found.append(Line(words=(Word(text=words[at], read=words[at], box=box, quad=quad, confidence=sure),), box=box))
    return found


def fits(reads: Sequence[Floats], words: Sequence[str], network: Network) -> NDArray[np.float64]:
    """(reads, words): ln of how likely each word is somewhere in each reading, 0 where nothing is likelier.

    Words in capitals; by the likeliest path through a word's letters and the blanks between them (Viterbi).  What is
    read before and after it is free.
    """
    plain = [word.replace(" ", "") for word in words]
    letters = sorted(set("".join(plain)))
    codes = np.array([code for word in plain for char in word for code in (1 + letters.index(char), 0)])
    last = np.cumsum([2 * len(word) for word in plain]) - 2
    first = np.concatenate([[0], last[:-1] + 2])
    leap = np.zeros(len(codes), bool)  # from letter to letter, unless they are the same
    leap[2:] = (codes[2:] > 0) & (codes[2:] != codes[:-2])
    likely = _ratios(reads, _asked(network, tuple(letters)), codes)
    state = np.full(likely.shape[1:], _NEVER)
    best = np.full((len(reads), len(words)), _NEVER)
    for step in likely:
        moved = np.maximum(state[:, 1:], state[:, :-1])
        moved[:, 1:] = np.maximum(moved[:, 1:], np.where(leap[2:], state[:, :-2], _NEVER))
        begun = np.maximum(state[:, first], 0.0)
        state[:, 1:] = moved
        state[:, first] = begun
        state += step
        best = np.maximum(best, state[:, last])
    longer = np.array([_TELLS * (len(word) - _SHORT) for word in plain])
    found: NDArray[np.float64] = np.minimum(0.0, best + longer)
    return found


def _ratios(reads: Sequence[Floats], sums: Floats, codes: NDArray[np.int64]) -> NDArray[np.float64]:
    """(steps, reads, codes): ln of how likely a code is at a step, against the likeliest; _NEVER beyond an end."""
    ratios = np.full((max((len(read) for read in reads), default=0), len(reads), len(codes)), _NEVER)
    for number, read in enumerate(reads):
        told = read @ sums
        top = np.maximum(read.max(axis=1), told.max(axis=1))
        logs = np.log(np.maximum(told, _LEAST)) - _BEST * np.log(top)[:, None]
        ratios[: len(read), number] = logs[:, codes]
    return ratios


@lru_cache(maxsize=8)
def _asked(network: Network, letters: tuple[str, ...]) -> Floats:
    """What adds the network's outputs up: to the blank (with that between words), and to each of the letters."""
    sums = np.zeros((len(network.letters), 1 + len(letters)), np.float32)
    for output, letter in enumerate(network.letters):
        sums[output, 0] = output == network.null or letter == " "
        sums[output, 1:] = [_counts(letter, asked) for asked in letters]
    return sums


def _counts(letter: str, asked: str) -> float:
    if fold(letter) != fold(asked):
        return 0.0
    hat, other = ({*unicodedata.normalize("NFD", char)} & {*_HATS} for char in (asked, letter))
    return (_SMALL if letter.islower() else 1.0) * (_HAT if other - hat else 1.0)
