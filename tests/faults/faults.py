"""How each fault is done to a ground; every one is over when its function returns."""

import resource
import signal
import sqlite3
from contextlib import suppress

from tests.faults.ground import Ground
from tests.faults.plan import Fault
from tests.servers import Server, send

_HOUR = 3600.0


def happen(ground: Ground, fault: Fault) -> None:
    """Let it happen and pass."""
    {
        "kill": kill,
        "kill_one": kill_one,
        "kill_on_event": kill_on_event,
        "pause": pause,
        "end": end,
        "fill_disk": fill_disk,
        "jump_clock": jump_clock,
        "lose_server": lose_server,
        "pause_server": pause_server,
        "cut": cut,
        "stall": stall,
        "hold_database": hold_database,
        "wipe": wipe,
        "send_twice": send_twice,
    }[fault.kind](ground, fault)
    ground.wait(fault.then)


def kill(ground: Ground, fault: Fault) -> None:
    """`kill -9` of a program with all its processes; it stays away a while."""
    ground.down.add(fault.target)
    ground.programs[fault.target].kill()
    ground.wait(fault.seconds)
    ground.start(fault.target)


def kill_one(ground: Ground, fault: Fault) -> None:
    """`kill -9` of one of its processes, such as the one that reads pages."""
    found = ground.programs[fault.target].family()
    if found:
        send([found[int(fault.at * len(found))]], signal.SIGKILL)


def kill_on_event(ground: Ground, fault: Fault) -> None:
    """`kill -9` right after something was saved, between that step and the next."""
    before = ground.progress()
    ground.wait(3.0, lambda: ground.progress() != before)
    kill(ground, fault)


def pause(ground: Ground, fault: Fault) -> None:
    """SIGSTOP, later SIGCONT: it goes on with what it believes to hold."""
    program = ground.programs[fault.target]
    program.signal(signal.SIGSTOP)
    ground.wait(fault.seconds)
    program.signal(signal.SIGCONT)


def end(ground: Ground, fault: Fault) -> None:
    """A polite end, as for an upgrade."""
    ground.stop(fault.target)
    ground.start(fault.target)


def fill_disk(ground: Ground, fault: Fault) -> None:
    """No file of its processes may grow any more: what a full disk or a used-up quota does to them."""
    _limit(ground.programs[fault.target], 0)
    ground.wait(fault.seconds)
    _limit(ground.programs[fault.target], resource.RLIM_INFINITY)


def jump_clock(ground: Ground, fault: Fault) -> None:
    """The wall clock goes up to two hours forwards or back: of one program, or of all."""
    jump = (fault.at - 0.5) * 4 * _HOUR
    for name in ground.programs if fault.seconds > 1 else [fault.target]:
        ground.jump(name, jump)


def lose_server(ground: Ground, fault: Fault) -> None:
    """`kill -9` of a server, which comes back later with what it had stored."""
    server = ground.servers[fault.target]
    server.kill()
    ground.wait(fault.seconds)
    server.start()


def pause_server(ground: Ground, fault: Fault) -> None:
    """A server that doesn't answer and doesn't hang up."""
    server = ground.servers[fault.target]
    server.signal(signal.SIGSTOP)
    ground.wait(fault.seconds)
    server.signal(signal.SIGCONT)


def cut(ground: Ground, fault: Fault) -> None:
    """Connections are reset, and new ones, too."""
    ground.lines[fault.target].cut()
    ground.wait(fault.seconds)
    ground.lines[fault.target].heal()


def stall(ground: Ground, fault: Fault) -> None:
    """Connections stand; nothing comes through."""
    ground.lines[fault.target].stall()
    ground.wait(fault.seconds)
    ground.lines[fault.target].heal()


def hold_database(ground: Ground, fault: Fault) -> None:
    """Somebody holds SQLite's only writer."""
    with sqlite3.connect(ground.folder / "home" / "records.sqlite", timeout=30, isolation_level=None) as db:
        db.execute("BEGIN IMMEDIATE")
        ground.wait(fault.seconds)
        db.execute("ROLLBACK")
    db.close()


def wipe(ground: Ground, fault: Fault) -> None:
    """The broker loses every message."""
    ground.wipe()


def send_twice(ground: Ground, fault: Fault) -> None:
    """Messages come again, also for scans that are done."""
    ids = ground.scans()
    first = int(fault.at * len(ids))
    for scan in ids[first : first + 5]:
        ground.app.queue.put(scan, copies=2, lane="live")


def _limit(program: Server, size: int) -> None:
    """Bound its files; a process that is being started meanwhile has the bound of who starts it, so look twice."""
    for _ in range(2):
        for pid in program.family():
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
