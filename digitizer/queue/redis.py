"""Dramatiq on Redis: hints go to worker processes on any machine (`workers/`)."""

from dataclasses import dataclass

import redis
from dramatiq.brokers.redis import RedisBroker

from digitizer.errors import BadSettings
from digitizer.queue.hints import Hints, policy

_NAMESPACE = "digitizer"
_SECONDS = 10.0  # without an answer


@dataclass(frozen=True, kw_only=True)
class Options:
    """`url`: the Redis.  `hours`: bound of one message, both waiting and at work."""

    url: str = "redis://127.0.0.1:6379/0"
    hours: float = 24.0


def open(options: Options) -> Hints:  # noqa: A001 - the name of every plug
    """A queue on that Redis, not yet connected; raises BadSettings when the URL is none."""
    try:
        client = redis.Redis.from_url(
            options.url, socket_connect_timeout=5.0, socket_timeout=_SECONDS, socket_keepalive=True
        )
    except ValueError as error:
        raise BadSettings(f"[queue.options] url: {error}") from error
    broker = RedisBroker(client=client, namespace=_NAMESPACE, middleware=policy(options.hours))  # type: ignore[no-untyped-call]
    return Hints(broker, lambda lane: int(client.llen(f"{_NAMESPACE}:{lane}")), (redis.RedisError,))
