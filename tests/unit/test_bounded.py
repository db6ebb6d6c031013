"""A child process survives nothing that we don't."""

import os
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitizer.bounded import Child
from digitizer.errors import PageCrash, PageMemory, PageTimeout, Refused, Unreachable


def add(one: int, two: int) -> int:
    return one + two


def refuse() -> None:
    raise Refused("empty", "rỗng", "empty")


def eat(megabytes: int) -> int:
    kept = [np.ones((1 << 20,), dtype=np.uint8) for _ in range(megabytes)]
    time.sleep(3)
    return len(kept)


def die_once(mark: Path) -> str:
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


class KilledOnArrival:
    """Kills the process that unpickles it, so often."""

    def __init__(self, folder: Path, times: int) -> None:
        self.folder, self.times = folder, times

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ = state
        kills = len(list(self.folder.iterdir()))
        if kills < self.times:
            (self.folder / str(kills)).touch()
            os.kill(os.getpid(), signal.SIGKILL)

    def __call__(self) -> str:
        return "done"


def fill(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    (folder / "file").write_bytes(b"more than there is room for")


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    one = Child()
    yield one
    one.close()


def test_it_gives_what_the_function_gives(child: Child) -> None:
    assert child.call(add, 1, 2, seconds=30, memory_mb=500) == 3


def test_an_error_comes_back_whole(child: Child) -> None:
    with pytest.raises(Refused) as caught:
        child.call(refuse, seconds=30, memory_mb=500)
    assert caught.value.reason.vi == "rỗng"


def test_what_takes_too_long_is_stopped_and_the_next_call_works(child: Child) -> None:
    began = time.monotonic()
    with pytest.raises(PageTimeout):
        child.call(time.sleep, 60, seconds=0.3, memory_mb=500)
    assert time.monotonic() - began < 10
    assert child.call(add, 2, 3, seconds=30, memory_mb=500) == 5


def test_what_eats_too_much_is_stopped(child: Child) -> None:
    with pytest.raises(PageMemory):
        child.call(eat, 400, seconds=30, memory_mb=200)


def test_what_allocates_all_at_once_is_stopped_too(child: Child) -> None:
    with pytest.raises(PageMemory):
        child.call(eat, 30_000, seconds=30, memory_mb=200)


def test_what_kills_its_process_is_an_error_and_the_next_call_works(child: Child) -> None:
    with pytest.raises(PageCrash):
        child.call(os._exit, 9, seconds=30, memory_mb=500)
    assert child.call(add, 3, 4, seconds=30, memory_mb=500) == 7


def test_who_waits_for_the_child_shows_that_he_is_alive(child: Child) -> None:
    beats: list[float] = []
    child.beat = lambda: beats.append(time.monotonic())
    child.call(time.sleep, 0.5, seconds=30, memory_mb=200)
    child.beat = lambda: None
    assert len(beats) > 3


def test_what_is_killed_once_is_tried_again(child: Child, tmp_path: Path) -> None:
    assert child.call(die_once, tmp_path / "mark", seconds=30, memory_mb=200) == "done"


def test_what_is_killed_before_it_begins_is_no_fault_of_the_work(child: Child, tmp_path: Path) -> None:
    assert child.call(KilledOnArrival(tmp_path, 3), seconds=30, memory_mb=200) == "done"


def test_a_machine_that_kills_every_child_lacks_something(child: Child, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="before they begin"):
        child.call(KilledOnArrival(tmp_path, 10**6), seconds=30, memory_mb=200)


def test_a_full_disk_is_no_fault_of_the_file(tmp_path: Path) -> None:
    child = Child()
    with pytest.raises(Unreachable, match="lacks"):
        child.call(fill, tmp_path, seconds=30, memory_mb=200)
    child.close()
