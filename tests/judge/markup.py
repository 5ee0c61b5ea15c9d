"""The HTML of every page and part, judged by the validator of the HTML standard, and htmx by its own check."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from omni.checks import ROOT
from tests.browse import HTMX
from tests.browser.house import PAGES, House
from tests.judge import Row
from tests.judge.tools import FOLDER, Tools

SAVED = FOLDER / "pages"
PART = '<!doctype html><html lang="en"><head><title>A part</title></head><body>\n%s\n</body></html>\n'
# A fault for both judges: a verdict that misses it is void.
PLANTED = PART % '<p hx-vars="a:1">Planted</p>'
# htmx takes the content of a partial out and puts it into a list that is there already.
ITEMS = re.compile(r"(<hx-partial\b[^>]*>)(\s*<li\b.*?)(</hx-partial>)", re.DOTALL)


def judge_html(house: House, tools: Tools) -> Row:
    """Every page as Maya and as a stranger get it, and every part as htmx gets it."""
    shutil.rmtree(SAVED, ignore_errors=True)
    files = {_plant().name: "planted"}
    for name, text in [*_pages(house), *_parts(house)]:
        file = SAVED / f"{len(files):03}.html"
        file.write_text(text)
        files[file.name] = name
    words = [
        "java",
        "-jar",
        str(tools.validator),
        "--errors-only",
        "--exit-zero-always",
        "--format",
        "json",
        str(SAVED),
    ]
    told = subprocess.run(words, capture_output=True, text=True, check=True)
    faults = _found([_fault(one, files) for one in json.loads(told.stderr)["messages"]])
    return Row("html", f"{len(files) - 1} pages and parts", "0 errors", str(len(faults)), not faults, faults)


def judge_htmx(tools: Tools) -> Row:
    """What htmx itself knows of habits from its earlier versions."""
    words = [sys.executable, tools.upgrade_check, "--no-color", "templates", "static/js", _plant()]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    faults = _found([line for line in told.stdout.splitlines() if re.search(r":\d+: \[", line)])
    return Row("htmx", "templates and scripts", "0 leftovers", str(len(faults)), not faults, faults)


def _plant() -> Path:
    SAVED.mkdir(parents=True, exist_ok=True)
    file = SAVED / "planted.html"
    file.write_text(PLANTED)
    return file


def _found(faults: list[str]) -> list[str]:
    """The faults that are ours."""
    ours = [fault for fault in faults if "planted" not in fault]
    assert len(faults) > len(ours), "the planted fault was not found, so the verdict is void"
    return ours


def _pages(house: House) -> Iterator[tuple[str, str]]:
    app = house.studio.app
    for who, client, paths in (
        ("", house.studio.maya.client, house.inside()),
        ("a stranger's ", app.test_client(), house.outside()),
    ):
        for path in paths:
            yield who + path, client.get(path).get_data(as_text=True)


def _parts(house: House) -> Iterator[tuple[str, str]]:
    """Where htmx gets another answer than a browser, polls included."""
    for rule, mark in house.rules():
        if mark.headers not in PAGES or mark.is_anonymous:
            continue
        path = house.path(rule, mark)
        answer = house.studio.maya.client.get(path, headers=HTMX)
        text = answer.get_data(as_text=True)
        if answer.status_code == 200 and answer.mimetype == "text/html" and text.lstrip()[:9].lower() != "<!doctype":
            yield f"the part of {path}", PART % ITEMS.sub(r"\1<ul>\2</ul>\3", text)


def _fault(told: dict[str, Any], files: dict[str, str]) -> str:
    words = re.sub(r"\s+", " ", told.get("extract", ""))
    return f"{files[Path(told['url']).name]}: {told['message']} in {words}"
