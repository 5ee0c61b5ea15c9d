"""What came in while nobody here could be called: each text once, in its place, its keywords heeded as of then."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from omni.config import Config
from omni.contacts import queries as contacts
from omni.contacts.kinds import Channel, ConsentKind
from omni.contacts.models import ConsentEvent
from omni.core import clock, egress, tenancy
from omni.core.tenancy import Workspace
from omni.messaging import actions, finders, queries
from omni.messaging.models import Conversation, Direction, Message, Sender, WaitingOn, WebhookEvent
from omni.messaging.states import Reason, State
from tests.browse import Browse
from tests.messaging.conftest import ANA, Studio, fresh
from tests.messaging.test_receiving import come_in, form_in
from tests.times import at
from tests.twilio_sim.client import ACCOUNT, NUMBER, SERVICE, TOKEN, Simulator

Work = Callable[..., int]

POOLED = "+13125550177"
TOM = "+14155550171"
SOON = timedelta(minutes=11)


def missed(sim: Simulator, body: str, *, ago_s: float = 0, sender: str = ANA, to: str = NUMBER) -> str:
    """A text that reached the carrier, of which nobody was called."""
    return sim.inbound("", body, sender=sender, to=to, times=0, ago_s=ago_s)


def bodies() -> list[str]:
    """What stands in the threads, in their order."""
    return [message.body for message in Message.select().order_by(Message.id)]


def test_what_was_missed_comes_in_once_and_in_its_place(live: Studio, sim: Simulator, work: Work) -> None:
    missed(sim, "Long ago", ago_s=3000)
    work("sync", "hooks")
    called = sim.inbound("", "Called", sender=ANA, times=0)
    come_in(form_in("Called", sid=called))
    work("hooks")
    missed(sim, "Missed", ago_s=1500)
    missed(sim, "From a new number", ago_s=900, sender=TOM)
    with at(clock.now() + SOON):
        work("sync", "hooks")
        work("sync", "hooks")
    assert bodies() == ["Long ago", "Missed", "From a new number", "Called"]
    thread = queries.list_thread(Conversation.get(Conversation.address == ANA))
    assert [message.body for message in thread] == ["Long ago", "Missed", "Called"]
    assert all(message.state is State.RECEIVED for message in thread)
    assert thread[1].created_at < clock.now() - timedelta(seconds=1400)


def test_a_late_text_waits_and_moves_nothing_back(live: Studio, sim: Simulator, work: Work) -> None:
    """Nobody has seen it, so it waits from its own time on; what came after it stays where it is."""
    come_in(form_in("The later one"))
    work("hooks")
    actions.close(Conversation.get(), by=live.maya)
    before = Conversation.get()
    missed(sim, "Anything on Friday?", ago_s=600)
    with at(clock.now() + SOON):
        work("sync", "hooks")
    after = Conversation.get()
    late = Message.select().order_by(Message.id).first()
    assert (after.last_at, after.last_in_at, after.last_message_id) == (
        before.last_at, before.last_in_at, before.last_message_id
    )  # fmt: skip
    assert after.waiting_on is WaitingOn.US and after.waiting_since == late.created_at
    live.lead = contacts.get_contact(live.lead.id)
    assert live.lead.last_in_at == before.last_in_at


def test_a_late_stop_stops_and_undoes_no_later_start(live: Studio, sim: Simulator, work: Work) -> None:
    waiting = live.text("Hello")
    missed(sim, "STOP", ago_s=900)
    with at(clock.now() + SOON):
        work("sync")
        assert contacts.has_stopped(Channel.SMS, ANA)
        assert (fresh(waiting).state, fresh(waiting).reason) == (State.BLOCKED, Reason.OPTED_OUT)
    come_in(form_in("START", sid="SM7"))
    again = live.text("Welcome back", basis=None)
    missed(sim, "STOP", ago_s=300)
    with at(clock.now() + 2 * SOON):
        work("sync")
    assert not contacts.has_stopped(Channel.SMS, ANA) and fresh(again).state is State.QUEUED
    said = ConsentEvent.select().where(ConsentEvent.source == "text").order_by(ConsentEvent.at)
    assert [row.kind for row in said] == [ConsentKind.REVOKED, ConsentKind.REVOKED, ConsentKind.RESUMED]


def test_a_late_start_undoes_no_later_stop(live: Studio, sim: Simulator, work: Work) -> None:
    come_in(form_in("STOP"))
    missed(sim, "START", ago_s=600)
    with at(clock.now() + SOON):
        work("sync")
    assert contacts.has_stopped(Channel.SMS, ANA)


def test_each_number_is_asked_every_ten_minutes_from_an_hour_before_the_mark(
    live: Studio, sim: Simulator, work: Work
) -> None:
    with tenancy.sweeping():
        assert len(list(finders.to_hear())) == 1
    work("sync")
    with tenancy.sweeping():
        assert list(finders.to_hear()) == []
    missed(sim, "Within the hour", ago_s=3000)
    missed(sim, "Before it", ago_s=5000)
    with at(clock.now() + timedelta(minutes=9)):
        work("sync")
        assert WebhookEvent.select().count() == 0
    with at(clock.now() + SOON):
        work("sync", "hooks")
    assert bodies() == ["Within the hour"]


def test_a_carrier_that_is_away_costs_nothing(live: Studio, sim: Simulator, work: Work, config: Config) -> None:
    work("sync")
    mark = Sender.get(Sender.address == NUMBER).heard_until
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        egress.bind(replace(config, twilio_api_url=f"http://127.0.0.1:{probe.getsockname()[1]}"))
    missed(sim, "While it was away")
    with at(clock.now() + SOON):
        # Found once, and left alone for ten minutes.
        assert work("sync") == 1
    assert Sender.get(Sender.address == NUMBER).heard_until == mark
    egress.bind(config)
    with at(clock.now() + 2 * SOON):
        work("sync", "hooks")
    assert bodies() == ["While it was away"]


def test_answers_to_a_services_numbers_are_heard_where_the_account_is_ours_alone(
    studio: Studio, sim: Simulator, work: Work
) -> None:
    actions.connect(ACCOUNT, TOKEN, NUMBER, SERVICE, by=studio.maya)
    sim.steer("pool", service=SERVICE, number=POOLED)
    missed(sim, "To the pool", to=POOLED)
    missed(sim, "To a number of another tool", to="+13125550188")
    with at(clock.now() + SOON):
        work("sync", "hooks")
    assert bodies() == ["To the pool"]
    assert Message.get().to_address == POOLED and Conversation.get().sender.address == NUMBER
    iron = Workspace.create(number=12, slug="iron", name="Iron Gym")
    with tenancy.entered(iron):
        sim.account(numbers=("+12125550100",))
        actions.connect(ACCOUNT, TOKEN, "+12125550100", None, by=studio.maya_of(iron))
    missed(sim, "Whose is it?", to=POOLED)
    with at(clock.now() + 2 * SOON):
        work("sync", "hooks")
    assert bodies() == ["To the pool"]


def test_a_number_that_two_people_share_is_answered_in_one_thread(live: Studio, sim: Simulator, work: Work) -> None:
    """Their text goes to who was known longest; who shares the number hears of their stop too."""
    other = live.person("Bea Nunez", ANA)
    missed(sim, "It is me")
    with at(clock.now() + SOON):
        work("sync", "hooks")
    conversation = Conversation.get()
    assert conversation.contact_id == live.lead.id and Conversation.select().count() == 1
    live.agreed(other, ANA)
    theirs = actions.send_text(other, "Hello Bea", address=ANA, by=live.maya, client_key="b")
    assert theirs.conversation_id == conversation.id
    missed(sim, "STOP")
    with at(clock.now() + 2 * SOON):
        work("sync", "hooks")
    assert fresh(theirs).reason is Reason.OPTED_OUT


@pytest.fixture
def released(sim: Simulator) -> Iterator[None]:
    """The number is given back at Twilio, until the test is over."""
    sim.steer("release", number=NUMBER)
    yield
    sim.account()


def test_texts_wait_while_twilio_no_longer_has_the_number(
    app: Any, live: Studio, sim: Simulator, released: None, work: Work
) -> None:
    maya = Browse(app).as_(live.maya)
    first, second = live.text("One"), live.text("Two")
    actions.deliver(first.id)
    assert (fresh(first).state, fresh(first).reason) == (State.REJECTED, Reason.NUMBER_REFUSED)
    actions.catch_up(Sender.get(Sender.address == NUMBER).id)
    actions.deliver(second.id)
    assert (fresh(second).state, fresh(second).reason) == (State.QUEUED, Reason.NUMBER_GONE)
    assert len(sim.arrivals()) == 1
    assert "Twilio no longer has +1 312 555 0100" in maya.get("/settings/texting")
    sim.account()
    actions.connect(ACCOUNT, TOKEN, NUMBER, None, by=live.maya)
    with at(clock.now() + timedelta(seconds=61)):
        actions.deliver(second.id)
    assert fresh(second).sid is not None and "no longer has" not in maya.get("/settings/texting")


def test_a_text_abroad_that_is_refused_holds_nothing_else_up(live: Studio, sim: Simulator, work: Work) -> None:
    sim.fault("4xx", status=400, code=21606)
    first, second = live.text("One"), live.text("Two")
    actions.deliver(first.id)
    actions.catch_up(Sender.get(Sender.address == NUMBER).id)
    actions.deliver(second.id)
    assert fresh(first).state is State.REJECTED and fresh(second).sid is not None
    assert Message.select().where(Message.direction == Direction.OUT).count() == 2
