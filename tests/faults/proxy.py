"""A line between ours and a server that can be cut or stalled, as networks do."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_CHUNK = 1 << 16
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER that makes `close` send a reset, as a router that lost its table does."""


class Proxy:
    """Listens on `port` of an address of this machine and forwards to the server's port on loopback."""

    def __init__(self, server: int, address: str = "127.0.0.1") -> None:
        """Forward from now on."""
        self._server = server
        self._listening = socket.create_server((address, 0), backlog=64)
        self.port = int(self._listening.getsockname()[1])
        self._flowing = threading.Event()
        self._flowing.set()
        self._refusing = False
        self._ended = False
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Reset every connection; new ones are reset at once until `heal`."""
        self._refusing = True
        self._drop_all()

    def stall(self) -> None:
        """Not a byte goes through until `heal`; connections stay open."""
        self._flowing.clear()

    def heal(self) -> None:
        """Forward again."""
        self._refusing = False
        self._flowing.set()

    def close(self) -> None:
        """For ever."""
        self._ended = True
        self._flowing.set()
        self._listening.close()
        self._drop_all()

    def _drop_all(self) -> None:
        with self._lock:
            lines, self._lines = self._lines, set()
        for line in lines:
            _reset(line)

    def _accept(self) -> None:
        while not self._ended:
            try:
                ours, _ = self._listening.accept()
            except OSError:
                return
            if self._refusing:
                _reset(ours)
                continue
            threading.Thread(target=self._forward, args=(ours,), daemon=True).start()

    def _forward(self, ours: socket.socket) -> None:
        self._flowing.wait()
        try:
            theirs = socket.create_connection(("127.0.0.1", self._server), timeout=5)
            theirs.settimeout(None)
        except OSError:  # the server is down: so is the line
            _reset(ours)
            return
        with self._counted(ours, theirs):
            back = threading.Thread(target=self._pump, args=(theirs, ours), daemon=True)
            back.start()
            self._pump(ours, theirs)
            back.join()

    @contextmanager
    def _counted(self, *lines: socket.socket) -> Iterator[None]:
        with self._lock:
            self._lines.update(lines)
        try:
            yield
        finally:
            with self._lock:
                self._lines.difference_update(lines)
            for line in lines:
                line.close()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(_CHUNK):
                self._flowing.wait()
                sink.sendall(data)
        except OSError:
            pass
        for line in (sink, source):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def _reset(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        line.shutdown(socket.SHUT_RDWR)  # wakes whoever reads from it
    line.close()
