"""Real servers for tests, each in a folder and on a port of its own, gone when the context closes."""

import base64
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psycopg

_START_SECONDS = 120.0
_USER, _PASSWORD = "digitizer-test", "only-for-this-test"


@dataclass(frozen=True, kw_only=True)
class MinioAt:
    """Where a MinIO answers and with which keys."""

    endpoint: str
    access_key: str
    secret_key: str

    def keys(self) -> dict[str, str]:
        """As options of a bucket."""
        return {"endpoint": self.endpoint, "access_key": self.access_key, "secret_key": self.secret_key}


T = TypeVar("T")


class MissingServerError(Exception):
    """A server's program is not installed."""


@dataclass(kw_only=True)
class Server:
    """A server's process, which can be killed, paused and started again in the same folder and on the same port."""

    command: list[str]
    folder: Path
    answers: Callable[[], bool]
    environment: dict[str, str] = field(default_factory=dict)
    _process: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> "Server":  # noqa: PYI034 - never subclassed
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def start(self) -> None:
        """Start it and wait until it answers; its log lies in `folder`."""
        log = self.folder / "server.log"
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                self.command,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={"HOME": str(self.folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **self.environment},
                cwd=self.folder,
                start_new_session=True,  # so that Ctrl-C in the tests leaves it to `stop`
            )
        until = time.monotonic() + _START_SECONDS
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"{self.command[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it politely, or after ten seconds by force."""
        if self._process is None:
            return
        family = self.family()
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        send(family, signal.SIGKILL)
        self._process.wait()

    def kill(self) -> None:
        """`kill -9`, it and all that it started, also when it is gone itself."""
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, such as SIGSTOP or SIGCONT, to it and all that it started."""
        send(self.family(), number)

    def alive(self) -> bool:
        """True until it ends."""
        return self._process is not None and self._process.poll() is None

    def family(self) -> list[int]:
        """Its process and all that it started, which may have left its session, or been left behind by it."""
        return sorted(_offspring(self._process.pid) | _session(self._process.pid)) if self._process else []


@contextmanager
def running(made: tuple[T, Server]) -> Iterator[T]:
    """Where the server answers, while it runs."""
    at, server = made
    with server:
        yield at


def redis_in(folder: Path) -> tuple[str, Server]:
    """A Redis that keeps nothing, and its URL; not started yet."""
    program = _program("redis-server")
    port = free_port()
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    server = Server(
        command=[str(program), *arguments], folder=folder, answers=lambda: _says(port, b"PING\r\n", b"+PONG")
    )
    return f"redis://127.0.0.1:{port}/0", server


def minio_in(folder: Path, **settings: str) -> tuple[MinioAt, Server]:
    """A MinIO with its disk in `folder`, and where it answers; not started yet.

    It can encrypt (SSE-S3).  `settings`: more of its environment.
    """
    program = _built("minio")
    port = free_port()
    disk = folder / "disk"
    disk.mkdir(parents=True, exist_ok=True)
    environment = {
        "MINIO_ROOT_USER": _USER,
        "MINIO_ROOT_PASSWORD": _PASSWORD,
        "MINIO_KMS_SECRET_KEY": "test:" + base64.b64encode(bytes(32)).decode(),
        "MINIO_UPDATE": "off",
        "MINIO_BROWSER": "off",
        **settings,
    }
    command = [str(program), "server", "--quiet", "--address", f"127.0.0.1:{port}", str(disk)]
    url = f"http://127.0.0.1:{port}/minio/health/cluster"
    server = Server(command=command, folder=folder, answers=lambda: _http_answers(url), environment=environment)
    return MinioAt(endpoint=f"127.0.0.1:{port}", access_key=_USER, secret_key=_PASSWORD), server


def versity_in(folder: Path) -> tuple[MinioAt, Server]:
    """A Versity S3 Gateway over an empty folder in `folder`, with versions; not started yet."""
    port = free_port()
    for name in ("buckets", "versions"):
        (folder / name).mkdir(exist_ok=True)
    command = [str(_built("versitygw")), "--access", _USER, "--secret", _PASSWORD, "--port", f"127.0.0.1:{port}"]
    command += ["--health", "/health", "--quiet", "posix"]
    command += ["--versioning-dir", str(folder / "versions"), str(folder / "buckets")]
    url = f"http://127.0.0.1:{port}/health"
    server = Server(command=command, folder=folder, answers=lambda: _http_answers(url))
    return MinioAt(endpoint=f"127.0.0.1:{port}", access_key=_USER, secret_key=_PASSWORD), server


def postgres_in(folder: Path, *, synced: bool = False) -> tuple[str, Server]:
    """A PostgreSQL with its data in `folder`, and the URL of its database `postgres`, whose user may make others.

    Unless `synced`, a commit survives `kill -9`, though not the loss of the machine: what tests need, and quick.
    Not started yet.  It refuses to run as root and runs as `postgres` or `nobody` then, who must be able to reach
    `folder`: not one of pytest's.
    """
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=Path())
    initdb, postgres = _program("initdb", programs / "initdb"), _program("postgres", programs / "postgres")
    password, port, be = folder / "password", free_port(), []
    password.write_text(_PASSWORD)
    if os.getuid() == 0:
        user = _somebody()
        be = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        for path in (folder, password):
            os.chown(path, user.pw_uid, user.pw_gid)
    told = [f"--username={_USER}", f"--pwfile={password}", "--auth=scram-sha-256", "--no-sync"]
    told += ["--encoding=UTF8", "--locale=C.UTF-8", f"--pgdata={folder / 'data'}"]
    subprocess.run([*be, str(initdb), *told], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
    options["fsync"] = "on" if synced else "off"
    command = [*be, str(postgres), "-D", str(folder / "data")]
    command += [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
    at = f"postgresql+psycopg://{_USER}:{_PASSWORD}@127.0.0.1:{port}/postgres"
    return at, Server(command=command, folder=folder, answers=lambda: _postgres_answers(at))


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL without data; gives its URL."""
    with (
        tempfile.TemporaryDirectory(prefix="digitizer-postgres-") as folder,
        running(postgres_in(Path(folder))) as at,
    ):
        yield at


def rabbitmq_in(folder: Path) -> tuple[str, Server]:
    """A RabbitMQ node with a name, ports and a register of nodes (epmd) of its own, and its URL; not started yet."""
    program = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # what stands in PATH would change the user
    port, register, distribution = free_port(), free_port(), free_port()
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\nlog.console = true\nlog.console.level = warning\nlog.file = false\n"
        f"default_user = {_USER}\ndefault_pass = {_PASSWORD}\n"
    )
    (folder / "plugins").write_text("[].\n")
    environment = {
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(register),
        "RABBITMQ_NODENAME": f"digitizer-{port}@localhost",
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        # One scheduler that sleeps when idle, so that it takes no time from what is tested.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none",
    }
    # Its own child: a register that the node starts by itself would stay for ever.
    command = ["sh", "-c", f"epmd & exec {_program('rabbitmq-server', program)}"]
    asked = b"AMQP" + bytes((0, 0, 9, 1))
    server = Server(
        command=command, folder=folder, answers=lambda: _says(port, asked, b"\1"), environment=environment
    )
    return f"amqp://{_USER}:{_PASSWORD}@127.0.0.1:{port}/", server


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(name: str, *places: str | Path | None) -> Path:
    """The first of the places that is a file, else what stands in PATH."""
    for place in (*places, shutil.which(name)):
        if place and Path(place).is_file():
            return Path(place)
    raise MissingServerError(f"{name} is not installed: `make test` installs it")


def _built(name: str) -> Path:
    """What scripts/get-… found or built."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "digitizer" / "bin" / name
    return _program(name, os.environ.get(f"DIGITIZER_{name.upper()}"), cache)


def _somebody() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _offspring(pid: int) -> set[int]:
    """The process and all that it and its threads started."""
    found = {pid}
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found.update(*(_offspring(int(child)) for child in children.read_text().split()))
    return found


def _session(pid: int) -> set[int]:
    """All processes of the session that this process began."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[3]) == pid:
                found.add(int(stat.parent.name))
    return found


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to those that are still there."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _says(port: int, asked: bytes, answer: bytes) -> bool:
    """True when what listens on the port answers so to what is asked."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(asked)
            return line.recv(16).startswith(answer)
    except OSError:
        return False


def _postgres_answers(url: str) -> bool:
    try:
        psycopg.connect(url.replace("+psycopg", ""), connect_timeout=1).close()
    except psycopg.OperationalError:
        return False
    return True


def _http_answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
