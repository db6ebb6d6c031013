"""A clerk's words on papers whose pages are laid anew: they go where the page goes that they stand on.  Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from digitizer.model import By, Document, DocumentState, Field, PageRef

Layout = Sequence[tuple[str, tuple[PageRef, ...]]]
"""Ids of documents, old or new, and the pages of each."""


def dealt(before: Sequence[Document], layout: Layout) -> list[Document]:
    """The documents of the layout, by a clerk, to be worked out again, with all that a clerk said on those before.

    A word goes with its page; without one it stays on its document, or goes where the first page of that one goes.
    Where a clerk has said something else of the same name already, it stays behind, and is gone with its document.
    """
    old = {one.id: one for one in before}
    after = {id_: _begun(old.get(id_), _parent(before, pages), id_, pages) for id_, pages in layout}
    words = [(one, field, _home(after, one, field)) for one in before for field in said(one)]
    for mine in (True, False):  # first what stays
        for one, field, home in words:
            if home is not None and (home == one.id) is mine:
                _give(after, field, (home, one.id))
    for one in before:
        heir = _holder(after.values(), one.pages[0])
        if one.id not in after and heir is not None and heir.pages[0] == one.pages[0]:
            after[heir.id] = _named(heir, one)
    return list(after.values())


def restored(was: Sequence[Document], made: Sequence[Document], now: Sequence[Document]) -> list[Document]:
    """The documents as they were, with what a clerk has said since the change made them what they are `now`."""
    then = {one.id: one for one in made}
    here = {one.id: one for one in now}
    after = {one.id: _returned(one, here.get(one.id)) for one in was}
    for one in now:
        known = set(said(then[one.id]))
        for field in (field for field in said(one) if field not in known):
            if one.id in after:
                rest = tuple(other for other in after[one.id].fields if _key(other) != _key(field))
                after[one.id] = replace(after[one.id], fields=rest)
            home = _home(after, one, field, stays=True)
            _give(after, field, (home,) if home else ())
        if one.id in after and one.kind_by is By.CLERK and one.kind != then[one.id].kind:
            after[one.id] = replace(after[one.id], kind=one.kind, kind_by=one.kind_by, cues=one.cues)
    return list(after.values())


def said(document: Document) -> tuple[Field, ...]:
    """The values that a clerk gave."""
    return tuple(field for field in document.fields if field.by is By.CLERK)


def _begun(known: Document | None, parent: Document | None, id_: str, pages: tuple[PageRef, ...]) -> Document:
    """What stays of a document whose pages change: no value that was read, and a clerk's come back one by one."""
    if known is None:
        return Document(id=id_, pages=pages, pages_by=By.CLERK, dossier=parent.dossier if parent else None)
    return replace(_looked_at_again(known, known), pages=pages, pages_by=By.CLERK, fields=())


def _returned(was: Document, now: Document | None) -> Document:
    """As it was; what it is to others is as it is now."""
    now = now or was
    return replace(
        _looked_at_again(was, now),
        fields=said(was),
        dossier=now.dossier,
        problems=now.problems,
        duplicate_of=now.duplicate_of,
        duplicate_by=now.duplicate_by,
        distinct_from=now.distinct_from,
    )


def _looked_at_again(document: Document, now: Document) -> Document:
    """In REVIEW; what was released stays in its record, and whatever comes now is the next version."""
    version = now.version + (now.state is DocumentState.RELEASED)
    return replace(document, state=DocumentState.REVIEW, version=version, unsure=True)


def _home(after: dict[str, Document], one: Document, field: Field, *, stays: bool = False) -> str | None:
    """The document that a word on this one goes to."""
    places = [_holder(after.values(), field.at), after.get(one.id)]
    first = next((place for place in (places[::-1] if stays else places) if place), None)
    heir = first or _holder(after.values(), one.pages[0])
    return heir.id if heir else None


def _give(after: dict[str, Document], field: Field, homes: Sequence[str]) -> None:
    """Put the word on the first of these documents that has none of its name, without its place if not on its page."""
    for home in homes:
        document = after.get(home)
        if document is not None and all(_key(other) != _key(field) for other in document.fields):
            given = field if field.at in document.pages else replace(field, at=None, box=None)
            after[home] = replace(document, fields=(*document.fields, given))
            return


def _named(document: Document, other: Document) -> Document:
    """The document with the kind that a clerk gave the other one, unless it has one of its own."""
    if other.kind_by is not By.CLERK or document.kind_by is By.CLERK:
        return document
    return replace(document, kind=other.kind, kind_by=By.CLERK, confidence=1.0, cues=other.cues)


def _parent(before: Sequence[Document], pages: tuple[PageRef, ...]) -> Document | None:
    return _holder(before, pages[0])


def _holder(documents: Iterable[Document], at: PageRef | None) -> Document | None:
    return next((one for one in documents if at in one.pages), None)


def _key(field: Field) -> tuple[str, str | None]:
    return field.name, field.part
