"""One contract, three queues: in this process, and Dramatiq on a real Redis and on a real RabbitMQ."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dramatiq.errors import Retry

from digitizer import settings
from digitizer.contracts import Queue
from digitizer.errors import BadSettings, Conflict, Corrupt, NotFound, PageFailed, Unreachable
from digitizer.queue import LANES, open_queue
from digitizer.queue.hints import Hints, actor_name, may_succeed_later
from digitizer.queue.inline import Inline
from tests.servers import free_port, rabbitmq_in, redis_in


def named(home: Path, use: str, **options: object) -> settings.Settings:
    return settings.Settings(home=home, queue=settings.Plugged(use=use, options=options))


BROKERS = ("redis", "rabbitmq")


def hints(home: Path, use: str, url: str) -> Hints:
    queue = open_queue(named(home, use, url=url))
    assert isinstance(queue, Hints)
    return queue


def drained(queue: Hints) -> list[str]:
    """The scans that workers on this broker would be given, lane by lane."""
    scans = []
    for lane in LANES:
        consumer = queue.broker.consume(lane, prefetch=8, timeout=200)
        for message in iter(lambda consumer=consumer: next(consumer), None):
            assert message.actor_name == actor_name(lane)
            assert message.kwargs == {}
            scans.extend(message.args)
            consumer.ack(message)
        consumer.close()
    queue.close()
    return scans


@pytest.fixture(params=["inline", *BROKERS])
def given(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Queue, Callable[[], list[str]]]]:
    """A queue, and what its takers would get, in order."""
    if request.param in BROKERS:
        url: str = request.getfixturevalue(request.param)
        queue = hints(tmp_path, request.param, url)
        for lane in LANES:
            queue.broker.flush(lane)
        yield queue, lambda: drained(hints(tmp_path, request.param, url))
        queue.close()
        return
    inline = open_queue(named(tmp_path, "inline"))
    assert isinstance(inline, Inline)
    yield inline, lambda: list(iter(inline.take, None))


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

    def test_it_says_how_much_waits_in_each_lane(self, given: tuple[Queue, Callable[[], list[str]]]) -> None:
        queue, taken = given
        queue.put("old", copies=2, lane="backfill")
        assert (queue.waiting("live"), queue.waiting("backfill")) == (0, 2)
        taken()
        assert queue.waiting("backfill") == 0
        with pytest.raises(Conflict):
            queue.waiting("slow")


@pytest.mark.parametrize("use", BROKERS)
class TestBrokers:
    def test_one_that_does_not_answer_is_out_of_reach(self, tmp_path: Path, use: str) -> None:
        queue = hints(tmp_path, use, f"{'redis' if use == 'redis' else 'amqp'}://127.0.0.1:{free_port()}")
        with pytest.raises(Unreachable):
            queue.put("s1", copies=1, lane="live")
        with pytest.raises(Unreachable):
            queue.waiting("live")

    def test_the_same_queue_goes_on_after_its_broker_was_killed_and_wiped(self, tmp_path: Path, use: str) -> None:
        url, server = redis_in(tmp_path) if use == "redis" else rabbitmq_in(tmp_path)
        with server:
            queue = hints(tmp_path, use, url)
            queue.put("s1", copies=1, lane="live")
            server.kill()
            with pytest.raises(Unreachable):
                queue.put("s2", copies=1, lane="live")
            with pytest.raises(Unreachable):
                queue.waiting("live")
            shutil.rmtree(tmp_path / "mnesia", ignore_errors=True)
            server.start()
            assert queue.waiting("live") == 0
            queue.put("s3", copies=1, lane="live")
            assert drained(queue) == ["s3"]

    def test_an_address_that_is_none_is_a_fault_of_the_settings(self, tmp_path: Path, use: str) -> None:
        with pytest.raises(BadSettings):
            hints(tmp_path, use, "pigeon://")


def test_a_queue_that_does_not_exist_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(BadSettings):
        open_queue(named(tmp_path, "carrier_pigeon"))


class TestRetries:
    def test_a_store_out_of_reach_is_tried_again_but_not_for_ever(self) -> None:
        assert may_succeed_later(0, Unreachable())
        assert not may_succeed_later(1000, Unreachable())

    @pytest.mark.parametrize("error", [NotFound(), Corrupt(), PageFailed(), ValueError("a fault of ours")])
    def test_a_fault_of_the_document_or_of_ours_is_not(self, error: Exception) -> None:
        assert not may_succeed_later(0, error)

    def test_what_a_worker_hands_back_when_it_ends_always_comes_again(self) -> None:
        assert may_succeed_later(1000, Retry("ends"))
