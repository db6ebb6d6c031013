"""One contract, two queues: in this process, and Dramatiq on a real Redis."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dramatiq.errors import Retry

from digitizer import settings
from digitizer.contracts import Queue
from digitizer.errors import BadSettings, Conflict, Corrupt, NotFound, PageFailed, Unreachable
from digitizer.queue import LANES, open_queue
from digitizer.queue.inline import Inline
from digitizer.queue.redis import Options, actor_name, broker, may_succeed_later
from tests.servers import free_port


def named(home: Path, use: str, **options: object) -> settings.Settings:
    return settings.Settings(home=home, queue=settings.Plugged(use=use, options=options))


def drained(url: str) -> list[str]:
    """The scans that workers on this Redis would be given, lane by lane."""
    over, scans = broker(Options(url=url)), []
    for lane in LANES:
        consumer = over.consume(lane, prefetch=8, timeout=100)
        for message in iter(lambda consumer=consumer: next(consumer), None):
            assert message.actor_name == actor_name(lane)
            assert message.kwargs == {}
            scans.extend(message.args)
            consumer.ack(message)
        consumer.close()
    over.close()
    return scans


@pytest.fixture(params=["inline", "redis"])
def given(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Queue, Callable[[], list[str]]]]:
    """A queue, and what its takers would get, in order."""
    if request.param == "redis":
        url: str = request.getfixturevalue("redis")
        yield open_queue(named(tmp_path, "redis", url=url)), lambda: drained(url)
        return
    queue = open_queue(named(tmp_path, "inline"))
    assert isinstance(queue, Inline)
    yield queue, lambda: list(iter(queue.take, None))


class TestQueue:
    def test_hints_come_out_in_the_order_they_went_in(self, given: tuple[Queue, Callable[[], list[str]]]) -> None:
        queue, taken = given
        for scan in ("s1", "s2", "s3"):
            queue.put(scan, copies=1, lane="live")
        assert taken() == ["s1", "s2", "s3"]
        assert taken() == []

    def test_live_scans_overtake_the_backfill(self, given: tuple[Queue, Callable[[], list[str]]]) -> None:
        queue, taken = given
        queue.put("old", copies=1, lane="backfill")
        queue.put("new", copies=1, lane="live")
        assert taken() == ["new", "old"]

    def test_a_long_scan_is_offered_to_several_workers(self, given: tuple[Queue, Callable[[], list[str]]]) -> None:
        queue, taken = given
        queue.put("long", copies=3, lane="live")
        assert taken() == ["long"] * 3

    def test_an_unknown_lane_is_refused(self, given: tuple[Queue, Callable[[], list[str]]]) -> None:
        queue, taken = given
        with pytest.raises(Conflict):
            queue.put("s1", copies=1, lane="slow")
        assert taken() == []


def test_a_redis_that_does_not_answer_is_out_of_reach(tmp_path: Path) -> None:
    queue = open_queue(named(tmp_path, "redis", url=f"redis://127.0.0.1:{free_port()}/0"))
    with pytest.raises(Unreachable):
        queue.put("s1", copies=1, lane="live")


def test_a_queue_that_does_not_exist_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(BadSettings):
        open_queue(named(tmp_path, "carrier_pigeon"))
    with pytest.raises(BadSettings):
        open_queue(named(tmp_path, "redis", url="pigeon://"))


class TestRetries:
    def test_a_store_out_of_reach_is_tried_again_but_not_for_ever(self) -> None:
        assert may_succeed_later(0, Unreachable())
        assert not may_succeed_later(1000, Unreachable())

    @pytest.mark.parametrize("error", [NotFound(), Corrupt(), PageFailed(), ValueError("a fault of ours")])
    def test_a_fault_of_the_document_or_of_ours_is_not(self, error: Exception) -> None:
        assert not may_succeed_later(0, error)

    def test_what_a_worker_hands_back_when_it_ends_always_comes_again(self) -> None:
        assert may_succeed_later(1000, Retry("ends"))
