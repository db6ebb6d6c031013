"""What a clerk does to the pages of papers: split, join, move, turn, delete, restore, and undo.  No page is ever lost.

Each takes the documents as the clerk saw them, and raises Conflict when somebody has changed their pages meanwhile, or
for what can't be done.  Each is one transaction, with one event in the history of every arrival that it touches; kind
and fields are then worked out again from what was read, and what a clerk said of them stays (app/words.py).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from digitizer.app import desk
from digitizer.app.laid import (
    Refs,
    checked,
    chosen,
    conflict,
    current,
    inserted,
    overtaken,
    placed,
    returned,
    together,
    without,
)
from digitizer.app.turning import Turn, pose, set_aside, set_back, set_upright
from digitizer.app.words import Layout, dealt, restored
from digitizer.ids import new_id
from digitizer.model import Document, LeftOut, PageRef
from digitizer.store import changes
from digitizer.store.changes import Change, Placed, Seen
from digitizer.store.records import Records

TURNS = (0, 90, 180, 270)
_TURN, _DELETE = "turn", "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A change that was made, and the scans to work on because of it."""

    change: Change
    scans: list[str]


def split(records: Records, seen: Document, before: Iterable[int], actor: str) -> Done:
    """Part a document before these of its pages (from 2); the first part keeps its id."""
    cuts = sorted({1, *before})
    if len(cuts) < 2 or cuts[0] < 1 or cuts[-1] > len(seen.pages):
        raise conflict(
            f"{seen.id} có {len(seen.pages)} trang: chỉ tách được trước trang 2 trở đi",
            f"{seen.id} has {len(seen.pages)} pages: it can be split before page 2 or a later one",
        )
    ends = [*cuts[1:], len(seen.pages) + 1]
    parts = [seen.pages[begin - 1 : end - 1] for begin, end in zip(cuts, ends, strict=True)]
    return _lay(
        records, "split", [seen], [(new_id("d") if at else seen.id, part) for at, part in enumerate(parts)], actor
    )


def join(records: Records, seen: Sequence[Document], actor: str) -> Done:
    """Make one of several documents, in this order; it keeps the id of the first."""
    if len(seen) < 2 or len({one.id for one in seen}) < len(seen):
        raise conflict("cần ít nhất hai giấy tờ khác nhau để ghép", "joining takes two documents or more, each once")
    return _lay(records, "join", seen, [(seen[0].id, tuple(ref for one in seen for ref in one.pages))], actor)


def move(
    records: Records,
    seen: Document,
    numbers: Iterable[int],
    actor: str,
    *,
    to: Document | None = None,
    before: int | None = None,
) -> Done:
    """Move pages of a document into another one, or to another place in it; into a new one when `to` is None.

    `before`: the page there that they come before; behind all others when None.
    """
    moved = chosen(seen, numbers)
    if to is None:
        return _lay(records, "move", [seen], [*without(seen, moved), (new_id("d"), moved)], actor)
    laid = to.id, inserted(to.pages, moved, before)
    if to.id == seen.id:
        return _lay(records, "move", [seen], [laid], actor)
    return _lay(records, "move", [seen, to], [*without(seen, moved), laid], actor)


def delete(records: Records, seen: Document, numbers: Iterable[int], actor: str) -> Done:
    """Set pages aside: in no document, accounted for as `deleted`, listed, and there to be restored."""
    gone = chosen(seen, numbers)
    return _lay(records, _DELETE, [seen], without(seen, gone), actor, aside=gone)


def turn(records: Records, seen: Document, upright: Mapping[int, int], actor: str) -> Done:
    """Set pages upright: the number of each, and how far it is turned clockwise from how it was delivered (`TURNS`).

    They are read again, unless their words stand right that way.
    """
    if not set(upright.values()) <= set(TURNS):
        raise conflict("chỉ xoay được 90, 180 hoặc 270 độ", "a page is turned by 90, 180 or 270 degrees")
    refs = {ref: upright[seen.pages.index(ref) + 1] for ref in chosen(seen, upright)}

    def plan(now: Seen) -> Change:
        paper = current(now, seen)
        seen_pages = {ref: now.page(ref) for ref in refs}
        turns = [set_upright(ref, page, refs[ref]) for ref, page in seen_pages.items() if pose(page) != refs[ref]]
        if not turns:
            raise conflict("các trang ấy đã đứng như vậy", "these pages stand like that already")
        return checked(now, _change(_TURN, [paper], _as_laid([paper]), turns))

    return _done(records, plan, actor, [seen.id])


def restore(
    records: Records,
    scan: str,
    numbers: Iterable[int],
    actor: str,
    *,
    to: Document | None = None,
    before: int | None = None,
) -> Done:
    """Take pages of a scan back that were left out: deleted ones to where they were, others as a document of their own.

    `to`, `before`: another document for them, and the page there that they come before.
    """
    refs = tuple(PageRef(scan=scan, page=number) for number in sorted(set(numbers)))
    former = {} if to else _former(records, scan, refs)

    def plan(now: Seen) -> Change:
        known = {page.number: page for page in now.scans[scan].pages} if refs else {}
        if not refs or any(ref.page not in known or known[ref.page].left_out is None for ref in refs):
            raise conflict(
                "chỉ lấy lại được trang đã bỏ ra", f"only pages that were left out of {scan} can be restored"
            )
        papers = [current(now, to)] if to else [now.papers[id_] for id_ in former if id_ in now.papers]
        gone = [placed for id_, placed in former.items() if id_ not in now.papers]
        if to:
            together(now, papers)
        layout = [(to.id, inserted(to.pages, refs, before))] if to else returned(papers, former, refs)
        origins = [*papers, *gone]
        after = placed(dealt([one.document for one in origins], layout), origins)
        turns = [set_aside(ref, known[ref.page], None) for ref in refs]
        return checked(now, _change("restore", papers, after, turns))

    return _done(records, plan, actor, [to.id] if to else list(former), refs)


def undo(records: Records, target: str, actor: str) -> Done:
    """Take back the last change, not yet undone, about a document, scan, arrival or dossier: its pages lie as before.

    What a clerk has said since stays.  Raises Conflict when a later change elsewhere must be undone first.
    """
    change = next((one for one in changes.of(records, about(records, target)) if one.undone_at is None), None)
    if change is None:
        raise conflict(f"{target}: không có thao tác trang nào để hoàn tác", "no change of pages is left to undo")

    def plan(now: Seen) -> Change:
        turns = []
        for to, since in zip(change.sides_before, change.sides_after, strict=True):
            page = now.page(to.at)
            if (page.left_out, page.upright) != (since.left_out, since.upright):
                raise overtaken(change)
            turns.append(set_back(to.at, page, to))
        if change.what == _TURN:  # whatever paper they are in by now
            turned = {one.at for one in change.sides_before}
            papers = [one for one in now.papers.values() if turned & set(one.document.pages)]
            return checked(now, _change(_TURN, papers, _as_laid(papers), turns))
        return checked(now, _change(change.what, *_reversed(now, change), turns))

    ids = {one.document.id for one in (*change.before, *change.after)}
    return _done(records, plan, actor, sorted(ids), [side.at for side in change.sides_before], undoes=change.number)


def about(records: Records, target: str) -> list[str]:
    """Ids under which changes are kept that concern a document, scan, arrival or dossier; raises NotFound."""
    if target.startswith("d"):
        return [target]
    if target.startswith("h"):
        return list(records.dossier(target).documents)
    return desk.scans_of(records, target)


# ---- plans


def _lay(
    records: Records, what: str, seen: Sequence[Document], layout: Layout, actor: str, *, aside: Refs = ()
) -> Done:
    """Lay the pages of these documents anew; `aside`: pages left out then."""
    if [(one.id, one.pages) for one in seen] == list(layout):
        raise conflict("không có gì thay đổi", "nothing would change")

    def plan(now: Seen) -> Change:
        papers = [current(now, one) for one in seen]
        if len(papers) > 1:
            together(now, papers)
        after = placed(dealt([one.document for one in papers], layout), papers)
        turns = [set_aside(ref, now.scans[ref.scan].pages[ref.page - 1], LeftOut.DELETED) for ref in aside]
        return checked(now, _change(what, papers, after, turns))

    return _done(records, plan, actor, [one.id for one in seen])


def _as_laid(papers: Sequence[Placed]) -> list[Placed]:
    """The documents to be worked out again, their pages where they are."""
    again = dealt([one.document for one in papers], [(one.document.id, one.document.pages) for one in papers])
    return [
        replace(one, document=replace(document, pages_by=one.document.pages_by))
        for one, document in zip(papers, again, strict=True)
    ]


def _reversed(now: Seen, change: Change) -> tuple[list[Placed], list[Placed]]:
    """What the change made, as it is now, and what it was made of; raises Conflict."""
    made = [one.document for one in change.after]
    gone = {one.document.id for one in change.before} - {one.id for one in made}
    pages = {id_: one.document.pages for id_, one in now.papers.items()}
    if gone & pages.keys() or any(pages.get(one.id) != one.pages for one in made):
        raise overtaken(change)
    papers = [now.papers[one.id] for one in made]
    was = restored([one.document for one in change.before], made, [one.document for one in papers])
    return papers, [replace(one, document=document) for one, document in zip(change.before, was, strict=True)]


def _done(
    records: Records,
    plan: Callable[[Seen], Change],
    actor: str,
    ids: Iterable[str],
    refs: Iterable[PageRef] = (),
    undoes: int = 0,
) -> Done:
    change, scans = changes.make(records, plan, actor, ids, refs, undoes)
    return Done(change=change, scans=scans)


def _change(what: str, before: Sequence[Placed], after: Sequence[Placed], turns: Sequence[Turn]) -> Change:
    return Change(
        what=what,
        before=tuple(before),
        after=tuple(after),
        sides_before=tuple(one.before for one in turns),
        sides_after=tuple(one.after for one in turns),
        reread=tuple(one.after.at for one in turns if one.again),
        settled=tuple(one.after.at for one in turns if one.settled),
    )


def _former(records: Records, scan: str, refs: Refs) -> dict[str, Placed]:
    """The documents that these pages were deleted from last, as they were then."""
    found: dict[PageRef, Placed] = {}
    for change in changes.of(records, [scan]):
        if change.what == _DELETE and change.undone_at is None:
            for was in change.before:
                found |= {ref: was for ref in was.document.pages if ref in refs and ref not in found}
    return {was.document.id: was for was in found.values()}
