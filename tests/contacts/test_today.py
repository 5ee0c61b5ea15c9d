"""What stands beside the lines of Today: who comes, and how the last days went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from omni.contacts import agenda
from omni.contacts.actions import set_lifecycle
from omni.contacts.kinds import Lifecycle
from omni.contacts.models import LifecycleSpan
from omni.contacts.next_actions import Step, set_next_action
from omni.core import clock, ids


def test_who_comes_today_stands_at_the_studio(hers: Any, world: Any, juniper: Any) -> None:
    rosa = world.person("Rosa Kim")
    for person, step, days in ((world.lead, Step.VISIT, 0), (world.member, Step.VISIT, 1), (rosa, Step.CALL, 0)):
        due = clock.now() + timedelta(days=days)
        set_next_action(person.id, ref=("task", ids.new_id()), step=step, title="Trial class", due_at=due)
    page = hers.get("/today")
    assert "At the studio Ana Nunez · Trial class" in page
    assert [visit.contact for visit in agenda.list_visits()] == [world.lead]


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
    lately = agenda.count_lately()
    assert lately is not None
    assert [count for _day, count in lately.days] == [0, 0, 0, 0, 0, 0, 2]
    LifecycleSpan.update(from_at=clock.now() - timedelta(days=7)).where(
        LifecycleSpan.from_at > clock.now() - timedelta(days=1)
    ).execute()
    assert "0 new leads came. 0 people became members. The week before: 2 and 1." in hers.get("/today")


def test_people_from_a_file_did_not_come_lately(world: Any, juniper: Any) -> None:
    world.person("Rosa Kim", "+1 312 555 0123")
    LifecycleSpan.update(via="import").execute()
    assert agenda.count_lately() is None


def test_a_rep_sees_no_sums_of_the_studio(browse: Any, world: Any) -> None:
    world.person("Rosa Kim", "+1 312 555 0123")
    assert "The last 7 days" not in browse.as_(world.theo).get("/today")
