"""Back-pressure: intake waits while the disk is nearly full or more pages wait than the settings allow.

Nothing is lost by waiting: a file stays where it is until it is taken in.
"""

from digitizer.app.core import App
from digitizer.model import Reason
from digitizer.store import turns

_MB = 2**20


def hold(app: App, lane: str) -> Reason | None:
    """Why nothing is taken in for this lane now; None when there is no reason.  Raises Unreachable."""
    limits = app.settings.intake
    room = app.room() // _MB
    if room < limits.room_mb:
        return Reason(
            code="disk-full",
            vi=f"đĩa chỉ còn {room} MB (intake.room_mb = {limits.room_mb}): dọn bớt rồi việc nhận tệp tự chạy tiếp",
            en=f"only {room} MB left on the disk (intake.room_mb = {limits.room_mb}): make room, then intake goes on",
        )
    waiting = turns.backlog(app.records, lane).pages
    if waiting > limits.backlog_pages:
        bound = f"intake.backlog_pages = {limits.backlog_pages}"
        return Reason(
            code="backlog",
            vi=f"{waiting} trang đang chờ ở làn {lane} ({bound}): nhận tiếp khi vơi",
            en=f"{waiting} pages wait in lane {lane} ({bound}): intake goes on when they are fewer",
        )
    return None
