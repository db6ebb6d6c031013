"""Counts Vietnamese syllables and writes `digitizer/ocr/language.bin`.

    python training/language.py --corpus FILE.jsonl.xz… --lists FOLDER [--exclude FOLDER…] [--out FILE]

Interpolated Kneser–Ney over syllable trigrams, pruned by what each n-gram adds to the likelihood, written as sorted
flat arrays (see digitizer/ocr/ngrams.py).  Paragraphs that share a fifth of their eight-word runs with the held-out
documents or with a text under `--exclude` are not counted, so that a gain measured on those is a gain.
"""

import argparse
import json
import random
import time
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from texts import GRAM, fill, forms, grams, held_out, person, places, records, words

from digitizer.ocr.ngrams import Arrays, write
from digitizer.text import fold, is_syllable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
UNKNOWN, NUMBER = 0, 1
REPEATS = 3
"""How often the same paragraph is counted: forms and codified law repeat themselves thousands of times."""


def stream(args: argparse.Namespace) -> Iterator[list[str]]:
    """The paragraphs to count, as words."""
    copied = exclusions(args)
    seen: Counter[int] = Counter()
    for file in args.corpus:
        for key, text in records(file):
            if held_out(key):
                continue
            for paragraph in text.splitlines():
                tokens = words(paragraph)
                own = hash(tuple(tokens))
                seen[own] += 1
                if not tokens or seen[own] > REPEATS:
                    continue
                runs = grams(tokens)
                if len(runs & copied) * 5 <= len(runs) and not (runs and runs <= copied):
                    yield tokens
    yield from own_lines(args.lists)


def exclusions(args: argparse.Namespace) -> set[int]:
    """Fingerprints of the texts that must not be counted."""
    copied: set[int] = set()
    for folder in args.exclude:
        for file in sorted(folder.rglob("*.txt")):
            copied |= grams(words(file.read_text(encoding="utf-8")))
    for file in args.corpus:
        if "documents" in file.name:
            for key, text in records(file):
                if held_out(key):
                    copied |= grams(words(text))
    return copied


def own_lines(lists: Path) -> Iterator[list[str]]:
    """Invented people, all places and our own form lines: what law texts lack."""
    rng = random.Random(5)
    wards = places(lists)
    for _ in range(60):
        for line in forms(Path(__file__).parent):
            yield words(fill(line, rng, wards))
    for _ in range(60_000):
        yield words(person(rng))
    for place in wards * 3:
        yield words(", ".join(place))


def count(paragraphs: Iterator[list[str]]) -> tuple[list[str], Ints]:
    """The vocabulary sorted by its folded form (`UNKNOWN` and `NUMBER` first) and the text as its indices."""
    ids: dict[str, int] = {}
    text = array("I")
    for tokens in paragraphs:
        text.extend([ids.setdefault(token, len(ids)) for token in tokens])
    names = list(ids)
    counts = np.bincount(np.frombuffer(text, np.uint32), minlength=len(names))
    kept = [i for i, name in enumerate(names) if name != "0" and counts[i] >= (4 if is_syllable(name) else 25)]
    kept.sort(key=lambda i: (fold(names[i]), names[i]))
    if len(kept) > 65_000:
        raise SystemExit(f"{len(kept)} words do not fit 16 bits")
    remap = np.zeros(len(names), np.int64)
    remap[kept] = np.arange(2, len(kept) + 2)
    remap[ids["0"]] = NUMBER
    return ["<unk>", "0", *(names[i] for i in kept)], remap[np.frombuffer(text, np.uint32)]


@dataclass
class Level:
    """n-grams of one length: keys sorted, `prob` of the last word, `weight` that its context leaves to shorter ones."""

    keys: Ints
    counts: Ints
    prob: Floats
    back: Floats


def discounted(counts: Ints, context: Ints, lower: Floats) -> tuple[Floats, Floats]:
    """Interpolated Kneser–Ney: probability of each n-gram, and the backed-off part of it."""
    ones, twos = int((counts == 1).sum()), int((counts == 2).sum())
    discount = ones / (ones + 2 * twos)
    _, index = np.unique(context, return_inverse=True)
    total = np.bincount(index, weights=counts)
    kinds = np.bincount(index)
    rest = (discount * kinds / total)[index] * lower
    return (counts - discount) / total[index] + rest, rest


def estimate(text: Ints, size: int) -> tuple[Floats, Level, Level]:
    """Unigram probabilities, bigrams and trigrams, unpruned."""
    tri, tri_n = np.unique((text[:-2] << 32) | (text[1:-1] << 16) | text[2:], return_counts=True)
    bi, raw = np.unique((text[:-1] << 16) | text[1:], return_counts=True)
    follows = np.bincount(bi & 0xFFFF, minlength=size) + 0.5
    uni = follows / follows.sum()
    ended, ways = np.unique(tri & 0xFFFFFFFF, return_counts=True)
    bi_n = np.ones(len(bi), np.int64)
    bi_n[np.searchsorted(bi, ended)] = ways
    prob, rest = discounted(bi_n, bi >> 16, uni[bi & 0xFFFF])
    two = Level(bi, raw, prob, rest)
    lower = prob[np.searchsorted(bi, tri & 0xFFFFFFFF)]
    prob3, rest3 = discounted(tri_n, tri >> 16, lower)
    return uni, two, Level(tri, tri_n, prob3, rest3)


def pruned(uni: Floats, two: Level, three: Level, keep_two: int, keep_three: int) -> Arrays:
    """The n-grams that add most to the likelihood, with back-off weights that make each context sum to one again."""
    gain = three.counts * np.log(three.prob / three.back)
    chosen = np.sort(np.argsort(-gain)[:keep_three])
    tri, tri_p = three.keys[chosen], three.prob[chosen]
    gain = two.counts * np.log(two.prob / two.back)
    needed = np.searchsorted(two.keys, np.unique(tri >> 16))
    gain[needed] = np.inf
    chosen = np.sort(np.argsort(-gain)[: max(keep_two, len(needed))])
    bi, bi_p = two.keys[chosen], two.prob[chosen]
    first, second = bi >> 16, bi & 0xFFFF
    size = len(uni)
    left = 1 - np.bincount(first, weights=bi_p, minlength=size)
    back1 = np.maximum(left, 1e-4) / np.maximum(1 - np.bincount(first, weights=uni[second], minlength=size), 1e-4)
    at = np.searchsorted(bi, tri & 0xFFFFFFFF).clip(max=len(bi) - 1)
    shorter = np.where(bi[at] == tri & 0xFFFFFFFF, bi_p[at], back1[(tri >> 16) & 0xFFFF] * uni[tri & 0xFFFF])
    context = np.searchsorted(bi, tri >> 16)
    left = 1 - np.bincount(context, weights=tri_p, minlength=len(bi))
    back2 = np.maximum(left, 1e-4) / np.maximum(1 - np.bincount(context, weights=shorter, minlength=len(bi)), 1e-4)
    return Arrays(
        uni_prob=np.log(uni),
        uni_back=np.log(back1),
        bi_start=np.searchsorted(first, np.arange(size + 1)),
        bi_word=second,
        bi_prob=np.log(bi_p),
        bi_back=np.log(back2),
        tri_start=np.searchsorted(context, np.arange(len(bi) + 1)),
        tri_word=tri & 0xFFFF,
        tri_prob=np.log(tri_p),
    )


def main() -> None:
    """Count, prune, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, nargs="+", required=True)
    parser.add_argument("--lists", type=Path, required=True)
    parser.add_argument("--exclude", type=Path, nargs="*", default=[])
    parser.add_argument("--bigrams", type=int, default=220_000)
    parser.add_argument("--trigrams", type=int, default=750_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "digitizer/ocr/language.bin")
    args = parser.parse_args()
    began = time.monotonic()
    vocabulary, text = count(stream(args))
    print(f"{len(text):,} words, {len(vocabulary):,} different, {time.monotonic() - began:.0f} s")
    uni, two, three = estimate(text, len(vocabulary))
    arrays = pruned(uni, two, three, args.bigrams, args.trigrams)
    write(args.out, vocabulary, [fold(word) for word in vocabulary], arrays)
    facts = {
        "words": len(text),
        "vocabulary": len(vocabulary),
        "bigrams": [len(two.keys), len(arrays.bi_word)],
        "trigrams": [len(three.keys), len(arrays.tri_word)],
        "run": GRAM,
        "bytes": args.out.stat().st_size,
        "seconds": round(time.monotonic() - began),
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
