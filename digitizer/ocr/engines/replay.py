"""Gives back what was recorded for an image: for tests and demonstrations where reading is not the point."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from digitizer.contracts import Engine, Hint, Image
from digitizer.errors import PageFailed
from digitizer.model import Line

_LINES = TypeAdapter(tuple[Line, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`folder`: where the recordings lie, one JSON file an image."""

    folder: Path


def open(options: Options) -> Engine:  # noqa: A001 - the name that every plug has
    """The engine."""
    return Replay(options.folder)


class Replay:
    """Recordings in a folder, each under the SHA-256 of its image's shape and pixels."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, image: Image, hint: Hint) -> tuple[Line, ...]:
        """The lines recorded for these very pixels, none in `hint.boxes`; raises PageFailed for an unknown image."""
        if hint.boxes:
            return tuple(Line(words=(), box=box) for box in hint.boxes)
        file = self._folder / f"{key(image)}.json"
        if not file.is_file():
            raise PageFailed(f"nothing was recorded for this image: {file.name} is missing")
        return _LINES.validate_json(file.read_bytes())


def key(image: Image) -> str:
    """SHA-256 of the image's shape and pixels, in hex."""
    digest = hashlib.sha256(repr(image.shape).encode())
    digest.update(np.ascontiguousarray(image).tobytes())
    return digest.hexdigest()


def record(folder: Path, image: Image, lines: tuple[Line, ...]) -> None:
    """Keep the lines as the reading of this image."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{key(image)}.json").write_bytes(_LINES.dump_json(lines))
