"""Pages of a set as they were read, kept beside it: reading takes hours, knowing what was read takes seconds.

`python -m bench.stored CACHE SET…` reads what is not in CACHE yet.
"""

import argparse
import gzip
import hashlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from bench.truth import read_set
from digitizer.app.originals import Original
from digitizer.app.pages import read_page
from digitizer.errors import Suspected
from digitizer.ingest.examine import examine
from digitizer.model import Page
from digitizer.settings import Settings, load

_PAGES = TypeAdapter(tuple[Page, ...])


def pages_of(file: Path, cache: Path, settings: Settings | None = None) -> tuple[Page, ...]:
    """The pages of one file as Digitizer reads them, from the cache when they are there (keyed by the file's bytes)."""
    kept = kept_at(file, cache)
    if kept.is_file():
        return _PAGES.validate_json(gzip.decompress(kept.read_bytes()))
    settings = settings or load()
    found = examine(file, settings.limits)
    original = Original(media=found.media, path=file)
    # A preview is only for people; a page that has one gets no other.
    blanks = [Page(number=number, preview="-") for number in range(1, found.pages + 1)]
    pages = tuple(read_page(settings, original, page)[0] for page in blanks)
    cache.mkdir(parents=True, exist_ok=True)
    half = kept.with_suffix(".part")
    half.write_bytes(gzip.compress(_PAGES.dump_json(pages)))
    half.replace(kept)
    return pages


def kept_at(file: Path, cache: Path) -> Path:
    """Where the pages of this file are kept once they were read."""
    return cache / f"{hashlib.sha256(file.read_bytes()).hexdigest()}.json.gz"


def files_of(folder: Path) -> list[Path]:
    """The files of a set, each once; members of ZIPs are left out."""
    names = dict.fromkeys(page.key.file for page in read_set(folder).pages)
    return [folder / name for name in names if (folder / name).is_file()]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read every file of the sets into the cache."""
    parser = argparse.ArgumentParser(prog="python -m bench.stored", description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("sets", type=Path, nargs="+")
    asked = parser.parse_args(arguments)
    settings = load()
    for folder in asked.sets:
        for file in files_of(folder):
            began = time.process_time()
            try:
                pages = pages_of(file, asked.cache, settings)
            except Suspected:
                print(f"{file}: a secrecy mark was seen, left out", file=sys.stderr, flush=True)
                continue
            print(f"{file} {len(pages)} pages {time.process_time() - began:.1f} CPU s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
