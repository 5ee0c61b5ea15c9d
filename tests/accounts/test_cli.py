"""`python app.py user …` as scripts call it."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.servers import Omni

ADD = ("user", "add", "--name", "Maya", "--company", "Juniper", "--password-stdin", "--json")
PASSWORD = "a lantern in the harbour"


def user(folder: Path, *words: str, given: str = PASSWORD) -> CompletedProcess[str]:
    return Omni(folder).command(*words, stdin=given + "\n")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which Maya owns the workspace `juniper`."""
    folder = tmp_path_factory.mktemp("data")
    done = user(
        folder, *ADD, "--email", "Maya@juniper.example", "--workspace", "juniper", "--timezone", "America/Chicago"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"user": "maya@juniper.example", "workspace": "juniper"}
    return folder


def test_a_second_user_joins_the_same_workspace(data: Path) -> None:
    done = user(data, *ADD, "--email", "theo@juniper.example", "--workspace", "juniper", "--role", "rep")
    assert json.loads(done.stdout) == {"user": "theo@juniper.example", "workspace": "juniper"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--email", "maya@juniper.example", "--workspace", "other"), "has an account already"),
        (("--email", "a@b.example", "--workspace", "Not A Slug"), "--workspace takes"),
        (("--email", "a@b.example", "--workspace", "new", "--role", "rep"), "needs an owner first"),
        (("--email", "a@b.example", "--workspace", "new", "--timezone", "Mars"), "no such zone"),
        (("--email", "a@b.example", "--workspace", "new", "--country", "Mars"), "no such country"),
        (("--email", "nobody", "--workspace", "new"), "an address looks like"),
    ],
)
def test_wrong_words_end_with_two_and_one_line(data: Path, words: tuple[str, ...], complaint: str) -> None:
    done = user(data, *ADD, *words)
    assert done.returncode == 2 and done.stdout == ""
    assert complaint in done.stderr and "Traceback" not in done.stderr


def test_an_easy_password_is_refused(data: Path) -> None:
    done = user(data, *ADD, "--email", "a@b.example", "--workspace", "new", given="password123456")
    assert done.returncode == 2 and "tried first" in done.stderr


def test_the_password_is_never_said_back(data: Path) -> None:
    done = user(data, *ADD, "--email", "b@b.example", "--workspace", "juniper", "--role", "viewer")
    assert PASSWORD not in done.stdout + done.stderr


def test_operator_disable_and_end_sessions(data: Path) -> None:
    for act in ("operator", "end-sessions", "disable"):
        done = user(data, "user", act, "maya@juniper.example", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["user"] == "maya@juniper.example"
    missing = user(data, "user", "disable", "nobody@juniper.example")
    assert missing.returncode == 2 and "no user has the address" in missing.stderr
