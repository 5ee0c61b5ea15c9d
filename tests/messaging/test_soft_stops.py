"""Who may have asked to stop is held back at once, and a person says whether they did."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from omni.config import Config
from omni.contacts import actions as people
from omni.contacts import gate as people_gate
from omni.contacts import queries as contacts
from omni.contacts.gate import Rule
from omni.contacts.kinds import Basis, Channel, ConsentKind, Kind, Scope
from omni.contacts.models import Activity, ConsentEvent, Suppression
from omni.core import clock, ids, migrations, queue
from omni.core.events import EventRow
from omni.core.faults import Invalid
from omni.core.policies import Purpose
from omni.core.tenancy import entered
from omni.messaging import actions, business_days
from omni.messaging.models import CampaignKind, Conversation, Message
from omni.messaging.states import Reason, State
from omni.start import all_models, sql_by_hand
from tests.browse import Browse
from tests.messaging.conftest import ANA, Studio, fresh
from tests.messaging.test_campaigns import approved, begun
from tests.messaging.test_receiving import come_in, form_in
from tests.times import at
from tests.twilio_sim.client import Simulator

Work = Callable[..., int]


def stands() -> Rule:
    return people_gate.may_write_to(Channel.SMS, ANA, Purpose.SERVICE).rule


def test_a_soft_stop_holds_everything_back_before_it_is_answered(live: Studio, sim: Simulator, work: Work) -> None:
    waiting = live.text("See you", when=clock.now() + timedelta(hours=2))
    come_in(form_in("Please stop texting me", sid="SM1"))
    assert stands() is Rule.PAUSED and Suppression.select().count() == 0
    assert (fresh(waiting).state, fresh(waiting).reason) == (State.BLOCKED, Reason.MAY_HAVE_STOPPED)
    with pytest.raises(Invalid):
        live.text("Really?")
    work("hooks")
    asked = Conversation.get()
    assert asked.may_stop_since is not None
    assert asked.stop_due_at.astimezone(live.zone).date() == business_days.after(clock.today_in(live.zone.key), 8)
    assert Activity.select().where(Activity.kind == Kind.MAY_HAVE_STOPPED).count() == 1


def test_false_friends_hold_nothing_back(live: Studio, work: Work) -> None:
    live.agreed(live.lead, ANA)
    come_in(form_in("Yes! Let's STOP wasting Mondays, book me in", sid="SM1"))
    work("hooks")
    assert stands() is Rule.CONSENTED and Conversation.get().may_stop_since is None


def test_a_yes_makes_it_a_stop_and_a_no_lets_texts_go_on(live: Studio, work: Work) -> None:
    live.agreed(live.lead, ANA)
    come_in(form_in("take me off your list", sid="SM1"))
    work("hooks")
    with at(clock.now() + timedelta(minutes=5)):
        actions.they_did_not(Conversation.get(), by=live.maya)
        assert stands() is Rule.CONSENTED
        come_in(form_in("I said stop", sid="SM2"))
        work("hooks")
        assert stands() is Rule.PAUSED
    with at(clock.now() + timedelta(minutes=10)):
        actions.they_stopped(Conversation.get(), by=live.maya)
        assert stands() is Rule.SUPPRESSED and contacts.has_stopped(Channel.SMS, ANA)
        # Neither answer is given twice.
        actions.they_did_not(Conversation.get(), by=live.maya)
        assert stands() is Rule.SUPPRESSED


def test_nobodys_word_makes_it_a_stop_on_the_eighth_business_day(live: Studio, work: Work) -> None:
    come_in(form_in("wrong number", sid="SM1"))
    work("hooks")
    due = Conversation.get().stop_due_at
    with at(due - timedelta(seconds=1)):
        queue.work_off("work")
        assert stands() is Rule.PAUSED
    with at(due):
        queue.work_off("work")
        assert stands() is Rule.SUPPRESSED and Conversation.get().may_stop_since is None


def test_their_own_start_ends_the_question(live: Studio, work: Work) -> None:
    come_in(form_in("no más mensajes", sid="SM1"))
    work("hooks")
    with at(clock.now() + timedelta(minutes=1)):
        come_in(form_in("START", sid="SM2"))
        work("hooks")
    assert stands() is Rule.CONSENTED and Conversation.get().may_stop_since is None


def test_a_no_of_ours_never_lifts_a_stop_of_theirs(live: Studio) -> None:
    people.pause_address(Channel.SMS, ANA, by=live.maya, source="text")
    with at(clock.now() + timedelta(seconds=1)):
        people.opt_out(live.lead, Channel.SMS, by=live.maya)
    with at(clock.now() + timedelta(seconds=2)):
        people.lift_pause(Channel.SMS, ANA, by=live.maya)
    assert stands() is Rule.SUPPRESSED


def test_the_thread_asks_and_takes_the_answer(app: Any, studio: Studio, served: str, work: Work) -> None:
    maya = Browse(app).as_(studio.maya)
    actions.say(ANA, "Please stop texting me")
    work("hooks")
    url = f"/inbox/{ids.encode(Conversation.get().id)}"
    assert "Did they ask you to stop?" in maya.get(url) and "May have asked you to stop" in maya.get("/today")
    maya.get(url)
    maya.post(f"{url}/not-stopped", {}, on=url)
    assert "Did they ask you to stop?" not in maya.get(url)
    with at(clock.now() + timedelta(minutes=1)):
        actions.say(ANA, "stop texting me")
        work("hooks")
        maya.get(url)
        maya.post(f"{url}/stopped", {}, on=url)
        assert "cannot be texted" in maya.get(url)


def test_a_yes_to_the_question_whether_offers_are_welcome(live: Studio, sim: Simulator, work: Work) -> None:
    live.agreed(live.lead, ANA)
    approved(live, begun(live, "May we tell you about workshops?", CampaignKind.ASK_AGAIN))
    with at(clock.now() + timedelta(seconds=121)):
        work("work", "texts")
        assert Message.get().is_ask
        come_in(form_in("YES", sid="SM1"))
        row = ConsentEvent.get(ConsentEvent.basis == Basis.CONFIRMED)
        assert (row.scope, row.kind, row.words) == (Scope.MARKETING, ConsentKind.GRANTED, "YES")


def test_a_yes_to_anything_else_agrees_to_nothing(live: Studio, work: Work) -> None:
    live.text("Are you coming on Friday?")
    work("texts")
    come_in(form_in("yes", sid="SM1"))
    assert not ConsentEvent.select().where(ConsentEvent.basis == Basis.CONFIRMED).exists()


def test_a_privacy_word_is_told(live: Studio, work: Work) -> None:
    come_in(form_in("MyData", sid="SM1"))
    work("hooks")
    assert EventRow.select().where(EventRow.type == "PrivacyWordReceived").exists()


def test_business_days_skip_weekends_and_federal_holidays() -> None:
    # Thanksgiving on Thursday the 26th.
    assert business_days.after(date(2026, 11, 20), 8) == date(2026, 12, 3)
    # Independence Day 2026 is a Saturday, kept on Friday the 3rd.
    assert business_days.after(date(2026, 7, 2), 1) == date(2026, 7, 6)
    # The New Year of 2028 is a Saturday, kept on the last day of 2027.
    assert not business_days.is_business_day(date(2027, 12, 31))
    assert len(business_days.holidays(2026)) == 11


@pytest.mark.own_database
def test_questions_come_to_a_studio_that_texts_and_go_again(world: Any, config: Config, house: Any) -> None:
    with entered(world.juniper):
        bo = world.person("Bo Lund", "312 555 0177", by=world.maya)
        message = actions.send_text(bo, "Hi", address="+13125550177", by=world.maya, client_key="k", basis=Basis.ASKED)
    migrations.down(config.data_dir, config.database_roles, "0040_soft_stops")
    migrations.up(config.data_dir, config.database_roles)
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []
    with entered(world.juniper):
        assert Message.get_by_id(message.id).body == message.body
        assert Conversation.get().may_stop_since is None and ZoneInfo(world.juniper.timezone)
