"""What can be said of the judges without them: that they say when they cannot work, and count as they should."""

from pathlib import Path

import pytest

from tests.judge import __main__ as judges
from tests.judge import lighthouse, markup, tools


def test_without_java_it_is_one_line_and_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert judges.main(["html"]) == 2
    assert capsys.readouterr().err == "Omni: java 17 or newer is needed for the HTML validator, and it is not here.\n"


def test_a_judge_that_is_not_there_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        judges.main(["axe"])
    assert end.value.code == 2 and "there are html, htmx, lighthouse" in capsys.readouterr().err


def test_every_package_is_pinned_by_its_hash_and_from_wherever_npm_is_set_up_to_ask() -> None:
    lock = (tools.HERE / "package-lock.json").read_text()
    assert "resolved" not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')


def test_the_median_of_a_category_counts() -> None:
    reports = [{"categories": {"performance": {"score": score}}} for score in (0.9, 1, 0.97)]
    assert lighthouse._found(reports, {"performance": 95}) == {"performance": 97}
    assert lighthouse._meets(reports, {"performance": 95})
    assert not lighthouse._meets(reports, {"performance": 98})


def test_the_items_of_a_part_stand_in_a_list() -> None:
    part = '<hx-partial data-hx-target="#rows"> <li>One</li><li>Two</li></hx-partial><hx-partial><p>3</p></hx-partial>'
    assert markup.ITEMS.sub(r"\1<ul>\2</ul>\3", part) == (
        '<hx-partial data-hx-target="#rows"><ul> <li>One</li><li>Two</li></ul></hx-partial>'
        "<hx-partial><p>3</p></hx-partial>"
    )
