"""The README begins as it should, and the pages under docs/ lead to what is there."""

import re
from pathlib import Path

import pytest

from omni.rooms import rooms

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
LARGEST_PICTURE = 120_000
# A link or an image in Markdown, or an image in HTML; addresses of other hosts are left out.
LINK = re.compile(r"""\]\((?!https?:|mailto:)([^)#\s]+)|<img src="([^"]+)\"""")
SETTING = re.compile(r'"((?:OMNI_[A-Z_]+|PORT|HOST))"')


def test_no_page_tells_of_a_setting_that_is_not_there() -> None:
    read = set(SETTING.findall((ROOT / "omni" / "config.py").read_text()))
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (DOCS / "configuration.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(read)


def test_every_room_stands_on_the_map() -> None:
    the_map = (DOCS / "map.md").read_text()
    assert [room.name for room in rooms() if room.name not in the_map] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = [first or second for first, second in LINK.findall(page.read_text())]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    index = (DOCS / "decisions" / "README.md").read_text()
    assert [path.name for path in (DOCS / "decisions").glob("0*.md") if f"({path.name})" not in index] == []


def test_pictures_are_small_and_there_in_both_widths_and_themes() -> None:
    pictures = {path.stem: path.stat().st_size for path in (DOCS / "pictures").glob("*.png")}
    assert [name for name, size in pictures.items() if size > LARGEST_PICTURE] == []
    screens = {name.rsplit("-", 2)[0] for name in pictures}
    wanted = {f"{screen}-{width}-{theme}" for screen in screens for width in (390, 1280) for theme in ("light", "dark")}
    assert wanted == set(pictures)
    assert screens >= {"board", "today", "contact", "inbox", "referral", "signup"}


def test_the_first_screen_of_the_readme_is_a_sentence_a_picture_two_commands_and_three_links() -> None:
    first = (ROOT / "README.md").read_text().split("\n---\n")[0]
    assert len(re.findall(r"^!\[", first, re.MULTILINE)) == 1
    assert re.findall(r"^make (\w+)", first, re.MULTILINE) == ["run", "test"]
    assert len(re.findall(r"(?<!!)\[[^\]]+\]\(", first)) == 3
