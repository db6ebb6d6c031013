"""Dramatiq on Redis: hints go to worker processes on any machine (`workers/`).  A message carries a scan's id only."""

from dataclasses import dataclass

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import Retry
from dramatiq.middleware import AgeLimit, Retries, TimeLimit

from digitizer.errors import BadSettings, DigitizerError, Unreachable
from digitizer.queue import checked_lane

_NAMESPACE = "digitizer"
_HOUR_MS = 3_600_000
_MAX_RETRIES = 8
"""With the waits below about an hour of a store out of reach; then `resume()` queues the scan again anyway."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """`url`: the Redis.  `hours`: bound of one message, both waiting and at work.

    Dramatiq's own bound of 10 minutes would kill every long scan; a page has a bound of its own (`limits`).
    """

    url: str = "redis://127.0.0.1:6379/0"
    hours: float = 24.0


def open(options: Options) -> "Redis":  # noqa: A001 - the name of every plug
    """A queue on that Redis, not yet connected; raises BadSettings when the URL is none."""
    return Redis(broker(options))


def broker(options: Options) -> RedisBroker:
    """The broker that `put` and the workers share, with our policy in its middleware."""
    limit = int(options.hours * _HOUR_MS)
    try:
        client = redis.Redis.from_url(options.url, socket_connect_timeout=5.0)
    except ValueError as error:
        raise BadSettings(f"[queue.options] url: {error}") from error
    middleware = [
        AgeLimit(max_age=limit),
        TimeLimit(time_limit=limit),
        Retries(retry_when=may_succeed_later, min_backoff=5_000, max_backoff=15 * 60_000),
    ]
    return RedisBroker(client=client, namespace=_NAMESPACE, middleware=middleware)  # type: ignore[no-untyped-call]


def may_succeed_later(retries: int, error: BaseException) -> bool:
    """True when the message should come back: `retry` stands on the error's class, and `Retry` asks for it (shutdown).

    Anything else is a fault of the document or of ours, and its attempts are counted in the records.
    """
    if isinstance(error, Retry):
        return True
    return isinstance(error, DigitizerError) and error.retry and retries < _MAX_RETRIES


def actor_name(lane: str) -> str:
    """The actor that takes the messages of a lane."""
    return f"work_{lane}"


class Redis:
    """Hints for workers."""

    def __init__(self, over: RedisBroker) -> None:
        self._broker = over

    def put(self, scan: str, *, copies: int, lane: str) -> None:
        """Send `copies` messages; raises Unreachable, Conflict for an unknown lane."""
        for _ in range(copies):
            message: dramatiq.Message[None] = dramatiq.Message(
                queue_name=checked_lane(lane), actor_name=actor_name(lane), args=(scan,), kwargs={}, options={}
            )
            try:
                self._broker.enqueue(message)
            except redis.RedisError as error:
                raise Unreachable(f"the queue does not answer: {type(error).__name__}") from error
