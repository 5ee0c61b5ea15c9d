"""The shared inbox: its tabs, what is snoozed, and two people at one thread."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from omni.accounts.models import Teammate, User
from omni.config import Config
from omni.core import clock, ids, migrations
from omni.core.policies import Role
from omni.core.tenancy import entered
from omni.messaging import actions, listing
from omni.messaging.actions import Snooze
from omni.messaging.listing import View
from omni.messaging.models import Composing, Conversation, Message, WaitingOn
from omni.start import all_models, sql_by_hand
from tests.browse import Browse
from tests.messaging.conftest import ANA, Studio
from tests.messaging.test_pages import at_, inbound
from tests.times import at

Work = Callable[..., int]


@pytest.fixture
def maya(app: Any, studio: Studio) -> Browse:
    return Browse(app).as_(studio.maya)


@pytest.fixture
def theo(app: Any, studio: Studio) -> Browse:
    user = User.create(name="Theo Park", email="theo@juniper.example", password_hash="none")
    return Browse(app).as_(Teammate.create(user=user, role=Role.MANAGER))


def page_of(conversation: Conversation) -> str:
    return f"/inbox/{ids.encode(conversation.id)}"


def seen_under(view: View, studio: Studio) -> bool:
    """Whether the one thread stands under the tab, which counts it too."""
    is_there = len(listing.list_page(view, studio.maya).rows) == 1
    assert listing.count_views(studio.maya)[view] == is_there
    return is_there


def test_what_is_nobodys_stands_under_unassigned_until_it_is_given(maya: Browse, studio: Studio) -> None:
    conversation = studio.text("Hello").conversation
    assert seen_under(View.UNASSIGNED, studio) and not seen_under(View.MINE, studio)
    assert "Ana Nunez" in maya.get("/inbox?view=unassigned")
    actions.assign(conversation, studio.maya, by=studio.maya)
    assert seen_under(View.MINE, studio) and not seen_under(View.UNASSIGNED, studio)
    tabs = [link.get("href") for link in maya.get("/inbox").page.all("a")]
    assert "/inbox?view=unassigned" not in tabs and "/inbox?view=mine" in tabs


def test_a_snoozed_thread_leaves_waiting_and_comes_back_at_its_time(
    maya: Browse, studio: Studio, served: str, work: Work
) -> None:
    conversation = inbound(studio, work, "Do I bring a mat?")
    since, page = Conversation.get().waiting_since, page_of(conversation)
    shown = maya.get(page)
    assert "This evening" in shown and "Until they reply" in shown
    assert maya.post(f"{page}/snooze", {"later": "evening"}, on=page).location == "/inbox"
    assert not seen_under(View.WAITING, studio) and seen_under(View.SNOOZED, studio)
    assert "Ana Nunez" in maya.get("/inbox?view=snoozed") and "Snoozed until" in maya.get(page)
    evening = actions.snooze_times()[Snooze.EVENING]
    with at(evening - timedelta(seconds=1)):
        work("work")
        assert seen_under(View.SNOOZED, studio)
    with at(evening):
        work("work")
        assert seen_under(View.WAITING, studio) and not seen_under(View.SNOOZED, studio)
    assert Conversation.get().waiting_since == since


def test_a_snooze_is_taken_back_and_ends_when_they_write(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    page = page_of(inbound(studio, work, "Do I bring a mat?"))
    maya.get(page)
    answer = maya.post(f"{page}/snooze", {"later": "reply"}, on=page)
    assert f"{page}/reopen" in maya.get(answer.location).text and not seen_under(View.WAITING, studio)
    maya.post(f"{page}/reopen", on=page)
    assert seen_under(View.WAITING, studio)
    maya.get(page)
    maya.post(f"{page}/snooze", {"later": "reply"}, on=page)
    with at(clock.now() + timedelta(days=2)):
        work("work")
        assert seen_under(View.SNOOZED, studio)
    inbound(studio, work, "Hello?")
    assert seen_under(View.WAITING, studio) and not seen_under(View.SNOOZED, studio)


def test_what_we_wrote_last_stands_nowhere_while_it_is_snoozed(studio: Studio) -> None:
    conversation = studio.text("Hello").conversation
    assert len(listing.list_page(View.WAITING, studio.maya).rows) == 1
    actions.snooze(conversation, None, by=studio.maya)
    assert listing.list_page(View.WAITING, studio.maya).rows == []


def test_a_time_of_ones_own_is_still_to_come_and_within_a_year(maya: Browse, studio: Studio) -> None:
    page = page_of(studio.text("Hello").conversation)
    maya.get(page)
    today = clock.now().astimezone(studio.zone)
    for days, words in ((-1, "still to come"), (400, "within a year")):
        day = (today + timedelta(days=days)).date().isoformat()
        refused = maya.post(f"{page}/snooze", {"later": "", "until_on": day, "until_at": "09:30"}, on=page, status=422)
        assert words in refused and day in refused.text
    assert "Choose a day and a time" in maya.post(f"{page}/snooze", {"later": ""}, on=page, status=422)
    maya.post(f"{page}/snooze", {"later": "whenever"}, on=page, status=422)
    day = (today + timedelta(days=2)).date().isoformat()
    maya.post(f"{page}/snooze", {"later": "", "until_on": day, "until_at": "09:30"}, on=page)
    until = Conversation.get().snoozed_until.astimezone(studio.zone)
    assert until.isoformat()[:16] == f"{day}T09:30"


def test_while_theo_types_maya_is_told(maya: Browse, theo: Browse, studio: Studio) -> None:
    studio.agreed(studio.lead, ANA)
    page = page_of(studio.text("Hello").conversation)
    theo.get(page)
    theo.post_part(f"{at_(studio.lead)}/check", {"body": "I think"}, on=page)
    first = Composing.get().until
    assert "Theo is writing" in maya.get(page) and "is writing" not in theo.get(page)
    with at(clock.now() + timedelta(seconds=4)):
        theo.post_part(f"{at_(studio.lead)}/check", {"body": "I think so"}, on=page)
        assert Composing.get().until == first
    with at(clock.now() + timedelta(seconds=6)):
        theo.post_part(f"{at_(studio.lead)}/check", {"body": "I think so."}, on=page)
        assert Composing.get().until == first + timedelta(seconds=6)
    with at(clock.now() + timedelta(seconds=22)):
        assert "is writing" not in maya.get(page)
    assert "Theo is writing" in maya.get(page)
    theo.post(at_(studio.lead), {"body": "I think so."}, on=page)
    assert "is writing" not in maya.get(page)


def test_who_saw_maya_answer_is_not_refused(maya: Browse, theo: Browse, studio: Studio) -> None:
    page = page_of(studio.text("First").conversation)
    poll = theo.get(page).page.by_id("thread").get("data-hx-get")
    newest = studio.text("Maya answers")
    came = theo.part(poll)
    seen = next(one.get("value") for one in came.page.all("input") if one.get("name") == "seen_id")
    assert "Maya answers" in came and seen == ids.encode(newest.id)
    theo.post(at_(studio.lead), {"body": "Theo answers too", "seen_id": seen}, on=page)
    assert Message.select().count() == 3


@pytest.mark.own_database
def test_snoozing_comes_to_a_studio_that_texts_and_goes_again(world: Any, config: Config, house: Any) -> None:
    with entered(world.juniper):
        sender = actions.ensure_practice_sender()
        waits = Conversation.create(
            sender=sender, address=ANA, waiting_on=WaitingOn.US, waiting_since=clock.now(), last_at=clock.now()
        )
        actions.snooze(waits, None, by=world.maya)
    migrations.down(config.data_dir, config.database_roles, "0048_snoozed")
    migrations.up(config.data_dir, config.database_roles)
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []
    with entered(world.juniper):
        assert Conversation.get().is_waiting and Conversation.get().snoozed_until is None
        actions.note_writing(waits, world.maya)
        assert Composing.select().count() == 1
