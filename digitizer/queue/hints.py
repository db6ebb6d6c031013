"""What Dramatiq's brokers have in common: one policy, one kind of message, one way to say that a broker is away.

A message carries a scan's id only.  Whatever broker carries it, it is a hint: the records know what should move.
"""

from collections.abc import Callable

import dramatiq
from dramatiq.errors import BrokerError, Retry
from dramatiq.middleware import AgeLimit, Middleware, Retries, TimeLimit

from digitizer.errors import DigitizerError, Unreachable
from digitizer.queue import checked_lane

_HOUR_MS = 3_600_000
_MAX_RETRIES = 8
"""With the waits below about an hour of a store out of reach; then `resume()` queues the scan again anyway."""


def policy(hours: float) -> list[Middleware]:
    """How long a message may wait and be worked on, and when it comes again, on whatever broker.

    Dramatiq's own bound of 10 minutes would kill every long scan; a page has a bound of its own (`limits`).
    """
    limit = int(hours * _HOUR_MS)
    return [
        AgeLimit(max_age=limit),
        TimeLimit(time_limit=limit),
        Retries(retry_when=may_succeed_later, min_backoff=5_000, max_backoff=15 * 60_000),
    ]


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


class Hints:
    """A queue on a broker; opened anew by itself after the broker was away."""

    def __init__(
        self, broker: dramatiq.Broker, count: Callable[[str], int], faults: tuple[type[Exception], ...]
    ) -> None:
        """`count`: how many messages wait in a lane; `faults`: what its client raises when the broker is away."""
        self.broker = broker
        self._count = count
        self._faults: tuple[type[Exception], ...] = (*faults, BrokerError)

    def put(self, scan: str, *, copies: int, lane: str) -> None:
        """Send `copies` messages; raises Unreachable, Conflict for an unknown lane."""
        for _ in range(copies):
            message: dramatiq.Message[None] = dramatiq.Message(
                queue_name=checked_lane(lane), actor_name=actor_name(lane), args=(scan,), kwargs={}, options={}
            )
            try:
                self.broker.enqueue(message)
            except self._faults as error:
                raise _away(error) from error

    def waiting(self, lane: str) -> int:
        """How many messages nobody has taken yet; raises Unreachable, Conflict for an unknown lane."""
        try:
            return self._count(checked_lane(lane))
        except self._faults as error:
            raise _away(error) from error

    def close(self) -> None:
        """Let go of the connections."""
        self.broker.close()


def _away(error: Exception) -> Unreachable:
    return Unreachable(f"the queue does not answer: {type(error).__name__}")
