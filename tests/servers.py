"""Real servers for tests, each in a folder and on a port of its own, gone when the context closes."""

import os
import shutil
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


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A Redis that keeps nothing; gives its URL."""
    program = _program("redis-server", Path())
    port = free_port()
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with _running([str(program), *arguments], folder, lambda: _redis_answers(port)):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def minio_server(folder: Path) -> Iterator[MinioAt]:
    """A MinIO with an empty disk in `folder`."""
    named = os.environ.get("DIGITIZER_MINIO")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "digitizer" / "bin" / "minio"
    program = Path(named) if named else _program("minio", cache)
    port, keys = free_port(), ("digitizer-test", "only-for-this-test")
    disk = folder / "disk"
    disk.mkdir(parents=True)
    environment = {
        "MINIO_ROOT_USER": keys[0],
        "MINIO_ROOT_PASSWORD": keys[1],
        "MINIO_UPDATE": "off",
        "MINIO_BROWSER": "off",
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
    }
    command = [str(program), "server", "--quiet", "--address", f"127.0.0.1:{port}", str(disk)]
    with _running(command, folder, lambda: _http_answers(f"http://127.0.0.1:{port}/minio/health/cluster"), environment):
        yield MinioAt(endpoint=f"127.0.0.1:{port}", access_key=keys[0], secret_key=keys[1])


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


@contextmanager
def _running(
    command: list[str], folder: Path, answers: Callable[[], bool], environment: dict[str, str] | None = None
) -> Iterator[None]:
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment, cwd=folder)
    try:
        until = time.monotonic() + _START_SECONDS
        while not answers():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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
