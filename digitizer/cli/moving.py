"""`status`, `failed`, `retry`, `resume`: what moves, what stands still, and how to set it moving again."""

from dataclasses import asdict
from typing import Annotated

import typer

from digitizer.app import App, desk
from digitizer.app.crew import Crew
from digitizer.app.pressure import hold
from digitizer.cli.printing import console
from digitizer.cli.taking import me, resumable
from digitizer.cli.working import AsJson, print_json, work
from digitizer.model import Reason
from digitizer.queue import LANES
from digitizer.queue.inline import Inline
from digitizer.store import turns
from digitizer.store.failures import failed_scans, failures


def failed(context: typer.Context, as_json: AsJson = False) -> None:
    """Liệt kê tệp và trang bị lỗi: lý do, số lần thử, từ khi nào. / List what failed: why, how often tried, since when.

    Thử lại: `digitizer retry ID` hoặc `retry --all`. / Try again: `digitizer retry ID` or `retry --all`.
    """
    app: App = context.obj
    found = list(failures(app.records))
    if as_json:
        print_json({"type": "failure", **asdict(one)} for one in found)
        return
    out = console()
    if not found:
        out.print("Không có gì bị lỗi / nothing has failed")
        return
    for one in found:
        name = f"{one.file}/{one.member}" if one.member else one.file
        page = f" trang / page {one.page}" if one.page else ""
        again = "" if one.retry else " → nạp lại tệp / deliver the file again"
        out.print(f"{one.scan} {name}{page}", style="bold", markup=False)
        out.print(f"   {one.message} ({one.code}){again}", markup=False, style="red")
        out.print(f"   {one.attempts} lần thử / attempts, từ / since {one.since}, {one.lane}", markup=False)


def retry(
    context: typer.Context,
    targets: Annotated[
        list[str] | None, typer.Argument(metavar="ID…", help="Mã tệp quét s…, lượt nhận a…, giấy tờ d…")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Tất cả những gì bị lỗi / all that failed.")] = False,
) -> None:
    """Thử lại tệp hoặc trang bị lỗi. / Try what failed once more.

    Mã nêu tên đi vào làn `live`; --all giữ làn cũ. / Named ids go in the live lane; --all leaves the lanes as they are.
    """
    app: App = context.obj
    if bool(targets) == everything:
        raise typer.BadParameter("nêu mã, hoặc --all / give ids, or --all")
    if everything:
        scans = [scan for one in failed_scans(app.records) for scan in desk.retry(app.records, one, me())]
    else:
        scans = [scan for one in targets or () for scan in desk.retry(app.records, one, me(), LANES[0])]
    print(f"{len(scans)} tệp được thử lại / scans tried again")
    work(app, scans)


def resume(context: typer.Context) -> None:
    """Tìm việc đang đứng yên và cho chạy tiếp. / Find what should be moving and isn't, and set it going.

    Có hàng đợi: báo cho các tiến trình xử lý. Không có: làm ngay tại đây. / With a broker the workers are told; without
    one the work is done here and now.
    """
    app: App = context.obj
    with resumable():
        hints = app.resume()
        if isinstance(app.queue, Inline):
            with Crew(app) as crew:
                crew.finish()
    states = app.records.counts()["scans"]
    left = states.get("RECEIVED", 0) + states.get("WORKING", 0)
    print(f"{hints} lời gọi đã gửi / hints sent; {left} tệp chưa xong / scans unfinished")


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Bao nhiêu lượt nhận, tệp quét, giấy tờ ở trạng thái nào, gì còn chờ. / How many in which state, what waits."""
    app: App = context.obj
    counts = app.records.counts()
    waiting = {lane: turns.backlog(app.records, lane) for lane in LANES}
    held = {lane: hold(app, lane) for lane in LANES}
    if as_json:
        lanes = {lane: {**waiting[lane]._asdict(), "intake": _code(held[lane])} for lane in LANES}
        print_json([{**counts, "lanes": lanes}])
        return
    for what, states in counts.items():
        print(f"{what}: {', '.join(f'{number} {name}' for name, number in states.items()) or '0'}")
    for lane, left in waiting.items():
        since = f", lâu nhất / oldest {left.seconds:.0f} s" if left.scans else ""
        print(f"{lane}: {left.scans} tệp / scans, {left.pages} trang / pages chờ / waiting{since}")
        if (reason := held[lane]) is not None:
            print(f"{lane}: tạm dừng nhận / intake waits: {reason.vi} / {reason.en}")


def _code(reason: Reason | None) -> str | None:
    return reason.code if reason else None
