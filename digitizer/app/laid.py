"""Page lists of documents, as a clerk lays them: what can be done to them, and what can't.  Pure."""

from collections.abc import Iterable, Mapping, Sequence

from digitizer import pipeline
from digitizer.errors import Conflict
from digitizer.ids import new_id
from digitizer.model import Document, PageRef, ScanState
from digitizer.store.changes import Change, Placed, Seen

Refs = tuple[PageRef, ...]
_LAST = 2**31


def current(now: Seen, seen: Document) -> Placed:
    """The document as it is in the records, with the pages that it was seen with."""
    found = now.papers.get(seen.id)
    if found is None or found.document.pages != seen.pages:
        raise conflict(
            f"{seen.id}: các trang vừa được thay đổi, xem lại bằng `digitizer pages list`",
            "its pages were changed meanwhile: look again",
        )
    return found


def placed(documents: Sequence[Document], origins: Sequence[Placed]) -> list[Placed]:
    """The documents, each counted to the scan of its origin if it has pages there, new ones behind it in the stack."""
    known = {one.document.id: one for one in origins}
    made = []
    for at, document in enumerate(documents):
        parent = next((one for one in origins if document.pages[0] in one.document.pages), None)
        origin = known.get(document.id, parent)
        if origin is None or all(ref.scan != origin.scan for ref in document.pages):
            made.append(Placed(document=document, scan=document.pages[0].scan, place=_LAST))
        else:
            place = origin.place if document.id in known else origin.place + at
            made.append(Placed(document=document, scan=origin.scan, place=place))
    return made


def checked(now: Seen, change: Change) -> Change:
    """The change, if nothing released is lost by it, and all that it touches was read."""
    before, after = ([one.document for one in side] for side in (change.before, change.after))
    for gone in {one.id for one in before} - {one.id for one in after}:
        if now.official(gone):
            raise conflict(
                f"{gone} đã phát hành, phải còn lại ít nhất một trang (khi đó thành bản mới)",
                f"{gone} was released and must keep a page; then it becomes a new version",
            )
    unread = [scan.id for scan in now.scans.values() if pipeline.STAGES[0] not in scan.passed]
    wide = {ref.scan for one in (*before, *after) if len({ref.scan for ref in one.pages}) > 1 for ref in one.pages}
    busy = [id_ for id_ in sorted(wide) if now.scans[id_].state is not ScanState.DONE]
    if unread or busy:
        waiting = ", ".join(dict.fromkeys((*unread, *busy)))
        raise conflict(f"{waiting} đang được xử lý, chờ xong rồi làm lại", "still being worked on: wait for it")
    if len({ref.scan for ref in change.reread}) > 1:
        raise conflict("mỗi lần chỉ xoay trang của một tệp", "turn the pages of one file at a time")
    return change


def together(now: Seen, papers: Sequence[Placed]) -> None:
    """Raises Conflict unless all pages came in one arrival, or all that they lie in belongs to one dossier."""
    here = {one.document.dossier for one in papers}
    kept = [{one.dossier for one in scan.documents} for scan in now.scans.values()]
    one_dossier = len(here) == 1 and None not in here and all(here & dossiers for dossiers in kept)
    if not one_dossier and len({scan.arrival for scan in now.scans.values()}) > 1:
        raise conflict(
            "các trang không cùng một hồ sơ hay một lượt nhận",
            "pages are joined and moved within a dossier or an arrival only",
        )


def overtaken(change: Change) -> Conflict:
    return conflict(
        f"lần sửa {change.number} đã có thay đổi khác chồng lên: hoàn tác thay đổi ấy trước (`digitizer pages list`)",
        f"change {change.number} was followed by another one of the same pages: undo that one first",
    )


def chosen(seen: Document, numbers: Iterable[int]) -> Refs:
    """The pages of these numbers, in the order of the document."""
    wanted = sorted(set(numbers))
    if not wanted or wanted[0] < 1 or wanted[-1] > len(seen.pages):
        raise conflict(f"{seen.id} có trang 1 đến {len(seen.pages)}", f"{seen.id} has pages 1 to {len(seen.pages)}")
    return tuple(seen.pages[number - 1] for number in wanted)


def without(seen: Document, gone: Refs) -> list[tuple[str, Refs]]:
    """The document without these pages; nothing when they are all that it has."""
    left = tuple(ref for ref in seen.pages if ref not in gone)
    return [(seen.id, left)] if left else []


def inserted(pages: Refs, moved: Refs, before: int | None) -> Refs:
    """The pages with the moved ones before the one of that number, or behind all others."""
    if before is not None and not 1 <= before <= len(pages):
        raise conflict(f"--before: từ 1 đến {len(pages)}", f"--before: 1 to {len(pages)}")
    cut = len(pages) if before is None else before - 1
    first, rest = ([ref for ref in some if ref not in moved] for some in (pages[:cut], pages[cut:]))
    return (*first, *moved, *rest)


def returned(papers: Sequence[Placed], former: Mapping[str, Placed], refs: Refs) -> list[tuple[str, Refs]]:
    """Each page behind the one that it followed, in the document that it was in; the others in one of their own."""
    here = {one.document.id: list(one.document.pages) for one in papers}
    left = list(refs)
    for id_, placed in former.items():
        pages = here.setdefault(id_, [])
        order = placed.document.pages
        for at, ref in enumerate(order):
            if ref in left:
                ahead = next((other for other in order[at - 1 :: -1] if other in pages), None) if at else None
                pages.insert(pages.index(ahead) + 1 if ahead else 0, ref)
                left.remove(ref)
    return [*((id_, tuple(pages)) for id_, pages in here.items()), *([(new_id("d"), tuple(left))] if left else [])]


def conflict(vi: str, en: str) -> Conflict:
    return Conflict(f"{vi} / {en}")
