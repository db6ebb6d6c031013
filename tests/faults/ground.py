"""An office to break: real servers, real watcher, real workers, each behind a line that can be cut, each restartable.

Processes that die are started again, as systemd does; nothing else is mended from outside.
"""

import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

import pika
from redis import Redis
from sqlalchemy import func, make_url, select

from digitizer import settings
from digitizer.app import App
from digitizer.model import ScanState
from digitizer.store.schema import dossiers, events, pages, scans
from tests.faults.deliveries import Delivery
from tests.faults.proxy import Proxy
from tests.servers import Server, minio_in, postgres_in, rabbitmq_in, redis_in

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 5
_PATIENCE_SECONDS = 6.0
_QUIET_SECONDS = 150.0
"""Without any event for so long, work is stuck: a lease, a retry's wait and a busy machine together take less."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the office is built of: `broker` none, redis or rabbitmq; `database` sqlite or postgresql; `blobs` disk or
    minio.
    """

    broker: str = "redis"
    database: str = "sqlite"
    blobs: str = "minio"

    def __str__(self) -> str:
        """As on the command line."""
        return f"broker={self.broker} database={self.database} blobs={self.blobs}"


class StuckError(AssertionError):
    """Work stands still though everything is up."""


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """Hosts of their own for the workers: `address` of this one as they see it, and what to put before a command."""

    address: str = "127.0.0.1"
    prefixes: tuple[tuple[str, ...], ...] = ((),)


class Ground:
    """Opened by `with`: the servers run, `programs` run once `start` is called."""

    def __init__(
        self,
        folder: Path,
        parts: Parts,
        recordings: Path | None,
        *,
        workers: int = 2,
        lease_seconds: int = LEASE_SECONDS,
        hosts: Hosts | None = None,
        lines: bool = True,
    ) -> None:
        """`recordings`: what the replay engine gives; without them Tesseract reads.  `hosts`: where workers run.

        `lines`: programs reach the servers over lines that can be cut, and workers claim few pages at a time so that
        more can go wrong; without, all is as in an office, and commits wait for the disk.
        """
        self.folder = folder
        self.parts = parts
        self.intake = folder / "in"
        self.clocks: dict[str, Path] = {}
        self.servers: dict[str, Server] = {}
        self.lines: dict[str, Proxy] = {}
        self.programs: dict[str, Server] = {}
        self.down: set[str] = set()
        """Programs that are not started again."""
        self._recordings = recordings
        self._workers = workers
        self._lease_seconds = lease_seconds
        self._hosts = hosts or Hosts()
        self._lines = lines
        self._open = ExitStack()

    def __enter__(self) -> "Ground":  # noqa: PYI034 - never subclassed
        """Start the servers; the app that looks at the records does so past the lines."""
        self.intake.mkdir(parents=True)
        straight, lined = self._settings()
        (self.folder / "lined.toml").write_text(lined, encoding="utf-8")
        (self.folder / "straight.toml").write_text(straight, encoding="utf-8")
        self.app = self._open.enter_context(App(settings.load(self.folder / "straight.toml")))
        self.app.records.counts()
        self._declare("watch", "digitizer", "watch")
        if self.parts.broker != "none":
            for number in range(self._workers):
                prefix = self._hosts.prefixes[number % len(self._hosts.prefixes)]
                self._declare(f"worker-{number}", "dramatiq", "workers.main", "-p", "1", "-t", "1", prefix=prefix)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop everything."""
        for program in self.programs.values():
            program.kill()
        for line in self.lines.values():
            line.close()
        self._open.close()

    # ---- what runs

    def start(self, *names: str) -> None:
        """Start these programs, or all; from now on they are started again when they die."""
        for name in names or self.programs:
            self.down.discard(name)
            self.programs[name].start()

    def stop(self, *names: str) -> None:
        """End these programs, or all, politely: they hand back what they hold, and stay away."""
        for name in names or self.programs:
            self.down.add(name)
            self.programs[name].stop()

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Start again what died, for so long or until; True when `until` came true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for name, program in self.programs.items():
                if name not in self.down and not program.alive():
                    program.kill()  # what it left behind
                    program.start()
            if until():
                return True
            time.sleep(0.1)
        return False

    def heal(self) -> None:
        """Every line is up again."""
        for line in self.lines.values():
            line.heal()

    def jump(self, name: str, seconds: float) -> None:
        """The wall clock of a program is wrong by so much more."""
        clock = self.clocks[name]
        clock.write_text(str(float(clock.read_text()) + seconds))

    # ---- what goes in, and what becomes of it

    def deliver(self, delivery: Delivery, *, slowly: bool = False) -> None:
        """Write the files; `slowly`: the last one stops half-way for longer than files need to settle."""
        *first, last = delivery.files
        for name, data in first:
            self._write(name, data, "wb")
        name, data = last
        if not slowly:
            self._write(name, data, "wb")
            return
        self._write(name, data[: len(data) // 2], "wb")
        later = Timer(1.0, self._write, (name, data[len(data) // 2 :], "ab"))
        later.daemon = True
        later.start()

    def progress(self) -> int:
        """A number that grows with everything that happens."""
        with self.app.records.reading() as db:
            read = db.execute(select(func.count()).where(~pages.c.pending)).scalar_one()
            return int(db.execute(select(func.count()).select_from(events)).scalar_one()) + int(read)

    def scans(self) -> list[str]:
        """The ids of all scans, in order."""
        with self.app.records.reading() as db:
            return list(db.execute(select(scans.c.id).order_by(scans.c.id)).scalars())

    def waiting_files(self) -> list[Path]:
        """What lies in the intake folder still."""
        return [Path(folder, name) for folder, _, names in os.walk(self.intake) for name in names]

    def finished(self) -> bool:
        """Nothing waits: no file, no scan, no dossier."""
        if self.waiting_files():
            return False
        with self.app.records.reading() as db:
            open_scans = select(scans.c.id).where(scans.c.state.in_((ScanState.RECEIVED, ScanState.WORKING)))
            open_dossiers = select(dossiers.c.id).where(dossiers.c.dirty)
            return not any(db.execute(query.limit(1)).first() for query in (open_scans, open_dossiers))

    def settle(self) -> None:
        """Wait until all is finished; raises StuckError when nothing moves any more."""
        last, since = -1, time.monotonic()
        while not self.wait(1.0, self.finished):
            now = self.progress()
            if now != last:
                last, since = now, time.monotonic()
            if time.monotonic() - since > _QUIET_SECONDS:
                raise StuckError(self.describe())

    def describe(self) -> str:
        """What waits, and the ends of the logs."""
        with self.app.records.reading() as db:
            columns = (scans.c.id, scans.c.state, scans.c.owner, scans.c.until, scans.c.attempts)
            waiting = db.execute(select(*columns).where(scans.c.state.in_(("RECEIVED", "WORKING"))).limit(5)).all()
            held = db.execute(select(pages.c.scan, pages.c.number, pages.c.owner).where(pages.c.pending).limit(5)).all()
        left = [str(path.relative_to(self.intake)) for path in self.waiting_files()]
        logs = "".join(
            f"\n--- {name}\n{(program.folder / 'server.log').read_text(errors='replace')[-3000:]}"
            for name, program in self.programs.items()
        )
        return f"files={left[:5]}\nscans={waiting}\npages={held}{logs}"

    def wipe(self) -> None:
        """The broker forgets everything."""
        if self.parts.broker == "redis":
            with Redis.from_url(self._straight_broker) as client:
                client.flushall()
        elif self.parts.broker == "rabbitmq":
            with pika.BlockingConnection(pika.URLParameters(self._straight_broker)) as connection:
                channel = connection.channel()
                for lane in ("live", "backfill"):
                    for queue in (lane, f"{lane}.DQ", f"{lane}.XQ"):
                        channel.queue_delete(queue)

    # ---- how it is built

    def _settings(self) -> tuple[str, str]:
        """Settings of those who reach the servers straight, and of those who do so over the lines."""
        straight, lined = [], []
        for table in (self._broker(), self._database(), self._blobs()):
            straight.append(table[0])
            lined.append(table[1])
        engine = "{ use = 'tesseract' }"
        if self._recordings is not None:
            engine = f"{{ use = 'replay', options = {{ folder = '{self._recordings}' }} }}"
        common = (
            f"home = {json.dumps(str(self.folder / 'home'))}\nlease_seconds = {self._lease_seconds}\n"
            f"resume_seconds = {self._lease_seconds / 3}\n{'chunk_pages = 2' if self._lines else ''}\n"
            f"processes = 2\nengine = {engine}\n"
        )
        watch = (
            f"[watch]\nevery_seconds = 0.3\n[[watch.sources]]\nuse = 'folder'\noptions = {{ path = '{self.intake}', "
            f"settle_seconds = 0.4, patience_seconds = {_PATIENCE_SECONDS} }}\n"
        )
        watch += "[audit]\ngrace_days = 0.0\n"
        return common + "".join(straight) + watch, common + "".join(lined) + watch

    def _server(self, name: str, made: tuple[Any, Server]) -> Any:
        self.servers[name] = self._open.enter_context(made[1])
        return made[0]

    def _line(self, name: str, port: int) -> int:
        self.lines[name] = Proxy(port, self._hosts.address)
        return self.lines[name].port

    def _lined(self, url: str, name: str) -> str:
        made = make_url(url)
        made = made.set(host=self._hosts.address, port=self._line(name, made.port or 0))
        return made.render_as_string(hide_password=False)

    def _broker(self) -> tuple[str, str]:
        use = self.parts.broker
        if use == "none":
            return ("queue = { use = 'inline' }\n",) * 2
        make = {"redis": redis_in, "rabbitmq": rabbitmq_in}[use]
        self._straight_broker = url = str(self._server("broker", make(self._room("broker"))))
        lined = self._lined(url, "broker")
        return tuple(f"queue = {{ use = '{use}', options = {{ url = '{one}' }} }}\n" for one in (url, lined))  # type: ignore[return-value]

    def _database(self) -> tuple[str, str]:
        if self.parts.database == "sqlite":
            return "", ""
        # Its server may run as another user, who must be able to reach its folder.
        room = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="digitizer-faults-")))
        url = str(self._server("database", postgres_in(room, synced=not self._lines)))
        lined = self._lined(url, "database")
        return f"records_url = '{url}'\n", f"records_url = '{lined}'\n"

    def _blobs(self) -> tuple[str, str]:
        if self.parts.blobs == "disk":
            return "", ""
        at = self._server("blobs", minio_in(self._room("blobs")))
        port = at.endpoint.rpartition(":")[2]
        lined = f"{self._hosts.address}:{self._line('blobs', int(port))}"
        bucket = f"blobs-{secrets.token_hex(4)}"
        return tuple(  # type: ignore[return-value]
            f"blobs = {{ use = 'bucket', options = {{ endpoint = '{one}', bucket = '{bucket}', access_key = "
            f"'{at.access_key}', secret_key = '{at.secret_key}', cache = '{self.folder / cache}', "
            f"timeout_seconds = 5.0 }} }}\n"
            for one, cache in ((at.endpoint, "own-cache"), (lined, "cache"))
        )

    def _room(self, name: str) -> Path:
        room = self.folder / name
        room.mkdir()
        return room

    def _declare(self, name: str, command: str, *arguments: str, prefix: tuple[str, ...] = ()) -> None:
        room = self._room(name)
        self.clocks[name] = room / "clock"
        self.clocks[name].write_text("0")
        environment = {
            "DIGITIZER_SETTINGS": str(self.folder / ("lined.toml" if self._lines else "straight.toml")),
            "FAULTS_CLOCK": str(self.clocks[name]),
            "OMP_THREAD_LIMIT": "1",
            "PYTHONPATH": os.pathsep.join((str(Path(__file__).with_name("clock")), str(ROOT))),
        }
        self.down.add(name)
        self.programs[name] = Server(
            command=[*prefix, str(Path(sys.executable).with_name(command)), *arguments],
            folder=room,
            answers=lambda: True,
            environment=environment,
        )

    def _write(self, name: str, data: bytes, how: str) -> None:
        path = self.intake / name
        while True:
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError), path.open(how) as file:  # the watcher tidies folders that it emptied
                file.write(data)
                return
