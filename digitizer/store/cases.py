"""Which case each paper of one scan belongs to, where several cases were fed without sheets between them.  Pure."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from digitizer.model import Document
from digitizer.text import canonical

_TIES = ("person", "citizen_id", "certificate_serial", "parcel")
"""What the papers of one case share and those of another don't: its people, their numbers, their land."""

UNSURE = "?"
"""What the name of a case begins with whose code isn't known."""
_RECEIPT = "giay_tiep_nhan"

Codes = Sequence[str | None]
Ties = set[tuple[str, str]]
Shared = Mapping[str, Ties]


def cases(documents: Sequence[Document], codes: Codes) -> list[str | None]:
    """The mã hồ sơ of each paper's case; `codes`: those that the papers themselves bear.

    Papers between two codes are cut once: where most of them lie with the code whose people and land they share.  Where
    that says nothing a case begins with its code, as slips lie on top; or ends with it, when more papers of the scan
    belong to the code below than to the one above, as in a stack that was fed last paper first.  None for papers that
    lie outside the first or the last case, and for all when the papers bear fewer than two codes.  A receipt of
    somebody else whose code isn't sure begins a case of its own, `UNSURE` and its id.
    """
    ties = [set(_ties(one)) for one in documents]
    codes = _with_unsure(documents, codes, ties)
    if len({code for code in codes if code}) < 2:
        return list(codes)
    shared = _shared(codes, ties)
    ends = [-1, *(index for index, code in enumerate(codes) if code), len(codes)]
    around = [(codes[low] if low >= 0 else None, low + 1, high) for low, high in pairwise(ends)]
    runs = [(above, codes[high] if high < len(codes) else None, ties[low:high]) for above, low, high in around]
    votes = sum(_vote(own, above, below, shared) for above, below, run in runs for own in run)
    upwards = votes < 0 or (votes == 0 and codes[-1] is not None and codes[0] is None)
    whole: list[str | None] = []
    for above, below, run in runs:
        cut = _cut([_vote(own, above, below, shared) for own in run], upwards=upwards)
        whole += [above] * cut + [below] * (len(run) - cut) + [below]
    return whole[:-1]


def _with_unsure(documents: Sequence[Document], codes: Codes, ties: Sequence[Ties]) -> Codes:
    """The codes, with one of their own for receipts that bear none for sure and are somebody else's than all codes'."""
    known = _shared(codes, ties)
    for code, told in known.items():  # and what lies beside them and is theirs
        known[code] = told.union(*(own for own, other in zip(ties, codes, strict=True) if not other and own & told))
    found = list(codes)
    for at, (one, own) in enumerate(zip(documents, ties, strict=True)):
        if codes[at] or not known or one.kind != _RECEIPT:
            continue
        found[at] = next((case for case, told in known.items() if case.startswith(UNSURE) and told & own), None)
        if found[at] is None and all(_differ(own, told) for told in known.values()):
            found[at] = f"{UNSURE}{one.id}"
            known[f"{UNSURE}{one.id}"] = own
    return found


def _shared(codes: Codes, ties: Sequence[Ties]) -> dict[str, Ties]:
    """Code → what the papers that bear it tell of."""
    shared: dict[str, Ties] = {}
    for code, own in zip(codes, ties, strict=True):
        if code:
            shared.setdefault(code, set()).update(own)
    return shared


def _differ(own: Ties, told: Ties) -> bool:
    """True where both tell of a person or a piece of land, and not of the same."""
    return not own & told and bool({name for name, _ in own} & {name for name, _ in told})


def _ties(document: Document) -> Iterable[tuple[str, str]]:
    return ((one.name, canonical(one.normalised)) for one in document.fields if one.name in _TIES and one.sure)


def _vote(own: set[tuple[str, str]], above: str | None, below: str | None, shared: Shared) -> int:
    """1: the paper shares something with the case above it alone; -1: with the one below it alone; else 0."""
    return bool(own & shared.get(above or "", set())) - bool(own & shared.get(below or "", set()))


def _cut(votes: Sequence[int], *, upwards: bool) -> int:
    """How many papers of a run go with the code above it; of cuts as good the first where cases end with their code."""
    good = [sum(votes[:cut]) - sum(votes[cut:]) for cut in range(len(votes) + 1)]
    best = [cut for cut, sum_ in enumerate(good) if sum_ == max(good)]
    return best[0] if upwards else best[-1]
