"""Real servers for tests, each in a folder and on a port of its own, gone when the context closes."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_START_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class MinioAt:
    """Where a MinIO answers and with which keys."""

    endpoint: str
    access_key: str
    secret_key: str


class MissingServerError(Exception):
    """A server's program is not installed."""


@dataclass(kw_only=True)
class Server:
    """A server's process, which can be killed, paused and started again in the same folder and on the same port."""

    command: list[str]
    folder: Path
    answers: Callable[[], bool]
    environment: dict[str, str] | None = None
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
                self.command, stdout=out, stderr=subprocess.STDOUT, env=self.environment, cwd=self.folder
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
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """`kill -9`."""
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, such as SIGSTOP or SIGCONT."""
        if self._process is not None:
            self._process.send_signal(number)


def redis_in(folder: Path) -> tuple[str, Server]:
    """A Redis that keeps nothing, and its URL; not started yet."""
    program = _program("redis-server", Path())
    port = free_port()
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    server = Server(command=[str(program), *arguments], folder=folder, answers=lambda: _redis_answers(port))
    return f"redis://127.0.0.1:{port}/0", server


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A Redis that keeps nothing; gives its URL."""
    url, server = redis_in(folder)
    with server:
        yield url


def minio_in(folder: Path) -> tuple[MinioAt, Server]:
    """A MinIO with its disk in `folder`, and where it answers; not started yet."""
    named = os.environ.get("DIGITIZER_MINIO")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "digitizer" / "bin" / "minio"
    program = Path(named) if named else _program("minio", cache)
    port, keys = free_port(), ("digitizer-test", "only-for-this-test")
    disk = folder / "disk"
    disk.mkdir(parents=True, exist_ok=True)
    environment = {
        "MINIO_ROOT_USER": keys[0],
        "MINIO_ROOT_PASSWORD": keys[1],
        "MINIO_UPDATE": "off",
        "MINIO_BROWSER": "off",
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
    }
    command = [str(program), "server", "--quiet", "--address", f"127.0.0.1:{port}", str(disk)]
    url = f"http://127.0.0.1:{port}/minio/health/cluster"
    server = Server(command=command, folder=folder, answers=lambda: _http_answers(url), environment=environment)
    return MinioAt(endpoint=f"127.0.0.1:{port}", access_key=keys[0], secret_key=keys[1]), server


@contextmanager
def minio_server(folder: Path) -> Iterator[MinioAt]:
    """A MinIO with an empty disk in `folder`."""
    at, server = minio_in(folder)
    with server:
        yield at


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(name: str, fallback: Path) -> Path:
    found = shutil.which(name)
    if found:
        return Path(found)
    if fallback.is_file():
        return fallback
    raise MissingServerError(f"{name} is not installed: `make test` installs it")


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _http_answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
