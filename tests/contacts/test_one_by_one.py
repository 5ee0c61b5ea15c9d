"""The queue of Today: one person a screen, and nobody before two teammates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from omni.contacts import actions, queries
from omni.contacts.claims import HELD, PASSED, QueueClaim, claim, pass_by
from omni.contacts.models import Contact
from omni.contacts.one_by_one import open_queue
from omni.core import clock, migrations
from omni.core.ids import encode
from omni.core.policies import Reach
from omni.core.tenancy import entered
from omni.start import all_models, sql_by_hand
from tests.parallel import in_parallel
from tests.world import unplanned

MIGRATION = "0019_queue"
NAMES = ("Ana Nunez", "Ben Farrow", "Cleo Marsh", "Dan Wood")


@pytest.fixture
def four(world: Any, juniper: Any) -> list[Contact]:
    """Four new leads of nobody, Ana the longest here."""
    people = [world.person(name, f"+1 312 555 016{place}") for place, name in enumerate(NAMES)]
    Contact.update(owner=None).execute()
    return people


def shown(page: Any) -> list[str]:
    """Who stands on the page, the one who is seen first."""
    names = [one for one in page.page.all("h2") if (one.get("id") or "").endswith("-queue-name")]
    return ["".join(one.itertext()) for one in names]


def test_each_answer_leads_to_the_next_without_javascript(hers: Any, four: list[Contact]) -> None:
    page = hers.get("/today/queue")
    assert shown(page) == ["Ana Nunez", "Ben Farrow"]
    assert page.page.h1 == "1 of 4"
    ana, ben = (f"/contacts/{encode(one.id)}" for one in four[:2])
    # A text.
    sent = {"body": "Come and try a class", "basis": "asked"}
    answer = hers.post(f"{ana}/messages", sent, on="/today/queue")
    assert answer.location == f"/today/queue?passed={encode(four[0].id)}"
    page = hers.follow(answer)
    assert (page.page.h1, shown(page)) == ("2 of 4", ["Ben Farrow", "Cleo Marsh"])
    # A call.
    hers.asked["/today/queue"] = page
    answer = hers.post(f"{ben}/calls", {"outcome": "no_answer"}, on="/today/queue")
    page = hers.follow(answer)
    assert (page.page.h1, shown(page)) == ("3 of 4", ["Cleo Marsh", "Dan Wood"])
    # Later, then nothing at all.
    day = clock.today_in("America/Chicago") + timedelta(days=3)
    answer = hers.post(f"/contacts/{encode(four[2].id)}/snooze", {"offered": day.isoformat()}, on="/today/queue")
    assert queries.get_contact(four[2].id).snoozed_until is not None
    page = hers.follow(answer)
    assert (page.page.h1, shown(page)) == ("4 of 4", ["Dan Wood"])
    page = hers.get(f"/today/queue?passed={encode(four[3].id)}")
    assert page.page.h1 == "Nobody is left"
    assert "You went through 4 people." in page
    assert "Cleo" not in hers.get("/today")


def test_a_next_step_is_planned_by_one_press_and_leads_on(hers: Any, four: list[Contact]) -> None:
    unplanned(four[0])
    place = f"/contacts/{encode(four[0].id)}/tasks"
    form = hers.get("/today/queue").page.form(place)
    day = next(button.get("value", "") for button in form.iter("button"))
    answer = hers.post(place, {"title": "Follow up", "due_on": day, "back": on_from(four[0])}, on="/today/queue")
    page = hers.follow(answer)
    assert (page.page.h1, shown(page)[0]) == ("2 of 4", "Ben Farrow")
    assert queries.get_contact(four[0].id).next_action_at is not None
    assert [one.get("action") for one in page.page.all("form")].count(place) == 0


def on_from(contact: Contact) -> str:
    return f"/today/queue?passed={encode(contact.id)}"


def test_two_teammates_never_have_the_same_person(juniper: Any, world: Any, four: list[Contact]) -> None:
    pair = (world.maya, world.max)

    def open_for(one: Any) -> list[str]:
        return [str(item.contact.display_name) for item in open_queue(one, Reach.FULL).people if item.contact]

    for _turn in range(5):
        QueueClaim.delete().execute()
        hers, his = in_parallel(juniper, [lambda one=one: open_for(one) for one in pair])  # type: ignore[misc]
        assert sorted([*hers, *his]) == list(NAMES), (hers, his)


def test_one_person_claimed_by_eight_at_once_is_held_by_one(juniper: Any, world: Any) -> None:
    contact, teammates = world.lead.id, [world.maya, world.max, world.ada, world.theo] * 2
    held = in_parallel(juniper, [lambda one=one: claim(contact, one) for one in teammates])  # type: ignore[misc]
    (row,) = QueueClaim.select()
    assert {one.id for one, has in zip(teammates, held, strict=True) if has is True} == {row.teammate_id}


def test_a_claim_ends_after_90_seconds_and_one_passed_by_after_an_hour(juniper: Any, world: Any) -> None:
    contact = world.lead.id
    start = clock.now()
    try:
        clock.freeze(start)
        assert claim(contact, world.maya)
        assert not claim(contact, world.max)
        clock.freeze(start + HELD - timedelta(seconds=1))
        assert claim(contact, world.maya)
        clock.freeze(start + 2 * HELD)
        assert claim(contact, world.max)
        pass_by(contact, world.maya)
        assert claim(contact, world.max)
        pass_by(contact, world.max)
        assert not claim(contact, world.max)
        assert not claim(contact, world.maya)
        clock.freeze(start + 2 * HELD + PASSED)
        assert claim(contact, world.maya)
    finally:
        clock.freeze(None)


def test_holding_on_says_when_a_teammate_took_over(hers: Any, world: Any, four: list[Contact], browse: Any) -> None:
    hers.get("/today/queue")
    at = f"/today/queue/{encode(four[0].id)}/claim"
    hers.post(at, {}, on="/today/queue")
    QueueClaim.update(until=clock.now() - timedelta(seconds=1)).execute()
    his = browse.as_(world.max)
    assert shown(his.get("/today/queue"))[0] == "Ana Nunez"
    hers.post(at, {}, on="/today/queue", status=409)
    page = hers.get("/today/queue")
    assert shown(page) == ["Cleo Marsh", "Dan Wood"]
    for each in four[2:]:
        page = hers.get(f"/today/queue?passed={encode(each.id)}")
    assert "2 people are before teammates right now." in page


def test_a_look_ahead_and_somebody_else_hold_nobody(hers: Any, four: list[Contact], browse: Any, world: Any) -> None:
    hers.ask("GET", "/today/queue", status=204, headers={"Sec-Purpose": "prefetch"})
    browse.as_(world.vera).ask("GET", "/today/queue", status=403)
    hers.ask("GET", f"/today/queue?passed={encode(four[0].id)}", status=200)
    assert {one.contact_id for one in QueueClaim.select()} == {one.id for one in four[:2]}


def test_who_rests_is_left_alone_until_they_speak(hers: Any, four: list[Contact], maya: Any) -> None:
    tomorrow = clock.today_in("America/Chicago") + timedelta(days=1)
    actions.snooze(four[0], tomorrow, reason="", by=maya)
    assert shown(hers.get("/today/queue"))[0] == "Ben Farrow"
    assert "Ana Nunez" not in hers.get("/today")


@pytest.mark.own_database
def test_claims_come_to_a_studio_that_is_there(world: Any, config: Any, house: Any) -> None:
    who = world.lead.id
    migrations.down(config.data_dir, config.database_roles, MIGRATION)
    migrations.up(config.data_dir, config.database_roles)
    with entered(world.juniper):
        assert world.maya.user.has_keys
        assert claim(who, world.maya)
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []
