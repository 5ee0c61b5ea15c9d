"""The import contracts of pyproject.toml hold, miss no file, and each is seen to fail on a planted import."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from omni.rooms import rooms

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).parent / "lint-imports"
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
ROOMS = [room.name for room in rooms() if room.name != "core"]

FLOORS = "Floors: call down, publish up"
CALLERS = "Nobody calls a caller: routes, webhooks, jobs and commands are loaded by name"
FLASK = "Only callers and forms know Flask, even indirectly"
HOUSE = "The house opens, works and keeps time without Flask"
GATEWAY = "A gateway is called by its own actions alone"
TABLES = "A gateway knows no tables"
PRIVACY = "Privacy asks other rooms, and reads no table of theirs"
TWILIO = "Twilio's client stands behind the gateway"
SETTINGS = "Settings and bootstrap stand on the standard library alone"

# One forbidden import each, all planted into one copy: contract, who imports, what.
FAULTS = [
    (FLOORS, "omni.contacts.queries", "omni.messaging.segments"),
    (FLOORS, "omni.boards.actions.moving", "omni.tasks.queries"),
    (FLOORS, "omni.core.ids", "omni.web.dom"),
    (FLOORS, "omni.web.dom", "omni.accounts.roles"),
    (FLOORS, "omni.start", "omni.factory"),
    ("Inside accounts", "omni.accounts.models", "omni.accounts.queries"),
    ("Inside contacts", "omni.contacts.queries", "omni.contacts.actions.tags"),
    ("Inside messaging", "omni.messaging.actions.settling", "omni.messaging.forms"),
    ("Inside messaging", "omni.messaging.routes", "omni.messaging.texting"),
    ("Inside boards", "omni.boards.events", "omni.boards.queries"),
    ("Inside tasks", "omni.tasks.queries", "omni.tasks.actions"),
    ("Inside referrals", "omni.referrals.jobs", "omni.referrals.public"),
    ("Inside automations", "omni.automations.queries", "omni.automations.actions"),
    ("Inside privacy", "omni.privacy.models", "omni.privacy.queries"),
    (CALLERS, "omni.referrals.pages", "omni.contacts.routes.today"),
    (CALLERS, "omni.messaging.actions.delivering", "omni.messaging.jobs"),
    (FLASK, "omni.contacts.actions.notes", "flask"),
    (FLASK, "omni.tasks.pages", "omni.web.respond"),
    (HOUSE, "omni.worker", "flask"),
    (HOUSE, "omni.scheduler", "omni.web.respond"),
    (GATEWAY, "omni.messaging.pages", "omni.messaging.gateway"),
    (GATEWAY, "omni.messaging.texting", "omni.messaging.practice"),
    (TABLES, "omni.messaging.gateway", "omni.messaging.models"),
    (PRIVACY, "omni.privacy.actions", "omni.contacts.models"),
    (PRIVACY, "omni.privacy.export", "omni.boards.queries"),
    (TWILIO, "omni.messaging.actions.receiving", "twilio"),
    (SETTINGS, "omni.config", "peewee"),
]
# A file nobody found a place for, in each package whose files all have theirs.
STRAYS = [(FLOORS, "omni"), *((f"Inside {room}", f"omni.{room}") for room in ROOMS)]


@pytest.fixture(scope="module")
def sections(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What the linter says of a copy of the house with every fault in it, by contract."""
    copy = tmp_path_factory.mktemp("planted")
    _copy(copy)
    for _contract, importer, imported in FAULTS:
        with _file_of(copy, importer).open("a") as file:
            file.write(f"\nimport {imported}\n")
    for _contract, package in STRAYS:
        (copy / package.replace(".", "/") / "stray.py").write_text('"""Nobody\'s."""\n')
    return _broken(_lint(copy))


def test_the_house_keeps_every_contract(tmp_path: Path) -> None:
    _copy(tmp_path)
    said = _lint(tmp_path)
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in said, said


@pytest.mark.parametrize(("contract", "importer", "imported"), FAULTS)
def test_a_contract_fails_on_a_planted_import(
    sections: Mapping[str, str], contract: str, importer: str, imported: str
) -> None:
    assert re.search(rf"{re.escape(importer)} ->\s+{re.escape(imported)} \(", sections.get(contract, ""))


@pytest.mark.parametrize(("contract", "package"), STRAYS)
def test_a_file_without_a_place_is_found(sections: Mapping[str, str], contract: str, package: str) -> None:
    assert re.search(rf"\b{re.escape(package)}\.stray\b", sections.get(contract, ""))


def test_each_contract_was_seen_to_fail() -> None:
    assert {contract["name"] for contract in CONTRACTS} == {fault[0] for fault in FAULTS}


def test_every_room_has_its_inner_order() -> None:
    ordered = {name for contract in CONTRACTS if contract["type"] == "layers" for name in contract["containers"]}
    assert ordered == {"omni", *(f"omni.{room}" for room in ROOMS)}


def test_no_file_is_left_out_of_the_contract_about_flask() -> None:
    contract = _contract(FLASK)
    covered = {name for one in contract["source_modules"] for name in _matching(one)}
    allowed = {
        name
        for room in ROOMS
        for layer in _contract(f"Inside {room}")["layers"]
        for part in re.findall(r"\w+", layer)
        if (name := f"omni.{room}.{part}") and _reaches_people(part, room)
    }
    assert {f"omni.{room}.{part}" for room in ROOMS for part in _files(room)} - covered == allowed


def test_every_gateway_is_under_its_contracts() -> None:
    gateways = {f"omni.{p.parent.name}.{p.stem}" for p in (ROOT / "omni").glob("*/gateway*.py")}
    assert gateways
    assert gateways <= set(_contract(GATEWAY)["protected_modules"])
    assert {f"omni.{room}.models" for room in ROOMS} <= set(_contract(TABLES)["forbidden_modules"])


def test_privacy_sees_the_tables_of_no_room_below() -> None:
    closed = set(_contract(PRIVACY)["forbidden_modules"])
    for room in set(ROOMS) - {"privacy"}:
        assert closed & {f"omni.{room}", f"omni.{room}.models"}, room


# The files of a room that may know Flask: its web callers and its forms, and accounts' two parts of the front door.
WEB_FILES = {"routes", "public", "webhooks", "forms"}
WEB_FILES_OF = {
    "accounts": {"joining", "operators", "demo", "at_the_door", "step_up"},
    "messaging": {"texting"},
    "boards": {"editing"},
    "privacy": {"goodbyes"},
}


def _reaches_people(part: str, room: str) -> bool:
    return part in _files(room) and part in WEB_FILES | WEB_FILES_OF.get(room, set())


def _files(room: str) -> set[str]:
    folder = ROOT / "omni" / room
    packages = {p.parent.name for p in folder.glob("*/__init__.py")}
    return packages | {p.stem for p in folder.glob("*.py")} - {"__init__"}


def _matching(expression: str) -> set[str]:
    shape = re.compile(re.escape(expression).replace(r"\*", r"\w+"))
    return {name for room in ROOMS for part in _files(room) if shape.fullmatch(name := f"omni.{room}.{part}")}


def _contract(name: str) -> dict[str, Any]:
    return next(contract for contract in CONTRACTS if contract["name"] == name)


def _copy(to: Path) -> None:
    shutil.copytree(ROOT / "omni", to / "omni", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", to)


def _file_of(copy: Path, module: str) -> Path:
    place = copy / module.replace(".", "/")
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def _lint(copy: Path) -> str:
    said = subprocess.run([LINTER, "--no-cache"], cwd=copy, capture_output=True, text=True, check=False, timeout=60)
    return said.stdout + said.stderr


def _broken(said: str) -> dict[str, str]:
    """The part of the report about each contract, which stands under its underlined name."""
    _before, _, report = said.partition("Broken contracts")
    parts = re.split(r"^([^\n]+)\n-{4,}\n", report, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
