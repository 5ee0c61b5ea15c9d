"""Juniper Yoga with its owner and one referral link."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from omni.core import limits
from omni.core.tenancy import entered
from omni.core.words import use_locale
from omni.referrals import actions, place
from omni.referrals.actions import LinkFacts
from omni.referrals.clicks import day_key
from omni.referrals.drain import Drained, drain
from tests.browse import Browse
from tests.referrals.friend import Friend
from tests.servers import Valkey


@pytest.fixture
def juniper(world: Any) -> Iterator[Any]:
    """Work inside Juniper Yoga, on its own clock."""
    with entered(world.juniper), use_locale("en", world.juniper.timezone):
        yield world.juniper


@pytest.fixture
def maya(world: Any, juniper: Any) -> Any:
    return world.maya


@pytest.fixture
def theo(world: Any, juniper: Any) -> Any:
    """A rep: his own links, and nobody else's."""
    return world.theo


@pytest.fixture
def iris(world: Any) -> Any:
    return world.iris


@pytest.fixture
def link(maya: Any) -> Any:
    facts = LinkFacts("Tom invites you to a free first week", "Seven days of classes.", slug="tom-first-week")
    return actions.make_link(facts, picture=None, by=maya)


@pytest.fixture
def browse(app: Any, maya: Any) -> Browse:
    return Browse(app).as_(maya)


@pytest.fixture
def friend(app: Any, link: Any) -> Friend:
    """A stranger with a browser of their own, who has the link."""
    return Friend(app, link.slug)


@pytest.fixture
def redis(config: Any, house: Any) -> Iterator[Any]:
    """The Valkey of this house."""
    server = Valkey(config)
    # An earlier test that had none made this process keep buckets of its own for a while.
    limits.forget()
    yield server
    server.kill()
    limits.forget()


@pytest.fixture
def count(app: Any, redis: Any) -> Callable[[], Drained]:
    """Count what lies in the spool, as the worker does."""
    from omni.core import queue

    def now() -> Drained:
        if kept := app.extensions.get("referral_counter"):
            kept[1].close()
        return drain(place.spool_folder(), keys=day_key, redis=queue.connection())

    return now
