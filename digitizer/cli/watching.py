"""`digitizer watch`: intake for ever, with health, metrics and news on one port."""

import math
import sys
import time

import typer

from digitizer.app import App
from digitizer.app.crew import Crew
from digitizer.app.serving import serving
from digitizer.app.watching import Watcher
from digitizer.cli.taking import resumable
from digitizer.errors import Unreachable


def watch(context: typer.Context) -> None:
    """Nhận tệp từ các nguồn trong cấu hình, mãi mãi. / Take files from the settings' sources, for ever.

    Ctrl-C hoặc SIGTERM: xong trang đang đọc thì dừng. / Ctrl-C or SIGTERM: stops after the page at hand.
    """
    app: App = context.obj
    if not app.watched:
        raise typer.BadParameter("cấu hình chưa có [[watch.sources]] / the settings name no [[watch.sources]]")
    with resumable(), Crew(app) as crew, Watcher(app) as watcher, serving(app, news=watcher.look_now):
        resumed = -math.inf
        while True:
            crew.check()
            try:
                if time.monotonic() - resumed >= app.settings.resume_seconds:
                    resumed = time.monotonic()
                    app.resume()
                for arrival in watcher.look():
                    print(f"{arrival.received} {arrival.state} {arrival.id} {arrival.file}", flush=True)
            except Unreachable as error:
                print(f"{error}; thử lại / trying again", file=sys.stderr, flush=True)
            watcher.wait()
