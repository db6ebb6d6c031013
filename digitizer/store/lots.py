"""Much of something a little at a time: databases and memory take only so many at once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_T = TypeVar("_T")


def lots(items: Iterable[_T], most: int) -> Iterator[list[_T]]:
    """The items in order, in lists of `most`, the last perhaps shorter; nothing is read ahead."""
    rest = iter(items)
    while lot := list(islice(rest, most)):
        yield lot
