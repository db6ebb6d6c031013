"""Digitizer turns paper of Vietnamese public offices into searchable electronic records."""

__version__ = "0.1.0"
