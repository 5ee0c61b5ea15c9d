"""Doors: what an outside address opens by itself."""

import threading
from datetime import timedelta

import peewee
import pytest

from omni.core import clock, doors, tenancy
from omni.core import database as db
from omni.core.faults import Gone, NotFound
from omni.core.ids import new_id
from omni.core.tenancy import entered

KINDS = ["verify", "reset", "invitation", "media", "unsubscribe", "twilio"]


def opened(world, kind="verify", **how):
    subject = new_id()
    with entered(world.juniper), db.transaction():
        return doors.open_door(kind, subject, **how), subject


@pytest.mark.parametrize("kind", KINDS)
def test_a_door_leads_to_its_subject_in_its_workspace(kind, world):
    token, subject = opened(world, kind)
    with doors.enter(kind, token) as door:
        assert door.subject == subject
        assert tenancy.current_workspace_id() == world.juniper.id


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_opens_no_door_of_another_kind(kind, world):
    token, _ = opened(world, kind)
    for other in set(KINDS) - {kind}:
        with pytest.raises(NotFound), doors.enter(other, token):
            pass


def test_a_token_nobody_made_is_not_found(world):
    with pytest.raises(NotFound), doors.enter("verify", "nonsense"):
        pass


def test_the_token_itself_lies_nowhere_in_the_row(world):
    token, _ = opened(world)
    assert token.encode() not in repr(doors.Door.get().__data__).encode()


def test_a_door_past_its_time_is_gone(world):
    token, _ = opened(world, expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(Gone), doors.enter("verify", token):
        pass


def test_a_door_of_one_use_is_gone_after_it(world):
    token, _ = opened(world, uses=1)
    with doors.enter("verify", token) as door, db.transaction():
        doors.use(door)
    with pytest.raises(Gone), doors.enter("verify", token):
        pass


def test_a_use_that_is_rolled_back_was_not_taken(world):
    token, _ = opened(world, uses=1)
    with pytest.raises(ZeroDivisionError), doors.enter("verify", token) as door, db.transaction():
        doors.use(door)
        raise ZeroDivisionError
    with doors.enter("verify", token) as door:
        assert door.uses_left == 1


def test_a_closed_door_is_gone_and_its_twins_stay(world):
    token, subject = opened(world)
    twin, _ = opened(world)
    with entered(world.juniper), db.transaction():
        assert doors.close_all("verify", subject) == 1
    with pytest.raises(Gone), doors.enter("verify", token):
        pass
    with doors.enter("verify", twin):
        pass


def test_of_two_at_once_on_the_last_use_one_gets_through(world):
    token, _ = opened(world, uses=1)
    seen = doors.find("verify", token)
    start, results = threading.Barrier(2), []

    def go_through():
        try:
            start.wait(timeout=10)
            with db.transaction():
                doors.use(seen)
            results.append("through")
        except Gone:
            results.append("gone")
        finally:
            db.close()

    threads = [threading.Thread(target=go_through) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(results) == ["gone", "through"]


def test_a_slug_leads_to_its_subject_and_is_never_given_twice(world):
    subject = new_id()
    with entered(world.juniper), db.transaction():
        doors.open_slug("r/spring", subject)
    with doors.enter(doors.SLUG, "r/spring") as door:
        assert door.subject == subject
    with pytest.raises(peewee.IntegrityError), entered(world.iron), db.transaction():
        doors.open_slug("r/spring", new_id())


def test_a_door_without_a_workspace_enters_none(world):
    with db.transaction():
        token = doors.open_door("reset", new_id())
    with doors.enter("reset", token), pytest.raises(tenancy.NoWorkspace):
        tenancy.current_workspace_id()
