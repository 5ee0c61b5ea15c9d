"""What people rely on is written down: who may do what, every setting, every command."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from flask import Flask

from lint import make_access
from omni import cli
from tests import houses

ROOT = Path(__file__).resolve().parents[2]
# Where a setting may be read: the settings themselves, and the parts that read the environment before they exist.
READERS = ("omni/config.py", "omni/bootstrap.py", "omni/cli.py", "omni/checks.py")


@pytest.fixture(scope="module")
def app(sqlite_template: Path) -> Iterable[Flask]:
    from omni.factory import create_app

    config = houses.settings(sqlite_template)
    with houses.opened(config) as house:
        yield create_app(config, house)


def settings_in(text: str) -> set[str]:
    """The names of environment variables of ours that a file mentions."""
    return set(re.findall(r"[\"'](OMNI_[A-Z_]+|PORT|HOST)[\"']", text))


def test_the_page_of_rights_is_up_to_date(app: Flask) -> None:
    """`python lint/make_access.py` writes it anew."""
    assert make_access.PAGE.read_text() == make_access.page_of(app)


def test_a_new_address_makes_the_page_of_rights_old(app: Flask) -> None:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.rule == "/contacts/new")
    other = Flask("planted", static_folder=None)
    other.view_functions = {rule.endpoint: app.view_functions[rule.endpoint]}
    other.url_map.add(rule.empty())
    assert "`/contacts/new` | GET | edit contacts" in make_access.page_of(other)
    assert make_access.page_of(other) != make_access.PAGE.read_text()


def test_every_setting_is_documented() -> None:
    known = {name for place in READERS for name in settings_in((ROOT / place).read_text())}
    page = (ROOT / "docs" / "configuration.md").read_text()
    assert {"PORT", "HOST", "OMNI_DATA_DIR", "OMNI_SECRET_KEY"} <= known
    assert not known - set(re.findall(r"`(\w+)", page))


def test_an_undocumented_setting_is_found() -> None:
    assert settings_in('environ.get("OMNI_STRAY", "")') == {"OMNI_STRAY"}


def undocumented(commands: Iterable[str], pages: str) -> list[str]:
    """Commands no page names as a word of the command line."""
    return [name for name in commands if not re.search(rf"app\.py {name}\b|make {name}\b|`{name}\b", pages)]


def test_every_command_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    cli._dispatch(["--help"])
    commands = re.findall(r"^  (\w+) ", capsys.readouterr().out, re.M)
    pages = "\n".join(path.read_text() for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")))
    assert {"run", "migrate", "import"} <= set(commands)
    assert not undocumented(commands, pages)


def test_an_undocumented_command_is_found() -> None:
    assert undocumented(["run", "stray"], "`python app.py run` starts it. A stray dog.") == ["stray"]
