"""Published lists of papers that were read whole (config/lists.txt): what rules could only guess, readers understood.

A block is the code of a procedure and the mark of its list's words, then a line a paper in the notation of
`tables.written`, named by words copied from the list; docs/lists.md says how lists are read.  A list whose words have
changed since has another mark, and is read by the rules of `components` again.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from digitizer.classify.cells import Item
from digitizer.classify.sentences import condition_of, first_sentence, name_of
from digitizer.classify.tables import Tables, written
from digitizer.errors import BadSettings
from digitizer.model import Component
from digitizer.text import HIDDEN, canonical

_SOME = "chỉ một số trường hợp"
_WITH_ANOTHER = "kèm theo giấy tờ khác"
_ATTACHED = re.compile(r"(?<!\w)(?<!không )kèm(?: theo)?(?: \d+)?(?: các| bản sao| bản chính| bản)?[\s:]*$")
"""What stands before the name of a paper that only comes with another one."""
_BY_AN_AUTHORITY = ("cong_van", "quyet_dinh", "thong_bao")
"""What an authority writes where a list says no more than `văn bản`."""
_TEXT = re.compile(r"(?:các )?(?:công văn|văn bản)(?!\w)(?!, (?:tài liệu|giấy tờ))")
_MARK = 12
"""Hexadecimal digits of a mark."""
_HEAD = re.compile(rf"\S+ ([0-9a-f]{{{_MARK}}})")


def by_mark(tables: Tables) -> Mapping[str, tuple[Component, ...]]:
    """Mark → the papers that readers found in a list with these words; raises BadSettings naming the first bad line."""
    found: dict[str, list[Component]] = {}
    papers: list[Component] | None = None
    for number, line in enumerate(map(str.strip, tables.lists.splitlines()), 1):
        head = _HEAD.fullmatch(line)
        if head and head[1] not in found:
            papers = found[head[1]] = []
        elif line and not line.startswith("#"):
            paper = written(line)
            if head or papers is None or not paper.name or not tables.kinds.keys() >= set(paper.kinds):
                raise BadSettings(f"lists.txt:{number}: {line}")
            papers.append(paper)
    return {mark: tuple(papers) for mark, papers in found.items()}


@lru_cache(maxsize=4)  # asked for several times of one list after the other
def mark(glued: str) -> str:
    """The mark of a published list: the same where letters and figures are, however it is glued, spaced or spelled."""
    letters = "".join(char for char in canonical(HIDDEN.sub("", glued)) if char.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()[:_MARK]


def placed(papers: Sequence[Component], cells: Sequence[Item]) -> Iterator[Component]:
    """The papers with the words of the cells that name them: whole names, conditions, how many copies.  What only comes
    with another paper is perhaps.
    """
    texts = [canonical(cell.text) for cell in cells]
    names = [canonical(paper.name) for paper in papers]
    begin = 0
    for paper, name in zip(papers, names, strict=True):
        kinds = paper.kinds or (_BY_AN_AUTHORITY if paper.others and _TEXT.match(name) else ())
        order = [*range(begin, len(cells)), *range(begin)]  # papers stand in the order of the list
        at = next((at for at in order if name in texts[at]), None)
        if at is None:
            yield replace(paper, kinds=kinds, condition=_SOME if paper.optional else "")
            continue
        begin, cell, start = at, cells[at], texts[at].find(name)
        others = (texts[at].find(other, start + len(name)) for other in names)
        whole = cell.text[start : min((other for other in others if other > 0), default=None)]
        why = _why(whole, cell) if paper.optional else _WITH_ANOTHER if _ATTACHED.search(texts[at][:start]) else ""
        yield replace(
            paper,
            name=name_of(whole[: len(first_sentence(whole))]),
            kinds=kinds,
            optional=bool(why),
            condition=why,
            originals=cell.originals,
            copies=cell.copies,
        )


def _why(name: str, cell: Item) -> str:
    """The words that say which cases need it."""
    return condition_of(name, first_sentence(name)) or condition_of(cell.text, first_sentence(cell.text)) or _SOME
