"""What stands beside the lines of Today: who comes, and how the last days went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from omni.boards.on_today import MOST
from omni.contacts import actions, agenda
from omni.contacts.actions import set_lifecycle
from omni.contacts.kinds import Lifecycle
from omni.contacts.models import LifecycleSpan
from omni.contacts.next_actions import Step, set_next_action
from omni.core import clock, ids, migrations
from omni.core.database import database, is_postgres
from omni.core.tenancy import Reason, cross_tenant
from omni.start import all_models, sql_by_hand
from tests import html


def test_who_comes_today_stands_at_the_studio(hers: Any, world: Any, juniper: Any) -> None:
    rosa = world.person("Rosa Kim")
    for person, step, days in ((world.lead, Step.VISIT, 0), (world.member, Step.VISIT, 1), (rosa, Step.CALL, 0)):
        due = clock.now() + timedelta(days=days)
        set_next_action(person.id, ref=("task", ids.new_id()), step=step, title="Trial class", due_at=due)
    page = hers.get("/today")
    assert "At the studio Ana Nunez · Trial class" in page
    assert [visit.contact for visit in agenda.read_beside().visits] == [world.lead]


def test_a_day_without_visits_and_news_has_nothing_beside_it(hers: Any) -> None:
    page = hers.get("/today")
    assert "At the studio" not in page
    assert "The last 7 days" not in page


def test_the_last_days_are_told_in_a_sentence_and_by_day(hers: Any, world: Any, juniper: Any) -> None:
    lead = world.lead
    LifecycleSpan.update(from_at=clock.now() - timedelta(days=400)).execute()
    world.person("Rosa Kim", "+1 312 555 0123")
    world.person("Tom Reyes", "+1 312 555 0124")
    set_lifecycle(lead, Lifecycle.MEMBER, via="hand", by=world.maya)
    page = hers.get("/today")
    assert "2 new leads came. 1 person became a member. The week before: 0 and 0." in page
    lately = agenda.read_beside().lately
    assert lately is not None
    assert [count for _day, count in lately.days] == [0, 0, 0, 0, 0, 0, 2]
    LifecycleSpan.update(from_at=clock.now() - timedelta(days=7)).where(
        LifecycleSpan.from_at > clock.now() - timedelta(days=1)
    ).execute()
    assert "0 new leads came. 0 people became members. The week before: 2 and 1." in hers.get("/today")


def test_people_from_a_file_did_not_come_lately(world: Any, juniper: Any) -> None:
    world.person("Rosa Kim", "+1 312 555 0123")
    LifecycleSpan.update(via="import").execute()
    assert agenda.read_beside().lately is None


def test_a_rep_sees_no_sums_of_the_studio(browse: Any, world: Any) -> None:
    world.person("Rosa Kim", "+1 312 555 0123")
    assert "The last 7 days" not in browse.as_(world.theo).get("/today")


def test_today_asks_the_database_little(hers: Any, world: Any, juniper: Any) -> None:
    """Ten people on it cost no more than one; the first steps are asked for only while they are shown."""
    assert world.lead
    one = len(hers.ask("GET", "/today", status=200, queries=9).statements)
    for n in range(10):
        world.person(f"Person {n}", f"+1 312 555 01{n:02}")
    assert len(hers.ask("GET", "/today", status=200).statements) == one
    agenda.close_steps(world.maya)
    hers.ask("GET", "/today", status=200, queries=9)


@pytest.mark.own_database
def test_the_indexes_of_today_come_to_a_studio_that_is_there(juniper: Any, world: Any, config: Any, house: Any) -> None:
    assert world.lead
    names = {"card_silent", "next_action_workspace_id_step_due_at"}
    table = "SELECT indexname FROM pg_indexes" if is_postgres() else "SELECT name FROM sqlite_master"
    migrations.down(config.data_dir, config.database_roles, "0030_budgets")
    with cross_tenant(Reason.MIGRATION):
        assert not names & {row[0] for row in database.execute_sql(table).fetchall()}
    migrations.up(config.data_dir, config.database_roles)
    with cross_tenant(Reason.MIGRATION):
        assert names <= {row[0] for row in database.execute_sql(table).fetchall()}
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []


def test_more_than_are_named_are_said_to_be_more(hers: Any, world: Any, juniper: Any) -> None:
    for number in range(MOST + 1):
        actions.add_contact(actions.read_person(f"Lead {number:02}", "", ""), by=world.maya)
    page = hers.get("/today")
    assert f"{MOST}+ people need you." in page.page.words
    assert f"{MOST - 1}+ more" in page.page.words
    ways = {one.get("href") for one in page.page.all("a") if html.words_of(one).startswith("See all")}
    assert len(ways) == 1
    assert html.words_of(hers.get(ways.pop()).page.one("h1")) == "Join"


def test_a_day_that_is_shown_whole_needs_no_way_to_the_rest(hers: Any, world: Any, juniper: Any) -> None:
    actions.add_contact(actions.read_person("Ana Nunez", "", ""), by=world.maya)
    actions.add_contact(actions.read_person("Ben Farrow", "", ""), by=world.maya)
    page = hers.get("/today")
    assert "Two people need you." in page.page.words
    assert "See all" not in page.page.words
