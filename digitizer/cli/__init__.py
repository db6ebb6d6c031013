"""The command `digitizer`."""

from digitizer.cli.commands import main

__all__ = ["main"]
