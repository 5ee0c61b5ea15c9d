"""A studio with somebody to do something for."""

from collections.abc import Iterator
from typing import Any

import pytest

from omni.core.tenancy import entered
from omni.core.words import use_locale
from tests.world import unplanned


@pytest.fixture
def juniper(world: Any) -> Iterator[Any]:
    """Work inside Juniper Yoga, on its own clock."""
    with entered(world.juniper), use_locale("en", world.juniper.timezone):
        yield world.juniper


@pytest.fixture
def maya(world: Any, juniper: Any) -> Any:
    return world.maya


@pytest.fixture
def hers(browse: Any, maya: Any) -> Any:
    """The browser in Maya's hands."""
    return browse.as_(maya)


@pytest.fixture
def lead(world: Any, maya: Any) -> Any:
    """Somebody who came, and for whom nothing is planned yet."""
    unplanned(world.lead)
    return world.lead
