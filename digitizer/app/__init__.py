"""The one place that knows all five: ingest, ocr, classify, store and queue.

`App` is what the command line, the workers and the web hold.  Intake is in `intake`, reading and stages in `work`, what
people do to records in `desk`, the machine face in `face`.
"""

from digitizer.app.core import App

__all__ = ["App"]
