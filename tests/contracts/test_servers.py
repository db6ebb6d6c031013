"""The servers that tests lean on are real, and come back over the same files after `kill -9`."""

import signal
import socket
import tempfile
from pathlib import Path

import pika
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tests.servers import postgres_in, redis_in


def test_postgres_keeps_what_was_committed_over_a_kill() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url, server = postgres_in(Path(folder))
        with server:
            engine = create_engine(url, pool_pre_ping=True)
            with engine.begin() as db:
                db.execute(text("CREATE TABLE kept (word text)"))
                db.execute(text("INSERT INTO kept VALUES ('Đất đai')"))
            server.kill()
            with pytest.raises(OperationalError), engine.connect():
                pass
            server.start()
            with engine.connect() as db:
                assert db.execute(text("SELECT word FROM kept")).scalar_one() == "Đất đai"
            engine.dispose()


def test_what_is_written_to_one_database_is_not_in_the_next(database: str, postgres: str) -> None:
    for url, expected in ((database, 1), (postgres, 0)):
        engine = create_engine(url)
        with engine.connect() as db:
            assert (
                db.execute(text("SELECT count(*) FROM pg_tables WHERE tablename = 'arrivals'")).scalar_one() == expected
            )
        engine.dispose()


def test_rabbitmq_carries_a_message(rabbitmq: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(rabbitmq)) as line:
        channel = line.channel()
        channel.queue_declare("letters")
        channel.basic_publish("", "letters", b"one")
        assert channel.basic_get("letters", auto_ack=True)[2] == b"one"


def test_a_paused_server_answers_again_afterwards(tmp_path: Path) -> None:
    url, server = redis_in(tmp_path)
    port = int(url.rsplit(":", 1)[1].split("/")[0])
    with server, socket.create_connection(("127.0.0.1", port), timeout=0.3) as line:
        server.signal(signal.SIGSTOP)
        line.sendall(b"PING\r\n")
        with pytest.raises(TimeoutError):
            line.recv(16)
        server.signal(signal.SIGCONT)
        assert line.recv(16).startswith(b"+PONG")
