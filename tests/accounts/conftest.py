"""Maya's studio with Theo in it, and Iris next door, as this room makes them; and the letters they get."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from omni.accounts import actions, passwords, queries
from omni.accounts.actions.entering import found_workspace, furnish, make_user
from omni.accounts.models import Teammate
from omni.accounts.places import Place
from omni.core import clock, limits
from omni.core.database import transaction
from omni.core.models_processes import OutgoingMail
from omni.core.policies import Role
from omni.core.tenancy import entered
from tests.browse import Browse

PASSWORD = "a lantern in the harbour"
HASH = passwords.hash_of(PASSWORD)
CHICAGO = Place("US", "America/Chicago", "USD")


def somebody(name: str, email: str, company: str = "Juniper Yoga") -> actions.NewOwner:
    return actions.NewOwner(name, email, "+13125550123", company, "Coach", PASSWORD)


def found(name: str, email: str, company: str) -> Teammate:
    with transaction():
        workspace = found_workspace(company, place=CHICAGO, locale="en")
        with entered(workspace):
            user = make_user(somebody(name, email, company), stored=HASH, timezone="America/Chicago", verified=True)
            return furnish(user, role=Role.OWNER)


def join(owner: Teammate, name: str, email: str, role: Role) -> Teammate:
    with transaction(), entered(owner.workspace_id):
        user = make_user(somebody(name, email), stored=HASH, timezone="America/Chicago", verified=True)
        return Teammate.create(user=user, role=role)


@pytest.fixture(autouse=True)
def nobody_waits() -> Iterator[None]:
    limits.forget()
    yield
    clock.freeze(None)


@pytest.fixture
def maya(house: Any) -> Teammate:
    """Owner of Juniper Yoga."""
    return found("Maya Lind", "maya@juniper.example", "Juniper Yoga")


@pytest.fixture
def theo(maya: Teammate) -> Teammate:
    """Rep at Juniper Yoga."""
    return join(maya, "Theo Park", "theo@juniper.example", Role.REP)


@pytest.fixture
def ada(maya: Teammate) -> Teammate:
    """Admin at Juniper Yoga."""
    return join(maya, "Ada Cole", "ada@juniper.example", Role.ADMIN)


@pytest.fixture
def iris(house: Any) -> Teammate:
    """Owner of Iron Gym."""
    return found("Iris Stone", "iris@iron.example", "Iron Gym")


@pytest.fixture
def at_juniper(maya: Teammate) -> Iterator[None]:
    """Work inside Juniper Yoga."""
    with entered(maya.workspace_id):
        yield


@pytest.fixture
def browse(app: Any) -> Browse:
    return Browse(app)


@pytest.fixture
def letters(house: Any) -> Callable[[str], list[dict[str, str]]]:
    """Every letter to an address, oldest first."""

    def to(address: str) -> list[dict[str, str]]:
        rows = OutgoingMail.select().order_by(OutgoingMail.id)
        return [json.loads(row.body) for row in rows if row.recipient == address]

    return to


def path_in(letter: dict[str, str], kind: str) -> str:
    """The path of the link of a kind in a letter."""
    found = re.search(rf"(/{kind}/[A-Za-z0-9_-]+)", letter["text"])
    assert found, letter["text"]
    return found[1]


def fresh(teammate: Teammate) -> Teammate:
    with entered(teammate.workspace_id):
        return queries.get_teammate(teammate.id)
