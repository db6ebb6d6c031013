"""On the path of processes under test only: their wall clock is wrong by the seconds in the file $FAULTS_CLOCK."""

import os
import time
from pathlib import Path

_right = time.time
_file = Path(os.environ["FAULTS_CLOCK"])


def _wrong() -> float:
    try:
        return _right() + float(_file.read_text())
    except (OSError, ValueError):
        return _right()


time.time = _wrong
