"""Hosts of their own for workers, as far as a network goes: namespaces joined by a bridge.  Needs root."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.faults.ground import Hosts

_BRIDGE = "digitizer0"
_NETWORK = "10.231.77"


@contextmanager
def namespaces(number: int) -> Iterator[Hosts]:
    """So many hosts while the context is open; raises CalledProcessError where that isn't permitted."""
    with ExitStack() as stack:
        _ip("link", "add", _BRIDGE, "type", "bridge")
        stack.callback(_ip, "link", "del", _BRIDGE)
        _ip("addr", "add", f"{_NETWORK}.1/24", "dev", _BRIDGE)
        _ip("link", "set", _BRIDGE, "up")
        names = []
        for at in range(number):
            name, inner, outer = f"digitizer-{at}", f"dgt{at}i", f"dgt{at}o"
            _ip("netns", "add", name)
            stack.callback(_ip, "netns", "del", name)
            _ip("link", "add", outer, "type", "veth", "peer", "name", inner)
            _ip("link", "set", inner, "netns", name)
            _ip("link", "set", outer, "master", _BRIDGE)
            _ip("link", "set", outer, "up")
            _ip("-n", name, "addr", "add", f"{_NETWORK}.{at + 2}/24", "dev", inner)
            _ip("-n", name, "link", "set", inner, "up")
            _ip("-n", name, "link", "set", "lo", "up")
            names.append(("ip", "netns", "exec", name))
        yield Hosts(address=f"{_NETWORK}.1", prefixes=tuple(names))


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
