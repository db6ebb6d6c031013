"""Dramatiq on RabbitMQ: hints go to worker processes on any machine (`workers/`)."""

import logging
from dataclasses import dataclass

import pika
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from pika.exceptions import AMQPError

from digitizer.errors import BadSettings
from digitizer.queue.hints import Hints, policy

_SECONDS = 10.0  # without an answer
_HEARTBEAT_SECONDS = 20


@dataclass(frozen=True, kw_only=True)
class Options:
    """`url`: the RabbitMQ.  `hours`: bound of one message, both waiting and at work."""

    url: str = "amqp://guest:guest@127.0.0.1:5672/%2F"
    hours: float = 24.0


def open(options: Options) -> Hints:  # noqa: A001 - the name of every plug
    """A queue on that RabbitMQ, not yet connected; raises BadSettings when the URL is none."""
    # What pika would log in many lines at each lost connection is said in one by whoever meets `Unreachable`.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    if not options.url.startswith(("amqp://", "amqps://")):
        raise BadSettings("[queue.options] url: must begin with amqp:// or amqps://")
    # Confirmed: only then a publisher notices that the queues went with a broker that was wiped, and makes them again.
    broker = RabbitmqBroker(url=options.url, confirm_delivery=True, middleware=policy(options.hours))
    _bound(broker.parameters)
    return Hints(broker, lambda lane: _count(broker, lane), (AMQPError, OSError))


def _count(broker: RabbitmqBroker, lane: str) -> int:
    """How many messages wait; over a fresh connection when the one at hand has died since."""
    try:
        return int(broker.get_queue_message_counts(lane)[0])
    except AMQPError:
        del broker.connection
        return int(broker.get_queue_message_counts(lane)[0])


def _bound(parameters: pika.ConnectionParameters) -> None:
    """No wait without end for a broker that is paused, cut off, or out of memory."""
    parameters.socket_timeout = parameters.stack_timeout = _SECONDS
    parameters.blocked_connection_timeout = _SECONDS
    parameters.heartbeat = _HEARTBEAT_SECONDS
