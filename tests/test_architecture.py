"""Who may import whom.  Read from the source, so imports under `TYPE_CHECKING` and inside functions count too."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LAYERS = (
    ("errors", "model", "text", "ids"),
    ("contracts", "settings", "plug", "pipeline", "logs", "bounded"),
    ("ingest", "ocr", "classify", "store", "queue"),
    ("app",),
    ("cli", "web", "workers"),
)
"""Arrows go up this list only; parts of the third, fourth and fifth row never meet each other."""
FREE_AMONG_THEMSELVES = frozenset({*LAYERS[0], *LAYERS[1]})

ONLY_IN = {
    "cv2": ("digitizer.ocr",),
    "zxingcpp": ("digitizer.ocr",),
    "tesserocr": ("digitizer.ocr",),
    "pytesseract": ("digitizer.ocr",),
    "minio": ("digitizer.store.backends.bucket", "digitizer.ingest.sources.bucket"),
    "dramatiq": ("digitizer.queue", "workers"),
    "redis": ("digitizer.queue",),
    "pika": ("digitizer.queue",),
    "prometheus_client": ("digitizer.app",),
    "structlog": ("digitizer.logs",),
    "watchfiles": ("digitizer.ingest.sources",),
    "typer": ("digitizer.cli",),
    "click": ("digitizer.cli",),
    "rich": ("digitizer.cli",),
    "fastapi": ("digitizer.web",),
}
NEVER = ("pickle", "shelve", "marshal")


def modules() -> dict[str, Path]:
    """Every module of the product by its dotted name."""
    found = {}
    for package in ("digitizer", "workers"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(source: str, module: str, known: dict[str, Path]) -> Iterator[str]:
    """Full names of what a source imports, modules where they are ours, absolute even when written relative."""
    package = module if known.get(module, Path()).name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source, filename=module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in known else base


def part_of(module: str) -> str:
    """`digitizer.ocr.look` → `ocr`; `workers.main` → `workers`; the package itself → `digitizer`."""
    names = module.split(".")
    return names[1] if names[0] == "digitizer" and len(names) > 1 else names[0]


def layer_of(part: str) -> int:
    """The row of LAYERS that holds the part; a new part must be given its place there."""
    for number, parts in enumerate(LAYERS):
        if part in parts:
            return number
    raise AssertionError(f"{part} has no place in LAYERS")


def may_import(importer: str, imported: str) -> bool:
    """True when the arrow from one of our modules to another is drawn in docs/walk.md."""
    one, other = part_of(importer), part_of(imported)
    if other in {one, "digitizer"}:
        return True
    if one == "digitizer":
        return False
    upper, lower = layer_of(one), layer_of(other)
    return lower < upper or (lower == upper and {one, other} <= FREE_AMONG_THEMSELVES)


@cache
def imported() -> dict[str, frozenset[str]]:
    """Module → everything that it imports."""
    return {name: frozenset(imports(path.read_text(encoding="utf-8"), name, MODULES)) for name, path in MODULES.items()}


def graph() -> dict[str, set[str]]:
    """Module → our modules that it imports."""
    return {name: {target for target in targets if target in MODULES} - {name} for name, targets in imported().items()}


def test_every_arrow_goes_up() -> None:
    wrong = [
        f"{name} imports {target}"
        for name, targets in graph().items()
        for target in sorted(targets)
        if not may_import(name, target)
    ]
    assert wrong == []


def test_the_lowest_layer_needs_only_the_standard_library() -> None:
    for part in LAYERS[0]:
        name = f"digitizer.{part}"
        if name in MODULES:
            foreign = {target.split(".")[0] for target in imported()[name]} - {"digitizer"} - sys.stdlib_module_names
            assert foreign == set(), name


@pytest.mark.parametrize("library", sorted(ONLY_IN))
def test_a_library_stays_where_it_belongs(library: str) -> None:
    wrong = [
        name
        for name, targets in imported().items()
        for target in targets
        if target.split(".")[0] == library
        and not any(name == home or name.startswith(home + ".") for home in ONLY_IN[library])
    ]
    assert wrong == [], f"{library} belongs in {' and '.join(ONLY_IN[library])}"


@pytest.mark.parametrize("library", NEVER)
def test_nothing_is_unpickled(library: str) -> None:
    wrong = [name for name, targets in imported().items() if library in {target.split(".")[0] for target in targets}]
    assert wrong == []


def test_no_imports_go_round() -> None:
    assert circles(graph()) == []


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """Every circle found by walking the arrows depth first, as the names on it."""
    found: list[list[str]] = []
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> None:
        if name in path:
            found.append(path[path.index(name) :])
            return
        if name in done:
            return
        for target in sorted(arrows[name]):
            walk(target, [*path, name])
        done.add(name)

    for name in sorted(arrows):
        walk(name, [])
    return found


class TestTheRulesThemselves:
    """A rule that can't fail keeps nothing."""

    def test_a_part_may_not_reach_its_neighbour(self) -> None:
        assert not may_import("digitizer.ocr.read", "digitizer.store.records")
        assert not may_import("digitizer.store.records", "digitizer.app")
        assert not may_import("digitizer.model", "digitizer.contracts")
        assert not may_import("digitizer.app", "workers.main")
        assert may_import("digitizer.app", "digitizer.ocr.read")
        assert may_import("digitizer.ocr.read", "digitizer.ocr.look")

    def test_imports_are_seen_in_every_form(self) -> None:
        source = (
            "import a.b\n"
            "from digitizer import model\n"
            "from digitizer.model import Page\n"
            "from . import look\n"
            "from .engines import tesseract\n"
            "def later():\n    import cv2\n"
            "if TYPE_CHECKING:\n    from minio import Minio\n"
        )
        names = ("digitizer.model", "digitizer.ocr.look", "digitizer.ocr.engines.tesseract", "digitizer.ocr.read")
        known = {name: Path(name) for name in names}
        assert set(imports(source, "digitizer.ocr.read", known)) == {
            "a.b",
            "digitizer.model",
            "digitizer.ocr.look",
            "digitizer.ocr.engines.tesseract",
            "cv2",
            "minio",
        }

    def test_a_circle_is_found(self) -> None:
        assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == [["b", "c"]]
