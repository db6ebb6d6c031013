"""What `dramatiq workers.main -p 2 -t 1` runs; the only module whose import does something.

Settings as everywhere: `DIGITIZER_SETTINGS` and `DIGITIZER_HOME`; `[queue] use = "redis"` or `"rabbitmq"`.  One thread
a process, because reading pages is work for the processor: more pages at once means more processes (`-p`).  `-Q live`
makes a worker that never touches the backfill.
"""

import dramatiq

from digitizer import logs, settings
from digitizer.app import App
from digitizer.errors import BadSettings
from digitizer.queue import open_queue
from digitizer.queue.hints import Hints
from workers.actors import declare

chosen = settings.load()
logs.set_up(chosen.logs.form, chosen.logs.level)
queue = open_queue(chosen)
if not isinstance(queue, Hints):
    raise BadSettings(
        f"workers need a broker, and [queue] use = {chosen.queue.use!r} has none: choose redis or rabbitmq, "
        "or let `digitizer run` and `watch` do the work"
    )
declare(queue.broker, App(chosen))
dramatiq.set_broker(queue.broker)
