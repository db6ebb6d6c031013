"""A child process that runs functions under a bound of time and memory, so that bad input kills it and not us."""

import contextlib
import ctypes
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from digitizer.errors import PageCrash, PageMemory, PageTimeout, Unreachable, lacking

_T = TypeVar("_T")
_POLL_SECONDS = 0.05
_TRIES = 2
_STARTS = 10
_BEGIN_SECONDS = 120.0
_PR_SET_PDEATHSIG = 1
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# A child is pinned to one thread: a process a core beats threads within a page.  Libraries read these when they load.
_THREADS = ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")
# What libraries reserve before any page is worked on, stacks of threads included; it counts against RLIMIT_DATA.
_BASE_MB = 1024


class _NeverBeganError(Exception):
    """The child was gone before it took the work up, which is nobody's fault who has work to do."""


class Child:
    """One process, started when first needed and again after it was killed.  For one thread at a time.

    Functions and arguments travel over a pipe between processes of this program, never over a file.
    """

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self.beat: Callable[[], None] = lambda: None
        """Called again and again while somebody waits for the child."""

    def call(self, function: Callable[..., _T], *args: Any, seconds: float, memory_mb: int) -> _T:
        """What the function gives or raises; PageTimeout, PageMemory or PageCrash when the child did not survive it.

        Unreachable when the machine lacks something, such as room on its disk, or kills every child before it begins.
        Tried twice when the child is killed: once may be the machine's doing (its memory was short, for whatever
        reason), and no fault of the function's.
        """
        tries = starts = 0
        while True:
            try:
                return self._call(function, args, seconds, memory_mb)
            except _NeverBeganError as error:
                starts += 1
                if starts == _STARTS:
                    raise Unreachable("this machine kills child processes before they begin to work") from error
            except PageCrash:
                tries += 1
                if tries == _TRIES:
                    raise

    def _call(self, function: Callable[..., _T], args: tuple[Any, ...], seconds: float, memory_mb: int) -> _T:
        begun = False
        try:
            pipe = self._ready()
            pipe.send((function, args, memory_mb))
            self._wait(pipe, _BEGIN_SECONDS, memory_mb)
            begun = pipe.recv()
            self._wait(pipe, seconds, memory_mb)
            good, result = pipe.recv()
        except (EOFError, OSError, PageTimeout) as error:
            code = self._kill()
            if not begun:
                raise _NeverBeganError from error
            if isinstance(error, PageTimeout):
                raise
            raise PageCrash(f"the child process ended with code {code}") from error
        except BaseException:
            self._kill()
            raise
        if good:
            return result  # type: ignore[no-any-return]
        raise result

    def close(self) -> None:
        """End the process."""
        self._kill()

    def _ready(self) -> Connection:
        if self._process is not None and self._process.is_alive() and self._pipe is not None:
            return self._pipe
        self._kill()
        for name in _THREADS:
            os.environ.setdefault(name, "1")
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, os.getpid()), daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        return ours

    def _wait(self, pipe: Connection, seconds: float, memory_mb: int) -> None:
        deadline = time.monotonic() + seconds
        self.beat()
        while not pipe.poll(_POLL_SECONDS):
            self.beat()
            if time.monotonic() > deadline:
                raise PageTimeout(f"stopped after {seconds:.0f} seconds")
            if self._resident_mb() > memory_mb:
                raise PageMemory(f"stopped at {memory_mb} MB")

    def _resident_mb(self) -> float:
        pid = self._process.pid if self._process else None
        with contextlib.suppress(OSError, IndexError, ValueError):
            return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES / 2**20
        return 0.0

    def _kill(self) -> int | None:
        process, self._process = self._process, None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if process is None:
            return None
        process.kill()
        process.join()
        code = process.exitcode
        process.close()
        return code


def _serve(pipe: Connection, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Decoders written in C grumble there, line after line, also about files that they can read; errors use the pipe.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return
    while True:
        try:
            function, args, memory_mb = pipe.recv()
        except (EOFError, OSError):
            return
        bound = (memory_mb + _BASE_MB) * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (bound, resource.getrlimit(resource.RLIMIT_DATA)[1]))
        pipe.send(True)
        try:
            answer = (True, function(*args))
        except MemoryError:
            answer = (False, PageMemory(f"stopped at {memory_mb} MB"))
        except Exception as error:  # noqa: BLE001  # whatever it is travels to the caller
            answer = (False, lacking(error) or error)
        try:
            pipe.send(answer)
        except (TypeError, AttributeError, ValueError) as error:  # an exception that can't be pickled
            pipe.send((False, PageCrash(f"{type(answer[1]).__name__}: {error}")))
