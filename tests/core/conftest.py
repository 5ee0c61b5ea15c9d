"""Two bare workspaces: core knows no teammates, and its tests count every row."""

from functools import cached_property
from typing import Any

import pytest

from omni.core.tenancy import Workspace


class Studios:
    @cached_property
    def juniper(self) -> Workspace:
        return Workspace.create(number=1, slug="juniper", name="Juniper Yoga", timezone="America/Chicago", country="US")

    @cached_property
    def iron(self) -> Workspace:
        return Workspace.create(number=2, slug="iron", name="Iron Gym", timezone="America/New_York", country="US")


@pytest.fixture
def world(house: Any) -> Studios:
    return Studios()
