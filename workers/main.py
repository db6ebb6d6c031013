"""What `dramatiq workers.main -p 2 -t 1` runs; the only module whose import does something.

Settings as everywhere: `DIGITIZER_SETTINGS` and `DIGITIZER_HOME`; `[queue] use = "redis"`.  One thread a process,
because reading pages is work for the processor: more pages at once means more processes (`-p`).  `-Q live` makes a
worker that never touches the backfill.
"""

import dramatiq
from pydantic import TypeAdapter

from digitizer import settings
from digitizer.app import App
from digitizer.errors import BadSettings
from digitizer.queue.redis import Options, broker
from workers.actors import declare

chosen = settings.load()
if chosen.queue.use != "redis":
    raise BadSettings('workers need [queue] use = "redis"; without a broker `digitizer run` and `watch` do the work')
redis = broker(TypeAdapter(Options).validate_python(chosen.queue.options))
declare(redis, App(chosen))
dramatiq.set_broker(redis)
