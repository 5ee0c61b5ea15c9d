"""`python app.py COMMAND`, run as a person or a script runs it."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni import bootstrap, cli
from tests.servers import ROOT, Omni, short_folder

COMMANDS = ("run", "test", "check", "web", "worker", "scheduler", "migrate", "doctor", "requirements")


@pytest.fixture
def omni() -> Iterator[Omni]:
    with short_folder() as folder:
        yield Omni(folder)


def test_help_lists_every_command_with_a_line(omni: Omni) -> None:
    told = omni.command("--help")
    assert told.returncode == 0
    lines = {line.split()[0]: line for line in told.stdout.splitlines() if line.startswith("  ")}
    assert set(COMMANDS) <= set(lines)
    assert all(len(line.split()) > 3 for line in lines.values())


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "test"])
def test_each_command_explains_itself(omni: Omni, command: str) -> None:
    told = omni.command(command, "--help")
    assert told.returncode == 0
    assert f"python app.py {command}" in told.stdout


def test_an_unknown_command_or_word_is_one_line_and_2(omni: Omni) -> None:
    told = omni.command("fly")
    assert told.returncode == 2
    assert told.stderr.strip().splitlines() == ["Omni: there is no command 'fly'; python app.py --help lists them"]
    assert omni.command("worker", "urgent").returncode == 2
    assert omni.command("run", "--fast").returncode == 2


def test_a_wrong_setting_is_one_line_and_2(omni: Omni) -> None:
    told = omni.command("run", PORT="http")
    assert told.returncode == 2
    assert told.stderr == "Omni: PORT is 'http': give a whole number from 1 to 65535.\n"
    assert told.stdout == ""


def test_a_folder_that_cannot_be_written_is_one_line_and_2(omni: Omni, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = omni.command("run", OMNI_DATA_DIR=str(tmp_path / "file" / "data"))
    assert told.returncode == 2
    assert told.stderr.startswith("Omni: OMNI_DATA_DIR:")
    assert told.stderr.count("\n") == 1


def test_migrate_and_doctor_answer_scripts_with_one_object(omni: Omni) -> None:
    assert json.loads(omni.command("migrate", "--json").stdout)["moved"][0].startswith("0001")
    assert json.loads(omni.command("migrate", "--json").stdout) == {"moved": []}
    assert json.loads(omni.command("migrate", "check", "--json").stdout) == {"drift": []}
    told = omni.command("doctor", "--json")
    checks = {each["name"]: each["ok"] for each in json.loads(told.stdout)["checks"]}
    assert checks["database"]
    assert checks["walls"]
    assert checks["tables"]
    # Nothing runs, and the doctor says so.
    assert not checks["redis"]
    assert told.returncode == 1


def test_an_old_python_gets_one_line_and_2() -> None:
    script = (
        "import sys, runpy; sys.version_info = (3, 9, 2); sys.argv = ['app.py', 'run'];"
        " runpy.run_path('app.py', run_name='__main__')"
    )
    told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert told.stderr.startswith("Omni needs Python 3.11 or newer")
    assert told.stderr.count("\n") == 1


def test_an_old_python_can_read_the_front_door() -> None:
    ast.parse((ROOT / "app.py").read_text(), feature_version=(3, 4))


def test_each_make_target_is_one_line_that_calls_the_front_door() -> None:
    lines = [line for line in (ROOT / "Makefile").read_text().splitlines() if ":;" in line]
    assert {line.partition(":")[0] for line in lines} >= {"run", "test", "check"}
    for line in lines:
        target = line.partition(":")[0]
        assert line == f"{target}:; @python3 app.py {target}"


def test_a_command_of_developers_finds_their_tools_installed() -> None:
    tools = {"checks", "bench"}
    theirs = {name for name, command in cli._BUILT_IN.items() if tools & set(command.run.__code__.co_names)}
    assert theirs == bootstrap.DEVELOPER_COMMANDS


def test_the_stamp_speaks_for_just_these_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (bootstrap.RUNTIME, bootstrap.DEVELOPMENT):
        (tmp_path / name).write_text("flask==3.1.3\n")
    (tmp_path / "python").write_text("")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp.json")
    assert not bootstrap._has(bootstrap.RUNTIME)
    bootstrap._stamp(bootstrap.RUNTIME)
    assert bootstrap._has(bootstrap.RUNTIME)
    assert not bootstrap._has(bootstrap.DEVELOPMENT)
    bootstrap._stamp(bootstrap.DEVELOPMENT)
    assert bootstrap._has(bootstrap.RUNTIME)
    (tmp_path / bootstrap.RUNTIME).write_text("flask==3.1.4\n")
    assert not bootstrap._has(bootstrap.DEVELOPMENT)


def test_packages_are_pinned_with_hashes_and_name_no_machine() -> None:
    for path in ROOT.glob("requirements*.txt"):
        text = path.read_text()
        pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert pins
        assert all("==" in line for line in pins)
        assert text.count("--hash=sha256:") >= len(pins)
        assert "file:" not in text
        assert "--find-links" not in text
        assert "--index-url" not in text
