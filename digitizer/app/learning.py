"""Learning kinds from what clerks said: one command makes a better model or refuses to, and there is a way back."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from digitizer.classify.features import features
from digitizer.classify.layout import sheet
from digitizer.classify.learn import Example, accuracy, example, fit, shipped_examples
from digitizer.classify.model import KindModel, parse, shipped
from digitizer.classify.tables import UNKNOWN, Tables
from digitizer.errors import NotFound
from digitizer.model import Document
from digitizer.store import models
from digitizer.store.records import Records

LEAST = 10
"""Fewer papers than this teach nothing that could be judged."""
MOST = 5000
_HELD_OUT = 4  # every fourth paper judges and doesn't teach
_PAGES = 3
_FORGOTTEN = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What learning came to.  `number`: of the new model, None when it was refused.  Shares of papers kept out that are
    named right: of this office's and of the shipped ones, before and after.
    """

    papers: int
    kinds: int
    own_before: float
    own_after: float
    shipped_before: float
    shipped_after: float
    number: int | None


def current_model(records: Records) -> KindModel | None:
    """The model in use; None when the program has none."""
    number = models.in_use(records)
    return _stored(records, number) if number else shipped()


@lru_cache(maxsize=2)
def _stored(records: Records, number: int) -> KindModel:
    """A number never gets another model, so what was read once need not be read for every scan."""
    return parse(models.data(records, number))


def learn(records: Records, tables: Tables) -> Outcome | int:
    """Learn from corrected and released documents, judge by papers kept out, and use the new model unless it is worse.

    Gives the number of papers found where there are fewer than `LEAST`.
    """
    teach, judge = _parted(list(_examples(records)))
    if len(teach) + len(judge) < LEAST or not judge:
        return len(teach) + len(judge)
    before = current_model(records)
    held = shipped_examples("held")
    kinds = tuple(tables.kinds)
    after = fit([*teach, *shipped_examples("rehearsal")], kinds, before=before)
    figures = {
        "own_before": _right(before, judge),
        "own_after": accuracy(after, judge),
        "shipped_before": _right(before, held),
        "shipped_after": accuracy(after, held),
    }
    counted = Counter(one.kind for one in (*teach, *judge))
    about = {"papers": counted.total(), "kinds": len(counted), **{name: round(at, 4) for name, at in figures.items()}}
    after.about.update(about)
    number = None if worse(**figures) else models.add(records, after.dump(), about)
    return Outcome(papers=counted.total(), kinds=len(counted), number=number, **figures)


def worse(*, own_before: float, own_after: float, shipped_before: float, shipped_after: float) -> bool:
    """The new model is worse on this office's papers, or forgets more than one in a hundred of all others."""
    return own_after < own_before or shipped_after < shipped_before - _FORGOTTEN


def rollback(records: Records) -> int | None:
    """Use the model before the one in use; gives its number, 0 for the shipped one, None when that one is in use."""
    number = models.in_use(records)
    if number == 0:
        return None
    older = [one.number for one in models.learned(records) if one.number < number]
    models.use(records, older[-1] if older else 0)
    return older[-1] if older else 0


def _examples(records: Records) -> Iterator[tuple[str, Example]]:
    """(document id, what the model sees of it) of every paper that can teach; pages that are gone are passed over."""
    for document in models.teachers(records, MOST):
        if document.kind == UNKNOWN:
            continue
        seen = _seen(records, document)
        if seen:
            yield document.id, example(seen, document.kind)


def _seen(records: Records, document: Document) -> list[str]:
    try:
        pages = [records.page(ref.scan, ref.page) for ref in document.pages[:_PAGES]]
    except NotFound:
        return []
    return features([sheet(page) for page in pages if not page.blank])


def _parted(every: Sequence[tuple[str, Example]]) -> tuple[list[Example], list[Example]]:
    """(to teach, to judge): the same paper is always on the same side."""
    sides: tuple[list[Example], list[Example]] = ([], [])
    for name, one in every:
        sides[crc32(name.encode()) % _HELD_OUT == 0].append(one)
    return sides


def _right(model: KindModel | None, examples: Sequence[Example]) -> float:
    return accuracy(model, examples) if model is not None else 0.0
