"""Every setting and every command is in the documentation, and every link of it leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.main import get_command

from digitizer.cli.commands import program
from digitizer.cli.doubts import CHECKS
from digitizer.pipeline import STAGES, STEPS
from digitizer.settings import Plugged, Settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("samples/*.md"), *ROOT.glob("training/*.md")]
)


def entries(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Plugged):
            yield f"{prefix}{name}.use"
        elif isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from entries(inner, f"{prefix}{name}.")
        else:
            yield prefix + name


@pytest.mark.parametrize("entry", sorted(entries(Settings)))
def test_every_setting_is_in_the_operators_manual(entry: str) -> None:
    assert f"`{entry}`" in (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in get_command(program).commands:  # type: ignore[attr-defined]
        assert f"digitizer {command}" in readme, command


def test_every_step_and_stage_is_in_the_walk() -> None:
    walk = (ROOT / "docs" / "walk.md").read_text(encoding="utf-8")
    for name in (*STEPS, *STAGES):
        assert re.search(rf"\b{name}\b", walk), name


def test_every_check_of_the_manual_has_words_for_the_clerk_when_a_value_fails_it() -> None:
    manual = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    told = manual.split("**Checks**")[1].split("A value with `by`")[0]
    codes = set(re.findall(r"`([a-z]+(?:_[a-z]+)+|qr|mrz|length|printed)`", told))
    assert codes - {"seal"} == set(CHECKS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
