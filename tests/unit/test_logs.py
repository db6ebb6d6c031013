"""Logs carry names and numbers, and nothing of what a document says."""

import json
import logging
from collections.abc import Iterator

import pytest

from digitizer import logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    before = root.level, [(handler, handler.formatter) for handler in root.handlers]
    yield
    root.setLevel(before[0])
    for handler, formatter in before[1]:
        handler.setFormatter(formatter)


def said(form: str, caplog: pytest.LogCaptureFixture) -> str:
    logs.set_up(form, "info")
    with logs.about(scan="s1", page=3):
        try:
            int("Nguyễn Văn Thử")
        except ValueError:
            logging.getLogger("digitizer.test").exception("page failed")
    return caplog.text


def test_json_says_scan_page_and_where_it_failed_but_no_text(caplog: pytest.LogCaptureFixture) -> None:
    row = json.loads(said("json", caplog).splitlines()[-1])
    assert (row["scan"], row["page"], row["level"], row["event"]) == ("s1", 3, "error", "page failed")
    assert row["exception"].startswith("ValueError at test_logs.py:")


@pytest.mark.parametrize("form", ["plain", "json", "keyvalue"])
def test_no_form_quotes_what_an_exception_choked_on(form: str, caplog: pytest.LogCaptureFixture) -> None:
    assert "Nguyễn" not in said(form, caplog)
    assert "page failed" in caplog.text
